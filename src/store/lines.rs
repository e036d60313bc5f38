//! The lines of a dump, which is written by [`crate::export`] and read by [`crate::ingest`].
//!
//! The first line is a [`Head`]. A [`Line`] opens each transaction; the transaction's changes follow it, one a line.

use serde::{Deserialize, Serialize};

use crate::graph::Version;
use crate::model::change::Idempotency;
use crate::model::date::Timestamp;

/// What the first line calls the format.
pub(crate) const FORMAT: &str = "onrecord-dump";

/// The version of the format that is written, and the latest that is read. The first one did not tell how many changes
/// a transaction has.
pub(crate) const FORMAT_VERSION: u64 = 2;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Head {
    /// [`FORMAT`].
    pub(crate) format: String,
    /// At most [`FORMAT_VERSION`].
    pub(crate) format_version: u64,
    /// How many transactions follow.
    pub(crate) version: Version,
    /// The hash of the last of them.
    pub(crate) head: Option<String>,
}

/// The line that opens a transaction.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    /// What it says.
    pub(crate) transaction: Opening,
}

/// What is known of a transaction before its changes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Opening {
    /// Its number, from 1.
    pub(crate) version: Version,
    /// Its hash in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hash: Option<String>,
    /// When the record learned it.
    pub(crate) recorded_at: Timestamp,
    /// Who recorded it.
    pub(crate) author: String,
    /// Why.
    pub(crate) reason: String,
    /// By what its author knows it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) idempotency: Option<Idempotency>,
    /// Until when the public was not to see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) visible_from: Option<Timestamp>,
    /// How many changes follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) changes: Option<usize>,
}
