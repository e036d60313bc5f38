//! Reading what somebody typed.

use super::fold::{Script, Word, script, words};
use super::spelling::spellings;

/// How much of a query is read.
const QUERY_CHARACTERS: usize = 256;
pub(super) const QUERY_WORDS: usize = 16;

/// A query that was read.
#[derive(Debug, Clone)]
pub(super) struct Query {
    /// As typed, without space around it.
    pub(super) text: String,
    /// Whether all of it was read.
    pub(super) whole: bool,
    /// Its different words; never none, never more than [`QUERY_WORDS`].
    pub(super) words: Vec<QueryWord>,
    /// The words as they follow each other, by their places in `words`.
    pub(super) sequence: Vec<usize>,
    /// The words that have to follow each other, likewise.
    pub(super) phrases: Vec<Vec<usize>>,
    /// The words that were written as one, likewise: they have to be neighbours.
    pub(super) parted: Vec<Vec<usize>>,
    /// Whether two of the words that were typed are read as one.
    pub(super) joined: bool,
    /// How many of the words a text must have.
    pub(super) needed: usize,
}

/// A word of the query.
#[derive(Debug, Clone)]
pub(super) struct QueryWord {
    pub(super) folded: String,
    /// As typed, in lower case.
    pub(super) raw: String,
    pub(super) script: Script,
    /// Whether it also stands for longer words that start with it.
    pub(super) prefix: bool,
    /// Whether it stands in a phrase, so that it has to be there as it is.
    pub(super) fixed: bool,
    /// Other ways in which a word of another script may be written in Latin letters.
    pub(super) spellings: Vec<String>,
    /// What it is worth among the words of the query: rare words are worth more.
    pub(super) rarity: f32,
}

/// A word as it was typed, or part of one.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub(super) folded: String,
    pub(super) raw: String,
    /// A single letter, or several with dots between.
    pub(super) initials: bool,
    /// The phrase in which it stands.
    pub(super) phrase: Option<usize>,
    /// The number of the word of which it is a part, where the parts have to be neighbours.
    pub(super) part_of: Option<usize>,
}

/// What was typed, cut into words.
#[derive(Debug)]
pub(super) struct Words {
    text: String,
    whole: bool,
    pub(super) typed: Vec<Typed>,
    phrases: usize,
}

impl Words {
    /// Cuts a text into words; `None` when it has none.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        let end = text.char_indices().nth(QUERY_CHARACTERS);
        let read = text.get(..end.map_or(text.len(), |(at, _)| at))?;
        // Of one more word it can be told that the query goes on.
        let mut found = words(read, QUERY_WORDS + 1);
        let whole = end.is_none() && found.len() <= QUERY_WORDS;
        found.truncate(QUERY_WORDS);
        let quoted = quoted(read);
        let typed = |word: Word| Typed {
            raw: word.raw(read).to_owned(),
            phrase: quoted
                .iter()
                .position(|(from, to)| (*from..*to).contains(&word.start)),
            folded: word.folded,
            initials: word.initials,
            part_of: None,
        };
        let typed: Vec<Typed> = found.into_iter().map(typed).collect();
        (!typed.is_empty()).then(|| Self {
            text: text.to_owned(),
            whole,
            typed,
            phrases: quoted.len(),
        })
    }
}

