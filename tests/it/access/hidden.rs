//! What is not public shows nowhere: whoever reads a record with proposals is answered as if they were not there.
//!
//! Each claim of the seed gets a twin that is not public, in other words and of a better rank, and each entity gets a twin of which all is
//! not public. Then the same is asked of both records.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::time::Duration;

use onrecord::cli::open;
use onrecord::export::dump::dump;
use onrecord::model::change::{Change, Transaction};
use onrecord::server::Options;
use onrecord::store::{CommitError, Store};
use reqwest::header::ACCEPT;
use serde_json::{Value, json};

use crate::support::{TestApp, default_load, package_path};

/// Stands in all that is not public, and nowhere else.
const MARK: &str = "quokka";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const LATER: &str = "2026-11-21T09:00:00Z";

/// The id of an entity's twin.
fn twin(id: &str) -> String {
    let (prefix, slug) = id.split_once(':').unwrap();
    format!("{prefix}:{MARK}-{slug}")
}

/// Puts the mark into the texts of a value, and leads relationships to twins.
fn mark(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                match inner {
                    Value::String(text) if ["text", "string"].contains(&name.as_str()) => {
                        *text = format!("{text} {MARK}");
                    }
                    Value::String(text) if name == "object" => *text = twin(text),
                    _ => mark(inner),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mark),
        _ => {}
    }
}

/// The twins of all that a record holds.
fn twins(store: &Store, review: &str) -> Vec<Value> {
    let mut puts = Vec::new();
    let mut claims = Vec::new();
    let mut dumped = Vec::new();
    dump(store, &mut dumped).unwrap();
    let lines = std::str::from_utf8(&dumped).unwrap().lines();
    for change in lines.map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        if let Some(id) = change["putEntity"]["id"].as_str() {
            puts.push(json!({ "putEntity": { "id": twin(id) } }));
        }
        let Some(claim) = change["addClaim"].get("claim") else {
            continue;
        };
        for of_twin in [false, true] {
            let mut claim = claim.clone();
            mark(&mut claim["statement"]);
            for evidence in claim["evidence"].as_array_mut().unwrap() {
                evidence["quote"] = json!({ "exact": format!("the words of the {MARK}") });
                evidence["note"] = json!(format!("the note of the {MARK}"));
                evidence.as_object_mut().unwrap().remove("asStated");
            }
            claim["review"] = json!(review);
            claim["rank"] = json!("PREFERRED");
            claim["rankReason"] = json!(format!("the {MARK} says so"));
            claim["id"] = json!(format!("claim:{MARK}-{}", claims.len()));
            if of_twin {
                claim["subject"] = json!(twin(claim["subject"].as_str().unwrap()));
            }
            claims.push(json!({ "addClaim": { "claim": claim } }));
        }
    }
    puts.extend(claims);
    puts
}

