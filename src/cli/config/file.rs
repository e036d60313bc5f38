//! `onrecord.toml`: its settings, each with its place.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::settings::Given;

/// Line and column, counted from 1.
pub(super) type LineAndColumn = (usize, usize);

/// A file, read but not yet understood.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: String,
    /// The sections, empty ones too.
    pub(super) sections: Vec<(String, LineAndColumn)>,
    pub(super) entries: Vec<Entry>,
    /// Where it is no TOML.
    pub(super) problems: Vec<String>,
}

/// One setting of a file.
#[derive(Debug)]
pub(super) struct Entry {
    /// `None` where it stands above all sections.
    pub(super) section: Option<String>,
    pub(super) name: String,
    pub(super) place: LineAndColumn,
    pub(super) value: Given,
    pub(super) value_place: LineAndColumn,
}

impl Entry {
    fn of(
        text: &str,
        section: Option<&str>,
        name: &Spanned<DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Self {
        Self {
            section: section.map(str::to_owned),
            name: name.get_ref().to_string(),
            place: place(text, &name.span()),
            value: given(value.get_ref()),
            value_place: place(text, &value.span()),
        }
    }
}

impl File {
    /// What is in a file.
    pub(super) fn read(name: &str, text: &str) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut file = Self {
            name: name.to_owned(),
            sections: Vec::new(),
            entries: Vec::new(),
            problems: Vec::new(),
        };
        let mut errors: Vec<_> = errors
            .iter()
            .map(|error| {
                let span = error.span().unwrap_or(text.len()..text.len());
                (place(text, &span), error.message())
            })
            .collect();
        errors.sort_unstable();
        // The second error of a line mostly follows from the first.
        errors.dedup_by_key(|((line, _), _)| *line);
        for (place, message) in errors {
            file.problems.push(file.problem(place, message));
        }
        if !file.problems.is_empty() {
            // What could be read of a broken file would only bring more errors.
            return file;
        }
        for (name, value) in table.get_ref() {
            let at = place(text, &name.span());
            match value.get_ref() {
                DeValue::Table(section) => {
                    file.sections.push((name.get_ref().to_string(), at));
                    file.take(text, Some(name.get_ref()), section);
                }
                _ => file.entries.push(Entry::of(text, None, name, value)),
            }
        }
        file.sections.sort_by_key(|(_, place)| *place);
        file.entries.sort_by_key(|entry| entry.place);
        file
    }

    fn take(&mut self, text: &str, section: Option<&str>, table: &DeTable<'_>) {
        for (name, value) in table {
            self.entries.push(Entry::of(text, section, name, value));
        }
    }

    /// A mistake with its place.
    pub(super) fn problem(&self, (line, column): LineAndColumn, message: &str) -> String {
        format!("{}:{line}:{column}: {message}", self.name)
    }
}

fn given(value: &DeValue<'_>) -> Given {
    match value {
        DeValue::String(text) => Given::String(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Given::Other("a number that is too large"), Given::Integer),
        DeValue::Float(number) => number
            .as_str()
            .parse()
            .map_or(Given::Other("no number"), Given::Float),
        DeValue::Boolean(value) => Given::Boolean(*value),
        DeValue::Datetime(_) => Given::Other("a date"),
        DeValue::Array(items) => {
            Given::List(items.iter().map(|item| given(item.get_ref())).collect())
        }
        DeValue::Table(_) => Given::Other("a table"),
    }
}

fn place(text: &str, span: &Range<usize>) -> LineAndColumn {
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_its_place() {
        let file = File::read(
            "a.toml",
            "top = 1\n[limits]\n  \"ü\" = 2.5\ndepth = 0x1_0 # no\n[server]\nlisten = ['x', true]\n",
        );
        assert_eq!(file.problems, Vec::<String>::new());
        let found: Vec<_> = file
            .entries
            .iter()
            .map(|entry| {
                (
                    entry.section.as_deref(),
                    entry.name.as_str(),
                    entry.place,
                    entry.value.clone(),
                    entry.value_place,
                )
            })
            .collect();
        let list = Given::List(vec![Given::String("x".into()), Given::Boolean(true)]);
        assert_eq!(
            found,
            [
                (None, "top", (1, 1), Given::Integer(1), (1, 7)),
                (Some("limits"), "ü", (3, 3), Given::Float(2.5), (3, 9)),
                (Some("limits"), "depth", (4, 1), Given::Integer(16), (4, 9)),
                (Some("server"), "listen", (6, 1), list, (6, 10)),
            ]
        );
    }

    #[test]
    fn all_that_is_no_toml_is_told_at_once() {
        let file = File::read("a.toml", "[limits]\ndepth = \ncost = = 3\n");
        assert_eq!(file.problems.len(), 2, "{:?}", file.problems);
        assert!(
            file.problems[0].starts_with("a.toml:2:"),
            "{:?}",
            file.problems
        );
        assert!(file.entries.is_empty());
    }
}
