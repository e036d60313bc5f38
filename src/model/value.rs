//! Values of properties.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::model::date::{Edtf, Timestamp};
use crate::model::id::EntityId;
use crate::model::words::words;

words! {
    /// How a source bounds a number.
    Bound {
        /// The number itself.
        Exact = "EXACT",
        /// About, some, around.
        About = "ABOUT",
        /// Almost, nearly: a little less.
        Almost = "ALMOST",
        /// More than, over.
        MoreThan = "MORE_THAN",
        /// Less than, under.
        LessThan = "LESS_THAN",
        /// An order of magnitude at best: thousands, many.
        Vague = "VAGUE",
    }
}

/// A number as a source states it: bounded, with its unit or currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Quantity {
    /// The number.
    pub value: f64,
    /// How the source bounds it.
    #[serde(default = "exact")]
    pub bound: Bound,
    /// The lowest value the source gives, where it gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The highest value the source gives, where it gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// What is counted or measured: `migrants`, `km`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// ISO 4217 code of a sum of money: `USD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

fn exact() -> Bound {
    Bound::Exact
}

impl Quantity {
    /// The interval that the number stands for: what the source gives, else what the bound
    /// implies, with the relative widths that the ontology sets. `None` is unbounded.
    #[must_use]
    pub fn interval(&self, widths: &BoundWidths) -> (Option<f64>, Option<f64>) {
        let about = self.value.abs() * widths.about;
        let almost = self.value.abs() * widths.almost;
        let (low, high) = match self.bound {
            Bound::Exact => (Some(self.value), Some(self.value)),
            Bound::About => (Some(self.value - about), Some(self.value + about)),
            Bound::Almost => (Some(self.value - almost), Some(self.value)),
            Bound::MoreThan => (Some(self.value), None),
            Bound::LessThan => (None, Some(self.value)),
            Bound::Vague => (None, None),
        };
        (self.low.or(low), self.high.or(high))
    }

    /// The number in words: `almost 134,000 migrants`, `more than 1,900,000 persons`.
    #[must_use]
    pub fn label(&self) -> String {
        let mut label = String::from(match self.bound {
            Bound::Exact => "",
            Bound::About => "about ",
            Bound::Almost => "almost ",
            Bound::MoreThan => "more than ",
            Bound::LessThan => "less than ",
            Bound::Vague => "on the order of ",
        });
        label.push_str(&grouped(self.value));
        for word in [&self.unit, &self.currency].into_iter().flatten() {
            label.push(' ');
            label.push_str(word);
        }
        label
    }
}

/// A number with a comma between its thousands.
pub(crate) fn grouped(number: f64) -> String {
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let (sign, digits) = whole
        .strip_prefix('-')
        .map_or(("", whole), |digits| ("-", digits));
    let mut out = String::from(sign);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// How wide `ABOUT` and `ALMOST` are, relative to the value; set by the ontology's `@bounds`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoundWidths {
    /// `ABOUT x` is `x ± about·x`.
    pub about: f64,
    /// `ALMOST x` is from `x - almost·x` to `x`.
    pub almost: f64,
}

impl Default for BoundWidths {
    fn default() -> Self {
        Self {
            about: 0.1,
            almost: 0.02,
        }
    }
}

/// A text in a known language, or in none that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalizedText {
    /// The text.
    pub text: String,
    /// BCP 47 tag of its language: `es`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// A value that a claim gives to a property.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Value {
    /// A text.
    Text(String),
    /// A 32-bit whole number.
    Int(i32),
    /// A whole number that can pass 2^31.
    BigInt(i64),
    /// A number, finite.
    Float(f64),
    /// Yes or no.
    Boolean(bool),
    /// A date, maybe imprecise.
    Date(Edtf),
    /// A moment.
    DateTime(Timestamp),
    /// A web address.
    Url(String),
    /// A text in a language.
    LocalizedText(LocalizedText),
    /// A bounded number.
    Quantity(Quantity),
    /// The name of an enum's value.
    Enum(String),
    /// An entity; in the properties of a relationship only.
    Entity(EntityId),
}

impl Value {
    /// The value in words, as search and labels see it; borrowed where it is a text.
    #[must_use]
    pub fn words(&self) -> Cow<'_, str> {
        Cow::Owned(match self {
            Self::Text(text) | Self::Url(text) | Self::Enum(text) => return Cow::Borrowed(text),
            Self::LocalizedText(text) => return Cow::Borrowed(&text.text),
            Self::Int(number) => number.to_string(),
            Self::BigInt(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
            Self::Boolean(yes) => yes.to_string(),
            Self::Date(date) => date.label(),
            Self::DateTime(moment) => moment.to_string(),
            Self::Quantity(quantity) => quantity.label(),
            Self::Entity(id) => id.to_string(),
        })
    }

    /// The value in words, for keeping.
    #[must_use]
    pub fn label(&self) -> String {
        self.words().into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(value: f64, bound: Bound) -> Quantity {
        Quantity {
            value,
            bound,
            low: None,
            high: None,
            unit: Some("migrants".into()),
            currency: None,
        }
    }

    #[test]
    fn labels_read_as_people_write() {
        assert_eq!(
            quantity(134_000.0, Bound::Almost).label(),
            "almost 134,000 migrants"
        );
        assert_eq!(quantity(-1234.5, Bound::Exact).label(), "-1,234.5 migrants");
        assert_eq!(
            quantity(999.0, Bound::MoreThan).label(),
            "more than 999 migrants"
        );
    }

    #[test]
    fn bounds_become_intervals() {
        let widths = BoundWidths {
            about: 0.1,
            almost: 0.02,
        };
        assert_eq!(
            quantity(100.0, Bound::About).interval(&widths),
            (Some(90.0), Some(110.0))
        );
        assert_eq!(
            quantity(100.0, Bound::Almost).interval(&widths),
            (Some(98.0), Some(100.0))
        );
        assert_eq!(
            quantity(100.0, Bound::MoreThan).interval(&widths),
            (Some(100.0), None)
        );
        let stated = Quantity {
            low: Some(80.0),
            ..quantity(100.0, Bound::About)
        };
        assert_eq!(stated.interval(&widths), (Some(80.0), Some(110.0)));
    }
}
