//! Entity types and interfaces.

use crate::api::definition::{Argument, Definitions, FieldDefinition, Kind, by_name};
use crate::api::meaning::{EntityField, Follow, Meaning, output_name};
use crate::api::schema::aggregates::aggregate_field;
use crate::api::schema::connections::{connection, edges, first_argument, page_arguments};
use crate::api::schema::disputes::comparisons;
use crate::api::schema::filters::edge_where;
use crate::api::schema::history::history;
use crate::api::schema::{facts, field_stem, references};

use crate::model::ontology::{
    Ontology, Property, PropertyIndex, RelationshipField, Role, TypeIndex, TypeRef,
};

pub(super) fn define(ontology: &Ontology, definitions: &mut Definitions) {
    interfaces(ontology, definitions);
    for (index, entity_type) in (0..).map(TypeIndex).zip(&ontology.types) {
        let mut fields = identity_fields(entity_type.label, Meaning::Entity);
        for (place, property) in (0..).map(PropertyIndex).zip(&entity_type.properties) {
            if property.name != "name" {
                let meaning = EntityField::Property {
                    property: place,
                    value_type: property.value_type,
                    list: property.list,
                };
                fields.push(property_field(ontology, property, Meaning::Entity(meaning)));
            }
        }
        for field in &entity_type.relationships {
            fields.extend(relationship_fields(ontology, field, Meaning::Entity));
        }
        if entity_type.name == "Annotation" {
            fields.push(FieldDefinition::new(
                "aboutClaims",
                "[Claim!]!",
                Meaning::Entity(EntityField::AboutClaims),
                "The claims it speaks of.",
            ));
        }
        // What a source is asked for is what it states, not what is said of it.
        let claims = if entity_type.name == "Source" {
            EntityField::Cited
        } else {
            EntityField::Claims
        };
        fields.extend(proof_fields(|field| {
            Meaning::Entity(if field == EntityField::Claims {
                claims
            } else {
                field
            })
        }));
        fields.push(FieldDefinition::new(
            "facts",
            format!("{}Facts!", entity_type.name),
            Meaning::Entity(EntityField::Facts),
            "Proof for each property.",
        ));
        fields.push(
            FieldDefinition::new(
                "at",
                entity_type.name.clone(),
                Meaning::Entity(EntityField::At),
                "The entity as of then; null if not on record.",
            )
            .with(view_arguments()),
        );
        let mut implements = vec!["Node".to_owned(), "Entity".to_owned()];
        implements.extend(
            entity_type
                .interfaces
                .iter()
                .map(|interface| ontology.interface(*interface).name.clone()),
        );
        definitions.add(
            &entity_type.name,
            &entity_type.description,
            Kind::Object {
                implements,
                fields: by_name(fields),
            },
        );
        connection(
            definitions,
            &entity_type.name,
            &entity_type.name,
            Vec::new(),
            vec![aggregate_field(&entity_type.name)],
        );
        facts::define(ontology, definitions, index);
    }
    for reference in references(ontology) {
        for field in relationships_of(ontology, reference) {
            edges(ontology, definitions, field);
        }
    }
}

fn relationships_of(ontology: &Ontology, reference: TypeRef) -> &[RelationshipField] {
    match reference {
        TypeRef::Type(index) => &ontology.entity_type(index).relationships,
        TypeRef::Interface(index) => &ontology.interface(index).relationships,
        TypeRef::Entity => &ontology.entity_relationships,
    }
}

fn interfaces(ontology: &Ontology, definitions: &mut Definitions) {
    let id = FieldDefinition::new("id", "ID!", Meaning::Abstract, ID);
    definitions.add(
        "Node",
        "Anything that has an id, as Relay defines it.",
        Kind::Interface {
            implements: Vec::new(),
            fields: by_name(vec![id]),
        },
    );
    let mut fields = identity_fields(NO_LABEL, |_| Meaning::Abstract);
    for field in &ontology.entity_relationships {
        fields.extend(relationship_fields(ontology, field, |_| Meaning::Abstract));
    }
    fields.extend(proof_fields(|_| Meaning::Abstract));
    let node = || vec!["Node".to_owned()];
    definitions.add(
        "Entity",
        "Anything on record: a person, a country, a meeting, a commitment, a source.",
        Kind::Interface {
            implements: node(),
            fields: by_name(fields),
        },
    );
    for interface in &ontology.interfaces {
        let mut fields = identity_fields(NO_LABEL, |_| Meaning::Abstract);
        for property in interface
            .properties
            .iter()
            .filter(|property| property.name != "name")
        {
            fields.push(property_field(ontology, property, Meaning::Abstract));
        }
        for field in interface
            .relationships
            .iter()
            .chain(&ontology.entity_relationships)
        {
            fields.extend(relationship_fields(ontology, field, |_| Meaning::Abstract));
        }
        fields.extend(proof_fields(|_| Meaning::Abstract));
        let implements = vec!["Node".to_owned(), "Entity".to_owned()];
        definitions.add(
            &interface.name,
            &interface.description,
            Kind::Interface {
                implements,
                fields: by_name(fields),
            },
        );
    }
}

