//! Filters: which entities, relationships and claims to show.
//!
//! A filter reads the winner of each property, or where it says so any claim that stands. What is not stated
//! fits no operator, and so does not fit its opposite either: `ne` wants a value that is stated and is another
//! one. Only `NOT` and `stated` see what is absent.

mod claim;
mod evidence;
mod ids;
mod link;
mod places;
mod text;
mod value;
mod wanted;

pub use claim::ClaimFilter;
use claim::some_evidence;
pub use evidence::EvidenceFilter;
pub use ids::Ids;
pub use link::{LinkFilter, LinkPart};
pub use places::{Places, Properties};
pub use text::TextTest;
use value::all_fit;
pub use value::{Choice, Compare, DateTest, Test, days};
pub use wanted::Wanted;

use crate::graph::records::{ClaimIndex, EntityIndex, Version};
use crate::graph::view::{Stating, View};
use crate::graph::walk::{Budget, OverBudget};
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
    Name {
        /// The property of each type that is shown as the name.
        labels: Places,
        /// What the name has to fit, all of it.
        tests: Vec<TextTest>,
    },
    /// The value of a property fits; where each type has the property.
    Property {
        /// Where each type has the property.
        places: Places,
        /// Whether any standing claim will do, or the winner alone.
        any: bool,
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
        /// Whether any standing claim will do, or the winner alone.
        any: bool,
        /// What it may say.
        choice: Choice<StatedAs>,
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
    /// The number of relationships fits.
    Count {
        /// The type of the relationships.
        relationship: RelationshipTypeIndex,
        /// The direction in which they are followed.
        direction: Direction,
        /// What their number has to fit, all of it.
        tests: Vec<Compare<i64>>,
    },
    /// The relationship shown by a field that shows one fits; where there is none, it does not.
    ToOne {
        /// The type of the relationships.
        relationship: RelationshipTypeIndex,
        /// The direction in which they are followed.
        direction: Direction,
        /// What it has to fit.
        each: Box<LinkFilter>,
    },
    /// At least one piece of evidence fits, whichever of its claims rests on it.
    Evidence(EvidenceFilter),
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

/// Whether so many of several conditions hold; what settles it ends the reading.
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
    /// All of several filters must hold; those that cost least are looked at first.
    #[must_use]
    pub fn all(mut filters: Vec<Self>) -> Self {
        if filters.len() == 1 {
            return filters.remove(0);
        }
        filters.sort_by_key(Self::cost);
        Self::All(filters)
    }

    /// What it costs to look at an entity, roughly: a value, a list of claims, a row, a row of rows.
    fn cost(&self) -> u32 {
        match self {
            Self::All(filters) | Self::Any(filters) => {
                filters.iter().map(Self::cost).max().unwrap_or(0)
            }
            Self::Not(filter) => filter.cost(),
            Self::Id { .. } => 0,
            Self::Property { any: false, .. } | Self::Name { .. } => 1,
            Self::Stated { any: false, .. } | Self::Count { .. } => 1,
            Self::Property { .. } | Self::Stated { .. } | Self::List { .. } => 2,
            Self::ToOne { each, .. } => 3 + each.cost(),
            Self::Relationships { each, .. } => 4 + each.cost(),
            Self::Evidence(_) => 6,
        }
    }

    /// Shows all ids in it, those of the filters within included.
    fn each_ids(&mut self, visit: &mut dyn FnMut(&mut Ids)) {
        match self {
            Self::All(filters) | Self::Any(filters) => {
                for filter in filters {
                    filter.each_ids(visit);
                }
            }
            Self::Not(filter) => filter.each_ids(visit),
            Self::Id { one_of, .. } => visit(one_of),
            Self::Relationships { each, .. } | Self::ToOne { each, .. } => each.each_ids(visit),
            Self::Evidence(filter) => filter.each_ids(visit),
            Self::Name { .. }
            | Self::Property { .. }
            | Self::List { .. }
            | Self::Stated { .. }
            | Self::Count { .. } => {}
        }
    }

    /// The entities one of which it must be, where ids name them.
    fn ids(&self) -> Option<&[(EntityIndex, Version)]> {
        match self {
            Self::All(filters) => filters.iter().find_map(Self::ids),
            Self::Id {
                one_of: Ids::Found(found),
                negated: false,
            } => Some(found),
            _ => None,
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
                let fits = filters
                    .iter()
                    .map(|filter| filter.fits(view, entity, budget));
                counted(Quantifier::All, fits)
            }
            Self::Any(filters) => {
                let fits = filters
                    .iter()
                    .map(|filter| filter.fits(view, entity, budget));
                counted(Quantifier::Some, fits)
            }
            Self::Not(filter) => Ok(!filter.fits(view, entity, budget)?),
            Self::Id { one_of, negated } => Ok(one_of.contain(view, entity) != *negated),
            Self::Name { tests, .. } => {
                let name = view.name(entity);
                Ok(tests.iter().all(|test| test.fits(&name)))
            }
            Self::Property { places, any, tests } => {
                let property = places.in_type_of(view, entity);
                Ok(
                    property
                        .is_some_and(|property| value_fits(view, entity, property, *any, tests)),
                )
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
                any,
                choice,
            } => {
                let Some(property) = places.in_type_of(view, entity) else {
                    return Ok(choice.fits(&StatedAs::NotStated));
                };
                let standing = any
                    .then(|| view.standing(entity, property))
                    .filter(|claims| !claims.is_empty());
                Ok(match standing {
                    Some(claims) => claims
                        .into_iter()
                        .any(|claim| choice.fits(&stating_as(view, claim))),
                    None => choice.fits(&stated_as(view, entity, property)),
                })
            }
            Self::Relationships {
                relationship,
                direction,
                quantifier,
                each,
            } => {
                // Where ids say what must stand at the far end, a long row need not be read.
                let ids = each.far_ids().filter(|ids| {
                    *quantifier != Quantifier::All
                        && ids.len() * 8 < view.graph().width(entity, *relationship, *direction)
                });
                if let Some(ids) = ids {
                    let hops = ids.iter().flat_map(|(other, _)| {
                        view.between(entity, *other, *relationship, *direction)
                    });
                    return counted(
                        *quantifier,
                        hops.map(|hop| {
                            budget.spend(1)?;
                            each.fits(view, hop, budget)
                        }),
                    );
                }
                let row = view.hops(entity, *relationship, *direction);
                counted(
                    *quantifier,
                    row.map(|hop| {
                        budget.spend(1)?;
                        each.fits(view, hop, budget)
                    }),
                )
            }
            Self::Count {
                relationship,
                direction,
                tests,
            } => {
                budget.spend(view.cost_of_degree(entity, *relationship, *direction))?;
                let count = view.degree(entity, *relationship, *direction);
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                Ok(tests.iter().all(|test| test.fits(&count)))
            }
            Self::ToOne {
                relationship,
                direction,
                each,
            } => match view.to_one(entity, *relationship, *direction) {
                Some(hop) => each.fits(view, hop, budget),
                None => Ok(false),
            },
            Self::Evidence(filter) => {
                let claims = view.claims(entity).into_iter();
                let mut fits = claims.map(|claim| {
                    budget.spend(1)?;
                    some_evidence(view, claim, filter, budget)
                });
                counted(Quantifier::Some, &mut fits)
            }
        }
    }
}

