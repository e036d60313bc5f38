//! What goes into an engine and comes out of it.

use async_graphql::dynamic::SchemaError;
use bytes::Bytes;
use serde_json::{Map, Value};

use crate::api::disclosure::Disclosure;
use crate::api::limits::Limits;
use crate::api::traced::Observer;
use crate::graph::Version;
use crate::graph::view::Audience;
use crate::model::access::{Caller, Role};

/// One GraphQL request as it came in.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The document.
    pub query: String,
    /// Which of its operations to run.
    pub operation_name: Option<String>,
    /// The variables' values, by name.
    pub variables: Map<String, Value>,
    /// What the client adds: `explain` asks how lists are read, `cost` what the operation costs, `cite` for the answer's
    /// citation. What is known by no name is ignored.
    pub extensions: Map<String, Value>,
    /// Who sends it.
    pub caller: Caller,
    /// The version of the last event that the client saw of a subscription that it takes up again. It goes before what the
    /// operation says.
    pub last_event: Option<Version>,
}

impl Request {
    /// Whose eyes it is answered for.
    pub(crate) fn audience(&self) -> Audience {
        match self.caller.role {
            Role::Reader => Audience::Public,
            Role::Contributor => Audience::Contributor,
            Role::Editor | Role::Admin => Audience::Editor,
        }
    }
}

/// What a transport permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allow {
    /// All operations.
    Everything,
    /// Queries and subscriptions, since the transport promises to change nothing.
    ReadingOnly,
}

/// How a request went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Executed: a complete JSON response with `data`.
    Executed,
    /// Executed and broken off: JSON with `errors`, and `data` that is null.
    Failed,
    /// Refused before execution: JSON with `errors` and no `data`.
    RequestError,
    /// It asks for what is not for everybody, and does not say who sends it: JSON with `errors` and no `data`.
    Unauthenticated,
    /// It asks for what is not for who sends it: JSON with `errors` and no `data`.
    Forbidden,
    /// The operation may not run over this transport: JSON with `errors`.
    MethodNotAllowed,
    /// A citation's answer is no longer the one that was cited: JSON with `errors`.
    Changed,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The JSON.
    pub body: Bytes,
    /// How it went.
    pub outcome: Outcome,
}

/// How an engine is set up.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The limits of a request.
    pub limits: Limits,
    /// What clients may learn of the schema.
    pub disclosure: Disclosure,
    /// Whether anybody may have citations kept in the record.
    pub citations: bool,
    /// Whether the schema has a clock to subscribe to, for tests of transports.
    pub clock: bool,
    /// Who is told of each operation and of its steps.
    pub observer: Option<Observer>,
    /// Whether it is a subgraph of Apollo Federation 2.
    pub federation: bool,
}

/// Why an engine cannot be made: the generated schema is not valid, which is a mistake of ours
/// that the ontology has brought to light.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// async-graphql refuses it.
    #[error("the schema that follows from the ontology cannot be built: {0}")]
    Build(#[from] SchemaError),
    /// apollo-compiler refuses it.
    #[error("the schema that follows from the ontology is not valid: {0}")]
    Invalid(String),
}
