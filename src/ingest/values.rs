//! Texts become values of a property's type.

use crate::ingest::problem::{one_of, quoted, suggestion};
use crate::model::ontology::{EnumType, ValueType};
use crate::model::value::{Bound, LocalizedText, Quantity, Value};

/// The value that a text is, for a type that holds no entities; else what was found and expected.
pub(crate) fn parse(
    text: &str,
    value_type: ValueType,
    enums: &[EnumType],
) -> Result<Value, String> {
    let found = |expected: &str| format!("found {}, expected {expected}", quoted(text));
    if text.trim().is_empty() {
        return Err(found(&expected(value_type, enums)));
    }
    match value_type {
        ValueType::String => Ok(Value::Text(text.into())),
        ValueType::Int => text.parse().map(Value::Int).map_err(|_| ()),
        ValueType::BigInt => text.parse().map(Value::BigInt).map_err(|_| ()),
        ValueType::Float => number(text).map(Value::Float).ok_or(()),
        ValueType::Boolean => text.parse().map(Value::Boolean).map_err(|_| ()),
        ValueType::Date => {
            return text
                .parse()
                .map(Value::Date)
                .map_err(|error| format!("{error}"));
        }
        ValueType::DateTime => {
            return text
                .parse()
                .map(Value::DateTime)
                .map_err(|error| format!("{error}"));
        }
        ValueType::Url if is_url(text) => Ok(Value::Url(text.into())),
        ValueType::LocalizedText => Ok(Value::LocalizedText(LocalizedText {
            text: text.into(),
            language: None,
        })),
        ValueType::Quantity => number(text)
            .map(|value| {
                let (low, high, unit, currency) = Default::default();
                Value::Quantity(Quantity {
                    value,
                    bound: Bound::Exact,
                    low,
                    high,
                    unit,
                    currency,
                })
            })
            .ok_or(()),
        ValueType::Enum(index) => {
            let Some(enumeration) = enums.get(usize::from(index.0)) else {
                return Err(found("a value"));
            };
            let names = enumeration.values.iter().map(|(name, _)| name.as_str());
            return if enumeration.place(text).is_some() {
                Ok(Value::Enum(text.into()))
            } else {
                Err(found(&expected(value_type, enums)) + &suggestion(text, names))
            };
        }
        ValueType::Url | ValueType::Entity(_) => Err(()),
    }
    .map_err(|()| found(&expected(value_type, enums)))
}

/// What a value of the type looks like.
pub(crate) fn expected(value_type: ValueType, enums: &[EnumType]) -> String {
    match value_type {
        ValueType::String | ValueType::LocalizedText => "a text".into(),
        ValueType::Int => "a whole number between -2147483648 and 2147483647".into(),
        ValueType::BigInt => "a whole number".into(),
        ValueType::Float | ValueType::Quantity => "a number".into(),
        ValueType::Boolean => "true or false".into(),
        ValueType::Date => "a date such as 2022-04~".into(),
        ValueType::DateTime => "a moment such as 2026-11-02T09:00:00Z".into(),
        ValueType::Url => "a web address that begins with https:// or http://".into(),
        ValueType::Entity(_) => "the id of an entity".into(),
        ValueType::Enum(index) => match enums.get(usize::from(index.0)) {
            Some(enumeration) if (1..=20).contains(&enumeration.values.len()) => {
                one_of(enumeration.values.iter().map(|(name, _)| name.as_str()))
            }
            Some(enumeration) => format!("a value of {}", enumeration.name),
            None => "a value".into(),
        },
    }
}

/// What a language looks like.
pub(crate) const A_LANGUAGE: &str = "the tag of a language, such as es or zh-Hant";

/// Whether a text has the form of a language's tag (BCP 47).
pub(crate) fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=8).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// A finite number.
pub(super) fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn is_url(text: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| {
        text.strip_prefix(scheme).is_some_and(|rest| {
            !rest.is_empty()
                && !rest.starts_with('/')
                && !rest.contains(|letter: char| letter.is_whitespace() || letter.is_control())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_values() {
        let good = [
            ("2022", ValueType::String, Value::Text("2022".into())),
            ("-7", ValueType::Int, Value::Int(-7)),
            (
                "3000000000",
                ValueType::BigInt,
                Value::BigInt(3_000_000_000),
            ),
            ("1.5e3", ValueType::Float, Value::Float(1500.0)),
            ("true", ValueType::Boolean, Value::Boolean(true)),
            (
                "https://a.org/x",
                ValueType::Url,
                Value::Url("https://a.org/x".into()),
            ),
        ];
        for (text, value_type, value) in good {
            assert_eq!(parse(text, value_type, &[]), Ok(value));
        }
    }

    #[test]
    fn other_texts_are_told() {
        let bad = [
            ("", ValueType::String, "found \"\", expected a text"),
            (
                "3000000000",
                ValueType::Int,
                "found \"3000000000\", expected a whole number between -2147483648 and 2147483647",
            ),
            (
                "1.5",
                ValueType::BigInt,
                "found \"1.5\", expected a whole number",
            ),
            ("inf", ValueType::Float, "found \"inf\", expected a number"),
            (
                "yes",
                ValueType::Boolean,
                "found \"yes\", expected true or false",
            ),
            (
                "a.org",
                ValueType::Url,
                "found \"a.org\", expected a web address that begins with https:// or http://",
            ),
            (
                "https:///x",
                ValueType::Url,
                "found \"https:///x\", expected a web address that begins with https:// or http://",
            ),
        ];
        for (text, value_type, message) in bad {
            assert_eq!(parse(text, value_type, &[]), Err(message.into()));
        }
    }
}
