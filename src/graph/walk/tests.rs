mod courses;

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::time::{Duration, Instant};

use petgraph::algo::{all_simple_paths, dijkstra};
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex, UnGraph};
use proptest::prelude::*;

use super::*;
use crate::graph::tests::cases;

type Graph = DiGraph<(), ()>;

fn graph(nodes: u32, edges: &[(u32, u32)]) -> Graph {
    let mut graph = Graph::new();
    for _ in 0..nodes {
        graph.add_node(());
    }
    for &(from, to) in edges {
        graph.add_edge(from.into(), to.into(), ());
    }
    graph
}

fn several(
    graph: &Graph,
    ends: (u32, u32),
    count: usize,
    parallel: Parallel,
    rules: &Rules<'_, EdgeIndex>,
) -> Vec<Path<EdgeIndex>> {
    let (mut space, mut budget) = (Space::new(), Budget::new(u64::MAX));
    shortest_paths(
        &graph,
        ends,
        count,
        parallel,
        rules,
        &mut space,
        &mut budget,
    )
    .unwrap()
}

fn at_most(max_length: u32) -> Rules<'static, EdgeIndex> {
    Rules {
        max_length,
        ..Rules::default()
    }
}

fn shortest(graph: &Graph, ends: (u32, u32), max_length: u32) -> Option<Path<EdgeIndex>> {
    let (mut space, mut budget) = (Space::new(), Budget::new(u64::MAX));
    shortest_path(&graph, ends, &at_most(max_length), &mut space, &mut budget).unwrap()
}

fn around(graph: &Graph, starts: &[u32], depth: u32, limit: usize) -> (Vec<(u32, u32)>, usize) {
    let (mut space, mut budget) = (Space::new(), Budget::new(u64::MAX));
    let rules = at_most(depth);
    let found = neighborhood(&graph, starts, limit, &rules, &mut space, &mut budget).unwrap();
    let nodes = found.nodes.iter().map(|n| (n.node, n.depth)).collect();
    (nodes, found.left_out.len())
}

fn nodes(path: &Path<EdgeIndex>) -> Vec<u32> {
    path.nodes().collect()
}

#[test]
fn a_step_says_whether_it_goes_with_its_edge() {
    let graph = graph(3, &[(0, 1), (2, 1)]);
    let path = shortest(&graph, (0, 2), 9).unwrap();
    let steps: Vec<_> = path
        .steps
        .iter()
        .map(|s| (s.to, s.edge.index(), s.forward))
        .collect();
    assert_eq!(steps, [(1, 0, true), (2, 1, false)]);
}

#[test]
fn a_path_to_the_start_has_no_steps() {
    let graph = graph(2, &[(0, 0), (0, 1), (1, 0)]);
    assert_eq!(shortest(&graph, (0, 0), 0).unwrap().length(), 0);
    let all = several(&graph, (0, 0), 9, Parallel::Each, &Rules::default());
    assert_eq!(all.len(), 1);
}

#[test]
fn nodes_that_do_not_exist_have_no_paths() {
    let graph = graph(2, &[(0, 1)]);
    assert_eq!(shortest(&graph, (0, 7), 9), None);
    assert_eq!(shortest(&graph, (u32::MAX / 1024, 0), 9), None);
    assert_eq!(around(&graph, &[7], 3, 9), (vec![(7, 0)], 0));
}

#[test]
fn length_has_a_bound() {
    let graph = graph(4, &[(0, 1), (1, 2), (2, 3)]);
    assert_eq!(shortest(&graph, (0, 3), 2), None);
    assert_eq!(shortest(&graph, (0, 3), 3).unwrap().length(), 3);
}

#[test]
fn length_counts_from_the_start_and_not_from_where_a_path_leaves_another() {
    let graph = graph(4, &[(0, 1), (1, 3), (1, 2), (2, 3)]);
    let found = several(&graph, (0, 3), 9, Parallel::Once, &at_most(2));
    assert_eq!(found.iter().map(nodes).collect::<Vec<_>>(), [[0, 1, 3]]);
}

#[test]
fn filters_hold_for_what_lies_between() {
    let graph = graph(5, &[(0, 1), (1, 4), (0, 2), (2, 3), (3, 4), (0, 4)]);
    let rules = Rules {
        node: Some(&|node| node != 1 && node != 0 && node != 4),
        edge: Some(&|edge: EdgeIndex| edge.index() != 5),
        ..Rules::default()
    };
    let found = several(&graph, (0, 4), 9, Parallel::Once, &rules);
    assert_eq!(found.iter().map(nodes).collect::<Vec<_>>(), [[0, 2, 3, 4]]);
}

