//! Walks: shortest paths, several paths, and neighbourhoods, each within a [`Budget`].
//!
//! A graph that can be walked says so with [`Walkable`]: nodes are numbers, and each node gives
//! its [`Step`]s. Every directed petgraph graph has it already (by reference: pass `&&graph`).
//!
//! Answers do not depend on the order in which a graph gives its steps. Where several are equally
//! good, the one with the smaller nodes, then edges, comes first; so servers that hold the same
//! graph in different layouts answer alike.

mod adapt;
mod budget;
mod neighborhood;
mod several;
mod shortest;
mod space;

pub use budget::{Budget, OverBudget};
pub use neighborhood::{Link, Neighbor, Neighborhood, links_among, neighborhood};
pub use several::{Parallel, shortest_paths};
pub use shortest::shortest_path;
pub use space::Space;

/// A directed graph that can be walked.
pub trait Walkable {
    /// What identifies an edge, whichever way it is walked.
    type Edge: Copy + Ord;

    /// One more than the greatest node number.
    fn node_bound(&self) -> usize;

    /// Calls `each` for every step from `node`, in any order, until it fails. A node that does
    /// not exist has no steps.
    ///
    /// # Errors
    /// The error of `each`.
    fn steps(
        &self,
        node: u32,
        follow: Follow,
        each: impl FnMut(Step<Self::Edge>) -> Result<(), OverBudget>,
    ) -> Result<(), OverBudget>;
}

/// One step of a walk. Steps are ordered by node, then edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step<E> {
    /// The node it leads to.
    pub to: u32,
    /// The edge it uses.
    pub edge: E,
    /// Whether it goes with the edge (from its source to its target) or against it.
    pub forward: bool,
}

/// Which way edges are walked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Follow {
    /// Both ways.
    #[default]
    Both,
    /// From source to target.
    Forward,
    /// From target to source.
    Backward,
}

impl Follow {
    /// The way back.
    pub fn reversed(self) -> Self {
        match self {
            Follow::Both => Follow::Both,
            Follow::Forward => Follow::Backward,
            Follow::Backward => Follow::Forward,
        }
    }
}

/// What a walk may use.
#[derive(Clone, Copy)]
pub struct Rules<'a, E> {
    /// Which way edges are walked.
    pub follow: Follow,
    /// How many steps a walk may have.
    pub max_length: u32,
    /// Whether a walk may pass a node. The nodes where a walk starts and ends are not asked for.
    pub node: &'a dyn Fn(u32) -> bool,
    /// Whether a walk may use an edge.
    pub edge: &'a dyn Fn(E) -> bool,
}

/// Everything may be used.
impl<E> Default for Rules<'_, E> {
    fn default() -> Self {
        Rules {
            follow: Follow::Both,
            max_length: u32::MAX,
            node: &|_| true,
            edge: &|_| true,
        }
    }
}

/// A walk that visits no node twice.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path<E> {
    /// Where it starts.
    pub from: u32,
    /// Its steps; none when it ends where it starts.
    pub steps: Vec<Step<E>>,
}

impl<E> Path<E> {
    /// How many steps it has.
    pub fn length(&self) -> usize {
        self.steps.len()
    }

    /// The nodes it visits, both ends included.
    pub fn nodes(&self) -> impl Iterator<Item = u32> {
        std::iter::once(self.from).chain(self.steps.iter().map(|step| step.to))
    }
}

#[cfg(test)]
mod tests;
