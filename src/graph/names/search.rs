//! From a query to ranked matches, step by step: what was typed, then what may have been meant.

use super::build::NameIndex;
use super::fold::Script;
use super::lookup::{Lenience, Reach};
use super::query::{Query, Words};
use super::rank::Best;
use super::readings::{as_typed, readings};
use super::score::Searched;
use super::{Explanation, NameMatch, Quotes, SearchOptions};
use crate::graph::walk::{Budget, OverBudget};

/// How many words of a query may have typing errors, the longest first.
const FUZZY_WORDS: usize = 6;

/// What is searched. Each list is one set of texts: what was sealed, and what came since.
#[derive(Debug, Clone, Default)]
pub struct Texts<'i> {
    /// Names and other texts of entities.
    pub names: Vec<&'i NameIndex>,
    /// What sources say about them.
    pub quotes: Vec<&'i NameIndex>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found<'i> {
    /// The best first; equal ones in the order of their entities' numbers. Each entity once.
    pub matches: Vec<NameMatch>,
    pass: Option<Pass<'i>>,
}

/// How far a try looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// For words as they are; for errors and sounds where nothing has them.
    AsTyped,
    /// For errors, sounds and initials of all words.
    Further,
    /// For some of the words, or for each somewhere else: then more would find something in anything.
    InPieces,
}

/// One try: the query, and where each of its words is found.
#[derive(Debug)]
pub(super) struct Pass<'i> {
    pub(super) query: Query,
    pub(super) searched: Vec<Searched<'i>>,
}

impl<'i> Found<'i> {
    fn of(best: Best, pass: Pass<'i>) -> Self {
        Self {
            matches: best.matches,
            pass: Some(pass),
        }
    }

    /// Why one of the matches was found.
    pub fn explain(&self, found: &NameMatch) -> Option<Explanation<'_>> {
        let pass = self.pass.as_ref()?;
        let (number, text) = found.at;
        let searched = pass.searched.get(number)?;
        Some(searched.explain(&pass.query, text, found.several))
    }
}

/// The entities that the text most likely means.
///
/// Of the text the first 256 characters and 16 words are used. Up to three words must all be found in one text, of
/// more two thirds; what stands in quotation marks must be there word for word. A step that looks further is taken
/// only where those before it found nothing:
///
/// 1. words as typed, the last one and single letters as prefixes; typing errors and other ways of writing in words
///    that no text has,
/// 2. the same with initials one by one,
/// 3. typing errors and other ways of writing in all words, and quotes; then also two words as one,
/// 4. words in several texts of one entity,
/// 5. of three words two.
///
/// # Errors
/// When more has to be read than the budget allows.
pub fn search<'i>(
    texts: &Texts<'i>,
    text: &str,
    options: &SearchOptions<'_>,
    budget: &mut Budget,
) -> Result<Found<'i>, OverBudget> {
    if options.limit == 0 {
        return Ok(Found::default());
    }
    let mut indexes = texts.names.clone();
    if options.quotes == Quotes::Always {
        indexes.extend(&texts.quotes);
    }
    let Some(words) = Words::of(text) else {
        return Ok(Found::default());
    };
    let searched = indexes.clone();
    let known = |word: &str| searched.iter().any(|index| index.word(word).is_some());
    let mut best = Best::new(options.limit);
    let as_written = readings(&words, &known).filter(|query| !query.joined);
    let found = first_found(
        as_written,
        &indexes,
        options,
        Look::AsTyped,
        &mut best,
        budget,
    )?;
    if let Some(pass) = found {
        return Ok(Found::of(best, pass));
    }
    if options.quotes == Quotes::Else {
        indexes.extend(&texts.quotes);
    }
    let all = readings(&words, &known);
    let found = first_found(all, &indexes, options, Look::Further, &mut best, budget)?;
    if let Some(pass) = found {
        return Ok(Found::of(best, pass));
    }
    let typed = as_typed(&words, &known);
    let mut pass = Pass::of(typed, &indexes, options, Look::InPieces);
    pass.several(options, &mut best, budget)?;
    if !best.matches.is_empty() {
        // Each text has some of the words.
        pass.query.needed = 1;
    } else if pass.query.need_less() {
        pass.rank(options, &mut best, budget)?;
    }
    Ok(Found::of(best, pass))
}

