//! Clients that do not read what they asked for.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::time::Duration;

use onrecord::server::{Http, Options, Streams};
use onrecord::settings::Size;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};

use crate::support::TestApp;
use crate::websocket::{acknowledged, next, say, subscribe};

const PATIENCE: Duration = Duration::from_millis(400);
const LONG: Duration = Duration::from_secs(60);
const MEBIBYTE: usize = 1 << 20;
/// What a client's system takes of an answer that the client does not read.
const BUFFER: u32 = 64 * 1024;

/// An operation with an answer of several mebibytes.
fn large() -> String {
    let type_of = "type { kind name ofType { kind name ofType { kind name ofType { name } } } }";
    let all = format!(
        "types {{ name description fields {{ name description args {{ name description {type_of} }} {type_of} }} }}"
    );
    let times = (0..8).map(|number| format!("a{number}: __schema {{ ...All }}"));
    let times: Vec<_> = times.collect();
    format!(
        "{{ {} }} fragment All on __Schema {{ {all} }}",
        times.join(" ")
    )
}

async fn app(answers: Size, write_timeout: Duration, streams: Streams) -> TestApp {
    let options = Options {
        http: Http {
            write_timeout,
            ..Http::default()
        },
        streams,
        ..Options::default()
    };
    TestApp::builder()
        .limits(|limits| {
            limits.introspection = u64::MAX;
            limits.answers = answers;
        })
        .options(options)
        .start()
        .await
}

/// Asks, and reads nothing.
async fn ask(app: &TestApp, query: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(BUFFER).unwrap();
    let mut stream = socket.connect(app.address).await.unwrap();
    let body = json!({ "query": query }).to_string();
    let length = body.len();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Reads to the end with pauses, and tells whether all has come that the head announces.
async fn is_whole(mut stream: TcpStream, pause: Duration) -> bool {
    let mut heard = Vec::new();
    let mut piece = vec![0; 512 * 1024];
    while let Ok(length) = stream.read(&mut piece).await {
        if length == 0 {
            break;
        }
        heard.extend_from_slice(&piece[..length]);
        sleep(pause).await;
    }
    let end = heard
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let head = String::from_utf8_lossy(&heard[..end]).to_lowercase();
    let announced = head.split("content-length: ").nth(1).unwrap();
    let announced: usize = announced.lines().next().unwrap().parse().unwrap();
    assert!(announced > 4 * MEBIBYTE, "{announced}");
    heard.len() == end + 4 + announced
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_takes_nothing_of_its_answer_is_given_up() {
    let app = app(Size(64 * MEBIBYTE), PATIENCE, Streams::default()).await;
    let never = ask(&app, &large()).await;
    let slow = ask(&app, &large()).await;
    assert!(is_whole(slow, PATIENCE / 20).await, "slow, but it reads");
    // The answer takes a while to be made; then nothing of it is taken.
    sleep(PATIENCE * 6).await;
    assert!(!is_whole(never, Duration::ZERO).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_answers_that_are_not_read_leave_no_room_for_more_of_them() {
    let app = app(Size(8 * MEBIBYTE), LONG, Streams::default()).await;
    let unread = ask(&app, &large()).await;
    // Its head tells that it is made.
    unread.readable().await.unwrap();
    let refused = app.query(&large(), json!({})).await;
    let error = &refused["errors"][0];
    assert_eq!(error["extensions"]["code"], "BUDGET_EXCEEDED", "{error}");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("8388608 bytes"), "{message}");
    let small = app.query("{ graph { version } }", json!({})).await;
    assert!(small["data"]["graph"].is_object(), "{small}");

    drop(unread);
    let again = async {
        while app.query(&large(), json!({})).await["data"].is_null() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(30), again).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_a_websocket_is_told_when_it_is_read() {
    let streams = Streams {
        unread: Size(1),
        ..Streams::default()
    };
    let app = app(Size(64 * MEBIBYTE), LONG, streams).await;
    let mut socket = acknowledged(&app).await;
    let query = large().replace("a7:", "b7:");
    for id in 0..6 {
        say(&mut socket, subscribe(&id.to_string(), &query)).await;
    }
    sleep(PATIENCE / 2).await;
    let (mut answers, mut complete) = (0, 0);
    while complete < 6 {
        let told = next(&mut socket).await;
        match told["type"].as_str() {
            Some("next") => {
                assert!(told["payload"]["data"]["b7"].is_object());
                answers += 1;
            }
            _ => {
                assert_eq!(told["type"], "complete");
                complete += 1;
            }
        }
    }
    assert_eq!(answers, 6);
}
