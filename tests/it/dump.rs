//! A dump is the record: what is loaded from one dumps to the same bytes, and what is not a dump is refused with its line.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use onrecord::cli::{LoadOptions, Loaded, open};
use onrecord::export::dump::dump;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{TestApp, package_path};

/// Two transactions with one of nearly everything, and numbers that are not easily written.
const FIRST: &str = "\
source: times
sources: { times: { kind: PRESS, title: The Times } }
quotes: { Q: They promised }
entities:
  official:ana-prado:
    quote: Q
    name: { value: Ana Prado, key: name }
    country: [{ to: country:pa, since: 2020, until: .. }]
  country:pa: { quote: Q, name: Panama }
  commitment:water:
    quote: Q
    alternateIds: ['commitment:0017']
    text: { value: \"Pay for \\\"clean\\\" water\\u2028\", asStated: pay, flags: [VAGUE] }
    amount: { value: 0.30000000000000004, bound: ALMOST, low: 1.0e-7, high: 123456789012345680000, unit: dollars }
    due: { value: ../2026, asStated: by the end of 2026 }
    madeBy: [official:ana-prado]
    status: { value: FULFILLED, key: done, note: so they say }
annotations:
  - { id: whose, kind: AMBIGUITY, about: [commitment:water, claim:done], text: Whose dollars., quote: Q }
";
const SECOND: &str = "\
source: times
entities: { official:ana-prado: { name: { value: Ana Prado Diaz, quote: Ana, rank: PREFERRED, reason: newer } } }
evidence: [{ claim: claim:done, quote: not at all, stance: DISPUTES }]
ranks: [{ claim: claim:name, rank: DEPRECATED, reason: she married }]
retractions: [{ claim: claim:done, reason: not so }]
";
const MANIFEST: &str = "\
transactions:
  - { file: first.yaml, recordedAt: 2026-11-02T09:00:00Z, author: me, reason: first }
  - { file: second.yaml, recordedAt: 2026-11-02T10:00:00.25Z, author: me, reason: second }
";

fn loaded(seed: PathBuf) -> Result<Loaded, String> {
    let options = LoadOptions {
        ontology: Some(package_path("schema/ontology.graphql")),
        seed: Some(seed),
        ..LoadOptions::default()
    };
    open(&options).map_err(|error| error.to_string())
}

fn dumped(loaded: &Loaded) -> String {
    let mut bytes = Vec::new();
    dump(&loaded.store, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The dump of the two transactions.
fn sample() -> String {
    let folder = TempDir::new().unwrap();
    for (name, text) in [
        ("manifest.yaml", MANIFEST),
        ("first.yaml", FIRST),
        ("second.yaml", SECOND),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    dumped(&loaded(folder.path().to_owned()).unwrap())
}

/// What comes of loading a file with this text, its folder left out of errors.
fn read(text: &str) -> Result<Loaded, String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("record.ndjson");
    fs::write(&path, text).unwrap();
    let prefix = format!("{}/", folder.path().display());
    loaded(path).map_err(|error| error.replace(&prefix, ""))
}

/// The one problem of a text, as `line:column: message`.
fn problem(text: &str) -> String {
    let error = read(text).unwrap_err();
    let told = error.strip_prefix("1 mistake was found:\nrecord.ndjson:");
    told.unwrap_or_else(|| panic!("{error}")).to_owned()
}

/// The sample with one of its lines, counted from 1, made another one.
fn with_line(number: usize, change: impl Fn(&str) -> String) -> String {
    let text = sample();
    let lines: Vec<String> = text
        .lines()
        .zip(1..)
        .map(|(line, place)| {
            if place == number {
                change(line)
            } else {
                line.to_owned()
            }
        })
        .collect();
    lines.join("\n") + "\n"
}

/// The sample without hashes, so that it may be altered.
fn without_hashes() -> String {
    let text = sample();
    let lines = text.lines().map(|line| {
        let mut value: Value = serde_json::from_str(line).unwrap();
        if let Some(opening) = value.get_mut("transaction") {
            opening.as_object_mut().unwrap().remove("hash");
        }
        if value.get("head").is_some() {
            value["head"] = Value::Null;
        }
        value.to_string() + "\n"
    });
    lines.collect()
}

/// The line, counted from 1, that opens the second transaction.
fn second(text: &str) -> usize {
    let mut lines = text.lines();
    lines
        .position(|line| line.starts_with("{\"transaction\":{\"version\":2"))
        .unwrap()
        + 1
}

#[test]
fn a_dump_of_a_dump_is_the_same() {
    let text = sample();
    assert_eq!(dumped(&read(&text).unwrap()), text);
    // As the first version of the format had it.
    let first = text.lines().map(|line| {
        let mut value: Value = serde_json::from_str(line).unwrap();
        if let Some(opening) = value.get_mut("transaction") {
            opening.as_object_mut().unwrap().remove("changes");
        }
        if let Some(version) = value.get_mut("formatVersion") {
            *version = json!(1);
        }
        value.to_string() + "\n"
    });
    assert_eq!(dumped(&read(&first.collect::<String>()).unwrap()), text);
    // Where hashes are not told they are made.
    assert_eq!(dumped(&read(&without_hashes()).unwrap()), text);
    for kind in [
        "putEntity",
        "alternateId",
        "addClaim",
        "addEvidence",
        "setRank",
        "retract",
        "annotateClaim",
    ] {
        assert!(text.contains(&format!("{{\"{kind}\":")), "no {kind} in it");
    }

    let seed = dumped(&loaded(package_path("seed/panama-2022")).unwrap());
    assert_eq!(dumped(&read(&seed).unwrap()), seed);
}

#[test]
fn an_empty_record_is_read_back() {
    let options = LoadOptions {
        ontology: Some(package_path("schema/ontology.graphql")),
        ..LoadOptions::default()
    };
    let text = dumped(&open(&options).unwrap());
    assert_eq!(text.lines().count(), 1);
    assert_eq!(dumped(&read(&text).unwrap()), text);
}

#[tokio::test]
async fn a_server_answers_from_a_dump_as_from_the_folder() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("panama.ndjson");
    let seed = loaded(package_path("seed/panama-2022")).unwrap();
    fs::write(&path, dumped(&seed)).unwrap();
    let query =
        "{ graph { version entities claims } commitments(first: 100) { nodes { id text status
        claims { nodes { id } } madeBy { edges { node { id } } } evidence { quote } } } }";
    let from_dump = TestApp::builder().seed(Some(path)).start().await;
    let answer = from_dump.query(query, json!({})).await;
    assert_eq!(answer.get("errors"), None);
    assert_eq!(answer, TestApp::seed().await.query(query, json!({})).await);
}