#[test]
fn parallel_edges_are_one_path_or_several() {
    let graph = graph(2, &[(0, 1), (1, 0), (0, 1)]);
    let edges = |parallel| -> Vec<(usize, bool)> {
        let found = several(&graph, (0, 1), 9, parallel, &Rules::default());
        found
            .iter()
            .map(|p| (p.steps[0].edge.index(), p.steps[0].forward))
            .collect()
    };
    assert_eq!(edges(Parallel::Once), [(0, true)]);
    assert_eq!(edges(Parallel::Each), [(0, true), (1, false), (2, true)]);
}

#[test]
fn answers_do_not_depend_on_the_order_of_steps() {
    // The same nodes in a graph whose edges were added the other way round.
    let mut edges = vec![
        (0, 3),
        (0, 1),
        (3, 4),
        (1, 4),
        (2, 4),
        (0, 2),
        (4, 5),
        (3, 5),
    ];
    let one = graph(6, &edges);
    edges.reverse();
    let other = graph(6, &edges);
    let all = |graph| -> Vec<Vec<u32>> {
        let found = several(graph, (0, 4), 9, Parallel::Once, &Rules::default());
        found.iter().map(nodes).collect()
    };
    assert_eq!(all(&one)[0], [0, 1, 4]);
    assert_eq!(all(&one), all(&other));
    assert_eq!(around(&one, &[4], 2, 4), around(&other, &[4], 2, 4));
}

#[test]
fn a_neighbourhood_keeps_the_nearest_and_counts_the_rest() {
    let graph = graph(7, &[(0, 5), (2, 0), (0, 1), (1, 3), (5, 4), (4, 6)]);
    let all = [(0, 0), (1, 1), (2, 1), (5, 1), (3, 2), (4, 2), (6, 3)];
    assert_eq!(around(&graph, &[0], 9, 9), (all.to_vec(), 0));
    assert_eq!(around(&graph, &[0], 2, 9), (all[..6].to_vec(), 0));
    // 5 and 3 are next to what is kept; 4 and 6 lie behind 5.
    assert_eq!(around(&graph, &[0], 9, 3), (all[..3].to_vec(), 2));
    assert_eq!(around(&graph, &[0], 1, 3), (all[..3].to_vec(), 1));
    assert_eq!(around(&graph, &[0, 0, 6], 0, 9), (vec![(0, 0), (6, 0)], 0));
    assert_eq!(around(&graph, &[0, 6], 1, 0), (vec![], 2));
}

#[test]
fn links_are_the_edges_between_nodes() {
    let graph = graph(4, &[(0, 1), (1, 0), (1, 2), (0, 1), (1, 1), (3, 0)]);
    let (mut space, mut budget) = (Space::new(), Budget::new(100));
    let rules = Rules {
        edge: Some(&|edge: EdgeIndex| edge.index() != 3),
        ..Rules::default()
    };
    let links = links_among(&&graph, &[1, 0, 1], &rules, &mut space, &mut budget).unwrap();
    let links: Vec<_> = links
        .iter()
        .map(|l| (l.from, l.to, l.edge.index()))
        .collect();
    assert_eq!(links, [(0, 1, 0), (1, 0, 1), (1, 1, 4)]);
}

