//! Identifiers: readable, global, stable.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not an id: {expected}")]
pub struct IdError {
    found: String,
    expected: &'static str,
}

fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.split('-').all(|part| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

/// The id of an entity, such as `official:antony-blinken`: the prefix of its type, a colon, a slug.
///
/// An id does not change when the name of the entity does.
///
/// ```
/// use onrecord::model::id::EntityId;
/// let id: EntityId = "official:antony-blinken".parse()?;
/// assert_eq!(id.prefix(), "official");
/// assert!("Antony Blinken".parse::<EntityId>().is_err());
/// # Ok::<(), onrecord::model::id::IdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EntityId(Box<str>);

impl EntityId {
    const LONGEST: usize = 200;

    /// The part before the colon: which type the entity has.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.0.split_once(':').map_or("", |(prefix, _)| prefix)
    }

    /// The part after the colon.
    #[must_use]
    pub fn slug(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, slug)| slug)
    }

    /// The whole id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for EntityId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for EntityId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let expected = "expected a type's prefix, a colon and a slug of lower-case letters, digits and single hyphens, such as official:antony-blinken";
        let parts = text.split_once(':');
        if text.len() <= Self::LONGEST
            && parts.is_some_and(|(prefix, slug)| is_slug(prefix) && is_slug(slug))
        {
            Ok(Self(text.into()))
        } else {
            Err(IdError {
                found: text.chars().take(80).collect(),
                expected,
            })
        }
    }
}

impl TryFrom<String> for EntityId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<EntityId> for String {
    fn from(id: EntityId) -> Self {
        id.0.into()
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The id of a claim: `claim:` and a key, given by the record (`claim:f16`) or made of the
/// transaction's number and the claim's place in it (`claim:3-17`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClaimId(Box<str>);

impl ClaimId {
    /// The id that a record's key names.
    ///
    /// # Errors
    /// When the key is no slug.
    pub fn from_key(key: &str) -> Result<Self, IdError> {
        format!("claim:{key}").parse()
    }

    /// The id of the claim at a place (counted from 1) of a transaction.
    #[must_use]
    pub fn from_place(version: u64, ordinal: usize) -> Self {
        Self(format!("claim:{version}-{ordinal}").into())
    }

    /// The whole id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for ClaimId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClaimId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.strip_prefix("claim:") {
            Some(key) if key.len() <= EntityId::LONGEST && is_slug(key) => Ok(Self(text.into())),
            _ => Err(IdError {
                found: text.chars().take(80).collect(),
                expected: "expected claim: and a key of lower-case letters, digits and single hyphens, such as claim:f16",
            }),
        }
    }
}

impl TryFrom<String> for ClaimId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<ClaimId> for String {
    fn from(id: ClaimId) -> Self {
        id.0.into()
    }
}

impl fmt::Display for ClaimId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_checked() {
        for good in ["a:b", "official:antony-blinken", "trip:4066"] {
            assert_eq!(
                good.parse::<EntityId>().map(String::from).as_deref(),
                Ok(good)
            );
        }
        for bad in [
            "", "a", "a:", ":b", "A:b", "a:b-", "a:-b", "a:b--c", "a:b:c", "a:b c", "a:é",
        ] {
            assert!(bad.parse::<EntityId>().is_err(), "{bad}");
        }
        assert!(
            format!("a:{}", "b".repeat(200))
                .parse::<EntityId>()
                .is_err()
        );
        assert!("entity:x".parse::<ClaimId>().is_err());
        assert_eq!(
            ClaimId::from_place(3, 17).as_str().parse(),
            Ok(ClaimId::from_place(3, 17))
        );
    }
}
