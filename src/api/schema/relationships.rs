//! Relationships as objects of their own, for paths and pictures.

use crate::api::definition::{Definitions, FieldDefinition, Kind, by_name};
use crate::api::meaning::{Meaning, RelationshipField};
use crate::api::schema::connections::first_argument;
use crate::api::schema::entities::value_name;
use crate::api::schema::relationship_name;
use crate::model::ontology::{Ontology, PropertyIndex};

pub(super) fn define(ontology: &Ontology, definitions: &mut Definitions) {
    let interface = fields(|_| Meaning::Abstract);
    definitions.add(
        "Relationship",
        "A typed, directed, dated relationship between two entities. Claims that state the same share one.",
        Kind::Interface { implements: Vec::new(), fields: by_name(interface) },
    );
    for relationship in &ontology.relationships {
        let mut fields = fields(Meaning::Relationship);
        for (index, property) in (0..).map(PropertyIndex).zip(&relationship.properties) {
            let meaning = RelationshipField::Property {
                property: index,
                value_type: property.value_type,
            };
            fields.push(FieldDefinition::new(
                &property.name,
                value_name(ontology, property),
                Meaning::Relationship(meaning),
                &property.description,
            ));
        }
        definitions.add(
            relationship_name(&relationship.name),
            &relationship.description,
            Kind::Object {
                implements: vec!["Relationship".into()],
                fields: by_name(fields),
            },
        );
    }
}

fn fields(meaning: impl Fn(RelationshipField) -> Meaning) -> Vec<FieldDefinition> {
    vec![
        FieldDefinition::new(
            "id",
            "ID!",
            meaning(RelationshipField::Id),
            "That of its first claim.",
        ),
        FieldDefinition::new(
            "type",
            "RelationshipType!",
            meaning(RelationshipField::Type),
            "Its type.",
        ),
        FieldDefinition::new(
            "from",
            "Entity!",
            meaning(RelationshipField::From),
            "Where it begins.",
        ),
        FieldDefinition::new(
            "to",
            "Entity!",
            meaning(RelationshipField::To),
            "Where it ends.",
        ),
        FieldDefinition::new(
            "since",
            "ImpreciseDate",
            meaning(RelationshipField::Since),
            "When it began to hold.",
        ),
        FieldDefinition::new(
            "until",
            "ImpreciseDate",
            meaning(RelationshipField::Until),
            "When it ceased to hold.",
        ),
        FieldDefinition::new(
            "ongoing",
            "Boolean!",
            meaning(RelationshipField::Ongoing),
            "Said to still hold.",
        ),
        FieldDefinition::new(
            "attested",
            "ImpreciseDate",
            meaning(RelationshipField::Attested),
            "A date it held on.",
        ),
        FieldDefinition::new(
            "evidence",
            "[Evidence!]!",
            meaning(RelationshipField::Evidence),
            "What states it.",
        )
        .with(vec![first_argument()]),
        FieldDefinition::new(
            "claims",
            "[Claim!]!",
            meaning(RelationshipField::Claims),
            "Its claims, best first.",
        ),
    ]
}
