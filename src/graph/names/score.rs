//! How well one text fits a query, by the numbers of its words alone.

use super::build::{NameIndex, Stretch, TEXT_WORDS};
use super::fold::{Script, script, words};
use super::lookup::{Fit, How, Reach};
use super::query::{QUERY_WORDS, Query};

/// How many other words there may be between those of a name that are only found by how they sound.
const APART: usize = 3;

/// A query as one index sees it.
#[derive(Debug)]
pub(super) struct Searched<'i> {
    pub(super) index: &'i NameIndex,
    /// By word of the query.
    pub(super) reaches: Vec<Reach>,
}

/// A word of the query found in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    /// Which word of the query.
    pub(super) word: usize,
    /// Which word of the text.
    pub(super) place: usize,
    pub(super) fit: Fit,
}

/// The words of the query that were found, in its order.
#[derive(Debug)]
pub(super) struct Places {
    found: [Placed; QUERY_WORDS],
    count: usize,
}

impl Places {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Placed> {
        self.found.iter().take(self.count)
    }

    /// How far it is from the first place to the last.
    fn span(&self) -> usize {
        span(self.iter())
    }

    pub(super) fn in_order(&self) -> bool {
        self.iter().is_sorted_by(|a, b| a.place <= b.place)
    }
}

impl Searched<'_> {
    /// Where the words of the query are in a text; `None` when too few are.
    pub(super) fn places(&self, query: &Query, text: u32) -> Option<Places> {
        let sequence = self.index.sequences.get(text);
        let none = Placed {
            word: 0,
            place: 0,
            fit: Fit::NONE,
        };
        let mut places = Places {
            found: [none; QUERY_WORDS],
            count: 0,
        };
        for (word, reach) in self.reaches.iter().enumerate() {
            let last = places.count.checked_sub(1);
            let after = last
                .and_then(|last| places.found.get(last))
                .map_or(0, |last| last.place + 1);
            if let Some((place, fit)) = self.find(reach, sequence, after)
                && let Some(slot) = places.found.get_mut(places.count)
            {
                *slot = Placed { word, place, fit };
                places.count += 1;
            } else if word + query.needed > self.reaches.len() + places.count {
                return None;
            }
        }
        let fits = places.count >= query.needed
            && is_told(&places)
            && is_together(&places)
            && are_neighbours(query, &places)
            && self.has_phrases(query, sequence, &mut places);
        fits.then_some(places)
    }

    /// Where a word of the query fits best; among equals the first place from `after` on, so that words found in
    /// order are seen to be in order.
    fn find(&self, reach: &Reach, sequence: &[u32], after: usize) -> Option<(usize, Fit)> {
        let mut best: Option<(usize, Fit)> = None;
        for (place, number) in sequence.iter().enumerate() {
            let Some(fit) = self.index.fit(reach, *number) else {
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
        best
    }

    /// Whether the words of each phrase follow each other; they are then taken to be found there.
    fn has_phrases(&self, query: &Query, sequence: &[u32], places: &mut Places) -> bool {
        for phrase in &query.phrases {
            let numbers = phrase
                .iter()
                .map(|word| self.reaches.get(*word).and_then(|reach| reach.exact));
            let Some(start) = sequence.windows(phrase.len()).position(|window| {
                let window = window.iter().map(|number| Some(*number));
                window.eq(numbers.clone())
            }) else {
                return false;
            };
            for (offset, word) in phrase.iter().enumerate() {
                let placed = places.found.iter_mut().take(places.count);
                for placed in placed.filter(|placed| placed.word == *word) {
                    placed.place = start + offset;
                }
            }
        }
        true
    }

    /// The score of a text with these words.
    pub(super) fn score(&self, query: &Query, text: u32, stretch: &Stretch, at: &Places) -> f32 {
        let (mut covered, mut of, mut letters) = (0.0, 0.0, 0);
        let mut found = at.iter().peekable();
        for (word, asked) in query.words.iter().enumerate() {
            of += asked.rarity;
            let Some(placed) = found.next_if(|placed| placed.word == word) else {
                continue;
            };
            covered += asked.rarity * placed.fit.worth;
            let twice = at
                .iter()
                .take_while(|other| other.word < word)
                .any(|other| other.place == placed.place);
            if placed.fit.how == How::Initials {
                // They stand for the whole text.
                letters = usize::from(stretch.letters);
            } else if !twice {
                letters += asked.folded.len().min(self.letters_of(text, placed.place));
            }
        }
        let order = if at.in_order() { 1.0 } else { 0.97 };
        let quality = quality(covered / of, letters, stretch) * order;
        let (from, to) = self.tier(query, text);
        from + (to - from) * stretch.strength * quality
    }

    /// The most that a text of a stretch can score that has none of some words of the query.
    pub(super) fn bound(&self, query: &Query, stretch: &Stretch, without: &[usize]) -> f32 {
        let (mut covered, mut of, mut letters) = (0.0, 0.0, 0);
        for (word, (asked, reach)) in query.words.iter().zip(&self.reaches).enumerate() {
            of += asked.rarity;
            if !without.contains(&word) {
                covered += asked.rarity * reach.most;
                letters += if reach.initials {
                    usize::from(stretch.letters)
                } else {
                    asked.folded.len()
                };
            }
        }
        if without.is_empty() && self.may_be_whole(query, stretch) {
            return 0.75 + 0.25 * stretch.strength;
        }
        0.5 * stretch.strength * quality(covered / of, letters, stretch)
    }

    fn may_be_whole(&self, query: &Query, stretch: &Stretch) -> bool {
        query.whole
            && query.letters() == usize::from(stretch.letters)
            && self.reaches.iter().all(|reach| reach.exact.is_some())
    }

    /// The scores that a text can have. Whole texts rank above others whatever their weight:
    /// typed letter for letter, then but for case, then but for accents, alphabet, punctuation.
    fn tier(&self, query: &Query, text: u32) -> (f32, f32) {
        let sequence = self.index.sequences.get(text);
        // Initials stand behind the words.
        let words = sequence
            .iter()
            .take_while(|word| **word >= self.index.initials);
        let asked = query.sequence.iter();
        let asked = asked.map(|word| self.reaches.get(*word).and_then(|reach| reach.exact));
        if !query.whole || !words.map(|word| Some(*word)).eq(asked) {
            return (0.0, 0.5);
        }
        let trimmed = self.text(text).trim();
        if trimmed == query.text {
            (0.75, 1.0)
        } else if trimmed.to_lowercase() == query.text.to_lowercase() {
            (0.625, 0.75)
        } else {
            (0.5, 0.625)
        }
    }

    fn letters_of(&self, text: u32, place: usize) -> usize {
        let word = self.index.sequences.get(text).get(place);
        let letters = word.and_then(|word| self.index.letters.get(*word as usize));
        letters.copied().map_or(0, usize::from)
    }

    /// The text itself.
    pub(super) fn text(&self, text: u32) -> &str {
        let text = self.index.texts.get(text as usize);
        text.map_or("", |text| &text.text)
    }

    /// Whether each word that was found is written in the script in which it was asked for.
    pub(super) fn in_script(&self, query: &Query, text: u32, at: &Places) -> bool {
        let text = self.text(text);
        if text.is_ascii() {
            let all = |word: &Placed| query.words.get(word.word).map(|word| word.script);
            return at.iter().all(|placed| all(placed) == Some(Script::Latin));
        }
        let words = words(text, TEXT_WORDS);
        at.iter().all(|placed| {
            let found = words.get(placed.place).map(|word| script(word.raw(text)));
            let asked = query.words.get(placed.word).map(|word| word.script);
            // Initials are taken from the text as it is.
            found.is_none() || found == asked
        })
    }
}

fn span<'p>(places: impl Iterator<Item = &'p Placed>) -> usize {
    let mut ends: Option<(usize, usize)> = None;
    for Placed { place, .. } in places {
        let (first, last) = ends.unwrap_or((*place, *place));
        ends = Some((first.min(*place), last.max(*place)));
    }
    ends.map_or(0, |(first, last)| last - first)
}

