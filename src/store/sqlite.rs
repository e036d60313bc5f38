//! The log in a folder: an SQLite database, synced before anything is acknowledged.
//!
//! SQLite does not notice a flipped bit, nor that the end of its write-ahead log was cut off. So every record carries its hash
//! chain, every note its own hash, and beside the database stands how far it was acknowledged ([`super::witness`]).

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row, TransactionBehavior};

use crate::graph::Version;
use crate::store::log::{Damage, Entry, Head, Log, LogError, Note};
use crate::store::witness::Witness;

/// The database.
pub(crate) const FILE: &str = "log.sqlite";
/// The file that a process locks to write.
const LOCK: &str = "lock";
/// What SQLite calls whose database it is: "onrc".
const APPLICATION: i64 = 0x6f6e_7263;
/// The format of the database's tables.
const FORMAT: i64 = 1;

const TABLES: &str = "
    CREATE TABLE record (version INTEGER PRIMARY KEY, hash BLOB NOT NULL, body BLOB NOT NULL) STRICT;
    CREATE TABLE note (name TEXT PRIMARY KEY, text TEXT NOT NULL, hash BLOB NOT NULL) STRICT, WITHOUT ROWID;
";

/// How long to wait for another connection, such as a backup's, that holds the database for a moment.
const PATIENCE: Duration = Duration::from_secs(10);

/// A log in a folder.
#[derive(Debug)]
pub struct SqliteLog {
    file: PathBuf,
    /// `None` where it was opened to be read.
    writer: Option<Mutex<Writer>>,
    /// Connections that nobody reads with just now.
    readers: Mutex<Vec<Connection>>,
    witness: Witness,
}

#[derive(Debug)]
struct Writer {
    connection: Connection,
    /// Holds the lock for as long as it is open.
    _lock: File,
}

