//! The arguments of `pattern`.

use serde_json::Value;

use super::ids::optional_ids;
use super::walks::Walk;
use super::{Binder, Bound, DEFAULT_PAGE, LARGEST_PAGE, MOST_CONDITIONS, Values, leaves};
use crate::api::filters::{FilterReader, word};
use crate::graph::filter::Filter;
use crate::graph::network::{
    Comparison, OfNode, OfTie, Operator, Pattern, PatternNode, PatternTie, Side,
};
use crate::model::naming::singular_field;
use crate::model::ontology::{Property, RelationshipTypeIndex, TypeIndex, ValueType};

/// The most entities, relationships and conditions of a pattern.
const MOST: usize = 12;

/// A pattern, and the names of its parts.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) pattern: Pattern,
    /// The names of its entities.
    pub(crate) nodes: Vec<String>,
    /// The ids that they may have.
    pub(crate) ids: Vec<Option<Vec<String>>>,
    /// The names of its relationships.
    pub(crate) ties: Vec<Option<String>>,
    pub(crate) first: usize,
}

/// What can be compared with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Date,
}

impl Kind {
    fn of(value_type: ValueType) -> Self {
        match value_type {
            ValueType::Date => Self::Date,
            ValueType::Int
            | ValueType::BigInt
            | ValueType::Float
            | ValueType::DateTime
            | ValueType::Quantity => Self::Number,
            _ => Self::Text,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Date => "a date",
        }
    }
}

