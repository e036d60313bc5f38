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
    pub(super) initials: bool,
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
            // Hebrew writes so what its letters lack.
            Some("'" | "’" | "׳") if script(before.raw(text)) == Script::Consonants => {
                before.folded.push_str(&word.folded);
                before.end = word.end;
                return;
            }
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
    let latin = match letter {
        // The one letter of Arabic that the table leaves out.
        'ا' => "a",
        _ => any_ascii::any_ascii_char(letter),
    };
    if letter == 'ー' {
        // It makes the vowel before it long.
        Folded::Nothing
    } else if letter.is_alphanumeric() {
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

/// What stands before initials in the dictionary, so that nobody takes them for a word.
pub(super) const INITIALS: char = '\u{1}';
/// The texts that have initials: long enough to be shortened, and no sentences.
const INITIALED_WORDS: std::ops::RangeInclusive<usize> = 2..=8;
const INITIALED_BYTES: usize = 80;
/// Two letters may stand for anything.
const SHORTEST_INITIALS: usize = 3;

/// By which initials a name may be known, three or more: those of its words that begin with a capital, or of all. What
/// stands before the name, such as a title, may be left out.
pub(super) fn initials(text: &str, words: &[Word]) -> Vec<String> {
    if text.len() > INITIALED_BYTES || !INITIALED_WORDS.contains(&words.len()) {
        return Vec::new();
    }
    let first = |word: &Word| -> String {
        // Those that the text has are taken as they are.
        let letters = if word.initials { word.folded.len() } else { 1 };
        word.folded.chars().take(letters).collect()
    };
    let is_capital = |word: &&Word| word.raw(text).starts_with(char::is_uppercase);
    let capitals: Vec<String> = words.iter().filter(is_capital).map(first).collect();
    let mut all: Vec<String> = Vec::new();
    if is_name(text, words) {
        let has_initial = |word: &&Word| word.raw(text).starts_with(char::is_alphabetic);
        all.extend(words.iter().filter(has_initial).map(first));
    }
    let mut known: Vec<String> = Vec::new();
    for letters in [capitals, all] {
        for from in 0..letters.len().saturating_sub(1) {
            let name = letters.get(from..).unwrap_or_default().concat();
            if name.chars().count() < SHORTEST_INITIALS {
                break;
            }
            let name = format!("{INITIALS}{name}");
            if !known.contains(&name) {
                known.push(name);
            }
        }
    }
    known
}

/// Whether most words have a capital, as in a name: a sentence has no initials of all its words.
fn is_name(text: &str, words: &[Word]) -> bool {
    let is_capital = |word: &&Word| word.raw(text).starts_with(char::is_uppercase);
    words.iter().filter(is_capital).count() * 2 > words.len()
}

/// What each character of a word contributes to it, folded: the syllables of Chinese and Korean.
pub(super) fn syllables(word: &str) -> Vec<String> {
    let syllables = word.chars().map(folded);
    syllables.filter(|syllable| !syllable.is_empty()).collect()
}

/// What a character contributes to a word.
pub(super) fn folded(letter: char) -> String {
    let mut written = String::new();
    if let Folded::Letters(letters) = fold(letter) {
        letters.push_to(&mut written);
    }
    written
}

/// Whether a word has Chinese characters.
pub(super) fn is_chinese(word: &str) -> bool {
    word.chars()
        .any(|letter| matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{20000}'..))
}

/// A way of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    /// Arabic, Hebrew: vowels are mostly left out.
    Consonants,
    /// Chinese, Japanese, Korean: a character is a syllable.
    Syllables,
    /// One of which no more has to be known than that it is not another one.
    Other(u32),
}

/// The script of a word: that of its first letter that is not Latin. Digits have any.
pub(super) fn script(word: &str) -> Script {
    let letters = word.chars().filter(|letter| letter.is_alphabetic());
    let mut scripts = letters.map(|letter| match u32::from(letter) {
        0..=0x24f | 0x1e00..=0x1eff => Script::Latin,
        0x590..=0x7bf => Script::Consonants,
        0x1100..=0x11ff | 0x2e80..=0x9fff | 0xac00..=0xd7ff | 0xf900..=0xfaff | 0x20000.. => {
            Script::Syllables
        }
        // Blocks of a script are neighbours: Greek, Cyrillic, Armenian.
        other => Script::Other(if other < 0x370 {
            0
        } else {
            (other - 0x370) / 0x90
        }),
    });
    let other = scripts.find(|script| *script != Script::Latin);
    other.unwrap_or(Script::Latin)
}
