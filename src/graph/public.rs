//! Since when somebody sees what was recorded: proposals and embargoes.
//!
//! A claim is public since the version that recorded it, or since the later one that accepted it or lifted its embargo.
//! What is public names its entities, so that these are public too: an entity that was proposed, or is under embargo, is
//! seen since the first thing that names it is. All of it is worked out when a transaction is applied and kept in the rows, as versions,
//! so that a view of the past reads what could be seen then.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::graph::claims::{Audience, Lens};
use crate::graph::records::{
    About, ClaimIndex, ClaimRecord, EntityIndex, EntityRecord, NONE, RelationshipIndex, StatedRow,
    Version,
};
use crate::graph::table::Table;
use crate::graph::view::View;
use crate::graph::{Counts, Graph};
use crate::model::change::{Change, Transaction};
use crate::model::claim::Review;
use crate::model::date::Timestamp;
use crate::model::ontology::TypeIndex;
use crate::model::value::Value;

/// What is kept beside the rows of what the public does not see, or did not see at once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unseen {
    /// Whether any transaction was ever under embargo: without one nobody has to ask.
    embargoes: bool,
    /// The last version that lifted an embargo.
    last_release: Version,
    /// The embargoes that hold.
    pending: Arc<BTreeMap<Version, Embargo>>,
    /// How many entities the public does not see, and how many of each type.
    hidden: usize,
    hidden_of: Arc<Vec<usize>>,
    /// How many entities are seen by editors alone.
    closed: usize,
    /// What was public later than it was recorded, or is not yet.
    late: Late,
}

/// The rows that were public later than they were recorded, or are not yet, in the order of recording.
#[derive(Debug, Clone, Default)]
struct Late {
    entities: Table<EntityIndex>,
    claims: Table<ClaimIndex>,
    relationships: Table<RelationshipIndex>,
    /// Pieces of evidence, each with its claim.
    evidence: Table<(u32, ClaimIndex)>,
}

/// A transaction that is under embargo.
#[derive(Debug, Clone)]
pub(crate) struct Embargo {
    /// When it is to be lifted.
    visible_from: Timestamp,
    /// The claims that it added or changed.
    claims: Vec<ClaimIndex>,
    /// The entities that it put, and whether in the open: without proposing them.
    put: Vec<(EntityIndex, bool)>,
}

/// What a transaction does to what is seen, while it is applied.
#[derive(Debug)]
pub(crate) struct Disclosure {
    pub(crate) version: Version,
    /// The end of its embargo, if it is under one.
    pub(crate) visible_from: Option<Timestamp>,
    /// Whether an entity that it puts may turn out to be proposed.
    pub(crate) proposes: bool,
    /// Whether any of its claims is accepted.
    pub(crate) accepts: bool,
    /// The entities that it puts.
    pub(crate) put: Vec<EntityIndex>,
    /// The subjects of its claims that are not accepted.
    pub(crate) proposed: Vec<EntityIndex>,
    /// The claims that it adds or changes; kept only under embargo.
    pub(crate) claims: Vec<ClaimIndex>,
    /// Whether the public sees anything that it does.
    pub(crate) shown: bool,
}

impl Disclosure {
    pub(crate) fn of(transaction: &Transaction, version: Version) -> Self {
        let proposes = |change: &Change| matches!(change, Change::AddClaim { claim } if claim.review != Review::Accepted);
        Self {
            version,
            visible_from: transaction
                .visible_from
                .filter(|_| transaction.is_embargoed()),
            proposes: transaction.changes.iter().any(proposes),
            accepts: false,
            put: Vec::new(),
            proposed: Vec::new(),
            claims: Vec::new(),
            shown: transaction.changes.is_empty(),
        }
    }
}

impl Unseen {
    pub(crate) fn new(types: usize) -> Self {
        Self {
            hidden_of: Arc::new(vec![0; types]),
            ..Self::default()
        }
    }

    /// Notes that the public does not see so many entities of a type more.
    fn hide(&mut self, entity_type: TypeIndex) {
        self.hidden += 1;
        Arc::make_mut(&mut self.hidden_of)[entity_type.place()] += 1;
    }

