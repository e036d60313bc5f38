//! Answers that are cited: what they say of themselves, and that they stay what they were.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use onrecord::api::{Allow, Engine, Options, Request};
use onrecord::cli::{LoadOptions, open};
use onrecord::model::access::{Caller, Role};
use onrecord::model::change::{Change, Transaction};
use onrecord::model::claim::Rank;
use onrecord::store::Store;
use reqwest::header::{ACCEPT, CACHE_CONTROL, LOCATION};
use reqwest::{Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::support::{TestApp, package_path};

const QUERY: &str = "query Named($first: Int) { countries(first: $first) { nodes { id name } } }";

async fn keeping() -> TestApp {
    TestApp::builder().citations().start().await
}

async fn post(app: &TestApp, path: &str, body: &Value) -> Response {
    app.client
        .post(app.url(path))
        .json(body)
        .send()
        .await
        .unwrap()
}

async fn get(app: &TestApp, path: &str, accept: &str) -> Response {
    let request = app.client.get(app.url(path)).header(ACCEPT, accept);
    request.send().await.unwrap()
}

/// The status and the message of the one error.
async fn refused(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let answer: Value = response.json().await.unwrap();
    assert!(answer.get("data").is_none_or(Value::is_null), "{answer}");
    let message = answer["errors"][0]["message"].as_str().unwrap();
    (status, message.to_owned())
}

/// A citation names the version, the hash that vouches for it, and what was asked by hash; the data is the same as without.
#[tokio::test]
async fn an_answer_tells_its_citation_when_asked() {
    let app = TestApp::seed().await;
    let body = json!({ "query": QUERY, "variables": { "first": 2 } });
    let plain: Value = post(&app, "/graphql", &body).await.json().await.unwrap();
    assert!(plain.get("extensions").is_none());
    let mut asking = body.clone();
    asking["extensions"] = json!({ "cite": true });
    let cited: Value = post(&app, "/graphql", &asking).await.json().await.unwrap();
    assert_eq!(cited["data"], plain["data"]);
    let citation = &cited["extensions"]["citation"];
    assert_eq!(citation["version"], "2");
    assert_eq!(citation["audience"], "PUBLIC");
    let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
    assert_eq!(citation["operation"], hash(QUERY));
    assert_eq!(citation["variables"], hash(r#"{"first":2}"#));
    assert_eq!(citation["answer"], hash(&plain["data"].to_string()));
    for part in ["hash", "head"] {
        assert_eq!(
            citation[part].as_str().map(str::len),
            Some(64),
            "{citation}"
        );
    }

    // The header asks for the same; another operation, and other variables, are cited otherwise.
    let by_header = app
        .client
        .post(app.url("/graphql"))
        .header("onrecord-cite", "1")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(by_header.json::<Value>().await.unwrap(), cited);
    let other =
        json!({ "query": QUERY, "variables": { "first": 3 }, "extensions": { "cite": true } });
    let other: Value = post(&app, "/graphql", &other).await.json().await.unwrap();
    assert_ne!(other["extensions"]["citation"]["hash"], citation["hash"]);
    let csv = app
        .client
        .post(app.url("/graphql"))
        .header("onrecord-cite", "1")
        .header(ACCEPT, "text/csv")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(
        csv.headers()["onrecord-citation"],
        citation["hash"].as_str().unwrap()
    );
}

#[tokio::test]
async fn an_earlier_version_is_cited_as_it_was() {
    let app = TestApp::seed().await;
    let query = r#"{
        graph { version entities claims }
        agreement(id: "agreement:us-panama-letter-2022") { id status signatories { totalCount } }
        at(knownAt: "2030-01-01T00:00:00Z") { graph { version } }
    }"#;
    let body = json!({ "query": query, "extensions": { "cite": { "version": "1" } } });
    let cited: Value = post(&app, "/graphql", &body).await.json().await.unwrap();
    let data = &cited["data"];
    assert_eq!(data["agreement"]["id"], "agreement:us-panama-letter-2022");
    assert_eq!(data["agreement"]["status"], "ANNOUNCED");
    assert_eq!(data["agreement"]["signatories"]["totalCount"], 0);
    assert_eq!(data["graph"]["version"], "1");
    // Nothing below sees more than that version.
    assert_eq!(data["at"]["graph"]["version"], "1");
    assert_eq!(cited["extensions"]["citation"]["version"], "1");
    let now = app.query(query, json!({})).await;
    assert_eq!(now["data"]["agreement"]["status"], "SIGNED");
    let count = |answer: &Value| answer["graph"]["entities"].as_u64().unwrap();
    assert!(count(data) < count(&now["data"]));
}

#[tokio::test]
async fn what_is_no_request_for_a_citation_is_refused() {
    let app = TestApp::seed().await;
    for (cite, message) in [
        (
            json!("yes"),
            "extensions.cite is \"yes\": expected true, false or { \"version\": … } with a number of the record's versions",
        ),
        (
            json!({ "version": 99 }),
            "extensions.cite.version is 99: the record is at version 2",
        ),
    ] {
        let body = json!({ "query": QUERY, "extensions": { "cite": cite } });
        let response = app
            .client
            .post(app.url("/graphql"))
            .header(ACCEPT, "application/graphql-response+json")
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(refused(response).await, (400, message.to_owned()));
    }
    let response = app
        .client
        .post(app.url("/graphql"))
        .header("onrecord-cite", "please")
        .json(&json!({ "query": QUERY }))
        .send()
        .await
        .unwrap();
    let message = "the header `onrecord-cite` is `please`: expected `1`";
    assert_eq!(refused(response).await, (400, message.to_owned()));
}

#[tokio::test]
async fn a_citation_is_kept_and_shown_again() {
    let app = keeping().await;
    let body = json!({ "query": QUERY, "variables": { "first": 2 } });
    let mut asking = body.clone();
    asking["extensions"] = json!({ "cite": true });
    let cited = post(&app, "/graphql", &asking).await.bytes().await.unwrap();

    let kept = post(&app, "/cite", &body).await;
    assert_eq!(kept.status(), StatusCode::CREATED);
    let location = kept.headers()[LOCATION].to_str().unwrap().to_owned();
    let kept: Value = kept.json().await.unwrap();
    let answer: Value = serde_json::from_slice(&cited).unwrap();
    assert_eq!(kept["citation"], answer["extensions"]["citation"]);
    assert_eq!(kept["url"], location);
    assert_eq!(kept["persistent"], false);
    assert!(
        kept["kept"]
            .as_str()
            .unwrap()
            .contains("as long as this server runs")
    );

    let shown = get(&app, &location, "application/json").await;
    assert_eq!(shown.status(), StatusCode::OK);
    assert!(
        shown.headers()[CACHE_CONTROL]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    assert_eq!(shown.bytes().await.unwrap(), cited);
    let table = get(&app, &location, "text/csv").await;
    assert_eq!(
        table.headers()["onrecord-citation"],
        kept["citation"]["hash"].as_str().unwrap()
    );
    assert!(table.text().await.unwrap().starts_with("id,name\r\n"));

    // It made a version of the record, in which no fact changed: the same question has the same citation.
    let mut of_version = body.clone();
    of_version["extensions"] = json!({ "cite": { "version": "2" } });
    for again in [&body, &body, &of_version] {
        let again = post(&app, "/cite", again).await;
        assert_eq!(again.status(), StatusCode::OK);
        assert_eq!(again.headers()[LOCATION], location.as_str());
        let again: Value = again.json().await.unwrap();
        assert_eq!(again["citation"], kept["citation"]);
    }
    assert_eq!(
        post(&app, "/graphql", &asking).await.bytes().await.unwrap(),
        cited
    );
    let version = app.query("{ graph { version } }", json!({})).await;
    assert_eq!(version["data"]["graph"]["version"], "3");
}

#[tokio::test]
async fn citations_are_kept_only_where_that_is_allowed() {
    let app = TestApp::seed().await;
    let (status, message) = refused(post(&app, "/cite", &json!({ "query": QUERY })).await).await;
    assert_eq!(status, 403);
    assert!(message.contains("--allow-citations"), "{message}");
    // None can be read there either.
    let unknown = get(&app, "/cite/abc", "*/*").await;
    let message = "there is no citation abc: expected the hash of one that this server keeps";
    assert_eq!(refused(unknown).await, (404, message.to_owned()));

    let app = keeping().await;
    let response = get(&app, "/cite", "*/*").await;
    assert_eq!(response.headers()["allow"], "POST");
    assert_eq!(refused(response).await.0, 405);
    for (body, status, part) in [
        (json!({ "query": "{ nothing }" }), 400, "nothing"),
        (
            json!({ "query": QUERY, "extensions": { "cite": false } }),
            400,
            "extensions.cite is false",
        ),
        (
            json!({ "query": format!("{QUERY} #{}", "x".repeat(40_000)) }),
            400,
            "at most 32768 are kept",
        ),
    ] {
        let (found, message) = refused(post(&app, "/cite", &body).await).await;
        assert_eq!(found, status, "{message}");
        assert!(message.contains(part), "{message}");
    }
    let version = app.query("{ graph { version } }", json!({})).await;
    assert_eq!(version["data"]["graph"]["version"], "2", "nothing was kept");
}

/// What an editor cites, who sees more than others, is shown to editors alone.
#[test]
fn what_an_editor_cites_is_shown_to_editors_alone() {
    let loaded = open(&LoadOptions {
        seed: Some(package_path("seed/panama-2022")),
        ..LoadOptions::default()
    })
    .unwrap();
    let engine = loaded.engine().unwrap();
    let stored = engine
        .cite(&Request {
            query: "{ graph { version } }".into(),
            caller: Caller::operator(Role::Editor),
            ..Request::default()
        })
        .unwrap();
    assert_eq!(stored.citation["audience"], "EDITOR");
    assert!(engine.cited(&stored.hash, &Caller::anonymous()).is_none());
    let contributor = Caller::operator(Role::Contributor);
    assert!(engine.cited(&stored.hash, &contributor).is_none());
    let admin = engine.cited(&stored.hash, &Caller::operator(Role::Admin));
    assert!(String::from_utf8_lossy(&admin.unwrap().body).contains("\"version\""));
}

/// Every example, cited; then the record grows: claims are retracted, ranked and added, and the indexes
/// are made anew. Each citation still gives the same bytes, also in a record that was read from the log again.
#[test]
fn what_was_cited_stays_as_the_record_grows() {
    let loaded = open(&LoadOptions {
        ontology: Some(package_path("schema/ontology.graphql")),
        seed: Some(package_path("seed/panama-2022")),
        engine: onrecord::api::Options {
            citations: true,
            ..Default::default()
        },
        ..LoadOptions::default()
    })
    .unwrap();
    let engine = loaded.engine().unwrap();
    let mut asked = Vec::new();
    for file in std::fs::read_dir(package_path("schema/examples")).unwrap() {
        let file = file.unwrap();
        if file
            .path()
            .extension()
            .is_none_or(|ending| ending != "graphql")
        {
            continue;
        }
        let query = std::fs::read_to_string(file.path()).unwrap();
        let plain = Request {
            query: query.clone(),
            ..Request::default()
        };
        let uncited = engine.execute(&plain, Allow::Everything).body;
        asked.push((file.file_name(), plain, uncited));
    }
    let mut cited = Vec::new();
    for (name, plain, uncited) in asked {
        let stored = engine.cite(&plain).unwrap();
        let request = Request {
            extensions: Map::from_iter([(
                "cite".to_owned(),
                json!({ "version": stored.citation["version"] }),
            )]),
            ..plain
        };
        let body = engine.execute(&request, Allow::Everything).body;
        let value =
            |body: &[u8]| serde_json::from_slice::<Value>(body).unwrap()["data"].to_string();
        assert_eq!(value(&body), value(&uncited), "{name:?}");
        // What only cites changes no fact.
        assert_eq!(stored.citation["version"], "2");
        cited.push((name, stored.hash, body));
    }
    assert!(cited.len() > 15);
    grow(&loaded.store);
    let same = |engine: &Engine, when: &str| {
        for (name, hash, body) in &cited {
            let again = engine.cited(hash, &Caller::anonymous()).unwrap();
            assert_eq!(again.body, body, "{name:?} {when}");
        }
    };
    same(&engine, "after the record grew");
    // As `commit_all` does at its end.
    loaded.store.commit_all(Vec::<Transaction>::new()).unwrap();
    same(&engine, "after the indexes were made anew");

    let ontology = loaded.store.view().graph().ontology().clone();
    let again = Store::in_memory(ontology);
    let entries = loaded.store.entries(1, usize::MAX).unwrap();
    let log = entries.iter().map(|entry| entry.transaction().unwrap());
    again.commit_all(log).unwrap();
    let text = std::fs::read_to_string(package_path("schema/ontology.graphql")).unwrap();
    let engine = Engine::new(again, &text, Options::default()).unwrap();
    same(&engine, "in a record read again");
}

/// Changes whatever the examples look at.
fn grow(store: &Store) {
    let view = store.view();
    let graph = view.graph();
    let mut changes = Vec::new();
    for (place, claim) in graph.claims().enumerate() {
        let claim = graph.claim_id(claim);
        match place % 5 {
            0 => changes.push(Change::Retract {
                claim,
                reason: "a test".into(),
            }),
            1 => changes.push(Change::SetRank {
                claim,
                rank: Rank::Preferred,
                reason: "a test".into(),
            }),
            2 => changes.push(Change::SetRank {
                claim,
                rank: Rank::Deprecated,
                reason: "a test".into(),
            }),
            _ => {}
        }
    }
    store.record("a test", "To see", changes).unwrap();
}
