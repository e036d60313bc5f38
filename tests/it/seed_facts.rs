//! The seed says what its article and the other sources say, and nothing else: asked over HTTP.
//!
//! The article's facts and the outside claims are listed in a folder of test data, which
//! `ONRECORD_TEST_DATA` names. Without it the tests that need it say so and pass.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a helper of a test fails the test by panicking, and says when it is skipped"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::ask::{ask, data, each};
use crate::support::{TestApp, package_path};

const ARTICLE: &str = "source:voz-de-la-diaspora";
const BRIEFING: &str = "source:state-gov-briefing-on-panama-travel";
const SIGNING: &str = "source:agenparl-us-panama-migration-cooperation";
const TRAVELS: &str = "source:state-department-travels";

/// The folder of the article; `None`, and a word on it, where none is named.
fn test_data() -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("ONRECORD_TEST_DATA") else {
        println!("skipped: ONRECORD_TEST_DATA names no folder");
        return None;
    };
    let folder = PathBuf::from(folder).join("seed-article");
    assert!(
        folder.is_dir(),
        "ONRECORD_TEST_DATA: there is no {}",
        folder.display()
    );
    Some(folder)
}

/// The lines of a file, each a JSON object.
fn lines(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A passage that a claim rests on.
#[derive(Debug)]
struct Passage {
    claim: String,
    subject: String,
    quote: String,
}

/// Every passage of a source that is quoted for a claim.
async fn passages(app: &TestApp, source: &str) -> Vec<Passage> {
    let query = "query ($source: ID!, $after: String) {
        source(id: $source) {
            claims(first: 200, after: $after) {
                nodes { id subject { id } evidence(first: 20) { quote source { id } } }
                pageInfo { hasNextPage endCursor }
            }
        }
    }";
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let variables = json!({ "source": source, "after": after });
        let page = data(app.query(query, variables).await, query)["source"]["claims"].take();
        for claim in page["nodes"].as_array().unwrap() {
            for evidence in claim["evidence"].as_array().unwrap() {
                if let (Some(quote), true) = (
                    evidence["quote"].as_str(),
                    evidence["source"]["id"] == source,
                ) {
                    found.push(Passage {
                        claim: claim["id"].as_str().unwrap().to_owned(),
                        subject: claim["subject"]["id"].as_str().unwrap().to_owned(),
                        quote: quote.to_owned(),
                    });
                }
            }
        }
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            return found;
        }
    }
}

/// A claim is called after the fact it records; so is an annotation, whose own claims are not.
fn is_named_after(passage: &Passage, fact: &str) -> bool {
    let fact = fact.to_lowercase();
    passage.claim.starts_with(&format!("claim:{fact}"))
        || passage.subject.starts_with(&format!("annotation:{fact}"))
}

#[tokio::test]
async fn every_fact_of_the_article_is_on_record_with_its_very_words() {
    let Some(folder) = test_data() else { return };
    let app = TestApp::seed().await;
    let passages = passages(&app, ARTICLE).await;
    let facts = lines(&folder.join("facts.jsonl"));
    assert_eq!(facts.len(), 56);
    for fact in &facts {
        let id = fact["id"].as_str().unwrap();
        let exact = fact["selector"]["exact"].as_str().unwrap();
        let found = passages
            .iter()
            .any(|passage| passage.quote == exact && is_named_after(passage, id));
        assert!(found, "{id}: no claim or annotation of it quotes {exact:?}");
    }
}

#[tokio::test]
async fn every_outside_claim_is_on_record_with_its_own_source() {
    let Some(folder) = test_data() else { return };
    let app = TestApp::seed().await;
    let query = "{ sources(first: 100) { nodes { id url } } }";
    let sources = data(app.query(query, json!({})).await, query);
    let by_address: BTreeMap<&str, &str> = sources["sources"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| {
            (
                source["url"].as_str().unwrap(),
                source["id"].as_str().unwrap(),
            )
        })
        .collect();

    let claims = lines(&folder.join("corroboration.jsonl"));
    assert_eq!(claims.len(), 18);
    for claim in &claims {
        let (stated_by, exact) = (
            claim["source"].as_str().unwrap(),
            claim["quote"].as_str().unwrap(),
        );
        // Two are tables of data sets, which have no address of their own.
        let source = if stated_by.starts_with("travels.csv") {
            TRAVELS
        } else if stated_by.starts_with("unhcr-refugees/") {
            "source:unhcr-population-statistics"
        } else {
            let address = reqwest::Url::parse(stated_by).unwrap();
            by_address[address.as_str()]
        };
        let found = passages(&app, source).await;
        assert!(
            found.iter().any(|passage| passage.quote == exact),
            "{source} is not quoted with {exact:?}"
        );
    }
}

