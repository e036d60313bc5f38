//! What is claimed of an entity, as an input: one type for each type of entities, and the parts that they share.

use super::input;
use crate::api::definition::{Argument, Definitions, Kind};
use crate::api::shape::InputShape;
use crate::model::claim::{Modality, Stance};
use crate::model::naming;
use crate::model::ontology::{
    Direction, EntityType, Ontology, Property, RelationshipField, TypeIndex, ValueType,
};

pub(super) fn define(ontology: &Ontology, definitions: &mut Definitions) {
    entities(ontology, definitions);
    parts(definitions);
}

/// The name of the input with which an entity of a type is put on record.
fn entity_input(entity_type: &EntityType) -> String {
    format!("{}Input", entity_type.name)
}

/// The name of the input for a relationship that has properties.
fn relationship_input(name: &str) -> String {
    format!("{}Input", naming::pascal(name))
}

/// The type's fields by which its entities are related to others, each relationship from the end where it begins.
pub(crate) fn outward(entity_type: &EntityType) -> impl Iterator<Item = &RelationshipField> {
    let fields = entity_type.relationships.iter();
    fields.filter(|field| field.direction == Direction::Out)
}

fn entities(ontology: &Ontology, definitions: &mut Definitions) {
    let mut fields = Vec::new();
    for (index, entity_type) in (0..).map(TypeIndex).zip(&ontology.types) {
        let name = entity_input(entity_type);
        let text = format!("A `{}`.", entity_type.name);
        fields.push(Argument::new(
            &naming::singular_field(&entity_type.name),
            &name,
            text,
        ));
        entity(ontology, definitions, index, &name);
    }
    definitions.add(
        "EntityInput",
        "An entity of one type.",
        Kind::Input {
            one_of: true,
            fields,
            shape: InputShape::Plain,
        },
    );
}

fn entity(ontology: &Ontology, definitions: &mut Definitions, index: TypeIndex, name: &str) {
    let entity_type = ontology.entity_type(index);
    let id = format!(
        "Such as `{}:a-slug`: one on record, or a new one.",
        entity_type.prefix
    );
    let mut fields = vec![Argument::new("id", "ID!", id)];
    for property in &entity_type.properties {
        let value = value_input(ontology, property);
        let ty = match property.list {
            true => format!("[{value}!]"),
            false => value.to_owned(),
        };
        fields.push(Argument::new(
            &property.name,
            ty,
            short(&property.description),
        ));
    }
    for field in outward(entity_type) {
        let relationship = ontology.relationship_type(field.relationship);
        let end = match relationship.properties.is_empty() {
            true => "ID".to_owned(),
            false => {
                let name = relationship_input(&relationship.name);
                let mut own = vec![Argument::new("node", "ID!", "Its far end.")];
                own.extend(relationship.properties.iter().map(|property| {
                    let value = value_input(ontology, property);
                    Argument::new(&property.name, value, short(&property.description))
                }));
                let text = format!("A relationship `{}`.", relationship.name);
                input(definitions, &name, &text, own);
                name
            }
        };
        fields.push(Argument::new(
            &field.name,
            format!("[{end}!]"),
            short(&field.description),
        ));
    }
    let text = format!("What is claimed of a `{}`.", entity_type.name);
    input(definitions, name, &text, fields);
}

/// The first clause of a description: the type itself has all of it.
fn short(text: &str) -> String {
    let end = text.find([',', ';', ':', '.']).unwrap_or(text.len());
    format!("{}.", &text[..end])
}

/// The type of a property's values as an input.
fn value_input<'a>(ontology: &'a Ontology, property: &Property) -> &'a str {
    match property.value_type {
        ValueType::String => "String",
        ValueType::Int => "Int",
        ValueType::BigInt => "BigInt",
        ValueType::Float => "Float",
        ValueType::Boolean => "Boolean",
        ValueType::Date => "EDTF",
        ValueType::DateTime => "DateTime",
        ValueType::Url => "URL",
        ValueType::LocalizedText => "LocalizedTextInput",
        ValueType::Quantity => "QuantityInput",
        ValueType::Enum(index) => &ontology.enumeration(index).name,
        ValueType::Entity(_) => "ID",
    }
}

fn parts(definitions: &mut Definitions) {
    input(
        definitions,
        "LocalizedTextInput",
        "A text in a language.",
        vec![
            Argument::new("text", "String!", "The text."),
            Argument::new("language", "String", "BCP 47 tag of its language: `es`."),
        ],
    );
    input(
        definitions,
        "QuantityInput",
        "A bounded number.",
        vec![
            Argument::new("value", "Float!", "The number."),
            Argument::new("bound", "Bound", "How the source bounds it.").with_default("EXACT"),
            Argument::new("low", "Float", "The lowest value that the source gives."),
            Argument::new("high", "Float", "The highest value that the source gives."),
            Argument::new("unit", "String", "What is counted or measured: `km`."),
            Argument::new("currency", "String", "ISO 4217 code: `USD`."),
        ],
    );
    input(
        definitions,
        "EvidenceInput",
        "What states a claim: a source, and how it does.",
        vec![
            Argument::new("source", "ID!", "The source's id."),
            Argument::new("quote", "String", "Its words, exactly."),
            Argument::new("prefix", "String", "The words just before them."),
            Argument::new("suffix", "String", "The words just after them."),
            Argument::new("asStated", "String", "Its wording of the value."),
            Argument::new("attributedTo", "ID", "To whom the source attributes it."),
            Argument::new(
                "attributedAs",
                "String",
                "To whom, in its words: \"official figures\".",
            ),
            Argument::new("modality", "Modality", "How the source knows.")
                .with_default(Modality::Firsthand.name()),
            Argument::new("stance", "Stance", "For or against.")
                .with_default(Stance::Supports.name()),
            Argument::new("flags", "[EvidenceFlag!]", "What readers must know."),
            Argument::new("note", "String", "An editor's word on it."),
        ],
    );
}
