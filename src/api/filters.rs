//! `where` and `orderBy` as filters and orders of the graph.

use serde_json::Value;

use crate::api::definition::Definitions;
use crate::api::shape::{Condition, InputShape, OrderBy};
use crate::graph::filter::{EdgeTest, Filter, LinkFilter, Quantifier, StatedAs, Test};
use crate::graph::folding::fold;
use crate::graph::page::{By, Term};
use crate::model::date::{Edtf, Timestamp};
use crate::model::ontology::{
    Direction, Ontology, PropertyIndex, RelationshipTypeIndex, TypeIndex, ValueType,
};
use crate::model::value::Bound;

/// Reads filters and orders by the shape of their input types.
pub(crate) struct FilterReader<'a> {
    pub(crate) definitions: &'a Definitions,
    pub(crate) ontology: &'a Ontology,
}

/// The fields of an input object that were given and are not null.
fn given(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let fields = value.as_object().into_iter().flatten();
    fields
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.as_str(), value))
}

/// The items of a list; a single value stands for a list of one.
fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        single => std::slice::from_ref(single),
    }
}

fn word(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// `eq`, `ne` and `in` as a list of values, and whether it is negated.
fn equality<'v>(operator: &str, value: &'v Value) -> Option<(Vec<&'v Value>, bool)> {
    match operator {
        "eq" => Some((vec![value], false)),
        "ne" => Some((vec![value], true)),
        "in" => Some((items(value).iter().collect(), false)),
        _ => None,
    }
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
                            one_of: values.into_iter().map(word).collect(),
                            negated,
                        })
                        .collect(),
                )
            }
            Condition::Name => Filter::Name(self.tests(ValueType::String, value, at)?),
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
        places: &[(TypeIndex, PropertyIndex)],
        value_type: ValueType,
        value: &Value,
        at: &str,
    ) -> Result<Filter, String> {
        let mut all = Vec::new();
        if let Some(stated) = value.get("stated").filter(|stated| !stated.is_null()) {
            all.extend(
                stated_tests(stated).map(|(one_of, negated)| Filter::Stated {
                    places: places.into(),
                    one_of,
                    negated,
                }),
            );
        }
        let tests = self.tests(value_type, value, at)?;
        if !tests.is_empty() {
            all.push(Filter::Property {
                places: places.into(),
                tests,
            });
        }
        Ok(Filter::All(all))
    }

    fn list(
        &self,
        places: &[(TypeIndex, PropertyIndex)],
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
                places: places.into(),
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
                self.test(value_type, operator, value)
                    .map_err(|message| format!("{at}.{operator}: {message}"))
            })
            .collect()
    }

    fn test(&self, value_type: ValueType, operator: &str, value: &Value) -> Result<Test, String> {
        match value_type {
            ValueType::String | ValueType::Url | ValueType::LocalizedText => {
                Ok(text_test(operator, value))
            }
            ValueType::Enum(_) => {
                let (values, negated) = equality(operator, value).unwrap_or_default();
                Ok(Test::Word {
                    one_of: values.into_iter().map(word).collect(),
                    negated,
                })
            }
            ValueType::Boolean => Ok(Test::Is(value.as_bool() == Some(true))),
            ValueType::Date => date_test(operator, &word(value)),
            ValueType::Quantity => match operator {
                "bound" => {
                    let (values, negated) = given(value)
                        .find_map(|(operator, value)| equality(operator, value))
                        .unwrap_or_default();
                    let one_of = values
                        .into_iter()
                        .filter_map(|value| Bound::from_name(&word(value)))
                        .collect();
                    Ok(Test::Bound { one_of, negated })
                }
                "unit" => Ok(Test::Unit(
                    given(value)
                        .map(|(operator, value)| text_test(operator, value))
                        .collect(),
                )),
                "currency" => Ok(Test::Currency(
                    given(value)
                        .map(|(operator, value)| text_test(operator, value))
                        .collect(),
                )),
                _ => number_test(value_type, operator, value),
            },
            ValueType::Int | ValueType::Float | ValueType::BigInt | ValueType::DateTime => {
                number_test(value_type, operator, value)
            }
            ValueType::Entity(_) => Err("expected a filter on an entity".into()),
        }
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

fn stated_tests(value: &Value) -> impl Iterator<Item = (Vec<StatedAs>, bool)> + '_ {
    given(value).filter_map(|(operator, value)| {
        let (values, negated) = equality(operator, value)?;
        let stated = values.into_iter().map(|value| match value.as_str() {
            Some("VALUE") => StatedAs::Value,
            Some("NONE") => StatedAs::None,
            Some("UNKNOWN") => StatedAs::Unknown,
            _ => StatedAs::NotStated,
        });
        Some((stated.collect(), negated))
    })
}

fn text_test(operator: &str, value: &Value) -> Test {
    let folded = || fold(&word(value));
    match operator {
        "contains" => Test::Contains(folded()),
        "startsWith" => Test::StartsWith(folded()),
        "endsWith" => Test::EndsWith(folded()),
        _ => {
            let (values, negated) = equality(operator, value).unwrap_or_default();
            Test::Text {
                one_of: values.into_iter().map(|value| fold(&word(value))).collect(),
                negated,
            }
        }
    }
}

fn date_test(operator: &str, text: &str) -> Result<Test, String> {
    let date: Edtf = text
        .parse()
        .map_err(|error: crate::model::date::EdtfError| error.to_string())?;
    Ok(match operator {
        "before" => Test::Before(date),
        "after" => Test::After(date),
        "during" => Test::During(date),
        "overlaps" => Test::Overlaps(date),
        _ => Test::SameDays(date),
    })
}

fn number_test(value_type: ValueType, operator: &str, value: &Value) -> Result<Test, String> {
    let number = |value: &Value| number(value_type, value);
    Ok(match operator {
        "lt" | "lte" => Test::Less {
            than: number(value)?,
            or_equal: operator == "lte",
        },
        "gt" | "gte" => Test::Greater {
            than: number(value)?,
            or_equal: operator == "gte",
        },
        _ => {
            let (values, negated) = equality(operator, value).unwrap_or_default();
            Test::Number {
                one_of: values.into_iter().map(number).collect::<Result<_, _>>()?,
                negated,
            }
        }
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "comparing past 2^53 is as precise as a double is"
)]
fn number(value_type: ValueType, value: &Value) -> Result<f64, String> {
    match value_type {
        ValueType::DateTime => {
            let moment: Timestamp = word(value).parse().map_err(|error| format!("{error}"))?;
            Ok(moment.microseconds() as f64)
        }
        ValueType::BigInt => {
            let whole: i64 = word(value)
                .parse()
                .map_err(|_| format!("found {value}: expected a whole number"))?;
            Ok(whole as f64)
        }
        _ => value
            .as_f64()
            .ok_or_else(|| format!("found {value}: expected a number")),
    }
}
