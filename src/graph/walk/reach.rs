//! Everything that can be reached from some nodes, each once, with a way that leads there.

use super::{Budget, OverBudget, Path, Rules, Space, Step, Walkable};

/// What was reached, the nearest first; what is equally near by number.
#[derive(Debug, Clone)]
pub struct Reach<E> {
    nodes: Vec<Reached<E>>,
}

/// A node that was reached.
#[derive(Debug, Clone, Copy)]
pub struct Reached<E> {
    /// The node.
    pub node: u32,
    /// How many steps it is away.
    pub depth: u32,
    /// The last step of the way, and the place of the node from which it leads; none where it starts.
    by: Option<(usize, Step<E>)>,
}

impl<E: Copy> Reach<E> {
    /// The nodes that were reached, those where it starts among them.
    pub fn nodes(&self) -> &[Reached<E>] {
        &self.nodes
    }

    /// A shortest way to the node at a place: over the smaller of the nodes next to it that are nearer, by the smaller edge.
    pub fn way(&self, place: usize) -> Path<E> {
        let mut steps = Vec::new();
        let mut at = self.nodes.get(place);
        let mut from = at.map_or(0, |reached| reached.node);
        while let Some((before, step)) = at.and_then(|reached| reached.by) {
            steps.push(step);
            at = self.nodes.get(before);
            from = at.map_or(from, |reached| reached.node);
        }
        steps.reverse();
        Path { from, steps }
    }
}

/// What at most `rules.max_length` steps lead to from `starts`. A node that the rules do not let
/// pass is reached all the same, but leads nowhere. It ends early once, after a level, there
/// is `enough`.
///
/// # Errors
/// When the budget is over.
pub fn reach<G: Walkable>(
    graph: &G,
    starts: &[u32],
    rules: &Rules<'_, G::Edge>,
    enough: impl Fn(&[Reached<G::Edge>]) -> bool,
    space: &mut Space,
    budget: &mut Budget,
) -> Result<Reach<G::Edge>, OverBudget> {
    let seen = &mut space.marked;
    seen.clear(graph.node_bound());
    let mut nodes: Vec<Reached<G::Edge>> = Vec::new();
    for &node in starts {
        if seen.insert(node, 0) {
            nodes.push(Reached {
                node,
                depth: 0,
                by: None,
            });
        }
    }
    nodes.sort_unstable_by_key(|reached| reached.node);
    let (mut first, mut depth) = (0, 0);
    while first < nodes.len() && depth < rules.max_length && !enough(&nodes) {
        depth += 1;
        let last = nodes.len();
        for before in first..last {
            let node = nodes[before].node;
            if depth > 1 && !rules.node(node) {
                continue;
            }
            for step in graph.steps(node, rules.follow) {
                budget.spend(1)?;
                if rules.edge(step.edge) && seen.insert(step.to, 0) {
                    nodes.push(Reached {
                        node: step.to,
                        depth,
                        by: Some((before, step)),
                    });
                }
            }
        }
        nodes[last..].sort_unstable_by_key(|reached| reached.node);
        first = last;
    }
    Ok(Reach { nodes })
}
