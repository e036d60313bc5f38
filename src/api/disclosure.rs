//! What clients may learn of the schema.

use apollo_compiler::ast::{Definition, Document, Selection};

use crate::api::error::{Code, RequestError};
use crate::settings::settings;

settings! {
    /// What clients may learn of the schema by asking.
    section "disclosure";
    pub struct Disclosure {
        /// Answer `__schema` and `__type`, and show the schema at `/schema.graphql` and the ontology in `graph`
        pub introspection: bool = true;
        /// Suggest names of the schema that are close to a wrong one
        pub suggestions: bool = true;
    }
}

/// One error for each field of a document that asks for the schema.
pub(crate) fn introspections(document: &Document) -> Vec<RequestError> {
    let mut errors = Vec::new();
    for definition in &document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => {
                look(document, &operation.selection_set, &mut errors);
            }
            Definition::FragmentDefinition(fragment) => {
                look(document, &fragment.selection_set, &mut errors);
            }
            _ => {}
        }
    }
    errors
}

fn look(document: &Document, selections: &[Selection], errors: &mut Vec<RequestError>) {
    for selection in selections {
        match selection {
            Selection::Field(field) => {
                if ["__schema", "__type"].contains(&field.name.as_str()) {
                    let place = field
                        .name
                        .location()
                        .and_then(|span| span.line_column_range(&document.sources));
                    let mut error = disabled(field.name.as_str());
                    error.location = place.map(|range| (range.start.line, range.start.column));
                    errors.push(error);
                }
                look(
                    document,
                    field.selection_set.as_deref().unwrap_or_default(),
                    errors,
                );
            }
            Selection::InlineFragment(inline) => look(document, &inline.selection_set, errors),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// The error of a field that would tell what is not to be told.
pub(crate) fn disabled(field: &str) -> RequestError {
    RequestError::new(
        Code::IntrospectionDisabled,
        format!("{field} asks for the schema, which this server does not tell"),
    )
}
