//! What changes the record: mutations, what they take, and what comes of them.

mod entities;

use crate::api::definition::{Argument, Definitions, FieldDefinition, Kind, MUTATION};
use crate::api::meaning::{Meaning, MutationField, PayloadField};
use crate::api::shape::InputShape;
use crate::model::access::Role;
use crate::model::ontology::Ontology;

pub(crate) use entities::outward;

pub(super) fn define(ontology: &Ontology, definitions: &mut Definitions) {
    mutations(definitions);
    payload(definitions);
    changes(definitions);
    entities::define(ontology, definitions);
}

fn mutations(definitions: &mut Definitions) {
    let mutation = |name, input: &str, meaning, text| {
        let argument = Argument::new("input", format!("{input}!"), "What is recorded.");
        FieldDefinition::new(
            name,
            "RecordChangesPayload!",
            Meaning::Mutation(meaning),
            text,
        )
        .with(vec![argument])
        .needing(Role::Contributor)
    };
    definitions.object(
        MUTATION,
        "What changes the record. Nothing is overwritten: a correction is a new claim, and what is retracted stays in the history.",
        vec![
            mutation(
                "recordChanges",
                "RecordChangesInput",
                MutationField::Changes,
                "Records changes in one transaction, all or none. What contributors record are proposals; all but new claims is for editors.",
            ),
            mutation(
                "recordFact",
                "RecordFactInput",
                MutationField::Fact,
                "Records one fact with the words of a document that state it; what contributors record is a proposal.",
            ),
        ],
    );
    let mut fields = vec![
        Argument::new(
            "changes",
            "[ChangeInput!]!",
            "The changes, in order; later ones may name what earlier ones put.",
        ),
        Argument::new("reason", "String!", "Why, for the history."),
    ];
    fields.extend(terms());
    fields.push(Argument::new(
        "visibleFrom",
        "DateTime",
        "An embargo: until then only editors see it.",
    ));
    input(definitions, "RecordChangesInput", "A transaction.", fields);
    let mut fields = vec![
        Argument::new("subject", "ID!", "Whom or what it is about."),
        Argument::new(
            "property",
            "String!",
            "A property or relationship of the subject's type, by its field's name.",
        ),
        Argument::new(
            "value",
            "String!",
            "The value as text: a date in EDTF, a number, an enum's word, an id.",
        ),
        Argument::new("url", "URL!", "The document that states it."),
        Argument::new("quote", "String!", "Its words, exactly."),
        Argument::new(
            "title",
            "String",
            "The document's title, where it is not on record yet.",
        ),
        Argument::new("asStated", "String", "The document's wording of the value."),
        Argument::new("since", "EDTF", "When it began to hold."),
        Argument::new("until", "EDTF", "When it ceased to hold."),
        Argument::new("reason", "String", "Why, for the history."),
    ];
    fields.extend(terms());
    input(
        definitions,
        "RecordFactInput",
        "One fact, as a form asks for it.",
        fields,
    );
}

/// What both mutations take beside what is recorded.
fn terms() -> Vec<Argument> {
    vec![
        Argument::new(
            "propose",
            "Boolean",
            "Whether an editor is to decide on the new claims first.",
        )
        .with_default("false"),
        Argument::new(
            "expectVersion",
            "BigInt",
            "The version that the changes were made for: refused as a conflict if it has moved on.",
        ),
        Argument::new(
            "idempotencyKey",
            "String",
            "A key of yours: sent again with the same input, the first result is answered.",
        ),
        Argument::new(
            "dryRun",
            "Boolean",
            "Whether only to show what would come of it.",
        )
        .with_default("false"),
    ]
}

fn payload(definitions: &mut Definitions) {
    let field =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Payload(field), text);
    definitions.object(
        "RecordChangesPayload",
        "What came of a transaction, seen in a view that contains it.",
        vec![
            field(
                "version",
                "BigInt!",
                PayloadField::Version,
                "The version that holds it; in a dry run, the one that it would make.",
            ),
            field(
                "dryRun",
                "Boolean!",
                PayloadField::DryRun,
                "Whether nothing was recorded.",
            ),
            field(
                "repeated",
                "Boolean!",
                PayloadField::Repeated,
                "Whether the idempotency key had been used: this is the first result.",
            ),
            field(
                "transaction",
                "Transaction!",
                PayloadField::Transaction,
                "The transaction.",
            ),
            field(
                "changes",
                "[Change!]!",
                PayloadField::Changes,
                "What it did to claims.",
            ),
            field(
                "entities",
                "[Entity!]!",
                PayloadField::Entities,
                "What the changes are about, each once.",
            ),
            field(
                "disputes",
                "[Dispute!]!",
                PayloadField::Disputes,
                "Disputes about these that were not there before.",
            ),
            field(
                "query",
                "Query!",
                PayloadField::Query,
                "The record with the changes.",
            ),
        ],
    );
}

