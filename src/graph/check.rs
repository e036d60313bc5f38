//! Whether a transaction may be applied: all of it, or nothing.

use std::collections::{HashMap, HashSet};

use crate::graph::Graph;
use crate::graph::claims::{Audience, Lens};
use crate::graph::records::{NONE, Version};
use crate::model::change::{Change, Transaction};
use crate::model::citation::{Citation, LONGEST};
use crate::model::claim::{Assertion, Claim, Evidence, Review, Stance, Stated};
use crate::model::id::{ClaimId, EntityId};
use crate::model::ontology::{Ontology, Property, PropertyIndex, TypeIndex, ValueType};
use crate::model::value::{Quantity, Value};

/// The prefixes of the two types that every ontology has.
const SOURCE: &str = "source";
const ANNOTATION: &str = "annotation";

/// How many citations a record keeps.
const MOST_CITATIONS: usize = 10_000;

/// Why a change cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("change {place}: {reason}")]
pub struct CheckError {
    /// The change's place in its transaction, from 0.
    pub place: usize,
    /// What was found and what was expected.
    pub reason: String,
}

impl Graph {
    /// Checks a transaction against the ontology and the record.
    ///
    /// # Errors
    /// All the reasons why it cannot be applied, each with the place of its change.
    pub fn check(&self, transaction: &Transaction) -> Result<(), Vec<CheckError>> {
        let mut check = Check {
            graph: self,
            put: HashSet::new(),
            alternates: HashMap::new(),
            claimed: HashSet::new(),
            retracted: HashSet::new(),
            reviewed: HashSet::new(),
            released: HashSet::new(),
            is_embargoed: transaction.is_embargoed(),
            unique: HashMap::new(),
            cited: HashSet::new(),
            errors: Vec::new(),
        };
        if let Some(last) = self.transaction(self.version())
            && transaction.recorded_at < last.recorded_at
        {
            check.errors.push(CheckError {
                place: 0,
                reason: format!(
                    "recorded at {}, before the transaction that precedes it ({}): the record's clock only goes forward",
                    transaction.recorded_at, last.recorded_at
                ),
            });
        }
        let added = transaction.changes.iter().map(rows_of).sum();
        if !has_room(self.longest_table(), added) {
            check.errors.push(CheckError {
                place: 0,
                reason: format!(
                    "the record has no room for {added} rows more: a table of it has at most {} rows",
                    NONE - 1
                ),
            });
        }
        for (place, change) in transaction.changes.iter().enumerate() {
            if let Err(reason) = check.change(change) {
                check.errors.push(CheckError { place, reason });
            }
        }
        if check.errors.is_empty() {
            Ok(())
        } else {
            Err(check.errors)
        }
    }
}

/// How many rows a change adds to any one table at the most.
fn rows_of(change: &Change) -> usize {
    match change {
        Change::AddClaim { claim } => claim.evidence.len().max(1),
        _ => 1,
    }
}

/// Whether a table takes so many rows more: each has a number, and the greatest number stands for none.
fn has_room(rows: usize, added: usize) -> bool {
    rows.checked_add(added)
        .is_some_and(|rows| rows < NONE as usize)
}

struct Check<'a> {
    graph: &'a Graph,
    /// What the transaction itself has put so far.
    put: HashSet<&'a str>,
    /// The other ids that it gives to entities, and their own ones.
    alternates: HashMap<&'a str, EntityId>,
    claimed: HashSet<&'a str>,
    retracted: HashSet<&'a str>,
    reviewed: HashSet<&'a str>,
    /// The transactions of which it lifts the embargo.
    released: HashSet<Version>,
    /// Whether it is under an embargo itself.
    is_embargoed: bool,
    /// Values of unique properties that it gives, by type, property and text.
    unique: HashMap<(TypeIndex, PropertyIndex, String), EntityId>,
    /// The hashes of the citations that it keeps.
    cited: HashSet<String>,
    errors: Vec<CheckError>,
}

