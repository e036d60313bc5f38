//! The index: texts, a dictionary of their words, and which texts have each word.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::fold::{INITIALS, initials, words};
use super::sound::Sounds;

/// Of a longer text only the start can be found, and it is cut at a character.
pub(super) const TEXT_BYTES: usize = 4096;
/// The most words of a text that can be found.
pub(super) const TEXT_WORDS: usize = 512;

/// Collects texts for a [`NameIndex`].
#[derive(Debug, Default)]
pub struct NameIndexBuilder {
    texts: Vec<Added>,
    numbers: HashMap<String, u32>,
}

/// A text on its way into an index.
#[derive(Debug)]
struct Added {
    text: Text,
    letters: u16,
    strength: f32,
    /// The words as they follow each other, by the order in which they were met.
    words: Vec<u32>,
}

/// An immutable set of texts that can be searched. See the module for how.
///
/// Texts are numbered so that the best come first: by strength, then by how few letters they have, then by
/// how prominent their entities are.
/// A list of texts in the order of their numbers can then be read from its start, and left as soon as nothing better
/// can follow.
#[derive(Debug, Default)]
pub struct NameIndex {
    pub(super) texts: Box<[Text]>,
    /// Stretches of texts of equal strength and length.
    pub(super) stretches: Box<[Stretch]>,
    /// Word to its number; numbers follow the order of the words.
    pub(super) words: fst::Map<Vec<u8>>,
    /// How many of the words, the first ones, are initials.
    pub(super) initials: u32,
    /// How many letters each word has.
    pub(super) letters: Box<[u8]>,
    /// By word number, the texts that have it, in order. Words that share a prefix are neighbours here.
    pub(super) postings: Lists,
    /// By text, the numbers of its words as they follow each other.
    pub(super) sequences: Lists,
    /// Words by how they sound.
    pub(super) sounds: Sounds,
}

#[derive(Debug)]
pub(super) struct Text {
    pub(super) entity: u32,
    pub(super) value: u32,
    pub(super) field: u16,
    pub(super) prominence: u8,
    pub(super) text: Box<str>,
}

/// Texts of equal strength and length, which follow each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    /// The first of them.
    pub(super) first: u32,
    /// The weight, brought between 0 and 1.
    pub(super) strength: f32,
    /// How many letters their words have.
    pub(super) letters: u16,
}

/// Lists of numbers, one after the other.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// Where each starts; one more for the end.
    starts: Box<[u32]>,
    items: Box<[u32]>,
}

impl Lists {
    /// What `from..to` lists hold together.
    pub(super) fn between(&self, from: u32, to: u32) -> &[u32] {
        let start = |list: u32| self.starts.get(list as usize).map(|start| *start as usize);
        match (start(from), start(to)) {
            (Some(from), Some(to)) if from <= to => self.items.get(from..to).unwrap_or_default(),
            _ => &[],
        }
    }

    pub(super) fn get(&self, list: u32) -> &[u32] {
        self.between(list, list.saturating_add(1))
    }
}

impl NameIndexBuilder {
    /// A builder without texts.
    pub fn new() -> Self {
        NameIndexBuilder::default()
    }

    /// Adds a text of an entity. `field` and `value` come back with a match and mean nothing
    /// here. A text with a greater weight ranks higher, by the share `weight / (1 + weight)`; one
    /// without a weight above 0, or without a letter or digit, is never found.
    pub fn add(&mut self, entity: u32, field: u16, value: u32, weight: f32, text: &str) {
        if weight.is_nan() || weight <= 0.0 {
            return;
        }
        let strength = if weight.is_finite() {
            weight / (1.0 + weight)
        } else {
            1.0
        };
        let text = text
            .get(..text.floor_char_boundary(TEXT_BYTES))
            .unwrap_or(text);
        let mut letters = 0usize;
        let mut numbers = Vec::new();
        let found = words(text, TEXT_WORDS);
        let initials = initials(text, &found);
        for word in found {
            letters += word.folded.len();
            numbers.push(self.number(word.folded));
        }
        // No words of the text, so that they stand behind them.
        numbers.extend(initials.into_iter().map(|initials| self.number(initials)));
        self.texts.push(Added {
            text: Text {
                entity,
                value,
                field,
                prominence: 0,
                text: text.into(),
            },
            letters: u16::try_from(letters).unwrap_or(u16::MAX),
            strength,
            words: numbers,
        });
    }

    fn number(&mut self, word: String) -> u32 {
        // More than four billion words do not fit into memory.
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(word).or_insert(next)
    }

