//! Filters: which entities and relationships to show.
//!
//! A filter reads the winner of each property. What is not stated fits no operator, and so
//! does not fit its opposite either: `ne` wants a value that is stated and is another one. Only `NOT` and
//! `stated` see what is absent.

use crate::graph::Hop;
use crate::graph::folding::fold;
use crate::graph::records::{ClaimIndex, EntityIndex};
use crate::graph::view::{Stating, View};
use crate::graph::walk::{Budget, OverBudget};
use crate::model::claim::Until;
use crate::model::date::Edtf;
use crate::model::ontology::{Direction, PropertyIndex, RelationshipTypeIndex, TypeIndex};
use crate::model::value::{Bound, Value};

/// A condition on entities.
#[derive(Debug, Clone)]
pub enum Filter {
    /// All must hold.
    All(Vec<Filter>),
    /// At least one must hold.
    Any(Vec<Filter>),
    /// It must not hold.
    Not(Box<Filter>),
    /// The id is one of these, or none of them.
    Id { one_of: Vec<String>, negated: bool },
    /// The label fits.
    Name(Vec<Test>),
    /// The winner of a property fits; where each type has the property.
    Property { places: Vec<(TypeIndex, PropertyIndex)>, tests: Vec<Test> },
    /// The values of a list fit.
    List { places: Vec<(TypeIndex, PropertyIndex)>, quantifier: Quantifier, tests: Vec<Test> },
    /// What the record says of a property at all.
    Stated { places: Vec<(TypeIndex, PropertyIndex)>, one_of: Vec<StatedAs>, negated: bool },
    /// So many relationships fit.
    Relationships { relationship: RelationshipTypeIndex, direction: Direction, quantifier: Quantifier, each: Box<LinkFilter> },
    /// The entity shown by a field that shows one fits; where there is none, it does not.
    ToOne { relationship: RelationshipTypeIndex, direction: Direction, node: Box<Filter> },
}

/// How many must fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// At least one.
    Some,
    /// None.
    None,
    /// All, if any.
    All,
    /// Exactly one.
    Single,
}

/// What the record says of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatedAs {
    /// A value.
    Value,
    /// That there is none.
    None,
    /// That it is not known.
    Unknown,
    /// Nothing.
    NotStated,
}

/// A condition on a relationship: its far end and its own properties.
#[derive(Debug, Clone, Default)]
pub struct LinkFilter {
    /// On the entity at the far end.
    pub node: Option<Filter>,
    /// On its own properties.
    pub properties: Vec<(PropertyIndex, EdgeTest)>,
    /// On its start.
    pub since: Vec<Test>,
    /// On its end.
    pub until: Vec<Test>,
}

/// A condition on a relationship's own property.
#[derive(Debug, Clone)]
pub enum EdgeTest {
    /// Its value fits.
    Value(Vec<Test>),
    /// The entity that it names fits.
    Entity(Filter),
    /// Whether it is stated.
    Stated(Vec<StatedAs>, bool),
}

/// A condition on one value.
#[derive(Debug, Clone)]
pub enum Test {
    /// The text is one of these, folded; or none of them.
    Text { one_of: Vec<String>, negated: bool },
    /// The text has this in it, folded.
    Contains(String),
    /// The text begins with this, folded.
    StartsWith(String),
    /// The text ends with this, folded.
    EndsWith(String),
    /// The word of an enum is one of these; or none of them.
    Word { one_of: Vec<String>, negated: bool },
    /// The number is one of these; or none of them.
    Number { one_of: Vec<f64>, negated: bool },
    /// The number lies below.
    Less { than: f64, or_equal: bool },
    /// The number lies above.
    Greater { than: f64, or_equal: bool },
    /// Yes, or no.
    Is(bool),
    /// The same days.
    SameDays(Edtf),
    /// Over before it begins.
    Before(Edtf),
    /// Begun after it is over.
    After(Edtf),
    /// Wholly within.
    During(Edtf),
    /// A day in common.
    Overlaps(Edtf),
    /// The bound of a quantity.
    Bound { one_of: Vec<Bound>, negated: bool },
    /// The unit of a quantity.
    Unit(Vec<Test>),
    /// The currency of a quantity.
    Currency(Vec<Test>),
}

