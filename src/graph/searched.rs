//! The texts that are searched: values of properties that the ontology marks, and quotes.
//!
//! Every claim's text is in an index once and stays there, since claims are never removed; a view looks at the claim
//! before it shows the text. So what was indexed stays right, whatever comes: a commit adds texts and changes none.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use crate::graph::Graph;
use crate::graph::claims::Stating;
use crate::graph::names::{NameIndex, NameIndexBuilder};
use crate::graph::records::{About, ClaimIndex, EntityIndex};
use crate::model::claim::Flag;

/// The field of a quote, where other texts have the number of their property.
pub(crate) const QUOTE: u16 = u16::MAX;
/// The weight of a quote: less than a text that is about the entity itself.
const QUOTE_WEIGHT: f32 = 1.0;
/// A misspelling is found, but the right spelling is found first: by so much its weight is less.
const MISSPELLED: f32 = 0.5;

/// An index of some claims' texts.
#[derive(Debug, Default)]
pub(crate) struct Searched {
    pub(crate) names: NameIndex,
    pub(crate) quotes: NameIndex,
}

/// What came since the graph was sealed.
#[derive(Debug, Clone, Default)]
pub(crate) struct RecentSearched {
    /// Claims that are new, or have new evidence.
    claims: Vec<ClaimIndex>,
    /// Indexes that an earlier version has made, over the first of these claims.
    made: Vec<Arc<Segment>>,
    /// The indexes over all of them, made when they are asked for.
    indexes: OnceLock<Vec<Arc<Segment>>>,
}

/// An index over a stretch of the claims.
#[derive(Debug)]
pub(crate) struct Segment {
    from: usize,
    to: usize,
    pub(crate) searched: Searched,
}

impl RecentSearched {
    /// Notes that a claim came, or evidence for it.
    pub(crate) fn push(&mut self, claim: ClaimIndex) {
        if let Some(made) = self.indexes.take() {
            self.made = made;
        }
        if self.claims.last() != Some(&claim) {
            self.claims.push(claim);
        } else if self
            .made
            .last()
            .is_some_and(|last| last.to == self.claims.len())
        {
            // It was indexed without this evidence.
            self.claims.push(claim);
        }
    }

    /// The indexes over all that came. Each version makes only what is new, and joins it with indexes that are no
    /// larger, so that there are few and no claim is indexed often.
    pub(crate) fn indexes(&self, graph: &Graph) -> &[Arc<Segment>] {
        self.indexes.get_or_init(|| {
            let mut made = self.made.clone();
            let to = self.claims.len();
            let mut from = made.last().map_or(0, |last| last.to);
            if from < to {
                while let Some(last) = made.pop_if(|last| last.to - last.from <= to - from) {
                    from = last.from;
                }
                let claims = self.claims.get(from..to).unwrap_or_default();
                let searched = graph.searched(claims.iter().copied());
                made.push(Arc::new(Segment { from, to, searched }));
            }
            made
        })
    }
}

impl Graph {
    /// How much is on record about an entity when its texts are indexed, roughly: each step is twice as much.
    fn prominence(&self, entity: EntityIndex) -> u8 {
        let [shown, _] = &self.sealed.neighbors;
        let relationships = shown.row(entity).len() + 1;
        u8::try_from(relationships.ilog2()).unwrap_or(u8::MAX)
    }

    /// An index over the texts of claims. Texts that no view shows any more are in it too: views of the past find
    /// them.
    pub(crate) fn searched(&self, claims: impl Iterator<Item = ClaimIndex>) -> Searched {
        let mut names = NameIndexBuilder::default();
        let mut quotes = NameIndexBuilder::default();
        let mut seen = HashSet::new();
        for claim in claims {
            let (entity, about) = self.about(claim);
            let links = self.evidence_links(claim);
            let mut evidence = links.map(|(_, record)| record).peekable();
            if let (About::Property(index), Stating::Value(value)) = (about, self.stating(claim)) {
                let declared = self.ontology.entity_type(self.type_of(entity));
                if let Some(weight) = declared.properties[index.place()].search {
                    // By what was recorded with the claim.
                    let misspelled = evidence
                        .peek()
                        .is_some_and(|first| first.evidence.flags.contains(&Flag::Misspelled));
                    #[expect(
                        clippy::cast_precision_loss,
                        reason = "weights are small whole numbers"
                    )]
                    let weight = weight as f32 * if misspelled { MISSPELLED } else { 1.0 };
                    names.add(entity.0, index.0, claim.0, weight, &value.label());
                }
            }
            for found in evidence {
                if let Some(quote) = &found.evidence.quote
                    && seen.insert((entity, quote.exact.as_str()))
                {
                    quotes.add(entity.0, QUOTE, claim.0, QUOTE_WEIGHT, &quote.exact);
                }
            }
        }
        let prominence = |entity: u32| self.prominence(EntityIndex(entity));
        Searched {
            names: names.build_by(prominence),
            quotes: quotes.build_by(prominence),
        }
    }
}
