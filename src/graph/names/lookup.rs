//! Where one word of a query is found in one index.

use std::borrow::Cow;
use std::ops::Range;

use fst::{IntoStreamer, Streamer};

use super::alike::Ear;
use super::build::NameIndex;
use super::fold::{INITIALS, Script, is_chinese};
use super::query::QueryWord;
use super::sound::{Spelling, sounds};
use super::typos::{self, Typos};

/// The most dictionary words taken for the typing errors of one word, and for those that sound like it.
const TYPO_WORDS: usize = 1000;
const SOUND_WORDS: usize = 256;
/// The most dictionary words of one sound that are looked at.
const HEARD_WORDS: usize = 4096;
/// How many consonants a Latin word has, at least, that is looked for by its sound.
const LATIN_SOUND: usize = 3;
/// To put a posting in order costs as much as so many of the words of bits in which all texts can be marked.
const SORTED_POSTING: usize = 7;

/// What a match of a word is worth.
pub(super) const EXACT: f32 = 1.0;
/// Of a prefix: the least, and what is added the more of the word is typed.
pub(super) const PREFIX: (f32, f32) = (0.7, 0.2);
const TYPO: [f32; 2] = [0.8, 0.65];
/// Of a word that is another way of writing what was typed.
const SPELLING: f32 = 0.95;
/// Of a word that sounds alike: the least, and what is added the more alike its letters are.
const SOUND: (f32, f32) = (0.2, 0.6);
/// How alike the letters of two words are that sound alike, at least.
const ALIKE: f32 = 0.7;
const INITIALS_WORTH: f32 = 0.9;
const INITIAL_WORTH: f32 = 0.5;

/// How a word of the query fits one of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fit {
    pub(super) worth: f32,
    pub(super) how: How,
}

impl Fit {
    pub(super) const NONE: Self = Self {
        worth: 0.0,
        how: How::Same,
    };
}

/// In which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// They are the same once folded.
    Same,
    /// The word of the text starts with it.
    Prefix,
    /// With so many errors.
    Typo(u8),
    /// They sound alike.
    Sound,
    /// It is the initials of the text.
    Initials,
    /// The text only has its initial.
    Initial,
}

/// What to look through.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lenience {
    /// Typing errors.
    pub(super) typos: bool,
    /// Other ways of writing in Latin letters.
    pub(super) sounds: bool,
    /// Texts that only have a word's initial.
    pub(super) initials: bool,
}

/// Where a word of the query is found.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// The number of the word itself.
    pub(super) exact: Option<u32>,
    /// The numbers of the words that start with it, itself among them.
    prefix: Range<u32>,
    /// The numbers of other words that fit, in order.
    similar: Vec<(u32, Fit)>,
    /// How many letters it has.
    pub(super) letters: usize,
    /// How many texts have the word as it is.
    pub(super) exact_texts: usize,
    /// The most texts that may have it in any way.
    pub(super) postings: usize,
    /// The most that a match can be worth.
    pub(super) most: f32,
    /// Whether it may be the initials of a whole text.
    pub(super) initials: bool,
}

impl NameIndex {
    /// The number of a word.
    pub(super) fn word(&self, word: &str) -> Option<u32> {
        let number = self.words.get(word)?;
        u32::try_from(number).ok()
    }

