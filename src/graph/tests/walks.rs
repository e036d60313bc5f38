//! Walks over views against brute force over the relationships that each view shows.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::cases;
use super::world::{
    KNOWS, SOURCE, WORK, add, date, hour, id, keyed, link, ontology, put, retract, since,
    transaction, until,
};
use crate::graph::network::{Allowed, PathQuery, Subgraph, around, paths};
use crate::graph::view::{Audience, Clocks, View};
use crate::graph::walk::{Budget, Follow, Path};
use crate::graph::{Edge, EntityIndex, Graph, RelationshipIndex};
use crate::model::change::Change;
use crate::model::claim::{Claim, Review, Until};
use crate::model::date::Edtf;
use crate::model::ontology::{RelationshipTypeIndex, TypeIndex};

pub(super) const NODES: [&str; 8] = [
    "person:a", "person:b", "person:c", "work:a", "work:b", "work:c", "source:a", "source:b",
];

/// One relationship, which some views show and others do not.
#[derive(Debug, Clone)]
pub(super) struct Tie {
    ends: (usize, usize),
    /// In words that any two nodes may be tied by, or in those of persons and works.
    about: bool,
    years: (Option<u16>, Option<u16>),
    proposed: bool,
    /// In which transaction it is recorded, and in which retracted.
    recorded: usize,
    retracted: Option<usize>,
}

pub(super) fn ties() -> impl Strategy<Value = Tie> {
    let year = || option::weighted(0.3, 2019..2022_u16);
    let ends = (0..NODES.len(), 0..NODES.len());
    (
        ends,
        any::<bool>(),
        (year(), year()),
        prop::bool::weighted(0.2),
        0..3_usize,
        option::weighted(0.3, 1..3_usize),
    )
        .prop_map(|(ends, about, years, proposed, recorded, retracted)| Tie {
            ends,
            about,
            years,
            proposed,
            recorded,
            retracted: retracted.map(|later| recorded + later),
        })
}

pub(super) fn graph(edges: &[Tie], seals: [bool; 5]) -> Graph {
    let mut graph = Graph::new(ontology());
    // In a transaction of their own, so that they are not proposed with what is.
    graph.apply(&transaction(
        0,
        NODES.iter().map(|node| put(node)).collect(),
    ));
    let mut rounds: Vec<Vec<Change>> = vec![Vec::new(); 5];
    for (number, edge) in edges.iter().enumerate() {
        let (from, to) = (NODES[edge.ends.0], NODES[edge.ends.1]);
        let parties = edge.ends.0 < 6 && edge.ends.1 < 6;
        let name = if edge.about || !parties {
            "ABOUT"
        } else {
            "KNOWS"
        };
        let mut claim = keyed(&format!("claim:k{number}"), link(from, name, to, &[]));
        if let Some(year) = edge.years.0 {
            claim = since(&year.to_string(), claim);
        }
        if let Some(year) = edge.years.1 {
            claim = until(&year.to_string(), claim);
        }
        let review = if edge.proposed {
            Review::Proposed
        } else {
            Review::Accepted
        };
        rounds[edge.recorded].push(add(Claim { review, ..claim }));
        if let Some(version) = edge.retracted {
            rounds[version].push(retract(&format!("claim:k{number}")));
        }
    }
    for ((hours, changes), seal) in (1..).zip(rounds).zip(seals) {
        let transaction = transaction(hours, changes);
        graph.check(&transaction).expect("fits");
        graph.apply(&transaction);
        if seal {
            graph.seal();
        }
    }
    graph
}

/// What a walk may use, to be told to both sides.
#[derive(Debug, Clone)]
struct Limits {
    knows_only: bool,
    without_sources: bool,
    avoid_works: bool,
    avoided: Option<usize>,
    follow: Follow,
    between: Option<u16>,
}

fn limits() -> impl Strategy<Value = Limits> {
    let rarely = || prop::bool::weighted(0.2);
    (
        rarely(),
        rarely(),
        rarely(),
        option::weighted(0.3, 0..NODES.len()),
        prop_oneof![
            4 => Just(Follow::Both),
            1 => Just(Follow::Forward),
            1 => Just(Follow::Backward)
        ],
        option::weighted(0.3, 2018..2023_u16),
    )
        .prop_map(
            |(knows_only, without_sources, avoid_works, avoided, follow, between)| Limits {
                knows_only,
                without_sources,
                avoid_works,
                avoided,
                follow,
                between,
            },
        )
}

