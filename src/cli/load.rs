//! Loading: an ontology and a seed become a store and an engine.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::api::{Engine, EngineError, Options};
use crate::graph::Counts;
use crate::graph::view::Audience;
use crate::ingest::ontology;
use crate::ingest::problem::Problems;
use crate::ingest::records::{Recorded, read_folder};
use crate::model::change::Transaction;
use crate::store::{CommitError, Store};

/// The ontology that the program brings along.
const DEFAULT_ONTOLOGY: &str = include_str!("../../schema/ontology.graphql");

/// What to load.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// The ontology's file; the built-in one if there is none.
    pub ontology: Option<PathBuf>,
    /// The seed's folder; an empty record if there is none.
    pub seed: Option<PathBuf>,
    /// Whether anybody may have citations kept.
    pub citations: bool,
}

/// Why it could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be read.
    #[error("cannot read {path}: {reason}")]
    Read {
        /// Which file.
        path: String,
        /// Why.
        reason: std::io::Error,
    },
    /// Mistakes in the ontology or in the record files, each with its place.
    #[error("{count} {noun} found:\n{0}", count = .0.iter().count(), noun = if .0.iter().count() == 1 { "mistake was" } else { "mistakes were" })]
    Problems(#[from] Problems),
    /// The log refused a transaction of the seed.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The schema that follows from the ontology is not valid.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// What was loaded, and how long it took.
#[derive(Debug, Clone)]
pub struct LoadReport {
    /// What the record holds.
    pub counts: Counts,
    /// The sources among the entities.
    pub sources: usize,
    /// The record files, in the order of the manifest.
    pub files: Vec<String>,
    /// How long it took.
    pub took: Duration,
}

/// An ontology with its record.
#[derive(Debug)]
pub struct Loaded {
    /// The record.
    pub store: Store,
    /// What the record files held, for those who check them.
    pub recorded: Vec<Recorded>,
    ontology_text: String,
    citations: bool,
    started: Instant,
}

impl Loaded {
    /// An engine over the record.
    ///
    /// # Errors
    /// When the schema that follows from the ontology is not valid.
    pub fn engine(&self, audience: Audience) -> Result<Engine, EngineError> {
        Engine::new(
            self.store.clone(),
            &self.ontology_text,
            Options {
                audience,
                citations: self.citations,
                ..Options::default()
            },
        )
    }

    /// What was loaded.
    #[must_use]
    pub fn report(&self) -> LoadReport {
        let view = self.store.view();
        let graph = view.graph();
        LoadReport {
            counts: graph.counts(),
            sources: graph
                .ontology()
                .type_named("Source")
                .map_or(0, |index| graph.count_of(index)),
            files: self
                .recorded
                .iter()
                .map(|record| record.file.clone())
                .collect(),
            took: self.started.elapsed(),
        }
    }
}

/// Reads the ontology and the seed into a store in memory.
///
/// # Errors
/// All the mistakes that were found, each with its place.
pub fn open(options: &LoadOptions) -> Result<Loaded, LoadError> {
    open_and(options, true)
}

/// As [`open`]; what the record files held is let go as soon as it is on record, unless it is kept.
fn open_and(options: &LoadOptions, keep: bool) -> Result<Loaded, LoadError> {
    let started = Instant::now();
    let (text, name) = match &options.ontology {
        Some(path) => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path).map_err(|reason| LoadError::Read {
                path: name.clone(),
                reason,
            })?;
            (text, name)
        }
        None => (
            DEFAULT_ONTOLOGY.to_owned(),
            "the built-in ontology".to_owned(),
        ),
    };
    let ontology = Arc::new(ontology::read(&text, &name)?);
    let store = Store::in_memory(Arc::clone(&ontology));
    let mut recorded = match &options.seed {
        Some(folder) => read_folder(&ontology, folder)?,
        None => Vec::new(),
    };
    let committed = if keep {
        store.commit_all(recorded.iter().map(|record| &record.transaction))
    } else {
        // What is not kept is let go as soon as it is on record.
        store.commit_all(recorded.iter_mut().map(|record| {
            let changes = std::mem::take(&mut record.transaction.changes);
            Transaction {
                changes,
                ..record.transaction.clone()
            }
        }))
    };
    committed.map_err(|(place, error)| placed(&recorded[place], error))?;
    Ok(Loaded {
        store,
        recorded,
        ontology_text: text,
        citations: options.citations,
        started,
    })
}

/// Reads the ontology and the seed, and sets up an engine for anybody.
///
/// # Errors
/// All the mistakes that were found, each with its place.
pub fn load(options: &LoadOptions) -> Result<(Engine, LoadReport), LoadError> {
    let loaded = open_and(options, false)?;
    let engine = loaded.engine(Audience::Public)?;
    Ok((engine, loaded.report()))
}

/// A refusal with the places of the record file.
fn placed(record: &Recorded, error: CommitError) -> LoadError {
    match error {
        CommitError::Refused(errors) => {
            let problems = errors
                .into_iter()
                .map(|error| record.problem(error.place, error.reason))
                .collect();
            LoadError::Problems(Problems::new(problems))
        }
        other => LoadError::Commit(other),
    }
}
