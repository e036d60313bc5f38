//! Walks: expansions of several hops, shortest paths.

use onrecord::graph::network::{Allowed, PathQuery, paths, reach};
use onrecord::graph::walk::Budget;
use onrecord::model::ontology::Direction;

use crate::by_hand::Bidirectional;
use crate::table::Table;
use crate::world::{World, entity, relationship};

/// How many places a walk starts from.
const STARTS: u64 = 40;

/// An official's meetings, their participants, and the meetings of those: the time of one edge.
pub(crate) fn expansion(world: &World, table: &mut Table) {
    let view = &world.view;
    let takes_part = relationship(view, "HAS_PARTICIPANT");
    let outward = world.by_hand.rows("HAS_PARTICIPANT", Direction::Out);
    let inward = world.by_hand.rows("HAS_PARTICIPANT", Direction::In);
    // Beyond the hubs, where a row is a line of memory or two.
    let starts: Vec<String> = (0..STARTS)
        .map(|place| {
            let tail = world.sizes.officials / 2;
            format!("official:{}", tail + (place * 7919) % tail)
        })
        .collect();
    let entities: Vec<_> = starts.iter().map(|id| entity(view, id)).collect();
    let numbers: Vec<_> = starts.iter().map(|id| world.by_hand.number(id)).collect();
    let ours = |sum: &mut u64| {
        let mut edges = 0;
        for start in &entities {
            for first in view.hops(*start, takes_part, Direction::In) {
                edges += 1;
                for second in view.hops(first.entity, takes_part, Direction::Out) {
                    edges += 1;
                    for third in view.hops(second.entity, takes_part, Direction::In) {
                        edges += 1;
                        *sum += u64::from(third.entity.number() ^ third.relationship.number());
                    }
                }
            }
        }
        edges
    };
    let by_hand = |sum: &mut u64| {
        for start in &numbers {
            for first in inward.neighbors_slice(*start) {
                for second in outward.neighbors_slice(*first) {
                    let relationships = inward.edges_slice(*second);
                    for (third, relationship) in
                        inward.neighbors_slice(*second).iter().zip(relationships)
                    {
                        *sum += u64::from(third ^ relationship);
                    }
                }
            }
        }
    };
    let edges = ours(&mut 0);
    table.compare(
        "expansion of 3 hops, an edge",
        edges,
        || {
            let mut sum = 0;
            ours(&mut sum);
            sum
        },
        || {
            let mut sum = 0;
            by_hand(&mut sum);
            sum
        },
    );
}

/// What can be reached with 3 hops from an official, hubs and all: the time of one edge that is looked at.
pub(crate) fn closure(world: &World, table: &mut Table) {
    let view = &world.view;
    let id = format!("official:{}", world.sizes.officials / 2);
    let (start, number) = (entity(view, &id), world.by_hand.number(&id));
    let ours = |visited: &mut u64| {
        let mut budget = Budget::new(u64::MAX);
        let allowed = Allowed::default();
        let found = reach(view, &[start], 3, &allowed, |_| false, &mut budget);
        *visited = budget.visited();
        found.expect("a budget without an end").nodes().len() as u64
    };
    let rows = &world.by_hand.all;
    let by_hand = || {
        let mut seen = vec![false; rows.node_count()];
        seen[number as usize] = true;
        let (mut found, mut level) = (1, vec![number]);
        for _ in 0..3 {
            let mut next = Vec::new();
            for node in level {
                for to in rows.neighbors_slice(node) {
                    if !std::mem::replace(&mut seen[*to as usize], true) {
                        found += 1;
                        next.push(*to);
                    }
                }
            }
            level = next;
        }
        found
    };
    let mut edges = 0;
    ours(&mut edges);
    table.compare("reach of 3 hops, an edge", edges, || ours(&mut 0), by_hand);
}

/// Shortest paths of up to 6 hops between officials, over all relationship types.
pub(crate) fn shortest_paths(world: &World, table: &mut Table) {
    let view = &world.view;
    let official = |place: u64| format!("official:{}", place % world.sizes.officials);
    let pairs: Vec<(String, String)> = (1..200)
        .map(|place| (official(place * 7919), official(place * 104_729)))
        .collect();
    let mut search = Bidirectional::new(&world.by_hand);
    table.compare_median(
        "shortest path of up to 6 hops, median",
        &pairs,
        |(from, to)| {
            let ends = (entity(view, from), entity(view, to));
            let query = PathQuery::shortest(ends.0, ends.1);
            let found = paths(view, &query, &mut Budget::new(u64::MAX));
            found
                .expect("a budget without an end")
                .first()
                .map_or(u64::MAX, |path| path.length() as u64)
        },
        |(from, to)| {
            let ends = (world.by_hand.number(from), world.by_hand.number(to));
            let found = search.length(&world.by_hand.all, ends, 6);
            found.map_or(u64::MAX, u64::from)
        },
    );
}
