//! Conditions on a claim.

use crate::graph::filter::{
    Choice, Compare, EvidenceFilter, Ids, Properties, Quantifier, StatedAs, counted,
};
use crate::graph::records::{About, ClaimIndex};
use crate::graph::view::{Stating, View};
use crate::graph::walk::{Budget, OverBudget};
use crate::model::claim::Rank;
use crate::model::ontology::RelationshipTypeIndex;

/// A condition on a claim.
#[derive(Debug, Clone)]
pub enum ClaimFilter {
    /// All must hold.
    All(Vec<ClaimFilter>),
    /// At least one must hold.
    Any(Vec<ClaimFilter>),
    /// It must not hold.
    Not(Box<ClaimFilter>),
    /// Its rank.
    Rank(Choice<Rank>),
    /// Whether it states a value.
    Stated(Choice<StatedAs>),
    /// It states one of these properties.
    Property(Properties),
    /// It states a relationship of one of these types, or of none of them.
    Relationship(Choice<RelationshipTypeIndex>),
    /// When it was recorded, in microseconds.
    Recorded(Vec<Compare<i64>>),
    /// At least one piece of its evidence fits.
    Evidence(EvidenceFilter),
}

impl ClaimFilter {
    pub(super) fn each_ids(&mut self, visit: &mut dyn FnMut(&mut Ids)) {
        match self {
            Self::All(filters) | Self::Any(filters) => {
                for filter in filters {
                    filter.each_ids(visit);
                }
            }
            Self::Not(filter) => filter.each_ids(visit),
            Self::Evidence(filter) => filter.each_ids(visit),
            Self::Rank(_)
            | Self::Stated(_)
            | Self::Property(_)
            | Self::Relationship(_)
            | Self::Recorded(_) => {}
        }
    }

    /// Whether a claim fits.
    ///
    /// # Errors
    /// When what has to be looked at passes the budget.
    pub fn fits(
        &self,
        view: &View,
        claim: ClaimIndex,
        budget: &mut Budget,
    ) -> Result<bool, OverBudget> {
        budget.spend(1)?;
        let graph = view.graph();
        Ok(match self {
            Self::All(filters) => {
                let fits = filters
                    .iter()
                    .map(|filter| filter.fits(view, claim, budget));
                counted(Quantifier::All, fits)?
            }
            Self::Any(filters) => {
                let fits = filters
                    .iter()
                    .map(|filter| filter.fits(view, claim, budget));
                counted(Quantifier::Some, fits)?
            }
            Self::Not(filter) => !filter.fits(view, claim, budget)?,
            Self::Rank(choice) => choice.fits(&view.rank(claim).0),
            Self::Stated(choice) => choice.fits(&match graph.stating(claim) {
                Stating::None => StatedAs::None,
                Stating::Unknown => StatedAs::Unknown,
                Stating::Value(_) | Stating::Edge(_) => StatedAs::Value,
            }),
            Self::Property(properties) => match graph.about(claim) {
                (subject, About::Property(property)) => {
                    properties.contain(view.type_of(subject), property)
                }
                _ => false,
            },
            Self::Relationship(choice) => match graph.about(claim).1 {
                About::Relationship(relationship) => {
                    choice.fits(&view.relationship(relationship).0)
                }
                About::Property(_) => false,
            },
            Self::Recorded(tests) => {
                graph
                    .transaction(graph.recorded(claim))
                    .is_some_and(|transaction| {
                        let moment = transaction.recorded_at.microseconds();
                        tests.iter().all(|test| test.fits(&moment))
                    })
            }
            Self::Evidence(filter) => some_evidence(view, claim, filter, budget)?,
        })
    }
}

/// Whether at least one piece of a claim's evidence fits.
pub(super) fn some_evidence(
    view: &View,
    claim: ClaimIndex,
    filter: &EvidenceFilter,
    budget: &mut Budget,
) -> Result<bool, OverBudget> {
    for shown in view.evidence(claim) {
        budget.spend(1)?;
        if filter.fits(view, shown, budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}
