//! Dated facts in the order of time.

use crate::api::definition::{Definitions, FieldDefinition};
use crate::api::meaning::{Meaning, TimelineField};
use crate::api::schema::connections::{connection, first_argument};

pub(super) fn define(definitions: &mut Definitions) {
    let field = |name, ty: &str, field, text| {
        FieldDefinition::new(name, ty, Meaning::Timeline(field), text)
    };
    definitions.object(
        "TimelineItem",
        "A dated fact.",
        vec![
            field(
                "date",
                "ImpreciseDate!",
                TimelineField::Date,
                "When it was, or from when to when it held.",
            ),
            field(
                "label",
                "String!",
                TimelineField::Label,
                "The fact in words.",
            ),
            field(
                "about",
                "Entity!",
                TimelineField::About,
                "Which of the entities it is about.",
            ),
            field(
                "property",
                "String!",
                TimelineField::Property,
                "The property or relationship.",
            ),
            field(
                "node",
                "Entity",
                TimelineField::Node,
                "What stands at the end of the relationship.",
            ),
            field(
                "claim",
                "Claim!",
                TimelineField::Claim,
                "The claim that states it.",
            ),
            field(
                "datedBy",
                "Claim!",
                TimelineField::DatedBy,
                "The claim that gives the date, which may be one on the event at the end.",
            ),
            field(
                "evidence",
                "[Evidence!]!",
                TimelineField::Evidence,
                "What both rest on.",
            )
            .with(vec![first_argument()]),
        ],
    );
    connection(
        definitions,
        "Timeline",
        "TimelineItem",
        Vec::new(),
        Vec::new(),
    );
}
