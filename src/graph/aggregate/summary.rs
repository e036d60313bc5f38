//! Sums and bounds of numbers, amounts and dates.

use std::collections::HashMap;

use crate::graph::aggregate::numbers::ByNumber;
use crate::graph::aggregate::overlap::overlap;
use crate::graph::filter::Places;
use crate::graph::observations::Shapes;
use crate::graph::order::SortKey;
use crate::graph::records::{EntityIndex, NONE};
use crate::graph::view::View;
use crate::graph::walk::{Budget, OverBudget};
use crate::model::date::Edtf;
use crate::model::value::Value;

/// A property to sum up: one of numbers, of amounts or of dates.
#[derive(Debug, Clone)]
pub struct Summand {
    /// Where each type has it.
    pub places: Places,
}

/// What the values of one property come to: of amounts, those in one unit and currency.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Which of the properties it is.
    pub of: usize,
    /// How many values there are.
    pub count: usize,
    /// The unit of amounts.
    pub unit: Option<String>,
    /// The currency of amounts.
    pub currency: Option<String>,
    /// Whether figures among them count the same thing, so that they cannot be added.
    pub overlapping: bool,
    /// What numbers and amounts come to.
    pub numbers: Option<Numbers>,
    /// The dates that begin first and end last.
    pub dates: Option<(Edtf, Edtf)>,
}

/// What numbers come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numbers {
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// The sum.
    pub sum: f64,
    /// The sum of the lowest that each can mean; `None` is unbounded.
    pub low: Option<f64>,
    /// The sum of the highest that each can mean; `None` is unbounded.
    pub high: Option<f64>,
}

impl Numbers {
    fn one(value: f64, (low, high): (Option<f64>, Option<f64>)) -> Self {
        Self {
            min: value,
            max: value,
            sum: value,
            low,
            high,
        }
    }

    /// The mean of so many.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "a list holds far fewer things than 2^53"
    )]
    pub fn average(&self, count: usize) -> f64 {
        self.sum / count as f64
    }

    fn and(self, other: Self) -> Self {
        let both = |one: Option<f64>, other: Option<f64>| Some(one? + other?);
        Self {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
            sum: self.sum + other.sum,
            low: both(self.low, other.low),
            high: both(self.high, other.high),
        }
    }
}

/// What one property of one thing says.
#[derive(Debug, Clone, Copy)]
enum Reading<'a> {
    Nothing,
    Number(u32, Numbers),
    Date(&'a Edtf),
}

/// What is counted of one property in one group, and in one unit.
#[derive(Debug, Clone)]
struct Sum<'a> {
    group: u32,
    of: usize,
    unit: u32,
    count: usize,
    numbers: Option<Numbers>,
    dates: Option<(&'a Edtf, &'a Edtf)>,
    /// The observations whose values they are.
    figures: Vec<EntityIndex>,
}

/// Sums up some properties by group.
pub(super) struct Tally<'a> {
    view: &'a View,
    of: &'a [Summand],
    shapes: Shapes,
    /// What was read last, and the observation whose value it is.
    readings: Vec<(Reading<'a>, Option<EntityIndex>)>,
    /// Where the sum of a group in a unit lies, for each property.
    places: Vec<ByNumber<usize>>,
    sums: Vec<Sum<'a>>,
    units: Vec<(Option<&'a str>, Option<&'a str>)>,
    unit_numbers: HashMap<(Option<&'a str>, Option<&'a str>), u32>,
}

impl<'a> Tally<'a> {
    pub(super) fn new(view: &'a View, of: &'a [Summand]) -> Self {
        Self {
            view,
            of,
            shapes: Shapes::new(view.ontology()),
            readings: Vec::with_capacity(of.len()),
            places: vec![ByNumber::default(); of.len()],
            sums: Vec::new(),
            units: Vec::new(),
            unit_numbers: HashMap::new(),
        }
    }

    /// Reads what an entity says of the properties.
    pub(super) fn read(&mut self, entity: EntityIndex) {
        self.readings.clear();
        let view = self.view;
        let figure = self
            .shapes
            .of(view.type_of(entity))
            .map(|shape| shape.value);
        for summand in self.of {
            let property = summand.places.in_type_of(view, entity);
            let value = property.and_then(|property| view.value(entity, property));
            let reading = self.reading(value);
            let is_figure = property.is_some() && property == figure;
            self.readings.push((reading, is_figure.then_some(entity)));
        }
    }

