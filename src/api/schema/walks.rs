//! Walks: paths, what can be reached, what lies around, what is shared.

use crate::api::definition::{Argument, Definitions, FieldDefinition, Kind};
use crate::api::meaning::{
    CommonField, EdgeField, Meaning, PathField, PathStepField, RootField, SubgraphField,
};
use crate::api::schema::connections::connection;
use crate::api::shape::InputShape;

/// The fields of the root.
pub(super) fn fields() -> Vec<FieldDefinition> {
    let field = |name, ty: &str, field, text: &str| {
        FieldDefinition::new(name, ty, Meaning::Root(field), text)
    };
    vec![
        field(
            "paths",
            "[Path!]!",
            RootField::Paths,
            "The best ways from one entity to another; empty if the record has none. Of equally good ones, those over entities recorded earlier come first.",
        )
        .with(paths()),
        field(
            "reach",
            "ReachConnection!",
            RootField::Reach,
            "What can be reached within some hops, each once, the nearest first.",
        )
        .with(reach()),
        field(
            "neighborhood",
            "Subgraph!",
            RootField::Neighborhood,
            "What lies around some entities. Where the limit cuts, the best connected of those equally near are kept.",
        )
        .with(vec![
            Argument::new("ids", "[ID!]!", "Where to begin."),
            Argument::new("depth", "Int", "How many hops, at most 6.").with_default("1"),
            relationship_types(),
            direction(),
            Argument::new("types", "[EntityType!]", "Only entities of these types."),
            Argument::new("limit", "Int", "At most so many entities, at most 1500.")
                .with_default("200"),
        ]),
        field(
            "common",
            "[Common!]!",
            RootField::Common,
            "What several entities share: those to which all of them are related, the most related first.",
        )
        .with(vec![
            Argument::new("ids", "[ID!]!", "The entities, two at least."),
            relationship_types(),
            direction(),
            Argument::new("types", "[EntityType!]", "Only entities of these types."),
            Argument::new("first", "Int", "How many."),
        ]),
    ]
}

fn relationship_types() -> Argument {
    Argument::new(
        "relationshipTypes",
        "[RelationshipType!]",
        "Only along these.",
    )
}

fn direction() -> Argument {
    Argument::new(
        "direction",
        "RelationshipDirection",
        "Which way along them.",
    )
}

fn through() -> Argument {
    Argument::new(
        "types",
        "[EntityType!]",
        "Only through entities of these types; the ends may be others.",
    )
}

fn paths() -> Vec<Argument> {
    vec![
        Argument::new("from", "ID!", "Where to begin."),
        Argument::new("to", "ID!", "Where to end."),
        relationship_types(),
        direction(),
        through(),
        Argument::new("avoid", "[ID!]", "Not through these entities."),
        Argument::new(
            "avoidTypes",
            "[EntityType!]",
            "Not through entities of these types; the ends may be of them.",
        ),
        Argument::new(
            "between",
            "EDTF",
            "Only along relationships that may have held or happened then, as `chronological` dates them.",
        ),
        Argument::new(
            "chronological",
            "Boolean",
            "Whether no hop may come before the one it follows: on some day of each that the dates allow. A relationship has its own dates, else that of what it begins at or leads to; without any, it may have been on any day.",
        ),
        Argument::new(
            "hops",
            "[PathHop!]",
            "What each hop has to be; all paths have as many, whatever `maxLength` says.",
        ),
        Argument::new("weight", "PathWeight", "Which ways are better.").with_default("FEWEST_HOPS"),
        Argument::new(
            "allShortest",
            "Boolean",
            "Whether to give all that are as good as the best, and no others.",
        ),
        Argument::new("maxLength", "Int", "At most so many hops, at most 12.").with_default("6"),
        Argument::new(
            "first",
            "Int",
            "So many ways, at most 50; else 1, with `allShortest` 50.",
        ),
    ]
}

fn reach() -> Vec<Argument> {
    vec![
        Argument::new("from", "[ID!]!", "Where to begin."),
        relationship_types(),
        direction(),
        through(),
        Argument::new(
            "find",
            "[EntityType!]",
            "List only entities of these types.",
        ),
        Argument::new("where", "EntityWhere", "List only those that fit."),
        Argument::new("minDepth", "Int", "At least so many hops away.").with_default("1"),
        Argument::new("maxDepth", "Int", "At most so many hops away, at most 12.")
            .with_default("3"),
        Argument::new("first", "Int", "How many."),
        Argument::new("after", "String", "A cursor."),
    ]
}

