//! Loading: an ontology and a seed become a store and an engine.

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use crate::api::{Engine, EngineError, Options};
use crate::cli::progress::Progress;
use crate::graph::view::View;
use crate::graph::{Counts, Version};
use crate::ingest::OnRead;
use crate::ingest::dump::{self, Dump, Dumped};
use crate::ingest::ontology;
use crate::ingest::problem::{Problem, Problems};
use crate::ingest::records::{Folder, Recorded, Skipped};
use crate::model::change::Transaction;
use crate::model::ontology::Ontology;
use crate::store::{
    self, Access, CommitError, Damage, Found, Loading, OpenError, Opened, Opening, SeedFile, Store,
    Verified,
};

/// The ontology that the program brings along.
const DEFAULT_ONTOLOGY: &str = include_str!("../../schema/ontology.graphql");

/// So many bytes of a dump are kept at once, so that what waits to be kept does not fill the memory.
const KEPT_AT_ONCE: usize = 16 << 20;

/// What to load.
#[derive(Debug, Clone)]
pub struct LoadOptions {
    /// The ontology's file; the built-in one if there is none.
    pub ontology: Option<PathBuf>,
    /// The seed: a folder with a manifest, or a dump. An empty record if there is none.
    pub seed: Option<PathBuf>,
    /// The folder that keeps the record; it is kept in memory if there is none.
    pub data: Option<PathBuf>,
    /// What that folder is opened for. Where it is to be read, nothing is written, and what the seed brings is shown all the same.
    pub access: Access,
    /// How the engine over it is set up.
    pub engine: Options,
    /// Whether to tell on standard error how far it is, where it takes longer than a moment.
    pub progress: bool,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self {
            ontology: None,
            seed: None,
            data: None,
            access: Access::Write,
            engine: Options::default(),
            progress: false,
        }
    }
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
    /// The folder with the record cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
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
    /// How many transactions were on record before.
    pub before: Version,
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
    /// Where the log is damaged, if it is: what stands before is there to be read.
    pub damage: Option<Damage>,
    /// What an operator should hear of.
    pub warnings: Vec<String>,
    /// How many transactions were on record before.
    before: Version,
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
            before: self.before,
            took: self.started.elapsed(),
        }
    }
}

/// Reads the ontology, the record that is kept, and the seed into a store.
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
    let (ontology, text) = read_ontology(options)?;
    let opened = opened(options, &ontology, &text)?;
    let mut loaded = Loaded {
        remarks: Vec::new(),
        files: Vec::new(),
        warnings: opened.remarks,
        before: opened.store.head().version,
        store: opened.store,
        damage: opened.damage,
        ontology_text: text,
        options: options.engine.clone(),
        started,
    };
    // Nothing is written after damage.
    if let Some(seed) = options.seed.as_ref().filter(|_| loaded.damage.is_none()) {
        let progress = progress(options);
        let store = loaded.store.clone();
        store.load(|loading| {
            loaded.read(&ontology, seed, loading, &progress, watch)?;
            progress.folds();
            Ok::<_, LoadError>(())
        })?;
    }
    Ok(loaded)
}

/// The ontology and its text.
fn read_ontology(options: &LoadOptions) -> Result<(Arc<Ontology>, String), LoadError> {
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
    Ok((Arc::new(ontology::read(&text, &name)?), text))
}

/// Checks all of the record in a folder.
///
/// # Errors
/// When it cannot be read at all, or does not fit the ontology.
pub(super) fn verify(options: &LoadOptions, folder: &Path) -> Result<Verified, LoadError> {
    let (ontology, text) = read_ontology(options)?;
    let progress = progress(options);
    Ok(store::verify(Opening {
        folder,
        ontology: &ontology,
        text: &text,
        digest: "",
        access: Access::Read,
        progress: &|found| tell(&progress, found),
    })?)
}

fn tell(progress: &Progress, found: Found) {
    match found {
        Found::Expected(bytes) => progress.expect(bytes),
        Found::Read(bytes) => progress.read(bytes),
        Found::All => progress.folds(),
    }
}

