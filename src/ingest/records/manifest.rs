//! The manifest: which files, in which order, when, by whom and why.

use std::collections::HashSet;
use std::path::{Component, Path};

use crate::ingest::problem::{Problem, quoted};
use crate::model::date::Timestamp;

use super::log::Log;
use super::yaml::{self, At, Content};

/// What the manifest says of a record file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestEntry {
    /// The file, relative to the manifest.
    pub file: String,
    /// When its content was recorded.
    pub recorded_at: Timestamp,
    /// Who recorded it.
    pub author: String,
    /// Why.
    pub reason: String,
}

impl ManifestEntry {
    /// The digest of the file's content, of which the digest is given, and of what the manifest says of it.
    pub(super) fn digest(&self, content: &str) -> String {
        let mut hasher = blake3::Hasher::new();
        let recorded_at = self.recorded_at.to_string();
        for part in [content, &recorded_at, &self.author, &self.reason] {
            hasher.update(part.as_bytes());
            // So that no part can reach into the next one.
            hasher.update(b"\0");
        }
        hasher.finalize().to_hex().to_string()
    }
}

const KEYS: [&str; 4] = ["file", "recordedAt", "author", "reason"];

/// The entries, each with its place, and what is wrong with the manifest. Where an entry lacks
/// something, it stands there with something in its stead, so that its file is checked too.
pub(super) fn read(text: &str, file: &str) -> (Vec<(ManifestEntry, At)>, Vec<Problem>) {
    let root = match yaml::parse(text, file) {
        Ok(root) => root,
        Err(problems) => return (Vec::new(), problems.into_vec()),
    };
    let mut log = Log::new(file);
    let mut entries = Vec::new();
    let Some(map) = log.map(&root, "the manifest") else {
        return (entries, log.problems);
    };
    log.only(&map, &["transactions"], "the manifest");
    let Some(list) = map.get("transactions") else {
        log.problem(
            root.at,
            "the manifest lacks \"transactions\", expected a list of record files",
        );
        return (entries, log.problems);
    };
    let Content::List(items) = &list.content else {
        log.problem(
            list.at,
            format!("found {}, expected a list of record files", list.describe()),
        );
        return (entries, log.problems);
    };
    let mut files = HashSet::new();
    let mut last = None;
    for item in items {
        let Some(map) = log.map(item, "a transaction") else {
            continue;
        };
        log.only(&map, &KEYS, "a transaction");
        let mut part = |key: &str, expected: &str| {
            let Some(node) = map.get(key) else {
                log.problem(
                    item.at,
                    format!("the transaction lacks {key:?}, expected {expected}"),
                );
                return None;
            };
            log.text(node, expected).map(|text| (text, node.at))
        };
        let path = part("file", "a file's name");
        let time = part("recordedAt", "a moment such as 2026-11-02T09:00:00Z");
        let author = part("author", "who recorded it");
        let reason = part("reason", "why it was recorded");
        let recorded_at = match time.map(|(text, at)| (text.parse::<Timestamp>(), at)) {
            Some((Ok(time), at)) => {
                if let Some(last) = last.filter(|last| *last > time) {
                    log.problem(at, format!("found {time}, expected no moment before {last}, that of the file before"));
                }
                last = Some(time);
                time
            }
            Some((Err(error), at)) => {
                log.problem(at, error.to_string());
                Timestamp::EPOCH
            }
            None => Timestamp::EPOCH,
        };
        let Some((path, at)) = path else { continue };
        if !Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
        {
            log.problem(
                at,
                format!(
                    "found {}, expected a path below the manifest's folder",
                    quoted(path)
                ),
            );
        } else if !files.insert(path) {
            log.problem(
                at,
                format!("file {} stands in the manifest twice", quoted(path)),
            );
        } else {
            let text = |part: Option<(&str, At)>| {
                part.map(|(text, _)| text.to_owned()).unwrap_or_default()
            };
            let (file, author, reason) = (path.to_owned(), text(author), text(reason));
            entries.push((
                ManifestEntry {
                    file,
                    recorded_at,
                    author,
                    reason,
                },
                at,
            ));
        }
    }
    (entries, log.problems)
}
