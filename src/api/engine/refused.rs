//! What came of a request that is not answered.

use apollo_compiler::executable::Operation;

use super::{Answer, Outcome};
use crate::api::error::{Code, RequestError, body};

/// Why a request is not answered.
pub(super) enum Refused {
    Request(Vec<RequestError>),
    Transport(RequestError),
    Execution(RequestError),
    Changed(RequestError),
}

impl From<RequestError> for Refused {
    fn from(error: RequestError) -> Self {
        Self::Request(vec![error])
    }
}

impl Refused {
    /// The code of the first error.
    pub(super) fn code(&self) -> Code {
        match self {
            Self::Request(errors) => errors
                .first()
                .map_or(Code::ValidationFailed, |error| error.code),
            Self::Transport(error) | Self::Execution(error) | Self::Changed(error) => error.code,
        }
    }

    pub(super) fn errors(&mut self) -> &mut [RequestError] {
        match self {
            Self::Request(errors) => errors,
            Self::Transport(error) | Self::Execution(error) | Self::Changed(error) => {
                std::slice::from_mut(error)
            }
        }
    }

    pub(super) fn answer(self) -> Answer {
        let (body, outcome) = match self {
            Self::Request(errors) => {
                let outcome = match errors.first().map(|error| error.code) {
                    Some(Code::Unauthenticated) => Outcome::Unauthenticated,
                    Some(Code::Forbidden) => Outcome::Forbidden,
                    _ => Outcome::RequestError,
                };
                (body(&errors, false), outcome)
            }
            Self::Transport(error) => (body(&[error], false), Outcome::MethodNotAllowed),
            Self::Execution(error) => (body(&[error], true), Outcome::Failed),
            Self::Changed(error) => (body(&[error], false), Outcome::Changed),
        };
        Answer {
            body: body.into(),
            outcome,
        }
    }
}

/// The refusal of an operation that has not one answer.
pub(super) fn wrong_kind(operation: &Operation) -> RequestError {
    let message = if operation.is_subscription() {
        "a subscription has many answers and this transport gives one: expected a query; \
         subscribe over a WebSocket, or by HTTP with `Accept: text/event-stream`"
    } else {
        "this server runs queries and subscriptions: expected no mutation"
    };
    RequestError::new(Code::OperationResolution, message)
}
