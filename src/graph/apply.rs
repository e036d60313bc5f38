//! Applying a transaction that was checked. It cannot fail.

use std::sync::Arc;

use crate::graph::Graph;
use crate::graph::acting::OnBehalf;
use crate::graph::claims::Stating;
use crate::graph::public::Disclosure;
use crate::graph::recent::Recent;
use crate::graph::records::{
    About, ClaimExtras, ClaimIndex, ClaimRecord, EntityIndex, EntityRecord, EvidenceLink,
    EvidenceRecord, NONE, RankChange, RelationshipIndex, RelationshipRecord, ReviewChange,
    StatedRow, TransactionRecord, ValidRecord, Version,
};
use crate::graph::texts::{is_indexed, key};
use crate::model::change::{Change, Transaction};
use crate::model::citation::Citation;
use crate::model::claim::{Assertion, Claim, Evidence, Rank, Review, Stated, ValidTime};
use crate::model::id::{ClaimId, EntityId};
use crate::model::ontology::{Direction, PropertyIndex, RelationshipTypeIndex};
use crate::model::value::Value;

impl Graph {
    /// Applies a transaction that [`Graph::check`] has found right for this very graph.
    ///
    /// What a change names and the graph does not have is passed over: `check` has seen to it
    /// that there is no such thing.
    pub fn apply(&mut self, transaction: &Transaction) {
        let version = self.version() + 1;
        let mut disclosure = Disclosure::of(transaction, version);
        let effective = if disclosure.visible_from.is_some() {
            self.begin_embargo();
            NONE
        } else {
            version
        };
        self.transactions.push(TransactionRecord {
            recorded_at: transaction.recorded_at,
            author: transaction.author.clone(),
            reason: transaction.reason.clone(),
            input: transaction
                .idempotency
                .as_ref()
                .map(|known| known.input.as_str().into()),
            first_claim: self.claims.next(),
            touched: None,
            effective,
            shown_since: NONE,
        });
        if let Some(known) = &transaction.idempotency {
            let key = (
                transaction.author.as_str().into(),
                known.key.as_str().into(),
            );
            self.recent_mut().requests.insert(key, version);
        }
        let cites = |change: &Change| matches!(change, Change::Cite { .. });
        if !transaction.changes.iter().all(cites) {
            self.facts = version;
        }
        for change in &transaction.changes {
            // `None` only where a name is unknown, which `check` excludes.
            let _applied: Option<()> = self.change(change, &mut disclosure);
        }
        self.disclose(disclosure);
        if let Some(touched) = self.touched_by(transaction) {
            self.transactions.get_mut(version - 1).touched = Some(touched);
        }
        self.recent_mut().changes += transaction.changes.len();
        self.on_behalf = OnBehalf::default();
    }

    fn change(&mut self, change: &Change, disclosure: &mut Disclosure) -> Option<()> {
        let version = disclosure.version;
        match change {
            Change::PutEntity { id } => {
                let entity = self.put(id, disclosure)?;
                disclosure.put.push(entity);
                Some(())
            }
            Change::AlternateId { entity, id } => {
                let entity = self.resolved(entity)?;
                let alternates = &mut self.recent_mut().alternates;
                alternates.insert(id.clone(), (entity, version));
                disclosure.shown |= self.entities.get(entity.0).public_since != NONE;
                Some(())
            }
            Change::AddClaim { claim } => {
                let index = self.add_claim(claim, version)?;
                if claim.review == Review::Accepted {
                    disclosure.accepts = true;
                } else {
                    disclosure.proposed.push(self.claims.get(index.0).subject);
                }
                self.happened(index, disclosure);
                Some(())
            }
            Change::AddEvidence { claim, evidence } => {
                let claim = self.claim(claim.as_str())?;
                let first = self.evidence_links.next();
                // Neither what wins nor what it states depends on how many say so.
                self.add_evidence(claim, evidence, version)?;
                self.settle(claim, version);
                self.note_late_evidence(claim, first..self.evidence_links.next());
                self.happened(claim, disclosure);
                Some(())
            }
            Change::SetRank {
                claim,
                rank,
                reason,
            } => {
                let claim = self.set_rank(claim, *rank, reason, version)?;
                self.happened(claim, disclosure);
                Some(())
            }
            Change::Retract { claim, reason } => {
                let claim = self.claim(claim.as_str())?;
                self.claims.get_mut(claim.0).retracted = version;
                self.extras_mut(claim).retraction = Some(reason.clone());
                self.touched(claim, false);
                self.happened(claim, disclosure);
                Some(())
            }
            Change::Review {
                claim,
                review,
                reason,
            } => {
                let claim = self.claim(claim.as_str())?;
                self.extras_mut(claim).reviews.push(ReviewChange {
                    version,
                    review: *review,
                    reason: reason.clone(),
                });
                self.settle(claim, version);
                self.touched(claim, false);
                self.happened(claim, disclosure);
                Some(())
            }
            Change::Release { version: embargoed } => {
                disclosure.shown = true;
                self.release(*embargoed, version)
            }
            Change::Cite { citation } => {
                disclosure.shown = true;
                let citations = Arc::make_mut(&mut self.citations);
                citations.insert(citation.hash(), Arc::new(Citation::clone(citation)));
                Some(())
            }
            Change::AnnotateClaim { annotation, claim } => {
                let annotation = self.resolved(annotation)?;
                let claim = self.claim(claim.as_str())?;
                self.extras_mut(claim)
                    .annotations
                    .push((annotation, version));
                let annotated = &mut self.recent_mut().annotated;
                annotated.entry(annotation).or_default().push(claim);
                self.happened(claim, disclosure);
                Some(())
            }
        }
    }

