//! The indexes over what came since the graph was sealed.

use std::collections::{HashMap, HashSet};

use rustc_hash::FxHashMap;

use crate::graph::records::{ClaimExtras, ClaimIndex, EntityIndex, RelationshipIndex, Version};
use crate::graph::searched::RecentSearched;
use crate::graph::texts::RecentTexts;
use crate::model::claim::Evidence;
use crate::model::id::{ClaimId, EntityId};
use crate::model::ontology::{
    Direction, Ontology, PropertyIndex, RelationshipTypeIndex, TypeIndex,
};

/// A row of one relationship type, by the entity it belongs to.
pub(crate) type RowKey = (RelationshipTypeIndex, Direction, EntityIndex);

/// A value of a property that no two entities of a type may share, by its text.
pub(crate) type UniqueKey = (TypeIndex, PropertyIndex, Box<str>);

/// By what a transaction is known again: its author, and the author's key for it.
pub(crate) type RequestKey = (Box<str>, Box<str>);

/// One small segment over the sealed indexes: replaced whole by each commit, so that readers
/// of the version before keep theirs, and folded in by [`crate::graph::Graph::seal`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Recent {
    pub(crate) ids: HashMap<EntityId, EntityIndex>,
    /// Other ids of entities, each with the version that recorded it.
    pub(crate) alternates: HashMap<EntityId, (EntityIndex, Version)>,
    pub(crate) claim_ids: HashMap<ClaimId, ClaimIndex>,
    /// The transactions that are known again by a key, by that and their author.
    pub(crate) requests: HashMap<RequestKey, Version>,
    pub(crate) by_type: Vec<Vec<EntityIndex>>,
    pub(crate) rows: FxHashMap<RowKey, Vec<RelationshipIndex>>,
    /// The entities whose neighbours changed, each with its new relationships.
    pub(crate) related: FxHashMap<EntityIndex, Vec<RelationshipIndex>>,
    /// The last of the new relationships of equal type and ends; those before chain from it.
    pub(crate) pairs:
        FxHashMap<(RelationshipTypeIndex, EntityIndex, EntityIndex), RelationshipIndex>,
    pub(crate) extras: FxHashMap<ClaimIndex, ClaimExtras>,
    /// The claims that cite a source.
    pub(crate) cited: FxHashMap<EntityIndex, Vec<ClaimIndex>>,
    /// The claims that an annotation speaks of.
    pub(crate) annotated: FxHashMap<EntityIndex, Vec<ClaimIndex>>,
    /// Who holds a value that no two may share.
    pub(crate) unique: HashMap<UniqueKey, EntityIndex>,
    /// Who may have a text.
    pub(crate) texts: RecentTexts,
    /// The rows whose sealed order no longer holds, since what it is made of changed.
    pub(crate) unordered: HashSet<(RelationshipTypeIndex, Direction)>,
    /// Where equal evidence lies already.
    pub(crate) interned: HashMap<Evidence, u32>,
    /// The texts that are searched.
    pub(crate) searched: RecentSearched,
    /// How many changes this segment holds: when it pays to seal.
    pub(crate) changes: usize,
}

impl Recent {
    /// An empty segment.
    pub(crate) fn new(ontology: &Ontology) -> Self {
        Self {
            by_type: vec![Vec::new(); ontology.types.len()],
            ..Self::default()
        }
    }
}
