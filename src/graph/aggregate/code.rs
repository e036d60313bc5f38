//! Numbers for the values of a key, given in the order in which they are met.

use std::collections::HashMap;

use crate::graph::aggregate::numbers::ByNumber;
use crate::graph::aggregate::{DatePart, Key, KeyValue, Thing};
use crate::graph::filter::{StatedAs, stated_as};
use crate::graph::json;
use crate::graph::records::{EntityIndex, NONE, RelationshipIndex};
use crate::graph::view::{Stating, View};
use crate::graph::walk::{Budget, OverBudget};
use crate::model::claim::Until;
use crate::model::date::Edtf;
use crate::model::ontology::PropertyIndex;
use crate::model::value::Value;

/// Reads one key of things, as numbers.
pub(super) struct Coder<'a> {
    view: &'a View,
    key: &'a Key,
    values: Vec<KeyValue>,
    /// Entities, types, and parts of dates by their numbers.
    by_number: ByNumber<u32>,
    /// Other values by what they are written as.
    by_text: HashMap<Box<[u8]>, u32>,
    /// What has no value, by what the record says instead.
    absent: [u32; 4],
    buffer: Vec<u8>,
}

impl<'a> Coder<'a> {
    pub(super) fn new(view: &'a View, key: &'a Key) -> Self {
        Self {
            view,
            key,
            values: Vec::new(),
            by_number: ByNumber::default(),
            by_text: HashMap::new(),
            absent: [NONE; 4],
            buffer: Vec::new(),
        }
    }

