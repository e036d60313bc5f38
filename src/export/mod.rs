//! How data goes out.

pub mod dump;