impl SqliteLog {
    /// Opens the log of a folder to write to it. The folder and the log are made where there are none.
    ///
    /// # Errors
    /// When another process writes to it, or it is none that this program understands.
    pub fn open(folder: &Path) -> Result<Self, LogError> {
        let at = |path: &Path| {
            let path = path.to_owned();
            |reason| LogError::File { path, reason }
        };
        std::fs::create_dir_all(folder).map_err(at(folder))?;
        let lock_path = folder.join(LOCK);
        let mut options = File::options();
        let lock = options.create(true).truncate(false).write(true);
        let lock = lock.open(&lock_path).map_err(at(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LogError::InUse(folder.to_owned())),
            Err(TryLockError::Error(reason)) => return Err(at(&lock_path)(reason)),
        }
        let file = folder.join(FILE);
        if !file.exists() {
            make(folder)?;
        }
        let connection = Connection::open(&file).map_err(found_in(&file))?;
        connection.busy_timeout(PATIENCE)?;
        understood(&connection, &file)?;
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON;
                 PRAGMA journal_size_limit = 67108864;",
            )
            .map_err(found_in(&file))?;
        Ok(Self {
            writer: Some(Mutex::new(Writer {
                connection,
                _lock: lock,
            })),
            readers: Mutex::default(),
            witness: Witness::beside(folder),
            file,
        })
    }

    /// Opens the log of a folder to read it, while another process may write to it.
    ///
    /// # Errors
    /// When there is none, or none that this program understands.
    pub fn open_to_read(folder: &Path) -> Result<Self, LogError> {
        Self::open_file_to_read(folder.join(FILE), Witness::beside(folder)).map_err(|error| {
            match error {
                LogError::Missing(_) => LogError::Missing(folder.to_owned()),
                other => other,
            }
        })
    }

    /// Opens a file that [`SqliteLog::back_up`] made.
    ///
    /// # Errors
    /// When there is none, or none that this program understands.
    pub fn open_backup(file: &Path) -> Result<Self, LogError> {
        Self::open_file_to_read(file.to_owned(), Witness::none())
    }

    fn open_file_to_read(file: PathBuf, witness: Witness) -> Result<Self, LogError> {
        if !file.exists() {
            return Err(LogError::Missing(file));
        }
        let log = Self {
            writer: None,
            readers: Mutex::default(),
            witness,
            file,
        };
        log.reading(|connection| understood(connection, &log.file))?;
        Ok(log)
    }

    /// How far the log was acknowledged, as far as that is known.
    pub(crate) fn witness(&self) -> &Witness {
        &self.witness
    }

    /// The size of the database: about as much is read at a start.
    pub(crate) fn bytes(&self) -> u64 {
        self.file.metadata().map_or(0, |found| found.len())
    }

    /// Writes the log as of now into a new file, while it is written to.
    ///
    /// # Errors
    /// When there is such a file, or it cannot be written.
    pub fn back_up(&self, file: &Path) -> Result<(), LogError> {
        let at = |reason| LogError::File {
            path: file.to_owned(),
            reason,
        };
        if file.exists() {
            return Err(at(std::io::ErrorKind::AlreadyExists.into()));
        }
        let mut partial = file.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let name = partial
            .to_str()
            .ok_or_else(|| at(std::io::ErrorKind::InvalidFilename.into()))?;
        // One that was broken off.
        gone(&partial).map_err(at)?;
        self.reading(|connection| {
            connection.execute("VACUUM INTO ?", [name])?;
            Ok(())
        })?;
        // SQLite does not sync what it writes so.
        named(&partial, file).map_err(at)
    }

    /// Gives the space that is free in the database back.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn compact(&self) -> Result<(), LogError> {
        let writer = self.writer()?;
        writer
            .connection
            .execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?;
        Ok(())
    }

    /// What SQLite itself finds wrong with the database.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub(crate) fn integrity(&self) -> Result<Vec<String>, LogError> {
        self.reading(|connection| {
            let mut statement = connection.prepare("PRAGMA integrity_check")?;
            let told = statement.query_map([], |row| row.get::<_, String>(0))?;
            let mut told: Vec<_> = told.collect::<Result<_, _>>()?;
            told.retain(|line| line != "ok");
            Ok(told)
        })
    }

    fn writer(&self) -> Result<MutexGuard<'_, Writer>, LogError> {
        let writer = self.writer.as_ref().ok_or(LogError::ReadOnly)?;
        Ok(writer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads with a connection of its own, so that nobody waits for the writer.
    fn reading<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, LogError>,
    ) -> Result<T, LogError> {
        let readers = || self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        let free = readers().pop();
        let connection = match free {
            Some(connection) => connection,
            None => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection =
                    Connection::open_with_flags(&self.file, flags).map_err(found_in(&self.file))?;
                connection.busy_timeout(PATIENCE)?;
                connection.execute_batch("PRAGMA cell_size_check = ON")?;
                connection
            }
        };
        let found = read(&connection);
        if found.is_ok() {
            readers().push(connection);
        }
        found
    }
}

/// Makes the database of an empty log. It gets its name when it is whole, so that no half of one is ever found.
fn make(folder: &Path) -> Result<(), LogError> {
    let partial = folder.join(format!("{FILE}.partial"));
    let at = |reason| LogError::File {
        path: partial.clone(),
        reason,
    };
    // What is left of one that was broken off.
    for end in ["", "-journal"] {
        gone(&folder.join(format!("{FILE}.partial{end}"))).map_err(at)?;
    }
    let connection = Connection::open(&partial)?;
    connection.execute_batch(&format!(
        "PRAGMA application_id = {APPLICATION}; BEGIN; {TABLES} PRAGMA user_version = {FORMAT}; COMMIT;"
    ))?;
    drop(connection);
    named(&partial, &folder.join(FILE)).map_err(at)
}

