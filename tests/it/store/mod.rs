//! The store as a whole: many writers, a log that fails, a record that is opened again.

#![expect(
    clippy::expect_used,
    reason = "a helper of a test fails the test by panicking"
)]

mod again;
mod copies;
mod crash;
mod damage;
mod failing;
mod folder;
mod writers;

use std::path::Path;
use std::sync::Arc;

use onrecord::ingest::ontology;
use onrecord::model::change::{Change, Transaction};
use onrecord::model::ontology::Ontology;
use onrecord::store::{Access, OpenError, Opened, Opening, Store};
use serde_json::{Value, json};

/// Things with a name and a height, which may be near each other.
const THINGS: &str = r#"
    "A thing."
    type Thing @entity(prefix: "thing", label: "name") {
        "Its name."
        name: String
        "Its height."
        height: Int
        "What is near it."
        near: [Thing!]! @relationship(type: "NEAR", direction: OUT)
        "What it is near to."
        nearTo: [Thing!]! @relationship(type: "NEAR", direction: IN)
    }
"#;

fn ontology_of(text: &str) -> Arc<Ontology> {
    Arc::new(ontology::read(text, "things").expect("an ontology"))
}

fn things() -> Arc<Ontology> {
    ontology_of(THINGS)
}

/// A thing of that number enters the record, with a name and the source that says so.
fn put(number: usize) -> Vec<Change> {
    let id = format!("thing:{number}");
    changes(json!([
        { "putEntity": { "id": format!("source:{number}") } },
        { "putEntity": { "id": id } },
        property(&id, "name", json!({ "text": format!("Thing {number}") })),
    ]))
}

fn property(subject: &str, property: &str, value: Value) -> Value {
    claim(
        subject,
        json!({ "property": { "property": property, "stated": { "value": value } } }),
    )
}

fn near(subject: &str, object: &str) -> Value {
    let statement = json!({ "relationship": "NEAR", "object": object, "properties": [] });
    claim(subject, json!({ "relationship": statement }))
}

fn claim(subject: &str, statement: Value) -> Value {
    let source = subject.replace("thing", "source");
    let evidence = json!([{ "source": source, "modality": "FIRSTHAND", "stance": "SUPPORTS" }]);
    json!({ "addClaim": { "claim": {
        "subject": subject, "statement": statement, "rank": "NORMAL", "review": "ACCEPTED", "evidence": evidence,
    } } })
}

fn changes(of: Value) -> Vec<Change> {
    serde_json::from_value(of).expect("changes")
}

fn transaction(changes: Vec<Change>) -> Transaction {
    serde_json::from_value(json!({
        "recordedAt": "2026-11-02T09:00:00Z", "author": "a test", "reason": "A reason", "changes": changes,
    }))
    .expect("a transaction")
}

fn open(folder: &Path) -> Store {
    let opened = open_with(folder, THINGS, Access::Write).expect("opens");
    assert_eq!(opened.damage, None);
    assert_eq!(opened.remarks, Vec::<String>::new());
    opened.store
}

fn open_with(folder: &Path, text: &str, access: Access) -> Result<Opened, OpenError> {
    Store::open(Opening {
        folder,
        ontology: &ontology_of(text),
        text,
        digest: text,
        access,
        progress: &|_| (),
    })
}

/// How many entities there are, and the hash that vouches for all.
fn told(store: &Store) -> (usize, String) {
    let entities = store.view().graph().counts().entities;
    (entities, store.head().hash)
}
