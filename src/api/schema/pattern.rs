//! `pattern`: its arguments and its answer.

use crate::api::definition::{Argument, Definitions, FieldDefinition, Kind};
use crate::api::meaning::{BindingField, Meaning, PatternField, RootField};
use crate::api::schema::connections::first_argument;
use crate::api::shape::InputShape;
use crate::model::naming::singular_field;
use crate::model::ontology::Ontology;

/// The field of the root.
pub(super) fn field() -> FieldDefinition {
    FieldDefinition::new(
        "pattern",
        "PatternMatches!",
        Meaning::Root(RootField::Pattern),
        "Where a small pattern is found: entities, relationships between them, and comparisons. Different names stand for different things; what fits with two names exchanged is found twice, unless their `id` are compared with LT.",
    )
    .with(vec![
        Argument::new("nodes", "[PatternNode!]!", "The entities."),
        Argument::new(
            "relationships",
            "[PatternRelationship!]",
            "The relationships between them.",
        ),
        Argument::new("where", "[PatternCondition!]", "What must hold, all of it."),
        Argument::new("first", "Int", "How many matches; else 25."),
    ])
}

pub(super) fn define(ontology: &Ontology, definitions: &mut Definitions) {
    inputs(ontology, definitions);
    let pattern =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Pattern(field), text);
    definitions.object(
        "PatternMatches",
        "Where a pattern is found.",
        vec![
            pattern(
                "totalCount",
                "Int!",
                PatternField::TotalCount,
                "How many in all.",
            ),
            pattern(
                "matches",
                "[PatternMatch!]!",
                PatternField::Matches,
                "The first ones, by when what the nodes stand for was recorded, in their order.",
            ),
        ],
    );
    definitions.object(
        "PatternMatch",
        "What the parts of a pattern stand for.",
        vec![
            pattern(
                "bindings",
                "[PatternBinding!]!",
                PatternField::Bindings,
                "All parts with a name, nodes first, in their order.",
            ),
            pattern(
                "node",
                "Entity!",
                PatternField::Node,
                "What a node stands for.",
            )
            .with(vec![Argument::new("name", "String!", "The node's name.")]),
            pattern(
                "evidence",
                "[Evidence!]!",
                PatternField::Evidence,
                "What states the relationships.",
            )
            .with(vec![first_argument()]),
        ],
    );
    let binding =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Binding(field), text);
    definitions.object(
        "PatternBinding",
        "A part of a pattern and what it stands for.",
        vec![
            binding("name", "String!", BindingField::Name, "The part's name."),
            binding(
                "node",
                "Entity",
                BindingField::Node,
                "The entity, if it is a node.",
            ),
            binding(
                "relationship",
                "Relationship",
                BindingField::Relationship,
                "The relationship, if it is one.",
            ),
        ],
    );
}

fn inputs(ontology: &Ontology, definitions: &mut Definitions) {
    let mut input = |name: &str, description: &str, fields: Vec<Argument>| {
        let kind = Kind::Input {
            one_of: false,
            fields,
            shape: InputShape::Plain,
        };
        definitions.add(name, description, kind);
    };
    input(
        "PatternNode",
        "An entity of a pattern.",
        vec![
            Argument::new("name", "String!", "Its name in the pattern."),
            Argument::new("ids", "[ID!]", "One of these."),
            Argument::new("types", "[EntityType!]", "Of one of these types."),
            Argument::new("where", "PatternWhere", "What it has to fit."),
        ],
    );
    let filters = ontology.types.iter().map(|entity_type| {
        let name = &entity_type.name;
        Argument::new(
            &singular_field(name),
            format!("{name}Where"),
            "If it is one.",
        )
    });
    input(
        "PatternWhere",
        "What an entity has to fit, by its type; types that are not named do not fit.",
        filters.collect(),
    );
    input(
        "PatternRelationship",
        "A relationship of a pattern.",
        vec![
            Argument::new("name", "String", "Its name in the pattern."),
            Argument::new("from", "String!", "The node at one end."),
            Argument::new("to", "String!", "The node at the other."),
            Argument::new(
                "relationshipTypes",
                "[RelationshipType!]",
                "Of one of these types.",
            ),
            Argument::new(
                "direction",
                "RelationshipDirection",
                "Which way it leads from one to the other.",
            )
            .with_default("OUT"),
        ],
    );
    input(
        "PatternCondition",
        "A comparison. What is not stated compares with nothing.",
        vec![
            Argument::new("left", "PatternValue!", "What is compared."),
            Argument::new("operator", "PatternOperator!", "How."),
            Argument::new("right", "PatternValue!", "With what."),
        ],
    );
    input(
        "PatternValue",
        "A value of something in a pattern.",
        vec![
            Argument::new("of", "String!", "The name of a node or relationship."),
            Argument::new(
                "property",
                "String!",
                "Its property; also `id`, `name`, `since`, `until`, and `date`: when it held or happened.",
            ),
        ],
    );
    let values = [
        ("EQ", "The same."),
        ("NE", "Stated, and not the same."),
        ("LT", "A smaller number, or a text that sorts before."),
        ("GT", "A greater number, or a text that sorts after."),
        ("BEFORE", "Over before the other begins."),
        ("AFTER", "Beginning after the other is over."),
        ("OVERLAPS", "Sharing a day, or perhaps."),
    ];
    let values = values.map(|(value, text)| (value.to_owned(), text.to_owned()));
    definitions.add(
        "PatternOperator",
        "How two values stand to each other.",
        Kind::Enum {
            values: values.to_vec(),
        },
    );
}
