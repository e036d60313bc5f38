//! Terms of an order that a list is asked for in.

use crate::graph::filter::{LinkPart, Places};
use crate::graph::order::{SortKey, edge_date_key, property_key, value_key};
use crate::graph::prefix::Prefix;
use crate::graph::records::{EntityIndex, RelationshipIndex};
use crate::graph::view::View;
use crate::model::ontology::{Direction, RelationshipTypeIndex, ValueType};

/// A term of an order.
#[derive(Debug, Clone)]
pub struct Term {
    /// What it reads.
    pub by: By,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// What a term of an order reads.
#[derive(Debug, Clone)]
pub enum By {
    /// The id.
    Id,
    /// The label.
    Name(Places),
    /// A property, by type.
    Property {
        /// Where each type has it.
        places: Places,
        /// The type of its values.
        value_type: ValueType,
    },
    /// What the relationship says of itself by which the entity stands in the list.
    Edge {
        /// Which part.
        part: LinkPart,
        /// The type of its values.
        value_type: ValueType,
    },
    /// The same of the entity that a field shows which shows one.
    Related {
        /// The type of the relationships.
        relationship: RelationshipTypeIndex,
        /// The direction in which they are followed.
        direction: Direction,
        /// What is read there.
        by: Box<By>,
    },
    /// How many relationships it has.
    Count {
        /// The type of the relationships.
        relationship: RelationshipTypeIndex,
        /// The direction in which they are followed.
        direction: Direction,
    },
}

/// What is sorted: an entity, and the relationship by which it stands in the list, if it is one of relationships.
pub(crate) type Placed = (EntityIndex, Option<RelationshipIndex>);

impl Term {
    /// The key of its place in the order.
    #[must_use]
    pub(crate) fn key(&self, view: &View, placed: Placed) -> SortKey {
        self.by.key(view, placed)
    }

    /// The prefix of the key, turned round where the greatest comes first.
    pub(crate) fn prefix(&self, view: &View, placed: Placed) -> Prefix {
        self.turned(self.by.prefix(view, placed))
    }

    /// A prefix as this term sorts it.
    pub(crate) fn turned(&self, prefix: Prefix) -> Prefix {
        if self.descending {
            prefix.descending()
        } else {
            prefix
        }
    }

    /// How many relationships are looked at for its key, beside the item itself.
    pub(crate) fn cost(&self, view: &View, placed: Placed) -> u64 {
        self.by.cost(view, placed.0)
    }

    /// Whether the prefixes of its keys can say all that they sort by.
    pub(crate) fn is_number(&self) -> bool {
        self.by.is_number()
    }
}

impl By {
    fn key(&self, view: &View, (entity, relationship): Placed) -> SortKey {
        match self {
            Self::Id => SortKey::text(view.id(entity).as_str()),
            Self::Name(_) => SortKey::text(&view.name(entity)),
            Self::Property { places, .. } => {
                let place = places.in_type_of(view, entity);
                place.map_or(SortKey::Missing, |property| {
                    property_key(view, entity, property)
                })
            }
            Self::Edge { part, value_type } => {
                let Some(relationship) = relationship else {
                    return SortKey::Missing;
                };
                match part {
                    LinkPart::Property(property) => {
                        value_key(view, *value_type, view.edge_value(relationship, *property))
                    }
                    LinkPart::Since => edge_date_key(view, relationship, true),
                    LinkPart::Until => edge_date_key(view, relationship, false),
                }
            }
            Self::Related {
                relationship,
                direction,
                by,
            } => match view.to_one(entity, *relationship, *direction) {
                Some(hop) => by.key(view, (hop.entity, Some(hop.relationship))),
                None => SortKey::Missing,
            },
            Self::Count {
                relationship,
                direction,
            } => {
                let count = view.degree(entity, *relationship, *direction);
                SortKey::Whole(i64::try_from(count).unwrap_or(i64::MAX))
            }
        }
    }

    fn prefix(&self, view: &View, placed: Placed) -> Prefix {
        let packed = match self {
            Self::Property { places, .. } => match places.in_type_of(view, placed.0) {
                Some(property) => view.packed_prefix(placed.0, property),
                None => Some(Prefix::MISSING),
            },
            // Where no name is stated, the id is the name.
            Self::Name(labels) => labels
                .in_type_of(view, placed.0)
                .and_then(|label| view.packed_prefix(placed.0, label))
                .filter(|prefix| *prefix != Prefix::MISSING),
            Self::Related {
                relationship,
                direction,
                by,
            } => {
                let hop = view.to_one(placed.0, *relationship, *direction);
                Some(hop.map_or(Prefix::MISSING, |hop| {
                    by.prefix(view, (hop.entity, Some(hop.relationship)))
                }))
            }
            _ => None,
        };
        packed.unwrap_or_else(|| Prefix::of_key(&self.key(view, placed)))
    }

    fn cost(&self, view: &View, entity: EntityIndex) -> u64 {
        match self {
            Self::Count {
                relationship,
                direction,
            } => view.cost_of_degree(entity, *relationship, *direction),
            Self::Related {
                relationship,
                direction,
                by,
            } => {
                let row = view.graph().width(entity, *relationship, *direction) as u64;
                match view.to_one(entity, *relationship, *direction) {
                    Some(hop) => row + by.cost(view, hop.entity),
                    None => row,
                }
            }
            _ => 0,
        }
    }

    fn is_number(&self) -> bool {
        match self {
            Self::Id | Self::Name(_) => false,
            Self::Count { .. } => true,
            Self::Related { by, .. } => by.is_number(),
            Self::Property { value_type, .. } | Self::Edge { value_type, .. } => match value_type {
                ValueType::Int
                | ValueType::BigInt
                | ValueType::Float
                | ValueType::Boolean
                | ValueType::Date
                | ValueType::DateTime
                | ValueType::Quantity
                | ValueType::Enum(_) => true,
                ValueType::String
                | ValueType::Url
                | ValueType::LocalizedText
                | ValueType::Entity(_) => false,
            },
        }
    }
}

/// The keys of a place in an order.
pub(crate) fn keys(view: &View, order: &[Term], placed: Placed) -> Vec<SortKey> {
    order.iter().map(|term| term.key(view, placed)).collect()
}
