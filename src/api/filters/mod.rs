//! `where` and `orderBy` as filters and orders of the graph.

mod bounds;
mod evidence;
mod operators;
mod order;

use serde_json::Value;

pub(crate) use operators::word;
use operators::{Operators, choice, given, items, operators, plain, wholes};
pub(crate) use order::Declared;

use crate::api::bind::ids::Viewed;
use crate::api::definition::Definitions;
use crate::api::shape::{Condition, InputShape};
use crate::graph::filter::{
    Choice, Filter, Ids, LinkFilter, LinkPart, Places, Quantifier, StatedAs, Test, TextTest,
};
use crate::model::ontology::{Direction, Ontology, RelationshipTypeIndex, ValueType};

/// Reads filters and orders by the shape of their input types.
pub(crate) struct FilterReader<'a> {
    pub(crate) definitions: &'a Definitions,
    pub(crate) ontology: &'a Ontology,
}

impl FilterReader<'_> {
    /// A filter on entities.
    ///
    /// # Errors
    /// What was found and what was expected, with its place in the argument.
    pub(crate) fn entities(&self, input: &str, value: &Value, at: &str) -> Result<Filter, String> {
        let Some(InputShape::Where(fields)) = self.definitions.input(input) else {
            return Err(format!("{at}: {input} is no filter"));
        };
        let mut all = Vec::new();
        for (name, value) in given(value) {
            let at = place(at, name);
            if let Some((_, condition)) = fields.iter().find(|(field, _)| field == name) {
                all.push(self.condition(input, condition, value, &at)?);
            }
        }
        Ok(Filter::all(all))
    }

    fn condition(
        &self,
        input: &str,
        condition: &Condition,
        value: &Value,
        at: &str,
    ) -> Result<Filter, String> {
        let each = || {
            items(value)
                .iter()
                .map(|value| self.entities(input, value, at))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(match condition {
            Condition::And => Filter::all(each()?),
            Condition::Or => Filter::Any(each()?),
            Condition::Not => Filter::Not(Box::new(self.entities(input, value, at)?)),
            Condition::Evidence => Filter::Evidence(self.evidence(value, at)?),
            Condition::Id => {
                let mut tests = Vec::new();
                for (operator, value) in given(value) {
                    for id in items(value) {
                        check_view(id, &place(at, operator))?;
                    }
                    let ids = choice(operator, value, |value| Some(plain_id(value)));
                    tests.extend(ids.map(|ids| Filter::Id {
                        one_of: Ids::Named(ids.one_of),
                        negated: ids.negated,
                    }));
                }
                Filter::all(tests)
            }
            Condition::Name { labels } => {
                let Operators { stated, any, .. } = operators(ValueType::String, value, at)?;
                if any {
                    return property(labels, ValueType::String, value, at);
                }
                let mut all = stated_filters(labels, stated, any);
                all.push(Filter::Name {
                    labels: labels.clone(),
                    tests: names(value, at)?,
                });
                Filter::all(all)
            }
            Condition::Property {
                places,
                value_type,
                list: false,
            } => property(places, *value_type, value, at)?,
            Condition::Property {
                places,
                value_type,
                list: true,
            } => list(places, *value_type, value, at)?,
            Condition::Relationships {
                input,
                relationship,
                direction,
            } => self.relationships(input, (*relationship, *direction), value, at)?,
            Condition::ToOne {
                input,
                relationship,
                direction,
            } => Filter::ToOne {
                relationship: *relationship,
                direction: *direction,
                each: Box::new(self.one_relationship(input, value, at)?),
            },
        })
    }

    fn relationships(
        &self,
        input: &str,
        (relationship, direction): (RelationshipTypeIndex, Direction),
        value: &Value,
        at: &str,
    ) -> Result<Filter, String> {
        let Some(InputShape::Quantifiers { each }) = self.definitions.input(input) else {
            return Err(format!("{at}: {input} is no filter on relationships"));
        };
        let mut all = Vec::new();
        for (name, value) in given(value) {
            let at = place(at, name);
            let quantifier = match name {
                "count" => {
                    all.push(Filter::Count {
                        relationship,
                        direction,
                        tests: wholes(ValueType::Int, value, &at)?,
                    });
                    continue;
                }
                "some" => Quantifier::Some,
                "none" => Quantifier::None,
                "all" => Quantifier::All,
                _ => Quantifier::Single,
            };
            all.push(Filter::Relationships {
                relationship,
                direction,
                quantifier,
                each: Box::new(self.one_relationship(each, value, &at)?),
            });
        }
        Ok(Filter::all(all))
    }

    /// A filter on one relationship, or on the entity at its end alone.
    fn one_relationship(&self, input: &str, value: &Value, at: &str) -> Result<LinkFilter, String> {
        let Some(InputShape::NodeAndEdge { node, edge }) = self.definitions.input(input) else {
            return Ok(LinkFilter::Node(Box::new(self.entities(input, value, at)?)));
        };
        let mut all = Vec::new();
        for (part, value) in given(value) {
            let at = place(at, part);
            all.push(match part {
                "node" => LinkFilter::Node(Box::new(self.entities(node, value, &at)?)),
                "evidence" => LinkFilter::Evidence(self.evidence(value, &at)?),
                _ => self.link(edge, value, &at)?,
            });
        }
        Ok(LinkFilter::all(all))
    }

    /// A filter on relationships by their own properties.
    ///
    /// # Errors
    /// What was found and what was expected, with its place in the argument.
    pub(crate) fn link(&self, input: &str, value: &Value, at: &str) -> Result<LinkFilter, String> {
        let Some(InputShape::EdgeWhere { relationship }) = self.definitions.input(input) else {
            return Err(format!(
                "{at}: {input} is no filter on a relationship's properties"
            ));
        };
        let declared = relationship.map(|index| self.ontology.relationship_type(index));
        let mut all = Vec::new();
        for (name, value) in given(value) {
            let at = place(at, name);
            let property = declared.and_then(|declared| declared.property(name));
            let (part, value_type) = match (name, property) {
                (_, Some((index, property))) => {
                    if let ValueType::Entity(reference) = property.value_type {
                        let input = format!("{}Where", self.ontology.name(reference));
                        let entity = self.entities(&input, value, &at)?;
                        all.push(LinkFilter::Entity(index, Box::new(entity)));
                        continue;
                    }
                    (LinkPart::Property(index), property.value_type)
                }
                ("since", None) => (LinkPart::Since, ValueType::Date),
                ("until", None) => (LinkPart::Until, ValueType::Date),
                ("evidence", None) => {
                    all.push(LinkFilter::Evidence(self.evidence(value, &at)?));
                    continue;
                }
                ("AND", None) => {
                    all.push(LinkFilter::all(self.links(input, value, &at)?));
                    continue;
                }
                ("OR", None) => {
                    all.push(LinkFilter::Any(self.links(input, value, &at)?));
                    continue;
                }
                _ => {
                    all.push(LinkFilter::Not(Box::new(self.link(input, value, &at)?)));
                    continue;
                }
            };
            let Operators { tests, stated, any } = operators(value_type, value, &at)?;
            let stated = stated.into_iter();
            all.extend(stated.map(|choice| LinkFilter::Stated { part, any, choice }));
            if !tests.is_empty() {
                all.push(LinkFilter::Part { part, any, tests });
            }
        }
        Ok(LinkFilter::all(all))
    }

    fn links(&self, input: &str, value: &Value, at: &str) -> Result<Vec<LinkFilter>, String> {
        let values = items(value).iter();
        values.map(|value| self.link(input, value, at)).collect()
    }
}