    /// Notes that a transaction did something to a claim.
    fn happened(&self, claim: ClaimIndex, disclosure: &mut Disclosure) {
        if disclosure.visible_from.is_some() {
            disclosure.claims.push(claim);
        }
        disclosure.shown |= self.claims.get(claim.0).public_since != NONE;
    }

    fn recent_mut(&mut self) -> &mut Recent {
        Arc::make_mut(&mut self.recent)
    }

    /// What few claims have, ready to change: taken over from the sealed part first.
    fn extras_mut(&mut self, claim: ClaimIndex) -> &mut ClaimExtras {
        let sealed = self.sealed.extras.get(&claim);
        Arc::make_mut(&mut self.recent)
            .extras
            .entry(claim)
            .or_insert_with(|| sealed.cloned().unwrap_or_default())
    }

    fn put(&mut self, id: &EntityId, disclosure: &Disclosure) -> Option<EntityIndex> {
        let version = disclosure.version;
        let is_open = disclosure.visible_from.is_none();
        let since = |seen: bool| if seen { version } else { NONE };
        let entity_type = self.ontology.type_of_prefix(id.prefix())?;
        let local = u32::try_from(self.count_of(entity_type)).ok()?;
        let entity = EntityIndex(self.entities.push(EntityRecord {
            id: id.clone(),
            entity_type,
            local,
            recorded: version,
            open_since: since(is_open),
            public_since: since(is_open && !disclosure.proposes),
            first_claim: NONE,
            last_claim: NONE,
            changed: true,
        }));
        self.put_unseen(entity);
        let recent = self.recent_mut();
        recent.by_type[entity_type.place()].push(entity);
        recent.ids.insert(id.clone(), entity);
        Some(entity)
    }

    fn add_claim(&mut self, claim: &Claim, version: Version) -> Option<ClaimIndex> {
        let subject = self.resolved(&claim.subject)?;
        let valid = if claim.valid == ValidTime::default() {
            NONE
        } else {
            self.valid_times.push(ValidRecord::new(claim.valid.clone()))
        };
        let (about, stated) = match &claim.statement {
            Assertion::Property { property, stated } => self.property(subject, property, stated)?,
            Assertion::Relationship {
                relationship,
                object,
                properties,
            } => self.relationship(subject, relationship, object, properties)?,
        };
        let index = ClaimIndex(self.claims.push(ClaimRecord {
            subject,
            about,
            stated,
            valid,
            recorded: version,
            public_since: NONE,
            retracted: NONE,
            evidence: NONE,
            last_evidence: NONE,
            next: NONE,
            rank: claim.rank,
            review: claim.review,
        }));
        if let Some(id) = &claim.id {
            self.recent_mut().claim_ids.insert(id.clone(), index);
            self.extras_mut(index).id = Some(id.clone());
        }
        if claim.rank_reason.is_some() {
            let reason = claim.rank_reason.clone();
            self.extras_mut(index).ranks.push(RankChange {
                version,
                rank: claim.rank,
                reason,
            });
        }
        let first = self.evidence_links.next();
        for evidence in &claim.evidence {
            self.add_evidence(index, evidence, version)?;
        }
        self.chain_claim(index, subject, about);
        if matches!(about, About::Property(_)) {
            self.recent_mut().searched.push(index);
        }
        self.settle(index, version);
        self.note_late_claim(index);
        self.note_late_evidence(index, first..self.evidence_links.next());
        self.touched(index, false);
        Some(index)
    }

