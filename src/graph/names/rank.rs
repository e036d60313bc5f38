//! The best texts of an index.
//!
//! Texts are numbered from the best to the worst as far as that can be told without a query (see [`NameIndex`]), and
//! the texts of each word are listed in that order. The lists are read side by side from the start. Once there are as
//! many matches as are wanted, the worst of them is a threshold: a stretch of texts whose best possible score is below
//! it is passed over, and texts are only looked for in the lists of words without which they could not reach it. That
//! is what the literature calls MaxScore. Nothing is lost: what is left out could not have been among the best.
//!
//! [`NameIndex`]: super::NameIndex

use std::borrow::Cow;

use super::build::Stretch;
use super::query::Query;
use super::score::Searched;
use super::{NameMatch, SearchOptions, TextOf};
use crate::graph::walk::{Budget, OverBudget};

/// The lists of words that more texts have are not read: whether a text has the word is seen in the text.
const LISTED_POSTINGS: usize = 4096;

/// The best matches, each entity once, by the best of its texts.
#[derive(Debug)]
pub(super) struct Best {
    limit: usize,
    pub(super) matches: Vec<NameMatch>,
}

impl Best {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            matches: Vec::new(),
        }
    }

    /// The worst match, once there are as many as are wanted.
    fn worst(&self) -> Option<&NameMatch> {
        let last = self.limit.checked_sub(1)?;
        self.matches.get(last)
    }

    /// Whether a match of this place would be among the best.
    fn takes(&self, place: Standing) -> bool {
        self.worst()
            .is_none_or(|worst| place.is_before(&Standing::of(worst)))
    }

    pub(super) fn offer(&mut self, found: NameMatch) {
        let of_entity = |known: &NameMatch| known.entity == found.entity;
        let place = Standing::of(&found);
        if let Some(at) = self.matches.iter().position(of_entity) {
            let known = self.matches.get(at);
            if known.is_some_and(|known| !place.is_before(&Standing::of(known))) {
                return;
            }
            self.matches.remove(at);
        }
        let at = self
            .matches
            .partition_point(|known| !place.is_before(&Standing::of(known)));
        self.matches.insert(at, found);
        self.matches.truncate(self.limit);
    }
}

/// Where a match comes among others: by score, among equals the more prominent entity, then the one that was there
/// first.
#[derive(Debug, Clone, Copy)]
struct Standing {
    score: f32,
    prominence: u8,
    entity: u32,
}

impl Standing {
    fn of(found: &NameMatch) -> Self {
        Self {
            score: found.score,
            prominence: found.prominence,
            entity: found.entity,
        }
    }

    fn is_before(&self, other: &Self) -> bool {
        let by_score = other.score.total_cmp(&self.score);
        by_score
            .then(other.prominence.cmp(&self.prominence))
            .then(self.entity.cmp(&other.entity))
            .is_lt()
    }
}

/// The texts of a word, read from the start.
struct Cursor<'i> {
    /// Not read where too many texts have the word.
    texts: Option<Cow<'i, [u32]>>,
    at: usize,
}

impl Cursor<'_> {
    /// The first text from `floor` on. `floor` never falls.
    fn seek(&mut self, floor: u32) -> Option<u32> {
        let texts = self.texts.as_deref()?.get(self.at..)?;
        let mut step = 1;
        // Twice as far each time, then back by halves: near ones are found at once, far ones in few steps.
        while texts.get(step).is_some_and(|text| *text < floor) {
            step *= 2;
        }
        let near = texts.get(step / 2..texts.len().min(step + 1))?;
        self.at += step / 2 + near.partition_point(|text| *text < floor);
        self.texts.as_deref()?.get(self.at).copied()
    }
}

