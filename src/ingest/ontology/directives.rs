//! Directives as they are applied, checked against their definitions.

use std::collections::HashMap;

use apollo_compiler::Name;
use apollo_compiler::Node;
use apollo_compiler::ast::{
    Directive, DirectiveDefinition, DirectiveLocation, InputObjectTypeDefinition, Value,
};
use indexmap::IndexMap;

use crate::ingest::problem::{one_of, suggestion};

use super::arguments::Arguments;
use super::declarations::Declared;
use super::report::{At, Report};

/// One directive as it is applied; its arguments have the right types.
#[derive(Clone, Copy)]
pub(super) struct Applied<'a> {
    pub(super) directive: &'a Node<Directive>,
    definition: &'a DirectiveDefinition,
}

impl<'a> Applied<'a> {
    pub(super) fn name(self) -> &'a str {
        &self.directive.name
    }

    pub(super) fn at(self) -> At {
        self.directive.location()
    }

    /// Where the argument's value stands, else the directive.
    pub(super) fn at_argument(self, name: &str) -> At {
        let argument = self
            .directive
            .arguments
            .iter()
            .find(|argument| argument.name == name);
        argument.map_or_else(|| self.at(), |argument| argument.value.location())
    }

    /// The argument's value, or its default.
    pub(super) fn argument(self, name: &str) -> Option<&'a Node<Value>> {
        let given = self
            .directive
            .arguments
            .iter()
            .find(|argument| argument.name == name);
        let value = match given {
            Some(argument) => Some(&argument.value),
            None => {
                let argument = self
                    .definition
                    .arguments
                    .iter()
                    .find(|argument| argument.name == name);
                argument.and_then(|argument| argument.default_value.as_ref())
            }
        };
        value.filter(|value| !matches!(***value, Value::Null))
    }

    /// A text or an enum's value.
    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.argument(name).and_then(|value| text_of(value))
    }

    pub(super) fn number(self, name: &str) -> Option<f64> {
        match &**self.argument(name)? {
            Value::Int(number) => number.try_to_f64().ok(),
            Value::Float(number) => number.try_to_f64().ok(),
            _ => None,
        }
    }

    /// The items of a list; a single value is a list of one.
    pub(super) fn list(self, name: &str) -> Vec<&'a Node<Value>> {
        match self.argument(name) {
            None => Vec::new(),
            Some(value) => match &**value {
                Value::List(items) => items.iter().collect(),
                _ => vec![value],
            },
        }
    }
}

/// The text of a string or of an enum's value.
pub(super) fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Enum(name) => Some(name),
        _ => None,
    }
}

/// The directives on one thing.
#[derive(Clone, Default)]
pub(super) struct Directives<'a> {
    applied: Vec<Applied<'a>>,
    /// The names of those that are wrong in themselves, so that nobody reports them as missing.
    wrong: Vec<&'a Name>,
}

impl<'a> Directives<'a> {
    /// The directives of a list that are well formed; the others are reported.
    pub(super) fn checked(
        list: Vec<&'a Node<Directive>>,
        location: DirectiveLocation,
        definitions: &HashMap<&'a str, &'a DirectiveDefinition>,
        inputs: &HashMap<&'a str, &'a InputObjectTypeDefinition>,
        types: &IndexMap<&'a str, Declared<'a>>,
        report: &Report,
    ) -> Self {
        let arguments = Arguments {
            inputs,
            types,
            report,
        };
        let mut all = Self::default();
        for directive in list {
            let name = &directive.name;
            let Some(definition) = definitions.get(name.as_str()) else {
                let mut names: Vec<&str> = definitions.keys().copied().collect();
                names.sort_unstable();
                let hint = suggestion(name, names);
                report.problem(
                    directive.location(),
                    format!("unknown directive @{name}{hint}"),
                );
                continue;
            };
            let placed = definition.locations.contains(&location);
            if !placed {
                let places = one_of(definition.locations.iter().map(|place| place_word(*place)));
                let message = format!(
                    "@{name} stands on {}, expected on {places}",
                    place_word(location)
                );
                report.problem(directive.location(), message);
            }
            if !(arguments.check(directive, definition) && placed) {
                all.wrong.push(name);
                continue;
            }
            all.extend(
                Self {
                    applied: vec![Applied {
                        directive,
                        definition,
                    }],
                    wrong: Vec::new(),
                },
                report,
            );
        }
        all
    }

    /// Adds those of an extension.
    pub(super) fn extend(&mut self, more: Self, report: &Report) {
        self.wrong.extend(more.wrong);
        for applied in more.applied {
            if !applied.definition.repeatable && self.get(applied.name()).is_some() {
                report.problem(
                    applied.at(),
                    format!("@{} stands here twice", applied.name()),
                );
            } else {
                self.applied.push(applied);
            }
        }
    }

    /// The directive of that name, where it is there and well formed.
    pub(super) fn get(&self, name: &str) -> Option<Applied<'a>> {
        self.applied
            .iter()
            .copied()
            .find(|applied| applied.name() == name)
    }

    /// Whether the directive is there, well formed or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some() || self.wrong.iter().any(|wrong| wrong.as_str() == name)
    }

    /// All directives that are well formed.
    pub(super) fn iter(&self) -> impl Iterator<Item = Applied<'a>> {
        self.applied.iter().copied()
    }

    /// These directives, and those of the interface that are not given here. `@plays` adds up.
    pub(super) fn inheriting(&self, inherited: &Self) -> Self {
        let mut all = self.clone();
        all.wrong.extend(&inherited.wrong);
        for applied in inherited.iter() {
            let repeatable = applied.definition.repeatable;
            let same = |own: Applied<'a>| {
                own.name() == applied.name() && (!repeatable || own.directive == applied.directive)
            };
            if !self.iter().any(same) {
                all.applied.push(applied);
            }
        }
        all
    }
}

fn place_word(location: DirectiveLocation) -> &'static str {
    match location {
        DirectiveLocation::Schema => "the schema",
        DirectiveLocation::Scalar => "a scalar",
        DirectiveLocation::Object => "a type",
        DirectiveLocation::FieldDefinition => "a field",
        DirectiveLocation::Interface => "an interface",
        DirectiveLocation::Enum => "an enum",
        DirectiveLocation::EnumValue => "an enum's value",
        _ => "something else",
    }
}
