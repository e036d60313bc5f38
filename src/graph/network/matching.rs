//! The search for a pattern: it binds one entity or relationship after the other, and goes back where none fits.

use std::collections::BinaryHeap;

use crate::graph::neighbors::Edge;
use crate::graph::network::pattern::{Match, Matches, Move, Pattern, PatternTie};
use crate::graph::network::{Dates, comparison::Side};
use crate::graph::records::{EntityIndex, RelationshipIndex};
use crate::graph::view::View;
use crate::graph::walk::{Budget, Follow, OverBudget, Step};
use crate::model::ontology::Direction;

pub(super) struct Matching<'a, 'b> {
    view: &'a View,
    pattern: &'a Pattern,
    dates: Dates,
    moves: Vec<Move>,
    /// After which move each comparison can be made.
    due: Vec<usize>,
    entities: Vec<Option<EntityIndex>>,
    relationships: Vec<Option<RelationshipIndex>>,
    count: usize,
    kept: BinaryHeap<Match>,
    total: usize,
    budget: &'b mut Budget,
}

impl<'a, 'b> Matching<'a, 'b> {
    pub(super) fn new(
        view: &'a View,
        pattern: &'a Pattern,
        count: usize,
        budget: &'b mut Budget,
    ) -> Self {
        let moves = pattern.order(view);
        let binds = |side: &Side| {
            let bound = moves.iter().position(|next| match (side, next) {
                (Side::Node(node, _), Move::Begin(begun)) => node == begun,
                (Side::Node(node, _), Move::Follow(tie)) => {
                    let ends = pattern.ties[*tie].ends;
                    ends.0 == *node || ends.1 == *node
                }
                (Side::Tie(tie, _), Move::Follow(bound) | Move::Close(bound)) => tie == bound,
                _ => false,
            });
            bound.unwrap_or(0)
        };
        let comparisons = pattern.comparisons.iter();
        Matching {
            view,
            pattern,
            dates: Dates::new(view.ontology()),
            due: comparisons
                .map(|comparison| binds(&comparison.left).max(binds(&comparison.right)))
                .collect(),
            moves,
            entities: vec![None; pattern.nodes.len()],
            relationships: vec![None; pattern.ties.len()],
            count,
            kept: BinaryHeap::new(),
            total: 0,
            budget,
        }
    }

    pub(super) fn run(mut self) -> Result<Matches, OverBudget> {
        self.bind(0)?;
        Ok(Matches {
            first: self.kept.into_sorted_vec(),
            total: self.total,
        })
    }

    /// Makes a move in every way that fits, and those that follow.
    fn bind(&mut self, place: usize) -> Result<(), OverBudget> {
        match self.moves.get(place) {
            None => {
                self.found();
                Ok(())
            }
            Some(Move::Begin(node)) => self.begin(place, *node),
            Some(Move::Follow(tie)) => self.follow(place, *tie),
            Some(Move::Close(tie)) => self.close(place, *tie),
        }
    }

    fn begin(&mut self, place: usize, node: usize) -> Result<(), OverBudget> {
        let (view, wanted) = (self.view, &self.pattern.nodes[node]);
        if let Some(one_of) = &wanted.one_of {
            let mut one_of = one_of.clone();
            one_of.sort_unstable();
            one_of.dedup();
            for entity in one_of {
                self.try_entity(place, node, entity)?;
            }
            return Ok(());
        }
        match wanted.possible_types() {
            Some(mut types) => {
                types.sort_unstable();
                types.dedup();
                for entity in types.into_iter().flat_map(|index| view.entities_of(index)) {
                    self.try_entity(place, node, entity)?;
                }
            }
            None => {
                for entity in view.graph().entities().filter(|entity| view.has(*entity)) {
                    self.try_entity(place, node, entity)?;
                }
            }
        }
        Ok(())
    }

