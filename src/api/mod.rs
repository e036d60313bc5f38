//! GraphQL, and only GraphQL: from a request's text to an answer's bytes.
//!
//! [`Engine::execute`] is the whole way: the gate parses, counts and validates, the compiler makes a
//! plan, the plan is priced, the executor writes it over a view. [`Engine::table`] reads the same answer as a table.
//! [`Engine::stream`] subscribes: the executor runs once an event.

mod access;
mod aggregates;
mod bind;
mod citation;
mod compile;
mod cost;
mod cursor;
mod definition;
mod disclosure;
mod document;
mod engine;
mod error;
mod execute;
mod feed;
mod filters;
mod gate;
mod introspection;
mod json;
mod limits;
mod meaning;
mod mutations;
mod one_of;
mod plan;
mod prepared;
mod repeats;
mod response;
mod schema;
mod shape;
mod statistics;
mod suggest;
mod table;
mod traced;
mod unsent;

pub use disclosure::Disclosure;
pub use engine::{
    Allow, Announced, Answer, Answered, Engine, EngineError, Options, Outcome, Request, Stored,
    Streamed, Subscription,
};
pub use feed::{Feed, FeedChange, FeedOf, FeedPage, Passage, Story};
pub use limits::Limits;
pub use statistics::{OperationCounts, Operations, Statistics};
pub use table::{Cell, Table};
pub use traced::{Observer, Traced, TracedStep};
