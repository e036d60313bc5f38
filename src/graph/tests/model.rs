//! The naive model: what was changed when, as a flat list; every answer is a search through all of it.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::graph::view::Audience;
use crate::model::change::{Change, Transaction};
use crate::model::claim::{Assertion, Claim, Evidence, Rank, Stance, Stated, Until, ValidTime};
use crate::model::date::Edtf;
use crate::model::id::EntityId;
use crate::model::ontology::{
    Direction, EntityType, Ontology, Property, RelationshipType, Temporal, ValueType,
};
use crate::model::value::Value;

/// A claim as it was recorded.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    /// Its place among all claims.
    pub(super) place: usize,
    pub(super) id: String,
    pub(super) version: u32,
    pub(super) claim: Claim,
}

/// What a view looks through.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub(super) known: u32,
    pub(super) date: Option<Edtf>,
    pub(super) certain: bool,
    pub(super) published: Option<Edtf>,
    pub(super) audience: Audience,
}

/// A relationship: all claims that say the same of the same ends.
#[derive(Debug, Clone)]
pub(super) struct Tie<'a> {
    pub(super) from: &'a EntityId,
    pub(super) to: &'a EntityId,
    pub(super) name: &'a str,
    pub(super) facts: Vec<&'a Fact>,
}

impl Look {
    /// The same without dates.
    fn whenever(&self) -> Self {
        Self {
            date: None,
            certain: false,
            published: None,
            ..self.clone()
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) ontology: Arc<Ontology>,
    pub(super) facts: Vec<Fact>,
    pub(super) entities: Vec<(u32, EntityId)>,
    /// All that happened to claims after they were recorded.
    pub(super) later: Vec<(u32, Change)>,
    /// All transactions.
    pub(super) transactions: Vec<Transaction>,
    pub(super) version: u32,
}

impl Model {
    pub(super) fn new(ontology: Arc<Ontology>) -> Self {
        Self {
            ontology,
            facts: Vec::new(),
            entities: Vec::new(),
            later: Vec::new(),
            transactions: Vec::new(),
            version: 0,
        }
    }

    pub(super) fn apply(&mut self, transaction: &Transaction) {
        self.version += 1;
        self.transactions.push(transaction.clone());
        let mut ordinal = 0;
        for change in &transaction.changes {
            match change {
                Change::PutEntity { id } => self.entities.push((self.version, id.clone())),
                Change::AddClaim { claim } => {
                    ordinal += 1;
                    let generated = format!("claim:{}-{ordinal}", self.version);
                    self.facts.push(Fact {
                        place: self.facts.len(),
                        id: claim.id.as_ref().map_or(generated, ToString::to_string),
                        version: self.version,
                        claim: Claim::clone(claim),
                    });
                }
                other => self.later.push((self.version, other.clone())),
            }
        }
    }

    pub(super) fn now(&self) -> Look {
        Look {
            known: self.version,
            date: None,
            certain: false,
            published: None,
            audience: Audience::Public,
        }
    }

    pub(super) fn entity_type(&self, id: &EntityId) -> &EntityType {
        self.ontology
            .types
            .iter()
            .find(|found| found.prefix == id.prefix())
            .expect("a type")
    }

    /// What happened to claims, as far as a reader knows.
    fn later(&self, look: &Look) -> impl DoubleEndedIterator<Item = &Change> {
        let known = |version: u32| {
            version <= look.known && self.learned(version, look.audience) <= look.known
        };
        self.later
            .iter()
            .filter(move |(version, _)| known(*version))
            .map(|(_, change)| change)
    }

    pub(super) fn evidence(&self, fact: &Fact, look: &Look) -> Vec<Evidence> {
        let later = self.later(look).filter_map(|change| match change {
            Change::AddEvidence { claim, evidence } if claim.as_str() == fact.id => {
                Some(Evidence::clone(evidence))
            }
            _ => None,
        });
        fact.claim.evidence.iter().cloned().chain(later).collect()
    }

