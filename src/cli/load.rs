//! Loading: an ontology and a seed become a store and an engine.

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use crate::api::{Engine, EngineError, Options};
use crate::cli::progress::Progress;
use crate::graph::Counts;
use crate::ingest::dump::{Dump, Dumped};
use crate::ingest::ontology;
use crate::ingest::problem::{Problem, Problems};
use crate::ingest::records::{Folder, Recorded};
use crate::model::change::Transaction;
use crate::model::ontology::Ontology;
use crate::store::{CommitError, Loading, Store};

/// The ontology that the program brings along.
const DEFAULT_ONTOLOGY: &str = include_str!("../../schema/ontology.graphql");

/// What to load.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// The ontology's file; the built-in one if there is none.
    pub ontology: Option<PathBuf>,
    /// The seed: a folder with a manifest, or a dump. An empty record if there is none.
    pub seed: Option<PathBuf>,
    /// How the engine over it is set up.
    pub engine: Options,
    /// Whether to tell on standard error how far it is, where it takes longer than a moment.
    pub progress: bool,
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
    /// There is no seed where one is said to be.
    #[error("{found}: expected a folder with a manifest.yaml, or a dump")]
    Seed {
        /// What there is instead.
        found: String,
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
    /// The record files, in the order of the manifest; or the dump.
    pub files: Vec<String>,
    /// How long it took.
    pub took: Duration,
}

/// An ontology with its record.
#[derive(Debug)]
pub struct Loaded {
    /// The record.
    pub store: Store,
    /// What somebody who checks the record files should see, although it is no mistake.
    pub remarks: Vec<Problem>,
    /// The record files, in the order of the manifest; or the dump.
    pub files: Vec<String>,
    ontology_text: String,
    options: Options,
    started: Instant,
}

impl Loaded {
    /// An engine over the record.
    ///
    /// # Errors
    /// When the schema that follows from the ontology is not valid.
    pub fn engine(&self) -> Result<Engine, EngineError> {
        Engine::new(
            self.store.clone(),
            &self.ontology_text,
            self.options.clone(),
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
            files: self.files.clone(),
            took: self.started.elapsed(),
        }
    }
}

/// Reads the ontology and the seed into a store in memory.
///
/// # Errors
/// All the mistakes that were found, each with its place.
pub fn open(options: &LoadOptions) -> Result<Loaded, LoadError> {
    open_and(options, &mut |_, _| {})
}

/// Sees each transaction before it is committed, with what puts a message at the place of one of its changes.
pub(super) type Watch<'w> = &'w mut dyn FnMut(&Transaction, &dyn Fn(usize, String) -> Problem);

/// As [`open`]; `watch` sees all that is read.
pub(super) fn open_and(options: &LoadOptions, watch: Watch<'_>) -> Result<Loaded, LoadError> {
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
    let mut loaded = Loaded {
        store: Store::in_memory(Arc::clone(&ontology)),
        remarks: Vec::new(),
        files: Vec::new(),
        ontology_text: text,
        options: options.engine.clone(),
        started,
    };
    if let Some(seed) = &options.seed {
        let progress = if options.progress {
            Progress::shown()
        } else {
            Progress::silent()
        };
        let store = loaded.store.clone();
        store.load(|loading| {
            loaded.read(&ontology, seed, loading, &progress, watch)?;
            progress.folds();
            Ok::<_, LoadError>(())
        })?;
    }
    Ok(loaded)
}

/// Reads the ontology and the seed, and sets up an engine.
///
/// # Errors
/// All the mistakes that were found, each with its place.
pub fn load(options: &LoadOptions) -> Result<(Engine, LoadReport), LoadError> {
    let loaded = open(options)?;
    let engine = loaded.engine()?;
    Ok((engine, loaded.report()))
}

impl Loaded {
    /// Reads a seed and commits it, one transaction after the other.
    fn read(
        &mut self,
        ontology: &Ontology,
        seed: &Path,
        loading: &mut Loading<'_>,
        progress: &Progress,
        watch: Watch<'_>,
    ) -> Result<(), LoadError> {
        let read = |bytes| progress.read(bytes);
        if seed.is_file() {
            progress.expect(seed.metadata().map_or(0, |found| found.len()));
            self.files.push(seed.display().to_string());
            return ahead(Dump::open(seed, &read)?, |transactions| {
                for dumped in transactions {
                    from_dump(&dumped?, loading, watch)?;
                }
                Ok(())
            });
        }
        if !seed.join("manifest.yaml").exists() {
            let shown = seed.display();
            let found = match seed.is_dir() {
                true => format!("there is no manifest.yaml in {shown}"),
                false => format!("there is no {shown}"),
            };
            return Err(LoadError::Seed { found });
        }
        let folder = Folder::open(ontology, seed, &read)?;
        progress.expect(folder.bytes());
        ahead(folder, |files| self.read_files(files, loading, watch))
    }

    /// Commits record files as long as none has a mistake, and reads the others for theirs.
    fn read_files(
        &mut self,
        files: &mut dyn Iterator<Item = Result<Recorded, Problems>>,
        loading: &mut Loading<'_>,
        watch: Watch<'_>,
    ) -> Result<(), LoadError> {
        let mut problems = Vec::new();
        for recorded in files {
            let recorded = match recorded {
                Ok(recorded) => recorded,
                Err(wrong) => {
                    problems.extend(wrong.into_vec());
                    continue;
                }
            };
            let place = |change, message| recorded.problem(change, message);
            watch(&recorded.transaction, &place);
            if problems.is_empty() {
                match loading.commit(&recorded.transaction, None) {
                    Err(CommitError::Refused(errors)) => {
                        let placed = errors
                            .into_iter()
                            .map(|error| place(error.place, error.reason));
                        problems.extend(placed);
                    }
                    committed => committed?,
                }
            }
            self.files.push(recorded.file);
            self.remarks.extend(recorded.remarks);
        }
        Ok(Problems::unless_any((), problems)?)
    }
}

/// Commits a transaction of a dump.
fn from_dump(
    dumped: &Dumped,
    loading: &mut Loading<'_>,
    watch: Watch<'_>,
) -> Result<(), LoadError> {
    let place = |change, message| dumped.problem(change, message);
    watch(&dumped.transaction, &place);
    match loading.commit(&dumped.transaction, dumped.hash.as_deref()) {
        Err(CommitError::Refused(errors)) => {
            let placed = errors
                .into_iter()
                .map(|error| place(error.place, error.reason));
            Err(Problems::new(placed.collect()).into())
        }
        Err(CommitError::Altered {
            found, expected, ..
        }) => Err(Problems::new(vec![dumped.altered(&found, &expected)]).into()),
        committed => Ok(committed?),
    }
}

/// Works on items while a thread makes the next one. There are never more than two.
fn ahead<T: Send, R>(
    items: impl Iterator<Item = T> + Send,
    work: impl FnOnce(&mut dyn Iterator<Item = T>) -> R,
) -> R {
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel(0);
        scope.spawn(move || {
            for item in items {
                // Nobody waits for it once the work has failed.
                if sender.send(item).is_err() {
                    break;
                }
            }
        });
        work(&mut receiver.into_iter())
    })
}
