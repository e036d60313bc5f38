//! Documents that clients name instead of sending them.
//!
//! Two kinds. *Trusted* ones are given to the server when it starts, by the names that a manifest has for them; a server
//! may be told to run nothing else. *Automatic* ones (Apollo's automatic persisted queries) come from clients: the
//! first request sends the document with its SHA-256, the next ones the hash alone. A document is kept only after it has
//! passed all that documents must pass.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::api;
use crate::model::access::Caller;
use crate::settings::settings;

use super::refusal::{Refusal, clip};
use super::request::{Asked, PERSISTED_QUERY};

/// Longer documents of clients are not kept.
const LONGEST_KEPT: usize = 64 * 1024;

settings! {
    /// Documents that clients name instead of sending them.
    section "documents";
    pub struct DocumentOptions {
        /// The trusted documents: a folder with .graphql files, or a manifest
        pub trusted: Option<PathBuf> = None;
        /// Run trusted documents alone
        pub only_trusted: bool = false;
        /// How many documents that clients sent are kept under their SHA-256, the latest ones; 0 keeps none
        pub automatic: usize = 1000;
    }
}

/// What a document is named by, and the document.
pub type Trusted = HashMap<String, Arc<str>>;

/// The documents that a server knows by name.
#[derive(Debug)]
pub(super) struct Documents {
    trusted: Trusted,
    /// Their SHA-256, where no others may run.
    only: Option<HashSet<String>>,
    automatic: Option<Mutex<LruCache<String, Arc<str>>>>,
}

/// A request whose document is at hand.
pub(super) struct Resolved {
    pub(super) request: api::Request,
    /// The hash to keep its document by, once it has proved to be good.
    pub(super) keep_as: Option<String>,
}

impl Documents {
    pub(super) fn new(options: &DocumentOptions, trusted: Trusted) -> Self {
        let hashes = || trusted.values().map(|document| sha256(document)).collect();
        let only: Option<HashSet<String>> = options.only_trusted.then(hashes);
        let automatic = NonZeroUsize::new(options.automatic).filter(|_| only.is_none());
        Self {
            trusted,
            only,
            automatic: automatic.map(|most| Mutex::new(LruCache::new(most))),
        }
    }

    /// Finds the document that a caller's request is about.
    ///
    /// # Errors
    /// When there is none, it is not known here, or it may not run.
    pub(super) fn resolve(&self, asked: Asked, caller: &Caller) -> Result<Resolved, Refusal> {
        let hash = persisted_hash(&asked.extensions)?;
        if hash.is_some() && asked.document_id.is_some() {
            return Err(Refusal::NamedTwice);
        }
        let mut keep_as = None;
        let query = match (asked.query, asked.document_id, hash) {
            (None, None, None) => return Err(Refusal::NoQuery),
            (Some(_), Some(_), _) => return Err(Refusal::NamedAndSent),
            (Some(query), None, None) => self.permitted(query)?,
            (Some(query), None, Some(hash)) => {
                if sha256(&query) != hash {
                    return Err(Refusal::HashDiffers);
                }
                let query = self.permitted(query)?;
                keep_as = Some(hash).filter(|_| query.len() <= LONGEST_KEPT);
                query
            }
            (None, Some(id), _) => {
                // The specification of persisted documents has the prefix for names that are hashes.
                let known = self.trusted.get(id.strip_prefix("sha256:").unwrap_or(&id));
                let missing = || Refusal::UnknownDocument { id: clip(&id) };
                known.ok_or_else(missing)?.to_string()
            }
            (None, None, Some(hash)) => match self.trusted.get(&hash) {
                Some(known) => known.to_string(),
                None => self.automatic(&hash)?,
            },
        };
        Ok(Resolved {
            request: api::Request {
                query,
                operation_name: asked.operation_name,
                variables: asked.variables,
                extensions: asked.extensions,
                caller: caller.clone(),
                last_event: None,
            },
            keep_as,
        })
    }

    /// Keeps a document that has passed.
    pub(super) fn keep(&self, hash: String, document: &str) {
        if let Some(automatic) = &self.automatic {
            automatic
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .put(hash, document.into());
        }
    }

    /// A document that was sent, if it may run.
    fn permitted(&self, document: String) -> Result<String, Refusal> {
        if let Some(hashes) = &self.only {
            let hash = sha256(&document);
            // A manifest may name a document by the hash of another way of writing it.
            if !hashes.contains(&hash) && !self.trusted.contains_key(&hash) {
                return Err(Refusal::NotTrusted);
            }
        }
        Ok(document)
    }

    fn automatic(&self, hash: &str) -> Result<String, Refusal> {
        let Some(automatic) = &self.automatic else {
            return Err(if self.only.is_some() {
                Refusal::UnknownHash
            } else {
                Refusal::NothingIsKept
            });
        };
        let mut kept = automatic.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.get(hash).ok_or(Refusal::UnknownHash)?;
        Ok(known.to_string())
    }
}

/// The SHA-256 of a document, in lower-case hexadecimal digits.
#[must_use]
pub fn sha256(document: &str) -> String {
    format!("{:x}", Sha256::digest(document.as_bytes()))
}

/// The hash that a request names its document by.
fn persisted_hash(extensions: &Map<String, Value>) -> Result<Option<String>, Refusal> {
    let Some(asked) = extensions
        .get(PERSISTED_QUERY)
        .filter(|asked| !asked.is_null())
    else {
        return Ok(None);
    };
    let version = &asked["version"];
    if version.as_u64() != Some(1) {
        return Err(Refusal::PersistedVersion {
            found: clip(&version.to_string()),
        });
    }
    let hash = asked["sha256Hash"].as_str().map(str::to_ascii_lowercase);
    let is_hash =
        |hash: &String| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    match hash.filter(is_hash) {
        Some(hash) => Ok(Some(hash)),
        None => Err(Refusal::PersistedHash {
            found: clip(&asked["sha256Hash"].to_string()),
        }),
    }
}
