//! Words by how they sound, roughly: what different ways of writing a name in Latin letters have in common.
//!
//! Arabic and Hebrew leave most vowels out, and a name that comes from another script is written in as many ways as
//! there are newspapers: Gaddafi, Qadhafi, Kadafi. What stays are the consonants, those that are taken for each
//! other as one. It is used where a word is not found otherwise; what it finds is ranked by its letters.

use super::build::{Collected, Lists};

/// A sound of fewer consonants says too little.
const SHORTEST: usize = 2;

/// The words of a dictionary by their sounds.
#[derive(Debug, Default)]
pub(super) struct Sounds {
    /// Sound to the list of its words.
    sounds: fst::Map<Vec<u8>>,
    words: Lists,
}

impl Sounds {
    /// Over words in the order of their numbers.
    pub(super) fn of<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut sounding: Vec<(String, u32)> = words
            .zip(0u32..)
            .filter_map(|(word, number)| Some((sound(word)?, number)))
            .collect();
        sounding.sort_unstable();
        let mut lists = Collected::default();
        let groups = sounding.chunk_by(|one, other| one.0 == other.0);
        let mut keys = Vec::new();
        for group in groups {
            lists.push(group.iter().map(|(_, number)| *number));
            keys.extend(group.first().map(|(sound, _)| sound));
        }
        Self {
            // Sounds are sorted, each once, so that this cannot fail.
            sounds: fst::Map::from_iter(keys.iter().zip(0u64..)).unwrap_or_default(),
            words: lists.done(),
        }
    }

    /// The numbers of the words that sound so, in order.
    pub(super) fn get(&self, sound: &str) -> &[u32] {
        let list = self
            .sounds
            .get(sound)
            .and_then(|list| u32::try_from(list).ok());
        list.map_or(&[], |list| self.words.get(list))
    }
}

/// How a folded word sounds; `None` where that says too little.
pub(super) fn sound(word: &str) -> Option<String> {
    if !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let mut sound = String::new();
    let mut rest = word;
    // Of a double consonant one is heard.
    let mut before = "";
    while let Some((letters, heard)) = first_sound(rest) {
        if letters != before && !(heard == "h" && rest.len() == letters.len()) {
            sound.push_str(heard);
        }
        before = letters;
        rest = rest.strip_prefix(letters).unwrap_or_default();
    }
    (sound.len() >= SHORTEST).then_some(sound)
}

/// The letters that are read first, and what is heard.
fn first_sound(word: &str) -> Option<(&str, &'static str)> {
    const SOUNDS: [(&str, &str); 36] = [
        ("shch", "s"),
        ("sch", "s"),
        ("tch", "j"),
        ("sh", "s"),
        ("ch", "j"),
        ("zh", "j"),
        ("dj", "j"),
        ("dz", "j"),
        ("kh", "k"),
        ("gh", "k"),
        ("ck", "k"),
        ("ph", "f"),
        ("th", "t"),
        ("dh", "d"),
        ("ts", "s"),
        ("tz", "s"),
        ("x", "ks"),
        ("b", "b"),
        ("p", "b"),
        ("c", "k"),
        ("k", "k"),
        ("q", "k"),
        ("g", "k"),
        ("d", "d"),
        ("t", "t"),
        ("f", "f"),
        ("v", "f"),
        ("j", "j"),
        ("s", "s"),
        ("z", "s"),
        ("l", "l"),
        ("r", "r"),
        ("m", "m"),
        ("n", "n"),
        ("h", "h"),
        // Half a vowel, or one.
        ("", ""),
    ];
    let (letters, heard) = SOUNDS
        .iter()
        .find(|(letters, _)| word.starts_with(letters))?;
    if letters.is_empty() {
        let first = word.get(..1)?;
        return Some((first, ""));
    }
    Some((word.get(..letters.len())?, heard))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_of_writing_a_name_sound_alike() {
        for (one, other) in [
            ("mahmoud", "mhmwd"),
            ("abbas", "bas"),
            ("gaddafi", "qadhafi"),
            ("khatami", "ghatamy"),
            ("mohammed", "muhamad"),
            ("netanyahu", "ntnyahw"),
            ("sarah", "sara"),
        ] {
            assert_eq!(sound(one), sound(other), "{one} {other}");
            assert!(sound(one).is_some());
        }
        assert_ne!(sound("mahmoud"), sound("ahmed"));
        assert_eq!(sound("ab"), None);
        assert_eq!(sound("1234"), None);
        assert_eq!(sound(""), None);
    }
}
