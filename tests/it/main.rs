//! The integration tests: one program, so that it is linked once.

mod aggregates;
mod ask;
mod bad_input;
mod citations;
mod commitments;
mod connections;
mod disputes;
mod examples;
mod filters;
mod history;
mod http;
mod language;
mod layers;
mod operators;
mod orders;
mod patterns;
mod plans;
mod schema;
mod search_paths;
mod seed_facts;
mod state_department;
mod support;
mod tables;
mod trace;
mod views;
mod walks;
