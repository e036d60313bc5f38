//! Walks: shortest paths, several paths, and neighbourhoods, each within a [`Budget`].
//!
//! A graph that can be walked says so with [`Walkable`]: nodes are numbers, and each node gives
//! its [`Step`]s. Every directed petgraph graph has it already (by reference: pass `&&graph`).
//!
//! Where several answers are equally good, the one with the smaller nodes, then edges, comes first; so
//! servers that hold the same graph in different layouts answer alike.

mod adapt;
mod budget;
mod course;
mod layer;
mod neighborhood;
mod places;
mod reach;
mod several;
mod shared;
mod shortest;
mod side;
mod space;
mod trace;

pub use budget::{Budget, OverBudget};
pub use course::{Course, paths_on_course};
pub use neighborhood::{Link, Neighbor, Neighborhood, links_among, neighborhood};
pub use reach::{Reach, Reached, reach};
pub use several::{Parallel, shortest_paths};
pub use shared::{Shared, shared};
pub use shortest::{all_shortest_paths, shortest_path};
pub use space::Space;

/// A directed graph that can be walked.
pub trait Walkable {
    /// What identifies an edge, whichever way it is walked.
    type Edge: Copy + Ord;

    /// One more than the greatest node number.
    fn node_bound(&self) -> usize;

    /// The steps from a node, the smallest first. A node that does not exist has none.
    fn steps(&self, node: u32, follow: Follow) -> impl Iterator<Item = Step<Self::Edge>> + '_;

    /// About how many steps a node has, both ways. It decides what a walk costs, never what it finds.
    fn degree(&self, node: u32) -> usize;

    /// The steps from one node to another, the smallest first.
    fn between(
        &self,
        from: u32,
        to: u32,
        follow: Follow,
    ) -> impl Iterator<Item = Step<Self::Edge>> + '_ {
        self.steps(from, follow).filter(move |step| step.to == to)
    }
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

impl<E> Step<E> {
    /// The same edge the other way, which leads back to `node`.
    pub(crate) fn back(self, node: u32) -> Self {
        Step {
            to: node,
            forward: !self.forward,
            ..self
        }
    }
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
    /// Whether it includes steps in the edge's direction, or those against it.
    pub(crate) fn admits(self, forward: bool) -> bool {
        match self {
            Follow::Both => true,
            Follow::Forward => forward,
            Follow::Backward => !forward,
        }
    }

    /// The way back.
    pub fn reversed(self) -> Self {
        match self {
            Follow::Both => Follow::Both,
            Follow::Forward => Follow::Backward,
            Follow::Backward => Follow::Forward,
        }
    }
}

/// Whether a walk may use something; `None` is always.
pub type Test<'a, T> = Option<&'a dyn Fn(T) -> bool>;

/// What a walk may use.
#[derive(Clone, Copy)]
pub struct Rules<'a, E> {
    /// Which way edges are walked.
    pub follow: Follow,
    /// How many steps a walk may have.
    pub max_length: u32,
    /// Whether a walk may pass a node. The nodes where a walk starts and ends are not asked for.
    pub node: Test<'a, u32>,
    /// Whether a walk may use an edge.
    pub edge: Test<'a, E>,
}

impl<E> Rules<'_, E> {
    fn node(&self, node: u32) -> bool {
        self.node.is_none_or(|allows| allows(node))
    }

    fn edge(&self, edge: E) -> bool {
        self.edge.is_none_or(|allows| allows(edge))
    }
}

/// Everything may be used.
impl<E> Default for Rules<'_, E> {
    fn default() -> Self {
        Rules {
            follow: Follow::Both,
            max_length: u32::MAX,
            node: None,
            edge: None,
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
