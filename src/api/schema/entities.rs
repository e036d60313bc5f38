//! Entity types, interfaces, their connections and their facts.

use std::collections::HashSet;

use crate::api::definition::{Argument, Definitions, FieldDefinition, Kind, by_name};
use crate::api::meaning::{
    ConnectionField, EdgeField, EntityField, Follow, Meaning, PageInfoField, output_name,
};
use crate::api::schema::{capitalised, field_stem, references};

use crate::model::ontology::{
    Ontology, Property, PropertyIndex, RelationshipField, TypeIndex, TypeRef,
};

pub(super) fn define(ontology: &Ontology, definitions: &mut Definitions) {
    interfaces(ontology, definitions);
    for (index, entity_type) in (0..).map(TypeIndex).zip(&ontology.types) {
        let mut fields = identity_fields(Meaning::Entity);
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
            "Proof for each property: its value, the claim behind it and whether sources disagree.",
        ));
        fields.push(
            FieldDefinition::new("at", entity_type.name.clone(), Meaning::Entity(EntityField::At), "The same entity as it was true, known or published by then; null if it was not on record.").with(view_arguments()),
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
        );
        facts(ontology, definitions, index);
    }
    for reference in references(ontology) {
        for field in relationships_of(ontology, reference) {
            edges(ontology, definitions, field);
        }
    }
    definitions.object(
        "PageInfo",
        "Where a page stands in its connection, as Relay defines it.",
        vec![
            FieldDefinition::new(
                "hasNextPage",
                "Boolean!",
                Meaning::PageInfo(PageInfoField::HasNextPage),
                "Whether more follow.",
            ),
            FieldDefinition::new(
                "hasPreviousPage",
                "Boolean!",
                Meaning::PageInfo(PageInfoField::HasPreviousPage),
                "Whether more come before.",
            ),
            FieldDefinition::new(
                "startCursor",
                "String",
                Meaning::PageInfo(PageInfoField::StartCursor),
                "The cursor of the first edge.",
            ),
            FieldDefinition::new(
                "endCursor",
                "String",
                Meaning::PageInfo(PageInfoField::EndCursor),
                "The cursor of the last edge.",
            ),
        ],
    );
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
    let mut fields = identity_fields(|_| Meaning::Abstract);
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
        let mut fields = identity_fields(|_| Meaning::Abstract);
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

const ID: &str = "The id. Inside `at` it carries the view, so that caches keep the two apart.";

fn identity_fields(meaning: impl Fn(EntityField) -> Meaning) -> Vec<FieldDefinition> {
    vec![
        FieldDefinition::new("id", "ID!", meaning(EntityField::Id), ID),
        FieldDefinition::new(
            "entityId",
            "ID!",
            meaning(EntityField::EntityId),
            "The id without the view: the same in all views.",
        ),
        FieldDefinition::new(
            "name",
            "String!",
            meaning(EntityField::Name),
            "What to call it; its id where no name is on record.",
        ),
    ]
}

/// The fields that prove what the others say.
fn proof_fields(meaning: impl Fn(EntityField) -> Meaning) -> Vec<FieldDefinition> {
    vec![
        FieldDefinition::new(
            "claims",
            "ClaimConnection!",
            meaning(EntityField::Claims),
            "The claims it is made of; of a source, the claims that cite it.",
        )
        .with(page_arguments()),
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
            "The sources that speak of it, each once.",
        )
        .with(page_arguments()),
    ]
}

fn property_field(ontology: &Ontology, property: &Property, meaning: Meaning) -> FieldDefinition {
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
            Argument::new(
                "orderBy",
                format!("[{target}Order!]"),
                "The order; what is not stated comes last.",
            ),
        ];
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