#[test]
fn what_was_altered_is_refused_by_the_name_of_its_transaction() {
    let text = sample();
    let second = second(&text);
    let lines = text.lines().count();
    let altered = |told: &str, version: usize, first: usize, last: usize| {
        let expected = format!(
            "{first}:1: transaction {version}, lines {first} to {last}, was altered: its hash is "
        );
        assert!(told.starts_with(&expected), "{told}");
        let (_, hashes) = told.rsplit_once("its hash is ").unwrap();
        let (found, expected) = hashes.split_once(", expected ").unwrap();
        assert!(found != expected && found.len() == 64 && expected.len() == 64);
        assert!(text.contains(expected) && !text.contains(found), "{told}");
    };
    let told = problem(&text.replace("Ana Prado Diaz", "Ana Prado Dias"));
    altered(&told, 2, second, lines);
    let told = problem(&text.replace("The Times", "The Tines"));
    altered(&told, 1, 2, second - 1);
    // Nothing is told of what no longer fits because of it: an id that is on record no more, a value that is none.
    for (one, other) in [
        ("\"country:pa\"", "\"country:po\""),
        ("\"source:times\"", "\"source:tines\""),
        ("\"AMBIGUITY\"", "\"AMBIGUITE\""),
        ("\"claim:1-5\"", "\"claim:1-4\""),
    ] {
        let told = problem(&text.replacen(one, other, 1));
        altered(&told, 1, 2, second - 1);
    }
    // What can no longer be read is told with its line, and whose it is.
    let told = problem(&with_line(4, |line| line.replacen("put", "pit", 1)));
    assert!(
        told.starts_with("4:") && told.contains(": transaction 1: this is not a change: "),
        "{told}"
    );
    let told = problem(&with_line(second, |line| line.replace("author", "autor")));
    assert!(
        told.starts_with(&format!("{second}:"))
            && told.contains(": transaction 2: this is not a line that opens a transaction: "),
        "{told}"
    );
    // Lines that are left out, or stand there twice.
    let mut shorter: Vec<&str> = text.lines().collect();
    let removed = shorter.remove(second - 2);
    let changes = second - 3;
    assert_eq!(
        problem(&(shorter.join("\n") + "\n")),
        format!(
            "2:1: transaction 1: {} changes follow, expected {changes}: lines were added or left out",
            changes - 1
        )
    );
    let longer = with_line(second - 1, |line| format!("{line}\n{removed}"));
    assert_eq!(
        problem(&longer),
        format!(
            "2:1: transaction 1: {} changes follow, expected {changes}: lines were added or left out",
            changes + 1
        )
    );
    let told = problem(&with_line(1, |line| {
        line.replace("\"head\":\"", "\"head\":\"0")
    }));
    assert!(told.starts_with("1:1: \"head\" is 0"), "{told}");
}

