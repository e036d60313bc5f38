//! From a query to ranked matches.
//!
//! Every word of a short query has to be found; a longer one may miss some. With `m` words
//! allowed to miss, a match has at least one of any `m + 1` words, so the `m + 1` rarest give all
//! candidates, and the long posting lists of frequent words are read only when that leaves too
//! many.

use std::cmp::{Ordering, Reverse};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use super::build::NameIndex;
use super::fold::words;
use super::lookup::{EXACT, QueryWord, Reach};
use super::score::Query;
use super::{NameMatch, SearchOptions, typos};

/// How much of a query is read.
const QUERY_CHARACTERS: usize = 256;
const QUERY_WORDS: usize = 16;
/// How many words of a query may have typing errors, the longest first.
const FUZZY_WORDS: usize = 6;
/// So few candidates are all compared with the query; of more, the promising ones first.
const COMPARED: usize = 512;
/// Entities compared beyond what was asked for, since the promise is only an estimate.
const SPARE: usize = 64;
/// The postings read to collect candidates, and to count the words that candidates have.
const COLLECTED_POSTINGS: usize = 100_000;
const COUNTED_POSTINGS: usize = 2_000_000;

impl NameIndex {
    /// The entities that the text most likely means: the best first, each once, by the best of
    /// its texts; equal ones in the order of their numbers.
    ///
    /// Of the text the first 256 characters and 16 words are used. Up to three words must all be
    /// found, of more two thirds. Typing errors are looked for in words that no text has, and in
    /// all words when nothing is found otherwise.
    pub fn search(&self, text: &str, options: SearchOptions<'_>) -> Vec<NameMatch> {
        let Some(query) = self.query(text, options.fuzzy) else {
            return Vec::new();
        };
        if options.limit == 0 {
            return Vec::new();
        }
        let (mut query, reaches) = query;
        let found = self.matches(&query, reaches, options);
        if !found.is_empty() || !options.fuzzy || !query.allow_typos(FUZZY_WORDS) {
            return found;
        }
        let reaches = query.words.iter().map(|word| self.reach(word)).collect();
        self.matches(&query, reaches, options)
    }

    /// Reads the query and looks its words up; `None` when it has no words.
    fn query<'t>(&self, text: &'t str, fuzzy: bool) -> Option<(Query<'t>, Vec<Reach>)> {
        let text = text.trim();
        let end = text.char_indices().nth(QUERY_CHARACTERS);
        let read = text.get(..end.map_or(text.len(), |(at, _)| at))?;
        // Of one more word it can be told that the query goes on.
        let mut typed = words(read, QUERY_WORDS + 1);
        let whole = end.is_none() && typed.len() <= QUERY_WORDS;
        typed.truncate(QUERY_WORDS);
        let last = typed.len().checked_sub(1)?;
        let sequence: Vec<String> = typed.iter().map(|word| word.folded.clone()).collect();
        let mut query_words: Vec<QueryWord> = Vec::with_capacity(typed.len());
        for (place, word) in typed.into_iter().enumerate() {
            let raw = word.raw(read);
            let initial = word.folded.len() == 1 && raw.chars().all(char::is_alphabetic);
            let prefix = place == last || initial;
            let twice = query_words.iter_mut().find(|w| w.folded == word.folded);
            if let Some(first) = twice {
                first.prefix |= prefix;
                continue;
            }
            query_words.push(QueryWord {
                raw: raw.to_lowercase(),
                folded: word.folded,
                prefix,
                typos: 0,
                rarity: 1.0,
            });
        }
        let mut query = Query {
            text,
            whole,
            sequence,
            words: query_words,
        };
        let mut reaches: Vec<Reach> = query.words.iter().map(|word| self.reach(word)).collect();
        if fuzzy {
            query.allow_typos_of(FUZZY_WORDS, |place, _| {
                reaches.get(place).is_none_or(|reach| reach.exact == 0)
            });
        }
        for (word, reach) in query.words.iter_mut().zip(&mut reaches) {
            if word.typos > 0 {
                *reach = self.reach(word);
            }
            let texts = if reach.exact > 0 {
                reach.exact
            } else {
                reach.postings
            };
            word.rarity = (1.0 + self.len() as f32 / (1.0 + texts as f32)).ln() + 0.1;
        }
        Some((query, reaches))
    }

    fn matches(
        &self,
        query: &Query<'_>,
        reaches: Vec<Reach>,
        options: SearchOptions<'_>,
    ) -> Vec<NameMatch> {
        let wanted = options.limit.saturating_add(SPARE);
        let mut best: HashMap<u32, NameMatch> = HashMap::new();
        let mut candidates = self.candidates(query, &reaches);
        let mut rest = candidates.as_mut_slice();
        while !rest.is_empty() && best.len() < wanted {
            let size = rest.len().min(COMPARED);
            if size < rest.len() {
                rest.select_nth_unstable_by(size, Candidate::order);
            }
            let (chunk, others) = rest.split_at_mut(size);
            for candidate in chunk {
                let Some(text) = self.texts.get(candidate.text as usize) else {
                    continue;
                };
                if !(options.accept)(text.entity, text.value) {
                    continue;
                }
                let Some(found) = query.compare(text) else {
                    continue;
                };
                match best.entry(found.entity) {
                    Entry::Vacant(slot) => {
                        slot.insert(found);
                    }
                    Entry::Occupied(mut slot) => {
                        if found.before(slot.get()) {
                            slot.insert(found);
                        }
                    }
                }
            }
            rest = others;
        }
        let mut found: Vec<NameMatch> = best.into_values().collect();
        found.sort_by(|a, b| {
            let by_score = b.score.total_cmp(&a.score);
            by_score.then_with(|| a.entity.cmp(&b.entity))
        });
        found.truncate(options.limit);
        found
    }

    /// The texts that may match, each with how promising it is.
    fn candidates(&self, query: &Query<'_>, reaches: &[Reach]) -> Vec<Candidate> {
        let needed = query.needed();
        let mut order: Vec<(usize, &QueryWord, &Reach)> = query
            .words
            .iter()
            .zip(reaches)
            .enumerate()
            .map(|(place, (word, reach))| (place, word, reach))
            .collect();
        order.sort_by_key(|&(place, _, reach)| (reach.postings, place));
        let (collecting, counting) = order.split_at(query.words.len() - needed + 1);

        let mut hits: Hits = HashMap::default();
        let mut left = COLLECTED_POSTINGS;
        for &(place, word, reach) in collecting {
            self.read(reach, &mut left, |text, worth| {
                hits.entry(text).or_default().add(place, word, worth);
            });
        }
        let few = hits.len() <= COMPARED;
        let mut left = COUNTED_POSTINGS;
        if !few {
            for &(place, word, reach) in counting {
                self.read(reach, &mut left, |text, worth| {
                    if let Some(hit) = hits.get_mut(&text) {
                        hit.add(place, word, worth);
                    }
                });
            }
        }
        // What the bound on reading left out may be there after all: comparing will tell.
        let complete = !few && left > 0;
        let mut candidates: Vec<Candidate> = hits
            .into_iter()
            .filter(|(_, hit)| !complete || hit.words.count_ones() as usize >= needed)
            .map(|(text, hit)| Candidate {
                text,
                promise: self.promise(query, text, hit),
            })
            .collect();
        candidates.sort_unstable_by_key(|candidate| candidate.text);
        candidates
    }

    /// Gives the texts of a word until `left` postings are read.
    fn read(&self, reach: &Reach, left: &mut usize, mut each: impl FnMut(u32, f32)) {
        for (range, worth) in &reach.ranges {
            let postings = self.postings.get(range.clone()).unwrap_or_default();
            let size = postings.len().min(*left);
            *left -= size;
            for &text in postings.iter().take(size) {
                each(text, *worth);
            }
        }
    }

    /// A cheap guess at the score. Texts that may be the whole query come before all others.
    fn promise(&self, query: &Query<'_>, text: u32, hit: Hit) -> f32 {
        let Some(text) = self.texts.get(text as usize) else {
            return 0.0;
        };
        let share = hit.words.count_ones() as f32 / f32::from(text.words.max(1));
        let promise = hit.worth * text.strength * (0.5 + 0.5 * share.min(1.0).sqrt());
        let all = hit.exact.count_ones() as usize == query.words.len();
        let may_be_whole = all && (!query.whole || usize::from(text.words) == query.sequence.len());
        promise + if may_be_whole { 1.0e6 } else { 0.0 }
    }
}

