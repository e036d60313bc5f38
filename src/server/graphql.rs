//! `/graphql`: one HTTP request to one GraphQL answer, as the GraphQL-over-HTTP specification says.
//!
//! async-graphql-axum's extractor and response are not used here: they ignore `Accept`, answer
//! request errors with 200, run mutations over GET and from forms, and read `operation_name`
//! where the specification says `operationName`. 15 of the specification's 61 audits fail with
//! them; with this file none does.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, VARY};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::api;
use crate::api::{Allow, Answer, Engine, Outcome};

use super::documents::{Documents, Resolved};
use super::media::{Format, negotiate, require_json};
use super::observe::guarded;
use super::pace::Pace;
use super::rate::Rates;
use super::refusal::{Refusal, clip};
use super::request::{Asked, Posted};
use super::streams::framing::Framing;
use super::streams::operation::Operation;
use super::streams::slots::Slots;
use super::streams::{Connection, Streams, response};
use super::{Options, body, cite, etag, request, table, websocket};

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

/// What the address needs to answer. Cheap to clone.
#[derive(Clone)]
pub(super) struct Endpoint {
    shared: Arc<Shared>,
}

struct Shared {
    engine: Engine,
    turns: Semaphore,
    pace: Pace,
    rates: Option<Rates>,
    options: Options,
    slots: Slots,
    documents: Documents,
    /// Of the schema and the program, which both shape an answer.
    program: blake3::Hash,
}

