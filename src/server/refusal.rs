//! Every error the HTTP layer answers with: one sentence, a status and a code.
//!
//! Errors inside a GraphQL request (its document, variables, limits) are the engine's; these are
//! about the HTTP request around it.

use std::borrow::Cow;
use std::time::Duration;

use axum::http::header::{ALLOW, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::media::Format;
use super::observe::request_id;

/// Why an HTTP request was not turned into a GraphQL answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("the method {found} is not allowed at this address: expected GET or HEAD")]
    MethodOfPage { found: Method },
    #[error("the method {found} is not allowed: expected POST, GET, HEAD or OPTIONS")]
    Method { found: Method },
    #[error("the method {found} is not allowed at this address: expected POST")]
    MethodOfCite { found: Method },
    #[error(
        "the accept header `{found}` admits no media type of this address: \
         expected `application/graphql-response+json`, `application/json`, `text/csv` or `text/event-stream`"
    )]
    NotAcceptable { found: String },

    #[error("the request has no content-type header: expected `application/json`")]
    NoContentType,
    #[error("the request has several content-type headers: expected one, `application/json`")]
    ContentTypes,
    #[error("the content type is `{found}`: expected `application/json`")]
    ContentType { found: String },
    #[error("the body's charset is `{found}`: expected `utf-8`")]
    Charset { found: String },
    #[error("the body's content encoding is `{found}`: expected a body that is not compressed")]
    ContentEncoding { found: String },

    #[error("the request body is larger than {limit} bytes, the most that this server reads")]
    BodyTooLarge { limit: usize },
    #[error("the request body did not arrive within {} seconds", .limit.as_secs_f32())]
    BodyTooSlow { limit: Duration },
    #[error("the request body broke off before its end")]
    BodyBroken,

    #[error("the request body holds more than {limit} values, the most that this server reads")]
    TooManyValues { limit: usize },
    #[error("the request body is empty: expected a JSON object with a `query`")]
    BodyEmpty,
    #[error("the request body is not valid JSON at line {line}, column {column}: {problem}")]
    Syntax {
        line: usize,
        column: usize,
        problem: String,
    },
    #[error(
        "the request body is a JSON array: expected one JSON object; \
         this server takes no batches (--server-batch lets it), so send each operation in a request of its own"
    )]
    Batch,
    #[error("the batch is empty: expected requests")]
    BatchEmpty,
    #[error("the batch has {found} requests: at most {most} are answered together")]
    BatchTooLong { found: usize, most: usize },
    #[error(
        "a batch is answered as JSON: expected an accept header that admits `application/json`"
    )]
    BatchInOther,
    #[error("the request body is {found}: expected a JSON object with a `query`")]
    NotAnObject { found: &'static str },
    #[error("`{name}` is given more than once: expected it once")]
    Repeated { name: &'static str },
    #[error(
        "the request has no `query`: expected a GraphQL document, or the name of one that this server knows"
    )]
    NoQuery,
    #[error("`{name}` is {found}: expected {expected}")]
    Member {
        name: &'static str,
        found: &'static str,
        expected: &'static str,
    },
    #[error("the parameter `{name}` is not valid JSON at line {line}, column {column}: {problem}")]
    ParameterSyntax {
        name: &'static str,
        line: usize,
        column: usize,
        problem: String,
    },
    #[error(
        "the address's query string cannot be read: expected `?query=…`, percent-encoded UTF-8"
    )]
    QueryString,

    #[error(
        "`documentId` and `extensions.persistedQuery` both name a document: expected one of them"
    )]
    NamedTwice,
    #[error("the request has both `query` and `documentId`: expected one of them")]
    NamedAndSent,
    #[error(
        "there is no document {id} on this server: expected the name of one of its trusted documents"
    )]
    UnknownDocument { id: String },
    /// Clients look for this very sentence.
    #[error("PersistedQueryNotFound")]
    UnknownHash,
    /// Clients look for this very sentence.
    #[error("PersistedQueryNotSupported")]
    NothingIsKept,
    #[error("extensions.persistedQuery.version is {found}: expected 1")]
    PersistedVersion { found: String },
    #[error("extensions.persistedQuery.sha256Hash is {found}: expected 64 hexadecimal digits")]
    PersistedHash { found: String },
    #[error("extensions.persistedQuery.sha256Hash is not the SHA-256 of `query`")]
    HashDiffers,
    #[error("the document is not one of those that this server trusts: it runs no others")]
    NotTrusted,

    #[error("the header `onrecord-cite` is `{found}`: expected `1`")]
    CiteHeader { found: String },
    #[error(
        "the header `last-event-id` is `{found}`: expected the id of an event, which is a version"
    )]
    LastEvent { found: String },
    #[error(
        "there is no feed {found}: expected entity/ID.atom with an id on record, search.atom?text=…, or ledger.atom"
    )]
    NoFeed { found: String },
    #[error("the parameter `{name}` is {found}: expected {expected}")]
    FeedParameter {
        name: &'static str,
        found: String,
        expected: &'static str,
    },
    #[error(
        "a feed has no parameter `{found}`: expected first, before, where, and of a search text, types"
    )]
    UnknownFeedParameter { found: String },
    #[error(
        "this server keeps no citations: start it with --allow-citations, which lets anybody add to the record's log"
    )]
    CitationsOff,
    #[error("there is no citation {hash}: expected the hash of one that this server keeps")]
    NoCitation { hash: String },

    #[error(
        "this server does not tell its schema: it was started with --disclosure-introspection=false"
    )]
    SchemaHidden,
    #[error("this server shows no metrics: it was started with --metrics-enabled=false")]
    MetricsOff,
    #[error(
        "this server shows metrics only to those who send a token, and none is set: start it with --metrics-token"
    )]
    MetricsClosed,
    #[error("the metrics are for those who send their token: expected `authorization: Bearer …`")]
    MetricsToken,

    #[error(
        "this server answers nobody who does not say who they are: expected `authorization: Bearer …`"
    )]
    NoToken,
    #[error("the token names no role that is known here: expected one in the claim `{claim}`")]
    NoRole { claim: String },
    #[error(
        "the issuer's keys cannot be had at the moment, so that no token of it can be checked: try again"
    )]
    NoKeys,
    #[error("who sends the request cannot be told: {reason}")]
    InvalidToken { reason: Cow<'static, str> },

    #[error(
        "the server has {limit} streams and WebSockets open, the most that it keeps: try again later"
    )]
    TooManyStreams { limit: usize },
    #[error(
        "this address has {limit} streams and WebSockets open, the most that one may have: close some"
    )]
    TooManyStreamsOfAddress { limit: usize },
    #[error(
        "this connection runs {limit} operations, the most at once: expected one to be completed first"
    )]
    TooManyOperations { limit: usize },
    #[error("the server stops: try again when it is back")]
    Stopping,
    #[error(
        "pages of {found} may open no WebSocket here: the server names the others that may with --server-origins"
    )]
    Origin { found: String },
    #[error("the WebSocket cannot be opened: {problem}")]
    Upgrade { problem: String },
    #[error("this client has sent too many requests: the next one may come in {} ms", .wait.as_millis())]
    TooMany { wait: Duration },
    #[error("the server is busy: no turn came within {} seconds, try again", .limit.as_secs_f32())]
    Busy { limit: Duration },
    #[error("internal error; the server's log has more under the request id {request_id}")]
    Internal { request_id: String },
}

