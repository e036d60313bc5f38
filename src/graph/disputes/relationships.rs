//! Relationships of one entity against each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::claims::Stating;
use crate::graph::disputes::claims::{Position, Slots, pairs};
use crate::graph::disputes::times::{Times, overlap};
use crate::graph::disputes::values::Rules;
use crate::graph::disputes::{Comparer, Comparison, Judgement, Verdict};
use crate::graph::records::{About, ClaimIndex, EntityIndex, RelationshipIndex};
use crate::graph::walk::{Budget, OverBudget};
use crate::model::claim::{Stance, Until};
use crate::model::naming;
use crate::model::ontology::{Direction, RelationshipType, RelationshipTypeIndex, Temporal};
use crate::model::value::Value;

impl Comparer<'_> {
    /// The claims of one relationship: they share its ends, and may differ in the rest.
    pub(super) fn on_relationship(
        &mut self,
        entity: EntityIndex,
        index: RelationshipTypeIndex,
        claims: &[ClaimIndex],
        found: &mut Vec<Comparison>,
        budget: &mut Budget,
    ) -> Result<(), OverBudget> {
        let field = self.field(entity, index, Direction::Out);
        let statements = self.statements(claims);
        for statement in &statements {
            self.by_evidence(entity, &field, statement, found);
        }
        for (one, other) in pairs(&statements) {
            budget.spend(1)?;
            if let Some(judged) = self.details(index, one[0], other[0]) {
                self.pair(entity, &field, judged, one, other, found);
            }
        }
        Ok(())
    }

    /// How two claims of one relationship stand to each other by its properties and dates.
    fn details(
        &self,
        index: RelationshipTypeIndex,
        one: ClaimIndex,
        other: ClaimIndex,
    ) -> Option<Judgement> {
        let (view, graph) = (self.view, self.view.graph());
        let declared = view.ontology().relationship_type(index);
        let (first, second) = (graph.valid_time(one), graph.valid_time(other));
        if declared.temporal == Temporal::Lasting && !overlap(first, second) {
            return None;
        }
        let rules = Rules {
            widths: &view.ontology().bounds,
            names: false,
        };
        let (Stating::Edge(own), Stating::Edge(its)) = (graph.stating(one), graph.stating(other))
        else {
            return None;
        };
        let mut judged = Vec::new();
        for (property, value) in own {
            if let Some((_, other)) = its.iter().find(|(found, _)| found == property) {
                let found = rules.values(value, other);
                let name = &declared.properties[property.place()].name;
                judged.push(Judgement::new(
                    found.verdict,
                    format!("{name}: {}", found.why),
                ));
            }
        }
        if let (Some(first), Some(second)) = (view.since(one), view.since(other)) {
            let found = rules.values(&Value::Date(first.clone()), &Value::Date(second.clone()));
            judged.push(Judgement::new(
                found.verdict,
                format!("since: {}", found.why),
            ));
        }
        if let (Some(Until::Date(first)), Some(Until::Date(second))) =
            (view.until(one), view.until(other))
        {
            let found = rules.values(&Value::Date(first.clone()), &Value::Date(second.clone()));
            judged.push(Judgement::new(
                found.verdict,
                format!("until: {}", found.why),
            ));
        }
        let worst = judged.into_iter().max_by_key(|judged| judged.verdict);
        let worst = worst.filter(|worst| !worst.verdict.is_corroboration());
        let agree = || Judgement::new(Verdict::Agrees, format!("Both say {}.", self.words(one)));
        Some(worst.unwrap_or_else(agree))
    }

    /// Relationships of which the ontology says that two cannot hold.
    pub(super) fn exclusives(
        &mut self,
        entity: EntityIndex,
        index: RelationshipTypeIndex,
        ties: &BTreeMap<RelationshipIndex, Vec<ClaimIndex>>,
        found: &mut Vec<Comparison>,
        budget: &mut Budget,
    ) -> Result<(), OverBudget> {
        let declared = self.view.ontology().relationship_type(index);
        let Some(exclusive) = &declared.exclusive else {
            return Ok(());
        };
        let mut rivals: BTreeMap<Vec<String>, Vec<Position>> = BTreeMap::new();
        for claims in ties.values() {
            for statement in self.statements(claims) {
                let value = |name: &String| self.edge_word(declared, statement[0], name);
                let holds = exclusive
                    .condition
                    .iter()
                    .all(|(name, wanted)| value(name).as_ref() == Some(wanted));
                let per: Option<Vec<String>> = exclusive.per.iter().map(value).collect();
                // What it would exclude others from is not said.
                if let Some(per) = per.filter(|_| holds) {
                    rivals.entry(per).or_default().push(statement);
                }
            }
        }
        let field = self.field(entity, index, Direction::Out);
        for (per, statements) in &rivals {
            for (one, other) in pairs(statements) {
                budget.spend(1)?;
                if self.end(one[0]) == self.end(other[0])
                    || self.times(declared.temporal, one[0], other[0]) == Times::Apart
                {
                    continue;
                }
                let condition = exclusive.condition.iter().map(|(_, word)| word.as_str());
                let bare = exclusive.condition.is_empty().then_some(field.as_str());
                let of = per.iter().map(|id| self.named(id));
                let why = format!(
                    "{} and {} cannot both be {} of {}.",
                    self.account(one),
                    self.account(other),
                    condition.chain(bare).collect::<Vec<_>>().join(", "),
                    of.collect::<Vec<_>>().join(", "),
                );
                let judged = Judgement::new(Verdict::Contradicts, why);
                self.pair(entity, &field, judged, one, other, found);
            }
        }
        Ok(())
    }

    /// Several ends of a relationship that leads to one.
    pub(super) fn single_ends(
        &mut self,
        entity: EntityIndex,
        slots: &Slots,
        found: &mut Vec<Comparison>,
        budget: &mut Budget,
    ) -> Result<(), OverBudget> {
        let view = self.view;
        for field in view.fields(entity).iter().filter(|field| !field.many) {
            let ties: Vec<Vec<ClaimIndex>> = match field.direction {
                Direction::Out => {
                    let ties = slots.relationships.get(&field.relationship);
                    ties.into_iter()
                        .flat_map(BTreeMap::values)
                        .cloned()
                        .collect()
                }
                Direction::In => {
                    let graph = view.graph();
                    let ties = graph.all_relationships(entity, field.relationship, Direction::In);
                    let claims = |tie| {
                        graph
                            .relationship_chain(tie)
                            .filter(|claim| view.sees(*claim))
                            .collect()
                    };
                    ties.map(claims)
                        .filter(|claims: &Vec<_>| !claims.is_empty())
                        .collect()
                }
            };
            budget.spend(ties.len() as u64)?;
            let statements: Vec<Position> = ties
                .iter()
                .flat_map(|claims| self.statements(claims))
                .collect();
            let temporal = view
                .ontology()
                .relationship_type(field.relationship)
                .temporal;
            for (one, other) in pairs(&statements) {
                budget.spend(1)?;
                let far = |claim: ClaimIndex| match field.direction {
                    Direction::Out => self.end(claim),
                    Direction::In => Some(view.graph().about(claim).0),
                };
                if far(one[0]) == far(other[0]) || self.in_one_breath(one, other) {
                    continue;
                }
                let named =
                    |claim| far(claim).map_or_else(String::new, |entity| view.label(entity));
                let why = format!(
                    "{} and {} cannot both be the one {}.",
                    named(one[0]),
                    named(other[0]),
                    naming::spaced(&field.name)
                );
                let judged = Judgement::new(Verdict::Contradicts, why);
                if let Some(judged) = self.in_time(temporal, one[0], other[0], judged) {
                    self.pair(entity, &field.name, judged, one, other, found);
                }
            }
        }
        Ok(())
    }

    /// Whether one passage states both, such as a row of a table that lists several places: it does not
    /// say that they exclude each other.
    fn in_one_breath(&self, one: &Position, other: &Position) -> bool {
        let passages = |statement: &Position| {
            let shown = statement
                .iter()
                .flat_map(|claim| self.view.evidence(*claim));
            shown.map(|shown| shown.evidence).collect::<Vec<_>>()
        };
        let others = passages(other);
        passages(one)
            .into_iter()
            .any(|passage| others.contains(&passage))
    }

    /// The field through which an entity shows a relationship; its type where there is none.
    pub(super) fn field(
        &self,
        entity: EntityIndex,
        index: RelationshipTypeIndex,
        direction: Direction,
    ) -> String {
        let mut fields = self.view.fields(entity).iter();
        let field =
            fields.find(|field| field.relationship == index && field.direction == direction);
        let declared = &self.view.ontology().relationship_type(index).name;
        field.map_or(declared, |field| &field.name).clone()
    }

    /// What stands at the end of the relationship that a claim states.
    pub(super) fn end(&self, claim: ClaimIndex) -> Option<EntityIndex> {
        match self.view.graph().about(claim).1 {
            About::Relationship(relationship) => Some(self.view.relationship(relationship).2),
            About::Property(_) => None,
        }
    }

    /// A relationship's own property as a word.
    fn edge_word(
        &self,
        declared: &RelationshipType,
        claim: ClaimIndex,
        name: &str,
    ) -> Option<String> {
        let (property, _) = declared.property(name)?;
        match self.view.graph().stating(claim) {
            Stating::Edge(own) => {
                let found = own.iter().find(|(index, _)| *index == property);
                found.map(|(_, value)| value.label())
            }
            _ => None,
        }
    }

    /// The label of an entity by its id; other words as they are.
    fn named(&self, word: &str) -> String {
        let entity = self.view.entity(word);
        entity.map_or_else(|| word.to_owned(), |entity| self.view.label(entity))
    }

    /// What a statement says and how its sources know: "Ana Prado (PLANNED)".
    fn account(&self, statement: &Position) -> String {
        let evidence = statement
            .iter()
            .flat_map(|claim| self.view.evidence(*claim));
        let support = evidence.filter(|shown| shown.evidence.stance == Stance::Supports);
        let modalities: BTreeSet<_> = support.map(|shown| shown.evidence.modality).collect();
        let names: Vec<_> = modalities.iter().map(|modality| modality.name()).collect();
        match names.is_empty() {
            true => self.words(statement[0]),
            false => format!("{} ({})", self.words(statement[0]), names.join(", ")),
        }
    }
}
