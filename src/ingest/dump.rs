//! A dump, read back: the lines that `onrecord dump` writes become the transactions they were made of.
//!
//! A dump is read line by line, so that no more than a transaction of it is in memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::graph::Version;
use crate::ingest::problem::{Problem, Problems, quoted};
use crate::ingest::progress::{Counted, OnRead};
use crate::model::change::{Change, Transaction};
use crate::model::id::ClaimId;
use crate::store::lines::{FORMAT, FORMAT_VERSION, Head, Line, Opening};

/// The most bytes that a line may have. A change is much smaller, unless the file is none of ours.
const LONGEST_LINE: u64 = 64 * 1024 * 1024;

/// A transaction of a dump.
#[derive(Debug)]
pub struct Dumped {
    /// The transaction as it was recorded: ids that follow from the place of a claim are left out.
    pub transaction: Transaction,
    /// The hash that the log had for it, where the dump says so.
    pub hash: Option<String>,
    version: Version,
    file: Arc<str>,
    /// The line that opens it; the changes stand on those after it.
    line: usize,
}

impl Dumped {
    /// A problem with one of the changes, counted from 0, where the file has it.
    #[must_use]
    pub fn problem(&self, change: usize, message: impl Into<String>) -> Problem {
        Problem {
            file: self.file.to_string(),
            line: self.line + 1 + change,
            column: 1,
            message: message.into(),
        }
    }

    /// Its number, from 1.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The problem of a transaction that is not the one which the record has at its place.
    #[must_use]
    pub fn foreign(&self) -> Problem {
        let version = self.version;
        Problem {
            line: self.line,
            ..self.problem(0, format!("the record has another transaction {version} already: this is a dump of another record, expected one of the same, or an empty record"))
        }
    }

    /// The problem of a transaction that has another hash, at the line that opens it. A hash vouches for all lines of its
    /// transaction, and cannot tell them apart.
    #[must_use]
    pub fn altered(&self, found: &str, expected: &str) -> Problem {
        let last = self.line + self.transaction.changes.len();
        Problem {
            line: self.line,
            ..self.problem(
                0,
                format!(
                    "transaction {}, lines {} to {last}, was altered: its hash is {found}, expected {expected}",
                    self.version, self.line
                ),
            )
        }
    }
}

/// BLAKE3 digest of a file's bytes, in hexadecimal.
///
/// # Errors
/// When it cannot be read.
pub fn digest(path: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// The transactions of a dump, one after the other. After a problem there are no more.
pub struct Dump<'p> {
    lines: Lines<BufReader<Counted<'p, File>>>,
    head: Head,
    /// The line that opens the next transaction, and where it stands.
    opening: Option<(Opening, usize)>,
    /// The last transaction that was read, and its hash.
    last: (Version, Option<String>),
    /// Whether there was a problem.
    is_broken: bool,
}

impl<'p> Dump<'p> {
    /// Opens a dump and reads its first line. `read` is told of the bytes as they are read.
    ///
    /// # Errors
    /// When the file cannot be read, or is no dump of a version that is understood.
    pub fn open(path: &Path, read: OnRead<'p>) -> Result<Self, Problems> {
        let name = path.to_string_lossy();
        let file = File::open(path).map_err(|error| {
            Problems::one(name.clone(), 1, 1, format!("cannot be read: {error}"))
        })?;
        let mut lines = Lines::new(
            BufReader::with_capacity(1 << 18, Counted::new(file, read)),
            &name,
        );
        let head = lines
            .head()
            .map_err(|problem| Problems::new(vec![problem]))?;
        Ok(Self {
            lines,
            head,
            opening: None,
            last: (0, None),
            is_broken: false,
        })
    }

    /// The next transaction; `None` at the end.
    fn transaction(&mut self) -> Result<Option<Dumped>, Problem> {
        let (opening, line) = match self.opening.take() {
            Some(opening) => opening,
            None if !self.lines.read()? => return self.end(),
            None if self.lines.opens_transaction() => {
                (self.opened(self.last.0 + 1)?, self.lines.number)
            }
            None => {
                let found = self.lines.shown();
                return Err(self.lines.problem(format!(
                    "found {found}, expected a line that opens a transaction: {{\"transaction\":{{\"version\":1, ...}}}}"
                )));
            }
        };
        let expected = self.last.0 + 1;
        if opening.version != expected {
            return Err(self.lines.problem_at(
                line,
                format!(
                    "found transaction {}, expected {expected}: transactions stand in their order, without a gap",
                    opening.version
                ),
            ));
        }
        self.lines.within = Some(expected);
        let mut changes = Vec::new();
        let mut ordinal = 0;
        while self.lines.read()? {
            if self.lines.opens_transaction() {
                self.opening = Some((self.opened(expected + 1)?, self.lines.number));
                self.lines.within = Some(expected);
                break;
            }
            let mut change: Change = self.lines.parse("a change")?;
            if let Change::AddClaim { claim } = &mut change {
                ordinal += 1;
                let made = ClaimId::from_place(u64::from(expected), ordinal);
                claim.id = claim.id.take().filter(|id| *id != made);
            }
            changes.push(change);
        }
        if let Some(promised) = opening
            .changes
            .filter(|promised| *promised != changes.len())
        {
            return Err(self.miscounted(promised, changes.len(), line));
        }
        self.lines.within = None;
        self.last = (expected, opening.hash.clone());
        Ok(Some(Dumped {
            transaction: Transaction {
                recorded_at: opening.recorded_at,
                author: opening.author,
                reason: opening.reason,
                idempotency: opening.idempotency,
                visible_from: opening.visible_from,
                changes,
            },
            hash: opening.hash,
            version: expected,
            file: Arc::clone(&self.lines.file),
            line,
        }))
    }

