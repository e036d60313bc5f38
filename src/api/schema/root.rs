//! The root of queries, and the answers that are about the graph as a whole.

use crate::api::definition::{Argument, Definitions, FieldDefinition};
use crate::api::meaning::{
    ConnectionField, EdgeField, GraphField, MatchField, Meaning, RootField, TypeCountField,
};
use crate::api::schema::connections::{connection, forward_arguments, page_arguments};
use crate::api::schema::disputes::comparisons;
use crate::api::schema::entities::view_arguments;
use crate::api::schema::{pattern, trace, walks};
use crate::model::access::Role;
use crate::model::naming::{plural_field, singular_field};
use crate::model::ontology::{Ontology, TypeIndex};

pub(super) fn define(ontology: &Ontology, definitions: &mut Definitions) {
    let id = || vec![Argument::new("id", "ID!", "The id, such as `prefix:slug`.")];
    let mut fields = vec![
        FieldDefinition::new(
            "node",
            "Node",
            Meaning::Root(RootField::Node),
            "Any entity by its id; null where nothing is on record.",
        )
        .with(id()),
        FieldDefinition::new(
            "nodes",
            "[Node]!",
            Meaning::Root(RootField::Nodes),
            "Entities by their ids, in their order; null where nothing is on record.",
        )
        .with(vec![Argument::new(
            "ids",
            "[ID!]!",
            "The ids, at most 1000.",
        )]),
    ];
    for (index, entity_type) in (0..).map(TypeIndex).zip(&ontology.types) {
        let name = &entity_type.name;
        fields.push(
            FieldDefinition::new(
                &singular_field(name),
                name,
                Meaning::Root(RootField::One(index)),
                format!("One by its id: {}", lower_first(&entity_type.description)),
            )
            .with(id()),
        );
        let arguments = list_arguments(name);
        let many = FieldDefinition::new(
            &plural_field(name),
            format!("{name}Connection!"),
            Meaning::Root(RootField::Many(index)),
            format!("All of a kind: {}", lower_first(&entity_type.description)),
        );
        fields.push(many.with(arguments));
    }
    fields.push(
        FieldDefinition::new("search", "SearchConnection!", Meaning::Root(RootField::Search), "What goes by these words: names, aliases, texts, quotes; accents, typing errors and other scripts are looked through. Words in quotation marks have to stand as they are. Looks at the best 1000.").with(vec![
            Argument::new("text", "String!", "The words."),
            Argument::new("types", "[EntityType!]", "Only of these types."),
            Argument::new("where", "EntityWhere", "Only those that fit."),
            Argument::new("fuzzy", "Boolean", "Whether typing errors are looked through.").with_default("true"),
            Argument::new("transliterate", "Boolean", "Whether words of one script find those of another.").with_default("true"),
            Argument::new("quotes", "Boolean", "Whether quotes are searched; if not given, where nothing else is found."),
            Argument::new("first", "Int", "How many; 25 if not given, at most 1000."),
            Argument::new("after", "String", "Only those after this cursor."),
        ]),
    );
    fields.extend(walks::fields());
    fields.push(pattern::field());
    let mut arguments = vec![
        Argument::new("from", "Moment!", "After this moment."),
        Argument::new("to", "Moment", "Up to this one; now if not given."),
        Argument::new(
            "about",
            "[ID!]",
            "Only claims on these or that lead to them.",
        ),
    ];
    arguments.extend(forward_arguments());
    fields.push(
        FieldDefinition::new(
            "changesBetween",
            "ChangeConnection!",
            Meaning::Root(RootField::ChangesBetween),
            "What the record gained, corrected and withdrew between two moments, the oldest first.",
        )
        .with(arguments),
    );
    let mut arguments = vec![
        Argument::new("ids", "[ID!]!", "Whose facts."),
        Argument::new("between", "EDTF", "Only what can lie in this time."),
    ];
    arguments.extend(forward_arguments());
    fields.push(
        FieldDefinition::new(
            "timeline",
            "TimelineConnection!",
            Meaning::Root(RootField::Timeline),
            "Dated facts about some entities, in the order of time.",
        )
        .with(arguments),
    );
    let compared = comparisons(
        Meaning::Root(RootField::Disputes),
        Meaning::Root(RootField::Corroborations),
    );
    fields.extend(compared.into_iter().map(|mut field| {
        let about = Argument::new("about", "[ID!]", "Only what concerns one of these.");
        field.arguments.insert(0, about);
        field
    }));
    let mut arguments = vec![Argument::new("where", "ClaimWhere", "Which to show.")];
    arguments.extend(page_arguments());
    fields.push(
        FieldDefinition::new(
            "proposals",
            "ClaimConnection!",
            Meaning::Root(RootField::Proposals),
            "The claims that wait for an editor, the oldest first.",
        )
        .with(arguments)
        .needing(Role::Contributor),
    );
    if let Some(commitment) = ontology.commitment_type() {
        fields.extend(trace::root_fields(ontology, commitment));
    }
    fields.push(
        FieldDefinition::new(
            "claim",
            "Claim",
            Meaning::Root(RootField::Claim),
            "A claim by its id; null where nothing is on record.",
        )
        .with(id()),
    );
    fields.push(
        FieldDefinition::new(
            "at",
            "Query!",
            Meaning::Root(RootField::At),
            "The same fields, seen as of then. Everything below inherits the view.",
        )
        .with(view_arguments()),
    );
    fields.push(FieldDefinition::new(
        "graph",
        "Graph!",
        Meaning::Root(RootField::Graph),
        "What the graph holds.",
    ));
    definitions.object("Query", "Who committed to what, on the record. Every list is a connection, every fact has its evidence.", fields);
    answers(definitions);
}

