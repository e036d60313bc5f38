//! Bounded numbers against each other: as intervals.

use crate::graph::disputes::verdict::{Judgement, Verdict};
use crate::model::value::{Bound, BoundWidths, Quantity, grouped};

/// How two bounded numbers of the same thing stand to each other.
///
/// Their intervals decide. Intervals without a common number contradict each other. Two that are bounded on
/// both sides and meet agree: "almost 134,000" and 133,726. A number without an upper or a lower end can
/// always be exceeded, so it agrees with its like alone and otherwise differs in bound, also
/// where the one number is the very bound of the other: "20" and "more than 20".
#[must_use]
pub fn compare(one: &Quantity, other: &Quantity, widths: &BoundWidths) -> Judgement {
    let (first, second) = (described(one, widths), described(other, widths));
    if differ(&one.unit, &other.unit) || differ(&one.currency, &other.currency) {
        let why = format!("{first} and {second} are in different units.");
        return Judgement::new(Verdict::DifferentMeasure, why);
    }
    let intervals = (one.interval(widths), other.interval(widths));
    let verdict = verdict(intervals.0, intervals.1);
    let why = match verdict {
        Verdict::Contradicts => format!("{first} and {second} cannot be the same number."),
        Verdict::Agrees if one.label() == other.label() => format!("Both say {first}."),
        Verdict::Agrees => format!("{first} and {second} can be the same number."),
        _ => format!(
            "{first} and {second} do not exclude each other, but bound the number differently."
        ),
    };
    Judgement::new(verdict, why)
}

/// An interval; an end that is not given lies beyond every number.
type Interval = (Option<f64>, Option<f64>);

fn verdict(one: Interval, other: Interval) -> Verdict {
    let ends_before = |one: Interval, other: Interval| matches!((one.1, other.0), (Some(end), Some(start)) if end < start);
    if ends_before(one, other) || ends_before(other, one) {
        return Verdict::Contradicts;
    }
    let is_bounded = |interval: Interval| interval.0.is_some() && interval.1.is_some();
    if one == other || (is_bounded(one) && is_bounded(other)) {
        Verdict::Agrees
    } else {
        Verdict::DiffersInBound
    }
}

/// Whether a part is surely larger than its whole.
#[must_use]
pub fn exceeds(part: &Quantity, whole: &Quantity, widths: &BoundWidths) -> bool {
    let is_comparable =
        !differ(&part.unit, &whole.unit) && !differ(&part.currency, &whole.currency);
    let (least, most) = (part.interval(widths).0, whole.interval(widths).1);
    is_comparable && matches!((least, most), (Some(least), Some(most)) if least > most)
}

