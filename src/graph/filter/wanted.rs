//! What the items of a list have to fit.

use crate::graph::filter::{ClaimFilter, Filter, Ids, LinkFilter};
use crate::graph::view::View;
use crate::graph::walk::{Budget, OverBudget};
use crate::graph::{ClaimIndex, EntityIndex, Graph, Hop};

/// All that the items of a list have to fit: the parts that are given.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    entity: Option<Filter>,
    link: Option<LinkFilter>,
    claim: Option<ClaimFilter>,
    names_ids: bool,
}

impl Wanted {
    /// A filter on the entities of a list, and one on the relationships by which they stand in it.
    #[must_use]
    pub fn new(entity: Option<Filter>, link: Option<LinkFilter>) -> Self {
        let wanted = Self {
            entity,
            link,
            ..Self::default()
        };
        wanted.checked()
    }

    /// A filter on the claims of a list.
    #[must_use]
    pub fn of_claims(claim: Option<ClaimFilter>) -> Self {
        let wanted = Self {
            claim,
            ..Self::default()
        };
        wanted.checked()
    }

    fn checked(mut self) -> Self {
        let mut names_ids = false;
        self.each_ids(&mut |_| names_ids = true);
        Self { names_ids, ..self }
    }

    /// What the entity has to fit.
    #[must_use]
    pub fn entity(&self) -> Option<&Filter> {
        self.entity.as_ref()
    }

    /// Whether everything fits.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.entity.is_none() && self.link.is_none() && self.claim.is_none()
    }

    /// Whether an entity fits.
    ///
    /// # Errors
    /// When what has to be looked at passes the budget.
    pub fn fits_entity(
        &self,
        view: &View,
        entity: EntityIndex,
        budget: &mut Budget,
    ) -> Result<bool, OverBudget> {
        match &self.entity {
            Some(filter) => filter.fits(view, entity, budget),
            None => Ok(true),
        }
    }

    /// Whether a relationship of a row fits, and the entity at its end.
    ///
    /// # Errors
    /// When what has to be looked at passes the budget.
    pub fn fits_hop(&self, view: &View, hop: Hop, budget: &mut Budget) -> Result<bool, OverBudget> {
        if let Some(link) = &self.link
            && !link.fits(view, hop, budget)?
        {
            return Ok(false);
        }
        self.fits_entity(view, hop.entity, budget)
    }

    /// Whether a claim fits.
    ///
    /// # Errors
    /// When what has to be looked at passes the budget.
    pub fn fits_claim(
        &self,
        view: &View,
        claim: ClaimIndex,
        budget: &mut Budget,
    ) -> Result<bool, OverBudget> {
        match &self.claim {
            Some(filter) => filter.fits(view, claim, budget),
            None => Ok(true),
        }
    }

    /// The same with its ids looked up; `None` where that changes nothing.
    #[must_use]
    pub fn resolved(&self, graph: &Graph) -> Option<Self> {
        self.names_ids.then(|| {
            let mut wanted = self.clone();
            wanted.each_ids(&mut |ids| ids.resolve(graph));
            wanted
        })
    }

    fn each_ids(&mut self, visit: &mut dyn FnMut(&mut Ids)) {
        if let Some(entity) = &mut self.entity {
            entity.each_ids(visit);
        }
        if let Some(link) = &mut self.link {
            link.each_ids(visit);
        }
        if let Some(claim) = &mut self.claim {
            claim.each_ids(visit);
        }
    }
}
