//! Scalars, enums, value objects and facts.

use crate::api::definition::{Definitions, FieldDefinition, Kind};
use crate::api::meaning::{DateField, FactField, LocalizedTextField, Meaning, QuantityField};
use crate::api::schema::history::history;
use crate::graph::view::Certainty;
use crate::model::claim::{Flag, Modality, Rank, Review, Stance};
use crate::model::naming;
use crate::model::ontology::{Ontology, ValueType};
use crate::model::value::Bound;

pub(super) fn define(ontology: &Ontology, definitions: &mut Definitions) {
    let scalars = [
        (
            "EDTF",
            "A date, maybe imprecise, in the Extended Date/Time Format: `2022-04-19`, `2022-04~`, `2021`, `2009/2021~`, `2022-01-01/..`.",
            Some("https://www.loc.gov/standards/datetime/"),
        ),
        (
            "DateTime",
            "A moment, in RFC 3339: `2026-11-02T09:00:00Z`.",
            Some("https://scalars.graphql.org/andimarek/date-time.html"),
        ),
        (
            "BigInt",
            "A whole number that can pass 2^31; written as a string, since JavaScript's numbers end at 2^53.",
            None,
        ),
        (
            "URL",
            "A web address.",
            Some("https://url.spec.whatwg.org/"),
        ),
    ];
    for (name, description, specified_by) in scalars {
        definitions.add(name, description, Kind::Scalar { specified_by });
    }
    for declared in &ontology.enums {
        definitions.add(
            &declared.name,
            &declared.description,
            Kind::Enum {
                values: declared.values.clone(),
            },
        );
    }
    let entity_types = ontology.types.iter().map(|entity| {
        (
            naming::screaming_snake(&entity.name),
            entity.description.clone(),
        )
    });
    definitions.add(
        "EntityType",
        "The types of entities.",
        Kind::Enum {
            values: entity_types.collect(),
        },
    );
    let relationships = ontology
        .relationships
        .iter()
        .map(|relationship| (relationship.name.clone(), relationship.description.clone()));
    definitions.add(
        "RelationshipType",
        "The types of relationships.",
        Kind::Enum {
            values: relationships.collect(),
        },
    );
    enums(definitions);
    objects(definitions);
}

fn enums(definitions: &mut Definitions) {
    let mut add = |name: &str, description: &str, values: &[(&str, &str)]| {
        let values = values
            .iter()
            .map(|(value, text)| ((*value).to_owned(), (*text).to_owned()))
            .collect();
        definitions.add(name, description, Kind::Enum { values });
    };
    add(
        "OrderDirection",
        "Which comes first; what is not stated is last either way.",
        &[
            ("ASC", "The least, the earliest, A."),
            ("DESC", "The greatest, the latest, Z."),
        ],
    );
    add(
        "Stated",
        "What the record says of a property.",
        &[
            ("VALUE", "A source gives a value."),
            ("NONE", "A source says that there is none."),
            ("UNKNOWN", "A source says that it is not known."),
            ("NOT_STATED", "No claim that stands says anything."),
        ],
    );
    add(
        "Match",
        "Which claims a filter looks at.",
        &[
            ("WINNER", "The one that is shown."),
            ("ANY", "All that stand: one that fits is enough."),
        ],
    );
    add(
        "DatePrecision",
        "How precise a date is.",
        &[
            ("DAY", "A day."),
            ("MONTH", "A month."),
            ("QUARTER", "A quarter of a year."),
            ("SEASON", "A season."),
            ("YEAR", "A year."),
            ("DECADE", "A decade."),
            ("CENTURY", "A century."),
            ("INTERVAL", "From one date to another."),
        ],
    );
    add(
        "MatchReason",
        "Why something was found.",
        &[
            ("EXACT", "The words themselves."),
            ("WORD_ORDER", "The words in another order."),
            ("ACCENT", "The words but for accents."),
            ("TRANSLITERATED", "The words in another script."),
            ("PREFIX", "A word that begins so."),
            ("TYPO", "A word that differs by a letter or two."),
            ("PARTIAL", "Some of the words."),
            ("INITIALS", "Initials."),
            ("MISSPELLED", "The source misspells it so."),
            ("SEVERAL_TEXTS", "The words in several of its texts."),
        ],
    );
    macro_rules! words {
        ($name:literal, $words:ty, $description:literal) => {
            add(
                $name,
                $description,
                &<$words>::ALL
                    .iter()
                    .map(|word| (word.name(), word.meaning()))
                    .collect::<Vec<_>>(),
            );
        };
    }
    words!(
        "Certainty",
        Certainty,
        "How sure it is that something held on a date."
    );
    words!("Rank", Rank, "Which of several claims is shown first.");
    words!(
        "ClaimReview",
        Review,
        "How far an editor has looked at a claim."
    );
    words!("Modality", Modality, "How a source knows.");
    words!(
        "Stance",
        Stance,
        "Whether evidence speaks for a claim or against it."
    );
    words!(
        "EvidenceFlag",
        Flag,
        "What a reader must know about a piece of evidence."
    );
    words!("Bound", Bound, "How a source bounds a number.");
}

