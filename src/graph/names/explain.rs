//! Why a text was found, and where in it.

use std::cmp::Reverse;

use super::build::TEXT_WORDS;
use super::fold::{Script, Word, script, words};
use super::lookup::How;
use super::query::{Query, QueryWord};
use super::score::{Placed, Searched};
use super::{Explanation, Why};

impl Searched<'_> {
    /// Explains the match of a text. It is worked out only for what is shown.
    pub(super) fn explain(&self, query: &Query, text: u32, several: bool) -> Explanation<'_> {
        let (number, text) = (text, self.text(text));
        let Some(places) = self.places(query, number) else {
            return Explanation {
                text,
                why: Why::Partial,
                highlight: Vec::new(),
            };
        };
        let text_words = words(text, TEXT_WORDS);
        let pairs = |placed: &Placed| {
            let asked = query.words.get(placed.word)?;
            Some((asked, text_words.get(placed.place), placed.fit.how))
        };
        let found: Vec<_> = places.iter().filter_map(pairs).collect();
        let why = if several {
            Why::SeveralTexts
        } else if found.len() < query.words.len() {
            Why::Partial
        } else {
            let order = if places.in_order() {
                Why::Exact
            } else {
                Why::WordOrder
            };
            let words = found
                .iter()
                .map(|(asked, word, how)| why(asked, *word, *how, text));
            words.fold(order, Why::and)
        };
        Explanation {
            text,
            why,
            highlight: highlight(text, &text_words, &found),
        }
    }
}

impl Why {
    /// What had to be overlooked for both.
    fn and(self, other: Why) -> Why {
        match (self, other) {
            (Why::Typo(one), Why::Typo(other)) => Why::Typo(one.saturating_add(other)),
            _ => self.max(other),
        }
    }
}

fn why(asked: &QueryWord, word: Option<&Word>, how: How, text: &str) -> Why {
    let Some(word) = word else {
        return Why::Initials;
    };
    let raw = word.raw(text);
    let script = script(raw);
    match how {
        How::Same if raw.to_lowercase() == asked.raw => Why::Exact,
        How::Same if script == Script::Latin && asked.script == Script::Latin => Why::Accent,
        How::Same | How::Sound => Why::Transliterated,
        How::Prefix => Why::Prefix,
        // What differs between two scripts is a way of writing, no error.
        How::Typo(_) if script != asked.script => Why::Transliterated,
        How::Typo(errors) => Why::Typo(errors),
        How::Initials | How::Initial => Why::Initials,
    }
}

type Pair<'a> = (&'a QueryWord, Option<&'a Word>, How);

/// The byte ranges of what was found, in order. Of a name that was found by its initials that is all of it.
fn highlight(text: &str, text_words: &[Word], found: &[Pair<'_>]) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = Vec::with_capacity(found.len());
    for (asked, word, how) in found {
        match word {
            Some(word) if *how == How::Prefix => {
                ranges.push((word.start, prefix_end(text, word, asked.folded.len())));
            }
            Some(word) => ranges.push((word.start, word.end)),
            None => ranges.extend(text_words.iter().map(|word| (word.start, word.end))),
        }
    }
    // Two words of the query may be found in one word of the text: the longer range stays.
    ranges.sort_unstable_by_key(|&(start, end)| (start, Reverse(end)));
    ranges.dedup_by_key(|&mut (start, _)| start);
    ranges
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
