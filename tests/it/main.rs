//! The integration tests: one program, so that it is linked once.

mod aggregates;
mod ask;
mod bad_input;
mod commitments;
mod connections;
mod disputes;
mod dump;
mod examples;
mod filters;
mod http;
mod language;
mod layers;
mod operators;
mod orders;
mod plans;
mod schema;
mod search_paths;
mod seed_facts;
mod state_department;
mod support;
mod views;
mod walks;
