//! What is counted of the operations that an engine runs. Counting is a few additions to numbers that all threads share;
//! nothing is locked.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;

use crate::api::error::Code;

/// The bounds of the classes of durations, in microseconds; what takes longer than the last stands in one more.
const BOUNDS: [u64; 16] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 2_500_000, 5_000_000, 10_000_000,
];

/// Under which name operations are counted that have none.
const UNNAMED: &str = "(unnamed)";
/// Under which name operations are counted once there are too many names, and requests that came to no operation.
const OTHER: &str = "(other)";

/// The counts of an engine.
#[derive(Debug)]
pub struct Statistics {
    /// By name. Clients choose the names, so that only so many are told apart.
    named: ArcSwap<HashMap<Box<str>, Arc<OperationCounts>>>,
    unnamed: OperationCounts,
    other: OperationCounts,
    most_names: usize,
    errors: [AtomicU64; Code::ALL.len()],
    documents_known: AtomicU64,
    documents_new: AtomicU64,
}

/// The counts of the operations of one name.
#[derive(Debug, Default)]
pub struct OperationCounts {
    answered: AtomicU64,
    failed: AtomicU64,
    classes: [AtomicU64; BOUNDS.len() + 1],
    microseconds: AtomicU64,
}

impl OperationCounts {
    fn add(&self, took: Duration, failed: bool) {
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let class = BOUNDS.partition_point(|bound| *bound < microseconds);
        // Nothing else is read by these numbers, so that their order does not matter.
        let count = if failed { &self.failed } else { &self.answered };
        count.fetch_add(1, Ordering::Relaxed);
        self.classes[class].fetch_add(1, Ordering::Relaxed);
        self.microseconds.fetch_add(microseconds, Ordering::Relaxed);
    }

    /// How many were answered without an error.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// How many were refused, or broken off.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// How long all of them took, in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.microseconds.load(Ordering::Relaxed) as f64 / 1e6
    }

    /// How many took longer than the bound before and not longer than this one, in seconds; the last bound is infinite.
    pub fn classes(&self) -> impl Iterator<Item = (f64, u64)> {
        let bounds = BOUNDS.iter().map(|bound| *bound as f64 / 1e6);
        let counts = self
            .classes
            .iter()
            .map(|count| count.load(Ordering::Relaxed));
        bounds.chain([f64::INFINITY]).zip(counts)
    }
}

impl Statistics {
    /// No counts yet; `most_names` names of operations will be told apart.
    pub(crate) fn new(most_names: usize) -> Self {
        Self {
            named: ArcSwap::default(),
            unnamed: OperationCounts::default(),
            other: OperationCounts::default(),
            most_names,
            errors: Default::default(),
            documents_known: AtomicU64::new(0),
            documents_new: AtomicU64::new(0),
        }
    }

    /// Counts an operation that has run; `name` is `None` where it has none.
    pub(crate) fn ran(&self, name: Option<&str>, took: Duration, error: Option<Code>) {
        self.failed_with(error);
        let Some(name) = name else {
            return self.unnamed.add(took, error.is_some());
        };
        let named = self.named.load();
        if let Some(counts) = named.get(name) {
            return counts.add(took, error.is_some());
        }
        if named.len() >= self.most_names {
            return self.other.add(took, error.is_some());
        }
        drop(named);
        // Two threads may meet here, and then one of them counts for nothing if it is late: so both look again.
        self.named.rcu(|named| {
            let mut named = HashMap::clone(named);
            if named.len() < self.most_names {
                named.entry(name.into()).or_default();
            }
            named
        });
        match self.named.load().get(name) {
            Some(counts) => counts.add(took, error.is_some()),
            None => self.other.add(took, error.is_some()),
        }
    }

    /// Counts a request that came to no operation.
    pub(crate) fn refused(&self, took: Duration, error: Code) {
        self.failed_with(Some(error));
        self.other.add(took, true);
    }

