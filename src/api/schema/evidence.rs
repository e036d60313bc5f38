//! Claims and what they rest on.

use crate::api::definition::{Definitions, FieldDefinition};
use crate::api::meaning::{ClaimField, EvidenceField, Meaning};
use crate::api::schema::connections::{connection, first_argument};
use crate::api::schema::disputes::comparisons;
use crate::model::ontology::Ontology;

pub(super) fn define(_ontology: &Ontology, definitions: &mut Definitions) {
    let claim =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Claim(field), text);
    let mut fields = vec![
        claim(
            "id",
            "ID!",
            ClaimField::Id,
            "The id; inside `at` it carries the view.",
        ),
        claim(
            "claimId",
            "ID!",
            ClaimField::ClaimId,
            "The id without a view.",
        ),
        claim(
            "subject",
            "Entity!",
            ClaimField::Subject,
            "The entity it is about.",
        ),
        claim(
            "property",
            "String",
            ClaimField::Property,
            "The property it states; null if it states a relationship.",
        ),
        claim(
            "relationship",
            "Relationship",
            ClaimField::Relationship,
            "The relationship it states; null if it states a property.",
        ),
        claim(
            "stated",
            "Stated!",
            ClaimField::Stated,
            "Whether the source gives a value, says there is none, or that it is not known.",
        ),
        claim(
            "value",
            "String",
            ClaimField::Value,
            "The value in words; of a relationship, what stands at its end.",
        ),
        claim(
            "since",
            "ImpreciseDate",
            ClaimField::Since,
            "When it began to hold, if the source says.",
        ),
        claim(
            "until",
            "ImpreciseDate",
            ClaimField::Until,
            "When it ceased to hold, if the source says.",
        ),
        claim(
            "ongoing",
            "Boolean!",
            ClaimField::Ongoing,
            "Whether the source says that it still holds.",
        ),
        claim(
            "attested",
            "ImpreciseDate",
            ClaimField::Attested,
            "A date it held on.",
        ),
        claim(
            "certainty",
            "Certainty",
            ClaimField::Certainty,
            "Whether it surely held on the date of `at`; null without one, and where a date says nothing.",
        ),
        claim(
            "rank",
            "Rank!",
            ClaimField::Rank,
            "Its rank among the claims on the same matter.",
        ),
        claim(
            "rankReason",
            "String",
            ClaimField::RankReason,
            "Why it has that rank.",
        ),
        claim(
            "review",
            "ClaimReview!",
            ClaimField::Review,
            "How far an editor has looked at it.",
        ),
        claim(
            "recordedAt",
            "DateTime!",
            ClaimField::RecordedAt,
            "When the record learned it.",
        ),
        claim(
            "recordedBy",
            "String!",
            ClaimField::RecordedBy,
            "Who recorded it.",
        ),
        claim(
            "recordedBecause",
            "String!",
            ClaimField::RecordedBecause,
            "Why it was recorded.",
        ),
        claim(
            "version",
            "BigInt!",
            ClaimField::Version,
            "The transaction that recorded it.",
        ),
        claim(
            "retractedAt",
            "DateTime",
            ClaimField::RetractedAt,
            "When it was withdrawn; null while it stands.",
        ),
        claim(
            "retractionReason",
            "String",
            ClaimField::RetractionReason,
            "Why it was withdrawn.",
        ),
        claim(
            "evidence",
            "[Evidence!]!",
            ClaimField::Evidence,
            "What states it.",
        )
        .with(vec![first_argument()]),
        claim(
            "annotations",
            "[Annotation!]!",
            ClaimField::Annotations,
            "What an editor notes on it.",
        ),
    ];
    fields.extend(comparisons(
        Meaning::Claim(ClaimField::Disputes),
        Meaning::Claim(ClaimField::Corroborations),
    ));
    definitions.object(
        "Claim",
        "One recorded fact with its evidence: the atom of the record.",
        fields,
    );
    connection(definitions, "Claim", "Claim", Vec::new(), Vec::new());
    let evidence = |name, ty: &str, field, text| {
        FieldDefinition::new(name, ty, Meaning::Evidence(field), text)
    };
    definitions.object(
        "Evidence",
        "What states a claim: a passage of a source, and how the source states it.",
        vec![
            evidence("source", "Source!", EvidenceField::Source, "The source."),
            evidence(
                "quote",
                "String",
                EvidenceField::Quote,
                "The source's words.",
            ),
            evidence(
                "prefix",
                "String",
                EvidenceField::Prefix,
                "The words just before them.",
            ),
            evidence(
                "suffix",
                "String",
                EvidenceField::Suffix,
                "The words just after them.",
            ),
            evidence(
                "asStated",
                "String",
                EvidenceField::AsStated,
                "The source's own wording of the value, where it differs.",
            ),
            evidence(
                "attributedTo",
                "Entity",
                EvidenceField::AttributedTo,
                "To whom the source attributes it.",
            ),
            evidence(
                "attributedAs",
                "String",
                EvidenceField::AttributedAs,
                "To whom the source attributes it, in its own words.",
            ),
            evidence(
                "modality",
                "Modality!",
                EvidenceField::Modality,
                "How the source knows.",
            ),
            evidence(
                "stance",
                "Stance!",
                EvidenceField::Stance,
                "For the claim or against it.",
            ),
            evidence(
                "flags",
                "[EvidenceFlag!]!",
                EvidenceField::Flags,
                "What a reader must know about it.",
            ),
            evidence(
                "note",
                "String",
                EvidenceField::Note,
                "An editor's word on it.",
            ),
        ],
    );
}
