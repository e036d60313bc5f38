//! Tables: CSV files, and beside each a mapping that says what its columns mean.
//!
//! A mapping writes the record of one row, as a record file would, with places for the columns. Each row is put
//! in and read as a record file is, so that ids, fields, values and evidence are checked in the same way. Rows are
//! read one after the other; what does not fit is told with its line, and nothing is left out in silence.

mod mapping;
mod pattern;
mod rows;
mod template;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::ingest::problem::{Problem, Problems};
use crate::ingest::progress::{Counted, OnRead};
use crate::model::change::Transaction;
use crate::model::ontology::Ontology;

use super::log::Log;
use super::yaml::{self, Content, Node};
use super::{Known, ManifestEntry, Recorded};

use mapping::Mapping;
use rows::Rows;

/// What is added to a line of the mapping, so that it is told from a line of the table.
const MARK: usize = 1 << (usize::BITS - 2);

/// A reader that hashes what passes.
struct Hashed<R> {
    inner: R,
    hasher: blake3::Hasher,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}

/// The table of a mapping, as far as that can be read.
pub(super) fn table_of(mapping: &Path) -> Option<PathBuf> {
    let root = yaml::parse(&super::read_text(mapping).ok()?, "").ok()?;
    let (_, table) = mapping::table(&mut Log::new(""), &root)?;
    Some(mapping.parent()?.join(table))
}

/// A table with its mapping, of which nothing but the header was read.
struct Table<'p> {
    reader: csv::Reader<BufReader<Hashed<Counted<'p, File>>>>,
    mapping: Mapping,
    mapping_name: String,
    root: Node,
    /// Its name, as the mapping gives it, and as problems do.
    name: (String, String),
    /// The digests of the files that the mapping names besides.
    beside: Vec<u8>,
}

impl<'p> Table<'p> {
    fn open(text: &str, path: &Path, read: OnRead<'p>) -> Result<Self, Problems> {
        let mapping_name = path.to_string_lossy().into_owned();
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut root = yaml::parse(text, &mapping_name)?;
        mark(&mut root);
        let mut log = Log::new(&mapping_name);
        let Some((at, table)) = mapping::table(&mut log, &root) else {
            return Err(Problems::new(unmarked(log.problems, &mapping_name)));
        };
        let table_path = folder.join(&table);
        let table_name = table_path.to_string_lossy().into_owned();
        let file = match File::open(&table_path) {
            Ok(file) => file,
            Err(error) => {
                log.problem(at, format!("file {table:?} cannot be read: {error}"));
                return Err(Problems::new(unmarked(log.problems, &mapping_name)));
            }
        };
        let mut hasher = blake3::Hasher::new();
        hasher.update(text.as_bytes());
        let mut beside = Vec::new();
        let hashed = Hashed {
            inner: Counted::new(file, read),
            hasher,
        };
        let mut reader = csv::ReaderBuilder::new().from_reader(BufReader::new(hashed));
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => return Err(Problems::one(table_name, 1, 1, rows::message(&error))),
        };
        if let Some(found) = separator(&header) {
            let message = format!("the columns are separated by {found:?}, expected commas");
            return Err(Problems::one(table_name, 1, 1, message));
        }
        let mapping = mapping::read(&mut log, &root, &header, |name| {
            let text = super::read_text(&folder.join(name))?;
            beside.extend_from_slice(blake3::hash(text.as_bytes()).as_bytes());
            Ok(text)
        });
        let Some(mapping) = mapping.filter(|_| log.problems.is_empty()) else {
            return Err(Problems::new(unmarked(log.problems, &mapping_name)));
        };
        Ok(Self {
            reader,
            mapping,
            mapping_name,
            root,
            name: (table, table_name),
            beside,
        })
    }

    /// The digest of the mapping, of the table, which has to be read to its end, and of what stands beside them.
    fn digest(self) -> String {
        let mut hasher = self.reader.into_inner().into_inner().hasher;
        hasher.update(&self.beside);
        hasher.finalize().to_hex().to_string()
    }
}

/// The digest of a mapping whose text and path are given, and of all that it names; `None` where that cannot be read.
pub(super) fn digest(text: &str, path: &Path) -> Option<String> {
    let mut table = Table::open(text, path, &|_| ()).ok()?;
    io::copy(table.reader.get_mut(), &mut io::sink()).ok()?;
    Some(table.digest())
}

/// Reads a table by its mapping, whose text and path are given.
///
/// # Errors
/// All mistakes of the mapping and of the rows, each with its place.
pub(super) fn read_table(
    ontology: &Ontology,
    text: &str,
    path: &Path,
    entry: &ManifestEntry,
    known: &mut Known,
    read: OnRead<'_>,
) -> Result<Recorded, Problems> {
    let mut table = Table::open(text, path, read)?;
    let (name, full_name) = &table.name;
    let mut rows = Rows::new(ontology, known, &table.mapping, full_name, name);
    rows.sources(&table.root, &table.mapping_name);
    rows.read(&mut table.reader);
    let (changes, places, problems, remarks) = rows.finish();
    let mapping_name = table.mapping_name.clone();
    let recorded = Recorded {
        transaction: Transaction {
            recorded_at: entry.recorded_at,
            author: entry.author.clone(),
            reason: entry.reason.clone(),
            idempotency: None,
            visible_from: None,
            changes,
        },
        places,
        remarks: unmarked(remarks, &mapping_name),
        file: entry.file.clone(),
        digest: entry.digest(&table.digest()),
    };
    Problems::unless_any(recorded, unmarked(problems, &mapping_name))
}

/// What stands between the columns of a first line that has no commas.
fn separator(header: &csv::StringRecord) -> Option<char> {
    if header.len() != 1 {
        return None;
    }
    let line = header.get(0)?;
    [';', '\t', '|']
        .into_iter()
        .find(|found| line.contains(*found))
}

fn mark(node: &mut Node) {
    node.at.line += MARK;
    match &mut node.content {
        Content::List(items) => items.iter_mut().for_each(mark),
        Content::Map(entries) => {
            for (key, value) in entries {
                key.at.line += MARK;
                mark(value);
            }
        }
        Content::Nothing | Content::Text(_) => {}
    }
}

/// Gives the problems that stand in the mapping its name, and the lines that it has.
fn unmarked(mut problems: Vec<Problem>, mapping: &str) -> Vec<Problem> {
    for problem in &mut problems {
        if problem.line >= MARK {
            problem.line -= MARK;
            mapping.clone_into(&mut problem.file);
        }
    }
    problems
}
