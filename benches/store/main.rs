//! What the store takes: writes that are acknowledged, reads beside them, and a start.
//!
//! `DIR=/some/folder cargo bench --bench store` measures on the disk of that folder.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench fails by panicking and prints what it measured"
)]

mod reads;
mod start;
mod writes;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use onrecord::ingest::ontology;
use onrecord::model::change::{Change, Transaction};
use onrecord::model::ontology::Ontology;
use onrecord::store::{Access, Opening, Store};
use serde_json::json;
use tempfile::TempDir;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ONTOLOGY: &str = include_str!("../../schema/ontology.graphql");

/// How long a measurement takes.
const MEASURED: Duration = Duration::from_secs(4);

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word));
    println!("| measurement | found |");
    println!("| --- | --- |");
    if wants("single") {
        writes::single();
    }
    if wants("bulk") {
        writes::bulk();
    }
    if wants("reads") {
        reads::beside_writes();
    }
    if wants("start") {
        start::replayed();
    }
}

/// A folder on the disk that is measured.
fn folder() -> TempDir {
    let disk = std::env::var_os("DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    TempDir::new_in(disk).expect("a folder")
}

fn the_ontology() -> Arc<Ontology> {
    Arc::new(ontology::read(ONTOLOGY, "ontology.graphql").expect("the ontology"))
}

fn open(folder: &TempDir) -> Store {
    let opening = Opening {
        folder: folder.path(),
        ontology: &the_ontology(),
        text: ONTOLOGY,
        digest: "the bench",
        access: Access::Write,
        progress: &|_| (),
    };
    Store::open(opening).expect("opens").store
}

/// The first transaction of a record: a source, and a topic that claims are about.
fn beginning() -> Transaction {
    let topics = (0..64).map(|number| json!({ "putEntity": { "id": format!("topic:t{number}") } }));
    let source = json!({ "putEntity": { "id": "source:bench" } });
    let changes: Vec<_> = std::iter::once(source).chain(topics).collect();
    transaction(serde_json::from_value(json!(changes)).expect("changes"))
}

/// The claim of that number: an alias of one of the topics.
fn claim(number: u64) -> Change {
    let topic = number % 64;
    let text = json!({ "localizedText": { "text": format!("Alias {number}"), "language": "en" } });
    let statement = json!({ "property": { "property": "aliases", "stated": { "value": text } } });
    let evidence = json!([{
        "source": "source:bench", "modality": "FIRSTHAND", "stance": "SUPPORTS",
        "quote": { "exact": format!("also known by the name of Alias {number}") },
    }]);
    let claim = json!({
        "subject": format!("topic:t{topic}"), "statement": statement, "rank": "NORMAL", "review": "ACCEPTED",
        "evidence": evidence,
    });
    serde_json::from_value(json!({ "addClaim": { "claim": claim } })).expect("a change")
}

fn transaction(changes: Vec<Change>) -> Transaction {
    serde_json::from_value(json!({
        "recordedAt": "2026-11-02T09:00:00Z", "author": "a bench", "reason": "A reason", "changes": changes,
    }))
    .expect("a transaction")
}

#[expect(clippy::cast_precision_loss, reason = "a rate needs few digits")]
fn rate(count: u64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}
