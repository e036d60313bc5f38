//! Name search: which entity did someone mean by these words?
//!
//! Texts are added with the entity, property and value they belong to, then frozen into a
//! [`NameIndex`]. A search folds the query as the texts were folded (case, accents, other
//! alphabets), looks its words up, and ranks what it finds. Several indexes can be searched as if they were one.
//!
//! - `fold` cuts a text into words and folds them; `spelling` knows other ways of writing a word of another script,
//!   of which `palladius` is one; `sound` says which words sound alike, `alike` how much.
//! - `build` collects the texts and writes the index.
//! - `query` reads what was typed, `readings` in the ways in which it may be meant.
//! - `lookup` finds the postings of a word: as typed, as a prefix, with typing errors.
//! - `score` says how well a text fits, `rank` finds the best texts without reading all.
//! - `several` finds entities whose texts together have the words.
//! - `search` goes through these steps; `explain` says why something was found, and where.
//!
//! Reading texts spends from a budget, so that no query takes without bound.

mod alike;
mod build;
mod explain;
mod fold;
mod lookup;
mod palladius;
mod query;
mod rank;
mod readings;
mod score;
mod search;
mod several;
mod sound;
mod spelling;
mod typos;

pub use build::{NameIndex, NameIndexBuilder};
pub use search::{Found, Texts, search};

use build::Text;

/// How to search.
#[derive(Clone, Copy)]
pub struct SearchOptions<'a> {
    /// Also look for typing errors: one in words of 4 to 7 letters, two in longer ones.
    pub fuzzy: bool,
    /// Whether words of one script find those of another.
    pub transliterate: bool,
    /// Whether quotes are searched.
    pub quotes: Quotes,
    /// At most so many matches.
    pub limit: usize,
    /// Whether a text may be found at all; asked for promising texts only. Use it for views, types and rights.
    pub accept: &'a dyn Fn(TextOf<'_>) -> bool,
}

/// When quotes are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quotes {
    /// Never.
    Never,
    /// Where names and other texts find nothing.
    #[default]
    Else,
    /// Together with names and other texts.
    Always,
}

/// A text, as added.
#[derive(Debug, Clone, Copy)]
pub struct TextOf<'a> {
    /// The entity.
    pub entity: u32,
    /// The field.
    pub field: u16,
    /// The value.
    pub value: u32,
    /// The text, or its start if it is very long.
    pub text: &'a str,
}

impl<'a> From<&'a Text> for TextOf<'a> {
    fn from(held: &'a Text) -> Self {
        Self {
            entity: held.entity,
            field: held.field,
            value: held.value,
            text: &held.text,
        }
    }
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
    /// How prominent the entity is, which decides among equals.
    prominence: u8,
    /// Whether no single text has the words.
    several: bool,
    /// The index and the text.
    at: (usize, u32),
}

/// Why a text was found, and where in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation<'a> {
    /// The text.
    pub text: &'a str,
    /// What had to be overlooked to make it a match.
    pub why: Why,
    /// What was found: byte ranges of the text, in order.
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
    /// A word is equal, or nearly, once it is written in Latin letters.
    Transliterated,
    /// A word of the text starts with the last word of the query, or with a single letter of it.
    Prefix,
    /// A word of the query is the initials of the text, or the text has the initial of a word.
    Initials,
    /// Words differ by so many letters.
    Typo(u8),
    /// A word of a long query is missing from the text.
    Partial,
    /// The words stand in several texts of the entity; this is the one that has the most.
    SeveralTexts,
}

#[cfg(test)]
mod tests;