    pub(super) fn key(&self) -> &'a Key {
        self.key
    }

    /// The values by number.
    pub(super) fn values(&self) -> &[KeyValue] {
        &self.values
    }

    pub(super) fn into_values(self) -> Vec<KeyValue> {
        self.values
    }

    /// The numbers of a thing's values: at least one, each once.
    ///
    /// # Errors
    /// When the values to look at pass the budget.
    pub(super) fn codes<T: Thing>(
        &mut self,
        thing: T,
        codes: &mut Vec<u32>,
        budget: &mut Budget,
    ) -> Result<(), OverBudget> {
        codes.clear();
        budget.spend(1)?;
        let (view, entity) = (self.view, thing.entity());
        match *self.key {
            Key::Type => {
                let index = view.type_of(entity);
                codes.push(self.number(u64::from(index.0), || KeyValue::Type(index)));
            }
            Key::Property {
                ref places,
                list,
                part,
                ..
            } => match places.in_type_of(view, entity) {
                None => codes.push(self.absent(StatedAs::NotStated)),
                Some(property) if list => self.list(entity, property, part, codes, budget)?,
                Some(property) => codes.push(self.property(entity, property, part)),
            },
            Key::Relationship {
                relationship,
                direction,
                many: true,
            } => {
                view.each_hop(entity, relationship, direction, |hop| {
                    codes.push(self.entity(hop.entity));
                    budget.spend(1)
                })?;
            }
            Key::Relationship {
                relationship,
                direction,
                many: false,
            } => {
                let hop = view.to_one(entity, relationship, direction);
                let shown = hop.filter(|hop| view.has(hop.entity));
                codes.extend(shown.map(|hop| self.entity(hop.entity)));
            }
            Key::Edge { property, part, .. } => {
                let value = thing
                    .relationship()
                    .and_then(|relationship| view.edge_value(relationship, property));
                codes.push(self.value_or_absent(value, part, StatedAs::NotStated));
            }
            Key::EdgeDate { since, part } => {
                codes.push(self.edge_date(thing.relationship(), since, part));
            }
        }
        if codes.is_empty() {
            codes.push(self.absent(StatedAs::NotStated));
        } else if codes.len() > 1 {
            codes.sort_unstable();
            codes.dedup();
        }
        Ok(())
    }

    fn property(
        &mut self,
        entity: EntityIndex,
        property: PropertyIndex,
        part: Option<DatePart>,
    ) -> u32 {
        let view = self.view;
        if let Some(part) = part
            && let Some((year, month)) = view.begins(entity, property)
        {
            match part {
                DatePart::Year => return self.part(year, 0),
                DatePart::Month if month > 0 => return self.part(year, month),
                DatePart::Month => {}
            }
        }
        let record = view.packed(entity);
        let packed = record.map_or(&[][..], |record| record.json(property));
        if !packed.is_empty() {
            let value = || view.value(entity, property).cloned();
            return self.text(packed, || {
                value().map_or(KeyValue::Absent(StatedAs::NotStated), KeyValue::Value)
            });
        }
        let value = view.value(entity, property);
        let stated = match value {
            Some(_) => StatedAs::Value,
            None => stated_as(view, entity, property),
        };
        self.value_or_absent(value, part, stated)
    }

    fn list(
        &mut self,
        entity: EntityIndex,
        property: PropertyIndex,
        part: Option<DatePart>,
        codes: &mut Vec<u32>,
        budget: &mut Budget,
    ) -> Result<(), OverBudget> {
        let mut instead = StatedAs::NotStated;
        for claim in self.view.standing(entity, property) {
            budget.spend(1)?;
            match self.view.graph().stating(claim) {
                Stating::Value(value) => {
                    codes.push(self.value_or_absent(Some(value), part, StatedAs::Value));
                }
                // The best claim speaks first.
                Stating::None if instead == StatedAs::NotStated => instead = StatedAs::None,
                Stating::Unknown if instead == StatedAs::NotStated => instead = StatedAs::Unknown,
                _ => {}
            }
        }
        if codes.is_empty() {
            codes.push(self.absent(instead));
        }
        Ok(())
    }

    fn edge_date(
        &mut self,
        relationship: Option<RelationshipIndex>,
        since: bool,
        part: Option<DatePart>,
    ) -> u32 {
        let view = self.view;
        let claim = relationship.and_then(|relationship| view.relationship_winner(relationship));
        let (date, instead) = match claim {
            None => (None, StatedAs::NotStated),
            Some(claim) if since => (view.since(claim), StatedAs::NotStated),
            Some(claim) => match view.until(claim) {
                Some(Until::Date(date)) => (Some(date), StatedAs::Value),
                Some(Until::StillHolds) => (None, StatedAs::None),
                None => (None, StatedAs::NotStated),
            },
        };
        match date {
            Some(date) => self.date(date, part),
            None => self.absent(instead),
        }
    }

    fn value_or_absent(
        &mut self,
        value: Option<&Value>,
        part: Option<DatePart>,
        instead: StatedAs,
    ) -> u32 {
        match value {
            None => self.absent(instead),
            Some(Value::Date(date)) => self.date(date, part),
            Some(Value::Entity(id)) => match self.view.entity(id.as_str()) {
                Some(entity) => self.entity(entity),
                None => self.absent(StatedAs::NotStated),
            },
            Some(value) => {
                let mut buffer = std::mem::take(&mut self.buffer);
                buffer.clear();
                if !json::scalar(value, &mut buffer) {
                    buffer.extend_from_slice(value.label().as_bytes());
                }
                let code = self.text(&buffer, || KeyValue::Value(value.clone()));
                self.buffer = buffer;
                code
            }
        }
    }

    fn date(&mut self, date: &Edtf, part: Option<DatePart>) -> u32 {
        let found = match part {
            None => {
                let value = || KeyValue::Value(Value::Date(date.clone()));
                return self.text(date.as_str().as_bytes(), value);
            }
            Some(DatePart::Year) => date.year().map(|year| (year, 0)),
            Some(DatePart::Month) => date.month(),
        };
        match found {
            Some((year, month)) => self.part(year, month),
            None => self.absent(StatedAs::Value),
        }
    }

    /// A year, or a month of it; months count from 1.
    #[inline]
    fn part(&mut self, year: i16, month: u8) -> u32 {
        let number = u64::from(year.cast_unsigned()) << 8 | u64::from(month);
        self.number(number, || match month {
            0 => KeyValue::Year(year),
            _ => KeyValue::Month(year, month),
        })
    }

    fn entity(&mut self, entity: EntityIndex) -> u32 {
        self.number(u64::from(entity.0), || KeyValue::Entity(entity))
    }

    #[inline]
    fn number(&mut self, number: u64, value: impl FnOnce() -> KeyValue) -> u32 {
        let values = &mut self.values;
        *self
            .by_number
            .entry(number)
            .or_insert_with(|| next(values, value()))
    }

    #[inline]
    fn text(&mut self, text: &[u8], value: impl FnOnce() -> KeyValue) -> u32 {
        if let Some(code) = self.by_text.get(text) {
            return *code;
        }
        let code = next(&mut self.values, value());
        self.by_text.insert(text.into(), code);
        code
    }

    fn absent(&mut self, stated: StatedAs) -> u32 {
        let code = &mut self.absent[stated as usize];
        if *code == NONE {
            *code = next(&mut self.values, KeyValue::Absent(stated));
        }
        *code
    }
}

fn next(values: &mut Vec<KeyValue>, value: KeyValue) -> u32 {
    // There are fewer values than claims, which are counted in 32 bits.
    let code = u32::try_from(values.len()).unwrap_or(NONE);
    values.push(value);
    code
}
