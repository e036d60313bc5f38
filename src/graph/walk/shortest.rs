//! The shortest path, searched from both ends at once.

use super::{Budget, OverBudget, Path, Rules, Space, Step, Walkable};

/// The shortest path, or `None`.
///
/// Whole levels are visited from the end whose level is smaller, until both meet. Among several
/// shortest paths it is the one whose steps are smaller.
///
/// # Errors
/// When the budget is over.
pub fn shortest_path<G: Walkable>(
    graph: &G,
    (from, to): (u32, u32),
    rules: &Rules<'_, G::Edge>,
    space: &mut Space,
    budget: &mut Budget,
) -> Result<Option<Path<G::Edge>>, OverBudget> {
    space.barred.clear(graph.node_bound());
    let mut search = Search {
        graph,
        ends: (from, to),
        rules,
        banned: &|_| false,
        space,
        budget,
    };
    let steps = search.run(rules.max_length)?;
    Ok(steps.map(|steps| Path { from, steps }))
}

/// One search. Nodes barred in `space` are not visited.
pub(super) struct Search<'a, 'r, G: Walkable> {
    pub(super) graph: &'a G,
    pub(super) ends: (u32, u32),
    pub(super) rules: &'a Rules<'r, G::Edge>,
    /// Whether the path must not begin with this step.
    pub(super) banned: &'a dyn Fn(&Step<G::Edge>) -> bool,
    pub(super) space: &'a mut Space,
    pub(super) budget: &'a mut Budget,
}

/// Which end a part of the search comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Ahead,
    Behind,
}

impl<G: Walkable> Search<'_, '_, G> {
    /// The steps of the shortest path of at most `max_length` steps.
    pub(super) fn run(
        &mut self,
        max_length: u32,
    ) -> Result<Option<Vec<Step<G::Edge>>>, OverBudget> {
        let (from, to) = self.ends;
        if from == to {
            return Ok(Some(Vec::new()));
        }
        let bound = self.graph.node_bound();
        self.space.ahead.clear(bound);
        self.space.behind.clear(bound);
        self.space.ahead.insert(from, 0);
        self.space.behind.insert(to, 0);
        // The nodes of each side by distance.
        let (mut ahead, mut behind) = (vec![vec![from]], vec![vec![to]]);
        for _ in 0..max_length {
            let last = |levels: &[Vec<u32>]| levels.last().map_or(0, Vec::len);
            let (side, levels) = if last(&ahead) <= last(&behind) {
                (Side::Ahead, &mut ahead)
            } else {
                (Side::Behind, &mut behind)
            };
            let (next, met) = self.expand(side, levels)?;
            if !met.is_empty() {
                return self.trace(&ahead, &met).map(Some);
            }
            if next.is_empty() {
                return Ok(None);
            }
            levels.push(next);
        }
        Ok(None)
    }

    /// The next level of one side, and which nodes of it the other side has too.
    fn expand(
        &mut self,
        side: Side,
        levels: &[Vec<u32>],
    ) -> Result<(Vec<u32>, Vec<u32>), OverBudget> {
        let (mut next, mut met) = (Vec::new(), Vec::new());
        let level = u32::try_from(levels.len()).unwrap_or(u32::MAX);
        for &node in levels.last().into_iter().flatten() {
            self.each_step(side, node, |space, reached, _| {
                let (own, other) = match side {
                    Side::Ahead => (&mut space.ahead, &space.behind),
                    Side::Behind => (&mut space.behind, &space.ahead),
                };
                if own.insert(reached, level) {
                    next.push(reached);
                    if other.has(reached) {
                        met.push(reached);
                    }
                }
            })?;
        }
        Ok((next, met))
    }

    /// The smallest of the shortest paths, all of which pass a node of `met`.
    fn trace(&mut self, ahead: &[Vec<u32>], met: &[u32]) -> Result<Vec<Step<G::Edge>>, OverBudget> {
        self.space.marked.clear(self.graph.node_bound());
        let mut middle = 0;
        for &node in met {
            self.space.marked.insert(node, 0);
            middle = self.space.ahead.get(node).unwrap_or(middle);
        }
        // Mark what leads from the start to where both sides met. Looking forward from levels
        // that were visited costs no more than visiting them did; looking back from where they
        // met could mean to read the rows of hubs that nothing has read yet.
        for (level, nodes) in (0..middle).zip(ahead).rev() {
            for &node in nodes {
                let mut leads_on = false;
                self.each_step(Side::Ahead, node, |space, reached, _| {
                    leads_on |=
                        space.marked.has(reached) && space.ahead.get(reached) == Some(level + 1);
                })?;
                if leads_on {
                    self.space.marked.insert(node, 0);
                }
            }
        }
        let mut steps = Vec::new();
        let mut node = self.ends.0;
        for level in 1..=middle {
            let wanted = |space: &Space, reached| {
                space.ahead.get(reached) == Some(level) && space.marked.has(reached)
            };
            node = self.smallest(node, wanted, &mut steps)?;
        }
        let rest = self.space.behind.get(node).unwrap_or(0);
        for level in (0..rest).rev() {
            let wanted = |space: &Space, reached| space.behind.get(reached) == Some(level);
            node = self.smallest(node, wanted, &mut steps)?;
        }
        Ok(steps)
    }

    /// Adds the smallest step from `node` to a wanted node, and gives that node.
    fn smallest(
        &mut self,
        node: u32,
        wanted: impl Fn(&Space, u32) -> bool,
        steps: &mut Vec<Step<G::Edge>>,
    ) -> Result<u32, OverBudget> {
        let mut best: Option<Step<G::Edge>> = None;
        self.each_step(Side::Ahead, node, |space, reached, step| {
            if wanted(space, reached) && best.is_none_or(|best| step < best) {
                best = Some(step);
            }
        })?;
        // There is one: the levels were set over the same steps.
        Ok(best.map_or(node, |step| {
            steps.push(step);
            step.to
        }))
    }

    /// Calls `each` for the steps that rules and bans allow, with the node they reach and the
    /// step as the path has it: seen from behind, a step leads from the reached node to `node`.
    fn each_step(
        &mut self,
        side: Side,
        node: u32,
        mut each: impl FnMut(&mut Space, u32, Step<G::Edge>),
    ) -> Result<(), OverBudget> {
        let (from, to) = self.ends;
        let follow = match side {
            Side::Ahead => self.rules.follow,
            Side::Behind => self.rules.follow.reversed(),
        };
        self.graph.steps(node, follow, |step| {
            self.budget.spend(1)?;
            let reached = step.to;
            let (start, step) = match side {
                Side::Ahead => (node, step),
                Side::Behind => {
                    let forward = !step.forward;
                    let to = node;
                    (
                        reached,
                        Step {
                            to,
                            forward,
                            ..step
                        },
                    )
                }
            };
            let passes = reached == from || reached == to || (self.rules.node)(reached);
            if passes
                && !self.space.barred.has(reached)
                && (self.rules.edge)(step.edge)
                && !(start == from && (self.banned)(&step))
            {
                each(self.space, reached, step);
            }
            Ok(())
        })
    }
}
