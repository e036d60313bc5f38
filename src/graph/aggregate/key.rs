//! What things are grouped by, and what that is for a group.

use std::cmp::Ordering;

use crate::graph::filter::{Places, StatedAs};
use crate::graph::order::{SortKey, value_key};
use crate::graph::records::EntityIndex;
use crate::graph::view::View;
use crate::model::ontology::{
    Direction, PropertyIndex, RelationshipTypeIndex, TypeIndex, ValueType,
};
use crate::model::value::Value;

/// What things are grouped by.
#[derive(Debug, Clone)]
pub enum Key {
    /// The type of the entity.
    Type,
    /// A property of the entity; each value of a list.
    Property {
        /// Where each type has it.
        places: Places,
        /// The type of its values.
        value_type: ValueType,
        /// Whether it has several values at once.
        list: bool,
        /// The part of a date that counts.
        part: Option<DatePart>,
    },
    /// What a relationship leads to.
    Relationship {
        /// The type of the relationship.
        relationship: RelationshipTypeIndex,
        /// The direction in which it is followed.
        direction: Direction,
        /// Whether all count, or the winner.
        many: bool,
    },
    /// A property of the relationship by which the entity stands in its list.
    Edge {
        /// The property.
        property: PropertyIndex,
        /// The type of its values.
        value_type: ValueType,
        /// The part of a date that counts.
        part: Option<DatePart>,
    },
    /// When that relationship began, or ceased, to hold.
    EdgeDate {
        /// Whether the start is meant.
        since: bool,
        /// The part of the date that counts.
        part: Option<DatePart>,
    },
}

/// The part of a date that counts: of an interval, that of its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatePart {
    /// The year.
    Year,
    /// The month of a year.
    Month,
}

/// What a key is for a group.
#[derive(Debug, Clone, PartialEq)]
pub enum KeyValue {
    /// An entity.
    Entity(EntityIndex),
    /// A type of entities.
    Type(TypeIndex),
    /// A value.
    Value(Value),
    /// A year.
    Year(i16),
    /// A month of a year.
    Month(i16, u8),
    /// None, and what the record says instead; `Value` where it has a date without such a part.
    Absent(StatedAs),
}

impl Key {
    /// The same with dates cut to a part.
    #[must_use]
    pub fn by_part(mut self, wanted: Option<DatePart>) -> Self {
        if let Self::Property { part, .. } | Self::Edge { part, .. } | Self::EdgeDate { part, .. } =
            &mut self
        {
            *part = wanted;
        }
        self
    }

    fn value_type(&self) -> ValueType {
        match self {
            Self::Property { value_type, .. } | Self::Edge { value_type, .. } => *value_type,
            Self::EdgeDate { .. } => ValueType::Date,
            Self::Type | Self::Relationship { .. } => ValueType::String,
        }
    }

    /// What groups are sorted by.
    pub(super) fn sort_key(&self, view: &View, value: &KeyValue) -> SortKey {
        let number = |number: i32| SortKey::Number(f64::from(number));
        match value {
            KeyValue::Entity(entity) => SortKey::text(&view.label(*entity)),
            KeyValue::Type(index) => number(i32::from(index.0)),
            KeyValue::Value(value) => value_key(view, self.value_type(), Some(value)),
            KeyValue::Year(year) => number(i32::from(*year)),
            KeyValue::Month(year, month) => number(i32::from(*year) * 12 + i32::from(*month)),
            KeyValue::Absent(_) => SortKey::Missing,
        }
    }
}

impl KeyValue {
    /// Whether there is a value.
    #[must_use]
    pub fn is_stated(&self) -> bool {
        !matches!(self, Self::Absent(_))
    }

    /// The order of two different values that sort alike: entities as they were recorded, others by their text.
    pub(super) fn told_apart(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Entity(one), Self::Entity(other)) => one.cmp(other),
            (Self::Absent(one), Self::Absent(other)) => (*one as u8).cmp(&(*other as u8)),
            (Self::Value(one), Self::Value(other)) => text(one).cmp(&text(other)),
            _ => Ordering::Equal,
        }
    }

    /// What the record says of it at all.
    #[must_use]
    pub fn stated(&self) -> StatedAs {
        match self {
            Self::Absent(stated) => *stated,
            _ => StatedAs::Value,
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Date(date) => date.to_string(),
        value => value.label(),
    }
}
