//! Comparing one text with a query: how well it fits, why, and where.

use std::cmp::Reverse;

use super::build::{TEXT_WORDS, Text};
use super::fold::{Word, is_latin, words};
use super::lookup::{EXACT, PREFIX, QueryWord, worth_of_typos};
use super::typos::Typos;
use super::{NameMatch, Why};

/// A text of more words is a sentence.
const NAME_WORDS: usize = 12;

/// A query that was read.
pub(super) struct Query<'t> {
    /// As typed, without space around it.
    pub(super) text: &'t str,
    /// Whether all of it was read.
    pub(super) whole: bool,
    /// Its words as they follow each other, folded.
    pub(super) sequence: Vec<String>,
    /// Its different words; never none.
    pub(super) words: Vec<QueryWord>,
}

/// A word of the query found in a text.
struct Found {
    /// Which word of the text.
    place: usize,
    fit: Fit,
    /// How many letters the word of the query has, folded.
    letters: usize,
}

/// How a word of the query fits one of a text.
#[derive(Clone, Copy)]
struct Fit {
    worth: f32,
    why: Why,
}

impl Query<'_> {
    /// The match of a text, or `None` when too little of the query is in it.
    pub(super) fn compare(&self, text: &Text) -> Option<NameMatch> {
        let text_words = words(&text.text, TEXT_WORDS);
        let mut found: Vec<Found> = Vec::with_capacity(self.words.len());
        let mut covered = 0.0;
        let mut of = 0.0;
        for word in &self.words {
            of += word.rarity;
            let after = found.last().map_or(0, |last| last.place + 1);
            if let Some(hit) = find(word, &text.text, &text_words, after) {
                covered += word.rarity * hit.fit.worth;
                found.push(hit);
            }
        }
        if found.len() < self.needed() {
            return None;
        }
        let in_order = found.is_sorted_by(|a, b| a.place <= b.place);
        let why = self.why(&found, in_order);
        let mut places: Vec<usize> = found.iter().map(|found| found.place).collect();
        places.sort_unstable();
        places.dedup();

        let share = places.len() as f32 / text_words.len().max(1) as f32;
        let similar = self.similarity(&text_words, &places);
        let quality = (covered / of)
            * (0.6 + 0.4 * share.sqrt())
            * (0.6 + 0.4 * similar)
            * if in_order { 1.0 } else { 0.97 };
        let (from, to) = self.tier(text, &text_words);
        Some(NameMatch {
            entity: text.entity,
            field: text.field,
            value: text.value,
            score: from + (to - from) * text.strength * quality.clamp(0.0, 1.0),
            why,
            highlight: highlight(&text.text, &text_words, &found),
        })
    }

    /// The scores that a text can have. Whole texts rank above others whatever their weight:
    /// typed letter for letter, then but for case, then but for accents, alphabet, punctuation.
    fn tier(&self, text: &Text, text_words: &[Word]) -> (f32, f32) {
        let trimmed = text.text.trim();
        if trimmed == self.text {
            return (0.75, 1.0);
        }
        let folded = text_words.iter().map(|word| word.folded.as_str());
        if !self.whole || !folded.eq(self.sequence.iter().map(String::as_str)) {
            return (0.0, 0.5);
        }
        if trimmed.to_lowercase() == self.text.to_lowercase() {
            (0.625, 0.75)
        } else {
            (0.5, 0.625)
        }
    }

    fn why(&self, found: &[Found], in_order: bool) -> Why {
        if found.len() < self.words.len() {
            return Why::Partial;
        }
        let errors: u8 = found.iter().map(|found| found.fit.why.errors()).sum();
        if errors > 0 {
            return Why::Typo(errors);
        }
        let order = if in_order { Why::Exact } else { Why::WordOrder };
        let words = found.iter().map(|found| found.fit.why).max();
        words.map_or(order, |words| words.max(order))
    }

    /// How alike the letters are, from 0 to 1. What is found of a sentence is alike only as far
    /// as it is the sentence.
    fn similarity(&self, text_words: &[Word], places: &[usize]) -> f32 {
        let sentence = text_words.len() > NAME_WORDS;
        let mut compared = String::new();
        for (place, word) in text_words.iter().enumerate() {
            if !sentence || places.binary_search(&place).is_ok() {
                compared.push_str(&word.folded);
                compared.push(' ');
            }
        }
        let alike = strsim::jaro_winkler(&self.sequence.join(" "), compared.trim_end()) as f32;
        if sentence {
            alike * (0.5 + 0.5 * places.len() as f32 / text_words.len() as f32)
        } else {
            alike
        }
    }
}

fn highlight(text: &str, text_words: &[Word], found: &[Found]) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = Vec::with_capacity(found.len());
    for hit in found {
        if let Some(word) = text_words.get(hit.place) {
            let end = match hit.fit.why {
                Why::Prefix => prefix_end(text, word, hit.letters),
                _ => word.end,
            };
            ranges.push((word.start, end));
        }
    }
    // Two words of the query may be found in one word of the text: the longer range stays.
    ranges.sort_unstable_by_key(|&(start, end)| (start, Reverse(end)));
    ranges.dedup_by_key(|&mut (start, _)| start);
    ranges
}

impl Why {
    fn errors(self) -> u8 {
        match self {
            Why::Typo(errors) => errors,
            _ => 0,
        }
    }
}

/// Where in a text a word of the query fits best; among equals the first one after `after`, so
/// that words found in order are seen to be in order.
fn find(word: &QueryWord, text: &str, text_words: &[Word], after: usize) -> Option<Found> {
    let mut best: Option<(usize, Fit)> = None;
    for (place, text_word) in text_words.iter().enumerate() {
        let Some(fit) = fit(word, text, text_word) else {
            continue;
        };
        let better = best.is_none_or(|(best_place, best)| {
            let later = best_place < after && place >= after;
            fit.worth > best.worth || (fit.worth == best.worth && later)
        });
        if better {
            best = Some((place, fit));
        }
    }
    best.map(|(place, fit)| Found {
        place,
        fit,
        letters: word.folded.len(),
    })
}

fn fit(word: &QueryWord, text: &str, text_word: &Word) -> Option<Fit> {
    if text_word.folded == word.folded {
        let raw = text_word.raw(text);
        let why = if raw.to_lowercase() == word.raw {
            Why::Exact
        } else if is_latin(raw) && is_latin(&word.raw) {
            Why::Accent
        } else {
            Why::Transliterated
        };
        return Some(Fit { worth: EXACT, why });
    }
    if word.prefix && text_word.folded.starts_with(&word.folded) {
        // The more of the word is typed, the likelier it is meant.
        let typed = word.folded.len() as f32 / text_word.folded.len() as f32;
        return Some(Fit {
            worth: PREFIX - 0.1 + 0.2 * typed,
            why: Why::Prefix,
        });
    }
    let errors = Typos::new(&word.folded, word.typos).errors_of(&text_word.folded)?;
    Some(Fit {
        worth: worth_of_typos(errors),
        why: Why::Typo(errors),
    })
}

/// The end in the text of the first `letters` letters of a word; of the whole word where folding
/// changed how many there are.
fn prefix_end(text: &str, word: &Word, letters: usize) -> usize {
    let raw = word.raw(text);
    if raw.chars().count() != word.folded.len() {
        return word.end;
    }
    raw.char_indices()
        .nth(letters)
        .map_or(word.end, |(at, _)| word.start + at)
}