    /// Notes that the public sees one of them.
    fn show(&mut self, entity_type: TypeIndex) {
        self.hidden -= 1;
        Arc::make_mut(&mut self.hidden_of)[entity_type.place()] -= 1;
    }
}

impl Graph {
    /// Since which version others than editors may see what a transaction did: its own, or the one that lifted its embargo.
    /// [`NONE`] while that holds, and of no transaction.
    pub(crate) fn effective(&self, version: Version) -> Version {
        match version.checked_sub(1) {
            Some(place) if self.unseen.embargoes && version != NONE => {
                self.transactions.get(place).effective
            }
            _ => version,
        }
    }

    /// Whether what a transaction did counts for a reader.
    pub(crate) fn in_effect(&self, version: Version, lens: &Lens) -> bool {
        version <= lens.known
            && (lens.audience == Audience::Editor || self.effective(version) <= lens.known)
    }

    /// The version by which a reader learns what a transaction did.
    pub(crate) fn learned(&self, version: Version, audience: Audience) -> Version {
        match audience {
            Audience::Editor => version,
            Audience::Contributor | Audience::Public => self.effective(version),
        }
    }

    /// Since which version an audience sees a claim, as long as it is not retracted; [`NONE`] if never.
    pub(crate) fn claim_since(&self, claim: &ClaimRecord, audience: Audience) -> Version {
        match audience {
            Audience::Public => claim.public_since,
            Audience::Editor => claim.recorded,
            Audience::Contributor => {
                let since = self.effective(claim.recorded);
                // What is withdrawn before its embargo is lifted was never there.
                if self.effective(claim.retracted) < since {
                    NONE
                } else {
                    since
                }
            }
        }
    }

    /// Since which version an audience sees an entity; [`NONE`] if it does not yet.
    pub(crate) fn entity_since(&self, entity: &EntityRecord, audience: Audience) -> Version {
        match audience {
            Audience::Public => entity.public_since,
            Audience::Contributor => entity.open_since,
            Audience::Editor => entity.recorded,
        }
    }

    /// How far a claim was reviewed, as a reader knows.
    pub(crate) fn reviewed(&self, claim: ClaimIndex, lens: &Lens) -> Review {
        let changed = self.reviews(claim).iter().rev();
        let mut known = changed.filter(|change| self.in_effect(change.version, lens));
        known
            .next()
            .map_or(self.claims.get(claim.0).review, |change| change.review)
    }

    /// Whether there is any claim that the public did not see at once.
    pub(crate) fn hides_claims(&self) -> bool {
        self.unseen.late.claims.len() > 0
    }

    /// Whether an embargo may have been lifted after a version.
    pub(crate) fn released_after(&self, version: Version) -> bool {
        self.unseen.last_release > version
    }

