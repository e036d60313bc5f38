//! What the record learned, and when: claims that came, were withdrawn, ranked anew, or got more evidence.
//!
//! All of it is read off the claims themselves; which of them a transaction touched is kept beside it. A change is seen by those who may see its claim, as of the version by which they
//! do: the public gains a claim that was proposed when it is accepted. A view of the past knows the changes until then. What held
//! on a date does not matter here.

use crate::graph::claims::{Audience, Lens};
use crate::graph::records::{About, ClaimIndex, EntityIndex, NONE, Version};
use crate::graph::view::{EvidenceView, View};
use crate::graph::walk::{Budget, OverBudget};
use crate::model::claim::{Rank, Review};
use crate::model::ontology::{Direction, PropertyIndex, TypeIndex};
use crate::model::words::words;

words! {
    /// What happened to a claim.
    ChangeKind {
        /// The record gained it.
        Gained = "GAINED",
        /// It was withdrawn.
        Retracted = "RETRACTED",
        /// Its rank changed.
        Ranked = "RANKED",
        /// One more source states it, or disputes it.
        EvidenceAdded = "EVIDENCE_ADDED",
        /// An editor accepted what was proposed. Who does not see proposals gains the claim instead.
        Accepted = "ACCEPTED",
        /// An editor rejected what was proposed.
        Rejected = "REJECTED",
    }
}

/// One change of a claim. Changes are ordered by the transaction, then by the claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimChange {
    /// The transaction.
    pub version: Version,
    /// The claim.
    pub claim: ClaimIndex,
    /// What happened to it.
    pub kind: ChangeKind,
    /// Which of the claim's ranks, reviews or pieces of evidence it is.
    pub place: u32,
}

/// The changes by one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The transaction.
    pub version: Version,
    /// What it changed, in order.
    pub changes: Vec<ClaimChange>,
    /// Entities that it added, or changed otherwise than by claims on them; known where all that it changed was asked for.
    pub entities: Vec<EntityIndex>,
}

impl Entry {
    /// A transaction that changed nothing that is seen.
    #[must_use]
    pub fn empty(version: Version) -> Self {
        Self {
            version,
            changes: Vec::new(),
            entities: Vec::new(),
        }
    }
}

/// Which changes are of interest: all that nothing is said against.
#[derive(Debug, Clone, Default)]
pub struct Interest {
    /// Those of claims on one of these entities, or that lead to one: sorted.
    about: Option<Vec<EntityIndex>>,
    /// Those of claims on an entity of one of these types, or that lead to one.
    types: Option<Vec<TypeIndex>>,
}

impl Interest {
    /// Interest in claims on one of these entities, or that lead to one, and likewise in those of one of these types.
    #[must_use]
    pub fn new(about: Option<Vec<EntityIndex>>, types: Option<Vec<TypeIndex>>) -> Self {
        let sorted = |mut entities: Vec<EntityIndex>| {
            entities.sort_unstable();
            entities
        };
        Self {
            about: about.map(sorted),
            types,
        }
    }

    /// Whether what changes these entities is of interest.
    fn includes(&self, view: &View, ends: &[EntityIndex]) -> bool {
        let is_one =
            |wanted: &Vec<EntityIndex>| ends.iter().any(|end| wanted.binary_search(end).is_ok());
        let is_of_one =
            |wanted: &Vec<TypeIndex>| ends.iter().any(|end| wanted.contains(&view.type_of(*end)));
        self.about.as_ref().is_none_or(is_one) && self.types.as_ref().is_none_or(is_of_one)
    }
}

