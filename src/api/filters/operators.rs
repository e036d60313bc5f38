//! Operators on values: `eq`, `contains`, `before` and the rest.

use serde_json::Value;

use crate::graph::filter::{StatedAs, Test};
use crate::graph::folding::fold;
use crate::model::date::{Edtf, EdtfError, Timestamp};
use crate::model::ontology::ValueType;
use crate::model::value::Bound;

/// The fields of an input object that were given and are not null.
pub(super) fn given(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let fields = value.as_object().into_iter().flatten();
    fields
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.as_str(), value))
}

/// The items of a list; a single value stands for a list of one.
pub(super) fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        single => std::slice::from_ref(single),
    }
}

/// A string, or what another value is in JSON: an id may be given as a number.
pub(crate) fn word(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// `eq`, `ne` and `in` as a list of values, and whether it is negated.
pub(super) fn equality<'v>(operator: &str, value: &'v Value) -> Option<(Vec<&'v Value>, bool)> {
    match operator {
        "eq" => Some((vec![value], false)),
        "ne" => Some((vec![value], true)),
        "in" => Some((items(value).iter().collect(), false)),
        _ => None,
    }
}

/// One operator on a value.
pub(super) fn test(value_type: ValueType, operator: &str, value: &Value) -> Result<Test, String> {
    match value_type {
        ValueType::String | ValueType::Url | ValueType::LocalizedText => {
            Ok(text_test(operator, value))
        }
        ValueType::Enum(_) => {
            let (values, negated) = equality(operator, value).unwrap_or_default();
            Ok(Test::Word {
                one_of: values.into_iter().map(word).collect(),
                negated,
            })
        }
        ValueType::Boolean => Ok(Test::Is(value.as_bool() == Some(true))),
        ValueType::Date => date_test(operator, &word(value)),
        ValueType::Quantity => match operator {
            "bound" => {
                let (values, negated) = given(value)
                    .find_map(|(operator, value)| equality(operator, value))
                    .unwrap_or_default();
                let one_of = values
                    .into_iter()
                    .filter_map(|value| Bound::from_name(&word(value)))
                    .collect();
                Ok(Test::Bound { one_of, negated })
            }
            "unit" => Ok(Test::Unit(
                given(value)
                    .map(|(operator, value)| text_test(operator, value))
                    .collect(),
            )),
            "currency" => Ok(Test::Currency(
                given(value)
                    .map(|(operator, value)| text_test(operator, value))
                    .collect(),
            )),
            _ => number_test(value_type, operator, value),
        },
        ValueType::Int | ValueType::Float | ValueType::BigInt | ValueType::DateTime => {
            number_test(value_type, operator, value)
        }
        ValueType::Entity(_) => Err("expected a filter on an entity".into()),
    }
}

/// What `stated` asks for.
pub(super) fn stated_tests(value: &Value) -> impl Iterator<Item = (Vec<StatedAs>, bool)> + '_ {
    given(value).filter_map(|(operator, value)| {
        let (values, negated) = equality(operator, value)?;
        let stated = values.into_iter().map(|value| match value.as_str() {
            Some("VALUE") => StatedAs::Value,
            Some("NONE") => StatedAs::None,
            Some("UNKNOWN") => StatedAs::Unknown,
            _ => StatedAs::NotStated,
        });
        Some((stated.collect(), negated))
    })
}

fn text_test(operator: &str, value: &Value) -> Test {
    let folded = || fold(&word(value));
    match operator {
        "contains" => Test::Contains(folded()),
        "startsWith" => Test::StartsWith(folded()),
        "endsWith" => Test::EndsWith(folded()),
        _ => {
            let (values, negated) = equality(operator, value).unwrap_or_default();
            Test::Text {
                one_of: values.into_iter().map(|value| fold(&word(value))).collect(),
                negated,
            }
        }
    }
}

fn date_test(operator: &str, text: &str) -> Result<Test, String> {
    let date: Edtf = text.parse().map_err(|error: EdtfError| error.to_string())?;
    Ok(match operator {
        "before" => Test::Before(date),
        "after" => Test::After(date),
        "during" => Test::During(date),
        "overlaps" => Test::Overlaps(date),
        _ => Test::SameDays(date),
    })
}

fn number_test(value_type: ValueType, operator: &str, value: &Value) -> Result<Test, String> {
    let number = |value: &Value| number(value_type, value);
    Ok(match operator {
        "lt" | "lte" => Test::Less {
            than: number(value)?,
            or_equal: operator == "lte",
        },
        "gt" | "gte" => Test::Greater {
            than: number(value)?,
            or_equal: operator == "gte",
        },
        _ => {
            let (values, negated) = equality(operator, value).unwrap_or_default();
            Test::Number {
                one_of: values.into_iter().map(number).collect::<Result<_, _>>()?,
                negated,
            }
        }
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "comparing past 2^53 is as precise as a double is"
)]
fn number(value_type: ValueType, value: &Value) -> Result<f64, String> {
    match value_type {
        ValueType::DateTime => {
            let moment: Timestamp = word(value).parse().map_err(|error| format!("{error}"))?;
            Ok(moment.microseconds() as f64)
        }
        ValueType::BigInt => {
            let whole: i64 = word(value)
                .parse()
                .map_err(|_| format!("found {value}: expected a whole number"))?;
            Ok(whole as f64)
        }
        _ => value
            .as_f64()
            .ok_or_else(|| format!("found {value}: expected a number")),
    }
}
