//! `/feeds/…`: what changes on record, for news readers.
//!
//! | file | holds |
//! | --- | --- |
//! | `atom` | a feed as Atom (RFC 4287) |
//! | `address` | what an address asks for, and the addresses in a feed |

mod address;
mod atom;

use axum::extract::{Path, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::model::date::Timestamp;

use super::access::Identity;
use super::answered::no_table;
use super::endpoint::Endpoint;
use super::etag;
use super::refusal::{Refusal, clip};

use address::Address;

/// Shows a feed: `GET /feeds/entity/ID.atom`, `/feeds/search.atom?text=…`, `/feeds/ledger.atom`.
pub(super) async fn show(
    State(endpoint): State<Endpoint>,
    Path(path): Path<String>,
    http: Request,
) -> Response {
    let (parts, _) = http.into_parts();
    shown(&endpoint, &path, &parts)
        .await
        .unwrap_or_else(IntoResponse::into_response)
}

async fn shown(endpoint: &Endpoint, path: &str, http: &Parts) -> Result<Response, Refusal> {
    endpoint.admit(&http.extensions, &http.headers)?;
    let Identity { caller, .. } = Identity::of(&http.extensions)?;
    let address = Address::read(path, http)?;
    let missing = || Refusal::NoFeed { found: clip(path) };
    let job = || endpoint.engine().feed(&address.of, &address.page, &caller);
    let feed = match endpoint.turn(path, job).await? {
        Ok(feed) => feed.ok_or_else(missing)?,
        Err(answer) => return Ok(no_table(answer)),
    };
    let base = address::base(http, endpoint.options());
    let written = atom::written(&feed, &address, &base)
        .map_err(|error| Refusal::internal(&error, "a feed could not be written"))?;
    let tag = etag::tag(true, "feed-", &blake3::hash(&written));
    let mut response = match has_copy(&http.headers, &tag, feed.updated) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => {
            let kind = HeaderValue::from_static("application/atom+xml; charset=utf-8");
            ([(CONTENT_TYPE, kind)], written).into_response()
        }
    };
    let headers = response.headers_mut();
    headers.insert(ETAG, tag);
    if let Some(modified) = feed.updated.and_then(http_date) {
        headers.insert(LAST_MODIFIED, modified);
    }
    // What others may see is asked for each time; a copy is good as long as nothing changed.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// Whether a client has a feed already. As HTTP says, a date counts only where no tag is given.
fn has_copy(headers: &HeaderMap, tag: &HeaderValue, updated: Option<Timestamp>) -> bool {
    if headers.contains_key(IF_NONE_MATCH) {
        return etag::has_copy(headers, tag);
    }
    let since = headers.get(IF_MODIFIED_SINCE);
    let since = since.and_then(|value| httpdate::parse_http_date(value.to_str().ok()?).ok());
    match (since, updated.and_then(system_time)) {
        (Some(since), Some(updated)) => updated <= since,
        _ => false,
    }
}

/// The moment in whole seconds, as HTTP tells it.
fn system_time(moment: Timestamp) -> Option<std::time::SystemTime> {
    let seconds = u64::try_from(moment.microseconds() / 1_000_000).ok()?;
    std::time::UNIX_EPOCH.checked_add(std::time::Duration::from_secs(seconds))
}

fn http_date(moment: Timestamp) -> Option<HeaderValue> {
    let date = httpdate::HttpDate::from(system_time(moment)?);
    HeaderValue::from_str(&date.to_string()).ok()
}
