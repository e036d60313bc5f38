//! Writing JSON by hand, where the answer's bytes are made.

pub(crate) use crate::graph::json::{number, scalar, text};

/// A text, or null.
pub(crate) fn optional(value: Option<&str>, out: &mut Vec<u8>) {
    match value {
        Some(value) => text(value, out),
        None => out.extend_from_slice(b"null"),
    }
}

/// Yes or no.
pub(crate) fn boolean(value: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}
