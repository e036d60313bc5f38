//! The record of one row, as the mapping writes it, and what a row makes of it.

use std::collections::HashMap;

use crate::ingest::problem::quoted;

use super::super::log::Log;
use super::super::yaml::{At, Content, Key, Node};
use super::template::{Columns, Template, Values, Words};

/// Keys that say when something is said, and how often, and that are not passed on.
pub(super) const WHEN: &str = "when";
pub(super) const EACH: &str = "each";
pub(super) const BY: &str = "by";
pub(super) const ONCE: &str = "once";
/// Keys without whose value nothing is said at all.
const NEEDED: [&str; 2] = ["value", "to"];

/// A part of the record, with places for columns.
#[derive(Debug)]
pub(super) struct Pattern {
    at: At,
    shape: Shape,
}

#[derive(Debug)]
enum Shape {
    Nothing,
    Text(Template),
    List(Vec<Pattern>),
    Map(Block),
}

/// A map, and when it is said.
#[derive(Debug)]
struct Block {
    when: Vec<(usize, Vec<String>)>,
    each: Option<(usize, String)>,
    /// Whether it is said by the row that brings its entity only.
    once: bool,
    entries: Vec<(At, String, Pattern)>,
}

/// How texts are read while a mapping is.
pub(super) struct Scope<'m> {
    pub(super) columns: &'m Columns,
    pub(super) words: &'m [Words],
}

impl Scope<'_> {
    pub(super) fn template(&self, log: &mut Log, at: At, text: &str) -> Option<Template> {
        match Template::parse(text, self.columns, self.words) {
            Ok(template) => Some(template),
            Err(message) => {
                log.problem(at, message);
                None
            }
        }
    }

    pub(super) fn column(&self, log: &mut Log, node: &Node) -> Option<usize> {
        let text = log.text(node, "the name of a column")?;
        let template = self.template(log, node.at, &format!("{{{text}}}"));
        template.and_then(|_| self.columns.get(text).copied())
    }

    /// Under which conditions something is said: `column: text`, `prefix*`, `""` for an empty column.
    pub(super) fn conditions(&self, log: &mut Log, node: &Node) -> Vec<(usize, Vec<String>)> {
        let Some(map) = log.map(node, "\"when\"") else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for (key, value) in map.entries {
            let name = Node {
                at: key.at,
                content: Content::Text(key.text.clone()),
            };
            let Some(column) = self.column(log, &name) else {
                continue;
            };
            let mut texts = Vec::new();
            if let Content::Nothing = value.content {
                texts.push(String::new());
            }
            for item in value.items() {
                match &item.content {
                    Content::Text(text) => texts.push(text.clone()),
                    _ => log.problem(
                        item.at,
                        format!(
                            "found {}, expected a text, or * for any that is not empty",
                            item.describe()
                        ),
                    ),
                }
            }
            all.push((column, texts));
        }
        all
    }

    /// Reads a part of the mapping. What is wrong with it is told, and left out.
    pub(super) fn pattern(&self, log: &mut Log, node: &Node) -> Option<Pattern> {
        let shape = match &node.content {
            Content::Nothing => Shape::Nothing,
            Content::Text(text) => Shape::Text(self.template(log, node.at, text)?),
            Content::List(items) => Shape::List(
                items
                    .iter()
                    .filter_map(|item| self.pattern(log, item))
                    .collect(),
            ),
            Content::Map(_) => {
                let map = log.map(node, "a part of the row")?;
                let when = map.get(WHEN);
                let when = when.map(|node| self.conditions(log, node));
                let column = map.get(EACH).and_then(|node| self.column(log, node));
                let by = map
                    .get(BY)
                    .and_then(|node| log.text(node, "what stands between the parts"));
                let once = map.get(ONCE).and_then(|node| yes(log, node));
                let mut entries = Vec::new();
                for (key, value) in &map.entries {
                    if [WHEN, EACH, BY, ONCE].contains(&key.text.as_str()) {
                        continue;
                    }
                    if let Some(pattern) = self.pattern(log, value) {
                        entries.push((key.at, key.text.clone(), pattern));
                    }
                }
                Shape::Map(Block {
                    when: when.unwrap_or_default(),
                    once: once.unwrap_or_default(),
                    each: column.map(|column| (column, by.unwrap_or(", ").to_owned())),
                    entries,
                })
            }
        };
        Some(Pattern { at: node.at, shape })
    }
}

/// Yes or no.
pub(super) fn yes(log: &mut Log, node: &Node) -> Option<bool> {
    log.parsed(node, "true or false", |text| {
        let yes = text.parse::<bool>();
        yes.map_err(|_| format!("found {}, expected true or false", quoted(text)))
    })
}

/// Where the first column of a table stands in the places of a row's texts; 1 is the row itself.
const FIRST: usize = 2;

/// The column of which a place in a row speaks, among the names of all.
pub(super) fn column(names: &[String], place: usize) -> Option<&str> {
    let column = place.checked_sub(FIRST)?;
    names.get(column).map(String::as_str)
}

