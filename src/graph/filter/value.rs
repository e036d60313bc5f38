//! Conditions on one value.

use std::borrow::Borrow;

use crate::graph::filter::TextTest;
use crate::graph::prefix::Prefix;
use crate::model::date::Edtf;
use crate::model::value::{Bound, Value};

/// One of some, or none of them.
#[derive(Debug, Clone)]
pub struct Choice<T> {
    /// What it may be.
    pub one_of: Vec<T>,
    /// Whether it must be none of them.
    pub negated: bool,
}

impl<T> Choice<T> {
    /// Whether something fits.
    #[must_use]
    pub fn fits<Q: PartialEq + ?Sized>(&self, found: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.one_of.iter().any(|wanted| wanted.borrow() == found) != self.negated
    }
}

/// A condition on a number.
#[derive(Debug, Clone)]
pub enum Compare<T> {
    /// It is one of these, or none of them.
    Equals(Choice<T>),
    /// It lies below.
    Less {
        /// The bound.
        than: T,
        /// Whether the bound itself fits.
        or_equal: bool,
    },
    /// It lies above.
    Greater {
        /// The bound.
        than: T,
        /// Whether the bound itself fits.
        or_equal: bool,
    },
}

impl<T: PartialOrd> Compare<T> {
    /// Whether a number fits.
    #[must_use]
    pub fn fits(&self, found: &T) -> bool {
        match self {
            Self::Equals(choice) => choice.fits(found),
            Self::Less { than, or_equal } => found < than || (*or_equal && found == than),
            Self::Greater { than, or_equal } => found > than || (*or_equal && found == than),
        }
    }
}

/// A condition on a date, which is taken as its first and its last day.
#[derive(Debug, Clone)]
pub enum DateTest {
    /// The same days as one of these, or as none of them.
    SameDays(Choice<(i32, i32)>),
    /// Over before this day.
    Before(i32),
    /// Begun after this day.
    After(i32),
    /// Wholly within.
    During((i32, i32)),
    /// A day in common.
    Overlaps((i32, i32)),
}

impl DateTest {
    /// Whether the days of a date fit.
    #[must_use]
    pub fn fits(&self, found: (i32, i32)) -> bool {
        match self {
            Self::SameDays(choice) => choice.fits(&found),
            Self::Before(day) => found.1 < *day,
            Self::After(day) => found.0 > *day,
            Self::During(days) => found.0 >= days.0 && found.1 <= days.1,
            Self::Overlaps(days) => found.0 <= days.1 && found.1 >= days.0,
        }
    }
}

/// The first and the last day of a date; an end that is open or unknown reaches as far as days go.
#[must_use]
pub fn days(date: &Edtf) -> (i32, i32) {
    (
        date.earliest().unwrap_or(i32::MIN),
        date.latest().unwrap_or(i32::MAX),
    )
}

/// A condition on one value.
#[derive(Debug, Clone)]
pub enum Test {
    /// On a text.
    Text(TextTest),
    /// On the word of an enum.
    Word(Choice<String>),
    /// On a whole number, or the microseconds of a moment.
    Whole(Compare<i64>),
    /// On any other number.
    Real(Compare<f64>),
    /// Yes, or no.
    Is(bool),
    /// On a date.
    Date(DateTest),
    /// On the bound of a quantity.
    Bound(Choice<Bound>),
    /// On the unit of a quantity.
    Unit(Vec<TextTest>),
    /// On the currency of a quantity.
    Currency(Vec<TextTest>),
}

impl Test {
    /// Whether a value fits.
    #[must_use]
    pub fn fits(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Text(test), _) => test.fits(&value.words()),
            (Self::Word(choice), Value::Enum(word)) => choice.fits(word.as_str()),
            (Self::Whole(compare), _) => whole(value).is_some_and(|found| compare.fits(&found)),
            (Self::Real(compare), Value::Float(number)) => compare.fits(number),
            (Self::Real(compare), Value::Quantity(quantity)) => compare.fits(&quantity.value),
            (Self::Is(yes), Value::Boolean(found)) => found == yes,
            (Self::Date(test), Value::Date(date)) => test.fits(days(date)),
            (Self::Bound(choice), Value::Quantity(quantity)) => choice.fits(&quantity.bound),
            (Self::Unit(tests), Value::Quantity(quantity)) => {
                texts_fit(tests, quantity.unit.as_deref())
            }
            (Self::Currency(tests), Value::Quantity(quantity)) => {
                texts_fit(tests, quantity.currency.as_deref())
            }
            _ => false,
        }
    }
}

impl Test {
    /// Whether a value fits by what it sorts by, where that says enough.
    pub(super) fn fits_prefix(&self, prefix: Prefix) -> Option<bool> {
        match self {
            Self::Whole(_) | Self::Real(_) | Self::Date(_) if prefix == Prefix::MISSING => {
                Some(false)
            }
            Self::Whole(compare) => prefix.whole().map(|found| compare.fits(&found)),
            Self::Real(compare) => prefix.number().map(|found| compare.fits(&found)),
            Self::Date(test) => prefix.days().map(|found| test.fits(found)),
            _ => None,
        }
    }
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(i64::from(*number)),
        Value::BigInt(number) => Some(*number),
        Value::DateTime(moment) => Some(moment.microseconds()),
        _ => None,
    }
}

/// Whether a text fits; one that is not there fits no test, as long as there is one.
pub(super) fn texts_fit(tests: &[TextTest], text: Option<&str>) -> bool {
    tests
        .iter()
        .all(|test| text.is_some_and(|text| test.fits(text)))
}

pub(super) fn all_fit(tests: &[Test], value: &Value) -> bool {
    tests.iter().all(|test| test.fits(value))
}

/// Whether a date fits; conditions on anything else do not.
pub(super) fn all_fit_date(tests: &[Test], date: &Edtf) -> bool {
    tests
        .iter()
        .all(|test| matches!(test, Test::Date(test) if test.fits(days(date))))
}
