//! Patterns: small graphs with names for entities and relationships, and what must hold between them.

use crate::graph::filter::Filter;
use crate::graph::neighbors::Edge;
use crate::graph::network::comparison::{Comparison, Side};
use crate::graph::network::matching::Matching;
use crate::graph::records::{EntityIndex, RelationshipIndex};
use crate::graph::view::View;
use crate::graph::walk::{Budget, Follow, OverBudget, Step};
use crate::model::ontology::{RelationshipTypeIndex, TypeIndex};

/// An entity of a pattern. Different ones stand for different entities.
#[derive(Debug, Clone, Default)]
pub struct PatternNode {
    /// One of these; `None` is any.
    pub one_of: Option<Vec<EntityIndex>>,
    /// Of one of these types; `None` is of any.
    pub types: Option<Vec<TypeIndex>>,
    /// What it has to fit if it is of such a type; what is of another type fits none. `None` is nothing.
    pub fits: Option<Vec<(TypeIndex, Filter)>>,
}

/// A relationship of a pattern. Different ones stand for different relationships.
#[derive(Debug, Clone)]
pub struct PatternTie {
    /// The places of its two entities among those of the pattern.
    pub ends: (usize, usize),
    /// Of one of these types; `None` is of any.
    pub types: Option<Vec<RelationshipTypeIndex>>,
    /// Which way it leads from the first end to the second.
    pub follow: Follow,
}

/// A pattern.
#[derive(Debug, Clone, Default)]
pub struct Pattern {
    /// Its entities.
    pub nodes: Vec<PatternNode>,
    /// Its relationships.
    pub ties: Vec<PatternTie>,
    /// What must hold between what they stand for.
    pub comparisons: Vec<Comparison>,
}

/// What the entities and relationships of a pattern stand for, in their order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// The entities.
    pub entities: Vec<EntityIndex>,
    /// The relationships.
    pub relationships: Vec<RelationshipIndex>,
}

/// Where a pattern was found: the first of its matches by what they stand for, and how many there are.
#[derive(Debug, Clone, Default)]
pub struct Matches {
    /// The first ones.
    pub first: Vec<Match>,
    /// How many there are in all.
    pub total: usize,
}

/// Finds a pattern. All matches are found, of which the first `count` are kept.
///
/// # Errors
/// When the search passes the budget.
pub fn matches(
    view: &View,
    pattern: &Pattern,
    count: usize,
    budget: &mut Budget,
) -> Result<Matches, OverBudget> {
    Matching::new(view, pattern, count, budget).run()
}

/// What a search binds next, given what is bound already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    /// An entity that nothing bound leads to.
    Begin(usize),
    /// A relationship of which one end is bound, and its other end.
    Follow(usize),
    /// A relationship of which both ends are bound.
    Close(usize),
}

impl Pattern {
    /// In which order to bind everything: from the entity with the fewest candidates, along relationships,
    /// and what closes a circle as soon as it does.
    pub(super) fn order(&self, view: &View) -> Vec<Move> {
        let candidates: Vec<usize> = self
            .nodes
            .iter()
            .map(|node| node.candidates(view))
            .collect();
        let mut moves = Vec::new();
        let mut bound = vec![false; self.nodes.len()];
        let mut used = vec![false; self.ties.len()];
        while bound.iter().any(|bound| !bound) {
            let next = self.next(&candidates, &bound, &used);
            let Some((next, node)) = next else { break };
            if let Move::Follow(tie) = next {
                used[tie] = true;
            }
            bound[node] = true;
            moves.push(next);
            for (place, tie) in self.ties.iter().enumerate() {
                if !used[place] && bound[tie.ends.0] && bound[tie.ends.1] {
                    used[place] = true;
                    moves.push(Move::Close(place));
                }
            }
        }
        moves
    }

