//! The token that a request bears.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use serde_json::{Map, Value};

use super::super::refusal::Refusal;

/// The longest token that is read: those of issuers can be large, and headers end somewhere.
const LONGEST: usize = 16 * 1024;

/// The token of a request; `None` where it does not say who sends it.
///
/// # Errors
/// When it says so in a way that cannot be read: it is not taken for nobody's.
pub(in crate::server) fn of_headers(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut lines = headers.get_all(AUTHORIZATION).iter();
    let Some(line) = lines.next() else {
        return Ok(None);
    };
    if lines.next().is_some() {
        return Err(Refusal::token(
            "the header `authorization` is there more than once, expected it once",
        ));
    }
    let line = line.to_str().map_err(|_| {
        Refusal::token("`authorization` holds other characters than those of a token")
    })?;
    of_line(line).map(Some)
}

/// The token in what a WebSocket's client says first: browsers cannot set headers there.
///
/// # Errors
/// As of [`of_headers`].
pub(in crate::server) fn of_payload(payload: &Map<String, Value>) -> Result<Option<&str>, Refusal> {
    let mut said = payload
        .iter()
        .filter(|(name, value)| name.eq_ignore_ascii_case("authorization") && !value.is_null());
    let Some((_, value)) = said.next() else {
        return Ok(None);
    };
    if said.next().is_some() {
        return Err(Refusal::token(
            "`authorization` is there more than once, expected it once",
        ));
    }
    match value {
        Value::String(line) => of_line(line).map(Some),
        _ => Err(Refusal::token(
            "`authorization` is no text, expected `Bearer TOKEN`",
        )),
    }
}

/// The token of `Bearer TOKEN`.
fn of_line(line: &str) -> Result<&str, Refusal> {
    let (scheme, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        // What was sent may be a secret, whatever it is.
        return Err(Refusal::token(
            "expected `Bearer TOKEN` in `authorization`, found another scheme",
        ));
    }
    let token = rest.trim_start_matches(' ');
    if token.is_empty() {
        return Err(Refusal::token(
            "expected `Bearer TOKEN` in `authorization`, found no token",
        ));
    }
    if !is_token(token) {
        return Err(Refusal::token(
            "`authorization` holds other characters than those of a token",
        ));
    }
    Ok(token)
}

/// Whether a text can be a token: `b64token` of RFC 6750.
pub(super) fn is_token(text: &str) -> bool {
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(is_of_token)
}

#[cfg(test)]
mod tests {
    use super::*;

    use axum::http::HeaderValue;
    use serde_json::json;

    fn sent(lines: &[&'static [u8]]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(line).unwrap());
        }
        match of_headers(&headers) {
            Ok(token) => format!("{token:?}"),
            Err(refusal) => refusal.to_string(),
        }
    }

    #[test]
    fn a_token_is_read_and_whatever_else_stands_there_is_refused() {
        for (lines, expected) in [
            (&[][..], "None"),
            (&[&b"Bearer abc.DEF-1_~+/="[..]], "Some(\"abc.DEF-1_~+/=\")"),
            (&[b"bearer   abc"], "Some(\"abc\")"),
            (&[b"Bearer"], "found no token"),
            (&[b"Bearer "], "found no token"),
            (&[b"Bearer a b"], "other characters"),
            (&[b"Bearer a, Bearer b"], "other characters"),
            (&[b"Basic dXNlcjpzZWNyZXQ="], "scheme"),
            (&[b"abc"], "scheme"),
            (&[b""], "scheme"),
            (&[b"Bearer \xe9"], "other characters"),
            (&[b"Bearer a", b"Bearer a"], "more than once"),
        ] {
            let found = sent(lines);
            assert!(found.contains(expected), "{lines:?}: {found}");
            assert!(!found.contains("dXNl"), "a secret is not repeated: {found}");
        }
        let long = format!("Bearer {}", "a".repeat(LONGEST + 1));
        assert!(of_line(&long).is_err());
    }

    #[test]
    fn a_websocket_may_say_it_in_its_first_message() {
        let said = |payload: Value| {
            let Value::Object(payload) = payload else {
                panic!("an object")
            };
            match of_payload(&payload) {
                Ok(token) => format!("{token:?}"),
                Err(refusal) => refusal.to_string(),
            }
        };
        for (payload, expected) in [
            (json!({}), "None"),
            (json!({ "authorization": null }), "None"),
            (json!({ "authorization": "Bearer a" }), "Some(\"a\")"),
            (json!({ "Authorization": "Bearer a" }), "Some(\"a\")"),
            (json!({ "authorization": 7 }), "no text"),
            (json!({ "authorization": "a" }), "scheme"),
            (
                json!({ "authorization": "Bearer a", "Authorization": "Bearer b" }),
                "more than once",
            ),
        ] {
            let found = said(payload.clone());
            assert!(found.contains(expected), "{payload}: {found}");
        }
    }
}
