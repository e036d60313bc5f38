//! What is on record now, and what was then: the graph and its views.
//!
//! [`Graph::check`] may fail and changes nothing, [`Graph::apply`] changes and cannot fail.
//! A clone is a version: it costs a few pointers and never changes under its reader.
//! Readers ask a [`view::View`].

pub mod acting;
mod adjacency;
pub mod aggregate;
mod apply;
mod backwards;
mod check;
mod claims;
pub mod disputes;
pub mod filter;
pub(crate) mod folding;
pub mod history;
pub(crate) mod json;
pub mod names;
mod neighbors;
pub mod network;
mod observations;
pub mod order;
mod packed;
pub mod page;
mod prefix;
mod prefixes;
mod public;
mod recent;
pub mod records;
mod seal;
pub mod search;
mod searched;
mod select;
mod sources;
pub mod start;
mod table;
pub mod term;
mod texts;
pub mod timeline;
mod touched;
pub mod trace;
pub mod view;
pub mod walk;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use adjacency::Hop;
pub use check::CheckError;
pub use neighbors::Edge;
pub use packed::PackedRecord;
pub use records::{About, ClaimIndex, EntityIndex, RelationshipIndex, TransactionRecord, Version};

use crate::graph::acting::OnBehalf;
use crate::graph::claims::Stating;
use crate::graph::public::Unseen;
use crate::graph::recent::Recent;
use crate::graph::records::{
    ClaimExtras, ClaimRecord, EdgeProperties, EntityRecord, EvidenceLink, EvidenceRecord, NONE,
    RelationshipRecord, ValidRecord,
};
use crate::graph::seal::Sealed;
use crate::graph::table::Table;
use crate::model::citation::Citation;
use crate::model::date::Timestamp;
use crate::model::id::{ClaimId, EntityId};
use crate::model::ontology::{Ontology, PropertyIndex, TypeIndex};
use crate::model::value::Value;

/// One version of the graph.
///
/// Tables hold what is recorded; nothing leaves them. Over them lie two sets of indexes:
/// what was sealed (compressed rows, packed records, names) and what came since.
#[derive(Debug, Clone)]
pub struct Graph {
    ontology: Arc<Ontology>,
    entities: Table<EntityRecord>,
    claims: Table<ClaimRecord>,
    relationships: Table<RelationshipRecord>,
    values: Table<Value>,
    edge_properties: Table<EdgeProperties>,
    valid_times: Table<ValidRecord>,
    evidence: Table<EvidenceRecord>,
    evidence_links: Table<EvidenceLink>,
    transactions: Table<TransactionRecord>,
    sealed: Arc<Sealed>,
    recent: Arc<Recent>,
    on_behalf: OnBehalf,
    unseen: Unseen,
    citations: Arc<BTreeMap<String, Arc<Citation>>>,
    /// The last version that did more than keep citations.
    facts: Version,
}

/// How much a graph holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Entities, sources and annotations included.
    pub entities: usize,
    /// Relationships, each counted once however many claims state it.
    pub relationships: usize,
    /// Claims, retracted ones included.
    pub claims: usize,
    /// Pieces of evidence, each counted for every claim it supports.
    pub evidence: usize,
}

impl Graph {
    /// An empty graph over an ontology.
    #[must_use]
    pub fn new(ontology: Arc<Ontology>) -> Self {
        Self {
            sealed: Arc::new(Sealed::empty(&ontology)),
            recent: Arc::new(Recent::new(&ontology)),
            on_behalf: OnBehalf::default(),
            unseen: Unseen::new(ontology.types.len()),
            citations: Arc::default(),
            facts: 0,
            ontology,
            entities: Table::default(),
            claims: Table::default(),
            relationships: Table::default(),
            values: Table::default(),
            edge_properties: Table::default(),
            valid_times: Table::default(),
            evidence: Table::default(),
            evidence_links: Table::default(),
            transactions: Table::default(),
        }
    }

    /// The ontology that the graph follows.
    #[must_use]
    pub fn ontology(&self) -> &Arc<Ontology> {
        &self.ontology
    }

    /// The number of transactions applied: the graph's version.
    #[must_use]
    pub fn version(&self) -> Version {
        self.transactions.next()
    }

    /// When what is recorded now is recorded: the record's clock only goes forward, and stands still where this one is
    /// behind.
    #[must_use]
    pub fn moment(&self, now: Timestamp) -> Timestamp {
        let last = self.transaction(self.version());
        last.map_or(now, |last| last.recorded_at.max(now))
    }

    /// The version since which no fact has changed: what came after it only keeps citations.
    #[must_use]
    pub fn facts(&self) -> Version {
        self.facts
    }