impl<'a> Check<'a> {
    fn change(&mut self, change: &'a Change) -> Result<(), String> {
        match change {
            Change::PutEntity { id } => {
                if self.ontology().type_of_prefix(id.prefix()).is_none() {
                    return Err(format!(
                        "{id} has the prefix {:?}, which is no type's",
                        id.prefix()
                    ));
                }
                if self.graph.entity(id.as_str()).is_some() || !self.put.insert(id.as_str()) {
                    return Err(format!("{id} is on record already"));
                }
                Ok(())
            }
            Change::AlternateId { entity, id } => self.alternate(entity, id),
            Change::AddClaim { claim } => self.claim(claim),
            Change::AddEvidence { claim, evidence } => {
                self.known_claim(claim)?;
                self.evidence(evidence)
            }
            Change::SetRank { claim, reason, .. } | Change::Retract { claim, reason } => {
                self.known_claim(claim)?;
                if reason.trim().is_empty() {
                    return Err(format!("{claim} needs a reason"));
                }
                if matches!(change, Change::Retract { .. })
                    && (self.is_retracted(claim) || !self.retracted.insert(claim.as_str()))
                {
                    return Err(format!("{claim} is retracted already"));
                }
                Ok(())
            }
            Change::Review {
                claim,
                review,
                reason,
            } => self.review(claim, *review, reason.as_deref()),
            Change::Release { version } => self.release(*version),
            Change::Cite { citation } => self.citation(citation),
            Change::AnnotateClaim { annotation, claim } => {
                self.known_entity(annotation)?;
                if annotation.prefix() != ANNOTATION {
                    return Err(format!("{annotation} is no annotation"));
                }
                self.known_claim(claim)
            }
        }
    }

    fn review(
        &mut self,
        id: &'a ClaimId,
        review: Review,
        reason: Option<&str>,
    ) -> Result<(), String> {
        self.known_claim(id)?;
        let Some(claim) = self.graph.claim(id.as_str()) else {
            return Err(format!(
                "{id} is recorded by this very transaction: expected it with the review that it is to have"
            ));
        };
        if reason.is_some_and(|reason| reason.trim().is_empty()) {
            return Err(format!(
                "the reason of the review of {id} is empty: expected words, or none at all"
            ));
        }
        if self.is_retracted(id) || self.retracted.contains(id.as_str()) {
            return Err(format!(
                "{id} is retracted: expected a claim that stands, to review it"
            ));
        }
        let found = self.graph.reviewed(claim, &self.everything());
        match (found, review) {
            (Review::Proposed, Review::Accepted | Review::Rejected)
            | (Review::Rejected, Review::Accepted) => {}
            (Review::Accepted, Review::Rejected) => {
                return Err(format!(
                    "{id} is accepted already: expected it to be retracted, with a reason"
                ));
            }
            (_, Review::Proposed) => {
                return Err(format!(
                    "{id} cannot be reviewed as PROPOSED: expected ACCEPTED or REJECTED"
                ));
            }
            (Review::Accepted | Review::Rejected, _) => {
                return Err(format!("{id} is {} already", found.name()));
            }
        }
        if !self.reviewed.insert(id.as_str()) {
            return Err(format!("{id} is reviewed twice"));
        }
        Ok(())
    }

    fn release(&mut self, version: Version) -> Result<(), String> {
        if self.is_embargoed {
            return Err(format!(
                "the embargo of transaction {version} cannot be lifted by a transaction that is under embargo itself"
            ));
        }
        if !self.graph.is_embargoed(version) || !self.released.insert(version) {
            return Err(format!("transaction {version} is under no embargo"));
        }
        Ok(())
    }

    /// What editors see of the graph that is checked against.
    fn everything(&self) -> Lens {
        Lens {
            audience: Audience::Editor,
            ..self.graph.lens()
        }
    }

    fn citation(&mut self, citation: &Citation) -> Result<(), String> {
        if self.is_embargoed {
            return Err(
                "a citation says nothing of the record: expected it in a transaction without an embargo"
                    .into(),
            );
        }
        let Citation {
            version,
            operation,
            variables,
            ..
        } = citation;
        if *version > self.graph.version() {
            return Err(format!(
                "the citation is of version {version}, the record is at {}",
                self.graph.version()
            ));
        }
        for (what, text) in [("operation", operation), ("variables", variables)] {
            if text.len() > LONGEST {
                return Err(format!(
                    "the citation's {what} has {} bytes: at most {LONGEST} are kept",
                    text.len()
                ));
            }
        }
        if self.graph.citations.len() + self.cited.len() >= MOST_CITATIONS {
            return Err(format!(
                "the record keeps {MOST_CITATIONS} citations, and no more than that"
            ));
        }
        let hash = citation.hash();
        if self.graph.citation(&hash).is_some() || !self.cited.insert(hash) {
            return Err("the citation is on record already".into());
        }
        Ok(())
    }

