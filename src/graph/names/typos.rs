//! Words within a few typing errors of another, while walking the dictionary.

use fst::Automaton;

/// The most errors that a search allows.
pub(super) const MAX_DISTANCE: u8 = 2;
/// Wide enough for every offset between two words that are still near each other.
const BAND: usize = 2 * MAX_DISTANCE as usize + 1;
const FAR: u8 = u8::MAX / 2;

/// How many errors a word of so many letters may have.
pub(super) fn allowed(letters: usize) -> u8 {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        8..=32 => MAX_DISTANCE,
        // So long a word is a whole phrase without spaces; two errors would find nothing better.
        _ => 0,
    }
}

/// Accepts the words at most `distance` insertions, deletions, replacements or swaps of neighbours from `word`.
///
/// It compares bytes: folded words are ASCII, and in one that is not a letter counts more. Its
/// state is the part of Levenshtein's table row near the diagonal, so it needs no memory and no
/// preparation, unlike an automaton that is built before it runs.
pub(super) struct Typos<'a> {
    word: &'a [u8],
    distance: u8,
}

/// A table row: after `read` letters, the errors against each prefix of the word whose length is
/// `read` plus or minus the maximal distance.
#[derive(Clone, Copy)]
pub(super) struct Row {
    read: usize,
    errors: [u8; BAND],
    /// The row before, and the letter that led from it to this: two letters that changed places are one error.
    before: [u8; BAND],
    last: u8,
}

impl<'a> Typos<'a> {
    pub(super) fn new(word: &'a str, distance: u8) -> Self {
        Typos {
            word: word.as_bytes(),
            distance: distance.min(MAX_DISTANCE),
        }
    }

    /// The errors of what was read against the whole word.
    pub(super) fn errors(&self, row: &Row) -> u8 {
        let offset = (self.word.len() + usize::from(MAX_DISTANCE)).checked_sub(row.read);
        offset
            .and_then(|offset| row.errors.get(offset).copied())
            .unwrap_or(FAR)
    }
}

impl Automaton for Typos<'_> {
    type State = Row;

    fn start(&self) -> Row {
        let mut errors = [FAR; BAND];
        let tail = errors.iter_mut().skip(usize::from(MAX_DISTANCE));
        for ((slot, count), _) in tail.zip(0u8..).zip(0..=self.word.len()) {
            *slot = count;
        }
        Row {
            read: 0,
            errors,
            before: [FAR; BAND],
            last: 0,
        }
    }

    fn is_match(&self, row: &Row) -> bool {
        self.errors(row) <= self.distance
    }

    fn can_match(&self, row: &Row) -> bool {
        row.errors.iter().any(|&errors| errors <= self.distance)
    }

    fn accept(&self, row: &Row, byte: u8) -> Row {
        let read = row.read + 1;
        let mut errors = [FAR; BAND];
        let mut left = FAR;
        for (offset, slot) in errors.iter_mut().enumerate() {
            let prefix = (read + offset).checked_sub(usize::from(MAX_DISTANCE));
            let Some(prefix) = prefix.filter(|&prefix| prefix <= self.word.len()) else {
                continue;
            };
            let mut best = left;
            if let Some(&above) = row.errors.get(offset + 1) {
                best = best.min(above);
            }
            best = best.saturating_add(1);
            if let Some(letter) = prefix.checked_sub(1).and_then(|at| self.word.get(at)) {
                let diagonal = row.errors.get(offset).copied().unwrap_or(FAR);
                best = best.min(diagonal + u8::from(*letter != byte));
                let earlier = prefix.checked_sub(2).and_then(|at| self.word.get(at));
                if *letter == row.last && earlier == Some(&byte) {
                    let swapped = row.before.get(offset).copied().unwrap_or(FAR);
                    best = best.min(swapped + 1);
                }
            }
            *slot = best.min(FAR);
            left = *slot;
        }
        Row {
            read,
            errors,
            before: row.errors,
            last: byte,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counts_like_optimal_string_alignment(word in "[abc]{0,8}", other in "[abc]{0,8}", allowed in 0u8..=2) {
            let expected = u8::try_from(strsim::osa_distance(&word, &other)).unwrap();
            let expected = (expected <= allowed).then_some(expected);
            let typos = Typos::new(&word, allowed);
            let row = other.bytes().fold(typos.start(), |row, byte| typos.accept(&row, byte));
            let errors = typos.errors(&row);
            prop_assert_eq!((errors <= allowed).then_some(errors), expected);
            prop_assert_eq!(typos.is_match(&row), expected.is_some());
        }
    }
}