fn progress(options: &LoadOptions) -> Progress {
    if options.progress {
        Progress::shown()
    } else {
        Progress::silent()
    }
}

/// The store: in memory, or with what its folder keeps.
fn opened(
    options: &LoadOptions,
    ontology: &Arc<Ontology>,
    text: &str,
) -> Result<Opened, OpenError> {
    let Some(folder) = &options.data else {
        return Ok(Opened {
            store: Store::in_memory(Arc::clone(ontology)),
            damage: None,
            remarks: Vec::new(),
        });
    };
    let mut hasher = blake3::Hasher::new();
    // Another program may check otherwise.
    for part in [env!("CARGO_PKG_VERSION"), ontology::BUILT_IN, text] {
        hasher.update(part.as_bytes());
        hasher.update(b"\0");
    }
    let progress = progress(options);
    Store::open(Opening {
        folder,
        ontology,
        text,
        digest: &hasher.finalize().to_hex(),
        access: options.access,
        progress: &|found| tell(&progress, found),
    })
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
            return self.read_dump(seed, loading, &read, watch);
        }
        if !seed.join("manifest.yaml").exists() {
            let shown = seed.display();
            let found = match seed.is_dir() {
                true => format!("there is no manifest.yaml in {shown}"),
                false => format!("there is no {shown}"),
            };
            return Err(LoadError::Seed { found });
        }
        let mut folder = Folder::open(ontology, seed, &read)?;
        let record = View::now(loading.graph().clone());
        for skipped in folder.skip_loaded(loading.seed_files(), record) {
            if skipped.is_changed {
                self.warnings.push(changed(&skipped));
            }
        }
        progress.expect(folder.bytes());
        ahead(folder, |files| self.read_files(files, loading, watch))
    }

    /// Commits a dump. What the record has of it already is passed over, so that a dump whose loading broke off is loaded on.
    fn read_dump(
        &mut self,
        seed: &Path,
        loading: &mut Loading<'_>,
        read: OnRead<'_>,
        watch: Watch<'_>,
    ) -> Result<(), LoadError> {
        let name = seed.display().to_string();
        let digest = if self.store.is_persistent() {
            Some(dump::digest(seed).map_err(|reason| LoadError::Read {
                path: name.clone(),
                reason,
            })?)
        } else {
            None
        };
        let is_loaded = |file: &SeedFile| Some(&file.digest) == digest.as_ref();
        if loading.seed_files().iter().any(is_loaded) {
            return Ok(());
        }
        let before = loading.graph().version();
        let is_persistent = digest.is_some();
        ahead(Dump::open(seed, read)?, |transactions| {
            for dumped in transactions {
                let dumped = dumped?;
                if dumped.version() > before {
                    from_dump(&dumped, loading, watch)?;
                } else if !loading
                    .has(dumped.version(), &dumped.transaction)
                    .map_err(CommitError::Log)?
                {
                    return Err(Problems::new(vec![dumped.foreign()]).into());
                }
                if is_persistent && loading.unkept() > KEPT_AT_ONCE {
                    loading.keep()?;
                }
            }
            Ok::<_, LoadError>(())
        })?;
        if let Some(digest) = digest {
            loading.loaded(&name, &digest)?;
        }
        self.files.push(name);
        Ok(())
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
                    committed => {
                        committed?;
                        loading.loaded(&recorded.file, &recorded.digest)?;
                    }
                }
            }
            self.files.push(recorded.file);
            self.remarks.extend(recorded.remarks);
        }
        Ok(Problems::unless_any((), problems)?)
    }
}

/// What is said of a file that changed since it was loaded.
fn changed(file: &Skipped) -> String {
    format!(
        "{} has changed since it was loaded as transaction {}: the record keeps what was loaded. To change the record, add a file with further claims, ranks and retractions to the manifest",
        file.path.display(),
        file.version
    )
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
