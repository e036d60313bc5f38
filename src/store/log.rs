//! The log: the truth that the graph is a view of.

#[cfg(test)]
pub(crate) mod contract;

use std::borrow::Cow;
use std::path::PathBuf;

use crate::graph::Version;
use crate::model::change::Transaction;
use crate::store::codec;

/// Why the log cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Somebody else appended in between.
    #[error("the log is at version {found}, expected {expected}: append again on top of it")]
    Conflict {
        /// The version that the writer built on.
        expected: Version,
        /// The version that the log is at.
        found: Version,
    },
    /// The transaction cannot be written down.
    #[error("the transaction cannot be encoded: {0}")]
    Encode(#[from] serde_json::Error),
    /// A file cannot be read or written.
    #[error("{path}: {reason}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// The database that the log is kept in failed.
    #[error("the log's database: {0}")]
    Database(#[from] rusqlite::Error),
    /// What is kept is not what was written.
    #[error(transparent)]
    Damaged(#[from] Damage),
    /// A later program wrote it.
    #[error(
        "{what} has the format {found}, and this program reads formats up to {known}: use the program that wrote it, or a later one"
    )]
    Newer {
        /// What was written.
        what: String,
        /// Its format.
        found: i64,
        /// The latest that is understood.
        known: i64,
    },
    /// Another process writes to it.
    #[error("{folder} is in use by another process: only one can write to it", folder = .0.display())]
    InUse(PathBuf),
    /// There is no log where one is expected.
    #[error("there is no log in {folder}: expected the folder of a record, as `serve --data` makes it", folder = .0.display())]
    Missing(PathBuf),
    /// The file is something else.
    #[error("{path} is no log of onrecord", path = .0.display())]
    Foreign(PathBuf),
    /// The log was opened to be read.
    #[error("the log was opened to be read, and not to be written")]
    ReadOnly,
}

/// Where what is kept is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the log is damaged at {place}: {what}")]
pub struct Damage {
    /// Which transaction, or what else.
    pub place: String,
    /// What was found, and what was expected.
    pub what: String,
}

impl Damage {
    /// Damage of a transaction.
    pub(crate) fn at(version: Version, what: impl Into<String>) -> Self {
        Self {
            place: format!("transaction {version}"),
            what: what.into(),
        }
    }
}

/// A transaction as the log keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number, from 1.
    pub version: Version,
    /// The hash of the entry before and of this one's transaction as JSON, chained: blake3, in hexadecimal.
    pub hash: String,
    /// The transaction as JSON, in a format that its first byte names.
    pub(crate) body: Vec<u8>,
}

impl Entry {
    /// The entry that follows another one.
    ///
    /// # Errors
    /// When the transaction cannot be encoded.
    pub(crate) fn after(head: &Head, transaction: &Transaction) -> Result<Self, LogError> {
        let json = serde_json::to_vec(transaction)?;
        Ok(Self {
            version: head.version + 1,
            hash: chained(&head.hash, &json),
            body: codec::encode(json),
        })
    }

    /// The transaction.
    ///
    /// # Errors
    /// When the entry is damaged, or a later program wrote it.
    pub fn transaction(&self) -> Result<Transaction, LogError> {
        self.read(&self.json()?)
    }

    /// The transaction of an entry that follows another one.
    ///
    /// # Errors
    /// When it does not, is damaged, or a later program wrote it.
    pub(crate) fn transaction_after(&self, head: &Head) -> Result<Transaction, LogError> {
        let expected = head.version + 1;
        if self.version != expected {
            let what = format!("it is missing, the next one is {}", self.version);
            return Err(Damage::at(expected, what).into());
        }
        let json = self.json()?;
        let hash = chained(&head.hash, &json);
        if hash != self.hash {
            let what = format!("its hash is {hash}, expected {}", self.hash);
            return Err(Damage::at(self.version, what).into());
        }
        self.read(&json)
    }

    fn json(&self) -> Result<Cow<'_, [u8]>, LogError> {
        codec::decode(&self.body).map_err(|error| match error {
            codec::DecodeError::Newer(found) => LogError::Newer {
                what: format!("transaction {}", self.version),
                found: i64::from(found),
                known: i64::from(codec::LATEST),
            },
            other => Damage::at(self.version, other.to_string()).into(),
        })
    }

    fn read(&self, json: &[u8]) -> Result<Transaction, LogError> {
        serde_json::from_slice(json).map_err(|error| {
            Damage::at(self.version, format!("it is no transaction: {error}")).into()
        })
    }

    /// Where the log is after it.
    pub(crate) fn head(&self) -> Head {
        Head {
            version: self.version,
            hash: self.hash.clone(),
        }
    }
}

/// How far a log is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The number of its last transaction; 0 in an empty log.
    pub version: Version,
    /// The hash of its last transaction, which vouches for all: blake3, in hexadecimal.
    pub hash: String,
}

impl Head {
    /// The head of an empty log.
    #[must_use]
    pub fn beginning() -> Self {
        Self {
            version: 0,
            hash: blake3::hash(b"onrecord").to_hex().to_string(),
        }
    }
}

/// The hash of a transaction on top of those before it.
fn chained(before: &str, json: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(before.as_bytes());
    hasher.update(json);
    hasher.finalize().to_hex().to_string()
}

/// What is kept beside the transactions under a name, such as what was loaded already. A later note replaces an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its name.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// An ordered log of transactions.
///
/// What `append` has acknowledged is kept: it is read again, in order, by whoever opens the log next, as far as
/// the log outlives the program at all. No transaction is ever changed or removed. Readers do not wait for the writer.
pub trait Log: Send + Sync {
    /// How far the log is.
    ///
    /// # Errors
    /// When it cannot be read.
    fn head(&self) -> Result<Head, LogError>;

    /// Appends entries on top of the last one, with notes: all or nothing. Done when they are kept for good.
    ///
    /// # Errors
    /// When the first does not follow the last one ([`LogError::Conflict`]: nothing was appended), or the log cannot keep
    /// them: whether it did is not known then.
    fn append(&self, entries: Vec<Entry>, notes: &[Note]) -> Result<(), LogError>;

    /// Entries from a version on, `most` at the most; none behind the last one. What can be read before damage is given, so that
    /// reading on from there tells of the damage.
    ///
    /// # Errors
    /// When the first of them cannot be read.
    fn read(&self, from: Version, most: usize) -> Result<Vec<Entry>, LogError>;

    /// The hash of the entry of a version, or of nothing for version 0; `None` for one that is not there.
    ///
    /// # Errors
    /// When it cannot be read.
    fn hash_at(&self, version: Version) -> Result<Option<String>, LogError>;

    /// All notes.
    ///
    /// # Errors
    /// When they cannot be read.
    fn notes(&self) -> Result<Vec<Note>, LogError>;
}
