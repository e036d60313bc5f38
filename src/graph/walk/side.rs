//! What a search knows from one of its two ends.

use super::Walkable;

/// The degrees up to which nodes of a level may be walked while heavier ones are left for later.
const CUTS: [usize; 5] = [0, 64, 512, 4096, 32_768];
/// What looking for an edge between two nodes costs, in edges walked.
pub(super) const LOOKING: usize = 8;

/// The nodes around one end of a search.
///
/// The last level is the frontier: some of its nodes, the heavy ones, may not be walked yet. What
/// the others lead to is known all the same, and is no nearer than it seems.
#[derive(Debug)]
pub(super) struct Side {
    /// The nodes by distance, all of them.
    pub(super) levels: Vec<Vec<u32>>,
    /// What those nodes of the last level that were walked lead to.
    pub(super) next: Vec<u32>,
    /// Those that were not, by degree, the lightest last.
    pub(super) unwalked: Vec<(usize, u32)>,
}

impl Side {
    pub(super) fn new<G: Walkable>(graph: &G, end: u32) -> Self {
        Side {
            levels: vec![vec![end]],
            next: Vec::new(),
            unwalked: vec![(graph.degree(end), end)],
        }
    }

    /// The distance up to which all nodes are known.
    pub(super) fn distance(&self) -> u32 {
        u32::try_from(self.levels.len() - 1).unwrap_or(u32::MAX)
    }

    /// Makes what comes next the last level, all of its nodes being known.
    pub(super) fn advance<G: Walkable>(&mut self, graph: &G) {
        let level = std::mem::take(&mut self.next);
        let weigh = |&node: &u32| (graph.degree(node), node);
        self.unwalked = level.iter().map(weigh).collect();
        self.unwalked
            .sort_unstable_by_key(|&(degree, _)| std::cmp::Reverse(degree));
        self.levels.push(level);
    }

    /// What walking the rest of the last level costs.
    pub(super) fn cost(&self) -> usize {
        self.unwalked.iter().map(|(degree, _)| degree).sum()
    }

    /// The lightest node that was not walked, if its degree is at most `heaviest`.
    pub(super) fn lightest(&self, heaviest: usize) -> Option<u32> {
        let (degree, node) = self.unwalked.last()?;
        (*degree <= heaviest).then_some(*node)
    }

    /// Notes that the lightest node was walked, all of it.
    pub(super) fn walked(&mut self) {
        self.unwalked.pop();
    }

    /// What walking all nodes up to each degree costs, and how many nodes that leaves.
    fn choices(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        CUTS.into_iter().chain([usize::MAX]).map(|heaviest| {
            let first = self
                .unwalked
                .partition_point(|(degree, _)| *degree > heaviest);
            let walked = self.unwalked[first..].iter().map(|(degree, _)| degree);
            (heaviest, walked.sum(), first)
        })
    }
}

/// Up to which degree the last levels of both sides are best walked to find every edge between
/// them, when pairs of heavier nodes are looked up one by one.
pub(super) fn cut(ahead: &Side, behind: &Side) -> (usize, usize) {
    let pairs = ahead.choices().flat_map(|one| {
        behind.choices().map(move |other| {
            let lookups = one.2.saturating_mul(other.2).saturating_mul(LOOKING);
            let cost = one.1.saturating_add(other.1).saturating_add(lookups);
            (cost, (one.0, other.0))
        })
    });
    pairs
        .min_by_key(|(cost, _)| *cost)
        .map_or((usize::MAX, 0), |(_, cut)| cut)
}
