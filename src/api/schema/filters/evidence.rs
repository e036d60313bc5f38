//! Filters on claims and on what they rest on.

use crate::api::definition::{Argument, Definitions};
use crate::api::schema::filters::{connectives, input};
use crate::api::shape::InputShape;

/// The evidence in a filter on an entity, a relationship or a claim.
pub(super) fn argument() -> Argument {
    Argument::new("evidence", "EvidenceWhere", "Evidence for it.")
}

pub(super) fn define(definitions: &mut Definitions) {
    let [and, or, not] = connectives("EvidenceWhere");
    let fields = vec![
        and,
        or,
        not,
        Argument::new("source", "SourceWhere", "The source."),
        Argument::new(
            "flag",
            "EvidenceFlagFilter",
            "One of its flags; `ne`: none of them.",
        ),
        Argument::new("modality", "ModalityFilter", "How the source knows."),
        Argument::new("stance", "StanceFilter", "For or against."),
        Argument::new("quote", "StringFilter", "The words of the source."),
        Argument::new("asStated", "StringFilter", "The value in its words."),
        Argument::new(
            "attributedTo",
            "EntityWhere",
            "Whom the source names for it.",
        ),
    ];
    input(
        definitions,
        "EvidenceWhere",
        "A filter on evidence: one piece of it must fit all conditions.",
        fields,
        InputShape::EvidenceWhere,
    );
    let [and, or, not] = connectives("ClaimWhere");
    let fields = vec![
        and,
        or,
        not,
        Argument::new("rank", "RankFilter", "Its rank."),
        Argument::new("stated", "StatedFilter", "Whether it gives a value."),
        Argument::new("property", "StringFilter", "The name of its property."),
        Argument::new(
            "relationshipType",
            "RelationshipTypeFilter",
            "The type of its relationship.",
        ),
        Argument::new("recordedAt", "DateTimeFilter", "When it was recorded."),
        argument(),
    ];
    input(
        definitions,
        "ClaimWhere",
        "A filter on claims; all its conditions must hold.",
        fields,
        InputShape::ClaimWhere,
    );
}