    pub(super) fn rank(&self, fact: &Fact, look: &Look) -> (Rank, Option<String>) {
        let changed = self.later(look).rev().find_map(|change| match change {
            Change::SetRank {
                claim,
                rank,
                reason,
            } if claim.as_str() == fact.id => Some((*rank, Some(reason.clone()))),
            _ => None,
        });
        changed.unwrap_or_else(|| (fact.claim.rank, fact.claim.rank_reason.clone()))
    }

    pub(super) fn notes(&self, fact: &Fact, look: &Look) -> Vec<String> {
        let notes = self.later(look).filter_map(|change| match change {
            Change::AnnotateClaim { annotation, claim }
                if claim.as_str() == fact.id && self.has_id(annotation, look) =>
            {
                Some(annotation.to_string())
            }
            _ => None,
        });
        notes.collect()
    }

    fn temporal(&self, claim: &Claim) -> Temporal {
        match &claim.statement {
            Assertion::Property { property, .. } => {
                let entity_type = self.entity_type(&claim.subject);
                if entity_type.temporal == Temporal::Momentary {
                    return Temporal::Momentary;
                }
                entity_type
                    .property(property)
                    .expect("a property")
                    .1
                    .temporal
            }
            Assertion::Relationship { relationship, .. } => {
                self.relationship_type(relationship).temporal
            }
        }
    }

    pub(super) fn relationship_type(&self, name: &str) -> &RelationshipType {
        self.ontology
            .relationships
            .iter()
            .find(|found| found.name == name)
            .expect("a relationship type")
    }

    /// Whether a claim may have held on a date.
    fn held(&self, claim: &Claim, date: &Edtf) -> bool {
        let valid = &claim.valid;
        if self.temporal(claim) == Temporal::Momentary {
            return true;
        }
        if valid.since.is_none() && valid.until.is_none() {
            return valid
                .attested
                .as_ref()
                .is_none_or(|attested| attested.overlaps(date));
        }
        let begun = match (valid.since.as_ref().and_then(Edtf::earliest), date.latest()) {
            (Some(start), Some(last)) => start <= last,
            _ => true,
        };
        let over = match (&valid.until, date.earliest()) {
            (Some(Until::Date(end)), Some(first)) => end.latest().is_some_and(|end| end < first),
            _ => false,
        };
        begun && !over
    }

    /// Whether a source that supports a claim may have been published by then, as far as is known.
    fn published(&self, fact: &Fact, by: &Edtf, look: &Look) -> bool {
        let evidence = self.evidence(fact, look);
        evidence.is_empty()
            || evidence.iter().any(|shown| {
                shown.stance == Stance::Supports && self.has_appeared(&shown.source, by, look)
            })
    }

    /// Whether a source may have been published by then, as far as is known.
    fn has_appeared(&self, source: &EntityId, by: &Edtf, look: &Look) -> bool {
        let look = look.whenever();
        match self.value(source, "published", &look) {
            Some(Value::Date(day)) => match (day.earliest(), by.latest()) {
                (Some(day), Some(last)) => day <= last,
                (earliest, _) => earliest.is_some(),
            },
            _ => false,
        }
    }

    /// The evidence that a view shows: of sources that were published by then.
    pub(super) fn shown(&self, fact: &Fact, look: &Look) -> Vec<Evidence> {
        let mut shown = self.evidence(fact, look);
        if let Some(by) = &look.published {
            shown.retain(|shown| self.has_appeared(&shown.source, by, look));
        }
        shown
    }