impl Binder<'_> {
    pub(super) fn pattern(&self, values: &Values) -> Result<Bound, String> {
        let conditions = values.get("nodes").map_or(0, leaves);
        if conditions > MOST_CONDITIONS {
            return Err(format!(
                "nodes has {conditions} values: at most {MOST_CONDITIONS} are allowed"
            ));
        }
        let mut wanted = Wanted {
            pattern: Pattern::default(),
            nodes: Vec::new(),
            ids: Vec::new(),
            ties: Vec::new(),
            first: values
                .number("first", 0, LARGEST_PAGE)?
                .unwrap_or(DEFAULT_PAGE),
        };
        let nodes = objects(values, "nodes")?;
        if nodes.is_empty() {
            return Err("nodes is empty: expected one entity at least".into());
        }
        for (at, node) in nodes {
            self.pattern_node(&at, &node, &mut wanted)?;
        }
        for (at, tie) in objects(values, "relationships")? {
            self.pattern_tie(&at, &tie, &mut wanted)?;
        }
        for (at, condition) in objects(values, "where")? {
            let comparison = self.comparison(&at, &condition, &wanted)?;
            wanted.pattern.comparisons.push(comparison);
        }
        if let Some((one, other)) = wanted.pattern.apart() {
            let (one, other) = (&wanted.nodes[one], &wanted.nodes[other]);
            return Err(format!(
                "nothing connects {one:?} and {other:?}: expected a relationship or a comparison between them"
            ));
        }
        Ok(Bound::walk(Walk::Pattern(Box::new(wanted))))
    }

    fn pattern_node(&self, at: &str, values: &Values, wanted: &mut Wanted) -> Result<(), String> {
        let name = new_name(at, values, wanted)?.unwrap_or_default();
        let within = |error| format!("{at}.{error}");
        let given = optional_ids(values, "ids").map_err(within)?;
        let node = PatternNode {
            one_of: None,
            types: self.chosen_types(values, "types").map_err(within)?,
            fits: self.pattern_filters(at, values)?,
        };
        if node.possible_types().is_some_and(|types| types.is_empty()) {
            return Err(format!(
                "{at} can be of no type: expected types and where to have one in common"
            ));
        }
        wanted.nodes.push(name);
        wanted.ids.push(given);
        wanted.pattern.nodes.push(node);
        Ok(())
    }

    fn pattern_filters(
        &self,
        at: &str,
        values: &Values,
    ) -> Result<Option<Vec<(TypeIndex, Filter)>>, String> {
        let Some(Value::Object(given)) = values.get("where") else {
            return Ok(None);
        };
        let reader = FilterReader {
            definitions: self.definitions,
            ontology: self.ontology,
        };
        let types = (0..).map(TypeIndex).zip(&self.ontology.types);
        let read = |(index, entity_type): (TypeIndex, &crate::model::ontology::EntityType)| {
            let field = singular_field(&entity_type.name);
            let value = given.get(&field).filter(|value| !value.is_null())?;
            let input = format!("{}Where", entity_type.name);
            let filter = reader.entities(&input, value, &format!("{at}.where.{field}"));
            Some(filter.map(|filter| (index, filter)))
        };
        let filters = types.filter_map(read).collect::<Result<Vec<_>, _>>()?;
        if filters.is_empty() {
            return Err(format!(
                "{at}.where is empty: expected the filter of a type"
            ));
        }
        Ok(Some(filters))
    }

    fn pattern_tie(&self, at: &str, values: &Values, wanted: &mut Wanted) -> Result<(), String> {
        let name = new_name(at, values, wanted)?;
        let along = self.along(values);
        let along = along.map_err(|error| format!("{at}.{error}"))?;
        let end = |end: &str| {
            let node = values.text(end).unwrap_or_default();
            let place = wanted.nodes.iter().position(|known| *known == node);
            place.ok_or_else(|| {
                format!(
                    "{at}.{end} is {node:?}: expected the name of one of the nodes, {}",
                    wanted.nodes.join(", ")
                )
            })
        };
        let tie = PatternTie {
            ends: (end("from")?, end("to")?),
            types: along.relationships,
            follow: along.follow,
        };
        wanted.ties.push(name);
        wanted.pattern.ties.push(tie);
        Ok(())
    }

    fn comparison(&self, at: &str, values: &Values, wanted: &Wanted) -> Result<Comparison, String> {
        let side = |side: &str| {
            let given = values.get(side).and_then(Value::as_object).cloned();
            self.side(
                &format!("{at}.{side}"),
                &Values(given.unwrap_or_default()),
                wanted,
            )
        };
        let ((left, one), (right, other)) = (side("left")?, side("right")?);
        let name = values.text("operator").unwrap_or_default();
        let (operator, fitting) = match name.as_str() {
            "NE" => (Operator::NotEqual, &[][..]),
            "LT" => (Operator::Less, &[Kind::Number, Kind::Text][..]),
            "GT" => (Operator::Greater, &[Kind::Number, Kind::Text][..]),
            "BEFORE" => (Operator::Less, &[Kind::Date][..]),
            "AFTER" => (Operator::Greater, &[Kind::Date][..]),
            "OVERLAPS" => (Operator::Overlaps, &[Kind::Date][..]),
            _ => (Operator::Equal, &[][..]),
        };
        if one != other {
            return Err(format!(
                "{at}: left is {} and right {}: expected two of a kind",
                one.name(),
                other.name()
            ));
        }
        if !fitting.is_empty() && !fitting.contains(&one) {
            let kinds = fitting
                .iter()
                .map(|kind| kind.name().trim_start_matches("a "));
            let kinds: Vec<String> = kinds.map(|kind| format!("{kind}s")).collect();
            return Err(format!(
                "{at}: {name} compares {}, found {}",
                kinds.join(" and "),
                one.name()
            ));
        }
        Ok(Comparison {
            left,
            operator,
            right,
        })
    }

    /// A side of a comparison, and of which kind its values are.
    fn side(&self, at: &str, values: &Values, wanted: &Wanted) -> Result<(Side, Kind), String> {
        let of = values.text("of").unwrap_or_default();
        let property = values.text("property").unwrap_or_default();
        if let Some(place) = wanted.nodes.iter().position(|name| *name == of) {
            let (what, kind) = self.of_node(at, &property, &wanted.pattern.nodes[place])?;
            return Ok((Side::Node(place, what), kind));
        }
        let named = |name: &Option<String>| name.as_deref() == Some(of.as_str());
        if let Some(place) = wanted.ties.iter().position(named) {
            let (what, kind) = self.of_tie(at, &property, &wanted.pattern.ties[place])?;
            return Ok((Side::Tie(place, what), kind));
        }
        let names = wanted.nodes.iter().chain(wanted.ties.iter().flatten());
        let names: Vec<&str> = names.map(String::as_str).collect();
        Err(format!(
            "{at}.of is {of:?}: expected a name in the pattern, {}",
            names.join(", ")
        ))
    }

    fn of_node(
        &self,
        at: &str,
        property: &str,
        node: &PatternNode,
    ) -> Result<(OfNode, Kind), String> {
        match property {
            "id" => return Ok((OfNode::Id, Kind::Text)),
            "name" => return Ok((OfNode::Name, Kind::Text)),
            _ => {}
        }
        let all = || {
            (0..)
                .map(TypeIndex)
                .take(self.ontology.types.len())
                .collect()
        };
        let types: Vec<TypeIndex> = node.possible_types().unwrap_or_else(all);
        let places = types.into_iter().filter_map(|index| {
            let found = self.ontology.entity_type(index).property(property)?;
            Some((index, found))
        });
        let places: Vec<_> = places.collect();
        let kind = one_kind(at, property, places.iter().map(|(_, (_, found))| *found))?;
        match kind {
            Some(kind) => {
                let places = places
                    .into_iter()
                    .map(|(index, (property, _))| (index, property));
                Ok((OfNode::Property(places.collect()), kind))
            }
            None if property == "date" => Ok((OfNode::Date, Kind::Date)),
            None => Err(format!(
                "{at}.property is {property:?}: expected id, name, date, or a property that it can have"
            )),
        }
    }

    fn of_tie(&self, at: &str, property: &str, tie: &PatternTie) -> Result<(OfTie, Kind), String> {
        let count = self.ontology.relationships.len();
        let all = || (0..).map(RelationshipTypeIndex).take(count).collect();
        let types: Vec<RelationshipTypeIndex> = tie.types.clone().unwrap_or_else(all);
        let places = types.into_iter().filter_map(|index| {
            let found = self.ontology.relationship_type(index).property(property)?;
            Some((index, found))
        });
        let places: Vec<_> = places.collect();
        let kind = one_kind(at, property, places.iter().map(|(_, (_, found))| *found))?;
        match (kind, property) {
            (Some(kind), _) => {
                let places = places
                    .into_iter()
                    .map(|(index, (property, _))| (index, property));
                Ok((OfTie::Property(places.collect()), kind))
            }
            (None, "since") => Ok((OfTie::Since, Kind::Date)),
            (None, "until") => Ok((OfTie::Until, Kind::Date)),
            (None, "date") => Ok((OfTie::Date, Kind::Date)),
            (None, _) => Err(format!(
                "{at}.property is {property:?}: expected since, until, date, or a property that it can have"
            )),
        }
    }
}

