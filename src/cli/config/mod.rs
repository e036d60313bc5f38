//! The configuration: what is in force, and where each value is from.
//!
//! A flag goes before the environment, that before the file, that before the default.
//!
//! | file | holds |
//! | --- | --- |
//! | `file` | `onrecord.toml`, with the place of every value |
//! | `flags` | the flags of the command line |
//! | `print` | the configuration as a file, with comments |

mod file;
mod flags;
mod print;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

pub(crate) use flags::{AllFlags, Flags, RecordFlags};
pub(crate) use print::print;

use crate::api::{Disclosure, Limits};
use crate::ingest::problem::suggestion;
use crate::server;
use crate::settings::{Given, Section, settings};

use self::file::File;

/// The file that is read where none is named.
const FILE: &str = "onrecord.toml";
/// The variable that names another file.
const FILE_VARIABLE: &str = "ONRECORD_CONFIG";
/// What the variables of the environment begin with.
const PREFIX: &str = "ONRECORD_";

settings! {
    /// What is loaded.
    section "record";
    pub(crate) struct Record {
        /// The ontology: entity types and relationships, as SDL [otherwise schema/ontology.graphql, else the built-in one]
        #[flag("ontology")]
        pub ontology: Option<PathBuf> = None;
        /// The seed: a folder with a manifest and record files, or a dump as `onrecord dump` writes it [otherwise seed]
        #[flag("seed")]
        pub seed: Option<PathBuf> = None;
        /// The folder that keeps the record: its log, and what belongs to it [otherwise the record is kept in memory]
        #[flag("data")]
        pub data: Option<PathBuf> = None;
    }
}

/// All that can be configured, section by section.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    pub(crate) record: Record,
    pub(crate) limits: Limits,
    pub(crate) disclosure: Disclosure,
    pub(crate) server: server::Options,
}

impl Settings {
    /// The sections, in the order in which they are shown. A section that is not listed cannot be configured.
    fn sections(&mut self) -> Vec<&mut dyn Section> {
        let mut sections: Vec<&mut dyn Section> = vec![&mut self.record];
        sections.extend(self.server.sections());
        sections.push(&mut self.limits);
        sections.push(&mut self.disclosure);
        sections
    }
}

/// Which setting: its section and its place in there.
type At = (usize, usize);

/// Where a value is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The defaults of production.
    Production,
    /// A file, and the line.
    File(String, usize),
    /// A variable of the environment.
    Environment(String),
    /// A flag, with its dashes.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Production => formatter.write_str("--production"),
            Self::File(file, line) => write!(formatter, "{file}:{line}"),
            Self::Environment(name) | Self::Flag(name) => formatter.write_str(name),
        }
    }
}

/// What is in force.
#[derive(Debug)]
pub(crate) struct Configuration {
    pub(crate) settings: Settings,
    /// Where what is no default is from.
    origins: BTreeMap<At, Origin>,
}

/// The environment, as far as it is ours.
pub(crate) fn environment() -> Result<Vec<(String, String)>, String> {
    let ours = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        name.starts_with(PREFIX).then_some((name, value))
    });
    ours.map(|(name, value)| match value.into_string() {
        Ok(value) => Ok((name, value)),
        Err(_) => Err(format!("{name} holds no UTF-8 text")),
    })
    // An empty variable is how many tools take one away.
    .filter(|variable| {
        variable
            .as_ref()
            .map_or(true, |(_, value)| !value.is_empty())
    })
    .collect()
}

impl Configuration {
    /// Reads the flags, the environment and the file.
    ///
    /// # Errors
    /// All the mistakes that were found, each with its place.
    pub(crate) fn read(flags: &Flags) -> Result<Self, String> {
        let environment = environment()?;
        let named = flags.file.clone().or_else(|| {
            let mut variables = environment.iter();
            let (_, value) = variables.find(|(name, _)| name == FILE_VARIABLE)?;
            Some(PathBuf::from(value))
        });
        let file = match &named {
            Some(path) => Some(path.as_path()),
            None => Some(Path::new(FILE)).filter(|path| path.exists()),
        };
        let file = file
            .map(|path| match std::fs::read_to_string(path) {
                Ok(text) => Ok((path.display().to_string(), text)),
                Err(error) => Err(format!("cannot read {}: {error}", path.display())),
            })
            .transpose()?;
        let file = file
            .as_ref()
            .map(|(name, text)| (name.as_str(), text.as_str()));
        Self::of(flags, &environment, file).map_err(|problems| told(&problems))
    }

    /// The configuration of these flags, variables and file.
    fn of(
        flags: &Flags,
        environment: &[(String, String)],
        file: Option<(&str, &str)>,
    ) -> Result<Self, Vec<String>> {
        let plain = Self {
            settings: Settings::default(),
            origins: BTreeMap::new(),
        };
        let found = plain.with(flags, environment, file)?;
        if !found.settings.server.http.production {
            return Ok(found);
        }
        // What was said goes before the defaults of production, too.
        Self::in_production().with(flags, environment, file)
    }

    /// The defaults of production.
    fn in_production() -> Self {
        let mut settings = Settings::default();
        let mut origins = BTreeMap::new();
        for (place, section) in settings.sections().into_iter().enumerate() {
            for key in section.harden() {
                origins.insert((place, key), Origin::Production);
            }
        }
        Self { settings, origins }
    }

    /// The same with what was said.
    fn with(
        self,
        flags: &Flags,
        environment: &[(String, String)],
        file: Option<(&str, &str)>,
    ) -> Result<Self, Vec<String>> {
        let mut found = self;
        let mut problems = Vec::new();
        if let Some((name, text)) = file {
            let file = File::read(name, text);
            problems.extend(found.take_file(&file));
            problems.extend(file.problems);
        }
        problems.extend(found.take_environment(environment));
        problems.extend(found.take_flags(flags));
        if problems.is_empty() {
            Ok(found)
        } else {
            Err(problems)
        }
    }

