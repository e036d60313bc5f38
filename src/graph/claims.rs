//! Which claims a reader sees, and which of them wins.

use crate::graph::Graph;
use crate::graph::records::{
    About, ClaimExtras, ClaimIndex, ClaimRecord, EntityIndex, EvidenceRecord, NONE, RankChange,
    RelationshipIndex, ReviewChange, StatedRow, Version,
};
use crate::graph::view::Certainty;
use crate::model::claim::{Rank, Stance, Until, ValidTime};
use crate::model::date::Edtf;
use crate::model::id::EntityId;
use crate::model::ontology::{PropertyIndex, Temporal};
use crate::model::value::Value;
use crate::model::words::words;

words! {
    /// Who is asking.
    Audience {
        /// Anybody: accepted claims that are under no embargo.
        Public = "PUBLIC",
        /// Who may propose: claims that were proposed or rejected too, whoever proposed them, but nothing under embargo.
        Contributor = "CONTRIBUTOR",
        /// An editor: everything.
        Editor = "EDITOR",
    }
}

#[expect(
    clippy::derivable_impls,
    reason = "what declares the words derives no default"
)]
impl Default for Audience {
    fn default() -> Self {
        Self::Public
    }
}

/// What a reader looks through: the clocks and the audience of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lens {
    /// The last transaction that is known.
    pub(crate) known: Version,
    /// The first and the last day of the date that is asked about.
    pub(crate) date: Option<(i32, i32)>,
    /// Whether only what surely held then is seen.
    pub(crate) certain: bool,
    /// The day by which a source must have been published.
    pub(crate) published: Option<i32>,
    pub(crate) audience: Audience,
}

