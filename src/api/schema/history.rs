//! What the record learned, and when: of an entity, of a property, between two moments.

use crate::api::definition::{Argument, Definitions, FieldDefinition, Kind};
use crate::api::meaning::{ChangeField, HistoryField, Meaning, TransactionField};
use crate::api::schema::connections::{connection, forward_arguments};
use crate::api::shape::InputShape;
use crate::graph::history::ChangeKind;

pub(super) fn define(definitions: &mut Definitions) {
    let kinds = ChangeKind::ALL.iter();
    let words = kinds.map(|word| (word.name().to_owned(), word.meaning().to_owned()));
    definitions.add(
        "ChangeKind",
        "What happened to a claim.",
        Kind::Enum {
            values: words.collect(),
        },
    );
    let transaction = |name, ty: &str, field, text| {
        FieldDefinition::new(name, ty, Meaning::Transaction(field), text)
    };
    definitions.object(
        "Transaction",
        "Changes that were recorded together.",
        vec![
            transaction(
                "version",
                "BigInt!",
                TransactionField::Version,
                "Its number: the graph's version after it.",
            ),
            transaction(
                "recordedAt",
                "DateTime!",
                TransactionField::RecordedAt,
                "When it was recorded.",
            ),
            transaction(
                "author",
                "String!",
                TransactionField::Author,
                "Who recorded it.",
            ),
            transaction("reason", "String!", TransactionField::Reason, "Why."),
        ],
    );
    let change =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Change(field), text);
    definitions.object(
        "Change",
        "One change of the record.",
        vec![
            change("kind", "ChangeKind!", ChangeField::Kind, "What happened."),
            change("claim", "Claim!", ChangeField::Claim, "To which claim."),
            change(
                "transaction",
                "Transaction!",
                ChangeField::Transaction,
                "By which transaction.",
            ),
            change(
                "before",
                "Claim",
                ChangeField::Before,
                "The claim that was shown in its place before: the winner of the property or the field, of one of many values that one.",
            ),
            change(
                "after",
                "Claim",
                ChangeField::After,
                "The claim that is shown there since.",
            ),
            change("rank", "Rank", ChangeField::Rank, "The new rank."),
            change(
                "previousRank",
                "Rank",
                ChangeField::PreviousRank,
                "The rank before.",
            ),
            change(
                "reason",
                "String",
                ChangeField::Reason,
                "Why it was withdrawn, or ranked so.",
            ),
            change(
                "evidence",
                "Evidence",
                ChangeField::Evidence,
                "The evidence that was added.",
            ),
        ],
    );
    connection(definitions, "Change", "Change", Vec::new(), Vec::new());
    let entry =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::History(field), text);
    definitions.object(
        "HistoryEntry",
        "What one transaction changed.",
        vec![
            entry(
                "transaction",
                "Transaction!",
                HistoryField::Transaction,
                "The transaction.",
            ),
            entry(
                "changes",
                "[Change!]!",
                HistoryField::Changes,
                "What it changed of this.",
            ),
            entry(
                "entities",
                "[Entity!]!",
                HistoryField::Entities,
                "The entities that these changes are about.",
            ),
            entry(
                "sources",
                "[Source!]!",
                HistoryField::Sources,
                "The sources that these changes brought.",
            ),
        ],
    );
    connection(
        definitions,
        "History",
        "HistoryEntry",
        Vec::new(),
        Vec::new(),
    );
    definitions.add(
        "Moment",
        "A moment of the record.",
        Kind::Input {
            one_of: true,
            fields: vec![
                Argument::new("time", "DateTime", "All that was recorded until then."),
                Argument::new("version", "BigInt", "All up to this transaction."),
            ],
            shape: InputShape::Plain,
        },
    );
}

/// The field `history`.
pub(super) fn history(meaning: Meaning) -> FieldDefinition {
    FieldDefinition::new(
        "history",
        "HistoryConnection!",
        meaning,
        "What the record learned.",
    )
    .with(forward_arguments())
}
