//! What input types become: how a `where` or an `orderBy` reads the graph.

use crate::graph::filter::Places;
use crate::model::ontology::{Direction, RelationshipTypeIndex, ValueType};

/// The shape of an input type.
#[derive(Debug, Clone)]
pub(crate) enum InputShape {
    /// Fields as arguments have them, read by whoever takes the type.
    Plain,
    /// Operators on one value.
    Operators,
    /// A filter on entities: what each of its fields reads.
    Where(Vec<(String, Condition)>),
    /// A filter on the relationships of a field.
    Quantifiers { each: String },
    /// A filter on one relationship: its far end, its own properties, its evidence.
    NodeAndEdge { node: String, edge: String },
    /// A filter on a relationship's own properties; `None` is for those that have none but their dates.
    EdgeWhere {
        relationship: Option<RelationshipTypeIndex>,
    },
    /// A filter on evidence.
    EvidenceWhere,
    /// A filter on claims.
    ClaimWhere,
    /// An order: what its fields read, and the relationships that it counts.
    Order {
        fields: Vec<(String, OrderBy)>,
        counts: Vec<(String, RelationshipTypeIndex, Direction)>,
    },
    /// What a relationship sorts by, or what is counted: read by the order that it stands in.
    PartOfOrder,
    /// An order of groups.
    GroupOrder,
}

/// What a field of a filter reads.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    /// All of several filters, one of them, or none.
    And,
    Or,
    Not,
    /// The id.
    Id,
    /// The label: the property of each type that is shown as the name.
    Name {
        labels: Places,
    },
    /// A property: its place in each of the types that the filter is for.
    Property {
        places: Places,
        value_type: ValueType,
        list: bool,
    },
    /// The relationships of a field that shows many.
    Relationships {
        input: String,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    },
    /// What a field that shows one leads to: the entity at its end, or that and the relationship.
    ToOne {
        input: String,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    },
    /// What its claims rest on.
    Evidence,
}

/// What a term of an order reads.
#[derive(Debug, Clone)]
pub(crate) enum OrderBy {
    Id,
    /// The label, where it is a text.
    Name {
        labels: Places,
    },
    Property {
        places: Places,
        value_type: ValueType,
    },
    /// What belongs to the relationship by which an entity stands in the list.
    Edge,
    /// The number of its relationships.
    Count,
    /// The entity that a field shows which shows one.
    Related {
        input: String,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    },
}
