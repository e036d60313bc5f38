//! Values as JSON, as they stand in answers.

use crate::model::value::Value;

/// A scalar as JSON; `false` for values that are objects in the API.
pub(crate) fn scalar(value: &Value, out: &mut Vec<u8>) -> bool {
    match value {
        Value::Text(found) | Value::Url(found) | Value::Enum(found) => text(found, out),
        Value::Int(found) => out.extend_from_slice(found.to_string().as_bytes()),
        // Clients read numbers as doubles: what can pass 2^53 travels as a text.
        Value::BigInt(found) => text(&found.to_string(), out),
        Value::Float(found) => number(*found, out),
        Value::Boolean(yes) => out.extend_from_slice(if *yes { b"true" } else { b"false" }),
        Value::DateTime(moment) => text(&moment.to_string(), out),
        Value::Date(_) | Value::LocalizedText(_) | Value::Quantity(_) | Value::Entity(_) => {
            return false;
        }
    }
    true
}

/// A text as a JSON string.
pub(crate) fn text(value: &str, out: &mut Vec<u8>) {
    // Writing a string into memory cannot fail.
    let _written = serde_json::to_writer(&mut *out, value);
}

/// A finite number as JSON; whole numbers without a fraction, as JavaScript writes them.
pub(crate) fn number(value: f64, out: &mut Vec<u8>) {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "guarded: below 2^53 every whole double is an i64"
    )]
    if value.fract() == 0.0 && value.abs() < 9e15 {
        out.extend_from_slice((value as i64).to_string().as_bytes());
    } else {
        let _written = serde_json::to_writer(&mut *out, &value);
    }
}
