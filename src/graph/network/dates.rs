//! When a relationship held, or when it happened.

use crate::graph::neighbors::Edge;
use crate::graph::records::{EntityIndex, NONE};
use crate::graph::view::View;
use crate::model::ontology::{Ontology, Property, PropertyIndex, Role};
use crate::model::value::Value;

/// The roles of properties that say when something happened; the first that is stated counts.
const MOMENTS: [Role; 3] = [Role::EVENT_DATE, Role::SIGNED, Role::ANNOUNCED];

/// Where an ontology keeps the dates of things.
#[derive(Debug)]
pub struct Dates {
    /// By type of relationship, its own properties that are dates.
    of_relationships: Vec<Vec<PropertyIndex>>,
    /// By type of entity.
    of_entities: Vec<Vec<PropertyIndex>>,
}

impl Dates {
    /// Those of an ontology.
    #[must_use]
    pub fn new(ontology: &Ontology) -> Self {
        let relationships = ontology.relationships.iter();
        let entities = ontology.types.iter();
        Dates {
            of_relationships: relationships
                .map(|found| moments(&found.properties))
                .collect(),
            of_entities: entities.map(|found| moments(&found.properties)).collect(),
        }
    }

    /// The first and the last day on which a relationship may have held, or happened.
    ///
    /// What it states itself counts first: since when and until when it held, or on which date it is
    /// attested; then a date among its own properties; then the date of what it begins at; then of
    /// what it leads to. What nothing dates may have held on any day.
    #[must_use]
    pub fn of(&self, view: &View, edge: Edge) -> (i32, i32) {
        self.stated(view, edge).unwrap_or((i32::MIN, i32::MAX))
    }

    /// The same; `None` where nothing dates it.
    #[must_use]
    pub fn stated(&self, view: &View, edge: Edge) -> Option<(i32, i32)> {
        let graph = view.graph();
        let relationship = edge.relationship;
        if let Some(claim) = view.relationship_winner(relationship) {
            let valid = graph.claims.get(claim.0).valid;
            if valid != NONE {
                let valid = graph.valid_times.get(valid);
                return Some((valid.from, valid.to));
            }
        }
        let own = &self.of_relationships[edge.relationship_type.place()];
        let own = own
            .iter()
            .find_map(|property| span(view.edge_value(relationship, *property)));
        let (_, from, to) = view.relationship(relationship);
        own.or_else(|| self.of_entity(view, from))
            .or_else(|| self.of_entity(view, to))
    }

    /// The first and the last day on which an entity may have happened, by the first of its dates that is stated.
    #[must_use]
    pub fn of_entity(&self, view: &View, entity: EntityIndex) -> Option<(i32, i32)> {
        let properties = &self.of_entities[view.type_of(entity).place()];
        properties
            .iter()
            .find_map(|property| span(view.value(entity, *property)))
    }
}

fn moments(properties: &[Property]) -> Vec<PropertyIndex> {
    let plays = |role: Role| {
        let indexed = (0..).map(PropertyIndex).zip(properties);
        indexed
            .filter(move |(_, property)| property.plays.contains(&role))
            .map(|(index, _)| index)
    };
    MOMENTS.into_iter().flat_map(plays).collect()
}

fn span(value: Option<&Value>) -> Option<(i32, i32)> {
    match value {
        Some(Value::Date(date)) => Some((
            date.earliest().unwrap_or(i32::MIN),
            date.latest().unwrap_or(i32::MAX),
        )),
        _ => None,
    }
}
