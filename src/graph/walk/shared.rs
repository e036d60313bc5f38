//! What several nodes have in common.

use super::{Budget, OverBudget, Rules, Step, Walkable};

/// A node next to all of several others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared<E> {
    /// The node.
    pub node: u32,
    /// What leads to it: each with where it begins, in the order in which those were given.
    pub steps: Vec<(u32, Step<E>)>,
}

/// The nodes next to all of some others, those to which more steps lead first, then by number.
///
/// The row of the lightest is walked; whether the others lead there too is looked up.
///
/// # Errors
/// When the budget is over.
pub fn shared<G: Walkable>(
    graph: &G,
    nodes: &[u32],
    rules: &Rules<'_, G::Edge>,
    budget: &mut Budget,
) -> Result<Vec<Shared<G::Edge>>, OverBudget> {
    let lightest = nodes.iter().min_by_key(|node| graph.degree(**node));
    let mut found: Vec<Shared<G::Edge>> = Vec::new();
    let mut tried = None;
    for step in lightest
        .into_iter()
        .flat_map(|node| graph.steps(*node, rules.follow))
    {
        budget.spend(1)?;
        let node = step.to;
        if tried == Some(node) || nodes.contains(&node) || !rules.node(node) {
            continue;
        }
        tried = Some(node);
        let mut steps = Vec::new();
        let mut by_all = true;
        for &start in nodes {
            let before = steps.len();
            for step in graph.between(start, node, rules.follow) {
                budget.spend(1)?;
                if rules.edge(step.edge) {
                    steps.push((start, step));
                }
            }
            budget.spend(1)?;
            by_all &= steps.len() > before;
            if !by_all {
                break;
            }
        }
        if by_all {
            found.push(Shared { node, steps });
        }
    }
    found.sort_by_key(|shared| (std::cmp::Reverse(shared.steps.len()), shared.node));
    Ok(found)
}
