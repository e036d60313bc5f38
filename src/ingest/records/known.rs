//! What earlier files put on record.

use std::collections::HashSet;

use crate::model::id::{ClaimId, EntityId};

/// The ids that a record file may name without bringing them itself.
#[derive(Debug, Clone, Default)]
pub struct Known {
    entities: HashSet<EntityId>,
    datasets: HashSet<EntityId>,
    claims: HashSet<ClaimId>,
}

impl Known {
    /// Makes an entity known. Returns whether it is new.
    pub fn add_entity(&mut self, id: EntityId) -> bool {
        self.entities.insert(id)
    }

    /// Makes known that a source is a dataset, whose rows need no quote.
    pub fn add_dataset(&mut self, source: EntityId) {
        self.datasets.insert(source);
    }

    /// Makes a claim known. Returns whether it is new.
    pub fn add_claim(&mut self, id: ClaimId) -> bool {
        self.claims.insert(id)
    }

    /// Whether an entity is known.
    #[must_use]
    pub fn has_entity(&self, id: &EntityId) -> bool {
        self.entities.contains(id)
    }

    /// Whether a source is known to be a dataset.
    #[must_use]
    pub fn has_dataset(&self, source: &EntityId) -> bool {
        self.datasets.contains(source)
    }

    /// Whether a claim is known.
    #[must_use]
    pub fn has_claim(&self, id: &ClaimId) -> bool {
        self.claims.contains(id)
    }

    /// The known entities with a prefix.
    pub(super) fn entities_of<'k>(&'k self, prefix: &'k str) -> impl Iterator<Item = &'k EntityId> {
        self.entities.iter().filter(move |id| id.prefix() == prefix)
    }

    /// The known claims.
    pub(super) fn claims(&self) -> impl Iterator<Item = &str> {
        self.claims.iter().map(ClaimId::as_str)
    }
}
