//! The shortest path, searched from both ends at once.
//!
//! Real graphs have hubs, and most searches meet one early: a country next to everything. Walking
//! its row would cost more than all the rest. So hubs wait: the light nodes of both last levels are
//! walked, which finds every edge between the two but those from hub to hub, and these are looked
//! up. A hub is walked only if nothing else leads on.

use super::side::{Side, cut};
use super::{Budget, OverBudget, Parallel, Path, Rules, Space, Step, Walkable};

/// The shortest path, or `None`. Among several it is the one whose steps are smaller.
///
/// # Errors
/// When the budget is over.
pub fn shortest_path<G: Walkable>(
    graph: &G,
    ends: (u32, u32),
    rules: &Rules<'_, G::Edge>,
    space: &mut Space,
    budget: &mut Budget,
) -> Result<Option<Path<G::Edge>>, OverBudget> {
    let found = all_shortest_paths(graph, ends, 1, Parallel::Once, rules, space, budget)?;
    Ok(found.into_iter().next())
}

/// Paths as short as the shortest, the first `count` of them by their steps.
///
/// # Errors
/// When the budget is over.
pub fn all_shortest_paths<G: Walkable>(
    graph: &G,
    (from, to): (u32, u32),
    count: usize,
    parallel: Parallel,
    rules: &Rules<'_, G::Edge>,
    space: &mut Space,
    budget: &mut Budget,
) -> Result<Vec<Path<G::Edge>>, OverBudget> {
    space.barred.clear(graph.node_bound());
    let mut search = Search {
        graph,
        ends: (from, to),
        parallel,
        rules,
        banned: None,
        space,
        budget,
    };
    let found = search.run(rules.max_length, count)?;
    Ok(found
        .into_iter()
        .map(|steps| Path { from, steps })
        .collect())
}

/// One search. Nodes barred in `space` are not visited.
pub(super) struct Search<'a, 'r, G: Walkable> {
    pub(super) graph: &'a G,
    pub(super) ends: (u32, u32),
    pub(super) parallel: Parallel,
    pub(super) rules: &'a Rules<'r, G::Edge>,
    /// Whether the path must not begin with this step.
    pub(super) banned: Option<&'a Ban<'a, G>>,
    pub(super) space: &'a mut Space,
    pub(super) budget: &'a mut Budget,
}

/// Whether a path must not begin with a step.
pub(super) type Ban<'a, G> = dyn Fn(&Step<<G as Walkable>::Edge>) -> bool + 'a;

/// The steps of a path.
pub(super) type Steps<G> = Vec<Step<<G as Walkable>::Edge>>;

/// Which end a part of the search comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Ahead,
    Behind,
}

/// How the sides meet beyond what both know.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Met {
    /// An edge leads from one last level to the other.
    ByEdge,
    /// A node lies next to both.
    ByNode,
}

impl<G: Walkable> Search<'_, '_, G> {
    /// The steps of the shortest paths, of at most `max_length` steps; the first `count` of them.
    pub(super) fn run(
        &mut self,
        max_length: u32,
        count: usize,
    ) -> Result<Vec<Steps<G>>, OverBudget> {
        let (from, to) = self.ends;
        if from == to {
            return Ok(vec![Vec::new(); count.min(1)]);
        }
        let bound = self.graph.node_bound();
        self.space.ahead.clear(bound);
        self.space.behind.clear(bound);
        self.space.ahead.insert(from, 0);
        self.space.behind.insert(to, 0);
        let mut ahead = Side::new(self.graph, from);
        let mut behind = Side::new(self.graph, to);
        loop {
            // No path has at most so many steps.
            let excluded = ahead.distance().saturating_add(behind.distance());
            if excluded >= max_length {
                return Ok(Vec::new());
            }
            let met = match self.edge_between(&mut ahead, &mut behind)? {
                None => {
                    let (end, side, other) = if ahead.cost() <= behind.cost() {
                        (End::Ahead, &mut ahead, behind.distance())
                    } else {
                        (End::Behind, &mut behind, ahead.distance())
                    };
                    // No edge is left to be found: a node next to both is the best there is.
                    self.walk(end, (side, other), usize::MAX, Met::ByNode)?
                }
                met => met,
            };
            match met {
                Some(Met::ByEdge) => return self.trace(excluded + 1, count, &ahead, &behind),
                Some(Met::ByNode) if excluded + 2 > max_length => return Ok(Vec::new()),
                Some(Met::ByNode) => return self.trace(excluded + 2, count, &ahead, &behind),
                None => {}
            }
            // One side is walked to its end; maybe both are, but one step at a time is excluded.
            let side = if ahead.unwalked.is_empty() {
                &mut ahead
            } else {
                &mut behind
            };
            if side.next.is_empty() {
                return Ok(Vec::new());
            }
            side.advance(self.graph);
        }
    }

