//! A log in memory: complete, chained, and gone when the program ends.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use crate::graph::Version;
use crate::store::log::{Entry, Head, Log, LogError, Note};

/// A log in memory. Bodies are kept as they would be on disk: a record's text repeats itself, and nobody reads it often.
#[derive(Debug, Default)]
pub struct MemoryLog {
    kept: RwLock<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: Vec<Entry>,
    notes: BTreeMap<String, String>,
}

impl MemoryLog {
    fn kept(&self) -> RwLockReadGuard<'_, Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn head(&self) -> Head {
        self.entries
            .last()
            .map_or_else(Head::beginning, Entry::head)
    }
}

impl Log for MemoryLog {
    fn head(&self) -> Result<Head, LogError> {
        Ok(self.kept().head())
    }

    fn append(&self, entries: Vec<Entry>, notes: &[Note]) -> Result<(), LogError> {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = entries.first() {
            let found = kept.head().version;
            let expected = first.version.saturating_sub(1);
            if found != expected {
                return Err(LogError::Conflict { expected, found });
            }
        }
        kept.entries.extend(entries);
        for note in notes {
            kept.notes.insert(note.name.clone(), note.text.clone());
        }
        Ok(())
    }

    fn read(&self, from: Version, most: usize) -> Result<Vec<Entry>, LogError> {
        let kept = self.kept();
        // Versions are counted from 1 without a gap.
        let before = from.saturating_sub(1) as usize;
        let found = kept.entries.iter().skip(before).take(most);
        Ok(found.cloned().collect())
    }

    fn hash_at(&self, version: Version) -> Result<Option<String>, LogError> {
        let Some(place) = version.checked_sub(1) else {
            return Ok(Some(Head::beginning().hash));
        };
        let kept = self.kept();
        let entry = kept.entries.get(place as usize);
        Ok(entry.map(|entry| entry.hash.clone()))
    }

    fn notes(&self) -> Result<Vec<Note>, LogError> {
        let note = |(name, text): (&String, &String)| Note {
            name: name.clone(),
            text: text.clone(),
        };
        Ok(self.kept().notes.iter().map(note).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_contract_of_logs() {
        crate::store::log::contract::holds(&MemoryLog::default());
    }
}
