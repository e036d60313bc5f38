//! What lies around some entities.

use crate::graph::network::allowed::{Tests, rules};
use crate::graph::network::{Allowed, SPACE};
use crate::graph::records::{EntityIndex, RelationshipIndex};
use crate::graph::view::View;
use crate::graph::walk::{Budget, OverBudget, links_among, neighborhood};

/// Entities, and the relationships between them.
#[derive(Debug, Default)]
pub struct Subgraph {
    /// The entities, those nearest first.
    pub entities: Vec<EntityIndex>,
    /// The relationships between any two of them.
    pub relationships: Vec<RelationshipIndex>,
    /// Those next to them that were left out for the limit.
    pub omitted: Vec<EntityIndex>,
}

/// What lies around some entities.
///
/// # Errors
/// When the walk passes the budget.
pub fn around(
    view: &View,
    starts: &[EntityIndex],
    depth: usize,
    limit: usize,
    allowed: &Allowed<'_>,
    budget: &mut Budget,
) -> Result<Subgraph, OverBudget> {
    let tests = Tests::new(view, allowed);
    let node = |node| tests.node(node);
    let edge = |edge| tests.edge(edge);
    let rules = rules(&tests, depth, &node, &edge);
    let starts: Vec<u32> = starts.iter().map(|entity| entity.0).collect();
    let (found, links) = SPACE.with_borrow_mut(|space| {
        let found = neighborhood(view, &starts, limit, &rules, space, budget)?;
        let nodes: Vec<u32> = found.nodes.iter().map(|neighbor| neighbor.node).collect();
        let links = links_among(view, &nodes, &rules, space, budget)?;
        Ok((found, links))
    })?;
    Ok(Subgraph {
        entities: found
            .nodes
            .iter()
            .map(|neighbor| EntityIndex(neighbor.node))
            .collect(),
        relationships: links
            .into_iter()
            .map(|link| link.edge.relationship)
            .collect(),
        omitted: found.left_out.into_iter().map(EntityIndex).collect(),
    })
}
