//! Search over a view.

use crate::graph::names::{
    self, Explanation, Found, NameMatch, Quotes, SearchOptions, TextOf, Texts,
};
use crate::graph::records::{ClaimIndex, EntityIndex};
use crate::graph::searched::{QUOTE, Searched};
use crate::graph::view::View;
use crate::graph::walk::{Budget, OverBudget};
use crate::model::claim::{Flag, Rank};
use crate::model::ontology::{PropertyIndex, TypeIndex};

/// What is searched for, and how.
#[derive(Debug, Clone)]
pub struct Search {
    /// The words.
    pub text: String,
    /// Only entities of these types.
    pub types: Option<Vec<TypeIndex>>,
    /// Whether typing errors are looked through.
    pub fuzzy: bool,
    /// Whether words of one script find those of another.
    pub transliterate: bool,
    /// Whether quotes are searched.
    pub quotes: Quotes,
}

/// One of the matches of a search.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'m> {
    /// All of them.
    pub found: &'m Found<'m>,
    /// This one.
    pub matched: &'m NameMatch,
}

/// A match as it is shown.
#[derive(Debug)]
pub struct Shown<'m> {
    /// The property that has the text; none if a quote has it.
    pub property: Option<PropertyIndex>,
    /// The text, why it was found, and where.
    pub explanation: Explanation<'m>,
    /// The claim that gives it.
    pub claim: ClaimIndex,
    /// Whether the source misspells it.
    pub misspelled: bool,
}

impl View {
    /// What goes by these words, best first, at most `limit`. Texts that this view does not show are not found, and
    /// those that are deprecated are not either.
    ///
    /// # Errors
    /// When more texts have to be read than the budget allows.
    pub fn search(
        &self,
        search: &Search,
        limit: usize,
        budget: &mut Budget,
    ) -> Result<Found<'_>, OverBudget> {
        let accept = |text: TextOf<'_>| {
            let entity = EntityIndex::from_number(text.entity);
            let types = search.types.as_ref();
            types.is_none_or(|types| types.contains(&self.type_of(entity)))
                && self.has(entity)
                && self
                    .stated_by(text.field, text.value, entity, text.text)
                    .is_some()
        };
        let options = SearchOptions {
            fuzzy: search.fuzzy,
            transliterate: search.transliterate,
            quotes: search.quotes,
            limit,
            accept: &accept,
        };
        let graph = self.graph();
        let recent = graph.recent.searched.indexes(graph);
        let all = || -> Vec<&Searched> {
            let recent = recent.iter().map(|segment| &segment.searched);
            std::iter::once(&graph.sealed.searched)
                .chain(recent)
                .collect()
        };
        let texts = Texts {
            names: all().into_iter().map(|searched| &searched.names).collect(),
            quotes: all().into_iter().map(|searched| &searched.quotes).collect(),
        };
        names::search(&texts, &search.text, &options, budget)
    }

    /// What there is to say of a match.
    #[must_use]
    pub fn explain<'m>(&self, hit: Hit<'m>) -> Option<Shown<'m>> {
        let NameMatch {
            entity,
            field,
            value,
            ..
        } = *hit.matched;
        let explanation = hit.found.explain(hit.matched)?;
        let entity = EntityIndex::from_number(entity);
        let claim = self.stated_by(field, value, entity, explanation.text)?;
        let property = (field != QUOTE).then_some(PropertyIndex(field));
        let misspelled = property.is_some()
            && self
                .evidence(claim)
                .any(|shown| shown.evidence.flags.contains(&Flag::Misspelled));
        Some(Shown {
            property,
            explanation,
            claim,
            misspelled,
        })
    }

    /// The claim that gives a text in this view. A quote may support several claims on an entity.
    fn stated_by(
        &self,
        field: u16,
        claim: u32,
        entity: EntityIndex,
        text: &str,
    ) -> Option<ClaimIndex> {
        let stands =
            |claim: &ClaimIndex| self.sees(*claim) && self.rank(*claim).0 != Rank::Deprecated;
        let claim = ClaimIndex::from_number(claim);
        if field != QUOTE {
            return Some(claim).filter(stands);
        }
        let quotes = |claim: &ClaimIndex| {
            self.evidence(*claim).any(|shown| {
                let quote = shown.evidence.quote.as_ref();
                // Of a very long one the index has the start.
                quote.is_some_and(|quote| quote.exact.starts_with(text))
            })
        };
        let gives = |claim: &ClaimIndex| stands(claim) && quotes(claim);
        if gives(&claim) {
            return Some(claim);
        }
        self.claims(entity).into_iter().find(gives)
    }
}
