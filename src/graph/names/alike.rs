//! How alike two words are that sound alike.
//!
//! It is Levenshtein's distance in which letters that are taken for each other cost little, and so do vowels, which
//! every language writes in its own way.

/// That one vowel stands for another.
const OTHER_VOWEL: f32 = 0.1;
/// That a consonant stands for one of its class.
const SAME_CLASS: f32 = 0.2;
/// Of a consonant: that it is missing, or that another one stands for it.
const CONSONANT: f32 = 1.0;
const VOWEL: f32 = 0.3;
/// What hardly counts: a breath, the second of two like letters, a vowel that goes on, a silent one at the end.
const HARDLY: f32 = 0.1;
/// The last consonant of a word on record, which may be silent.
const LAST: f32 = 0.4;

/// What a way of writing tells of a word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ear {
    /// What it costs that it has a vowel that is not on record.
    extra: f32,
    /// What it costs that it lacks a vowel.
    lacking: f32,
    /// What it costs that it has more vowels in a row.
    glide: f32,
    /// What it costs that l stands for r, or m for n.
    liquid: f32,
}

impl Ear {
    /// It has vowels where they are heard.
    pub(super) const LETTERS: Self = Self {
        extra: VOWEL,
        lacking: VOWEL,
        glide: HARDLY,
        liquid: 0.6,
    };
    /// It leaves vowels out.
    pub(super) const CONSONANTS: Self = Self {
        lacking: HARDLY,
        ..Self::LETTERS
    };
    /// It has a vowel behind each consonant, and knows few consonants.
    pub(super) const SYLLABLES: Self = Self {
        extra: 0.15,
        liquid: HARDLY,
        ..Self::LETTERS
    };
    /// It has characters for syllables that need not be those of a name.
    pub(super) const CHARACTERS: Self = Self {
        glide: VOWEL,
        liquid: HARDLY,
        ..Self::LETTERS
    };

    /// From 0 to 1: how near what was asked for is to a word on record; both folded.
    pub(super) fn alike(self, asked: &str, on_record: &str) -> f32 {
        let (asked, on_record) = (plain(asked), plain(on_record));
        let missing = |letter: &Letter| letter.weight(VOWEL, HARDLY);
        let weight = |word: &[Letter]| word.iter().map(missing).sum::<f32>();
        let weight = weight(&asked).max(weight(&on_record));
        if weight == 0.0 {
            return f32::from(u8::from(asked.is_empty() && on_record.is_empty()));
        }
        let lacking = |letter: &Letter| {
            let cost = letter.weight(self.lacking, HARDLY);
            let is_silent = letter.last && matches!(letter.letter, b's' | b't' | b'd' | b'z');
            if is_silent { cost.min(LAST) } else { cost }
        };
        // A row of the table: the cost of each start of the word on record.
        let mut sum = 0.0;
        let mut row: Vec<f32> = vec![0.0];
        row.extend(on_record.iter().map(|letter| {
            sum += lacking(letter);
            sum
        }));
        for letter in &asked {
            let Some((first, rest)) = row.split_first_mut() else {
                break;
            };
            let extra = letter.weight(self.extra, self.glide);
            let mut diagonal = *first;
            *first += extra;
            let mut left = *first;
            for (slot, theirs) in rest.iter_mut().zip(&on_record) {
                let best = (diagonal + self.instead(letter.letter, theirs.letter))
                    .min(*slot + extra)
                    .min(left + lacking(theirs));
                diagonal = *slot;
                *slot = best;
                left = best;
            }
        }
        let cost = row.last().copied().unwrap_or_default();
        (1.0 - cost / weight).max(0.0)
    }

    /// What it costs that one letter stands for another.
    fn instead(self, one: u8, other: u8) -> f32 {
        let kind = class(one);
        if one == other {
            0.0
        } else if kind != class(other) {
            let sounds_alike = |one: u8, other: u8| match one {
                b'c' | b'g' => class(other) == b's',
                b'w' => other == b'v',
                b'j' => matches!(other, b'y' | b'i'),
                _ => false,
            };
            if sounds_alike(one, other) || sounds_alike(other, one) {
                SAME_CLASS
            } else {
                CONSONANT
            }
        } else {
            match kind {
                0 => OTHER_VOWEL,
                b'r' | b'n' => self.liquid,
                _ => SAME_CLASS,
            }
        }
    }
}

