//! What a log keeps beside its transactions: which seed files were loaded, and by which ontology the record was written.

use serde::{Deserialize, Serialize};

use crate::graph::Version;
use crate::store::log::{Damage, Log, LogError, Note};

/// What the names of the notes on seed files begin with.
const SEED: &str = "seed:";
/// The name of the note on the ontology.
const ONTOLOGY: &str = "ontology";

/// A seed file that was loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedFile {
    /// Its name.
    pub name: String,
    /// The digest of what it said.
    pub digest: String,
    /// The version of the record after it.
    pub version: Version,
}

impl SeedFile {
    pub(super) fn note(&self) -> Result<Note, LogError> {
        // Of each version of a file that was loaded there is a note.
        note(format!("{SEED}{}", self.digest), self)
    }
}

/// The ontology that a record was last written by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptOntology {
    /// The digest of its text and of what the program adds.
    pub(super) digest: String,
    /// Its text as it was given, for people.
    pub(super) text: String,
}

impl KeptOntology {
    pub(super) fn note(&self) -> Result<Note, LogError> {
        note(ONTOLOGY.to_owned(), self)
    }
}

fn note(name: String, of: &impl Serialize) -> Result<Note, LogError> {
    let text = serde_json::to_string(of)?;
    Ok(Note { name, text })
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) seed: Vec<SeedFile>,
    pub(super) ontology: Option<KeptOntology>,
}

impl Kept {
    /// What a log keeps.
    pub(super) fn of(log: &dyn Log) -> Result<Self, LogError> {
        let mut kept = Self::default();
        for note in log.notes()? {
            let unread = |error: serde_json::Error| Damage {
                place: format!("the note {:?}", note.name),
                what: error.to_string(),
            };
            if note.name.starts_with(SEED) {
                kept.seed
                    .push(serde_json::from_str(&note.text).map_err(unread)?);
            } else if note.name == ONTOLOGY {
                kept.ontology = Some(serde_json::from_str(&note.text).map_err(unread)?);
            }
        }
        kept.seed.sort_by_key(|file| file.version);
        Ok(kept)
    }
}
