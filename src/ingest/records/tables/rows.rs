//! The rows of a table become changes.

mod errata;

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::sync::Arc;

use crate::ingest::problem::{Problem, quoted};
use crate::model::change::Change;
use crate::model::id::EntityId;
use crate::model::ontology::Ontology;

use super::super::reader::{Reader, Reversed};
use super::super::yaml::{At, Content, Key, Node};
use super::super::{Known, Position};
use super::MARK;
use super::mapping::{EntityPattern, Mapping};
use super::pattern::{Distinct, Filling, column};
use super::template::Values;

/// How many problems of a table are told.
const MOST_PROBLEMS: usize = 1_000;

/// The rows of a table while they are read.
pub(super) struct Rows<'t> {
    ontology: &'t Ontology,
    known: &'t mut Known,
    mapping: &'t Mapping,
    /// The table, as problems call it.
    file: Arc<str>,
    /// The table, as the mapping calls it.
    table: &'t str,
    distinct: Vec<Distinct>,
    skipped: HashSet<String>,
    /// What the rows are called, and where the first of each name stands.
    named: HashMap<String, usize>,
    /// How many rows no entity of the mapping is for, and where the first stands.
    unmet: Option<(usize, usize)>,
    changes: Vec<Change>,
    places: Vec<Position>,
    problems: Vec<Problem>,
    told: HashSet<Problem>,
    /// Whether something of the row that is read does not fit.
    wrong: bool,
    remarks: Vec<Problem>,
    /// The line of the first problem that is not told any more.
    more: Option<usize>,
}

/// What came of it: changes, their places, problems, and what a reader of a report should know.
pub(super) type Read4 = (Vec<Change>, Vec<Position>, Vec<Problem>, Vec<Problem>);

impl<'t> Rows<'t> {
    pub(super) fn new(
        ontology: &'t Ontology,
        known: &'t mut Known,
        mapping: &'t Mapping,
        file: &str,
        table: &'t str,
    ) -> Self {
        Self {
            ontology,
            known,
            mapping,
            file: file.into(),
            table,
            distinct: mapping
                .derived
                .iter()
                .map(|_| Distinct::default())
                .collect(),
            skipped: HashSet::new(),
            named: HashMap::new(),
            unmet: None,
            changes: Vec::new(),
            places: Vec::new(),
            problems: Vec::new(),
            told: HashSet::new(),
            wrong: false,
            remarks: Vec::new(),
            more: None,
        }
    }

    pub(super) fn finish(mut self) -> Read4 {
        for (row, (at, _)) in &self.mapping.skip {
            if !self.skipped.contains(row) {
                let message = format!("\"skip\" names {}, which no row is called", quoted(row));
                self.problems.push(self.at(*at, message));
            }
        }
        if let Some((count, line)) = self.unmet {
            let rows = if count == 1 { "row is" } else { "rows are" };
            let message = format!(
                "{count} {rows} left out, this the first: no entity of the mapping is for it by its \"when\""
            );
            let remark = self.at(At { line, column: 1 }, message);
            self.remarks.push(remark);
        }
        (self.changes, self.places, self.problems, self.remarks)
    }

    fn at(&self, at: At, message: String) -> Problem {
        Problem {
            file: self.file.to_string(),
            line: at.line,
            column: at.column,
            message,
        }
    }

    /// Keeps a problem once; a mistake of the mapping shows with every row.
    fn tell(&mut self, problem: Problem) {
        self.wrong = true;
        if self.problems.len() >= MOST_PROBLEMS {
            self.more.get_or_insert(problem.line);
        } else if self.told.insert(problem.clone()) {
            self.problems.push(problem);
        }
    }

    /// The sources that the mapping describes.
    pub(super) fn sources(&mut self, root: &Node, mapping: &str) {
        let Content::Map(entries) = &root.content else {
            return;
        };
        let sources: Vec<(Key, Node)> = entries
            .iter()
            .filter(|(key, _)| key.text == "sources")
            .cloned()
            .collect();
        let node = Node {
            at: root.at,
            content: Content::Map(sources),
        };
        let mut reader = Reader::new(self.ontology, mapping, self.known);
        reader.file(&node);
        let (changes, places, problems) = reader.finish();
        self.changes.extend(changes);
        self.places.extend(places.into_iter().map(|mut place| {
            place.line = place.line.wrapping_sub(MARK);
            place
        }));
        self.problems.extend(problems);
    }

