//! Observations as they are compared: what the ontology calls a figure, and all that belongs to one.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::graph::claims::Stating;
use crate::graph::disputes::Comparer;
use crate::graph::records::{ClaimIndex, EntityIndex};
use crate::graph::walk::{Budget, OverBudget};
use crate::model::date::Edtf;
use crate::model::ontology::{
    Direction, EntityType, Ontology, PropertyIndex, RelationshipTypeIndex, Role,
};
use crate::model::value::{Bound, Quantity, Value};

/// By what the types of observations show what they count, where, when and of whom.
#[derive(Debug)]
pub(super) struct Shapes(Vec<Option<Shape>>);

#[derive(Debug)]
pub(super) struct Shape {
    pub(super) value: PropertyIndex,
    pub(super) property: String,
    pub(super) period: Option<PropertyIndex>,
    pub(super) as_of: Option<PropertyIndex>,
    pub(super) scope: Option<PropertyIndex>,
    pub(super) measure: Vec<RelationshipTypeIndex>,
    pub(super) place: Vec<RelationshipTypeIndex>,
    pub(super) about: Vec<RelationshipTypeIndex>,
    pub(super) whole: Vec<(RelationshipTypeIndex, String)>,
}

impl Shapes {
    pub(super) fn new(ontology: &Ontology) -> Self {
        Self(ontology.types.iter().map(Shape::of).collect())
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
}

/// One figure with all that it is compared by.
#[derive(Debug)]
pub(super) struct Observation {
    pub(super) claim: ClaimIndex,
    pub(super) quantity: Quantity,
    pub(super) deprecated: bool,
    pub(super) measures: BTreeSet<EntityIndex>,
    pub(super) about: BTreeSet<EntityIndex>,
    pub(super) scope: Scope,
    pub(super) sources: Vec<EntityIndex>,
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

impl Comparer<'_> {
    pub(super) fn shape(&self, entity: EntityIndex) -> Option<&Shape> {
        self.shapes.0[self.view.type_of(entity).place()].as_ref()
    }

    /// Whether entities of this one's type are compared as observations.
    pub(super) fn is_observation(&self, entity: EntityIndex) -> bool {
        self.shape(entity).is_some()
    }

    /// An observation as it is compared; `None` if it is none, or states no number.
    pub(super) fn observation(
        &mut self,
        entity: EntityIndex,
        budget: &mut Budget,
    ) -> Result<Option<Rc<Observation>>, OverBudget> {
        if let Some(known) = self.observations.get(&entity) {
            return Ok(known.clone());
        }
        budget.spend(1)?;
        let read = self.read(entity).map(Rc::new);
        self.observations.insert(entity, read.clone());
        Ok(read)
    }

    fn read(&self, entity: EntityIndex) -> Option<Observation> {
        let view = self.view;
        let shape = self.shape(entity)?;
        // Where every claim on the value is deprecated, the first of them is shown as such.
        let claim = view.all_claims(entity, shape.value).into_iter().next();
        let winner = view.winner(entity, shape.value).or(claim);
        let claim = winner?;
        let quantity = number(view.graph().stating(claim))?;
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
        let scope = Scope {
            places: ends(&shape.place),
            words: value(shape.scope).map(Value::label),
            period: date(shape.period),
            as_of: date(shape.as_of),
        };
        let (measures, about) = (ends(&shape.measure), ends(&shape.about));
        Some(Observation {
            claim,
            quantity,
            deprecated: self.is_deprecated(claim),
            measures,
            about,
            scope,
            sources: view.supporting_sources([claim]),
        })
    }
}

/// The number that a claim states.
fn number(stating: Stating<'_>) -> Option<Quantity> {
    let value = match stating {
        Stating::Value(Value::Quantity(quantity)) => return Some(quantity.clone()),
        Stating::Value(Value::Int(number)) => f64::from(*number),
        Stating::Value(Value::Float(number)) => *number,
        #[expect(
            clippy::cast_precision_loss,
            reason = "figures past 2^53 are compared as doubles"
        )]
        Stating::Value(Value::BigInt(number)) => *number as f64,
        _ => return None,
    };
    Some(Quantity {
        value,
        bound: Bound::Exact,
        low: None,
        high: None,
        unit: None,
        currency: None,
    })
}
