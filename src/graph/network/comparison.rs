//! What must hold between the things that a pattern stands for.

use std::cmp::Ordering;

use crate::graph::neighbors::Edge;
use crate::graph::network::Dates;
use crate::graph::records::{EntityIndex, RelationshipIndex};
use crate::graph::view::View;
use crate::model::claim::Until;
use crate::model::date::Edtf;
use crate::model::ontology::{PropertyIndex, RelationshipTypeIndex, TypeIndex};
use crate::model::value::Value;

/// A comparison. What is not stated compares with nothing, and what is of another kind neither.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// What stands before the operator.
    pub left: Side,
    /// How the two must stand to each other.
    pub operator: Operator,
    /// What stands after it.
    pub right: Side,
}

/// A side of a comparison: something of an entity, or of a relationship, given by its place in the pattern.
#[derive(Debug, Clone)]
pub enum Side {
    /// Of an entity.
    Node(usize, OfNode),
    /// Of a relationship.
    Tie(usize, OfTie),
}

/// What is compared of an entity.
#[derive(Debug, Clone)]
pub enum OfNode {
    /// Its id.
    Id,
    /// Its label.
    Name,
    /// When it happened, as [`Dates`] say.
    Date,
    /// A property, where each type has it.
    Property(Vec<(TypeIndex, PropertyIndex)>),
}

/// What is compared of a relationship.
#[derive(Debug, Clone)]
pub enum OfTie {
    /// When it began to hold.
    Since,
    /// When it ceased to hold.
    Until,
    /// When it held, or happened, as [`Dates`] say.
    Date,
    /// A property, where each type has it.
    Property(Vec<(RelationshipTypeIndex, PropertyIndex)>),
}

/// How two values must stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// They are the same; dates cover the same days.
    Equal,
    /// They are stated, and differ.
    NotEqual,
    /// The left is less; of dates, it was over before the right began.
    Less,
    /// The left is greater; of dates, it began after the right was over.
    Greater,
    /// Dates share a day, or may.
    Overlaps,
}

/// A value that can be compared.
enum Comparable {
    Text(String),
    /// With its unit or currency, if it has one: what differs in that is not compared.
    Number(f64, String),
    Days(i32, i32),
}

impl Comparison {
    pub(super) fn holds(
        &self,
        view: &View,
        dates: &Dates,
        entities: &[Option<EntityIndex>],
        relationships: &[Option<RelationshipIndex>],
    ) -> bool {
        let read = |side: &Side| match side {
            Side::Node(place, what) => of_node(view, dates, entities[*place]?, what),
            Side::Tie(place, what) => of_tie(view, dates, relationships[*place]?, what),
        };
        match (read(&self.left), read(&self.right)) {
            (Some(left), Some(right)) => self.operator.holds(&left, &right),
            _ => false,
        }
    }
}

impl Operator {
    fn holds(self, left: &Comparable, right: &Comparable) -> bool {
        let order = match (left, right) {
            (Comparable::Text(left), Comparable::Text(right)) => left.cmp(right),
            (Comparable::Number(left, of), Comparable::Number(right, other)) if of == other => {
                left.total_cmp(right)
            }
            (Comparable::Days(first, last), Comparable::Days(other_first, other_last)) => {
                return match self {
                    Self::Equal => (first, last) == (other_first, other_last),
                    Self::NotEqual => (first, last) != (other_first, other_last),
                    Self::Less => last < other_first,
                    Self::Greater => first > other_last,
                    Self::Overlaps => first <= other_last && last >= other_first,
                };
            }
            _ => return false,
        };
        match self {
            Self::Equal => order == Ordering::Equal,
            Self::NotEqual => order != Ordering::Equal,
            Self::Less => order == Ordering::Less,
            Self::Greater => order == Ordering::Greater,
            Self::Overlaps => false,
        }
    }
}

fn of_node(view: &View, dates: &Dates, entity: EntityIndex, what: &OfNode) -> Option<Comparable> {
    match what {
        OfNode::Id => Some(Comparable::Text(view.id(entity).to_string())),
        OfNode::Name => Some(Comparable::Text(view.label(entity))),
        OfNode::Date => {
            let (first, last) = dates.of_entity(view, entity)?;
            Some(Comparable::Days(first, last))
        }
        OfNode::Property(places) => {
            let of = view.type_of(entity);
            let (_, property) = places.iter().find(|(index, _)| *index == of)?;
            Some(comparable(view.value(entity, *property)?))
        }
    }
}

fn of_tie(
    view: &View,
    dates: &Dates,
    relationship: RelationshipIndex,
    what: &OfTie,
) -> Option<Comparable> {
    let (relationship_type, ..) = view.relationship(relationship);
    match what {
        OfTie::Since => {
            let claim = view.relationship_winner(relationship)?;
            Some(days(view.since(claim)?))
        }
        OfTie::Until => match view.until(view.relationship_winner(relationship)?)? {
            Until::Date(date) => Some(days(date)),
            Until::StillHolds => None,
        },
        OfTie::Date => {
            let edge = Edge {
                relationship,
                relationship_type,
            };
            let (first, last) = dates.stated(view, edge)?;
            Some(Comparable::Days(first, last))
        }
        OfTie::Property(places) => {
            let (_, property) = places
                .iter()
                .find(|(index, _)| *index == relationship_type)?;
            Some(comparable(view.edge_value(relationship, *property)?))
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "comparing past 2^53 is as precise as a double is"
)]
fn comparable(value: &Value) -> Comparable {
    let number = |number: f64| Comparable::Number(number, String::new());
    match value {
        Value::Int(found) => number(f64::from(*found)),
        Value::BigInt(found) => number(*found as f64),
        Value::Float(found) => number(*found),
        Value::DateTime(moment) => number(moment.microseconds() as f64),
        Value::Quantity(quantity) => {
            let of = quantity.currency.as_ref().or(quantity.unit.as_ref());
            Comparable::Number(quantity.value, of.cloned().unwrap_or_default())
        }
        Value::Date(date) => days(date),
        other => Comparable::Text(other.label()),
    }
}

fn days(date: &Edtf) -> Comparable {
    Comparable::Days(
        date.earliest().unwrap_or(i32::MIN),
        date.latest().unwrap_or(i32::MAX),
    )
}
