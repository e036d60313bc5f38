//! The flags of the command line, made of the settings.

use std::ops::Deref;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use super::{FILE, FILE_VARIABLE, Settings};

/// The flags that were given.
#[derive(Debug, Clone, Default)]
pub(crate) struct Flags {
    /// The file of the configuration.
    pub(super) file: Option<PathBuf>,
    /// Names, without dashes, with their values.
    pub(super) given: Vec<(String, String)>,
}

/// The flags of what is loaded, for commands that are no server.
#[derive(Debug, Clone)]
pub(crate) struct RecordFlags(Flags);

/// All flags.
#[derive(Debug, Clone)]
pub(crate) struct AllFlags(Flags);

/// The section whose flags all commands have.
const RECORD: &str = "record";
/// The flag that names another file.
const CONFIG: &str = "config";

/// Adds a flag for each setting of the wanted sections.
fn augment(command: Command, wanted: impl Fn(&str) -> bool) -> Command {
    let file = Arg::new(CONFIG)
        .long(CONFIG)
        .value_name("FILE")
        .value_parser(clap::value_parser!(PathBuf))
        .help(format!(
            "The file of the configuration [otherwise {FILE} in this folder] [env: {FILE_VARIABLE}]"
        ));
    let mut command = command.arg(file);
    for section in Settings::default().sections() {
        let name = section.name();
        if !wanted(name) {
            continue;
        }
        for (place, key) in section.keys().iter().enumerate() {
            let flag = key.flag(name);
            let default = match section.write(place) {
                Some(value) if !key.is_switch => format!(" [default: {value}]"),
                _ => String::new(),
            };
            let mut argument = Arg::new(flag.clone())
                .long(flag)
                .value_name(if key.is_switch { "true|false" } else { "VALUE" })
                .action(ArgAction::Set)
                .allow_negative_numbers(true)
                .help(format!(
                    "{}{default} [env: {}]",
                    key.about,
                    key.variable(name)
                ))
                .help_heading(format!("[{name}]"))
                // What few need is told by --help, not by -h.
                .hide_short_help(key.own_flag.is_none());
            if key.is_switch {
                argument = argument
                    .num_args(0..=1)
                    .require_equals(true)
                    .default_missing_value("true");
            }
            command = command.arg(argument);
        }
    }
    command
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        if let Some(file) = matches.get_one::<PathBuf>(CONFIG) {
            self.file = Some(file.clone());
        }
        for section in Settings::default().sections() {
            for key in section.keys() {
                let flag = key.flag(section.name());
                // Not every command has every flag.
                if let Ok(Some(value)) = matches.try_get_one::<String>(&flag) {
                    self.given.push((flag, value.clone()));
                }
            }
        }
        Ok(())
    }
}

/// A set of flags that a command takes.
macro_rules! flags {
    ($($name:ident: $wanted:expr;)+) => {$(
        impl Deref for $name {
            type Target = Flags;

            fn deref(&self) -> &Flags {
                &self.0
            }
        }

        impl FromArgMatches for $name {
            fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
                Flags::from_arg_matches(matches).map(Self)
            }

            fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
                self.0.update_from_arg_matches(matches)
            }
        }

        impl Args for $name {
            fn augment_args(command: Command) -> Command {
                augment(command, $wanted)
            }

            fn augment_args_for_update(command: Command) -> Command {
                augment(command, $wanted)
            }
        }
    )+};
}

flags! {
    RecordFlags: |section| section == RECORD;
    AllFlags: |_| true;
}