/// The relationships that a view shows, each with its ends.
pub(super) fn edges_of(view: &View) -> Vec<(RelationshipIndex, EntityIndex, EntityIndex)> {
    let all = Limits {
        knows_only: false,
        without_sources: false,
        avoid_works: false,
        avoided: None,
        follow: Follow::Both,
        between: None,
    };
    edges(view, &all)
}

/// The relationships that a view shows and a walk may use, each with its ends.
fn edges(view: &View, limits: &Limits) -> Vec<(RelationshipIndex, EntityIndex, EntityIndex)> {
    let mut found: BTreeMap<RelationshipIndex, _> = BTreeMap::new();
    for claim in view.graph().claims() {
        if let crate::graph::About::Relationship(relationship) = view.graph().about(claim).1
            && view.relationship_winner(relationship).is_some()
        {
            let (kind, from, to) = view.relationship(relationship);
            let (first, last) = days(view, relationship);
            let then = limits.between.map(|year| date(&year.to_string()));
            let was_then = then.is_none_or(|then| {
                first <= then.latest().expect("a year") && last >= then.earliest().expect("a year")
            });
            if was_then && (!limits.knows_only || kind == KNOWS) {
                found.insert(relationship, (from, to));
            }
        }
    }
    found
        .into_iter()
        .map(|(relationship, (from, to))| (relationship, from, to))
        .collect()
}

/// When a relationship may have held, by what the claim that wins says. No property here is a date.
fn days(view: &View, relationship: RelationshipIndex) -> (i32, i32) {
    let claim = view.relationship_winner(relationship).expect("shown");
    let until = match view.until(claim) {
        Some(Until::Date(date)) => date.latest(),
        _ => None,
    };
    let since = view.since(claim).and_then(Edtf::earliest);
    (since.unwrap_or(i32::MIN), until.unwrap_or(i32::MAX))
}

/// The steps that edges allow from one end to the other.
fn steps_along(
    edges: &[(RelationshipIndex, EntityIndex, EntityIndex)],
    follow: Follow,
) -> Vec<(EntityIndex, EntityIndex, RelationshipIndex, bool)> {
    let both = edges.iter().flat_map(|(relationship, from, to)| {
        [
            (*from, *to, *relationship, true),
            (*to, *from, *relationship, false),
        ]
    });
    both.filter(|step| match follow {
        Follow::Both => true,
        Follow::Forward => step.3,
        Follow::Backward => !step.3,
    })
    .collect()
}

fn passes(view: &View, limits: &Limits, entity: EntityIndex) -> bool {
    let entity_type = view.type_of(entity);
    !(limits.without_sources && entity_type == SOURCE || limits.avoid_works && entity_type == WORK)
        && limits
            .avoided
            .is_none_or(|avoided| view.id(entity) != &id(NODES[avoided]))
}

/// All ways without a node twice, as lists of nodes.
fn ways(
    view: &View,
    ends: (EntityIndex, EntityIndex),
    longest: usize,
    limits: &Limits,
) -> Vec<Vec<EntityIndex>> {
    let edges = steps_along(&edges(view, limits), limits.follow);
    let (mut done, mut open) = (Vec::new(), vec![vec![ends.0]]);
    while let Some(way) = open.pop() {
        let last = way[way.len() - 1];
        if last == ends.1 {
            done.push(way);
            continue;
        }
        let next: BTreeSet<EntityIndex> = edges
            .iter()
            .filter(|(from, to, ..)| {
                *from == last && !way.contains(to) && (*to == ends.1 || passes(view, limits, *to))
            })
            .map(|(_, to, ..)| *to)
            .collect();
        if way.len() <= longest {
            open.extend(
                next.into_iter()
                    .map(|node| [way.as_slice(), &[node]].concat()),
            );
        }
    }
    done.sort_by_key(|way| (way.len(), way.clone()));
    done
}

