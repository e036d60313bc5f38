//! The columns of a table, and what stands in them.

use std::collections::HashMap;

use serde_json::Value;

use crate::api::table::shape::Node;
use crate::api::table::{Cell, SEPARATOR};

/// A column: the keys that lead to its values, and its name.
#[derive(Debug)]
struct Column {
    path: Vec<String>,
    name: String,
}

/// Evidence: the keys that lead to it, the name of its columns, and what is shown of each piece.
#[derive(Debug)]
struct Footnotes {
    path: Vec<String>,
    name: String,
    parts: Vec<Column>,
}

/// All columns: first those of values, then those of evidence.
#[derive(Debug, Default)]
pub(super) struct Columns {
    values: Vec<Column>,
    notes: Vec<Footnotes>,
}

/// A field with those that lead to it.
struct Found<'n> {
    node: &'n Node,
    path: Vec<&'n Node>,
}

impl Columns {
    /// The columns of a list's items.
    pub(super) fn of(items: &Node) -> Self {
        let (mut values, mut notes) = (Vec::new(), Vec::new());
        for field in beside_ids(&items.fields) {
            collect(field, &mut Vec::new(), &mut values, &mut notes);
        }
        let shown = |found: &Found<'_>| {
            let keys = found.path.iter().filter(|node| !node.is_a_step());
            let keys: Vec<_> = keys.map(|node| node.key.as_str()).collect();
            keys.join(".")
        };
        let note = |found: Found<'_>, name: String| {
            let (mut parts, mut nested) = (Vec::new(), Vec::new());
            for field in beside_ids(&found.node.fields) {
                collect(field, &mut Vec::new(), &mut parts, &mut nested);
            }
            // What a source rests on in turn is shown where the source is asked for.
            Footnotes {
                path: keys(&found.path),
                name,
                parts: named(parts, "_", part_name),
            }
        };
        let names = distinct(&notes, ".", shown);
        Self {
            values: named(values, ".", shown),
            notes: notes
                .into_iter()
                .zip(names)
                .map(|(found, name)| note(found, name))
                .collect(),
        }
    }

    /// How many pieces of evidence the rows have at most, for each field of evidence.
    pub(super) fn footnotes(&self, rows: &[Value]) -> Vec<usize> {
        let most = |note: &Footnotes| {
            let counts = rows.iter().map(|row| objects(row, &note.path).len());
            counts.max().unwrap_or(0)
        };
        self.notes.iter().map(most).collect()
    }

    /// The names of all columns.
    pub(super) fn names(&self, notes: &[usize]) -> Vec<String> {
        let mut names: Vec<_> = self
            .values
            .iter()
            .map(|column| column.name.clone())
            .collect();
        for (note, count) in self.notes.iter().zip(notes) {
            for number in 1..=*count {
                let parts = note.parts.iter();
                names.extend(parts.map(|part| format!("{}_{number}_{}", note.name, part.name)));
            }
        }
        names
    }

    /// The cells of a row.
    pub(super) fn cells(&self, row: &Value, notes: &[usize]) -> Vec<Cell> {
        let mut cells: Vec<_> = self
            .values
            .iter()
            .map(|column| cell(row, &column.path))
            .collect();
        for (note, count) in self.notes.iter().zip(notes) {
            let pieces = objects(row, &note.path);
            for number in 0..*count {
                for part in &note.parts {
                    cells.push(match pieces.get(number) {
                        Some(piece) => cell(piece, &part.path),
                        None => Cell::Empty,
                    });
                }
            }
        }
        cells
    }
}

/// The fields in their order, each name right behind the id that it belongs to.
fn beside_ids(fields: &[Node]) -> Vec<&Node> {
    let mut ordered: Vec<&Node> = fields.iter().collect();
    let id = ordered.iter().position(|field| field.is_id());
    let name = ordered.iter().position(|field| field.is_name());
    if let (Some(id), Some(name)) = (id, name)
        && name > id
    {
        let field = ordered.remove(name);
        ordered.insert(id + 1, field);
    }
    ordered
}

