//! How an answer of the engine is sent over HTTP: its status, and what stands in place of a table.

use axum::http::StatusCode;
use axum::http::header::{ALLOW, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};

use crate::api::{Answer, Outcome};

use super::media::Format;

/// Marks a response that has errors although its status is good.
#[derive(Debug, Clone, Copy)]
pub(super) struct Failed;

/// An answer in a format.
pub(super) fn written(answer: Answer, format: Format) -> Response {
    let status = match (answer.outcome, format) {
        (Outcome::Executed | Outcome::Failed, _) => StatusCode::OK,
        // A client that reads `application/json` takes any other status for a proxy's word.
        (Outcome::RequestError | Outcome::Unauthenticated | Outcome::Forbidden, Format::Json) => {
            StatusCode::OK
        }
        (Outcome::RequestError, _) => StatusCode::BAD_REQUEST,
        (Outcome::Unauthenticated, _) => StatusCode::UNAUTHORIZED,
        (Outcome::Forbidden, _) => StatusCode::FORBIDDEN,
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
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
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
