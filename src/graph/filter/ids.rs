//! Ids in a filter, looked up once a request.

use crate::graph::Graph;
use crate::graph::records::{EntityIndex, Version};
use crate::graph::view::View;

/// Entities that a filter names by their ids.
#[derive(Debug, Clone)]
pub enum Ids {
    /// As they were given.
    Named(Vec<String>),
    /// Looked up, in the order of their numbers: each entity and since when it is known by such an id.
    Found(Vec<(EntityIndex, Version)>),
}

impl Ids {
    /// Looks them up. What is not on record is no entity, and fits none.
    pub fn resolve(&mut self, graph: &Graph) {
        let Self::Named(ids) = self else {
            return;
        };
        let mut found: Vec<_> = ids.iter().filter_map(|id| find(graph, id)).collect();
        found.sort_unstable();
        found.dedup_by_key(|(entity, _)| *entity);
        *self = Self::Found(found);
    }

    /// Whether an entity is among them.
    #[must_use]
    pub fn contain(&self, view: &View, entity: EntityIndex) -> bool {
        match self {
            Self::Named(ids) => ids
                .iter()
                .filter_map(|id| find(view.graph(), id))
                .any(|(found, since)| found == entity && since <= view.known()),
            Self::Found(found) => found
                .binary_search_by_key(&entity, |(found, _)| *found)
                .is_ok_and(|place| found[place].1 <= view.known()),
        }
    }
}

/// The entity of an id, and since when it is known by it.
fn find(graph: &Graph, id: &str) -> Option<(EntityIndex, Version)> {
    let other = graph.alternate(id);
    other.or_else(|| Some((graph.entity(id)?, 0)))
}
