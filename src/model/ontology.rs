//! The ontology: which entity types, relationships and properties there are.
//!
//! It is data: the whole API, the record files' fields and the graph's records follow from it.
//! [`crate::ingest::ontology`] reads it from SDL; everything here is already checked.

use std::collections::HashMap;

pub use crate::model::role::Role;
use crate::model::value::{BoundWidths, Value};

/// An entity type's place in [`Ontology::types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeIndex(pub u16);

/// An interface's place in [`Ontology::interfaces`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InterfaceIndex(pub u16);

/// An enum's place in [`Ontology::enums`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumIndex(pub u16);

/// A relationship type's place in [`Ontology::relationships`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationshipTypeIndex(pub u16);

/// A property's place in the properties of its entity type or relationship type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PropertyIndex(pub u16);

impl TypeIndex {
    /// The place as a number for indexing.
    #[must_use]
    pub fn place(self) -> usize {
        usize::from(self.0)
    }
}

impl RelationshipTypeIndex {
    /// The place as a number for indexing.
    #[must_use]
    pub fn place(self) -> usize {
        usize::from(self.0)
    }
}

impl PropertyIndex {
    /// The place as a number for indexing.
    #[must_use]
    pub fn place(self) -> usize {
        usize::from(self.0)
    }
}

/// What stands at an end of a relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TypeRef {
    /// One entity type.
    Type(TypeIndex),
    /// Any type that implements an interface.
    Interface(InterfaceIndex),
    /// Any entity.
    Entity,
}

/// The type of a property's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// A text.
    String,
    /// A 32-bit whole number.
    Int,
    /// A whole number that can pass 2^31.
    BigInt,
    /// A number.
    Float,
    /// Yes or no.
    Boolean,
    /// An imprecise date: `EDTF` in, `ImpreciseDate` out.
    Date,
    /// A moment.
    DateTime,
    /// A web address.
    Url,
    /// A text in a language.
    LocalizedText,
    /// A bounded number.
    Quantity,
    /// One of an enum's values.
    Enum(EnumIndex),
    /// An entity; in properties of relationships only.
    Entity(TypeRef),
}

/// Whether a view of a date leaves out what did not hold then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Temporal {
    /// It holds for a time: a tenure, a status.
    #[default]
    Lasting,
    /// It happened: attending, signing. Views of a date keep it.
    Momentary,
}

/// A property of an entity type or of a relationship type.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Its name in the API and in record files.
    pub name: String,
    /// What it means, for users of the API.
    pub description: String,
    /// The type of its values.
    pub value_type: ValueType,
    /// Whether it has several values at once, each a claim of its own.
    pub list: bool,
    /// The weight of its text in search; `None` is not searched.
    pub search: Option<u32>,
    /// Whether no two entities may share a value.
    pub unique: bool,
    /// Whether a view of a date filters it.
    pub temporal: Temporal,
    /// What is shown where no claim says anything.
    pub default: Option<Value>,
    /// Whether it tells relationships with equal ends apart (in relationships only).
    pub identity: bool,
    /// What the property is for.
    pub plays: Vec<Role>,
}

/// The direction in which a relationship is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From subject to object.
    Out,
    /// From object to subject.
    In,
}

impl Direction {
    /// The other direction.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Out => Self::In,
            Self::In => Self::Out,
        }
    }
}

/// A field through which an entity type shows a relationship.
#[derive(Debug, Clone, PartialEq)]
pub struct RelationshipField {
    /// The field's name.
    pub name: String,
    /// What it means, for users of the API.
    pub description: String,
    /// The relationship type.
    pub relationship: RelationshipTypeIndex,
    /// The direction in which it is followed.
    pub direction: Direction,
    /// Whether it shows all (a connection) or the winner.
    pub many: bool,
    /// What stands at the far end.
    pub target: TypeRef,
    /// The interface that declares the field, or the type itself.
    pub owner: TypeRef,
    /// What the field is for.
    pub plays: Vec<Role>,
}

/// A term of a declared order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderTerm {
    /// Whether the property is the relationship's own, or the far entity's.
    pub on_edge: bool,
    /// The property's name, or `name`, `id`, `since`, `until`.
    pub property: String,
    /// Whether the greatest comes first. What is not stated always comes last.
    pub descending: bool,
}

/// A rule that two claims cannot both hold, such as two heads of one delegation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusive {
    /// The relationship's properties that, together with the subject, may occur once.
    pub per: Vec<String>,
    /// The properties' values under which the rule applies.
    pub condition: Vec<(String, String)>,
}

