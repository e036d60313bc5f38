//! What every log must do; each implementation runs it.

use super::{Entry, Head, Log, LogError, Note};
use crate::model::change::Transaction;

/// A transaction that changes nothing.
pub(crate) fn transaction(reason: &str) -> Transaction {
    serde_json::from_value(serde_json::json!({
        "recordedAt": "2026-11-02T09:00:00Z", "author": "a test", "reason": reason, "changes": [],
    }))
    .expect("a transaction")
}

/// Entries on top of a head.
pub(crate) fn entries(head: &Head, reasons: &[&str]) -> Vec<Entry> {
    let mut head = head.clone();
    let entries = reasons.iter().map(|reason| {
        let entry = Entry::after(&head, &transaction(reason)).expect("encodes");
        head = entry.head();
        entry
    });
    entries.collect()
}

/// All of it, on an empty log.
pub(crate) fn holds(log: &dyn Log) {
    appended_entries_are_read_again(log);
    what_does_not_follow_is_refused(log);
    notes_are_kept_with_entries(log);
    readers_and_writers_go_on_together(log);
}

fn appended_entries_are_read_again(log: &dyn Log) {
    let empty = log.head().expect("a head");
    assert_eq!(empty, Head::beginning());
    assert_eq!(log.read(1, 10).expect("reads"), []);
    let long = "long ".repeat(10_000);
    let appended = entries(&empty, &["first", &long, "third"]);
    log.append(appended[..1].to_vec(), &[]).expect("appends");
    log.append(appended[1..].to_vec(), &[])
        .expect("appends several");
    log.append(Vec::new(), &[]).expect("appends none");
    assert_eq!(log.head().expect("a head"), appended[2].head());
    assert_eq!(log.read(1, 10).expect("reads"), appended);
    assert_eq!(log.read(0, 10).expect("reads"), appended);
    assert_eq!(log.read(2, 1).expect("reads"), appended[1..2]);
    assert_eq!(log.read(4, 10).expect("reads"), []);
    let hash = |version| log.hash_at(version).expect("reads");
    assert_eq!(hash(0), Some(empty.hash));
    assert_eq!(hash(2).as_deref(), Some(appended[1].hash.as_str()));
    assert_eq!(hash(4), None);
    let again = appended[1].transaction_after(&appended[0].head());
    assert_eq!(again.expect("a transaction").reason, long);
}

fn what_does_not_follow_is_refused(log: &dyn Log) {
    let head = log.head().expect("a head");
    let behind = Head {
        version: head.version - 1,
        ..head.clone()
    };
    let late = entries(&behind, &["late", "later"]);
    let refused = log.append(late, &[]);
    assert!(
        matches!(refused, Err(LogError::Conflict { expected, found }) if expected == behind.version && found == head.version),
        "{refused:?}"
    );
    assert_eq!(log.head().expect("a head"), head, "nothing was appended");
}

fn notes_are_kept_with_entries(log: &dyn Log) {
    let note = |name: &str, text: &str| Note {
        name: name.into(),
        text: text.into(),
    };
    assert_eq!(log.notes().expect("notes"), []);
    let head = log.head().expect("a head");
    let appended = entries(&head, &["with notes"]);
    log.append(appended, &[note("b", "one"), note("a", "two")])
        .expect("appends");
    log.append(Vec::new(), &[note("b", "three")])
        .expect("notes alone");
    let behind = entries(&head, &["late"]);
    assert!(log.append(behind, &[note("c", "lost")]).is_err());
    let mut notes = log.notes().expect("notes");
    notes.sort_by(|one, other| one.name.cmp(&other.name));
    assert_eq!(notes, [note("a", "two"), note("b", "three")]);
}

fn readers_and_writers_go_on_together(log: &dyn Log) {
    let before = log.head().expect("a head");
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut head = before.clone();
            while head.version < before.version + 200 {
                for entry in log.read(head.version + 1, 7).expect("reads") {
                    entry.transaction_after(&head).expect("follows");
                    head = entry.head();
                }
            }
        });
        for place in 0..100 {
            let head = log.head().expect("a head");
            let (one, other) = (format!("{place} a"), format!("{place} b"));
            log.append(entries(&head, &[&one, &other]), &[])
                .expect("appends");
        }
        reader.join().expect("the reader ends");
    });
}