    pub(super) fn read(&mut self, reader: &mut csv::Reader<impl Read>) {
        let mut record = csv::StringRecord::new();
        // Where lines end with a carriage return, the line feed after the first line is not counted yet.
        let behind = usize::from(reader.position().line() == 1);
        while self.more.is_none() {
            match reader.read_record(&mut record) {
                Ok(true) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    let line = usize::try_from(line).unwrap_or(usize::MAX / 4);
                    self.row(&record, line + behind);
                }
                Ok(false) => break,
                Err(error) => {
                    let line = error.position().map_or(1, csv::Position::line);
                    let at = At {
                        line: usize::try_from(line).unwrap_or(1) + behind,
                        column: 1,
                    };
                    let problem = self.at(at, message(&error));
                    self.tell(problem);
                    if error.is_io_error() {
                        break;
                    }
                }
            }
        }
        if let Some(line) = self.more {
            let problem = Problem {
                file: self.file.to_string(),
                line,
                column: 1,
                message: "there are more problems than are shown".into(),
            };
            self.problems.push(problem);
        }
    }

    fn row(&mut self, record: &csv::StringRecord, line: usize) {
        let mapping = self.mapping;
        let mut values = Values(record.iter().map(str::to_owned).collect());
        // The line, and a part of a column.
        values.0.push(line.to_string());
        values.0.push(String::new());
        let mut filling = Filling {
            words: &mapping.words,
            names: &mapping.names,
            values,
            item: mapping.item,
            at: At { line, column: 1 },
            row: String::new(),
            known: false,
            said_before: false,
            problems: Vec::new(),
        };
        self.wrong = false;
        for (derived, distinct) in mapping.derived.iter().zip(&mut self.distinct) {
            let case = derived.cases.iter().find(|case| filling.meets(&case.when));
            let mut text = case
                .and_then(|case| filling.text(&case.text))
                .unwrap_or_default();
            if let Some(thing) = case.and_then(|case| case.distinct.as_ref()) {
                let thing = filling.text(thing).unwrap_or_default();
                text = distinct.of(text, &thing);
            }
            filling.values.0.push(text);
        }
        let name = mapping.row.as_ref().and_then(|row| filling.text(row));
        let named = name
            .clone()
            .map(|name| *self.named.entry(name).or_insert(line));
        if let (Some(name), Some(first)) = (&name, named.filter(|first| *first != line)) {
            let message = format!(
                "row {} stands twice, first in line {first}, expected each row to have a name of its own",
                quoted(name)
            );
            self.tell(self.at(filling.at, message));
            return;
        }
        if let Some((_, reason)) = name.as_ref().and_then(|name| mapping.skip.get(name)) {
            let name = name.unwrap_or_default();
            let message = format!("row {} is left out: {reason}", quoted(&name));
            self.remarks.push(self.at(filling.at, message));
            self.skipped.insert(name);
            return;
        }
        filling.row = match &name {
            Some(name) => format!("{}, row {name}, line {line}", self.table),
            None => format!("{}, line {line}", self.table),
        };
        let mut entities: Vec<(Key, Node)> = Vec::new();
        let mut again: Vec<(Key, Node)> = Vec::new();
        let mut met = false;
        for pattern in &mapping.entities {
            if !filling.meets(&pattern.when) {
                continue;
            }
            met = true;
            let known = &*self.known;
            let found = filling.each(pattern.each.as_ref(), |filling| {
                entity(filling, mapping, pattern, known)
            });
            for entity in found {
                let twice = entities.iter().any(|(key, _)| key.text == entity.0.text);
                if twice { &mut again } else { &mut entities }.push(entity);
            }
        }
        let at = filling.at;
        if !met {
            let (count, first) = self.unmet.unwrap_or((0, line));
            self.unmet = Some((count + 1, first));
        }
        let said_before = filling.said_before;
        let problems = filling.problems;
        for (place, message) in problems {
            let problem = self.at(place, message);
            self.tell(problem);
        }
        let from = self.changes.len();
        self.record("entities", Content::Map(entities), at);
        for entity in again {
            self.record("entities", Content::Map(vec![entity]), at);
        }
        let says = |change: &Change| !matches!(change, Change::PutEntity { .. });
        let silent = met && !said_before && !self.wrong;
        if silent && !self.changes[from..].iter().any(says) {
            let message = "the row says nothing, since the columns that its claims need are empty; expected a claim, or \"skip\" or \"when\" to leave it out";
            self.tell(self.at(at, message.into()));
        }
        if mapping.annotate {
            self.annotate(from, name.as_deref(), at);
        }
    }

    /// Reads a section of a record that a row made.
    fn record(&mut self, section: &str, content: Content, at: At) {
        let mapping = self.mapping;
        let key = Key {
            at,
            text: section.to_owned(),
        };
        let root = Node {
            at,
            content: Content::Map(vec![(key, Node { at, content })]),
        };
        let mut reader = Reader::new(self.ontology, &self.file, self.known);
        reader.reversed = if mapping.annotate {
            Reversed::Kept
        } else {
            Reversed::Refused("; with \"misfits: annotate\" it is kept as stated, with a note")
        };
        reader.file(&root);
        let (changes, _, problems) = reader.finish();
        for change in changes {
            self.push(change, at);
        }
        for mut problem in problems {
            if problem.line < MARK
                && let Some(name) = column(&mapping.names, problem.column)
            {
                problem.message = format!("column {}: {}", quoted(name), problem.message);
                problem.column = 1;
            }
            self.tell(problem);
        }
    }

    fn push(&mut self, change: Change, at: At) {
        self.changes.push(change);
        self.places.push(Position {
            file: Arc::clone(&self.file),
            line: at.line,
            column: at.column,
        });
    }
}

