//! A log in memory: complete, chained, and gone when the program ends.

use crate::graph::Version;
use crate::store::log::{Entry, Log, LogError, beginning};

/// A log in memory. Bodies are kept compressed: a record's text repeats itself, and nobody reads it often.
#[derive(Debug, Default)]
pub struct MemoryLog {
    entries: Vec<Entry>,
}

/// zstd's own default: about a twentieth of the size, at some hundred megabytes a second.
const COMPRESSION: i32 = 3;

impl MemoryLog {
    fn version(&self) -> Version {
        self.entries.last().map_or(0, |entry| entry.version)
    }
}

impl Log for MemoryLog {
    fn append(&mut self, entry: Entry) -> Result<(), LogError> {
        let found = self.version();
        let expected = entry.version.saturating_sub(1);
        if found != expected {
            return Err(LogError::Conflict { expected, found });
        }
        let mut body = zstd::bulk::compress(&entry.body, COMPRESSION)?;
        // It was made with room for a body that does not shrink at all, and stays for long.
        body.shrink_to_fit();
        self.entries.push(Entry { body, ..entry });
        Ok(())
    }

    fn read(&self, version: Version) -> Result<Option<Entry>, LogError> {
        // Versions are counted from 1 without a gap.
        let place = version.checked_sub(1).map(|place| place as usize);
        let Some(entry) = place.and_then(|place| self.entries.get(place)) else {
            return Ok(None);
        };
        let body = zstd::stream::decode_all(entry.body.as_slice())?;
        Ok(Some(Entry {
            version: entry.version,
            hash: entry.hash.clone(),
            body,
        }))
    }

    fn head(&self) -> String {
        self.entries
            .last()
            .map_or_else(beginning, |entry| entry.hash.clone())
    }

    fn hash_at(&self, version: Version) -> Result<Option<String>, LogError> {
        let Some(place) = version.checked_sub(1) else {
            return Ok(Some(beginning()));
        };
        let entry = self.entries.get(place as usize);
        Ok(entry.map(|entry| entry.hash.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_contract_of_logs() {
        crate::store::log::contract::holds(&mut MemoryLog::default());
    }
}