/// A relationship type, declared once and seen from both ends.
#[derive(Debug, Clone, PartialEq)]
pub struct RelationshipType {
    /// Its name: `MADE_BY`.
    pub name: String,
    /// What it means: the description of its outward field.
    pub description: String,
    /// What stands at its beginning.
    pub source: TypeRef,
    /// What stands at its end.
    pub target: TypeRef,
    /// The name of the type that holds its properties.
    pub properties_name: Option<String>,
    /// Its own properties.
    pub properties: Vec<Property>,
    /// Whether a view of a date filters it.
    pub temporal: Temporal,
    /// What cannot hold twice.
    pub exclusive: Option<Exclusive>,
    /// The declared order of a row, outwards.
    pub order_out: Vec<OrderTerm>,
    /// The declared order of a row, inwards.
    pub order_in: Vec<OrderTerm>,
}

impl RelationshipType {
    /// The declared order of a row in a direction; empty is the order of recording.
    #[must_use]
    pub fn order(&self, direction: Direction) -> &[OrderTerm] {
        match direction {
            Direction::Out => &self.order_out,
            Direction::In => &self.order_in,
        }
    }

    /// What stands at the far end in a direction.
    #[must_use]
    pub fn far(&self, direction: Direction) -> TypeRef {
        match direction {
            Direction::Out => self.target,
            Direction::In => self.source,
        }
    }

    /// The property of that name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<(PropertyIndex, &Property)> {
        find(&self.properties, |property| property.name == name)
    }

    /// The property that plays a role.
    #[must_use]
    pub fn property_playing(&self, role: Role) -> Option<(PropertyIndex, &Property)> {
        find(&self.properties, |property| property.plays.contains(&role))
    }
}

/// A type of entities.
#[derive(Debug, Clone, PartialEq)]
pub struct EntityType {
    /// Its name: a GraphQL object type.
    pub name: String,
    /// What it is, for users of the API.
    pub description: String,
    /// The prefix of its ids.
    pub prefix: String,
    /// The property that is shown as `name`.
    pub label: PropertyIndex,
    /// The interfaces it implements.
    pub interfaces: Vec<InterfaceIndex>,
    /// Its properties, in the order of the ontology.
    pub properties: Vec<Property>,
    /// Its relationships, in the order of the ontology.
    pub relationships: Vec<RelationshipField>,
    /// Whether a view of a date leaves out its entities that did not exist then.
    pub temporal: Temporal,
    /// What the type is for.
    pub plays: Vec<Role>,
}

impl EntityType {
    /// The property of that name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<(PropertyIndex, &Property)> {
        find(&self.properties, |property| property.name == name)
    }

    /// The property that plays a role.
    #[must_use]
    pub fn property_playing(&self, role: Role) -> Option<(PropertyIndex, &Property)> {
        find(&self.properties, |property| property.plays.contains(&role))
    }

    /// The relationship fields that play a role.
    pub fn relationships_playing(&self, role: Role) -> impl Iterator<Item = &RelationshipField> {
        self.relationships
            .iter()
            .filter(move |field| field.plays.contains(&role))
    }

    /// Whether a view of a date filters a property: what is said of the type holds of all of them.
    #[must_use]
    pub fn temporal_of(&self, property: PropertyIndex) -> Temporal {
        match self.temporal {
            Temporal::Momentary => Temporal::Momentary,
            Temporal::Lasting => self.properties[property.place()].temporal,
        }
    }

    /// The relationship field of that name.
    #[must_use]
    pub fn relationship(&self, name: &str) -> Option<&RelationshipField> {
        self.relationships.iter().find(|field| field.name == name)
    }
}

fn find(
    properties: &[Property],
    is: impl Fn(&Property) -> bool,
) -> Option<(PropertyIndex, &Property)> {
    let place = properties.iter().position(is)?;
    Some((
        PropertyIndex(u16::try_from(place).ok()?),
        &properties[place],
    ))
}

/// What several entity types have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct InterfaceType {
    /// Its name: a GraphQL interface.
    pub name: String,
    /// What it is, for users of the API.
    pub description: String,
    /// The properties that each of its types has, as declared by the interface.
    pub properties: Vec<Property>,
    /// The relationships that each of its types has.
    pub relationships: Vec<RelationshipField>,
    /// The entity types that implement it, in the order of the ontology.
    pub members: Vec<TypeIndex>,
}

/// An enumeration of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumType {
    /// Its name: a GraphQL enum.
    pub name: String,
    /// What it is, for users of the API.
    pub description: String,
    /// Its values with their descriptions; their order is the order in which they sort.
    pub values: Vec<(String, String)>,
}

impl EnumType {
    /// The value's place in the order of the enum.
    #[must_use]
    pub fn place(&self, value: &str) -> Option<usize> {
        self.values.iter().position(|(name, _)| name == value)
    }
}