/// A row while it is put in.
pub(super) struct Filling<'m> {
    pub(super) words: &'m [Words],
    /// What the columns are called.
    pub(super) names: &'m [String],
    pub(super) values: Values,
    pub(super) item: usize,
    /// The row's place.
    pub(super) at: At,
    /// What an editor's note on a claim ends with: the row.
    pub(super) row: String,
    /// Whether the entity was on record before the row.
    pub(super) known: bool,
    /// Whether something is not said, since an earlier row did.
    pub(super) said_before: bool,
    /// What does not fit.
    pub(super) problems: Vec<(At, String)>,
}

impl Filling<'_> {
    /// Whether the row meets all conditions.
    pub(super) fn meets(&self, conditions: &[(usize, Vec<String>)]) -> bool {
        conditions.iter().all(|(column, texts)| {
            let value = self.values.get(*column);
            texts.iter().any(|text| match text.strip_suffix('*') {
                Some("") => !value.is_empty(),
                Some(prefix) => value.starts_with(prefix),
                None => value == text,
            })
        })
    }

    pub(super) fn text(&mut self, template: &Template) -> Option<String> {
        match template.fill(&self.values, self.words) {
            Ok(text) => text,
            Err((column, message)) => {
                let message = match self.names.get(column) {
                    Some(name) => format!("column {}: {message}", quoted(name)),
                    None => message,
                };
                self.problems.push((self.at, message));
                None
            }
        }
    }

    /// Calls for each part of the column that a map names, with the part in its place; once if it names none.
    ///
    /// The first part comes last: where a field leads to one thing, the last that was recorded is shown.
    pub(super) fn each<T>(
        &mut self,
        each: Option<&(usize, String)>,
        mut make: impl FnMut(&mut Self) -> Option<T>,
    ) -> Vec<T> {
        let Some((column, by)) = each else {
            return make(self).into_iter().collect();
        };
        let whole = self.values.get(*column).to_owned();
        let mut all = Vec::new();
        let mut parts: Vec<&str> = Vec::new();
        for part in whole.split(by.as_str()).map(str::trim) {
            if !part.is_empty() && !parts.contains(&part) {
                parts.push(part);
            }
        }
        for part in parts.into_iter().rev() {
            if let Some(item) = self.values.0.get_mut(self.item) {
                part.clone_into(item);
            }
            all.extend(make(self));
        }
        all
    }

    /// What the row makes of a part: nothing, one thing, or one for each part of a column.
    pub(super) fn fill(&mut self, pattern: &Pattern) -> Vec<Node> {
        let one = |content| {
            vec![Node {
                at: pattern.at,
                content,
            }]
        };
        match &pattern.shape {
            Shape::Nothing => one(Content::Nothing),
            Shape::Text(template) => {
                let at = match template.columns().next() {
                    None => pattern.at,
                    Some(column) => At {
                        line: self.at.line,
                        column: column + FIRST,
                    },
                };
                let content = self.text(template).map(Content::Text);
                content
                    .map(|content| Node { at, content })
                    .into_iter()
                    .collect()
            }
            Shape::List(items) => {
                let items: Vec<Node> = items.iter().flat_map(|item| self.fill(item)).collect();
                if items.is_empty() {
                    return Vec::new();
                }
                one(Content::List(items))
            }
            Shape::Map(block) => {
                if !self.meets(&block.when) {
                    return Vec::new();
                }
                if block.once && self.known {
                    self.said_before = true;
                    return Vec::new();
                }
                self.each(block.each.as_ref(), |row| row.map(pattern.at, block))
            }
        }
    }

    fn map(&mut self, at: At, block: &Block) -> Option<Node> {
        let mut entries = Vec::with_capacity(block.entries.len());
        for (key_at, key, value) in &block.entries {
            let mut nodes = self.fill(value);
            if key == "note" {
                for node in &mut nodes {
                    if let Content::Text(note) = &mut node.content {
                        *note = format!("{note} ({})", self.row);
                    }
                }
            }
            if nodes.is_empty() && NEEDED.contains(&key.as_str()) {
                return None;
            }
            let node = match nodes.len() {
                0 => continue,
                1 => nodes.remove(0),
                _ => Node {
                    at: value.at,
                    content: Content::List(nodes),
                },
            };
            let key = Key {
                at: *key_at,
                text: key.clone(),
            };
            entries.push((key, node));
        }
        Some(Node {
            at,
            content: Content::Map(entries),
        })
    }
}

/// Makes texts that would be the same for different things different: the second gets `-2`, the third `-3`.
#[derive(Debug, Default)]
pub(super) struct Distinct {
    seen: HashMap<String, Vec<String>>,
}

impl Distinct {
    pub(super) fn of(&mut self, text: String, thing: &str) -> String {
        let things = self.seen.entry(text.clone()).or_default();
        let place = things.iter().position(|known| known == thing);
        let place = place.unwrap_or_else(|| {
            things.push(thing.to_owned());
            things.len() - 1
        });
        if place == 0 {
            text
        } else {
            format!("{text}-{}", place + 1)
        }
    }
}
