//! `--data`: the program keeps a record in a folder.

use std::fs;
use std::path::Path;

use onrecord::cli::{LoadOptions, Loaded, open};
use serde_json::{Value, json};

use crate::program::{Program, printed, program, refused};

/// A seed of two files, in a folder of its own.
const MANIFEST: &str = "transactions:
  - { file: one.yaml, recordedAt: 2026-11-02T09:00:00Z, author: a test, reason: One }
  - { file: rows.mapping.yaml, recordedAt: 2026-11-03T09:00:00Z, author: a test, reason: Rows }
";
const ONE: &str = "sources:
  rows: { kind: DATASET, title: Rows }
entities:
  topic:peace: { name: { value: Peace, source: rows } }
";
const MAPPING: &str = "table: rows.csv
source: rows
entities:
  \"topic:{id}\": { name: \"{name}\" }
";
const ROWS: &str = "id,name\nwar,War\ntrade,Trade\n";

fn seed(folder: &Path) {
    fs::create_dir_all(folder.join("seed")).expect("a folder");
    let files = [
        ("manifest.yaml", MANIFEST),
        ("one.yaml", ONE),
        ("rows.mapping.yaml", MAPPING),
        ("rows.csv", ROWS),
    ];
    for (name, text) in files {
        fs::write(folder.join("seed").join(name), text).expect("writes");
    }
}

fn loaded(folder: &Path) -> Result<Loaded, String> {
    let options = LoadOptions {
        seed: Some(folder.join("seed")),
        data: Some(folder.join("data")),
        ..LoadOptions::default()
    };
    open(&options).map_err(|error| error.to_string())
}

fn entities(loaded: &Loaded) -> usize {
    loaded.store.view().graph().counts().entities
}

#[test]
fn seed_files_are_loaded_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    seed(at);
    let first = loaded(at).expect("loads");
    assert_eq!(first.files, ["one.yaml", "rows.mapping.yaml"]);
    let (count, head) = (entities(&first), first.store.head());
    assert_eq!(head.version, 2);
    drop(first);

    let again = loaded(at).expect("loads");
    assert_eq!(again.files, Vec::<String>::new());
    assert_eq!(again.warnings, Vec::<String>::new());
    assert_eq!(again.store.head(), head);
    drop(again);

    // In memory, the same files make the same record.
    let options = LoadOptions {
        seed: Some(at.join("seed")),
        ..LoadOptions::default()
    };
    assert_eq!(open(&options).expect("loads").store.head(), head);

    // A further file may name what the others brought.
    let two = "entities:\n  topic:peace: { aliases: [{ value: Concord, source: rows }] }\n  topic:grain: { name: { value: Grain, source: rows } }\n";
    fs::write(at.join("seed/two.yaml"), two).expect("writes");
    let more =
        "  - { file: two.yaml, recordedAt: 2026-11-04T09:00:00Z, author: a test, reason: Two }\n";
    fs::write(at.join("seed/manifest.yaml"), format!("{MANIFEST}{more}")).expect("writes");
    let more = loaded(at).expect("loads");
    assert_eq!(more.files, ["two.yaml"]);
    assert_eq!(entities(&more), count + 1);
    assert_eq!(more.store.head().version, 3);
    drop(more);
    assert_eq!(loaded(at).expect("loads").files, Vec::<String>::new());
}

#[test]
fn a_seed_file_that_changed_is_told_and_not_loaded_twice() {
    for (file, text, told) in [
        (
            "one.yaml",
            ONE.replace("Peace", "Calm"),
            "one.yaml has changed since it was loaded as transaction 1",
        ),
        (
            "rows.csv",
            ROWS.replace("War", "Strife"),
            "rows.mapping.yaml has changed since it was loaded as transaction 2",
        ),
        (
            "manifest.yaml",
            MANIFEST.replace("One", "Another"),
            "one.yaml has changed since it was loaded as transaction 1",
        ),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        seed(at);
        let head = loaded(at).expect("loads").store.head();
        fs::write(at.join("seed").join(file), text).expect("writes");
        let again = loaded(at).expect("loads");
        assert_eq!(again.store.head(), head, "{file}");
        let [warning] = &again.warnings[..] else {
            panic!("{file}: {:?}", again.warnings);
        };
        assert!(warning.contains(told), "{warning}");
        assert!(
            warning.contains("add a file with further claims"),
            "{warning}"
        );
    }
}

