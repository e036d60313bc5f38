//! What `/graphql` and its neighbours promise over HTTP, whatever the graph holds.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use onrecord::server::Options;
use onrecord::settings::Size;
use reqwest::header::{
    ACCEPT, ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION,
    VARY,
};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{TestApp, package_path};

const JSON: &str = "application/json";
const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";
const TYPENAME: &str = r#"{"query":"{ __typename }"}"#;

/// A POST of `body`, declared as JSON.
async fn post(app: &TestApp, accept: &str, body: impl Into<reqwest::Body>) -> Response {
    app.client
        .post(app.url("/graphql"))
        .header(CONTENT_TYPE, JSON)
        .header(ACCEPT, accept)
        .body(body)
        .send()
        .await
        .unwrap()
}

/// A GET with these parameters in the address.
async fn get(app: &TestApp, accept: &str, parameters: &[(&str, &str)]) -> Response {
    let mut url = reqwest::Url::parse(&app.url("/graphql")).unwrap();
    url.query_pairs_mut().extend_pairs(parameters);
    app.client
        .get(url)
        .header(ACCEPT, accept)
        .send()
        .await
        .unwrap()
}

fn header(response: &Response, name: reqwest::header::HeaderName) -> &str {
    response
        .headers()
        .get(&name)
        .map_or("", |value| value.to_str().unwrap())
}

/// The one error of a refusal: its message. The shape and the code are checked here.
async fn refused(response: Response, status: u16, code: &str) -> String {
    assert_eq!(response.status(), status);
    let kind = header(&response, CONTENT_TYPE).to_owned();
    assert!(kind.starts_with("application/"), "{kind}");
    assert!(kind.contains("json"), "{kind}");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body.as_object().unwrap().len(), 1, "only `errors`: {body}");
    assert_eq!(body["errors"].as_array().unwrap().len(), 1, "{body}");
    assert_eq!(body["errors"][0]["extensions"]["code"], code, "{body}");
    body["errors"][0]["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_query_is_answered_over_post_and_get() {
    let app = TestApp::seed().await;
    let expected = json!({ "data": { "__typename": "Query" } });
    assert_eq!(app.query("{ __typename }", json!({})).await, expected);

    let response = get(
        &app,
        JSON,
        &[("query", "query A { __typename }"), ("operationName", "A")],
    )
    .await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.json::<Value>().await.unwrap(), expected);

    let by_name = [
        (
            "query",
            "query T($name: String!) { __type(name: $name) { name } }",
        ),
        ("variables", r#"{"name":"Query"}"#),
        ("extensions", "{}"),
    ];
    let answer: Value = get(&app, JSON, &by_name).await.json().await.unwrap();
    assert_eq!(answer, json!({ "data": { "__type": { "name": "Query" } } }));
}

#[tokio::test]
async fn the_accept_header_decides_the_media_type() {
    let app = TestApp::seed().await;
    for (accept, expected) in [
        (JSON, JSON),
        (GRAPHQL_RESPONSE, GRAPHQL_RESPONSE),
        ("*/*", JSON),
        ("application/*;q=0.3", JSON),
        (
            "application/graphql-response+json, application/json;q=0.9",
            GRAPHQL_RESPONSE,
        ),
        (
            "application/graphql-response+json;q=0.1, application/json;q=0.9",
            JSON,
        ),
        (
            "application/graphql-response+json; charset=utf-8",
            GRAPHQL_RESPONSE,
        ),
    ] {
        let response = post(&app, accept, TYPENAME).await;
        assert_eq!(response.status(), StatusCode::OK, "{accept}");
        assert_eq!(
            header(&response, CONTENT_TYPE),
            format!("{expected}; charset=utf-8"),
            "{accept}"
        );
        assert_eq!(header(&response, VARY), "accept");
    }
    let response = post(&app, "text/calendar, image/*", TYPENAME).await;
    assert_eq!(header(&response, VARY), "accept");
    let message = refused(response, 406, "NOT_ACCEPTABLE").await;
    assert!(
        message.contains("`text/calendar, image/*`") && message.contains(GRAPHQL_RESPONSE),
        "{message}"
    );
}

