//! Aggregates: for each type of things one that counts and groups them, and the results, which all share.

use crate::api::definition::{Argument, Definitions, FieldDefinition, Kind};
use crate::api::meaning::{
    AggregateField, BucketField, ConnectionField, GroupKeyField, GroupingField, Meaning,
    SummaryField,
};
use crate::api::schema::filters::{relationships, shared};
use crate::api::schema::references;
use crate::api::shape::InputShape;
use crate::graph::aggregate::Key;
use crate::model::naming::screaming_snake;
use crate::model::ontology::{Ontology, TypeRef, ValueType};

/// The enum of the properties of edges.
const EDGE_KEY: &str = "EdgeKey";

pub(super) fn define(ontology: &Ontology, definitions: &mut Definitions) {
    for reference in references(ontology) {
        keys(ontology, definitions, reference);
        aggregate(definitions, ontology.name(reference));
    }
    edge_keys(ontology, definitions);
    orders(definitions);
    results(definitions);
}

/// The field of a connection that counts and groups its nodes.
pub(super) fn aggregate_field(node: &str) -> FieldDefinition {
    FieldDefinition::new(
        "aggregate",
        format!("{node}Aggregate!"),
        Meaning::Connection(ConnectionField::Aggregate),
        "Counts, sums, groups.",
    )
}

/// What things of a type can be grouped by.
fn keys(ontology: &Ontology, definitions: &mut Definitions, reference: TypeRef) {
    let mut keys = Vec::new();
    for (property, places) in shared(ontology, reference) {
        // Names in several languages are no key: each is nearly a thing's own.
        if property.list && property.value_type == ValueType::LocalizedText {
            continue;
        }
        let key = Key::Property {
            places,
            value_type: property.value_type,
            list: property.list,
            part: None,
        };
        keys.push((property.name.as_str(), key));
    }
    // What every entity has leads to what is said of it, not to what it is.
    let own = relationships(ontology, reference).into_iter();
    for field in own.filter(|field| field.owner != TypeRef::Entity) {
        let key = Key::Relationship {
            relationship: field.relationship,
            direction: field.direction,
            many: field.many,
        };
        keys.push((field.name.as_str(), key));
    }
    let mut keys: Vec<_> = keys
        .into_iter()
        .map(|(name, key)| (screaming_snake(name), format!("Its `{name}`."), key))
        .collect();
    if ontology.members(reference).len() > 1 || keys.is_empty() {
        keys.push(("ENTITY_TYPE".into(), "Its type.".into(), Key::Type));
    }
    let name = ontology.name(reference);
    let description = format!("What {name} is grouped by.");
    key_enum(definitions, format!("{name}Key"), description, keys);
}

fn key_enum(
    definitions: &mut Definitions,
    name: String,
    description: String,
    keys: Vec<(String, String, Key)>,
) {
    let mut values: Vec<(String, String)> = Vec::with_capacity(keys.len());
    let mut meanings: Vec<(String, Key)> = Vec::with_capacity(keys.len());
    for (value, text, key) in keys {
        // Names that differ in their capitals alone: the first has it.
        if meanings.iter().all(|(known, _)| *known != value) {
            values.push((value.clone(), text));
            meanings.push((value, key));
        }
    }
    definitions.add(&*name, description, Kind::Enum { values });
    definitions.keys.insert(name, meanings);
}

/// The properties of all edges in one enum: a list says which of them its edges have.
fn edge_keys(ontology: &Ontology, definitions: &mut Definitions) {
    let mut values: Vec<(String, String)> = ["since", "until"]
        .map(|name| (screaming_snake(name), format!("Its `{name}`.")))
        .into();
    for relationship in &ontology.relationships {
        for property in &relationship.properties {
            let value = screaming_snake(&property.name);
            if values.iter().all(|(known, _)| *known != value) {
                values.push((value, format!("Its `{}`.", property.name)));
            }
        }
    }
    definitions.add(
        EDGE_KEY,
        "What edges are grouped by, where they have it.",
        Kind::Enum { values },
    );
}

fn aggregate(definitions: &mut Definitions, node: &str) {
    let key = format!("{node}Key");
    let field = |name, ty: &str, field, text| {
        FieldDefinition::new(name, ty, Meaning::Aggregate(field), text)
    };
    definitions.object(
        format!("{node}Aggregate"),
        "What a whole list comes to.",
        vec![
            field("count", "Int!", AggregateField::Count, "How many."),
            field(
                "countDistinct",
                "Int!",
                AggregateField::CountDistinct,
                "How many different ones.",
            )
            .with(vec![Argument::new("of", &*key, "Of what; else of nodes.")]),
            field(
                "summary",
                "[Summary!]!",
                AggregateField::Summary,
                "Sums and bounds, by unit.",
            )
            .with(vec![Argument::new(
                "of",
                format!("[{key}!]!"),
                "Numbers, amounts, dates.",
            )]),
            field(
                "groupBy",
                "Grouping!",
                AggregateField::GroupBy,
                "In groups.",
            )
            .with(vec![
                Argument::new("by", format!("[{key}!]"), "What they share."),
                Argument::new("edge", format!("[{EDGE_KEY}!]"), "What their edges share."),
                Argument::new("dates", "DatePart", "Dates by this part."),
                Argument::new("of", format!("[{key}!]"), "What to sum up."),
                Argument::new("first", "Int", "How many."),
                Argument::new("orderBy", "BucketOrder", "The order; else the largest."),
            ]),
        ],
    );
}

