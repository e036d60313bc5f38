//! Traces, as a collector receives them.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;

use serde_json::json;

use crate::program::{Program, program, refused};

/// A collector that takes one message, and gives its path and its body.
fn collector() -> (String, mpsc::Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut head = Vec::new();
            let mut length = 0;
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                head.push(line);
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.get_mut().write_all(answer.as_bytes()).unwrap();
            if sender.send((head[0].clone(), body)).is_err() {
                return;
            }
        }
    });
    (format!("http://{address}/v1/traces"), receiver)
}

fn holds(body: &[u8], bytes: &[u8]) -> bool {
    body.windows(bytes.len()).any(|window| window == bytes)
}

#[tokio::test]
async fn an_operation_is_a_span_below_its_caller_with_its_steps() {
    let (endpoint, received) = collector();
    let folder = tempfile::tempdir().unwrap();
    let server = Program::serve(folder.path(), &["--traces-endpoint", &endpoint], &[]);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let query = "query Meetings($secret: Int) { meetings(first: $secret) { totalCount } graph { version } }";
    let asked = client
        .post(format!("http://{}/graphql", server.address))
        .header("x-request-id", "request-7")
        .header(
            "traceparent",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )
        .json(&json!({ "query": query, "variables": { "secret": 7 } }));
    assert_eq!(asked.send().await.unwrap().status().as_u16(), 200);
    // What is left is sent when the server stops.
    server.stop();
    let (line, body) = received.recv().unwrap();
    assert!(line.starts_with("POST /v1/traces "), "{line}");
    for words in [
        "query Meetings",
        "graphql.operation.name",
        "request-7",
        "onrecord",
        "document",
        "variables",
        "plan",
        "arguments",
        "execute",
        "meetings",
        "graph",
    ] {
        assert!(holds(&body, words.as_bytes()), "{words}");
    }
    let trace = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes();
    let parent = 0xb7ad_6b71_6920_3331_u64.to_be_bytes();
    assert!(
        holds(&body, &trace) && holds(&body, &parent),
        "the caller's"
    );
    assert!(!holds(&body, b"totalCount"), "no document is sent");
}

#[test]
fn an_address_that_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut serve = program(folder.path());
    let said = refused(serve.args(["serve", "--traces-endpoint", "localhost:4318"]));
    assert!(
        said.contains("traces.endpoint is \"localhost:4318\": expected"),
        "{said}"
    );
}
