//! The types of an ontology, sorted by what they are.

use std::collections::HashMap;

use crate::ingest::problem::suggestion;
use crate::model::id::EntityId;
use crate::model::ontology::{
    EnumIndex, EnumType, InterfaceIndex, Property, PropertyIndex, TypeIndex, TypeRef, ValueType,
};
use crate::model::value::BoundWidths;

use super::build::index;
use super::declarations::{Declarations, Declared, Field, Shape, text};
use super::report::Report;

/// What the names of types stand for.
#[derive(Default)]
pub(super) struct Names<'a> {
    entities: HashMap<&'a str, TypeIndex>,
    interfaces: HashMap<&'a str, InterfaceIndex>,
    enums: HashMap<&'a str, EnumIndex>,
    shapes: HashMap<&'a str, Shape>,
}

/// Enums that are arguments of directives.
const DIRECTIVE_ENUMS: [&str; 3] = ["RelationshipDirection", "TemporalKind", "Role"];

/// Scalars that properties may have.
const SCALARS: [(&str, ValueType); 10] = [
    ("String", ValueType::String),
    ("Int", ValueType::Int),
    ("BigInt", ValueType::BigInt),
    ("Float", ValueType::Float),
    ("Boolean", ValueType::Boolean),
    ("EDTF", ValueType::Date),
    ("DateTime", ValueType::DateTime),
    ("URL", ValueType::Url),
    ("LocalizedText", ValueType::LocalizedText),
    ("Quantity", ValueType::Quantity),
];

impl<'a> Names<'a> {
    /// What an entity's relationship may lead to under that name.
    pub(super) fn type_ref(&self, name: &str) -> Option<TypeRef> {
        if name == "Entity" {
            return Some(TypeRef::Entity);
        }
        let entity = self.entities.get(name).copied().map(TypeRef::Type);
        entity.or_else(|| self.interfaces.get(name).copied().map(TypeRef::Interface))
    }

    /// The scalar or enum of that name.
    pub(super) fn value_type(&self, name: &str) -> Option<ValueType> {
        let scalar = SCALARS
            .iter()
            .find(|(scalar, _)| *scalar == name)
            .map(|(_, value_type)| *value_type);
        scalar.or_else(|| self.enums.get(name).copied().map(ValueType::Enum))
    }

    pub(super) fn shape(&self, name: &str) -> Option<Shape> {
        self.shapes.get(name).copied()
    }

    /// The names that a field's type may have.
    pub(super) fn usable(&self) -> impl Iterator<Item = &str> {
        let declared = self.shapes.keys().copied();
        declared.chain(SCALARS.iter().map(|(name, _)| *name))
    }
}

/// The types sorted.
pub(super) struct Builder<'r, 'a> {
    pub(super) names: Names<'a>,
    pub(super) entities: Vec<&'r Declared<'a>>,
    pub(super) interfaces: Vec<&'r Declared<'a>>,
    pub(super) enums: Vec<EnumType>,
    report: &'r Report,
}

impl<'r, 'a> Builder<'r, 'a> {
    pub(super) fn new(declarations: &'r Declarations<'a>, report: &'r Report) -> Self {
        let mut all = Self {
            names: Names::default(),
            entities: Vec::new(),
            interfaces: Vec::new(),
            enums: Vec::new(),
            report,
        };
        for declared in declarations.types.values() {
            let name = declared.name.as_str();
            if !matches!(name, "Node" | "ID") {
                all.names.shapes.insert(name, declared.shape);
            }
            match declared.shape {
                Shape::Object => all.object(declared),
                Shape::Interface if matches!(name, "Node" | "Entity") => {
                    all.implements_nothing(declared)
                }
                Shape::Interface => {
                    all.implements_nothing(declared);
                    all.names
                        .interfaces
                        .insert(name, InterfaceIndex(index(all.interfaces.len())));
                    all.interfaces.push(declared);
                }
                Shape::Enum if DIRECTIVE_ENUMS.contains(&name) => {}
                Shape::Enum => {
                    all.names
                        .enums
                        .insert(name, EnumIndex(index(all.enums.len())));
                    let values = declared.values.iter();
                    all.enums.push(EnumType {
                        name: name.into(),
                        description: declared.description.clone(),
                        values: values
                            .map(|value| {
                                (value.value.to_string(), text(value.description.as_ref()))
                            })
                            .collect(),
                    });
                }
                Shape::Scalar => {}
            }
        }
        all
    }

    fn object(&mut self, declared: &'r Declared<'a>) {
        let name = declared.name;
        match (
            declared.directives.has("entity"),
            declared.directives.has("relationshipProperties"),
        ) {
            (true, false) => {
                self.names
                    .entities
                    .insert(name, TypeIndex(index(self.entities.len())));
                self.entities.push(declared);
            }
            (false, true) => {
                self.implements_nothing(declared);
                for applied in declared
                    .directives
                    .iter()
                    .filter(|it| it.name() != "relationshipProperties")
                {
                    let message = format!(
                        "@{} has no place on \"{name}\", which holds properties",
                        applied.name()
                    );
                    self.report.problem(applied.at(), message);
                }
            }
            (both, _) => {
                let found = if both { "both" } else { "neither" };
                let message = format!(
                    "type \"{name}\" has {found} of @entity and @relationshipProperties, expected one: @entity(prefix: …) for entities, @relationshipProperties for the properties of relationships"
                );
                self.report.problem(name.location(), message);
            }
        }
    }

    fn implements_nothing(&self, declared: &Declared<'a>) {
        for interface in &declared.implements {
            let message = format!(
                "\"{}\" implements \"{interface}\", expected only entity types to",
                declared.name
            );
            self.report.problem(interface.location(), message);
        }
    }

