//! `where` and `orderBy` as filters and orders of the graph.

mod operators;

use serde_json::Value;

pub(crate) use operators::word;
use operators::{equality, given, items, stated_tests};

use crate::api::definition::Definitions;
use crate::api::shape::{Condition, InputShape, OrderBy};
use crate::graph::filter::{EdgeTest, Filter, Ids, LinkFilter, Places, Quantifier, Test};
use crate::graph::page::{By, Term};
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
            let at = format!("{at}.{name}");
            if let Some((_, condition)) = fields.iter().find(|(field, _)| field == name) {
                all.push(self.condition(input, condition, value, &at)?);
            }
        }
        Ok(if all.len() == 1 {
            all.remove(0)
        } else {
            Filter::All(all)
        })
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
            Condition::And => Filter::All(each()?),
            Condition::Or => Filter::Any(each()?),
            Condition::Not => Filter::Not(Box::new(self.entities(input, value, at)?)),
            Condition::Id => {
                let tests = given(value).filter_map(|(operator, value)| equality(operator, value));
                Filter::All(
                    tests
                        .map(|(values, negated)| Filter::Id {
                            one_of: Ids::Named(values.into_iter().map(plain_id).collect()),
                            negated,
                        })
                        .collect(),
                )
            }
            Condition::Name { labels } => {
                let mut all = stated_filters(labels, value);
                all.push(Filter::Name(self.tests(ValueType::String, value, at)?));
                Filter::All(all)
            }
            Condition::Property {
                places,
                value_type,
                list: false,
            } => self.property(places, *value_type, value, at)?,
            Condition::Property {
                places,
                value_type,
                list: true,
            } => self.list(places, *value_type, value, at)?,
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
                node: Box::new(self.entities(input, value, at)?),
            },
        })
    }

    fn property(
        &self,
        places: &Places,
        value_type: ValueType,
        value: &Value,
        at: &str,
    ) -> Result<Filter, String> {
        let mut all = stated_filters(places, value);
        let tests = self.tests(value_type, value, at)?;
        if !tests.is_empty() {
            all.push(Filter::Property {
                places: places.clone(),
                tests,
            });
        }
        Ok(Filter::All(all))
    }

    fn list(
        &self,
        places: &Places,
        value_type: ValueType,
        value: &Value,
        at: &str,
    ) -> Result<Filter, String> {
        let mut all = Vec::new();
        for (operator, value) in given(value) {
            let (quantifier, tests) = match operator {
                "some" => (
                    Quantifier::Some,
                    self.tests(value_type, value, &format!("{at}.some"))?,
                ),
                "none" => (
                    Quantifier::None,
                    self.tests(value_type, value, &format!("{at}.none"))?,
                ),
                _ if value.as_bool() == Some(true) => (Quantifier::None, Vec::new()),
                _ => (Quantifier::Some, Vec::new()),
            };
            all.push(Filter::List {
                places: places.clone(),
                quantifier,
                tests,
            });
        }
        Ok(Filter::All(all))
    }

    fn relationships(
        &self,
        input: &str,
        (relationship, direction): (RelationshipTypeIndex, Direction),
        value: &Value,
        at: &str,
    ) -> Result<Filter, String> {
        let Some(InputShape::Quantifiers { node, edge }) = self.definitions.input(input) else {
            return Err(format!("{at}: {input} is no filter on relationships"));
        };
        let mut all = Vec::new();
        for (name, value) in given(value) {
            let quantifier = match name {
                "some" => Quantifier::Some,
                "none" => Quantifier::None,
                "all" => Quantifier::All,
                _ => Quantifier::Single,
            };
            let at = format!("{at}.{name}");
            let mut each = LinkFilter::default();
            for (part, value) in given(value) {
                let at = format!("{at}.{part}");
                match part {
                    "node" => each.node = Some(self.entities(node, value, &at)?),
                    _ => self.edge(edge, value, &at, &mut each)?,
                }
            }
            all.push(Filter::Relationships {
                relationship,
                direction,
                quantifier,
                each: Box::new(each),
            });
        }
        Ok(Filter::All(all))
    }

    /// A filter on relationships by their own properties.
    ///
    /// # Errors
    /// What was found and what was expected, with its place in the argument.
    pub(crate) fn link(&self, input: &str, value: &Value, at: &str) -> Result<LinkFilter, String> {
        let mut link = LinkFilter::default();
        self.edge(input, value, at, &mut link)?;
        Ok(link)
    }

    fn edge(
        &self,
        input: &str,
        value: &Value,
        at: &str,
        each: &mut LinkFilter,
    ) -> Result<(), String> {
        let Some(InputShape::EdgeWhere { relationship }) = self.definitions.input(input) else {
            return Err(format!(
                "{at}: {input} is no filter on a relationship's properties"
            ));
        };
        let declared = relationship.map(|index| self.ontology.relationship_type(index));
        for (name, value) in given(value) {
            let at = format!("{at}.{name}");
            match (name, declared.and_then(|declared| declared.property(name))) {
                (_, Some((index, property))) => {
                    if let ValueType::Entity(reference) = property.value_type {
                        let input = format!("{}Where", self.ontology.name(reference));
                        each.properties
                            .push((index, EdgeTest::Entity(self.entities(&input, value, &at)?)));
                        continue;
                    }
                    if let Some(stated) = value.get("stated").filter(|stated| !stated.is_null()) {
                        each.properties.extend(
                            stated_tests(stated).map(|(one_of, negated)| {
                                (index, EdgeTest::Stated(one_of, negated))
                            }),
                        );
                    }
                    let tests = self.tests(property.value_type, value, &at)?;
                    if !tests.is_empty() {
                        each.properties.push((index, EdgeTest::Value(tests)));
                    }
                }
                ("since", None) => each.since = self.tests(ValueType::Date, value, &at)?,
                ("until", None) => each.until = self.tests(ValueType::Date, value, &at)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// The operators on one value, `stated` aside.
    fn tests(&self, value_type: ValueType, value: &Value, at: &str) -> Result<Vec<Test>, String> {
        let operators = given(value).filter(|(operator, _)| *operator != "stated");
        operators
            .map(|(operator, value)| {
                operators::test(value_type, operator, value)
                    .map_err(|message| format!("{at}.{operator}: {message}"))
            })
            .collect()
    }

    /// An order.
    ///
    /// # Errors
    /// When a term names no direction.
    pub(crate) fn order(&self, input: &str, value: &Value) -> Result<Vec<Term>, String> {
        let Some(InputShape::Order(fields)) = self.definitions.input(input) else {
            return Err(format!("{input} is no order"));
        };
        let mut terms = Vec::new();
        for (name, direction) in items(value).iter().flat_map(given) {
            let by = match fields.iter().find(|(field, _)| field == name) {
                Some((_, OrderBy::Id)) => By::Id,
                Some((_, OrderBy::Name)) => By::Name,
                Some((_, OrderBy::Property { places })) => By::Property(places.clone()),
                None => continue,
            };
            terms.push(Term {
                by,
                descending: word(direction) == "DESC",
            });
        }
        Ok(terms)
    }
}

/// What `stated` asks for among the operators on a property.
fn stated_filters(places: &Places, value: &Value) -> Vec<Filter> {
    let Some(stated) = value.get("stated").filter(|stated| !stated.is_null()) else {
        return Vec::new();
    };
    let filter = |(one_of, negated)| Filter::Stated {
        places: places.clone(),
        one_of,
        negated,
    };
    stated_tests(stated).map(filter).collect()
}

/// An id without the view that it may carry: filters look at entities, whatever the view.
fn plain_id(value: &Value) -> String {
    let id = word(value);
    id.split_once('@')
        .map_or(id.clone(), |(plain, _)| plain.to_owned())
}
