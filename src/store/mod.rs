//! How the record survives: the handle that the rest of the program holds.
//!
//! [`Store`] is cheap to clone. Readers take a [`View`], which never changes under them; writers
//! commit a [`Transaction`], which is checked whole, appended to the log, and only then applied. There is no
//! other way to change anything: the seed goes the same way, many transactions at once ([`Store::load`]).
//!
//! | file | holds |
//! | --- | --- |
//! | `log` | what a log is, its entries, and their chain of hashes |
//! | `codec` | how a transaction is written down |
//! | `memory`, `sqlite` | the logs: in memory, and in a folder |
//! | `witness` | how far a log was acknowledged |
//! | `kept` | what is kept beside the transactions: which files were loaded, and by which ontology |
//! | `open` | a folder's log becomes a store |
//! | `replay` | a log becomes a graph |
//! | `writer` | committing, many writers at once |
//! | `folding` | the indexes are folded while writing goes on |
//! | `loading` | many transactions at once |
//! | `tokens` | who is let in by which token: beside the log, and no part of it |
//! | `keeping` | copies of a folder's record, and whether it is whole |

mod codec;
mod folding;
mod keeping;
mod kept;
pub(crate) mod lines;
mod loading;
mod log;
mod memory;
mod open;
mod release;
mod replay;
mod sqlite;
mod tokens;
mod witness;
mod writer;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arc_swap::ArcSwap;
use tokio::sync::watch;

pub use keeping::{Compacted, Verified, back_up, compact, restore, verify};
pub use kept::SeedFile;
pub use loading::Loading;
pub use log::{Damage, Entry, Head, Log, LogError, Note};
pub use memory::MemoryLog;
pub use open::{Access, Found, Loss, OpenError, Opened, Opening};
pub use sqlite::SqliteLog;
pub use tokens::{Token, TokenError, Tokens};
pub use writer::{Committed, Pending, WriteError};

use crate::graph::view::View;
use crate::graph::{CheckError, Graph, Version};
use crate::model::change::Transaction;
use crate::model::ontology::Ontology;
use writer::Writers;

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
    /// The store takes no changes any more.
    #[error("the record takes no changes: {0}")]
    Stopped(Arc<str>),
}

/// The handle to the record.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

/// One version of the record.
#[derive(Debug)]
struct State {
    graph: Arc<Graph>,
    head: Head,
}

struct Inner {
    /// The current version. Readers take it without a lock.
    state: ArcSwap<State>,
    log: Arc<dyn Log>,
    /// Where writers queue up.
    writers: Writers,
    /// Whoever waits for the next version.
    versions: watch::Sender<Version>,
    /// Whether the indexes are being folded just now.
    is_folding: AtomicBool,
    kind: Kind,
}

/// Where what is committed goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Into memory, and is gone with the program.
    Memory,
    /// Into a folder.
    Folder,
    /// Nowhere: the folder was opened to be read.
    Reading,
}

impl Store {
    /// A store that keeps the record in memory, and forgets it when the program ends.
    #[must_use]
    pub fn in_memory(ontology: Arc<Ontology>) -> Self {
        Self::over(
            Graph::new(ontology),
            Head::beginning(),
            Arc::new(MemoryLog::default()),
            Kind::Memory,
        )
    }

    fn over(graph: Graph, head: Head, log: Arc<dyn Log>, kind: Kind) -> Self {
        Self {
            inner: Arc::new(Inner {
                versions: watch::Sender::new(graph.version()),
                state: ArcSwap::from_pointee(State {
                    graph: Arc::new(graph),
                    head,
                }),
                log,
                writers: Writers::default(),
                is_folding: AtomicBool::new(false),
                kind,
            }),
        }
    }

    /// What is on record now, for anybody.
    #[must_use]
    pub fn view(&self) -> View {
        View::now(Arc::clone(&self.inner.state.load().graph))
    }

    /// The version of the record, and the hash that vouches for all up to it.
    #[must_use]
    pub fn head(&self) -> Head {
        self.inner.state.load().head.clone()
    }

    /// Whether what is committed outlives the program.
    #[must_use]
    pub fn is_persistent(&self) -> bool {
        self.inner.kind == Kind::Folder
    }

    /// Why the store takes no changes, where it does not: its log is damaged or failed. It can be read all the same.
    #[must_use]
    pub fn stopped(&self) -> Option<Arc<str>> {
        self.inner.writers.stopped()
    }

    /// The record as of a version, with the hash that vouches for it; `None` for a version that is yet to come. Unless
    /// one is named, it is the last that changed a fact: keeping citations makes no other record to cite.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn as_of(&self, version: Option<Version>) -> Result<Option<(View, String)>, LogError> {
        let state = self.inner.state.load();
        let version = version.unwrap_or(state.graph.facts());
        if version > state.head.version {
            return Ok(None);
        }
        let view = View::now(Arc::clone(&state.graph)).as_of(version);
        Ok(self.hash_at(version)?.map(|hash| (view, hash)))
    }

    /// The hash of a version, which vouches for all up to it; `None` for a version that is yet to come.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn hash_at(&self, version: Version) -> Result<Option<String>, LogError> {
        let state = self.inner.state.load();
        if version == state.head.version {
            return Ok(Some(state.head.hash.clone()));
        }
        self.inner.log.hash_at(version)
    }

    /// The log's entries from a version on, `most` at the most; none behind what readers see.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn entries(&self, from: Version, most: usize) -> Result<Vec<Entry>, LogError> {
        let last = self.inner.state.load().head.version;
        let from = from.max(1);
        // The log may be ahead for a moment.
        let there = (last + 1).saturating_sub(from) as usize;
        match most.min(there) {
            0 => Ok(Vec::new()),
            most => self.inner.log.read(from, most),
        }
    }

    /// The version that readers see, for those who wait for the next one. It skips those that nobody could see one by one; what
    /// was written in each is in [`Store::entries`].
    #[must_use]
    pub fn versions(&self) -> watch::Receiver<Version> {
        self.inner.versions.subscribe()
    }
}

impl Inner {
    /// Lets readers see a version, and gives a view of it.
    fn publish(&self, graph: Graph, head: Head) -> View {
        let version = head.version;
        let graph = Arc::new(graph);
        let view = View::now(Arc::clone(&graph));
        self.state.store(Arc::new(State { graph, head }));
        self.versions.send_if_modified(|before| {
            let is_new = *before != version;
            *before = version;
            is_new
        });
        view
    }
}

/// Checks a transaction and applies it; gives the entry that has to be kept before anybody sees it.
fn append(
    graph: &mut Graph,
    head: &mut Head,
    transaction: &Transaction,
    hash: Option<&str>,
) -> Result<Entry, CommitError> {
    let entry = Entry::after(head, transaction)?;
    // What was altered is told as such, and not by what no longer fits then.
    if let Some(expected) = hash.filter(|expected| *expected != entry.hash) {
        return Err(CommitError::Altered {
            version: entry.version,
            found: entry.hash,
            expected: expected.into(),
        });
    }
    graph.check(transaction).map_err(CommitError::Refused)?;
    graph.apply(transaction);
    *head = entry.head();
    Ok(entry)
}

impl std::fmt::Debug for Store {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Store")
            .field("head", &self.head())
            .field("kind", &self.inner.kind)
            .finish_non_exhaustive()
    }
}
