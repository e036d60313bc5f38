//! Winning values by type and property, packed for the default view.
//!
//! A query mostly asks for what is on record now. So the winner of each property is worked out
//! once, when the graph is sealed, and what is a scalar in the API lies ready as JSON: writing
//! it is a copy.

use crate::graph::Graph;
use crate::graph::claims::Stating;
use crate::graph::json;
use crate::graph::records::{ClaimIndex, EntityIndex, NONE};
use crate::model::ontology::{PropertyIndex, TypeIndex};

/// The winners of one property of one entity type, by the entity's place in the type.
#[derive(Debug, Clone, Default)]
pub(crate) struct Column {
    claims: Vec<u32>,
    /// Where each value's JSON ends in `bytes`; it begins where the one before ends.
    ends: Vec<u32>,
    bytes: Vec<u8>,
}

impl Column {
    /// The winning claim.
    #[inline]
    pub(crate) fn claim(&self, local: u32) -> Option<ClaimIndex> {
        let claim = *self.claims.get(local as usize)?;
        (claim != NONE).then_some(ClaimIndex(claim))
    }

    /// The value as JSON; empty if there is none, or none that is a scalar.
    #[inline]
    pub(crate) fn json(&self, local: u32) -> &[u8] {
        let local = local as usize;
        let start = local
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .copied()
            .unwrap_or(0);
        match self.ends.get(local) {
            Some(end) => &self.bytes[start as usize..*end as usize],
            None => &[],
        }
    }
}

impl Graph {
    /// The columns of a type's properties. Of a list the best claim is kept, and no value: a list has
    /// more than that one.
    pub(crate) fn columns_of(
        &self,
        entity_type: TypeIndex,
        entities: &[EntityIndex],
    ) -> Vec<Column> {
        let lens = self.lens();
        let properties = &self.ontology.entity_type(entity_type).properties;
        let mut columns = vec![Column::default(); properties.len()];
        for (index, property) in (0..).map(PropertyIndex).zip(properties) {
            let column = &mut columns[index.place()];
            for entity in entities {
                let winner = self.winner(*entity, index, &lens);
                column.claims.push(winner.map_or(NONE, |claim| claim.0));
                if let Some(claim) = winner
                    && !property.list
                    && let Stating::Value(value) = self.stating(claim)
                {
                    let before = column.bytes.len();
                    json::scalar(value, &mut column.bytes);
                    if u32::try_from(column.bytes.len()).is_err() {
                        // Past 4 GiB a value is read from its claim instead.
                        column.bytes.truncate(before);
                    }
                }
                column
                    .ends
                    .push(u32::try_from(column.bytes.len()).unwrap_or(u32::MAX));
            }
            column.bytes.shrink_to_fit();
        }
        columns
    }
}
