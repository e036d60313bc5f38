//! What earlier files put on record.

use std::collections::HashSet;

use crate::graph::view::View;
use crate::model::id::{ClaimId, EntityId};
use crate::model::value::Value;

/// The source of rows, which need no quote.
const DATASET: &str = "DATASET";

/// The ids that a record file may name without bringing them itself.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// What is on record already, where there is something.
    record: Option<View>,
    entities: HashSet<EntityId>,
    datasets: HashSet<EntityId>,
    claims: HashSet<ClaimId>,
}

impl Known {
    /// All that is on record.
    #[must_use]
    pub fn of(record: View) -> Self {
        Self {
            record: Some(record),
            ..Self::default()
        }
    }

    /// Makes an entity known. Returns whether it is new.
    pub fn add_entity(&mut self, id: EntityId) -> bool {
        !self.is_recorded(&id) && self.entities.insert(id)
    }

    /// Makes known that a source is a dataset, whose rows need no quote.
    pub fn add_dataset(&mut self, source: EntityId) {
        self.datasets.insert(source);
    }

    /// Makes a claim known. Returns whether it is new.
    pub fn add_claim(&mut self, id: ClaimId) -> bool {
        !self.has_claim(&id) && self.claims.insert(id)
    }

    /// Whether an entity is known.
    #[must_use]
    pub fn has_entity(&self, id: &EntityId) -> bool {
        self.entities.contains(id) || self.is_recorded(id)
    }

    fn is_recorded(&self, id: &EntityId) -> bool {
        let record = self.record.as_ref();
        record.is_some_and(|record| record.graph().entity(id.as_str()).is_some())
    }

    /// Whether a source is known to be a dataset.
    #[must_use]
    pub fn has_dataset(&self, source: &EntityId) -> bool {
        self.datasets.contains(source) || self.is_recorded_dataset(source) == Some(true)
    }

    fn is_recorded_dataset(&self, source: &EntityId) -> Option<bool> {
        let record = self.record.as_ref()?;
        let entity = record.graph().entity(source.as_str())?;
        let declared = record.ontology().entity_type(record.type_of(entity));
        let (kind, _) = declared.property("kind")?;
        Some(matches!(record.value(entity, kind)?, Value::Enum(kind) if kind == DATASET))
    }

    /// Whether a claim is known.
    #[must_use]
    pub fn has_claim(&self, id: &ClaimId) -> bool {
        let record = self.record.as_ref();
        self.claims.contains(id)
            || record.is_some_and(|record| record.graph().claim(id.as_str()).is_some())
    }

    /// The known entities with a prefix.
    pub(super) fn entities_of<'k>(&'k self, prefix: &'k str) -> impl Iterator<Item = &'k EntityId> {
        let recorded = self.record.as_ref().and_then(|record| {
            let index = record.ontology().type_of_prefix(prefix)?;
            Some(record.entities_of(index).map(|entity| record.id(entity)))
        });
        let own = self.entities.iter().filter(move |id| id.prefix() == prefix);
        own.chain(recorded.into_iter().flatten())
    }

    /// The claims that files brought.
    pub(super) fn claims(&self) -> impl Iterator<Item = &str> {
        self.claims.iter().map(ClaimId::as_str)
    }
}
