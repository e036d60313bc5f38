//! YAML as a tree of texts, each with its place.
//!
//! What a text means is for the ontology to say: `2022` is a date or a name as well as a number.
//! So scalars keep the text that the file has.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Error, Location, MessageFormatter, Spanned, UserMessageFormatter};

use crate::ingest::problem::Problems;

/// A file larger than this is refused, in bytes.
pub(in crate::ingest) const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// Line and column, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// A part of the file.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) at: At,
    pub(super) content: Content,
}

/// What a part of the file is.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// Nothing: `~`, `null` or an empty place.
    Nothing,
    /// A text, as the file has it.
    Text(String),
    List(Vec<Node>),
    /// Keys in the order of the file; the same key may stand there twice.
    Map(Vec<(Key, Node)>),
}

/// A key of a map.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) at: At,
    pub(super) text: String,
}

impl Node {
    /// What it is, for a message.
    pub(super) fn describe(&self) -> String {
        match &self.content {
            Content::Nothing => "nothing".into(),
            Content::Text(text) => crate::ingest::problem::quoted(text),
            Content::List(items) if items.is_empty() => "an empty list".into(),
            Content::List(_) => "a list".into(),
            Content::Map(_) => "a map".into(),
        }
    }

    /// The items of a list; one alone is a list of one, nothing at all an empty one.
    pub(super) fn items(&self) -> Vec<&Self> {
        match &self.content {
            Content::Nothing => Vec::new(),
            Content::List(items) => items.iter().collect(),
            Content::Text(_) | Content::Map(_) => vec![self],
        }
    }

    /// Every map in it, itself included, as far as it goes.
    pub(super) fn maps(&self) -> Vec<&[(Key, Node)]> {
        let mut all: Vec<&[(Key, Node)]> = Vec::new();
        let mut rest = vec![self];
        while let Some(node) = rest.pop() {
            match &node.content {
                Content::Map(entries) => {
                    all.push(entries);
                    rest.extend(entries.iter().map(|(_, node)| node));
                }
                Content::List(items) => rest.extend(items),
                Content::Nothing | Content::Text(_) => {}
            }
        }
        all
    }
}

/// Reads a file's text.
pub(super) fn parse(text: &str, file: &str) -> Result<Node, Problems> {
    if text.len() as u64 > LARGEST_FILE {
        return Err(Problems::one(
            file,
            1,
            1,
            format!(
                "the file has {} bytes, expected at most {LARGEST_FILE}",
                text.len()
            ),
        ));
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 2_000_000,
            max_nodes: 1_000_000,
            max_depth: 16,
            flow_nesting_limit: 16,
            max_aliases: 1_000,
            max_anchors: 1_000,
            max_recorded_anchor_events: 100_000,
            max_documents: 1,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 100_000,
            max_replay_stack_depth: 8,
        },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: MergeKeyPolicy::Error,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        reject_unsupported_tags: true,
        strict_booleans: true,
        with_snippet: false,
    };
    match serde_saphyr::from_str_with_options::<Raw>(text, options) {
        Ok(raw) => Ok(raw.into_node(text)),
        Err(error) => Err(syntax_problem(&error, file)),
    }
}

fn syntax_problem(error: &Error, file: &str) -> Problems {
    let at = at(error.location().unwrap_or(Location::UNKNOWN));
    let mut inner = error.without_snippet();
    while let Error::AliasError { error, .. } = inner {
        inner = error.without_snippet();
    }
    let message = match inner {
        Error::Budget {
            breach: BudgetBreach::Documents { .. },
            ..
        } => "a second document, expected one".into(),
        Error::Budget { .. } => {
            "the file has more values, levels or aliases than are allowed".into()
        }
        Error::MergeKeyNotAllowed { .. } => {
            "found the key \"<<\", expected the keys themselves".into()
        }
        other => UserMessageFormatter.format_message(other),
    };
    let first_line = message.lines().next().unwrap_or_default();
    Problems::one(file, at.line, at.column, format!("YAML: {first_line}"))
}

fn at(location: Location) -> At {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).max(1);
    At {
        line: number(location.line()),
        column: number(location.column()),
    }
}

/// A node as the library reads it, before the texts of numbers are taken from the file.
struct Raw(Spanned<Shape>);

enum Shape {
    Nothing,
    Text(String),
    /// A number or a boolean, in the library's spelling.
    Plain(String),
    List(Vec<Raw>),
    Map(Vec<(Spanned<String>, Raw)>),
}

impl Raw {
    fn into_node(self, file: &str) -> Node {
        let content = match self.0.value {
            Shape::Nothing => Content::Nothing,
            Shape::Text(text) => Content::Text(text),
            Shape::Plain(text) => Content::Text(source_of(file, self.0.defined).unwrap_or(text)),
            Shape::List(items) => {
                Content::List(items.into_iter().map(|item| item.into_node(file)).collect())
            }
            Shape::Map(entries) => Content::Map(
                entries
                    .into_iter()
                    .map(|(key, value)| {
                        (
                            Key {
                                at: at(key.referenced),
                                text: key.value,
                            },
                            value.into_node(file),
                        )
                    })
                    .collect(),
            ),
        };
        Node {
            at: at(self.0.referenced),
            content,
        }
    }
}

