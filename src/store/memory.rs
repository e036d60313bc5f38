//! A log in memory: complete, chained, and gone when the program ends.

use crate::graph::Version;
use crate::model::change::Transaction;
use crate::store::log::{Entry, Log, LogError, next_entry};

/// A log in memory.
#[derive(Debug, Default)]
pub struct MemoryLog {
    entries: Vec<Entry>,
}

impl MemoryLog {
    fn version(&self) -> Version {
        self.entries.last().map_or(0, |entry| entry.version)
    }
}

impl Log for MemoryLog {
    fn append(
        &mut self,
        expected: Version,
        transaction: &Transaction,
    ) -> Result<Version, LogError> {
        let found = self.version();
        if found != expected {
            return Err(LogError::Conflict { expected, found });
        }
        let entry = next_entry(&self.head(), found + 1, transaction)?;
        self.entries.push(entry);
        Ok(found + 1)
    }

    fn read(&self, after: Version) -> Result<Vec<Entry>, LogError> {
        Ok(self
            .entries
            .iter()
            .filter(|entry| entry.version > after)
            .cloned()
            .collect())
    }

    fn head(&self) -> String {
        self.entries.last().map_or_else(
            || blake3::hash(b"onrecord").to_hex().to_string(),
            |entry| entry.hash.clone(),
        )
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