fn value_fits(
    view: &View,
    entity: EntityIndex,
    property: PropertyIndex,
    any: bool,
    tests: &[Test],
) -> bool {
    if any {
        let claims = view.standing(entity, property);
        if !claims.is_empty() {
            let mut values = claims.into_iter().filter_map(|claim| value_of(view, claim));
            return values.any(|value| all_fit(tests, value));
        }
    }
    // Numbers and dates lie ready as what they sort by.
    if let Some(prefix) = view.packed_prefix(entity, property) {
        let mut known = tests.iter().map(|test| test.fits_prefix(prefix));
        if let Some(fit) = known.try_fold(true, |so_far, fit| fit.map(|fit| so_far && fit)) {
            return fit;
        }
    }
    let value = view.value(entity, property);
    value.is_some_and(|value| all_fit(tests, value))
}

fn value_of(view: &View, claim: ClaimIndex) -> Option<&Value> {
    match view.graph().stating(claim) {
        Stating::Value(value) => Some(value),
        _ => None,
    }
}

fn stating_as(view: &View, claim: ClaimIndex) -> StatedAs {
    match view.graph().stating(claim) {
        Stating::None => StatedAs::None,
        Stating::Unknown => StatedAs::Unknown,
        Stating::Value(_) | Stating::Edge(_) => StatedAs::Value,
    }
}

/// What the record says of a property of an entity.
#[must_use]
pub fn stated_as(view: &View, entity: EntityIndex, property: PropertyIndex) -> StatedAs {
    view.winner(entity, property)
        .map_or(StatedAs::NotStated, |claim| stating_as(view, claim))
}
