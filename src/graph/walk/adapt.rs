//! Every directed petgraph graph can be walked.

use petgraph::Direction;
use petgraph::visit::{EdgeRef, IntoEdgesDirected, NodeIndexable};

use super::{Follow, OverBudget, Step, Walkable};

impl<G> Walkable for G
where
    G: IntoEdgesDirected + NodeIndexable,
    G::EdgeId: Ord,
{
    type Edge = G::EdgeId;

    fn node_bound(&self) -> usize {
        NodeIndexable::node_bound(self)
    }

    fn steps(
        &self,
        node: u32,
        follow: Follow,
        mut each: impl FnMut(Step<Self::Edge>) -> Result<(), OverBudget>,
    ) -> Result<(), OverBudget> {
        let index = node as usize;
        if index >= NodeIndexable::node_bound(self) {
            return Ok(());
        }
        let directions: &[Direction] = match follow {
            Follow::Both => &[Direction::Outgoing, Direction::Incoming],
            Follow::Forward => &[Direction::Outgoing],
            Follow::Backward => &[Direction::Incoming],
        };
        let node = self.from_index(index);
        for &direction in directions {
            let forward = direction == Direction::Outgoing;
            for edge in self.edges_directed(node, direction) {
                let other = if forward {
                    edge.target()
                } else {
                    edge.source()
                };
                // Walks number nodes with 32 bits; a node past that cannot be reached.
                let Ok(to) = u32::try_from(self.to_index(other)) else {
                    continue;
                };
                each(Step {
                    to,
                    edge: edge.id(),
                    forward,
                })?;
            }
        }
        Ok(())
    }
}
