//! What is proposed or under embargo changes no answer that the public gets, and is there for those who may see it.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use onrecord::api::{Allow, Engine, Request};
use onrecord::cli::{LoadOptions, Loaded, open};
use onrecord::model::access::{Caller, Role};
use onrecord::model::change::{Change, Transaction};
use serde_json::{Map, Value, json};

use crate::support::package_path;

const OFFICIAL: &str = "official:erika-mouynes";

fn loaded() -> Loaded {
    open(&LoadOptions {
        ontology: None,
        seed: Some(package_path("seed/panama-2022")),
        ..LoadOptions::default()
    })
    .unwrap()
}

fn answer(engine: &Engine, query: &str, caller: Caller) -> Value {
    let request = Request {
        query: query.into(),
        extensions: Map::from_iter([("explain".to_owned(), json!(true))]),
        caller,
        ..Request::default()
    };
    serde_json::from_slice(&engine.execute(&request, Allow::ReadingOnly).body).unwrap()
}

fn public(engine: &Engine, query: &str) -> Value {
    answer(engine, query, Caller::anonymous())
}

fn change(change: Value) -> Change {
    serde_json::from_value(change).unwrap()
}

fn evidence(source: &str) -> Value {
    json!({
        "source": source,
        "quote": { "exact": "the zyzzyva said so" },
        "modality": "FIRSTHAND",
        "stance": "SUPPORTS",
    })
}

fn claim(id: &str, subject: &str, statement: Value, review: &str, source: &str) -> Change {
    change(json!({ "addClaim": { "claim": {
        "id": id,
        "subject": subject,
        "statement": statement,
        "valid": {},
        "rank": "PREFERRED",
        "review": review,
        "evidence": [evidence(source)],
    } } }))
}

fn text(property: &str, value: Value) -> Value {
    json!({ "property": { "property": property, "stated": { "value": value } } })
}

fn named(id: &str, subject: &str, review: &str, source: &str) -> Change {
    let name = text("name", json!({ "text": "Zyzzyva" }));
    claim(id, subject, name, review, source)
}

fn relationship(id: &str, from: &str, name: &str, to: &str, review: &str, source: &str) -> Change {
    let statement = json!({ "relationship": { "relationship": name, "object": to } });
    claim(id, from, statement, review, source)
}

fn put(id: &str) -> Change {
    change(json!({ "putEntity": { "id": id } }))
}

