//! The indexes are folded by a thread of its own, while writing goes on: folding takes a pass over the whole graph.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::graph::Graph;
use crate::store::{Damage, Inner, LogError, Store};

/// After how many changes the indexes are folded. Each commit copies what is unsealed, and folding takes a pass over all; both
/// together cost least where the one grows with the root of the other.
fn due_after(graph: &Graph) -> usize {
    let counts = graph.counts();
    let rows = counts.entities + counts.relationships + counts.claims + counts.evidence;
    (4 * rows.isqrt()).clamp(FEWEST, MOST)
}

/// Fewer changes are not worth a thread.
const FEWEST: usize = 1_000;
/// Readers of an unsealed graph are slower.
const MOST: usize = 20_000;

/// How many transactions may be missing when writers are held up for the last of them.
const FEW: u32 = 64;

/// How many transactions are read at once.
const PAGE: usize = 512;

impl Store {
    /// Folds the indexes in the background, if that is due and nobody does it yet.
    pub(super) fn fold_if_due(&self) {
        let inner = &self.inner;
        let graph = Arc::clone(&inner.state.load().graph);
        if graph.unsealed() <= due_after(&graph) || inner.is_folding.swap(true, Ordering::AcqRel) {
            return;
        }
        // The thread holds nothing that keeps the store open after the last handle is gone, but for a moment at its end.
        let graph = Graph::clone(&graph);
        let store = Arc::downgrade(inner);
        let work = move || {
            let mut graph = graph;
            graph.seal();
            if let Some(inner) = store.upgrade() {
                // One that cannot be caught up with is left: the log tells why it cannot be read when it is next written.
                let _left = inner.take_over(graph);
                inner.is_folding.store(false, Ordering::Release);
            }
        };
        let name = "onrecord-fold".to_owned();
        if std::thread::Builder::new().name(name).spawn(work).is_err() {
            inner.is_folding.store(false, Ordering::Release);
        }
    }
}

impl Inner {
    /// Applies to a folded graph what was committed since, and lets readers have it.
    fn take_over(&self, mut graph: Graph) -> Result<(), LogError> {
        while self.state.load().head.version - graph.version() > FEW {
            self.catch_up(&mut graph)?;
        }
        let turn = self.writers.turn();
        while graph.version() < self.state.load().head.version {
            self.catch_up(&mut graph)?;
        }
        let head = self.state.load().head.clone();
        self.publish(graph, head);
        drop(turn);
        Ok(())
    }

    fn catch_up(&self, graph: &mut Graph) -> Result<(), LogError> {
        let last = self.state.load().head.version;
        let from = graph.version() + 1;
        let most = PAGE.min((last + 1 - from) as usize);
        let entries = self.log.read(from, most)?;
        if entries.is_empty() {
            return Err(Damage::at(from, "it is missing").into());
        }
        for entry in entries {
            graph.apply(&entry.transaction()?);
        }
        Ok(())
    }
}