/// What the record files declare: the ids of all entities.
fn declared() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for file in ["article.yaml", "outside-claims.yaml"] {
        let path = package_path("seed/panama-2022").join(file);
        let text = std::fs::read_to_string(path).unwrap();
        let record: Value = serde_saphyr::from_str(&text).unwrap();
        ids.extend(record["entities"].as_object().unwrap().keys().cloned());
        let sources = record["sources"].as_object().unwrap();
        ids.extend(sources.keys().map(|slug| format!("source:{slug}")));
        let annotations = each(&record["annotations"], "id");
        ids.extend(
            annotations
                .into_iter()
                .map(|slug| format!("annotation:{slug}")),
        );
    }
    ids
}

/// The ids of everything on record, of whatever type.
async fn everything(app: &TestApp) -> BTreeSet<String> {
    let schema = "{ __schema { queryType { fields { name args { name } } } } }";
    let fields = data(app.query(schema, json!({})).await, schema);
    let mut ids = BTreeSet::new();
    for field in fields["__schema"]["queryType"]["fields"]
        .as_array()
        .unwrap()
    {
        let name = field["name"].as_str().unwrap();
        // The lists of entities are those that can be filtered and ordered.
        let takes = each(&field["args"], "name");
        if takes.contains(&"where") && takes.contains(&"orderBy") {
            let query = format!("{{ all: {name}(first: 1000) {{ nodes {{ id }} }} }}");
            let all = data(app.query(&query, json!({})).await, &query);
            ids.extend(
                each(&all["all"]["nodes"], "id")
                    .into_iter()
                    .map(str::to_owned),
            );
        }
    }
    ids
}

#[tokio::test]
async fn nothing_is_on_record_that_the_record_files_do_not_declare() {
    let app = TestApp::seed().await;
    let (found, expected) = (everything(&app).await, declared());
    assert_eq!(found, expected);
    assert_eq!(found.len(), 150);
}

#[tokio::test]
async fn every_claim_rests_on_a_source_that_is_on_record() {
    let app = TestApp::seed().await;
    let ids = everything(&app).await;
    let query = "query ($id: ID!) {
        node(id: $id) {
            ... on Entity { claims(first: 500) { totalCount nodes { id evidence { source { id } } } } }
        }
    }";
    let mut claims = BTreeSet::new();
    for id in &ids {
        let answer = data(app.query(query, json!({ "id": id })).await, query);
        let connection = &answer["node"]["claims"];
        let nodes = connection["nodes"].as_array().unwrap();
        assert_eq!(connection["totalCount"], nodes.len(), "{id}");
        for claim in nodes {
            let evidence = claim["evidence"].as_array().unwrap();
            assert!(!evidence.is_empty(), "{claim} of {id}");
            for one in evidence {
                assert!(ids.contains(one["source"]["id"].as_str().unwrap()), "{one}");
            }
            claims.insert(claim["id"].as_str().unwrap().to_owned());
        }
    }
    // None is left that no entity shows.
    let graph = data(app.query("{ graph { claims } }", json!({})).await, "");
    assert_eq!(graph["graph"]["claims"], claims.len());
}

#[tokio::test]
async fn the_meeting_has_no_name_no_date_and_no_city_from_the_article() {
    let answer = ask(r#"{
        at(knownAt: "2026-11-05T00:00:00Z") {
            meeting(id: "meeting:panama-2022") {
                name kind date { edtf } place { id } country { entityId } hosts { totalCount }
                facts { name { stated } date { stated } }
            }
        }
    }"#)
    .await;
    assert_eq!(
        answer["at"]["meeting"],
        json!({
            "name": "meeting:panama-2022", "kind": null, "date": null, "place": null,
            "country": { "entityId": "country:pa" }, "hosts": { "totalCount": 0 },
            "facts": { "name": { "stated": "NOT_STATED" }, "date": { "stated": "NOT_STATED" } },
        })
    );

    let now = ask(r#"{
        meeting(id: "meeting:panama-2022") {
            claims(first: 100) { nodes { property relationship { type } evidence { source { id } } } }
        }
    }"#)
    .await;
    for claim in now["meeting"]["claims"]["nodes"].as_array().unwrap() {
        let of_the_article = ["name", "date", "kind"]
            .iter()
            .all(|name| claim["property"] != *name)
            && claim["relationship"]["type"] != "HELD_AT"
            && claim["relationship"]["type"] != "HOSTED_BY";
        if !of_the_article {
            assert!(!each_source(claim).contains(ARTICLE), "{claim}");
        }
    }
}

