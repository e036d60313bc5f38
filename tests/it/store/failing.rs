//! A log that fails: writing stops with the reason, reading goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use onrecord::graph::Version;
use onrecord::store::{CommitError, Entry, Head, Log, LogError, MemoryLog, Note, Store};

use super::{put, things, transaction};

/// A log whose disk is full when told so.
#[derive(Default)]
struct Failing {
    log: MemoryLog,
    is_full: AtomicBool,
}

impl Log for Failing {
    fn head(&self) -> Result<Head, LogError> {
        self.log.head()
    }

    fn append(&self, entries: Vec<Entry>, notes: &[Note]) -> Result<(), LogError> {
        if self.is_full.load(Ordering::Relaxed) {
            return Err(LogError::File {
                path: "the log".into(),
                reason: std::io::ErrorKind::StorageFull.into(),
            });
        }
        self.log.append(entries, notes)
    }

    fn read(&self, from: Version, most: usize) -> Result<Vec<Entry>, LogError> {
        self.log.read(from, most)
    }

    fn hash_at(&self, version: Version) -> Result<Option<String>, LogError> {
        self.log.hash_at(version)
    }

    fn notes(&self) -> Result<Vec<Note>, LogError> {
        self.log.notes()
    }
}

#[test]
fn writing_stops_with_the_reason_and_reading_goes_on() {
    let log = Arc::new(Failing::default());
    let store = Store::over_log(&things(), log.clone()).expect("opens");
    store.commit(&transaction(put(1))).expect("commits");
    let before = store.head();
    log.is_full.store(true, Ordering::Relaxed);
    // Many at once fail alike, and none of it is ever seen.
    std::thread::scope(|scope| {
        for number in 2..10 {
            let store = &store;
            scope.spawn(move || {
                let failed = store.commit(&transaction(put(number)));
                let Err(CommitError::Stopped(reason)) = failed else {
                    panic!("{failed:?}");
                };
                assert!(reason.contains("no storage space"), "{reason}");
            });
        }
    });
    // What is on disk is not known: it is not tried again.
    log.is_full.store(false, Ordering::Relaxed);
    let stopped = store.commit(&transaction(put(10)));
    assert!(
        matches!(stopped, Err(CommitError::Stopped(_))),
        "{stopped:?}"
    );
    let stopped = store.commit_all([transaction(put(10))]);
    assert!(
        matches!(stopped, Err(CommitError::Stopped(_))),
        "{stopped:?}"
    );
    assert!(store.stopped().is_some());
    assert_eq!(store.head(), before);
    let view = store.view();
    assert!(view.entity("thing:1").is_some());
    assert!(view.entity("thing:2").is_none());
    assert_eq!(store.entries(1, 10).expect("reads").len(), 1);
}

#[test]
fn a_writer_that_panics_stops_writing_and_nothing_else() {
    let store = Store::in_memory(things());
    store.commit(&transaction(put(1))).expect("commits");
    let panicked = std::thread::scope(|scope| {
        scope
            .spawn(|| store.commit_with(|_| -> Result<_, CommitError> { panic!("a test") }))
            .join()
    });
    assert!(panicked.is_err());
    let stopped = store.commit(&transaction(put(2)));
    assert!(
        matches!(stopped, Err(CommitError::Stopped(_))),
        "{stopped:?}"
    );
    assert!(store.view().entity("thing:1").is_some());
}

#[test]
fn a_load_that_fails_leaves_nothing() {
    let store = Store::in_memory(things());
    let failed = store.commit_all([transaction(put(1)), transaction(put(1))]);
    assert!(matches!(failed, Err(CommitError::Refused(_))), "{failed:?}");
    assert_eq!(store.head(), Head::beginning());
    assert!(store.view().entity("thing:1").is_none());
    store.commit(&transaction(put(1))).expect("commits");
}
