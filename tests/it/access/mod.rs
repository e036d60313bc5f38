//! Who may come in, and as whom: over every route and every transport.

mod asking;
mod changes;
mod entering;
mod hidden;
mod issuer;
mod proving;
mod roles;
mod tokens;
