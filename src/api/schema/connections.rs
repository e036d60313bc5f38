//! Connections, edges and their arguments, as Relay defines them.
//!
//! Some hundred lists repeat what is described here, so it is said in few words: clients load the
//! whole schema.

use crate::api::definition::{Argument, Definitions, FieldDefinition};
use crate::api::meaning::{ConnectionField, EdgeField, Meaning, PageInfoField};
use crate::api::schema::aggregates::aggregate_field;
use crate::api::schema::entities::property_field;
use crate::api::schema::{field_stem, relationship_name, shares_edge};
use crate::model::ontology::{Ontology, PropertyIndex, RelationshipField};

/// `PageInfo`, which all connections share.
pub(super) fn define(definitions: &mut Definitions) {
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

/// `first`, `after`, `last` and `before`.
pub(super) fn page_arguments() -> Vec<Argument> {
    vec![
        Argument::new("first", "Int", "How many."),
        Argument::new("after", "String", "A cursor."),
        Argument::new("last", "Int", "From the end."),
        Argument::new("before", "String", "A cursor."),
    ]
}

/// `first` and `after`, of a list that is worked out as it is read.
pub(super) fn forward_arguments() -> Vec<Argument> {
    page_arguments().into_iter().take(2).collect()
}

/// `first` of a plain list.
pub(super) fn first_argument() -> Argument {
    Argument::new("first", "Int", "How many.")
}

/// A connection and its edge, each with further fields.
pub(super) fn connection(
    definitions: &mut Definitions,
    stem: &str,
    node: &str,
    edge_fields: Vec<FieldDefinition>,
    connection_fields: Vec<FieldDefinition>,
) {
    let mut edge = vec![
        FieldDefinition::new(
            "cursor",
            "String!",
            Meaning::Edge(EdgeField::Cursor),
            "For `after`, `before`.",
        ),
        FieldDefinition::new(
            "node",
            format!("{node}!"),
            Meaning::Edge(EdgeField::Node),
            "The other end.",
        ),
    ];
    edge.extend(edge_fields);
    definitions.object(
        format!("{stem}Edge"),
        format!("One item of {stem}Connection."),
        edge,
    );
    let mut fields = vec![
        FieldDefinition::new(
            "edges",
            format!("[{stem}Edge!]!"),
            Meaning::Connection(ConnectionField::Edges),
            "The page, edge by edge.",
        ),
        FieldDefinition::new(
            "nodes",
            format!("[{node}!]!"),
            Meaning::Connection(ConnectionField::Nodes),
            "The page, nodes only.",
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
            "How many in all.",
        ),
    ];
    fields.extend(connection_fields);
    definitions.object(
        format!("{stem}Connection"),
        "A list in pages of 25.",
        fields,
    );
}

/// The connection, or the edge, of a relationship field.
pub(super) fn edges(ontology: &Ontology, definitions: &mut Definitions, field: &RelationshipField) {
    let stem = field_stem(ontology, field);
    let edge_name = format!("{stem}Edge");
    let node = ontology.name(field.target);
    let fields = edge_fields(ontology, field, &edge_name);
    if field.many {
        let aggregate = vec![aggregate_field(node)];
        connection(definitions, &stem, node, fields, aggregate);
    } else {
        let mut all = vec![FieldDefinition::new(
            "node",
            format!("{node}!"),
            Meaning::Edge(EdgeField::Node),
            "The other end.",
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
        ("since", EdgeField::Since, "When it began to hold."),
        ("until", EdgeField::Until, "When it ceased to hold."),
        ("attested", EdgeField::Attested, "A date it held on."),
    ];
    fields.extend(dates.map(|(name, meaning, text)| {
        FieldDefinition::new(name, "ImpreciseDate", Meaning::Edge(meaning), text)
    }));
    fields.push(FieldDefinition::new(
        "certainty",
        "Certainty",
        Meaning::Edge(EdgeField::Certainty),
        "How sure on the date.",
    ));
    fields.push(FieldDefinition::new(
        "ongoing",
        "Boolean!",
        Meaning::Edge(EdgeField::Ongoing),
        "Said to still hold.",
    ));
    fields.push(FieldDefinition::new(
        "rank",
        "Rank!",
        Meaning::Edge(EdgeField::Rank),
        "The claim's rank.",
    ));
    fields.push(FieldDefinition::new(
        "claim",
        "Claim!",
        Meaning::Edge(EdgeField::Claim),
        "The claim shown.",
    ));
    fields.push(
        FieldDefinition::new(
            "evidence",
            "[Evidence!]!",
            Meaning::Edge(EdgeField::Evidence),
            "What states it.",
        )
        .with(vec![first_argument()]),
    );
    let relationship = if shares_edge(ontology, field) {
        "Relationship".to_owned()
    } else {
        relationship_name(&relationship.name)
    };
    fields.push(FieldDefinition::new(
        "relationship",
        format!("{relationship}!"),
        Meaning::Edge(EdgeField::Relationship),
        "The relationship itself.",
    ));
    if !field.many {
        fields.push(FieldDefinition::new(
            "alternatives",
            format!("[{edge_name}!]!"),
            Meaning::Edge(EdgeField::Alternatives),
            "What other claims say.",
        ));
    }
    fields
}
