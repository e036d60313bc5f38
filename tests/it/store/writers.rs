//! Many writers at once, readers beside them, and a log that fails.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use onrecord::store::{CommitError, Store, WriteError};
use serde_json::json;

use super::{changes, open, property, put, things, transaction};

/// What happens to a store that many write to, whatever keeps it.
fn many_write(store: &Store) {
    const WRITERS: usize = 16;
    const EACH: usize = 25;
    let barrier = Barrier::new(WRITERS);
    let versions: Vec<u32> = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    let each = (0..EACH).map(|place| {
                        let number = writer * EACH + place;
                        let version = store.commit(&transaction(put(number))).expect("commits");
                        let view = store.view();
                        assert!(view.known() >= version, "what is acknowledged is seen");
                        assert!(view.entity(&format!("thing:{number}")).is_some());
                        version
                    });
                    each.collect::<Vec<_>>()
                })
            })
            .collect();
        let all = writers.into_iter();
        all.flat_map(|writer| writer.join().expect("a writer"))
            .collect()
    });
    let mut sorted = versions;
    sorted.sort_unstable();
    let all = u32::try_from(WRITERS * EACH).expect("few");
    assert_eq!(sorted, (1..=all).collect::<Vec<_>>(), "gapless, none twice");
    let entries = store.entries(1, usize::MAX).expect("entries");
    assert_eq!(entries.len(), WRITERS * EACH);
    assert_eq!(
        entries.last().map(|entry| &entry.hash),
        Some(&store.head().hash)
    );
}

#[test]
fn many_writers_in_memory() {
    many_write(&Store::in_memory(things()));
}

#[test]
fn many_writers_to_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    many_write(&store);
    let before = super::told(&store);
    drop(store);
    assert_eq!(super::told(&open(folder.path())), before);
}

/// Two things always have the same height: a writer changes both in one transaction.
#[test]
fn readers_never_see_half_a_transaction() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    for number in [0, 1] {
        store.commit(&transaction(put(number))).expect("commits");
    }
    let is_over = AtomicBool::new(false);
    let seen = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut last = 0;
                while !is_over.load(Ordering::Relaxed) {
                    let view = store.view();
                    let height = |id: &str| {
                        let entity = view.entity(id).expect("a thing");
                        let declared = view.ontology().entity_type(view.type_of(entity));
                        let (height, _) = declared.property("height").expect("a height");
                        view.value(entity, height).cloned()
                    };
                    assert_eq!(height("thing:0"), height("thing:1"), "at {}", view.known());
                    assert!(view.known() >= last, "time goes forward");
                    last = view.known();
                    seen.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for round in 0..200 {
            let both =
                ["thing:0", "thing:1"].map(|id| property(id, "height", json!({ "int": round })));
            let written = transaction(changes(json!(both)));
            store.commit(&written).expect("commits");
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert!(seen.into_inner() > 0);
}

#[test]
fn a_transaction_is_prepared_on_top_of_all_before() {
    let store = Store::in_memory(things());
    // Each counts what is there, and adds one: lost updates would give a number twice.
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let committed = store.commit_with(|pending| {
                        let number = pending.graph().counts().entities;
                        assert_eq!(number, pending.version() as usize * 2);
                        Ok::<_, CommitError>(transaction(put(number / 2)))
                    });
                    let committed = committed.expect("commits");
                    let id = format!("thing:{}", committed.version - 1);
                    assert!(committed.view.entity(&id).is_some());
                }
            });
        }
    });
    assert_eq!(store.view().graph().counts().entities, 800);
    let refused = store.commit_with(|pending| Err(pending.version()));
    assert!(
        matches!(refused, Err(WriteError::Prepare(400))),
        "{refused:?}"
    );
    let refused = store.commit(&transaction(put(7)));
    assert!(
        matches!(refused, Err(CommitError::Refused(_))),
        "{refused:?}"
    );
    assert_eq!(store.head().version, 400, "what is refused leaves no trace");
}

#[test]
fn who_waits_for_a_version_hears_of_it() {
    let store = Store::in_memory(things());
    let mut versions = store.versions();
    assert_eq!(*versions.borrow_and_update(), 0);
    store.commit(&transaction(put(1))).expect("commits");
    store.commit(&transaction(put(2))).expect("commits");
    assert!(versions.has_changed().expect("the store is there"));
    assert_eq!(*versions.borrow_and_update(), 2);
    // A load that brings nothing is no version.
    store.commit_all([transaction(put(3))]).expect("commits");
    assert_eq!(*versions.borrow_and_update(), 3);
    let none: [onrecord::model::change::Transaction; 0] = [];
    store.commit_all(none).expect("commits nothing");
    assert!(!versions.has_changed().expect("the store is there"));
}

/// Enough changes for the indexes to be folded several times, while writers go on.
#[test]
fn folding_goes_on_beside_writing() {
    let store = Store::in_memory(things());
    let mut number = 0;
    let mut was_folded = false;
    for _ in 0..60 {
        let several = (0..1000).flat_map(|place| put(number + place)).collect();
        store.commit(&transaction(several)).expect("commits");
        number += 1000;
        was_folded |= store.view().graph().unsealed() < 3 * number;
    }
    // The last folding may go on for a moment.
    for _ in 0..2000 {
        if store.view().graph().unsealed() < 40_000 {
            break;
        }
        thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(was_folded || store.view().graph().unsealed() < 40_000);
    let view = store.view();
    assert_eq!(view.graph().counts().entities, 2 * number);
    assert_eq!(view.known(), 60);
    for place in (0..number).step_by(997) {
        let entity = view.entity(&format!("thing:{place}")).expect("a thing");
        assert_eq!(view.name(entity), format!("Thing {place}"));
    }
    let together = Arc::new(store);
    assert_eq!(together.head().version, 60);
}
