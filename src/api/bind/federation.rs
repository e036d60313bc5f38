//! Entities as the router of a federation names them.

use serde_json::Value;

use crate::api::bind::LARGEST_PAGE;
use crate::api::bind::ids::Viewed;
use crate::api::limits::over;
use crate::model::ontology::{Ontology, TypeIndex};

/// An entity of a type by its key.
#[derive(Debug)]
pub(crate) struct Representation {
    pub(crate) entity_type: TypeIndex,
    pub(crate) id: Viewed,
}

/// Reads representations; a single one stands for a list of one.
pub(super) fn representations(
    ontology: &Ontology,
    given: Option<&Value>,
) -> Result<Vec<Representation>, String> {
    let given = match given {
        Some(Value::Array(items)) => items.as_slice(),
        Some(single) => std::slice::from_ref(single),
        None => &[],
    };
    over("representations", given.len() as u64, LARGEST_PAGE as u64).map_err(|_| {
        format!(
            "there are {} representations: at most {LARGEST_PAGE} are allowed",
            given.len()
        )
    })?;
    given
        .iter()
        .enumerate()
        .map(|(place, one)| {
            representation(ontology, one)
                .map_err(|problem| format!("representations[{place}]{problem}"))
        })
        .collect()
}

fn representation(ontology: &Ontology, given: &Value) -> Result<Representation, String> {
    let text = |name: &str, expected: &str| match given.get(name) {
        Some(Value::String(text)) => Ok(text.as_str()),
        Some(found) => Err(format!(".{name} is {found}: expected {expected}")),
        None => Err(format!(" has no {name}: expected {expected}")),
    };
    let name = text("__typename", "the name of an entity type")?;
    let Some(entity_type) = ontology.type_named(name) else {
        return Err(format!(
            ".__typename is {name:?}: expected the name of an entity type"
        ));
    };
    Ok(Representation {
        entity_type,
        id: Viewed::read(text("id", "the id of an entity")?, "id")
            .map_err(|error| format!(": {error}"))?,
    })
}
