//! Claims of one entity against each other: on its properties, and on its relationships.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::claims::Stating;
use crate::graph::disputes::times::{Times, overlap, times};
use crate::graph::disputes::values::{Rules, quoted};
use crate::graph::disputes::{Comparer, Comparison, Judgement, Side, Verdict};
use crate::graph::records::{About, ClaimIndex, EntityIndex, RelationshipIndex};
use crate::graph::walk::{Budget, OverBudget};
use crate::model::claim::{Stance, Until};
use crate::model::naming;
use crate::model::ontology::{
    Direction, PropertyIndex, RelationshipType, RelationshipTypeIndex, Temporal,
};
use crate::model::value::Value;

/// Claims that say the same, for the same time.
type Statement = Vec<ClaimIndex>;

/// What an entity is compared by.
#[derive(Default)]
struct Slots {
    properties: BTreeMap<PropertyIndex, Vec<ClaimIndex>>,
    relationships: BTreeMap<RelationshipTypeIndex, BTreeMap<RelationshipIndex, Vec<ClaimIndex>>>,
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
        self.to_one(entity, &slots, found, budget)?;
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
                self.in_time(declared.temporal, one[0], other[0], judged)
            };
            if let Some(judged) = judged {
                self.pair(entity, &declared.name, judged, one, other, found);
            }
        }
        Ok(())
    }

    /// A judgement of two statements with their times in view; `None` where one follows the other.
    fn in_time(
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

    fn times(&self, temporal: Temporal, one: ClaimIndex, other: ClaimIndex) -> Times {
        let graph = self.view.graph();
        match temporal {
            Temporal::Lasting => times(graph.valid_time(one), graph.valid_time(other)),
            Temporal::Momentary => Times::Same,
        }
    }

    /// The claims of one relationship: they share its ends, and may differ in the rest.
    fn on_relationship(
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
    fn exclusives(
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
        let mut rivals: BTreeMap<Vec<String>, Vec<Statement>> = BTreeMap::new();
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
    fn to_one(
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
            let statements: Vec<Statement> = ties
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
    fn in_one_breath(&self, one: &Statement, other: &Statement) -> bool {
        let passages = |statement: &Statement| {
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

    /// What one source says and no other does, of an entity of which others had spoken before.
    fn additions(
        &mut self,
        entity: EntityIndex,
        claims: &[ClaimIndex],
        slots: &Slots,
        found: &mut Vec<Comparison>,
        budget: &mut Budget,
    ) -> Result<(), OverBudget> {
        let Some(first) = claims.first() else {
            return Ok(());
        };
        let groups = self.groups(claims);
        // Which of the groups support a claim, by their place.
        let support = |claims: &[ClaimIndex]| -> BTreeSet<usize> {
            let sources = self.view.supporting_sources(claims.iter().copied());
            let place =
                |source: &EntityIndex| groups.iter().position(|group| group.contains(source));
            sources.iter().filter_map(place).collect()
        };
        let base = support(&[*first]);
        if groups.len() < 2 || base.is_empty() {
            return Ok(());
        }
        let is_rival: BTreeSet<ClaimIndex> = found
            .iter()
            .filter(|comparison| !comparison.judgement.verdict.is_corroboration())
            .flat_map(|comparison| &comparison.sides)
            .flat_map(|side| side.claims.iter().copied())
            .collect();
        for claim in claims {
            budget.spend(1)?;
            if self.is_deprecated(*claim) || is_rival.contains(claim) {
                continue;
            }
            let own = support(&[*claim]);
            if own.is_empty() || !own.is_disjoint(&base) {
                continue;
            }
            let (field, rivals) = self.beside(entity, *claim, slots);
            if !support(&rivals).is_subset(&own) {
                continue;
            }
            let why = format!(
                "No other source on record states {field}: {}.",
                self.words(*claim)
            );
            found.push(Comparison {
                judgement: Judgement::new(Verdict::Adds, why),
                about: vec![entity],
                property: field,
                sides: self.sides(&[&[*claim]]),
            });
        }
        Ok(())
    }

    /// The claims that say something of the same matter as a claim: where one value is shown, all on it.
    fn beside(
        &self,
        entity: EntityIndex,
        claim: ClaimIndex,
        slots: &Slots,
    ) -> (String, Vec<ClaimIndex>) {
        let (view, graph) = (self.view, self.view.graph());
        let all = |claims: Option<&Vec<ClaimIndex>>| claims.cloned().unwrap_or_default();
        match graph.about(claim).1 {
            About::Property(property) => {
                let entity_type = view.ontology().entity_type(view.type_of(entity));
                let declared = &entity_type.properties[property.place()];
                let mut rivals = all(slots.properties.get(&property));
                if declared.list {
                    let rules = Rules {
                        widths: &view.ontology().bounds,
                        names: false,
                    };
                    rivals.retain(|rival| {
                        let judged = rules.statings(graph.stating(claim), graph.stating(*rival));
                        judged.verdict == Verdict::Agrees
                    });
                }
                (declared.name.clone(), rivals)
            }
            About::Relationship(relationship) => {
                let (index, _, _) = view.relationship(relationship);
                let field = self.field(entity, index, Direction::Out);
                let ties = slots.relationships.get(&index);
                let many = view.fields(entity).iter().all(|field| {
                    field.many || field.relationship != index || field.direction != Direction::Out
                });
                let rivals = if many {
                    all(ties.and_then(|ties| ties.get(&relationship)))
                } else {
                    ties.into_iter()
                        .flat_map(BTreeMap::values)
                        .flatten()
                        .copied()
                        .collect()
                };
                (field, rivals)
            }
        }
    }

    /// What the evidence of one statement says: that several sources agree on it, or that one is against it.
    fn by_evidence(
        &mut self,
        entity: EntityIndex,
        field: &str,
        claims: &Statement,
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
                "{} speaks against {field}: {}.",
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
    fn pair(
        &mut self,
        entity: EntityIndex,
        field: &str,
        judgement: Judgement,
        one: &Statement,
        other: &Statement,
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
    fn statements(&self, claims: &[ClaimIndex]) -> Vec<Statement> {
        let graph = self.view.graph();
        let mut statements: Vec<Statement> = Vec::new();
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

    /// The field through which an entity shows a relationship; its type where there is none.
    fn field(
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
    fn end(&self, claim: ClaimIndex) -> Option<EntityIndex> {
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
    fn account(&self, statement: &Statement) -> String {
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

    /// What a claim states, in words.
    fn words(&self, claim: ClaimIndex) -> String {
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
fn pairs(statements: &[Statement]) -> impl Iterator<Item = (&Statement, &Statement)> {
    statements.iter().enumerate().flat_map(|(place, one)| {
        statements[place + 1..]
            .iter()
            .map(move |other| (one, other))
    })
}
