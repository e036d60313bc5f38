//! `onrecord man` and `onrecord completions`: what the program tells of its own commands.

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;

use crate::cli::{Arguments, Outcomes, print};

/// Which page of the manual.
#[derive(Debug, Args)]
pub(crate) struct ManArguments {
    /// The command that the page is about [otherwise the program as a whole]
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

/// For which shell.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Prints a page of the manual, as roff.
pub(crate) fn man(arguments: &ManArguments) -> Outcomes {
    let mut program = Arguments::command();
    program.build();
    let command = match &arguments.command {
        None => program,
        Some(name) => program.find_subcommand(name).cloned().ok_or_else(|| {
            let known: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
            format!(
                "there is no command {name}: expected one of {}",
                known.join(", ")
            )
        })?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(|error| format!("the page cannot be written: {error}"))?;
    print(&page)
}

/// Prints what a shell needs to complete the program's command line.
pub(crate) fn completions(arguments: &CompletionsArguments) -> Outcomes {
    let mut program = Arguments::command();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "onrecord", &mut script);
    print(&script)
}