/// The claim that wins the name of the official.
fn winner(engine: &Engine) -> String {
    let query =
        format!(r#"{{ official(id: "{OFFICIAL}") {{ facts {{ name {{ claim {{ id }} }} }} }} }}"#);
    let found = public(engine, &query);
    let id = &found["data"]["official"]["facts"]["name"]["claim"]["id"];
    id.as_str().unwrap().to_owned()
}

/// What a contributor proposes: new entities, and claims on what is on record.
fn proposal() -> Vec<Change> {
    vec![
        put("source:zyzzyva"),
        put("official:zyzzyva"),
        claim(
            "claim:zyzzyva-title",
            "source:zyzzyva",
            text("title", json!({ "text": "Zyzzyva Times" })),
            "PROPOSED",
            "source:zyzzyva",
        ),
        named(
            "claim:zyzzyva-name",
            "official:zyzzyva",
            "PROPOSED",
            "source:zyzzyva",
        ),
        named(
            "claim:zyzzyva-other",
            OFFICIAL,
            "PROPOSED",
            "source:zyzzyva",
        ),
        relationship(
            "claim:zyzzyva-tie",
            "official:zyzzyva",
            "SERVES",
            "country:pa",
            "PROPOSED",
            "source:zyzzyva",
        ),
    ]
}

/// What an editor records under embargo, among it changes of a public claim.
fn embargoed(changed: &str) -> Vec<Change> {
    vec![
        put("organization:zyzzyva"),
        put("annotation:zyzzyva"),
        named(
            "claim:zyzzyva-club",
            "organization:zyzzyva",
            "ACCEPTED",
            "source:voz-de-la-diaspora",
        ),
        claim(
            "claim:zyzzyva-note",
            "annotation:zyzzyva",
            text("text", json!({ "text": "The zyzzyva is a beetle" })),
            "ACCEPTED",
            "source:voz-de-la-diaspora",
        ),
        change(
            json!({ "annotateClaim": { "annotation": "annotation:zyzzyva", "claim": changed } }),
        ),
        change(
            json!({ "addEvidence": { "claim": changed, "evidence": evidence("source:voz-de-la-diaspora") } }),
        ),
        change(
            json!({ "setRank": { "claim": changed, "rank": "DEPRECATED", "reason": "zyzzyva" } }),
        ),
        change(json!({ "retract": { "claim": changed, "reason": "zyzzyva" } })),
        change(json!({ "alternateId": { "entity": OFFICIAL, "id": "official:zyzzyva-other" } })),
        change(json!({ "review": { "claim": "claim:zyzzyva-tie", "review": "ACCEPTED" } })),
    ]
}

/// What an editor rejects.
fn rejection() -> Vec<Change> {
    vec![change(
        json!({ "review": { "claim": "claim:zyzzyva-other", "review": "REJECTED", "reason": "no zyzzyva" } }),
    )]
}

fn transaction(minute: u32, changes: Vec<Change>, embargo: bool) -> Transaction {
    Transaction {
        recorded_at: format!("2026-11-20T09:{minute:02}:00Z").parse().unwrap(),
        author: "zyzzyva".into(),
        reason: "zyzzyva".into(),
        idempotency: None,
        visible_from: embargo.then(|| "2026-11-21T09:00:00Z".parse().unwrap()),
        changes,
    }
}

/// The record with what the public cannot see, or with transactions that do nothing in its place.
fn record(hidden: bool, sealed: bool) -> (Loaded, Engine) {
    let loaded = loaded();
    let engine = loaded.engine().unwrap();
    let claim = winner(&engine);
    let all = [
        (proposal(), false),
        (embargoed(&claim), true),
        (rejection(), false),
    ];
    let transactions: Vec<_> = (0..)
        .zip(all)
        .map(|(minute, (changes, embargo))| {
            let changes = if hidden { changes } else { Vec::new() };
            transaction(minute, changes, hidden && embargo)
        })
        .collect();
    if sealed {
        loaded.store.commit_all(transactions).unwrap();
    } else {
        for transaction in &transactions {
            loaded.store.commit(transaction).unwrap();
        }
    }
    (loaded, engine)
}

/// Whatever the public may ask that could touch what it cannot see.
const ASKED: [&str; 18] = [
    "{ graph { version recordedAt entities relationships claims evidence types { type count } } }",
    r#"{ node(id: "official:zyzzyva") { id } nodes(ids: ["source:zyzzyva", "organization:zyzzyva", "annotation:zyzzyva", "official:zyzzyva-other"]) { id } }"#,
    r#"{ claim(id: "claim:zyzzyva-name") { id } other: claim(id: "claim:zyzzyva-club") { id } }"#,
    r#"{ node(id: "relationship:zyzzyva-tie") { id } }"#,
    "{ officials(first: 1000) { totalCount nodes { id name } } }",
    "{ organizations(first: 1000) { totalCount nodes { id name } } sources(first: 1000) { totalCount nodes { id } } annotations(first: 1000) { totalCount nodes { id } } }",
    r#"{ officials(where: { name: { eq: "Zyzzyva" } }) { totalCount nodes { id } } organizations(where: { name: { eq: "Zyzzyva" } }) { totalCount } }"#,
    r#"{ officials(where: { name: { eq: "Zyzzyva", match: ANY } }) { totalCount nodes { id } } }"#,
    r#"{ search(text: "zyzzyva") { totalCount nodes { id } edges { matchedOn { value } } } }"#,
    r#"{ search(text: "beetle", fuzzy: true) { totalCount nodes { id } } }"#,
    r#"{ paths(from: "official:zyzzyva", to: "country:pa") { length } }"#,
    r#"{ neighborhood(ids: ["country:pa"], depth: 1) { nodes { id } relationships { id } omitted } }"#,
    r#"{ official(id: "official:erika-mouynes") { id name claims(first: 100) { totalCount nodes { id rank review recordedBy retractedAt evidence { source { id } quote } annotations { id } } }
        facts { name { value disputed claim { id } alternatives { id } history { totalCount nodes { transaction { version author reason } changes { kind reason } } } } }
        history(first: 100) { totalCount nodes { transaction { version author reason } changes { kind claim { id } } } } sources { nodes { id } } } }"#,
    r#"{ country(id: "country:pa") { officials(first: 100) { totalCount nodes { id } } } }"#,
    r#"{ changesBetween(from: { version: "1" }, first: 1000) { totalCount nodes { kind reason claim { id } transaction { version author reason recordedAt } } } }"#,
    "{ disputes(first: 100) { totalCount nodes { why } } }",
    r#"{ timeline(ids: ["official:erika-mouynes", "country:pa"], first: 1000) { totalCount nodes { label } } }"#,
    r#"{ at(knownAt: "2026-11-20T09:01:00Z") { graph { entities claims } officials { totalCount } search(text: "zyzzyva") { totalCount } node(id: "official:zyzzyva") { id } } }"#,
];

