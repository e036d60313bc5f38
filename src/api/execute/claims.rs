//! Claims, evidence and facts.

use std::collections::HashSet;

use crate::api::bind::{Bound, DEFAULT_PAGE};
use crate::api::execute::{Executor, Written, below, steps};
use crate::api::meaning::{ClaimField, EvidenceField, FactField, Meaning};
use crate::api::plan::{Field, Step};
use crate::graph::filter::{StatedAs, stated_as};
use crate::graph::records::{About, ClaimIndex, EntityIndex};
use crate::graph::view::{EvidenceView, Stating, View};
use crate::model::ontology::PropertyIndex;

fn stated_name(stated: StatedAs) -> &'static str {
    match stated {
        StatedAs::Value => "VALUE",
        StatedAs::None => "NONE",
        StatedAs::Unknown => "UNKNOWN",
        StatedAs::NotStated => "NOT_STATED",
    }
}

impl<'a> Executor<'a> {
    pub(super) fn claim_or_null(
        &mut self,
        view: &View,
        claim: Option<ClaimIndex>,
        field: &'a Field,
    ) -> Written {
        match claim {
            Some(claim) => self.claim(view, claim, steps(field)),
            None => self.null(),
        }
    }

    pub(super) fn claim(&mut self, view: &View, claim: ClaimIndex, steps: &'a [Step]) -> Written {
        let graph = view.graph();
        let (subject, about) = graph.about(claim);
        let recorded = graph.recorded(claim);
        let transaction = view.transaction(recorded);
        self.object(steps, |this, field| match field.meaning {
            Meaning::Claim(ClaimField::Id) => this.id(view, graph.claim_id(claim).as_str()),
            Meaning::Claim(ClaimField::ClaimId) => this.plain_id(graph.claim_id(claim).as_str()),
            Meaning::Claim(ClaimField::Subject) => this.entity(view, subject, below(field)),
            Meaning::Claim(ClaimField::Property) => match about {
                About::Property(property) => {
                    let declared = view.ontology().entity_type(view.type_of(subject));
                    this.text(&declared.properties[property.place()].name)
                }
                About::Relationship(_) => this.null(),
            },
            Meaning::Claim(ClaimField::Relationship) => match about {
                About::Relationship(relationship) => {
                    this.relationship(view, relationship, below(field))
                }
                About::Property(_) => this.null(),
            },
            Meaning::Claim(ClaimField::Stated) => this.text(match graph.stating(claim) {
                Stating::None => "NONE",
                Stating::Unknown => "UNKNOWN",
                Stating::Value(_) | Stating::Edge(_) => "VALUE",
            }),
            Meaning::Claim(ClaimField::Value) => this.claim_value(view, claim),
            Meaning::Claim(ClaimField::Since) => this.since(view, Some(claim), field),
            Meaning::Claim(ClaimField::Until) => this.until(view, Some(claim), field),
            Meaning::Claim(ClaimField::Ongoing) => this.ongoing(view, Some(claim)),
            Meaning::Claim(ClaimField::Attested) => this.attested(view, Some(claim), field),
            Meaning::Claim(ClaimField::Certainty) => this.certainty(view, Some(claim)),
            Meaning::Claim(ClaimField::Rank) => this.text(view.rank(claim).0.name()),
            Meaning::Claim(ClaimField::RankReason) => this.optional_text(view.rank(claim).1),
            Meaning::Claim(ClaimField::Review) => this.text(view.review(claim).name()),
            Meaning::Claim(ClaimField::RecordedAt) => {
                let moment = transaction.map(|transaction| transaction.recorded_at.to_string());
                this.optional_text(moment.as_deref())
            }
            Meaning::Claim(ClaimField::RecordedBy) => {
                this.optional_text(transaction.and_then(|transaction| transaction.author))
            }
            Meaning::Claim(ClaimField::RecordedBecause) => {
                this.optional_text(transaction.and_then(|transaction| transaction.reason))
            }
            Meaning::Claim(ClaimField::Version) => this.text(&recorded.to_string()),
            // A view of the past does not know what was retracted later.
            Meaning::Claim(ClaimField::RetractedAt) => {
                let moment = view
                    .retraction(claim)
                    .and_then(|(version, _)| graph.transaction(version))
                    .map(|transaction| transaction.recorded_at.to_string());
                this.optional_text(moment.as_deref())
            }
            Meaning::Claim(ClaimField::RetractionReason) => {
                this.optional_text(view.retraction(claim).and_then(|(_, reason)| reason))
            }
            Meaning::Claim(ClaimField::Evidence) => {
                this.evidence_of(view, [claim].into_iter(), field)
            }
            Meaning::Claim(ClaimField::Disputes) => {
                this.comparisons_of_claim(view, claim, false, field)
            }
            Meaning::Claim(ClaimField::Corroborations) => {
                this.comparisons_of_claim(view, claim, true, field)
            }
            Meaning::Claim(ClaimField::Annotations) => {
                let annotations: Vec<_> = view.annotations_of(claim).collect();
                this.list(annotations, |this, annotation| {
                    this.entity(view, annotation, below(field))
                })
            }
            _ => this.null(),
        })
    }

    /// What a claim states in words; of a relationship, what stands at its end.
    pub(super) fn claim_value(&mut self, view: &View, claim: ClaimIndex) -> Written {
        match (view.graph().stating(claim), view.graph().about(claim).1) {
            (Stating::Value(value), _) => self.text(&value.label()),
            (_, About::Relationship(relationship)) => {
                self.text(&view.label(view.relationship(relationship).2))
            }
            _ => self.null(),
        }
    }