fn each_source(with_evidence: &Value) -> BTreeSet<&str> {
    let evidence = with_evidence["evidence"].as_array().unwrap();
    evidence
        .iter()
        .map(|one| one["source"]["id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn that_blinken_was_there_does_not_come_from_the_article() {
    let answer = ask(r#"{
        meeting(id: "meeting:panama-2022") {
            participants(where: { id: { eq: "official:antony-blinken" } }) {
                edges { role evidence { modality source { id } } }
            }
            hosts(where: { id: { eq: "official:antony-blinken" } }) { edges { evidence { source { id } } } }
            trips { edges { node { id } evidence { flags source { id } } } }
        }
        at(knownAt: "2026-11-05T00:00:00Z") {
            official(id: "official:antony-blinken") { meetings { totalCount } hosted { totalCount } trips { totalCount } }
        }
    }"#)
    .await;
    assert_eq!(
        answer,
        json!({
            "meeting": {
                "participants": { "edges": [
                    { "role": "HEAD_OF_DELEGATION", "evidence": [{ "modality": "PLANNED", "source": { "id": BRIEFING } }] },
                ] },
                "hosts": { "edges": [{ "evidence": [{ "source": { "id": TRAVELS } }] }] },
                "trips": { "edges": [
                    { "node": { "id": "trip:4066" }, "evidence": [{ "flags": ["INFERRED"], "source": { "id": TRAVELS } }] },
                ] },
            },
            "at": { "official": { "meetings": { "totalCount": 0 }, "hosted": { "totalCount": 0 }, "trips": { "totalCount": 0 } } },
        })
    );
}

#[tokio::test]
async fn the_joint_commitments_have_no_occasion() {
    let answer = ask(r#"{
        commitments(where: { madeBy: { some: { node: { id: { eq: "country:pa" } } } } }) {
            nodes { id occasionEdge { node { id } } claims(first: 50) { nodes { relationship { type } } } }
        }
    }"#)
    .await;
    let commitments = answer["commitments"]["nodes"].as_array().unwrap();
    assert_eq!(commitments.len(), 3);
    for commitment in commitments {
        assert_eq!(commitment["occasionEdge"], Value::Null);
        for claim in commitment["claims"]["nodes"].as_array().unwrap() {
            assert_ne!(claim["relationship"]["type"], "MADE_AT", "{commitment}");
        }
    }
}

#[tokio::test]
async fn nobody_but_pino_and_tuttle_signed_and_only_an_outside_source_says_so() {
    let query = r#"{
        agreements {
            nodes {
                entityId
                signatories { edges { node { entityId } onBehalfOf { entityId } evidence { source { entityId } } } }
            }
        }
    }"#;
    let edge = |who: &str, country: &str| {
        json!({
            "node": { "entityId": who },
            "onBehalfOf": { "entityId": country },
            "evidence": [{ "source": { "entityId": SIGNING } }],
        })
    };
    let framework = "agreement:framework-foreign-ministers-2022";
    let letter = "agreement:us-panama-letter-2022";
    assert_eq!(
        ask(query).await["agreements"]["nodes"],
        json!([
            { "entityId": framework, "signatories": { "edges": [] } },
            { "entityId": letter, "signatories": { "edges": [
                edge("official:juan-pino", "country:pa"),
                edge("official:stewart-tuttle", "country:us"),
            ] } },
        ])
    );
    let before = format!(r#"{{ at(knownAt: "2026-11-05T00:00:00Z") {query} }}"#);
    assert_eq!(
        ask(&before).await["at"]["agreements"]["nodes"],
        json!([
            { "entityId": framework, "signatories": { "edges": [] } },
            { "entityId": letter, "signatories": { "edges": [] } },
        ])
    );
}

/// Runs `onrecord check` on the seed with a folder of source texts.
fn check(folder: &Path) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_onrecord"))
        .args(["check", "--sources"])
        .arg(folder)
        .current_dir(package_path("."))
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.success(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn every_quote_of_the_article_stands_in_its_text() {
    let Some(data) = test_data() else { return };
    let article = std::fs::read_to_string(data.join("article.txt")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("voz-de-la-diaspora.txt");

    std::fs::write(&copy, &article).unwrap();
    let (passes, told, errors) = check(folder.path());
    assert!(passes, "{errors}");
    let line = told.lines().find(|line| line.starts_with(ARTICLE)).unwrap();
    assert!(
        line.contains(": all ") && line.ends_with("quotes stand in its text."),
        "{line}"
    );

    // Each place that quotes what is no longer there is told, by file and line.
    std::fs::write(&copy, article.replace("mostly Haitians", "mostly others")).unwrap();
    let (passes, _, errors) = check(folder.path());
    assert!(!passes);
    assert!(
        errors.contains("article.yaml:") && errors.contains("mostly Haitians"),
        "{errors}"
    );
}