/// The types of arguments and answers.
pub(super) fn define(definitions: &mut Definitions) {
    inputs(definitions);
    let reached = vec![
        FieldDefinition::new(
            "depth",
            "Int!",
            Meaning::Edge(EdgeField::Depth),
            "How many hops away it is.",
        ),
        FieldDefinition::new(
            "witness",
            "Path!",
            Meaning::Edge(EdgeField::Witness),
            "One of the shortest ways that lead there.",
        ),
    ];
    connection(definitions, "Reach", "Entity", reached, Vec::new());
    definitions.object(
        "Path",
        "A way from one entity to another, along relationships in either direction.",
        vec![
            FieldDefinition::new(
                "length",
                "Int!",
                Meaning::Path(PathField::Length),
                "The number of steps.",
            ),
            FieldDefinition::new(
                "steps",
                "[PathStep!]!",
                Meaning::Path(PathField::Steps),
                "The steps in order.",
            ),
        ],
    );
    let step = |name, ty: &str, field, text| {
        FieldDefinition::new(name, ty, Meaning::PathStep(field), text)
    };
    definitions.object(
        "PathStep",
        "One step of a path.",
        vec![
            step(
                "from",
                "Entity!",
                PathStepField::From,
                "Where the step begins.",
            ),
            step(
                "relationship",
                "Relationship!",
                PathStepField::Relationship,
                "The relationship that it follows.",
            ),
            step("to", "Entity!", PathStepField::To, "Where the step ends."),
            step(
                "forward",
                "Boolean!",
                PathStepField::Forward,
                "Whether it goes with the relationship's direction.",
            ),
            step(
                "label",
                "String!",
                PathStepField::Label,
                "The step in words, in the direction of travel.",
            ),
        ],
    );
    let common =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Common(field), text);
    definitions.object(
        "Common",
        "What several entities share.",
        vec![
            common(
                "node",
                "Entity!",
                CommonField::Node,
                "To what all of them are related.",
            ),
            common(
                "steps",
                "[PathStep!]!",
                CommonField::Steps,
                "How each of them is related to it.",
            ),
        ],
    );
    subgraph(definitions);
}

fn inputs(definitions: &mut Definitions) {
    let mut choice = |name: &str, description: &str, values: &[(&str, &str)]| {
        let values = values
            .iter()
            .map(|(value, text)| ((*value).to_owned(), (*text).to_owned()))
            .collect();
        definitions.add(name, description, Kind::Enum { values });
    };
    choice(
        "RelationshipDirection",
        "Which way relationships are followed.",
        &[
            ("BOTH", "Either way, as if nothing was said."),
            ("OUT", "From subject to object."),
            ("IN", "From object to subject."),
        ],
    );
    choice(
        "PathWeight",
        "Which paths are better.",
        &[
            ("FEWEST_HOPS", "Those of fewer hops."),
            (
                "BEST_SOURCED",
                "Those with more independent sources: a hop costs 1 divided by their number, and 2 where none supports it.",
            ),
        ],
    );
    definitions.add(
        "PathHop",
        "What one hop of a path has to be. What is not said may be anything.",
        Kind::Input {
            one_of: false,
            fields: vec![
                relationship_types(),
                direction(),
                Argument::new("types", "[EntityType!]", "To an entity of these types."),
            ],
            shape: InputShape::Plain,
        },
    );
}

fn subgraph(definitions: &mut Definitions) {
    let subgraph = |name, ty: &str, field, text| {
        FieldDefinition::new(name, ty, Meaning::Subgraph(field), text)
    };
    definitions.object(
        "Subgraph",
        "Some entities and all relationships between them.",
        vec![
            subgraph(
                "nodes",
                "[Entity!]!",
                SubgraphField::Nodes,
                "The entities, those nearest first.",
            ),
            subgraph(
                "relationships",
                "[Relationship!]!",
                SubgraphField::Relationships,
                "The relationships between them.",
            ),
            subgraph(
                "omitted",
                "Int!",
                SubgraphField::Omitted,
                "How many entities next to those shown were left out for the limit; what lies behind them is not counted.",
            ),
            subgraph(
                "cut",
                "[TypeCount!]!",
                SubgraphField::Cut,
                "The same by type, the most first.",
            ),
        ],
    );
}
