//! The program's commands and what they print.

mod check;
mod config;
mod documents;
mod keeping;
mod load;
mod log;
mod manual;
mod progress;
mod serve;
mod token;

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

pub use load::{LoadError, LoadOptions, LoadReport, Loaded, load, open};

use crate::api::{Allow, Options, Outcome, Request};
use crate::cli::config::{AllFlags, Configuration, RecordFlags, Settings};
use crate::export::dump;
use crate::model::access::{Caller, Role};
use crate::store::Access;

/// Who committed to what, on the record: a GraphQL knowledge graph server.
#[derive(Debug, Parser)]
#[command(name = "onrecord", version, about, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the record over GraphQL
    Serve(serve::ServeArguments),
    /// Check the ontology and the seed, and tell every mistake with its place
    Check(check::CheckArguments),
    /// Print the API's schema, generated from the ontology
    Schema(Inputs),
    /// Run the operation in a file, without a server
    Query(QueryArguments),
    /// Make, list and revoke API tokens
    Token(token::TokenArguments),
    /// Print the configuration that is in force, and where each value is from
    Config(ConfigArguments),
    /// Print a page of the manual
    Man(manual::ManArguments),
    /// Print the completions of a shell
    Completions(manual::CompletionsArguments),
    /// Write the whole record to standard output, one JSON object a line, with what is proposed or under embargo
    Dump(Inputs),
    /// Write a copy of the record in --data into one file, while it may be served
    Backup(keeping::FileArguments),
    /// Make the record in --data out of a copy, which is checked first
    Restore(keeping::FileArguments),
    /// Check all of the record in --data: every transaction's hash, their chain, and that each fits those before it
    Verify(Inputs),
    /// Give the space back that the record in --data no longer needs
    Compact(Inputs),
    /// Print a manifest of trusted documents: the operations of a folder, each by its SHA-256
    Manifest(documents::ManifestArguments),
}

/// What is loaded by a command that is no server.
#[derive(Debug, Args)]
pub(crate) struct Inputs {
    #[command(flatten)]
    flags: RecordFlags,
}

impl Inputs {
    /// A record that is kept is read, and not written to.
    fn options(&self) -> Result<LoadOptions, String> {
        let found = Configuration::read(&self.flags)?;
        Ok(LoadOptions {
            access: Access::Read,
            ..load_options(&found.settings)
        })
    }

    /// The record that is kept, as it is; without one, the seed.
    fn open(&self) -> Result<Loaded, String> {
        let mut options = self.options()?;
        if options.data.is_some() {
            options.seed = None;
        }
        let loaded = open(&options).map_err(|error| error.to_string())?;
        let damage = loaded.damage.iter().map(ToString::to_string);
        for line in damage.chain(loaded.warnings.iter().cloned()) {
            let _told = writeln!(io::stderr(), "onrecord: {line}");
        }
        Ok(loaded)
    }
}

/// What was said, and for the rest what lies in the current folder.
fn load_options(settings: &Settings) -> LoadOptions {
    let here = |path: &str| Some(PathBuf::from(path)).filter(|path| path.exists());
    let record = settings.record.clone();
    LoadOptions {
        ontology: record.ontology.or_else(|| here("schema/ontology.graphql")),
        seed: record.seed.or_else(|| here("seed")),
        data: record.data,
        access: Access::Write,
        engine: Options {
            citations: settings.server.http.allow_citations,
            federation: settings.server.http.federation,
            limits: settings.limits.clone(),
            disclosure: settings.disclosure.clone(),
            ..Options::default()
        },
        progress: true,
    }
}

#[derive(Debug, Args)]
struct ConfigArguments {
    #[command(flatten)]
    flags: AllFlags,
}

#[derive(Debug, Args)]
struct QueryArguments {
    #[command(flatten)]
    inputs: Inputs,
    /// The file with the operation; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The variables as a JSON object
    #[arg(long, value_name = "JSON", default_value = "{}")]
    variables: String,
    /// Which operation of the file to run, where it holds several
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// See what only editors see: claims that are proposed or rejected
    #[arg(long)]
    editor: bool,
}

/// What a command comes to: an error is one text for people.
type Outcomes = Result<ExitCode, String>;

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Schema(inputs) => schema(&inputs),
        Command::Query(arguments) => query(&arguments),
        Command::Token(arguments) => token::run(&arguments),
        Command::Config(arguments) => config(&arguments),
        Command::Man(arguments) => manual::man(&arguments),
        Command::Completions(arguments) => manual::completions(&arguments),
        Command::Dump(inputs) => dump_all(&inputs),
        Command::Backup(arguments) => keeping::back_up(&arguments),
        Command::Restore(arguments) => keeping::restore(&arguments),
        Command::Verify(inputs) => keeping::verify(&inputs),
        Command::Compact(inputs) => keeping::compact(&inputs),
        Command::Manifest(arguments) => documents::run(&arguments),
    };
    outcome.unwrap_or_else(|message| {
        let _told = writeln!(io::stderr(), "onrecord: {message}");
        ExitCode::FAILURE
    })
}

/// Prints to standard output. A reader that has gone away, such as `head`, is no error.
fn print(bytes: &[u8]) -> Outcomes {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("cannot write to standard output: {error}"))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn config(arguments: &ConfigArguments) -> Outcomes {
    print(config::print(&Configuration::read(&arguments.flags)?).as_bytes())
}

fn schema(inputs: &Inputs) -> Outcomes {
    let options = LoadOptions {
        seed: None,
        data: None,
        ..inputs.options()?
    };
    let (engine, _) = load(&options).map_err(|error| error.to_string())?;
    print(engine.sdl().as_bytes())
}

fn dump_all(inputs: &Inputs) -> Outcomes {
    let loaded = inputs.open()?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    match dump::dump(&loaded.store, &mut out).and_then(|()| Ok(out.flush()?)) {
        Err(dump::DumpError::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => Err(error.to_string()),
        Ok(()) => Ok(ExitCode::SUCCESS),
    }
}

fn query(arguments: &QueryArguments) -> Outcomes {
    let text = read(&arguments.file)?;
    let variables = serde_json::from_str(&arguments.variables)
        .map_err(|error| format!("--variables is no JSON object: {error}"))?;
    let caller = if arguments.editor {
        Caller::operator(Role::Editor)
    } else {
        Caller::anonymous()
    };
    let loaded = arguments.inputs.open()?;
    let engine = loaded.engine().map_err(|error| error.to_string())?;
    let request = Request {
        query: text,
        operation_name: arguments.operation.clone(),
        variables,
        caller,
        ..Request::default()
    };
    let answer = engine.execute(&request, Allow::Everything);
    let value: serde_json::Value = serde_json::from_slice(&answer.body)
        .map_err(|error| format!("the answer is no JSON: {error}"))?;
    print(format!("{value:#}\n").as_bytes())?;
    let clean = answer.outcome == Outcome::Executed && value.get("errors").is_none();
    Ok(if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A file's text, or standard input's.
fn read(path: &Path) -> Result<String, String> {
    if path == Path::new("-") {
        let mut text = String::new();
        io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| format!("cannot read standard input: {error}"))?;
        return Ok(text);
    }
    std::fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Arguments::command().debug_assert();
    }
}