/// A letter of a word.
#[derive(Debug, Clone, Copy)]
struct Letter {
    letter: u8,
    before: u8,
    last: bool,
}

impl Letter {
    /// What it costs that it is missing.
    fn weight(&self, vowel: f32, glide: f32) -> f32 {
        let is_vowel = class(self.letter) == 0;
        let goes_on = is_vowel && self.before != 0 && class(self.before) == 0;
        let is_silent = self.last && self.letter == b'e';
        if goes_on {
            glide
        } else if self.letter == b'h' || self.letter == self.before || is_silent {
            HARDLY
        } else if is_vowel {
            vowel
        } else {
            CONSONANT
        }
    }
}

/// The letters of a word, with one way of writing where there are many.
fn plain(word: &str) -> Vec<Letter> {
    const PLAIN: [(&str, &str); 14] = [
        ("tsch", "ch"),
        ("sch", "sh"),
        ("dzh", "j"),
        ("ck", "k"),
        ("cqu", "k"),
        ("cq", "k"),
        ("qu", "k"),
        ("ph", "f"),
        ("x", "ks"),
        ("tz", "z"),
        ("ts", "s"),
        ("oo", "u"),
        ("ou", "u"),
        ("ee", "i"),
    ];
    let mut letters: Vec<Letter> = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some(first) = rest.get(..1) {
        let (from, to) = PLAIN
            .iter()
            .find(|(from, _)| rest.starts_with(from))
            .map_or((first, first), |(from, to)| (*from, *to));
        for letter in to.bytes() {
            letters.push(Letter {
                letter,
                before: letters.last().map_or(0, |before| before.letter),
                last: false,
            });
        }
        rest = rest.strip_prefix(from).unwrap_or_default();
    }
    if let Some(last) = letters.last_mut() {
        last.last = true;
    }
    letters
}

/// Letters of one class are taken for each other; vowels and halves of them are class 0.
fn class(letter: u8) -> u8 {
    match letter {
        b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'w' | b'h' => 0,
        b'b' | b'p' | b'f' | b'v' => b'p',
        b'c' | b'k' | b'q' | b'g' => b'k',
        b'd' | b't' => b't',
        b's' | b'z' | b'j' => b's',
        b'l' | b'r' => b'r',
        b'm' | b'n' => b'n',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sounds_alike_is_nearer_than_what_does_not() {
        let letters = Ear::LETTERS;
        assert_eq!(letters.alike("blinken", "blinken"), 1.0);
        assert_eq!(letters.alike("", ""), 1.0);
        assert_eq!(letters.alike("k", "t"), 0.0);
        assert_eq!(letters.alike("k", ""), 0.0);
        for (ear, asked, on_record) in [
            (letters, "tryudo", "trudeau"),
            (letters, "gorbatschow", "gorbachev"),
            (letters, "rays", "rice"),
            (letters, "zhak", "jacques"),
            (letters, "putin", "poutine"),
            (letters, "dzhordzh", "george"),
            (letters, "nikson", "nixon"),
            (Ear::CONSONANTS, "kysnjr", "kissinger"),
            (Ear::CONSONANTS, "fnmh", "panama"),
            (Ear::SYLLABLES, "toranpu", "trump"),
            (Ear::CHARACTERS, "gelunbiya", "colombia"),
        ] {
            assert!(ear.alike(asked, on_record) > 0.71, "{asked} {on_record}");
        }
        for (ear, asked, on_record) in [
            (letters, "eyzenkhauer", "senegal"),
            (letters, "bonn", "panama"),
            (Ear::CONSONANTS, "mhmwd", "ahmed"),
            (Ear::SYLLABLES, "toranpu", "trieste"),
            (Ear::CHARACTERS, "wenzaiyin", "nason"),
            (Ear::CHARACTERS, "wenzaiyin", "benson"),
        ] {
            assert!(ear.alike(asked, on_record) < 0.7, "{asked} {on_record}");
        }
    }
}
