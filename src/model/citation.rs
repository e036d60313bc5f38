//! Citations: what was asked of which version of the record, so that it can be asked again.

use serde::{Deserialize, Serialize};

/// The longest operation, and the longest variables, that a citation keeps, in bytes.
pub const LONGEST: usize = 32 * 1024;

/// An operation, asked of a version of the record. It always has the same answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Citation {
    /// The version of the record: the number of its transactions.
    pub version: u32,
    /// The hash of the last of them, which vouches for all.
    pub head: String,
    /// Who was asking: `PUBLIC` sees what was accepted, `EDITOR` more.
    pub audience: String,
    /// The document.
    pub operation: String,
    /// Which of its operations was run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_name: Option<String>,
    /// The variables as JSON, as they were given.
    pub variables: String,
    /// The hash of the answer's data.
    pub answer: String,
}

impl Citation {
    /// The hash by which it is cited: of all that the answer follows from. blake3, in hexadecimal.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let version = self.version.to_string();
        let name = self.operation_name.as_deref().unwrap_or_default();
        let parts = [
            "onrecord citation",
            &version,
            &self.head,
            &self.audience,
            &hash_of(self.operation.as_bytes()),
            name,
            &hash_of(self.variables.as_bytes()),
        ];
        for part in parts {
            hasher.update(part.as_bytes());
            // So that no part can reach into the next one.
            hasher.update(b"\0");
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// The hash of some bytes: blake3, in hexadecimal.
#[must_use]
pub fn hash_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_follows_from_every_part_but_the_answer() {
        let citation = Citation {
            version: 12,
            head: "a".into(),
            audience: "PUBLIC".into(),
            operation: "{ graph { version } }".into(),
            operation_name: None,
            variables: "{}".into(),
            answer: "b".into(),
        };
        let hash = citation.hash();
        assert_eq!(hash.len(), 64);
        let others = [
            Citation {
                version: 1,
                ..citation.clone()
            },
            Citation {
                head: "b".into(),
                ..citation.clone()
            },
            Citation {
                audience: "EDITOR".into(),
                ..citation.clone()
            },
            Citation {
                operation: "{ a }".into(),
                ..citation.clone()
            },
            Citation {
                operation_name: Some("A".into()),
                ..citation.clone()
            },
            Citation {
                variables: "{\"a\":1}".into(),
                ..citation.clone()
            },
        ];
        for other in others {
            assert_ne!(other.hash(), hash, "{other:?}");
        }
        let same = Citation {
            answer: "c".into(),
            ..citation
        };
        assert_eq!(same.hash(), hash);
    }
}
