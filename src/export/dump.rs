//! The whole record as NDJSON: every transaction with its changes, in order, one JSON object a line.
//!
//! The first line says what it is. A `transaction` line opens each transaction, the changes follow it. Nothing is left out, so that the
//! lines are the record; every claim carries its id.

use std::io::{self, Write};

use serde_json::json;

use crate::model::change::{Change, Transaction};
use crate::model::id::ClaimId;
use crate::store::{Entry, LogError, Store};

/// The version of the format.
const FORMAT: u32 = 1;

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
        version: u32,
        /// What is wrong with it.
        reason: serde_json::Error,
    },
    /// It cannot be written.
    #[error("the dump cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// Writes the whole record.
///
/// # Errors
/// When the log cannot be read or the output cannot be written.
pub fn dump(store: &Store, out: &mut dyn Write) -> Result<(), DumpError> {
    let entries = store.entries()?;
    let head = entries.last().map(|entry| entry.hash.as_str());
    writeln!(
        out,
        "{}",
        json!({ "format": "onrecord-dump", "formatVersion": FORMAT, "version": entries.len(), "head": head })
    )?;
    for entry in &entries {
        transaction(entry, out)?;
    }
    Ok(())
}

fn transaction(entry: &Entry, out: &mut dyn Write) -> Result<(), DumpError> {
    let found: Transaction =
        serde_json::from_slice(&entry.body).map_err(|reason| DumpError::Entry {
            version: entry.version,
            reason,
        })?;
    let header = json!({ "transaction": {
        "version": entry.version,
        "hash": entry.hash,
        "recordedAt": found.recorded_at.to_string(),
        "author": found.author,
        "reason": found.reason,
    } });
    writeln!(out, "{header}")?;
    let mut ordinal = 0;
    for mut change in found.changes {
        if let Change::AddClaim { claim } = &mut change {
            ordinal += 1;
            claim
                .id
                .get_or_insert_with(|| ClaimId::from_place(u64::from(entry.version), ordinal));
        }
        serde_json::to_writer(&mut *out, &change).map_err(io::Error::from)?;
        writeln!(out)?;
    }
    Ok(())
}
