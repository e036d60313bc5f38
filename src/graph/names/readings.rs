//! The ways in which what was typed may be meant: where words begin and end is not the same everywhere.

use super::fold::{is_chinese, syllables};
use super::query::{Query, Typed, Words};
use super::spelling::korean_name;

/// So many words are also read with two of them joined.
const JOINED_WORDS: std::ops::RangeInclusive<usize> = 2..=4;
/// Capitals without dots that may be initials.
const CAPITALS: std::ops::RangeInclusive<usize> = 2..=3;

/// The readings of a text, the likeliest first; `known` says whether any text has a word. None when it has no words.
pub(super) fn readings(text: &str, known: impl Fn(&str) -> bool) -> Vec<Query> {
    let Some(words) = Words::of(text) else {
        return Vec::new();
    };
    let typed = words.typed.as_slice();
    let mut readings = vec![Query::of(
        &words,
        &each(typed, |word, _| parts(word, &known)),
    )];
    if typed.iter().any(|word| word.phrase.is_some()) {
        return readings;
    }
    if typed.len() > 1 && typed.iter().any(may_be_initials) {
        let parted = each(typed, |word, _| {
            if may_be_initials(word) {
                letters(word)
            } else {
                parts(word, &known)
            }
        });
        readings.push(Query::of(&words, &parted));
    }
    let is_korean = |word: &Typed| korean_name(&word.raw).is_some();
    if typed.iter().any(is_korean) {
        let parted = each(typed, |word, place| match korean_name(&word.raw) {
            Some(syllables) => of_word(word, Some(place), syllables),
            None => parts(word, &known),
        });
        // A name on record is written with its syllables apart, other words are not.
        let is_likelier = !typed.iter().any(|word| known(&word.folded));
        readings.insert(usize::from(!is_likelier), Query::of(&words, &parted));
    }
    if JOINED_WORDS.contains(&typed.len()) {
        for place in 1..typed.len() {
            let (before, after) = typed.split_at(place);
            let ([before @ .., one], [other, after @ ..]) = (before, after) else {
                continue;
            };
            let joined = Typed {
                folded: format!("{}{}", one.folded, other.folded),
                raw: format!("{}{}", one.raw, other.raw),
                initials: false,
                ..one.clone()
            };
            let joined = [before, &[joined], after].concat();
            readings.push(Query::of(&words, &joined));
        }
    }
    readings
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
        let readings = readings(text, |word| known.contains(&word));
        let words = readings.iter().map(|query| {
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
