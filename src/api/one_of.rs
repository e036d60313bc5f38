//! Inputs of which exactly one key is wanted: which keys were given instead.

use apollo_compiler::ast::{Definition, Directive, Document, Selection, Value};
use apollo_compiler::executable::Operation;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Node, Schema};
use serde_json::{Map, Value as Json};

use crate::api::error::RequestError;

/// How the message of an input with too many keys, or none, begins.
const MESSAGE: &str = "OneOf Input Object";

/// A validation error, with the keys that were given at its place where exactly one is wanted.
pub(crate) fn with_keys(document: &Document, error: RequestError) -> RequestError {
    if !error.message.starts_with(MESSAGE) {
        return error;
    }
    let mut keys = None;
    each_value(document, &mut |value| {
        let place = value.line_column_range(&document.sources);
        let place = place.map(|range| (range.start.line, range.start.column));
        if let Value::Object(fields) = &**value
            && place == error.location
        {
            keys = Some(fields.iter().map(|(name, _)| name.to_string()).collect());
        }
    });
    match keys {
        Some(keys) => RequestError {
            message: format!("{} Found {}.", error.message, listed(keys)),
            ..error
        },
        None => error,
    }
}

/// What is wrong with the first value among variables that has not exactly one key where that is wanted.
pub(crate) fn in_variables(
    schema: &Schema,
    operation: &Operation,
    values: &Map<String, Json>,
) -> Option<String> {
    operation.variables.iter().find_map(|variable| {
        let value = values.get(variable.name.as_str())?;
        let path = format!("${}", variable.name);
        in_value(schema, variable.ty.inner_named_type(), value, &path)
    })
}

fn in_value(schema: &Schema, input: &str, value: &Json, path: &str) -> Option<String> {
    match value {
        Json::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(place, item)| in_value(schema, input, item, &format!("{path}.{place}"))),
        Json::Object(given) => {
            let Some(ExtendedType::InputObject(declared)) = schema.types.get(input) else {
                return None;
            };
            if declared.directives.has("oneOf") && given.len() != 1 {
                let keys = listed(given.keys().cloned().collect());
                return Some(format!(
                    "{path}: {input} takes exactly one key, found {keys}"
                ));
            }
            given.iter().find_map(|(name, value)| {
                let field = declared.fields.get(name.as_str())?;
                let path = format!("{path}.{name}");
                in_value(schema, field.ty.inner_named_type(), value, &path)
            })
        }
        _ => None,
    }
}

fn listed(keys: Vec<String>) -> String {
    if keys.is_empty() {
        "none".to_owned()
    } else {
        keys.join(" and ")
    }
}

/// Shows every value that stands in a document, those within others included.
fn each_value(document: &Document, visit: &mut dyn FnMut(&Node<Value>)) {
    for definition in &document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => {
                in_directives(&operation.directives, visit);
                for variable in &operation.variables {
                    in_directives(&variable.directives, visit);
                    if let Some(value) = &variable.default_value {
                        within(value, visit);
                    }
                }
                in_selections(&operation.selection_set, visit);
            }
            Definition::FragmentDefinition(fragment) => {
                in_directives(&fragment.directives, visit);
                in_selections(&fragment.selection_set, visit);
            }
            _ => {}
        }
    }
}

fn in_selections(selections: &[Selection], visit: &mut dyn FnMut(&Node<Value>)) {
    for selection in selections {
        match selection {
            Selection::Field(field) => {
                in_directives(&field.directives, visit);
                for argument in &field.arguments {
                    within(&argument.value, visit);
                }
                in_selections(field.selection_set.as_deref().unwrap_or_default(), visit);
            }
            Selection::FragmentSpread(spread) => in_directives(&spread.directives, visit),
            Selection::InlineFragment(fragment) => {
                in_directives(&fragment.directives, visit);
                in_selections(&fragment.selection_set, visit);
            }
        }
    }
}

fn in_directives(directives: &[Node<Directive>], visit: &mut dyn FnMut(&Node<Value>)) {
    let arguments = directives.iter().flat_map(|directive| &directive.arguments);
    for argument in arguments {
        within(&argument.value, visit);
    }
}

fn within(value: &Node<Value>, visit: &mut dyn FnMut(&Node<Value>)) {
    visit(value);
    match &**value {
        Value::List(items) => {
            for item in items {
                within(item, visit);
            }
        }
        Value::Object(fields) => {
            for (_, field) in fields {
                within(field, visit);
            }
        }
        _ => {}
    }
}
