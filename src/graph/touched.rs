//! What a transaction touched beside what it added: so that what one transaction changed is found without a look
//! at all claims.

use std::sync::Arc;

use crate::graph::Graph;
use crate::graph::records::{ClaimIndex, EntityIndex, Version};
use crate::model::change::{Change, Transaction};

/// What a transaction touched beside what it added, each once.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    /// Claims of transactions before it that it changed.
    claims: Vec<ClaimIndex>,
    /// Entities that it changed otherwise than by claims on them.
    entities: Vec<EntityIndex>,
}

impl Graph {
    /// What a transaction touches that has just been applied; `None` if nothing, as mostly.
    pub(super) fn touched_by(&self, transaction: &Transaction) -> Option<Arc<Touched>> {
        let mut touched = Touched::default();
        for change in &transaction.changes {
            match change {
                Change::AddEvidence { claim, .. }
                | Change::SetRank { claim, .. }
                | Change::Retract { claim, .. } => {
                    touched.claims.extend(self.claim(claim.as_str()))
                }
                Change::Review { claim, .. } => {
                    let claim = self.claim(claim.as_str());
                    touched.claims.extend(claim);
                    let subject = claim.map(|claim| self.about(claim).0);
                    // An entity that was proposed is there with the first claim on it that is accepted.
                    let is_new = |entity: &EntityIndex| {
                        self.entities.get(entity.0).public_since == self.version()
                    };
                    touched.entities.extend(subject.filter(is_new));
                }
                Change::Release { version } => {
                    touched.claims.extend(self.claims_touched(*version));
                    touched.entities.extend(self.entities_touched(*version));
                }
                Change::AnnotateClaim { annotation, claim } => {
                    let claim = self.claim(claim.as_str());
                    // Nobody is to learn from this that there is a claim which they do not see.
                    let public = claim
                        .filter(|claim| self.claims.get(claim.0).public_since <= self.version());
                    if let Some(claim) = public {
                        touched.entities.extend(self.resolved(annotation));
                        touched.entities.push(self.about(claim).0);
                    }
                }
                Change::AlternateId { entity, .. } => {
                    touched.entities.extend(self.resolved(entity));
                }
                // What is added is found by its numbers.
                Change::PutEntity { .. } | Change::AddClaim { .. } | Change::Cite { .. } => {}
            }
        }
        let added = self.added_claims(self.version()).start;
        touched.claims.retain(|claim| claim.0 < added);
        touched.claims.sort_unstable();
        touched.claims.dedup();
        touched.entities.sort_unstable();
        touched.entities.dedup();
        let is_empty = touched.claims.is_empty() && touched.entities.is_empty();
        (!is_empty).then(|| Arc::new(touched))
    }

    /// The claims that a transaction added or changed, each once.
    pub(crate) fn claims_touched(&self, version: Version) -> impl Iterator<Item = ClaimIndex> + '_ {
        let touched = self.transaction(version);
        let touched = touched.and_then(|found| found.touched.as_deref());
        let changed = touched.map_or(&[][..], |touched| &touched.claims);
        let added = self.added_claims(version).map(ClaimIndex);
        changed.iter().copied().chain(added)
    }

    /// The entities that a transaction added, or changed otherwise than by claims on them; one may come twice.
    pub(crate) fn entities_touched(
        &self,
        version: Version,
    ) -> impl Iterator<Item = EntityIndex> + '_ {
        let touched = self.transaction(version);
        let touched = touched.and_then(|found| found.touched.as_deref());
        let changed = touched.map_or(&[][..], |touched| &touched.entities);
        let before = self.entities.count_while(|row| row.recorded < version);
        let added = (before..self.entities.len())
            .filter_map(|place| u32::try_from(place).ok())
            .take_while(move |place| self.entities.get(*place).recorded == version)
            .map(EntityIndex);
        changed.iter().copied().chain(added)
    }

    fn added_claims(&self, version: Version) -> std::ops::Range<u32> {
        let end = self.claims.next();
        let first = |version| {
            self.transaction(version)
                .map_or(end, |found| found.first_claim)
        };
        first(version)..first(version.saturating_add(1))
    }
}
