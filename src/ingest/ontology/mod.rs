//! The ontology's SDL becomes [`Ontology`].
//!
//! The text is read after a built-in prelude, which declares the directives and the types
//! `Source` and `Annotation`. Syntax comes first: where it is broken, nothing else is checked.
//! Then everything is checked, and all mistakes are reported at once.

mod arguments;
mod build;
mod declarations;
mod directives;
mod ends;
mod fields;
mod names;
mod parts;
mod report;
mod rules;
mod sorted;
#[cfg(test)]
mod tests;

use crate::ingest::problem::Problems;
use crate::model::ontology::Ontology;

use declarations::Declarations;
use report::Report;

/// The prelude that stands before every ontology.
pub const BUILT_IN: &str = include_str!("../builtin.graphql");

/// The name by which problems call the prelude.
const BUILT_IN_NAME: &str = "built-in ontology";

/// More tokens than this are refused. Every type, field and value takes at least two, so there
/// are always fewer of them than an index of 16 bits can tell apart.
const MOST_TOKENS: usize = 120_000;

/// Reads an ontology; `file` is the name by which problems call it.
///
/// ```
/// use onrecord::ingest::ontology;
/// let sdl = r#"type Bridge @entity(prefix: "bridge") { name: String @search }"#;
/// let read = ontology::read(sdl, "ontology.graphql")?;
/// assert_eq!(read.types[0].prefix, "bridge");
///
/// let wrong = ontology::read(r#"type Bridge @entity { name: Strin }"#, "a.graphql");
/// assert_eq!(
///     wrong.unwrap_err().to_string(),
///     "a.graphql:1:13: @entity lacks the argument \"prefix\", expected a text\n\
///      a.graphql:1:29: unknown type \"Strin\"; did you mean \"String\"?",
/// );
/// # Ok::<(), onrecord::ingest::problem::Problems>(())
/// ```
///
/// # Errors
/// All mistakes of the text, each with its place.
pub fn read(text: &str, file: &str) -> Result<Ontology, Problems> {
    let report = Report::new();
    let (prelude, document) = (
        report.parse(BUILT_IN, BUILT_IN_NAME),
        report.parse(text, file),
    );
    let (Some(prelude), Some(document)) = (prelude, document) else {
        return Err(report.into_problems());
    };
    let declarations = Declarations::collect(&prelude, &document, &report);
    names::check(&declarations, &report);
    let ontology = build::build(&declarations, &report);
    match ontology {
        Some(ontology) if report.is_empty() => Ok(ontology),
        _ => Err(report.into_problems()),
    }
}
