//! What an ontology declares, by name, with its extensions merged in.

use std::collections::HashMap;

use apollo_compiler::Name;
use apollo_compiler::Node;
use apollo_compiler::ast::{
    Definition, Directive, DirectiveDefinition, DirectiveList, DirectiveLocation, Document,
    EnumValueDefinition, FieldDefinition, InputObjectTypeDefinition,
};
use indexmap::IndexMap;

use crate::ingest::problem::suggestion;

use super::directives::Directives;
use super::parts::{Part, definition_of};
use super::report::Report;

/// The kinds of types that an ontology consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Object,
    Interface,
    Enum,
    Scalar,
}

impl Shape {
    fn word(self) -> &'static str {
        match self {
            Self::Object => "type",
            Self::Interface => "interface",
            Self::Enum => "enum",
            Self::Scalar => "scalar",
        }
    }
}

/// A type with its extensions.
pub(super) struct Declared<'a> {
    pub(super) name: &'a Name,
    pub(super) shape: Shape,
    pub(super) description: String,
    pub(super) directives: Directives<'a>,
    pub(super) implements: Vec<&'a Name>,
    pub(super) fields: Vec<Field<'a>>,
    pub(super) values: Vec<&'a Node<EnumValueDefinition>>,
    pub(super) built_in: bool,
}

impl<'a> Declared<'a> {
    pub(super) fn field(&self, name: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A field as its type declares it.
#[derive(Clone)]
pub(super) struct Field<'a> {
    pub(super) name: &'a Name,
    pub(super) definition: &'a Node<FieldDefinition>,
    pub(super) directives: Directives<'a>,
    pub(super) built_in: bool,
}

/// Everything an ontology declares.
pub(super) struct Declarations<'a> {
    /// The types of the ontology in its order, then the built-in ones.
    pub(super) types: IndexMap<&'a str, Declared<'a>>,
    /// The directives there are.
    pub(super) directives: HashMap<&'a str, &'a DirectiveDefinition>,
    /// The input types of the directives' arguments.
    pub(super) inputs: HashMap<&'a str, &'a InputObjectTypeDefinition>,
    /// The directives on the schema.
    pub(super) schema: Directives<'a>,
}

/// Built-in types that an ontology may extend.
const EXTENSIBLE: [&str; 6] = [
    "Source",
    "Annotation",
    "Entity",
    "SourceKind",
    "Retrieval",
    "AnnotationKind",
];

const NO_SCHEMA: &str =
    "the API's root types are generated, expected at most \"extend schema @bounds(…)\"";
const NO_OPERATION: &str =
    "an ontology holds no operations, expected a type, an interface or an enum";
const NO_DIRECTIVE: &str = "directives are built in, expected a type, an interface or an enum";
const NO_UNION: &str = "an ontology holds no unions, expected an interface";
const NO_INPUT: &str = "input types are generated, expected a type, an interface or an enum";

impl<'a> Declarations<'a> {
    /// Gathers the declarations of the prelude and of the ontology.
    pub(super) fn collect(prelude: &'a Document, document: &'a Document, report: &Report) -> Self {
        let mut all = Self {
            types: IndexMap::new(),
            directives: HashMap::new(),
            inputs: HashMap::new(),
            schema: Directives::default(),
        };
        for definition in &prelude.definitions {
            match definition {
                Definition::DirectiveDefinition(directive) => {
                    all.directives.insert(&directive.name, directive);
                }
                Definition::InputObjectTypeDefinition(input) => {
                    all.inputs.insert(&input.name, input);
                }
                _ => {}
            }
        }
        all.parts(prelude, true, report);
        let built_in = all.types.len();
        all.parts(document, false, report);
        let own = all.types.split_off(built_in);
        let built_in = std::mem::replace(&mut all.types, own);
        all.types.extend(built_in);
        all
    }

    /// First the definitions, then the extensions, which may stand anywhere.
    fn parts(&mut self, document: &'a Document, built_in: bool, report: &Report) {
        for definition in &document.definitions {
            match definition_of(definition) {
                Some((part, false)) => self.define(&part, built_in, report),
                Some((_, true)) => {}
                None => self.other(definition, built_in, report),
            }
        }
        for definition in &document.definitions {
            if let Some((part, true)) = definition_of(definition) {
                self.extend(&part, built_in, report);
            }
        }
    }

    fn define(&mut self, part: &Part<'a>, built_in: bool, report: &Report) {
        let name = part.name;
        if part.shape == Shape::Scalar && !built_in {
            let message = format!(
                "scalar \"{name}\": scalars are built in, expected one of them, or an enum"
            );
            report.problem(name.location(), message);
            return;
        }
        if let Some(first) = self.types.get(name.as_str()) {
            report.problem(
                name.location(),
                if first.built_in
                    && first.shape == part.shape
                    && EXTENSIBLE.contains(&name.as_str())
                {
                    format!(
                        "\"{name}\" is built in: write \"extend {} {name}\" to add to it",
                        first.shape.word()
                    )
                } else if first.built_in {
                    format!("\"{name}\" is built in, expected another name")
                } else {
                    format!(
                        "\"{name}\" is declared twice, first at {}",
                        report.line_column(first.name.location())
                    )
                },
            );
            return;
        }
        self.types.insert(
            name,
            Declared {
                name,
                shape: part.shape,
                description: text(part.description),
                directives: Directives::default(),
                implements: Vec::new(),
                fields: Vec::new(),
                values: Vec::new(),
                built_in,
            },
        );
        self.add(part, built_in, report);
    }

