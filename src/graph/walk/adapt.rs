//! Every directed petgraph graph can be walked.

use petgraph::Direction;
use petgraph::visit::{EdgeRef, IntoEdgesDirected, NodeIndexable};

use super::{Follow, Step, Walkable};

impl<G> Walkable for G
where
    G: IntoEdgesDirected + NodeIndexable,
    G::EdgeId: Ord,
{
    type Edge = G::EdgeId;

    fn node_bound(&self) -> usize {
        NodeIndexable::node_bound(self)
    }

    fn steps(&self, node: u32, follow: Follow) -> impl Iterator<Item = Step<Self::Edge>> + '_ {
        let directions: &[Direction] = match follow {
            _ if node as usize >= NodeIndexable::node_bound(self) => &[],
            Follow::Both => &[Direction::Outgoing, Direction::Incoming],
            Follow::Forward => &[Direction::Outgoing],
            Follow::Backward => &[Direction::Incoming],
        };
        let mut steps = Vec::new();
        for &direction in directions {
            let forward = direction == Direction::Outgoing;
            for edge in self.edges_directed(self.from_index(node as usize), direction) {
                let other = if forward {
                    edge.target()
                } else {
                    edge.source()
                };
                // Walks number nodes with 32 bits; a node past that cannot be reached.
                if let Ok(to) = u32::try_from(self.to_index(other)) {
                    steps.push(Step {
                        to,
                        edge: edge.id(),
                        forward,
                    });
                }
            }
        }
        steps.sort_unstable();
        steps.into_iter()
    }

    fn degree(&self, node: u32) -> usize {
        self.steps(node, Follow::Both).count()
    }
}
