//! The gate: what may become a plan. Documents are parsed, counted, validated; variables are coerced to the specification.
//!
//! async-graphql's own validation lets through what the specification forbids, so that
//! apollo-compiler does this work over the same schema.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::Schema;
use apollo_compiler::executable::Operation;
use apollo_compiler::parser::Parser;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::{DiagnosticList, Valid};
use serde_json::{Map, Value};

use crate::api::disclosure::{self, Disclosure};
use crate::api::error::{Code, RequestError};
use crate::api::limits::{self, Limits};
use crate::api::one_of::{in_variables, with_keys};
use crate::api::repeats::repeated_fields;
use crate::api::suggest::with_suggestion;

/// Nested brackets that the parser follows: well above what [`Limits::depth`] lets pass.
const RECURSION: usize = 200;

/// Parses, counts and validates a document.
///
/// # Errors
/// All that is wrong with it.
pub(crate) fn admit(
    schema: &Valid<Schema>,
    text: &str,
    limits: &Limits,
    disclosure: &Disclosure,
) -> Result<Valid<ExecutableDocument>, Vec<RequestError>> {
    let errors = |diagnostics: &DiagnosticList, code| errors(diagnostics, code, schema, disclosure);
    let mut parser = Parser::new()
        .token_limit(limits.tokens)
        .recursion_limit(RECURSION);
    let document = match parser.parse_ast(text, "operation.graphql") {
        Ok(document) => document,
        Err(_) if parser.tokens_reached() >= limits.tokens => {
            let message = format!(
                "the document has more than {} tokens, which is the most that is read",
                limits.tokens
            );
            return Err(vec![RequestError::new(Code::LimitExceeded, message)]);
        }
        Err(refused) => return Err(errors(&refused.errors, Code::ParseFailed)),
    };
    limits::check(&document, limits).map_err(|error| vec![error])?;
    if !disclosure.introspection {
        let asked = disclosure::introspections(&document);
        if !asked.is_empty() {
            return Err(asked);
        }
    }
    let repeated = repeated_fields(&document);
    if !repeated.is_empty() {
        return Err(repeated);
    }
    document.to_executable_validate(schema).map_err(|refused| {
        let found = errors(&refused.errors, Code::ValidationFailed).into_iter();
        found.map(|error| with_keys(&document, error)).collect()
    })
}

fn errors(
    diagnostics: &DiagnosticList,
    code: Code,
    schema: &Schema,
    disclosure: &Disclosure,
) -> Vec<RequestError> {
    diagnostics
        .iter()
        .map(|diagnostic| {
            let found = diagnostic.to_json();
            let message = diagnostic
                .error
                .unstable_compat_message()
                .unwrap_or_else(|| found.message.clone());
            RequestError {
                details: None,
                code,
                message: if disclosure.suggestions {
                    with_suggestion(schema, message)
                } else {
                    message
                },
                location: found
                    .locations
                    .first()
                    .map(|location| (location.line, location.column)),
                path: Vec::new(),
            }
        })
        .collect()
}

/// Chooses the operation that a request names.
///
/// # Errors
/// When there is none of that name, or several and none is named.
pub(crate) fn choose<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a Operation, RequestError> {
    document
        .operations
        .get(name)
        .map(|operation| &**operation)
        .map_err(|_| {
            let known: Vec<_> = document
                .operations
                .named
                .keys()
                .map(ToString::to_string)
                .collect();
            let message = match name {
                Some(name) if known.is_empty() => format!(
                    "there is no operation named {name:?}: the document's operation has no name"
                ),
                Some(name) => format!(
                    "there is no operation named {name:?}: the document has {}",
                    known.join(", ")
                ),
                None if known.is_empty() => {
                    "the document has no operation: expected a query".into()
                }
                None => format!(
                    "the document has several operations: operationName must be one of {}",
                    known.join(", ")
                ),
            };
            RequestError::new(Code::OperationResolution, message)
        })
}

/// Coerces the variables of a request to the types that the operation declares.
///
/// # Errors
/// When a value does not fit, or a required one is missing.
pub(crate) fn variables(
    schema: &Valid<Schema>,
    document: &ExecutableDocument,
    operation: &Operation,
    values: &Map<String, Value>,
) -> Result<Valid<JsonMap>, RequestError> {
    let given: JsonMap = values
        .iter()
        .map(|(name, value)| (name.as_str().into(), bytes(value)))
        .collect();
    coerce_variable_values(schema, operation, &given).map_err(|error| {
        let found = error.to_graphql_error(&document.sources);
        RequestError {
            details: None,
            code: Code::BadUserInput,
            message: in_variables(schema, operation, values).unwrap_or(found.message),
            location: found
                .locations
                .first()
                .map(|location| (location.line, location.column)),
            path: Vec::new(),
        }
    })
}

/// A JSON value in the form that apollo-compiler keeps.
fn bytes(value: &Value) -> apollo_compiler::response::JsonValue {
    use apollo_compiler::response::JsonValue;
    match value {
        Value::Null => JsonValue::Null,
        Value::Bool(yes) => JsonValue::Bool(*yes),
        Value::Number(number) => JsonValue::Number(number.clone()),
        Value::String(text) => JsonValue::String(text.as_str().into()),
        Value::Array(items) => JsonValue::Array(items.iter().map(bytes).collect()),
        Value::Object(fields) => JsonValue::Object(
            fields
                .iter()
                .map(|(name, value)| (name.as_str().into(), bytes(value)))
                .collect(),
        ),
    }
}

/// The same the other way round.
pub(crate) fn plain(value: &apollo_compiler::response::JsonValue) -> Value {
    use apollo_compiler::response::JsonValue;
    match value {
        JsonValue::Null => Value::Null,
        JsonValue::Bool(yes) => Value::Bool(*yes),
        JsonValue::Number(number) => Value::Number(number.clone()),
        JsonValue::String(text) => Value::String(text.as_str().into()),
        JsonValue::Array(items) => Value::Array(items.iter().map(plain).collect()),
        JsonValue::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| (name.as_str().into(), plain(value)))
                .collect(),
        ),
    }
}
