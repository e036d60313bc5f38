//! Cutting text into words, and folding them to what search compares.
//!
//! Folding writes every alphabet in lower-case Latin letters without accents. Chinese and
//! Japanese are not cut into words: a run of them is one word, which a prefix of it finds.

/// Longer words are cut: nobody types them, and they would bloat the dictionary.
const WORD_BYTES: usize = 64;

/// A word of a text.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// What is compared: lower-case Latin letters and digits, nearly always ASCII.
    pub(super) folded: String,
    /// Where it stands in the text, in bytes.
    pub(super) start: usize,
    pub(super) end: usize,
    /// A single letter, or several with dots between: `U.S.` is the word `us`.
    initials: bool,
}

impl Word {
    /// The word as the text has it.
    pub(super) fn raw<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// The words of a text, at most `limit`.
pub(super) fn words(text: &str, limit: usize) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open: Option<Word> = None;
    for (at, letter) in text.char_indices() {
        match fold(letter) {
            Folded::Letters(folded) => {
                let word = open.get_or_insert_with(|| Word {
                    folded: String::new(),
                    start: at,
                    end: at,
                    initials: false,
                });
                word.initials = word.end == word.start && letter.is_alphabetic();
                word.end = at + letter.len_utf8();
                folded.push_to(&mut word.folded);
            }
            Folded::Nothing => {
                if let Some(word) = &mut open {
                    word.end = at + letter.len_utf8();
                }
            }
            Folded::Gap => {
                if let Some(word) = open.take() {
                    close(text, word, &mut words);
                    if words.len() >= limit {
                        return words;
                    }
                }
            }
        }
    }
    if let Some(word) = open {
        close(text, word, &mut words);
    }
    words
}

/// Adds a complete word, or joins it to the one before: `U.S.`, `Panama's`.
fn close(text: &str, word: Word, words: &mut Vec<Word>) {
    if word.folded.is_empty() {
        return;
    }
    if let Some(before) = words.last_mut() {
        match text.get(before.end..word.start) {
            Some(".") if before.initials && word.initials => {
                before.folded.push_str(&word.folded);
                before.end = word.end;
                return;
            }
            Some("'" | "’") if word.folded == "s" => return,
            _ => {}
        }
    }
    words.push(word);
}

/// What a character contributes to a word.
enum Folded {
    Letters(Letters),
    /// Part of the word that search overlooks: a combining accent, a soft sign, a joiner.
    Nothing,
    /// Not part of a word.
    Gap,
}

enum Letters {
    Latin(&'static str),
    One(char),
}

fn fold(letter: char) -> Folded {
    if letter.is_ascii() {
        return if letter.is_ascii_alphanumeric() {
            Folded::Letters(Letters::One(letter))
        } else {
            Folded::Gap
        };
    }
    let latin = any_ascii::any_ascii_char(letter);
    if letter.is_alphanumeric() {
        if latin.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            Folded::Letters(Letters::Latin(latin))
        } else if latin.is_empty() {
            // A script that has no transliteration here is compared as it is.
            Folded::Letters(Letters::One(letter))
        } else {
            Folded::Nothing
        }
    } else if latin.is_empty() && !letter.is_whitespace() && !letter.is_control() {
        Folded::Nothing
    } else {
        Folded::Gap
    }
}

impl Letters {
    fn push_to(&self, folded: &mut String) {
        if folded.len() + 4 > WORD_BYTES {
            return;
        }
        match self {
            Letters::Latin(latin) => folded.extend(
                latin
                    .chars()
                    .filter(char::is_ascii_alphanumeric)
                    .map(|letter| letter.to_ascii_lowercase()),
            ),
            Letters::One(letter) => folded.extend(letter.to_lowercase()),
        }
    }
}

/// Whether all letters are Latin ones, with or without accents.
pub(super) fn is_latin(word: &str) -> bool {
    word.chars()
        .filter(|letter| letter.is_alphabetic())
        .all(|letter| matches!(letter, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}'))
}
