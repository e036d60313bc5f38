//! The values of arguments, and what several kinds of arguments have in common.

use serde_json::{Map, Value};

use super::{Clock, DEFAULT_PAGE, Forward, LARGEST_PAGE, Moment};
use crate::api::cursor;
use crate::api::filters::word;
use crate::api::plan::Arguments;
use crate::graph::records::Version;
use crate::graph::view::Certainty;

/// The values of one field's arguments.
pub(crate) struct Values(pub(super) Map<String, Value>);

impl Values {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(word)
    }

    /// A list; a single value stands for a list of one.
    pub(crate) fn texts(&self, name: &str) -> Option<Vec<String>> {
        self.get(name).map(|value| match value {
            Value::Array(items) => items.iter().map(word).collect(),
            single => vec![word(single)],
        })
    }

    /// A whole number within bounds.
    pub(crate) fn number(
        &self,
        name: &str,
        least: usize,
        most: usize,
    ) -> Result<Option<usize>, String> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let found = value
            .as_i64()
            .and_then(|number| usize::try_from(number).ok());
        match found {
            Some(number) if (least..=most).contains(&number) => Ok(Some(number)),
            _ => Err(format!(
                "{name} is {value}: expected a number from {least} to {most}"
            )),
        }
    }
}

/// The stretch of a list; what else is said of it makes it another list.
pub(super) fn forward(
    arguments: &Arguments,
    values: &Values,
    said: &[&str],
) -> Result<Forward, String> {
    let said: Vec<String> = said.iter().map(|name| text(values.get(name))).collect();
    let mut parts = vec![arguments.field.as_str()];
    parts.extend(said.iter().map(String::as_str));
    let mark = cursor::mark(&parts);
    let after = values.text("after");
    Ok(Forward {
        first: values
            .number("first", 0, LARGEST_PAGE)?
            .unwrap_or(DEFAULT_PAGE),
        after: after
            .map(|text| cursor::Cursor::read(&text, mark, "after"))
            .transpose()?,
        mark,
    })
}

/// A moment by its time or its version; the schema has made sure that it is one of them.
pub(super) fn moment(values: &Values, name: &str) -> Result<Option<Moment>, String> {
    let Some(given) = values.get(name) else {
        return Ok(None);
    };
    if let Some(time) = given.get("time").filter(|time| !time.is_null()) {
        let time = word(time).parse();
        return time
            .map(|time| Some(Moment::Time(time)))
            .map_err(|error| format!("{name}: time: {error}"));
    }
    let version = version("version", given.get("version"));
    match version.map_err(|error| format!("{name}: {error}"))? {
        Some(version) => Ok(Some(Moment::Version(version))),
        None => Err(format!("{name} is empty: expected a time or a version")),
    }
}

/// The number of a version.
pub(super) fn version(name: &str, given: Option<&Value>) -> Result<Option<Version>, String> {
    let Some(given) = given.filter(|given| !given.is_null()).map(word) else {
        return Ok(None);
    };
    given.parse().map(Some).map_err(|_| {
        format!("{name} is {given:?}: expected a whole number, as graph {{ version }} gives it")
    })
}

/// How many values an argument holds, those within lists and objects counted.
pub(super) fn leaves(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(leaves).sum(),
        Value::Object(fields) => fields.values().map(leaves).sum(),
        _ => 1,
    }
}

pub(super) fn text(value: Option<&Value>) -> String {
    value.map(Value::to_string).unwrap_or_default()
}

/// A view, as `at` names it.
pub(super) fn clock(values: &Values) -> Result<Clock, String> {
    fn read<T: std::str::FromStr<Err: std::fmt::Display>>(
        values: &Values,
        name: &str,
    ) -> Result<Option<Option<T>>, String> {
        match values.0.get(name) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(value) => {
                let text = word(value);
                text.parse()
                    .map(|parsed| Some(Some(parsed)))
                    .map_err(|error| format!("{name}: {error}"))
            }
        }
    }
    let certainty = values.0.get("certainty");
    Ok(Clock {
        date: read(values, "date")?,
        certainty: certainty.map(|value| Certainty::from_name(&word(value))),
        known_at: read(values, "knownAt")?,
        published_by: read(values, "publishedBy")?,
    })
}
