//! `/graphql`: one HTTP request to one GraphQL answer, as the GraphQL-over-HTTP specification says.
//!
//! async-graphql-axum's extractor and response are not used here: they ignore `Accept`, answer
//! request errors with 200, run mutations over GET and from forms, and read `operation_name`
//! where the specification says `operationName`. 15 of the specification's 61 audits fail with
//! them; with this file none does.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::api;
use crate::api::Allow;

use super::access::Identity;
use super::answered::{Failed, written};
use super::body::Read;
use super::documents::Resolved;
use super::endpoint::Endpoint;
use super::media::{Format, negotiate, require_json};
use super::refusal::{Refusal, clip};
use super::request::Posted;
use super::room::Held;
use super::streams::framing::Framing;
use super::streams::{Connection, last_event};
use super::{body, cite, etag, request, websocket};

/// The methods of this address.
pub(super) const METHODS: &str = "GET, HEAD, OPTIONS, POST";

/// Where people are sent who open this address in a browser.
///
/// Relative, since a reverse proxy may have cut a prefix off the address.
const EXPLORER: &str = "graphiql/";

/// What we can write, our favourite first.
///
/// The specification's draft wants `application/graphql-response+json` for a client that names no
/// preference, its audits and nearly all such clients still want `application/json`; both are
/// allowed. A client that knows the new type says so. A table, or answers that go on, are for those who ask for them.
const OFFERED: [Format; 5] = [
    Format::Json,
    Format::GraphqlResponse,
    Format::Csv,
    Format::EventStream,
    Format::Multipart,
];

/// What we can write of an answer that is complete.
pub(super) const COMPLETE: [Format; 3] = [Format::Json, Format::GraphqlResponse, Format::Csv];

/// Answers every method of `/graphql`.
pub(super) async fn handle(State(endpoint): State<Endpoint>, http: Request) -> Response {
    let mut response = match answer(&endpoint, http).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    };
    // On everything, the errors too: a cache must know that another client may get another format.
    response
        .headers_mut()
        .append(VARY, HeaderValue::from_name(ACCEPT));
    response
}

async fn answer(endpoint: &Endpoint, http: Request) -> Result<Response, Refusal> {
    endpoint.admit(http.extensions(), http.headers())?;
    if websocket::is_wanted(http.method(), http.headers()) {
        return websocket::upgrade(endpoint, http).await;
    }
    let (parts, content) = http.into_parts();
    let connection = Connection::of(&parts.extensions);
    let read_only = match parts.method {
        Method::POST => false,
        Method::GET | Method::HEAD => true,
        Method::OPTIONS => {
            let allow = [(ALLOW, HeaderValue::from_static(METHODS))];
            return Ok((StatusCode::NO_CONTENT, allow).into_response());
        }
        found => return Err(Refusal::Method { found }),
    };
    let has_pages = endpoint.options().pages.enabled;
    if has_pages && read_only && !request::has_query(&parts.uri) && is_a_person(&parts.headers) {
        return Ok(Redirect::to(EXPLORER).into_response());
    }
    let Some(format) = negotiate(&parts.headers, &OFFERED) else {
        return Err(Refusal::NotAcceptable {
            found: quote_accept(&parts.headers),
        });
    };

    // From here on the client's format is known, and errors are written in it as well; for a table in JSON.
    let answered = if read_only {
        read(endpoint, &parts, format, connection).await
    } else {
        post(endpoint, &parts, content, format, connection).await
    };
    Ok(answered.unwrap_or_else(|refusal| refusal.in_format(format.of_errors())))
}

/// Answers a GET, unless the client has the answer already.
async fn read(
    endpoint: &Endpoint,
    parts: &Parts,
    format: Format,
    connection: Connection,
) -> Result<Response, Refusal> {
    let identity = Identity::of(&parts.extensions)?;
    let asked = request::from_query_string(&parts.uri)?;
    let resolved = resolve(endpoint, &parts.headers, asked, &identity)?;
    if let Some(framing) = Framing::of(format) {
        let request = resolved.request;
        return endpoint.streamed(request, identity, Allow::ReadingOnly, framing, connection);
    }
    // Taken before the operation runs: a change in between makes the tag too old, never too new.
    let tag = endpoint.tag(&resolved.request, format);
    let mut response = if let Some(tag) = &tag
        && etag::has_copy(&parts.headers, tag)
    {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        one(endpoint, resolved, Allow::ReadingOnly, format).await?
    };
    let max_age = endpoint.options().http.max_age.as_secs();
    let good = matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED)
        && response.extensions().get::<Failed>().is_none();
    let kept = match tag.filter(|_| good) {
        Some(tag) => {
            response.headers_mut().insert(ETAG, tag);
            max_age > 0
        }
        None => false,
    };
    let caching = if kept {
        HeaderValue::from_str(&format!("public, max-age={max_age}")).ok()
    } else {
        None
    };
    // The graph may have changed a moment later, so a kept copy must not be shown unasked.
    let caching = caching.unwrap_or(HeaderValue::from_static("no-cache"));
    response.headers_mut().insert(CACHE_CONTROL, caching);
    Ok(response)
}

