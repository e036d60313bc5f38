//! A view as a network that can be walked, whatever the types.

mod allowed;
mod around;
mod comparison;
mod dates;
mod matching;
mod paths;
mod pattern;
mod reach;

use std::cell::RefCell;

pub use allowed::Allowed;
pub use around::{Subgraph, around};
pub use comparison::{Comparison, OfNode, OfTie, Operator, Side};
pub use dates::Dates;
pub use paths::{HopShape, PathQuery, Weight, paths};
pub use pattern::{Match, Matches, Pattern, PatternNode, PatternTie, matches};
pub use reach::{common, reach};

use crate::graph::neighbors::Edge;
use crate::graph::records::EntityIndex;
use crate::graph::view::View;
use crate::graph::walk::{Follow, Space, Step, Walkable};

thread_local! {
    /// Working memory, kept by each thread: making it for a large graph costs more than a short walk.
    static SPACE: RefCell<Space> = RefCell::new(Space::new());
}

impl Walkable for View {
    type Edge = Edge;

    fn node_bound(&self) -> usize {
        self.graph().counts().entities
    }

    fn steps(&self, node: u32, follow: Follow) -> impl Iterator<Item = Step<Edge>> + '_ {
        self.next_to(EntityIndex(node), follow)
    }

    fn degree(&self, node: u32) -> usize {
        self.graph().related(EntityIndex(node))
    }

    fn between(&self, from: u32, to: u32, follow: Follow) -> impl Iterator<Item = Step<Edge>> + '_ {
        self.leading_to(EntityIndex(from), EntityIndex(to), follow)
    }
}