    /// Hangs a claim at the end of its entity's or its relationship's chain.
    fn chain_claim(&mut self, claim: ClaimIndex, subject: EntityIndex, about: About) {
        let (first, last) = match about {
            About::Property(_) => {
                let record = self.entities.get_mut(subject.0);
                (&mut record.first_claim, &mut record.last_claim)
            }
            About::Relationship(relationship) => {
                let record = self.relationships.get_mut(relationship.0);
                (&mut record.first_claim, &mut record.last_claim)
            }
        };
        let before = std::mem::replace(last, claim.0);
        if before == NONE {
            *first = claim.0;
        } else {
            self.claims.get_mut(before).next = claim.0;
        }
    }

    fn property(
        &mut self,
        subject: EntityIndex,
        name: &str,
        stated: &Stated,
    ) -> Option<(About, StatedRow)> {
        let ontology = Arc::clone(&self.ontology);
        let entity_type = self.type_of(subject);
        let (property, declared) = ontology.entity_type(entity_type).property(name)?;
        let row = match stated {
            Stated::Value(value) => {
                if is_indexed(&ontology, entity_type, property) {
                    let key = key(&value.words());
                    let texts = &mut self.recent_mut().texts;
                    texts.entry(key).or_default().push(subject);
                }
                if declared.unique {
                    let key = (entity_type, property, value.label().into_boxed_str());
                    self.recent_mut().unique.insert(key, subject);
                }
                StatedRow::Value(self.values.push(value.clone()))
            }
            Stated::None => StatedRow::None,
            Stated::Unknown => StatedRow::Unknown,
        };
        Some((About::Property(property), row))
    }

    fn relationship(
        &mut self,
        from: EntityIndex,
        name: &str,
        object: &EntityId,
        properties: &[(String, Value)],
    ) -> Option<(About, StatedRow)> {
        let ontology = Arc::clone(&self.ontology);
        let index = ontology.relationship_named(name)?;
        let declared = ontology.relationship_type(index);
        let to = self.resolved(object)?;
        let mut row: Vec<(PropertyIndex, Value)> = properties
            .iter()
            .filter_map(|(name, value)| Some((declared.property(name)?.0, self.own(value))))
            .collect();
        row.sort_by_key(|(property, _)| *property);
        let relationship = match self.same_relationship(index, from, to, &row) {
            Some(relationship) => relationship,
            None => self.put_relationship(index, from, to),
        };
        let properties = if row.is_empty() {
            NONE
        } else {
            self.edge_properties.push(row.into())
        };
        Some((
            About::Relationship(relationship),
            StatedRow::EdgeProperties(properties),
        ))
    }

    /// A value as it is kept: an entity by its own id, so that those who name it by another say the same.
    fn own(&self, value: &Value) -> Value {
        match value {
            Value::Entity(id) => {
                let own = self.resolved(id).map(|entity| self.id(entity));
                Value::Entity(own.unwrap_or(id).clone())
            }
            other => other.clone(),
        }
    }

    /// The relationship with these ends whose identifying properties are the same.
    fn same_relationship(
        &self,
        index: RelationshipTypeIndex,
        from: EntityIndex,
        to: EntityIndex,
        properties: &[(PropertyIndex, Value)],
    ) -> Option<RelationshipIndex> {
        let declared = &self.ontology.relationship_type(index).properties;
        let identifies =
            |(property, _): &&(PropertyIndex, Value)| declared[property.place()].identity;
        let recent = self.recent.pairs.get(&(index, from, to)).copied();
        self.sealed_pair(index, from, to)
            .chain(self.parallel(recent))
            .find(|relationship| {
                let first = ClaimIndex(self.relationships.get(relationship.0).first_claim);
                match self.stating(first) {
                    Stating::Edge(found) => {
                        let found = found.iter().filter(identifies);
                        found.eq(properties.iter().filter(identifies))
                    }
                    _ => false,
                }
            })
    }

    fn put_relationship(
        &mut self,
        index: RelationshipTypeIndex,
        from: EntityIndex,
        to: EntityIndex,
    ) -> RelationshipIndex {
        let relationship = RelationshipIndex(self.relationships.next());
        let recent = self.recent_mut();
        for key in [(index, Direction::Out, from), (index, Direction::In, to)] {
            recent.rows.entry(key).or_default().push(relationship);
        }
        for end in [from, to] {
            recent.related.entry(end).or_default().push(relationship);
        }
        let before = recent.pairs.insert((index, from, to), relationship);
        self.relationships.push(RelationshipRecord {
            relationship_type: index,
            from,
            to,
            first_claim: NONE,
            last_claim: NONE,
            winner: NONE,
            next_parallel: before.map_or(NONE, |before| before.0),
        });
        relationship
    }