impl Refusal {
    /// The HTTP status: who must act, and whether trying again can help.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::MethodOfPage { .. } | Self::MethodOfCite { .. } | Self::Method { .. } => {
                StatusCode::METHOD_NOT_ALLOWED
            }
            Self::NotAcceptable { .. } => StatusCode::NOT_ACCEPTABLE,
            Self::NoContentType
            | Self::ContentTypes
            | Self::ContentType { .. }
            | Self::Charset { .. }
            | Self::ContentEncoding { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTooLarge { .. } | Self::TooManyValues { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow { .. } => StatusCode::REQUEST_TIMEOUT,
            Self::BodyBroken
            | Self::BodyEmpty
            | Self::Syntax { .. }
            | Self::Batch
            | Self::NotAnObject { .. }
            | Self::Repeated { .. }
            | Self::NoQuery
            | Self::Member { .. }
            | Self::ParameterSyntax { .. }
            | Self::BatchEmpty
            | Self::BatchTooLong { .. }
            | Self::BatchInOther
            | Self::NamedTwice
            | Self::NamedAndSent
            | Self::UnknownHash
            | Self::NothingIsKept
            | Self::PersistedVersion { .. }
            | Self::PersistedHash { .. }
            | Self::HashDiffers
            | Self::CiteHeader { .. }
            | Self::LastEvent { .. }
            | Self::FeedParameter { .. }
            | Self::UnknownFeedParameter { .. }
            | Self::Upgrade { .. }
            | Self::QueryString => StatusCode::BAD_REQUEST,
            Self::Origin { .. }
            | Self::NoRole { .. }
            | Self::CitationsOff
            | Self::NotTrusted
            | Self::SchemaHidden
            | Self::MetricsClosed => StatusCode::FORBIDDEN,
            Self::MetricsToken | Self::NoToken | Self::InvalidToken { .. } => {
                StatusCode::UNAUTHORIZED
            }
            Self::NoCitation { .. }
            | Self::NoFeed { .. }
            | Self::UnknownDocument { .. }
            | Self::MetricsOff => StatusCode::NOT_FOUND,
            Self::TooManyStreamsOfAddress { .. }
            | Self::TooManyOperations { .. }
            | Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy { .. } | Self::TooManyStreams { .. } | Self::Stopping | Self::NoKeys => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The `extensions.code` of the error: stable, for programs.
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownDocument { .. } | Self::UnknownHash => {
                return "PERSISTED_QUERY_NOT_FOUND";
            }
            Self::NothingIsKept => return "PERSISTED_QUERY_NOT_SUPPORTED",
            Self::NotTrusted => return "DOCUMENT_NOT_TRUSTED",
            _ => {}
        }
        match self.status() {
            StatusCode::METHOD_NOT_ALLOWED => "METHOD_NOT_ALLOWED",
            StatusCode::UNAUTHORIZED => "UNAUTHENTICATED",
            StatusCode::FORBIDDEN => "FORBIDDEN",
            StatusCode::NOT_FOUND => "NOT_FOUND",
            StatusCode::NOT_ACCEPTABLE => "NOT_ACCEPTABLE",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "UNSUPPORTED_MEDIA_TYPE",
            StatusCode::PAYLOAD_TOO_LARGE => "PAYLOAD_TOO_LARGE",
            StatusCode::REQUEST_TIMEOUT => "REQUEST_TIMEOUT",
            StatusCode::SERVICE_UNAVAILABLE => "SERVICE_UNAVAILABLE",
            StatusCode::TOO_MANY_REQUESTS => match self {
                Self::TooMany { .. } => "RATE_LIMITED",
                _ => "LIMIT_EXCEEDED",
            },
            StatusCode::INTERNAL_SERVER_ERROR => "INTERNAL_SERVER_ERROR",
            _ => "BAD_REQUEST",
        }
    }

    /// A token that is nobody's, and why.
    pub(super) fn token(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidToken {
            reason: reason.into(),
        }
    }

    /// A mistake of ours: it is logged, and the client gets a number to report.
    pub(super) fn internal(error: &dyn std::error::Error, what: &str) -> Self {
        tracing::error!(%error, "{what}");
        Self::Internal {
            request_id: request_id(),
        }
    }

    /// The error as a GraphQL response.
    pub(super) fn body(&self) -> String {
        let mut extensions = serde_json::json!({ "code": self.code() });
        if let Self::Internal { request_id } = self {
            extensions["requestId"] = request_id.as_str().into();
        }
        let error = serde_json::json!({ "message": self.to_string(), "extensions": extensions });
        serde_json::json!({ "errors": [error] }).to_string()
    }

    /// The answer, in the format the client asked for.
    pub(super) fn in_format(self, format: Format) -> Response {
        let body = self.body();
        let status = match &self {
            // What follows is up to the client: older ones read the body of no other status.
            Self::UnknownHash | Self::NothingIsKept if format == Format::Json => StatusCode::OK,
            _ => self.status(),
        };
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, format.content_type());
        match &self {
            Self::Method { .. } => {
                headers.insert(ALLOW, HeaderValue::from_static(super::graphql::METHODS));
            }
            Self::MethodOfCite { .. } => {
                headers.insert(ALLOW, HeaderValue::from_static("POST"));
            }
            Self::MetricsToken | Self::NoToken => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::InvalidToken { .. } => {
                let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
                headers.insert(WWW_AUTHENTICATE, challenge);
            }
            Self::TooMany { wait } => {
                let seconds = wait.as_millis().div_ceil(1000).max(1) as u64;
                headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            Self::Busy { .. } | Self::TooManyStreams { .. } | Self::Stopping | Self::NoKeys => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.in_format(Format::Json)
    }
}

/// A piece of the request short enough to be quoted back in a message.
pub(super) fn clip(text: &str) -> String {
    const LONGEST: usize = 100;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
