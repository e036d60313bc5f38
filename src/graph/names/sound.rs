//! Words by how they sound, roughly: what different ways of writing a name in Latin letters have in common.
//!
//! Arabic and Hebrew leave most vowels out, Greek and Japanese lack sounds that others have, and a name that comes
//! from another script is written in as many ways as there are newspapers: Gaddafi, Qadhafi, Kadafi. What stays are
//! the consonants, those that are taken for each other as one. Where letters can be read in two ways (the `g` of
//! George and that of Gomez), a word has a sound for each. Sounds only gather what may be meant: [`alike`] says how
//! well it fits.
//!
//! [`alike`]: super::alike

use super::build::{Collected, Lists};

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
            .filter(|(word, _)| !is_code(word))
            .flat_map(|(word, number)| {
                let sounds = sounds(word, Spelling::OnRecord);
                sounds.into_iter().map(move |sound| (sound, number))
            })
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

/// Whether a word is rather a code, such as VNM: nobody can say it.
fn is_code(word: &str) -> bool {
    word.len() <= 3 && !word.contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

/// Whose spelling a word has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// That of the record, so that its last letter may be silent: Jacques, Mitterrand.
    OnRecord,
    /// That of somebody who writes as it sounds.
    Asked,
    /// One without vowels, so that two like consonants may be one or have a vowel between.
    Consonants,
}

/// Letters that are read in one way by some, in another by others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// `g` before `e`, `i`, `y`: Gomez, George.
    G,
    /// `w`: a vowel, or `v`.
    W,
    /// `ch`: Churchill, Christopher.
    Ch,
    /// `j`: John, Jugoslavia.
    J,
    /// `gh`: Afghanistan, Albright.
    Gh,
    /// A silent last letter.
    Last,
}

/// Of more kinds of doubt in one word the first count.
const DOUBTS: usize = 3;

/// What is heard where letters stand, and what else may be; nothing is heard of a vowel.
type Heard = (&'static str, Option<(Doubt, &'static str)>);