/// Answers a POST: one request, or a batch where those are taken.
async fn post(
    endpoint: &Endpoint,
    parts: &Parts,
    content: Body,
    format: Format,
    connection: Connection,
) -> Result<Response, Refusal> {
    let (headers, identity) = (&parts.headers, Identity::of(&parts.extensions)?);
    let framing = Framing::of(format);
    let batch = endpoint.options().http.batch;
    let (posted, _held) = posted(endpoint, headers, content, batch).await?;
    let asked = match posted {
        Posted::One(asked) => {
            let resolved = resolve(endpoint, headers, asked, &identity)?;
            if let Some(framing) = framing {
                let request = resolved.request;
                return endpoint.streamed(
                    request,
                    identity,
                    Allow::Everything,
                    framing,
                    connection,
                );
            }
            return one(endpoint, resolved, Allow::Everything, format).await;
        }
        Posted::Batch(asked) => asked,
    };
    if format == Format::Csv || framing.is_some() {
        return Err(Refusal::BatchInOther);
    }
    let mut body = Vec::new();
    for asked in asked {
        body.push(if body.is_empty() { b'[' } else { b',' });
        let answer = match resolve(endpoint, headers, asked, &identity) {
            Ok(resolved) => endpoint.answer(resolved, Allow::Everything).await,
            Err(refusal) => Err(refusal),
        };
        match answer {
            Ok(answer) => body.extend_from_slice(&answer.body),
            Err(refusal) => body.extend_from_slice(refusal.body().as_bytes()),
        }
    }
    body.push(b']');
    let content_type = [(CONTENT_TYPE, format.content_type())];
    Ok((content_type, body).into_response())
}

/// Answers one request.
async fn one(
    endpoint: &Endpoint,
    resolved: Resolved,
    allow: Allow,
    format: Format,
) -> Result<Response, Refusal> {
    match format {
        Format::Csv => endpoint.tabled(&resolved.request, allow).await,
        _ => Ok(written(endpoint.answer(resolved, allow).await?, format)),
    }
}

/// The request that a client means, with its document and what its headers ask for.
fn resolve(
    endpoint: &Endpoint,
    headers: &HeaderMap,
    asked: request::Asked,
    identity: &Identity,
) -> Result<Resolved, Refusal> {
    let mut resolved = endpoint.resolve(asked, identity)?;
    if cite::is_wanted(headers)? {
        let extensions = &mut resolved.request.extensions;
        extensions.insert("cite".to_owned(), true.into());
    }
    resolved.request.last_event = last_event(headers)?;
    Ok(resolved)
}

/// Reads the one request of a POST, and what room it takes.
pub(super) async fn read_post(
    endpoint: &Endpoint,
    parts: &Parts,
    content: Body,
) -> Result<(api::Request, Held), Refusal> {
    let identity = Identity::of(&parts.extensions)?;
    match posted(endpoint, &parts.headers, content, 0).await? {
        (Posted::One(asked), held) => Ok((endpoint.resolve(asked, &identity)?.request, held)),
        (Posted::Batch(_), _) => Err(Refusal::Batch),
    }
}

async fn posted(
    endpoint: &Endpoint,
    headers: &HeaderMap,
    content: Body,
    batch: usize,
) -> Result<(Posted, Held), Refusal> {
    require_json(headers)?;
    let http = &endpoint.options().http;
    let (limit, patience) = (http.body_limit.0, http.request_timeout);
    let Read { bytes, held } =
        body::read(headers, content, limit, patience, endpoint.room()).await?;
    Ok((request::from_body(&bytes, batch)?, held))
}

fn is_a_person(headers: &HeaderMap) -> bool {
    let [first, second, _] = COMPLETE;
    negotiate(headers, &[first, second, Format::Html]) == Some(Format::Html)
}

pub(super) fn quote_accept(headers: &HeaderMap) -> String {
    let values: Vec<_> = headers
        .get_all(ACCEPT)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    clip(&values.join(", "))
}
