//! The declarations become the ontology.

use std::collections::HashMap;

use crate::model::ontology::{
    EntityType, InterfaceIndex, InterfaceType, Ontology, Property, RelationshipField, TypeIndex,
    TypeRef,
};

use super::declarations::Declarations;
use super::ends::{self, Ends};
use super::fields::{Built, Fields, Link, Position, plays, temporal};
use super::report::Report;
use super::sorted::Builder;

/// An index counted from 0. The reader's limit on tokens keeps it in range.
pub(super) fn index(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}

/// Builds the ontology. Where it reports problems, the result is not to be used.
pub(super) fn build<'a>(declarations: &Declarations<'a>, report: &Report) -> Option<Ontology> {
    let builder = Builder::new(declarations, report);
    let fields = Fields {
        names: &builder.names,
        enums: &builder.enums,
        report,
    };
    let mut ends = Ends::default();

    let mut edges = HashMap::new();
    for declared in declarations
        .types
        .values()
        .filter(|it| it.directives.has("relationshipProperties"))
    {
        let built = declared
            .fields
            .iter()
            .filter_map(|field| fields.build(declared, field, Position::Edge));
        let properties: Vec<Property> = built.filter_map(property).collect();
        edges.insert(declared.name.as_str(), properties);
    }

    let mut universal = Vec::new();
    if let Some(entity) = declarations.types.get("Entity") {
        for field in &entity.fields {
            match fields.build(entity, field, Position::Entity(TypeRef::Entity)) {
                Some(Built::Link(link)) => universal.push(link),
                Some(Built::Property(_)) => report.problem(
                    field.name.location(),
                    format!(
                        "field \"{}\" of \"Entity\" is a property, expected a relationship",
                        field.name
                    ),
                ),
                None => ends.add_broken(field),
            }
        }
    }

    let mut interfaces = Vec::new();
    for (place, declared) in builder.interfaces.iter().enumerate() {
        let owner = TypeRef::Interface(InterfaceIndex(index(place)));
        let built: Vec<_> = declared
            .fields
            .iter()
            .map(|field| {
                let built = fields.build(declared, field, Position::Entity(owner));
                if built.is_none() {
                    ends.add_broken(field);
                }
                built
            })
            .collect();
        let (properties, links) = parted(built.into_iter());
        ends.add(&links);
        interfaces.push((properties, links));
    }

    let mut types = Vec::new();
    for (place, declared) in builder.entities.iter().enumerate() {
        let owner = TypeRef::Type(TypeIndex(index(place)));
        let mut own = Vec::new();
        let built: Vec<_> = declared
            .fields
            .iter()
            .map(|field| {
                let Some((interface, inherited)) = builder.inherited(declared, field) else {
                    let built = fields.build(declared, field, Position::Entity(owner));
                    match &built {
                        Some(Built::Link(link)) => own.push(link.clone()),
                        Some(Built::Property(_)) => {}
                        None => ends.add_broken(field),
                    }
                    return built;
                };
                fields.build_inheriting(
                    declared,
                    field,
                    inherited,
                    Position::Entity(TypeRef::Interface(interface)),
                )
            })
            .collect();
        ends.add(&own);
        let (properties, mut links) = parted(built.into_iter());
        builder.check_interfaces(declared);
        for link in &universal {
            if let Some(field) = declared.field(link.name) {
                let message = format!(
                    "every entity has a field \"{}\" already, expected another name",
                    link.name
                );
                report.problem(field.name.location(), message);
            }
            links.push(link.clone());
        }
        types.push((properties, links));
    }
    ends.add(&universal);

    let parts = Parts {
        builder: &builder,
        edges,
        types,
        interfaces,
        universal,
    };
    parts.join(&ends, declarations, report)
}

fn property(built: Built<'_>) -> Option<Property> {
    match built {
        Built::Property(property) => Some(property),
        Built::Link(_) => None,
    }
}

fn parted<'a>(built: impl Iterator<Item = Option<Built<'a>>>) -> (Vec<Property>, Vec<Link<'a>>) {
    let (mut properties, mut links) = (Vec::new(), Vec::new());
    for built in built.flatten() {
        match built {
            Built::Property(property) => properties.push(property),
            Built::Link(link) => links.push(link),
        }
    }
    (properties, links)
}

