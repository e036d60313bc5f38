//! The record's changes as they come: each once, in order, whatever becomes of the connection.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use onrecord::model::change::Change;
use onrecord::store::Store;
use reqwest::header::ACCEPT;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::TestApp;

/// What the seed holds before a test writes.
const SEEDED: u32 = 2;
const VERSIONS: &str =
    "subscription ($since: BigInt) { changes(since: $since) { transaction { version } } }";

pub(crate) fn put(id: &str) -> Value {
    json!({ "putEntity": { "id": id } })
}

/// A claim with a key and a source.
pub(crate) fn claim(key: &str, subject: &str, statement: Value) -> Value {
    json!({ "addClaim": { "claim": {
        "id": format!("claim:{key}"), "subject": subject, "statement": statement,
        "rank": "NORMAL", "review": "ACCEPTED",
        "evidence": [{ "source": "source:voz-de-la-diaspora", "modality": "REPORTED", "stance": "SUPPORTS" }],
    } } })
}

pub(crate) fn text(property: &str, words: &str) -> Value {
    json!({ "property": { "property": property, "stated": { "value": { "text": words } } } })
}

fn link(relationship: &str, object: &str) -> Value {
    json!({ "relationship": { "relationship": relationship, "object": object } })
}

pub(crate) fn commit(store: &Store, reason: &str, changes: &[Value]) -> u32 {
    let changes = changes.iter().cloned().map(serde_json::from_value);
    let changes: Vec<Change> = changes.collect::<Result<_, _>>().unwrap();
    store.record("a test", reason, changes).unwrap()
}

/// A transaction that says one more name of somebody.
pub(crate) fn one_more(store: &Store, number: usize) -> u32 {
    let alias = json!({ "property": { "property": "aliases", "stated": { "value": {
        "localizedText": { "text": format!("the {number}th name") }
    } } } });
    let claim = claim(&format!("alias-{number}"), "official:antony-blinken", alias);
    commit(store, "One more name", &[claim])
}

async fn subscribe(app: &TestApp, query: &str, variables: Value) -> Events {
    let request = app
        .client
        .post(app.url("/graphql"))
        .header(ACCEPT, "text/event-stream")
        .json(&json!({ "query": query, "variables": variables }));
    Events::of(request.send().await.unwrap())
}

/// Server-sent events as they come.
struct Events {
    response: Response,
    read: String,
}