impl Endpoint {
    pub(super) fn new(engine: Engine, options: &Options) -> Self {
        let mut program = blake3::Hasher::new();
        program.update(env!("CARGO_PKG_VERSION").as_bytes());
        program.update(engine.sdl().as_bytes());
        let turns = options.http.concurrency.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            shared: Arc::new(Shared {
                engine,
                turns: Semaphore::new(turns),
                pace: Pace::new(),
                slots: Slots::new(&options.streams),
                rates: Rates::new(&options.rate),
                options: options.clone(),
                documents: Documents::new(&options.documents, options.trusted.clone()),
                program: program.finalize(),
            }),
        }
    }

    /// What answers.
    pub(super) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    /// Lets a request in, unless its client has sent too many.
    pub(super) fn admit(
        &self,
        extensions: &Extensions,
        headers: &HeaderMap,
    ) -> Result<(), Refusal> {
        match &self.shared.rates {
            Some(rates) => rates.admit(extensions, headers),
            None => Ok(()),
        }
    }

    /// Who is to be asked for by [`Endpoint::admit_one_of`], for all that comes over one connection.
    pub(super) fn client(&self, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
        self.shared.rates.as_ref()?.client(extensions, headers)
    }

    /// Lets one more operation of a client in, unless it has sent too many.
    pub(super) fn admit_one_of(&self, client: Option<IpAddr>) -> Result<(), Refusal> {
        match (&self.shared.rates, client) {
            (Some(rates), Some(client)) => rates.admit_one_of(client),
            _ => Ok(()),
        }
    }

    /// How the server is set up.
    pub(super) fn options(&self) -> &Options {
        &self.shared.options
    }

    /// The limits of connections that stay.
    pub(super) fn streams(&self) -> &Streams {
        &self.shared.options.streams
    }

    /// How many of them there may be.
    pub(super) fn slots(&self) -> &Slots {
        &self.shared.slots
    }

    /// The request that a client means, with its document.
    pub(super) fn resolve(&self, asked: Asked) -> Result<api::Request, Refusal> {
        Ok(self.shared.documents.resolve(asked)?.request)
    }

    /// Runs one operation when its turn has come.
    pub(super) async fn run(
        &self,
        request: &api::Request,
        allow: Allow,
    ) -> Result<Answer, Refusal> {
        self.turn(&request.query, || {
            self.shared.engine.execute(request, allow)
        })
        .await
    }

    /// Answers a request, and keeps its document where the client wants to name it from now on.
    async fn answer(&self, resolved: Resolved, allow: Allow) -> Result<Answer, Refusal> {
        let Resolved { request, keep_as } = resolved;
        let answer = self.run(&request, allow).await?;
        if let Some(hash) = keep_as
            && answer.outcome == Outcome::Executed
        {
            self.shared.documents.keep(hash, &request.query);
        }
        Ok(answer)
    }

    /// The tag of a request's answer, which is the same as long as nothing changes in the record. `None` while that
    /// cannot be told.
    fn tag(&self, request: &api::Request, format: Format) -> Option<HeaderValue> {
        let (version, head) = self.shared.engine.head()?;
        let mut digest = blake3::Hasher::new();
        digest.update(self.shared.program.as_bytes());
        let mut part = |text: &str| {
            digest.update(&(text.len() as u64).to_le_bytes());
            digest.update(text.as_bytes());
        };
        part(&head);
        part(&request.query);
        part(request.operation_name.as_deref().unwrap_or_default());
        for values in [&request.variables, &request.extensions] {
            part(&serde_json::to_string(values).ok()?);
        }
        digest.update(&[format as u8]);
        // Weak, since it may be sent compressed in several ways.
        let label = format!("{version}-");
        Some(etag::tag(true, &label, &digest.finalize()))
    }

    /// Runs one operation when its turn has come, and writes the one list that it asks for as a table.
    async fn tabled(&self, request: &api::Request, allow: Allow) -> Result<Response, Refusal> {
        let job = || match self.shared.engine.table(request, allow) {
            Ok(table) => table::response(&table),
            Err(answer) => Ok(no_table(answer)),
        };
        let tabled = self.turn(&request.query, job).await?;
        tabled.map_err(|error| Refusal::internal(&error, "a table could not be written"))
    }

    /// Runs one operation whose answers go on.
    fn streamed(
        &self,
        request: api::Request,
        allow: Allow,
        framing: Framing,
        connection: Connection,
    ) -> Result<Response, Refusal> {
        let slot = self.shared.slots.take(connection.address)?;
        let operation = Operation::new(self.clone(), request, allow, connection.stopping);
        let keep_alive = self.streams().beat();
        Ok(response::response(operation, framing, keep_alive, slot))
    }

    /// Does a job for an operation when its turn has come.
    pub(super) async fn turn<T>(
        &self,
        document: &str,
        job: impl FnOnce() -> T,
    ) -> Result<T, Refusal> {
        let Shared {
            turns,
            pace,
            options,
            ..
        } = &*self.shared;
        let limit = options.http.request_timeout;
        // Mostly it is free, and then no clock has to be set.
        let turn = match turns.try_acquire() {
            Ok(turn) => Ok(Ok(turn)),
            Err(_) => timeout(limit, turns.acquire()).await,
        };
        // The semaphore is never closed, so the only failure is that it took too long.
        let Ok(Ok(_turn)) = turn else {
            return Err(Refusal::Busy { limit });
        };
        pace.run(document, || guarded(job))
    }
}

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
        post(endpoint, &parts.headers, content, format, connection).await
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
    let asked = request::from_query_string(&parts.uri)?;
    let resolved = resolve(endpoint, &parts.headers, asked)?;
    if let Some(framing) = Framing::of(format) {
        return endpoint.streamed(resolved.request, Allow::ReadingOnly, framing, connection);
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
    headers: &HeaderMap,
    content: Body,
    format: Format,
    connection: Connection,
) -> Result<Response, Refusal> {
    let framing = Framing::of(format);
    let asked = match posted(endpoint, headers, content, endpoint.options().http.batch).await? {
        Posted::One(asked) => {
            let resolved = resolve(endpoint, headers, asked)?;
            if let Some(framing) = framing {
                let request = resolved.request;
                return endpoint.streamed(request, Allow::Everything, framing, connection);
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
        let answer = match resolve(endpoint, headers, asked) {
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
fn resolve(endpoint: &Endpoint, headers: &HeaderMap, asked: Asked) -> Result<Resolved, Refusal> {
    let mut resolved = endpoint.shared.documents.resolve(asked)?;
    if cite::is_wanted(headers)? {
        let extensions = &mut resolved.request.extensions;
        extensions.insert("cite".to_owned(), true.into());
    }
    Ok(resolved)
}

/// Reads the one request of a POST.
pub(super) async fn read_post(
    endpoint: &Endpoint,
    headers: &HeaderMap,
    content: Body,
) -> Result<api::Request, Refusal> {
    match posted(endpoint, headers, content, 0).await? {
        Posted::One(asked) => endpoint.resolve(asked),
        Posted::Batch(_) => Err(Refusal::Batch),
    }
}

async fn posted(
    endpoint: &Endpoint,
    headers: &HeaderMap,
    content: Body,
    batch: usize,
) -> Result<Posted, Refusal> {
    require_json(headers)?;
    let http = &endpoint.options().http;
    let body = body::read(headers, content, http.body_limit.0, http.request_timeout).await?;
    request::from_body(&body, batch)
}

/// Marks a response that has errors although its status is good.
#[derive(Debug, Clone, Copy)]
struct Failed;

pub(super) fn written(answer: Answer, format: Format) -> Response {
    let status = match (answer.outcome, format) {
        (Outcome::Executed | Outcome::Failed, _) => StatusCode::OK,
        // A client that reads `application/json` takes any other status for a proxy's word.
        (Outcome::RequestError, Format::Json) => StatusCode::OK,
        (Outcome::RequestError, _) => StatusCode::BAD_REQUEST,
        (Outcome::MethodNotAllowed, _) => StatusCode::METHOD_NOT_ALLOWED,
        // It is gone, whatever the media type.
        (Outcome::Changed, _) => StatusCode::GONE,
    };
    let mut response = (status, answer.body).into_response();
    if answer.outcome != Outcome::Executed {
        response.extensions_mut().insert(Failed);
    }
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, format.content_type());
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static("POST"));
    }
    response
}

/// Errors in place of a table: JSON, and a status that no spreadsheet takes for one.
pub(super) fn no_table(answer: Answer) -> Response {
    let broke_off = answer.outcome == Outcome::Failed;
    let mut response = written(answer, Format::GraphqlResponse);
    if broke_off {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
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