    fn take_file(&mut self, file: &File) -> Vec<String> {
        let mut problems = Vec::new();
        let sections = self.settings.sections();
        let known: Vec<&str> = sections.iter().map(|section| section.name()).collect();
        for (section, place) in &file.sections {
            if !known.contains(&section.as_str()) {
                let near = suggestion(section, known.iter().copied());
                let known = known.join(", ");
                let message =
                    format!("there is no section [{section}]: expected one of {known}{near}");
                problems.push((*place, message));
            }
        }
        for entry in &file.entries {
            let section = entry.section.as_deref();
            if section.is_some_and(|section| !known.contains(&section)) {
                continue; // One error is enough for it.
            }
            match self.find_in_file(section, &entry.name) {
                Ok(at) => {
                    let origin = Origin::File(file.name.clone(), entry.place.0);
                    if let Err(expected) = self.set(at, &entry.value, origin) {
                        let (name, value) = (&entry.name, &entry.value);
                        let message = format!("`{name}` is {value}: expected {expected}");
                        problems.push((entry.value_place, message));
                    }
                }
                Err(message) => problems.push((entry.place, message)),
            }
        }
        problems.sort();
        let told = problems.iter();
        told.map(|(place, message)| file.problem(*place, message))
            .collect()
    }

    /// The setting of a section and a name; else what may have been meant.
    fn find_in_file(&mut self, section: Option<&str>, name: &str) -> Result<At, String> {
        let keys = self.each(|section, key| (section, key.name()));
        let exact = keys
            .iter()
            .find(|(_, (in_section, key))| section == Some(*in_section) && key == name);
        if let Some((at, _)) = exact {
            return Ok(*at);
        }
        let elsewhere: Vec<String> = keys
            .iter()
            .filter(|(_, (_, key))| key == name)
            .map(|(_, (in_section, _))| format!("[{in_section}]"))
            .collect();
        let Some(section) = section else {
            let near = match &elsewhere[..] {
                [] => String::new(),
                places => format!("; `{name}` is in {}", places.join(" and in ")),
            };
            return Err(format!(
                "`{name}` stands in no section: expected it below one{near}"
            ));
        };
        let here = keys
            .iter()
            .filter(|(_, (in_section, _))| *in_section == section)
            .map(|(_, (_, key))| key.as_str());
        let mut near = suggestion(name, here);
        if near.is_empty() && !elsewhere.is_empty() {
            near = format!("; it is in {}", elsewhere.join(" and in "));
        }
        Err(format!("there is no setting `{name}` in [{section}]{near}"))
    }

    fn take_environment(&mut self, variables: &[(String, String)]) -> Vec<String> {
        let names = self.each(|section, key| key.variable(section));
        let mut problems = Vec::new();
        for (name, value) in variables.iter().filter(|(name, _)| name != FILE_VARIABLE) {
            let Some((at, _)) = names.iter().find(|(_, known)| known == name) else {
                // Others may have put variables there that begin like ours: an orchestrator tells a service's address in
                // this way. What is close to one of ours was meant to be it.
                // The common beginning says nothing of how close they are.
                let ours = names
                    .iter()
                    .filter_map(|(_, known)| known.strip_prefix(PREFIX));
                let near = suggestion(name.trim_start_matches(PREFIX), ours);
                if !near.is_empty() {
                    let near = near.replacen('"', &format!("\"{PREFIX}"), 1);
                    problems.push(format!("there is no variable {name}{near}"));
                }
                continue;
            };
            let origin = Origin::Environment(name.clone());
            if let Err(expected) = self.set(*at, &Given::Text(value.clone()), origin) {
                problems.push(format!("{name} is `{value}`: expected {expected}"));
            }
        }
        problems
    }

    fn take_flags(&mut self, flags: &Flags) -> Vec<String> {
        let names = self.each(|section, key| key.flag(section));
        let mut problems = Vec::new();
        for (name, value) in &flags.given {
            let Some((at, _)) = names.iter().find(|(_, known)| known == name) else {
                continue; // The command line was made of the same names.
            };
            let flag = format!("--{name}");
            if let Err(expected) = self.set(*at, &Given::Text(value.clone()), Origin::Flag(flag)) {
                problems.push(format!("--{name} is `{value}`: expected {expected}"));
            }
        }
        problems
    }

    /// Something of each setting.
    fn each<T>(&mut self, of: impl Fn(&'static str, &crate::settings::Key) -> T) -> Vec<(At, T)> {
        let sections = self.settings.sections();
        let all = sections.iter().enumerate().flat_map(|(place, section)| {
            let keys = section.keys().iter().enumerate();
            let of = &of;
            keys.map(move |(key, found)| ((place, key), of(section.name(), found)))
        });
        all.collect()
    }

    /// Sets a value; else tells what was expected.
    fn set(&mut self, at: At, given: &Given, origin: Origin) -> Result<(), String> {
        let mut sections = self.settings.sections();
        let Some(section) = sections.get_mut(at.0) else {
            return Ok(());
        };
        if section.read(at.1, given).is_err() {
            let expected = section.keys().get(at.1).map_or("", |key| key.expected);
            return Err(match section.least(at.1) {
                Some(least) => format!("{expected}, {least} at least"),
                None => expected.to_owned(),
            });
        }
        self.origins.insert(at, origin);
        Ok(())
    }
}

/// All mistakes in one text.
fn told(problems: &[String]) -> String {
    match problems {
        [only] => only.clone(),
        several => format!(
            "{} mistakes were found in the configuration:\n{}",
            several.len(),
            several.join("\n")
        ),
    }
}