    /// The line that opens the transaction of that number.
    fn opened(&mut self, version: Version) -> Result<Opening, Problem> {
        self.lines.within = Some(version);
        let line: Line = self.lines.parse("a line that opens a transaction")?;
        Ok(line.transaction)
    }

    /// The problem of a transaction, opened at a line, that has not as many changes as it says.
    fn miscounted(&self, promised: usize, found: usize, line: usize) -> Problem {
        if self.opening.is_none() && found < promised {
            return self.lines.problem(format!(
                "the file ends here, after {found} of its {promised} changes"
            ));
        }
        self.lines.problem_at(
            line,
            format!("{found} changes follow, expected {promised}: lines were added or left out"),
        )
    }

    /// Whether all is there that the first line promises.
    fn end(&self) -> Result<Option<Dumped>, Problem> {
        let (version, hash) = &self.last;
        if *version != self.head.version {
            return Err(self.lines.problem(format!(
                "the file ends after transaction {version}, expected {} transactions as the first line says",
                self.head.version
            )));
        }
        if let (Some(expected), Some(found)) = (&self.head.head, hash)
            && expected != found
        {
            return Err(self.lines.problem_at(
                1,
                format!(
                    "\"head\" is {expected}, expected {found}, the hash of the last transaction"
                ),
            ));
        }
        Ok(None)
    }
}

impl Iterator for Dump<'_> {
    type Item = Result<Dumped, Problems>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_broken {
            return None;
        }
        let found = self.transaction();
        self.is_broken = found.is_err();
        found
            .map_err(|problem| Problems::new(vec![problem]))
            .transpose()
    }
}

/// The lines of a file.
struct Lines<R> {
    input: R,
    file: Arc<str>,
    /// The line that was read last, without its end.
    line: Vec<u8>,
    /// Its number, from 1.
    number: usize,
    /// Whether nothing more is read.
    ended: bool,
    /// The transaction that is being read.
    within: Option<Version>,
}

impl<R: BufRead> Lines<R> {
    fn new(input: R, file: &str) -> Self {
        Self {
            input,
            file: file.into(),
            line: Vec::new(),
            number: 0,
            ended: false,
            within: None,
        }
    }

    /// Reads the next line. Returns whether there is one.
    fn read(&mut self) -> Result<bool, Problem> {
        self.line.clear();
        if self.ended {
            return Ok(false);
        }
        let mut limited = (&mut self.input).take(LONGEST_LINE);
        let read = limited.read_until(b'\n', &mut self.line);
        let count = read.map_err(|error: io::Error| {
            self.problem_at(self.number + 1, format!("cannot be read: {error}"))
        })?;
        if count == 0 {
            self.ended = true;
            return Ok(false);
        }
        self.number += 1;
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
        } else if count as u64 == LONGEST_LINE {
            return Err(self.problem(format!(
                "the line has more than {LONGEST_LINE} bytes, expected fewer"
            )));
        } else {
            // What was cut off within a line is told as such, whatever else may be wrong with it.
            self.ended = true;
        }
        Ok(true)
    }

    /// The first line.
    fn head(&mut self) -> Result<Head, Problem> {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Format {
            format: String,
            format_version: u64,
        }
        let expected = format!(
            "expected the first line of a dump: {{\"format\":\"{FORMAT}\",\"formatVersion\":{FORMAT_VERSION}, ...}}"
        );
        if !self.read()? {
            return Err(self.problem_at(1, format!("the file is empty, {expected}")));
        }
        let Ok(Format {
            format,
            format_version,
        }) = serde_json::from_slice(&self.line)
        else {
            return Err(self.problem(format!("found {}, {expected}", self.shown())));
        };
        if format != FORMAT {
            return Err(self.problem(format!("found the format {}, {expected}", quoted(&format))));
        }
        if format_version == 0 || format_version > FORMAT_VERSION {
            return Err(self.problem(format!(
                "found version {format_version} of the format, expected at most {FORMAT_VERSION}: a newer onrecord wrote it"
            )));
        }
        self.parse("the first line of a dump")
    }

    /// Whether the line opens a transaction.
    fn opens_transaction(&self) -> bool {
        let line = self.line.trim_ascii_start().strip_prefix(b"{");
        line.is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\"transaction\""))
    }

    /// What the line says.
    fn parse<T: DeserializeOwned>(&self, what: &str) -> Result<T, Problem> {
        serde_json::from_slice(&self.line).map_err(|error| {
            let mut message = error.to_string();
            // The place is told in its own way.
            if let Some(end) = message.rfind(" at line ") {
                message.truncate(end);
            }
            let message = if self.ended && error.is_eof() {
                "the file ends within this line".to_owned()
            } else {
                format!("this is not {what}: {message}")
            };
            Problem {
                column: error.column().max(1),
                ..self.problem(message)
            }
        })
    }

    /// The line as a problem shows it.
    fn shown(&self) -> String {
        quoted(&String::from_utf8_lossy(&self.line))
    }

    fn problem(&self, message: String) -> Problem {
        self.problem_at(self.number.max(1), message)
    }

    fn problem_at(&self, line: usize, message: String) -> Problem {
        let message = match self.within {
            Some(version) => format!("transaction {version}: {message}"),
            None => message,
        };
        Problem {
            file: self.file.to_string(),
            line,
            column: 1,
            message,
        }
    }
}
