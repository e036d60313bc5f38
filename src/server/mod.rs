//! HTTP, and only HTTP: the routes, their limits, and how the server starts and stops.
//!
//! [`App`] is the whole service, without a socket; [`serve`] puts it on one.
//!
//! | file | holds |
//! | --- | --- |
//! | `access` | who sends a request, and whether they may come in |
//! | `metrics` | what Prometheus reads |
//! | `observe` | what is seen of every request: its id, its line in the log, its panic |
//! | `graphql` | `/graphql`: one HTTP request to one GraphQL answer |
//! | `endpoint` | what answers operations, however they come in |
//! | `answered` | how an answer is sent over HTTP |
//! | `request` | a body or a query string becomes a GraphQL request |
//! | `media` | which media types a client sends and accepts |
//! | `pace` | where an operation runs, so that a long one holds nobody up |
//! | `body` | reading a request's body within a size and a time |
//! | `cite` | `/cite`: answers that are cited |
//! | `compression` | which answers are compressed, and how |
//! | `documents` | documents that clients name instead of sending them |
//! | `feeds` | `/feeds/…`: what changes, for news readers |
//! | `etag` | whether a client's copy of an answer is still good |
//! | `origins` | which other sites may read answers |
//! | `rate` | how many requests a second one client may send |
//! | `refusal` | every error the HTTP layer answers with, its status and its code |
//! | `patient` | a connection whose client has to take what is written to it |
//! | `room` | room for what comes in, in bytes |
//! | `schema_file` | `/schema.graphql` |
//! | `serve` | accepting connections, and stopping without losing a request |
//! | `tls` | TLS |
//! | `traces` | operations as spans of OpenTelemetry |
//! | `table` | one list of an answer as CSV |
//! | `streams` | operations with any number of answers: server-sent events, multipart answers |
//! | `websocket` | several such operations over one connection |
//! | `pages` | the pages for people |

mod access;
mod answered;
mod body;
mod cite;
mod compression;
mod documents;
mod embargoes;
mod endpoint;
mod etag;
mod feeds;
mod graphql;
mod media;
mod metrics;
mod observe;
mod origins;
mod pace;
mod pages;
mod patient;
mod rate;
mod refusal;
mod request;
mod room;
mod schema_file;
mod serve;
mod streams;
pub(crate) mod table;
mod tls;
mod traces;
mod websocket;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use tokio_rustls::TlsAcceptor;

pub use access::{Access, Anonymous};
pub use documents::{DocumentOptions, Trusted, sha256};
pub use embargoes::lift_embargoes;
pub use metrics::Metrics;
pub use observe::{log_panics, with_request_id};
pub use origins::Origins;
pub use rate::Rate;
pub use serve::serve;
pub use streams::Streams;
pub use tls::Tls;
pub use traces::{Traces, Tracing};

use crate::api::Engine;
use crate::settings::{Section, Size, settings, words};
use crate::store::Tokens;

use access::{Callers, Identifying};
use metrics::HttpCounts;
use observe::Observing;
use refusal::Refusal;

/// How the server is set up, section by section.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Connections and requests.
    pub http: Http,
    /// Connections that stay.
    pub streams: Streams,
    /// The pages for people.
    pub pages: Pages,
    /// What is written of requests.
    pub log: Log,
    /// What Prometheus reads.
    pub metrics: Metrics,
    /// Documents that clients name.
    pub documents: DocumentOptions,
    /// The trusted ones by name, as they were read.
    pub trusted: Trusted,
    /// Traces of operations.
    pub traces: Traces,
    /// Who may read and who may change the record.
    pub access: Access,
    /// The API tokens of the record, where it is kept in a folder.
    pub tokens: Option<Arc<Tokens>>,
    /// How many requests one client may send.
    pub rate: Rate,
    /// TLS.
    pub tls: Tls,
}

impl Options {
    /// The sections, in the order in which they are shown.
    pub(crate) fn sections(&mut self) -> Vec<&mut dyn Section> {
        vec![
            &mut self.http,
            &mut self.documents,
            &mut self.streams,
            &mut self.pages,
            &mut self.log,
            &mut self.metrics,
            &mut self.traces,
            &mut self.access,
            &mut self.rate,
            &mut self.tls,
        ]
    }
}

