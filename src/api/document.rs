//! What stands in a document that was parsed: its values, and where things stand.

use apollo_compiler::Node;
use apollo_compiler::ast::{Definition, Directive, Document, Selection, Value};
use apollo_compiler::parser::{SourceMap, SourceSpan};

/// Where something begins, by line and column.
pub(crate) fn start(span: Option<SourceSpan>, sources: &SourceMap) -> Option<(usize, usize)> {
    let range = span?.line_column_range(sources)?;
    Some((range.start.line, range.start.column))
}

/// Shows every value that stands in a document, an object or a list before what is in it.
pub(crate) fn each_value(document: &Document, visit: &mut dyn FnMut(&Node<Value>)) {
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
