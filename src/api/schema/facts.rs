//! Facts: the proof for each property of an entity type.

use std::collections::HashSet;

use crate::api::definition::{Definitions, FieldDefinition};
use crate::api::meaning::Meaning;
use crate::api::schema::capitalised;
use crate::api::schema::entities::value_name;
use crate::model::ontology::{Ontology, PropertyIndex, TypeIndex};

/// The type that proves each property of an entity type, and the types of its facts.
pub(super) fn define(ontology: &Ontology, definitions: &mut Definitions, index: TypeIndex) {
    let entity_type = ontology.entity_type(index);
    let mut fields = Vec::new();
    let mut seen = HashSet::new();
    for (place, property) in (0..).map(PropertyIndex).zip(&entity_type.properties) {
        let fact = format!("{}Fact", capitalised(value_name(ontology, property)));
        if seen.insert(fact.clone()) {
            super::values::fact(
                definitions,
                &fact,
                value_name(ontology, property),
                property.value_type,
            );
        }
        let ty = if property.list {
            format!("[{fact}!]!")
        } else {
            format!("{fact}!")
        };
        let meaning = Meaning::Facts {
            property: place,
            list: property.list,
        };
        fields.push(FieldDefinition::new(
            &property.name,
            ty,
            meaning,
            format!("Proof for `{}`.", property.name),
        ));
    }
    definitions.object(
        format!("{}Facts", entity_type.name),
        format!("Proof for each property of {}.", entity_type.name),
        fields,
    );
}