impl Test {
    /// Whether a value fits.
    #[must_use]
    pub fn fits(&self, value: &Value) -> bool {
        match self {
            Self::Text { one_of, negated } => {
                let text = fold(&value.label());
                one_of.contains(&text) != *negated
            }
            Self::Contains(part) => fold(&value.label()).contains(part.as_str()),
            Self::StartsWith(part) => fold(&value.label()).starts_with(part.as_str()),
            Self::EndsWith(part) => fold(&value.label()).ends_with(part.as_str()),
            Self::Word { one_of, negated } => match value {
                Value::Enum(word) => one_of.contains(word) != *negated,
                _ => false,
            },
            Self::Number { one_of, negated } => number(value).is_some_and(|number| one_of.contains(&number) != *negated),
            Self::Less { than, or_equal } => number(value).is_some_and(|number| number < *than || (*or_equal && number <= *than)),
            Self::Greater { than, or_equal } => number(value).is_some_and(|number| number > *than || (*or_equal && number >= *than)),
            Self::Is(yes) => matches!(value, Value::Boolean(found) if found == yes),
            Self::SameDays(date) => days(value).is_some_and(|found| found == span(date)),
            Self::Before(date) => days(value).is_some_and(|found| found.1 < span(date).0),
            Self::After(date) => days(value).is_some_and(|found| found.0 > span(date).1),
            Self::During(date) => days(value).is_some_and(|found| found.0 >= span(date).0 && found.1 <= span(date).1),
            Self::Overlaps(date) => days(value).is_some_and(|found| found.0 <= span(date).1 && found.1 >= span(date).0),
            Self::Bound { one_of, negated } => {
                matches!(value, Value::Quantity(quantity) if one_of.contains(&quantity.bound) != *negated)
            }
            Self::Unit(tests) => matches!(value, Value::Quantity(quantity) if text_fits(tests, quantity.unit.as_ref())),
            Self::Currency(tests) => matches!(value, Value::Quantity(quantity) if text_fits(tests, quantity.currency.as_ref())),
        }
    }
}

fn text_fits(tests: &[Test], text: Option<&String>) -> bool {
    text.is_some_and(|text| all_fit(tests, &Value::Text(text.clone())))
}

fn all_fit(tests: &[Test], value: &Value) -> bool {
    tests.iter().all(|test| test.fits(value))
}

#[expect(clippy::cast_precision_loss, reason = "comparing past 2^53 is as precise as a double is")]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(f64::from(*number)),
        Value::BigInt(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        Value::Quantity(quantity) => Some(quantity.value),
        Value::DateTime(moment) => Some(moment.microseconds() as f64),
        _ => None,
    }
}

fn span(date: &Edtf) -> (i32, i32) {
    (date.earliest().unwrap_or(i32::MIN), date.latest().unwrap_or(i32::MAX))
}

fn days(value: &Value) -> Option<(i32, i32)> {
    match value {
        Value::Date(date) => Some(span(date)),
        _ => None,
    }
}

fn place(view: &View, places: &[(TypeIndex, PropertyIndex)], entity: EntityIndex) -> Option<PropertyIndex> {
    let entity_type = view.type_of(entity);
    places.iter().find(|(index, _)| *index == entity_type).map(|(_, property)| *property)
}

fn counted(quantifier: Quantifier, mut fits: impl Iterator<Item = Result<bool, OverBudget>>) -> Result<bool, OverBudget> {
    match quantifier {
        Quantifier::Some => fits.find(|fit| !matches!(fit, Ok(false))).unwrap_or(Ok(false)),
        Quantifier::None => Ok(!fits.find(|fit| !matches!(fit, Ok(false))).unwrap_or(Ok(false))?),
        Quantifier::All => fits.find(|fit| !matches!(fit, Ok(true))).unwrap_or(Ok(true)),
        Quantifier::Single => {
            let mut found = 0;
            for fit in fits {
                found += usize::from(fit?);
                if found > 1 {
                    break;
                }
            }
            Ok(found == 1)
        }
    }
}

