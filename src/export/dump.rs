//! The whole record as NDJSON: every transaction with its changes, in order, one JSON object a line.
//!
//! The first line says what it is. A `transaction` line opens each transaction, the changes follow it. Nothing is left out, so that the
//! lines are the record; every claim carries its id.

use std::io::{self, Write};

use crate::model::change::Change;
use crate::model::id::ClaimId;
use crate::store::lines::{FORMAT, FORMAT_VERSION, Head, Line, Opening};
use crate::store::{Entry, LogError, Store};

/// How many transactions are read at once.
const PAGE: usize = 256;

/// Why the record could not be written out.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// It cannot be written.
    #[error("the dump cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// Writes the whole record, one transaction after the other.
///
/// # Errors
/// When the log cannot be read or the output cannot be written.
pub fn dump(store: &Store, out: &mut dyn Write) -> Result<(), DumpError> {
    let last = store.head();
    let version = last.version;
    let head = Head {
        format: FORMAT.into(),
        format_version: FORMAT_VERSION,
        version,
        head: (version > 0).then_some(last.hash),
    };
    line(&head, out)?;
    let mut next = 1;
    while next <= version {
        // What is committed meanwhile is left out.
        let most = PAGE.min((version + 1 - next) as usize);
        let entries = store.entries(next, most)?;
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            next = entry.version + 1;
            transaction(entry, out)?;
        }
    }
    Ok(())
}

fn transaction(entry: Entry, out: &mut dyn Write) -> Result<(), DumpError> {
    let version = entry.version;
    let found = entry.transaction()?;
    let transaction = Opening {
        version,
        hash: Some(entry.hash),
        recorded_at: found.recorded_at,
        author: found.author,
        reason: found.reason,
        idempotency: found.idempotency,
        visible_from: found.visible_from,
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