#[test]
fn a_budget_stops_every_walk() {
    let all: Vec<(u32, u32)> = (0..40).flat_map(|a| (0..40).map(move |b| (a, b))).collect();
    let graph = &graph(42, &all);
    let rules = Rules::default();
    let space = &mut Space::new();
    let over = Err(OverBudget {
        visited: 11,
        limit: 10,
    });
    let budget = || Budget::new(10);
    assert_eq!(
        shortest_path(&graph, (41, 0), &rules, space, &mut budget()).map(|_| ()),
        Ok(())
    );
    // Both ends have forty neighbours, but whether one leads to the other is looked up at once.
    assert_eq!(
        shortest_path(&graph, (0, 39), &rules, space, &mut Budget::new(2)).map(|_| ()),
        Ok(())
    );
    let none = shortest_path(&graph, (0, 39), &rules, space, &mut Budget::new(0));
    assert_eq!(
        none.map(|_| ()),
        Err(OverBudget {
            visited: 1,
            limit: 0
        })
    );
    let paths = shortest_paths(
        &graph,
        (0, 9),
        99,
        Parallel::Each,
        &rules,
        space,
        &mut budget(),
    );
    assert_eq!(paths.map(|_| ()), over);
    let found = neighborhood(&graph, &[0], 99, &rules, space, &mut budget());
    assert_eq!(found.map(|_| ()), over);
    assert_eq!(
        links_among(&graph, &[0], &rules, space, &mut budget()).map(|_| ()),
        over
    );

    let mut late = Budget::new(u64::MAX).with_deadline(Instant::now());
    let found = shortest_path(&graph, (0, 39), &rules, space, &mut late);
    let message = found.unwrap_err().to_string();
    assert_eq!(
        message,
        "stopped after visiting 1 edges: the time allowed is over"
    );
    let hour = Instant::now() + Duration::from_secs(3600);
    let mut long = Budget::new(u64::MAX).with_deadline(hour);
    assert!(shortest_path(&graph, (0, 39), &rules, space, &mut long).is_ok());
    assert!(long.visited() > 0);
}

/// A small graph with parallel edges and loops, both ends of a walk, and which edges to use.
type Walk = (u32, Vec<(u32, u32)>, (u32, u32), Vec<bool>);

fn walks() -> impl Strategy<Value = Walk> {
    (2u32..7).prop_flat_map(|nodes| {
        let edges = prop::collection::vec((0..nodes, 0..nodes), 0..16);
        let allowed = prop::collection::vec(prop::bool::weighted(0.9), 16);
        (Just(nodes), edges, (0..nodes, 0..nodes), allowed)
    })
}

/// Every path that visits no node twice, as petgraph finds them, without repeats.
fn simple_paths(
    nodes: u32,
    edges: &[(u32, u32)],
    ends: (u32, u32),
    follow: Follow,
) -> Vec<Vec<u32>> {
    let (from, to) = (NodeIndex::from(ends.0), NodeIndex::from(ends.1));
    let list: Vec<Vec<NodeIndex>> = match follow {
        Follow::Both => {
            let graph = UnGraph::<(), ()>::from_edges(
                graph(nodes, edges)
                    .raw_edges()
                    .iter()
                    .map(|e| (e.source(), e.target())),
            );
            let mut graph = graph;
            while graph.node_count() < nodes as usize {
                graph.add_node(());
            }
            all_simple_paths::<Vec<_>, _, RandomState>(&graph, from, to, 0, None).collect()
        }
        Follow::Forward => {
            let graph = graph(nodes, edges);
            all_simple_paths::<Vec<_>, _, RandomState>(&graph, from, to, 0, None).collect()
        }
        Follow::Backward => {
            let mut graph = graph(nodes, edges);
            graph.reverse();
            all_simple_paths::<Vec<_>, _, RandomState>(&graph, from, to, 0, None).collect()
        }
    };
    let mut paths: Vec<Vec<u32>> = list
        .into_iter()
        .map(|path| path.into_iter().map(|node| node.index() as u32).collect())
        .collect();
    paths.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    paths.dedup();
    paths
}

/// How many leaves hang from each node: some are hubs, which are not walked if that can be helped.
fn hubs() -> impl Strategy<Value = Vec<u32>> {
    let leaves = prop_oneof![3 => Just(0), 1 => 0..20_u32, 2 => 65..140_u32];
    prop::collection::vec(leaves, 7)
}

/// The same graph with leaves, which lie on no path between other nodes.
fn with_leaves(count: u32, edges: &[(u32, u32)], leaves: &[u32]) -> (u32, Vec<(u32, u32)>) {
    let (mut all, mut edges) = (count, edges.to_vec());
    for (node, leaves) in (0..count).zip(leaves) {
        let ends = (all..all + leaves).map(|leaf| {
            if leaf % 2 == 0 {
                (leaf, node)
            } else {
                (node, leaf)
            }
        });
        edges.extend(ends);
        all += leaves;
    }
    (all, edges)
}

