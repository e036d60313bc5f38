//! Looking after a record that is kept in a folder: copies of it, and whether it is whole.

use std::path::Path;

use crate::graph::Version;
use crate::store::Store;
use crate::store::log::{Damage, Head, Log, LogError};
use crate::store::open::{Access, OpenError, Opening};
use crate::store::replay::replay;
use crate::store::sqlite::{FILE, SqliteLog, named};

/// What was found of a record that is whole as far as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How far it is.
    pub head: Head,
    /// What is wrong, each in a sentence; nothing where it is whole.
    pub problems: Vec<String>,
}

/// Writes a record as of now into one new file, while another process may write to it. Gives how far the copy is.
///
/// # Errors
/// When there is no record, there is such a file already, or it cannot be written.
pub fn back_up(folder: &Path, file: &Path) -> Result<Head, LogError> {
    SqliteLog::open_to_read(folder)?.back_up(file)?;
    whole(&SqliteLog::open_backup(file)?)
}

/// Makes the record of a folder out of a file that [`back_up`] wrote, which is checked first. Gives how far it is.
///
/// # Errors
/// When the file is no whole backup, the folder holds a record already, or cannot be written.
pub fn restore(file: &Path, folder: &Path) -> Result<Head, LogError> {
    let head = whole(&SqliteLog::open_backup(file)?)?;
    let at = |path: &Path| {
        let path = path.to_owned();
        |reason| LogError::File { path, reason }
    };
    let log = folder.join(FILE);
    if log.exists() {
        return Err(at(&log)(std::io::ErrorKind::AlreadyExists.into()));
    }
    std::fs::create_dir_all(folder).map_err(at(folder))?;
    let partial = folder.join(format!("{FILE}.partial"));
    let copied = std::fs::copy(file, &partial).and_then(|_| named(&partial, &log));
    copied.map_err(at(&partial))?;
    let restored = SqliteLog::open(folder)?;
    restored.witness().acknowledge(&head);
    Ok(head)
}

/// The head of a log whose chain of hashes is whole.
fn whole(log: &SqliteLog) -> Result<Head, LogError> {
    log.notes()?;
    match replay(log, &Head::beginning(), |_, _| Ok::<_, LogError>(()))? {
        (head, None) => Ok(head),
        (_, Some(damage)) => Err(damage.into()),
    }
}

/// Checks all of a record: each transaction's hash, their chain, the notes, how far it was acknowledged, what SQLite says of its file,
/// and that each transaction fits the ontology and those before it.
///
/// # Errors
/// When it cannot be read at all, or does not fit the ontology.
pub fn verify(opening: Opening<'_>) -> Result<Verified, OpenError> {
    let opened = Store::open(Opening {
        access: Access::Read,
        // No digest is this one, so that every transaction is checked again.
        digest: "",
        ..opening
    })?;
    let mut problems = opened.remarks;
    problems.extend(opened.damage.as_ref().map(Damage::to_string));
    let told = SqliteLog::open_to_read(opening.folder)?.integrity();
    match told {
        Ok(told) => {
            problems.extend(
                told.into_iter()
                    .map(|told| format!("the log's database: {told}")),
            );
        }
        Err(error) => problems.push(error.to_string()),
    }
    let head = opened.store.head();
    Ok(Verified { head, problems })
}

/// What compacting a record came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// The version of the record.
    pub version: Version,
    /// The bytes of its database before, and now.
    pub bytes: (u64, u64),
}

/// Gives the space back that a record's database no longer needs. Nothing of the record changes.
///
/// # Errors
/// When another process writes to it, or it cannot be written.
pub fn compact(folder: &Path) -> Result<Compacted, LogError> {
    if !folder.join(FILE).exists() {
        return Err(LogError::Missing(folder.to_owned()));
    }
    let log = SqliteLog::open(folder)?;
    let before = log.bytes();
    log.compact()?;
    Ok(Compacted {
        version: log.head()?.version,
        bytes: (before, log.bytes()),
    })
}
