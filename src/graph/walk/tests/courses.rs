//! Walks with rules by hop, dates and prices, what is reached and what is shared, against brute force.

use std::collections::{BTreeMap, HashSet};

use super::*;

/// A small graph whose edges have days and prices.
#[derive(Debug, Clone)]
struct Dated {
    nodes: u32,
    edges: Vec<(u32, u32)>,
    days: Vec<(i32, i32)>,
    prices: Vec<u64>,
    kinds: Vec<u8>,
    leaves: Vec<u32>,
}

fn dated() -> impl Strategy<Value = Dated> {
    (2u32..7).prop_flat_map(|nodes| {
        let day = prop_oneof![
            1 => Just((i32::MIN, i32::MAX)),
            4 => (0..8_i32, 0..4_i32).prop_map(|(first, more)| (first, first + more)),
        ];
        (
            Just(nodes),
            prop::collection::vec((0..nodes, 0..nodes), 0..14),
            prop::collection::vec(day, 14),
            prop::collection::vec(1..5_u64, 14),
            prop::collection::vec(0..3_u8, 14),
            hubs(),
        )
            .prop_map(|(nodes, edges, days, prices, kinds, leaves)| Dated {
                nodes,
                edges,
                days,
                prices,
                kinds,
                leaves,
            })
    })
}

impl Dated {
    fn graph(&self) -> Graph {
        let (all, edges) = with_leaves(self.nodes, &self.edges, &self.leaves);
        graph(all, &edges)
    }

    /// The steps from a node, by looking at every edge.
    fn steps(&self, node: u32, follow: Follow) -> Vec<Step<EdgeIndex>> {
        let mut steps = Vec::new();
        for (number, &(from, to)) in self.edges.iter().enumerate() {
            let edge = EdgeIndex::new(number);
            for (at, to, forward) in [(from, to, true), (to, from, false)] {
                if at == node && follow.admits(forward) {
                    steps.push(Step { to, edge, forward });
                }
            }
        }
        steps
    }
}

/// What hops have to be: by hop a direction and a kind of edge.
type Shape = Vec<(Follow, Option<u8>)>;

fn shape() -> impl Strategy<Value = Option<Shape>> {
    let hop = (follows(), prop::option::weighted(0.4, 0..3_u8));
    prop::option::weighted(0.6, prop::collection::vec(hop, 1..5))
}

/// Days can be found one for each hop, in order.
fn in_order(days: impl IntoIterator<Item = (i32, i32)>) -> bool {
    let mut earliest = i32::MIN;
    days.into_iter().all(|(first, last)| {
        earliest = earliest.max(first);
        earliest <= last
    })
}

