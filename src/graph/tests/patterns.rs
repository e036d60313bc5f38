//! Patterns against brute force: every assignment of entities and relationships is tried.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::cases;
use super::walks::{NODES, edges_of, graph, ties};
use super::world::{ABOUT, KNOWS, PERSON, SOURCE, WORK, date, hour};
use crate::graph::network::{
    Comparison, Match, OfNode, OfTie, Operator, Pattern, PatternNode, PatternTie, Side, matches,
};
use crate::graph::view::{Audience, Clocks, View};
use crate::graph::walk::{Budget, Follow};
use crate::graph::{EntityIndex, RelationshipIndex};
use crate::model::claim::Until;
use crate::model::date::Edtf;
use crate::model::ontology::{RelationshipTypeIndex, TypeIndex};

/// Which entities a node may be, and of which types.
type Choice = (Option<Vec<usize>>, Option<Vec<TypeIndex>>);

/// A pattern in a form that is easily made up.
#[derive(Debug, Clone)]
struct Sketch {
    nodes: Vec<Choice>,
    ties: Vec<(usize, usize, Option<RelationshipTypeIndex>, Follow)>,
    /// Which relationship has to be over before which began.
    before: Option<(usize, usize)>,
    /// Whose id has to be less than whose.
    less: Option<(usize, usize)>,
}

fn sketch() -> impl Strategy<Value = Sketch> {
    (1..4_usize, 0..4_usize).prop_flat_map(|(nodes, ties)| {
        let types = prop_oneof![Just(vec![PERSON]), Just(vec![WORK, SOURCE])];
        let node = (
            option::weighted(0.3, vec(0..NODES.len(), 1..3)),
            option::weighted(0.4, types),
        );
        let kind = option::weighted(0.4, prop_oneof![Just(KNOWS), Just(ABOUT)]);
        let follow = prop_oneof![
            Just(Follow::Both),
            Just(Follow::Forward),
            Just(Follow::Backward)
        ];
        let tie = (0..nodes, 0..nodes, kind, follow);
        (
            vec(node, nodes),
            vec(tie, ties),
            option::weighted(0.3, (0..4_usize, 0..4_usize)),
            option::weighted(0.3, (0..nodes, 0..nodes)),
        )
            .prop_map(move |(nodes, ties, before, less)| Sketch {
                before: before.filter(|(one, other)| one.max(other) < &ties.len()),
                nodes,
                ties,
                less,
            })
    })
}

impl Sketch {
    fn pattern(&self, view: &View) -> Pattern {
        let entity = |place: &usize| view.entity(NODES[*place]).expect("known");
        let nodes = self.nodes.iter().map(|(ids, types)| PatternNode {
            one_of: ids.as_ref().map(|ids| ids.iter().map(entity).collect()),
            types: types.clone(),
            fits: None,
        });
        let ties = self.ties.iter().map(|(from, to, kind, follow)| PatternTie {
            ends: (*from, *to),
            types: kind.map(|kind| vec![kind]),
            follow: *follow,
        });
        let before = self.before.map(|(one, other)| Comparison {
            left: Side::Tie(one, OfTie::Date),
            operator: Operator::Less,
            right: Side::Tie(other, OfTie::Date),
        });
        let less = self.less.map(|(one, other)| Comparison {
            left: Side::Node(one, OfNode::Id),
            operator: Operator::Less,
            right: Side::Node(other, OfNode::Id),
        });
        Pattern {
            nodes: nodes.collect(),
            ties: ties.collect(),
            comparisons: before.into_iter().chain(less).collect(),
        }
    }

    /// Every match, by trying all entities and then all relationships.
    fn every_match(&self, view: &View) -> Vec<Match> {
        let all: Vec<EntityIndex> = NODES.iter().filter_map(|id| view.entity(id)).collect();
        let mut open = vec![Vec::new()];
        for (ids, types) in &self.nodes {
            let fits = |entity: &EntityIndex| {
                let named = |place: &usize| view.entity(NODES[*place]) == Some(*entity);
                ids.as_ref().is_none_or(|ids| ids.iter().any(named))
                    && types
                        .as_ref()
                        .is_none_or(|types| types.contains(&view.type_of(*entity)))
            };
            let extended = open.iter().flat_map(|bound: &Vec<EntityIndex>| {
                let free = all
                    .iter()
                    .filter(|entity| !bound.contains(entity) && fits(entity));
                free.map(|entity| [bound.as_slice(), &[*entity]].concat())
            });
            open = extended.collect();
        }
        let edges = edges_of(view);
        let mut found = Vec::new();
        for entities in open {
            let mut bound: Vec<Vec<RelationshipIndex>> = vec![Vec::new()];
            for (from, to, kind, follow) in &self.ties {
                let (from, to) = (entities[*from], entities[*to]);
                let fits =
                    |(relationship, start, end): &(RelationshipIndex, EntityIndex, EntityIndex)| {
                        let of_kind = view.relationship(*relationship).0;
                        let forward = (*start, *end) == (from, to) && follow.admits(true);
                        let backward = (*start, *end) == (to, from) && follow.admits(false);
                        kind.is_none_or(|kind| kind == of_kind) && (forward || backward)
                    };
                let extended = bound.iter().flat_map(|bound| {
                    let free = edges
                        .iter()
                        .filter(|edge| !bound.contains(&edge.0) && fits(edge));
                    free.map(|edge| [bound.as_slice(), &[edge.0]].concat())
                });
                bound = extended.collect();
            }
            found.extend(bound.into_iter().map(|relationships| Match {
                entities: entities.clone(),
                relationships,
            }));
        }
        found.retain(|found| {
            let id = |place: usize| view.id(found.entities[place]).as_str();
            let days = |place: usize| days(view, found.relationships[place]);
            let is_before = |(one, other)| match (days(one), days(other)) {
                (Some(one), Some(other)) => one.1 < other.0,
                _ => false,
            };
            self.less.is_none_or(|(one, other)| id(one) < id(other))
                && self.before.is_none_or(is_before)
        });
        found.sort();
        found
    }
}

/// When a relationship held; none if the claim that wins says nothing of that.
fn days(view: &View, relationship: RelationshipIndex) -> Option<(i32, i32)> {
    let claim = view.relationship_winner(relationship)?;
    let since = view.since(claim).and_then(Edtf::earliest);
    let until = match view.until(claim) {
        Some(Until::Date(date)) => date.latest(),
        _ => None,
    };
    let is_dated = since.is_some() || until.is_some();
    is_dated.then(|| (since.unwrap_or(i32::MIN), until.unwrap_or(i32::MAX)))
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn patterns_are_found_wherever_they_are(
        ties in vec(ties(), 0..12),
        seals: [bool; 5],
        sketch in sketch(),
        count in 0..6_usize,
    ) {
        let now = View::now(graph(&ties, seals));
        let views = [
            now.clone(),
            now.seen_by(Audience::Editor),
            now.at(Clocks { date: Some(date("2020")), ..Clocks::default() }),
            now.at(Clocks { known_at: Some(hour(2)), ..Clocks::default() }),
        ];
        for view in &views {
            let expected = sketch.every_match(view);
            let mut budget = Budget::new(10_000_000);
            let found = matches(view, &sketch.pattern(view), count, &mut budget).expect("within budget");
            prop_assert_eq!(found.total, expected.len());
            prop_assert_eq!(&found.first[..], &expected[..count.min(expected.len())]);
        }
    }
}
