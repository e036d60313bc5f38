//! "Did you mean": names close to one that does not exist.

use apollo_compiler::Schema;
use apollo_compiler::schema::ExtendedType;

/// How close two names must be, from 0 to 1.
const CLOSE: f64 = 0.8;
/// How many names are suggested, at most.
const MOST: usize = 3;

/// The most values of an enum that are told where none is close.
const MOST_VALUES: usize = 20;

/// The message of a validation error, with names that are close to the one it does not know.
pub(crate) fn with_suggestion(schema: &Schema, message: String) -> String {
    let quoted: Vec<&str> = message.split('"').skip(1).step_by(2).collect();
    let of_enum = message.split_once(" cannot represent value: ");
    let (wrong, place) = match (&quoted[..], of_enum) {
        ([wrong], Some((place, _))) => (*wrong, place),
        ([wrong, place, ..], _) => (*wrong, *place),
        _ => return message,
    };
    let known: Vec<&str> = if message.starts_with("Cannot query field") {
        fields(schema, place)
    } else if message.starts_with("Unknown argument") {
        arguments(schema, place)
    } else if message.contains("is not defined by type") {
        inputs(schema, place)
    } else if let Some(ExtendedType::Enum(found)) = schema.types.get(place) {
        let values: Vec<&str> = found.values.keys().map(|name| name.as_str()).collect();
        let close = close(wrong, &values);
        let end = message.trim_end_matches('.');
        return if !close.is_empty() {
            format!("{end}. Did you mean {}?", close.join(" or "))
        } else if values.len() <= MOST_VALUES {
            format!("{end}. Expected one of {}.", values.join(", "))
        } else {
            message
        };
    } else {
        return message;
    };
    let names: Vec<String> = close(wrong, &known)
        .into_iter()
        .map(|name| format!("{name:?}"))
        .collect();
    if names.is_empty() {
        return message;
    }
    format!("{message} Did you mean {}?", names.join(" or "))
}

/// The names that are close to a wrong one, the closest first.
fn close<'s>(wrong: &str, known: &[&'s str]) -> Vec<&'s str> {
    let wrong = wrong.to_lowercase();
    let scored = known
        .iter()
        .map(|name| (strsim::jaro_winkler(&wrong, &name.to_lowercase()), *name));
    let mut close: Vec<(f64, &str)> = scored.filter(|(score, _)| *score >= CLOSE).collect();
    close.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    close.into_iter().take(MOST).map(|(_, name)| name).collect()
}

fn fields<'s>(schema: &'s Schema, type_name: &str) -> Vec<&'s str> {
    match schema.types.get(type_name) {
        Some(ExtendedType::Object(found)) => {
            found.fields.keys().map(|name| name.as_str()).collect()
        }
        Some(ExtendedType::Interface(found)) => {
            found.fields.keys().map(|name| name.as_str()).collect()
        }
        _ => Vec::new(),
    }
}

/// The arguments of a field that is given as `Type.field`.
fn arguments<'s>(schema: &'s Schema, place: &str) -> Vec<&'s str> {
    let Some((type_name, field)) = place.split_once('.') else {
        return Vec::new();
    };
    let found = match schema.types.get(type_name) {
        Some(ExtendedType::Object(found)) => found.fields.get(field),
        Some(ExtendedType::Interface(found)) => found.fields.get(field),
        _ => None,
    };
    found.map_or_else(Vec::new, |field| {
        field
            .arguments
            .iter()
            .map(|argument| argument.name.as_str())
            .collect()
    })
}

fn inputs<'s>(schema: &'s Schema, type_name: &str) -> Vec<&'s str> {
    match schema.types.get(type_name) {
        Some(ExtendedType::InputObject(found)) => {
            found.fields.keys().map(|name| name.as_str()).collect()
        }
        _ => Vec::new(),
    }
}
