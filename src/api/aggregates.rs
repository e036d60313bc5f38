//! The arguments of aggregates: what to count, to sum up and to group by.

use std::collections::HashSet;

use serde_json::Value;

use crate::api::bind::{Binder, DEFAULT_PAGE, LARGEST_PAGE, Values};
use crate::api::definition::base;
use crate::api::meaning::AggregateField;
use crate::api::plan::Arguments;
use crate::graph::aggregate::{DatePart, GroupOrder, Key, Summand};
use crate::model::naming::screaming_snake;
use crate::model::ontology::{Ontology, PropertyIndex, RelationshipTypeIndex, ValueType};

/// How many keys a grouping may have.
const MOST_KEYS: usize = 5;

/// What an aggregate's field asks for.
#[derive(Debug)]
pub(crate) enum Asked {
    /// Different values of a key; of none, different nodes.
    Distinct(Option<Key>),
    /// What properties come to.
    Summary(Summands),
    /// Groups.
    GroupBy(Box<GroupBy>),
}

/// Properties to sum up, each with its name.
#[derive(Debug, Default)]
pub(crate) struct Summands {
    pub(crate) names: Vec<String>,
    pub(crate) of: Vec<Summand>,
}

/// How to group.
#[derive(Debug)]
pub(crate) struct GroupBy {
    /// The names of the keys, those of edges last.
    pub(crate) names: Vec<String>,
    pub(crate) keys: Vec<Key>,
    /// The names of the keys of edges: what they mean depends on the list.
    edge: Vec<String>,
    part: Option<DatePart>,
    pub(crate) summands: Summands,
    pub(crate) first: usize,
    pub(crate) order: GroupOrder,
}

impl Asked {
    /// How many values the answer may hold.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Distinct(_) => 1,
            Self::Summary(summands) => summands.of.len(),
            Self::GroupBy(by) => by.first,
        }
    }
}

impl GroupBy {
    /// All keys, for a list whose edges are of a type; `None` has no edges.
    ///
    /// # Errors
    /// When the edges of the list have no such property.
    pub(crate) fn keys_of(
        &self,
        ontology: &Ontology,
        relationship: Option<RelationshipTypeIndex>,
    ) -> Result<Vec<Key>, String> {
        let mut keys = self.keys.clone();
        for name in &self.edge {
            let Some(relationship) = relationship else {
                return Err(format!(
                    "groupBy: edge has {name}, but the edges of this list have no properties: expected keys in by alone"
                ));
            };
            keys.push(edge_key(ontology, relationship, name)?.by_part(self.part));
        }
        Ok(keys)
    }
}

fn edge_key(
    ontology: &Ontology,
    relationship: RelationshipTypeIndex,
    name: &str,
) -> Result<Key, String> {
    match name {
        "SINCE" | "UNTIL" => {
            return Ok(Key::EdgeDate {
                since: name == "SINCE",
                part: None,
            });
        }
        _ => {}
    }
    let declared = ontology.relationship_type(relationship);
    let mut properties = (0..).map(PropertyIndex).zip(&declared.properties);
    let found = properties.find(|(_, property)| screaming_snake(&property.name) == name);
    let Some((property, found)) = found else {
        let own = declared.properties.iter();
        let known: Vec<_> = own
            .map(|property| screaming_snake(&property.name))
            .chain(["SINCE".to_owned(), "UNTIL".to_owned()])
            .collect();
        return Err(format!(
            "groupBy: edge has {name}, which {} has not: expected one of {}",
            declared.name,
            known.join(", ")
        ));
    };
    Ok(Key::Edge {
        property,
        value_type: found.value_type,
        part: None,
    })
}

