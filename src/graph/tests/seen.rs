//! Since when somebody sees what was recorded, by the naive model: every version is asked, one after the other.

use std::collections::BTreeSet;

use super::model::{Fact, Look, Model};
use crate::graph::Counts;
use crate::graph::view::Audience;
use crate::model::change::Change;
use crate::model::claim::{Assertion, Review, Stated};
use crate::model::id::EntityId;
use crate::model::value::Value;

/// Never.
const NEVER: u32 = u32::MAX;

impl Model {
    /// The version by which others than editors learn what a transaction did.
    pub(super) fn effective(&self, version: u32) -> u32 {
        let transaction = &self.transactions[version as usize - 1];
        let is_embargoed = transaction
            .visible_from
            .is_some_and(|moment| moment > transaction.recorded_at);
        if !is_embargoed {
            return version;
        }
        let releases = |change: &Change| *change == Change::Release { version };
        let lifts = |place: &usize| self.transactions[*place].changes.iter().any(releases);
        let lifted = (0..self.transactions.len()).find(lifts);
        lifted.map_or(NEVER, |place| u32::try_from(place).expect("few") + 1)
    }

    pub(super) fn learned(&self, version: u32, audience: Audience) -> u32 {
        if audience == Audience::Editor {
            version
        } else {
            self.effective(version)
        }
    }

