//! Conditions on one value.

use crate::graph::folding::fold;
use crate::model::date::Edtf;
use crate::model::value::{Bound, Value};

/// A condition on one value.
#[derive(Debug, Clone)]
pub enum Test {
    /// The text is one of these, folded; or none of them.
    Text {
        /// What it may be.
        one_of: Vec<String>,
        /// Whether it must be none of them.
        negated: bool,
    },
    /// The text has this in it, folded.
    Contains(String),
    /// The text begins with this, folded.
    StartsWith(String),
    /// The text ends with this, folded.
    EndsWith(String),
    /// The word of an enum is one of these; or none of them.
    Word {
        /// What it may be.
        one_of: Vec<String>,
        /// Whether it must be none of them.
        negated: bool,
    },
    /// The number is one of these; or none of them.
    Number {
        /// What it may be.
        one_of: Vec<f64>,
        /// Whether it must be none of them.
        negated: bool,
    },
    /// The number lies below.
    Less {
        /// The bound.
        than: f64,
        /// Whether the bound itself fits.
        or_equal: bool,
    },
    /// The number lies above.
    Greater {
        /// The bound.
        than: f64,
        /// Whether the bound itself fits.
        or_equal: bool,
    },
    /// Yes, or no.
    Is(bool),
    /// The same days.
    SameDays(Edtf),
    /// Over before it begins.
    Before(Edtf),
    /// Begun after it is over.
    After(Edtf),
    /// Wholly within.
    During(Edtf),
    /// A day in common.
    Overlaps(Edtf),
    /// The bound of a quantity.
    Bound {
        /// What it may be.
        one_of: Vec<Bound>,
        /// Whether it must be none of them.
        negated: bool,
    },
    /// The unit of a quantity.
    Unit(Vec<Test>),
    /// The currency of a quantity.
    Currency(Vec<Test>),
}

impl Test {
    /// Whether a value fits.
    #[must_use]
    pub fn fits(&self, value: &Value) -> bool {
        match self {
            Self::Text { one_of, negated } => {
                let text = fold(&value.label());
                one_of.contains(&text) != *negated
            }
            Self::Contains(part) => fold(&value.label()).contains(part.as_str()),
            Self::StartsWith(part) => fold(&value.label()).starts_with(part.as_str()),
            Self::EndsWith(part) => fold(&value.label()).ends_with(part.as_str()),
            Self::Word { one_of, negated } => match value {
                Value::Enum(word) => one_of.contains(word) != *negated,
                _ => false,
            },
            Self::Number { one_of, negated } => {
                number(value).is_some_and(|number| one_of.contains(&number) != *negated)
            }
            Self::Less { than, or_equal } => {
                number(value).is_some_and(|number| number < *than || (*or_equal && number <= *than))
            }
            Self::Greater { than, or_equal } => {
                number(value).is_some_and(|number| number > *than || (*or_equal && number >= *than))
            }
            Self::Is(yes) => matches!(value, Value::Boolean(found) if found == yes),
            Self::SameDays(date) => days(value).is_some_and(|found| found == span(date)),
            Self::Before(date) => days(value).is_some_and(|found| found.1 < span(date).0),
            Self::After(date) => days(value).is_some_and(|found| found.0 > span(date).1),
            Self::During(date) => {
                days(value).is_some_and(|found| found.0 >= span(date).0 && found.1 <= span(date).1)
            }
            Self::Overlaps(date) => {
                days(value).is_some_and(|found| found.0 <= span(date).1 && found.1 >= span(date).0)
            }
            Self::Bound { one_of, negated } => {
                matches!(value, Value::Quantity(quantity) if one_of.contains(&quantity.bound) != *negated)
            }
            Self::Unit(tests) => {
                matches!(value, Value::Quantity(quantity) if text_fits(tests, quantity.unit.as_ref()))
            }
            Self::Currency(tests) => {
                matches!(value, Value::Quantity(quantity) if text_fits(tests, quantity.currency.as_ref()))
            }
        }
    }
}

fn text_fits(tests: &[Test], text: Option<&String>) -> bool {
    text.is_some_and(|text| all_fit(tests, &Value::Text(text.clone())))
}

pub(super) fn all_fit(tests: &[Test], value: &Value) -> bool {
    tests.iter().all(|test| test.fits(value))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "comparing past 2^53 is as precise as a double is"
)]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(f64::from(*number)),
        Value::BigInt(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        Value::Quantity(quantity) => Some(quantity.value),
        Value::DateTime(moment) => Some(moment.microseconds() as f64),
        _ => None,
    }
}

fn span(date: &Edtf) -> (i32, i32) {
    (
        date.earliest().unwrap_or(i32::MIN),
        date.latest().unwrap_or(i32::MAX),
    )
}

fn days(value: &Value) -> Option<(i32, i32)> {
    match value {
        Value::Date(date) => Some(span(date)),
        _ => None,
    }
}