impl Binder<'_> {
    /// What a field of an aggregate asks for.
    pub(super) fn aggregate(
        &self,
        field: AggregateField,
        arguments: &Arguments,
        values: &Values,
    ) -> Result<Asked, String> {
        Ok(match field {
            AggregateField::GroupBy => Asked::GroupBy(Box::new(self.group_by(arguments, values)?)),
            AggregateField::Summary => Asked::Summary(self.summands(arguments, values)?),
            _ => {
                let name = values.text("of");
                Asked::Distinct(
                    name.map(|name| self.key(arguments, "of", &name))
                        .transpose()?,
                )
            }
        })
    }

    fn group_by(&self, arguments: &Arguments, values: &Values) -> Result<GroupBy, String> {
        let by = distinct(values, "by")?;
        let edge = distinct(values, "edge")?;
        let count = by.len() + edge.len();
        if !(1..=MOST_KEYS).contains(&count) {
            return Err(format!(
                "by and edge have {count} keys: expected from 1 to {MOST_KEYS}"
            ));
        }
        let part = values.text("dates").map(|part| match part.as_str() {
            "YEAR" => DatePart::Year,
            _ => DatePart::Month,
        });
        let keys = by
            .iter()
            .map(|name| Ok(self.key(arguments, "by", name)?.by_part(part)))
            .collect::<Result<_, String>>()?;
        Ok(GroupBy {
            names: by.into_iter().chain(edge.iter().cloned()).collect(),
            keys,
            edge,
            part,
            summands: self.summands(arguments, values)?,
            first: values
                .number("first", 0, LARGEST_PAGE)?
                .unwrap_or(DEFAULT_PAGE),
            order: order(values),
        })
    }

    fn summands(&self, arguments: &Arguments, values: &Values) -> Result<Summands, String> {
        if values.texts("of").is_some_and(|names| names.is_empty()) {
            return Err("of is empty: expected a number, an amount or a date to sum up".into());
        }
        let names = distinct(values, "of")?;
        let of = names
            .iter()
            .map(|name| match self.key(arguments, "of", name)? {
                Key::Property {
                    places,
                    value_type,
                    list: false,
                    ..
                } if can_be_summed(value_type) => Ok(Summand { places }),
                _ => Err(format!(
                    "of has {name}, which is no number, amount or date: expected {}",
                    self.summable(arguments)
                )),
            })
            .collect::<Result<_, String>>()?;
        Ok(Summands { names, of })
    }

    /// The keys that can be summed up, for a message.
    fn summable(&self, arguments: &Arguments) -> String {
        let keys = self.keys(arguments, "of").iter();
        let names: Vec<_> = keys
            .filter(|(_, key)| {
                matches!(key, Key::Property { value_type, list: false, .. } if can_be_summed(*value_type))
            })
            .map(|(name, _)| name.as_str())
            .collect();
        match names.as_slice() {
            [] => "none here, since there is none".into(),
            [only] => (*only).into(),
            _ => format!("one of {}", names.join(", ")),
        }
    }

    /// The keys of an argument's enum.
    fn keys(&self, arguments: &Arguments, argument: &str) -> &[(String, Key)] {
        self.definitions
            .field(&arguments.owner, &arguments.field)
            .and_then(|field| field.arguments.iter().find(|found| found.name == argument))
            .and_then(|found| self.definitions.keys.get(base(&found.ty)))
            .map_or(&[], Vec::as_slice)
    }

    fn key(&self, arguments: &Arguments, argument: &str, name: &str) -> Result<Key, String> {
        let mut keys = self.keys(arguments, argument).iter();
        let found = keys.find(|(known, _)| known == name);
        // The gate has let known names through alone.
        found
            .map(|(_, key)| key.clone())
            .ok_or_else(|| format!("{argument} has {name}: expected one of its enum's values"))
    }
}

/// The values of a list argument, each of which may occur once.
fn distinct(values: &Values, name: &str) -> Result<Vec<String>, String> {
    let names = values.texts(name).unwrap_or_default();
    let mut seen = HashSet::new();
    match names.iter().find(|found| !seen.insert(*found)) {
        Some(twice) => Err(format!("{name} has {twice} twice: expected each key once")),
        None => Ok(names),
    }
}

fn can_be_summed(value_type: ValueType) -> bool {
    matches!(
        value_type,
        ValueType::Int
            | ValueType::BigInt
            | ValueType::Float
            | ValueType::Quantity
            | ValueType::Date
    )
}

/// The order of groups: the largest first if nothing is said.
fn order(values: &Values) -> GroupOrder {
    let given = values.get("orderBy").and_then(Value::as_object);
    let term = given.and_then(|fields| fields.iter().find(|(_, value)| !value.is_null()));
    match term {
        Some((name, direction)) => GroupOrder {
            by_key: name == "key",
            descending: direction.as_str() == Some("DESC"),
        },
        None => GroupOrder {
            by_key: false,
            descending: true,
        },
    }
}
