//! What each entity is related to, whatever the relationship: the rows that walks read.
//!
//! The rows of one relationship type ([`crate::graph::adjacency`]) answer "the meetings of this country". A walk
//! asks "everything next to this", for entity after entity, and most types of relationships lead
//! nowhere: so all that is next to an entity lies in one row, sorted by where it leads. A row's
//! length says what walking it costs, and whether two entities are related is found by halving
//! the shorter of their rows.

use crate::graph::Graph;
use crate::graph::records::{EntityIndex, RelationshipIndex, RelationshipRecord};
use crate::graph::view::View;
use crate::graph::walk::{Follow, Step};
use crate::model::ontology::RelationshipTypeIndex;

/// A relationship as walks know it: with its type, which most of them ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// The relationship.
    pub relationship: RelationshipIndex,
    /// Its type.
    pub relationship_type: RelationshipTypeIndex,
}

/// Rows over all entities.
#[derive(Debug, Default)]
pub(crate) struct Neighbors {
    /// Where the row of each entity ends; it begins where the one before ends.
    ends: Vec<usize>,
    steps: Vec<Step<Edge>>,
}

impl Neighbors {
    /// The rows of some relationships, each given with its number.
    pub(crate) fn build<'a, I>(entities: usize, relationships: impl Fn() -> I) -> Self
    where
        I: Iterator<Item = (RelationshipIndex, &'a RelationshipRecord)>,
    {
        let mut ends = vec![0_usize; entities];
        for (_, record) in relationships() {
            ends[record.from.0 as usize] += 1;
            ends[record.to.0 as usize] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            // What a row holds is put before its end, from the back: so the ends begin as starts.
            total += std::mem::replace(end, total);
        }
        let empty = Step {
            to: 0,
            edge: Edge {
                relationship: RelationshipIndex(0),
                relationship_type: RelationshipTypeIndex(0),
            },
            forward: false,
        };
        let mut steps = vec![empty; total];
        for (relationship, record) in relationships() {
            for (at, to, forward) in [
                (record.from, record.to, true),
                (record.to, record.from, false),
            ] {
                let end = &mut ends[at.0 as usize];
                steps[*end] = step(relationship, record, to, forward);
                *end += 1;
            }
        }
        let mut rows = Self { ends, steps };
        for entity in 0..entities {
            let range = rows.range(entity);
            rows.steps[range].sort_unstable();
        }
        rows
    }

    fn range(&self, entity: usize) -> std::ops::Range<usize> {
        let Some(end) = self.ends.get(entity) else {
            return 0..0;
        };
        let start = entity.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..*end
    }

    /// The row of an entity, sorted; empty if it came later.
    #[inline]
    pub(crate) fn row(&self, entity: EntityIndex) -> &[Step<Edge>] {
        &self.steps[self.range(entity.0 as usize)]
    }

    /// The steps from an entity to another, read from the shorter of their rows.
    pub(crate) fn between(
        &self,
        entity: EntityIndex,
        other: EntityIndex,
    ) -> impl Iterator<Item = Step<Edge>> + '_ {
        let is_back = self.row(other).len() < self.row(entity).len();
        let (at, to) = if is_back {
            (other, entity)
        } else {
            (entity, other)
        };
        let row = self.row(at);
        let steps = row[row.partition_point(|step| step.to < to.0)..].iter();
        steps
            .take_while(move |step| step.to == to.0)
            .map(move |step| if is_back { step.back(other.0) } else { *step })
    }
}

impl Graph {
    /// How many relationships an entity has, as far as that is known at once: those that no view shows are counted too.
    pub(crate) fn related(&self, entity: EntityIndex) -> usize {
        let [shown, hidden] = &self.sealed.neighbors;
        let recent = self.recent.related.get(&entity).map_or(0, Vec::len);
        shown.row(entity).len() + hidden.row(entity).len() + recent
    }
}

impl View {
    /// The steps from an entity, sorted.
    pub(crate) fn next_to(&self, entity: EntityIndex, follow: Follow) -> Steps<'_> {
        let [shown, hidden] = &self.graph().sealed.neighbors;
        match self.came_since(entity) {
            Some(recent) => {
                let rows = shown.row(entity).iter().chain(hidden.row(entity));
                self.made(rows.copied().chain(recent), follow)
            }
            None => Steps::Sealed(follow, shown.row(entity).iter()),
        }
    }

    /// The steps from an entity to another, sorted.
    pub(crate) fn leading_to(
        &self,
        entity: EntityIndex,
        other: EntityIndex,
        follow: Follow,
    ) -> Steps<'_> {
        let [shown, hidden] = &self.graph().sealed.neighbors;
        match self.came_since(entity) {
            Some(recent) => {
                let rows = [shown, hidden].into_iter();
                let rows = rows.flat_map(|rows| rows.between(entity, other));
                let recent = recent.filter(|step| step.to == other.0);
                self.made(rows.chain(recent), follow)
            }
            None => {
                let steps = shown.between(entity, other);
                let steps = steps.filter(|step| follow.admits(step.forward));
                Steps::Made(steps.collect::<Vec<_>>().into_iter())
            }
        }
    }

    /// The steps from an entity that came since the rows were sealed; `None` where its sealed row
    /// is all there is to say.
    fn came_since(&self, entity: EntityIndex) -> Option<impl Iterator<Item = Step<Edge>> + '_> {
        let graph = self.graph();
        let recent = graph.recent.related.get(&entity);
        if recent.is_none() && self.is_default() {
            return None;
        }
        let known = (entity.0 as usize) < graph.entities.len();
        let recent = recent.into_iter().flatten().filter(move |_| known);
        Some(recent.flat_map(move |relationship| {
            let record = graph.relationships.get(relationship.0);
            let ends = [
                (record.from, record.to, true),
                (record.to, record.from, false),
            ];
            ends.into_iter()
                .filter(move |(at, ..)| *at == entity)
                .map(|(_, to, forward)| step(*relationship, record, to, forward))
        }))
    }

    /// Those of some steps that this view shows, sorted.
    fn made(&self, steps: impl Iterator<Item = Step<Edge>>, follow: Follow) -> Steps<'_> {
        let mut steps: Vec<_> = steps
            .filter(|step| follow.admits(step.forward))
            .filter(|step| self.relationship_winner(step.edge.relationship).is_some())
            .collect();
        steps.sort_unstable();
        // A loop is next to its entity at both ends.
        steps.dedup();
        Steps::Made(steps.into_iter())
    }
}

/// The step that a relationship makes.
pub(crate) fn step(
    relationship: RelationshipIndex,
    record: &RelationshipRecord,
    to: EntityIndex,
    forward: bool,
) -> Step<Edge> {
    Step {
        to: to.0,
        edge: Edge {
            relationship,
            relationship_type: record.relationship_type,
        },
        forward,
    }
}

/// Steps of a row, sorted.
#[derive(Debug, Clone)]
pub(crate) enum Steps<'a> {
    /// As they were sealed.
    Sealed(Follow, std::slice::Iter<'a, Step<Edge>>),
    /// Put together for a view.
    Made(std::vec::IntoIter<Step<Edge>>),
}

impl Iterator for Steps<'_> {
    type Item = Step<Edge>;

    #[inline]
    fn next(&mut self) -> Option<Step<Edge>> {
        match self {
            Self::Sealed(Follow::Both, steps) => steps.next().copied(),
            Self::Sealed(follow, steps) => {
                let follow = *follow;
                steps.find(|step| follow.admits(step.forward)).copied()
            }
            Self::Made(steps) => steps.next(),
        }
    }
}
