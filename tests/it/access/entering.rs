//! Who is let in, and what answers say of for whom they are.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::time::Duration;

use onrecord::server::{Anonymous, Options};
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY, WWW_AUTHENTICATE,
};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use super::asking::{Transport, Went, ask, socket};
use crate::program::{Program, program, refused};
use crate::support::TestApp;
use crate::websocket::{OLDER, connect, next, say};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const ANYTHING: &str = "{ graph { version } }";

fn options(anonymous: Anonymous) -> Options {
    let mut options = Options::default();
    options.access.anonymous = anonymous;
    options.access.admin_token = Some(TOKEN.into());
    options
}

/// All that reads the record, or changes it.
fn routes(app: &TestApp) -> Vec<(&'static str, RequestBuilder)> {
    let operation = json!({ "query": ANYTHING });
    let address = app.url("/graphql?query={graph{version}}");
    let post = |path: &str| app.client.post(app.url(path)).json(&operation);
    vec![
        ("POST", post("/graphql")),
        ("GET", app.client.get(&address)),
        ("HEAD", app.client.head(&address)),
        (
            "a table",
            app.client.get(&address).header(ACCEPT, "text/csv"),
        ),
        (
            "events",
            post("/graphql").header(ACCEPT, "text/event-stream"),
        ),
        (
            "parts",
            post("/graphql").header(ACCEPT, "multipart/mixed;subscriptionSpec=1.0"),
        ),
        ("another method", app.client.request(Method::PUT, &address)),
        ("citing", post("/cite")),
        ("a citation", app.client.get(app.url("/cite/none"))),
        ("the schema", app.client.get(app.url("/schema.graphql"))),
    ]
}

fn header(response: &Response, name: reqwest::header::HeaderName) -> String {
    let values = response.headers().get_all(name).iter();
    let values: Vec<_> = values.map(|value| value.to_str().unwrap()).collect();
    values.join(", ")
}

#[tokio::test]
async fn a_wrong_token_is_refused_everywhere_and_never_taken_for_nobodys() {
    let app = TestApp::seed_with(options(Anonymous::Reader)).await;
    let lines = [
        "Bearer wrong",
        "Bearer 0123456789abcdef0123456789abcdeF",
        "Bearer",
        "Bearer a b",
        "Basic b25lOnR3bw==",
        "0123456789abcdef0123456789abcdef",
        "Bearer onrecord_00000000_0000000000000000000000000000000000000000000000000000000000000000",
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEiLCJyb2xlIjoiYWRtaW4ifQ.",
    ];
    for line in lines {
        for (name, request) in routes(&app) {
            let response = request.header(AUTHORIZATION, line).send().await.unwrap();
            assert_eq!(response.status().as_u16(), 401, "{name}: {line}");
            assert_eq!(
                header(&response, WWW_AUTHENTICATE),
                "Bearer error=\"invalid_token\"",
                "{name}: {line}"
            );
            assert_eq!(header(&response, CACHE_CONTROL), "private, no-store");
            assert!(header(&response, VARY).contains("authorization"), "{name}");
            if name == "HEAD" {
                continue;
            }
            let text = response.text().await.unwrap();
            let body: Value = serde_json::from_str(&text).unwrap();
            let error = &body["errors"][0];
            assert_eq!(error["extensions"]["code"], "UNAUTHENTICATED", "{text}");
            assert!(body.get("data").is_none(), "{text}");
            for secret in ["wrong", "b25l", "abcdef", "eyJ"] {
                assert!(!text.contains(secret), "{text}");
            }
        }
    }
    // Two lines, of which one might be right.
    let twice = app.client.get(app.url("/schema.graphql"));
    let twice = twice
        .header(AUTHORIZATION, format!("Bearer {TOKEN}"))
        .header(AUTHORIZATION, format!("Bearer {TOKEN}"));
    assert_eq!(twice.send().await.unwrap().status().as_u16(), 401);
    for transport in Transport::ALL {
        let went = ask(&app, transport, Some("wrong"), ANYTHING).await;
        let expected = if transport == Transport::Socket {
            4403
        } else {
            401
        };
        assert_eq!(went, Went::Refused(expected), "{transport:?}");
    }
}

