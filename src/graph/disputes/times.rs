//! Whether two claims speak of the same time.

use crate::model::claim::{Until, ValidTime};

/// How the times of two claims stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    /// They can be of the same time.
    Same,
    /// One follows the other.
    Apart,
    /// One says when, the other does not.
    Undated,
}

/// How the times of two claims stand to each other, if what they state holds for a time.
///
/// Claims that begin on different days follow one another, whatever their ends: a status that advanced.
pub(super) fn times(one: Option<&ValidTime>, other: Option<&ValidTime>) -> Times {
    match (one.and_then(start), other.and_then(start)) {
        (Some(first), Some(second)) if first != second => Times::Apart,
        _ if !overlap(one, other) => Times::Apart,
        (Some(_), None) | (None, Some(_)) => Times::Undated,
        _ => Times::Same,
    }
}

/// Whether what two claims state may have held on one day.
pub(super) fn overlap(one: Option<&ValidTime>, other: Option<&ValidTime>) -> bool {
    let (first, second) = (bounds(one), bounds(other));
    first.0 <= second.1 && second.0 <= first.1
}

/// The first day on which it held, as far as the claim says.
fn start(time: &ValidTime) -> Option<i32> {
    time.since.as_ref().or(time.attested.as_ref())?.earliest()
}

/// The first and the last day on which it may have held.
fn bounds(time: Option<&ValidTime>) -> (i32, i32) {
    let Some(time) = time else {
        return (i32::MIN, i32::MAX);
    };
    let (from, to) = match (&time.since, &time.until, &time.attested) {
        (None, None, Some(attested)) => (attested.earliest(), attested.latest()),
        (since, until, _) => {
            let to = match until {
                Some(Until::Date(date)) => date.latest(),
                Some(Until::StillHolds) | None => None,
            };
            (since.as_ref().and_then(|date| date.earliest()), to)
        }
    };
    (from.unwrap_or(i32::MIN), to.unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(since: &str, until: &str, attested: &str) -> ValidTime {
        let date = |text: &str| (!text.is_empty()).then(|| text.parse().expect(text));
        ValidTime {
            since: date(since),
            until: (!until.is_empty()).then(|| until.to_owned().try_into().expect(until)),
            attested: date(attested),
        }
    }

    #[test]
    fn claims_in_time() {
        let cases = [
            (time("", "", ""), time("", "", ""), Times::Same),
            (time("2021", "", ""), time("2021", "", ""), Times::Same),
            (time("2021", "", ""), time("2022", "", ""), Times::Apart),
            (time("2021", "", ""), time("", "", "2022"), Times::Apart),
            (time("2021", "", ""), time("", "", ""), Times::Undated),
            (time("2021", "", ""), time("", "2020", ""), Times::Apart),
            (time("", "2020", ""), time("", "2022", ""), Times::Same),
            (time("", "..", ""), time("", "", "2020"), Times::Undated),
        ];
        for (one, other, expected) in cases {
            assert_eq!(
                times(Some(&one), Some(&other)),
                expected,
                "{one:?} {other:?}"
            );
            assert_eq!(
                times(Some(&other), Some(&one)),
                expected,
                "{other:?} {one:?}"
            );
        }
        assert_eq!(times(None, Some(&time("2021", "", ""))), Times::Undated);
        assert!(overlap(
            Some(&time("2021", "", "")),
            Some(&time("", "", "2022"))
        ));
        assert!(!overlap(
            Some(&time("2021", "2021", "")),
            Some(&time("", "", "2022"))
        ));
    }
}
