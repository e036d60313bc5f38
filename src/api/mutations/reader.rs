//! Reading an input: where one is in it, and what was wrong with it.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::ingest::problem::suggestion;
use crate::model::date::{Edtf, Timestamp};
use crate::model::id::{ClaimId, EntityId};
use crate::model::ontology::{Ontology, TypeIndex, TypeRef};

/// A step into an input.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Item(usize),
}

/// A place in the arguments of a mutation: `input.changes[2].put.evidence[0].source`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct InputPath(Vec<Step>);

impl InputPath {
    /// A field of the input itself.
    pub(super) fn argument(name: &str) -> Self {
        Self(vec![
            Step::Key("input".to_owned()),
            Step::Key(name.to_owned()),
        ])
    }

    /// The place as clients read it: names and numbers.
    pub(crate) fn to_json(&self) -> Value {
        let steps = self.0.iter().map(|step| match step {
            Step::Key(key) => json!(key),
            Step::Item(place) => json!(place),
        });
        steps.collect()
    }
}

impl fmt::Display for InputPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if place == 0 => formatter.write_str(key)?,
                Step::Key(key) => write!(formatter, ".{key}")?,
                Step::Item(item) => write!(formatter, "[{item}]")?,
            }
        }
        Ok(())
    }
}

/// A mistake in an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Where.
    pub(crate) place: InputPath,
    /// What was found, what was expected.
    pub(crate) message: String,
}

/// Reads an input, and gathers all that is wrong with it.
pub(super) struct Reader<'a> {
    pub(super) ontology: &'a Ontology,
    place: InputPath,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(ontology: &'a Ontology) -> Self {
        Self {
            ontology,
            place: InputPath(vec![Step::Key("input".to_owned())]),
            problems: Vec::new(),
        }
    }

    /// What was wrong.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Where the reader is.
    pub(super) fn place(&self) -> InputPath {
        self.place.clone()
    }

    /// Tells what is wrong with what stands here.
    pub(super) fn problem(&mut self, message: impl Into<String>) {
        self.problems.push(Problem {
            place: self.place.clone(),
            message: message.into(),
        });
    }

    /// Reads what stands under a key, unless it is not there or null.
    pub(super) fn key<T>(
        &mut self,
        map: &Map<String, Value>,
        key: &str,
        read: impl FnOnce(&mut Self, &Value) -> T,
    ) -> Option<T> {
        let value = map.get(key).filter(|value| !value.is_null())?;
        self.place.0.push(Step::Key(key.to_owned()));
        let found = read(self, value);
        self.place.0.pop();
        Some(found)
    }

    /// Reads what stands beside the entity that is being read: the terms of its put, three steps above its fields.
    pub(super) fn in_terms<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let above = self.place.0.len().saturating_sub(2);
        let below = self.place.0.split_off(above);
        let found = read(self);
        self.place.0.extend(below);
        found
    }

    /// Reads each item of a list; what is no list is a list of one, as GraphQL has it.
    pub(super) fn items<T>(
        &mut self,
        value: &Value,
        mut read: impl FnMut(&mut Self, &Value) -> Option<T>,
    ) -> Vec<T> {
        let Value::Array(items) = value else {
            return read(self, value).into_iter().collect();
        };
        let mut found = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            self.place.0.push(Step::Item(place));
            found.extend(read(self, item));
            self.place.0.pop();
        }
        found
    }

    /// Reads the list under a key.
    pub(super) fn list<T>(
        &mut self,
        map: &Map<String, Value>,
        key: &str,
        read: impl FnMut(&mut Self, &Value) -> Option<T>,
    ) -> Vec<T> {
        self.key(map, key, |this, value| this.items(value, read))
            .unwrap_or_default()
    }

    /// The fields of an input object, which validation has made sure of.
    pub(super) fn fields<'v>(&mut self, value: &'v Value) -> Option<&'v Map<String, Value>> {
        let fields = value.as_object();
        if fields.is_none() {
            self.problem("expected an object");
        }
        fields
    }

    /// Reads what has the form that its type wants of a text.
    pub(super) fn parsed<T: std::str::FromStr<Err: fmt::Display>>(
        &mut self,
        value: &Value,
    ) -> Option<T> {
        match text(value).parse() {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.problem(error.to_string());
                None
            }
        }
    }

    /// A text under a key, which has to say something.
    pub(super) fn text(&mut self, map: &Map<String, Value>, key: &str) -> Option<String> {
        self.key(map, key, |this, value| {
            let found = text(value);
            if found.trim().is_empty() {
                this.problem("found an empty text, expected words, or nothing at all");
            }
            found
        })
    }

    /// Whether a switch under a key is on.
    pub(super) fn switch(&mut self, map: &Map<String, Value>, key: &str) -> bool {
        map.get(key).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A date under a key.
    pub(super) fn date(&mut self, map: &Map<String, Value>, key: &str) -> Option<Edtf> {
        self.key(map, key, Self::parsed).flatten()
    }

    /// A moment under a key.
    pub(super) fn moment(&mut self, map: &Map<String, Value>, key: &str) -> Option<Timestamp> {
        self.key(map, key, Self::parsed).flatten()
    }

    /// The id of a claim under a key.
    pub(super) fn claim(&mut self, map: &Map<String, Value>, key: &str) -> Option<ClaimId> {
        self.key(map, key, Self::claim_id).flatten()
    }

    /// The id of a claim.
    pub(super) fn claim_id(&mut self, value: &Value) -> Option<ClaimId> {
        if self.carries_view(value) {
            return None;
        }
        self.parsed(value)
    }

    /// The id of an entity, and its type.
    pub(super) fn entity(&mut self, value: &Value) -> Option<(EntityId, TypeIndex)> {
        if self.carries_view(value) {
            return None;
        }
        let id: EntityId = self.parsed(value)?;
        match self.ontology.type_of_prefix(id.prefix()) {
            Some(index) => Some((id, index)),
            None => {
                let prefixes = self.ontology.types.iter().map(|found| &*found.prefix);
                let hint = suggestion(id.prefix(), prefixes);
                self.problem(format!(
                    "found {id}, whose prefix is no type's, expected an id such as official:antony-blinken{hint}"
                ));
                None
            }
        }
    }

    /// The id of an entity of a type that may stand here.
    pub(super) fn entity_of(&mut self, value: &Value, target: TypeRef) -> Option<EntityId> {
        let (id, index) = self.entity(value)?;
        if self.ontology.admits(target, index) {
            return Some(id);
        }
        let found = &self.ontology.entity_type(index).name;
        let expected = self.ontology.name(target);
        self.problem(format!(
            "found {id}, which is of the type {found}, expected {expected}"
        ));
        None
    }

    /// The id of an entity under a key.
    pub(super) fn entity_under(&mut self, map: &Map<String, Value>, key: &str) -> Option<EntityId> {
        self.key(map, key, |this, value| this.entity(value).map(|(id, _)| id))
            .flatten()
    }

    /// Ids inside `at` carry their view; what is recorded holds whatever one looks through.
    fn carries_view(&mut self, value: &Value) -> bool {
        let found = text(value);
        let carries = found.contains('@');
        if carries {
            let plain = found.split('@').next().unwrap_or_default();
            self.problem(format!(
                "found {found:?}, the id in a view: expected the plain one, {plain:?}"
            ));
        }
        carries
    }
}

/// What a value says as a text: ids may come as numbers.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