impl Filter {
    /// Whether an entity fits.
    ///
    /// # Errors
    /// When the relationships to look at pass the budget.
    pub fn fits(&self, view: &View, entity: EntityIndex, budget: &mut Budget) -> Result<bool, OverBudget> {
        match self {
            Self::All(filters) => {
                for filter in filters {
                    if !filter.fits(view, entity, budget)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Any(filters) => {
                for filter in filters {
                    if filter.fits(view, entity, budget)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Not(filter) => Ok(!filter.fits(view, entity, budget)?),
            Self::Id { one_of, negated } => {
                let id = view.id(entity).as_str();
                Ok(one_of.iter().any(|wanted| wanted == id) != *negated)
            }
            Self::Name(tests) => Ok(all_fit(tests, &Value::Text(view.label(entity)))),
            Self::Property { places, tests } => {
                let value = place(view, places, entity).and_then(|property| view.value(entity, property));
                Ok(value.is_some_and(|value| all_fit(tests, value)))
            }
            Self::List { places, quantifier, tests } => {
                let claims = place(view, places, entity).map_or_else(Vec::new, |property| view.standing(entity, property));
                counted(*quantifier, claims.into_iter().filter_map(|claim| value_of(view, claim)).map(|value| Ok(all_fit(tests, value))))
            }
            Self::Stated { places, one_of, negated } => {
                let stated = place(view, places, entity).map_or(StatedAs::NotStated, |property| stated_as(view, entity, property));
                Ok(one_of.contains(&stated) != *negated)
            }
            Self::Relationships { relationship, direction, quantifier, each } => {
                let row = view.row(entity, *relationship, *direction);
                budget.spend(row.len() as u64)?;
                counted(*quantifier, row.into_iter().map(|hop| each.fits(view, hop, budget)))
            }
            Self::ToOne { relationship, direction, node } => match view.to_one(entity, *relationship, *direction) {
                Some(hop) => node.fits(view, hop.entity, budget),
                None => Ok(false),
            },
        }
    }
}

fn value_of(view: &View, claim: ClaimIndex) -> Option<&Value> {
    match view.graph().stating(claim) {
        Stating::Value(value) => Some(value),
        _ => None,
    }
}

/// What the record says of a property of an entity.
#[must_use]
pub fn stated_as(view: &View, entity: EntityIndex, property: PropertyIndex) -> StatedAs {
    match view.winner(entity, property).map(|claim| view.graph().stating(claim)) {
        None => StatedAs::NotStated,
        Some(Stating::None) => StatedAs::None,
        Some(Stating::Unknown) => StatedAs::Unknown,
        Some(Stating::Value(_) | Stating::Edge(_)) => StatedAs::Value,
    }
}

impl LinkFilter {
    /// Whether a relationship fits.
    ///
    /// # Errors
    /// When the relationships to look at pass the budget.
    pub fn fits(&self, view: &View, hop: Hop, budget: &mut Budget) -> Result<bool, OverBudget> {
        for (property, test) in &self.properties {
            let value = view.edge_value(hop.relationship, *property);
            let fit = match (test, value) {
                (EdgeTest::Value(tests), Some(value)) => all_fit(tests, value),
                (EdgeTest::Entity(filter), Some(Value::Entity(id))) => match view.entity(id.as_str()) {
                    Some(entity) => filter.fits(view, entity, budget)?,
                    None => false,
                },
                (EdgeTest::Stated(one_of, negated), value) => {
                    let stated = if value.is_some() { StatedAs::Value } else { StatedAs::NotStated };
                    one_of.contains(&stated) != *negated
                }
                _ => false,
            };
            if !fit {
                return Ok(false);
            }
        }
        if !(self.since.is_empty() && self.until.is_empty()) && !self.dates_fit(view, hop) {
            return Ok(false);
        }
        match &self.node {
            Some(node) => node.fits(view, hop.entity, budget),
            None => Ok(true),
        }
    }

    fn dates_fit(&self, view: &View, hop: Hop) -> bool {
        let Some(claim) = view.relationship_winner(hop.relationship) else { return false };
        let since = view.since(claim).cloned();
        let until = match view.until(claim) {
            Some(Until::Date(date)) => Some(date.clone()),
            _ => None,
        };
        [(&self.since, since), (&self.until, until)].into_iter().all(|(tests, date)| {
            tests.is_empty() || date.is_some_and(|date| all_fit(tests, &Value::Date(date)))
        })
    }
}
