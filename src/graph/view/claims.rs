//! Claims in a view: which stand, which contradict each other, what they rest on.

use crate::graph::records::{
    About, ClaimIndex, EntityIndex, EvidenceRecord, RelationshipIndex, Version,
};
use crate::graph::view::{Certainty, View};
use crate::model::claim::{Evidence, Rank, Stance, Until};
use crate::model::date::Edtf;
use crate::model::ontology::{Direction, Property, PropertyIndex, Temporal};

/// Evidence as a reader sees it.
#[derive(Debug, Clone, Copy)]
pub struct EvidenceView<'a> {
    /// What states the claim.
    pub evidence: &'a Evidence,
    /// The source.
    pub source: EntityIndex,
    /// To whom the source attributes it.
    pub attributed_to: Option<EntityIndex>,
}

impl<'a> From<&'a EvidenceRecord> for EvidenceView<'a> {
    fn from(record: &'a EvidenceRecord) -> Self {
        Self {
            evidence: &record.evidence,
            source: record.source,
            attributed_to: record.attributed_to,
        }
    }
}

impl View {
    /// The claims that a property's values come from, by rank, and else as they were recorded: the order of a list.
    /// What is deprecated is not among them.
    #[must_use]
    pub fn standing(&self, entity: EntityIndex, property: PropertyIndex) -> Vec<ClaimIndex> {
        let about = About::Property(property);
        let claims = self
            .graph
            .property_chain(entity)
            .filter(|claim| self.graph.claims.get(claim.0).about == about);
        self.ranked(claims)
    }

    /// All claims on a property, those that are deprecated last. The others come best first; those on a list,
    /// of which none wins over another, in its order.
    #[must_use]
    pub fn all_claims(&self, entity: EntityIndex, property: PropertyIndex) -> Vec<ClaimIndex> {
        let declared = self.ontology().entity_type(self.type_of(entity));
        let mut all = self.standing(entity, property);
        if !declared.properties[property.place()].list {
            self.sort_best_first(&mut all, |claim| claim);
        }
        let about = About::Property(property);
        let others = self.graph.property_chain(entity);
        all.extend(others.filter(|claim| {
            self.graph.about(*claim).1 == about
                && self.sees(*claim)
                && self.rank(*claim).0 == Rank::Deprecated
        }));
        all
    }

    /// The claims that state a relationship, best first.
    #[must_use]
    pub fn standing_relationship(&self, relationship: RelationshipIndex) -> Vec<ClaimIndex> {
        let mut claims = self.ranked(self.graph.relationship_chain(relationship));
        self.sort_best_first(&mut claims, |claim| claim);
        claims
    }

    /// Sorts things by their claims: each would win over all that follow it.
    pub(super) fn sort_best_first<T: Copy>(
        &self,
        things: &mut [T],
        claim: impl Fn(T) -> ClaimIndex,
    ) {
        things.sort_by_key(|thing| {
            std::cmp::Reverse(self.graph.precedence(claim(*thing), &self.lens))
        });
    }

    fn ranked(&self, claims: impl Iterator<Item = ClaimIndex>) -> Vec<ClaimIndex> {
        let mut standing: Vec<_> = claims
            .filter(|claim| self.graph.sees(*claim, &self.lens))
            .map(|claim| (self.graph.precedence(claim, &self.lens), claim))
            .filter(|((rank, _, _), _)| *rank != Rank::Deprecated)
            .collect();
        standing.sort_by_key(|((rank, _, place), _)| (std::cmp::Reverse(*rank), *place));
        standing.into_iter().map(|(_, claim)| claim).collect()
    }

    /// All claims whose subject is the entity, of any rank, in the order of recording.
    #[must_use]
    pub fn claims(&self, entity: EntityIndex) -> Vec<ClaimIndex> {
        let mut claims: Vec<_> = self.claims_on(entity).collect();
        claims.sort_unstable();
        claims.dedup();
        claims
    }