/// Every path that visits no node twice, whatever it is made of.
fn every_path(
    dated: &Dated,
    ends: (u32, u32),
    follow: impl Fn(usize) -> Follow,
) -> Vec<Vec<Step<EdgeIndex>>> {
    let (mut done, mut open) = (Vec::new(), vec![Vec::new()]);
    while let Some(steps) = open.pop() {
        let steps: Vec<Step<EdgeIndex>> = steps;
        let at = steps.last().map_or(ends.0, |step| step.to);
        if at == ends.1 {
            done.push(steps);
            continue;
        }
        for step in dated.steps(at, follow(steps.len())) {
            if step.to != ends.0 && steps.iter().all(|before| before.to != step.to) {
                open.push([steps.as_slice(), &[step]].concat());
            }
        }
    }
    done
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn paths_on_a_course_are_all_that_keep_to_it(
        dated in dated(),
        ends in (0..7_u32, 0..7_u32),
        shape in shape(),
        (in_time, priced) in any::<(bool, bool)>(),
        wanted in 1..30_usize,
        longest in 0..7_u32,
        barred in 0..9_u32,
    ) {
        let ends = (ends.0 % dated.nodes, ends.1 % dated.nodes);
        let lengths = shape.as_ref().map_or(0..=longest, |shape| {
            let length = u32::try_from(shape.len()).unwrap();
            length..=length
        });
        let follow = |hop: u32| match &shape {
            Some(shape) => shape.get(hop as usize).map_or(Follow::Both, |hop| hop.0),
            None => Follow::Both,
        };
        let allows = |hop: u32, step: &Step<EdgeIndex>| {
            let kind = shape.as_ref().and_then(|shape| shape.get(hop as usize)?.1);
            let fits = |kind| dated.kinds.get(step.edge.index()) == Some(&kind);
            kind.is_none_or(fits) && (step.to == ends.1 || step.to != barred)
        };
        let days = |edge: EdgeIndex| dated.days.get(edge.index()).copied().unwrap_or((0, 9));
        let price = |edge: EdgeIndex| dated.prices.get(edge.index()).copied().unwrap_or(1);
        let course = Course {
            lengths: lengths.clone(),
            follow: &follow,
            allows: &allows,
            days: in_time.then_some(&days),
            price: priced.then_some(&price),
        };
        let graph = dated.graph();
        let mut budget = Budget::new(u64::MAX);
        let found = paths_on_course(&&graph, ends, wanted, &course, &mut budget).unwrap();

        let mut expected = every_path(&dated, ends, |hop| follow(u32::try_from(hop).unwrap()));
        expected.retain(|steps| {
            let hops = (0_u32..).zip(steps);
            lengths.contains(&u32::try_from(steps.len()).unwrap())
                && hops.into_iter().all(|(hop, step)| allows(hop, step))
                && (!in_time || in_order(steps.iter().map(|step| days(step.edge))))
        });
        let cost = |steps: &[Step<EdgeIndex>]| -> u64 {
            steps.iter().map(|step| if priced { price(step.edge) } else { 1 }).sum()
        };
        expected.sort_by(|one, other| {
            (cost(one), one.len(), one).cmp(&(cost(other), other.len(), other))
        });
        let mut seen = HashSet::new();
        expected.retain(|steps| seen.insert(steps.iter().map(|step| step.to).collect::<Vec<_>>()));
        expected.truncate(wanted);
        prop_assert_eq!(found.into_iter().map(|path| path.steps).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_reached_is_all_there_is_with_a_shortest_way(
        dated in dated(),
        starts in prop::collection::vec(0..7_u32, 1..3),
        follow in follows(),
        depth in 0..5_u32,
        barred in 0..9_u32,
        kind in prop::option::weighted(0.3, 0..3_u8),
    ) {
        let starts: Vec<u32> = starts.iter().map(|start| start % dated.nodes).collect();
        let node = |node: u32| node != barred;
        let edge = |edge: EdgeIndex| kind.is_none_or(|kind| dated.kinds.get(edge.index()) == Some(&kind));
        let rules = Rules { follow, max_length: depth, node: Some(&node), edge: Some(&edge) };
        let graph = graph(dated.nodes, &dated.edges);
        let (mut space, mut budget) = (Space::new(), Budget::new(u64::MAX));
        let found = reach(&&graph, &starts, &rules, |_| false, &mut space, &mut budget).unwrap();

        let mut expected: BTreeMap<u32, u32> = starts.iter().map(|start| (*start, 0)).collect();
        for round in 1..=depth {
            let last: Vec<u32> = expected.iter().filter(|(_, depth)| **depth == round - 1).map(|(node, _)| *node).collect();
            for at in last.into_iter().filter(|at| round == 1 || node(*at)) {
                for step in dated.steps(at, follow).iter().filter(|step| edge(step.edge)) {
                    expected.entry(step.to).or_insert(round);
                }
            }
        }
        let mut expected: Vec<(u32, u32)> = expected.into_iter().map(|(node, depth)| (depth, node)).collect();
        expected.sort_unstable();
        let reached: Vec<(u32, u32)> = found.nodes().iter().map(|reached| (reached.depth, reached.node)).collect();
        prop_assert_eq!(&reached, &expected);
        for (place, (depth, end)) in expected.into_iter().enumerate() {
            let way = found.way(place);
            prop_assert_eq!(way.length(), depth as usize);
            prop_assert!(starts.contains(&way.from));
            let mut at = way.from;
            for (hop, step) in way.steps.iter().enumerate() {
                prop_assert!(dated.steps(at, follow).contains(step) && edge(step.edge));
                prop_assert!(hop == 0 || node(at));
                at = step.to;
            }
            prop_assert_eq!(at, end);
        }
    }

    #[test]
    fn what_is_shared_is_next_to_all(
        dated in dated(),
        nodes in prop::collection::hash_set(0..7_u32, 2..4),
        follow in follows(),
        barred in 0..9_u32,
        kind in prop::option::weighted(0.3, 0..3_u8),
    ) {
        let nodes: Vec<u32> = nodes.into_iter().filter(|node| *node < dated.nodes).collect();
        if nodes.is_empty() {
            return Ok(());
        }
        let node = |node: u32| node != barred;
        let edge = |edge: EdgeIndex| kind.is_none_or(|kind| dated.kinds.get(edge.index()) == Some(&kind));
        let rules = Rules { follow, max_length: 1, node: Some(&node), edge: Some(&edge) };
        let (mut budget, graph) = (Budget::new(u64::MAX), dated.graph());
        let found = shared(&&graph, &nodes, &rules, &mut budget).unwrap();

        let all = u32::try_from(graph.node_count()).unwrap();
        let mut expected: Vec<(usize, u32)> = Vec::new();
        for other in (0..all).filter(|other| !nodes.contains(other) && node(*other)) {
            let links = |start: &u32| dated.steps(*start, follow).iter().filter(|step| step.to == other && edge(step.edge)).count();
            let counts: Vec<usize> = nodes.iter().map(links).collect();
            if counts.iter().all(|count| *count > 0) {
                expected.push((counts.iter().sum(), other));
            }
        }
        // Of one node alone its leaves would be shared, which the brute force does not know.
        if nodes.len() > 1 {
            expected.sort_by_key(|(count, node)| (std::cmp::Reverse(*count), *node));
            let found: Vec<(usize, u32)> = found.iter().map(|shared| (shared.steps.len(), shared.node)).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_neighbourhood_keeps_the_best_connected(
        dated in dated(),
        start in 0..7_u32,
        depth in 0..4_u32,
        limit in 1..8_usize,
    ) {
        let start = start % dated.nodes;
        let graph = graph(dated.nodes, &dated.edges);
        let (mut space, mut budget) = (Space::new(), Budget::new(u64::MAX));
        let rules = at_most(depth);
        let found = neighborhood(&&graph, &[start], limit, &rules, &mut space, &mut budget).unwrap();

        let links = |one: u32, other: u32| dated.edges.iter().filter(|edge| **edge == (one, other) || **edge == (other, one)).count();
        let (mut kept, mut left, mut level) = (vec![start], Vec::new(), vec![start]);
        for _ in 0..depth {
            let next: Vec<u32> = (0..dated.nodes)
                .filter(|node| !kept.contains(node) && !left.contains(node))
                .filter(|node| level.iter().any(|nearer| links(*nearer, *node) > 0))
                .collect();
            let connected = |node: u32| -> usize {
                let others = next.iter().filter(|other| **other != node);
                level.iter().chain(others).map(|other| links(*other, node)).sum()
            };
            let mut ranked = next.clone();
            ranked.sort_by_key(|node| (std::cmp::Reverse(connected(*node)), *node));
            left.extend(ranked.split_off(ranked.len().min(limit - kept.len())));
            ranked.sort_unstable();
            kept.extend(&ranked);
            level = ranked;
        }
        prop_assert_eq!(found.nodes.iter().map(|kept| kept.node).collect::<Vec<_>>(), kept);
        left.sort_unstable();
        let mut left_out = found.left_out;
        left_out.sort_unstable();
        prop_assert_eq!(left_out, left);
    }
}
