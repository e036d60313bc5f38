//! `/schema.graphql`: the generated API schema, for code generators, linters and people.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::refusal::Refusal;

/// The printed schema and the tag that names exactly these bytes.
#[derive(Clone)]
pub(super) struct SchemaFile {
    /// None where clients may not see it.
    text: Option<Bytes>,
    etag: HeaderValue,
}

impl SchemaFile {
    pub(super) fn new(sdl: Option<&str>) -> Self {
        let digest = blake3::hash(sdl.unwrap_or_default().as_bytes()).to_hex();
        let etag = format!("\"{}\"", &digest[..32]);
        Self {
            text: sdl.map(|sdl| Bytes::copy_from_slice(sdl.as_bytes())),
            // Hexadecimal digits between quotes are a valid header value; were they not, a tag
            // that matches nothing only costs the client a second download.
            etag: HeaderValue::from_str(&etag).unwrap_or(HeaderValue::from_static("\"\"")),
        }
    }
}

pub(super) async fn handle(State(file): State<SchemaFile>, headers: HeaderMap) -> Response {
    let Some(text) = file.text else {
        return Refusal::SchemaHidden.into_response();
    };
    let common = [
        (ETAG, file.etag.clone()),
        // Keep a copy, but ask each time whether it is still the schema.
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    if has_copy(&headers, &file.etag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    // Not `application/graphql`: browsers would save the file instead of showing it.
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    (common, [(CONTENT_TYPE, kind)], text).into_response()
}

/// Whether `If-None-Match` names this tag; the comparison is the weak one, as HTTP asks.
fn has_copy(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| {
            tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == etag.as_bytes()
        })
}
