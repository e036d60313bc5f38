//! Relationship types, joined from the fields at both of their ends.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use crate::ingest::problem::suggestion;
use crate::model::naming::pascal;
use crate::model::ontology::{
    Direction, EnumType, Property, RelationshipType, RelationshipTypeIndex, Temporal, TypeIndex,
    TypeRef,
};

use super::build::index;
use super::declarations::Field;
use super::directives::text_of;
use super::fields::Link;
use super::report::Report;

/// The fields of every relationship type, by its name, in the order of the ontology.
#[derive(Default)]
pub(super) struct Ends<'a> {
    links: IndexMap<&'a str, Vec<Link<'a>>>,
    /// Relationship types with a field that is wrong in itself: they lack nothing else.
    broken: HashSet<&'a str>,
}

/// What the joining has to know of the rest.
pub(super) struct Known<'r, 'a> {
    pub(super) type_names: Vec<&'a str>,
    pub(super) interface_names: Vec<&'a str>,
    pub(super) members: &'r [Vec<TypeIndex>],
    pub(super) types: Vec<&'r [Property]>,
    pub(super) interfaces: Vec<&'r [Property]>,
    pub(super) edges: &'r HashMap<&'a str, Vec<Property>>,
    pub(super) enums: &'r [EnumType],
    pub(super) report: &'r Report,
}