    /// Whether a claim that may have held on the date surely did; `None` where a date says nothing of it.
    pub(super) fn surely_held(&self, fact: &Fact, look: &Look) -> Option<bool> {
        let date = look.date.as_ref()?;
        if self.temporal(&fact.claim) == Temporal::Momentary {
            return None;
        }
        let is_dated = |claim: &Claim| claim.valid != ValidTime::default();
        if !is_dated(&fact.claim) {
            let Assertion::Property { property, .. } = &fact.claim.statement else {
                return Some(false);
            };
            let of_property = self.on_property(&fact.claim.subject, property);
            let undated = look.whenever();
            let dated = of_property
                .iter()
                .any(|other| is_dated(&other.claim) && self.sees(other, &undated));
            return dated.then_some(false);
        }
        let (Some(first), Some(last)) = (date.earliest(), date.latest()) else {
            return Some(false);
        };
        // Every reading that the claim allows, a start and an end, has to have held on all of the days.
        let stated = self.stated_on(fact, look);
        let days = readable_days(first, last, &fact.claim.valid, stated);
        let readings: Vec<_> = days
            .iter()
            .flat_map(|start| days.iter().map(move |end| (*start, *end)))
            .filter(|reading| allows(&fact.claim.valid, stated, *reading))
            .collect();
        let mut all = readings.iter();
        // Of dates that contradict each other nothing is sure.
        Some(!readings.is_empty() && all.all(|(start, end)| *start <= first && last <= *end))
    }

    /// The last day on which a source surely stated a claim.
    fn stated_on(&self, fact: &Fact, look: &Look) -> Option<i32> {
        let look = look.whenever();
        let evidence = self.evidence(fact, &look).into_iter();
        evidence
            .filter(|shown| shown.stance == Stance::Supports)
            .filter_map(
                |shown| match self.value(&shown.source, "published", &look) {
                    Some(Value::Date(day)) if day.is_firm() => day.earliest(),
                    _ => None,
                },
            )
            .max()
    }

    /// What happened to claims by the transactions up to a version, in no order.
    pub(super) fn changes(&self, look: &Look) -> Vec<String> {
        let seen = |fact: &Fact| {
            self.since(fact, look.audience) <= look.known
                && look
                    .published
                    .as_ref()
                    .is_none_or(|by| self.published(fact, by, look))
        };
        let mut lines = Vec::new();
        for fact in self.facts.iter().filter(|fact| seen(fact)) {
            let since = self.since(fact, look.audience);
            lines.push(format!("{since} GAINED {} None", fact.id));
            for (version, change) in &self.later {
                let version = self.learned(*version, look.audience);
                // What was so when the claim was first seen is no change; but one transaction may add and rank it.
                let is_news = version > since
                    || matches!(change, Change::Retract { .. })
                    || (since == fact.version && !matches!(change, Change::AddEvidence { .. }));
                if version > look.known || !is_news {
                    continue;
                }
                let line = match change {
                    Change::Review {
                        claim,
                        review,
                        reason,
                    } if claim.as_str() == fact.id && look.audience != Audience::Public => {
                        format!("{version} {} {} {reason:?}", review.name(), fact.id)
                    }
                    Change::Retract { claim, .. } if claim.as_str() == fact.id => {
                        format!("{version} RETRACTED {} None", fact.id)
                    }
                    Change::SetRank { claim, rank, .. } if claim.as_str() == fact.id => {
                        format!("{version} RANKED {} {:?}", fact.id, Some(rank.name()))
                    }
                    Change::AddEvidence { claim, evidence } if claim.as_str() == fact.id => {
                        let by = look.published.as_ref();
                        let appeared =
                            by.is_none_or(|by| self.has_appeared(&evidence.source, by, look));
                        if !appeared {
                            continue;
                        }
                        let source = Some(evidence.source.as_str());
                        format!("{version} EVIDENCE_ADDED {} {source:?}", fact.id)
                    }
                    _ => continue,
                };
                lines.push(line);
            }
        }
        lines.sort();
        lines
    }

    pub(super) fn sees(&self, fact: &Fact, look: &Look) -> bool {
        let retracted = self.later(look).any(
            |change| matches!(change, Change::Retract { claim, .. } if claim.as_str() == fact.id),
        );
        self.since(fact, look.audience) <= look.known
            && !retracted
            && look
                .date
                .as_ref()
                .is_none_or(|date| self.held(&fact.claim, date))
            && (!look.certain || self.surely_held(fact, look) != Some(false))
            && look
                .published
                .as_ref()
                .is_none_or(|by| self.published(fact, by, look))
    }

