//! Whether figures can be added at all: those of the same thing cannot, and a part cannot beside its whole.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::graph::aggregate::numbers::Scatter;
use crate::graph::observations::{Shapes, Subject};
use crate::graph::records::EntityIndex;
use crate::graph::view::View;
use crate::graph::walk::{Budget, OverBudget};
use crate::model::ontology::Direction;

/// What figures share that count the same, at one time or another.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Counted {
    measure: EntityIndex,
    places: BTreeSet<EntityIndex>,
    words: Option<String>,
}

/// From which day to which a figure is, and of whom.
type Span = (i32, i32, BTreeSet<EntityIndex>);

/// Whether some of the figures count the same: they are of one measure, place and group and share time, or one is a part
/// of another. What bears no date may be of any time, and what names no group of any group; what has no measure
/// cannot be judged by it.
///
/// # Errors
/// When what has to be looked at passes the budget.
pub(super) fn overlap(
    view: &View,
    shapes: &Shapes,
    figures: &[EntityIndex],
    budget: &mut Budget,
) -> Result<bool, OverBudget> {
    let all: HashSet<EntityIndex, Scatter> = figures.iter().copied().collect();
    if all.len() < figures.len() {
        return Ok(true);
    }
    let mut spans = Vec::new();
    for figure in figures {
        budget.spend(1)?;
        if is_part_of_another(view, shapes, *figure, &all, budget)? {
            return Ok(true);
        }
        let Some(shape) = shapes.of(view.type_of(*figure)) else {
            continue;
        };
        let Subject {
            measures,
            about,
            scope,
        } = shape.subject(view, *figure);
        budget.spend((measures.len() + about.len() + scope.places.len()) as u64)?;
        let first = scope.time().and_then(|time| time.earliest());
        let last = scope.time().and_then(|time| time.latest());
        let span = (first.unwrap_or(i32::MIN), last.unwrap_or(i32::MAX), about);
        spans.extend(measures.into_iter().map(|measure| {
            let counted = Counted {
                measure,
                places: scope.places.clone(),
                words: scope.words.clone(),
            };
            (counted, span.clone())
        }));
    }
    spans.sort_unstable();
    let mut counted = spans.chunk_by(|(one, _), (other, _)| one == other);
    Ok(counted.any(|same| meet(same.iter().map(|(_, span)| span))))
}

/// Whether two of one group, or of no group and any, share a day. They come by their first days.
fn meet<'s>(spans: impl Iterator<Item = &'s Span>) -> bool {
    let nobody = BTreeSet::new();
    let mut ends: BTreeMap<&BTreeSet<EntityIndex>, i32> = BTreeMap::new();
    let mut end = None;
    for (first, last, about) in spans {
        let before = if about.is_empty() {
            end
        } else {
            ends.get(about).max(ends.get(&nobody)).copied()
        };
        if before.is_some_and(|before| *first <= before) {
            return true;
        }
        let own = ends.entry(about).or_insert(*last);
        *own = (*own).max(*last);
        end = end.max(Some(*last));
    }
    false
}

/// Whether a figure is a part of one of the others, or a part of a part.
fn is_part_of_another(
    view: &View,
    shapes: &Shapes,
    figure: EntityIndex,
    others: &HashSet<EntityIndex, Scatter>,
    budget: &mut Budget,
) -> Result<bool, OverBudget> {
    let mut seen = vec![figure];
    let mut place = 0;
    while let Some(part) = seen.get(place).copied() {
        place += 1;
        let wholes = shapes.of(view.type_of(part)).map(|shape| &shape.whole);
        for (relationship, _) in wholes.into_iter().flatten() {
            for hop in view.hops(part, *relationship, Direction::Out) {
                budget.spend(1)?;
                if seen.contains(&hop.entity) {
                    continue;
                }
                if others.contains(&hop.entity) {
                    return Ok(true);
                }
                seen.push(hop.entity);
            }
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// One pass finds what looking at each pair finds.
        #[test]
        fn pairs_meet_as_they_do_one_by_one(
            figures in proptest::collection::vec((0..30_i32, 0..6_i32, 0..4_u32), 0..7),
        ) {
            let about = |group: u32| match group {
                0 => BTreeSet::new(),
                group => BTreeSet::from([EntityIndex::from_number(group)]),
            };
            let spans = figures.iter().map(|(first, days, group)| (*first, first + days, about(*group)));
            let mut spans: Vec<Span> = spans.collect();
            spans.sort_unstable();
            let pair = |one: &Span, other: &Span| {
                let group = one.2.is_empty() || other.2.is_empty() || one.2 == other.2;
                group && one.0 <= other.1 && other.0 <= one.1
            };
            let naive = (0..).zip(&spans).any(|(place, one)| {
                spans.iter().skip(place + 1).any(|other| pair(one, other))
            });
            prop_assert_eq!(meet(spans.iter()), naive);
        }
    }
}
