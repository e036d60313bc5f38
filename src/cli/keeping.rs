//! `onrecord backup`, `restore`, `verify` and `compact`: looking after the record that is kept in a folder.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use indicatif::HumanBytes;

use crate::cli::{Inputs, LoadOptions, Outcomes, load, print};
use crate::store::{self, Head};

/// A copy of the record.
#[derive(Debug, Args)]
pub(crate) struct FileArguments {
    #[command(flatten)]
    inputs: Inputs,
    /// The file of the copy
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// The options, and the folder that the record is kept in.
fn folder_of(inputs: &Inputs) -> Result<(LoadOptions, PathBuf), String> {
    let options = inputs.options()?;
    let folder = options.data.clone();
    let folder = folder.ok_or("no folder is named that keeps a record: name it with --data")?;
    Ok((options, folder))
}

fn told(head: &Head) -> String {
    format!(
        "{} transactions, the last with the hash {}",
        head.version, head.hash
    )
}

pub(crate) fn back_up(arguments: &FileArguments) -> Outcomes {
    let (_, folder) = folder_of(&arguments.inputs)?;
    let file = &arguments.file;
    let head = store::back_up(&folder, file).map_err(|error| error.to_string())?;
    print(format!("Wrote {}: {}.\n", file.display(), told(&head)).as_bytes())
}

pub(crate) fn restore(arguments: &FileArguments) -> Outcomes {
    let (_, folder) = folder_of(&arguments.inputs)?;
    let head = store::restore(&arguments.file, &folder).map_err(|error| error.to_string())?;
    print(format!("Restored {}: {}.\n", folder.display(), told(&head)).as_bytes())
}

pub(crate) fn verify(inputs: &Inputs) -> Outcomes {
    let (options, folder) = folder_of(inputs)?;
    let found = load::verify(&options, &folder).map_err(|error| error.to_string())?;
    let head = told(&found.head);
    if found.problems.is_empty() {
        return print(format!("{} is whole: {head}.\n", folder.display()).as_bytes());
    }
    let mut text = format!("{} is not whole. What stands: {head}.\n", folder.display());
    for problem in &found.problems {
        text.push_str(problem);
        text.push('\n');
    }
    print(text.as_bytes()).map(|_| ExitCode::FAILURE)
}

pub(crate) fn compact(inputs: &Inputs) -> Outcomes {
    let (_, folder) = folder_of(inputs)?;
    let done = store::compact(&folder).map_err(|error| error.to_string())?;
    let (before, now) = done.bytes;
    let text = format!(
        "Compacted {}: {} transactions, {} before and {} now.\n",
        folder.display(),
        done.version,
        HumanBytes(before),
        HumanBytes(now)
    );
    print(text.as_bytes())
}