    fn add_evidence(
        &mut self,
        claim: ClaimIndex,
        evidence: &Evidence,
        version: Version,
    ) -> Option<()> {
        let source = self.resolved(&evidence.source)?;
        let row = self.interned(source, evidence);
        if evidence.quote.is_some() {
            self.recent_mut().searched.push(claim);
        }
        let cited = &mut self.recent_mut().cited;
        cited.entry(source).or_default().push(claim);
        let link = self.evidence_links.push(EvidenceLink {
            evidence: row,
            recorded: version,
            next: NONE,
        });
        let record = self.claims.get_mut(claim.0);
        let before = std::mem::replace(&mut record.last_evidence, link);
        if before == NONE {
            record.evidence = link;
        } else {
            self.evidence_links.get_mut(before).next = link;
        }
        Some(())
    }

    /// The row of evidence. Equal evidence is kept once, while the segment lasts: a quote that supports ten claims
    /// of a record is one row.
    fn interned(&mut self, source: EntityIndex, evidence: &Evidence) -> u32 {
        if let Some(row) = self.recent.interned.get(evidence) {
            return *row;
        }
        let attributed_to = evidence.attributed_to.as_ref();
        let row = self.evidence.push(EvidenceRecord {
            source,
            attributed_to: attributed_to.and_then(|id| self.resolved(id)),
            evidence: evidence.clone(),
        });
        self.recent_mut().interned.insert(evidence.clone(), row);
        row
    }

    fn set_rank(
        &mut self,
        id: &ClaimId,
        rank: Rank,
        reason: &str,
        version: Version,
    ) -> Option<ClaimIndex> {
        let claim = self.claim(id.as_str())?;
        let record = self.claims.get_mut(claim.0);
        let before = (record.recorded, record.rank);
        let ranks = &mut self.extras_mut(claim).ranks;
        if ranks.is_empty() {
            ranks.push(RankChange {
                version: before.0,
                rank: before.1,
                reason: None,
            });
        }
        ranks.push(RankChange {
            version,
            rank,
            reason: Some(reason.into()),
        });
        self.touched(claim, false);
        Some(claim)
    }

    /// Keeps the indexes true after a claim came or changed; `with_others`, if others on the same matter may have too.
    pub(crate) fn touched(&mut self, claim: ClaimIndex, with_others: bool) {
        let ClaimRecord { subject, about, .. } = *self.claims.get(claim.0);
        match about {
            About::Property(property) => {
                self.entities.get_mut(subject.0).changed = true;
                let entity_type = self.type_of(subject);
                let sealed = Arc::clone(&self.sealed);
                let recent = self.recent_mut();
                if let Some(rows) = sealed.ordered_by.get(&(entity_type, property)) {
                    recent.unordered.extend(rows);
                }
            }
            About::Relationship(relationship) => {
                let winner = if with_others {
                    self.relationship_winner(relationship, &self.lens())
                } else {
                    self.new_winner(relationship, claim)
                };
                let record = self.relationships.get_mut(relationship.0);
                record.winner = winner.map_or(NONE, |winner| winner.0);
                let (index, from, to) = (record.relationship_type, record.from, record.to);
                if relationship.0 < self.sealed.relationships {
                    // What was sealed of these two rows no longer holds; the others stay as they are.
                    let recent = self.recent_mut();
                    for key in [(index, Direction::Out, from), (index, Direction::In, to)] {
                        recent.rows.entry(key).or_default();
                    }
                    for end in [from, to] {
                        recent.related.entry(end).or_default();
                    }
                }
            }
        }
    }

    /// The claim that the default view shows of a relationship after one of its claims came or changed.
    fn new_winner(&self, relationship: RelationshipIndex, claim: ClaimIndex) -> Option<ClaimIndex> {
        let lens = self.lens();
        let before = self.relationships.get(relationship.0).winner;
        if before == claim.0 {
            return self.relationship_winner(relationship, &lens);
        }
        // The others are as they were: only the best of them can stand against this one.
        let before = (before != NONE).then_some(ClaimIndex(before));
        self.best(before.into_iter().chain([claim]), &lens)
    }
}