    /// Whether an edge leads from one last level to the other; if none does, maybe a node next to both.
    fn edge_between(
        &mut self,
        ahead: &mut Side,
        behind: &mut Side,
    ) -> Result<Option<Met>, OverBudget> {
        let heaviest = cut(ahead, behind);
        let distances = (ahead.distance(), behind.distance());
        let one = self.walk(End::Ahead, (ahead, distances.1), heaviest.0, Met::ByEdge)?;
        if one == Some(Met::ByEdge) {
            return Ok(one);
        }
        let other = self.walk(End::Behind, (behind, distances.0), heaviest.1, Met::ByEdge)?;
        if other == Some(Met::ByEdge) {
            return Ok(other);
        }
        for &(_, start) in &ahead.unwalked {
            for &(_, end) in &behind.unwalked {
                if self.leads(start, end)? {
                    return Ok(Some(Met::ByEdge));
                }
            }
        }
        Ok(one.or(other))
    }

    /// Whether a step leads from one node to another.
    pub(super) fn leads(&mut self, start: u32, end: u32) -> Result<bool, OverBudget> {
        self.budget.spend(1)?;
        let mut steps = self.graph.between(start, end, self.rules.follow);
        Ok(steps.any(|step| self.allows(start, &step)))
    }

    /// Walks the nodes of a side's last level up to a degree, until both sides have met as well as
    /// is hoped. `other` is the distance up to which the other side knows all nodes.
    fn walk(
        &mut self,
        end: End,
        (side, other): (&mut Side, u32),
        heaviest: usize,
        hope: Met,
    ) -> Result<Option<Met>, OverBudget> {
        let level = side.distance() + 1;
        let follow = match end {
            End::Ahead => self.rules.follow,
            End::Behind => self.rules.follow.reversed(),
        };
        let mut met = None;
        while let Some(node) = side.lightest(heaviest) {
            for step in self.graph.steps(node, follow) {
                self.budget.spend(1)?;
                let reached = step.to;
                let (start, step) = match end {
                    End::Ahead => (node, step),
                    End::Behind => (reached, step.back(node)),
                };
                if !self.passes(reached) || !self.allows(start, &step) {
                    continue;
                }
                let (own, others) = match end {
                    End::Ahead => (&mut self.space.ahead, &self.space.behind),
                    End::Behind => (&mut self.space.behind, &self.space.ahead),
                };
                if !own.insert(reached, level) {
                    continue;
                }
                side.next.push(reached);
                if let Some(distance) = others.get(reached) {
                    let now = if distance <= other {
                        Met::ByEdge
                    } else {
                        Met::ByNode
                    };
                    met = met.min(Some(now)).or(Some(now));
                    if now <= hope {
                        return Ok(met);
                    }
                }
            }
            side.walked();
        }
        Ok(met)
    }

    /// Whether the search may visit a node.
    pub(super) fn passes(&self, node: u32) -> bool {
        (node == self.ends.0 || node == self.ends.1 || self.rules.node(node))
            && !self.space.barred.has(node)
    }

    /// Whether a path may use a step from a node.
    pub(super) fn allows(&self, start: u32, step: &Step<G::Edge>) -> bool {
        self.rules.edge(step.edge)
            && !(start == self.ends.0 && self.banned.is_some_and(|banned| banned(step)))
    }
}
