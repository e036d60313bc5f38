//! A folder's log becomes a store.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::graph::{Graph, Version};
use crate::model::change::Change;
use crate::model::claim::Assertion;
use crate::model::ontology::Ontology;
use crate::store::kept::{Kept, KeptOntology};
use crate::store::log::{Damage, Head, Log, LogError};
use crate::store::replay::replay;
use crate::store::sqlite::SqliteLog;
use crate::store::{Kind, Store};

/// What a folder is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To write: by one process at a time.
    Write,
    /// To read what is there, while another process may write.
    Read,
}

/// What is opened, and how.
#[derive(Clone, Copy)]
pub struct Opening<'o> {
    /// The folder with the log.
    pub folder: &'o Path,
    /// The ontology that the record is read by.
    pub ontology: &'o Arc<Ontology>,
    /// Its text, which is kept with the log.
    pub text: &'o str,
    /// The digest of all that the ontology follows from. Where the log was written by the same, its transactions need no checking.
    pub digest: &'o str,
    /// What for.
    pub access: Access,
    /// Is told how many bytes are to be read, and then of those that were.
    pub progress: &'o dyn Fn(Found),
}

impl fmt::Debug for Opening<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Opening")
            .field("folder", &self.folder)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

/// How far opening is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// About so many bytes are to be read.
    Expected(u64),
    /// So many more were read.
    Read(u64),
    /// All was read; what remains is to fold the indexes.
    All,
}

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The record does not fit the ontology.
    #[error(
        "the record does not fit this ontology. To start with it would lose:\n{}\nNothing was changed. Give back to the ontology what it lacks, or start with the one that the record was written by",
        .0.iter().map(|loss| format!("  {loss}")).collect::<Vec<_>>().join("\n")
    )]
    Unfit(Vec<Loss>),
}

/// What would be lost of a record by an ontology that it does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// What it is: claims of a property or a relationship, or entities.
    pub what: String,
    /// How many.
    pub count: usize,
    /// The first transaction that it is in.
    pub version: Version,
    /// Why it does not fit there.
    pub reason: String,
}

impl fmt::Display for Loss {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            count,
            version,
            reason,
        } = self;
        write!(
            formatter,
            "{count} {what}; the first, in transaction {version}: {reason}"
        )
    }
}

/// A store that was opened.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// Where the log is damaged, if it is: the store holds what stands before.
    pub damage: Option<Damage>,
    /// What an operator should hear of, although it keeps nobody from writing.
    pub remarks: Vec<String>,
}

impl Store {
    /// A store over a log of any kind, which is read first.
    ///
    /// # Errors
    /// When it cannot be read, is damaged, or does not fit the ontology.
    pub fn over_log(ontology: &Arc<Ontology>, log: Arc<dyn Log>) -> Result<Self, OpenError> {
        let (graph, head, damage) = folded(log.as_ref(), ontology, false, &|_| ())?;
        match damage {
            Some(damage) => Err(LogError::from(damage).into()),
            None => Ok(Self::over(graph, head, log, Kind::Memory)),
        }
    }

    /// Opens the log of a folder and reads it into a store. Of a damaged log, what stands before the damage is read, and the store
    /// takes no changes ([`Store::stopped`] says why).
    ///
    /// # Errors
    /// When it cannot be opened, nothing of it can be read, or it does not fit the ontology.
    pub fn open(opening: Opening<'_>) -> Result<Opened, OpenError> {
        let log = match opening.access {
            Access::Write => SqliteLog::open(opening.folder)?,
            Access::Read => SqliteLog::open_to_read(opening.folder)?,
        };
        (opening.progress)(Found::Expected(log.bytes()));
        // Before the log is read: another process may append to it meanwhile.
        let witness = log.witness().read();
        let (kept, damaged_notes) = match Kept::of(&log) {
            Ok(kept) => (kept, None),
            Err(LogError::Damaged(damage)) => (Kept::default(), Some(damage)),
            Err(error) => return Err(error.into()),
        };
        let written_by = kept.ontology.as_ref();
        let is_same = written_by.is_some_and(|found| found.digest == opening.digest);
        let (graph, head, damage) = folded(&log, opening.ontology, is_same, opening.progress)?;
        let mut remarks = Vec::new();
        let witnessed = match witness {
            None => None,
            Some(Ok(witnessed)) => unlike(&log, &head, &witnessed)?,
            Some(Err(unreadable)) => {
                remarks.push(format!(
                    "{unreadable}: whether the log's end is whole is not known"
                ));
                None
            }
        };
        let damage = damage.or(witnessed).or(damaged_notes);
        if let (Some(damage), 0) = (&damage, head.version) {
            return Err(LogError::from(damage.clone()).into());
        }
        if opening.access == Access::Write && damage.is_none() && !is_same {
            let ontology = KeptOntology {
                digest: opening.digest.to_owned(),
                text: opening.text.to_owned(),
            };
            log.append(Vec::new(), &[ontology.note()?])?;
        }
        let (kind, refusal) = match opening.access {
            Access::Write => (Kind::Folder, None),
            Access::Read => (Kind::Reading, Some(LogError::ReadOnly.to_string())),
        };
        let store = Self::over(graph, head, Arc::new(log), kind);
        if let Some(reason) = damage.as_ref().map(Damage::to_string).or(refusal) {
            store.inner.writers.stop(&reason);
        }
        Ok(Opened {
            store,
            damage,
            remarks,
        })
    }
}

