//! API tokens: by which secret somebody is let in. They lie in a file beside the log.
//!
//! They are no part of the log: a token that is revoked is gone, and a backup of the record lets nobody in. Of the secret
//! only its digest is kept. It has 256 random bits, so that no slow digest is needed.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

use crate::model::access::Role;
use crate::model::date::Timestamp;

/// The file in the folder of the record.
const FILE: &str = "access.sqlite";
/// What SQLite calls whose file it is: "onra".
const APPLICATION: i64 = 0x6f6e_7261;
/// The format of its table.
const FORMAT: i64 = 1;
const TABLE: &str = "
    CREATE TABLE token (
        id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
        hash BLOB NOT NULL, created INTEGER NOT NULL, expires INTEGER
    ) STRICT, WITHOUT ROWID;
";
/// How long to wait for another process that writes.
const PATIENCE: Duration = Duration::from_secs(5);

/// What every token begins with, so that scanners find those that were published by mistake.
const PREFIX: &str = "onrecord_";
/// The bytes of a token's id, by which it is found and which is no secret.
const ID: usize = 4;
/// The bytes of its secret.
const SECRET: usize = 32;
/// The longest name.
const LONGEST_NAME: usize = 100;
/// Names that changes have which come by no token.
const RESERVED: [&str; 2] = ["anonymous", "operator"];

/// The tokens of a record.
#[derive(Debug)]
pub struct Tokens {
    file: PathBuf,
    connection: Mutex<Connection>,
}

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is called by where its name is not told.
    pub id: String,
    /// To whom changes are attributed that come with it.
    pub name: String,
    /// What may be done with it.
    pub role: Role,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends, if ever.
    pub expires: Option<Timestamp>,
}

impl Token {
    /// Whether it is still good.
    #[must_use]
    pub fn is_good_at(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|end| now < end)
    }
}

/// Why tokens cannot be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The file, or its folder, cannot be made.
    #[error("cannot open {}: {reason}", .path.display())]
    Open {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// The file cannot be read or written.
    #[error("cannot use the tokens in {}: {reason}", .path.display())]
    Database {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: rusqlite::Error,
    },
    /// It is another program's file, or a later one's of ours.
    #[error("{} {found}: expected tokens in format {FORMAT}", .path.display())]
    Format {
        /// Which.
        path: PathBuf,
        /// What it is.
        found: String,
    },
    /// A name that none can have.
    #[error(
        "a token cannot be called {name:?}: expected 1 to {LONGEST_NAME} letters on one line, and none of {}",
        RESERVED.join(", ")
    )]
    Name {
        /// Which.
        name: String,
    },
    /// A name that another has.
    #[error("there is a token called {name:?} already: revoke it first, or choose another name")]
    Taken {
        /// Which.
        name: String,
    },
    /// There is none of this name or id.
    #[error("there is no token with the name or id {name:?}: `onrecord token list` shows all")]
    Unknown {
        /// Which.
        name: String,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(getrandom::Error),
}