    fn failed_with(&self, error: Option<Code>) {
        let place = error.and_then(|error| Code::ALL.iter().position(|code| *code == error));
        if let Some(count) = place.and_then(|place| self.errors.get(place)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a document that was looked up.
    pub(crate) fn document(&self, is_known: bool) {
        let count = if is_known {
            &self.documents_known
        } else {
            &self.documents_new
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// The operations by name, those without one and all others; in no order.
    #[must_use]
    pub fn operations(&self) -> Vec<(String, Operations<'_>)> {
        let named = self.named.load();
        let mut all: Vec<_> = named
            .iter()
            .map(|(name, counts)| (name.to_string(), Operations::Shared(Arc::clone(counts))))
            .collect();
        all.push((UNNAMED.to_owned(), Operations::Here(&self.unnamed)));
        all.push((OTHER.to_owned(), Operations::Here(&self.other)));
        all
    }

    /// How many requests ended with an error, by the code of the first.
    pub fn errors(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counts = self
            .errors
            .iter()
            .map(|count| count.load(Ordering::Relaxed));
        Code::ALL.iter().map(|code| code.name()).zip(counts)
    }

    /// How many documents were known when they came, with their plans, and how many were not.
    #[must_use]
    pub fn documents(&self) -> (u64, u64) {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (count(&self.documents_known), count(&self.documents_new))
    }
}

/// The counts of one name, wherever they are kept.
#[derive(Debug)]
pub enum Operations<'s> {
    /// With the engine.
    Here(&'s OperationCounts),
    /// For a name that clients chose.
    Shared(Arc<OperationCounts>),
}

impl std::ops::Deref for Operations<'_> {
    type Target = OperationCounts;

    fn deref(&self) -> &OperationCounts {
        match self {
            Self::Here(counts) => counts,
            Self::Shared(counts) => counts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_many_names_are_told_apart() {
        let statistics = Statistics::new(2);
        for name in ["A", "B", "C", "A", "D"] {
            statistics.ran(Some(name), Duration::from_micros(100), None);
        }
        statistics.ran(None, Duration::from_secs(11), Some(Code::BudgetExceeded));
        statistics.refused(Duration::from_micros(101), Code::ParseFailed);
        let mut counts: Vec<_> = statistics
            .operations()
            .into_iter()
            .map(|(name, counts)| (name, counts.answered(), counts.failed()))
            .collect();
        counts.sort();
        let expected = [
            ("(other)", 2, 1),
            ("(unnamed)", 0, 1),
            ("A", 2, 0),
            ("B", 1, 0),
        ];
        assert_eq!(
            counts,
            expected.map(|(name, answered, failed)| (name.to_owned(), answered, failed))
        );

        let other = &statistics.other;
        assert!((other.seconds() - 0.000_301).abs() < 1e-9);
        let classes: Vec<_> = other.classes().filter(|(_, count)| *count > 0).collect();
        assert_eq!(classes, [(0.0001, 2), (0.000_25, 1)]);
        let last = statistics.unnamed.classes().last();
        assert_eq!(last, Some((f64::INFINITY, 1)));
        let errors: Vec<_> = statistics
            .errors()
            .filter(|(_, count)| *count > 0)
            .collect();
        assert_eq!(
            errors,
            [("GRAPHQL_PARSE_FAILED", 1), ("BUDGET_EXCEEDED", 1)]
        );
    }

    #[test]
    fn threads_that_meet_at_a_new_name_lose_no_count() {
        let statistics = Statistics::new(1000);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for name in 0..200 {
                        statistics.ran(Some(&name.to_string()), Duration::ZERO, None);
                    }
                });
            }
        });
        let operations = statistics.operations();
        let all: u64 = operations.iter().map(|(_, counts)| counts.answered()).sum();
        assert_eq!((all, operations.len()), (800, 202));
        assert!(
            operations
                .iter()
                .all(|(_, counts)| [0, 4].contains(&counts.answered()))
        );
    }
}