#[tokio::test]
async fn the_media_type_decides_the_status_of_request_errors() {
    let app = TestApp::seed().await;
    for body in [
        json!({ "query": "{" }),
        json!({ "query": "{ noSuchFieldAnywhere }" }),
        json!({ "query": "query($id: ID!) { __typename }", "variables": { "id": null } }),
        json!({ "query": "{ __typename }", "operationName": "Missing" }),
        json!({ "query": "" }),
    ] {
        for (accept, status) in [
            (JSON, StatusCode::OK),
            (GRAPHQL_RESPONSE, StatusCode::BAD_REQUEST),
        ] {
            let response = post(&app, accept, body.to_string()).await;
            assert_eq!(response.status(), status, "{body} as {accept}");
            let answer: Value = response.json().await.unwrap();
            assert!(answer.get("data").is_none(), "{body}: {answer}");
            assert!(
                !answer["errors"].as_array().unwrap().is_empty(),
                "{body}: {answer}"
            );
        }
    }
}

#[tokio::test]
async fn a_malformed_request_is_400_in_both_media_types() {
    let app = TestApp::seed().await;
    for (body, expected) in [
        ("", "the request body is empty"),
        ("{ \"query\": ", "not valid JSON at line 1, column 11"),
        (
            "[{\"query\":\"{ __typename }\"}]",
            "this server takes no batches",
        ),
        ("\"{ __typename }\"", "the request body is a string"),
        (
            "{\"qeury\":\"{ __typename }\"}",
            "the request has no `query`",
        ),
        ("{\"query\":7}", "`query` is a number: expected a string"),
        (
            "{\"query\":\"{a}\",\"variables\":[]}",
            "`variables` is an array: expected an object",
        ),
        (
            "{\"query\":\"{a}\",\"operationName\":{}}",
            "`operationName` is an object: expected a string",
        ),
        (
            "{\"query\":\"{a}\",\"extensions\":\"\"}",
            "`extensions` is a string: expected an object",
        ),
        (
            "{\"query\":\"{a}\",\"query\":\"{b}\"}",
            "`query` is given more than once",
        ),
    ] {
        for accept in [JSON, GRAPHQL_RESPONSE] {
            let response = post(&app, accept, body).await;
            assert!(
                header(&response, CONTENT_TYPE).starts_with(accept),
                "{body}"
            );
            let message = refused(response, 400, "BAD_REQUEST").await;
            assert!(message.contains(expected), "{body}: {message}");
        }
    }
    let bad_variables = [("query", "{ __typename }"), ("variables", "{")];
    let message = refused(get(&app, JSON, &bad_variables).await, 400, "BAD_REQUEST").await;
    assert!(
        message.contains("`variables` is not valid JSON at line 1, column 1"),
        "{message}"
    );
    let message = refused(get(&app, JSON, &[]).await, 400, "BAD_REQUEST").await;
    assert!(message.contains("no `query`"), "{message}");
}

#[tokio::test]
async fn unknown_members_are_ignored() {
    let app = TestApp::seed().await;
    let response = post(
        &app,
        JSON,
        r#"{"query":"{ __typename }","id":"x","doc":{}}"#,
    )
    .await;
    assert_eq!(
        response.json::<Value>().await.unwrap(),
        json!({ "data": { "__typename": "Query" } })
    );
}

/// A page of another site can send these without asking first: none may reach the engine.
#[tokio::test]
async fn only_json_reaches_the_engine() {
    let app = TestApp::seed().await;
    for kind in [
        "text/plain",
        "text/plain;charset=utf-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
    ] {
        let response = app
            .client
            .post(app.url("/graphql"))
            .header(CONTENT_TYPE, kind)
            .body(TYPENAME)
            .send()
            .await
            .unwrap();
        refused(response, 415, "UNSUPPORTED_MEDIA_TYPE").await;
    }
    let bare = app
        .client
        .post(app.url("/graphql"))
        .body(TYPENAME)
        .send()
        .await
        .unwrap();
    let message = refused(bare, 415, "UNSUPPORTED_MEDIA_TYPE").await;
    assert!(message.contains("no content-type"), "{message}");

    let packed = app
        .client
        .post(app.url("/graphql"))
        .header(CONTENT_TYPE, JSON)
        .header(CONTENT_ENCODING, "gzip")
        .body(TYPENAME)
        .send()
        .await
        .unwrap();
    let message = refused(packed, 415, "UNSUPPORTED_MEDIA_TYPE").await;
    assert!(message.contains("`gzip`"), "{message}");
}