impl Tokens {
    /// Opens the tokens of a folder, and makes a file for them where there is none.
    ///
    /// # Errors
    /// When it cannot be opened, or is none that this program understands.
    pub fn open(folder: &Path) -> Result<Self, TokenError> {
        let file = folder.join(FILE);
        let cannot = |path: &Path| {
            let path = path.to_owned();
            |reason| TokenError::Open { path, reason }
        };
        std::fs::create_dir_all(folder).map_err(cannot(folder))?;
        // Made before SQLite makes it, for its owner alone.
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&file).map_err(cannot(&file))?;
        let connection = Connection::open(&file).map_err(|reason| TokenError::Database {
            path: file.clone(),
            reason,
        })?;
        let tokens = Self {
            file,
            connection: Mutex::new(connection),
        };
        tokens.prepare()?;
        Ok(tokens)
    }

    fn prepare(&self) -> Result<(), TokenError> {
        let mut connection = self.connection();
        let prepared = (|| {
            connection.busy_timeout(PATIENCE)?;
            // What is deleted is overwritten.
            connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;")?;
            let making = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let number = |name: &str| making.pragma_query_value(None, name, |row| row.get(0));
            let (application, format): (i64, i64) =
                (number("application_id")?, number("user_version")?);
            let tables: i64 =
                making.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
            if (application, format, tables) == (0, 0, 0) {
                making.execute_batch(TABLE)?;
                making.pragma_update(None, "application_id", APPLICATION)?;
                making.pragma_update(None, "user_version", FORMAT)?;
                making.commit()?;
                return Ok(None);
            }
            Ok(match (application, format) {
                (APPLICATION, FORMAT) => None,
                (APPLICATION, found) => Some(format!("has tokens in format {found}")),
                _ => Some("is another program's database".to_owned()),
            })
        })();
        drop(connection);
        match prepared.map_err(|reason| self.broken(reason))? {
            None => Ok(()),
            Some(found) => Err(TokenError::Format {
                path: self.file.clone(),
                found,
            }),
        }
    }

    /// Makes a token and gives its text, which nothing else will ever tell.
    ///
    /// # Errors
    /// When the name is none, or taken.
    pub fn create(
        &self,
        name: &str,
        role: Role,
        expires: Option<Timestamp>,
    ) -> Result<(Token, String), TokenError> {
        let is_name = !name.is_empty()
            && name.trim() == name
            && name.chars().count() <= LONGEST_NAME
            && !name.chars().any(char::is_control)
            && !RESERVED.contains(&name.to_lowercase().as_str());
        if !is_name {
            return Err(TokenError::Name { name: name.into() });
        }
        let mut random = [0; ID + SECRET];
        getrandom::fill(&mut random).map_err(TokenError::Random)?;
        let (id, secret) = random.split_at(ID);
        let id = hexadecimal(id);
        let text = format!("{PREFIX}{id}_{}", hexadecimal(secret));
        // As it is read again.
        let now = Timestamp::now();
        let created = Timestamp::from_microseconds(now.microseconds()).unwrap_or(now);
        let token = Token {
            id,
            name: name.into(),
            role,
            created,
            expires,
        };
        let connection = self.connection();
        let made = connection.execute(
            "INSERT INTO token (id, name, role, hash, created, expires) VALUES (?, ?, ?, ?, ?, ?)",
            params![
                token.id,
                token.name,
                role.word(),
                blake3::hash(text.as_bytes()).as_bytes(),
                token.created.microseconds(),
                expires.map(Timestamp::microseconds),
            ],
        );
        match made {
            Ok(_) => Ok((token, text)),
            Err(reason) if is_taken(&reason) => Err(TokenError::Taken { name: name.into() }),
            Err(reason) => Err(self.broken(reason)),
        }
    }

    /// All tokens, by name.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn list(&self) -> Result<Vec<Token>, TokenError> {
        let connection = self.connection();
        let listed: rusqlite::Result<Vec<_>> = (|| {
            let mut statement = connection
                .prepare("SELECT id, name, role, created, expires FROM token ORDER BY name")?;
            let rows = statement.query_map([], |row| token(row, 0))?;
            rows.collect()
        })();
        listed.map_err(|reason| self.broken(reason))
    }

    /// Deletes a token: whoever holds it is let in no more.
    ///
    /// # Errors
    /// When there is none of this name or id.
    pub fn revoke(&self, name_or_id: &str) -> Result<Token, TokenError> {
        let connection = self.connection();
        let revoked = connection
            .query_row(
                "DELETE FROM token WHERE id =
                     coalesce((SELECT id FROM token WHERE name = ?1), ?1)
                 RETURNING id, name, role, created, expires",
                [name_or_id],
                |row| token(row, 0),
            )
            .optional();
        let revoked = revoked.map_err(|reason| self.broken(reason))?;
        revoked.ok_or_else(|| TokenError::Unknown {
            name: name_or_id.into(),
        })
    }

    /// The token with this text, as it is in the file now.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn find(&self, text: &str) -> Result<Option<Token>, TokenError> {
        let parts = text
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('_'));
        let Some((id, _)) = parts else {
            return Ok(None);
        };
        let found = self.look(id)?;
        let asked = blake3::hash(text.as_bytes());
        // Digests are compared in a time that tells nothing of them.
        Ok(found
            .filter(|(_, hash)| *hash == asked)
            .map(|(token, _)| token))
    }

    /// The token with this id, as it is in the file now.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn with_id(&self, id: &str) -> Result<Option<Token>, TokenError> {
        Ok(self.look(id)?.map(|(token, _)| token))
    }

    fn look(&self, id: &str) -> Result<Option<(Token, blake3::Hash)>, TokenError> {
        let connection = self.connection();
        let found = (|| {
            let mut statement = connection.prepare_cached(
                "SELECT hash, id, name, role, created, expires FROM token WHERE id = ?",
            )?;
            let read = |row: &Row<'_>| {
                let hash: [u8; 32] = row.get(0)?;
                Ok((token(row, 1)?, blake3::Hash::from_bytes(hash)))
            };
            statement.query_row([id], read).optional()
        })();
        found.map_err(|reason| self.broken(reason))
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere leaves it whole: each statement is a transaction.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn broken(&self, reason: rusqlite::Error) -> TokenError {
        TokenError::Database {
            path: self.file.clone(),
            reason,
        }
    }
}

