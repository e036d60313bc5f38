//! Conditions on a relationship: its far end, its own properties and dates, its evidence.

use crate::graph::Hop;
use crate::graph::filter::claim::some_evidence;
use crate::graph::filter::value::{all_fit, all_fit_date};
use crate::graph::filter::{
    Choice, EvidenceFilter, Filter, Ids, Quantifier, StatedAs, Test, counted,
};
use crate::graph::records::{ClaimIndex, EntityIndex, Version};
use crate::graph::view::{Stating, View};
use crate::graph::walk::{Budget, OverBudget};
use crate::model::claim::Until;
use crate::model::ontology::PropertyIndex;
use crate::model::value::Value;

/// A condition on a relationship.
#[derive(Debug, Clone)]
pub enum LinkFilter {
    /// All must hold.
    All(Vec<LinkFilter>),
    /// At least one must hold.
    Any(Vec<LinkFilter>),
    /// It must not hold.
    Not(Box<LinkFilter>),
    /// The entity at the far end fits.
    Node(Box<Filter>),
    /// What one of its own parts says fits.
    Part {
        /// Which part.
        part: LinkPart,
        /// Whether any standing claim will do, or the winner alone.
        any: bool,
        /// What it has to fit, all of it.
        tests: Vec<Test>,
    },
    /// The entity that one of its properties names fits.
    Entity(PropertyIndex, Box<Filter>),
    /// What it says of one of its parts at all.
    Stated {
        /// Which part.
        part: LinkPart,
        /// Whether any standing claim will do, or the winner alone.
        any: bool,
        /// What it may say.
        choice: Choice<StatedAs>,
    },
    /// At least one piece of evidence for it, whichever standing claim rests on it, fits.
    Evidence(EvidenceFilter),
}

/// What a relationship says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPart {
    /// One of its properties.
    Property(PropertyIndex),
    /// When it began to hold.
    Since,
    /// When it ceased to hold.
    Until,
}

impl LinkFilter {
    /// All of several filters must hold; those that cost least are looked at first.
    #[must_use]
    pub fn all(mut filters: Vec<Self>) -> Self {
        if filters.len() == 1 {
            return filters.remove(0);
        }
        filters.sort_by_key(Self::cost);
        Self::All(filters)
    }

    /// What it costs to look at a relationship, roughly.
    pub(super) fn cost(&self) -> u32 {
        match self {
            Self::All(filters) | Self::Any(filters) => {
                filters.iter().map(Self::cost).max().unwrap_or(0)
            }
            Self::Not(filter) => filter.cost(),
            Self::Node(filter) => filter.cost(),
            Self::Part { .. } | Self::Stated { .. } => 1,
            Self::Entity(_, filter) => 1 + filter.cost(),
            Self::Evidence(_) => 4,
        }
    }

    pub(super) fn each_ids(&mut self, visit: &mut dyn FnMut(&mut Ids)) {
        match self {
            Self::All(filters) | Self::Any(filters) => {
                for filter in filters {
                    filter.each_ids(visit);
                }
            }
            Self::Not(filter) => filter.each_ids(visit),
            Self::Node(filter) | Self::Entity(_, filter) => filter.each_ids(visit),
            Self::Evidence(filter) => filter.each_ids(visit),
            Self::Part { .. } | Self::Stated { .. } => {}
        }
    }

    /// The entities one of which must stand at the far end, where ids name them.
    pub(super) fn far_ids(&self) -> Option<&[(EntityIndex, Version)]> {
        match self {
            Self::All(links) => links.iter().find_map(Self::far_ids),
            Self::Node(filter) => filter.ids(),
            _ => None,
        }
    }

    /// Whether a relationship fits.
    ///
    /// # Errors
    /// When what has to be looked at passes the budget.
    pub fn fits(&self, view: &View, hop: Hop, budget: &mut Budget) -> Result<bool, OverBudget> {
        Ok(match self {
            Self::All(filters) => {
                let fits = filters.iter().map(|filter| filter.fits(view, hop, budget));
                counted(Quantifier::All, fits)?
            }
            Self::Any(filters) => {
                let fits = filters.iter().map(|filter| filter.fits(view, hop, budget));
                counted(Quantifier::Some, fits)?
            }
            Self::Not(filter) => !filter.fits(view, hop, budget)?,
            Self::Node(filter) => filter.fits(view, hop.entity, budget)?,
            Self::Part { part, any, tests } => {
                some_claim(view, hop, *any, |claim| part.fits(view, claim, tests))
            }
            Self::Entity(property, filter) => match view.edge_value(hop.relationship, *property) {
                Some(Value::Entity(id)) => match view.entity(id.as_str()) {
                    Some(entity) => filter.fits(view, entity, budget)?,
                    None => false,
                },
                _ => false,
            },
            Self::Stated { part, any, choice } => some_claim(view, hop, *any, |claim| {
                choice.fits(&part.stated(view, claim))
            }),
            Self::Evidence(filter) => {
                for claim in view.standing_relationship(hop.relationship) {
                    if some_evidence(view, claim, filter, budget)? {
                        return Ok(true);
                    }
                }
                false
            }
        })
    }
}

fn some_claim(view: &View, hop: Hop, any: bool, fits: impl FnMut(ClaimIndex) -> bool) -> bool {
    let mut fits = fits;
    if any {
        let claims = view.standing_relationship(hop.relationship);
        return claims.into_iter().any(fits);
    }
    view.relationship_winner(hop.relationship)
        .is_some_and(&mut fits)
}

impl LinkPart {
    fn value(self, view: &View, claim: ClaimIndex) -> Option<&Value> {
        let (Self::Property(property), Stating::Edge(properties)) =
            (self, view.graph().stating(claim))
        else {
            return None;
        };
        let found = properties.iter().find(|(index, _)| *index == property);
        found.map(|(_, value)| value)
    }

    fn fits(self, view: &View, claim: ClaimIndex, tests: &[Test]) -> bool {
        match self {
            Self::Property(_) => self
                .value(view, claim)
                .is_some_and(|value| all_fit(tests, value)),
            Self::Since => view
                .since(claim)
                .is_some_and(|date| all_fit_date(tests, date)),
            Self::Until => {
                matches!(view.until(claim), Some(Until::Date(date)) if all_fit_date(tests, date))
            }
        }
    }

    fn stated(self, view: &View, claim: ClaimIndex) -> StatedAs {
        let is_stated = match self {
            Self::Property(_) => self.value(view, claim).is_some(),
            Self::Since => view.since(claim).is_some(),
            Self::Until => match view.until(claim) {
                // A source says that there is no end.
                Some(Until::StillHolds) => return StatedAs::None,
                until => until.is_some(),
            },
        };
        if is_stated {
            StatedAs::Value
        } else {
            StatedAs::NotStated
        }
    }
}