#[tokio::test]
async fn anonymous_reading_can_be_off() {
    let app = TestApp::seed_with(options(Anonymous::Nothing)).await;
    for (name, request) in routes(&app) {
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 401, "{name}");
        assert_eq!(header(&response, WWW_AUTHENTICATE), "Bearer", "{name}");
        if name == "POST" {
            let body: Value = response.json().await.unwrap();
            let error = &body["errors"][0];
            assert_eq!(error["extensions"]["code"], "UNAUTHENTICATED");
            assert!(error["message"].to_string().contains("answers nobody"));
        }
    }
    for (name, request) in routes(&app) {
        let request = request.header(AUTHORIZATION, format!("bearer {TOKEN}"));
        let status = request.send().await.unwrap().status().as_u16();
        assert_ne!(status, 401, "{name}");
    }
    for transport in Transport::ALL {
        let went = ask(&app, transport, None, ANYTHING).await;
        let is_socket = matches!(transport, Transport::Socket | Transport::SocketByHeader);
        let expected = if is_socket { 4403 } else { 401 };
        assert_eq!(went, Went::Refused(expected), "{transport:?}");
        let went = ask(&app, transport, Some(TOKEN), ANYTHING).await;
        assert!(went.data()["graph"]["version"].is_string(), "{transport:?}");
    }
    // Who watches over the server, and who wants to say who they are in GraphiQL, come in.
    for path in ["/healthz", "/readyz", "/metrics", "/graphiql/"] {
        let response = app.client.get(app.url(path)).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200, "{path}");
    }
}

#[tokio::test]
async fn a_field_for_some_alone_is_refused_over_every_transport_that_carries_it() {
    let app = TestApp::builder()
        .clock()
        .options(options(Anonymous::Reader))
        .start()
        .await;
    let query = "subscription { late: editorsClock(everyMilliseconds: 1, count: 1) { number } }";
    for transport in [
        Transport::Events,
        Transport::Socket,
        Transport::SocketByHeader,
    ] {
        let went = ask(&app, transport, None, query).await;
        assert_eq!(went.code().as_deref(), Some("UNAUTHENTICATED"), "{went:?}");
        let Went::Answered(200, answer) = went else {
            panic!("{went:?}")
        };
        let error = &answer["errors"][0];
        assert_eq!(error["path"], json!(["late"]));
        let message = error["message"].as_str().unwrap();
        assert!(
            message.starts_with("`editorsClock` needs the role editor"),
            "{message}"
        );
        let went = ask(&app, transport, Some(TOKEN), query).await;
        assert_eq!(went.data()["late"]["number"], 1, "{transport:?}");
    }
    // What is skipped is not used.
    let skipped = "subscription { clock(everyMilliseconds: 1, count: 1) { number }
                   ... @skip(if: true) { editorsClock(everyMilliseconds: 1) { number } } }";
    let went = ask(&app, Transport::Events, None, skipped).await;
    assert_eq!(went.code().as_deref(), Some("GRAPHQL_VALIDATION_FAILED"));
    let sdl = app.client.get(app.url("/schema.graphql")).send().await;
    let sdl = sdl.unwrap().text().await.unwrap();
    assert!(
        sdl.contains("The same for some alone. Needs the role EDITOR."),
        "what may not be used may be seen"
    );
}

/// With the default role of an own machine, everything is open, and the greeting says so.
#[tokio::test]
async fn an_open_server_warns() {
    let app = TestApp::builder()
        .clock()
        .options(options(Anonymous::Editor))
        .start()
        .await;
    let query = "subscription { editorsClock(everyMilliseconds: 1, count: 1) { number } }";
    let went = ask(&app, Transport::Socket, None, query).await;
    assert_eq!(went.data()["editorsClock"]["number"], 1);
    // What is for editors stays out of caches.
    let read = app.client.get(app.url("/graphql?query={graph{version}}"));
    let read = read.send().await.unwrap();
    assert_eq!(header(&read, CACHE_CONTROL), "private, no-store");

    let folder = tempfile::tempdir().unwrap();
    let mut serve = program(folder.path());
    serve.args(["serve", "--production", "--access-anonymous", "editor"]);
    assert!(refused(&mut serve).contains("expected reader or none"));
    let mut serve = program(folder.path());
    serve.args(["serve", "--production", "--access-admin-token", "short"]);
    assert!(refused(&mut serve).contains("at least 32"));
    let mut serve = program(folder.path());
    serve.args(["serve", "--access-anonymous", "anybody"]);
    assert!(refused(&mut serve).contains("expected none, reader, contributor or editor"));
    let variables = [("ONRECORD_ACCESS_ADMIN_TOKEN", TOKEN)];
    let server = Program::serve(folder.path(), &["--access-anonymous", "none"], &variables);
    let url = format!(
        "http://{}/graphql?query={{graph{{version}}}}",
        server.address
    );
    let ask = app.client.get(&url).send().await.unwrap();
    assert_eq!(ask.status().as_u16(), 401);
    let ask = app
        .client
        .get(&url)
        .bearer_auth(TOKEN)
        .send()
        .await
        .unwrap();
    assert_eq!(ask.status().as_u16(), 200);
    let said = server.stop();
    assert!(!said.contains(TOKEN), "{said}");
}