impl Events {
    fn of(response: Response) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        Self {
            response,
            read: String::new(),
        }
    }

    /// The next event: its id, and its data.
    async fn next(&mut self) -> (Option<String>, Value) {
        loop {
            while let Some(end) = self.read.find("\n\n") {
                let event: String = self.read.drain(..end + 2).collect();
                let field = |name: &str| {
                    let mut lines = event.lines();
                    lines
                        .find_map(|line| line.strip_prefix(name))
                        .map(str::to_owned)
                };
                if let Some(data) = field("data: ").filter(|data| !data.is_empty()) {
                    return (field("id: "), serde_json::from_str(&data).unwrap());
                }
            }
            // Sooner than the silence is filled.
            let chunk = tokio::time::timeout(Duration::from_secs(10), self.response.chunk());
            let chunk = chunk.await.expect("an event comes").unwrap();
            let chunk = chunk.expect("it does not end");
            self.read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn change(&mut self) -> Value {
        let (_, answer) = self.next().await;
        assert_eq!(answer["errors"], Value::Null, "{answer}");
        answer["data"]["changes"].clone()
    }
}

/// The one answer of a subscription that is refused.
async fn refused(app: &TestApp, query: &str) -> String {
    let (_, answer) = subscribe(app, query, json!({})).await.next().await;
    answer["errors"][0]["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_transaction_is_told_with_what_stood_there_before() {
    let (app, store) = TestApp::writable().await;
    let query = r#"subscription { changes {
        transaction { version author reason }
        entities { id name }
        sources { id }
        changes {
            kind reason rank previousRank
            claim { claimId value }
            before { claimId value rank retractedAt }
            after { claimId value }
            evidence { note }
        }
    } }"#;
    let mut events = subscribe(&app, query, json!({})).await;
    let (official, organization) = ("official:ana-prado", "organization:customs");
    let change = |kind: &str, key: &str, value: &str, before: Value, after: Value| {
        let claim = json!({ "claimId": format!("claim:{key}"), "value": value });
        json!({ "kind": kind, "claim": claim, "before": before, "after": after,
                "reason": null, "rank": null, "previousRank": null, "evidence": null })
    };
    let before = |key: &str, value: &str| json!({ "claimId": format!("claim:{key}"), "value": value, "rank": "NORMAL", "retractedAt": null });
    let after =
        |key: &str, value: &str| json!({ "claimId": format!("claim:{key}"), "value": value });
    let null = Value::Null;
    let source = "source:voz-de-la-diaspora";

    commit(
        &store,
        "A newcomer",
        &[
            put(official),
            put(organization),
            claim("name-1", official, text("name", "Anna Prado")),
            claim("serves-1", official, link("SERVES", "country:pa")),
        ],
    );
    assert_eq!(
        events.change().await,
        json!({
            "transaction": { "version": "3", "author": "a test", "reason": "A newcomer" },
            "entities": [{ "id": "country:pa", "name": "Panama" }, { "id": official, "name": "Anna Prado" }, { "id": organization, "name": organization }],
            "sources": [{ "id": source }],
            "changes": [
                change("GAINED", "name-1", "Anna Prado", null.clone(), after("name-1", "Anna Prado")),
                change("GAINED", "serves-1", "Panama", null.clone(), after("serves-1", "Panama")),
            ],
        })
    );

    // A new claim wins: it is put right. A country that she serves as well takes the field that shows one.
    commit(
        &store,
        "Her name is spelled with one n",
        &[
            claim("name-2", official, text("name", "Ana Prado")),
            claim("serves-2", official, link("SERVES", "country:us")),
        ],
    );
    let told = events.change().await;
    assert_eq!(
        told["changes"],
        json!([
            change(
                "GAINED",
                "name-2",
                "Ana Prado",
                before("name-1", "Anna Prado"),
                after("name-2", "Ana Prado")
            ),
            change(
                "GAINED",
                "serves-2",
                "United States",
                before("serves-1", "Panama"),
                after("serves-2", "United States")
            ),
        ])
    );
    assert_eq!(
        told["entities"][1],
        json!({ "id": official, "name": "Ana Prado" })
    );

    // It is ranked down, so that the one before is shown again; and one more source says so.
    let evidence =
        json!({ "source": source, "modality": "REPORTED", "stance": "SUPPORTS", "note": "Again." });
    commit(
        &store,
        "No, it is not",
        &[
            json!({ "setRank": { "claim": "claim:name-2", "rank": "DEPRECATED", "reason": "A slip." } }),
            json!({ "addEvidence": { "claim": "claim:name-1", "evidence": evidence } }),
        ],
    );
    let told = events.change().await;
    let mut ranked = change(
        "RANKED",
        "name-2",
        "Ana Prado",
        before("name-2", "Ana Prado"),
        after("name-1", "Anna Prado"),
    );
    ranked["rank"] = json!("DEPRECATED");
    ranked["previousRank"] = json!("NORMAL");
    ranked["reason"] = json!("A slip.");
    // What stood there before is shown as it is now.
    ranked["before"]["rank"] = json!("DEPRECATED");
    let mut added = change(
        "EVIDENCE_ADDED",
        "name-1",
        "Anna Prado",
        before("name-2", "Ana Prado"),
        after("name-1", "Anna Prado"),
    );
    added["before"]["rank"] = json!("DEPRECATED");
    added["evidence"] = json!({ "note": "Again." });
    assert_eq!(told["changes"], json!([added, ranked]));
    assert_eq!(told["sources"], json!([{ "id": source }]));

    // It is withdrawn.
    commit(
        &store,
        "It was about another person",
        &[json!({ "retract": { "claim": "claim:name-1", "reason": "Another person." } })],
    );
    let told = events.change().await;
    let retracted = &told["changes"][0];
    assert_eq!(
        (&retracted["kind"], &retracted["reason"]),
        (&json!("RETRACTED"), &json!("Another person."))
    );
    assert_eq!(retracted["before"]["claimId"], "claim:name-1");
    assert!(
        retracted["before"]["retractedAt"].is_string(),
        "{retracted}"
    );
    assert_eq!((&retracted["after"], &told["sources"]), (&null, &json!([])));
    assert_eq!(
        told["entities"],
        json!([{ "id": official, "name": official }])
    );
}

