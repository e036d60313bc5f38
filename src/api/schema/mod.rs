//! The API's schema, generated from the ontology.
//!
//! [`generate`] writes the [`Definitions`]; [`build`] hands them to async-graphql, whose
//! printed SDL is the schema that clients see and that the gate validates against.

mod aggregates;
mod build;
pub(crate) mod clock;
mod connections;
mod disputes;
mod entities;
mod evidence;
mod facts;
pub(crate) mod federation;
mod filters;
mod history;
pub(crate) mod mutations;
mod pattern;
mod relationships;
mod root;
mod subscriptions;
mod timeline;
mod trace;
mod values;
mod walks;

use std::sync::Arc;

pub(crate) use build::build;

use crate::api::definition::Definitions;
use crate::model::naming;
use crate::model::ontology::{Ontology, RelationshipField, TypeRef};

/// All types of the API.
pub(crate) fn generate(ontology: &Arc<Ontology>) -> Definitions {
    let mut definitions = Definitions::default();
    root::define(ontology, &mut definitions);
    walks::define(&mut definitions);
    pattern::define(ontology, &mut definitions);
    entities::define(ontology, &mut definitions);
    connections::define(&mut definitions);
    relationships::define(ontology, &mut definitions);
    filters::define(ontology, &mut definitions);
    aggregates::define(ontology, &mut definitions);
    evidence::define(ontology, &mut definitions);
    disputes::define(&mut definitions);
    history::define(&mut definitions);
    subscriptions::define(&mut definitions);
    timeline::define(&mut definitions);
    trace::define(ontology, &mut definitions);
    values::define(ontology, &mut definitions);
    mutations::define(ontology, &mut definitions);
    definitions
}

/// What the names of a relationship field's connection and edge begin with: its owner's name and
/// its own. Lists whose relationships have no properties differ in nothing but the nodes, so they
/// share one connection and one edge, named after the nodes.
fn field_stem(ontology: &Ontology, field: &RelationshipField) -> String {
    if shares_edge(ontology, field) {
        return format!("{}Relationship", ontology.name(field.target));
    }
    format!("{}{}", ontology.name(field.owner), capitalised(&field.name))
}

/// Whether a field's edge has nothing of its own beside the node.
fn shares_edge(ontology: &Ontology, field: &RelationshipField) -> bool {
    let relationship = ontology.relationship_type(field.relationship);
    field.many && relationship.properties.is_empty()
}

/// The name of a relationship type's object type.
pub(crate) fn relationship_name(name: &str) -> String {
    format!("{}Relationship", naming::pascal(name))
}

/// Every type, interface or `Entity` that may stand at an end, as a reference.
fn references(ontology: &Ontology) -> Vec<TypeRef> {
    use crate::model::ontology::{InterfaceIndex, TypeIndex};
    let types = (0..)
        .map(TypeIndex)
        .zip(&ontology.types)
        .map(|(index, _)| TypeRef::Type(index));
    let interfaces = (0..)
        .map(InterfaceIndex)
        .zip(&ontology.interfaces)
        .map(|(index, _)| TypeRef::Interface(index));
    types.chain(interfaces).chain([TypeRef::Entity]).collect()
}

/// The word with its first letter in upper case.
fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