    /// The transactions whose embargo is to be lifted by a moment, the first first.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Vec<Version> {
        let pending = self.unseen.pending.iter();
        pending
            .filter(|(_, embargo)| embargo.visible_from <= now)
            .map(|(version, _)| *version)
            .collect()
    }

    /// When the next embargo is to be lifted.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        let pending = self.unseen.pending.values();
        pending.map(|embargo| embargo.visible_from).min()
    }

    /// Whether a transaction is under an embargo that holds.
    #[must_use]
    pub fn is_embargoed(&self, version: Version) -> bool {
        self.unseen.pending.contains_key(&version)
    }

    /// Counts an entity that was just put.
    pub(crate) fn put_unseen(&mut self, entity: EntityIndex) {
        let record = self.entities.get(entity.0);
        let entity_type = record.entity_type;
        self.unseen.closed += usize::from(record.open_since == NONE);
        if record.public_since == NONE {
            self.unseen.hide(entity_type);
        }
    }

    /// An entity is seen from a version on: by contributors, or by everybody.
    fn see(&mut self, entity: EntityIndex, by_all: bool, version: Version) {
        let EntityRecord {
            entity_type,
            open_since,
            public_since,
            ..
        } = *self.entities.get(entity.0);
        if open_since == NONE {
            self.entities.get_mut(entity.0).open_since = version;
            self.unseen.closed -= 1;
        }
        if by_all && public_since == NONE {
            self.entities.get_mut(entity.0).public_since = version;
            self.unseen.show(entity_type);
        }
    }

    /// Works out who sees a claim, after something happened to it or to its embargo.
    pub(crate) fn settle(&mut self, claim: ClaimIndex, version: Version) {
        let ClaimRecord {
            recorded,
            retracted,
            public_since,
            ..
        } = *self.claims.get(claim.0);
        let record = self.claims.get(claim.0);
        if self.claim_since(record, Audience::Contributor) > version {
            return;
        }
        let lens = self.lens();
        let by_all = public_since != NONE
            || (self.effective(retracted) >= version
                && self.reviewed(claim, &lens) == Review::Accepted);
        if by_all && public_since == NONE {
            self.claims.get_mut(claim.0).public_since = version;
            let transaction = self.transactions.get(recorded - 1);
            if transaction.shown_since > version {
                self.transactions.get_mut(recorded - 1).shown_since = version;
            }
        }
        // What editors alone see, the public does not see either.
        if self.unseen.hidden > 0 {
            for entity in self.named(claim, &lens) {
                self.see(entity, by_all, version);
            }
        }
    }

    /// The entities that a claim names, and those that its evidence does.
    fn named(&self, claim: ClaimIndex, lens: &Lens) -> Vec<EntityIndex> {
        let ClaimRecord {
            subject,
            about,
            stated,
            ..
        } = *self.claims.get(claim.0);
        let mut named = vec![subject];
        if let About::Relationship(relationship) = about {
            named.push(self.relationships.get(relationship.0).to);
        }
        let mut add = |value: &Value| {
            if let Value::Entity(id) = value {
                named.extend(self.resolved(id));
            }
        };
        match stated {
            StatedRow::Value(value) => add(self.values.get(value)),
            StatedRow::EdgeProperties(own) if own != NONE => {
                let own = self.edge_properties.get(own).iter();
                own.for_each(|(_, value)| add(value));
            }
            _ => {}
        }
        for record in self.evidence_of(claim, lens) {
            named.push(record.source);
            named.extend(record.attributed_to);
        }
        named
    }

    /// Notes evidence of a claim that just came, and that the public does not see at once.
    pub(crate) fn note_late_evidence(&mut self, claim: ClaimIndex, links: Range<u32>) {
        let version = self.version();
        if self.claims.get(claim.0).public_since <= version && self.effective(version) <= version {
            return;
        }
        for link in links {
            self.unseen.late.evidence.push((link, claim));
        }
    }

    /// Notes a claim that just came, and that the public does not see at once.
    pub(crate) fn note_late_claim(&mut self, claim: ClaimIndex) {
        let record = self.claims.get(claim.0);
        if record.public_since != NONE {
            return;
        }
        self.unseen.late.claims.push(claim);
        if let About::Relationship(relationship) = record.about
            && self.relationships.get(relationship.0).first_claim == claim.0
        {
            self.unseen.late.relationships.push(relationship);
        }
    }

    /// Settles what a transaction put, once all of its changes are applied.
    pub(crate) fn disclose(&mut self, disclosure: Disclosure) {
        let Disclosure {
            version,
            visible_from,
            proposes,
            accepts,
            put,
            proposed,
            claims,
            shown,
        } = disclosure;
        let is_seen =
            |graph: &Self, entity: &EntityIndex| graph.entities.get(entity.0).public_since != NONE;
        let openly = |entity: &EntityIndex| !proposes || (accepts && !proposed.contains(entity));
        let mut shown = shown;
        if let Some(visible_from) = visible_from {
            for entity in &put {
                self.unseen.late.entities.push(*entity);
            }
            let put = put.iter().map(|entity| (*entity, openly(entity)));
            let embargo = Embargo {
                visible_from,
                claims,
                put: put.collect(),
            };
            Arc::make_mut(&mut self.unseen.pending).insert(version, embargo);
            return;
        }
        for entity in &put {
            if openly(entity) {
                self.see(*entity, true, version);
            }
            if is_seen(self, entity) {
                shown = true;
            } else {
                self.unseen.late.entities.push(*entity);
            }
        }
        let record = self.transactions.get_mut(version - 1);
        if shown && record.shown_since > version {
            record.shown_since = version;
        }
    }

    /// Begins an embargo: from now on what the transaction does has to be asked for.
    pub(crate) fn begin_embargo(&mut self) {
        self.unseen.embargoes = true;
    }

    /// Lifts the embargo of a transaction.
    pub(crate) fn release(&mut self, embargoed: Version, version: Version) -> Option<()> {
        let embargo = Arc::make_mut(&mut self.unseen.pending).remove(&embargoed)?;
        self.unseen.last_release = version;
        self.transactions.get_mut(embargoed - 1).effective = version;
        let mut shown = embargo.claims.is_empty();
        for (entity, openly) in embargo.put {
            self.see(entity, openly, version);
            shown |= openly;
        }
        for claim in embargo.claims {
            self.settle(claim, version);
            self.touched(claim, true);
            shown |= self.claims.get(claim.0).public_since != NONE;
        }
        let record = self.transactions.get_mut(embargoed - 1);
        if shown {
            record.shown_since = record.shown_since.min(version);
        }
        Some(())
    }

    /// How many entities of a type the public sees now.
    pub(crate) fn public_count_of(&self, entity_type: TypeIndex) -> usize {
        self.count_of(entity_type) - self.unseen.hidden_of[entity_type.place()]
    }
}

