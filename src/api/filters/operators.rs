//! Operators on values: `eq`, `contains`, `before` and the rest.

use serde_json::Value;

use crate::api::filters::bounds;
use crate::graph::filter::{Choice, Compare, DateTest, StatedAs, Test, TextTest, days};
use crate::model::date::{Edtf, EdtfError, Timestamp};
use crate::model::ontology::ValueType;
use crate::model::value::Bound;

/// The operators given on one property or part.
#[derive(Debug, Default)]
pub(super) struct Operators {
    /// What its value has to fit.
    pub(super) tests: Vec<Test>,
    /// What the record has to say of it at all.
    pub(super) stated: Vec<Choice<StatedAs>>,
    /// Whether any standing claim will do.
    pub(super) any: bool,
}

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

/// `eq`, `ne` and `in` as a choice among values.
pub(super) fn choice<T>(
    operator: &str,
    value: &Value,
    read: impl FnMut(&Value) -> Option<T>,
) -> Option<Choice<T>> {
    let (values, negated) = match operator {
        "eq" => (std::slice::from_ref(value), false),
        "ne" => (std::slice::from_ref(value), true),
        "in" => (items(value), false),
        _ => return None,
    };
    Some(Choice {
        one_of: values.iter().filter_map(read).collect(),
        negated,
    })
}

/// All operators on a property or a part; `at` is its place in the argument.
pub(super) fn operators(
    value_type: ValueType,
    value: &Value,
    at: &str,
) -> Result<Operators, String> {
    let mut read = Operators::default();
    for (operator, value) in given(value) {
        match operator {
            "stated" => read.stated.extend(stated_choices(value)),
            "exists" => read.stated.push(Choice {
                one_of: vec![StatedAs::Value],
                negated: value.as_bool() != Some(true),
            }),
            "match" => read.any = word(value) == "ANY",
            _ => {}
        }
    }
    read.tests = tests(value_type, value, at)?;
    Ok(read)
}

/// The operators on one value of several, of which nothing else can be asked.
pub(super) fn plain(value_type: ValueType, value: &Value, at: &str) -> Result<Vec<Test>, String> {
    let of_claims = given(value).find(|(name, _)| matches!(*name, "stated" | "exists" | "match"));
    if let Some((name, _)) = of_claims {
        return Err(format!(
            "{at}.{name} asks what is on record of a property, not of one value in it: expected it beside {}",
            at.rsplit('.').next().unwrap_or(at)
        ));
    }
    tests(value_type, value, at)
}

/// The operators on a text.
pub(super) fn texts(value: &Value, at: &str) -> Result<Vec<TextTest>, String> {
    let exact = is_exact(value);
    plain(ValueType::String, value, at)?;
    let operators = given(value).filter(|(operator, _)| *operator != "exact");
    operators
        .map(|(operator, value)| text_test(operator, value, exact))
        .collect::<Result<_, _>>()
        .map_err(|message| format!("{at}: {message}"))
}

/// The operators on a whole number.
pub(super) fn wholes(
    value_type: ValueType,
    value: &Value,
    at: &str,
) -> Result<Vec<Compare<i64>>, String> {
    let tests = plain(value_type, value, at)?;
    Ok(tests
        .into_iter()
        .filter_map(|test| match test {
            Test::Whole(compare) => Some(compare),
            _ => None,
        })
        .collect())
}

/// The tests among the operators.
fn tests(value_type: ValueType, value: &Value, at: &str) -> Result<Vec<Test>, String> {
    let exact = is_exact(value);
    let of_values = |operator: &str| !matches!(operator, "stated" | "exists" | "match" | "exact");
    let mut read = Vec::new();
    for (operator, value) in given(value).filter(|(operator, _)| of_values(operator)) {
        let at = format!("{at}.{operator}");
        let test = match (value_type, operator) {
            (ValueType::Quantity, "unit" | "currency") => {
                let texts = texts(value, &at)?;
                // What asks nothing of a part asks nothing of the whole.
                if texts.is_empty() {
                    continue;
                }
                if operator == "unit" {
                    Test::Unit(texts)
                } else {
                    Test::Currency(texts)
                }
            }
            (ValueType::Quantity, "bound") => {
                for (operator, value) in given(value) {
                    let bound = |value: &Value| Bound::from_name(&word(value));
                    let choice = choice(operator, value, bound);
                    read.extend(choice.map(|choice| (operator, Test::Bound(choice))));
                }
                continue;
            }
            _ => test(value_type, operator, value, exact)
                .map_err(|message| format!("{at}: {message}"))?,
        };
        read.push((operator, test));
    }
    if let Some((low, high)) = bounds::contradiction(&read) {
        let bound = |name: &str| format!("{name}: {}", value.get(name).unwrap_or(&Value::Null));
        let (low, high) = (bound(low), bound(high));
        return Err(format!(
            "{at}: {low} and {high} leave nothing between them: expected bounds that something can fit"
        ));
    }
    Ok(read.into_iter().map(|(_, test)| test).collect())
}

