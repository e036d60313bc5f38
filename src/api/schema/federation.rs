//! What makes the schema a subgraph of Apollo Federation 2: entities that other subgraphs refer to by `id`, the two
//! fields by which a router asks for them, and the schema with its keys.

use std::fmt::Write;

use crate::api::definition::{Argument, Definitions, FieldDefinition, Kind};
use crate::api::meaning::{Meaning, RootField};
use crate::model::ontology::Ontology;

/// The version of the specification, and what of it is used.
const LINK: &str = "extend schema\n  @link(url: \"https://specs.apollo.dev/federation/v2.3\", import: [\"@key\"])\n\n";

/// Adds what a router asks for.
pub(crate) fn define(ontology: &Ontology, definitions: &mut Definitions) {
    definitions.add(
        "_Any",
        "An entity as a router names it: its `__typename` and its key.",
        Kind::Scalar { specified_by: None },
    );
    definitions.add(
        "_Entity",
        "An entity that other subgraphs may refer to.",
        Kind::Union {
            members: ontology
                .types
                .iter()
                .map(|entity_type| entity_type.name.clone())
                .collect(),
        },
    );
    definitions.object(
        "_Service",
        "What a router reads when it puts subgraphs together.",
        vec![FieldDefinition::new(
            "sdl",
            "String!",
            Meaning::SubgraphSchema,
            "The schema with its keys.",
        )],
    );
    let fields = [
        FieldDefinition::new(
            "_entities",
            "[_Entity]!",
            Meaning::Root(RootField::Representations),
            "Entities that a router names, in their order; null where nothing is on record.",
        )
        .with(vec![Argument::new(
            "representations",
            "[_Any!]!",
            "At most 1000, each with `__typename` and `id`.",
        )]),
        FieldDefinition::new(
            "_service",
            "_Service!",
            Meaning::Root(RootField::Service),
            "This subgraph.",
        ),
    ];
    definitions.extend("Query", fields);
}

/// A schema with the key of each of its entity types. What a router adds by itself is left out.
pub(crate) fn with_keys(sdl: &str, ontology: &Ontology) -> String {
    let mut keyed = String::with_capacity(sdl.len() + 4096);
    keyed.push_str(LINK);
    for line in sdl.lines() {
        let name = line
            .strip_prefix("type ")
            .and_then(|rest| rest.split([' ', '{']).next());
        let head = name
            .filter(|name| ontology.type_named(name).is_some())
            .and_then(|_| line.strip_suffix('{'));
        let _written = match head {
            Some(head) => writeln!(keyed, "{}@key(fields: \"id\") {{", head),
            None => writeln!(keyed, "{line}"),
        };
    }
    keyed
}
