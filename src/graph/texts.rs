//! Which entities have a text, whatever its case and accents: by the hash of the folded text.
//!
//! It holds every text that was ever claimed of a property which is looked up so, whoever may see the claim. A view takes those of them
//! which its audience may know. That is still more than it shows, and never less: who asks looks at each entity.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::graph::Graph;
use crate::graph::claims::{Audience, Stating};
use crate::graph::folding::fold;
use crate::graph::records::{About, ClaimIndex, EntityIndex};
use crate::graph::view::View;
use crate::model::ontology::{Ontology, PropertyIndex, TypeIndex, ValueType};
use crate::model::value::Value;

/// The hash of a text as it is looked up.
pub(crate) fn key(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    fold(text).hash(&mut hasher);
    hasher.finish()
}

fn key_of(value: &Value) -> u64 {
    key(&Value::words(value))
}

/// Whether entities are found by the texts of a property: names, what is searched, what is unique, web addresses.
pub(crate) fn is_indexed(
    ontology: &Ontology,
    entity_type: TypeIndex,
    property: PropertyIndex,
) -> bool {
    let declared = ontology.entity_type(entity_type);
    let is_label = declared.label == property;
    let property = &declared.properties[property.place()];
    // What is shown without a claim is not found by its claims.
    property.default.is_none()
        && (is_label
            || property.unique
            || property.search.is_some()
            || property.value_type == ValueType::Url)
        && matches!(
            property.value_type,
            ValueType::String | ValueType::Url | ValueType::LocalizedText
        )
}

/// The texts that were sealed, in the order of their hashes.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextIndex {
    keys: Vec<u64>,
    entities: Vec<EntityIndex>,
}

impl TextIndex {
    fn of(&self, key: u64) -> &[EntityIndex] {
        let from = self.keys.partition_point(|found| *found < key);
        let count = self.keys[from..].partition_point(|found| *found == key);
        &self.entities[from..from + count]
    }
}

/// The texts that came since.
pub(crate) type RecentTexts = HashMap<u64, Vec<EntityIndex>>;

impl Graph {
    /// The index over all texts on record.
    pub(crate) fn text_index(&self) -> TextIndex {
        let mut entries: Vec<(u64, EntityIndex)> = Vec::new();
        for entity in self.entities() {
            let entity_type = self.type_of(entity);
            for claim in self.property_chain(entity) {
                if let (_, About::Property(property)) = self.about(claim)
                    && is_indexed(&self.ontology, entity_type, property)
                    && let Stating::Value(value) = self.stating(claim)
                {
                    entries.push((key_of(value), entity));
                }
            }
        }
        entries.sort_unstable();
        entries.dedup();
        let (keys, entities) = entries.into_iter().unzip();
        TextIndex { keys, entities }
    }

    /// The entities that may have a text in a property that is looked up so, or as their id, whoever may see that.
    pub(crate) fn with_text(&self, text: &str) -> Vec<EntityIndex> {
        let mut found = self.with_key(key(text));
        found.extend(self.entity(text));
        found
    }

    fn with_key(&self, key: u64) -> Vec<EntityIndex> {
        let recent = self.recent.texts.get(&key).into_iter().flatten();
        let mut found = self.sealed.texts.of(key).to_vec();
        found.extend(recent.copied());
        found
    }
}

impl View {
    /// Those of [`Graph::with_text`] of which the audience may know.
    pub(crate) fn with_text(&self, text: &str) -> Vec<EntityIndex> {
        let (graph, key) = (self.graph(), key(text));
        let mut found = graph.with_key(key);
        // How many there are is told: nobody is to learn from it what was proposed.
        if graph.hides_claims() && self.audience() != Audience::Editor {
            let says = |claim: ClaimIndex| matches!(graph.stating(claim), Stating::Value(value) if key_of(value) == key);
            let is_known = |claim: ClaimIndex| {
                let record = graph.claims.get(claim.0);
                graph.claim_since(record, self.audience()) <= self.known()
            };
            found.retain(|entity| {
                let mut claims = graph.property_chain(*entity);
                claims.any(|claim| is_known(claim) && says(claim))
            });
        }
        let has = |entity: &EntityIndex| {
            let record = graph.entities.get(entity.0);
            graph.entity_since(record, self.audience()) <= self.known()
        };
        found.extend(graph.entity(text).filter(has));
        found
    }
}