fn with_allowed<T>(limits: &Limits, view: &View, ask: impl FnOnce(&Allowed<'_>) -> T) -> T {
    let types: Vec<TypeIndex> = (0..4)
        .map(TypeIndex)
        .filter(|index| *index != SOURCE)
        .collect();
    let avoided: Vec<EntityIndex> = limits
        .avoided
        .and_then(|place| view.entity(NODES[place]))
        .into_iter()
        .collect();
    let (only, works) = ([KNOWS], [WORK]);
    let then = limits.between.map(|year| date(&year.to_string()));
    ask(&Allowed {
        relationships: limits
            .knows_only
            .then_some(&only as &[RelationshipTypeIndex]),
        types: limits.without_sources.then_some(&types),
        avoided_types: if limits.avoid_works { &works } else { &[] },
        avoided: &avoided,
        follow: limits.follow,
        between: then.as_ref(),
    })
}

fn query<'a>(
    ends: (EntityIndex, EntityIndex),
    count: usize,
    max_length: usize,
    allowed: Allowed<'a>,
) -> PathQuery<'a> {
    PathQuery {
        count,
        max_length,
        allowed,
        ..PathQuery::shortest(ends.0, ends.1)
    }
}

/// A path is made of relationships that the view shows, in the direction it says.
fn well_made(view: &View, path: &Path<Edge>) {
    let mut at = path.from;
    for step in &path.steps {
        let (_, from, to) = view.relationship(step.edge.relationship);
        let (start, end) = if step.forward { (from, to) } else { (to, from) };
        assert_eq!((start.number(), end.number()), (at, step.to));
        assert!(view.relationship_winner(step.edge.relationship).is_some());
        at = step.to;
    }
}

fn reachable(
    view: &View,
    starts: &[EntityIndex],
    depth: usize,
    limits: &Limits,
) -> BTreeSet<EntityIndex> {
    let edges = steps_along(&edges(view, limits), limits.follow);
    let mut found: BTreeSet<EntityIndex> = starts.iter().copied().collect();
    for _ in 0..depth {
        let next: Vec<_> = edges
            .iter()
            .filter(|(from, to, ..)| found.contains(from) && passes(view, limits, *to))
            .map(|(_, to, ..)| *to)
            .collect();
        found.extend(next);
    }
    found
}

/// Paths on which no hop comes before the one it follows, by trying them all.
fn in_order(
    view: &View,
    ends: (EntityIndex, EntityIndex),
    (count, longest): (usize, usize),
    limits: &Limits,
) {
    let steps = steps_along(&edges(view, limits), limits.follow);
    let (mut done, mut open) = (Vec::new(), vec![(Vec::new(), i32::MIN)]);
    while let Some((way, day)) = open.pop() {
        let way: Vec<(EntityIndex, RelationshipIndex, bool)> = way;
        let last = way.last().map_or(ends.0, |(node, ..)| *node);
        if last == ends.1 {
            done.push(way);
            continue;
        }
        let next = steps.iter().filter(|(from, to, relationship, _)| {
            *from == last
                && way.len() < longest
                && *to != ends.0
                && way.iter().all(|(node, ..)| node != to)
                && (*to == ends.1 || passes(view, limits, *to))
                // Some day of it is neither before it began nor before what came before.
                && days(view, *relationship).1 >= day.max(days(view, *relationship).0)
        });
        open.extend(next.map(|(_, to, relationship, forward)| {
            let hop = (*to, *relationship, *forward);
            let first = days(view, *relationship).0;
            ([way.as_slice(), &[hop]].concat(), day.max(first))
        }));
    }
    done.sort_by_key(|way| (way.len(), way.clone()));
    let mut seen = BTreeSet::new();
    done.retain(|way| seen.insert(way.iter().map(|(node, ..)| *node).collect::<Vec<_>>()));
    done.truncate(count);
    let mut budget = Budget::new(1_000_000);
    let found = with_allowed(limits, view, |allowed| {
        let query = PathQuery {
            chronological: true,
            ..query(ends, count, longest, *allowed)
        };
        paths(view, &query, &mut budget)
    });
    let found: Vec<Vec<_>> = found
        .expect("within budget")
        .iter()
        .map(|path| {
            let steps = path.steps.iter();
            steps
                .map(|step| (EntityIndex(step.to), step.edge.relationship, step.forward))
                .collect()
        })
        .collect();
    assert_eq!(found, done, "{limits:?}");
}

