//! Responses: the data of an answer, and what is told beside it.

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::api::unsent::Share;

/// What stands before the data.
const BEFORE: &[u8] = b"{\"data\":";

/// A response as it is written: its end is still open.
#[derive(Debug)]
pub(crate) struct Response {
    bytes: Vec<u8>,
    share: Share,
    extensions: Map<String, Value>,
    /// How many relationships, entities and list items were looked at for it.
    visited: u64,
}

impl Response {
    /// The beginning of a response, after which its data is written.
    pub(crate) fn start(bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(BEFORE);
    }

    /// A response whose data is written, after so much was looked at.
    pub(crate) fn new(bytes: Vec<u8>, share: Share, visited: u64) -> Self {
        Self {
            bytes,
            share,
            extensions: Map::new(),
            visited,
        }
    }

    /// How many relationships, entities and list items were looked at for it.
    pub(crate) fn visited(&self) -> u64 {
        self.visited
    }

    /// The data.
    pub(crate) fn data(&self) -> &[u8] {
        self.bytes.strip_prefix(BEFORE).unwrap_or(&self.bytes)
    }

    /// Tells something beside the data.
    pub(crate) fn tell(&mut self, name: &str, value: Value) {
        self.extensions.insert(name.to_owned(), value);
    }

    /// The whole response.
    pub(crate) fn finish(self) -> Bytes {
        let mut bytes = self.bytes;
        if !self.extensions.is_empty() {
            bytes.extend_from_slice(b",\"extensions\":");
            let extensions = Value::Object(self.extensions).to_string();
            bytes.extend_from_slice(extensions.as_bytes());
        }
        bytes.push(b'}');
        self.share.hold(bytes)
    }
}
