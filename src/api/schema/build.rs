//! The definitions as an async-graphql schema.

use async_graphql::dynamic::{
    Enum, EnumItem, Field, FieldFuture, InputObject, InputValue, Interface, InterfaceField, Object,
    Scalar, Schema, SchemaError, Subscription, SubscriptionField, SubscriptionFieldFuture, TypeRef,
    Union,
};
use async_graphql::{Error, Value};
use futures_util::stream::Empty;

use crate::api::definition::{
    Argument, Definition, Definitions, FieldDefinition, Kind, MUTATION, SUBSCRIPTION,
};

/// Builds the schema. Its resolvers are never run: the engine answers from plans of its own.
pub(crate) fn build(definitions: &Definitions) -> Result<Schema, SchemaError> {
    let subscription = definitions.types.get(SUBSCRIPTION).map(|_| SUBSCRIPTION);
    let schema = Schema::build("Query", Some(MUTATION), subscription);
    definitions
        .types
        .values()
        .fold(schema, |schema, definition| match &definition.kind {
            Kind::Scalar { specified_by } => {
                let scalar = Scalar::new(&definition.name).description(&definition.description);
                schema.register(match specified_by {
                    Some(url) => scalar.specified_by_url(*url),
                    None => scalar,
                })
            }
            Kind::Enum { values } => {
                let start = Enum::new(&definition.name).description(&definition.description);
                let items = values
                    .iter()
                    .map(|(value, description)| described_item(value, description));
                schema.register(items.fold(start, Enum::item))
            }
            Kind::Object { fields, .. } if definition.name == SUBSCRIPTION => {
                let start =
                    Subscription::new(&definition.name).description(&definition.description);
                schema.register(fields.values().fold(start, |object, declared| {
                    object.field(subscription_field(declared))
                }))
            }
            Kind::Object { implements, fields } => {
                let start = Object::new(&definition.name).description(&definition.description);
                let start = implements
                    .iter()
                    .fold(start, |object, interface| object.implement(interface));
                schema.register(
                    fields
                        .values()
                        .fold(start, |object, declared| object.field(field(declared))),
                )
            }
            Kind::Interface { implements, fields } => {
                let start = Interface::new(&definition.name).description(&definition.description);
                let start = implements
                    .iter()
                    .fold(start, |object, interface| object.implement(interface));
                schema.register(fields.values().fold(start, |object, declared| {
                    object.field(interface_field(declared))
                }))
            }
            Kind::Union { members } => {
                let start = Union::new(&definition.name).description(&definition.description);
                schema.register(members.iter().fold(start, Union::possible_type))
            }
            Kind::Input { one_of, fields, .. } => {
                schema.register(input(definition, *one_of, fields))
            }
        })
        .finish()
}

fn described_item(value: &str, description: &str) -> EnumItem {
    let item = EnumItem::new(value);
    if description.is_empty() {
        item
    } else {
        item.description(description)
    }
}

fn not_run() -> Error {
    Error::new("operations are run by the engine")
}

fn field(declared: &FieldDefinition) -> Field {
    let start = Field::new(&declared.name, type_ref(&declared.ty), |_| {
        FieldFuture::new(async { Err::<Option<Value>, _>(not_run()) })
    });
    declared.arguments.iter().fold(
        start.description(&declared.description),
        |field, declared| field.argument(argument(declared)),
    )
}

fn subscription_field(declared: &FieldDefinition) -> SubscriptionField {
    let start = SubscriptionField::new(&declared.name, type_ref(&declared.ty), |_| {
        SubscriptionFieldFuture::new(async { Err::<Empty<Result<Value, Error>>, _>(not_run()) })
    });
    declared.arguments.iter().fold(
        start.description(&declared.description),
        |field, declared| field.argument(argument(declared)),
    )
}

fn interface_field(declared: &FieldDefinition) -> InterfaceField {
    let start = InterfaceField::new(&declared.name, type_ref(&declared.ty))
        .description(&declared.description);
    declared
        .arguments
        .iter()
        .fold(start, |field, declared| field.argument(argument(declared)))
}

fn input(definition: &Definition, one_of: bool, fields: &[Argument]) -> InputObject {
    let start = InputObject::new(&definition.name).description(&definition.description);
    let start = if one_of { start.oneof() } else { start };
    fields
        .iter()
        .fold(start, |object, declared| object.field(argument(declared)))
}

fn argument(declared: &Argument) -> InputValue {
    let value =
        InputValue::new(&declared.name, type_ref(&declared.ty)).description(&declared.description);
    // What is no JSON is a value of an enum.
    let default = declared.default.map(|default| {
        serde_json::from_str::<Value>(default)
            .unwrap_or_else(|_| Value::Enum(async_graphql::Name::new(default)))
    });
    match default {
        Some(default) => value.default_value(default),
        None => value,
    }
}

/// GraphQL's notation of a type as async-graphql's.
fn type_ref(ty: &str) -> TypeRef {
    if let Some(inner) = ty.strip_suffix('!') {
        TypeRef::NonNull(Box::new(type_ref(inner)))
    } else if let Some(inner) = ty
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
    {
        TypeRef::List(Box::new(type_ref(inner)))
    } else {
        TypeRef::named(ty)
    }
}