    pub(super) fn interfaces_of(
        &self,
        declared: &Declared<'a>,
    ) -> impl Iterator<Item = (InterfaceIndex, &'r Declared<'a>)> {
        let names: Vec<InterfaceIndex> = declared
            .implements
            .iter()
            .filter_map(|name| self.names.interfaces.get(name.as_str()).copied())
            .collect();
        names
            .into_iter()
            .map(|index| (index, self.interfaces[usize::from(index.0)]))
    }

    /// The interface's field that a type's field restates.
    pub(super) fn inherited(
        &self,
        declared: &Declared<'a>,
        field: &Field<'a>,
    ) -> Option<(InterfaceIndex, &'r Field<'a>)> {
        self.interfaces_of(declared)
            .find_map(|(index, interface)| Some((index, interface.field(field.name)?)))
    }

    /// Every interface exists, and the type has each of its fields with the same type.
    pub(super) fn check_interfaces(&self, declared: &Declared<'a>) {
        for name in &declared.implements {
            let message = match name.as_str() {
                "Entity" | "Node" => format!(
                    "every entity type implements \"{name}\" already, expected it to be left away"
                ),
                name if self.names.interfaces.contains_key(name) => continue,
                _ => format!(
                    "unknown interface \"{name}\"{}",
                    suggestion(name, self.names.interfaces.keys().copied())
                ),
            };
            self.report.problem(name.location(), message);
        }
        for (_, interface) in self.interfaces_of(declared) {
            for wanted in &interface.fields {
                let (name, owner, expected) = (wanted.name, declared.name, &wanted.definition.ty);
                match declared.field(name) {
                    None => self.report.problem(
                        owner.location(),
                        format!("type \"{owner}\" lacks the field \"{name}\" of \"{}\", expected {name}: {expected}", interface.name),
                    ),
                    Some(field) if field.definition.ty != *expected => self.report.problem(
                        field.definition.ty.inner_named_type().location(),
                        format!(
                            "field \"{name}\" of \"{owner}\" has the type {}, expected {expected} as in \"{}\"",
                            field.definition.ty, interface.name
                        ),
                    ),
                    Some(_) => {}
                }
            }
        }
    }

    /// The entity types that implement an interface.
    pub(super) fn members(&self, interface: InterfaceIndex) -> Vec<TypeIndex> {
        let implements = |entity: &&&'r Declared<'a>| {
            self.interfaces_of(entity)
                .any(|(index, _)| index == interface)
        };
        let all = (0..).map(TypeIndex).zip(&self.entities);
        all.filter(|(_, entity)| implements(entity))
            .map(|(index, _)| index)
            .collect()
    }

    pub(super) fn prefix(
        &self,
        declared: &Declared<'a>,
        prefixes: &mut HashMap<&'a str, &'a str>,
    ) -> Option<String> {
        let entity = declared.directives.get("entity")?;
        let prefix = entity.text("prefix")?;
        let good = format!("{prefix}:x").parse::<EntityId>().is_ok();
        let message = if !good || prefix.len() > 40 {
            format!(
                "prefix {prefix:?}: expected at most 40 lower-case letters, digits and single hyphens"
            )
        } else if prefix == "claim" {
            "prefix \"claim\" is that of claims, expected another one".into()
        } else if let Some(other) = prefixes.get(prefix) {
            format!("prefix \"{prefix}\" is that of \"{other}\", expected another one")
        } else {
            prefixes.insert(prefix, declared.name);
            return Some(prefix.into());
        };
        self.report.problem(entity.at_argument("prefix"), message);
        None
    }

    pub(super) fn label(
        &self,
        declared: &Declared<'a>,
        properties: &[Property],
    ) -> Option<PropertyIndex> {
        let entity = declared.directives.get("entity")?;
        let label = entity.text("label")?;
        let found = properties
            .iter()
            .position(|property| property.name == label);
        let texts = [
            ValueType::String,
            ValueType::LocalizedText,
            ValueType::Quantity,
        ];
        let message = match found {
            Some(place) => {
                let property = &properties[place];
                if texts.contains(&property.value_type) && !property.list {
                    return Some(PropertyIndex(index(place)));
                }
                format!(
                    "label \"{label}\" of \"{}\" is not one text, expected a String, LocalizedText or Quantity",
                    declared.name
                )
            }
            // Its own problem is told already.
            None if declared
                .field(label)
                .is_some_and(|field| !field.directives.has("relationship")) =>
            {
                return None;
            }
            None => {
                let names = properties.iter().map(|property| property.name.as_str());
                format!(
                    "type \"{}\" has no property \"{label}\" to be its label, expected \"name: String\", or @entity(label: …) to name another{}",
                    declared.name,
                    suggestion(label, names)
                )
            }
        };
        self.report.problem(entity.at_argument("label"), message);
        None
    }

    pub(super) fn bounds(&self, declarations: &Declarations<'a>) -> BoundWidths {
        let mut widths = BoundWidths::default();
        let Some(bounds) = declarations.schema.get("bounds") else {
            return widths;
        };
        for (name, width) in [("about", &mut widths.about), ("almost", &mut widths.almost)] {
            let Some(number) = bounds.number(name) else {
                continue;
            };
            if number > 0.0 && number < 1.0 {
                *width = number;
            } else {
                let message =
                    format!("@bounds: found {name} {number}, expected a number between 0 and 1");
                self.report.problem(bounds.at_argument(name), message);
            }
        }
        widths
    }
}