/// Whether both are stated and not the same.
fn differ(one: &Option<String>, other: &Option<String>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

/// The number in words, with the interval that `about` and `almost` stand for.
pub(super) fn described(quantity: &Quantity, widths: &BoundWidths) -> String {
    let label = quantity.label();
    let percent = |width: f64| grouped((width * 1000.0).round() / 10.0);
    let width = match quantity.bound {
        Bound::About => format!("ABOUT is {}% to either side", percent(widths.about)),
        Bound::Almost => format!("ALMOST is up to {}% below", percent(widths.almost)),
        _ => return label,
    };
    match quantity.interval(widths) {
        (Some(low), Some(high)) => {
            format!("{label} ({} to {}; {width})", rounded(low), rounded(high))
        }
        _ => label,
    }
}

/// A number without the traces of its calculation.
fn rounded(number: f64) -> String {
    grouped((number * 1e6).round() / 1e6)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WIDTHS: BoundWidths = BoundWidths {
        about: 0.1,
        almost: 0.02,
    };

    fn quantity(value: f64, bound: Bound) -> Quantity {
        Quantity {
            value,
            bound,
            low: None,
            high: None,
            unit: Some("people".into()),
            currency: None,
        }
    }

    fn verdict_of(one: &Quantity, other: &Quantity) -> Verdict {
        compare(one, other, &WIDTHS).verdict
    }

    #[test]
    fn numbers_as_sources_state_them() {
        let cases = [
            (
                (134_000.0, Bound::Almost),
                (133_726.0, Bound::Exact),
                Verdict::Agrees,
            ),
            (
                (134_000.0, Bound::Almost),
                (134_001.0, Bound::Exact),
                Verdict::Contradicts,
            ),
            (
                (134_000.0, Bound::Almost),
                (91_000.0, Bound::Exact),
                Verdict::Contradicts,
            ),
            (
                (1.2e9, Bound::About),
                (1.2e9, Bound::MoreThan),
                Verdict::DiffersInBound,
            ),
            (
                (1.2e9, Bound::About),
                (1.2e9, Bound::Exact),
                Verdict::Agrees,
            ),
            (
                (20.0, Bound::Exact),
                (20.0, Bound::MoreThan),
                Verdict::DiffersInBound,
            ),
            (
                (19.0, Bound::Exact),
                (20.0, Bound::MoreThan),
                Verdict::Contradicts,
            ),
            (
                (31.0, Bound::Exact),
                (20.0, Bound::MoreThan),
                Verdict::DiffersInBound,
            ),
            (
                (20.0, Bound::MoreThan),
                (20.0, Bound::MoreThan),
                Verdict::Agrees,
            ),
            (
                (20.0, Bound::LessThan),
                (20.0, Bound::MoreThan),
                Verdict::DiffersInBound,
            ),
            (
                (1000.0, Bound::Vague),
                (5.0, Bound::Exact),
                Verdict::DiffersInBound,
            ),
        ];
        for ((one, bound), (other, its), expected) in cases {
            let found = verdict_of(&quantity(one, bound), &quantity(other, its));
            assert_eq!(found, expected, "{one} {bound:?}, {other} {its:?}");
        }
    }

    #[test]
    fn widths_stand_in_the_reason() {
        let judged = compare(
            &quantity(134_000.0, Bound::Almost),
            &quantity(1000.0, Bound::About),
            &WIDTHS,
        );
        assert_eq!(
            judged.why,
            "Almost 134,000 people (131,320 to 134,000; ALMOST is up to 2% below) and \
             about 1,000 people (900 to 1,100; ABOUT is 10% to either side) cannot be the same number."
        );
    }

    #[test]
    fn other_units_are_another_measure() {
        let dollars = Quantity {
            unit: None,
            currency: Some("USD".into()),
            ..quantity(5.0, Bound::Exact)
        };
        let euros = Quantity {
            currency: Some("EUR".into()),
            ..dollars.clone()
        };
        assert_eq!(verdict_of(&dollars, &euros), Verdict::DifferentMeasure);
        assert!(!exceeds(
            &dollars,
            &Quantity {
                value: 1.0,
                ..euros
            },
            &WIDTHS
        ));
    }

    #[test]
    fn parts_within_their_whole() {
        let holds = |part, whole| !exceeds(&part, &whole, &WIDTHS);
        assert!(holds(
            quantity(134_000.0, Bound::Almost),
            quantity(265_000.0, Bound::About)
        ));
        assert!(holds(
            quantity(600_000.0, Bound::MoreThan),
            quantity(1.9e6, Bound::MoreThan)
        ));
        assert!(holds(
            quantity(290_000.0, Bound::Exact),
            quantity(265_000.0, Bound::About)
        ));
        assert!(!holds(
            quantity(292_000.0, Bound::Exact),
            quantity(265_000.0, Bound::About)
        ));
        assert!(!holds(
            quantity(30.0, Bound::MoreThan),
            quantity(20.0, Bound::LessThan)
        ));
    }

    fn any_quantity() -> impl Strategy<Value = Quantity> {
        let bound = prop::sample::select(Bound::ALL);
        let end = || prop::option::weighted(0.2, -40..40_i32);
        (-40..40_i32, bound, end(), end()).prop_map(|(value, bound, low, high)| Quantity {
            low: low.map(f64::from),
            high: high.map(f64::from),
            ..quantity(f64::from(value), bound)
        })
    }

    /// What a quantity can mean, one candidate after the other: a tenth of a unit apart, past all that is generated.
    fn meanings(quantity: &Quantity) -> Vec<i32> {
        let tenths = |number: f64| number * 10.0;
        let fits = |candidate: &i32| {
            let candidate = f64::from(*candidate);
            let value = tenths(quantity.value);
            let above = match (quantity.low, quantity.bound) {
                (Some(low), _) => candidate >= tenths(low),
                (None, Bound::Exact | Bound::MoreThan) => candidate >= value,
                (None, Bound::About) => candidate >= value - value.abs() / 10.0,
                (None, Bound::Almost) => candidate >= value - value.abs() / 50.0,
                (None, Bound::LessThan | Bound::Vague) => true,
            };
            let below = match (quantity.high, quantity.bound) {
                (Some(high), _) => candidate <= tenths(high),
                (None, Bound::Exact | Bound::Almost | Bound::LessThan) => candidate <= value,
                (None, Bound::About) => candidate <= value + value.abs() / 10.0,
                (None, Bound::MoreThan | Bound::Vague) => true,
            };
            above && below
        };
        (-600..=600).filter(fits).collect()
    }

    proptest! {
        #![proptest_config(crate::graph::tests::cases(2000))]

        /// Against a model that tries number after number.
        #[test]
        fn verdicts_follow_from_what_the_numbers_can_mean(one in any_quantity(), other in any_quantity()) {
            let (first, second) = (meanings(&one), meanings(&other));
            let is_sound = |found: &[i32]| !found.is_empty();
            prop_assume!(is_sound(&first) && is_sound(&second));
            let found = verdict_of(&one, &other);
            let meet = first.iter().any(|candidate| second.binary_search(candidate).is_ok());
            let ends = |found: &[i32]| found.first() != Some(&-600) && found.last() != Some(&600);
            let expected = match (meet, ends(&first) && ends(&second)) {
                (false, _) => Verdict::Contradicts,
                (true, true) => Verdict::Agrees,
                (true, false) if first == second => Verdict::Agrees,
                (true, false) => Verdict::DiffersInBound,
            };
            prop_assert_eq!(found, expected, "{:?} {:?}", one, other);
            prop_assert_eq!(found, verdict_of(&other, &one));
        }

        /// Every number agrees with itself.
        #[test]
        fn a_number_agrees_with_itself(one in any_quantity()) {
            prop_assume!(!meanings(&one).is_empty());
            prop_assert_eq!(verdict_of(&one, &one), Verdict::Agrees);
        }

        /// A part exceeds its whole where every number that it can mean is greater than every one of the whole's.
        #[test]
        fn a_part_exceeds_its_whole(part in any_quantity(), whole in any_quantity()) {
            let (first, second) = (meanings(&part), meanings(&whole));
            prop_assume!(!first.is_empty() && !second.is_empty());
            let expected = match (first.first(), second.last()) {
                (Some(-600), _) | (_, Some(600)) => false,
                (least, most) => least > most,
            };
            prop_assert_eq!(exceeds(&part, &whole, &WIDTHS), expected);
        }
    }
}