#[tokio::test]
async fn get_never_runs_a_mutation() {
    let app = TestApp::seed().await;
    let known = "mutation Known { __typename }";
    // A document that the server knows already is no exception.
    let posted = app.query(known, serde_json::json!({})).await;
    assert_eq!(posted["data"]["__typename"], "Mutation");
    for accept in [JSON, GRAPHQL_RESPONSE] {
        for parameters in [
            vec![("query", known)],
            vec![("query", "mutation { __typename }")],
            vec![
                ("query", "query A { __typename } mutation B { __typename }"),
                ("operationName", "B"),
            ],
        ] {
            let response = get(&app, accept, &parameters).await;
            assert_eq!(header(&response, ALLOW), "POST");
            refused(response, 405, "METHOD_NOT_ALLOWED").await;
        }
    }
}

#[tokio::test]
async fn other_methods_are_refused_with_those_that_work() {
    let app = TestApp::seed().await;
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        let request = app.client.request(method.clone(), app.url("/graphql"));
        let response = request
            .header(CONTENT_TYPE, JSON)
            .body(TYPENAME)
            .send()
            .await
            .unwrap();
        assert_eq!(header(&response, ALLOW), "GET, HEAD, OPTIONS, POST");
        let message = refused(response, 405, "METHOD_NOT_ALLOWED").await;
        assert!(message.contains(method.as_str()), "{message}");
    }
    let response = app.client.post(app.url("/healthz")).send().await.unwrap();
    assert!(header(&response, ALLOW).contains("GET"));
    refused(response, 405, "METHOD_NOT_ALLOWED").await;
}

#[tokio::test]
async fn options_names_the_methods_and_lets_no_other_site_in() {
    let app = TestApp::seed().await;
    let response = app
        .client
        .request(Method::OPTIONS, app.url("/graphql"))
        .header("origin", "https://elsewhere.example")
        .header("access-control-request-method", "POST")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(header(&response, ALLOW), "GET, HEAD, OPTIONS, POST");
    assert!(
        !response
            .headers()
            .contains_key("access-control-allow-origin")
    );
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let app = TestApp::seed().await;
    let url = app.url("/graphql?query=%7B__typename%7D");
    let whole = app.client.get(&url).send().await.unwrap();
    let head = app.client.head(&url).send().await.unwrap();
    assert_eq!(head.status(), StatusCode::OK);
    assert_eq!(header(&head, CONTENT_TYPE), header(&whole, CONTENT_TYPE));
    assert_eq!(
        header(&head, CONTENT_LENGTH),
        whole.content_length().unwrap().to_string()
    );
    assert!(head.bytes().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_and_one_at_the_limit_is_read() {
    let mut options = Options::default();
    options.http.body_limit = Size(1000);
    let app = TestApp::builder()
        .ontology(package_path("schema/ontology.graphql"))
        .seed(None)
        .options(options)
        .start()
        .await;
    let padded = |length: usize| TYPENAME.to_owned() + &" ".repeat(length - TYPENAME.len());
    assert_eq!(
        post(&app, JSON, padded(1000)).await.status(),
        StatusCode::OK
    );

    let message = refused(
        post(&app, JSON, padded(1001)).await,
        413,
        "PAYLOAD_TOO_LARGE",
    )
    .await;
    assert!(message.contains("1000 bytes"), "{message}");

    // Far more than the buffers between client and server hold: a client that writes all before
    // it reads must still get the answer, and not a broken connection.
    let large = format!("{}{}", head(8_000_000), padded(8_000_000));
    let answer = talk(app.address, large).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    // In chunks, so without an announced length.
    let chunks = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {JSON}\r\n\
         transfer-encoding: chunked\r\n\r\n7d0\r\n{}\r\n0\r\n\r\n",
        padded(2000)
    );
    let answer = talk(app.address, chunks).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let mut options = Options::default();
    options.http.request_timeout = Duration::from_millis(200);
    let app = TestApp::seed_with(options).await;
    let answer = talk(app.address, head(TYPENAME.len())).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("REQUEST_TIMEOUT"), "{answer}");
}