    /// How much is on record, whoever may see it.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            entities: self.entities.len(),
            relationships: self.relationships.len(),
            claims: self.claims.len(),
            evidence: self.evidence_links.len(),
        }
    }

    /// How much was on record at a version, whoever may see it.
    fn counts_at(&self, version: Version) -> Counts {
        Counts {
            entities: self.entities.count_while(|row| row.recorded <= version),
            relationships: self
                .relationships
                .count_while(|row| self.claims.get(row.first_claim).recorded <= version),
            claims: self.claims.count_while(|row| row.recorded <= version),
            evidence: self
                .evidence_links
                .count_while(|row| row.recorded <= version),
        }
    }

    /// The citation of that hash.
    #[must_use]
    pub fn citation(&self, hash: &str) -> Option<&Arc<Citation>> {
        self.citations.get(hash)
    }

    /// The number of entities of a type, whoever may see them.
    #[must_use]
    pub fn count_of(&self, entity_type: TypeIndex) -> usize {
        let place = entity_type.place();
        self.sealed.by_type[place].len() + self.recent.by_type[place].len()
    }

    /// A transaction, by its number (from 1).
    #[must_use]
    pub fn transaction(&self, version: Version) -> Option<&TransactionRecord> {
        let place = version.checked_sub(1)?;
        (place < self.transactions.next()).then(|| self.transactions.get(place))
    }

    /// The transaction that an author recorded under a key of their own, and the hash of what they sent.
    #[must_use]
    pub fn recorded_under(&self, author: &str, key: &str) -> Option<(Version, &str)> {
        let key = (author.into(), key.into());
        let recent = self.recent.requests.get(&key);
        let version = *recent.or_else(|| self.sealed.requests.get(&key))?;
        Some((version, self.transaction(version)?.input.as_deref()?))
    }

    /// The entity of that id, be it its own or another by which it is known.
    #[must_use]
    pub fn entity(&self, id: &str) -> Option<EntityIndex> {
        let own = self.recent.ids.get(id).or_else(|| self.sealed.ids.get(id));
        own.copied()
            .or_else(|| self.alternate(id).map(|(entity, _)| entity))
    }

    /// The entity that has this as another id, and the version that recorded so.
    pub(crate) fn alternate(&self, id: &str) -> Option<(EntityIndex, Version)> {
        let recent = self.recent.alternates.get(id);
        recent.or_else(|| self.sealed.alternates.get(id)).copied()
    }

    /// The id of an entity.
    #[must_use]
    pub fn id(&self, entity: EntityIndex) -> &EntityId {
        &self.entities.get(entity.0).id
    }

    /// The type of an entity.
    #[must_use]
    pub fn type_of(&self, entity: EntityIndex) -> TypeIndex {
        self.entities.get(entity.0).entity_type
    }

    /// The entities of a type, in the order of recording.
    pub fn entities_of(&self, entity_type: TypeIndex) -> impl Iterator<Item = EntityIndex> + '_ {
        let place = entity_type.place();
        self.sealed.by_type[place]
            .iter()
            .chain(&self.recent.by_type[place])
            .copied()
    }

    /// The claim of that id.
    #[must_use]
    pub fn claim(&self, id: &str) -> Option<ClaimIndex> {
        if let Some(claim) = self
            .recent
            .claim_ids
            .get(id)
            .or_else(|| self.sealed.claim_ids.get(id))
        {
            return Some(*claim);
        }
        let (version, ordinal) = id.strip_prefix("claim:")?.split_once('-')?;
        let version: Version = version.parse().ok()?;
        let ordinal: u32 = ordinal.parse().ok()?;
        let transaction = self.transaction(version)?;
        let end = self
            .transaction(version + 1)
            .map_or(self.claims.next(), |next| next.first_claim);
        let claim = ClaimIndex(
            transaction
                .first_claim
                .checked_add(ordinal.checked_sub(1)?)?,
        );
        // A claim with an id of its own has that one only.
        let known = claim.0 < end && self.claim_id(claim).as_str() == id;
        known.then_some(claim)
    }

    /// The id of a claim.
    #[must_use]
    pub fn claim_id(&self, claim: ClaimIndex) -> ClaimId {
        if let Some(ClaimExtras { id: Some(id), .. }) = self.extras(claim) {
            return id.clone();
        }
        let version = self.claims.get(claim.0).recorded;
        let first = self
            .transaction(version)
            .map_or(0, |transaction| transaction.first_claim);
        ClaimId::from_place(u64::from(version), (claim.0 - first) as usize + 1)
    }

    /// The claims in the order of recording.
    pub fn claims(&self) -> impl Iterator<Item = ClaimIndex> + use<> {
        (0..self.claims.next()).map(ClaimIndex)
    }

    /// All entities in the order of recording.
    pub fn entities(&self) -> impl Iterator<Item = EntityIndex> + use<> {
        (0..self.entities.next()).map(EntityIndex)
    }

    fn extras(&self, claim: ClaimIndex) -> Option<&ClaimExtras> {
        self.recent
            .extras
            .get(&claim)
            .or_else(|| self.sealed.extras.get(&claim))
    }

    /// The entity that holds a value which no two of its type may share, and by which claim. A claim that was retracted,
    /// or is about to be, holds nothing.
    fn holder(
        &self,
        entity_type: TypeIndex,
        property: PropertyIndex,
        value: &Value,
        leaves: impl Fn(ClaimIndex) -> bool,
    ) -> Option<(EntityIndex, ClaimIndex)> {
        let key = (entity_type, property, value.label().into_boxed_str());
        let holder = self
            .recent
            .unique
            .get(&key)
            .or_else(|| self.sealed.unique.get(&key))
            .copied()?;
        let holds = |claim: ClaimIndex| {
            let record = self.claims.get(claim.0);
            record.about == About::Property(property)
                && record.retracted == NONE
                && matches!(self.stating(claim), Stating::Value(found) if found.label() == *key.2)
                && !leaves(claim)
        };
        let claim = self.property_chain(holder).find(|claim| holds(*claim))?;
        Some((holder, claim))
    }

    /// How many rows the longest table has.
    fn longest_table(&self) -> usize {
        let tables = [
            self.entities.len(),
            self.claims.len(),
            self.relationships.len(),
            self.values.len(),
            self.edge_properties.len(),
            self.valid_times.len(),
            self.evidence.len(),
            self.evidence_links.len(),
            self.transactions.len(),
        ];
        tables.into_iter().max().unwrap_or(0)
    }

    /// How many changes came since the graph was sealed.
    #[must_use]
    pub fn unsealed(&self) -> usize {
        self.recent.changes
    }
}

#[cfg(test)]
mod tests;