/// Who comes later is told the same, word for word: each transaction as of its version.
#[tokio::test]
async fn what_is_told_later_is_the_same() {
    let (app, store) = TestApp::writable().await;
    let query = "subscription ($since: BigInt) { changes(since: $since) {
        transaction { version recordedAt }
        entities { id name ... on Official { aliases { text } country { id } } }
        changes { kind claim { claimId subject { id } } before { claimId rank } after { claimId rank } rank }
    } }";
    let mut live = subscribe(&app, query, json!({})).await;
    let mut told = Vec::new();
    for number in 0..20 {
        one_more(&store, number);
        if number % 3 == 2 {
            let rank = ["PREFERRED", "DEPRECATED"][number % 2];
            let claim = format!("claim:alias-{}", number - 1);
            commit(
                &store,
                "Ranked",
                &[json!({ "setRank": { "claim": claim, "rank": rank, "reason": "So." } })],
            );
            told.push(live.next().await);
        }
        told.push(live.next().await);
    }
    let mut again = subscribe(&app, query, json!({ "since": SEEDED.to_string() })).await;
    for expected in &told {
        assert_eq!(again.next().await, *expected);
    }
    // A browser comes back with the id of the last event; the operation that it sends is still the first one.
    let (id, _) = &told[4];
    let response = app
        .client
        .post(app.url("/graphql"))
        .header(ACCEPT, "text/event-stream")
        .header("last-event-id", id.as_deref().unwrap())
        .json(&json!({ "query": query, "variables": { "since": SEEDED } }));
    let mut again = Events::of(response.send().await.unwrap());
    for expected in &told[5..] {
        assert_eq!(again.next().await, *expected);
    }
}

