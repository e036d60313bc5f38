//! Disputes and corroborations: competing statements side by side.

use crate::api::definition::{Definitions, FieldDefinition, Kind};
use crate::api::meaning::{DisputeField, DisputeSideField, Meaning};
use crate::api::schema::connections::{connection, first_argument, forward_arguments};
use crate::graph::disputes::Verdict;

pub(super) fn define(definitions: &mut Definitions) {
    let verdicts = Verdict::ALL.iter();
    let words = verdicts.map(|word| (word.name().to_owned(), word.meaning().to_owned()));
    definitions.add(
        "Verdict",
        "How statements stand to each other.",
        Kind::Enum {
            values: words.collect(),
        },
    );
    let dispute =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Dispute(field), text);
    definitions.object(
        "Dispute",
        "Statements of the sources side by side, with a verdict that is worked out from them.",
        vec![
            dispute(
                "verdict",
                "Verdict!",
                DisputeField::Verdict,
                "How they stand to each other.",
            ),
            dispute("why", "String!", DisputeField::Why, "Why, in a sentence."),
            dispute(
                "about",
                "[Entity!]!",
                DisputeField::About,
                "What they are about: one entity, or two figures.",
            ),
            dispute(
                "property",
                "String!",
                DisputeField::Property,
                "The property or relationship that they state.",
            ),
            dispute(
                "sides",
                "[DisputeSide!]!",
                DisputeField::Sides,
                "The statements.",
            ),
        ],
    );
    let side = |name, ty: &str, field, text| {
        FieldDefinition::new(name, ty, Meaning::DisputeSide(field), text)
    };
    definitions.object(
        "DisputeSide",
        "One of the statements that are compared.",
        vec![
            side(
                "value",
                "String",
                DisputeSideField::Value,
                "What it states, in words.",
            ),
            side(
                "rank",
                "Rank!",
                DisputeSideField::Rank,
                "The rank of its best claim.",
            ),
            side(
                "stance",
                "Stance!",
                DisputeSideField::Stance,
                "Whether it speaks for its claims or against them.",
            ),
            side(
                "claims",
                "[Claim!]!",
                DisputeSideField::Claims,
                "The claims that say the same.",
            ),
            side(
                "evidence",
                "[Evidence!]!",
                DisputeSideField::Evidence,
                "What this side rests on.",
            )
            .with(vec![first_argument()]),
            side(
                "independentSources",
                "Int!",
                DisputeSideField::IndependentSources,
                "How many sources it has; those derived from each other count as one.",
            ),
        ],
    );
    connection(definitions, "Dispute", "Dispute", Vec::new(), Vec::new());
}

/// The fields `disputes` and `corroborations`.
pub(super) fn comparisons(disputes: Meaning, corroborations: Meaning) -> [FieldDefinition; 2] {
    let field = |name, meaning, text| {
        FieldDefinition::new(name, "DisputeConnection!", meaning, text).with(forward_arguments())
    };
    [
        field("disputes", disputes, "What sources do not agree on."),
        field(
            "corroborations",
            corroborations,
            "What sources agree on, or add.",
        ),
    ]
}
