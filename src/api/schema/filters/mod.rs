//! Filters and orders: the input types of each entity type and interface.

mod evidence;
mod operators;
mod orders;

use crate::api::definition::{Argument, Definitions, Kind};
use crate::api::schema::entities::value_name;
use crate::api::schema::references;
use crate::api::shape::{Condition, InputShape};
use crate::graph::filter::Places;
use crate::model::naming;
use crate::model::ontology::{
    Ontology, Property, RelationshipField, RelationshipType, RelationshipTypeIndex, TypeRef,
    ValueType,
};

pub(super) fn define(ontology: &Ontology, definitions: &mut Definitions) {
    operators::define(ontology, definitions);
    evidence::define(definitions);
    orders::define_parts(ontology, definitions);
    for reference in references(ontology) {
        where_of(ontology, definitions, reference);
        orders::define(ontology, definitions, reference);
    }
    let of_any = |name: &str| {
        let [and, or, not] = connectives(name);
        vec![
            Argument::new("since", "EDTFFilter", "When it began to hold."),
            Argument::new("until", "EDTFFilter", "When it ceased to hold."),
            evidence::argument(),
            and,
            or,
            not,
        ]
    };
    input(
        definitions,
        "RelationshipWhere",
        "A filter on a relationship; all its conditions must hold.",
        of_any("RelationshipWhere"),
        InputShape::EdgeWhere { relationship: None },
    );
    for (index, relationship) in (0..)
        .map(RelationshipTypeIndex)
        .zip(&ontology.relationships)
    {
        if !relationship.properties.is_empty() {
            let properties = relationship.properties.iter();
            let mut fields: Vec<_> = properties
                .map(|property| {
                    Argument::new(
                        &property.name,
                        edge_filter(ontology, property),
                        format!("Its `{}`.", property.name),
                    )
                })
                .collect();
            let name = edge_where(relationship);
            fields.extend(of_any(&name));
            let shape = InputShape::EdgeWhere {
                relationship: Some(index),
            };
            input(
                definitions,
                name,
                format!(
                    "A filter on {}; all its conditions must hold.",
                    relationship.name
                ),
                fields,
                shape,
            );
        }
    }
}

/// `AND`, `OR` and `NOT` of a filter.
fn connectives(name: &str) -> [Argument; 3] {
    [
        Argument::new("AND", format!("[{name}!]"), "All of these."),
        Argument::new("OR", format!("[{name}!]"), "At least one of these."),
        Argument::new("NOT", name, "Not this."),
    ]
}

/// What the filters of a relationship type begin with: those that have no properties of their own share theirs.
fn edge_stem(relationship: &RelationshipType) -> String {
    if relationship.properties.is_empty() {
        String::new()
    } else {
        naming::pascal(&relationship.name)
    }
}

/// The name of the filter on a relationship type's own properties.
pub(super) fn edge_where(relationship: &RelationshipType) -> String {
    format!("{}RelationshipWhere", edge_stem(relationship))
}

fn input(
    definitions: &mut Definitions,
    name: impl Into<String>,
    description: impl Into<String>,
    fields: Vec<Argument>,
    shape: InputShape,
) {
    definitions.add(
        name,
        description,
        Kind::Input {
            one_of: false,
            fields,
            shape,
        },
    );
}

/// The filter on a property of a relationship: an entity is filtered like a node.
fn edge_filter(ontology: &Ontology, property: &Property) -> String {
    match property.value_type {
        ValueType::Entity(reference) => format!("{}Where", ontology.name(reference)),
        _ => operators_name(ontology, property),
    }
}

/// The name of the operators on a property's values.
fn operators_name(ontology: &Ontology, property: &Property) -> String {
    let base = match property.value_type {
        ValueType::Url | ValueType::LocalizedText => "String",
        ValueType::Date => "EDTF",
        _ => value_name(ontology, property),
    };
    if property.list {
        format!("{base}ListFilter")
    } else {
        format!("{base}Filter")
    }
}

/// The properties that all types of a reference share, and where each type has them.
pub(super) fn shared(ontology: &Ontology, reference: TypeRef) -> Vec<(&Property, Places)> {
    let properties: &[Property] = match reference {
        TypeRef::Type(index) => &ontology.entity_type(index).properties,
        TypeRef::Interface(index) => &ontology.interface(index).properties,
        TypeRef::Entity => &[],
    };
    let members = ontology.members(reference);
    let places = |name: &str| {
        members
            .iter()
            .filter_map(|index| Some((*index, ontology.entity_type(*index).property(name)?.0)))
            .collect()
    };
    properties
        .iter()
        .map(|property| (property, places(&property.name)))
        .collect()
}

