//! The ways in which what was typed may be meant: where words begin and end is not the same everywhere.

use super::fold::{is_chinese, syllables};
use super::query::{Query, Typed, Words};
use super::spelling::korean_name;

/// So many words are also read with two of them joined.
const JOINED_WORDS: std::ops::RangeInclusive<usize> = 2..=4;
/// Capitals without dots that may be initials.
const CAPITALS: std::ops::RangeInclusive<usize> = 2..=3;

/// The readings of what was typed, the likeliest first, each made when it is asked for; `known` says whether any text
/// has a word.
pub(super) fn readings<'w>(
    words: &'w Words,
    known: &'w impl Fn(&str) -> bool,
) -> impl Iterator<Item = Query> + 'w {
    let has_phrase = words.typed.iter().any(|word| word.phrase.is_some());
    let has_names = !has_phrase && words.typed.iter().any(is_korean_name);
    // A name on record is written with its syllables apart, other words are not.
    let are_likelier = has_names && !words.typed.iter().any(|word| known(&word.folded));
    let names = move |are_wanted: bool| are_wanted.then(|| korean_names(words, known)).into_iter();
    let typed = std::iter::once_with(move || as_typed(words, known));
    let others = (!has_phrase)
        .then(|| {
            let initials = std::iter::once_with(move || initials(words, known));
            initials.flatten().chain(joined(words))
        })
        .into_iter()
        .flatten();
    names(are_likelier)
        .chain(typed)
        .chain(names(has_names && !are_likelier))
        .chain(others)
}

/// What was typed, word for word as far as these are known.
pub(super) fn as_typed(words: &Words, known: &impl Fn(&str) -> bool) -> Query {
    Query::of(words, &each(&words.typed, |word, _| parts(word, known)))
}

/// With the letters of initials as words of their own, if there are any beside other words.
fn initials(words: &Words, known: &impl Fn(&str) -> bool) -> Option<Query> {
    let typed = words.typed.as_slice();
    (typed.len() > 1 && typed.iter().any(may_be_initials)).then(|| {
        let parted = each(typed, |word, _| {
            if may_be_initials(word) {
                letters(word)
            } else {
                parts(word, known)
            }
        });
        Query::of(words, &parted)
    })
}

fn is_korean_name(word: &Typed) -> bool {
    korean_name(&word.raw).is_some()
}

/// With the syllables of Korean names as words of their own.
fn korean_names(words: &Words, known: &impl Fn(&str) -> bool) -> Query {
    let parted = each(&words.typed, |word, place| match korean_name(&word.raw) {
        Some(syllables) => of_word(word, Some(place), syllables),
        None => parts(word, known),
    });
    Query::of(words, &parted)
}

/// With two of the words as one.
fn joined(words: &Words) -> impl Iterator<Item = Query> + '_ {
    let typed = words.typed.as_slice();
    let places = if JOINED_WORDS.contains(&typed.len()) {
        1..typed.len()
    } else {
        0..0
    };
    places.filter_map(move |place| {
        let (before, after) = typed.split_at(place);
        let ([before @ .., one], [other, after @ ..]) = (before, after) else {
            return None;
        };
        let joined = Typed {
            folded: format!("{}{}", one.folded, other.folded),
            raw: format!("{}{}", one.raw, other.raw),
            initials: false,
            ..one.clone()
        };
        let typed = [before, &[joined], after].concat();
        Some(Query::of(words, &typed))
    })
}

/// What each word stands for, together.
fn each(typed: &[Typed], stands_for: impl Fn(&Typed, usize) -> Vec<Typed>) -> Vec<Typed> {
    let words = typed.iter().zip(0..);
    words
        .flat_map(|(word, place)| stands_for(word, place))
        .collect()
}

/// The words that one typed word stands for: initials that are no word stand for as many, and so do the syllables of
/// a name that is written without spaces.
fn parts(word: &Typed, known: &impl Fn(&str) -> bool) -> Vec<Typed> {
    let whole = || vec![word.clone()];
    if word.phrase.is_some() || word.folded.len() == 1 || known(&word.folded) {
        return whole();
    }
    if word.initials {
        return letters(word);
    }
    if !is_chinese(&word.raw) {
        return whole();
    }
    let syllables = syllables(&word.raw);
    let split = (1..syllables.len()).find_map(|at| {
        let (family, given) = syllables.split_at(at);
        let (family, given) = (family.concat(), given.concat());
        (known(&family) && known(&given)).then(|| of_word(word, None, vec![family, given]))
    });
    split.unwrap_or_else(whole)
}

/// Whether a word may be the initials of several.
fn may_be_initials(word: &Typed) -> bool {
    let is_short = CAPITALS.contains(&word.raw.len());
    let is_capital = |letter: u8| letter.is_ascii_uppercase();
    word.folded.len() > 1 && (word.initials || (is_short && word.raw.bytes().all(is_capital)))
}

fn letters(word: &Typed) -> Vec<Typed> {
    of_word(word, None, word.folded.chars().map(String::from).collect())
}

/// The parts of a word.
fn of_word(word: &Typed, part_of: Option<usize>, parts: Vec<String>) -> Vec<Typed> {
    let part = |folded: String| Typed {
        folded,
        part_of,
        ..word.clone()
    };
    parts.into_iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, known: &[&str]) -> Vec<String> {
        let Some(words) = Words::of(text) else {
            return Vec::new();
        };
        let known = |word: &str| known.contains(&word);
        let words = readings(&words, &known).map(|query| {
            let words = query.words.iter().map(|word| word.folded.as_str());
            words.collect::<Vec<_>>().join(" ")
        });
        words.collect()
    }

    #[test]
    fn initials_and_syllables_are_parted_where_no_word_is_known() {
        let first = |text: &str, known: &[&str]| read(text, known).swap_remove(0);
        assert_eq!(first("J.R. Biden", &["biden"]), "j r biden");
        assert_eq!(first("U.S. Embassy", &["us", "embassy"]), "us embassy");
        assert_eq!(first("习近平", &["xi", "jinping"]), "xi jinping");
        assert_eq!(first("习近平", &["xijinping"]), "xijinping");
        assert_eq!(first("习近平", &[]), "xijinping");
    }

    #[test]
    fn what_is_known_may_be_meant_otherwise() {
        assert_eq!(
            read("G.W. Bush", &["gw", "bush"]),
            ["gw bush", "g w bush", "gwbush"]
        );
        assert_eq!(
            read("JF Dulles", &["dulles"]),
            ["jf dulles", "j f dulles", "jfdulles"]
        );
        assert_eq!(read("USA", &[]), ["usa"]);
        assert_eq!(read("문재인", &[]), ["mun jae in", "munjaein"]);
        assert_eq!(read("오바마", &["obama"]), ["obama", "o ba ma"]);
        assert_eq!(
            read("Xi Jin Ping", &[]),
            ["xi jin ping", "xijin ping", "xi jinping"]
        );
        assert_eq!(read("\"Xi Jin\" Ping", &[]), ["xi jin ping"]);
        assert_eq!(read("...", &[]), [""; 0]);
    }
}