impl View {
    /// How many entities of a type this view has, where that is known without counting them.
    #[must_use]
    pub fn count_of(&self, entity_type: TypeIndex) -> Option<usize> {
        let graph = self.graph();
        let Lens {
            known,
            published,
            audience,
            ..
        } = *self.lens();
        if known < graph.version() || published.is_some() {
            return None;
        }
        match audience {
            Audience::Public => Some(graph.public_count_of(entity_type)),
            Audience::Editor => Some(graph.count_of(entity_type)),
            Audience::Contributor if graph.unseen.closed == 0 => Some(graph.count_of(entity_type)),
            Audience::Contributor => None,
        }
    }

    /// About how many entities a list of a type reads, as far as the audience may know.
    #[must_use]
    pub(crate) fn listed(&self, entity_type: TypeIndex) -> usize {
        match self.audience() {
            Audience::Public => self.graph().public_count_of(entity_type),
            Audience::Contributor | Audience::Editor => self.graph().count_of(entity_type),
        }
    }

    /// How much was on record, as far as the audience may know.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let graph = self.graph();
        let Lens {
            known, audience, ..
        } = *self.lens();
        let all = graph.counts_at(known);
        if audience == Audience::Editor {
            return all;
        }
        let late = &graph.unseen.late;
        let claim_since =
            |claim: ClaimIndex| graph.claim_since(graph.claims.get(claim.0), audience);
        let unseen = |(recorded, since): (Version, Version)| recorded <= known && since > known;
        let entities = late.entities.rows().map(|entity| {
            let record = graph.entities.get(entity.0);
            (record.recorded, graph.entity_since(record, audience))
        });
        let claims = late.claims.rows().map(|claim| {
            let record = graph.claims.get(claim.0);
            (record.recorded, graph.claim_since(record, audience))
        });
        let relationships = late.relationships.rows().map(|relationship| {
            let first = graph.relationships.get(relationship.0).first_claim;
            let since = graph.relationship_chain(*relationship).map(claim_since);
            let since = since.min().unwrap_or(NONE);
            (graph.claims.get(first).recorded, since)
        });
        let evidence = late.evidence.rows().map(|(link, claim)| {
            let recorded = graph.evidence_links.get(*link).recorded;
            let since = graph.effective(recorded).max(claim_since(*claim));
            (recorded, since)
        });
        Counts {
            entities: all.entities - entities.filter(|row| unseen(*row)).count(),
            relationships: all.relationships - relationships.filter(|row| unseen(*row)).count(),
            claims: all.claims - claims.filter(|row| unseen(*row)).count(),
            evidence: all.evidence - evidence.filter(|row| unseen(*row)).count(),
        }
    }

    /// The claims that wait for an editor, as far as the audience may see them, in the order of recording.
    pub fn proposals(&self) -> impl Iterator<Item = ClaimIndex> + '_ {
        let late = self.graph().unseen.late.claims.rows().copied();
        late.filter(|claim| self.sees(*claim) && self.review(*claim) == Review::Proposed)
    }

    /// How far a claim was reviewed, as this view knows.
    #[must_use]
    pub fn review(&self, claim: ClaimIndex) -> Review {
        self.graph().reviewed(claim, self.lens())
    }
}