/// The text that the file has at a place, where that is one word.
fn source_of(file: &str, location: Location) -> Option<String> {
    let span = location.span();
    let (start, length) = (span.byte_offset()?, span.byte_len()?);
    let start = usize::try_from(start).ok()?;
    let text = file
        .get(start..start.checked_add(usize::try_from(length).ok()?)?)?
        .trim();
    let word = !text.is_empty()
        && !text.contains(|letter: char| letter.is_whitespace() || "\"'!&".contains(letter));
    word.then(|| text.to_owned())
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, a list or a map")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Shape, E> {
        Ok(Shape::Nothing)
    }

    fn visit_none<E: de::Error>(self) -> Result<Shape, E> {
        Ok(Shape::Nothing)
    }

    fn visit_bool<E: de::Error>(self, yes: bool) -> Result<Shape, E> {
        Ok(Shape::Plain(yes.to_string()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Shape, E> {
        Ok(Shape::Plain(number.to_string()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Shape, E> {
        Ok(Shape::Plain(number.to_string()))
    }

    fn visit_i128<E: de::Error>(self, number: i128) -> Result<Shape, E> {
        Ok(Shape::Plain(number.to_string()))
    }

    fn visit_u128<E: de::Error>(self, number: u128) -> Result<Shape, E> {
        Ok(Shape::Plain(number.to_string()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Shape, E> {
        Ok(Shape::Plain(number.to_string()))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Shape, E> {
        Ok(Shape::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Shape, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Shape::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Shape, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Shape::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree in one line, each scalar with its place.
    fn show(node: &Node) -> String {
        match &node.content {
            Content::Nothing => "~".into(),
            Content::Text(text) => format!("{text}@{}:{}", node.at.line, node.at.column),
            Content::List(items) => format!(
                "[{}]",
                items.iter().map(show).collect::<Vec<_>>().join(", ")
            ),
            Content::Map(entries) => {
                let entries = entries.iter().map(|(key, node)| {
                    format!(
                        "{}@{}:{} {}",
                        key.text,
                        key.at.line,
                        key.at.column,
                        show(node)
                    )
                });
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }

    #[test]
    fn scalars_keep_their_text_and_place() {
        for (yaml, shown) in [
            ("a: 2022", "{a@1:1 2022@1:4}"),
            ("a: 2022.0", "{a@1:1 2022.0@1:4}"),
            ("a: 007", "{a@1:1 007@1:4}"),
            ("a: 0x1F", "{a@1:1 0x1F@1:4}"),
            ("a: 1_000", "{a@1:1 1_000@1:4}"),
            ("a: True", "{a@1:1 True@1:4}"),
            ("a: no", "{a@1:1 no@1:4}"),
            ("a: .inf", "{a@1:1 .inf@1:4}"),
            ("a: 2022-04~", "{a@1:1 2022-04~@1:4}"),
            ("a: \"2022\"", "{a@1:1 2022@1:4}"),
            ("a: \"x\\ny\"", "{a@1:1 x\ny@1:4}"),
            ("a: 134e3 # so", "{a@1:1 134e3@1:4}"),
            ("a: ~\nb:\nc: ''", "{a@1:1 ~, b@2:1 ~, c@3:1 @3:4}"),
            ("é: [1, {b: 2}]", "{é@1:1 [1@1:5, {b@1:9 2@1:12}]}"),
            ("a: 1\na: 2", "{a@1:1 1@1:4, a@2:1 2@2:4}"),
            ("x: &q 12\ny: *q", "{x@1:1 12@1:7, y@2:1 12@2:4}"),
            ("2022: 1", "{2022@1:1 1@1:7}"),
            ("a:\n  - b\n  -\n", "{a@1:1 [b@2:5, ~]}"),
        ] {
            let node =
                parse(yaml, "a.yaml").unwrap_or_else(|problems| panic!("{yaml}: {problems}"));
            assert_eq!(show(&node), shown, "{yaml}");
        }
    }

    #[test]
    fn broken_yaml_is_told_with_its_place() {
        let deep = format!("a: {}{}", "[".repeat(40), "]".repeat(40));
        let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
        let told = [
            "a: [1, 2",
            "a: b: c",
            "a: \"x",
            "\ta: 1",
            "a: 1\n---\nb: 2",
            "<<: {a: 1}",
            "a: !custom 1",
            "[a]: 1",
            "~: 1",
            &deep,
            bomb,
            "a: &x [*x]",
            "a: *y",
            "",
        ]
        .map(|yaml| {
            parse(yaml, "a").map_or_else(
                |problems| problems.to_string(),
                |node| format!("read {}", show(&node)),
            )
        });
        let expected = [
            "a:1:4: YAML: unclosed bracket '['",
            "a:1:5: YAML: mapping values are not allowed in this context",
            "a:1:4: YAML: unclosed quote",
            "read {a@1:2 1@1:5}",
            "a:2:1: YAML: a second document, expected one",
            "a:1:1: YAML: found the key \"<<\", expected the keys themselves",
            "a:1:12: YAML: unsupported tag `!custom`",
            "a:1:1: YAML: expected string scalar",
            "a:1:1: YAML: null is not allowed here",
            "a:1:20: YAML: recursion limit exceeded",
            "a:6:8: YAML: the file has more values, levels or aliases than are allowed",
            "a:1:8: YAML: Recursive reference not allowed here",
            "a:1:4: YAML: reference to unknown value",
            "read ~",
        ];
        assert_eq!(told.join("\n"), expected.join("\n"));
    }
}
