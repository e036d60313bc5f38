//! A record that is opened again: by the same program, by another ontology, to be read.

use onrecord::store::{Access, OpenError};
use serde_json::json;

use super::{THINGS, changes, near, open, open_with, property, put, told, transaction};

/// A record with two things that are near each other, one of which has a height.
fn kept() -> (tempfile::TempDir, (usize, String)) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    store.commit(&transaction(put(1))).expect("commits");
    store.commit(&transaction(put(2))).expect("commits");
    let more = json!([
        property("thing:1", "height", json!({ "int": 7 })),
        near("thing:1", "thing:2"),
    ]);
    store.commit(&transaction(changes(more))).expect("commits");
    let told = told(&store);
    drop(store);
    (folder, told)
}

#[test]
fn a_record_is_as_it_was() {
    let (folder, before) = kept();
    for _ in 0..2 {
        let store = open(folder.path());
        assert_eq!(told(&store), before);
        assert!(store.is_persistent());
        let view = store.view();
        let one = view.entity("thing:1").expect("a thing");
        assert_eq!(view.name(one), "Thing 1");
    }
    let store = open(folder.path());
    assert_eq!(store.commit(&transaction(put(3))).expect("commits"), 4);
}

#[test]
fn a_record_is_read_beside_its_writer() {
    let (folder, before) = kept();
    let writer = open(folder.path());
    let refused = open_with(folder.path(), THINGS, Access::Write).expect_err("in use");
    assert!(
        refused.to_string().contains("is in use by another process"),
        "{refused}"
    );
    let reader = open_with(folder.path(), THINGS, Access::Read)
        .expect("opens")
        .store;
    assert_eq!(told(&reader), before);
    assert!(!reader.is_persistent());
    let refused = reader.commit(&transaction(put(9))).expect_err("reads");
    assert!(
        refused.to_string().contains("opened to be read"),
        "{refused}"
    );
    // What is loaded is shown, and kept nowhere.
    reader.commit_all([transaction(put(9))]).expect("loads");
    assert!(reader.view().entity("thing:9").is_some());
    writer.commit(&transaction(put(3))).expect("commits");
    drop((writer, reader));
    assert!(open(folder.path()).view().entity("thing:9").is_none());
}

#[test]
fn a_wider_ontology_is_taken_and_a_narrower_one_refused_with_what_would_be_lost() {
    let (folder, before) = kept();
    let wider = THINGS.replace("height: Int", "height: Int\n \"Its size.\"\n size: Int");
    let opened = open_with(folder.path(), &wider, Access::Write).expect("opens");
    assert_eq!(told(&opened.store), before);
    let size = json!([property("thing:1", "size", json!({ "int": 1 }))]);
    opened
        .store
        .commit(&transaction(changes(size)))
        .expect("commits");
    let before = told(&opened.store);
    drop(opened);

    let lost = |text: &str| match open_with(folder.path(), text, Access::Write) {
        Err(OpenError::Unfit(losses)) => losses
            .iter()
            .map(|loss| format!("{} {} @{}", loss.count, loss.what, loss.version))
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    // The property that came later is gone again.
    assert_eq!(lost(THINGS), ["1 claims of Thing.size @4"]);
    let renamed = wider.replace("height: Int", "grade: Int");
    assert_eq!(lost(&renamed), ["1 claims of Thing.height @3"]);
    let narrowed = wider.replace("height: Int", "height: Boolean");
    assert_eq!(lost(&narrowed), ["1 claims of Thing.height @3"]);
    let unrelated = wider.replace("\"NEAR\"", "\"BESIDE\"");
    assert_eq!(lost(&unrelated), ["1 claims of the relationship NEAR @3"]);
    let another = wider
        .replace("Thing", "Item")
        .replace("\"thing\"", "\"item\"");
    assert_eq!(
        lost(&another),
        [
            "2 claims of thing:….name @1",
            "2 entities thing:… @1",
            "1 claims of the relationship NEAR @3",
            "1 claims of thing:….height @3",
            "1 claims of thing:….size @4",
        ]
    );
    // Nothing was changed by all that.
    let opened = open_with(folder.path(), &wider, Access::Write).expect("opens");
    assert_eq!(told(&opened.store), before);
}
