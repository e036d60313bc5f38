//! The values of claims.

use crate::ingest::problem::{one_of, quoted};
use crate::ingest::values;
use crate::model::claim::Stated;
use crate::model::id::EntityId;
use crate::model::ontology::{Property, TypeRef, ValueType};
use crate::model::value::{Bound, LocalizedText, Quantity, Value};

use super::log::Map;
use super::reader::Reader;
use super::yaml::{Content, Node};

/// The parts of a quantity that stand beside its number.
pub(super) const QUANTITY: [&str; 5] = ["bound", "low", "high", "unit", "currency"];

impl Reader<'_> {
    /// A value, or the source's word that there is none or that it is not known.
    pub(super) fn stated(&mut self, map: &Map<'_>, property: &Property) -> Option<Stated> {
        match (map.get("value"), map.get("state")) {
            (Some(value), None) => self
                .value_in(map, value, property.value_type)
                .map(Stated::Value),
            (None, Some(state)) => {
                for key in ["language", "bound", "low", "high", "unit", "currency"] {
                    if let Some(node) = map.get(key) {
                        self.log.problem(
                            node.at,
                            format!("\"{key}\" beside \"state\", expected no part of a value"),
                        );
                    }
                }
                let states = [Stated::None, Stated::Unknown];
                let names = ["NONE", "UNKNOWN"];
                let place = self.word(state, &[0, 1], |place: usize| names[place])?;
                states.into_iter().nth(place)
            }
            (Some(_), Some(state)) => {
                self.log
                    .problem(state.at, "\"state\" beside \"value\", expected one of them");
                None
            }
            (None, None) => {
                let expected = values::expected(property.value_type, &self.ontology.enums);
                let message = format!(
                    "the claim on {:?} lacks \"value\", expected {expected}",
                    property.name
                );
                self.log.problem(map.at, message);
                None
            }
        }
    }

    /// A value that stands alone, or as a map of its parts.
    pub(super) fn value(&mut self, node: &Node, value_type: ValueType) -> Option<Value> {
        let parts = match (&node.content, value_type) {
            (Content::Map(_), ValueType::LocalizedText) => ["value", "language"].as_slice(),
            (Content::Map(_), ValueType::Quantity) => {
                &["value", "bound", "low", "high", "unit", "currency"]
            }
            _ => return self.scalar(node, value_type),
        };
        let map = self.log.map(node, "a value")?;
        self.log.only(&map, parts, "a value");
        let Some(value) = map.get("value") else {
            self.log.problem(node.at, "the value lacks \"value\"");
            return None;
        };
        self.value_in(&map, value, value_type)
    }

    fn scalar(&mut self, node: &Node, value_type: ValueType) -> Option<Value> {
        if let ValueType::Entity(target) = value_type {
            return self.entity_of(node, target).map(Value::Entity);
        }
        let enums = &self.ontology.enums;
        let expected = values::expected(value_type, enums);
        self.log.parsed(node, &expected, |text| {
            values::parse(text, value_type, enums)
        })
    }

    /// A value whose other parts stand beside it.
    fn value_in(&mut self, map: &Map<'_>, node: &Node, value_type: ValueType) -> Option<Value> {
        let value = self.scalar(node, value_type);
        match value_type {
            ValueType::LocalizedText => {
                let language = map.get("language").and_then(|node| self.language(node));
                let Some(Value::LocalizedText(LocalizedText { text, .. })) = value else {
                    return None;
                };
                Some(Value::LocalizedText(LocalizedText { text, language }))
            }
            ValueType::Quantity => {
                let bound = map
                    .get("bound")
                    .map(|node| self.word(node, Bound::ALL, Bound::name));
                let mut number = |key: &str| {
                    let node = map.get(key)?;
                    let found = |text: &str| {
                        values::number(text)
                            .ok_or_else(|| format!("found {}, expected a number", quoted(text)))
                    };
                    self.log.parsed(node, "a number", found)
                };
                let (low, high) = (number("low"), number("high"));
                let mut text = |key: &str| {
                    map.get(key)
                        .and_then(|node| self.log.text(node, "a text"))
                        .map(str::to_owned)
                };
                let (unit, currency) = (text("unit"), text("currency"));
                let Some(Value::Quantity(Quantity { value, .. })) = value else {
                    return None;
                };
                if let (Some(low), Some(high)) = (low, high)
                    && low > high
                {
                    self.log.problem(
                        map.at,
                        format!("low {low} is above high {high}, expected it not to be"),
                    );
                }
                let bound = bound.unwrap_or(Some(Bound::Exact))?;
                Some(Value::Quantity(Quantity {
                    value,
                    bound,
                    low,
                    high,
                    unit,
                    currency,
                }))
            }
            _ => value,
        }
    }

    fn language(&mut self, node: &Node) -> Option<String> {
        self.log.parsed(node, values::A_LANGUAGE, |text| {
            if values::is_language(text) {
                Ok(text.to_owned())
            } else {
                Err(format!(
                    "found {}, expected {}",
                    quoted(text),
                    values::A_LANGUAGE
                ))
            }
        })
    }

    /// An entity of a type that may stand there.
    pub(super) fn entity_of(&mut self, node: &Node, target: TypeRef) -> Option<EntityId> {
        let (id, index) = self.entity(node)?;
        if self.ontology.admits(target, index) {
            return Some(id);
        }
        let members = self.ontology.members(target);
        let names: Vec<&str> = members
            .iter()
            .map(|member| self.ontology.entity_type(*member).name.as_str())
            .collect();
        let found = &self.ontology.entity_type(index).name;
        let message = format!(
            "found {id}, which is of the type {found}, expected {}",
            one_of(names)
        );
        self.log.problem(node.at, message);
        None
    }
}
