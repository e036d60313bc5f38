//! Operators on values: one input type for each type of values, shared by all properties.

use std::collections::HashSet;

use crate::api::definition::{Argument, Definitions};
use crate::api::schema::filters::{input, operators_name};
use crate::api::shape::InputShape;
use crate::model::ontology::Ontology;

pub(super) fn define(ontology: &Ontology, definitions: &mut Definitions) {
    let mut add = |name: &str, what: &str, mut fields: Vec<Argument>, of_claims: bool| {
        if of_claims {
            fields.extend([
                exists(),
                Argument::new("stated", "StatedFilter", "What the record says of it."),
                Argument::new("match", "Match", "Which claims count."),
            ]);
        }
        input(
            definitions,
            format!("{name}Filter"),
            format!("Operators on {what}; several must all hold."),
            fields,
            InputShape::Operators,
        );
    };
    add(
        "Stated",
        "what the record says of a property",
        equality("Stated"),
        false,
    );
    add("ID", "ids", equality("ID"), false);
    let mut text = equality("String");
    text.extend([
        Argument::new("contains", "String", "Has this in it."),
        Argument::new("startsWith", "String", "Begins with this."),
        Argument::new("endsWith", "String", "Ends with this."),
        Argument::new(
            "matches",
            "String",
            "Matches this regular expression somewhere; `^` and `$` stand for the ends.",
        ),
        Argument::new("exact", "Boolean", "Whether case and accents count."),
    ]);
    add(
        "String",
        "texts, whatever the case and the accents",
        text,
        true,
    );
    for name in ["Int", "Float", "BigInt", "DateTime"] {
        let mut fields = equality(name);
        fields.extend(comparisons(name));
        add(name, "numbers and moments", fields, true);
    }
    let mut yes_or_no = equality("Boolean");
    yes_or_no.truncate(2);
    add("Boolean", "yes and no", yes_or_no, true);
    add(
        "EDTF",
        "dates, however imprecise",
        vec![
            Argument::new("eq", "EDTF", "The same days: as early and as late."),
            Argument::new("ne", "EDTF", "Stated, and other days."),
            Argument::new("in", "[EDTF!]", "The same days as one of these."),
            Argument::new("before", "EDTF", "Over before this begins."),
            Argument::new("after", "EDTF", "Begun after this is over."),
            Argument::new("during", "EDTF", "Wholly within this."),
            Argument::new("overlaps", "EDTF", "Has a day in common with this."),
        ],
        true,
    );
    let mut quantity = equality("Float");
    quantity.extend(comparisons("Float"));
    quantity.extend([
        Argument::new("bound", "BoundFilter", "How the source bounds it."),
        Argument::new("unit", "StringFilter", "What is counted or measured."),
        Argument::new("currency", "StringFilter", "The currency."),
    ]);
    add("Quantity", "bounded numbers", quantity, true);
    for name in ["Bound", "Rank", "EvidenceFlag", "Modality", "Stance"] {
        add(name, &format!("values of {name}"), equality(name), false);
    }
    add(
        "RelationshipType",
        "types of relationships",
        equality("RelationshipType"),
        false,
    );
    for declared in &ontology.enums {
        add(
            &declared.name,
            &format!("values of {}", declared.name),
            equality(&declared.name),
            true,
        );
    }
    lists(ontology, definitions);
}

fn equality(ty: &str) -> Vec<Argument> {
    vec![
        Argument::new("eq", ty, "Equal to this."),
        Argument::new("ne", ty, "Stated, and not equal to this."),
        Argument::new("in", format!("[{ty}!]"), "Equal to one of these."),
    ]
}

fn comparisons(ty: &str) -> Vec<Argument> {
    [
        ("lt", "Less than this."),
        ("lte", "This or less."),
        ("gt", "More than this."),
        ("gte", "This or more."),
    ]
    .map(|(name, text)| Argument::new(name, ty, text))
    .into()
}

fn exists() -> Argument {
    Argument::new("exists", "Boolean", "Whether a value is stated.")
}

/// The operators on lists of the types that the ontology has lists of.
fn lists(ontology: &Ontology, definitions: &mut Definitions) {
    let mut seen = HashSet::new();
    let properties = ontology.types.iter().flat_map(|entity| &entity.properties);
    for property in properties.filter(|property| property.list) {
        let name = operators_name(ontology, property);
        let filter = name.replace("ListFilter", "Filter");
        if seen.insert(name.clone()) {
            // The filter of a type of values takes them as they are given.
            let element = match filter.trim_end_matches("Filter") {
                "Quantity" => "Float",
                element => element,
            }
            .to_owned();
            let list = || format!("[{element}!]");
            let fields = vec![
                Argument::new("includes", &*element, "This is among them."),
                Argument::new("includesAny", list(), "One of these is."),
                Argument::new("includesAll", list(), "All of these are."),
                Argument::new("some", &*filter, "At least one that fits."),
                Argument::new("none", &*filter, "None that fits."),
                Argument::new("isEmpty", "Boolean", "Whether there are none."),
                exists(),
            ];
            input(
                definitions,
                name,
                format!("Operators on lists of {element}; several must all hold."),
                fields,
                InputShape::Operators,
            );
        }
    }
}
