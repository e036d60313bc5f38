//! The arguments of directives, checked against their definitions.

use std::collections::HashMap;

use apollo_compiler::Name;
use apollo_compiler::Node;
use apollo_compiler::ast::{
    Directive, DirectiveDefinition, InputObjectTypeDefinition, Type, Value,
};
use indexmap::IndexMap;

use crate::ingest::problem::{one_of, quoted, suggestion};

use super::declarations::{Declared, Shape};
use super::report::Report;

/// What the types of arguments refer to.
pub(super) struct Arguments<'r, 'a> {
    pub(super) inputs: &'r HashMap<&'a str, &'a InputObjectTypeDefinition>,
    pub(super) types: &'r IndexMap<&'a str, Declared<'a>>,
    pub(super) report: &'r Report,
}

impl Arguments<'_, '_> {
    /// Whether a directive's arguments are right; what is not is reported.
    pub(super) fn check(
        &self,
        directive: &Node<Directive>,
        definition: &DirectiveDefinition,
    ) -> bool {
        let name = &directive.name;
        let mut good = true;
        for (place, argument) in directive.arguments.iter().enumerate() {
            let declared = definition
                .arguments
                .iter()
                .find(|declared| declared.name == argument.name);
            let Some(declared) = declared else {
                let names = definition
                    .arguments
                    .iter()
                    .map(|declared| declared.name.as_str());
                let hint = suggestion(&argument.name, names);
                let message = format!("@{name} has no argument \"{}\"{hint}", argument.name);
                self.report.problem(argument.name.location(), message);
                good = false;
                continue;
            };
            if directive.arguments[..place]
                .iter()
                .any(|earlier| earlier.name == argument.name)
            {
                let message = format!("@{name} has the argument \"{}\" twice", argument.name);
                self.report.problem(argument.name.location(), message);
                good = false;
            }
            let what = format!("argument \"{}\" of @{name}", argument.name);
            good &= self.fits(&argument.value, &declared.ty, &what);
        }
        for declared in &definition.arguments {
            let required = declared.ty.is_non_null() && declared.default_value.is_none();
            if required
                && !directive
                    .arguments
                    .iter()
                    .any(|argument| argument.name == declared.name)
            {
                let expected = self.describe(&declared.ty);
                let message = format!(
                    "@{name} lacks the argument \"{}\", expected {expected}",
                    declared.name
                );
                self.report.problem(directive.location(), message);
                good = false;
            }
        }
        good
    }

    fn fits(&self, value: &Node<Value>, expected: &Type, what: &str) -> bool {
        match (&**value, expected) {
            (Value::Null, Type::Named(_) | Type::List(_)) => true,
            (Value::List(items), Type::List(item) | Type::NonNullList(item)) => items
                .iter()
                .fold(true, |good, value| self.fits(value, item, what) & good),
            (Value::Null | Value::List(_), _) => self.misfit(value, expected, what),
            (_, Type::List(item) | Type::NonNullList(item)) => self.fits(value, item, what),
            (_, Type::Named(name) | Type::NonNullNamed(name)) => {
                self.fits_name(value, name, expected, what)
            }
        }
    }

    fn fits_name(&self, value: &Node<Value>, name: &Name, expected: &Type, what: &str) -> bool {
        let fits = match (&**value, name.as_str()) {
            (Value::String(_), "String") => true,
            (Value::Int(number), "Int") => number.try_to_i32().is_ok(),
            (Value::Int(number), "Float") => number.try_to_f64().is_ok(),
            (Value::Float(number), "Float") => number.try_to_f64().is_ok(),
            (Value::Boolean(_), "Boolean") => true,
            (Value::Enum(word), _) => match self.words(name) {
                Some(words) if !words.contains(&word.as_str()) => {
                    let hint = suggestion(word, words.iter().copied());
                    let message = format!(
                        "{what}: found {word}, expected {}{hint}",
                        self.describe(expected)
                    );
                    self.report.problem(value.location(), message);
                    return false;
                }
                words => words.is_some(),
            },
            (Value::Object(fields), _) => match self.inputs.get(name.as_str()) {
                Some(input) => return self.fits_object(value, fields, input, what),
                None => false,
            },
            _ => false,
        };
        fits || self.misfit(value, expected, what)
    }

    fn fits_object(
        &self,
        value: &Node<Value>,
        fields: &[(Name, Node<Value>)],
        input: &InputObjectTypeDefinition,
        what: &str,
    ) -> bool {
        let mut good = true;
        for (name, value) in fields {
            match input.fields.iter().find(|field| field.name == *name) {
                Some(field) => {
                    good &= self.fits(value, &field.ty, &format!("\"{name}\" in {what}"))
                }
                None => {
                    let hint =
                        suggestion(name, input.fields.iter().map(|field| field.name.as_str()));
                    self.report.problem(
                        name.location(),
                        format!("{what} has no field \"{name}\"{hint}"),
                    );
                    good = false;
                }
            }
        }
        for field in &input.fields {
            if !fields.iter().any(|(name, _)| *name == field.name) {
                let message = format!(
                    "{what} lacks \"{}\", expected {}",
                    field.name,
                    self.describe(&field.ty)
                );
                self.report.problem(value.location(), message);
                good = false;
            }
        }
        good
    }

    fn misfit(&self, value: &Node<Value>, expected: &Type, what: &str) -> bool {
        let found = match &**value {
            Value::Null => "null".into(),
            Value::Enum(word) | Value::Variable(word) => word.to_string(),
            Value::String(text) => quoted(text),
            Value::Float(number) => number.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Boolean(yes) => yes.to_string(),
            Value::List(_) => "a list".into(),
            Value::Object(_) => "an object".into(),
        };
        let message = format!(
            "{what}: found {found}, expected {}",
            self.describe(expected)
        );
        self.report.problem(value.location(), message);
        false
    }

    fn describe(&self, expected: &Type) -> String {
        let name = expected.inner_named_type();
        let one = match name.as_str() {
            "String" => "a text".into(),
            "Int" => "a whole number".into(),
            "Float" => "a number".into(),
            "Boolean" => "true or false".into(),
            "PropertyCondition" => "{property: \"…\", eq: \"…\"}".into(),
            _ => match self.words(name) {
                Some(words) if words.len() <= 12 => one_of(words),
                _ => format!("a value of {name}"),
            },
        };
        if expected.is_list() {
            format!("a list, each of them {one}")
        } else {
            one
        }
    }

    fn words(&self, name: &str) -> Option<Vec<&str>> {
        let declared = self
            .types
            .get(name)
            .filter(|declared| declared.shape == Shape::Enum)?;
        Some(
            declared
                .values
                .iter()
                .map(|value| value.value.as_str())
                .collect(),
        )
    }
}