fn changes(definitions: &mut Definitions) {
    let change = |name: &str, ty: &str, text: &str| Argument::new(name, ty, text);
    let fields = vec![
        change(
            "put",
            "PutInput",
            "Claims about an entity, which is put on record if it is not there.",
        ),
        change(
            "addEvidence",
            "AddEvidenceInput",
            "More sources state or dispute a claim.",
        ),
        change("setRank", "SetRankInput", "A claim is ranked anew."),
        change(
            "retract",
            "RetractInput",
            "A claim is withdrawn; earlier views still show it.",
        ),
        change(
            "review",
            "ReviewInput",
            "Proposed claims are accepted, or rejected.",
        ),
        change(
            "addAlternateId",
            "AlternateIdInput",
            "An entity is known by one more id.",
        ),
        change(
            "annotate",
            "AnnotateInput",
            "An annotation speaks of a claim.",
        ),
    ];
    definitions.add(
        "ChangeInput",
        "One change of the record.",
        Kind::Input {
            one_of: true,
            fields,
            shape: InputShape::Plain,
        },
    );
    let claim = || Argument::new("claim", "ID!", "The claim.");
    let reason = || Argument::new("reason", "String!", "Why.");
    let evidence = || Argument::new("evidence", "[EvidenceInput!]!", "What states it.");
    input(
        definitions,
        "AddEvidenceInput",
        "More evidence of a claim.",
        vec![claim(), evidence()],
    );
    input(
        definitions,
        "SetRankInput",
        "A new rank of a claim.",
        vec![
            claim(),
            Argument::new("rank", "Rank!", "The rank."),
            reason(),
        ],
    );
    input(
        definitions,
        "RetractInput",
        "A claim that is withdrawn.",
        vec![claim(), reason()],
    );
    input(
        definitions,
        "ReviewInput",
        "A decision on proposals.",
        vec![
            Argument::new("claims", "[ID!]!", "The claims."),
            Argument::new("review", "ClaimReview!", "ACCEPTED or REJECTED."),
            Argument::new("reason", "String", "Why."),
        ],
    );
    input(
        definitions,
        "AlternateIdInput",
        "One more id of an entity.",
        vec![
            Argument::new("entity", "ID!", "The entity."),
            Argument::new("id", "ID!", "The other id, with the same prefix."),
        ],
    );
    input(
        definitions,
        "AnnotateInput",
        "A note on a claim.",
        vec![
            claim(),
            Argument::new("annotation", "ID!", "The annotation's id."),
        ],
    );
    input(
        definitions,
        "PutInput",
        "Claims about one entity that rest on the same evidence and hold for the same time.",
        vec![
            Argument::new("entity", "EntityInput!", "The entity, and what is claimed."),
            Argument::new(
                "evidence",
                "[EvidenceInput!]",
                "What states it; of a source, the source itself if not given.",
            ),
            Argument::new("since", "EDTF", "When it began to hold."),
            Argument::new("until", "EDTF", "When it ceased to hold."),
            Argument::new(
                "ongoing",
                "Boolean",
                "Whether the source says that it still holds.",
            ),
            Argument::new("attested", "EDTF", "A date on which it held."),
            Argument::new("rank", "Rank", "The claims' rank.").with_default("NORMAL"),
            Argument::new("rankReason", "String", "Why they have it."),
            Argument::new(
                "none",
                "[String!]",
                "Properties of which the source says that there is no value.",
            ),
            Argument::new(
                "unknown",
                "[String!]",
                "Properties of which the source says that it is not known.",
            ),
        ],
    );
}

fn input(definitions: &mut Definitions, name: &str, description: &str, fields: Vec<Argument>) {
    definitions.add(
        name,
        description,
        Kind::Input {
            one_of: false,
            fields,
            shape: InputShape::Plain,
        },
    );
}