#[test]
fn what_is_cut_off_is_refused() {
    let text = sample();
    let lines = text.lines().count();
    let half = &text[..text.len() - 20];
    assert!(
        problem(half).starts_with(&format!("{lines}:"))
            && problem(half).ends_with(": transaction 2: the file ends within this line"),
        "{}",
        problem(half)
    );
    let second = second(&text);
    // Wherever it is cut at the end of a line, it says so.
    let all: Vec<&str> = text.lines().collect();
    for kept in 2..lines {
        let told = problem(&(all[..kept].join("\n") + "\n"));
        let (version, changes, of) = if kept < second - 1 {
            (1, kept - 2, second - 3)
        } else if kept == second - 1 {
            continue;
        } else {
            (2, kept - second, lines - second)
        };
        assert_eq!(
            told,
            format!(
                "{kept}:1: transaction {version}: the file ends here, after {changes} of its {of} changes"
            )
        );
    }
    let within_opening = &text[..text.find("\"author\"").unwrap()];
    let told = problem(within_opening);
    assert!(
        told.starts_with("2:") && told.ends_with(": transaction 1: the file ends within this line"),
        "{told}"
    );
    let first: Vec<&str> = text.lines().take(second - 1).collect();
    assert_eq!(
        problem(&(first.join("\n") + "\n")),
        format!(
            "{}:1: the file ends after transaction 1, expected 2 transactions as the first line says",
            second - 1
        )
    );
    // The end of the last line may be missing.
    assert_eq!(dumped(&read(text.trim_end()).unwrap()), text);
}

#[test]
fn what_is_no_dump_is_refused() {
    let expected = "expected the first line of a dump: {\"format\":\"onrecord-dump\",\"formatVersion\":2, ...}";
    assert_eq!(problem(""), format!("1:1: the file is empty, {expected}"));
    assert_eq!(
        problem("id,name\n1,Ana\n"),
        format!("1:1: found \"id,name\", {expected}")
    );
    assert_eq!(
        problem("{\"format\":\"other\",\"formatVersion\":1}\n"),
        format!("1:1: found the format \"other\", {expected}")
    );
    assert_eq!(
        problem("{\"format\":\"onrecord-dump\",\"formatVersion\":3,\"frames\":7}\n"),
        "1:1: found version 3 of the format, expected at most 2: a newer onrecord wrote it"
    );
    assert_eq!(
        problem("{\"format\":\"onrecord-dump\",\"formatVersion\":1,\"head\":null}\n"),
        "1:56: this is not the first line of a dump: missing field `version`"
    );
    // What is not there has no lines to be told.
    let expected = "expected a folder with a manifest.yaml, or a dump";
    assert_eq!(
        loaded(PathBuf::from("/nowhere/record.ndjson")).unwrap_err(),
        format!("there is no /nowhere/record.ndjson: {expected}")
    );
    let empty = TempDir::new().unwrap();
    assert_eq!(
        loaded(empty.path().to_owned()).unwrap_err(),
        format!(
            "there is no manifest.yaml in {}: {expected}",
            empty.path().display()
        )
    );
}