fn examples() -> Vec<String> {
    let folder = std::fs::read_dir(package_path("schema/examples")).unwrap();
    let files = folder.map(|file| file.unwrap().path());
    let operations = files.filter(|path| path.extension().is_some_and(|end| end == "graphql"));
    operations
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

#[test]
fn what_is_not_public_changes_no_answer() {
    let (_, without) = record(false, true);
    for sealed in [false, true] {
        let (loaded, with) = record(true, sealed);
        let asked = ASKED.iter().map(|query| (*query).to_owned());
        for query in asked.chain(examples()) {
            let (found, expected) = (public(&with, &query), public(&without, &query));
            assert!(expected.get("data").is_some(), "{query}: {expected}");
            assert_eq!(found["data"], expected["data"], "sealed: {sealed}, {query}");
            assert_eq!(
                found["errors"], expected["errors"],
                "sealed: {sealed}, {query}"
            );
            if sealed {
                assert_eq!(found["extensions"], expected["extensions"], "{query}");
            }
            let told = found["data"].to_string() + &found["extensions"].to_string();
            assert!(!told.to_lowercase().contains("zyzzyva"), "{told}");
        }
        drop(loaded);
    }
}

#[test]
fn each_audience_sees_what_it_may_and_the_public_the_rest_when_it_is_released() {
    let (loaded, engine) = record(true, false);
    let query = r#"{ official: node(id: "official:zyzzyva") { id } club: node(id: "organization:zyzzyva") { id }
        other: node(id: "official:zyzzyva-other") { id } officials(where: { name: { eq: "Zyzzyva" } }) { totalCount } }"#;
    let seen = |caller: Caller| {
        let data = answer(&engine, query, caller)["data"].take();
        ["official", "club", "other"].map(|name| !data[name].is_null())
    };
    assert_eq!(seen(Caller::anonymous()), [false, false, false]);
    assert_eq!(
        seen(Caller::operator(Role::Contributor)),
        [true, false, false]
    );
    assert_eq!(seen(Caller::operator(Role::Editor)), [true, true, true]);

    let early = "2026-11-21T08:59:59Z".parse().unwrap();
    assert_eq!(loaded.store.release_due(early).unwrap(), None);
    let due = "2026-11-21T09:00:00Z".parse().unwrap();
    let released = loaded.store.release_due(due).unwrap();
    assert_eq!(released, Some(loaded.store.view().known()));
    assert_eq!(loaded.store.release_due(due).unwrap(), None);
    assert_eq!(seen(Caller::anonymous()), [true, true, true]);

    let history = r#"{ official(id: "official:erika-mouynes") { history(first: 1000) { nodes { transaction { author reason } changes { kind } } } }
        before: at(knownAt: "2026-11-21T08:59:59Z") { node(id: "organization:zyzzyva") { id } } }"#;
    let found = public(&engine, history);
    let entries = found["data"]["official"]["history"]["nodes"].as_array();
    let last = entries.unwrap().last().unwrap();
    assert_eq!(
        last["transaction"],
        json!({ "author": "onrecord", "reason": "The embargo is over." })
    );
    let kinds: Vec<_> = last["changes"].as_array().unwrap().iter().collect();
    for kind in ["RETRACTED", "RANKED", "EVIDENCE_ADDED"] {
        assert!(
            kinds.contains(&&json!({ "kind": kind })),
            "{kind}: {kinds:?}"
        );
    }
    assert_eq!(found["data"]["before"]["node"], Value::Null);
}
