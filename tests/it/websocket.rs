//! GraphQL over WebSocket. What the protocol says of messages alone is tested beside it; the rest is here.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use onrecord::server::{Http, Options, Origins, Streams};
use onrecord::settings::Size;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, connect_async};

use crate::support::TestApp;

const CURRENT: &str = "graphql-transport-ws";
pub(crate) const OLDER: &str = "graphql-ws";
const RARE: &str = "subscription { clock(everyMilliseconds: 60000) { number } }";

pub(crate) type Socket = WebSocketStream<tokio_tungstenite::MaybeTlsStream<TcpStream>>;

async fn clock(streams: Streams) -> TestApp {
    let options = Options {
        streams,
        ..Options::default()
    };
    TestApp::builder().clock().options(options).start().await
}

pub(crate) async fn connect(
    app: &TestApp,
    protocols: Option<&'static str>,
) -> Result<Socket, Error> {
    let url = format!("ws://{}/graphql", app.address);
    let mut request = url.into_client_request().unwrap();
    if let Some(protocols) = protocols {
        let value = HeaderValue::from_static(protocols);
        request
            .headers_mut()
            .insert("sec-websocket-protocol", value);
    }
    let (socket, response) = connect_async(request).await?;
    if let Some(protocols) = protocols {
        let chosen = response.headers()["sec-websocket-protocol"]
            .to_str()
            .unwrap();
        assert!(protocols.contains(chosen));
    }
    Ok(socket)
}

pub(crate) async fn say(socket: &mut Socket, message: Value) {
    let text = Message::Text(message.to_string().into());
    socket.send(text).await.unwrap();
}

/// The next message that is no ping; nothing when the connection ends without one.
pub(crate) async fn heard(socket: &mut Socket) -> Option<Message> {
    loop {
        let message = tokio::time::timeout(Duration::from_secs(10), socket.next());
        match message.await.expect("something comes")? {
            Ok(Message::Ping(_)) => {}
            Ok(message) => return Some(message),
            Err(_) => return None,
        }
    }
}

pub(crate) async fn next(socket: &mut Socket) -> Value {
    match heard(socket).await {
        Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
        other => panic!("expected a text: {other:?}"),
    }
}

pub(crate) async fn closed(socket: &mut Socket) -> u16 {
    match heard(socket).await {
        Some(Message::Close(Some(frame))) => frame.code.into(),
        other => panic!("expected a close: {other:?}"),
    }
}

pub(crate) async fn acknowledged(app: &TestApp) -> Socket {
    let mut socket = connect(app, Some(CURRENT)).await.unwrap();
    say(&mut socket, json!({ "type": "connection_init" })).await;
    assert_eq!(next(&mut socket).await, json!({ "type": "connection_ack" }));
    socket
}

pub(crate) fn subscribe(id: &str, query: &str) -> Value {
    json!({ "type": "subscribe", "id": id, "payload": { "query": query } })
}

#[tokio::test]
async fn several_operations_run_over_one_connection() {
    let app = clock(Streams::default()).await;
    let mut socket = acknowledged(&app).await;
    say(&mut socket, subscribe("rare", RARE)).await;
    let first = next(&mut socket).await;
    assert_eq!(
        first,
        json!({ "id": "rare", "type": "next", "payload": { "data": { "clock": { "number": 1 } } } })
    );
    say(&mut socket, subscribe("query", "{ __typename }")).await;
    let answer = next(&mut socket).await;
    assert_eq!(
        answer,
        json!({ "id": "query", "type": "next", "payload": { "data": { "__typename": "Query" } } })
    );
    let complete = json!({ "id": "query", "type": "complete" });
    assert_eq!(next(&mut socket).await, complete);
    say(&mut socket, subscribe("bad", "{ nope }")).await;
    let error = next(&mut socket).await;
    assert_eq!(
        (&error["id"], &error["type"]),
        (&json!("bad"), &json!("error"))
    );
    let code = &error["payload"][0]["extensions"]["code"];
    assert_eq!(code, "GRAPHQL_VALIDATION_FAILED");
    say(&mut socket, json!({ "type": "complete", "id": "rare" })).await;
    say(&mut socket, subscribe("rare", "{ __typename }")).await;
    assert_eq!(
        next(&mut socket).await["payload"]["data"]["__typename"],
        "Query"
    );
}

#[tokio::test]
async fn a_client_has_to_say_that_it_is_there() {
    let app = clock(Streams {
        init_timeout: Duration::from_millis(100),
        ..Streams::default()
    })
    .await;
    for protocol in [CURRENT, OLDER] {
        let mut silent = connect(&app, Some(protocol)).await.unwrap();
        assert_eq!(closed(&mut silent).await, 4408, "{protocol}");
    }
    let mut socket = acknowledged(&app).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    say(&mut socket, json!({ "type": "ping" })).await;
    assert_eq!(next(&mut socket).await, json!({ "type": "pong" }));
}

