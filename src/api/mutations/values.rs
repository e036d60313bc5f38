//! Values as an input has them.

use serde_json::{Map, Value as Json};

use super::reader::Reader;
use crate::ingest::values;
use crate::model::ontology::ValueType;
use crate::model::value::{Bound, LocalizedText, Quantity, Value};

impl Reader<'_> {
    /// A value of a property. Its kind has been checked: what is left is what only we know of it.
    pub(super) fn value(&mut self, value: &Json, value_type: ValueType) -> Option<Value> {
        match (value_type, value) {
            (ValueType::Entity(target), _) => self.entity_of(value, target).map(Value::Entity),
            (ValueType::Float, Json::Number(number)) => number.as_f64().map(Value::Float),
            (ValueType::LocalizedText, Json::Object(parts)) => self.localized_text(parts),
            (ValueType::Quantity, Json::Object(parts)) => self.quantity(parts),
            (_, Json::String(text)) => self.written(text, value_type),
            (_, other) => self.written(&other.to_string(), value_type),
        }
    }

    /// A value that is written as a text.
    pub(super) fn written(&mut self, text: &str, value_type: ValueType) -> Option<Value> {
        match values::parse(text, value_type, &self.ontology.enums) {
            Ok(value) => Some(value),
            Err(message) => {
                self.problem(message);
                None
            }
        }
    }

    fn localized_text(&mut self, parts: &Map<String, Json>) -> Option<Value> {
        let text = self.text(parts, "text")?;
        let language = self
            .key(parts, "language", |this, value| {
                let tag = value.as_str().unwrap_or_default();
                if values::is_language(tag) {
                    return Some(tag.to_owned());
                }
                this.problem(format!("found {tag:?}, expected {}", values::A_LANGUAGE));
                None
            })
            .flatten();
        Some(Value::LocalizedText(LocalizedText { text, language }))
    }

    fn quantity(&mut self, parts: &Map<String, Json>) -> Option<Value> {
        let number = |key: &str| parts.get(key).and_then(Json::as_f64);
        let (low, high) = (number("low"), number("high"));
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            self.problem(format!(
                "low {low} is above high {high}, expected it not to be"
            ));
        }
        let bound = parts.get("bound").and_then(Json::as_str);
        Some(Value::Quantity(Quantity {
            value: number("value")?,
            bound: bound.and_then(Bound::from_name).unwrap_or(Bound::Exact),
            low,
            high,
            unit: self.text(parts, "unit"),
            currency: self.text(parts, "currency"),
        }))
    }
}
