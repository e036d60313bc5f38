//! The postings of one word of a query.

use std::ops::Range;

use fst::{IntoStreamer, Streamer};

use super::build::NameIndex;
use super::typos::{self, Typos};

/// The most dictionary words taken for the typing errors of one word.
const TYPO_WORDS: usize = 1000;

/// What a match of a word is worth.
pub(super) const EXACT: f32 = 1.0;
pub(super) const PREFIX: f32 = 0.8;
pub(super) const TYPO: [f32; 2] = [0.8, 0.65];

/// A word of the query.
#[derive(Debug, Clone)]
pub(super) struct QueryWord {
    pub(super) folded: String,
    /// As typed, in lower case.
    pub(super) raw: String,
    /// Whether it also stands for longer words that start with it.
    pub(super) prefix: bool,
    /// How many errors it may have.
    pub(super) typos: u8,
    /// What it is worth among the words of the query: rare words are worth more.
    pub(super) rarity: f32,
}

/// Where a word of the query is found, the best first.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// Ranges of the postings, each with what a match there is worth.
    pub(super) ranges: Vec<(Range<usize>, f32)>,
    /// The postings in all ranges together.
    pub(super) postings: usize,
    /// How many texts have the word as it is.
    pub(super) exact: usize,
}

impl NameIndex {
    /// Looks a word up: as it is, as a prefix, and with the errors it may have.
    pub(super) fn reach(&self, word: &QueryWord) -> Reach {
        let mut reach = Reach::default();
        let exact = self.words.get(&word.folded);
        if let Some(number) = exact {
            let range = self.postings_of(number..number + 1);
            reach.exact = range.len();
            reach.push(range, EXACT);
        }
        if word.prefix {
            let first = self.first_from(word.folded.as_bytes());
            let first = first + u64::from(exact.is_some());
            let end = match after_prefix(word.folded.as_bytes()) {
                Some(end) => self.first_from(&end),
                None => self.words.len() as u64,
            };
            reach.push(self.postings_of(first..end), PREFIX);
        }
        if word.typos > 0 {
            let typos = Typos::new(&word.folded, word.typos);
            let mut stream = self.words.search_with_state(&typos).into_stream();
            let mut found = Vec::new();
            while let Some((_, number, row)) = stream.next() {
                let errors = typos.errors(&row);
                if errors > 0 {
                    found.push((errors, number));
                }
                if found.len() == TYPO_WORDS {
                    break;
                }
            }
            found.sort_unstable();
            for (errors, number) in found {
                let worth = worth_of_typos(errors);
                reach.push(self.postings_of(number..number + 1), worth);
            }
        }
        reach
    }

    /// The number of the first word that is not before `bound`.
    fn first_from(&self, bound: &[u8]) -> u64 {
        let mut stream = self.words.range().ge(bound).into_stream();
        stream
            .next()
            .map_or(self.words.len() as u64, |(_, number)| number)
    }

    fn postings_of(&self, words: Range<u64>) -> Range<usize> {
        let start_of = |word: u64| {
            let start = usize::try_from(word).ok().and_then(|i| self.starts.get(i));
            start.copied().unwrap_or(self.postings.len())
        };
        let start = start_of(words.start);
        start..start_of(words.end).max(start)
    }
}

impl Reach {
    fn push(&mut self, range: Range<usize>, worth: f32) {
        if !range.is_empty() {
            self.postings += range.len();
            self.ranges.push((range, worth));
        }
    }
}

pub(super) fn worth_of_typos(errors: u8) -> f32 {
    let place = usize::from(errors.clamp(1, typos::MAX_DISTANCE)) - 1;
    TYPO.get(place).copied().unwrap_or_default()
}

/// The first text after all that start with `prefix`; `None` when there is none.
fn after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return Some(end);
        }
    }
    None
}
