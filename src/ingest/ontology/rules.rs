//! What a relationship's fields say of its claims: what cannot hold twice, and their order.

use crate::ingest::problem::suggestion;
use crate::ingest::values;
use crate::model::ontology::{Direction, Exclusive, OrderTerm, Property, TypeRef, ValueType};

use super::directives::{Applied, text_of};
use super::ends::{Known, adjective, of};
use super::fields::Link;
use super::report::At;

impl<'a> Known<'_, 'a> {
    /// The rule that the outward fields declare.
    pub(super) fn exclusive(
        &self,
        name: &str,
        out: &[&Link<'a>],
        properties: &[Property],
    ) -> Option<Exclusive> {
        let mut said = out.iter().filter_map(|link| link.exclusive);
        let first = said.next()?;
        for other in said.filter(|other| other.directive != first.directive) {
            self.report.problem(
                other.at(),
                format!("relationship \"{name}\" has two different @exclusive, expected the same"),
            );
        }
        let find = |named: &str, at: At| {
            let found = properties.iter().find(|property| property.name == named);
            if found.is_none() {
                let hint = suggestion(
                    named,
                    properties.iter().map(|property| property.name.as_str()),
                );
                let message =
                    format!("@exclusive: relationship \"{name}\" has no property {named:?}{hint}");
                self.report.problem(at, message);
            }
            found
        };
        let mut exclusive = Exclusive {
            per: Vec::new(),
            condition: Vec::new(),
        };
        for item in first.list("per") {
            let Some(named) = text_of(item) else { continue };
            exclusive
                .per
                .extend(find(named, item.location()).map(|property| property.name.clone()));
        }
        for item in first.list("where") {
            let fields = item.as_object().unwrap_or_default();
            let part = |wanted: &str| {
                fields
                    .iter()
                    .find(|(field, _)| field == wanted)
                    .map(|(_, value)| value)
            };
            let (Some(property), Some(eq)) = (part("property"), part("eq")) else {
                continue;
            };
            let (Some(named), Some(value)) = (text_of(property), text_of(eq)) else {
                continue;
            };
            let Some(property) = find(named, property.location()) else {
                continue;
            };
            if !matches!(property.value_type, ValueType::Entity(_))
                && let Err(message) = values::parse(value, property.value_type, self.enums)
            {
                self.report.problem(
                    eq.location(),
                    format!("@exclusive: property \"{named}\": {message}"),
                );
            }
            exclusive.condition.push((named.into(), value.into()));
        }
        Some(exclusive)
    }

    /// The order that the fields of a direction declare; `far` is what they lead to.
    pub(super) fn order(
        &self,
        name: &str,
        links: &[Link<'a>],
        direction: Direction,
        far: TypeRef,
        edge: &[Property],
    ) -> Vec<OrderTerm> {
        let mut found: Option<Vec<OrderTerm>> = None;
        for link in of(links, direction).filter(|link| link.declared.argument("orderBy").is_some())
        {
            let terms = self.terms(link.declared, far, edge);
            match &found {
                Some(first) if *first != terms => {
                    let message = format!(
                        "relationship \"{name}\" has two different orders of its {} fields, expected the same",
                        adjective(direction)
                    );
                    self.report
                        .problem(link.declared.at_argument("orderBy"), message);
                }
                _ => found = Some(terms),
            }
        }
        found.unwrap_or_default()
    }

    fn terms(&self, declared: Applied<'a>, far: TypeRef, edge: &[Property]) -> Vec<OrderTerm> {
        let mut terms = Vec::new();
        for item in declared.list("orderBy") {
            let Some(text) = text_of(item) else { continue };
            let words: Vec<&str> = text.split_whitespace().collect();
            let (path, descending) = match words.as_slice() {
                [path] | [path, "ASC"] => (*path, false),
                [path, "DESC"] => (*path, true),
                _ => {
                    let message = format!(
                        "found {text:?}, expected a property, maybe followed by ASC or DESC"
                    );
                    self.report.problem(item.location(), message);
                    continue;
                }
            };
            let (on_edge, named) = match path.strip_prefix("edge.") {
                Some(named) => (true, named),
                None => (false, path),
            };
            let (properties, always, whose) = if on_edge {
                (edge, ["since", "until"], "the relationship".into())
            } else {
                (
                    self.properties_of(far),
                    ["name", "id"],
                    format!("\"{}\"", self.name(far)),
                )
            };
            let property = properties.iter().find(|property| property.name == named);
            let orderable = property
                .is_some_and(|it| !it.list && !matches!(it.value_type, ValueType::Entity(_)));
            if orderable || always.contains(&named) {
                terms.push(OrderTerm {
                    on_edge,
                    property: named.into(),
                    descending,
                });
                continue;
            }
            let message = if property.is_some() {
                format!(
                    "cannot order by {path:?}, expected a property with one value that is no entity"
                )
            } else {
                let names = properties
                    .iter()
                    .map(|property| property.name.as_str())
                    .chain(always);
                format!(
                    "cannot order by {path:?}: {whose} has no such property{}",
                    suggestion(named, names)
                )
            };
            self.report.problem(item.location(), message);
        }
        terms
    }
}
