//! An HTTP response whose body goes on.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::{Stream, unfold};
use tokio::time::{Instant, timeout};

use super::framing::Framing;
use super::operation::{Operation, Told};
use super::slots::Slot;

/// Tells proxies that would wait for more to send each piece on as it comes.
const NO_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The answers of an operation, one after another. The slot is held for as long as the client reads.
pub(in crate::server) fn response(
    operation: Operation,
    framing: Framing,
    keep_alive: Duration,
    slot: Slot,
) -> Response {
    let written = Written {
        operation,
        framing,
        keep_alive,
        next: Next::Beginning,
        _slot: slot,
    };
    let mut response = Response::new(Body::from_stream(written.stream()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, framing.format().content_type());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(NO_BUFFERING, HeaderValue::from_static("no"));
    response
}

/// What is being written.
struct Written {
    operation: Operation,
    framing: Framing,
    keep_alive: Duration,
    next: Next,
    _slot: Slot,
}

enum Next {
    Beginning,
    Answers,
    End,
    Nothing,
}

impl Written {
    /// The body, piece by piece, as fast as the client takes it.
    fn stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        unfold(self, async |mut written| {
            let piece = written.piece().await?;
            Some((Ok(piece), written))
        })
    }

    async fn piece(&mut self) -> Option<Bytes> {
        match self.next {
            Next::Beginning => {
                self.next = Next::Answers;
                Some(self.framing.beginning())
            }
            Next::Answers => Some(self.answer().await),
            Next::End => {
                self.next = Next::Nothing;
                Some(self.framing.end())
            }
            Next::Nothing => None,
        }
    }

    async fn answer(&mut self) -> Bytes {
        let beat = Instant::now() + self.keep_alive;
        loop {
            let Ok(due) = timeout(self.keep_alive, self.operation.next()).await else {
                return self.framing.heartbeat();
            };
            let Some(due) = due else {
                self.next = Next::Nothing;
                return self.framing.broken_off();
            };
            let Some(told) = self.operation.answer(due).await else {
                // To pass over what is not wanted takes its time too.
                if Instant::now() >= beat {
                    return self.framing.heartbeat();
                }
                continue;
            };
            if !matches!(told, Told::Answer(_)) {
                self.next = Next::End;
            }
            return self.framing.told(&told, self.operation.version());
        }
    }
}
