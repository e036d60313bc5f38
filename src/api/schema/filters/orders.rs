//! Orders: by what lists are sorted.

use indexmap::IndexSet;

use crate::api::definition::{Argument, Definitions, Kind};
use crate::api::schema::filters::{relationships, shared};
use crate::api::shape::{InputShape, OrderBy};
use crate::model::ontology::{Ontology, RelationshipField, TypeRef, ValueType};

/// The parts that all orders share: what relationships sort by, and how many there are.
pub(super) fn define_parts(ontology: &Ontology, definitions: &mut Definitions) {
    let properties = ontology
        .relationships
        .iter()
        .flat_map(|found| &found.properties);
    let own: IndexSet<&str> = ["since", "until"]
        .into_iter()
        .chain(properties.map(|property| property.name.as_str()))
        .collect();
    one_of(
        definitions,
        "EdgeOrder",
        "An order by what a relationship says of itself: one field, of those that it has.",
        own,
    );
    let types = ontology
        .types
        .iter()
        .flat_map(|entity| &entity.relationships);
    let many: IndexSet<&str> = types
        .chain(&ontology.entity_relationships)
        .filter(|field| field.many)
        .map(|field| field.name.as_str())
        .collect();
    one_of(
        definitions,
        "CountOrder",
        "An order by how many relationships there are: one field, of those that the type has.",
        many,
    );
}

fn one_of(definitions: &mut Definitions, name: &str, description: &str, names: IndexSet<&str>) {
    let fields = names.into_iter();
    let fields = fields
        .map(|name| Argument::new(name, "OrderDirection", format!("By `{name}`.")))
        .collect();
    definitions.add(
        name,
        description,
        Kind::Input {
            one_of: true,
            fields,
            shape: InputShape::PartOfOrder,
        },
    );
}

pub(super) fn define(ontology: &Ontology, definitions: &mut Definitions, reference: TypeRef) {
    let members = ontology.members(reference).into_iter();
    let labels = members
        .map(|index| (index, ontology.entity_type(index)))
        .filter(|(_, entity)| {
            let label = &entity.properties[entity.label.place()];
            let is_text = matches!(
                label.value_type,
                ValueType::String | ValueType::Url | ValueType::LocalizedText
            );
            is_text && !label.list
        })
        .map(|(index, entity)| (index, entity.label))
        .collect();
    let mut fields = Vec::new();
    let mut shape = Vec::new();
    let mut add = |name: &str, ty: &str, text: String, by| {
        // A property of the ontology may have taken the name.
        if shape.iter().all(|(taken, _)| taken != name) {
            fields.push(Argument::new(name, ty, text));
            shape.push((name.to_owned(), by));
        }
    };
    let direction = "OrderDirection";
    add("id", direction, "By the id.".into(), OrderBy::Id);
    let by_name = OrderBy::Name { labels };
    add(
        "name",
        direction,
        "By the name, without case and accents.".into(),
        by_name,
    );
    for (property, places) in shared(ontology, reference) {
        if !property.list {
            let by = OrderBy::Property {
                places,
                value_type: property.value_type,
            };
            add(
                &property.name,
                direction,
                format!("By `{}`.", property.name),
                by,
            );
        }
    }
    let fields_of = relationships(ontology, reference);
    for field in fields_of.iter().filter(|field| !field.many) {
        let RelationshipField { name, target, .. } = field;
        let input = format!("{}Order", ontology.name(*target));
        let by = OrderBy::Related {
            input: input.clone(),
            relationship: field.relationship,
            direction: field.direction,
        };
        add(name, &input, format!("By its `{name}`."), by);
    }
    add(
        "edge",
        "EdgeOrder",
        "By the relationship itself.".into(),
        OrderBy::Edge,
    );
    let counts: Vec<_> = fields_of
        .iter()
        .filter(|field| field.many)
        .map(|field| (field.name.clone(), field.relationship, field.direction))
        .collect();
    if !counts.is_empty() {
        add(
            "count",
            "CountOrder",
            "By how many it has.".into(),
            OrderBy::Count,
        );
    }
    let name = ontology.name(reference);
    definitions.add(
        format!("{name}Order"),
        format!("An order of {name}: exactly one field."),
        Kind::Input {
            one_of: true,
            fields,
            shape: InputShape::Order {
                fields: shape,
                counts,
            },
        },
    );
}