    /// Adds what was read last to a group.
    pub(super) fn add(&mut self, group: u32) {
        for (of, (reading, figure)) in self.readings.iter().enumerate() {
            let (unit, numbers, dates) = match *reading {
                Reading::Nothing => continue,
                Reading::Number(unit, numbers) => (unit, Some(numbers), None),
                Reading::Date(date) => (NONE, None, Some((date, date))),
            };
            let sums = &mut self.sums;
            let place = *self.places[of]
                .entry(u64::from(group) << 32 | u64::from(unit))
                .or_insert_with(|| {
                    sums.push(Sum {
                        group,
                        of,
                        unit,
                        count: 0,
                        numbers: None,
                        dates: None,
                        figures: Vec::new(),
                    });
                    sums.len() - 1
                });
            let sum = &mut sums[place];
            sum.count += 1;
            sum.figures.extend(figure);
            sum.numbers = match (sum.numbers, numbers) {
                (Some(one), Some(other)) => Some(one.and(other)),
                (one, other) => one.or(other),
            };
            sum.dates = match (sum.dates, dates) {
                (Some((first, last)), Some((date, _))) => {
                    Some((earlier(first, date), later(last, date)))
                }
                (one, other) => one.or(other),
            };
        }
    }

    fn reading(&mut self, value: Option<&'a Value>) -> Reading<'a> {
        let exact = |number: f64| Numbers::one(number, (Some(number), Some(number)));
        #[expect(
            clippy::cast_precision_loss,
            reason = "sums past 2^53 are as precise as a double is"
        )]
        let (unit, numbers) = match value {
            Some(Value::Date(date)) => return Reading::Date(date),
            Some(Value::Int(number)) => (None, exact(f64::from(*number))),
            Some(Value::BigInt(number)) => (None, exact(*number as f64)),
            Some(Value::Float(number)) => (None, exact(*number)),
            Some(Value::Quantity(quantity)) => (
                Some((quantity.unit.as_deref(), quantity.currency.as_deref())),
                Numbers::one(
                    quantity.value,
                    quantity.interval(&self.view.ontology().bounds),
                ),
            ),
            _ => return Reading::Nothing,
        };
        Reading::Number(unit.map_or(NONE, |unit| self.unit(unit)), numbers)
    }

    fn unit(&mut self, unit: (Option<&'a str>, Option<&'a str>)) -> u32 {
        let units = &mut self.units;
        *self.unit_numbers.entry(unit).or_insert_with(|| {
            units.push(unit);
            u32::try_from(units.len() - 1).unwrap_or(NONE)
        })
    }

    /// What the groups come to, in the order in which they are given. Within a group they stand by property, then
    /// the most frequent unit first.
    pub(super) fn into_summaries(
        self,
        groups: &[u32],
        budget: &mut Budget,
    ) -> Result<Vec<Vec<Summary>>, OverBudget> {
        let mut places = ByNumber::default();
        for (place, group) in groups.iter().enumerate() {
            places.insert(u64::from(*group), place);
        }
        let mut summaries = vec![Vec::new(); groups.len()];
        for sum in self.sums {
            let Some(place) = places.get(&u64::from(sum.group)) else {
                continue;
            };
            let (unit, currency) = self
                .units
                .get(sum.unit as usize)
                .copied()
                .unwrap_or_default();
            summaries[*place].push(Summary {
                of: sum.of,
                count: sum.count,
                unit: unit.map(str::to_owned),
                currency: currency.map(str::to_owned),
                overlapping: overlap(self.view, &self.shapes, &sum.figures, budget)?,
                numbers: sum.numbers,
                dates: sum.dates.map(|(first, last)| (first.clone(), last.clone())),
            });
        }
        for list in &mut summaries {
            list.sort_by(|one: &Summary, other| {
                let place = |summary: &Summary| (summary.of, std::cmp::Reverse(summary.count));
                let unit = |summary: &Summary| (summary.unit.clone(), summary.currency.clone());
                place(one)
                    .cmp(&place(other))
                    .then_with(|| unit(one).cmp(&unit(other)))
            });
        }
        Ok(summaries)
    }
}

/// The date that begins first, as lists are ordered; among equals the one met first.
fn earlier<'a>(one: &'a Edtf, other: &'a Edtf) -> &'a Edtf {
    let order = SortKey::date(one).compare(&SortKey::date(other), false);
    if order.is_gt() { other } else { one }
}

/// The date that ends last; among equals the one that begins last.
fn later<'a>(one: &'a Edtf, other: &'a Edtf) -> &'a Edtf {
    let end = |date: &Edtf| {
        let last = date.latest().unwrap_or(i32::MAX);
        (last, date.earliest().unwrap_or(i32::MIN))
    };
    if end(other) > end(one) { other } else { one }
}