    /// The same in no order, found one by one.
    pub(super) fn claims_on(&self, entity: EntityIndex) -> impl Iterator<Item = ClaimIndex> + '_ {
        let graph = &self.graph;
        let declared = self.ontology().entity_type(self.type_of(entity));
        let fields = declared.relationships.iter();
        let links = fields
            .filter(|field| field.direction == Direction::Out)
            .flat_map(move |field| {
                graph.all_relationships(entity, field.relationship, Direction::Out)
            })
            .flat_map(|relationship| graph.relationship_chain(relationship));
        let claims = graph.property_chain(entity).chain(links);
        claims.filter(|claim| graph.sees(*claim, &self.lens))
    }

    /// The claims that cite a source, of any rank, in the order of recording.
    #[must_use]
    pub fn cited(&self, source: EntityIndex) -> Vec<ClaimIndex> {
        let sealed = self.graph.sealed.cited.get(&source).into_iter().flatten();
        let recent = self.graph.recent.cited.get(&source).into_iter().flatten();
        let mut claims: Vec<_> = sealed.chain(recent).copied().collect();
        // A later piece of evidence may be one that this view does not know yet.
        claims.retain(|claim| {
            self.sees(*claim) && self.evidence(*claim).any(|shown| shown.source == source)
        });
        claims.sort_unstable();
        claims.dedup();
        claims
    }

    /// Whether a claim is seen in this view.
    #[must_use]
    pub fn sees(&self, claim: ClaimIndex) -> bool {
        self.graph.sees(claim, &self.lens)
    }

    /// A claim's rank in this view, and why it has it.
    #[must_use]
    pub fn rank(&self, claim: ClaimIndex) -> (Rank, Option<&str>) {
        self.graph.rank(claim, &self.lens)
    }

    /// The evidence of a claim, of sources that were published by then.
    pub fn evidence(&self, claim: ClaimIndex) -> impl Iterator<Item = EvidenceView<'_>> {
        self.graph
            .evidence_of(claim, &self.lens)
            .filter(|record| self.has_appeared(record))
            .map(EvidenceView::from)
    }

    /// Whether the source of a piece of evidence had been published by then.
    pub(crate) fn has_appeared(&self, record: &EvidenceRecord) -> bool {
        self.graph.is_published(record.source, &self.lens)
    }

    /// Whether a source that states a claim had been published by then.
    pub(crate) fn is_published(&self, claim: ClaimIndex) -> bool {
        self.graph.published(claim, &self.lens)
    }

    /// How sure it is that a claim held on the date of this view; `None` without a date, and for what a date says
    /// nothing of.
    #[must_use]
    pub fn certainty(&self, claim: ClaimIndex) -> Option<Certainty> {
        self.graph.certainty(claim, &self.lens)
    }

    /// When a claim began to hold, as far as it says.
    #[must_use]
    pub fn since(&self, claim: ClaimIndex) -> Option<&Edtf> {
        self.graph.valid_time(claim)?.since.as_ref()
    }

    /// When a claim ceased to hold, as far as it says.
    #[must_use]
    pub fn until(&self, claim: ClaimIndex) -> Option<&Until> {
        self.graph.valid_time(claim)?.until.as_ref()
    }

    /// The annotations that speak of a claim, in the order of recording.
    pub fn annotations_of(&self, claim: ClaimIndex) -> impl Iterator<Item = EntityIndex> + '_ {
        let noted = self.graph.annotations(claim).iter();
        noted
            .filter(|(annotation, version)| {
                self.graph.in_effect(*version, &self.lens) && self.has(*annotation)
            })
            .map(|(annotation, _)| *annotation)
    }

    /// The transaction that retracted a claim, and why it did, as far as this view knows.
    #[must_use]
    pub fn retraction(&self, claim: ClaimIndex) -> Option<(Version, Option<&str>)> {
        let retracted = self.graph.claims.get(claim.0).retracted;
        let known = self.graph.in_effect(retracted, &self.lens);
        known.then(|| (retracted, self.graph.retraction_reason(claim)))
    }

    /// The claims that an annotation speaks of, in the order of recording.
    #[must_use]
    pub fn annotated_claims(&self, annotation: EntityIndex) -> Vec<ClaimIndex> {
        let sealed = self.graph.sealed.annotated.get(&annotation);
        let recent = self.graph.recent.annotated.get(&annotation);
        let noted = sealed.into_iter().chain(recent).flatten().copied();
        let mut claims: Vec<_> = noted
            .filter(|claim| {
                let mut annotations = self.annotations_of(*claim);
                annotations.any(|found| found == annotation) && self.sees(*claim)
            })
            .collect();
        claims.sort_unstable();
        claims.dedup();
        claims
    }

    /// Whether claims on a property contradict each other.
    ///
    /// Of a property that holds for a time, claims that begin at different times follow one another: a
    /// status that advanced is no dispute.
    #[must_use]
    pub fn disputed(&self, entity: EntityIndex, property: PropertyIndex) -> bool {
        let claims = self.standing(entity, property);
        let declared = self.ontology().entity_type(self.type_of(entity));
        let Property { list, .. } = declared.properties[property.place()];
        let temporal = declared.temporal_of(property);
        let contradict = |one: ClaimIndex, other: ClaimIndex| {
            let starts = (self.start(one), self.start(other));
            let successive = temporal == Temporal::Lasting
                && matches!(starts, (Some(one), Some(other)) if one != other);
            !successive && self.graph.stating(one) != self.graph.stating(other)
        };
        let contradicted = !list
            && claims.iter().enumerate().any(|(place, one)| {
                claims[place + 1..]
                    .iter()
                    .any(|other| contradict(*one, *other))
            });
        contradicted || claims.iter().any(|claim| self.is_spoken_against(*claim))
    }

    /// Whether a source disputes a claim.
    fn is_spoken_against(&self, claim: ClaimIndex) -> bool {
        self.evidence(claim)
            .any(|shown| shown.evidence.stance == Stance::Disputes)
    }

    /// The first day on which a claim may have held, if it says anything of that.
    fn start(&self, claim: ClaimIndex) -> Option<i32> {
        let valid = self.graph.valid_time(claim)?;
        valid.since.as_ref().or(valid.attested.as_ref())?.earliest()
    }
}