impl Query {
    /// The query of these words, which are those that were typed or others that may be meant.
    pub(super) fn of(words: &Words, typed: &[Typed]) -> Self {
        let mut query = Self {
            text: words.text.clone(),
            whole: words.whole,
            words: Vec::with_capacity(typed.len()),
            sequence: Vec::with_capacity(typed.len()),
            phrases: vec![Vec::new(); words.phrases],
            parted: vec![Vec::new(); words.typed.len()],
            joined: typed.len() < words.typed.len(),
            needed: 0,
        };
        let typed_words = typed.len();
        let mut typed = typed.iter().take(QUERY_WORDS).peekable();
        while let Some(word) = typed.next() {
            let fixed = word.phrase.is_some();
            let initial = word.folded.len() == 1 && word.raw.chars().any(char::is_alphabetic);
            let place = query.put(QueryWord {
                raw: word.raw.to_lowercase(),
                script: script(&word.raw),
                prefix: !fixed && (typed.peek().is_none() || initial),
                fixed,
                folded: word.folded.clone(),
                spellings: spellings(&word.raw),
                rarity: 1.0,
            });
            query.sequence.push(place);
            if let Some(phrase) = word.phrase.and_then(|at| query.phrases.get_mut(at)) {
                phrase.push(place);
            }
            if let Some(parts) = word.part_of.and_then(|at| query.parted.get_mut(at)) {
                parts.push(place);
            }
        }
        query.phrases.retain(|phrase| !phrase.is_empty());
        query.parted.retain(|parts| !parts.is_empty());
        // Where what was typed is read otherwise, all has to be there.
        let otherwise = typed_words != words.typed.len();
        query.needed = query.most_needed(otherwise);
        query
    }

    /// The place of a word among the different ones.
    fn put(&mut self, word: QueryWord) -> usize {
        let same = |known: &QueryWord| known.folded == word.folded;
        if let Some(place) = self.words.iter().position(same) {
            if let Some(first) = self.words.get_mut(place) {
                first.prefix |= word.prefix;
                first.fixed |= word.fixed;
            }
            return place;
        }
        self.words.push(word);
        self.words.len() - 1
    }

    /// How many letters it has, those of words that stand there twice counted twice.
    pub(super) fn letters(&self) -> usize {
        let words = self
            .sequence
            .iter()
            .filter_map(|word| self.words.get(*word));
        words.map(|word| word.folded.len()).sum()
    }

    /// How many words a match must have: up to three all, of more two thirds, and all of a phrase.
    fn most_needed(&self, all: bool) -> usize {
        let words = self.words.len();
        if words <= 3 || all {
            words
        } else {
            words - words / 3
        }
    }

    /// Lets a query of three words miss one; whether that changed anything.
    pub(super) fn need_less(&mut self) -> bool {
        let less = self.words.len() == 3 && self.needed == 3;
        if less {
            self.needed = 2;
        }
        less
    }
}

/// The stretches of a text that stand in quotation marks, without them. A mark that is not closed is none.
fn quoted(text: &str) -> Vec<(usize, usize)> {
    const PAIRS: [(char, &[char]); 5] = [
        ('"', &['"']),
        ('“', &['”', '“']),
        ('„', &['“', '”']),
        ('«', &['»']),
        ('「', &['」']),
    ];
    let mut quoted = Vec::new();
    let mut rest = 0;
    while let Some(found) = text.get(rest..) {
        let opening = found.char_indices().find_map(|(at, letter)| {
            let pair = PAIRS.iter().find(|(opening, _)| *opening == letter)?;
            Some((rest + at + letter.len_utf8(), pair.1))
        });
        let Some((from, closing)) = opening else {
            break;
        };
        let Some(length) = text.get(from..).and_then(|inside| inside.find(closing)) else {
            rest = from;
            continue;
        };
        quoted.push((from, from + length));
        let closed = text.get(from + length..).and_then(|end| end.chars().next());
        rest = from + length + closed.map_or(1, char::len_utf8);
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_stand_in_quotation_marks_that_are_closed() {
        let of = |text: &str| -> Vec<String> {
            let found = quoted(text);
            found
                .iter()
                .map(|(from, to)| text[*from..*to].to_owned())
                .collect()
        };
        assert_eq!(of("\"joint commitments\" of"), ["joint commitments"]);
        assert_eq!(of("“one” and «two» and „three“"), ["one", "two", "three"]);
        assert_eq!(of("the 5\" gun"), [""; 0]);
        assert_eq!(of("a \"b\" c \"d"), ["b"]);
        assert_eq!(of("\"\""), [""]);
    }
}
