//! Record files: what sources say, as people write it down, becomes transactions.
//!
//! A folder holds a `manifest.yaml`, which names the files in order with the time, author and
//! reason of each. A file is one transaction: new entities, then claims, annotations, further
//! evidence, ranks and retractions. Ids, fields and values are checked against the
//! ontology, and every claim but an annotation's has evidence.

mod annotations;
mod claims;
mod evidence;
mod folder;
mod known;
mod log;
mod manifest;
mod reader;
mod sections;
mod tables;
#[cfg(test)]
mod tests;
mod values;
mod yaml;

use std::path::Path;
use std::sync::Arc;

use crate::ingest::problem::{Problem, Problems};
use crate::model::change::Transaction;
use crate::model::ontology::Ontology;

pub use folder::{Folder, Skipped};
pub use known::Known;
pub use manifest::ManifestEntry;

use reader::Reader;

pub(super) use yaml::LARGEST_FILE;

/// Where a change stands in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The file, as problems call it.
    pub file: Arc<str>,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted in characters from 1.
    pub column: usize,
}

/// A record file that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// What it records.
    pub transaction: Transaction,
    /// Where each change of the transaction stands, in the same order.
    pub places: Vec<Position>,
    /// What somebody who checks the file should see, although it is no mistake of theirs: rows of a table
    /// that are left out for a reason, and errors of a source that are kept as stated.
    pub remarks: Vec<Problem>,
    /// The file, as the manifest names it.
    pub file: String,
    /// BLAKE3 digest of the file's bytes (of a mapping, its table and what stands beside them) and of what the manifest says
    /// of it, in hexadecimal.
    pub digest: String,
}

impl Recorded {
    /// A problem with one of the changes, counted from 0, where the file has it.
    #[must_use]
    pub fn problem(&self, change: usize, message: impl Into<String>) -> Problem {
        let message = message.into();
        match self.places.get(change) {
            Some(Position { file, line, column }) => Problem {
                file: file.to_string(),
                line: *line,
                column: *column,
                message,
            },
            None => Problem {
                file: self.file.clone(),
                line: 1,
                column: 1,
                message,
            },
        }
    }
}

/// Reads one record file; `file` is the name by which problems call it. The entities and claims
/// that it brings are known from then on, even where the file has mistakes.
///
/// # Errors
/// All mistakes of the file, each with its place.
pub fn read_record(
    ontology: &Ontology,
    text: &str,
    file: &str,
    entry: &ManifestEntry,
    known: &mut Known,
) -> Result<Recorded, Problems> {
    let root = yaml::parse(text, file)?;
    let mut reader = Reader::new(ontology, file, known);
    reader.file(&root);
    let (changes, places, problems) = reader.finish();
    let recorded = Recorded {
        transaction: Transaction {
            recorded_at: entry.recorded_at,
            author: entry.author.clone(),
            reason: entry.reason.clone(),
            idempotency: None,
            visible_from: None,
            changes,
        },
        places,
        remarks: Vec::new(),
        file: entry.file.clone(),
        digest: entry.digest(&digest(text)),
    };
    Problems::unless_any(recorded, problems)
}

/// The digest of a record file's text.
fn digest(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// The text of a file, or why there is none.
pub(super) fn read_text(path: &Path) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|error| format!("cannot be read: {error}"))?;
    if !size.is_file() {
        return Err("is no file".into());
    }
    if size.len() > LARGEST_FILE {
        return Err(format!(
            "has {} bytes, expected at most {LARGEST_FILE}",
            size.len()
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
    String::from_utf8(bytes).map_err(|error| format!("is not in UTF-8: {}", error.utf8_error()))
}
