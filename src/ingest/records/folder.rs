//! A folder of record files, read one after the other.

use std::path::{Path, PathBuf};

use crate::graph::Version;
use crate::graph::view::View;
use crate::ingest::problem::Problems;
use crate::ingest::progress::OnRead;
use crate::model::ontology::Ontology;
use crate::store::SeedFile;

use super::yaml::At;
use super::{Known, ManifestEntry, Recorded, manifest, read_record, read_text, tables};

/// How the name of a mapping ends, which says what the columns of a table mean.
const MAPPING: &str = ".mapping.yaml";

/// The files that a folder's `manifest.yaml` names, in its order, each read when it is asked for. A file with mistakes
/// does not keep those after it from being read, so that all mistakes are found; the first are those of the manifest.
pub struct Folder<'f> {
    ontology: &'f Ontology,
    folder: PathBuf,
    /// The mistakes of the manifest, until they are told.
    problems: Option<Problems>,
    entries: std::vec::IntoIter<(ManifestEntry, At)>,
    known: Known,
    read: OnRead<'f>,
}

/// A file that was loaded already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The file.
    pub path: PathBuf,
    /// The transaction that it was loaded as.
    pub version: Version,
    /// Whether it has changed since. What the record has of it stays as it was.
    pub is_changed: bool,
}

impl<'f> Folder<'f> {
    /// Reads the manifest. `read` is told of the bytes of files as they are read.
    ///
    /// # Errors
    /// When there is no manifest that can be read.
    pub fn open(ontology: &'f Ontology, folder: &Path, read: OnRead<'f>) -> Result<Self, Problems> {
        let path = folder.join("manifest.yaml");
        let name = path.to_string_lossy();
        let text =
            read_text(&path).map_err(|message| Problems::one(name.clone(), 1, 1, message))?;
        let (entries, problems) = manifest::read(&text, &name);
        Ok(Self {
            ontology,
            folder: folder.to_owned(),
            problems: Problems::unless_any((), problems).err(),
            entries: entries.into_iter(),
            known: Known::default(),
            read,
        })
    }

    /// Leaves out the files that were loaded already, and those that have changed since; the others may name what is on record.
    pub fn skip_loaded(&mut self, loaded: &[SeedFile], record: View) -> Vec<Skipped> {
        if loaded.is_empty() {
            return Vec::new();
        }
        let mut skipped = Vec::new();
        let mut left = Vec::new();
        for (entry, at) in self.entries.by_ref() {
            let path = self.folder.join(&entry.file);
            let digest = read_text(&path).ok().and_then(|text| {
                let is_table = entry.file.ends_with(MAPPING);
                let content = if is_table {
                    tables::digest(&text, &path)?
                } else {
                    super::digest(&text)
                };
                Some(entry.digest(&content))
            });
            let same = |file: &&SeedFile| Some(&file.digest) == digest.as_ref();
            let found = loaded.iter().find(same);
            let before = || loaded.iter().rfind(|file| file.name == entry.file);
            match found.or_else(before) {
                Some(file) => skipped.push(Skipped {
                    is_changed: found.is_none(),
                    version: file.version,
                    path,
                }),
                None => left.push((entry, at)),
            }
        }
        self.entries = left.into_iter();
        self.known = Known::of(record);
        skipped
    }

    /// How many bytes the files have, as far as they are there.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let size = |path: &Path| path.metadata().map_or(0, |found| found.len());
        let sizes = self.entries.as_slice().iter().map(|(entry, _)| {
            let path = self.folder.join(&entry.file);
            let table = entry
                .file
                .ends_with(MAPPING)
                .then(|| tables::table_of(&path));
            size(&path) + table.flatten().map_or(0, |table| size(&table))
        });
        sizes.sum()
    }

    fn file(&mut self, entry: &ManifestEntry, at: At) -> Result<Recorded, Problems> {
        let path = self.folder.join(&entry.file);
        let text = read_text(&path).map_err(|message| {
            let manifest = self.folder.join("manifest.yaml");
            Problems::one(
                manifest.to_string_lossy(),
                at.line,
                at.column,
                format!("file {:?}: {message}", entry.file),
            )
        })?;
        (self.read)(text.len() as u64);
        let (ontology, known) = (self.ontology, &mut self.known);
        if entry.file.ends_with(MAPPING) {
            tables::read_table(ontology, &text, &path, entry, known, self.read)
        } else {
            read_record(ontology, &text, &path.to_string_lossy(), entry, known)
        }
    }
}

impl Iterator for Folder<'_> {
    type Item = Result<Recorded, Problems>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(problems) = self.problems.take() {
            return Some(Err(problems));
        }
        let (entry, at) = self.entries.next()?;
        Some(self.file(&entry, at))
    }
}