    /// The changes of a claim after it came, each with the version by which others than editors learn of it.
    fn happened<'a>(&'a self, fact: &'a Fact) -> impl Iterator<Item = (u32, &'a Change)> {
        let on = |change: &Change| match change {
            Change::Retract { claim, .. }
            | Change::Review { claim, .. }
            | Change::AddEvidence { claim, .. } => claim.as_str() == fact.id,
            _ => false,
        };
        let later = self.later.iter().filter(move |(_, change)| on(change));
        later.map(|(version, change)| (self.effective(*version), change))
    }

    /// The version by which an audience first sees a claim.
    pub(super) fn since(&self, fact: &Fact, audience: Audience) -> u32 {
        if audience == Audience::Editor {
            return fact.version;
        }
        let is_seen = |at: &u32| {
            let mut review = fact.claim.review;
            for (version, change) in self.happened(fact) {
                match change {
                    Change::Review { review: given, .. } if version <= *at => review = *given,
                    Change::Retract { .. } if version < *at => return false,
                    _ => {}
                }
            }
            self.effective(fact.version) <= *at
                && (review == Review::Accepted || audience == Audience::Contributor)
        };
        (1..=self.version).find(is_seen).unwrap_or(NEVER)
    }

    /// How a claim was reviewed, as far as a reader knows.
    pub(super) fn review(&self, fact: &Fact, look: &Look) -> Review {
        let given = self.later.iter().rev().find_map(|(version, change)| {
            let known =
                *version <= look.known && self.learned(*version, look.audience) <= look.known;
            match change {
                Change::Review { claim, review, .. } if known && claim.as_str() == fact.id => {
                    Some(review)
                }
                _ => None,
            }
        });
        given.copied().unwrap_or(fact.claim.review)
    }

    pub(super) fn has_id(&self, entity: &EntityId, look: &Look) -> bool {
        let mut put = self.entities.iter();
        put.any(|(recorded, id)| id == entity && self.has(*recorded, id, look))
    }

    /// The version by which an audience first sees an entity: that which put it in the open, or the first thing that names it.
    pub(super) fn entity_since(&self, recorded: u32, entity: &EntityId, audience: Audience) -> u32 {
        if audience == Audience::Editor {
            return recorded;
        }
        let with: Vec<_> = self
            .facts
            .iter()
            .filter(|fact| fact.version == recorded)
            .collect();
        let is_accepted = |fact: &&&Fact| fact.claim.review == Review::Accepted;
        let own: Vec<_> = with
            .iter()
            .filter(|fact| fact.claim.subject == *entity)
            .collect();
        let is_proposal = (!with.is_empty() && with.iter().filter(is_accepted).count() == 0)
            || own.iter().any(|fact| fact.claim.review != Review::Accepted);
        let put = if is_proposal && audience == Audience::Public {
            NEVER
        } else {
            self.effective(recorded)
        };
        let named = self
            .facts
            .iter()
            .map(|fact| self.names(fact, entity, audience));
        named.min().unwrap_or(NEVER).min(put)
    }

    /// The version by which an audience first sees that a claim names an entity.
    fn names(&self, fact: &Fact, entity: &EntityId, audience: Audience) -> u32 {
        let since = self.since(fact, audience);
        let is = |value: &Value| matches!(value, Value::Entity(id) if id == entity);
        let states = match &fact.claim.statement {
            Assertion::Property { stated, .. } => {
                matches!(stated, Stated::Value(value) if is(value))
            }
            Assertion::Relationship {
                object, properties, ..
            } => object == entity || properties.iter().any(|(_, value)| is(value)),
        };
        let cites = fact
            .claim
            .evidence
            .iter()
            .any(|shown| shown.source == *entity);
        if states || cites || fact.claim.subject == *entity {
            return since;
        }
        let added = self
            .happened(fact)
            .filter_map(|(version, change)| match change {
                Change::AddEvidence { evidence, .. } if evidence.source == *entity => {
                    Some(version.max(since))
                }
                _ => None,
            });
        added.min().unwrap_or(NEVER)
    }

    /// How much a reader may know to be on record.
    pub(super) fn counts(&self, look: &Look) -> Counts {
        let known = |version: &u32| *version <= look.known;
        let since = |fact: &Fact| self.since(fact, look.audience);
        let entities = self
            .entities
            .iter()
            .map(|(recorded, id)| self.entity_since(*recorded, id, look.audience));
        let ties = self.ties();
        let ties = ties.iter().filter(|tie| {
            let mut facts = tie.facts.iter();
            facts.any(|fact| known(&since(fact)))
        });
        let evidence = self.facts.iter().filter(|fact| known(&since(fact)));
        Counts {
            entities: entities.filter(known).count(),
            relationships: ties.count(),
            claims: self.facts.iter().map(since).filter(known).count(),
            evidence: evidence.map(|fact| self.evidence(fact, look).len()).sum(),
        }
    }

    /// The transactions whose author and reason the public may read: those of which it sees anything.
    pub(super) fn told(&self, look: &Look) -> BTreeSet<u32> {
        let is_told = |version: &u32| {
            let learned = self.learned(*version, look.audience) <= look.known;
            let transaction = &self.transactions[*version as usize - 1];
            let has = |fact: &Fact| self.since(fact, look.audience) <= look.known;
            let on = |id: &str| self.facts.iter().any(|fact| fact.id == id && has(fact));
            let shows = |change: &Change| match change {
                Change::Release { .. } | Change::Cite { .. } => true,
                Change::PutEntity { id } => {
                    // Put in the open, or named at once.
                    self.entity_since(*version, id, look.audience) <= self.effective(*version)
                }
                Change::AlternateId { entity, .. } => self.has_id(entity, look),
                Change::AddClaim { .. } => false,
                Change::AddEvidence { claim, .. }
                | Change::SetRank { claim, .. }
                | Change::Retract { claim, .. }
                | Change::AnnotateClaim { claim, .. }
                | Change::Review { claim, .. } => {
                    let since = |fact: &Fact| self.since(fact, look.audience);
                    let seen = self.facts.iter().filter(|fact| fact.id == claim.as_str());
                    let mut seen = seen.filter(|fact| has(fact));
                    seen.any(|fact| since(fact) <= self.effective(*version)) && on(claim.as_str())
                }
            };
            let own = self.facts.iter().filter(|fact| fact.version == *version);
            let seen = own.filter(|fact| has(fact)).count() > 0;
            learned
                && (look.audience != Audience::Public
                    || seen
                    || transaction.changes.is_empty()
                    || transaction.changes.iter().any(shows))
        };
        (1..=look.known).filter(is_told).collect()
    }
}
