//! What things are: ids, values, dates, claims, changes and the ontology. Pure data, no I/O.

pub mod access;
pub mod change;
pub mod citation;
pub mod claim;
pub mod date;
pub mod id;
pub mod naming;
pub mod ontology;
pub mod role;
pub mod value;
pub(crate) mod words;