fn orders(definitions: &mut Definitions) {
    definitions.add(
        "DatePart",
        "The part of a date by which to group; of an interval, that of its start.",
        Kind::Enum {
            values: [("YEAR", "The year."), ("MONTH", "The month of a year.")]
                .map(|(value, text)| (value.to_owned(), text.to_owned()))
                .into(),
        },
    );
    definitions.add(
        "BucketOrder",
        "An order of groups: exactly one field.",
        Kind::Input {
            one_of: true,
            fields: vec![
                Argument::new(
                    "count",
                    "OrderDirection",
                    "By how many there are; equals by key.",
                ),
                Argument::new("key", "OrderDirection", "By the keys, one after the other."),
            ],
            shape: InputShape::GroupOrder,
        },
    );
}

fn results(definitions: &mut Definitions) {
    let grouping = |name, ty: &str, field, text| {
        FieldDefinition::new(name, ty, Meaning::Grouping(field), text)
    };
    definitions.object(
        "Grouping",
        "A list in groups. What has several values of a key is in several groups.",
        vec![
            grouping("groups", "[Bucket!]!", GroupingField::Groups, "The groups, as many as were asked for."),
            grouping("totalGroups", "Int!", GroupingField::TotalGroups, "How many groups there are in all."),
            grouping("distinctTotal", "Int!", GroupingField::DistinctTotal, "How many different things were grouped."),
            grouping("overlapping", "Boolean!", GroupingField::Overlapping, "Whether a thing is in several groups: then the groups' counts add up to more than distinctTotal."),
        ],
    );
    let bucket =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Bucket(field), text);
    definitions.object(
        "Bucket",
        "The things of a list that share their keys.",
        vec![
            bucket(
                "keys",
                "[BucketKey!]!",
                BucketField::Keys,
                "What they share, in the order of `by`, then `edge`.",
            ),
            bucket(
                "node",
                "Entity",
                BucketField::Node,
                "The first key that is an entity.",
            ),
            bucket("count", "Int!", BucketField::Count, "How many they are."),
            bucket(
                "summary",
                "[Summary!]!",
                BucketField::Summary,
                "What `of` comes to.",
            ),
        ],
    );
    let key = |name, ty: &str, field, text| {
        FieldDefinition::new(name, ty, Meaning::GroupKey(field), text)
    };
    definitions.object(
        "BucketKey",
        "What the things of a group share.",
        vec![
            key("key", "String!", GroupKeyField::Key, "The key that was asked for."),
            key("value", "String", GroupKeyField::Value, "The value: a text, a number, a date in EDTF, an entity's id; null where there is none."),
            key("node", "Entity", GroupKeyField::Node, "The entity, where it is one."),
            key("stated", "Stated!", GroupKeyField::Stated, "What the record says of it; VALUE without a value is a date whose year or month is not known."),
        ],
    );
    let summary =
        |name, ty: &str, field, text| FieldDefinition::new(name, ty, Meaning::Summary(field), text);
    definitions.object(
        "Summary",
        "What the values of a property come to. Amounts are never added across units or currencies: each has its own.",
        vec![
            summary("of", "String!", SummaryField::Of, "The property that was asked for."),
            summary("count", "Int!", SummaryField::Count, "How many values."),
            summary("unit", "String", SummaryField::Unit, "The unit of amounts."),
            summary("currency", "String", SummaryField::Currency, "The currency of amounts."),
            summary("overlapping", "Boolean!", SummaryField::Overlapping, "Whether figures are of one measure, place and group and share time, or one is a part of another: then sum, low and high are null."),
            summary("min", "Float", SummaryField::Min, "The least number."),
            summary("max", "Float", SummaryField::Max, "The greatest number."),
            summary("sum", "Float", SummaryField::Sum, "The sum of the numbers as stated."),
            summary("avg", "Float", SummaryField::Average, "The mean."),
            summary("low", "Float", SummaryField::Low, "The lowest that the sum can mean, by the bounds of each; null is unbounded."),
            summary("high", "Float", SummaryField::High, "The highest that the sum can mean; null is unbounded."),
            summary("earliest", "ImpreciseDate", SummaryField::Earliest, "The date that begins first."),
            summary("latest", "ImpreciseDate", SummaryField::Latest, "The date that ends last."),
        ],
    );
}
