//! Names that an ontology may not use, and names that would meet in the generated API.

use std::collections::HashMap;

use apollo_compiler::Name;

use crate::model::naming::{plural_field, screaming_snake, singular_field};

use super::declarations::{Declarations, Declared, Field, Shape};
use super::report::Report;

/// Ends of names that the generated types have.
const GENERATED_ENDS: [&str; 11] = [
    "Connection",
    "Edge",
    "Where",
    "Order",
    "Facts",
    "Filter",
    "Relationship",
    "Aggregate",
    "Key",
    "Input",
    "Payload",
];

/// Types of the API that are the same for every ontology.
const BUILT_IN_TYPES: &[&str] = &[
    "Query",
    "Mutation",
    "Subscription",
    "String",
    "Int",
    "Float",
    "Boolean",
    "ID",
    "Actor",
    "Bound",
    "Bucket",
    "Change",
    "ChangeKind",
    "Claim",
    "ClaimKind",
    "DatePart",
    "Direction",
    "Dispute",
    "DisputeVerdict",
    "EntityType",
    "Evidence",
    "Fact",
    "Flag",
    "Graph",
    "Grouping",
    "ImpreciseDate",
    "LedgerRow",
    "Match",
    "Modality",
    "Ontology",
    "PageInfo",
    "Path",
    "PathStep",
    "Precision",
    "Quote",
    "Rank",
    "RelationshipType",
    "RepresentationScope",
    "Review",
    "SearchHit",
    "SortDirection",
    "Stance",
    "Stated",
    "Subgraph",
    "Summary",
    "Timeline",
    "TimelineEntry",
    "Trace",
    "TraceEntry",
    "TraceGap",
    "TraceGapKind",
    "TraceLink",
    "TracePart",
    "TraceStatus",
    "Transaction",
    "ValidTime",
    "Value",
    "Verdict",
    "Version",
    "View",
];

/// Fields of the root type that are the same for every ontology.
const ROOT_FIELDS: &[&str] = &[
    "node",
    "nodes",
    "entity",
    "entities",
    "search",
    "paths",
    "neighborhood",
    "timeline",
    "disputes",
    "corroborations",
    "proposals",
    "claim",
    "claims",
    "evidence",
    "at",
    "graph",
    "trace",
    "ledger",
    "compare",
    "changes",
    "ontology",
    "version",
    "history",
];

/// Fields that every entity has, and keys that mean something else in record files.
const ENTITY_FIELDS: &[&str] = &[
    "id",
    "entityId",
    "mergedInto",
    "facts",
    "claims",
    "evidence",
    "annotations",
    "sources",
    "history",
    "at",
    "timeline",
    "disputes",
    "corroborations",
    "quote",
    "source",
    "flags",
    "note",
    "rank",
    "reason",
    "since",
    "until",
    "attested",
    "attributedTo",
    "attributedAs",
    "modality",
    "stance",
    "asStated",
    "to",
    "key",
    "review",
];

/// Fields that every relationship and its edges have, and keys of claims in record files.
const EDGE_FIELDS: &[&str] = &[
    "id",
    "type",
    "from",
    "to",
    "node",
    "cursor",
    "claim",
    "evidence",
    "alternatives",
    "history",
    "since",
    "until",
    "attested",
    "rank",
    "reason",
    "review",
    "stated",
    "quote",
    "source",
    "flags",
    "note",
    "attributedTo",
    "attributedAs",
    "modality",
    "stance",
    "asStated",
    "value",
    "state",
    "key",
];

/// Checks every name of the ontology itself.
pub(super) fn check(declarations: &Declarations<'_>, report: &Report) {
    let own = declarations
        .types
        .values()
        .filter(|declared| !declared.built_in);
    for declared in own {
        check_type(declared, report);
    }
    for declared in declarations.types.values() {
        let edge = declared.directives.has("relationshipProperties");
        let reserved = if edge { EDGE_FIELDS } else { ENTITY_FIELDS };
        for field in &declared.fields {
            if !field.built_in {
                check_field(declared, field, reserved, report);
            }
        }
    }
    check_generated(declarations, report);
}

