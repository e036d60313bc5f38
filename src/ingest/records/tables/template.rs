//! Texts with places for the columns of a row: `official:{person_id|persons?}`.

use std::collections::HashMap;

use crate::ingest::problem::{quoted, suggestion};

/// What a name in a text stands for: a column, by its number.
pub(super) type Columns = HashMap<String, usize>;

/// A table of words: what stands in a column, and what it means.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// What the mapping calls it.
    pub(super) name: String,
    pub(super) entries: HashMap<String, String>,
}

impl Words {
    /// What a text means. A text `a/b` that is not in the table means what `a` does.
    fn get(&self, text: &str) -> Option<&str> {
        let found = self.entries.get(text).or_else(|| {
            let (before, _) = text.rsplit_once('/')?;
            self.entries.get(before)
        });
        found.map(String::as_str)
    }
}

/// The values of one row: its columns, then what the mapping makes of them.
#[derive(Debug, Default)]
pub(super) struct Values(pub(super) Vec<String>);

impl Values {
    pub(super) fn get(&self, column: usize) -> &str {
        self.0.get(column).map_or("", String::as_str)
    }
}

/// What is done to a value before it is put in.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// Becomes a slug.
    Slug,
    /// Is looked up; the flag says that a text which is not there stays.
    Words(usize, bool),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// A column; the flag says that it may be empty.
    Column(usize, bool, Vec<Step>),
    /// From the date in one column to that in another.
    Span(usize, usize),
}

/// A text with places for columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    text: String,
    parts: Vec<Part>,
}

impl Template {
    /// Reads a text: `{column}`, `{column?}` where it may be empty, `{column|words}`, `{column|slug}`,
    /// `{start..end}`; `{{` and `}}` are braces.
    pub(super) fn parse(text: &str, columns: &Columns, words: &[Words]) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        let text = text.to_owned();
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let (brace, after) = rest[at..].split_at(1);
            if let Some(after) = after.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
                continue;
            }
            let inside = (brace == "{").then(|| after.split_once('}')).flatten();
            let Some((inside, after)) = inside else {
                return Err(format!(
                    "found {} with a single {brace:?}, expected {{column}}, or {{{{ or }}}} for a brace itself",
                    quoted(&text)
                ));
            };
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(part(inside, columns, words)?);
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() || parts.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self { text, parts })
    }

    /// The text, as the mapping writes it.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The columns that it names, in order.
    pub(super) fn columns(&self) -> impl Iterator<Item = usize> + '_ {
        self.parts
            .iter()
            .flat_map(|part| match part {
                Part::Text(_) => [None, None],
                Part::Column(column, ..) => [Some(*column), None],
                Part::Span(from, to) => [Some(*from), Some(*to)],
            })
            .flatten()
    }

    /// The text for a row; `None` where a column that it needs is empty.
    ///
    /// # Errors
    /// The column whose value does not fit, and why.
    pub(super) fn fill(
        &self,
        row: &Values,
        words: &[Words],
    ) -> Result<Option<String>, (usize, String)> {
        let mut filled = String::new();
        let mut loose = false;
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Span(from, to) => match (row.get(*from), row.get(*to)) {
                    ("", "") => return Ok(None),
                    // An empty side of an interval is an end that is not known.
                    (from, to) if from == to => filled.push_str(from),
                    (from, to) => {
                        filled.push_str(from);
                        filled.push('/');
                        filled.push_str(to);
                    }
                },
                Part::Column(column, optional, steps) => {
                    let mut value = row.get(*column).to_owned();
                    if value.is_empty() {
                        if !optional {
                            return Ok(None);
                        }
                        loose = true;
                        continue;
                    }
                    for step in steps {
                        value = apply(step, value, words).map_err(|why| (*column, why))?;
                    }
                    filled.push_str(&value);
                }
            }
        }
        // What an empty column leaves behind is no more than a space.
        if loose {
            filled = filled.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        Ok(Some(filled).filter(|text| !text.is_empty()))
    }
}

