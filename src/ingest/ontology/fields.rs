//! Fields become properties and relationships.

use apollo_compiler::ast::Type;

use crate::ingest::problem::{one_of, suggestion};
use crate::ingest::values;
use crate::model::ontology::{Direction, EnumType, Property, Role, Temporal, TypeRef, ValueType};
use crate::model::value::Value;

use super::declarations::{Declared, Field, Shape, text};
use super::directives::{Applied, Directives};
use super::report::{At, Report};
use super::sorted::Names;

/// What a field is.
pub(super) enum Built<'a> {
    Property(Property),
    Link(Link<'a>),
}

/// A field that follows a relationship, not yet joined with the fields of its other end.
#[derive(Clone)]
pub(super) struct Link<'a> {
    pub(super) name: &'a str,
    pub(super) at: At,
    pub(super) description: String,
    pub(super) relationship: &'a str,
    pub(super) direction: Direction,
    pub(super) many: bool,
    pub(super) target: TypeRef,
    pub(super) owner: TypeRef,
    pub(super) plays: Vec<Role>,
    /// What the directives say of the relationship.
    pub(super) declared: Applied<'a>,
    pub(super) exclusive: Option<Applied<'a>>,
    pub(super) temporal: Option<Temporal>,
}

/// Where a field stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// In an entity type or an interface.
    Entity(TypeRef),
    /// In a type of relationship properties.
    Edge,
}

const ON_PROPERTY: &[&str] = &["search", "unique", "temporal", "plays", "default"];
const ON_EDGE: &[&str] = &["identity", "plays", "default"];
const ON_LINK: &[&str] = &["relationship", "exclusive", "temporal", "plays"];

/// Builds the fields of types.
pub(super) struct Fields<'r, 'a> {
    pub(super) names: &'r Names<'a>,
    pub(super) enums: &'r [EnumType],
    pub(super) report: &'r Report,
}