settings! {
    /// Where the server listens, and what it takes of a connection and of a request.
    section "server";
    pub struct Http {
        /// Take the defaults for a server that strangers reach: no pages, metrics for holders of the token alone
        #[flag("production")]
        pub production: bool = false;
        /// Where to listen
        #[flag("listen")]
        pub listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8000));
        /// Let anybody have answers cited: each adds a transaction to the record's log, 10,000 at most
        #[flag("allow-citations")]
        pub allow_citations: bool = false;
        /// Be a subgraph of Apollo Federation 2: every entity has the key id
        #[flag("federation")]
        pub federation: bool = false;
        /// The largest request body that is read; a larger one is answered with 413
        pub body_limit: Size = Size(1024 * 1024), at least Size(1 << 10);
        /// Request bodies that are held at once, in all; those for which there is no room wait, unless they are small
        pub bodies: Size = Size(32 * 1024 * 1024);
        /// How long a client may take to send its body (then 408), and a request may wait for its turn (then 503)
        pub request_timeout: Duration = Duration::from_secs(30), at least Duration::from_millis(1);
        /// Operations that run at once; the next ones wait for their turn
        pub concurrency: usize = 64, at least 1;
        /// Connections that are open at once; the next ones wait until one of these ends
        pub connections: usize = 8192, at least 1;
        /// How long a client may take to send the head of a request, and a connection may stay idle
        pub head_timeout: Duration = Duration::from_secs(60), at least Duration::from_millis(1);
        /// How long a client may take nothing of an answer that is sent to it; then its connection is closed
        pub write_timeout: Duration = Duration::from_secs(30), at least Duration::from_millis(1);
        /// How long requests in hand may take after the signal to stop
        pub drain_timeout: Duration = Duration::from_secs(20);
        /// Requests that one POST may hold as an array; 0 takes no arrays
        pub batch: usize = 0;
        /// How long caches may show an answer to a GET without asking again
        pub max_age: Duration = Duration::ZERO;
        /// Other sites whose pages may read answers in a browser, such as `https://example.org`; `*` for all
        pub origins: Origins = Origins::default();
    }
}

settings! {
    /// The pages for people who open the server in a browser.
    section "pages";
    pub struct Pages {
        /// Show the start page and GraphiQL
        pub enabled: bool = true, in production false;
    }
}

words! {
    /// How the log is written.
    pub enum LogFormat expects "human or json" {
        /// Lines for people.
        Human = "human",
        /// An object of JSON a line.
        Json = "json",
    }
}

settings! {
    /// The log on standard error.
    section "log";
    pub struct Log {
        /// How it is written: human or json
        #[flag("log-format")]
        pub format: LogFormat = LogFormat::Human;
        /// What is written: a level (error, warn, info, debug, trace), or levels by module as in info,onrecord::store=debug
        pub filter: String = "info".to_owned();
        /// Write a line for each request
        pub requests: bool = false;
    }
}

/// The service over one engine: its routes, and what its connections share. Cheap to clone.
#[derive(Clone)]
pub struct App {
    routes: Router,
    http: Http,
    counts: Arc<HttpCounts>,
    tls: Option<TlsAcceptor>,
}

impl App {
    /// The service, set up.
    ///
    /// # Errors
    /// When the files of TLS cannot be used, or a name is none of a header.
    pub fn new(engine: Engine, options: &Options) -> Result<Self, String> {
        options.rate.check()?;
        let access = &options.access;
        let callers = Callers::new(access, options.http.production, options.tokens.clone())?;
        let counts = Arc::new(HttpCounts::default());
        Ok(Self {
            routes: router(engine, callers, options, &counts),
            http: options.http.clone(),
            counts,
            tls: options.tls.acceptor()?,
        })
    }

    /// All routes, for those who call them without a socket.
    pub fn router(&self) -> Router {
        self.routes.clone()
    }

    /// The same service with more routes.
    #[must_use]
    pub fn with_routes(self, routes: Router) -> Self {
        Self {
            routes: routes.merge(self.routes),
            ..self
        }
    }
}

/// All routes over one engine.
fn router(engine: Engine, callers: Callers, options: &Options, counts: &Arc<HttpCounts>) -> Router {
    // `/schema.graphql` is printed once: a running server's schema does not change.
    let schema_file = schema_file::SchemaFile::new(engine.tells_schema().then(|| engine.sdl()));
    let cors = options.http.origins.layer();
    let endpoint = endpoint::Endpoint::new(engine.clone(), callers.clone(), options);
    let metrics = metrics::Shown::new(engine.clone(), Arc::clone(counts), &options.metrics);

    let answers = Router::new()
        // `any`, since the endpoint answers every method itself: axum's own 405 has no body.
        .route("/cite", any(cite::keep).with_state(endpoint.clone()))
        .route("/cite/{hash}", get(cite::show).with_state(endpoint.clone()))
        .route(
            "/feeds/{*path}",
            get(feeds::show).with_state(endpoint.clone()),
        )
        .route("/graphql", any(graphql::handle).with_state(endpoint))
        .route(
            "/schema.graphql",
            get(schema_file::handle).with_state(schema_file),
        )
        .layer(Identifying::new(callers))
        .layer(tower::util::option_layer(cors));
    Router::new()
        .merge(answers)
        .route("/metrics", get(metrics::show).with_state(metrics))
        .route("/healthz", get(healthy))
        .route("/readyz", get(ready).with_state(engine))
        // The pages bring the fallback: they answer every other address, with 404 if need be.
        .merge(pages::router(options.pages.enabled))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(compression::layer())
        .layer(tower::util::MapRequestLayer::new(
            compression::prefer_the_common,
        ))
        .layer(Observing::new(Arc::clone(counts), options))
}

/// The process runs and answers.
async fn healthy() -> &'static str {
    "ok"
}

/// The graph is loaded and operations are welcome. A record that takes no changes any more is read all the same.
async fn ready(State(engine): State<Engine>) -> String {
    match engine.stopped() {
        None => "ready".to_owned(),
        Some(reason) => format!("ready to read; the record takes no changes: {reason}"),
    }
}

/// For the routes that only read; axum adds their `Allow` header.
async fn method_not_allowed(method: Method) -> Response {
    Refusal::MethodOfPage { found: method }.into_response()
}