#[tokio::test]
async fn opening_the_address_in_a_browser_leads_to_the_explorer() {
    let app = TestApp::seed().await;
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let response = get(&app, browser, &[]).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(header(&response, LOCATION), "graphiql/");
    assert_eq!(header(&response, VARY), "accept");
    // A link to a query is one: it shows its answer.
    let response = get(&app, browser, &[("query", "{ __typename }")]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(header(&response, CONTENT_TYPE).starts_with(JSON));
}

#[tokio::test]
async fn the_schema_is_a_file_with_a_tag() {
    let app = TestApp::seed().await;
    let response = app
        .client
        .get(app.url("/schema.graphql"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, CONTENT_TYPE), "text/plain; charset=utf-8");
    let tag = header(&response, ETAG).to_owned();
    assert!(response.text().await.unwrap().contains("type Query"));

    for (held, expected) in [
        (tag.clone(), StatusCode::NOT_MODIFIED),
        (format!("\"other\", W/{tag}"), StatusCode::NOT_MODIFIED),
        ("\"other\"".to_owned(), StatusCode::OK),
    ] {
        let request = app
            .client
            .get(app.url("/schema.graphql"))
            .header(IF_NONE_MATCH, &held);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), expected, "{held}");
        assert_eq!(header(&response, ETAG), tag);
    }
}

#[tokio::test]
async fn health_readiness_and_unknown_paths() {
    let app = TestApp::seed().await;
    let fetch = async |path: &str, accept: &str| {
        app.client
            .get(app.url(path))
            .header(ACCEPT, accept)
            .send()
            .await
            .unwrap()
    };
    let health = fetch("/healthz", "*/*").await;
    assert_eq!(health.status(), StatusCode::OK);
    assert_eq!(health.headers()["x-content-type-options"], "nosniff");
    assert_eq!(health.text().await.unwrap(), "ok");
    assert_eq!(fetch("/readyz", "*/*").await.status(), StatusCode::OK);

    let page = fetch("/no/such/page", "text/html").await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
    assert_eq!(page.headers()["x-content-type-options"], "nosniff");
}

/// A deployment must not cut off people who are being served.
#[tokio::test(flavor = "multi_thread")]
async fn stopping_finishes_the_requests_in_hand() {
    let app = TestApp::seed().await;
    let address = app.address;
    let (half, rest) = TYPENAME.split_at(10);
    let (half, rest) = (format!("{}{half}", head(TYPENAME.len())), rest.to_owned());

    let mut connection = TcpStream::connect(address).unwrap();
    connection.write_all(half.as_bytes()).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let server = app.stop();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!server.is_finished(), "it waits for the request in hand");
    assert!(
        TcpStream::connect(address).is_err(),
        "it takes no new connection"
    );

    let answer = tokio::task::spawn_blocking(move || {
        connection.write_all(rest.as_bytes()).unwrap();
        read_to_end(connection)
    })
    .await
    .unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(
        answer.ends_with(r#"{"data":{"__typename":"Query"}}"#),
        "{answer}"
    );
    tokio::time::timeout(Duration::from_secs(5), server)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}

/// The head of a POST with a body of this length.
fn head(length: usize) -> String {
    format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: {JSON}\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n"
    )
}

/// Sends bytes as they are, which a client library would not do, and reads until the end.
async fn talk(address: SocketAddr, request: String) -> String {
    tokio::task::spawn_blocking(move || {
        let mut connection = TcpStream::connect(address).unwrap();
        connection.write_all(request.as_bytes()).unwrap();
        read_to_end(connection)
    })
    .await
    .unwrap()
}

fn read_to_end(mut connection: TcpStream) -> String {
    connection
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}
