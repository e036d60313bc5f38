//! Observations against each other: figures of the same or a related measure, and parts against their whole.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::graph::disputes::figures::Observation;
use crate::graph::disputes::quantity::{compare, described, exceeds};
use crate::graph::disputes::{Comparer, Comparison, Judgement, Verdict};
use crate::graph::observations::Scope;
use crate::graph::records::EntityIndex;
use crate::graph::walk::{Budget, OverBudget};
use crate::model::date::Edtf;
use crate::model::ontology::Direction;

/// Figures of different measures are compared only where their times lie no further apart than this.
const NEAR: i64 = 366;

impl Comparer<'_> {
    /// The comparisons of an observation with others. Each stands for both of them.
    pub(super) fn of_observation(
        &mut self,
        entity: EntityIndex,
        found: &mut Vec<Comparison>,
        budget: &mut Budget,
    ) -> Result<(), OverBudget> {
        let Some(own) = self.observation(entity, budget)? else {
            return Ok(());
        };
        let relatives = self.of_whole(entity, &own, found, budget)?;
        let mut others: BTreeMap<EntityIndex, Rc<Observation>> = BTreeMap::new();
        for other in self.candidates(entity, budget)? {
            if !relatives.contains(&other)
                && let Some(observation) = self.observation(other, budget)?
            {
                others.insert(other, observation);
            }
        }
        let counterparts = self.counterparts(&own, others.values());
        for (other, its) in &others {
            budget.spend(1)?;
            let is_matched = |one: &Observation| counterparts.get(&one.scope).copied().unwrap_or(0);
            // Where both have figures of their own scope beside them, there is no need to look at other scopes.
            let matched = is_matched(&own) > 1 && is_matched(its) > 1;
            if let Some(judgement) = self.judge(&own, its, matched) {
                self.observed(judgement, (entity, &own), (*other, its), found);
            }
        }
        Ok(())
    }

    /// Whether no source of the one goes back to what a source of the other goes back to.
    fn are_independent(&self, own: &Observation, its: &Observation) -> bool {
        let all = own.sources.iter().chain(&its.sources).copied();
        let of = |observation: &Observation, group: &[EntityIndex]| {
            group
                .iter()
                .any(|source| observation.sources.contains(source))
        };
        let groups = self.view.independent_sources(all);
        !groups.iter().any(|group| of(own, group) && of(its, group))
    }

    /// How many independent sources stand behind each scope of a figure's measure.
    fn counterparts<'o>(
        &self,
        own: &'o Observation,
        others: impl Iterator<Item = &'o Rc<Observation>>,
    ) -> BTreeMap<&'o Scope, usize> {
        let mut sources: BTreeMap<&Scope, Vec<EntityIndex>> = BTreeMap::new();
        let same = others
            .map(|other| &**other)
            .filter(|other| !other.measures.is_disjoint(&own.measures));
        for observation in same.chain([own]) {
            sources
                .entry(&observation.scope)
                .or_default()
                .extend(&observation.sources);
        }
        let count = |sources| self.view.independent_sources(sources).len();
        sources
            .into_iter()
            .map(|(scope, sources)| (scope, count(sources)))
            .collect()
    }

    /// How two figures stand to each other; `None` if there is nothing to say.
    fn judge(&self, own: &Observation, its: &Observation, matched: bool) -> Option<Judgement> {
        let widths = &self.view.ontology().bounds;
        let independent = self.are_independent(own, its);
        let deprecated = own.deprecated || its.deprecated;
        let differences = self.differences(own, its);
        let numbers = || {
            let of = |found: &Observation| described(&found.quantity, widths);
            (of(own), of(its))
        };
        let share =
            |one: &BTreeSet<EntityIndex>, other: &BTreeSet<EntityIndex>| !one.is_disjoint(other);
        let place = share(&own.scope.places, &its.scope.places);
        let about = share(&own.about, &its.about);
        if share(&own.measures, &its.measures) {
            if differences.is_empty() {
                let judged = compare(&own.quantity, &its.quantity, widths);
                let tells = !judged.verdict.is_corroboration() || (independent && !deprecated);
                return tells.then_some(judged);
            }
            let related = differences.len() == 1 || place || about;
            if !related || !independent || deprecated || matched || !meet(own, its, 0) {
                return None;
            }
            let (first, second) = numbers();
            let why = format!(
                "{first} and {second} differ in {}.",
                differences.join(" and in ")
            );
            return Some(Judgement::new(Verdict::DiffersInScope, why));
        }
        let unit = own.quantity.unit == its.quantity.unit
            && own.quantity.currency == its.quantity.currency;
        let related = about || (place && unit);
        if !related
            || !independent
            || deprecated
            || own.measures.is_empty()
            || its.measures.is_empty()
            || !meet(own, its, NEAR)
        {
            return None;
        }
        let (first, second) = numbers();
        let measures = |found: &Observation| self.labels(&found.measures);
        let why = format!(
            "{first} and {second} are figures of different measures: {}; {}.",
            measures(own),
            measures(its)
        );
        Some(Judgement::new(Verdict::DifferentMeasure, why))
    }

    /// In what the scopes of two figures differ, in words.
    fn differences(&self, own: &Observation, its: &Observation) -> Vec<String> {
        let mut found = Vec::new();
        let mut differ = |what: &str, one: Option<String>, other: Option<String>| {
            let word = |word: Option<String>| word.unwrap_or_else(|| "not stated".into());
            found.push(format!("{what} ({}; {})", word(one), word(other)));
        };
        let (one, other) = (&own.scope, &its.scope);
        if one.places != other.places {
            let places =
                |scope: &Scope| (!scope.places.is_empty()).then(|| self.labels(&scope.places));
            differ("place", places(one), places(other));
        }
        // A figure that names no group may be of any.
        if !own.about.is_empty() && !its.about.is_empty() && own.about != its.about {
            differ(
                "group",
                Some(self.labels(&own.about)),
                Some(self.labels(&its.about)),
            );
        }
        if one.words != other.words {
            differ("what is counted", one.words.clone(), other.words.clone());
        }
        if !same_days(&one.period, &other.period) {
            let label = |scope: &Scope| scope.period.as_ref().map(Edtf::label);
            differ("period", label(one), label(other));
        }
        let as_of = (&one.as_of, &other.as_of);
        let apart = match as_of {
            (Some(one), Some(other)) => !one.overlaps(other),
            (None, None) => false,
            _ => true,
        };
        if apart {
            let label = |scope: &Scope| scope.as_of.as_ref().map(Edtf::label);
            differ("date", label(one), label(other));
        }
        found
    }

    fn labels(&self, entities: &BTreeSet<EntityIndex>) -> String {
        let labels: Vec<_> = entities
            .iter()
            .map(|entity| self.view.label(*entity))
            .collect();
        labels.join(", ")
    }

    /// Reports parts that are larger than their whole, and gives the entity's wholes and parts.
    fn of_whole(
        &mut self,
        entity: EntityIndex,
        own: &Observation,
        found: &mut Vec<Comparison>,
        budget: &mut Budget,
    ) -> Result<BTreeSet<EntityIndex>, OverBudget> {
        let view = self.view;
        let mut relatives = BTreeSet::new();
        let ties: Vec<_> = self
            .shape(entity)
            .map_or_else(Vec::new, |shape| shape.whole.clone());
        for (relationship, field) in ties {
            for direction in [Direction::Out, Direction::In] {
                for hop in view.hops(entity, relationship, direction) {
                    budget.spend(1)?;
                    relatives.insert(hop.entity);
                    let Some(its) = self.observation(hop.entity, budget)? else {
                        continue;
                    };
                    let (part, whole) = match direction {
                        Direction::Out => ((entity, own), (hop.entity, &*its)),
                        Direction::In => ((hop.entity, &*its), (entity, own)),
                    };
                    let widths = &view.ontology().bounds;
                    if !exceeds(&part.1.quantity, &whole.1.quantity, widths) {
                        continue;
                    }
                    let why = format!(
                        "{} is stated as a part of {}, and is larger.",
                        described(&part.1.quantity, widths),
                        described(&whole.1.quantity, widths)
                    );
                    let judged = Judgement::new(Verdict::Contradicts, why);
                    self.observed(judged, part, whole, found);
                    if let Some(comparison) = found.last_mut() {
                        comparison.property.clone_from(&field);
                    }
                }
            }
        }
        Ok(relatives)
    }

    fn observed(
        &mut self,
        judgement: Judgement,
        one: (EntityIndex, &Observation),
        other: (EntityIndex, &Observation),
        found: &mut Vec<Comparison>,
    ) {
        let (one, other) = if one.0 < other.0 {
            (one, other)
        } else {
            (other, one)
        };
        let property = self
            .shape(one.0)
            .map_or_else(String::new, |shape| shape.property.clone());
        found.push(Comparison {
            judgement,
            about: vec![one.0, other.0],
            property,
            sides: self.sides(&[&[one.1.claim], &[other.1.claim]]),
        });
    }

    /// The observations that share a measure, a place or what they are about with one.
    fn candidates(
        &mut self,
        entity: EntityIndex,
        budget: &mut Budget,
    ) -> Result<BTreeSet<EntityIndex>, OverBudget> {
        let view = self.view;
        let mut found = BTreeSet::new();
        let Some(shape) = self.shape(entity) else {
            return Ok(found);
        };
        for relationship in shape.measure.iter().chain(&shape.about).chain(&shape.place) {
            for hop in view.hops(entity, *relationship, Direction::Out) {
                for back in view.hops(hop.entity, *relationship, Direction::In) {
                    budget.spend(1)?;
                    found.insert(back.entity);
                }
            }
        }
        found.remove(&entity);
        Ok(found)
    }
}

/// Whether two periods are the same days, or are both not stated.
fn same_days(one: &Option<Edtf>, other: &Option<Edtf>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => {
            (one.earliest(), one.latest()) == (other.earliest(), other.latest())
        }
        (None, None) => true,
        _ => false,
    }
}

/// Whether the times of two figures lie no more than some days apart. What bears no date may be of any time.
fn meet(one: &Observation, other: &Observation, days: i64) -> bool {
    let (Some(one), Some(other)) = (one.scope.time(), other.scope.time()) else {
        return true;
    };
    let near = |end: Option<i32>, start: Option<i32>| match (end, start) {
        (Some(end), Some(start)) => i64::from(start) - i64::from(end) <= days,
        _ => true,
    };
    near(one.latest(), other.earliest()) && near(other.latest(), one.earliest())
}
