//! What becomes of every request that reads the record: who sends it is found out before anything is done, and its answer
//! says for whom it is.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, HeaderValue, VARY};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use super::super::refusal::Refusal;
use super::super::websocket;
use super::bearer::of_headers;
use super::{Callers, Identity};

/// Finds out who sends the requests of a service.
#[derive(Clone)]
pub(in crate::server) struct Identifying {
    callers: Callers,
}

impl Identifying {
    pub(in crate::server) fn new(callers: Callers) -> Self {
        Self { callers }
    }
}

impl<S> Layer<S> for Identifying {
    type Service = Identified<S>;

    fn layer(&self, inner: S) -> Identified<S> {
        Identified {
            inner,
            callers: self.callers.clone(),
        }
    }
}

/// A service whose requests say who sends them.
#[derive(Clone)]
pub(in crate::server) struct Identified<S> {
    inner: S,
    callers: Callers,
}

impl<S> Service<Request> for Identified<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Answering<S>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Answering<S> {
        let token = match of_headers(request.headers()) {
            Ok(Some(token)) => token.to_owned(),
            Ok(None) if websocket::is_wanted(request.method(), request.headers()) => {
                // Its client says who it is when the connection stands.
                return Answering::of(&mut self.inner, request, false);
            }
            Ok(None) => {
                return match self.callers.nobody() {
                    Ok(identity) => {
                        let is_for_all = identity.is_anybody();
                        request.extensions_mut().insert(identity);
                        Answering::of(&mut self.inner, request, is_for_all)
                    }
                    Err(refusal) => Answering::refused(refusal),
                };
            }
            Err(refusal) => return Answering::refused(refusal),
        };
        let callers = self.callers.clone();
        // The one that was asked whether it is ready is the one to be called.
        let next = self.inner.clone();
        Answering {
            state: State::Identifying {
                identity: Box::pin(async move { callers.bearer(&token).await }),
                next: Some((std::mem::replace(&mut self.inner, next), request)),
            },
        }
    }
}

pin_project! {
    /// A request on its way.
    pub(in crate::server) struct Answering<S: Service<Request>> {
        #[pin]
        state: State<S>,
    }
}

pin_project! {
    #[project = Projected]
    enum State<S: Service<Request>> {
        Refused {
            response: Option<Response>,
        },
        Identifying {
            identity: BoxFuture<'static, Result<Identity, Refusal>>,
            next: Option<(S, Request)>,
        },
        Answered {
            #[pin]
            answer: S::Future,
            is_for_all: bool,
        },
    }
}

impl<S: Service<Request>> Answering<S> {
    fn of(inner: &mut S, request: Request, is_for_all: bool) -> Self {
        Self {
            state: State::Answered {
                answer: inner.call(request),
                is_for_all,
            },
        }
    }

    fn refused(refusal: Refusal) -> Self {
        Self {
            state: State::Refused {
                response: Some(refusal.into_response()),
            },
        }
    }
}

impl<S> Future for Answering<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let next = match state.as_mut().project() {
                Projected::Refused { response } => {
                    let response = response.take().unwrap_or_default();
                    return Poll::Ready(Ok(marked(response, false)));
                }
                Projected::Answered { answer, is_for_all } => {
                    let Ok(response) = ready!(answer.poll(context));
                    return Poll::Ready(Ok(marked(response, *is_for_all)));
                }
                Projected::Identifying { identity, next } => {
                    let identity = ready!(identity.as_mut().poll(context));
                    match (identity, next.take()) {
                        (Ok(identity), Some((mut inner, mut request))) => {
                            request.extensions_mut().insert(identity);
                            Answering::of(&mut inner, request, false).state
                        }
                        (Err(refusal), _) => Answering::refused(refusal).state,
                        // It is polled once more than it may be.
                        (Ok(_), None) => return Poll::Pending,
                    }
                }
            };
            state.set(next);
        }
    }
}

/// The answer, which says for whom it is: a cache between shows nobody what was for somebody else.
fn marked(mut response: Response, is_for_all: bool) -> Response {
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_name(AUTHORIZATION));
    if !is_for_all {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    response
}
