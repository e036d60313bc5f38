//! Which comparisons to show, in which order: by the entity that they are listed under, then by their claims.

use std::collections::BTreeSet;

use crate::graph::disputes::{Comparer, Comparison, Verdict};
use crate::graph::records::{About, ClaimIndex, EntityIndex};
use crate::graph::view::{Stating, View};
use crate::graph::walk::{Budget, OverBudget};
use crate::model::ontology::Direction;
use crate::model::value::Value;

/// Which comparisons are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Those that agree, instead of those that do not.
    pub corroborations: bool,
    /// Only those that concern one of these; `None` is all.
    pub about: Option<Vec<EntityIndex>>,
    /// Only those with this claim on a side.
    pub claim: Option<ClaimIndex>,
}

/// The place of a comparison in the order of a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The entity that it is listed under.
    pub under: EntityIndex,
    /// The first claim of each side.
    pub claims: Vec<ClaimIndex>,
    /// The verdict.
    pub verdict: Verdict,
}

/// A comparison and its place.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The place.
    pub key: Key,
    /// The comparison.
    pub comparison: Comparison,
}

/// A stretch of a list.
#[derive(Debug, Clone)]
pub struct Listing {
    /// What it shows.
    pub items: Vec<Listed>,
    /// Whether more follow.
    pub has_next: bool,
    /// Whether more come before.
    pub has_previous: bool,
    /// How many there are in all, if that was asked.
    pub total: Option<usize>,
}

/// The comparisons after a place, at most so many. The total takes all of them to be worked out.
///
/// # Errors
/// When that is more than the budget allows.
pub fn list(
    view: &View,
    wanted: &Wanted,
    after: Option<&Key>,
    limit: usize,
    count: bool,
    budget: &mut Budget,
) -> Result<Listing, OverBudget> {
    let mut comparer = Comparer::new(view);
    let under: Option<BTreeSet<EntityIndex>> = match (&wanted.claim, &wanted.about) {
        (Some(claim), _) => Some(BTreeSet::from([view.graph().about(*claim).0])),
        (None, Some(about)) => Some(candidates(view, about, budget)?),
        (None, None) => None,
    };
    let mut listing = Listing {
        items: Vec::new(),
        has_next: false,
        has_previous: false,
        total: None,
    };
    let mut total = 0;
    let all = view.graph().entities().filter(|_| under.is_none());
    let entities = under.iter().flatten().copied().chain(all);
    let from = after.filter(|_| !count).map(|key| key.under);
    for entity in entities.filter(|entity| from.is_none_or(|from| *entity >= from)) {
        budget.spend(1)?;
        if !view.has(entity) {
            continue;
        }
        for comparison in comparer.of(entity, budget)? {
            if !comparer.is_wanted(wanted, &comparison)
                || !is_listed_here(&comparison, entity, under.as_ref())
            {
                continue;
            }
            total += 1;
            let (claims, verdict) = comparison.parts();
            let key = Key {
                under: entity,
                claims,
                verdict,
            };
            if after.is_some_and(|after| key <= *after) {
                listing.has_previous = true;
            } else if listing.items.len() < limit {
                listing.items.push(Listed { key, comparison });
            } else {
                listing.has_next = true;
            }
        }
        if listing.has_next && !count {
            break;
        }
    }
    listing.has_previous |= from.is_some();
    listing.total = count.then_some(total);
    Ok(listing)
}

/// What is about several entities is listed once: under the first of those that are looked at.
fn is_listed_here(
    comparison: &Comparison,
    entity: EntityIndex,
    under: Option<&BTreeSet<EntityIndex>>,
) -> bool {
    let looked_at = comparison
        .about
        .iter()
        .filter(|about| under.is_none_or(|under| under.contains(about)));
    looked_at.min().is_none_or(|first| *first == entity)
}

impl Comparer<'_> {
    fn is_wanted(&self, wanted: &Wanted, comparison: &Comparison) -> bool {
        if comparison.judgement.verdict.is_corroboration() != wanted.corroborations {
            return false;
        }
        let mut claims = comparison.sides.iter().flat_map(|side| &side.claims);
        if let Some(claim) = wanted.claim {
            return claims.any(|found| *found == claim);
        }
        let about = wanted.about.as_ref();
        about.is_none_or(|about| {
            let mut about = about.iter();
            about.any(|entity| self.concerns(comparison, *entity))
        })
    }

    /// Whether a comparison concerns an entity: it is about it, a claim leads to it, a figure is of it, or it
    /// is a source that a side rests on.
    fn concerns(&self, comparison: &Comparison, entity: EntityIndex) -> bool {
        let view = self.view;
        let of_figure =
            |about: &EntityIndex| self.is_observation(*about) && leads(view, *about, entity);
        comparison.about.contains(&entity)
            || comparison.sides.iter().any(|side| {
                side.sources.contains(&entity)
                    || side.claims.iter().any(|claim| states(view, *claim, entity))
            })
            || comparison.about.iter().any(of_figure)
    }
}

/// Whether a claim states a relationship that leads to an entity, or names it in one.
fn states(view: &View, claim: ClaimIndex, entity: EntityIndex) -> bool {
    let graph = view.graph();
    let ends = match graph.about(claim).1 {
        About::Relationship(relationship) => view.relationship(relationship).2 == entity,
        About::Property(_) => false,
    };
    let names = |value: &Value| matches!(value, Value::Entity(id) if graph.entity(id.as_str()) == Some(entity));
    ends || match graph.stating(claim) {
        Stating::Edge(own) => own.iter().any(|(_, value)| names(value)),
        _ => false,
    }
}

/// Whether a relationship leads from one entity to another.
fn leads(view: &View, from: EntityIndex, to: EntityIndex) -> bool {
    let fields = view.fields(from).iter();
    fields
        .filter(|field| field.direction == Direction::Out)
        .any(|field| {
            let mut hops = view.hops(from, field.relationship, Direction::Out);
            hops.any(|hop| hop.entity == to)
        })
}

/// The entities whose comparisons can concern one of these: they themselves, those that lead to them, and what
/// they are cited for.
fn candidates(
    view: &View,
    about: &[EntityIndex],
    budget: &mut Budget,
) -> Result<BTreeSet<EntityIndex>, OverBudget> {
    let mut found = BTreeSet::new();
    for entity in about {
        found.insert(*entity);
        for field in view
            .fields(*entity)
            .iter()
            .filter(|field| field.direction == Direction::In)
        {
            for hop in view.hops(*entity, field.relationship, Direction::In) {
                budget.spend(1)?;
                found.insert(hop.entity);
            }
        }
        for claim in view.cited(*entity) {
            budget.spend(1)?;
            found.insert(view.graph().about(claim).0);
        }
    }
    Ok(found)
}
