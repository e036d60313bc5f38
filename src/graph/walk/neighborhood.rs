//! What lies around some nodes.

use super::{Budget, Follow, OverBudget, Rules, Space, Walkable};

/// Nodes around some others, the nearest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighborhood {
    /// The nodes, those it started from first. Each brings its own neighbours in the order of
    /// their numbers.
    pub nodes: Vec<Neighbor>,
    /// How many more nodes would have been next: direct neighbours of kept nodes, within the
    /// length, and starting nodes, for which there was no room. What lies behind them is not
    /// counted.
    pub left_out: usize,
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
    let seen = &mut space.marked;
    seen.clear(graph.node_bound());
    let mut found = Neighborhood {
        nodes: Vec::new(),
        left_out: 0,
    };
    for &node in starts {
        if seen.insert(node, 0) {
            found.keep(node, 0, limit);
        }
    }
    let mut next = 0;
    while let Some(&Neighbor { node, depth: at }) = found.nodes.get(next) {
        next += 1;
        if at >= rules.max_length {
            break;
        }
        for step in graph.steps(node, rules.follow) {
            budget.spend(1)?;
            if rules.edge(step.edge) && rules.node(step.to) && seen.insert(step.to, 0) {
                found.keep(step.to, at + 1, limit);
            }
        }
    }
    Ok(found)
}

impl Neighborhood {
    fn keep(&mut self, node: u32, depth: u32, limit: usize) {
        if self.nodes.len() < limit {
            self.nodes.push(Neighbor { node, depth });
        } else {
            self.left_out += 1;
        }
    }
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
