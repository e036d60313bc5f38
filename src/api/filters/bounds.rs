//! Bounds that nothing can fit.

use crate::graph::filter::{Compare, DateTest, Test};

/// Two operators that leave nothing between them, such as `gt: 5, lt: 3`.
pub(super) fn contradiction<'o>(tests: &[(&'o str, Test)]) -> Option<(&'o str, &'o str)> {
    whole(tests).or_else(|| real(tests))
}

/// Whole numbers, moments and days: the least and the greatest that fit.
fn whole<'o>(tests: &[(&'o str, Test)]) -> Option<(&'o str, &'o str)> {
    let mut low: Option<(i128, &str)> = None;
    let mut high = None;
    for (operator, test) in tests {
        let (from, to) = match test {
            Test::Whole(Compare::Greater { than, or_equal }) => {
                (Some(i128::from(*than) + i128::from(!or_equal)), None)
            }
            Test::Whole(Compare::Less { than, or_equal }) => {
                (None, Some(i128::from(*than) - i128::from(!or_equal)))
            }
            Test::Date(DateTest::After(day)) => (Some(i128::from(*day) + 1), None),
            Test::Date(DateTest::Before(day)) => (None, Some(i128::from(*day) - 1)),
            Test::Date(DateTest::During(days)) => {
                (Some(i128::from(days.0)), Some(i128::from(days.1)))
            }
            _ => (None, None),
        };
        if let Some(from) = from {
            low = low
                .filter(|(found, _)| *found >= from)
                .or(Some((from, *operator)));
        }
        if let Some(to) = to {
            high = high
                .filter(|(found, _)| *found <= to)
                .or(Some((to, *operator)));
        }
    }
    let ((low, one), (high, other)) = (low?, high?);
    (low > high).then_some((one, other))
}

fn real<'o>(tests: &[(&'o str, Test)]) -> Option<(&'o str, &'o str)> {
    let lows = tests.iter().filter_map(|(operator, test)| match test {
        Test::Real(Compare::Greater { than, or_equal }) => Some((*operator, *than, *or_equal)),
        _ => None,
    });
    let mut pairs = lows.flat_map(|low| {
        tests.iter().filter_map(move |(operator, test)| match test {
            Test::Real(Compare::Less { than, or_equal }) => {
                Some((low, (*operator, *than, *or_equal)))
            }
            _ => None,
        })
    });
    let found = pairs.find(|((_, low, with_low), (_, high, with_high))| {
        low > high || (low == high && !(*with_low && *with_high))
    });
    found.map(|(low, high)| (low.0, high.0))
}
