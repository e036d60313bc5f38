//! The whole record as NDJSON: every transaction with its changes, in order, one JSON object a line.
//!
//! The first line says what it is. A `transaction` line opens each transaction, the changes follow it. Nothing is left out, so that the
//! lines are the record; every claim carries its id.

use std::io::{self, Write};

use crate::graph::Version;
use crate::model::change::{Change, Transaction};
use crate::model::id::ClaimId;
use crate::store::lines::{FORMAT, FORMAT_VERSION, Head, Line, Opening};
use crate::store::{Entry, LogError, Store};

/// Why the record could not be written out.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// An entry of the log is not readable as a transaction.
    #[error("entry {version} of the log cannot be read: {reason}")]
    Entry {
        /// Which entry.
        version: Version,
        /// What is wrong with it.
        reason: serde_json::Error,
    },
    /// It cannot be written.
    #[error("the dump cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// Writes the whole record, one transaction after the other.
///
/// # Errors
/// When the log cannot be read or the output cannot be written.
pub fn dump(store: &Store, out: &mut dyn Write) -> Result<(), DumpError> {
    let version = store.view().graph().version();
    let head = Head {
        format: FORMAT.into(),
        format_version: FORMAT_VERSION,
        version,
        head: store.entry(version)?.map(|entry| entry.hash),
    };
    line(&head, out)?;
    for version in 1..=version {
        // The log holds what the graph was made of.
        if let Some(entry) = store.entry(version)? {
            transaction(entry, out)?;
        }
    }
    Ok(())
}

fn transaction(entry: Entry, out: &mut dyn Write) -> Result<(), DumpError> {
    let version = entry.version;
    let found: Transaction = serde_json::from_slice(&entry.body)
        .map_err(|reason| DumpError::Entry { version, reason })?;
    let transaction = Opening {
        version,
        hash: Some(entry.hash),
        recorded_at: found.recorded_at,
        author: found.author,
        reason: found.reason,
        changes: Some(found.changes.len()),
    };
    line(&Line { transaction }, out)?;
    let mut ordinal = 0;
    for mut change in found.changes {
        if let Change::AddClaim { claim } = &mut change {
            ordinal += 1;
            claim
                .id
                .get_or_insert_with(|| ClaimId::from_place(u64::from(version), ordinal));
        }
        line(&change, out)?;
    }
    Ok(())
}

fn line(of: &impl serde::Serialize, out: &mut dyn Write) -> Result<(), DumpError> {
    serde_json::to_writer(&mut *out, of).map_err(io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}
