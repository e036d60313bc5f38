//! `/schema.graphql`: the generated API schema, for code generators, linters and people.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::etag;
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
        Self {
            text: sdl.map(|sdl| Bytes::copy_from_slice(sdl.as_bytes())),
            etag: etag::tag(false, "", &blake3::hash(sdl.unwrap_or_default().as_bytes())),
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
    if etag::has_copy(&headers, &file.etag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    // Not `application/graphql`: browsers would save the file instead of showing it.
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    (common, [(CONTENT_TYPE, kind)], text).into_response()
}
