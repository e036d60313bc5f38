//! `onrecord check`: the ontology, the seed, and the quotes against their sources' texts.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use crate::cli::load::open_and;
use crate::cli::{Inputs, Outcomes, print};
use crate::ingest::sources::QuoteCheck;

/// Checks the ontology and the seed.
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    inputs: Inputs,
    /// Also check that every quote stands in its source's text, DIR/<slug of the source>.txt
    #[arg(long, value_name = "DIR")]
    sources: Option<PathBuf>,
}

pub(crate) fn run(arguments: &CheckArguments) -> Outcomes {
    let mut quotes = arguments.sources.as_deref().map(QuoteCheck::new);
    let options = arguments.inputs.options()?;
    let loaded = open_and(&options, &mut |transaction, place| {
        if let Some(quotes) = &mut quotes {
            quotes.add(transaction, place);
        }
    })
    .map_err(|error| error.to_string())?;
    if let Some(damage) = &loaded.damage {
        return Err(damage.to_string());
    }
    loaded.engine().map_err(|error| error.to_string())?;
    let report = loaded.report();
    let mut text = String::new();
    let counts = report.counts;
    let read = match &options.seed {
        Some(seed) if seed.is_file() => "the dump".to_owned(),
        _ => counted(report.files.len(), "record file", "record files"),
    };
    // Writing to a string cannot fail.
    let _written = writeln!(
        text,
        "The ontology and {read} are right: {}, {}, {}, {}, {}.",
        counted(counts.entities, "entity", "entities"),
        counted(counts.relationships, "relationship", "relationships"),
        counted(counts.claims, "claim", "claims"),
        counted(counts.evidence, "piece of evidence", "pieces of evidence"),
        counted(report.sources, "source", "sources"),
    );
    if options.seed.is_none() && options.data.is_none() {
        text.push_str(
            "There is no seed here, so that no record was checked: name one with --seed.\n",
        );
    }
    for warning in &loaded.warnings {
        let _written = writeln!(text, "{warning}");
    }
    for remark in &loaded.remarks {
        let _written = writeln!(text, "{remark}");
    }
    if let (Some(folder), Some(quotes)) = (&arguments.sources, quotes) {
        let quotes = quotes.finish().map_err(|problems| problems.to_string())?;
        for (source, count) in &quotes.found {
            let _written = writeln!(text, "{source}: all {count} quotes stand in its text.");
        }
        for (source, count) in &quotes.without_text {
            let _written = writeln!(
                text,
                "{source}: no text to check its {count} quotes against."
            );
        }
        if quotes.found.is_empty() {
            return Err(format!(
                "{} holds no text of a source: expected files such as <slug of a source>.txt",
                folder.display()
            ));
        }
    }
    print(text.as_bytes())
}

/// A number with its noun.
fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}