    /// Freezes the texts into an index.
    pub fn build(self) -> NameIndex {
        self.build_by(|_| 0)
    }

    /// Freezes the texts into an index, in which those of prominent entities come first among equals.
    pub fn build_by(self, prominence: impl Fn(u32) -> u8) -> NameIndex {
        let mut texts = self.texts;
        for added in &mut texts {
            added.text.prominence = prominence(added.text.entity);
        }
        texts.sort_by(|a, b| {
            let key = |added: &Added| {
                let Text {
                    entity,
                    field,
                    value,
                    prominence,
                    ..
                } = added.text;
                (added.letters, Reverse(prominence), entity, field, value)
            };
            let by_strength = b.strength.total_cmp(&a.strength);
            by_strength.then_with(|| key(a).cmp(&key(b)))
        });
        let mut dictionary: Vec<(String, u32)> = self.numbers.into_iter().collect();
        dictionary.sort_unstable();
        let mut places = vec![0; dictionary.len()];
        for (place, (_, met)) in (0u32..).zip(&dictionary) {
            if let Some(slot) = places.get_mut(*met as usize) {
                *slot = place;
            }
        }
        let mut stretches: Vec<Stretch> = Vec::new();
        for (first, added) in (0u32..).zip(&mut texts) {
            for word in &mut added.words {
                *word = places.get(*word as usize).copied().unwrap_or_default();
            }
            let (strength, letters) = (added.strength, added.letters);
            let same = |last: &Stretch| last.strength == strength && last.letters == letters;
            if !stretches.last().is_some_and(same) {
                stretches.push(Stretch {
                    first,
                    strength,
                    letters,
                });
            }
        }
        let postings = postings(&texts, dictionary.len());
        let mut sequences = Collected::default();
        for added in &texts {
            sequences.push(added.words.iter().copied());
        }
        let letters = |(word, _): &(String, u32)| u8::try_from(word.len()).unwrap_or(u8::MAX);
        let initials = dictionary.partition_point(|(word, _)| word.starts_with(INITIALS));
        let sounds = Sounds::of(dictionary.iter().map(|(word, _)| word.as_str()));
        // Writing to memory fails only for words out of order or twice; these are neither.
        let words = fst::Map::from_iter(dictionary.iter().map(|(word, _)| word).zip(0u64..));
        debug_assert!(words.is_ok());
        NameIndex {
            stretches: stretches.into(),
            words: words.unwrap_or_default(),
            initials: u32::try_from(initials).unwrap_or_default(),
            letters: dictionary.iter().map(letters).collect(),
            postings,
            sequences: sequences.done(),
            sounds,
            texts: texts.into_iter().map(|added| added.text).collect(),
        }
    }
}

/// Which texts have each word, each text once.
fn postings(texts: &[Added], words: usize) -> Lists {
    let mut ends = vec![0u32; words + 1];
    // The last text that was counted for a word, plus one.
    let mut last = vec![0u32; words];
    let each = |last: &mut Vec<u32>, then: &mut dyn FnMut(usize, u32)| {
        for (number, added) in (0u32..).zip(texts) {
            for word in &added.words {
                let word = *word as usize;
                if let Some(seen) = last.get_mut(word)
                    && *seen != number + 1
                {
                    *seen = number + 1;
                    then(word, number);
                }
            }
        }
    };
    each(&mut last, &mut |word, _| {
        if let Some(count) = ends.get_mut(word + 1) {
            *count += 1;
        }
    });
    let mut total = 0;
    for count in &mut ends {
        total += *count;
        *count = total;
    }
    let starts: Box<[u32]> = ends.as_slice().into();
    let mut items = vec![0u32; total as usize];
    last.fill(0);
    each(&mut last, &mut |word, number| {
        if let Some(at) = ends.get_mut(word) {
            if let Some(slot) = items.get_mut(*at as usize) {
                *slot = number;
            }
            *at += 1;
        }
    });
    Lists {
        starts,
        items: items.into(),
    }
}

/// Lists that are written one after the other.
#[derive(Debug)]
pub(super) struct Collected {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Default for Collected {
    fn default() -> Self {
        Self {
            starts: vec![0],
            items: Vec::new(),
        }
    }
}

impl Collected {
    pub(super) fn push(&mut self, items: impl Iterator<Item = u32>) {
        self.items.extend(items);
        let end = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.starts.push(end);
    }

    pub(super) fn done(self) -> Lists {
        Lists {
            starts: self.starts.into(),
            items: self.items.into(),
        }
    }
}

impl NameIndex {
    /// How many texts it holds.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether it holds no text.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}