/// The graph of a log, up to its end or to where it is damaged.
fn folded(
    log: &dyn Log,
    ontology: &Arc<Ontology>,
    is_same: bool,
    progress: &dyn Fn(Found),
) -> Result<(Graph, Head, Option<Damage>), OpenError> {
    let mut graph = Graph::new(Arc::clone(ontology));
    let (head, damage) = replay(log, &Head::beginning(), |transactions, bytes| {
        progress(Found::Read(bytes));
        for transaction in &transactions {
            if !is_same && graph.check(transaction).is_err() {
                let losses = losses(log, ontology)?;
                return Err(OpenError::Unfit(losses));
            }
            graph.apply(transaction);
        }
        Ok(())
    })?;
    progress(Found::All);
    graph.seal();
    Ok((graph, head, damage))
}

/// What a log that was read up to a head lacks of what was acknowledged.
fn unlike(log: &dyn Log, head: &Head, witnessed: &Head) -> Result<Option<Damage>, LogError> {
    let last = witnessed.version;
    if last > head.version {
        let what = format!("it is missing: the log was acknowledged up to transaction {last}");
        return Ok(Some(Damage::at(head.version + 1, what)));
    }
    let found = log.hash_at(last)?.unwrap_or_default();
    if found == witnessed.hash {
        return Ok(None);
    }
    let acknowledged = &witnessed.hash;
    let what = format!("its hash is {found}, and {acknowledged} was acknowledged");
    Ok(Some(Damage::at(last, what)))
}

/// What would be lost of a log by an ontology that it does not fit: all that cannot be applied, while the rest is.
fn losses(log: &dyn Log, ontology: &Arc<Ontology>) -> Result<Vec<Loss>, LogError> {
    let mut graph = Graph::new(Arc::clone(ontology));
    let mut losses: BTreeMap<String, Loss> = BTreeMap::new();
    replay(log, &Head::beginning(), |transactions, _| {
        for mut transaction in transactions {
            while let Err(errors) = graph.check(&transaction) {
                let version = graph.version() + 1;
                let mut places = Vec::new();
                for error in errors {
                    let Some(change) = transaction.changes.get(error.place) else {
                        continue;
                    };
                    places.push(error.place);
                    // What speaks of a lost claim goes with it, and may seem to speak of another.
                    let Some(what) = said(change, ontology) else {
                        continue;
                    };
                    let loss = losses.entry(what.clone()).or_insert_with(|| Loss {
                        what,
                        count: 0,
                        version,
                        reason: error.reason,
                    });
                    loss.count += 1;
                }
                if places.is_empty() {
                    return Ok(());
                }
                let mut place = 0;
                transaction.changes.retain(|_| {
                    place += 1;
                    !places.contains(&(place - 1))
                });
            }
            graph.apply(&transaction);
        }
        Ok::<_, LogError>(())
    })?;
    let mut losses: Vec<_> = losses.into_values().collect();
    losses.sort_by_key(|loss| std::cmp::Reverse(loss.count));
    Ok(losses)
}

/// What a change brings in, in the plural; `None` of one that speaks of what is there.
fn said(change: &Change, ontology: &Ontology) -> Option<String> {
    let name = |prefix: &str| match ontology.type_of_prefix(prefix) {
        Some(index) => ontology.entity_type(index).name.clone(),
        None => format!("{prefix}:…"),
    };
    Some(match change {
        Change::PutEntity { id } => format!("entities {}", name(id.prefix())),
        Change::AddClaim { claim } => match &claim.statement {
            Assertion::Property { property, .. } => {
                format!("claims of {}.{property}", name(claim.subject.prefix()))
            }
            Assertion::Relationship { relationship, .. } => {
                format!("claims of the relationship {relationship}")
            }
        },
        _ => return None,
    })
}