impl View {
    /// The transactions that changed the claims of an entity, of one property where that is given, the oldest first.
    ///
    /// # Errors
    /// When there are more claims than the budget allows.
    pub fn history(
        &self,
        entity: EntityIndex,
        property: Option<PropertyIndex>,
        budget: &mut Budget,
    ) -> Result<Vec<Entry>, OverBudget> {
        let mut changes = Vec::new();
        let graph = self.graph();
        for claim in graph.property_chain(entity) {
            budget.spend(1)?;
            let about = graph.about(claim).1;
            if property.is_none_or(|property| about == About::Property(property)) {
                self.changes_of(claim, &mut changes);
            }
        }
        if property.is_none() {
            for claim in self.linked(entity, Direction::Out) {
                budget.spend(1)?;
                self.changes_of(claim, &mut changes);
            }
        }
        changes.sort_unstable();
        let mut entries: Vec<Entry> = Vec::new();
        for change in changes {
            match entries.last_mut() {
                Some(entry) if entry.version == change.version => entry.changes.push(change),
                _ => entries.push(Entry {
                    version: change.version,
                    changes: vec![change],
                    entities: Vec::new(),
                }),
            }
        }
        Ok(entries)
    }

    /// What changed by the transactions after `from` up to `to`: of all claims, or of those that are on some
    /// entities or lead to them.
    ///
    /// # Errors
    /// When there are more claims than the budget allows.
    pub fn changes_between(
        &self,
        (from, to): (Version, Version),
        about: Option<&[EntityIndex]>,
        budget: &mut Budget,
    ) -> Result<Vec<ClaimChange>, OverBudget> {
        let mut changes = Vec::new();
        let mut add = |claim: ClaimIndex| {
            budget.spend(1)?;
            if self.changed_after(claim, from) {
                self.changes_of(claim, &mut changes);
            }
            Ok(())
        };
        match about {
            None => {
                let versions = from.saturating_add(1)..=to;
                let mut claims = versions.flat_map(|version| self.graph().claims_touched(version));
                claims.try_for_each(&mut add)?;
            }
            Some(entities) => {
                for entity in entities {
                    self.graph()
                        .property_chain(*entity)
                        .try_for_each(&mut add)?;
                    for direction in [Direction::Out, Direction::In] {
                        self.linked(*entity, direction).try_for_each(&mut add)?;
                    }
                }
            }
        }
        changes.retain(|change| from < change.version && change.version <= to);
        changes.sort_unstable();
        changes.dedup();
        Ok(changes)
    }

    /// What one transaction changed that is of interest; `None` where that is nothing that this view may see.
    ///
    /// # Errors
    /// When it changed more claims than the budget allows.
    pub fn changed_by(
        &self,
        version: Version,
        interest: &Interest,
        budget: &mut Budget,
    ) -> Result<Option<Entry>, OverBudget> {
        let (graph, mut found) = (self.graph(), Vec::new());
        let mut changes = Vec::new();
        for claim in graph.claims_touched(version) {
            budget.spend(1)?;
            if interest.includes(self, &self.ends(claim)) {
                self.changes_of(claim, &mut found);
                changes.extend(found.drain(..).filter(|change| change.version == version));
            }
        }
        let is_told = graph.in_effect(version, self.lens());
        let mut entities = Vec::new();
        for entity in graph.entities_touched(version) {
            budget.spend(1)?;
            let record = graph.entities.get(entity.0);
            let then = graph.entity_since(record, self.audience()) <= version;
            if is_told && then && self.has(entity) && interest.includes(self, &[entity]) {
                entities.push(entity);
            }
        }
        changes.sort_unstable();
        let is_empty = changes.is_empty() && entities.is_empty();
        Ok((!is_empty).then_some(Entry {
            version,
            changes,
            entities,
        }))
    }

    /// The entities that a transaction changed: those that its claims are on or lead to, and what else it touched.
    #[must_use]
    pub fn affected(&self, entry: &Entry) -> Vec<EntityIndex> {
        let ends = entry
            .changes
            .iter()
            .flat_map(|change| self.ends(change.claim));
        let mut affected: Vec<_> = ends.chain(entry.entities.iter().copied()).collect();
        affected.sort_unstable();
        affected.dedup();
        affected.retain(|entity| self.has(*entity));
        affected
    }