    fn extend(&mut self, part: &Part<'a>, built_in: bool, report: &Report) {
        let name = part.name;
        match self.types.get(name.as_str()) {
            None => report.problem(
                name.location(),
                format!(
                    "unknown type \"{name}\"{}",
                    suggestion(name, self.types.keys().copied())
                ),
            ),
            Some(first) if first.built_in && !EXTENSIBLE.contains(&name.as_str()) => {
                report.problem(
                    name.location(),
                    format!("\"{name}\" is built in and cannot be extended"),
                );
            }
            Some(first) if first.shape != part.shape => report.problem(
                name.location(),
                format!(
                    "\"{name}\" is no {}, expected \"extend {} {name}\"",
                    part.shape.word(),
                    first.shape.word()
                ),
            ),
            Some(_) => self.add(part, built_in, report),
        }
    }

    fn add(&mut self, part: &Part<'a>, built_in: bool, report: &Report) {
        let location = match part.shape {
            Shape::Object => DirectiveLocation::Object,
            Shape::Interface => DirectiveLocation::Interface,
            Shape::Enum => DirectiveLocation::Enum,
            Shape::Scalar => DirectiveLocation::Scalar,
        };
        let directives = self.checked(part.directives, location, report);
        let fields: Vec<Field<'a>> = part
            .fields
            .iter()
            .map(|definition| Field {
                name: &definition.name,
                definition,
                directives: self.checked(
                    &definition.directives,
                    DirectiveLocation::FieldDefinition,
                    report,
                ),
                built_in,
            })
            .collect();
        for value in part.values {
            self.checked(&value.directives, DirectiveLocation::EnumValue, report);
        }
        let Some(declared) = self.types.get_mut(part.name.as_str()) else {
            return;
        };
        declared.directives.extend(directives, report);
        for interface in part.implements {
            if declared.implements.contains(&interface) {
                report.problem(
                    interface.location(),
                    format!("\"{}\" implements \"{interface}\" twice", part.name),
                );
            } else {
                declared.implements.push(interface);
            }
        }
        for field in fields {
            match declared.field(field.name) {
                None => declared.fields.push(field),
                Some(first) => {
                    let whence = if first.built_in {
                        "where it is built in".into()
                    } else {
                        format!("first at {}", report.line_column(first.name.location()))
                    };
                    let (field, owner) = (field.name, part.name);
                    report.problem(
                        field.location(),
                        format!("field \"{field}\" of \"{owner}\" is declared twice, {whence}"),
                    );
                }
            }
        }
        for value in part.values {
            if declared
                .values
                .iter()
                .any(|first| first.value == value.value)
            {
                report.problem(
                    value.value.location(),
                    format!(
                        "value \"{}\" of \"{}\" is declared twice",
                        value.value, part.name
                    ),
                );
            } else {
                declared.values.push(value);
            }
        }
    }

    /// Definitions that are no types.
    fn other(&mut self, definition: &'a Definition, built_in: bool, report: &Report) {
        if built_in {
            return;
        }
        let (at, message) = match definition {
            Definition::SchemaExtension(extension) if extension.root_operations.is_empty() => {
                let directives =
                    self.checked(&extension.directives, DirectiveLocation::Schema, report);
                self.schema.extend(directives, report);
                return;
            }
            Definition::SchemaDefinition(it) => (it.location(), NO_SCHEMA),
            Definition::SchemaExtension(it) => (it.location(), NO_SCHEMA),
            Definition::OperationDefinition(it) => (it.location(), NO_OPERATION),
            Definition::FragmentDefinition(it) => (it.location(), NO_OPERATION),
            Definition::DirectiveDefinition(it) => (it.location(), NO_DIRECTIVE),
            Definition::DirectiveExtension(it) => (it.location(), NO_DIRECTIVE),
            Definition::UnionTypeDefinition(it) => (it.location(), NO_UNION),
            Definition::UnionTypeExtension(it) => (it.location(), NO_UNION),
            Definition::InputObjectTypeDefinition(it) => (it.location(), NO_INPUT),
            Definition::InputObjectTypeExtension(it) => (it.location(), NO_INPUT),
            Definition::ScalarTypeExtension(it) => {
                (it.location(), "scalars are built in and cannot be extended")
            }
            // Types were gathered as parts.
            _ => return,
        };
        report.problem(at, message);
    }

    fn checked(
        &self,
        list: &'a DirectiveList,
        location: DirectiveLocation,
        report: &Report,
    ) -> Directives<'a> {
        let list: Vec<&'a Node<Directive>> = list.iter().collect();
        Directives::checked(
            list,
            location,
            &self.directives,
            &self.inputs,
            &self.types,
            report,
        )
    }
}

/// A description, or nothing.
pub(super) fn text(description: Option<&Node<str>>) -> String {
    description
        .map(|text| text.as_str().to_owned())
        .unwrap_or_default()
}
