//! The ways in which an operation comes to the server, with a token or without one.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use reqwest::header::{ACCEPT, AUTHORIZATION};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::support::TestApp;
use crate::websocket::{Socket, heard, next, say, subscribe};

/// What carries an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    Post,
    Get,
    Events,
    /// A WebSocket that says who it is with its first message, as browsers have to.
    Socket,
    /// A WebSocket whose head bears the token.
    SocketByHeader,
}

impl Transport {
    pub(super) const ALL: [Self; 5] = [
        Self::Post,
        Self::Get,
        Self::Events,
        Self::Socket,
        Self::SocketByHeader,
    ];
}

/// How an operation went.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Went {
    /// It was answered, by HTTP with this status.
    Answered(u16, Value),
    /// The connection was not let in: a status, or the code of a WebSocket's close.
    Refused(u16),
}

impl Went {
    /// The code of the first error; nothing where the answer has data.
    pub(super) fn code(&self) -> Option<String> {
        match self {
            Self::Answered(_, answer) => answer["errors"][0]["extensions"]["code"]
                .as_str()
                .map(str::to_owned),
            Self::Refused(401 | 4403) => Some("UNAUTHENTICATED".to_owned()),
            Self::Refused(other) => Some(other.to_string()),
        }
    }

    pub(super) fn data(&self) -> &Value {
        match self {
            Self::Answered(_, answer) => &answer["data"],
            Self::Refused(code) => panic!("refused with {code}"),
        }
    }
}

/// Asks, and gives the first answer.
pub(super) async fn ask(
    app: &TestApp,
    transport: Transport,
    token: Option<&str>,
    query: &str,
) -> Went {
    match transport {
        Transport::Socket | Transport::SocketByHeader => {
            over_socket(app, transport == Transport::SocketByHeader, token, query).await
        }
        _ => over_http(app, transport, token, query).await,
    }
}

async fn over_http(app: &TestApp, transport: Transport, token: Option<&str>, query: &str) -> Went {
    let url = app.url("/graphql");
    let mut request = match transport {
        Transport::Get => {
            let mut url = reqwest::Url::parse(&url).unwrap();
            url.query_pairs_mut().append_pair("query", query);
            app.client.get(url)
        }
        _ => app.client.post(url).json(&json!({ "query": query })),
    };
    let accept = match transport {
        Transport::Events => "text/event-stream",
        _ => "application/graphql-response+json",
    };
    request = request.header(ACCEPT, accept);
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    let mut response = request.send().await.unwrap();
    let status = response.status().as_u16();
    if transport != Transport::Events || status != 200 {
        let text = response.text().await.unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        let is_operation =
            answer.get("data").is_some() || answer["errors"][0].get("path").is_some();
        return match status {
            401 if !is_operation => Went::Refused(status),
            _ => Went::Answered(status, answer),
        };
    }
    // More may follow, without end.
    let mut text = String::new();
    let first = loop {
        let data = text.split_once("data: ");
        if let Some((first, _)) = data.and_then(|(_, rest)| rest.split_once('\n')) {
            break first;
        }
        let chunk = response.chunk().await.unwrap().unwrap();
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    };
    Went::Answered(status, serde_json::from_str(first).unwrap())
}

/// Opens a WebSocket and says who it is.
pub(super) async fn socket(
    app: &TestApp,
    by_header: bool,
    token: Option<&str>,
) -> Result<Socket, u16> {
    let url = format!("ws://{}/graphql", app.address);
    let mut request = url.into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert(
        "sec-websocket-protocol",
        HeaderValue::from_static("graphql-transport-ws"),
    );
    let line = token.map(|token| format!("Bearer {token}"));
    let mut init = json!({ "type": "connection_init" });
    match line {
        Some(line) if by_header => {
            headers.insert(AUTHORIZATION, HeaderValue::from_str(&line).unwrap());
        }
        Some(line) => init["payload"] = json!({ "authorization": line }),
        None => {}
    }
    let mut socket = match connect_async(request).await {
        Ok((socket, _)) => socket,
        Err(Error::Http(response)) => {
            return Err(response.status().as_u16());
        }
        Err(other) => panic!("{other}"),
    };
    say(&mut socket, init).await;
    // Whoever is not let in hears why.
    match heard(&mut socket).await {
        Some(Message::Text(text)) => {
            assert_eq!(text, r#"{"type":"connection_ack"}"#);
            Ok(socket)
        }
        Some(Message::Close(Some(frame))) => Err(frame.code.into()),
        other => panic!("{other:?}"),
    }
}

async fn over_socket(app: &TestApp, by_header: bool, token: Option<&str>, query: &str) -> Went {
    let mut socket = match socket(app, by_header, token).await {
        Ok(socket) => socket,
        Err(code) => return Went::Refused(code),
    };
    say(&mut socket, subscribe("1", query)).await;
    let told = next(&mut socket).await;
    let answer = match told["type"].as_str() {
        Some("next") => told["payload"].clone(),
        Some("error") => json!({ "errors": told["payload"] }),
        other => panic!("{other:?}"),
    };
    Went::Answered(200, answer)
}
