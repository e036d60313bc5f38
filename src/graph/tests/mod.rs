//! The graph against a naive model of it: a flat list of changes that is searched by brute force.

mod aggregates;
mod checks;
mod model;
mod orders;
mod pages;
mod patterns;
mod reads;
mod script;
mod sealed;
mod seen;
mod sources;
mod starts;
mod walks;
mod world;

/// How many random cases a property test runs: few while developing, many where
/// `PROPTEST_CASES` asks for it.
pub(in crate::graph) fn cases(usual: u32) -> proptest::test_runner::Config {
    let asked = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok());
    let cases = asked.unwrap_or(usual);
    proptest::test_runner::Config {
        cases,
        // Where a test leaves out what it does not speak of, more cases leave out more.
        max_global_rejects: cases.saturating_mul(4).max(1024),
        failure_persistence: None,
        ..Default::default()
    }
}
