//! What a client is told when a request cannot be answered.

use serde_json::{Map, Value, json};

/// Why a request was refused, or an execution broken off.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct RequestError {
    pub(crate) code: Code,
    /// One sentence: what was found, what was expected.
    pub(crate) message: String,
    /// Where in the document, by line and column.
    pub(crate) location: Option<(usize, usize)>,
    /// Which field, by response keys.
    pub(crate) path: Vec<String>,
    /// What programs may want to know beside the code, in the error's extensions.
    pub(crate) details: Option<Box<Map<String, Value>>>,
}

/// The stable name of a kind of error, as clients of the field know them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    ParseFailed,
    ValidationFailed,
    BadUserInput,
    OperationResolution,
    MethodNotAllowed,
    LimitExceeded,
    BudgetExceeded,
    AnswerChanged,
    IntrospectionDisabled,
    Unauthenticated,
    Forbidden,
    Conflict,
    Unavailable,
    Internal,
}

impl Code {
    /// All there are.
    pub(crate) const ALL: [Self; 14] = [
        Self::ParseFailed,
        Self::ValidationFailed,
        Self::BadUserInput,
        Self::OperationResolution,
        Self::MethodNotAllowed,
        Self::LimitExceeded,
        Self::BudgetExceeded,
        Self::AnswerChanged,
        Self::IntrospectionDisabled,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::Conflict,
        Self::Unavailable,
        Self::Internal,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::OperationResolution => "OPERATION_RESOLUTION_FAILURE",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::BudgetExceeded => "BUDGET_EXCEEDED",
            Self::AnswerChanged => "ANSWER_CHANGED",
            Self::IntrospectionDisabled => "INTROSPECTION_DISABLED",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::Conflict => "CONFLICT",
            Self::Unavailable => "SERVICE_UNAVAILABLE",
            Self::Internal => "INTERNAL_SERVER_ERROR",
        }
    }
}

impl RequestError {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            location: None,
            path: Vec::new(),
            details: None,
        }
    }

    /// The same with something more in its extensions.
    pub(crate) fn with(mut self, name: &str, detail: Value) -> Self {
        let details = self.details.get_or_insert_default();
        details.insert(name.to_owned(), detail);
        self
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(Code::BadUserInput, message)
    }

    pub(crate) fn at_path(self, path: &[String]) -> Self {
        Self {
            path: path.to_vec(),
            ..self
        }
    }

    fn to_json(&self) -> Value {
        let mut error = Map::new();
        error.insert("message".into(), json!(self.message));
        if let Some((line, column)) = self.location {
            error.insert(
                "locations".into(),
                json!([{ "line": line, "column": column }]),
            );
        }
        if !self.path.is_empty() {
            error.insert("path".into(), json!(self.path));
        }
        let mut extensions = Map::from_iter([("code".to_owned(), json!(self.code.name()))]);
        extensions.extend(
            self.details
                .as_deref()
                .into_iter()
                .flatten()
                .map(|(name, detail)| (name.clone(), detail.clone())),
        );
        error.insert("extensions".into(), Value::Object(extensions));
        Value::Object(error)
    }
}

/// The body of an answer without `data`, or with `data: null`.
pub(crate) fn body(errors: &[RequestError], executed: bool) -> Vec<u8> {
    let mut response = Map::new();
    response.insert(
        "errors".into(),
        errors.iter().map(RequestError::to_json).collect(),
    );
    if executed {
        response.insert("data".into(), Value::Null);
    }
    Value::Object(response).to_string().into_bytes()
}