    /// Looks a word up.
    pub(super) fn reach(&self, word: &QueryWord, lenience: Lenience) -> Reach {
        let mut reach = Reach {
            letters: word.folded.len(),
            ..Reach::default()
        };
        reach.exact = self.word(&word.folded);
        if let Some(number) = reach.exact {
            reach.exact_texts = self.postings.get(number).len();
            reach.postings = reach.exact_texts;
            reach.most = EXACT;
        }
        if word.fixed {
            return reach;
        }
        if word.prefix {
            let end = after_prefix(word.folded.as_bytes());
            let end = end.map_or_else(|| self.letters.len() as u32, |end| self.first_from(&end));
            // The word itself comes first of those that start with it.
            let first = reach
                .exact
                .unwrap_or_else(|| self.first_from(word.folded.as_bytes()));
            reach.prefix = first..end.max(first);
            reach.postings = self.postings.between(first, reach.prefix.end).len();
            let longer = reach.prefix.len() > usize::from(reach.exact.is_some());
            if longer {
                reach.most = reach.most.max(PREFIX.0 + PREFIX.1);
            }
        }
        let mut similar = Vec::new();
        let initials = Some(word).filter(|word| word.script == Script::Latin);
        let initials = initials.and_then(|word| self.word(&format!("{INITIALS}{}", word.folded)));
        if let Some(number) = initials {
            reach.initials = true;
            similar.push((
                number,
                Fit {
                    worth: INITIALS_WORTH,
                    how: How::Initials,
                },
            ));
        }
        let errors = if lenience.typos {
            typos::allowed(word.folded.chars().count())
        } else {
            0
        };
        if errors > 0 {
            self.typos(&word.folded, errors, &mut similar);
        }
        if lenience.sounds {
            self.sounds(word, &mut similar);
        }
        if lenience.initials && word.folded.len() > 1 && word.script == Script::Latin {
            let initial = word.folded.chars().next().filter(char::is_ascii_lowercase);
            let initial = initial.and_then(|initial| self.word(initial.encode_utf8(&mut [0; 4])));
            let fit = Fit {
                worth: INITIAL_WORTH,
                how: How::Initial,
            };
            similar.extend(initial.map(|number| (number, fit)));
        }
        // A word that fits in two ways fits in the better one, which comes first.
        similar.sort_by(|one, other| {
            one.0
                .cmp(&other.0)
                .then(other.1.worth.total_cmp(&one.1.worth))
        });
        similar.dedup_by_key(|(number, _)| *number);
        for (number, fit) in &similar {
            reach.postings += self.postings.get(*number).len();
            reach.most = reach.most.max(fit.worth);
        }
        reach.similar = similar;
        reach
    }

    fn typos(&self, word: &str, errors: u8, similar: &mut Vec<(u32, Fit)>) {
        let typos = Typos::new(word, errors);
        let mut stream = self.words.search_with_state(&typos).into_stream();
        let mut left = TYPO_WORDS;
        while let Some((found, number, row)) = stream.next() {
            let errors = typos.errors(&row);
            if errors == 0 || found.first() == Some(&(INITIALS as u8)) {
                continue;
            }
            let place = usize::from(errors) - 1;
            if let (Ok(number), Some(&worth)) = (u32::try_from(number), TYPO.get(place)) {
                similar.push((
                    number,
                    Fit {
                        worth,
                        how: How::Typo(errors),
                    },
                ));
            }
            left -= 1;
            if left == 0 {
                break;
            }
        }
    }

    /// The words that another way of writing gives, and those that sound alike, of them those of the most alike
    /// letters. An Arabic word is also looked up without its article.
    fn sounds(&self, word: &QueryWord, similar: &mut Vec<(u32, Fit)>) {
        let article = Some("al").filter(|_| word.script == Script::Consonants);
        let bare = article.and_then(|article| word.folded.strip_prefix(article));
        let how = How::Sound;
        let spellings = word.spellings.iter().map(String::as_str);
        let mut heard: Vec<u32> = Vec::new();
        for spelling in spellings.clone().chain(bare) {
            let written = self.word(spelling);
            let worth = SPELLING;
            similar.extend(written.map(|number| (number, Fit { worth, how })));
        }
        let written: Vec<&str> = std::iter::once(word.folded.as_str())
            .chain(bare)
            .chain(spellings)
            .collect();
        let (spelled, ear) = match word.script {
            Script::Consonants => (Spelling::Consonants, Ear::CONSONANTS),
            Script::Syllables if is_chinese(&word.raw) => (Spelling::Asked, Ear::CHARACTERS),
            Script::Syllables => (Spelling::Asked, Ear::SYLLABLES),
            Script::Latin | Script::Other(_) => (Spelling::Asked, Ear::LETTERS),
        };
        for spelling in &written {
            for sound in sounds(spelling, spelled) {
                // Of a Latin word more is known than its consonants, so that few of them tell little.
                if word.script != Script::Latin || sound.len() >= LATIN_SOUND {
                    heard.extend(self.sounds.get(&sound).iter().take(HEARD_WORDS));
                }
            }
        }
        heard.sort_unstable();
        heard.dedup();
        let mut found: Vec<(u32, Fit)> = Vec::new();
        for number in heard {
            let near = self.spelled(number, |letters| {
                let near = written.iter().map(|spelling| ear.alike(spelling, letters));
                near.fold(0.0, f32::max)
            });
            if near >= ALIKE {
                let worth = SOUND.0 + SOUND.1 * (near - ALIKE) / (1.0 - ALIKE);
                found.push((number, Fit { worth, how }));
            }
        }
        found.sort_by(|one, other| {
            other
                .1
                .worth
                .total_cmp(&one.1.worth)
                .then(one.0.cmp(&other.0))
        });
        similar.extend(found.into_iter().take(SOUND_WORDS));
    }