    fn alternate(&mut self, entity: &EntityId, id: &'a EntityId) -> Result<(), String> {
        self.known_entity(entity)?;
        if id.prefix() != entity.prefix() {
            return Err(format!(
                "{id} cannot stand for {entity}: expected an id with the prefix {:?}",
                entity.prefix()
            ));
        }
        if self.graph.entity(id.as_str()).is_some() || !self.put.insert(id.as_str()) {
            return Err(format!("{id} is on record already"));
        }
        self.alternates.insert(id.as_str(), self.own_id(entity));
        Ok(())
    }

    /// The id of an entity, of which another may be given.
    fn own_id(&self, id: &EntityId) -> EntityId {
        match self.graph.entity(id.as_str()) {
            Some(entity) => self.graph.id(entity).clone(),
            None => self.alternates.get(id.as_str()).unwrap_or(id).clone(),
        }
    }

    fn ontology(&self) -> &'a Ontology {
        &self.graph.ontology
    }

    fn is_retracted(&self, claim: &ClaimId) -> bool {
        let claim = self.graph.claim(claim.as_str());
        claim.is_some_and(|claim| self.graph.claims.get(claim.0).retracted != NONE)
    }

    fn known_entity(&self, id: &EntityId) -> Result<TypeIndex, String> {
        let known = self.put.contains(id.as_str()) || self.graph.entity(id.as_str()).is_some();
        match self.ontology().type_of_prefix(id.prefix()) {
            Some(entity_type) if known => Ok(entity_type),
            _ => Err(format!("{id} is not on record")),
        }
    }

    fn known_claim(&self, id: &ClaimId) -> Result<(), String> {
        if self.claimed.contains(id.as_str()) || self.graph.claim(id.as_str()).is_some() {
            return Ok(());
        }
        Err(format!("{id} is not on record"))
    }

    fn evidence(&self, evidence: &Evidence) -> Result<(), String> {
        self.known_entity(&evidence.source)
            .map_err(|reason| format!("the evidence's source {reason}"))?;
        if evidence.source.prefix() != SOURCE {
            return Err(format!(
                "the evidence's source {} is no source",
                evidence.source
            ));
        }
        if let Some(speaker) = &evidence.attributed_to {
            self.known_entity(speaker)
                .map_err(|reason| format!("attributedTo: {reason}"))?;
        }
        Ok(())
    }

    fn claim(&mut self, claim: &'a Claim) -> Result<(), String> {
        let ontology = self.ontology();
        let subject = self.known_entity(&claim.subject)?;
        let entity_type = ontology.entity_type(subject);
        match &claim.statement {
            Assertion::Property { property, stated } => {
                let (index, declared) = entity_type
                    .property(property)
                    .ok_or_else(|| format!("{} has no property {property:?}", entity_type.name))?;
                if let Stated::Value(value) = stated {
                    self.value(declared, value)?;
                    if declared.unique {
                        self.unique((subject, index), declared, value, &claim.subject)?;
                    }
                }
            }
            Assertion::Relationship {
                relationship,
                object,
                properties,
            } => {
                let index = ontology
                    .relationship_named(relationship)
                    .ok_or_else(|| format!("there is no relationship type {relationship:?}"))?;
                let declared = ontology.relationship_type(index);
                let object_type = self.known_entity(object)?;
                for (end, admitted, found) in [
                    ("begin", declared.source, subject),
                    ("end", declared.target, object_type),
                ] {
                    if !ontology.admits(admitted, found) {
                        return Err(format!(
                            "{relationship} cannot {end} at {}: expected {}",
                            ontology.entity_type(found).name,
                            ontology.name(admitted)
                        ));
                    }
                }
                let mut given = HashSet::new();
                for (name, value) in properties {
                    if !given.insert(name) {
                        return Err(format!("{relationship} is given {name} twice"));
                    }
                    let (_, property) = declared
                        .property(name)
                        .ok_or_else(|| format!("{relationship} has no property {name:?}"))?;
                    self.value(property, value)?;
                }
            }
        }
        for evidence in &claim.evidence {
            self.evidence(evidence)?;
        }
        let is_note = claim.subject.prefix() == ANNOTATION;
        if !is_note
            && !claim
                .evidence
                .iter()
                .any(|evidence| evidence.stance == Stance::Supports)
        {
            return Err(format!(
                "the claim on {} names no source that supports it",
                claim.subject
            ));
        }
        if let Some(id) = &claim.id {
            let generated = id
                .as_str()
                .bytes()
                .skip("claim:".len())
                .all(|byte| byte.is_ascii_digit() || byte == b'-');
            if generated {
                return Err(format!(
                    "{id} looks like a generated id: a key needs a letter"
                ));
            }
            if self.graph.claim(id.as_str()).is_some() || !self.claimed.insert(id.as_str()) {
                return Err(format!("{id} is on record already"));
            }
        }
        Ok(())
    }

    fn value(&self, property: &Property, value: &Value) -> Result<(), String> {
        let fits = match (property.value_type, value) {
            (ValueType::String, Value::Text(_))
            | (ValueType::Int, Value::Int(_))
            | (ValueType::BigInt, Value::BigInt(_))
            | (ValueType::Boolean, Value::Boolean(_))
            | (ValueType::Date, Value::Date(_))
            | (ValueType::DateTime, Value::DateTime(_))
            | (ValueType::Url, Value::Url(_))
            | (ValueType::LocalizedText, Value::LocalizedText(_)) => true,
            (ValueType::Float, Value::Float(number)) => number.is_finite(),
            (ValueType::Quantity, Value::Quantity(quantity)) => {
                let Quantity {
                    value, low, high, ..
                } = quantity;
                [Some(value), low.as_ref(), high.as_ref()]
                    .into_iter()
                    .flatten()
                    .all(|number| number.is_finite())
            }
            (ValueType::Enum(index), Value::Enum(name)) => {
                self.ontology().enumeration(index).place(name).is_some()
            }
            (ValueType::Entity(reference), Value::Entity(id)) => {
                return match self.known_entity(id) {
                    Ok(found) if self.ontology().admits(reference, found) => Ok(()),
                    Ok(_) => Err(format!(
                        "{} expects {}, found {id}",
                        property.name,
                        self.ontology().name(reference)
                    )),
                    Err(reason) => Err(format!("{}: {reason}", property.name)),
                };
            }
            _ => false,
        };
        if fits {
            Ok(())
        } else {
            Err(format!(
                "{:?} is no value for {}",
                value.label(),
                property.name
            ))
        }
    }

    fn unique(
        &mut self,
        (entity_type, index): (TypeIndex, PropertyIndex),
        property: &Property,
        value: &Value,
        subject: &EntityId,
    ) -> Result<(), String> {
        let (text, subject) = (value.label(), self.own_id(subject));
        let holder = self
            .graph
            .holder(entity_type, index, value, |claim| {
                !self.retracted.is_empty()
                    && self.retracted.contains(self.graph.claim_id(claim).as_str())
            })
            .map(|(holder, claim)| {
                let is_public = self.graph.sees(claim, &self.graph.lens());
                (self.graph.id(holder).clone(), is_public)
            })
            .or_else(|| {
                // What it gives itself is no secret to whoever wrote it.
                let given = self.unique.get(&(entity_type, index, text.clone()));
                given.cloned().map(|holder| (holder, true))
            });
        match holder {
            Some((holder, is_public)) if holder != subject => {
                let by = if is_public {
                    format!(" by {holder}")
                } else {
                    String::new()
                };
                Err(format!(
                    "{} {text:?} is taken{by}, and no two may share it",
                    property.name
                ))
            }
            _ => {
                self.unique.insert((entity_type, index, text), subject);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_full_before_its_numbers_end() {
        let most = NONE as usize;
        assert!(has_room(0, most - 1));
        assert!(has_room(most - 2, 1));
        assert!(!has_room(most - 1, 1));
        assert!(!has_room(usize::MAX, 1));
    }
}