impl<'a> Ends<'a> {
    /// Adds fields that are declared where they stand, not inherited.
    pub(super) fn add(&mut self, links: &[Link<'a>]) {
        for link in links {
            self.links
                .entry(link.relationship)
                .or_default()
                .push(link.clone());
        }
    }

    /// Remembers a field that could not be built.
    pub(super) fn add_broken(&mut self, field: &Field<'a>) {
        let directives = field.definition.directives.iter();
        for directive in directives.filter(|directive| directive.name == "relationship") {
            let named = directive
                .arguments
                .iter()
                .find(|argument| argument.name == "type");
            self.broken
                .extend(named.and_then(|argument| text_of(&argument.value)));
        }
    }

    pub(super) fn index(&self, name: &str) -> Option<RelationshipTypeIndex> {
        self.links
            .get_index_of(name)
            .map(|place| RelationshipTypeIndex(index(place)))
    }

    /// The relationship types, or `None` where an end is missing.
    pub(super) fn join(&self, known: &Known<'_, 'a>) -> Option<Vec<RelationshipType>> {
        let mut generated: HashMap<String, &str> = HashMap::new();
        let mut all = Some(Vec::new());
        for (name, links) in &self.links {
            if let Some(other) = generated.insert(pascal(name), name) {
                let message = format!(
                    "relationship \"{name}\" is \"{}\" in the API, as \"{other}\" is, expected another name",
                    pascal(name)
                );
                known
                    .report
                    .problem(links[0].declared.at_argument("type"), message);
            }
            let joined = known.join(name, links, self.broken.contains(name));
            all = all.zip(joined).map(|(mut all, joined)| {
                all.push(joined);
                all
            });
        }
        all
    }
}

impl<'a> Known<'_, 'a> {
    fn join(&self, name: &str, links: &[Link<'a>], broken: bool) -> Option<RelationshipType> {
        let outward = self.far(name, links, Direction::Out, broken);
        let inward = self.far(name, links, Direction::In, broken);
        let (target, source) = (outward?, inward?);
        self.check_owners(name, links, Direction::Out, source);
        self.check_owners(name, links, Direction::In, target);
        let (properties_name, properties) = self.properties(name, links);
        let out: Vec<&Link<'a>> = of(links, Direction::Out).collect();
        for link in of(links, Direction::In) {
            if let Some(exclusive) = link.exclusive {
                self.report.problem(
                    exclusive.at(),
                    "@exclusive stands on an inward field, expected on the outward one",
                );
            }
        }
        Some(RelationshipType {
            name: name.into(),
            description: out
                .iter()
                .map(|link| &link.description)
                .find(|it| !it.is_empty())
                .cloned()
                .unwrap_or_default(),
            source,
            target,
            properties_name: properties_name.map(Into::into),
            properties: properties.to_vec(),
            temporal: self.temporal(name, links),
            exclusive: self.exclusive(name, &out, properties),
            order_out: self.order(name, links, Direction::Out, target, properties),
            order_in: self.order(name, links, Direction::In, source, properties),
        })
    }

    /// What all fields of a direction lead to.
    fn far(
        &self,
        name: &str,
        links: &[Link<'a>],
        direction: Direction,
        broken: bool,
    ) -> Option<TypeRef> {
        let Some(first) = of(links, direction).next() else {
            let other = of(links, direction.reversed()).next().filter(|_| !broken)?;
            let (owner, target) = (self.name(other.owner), self.name(other.target));
            let word = word(direction);
            let message = format!(
                "relationship \"{name}\" lacks its other end, expected a field of type [{owner}!]! with @relationship(type: \"{name}\", direction: {word}) on \"{target}\""
            );
            self.report.problem(other.at, message);
            return None;
        };
        for link in of(links, direction).filter(|link| link.target != first.target) {
            let message = format!(
                "{} field \"{}\" of relationship \"{name}\" leads to \"{}\", expected \"{}\" as at {}",
                adjective(direction),
                link.name,
                self.name(link.target),
                self.name(first.target),
                self.report.line_column(first.at)
            );
            self.report.problem(link.at, message);
        }
        Some(first.target)
    }

    /// The types that have a field of a direction are those that the fields of the other
    /// direction lead to, and each has one such field.
    fn check_owners(&self, name: &str, links: &[Link<'a>], direction: Direction, near: TypeRef) {
        let near_types = self.members_of(near);
        let mut seen: HashMap<TypeIndex, &Link<'a>> = HashMap::new();
        for link in of(links, direction) {
            for owner in self.members_of(link.owner) {
                let (type_name, field) = (self.type_name(owner), link.name);
                if let Some(first) = seen.insert(owner, link) {
                    let message = format!(
                        "\"{type_name}\" has two {} fields of relationship \"{name}\", \"{}\" and \"{field}\", expected one",
                        adjective(direction),
                        first.name
                    );
                    self.report.problem(link.at, message);
                } else if !near_types.contains(&owner) {
                    let message = format!(
                        "\"{type_name}\" has the {} field \"{field}\" of relationship \"{name}\", whose {} fields lead to \"{}\", expected them to lead to \"{type_name}\" too",
                        adjective(direction),
                        adjective(direction.reversed()),
                        self.name(near)
                    );
                    self.report.problem(link.at, message);
                }
            }
        }
        let back = of(links, direction.reversed()).next();
        for missing in near_types.iter().filter(|near| !seen.contains_key(near)) {
            let missing = self.type_name(*missing);
            let message = format!(
                "relationship \"{name}\" leads here to \"{}\", but \"{missing}\" has no {} field of it",
                self.name(near),
                adjective(direction)
            );
            self.report.problem(back.and_then(|link| link.at), message);
        }
    }

    fn properties(&self, name: &str, links: &[Link<'a>]) -> (Option<&'a str>, &[Property]) {
        let mut found: Option<(&'a str, Direction)> = None;
        for link in links {
            let Some(named) = link.declared.text("properties") else {
                continue;
            };
            let at = link.declared.at_argument("properties");
            match found {
                Some((first, _)) if first != named => {
                    let message = format!(
                        "relationship \"{name}\" has the properties \"{named}\" here and \"{first}\" elsewhere, expected one of them"
                    );
                    self.report.problem(at, message);
                }
                Some((first, Direction::In)) => found = Some((first, link.direction)),
                Some(_) => {}
                None if self.edges.contains_key(named) => found = Some((named, link.direction)),
                None => {
                    let hint = suggestion(named, self.edges.keys().copied());
                    let message = format!(
                        "unknown properties {named:?}, expected a type with @relationshipProperties{hint}"
                    );
                    self.report.problem(at, message);
                }
            }
        }
        if let Some((named, Direction::In)) = found
            && let Some(out) = of(links, Direction::Out).next()
        {
            let message = format!(
                "relationship \"{name}\" has its properties at the inward end only, expected properties: \"{named}\" here"
            );
            self.report.problem(out.at, message);
        }
        let named = found.map(|(named, _)| named);
        (
            named,
            named
                .and_then(|named| self.edges.get(named))
                .map_or(&[], Vec::as_slice),
        )
    }

    fn temporal(&self, name: &str, links: &[Link<'a>]) -> Temporal {
        let mut said = links
            .iter()
            .filter_map(|link| Some((link.temporal?, link.at)));
        let Some((first, _)) = said.next() else {
            return Temporal::default();
        };
        for (_, at) in said.filter(|(temporal, _)| *temporal != first) {
            self.report.problem(
                at,
                format!("relationship \"{name}\" has two different @temporal, expected the same"),
            );
        }
        first
    }

    pub(super) fn properties_of(&self, far: TypeRef) -> &[Property] {
        match far {
            TypeRef::Type(index) => self.types.get(index.place()).copied(),
            TypeRef::Interface(index) => self.interfaces.get(usize::from(index.0)).copied(),
            TypeRef::Entity => None,
        }
        .unwrap_or_default()
    }

    fn members_of(&self, reference: TypeRef) -> Vec<TypeIndex> {
        match reference {
            TypeRef::Type(index) => vec![index],
            TypeRef::Interface(index) => self
                .members
                .get(usize::from(index.0))
                .cloned()
                .unwrap_or_default(),
            TypeRef::Entity => (0..)
                .map(TypeIndex)
                .zip(&self.type_names)
                .map(|(index, _)| index)
                .collect(),
        }
    }

    fn type_name(&self, index: TypeIndex) -> &'a str {
        self.type_names
            .get(index.place())
            .copied()
            .unwrap_or_default()
    }

    pub(super) fn name(&self, reference: TypeRef) -> &'a str {
        match reference {
            TypeRef::Type(index) => self.type_name(index),
            TypeRef::Interface(index) => self
                .interface_names
                .get(usize::from(index.0))
                .copied()
                .unwrap_or_default(),
            TypeRef::Entity => "Entity",
        }
    }
}

pub(super) fn of<'l, 'a>(
    links: &'l [Link<'a>],
    direction: Direction,
) -> impl Iterator<Item = &'l Link<'a>> {
    links.iter().filter(move |link| link.direction == direction)
}

fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Out => "OUT",
        Direction::In => "IN",
    }
}

pub(super) fn adjective(direction: Direction) -> &'static str {
    match direction {
        Direction::Out => "outward",
        Direction::In => "inward",
    }
}