/// Letters, and what is heard.
type Sound = (&'static str, &'static str, Option<(Doubt, &'static str)>);

/// How a folded word may sound; nothing where it has no consonants, or other letters than Latin ones.
pub(super) fn sounds(word: &str, spelling: Spelling) -> Vec<String> {
    if !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Vec::new();
    }
    let mut heard: Vec<(&str, Heard)> = Vec::new();
    let mut rest = word;
    while let Some((letters, sound)) = first_sound(rest, rest.len() == word.len()) {
        heard.push((letters, sound));
        rest = rest.strip_prefix(letters).unwrap_or_default();
    }
    if let Some((letters, sound)) = heard.last_mut()
        && spelling == Spelling::OnRecord
        && word.len() > 4
        && ["s", "t", "d", "x", "z"].contains(letters)
    {
        sound.1 = Some((Doubt::Last, ""));
    }
    let mut doubts: Vec<Doubt> = Vec::new();
    for (_, (_, other)) in &heard {
        if let Some((doubt, _)) = other
            && doubts.len() < DOUBTS
            && !doubts.contains(doubt)
        {
            doubts.push(*doubt);
        }
    }
    let mut sounds: Vec<String> = Vec::new();
    for taken in 0..1u32 << doubts.len() {
        let is_taken = |doubt: Doubt| {
            let place = doubts.iter().position(|other| *other == doubt);
            place.is_some_and(|place| taken & (1 << place) != 0)
        };
        let read = heard.iter().map(|(_, (first, other))| match other {
            Some((doubt, other)) if is_taken(*doubt) => *other,
            _ => *first,
        });
        let all = (spelling == Spelling::Consonants).then(|| read.clone().collect::<String>());
        for sound in std::iter::once(joined(read)).chain(all) {
            if !sound.is_empty() && !sounds.contains(&sound) {
                sounds.push(sound);
            }
        }
    }
    sounds
}

/// Of two like consonants without a vowel between them one is heard.
fn joined(heard: impl Iterator<Item = &'static str>) -> String {
    let mut sound = String::new();
    let mut before = "";
    for heard in heard {
        if heard.is_empty() {
            before = "";
        } else if heard != before {
            sound.push_str(heard);
            before = heard.get(heard.len() - 1..).unwrap_or_default();
        }
    }
    sound
}

/// The letters that are read first, and what is heard.
fn first_sound(word: &str, at_start: bool) -> Option<(&str, Heard)> {
    const SOUNDS: [Sound; 38] = [
        ("shch", "s", None),
        ("tsch", "s", None),
        ("sch", "s", None),
        ("tch", "s", None),
        ("dzh", "s", None),
        ("sh", "s", None),
        ("ch", "s", Some((Doubt::Ch, "k"))),
        ("zh", "s", None),
        ("dj", "s", None),
        ("dz", "s", None),
        ("cz", "s", None),
        ("ts", "s", None),
        ("tz", "s", None),
        ("kh", "k", None),
        ("gh", "k", Some((Doubt::Gh, ""))),
        ("ck", "k", None),
        ("ph", "p", None),
        ("th", "t", None),
        ("dh", "t", None),
        ("x", "ks", None),
        ("b", "p", None),
        ("p", "p", None),
        ("f", "p", None),
        ("v", "p", None),
        ("w", "", Some((Doubt::W, "p"))),
        ("c", "k", None),
        ("k", "k", None),
        ("q", "k", None),
        ("g", "k", None),
        ("d", "t", None),
        ("t", "t", None),
        ("j", "s", Some((Doubt::J, ""))),
        ("s", "s", None),
        ("z", "s", None),
        ("l", "r", None),
        ("r", "r", None),
        ("m", "n", None),
        ("n", "n", None),
    ];
    let mut found = SOUNDS.iter();
    let Some((letters, heard, other)) = found.find(|(letters, ..)| word.starts_with(letters))
    else {
        return Some((word.get(..1)?, ("", None)));
    };
    let is_soft = word
        .get(1..2)
        .is_some_and(|next| ["e", "i", "y"].contains(&next));
    let heard = match *letters {
        "x" if at_start => ("s", None),
        "c" if is_soft => ("s", None),
        "g" if is_soft => ("k", Some((Doubt::G, "s"))),
        _ => (*heard, *other),
    };
    Some((word.get(..letters.len())?, heard))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_of_writing_a_name_sound_alike() {
        for (asked, on_record) in [
            ("mhmwd", "mahmoud"),
            ("bas", "abbas"),
            ("qadhafi", "gaddafi"),
            ("ghatamy", "khatami"),
            ("muhamad", "mohammed"),
            ("ntnyahw", "netanyahu"),
            ("sara", "sarah"),
            ("dzhordzh", "george"),
            ("gomes", "gomez"),
            ("vashington", "washington"),
            ("uilson", "wilson"),
            ("olbrayt", "albright"),
            ("mitteran", "mitterrand"),
            ("zhak", "jacques"),
            ("kristofer", "christopher"),
            ("jelzin", "yeltsin"),
            ("khruschtschow", "khrushchev"),
            ("burinken", "blinken"),
        ] {
            let record = sounds(on_record, Spelling::OnRecord);
            let heard = sounds(asked, Spelling::Consonants);
            assert!(
                heard.iter().any(|sound| record.contains(sound)),
                "{asked} {heard:?} {on_record} {record:?}"
            );
        }
        let heard = |word| sounds(word, Spelling::Asked);
        assert_ne!(heard("mahmoud"), heard("ahmed"));
        assert_eq!(heard("mmdwh"), ["nt", "ntp"]);
        for silent in ["aye", "1234", "", "łódź"] {
            assert_eq!(sounds(silent, Spelling::OnRecord), [""; 0], "{silent}");
        }
    }

    #[test]
    fn few_sounds_a_word() {
        let word = "wghegechjwghegechjs";
        assert!(sounds(word, Spelling::OnRecord).len() <= 1 << DOUBTS);
    }
}
