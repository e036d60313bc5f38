//! What the winning values sort by, ready for the default view: one array of numbers a property.
//!
//! Sorting a long list, or filtering it by a number or a date, reads such an array instead of the claims.

use crate::graph::Graph;
use crate::graph::claims::Stating;
use crate::graph::packed::PackedType;
use crate::graph::prefix::Prefix;
use crate::graph::records::EntityIndex;
use crate::model::ontology::{PropertyIndex, TypeIndex};

/// The prefixes of one property of one entity type, by the entity's place in the type; none where all are missing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prefixes(Vec<Prefix>);

impl Prefixes {
    /// What an entity's value sorts by.
    #[inline]
    pub(crate) fn of(&self, local: u32) -> Prefix {
        let found = self.0.get(local as usize).copied();
        found.unwrap_or(Prefix::MISSING)
    }
}

impl Graph {
    /// The prefixes of each property of the entities of a type. A list sorts by nothing.
    pub(crate) fn prefixes_of(
        &self,
        entity_type: TypeIndex,
        entities: &[EntityIndex],
        packed: &PackedType,
    ) -> Vec<Prefixes> {
        let properties = &self.ontology.entity_type(entity_type).properties;
        let properties = (0..).map(PropertyIndex).zip(properties);
        properties
            .map(|(index, property)| {
                if property.list {
                    return Prefixes::default();
                }
                let prefix = |entity: &EntityIndex| {
                    let winner = packed.winner(self.entities.get(entity.0).local, index);
                    let value = match winner.map(|claim| self.stating(claim)) {
                        None => property.default.as_ref(),
                        Some(Stating::Value(value)) => Some(value),
                        Some(_) => None,
                    };
                    Prefix::of(&self.ontology, property.value_type, value)
                };
                let prefixes: Vec<_> = entities.iter().map(prefix).collect();
                let is_stated = prefixes.iter().any(|prefix| *prefix != Prefix::MISSING);
                Prefixes(if is_stated { prefixes } else { Vec::new() })
            })
            .collect()
    }
}