/// An entity that a row speaks of, with what it says.
fn entity(
    filling: &mut Filling<'_>,
    mapping: &Mapping,
    pattern: &EntityPattern,
    known: &Known,
) -> Option<(Key, Node)> {
    let before = filling.problems.len();
    let Some(id) = filling.text(&pattern.id) else {
        // A text that cannot be made is a problem already; an empty column is one here.
        if filling.problems.len() == before {
            let message = mapping.lacking(&pattern.id, &filling.values);
            filling.problems.push((filling.at, message));
        }
        return None;
    };
    let at = filling.at;
    let mut entries = Vec::new();
    filling.known = id.parse::<EntityId>().is_ok_and(|id| known.has_entity(&id));
    if pattern.once && filling.known {
        filling.said_before = true;
    } else {
        for (key_at, key, value) in &pattern.claims {
            let mut nodes = filling.fill(value);
            let node = match nodes.len() {
                0 => continue,
                1 => nodes.remove(0),
                _ => Node {
                    at: pattern.at,
                    content: Content::List(nodes),
                },
            };
            entries.push((
                Key {
                    at: *key_at,
                    text: key.clone(),
                },
                node,
            ));
        }
        let has =
            |entries: &[(Key, Node)], name: &str| entries.iter().any(|(key, _)| key.text == name);
        let key = |text: &str| Key {
            at,
            text: text.to_owned(),
        };
        if let Some(source) = &mapping.source
            && !has(&entries, "source")
        {
            entries.push((key("source"), source.clone()));
        }
        if let Some((_, quote)) = &mapping.quote
            && !has(&entries, "quote")
            && let Some(words) = filling.text(quote)
        {
            // As a map, so that no text is taken for the name of a quote.
            let exact = Node {
                at,
                content: Content::Text(words),
            };
            let content = Content::Map(vec![(key("exact"), exact)]);
            entries.push((key("quote"), Node { at, content }));
        }
        let note = entries.iter_mut().find(|(key, _)| key.text == "note");
        match note {
            Some((
                _,
                Node {
                    content: Content::Text(note),
                    ..
                },
            )) => {
                *note = format!("{note} ({})", filling.row);
            }
            _ => {
                let content = Content::Text(filling.row.clone());
                entries.push((key("note"), Node { at, content }));
            }
        }
    }
    let content = Content::Map(entries);
    Some((
        Key { at, text: id },
        Node {
            at: pattern.at,
            content,
        },
    ))
}

/// What is wrong with a table as such.
pub(super) fn message(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!("the row has {len} fields, expected {expected_len} as in the first line")
        }
        csv::ErrorKind::Utf8 { err, .. } => format!(
            "field {} is not in UTF-8 from its byte {} on, expected the table to be",
            err.field() + 1,
            err.valid_up_to() + 1
        ),
        csv::ErrorKind::Io(error) => format!("the table cannot be read: {error}"),
        other => format!("the row cannot be read: {other:?}"),
    }
}
