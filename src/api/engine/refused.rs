//! What came of a request that is not answered.

use super::{Answer, Outcome};
use crate::api::error::{Code, RequestError, body};

/// Why a request is not answered.
pub(super) enum Refused {
    Request(Vec<RequestError>),
    Transport(RequestError),
    Execution(RequestError),
    /// The record does not take the changes.
    Rejected(Vec<RequestError>),
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
            Self::Request(errors) | Self::Rejected(errors) => errors
                .first()
                .map_or(Code::ValidationFailed, |error| error.code),
            Self::Transport(error) | Self::Execution(error) | Self::Changed(error) => error.code,
        }
    }

    pub(super) fn errors(&mut self) -> &mut [RequestError] {
        match self {
            Self::Request(errors) | Self::Rejected(errors) => errors,
            Self::Transport(error) | Self::Execution(error) | Self::Changed(error) => {
                std::slice::from_mut(error)
            }
        }
    }

    /// The same of an operation that has recorded something all the same: as these versions.
    pub(super) fn after_recording(mut self, versions: &[String]) -> Self {
        if !versions.is_empty() {
            for error in self.errors() {
                let recorded = versions.join(", ");
                error.message = format!(
                    "the changes are recorded, as version {recorded}, and their answer failed: {}",
                    error.message
                );
                let details = error.details.get_or_insert_default();
                details.insert("recorded".to_owned(), versions.into());
            }
        }
        self
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
            Self::Rejected(errors) => (body(&errors, true), Outcome::Failed),
            Self::Changed(error) => (body(&[error], false), Outcome::Changed),
        };
        Answer {
            body: body.into(),
            outcome,
        }
    }
}

/// The refusal of an operation that has not one answer.
pub(super) fn many_answers() -> RequestError {
    let message = "a subscription has many answers and this transport gives one: expected a query; \
         subscribe over a WebSocket, or by HTTP with `Accept: text/event-stream`";
    RequestError::new(Code::OperationResolution, message)
}
