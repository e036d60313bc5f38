//! What a value sorts by, cut to a number: most comparisons of a long list end there.

use crate::graph::folding::fold;
use crate::graph::order::{SortKey, plain_key};
use crate::model::ontology::{Ontology, ValueType};
use crate::model::value::Value;

/// A number that sorts as its key does: of two that differ the lesser comes first. Where two are alike, the keys have
/// the last word, unless the number [says it all](Prefix::is_whole).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Prefix(u64);

const SIGN: u64 = 1 << 63;

impl Prefix {
    /// Nothing is stated: the last in either direction.
    pub(crate) const MISSING: Self = Self(u64::MAX);

    /// The prefix of a key.
    pub(crate) fn of_key(key: &SortKey) -> Self {
        let number = match key {
            SortKey::Missing => return Self::MISSING,
            SortKey::Whole(number) => number.cast_unsigned() ^ SIGN,
            SortKey::Number(number) => {
                // The bits of a double sort as it does, once those below zero are turned round.
                let bits = number.to_bits();
                if bits & SIGN == 0 { bits | SIGN } else { !bits }
            }
            SortKey::Days(earliest, latest) => {
                let day = |day: i32| u64::from(day.cast_unsigned() ^ (1 << 31));
                day(*earliest) << 32 | day(*latest)
            }
            SortKey::Text(folded, _) => text(folded),
        };
        Self(number.min(u64::MAX - 1))
    }

    /// The prefix of a value of a property.
    pub(crate) fn of(ontology: &Ontology, value_type: ValueType, value: Option<&Value>) -> Self {
        match value {
            Some(value @ (Value::Text(_) | Value::Url(_) | Value::LocalizedText(_))) => {
                Self(text(&fold(&value.words())).min(u64::MAX - 1))
            }
            value => Self::of_key(&plain_key(ontology, value_type, value)),
        }
    }

    /// The same for the other direction.
    pub(crate) fn descending(self) -> Self {
        if self == Self::MISSING {
            self
        } else {
            Self((!self.0).min(u64::MAX - 1))
        }
    }

    /// Whether it says all that a number or a date sorts by: at the ends it may stand for several.
    pub(crate) fn is_whole(self) -> bool {
        (2..u64::MAX - 2).contains(&self.0)
    }

    /// The whole number that it stands for, if it stands for one alone.
    pub(crate) fn whole(self) -> Option<i64> {
        self.is_whole().then_some((self.0 ^ SIGN).cast_signed())
    }

    /// The number that it stands for, if it stands for one alone.
    pub(crate) fn number(self) -> Option<f64> {
        let bits = if self.0 & SIGN == 0 {
            !self.0
        } else {
            self.0 & !SIGN
        };
        self.is_whole().then_some(f64::from_bits(bits))
    }

    /// The days that it stands for, if it stands for one pair alone.
    pub(crate) fn days(self) -> Option<(i32, i32)> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "each half of the number is one day"
        )]
        let day = |half: u64| (half as u32 ^ (1 << 31)).cast_signed();
        self.is_whole().then_some((day(self.0 >> 32), day(self.0)))
    }
}

/// The first eight bytes of a text.
fn text(folded: &str) -> u64 {
    let mut first = [0; 8];
    for (place, byte) in first.iter_mut().zip(folded.bytes()) {
        *place = byte;
    }
    u64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> impl Strategy<Value = SortKey> {
        prop_oneof![
            4 => prop_oneof![any::<i64>(), -3..3_i64, Just(i64::MAX), Just(i64::MAX - 1), Just(i64::MIN)].prop_map(SortKey::Whole),
            4 => prop_oneof![prop::num::f64::NORMAL, prop::num::f64::ZERO, prop::num::f64::SUBNORMAL].prop_map(SortKey::Number),
            4 => (prop_oneof![any::<i32>(), Just(i32::MIN), 0..3], prop_oneof![any::<i32>(), Just(i32::MAX), 0..3])
                .prop_map(|(earliest, latest)| SortKey::Days(earliest, latest)),
            4 => "[a-cÁz\u{ff}]{0,10}".prop_map(|text| SortKey::text(&text)),
            1 => Just(SortKey::Missing),
        ]
    }

    fn is_one_kind(one: &SortKey, other: &SortKey) -> bool {
        std::mem::discriminant(one) == std::mem::discriminant(other)
            || [one, other].contains(&&SortKey::Missing)
    }

    proptest! {
        #![proptest_config(crate::graph::tests::cases(256))]

        #[test]
        fn a_prefix_sorts_as_its_key(one in key(), other in key(), descending: bool) {
            prop_assume!(is_one_kind(&one, &other));
            let prefix = |key: &SortKey| {
                let prefix = Prefix::of_key(key);
                if descending { prefix.descending() } else { prefix }
            };
            let (first, second) = (prefix(&one), prefix(&other));
            let wanted = one.compare(&other, descending);
            prop_assert!(first == second || first.cmp(&second) == wanted);
            let is_text = matches!(one, SortKey::Text(..));
            if first == second && first.is_whole() && !is_text {
                prop_assert!(wanted.is_eq());
            }
        }

        #[test]
        fn a_prefix_gives_its_value_back(key in key()) {
            let prefix = Prefix::of_key(&key);
            match key {
                SortKey::Whole(number) => prop_assert!(prefix.whole().is_none_or(|found| found == number)),
                SortKey::Number(number) => prop_assert!(prefix.number().is_none_or(|found| found.total_cmp(&number).is_eq())),
                SortKey::Days(earliest, latest) => prop_assert!(prefix.days().is_none_or(|found| found == (earliest, latest))),
                SortKey::Text(..) | SortKey::Missing => {}
            }
        }
    }
}