fn collect<'n>(
    node: &'n Node,
    path: &mut Vec<&'n Node>,
    values: &mut Vec<Found<'n>>,
    notes: &mut Vec<Found<'n>>,
) {
    path.push(node);
    let found = || Found {
        node,
        path: path.clone(),
    };
    if node.is_evidence() {
        notes.push(found());
    } else if node.fields.is_empty() {
        values.push(found());
    } else {
        for field in beside_ids(&node.fields) {
            collect(field, path, values, notes);
        }
    }
    path.pop();
}

fn keys(path: &[&Node]) -> Vec<String> {
    path.iter().map(|node| node.key.clone()).collect()
}

fn named(
    found: Vec<Found<'_>>,
    separator: &str,
    short: impl Fn(&Found<'_>) -> String,
) -> Vec<Column> {
    let names = distinct(&found, separator, short);
    let columns = found.iter().zip(names);
    columns
        .map(|(found, name)| Column {
            path: keys(&found.path),
            name,
        })
        .collect()
}

/// Short names; all the keys where two would have the same.
fn distinct(
    found: &[Found<'_>],
    separator: &str,
    short: impl Fn(&Found<'_>) -> String,
) -> Vec<String> {
    let names: Vec<String> = found.iter().map(short).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for name in &names {
        *counts.entry(name).or_default() += 1;
    }
    let names = found.iter().zip(&names).map(|(found, name)| {
        if counts[name.as_str()] == 1 {
            name.clone()
        } else {
            keys(&found.path).join(separator)
        }
    });
    names.collect()
}

/// The name of a part of evidence: of its source, the name is called as the source is, and the rest by its own keys.
fn part_name(found: &Found<'_>) -> String {
    let is_title = |node: &Node| node.is_name() || node.key == "title";
    match found.path.as_slice() {
        [source, title] if source.is_source() && is_title(title) => source.key.clone(),
        [source, rest @ ..] if source.is_source() => keys(rest).join("_"),
        path => {
            let shown = path.iter().filter(|node| !node.is_a_step());
            let shown: Vec<_> = shown.map(|node| node.key.as_str()).collect();
            shown.join("_")
        }
    }
}

/// The values at the end of a path; a list on the way leads to several.
fn values<'v>(value: &'v Value, path: &[String], several: &mut bool, found: &mut Vec<&'v Value>) {
    match (value, path) {
        (Value::Array(items), _) => {
            *several = true;
            for item in items {
                values(item, path, several, found);
            }
        }
        (Value::Object(fields), [key, rest @ ..]) => {
            values(
                fields.get(key).unwrap_or(&Value::Null),
                rest,
                several,
                found,
            );
        }
        // Nothing is kept in its place, so that the columns of one list stay side by side.
        (value, _) => found.push(value),
    }
}

fn objects<'v>(row: &'v Value, path: &[String]) -> Vec<&'v Value> {
    let mut found = Vec::new();
    // The fields below are read from each piece, so that the path ends at an object.
    fn walk<'v>(value: &'v Value, path: &[String], found: &mut Vec<&'v Value>) {
        match (value, path) {
            (Value::Array(items), _) => items.iter().for_each(|item| walk(item, path, found)),
            (Value::Object(_), []) => found.push(value),
            (Value::Object(fields), [key, rest @ ..]) => {
                if let Some(value) = fields.get(key) {
                    walk(value, rest, found);
                }
            }
            _ => {}
        }
    }
    walk(row, path, &mut found);
    found
}

fn cell(row: &Value, path: &[String]) -> Cell {
    let (mut several, mut found) = (false, Vec::new());
    values(row, path, &mut several, &mut found);
    if several {
        if found.iter().all(|value| value.is_null()) {
            return Cell::Empty;
        }
        let texts: Vec<_> = found.into_iter().map(word).collect();
        return Cell::Text(texts.join(SEPARATOR));
    }
    match found.first() {
        None | Some(Value::Null) => Cell::Empty,
        Some(Value::String(text)) => Cell::Text(text.clone()),
        Some(other) => Cell::Plain(other.to_string()),
    }
}

fn word(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
