//! Quotes against the texts of their sources.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::ingest::problem::{Problem, Problems, quoted};
use crate::ingest::records::read_text;
use crate::model::change::{Change, Transaction};
use crate::model::claim::{Evidence, Quote};
use crate::model::id::EntityId;

/// What a check of quotes found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuoteReport {
    /// How many quotes of each source stand in its text.
    pub found: BTreeMap<EntityId, usize>,
    /// The sources that are quoted and whose text is not there, with the number of quotes.
    pub without_text: BTreeMap<EntityId, usize>,
}

/// A check that every quote stands in the text of its source, as `FOLDER/<slug>.txt` has it. White
/// space counts as one space, wherever and however much it is.
pub struct QuoteCheck {
    folder: PathBuf,
    report: QuoteReport,
    problems: Vec<Problem>,
    texts: HashMap<EntityId, Option<String>>,
    told: BTreeSet<Problem>,
}

impl QuoteCheck {
    /// A check against the texts of a folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            report: QuoteReport::default(),
            problems: Vec::new(),
            texts: HashMap::new(),
            told: BTreeSet::new(),
        }
    }

    /// Checks the quotes of a transaction. `problem` puts a message at the place of a change.
    pub fn add(&mut self, transaction: &Transaction, problem: &dyn Fn(usize, String) -> Problem) {
        for (place, change) in transaction.changes.iter().enumerate() {
            for evidence in evidence_of(change) {
                if let Some(quote) = &evidence.quote {
                    self.quote(&evidence.source, quote, &|message| problem(place, message));
                }
            }
        }
    }

    fn quote(&mut self, source: &EntityId, quote: &Quote, problem: &dyn Fn(String) -> Problem) {
        let text = match self.texts.entry(source.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => match text_of(source, &self.folder) {
                Ok(text) => unknown.insert(text),
                Err(problem) => {
                    self.problems.push(problem);
                    unknown.insert(None)
                }
            },
        };
        let Some(text) = text else {
            *self.report.without_text.entry(source.clone()).or_default() += 1;
            return;
        };
        match find(text, quote) {
            Ok(()) => *self.report.found.entry(source.clone()).or_default() += 1,
            // The same quote under many claims is told once for each place.
            Err(message) => {
                let problem = problem(format!("the text of {source} {message}"));
                if self.told.insert(problem.clone()) {
                    self.problems.push(problem);
                }
            }
        }
    }

    /// What was found.
    ///
    /// # Errors
    /// Every quote that does not stand in its text, at the place of its claim, and every text that cannot be read.
    pub fn finish(self) -> Result<QuoteReport, Problems> {
        Problems::unless_any(self.report, self.problems)
    }
}

fn evidence_of(change: &Change) -> &[Evidence] {
    match change {
        Change::AddClaim { claim } => &claim.evidence,
        Change::AddEvidence { evidence, .. } => std::slice::from_ref(evidence),
        _ => &[],
    }
}

/// The text of a source, with white space made even; `None` where the folder has none.
fn text_of(source: &EntityId, folder: &Path) -> Result<Option<String>, Problem> {
    let path = folder.join(format!("{}.txt", source.slug()));
    if !path.exists() {
        return Ok(None);
    }
    match read_text(&path) {
        Ok(text) => Ok(Some(even(&text))),
        Err(message) => {
            let file = path.to_string_lossy().into_owned();
            Err(Problem {
                file,
                line: 1,
                column: 1,
                message: format!("the text of {source} {message}"),
            })
        }
    }
}

/// One space for any white space, none at the ends.
fn even(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn find(text: &str, quote: &Quote) -> Result<(), String> {
    let exact = even(&quote.exact);
    let prefix = quote.prefix.as_deref().map(even).unwrap_or_default();
    let suffix = quote.suffix.as_deref().map(even).unwrap_or_default();
    let mut seen = false;
    for (start, _) in text.match_indices(&exact) {
        seen = true;
        let before = text[..start].trim_end();
        let after = text[start + exact.len()..].trim_start();
        if before.ends_with(&prefix) && after.starts_with(&suffix) {
            return Ok(());
        }
    }
    if seen {
        return Err(format!(
            "has {}, but not between {} and {}",
            quoted(&exact),
            quoted(&prefix),
            quoted(&suffix)
        ));
    }
    // How far the text agrees tells where to look.
    let ends: Vec<usize> = exact
        .char_indices()
        .map(|(at, letter)| at + letter.len_utf8())
        .collect();
    let agrees = ends.partition_point(|end| text.contains(&exact[..*end]));
    let shown = agrees
        .checked_sub(1)
        .and_then(|last| ends.get(last))
        .map_or("", |end| &exact[..*end]);
    if shown.chars().count() < 8 {
        Err(format!("does not have {}", quoted(&exact)))
    } else {
        Err(format!(
            "does not have {}: it agrees up to {}",
            quoted(&exact),
            quoted(&last_words(shown))
        ))
    }
}

/// The end of a long text.
fn last_words(text: &str) -> String {
    let skip = text.chars().count().saturating_sub(40);
    if skip == 0 {
        text.to_owned()
    } else {
        format!("…{}", text.chars().skip(skip).collect::<String>())
    }
}