/// The place of a field within an argument.
fn place(at: &str, name: &str) -> String {
    format!("{at}.{name}")
}

fn property(
    places: &Places,
    value_type: ValueType,
    value: &Value,
    at: &str,
) -> Result<Filter, String> {
    let Operators { tests, stated, any } = operators(value_type, value, at)?;
    let mut all = stated_filters(places, stated, any);
    if !tests.is_empty() {
        all.push(Filter::Property {
            places: places.clone(),
            any,
            tests,
        });
    }
    Ok(Filter::all(all))
}

fn stated_filters(places: &Places, stated: Vec<Choice<StatedAs>>, any: bool) -> Vec<Filter> {
    let filter = |choice| Filter::Stated {
        places: places.clone(),
        any,
        choice,
    };
    stated.into_iter().map(filter).collect()
}

/// The tests on a name, what is asked of its claims aside.
fn names(value: &Value, at: &str) -> Result<Vec<TextTest>, String> {
    let tests = operators(ValueType::String, value, at)?.tests;
    let text = |test| match test {
        Test::Text(test) => Some(test),
        _ => None,
    };
    Ok(tests.into_iter().filter_map(text).collect())
}

/// The operators on a list.
fn list(places: &Places, value_type: ValueType, value: &Value, at: &str) -> Result<Filter, String> {
    let mut all = Vec::new();
    let mut add = |quantifier, tests| {
        all.push(Filter::List {
            places: places.clone(),
            quantifier,
            tests,
        });
    };
    for (operator, value) in given(value) {
        let at = place(at, operator);
        let equal = |value: &Value| {
            let operators = serde_json::json!({ "eq": value });
            plain(value_type, &operators, &at)
        };
        let is_true = value.as_bool() == Some(true);
        match operator {
            "some" => add(Quantifier::Some, plain(value_type, value, &at)?),
            "none" => add(Quantifier::None, plain(value_type, value, &at)?),
            "includes" => add(Quantifier::Some, equal(value)?),
            "includesAny" => {
                let operators = serde_json::json!({ "in": value });
                add(Quantifier::Some, plain(value_type, &operators, &at)?);
            }
            "includesAll" => {
                for value in items(value) {
                    add(Quantifier::Some, equal(value)?);
                }
            }
            // `isEmpty` and `exists` are opposites.
            _ if (operator == "isEmpty") == is_true => add(Quantifier::None, Vec::new()),
            _ => add(Quantifier::Some, Vec::new()),
        }
    }
    Ok(Filter::all(all))
}

/// Whether the view that an id may carry is one.
fn check_view(id: &Value, at: &str) -> Result<(), String> {
    Viewed::read(&word(id), at).map(|_| ())
}

/// An id without the view that it may carry: filters look at entities, whatever the view.
fn plain_id(value: &Value) -> String {
    let id = word(value);
    id.split_once('@')
        .map_or(id.clone(), |(plain, _)| plain.to_owned())
}