    /// Two of its entities that nothing connects, neither relationships nor comparisons, directly or over others: all
    /// that the one can stand for would be found with all that the other can.
    #[must_use]
    pub fn apart(&self) -> Option<(usize, usize)> {
        let node = |side: &Side| match side {
            Side::Node(node, _) => *node,
            Side::Tie(tie, _) => self.ties[*tie].ends.0,
        };
        let ties = self.ties.iter().map(|tie| tie.ends);
        let comparisons = self.comparisons.iter();
        let comparisons =
            comparisons.map(|comparison| (node(&comparison.left), node(&comparison.right)));
        let links: Vec<(usize, usize)> = ties.chain(comparisons).collect();
        let mut with_first = vec![false; self.nodes.len()];
        *with_first.first_mut()? = true;
        while let Some((one, other)) = links
            .iter()
            .find(|(one, other)| with_first[*one] != with_first[*other])
        {
            with_first[*one] = true;
            with_first[*other] = true;
        }
        let other = with_first.iter().position(|reached| !reached)?;
        Some((0, other))
    }

    /// The best next move that binds an entity, and which.
    fn next(&self, candidates: &[usize], bound: &[bool], used: &[bool]) -> Option<(Move, usize)> {
        let ties = (0..)
            .zip(&self.ties)
            .filter(|(place, _): &(usize, _)| !used[*place]);
        let follows =
            ties.filter_map(
                |(place, tie)| match (bound[tie.ends.0], bound[tie.ends.1]) {
                    (true, false) => Some((Move::Follow(place), tie.ends.1)),
                    (false, true) => Some((Move::Follow(place), tie.ends.0)),
                    _ => None,
                },
            );
        let best = follows.min_by_key(|(_, node)| candidates[*node]);
        best.or_else(|| {
            let unbound = (0..bound.len()).filter(|node| !bound[*node]);
            let node = unbound.min_by_key(|node| candidates[*node])?;
            Some((Move::Begin(node), node))
        })
    }
}

impl PatternNode {
    /// About how many entities it may stand for.
    fn candidates(&self, view: &View) -> usize {
        if let Some(one_of) = &self.one_of {
            return one_of.len();
        }
        let graph = view.graph();
        let all = match self.possible_types() {
            Some(types) => types.iter().map(|index| graph.count_of(*index)).sum(),
            None => graph.counts().entities,
        };
        // A filter mostly leaves few.
        if self.fits.is_some() {
            all / 10 + 1
        } else {
            all
        }
    }

    /// The types that it may be of; `None` is any.
    pub fn possible_types(&self) -> Option<Vec<TypeIndex>> {
        let fits = |index: &TypeIndex| {
            let filters = self.fits.as_ref();
            filters.is_none_or(|filters| filters.iter().any(|(of, _)| of == index))
        };
        match (&self.types, &self.fits) {
            (Some(types), _) => Some(types.iter().copied().filter(fits).collect()),
            (None, Some(filters)) => Some(filters.iter().map(|(index, _)| *index).collect()),
            (None, None) => None,
        }
    }

    /// Whether it may stand for an entity.
    pub(super) fn admits(
        &self,
        view: &View,
        entity: EntityIndex,
        budget: &mut Budget,
    ) -> Result<bool, OverBudget> {
        let entity_type = view.type_of(entity);
        let listed = self.one_of.as_ref();
        let types = self.types.as_ref();
        if listed.is_some_and(|listed| !listed.contains(&entity))
            || types.is_some_and(|types| !types.contains(&entity_type))
        {
            return Ok(false);
        }
        let Some(filters) = &self.fits else {
            return Ok(true);
        };
        for (_, filter) in filters.iter().filter(|(index, _)| *index == entity_type) {
            if filter.fits(view, entity, budget)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl PatternTie {
    /// The end that is not this one.
    pub(super) fn other_end(&self, node: usize) -> usize {
        if self.ends.0 == node {
            self.ends.1
        } else {
            self.ends.0
        }
    }

    /// Which way it leads from an end.
    pub(super) fn follow_from(&self, node: usize) -> Follow {
        if self.ends.0 == node {
            self.follow
        } else {
            self.follow.reversed()
        }
    }

    /// Whether it may stand for the relationship of a step.
    pub(super) fn admits(&self, step: &Step<Edge>) -> bool {
        let types = self.types.as_ref();
        types.is_none_or(|types| types.contains(&step.edge.relationship_type))
    }
}
