//! Many transactions at once: a seed.

use std::borrow::Borrow;

use crate::graph::{Graph, Version};
use crate::model::change::Transaction;
use crate::store::kept::{Kept, SeedFile};
use crate::store::log::{Entry, Head, Log, LogError, Note};
use crate::store::{CommitError, Kind, Store, append};

impl Store {
    /// Commits many transactions one after the other and folds the indexes once, at the end: readers see none of them
    /// before. They are kept together when the work is done, or as far as it said [`Loading::keep`]; where it fails, what is not
    /// kept is as if it had never been. A store that was opened to be read shows them, and keeps nothing.
    ///
    /// # Errors
    /// Those of the work, and of keeping what it committed.
    pub fn load<T, E: From<CommitError>>(
        &self,
        work: impl FnOnce(&mut Loading<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let inner = &self.inner;
        let _turn = inner.writers.turn();
        let keeps = inner.kind != Kind::Reading;
        if let Some(reason) = self.stopped().filter(|_| keeps) {
            return Err(CommitError::Stopped(reason).into());
        }
        let state = inner.state.load_full();
        let kept = Kept::of(inner.log.as_ref()).map_err(CommitError::Log)?;
        let mut loading = Loading {
            graph: Graph::clone(&state.graph),
            head: state.head.clone(),
            log: inner.log.as_ref(),
            kept,
            entries: Vec::new(),
            bytes: 0,
            notes: Vec::new(),
            kept_up_to: state.head.version,
        };
        drop(state);
        let done = match work(&mut loading) {
            Ok(done) => {
                if keeps {
                    loading.keep().inspect_err(|error| {
                        inner.writers.stop(&error.to_string());
                    })?;
                }
                done
            }
            Err(error) => {
                if loading.kept_up_to > self.head().version {
                    // The log is ahead of the graph now.
                    inner.writers.stop("loading broke off half way");
                }
                return Err(error);
            }
        };
        let Loading {
            mut graph, head, ..
        } = loading;
        graph.seal();
        inner.publish(graph, head);
        Ok(done)
    }

    /// Commits transactions as [`Store::load`] does.
    ///
    /// # Errors
    /// At the first that does not fit, with its place; none is committed then.
    pub fn commit_all(
        &self,
        transactions: impl IntoIterator<Item = impl Borrow<Transaction>>,
    ) -> Result<(), CommitError> {
        self.load(|loading| {
            for transaction in transactions {
                loading.commit(transaction.borrow(), None)?;
            }
            Ok(())
        })
    }
}

/// A store while many transactions are committed to it.
pub struct Loading<'a> {
    graph: Graph,
    head: Head,
    log: &'a dyn Log,
    kept: Kept,
    /// What is not kept yet.
    entries: Vec<Entry>,
    /// The bytes of it.
    bytes: usize,
    notes: Vec<Note>,
    kept_up_to: Version,
}

impl Loading<'_> {
    /// Commits a transaction, whole or not at all. Where it is said which hash the log had for it, it has to have that one.
    ///
    /// # Errors
    /// When it does not fit, with every reason; when it is another one than promised.
    pub fn commit(
        &mut self,
        transaction: &Transaction,
        hash: Option<&str>,
    ) -> Result<(), CommitError> {
        let entry = append(&mut self.graph, &mut self.head, transaction, hash)?;
        self.bytes += entry.body.len();
        self.entries.push(entry);
        Ok(())
    }

    /// What is on record, with all that was committed.
    #[must_use]
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The bytes of what is committed and not kept yet.
    #[must_use]
    pub fn unkept(&self) -> usize {
        self.bytes
    }

    /// Keeps for good what was committed so far.
    ///
    /// # Errors
    /// When the log cannot keep it.
    pub fn keep(&mut self) -> Result<(), CommitError> {
        let entries = std::mem::take(&mut self.entries);
        let notes = std::mem::take(&mut self.notes);
        self.bytes = 0;
        if !entries.is_empty() || !notes.is_empty() {
            self.log.append(entries, &notes)?;
        }
        self.kept_up_to = self.head.version;
        Ok(())
    }

    /// Whether the record has this transaction at its place already. It is another record's where it does not and is no new one.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn has(&self, version: Version, transaction: &Transaction) -> Result<bool, LogError> {
        let Some(before) = version.checked_sub(1) else {
            return Ok(false);
        };
        let [Some(before), Some(own)] = [self.log.hash_at(before)?, self.log.hash_at(version)?]
        else {
            return Ok(false);
        };
        let head = Head {
            version: version - 1,
            hash: before,
        };
        Ok(Entry::after(&head, transaction)?.hash == own)
    }

    /// The seed files that were loaded already.
    #[must_use]
    pub fn seed_files(&self) -> &[SeedFile] {
        &self.kept.seed
    }

    /// Remembers that a seed file was loaded with the transaction that was committed last.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub fn loaded(&mut self, name: &str, digest: &str) -> Result<(), CommitError> {
        let file = SeedFile {
            name: name.to_owned(),
            digest: digest.to_owned(),
            version: self.head.version,
        };
        self.notes.push(file.note().map_err(CommitError::Log)?);
        Ok(())
    }
}

impl std::fmt::Debug for Loading<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Loading")
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}