    fn start(claim: &Claim) -> Option<i32> {
        claim.valid.since.as_ref()?.earliest()
    }

    /// Whether an entity was on record; by the date of publication, whether a claim on it was published by then.
    pub(super) fn has(&self, recorded: u32, entity: &EntityId, look: &Look) -> bool {
        let claimed = |fact: &Fact| fact.claim.subject == *entity && self.sees(fact, look);
        self.entity_since(recorded, entity, look.audience) <= look.known
            && (look.published.is_none() || self.facts.iter().any(claimed))
    }

    fn stands(&self, fact: &Fact, look: &Look) -> bool {
        self.sees(fact, look) && self.rank(fact, look).0 != Rank::Deprecated
    }

    /// The claim that wins among some.
    pub(super) fn best<'a>(&self, facts: &[&'a Fact], look: &Look) -> Option<&'a Fact> {
        let mut best: Option<&Fact> = None;
        for fact in facts.iter().copied().filter(|fact| self.stands(fact, look)) {
            let beats = best.is_none_or(|best| {
                let rank = self.rank(fact, look).0.cmp(&self.rank(best, look).0);
                let start = Self::start(&fact.claim).cmp(&Self::start(&best.claim));
                rank.then(start).then(fact.place.cmp(&best.place)) == Ordering::Greater
            });
            if beats {
                best = Some(fact);
            }
        }
        best
    }

    pub(super) fn on_property(&self, entity: &EntityId, name: &str) -> Vec<&Fact> {
        let is = |fact: &&Fact| {
            fact.claim.subject == *entity
                && matches!(&fact.claim.statement, Assertion::Property { property, .. } if property == name)
        };
        self.facts.iter().filter(is).collect()
    }

    pub(super) fn winner(&self, entity: &EntityId, name: &str, look: &Look) -> Option<&Fact> {
        self.best(&self.on_property(entity, name), look)
    }

    pub(super) fn value(&self, entity: &EntityId, name: &str, look: &Look) -> Option<Value> {
        match self
            .winner(entity, name, look)
            .map(|fact| &fact.claim.statement)
        {
            Some(Assertion::Property {
                stated: Stated::Value(value),
                ..
            }) => Some(value.clone()),
            Some(_) => None,
            None => self.entity_type(entity).property(name)?.1.default.clone(),
        }
    }

    pub(super) fn label(&self, entity: &EntityId, look: &Look) -> String {
        let entity_type = self.entity_type(entity);
        let name = &entity_type.properties[entity_type.label.place()].name;
        self.value(entity, name, look)
            .map_or_else(|| entity.to_string(), |value| value.label())
    }

    /// The claims that stand, by rank, then by the order of recording.
    pub(super) fn standing<'a>(&self, facts: &[&'a Fact], look: &Look) -> Vec<&'a Fact> {
        let mut standing: Vec<_> = facts
            .iter()
            .copied()
            .filter(|fact| self.stands(fact, look))
            .collect();
        standing.sort_by_key(|fact| (std::cmp::Reverse(self.rank(fact, look).0), fact.place));
        standing
    }

    /// The claims that stand, each before all over which it would win.
    pub(super) fn best_first<'a>(&self, facts: &[&'a Fact], look: &Look) -> Vec<&'a Fact> {
        let mut left = facts.to_vec();
        let mut sorted = Vec::new();
        while let Some(best) = self.best(&left, look) {
            left.retain(|fact| fact.place != best.place);
            sorted.push(best);
        }
        sorted
    }

    /// Whether any two of the claims contradict each other, or a source speaks against one.
    pub(super) fn disputed(&self, entity: &EntityId, name: &str, look: &Look) -> bool {
        let entity_type = self.entity_type(entity);
        let Property { list, temporal, .. } = entity_type.property(name).expect("a property").1;
        let lasting = *temporal == Temporal::Lasting && entity_type.temporal == Temporal::Lasting;
        let standing = self.standing(&self.on_property(entity, name), look);
        let disputes = |fact: &&Fact| {
            self.shown(fact, look)
                .iter()
                .any(|shown| shown.stance == Stance::Disputes)
        };
        let succeeds = |one: &Fact, other: &Fact| {
            let starts = (
                Self::declared_start(&one.claim),
                Self::declared_start(&other.claim),
            );
            lasting && matches!(starts, (Some(one), Some(other)) if one != other)
        };
        let contradict = |one: &Fact, other: &Fact| {
            one.claim.statement != other.claim.statement && !succeeds(one, other)
        };
        standing.iter().any(disputes)
            || (!list
                && standing
                    .iter()
                    .any(|one| standing.iter().any(|other| contradict(one, other))))
    }

    /// The start as the claim declares it: what it is attested on only where it has no start.
    fn declared_start(claim: &Claim) -> Option<i32> {
        claim
            .valid
            .since
            .as_ref()
            .or(claim.valid.attested.as_ref())?
            .earliest()
    }

    /// All relationships that were ever stated, in the order of recording.
    pub(super) fn ties(&self) -> Vec<Tie<'_>> {
        let mut ties: Vec<(Vec<&(String, Value)>, Tie<'_>)> = Vec::new();
        for fact in &self.facts {
            let Assertion::Relationship {
                relationship,
                object,
                properties,
            } = &fact.claim.statement
            else {
                continue;
            };
            let declared = self.relationship_type(relationship);
            let is_identity = |name: &str| {
                declared
                    .property(name)
                    .is_some_and(|(_, found)| found.identity)
            };
            let mut identity: Vec<_> = properties
                .iter()
                .filter(|(name, _)| is_identity(name))
                .collect();
            identity.sort_by_key(|(name, _)| name.clone());
            let same = ties.iter_mut().find(|(known, tie)| {
                tie.name == relationship
                    && *tie.from == fact.claim.subject
                    && tie.to == object
                    && *known == identity
            });
            match same {
                Some((_, tie)) => tie.facts.push(fact),
                None => ties.push((
                    identity,
                    Tie {
                        from: &fact.claim.subject,
                        to: object,
                        name: relationship,
                        facts: vec![fact],
                    },
                )),
            }
        }
        ties.into_iter().map(|(_, tie)| tie).collect()
    }

    pub(super) fn edge_value(&self, tie: &Tie<'_>, name: &str, look: &Look) -> Option<Value> {
        match &self.best(&tie.facts, look)?.claim.statement {
            Assertion::Relationship { properties, .. } => properties
                .iter()
                .find(|(found, _)| found == name)
                .map(|(_, value)| value.clone()),
            Assertion::Property { .. } => None,
        }
    }

    /// The relationships of an entity in the declared order.
    pub(super) fn row<'a>(
        &self,
        ties: &[Tie<'a>],
        entity: &EntityId,
        name: &str,
        direction: Direction,
        look: &Look,
    ) -> Vec<Tie<'a>> {
        let near = |tie: &Tie<'a>| {
            if direction == Direction::Out {
                tie.from
            } else {
                tie.to
            }
        };
        let mut row: Vec<Tie<'a>> = ties
            .iter()
            .filter(|tie| {
                tie.name == name && near(tie) == entity && self.best(&tie.facts, look).is_some()
            })
            .cloned()
            .collect();
        let terms = self.relationship_type(name).order(direction);
        let compare = |one: &Tie<'a>, other: &Tie<'a>| {
            let orders = terms.iter().map(|term| {
                let key =
                    |tie: &Tie<'a>| self.key(tie, direction, (term.on_edge, &term.property), look);
                match (key(one), key(other)) {
                    (None, None) => Ordering::Equal,
                    (None, Some(_)) => Ordering::Greater,
                    (Some(_), None) => Ordering::Less,
                    (Some(one), Some(other)) if term.descending => other.cmp(&one),
                    (Some(one), Some(other)) => one.cmp(&other),
                }
            });
            orders.fold(Ordering::Equal, Ordering::then)
        };
        // The ties come in the order of recording, and the sort keeps it among equals.
        row.sort_by(compare);
        row
    }

    fn key(
        &self,
        tie: &Tie<'_>,
        direction: Direction,
        (on_edge, name): (bool, &str),
        look: &Look,
    ) -> Option<Key> {
        let far = if direction == Direction::Out {
            tie.to
        } else {
            tie.from
        };
        let valid = &self.best(&tie.facts, look)?.claim.valid;
        let (value_type, value) = match (on_edge, name) {
            (true, "since") => return valid.since.as_ref().map(Key::days),
            (true, "until") => {
                return Some(match valid.until.as_ref()? {
                    Until::StillHolds => Key::Days(i32::MAX, i32::MAX),
                    Until::Date(date) => Key::days(date),
                });
            }
            (true, name) => {
                let (_, declared) = self.relationship_type(tie.name).property(name)?;
                (declared.value_type, self.edge_value(tie, name, look)?)
            }
            (false, "id") => return Some(Key::text(far.as_str())),
            (false, name) => {
                let (_, declared) = self.entity_type(far).property(name)?;
                (declared.value_type, self.value(far, name, look)?)
            }
        };
        Some(match (value_type, value) {
            (ValueType::Enum(words), Value::Enum(word)) => {
                let place = self
                    .ontology
                    .enumeration(words)
                    .values
                    .iter()
                    .position(|(known, _)| *known == word)?;
                Key::Number(i64::try_from(place).expect("few values"))
            }
            (_, Value::Int(number)) => Key::Number(number.into()),
            (_, Value::Date(date)) => Key::days(&date),
            (_, value) => Key::text(&value.label()),
        })
    }
}

