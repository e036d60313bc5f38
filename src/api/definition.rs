//! The API's types as data: one description from which both the schema that clients see and
//! the plans that answer them are made.
//!
//! Each field carries its [`Meaning`], so that the compiler never looks at a name.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::api::meaning::Meaning;
use crate::api::shape::InputShape;
use crate::graph::aggregate::Key;
use crate::model::access::Role;

/// The type whose fields are subscribed to.
pub(crate) const SUBSCRIPTION: &str = "Subscription";

/// The type whose fields change the record.
pub(crate) const MUTATION: &str = "Mutation";

/// All types of the API, by name, in the order in which they are described.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    pub(crate) types: IndexMap<String, Definition>,
    /// What the values of the enums mean by whose values lists are grouped.
    pub(crate) keys: HashMap<String, Vec<(String, Key)>>,
}

/// A type of the API.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) kind: Kind,
}

/// What kind of type it is.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A scalar of our own, and where it is specified.
    Scalar { specified_by: Option<&'static str> },
    /// An enum with its values and their descriptions.
    Enum { values: Vec<(String, String)> },
    /// An object type.
    Object {
        implements: Vec<String>,
        fields: IndexMap<String, FieldDefinition>,
    },
    /// An interface.
    Interface {
        implements: Vec<String>,
        fields: IndexMap<String, FieldDefinition>,
    },
    /// A union of object types.
    Union { members: Vec<String> },
    /// An input type; `one_of` wants exactly one of its fields.
    Input {
        one_of: bool,
        fields: Vec<Argument>,
        shape: InputShape,
    },
}

/// A field of an object type or an interface.
#[derive(Debug, Clone)]
pub(crate) struct FieldDefinition {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) arguments: Vec<Argument>,
    /// In the notation of GraphQL: `[Claim!]!`.
    pub(crate) ty: String,
    pub(crate) meaning: Meaning,
    /// The least that somebody must be who uses it.
    pub(crate) role: Role,
}

/// An argument of a field, or a field of an input type.
#[derive(Debug, Clone)]
pub(crate) struct Argument {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) ty: String,
    /// In the notation of GraphQL.
    pub(crate) default: Option<&'static str>,
}

impl Argument {
    pub(crate) fn new(name: &str, ty: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
            ty: ty.into(),
            default: None,
        }
    }

    pub(crate) fn with_default(self, default: &'static str) -> Self {
        Self {
            default: Some(default),
            ..self
        }
    }
}

impl FieldDefinition {
    pub(crate) fn new(
        name: &str,
        ty: impl Into<String>,
        meaning: Meaning,
        description: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
            arguments: Vec::new(),
            ty: ty.into(),
            meaning,
            role: Role::Reader,
        }
    }

    pub(crate) fn with(self, arguments: Vec<Argument>) -> Self {
        Self { arguments, ..self }
    }

    /// The same field for this role and those above alone, which its description says.
    pub(crate) fn needing(self, role: Role) -> Self {
        Self {
            description: format!("{} Needs the role {}.", self.description, role.name()),
            role,
            ..self
        }
    }
}

/// The type's name without its brackets and marks.
pub(crate) fn base(ty: &str) -> &str {
    ty.trim_matches(['[', ']', '!'])
}

impl Definitions {
    pub(crate) fn add(
        &mut self,
        name: impl Into<String>,
        description: impl Into<String>,
        kind: Kind,
    ) {
        let name = name.into();
        let definition = Definition {
            name: name.clone(),
            description: description.into(),
            kind,
        };
        self.types.entry(name).or_insert(definition);
    }

    pub(crate) fn object(
        &mut self,
        name: impl Into<String>,
        description: impl Into<String>,
        fields: Vec<FieldDefinition>,
    ) {
        self.add(
            name,
            description,
            Kind::Object {
                implements: Vec::new(),
                fields: by_name(fields),
            },
        );
    }

    /// Adds fields to an object type.
    pub(crate) fn extend(&mut self, object: &str, more: impl IntoIterator<Item = FieldDefinition>) {
        if let Some(Kind::Object { fields, .. }) =
            self.types.get_mut(object).map(|found| &mut found.kind)
        {
            fields.extend(more.into_iter().map(|field| (field.name.clone(), field)));
        }
    }

    /// A field of an object type or interface.
    pub(crate) fn field(&self, type_name: &str, field: &str) -> Option<&FieldDefinition> {
        match &self.types.get(type_name)?.kind {
            Kind::Object { fields, .. } | Kind::Interface { fields, .. } => fields.get(field),
            _ => None,
        }
    }

    /// Whether an object type is the type that a fragment names, implements it or belongs to it.
    pub(crate) fn satisfies(&self, object: &str, condition: &str) -> bool {
        if let Some(Kind::Union { members }) = self.types.get(condition).map(|found| &found.kind) {
            return members.iter().any(|member| member == object);
        }
        object == condition
            || self
                .types
                .get(object)
                .is_some_and(|definition| match &definition.kind {
                    Kind::Object { implements, .. } => {
                        implements.iter().any(|name| name == condition)
                    }
                    _ => false,
                })
    }

    /// What an input type's values become.
    pub(crate) fn input(&self, name: &str) -> Option<&InputShape> {
        match &self.types.get(name)?.kind {
            Kind::Input { shape, .. } => Some(shape),
            _ => None,
        }
    }
}

/// Fields by name, in order.
pub(crate) fn by_name(fields: Vec<FieldDefinition>) -> IndexMap<String, FieldDefinition> {
    fields
        .into_iter()
        .map(|field| (field.name.clone(), field))
        .collect()
}
