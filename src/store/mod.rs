//! How the record survives: the handle that the rest of the program holds.
//!
//! [`Store`] is cheap to clone. Readers take a [`View`], which never changes under them; writers
//! commit a [`Transaction`], which is checked whole, appended to the log, and only then applied. There is no
//! other way to change anything: the seed goes the same way, many transactions at once ([`Store::load`]).

pub(crate) mod lines;
mod log;
mod memory;

use std::borrow::Borrow;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use log::next_entry;
pub use log::{Entry, Log, LogError};
pub use memory::MemoryLog;

use crate::graph::view::View;
use crate::graph::{CheckError, Graph, Version};
use crate::model::change::{Change, Transaction};
use crate::model::date::Timestamp;
use crate::model::ontology::Ontology;

/// After so many changes the indexes are folded: a sealed graph answers faster, and folding costs a pass over it.
const SEAL_AFTER: usize = 50_000;

/// Why a transaction was not committed.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// It does not fit the ontology or the record; nothing was changed.
    #[error("the transaction was refused: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Refused(Vec<CheckError>),
    /// It is not the transaction that was promised; nothing was changed.
    #[error(
        "transaction {version} has the hash {found}, expected {expected}: it was altered, or one before it was"
    )]
    Altered {
        /// Its number.
        version: Version,
        /// The hash that it has on top of those before it.
        found: String,
        /// The hash that it was said to have.
        expected: String,
    },
    /// The log could not keep it.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// The handle to the record.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    /// The current version. Readers take it without a lock.
    graph: ArcSwap<Graph>,
    /// The one writer. The standard library's lock, held for a commit, never across an await.
    log: Mutex<Box<dyn Log>>,
    persistent: bool,
}

impl Store {
    /// A store that keeps the record in memory, and forgets it when the program ends.
    #[must_use]
    pub fn in_memory(ontology: Arc<Ontology>) -> Self {
        Self::over(Graph::new(ontology), Box::new(MemoryLog::default()), false)
    }

    fn over(graph: Graph, log: Box<dyn Log>, persistent: bool) -> Self {
        Self {
            inner: Arc::new(Inner {
                graph: ArcSwap::from_pointee(graph),
                log: Mutex::new(log),
                persistent,
            }),
        }
    }

    /// What is on record now, for anybody.
    #[must_use]
    pub fn view(&self) -> View {
        View::now(self.inner.graph.load_full())
    }

    /// Whether what is committed outlives the program.
    #[must_use]
    pub fn is_persistent(&self) -> bool {
        self.inner.persistent
    }

    /// Whether the store takes reads and writes. One whose log failed does not: what is on disk is
    /// not known then.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.inner.log.is_poisoned()
    }

    /// Commits a transaction, whole or not at all, and gives the version that holds it.
    ///
    /// # Errors
    /// When it does not fit, with every reason; when the log fails.
    pub fn commit(&self, transaction: &Transaction) -> Result<Version, CommitError> {
        let mut log = self
            .inner
            .log
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut graph = Graph::clone(&self.inner.graph.load());
        append(&mut graph, log.as_mut(), transaction, None)?;
        if graph.unsealed() > SEAL_AFTER {
            graph.seal();
        }
        let version = graph.version();
        self.inner.graph.store(Arc::new(graph));
        Ok(version)
    }

    /// Commits changes that come now. The record's clock only goes forward: where this one is behind, it stands still.
    ///
    /// # Errors
    /// As of [`Store::commit`].
    pub fn record(
        &self,
        author: &str,
        reason: &str,
        changes: Vec<Change>,
    ) -> Result<Version, CommitError> {
        let view = self.view();
        let last = view.graph().transaction(view.known());
        let now = Timestamp::now();
        let transaction = Transaction {
            recorded_at: last.map_or(now, |last| last.recorded_at.max(now)),
            author: author.to_owned(),
            reason: reason.to_owned(),
            changes,
        };
        self.commit(&transaction)
    }

    /// The record as of a version, with the hash that vouches for it; `None` for a version that is yet to come. Unless
    /// one is named, it is the last that changed a fact: keeping citations makes no other record to cite.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn as_of(&self, version: Option<Version>) -> Result<Option<(View, String)>, LogError> {
        let log = self
            .inner
            .log
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Under the lock nobody commits, so that the graph and the log are of one version.
        let view = self.view();
        let version = version.unwrap_or(view.graph().facts());
        if version > view.known() {
            return Ok(None);
        }
        let hash = log.hash_at(version)?;
        Ok(hash.map(|hash| (view.as_of(version), hash)))
    }

    /// Commits many transactions one after the other and folds the indexes once, at the end: readers see none of them
    /// before. What was committed when the work fails stays committed.
    ///
    /// # Errors
    /// Those of the work.
    pub fn load<T, E>(&self, work: impl FnOnce(&mut Loading<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut log = self
            .inner
            .log
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut graph = Graph::clone(&self.inner.graph.load());
        let done = work(&mut Loading {
            graph: &mut graph,
            log: log.as_mut(),
        });
        graph.seal();
        self.inner.graph.store(Arc::new(graph));
        done
    }

    /// Commits transactions as [`Store::load`] does.
    ///
    /// # Errors
    /// At the first that does not fit, with its place; those before it are committed.
    pub fn commit_all(
        &self,
        transactions: impl IntoIterator<Item = impl Borrow<Transaction>>,
    ) -> Result<(), (usize, CommitError)> {
        self.load(|loading| {
            for (place, transaction) in transactions.into_iter().enumerate() {
                loading
                    .commit(transaction.borrow(), None)
                    .map_err(|error| (place, error))?;
            }
            Ok(())
        })
    }

    /// The log's entry of a version. Its hash vouches for all up to it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn entry(&self, version: Version) -> Result<Option<Entry>, LogError> {
        self.inner
            .log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .read(version)
    }
}

/// A store while many transactions are committed to it.
pub struct Loading<'a> {
    graph: &'a mut Graph,
    log: &'a mut dyn Log,
}

impl Loading<'_> {
    /// Commits a transaction, whole or not at all. Where it is said which hash the log had for it, it has to have that one.
    ///
    /// # Errors
    /// When it does not fit, with every reason; when it is another one than promised; when the log fails.
    pub fn commit(
        &mut self,
        transaction: &Transaction,
        hash: Option<&str>,
    ) -> Result<(), CommitError> {
        append(self.graph, self.log, transaction, hash)
    }
}

/// Checks a transaction, writes it down, and only then applies it.
fn append(
    graph: &mut Graph,
    log: &mut dyn Log,
    transaction: &Transaction,
    hash: Option<&str>,
) -> Result<(), CommitError> {
    let entry = next_entry(&log.head(), graph.version() + 1, transaction)?;
    // What was altered is told as such, and not by what no longer fits then.
    if let Some(expected) = hash.filter(|expected| *expected != entry.hash) {
        return Err(CommitError::Altered {
            version: entry.version,
            found: entry.hash,
            expected: expected.into(),
        });
    }
    graph.check(transaction).map_err(CommitError::Refused)?;
    log.append(entry)?;
    graph.apply(transaction);
    Ok(())
}

impl std::fmt::Debug for Loading<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Loading")
            .field("version", &self.graph.version())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Store")
            .field("persistent", &self.inner.persistent)
            .finish_non_exhaustive()
    }
}
