//! Inputs of which exactly one key is wanted: which keys were given instead.

use apollo_compiler::Schema;
use apollo_compiler::ast::{Document, Value};
use apollo_compiler::executable::Operation;
use apollo_compiler::schema::ExtendedType;
use serde_json::{Map, Value as Json};

use crate::api::document::{each_value, start};
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
        if let Value::Object(fields) = &**value
            && start(value.location(), &document.sources) == error.location
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
