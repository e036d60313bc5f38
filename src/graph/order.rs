//! Orders: the keys by which rows and lists are sorted.

use std::cmp::Ordering;

use crate::graph::records::{EntityIndex, RelationshipIndex};
use crate::graph::view::View;
use crate::model::claim::Until;
use crate::model::date::Edtf;
use crate::model::ontology::{
    Direction, Ontology, OrderTerm, PropertyIndex, RelationshipTypeIndex, ValueType,
};
use crate::model::value::Value;

/// What a property sorts by. What is not stated always comes last, in either direction.
#[derive(Debug, Clone, PartialEq)]
pub enum SortKey {
    /// A whole number: of an enum's value its place, of a moment its microseconds.
    Whole(i64),
    /// Any other number.
    Number(f64),
    /// A text: without case and accents first, then as it is.
    Text(String, String),
    /// A date by its earliest, then its latest day.
    Days(i32, i32),
    /// Not stated.
    Missing,
}

impl SortKey {
    /// The key of a text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(crate::graph::folding::fold(text).into_owned(), text.into())
    }

    /// The key of a date.
    #[must_use]
    pub fn date(date: &Edtf) -> Self {
        Self::Days(
            date.earliest().unwrap_or(i32::MIN),
            date.latest().unwrap_or(i32::MAX),
        )
    }

    /// The order of two keys, the missing ones last.
    #[must_use]
    pub fn compare(&self, other: &Self, descending: bool) -> Ordering {
        let order = match (self, other) {
            (Self::Missing, Self::Missing) => Ordering::Equal,
            (Self::Missing, _) => return Ordering::Greater,
            (_, Self::Missing) => return Ordering::Less,
            (Self::Whole(one), Self::Whole(two)) => one.cmp(two),
            (Self::Number(one), Self::Number(two)) => one.total_cmp(two),
            (Self::Text(one, raw), Self::Text(two, other)) => {
                one.cmp(two).then_with(|| raw.cmp(other))
            }
            (Self::Days(one, last), Self::Days(two, other)) => (one, last).cmp(&(two, other)),
            // A property has one type, so that its keys are of one kind.
            _ => Ordering::Equal,
        };
        if descending { order.reverse() } else { order }
    }
}

/// The order of two lists of keys.
pub fn compare_keys(
    descending: impl Iterator<Item = bool>,
    one: &[SortKey],
    other: &[SortKey],
) -> Ordering {
    descending
        .zip(one.iter().zip(other))
        .map(|(descending, (one, other))| one.compare(other, descending))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// The key of a value of a property.
#[must_use]
pub fn value_key(view: &View, value_type: ValueType, value: Option<&Value>) -> SortKey {
    match value {
        Some(Value::Entity(id)) => match view.entity(id.as_str()) {
            Some(entity) => SortKey::text(&view.name(entity)),
            None => SortKey::text(id.as_str()),
        },
        value => plain_key(view.ontology(), value_type, value),
    }
}

/// The key of a value that is not an entity.
pub(crate) fn plain_key(
    ontology: &Ontology,
    value_type: ValueType,
    value: Option<&Value>,
) -> SortKey {
    match value {
        None => SortKey::Missing,
        Some(Value::Int(number)) => SortKey::Whole(i64::from(*number)),
        Some(Value::BigInt(number)) => SortKey::Whole(*number),
        Some(Value::DateTime(moment)) => SortKey::Whole(moment.microseconds()),
        Some(Value::Boolean(yes)) => SortKey::Whole(i64::from(*yes)),
        Some(Value::Float(number)) => SortKey::Number(*number),
        Some(Value::Quantity(quantity)) => SortKey::Number(quantity.value),
        Some(Value::Date(date)) => SortKey::date(date),
        Some(Value::Enum(name)) => match value_type {
            ValueType::Enum(index) => ontology
                .enumeration(index)
                .place(name)
                .and_then(|place| i64::try_from(place).ok())
                .map_or(SortKey::Missing, SortKey::Whole),
            _ => SortKey::text(name),
        },
        Some(
            value @ (Value::Text(_) | Value::Url(_) | Value::LocalizedText(_) | Value::Entity(_)),
        ) => SortKey::text(&value.words()),
    }
}

/// The key of an entity's property.
#[must_use]
pub fn property_key(view: &View, entity: EntityIndex, property: PropertyIndex) -> SortKey {
    let declared = &view.ontology().entity_type(view.type_of(entity)).properties[property.place()];
    value_key(view, declared.value_type, view.value(entity, property))
}

/// The keys of a relationship in a row with a declared order.
pub(crate) fn row_keys(
    view: &View,
    terms: &[OrderTerm],
    relationship: RelationshipIndex,
    direction: Direction,
) -> Vec<SortKey> {
    let (index, _, _) = view.relationship(relationship);
    let far = view.graph().far_end(relationship, direction);
    let key = |term: &OrderTerm| -> SortKey {
        match (term.on_edge, term.property.as_str()) {
            (true, "since" | "until") => {
                edge_date_key(view, relationship, term.property == "since")
            }
            (true, name) => match view.ontology().relationship_type(index).property(name) {
                Some((property, declared)) => value_key(
                    view,
                    declared.value_type,
                    view.edge_value(relationship, property),
                ),
                None => SortKey::Missing,
            },
            (false, "id") => SortKey::text(view.id(far).as_str()),
            (false, name) => match view
                .ontology()
                .entity_type(view.type_of(far))
                .property(name)
            {
                Some((property, _)) => property_key(view, far, property),
                None if name == "name" => SortKey::text(&view.label(far)),
                None => SortKey::Missing,
            },
        }
    };
    terms.iter().map(key).collect()
}

/// The key of a relationship's own start or end.
pub(crate) fn edge_date_key(view: &View, relationship: RelationshipIndex, since: bool) -> SortKey {
    let Some(claim) = view.relationship_winner(relationship) else {
        return SortKey::Missing;
    };
    if since {
        return view.since(claim).map_or(SortKey::Missing, SortKey::date);
    }
    match view.until(claim) {
        None => SortKey::Missing,
        Some(Until::StillHolds) => SortKey::Days(i32::MAX, i32::MAX),
        Some(Until::Date(date)) => SortKey::date(date),
    }
}

/// Sorts a row in its declared order; equal ones by the order of recording.
pub(crate) fn sort_row(
    view: &View,
    row: &mut [RelationshipIndex],
    relationship: RelationshipTypeIndex,
    direction: Direction,
) {
    row.sort_unstable();
    let terms = view
        .ontology()
        .relationship_type(relationship)
        .order(direction);
    if !terms.is_empty() {
        let descending = || terms.iter().map(|term| term.descending);
        let mut keyed: Vec<_> = row
            .iter()
            .map(|found| (row_keys(view, terms, *found, direction), *found))
            .collect();
        keyed.sort_by(|(one, _), (other, _)| compare_keys(descending(), one, other));
        for (place, (_, found)) in row.iter_mut().zip(keyed) {
            *place = found;
        }
    }
}