#[tokio::test]
async fn another_sub_protocol_is_not_acceptable() {
    let app = TestApp::seed().await;
    let mut socket = connect(&app, None).await.unwrap();
    assert_eq!(closed(&mut socket).await, 4406);
    assert!(connect(&app, Some("soap")).await.is_err());
}

/// Browsers let any page open a WebSocket and read what comes: only the server can refuse.
#[tokio::test]
async fn pages_of_other_sites_open_no_connection_unless_they_may() {
    let app = TestApp::seed().await;
    let open = async |app: &TestApp, origin: &str| {
        let url = format!("ws://{}/graphql", app.address);
        let mut request = url.into_client_request().unwrap();
        let headers = request.headers_mut();
        let protocol = HeaderValue::from_static(CURRENT);
        headers.insert("sec-websocket-protocol", protocol);
        headers.insert("origin", origin.parse().unwrap());
        match connect_async(request).await {
            Ok(_) => 101,
            Err(Error::Http(response)) => response.status().as_u16(),
            Err(other) => panic!("{other}"),
        }
    };
    let own = format!("http://{}", app.address);
    assert_eq!(open(&app, &own).await, 101);
    for other in ["https://example.org", "null", "http://127.0.0.1:1"] {
        assert_eq!(open(&app, other).await, 403, "{other}");
    }
    let mut options = Options::default();
    let named = HeaderValue::from_static("https://example.org");
    options.http.origins = Origins::Named(vec![named]);
    let app = TestApp::seed_with(options).await;
    assert_eq!(open(&app, "https://example.org").await, 101);
    assert_eq!(open(&app, "https://example.net").await, 403);
}

#[tokio::test]
async fn each_operation_counts_as_a_request_of_its_client() {
    for (protocol, kind) in [(CURRENT, "subscribe"), (OLDER, "start")] {
        let mut options = Options::default();
        options.rate.requests = 1;
        options.rate.burst = 2;
        let app = TestApp::seed_with(options).await;
        let mut socket = connect(&app, Some(protocol)).await.unwrap();
        say(&mut socket, json!({ "type": "connection_init" })).await;
        assert_eq!(next(&mut socket).await["type"], "connection_ack");
        for id in ["1", "2"] {
            let payload = json!({ "query": "{ __typename }" });
            say(
                &mut socket,
                json!({ "type": kind, "id": id, "payload": payload }),
            )
            .await;
        }
        let mut heard = Vec::new();
        while heard.len() < 3 {
            heard.push(next(&mut socket).await);
        }
        let text = serde_json::to_string(&heard).unwrap();
        assert_eq!(text.matches("__typename").count(), 1, "{text}");
        assert_eq!(text.matches("message").count(), 1, "{text}");
    }
}

#[tokio::test]
async fn large_and_binary_messages_close() {
    let options = Options {
        http: Http {
            body_limit: Size(1000),
            ..Http::default()
        },
        ..Options::default()
    };
    let app = TestApp::seed_with(options).await;
    for (size, code) in [(1001, 1009), (100_000, 1002)] {
        let mut found = None;
        // What the server leaves unread resets the connection, which may overtake the close: then it is tried again.
        for _ in 0..50 {
            let mut socket = acknowledged(&app).await;
            let text = Message::Text("x".repeat(size).into());
            socket.send(text).await.ok();
            match heard(&mut socket).await {
                None => {}
                Some(Message::Close(Some(frame))) => {
                    found = Some(u16::from(frame.code));
                    break;
                }
                other => panic!("expected a close: {other:?}"),
            }
        }
        assert_eq!(found, Some(code), "{size}");
    }
    let mut socket = acknowledged(&app).await;
    let ping = json!({ "type": "ping" }).to_string();
    socket.send(Message::Binary(ping.into())).await.unwrap();
    assert_eq!(closed(&mut socket).await, 4400);
}

#[tokio::test]
async fn what_is_no_handshake_is_refused_in_json() {
    let app = TestApp::seed().await;
    let response = app
        .client
        .get(app.url("/graphql"))
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let answer: Value = response.json().await.unwrap();
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"]["code"], "BAD_REQUEST");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with("the WebSocket cannot be opened: "),
        "{message}"
    );
}