fn objects(definitions: &mut Definitions) {
    let date =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Date(field), text);
    definitions.object(
        "ImpreciseDate",
        "A date as precise as its source states it.",
        vec![
            date("edtf", "EDTF!", DateField::Edtf, "The date in the Extended Date/Time Format."),
            date("earliest", "String", DateField::Earliest, "The first day it can mean, such as 2022-04-01; null if it has no start, or none that is known."),
            date("latest", "String", DateField::Latest, "The last day it can mean; null if it has no end, or none that is known."),
            date("precision", "DatePrecision!", DateField::Precision, "How precise it is."),
            date("approximate", "Boolean!", DateField::Approximate, "Whether the source says about."),
            date("uncertain", "Boolean!", DateField::Uncertain, "Whether the source is not sure."),
            date("label", "String!", DateField::Label, "The date in words."),
        ],
    );
    let quantity = |name, ty: &str, field, text| {
        FieldDefinition::new(name, ty, Meaning::Quantity(field), text)
    };
    definitions.object(
        "Quantity",
        "A number as its source states it: bounded, with its unit or currency.",
        vec![
            quantity("value", "Float!", QuantityField::Value, "The number."),
            quantity("bound", "Bound!", QuantityField::Bound, "How the source bounds it."),
            quantity("low", "Float", QuantityField::Low, "The lowest it can mean: what the source gives, else what the bound implies; null is unbounded."),
            quantity("high", "Float", QuantityField::High, "The highest it can mean: what the source gives, else what the bound implies; null is unbounded."),
            quantity("unit", "String", QuantityField::Unit, "What is counted or measured."),
            quantity("currency", "String", QuantityField::Currency, "The ISO 4217 code of a sum of money."),
            quantity("label", "String!", QuantityField::Label, "The number in words."),
        ],
    );
    definitions.object(
        "LocalizedText",
        "A text in a language.",
        vec![
            FieldDefinition::new(
                "text",
                "String!",
                Meaning::LocalizedText(LocalizedTextField::Text),
                "The text.",
            ),
            FieldDefinition::new(
                "language",
                "String",
                Meaning::LocalizedText(LocalizedTextField::Language),
                "The BCP 47 tag of its language, if it is known.",
            ),
        ],
    );
}

/// The type that proves a property with values of one type.
pub(super) fn fact(definitions: &mut Definitions, name: &str, value: &str, value_type: ValueType) {
    let field =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Fact(field), text);
    definitions.object(
        name,
        "A property with its proof.",
        vec![
            field(
                "value",
                value,
                FactField::Value(value_type),
                "The value that is shown.",
            ),
            field(
                "asStated",
                "String",
                FactField::AsStated,
                "The source's own wording of it.",
            ),
            field(
                "stated",
                "Stated!",
                FactField::Stated,
                "What the record says of the property.",
            ),
            field(
                "disputed",
                "Boolean!",
                FactField::Disputed,
                "Whether claims on it contradict each other.",
            ),
            field(
                "claim",
                "Claim",
                FactField::Claim,
                "The claim behind the value.",
            ),
            field(
                "alternatives",
                "[Claim!]!",
                FactField::Alternatives,
                "The other claims on it, best first, deprecated ones last.",
            ),
            history(Meaning::Fact(FactField::History)),
        ],
    );
}
