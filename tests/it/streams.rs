//! Operations whose answers go on, over HTTP: server-sent events and multipart answers.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::time::{Duration, Instant};

use onrecord::server::{Options, Streams};
use reqwest::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::support::TestApp;

const EVENTS: &str = "text/event-stream";
const PARTS: &str = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,\
                     application/graphql-response+json,application/json;q=0.9";
const THREE: &str = "subscription { clock(everyMilliseconds: 10, count: 3) { number } }";
/// Ticks at once, and then not for a minute.
const RARE: &str = "subscription { clock(everyMilliseconds: 60000) { number } }";

async fn clock(streams: Streams) -> TestApp {
    let options = Options {
        streams,
        ..Options::default()
    };
    TestApp::builder().clock().options(options).start().await
}

async fn post(app: &TestApp, accept: &str, query: &str) -> Response {
    app.client
        .post(app.url("/graphql"))
        .header(ACCEPT, accept)
        .json(&json!({ "query": query }))
        .send()
        .await
        .unwrap()
}

/// Reads on until this has come, and gives all that has.
async fn read_until(response: &mut Response, wanted: &str) -> String {
    let mut text = String::new();
    while !text.contains(wanted) {
        let chunk = tokio::time::timeout(Duration::from_secs(10), response.chunk())
            .await
            .unwrap_or_else(|_| panic!("no {wanted:?} comes after {text:?}"))
            .unwrap()
            .unwrap_or_else(|| panic!("it ends without {wanted:?}: {text:?}"));
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    text
}

fn next(data: &Value) -> String {
    format!("event: next\ndata: {data}\n\n")
}

fn tick(number: u32) -> Value {
    json!({ "data": { "clock": { "number": number } } })
}

#[tokio::test]
async fn a_subscription_comes_as_events_and_is_completed() {
    let app = clock(Streams::default()).await;
    let response = post(&app, EVENTS, THREE).await;
    assert_eq!(response.status(), StatusCode::OK);
    let kind = response.headers()[CONTENT_TYPE].to_str().unwrap();
    assert_eq!(kind, "text/event-stream; charset=utf-8");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let ticks: String = (1..=3).map(|number| next(&tick(number))).collect();
    let expected = format!(":\n\n{ticks}event: complete\ndata: \n\n");
    assert_eq!(response.text().await.unwrap(), expected);

    // The browsers' own client asks by GET.
    let got = app
        .client
        .get(app.url(&format!("/graphql?query={}", THREE.replace(' ', "+"))))
        .header(ACCEPT, EVENTS)
        .send()
        .await
        .unwrap();
    assert_eq!(got.text().await.unwrap(), expected);
}

#[tokio::test]
async fn queries_and_refusals_come_as_one_event() {
    let app = clock(Streams::default()).await;
    let cases = [
        ("{ __typename }", r#"{"data":{"__typename":"Query"}}"#),
        ("{ nope }", r#"{"errors":[{"message":"Cannot query field"#),
        (
            "subscription { clock(everyMilliseconds: 0) { number } }",
            r#"{"errors":[{"message":"clock: everyMilliseconds is 0: expected a number from 1 to 60000""#,
        ),
        (
            "subscription { clock(everyMilliseconds: 1) @skip(if: true) { number } }",
            r#"{"errors":[{"message":"#,
        ),
        (
            "subscription { a: clock(everyMilliseconds: 1) { number } b: clock(everyMilliseconds: 1) { number } }",
            r#"{"errors":[{"message":"#,
        ),
    ];
    for (query, expected) in cases {
        let text = post(&app, EVENTS, query).await.text().await.unwrap();
        let beginning = format!(":\n\nevent: next\ndata: {expected}");
        assert!(text.starts_with(&beginning), "{query}: {text}");
        assert_eq!(text.matches("event: next").count(), 1, "{query}: {text}");
        assert!(text.ends_with("\n\nevent: complete\ndata: \n\n"), "{text}");
    }
}

#[tokio::test]
async fn a_subscription_comes_as_parts_for_apollos_clients() {
    let app = clock(Streams::default()).await;
    let response = post(&app, PARTS, THREE).await;
    assert_eq!(response.status(), StatusCode::OK);
    let kind = response.headers()[CONTENT_TYPE].to_str().unwrap();
    assert_eq!(
        kind,
        "multipart/mixed; boundary=graphql; subscriptionSpec=1.0"
    );
    let text = response.text().await.unwrap();
    let parts: Vec<&str> = text.split("\r\n--graphql").collect();
    assert_eq!(parts.len(), 5, "{text}");
    for (number, part) in (1..).zip(&parts[1..4]) {
        let payload = json!({ "payload": tick(number) });
        let expected = format!("\r\nContent-Type: application/json\r\n\r\n{payload}");
        assert_eq!(*part, expected);
    }
    assert_eq!((parts[0], parts[4]), ("", "--\r\n"));
}

/// Each answer is one execution, on what is on record then.
#[tokio::test]
async fn each_event_is_answered_from_what_is_on_record_then() {
    let app = TestApp::builder().clock().citations().start().await;
    let query = "subscription { clock(everyMilliseconds: 20) { query { graph { version } } } }";
    let mut response = post(&app, EVENTS, query).await;
    read_until(&mut response, r#""version":"2""#).await;
    let cited = app
        .client
        .post(app.url("/cite"))
        .json(&json!({ "query": "{ graph { entities } }" }))
        .send()
        .await
        .unwrap();
    assert_eq!(cited.status(), StatusCode::CREATED);
    read_until(&mut response, r#""version":"3""#).await;
}

#[tokio::test]
async fn a_subscription_wants_a_transport_for_many_answers() {
    let app = clock(Streams::default()).await;
    for accept in [
        "*/*",
        "application/json",
        "text/*",
        "multipart/mixed",
        "multipart/mixed;deferSpec=20220824, application/json",
    ] {
        let response = post(&app, accept, THREE).await;
        if accept == "multipart/mixed" {
            assert_eq!(response.status(), StatusCode::NOT_ACCEPTABLE);
            continue;
        }
        let answer: Value = response.json().await.unwrap();
        let error = &answer["errors"][0];
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("text/event-stream"), "{accept}: {answer}");
        assert_eq!(
            error["extensions"]["code"], "OPERATION_RESOLUTION_FAILURE",
            "{accept}"
        );
        assert!(answer.get("data").is_none(), "{accept}: {answer}");
    }
    // Nor can what goes on be cited.
    let response = app
        .client
        .post(app.url("/graphql"))
        .header(ACCEPT, EVENTS)
        .header("onrecord-cite", "1")
        .json(&json!({ "query": THREE }))
        .send()
        .await
        .unwrap();
    let text = response.text().await.unwrap();
    assert!(text.contains("a subscription has many"), "{text}");
}

#[tokio::test]
async fn there_is_no_clock_unless_it_is_asked_for() {
    let app = TestApp::seed().await;
    let schema = app.client.get(app.url("/schema.graphql")).send().await;
    let schema = schema.unwrap().text().await.unwrap();
    assert!(schema.contains("type Subscription") && !schema.contains("clock("));
    let text = post(&app, EVENTS, THREE).await.text().await.unwrap();
    assert!(text.contains("Cannot query field"), "{text}");
}

/// A coder would keep events back until it has enough of them.
#[tokio::test]
async fn events_come_at_once_whatever_codings_a_client_takes() {
    let app = clock(Streams::default()).await;
    for accept in [EVENTS, PARTS] {
        let mut response = app
            .client
            .post(app.url("/graphql"))
            .header(ACCEPT, accept)
            .header("accept-encoding", "gzip, br, zstd")
            .json(&json!({ "query": RARE }))
            .send()
            .await
            .unwrap();
        assert!(!response.headers().contains_key("content-encoding"));
        read_until(&mut response, &tick(1).to_string()).await;
    }
}

#[tokio::test]
async fn silence_is_filled() {
    let app = clock(Streams {
        keep_alive: Duration::from_millis(50),
        ..Streams::default()
    })
    .await;
    let mut events = post(&app, EVENTS, RARE).await;
    let text = read_until(&mut events, "\n\n:\n\n:\n\n").await;
    assert_eq!(text.matches("event: next").count(), 1, "{text}");
    let mut parts = post(&app, PARTS, RARE).await;
    let text = read_until(&mut parts, "\r\n\r\n{}\r\n--graphql").await;
    assert_eq!(text.matches("payload").count(), 1, "{text}");
}

/// A client that comes back finds the next server; one that is told of completion would not come back.
#[tokio::test(flavor = "multi_thread")]
async fn stopping_breaks_streams_off_and_says_so_where_it_can() {
    let app = clock(Streams::default()).await;
    let mut events = post(&app, EVENTS, RARE).await;
    let mut parts = post(&app, PARTS, RARE).await;
    read_until(&mut events, &tick(1).to_string()).await;
    read_until(&mut parts, &tick(1).to_string()).await;
    let started = Instant::now();
    let server = app.stop();
    let rest = events.text().await.unwrap();
    assert_eq!(rest, "");
    let rest = parts.text().await.unwrap();
    assert!(
        rest.contains(r#"{"payload":null,"errors":[{"message":"the server stops"#),
        "{rest}"
    );
    assert!(rest.ends_with("\r\n--graphql--\r\n"), "{rest}");
    server.await.unwrap().unwrap();
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn there_are_only_so_many_streams_at_once() {
    let app = clock(Streams {
        at_once: 2,
        of_one_address: 1,
        ..Streams::default()
    })
    .await;
    let mut first = post(&app, EVENTS, RARE).await;
    read_until(&mut first, "event: next").await;
    let second = post(&app, PARTS, RARE).await;
    assert_eq!(second.status(), StatusCode::TOO_MANY_REQUESTS);
    let answer: Value = second.json().await.unwrap();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "LIMIT_EXCEEDED");
    // What is answered once is not counted.
    let plain = post(&app, "application/json", "{ __typename }").await;
    assert_eq!(plain.status(), StatusCode::OK);
    // There is room when the client is gone.
    drop(first);
    let started = Instant::now();
    while post(&app, EVENTS, "{ __typename }").await.status() != StatusCode::OK {
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "it is still held"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    let app = clock(Streams {
        at_once: 1,
        ..Streams::default()
    })
    .await;
    let mut first = post(&app, EVENTS, RARE).await;
    read_until(&mut first, "event: next").await;
    let second = post(&app, EVENTS, RARE).await;
    assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(second.headers()[RETRY_AFTER], "1");
}

/// A query over a stream was prepared twice, and so counted as a document that is known.
#[tokio::test]
async fn an_operation_over_a_stream_is_counted_once() {
    let app = clock(Streams::default()).await;
    for query in ["query Once { graph { version } }", THREE] {
        let mut response = post(&app, EVENTS, query).await;
        read_until(&mut response, "event: complete").await;
    }
    let metrics = app.client.get(app.url("/metrics")).send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    for expected in [
        "onrecord_documents_total{cache=\"hit\"} 0\n",
        "onrecord_documents_total{cache=\"miss\"} 2\n",
        "onrecord_operations_total{operation=\"Once\",outcome=\"answered\"} 1\n",
        "onrecord_operations_total{operation=\"(unnamed)\",outcome=\"answered\"} 3\n",
    ] {
        assert!(metrics.contains(expected), "{expected:?} in\n{metrics}");
    }
}
