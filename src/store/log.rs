//! The log: the truth that the graph is a view of.

use crate::graph::Version;
use crate::model::change::Transaction;

/// Why the log could not keep a transaction.
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
    /// What is kept cannot be read or written.
    #[error("the log cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
}

/// A transaction as the log keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number, from 1.
    pub version: Version,
    /// The hash of the entry before and of this one's body, chained: blake3, in hexadecimal.
    pub hash: String,
    /// The transaction, encoded as JSON.
    pub body: Vec<u8>,
}

/// An ordered log of transactions.
///
/// What `append` has acknowledged is kept: it is read again, in order, by whoever opens the log next, as far as
/// the log outlives the program at all. Nothing is ever changed or removed.
pub trait Log: Send {
    /// Appends an entry on top of the last one.
    ///
    /// # Errors
    /// When the entry does not follow the last one, or the log cannot keep it. Nothing was appended then.
    fn append(&mut self, entry: Entry) -> Result<(), LogError>;

    /// The entry of a version; `None` where there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&self, version: Version) -> Result<Option<Entry>, LogError>;

    /// The hash of the last entry; of nothing, in an empty log.
    fn head(&self) -> String;

    /// The hash of the entry of a version, or of nothing for version 0; `None` for one that is not there.
    ///
    /// # Errors
    /// When it cannot be read.
    fn hash_at(&self, version: Version) -> Result<Option<String>, LogError>;
}

/// The hash that the first entry follows.
pub(crate) fn beginning() -> String {
    blake3::hash(b"onrecord").to_hex().to_string()
}

/// The entry that follows another one.
///
/// # Errors
/// When the transaction cannot be encoded.
pub(crate) fn next_entry(
    head: &str,
    version: Version,
    transaction: &Transaction,
) -> Result<Entry, LogError> {
    let body = serde_json::to_vec(transaction)?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(head.as_bytes());
    hasher.update(&body);
    Ok(Entry {
        version,
        hash: hasher.finalize().to_hex().to_string(),
        body,
    })
}

#[cfg(test)]
pub(crate) mod contract {
    //! What every log must do; each implementation runs it.

    use super::*;

    fn transaction(reason: &str) -> Transaction {
        Transaction {
            recorded_at: "2026-11-02T09:00:00Z".parse().expect("a moment"),
            author: "a test".into(),
            reason: reason.into(),
            changes: Vec::new(),
        }
    }

    /// Appended entries are read again in order, chained by their hashes; what does not follow is refused.
    pub(crate) fn holds(log: &mut dyn Log) {
        let empty = log.head();
        let first = next_entry(&empty, 1, &transaction("first")).expect("encodes");
        let second = next_entry(&first.hash, 2, &transaction("second")).expect("encodes");
        log.append(first.clone()).expect("appends");
        log.append(second.clone()).expect("appends");
        let late = next_entry(&first.hash, 2, &transaction("late")).expect("encodes");
        assert!(matches!(
            log.append(late),
            Err(LogError::Conflict {
                expected: 1,
                found: 2
            })
        ));
        assert_eq!(log.head(), second.hash);
        let hash = |version| log.hash_at(version).expect("reads");
        assert_eq!(hash(0), Some(empty));
        assert_eq!(hash(1).as_deref(), Some(first.hash.as_str()));
        assert_eq!(hash(2).as_deref(), Some(second.hash.as_str()));
        assert_eq!(hash(3), None);
        assert_eq!(log.read(1).expect("reads"), Some(first));
        assert_eq!(log.read(2).expect("reads"), Some(second));
        assert_eq!(log.read(0).expect("reads"), None);
        assert_eq!(log.read(3).expect("reads"), None);
    }
}
