//! `/cite`: answers that are cited, kept in the record and shown again.

use axum::extract::{Path, Request, State};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, LOCATION, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::access::Identity;
use super::answered::{no_table, written};
use super::endpoint::Endpoint;
use super::graphql::{COMPLETE, quote_accept, read_post};
use super::media::{Format, negotiate};
use super::refusal::{Refusal, clip};
use super::table;

/// The header with which a request asks for its answer's citation.
const HEADER: &str = "onrecord-cite";

/// Whether the header asks for the citation.
///
/// # Errors
/// When it says anything but that.
pub(super) fn is_wanted(headers: &HeaderMap) -> Result<bool, Refusal> {
    match headers.get(HEADER) {
        None => Ok(false),
        Some(value) if value == "1" => Ok(true),
        Some(other) => Err(Refusal::CiteHeader {
            found: clip(&String::from_utf8_lossy(other.as_bytes())),
        }),
    }
}

/// Keeps a citation: `POST /cite` with the request that is to be cited.
pub(super) async fn keep(State(endpoint): State<Endpoint>, http: Request) -> Response {
    kept(&endpoint, http)
        .await
        .unwrap_or_else(IntoResponse::into_response)
}

async fn kept(endpoint: &Endpoint, http: Request) -> Result<Response, Refusal> {
    if http.method() != Method::POST {
        return Err(Refusal::MethodOfCite {
            found: http.method().clone(),
        });
    }
    endpoint.admit(http.extensions(), http.headers())?;
    if !endpoint.engine().keeps_citations() {
        return Err(Refusal::CitationsOff);
    }
    let (parts, content) = http.into_parts();
    let (request, _held) = read_post(endpoint, &parts, content).await?;
    let job = || endpoint.engine().cite(&request);
    let stored = match endpoint.turn(&request.query, job).await? {
        Ok(stored) => stored,
        Err(answer) => return Ok(no_table(answer)),
    };
    let url = format!("/cite/{}", stored.hash);
    let kept = if stored.persistent {
        "The citation is in the record's log and outlives this server."
    } else {
        "The citation is in the record's log, which is kept in memory: it lasts as long as this server runs."
    };
    let body = json!({
        "url": url,
        "citation": stored.citation,
        "persistent": stored.persistent,
        "kept": kept,
    });
    let status = if stored.is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let mut response = (status, body.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, Format::Json.content_type());
    if let Ok(location) = HeaderValue::from_str(&url) {
        headers.insert(LOCATION, location);
    }
    Ok(response)
}

/// Shows what was cited: `GET /cite/HASH`.
pub(super) async fn show(
    State(endpoint): State<Endpoint>,
    Path(hash): Path<String>,
    http: Request,
) -> Response {
    let (parts, _) = http.into_parts();
    let mut response = shown(&endpoint, &hash, &parts)
        .await
        .unwrap_or_else(IntoResponse::into_response);
    response
        .headers_mut()
        .append(VARY, HeaderValue::from_name(ACCEPT));
    response
}

async fn shown(endpoint: &Endpoint, hash: &str, http: &Parts) -> Result<Response, Refusal> {
    let headers = &http.headers;
    endpoint.admit(&http.extensions, headers)?;
    let Some(format) = negotiate(headers, &COMPLETE) else {
        return Err(Refusal::NotAcceptable {
            found: quote_accept(headers),
        });
    };
    let Identity { caller, .. } = Identity::of(&http.extensions)?;
    let missing = || Refusal::NoCitation { hash: clip(hash) };
    let engine = endpoint.engine();
    let mut response = if format == Format::Csv {
        let job = || {
            Some(match engine.cited_table(hash, &caller)? {
                Ok(table) => table::response(&table),
                Err(answer) => Ok(no_table(answer)),
            })
        };
        let tabled = endpoint.turn(hash, job).await?.ok_or_else(missing)?;
        tabled.map_err(|error| Refusal::internal(&error, "a table could not be written"))?
    } else {
        let job = || engine.cited(hash, &caller);
        let answer = endpoint.turn(hash, job).await?.ok_or_else(missing)?;
        written(answer, format)
    };
    if response.status() == StatusCode::OK {
        // It never changes.
        response.headers_mut().insert(
            CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        );
    }
    Ok(response)
}