    fn follow(&mut self, place: usize, tie: usize) -> Result<(), OverBudget> {
        let wanted = &self.pattern.ties[tie];
        let is_bound = |node: usize| self.entities[node].is_some();
        let from = if is_bound(wanted.ends.0) {
            wanted.ends.0
        } else {
            wanted.ends.1
        };
        let Some(entity) = self.entities[from] else {
            return Ok(());
        };
        let node = wanted.other_end(from);
        let steps = steps(self.view, entity, wanted, wanted.follow_from(from));
        for step in steps {
            self.budget.spend(1)?;
            if !self.is_new(step.edge.relationship) {
                continue;
            }
            self.relationships[tie] = Some(step.edge.relationship);
            self.try_entity(place, node, EntityIndex(step.to))?;
            self.relationships[tie] = None;
        }
        Ok(())
    }

    fn close(&mut self, place: usize, tie: usize) -> Result<(), OverBudget> {
        let wanted = &self.pattern.ties[tie];
        let (from, to) = wanted.ends;
        let (Some(from), Some(to)) = (self.entities[from], self.entities[to]) else {
            return Ok(());
        };
        let mut tried = None;
        for step in self.view.leading_to(from, to, wanted.follow) {
            self.budget.spend(1)?;
            let relationship = step.edge.relationship;
            // A loop leads to its entity both ways, and is one relationship.
            if tried == Some(relationship) || !wanted.admits(&step) || !self.is_new(relationship) {
                continue;
            }
            tried = Some(relationship);
            self.relationships[tie] = Some(relationship);
            if self.compares(place) {
                self.bind(place + 1)?;
            }
            self.relationships[tie] = None;
        }
        Ok(())
    }

    fn try_entity(
        &mut self,
        place: usize,
        node: usize,
        entity: EntityIndex,
    ) -> Result<(), OverBudget> {
        self.budget.spend(1)?;
        let is_other = !self.entities.contains(&Some(entity));
        if is_other && self.pattern.nodes[node].admits(self.view, entity, self.budget)? {
            self.entities[node] = Some(entity);
            if self.compares(place) {
                self.bind(place + 1)?;
            }
            self.entities[node] = None;
        }
        Ok(())
    }

    fn is_new(&self, relationship: RelationshipIndex) -> bool {
        !self.relationships.contains(&Some(relationship))
    }

    /// Whether all comparisons hold that can be made after a move, and not before.
    fn compares(&self, place: usize) -> bool {
        let due = self.due.iter().zip(&self.pattern.comparisons);
        let mut due = due.filter(|(due, _)| **due == place);
        due.all(|(_, comparison)| {
            comparison.holds(self.view, &self.dates, &self.entities, &self.relationships)
        })
    }

    /// Keeps what is bound, if it is among the first.
    fn found(&mut self) {
        self.total += 1;
        let found = Match {
            entities: self.entities.iter().flatten().copied().collect(),
            relationships: self.relationships.iter().flatten().copied().collect(),
        };
        self.kept.push(found);
        if self.kept.len() > self.count {
            self.kept.pop();
        }
    }
}

/// The steps from an entity that a relationship of a pattern may stand for. Where its types are given, the
/// rows of those alone are read: a hub has many others.
fn steps<'v>(
    view: &'v View,
    entity: EntityIndex,
    tie: &'v PatternTie,
    follow: Follow,
) -> Box<dyn Iterator<Item = Step<Edge>> + 'v> {
    let Some(types) = &tie.types else {
        return Box::new(view.next_to(entity, follow));
    };
    let mut types = types.clone();
    types.sort_unstable();
    types.dedup();
    let steps = types.into_iter().flat_map(move |relationship_type| {
        let directions = [(Direction::Out, true), (Direction::In, false)];
        let directions = directions.into_iter();
        let directions = directions.filter(move |(_, forward)| follow.admits(*forward));
        directions.flat_map(move |(direction, forward)| {
            let hops = view.hops(entity, relationship_type, direction);
            hops.map(move |hop| Step {
                to: hop.entity.0,
                edge: Edge {
                    relationship: hop.relationship,
                    relationship_type,
                },
                forward,
            })
        })
    });
    Box::new(steps)
}