impl<'i> Searched<'i> {
    /// Offers the best texts.
    ///
    /// # Errors
    /// When more has to be read than the budget allows.
    pub(super) fn rank(
        &self,
        query: &Query,
        number: usize,
        options: &SearchOptions<'_>,
        best: &mut Best,
        budget: &mut Budget,
    ) -> Result<(), OverBudget> {
        let mut order: Vec<usize> = (0..self.reaches.len()).collect();
        let postings = |word: &usize| self.reaches.get(*word).map_or(0, |reach| reach.postings);
        order.sort_by_key(postings);
        // A text that has none of so many words has too few of the others.
        let needs_one_of = self.reaches.len() + 1 - query.needed;
        let read = |(place, word): (usize, &usize)| {
            let reach = self.reaches.get(*word)?;
            let listed = place < needs_one_of || reach.postings <= LISTED_POSTINGS;
            listed.then(|| self.index.texts_of(reach))
        };
        let mut cursors: Vec<Cursor<'i>> = order
            .iter()
            .enumerate()
            .map(|(place, word)| Cursor {
                texts: read((place, word)),
                at: 0,
            })
            .collect();
        let prepared = order.iter().take(needs_one_of).map(postings).sum::<usize>() / 64;
        budget.spend(prepared as u64)?;

        let stretches = &self.index.stretches;
        let (mut place, mut floor) = (0, 0);
        // They hold for a stretch and a threshold, which most texts share with the one before.
        let mut reckoned = None;
        while let Some(stretch) = stretches.get(place) {
            let end = stretches
                .get(place + 1)
                .map_or(self.index.texts.len() as u32, |next| next.first);
            floor = floor.max(stretch.first);
            let next_strength =
                || stretches.partition_point(|other| other.strength >= stretch.strength);
            let worst = best.worst().map(Standing::of);
            let of_stretch = |found: &NameMatch| {
                found.at.0 == number && (stretch.first..end).contains(&found.at.1)
            };
            // What follows in its own stretch comes behind it, unless it scores more.
            let is_passed = best.worst().is_some_and(of_stretch);
            let of = (place, worst.map(|worst| worst.score), is_passed);
            if reckoned.is_none_or(|(known, _)| known != of) {
                let is_low = |bound: f32| {
                    worst.is_some_and(|worst| {
                        bound < worst.score || (is_passed && bound == worst.score)
                    })
                };
                let limits = self.limits(query, stretch, &order, is_low);
                reckoned = Some((of, limits));
            }
            let Some((_, Limits { bound, essential })) = reckoned else {
                break;
            };
            if worst.is_some_and(|worst| bound < worst.score) {
                // Longer texts can only be worse, unless they are the whole query.
                let longer = usize::from(stretch.letters) >= query.letters();
                place = if longer { next_strength() } else { place + 1 };
                continue;
            }
            let heads = cursors.iter_mut().take(essential);
            let Some(text) = heads.filter_map(|cursor| cursor.seek(floor)).min() else {
                place = next_strength();
                continue;
            };
            if text >= end {
                let of_text = stretches.partition_point(|other| other.first <= text) - 1;
                place = of_text.min(next_strength());
                continue;
            }
            floor = text + 1;
            budget.spend(1)?;
            // Most texts lack a word: they are passed over unread, unless all that follow can be.
            let is_tied = worst.is_some_and(|worst| bound == worst.score);
            if !is_tied && !may_have(&mut cursors, query.needed, text) {
                continue;
            }
            let Some(held) = self.index.texts.get(text as usize) else {
                break;
            };
            // Within a stretch the prominent come first, so that none that follows comes before the worst.
            let most = Standing {
                score: bound,
                prominence: held.prominence,
                entity: held.entity,
            };
            if is_tied && worst.is_some_and(|worst| worst.is_before(&most)) {
                floor = end;
                place += 1;
                continue;
            }
            if is_tied && !may_have(&mut cursors, query.needed, text) {
                continue;
            }
            let Some(places) = self.places(query, text) else {
                continue;
            };
            let score = self.score(query, text, stretch, &places);
            if !best.takes(Standing { score, ..most })
                || (!options.transliterate && !self.in_script(query, text, &places))
                || !(options.accept)(TextOf::from(held))
            {
                continue;
            }
            best.offer(NameMatch {
                entity: held.entity,
                field: held.field,
                value: held.value,
                score,
                prominence: held.prominence,
                several: false,
                at: (number, text),
            });
        }
        Ok(())
    }
}

/// What the texts of a stretch can reach.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// The best score.
    bound: f32,
    /// Of how many words, the rarest, a text has to have one, to be good enough.
    essential: usize,
}

impl Searched<'_> {
    fn limits(
        &self,
        query: &Query,
        stretch: &Stretch,
        order: &[usize],
        is_low: impl Fn(f32) -> bool,
    ) -> Limits {
        let most = order.len() + 1 - query.needed;
        let is_enough = |count: &usize| {
            let without = order.get(..*count).unwrap_or_default();
            is_low(self.bound(query, stretch, without))
        };
        Limits {
            bound: self.bound(query, stretch, &[]),
            essential: (1..most).find(is_enough).unwrap_or(most),
        }
    }
}

/// Whether a text has enough words, as far as the lists tell.
fn may_have(cursors: &mut [Cursor<'_>], needed: usize, text: u32) -> bool {
    let mut may_miss = cursors.len() - needed;
    for cursor in cursors {
        if cursor.texts.is_some() && cursor.seek(text) != Some(text) {
            if may_miss == 0 {
                return false;
            }
            may_miss -= 1;
        }
    }
    true
}