/// Whether enough is known where a text only has the initial of a word: all else has to be there as it was typed.
fn is_told(places: &Places) -> bool {
    let initials = places
        .iter()
        .filter(|placed| placed.fit.how == How::Initial);
    let same = places.iter().filter(|placed| placed.fit.how == How::Same);
    match (initials.count(), same.count()) {
        (0, _) => true,
        (initials, same) => same > 0 && initials + same == places.count,
    }
}

/// Whether words that only sound like those of a name stand together, as those of a name do: apart, in a long text,
/// some always do.
fn is_together(places: &Places) -> bool {
    let sounds = |placed: &Placed| placed.fit.how == How::Sound;
    !places.iter().any(sounds) || places.span() < places.count + APART
}

/// Whether what was written as one word was found side by side.
fn are_neighbours(query: &Query, places: &Places) -> bool {
    query.parted.iter().all(|parts| {
        let of_word = |placed: &&Placed| parts.contains(&placed.word);
        span(places.iter().filter(of_word)) < parts.len()
    })
}

/// From 0 to 1: how much of the query is there, and how much of the text that is.
fn quality(covered: f32, letters: usize, stretch: &Stretch) -> f32 {
    let share = (letters as f32 / f32::from(stretch.letters.max(1))).min(1.0);
    covered.min(1.0) * (0.4 + 0.6 * share.sqrt())
}
