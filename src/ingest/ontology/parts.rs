//! The definitions of a document, as parts of types.

use apollo_compiler::Name;
use apollo_compiler::Node;
use apollo_compiler::ast::{Definition, DirectiveList, EnumValueDefinition, FieldDefinition};

use super::declarations::Shape;

/// A part of a declaration: the definition itself, or an extension of it.
pub(super) struct Part<'a> {
    pub(super) name: &'a Name,
    pub(super) shape: Shape,
    pub(super) description: Option<&'a Node<str>>,
    pub(super) directives: &'a DirectiveList,
    pub(super) implements: &'a [Name],
    pub(super) fields: &'a [Node<FieldDefinition>],
    pub(super) values: &'a [Node<EnumValueDefinition>],
}

/// The part that a definition declares, and whether it is an extension.
pub(super) fn definition_of(definition: &Definition) -> Option<(Part<'_>, bool)> {
    let (extension, part) = match definition {
        Definition::ObjectTypeDefinition(it) => (
            false,
            Part {
                name: &it.name,
                shape: Shape::Object,
                description: it.description.as_ref(),
                directives: &it.directives,
                implements: &it.implements_interfaces,
                fields: &it.fields,
                values: &[],
            },
        ),
        Definition::ObjectTypeExtension(it) => (
            true,
            Part {
                name: &it.name,
                shape: Shape::Object,
                description: None,
                directives: &it.directives,
                implements: &it.implements_interfaces,
                fields: &it.fields,
                values: &[],
            },
        ),
        Definition::InterfaceTypeDefinition(it) => (
            false,
            Part {
                name: &it.name,
                shape: Shape::Interface,
                description: it.description.as_ref(),
                directives: &it.directives,
                implements: &it.implements_interfaces,
                fields: &it.fields,
                values: &[],
            },
        ),
        Definition::InterfaceTypeExtension(it) => (
            true,
            Part {
                name: &it.name,
                shape: Shape::Interface,
                description: None,
                directives: &it.directives,
                implements: &it.implements_interfaces,
                fields: &it.fields,
                values: &[],
            },
        ),
        Definition::EnumTypeDefinition(it) => (
            false,
            Part {
                name: &it.name,
                shape: Shape::Enum,
                description: it.description.as_ref(),
                directives: &it.directives,
                implements: &[],
                fields: &[],
                values: &it.values,
            },
        ),
        Definition::EnumTypeExtension(it) => (
            true,
            Part {
                name: &it.name,
                shape: Shape::Enum,
                description: None,
                directives: &it.directives,
                implements: &[],
                fields: &[],
                values: &it.values,
            },
        ),
        Definition::ScalarTypeDefinition(it) => (
            false,
            Part {
                name: &it.name,
                shape: Shape::Scalar,
                description: it.description.as_ref(),
                directives: &it.directives,
                implements: &[],
                fields: &[],
                values: &[],
            },
        ),
        _ => return None,
    };
    Some((part, extension))
}