/// The whole ontology.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ontology {
    /// The entity types.
    pub types: Vec<EntityType>,
    /// The interfaces, without `Node` and `Entity`, which every type implements.
    pub interfaces: Vec<InterfaceType>,
    /// The relationships that every entity has, whatever its type.
    pub entity_relationships: Vec<RelationshipField>,
    /// The enums.
    pub enums: Vec<EnumType>,
    /// The relationship types.
    pub relationships: Vec<RelationshipType>,
    /// How wide `ABOUT` and `ALMOST` are.
    pub bounds: BoundWidths,
    prefixes: HashMap<String, TypeIndex>,
    type_names: HashMap<String, TypeIndex>,
    relationship_names: HashMap<String, RelationshipTypeIndex>,
}

impl Ontology {
    /// Builds the look-up tables over the parts, which the reader has checked: names and
    /// prefixes occur once, and there are fewer than 65,536 of each.
    #[must_use]
    pub fn new(
        types: Vec<EntityType>,
        interfaces: Vec<InterfaceType>,
        entity_relationships: Vec<RelationshipField>,
        enums: Vec<EnumType>,
        relationships: Vec<RelationshipType>,
        bounds: BoundWidths,
    ) -> Self {
        let prefixes = (0..)
            .map(TypeIndex)
            .zip(&types)
            .map(|(index, entity)| (entity.prefix.clone(), index));
        let type_names = (0..)
            .map(TypeIndex)
            .zip(&types)
            .map(|(index, entity)| (entity.name.clone(), index));
        let relationship_names = (0..)
            .map(RelationshipTypeIndex)
            .zip(&relationships)
            .map(|(index, relationship)| (relationship.name.clone(), index));
        Self {
            prefixes: prefixes.collect(),
            type_names: type_names.collect(),
            relationship_names: relationship_names.collect(),
            types,
            interfaces,
            entity_relationships,
            enums,
            relationships,
            bounds,
        }
    }

    /// The type whose ids have that prefix.
    #[must_use]
    pub fn type_of_prefix(&self, prefix: &str) -> Option<TypeIndex> {
        self.prefixes.get(prefix).copied()
    }

    /// The type of that name.
    #[must_use]
    pub fn type_named(&self, name: &str) -> Option<TypeIndex> {
        self.type_names.get(name).copied()
    }

    /// The types that play a role, in the order of the ontology.
    pub fn types_playing(&self, role: Role) -> impl Iterator<Item = TypeIndex> {
        (0..)
            .map(TypeIndex)
            .zip(&self.types)
            .filter(move |(_, entity_type)| entity_type.plays.contains(&role))
            .map(|(index, _)| index)
    }

    /// The relationship type of that name.
    #[must_use]
    pub fn relationship_named(&self, name: &str) -> Option<RelationshipTypeIndex> {
        self.relationship_names.get(name).copied()
    }

    /// A type.
    #[must_use]
    pub fn entity_type(&self, index: TypeIndex) -> &EntityType {
        &self.types[index.place()]
    }

    /// A relationship type.
    #[must_use]
    pub fn relationship_type(&self, index: RelationshipTypeIndex) -> &RelationshipType {
        &self.relationships[index.place()]
    }

    /// An interface.
    #[must_use]
    pub fn interface(&self, index: InterfaceIndex) -> &InterfaceType {
        &self.interfaces[usize::from(index.0)]
    }

    /// An enum.
    #[must_use]
    pub fn enumeration(&self, index: EnumIndex) -> &EnumType {
        &self.enums[usize::from(index.0)]
    }

    /// The types that may stand where a reference points, in the order of the ontology.
    pub fn members(&self, reference: TypeRef) -> Vec<TypeIndex> {
        match reference {
            TypeRef::Type(index) => vec![index],
            TypeRef::Interface(index) => self.interface(index).members.clone(),
            TypeRef::Entity => (0..)
                .map(TypeIndex)
                .zip(&self.types)
                .map(|(index, _)| index)
                .collect(),
        }
    }

    /// Whether entities of a type may stand where a reference points.
    #[must_use]
    pub fn admits(&self, reference: TypeRef, entity: TypeIndex) -> bool {
        match reference {
            TypeRef::Type(index) => index == entity,
            TypeRef::Interface(index) => self.interface(index).members.contains(&entity),
            TypeRef::Entity => true,
        }
    }

    /// The name of what a reference points to.
    #[must_use]
    pub fn name(&self, reference: TypeRef) -> &str {
        match reference {
            TypeRef::Type(index) => &self.entity_type(index).name,
            TypeRef::Interface(index) => &self.interface(index).name,
            TypeRef::Entity => "Entity",
        }
    }
}