    /// Reads a word of the dictionary, by its number.
    fn spelled(&self, number: u32, read: impl FnOnce(&str) -> f32) -> f32 {
        let mut word = Vec::new();
        self.words
            .as_fst()
            .get_key_into(u64::from(number), &mut word);
        std::str::from_utf8(&word).map_or(0.0, read)
    }

    /// The number of the first word that is not before `bound`.
    fn first_from(&self, bound: &[u8]) -> u32 {
        let mut stream = self.words.range().ge(bound).into_stream();
        let number = stream
            .next()
            .and_then(|(_, number)| u32::try_from(number).ok());
        number.unwrap_or(self.letters.len() as u32)
    }

    /// The texts that have a word in any of its ways, in order.
    pub(super) fn texts_of(&self, reach: &Reach) -> Cow<'_, [u32]> {
        let (from, to) = match reach.exact {
            _ if !reach.prefix.is_empty() => (reach.prefix.start, reach.prefix.end),
            Some(exact) => (exact, exact + 1),
            None => (0, 0),
        };
        let alone = reach.similar.is_empty() && to - from == 1;
        let ranged = self.postings.between(from, to);
        if alone {
            return Cow::Borrowed(ranged);
        }
        if let ([(number, _)], true) = (reach.similar.as_slice(), from == to) {
            return Cow::Borrowed(self.postings.get(*number));
        }
        let similar = reach
            .similar
            .iter()
            .flat_map(|(number, _)| self.postings.get(*number));
        let mut all: Vec<u32>;
        if reach.postings * SORTED_POSTING <= self.texts.len() / 64 {
            all = ranged.iter().chain(similar).copied().collect();
            all.sort_unstable();
            all.dedup();
        } else {
            let mut marks = vec![0u64; self.texts.len() / 64 + 1];
            for text in ranged.iter().chain(similar) {
                if let Some(mark) = marks.get_mut(*text as usize / 64) {
                    *mark |= 1 << (*text % 64);
                }
            }
            all = Vec::with_capacity(reach.postings);
            for (base, mark) in (0u32..).step_by(64).zip(marks) {
                let mut left = mark;
                while left != 0 {
                    all.push(base + left.trailing_zeros());
                    left &= left - 1;
                }
            }
        }
        Cow::Owned(all)
    }

    /// How a word of the query fits one of a text.
    pub(super) fn fit(&self, reach: &Reach, word: u32) -> Option<Fit> {
        if reach.exact == Some(word) {
            return Some(Fit {
                worth: EXACT,
                how: How::Same,
            });
        }
        if reach.prefix.contains(&word) {
            // The more of the word is typed, the likelier it is meant.
            let letters = self.letters.get(word as usize).copied().unwrap_or(u8::MAX);
            let typed = reach.letters as f32 / f32::from(letters);
            return Some(Fit {
                worth: PREFIX.0 + PREFIX.1 * typed.min(1.0),
                how: How::Prefix,
            });
        }
        if reach.similar.is_empty() {
            return None;
        }
        let place = reach
            .similar
            .binary_search_by_key(&word, |(number, _)| *number);
        place
            .ok()
            .and_then(|place| reach.similar.get(place))
            .map(|(_, fit)| *fit)
    }
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