    /// The sources by which a transaction changed claims: those of the claims that it brought, and those that it added.
    #[must_use]
    pub fn brought_by(&self, entry: &Entry) -> Vec<EntityIndex> {
        let mut sources = Vec::new();
        for change in &entry.changes {
            match change.kind {
                ChangeKind::Gained => {
                    let then = Lens {
                        known: entry.version,
                        ..*self.lens()
                    };
                    let then = self.graph().evidence_of(change.claim, &then);
                    let then = then.filter(|record| self.has_appeared(record));
                    sources.extend(then.map(|record| record.source));
                }
                ChangeKind::EvidenceAdded => {
                    sources.extend(self.given_evidence(change).map(|given| given.source));
                }
                ChangeKind::Retracted
                | ChangeKind::Ranked
                | ChangeKind::Accepted
                | ChangeKind::Rejected => {}
            }
        }
        sources.sort_unstable();
        sources.dedup();
        sources
    }

    /// What was shown at a version in the place that a claim is for: of a property, or a field that leads to one entity,
    /// the winner; of one of many values or relationships, the claim that states this one.
    #[must_use]
    pub fn in_place_of(&self, claim: ClaimIndex, version: Version) -> Option<ClaimIndex> {
        let then = self.undated().as_of(version);
        let (subject, about) = then.graph().about(claim);
        match about {
            About::Property(property) => {
                let declared = then.ontology().entity_type(then.type_of(subject));
                if declared.properties[property.place()].list {
                    let stands = then.sees(claim) && then.rank(claim).0 != Rank::Deprecated;
                    return stands.then_some(claim);
                }
                then.winner(subject, property)
            }
            About::Relationship(relationship) => {
                let (index, from, to) = then.relationship(relationship);
                let shows_one = |(end, direction): &(EntityIndex, Direction)| {
                    let mut fields = then.fields(*end).iter();
                    fields.any(|field| {
                        field.relationship == index && field.direction == *direction && !field.many
                    })
                };
                let ends = [(from, Direction::Out), (to, Direction::In)];
                let shown = match ends.into_iter().find(shows_one) {
                    Some((end, direction)) => then.to_one(end, index, direction)?.relationship,
                    None => relationship,
                };
                then.relationship_winner(shown)
            }
        }
    }

    /// The entities that a claim is on, or leads to.
    fn ends(&self, claim: ClaimIndex) -> Vec<EntityIndex> {
        match self.graph().about(claim) {
            (subject, About::Property(_)) => vec![subject],
            (_, About::Relationship(relationship)) => {
                let (_, from, to) = self.relationship(relationship);
                vec![from, to]
            }
        }
    }

    /// The rank that a change gave its claim, and why.
    #[must_use]
    pub fn given_rank(&self, change: &ClaimChange) -> Option<(Rank, Option<&str>)> {
        let ranks = self.graph().ranks(change.claim);
        let given = ranks.get(change.place as usize);
        given
            .filter(|_| change.kind == ChangeKind::Ranked)
            .map(|given| (given.rank, given.reason.as_deref()))
    }

    /// The rank that a claim had before a change gave it another.
    #[must_use]
    pub fn rank_before(&self, change: &ClaimChange) -> Option<Rank> {
        let before = usize::try_from(change.place).ok()?.checked_sub(1)?;
        let before = self.graph().ranks(change.claim).get(before)?;
        (change.kind == ChangeKind::Ranked).then_some(before.rank)
    }

    /// Why a change ranked, reviewed or withdrew its claim, where somebody said so.
    #[must_use]
    pub fn given_reason(&self, change: &ClaimChange) -> Option<&str> {
        let graph = self.graph();
        match change.kind {
            ChangeKind::Gained | ChangeKind::EvidenceAdded => None,
            ChangeKind::Retracted => graph.retraction_reason(change.claim),
            ChangeKind::Ranked => self.given_rank(change)?.1,
            ChangeKind::Accepted | ChangeKind::Rejected => {
                let review = graph.reviews(change.claim).get(change.place as usize)?;
                review.reason.as_deref()
            }
        }
    }