fn check_type(declared: &Declared<'_>, report: &Report) {
    let name = declared.name;
    if BUILT_IN_TYPES.contains(&name.as_str()) {
        report.problem(
            name.location(),
            format!("\"{name}\" is a type of the API itself, expected another name"),
        );
    } else if let Some(end) = GENERATED_ENDS.into_iter().find(|end| name.ends_with(end)) {
        let message =
            format!("\"{name}\" ends in \"{end}\", as generated types do, expected another name");
        report.problem(name.location(), message);
    } else if !is_camel(name, char::is_ascii_uppercase) {
        let message =
            format!("\"{name}\": expected a name of letters and digits that begins with a capital");
        report.problem(name.location(), message);
    }
    for value in &declared.values {
        if value.value.starts_with("__") {
            report.problem(
                value.value.location(),
                format!("\"{}\" begins with \"__\"", value.value),
            );
        }
    }
    if declared.shape == Shape::Enum && declared.values.is_empty() {
        report.problem(
            name.location(),
            format!("enum \"{name}\" has no values, expected at least one"),
        );
    }
}

fn check_field(declared: &Declared<'_>, field: &Field<'_>, reserved: &[&str], report: &Report) {
    let name = field.name;
    if reserved.contains(&name.as_str()) {
        let message = format!(
            "field \"{name}\" of \"{}\" is a reserved name, expected another one",
            declared.name
        );
        report.problem(name.location(), message);
    } else if !is_camel(name, char::is_ascii_lowercase) {
        let message = format!(
            "field \"{name}\" of \"{}\": expected a name of letters and digits that begins with a lower-case letter",
            declared.name
        );
        report.problem(name.location(), message);
    }
    if !field.definition.arguments.is_empty() {
        let message = format!(
            "field \"{name}\" of \"{}\" has arguments, expected none",
            declared.name
        );
        report.problem(name.location(), message);
    }
}

fn is_camel(name: &str, first: impl Fn(&char) -> bool) -> bool {
    name.starts_with(|letter| first(&letter))
        && name.chars().all(|letter| letter.is_ascii_alphanumeric())
}

/// Names that are generated from different ones must differ.
fn check_generated(declarations: &Declarations<'_>, report: &Report) {
    let mut roots: HashMap<String, &Name> = HashMap::new();
    let mut constants: HashMap<String, &Name> = HashMap::new();
    // Built-in types first: an ontology's own type has to give way to them.
    let (built_in, own): (Vec<_>, Vec<_>) = declarations
        .types
        .values()
        .filter(|declared| declared.shape == Shape::Object && declared.directives.has("entity"))
        .partition(|declared| declared.built_in);
    for declared in built_in.into_iter().chain(own) {
        let name = declared.name;
        for (word, field) in [("one", singular_field(name)), ("many", plural_field(name))] {
            let message = if ROOT_FIELDS.contains(&field.as_str()) {
                format!(
                    "\"{name}\" gives the root field \"{field}\" for {word}, which the API has already"
                )
            } else if let Some(other) = roots.get(&field).filter(|other| **other != name) {
                format!(
                    "\"{name}\" gives the root field \"{field}\" for {word}, as \"{other}\" does"
                )
            } else {
                roots.insert(field, name);
                continue;
            };
            report.problem(name.location(), message + ", expected another name");
        }
        let constant = screaming_snake(name);
        if let Some(other) = constants.get(&constant) {
            let message = format!(
                "\"{name}\" is \"{constant}\" in the API, as \"{other}\" is, expected another name"
            );
            report.problem(name.location(), message);
        } else {
            constants.insert(constant, name);
        }
        check_edges(declared, report);
    }
}

/// A to-one relationship `f` has the field `fEdge` beside it.
fn check_edges(declared: &Declared<'_>, report: &Report) {
    for field in &declared.fields {
        let Some(stem) = field.name.strip_suffix("Edge") else {
            continue;
        };
        let beside = declared
            .field(stem)
            .filter(|beside| !beside.definition.ty.is_list());
        if beside.is_some_and(|beside| beside.directives.has("relationship")) {
            let message = format!(
                "field \"{}\" of \"{}\" meets the field that is generated beside \"{stem}\", expected another name",
                field.name, declared.name
            );
            report.problem(field.name.location(), message);
        }
    }
}
