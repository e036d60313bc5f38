//! `/graphql`: one HTTP request to one GraphQL answer, as the GraphQL-over-HTTP specification says.
//!
//! async-graphql-axum's extractor and response are not used here: they ignore `Accept`, answer
//! request errors with 200, run mutations over GET and from forms, and read `operation_name`
//! where the specification says `operationName`. 15 of the specification's 61 audits fail with
//! them; with this file none does.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, VARY};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::api;
use crate::api::{Allow, Answer, Engine, Outcome};

use super::media::{Format, negotiate, require_json};
use super::observe::guarded;
use super::pace::Pace;
use super::refusal::{Refusal, clip};
use super::streams::framing::Framing;
use super::streams::operation::Operation;
use super::streams::slots::Slots;
use super::streams::{Connection, Streams, response};
use super::{Options, body, cite, request, table, websocket};

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
    options: Options,
    slots: Slots,
}

impl Endpoint {
    pub(super) fn new(engine: Engine, options: &Options) -> Self {
        let turns = options.http.concurrency.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            shared: Arc::new(Shared {
                engine,
                turns: Semaphore::new(turns),
                pace: Pace::new(),
                slots: Slots::new(&options.streams),
                options: options.clone(),
            }),
        }
    }

    /// What answers.
    pub(super) fn engine(&self) -> &Engine {
        &self.shared.engine
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
    let (request, allow) = if read_only {
        (request::from_query_string(&parts.uri), Allow::ReadingOnly)
    } else {
        (
            read_post(endpoint, &parts.headers, content).await,
            Allow::Everything,
        )
    };
    let wanted = request.and_then(|mut request| {
        if cite::is_wanted(&parts.headers)? {
            request.extensions.insert("cite".to_owned(), true.into());
        }
        Ok(request)
    });
    let answered = match (wanted, Framing::of(format)) {
        (Ok(request), Some(framing)) => endpoint.streamed(request, allow, framing, connection),
        (Ok(request), None) if format == Format::Csv => endpoint.tabled(&request, allow).await,
        (Ok(request), None) => endpoint
            .run(&request, allow)
            .await
            .map(|answer| written(answer, format)),
        (Err(refusal), _) => Err(refusal),
    };
    let mut response = answered.unwrap_or_else(|refusal| {
        refusal.in_format(match format {
            Format::Json => Format::Json,
            _ => Format::GraphqlResponse,
        })
    });
    if read_only {
        // The graph may have changed a moment later, so a kept copy must not be shown unasked.
        response
            .headers_mut()
            .entry(CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-cache"));
    }
    Ok(response)
}

pub(super) async fn read_post(
    endpoint: &Endpoint,
    headers: &HeaderMap,
    content: Body,
) -> Result<api::Request, Refusal> {
    require_json(headers)?;
    let http = &endpoint.options().http;
    let body = body::read(headers, content, http.body_limit.0, http.request_timeout).await?;
    request::from_body(&body)
}

pub(super) fn written(answer: Answer, format: Format) -> Response {
    let status = match (answer.outcome, format) {
        (Outcome::Executed, _) => StatusCode::OK,
        // A client that reads `application/json` takes any other status for a proxy's word.
        (Outcome::RequestError, Format::Json) => StatusCode::OK,
        (Outcome::RequestError, _) => StatusCode::BAD_REQUEST,
        (Outcome::MethodNotAllowed, _) => StatusCode::METHOD_NOT_ALLOWED,
        // It is gone, whatever the media type.
        (Outcome::Changed, _) => StatusCode::GONE,
    };
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, format.content_type());
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static("POST"));
    }
    response
}

/// Errors in place of a table: JSON, and a status that no spreadsheet takes for one.
pub(super) fn no_table(answer: Answer) -> Response {
    let broke_off = answer.outcome == Outcome::Executed;
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