fn part(inside: &str, columns: &Columns, words: &[Words]) -> Result<Part, String> {
    let column = |name: &str| {
        columns.get(name).copied().ok_or_else(|| {
            let mut names: Vec<&str> = columns.keys().map(String::as_str).collect();
            names.sort_unstable();
            let hint = suggestion(name, names.iter().copied());
            format!(
                "no column {}, expected one of {}{hint}",
                quoted(name),
                names.join(", ")
            )
        })
    };
    if let Some((from, to)) = inside.split_once("..") {
        return Ok(Part::Span(column(from)?, column(to)?));
    }
    let mut pieces = inside.split('|');
    let name = pieces.next().unwrap_or_default();
    let (name, optional) = match name.strip_suffix('?') {
        Some(name) => (name, true),
        None => (name, false),
    };
    let column = column(name)?;
    let mut steps = Vec::new();
    for piece in pieces {
        let (name, stays) = match piece.strip_suffix('?') {
            Some(name) => (name, true),
            None => (piece, false),
        };
        if name == "slug" {
            steps.push(Step::Slug);
            continue;
        }
        let Some(place) = words.iter().position(|words| words.name == name) else {
            let known = words.iter().map(|words| words.name.as_str());
            let hint = suggestion(name, known.chain(["slug"]));
            return Err(format!(
                "no table of words {}, expected slug or a name under \"words\"{hint}",
                quoted(name)
            ));
        };
        steps.push(Step::Words(place, stays));
    }
    Ok(Part::Column(column, optional, steps))
}

fn apply(step: &Step, value: String, words: &[Words]) -> Result<String, String> {
    match step {
        Step::Slug => {
            let slug = slug(&value);
            if slug.is_empty() {
                return Err(format!(
                    "nothing of {} can stand in an id, expected letters or digits",
                    quoted(&value)
                ));
            }
            Ok(slug)
        }
        Step::Words(place, stays) => match words.get(*place) {
            Some(table) => match table.get(&value) {
                Some(meaning) => Ok(meaning.to_owned()),
                None if *stays => Ok(value),
                None => {
                    let hint = suggestion(&value, table.entries.keys().map(String::as_str));
                    Err(format!(
                        "{} is not among the words {:?}{hint}",
                        quoted(&value),
                        table.name
                    ))
                }
            },
            None => Ok(value),
        },
    }
}

/// Lower-case letters and digits of the Latin script with single hyphens between them.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for letter in any_ascii::any_ascii(text).chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if letter != '\'' && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str, row: &[&str]) -> Result<Option<String>, String> {
        let columns = [("a", 0), ("b", 1), ("c", 2)];
        let columns = columns.map(|(name, place)| (name.to_owned(), place));
        let entries = [("x", "ex"), ("x/old", "former-ex")];
        let words = [Words {
            name: "names".into(),
            entries: entries
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into(),
        }];
        let values = Values(row.iter().map(|text| (*text).to_owned()).collect());
        let template = Template::parse(text, &columns.into(), &words)?;
        template.fill(&values, &words).map_err(|(_, why)| why)
    }

    #[test]
    fn columns_are_put_in() {
        let filled = |text: &str, row: &[&str]| fill(text, row).expect("is right");
        assert_eq!(filled("{a} and {b}", &["x", "y"]), Some("x and y".into()));
        assert_eq!(filled("{a} {b}", &["x", ""]), None);
        assert_eq!(filled("{a} {b?} {c}", &["x", "", "z"]), Some("x z".into()));
        assert_eq!(filled("{{{a}}}", &["x"]), Some("{x}".into()));
        assert_eq!(filled("{a|names}", &["x/old"]), Some("former-ex".into()));
        assert_eq!(filled("{a|names}", &["x/new"]), Some("ex".into()));
        assert_eq!(filled("{a|names?}", &["y"]), Some("y".into()));
        assert_eq!(
            filled("{a|slug}", &["Shinzō d’Abe, Jr."]),
            Some("shinzo-dabe-jr".into())
        );
        assert_eq!(
            filled("{a..b}", &["2001", "2002"]),
            Some("2001/2002".into())
        );
        assert_eq!(filled("{a..b}", &["2001", "2001"]), Some("2001".into()));
        assert_eq!(filled("{a..b}", &["", "2002"]), Some("/2002".into()));
        assert_eq!(filled("{a..b}", &["2001", ""]), Some("2001/".into()));
        assert_eq!(filled("{a..b}", &["", ""]), None);
    }

    #[test]
    fn what_is_wrong_is_told() {
        let wrong = |text: &str, row: &[&str]| fill(text, row).expect_err("is wrong");
        assert_eq!(
            wrong("{d}", &[]),
            "no column \"d\", expected one of a, b, c; did you mean \"a\"?"
        );
        assert!(wrong("{a", &[]).contains("single \"{\""));
        assert!(wrong("{a|nmes}", &[]).contains("did you mean \"names\"?"));
        assert_eq!(
            wrong("{a|names}", &["y"]),
            "\"y\" is not among the words \"names\"; did you mean \"x\"?"
        );
        assert!(wrong("{a|slug}", &["…"]).starts_with("nothing of"));
    }
}