fn compare(view: &View, ends: (usize, usize), (count, longest): (usize, usize), limits: &Limits) {
    let [from, to] = [ends.0, ends.1].map(|place| view.entity(NODES[place]).expect("known"));
    let mut budget = Budget::new(1_000_000);
    let found = with_allowed(limits, view, |allowed| {
        paths(
            view,
            &query((from, to), count, longest, *allowed),
            &mut budget,
        )
    });
    let found = found.expect("within budget");
    found.iter().for_each(|path| well_made(view, path));
    let nodes: Vec<Vec<EntityIndex>> = found
        .iter()
        .map(|path| path.nodes().map(EntityIndex::from_number).collect())
        .collect();
    let all = ways(view, (from, to), longest, limits);
    assert_eq!(nodes, all[..count.min(all.len())], "{limits:?}");

    in_order(view, (from, to), (count, longest), limits);

    for (depth, limit) in [(longest, usize::MAX), (longest, 3)] {
        let Subgraph {
            entities,
            relationships,
            omitted,
        } = with_allowed(limits, view, |allowed| {
            around(view, &[from, to], depth, limit, allowed, &mut budget)
        })
        .expect("within budget");
        let shown: BTreeSet<EntityIndex> = entities.iter().copied().collect();
        assert_eq!(shown.len(), entities.len());
        let reach = reachable(view, &[from, to], depth, limits);
        if limit == usize::MAX {
            assert_eq!((&shown, omitted.len()), (&reach, 0), "{limits:?}");
        } else {
            assert!(
                shown.is_subset(&reach) && shown.len() == reach.len().min(limit),
                "{limits:?}"
            );
        }
        let among = |(_, from, to): &(RelationshipIndex, EntityIndex, EntityIndex)| {
            shown.contains(from) && shown.contains(to)
        };
        let wanted: BTreeSet<_> = edges(view, limits)
            .into_iter()
            .filter(among)
            .map(|(relationship, ..)| relationship)
            .collect();
        let links: BTreeSet<_> = relationships.iter().copied().collect();
        assert_eq!(
            (links.len(), links),
            (relationships.len(), wanted),
            "{limits:?}"
        );
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn walks_follow_what_the_view_shows(
        edges in vec(ties(), 0..14),
        seals: [bool; 5],
        ends in (0..NODES.len(), 0..NODES.len()),
        numbers in (0..5_usize, 0..5_usize),
        limits in limits(),
    ) {
        let graph = graph(&edges, seals);
        let now = View::now(graph);
        let at = |clocks: Clocks| now.at(clocks);
        let views = [
            now.clone(),
            now.seen_by(Audience::Editor),
            at(Clocks { date: Some(date("2020")), ..Clocks::default() }),
            at(Clocks { known_at: Some(hour(2)), ..Clocks::default() }),
            at(Clocks { known_at: Some(hour(3)), date: Some(date("2021-05")), ..Clocks::default() }),
        ];
        for view in &views {
            compare(view, ends, numbers, &limits);
        }
    }
}

#[test]
fn a_hub_is_given_up_when_the_budget_is_over() {
    let mut graph = Graph::new(ontology());
    let mut changes = vec![put("source:a"), put("work:hub"), put("person:far")];
    for number in 0..2000 {
        let person = format!("person:p{number}");
        changes.extend([put(&person), add(link("work:hub", "ABOUT", &person, &[]))]);
    }
    changes.push(add(link("person:p1999", "KNOWS", "person:far", &[])));
    let transaction = transaction(0, changes);
    graph.check(&transaction).expect("fits");
    graph.apply(&transaction);
    for _ in 0..2 {
        let view = View::now(graph.clone());
        let ends = ["person:p0", "person:far"].map(|id| view.entity(id).expect("known"));
        let ask = |limit| {
            let query = query((ends[0], ends[1]), 1, 4, Allowed::default());
            paths(&view, &query, &mut Budget::new(limit))
        };
        assert_eq!(ask(100_000).map(|found| found[0].length()), Ok(3));
        assert!(ask(2).is_err());
        graph.seal();
    }
}
