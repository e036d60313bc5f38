//! Entities whose texts together have what no single one has.

use std::collections::HashMap;

use super::rank::Best;
use super::search::Pass;
use super::{NameMatch, SearchOptions, TextOf};
use crate::graph::walk::{Budget, OverBudget};

/// The best score of such a match: below that of any single text that has all the words.
const BEST: f32 = 0.1;

/// A word of the query in a text: which word, which index, which text.
type Hit = (usize, usize, u32);

impl Pass<'_> {
    /// Offers the entities whose texts together have the words.
    ///
    /// # Errors
    /// When more has to be read than the budget allows.
    pub(super) fn several(
        &self,
        options: &SearchOptions<'_>,
        best: &mut Best,
        budget: &mut Budget,
    ) -> Result<(), OverBudget> {
        let words = self.query.words.len();
        // The words of a phrase belong together.
        if words < 2 || !self.query.phrases.is_empty() {
            return Ok(());
        }
        let mut order: Vec<usize> = (0..words).collect();
        order.sort_by_key(|word| self.postings(*word));
        let needs_one_of = words + 1 - self.query.needed;
        let mut hits: HashMap<u32, Vec<Hit>> = HashMap::new();
        for (place, word) in order.into_iter().enumerate() {
            for (number, searched) in self.searched.iter().enumerate() {
                let Some(reach) = searched.reaches.get(word) else {
                    continue;
                };
                let texts = searched.index.texts_of(reach);
                budget.spend(texts.len() as u64)?;
                for text in texts.iter() {
                    let Some(held) = searched.index.texts.get(*text as usize) else {
                        continue;
                    };
                    let hit = (word, number, *text);
                    if place < needs_one_of {
                        hits.entry(held.entity).or_default().push(hit);
                    } else if let Some(hits) = hits.get_mut(&held.entity) {
                        hits.push(hit);
                    }
                }
            }
        }
        for (entity, mut hits) in hits {
            hits.sort_unstable();
            let found = hits.chunk_by(|one, other| one.0 == other.0).count();
            if found >= self.query.needed {
                self.together(entity, &hits, options, best);
            }
        }
        Ok(())
    }

    /// Offers one entity, if texts that may be found have enough of the words; it is shown by the one with the most.
    fn together(&self, entity: u32, hits: &[Hit], options: &SearchOptions<'_>, best: &mut Best) {
        let mut texts: Vec<(usize, u32, usize)> = Vec::new();
        let (mut found, mut covered) = (0, 0.0);
        for hits in hits.chunk_by(|one, other| one.0 == other.0) {
            let mut strength = None;
            for &(word, number, text) in hits {
                let Some(searched) = self.searched.get(number) else {
                    continue;
                };
                let known = texts
                    .iter_mut()
                    .find(|known| (known.0, known.1) == (number, text));
                match known {
                    Some(known) => known.2 += 1,
                    None if self.accepts(number, text, options) => texts.push((number, text, 1)),
                    None => continue,
                }
                let stretches = &searched.index.stretches;
                let place = stretches.partition_point(|stretch| stretch.first <= text);
                let of_text = place.checked_sub(1).and_then(|place| stretches.get(place));
                let rarity = self.query.words.get(word).map_or(0.0, |word| word.rarity);
                let worth = of_text.map_or(0.0, |stretch| stretch.strength) * rarity;
                strength = Some(strength.map_or(worth, |before: f32| before.max(worth)));
            }
            found += usize::from(strength.is_some());
            covered += strength.unwrap_or_default();
        }
        let of: f32 = self.query.words.iter().map(|word| word.rarity).sum();
        // Of equals the first, which is the strongest.
        let shown = texts.iter().max_by(|one, other| {
            one.2
                .cmp(&other.2)
                .then((other.0, other.1).cmp(&(one.0, one.1)))
        });
        let held = shown.and_then(|(number, text, _)| {
            let held = self
                .searched
                .get(*number)?
                .index
                .texts
                .get(*text as usize)?;
            Some((held, (*number, *text)))
        });
        let Some((held, at)) = held.filter(|_| found >= self.query.needed) else {
            return;
        };
        best.offer(NameMatch {
            entity,
            field: held.field,
            value: held.value,
            score: BEST * covered / of,
            prominence: held.prominence,
            several: true,
            at,
        });
    }

    fn accepts(&self, number: usize, text: u32, options: &SearchOptions<'_>) -> bool {
        let searched = self.searched.get(number);
        let held = searched.and_then(|searched| searched.index.texts.get(text as usize));
        held.is_some_and(|held| (options.accept)(TextOf::from(held)))
    }
}
