//! The index: texts, a dictionary of their words, and which texts have each word.

use std::collections::HashMap;

use super::fold::words;

/// Of a longer text only the start can be found, and it is cut at a character.
const TEXT_BYTES: usize = 4096;
/// The most words of a text that can be found.
pub(super) const TEXT_WORDS: usize = 512;

/// Collects texts for a [`NameIndex`].
#[derive(Debug, Default)]
pub struct NameIndexBuilder {
    texts: Vec<Text>,
}

/// An immutable set of texts that can be searched. See the module for how.
#[derive(Debug, Default)]
pub struct NameIndex {
    /// The best first (weight, then shortness), so that a posting list that is too long to read
    /// is cut where it matters least.
    pub(super) texts: Box<[Text]>,
    /// Word to its number; numbers follow the order of the words.
    pub(super) words: fst::Map<Vec<u8>>,
    /// By word number, where its postings start; one more for the end.
    pub(super) starts: Box<[usize]>,
    /// Indices into `texts`. Words that share a prefix are neighbours here.
    pub(super) postings: Box<[u32]>,
}

#[derive(Debug)]
pub(super) struct Text {
    pub(super) entity: u32,
    pub(super) value: u32,
    pub(super) field: u16,
    /// How many words it has.
    pub(super) words: u16,
    /// The weight, brought between 0 and 1.
    pub(super) strength: f32,
    pub(super) text: Box<str>,
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
        self.texts.push(Text {
            entity,
            value,
            field,
            words: 0,
            strength,
            text: text
                .get(..text.floor_char_boundary(TEXT_BYTES))
                .unwrap_or(text)
                .into(),
        });
    }

    /// Freezes the texts into an index.
    pub fn build(self) -> NameIndex {
        let mut texts = self.texts;
        texts.sort_by(|a, b| {
            let key = |text: &Text| (text.text.len(), text.entity, text.field, text.value);
            b.strength
                .total_cmp(&a.strength)
                .then_with(|| key(a).cmp(&key(b)))
        });
        let mut dictionary = Dictionary::default();
        // Texts past the numbers of a posting cannot be found; that is 4 billion texts.
        for (number, text) in (0u32..=u32::MAX).zip(&mut texts) {
            let words = words(&text.text, TEXT_WORDS);
            text.words = u16::try_from(words.len()).unwrap_or(u16::MAX);
            for word in words {
                dictionary.add(word.folded, number);
            }
        }
        dictionary.freeze(texts)
    }
}

/// Words in the order they are met, each with the texts that have it.
#[derive(Default)]
struct Dictionary {
    places: HashMap<String, usize>,
    postings: Vec<Vec<u32>>,
}

impl Dictionary {
    /// Texts come in the order of their numbers.
    fn add(&mut self, word: String, text: u32) {
        let next = self.postings.len();
        let place = *self.places.entry(word).or_insert(next);
        if place == next {
            self.postings.push(Vec::new());
        }
        if let Some(postings) = self.postings.get_mut(place)
            && postings.last() != Some(&text)
        {
            postings.push(text);
        }
    }

    fn freeze(self, texts: Vec<Text>) -> NameIndex {
        let mut words: Vec<(String, usize)> = self.places.into_iter().collect();
        words.sort_unstable();
        let mut starts = Vec::with_capacity(words.len() + 1);
        let mut postings = Vec::with_capacity(self.postings.iter().map(Vec::len).sum());
        for (_, place) in &words {
            starts.push(postings.len());
            postings.extend(self.postings.get(*place).into_iter().flatten());
        }
        starts.push(postings.len());
        let numbered = words.into_iter().map(|(word, _)| word).zip(0u64..);
        // Writing to memory fails only for words out of order or twice; these are neither.
        let words = fst::Map::from_iter(numbered);
        debug_assert!(words.is_ok());
        NameIndex {
            texts: texts.into(),
            words: words.unwrap_or_default(),
            starts: starts.into(),
            postings: postings.into(),
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

    /// Roughly how many bytes of memory it takes.
    pub fn memory(&self) -> usize {
        let texts: usize = self.texts.iter().map(|text| text.text.len()).sum();
        texts
            + size_of_val(&*self.texts)
            + size_of_val(&*self.starts)
            + size_of_val(&*self.postings)
            + self.words.as_fst().size()
    }
}