#[tokio::test]
async fn only_what_is_asked_for_is_told() {
    let (app, store) = TestApp::writable().await;
    let query = |narrowed: &str| {
        format!(
            "subscription {{ changes(since: 2, {narrowed}) {{ transaction {{ version }} entities {{ id }} changes {{ claim {{ claimId }} }} }} }}"
        )
    };
    let about = query(r#"about: ["country:us", "official:a"]"#);
    commit(&store, "3", &[put("official:a"), put("organization:b")]);
    commit(
        &store,
        "4",
        &[
            claim("a", "official:a", text("name", "A")),
            claim("b", "organization:b", text("name", "B")),
        ],
    );
    one_more(&store, 5);
    commit(
        &store,
        "6",
        &[claim(
            "ab",
            "organization:b",
            link("BELONGS_TO", "country:us"),
        )],
    );
    commit(
        &store,
        "7",
        &[claim("b2", "organization:b", text("name", "Bee"))],
    );
    let event = |version: &str, entities: &[&str], claims: &[&str]| {
        let entities: Vec<_> = entities.iter().map(|id| json!({ "id": id })).collect();
        let claims: Vec<_> = claims
            .iter()
            .map(|key| json!({ "claim": { "claimId": format!("claim:{key}") } }))
            .collect();
        json!({ "transaction": { "version": version }, "entities": entities, "changes": claims })
    };
    let mut events = subscribe(&app, &about, json!({})).await;
    assert_eq!(events.change().await, event("3", &["official:a"], &[]));
    assert_eq!(events.change().await, event("4", &["official:a"], &["a"]));
    assert_eq!(
        events.change().await,
        event("6", &["country:us", "organization:b"], &["ab"])
    );
    commit(
        &store,
        "8",
        &[claim("b3", "organization:b", text("name", "Be"))],
    );
    commit(
        &store,
        "9",
        &[claim("a2", "official:a", text("name", "Ah"))],
    );
    assert_eq!(events.change().await, event("9", &["official:a"], &["a2"]));

    let mut events = subscribe(&app, &query("types: [ORGANIZATION]"), json!({})).await;
    for expected in [
        event("3", &["organization:b"], &[]),
        event("4", &["organization:b"], &["b"]),
        event("6", &["country:us", "organization:b"], &["ab"]),
        event("7", &["organization:b"], &["b2"]),
        event("8", &["organization:b"], &["b3"]),
    ] {
        assert_eq!(events.change().await, expected);
    }
    let both = query(r#"types: [ORGANIZATION], about: ["country:us"]"#);
    let mut events = subscribe(&app, &both, json!({})).await;
    assert_eq!(
        events.change().await,
        event("6", &["country:us", "organization:b"], &["ab"])
    );
}

/// What is not public leaves no trace but a number that is missing, and neither does a citation.
#[tokio::test]
async fn what_is_not_public_is_not_told() {
    let (app, store) = TestApp::writable().await;
    let mut events = subscribe(&app, VERSIONS, json!({})).await;
    let mut proposed = claim("proposed", "official:antony-blinken", text("name", "Tony"));
    proposed["addClaim"]["claim"]["review"] = json!("PROPOSED");
    commit(&store, "A secret", &[proposed]);
    commit(&store, "Nothing", &[]);
    let last = one_more(&store, 1);
    assert_eq!(
        events.change().await["transaction"]["version"],
        last.to_string()
    );
    assert_eq!(last, SEEDED + 3);
}

#[tokio::test]
async fn what_cannot_be_told_is_refused_before_anything_is() {
    let (app, _store) = TestApp::writable().await;
    for (arguments, expected) in [
        (
            "since: 3",
            "changes: since is version 3: expected one from 0 to 2",
        ),
        (
            "since: -1",
            "changes: since is \"-1\": expected a whole number, as graph { version } gives it",
        ),
        ("since: \"x\"", "changes: since"),
        (
            "about: [\"official:nobody\"]",
            "changes: about: \"official:nobody\" is not on record: expected the id of an entity, as search finds it",
        ),
        (
            "about: []",
            "changes: about is empty: expected the id of an entity",
        ),
        (
            "types: []",
            "changes: types is empty: expected one at least, or no types for all",
        ),
        (
            "types: [PERSON]",
            "Value \"PERSON\" does not exist in \"EntityType\" enum",
        ),
    ] {
        let query =
            format!("subscription {{ changes({arguments}) {{ transaction {{ version }} }} }}");
        let message = refused(&app, &query).await;
        assert!(message.starts_with(expected), "{arguments}: {message}");
    }
    // It has its price, as every operation has.
    let dear = "subscription { changes { changes { claim { subject { ... on Country { meetings(first: 1000) { nodes { participants(first: 1000) { nodes { id name } } } } } } } } } }";
    let message = refused(&app, dear).await;
    assert!(
        message.contains("values in its largest answer"),
        "{message}"
    );
    let response = app
        .client
        .post(app.url("/graphql"))
        .header("last-event-id", "seven")
        .json(&json!({ "query": "{ __typename }" }));
    let answer: Value = response.send().await.unwrap().json().await.unwrap();
    let message = answer["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.starts_with("the header `last-event-id` is `seven`"),
        "{message}"
    );
}

/// A transaction that is too large for one answer is told as an error that names it, and the next ones follow.
#[tokio::test]
async fn what_is_too_large_for_an_answer_is_passed_with_an_error() {
    let load = onrecord::cli::LoadOptions {
        engine: onrecord::api::Options {
            limits: onrecord::api::Limits {
                visited: 300,
                ..Default::default()
            },
            ..Default::default()
        },
        ..Default::default()
    };
    let loaded = onrecord::cli::open(&load).unwrap();
    let app = TestApp::over(loaded.engine().unwrap()).await;
    let store = loaded.store;
    let many: Vec<_> = (0..400)
        .map(|number| put(&format!("official:n-{number}")))
        .collect();
    commit(&store, "Many", &many);
    commit(&store, "One", &[put("official:one")]);
    let mut events = subscribe(&app, VERSIONS, json!({ "since": 0 })).await;
    let (id, answer) = events.next().await;
    assert_eq!(id.as_deref(), Some("1"));
    let error = &answer["errors"][0];
    assert_eq!(
        (
            &error["extensions"]["code"],
            &error["path"],
            &answer["data"]
        ),
        (&json!("BUDGET_EXCEEDED"), &json!(["changes"]), &Value::Null)
    );
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with("version 1: stopped after visiting"),
        "{message}"
    );
    assert!(
        message.ends_with("ask changesBetween for a page of it"),
        "{message}"
    );
    assert_eq!(events.change().await["transaction"]["version"], "2");
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn socket(app: &TestApp, since: u32) -> Socket {
    let url = format!("ws://{}/graphql", app.address);
    let mut request = url.into_client_request().unwrap();
    let protocol = HeaderValue::from_static("graphql-transport-ws");
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocol);
    let (mut socket, _) = connect_async(request).await.unwrap();
    let payload = json!({ "query": VERSIONS, "variables": { "since": since.to_string() } });
    for message in [
        json!({ "type": "connection_init" }),
        json!({ "type": "subscribe", "id": "1", "payload": payload }),
    ] {
        socket
            .send(Message::Text(message.to_string().into()))
            .await
            .unwrap();
    }
    socket
}

/// The version that the next message tells of.
async fn version(socket: &mut Socket) -> u32 {
    loop {
        // Sooner than the first ping.
        let message = tokio::time::timeout(Duration::from_secs(10), socket.next());
        let Message::Text(text) = message.await.expect("a message comes").unwrap().unwrap() else {
            continue;
        };
        let message: Value = serde_json::from_str(&text).unwrap();
        if message["type"] == "next" {
            return number(&message["payload"]["data"]["changes"]);
        }
    }
}

fn number(changes: &Value) -> u32 {
    changes["transaction"]["version"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap()
}

/// Commits from several threads at once, a little faster or slower each time.
fn writers(store: &Store, each: usize) -> Vec<std::thread::JoinHandle<()>> {
    let write = |writer: usize| {
        let store = store.clone();
        std::thread::spawn(move || {
            for number in 0..each {
                one_more(&store, writer * each + number);
                let pause = (number * 7 + writer * 3) % 5;
                std::thread::sleep(Duration::from_micros(300 * pause as u64));
            }
        })
    };
    (0..4).map(write).collect()
}

/// How many events a connection brings before it is cut, by turns and by no rule that a reader would see.
fn cuts() -> impl Iterator<Item = usize> {
    let mut state = 7_u32;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 28) as usize
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_that_is_cut_off_fifty_times_sees_every_version_once_over_a_websocket() {
    let (app, store) = TestApp::writable().await;
    let writers = writers(&store, 125);
    let (mut seen, mut connections) = (vec![SEEDED], 0);
    for many in cuts() {
        let last = *seen.last().unwrap();
        if last == SEEDED + 500 && connections > 50 {
            break;
        }
        connections += 1;
        let mut socket = socket(&app, last).await;
        // The last ones are not to run out before the connection was cut often enough.
        let left = (SEEDED + 500 - last) as usize;
        let many = if connections > 50 {
            left
        } else {
            many.min(left)
        };
        for _ in 0..many {
            seen.push(version(&mut socket).await);
        }
        // Dropped without a word: what was on its way is lost.
    }
    for writer in writers {
        writer.join().unwrap();
    }
    assert!(connections > 50, "{connections}");
    assert_eq!(seen, (SEEDED..=SEEDED + 500).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_that_is_cut_off_fifty_times_sees_every_version_once_over_events() {
    let (app, store) = TestApp::writable().await;
    let writers = writers(&store, 125);
    let (mut seen, mut connections) = (vec![SEEDED], 0);
    for many in cuts() {
        let last = *seen.last().unwrap();
        if last == SEEDED + 500 && connections > 50 {
            break;
        }
        connections += 1;
        let mut events = subscribe(&app, VERSIONS, json!({ "since": last.to_string() })).await;
        let left = (SEEDED + 500 - last) as usize;
        let many = if connections > 50 {
            left
        } else {
            many.min(left)
        };
        for _ in 0..many {
            let (id, answer) = events.next().await;
            let version = number(&answer["data"]["changes"]);
            assert_eq!(id, Some(version.to_string()));
            seen.push(version);
        }
    }
    for writer in writers {
        writer.join().unwrap();
    }
    assert!(connections > 50, "{connections}");
    assert_eq!(seen, (SEEDED..=SEEDED + 500).collect::<Vec<_>>());
}

/// A client that does not read has no answers made for it beyond what lies in the sockets between; when it reads again, it is told
/// of all.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_client_is_caught_up_and_nothing_is_heaped_up_for_it() {
    let loaded = onrecord::cli::open(&crate::support::default_load()).unwrap();
    let engine = loaded.engine().unwrap();
    let app = TestApp::over(engine.clone()).await;
    let store = loaded.store;
    let query = "subscription Slow { changes(since: 3) { transaction { version } entities { a: name b: name c: name d: name } } }";
    let slow = "official:slow";
    let name = claim("name", slow, text("name", &"n".repeat(10_000)));
    commit(&store, "A long name", &[put(slow), name]);
    let mut events = subscribe(&app, query, json!({})).await;
    for number in 0..1000 {
        let key = format!("born-{number}");
        let born = json!({ "property": { "property": "born", "stated": { "value": { "date": "1970" } } } });
        commit(&store, "Born", &[claim(&key, slow, born)]);
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let made = engine.statistics().operations();
    let made = made.iter().find(|(name, _)| name == "Slow");
    let made = made.map_or(0, |(_, counts)| counts.answered());
    assert!(
        made < 500,
        "{made} answers were made for a client that reads none"
    );
    for version in SEEDED + 2..=SEEDED + 1001 {
        let change = events.change().await;
        assert_eq!(number(&change), version);
        // All of them together are many times what the sockets hold.
        assert!(
            change.to_string().len() > 40_000,
            "{}",
            change.to_string().len()
        );
        if version % 20 == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
