//! What clients may learn of the schema.

use std::collections::HashSet;

use apollo_compiler::ast::{Definition, Document, Selection};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Schema};

use crate::api::document::start;
use crate::api::engine::Request;
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
                    errors.push(RequestError {
                        location: start(field.name.location(), &document.sources),
                        ..disabled(field.name.as_str())
                    });
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

/// What stands in a message for a name that is not told.
const WITHHELD: &str = "…";

/// The names of a schema that is not told.
#[derive(Debug)]
pub(crate) struct Secret {
    names: HashSet<Name>,
}

impl Disclosure {
    /// What no error may tell; `None` where clients learn the names anyway.
    pub(crate) fn secret(&self, schema: &Schema) -> Option<Secret> {
        let tells_none = !self.introspection && !self.suggestions;
        tells_none.then(|| Secret {
            names: names(schema),
        })
    }
}

impl Secret {
    /// Takes the names of the schema that a request does not hold itself out of messages. A name that is a word of any
    /// sentence (lower-case letters alone) is left where it is not quoted.
    pub(crate) fn withhold(&self, request: &Request, errors: &mut [RequestError]) {
        let variables = serde_json::Value::Object(request.variables.clone()).to_string();
        let mut sent: HashSet<&str> = words(&request.query).collect();
        sent.extend(words(&variables));
        for error in errors {
            let is_told = |word: &str| sent.contains(word) || !self.names.contains(word);
            error.message = without(&error.message, is_told);
        }
    }
}

/// The names that the ontology and the API give to types, fields, arguments and values.
fn names(schema: &Schema) -> HashSet<Name> {
    let mut names = HashSet::new();
    for (name, found) in &schema.types {
        if found.is_built_in() {
            continue;
        }
        names.insert(name.clone());
        match found {
            ExtendedType::Object(found) => {
                for (name, field) in &found.fields {
                    names.insert(name.clone());
                    names.extend(field.arguments.iter().map(|argument| argument.name.clone()));
                }
            }
            ExtendedType::Interface(found) => {
                names.extend(found.fields.keys().cloned());
            }
            ExtendedType::InputObject(found) => {
                names.extend(found.fields.keys().cloned());
            }
            ExtendedType::Enum(found) => {
                names.extend(found.values.keys().cloned());
            }
            ExtendedType::Scalar(_) | ExtendedType::Union(_) => {}
        }
    }
    for (_, root) in schema.schema_definition.iter_root_operations() {
        names.remove(root.as_str());
    }
    names
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter| !is_of_word(letter))
}

/// A message without the words that are not told.
fn without(message: &str, is_told: impl Fn(&str) -> bool) -> String {
    let mut told = String::with_capacity(message.len());
    let mut rest = message;
    while !rest.is_empty() {
        let start = rest.find(is_of_word).unwrap_or(rest.len());
        let (between, from) = rest.split_at(start);
        told.push_str(between);
        let end = from
            .find(|letter| !is_of_word(letter))
            .unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        let is_quoted = told.ends_with(['"', '`', '.', '[']) || after.starts_with(['"', '`']);
        let is_plain = word.chars().all(|letter| letter.is_ascii_lowercase());
        let hides = (is_quoted || !is_plain) && !is_told(word);
        told.push_str(if hides { WITHHELD } else { word });
        rest = after;
    }
    told
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn only_names_that_were_not_sent_are_left_out() {
        let is_told = |word: &str| !["id", "Thing", "madeBy"].contains(&word);
        for (message, expected) in [
            (
                "Cannot query field \"x\" on type \"Thing\".",
                "Cannot query field \"x\" on type \"…\".",
            ),
            (
                "argument \"id\" of type \"ID!\", which is no id",
                "argument \"…\" of type \"ID!\", which is no id",
            ),
            ("Thing cannot: [Thing!]! madeBy", "… cannot: […!]! …"),
            ("", ""),
            ("Things, á 巴", "Things, á 巴"),
        ] {
            assert_eq!(without(message, is_told), expected);
        }
    }
}