fn follows() -> impl Strategy<Value = Follow> {
    prop_oneof![
        Just(Follow::Both),
        Just(Follow::Forward),
        Just(Follow::Backward)
    ]
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn the_shortest_path_is_as_long_as_dijkstra_says((count, edges, ends, _) in walks(), space_used: bool) {
        let graph = graph(count, &edges);
        let both: Vec<(u32, u32)> = edges.iter().flat_map(|&(a, b)| [(a, b), (b, a)]).collect();
        let undirected = self::graph(count, &both);
        let distances: HashMap<NodeIndex, usize> = dijkstra(&undirected, ends.0.into(), None, |_| 1usize).into_iter().collect();
        let (mut space, mut budget) = (Space::new(), Budget::new(u64::MAX));
        if space_used {
            // What an earlier walk left behind must not matter.
            neighborhood(&&graph, &[0], 9, &Rules::default(), &mut space, &mut budget).unwrap();
            shortest_path(&&graph, (ends.1, ends.0), &Rules::default(), &mut space, &mut budget).unwrap();
        }
        let path = shortest_path(&&graph, ends, &Rules::default(), &mut space, &mut budget).unwrap();
        let expected = distances.get(&NodeIndex::from(ends.1)).copied();
        prop_assert_eq!(path.map(|path| path.length()), expected);
        let reached = around(&graph, &[ends.0], 99, 99).0;
        prop_assert_eq!(reached.len(), distances.len());
        for (node, depth) in reached {
            prop_assert_eq!(distances.get(&NodeIndex::from(node)), Some(&(depth as usize)));
        }
    }

    #[test]
    fn several_paths_are_all_simple_paths_in_order(
        (count, edges, ends, allowed) in walks(),
        follow in follows(),
        wanted in 1usize..40,
        max_length in 0u32..9,
        leaves in hubs(),
    ) {
        if ends.0 == ends.1 {
            return Ok(());
        }
        let kept: Vec<(u32, u32)> = edges.iter().zip(&allowed).filter(|(_, kept)| **kept).map(|(edge, _)| *edge).collect();
        let rules = Rules { follow, max_length, edge: Some(&|edge: EdgeIndex| allowed.get(edge.index()).is_none_or(|kept| *kept)), ..Rules::default() };
        let (all, with_leaves) = with_leaves(count, &edges, &leaves);
        let graph = graph(all, &with_leaves);
        let found = several(&graph, ends, wanted, Parallel::Once, &rules);
        let mut expected = simple_paths(count, &kept, ends, follow);
        expected.retain(|path| path.len() <= max_length as usize + 1);
        expected.truncate(wanted);
        prop_assert_eq!(found.iter().map(nodes).collect::<Vec<_>>(), &expected[..]);

        let (mut space, mut budget) = (Space::new(), Budget::new(u64::MAX));
        let shortest = all_shortest_paths(&&graph, ends, wanted, Parallel::Once, &rules, &mut space, &mut budget).unwrap();
        let least = expected.first().map_or(0, Vec::len);
        expected.retain(|path| path.len() == least);
        prop_assert_eq!(shortest.iter().map(nodes).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn paths_by_each_edge_are_distinct_real_and_complete((count, edges, ends, _) in walks(), follow in follows()) {
        if ends.0 == ends.1 {
            return Ok(());
        }
        let graph = graph(count, &edges);
        let rules = Rules { follow, ..Rules::default() };
        let found = several(&graph, ends, usize::MAX, Parallel::Each, &rules);
        prop_assert!(found.is_sorted_by(|a, b| (a.length(), &a.steps) < (b.length(), &b.steps)));
        let mut number = 0;
        for path in simple_paths(count, &edges, ends, follow) {
            number += path.windows(2).map(|pair| {
                let goes = |&&edge: &&(u32, u32), follow| match follow {
                    Follow::Both => edge == (pair[0], pair[1]) || edge == (pair[1], pair[0]),
                    Follow::Forward => edge == (pair[0], pair[1]),
                    Follow::Backward => edge == (pair[1], pair[0]),
                };
                edges.iter().filter(|edge| goes(edge, follow)).count()
            }).product::<usize>();
        }
        prop_assert_eq!(found.len(), number);
        let (mut space, mut budget) = (Space::new(), Budget::new(u64::MAX));
        let shortest = all_shortest_paths(&&graph, ends, usize::MAX, Parallel::Each, &rules, &mut space, &mut budget).unwrap();
        let least = found.first().map_or(0, Path::length);
        prop_assert!(shortest.iter().eq(found.iter().take_while(|path| path.length() == least)));
        for path in found {
            let mut from = ends.0;
            for step in &path.steps {
                let (source, target) = edges[step.edge.index()];
                let expected = if step.forward { (from, step.to) } else { (step.to, from) };
                prop_assert_eq!((source, target), expected);
                from = step.to;
            }
            prop_assert_eq!(from, ends.1);
        }
    }
}
