//! Name search: which entity did someone mean by these words?
//!
//! Texts are added with the entity, property and value they belong to, then frozen into a
//! [`NameIndex`]. A search folds the query as the texts were folded (case, accents, other
//! alphabets), looks its words up, and ranks what it finds.
//!
//! - `fold` cuts a text into words and folds them.
//! - `build` collects the texts and writes the index.
//! - `lookup` finds the postings of a word: as typed, as a prefix, with typing errors.
//! - `search` collects candidates from the rarest words and picks the promising ones.
//! - `score` compares one text with the query and says how well it fits, and why.
//!
//! Every step has a bound, so that no query costs more than a few milliseconds times its words:
//! see the constants in each file.

mod build;
mod fold;
mod lookup;
mod score;
mod search;
mod typos;

pub use build::{NameIndex, NameIndexBuilder};

/// How to search.
#[derive(Clone, Copy)]
pub struct SearchOptions<'a> {
    /// Also look for typing errors: one in words of 4 to 7 letters, two in longer ones.
    pub fuzzy: bool,
    /// At most so many matches.
    pub limit: usize,
    /// Whether a text of this entity and value may be found at all; asked for promising texts
    /// only. Use it for views, types and rights.
    pub accept: &'a dyn Fn(u32, u32) -> bool,
}

/// One entity that was found, by the best of its texts.
#[derive(Debug, Clone, PartialEq)]
pub struct NameMatch {
    /// The entity, as added.
    pub entity: u32,
    /// The field of the best text, as added.
    pub field: u16,
    /// The value of the best text, as added.
    pub value: u32,
    /// From 0 to 1, above 0.5 when the query is the whole text, give or take accents, case and
    /// punctuation.
    pub score: f32,
    /// What had to be overlooked to make it a match.
    pub why: Why,
    /// What was found: byte ranges of the text as it was added, in order.
    pub highlight: Vec<(usize, usize)>,
}

/// Why a text matches. Where several hold, the one furthest down this list is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// Every word of the query stands in the text, in that order, as it was typed (but for case).
    Exact,
    /// The words are there in another order.
    WordOrder,
    /// A word is equal but for its accents, or for the dots between initials.
    Accent,
    /// A word is equal once it is written in Latin letters.
    Transliterated,
    /// A word of the text starts with the last word of the query, or with a single letter of it.
    Prefix,
    /// Words differ by so many letters.
    Typo(u8),
    /// A word of a long query is missing from the text.
    Partial,
}

#[cfg(test)]
mod tests;
