//! Name search over a view.

use std::collections::HashSet;

use crate::graph::names::{NameMatch, SearchOptions};
use crate::graph::records::{ClaimIndex, EntityIndex};
use crate::graph::view::View;
use crate::model::claim::Rank;
use crate::model::ontology::TypeIndex;

impl View {
    /// What goes by these words, best first. Texts that this view does not show are not found, and
    /// those that are deprecated are not either.
    #[must_use]
    pub fn search(
        &self,
        text: &str,
        types: Option<&[TypeIndex]>,
        fuzzy: bool,
        limit: usize,
    ) -> Vec<NameMatch> {
        let accept = |entity: u32, claim: u32| {
            let entity = EntityIndex::from_number(entity);
            let claim = ClaimIndex::from_number(claim);
            types.is_none_or(|types| types.contains(&self.type_of(entity)))
                && self.has(entity)
                && self.sees(claim)
                && self.rank(claim).0 != Rank::Deprecated
        };
        let options = SearchOptions {
            fuzzy,
            limit,
            accept: &accept,
        };
        let graph = self.graph();
        // What changed since is found anew below, so that it must not use up the places of others.
        let limit_before = limit.saturating_add(graph.recent.renamed.len());
        let mut found = graph.sealed.names.search(
            text,
            SearchOptions {
                limit: limit_before,
                ..options
            },
        );
        if !graph.recent.renamed.is_empty() {
            // What came since is indexed for this search alone; there is little of it.
            let renamed: HashSet<EntityIndex> = graph.recent.renamed.iter().copied().collect();
            found.retain(|matched| !renamed.contains(&EntityIndex::from_number(matched.entity)));
            found.extend(graph.name_index(renamed.into_iter()).search(text, options));
            found.sort_by(|one, other| {
                other
                    .score
                    .total_cmp(&one.score)
                    .then(one.entity.cmp(&other.entity))
            });
            found.truncate(limit);
        }
        found
    }
}
