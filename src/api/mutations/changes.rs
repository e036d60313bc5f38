//! Changes as an input has them.

use serde_json::{Map, Value};

use super::draft::{Draft, Step, Terms};
use super::reader::{InputPath, Reader};
use crate::model::change::Change;
use crate::model::claim::{Rank, Review};
use crate::model::date::Timestamp;

/// The longest key under which a repetition is known, in bytes.
const LONGEST_KEY: usize = 200;

impl Reader<'_> {
    /// The input of `recordChanges`.
    pub(super) fn transaction(&mut self, input: &Value) -> Option<Draft> {
        let fields = self.fields(input)?;
        let mut terms = self.terms(fields);
        terms.reason = self.text(fields, "reason").unwrap_or_default();
        terms.visible_from = self.moment(fields, "visibleFrom");
        if let Some(moment) = terms.visible_from
            && moment <= Timestamp::now()
        {
            self.key(fields, "visibleFrom", |this, _| {
                this.problem(format!("{moment} has passed, expected a moment to come"));
            });
        }
        let steps: Vec<_> = self
            .list(fields, "changes", |this, item| Some(this.change(item)))
            .into_iter()
            .flatten()
            .collect();
        if steps.is_empty() {
            self.key(fields, "changes", |this, value| {
                if value.as_array().is_some_and(Vec::is_empty) {
                    this.problem("found no changes, expected one at least");
                }
            });
        }
        Some(Draft { terms, steps })
    }

    /// What every mutation says beside its changes.
    pub(super) fn terms(&mut self, fields: &Map<String, Value>) -> Terms {
        let idempotency_key = self.text(fields, "idempotencyKey");
        if idempotency_key
            .as_ref()
            .is_some_and(|key| key.len() > LONGEST_KEY)
        {
            self.key(fields, "idempotencyKey", |this, _| {
                this.problem(format!("expected at most {LONGEST_KEY} bytes"));
            });
        }
        Terms {
            reason: String::new(),
            propose: self.switch(fields, "propose"),
            expect_version: self.key(fields, "expectVersion", Self::parsed).flatten(),
            idempotency_key,
            dry_run: self.switch(fields, "dryRun"),
            visible_from: None,
        }
    }

    /// The steps that a change takes.
    fn change(&mut self, item: &Value) -> Vec<(InputPath, Step)> {
        let Some(fields) = self.fields(item) else {
            return Vec::new();
        };
        // Exactly one of them is given: validation has made sure of it.
        let Some((kind, _)) = fields.iter().find(|(_, value)| !value.is_null()) else {
            return Vec::new();
        };
        let read = |this: &mut Self, value: &Value| match this.fields(value) {
            Some(fields) => this.change_of(kind, fields),
            None => Vec::new(),
        };
        self.key(fields, kind, read).unwrap_or_default()
    }

    fn change_of(&mut self, kind: &str, fields: &Map<String, Value>) -> Vec<(InputPath, Step)> {
        let place = self.place();
        let steps = |change: Option<Change>| {
            let step = change.map(|change| (place, Step::Change(change)));
            step.into_iter().collect()
        };
        match kind {
            "put" => self.put(fields),
            "addEvidence" => self.more_evidence(fields),
            "setRank" => {
                let (claim, reason) = (self.claim(fields, "claim"), self.text(fields, "reason"));
                let rank = fields.get("rank").and_then(Value::as_str);
                let rank = rank.and_then(Rank::from_name);
                steps(
                    claim
                        .zip(rank)
                        .zip(reason)
                        .map(|((claim, rank), reason)| Change::SetRank {
                            claim,
                            rank,
                            reason,
                        }),
                )
            }
            "retract" => {
                let claim = self.claim(fields, "claim");
                let reason = self.text(fields, "reason");
                steps(
                    claim
                        .zip(reason)
                        .map(|(claim, reason)| Change::Retract { claim, reason }),
                )
            }
            "review" => self.review(fields),
            "addAlternateId" => {
                let entity = self.entity_under(fields, "entity");
                let id = self.entity_under(fields, "id");
                steps(
                    entity
                        .zip(id)
                        .map(|(entity, id)| Change::AlternateId { entity, id }),
                )
            }
            "annotate" => {
                let annotation = self.entity_under(fields, "annotation");
                let claim = self.claim(fields, "claim");
                steps(
                    annotation
                        .zip(claim)
                        .map(|(annotation, claim)| Change::AnnotateClaim { annotation, claim }),
                )
            }
            // The schema has no other.
            _ => Vec::new(),
        }
    }

    /// A decision on several claims, one change for each.
    fn review(&mut self, fields: &Map<String, Value>) -> Vec<(InputPath, Step)> {
        let reason = self.text(fields, "reason");
        let review = fields.get("review").and_then(Value::as_str);
        let Some(review) = review.and_then(Review::from_name) else {
            return Vec::new();
        };
        if review == Review::Proposed {
            self.key(fields, "review", |this, _| {
                this.problem("found PROPOSED, expected ACCEPTED or REJECTED");
            });
        }
        self.list(fields, "claims", |this, value| {
            let change = Change::Review {
                claim: this.claim_id(value)?,
                review,
                reason: reason.clone(),
            };
            Some((this.place(), Step::Change(change)))
        })
    }

    fn more_evidence(&mut self, fields: &Map<String, Value>) -> Vec<(InputPath, Step)> {
        let claim = self.claim(fields, "claim");
        let evidence = self.list(fields, "evidence", |this, item| {
            let found = this.evidence(item)?;
            Some((this.place(), found))
        });
        if evidence.is_empty() {
            self.problem("found no evidence, expected one piece at least");
        }
        let Some(claim) = claim else {
            return Vec::new();
        };
        let steps = evidence.into_iter().map(|(place, evidence)| {
            let change = Change::AddEvidence {
                claim: claim.clone(),
                evidence: Box::new(evidence),
            };
            (place, Step::Change(change))
        });
        steps.collect()
    }
}