/// Commits what fits of some changes: a twin of what has to be the only one of its kind does not.
fn commit(store: &Store, changes: Vec<Value>, visible_from: Option<&str>) {
    let mut changes: Vec<Change> = changes
        .into_iter()
        .map(|change| serde_json::from_value(change).unwrap())
        .collect();
    let before = changes.len();
    loop {
        let mut transaction = json!({
            "recordedAt": LATER, "author": format!("the {MARK}"), "reason": format!("a {MARK} was seen"),
            "changes": changes,
        });
        if let Some(moment) = visible_from {
            transaction["visibleFrom"] = json!(moment);
        }
        let transaction: Transaction = serde_json::from_value(transaction).unwrap();
        match store.commit(&transaction) {
            Ok(_) => break,
            Err(CommitError::Refused(errors)) => {
                let mut places: Vec<usize> = errors.iter().map(|error| error.place).collect();
                places.sort_unstable();
                places.dedup();
                for place in places.into_iter().rev() {
                    changes.remove(place);
                }
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!(
        changes.len() * 10 > before * 8,
        "{} of {before}",
        changes.len()
    );
}

/// What to ask: all examples, and what looks where something might show.
fn operations() -> Vec<(String, String)> {
    let mut operations = Vec::new();
    for file in std::fs::read_dir(package_path("schema/examples")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "graphql") {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            operations.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(operations.len() > 30);
    let everything = "id name claims(first: 100) { totalCount nodes { id rank review recordedBy evidence { quote note } } }
        evidence(first: 50) { quote note source { id } } sources { totalCount } annotations { totalCount }
        history(first: 50) { edges { node { transaction { author reason version } changes { kind } } } }";
    let looks = [
        format!(r#"{{ search(text: "{MARK}", quotes: true) {{ totalCount facets {{ name count }} edges {{ node {{ id }} highlight }} }} }}"#),
        format!(r#"{{ search(text: "panama {MARK}") {{ totalCount facets {{ name count }} edges {{ score node {{ id }} highlight matchedOn {{ value }} }} }} }}"#),
        r#"{ search(text: "panama") { totalCount facets { name count } edges { score node { id } highlight matchedOn { value claim { id } } } } }"#.to_owned(),
        "{ graph { entities relationships claims evidence types { name count } } }".to_owned(),
        "{ officials(first: 100) { totalCount aggregate { count groupBy(by: [NAME]) { totalGroups groups { keys { value } count } } } nodes { id name } } }".to_owned(),
        "{ commitments(first: 100) { totalCount aggregate { count groupBy(by: [MADE_BY, STATUS]) { totalGroups overlapping groups { keys { value } count } } } nodes { id text status madeBy { totalCount nodes { id } edges { rank claim { id } } } } } }".to_owned(),
        "{ statistics(first: 100) { totalCount nodes { id value { label } disputes { totalCount } corroborations { totalCount } } } }".to_owned(),
        "{ sources(first: 100) { totalCount nodes { id title claims { totalCount } } } }".to_owned(),
        format!("{{ country(id: \"country:pa\") {{ {everything} }} }}"),
        format!("{{ official(id: \"official:antony-blinken\") {{ {everything} facts {{ name {{ value disputed alternatives {{ id }} }} }} }} }}"),
        format!("{{ official(id: \"{}\") {{ {everything} }} }}", twin("official:antony-blinken")),
        format!("{{ nodes(ids: [\"{}\", \"country:pa\"]) {{ id }} }}", twin("country:pa")),
        format!("{{ claim(id: \"claim:{MARK}-0\") {{ id }} }}"),
        format!("{{ claim(id: \"claim:{MARK}-1\") {{ id }} }}"),
        "{ claim(id: \"claim:f16\") { id disputes { totalCount } corroborations { totalCount } annotations { id } evidence { quote } } }".to_owned(),
        "{ disputes(first: 100) { totalCount nodes { verdict why sides { claims { id } } } } corroborations(first: 100) { totalCount nodes { verdict why } } }".to_owned(),
        r#"{ changesBetween(from: { time: "2000-01-01T00:00:00Z" }, first: 500) { totalCount edges { node { kind claim { id } transaction { author reason } } } } }"#.to_owned(),
        r#"{ timeline(ids: ["country:pa", "official:antony-blinken"], first: 200) { totalCount edges { node { label property claim { id } } } } }"#.to_owned(),
        format!(r#"{{ timeline(ids: ["{}"]) {{ totalCount }} }}"#, twin("country:pa")),
        format!(r#"{{ paths(from: "country:pa", to: "{}") {{ length }} }}"#, twin("country:us")),
        r#"{ paths(from: "official:erika-mouynes", to: "country:us", first: 5) { length steps { label to { id } } } }"#.to_owned(),
        r#"{ neighborhood(ids: ["country:pa"], depth: 2, limit: 500) { omitted cut { count } nodes { id } relationships { id evidence { quote } } } }"#.to_owned(),
        r#"{ common(ids: ["country:pa", "country:us"], first: 100) { node { id } steps { label } } }"#.to_owned(),
        r#"{ reach(from: ["country:pa"], first: 100) { totalCount nodes { id } } }"#.to_owned(),
        r#"{ trace(id: "country:pa") { commitments(first: 100) { totalCount nodes { gaps { text } } } } }"#.to_owned(),
        "{ ledger(first: 100) { totalCount nodes { id } } }".to_owned(),
        r#"{ at(knownAt: "2100-01-01T00:00:00Z") { graph { claims } officials(first: 100) { totalCount nodes { id name } } disputes { totalCount } } }"#.to_owned(),
        r#"{ at(date: "2022", publishedBy: "2100") { commitments(first: 100) { totalCount nodes { id text status } } } }"#.to_owned(),
        r#"{ commitments(where: { madeBy: { some: { node: { name: { contains: "quokka" } } } } }) { totalCount } }"#.to_owned(),
        r#"{ officials(where: { evidence: { quote: { contains: "quokka" } } }) { totalCount } }"#.to_owned(),
        r#"{ officials(where: { name: { contains: "quokka", match: ANY } }) { totalCount } }"#.to_owned(),
        r#"{ officials(orderBy: [{ count: { meetings: DESC } }], first: 100) { nodes { id meetings { totalCount } } } }"#.to_owned(),
    ];
    let looks = looks.into_iter().enumerate();
    operations.extend(looks.map(|(number, query)| (format!("look {number}"), query)));
    operations
}

/// What is answered, with how it was found.
async fn answer(app: &TestApp, token: Option<&str>, query: &str) -> Value {
    let body = json!({ "query": query, "extensions": { "explain": true } });
    let mut request = app.client.post(app.url("/graphql")).json(&body);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    request.send().await.unwrap().json().await.unwrap()
}

async fn table(app: &TestApp, query: &str) -> String {
    let request = app.client.post(app.url("/graphql"));
    let request = request.header(ACCEPT, "text/csv");
    let request = request.json(&json!({ "query": query }));
    request.send().await.unwrap().text().await.unwrap()
}

/// Takes out what tells that there was a transaction, and no more of it: versions are numbered for all.
fn forget_version(answer: &mut Value) {
    match answer {
        Value::Object(fields) => {
            if let Some(Value::Object(graph)) = fields.get_mut("graph") {
                graph.remove("version");
                graph.remove("recordedAt");
            }
            fields.values_mut().for_each(forget_version);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_version),
        _ => {}
    }
}

/// What a subscriber hears of all that was ever recorded.
async fn told(app: &TestApp, token: Option<&str>) -> String {
    let query = "subscription { changes(since: 0) { transaction { version author reason } changes { kind claim { id } } } }";
    let mut request = app.client.post(app.url("/graphql"));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let request = request.header(ACCEPT, "text/event-stream");
    let mut response = request
        .json(&json!({ "query": query }))
        .send()
        .await
        .unwrap();
    let mut text = String::new();
    while let Ok(chunk) = tokio::time::timeout(Duration::from_secs(1), response.chunk()).await {
        text.push_str(std::str::from_utf8(&chunk.unwrap().unwrap()).unwrap());
    }
    assert!(text.contains("event: next"), "{text}");
    text
}

/// How much is in the record, as an operator reads it.
async fn counted(app: &TestApp) -> Vec<String> {
    let text = app.client.get(app.url("/metrics")).send().await.unwrap();
    let text = text.text().await.unwrap();
    let of = ["entities", "relationships", "claims", "evidence"];
    let wanted = |line: &&str| {
        of.iter()
            .any(|of| line.starts_with(&format!("onrecord_{of} ")))
    };
    text.lines().filter(wanted).map(str::to_owned).collect()
}

async fn nothing_shows(review: &str, visible_from: Option<&str>) {
    let plain = TestApp::seed().await;
    let mut options = Options::default();
    options.access.admin_token = Some(TOKEN.into());
    let mut load = default_load();
    load.engine.citations = true;
    let loaded = open(&load).unwrap();
    commit(&loaded.store, twins(&loaded.store, review), visible_from);
    let app = TestApp::start(loaded.engine().unwrap(), &options).await;
    let mut seen = 0;
    let mut leaks = Vec::new();
    for (name, query) in operations() {
        let mut expected = answer(&plain, None, &query).await;
        forget_version(&mut expected);
        let invalid = &expected["errors"][0]["extensions"]["code"];
        assert_ne!(invalid, "GRAPHQL_VALIDATION_FAILED", "{name}: {expected}");
        let mut found = answer(&app, None, &query).await;
        forget_version(&mut found);
        if found.to_string().contains(MARK) && !expected.to_string().contains(MARK) {
            leaks.push(format!("{name} shows it: {found}"));
        } else if found["data"] != expected["data"] || found["errors"] != expected["errors"] {
            leaks.push(format!("{name} differs:\n{found}\n{expected}"));
        } else if found["extensions"] != expected["extensions"] {
            leaks.push(format!(
                "{name} is explained otherwise:\n{}\n{}",
                found["extensions"], expected["extensions"]
            ));
        }
        let editors = answer(&app, Some(TOKEN), &query).await;
        seen += usize::from(editors.to_string().contains(MARK));
        if expected["data"].is_object() && query.matches('{').count() < 6 {
            let (found, expected) = (table(&app, &query).await, table(&plain, &query).await);
            if found != expected {
                leaks.push(format!("{name} as a table:\n{found}\n{expected}"));
            }
        }
    }
    assert!(
        leaks.is_empty(),
        "{} leaks\n{}",
        leaks.len(),
        leaks.join("\n\n")
    );
    assert!(seen > 20, "editors see it in {seen} answers alone");
    assert_eq!(
        told(&app, None).await,
        told(&plain, None).await,
        "what subscribers hear"
    );
    assert!(told(&app, Some(TOKEN)).await.contains(MARK));
    assert_eq!(
        counted(&app).await,
        counted(&plain).await,
        "what Prometheus reads"
    );

    // A citation is of what its reader saw.
    let query = r#"{ officials(first: 100) { totalCount nodes { id name } } }"#;
    let cited = app
        .client
        .post(app.url("/cite"))
        .json(&json!({ "query": query }));
    let cited: Value = cited.send().await.unwrap().json().await.unwrap();
    let url = app.url(cited["url"].as_str().unwrap());
    let shown: Value = app
        .client
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(shown["data"], answer(&plain, None, query).await["data"]);
}

#[tokio::test]
async fn a_proposal_shows_to_no_reader() {
    nothing_shows("PROPOSED", None).await;
}

#[tokio::test]
async fn what_is_under_embargo_shows_to_no_reader() {
    nothing_shows("ACCEPTED", Some("2100-01-01T00:00:00Z")).await;
}