/// Offers what the first of the readings finds that finds anything.
fn first_found<'i>(
    readings: impl Iterator<Item = Query>,
    indexes: &[&'i NameIndex],
    options: &SearchOptions<'_>,
    look: Look,
    best: &mut Best,
    budget: &mut Budget,
) -> Result<Option<Pass<'i>>, OverBudget> {
    for query in readings {
        let pass = Pass::of(query, indexes, options, look);
        pass.rank(options, best, budget)?;
        if !best.matches.is_empty() {
            return Ok(Some(pass));
        }
    }
    Ok(None)
}

impl<'i> Pass<'i> {
    /// Looks the words of a query up.
    fn of(
        mut query: Query,
        indexes: &[&'i NameIndex],
        options: &SearchOptions<'_>,
        look: Look,
    ) -> Self {
        let strict = Lenience {
            typos: false,
            sounds: false,
            initials: false,
        };
        let reach = |index: &&'i NameIndex| Searched {
            reaches: query
                .words
                .iter()
                .map(|word| index.reach(word, strict))
                .collect(),
            index,
        };
        let mut searched: Vec<Searched<'i>> = indexes.iter().map(reach).collect();
        let exact = |searched: &[Searched<'_>], word: usize| -> usize {
            sum(searched, word, |reach| reach.exact_texts)
        };
        let mut doubtful: Vec<usize> = (0..query.words.len()).collect();
        // That a word of another script is found letter for letter may be chance.
        let foreign = |word: usize| {
            let asked = query.words.get(word);
            asked.is_some_and(|asked| asked.script != Script::Latin)
        };
        let known: Vec<bool> = (0..query.words.len())
            .map(|word| exact(&searched, word) > 0)
            .collect();
        let known = |word: usize| known.get(word) == Some(&true);
        doubtful.retain(|word| look != Look::AsTyped || foreign(*word) || !known(*word));
        doubtful.sort_by_key(|word| {
            let letters = query.words.get(*word).map_or(0, |word| word.folded.len());
            std::cmp::Reverse(letters)
        });
        for word in doubtful.into_iter().take(FUZZY_WORDS) {
            let Some(asked) = query.words.get(word).filter(|asked| !asked.fixed) else {
                continue;
            };
            let lenience = Lenience {
                typos: options.fuzzy && (look != Look::AsTyped || !known(word)),
                sounds: match look {
                    Look::InPieces => false,
                    _ if asked.script != Script::Latin => options.transliterate,
                    Look::AsTyped => false,
                    Look::Further => options.fuzzy && !query.joined,
                },
                initials: options.fuzzy && look == Look::Further && query.words.len() > 1,
            };
            for searched in &mut searched {
                let reach = searched.index.reach(asked, lenience);
                if let Some(slot) = searched.reaches.get_mut(word) {
                    *slot = reach;
                }
            }
        }
        let all: usize = indexes.iter().map(|index| index.len()).sum();
        for (word, asked) in query.words.iter_mut().enumerate() {
            let exact = exact(&searched, word);
            let texts = if exact > 0 {
                exact
            } else {
                sum(&searched, word, |reach| reach.postings)
            };
            asked.rarity = (1.0 + all as f32 / (1.0 + texts as f32)).ln() + 0.1;
        }
        Self { query, searched }
    }

    /// Offers the best texts of all indexes.
    fn rank(
        &self,
        options: &SearchOptions<'_>,
        best: &mut Best,
        budget: &mut Budget,
    ) -> Result<(), OverBudget> {
        for (number, searched) in self.searched.iter().enumerate() {
            searched.rank(&self.query, number, options, best, budget)?;
        }
        Ok(())
    }

    /// How many texts may have a word.
    pub(super) fn postings(&self, word: usize) -> usize {
        sum(&self.searched, word, |reach| reach.postings)
    }
}

fn sum(searched: &[Searched<'_>], word: usize, count: impl Fn(&Reach) -> usize) -> usize {
    let reaches = searched
        .iter()
        .filter_map(|searched| searched.reaches.get(word));
    reaches.map(count).sum()
}
