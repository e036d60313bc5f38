//! Copies of a record: `backup`, `restore`, `verify`, `compact`.

use std::fs;

use onrecord::store::{LogError, back_up, compact, restore};

use super::{open, put, told, transaction};
use crate::program::{printed, program, refused};

#[test]
fn a_copy_is_made_while_the_record_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let store = open(&at("data"));
    for number in 0..50 {
        store.commit(&transaction(put(number))).expect("commits");
    }
    let copied = std::thread::scope(|scope| {
        let store = &store;
        scope.spawn(move || {
            for number in 50..100 {
                store.commit(&transaction(put(number))).expect("commits");
            }
        });
        back_up(&at("data"), &at("copy")).expect("a copy")
    });
    assert!((50..=100).contains(&copied.version), "{copied:?}");
    let refused = back_up(&at("data"), &at("copy")).expect_err("is there");
    assert!(refused.to_string().contains("already exists"), "{refused}");

    assert_eq!(
        restore(&at("copy"), &at("other")).expect("restores"),
        copied
    );
    let other = open(&at("other"));
    assert_eq!(other.head(), copied);
    assert_eq!(
        other.hash_at(50).expect("reads"),
        store.hash_at(50).expect("reads")
    );
    // It goes on from there, and is not restored over.
    other.commit(&transaction(put(1000))).expect("commits");
    drop(other);
    let refused = restore(&at("copy"), &at("other")).expect_err("holds a record");
    assert!(refused.to_string().contains("already exists"), "{refused}");
    let refused = compact(&at("data")).expect_err("is in use");
    assert!(matches!(refused, LogError::InUse(_)), "{refused}");
    let before = told(&store);
    drop(store);
    compact(&at("data")).expect("compacts");
    assert_eq!(told(&open(&at("data"))), before);

    // A damaged copy is not taken.
    let mut bytes = fs::read(at("copy")).expect("reads");
    let middle = bytes.len() / 2;
    for byte in &mut bytes[middle..middle + 64] {
        *byte ^= 1;
    }
    fs::write(at("bad"), bytes).expect("writes");
    let refused = restore(&at("bad"), &at("third")).expect_err("is damaged");
    assert!(matches!(refused, LogError::Damaged(_)), "{refused}");
    assert!(!at("third").exists());
}

#[test]
fn commands_look_after_a_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let seed = crate::support::package_path("seed/panama-2022");
    let run = |arguments: &[&str]| printed(program(folder.path()).args(arguments));
    let fails = |arguments: &[&str]| refused(program(folder.path()).args(arguments));
    let dump = run(&["dump", "--seed", seed.to_str().expect("a path")]);
    fs::write(folder.path().join("seed.ndjson"), &dump).expect("writes");
    // A command that serves would do; this one loads and ends.
    let options = onrecord::cli::LoadOptions {
        seed: Some(folder.path().join("seed.ndjson")),
        data: Some(folder.path().join("data")),
        ..Default::default()
    };
    drop(onrecord::cli::open(&options).expect("loads"));
    let copied = run(&["backup", "copy", "--data", "data"]);
    assert!(
        copied.starts_with("Wrote copy: 2 transactions, the last with the hash "),
        "{copied}"
    );
    let restored = run(&["restore", "copy", "--data", "other"]);
    assert!(
        restored.starts_with("Restored other: 2 transactions"),
        "{restored}"
    );
    let whole = run(&["verify", "--data", "other"]);
    assert!(
        whole.starts_with("other is whole: 2 transactions"),
        "{whole}"
    );
    let compacted = run(&["compact", "--data", "other"]);
    assert!(
        compacted.starts_with("Compacted other: 2 transactions"),
        "{compacted}"
    );
    assert_eq!(run(&["dump", "--data", "other"]), dump);
    for command in ["verify", "compact"] {
        assert!(fails(&[command]).contains("name it with --data"));
        assert!(fails(&[command, "--data", "none"]).contains("there is no log in none"));
    }

    // A record that lost its end is not whole: what is left is told, and what is wrong.
    let acknowledged = folder.path().join("other/acknowledged");
    let whole = fs::read_to_string(&acknowledged).expect("reads");
    fs::remove_file(folder.path().join("other/log.sqlite")).expect("removes");
    fs::write(folder.path().join("short.ndjson"), one_transaction(&dump)).expect("writes");
    let options = onrecord::cli::LoadOptions {
        seed: Some(folder.path().join("short.ndjson")),
        data: Some(folder.path().join("third")),
        ..Default::default()
    };
    drop(onrecord::cli::open(&options).expect("loads"));
    fs::write(folder.path().join("third/acknowledged"), whole).expect("writes");
    let output = program(folder.path())
        .args(["verify", "--data", "third"])
        .output()
        .expect("runs");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.starts_with("third is not whole. What stands: 1 transactions"),
        "{said}"
    );
    assert!(said.contains("the log is damaged at transaction 2: it is missing: the log was acknowledged up to transaction 2"), "{said}");
}

/// The same dump, up to the end of its first transaction, without the hash of the last.
fn one_transaction(dump: &str) -> String {
    let mut lines: Vec<_> = dump.lines().map(str::to_owned).collect();
    let second = lines
        .iter()
        .rposition(|line| line.starts_with("{\"transaction\""));
    lines.truncate(second.expect("two transactions"));
    let mut head: serde_json::Value = serde_json::from_str(&lines[0]).expect("a head");
    let first: serde_json::Value = serde_json::from_str(&lines[1]).expect("an opening");
    head["head"] = first["transaction"]["hash"].clone();
    head["version"] = 1.into();
    lines[0] = head.to_string();
    lines.join("\n") + "\n"
}
