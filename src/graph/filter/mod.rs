//! Filters: which entities and relationships to show.
//!
//! A filter reads the winner of each property. What is not stated fits no operator, and so
//! does not fit its opposite either: `ne` wants a value that is stated and is another one. Only `NOT` and
//! `stated` see what is absent.

mod ids;
mod places;
mod value;
mod wanted;

pub use ids::Ids;
pub use places::Places;
pub use value::Test;
use value::all_fit;
pub use wanted::Wanted;

use crate::graph::Hop;
use crate::graph::records::{ClaimIndex, EntityIndex};
use crate::graph::view::{Stating, View};
use crate::graph::walk::{Budget, OverBudget};
use crate::model::claim::Until;
use crate::model::ontology::{Direction, PropertyIndex, RelationshipTypeIndex};
use crate::model::value::Value;

/// A condition on entities.
#[derive(Debug, Clone)]
pub enum Filter {
    /// All must hold.
    All(Vec<Filter>),
    /// At least one must hold.
    Any(Vec<Filter>),
    /// It must not hold.
    Not(Box<Filter>),
    /// It is one of these entities, or none of them.
    Id {
        /// What it may be.
        one_of: Ids,
        /// Whether it must be none of them.
        negated: bool,
    },
    /// The label fits.
    Name(Vec<Test>),
    /// The winner of a property fits; where each type has the property.
    Property {
        /// Where each type has the property.
        places: Places,
        /// What the value has to fit, all of it.
        tests: Vec<Test>,
    },
    /// The values of a list fit.
    List {
        /// Where each type has the property.
        places: Places,
        /// How many must fit.
        quantifier: Quantifier,
        /// What the value has to fit, all of it.
        tests: Vec<Test>,
    },
    /// What the record says of a property at all.
    Stated {
        /// Where each type has the property.
        places: Places,
        /// What it may be.
        one_of: Vec<StatedAs>,
        /// Whether it must be none of them.
        negated: bool,
    },
    /// So many relationships fit.
    Relationships {
        /// The type of the relationships.
        relationship: RelationshipTypeIndex,
        /// The direction in which they are followed.
        direction: Direction,
        /// How many must fit.
        quantifier: Quantifier,
        /// What each of them has to fit.
        each: Box<LinkFilter>,
    },
    /// The entity shown by a field that shows one fits; where there is none, it does not.
    ToOne {
        /// The type of the relationships.
        relationship: RelationshipTypeIndex,
        /// The direction in which they are followed.
        direction: Direction,
        /// What the entity has to fit.
        node: Box<Filter>,
    },
}

/// How many must fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// At least one.
    Some,
    /// None.
    None,
    /// All, if any.
    All,
    /// Exactly one.
    Single,
}

/// What the record says of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatedAs {
    /// A value.
    Value,
    /// That there is none.
    None,
    /// That it is not known.
    Unknown,
    /// Nothing.
    NotStated,
}

/// A condition on a relationship: its far end and its own properties.
#[derive(Debug, Clone, Default)]
pub struct LinkFilter {
    /// On the entity at the far end.
    pub node: Option<Filter>,
    /// On its own properties.
    pub properties: Vec<(PropertyIndex, EdgeTest)>,
    /// On its start.
    pub since: Vec<Test>,
    /// On its end.
    pub until: Vec<Test>,
}

/// A condition on a relationship's own property.
#[derive(Debug, Clone)]
pub enum EdgeTest {
    /// Its value fits.
    Value(Vec<Test>),
    /// The entity that it names fits.
    Entity(Filter),
    /// Whether it is stated.
    Stated(Vec<StatedAs>, bool),
}

fn counted(
    quantifier: Quantifier,
    mut fits: impl Iterator<Item = Result<bool, OverBudget>>,
) -> Result<bool, OverBudget> {
    match quantifier {
        Quantifier::Some => fits
            .find(|fit| !matches!(fit, Ok(false)))
            .unwrap_or(Ok(false)),
        Quantifier::None => Ok(!fits
            .find(|fit| !matches!(fit, Ok(false)))
            .unwrap_or(Ok(false))?),
        Quantifier::All => fits
            .find(|fit| !matches!(fit, Ok(true)))
            .unwrap_or(Ok(true)),
        Quantifier::Single => {
            let mut found = 0;
            for fit in fits {
                found += usize::from(fit?);
                if found > 1 {
                    break;
                }
            }
            Ok(found == 1)
        }
    }
}

impl Filter {
    /// Shows all ids in it, those of the filters within included.
    fn each_ids(&mut self, visit: &mut dyn FnMut(&mut Ids)) {
        match self {
            Self::All(filters) | Self::Any(filters) => {
                for filter in filters {
                    filter.each_ids(visit);
                }
            }
            Self::Not(filter) | Self::ToOne { node: filter, .. } => filter.each_ids(visit),
            Self::Id { one_of, .. } => visit(one_of),
            Self::Relationships { each, .. } => each.each_ids(visit),
            Self::Name(_) | Self::Property { .. } | Self::List { .. } | Self::Stated { .. } => {}
        }
    }