    /// The evidence that a change added to its claim.
    #[must_use]
    pub fn given_evidence(&self, change: &ClaimChange) -> Option<EvidenceView<'_>> {
        if change.kind != ChangeKind::EvidenceAdded {
            return None;
        }
        let mut links = self.graph().evidence_links(change.claim);
        links
            .nth(change.place as usize)
            .map(|(_, record)| record.into())
    }

    /// The claims of an entity's relationships in a direction, whoever may see them.
    fn linked(
        &self,
        entity: EntityIndex,
        direction: Direction,
    ) -> impl Iterator<Item = ClaimIndex> + '_ {
        let fields = self.fields(entity).iter();
        let mut types: Vec<_> = fields
            .filter(|field| field.direction == direction)
            .map(|field| field.relationship)
            .collect();
        types.sort_unstable();
        types.dedup();
        let graph = self.graph();
        types
            .into_iter()
            .flat_map(move |index| graph.all_relationships(entity, index, direction))
            .flat_map(move |relationship| graph.relationship_chain(relationship))
    }

    /// Whether anything can have happened to a claim after a version.
    fn changed_after(&self, claim: ClaimIndex, version: Version) -> bool {
        let graph = self.graph();
        let record = graph.claims.get(claim.0);
        graph.released_after(version)
            || record.recorded > version
            || (record.public_since != NONE && record.public_since > version)
            || graph
                .reviews(claim)
                .last()
                .is_some_and(|review| review.version > version)
            || (record.retracted != NONE && record.retracted > version)
            || (record.last_evidence != NONE
                && graph.evidence_links.get(record.last_evidence).recorded > version)
            || graph
                .ranks(claim)
                .last()
                .is_some_and(|rank| rank.version > version)
    }

    /// All that happened to a claim, as far as this view knows and its audience may see.
    fn changes_of(&self, claim: ClaimIndex, changes: &mut Vec<ClaimChange>) {
        let graph = self.graph();
        let record = graph.claims.get(claim.0);
        let audience = self.audience();
        let since = graph.claim_since(record, audience);
        if since > self.known() || !self.is_published(claim) {
            return;
        }
        let learned = |version: Version| graph.learned(version, audience);
        let mut add = |version: Version, kind: ChangeKind, place: usize| {
            if version <= self.known() {
                changes.push(ClaimChange {
                    version,
                    claim,
                    kind,
                    place: u32::try_from(place).unwrap_or(u32::MAX),
                });
            }
        };
        add(since, ChangeKind::Gained, 0);
        if record.retracted != NONE {
            add(learned(record.retracted), ChangeKind::Retracted, 0);
        }
        // The rank that it came with is no change, and neither are the evidence and the review: what it came with is
        // what it had when it was first seen.
        let ranks = graph.ranks(claim).iter().enumerate();
        for (place, rank) in ranks.skip(1) {
            let version = learned(rank.version);
            if version > since || since == record.recorded {
                add(version, ChangeKind::Ranked, place);
            }
        }
        for (place, (version, evidence)) in graph.evidence_links(claim).enumerate() {
            let version = learned(version);
            if version > since && self.has_appeared(evidence) {
                add(version, ChangeKind::EvidenceAdded, place);
            }
        }
        if audience == Audience::Public {
            return;
        }
        for (place, review) in graph.reviews(claim).iter().enumerate() {
            let version = learned(review.version);
            let kind = match review.review {
                Review::Accepted => ChangeKind::Accepted,
                Review::Proposed | Review::Rejected => ChangeKind::Rejected,
            };
            if version > since {
                add(version, kind, place);
            }
        }
    }
}