/// Everything built, to be joined.
struct Parts<'r, 'a> {
    builder: &'r Builder<'r, 'a>,
    edges: HashMap<&'a str, Vec<Property>>,
    types: Vec<(Vec<Property>, Vec<Link<'a>>)>,
    interfaces: Vec<(Vec<Property>, Vec<Link<'a>>)>,
    universal: Vec<Link<'a>>,
}

impl<'a> Parts<'_, 'a> {
    fn join(
        self,
        ends: &Ends<'a>,
        declarations: &Declarations<'a>,
        report: &Report,
    ) -> Option<Ontology> {
        let builder = self.builder;
        let members: Vec<Vec<TypeIndex>> = (0..)
            .map(InterfaceIndex)
            .zip(&builder.interfaces)
            .map(|(index, _)| builder.members(index))
            .collect();
        for (interface, members) in builder.interfaces.iter().zip(&members) {
            if members.is_empty() {
                let message = format!(
                    "interface \"{0}\" has no types, expected one with \"implements {0}\"",
                    interface.name
                );
                report.problem(interface.name.location(), message);
            }
        }
        let known = ends::Known {
            type_names: builder
                .entities
                .iter()
                .map(|entity| entity.name.as_str())
                .collect(),
            interface_names: builder
                .interfaces
                .iter()
                .map(|interface| interface.name.as_str())
                .collect(),
            members: &members,
            types: self
                .types
                .iter()
                .map(|(properties, _)| properties.as_slice())
                .collect(),
            interfaces: self
                .interfaces
                .iter()
                .map(|(properties, _)| properties.as_slice())
                .collect(),
            edges: &self.edges,
            enums: &builder.enums,
            report,
        };
        let relationships = ends.join(&known);
        let field = |link: Link<'a>| -> Option<RelationshipField> {
            Some(RelationshipField {
                relationship: ends.index(link.relationship)?,
                name: link.name.into(),
                description: link.description,
                direction: link.direction,
                many: link.many,
                target: link.target,
                owner: link.owner,
                plays: link.plays,
            })
        };
        let fields =
            |links: Vec<Link<'a>>| links.into_iter().map(field).collect::<Option<Vec<_>>>();

        let mut prefixes = HashMap::new();
        // From the end, so that the built-in types have their prefixes first.
        let mut prefix: Vec<_> = builder
            .entities
            .iter()
            .rev()
            .map(|entity| builder.prefix(entity, &mut prefixes))
            .collect();
        prefix.reverse();
        let labels: Vec<_> = builder
            .entities
            .iter()
            .zip(&self.types)
            .map(|(entity, (properties, _))| builder.label(entity, properties))
            .collect();
        let bounds = builder.bounds(declarations);
        if !report.is_empty() {
            return None;
        }
        let mut types = Vec::new();
        for (((declared, (properties, links)), prefix), label) in builder
            .entities
            .iter()
            .zip(self.types)
            .zip(prefix)
            .zip(labels)
        {
            types.push(EntityType {
                name: declared.name.to_string(),
                description: declared.description.clone(),
                prefix: prefix?,
                label: label?,
                interfaces: builder
                    .interfaces_of(declared)
                    .map(|(index, _)| index)
                    .collect(),
                properties,
                relationships: fields(links)?,
                temporal: temporal(&declared.directives).unwrap_or_default(),
                plays: plays(&declared.directives),
            });
        }
        let mut interfaces = Vec::new();
        for ((declared, (properties, links)), members) in
            builder.interfaces.iter().zip(self.interfaces).zip(&members)
        {
            interfaces.push(InterfaceType {
                name: declared.name.to_string(),
                description: declared.description.clone(),
                properties,
                relationships: fields(links)?,
                members: members.clone(),
            });
        }
        let universal = fields(self.universal)?;
        Some(Ontology::new(
            types,
            interfaces,
            universal,
            builder.enums.clone(),
            relationships?,
            bounds,
        ))
    }
}