#[test]
fn of_a_seed_with_a_mistake_nothing_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    seed(at);
    fs::write(at.join("seed/rows.csv"), "id,name\nwar,War\nwar war,War\n").expect("writes");
    let refused = loaded(at).expect_err("a mistake");
    assert!(refused.contains("rows.csv:3"), "{refused}");
    fs::write(at.join("seed/rows.csv"), ROWS).expect("writes");
    let again = loaded(at).expect("loads");
    assert_eq!(again.files, ["one.yaml", "rows.mapping.yaml"]);
}

#[test]
fn a_dump_is_loaded_once_and_on_where_it_broke_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    seed(at);
    let dump = |name: &str, data: &str| {
        let mut command = program(at);
        command.args(["dump", "--seed", "seed"]);
        if !data.is_empty() {
            command.args(["--data", data]);
        }
        fs::write(at.join(name), printed(&mut command)).expect("writes");
    };
    dump("dump.ndjson", "");
    let load = |seed: &str| {
        let options = LoadOptions {
            seed: Some(at.join(seed)),
            data: Some(at.join("data")),
            ..LoadOptions::default()
        };
        open(&options).map_err(|error| error.to_string())
    };
    // As if loading had broken off after the first transaction.
    let text = fs::read_to_string(at.join("dump.ndjson")).expect("reads");
    let mut short: Vec<_> = text.lines().collect();
    let second = short
        .iter()
        .rposition(|line| line.starts_with("{\"transaction\""));
    short.truncate(second.expect("two transactions"));
    let head = short.remove(0).replace("\"version\":2", "\"version\":1");
    let mut head: Value = serde_json::from_str(&head).expect("a head");
    let first: Value = serde_json::from_str(short[0]).expect("an opening");
    head["head"] = first["transaction"]["hash"].clone();
    fs::write(
        at.join("short.ndjson"),
        format!("{head}\n{}\n", short.join("\n")),
    )
    .expect("writes");
    assert_eq!(load("short.ndjson").expect("loads").store.head().version, 1);
    for _ in 0..2 {
        assert_eq!(load("dump.ndjson").expect("loads").store.head().version, 2);
    }
    // What is kept is dumped as it was, without a look at the seed.
    dump("again.ndjson", "data");
    assert_eq!(
        fs::read_to_string(at.join("again.ndjson")).expect("reads"),
        text
    );
    // A dump of another record does not fit.
    let other = text.replace("Peace", "Calm");
    let other = other.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).expect("a line");
        line.as_object_mut().expect("an object").remove("head");
        if let Some(opening) = line.get_mut("transaction") {
            opening.as_object_mut().expect("an object").remove("hash");
        }
        format!("{line}\n")
    });
    fs::write(at.join("other.ndjson"), other.collect::<String>()).expect("writes");
    let refused = load("other.ndjson").expect_err("another record");
    assert!(
        refused.contains("other.ndjson:2:1: the record has another transaction 1 already"),
        "{refused}"
    );
}

#[tokio::test]
async fn what_is_written_over_http_outlives_the_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["--data", "data", "--allow-citations"];
    let server = Program::serve(folder.path(), &arguments, &[]);
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let cited: Value = client
        .post(format!("http://{}/cite", server.address))
        .json(&json!({ "query": "{ graph { version persistent } }" }))
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(cited["persistent"], true, "{cited}");
    // Nobody else may write to it, and anybody may read.
    let mut second = program(folder.path());
    let refused = refused(second.args(["serve", "--listen", "127.0.0.1:0", "--data", "data"]));
    assert!(
        refused.contains("data is in use by another process"),
        "{refused}"
    );
    fs::write(
        folder.path().join("q.graphql"),
        "{ graph { version head persistent } }",
    )
    .expect("writes");
    let mut query = program(folder.path());
    let beside: Value = serde_json::from_str(&printed(query.args([
        "query",
        "q.graphql",
        "--data",
        "data",
    ])))
    .expect("JSON");
    assert_eq!(beside["data"]["graph"]["version"], "3", "{beside}");
    server.stop();

    let server = Program::serve(folder.path(), &arguments, &[]);
    let url = cited["url"].as_str().expect("an address");
    let shown = client.get(format!("http://{}{url}", server.address));
    let shown: Value = shown
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(shown["data"]["graph"]["version"], "2", "{shown}");
    let asked: Value = client
        .post(format!("http://{}/graphql", server.address))
        .json(&json!({ "query": "{ graph { version head } }" }))
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(
        asked["data"]["graph"]["head"],
        beside["data"]["graph"]["head"]
    );
}

#[test]
fn a_folder_that_holds_no_record_is_told_to_those_who_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = refused(program(folder.path()).args(["dump", "--data", "nowhere"]));
    assert!(refused.contains("there is no log in nowhere"), "{refused}");
}
