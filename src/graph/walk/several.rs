//! Several shortest paths, by Yen's method: each further path leaves one that is known at some
//! node, and is the shortest that does so.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::shortest::Search;
use super::{Budget, OverBudget, Path, Rules, Space, Step, Walkable};

/// Whether paths that visit the same nodes by other edges count as other paths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Parallel {
    /// One path for the same nodes, by their smallest edges: what shows most at a glance.
    #[default]
    Once,
    /// Every choice of edges is a path.
    Each,
}

/// The `count` shortest paths that visit no node twice; fewer when there are no more. They are sorted by length, then by their steps, so asking for more never
/// changes the first ones.
///
/// # Errors
/// When the budget is over.
pub fn shortest_paths<G: Walkable>(
    graph: &G,
    (from, to): (u32, u32),
    count: usize,
    parallel: Parallel,
    rules: &Rules<'_, G::Edge>,
    space: &mut Space,
    budget: &mut Budget,
) -> Result<Vec<Path<G::Edge>>, OverBudget> {
    let mut paths: Vec<Path<G::Edge>> = Vec::new();
    if count == 0 {
        return Ok(paths);
    }
    let mut spurs = Spurs {
        graph,
        ends: (from, to),
        parallel,
        rules,
        space,
        budget,
    };
    let mut candidates = BinaryHeap::new();
    candidates.extend(spurs.search(&[], &BTreeSet::new())?.map(Reverse));
    while let Some(Reverse(next)) = candidates.pop() {
        let leaves_at = next.leaves_at;
        paths.push(Path {
            from,
            steps: next.steps,
        });
        let Some(path) = paths.last().filter(|_| paths.len() < count) else {
            break;
        };
        // Paths that leave a known one earlier are among the candidates already.
        for place in leaves_at..path.length() {
            let (root, _) = path.steps.split_at(place);
            let known = paths.iter().filter(|known| known.steps.starts_with(root));
            let banned: BTreeSet<Step<G::Edge>> = known
                .filter_map(|known| known.steps.get(place).copied())
                .collect();
            candidates.extend(spurs.search(root, &banned)?.map(Reverse));
        }
    }
    Ok(paths)
}

struct Spurs<'a, 'r, G: Walkable> {
    graph: &'a G,
    ends: (u32, u32),
    parallel: Parallel,
    rules: &'a Rules<'r, G::Edge>,
    space: &'a mut Space,
    budget: &'a mut Budget,
}

impl<G: Walkable> Spurs<'_, '_, G> {
    /// The shortest path that begins with `root` and then takes none of the `banned` steps.
    fn search(
        &mut self,
        root: &[Step<G::Edge>],
        banned: &BTreeSet<Step<G::Edge>>,
    ) -> Result<Option<Candidate<G::Edge>>, OverBudget> {
        let (from, to) = self.ends;
        let mut start = from;
        let mut length = 0;
        self.space.barred.clear(self.graph.node_bound());
        for step in root {
            self.space.barred.insert(start, 0);
            start = step.to;
            length += 1;
        }
        let nodes: BTreeSet<u32> = banned.iter().map(|step| step.to).collect();
        let by_edge = |step: &Step<G::Edge>| banned.contains(step);
        let by_node = |step: &Step<G::Edge>| nodes.contains(&step.to);
        let mut search = Search {
            graph: self.graph,
            ends: (start, to),
            parallel: self.parallel,
            rules: self.rules,
            banned: match self.parallel {
                _ if banned.is_empty() => None,
                Parallel::Once => Some(&by_node),
                Parallel::Each => Some(&by_edge),
            },
            space: self.space,
            budget: self.budget,
        };
        let rest = search.run(self.rules.max_length.saturating_sub(length), 1)?;
        Ok(rest.into_iter().next().map(|rest| Candidate {
            length: root.len() + rest.len(),
            steps: [root, &rest].concat(),
            leaves_at: root.len(),
        }))
    }
}

/// A path that may be the next; ordered by length, then steps.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate<E> {
    length: usize,
    steps: Vec<Step<E>>,
    /// From which step on it is new.
    leaves_at: usize,
}
