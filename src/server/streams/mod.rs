//! Operations with any number of answers, and the connections that carry them.
//!
//! | file | holds |
//! | --- | --- |
//! | `operation` | one operation: what it waits for, and what it answers |
//! | `framing` | how answers are written into an HTTP body: server-sent events, parts |
//! | `response` | an HTTP response whose body goes on |
//! | `slots` | how many connections there may be |
//! | `unread` | what waits for the client of one of them |
//!
//! A WebSocket carries several operations at once (`server/websocket`).

pub(super) mod framing;
pub(super) mod operation;
pub(super) mod response;
pub(super) mod slots;
pub(super) mod unread;

use std::net::IpAddr;
use std::time::Duration;

use axum::http::header::HeaderName;
use axum::http::{Extensions, HeaderMap};
use tokio::sync::watch;

use crate::graph::Version;
use crate::settings::{Size, settings};

use super::refusal::{Refusal, clip};

settings! {
    /// Connections that stay: WebSockets, streams of events, multipart answers.
    section "streams";
    pub struct Streams {
        /// How many there may be at once; the next one is answered with 503
        pub at_once: usize = 1000;
        /// How many of them one address may have; the next one is answered with 429
        pub of_one_address: usize = 100;
        /// Operations that run at once over one WebSocket; the next one is refused
        pub operations: usize = 50;
        /// Bytes of answers that may wait for a WebSocket's client before no more are made for it
        pub unread: Size = Size(4 * 1024 * 1024);
        /// How long a WebSocket's client may take to say that it is there; then it is closed with 4408
        pub init_timeout: Duration = Duration::from_secs(3);
        /// How often something is sent where there is nothing to say. A WebSocket's client that is silent, or takes
        /// nothing, for twice as long is given up
        pub keep_alive: Duration = Duration::from_secs(15);
    }
}

impl Streams {
    /// How often something is sent: not without pause, and once a day, whatever is set.
    pub(super) fn beat(&self) -> Duration {
        let day = Duration::from_secs(24 * 60 * 60);
        self.keep_alive.clamp(Duration::from_millis(10), day)
    }

    /// How long a client may be silent, or take nothing.
    pub(super) fn patience(&self) -> Duration {
        self.beat().saturating_mul(2)
    }
}

/// What is known of the connection that a request came over: an extension of each request.
#[derive(Debug, Clone)]
pub(super) struct Connection {
    /// Whose it is.
    pub(super) address: Option<IpAddr>,
    /// When to end it.
    pub(super) stopping: Stopping,
}

impl Connection {
    /// The connection of a request; of one that came over none, nothing is known.
    pub(super) fn of(extensions: &Extensions) -> Self {
        extensions.get().cloned().unwrap_or(Self {
            address: None,
            stopping: Stopping(None),
        })
    }
}

/// The header with which a browser's own client of events says which it saw last, when it comes back.
const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");

/// The version of the last event that a client saw.
///
/// # Errors
/// When the header names none.
pub(super) fn last_event(headers: &HeaderMap) -> Result<Option<Version>, Refusal> {
    let Some(value) = headers.get(LAST_EVENT) else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(value.as_bytes());
    text.parse()
        .map(Some)
        .map_err(|_| Refusal::LastEvent { found: clip(&text) })
}

/// Tells when the server stops. The server waits for those who hold one, for a while.
#[derive(Debug, Clone)]
pub(super) struct Stopping(Option<watch::Receiver<()>>);

impl Stopping {
    pub(super) fn when(told: watch::Receiver<()>) -> Self {
        Self(Some(told))
    }

    /// Returns when the server is to stop, and at once after that.
    pub(super) async fn wait(&mut self) {
        match &mut self.0 {
            // A sender that is gone has stopped as well.
            Some(told) => {
                let _stops = told.changed().await;
                told.mark_changed();
            }
            None => std::future::pending().await,
        }
    }
}
