//! `orderBy` as an order of the graph.

use serde_json::Value;

use crate::api::filters::operators::{given, items, word};
use crate::api::filters::{FilterReader, place};
use crate::api::meaning::Follow;
use crate::api::shape::{InputShape, OrderBy};
use crate::graph::filter::LinkPart;
use crate::graph::term::{By, Term};
use crate::model::ontology::{OrderTerm, RelationshipTypeIndex, ValueType};

/// How an order stands to the one that the ontology declares for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Declared {
    /// It is the same.
    Along,
    /// It is that of one term, turned round.
    Against,
}

impl FilterReader<'_> {
    /// An order; `of` is the type of the relationships that the list is made of.
    ///
    /// # Errors
    /// What was found and what was expected, with its place in the argument.
    pub(crate) fn order(
        &self,
        input: &str,
        value: &Value,
        of: Option<RelationshipTypeIndex>,
    ) -> Result<Vec<Term>, String> {
        let terms = items(value).iter().flat_map(given);
        terms
            .map(|(name, value)| {
                let (by, descending) = self.term(input, name, value, of, "orderBy")?;
                Ok(Term { by, descending })
            })
            .collect()
    }

    /// What one field of an order reads, and whether the greatest comes first.
    fn term(
        &self,
        input: &str,
        name: &str,
        value: &Value,
        of: Option<RelationshipTypeIndex>,
        at: &str,
    ) -> Result<(By, bool), String> {
        let at = place(at, name);
        let Some(InputShape::Order { fields, counts }) = self.definitions.input(input) else {
            return Err(format!("{at}: {input} is no order"));
        };
        let Some((_, by)) = fields.iter().find(|(field, _)| field == name) else {
            return Err(format!("{at}: {input} has no such field"));
        };
        // Exactly one field of it is given: the schema has made sure of that.
        let one = || {
            given(value)
                .next()
                .ok_or_else(|| format!("{at}: expected one field"))
        };
        let is_descending = |direction: &Value| word(direction) == "DESC";
        Ok(match by {
            OrderBy::Id => (By::Id, is_descending(value)),
            OrderBy::Name { labels } => (By::Name(labels.clone()), is_descending(value)),
            OrderBy::Property { places, value_type } => {
                let by = By::Property {
                    places: places.clone(),
                    value_type: *value_type,
                };
                (by, is_descending(value))
            }
            OrderBy::Related {
                input,
                relationship,
                direction,
            } => {
                let (name, value) = one()?;
                let (by, descending) = self.term(input, name, value, Some(*relationship), &at)?;
                let by = By::Related {
                    relationship: *relationship,
                    direction: *direction,
                    by: Box::new(by),
                };
                (by, descending)
            }
            OrderBy::Edge => {
                let (name, direction) = one()?;
                (self.edge_part(name, of, &at)?, is_descending(direction))
            }
            OrderBy::Count => {
                let (name, wanted) = one()?;
                let Some((_, relationship, direction)) =
                    counts.iter().find(|(field, _, _)| field == name)
                else {
                    let known: Vec<_> = counts.iter().map(|(field, _, _)| field.as_str()).collect();
                    return Err(format!(
                        "{at}.{name}: {} has no {name}: expected {}",
                        input.trim_end_matches("Order"),
                        known.join(", ")
                    ));
                };
                let by = By::Count {
                    relationship: *relationship,
                    direction: *direction,
                };
                (by, is_descending(wanted))
            }
        })
    }

    fn edge_part(
        &self,
        name: &str,
        of: Option<RelationshipTypeIndex>,
        at: &str,
    ) -> Result<By, String> {
        let Some(of) = of else {
            return Err(format!(
                "{at}: this list is not one of relationships: expected it in a list that leads from one entity to others"
            ));
        };
        let declared = self.ontology.relationship_type(of);
        let (part, value_type) = match (declared.property(name), name) {
            (Some((property, declared)), _) => (LinkPart::Property(property), declared.value_type),
            (None, "since") => (LinkPart::Since, ValueType::Date),
            (None, "until") => (LinkPart::Until, ValueType::Date),
            _ => {
                let own = declared.properties.iter();
                let known: Vec<_> = own
                    .map(|property| property.name.as_str())
                    .chain(["since", "until"])
                    .collect();
                return Err(format!(
                    "{at}.{name}: {} has no {name}: expected {}",
                    declared.name,
                    known.join(", ")
                ));
            }
        };
        Ok(By::Edge { part, value_type })
    }

    /// How an order stands to the declared one, where it does: then a row need not be sorted.
    pub(crate) fn declared(&self, value: &Value, follow: Follow) -> Option<Declared> {
        let relationship = self.ontology.relationship_type(follow.relationship);
        let declared = relationship.order(follow.direction);
        let asked = items(value);
        if declared.is_empty() || declared.len() != asked.len() {
            return None;
        }
        // Where a type has a property of that name, the declared order reads it, and what has none comes last; a reader's
        // order by the name takes the id instead.
        let far = self.ontology.members(relationship.far(follow.direction));
        let names_agree = far
            .into_iter()
            .all(|index| self.ontology.entity_type(index).property("name").is_none());
        let direction = |(asked, declared): (&Value, &OrderTerm)| {
            let (name, value) = given(asked).next()?;
            let (name, value) = if declared.on_edge {
                given(value).next().filter(|_| name == "edge")?
            } else {
                (name, value)
            };
            let is_same = name == declared.property && (name != "name" || names_agree);
            is_same.then(|| (word(value) == "DESC") == declared.descending)
        };
        let agree: Option<Vec<bool>> = asked.iter().zip(declared).map(direction).collect();
        match &agree?[..] {
            [false] => Some(Declared::Against),
            all if all.iter().all(|agrees| *agrees) => Some(Declared::Along),
            _ => None,
        }
    }
}