    /// The evidence of some claims, each passage once.
    pub(super) fn evidence_of(
        &mut self,
        view: &View,
        claims: impl Iterator<Item = ClaimIndex>,
        field: &'a Field,
    ) -> Written {
        self.chosen_evidence(view, claims, field, |_| true)
    }

    /// The evidence of some claims that is chosen, each passage once.
    pub(super) fn chosen_evidence(
        &mut self,
        view: &View,
        claims: impl Iterator<Item = ClaimIndex>,
        field: &'a Field,
        is_chosen: impl Fn(&EvidenceView<'_>) -> bool,
    ) -> Written {
        let first = match self.bound(field) {
            Some(Bound::First(first)) => *first,
            _ => DEFAULT_PAGE,
        };
        let mut seen = HashSet::new();
        let claims: Vec<_> = claims.collect();
        // Several claims may rest on one passage; what differs between them stands with each claim.
        let passage = |shown: &EvidenceView<'_>| {
            (
                shown.source,
                shown
                    .evidence
                    .quote
                    .as_ref()
                    .map(|quote| quote.exact.clone()),
                shown.evidence.stance,
            )
        };
        let passages = claims
            .iter()
            .flat_map(|claim| view.evidence(*claim))
            .filter(|shown| is_chosen(shown) && seen.insert(passage(shown)));
        let passages: Vec<_> = passages.take(first).collect();
        self.list(passages, |this, shown| {
            this.evidence(view, shown, steps(field))
        })
    }

    pub(super) fn evidence(
        &mut self,
        view: &View,
        shown: EvidenceView<'_>,
        steps: &'a [Step],
    ) -> Written {
        let evidence = shown.evidence;
        let quote = evidence.quote.as_ref();
        self.object(steps, |this, field| match field.meaning {
            Meaning::Evidence(EvidenceField::Source) => {
                this.entity(view, shown.source, below(field))
            }
            Meaning::Evidence(EvidenceField::Quote) => {
                this.optional_text(quote.map(|quote| quote.exact.as_str()))
            }
            Meaning::Evidence(EvidenceField::Prefix) => {
                this.optional_text(quote.and_then(|quote| quote.prefix.as_deref()))
            }
            Meaning::Evidence(EvidenceField::Suffix) => {
                this.optional_text(quote.and_then(|quote| quote.suffix.as_deref()))
            }
            Meaning::Evidence(EvidenceField::AsStated) => {
                this.optional_text(evidence.as_stated.as_deref())
            }
            Meaning::Evidence(EvidenceField::AttributedTo) => {
                this.entity_or_null(view, shown.attributed_to, below(field))
            }
            Meaning::Evidence(EvidenceField::AttributedAs) => {
                this.optional_text(evidence.attributed_as.as_deref())
            }
            Meaning::Evidence(EvidenceField::Modality) => this.text(evidence.modality.name()),
            Meaning::Evidence(EvidenceField::Stance) => this.text(evidence.stance.name()),
            Meaning::Evidence(EvidenceField::Flags) => {
                this.list(&evidence.flags, |this, flag| this.text(flag.name()))
            }
            Meaning::Evidence(EvidenceField::Note) => this.optional_text(evidence.note.as_deref()),
            _ => this.null(),
        })
    }

    pub(super) fn facts(&mut self, view: &View, entity: EntityIndex, steps: &'a [Step]) -> Written {
        self.object(steps, |this, field| match field.meaning {
            Meaning::Facts {
                property,
                list: false,
            } => this.fact(view, entity, property, view.winner(entity, property), field),
            Meaning::Facts {
                property,
                list: true,
            } => {
                let claims = view.standing(entity, property);
                this.list(claims, |this, claim| {
                    this.fact(view, entity, property, Some(claim), field)
                })
            }
            _ => this.null(),
        })
    }

    fn fact(
        &mut self,
        view: &View,
        entity: EntityIndex,
        property: PropertyIndex,
        claim: Option<ClaimIndex>,
        outer: &'a Field,
    ) -> Written {
        self.object(steps(outer), |this, field| match field.meaning {
            Meaning::Fact(FactField::Value(_)) => {
                let value = match claim.map(|claim| view.graph().stating(claim)) {
                    Some(Stating::Value(value)) => Some(value),
                    Some(_) => None,
                    None => view.value(entity, property),
                };
                this.value(view, value, below(field))
            }
            Meaning::Fact(FactField::AsStated) => {
                let as_stated = claim.and_then(|claim| {
                    view.evidence(claim)
                        .find_map(|shown| shown.evidence.as_stated.as_deref())
                });
                this.optional_text(as_stated)
            }
            Meaning::Fact(FactField::Stated) => {
                let stated = match claim.map(|claim| view.graph().stating(claim)) {
                    Some(Stating::None) => StatedAs::None,
                    Some(Stating::Unknown) => StatedAs::Unknown,
                    Some(_) => StatedAs::Value,
                    None => stated_as(view, entity, property),
                };
                this.text(stated_name(stated))
            }
            Meaning::Fact(FactField::Disputed) => this.boolean(view.disputed(entity, property)),
            Meaning::Fact(FactField::Claim) => this.claim_or_null(view, claim, field),
            Meaning::Fact(FactField::History) => this.history(view, entity, Some(property), field),
            Meaning::Fact(FactField::Alternatives) => {
                let others: Vec<_> = view
                    .all_claims(entity, property)
                    .into_iter()
                    .filter(|other| Some(*other) != claim)
                    .collect();
                this.list(others, |this, claim| this.claim(view, claim, steps(field)))
            }
            _ => this.null(),
        })
    }
}
