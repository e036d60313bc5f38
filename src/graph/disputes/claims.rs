//! Claims of one entity against each other: on its properties, and on its relationships.

use std::collections::BTreeMap;

use crate::graph::claims::Stating;
use crate::graph::disputes::times::{Times, times};
use crate::graph::disputes::values::{Rules, quoted};
use crate::graph::disputes::{Comparer, Comparison, Judgement, Side, Verdict};
use crate::graph::records::{About, ClaimIndex, EntityIndex, RelationshipIndex};
use crate::graph::walk::{Budget, OverBudget};
use crate::model::claim::Stance;
use crate::model::ontology::{PropertyIndex, RelationshipTypeIndex, Temporal};

/// Claims that say the same, for the same time.
pub(super) type Position = Vec<ClaimIndex>;

/// What an entity is compared by.
#[derive(Default)]
pub(super) struct Slots {
    pub(super) properties: BTreeMap<PropertyIndex, Vec<ClaimIndex>>,
    pub(super) relationships:
        BTreeMap<RelationshipTypeIndex, BTreeMap<RelationshipIndex, Vec<ClaimIndex>>>,
}

impl Comparer<'_> {
    /// The comparisons of an entity's own claims.
    pub(super) fn of_claims(
        &mut self,
        entity: EntityIndex,
        found: &mut Vec<Comparison>,
        budget: &mut Budget,
    ) -> Result<(), OverBudget> {
        let claims = self.view.claims(entity);
        budget.spend(claims.len() as u64 + 1)?;
        let mut slots = Slots::default();
        for claim in &claims {
            match self.view.graph().about(*claim).1 {
                About::Property(property) => {
                    slots.properties.entry(property).or_default().push(*claim);
                }
                About::Relationship(relationship) => {
                    let (index, _, _) = self.view.relationship(relationship);
                    let ties = slots.relationships.entry(index).or_default();
                    ties.entry(relationship).or_default().push(*claim);
                }
            }
        }
        for (property, claims) in &slots.properties {
            self.on_property(entity, *property, claims, found, budget)?;
        }
        for (index, ties) in &slots.relationships {
            for claims in ties.values() {
                self.on_relationship(entity, *index, claims, found, budget)?;
            }
            self.exclusives(entity, *index, ties, found, budget)?;
        }
        self.single_ends(entity, &slots, found, budget)?;
        self.additions(entity, &claims, &slots, found, budget)
    }

    fn on_property(
        &mut self,
        entity: EntityIndex,
        property: PropertyIndex,
        claims: &[ClaimIndex],
        found: &mut Vec<Comparison>,
        budget: &mut Budget,
    ) -> Result<(), OverBudget> {
        let view = self.view;
        let entity_type = view.ontology().entity_type(view.type_of(entity));
        let declared = &entity_type.properties[property.place()];
        let rules = Rules {
            widths: &view.ontology().bounds,
            names: property == entity_type.label,
        };
        let statements = self.statements(claims);
        for statement in &statements {
            self.by_evidence(entity, &declared.name, statement, found);
        }
        for (one, other) in pairs(&statements) {
            budget.spend(1)?;
            let judged =
                rules.statings(view.graph().stating(one[0]), view.graph().stating(other[0]));
            let judged = if declared.list {
                // Values of a list stand beside each other.
                (judged.verdict == Verdict::Agrees).then_some(judged)
            } else {
                self.in_time(entity_type.temporal_of(property), one[0], other[0], judged)
            };
            if let Some(judged) = judged {
                self.pair(entity, &declared.name, judged, one, other, found);
            }
        }
        Ok(())
    }

    /// A judgement of two statements with their times in view; `None` where one follows the other.
    pub(super) fn in_time(
        &self,
        temporal: Temporal,
        one: ClaimIndex,
        other: ClaimIndex,
        judged: Judgement,
    ) -> Option<Judgement> {
        let contradict = judged.verdict == Verdict::Contradicts;
        match self.times(temporal, one, other) {
            Times::Apart => (!contradict).then_some(judged),
            Times::Undated if contradict => {
                let why = format!(
                    "{} One bears a date, the other none: the one may follow the other.",
                    judged.why
                );
                Some(Judgement::new(Verdict::DiffersInScope, why))
            }
            Times::Undated | Times::Same => Some(judged),
        }
    }

    pub(super) fn times(&self, temporal: Temporal, one: ClaimIndex, other: ClaimIndex) -> Times {
        let graph = self.view.graph();
        match temporal {
            Temporal::Lasting => times(graph.valid_time(one), graph.valid_time(other)),
            Temporal::Momentary => Times::Same,
        }
    }

    /// What the evidence of one statement says: that several sources agree on it, or that one is against it.
    pub(super) fn by_evidence(
        &mut self,
        entity: EntityIndex,
        field: &str,
        claims: &Position,
        found: &mut Vec<Comparison>,
    ) {
        let against = self.side(claims, Stance::Disputes, None);
        if !against.sources.is_empty() {
            let support = self.side(claims, Stance::Supports, None);
            let labels: Vec<_> = against
                .sources
                .iter()
                .map(|source| self.view.label(*source))
                .collect();
            let why = format!(
                "Evidence of {} speaks against {field}: {}.",
                labels.join(" and "),
                self.words(claims[0])
            );
            found.push(Comparison {
                judgement: Judgement::new(Verdict::Contradicts, why),
                about: vec![entity],
                property: field.into(),
                sides: vec![support, against],
            });
        }
        let groups = self.groups(claims);
        if groups.len() < 2 || self.is_deprecated(claims[0]) {
            return;
        }
        let sides = groups
            .iter()
            .map(|group| self.side(claims, Stance::Supports, Some(group)));
        let sides: Vec<Side> = sides.collect();
        let why = format!(
            "{} independent sources state {field}: {}.",
            groups.len(),
            self.words(claims[0])
        );
        found.push(Comparison {
            judgement: Judgement::new(Verdict::Agrees, why),
            about: vec![entity],
            property: field.into(),
            sides,
        });
    }

    /// Adds a comparison of two statements, unless they agree without being independent.
    pub(super) fn pair(
        &mut self,
        entity: EntityIndex,
        field: &str,
        judgement: Judgement,
        one: &Position,
        other: &Position,
        found: &mut Vec<Comparison>,
    ) {
        let statements = [one.as_slice(), other.as_slice()];
        if judgement.verdict.is_corroboration() {
            let deprecated = self.is_deprecated(one[0]) || self.is_deprecated(other[0]);
            if deprecated || self.groups(&statements.concat()).len() < 2 {
                return;
            }
        }
        found.push(Comparison {
            judgement,
            about: vec![entity],
            property: field.into(),
            sides: self.sides(&statements),
        });
    }

    /// Claims sorted into statements: what says the same for the same time, deprecated or not.
    pub(super) fn statements(&self, claims: &[ClaimIndex]) -> Vec<Position> {
        let graph = self.view.graph();
        let mut statements: Vec<Position> = Vec::new();
        for claim in claims {
            let same = |other: ClaimIndex| {
                graph.stating(other) == graph.stating(*claim)
                    && graph.valid_time(other) == graph.valid_time(*claim)
                    && self.is_deprecated(other) == self.is_deprecated(*claim)
            };
            match statements.iter_mut().find(|statement| same(statement[0])) {
                Some(statement) => statement.push(*claim),
                None => statements.push(vec![*claim]),
            }
        }
        statements
    }

    /// What a claim states, in words.
    pub(super) fn words(&self, claim: ClaimIndex) -> String {
        match self.view.graph().stating(claim) {
            Stating::Value(value) => quoted(value),
            Stating::None => "none".into(),
            Stating::Unknown => "not known".into(),
            Stating::Edge(_) => {
                let end = self.end(claim);
                end.map_or_else(String::new, |entity| self.view.label(entity))
            }
        }
    }
}

/// Every two statements.
pub(super) fn pairs(statements: &[Position]) -> impl Iterator<Item = (&Position, &Position)> {
    statements.iter().enumerate().flat_map(|(place, one)| {
        statements[place + 1..]
            .iter()
            .map(move |other| (one, other))
    })
}