#[test]
fn what_is_no_change_is_refused() {
    let change = |line: &str| problem(&with_line(4, |_| line.to_owned()));
    assert_eq!(
        change("{\"putEntity\":{\"id\":\"country:pa\""),
        "4:31: transaction 1: this is not a change: EOF while parsing an object"
    );
    assert_eq!(
        change(""),
        "4:1: transaction 1: this is not a change: EOF while parsing a value"
    );
    let told = change("{\"dropEntity\":{\"id\":\"country:pa\"}}");
    assert!(
        told.starts_with(
            "4:13: transaction 1: this is not a change: unknown variant `dropEntity`, expected one of `putEntity`"
        ),
        "{told}"
    );
    assert_eq!(
        change("{\"putEntity\":{\"id\":\"Panama\"}}"),
        "4:28: transaction 1: this is not a change: \"Panama\" is not an id: expected a type's prefix, a colon and a slug of lower-case letters, digits and single hyphens, such as official:antony-blinken"
    );
    // What is not understood is not passed over.
    assert_eq!(
        change("{\"putEntity\":{\"id\":\"country:pa\",\"name\":\"Panama\"}}"),
        "4:38: transaction 1: this is not a change: unknown field `name`, expected `id`"
    );
    let told = change("{\"putEntity\":{\"id\":\"\u{7f}\"}}\u{0}");
    assert!(told.starts_with("4:"), "{told}");
}

#[test]
fn transactions_stand_in_their_order() {
    let text = sample();
    let second = second(&text);
    let told = problem(&with_line(second, |line| {
        line.replace("\"version\":2", "\"version\":3")
    }));
    let expected =
        "found transaction 3, expected 2: transactions stand in their order, without a gap";
    assert_eq!(told, format!("{second}:1: {expected}"));
    let told = problem(&with_line(2, |_| {
        "{\"putEntity\":{\"id\":\"country:pa\"}}".into()
    }));
    assert!(
        told.starts_with("2:1: found \"{\\\"putEntity\\\":{\\\"id\\\":\\\"country:pa\\\"}}\", expected a line that opens a transaction"),
        "{told}"
    );
}

#[test]
fn what_does_not_fit_the_record_is_told_with_its_line() {
    let text = without_hashes();
    let at = |wanted: &str| text.lines().position(|line| line.contains(wanted)).unwrap() + 1;
    // All that is wrong with a transaction is told at once.
    let wrong = text
        .replace("\"object\":\"country:pa\"", "\"object\":\"country:pe\"")
        .replace("\"AMBIGUITY\"", "\"DOUBT\"");
    let error = read(&wrong).unwrap_err();
    assert_eq!(
        error,
        format!(
            "2 mistakes were found:\n\
             record.ndjson:{}:1: country:pe is not on record\n\
             record.ndjson:{}:1: \"DOUBT\" is no value for kind",
            at("\"object\":\"country:pa\""),
            at("\"AMBIGUITY\"")
        )
    );
    // An id that says its place must say the right one.
    let line = at("\"id\":\"claim:1-5\"");
    let told = problem(&text.replace("\"id\":\"claim:1-5\"", "\"id\":\"claim:1-4\""));
    assert_eq!(
        told,
        format!("{line}:1: claim:1-4 looks like a generated id: a key needs a letter")
    );
}

#[test]
fn commands_take_a_dump_for_a_seed() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("record.ndjson");
    fs::write(&path, sample()).unwrap();
    let run = |command: &str| {
        let done = Command::new(env!("CARGO_BIN_EXE_onrecord"))
            .args([command, "--ontology"])
            .arg(package_path("schema/ontology.graphql"))
            .arg("--seed")
            .arg(&path)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(done.status.success(), "{command}: {done:?}");
        String::from_utf8(done.stdout).unwrap()
    };
    assert_eq!(run("dump"), sample());
    let told = run("check");
    assert!(
        told.starts_with("The ontology and the dump are right: "),
        "{told}"
    );
}