fn is_exact(value: &Value) -> bool {
    value.get("exact").and_then(Value::as_bool) == Some(true)
}

/// One operator on a value.
fn test(value_type: ValueType, operator: &str, value: &Value, exact: bool) -> Result<Test, String> {
    match value_type {
        ValueType::String | ValueType::Url | ValueType::LocalizedText => {
            text_test(operator, value, exact).map(Test::Text)
        }
        ValueType::Enum(_) => {
            let read = |value: &Value| Some(word(value));
            choice(operator, value, read)
                .map(Test::Word)
                .ok_or_else(|| format!("{operator} is no operator on an enum"))
        }
        ValueType::Boolean => Ok(Test::Is(
            (value.as_bool() == Some(true)) == (operator != "ne"),
        )),
        ValueType::Date => date_test(operator, value).map(Test::Date),
        ValueType::Float | ValueType::Quantity => compare(operator, value, real).map(Test::Real),
        ValueType::Int | ValueType::BigInt | ValueType::DateTime => {
            compare(operator, value, |value| whole(value_type, value)).map(Test::Whole)
        }
        ValueType::Entity(_) => Err("expected a filter on an entity".into()),
    }
}

/// What `stated` asks for.
pub(super) fn stated_choices(value: &Value) -> impl Iterator<Item = Choice<StatedAs>> + '_ {
    given(value).filter_map(|(operator, value)| {
        choice(operator, value, |value| {
            Some(match value.as_str() {
                Some("VALUE") => StatedAs::Value,
                Some("NONE") => StatedAs::None,
                Some("UNKNOWN") => StatedAs::Unknown,
                _ => StatedAs::NotStated,
            })
        })
    })
}

fn text_test(operator: &str, value: &Value, exact: bool) -> Result<TextTest, String> {
    let text = || word(value);
    Ok(match operator {
        "contains" => TextTest::contains(text(), exact),
        "startsWith" => TextTest::starts_with(text(), exact),
        "endsWith" => TextTest::ends_with(text(), exact),
        "matches" => TextTest::matches(&text(), exact)?,
        _ => {
            let choice = choice(operator, value, |value| Some(word(value)))
                .ok_or_else(|| format!("{operator} is no operator on a text"))?;
            TextTest::equals(choice, exact)
        }
    })
}

fn date_test(operator: &str, value: &Value) -> Result<DateTest, String> {
    let read = |value: &Value| {
        let date: Result<Edtf, EdtfError> = word(value).parse();
        date.map(|date| days(&date))
            .map_err(|error| error.to_string())
    };
    Ok(match operator {
        "before" => DateTest::Before(read(value)?.0),
        "after" => DateTest::After(read(value)?.1),
        "during" => DateTest::During(read(value)?),
        "overlaps" => DateTest::Overlaps(read(value)?),
        _ => DateTest::SameDays(all(operator, value, read)?),
    })
}

fn compare<T>(
    operator: &str,
    value: &Value,
    read: impl Fn(&Value) -> Result<T, String>,
) -> Result<Compare<T>, String> {
    Ok(match operator {
        "lt" | "lte" => Compare::Less {
            than: read(value)?,
            or_equal: operator == "lte",
        },
        "gt" | "gte" => Compare::Greater {
            than: read(value)?,
            or_equal: operator == "gte",
        },
        _ => Compare::Equals(all(operator, value, read)?),
    })
}

/// A choice among values each of which has to be readable.
fn all<T>(
    operator: &str,
    value: &Value,
    read: impl Fn(&Value) -> Result<T, String>,
) -> Result<Choice<T>, String> {
    let mut mistake = None;
    let choice = choice(operator, value, |value| {
        read(value).map_err(|message| mistake = Some(message)).ok()
    });
    match (mistake, choice) {
        (Some(message), _) => Err(message),
        (None, Some(choice)) => Ok(choice),
        (None, None) => Err(format!("{operator} is no operator here")),
    }
}

fn whole(value_type: ValueType, value: &Value) -> Result<i64, String> {
    if value_type == ValueType::DateTime {
        let moment: Timestamp = word(value).parse().map_err(|error| format!("{error}"))?;
        return Ok(moment.microseconds());
    }
    word(value)
        .parse()
        .map_err(|_| format!("found {value}: expected a whole number"))
}

fn real(value: &Value) -> Result<f64, String> {
    value
        .as_f64()
        .ok_or_else(|| format!("found {value}: expected a number"))
}