/// Removes a file, unless it is not there.
fn gone(file: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Gives a file its name now that it is whole: both outlive a loss of power.
pub(crate) fn named(partial: &Path, file: &Path) -> std::io::Result<()> {
    File::open(partial)?.sync_all()?;
    std::fs::rename(partial, file)?;
    // The folder of a name without one is the current one.
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Whether a database is a log, of a format that is understood.
fn understood(connection: &Connection, file: &Path) -> Result<(), LogError> {
    let pragma = |name: &str| {
        let value = connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        value.map_err(found_in(file))
    };
    if pragma("application_id")? != APPLICATION {
        return Err(LogError::Foreign(file.to_owned()));
    }
    match pragma("user_version")? {
        FORMAT => Ok(()),
        found if found > FORMAT => Err(LogError::Newer {
            what: file.display().to_string(),
            found,
            known: FORMAT,
        }),
        found => {
            let what = format!("its format is {found}, expected {FORMAT}");
            Err(damaged(file, what).into())
        }
    }
}

fn damaged(file: &Path, what: String) -> Damage {
    Damage {
        place: file.display().to_string(),
        what,
    }
}

/// An error of SQLite as damage, where it is that.
fn found_in(file: &Path) -> impl Fn(rusqlite::Error) -> LogError {
    move |error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            damaged(file, error.to_string()).into()
        }
        _ => error.into(),
    }
}

impl Log for SqliteLog {
    fn head(&self) -> Result<Head, LogError> {
        self.reading(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT version, hash FROM record ORDER BY version DESC LIMIT 1")?;
            let head = |row: &Row<'_>| {
                Ok(Head {
                    version: row.get(0)?,
                    hash: hash(row.get_ref(1)?),
                })
            };
            let found = statement.query_row([], head).optional();
            let found = found.map_err(found_in(&self.file))?;
            Ok(found.unwrap_or_else(Head::beginning))
        })
    }

    fn append(&self, entries: Vec<Entry>, notes: &[Note]) -> Result<(), LogError> {
        let mut writer = self.writer()?;
        let transaction = writer
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        if let Some(first) = entries.first() {
            let mut last = transaction.prepare_cached("SELECT max(version) FROM record")?;
            let found = last.query_row([], |row| row.get::<_, Option<Version>>(0))?;
            let (found, expected) = (found.unwrap_or(0), first.version.saturating_sub(1));
            if found != expected {
                return Err(LogError::Conflict { expected, found });
            }
            let mut insert = transaction
                .prepare_cached("INSERT INTO record (version, hash, body) VALUES (?, ?, ?)")?;
            for entry in &entries {
                insert.execute((entry.version, bytes(&entry.hash), &entry.body))?;
            }
        }
        for note in notes {
            let mut put = transaction.prepare_cached(
                "INSERT OR REPLACE INTO note (name, text, hash) VALUES (?, ?, ?)",
            )?;
            put.execute((&note.name, &note.text, bytes(&checksum(note))))?;
        }
        transaction.commit()?;
        if let Some(last) = entries.last() {
            self.witness.acknowledge(&last.head());
        }
        Ok(())
    }

    fn read(&self, from: Version, most: usize) -> Result<Vec<Entry>, LogError> {
        self.reading(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT version, hash, body FROM record WHERE version >= ? ORDER BY version LIMIT ?",
            )?;
            let limit = i64::try_from(most).unwrap_or(i64::MAX);
            let mut rows = statement.query((from.max(1), limit))?;
            let mut entries = Vec::new();
            loop {
                let entry = rows.next().and_then(|row| row.map(entry).transpose());
                match entry {
                    Ok(Some(entry)) => entries.push(entry),
                    Ok(None) => return Ok(entries),
                    Err(_) if !entries.is_empty() => return Ok(entries),
                    Err(error) => return Err(Damage::at(from.max(1), error.to_string()).into()),
                }
            }
        })
    }

    fn hash_at(&self, version: Version) -> Result<Option<String>, LogError> {
        if version == 0 {
            return Ok(Some(Head::beginning().hash));
        }
        self.reading(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT hash FROM record WHERE version = ?")?;
            let found = statement
                .query_row([version], |row| Ok(hash(row.get_ref(0)?)))
                .optional();
            found.map_err(found_in(&self.file))
        })
    }

    fn notes(&self) -> Result<Vec<Note>, LogError> {
        self.reading(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT name, text, hash FROM note ORDER BY name")
                .map_err(found_in(&self.file))?;
            let found = statement.query_map([], |row| {
                let note = Note {
                    name: row.get(0)?,
                    text: row.get(1)?,
                };
                Ok((note, hash(row.get_ref(2)?)))
            })?;
            let mut notes = Vec::new();
            for note in found {
                let (note, hash) = note.map_err(found_in(&self.file))?;
                if checksum(&note) != hash {
                    let place = format!("the note {:?}", note.name);
                    let what = "it is not what its hash vouches for".to_owned();
                    return Err(Damage { place, what }.into());
                }
                notes.push(note);
            }
            Ok(notes)
        })
    }
}

