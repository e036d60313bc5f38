//! Conditions on a piece of evidence.

use crate::graph::filter::value::texts_fit;
use crate::graph::filter::{Choice, Filter, Ids, Quantifier, TextTest, counted};
use crate::graph::view::{EvidenceView, View};
use crate::graph::walk::{Budget, OverBudget};
use crate::model::claim::{Flag, Modality, Stance};

/// A condition on a piece of evidence.
#[derive(Debug, Clone)]
pub enum EvidenceFilter {
    /// All must hold.
    All(Vec<EvidenceFilter>),
    /// At least one must hold.
    Any(Vec<EvidenceFilter>),
    /// It must not hold.
    Not(Box<EvidenceFilter>),
    /// The source fits.
    Source(Box<Filter>),
    /// It has one of these flags; negated, it has none of them.
    Flag(Choice<Flag>),
    /// How the source knows.
    Modality(Choice<Modality>),
    /// Whether it speaks for the claim or against it.
    Stance(Choice<Stance>),
    /// The words of the passage fit.
    Quote(Vec<TextTest>),
    /// The source's own wording of the value fits.
    AsStated(Vec<TextTest>),
    /// The entity to whom the source attributes it fits.
    AttributedTo(Box<Filter>),
}

impl EvidenceFilter {
    pub(super) fn each_ids(&mut self, visit: &mut dyn FnMut(&mut Ids)) {
        match self {
            Self::All(filters) | Self::Any(filters) => {
                for filter in filters {
                    filter.each_ids(visit);
                }
            }
            Self::Not(filter) => filter.each_ids(visit),
            Self::Source(filter) | Self::AttributedTo(filter) => filter.each_ids(visit),
            Self::Flag(_)
            | Self::Modality(_)
            | Self::Stance(_)
            | Self::Quote(_)
            | Self::AsStated(_) => {}
        }
    }

    /// Whether a piece of evidence fits.
    ///
    /// # Errors
    /// When what has to be looked at passes the budget.
    pub fn fits(
        &self,
        view: &View,
        shown: EvidenceView<'_>,
        budget: &mut Budget,
    ) -> Result<bool, OverBudget> {
        let evidence = shown.evidence;
        Ok(match self {
            Self::All(filters) => {
                let fits = filters
                    .iter()
                    .map(|filter| filter.fits(view, shown, budget));
                counted(Quantifier::All, fits)?
            }
            Self::Any(filters) => {
                let fits = filters
                    .iter()
                    .map(|filter| filter.fits(view, shown, budget));
                counted(Quantifier::Some, fits)?
            }
            Self::Not(filter) => !filter.fits(view, shown, budget)?,
            Self::Source(filter) => filter.fits(view, shown.source, budget)?,
            Self::Flag(Choice { one_of, negated }) => {
                evidence.flags.iter().any(|flag| one_of.contains(flag)) != *negated
            }
            Self::Modality(choice) => choice.fits(&evidence.modality),
            Self::Stance(choice) => choice.fits(&evidence.stance),
            Self::Quote(tests) => {
                let quote = evidence.quote.as_ref();
                texts_fit(tests, quote.map(|quote| quote.exact.as_str()))
            }
            Self::AsStated(tests) => texts_fit(tests, evidence.as_stated.as_deref()),
            Self::AttributedTo(filter) => match shown.attributed_to {
                Some(entity) => filter.fits(view, entity, budget)?,
                None => false,
            },
        })
    }
}
