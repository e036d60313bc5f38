//! How data comes in: the ontology's SDL, the record files, a dump.
//!
//! Readers check what they read against the ontology and hand over plain model types. They
//! report all mistakes of their input at once, each with its place ([`problem::Problems`]), and
//! never panic on any input.

pub mod dump;
pub mod ontology;
pub mod problem;
mod progress;
pub mod records;
pub mod sources;
pub(crate) mod values;

pub use progress::OnRead;
