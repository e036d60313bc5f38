//! Other ways in which a word of another script may be written in Latin letters.
//!
//! Folding writes letter for letter. What a script does for want of a letter, or how a language renders the names of
//! others, needs to be known: Greek `μπ` is a b, Russian writes h as `х` or `г` and has a system for Chinese.

use super::fold::{folded, is_chinese};
use super::palladius::pinyin;

/// The other ways of writing a word; none of one in Latin letters.
pub(super) fn spellings(word: &str) -> Vec<String> {
    if word.is_ascii() {
        return Vec::new();
    }
    let word = word.to_lowercase();
    let is = |from: u32, to: u32| {
        let mut letters = word.chars().map(u32::from);
        letters.any(|letter| (from..=to).contains(&letter))
    };
    let mut spellings = if is(0x400, 0x52f) {
        cyrillic(&word)
    } else if is(0x370, 0x3ff) || is(0x1f00, 0x1fff) {
        greek(&word)
    } else if is(0x590, 0x5ff) {
        hebrew(&word)
    } else if is_chinese(&word) {
        // Chinese words end in a vowel or n or ng; which of both stands for the n of others varies.
        vec![written(&word, &[]).replace("ng", "n")]
    } else if is(0x3040, 0x30ff) {
        japanese(&word)
    } else {
        Vec::new()
    };
    let plain = written(&word, &[]);
    spellings.retain(|spelling| *spelling != plain && !spelling.is_empty());
    spellings.sort_unstable();
    spellings.dedup();
    spellings
}

/// A word with some letters replaced, the first that fit, and the others folded.
fn written(word: &str, instead: &[(&str, &str)]) -> String {
    let mut written = String::new();
    let mut rest = word;
    while let Some(letter) = rest.chars().next() {
        let found = instead.iter().find(|(from, _)| rest.starts_with(from));
        if let Some((from, to)) = found {
            written.push_str(to);
            rest = rest.strip_prefix(from).unwrap_or_default();
        } else {
            written.push_str(&folded(letter));
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        }
    }
    written
}

fn cyrillic(word: &str) -> Vec<String> {
    let mut spellings = vec![
        written(word, &[("х", "h")]),
        written(word, &[("х", "h"), ("г", "h")]),
    ];
    let first = |from: &str, to: &str| {
        let rest = word.strip_prefix(from)?;
        Some(format!("{to}{}", written(rest, &[("х", "h")])))
    };
    spellings.extend(first("г", "h"));
    spellings.extend(first("е", "ye"));
    spellings.extend(pinyin(word));
    spellings
}

fn greek(word: &str) -> Vec<String> {
    const ALONE: [(&str, &str); 6] = [
        ("μπ", "b"),
        ("ντ", "d"),
        ("γκ", "g"),
        ("γγ", "ng"),
        ("τζ", "j"),
        ("χ", "h"),
    ];
    const WITH_NASAL: [(&str, &str); 6] = [
        ("μπ", "mb"),
        ("ντ", "nd"),
        ("γκ", "ng"),
        ("γγ", "ng"),
        ("τζ", "j"),
        ("χ", "h"),
    ];
    // Names of others are declined: in the nominative they may end in s.
    let bare = word
        .strip_suffix(['ς', 'σ'])
        .filter(|bare| bare.chars().count() > 3);
    let mut spellings = Vec::new();
    for word in [Some(word), bare].into_iter().flatten() {
        spellings.push(written(word, &[]));
        spellings.push(written(word, &ALONE));
        spellings.push(written(word, &WITH_NASAL));
    }
    spellings
}

fn hebrew(word: &str) -> Vec<String> {
    // Vav is v, or o or u. Het is a rough h.
    vec![
        written(word, &[("ג'", "j"), ("ג׳", "j"), ("ו", "u")]),
        written(word, &[("ג'", "j"), ("ג׳", "j"), ("ו", "u"), ("ח", "kh")]),
        written(word, &[("ג'", "j"), ("ג׳", "j"), ("ח", "kh")]),
    ]
}

fn japanese(word: &str) -> Vec<String> {
    // The small tsu doubles what follows; a small vowel takes the place of the one before.
    const SMALL: [(&str, &str); 10] = [
        ("っ", ""),
        ("じゃ", "ja"),
        ("じゅ", "ju"),
        ("じょ", "jo"),
        ("しゃ", "sha"),
        ("しゅ", "shu"),
        ("しょ", "sho"),
        ("ちゃ", "cha"),
        ("ちゅ", "chu"),
        ("ちょ", "cho"),
    ];
    // Both ways of writing have the same syllables in the same order.
    let round = |letter: char| match letter {
        'ァ'..='ヶ' => char::from_u32(u32::from(letter) - 0x60).unwrap_or(letter),
        _ => letter,
    };
    let word: String = word.chars().map(round).collect();
    let parts: Vec<String> = word.split('ー').map(|part| written(part, &SMALL)).collect();
    // A long vowel may be one with an r.
    vec![parts.concat(), parts.join("r")]
}

/// How the most common Korean family names are written that are not written as they sound.
const FAMILY_NAMES: [(char, &str); 6] = [
    ('김', "kim"),
    ('이', "lee"),
    ('박', "park"),
    ('최', "choi"),
    ('노', "roh"),
    ('임', "lim"),
];

/// Likewise of given names.
const GIVEN_NAMES: [(char, &str); 2] = [('희', "hee"), ('우', "woo")];

/// The syllables of a Korean name, family name first; `None` of what is no such name.
pub(super) fn korean_name(word: &str) -> Option<Vec<String>> {
    let syllables: Vec<char> = word.chars().collect();
    let is_korean = |letter: &char| ('가'..='힣').contains(letter);
    if !(2..=4).contains(&syllables.len()) || !syllables.iter().all(is_korean) {
        return None;
    }
    let written = |(place, syllable): (usize, &char)| {
        let names = if place == 0 {
            FAMILY_NAMES.as_slice()
        } else {
            GIVEN_NAMES.as_slice()
        };
        let name = names.iter().find(|(name, _)| name == syllable);
        name.map_or_else(|| folded(*syllable), |(_, written)| (*written).to_owned())
    };
    Some(syllables.iter().enumerate().map(written).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_script_lacks_is_read_as_what_it_stands_for() {
        for (word, spelling) in [
            ("Μπλίνκεν", "blinken"),
            ("Ομπάμα", "obama"),
            ("Ντόναλντ", "donald"),
            ("Αντώνης", "antoni"),
            ("Χένρι", "henri"),
            ("Хельсинки", "helsinki"),
            ("Гондурас", "honduras"),
            ("Генри", "henri"),
            ("Ельцин", "yeltsin"),
            ("Цзиньпин", "jinping"),
            ("גולדה", "guldh"),
            ("ג'ורג", "jurg"),
            ("キッシンジャー", "kishinja"),
            ("ジョー", "jo"),
            ("平", "pin"),
        ] {
            let all = spellings(word);
            let is_there = all.iter().any(|other| other == spelling);
            assert!(is_there, "{word}: {all:?}");
        }
        assert_eq!(spellings("Blinken"), [""; 0]);
    }

    #[test]
    fn a_korean_name_is_its_syllables() {
        let written = |word| korean_name(word).map(|syllables| syllables.join(" "));
        assert_eq!(written("박근혜").as_deref(), Some("park geun hye"));
        assert_eq!(written("문재인").as_deref(), Some("mun jae in"));
        assert_eq!(written("한"), None);
        assert_eq!(written("習近平"), None);
    }
}
