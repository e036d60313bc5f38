//! Citations of answers: what was asked, and of which version of the record.

use serde_json::{Map, Value, json};

use crate::api::engine::Request;
use crate::api::error::RequestError;
use crate::graph::Version;
use crate::model::access::Caller;
use crate::model::citation::{Citation, hash_of};

/// The name under which a request asks for its citation, in its extensions.
pub(crate) const CITE: &str = "cite";

/// Of which version a citation is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The last that changed a fact.
    Current,
    /// This one.
    Version(Version),
}

/// Whether a request asks for its citation.
///
/// # Errors
/// What was found and what was expected.
pub(crate) fn wanted(extensions: &Map<String, Value>) -> Result<Option<Wanted>, RequestError> {
    let refuse = |found: &Value| {
        Err(RequestError::input(format!(
            "extensions.{CITE} is {found}: expected true, false or {{ \"version\": … }} with a number of the record's versions"
        )))
    };
    let Some(value) = extensions.get(CITE) else {
        return Ok(None);
    };
    match value {
        Value::Null | Value::Bool(false) => Ok(None),
        Value::Bool(true) => Ok(Some(Wanted::Current)),
        Value::Object(fields) if fields.len() == 1 => {
            let version = match fields.get("version") {
                // As `graph { version }` and the citation itself have it, or as a number.
                Some(Value::String(text)) => text.parse().ok(),
                Some(Value::Number(number)) => {
                    number.as_u64().and_then(|number| number.try_into().ok())
                }
                _ => None,
            };
            version.map_or_else(
                || refuse(value),
                |version| Ok(Some(Wanted::Version(version))),
            )
        }
        other => refuse(other),
    }
}

/// The citation of an answer with this data.
pub(crate) fn of(request: &Request, (version, head): (Version, String), data: &[u8]) -> Citation {
    Citation {
        version,
        head,
        audience: request.audience().name().to_owned(),
        operation: request.query.clone(),
        operation_name: request.operation_name.clone(),
        variables: Value::Object(request.variables.clone()).to_string(),
        answer: hash_of(data),
    }
}

/// A citation as clients see it.
pub(crate) fn shown(citation: &Citation) -> Value {
    json!({
        "hash": citation.hash(),
        "version": citation.version.to_string(),
        "head": citation.head,
        "audience": citation.audience,
        "operation": hash_of(citation.operation.as_bytes()),
        "operationName": citation.operation_name,
        "variables": hash_of(citation.variables.as_bytes()),
        "answer": citation.answer,
    })
}

/// The request that a citation keeps, asking for the same version again.
///
/// # Errors
/// When its variables cannot be read, which the log does not let happen.
pub(crate) fn request(citation: &Citation, caller: Caller) -> Result<Request, serde_json::Error> {
    let version = json!({ "version": citation.version.to_string() });
    Ok(Request {
        query: citation.operation.clone(),
        operation_name: citation.operation_name.clone(),
        variables: serde_json::from_str(&citation.variables)?,
        extensions: Map::from_iter([(CITE.to_owned(), version)]),
        caller,
        ..Request::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_understood_asks_for_a_citation() {
        let asked = |value: Value| wanted(&Map::from_iter([("cite".to_owned(), value)]));
        assert_eq!(wanted(&Map::new()), Ok(None));
        assert_eq!(asked(json!(null)), Ok(None));
        assert_eq!(asked(json!(false)), Ok(None));
        assert_eq!(asked(json!(true)), Ok(Some(Wanted::Current)));
        for version in [json!(7), json!("7")] {
            let asked = asked(json!({ "version": version }));
            assert_eq!(asked, Ok(Some(Wanted::Version(7))));
        }
        for wrong in [
            json!("yes"),
            json!(1),
            json!([]),
            json!({}),
            json!({ "version": -1 }),
            json!({ "version": 1.5 }),
            json!({ "version": "1", "date": "2022" }),
            json!({ "versions": 1 }),
        ] {
            let error = asked(wrong.clone()).unwrap_err();
            assert!(error.message.contains(&wrong.to_string()), "{error}");
        }
    }
}
