//! `trace` and its answers: they exist where the ontology has a type for commitments.

use crate::api::definition::{Argument, Definitions, FieldDefinition, Kind};
use crate::api::meaning::{
    EdgeField, GapField, LedgerField, Meaning, RootField, StatusField, TraceField, TracedField,
};
use crate::api::schema::aggregates::aggregate_field;
use crate::api::schema::connections::{connection, first_argument, page_arguments};
use crate::api::schema::root::list_arguments;
use crate::graph::acting::Scope;
use crate::graph::trace::{Column, GapKind, Part};
use crate::model::ontology::{Ontology, Role, TypeIndex};

/// The fields at the root.
pub(super) fn root_fields(ontology: &Ontology, commitment: TypeIndex) -> [FieldDefinition; 2] {
    let trace = FieldDefinition::new(
        "trace",
        "Trace!",
        Meaning::Root(RootField::Trace),
        "Who committed to what: the commitments in which something has a part, each with all that belongs to it. It has to be on record.",
    )
    .with(vec![
        Argument::new("id", "ID!", "A commitment, or who or what has a part in commitments."),
        Argument::new("parts", "[TracePart!]", "Only those in which it has one of these parts."),
    ]);
    let ledger = FieldDefinition::new(
        "ledger",
        "LedgerRowConnection!",
        Meaning::Root(RootField::Ledger(commitment)),
        "Who committed to what as a flat table, the latest first unless ordered otherwise.",
    )
    .with(list_arguments(&ontology.entity_type(commitment).name));
    [trace, ledger]
}

pub(super) fn define(ontology: &Ontology, definitions: &mut Definitions) {
    let Some(commitment) = ontology.commitment_type() else {
        return;
    };
    words(
        definitions,
        "TracePart",
        "What something has to do with a commitment.",
        Part::ALL.iter().map(|part| (part.name(), part.meaning())),
    );
    words(
        definitions,
        "TraceGapKind",
        "What the record does not say.",
        GapKind::ALL
            .iter()
            .map(|kind| (kind.name(), kind.meaning())),
    );
    words(
        definitions,
        "RepresentationScope",
        "Whose deeds are shown among an entity's own.",
        Scope::ALL
            .iter()
            .map(|scope| (scope.name(), scope.meaning())),
    );
    let trace =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Trace(field), text);
    definitions.object(
        "Trace",
        "Who committed to what, as far as it concerns one entity.",
        vec![
            trace(
                "subject",
                "Entity!",
                TraceField::Subject,
                "What was asked about.",
            ),
            trace(
                "commitments",
                "TraceEntryConnection!",
                TraceField::Commitments,
                "The commitments in which it has a part, the latest first.",
            )
            .with(page_arguments()),
        ],
    );
    connection(
        definitions,
        "TraceEntry",
        "TraceEntry",
        Vec::new(),
        Vec::new(),
    );
    definitions.object(
        "TraceEntry",
        "A commitment with all that belongs to it.",
        entry(ontology, commitment),
    );
    links(definitions);
    ledger(ontology, commitment, definitions);
    let status =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Status(field), text);
    definitions.object(
        "TraceStatus",
        "A status that somebody gave.",
        vec![
            status(
                "status",
                "String",
                StatusField::Status,
                "The status; null where a source says that it is not known.",
            ),
            status(
                "date",
                "ImpreciseDate",
                StatusField::Date,
                "Since when, or when it is known to have held, if a source says.",
            ),
            status(
                "assessors",
                "[Entity!]!",
                StatusField::Assessors,
                "Who says so: to whom the sources attribute it, else who published them, else they themselves.",
            ),
            status(
                "claim",
                "Claim!",
                StatusField::Claim,
                "The claim, with its evidence.",
            ),
        ],
    );
    let gap =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Gap(field), text);
    definitions.object(
        "TraceGap",
        "Something that the record does not say.",
        vec![
            gap("kind", "TraceGapKind!", GapField::Kind, "What it is about."),
            gap("text", "String!", GapField::Text, "It in words."),
            gap(
                "about",
                "Entity!",
                GapField::About,
                "Of what it is not said.",
            ),
            gap(
                "annotation",
                "Annotation",
                GapField::Annotation,
                "The editor's note that says so.",
            ),
        ],
    );
}

fn words<'w>(
    definitions: &mut Definitions,
    name: &str,
    description: &str,
    words: impl Iterator<Item = (&'w str, &'w str)>,
) {
    let values = words
        .map(|(word, meaning)| (word.to_owned(), meaning.to_owned()))
        .collect();
    definitions.add(name, description, Kind::Enum { values });
}

