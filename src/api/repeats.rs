//! Input objects that give a field twice.
//!
//! The specification forbids it, and apollo-compiler's validation lets it pass.

use std::collections::HashSet;

use apollo_compiler::ast::{Document, Value};

use crate::api::document::{each_value, start};
use crate::api::error::{Code, RequestError};

/// One error for each field that an input object of the document gives again, as they stand in it.
pub(crate) fn repeated_fields(document: &Document) -> Vec<RequestError> {
    let mut errors = Vec::new();
    each_value(document, &mut |value| {
        let Value::Object(fields) = &**value else {
            return;
        };
        let mut seen = HashSet::new();
        for (name, _) in fields {
            if !seen.insert(name.as_str()) {
                let message = format!("There can be only one input field named \"{name}\".");
                errors.push(RequestError {
                    location: start(name.location(), &document.sources),
                    ..RequestError::new(Code::ValidationFailed, message)
                });
            }
        }
    });
    errors.sort_by_key(|error| error.location);
    errors
}
