//! Where each entity type has a property that several types share.

use std::collections::HashSet;
use std::sync::Arc;

use crate::graph::records::EntityIndex;
use crate::graph::view::View;
use crate::model::ontology::{PropertyIndex, TypeIndex};

/// The place of a property by entity type: an array, so that looking it up for every row costs a read.
#[derive(Debug, Clone, Default)]
pub struct Places(Arc<[Option<PropertyIndex>]>);

impl Places {
    /// Where a type has the property, if it has it.
    #[inline]
    #[must_use]
    pub fn of(&self, entity_type: TypeIndex) -> Option<PropertyIndex> {
        self.0.get(entity_type.place()).copied().flatten()
    }

    /// Where the type of an entity has it.
    #[inline]
    #[must_use]
    pub fn in_type_of(&self, view: &View, entity: EntityIndex) -> Option<PropertyIndex> {
        self.of(view.type_of(entity))
    }

    /// The types that have it, each with its place.
    pub fn iter(&self) -> impl Iterator<Item = (TypeIndex, PropertyIndex)> + '_ {
        let types = (0..).map(TypeIndex).zip(self.0.iter());
        types.filter_map(|(index, place)| Some((index, (*place)?)))
    }
}

impl FromIterator<(TypeIndex, PropertyIndex)> for Places {
    fn from_iter<I: IntoIterator<Item = (TypeIndex, PropertyIndex)>>(pairs: I) -> Self {
        let mut places = Vec::new();
        for (index, property) in pairs {
            if places.len() <= index.place() {
                places.resize(index.place() + 1, None);
            }
            places[index.place()] = Some(property);
        }
        Self(places.into())
    }
}

/// Properties of entity types, by name: those that a text test accepts.
#[derive(Debug, Clone, Default)]
pub struct Properties(Arc<HashSet<(TypeIndex, PropertyIndex)>>);

impl Properties {
    /// Whether a property of a type is among them.
    #[must_use]
    pub fn contain(&self, entity_type: TypeIndex, property: PropertyIndex) -> bool {
        self.0.contains(&(entity_type, property))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(TypeIndex, PropertyIndex)> for Properties {
    fn from_iter<I: IntoIterator<Item = (TypeIndex, PropertyIndex)>>(pairs: I) -> Self {
        Self(Arc::new(pairs.into_iter().collect()))
    }
}