fn where_of(ontology: &Ontology, definitions: &mut Definitions, reference: TypeRef) {
    let name = format!("{}Where", ontology.name(reference));
    let [and, or, not] = connectives(&name);
    let mut fields = vec![
        and,
        or,
        not,
        Argument::new("id", "IDFilter", "The id."),
        Argument::new("name", "StringFilter", "The name."),
        evidence::argument(),
    ];
    let labels = ontology.members(reference).into_iter();
    let labels = labels
        .map(|index| (index, ontology.entity_type(index).label))
        .collect();
    let mut shape = vec![
        ("AND".to_owned(), Condition::And),
        ("OR".to_owned(), Condition::Or),
        ("NOT".to_owned(), Condition::Not),
        ("id".to_owned(), Condition::Id),
        ("name".to_owned(), Condition::Name { labels }),
        ("evidence".to_owned(), Condition::Evidence),
    ];
    for (property, places) in shared(ontology, reference) {
        if property.name != "name" {
            fields.push(Argument::new(
                &property.name,
                operators_name(ontology, property),
                format!("Its `{}`.", property.name),
            ));
            shape.push((
                property.name.clone(),
                Condition::Property {
                    places,
                    value_type: property.value_type,
                    list: property.list,
                },
            ));
        }
    }
    for field in relationships(ontology, reference) {
        let to_one = |input: String| Condition::ToOne {
            input,
            relationship: field.relationship,
            direction: field.direction,
        };
        let mut add = |name: &str, input: &str, condition| {
            fields.push(Argument::new(name, input, format!("Its `{name}`.")));
            shape.push((name.to_owned(), condition));
        };
        if field.many {
            let input = quantifiers(ontology, definitions, field);
            let condition = Condition::Relationships {
                input: input.clone(),
                relationship: field.relationship,
                direction: field.direction,
            };
            add(&field.name, &input, condition);
        } else {
            let input = format!("{}Where", ontology.name(field.target));
            add(&field.name, &input, to_one(input.clone()));
            let input = one_relationship(ontology, definitions, field);
            let name = format!("{}Edge", field.name);
            add(&name, &input, to_one(input.clone()));
        }
    }
    let description = format!(
        "A filter on {}; all its conditions must hold.",
        ontology.name(reference)
    );
    input(
        definitions,
        name,
        description,
        fields,
        InputShape::Where(shape),
    );
}

/// The relationship fields of a type, an interface or any entity.
pub(super) fn relationships(ontology: &Ontology, reference: TypeRef) -> Vec<&RelationshipField> {
    match reference {
        TypeRef::Type(index) => ontology.entity_type(index).relationships.iter().collect(),
        TypeRef::Interface(index) => ontology
            .interface(index)
            .relationships
            .iter()
            .chain(&ontology.entity_relationships)
            .collect(),
        TypeRef::Entity => ontology.entity_relationships.iter().collect(),
    }
}

/// What the filters on the relationships of a field begin with.
fn stem(ontology: &Ontology, field: &RelationshipField) -> String {
    let relationship = ontology.relationship_type(field.relationship);
    let target = ontology.name(field.target);
    format!("{}{target}Relationships", edge_stem(relationship))
}

/// The filter on one relationship of a field.
fn one_relationship(
    ontology: &Ontology,
    definitions: &mut Definitions,
    field: &RelationshipField,
) -> String {
    let name = format!("{}Match", stem(ontology, field));
    let node = format!("{}Where", ontology.name(field.target));
    let edge = edge_where(ontology.relationship_type(field.relationship));
    let parts = vec![
        Argument::new("node", &*node, "The other end."),
        Argument::new("edge", &*edge, "The relationship itself."),
        evidence::argument(),
    ];
    input(
        definitions,
        &*name,
        "One relationship; all parts must hold.",
        parts,
        InputShape::NodeAndEdge { node, edge },
    );
    name
}

/// The filter on the relationships of a field: how many of them must fit, and what fits.
fn quantifiers(
    ontology: &Ontology,
    definitions: &mut Definitions,
    field: &RelationshipField,
) -> String {
    let name = format!("{}Filter", stem(ontology, field));
    let each = one_relationship(ontology, definitions, field);
    let quantified = [
        ("some", "At least one that fits."),
        ("none", "None that fits."),
        ("all", "None that does not fit."),
        ("single", "Exactly one that fits."),
    ];
    let mut fields: Vec<_> = quantified
        .map(|(quantifier, text)| Argument::new(quantifier, &*each, text))
        .into();
    fields.push(Argument::new("count", "IntFilter", "How many there are."));
    input(
        definitions,
        &*name,
        "How many must fit.",
        fields,
        InputShape::Quantifiers { each },
    );
    name
}
