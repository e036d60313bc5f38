//! What can be reached from some entities, and what several have in common.

use crate::graph::neighbors::Edge;
use crate::graph::network::allowed::{Tests, rules};
use crate::graph::network::{Allowed, SPACE};
use crate::graph::records::EntityIndex;
use crate::graph::view::View;
use crate::graph::walk::{self, Budget, OverBudget, Reach, Reached, Shared};

/// What can be reached from some entities with so many hops, each once, the nearest first.
///
/// # Errors
/// When the walk passes the budget.
pub fn reach(
    view: &View,
    starts: &[EntityIndex],
    depth: usize,
    allowed: &Allowed<'_>,
    enough: impl Fn(&[Reached<Edge>]) -> bool,
    budget: &mut Budget,
) -> Result<Reach<Edge>, OverBudget> {
    let tests = Tests::new(view, allowed);
    let node = |node| tests.node(node);
    let edge = |edge| tests.edge(edge);
    let rules = rules(&tests, depth, &node, &edge);
    let starts: Vec<u32> = starts.iter().map(|entity| entity.0).collect();
    SPACE.with_borrow_mut(|space| walk::reach(view, &starts, &rules, enough, space, budget))
}

/// What several entities have in common: the entities to which all of them are related.
///
/// # Errors
/// When the walk passes the budget.
pub fn common(
    view: &View,
    entities: &[EntityIndex],
    allowed: &Allowed<'_>,
    budget: &mut Budget,
) -> Result<Vec<Shared<Edge>>, OverBudget> {
    let tests = Tests::new(view, allowed);
    let node = |node| tests.node(node);
    let edge = |edge| tests.edge(edge);
    let rules = rules(&tests, 1, &node, &edge);
    let entities: Vec<u32> = entities.iter().map(|entity| entity.0).collect();
    walk::shared(view, &entities, &rules, budget)
}
