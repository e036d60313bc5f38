//! How two statements stand to each other, and why.

use crate::model::words::words;

words! {
    /// How competing statements stand to each other.
    Verdict {
        /// They say the same, or can both be exact.
        Agrees = "AGREES",
        /// One says what the others are silent on.
        Adds = "ADDS",
        /// They can both be right, but bound the number differently.
        DiffersInBound = "DIFFERS_IN_BOUND",
        /// They speak of different places, groups, counts or times.
        DiffersInScope = "DIFFERS_IN_SCOPE",
        /// They measure different things, or in different units.
        DifferentMeasure = "DIFFERENT_MEASURE",
        /// They cannot both be right.
        Contradicts = "CONTRADICTS",
    }
}

impl Verdict {
    /// Whether the statements support each other: a corroboration, no dispute.
    #[must_use]
    pub fn is_corroboration(self) -> bool {
        matches!(self, Self::Agrees | Self::Adds)
    }
}

/// A verdict and its reason in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// How they stand to each other.
    pub verdict: Verdict,
    /// Why.
    pub why: String,
}

impl Judgement {
    pub(super) fn new(verdict: Verdict, why: impl Into<String>) -> Self {
        let why: String = why.into();
        let mut letters = why.chars();
        let first = letters.next().map(char::to_uppercase);
        Self {
            verdict,
            why: first.into_iter().flatten().chain(letters).collect(),
        }
    }
}