fn entry(row: &Row<'_>) -> Result<Entry, rusqlite::Error> {
    Ok(Entry {
        version: row.get(0)?,
        hash: hash(row.get_ref(1)?),
        body: row.get(2)?,
    })
}

fn checksum(note: &Note) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(note.name.as_bytes());
    hasher.update(b"\0");
    hasher.update(note.text.as_bytes());
    hasher.finalize().to_hex().to_string()
}

/// The bytes of a hash. What is none, and so was never made by this program, has none.
fn bytes(hash: &str) -> Vec<u8> {
    blake3::Hash::from_hex(hash).map_or_else(|_| Vec::new(), |hash| hash.as_bytes().to_vec())
}

/// The hash of a column; what is none in the database equals no hash.
fn hash(column: ValueRef<'_>) -> String {
    let bytes = column.as_blob().ok();
    let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    bytes.map_or_else(
        || "no hash".to_owned(),
        |bytes| blake3::Hash::from_bytes(bytes).to_hex().to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::log::contract;

    #[test]
    fn keeps_the_contract_of_logs() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = SqliteLog::open(folder.path()).expect("opens");
        contract::holds(&log);
    }

    #[test]
    fn is_read_again_and_written_by_one_process_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(matches!(
            SqliteLog::open_to_read(folder.path()),
            Err(LogError::Missing(_))
        ));
        let log = SqliteLog::open(folder.path()).expect("opens");
        let entries = contract::entries(&Head::beginning(), &["one", "two"]);
        log.append(entries.clone(), &[]).expect("appends");
        let refused = SqliteLog::open(folder.path());
        assert!(matches!(refused, Err(LogError::InUse(_))), "{refused:?}");
        let reader = SqliteLog::open_to_read(folder.path()).expect("opens beside");
        assert_eq!(reader.read(1, 9).expect("reads"), entries);
        assert!(matches!(
            reader.append(Vec::new(), &[]),
            Err(LogError::ReadOnly)
        ));
        drop(log);
        let log = SqliteLog::open(folder.path()).expect("opens again");
        assert_eq!(log.read(1, 9).expect("reads"), entries);
        assert_eq!(log.witness().read(), Some(Ok(entries[1].head())));
    }

    #[test]
    fn what_it_does_not_understand_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(SqliteLog::open(folder.path()).expect("opens"));
        let file = folder.path().join(FILE);
        let set = |pragma: &str| {
            let connection = Connection::open(&file).expect("opens");
            connection.execute_batch(pragma).expect("sets");
        };
        set("PRAGMA user_version = 2");
        let newer = SqliteLog::open(folder.path()).expect_err("is newer");
        assert!(
            newer.to_string().contains(
                "log.sqlite has the format 2, and this program reads formats up to 1: use the program"
            ),
            "{newer}"
        );
        set("PRAGMA application_id = 7");
        let foreign = SqliteLog::open(folder.path()).expect_err("is foreign");
        assert!(matches!(foreign, LogError::Foreign(_)), "{foreign}");
        std::fs::write(&file, "no database, but long enough to be none of SQLite's")
            .expect("writes");
        let damaged = SqliteLog::open(folder.path()).expect_err("is damaged");
        assert!(matches!(damaged, LogError::Damaged(_)), "{damaged}");
    }
}