impl<'a> Fields<'_, 'a> {
    /// The field as an interface or a type of relationship properties declares it.
    pub(super) fn build(
        &self,
        owner: &Declared<'a>,
        field: &Field<'a>,
        place: Position,
    ) -> Option<Built<'a>> {
        let description = text(field.definition.description.as_ref());
        self.build_with(owner, field, &field.directives, description, place)
    }

    /// The field of a type that restates one of an interface: what it does not say is inherited.
    pub(super) fn build_inheriting(
        &self,
        owner: &Declared<'a>,
        field: &Field<'a>,
        inherited: &Field<'a>,
        place: Position,
    ) -> Option<Built<'a>> {
        let own = text(field.definition.description.as_ref());
        let description = if own.is_empty() {
            text(inherited.definition.description.as_ref())
        } else {
            own
        };
        if inherited.directives.has("relationship") {
            for applied in field
                .directives
                .iter()
                .filter(|applied| applied.name() != "plays")
            {
                let same = inherited.directives.get(applied.name());
                if same.is_none_or(|same| same.directive != applied.directive) {
                    let message = format!(
                        "@{} on field \"{}\" of \"{}\" differs from the interface's, expected it to be left away",
                        applied.name(),
                        field.name,
                        owner.name
                    );
                    self.report.problem(applied.at(), message);
                }
            }
        }
        let directives = field.directives.inheriting(&inherited.directives);
        self.build_with(owner, field, &directives, description, place)
    }

    fn build_with(
        &self,
        owner: &Declared<'a>,
        field: &Field<'a>,
        directives: &Directives<'a>,
        description: String,
        place: Position,
    ) -> Option<Built<'a>> {
        let what = format!("field \"{}\" of \"{}\"", field.name, owner.name);
        let (many, shape) = self.shape(field, directives, &what);
        let named = field.definition.ty.inner_named_type();
        let target = self.names.type_ref(named);
        let value_type = self.names.value_type(named);
        if target.is_none() && value_type.is_none() {
            self.unknown_type(field, &what);
            return None;
        }
        if directives.has("relationship") {
            let Position::Entity(owner) = place else {
                self.misplaced(directives, ON_EDGE, &what, "a relationship's property");
                return None;
            };
            self.misplaced(directives, ON_LINK, &what, "a relationship");
            let Some(target) = target else {
                let at = named.location();
                self.report.problem(
                    at,
                    format!("{what} has @relationship, expected an entity type or interface"),
                );
                return None;
            };
            let declared = directives.get("relationship")?;
            let relationship = self.relationship_name(declared, &what).filter(|_| shape)?;
            return Some(Built::Link(Link {
                name: field.name,
                at: field.name.location(),
                description,
                relationship,
                direction: if declared.text("direction")? == "OUT" {
                    Direction::Out
                } else {
                    Direction::In
                },
                many,
                target,
                owner,
                plays: plays(directives),
                declared,
                exclusive: directives.get("exclusive"),
                temporal: temporal(directives),
            }));
        }
        let value_type = match (value_type, target, place) {
            (Some(value_type), ..) => value_type,
            (None, Some(target), Position::Edge) => ValueType::Entity(target),
            // An interface that is not there may have said more of the field.
            _ if owner
                .implements
                .iter()
                .any(|name| self.names.type_ref(name).is_none()) =>
            {
                return None;
            }
            _ => {
                let message = format!(
                    "{what} leads to \"{named}\", expected @relationship(type: …, direction: …) on it"
                );
                self.report.problem(field.name.location(), message);
                return None;
            }
        };
        let (allowed, kind) = match place {
            Position::Edge => (ON_EDGE, "a relationship's property"),
            Position::Entity(_) => (ON_PROPERTY, "a property"),
        };
        self.misplaced(directives, allowed, &what, kind);
        if place == Position::Edge && many {
            let message =
                format!("{what}: a property of a relationship has one value, expected {named}");
            self.report.problem(named.location(), message);
        }
        if matches!(place, Position::Entity(_))
            && field.name == "name"
            && value_type != ValueType::String
        {
            self.report.problem(
                named.location(),
                format!("{what} is the name that people see, expected String"),
            );
        }
        shape.then(|| {
            Built::Property(Property {
                name: field.name.to_string(),
                description,
                value_type,
                list: many,
                search: if place == Position::Edge {
                    None
                } else {
                    self.search(directives, value_type, &what)
                },
                unique: place != Position::Edge && self.unique(directives, value_type, &what),
                temporal: temporal(directives).unwrap_or_default(),
                default: self.default(directives, value_type, many, &what),
                identity: directives.get("identity").is_some(),
                plays: plays(directives),
            })
        })
    }

    /// Whether the field holds many, and whether its type is `T` or `[T!]!`.
    fn shape(&self, field: &Field<'a>, directives: &Directives<'a>, what: &str) -> (bool, bool) {
        let ty = &field.definition.ty;
        let named = ty.inner_named_type();
        let expected = match ty {
            Type::Named(_) => return (false, true),
            Type::NonNullList(item) if matches!(**item, Type::NonNullNamed(_)) => {
                return (true, true);
            }
            Type::NonNullNamed(_) if directives.has("relationship") => {
                format!("{named} for one or [{named}!]! for many, since a view may leave it out")
            }
            Type::NonNullNamed(_) => format!("{named}, since a view may leave it out"),
            _ => format!("{named} for one value or [{named}!]! for many"),
        };
        self.report.problem(
            named.location(),
            format!("{what} has the type {ty}, expected {expected}"),
        );
        (ty.is_list(), false)
    }

    fn unknown_type(&self, field: &Field<'a>, what: &str) {
        let named = field.definition.ty.inner_named_type();
        let message = match self.names.shape(named) {
            Some(Shape::Object) => {
                format!(
                    "{what} has the type \"{named}\", expected a scalar, an enum or an entity type"
                )
            }
            Some(_) => format!("{what} has the type \"{named}\", which is for directives only"),
            None => format!(
                "unknown type \"{named}\"{}",
                suggestion(named, self.names.usable())
            ),
        };
        self.report.problem(named.location(), message);
    }

    fn misplaced(&self, directives: &Directives<'a>, allowed: &[&str], what: &str, kind: &str) {
        for applied in directives
            .iter()
            .filter(|applied| !allowed.contains(&applied.name()))
        {
            let expected = allowed
                .iter()
                .map(|name| format!("@{name}"))
                .collect::<Vec<_>>();
            let expected = one_of(expected.iter().map(String::as_str));
            let message = format!(
                "@{} has no place on {what}, {kind}, expected {expected}",
                applied.name()
            );
            self.report.problem(applied.at(), message);
        }
    }

    fn relationship_name(&self, declared: Applied<'a>, what: &str) -> Option<&'a str> {
        let name = declared.text("type")?;
        let word = |word: &str| {
            !word.is_empty()
                && word
                    .chars()
                    .all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())
        };
        if name.starts_with(|letter: char| letter.is_ascii_uppercase()) && name.split('_').all(word)
        {
            return Some(name);
        }
        let message = format!(
            "{what}: found {name:?}, expected the name of a relationship such as \"MADE_BY\""
        );
        self.report.problem(declared.at_argument("type"), message);
        None
    }

    fn search(
        &self,
        directives: &Directives<'a>,
        value_type: ValueType,
        what: &str,
    ) -> Option<u32> {
        let search = directives.get("search")?;
        let searchable = [ValueType::String, ValueType::LocalizedText];
        if !searchable.contains(&value_type) {
            self.report.problem(
                search.at(),
                format!("@search on {what}, expected it on a String or LocalizedText"),
            );
        }
        let weight = search.number("weight")?;
        if !(1.0..=100.0).contains(&weight) {
            let message = format!("@search on {what}: found weight {weight}, expected 1 to 100");
            self.report.problem(search.at_argument("weight"), message);
        }
        (1..=100).find(|whole| f64::from(*whole) >= weight)
    }

    fn unique(&self, directives: &Directives<'a>, value_type: ValueType, what: &str) -> bool {
        let Some(unique) = directives.get("unique") else {
            return false;
        };
        let comparable = [
            ValueType::String,
            ValueType::Int,
            ValueType::BigInt,
            ValueType::Url,
        ];
        if !comparable.contains(&value_type) {
            let message = format!("@unique on {what}, expected it on a String, Int, BigInt or URL");
            self.report.problem(unique.at(), message);
        }
        true
    }

    fn default(
        &self,
        directives: &Directives<'a>,
        value_type: ValueType,
        many: bool,
        what: &str,
    ) -> Option<Value> {
        let default = directives.get("default")?;
        if many || matches!(value_type, ValueType::Entity(_)) {
            self.report.problem(
                default.at(),
                format!("@default on {what}, expected it on a property with one value"),
            );
            return None;
        }
        match values::parse(default.text("value")?, value_type, self.enums) {
            Ok(value) => Some(value),
            Err(message) => {
                self.report.problem(
                    default.at_argument("value"),
                    format!("@default on {what}: {message}"),
                );
                None
            }
        }
    }
}

/// What the type or field is for.
pub(super) fn plays(directives: &Directives<'_>) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    for applied in directives
        .iter()
        .filter(|applied| applied.name() == "plays")
    {
        let role = applied.text("role").and_then(Role::from_name);
        roles.extend(role.filter(|role| !roles.contains(role)));
    }
    roles
}

/// Whether it holds for a time or happened, where the ontology says so.
pub(super) fn temporal(directives: &Directives<'_>) -> Option<Temporal> {
    match directives.get("temporal")?.text("kind")? {
        "EVENT" => Some(Temporal::Momentary),
        _ => Some(Temporal::Lasting),
    }
}