/// The kind that a property has wherever it occurs; `None` if it occurs nowhere.
fn one_kind<'p>(
    at: &str,
    name: &str,
    properties: impl Iterator<Item = &'p Property>,
) -> Result<Option<Kind>, String> {
    let mut kind = None;
    for property in properties {
        let found = Kind::of(property.value_type);
        if property.list {
            return Err(format!(
                "{at}.property is {name:?}, which has several values: expected one that has a single value"
            ));
        }
        if kind.is_some_and(|kind| kind != found) {
            return Err(format!(
                "{at}.property is {name:?}, which differs in kind by type: expected types to say which is meant"
            ));
        }
        kind = Some(found);
    }
    Ok(kind)
}

/// The objects of a list, each with its place.
fn objects(values: &Values, name: &str) -> Result<Vec<(String, Values)>, String> {
    let given = match values.get(name) {
        None => &[],
        Some(Value::Array(items)) => items.as_slice(),
        Some(single) => std::slice::from_ref(single),
    };
    if given.len() > MOST {
        return Err(format!(
            "{name} has {} items: at most {MOST} are allowed",
            given.len()
        ));
    }
    let object = |item: &Value| Values(item.as_object().cloned().unwrap_or_default());
    let placed = given.iter().enumerate();
    Ok(placed
        .map(|(place, item)| (format!("{name}.{place}"), object(item)))
        .collect())
}

/// The name of a part, which no other part has.
fn new_name(at: &str, values: &Values, wanted: &Wanted) -> Result<Option<String>, String> {
    let Some(name) = values.get("name").map(word) else {
        return Ok(None);
    };
    let mut known = wanted.nodes.iter().chain(wanted.ties.iter().flatten());
    if known.any(|known| *known == name) {
        return Err(format!(
            "{at}.name is {name:?} again: expected each part to have a name of its own"
        ));
    }
    Ok(Some(name))
}
