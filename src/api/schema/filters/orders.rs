//! Orders: by what lists are sorted.

use crate::api::definition::{Argument, Definitions, Kind};
use crate::api::schema::filters::shared;
use crate::api::shape::{InputShape, OrderBy};
use crate::model::ontology::{Ontology, TypeRef};

pub(super) fn define(ontology: &Ontology, definitions: &mut Definitions, reference: TypeRef) {
    let mut fields = vec![
        Argument::new("id", "OrderDirection", "By the id."),
        Argument::new(
            "name",
            "OrderDirection",
            "By the name, without case and accents.",
        ),
    ];
    let mut shape = vec![
        ("id".to_owned(), OrderBy::Id),
        ("name".to_owned(), OrderBy::Name),
    ];
    for (property, places) in shared(ontology, reference) {
        if property.name != "name" && !property.list {
            fields.push(Argument::new(
                &property.name,
                "OrderDirection",
                format!("By `{}`.", property.name),
            ));
            shape.push((property.name.clone(), OrderBy::Property { places }));
        }
    }
    let name = ontology.name(reference);
    let description = format!("An order of {name}: exactly one field.");
    definitions.add(
        format!("{name}Order"),
        description,
        Kind::Input {
            one_of: true,
            fields,
            shape: InputShape::Order(shape),
        },
    );
}
