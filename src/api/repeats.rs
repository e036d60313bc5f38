//! Input objects that give a field twice.
//!
//! The specification forbids it, and apollo-compiler's validation lets it pass.

use std::collections::HashSet;

use apollo_compiler::ast::{Argument, Definition, Directive, Document, Selection, Value};
use apollo_compiler::parser::SourceMap;
use apollo_compiler::{Name, Node};

use crate::api::error::{Code, RequestError};

/// One error for each field that an input object of the document gives again.
pub(crate) fn repeated_fields(document: &Document) -> Vec<RequestError> {
    let mut found = Repeats {
        sources: &document.sources,
        errors: Vec::new(),
    };
    for definition in &document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => {
                found.directives(&operation.directives);
                for variable in &operation.variables {
                    found.directives(&variable.directives);
                    variable
                        .default_value
                        .iter()
                        .for_each(|value| found.value(value));
                }
                found.selections(&operation.selection_set);
            }
            Definition::FragmentDefinition(fragment) => {
                found.directives(&fragment.directives);
                found.selections(&fragment.selection_set);
            }
            _ => {}
        }
    }
    found.errors
}

struct Repeats<'a> {
    sources: &'a SourceMap,
    errors: Vec<RequestError>,
}

impl Repeats<'_> {
    fn selections(&mut self, selections: &[Selection]) {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    self.arguments(&field.arguments);
                    self.directives(&field.directives);
                    self.selections(field.selection_set.as_deref().unwrap_or_default());
                }
                Selection::FragmentSpread(spread) => self.directives(&spread.directives),
                Selection::InlineFragment(inline) => {
                    self.directives(&inline.directives);
                    self.selections(&inline.selection_set);
                }
            }
        }
    }

    fn directives(&mut self, directives: &[Node<Directive>]) {
        for directive in directives {
            self.arguments(&directive.arguments);
        }
    }

    fn arguments(&mut self, arguments: &[Node<Argument>]) {
        for argument in arguments {
            self.value(&argument.value);
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::List(items) => items.iter().for_each(|item| self.value(item)),
            Value::Object(fields) => {
                let mut seen = HashSet::new();
                for (name, value) in fields {
                    if !seen.insert(name.as_str()) {
                        self.repeated(name);
                    }
                    self.value(value);
                }
            }
            _ => {}
        }
    }

    fn repeated(&mut self, name: &Name) {
        let message = format!("There can be only one input field named \"{name}\".");
        let place = name
            .location()
            .and_then(|span| span.line_column_range(self.sources));
        let location = place.map(|range| (range.start.line, range.start.column));
        self.errors.push(RequestError {
            location,
            ..RequestError::new(Code::ValidationFailed, message)
        });
    }
}
