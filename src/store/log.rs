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
    /// Appends a transaction on top of a version.
    ///
    /// # Errors
    /// When the log is at another version, or cannot keep it. Nothing was appended then.
    fn append(&mut self, expected: Version, transaction: &Transaction)
    -> Result<Version, LogError>;

    /// The entries after a version, in order.
    ///
    /// # Errors
    /// When they cannot be read.
    fn read(&self, after: Version) -> Result<Vec<Entry>, LogError>;

    /// The hash of the last entry; of nothing, in an empty log.
    fn head(&self) -> String;

    /// The hash of the entry of a version, or of nothing for version 0; `None` for one that is not there.
    ///
    /// # Errors
    /// When it cannot be read.
    fn hash_at(&self, version: Version) -> Result<Option<String>, LogError>;
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
    let mut body = serde_json::to_vec(transaction)?;
    // It stays for long, and grew by doubling.
    body.shrink_to_fit();
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

    /// Appended entries are read again in order, chained by their hashes; a stale writer is refused.
    pub(crate) fn holds(log: &mut dyn Log) {
        let empty = log.head();
        assert_eq!(log.append(0, &transaction("first")).expect("appends"), 1);
        assert_eq!(log.append(1, &transaction("second")).expect("appends"), 2);
        assert!(matches!(
            log.append(1, &transaction("late")),
            Err(LogError::Conflict {
                expected: 1,
                found: 2
            })
        ));
        let entries = log.read(0).expect("reads");
        assert_eq!(
            entries
                .iter()
                .map(|entry| entry.version)
                .collect::<Vec<_>>(),
            [1, 2]
        );
        let first = next_entry(&empty, 1, &transaction("first")).expect("encodes");
        let second = next_entry(&first.hash, 2, &transaction("second")).expect("encodes");
        assert_eq!(entries, [first.clone(), second.clone()]);
        assert_eq!(log.read(1).expect("reads"), std::slice::from_ref(&second));
        assert_eq!(log.head(), second.hash);
        let hash = |version| log.hash_at(version).expect("reads");
        assert_eq!(hash(0), Some(empty));
        assert_eq!(hash(1).as_deref(), Some(first.hash.as_str()));
        assert_eq!(hash(2), Some(second.hash));
        assert_eq!(hash(3), None);
    }
}
