//! Filters and orders: the input types of each entity type and interface.

use std::collections::HashSet;

use crate::api::definition::{Argument, Definitions, Kind};
use crate::api::schema::entities::value_name;
use crate::api::schema::references;
use crate::api::shape::{Condition, InputShape, OrderBy};
use crate::graph::filter::Places;
use crate::model::naming;
use crate::model::ontology::{
    Ontology, Property, RelationshipField, RelationshipType, RelationshipTypeIndex, TypeRef,
    ValueType,
};

pub(super) fn define(ontology: &Ontology, definitions: &mut Definitions) {
    operators(ontology, definitions);
    for reference in references(ontology) {
        where_of(ontology, definitions, reference);
        order_of(ontology, definitions, reference);
    }
    let dates = || {
        vec![
            Argument::new("since", "EDTFFilter", "When it began to hold."),
            Argument::new("until", "EDTFFilter", "When it ceased to hold."),
        ]
    };
    input(
        definitions,
        "RelationshipWhere",
        "A filter on the dates of a relationship.",
        dates(),
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
            fields.extend(dates());
            let shape = InputShape::EdgeWhere {
                relationship: Some(index),
            };
            input(
                definitions,
                edge_where(relationship),
                format!("A filter on the properties of {}.", relationship.name),
                fields,
                shape,
            );
        }
    }
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

fn operators(ontology: &Ontology, definitions: &mut Definitions) {
    let stated = || {
        Argument::new(
            "stated",
            "StatedFilter",
            "What the record says of it at all.",
        )
    };
    let equality = |ty: &str| {
        vec![
            Argument::new("eq", ty, "Equal to this."),
            Argument::new("ne", ty, "Stated, and not equal to this."),
            Argument::new("in", format!("[{ty}!]"), "Equal to one of these."),
        ]
    };
    let mut add = |name: &str, what: &str, mut fields: Vec<Argument>, with_stated: bool| {
        if with_stated {
            fields.push(stated());
        }
        input(
            definitions,
            format!("{name}Filter"),
            format!("Operators on {what}; several must all hold."),
            fields,
            InputShape::Operators,
        );
    };
    add(
        "Stated",
        "what the record says of a property",
        equality("Stated"),
        false,
    );
    add("ID", "ids", equality("ID"), false);
    let mut text = equality("String");
    text.extend([
        Argument::new("contains", "String", "Has this in it."),
        Argument::new("startsWith", "String", "Begins with this."),
        Argument::new("endsWith", "String", "Ends with this."),
    ]);
    add(
        "String",
        "texts, whatever the case and the accents",
        text,
        true,
    );
    for name in ["Int", "Float", "BigInt", "DateTime"] {
        let mut fields = equality(name);
        fields.extend(comparisons(name));
        add(name, "numbers and moments", fields, true);
    }
    add(
        "Boolean",
        "yes and no",
        vec![Argument::new("eq", "Boolean", "Equal to this.")],
        true,
    );
    add(
        "EDTF",
        "dates, however imprecise",
        vec![
            Argument::new("eq", "EDTF", "The same days: as early and as late."),
            Argument::new("before", "EDTF", "Over before this begins."),
            Argument::new("after", "EDTF", "Begun after this is over."),
            Argument::new("during", "EDTF", "Wholly within this."),
            Argument::new("overlaps", "EDTF", "Has a day in common with this."),
        ],
        true,
    );
    let mut quantity = comparisons("Float");
    quantity.insert(0, Argument::new("eq", "Float", "Equal to this."));
    quantity.extend([
        Argument::new("bound", "BoundFilter", "How the source bounds it."),
        Argument::new("unit", "StringFilter", "What is counted or measured."),
        Argument::new("currency", "StringFilter", "The currency."),
    ]);
    add("Quantity", "bounded numbers", quantity, true);
    add("Bound", "bounds", equality("Bound"), false);
    for declared in &ontology.enums {
        add(
            &declared.name,
            &format!("values of {}", declared.name),
            equality(&declared.name),
            true,
        );
    }
    lists(ontology, definitions);
}

fn comparisons(ty: &str) -> Vec<Argument> {
    [
        ("lt", "Less than this."),
        ("lte", "This or less."),
        ("gt", "More than this."),
        ("gte", "This or more."),
    ]
    .map(|(name, text)| Argument::new(name, ty, text))
    .into()
}