/// An interface's fields have no meaning of their own, and so no label.
const NO_LABEL: PropertyIndex = PropertyIndex(0);

const ID: &str = "The id; inside `at` it carries the view.";

/// The fields that say which entity it is; `label` is the property that is its name.
fn identity_fields(
    label: PropertyIndex,
    meaning: impl Fn(EntityField) -> Meaning,
) -> Vec<FieldDefinition> {
    vec![
        FieldDefinition::new("id", "ID!", meaning(EntityField::Id), ID),
        FieldDefinition::new(
            "entityId",
            "ID!",
            meaning(EntityField::EntityId),
            "The id without a view.",
        ),
        FieldDefinition::new(
            "name",
            "String!",
            meaning(EntityField::Name(label)),
            "Its name, else its id.",
        ),
    ]
}

/// The fields that prove what the others say.
fn proof_fields(meaning: impl Fn(EntityField) -> Meaning) -> Vec<FieldDefinition> {
    let mut fields = vec![
        FieldDefinition::new(
            "claims",
            "ClaimConnection!",
            meaning(EntityField::Claims),
            "Its claims; of a source, those that cite it.",
        )
        .with(claim_arguments()),
        FieldDefinition::new(
            "evidence",
            "[Evidence!]!",
            meaning(EntityField::Evidence),
            "What its claims rest on, each passage once.",
        )
        .with(vec![first_argument()]),
        FieldDefinition::new(
            "sources",
            "SourceConnection!",
            meaning(EntityField::Sources),
            "The sources of its claims, each once.",
        )
        .with(page_arguments()),
    ];
    fields.push(history(meaning(EntityField::History)));
    fields.extend(comparisons(
        meaning(EntityField::Disputes),
        meaning(EntityField::Corroborations),
    ));
    fields
}

fn claim_arguments() -> Vec<Argument> {
    let mut arguments = vec![Argument::new("where", "ClaimWhere", "Which to show.")];
    arguments.extend(page_arguments());
    arguments
}

pub(super) fn property_field(
    ontology: &Ontology,
    property: &Property,
    meaning: Meaning,
) -> FieldDefinition {
    let output = value_name(ontology, property);
    let ty = if property.list {
        format!("[{output}!]!")
    } else {
        output.to_owned()
    };
    FieldDefinition::new(&property.name, ty, meaning, &property.description)
}

/// The output type's name of a property's values.
pub(super) fn value_name<'a>(ontology: &'a Ontology, property: &Property) -> &'a str {
    output_name(
        property.value_type,
        |index| &ontology.enumeration(index).name,
        |reference| ontology.name(reference),
    )
}

fn relationship_fields(
    ontology: &Ontology,
    field: &RelationshipField,
    meaning: impl Fn(EntityField) -> Meaning,
) -> Vec<FieldDefinition> {
    let follow = Follow {
        relationship: field.relationship,
        direction: field.direction,
    };
    let target = ontology.name(field.target);
    let stem = field_stem(ontology, field);
    if field.many {
        let mut arguments = vec![
            Argument::new("where", format!("{target}Where"), "Which to show."),
            Argument::new("orderBy", format!("[{target}Order!]"), "The order."),
        ];
        let relationship = ontology.relationship_type(field.relationship);
        if !relationship.properties.is_empty() {
            let edge = Argument::new(
                "edge",
                edge_where(relationship),
                "Which relationships to show.",
            );
            arguments.insert(1, edge);
        }
        if ontology.reverses(field, Role::COMMITTER) {
            let scope = Argument::new(
                "scope",
                "RepresentationScope",
                "Whether with what others did on its behalf.",
            );
            arguments.push(scope.with_default("DIRECT"));
        }
        arguments.extend(page_arguments());
        return vec![
            FieldDefinition::new(
                &field.name,
                format!("{stem}Connection!"),
                meaning(EntityField::Connection(follow)),
                &field.description,
            )
            .with(arguments),
        ];
    }
    vec![
        FieldDefinition::new(
            &field.name,
            target,
            meaning(EntityField::ToOne(follow)),
            &field.description,
        ),
        FieldDefinition::new(
            &format!("{}Edge", field.name),
            format!("{stem}Edge"),
            meaning(EntityField::ToOneEdge(follow)),
            format!(
                "The relationship behind `{}`: its evidence, and what other claims say.",
                field.name
            ),
        ),
    ]
}

/// The two clocks.
pub(super) fn view_arguments() -> Vec<Argument> {
    vec![
        Argument::new(
            "date",
            "EDTF",
            "What was true then. Null goes back to no date.",
        ),
        Argument::new(
            "certainty",
            "Certainty",
            "POSSIBLE if not given; null resets it. CERTAIN needs a date.",
        ),
        Argument::new(
            "knownAt",
            "DateTime",
            "What was on record then. Null goes back to now.",
        ),
        Argument::new(
            "publishedBy",
            "EDTF",
            "What sources published by then state. Null lifts it.",
        ),
    ]
}