/// The days between which a claim's time can be read: its own ends, those asked about, and their neighbours.
fn readable_days(first: i32, last: i32, valid: &ValidTime, stated: Option<i32>) -> Vec<i32> {
    let until = match &valid.until {
        Some(Until::Date(date)) => Some(date),
        Some(Until::StillHolds) | None => None,
    };
    let dates = [valid.since.as_ref(), until, valid.attested.as_ref()];
    let ends = dates.into_iter().flatten().flat_map(|date| {
        let (begun, ended) = date.inside();
        [date.earliest(), date.latest(), begun, ended]
    });
    let near = ends.chain([Some(first), Some(last), stated]).flatten();
    let mut days: Vec<i32> = near.flat_map(|day| [day - 1, day, day + 1]).collect();
    days.extend([i32::MIN, i32::MAX]);
    days
}

/// Whether a claim's time can be read as these two days. What is about, or in doubt, says nothing.
fn allows(valid: &ValidTime, stated: Option<i32>, (start, end): (i32, i32)) -> bool {
    let within = |date: &Edtf, day: i32| !date.is_firm() || date.contains(day);
    let begins = valid
        .since
        .as_ref()
        .is_none_or(|since| within(since, start));
    let ends = match &valid.until {
        None => true,
        Some(Until::StillHolds) => stated.is_none_or(|stated| end >= stated),
        Some(Until::Date(until)) => within(until, end),
    };
    let held = valid.attested.as_ref().is_none_or(|attested| {
        let (begun, ended) = attested.inside();
        // It held on a day of the date; of a time from one day to another, on all of them.
        !attested.is_firm()
            || (begun.is_none_or(|begun| start <= begun) && ended.is_none_or(|ended| end >= ended))
    });
    start <= end && begins && ends && held
}

/// What a row is sorted by.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i64),
    Days(i32, i32),
    Text(String, String),
}

impl Key {
    fn days(date: &Edtf) -> Self {
        Self::Days(
            date.earliest().unwrap_or(i32::MIN),
            date.latest().unwrap_or(i32::MAX),
        )
    }

    fn text(text: &str) -> Self {
        Self::Text(text.to_lowercase(), text.into())
    }
}