fn answers(definitions: &mut Definitions) {
    let found = vec![
        FieldDefinition::new(
            "score",
            "Float!",
            Meaning::Edge(EdgeField::Score),
            "How well it matches, up to 1.",
        ),
        FieldDefinition::new(
            "matchedOn",
            "SearchMatch!",
            Meaning::Edge(EdgeField::MatchedOn),
            "What matched, and why.",
        ),
        FieldDefinition::new(
            "highlight",
            "String!",
            Meaning::Edge(EdgeField::Highlight),
            "The text that matched, with ** around what was found.",
        ),
    ];
    let facets = FieldDefinition::new(
        "facets",
        "[TypeCount!]!",
        Meaning::Connection(ConnectionField::Facets),
        "How many of all matches are of each type.",
    );
    connection(definitions, "Search", "Entity", found, vec![facets]);
    let matched =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Match(field), text);
    definitions.object(
        "SearchMatch",
        "What matched, and why.",
        vec![
            matched(
                "field",
                "String!",
                MatchField::Field,
                "The property that matched, or `quote`.",
            ),
            matched("value", "String!", MatchField::Value, "Its text."),
            matched(
                "why",
                "MatchReason!",
                MatchField::Why,
                "What had to be looked through for it to match.",
            ),
            matched(
                "claim",
                "Claim!",
                MatchField::Claim,
                "The claim that gives the text.",
            ),
        ],
    );
    let graph =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Graph(field), text);
    definitions.object(
        "Graph",
        "The graph as a whole.",
        vec![
            graph(
                "version",
                "BigInt!",
                GraphField::Version,
                "The number of transactions on record; it grows with each.",
            ),
            graph(
                "head",
                "String",
                GraphField::Head,
                "The hash of the last of them, which vouches for all: each is chained to the one before.",
            ),
            graph(
                "recordedAt",
                "DateTime",
                GraphField::RecordedAt,
                "When the last of them was recorded.",
            ),
            graph(
                "entities",
                "Int!",
                GraphField::Entities,
                "How many entities are on record now.",
            ),
            graph(
                "relationships",
                "Int!",
                GraphField::Relationships,
                "How many relationships are on record now.",
            ),
            graph(
                "claims",
                "Int!",
                GraphField::Claims,
                "How many claims are on record now, retracted ones too.",
            ),
            graph(
                "evidence",
                "Int!",
                GraphField::Evidence,
                "How many pieces of evidence are on record now.",
            ),
            graph(
                "types",
                "[TypeCount!]!",
                GraphField::Types,
                "How many entities there are of each type.",
            ),
            graph(
                "ontology",
                "String!",
                GraphField::Ontology,
                "The ontology that the API is made from, as SDL.",
            ),
            graph(
                "persistent",
                "Boolean!",
                GraphField::Persistent,
                "Whether what is written outlives the server.",
            ),
        ],
    );
    let count = |name, ty: &str, field, text| {
        FieldDefinition::new(name, ty, Meaning::TypeCount(field), text)
    };
    definitions.object(
        "TypeCount",
        "How many entities there are of a type.",
        vec![
            count("type", "EntityType!", TypeCountField::Type, "The type."),
            count(
                "name",
                "String!",
                TypeCountField::Name,
                "Its name in the schema.",
            ),
            count(
                "count",
                "Int!",
                TypeCountField::Count,
                "How many there are.",
            ),
        ],
    );
}

/// The arguments of a list of all entities of a type.
pub(super) fn list_arguments(name: &str) -> Vec<Argument> {
    let mut arguments = vec![
        Argument::new("where", format!("{name}Where"), "Which to show."),
        Argument::new("orderBy", format!("[{name}Order!]"), "The order."),
    ];
    arguments.extend(page_arguments());
    arguments
}

/// A description as the end of a sentence.
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}
