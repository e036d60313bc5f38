//! onrecord: who committed to what, on the record.
//!
//! A GraphQL knowledge graph server. Officials, countries, meetings, agreements, commitments and statistics are held
//! as *claims*, each with the source that states it, in an in-memory graph; an ontology written in SDL says which
//! types there are, and the whole API follows from it.
//!
//! The layers, each naming only those before it:
//!
//! | module | holds |
//! | --- | --- |
//! | [`settings`] | what can be configured, and the kinds of its values |
//! | [`model`] | what things are: ids, values, dates, claims, changes, the ontology |
//! | [`graph`] | what is on record now and what was then: adjacency, claims, views, search, walks |
//! | [`store`] | how it survives: the log, the single writer, the handle |
//! | [`ingest`] | how data comes in: the ontology's SDL, record files |
//! | [`export`] | how data goes out |
//! | [`api`] | GraphQL: the generated schema, the gate, plans, the executor |
//! | [`server`] | HTTP: routes, limits, pages |
//! | [`cli`] | the commands and what they print |

#[cfg(feature = "server")]
pub mod api;
#[cfg(feature = "server")]
pub mod cli;
pub mod export;
pub mod graph;
pub mod ingest;
pub mod model;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "server")]
pub mod settings;
pub mod store;