/// The fields of an entry: those for which the commitments of the ontology have something.
fn entry(ontology: &Ontology, commitment: TypeIndex) -> Vec<FieldDefinition> {
    let declared = ontology.entity_type(commitment);
    let field = |name: &str, ty: &str, field, text: &str| {
        FieldDefinition::new(name, ty, Meaning::Traced(field), text)
    };
    let mut fields = vec![
        field(
            "commitment",
            &format!("{}!", declared.name),
            TracedField::Itself,
            "The commitment.",
        ),
        field(
            "parts",
            "[TracePart!]!",
            TracedField::Parts,
            "What the subject of the trace has to do with it.",
        ),
        field(
            "date",
            "ImpreciseDate",
            TracedField::Date,
            "When it was made, as far as is known: when it was announced, else when the agreement was signed or announced, else when the meeting was held.",
        ),
    ];
    let all = [
        (Role::COMMITTER, "makers", "Who made it."),
        (Role::COUNTERPARTY, "counterparties", "To whom it was made."),
        (Role::BENEFICIARY, "beneficiaries", "Who is to benefit."),
    ];
    let has = |role| declared.relationships_playing(role).next().is_some();
    for (role, name, text) in all {
        if has(role) {
            fields.push(field(name, "[TraceLink!]!", TracedField::All(role), text));
        }
    }
    if has(Role::OCCASION) {
        fields.push(field(
            "occasion",
            "TraceLink",
            TracedField::One(Role::OCCASION),
            "At which meeting or event it was made.",
        ));
    }
    let history = "[TraceStatus!]!";
    if declared.property_playing(Role::STATUS).is_some() {
        fields.push(field(
            "statusHistory",
            history,
            TracedField::History,
            "What was said of whether it was kept, the earliest first.",
        ));
    }
    if has(Role::INSTRUMENT) {
        fields.push(field(
            "instrument",
            "TraceLink",
            TracedField::One(Role::INSTRUMENT),
            "Under which agreement it was made.",
        ));
        fields.push(field(
            "signatories",
            "[TraceLink!]!",
            TracedField::Signatories,
            "Who signed the agreement.",
        ));
        fields.push(field(
            "instrumentHistory",
            history,
            TracedField::InstrumentHistory,
            "How far the agreement was said to have come, the earliest first.",
        ));
    }
    fields.push(field(
        "gaps",
        "[TraceGap!]!",
        TracedField::Gaps,
        "What the record does not say of it.",
    ));
    fields
}

fn ledger(ontology: &Ontology, commitment: TypeIndex, definitions: &mut Definitions) {
    let declared = ontology.entity_type(commitment);
    let field = |name: &str, ty: &str, field, text: &str| {
        FieldDefinition::new(name, ty, Meaning::Ledger(field), text)
    };
    let itself = format!("{}!", declared.name);
    let mut fields = vec![
        field("id", "ID!", LedgerField::Id, "The id of the commitment."),
        field(
            "commitment",
            &itself,
            LedgerField::Itself,
            "The commitment itself.",
        ),
    ];
    let columns = Column::ALL.iter().filter(|column| column.applies(declared));
    fields.extend(columns.map(|column| {
        let ty = match column {
            Column::AmountValue => "Float",
            Column::Sources | Column::IndependentSources => "Int!",
            _ => "String!",
        };
        field(
            column.name(),
            ty,
            LedgerField::Cell(*column),
            column.meaning(),
        )
    }));
    connection(
        definitions,
        "LedgerRow",
        "LedgerRow",
        Vec::new(),
        vec![aggregate_field(&declared.name)],
    );
    definitions.object(
        "LedgerRow",
        "A commitment as a row of plain cells. Several stand in one cell with `; ` between them; of what nothing is stated, the cell says NOT_STATED.",
        fields,
    );
}

fn links(definitions: &mut Definitions) {
    let link =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Edge(field), text);
    definitions.object(
        "TraceLink",
        "One link of a trace: where it leads, and what states it.",
        vec![
            link("node", "Entity!", EdgeField::Node, "Where it leads."),
            link("onBehalfOf", "Entity", EdgeField::OnBehalfOf, "On whose behalf, where a source says."),
            link("capacity", "[TraceLink!]!", EdgeField::Capacity, "In what capacity the node acted then: the offices that it held, what it served or belonged to. Of an office, what it belongs to."),
            link("since", "ImpreciseDate", EdgeField::Since, "When it began to hold, if a source says."),
            link("until", "ImpreciseDate", EdgeField::Until, "When it ceased to hold, if a source says."),
            link("attested", "ImpreciseDate", EdgeField::Attested, "A date on which it is known to have held."),
            link("ongoing", "Boolean!", EdgeField::Ongoing, "Whether a source says that it still holds."),
            link("claim", "Claim!", EdgeField::Claim, "The claim that is shown."),
            link("evidence", "[Evidence!]!", EdgeField::Evidence, "What states it.").with(vec![first_argument()]),
            link("relationship", "Relationship!", EdgeField::Relationship, "The relationship, with both ends."),
        ],
    );
}
