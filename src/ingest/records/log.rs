//! The problems of a file, and the reading of what needs no ontology.

use std::collections::HashMap;
use std::sync::Arc;

use crate::ingest::problem::{Problem, one_of, quoted, suggestion};

use super::yaml::{At, Content, Key, Node};

/// How many problems of a file are told. Suggestions, which cost more, are for fewer.
const MOST_PROBLEMS: usize = 1_000;
pub(super) const MOST_SUGGESTIONS: usize = 100;

/// The entries of a map, each key once.
pub(super) struct Map<'n> {
    pub(super) at: At,
    pub(super) entries: Vec<(&'n Key, &'n Node)>,
}

impl<'n> Map<'n> {
    pub(super) fn get(&self, key: &str) -> Option<&'n Node> {
        self.entries
            .iter()
            .find(|(name, _)| name.text == key)
            .map(|(_, node)| *node)
    }
}

/// The problems of a file, and the reading of what needs no ontology.
pub(super) struct Log {
    pub(super) file: Arc<str>,
    pub(super) problems: Vec<Problem>,
}

impl Log {
    pub(super) fn new(file: &str) -> Self {
        Self {
            file: file.into(),
            problems: Vec::new(),
        }
    }

    pub(super) fn problem(&mut self, at: At, message: impl Into<String>) {
        if self.problems.len() > MOST_PROBLEMS {
            return;
        }
        let full = self.problems.len() == MOST_PROBLEMS;
        let message = if full {
            "there are more problems than are shown".into()
        } else {
            message.into()
        };
        let file = self.file.to_string();
        self.problems.push(Problem {
            file,
            line: at.line,
            column: at.column,
            message,
        });
    }

    /// A map; nothing at all is an empty one.
    pub(super) fn map<'n>(&mut self, node: &'n Node, what: &str) -> Option<Map<'n>> {
        let mut map = Map {
            at: node.at,
            entries: Vec::new(),
        };
        match &node.content {
            Content::Nothing => {}
            Content::Map(entries) => {
                let mut seen: HashMap<&str, At> = HashMap::new();
                for (key, value) in entries {
                    match seen.get(key.text.as_str()) {
                        Some(first) => self.problem(
                            key.at,
                            format!(
                                "key {} stands twice, first at {}:{}",
                                quoted(&key.text),
                                first.line,
                                first.column
                            ),
                        ),
                        None => {
                            seen.insert(&key.text, key.at);
                            map.entries.push((key, value));
                        }
                    }
                }
            }
            _ => {
                self.problem(
                    node.at,
                    format!("{what}: found {}, expected a map", node.describe()),
                );
                return None;
            }
        }
        Some(map)
    }

    /// Reports keys other than these.
    pub(super) fn only(&mut self, map: &Map<'_>, keys: &[&str], what: &str) {
        for (key, _) in map
            .entries
            .iter()
            .filter(|(key, _)| !keys.contains(&key.text.as_str()))
        {
            let hint = suggestion(&key.text, keys.iter().copied());
            let expected = one_of(keys.iter().copied());
            self.problem(
                key.at,
                format!(
                    "unknown key {} in {what}, expected {expected}{hint}",
                    quoted(&key.text)
                ),
            );
        }
    }

    /// A text that is not empty.
    pub(super) fn text<'n>(&mut self, node: &'n Node, expected: &str) -> Option<&'n str> {
        match &node.content {
            Content::Text(text) if !text.trim().is_empty() => Some(text),
            _ => {
                self.problem(
                    node.at,
                    format!("found {}, expected {expected}", node.describe()),
                );
                None
            }
        }
    }

    /// What a text means, or the problem that it means nothing.
    pub(super) fn parsed<T>(
        &mut self,
        node: &Node,
        expected: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.text(node, expected)?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(message) => {
                self.problem(node.at, message);
                None
            }
        }
    }
}
