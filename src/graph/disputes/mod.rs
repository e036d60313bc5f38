//! Disputes and corroborations: competing statements side by side, with a verdict and its reason.
//!
//! Nothing of it is recorded: it is worked out from the claims that a view shows. Compared are the claims on one
//! property of one entity, relationships that exclude each other, and observations of the same or a
//! related measure. Sources that copy each other count as one, so that an agreement
//! takes two independent ones.

mod additions;
mod claims;
mod figures;
mod listing;
mod observations;
mod quantity;
mod relationships;
mod times;
mod values;
mod verdict;

use std::collections::HashMap;
use std::rc::Rc;

pub use listing::{Key, Listed, Listing, Wanted, list};
pub use quantity::{compare as compare_quantities, exceeds};
pub use verdict::{Judgement, Verdict};

use crate::graph::disputes::figures::Observation;
use crate::graph::observations::Shapes;
use crate::graph::records::{ClaimIndex, EntityIndex};
use crate::graph::view::View;
use crate::graph::walk::{Budget, OverBudget};
use crate::model::claim::{Rank, Stance};

/// One of the statements that are compared.
#[derive(Debug, Clone)]
pub struct Side {
    /// The claims that make it, the best first.
    pub claims: Vec<ClaimIndex>,
    /// Whether this side is for the claims or against them.
    pub stance: Stance,
    /// The sources of its evidence.
    pub sources: Vec<EntityIndex>,
    /// How many of them are independent: those that copy each other count as one.
    pub independent: usize,
}

/// Statements side by side.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// How they stand to each other, and why.
    pub judgement: Judgement,
    /// The entities that they are about.
    pub about: Vec<EntityIndex>,
    /// The property, or the field of the relationship, that they state.
    pub property: String,
    /// The statements.
    pub sides: Vec<Side>,
}

impl Comparison {
    /// What sets it apart from the others of an entity.
    fn parts(&self) -> (Vec<ClaimIndex>, Verdict) {
        let first = |side: &Side| side.claims.first().copied();
        let claims = self.sides.iter().filter_map(first).collect();
        (claims, self.judgement.verdict)
    }
}

/// Works comparisons out, and remembers what several of them need.
struct Comparer<'v> {
    view: &'v View,
    shapes: Shapes,
    observations: HashMap<EntityIndex, Option<Rc<Observation>>>,
}

impl<'v> Comparer<'v> {
    fn new(view: &'v View) -> Self {
        Self {
            view,
            shapes: Shapes::new(view.ontology()),
            observations: HashMap::new(),
        }
    }

    /// The comparisons that are about an entity, those of its claims first, in an order that stays.
    fn of(
        &mut self,
        entity: EntityIndex,
        budget: &mut Budget,
    ) -> Result<Vec<Comparison>, OverBudget> {
        let mut found = Vec::new();
        self.of_claims(entity, &mut found, budget)?;
        self.of_observation(entity, &mut found, budget)?;
        found.sort_by_cached_key(Comparison::parts);
        found.dedup_by_key(|comparison| comparison.parts());
        Ok(found)
    }

    /// A side with the evidence of one stance; of some sources alone, where they are given.
    fn side(&self, claims: &[ClaimIndex], stance: Stance, only: Option<&[EntityIndex]>) -> Side {
        let mut sources = Vec::new();
        for shown in claims.iter().flat_map(|claim| self.view.evidence(*claim)) {
            let counts = only.is_none_or(|only| only.contains(&shown.source));
            if shown.evidence.stance == stance && counts && !sources.contains(&shown.source) {
                sources.push(shown.source);
            }
        }
        Side {
            claims: claims.to_vec(),
            stance,
            independent: self.view.independent_sources(sources.iter().copied()).len(),
            sources,
        }
    }

    /// The sides of statements that are each supported.
    fn sides(&self, statements: &[&[ClaimIndex]]) -> Vec<Side> {
        let sides = statements.iter();
        sides
            .map(|claims| self.side(claims, Stance::Supports, None))
            .collect()
    }

    fn is_deprecated(&self, claim: ClaimIndex) -> bool {
        self.view.rank(claim).0 == Rank::Deprecated
    }

    /// The sources that support some claims, in groups that count as one each.
    fn groups(&self, claims: &[ClaimIndex]) -> Vec<Vec<EntityIndex>> {
        let sources = self.view.supporting_sources(claims.iter().copied());
        self.view.independent_sources(sources)
    }
}
