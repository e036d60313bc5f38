//! Orders: the keys by which rows and lists are sorted.

use std::cmp::Ordering;

use crate::graph::adjacency::Link;
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
    let far = view.graph().far_end(relationship, direction);
    let key = |term: &OrderTerm| {
        if term.on_edge {
            edge_key(view, term, relationship)
        } else {
            far_key(view, term, far)
        }
    };
    terms.iter().map(key).collect()
}

/// What a term of a declared order reads of the relationship itself.
fn edge_key(view: &View, term: &OrderTerm, relationship: RelationshipIndex) -> SortKey {
    let name = term.property.as_str();
    if matches!(name, "since" | "until") {
        return edge_date_key(view, relationship, name == "since");
    }
    let (index, _, _) = view.relationship(relationship);
    match view.ontology().relationship_type(index).property(name) {
        Some((property, declared)) => value_key(
            view,
            declared.value_type,
            view.edge_value(relationship, property),
        ),
        None => SortKey::Missing,
    }
}

/// What a term of a declared order reads of the entity at the far end.
fn far_key(view: &View, term: &OrderTerm, far: EntityIndex) -> SortKey {
    let name = term.property.as_str();
    if name == "id" {
        return SortKey::text(view.id(far).as_str());
    }
    let declared = view.ontology().entity_type(view.type_of(far));
    match declared.property(name) {
        Some((property, _)) => property_key(view, far, property),
        None if name == "name" => SortKey::text(&view.label(far)),
        None => SortKey::Missing,
    }
}

/// The place of each relationship in the declared order of all of them; equal ones are placed as they are listed. What
/// many have in common is read once: a key takes much more memory than a place, and is slower to compare.
pub(crate) fn places(
    view: &View,
    terms: &[OrderTerm],
    links: &[Link],
    direction: Direction,
) -> Vec<u32> {
    let columns: Vec<Vec<u32>> = terms
        .iter()
        .map(|term| {
            if term.on_edge {
                let keys: Vec<SortKey> = links
                    .iter()
                    .map(|link| edge_key(view, term, link.relationship))
                    .collect();
                return ranks(&keys, term.descending);
            }
            let far = |link: &Link| match direction {
                Direction::Out => link.to,
                Direction::In => link.from,
            };
            let mut entities: Vec<EntityIndex> = links.iter().map(far).collect();
            entities.sort_unstable();
            entities.dedup();
            let keys: Vec<SortKey> = entities
                .iter()
                .map(|entity| far_key(view, term, *entity))
                .collect();
            let ranks = ranks(&keys, term.descending);
            let rank = |link: &Link| {
                let place = entities.partition_point(|entity| *entity < far(link));
                ranks[place]
            };
            links.iter().map(rank).collect()
        })
        .collect();
    let mut sorted: Vec<u32> = (0..).take(links.len()).collect();
    sorted.sort_unstable_by(|one, other| {
        let ranked = |column: &Vec<u32>| column[*one as usize].cmp(&column[*other as usize]);
        let order = columns.iter().map(ranked).find(|order| order.is_ne());
        order.unwrap_or_else(|| one.cmp(other))
    });
    let mut places = vec![0; links.len()];
    for (place, link) in (0..).zip(sorted) {
        places[link as usize] = place;
    }
    places
}

/// For each key how many different ones come before it.
fn ranks(keys: &[SortKey], descending: bool) -> Vec<u32> {
    let mut sorted: Vec<u32> = (0..).take(keys.len()).collect();
    sorted.sort_by(|one, other| keys[*one as usize].compare(&keys[*other as usize], descending));
    let mut ranks = vec![0; keys.len()];
    let mut rank = 0;
    for pair in sorted.windows(2) {
        let (before, after) = (pair[0] as usize, pair[1] as usize);
        rank += u32::from(keys[before].compare(&keys[after], descending).is_ne());
        ranks[after] = rank;
    }
    ranks
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