impl NameMatch {
    /// Whether this is the better match of the same entity. The numbers only make sure that the
    /// same search always answers the same.
    fn before(&self, other: &NameMatch) -> bool {
        other
            .score
            .total_cmp(&self.score)
            .then_with(|| (self.field, self.value).cmp(&(other.field, other.value)))
            .is_lt()
    }
}

impl Query<'_> {
    /// How many words a match must have.
    pub(super) fn needed(&self) -> usize {
        let words = self.words.len();
        if words <= 3 { words } else { words - words / 3 }
    }

    /// Allows errors in the longest words; whether that changed anything.
    fn allow_typos(&mut self, limit: usize) -> bool {
        self.allow_typos_of(limit, |_, _| true)
    }

    fn allow_typos_of(&mut self, limit: usize, wanted: impl Fn(usize, &QueryWord) -> bool) -> bool {
        let longest: BTreeSet<(Reverse<usize>, usize)> = self
            .words
            .iter()
            .enumerate()
            .filter(|(place, word)| wanted(*place, word))
            .map(|(place, word)| (Reverse(word.folded.len()), place))
            .collect();
        let mut changed = false;
        for (_, place) in longest.into_iter().take(limit) {
            if let Some(word) = self.words.get_mut(place) {
                let allowed = typos::allowed(word.folded.chars().count());
                changed |= allowed > word.typos;
                word.typos = word.typos.max(allowed);
            }
        }
        changed
    }
}

struct Candidate {
    text: u32,
    promise: f32,
}

impl Candidate {
    fn order(&self, other: &Candidate) -> Ordering {
        let by_promise = other.promise.total_cmp(&self.promise);
        by_promise.then_with(|| self.text.cmp(&other.text))
    }
}

type Hits = HashMap<u32, Hit, BuildHasherDefault<TextHasher>>;

/// What was found of the query in one text.
#[derive(Clone, Copy, Default)]
struct Hit {
    /// The words found, as bits.
    words: u16,
    /// Those found as they are.
    exact: u16,
    /// The sum of what they are worth.
    worth: f32,
}

impl Hit {
    /// Counts a word once; its best ranges come first.
    fn add(&mut self, place: usize, word: &QueryWord, worth: f32) {
        let bit = 1 << place;
        if self.words & bit == 0 {
            self.words |= bit;
            self.worth += worth * word.rarity;
            if worth == EXACT {
                self.exact |= bit;
            }
        }
    }
}

/// Texts are numbered from 0, so spreading the bits is all the hashing they need.
#[derive(Default)]
struct TextHasher(u64);

impl Hasher for TextHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u32(u32::from(byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0.rotate_left(5) ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
