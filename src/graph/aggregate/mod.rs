//! Aggregates: how many things there are, how many different ones, their sums, and their groups.
//!
//! A grouping gives every value of a key a number when it first meets it, and counts by number: what a
//! thing's key is, is read once, where the default view has it packed. Several keys are one number after
//! the other. What is read and what is counted is spent from a budget.

mod code;
mod group;
mod key;
mod numbers;
mod overlap;
mod summary;

use std::collections::HashSet;

pub use group::{Bucket, GroupBy, GroupOrder, Grouping, MOST_GROUPS, TooMuch, group};
pub use key::{DatePart, Key, KeyValue};
pub use summary::{Numbers, Summand, Summary};

use crate::graph::Hop;
use crate::graph::aggregate::code::Coder;
use crate::graph::records::{EntityIndex, RelationshipIndex};
use crate::graph::view::View;
use crate::graph::walk::{Budget, OverBudget};

/// One of the things that are counted: an entity, and the relationship by which it stands in its list.
pub trait Thing: Copy {
    /// The entity.
    fn entity(self) -> EntityIndex;

    /// The relationship, where the list is one of relationships.
    fn relationship(self) -> Option<RelationshipIndex>;
}

impl Thing for EntityIndex {
    fn entity(self) -> EntityIndex {
        self
    }

    fn relationship(self) -> Option<RelationshipIndex> {
        None
    }
}

impl Thing for Hop {
    fn entity(self) -> EntityIndex {
        self.entity
    }

    fn relationship(self) -> Option<RelationshipIndex> {
        Some(self.relationship)
    }
}

/// How many different entities there are among things.
///
/// # Errors
/// When they are more than the budget allows.
pub fn different<T: Thing>(things: &[T], budget: &mut Budget) -> Result<usize, OverBudget> {
    budget.spend(things.len() as u64)?;
    let entities: HashSet<_, numbers::Scatter> =
        things.iter().map(|thing| thing.entity()).collect();
    Ok(entities.len())
}

/// How many different values a key has among things.
///
/// # Errors
/// When what has to be looked at passes the budget.
pub fn different_values<T: Thing>(
    view: &View,
    things: &[T],
    key: &Key,
    budget: &mut Budget,
) -> Result<usize, OverBudget> {
    let mut coder = Coder::new(view, key);
    let mut codes = Vec::new();
    for thing in things {
        coder.codes(*thing, &mut codes, budget)?;
    }
    let values = coder.into_values();
    let stated = values.iter().filter(|value| value.is_stated());
    Ok(stated.count())
}

/// The sums and bounds of some properties over all things.
///
/// # Errors
/// When what has to be looked at passes the budget.
pub fn summaries<T: Thing>(
    view: &View,
    things: &[T],
    of: &[Summand],
    budget: &mut Budget,
) -> Result<Vec<Summary>, OverBudget> {
    let mut tally = summary::Tally::new(view, of);
    for thing in things {
        budget.spend(1)?;
        tally.read(thing.entity());
        tally.add(0);
    }
    let summaries = tally.into_summaries(&[0], budget)?.pop();
    Ok(summaries.unwrap_or_default())
}