    /// Whether an entity fits.
    ///
    /// # Errors
    /// When the relationships to look at pass the budget.
    pub fn fits(
        &self,
        view: &View,
        entity: EntityIndex,
        budget: &mut Budget,
    ) -> Result<bool, OverBudget> {
        budget.spend(1)?;
        match self {
            Self::All(filters) => {
                for filter in filters {
                    if !filter.fits(view, entity, budget)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Any(filters) => {
                for filter in filters {
                    if filter.fits(view, entity, budget)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Not(filter) => Ok(!filter.fits(view, entity, budget)?),
            Self::Id { one_of, negated } => Ok(one_of.contain(view, entity) != *negated),
            Self::Name(tests) => Ok(all_fit(tests, &Value::Text(view.label(entity)))),
            Self::Property { places, tests } => {
                let value = places
                    .in_type_of(view, entity)
                    .and_then(|property| view.value(entity, property));
                Ok(value.is_some_and(|value| all_fit(tests, value)))
            }
            Self::List {
                places,
                quantifier,
                tests,
            } => {
                let claims = places
                    .in_type_of(view, entity)
                    .map_or_else(Vec::new, |property| view.standing(entity, property));
                counted(
                    *quantifier,
                    claims
                        .into_iter()
                        .filter_map(|claim| value_of(view, claim))
                        .map(|value| Ok(all_fit(tests, value))),
                )
            }
            Self::Stated {
                places,
                one_of,
                negated,
            } => {
                let stated = places
                    .in_type_of(view, entity)
                    .map_or(StatedAs::NotStated, |property| {
                        stated_as(view, entity, property)
                    });
                Ok(one_of.contains(&stated) != *negated)
            }
            Self::Relationships {
                relationship,
                direction,
                quantifier,
                each,
            } => {
                let row = view.hops(entity, *relationship, *direction);
                counted(
                    *quantifier,
                    row.map(|hop| {
                        budget.spend(1)?;
                        each.fits(view, hop, budget)
                    }),
                )
            }
            Self::ToOne {
                relationship,
                direction,
                node,
            } => match view.to_one(entity, *relationship, *direction) {
                Some(hop) => node.fits(view, hop.entity, budget),
                None => Ok(false),
            },
        }
    }
}

fn value_of(view: &View, claim: ClaimIndex) -> Option<&Value> {
    match view.graph().stating(claim) {
        Stating::Value(value) => Some(value),
        _ => None,
    }
}

/// What the record says of a property of an entity.
#[must_use]
pub fn stated_as(view: &View, entity: EntityIndex, property: PropertyIndex) -> StatedAs {
    match view
        .winner(entity, property)
        .map(|claim| view.graph().stating(claim))
    {
        None => StatedAs::NotStated,
        Some(Stating::None) => StatedAs::None,
        Some(Stating::Unknown) => StatedAs::Unknown,
        Some(Stating::Value(_) | Stating::Edge(_)) => StatedAs::Value,
    }
}

impl LinkFilter {
    fn each_ids(&mut self, visit: &mut dyn FnMut(&mut Ids)) {
        if let Some(node) = &mut self.node {
            node.each_ids(visit);
        }
        for (_, test) in &mut self.properties {
            if let EdgeTest::Entity(filter) = test {
                filter.each_ids(visit);
            }
        }
    }

    /// Whether a relationship fits.
    ///
    /// # Errors
    /// When the relationships to look at pass the budget.
    pub fn fits(&self, view: &View, hop: Hop, budget: &mut Budget) -> Result<bool, OverBudget> {
        for (property, test) in &self.properties {
            let value = view.edge_value(hop.relationship, *property);
            let fit = match (test, value) {
                (EdgeTest::Value(tests), Some(value)) => all_fit(tests, value),
                (EdgeTest::Entity(filter), Some(Value::Entity(id))) => {
                    match view.entity(id.as_str()) {
                        Some(entity) => filter.fits(view, entity, budget)?,
                        None => false,
                    }
                }
                (EdgeTest::Stated(one_of, negated), value) => {
                    let stated = if value.is_some() {
                        StatedAs::Value
                    } else {
                        StatedAs::NotStated
                    };
                    one_of.contains(&stated) != *negated
                }
                _ => false,
            };
            if !fit {
                return Ok(false);
            }
        }
        if !self.dates_fit(view, hop) {
            return Ok(false);
        }
        match &self.node {
            Some(node) => node.fits(view, hop.entity, budget),
            None => Ok(true),
        }
    }

    fn dates_fit(&self, view: &View, hop: Hop) -> bool {
        if self.since.is_empty() && self.until.is_empty() {
            return true;
        }
        let Some(claim) = view.relationship_winner(hop.relationship) else {
            return false;
        };
        let since = view.since(claim).cloned();
        let until = match view.until(claim) {
            Some(Until::Date(date)) => Some(date.clone()),
            _ => None,
        };
        [(&self.since, since), (&self.until, until)]
            .into_iter()
            .all(|(tests, date)| {
                tests.is_empty() || date.is_some_and(|date| all_fit(tests, &Value::Date(date)))
            })
    }
}