/// What a claim states, resolved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stating<'a> {
    /// The property has this value.
    Value(&'a Value),
    /// The source says that there is none.
    None,
    /// The source says that it is not known.
    Unknown,
    /// The relationship has these properties.
    Edge(&'a [(PropertyIndex, Value)]),
}

impl Graph {
    /// The lens of the default view: everything that is on record now, for anybody.
    pub(crate) fn lens(&self) -> Lens {
        Lens {
            known: self.version(),
            date: None,
            certain: false,
            published: None,
            audience: Audience::Public,
        }
    }

    /// Whether a claim is on record for a reader: seen by its audience since then or before, and not retracted by then as far as
    /// that audience knows. The only place where that is decided.
    fn on_record(&self, claim: &ClaimRecord, lens: &Lens) -> bool {
        self.claim_since(claim, lens.audience) <= lens.known
            && (claim.retracted > lens.known || !self.in_effect(claim.retracted, lens))
    }

    /// Whether a claim is seen through a lens.
    pub(crate) fn sees(&self, claim: ClaimIndex, lens: &Lens) -> bool {
        let record = self.claims.get(claim.0);
        self.on_record(record, lens) && self.held(claim, lens) && self.published(claim, lens)
    }

    /// Whether it held on the date that is asked about: may have, or surely did, as the lens demands.
    fn held(&self, claim: ClaimIndex, lens: &Lens) -> bool {
        let Some((first, last)) = lens.date else {
            return true;
        };
        let record = self.claims.get(claim.0);
        if record.valid != NONE && self.temporal(record) == Temporal::Lasting {
            let valid = self.valid_times.get(record.valid);
            if valid.from > last || valid.to < first {
                return false;
            }
        }
        !lens.certain || self.certainty(claim, lens) != Some(Certainty::Possible)
    }

    /// How sure it is that a claim which may have held on the date did; `None` without a date, of what happened, and
    /// of a property whose claims are all without a date: of these a date says nothing.
    pub(crate) fn certainty(&self, claim: ClaimIndex, lens: &Lens) -> Option<Certainty> {
        let (first, last) = lens.date?;
        let record = self.claims.get(claim.0);
        if self.temporal(record) == Temporal::Momentary {
            return None;
        }
        if record.valid == NONE {
            let is_dated = |other: ClaimIndex| {
                let other = self.claims.get(other.0);
                other.about == record.about && other.valid != NONE && self.on_record(other, lens)
            };
            return match record.about {
                About::Property(_) if !self.property_chain(record.subject).any(is_dated) => None,
                _ => Some(Certainty::Possible),
            };
        }
        let valid = self.valid_times.get(record.valid);
        let sure = valid.begun_by <= first
            && (last <= valid.ended_after
                || (valid.time.until == Some(Until::StillHolds)
                    && self.stated_by(claim, lens).is_some_and(|day| last <= day)));
        Some(if sure {
            Certainty::Certain
        } else {
            Certainty::Possible
        })
    }

    /// The last day on which a source is known to have stated a claim.
    fn stated_by(&self, claim: ClaimIndex, lens: &Lens) -> Option<i32> {
        self.evidence_of(claim, lens)
            .filter(|found| found.evidence.stance == Stance::Supports)
            .filter_map(|found| {
                let published = self.publication(found.source, lens);
                published.filter(|date| date.is_firm())?.earliest()
            })
            .max()
    }

    /// A type whose entities happened says so of all its properties.
    fn temporal(&self, claim: &ClaimRecord) -> Temporal {
        match claim.about {
            About::Property(property) => {
                let entity_type = self.ontology.entity_type(self.type_of(claim.subject));
                entity_type.temporal_of(property)
            }
            About::Relationship(relationship) => {
                let index = self.relationships.get(relationship.0).relationship_type;
                self.ontology.relationship_type(index).temporal
            }
        }
    }

    /// The ranks that a claim has had, the one that it came with first; none if that never changed.
    pub(crate) fn ranks(&self, claim: ClaimIndex) -> &[RankChange] {
        self.extras(claim).map_or(&[], |extras| &extras.ranks)
    }

    /// The reviews of a claim since it came.
    pub(crate) fn reviews(&self, claim: ClaimIndex) -> &[ReviewChange] {
        self.extras(claim).map_or(&[], |extras| &extras.reviews)
    }

    /// Whether a source that had been published by then states it. A source whose date is not
    /// on record is not known to have been published.
    pub(crate) fn published(&self, claim: ClaimIndex, lens: &Lens) -> bool {
        if lens.published.is_none() {
            return true;
        }
        let mut evidence = self.evidence_of(claim, lens).peekable();
        // What states itself (an editor's note) has no source to ask.
        evidence.peek().is_none()
            || evidence.any(|found| {
                found.evidence.stance == Stance::Supports && self.is_published(found.source, lens)
            })
    }

    /// Whether a source is known to have been published by then.
    pub(crate) fn is_published(&self, source: EntityIndex, lens: &Lens) -> bool {
        lens.published.is_none_or(|day| {
            let published = self.publication(source, lens);
            published
                .and_then(Edtf::earliest)
                .is_some_and(|published| published <= day)
        })
    }

    /// When a source was published, as far as was known.
    fn publication(&self, source: EntityIndex, lens: &Lens) -> Option<&Edtf> {
        let (property, _) = self
            .ontology
            .entity_type(self.type_of(source))
            .property("published")?;
        let whenever = Lens {
            date: None,
            certain: false,
            published: None,
            ..*lens
        };
        match self.stating(self.winner(source, property, &whenever)?) {
            Stating::Value(Value::Date(date)) => Some(date),
            _ => None,
        }
    }

    /// What a claim states.
    #[must_use]
    pub fn stating(&self, claim: ClaimIndex) -> Stating<'_> {
        match self.claims.get(claim.0).stated {
            StatedRow::Value(value) => Stating::Value(self.values.get(value)),
            StatedRow::None => Stating::None,
            StatedRow::Unknown => Stating::Unknown,
            StatedRow::EdgeProperties(NONE) => Stating::Edge(&[]),
            StatedRow::EdgeProperties(properties) => {
                Stating::Edge(self.edge_properties.get(properties))
            }
        }
    }

    /// What a claim is about.
    #[must_use]
    pub fn about(&self, claim: ClaimIndex) -> (EntityIndex, About) {
        let record = self.claims.get(claim.0);
        (record.subject, record.about)
    }

    /// When a claim was true, as far as it says.
    #[must_use]
    pub fn valid_time(&self, claim: ClaimIndex) -> Option<&ValidTime> {
        let valid = self.claims.get(claim.0).valid;
        (valid != NONE).then(|| &self.valid_times.get(valid).time)
    }

    /// The transaction that recorded a claim.
    #[must_use]
    pub fn recorded(&self, claim: ClaimIndex) -> Version {
        self.claims.get(claim.0).recorded
    }

    /// Why a claim was retracted.
    pub(crate) fn retraction_reason(&self, claim: ClaimIndex) -> Option<&str> {
        self.extras(claim)?.retraction.as_deref()
    }

    /// The claim that stated a relationship first, as far as an audience may know.
    pub(crate) fn first_claim(
        &self,
        relationship: RelationshipIndex,
        audience: Audience,
    ) -> ClaimIndex {
        let since = |claim: ClaimIndex| self.claim_since(self.claims.get(claim.0), audience);
        let first = ClaimIndex(self.relationships.get(relationship.0).first_claim);
        if since(first) == self.recorded(first) {
            return first;
        }
        let claims = self.relationship_chain(relationship);
        claims.min_by_key(|claim| since(*claim)).unwrap_or(first)
    }

    /// A claim's rank as a reader knows it, and why it has it: that which was given last.
    pub(crate) fn rank(&self, claim: ClaimIndex, lens: &Lens) -> (Rank, Option<&str>) {
        let record = self.claims.get(claim.0);
        let Some(ClaimExtras { ranks, .. }) = self.extras(claim) else {
            return (record.rank, None);
        };
        let mut given = ranks.iter().rev();
        match given.find(|change| self.in_effect(change.version, lens)) {
            Some(change) => (change.rank, change.reason.as_deref()),
            None => (record.rank, None),
        }
    }

    /// The annotations that speak of a claim, and since which version.
    pub(crate) fn annotations(&self, claim: ClaimIndex) -> &[(EntityIndex, Version)] {
        self.extras(claim).map_or(&[], |extras| &extras.annotations)
    }

    /// The evidence of a claim that a reader knows.
    pub(crate) fn evidence_of(
        &self,
        claim: ClaimIndex,
        lens: &Lens,
    ) -> impl Iterator<Item = &EvidenceRecord> {
        self.evidence_links(claim)
            .filter(move |(recorded, _)| self.in_effect(*recorded, lens))
            .map(|(_, record)| record)
    }

    /// The evidence of a claim in the order of recording, each with the version that recorded it.
    pub(crate) fn evidence_links(
        &self,
        claim: ClaimIndex,
    ) -> impl Iterator<Item = (Version, &EvidenceRecord)> {
        let mut next = self.claims.get(claim.0).evidence;
        std::iter::from_fn(move || {
            if next == NONE {
                return None;
            }
            let link = self.evidence_links.get(next);
            next = link.next;
            Some((link.recorded, self.evidence.get(link.evidence)))
        })
    }

    /// The property claims of an entity, in the order of recording, whoever may see them.
    pub(crate) fn property_chain(
        &self,
        entity: EntityIndex,
    ) -> impl Iterator<Item = ClaimIndex> + '_ {
        self.chain(self.entities.get(entity.0).first_claim)
    }

    /// The claims of a relationship, in the order of recording, whoever may see them.
    pub(crate) fn relationship_chain(
        &self,
        relationship: RelationshipIndex,
    ) -> impl Iterator<Item = ClaimIndex> + '_ {
        self.chain(self.relationships.get(relationship.0).first_claim)
    }

    fn chain(&self, first: u32) -> impl Iterator<Item = ClaimIndex> + '_ {
        let mut next = first;
        std::iter::from_fn(move || {
            if next == NONE {
                return None;
            }
            let claim = ClaimIndex(next);
            next = self.claims.get(next).next;
            Some(claim)
        })
    }

    /// The claim that wins a property of an entity: by rank, then the latest valid start, then the
    /// latest recorded. What is deprecated never wins.
    pub(crate) fn winner(
        &self,
        entity: EntityIndex,
        property: PropertyIndex,
        lens: &Lens,
    ) -> Option<ClaimIndex> {
        self.best(
            self.property_chain(entity)
                .filter(|claim| self.claims.get(claim.0).about == About::Property(property)),
            lens,
        )
    }

    /// The claim that wins a relationship.
    pub(crate) fn relationship_winner(
        &self,
        relationship: RelationshipIndex,
        lens: &Lens,
    ) -> Option<ClaimIndex> {
        self.best(self.relationship_chain(relationship), lens)
    }

    /// The winner among claims.
    pub(crate) fn best(
        &self,
        claims: impl Iterator<Item = ClaimIndex>,
        lens: &Lens,
    ) -> Option<ClaimIndex> {
        claims
            .filter(|claim| self.sees(*claim, lens))
            .map(|claim| (self.precedence(claim, lens), claim))
            .filter(|((rank, _, _), _)| *rank != Rank::Deprecated)
            .max_by_key(|(precedence, _)| *precedence)
            .map(|(_, claim)| claim)
    }

    /// The key by which one of several claims wins: the greatest does.
    pub(crate) fn precedence(&self, claim: ClaimIndex, lens: &Lens) -> (Rank, i32, u32) {
        let record = self.claims.get(claim.0);
        let start = if record.valid == NONE {
            i32::MIN
        } else {
            self.valid_times.get(record.valid).start
        };
        // Claims are numbered in the order of recording.
        (self.rank(claim, lens).0, start, claim.0)
    }

    /// The entity of an id that the record has checked.
    pub(crate) fn resolved(&self, id: &EntityId) -> Option<EntityIndex> {
        self.entity(id.as_str())
    }
}
