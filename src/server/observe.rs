//! What is seen of every request: its id, its line in the log, its status among the metrics, and its panic.

use std::any::Any;
use std::cell::RefCell;
use std::collections::hash_map::RandomState;
use std::convert::Infallible;
use std::future::Future;
use std::hash::BuildHasher;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::extract::Request;
use axum::http::header::{HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use super::Options;
use super::metrics::HttpCounts;
use super::refusal::Refusal;
use super::traces::TRACE_PARENT;

/// The header that carries an id, in both directions.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that is taken from a client.
const LONGEST: usize = 128;

thread_local! {
    /// The request that this thread works on, so that whatever is logged meanwhile bears its id, in all layers.
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
}

/// What a thread knows of the request that it works on.
#[derive(Debug, Clone)]
struct Current {
    id: RequestId,
    /// The span of the caller, where traces are made.
    trace_parent: Option<HeaderValue>,
}

/// The id of a request: what a client or a proxy sent, or sixteen digits that no other request has.
#[derive(Debug, Clone)]
struct RequestId(HeaderValue);

impl RequestId {
    fn of(headers: &HeaderMap) -> Self {
        headers
            .get(HEADER)
            .filter(|id| is_sane(id.as_bytes()))
            .map_or_else(Self::new, |id| Self(id.clone()))
    }

    fn new() -> Self {
        // The standard library's hasher is seeded at random.
        let id = format!("{:016x}", RandomState::new().hash_one(Instant::now()));
        Self(HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("0")))
    }

    fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

/// Whether an id can stand in a log without being mistaken for anything else.
fn is_sane(id: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(byte);
    (1..=LONGEST).contains(&id.len()) && id.iter().all(allowed)
}

/// This thread works on a request until this is dropped, by a panic too.
struct Working {
    before: Option<Current>,
}

impl Working {
    fn on(current: Option<Current>) -> Self {
        Self {
            before: CURRENT.replace(current),
        }
    }

    fn done(self) -> Option<Current> {
        CURRENT.take()
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        CURRENT.set(self.before.take());
    }
}

/// Looks at the id of the request that this thread works on, for those who write logs.
pub fn with_request_id<T>(look: impl FnOnce(Option<&str>) -> T) -> T {
    CURRENT.with_borrow(|current| look(current.as_ref().map(|current| current.id.as_str())))
}

/// Looks at the caller's span of the request that this thread works on.
pub(super) fn with_trace_parent<T>(look: impl FnOnce(Option<&str>) -> T) -> T {
    CURRENT.with_borrow(|current| {
        let parent = current
            .as_ref()
            .and_then(|current| current.trace_parent.as_ref());
        look(parent.and_then(|parent| parent.to_str().ok()))
    })
}

/// The id of the request that this thread works on; empty where it works on none.
pub(super) fn request_id() -> String {
    with_request_id(|id| id.unwrap_or_default().to_owned())
}

/// Has panics logged, with the place and the request, instead of written to standard error.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(
            panic.message = message(panic.payload()),
            panic.place = place,
            "a panic, which is a mistake in the program"
        );
    }));
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// Runs a job; a panic in it is our mistake: it has been logged, the client gets a number to report, the server lives.
pub(super) fn guarded<T>(job: impl FnOnce() -> T) -> Result<T, Refusal> {
    // An answer over a connection that stays may be made when the request that opened it is over.
    let is_stray = CURRENT.with_borrow(Option::is_none);
    if is_stray {
        CURRENT.set(Some(Current {
            id: RequestId::new(),
            trace_parent: None,
        }));
    }
    // Whatever the panic left half done dies with the request: an engine hands out immutable
    // views, and its shared parts are behind locks that report poisoning.
    let outcome = catch_unwind(AssertUnwindSafe(job)).map_err(|_| Refusal::Internal {
        request_id: request_id(),
    });
    if is_stray {
        CURRENT.set(None);
    }
    outcome
}

/// The request that this thread works on, for what goes on when it is over: a connection that was opened by it.
#[derive(Debug, Clone)]
pub(super) struct Bearer(Option<Current>);

impl Bearer {
    pub(super) fn current() -> Self {
        Self(CURRENT.with_borrow(Clone::clone))
    }

    /// A future that is worked on as part of the request.
    pub(super) fn bear<F>(self, inner: F) -> Borne<F> {
        Borne {
            inner,
            current: self.0,
        }
    }
}

pin_project! {
    /// What goes on when a request is over.
    pub(super) struct Borne<F> {
        #[pin]
        inner: F,
        current: Option<Current>,
    }
}

impl<F: Future> Future for Borne<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let working = Working::on(this.current.take());
        let polled = this.inner.poll(context);
        *this.current = working.done();
        polled
    }
}

/// Observes the requests of a service.
#[derive(Clone)]
pub(super) struct Observing {
    counts: Arc<HttpCounts>,
    log_requests: bool,
    traces: bool,
}

impl Observing {
    pub(super) fn new(counts: Arc<HttpCounts>, options: &Options) -> Self {
        Self {
            counts,
            log_requests: options.log.requests,
            traces: options.traces.endpoint.is_some(),
        }
    }
}

impl<S> Layer<S> for Observing {
    type Service = Observed<S>;

    fn layer(&self, inner: S) -> Observed<S> {
        Observed {
            inner,
            observing: self.clone(),
        }
    }
}

/// A service whose requests are observed.
#[derive(Clone)]
pub(super) struct Observed<S> {
    inner: S,
    observing: Observing,
}

impl<S> Service<Request> for Observed<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Observation<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let headers = request.headers();
        let current = Current {
            id: RequestId::of(headers),
            trace_parent: self
                .observing
                .traces
                .then(|| headers.get(TRACE_PARENT).cloned())
                .flatten(),
        };
        let line = self.observing.log_requests.then(|| Line {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            started: Instant::now(),
        });
        Observation {
            inner: self.inner.call(request),
            current: Some(current),
            counts: Arc::clone(&self.observing.counts),
            line,
        }
    }
}

