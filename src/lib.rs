//! onrecord: who committed to what, on the record.

pub mod api;
pub mod cli;
pub mod export;
pub mod graph;
pub mod ingest;
pub mod model;
pub mod server;
pub mod store;