/// `first`, `after`, `last` and `before`.
pub(super) fn page_arguments() -> Vec<Argument> {
    vec![
        Argument::new("first", "Int", "How many from the start; 25 if not given."),
        Argument::new("after", "String", "After this cursor."),
        Argument::new("last", "Int", "How many from the end."),
        Argument::new("before", "String", "Before this cursor."),
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

/// `first` of a plain list.
pub(super) fn first_argument() -> Argument {
    Argument::new("first", "Int", "How many; 25 if not given.")
}

/// A connection and its edge; the edge has further fields.
pub(super) fn connection(
    definitions: &mut Definitions,
    stem: &str,
    node: &str,
    edge_fields: Vec<FieldDefinition>,
) {
    let mut edge = vec![
        FieldDefinition::new(
            "cursor",
            "String!",
            Meaning::Edge(EdgeField::Cursor),
            "Where to go on from, for `after` and `before`.",
        ),
        FieldDefinition::new(
            "node",
            format!("{node}!"),
            Meaning::Edge(EdgeField::Node),
            "What stands at the end.",
        ),
    ];
    edge.extend(edge_fields);
    definitions.object(
        format!("{stem}Edge"),
        format!("One of a {stem}Connection."),
        edge,
    );
    definitions.object(
        format!("{stem}Connection"),
        "A list that is read in pages, as Relay defines it.",
        vec![
            FieldDefinition::new(
                "edges",
                format!("[{stem}Edge!]!"),
                Meaning::Connection(ConnectionField::Edges),
                "The page, each with what belongs to the relationship.",
            ),
            FieldDefinition::new(
                "nodes",
                format!("[{node}!]!"),
                Meaning::Connection(ConnectionField::Nodes),
                "The page without the edges.",
            ),
            FieldDefinition::new(
                "pageInfo",
                "PageInfo!",
                Meaning::Connection(ConnectionField::PageInfo),
                "Where the page stands.",
            ),
            FieldDefinition::new(
                "totalCount",
                "Int!",
                Meaning::Connection(ConnectionField::TotalCount),
                "How many there are in all; costs nothing unless asked.",
            ),
        ],
    );
}

/// The connection, or the edge, of a relationship field.
fn edges(ontology: &Ontology, definitions: &mut Definitions, field: &RelationshipField) {
    let stem = field_stem(ontology, field);
    let edge_name = format!("{stem}Edge");
    let node = ontology.name(field.target);
    let fields = edge_fields(ontology, field, &edge_name);
    if field.many {
        connection(definitions, &stem, node, fields);
    } else {
        let mut all = vec![FieldDefinition::new(
            "node",
            format!("{node}!"),
            Meaning::Edge(EdgeField::Node),
            "What stands at the end.",
        )];
        all.extend(fields);
        definitions.object(
            edge_name,
            format!(
                "The relationship behind the field {} of {}.",
                field.name,
                ontology.name(field.owner)
            ),
            all,
        );
    }
}

fn edge_fields(
    ontology: &Ontology,
    field: &RelationshipField,
    edge_name: &str,
) -> Vec<FieldDefinition> {
    let relationship = ontology.relationship_type(field.relationship);
    let mut fields: Vec<_> = (0..)
        .map(PropertyIndex)
        .zip(&relationship.properties)
        .map(|(index, property)| {
            let meaning = EdgeField::Property {
                property: index,
                value_type: property.value_type,
            };
            property_field(ontology, property, Meaning::Edge(meaning))
        })
        .collect();
    let dates = [
        (
            "since",
            EdgeField::Since,
            "When it began to hold, if a source says.",
        ),
        (
            "until",
            EdgeField::Until,
            "When it ceased to hold, if a source says.",
        ),
        (
            "attested",
            EdgeField::Attested,
            "A date on which it is known to have held.",
        ),
    ];
    fields.extend(dates.map(|(name, meaning, text)| {
        FieldDefinition::new(name, "ImpreciseDate", Meaning::Edge(meaning), text)
    }));
    fields.push(FieldDefinition::new(
        "ongoing",
        "Boolean!",
        Meaning::Edge(EdgeField::Ongoing),
        "Whether a source says that it still holds.",
    ));
    fields.push(FieldDefinition::new(
        "rank",
        "Rank!",
        Meaning::Edge(EdgeField::Rank),
        "The rank of the claim that is shown.",
    ));
    fields.push(FieldDefinition::new(
        "claim",
        "Claim!",
        Meaning::Edge(EdgeField::Claim),
        "The claim that is shown.",
    ));
    fields.push(
        FieldDefinition::new(
            "evidence",
            "[Evidence!]!",
            Meaning::Edge(EdgeField::Evidence),
            "What states the relationship.",
        )
        .with(vec![first_argument()]),
    );
    let name = super::relationship_name(&relationship.name);
    fields.push(FieldDefinition::new(
        "relationship",
        format!("{name}!"),
        Meaning::Edge(EdgeField::Relationship),
        "The relationship itself, with both ends.",
    ));
    if !field.many {
        fields.push(FieldDefinition::new(
            "alternatives",
            format!("[{edge_name}!]!"),
            Meaning::Edge(EdgeField::Alternatives),
            "What other claims say instead, best first.",
        ));
    }
    fields
}

/// The type that proves each property of an entity type, and the types of its facts.
fn facts(ontology: &Ontology, definitions: &mut Definitions, index: TypeIndex) {
    let entity_type = ontology.entity_type(index);
    let mut fields = Vec::new();
    let mut seen = HashSet::new();
    for (place, property) in (0..).map(PropertyIndex).zip(&entity_type.properties) {
        let fact = format!("{}Fact", capitalised(value_name(ontology, property)));
        if seen.insert(fact.clone()) {
            super::values::fact(
                definitions,
                &fact,
                value_name(ontology, property),
                property.value_type,
            );
        }
        let ty = if property.list {
            format!("[{fact}!]!")
        } else {
            format!("{fact}!")
        };
        let meaning = Meaning::Facts {
            property: place,
            list: property.list,
        };
        fields.push(FieldDefinition::new(
            &property.name,
            ty,
            meaning,
            format!("Proof for `{}`.", property.name),
        ));
    }
    definitions.object(
        format!("{}Facts", entity_type.name),
        format!("Proof for each property of {}.", entity_type.name),
        fields,
    );
}