/// Bytes that are no frames, frames that lie about their length, and text that is no text.
#[tokio::test]
async fn bytes_that_are_no_frames_end_the_connection_and_nothing_else() {
    let app = TestApp::seed().await;
    let handshake = format!(
        "GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         sec-websocket-protocol: {CURRENT}\r\n\r\n"
    );
    let frames: [&[u8]; 6] = [
        &[0xff; 64],
        &[0x00; 64],
        // Of 2^63 - 1 bytes.
        &[
            0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4,
        ],
        // Not masked.
        &[0x81, 0x02, b'{', b'}'],
        // Not UTF-8.
        &[0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28],
        // A ping that is too long.
        &[0x89, 0xfe, 0xff, 0xff, 0, 0, 0, 0],
    ];
    for frame in frames {
        let mut connection = TcpStream::connect(app.address).await.unwrap();
        connection.write_all(handshake.as_bytes()).await.unwrap();
        connection.write_all(frame).await.unwrap();
        let mut heard = Vec::new();
        let end = connection.read_to_end(&mut heard);
        let ended = tokio::time::timeout(Duration::from_secs(10), end).await;
        // However it ends, be it with a reset.
        assert!(ended.is_ok(), "{frame:?}");
        assert!(heard.starts_with(b"HTTP/1.1 101"), "{frame:?}");
    }
    let mut socket = acknowledged(&app).await;
    say(&mut socket, json!({ "type": "ping" })).await;
    assert_eq!(next(&mut socket).await["type"], "pong");
}

/// Whoever reads also answers our pings; a client that hangs does neither.
#[tokio::test]
async fn a_client_that_is_there_no_more_is_given_up() {
    let app = clock(Streams {
        at_once: 1,
        keep_alive: Duration::from_millis(100),
        ..Streams::default()
    })
    .await;
    for protocol in [CURRENT, OLDER] {
        let mut hangs = connect(&app, Some(protocol)).await.unwrap();
        say(&mut hangs, json!({ "type": "connection_init" })).await;
        let started = Instant::now();
        let mut lives = loop {
            match connect(&app, Some(protocol)).await {
                Ok(socket) => break socket,
                Err(Error::Http(response)) => {
                    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE.as_u16());
                }
                Err(other) => panic!("{other}"),
            }
            assert!(started.elapsed() < Duration::from_secs(5));
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        assert!(started.elapsed() > Duration::from_millis(150), "{protocol}");
        // This one answers pings and stays.
        say(&mut lives, json!({ "type": "connection_init" })).await;
        assert_eq!(next(&mut lives).await["type"], "connection_ack");
        let quiet = tokio::time::timeout(Duration::from_millis(600), async {
            while let Some(Ok(message)) = lives.next().await {
                assert!(matches!(message, Message::Ping(_)), "{message}");
            }
        });
        assert!(quiet.await.is_err(), "{protocol}");
        lives.close(None).await.unwrap();
        drop((hangs, lives));
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_closes_connections_and_says_why() {
    for protocol in [CURRENT, OLDER] {
        let app = clock(Streams::default()).await;
        let mut socket = connect(&app, Some(protocol)).await.unwrap();
        say(&mut socket, json!({ "type": "connection_init" })).await;
        assert_eq!(next(&mut socket).await["type"], "connection_ack");
        let kind = if protocol == CURRENT {
            "subscribe"
        } else {
            "start"
        };
        let start = json!({ "type": kind, "id": "1", "payload": { "query": RARE } });
        say(&mut socket, start).await;
        assert_eq!(
            next(&mut socket).await["payload"]["data"]["clock"]["number"],
            1
        );
        let started = Instant::now();
        let server = app.stop();
        let code = loop {
            match heard(&mut socket).await {
                Some(Message::Close(Some(frame))) => break u16::from(frame.code),
                // The older protocol's transport completes what it breaks off.
                Some(Message::Text(_)) if protocol == OLDER => {}
                other => panic!("{protocol}: {other:?}"),
            }
        };
        assert_eq!(code, 1001, "{protocol}");
        drop(socket);
        server.await.unwrap().unwrap();
        assert!(started.elapsed() < Duration::from_secs(5), "{protocol}");
    }
}

#[tokio::test]
async fn the_older_protocol_is_spoken_with_those_who_know_no_other() {
    let app = clock(Streams {
        operations: 1,
        ..Streams::default()
    })
    .await;
    let mut socket = connect(&app, Some(OLDER)).await.unwrap();
    say(&mut socket, json!({ "type": "connection_init" })).await;
    assert_eq!(next(&mut socket).await["type"], "connection_ack");
    let start =
        |id: &str, query: &str| json!({ "type": "start", "id": id, "payload": { "query": query } });
    say(&mut socket, start("1", "{ __typename }")).await;
    assert_eq!(
        next(&mut socket).await,
        json!({ "type": "data", "id": "1", "payload": { "data": { "__typename": "Query" } } })
    );
    assert_eq!(
        next(&mut socket).await,
        json!({ "type": "complete", "id": "1" })
    );
    say(&mut socket, start("2", RARE)).await;
    assert_eq!(
        next(&mut socket).await["payload"]["data"]["clock"]["number"],
        1
    );
    say(&mut socket, start("3", "{ __typename }")).await;
    let refused = next(&mut socket).await;
    let message = refused["payload"]["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("runs 1 operations"), "{refused}");
}