/// A token from the columns that begin there.
fn token(row: &Row<'_>, start: usize) -> rusqlite::Result<Token> {
    let unreadable = |column: usize, what: String| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, what.into())
    };
    let moment = |column: usize, microseconds: i64| {
        Timestamp::from_microseconds(microseconds)
            .map_err(|error| unreadable(column, error.to_string()))
    };
    let role: String = row.get(start + 2)?;
    let expires: Option<i64> = row.get(start + 4)?;
    Ok(Token {
        id: row.get(start)?,
        name: row.get(start + 1)?,
        role: Role::from_word(&role)
            .ok_or_else(|| unreadable(start + 2, format!("there is no role {role}")))?,
        created: moment(start + 3, row.get(start + 3)?)?,
        expires: expires.map(|end| moment(start + 4, end)).transpose()?,
    })
}

fn is_taken(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_token_is_shown_once_and_kept_as_a_digest() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::open(folder.path()).unwrap();
        let (made, text) = tokens.create("Ada's laptop", Role::Editor, None).unwrap();
        assert!(text.starts_with(&format!("onrecord_{}_", made.id)));
        assert_eq!(text.len(), 9 + 8 + 1 + 64);
        let (_, other) = tokens.create("ci", Role::Reader, None).unwrap();
        assert_ne!(text, other);

        let file = folder.path().join(FILE);
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let (_, secret) = text.rsplit_once('_').unwrap();
        let bytes = std::fs::read(&file).unwrap();
        let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        assert!(holds(b"Ada's laptop") && !holds(secret.as_bytes()));

        // Another process sees what this one does, and the other way round.
        let elsewhere = Tokens::open(folder.path()).unwrap();
        assert_eq!(elsewhere.find(&text).unwrap(), Some(made.clone()));
        assert_eq!(elsewhere.with_id(&made.id).unwrap(), Some(made.clone()));
        let mut wrong = text.clone();
        wrong.pop();
        wrong.push(if text.ends_with('0') { '1' } else { '0' });
        for nobodys in [
            "",
            "onrecord_",
            &wrong,
            &text[9..],
            &made.id,
            "onrecord_x_y",
        ] {
            assert_eq!(tokens.find(nobodys).unwrap(), None, "{nobodys}");
        }
        let names = |tokens: &Tokens| {
            let listed = tokens.list().unwrap().into_iter();
            listed.map(|token| token.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&tokens), ["Ada's laptop", "ci"]);
        assert_eq!(elsewhere.revoke(&made.id).unwrap(), made);
        assert_eq!(tokens.find(&text).unwrap(), None);
        tokens.revoke("ci").unwrap();
        assert_eq!(names(&elsewhere), [""; 0]);
        let bytes = std::fs::read(&file).unwrap();
        let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        assert!(!holds(b"Ada's laptop"), "what is revoked is gone");
        assert!(matches!(
            tokens.revoke("ci"),
            Err(TokenError::Unknown { .. })
        ));
    }

    #[test]
    fn names_are_one_line_and_each_is_there_once() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::open(folder.path()).unwrap();
        let long = "x".repeat(LONGEST_NAME + 1);
        for name in ["", " ada", "a\nb", "Anonymous", "operator", &long] {
            let made = tokens.create(name, Role::Reader, None);
            assert!(matches!(made, Err(TokenError::Name { .. })), "{name:?}");
        }
        tokens.create("ada", Role::Reader, None).unwrap();
        let again = tokens.create("ada", Role::Admin, None);
        assert!(matches!(again, Err(TokenError::Taken { .. })));
    }

    #[test]
    fn a_token_ends_when_it_is_to() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::open(folder.path()).unwrap();
        let at = |microseconds| Timestamp::from_microseconds(microseconds).unwrap();
        let (_, text) = tokens
            .create("ada", Role::Reader, Some(at(2_000_000)))
            .unwrap();
        let found = tokens.find(&text).unwrap().unwrap();
        assert!(found.is_good_at(at(1_999_999)));
        assert!(!found.is_good_at(at(2_000_000)));
    }

    #[test]
    fn another_file_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let other = Connection::open(&path).unwrap();
        other
            .execute_batch("CREATE TABLE notes (text TEXT)")
            .unwrap();
        let found = Tokens::open(folder.path()).unwrap_err().to_string();
        assert!(found.contains("another program's"), "{found}");
        drop(other);
        std::fs::remove_file(&path).unwrap();
        Tokens::open(folder.path()).unwrap();
        let later = Connection::open(&path).unwrap();
        later.pragma_update(None, "user_version", 2).unwrap();
        let found = Tokens::open(folder.path()).unwrap_err().to_string();
        assert!(
            found.contains("format 2: expected tokens in format 1"),
            "{found}"
        );
        std::fs::write(&path, "not a database at all, whatever it is called").unwrap();
        assert!(Tokens::open(folder.path()).is_err());
    }
}