/// The operators on lists of the types that the ontology has lists of.
fn lists(ontology: &Ontology, definitions: &mut Definitions) {
    let mut seen = HashSet::new();
    let properties = ontology.types.iter().flat_map(|entity| &entity.properties);
    for property in properties.filter(|property| property.list) {
        let name = operators_name(ontology, property);
        let element = name.trim_end_matches("ListFilter").to_owned();
        if seen.insert(name.clone()) {
            let fields = vec![
                Argument::new(
                    "some",
                    format!("{element}Filter"),
                    "At least one that fits.",
                ),
                Argument::new("none", format!("{element}Filter"), "None that fits."),
                Argument::new("isEmpty", "Boolean", "Whether there are none."),
            ];
            input(
                definitions,
                name,
                format!("Operators on lists of {element}; several must all hold."),
                fields,
                InputShape::Operators,
            );
        }
    }
}

/// The properties that all types of a reference share, and where each type has them.
fn shared(ontology: &Ontology, reference: TypeRef) -> Vec<(&Property, Places)> {
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
    let mut fields = vec![
        Argument::new("AND", format!("[{name}!]"), "All of these."),
        Argument::new("OR", format!("[{name}!]"), "At least one of these."),
        Argument::new("NOT", &*name, "Not this."),
        Argument::new("id", "IDFilter", "The id."),
        Argument::new("name", "StringFilter", "The name."),
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
        let input = if field.many {
            quantifiers(ontology, definitions, field)
        } else {
            format!("{}Where", ontology.name(field.target))
        };
        fields.push(Argument::new(
            &field.name,
            &*input,
            format!("Its `{}`.", field.name),
        ));
        let condition = if field.many {
            Condition::Relationships {
                input,
                relationship: field.relationship,
                direction: field.direction,
            }
        } else {
            Condition::ToOne {
                input,
                relationship: field.relationship,
                direction: field.direction,
            }
        };
        shape.push((field.name.clone(), condition));
    }
    let description = format!(
        "A filter on {}; several conditions must all hold.",
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

fn relationships(ontology: &Ontology, reference: TypeRef) -> Vec<&RelationshipField> {
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

/// The filter on the relationships of a field: how many of them must fit, and what fits.
fn quantifiers(
    ontology: &Ontology,
    definitions: &mut Definitions,
    field: &RelationshipField,
) -> String {
    let relationship = ontology.relationship_type(field.relationship);
    let target = ontology.name(field.target);
    let stem = format!("{}{target}Relationships", edge_stem(relationship));
    let (name, each) = (format!("{stem}Filter"), format!("{stem}Match"));
    let (node, edge) = (format!("{target}Where"), edge_where(relationship));
    let parts = vec![
        Argument::new("node", &*node, "What stands at the end."),
        Argument::new("edge", &*edge, "The relationship itself."),
    ];
    input(
        definitions,
        &*each,
        "A filter on one relationship; both parts must hold.",
        parts,
        InputShape::NodeAndEdge,
    );
    let quantified = [
        ("some", "At least one that fits."),
        ("none", "None that fits."),
        ("all", "None that does not fit."),
        ("single", "Exactly one that fits."),
    ];
    let fields = quantified
        .map(|(quantifier, text)| Argument::new(quantifier, &*each, text))
        .into();
    input(
        definitions,
        &*name,
        "How many must fit; all that is given must hold.",
        fields,
        InputShape::Quantifiers { node, edge },
    );
    name
}

fn order_of(ontology: &Ontology, definitions: &mut Definitions, reference: TypeRef) {
    let mut fields = vec![
        Argument::new("id", "OrderDirection", "By the id."),
        Argument::new(
            "name",
            "OrderDirection",
            "By the name, whatever the case and the accents.",
        ),
    ];
    let mut shape = vec![
        ("id".to_owned(), OrderBy::Id),
        ("name".to_owned(), OrderBy::Name),
    ];
    for (property, places) in shared(ontology, reference) {
        if property.name != "name" && !property.list {
            fields.push(Argument::new(
                &property.name,
                "OrderDirection",
                format!("By `{}`.", property.name),
            ));
            shape.push((property.name.clone(), OrderBy::Property { places }));
        }
    }
    let name = ontology.name(reference);
    let description = format!("An order of {name}: exactly one field.");
    definitions.add(
        format!("{name}Order"),
        description,
        Kind::Input {
            one_of: true,
            fields,
            shape: InputShape::Order(shape),
        },
    );
}
