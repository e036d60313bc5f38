//! Observations: what the ontology calls a figure, and by what one shows what it counts, where, when and of whom.

use std::collections::BTreeSet;

use crate::graph::records::EntityIndex;
use crate::graph::view::View;
use crate::model::date::Edtf;
use crate::model::ontology::{
    Direction, EntityType, Ontology, PropertyIndex, RelationshipTypeIndex, Role, TypeIndex,
};
use crate::model::value::Value;

/// By what the types of observations show what they count, where, when and of whom.
#[derive(Debug)]
pub(super) struct Shapes(Vec<Option<Shape>>);

#[derive(Debug)]
pub(super) struct Shape {
    pub(super) value: PropertyIndex,
    /// The name of that property.
    pub(super) property: String,
    period: Option<PropertyIndex>,
    as_of: Option<PropertyIndex>,
    scope: Option<PropertyIndex>,
    pub(super) measure: Vec<RelationshipTypeIndex>,
    pub(super) place: Vec<RelationshipTypeIndex>,
    pub(super) about: Vec<RelationshipTypeIndex>,
    pub(super) whole: Vec<(RelationshipTypeIndex, String)>,
}

/// What an observation is a figure of.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) measures: BTreeSet<EntityIndex>,
    pub(super) about: BTreeSet<EntityIndex>,
    pub(super) scope: Scope,
}

/// What figures have to share, so that one number can be right for both. What is not stated is shared
/// by those alone which do not state it either.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Scope {
    pub(super) places: BTreeSet<EntityIndex>,
    pub(super) words: Option<String>,
    pub(super) period: Option<Edtf>,
    pub(super) as_of: Option<Edtf>,
}

impl Shapes {
    pub(super) fn new(ontology: &Ontology) -> Self {
        Self(ontology.types.iter().map(Shape::of).collect())
    }

    /// The shape of a type, if its entities are observations.
    pub(super) fn of(&self, entity_type: TypeIndex) -> Option<&Shape> {
        self.0[entity_type.place()].as_ref()
    }
}

impl Shape {
    /// The shape of a type that plays an observation and has a value.
    fn of(entity_type: &EntityType) -> Option<Self> {
        if !entity_type.plays.contains(&Role::OBSERVATION) {
            return None;
        }
        let property = |role| entity_type.property_playing(role).map(|(index, _)| index);
        let fields = |role| {
            let fields = entity_type.relationships_playing(role);
            fields.filter(|field| field.direction == Direction::Out)
        };
        let leads = |role| fields(role).map(|field| field.relationship).collect();
        let (value, declared) = entity_type.property_playing(Role::VALUE)?;
        Some(Self {
            value,
            property: declared.name.clone(),
            period: property(Role::PERIOD),
            as_of: property(Role::AS_OF),
            scope: property(Role::SCOPE),
            measure: leads(Role::MEASURE),
            place: leads(Role::PLACE),
            about: leads(Role::ABOUT),
            whole: fields(Role::WHOLE)
                .map(|field| (field.relationship, field.name.clone()))
                .collect(),
        })
    }

    /// What an entity of this shape is a figure of.
    pub(super) fn subject(&self, view: &View, entity: EntityIndex) -> Subject {
        let ends = |relationships: &[RelationshipTypeIndex]| -> BTreeSet<EntityIndex> {
            let hops = relationships
                .iter()
                .flat_map(|index| view.hops(entity, *index, Direction::Out));
            hops.map(|hop| hop.entity).collect()
        };
        let value = |property: Option<PropertyIndex>| view.value(entity, property?);
        let date = |property| match value(property) {
            Some(Value::Date(date)) => Some(date.clone()),
            _ => None,
        };
        Subject {
            measures: ends(&self.measure),
            about: ends(&self.about),
            scope: Scope {
                places: ends(&self.place),
                words: value(self.scope).map(Value::label),
                period: date(self.period),
                as_of: date(self.as_of),
            },
        }
    }
}

impl Scope {
    /// The time of the figure: what it covers, else when it stood so. Without either it may be of any.
    pub(super) fn time(&self) -> Option<&Edtf> {
        self.period.as_ref().or(self.as_of.as_ref())
    }
}