#[tokio::test]
async fn an_answer_for_somebody_is_kept_by_no_cache_and_its_tag_is_theirs() {
    let mut options = options(Anonymous::Reader);
    options.http.max_age = Duration::from_secs(60);
    let app = TestApp::seed_with(options).await;
    let ask = async |token: Option<&str>, tag: Option<&str>| {
        let mut request = app.client.get(app.url("/graphql?query={graph{version}}"));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(tag) = tag {
            request = request.header(IF_NONE_MATCH, tag);
        }
        request.send().await.unwrap()
    };
    let open = ask(None, None).await;
    assert_eq!(header(&open, CACHE_CONTROL), "public, max-age=60");
    assert!(header(&open, VARY).contains("authorization"));
    let theirs = ask(Some(TOKEN), None).await;
    assert_eq!(header(&theirs, CACHE_CONTROL), "private, no-store");
    let (open, theirs) = (header(&open, ETAG), header(&theirs, ETAG));
    assert_ne!(open, theirs);
    for (token, tag, status) in [
        (None, &open, 304),
        (Some(TOKEN), &theirs, 304),
        (None, &theirs, 200),
        (Some(TOKEN), &open, 200),
    ] {
        let answer = ask(token, Some(tag)).await;
        assert_eq!(answer.status().as_u16(), status, "{token:?} {tag}");
    }
}

/// Browsers ask beforehand whether they may send a token, and do not send it with that question.
#[tokio::test]
async fn pages_of_other_sites_may_send_a_token_where_they_may_ask() {
    let mut options = options(Anonymous::Nothing);
    options.http.origins = onrecord::server::Origins::Any;
    let app = TestApp::seed_with(options).await;
    let asked = app
        .client
        .request(Method::OPTIONS, app.url("/graphql"))
        .header("origin", "https://a.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization")
        .send()
        .await
        .unwrap();
    assert_eq!(asked.status().as_u16(), 200);
    let allowed = asked.headers()["access-control-allow-headers"].to_str();
    assert!(allowed.unwrap().contains("authorization"));
    let refused = app.client.get(app.url("/graphql?query={graph{version}}"));
    let refused = refused.header("origin", "https://a.example").send().await;
    let refused = refused.unwrap();
    assert_eq!(refused.status().as_u16(), 401);
    assert_eq!(refused.headers()["access-control-allow-origin"], "*");
}

/// The first message may say who it is even where the head has said it: what is said last counts.
#[tokio::test]
async fn a_socket_is_who_it_says_it_is() {
    let app = TestApp::seed_with(options(Anonymous::Nothing)).await;
    for (by_header, token, expected) in [
        (false, Some(TOKEN), None),
        (true, Some(TOKEN), None),
        (false, None, Some(4403)),
        (true, None, Some(4403)),
        (false, Some("wrong"), Some(4403)),
        (true, Some("wrong"), Some(401)),
    ] {
        let opened = socket(&app, by_header, token).await;
        assert_eq!(opened.err(), expected, "{by_header} {token:?}");
    }
}

/// Clients that know no other protocol say it the same way.
#[tokio::test]
async fn the_older_protocol_lets_nobody_in_who_is_not_let_in_elsewhere() {
    let app = TestApp::seed_with(options(Anonymous::Nothing)).await;
    for (token, may) in [(Some(TOKEN), true), (Some("wrong"), false), (None, false)] {
        let mut open = connect(&app, Some(OLDER)).await.unwrap();
        let mut init = json!({ "type": "connection_init" });
        if let Some(token) = token {
            init["payload"] = json!({ "Authorization": format!("Bearer {token}") });
        }
        say(&mut open, init).await;
        let told = next(&mut open).await;
        let kind = if may {
            "connection_ack"
        } else {
            "connection_error"
        };
        assert_eq!(told["type"], kind, "{told}");
        if may {
            let start = json!({ "type": "start", "id": "1", "payload": { "query": ANYTHING } });
            say(&mut open, start).await;
            let told = next(&mut open).await;
            assert!(told["payload"]["data"]["graph"].is_object(), "{told}");
        }
    }
}
