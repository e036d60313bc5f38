//! The integration tests: one program, so that it is linked once.

mod http;
mod layers;
mod state_department;
mod support;