/// What the log says of a request: neither its query string nor anything of its body.
struct Line {
    method: Method,
    path: String,
    started: Instant,
}

pin_project! {
    /// A request on its way.
    pub(super) struct Observation<F> {
        #[pin]
        inner: F,
        current: Option<Current>,
        counts: Arc<HttpCounts>,
        line: Option<Line>,
    }
}

impl<F: Future<Output = Result<Response, Infallible>>> Future for Observation<F> {
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let working = Working::on(this.current.take());
        let polled = guarded(|| this.inner.poll(context));
        let polled = match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(Ok(response))) => Poll::Ready(response),
            Err(refusal) => Poll::Ready(refusal.into_response()),
        };
        if let Poll::Ready(response) = &polled {
            let status = response.status();
            this.counts.answered(status);
            if let Some(line) = this.line {
                tracing::info!(
                    http.method = %line.method,
                    url.path = line.path,
                    http.status = status.as_u16(),
                    duration_us = u64::try_from(line.started.elapsed().as_micros()).ok(),
                    "request"
                );
            }
        }
        *this.current = working.done();
        polled.map(|mut response| {
            let headers = response.headers_mut();
            // Browsers must believe our content types: an answer that quotes a graph's text is never a script.
            headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            if let Some(current) = this.current.take() {
                headers.insert(HEADER, current.id.0);
            }
            Ok(response)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::StatusCode;
    use axum::routing::get;
    use serde_json::Value;
    use tower::ServiceExt;

    fn routes() -> (Router, Arc<HttpCounts>) {
        let counts = Arc::new(HttpCounts::default());
        let mut options = Options::default();
        options.log.requests = true;
        let panics = get(async || -> &'static str { panic!("secret") });
        let later = get(async || -> &'static str {
            tokio::task::yield_now().await;
            panic!("secret")
        });
        let routes = Router::new()
            .route("/fine", get(async || request_id()))
            .route("/panics", panics)
            .route("/later", later)
            .layer(Observing::new(Arc::clone(&counts), &options));
        (routes, counts)
    }

    async fn ask(routes: &Router, path: &str, id: Option<&str>) -> (StatusCode, String, String) {
        let mut request = Request::builder().uri(path);
        if let Some(id) = id {
            request = request.header(HEADER, id);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = routes.clone().oneshot(request).await.unwrap();
        let id = response.headers()[HEADER].to_str().unwrap().to_owned();
        let status = response.status();
        let body = to_bytes(response.into_body(), 1000).await.unwrap();
        (status, id, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_error_with_an_id_and_the_server_lives() {
        let (routes, counts) = routes();
        for path in ["/panics", "/later"] {
            let (status, id, body) = ask(&routes, path, None).await;
            assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
            assert!(!body.contains("secret"), "{body}");
            let body: Value = serde_json::from_str(&body).unwrap();
            let extensions = &body["errors"][0]["extensions"];
            assert_eq!(extensions["code"], "INTERNAL_SERVER_ERROR");
            assert_eq!(extensions["requestId"], id);
            assert_eq!(id.len(), 16);
        }
        assert_eq!(ask(&routes, "/fine", None).await.0, StatusCode::OK);
        let counted: Vec<_> = counts.statuses().collect();
        assert_eq!(counted, [(200, 1), (500, 2)]);
    }

    #[tokio::test]
    async fn an_id_is_taken_if_it_is_sane_and_made_if_it_is_not() {
        let (routes, _) = routes();
        let longest = "x".repeat(LONGEST);
        for sane in ["abc-123", "1/2:3+4=_.", &longest] {
            let (_, id, seen) = ask(&routes, "/fine", Some(sane)).await;
            assert_eq!((id.as_str(), seen.as_str()), (sane, sane));
        }
        let too_long = "x".repeat(LONGEST + 1);
        let mut others = Vec::new();
        for odd in ["", "a b", "a\"b", "<script>", &too_long] {
            let (_, id, seen) = ask(&routes, "/fine", Some(odd)).await;
            assert_ne!(id, odd);
            assert_eq!(id, seen);
            others.push(id);
        }
        others.sort();
        others.dedup();
        assert_eq!(others.len(), 5, "each has its own");
        assert_eq!(request_id(), "", "outside of requests there is none");
        // What is answered later has one all the same.
        let Err(Refusal::Internal { request_id: later }) = guarded(|| panic!("later")) else {
            panic!("an internal error")
        };
        assert_eq!((later.len(), request_id().len()), (16, 0));
    }

    #[tokio::test]
    async fn what_goes_on_after_a_request_bears_its_id() {
        let opened = Arc::new(std::sync::Mutex::new(None));
        let opens = Arc::clone(&opened);
        let open = get(async move || {
            let later = Bearer::current().bear(async {
                tokio::task::yield_now().await;
                request_id()
            });
            *opens.lock().unwrap() = Some(tokio::spawn(later));
        });
        let routes = Router::new()
            .route("/", open)
            .layer(Observing::new(Arc::default(), &Options::default()));
        let (_, id, _) = ask(&routes, "/", Some("the-opener")).await;
        let later = opened.lock().unwrap().take().unwrap();
        assert_eq!(
            (id.as_str(), later.await.unwrap()),
            ("the-opener", "the-opener".to_owned())
        );
    }

    #[test]
    fn a_panic_tells_its_message_to_the_log_alone() {
        assert_eq!(message(&"plain"), "plain");
        assert_eq!(message(&format!("made of {}", 2)), "made of 2");
        assert_eq!(message(&2), "no message");
    }
}
