//! Dated facts about some entities, in the order of time.

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::graph::Hop;
use crate::graph::claims::Stating;
use crate::graph::order::SortKey;
use crate::graph::records::{ClaimIndex, EntityIndex};
use crate::graph::view::View;
use crate::graph::walk::{Budget, OverBudget};
use crate::model::claim::Until;
use crate::model::date::Edtf;
use crate::model::naming::spaced;
use crate::model::ontology::{PropertyIndex, RelationshipField, Role, ValueType};
use crate::model::value::Value;

/// The roles by which an entity at the end of a relationship says when it was, the first that is stated.
const WHEN: [Role; 3] = [Role::EVENT_DATE, Role::SIGNED, Role::ANNOUNCED];

/// One dated fact.
#[derive(Debug, Clone, PartialEq)]
pub struct DatedFact {
    /// When it was: a date, or the time from its start to its end.
    pub date: Edtf,
    /// The entity that was asked about.
    pub about: EntityIndex,
    /// The property, or the field of the relationship.
    pub field: String,
    /// What stands at the end of the relationship.
    pub far: Option<EntityIndex>,
    /// The claim that gives the date.
    pub dated_by: ClaimIndex,
    /// The claim that states the fact.
    pub claim: ClaimIndex,
    /// The fact in words.
    pub label: String,
}

impl DatedFact {
    /// Whether it comes before another: by its days, then by what it is about, then by its claims.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        self.place().compare(&other.place())
    }

    /// Its place in the order.
    #[must_use]
    pub fn place(&self) -> Position {
        Position {
            days: SortKey::date(&self.date),
            about: self.about,
            claims: (self.claim, self.dated_by),
            field: self.field.clone(),
        }
    }
}

/// The place of a fact in the order of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    /// The first and the last day.
    pub days: SortKey,
    /// What the fact is about.
    pub about: EntityIndex,
    /// The claim that states it, and the one that dates it.
    pub claims: (ClaimIndex, ClaimIndex),
    /// The property or the field.
    pub field: String,
}

impl Position {
    /// The order of two places.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        let rest = |place: &Self| (place.about, place.claims);
        self.days
            .compare(&other.days, false)
            .then_with(|| rest(self).cmp(&rest(other)))
            .then_with(|| self.field.cmp(&other.field))
    }
}

impl View {
    /// The dated facts about some entities in the order of time; those that can lie in a time, if one is given.
    ///
    /// A fact is dated by its own value, by the time for which a relationship holds, by a date among the
    /// relationship's properties, or by the date of the event that it leads to.
    ///
    /// # Errors
    /// When there is more to look at than the budget allows.
    pub fn timeline(
        &self,
        entities: &[EntityIndex],
        between: Option<&Edtf>,
        budget: &mut Budget,
    ) -> Result<Vec<DatedFact>, OverBudget> {
        let mut facts = Vec::new();
        let mut seen = HashSet::new();
        for entity in entities.iter().filter(|entity| seen.insert(**entity)) {
            self.dated_properties(*entity, &mut facts);
            for field in self.fields(*entity) {
                for hop in self.hops(*entity, field.relationship, field.direction) {
                    budget.spend(1)?;
                    facts.extend(self.dated_hop(*entity, field, hop));
                }
            }
        }
        facts.retain(|fact| between.is_none_or(|between| fact.date.overlaps(between)));
        facts.sort_by(DatedFact::order);
        Ok(facts)
    }

    fn dated_properties(&self, entity: EntityIndex, facts: &mut Vec<DatedFact>) {
        let declared = self.ontology().entity_type(self.type_of(entity));
        for (index, property) in (0..).map(PropertyIndex).zip(&declared.properties) {
            if property.value_type != ValueType::Date {
                continue;
            }
            let claims = if property.list {
                self.standing(entity, index)
            } else {
                self.winner(entity, index).into_iter().collect()
            };
            for claim in claims {
                if let Stating::Value(Value::Date(date)) = self.graph().stating(claim) {
                    facts.push(DatedFact {
                        date: date.clone(),
                        about: entity,
                        field: property.name.clone(),
                        far: None,
                        dated_by: claim,
                        claim,
                        label: format!("{} – {}", self.label(entity), spaced(&property.name)),
                    });
                }
            }
        }
    }

    fn dated_hop(
        &self,
        entity: EntityIndex,
        field: &RelationshipField,
        hop: Hop,
    ) -> Option<DatedFact> {
        let claim = self.relationship_winner(hop.relationship)?;
        let own = self.holding(claim).or_else(|| self.own_date(claim));
        let (date, dated_by) = match own {
            Some(date) => (date, claim),
            None => self.date_of(hop.entity)?,
        };
        Some(DatedFact {
            date,
            about: entity,
            field: field.name.clone(),
            far: Some(hop.entity),
            dated_by,
            claim,
            label: format!(
                "{} – {} – {}",
                self.label(entity),
                spaced(&field.name),
                self.label(hop.entity)
            ),
        })
    }

    /// The time for which a claim says that it held.
    fn holding(&self, claim: ClaimIndex) -> Option<Edtf> {
        let valid = self.graph().valid_time(claim)?;
        let until = match &valid.until {
            Some(Until::Date(date)) => Some(date),
            Some(Until::StillHolds) | None => None,
        };
        match (&valid.since, until) {
            (None, None) => valid.attested.clone(),
            // An end before its beginning is kept as stated; it is shown by its beginning.
            (since, until) => Edtf::span(since.as_ref(), until)
                .ok()
                .flatten()
                .or_else(|| since.clone()),
        }
    }

    /// The first date among the relationship's own properties.
    fn own_date(&self, claim: ClaimIndex) -> Option<Edtf> {
        let Stating::Edge(own) = self.graph().stating(claim) else {
            return None;
        };
        own.iter().find_map(|(_, value)| match value {
            Value::Date(date) => Some(date.clone()),
            _ => None,
        })
    }

    /// When an event was, or when something was signed or announced.
    fn date_of(&self, entity: EntityIndex) -> Option<(Edtf, ClaimIndex)> {
        let declared = self.ontology().entity_type(self.type_of(entity));
        WHEN.into_iter().find_map(|role| {
            let claim = self.winner(entity, declared.property_playing(role)?.0)?;
            match self.graph().stating(claim) {
                Stating::Value(Value::Date(date)) => Some((date.clone(), claim)),
                _ => None,
            }
        })
    }
}
