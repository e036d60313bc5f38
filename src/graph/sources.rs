//! Sources that count once: a translation, a syndicated story or a copy says nothing on its own.

use std::collections::{HashMap, HashSet};

use crate::graph::records::{ClaimIndex, EntityIndex};
use crate::graph::view::View;
use crate::model::claim::Stance;
use crate::model::ontology::{Direction, RelationshipTypeIndex};

/// The relationship by which a source says what it was made from; every ontology has it.
const DERIVED_FROM: &str = "DERIVED_FROM";

impl View {
    /// The sources that support some claims, each once, in the order in which they are met.
    #[must_use]
    pub fn supporting_sources(
        &self,
        claims: impl IntoIterator<Item = ClaimIndex>,
    ) -> Vec<EntityIndex> {
        let mut seen = HashSet::new();
        let mut sources = Vec::new();
        for claim in claims {
            let evidence = self
                .evidence(claim)
                .filter(|shown| shown.evidence.stance == Stance::Supports);
            sources.extend(
                evidence
                    .map(|shown| shown.source)
                    .filter(|source| seen.insert(*source)),
            );
        }
        sources
    }

    /// The sources in groups that count as one each: what goes back to one document, over however
    /// many steps and through whichever documents, stands together.
    #[must_use]
    pub fn independent_sources(
        &self,
        sources: impl IntoIterator<Item = EntityIndex>,
    ) -> Vec<Vec<EntityIndex>> {
        let derived = self.ontology().relationship_named(DERIVED_FROM);
        // Which group a document belongs to that a source goes back to.
        let mut groups: Vec<Vec<EntityIndex>> = Vec::new();
        let mut group_of: HashMap<EntityIndex, usize> = HashMap::new();
        for source in sources {
            let origins = self.origins(source, derived);
            let mut met: Vec<usize> = origins
                .iter()
                .filter_map(|origin| group_of.get(origin).copied())
                .collect();
            met.sort_unstable();
            met.dedup();
            let group = met.first().copied().unwrap_or_else(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            // A source that goes back to two groups joins them.
            for other in met.into_iter().skip(1) {
                let joined = std::mem::take(&mut groups[other]);
                groups[group].extend(joined);
                for belongs in group_of.values_mut().filter(|belongs| **belongs == other) {
                    *belongs = group;
                }
            }
            if !groups[group].contains(&source) {
                groups[group].push(source);
            }
            group_of.extend(origins.into_iter().map(|origin| (origin, group)));
        }
        groups.retain(|group| !group.is_empty());
        groups
    }

    /// A source and all that it goes back to.
    fn origins(
        &self,
        source: EntityIndex,
        derived: Option<RelationshipTypeIndex>,
    ) -> Vec<EntityIndex> {
        let mut origins = vec![source];
        let mut next = 0;
        while let (Some(from), Some(derived)) = (origins.get(next).copied(), derived) {
            next += 1;
            for hop in self.hops(from, derived, Direction::Out) {
                // Documents that copy each other in a circle end here.
                if !origins.contains(&hop.entity) {
                    origins.push(hop.entity);
                }
            }
        }
        origins
    }
}
