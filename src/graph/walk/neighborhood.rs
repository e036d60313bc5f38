//! What lies around some nodes.

use std::cmp::Reverse;

use super::space::Levels;
use super::{Budget, Follow, OverBudget, Rules, Space, Walkable};

/// Nodes around some others, the nearest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighborhood {
    /// The nodes, those it started from first; what is equally near by number.
    pub nodes: Vec<Neighbor>,
    /// The nodes that would have been next: direct neighbours of kept nodes, within the length, and
    /// starting nodes, for which there was no room. What lies behind them is not among them.
    pub left_out: Vec<u32>,
}

/// A node of a neighbourhood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Neighbor {
    /// The node.
    pub node: u32,
    /// How many steps it is away from the nearest starting node.
    pub depth: u32,
}

/// An edge between two nodes, from its source to its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link<E> {
    /// The source.
    pub from: u32,
    /// The target.
    pub to: u32,
    /// The edge.
    pub edge: E,
}

/// The nodes at most `rules.max_length` steps from `starts`, at most `limit` of them.
///
/// Where there is no room for all that are equally near, the best connected are kept: those with the
/// most edges to nodes that are nearer and to each other, then the smaller ones.
///
/// # Errors
/// When the budget is over.
pub fn neighborhood<G: Walkable>(
    graph: &G,
    starts: &[u32],
    limit: usize,
    rules: &Rules<'_, G::Edge>,
    space: &mut Space,
    budget: &mut Budget,
) -> Result<Neighborhood, OverBudget> {
    let Space {
        marked: seen,
        ahead: places,
        ..
    } = space;
    seen.clear(graph.node_bound());
    let mut level: Vec<u32> = Vec::new();
    level.extend(starts.iter().filter(|node| seen.insert(**node, 0)));
    let mut found = Neighborhood {
        nodes: Vec::new(),
        left_out: level.split_off(limit.min(level.len())),
    };
    let mut depth = 0;
    while !level.is_empty() {
        let kept = level.iter().map(|&node| Neighbor { node, depth });
        found.nodes.extend(kept);
        if depth >= rules.max_length {
            break;
        }
        depth += 1;
        // What comes next, each with the number of edges that connect it.
        let mut next: Vec<(u32, usize)> = Vec::new();
        places.clear(graph.node_bound());
        for &node in &level {
            for step in graph.steps(node, rules.follow) {
                budget.spend(1)?;
                if !rules.edge(step.edge) || !rules.node(step.to) {
                    continue;
                }
                if seen.insert(step.to, depth) {
                    places.insert(step.to, u32::try_from(next.len()).unwrap_or(u32::MAX));
                    next.push((step.to, 1));
                } else if let Some(place) = places.get(step.to) {
                    next[place as usize].1 += 1;
                }
            }
        }
        let room = limit - found.nodes.len();
        if next.len() > room {
            if room > 0 {
                count_among(graph, &mut next, rules, places, budget)?;
            }
            next.sort_unstable_by_key(|&(node, edges)| (Reverse(edges), node));
            let left_out = next.drain(room..).map(|(node, _)| node);
            found.left_out.extend(left_out);
        }
        level = next.into_iter().map(|(node, _)| node).collect();
        level.sort_unstable();
    }
    Ok(found)
}

/// Adds to what is next, of which `places` says where it lies, the edges among each other.
fn count_among<G: Walkable>(
    graph: &G,
    next: &mut [(u32, usize)],
    rules: &Rules<'_, G::Edge>,
    places: &Levels,
    budget: &mut Budget,
) -> Result<(), OverBudget> {
    for place in 0..next.len() {
        let node = next[place].0;
        for step in graph.steps(node, Follow::Forward) {
            budget.spend(1)?;
            let other = places.get(step.to).filter(|_| step.to != node);
            if let Some(other) = other.filter(|_| rules.edge(step.edge)) {
                next[place].1 += 1;
                next[other as usize].1 += 1;
            }
        }
    }
    Ok(())
}

/// The edges that rules allow between any two of the nodes, each once and sorted. All ways are
/// followed, whatever the rules say about direction; nodes are not asked for.
///
/// # Errors
/// When the budget is over.
pub fn links_among<G: Walkable>(
    graph: &G,
    nodes: &[u32],
    rules: &Rules<'_, G::Edge>,
    space: &mut Space,
    budget: &mut Budget,
) -> Result<Vec<Link<G::Edge>>, OverBudget> {
    let among = &mut space.marked;
    among.clear(graph.node_bound());
    for &node in nodes {
        among.insert(node, 0);
    }
    let mut links = Vec::new();
    for &from in nodes {
        for step in graph.steps(from, Follow::Forward) {
            budget.spend(1)?;
            if among.has(step.to) && rules.edge(step.edge) {
                let (to, edge) = (step.to, step.edge);
                links.push(Link { from, to, edge });
            }
        }
    }
    links.sort_unstable();
    links.dedup();
    Ok(links)
}
