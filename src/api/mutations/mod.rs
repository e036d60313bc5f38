//! Mutations: what a client sends becomes a transaction.
//!
//! An input is read in two steps. [`Draft::changes`] and [`Draft::fact`] need the ontology alone; [`Draft::onto`] then
//! lays the draft onto the graph that it is recorded on: which entities are new, and which source a web address is of. So
//! the one writer is held up only for what needs the graph. Each change knows the place in the input that it came
//! from, and each mistake is told with its own.

mod changes;
mod claims;
mod draft;
mod fact;
mod reader;
mod values;

pub(crate) use draft::Draft;
pub(crate) use reader::{InputPath, Problem};
