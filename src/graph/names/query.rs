//! Reading what somebody typed.

use super::fold::{Script, Word, script, syllables, words};

/// How much of a query is read.
const QUERY_CHARACTERS: usize = 256;
pub(super) const QUERY_WORDS: usize = 16;

/// A query that was read.
#[derive(Debug)]
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
    /// What it is worth among the words of the query: rare words are worth more.
    pub(super) rarity: f32,
}

impl Query {
    /// Reads a text; `known` says whether any text has a word. `None` when it has no words.
    pub(super) fn read(text: &str, known: impl Fn(&str) -> bool) -> Option<Self> {
        let text = text.trim();
        let end = text.char_indices().nth(QUERY_CHARACTERS);
        let read = text.get(..end.map_or(text.len(), |(at, _)| at))?;
        // Of one more word it can be told that the query goes on.
        let mut typed = words(read, QUERY_WORDS + 1);
        let whole = end.is_none() && typed.len() <= QUERY_WORDS;
        typed.truncate(QUERY_WORDS);
        let last = typed.len().checked_sub(1)?;
        let quoted = quoted(read);
        let mut query = Self {
            text: text.to_owned(),
            whole,
            words: Vec::with_capacity(typed.len()),
            sequence: Vec::with_capacity(typed.len()),
            phrases: vec![Vec::new(); quoted.len()],
            needed: 0,
        };
        for (place, word) in typed.into_iter().enumerate() {
            let raw = word.raw(read);
            let phrase = quoted
                .iter()
                .position(|(from, to)| (*from..*to).contains(&word.start));
            let fixed = phrase.is_some();
            for folded in parts(&word, raw, fixed, &known) {
                if query.words.len() == QUERY_WORDS {
                    break;
                }
                let initial = folded.len() == 1 && raw.chars().any(char::is_alphabetic);
                let place = query.put(QueryWord {
                    raw: raw.to_lowercase(),
                    script: script(raw),
                    prefix: !fixed && (place == last || initial),
                    fixed,
                    folded,
                    rarity: 1.0,
                });
                query.sequence.push(place);
                if let Some(phrase) = phrase.and_then(|phrase| query.phrases.get_mut(phrase)) {
                    phrase.push(place);
                }
            }
        }
        query.phrases.retain(|phrase| !phrase.is_empty());
        query.needed = query.most_needed();
        Some(query)
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
    fn most_needed(&self) -> usize {
        let words = self.words.len();
        if words <= 3 { words } else { words - words / 3 }
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

/// The words that one typed word stands for: initials that are no word stand for as many, and so do the syllables of
/// a name that is written without spaces.
fn parts(word: &Word, raw: &str, fixed: bool, known: &impl Fn(&str) -> bool) -> Vec<String> {
    let whole = || vec![word.folded.clone()];
    if fixed || word.folded.len() == 1 || known(&word.folded) {
        return whole();
    }
    if word.initials {
        return word.folded.chars().map(String::from).collect();
    }
    if script(raw) != Script::Syllables {
        return whole();
    }
    let syllables = syllables(raw);
    let split = (1..syllables.len()).find_map(|at| {
        let (family, given) = syllables.split_at(at);
        let (family, given) = (family.concat(), given.concat());
        (known(&family) && known(&given)).then(|| vec![family, given])
    });
    split.unwrap_or_else(whole)
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

    #[test]
    fn initials_and_syllables_are_parted_where_no_word_is_known() {
        let words = |text: &str, known: &[&str]| -> Vec<String> {
            let query = Query::read(text, |word| known.contains(&word)).unwrap();
            query.words.into_iter().map(|word| word.folded).collect()
        };
        assert_eq!(words("J.R. Biden", &["biden"]), ["j", "r", "biden"]);
        assert_eq!(words("U.S. Embassy", &["us", "embassy"]), ["us", "embassy"]);
        assert_eq!(words("习近平", &["xi", "jinping"]), ["xi", "jinping"]);
        assert_eq!(words("习近平", &["xijinping"]), ["xijinping"]);
        assert_eq!(words("习近平", &[]), ["xijinping"]);
    }
}
