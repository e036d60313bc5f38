//! Documents that clients name, batches, kept copies of answers, and what pages of other sites may read.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::sync::Arc;
use std::time::Duration;

use onrecord::server::{DocumentOptions, Http, Options, Origins, Trusted, sha256};
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName,
    HeaderValue, IF_NONE_MATCH, ORIGIN, VARY,
};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::program::{Program, printed, program, refused};
use crate::support::{TestApp, package_path};

const NAME: &str = "{ country(id: \"country:us\") { name } }";
const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";

async fn post(app: &TestApp, body: Value) -> (u16, Value) {
    let sent = app.client.post(app.url("/graphql")).json(&body);
    read(sent.header(ACCEPT, GRAPHQL_RESPONSE).send().await.unwrap()).await
}

async fn get(
    app: &TestApp,
    parameters: &[(&str, &str)],
    headers: &[(HeaderName, &str)],
) -> Response {
    let mut url = reqwest::Url::parse(&app.url("/graphql")).unwrap();
    url.query_pairs_mut().extend_pairs(parameters);
    let mut request = app.client.get(url);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    request.send().await.unwrap()
}

async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.unwrap())
}

fn header(response: &Response, name: impl reqwest::header::AsHeaderName) -> &str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

fn error((status, answer): (u16, Value)) -> (u16, String, String) {
    let error = &answer["errors"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (
        status,
        text(&error["message"]),
        text(&error["extensions"]["code"]),
    )
}

fn named(hash: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

fn http(http: Http) -> Options {
    Options {
        http,
        ..Options::default()
    }
}

fn trusting(only: bool) -> Options {
    let mut trusted = Trusted::new();
    trusted.insert("name".to_owned(), Arc::from(NAME));
    trusted.insert(sha256(NAME), Arc::from(NAME));
    Options {
        documents: DocumentOptions {
            only_trusted: only,
            ..DocumentOptions::default()
        },
        trusted,
        ..Options::default()
    }
}

#[tokio::test]
async fn a_document_is_sent_once_and_named_from_then_on() {
    let app = TestApp::seed().await;
    let hash = sha256(NAME);
    assert_eq!(
        error(post(&app, json!({ "extensions": named(&hash) })).await),
        (
            400,
            "PersistedQueryNotFound".into(),
            "PERSISTED_QUERY_NOT_FOUND".into()
        )
    );
    let answer = json!({ "data": { "country": { "name": "United States" } } });
    let sent = json!({ "query": NAME, "extensions": named(&hash) });
    assert_eq!(post(&app, sent).await, (200, answer.clone()));
    assert_eq!(
        post(&app, json!({ "extensions": named(&hash) })).await,
        (200, answer.clone())
    );
    let extensions = named(&hash).to_string();
    let by_address = get(&app, &[("extensions", &extensions)], &[]).await;
    assert_eq!(read(by_address).await, (200, answer));
}

#[tokio::test]
async fn older_clients_read_that_a_document_is_unknown_in_a_good_answer() {
    let app = TestApp::seed().await;
    let body = json!({ "extensions": named(&sha256("{ x }")) });
    let sent = app.client.post(app.url("/graphql")).json(&body);
    let answer = read(
        sent.header(ACCEPT, "application/json")
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(error(answer).0, 200);
}

#[tokio::test]
async fn only_documents_that_pass_are_kept() {
    let app = TestApp::seed().await;
    let wrong = "{ nobody }";
    let hash = sha256(wrong);
    let sent = json!({ "query": wrong, "extensions": named(&hash) });
    assert_eq!(error(post(&app, sent).await).2, "GRAPHQL_VALIDATION_FAILED");
    let asked = post(&app, json!({ "extensions": named(&hash) })).await;
    assert_eq!(error(asked).2, "PERSISTED_QUERY_NOT_FOUND");
}

#[tokio::test]
async fn what_names_no_document_is_refused() {
    let app = TestApp::seed_with(trusting(false)).await;
    let hash = sha256(NAME);
    for (body, status, message) in [
        (
            json!({}),
            400,
            "the request has no `query`: expected a GraphQL document, or the name of one that this server knows",
        ),
        (
            json!({ "query": "{ __typename }", "extensions": named(&hash) }),
            400,
            "extensions.persistedQuery.sha256Hash is not the SHA-256 of `query`",
        ),
        (
            json!({ "extensions": named("abc") }),
            400,
            "extensions.persistedQuery.sha256Hash is \"abc\": expected 64 hexadecimal digits",
        ),
        (
            json!({ "extensions": { "persistedQuery": { "version": 2, "sha256Hash": hash } } }),
            400,
            "extensions.persistedQuery.version is 2: expected 1",
        ),
        (
            json!({ "extensions": { "persistedQuery": 7 } }),
            400,
            "extensions.persistedQuery.version is null: expected 1",
        ),
        (
            json!({ "documentId": "other" }),
            404,
            "there is no document other on this server: expected the name of one of its trusted documents",
        ),
        (
            json!({ "documentId": "name", "query": NAME }),
            400,
            "the request has both `query` and `documentId`: expected one of them",
        ),
        (
            json!({ "documentId": "name", "extensions": named(&hash) }),
            400,
            "`documentId` and `extensions.persistedQuery` both name a document: expected one of them",
        ),
    ] {
        let (found, text, _) = error(post(&app, body.clone()).await);
        assert_eq!((found, text.as_str()), (status, message), "{body}");
    }
}

#[tokio::test]
async fn trusted_documents_are_there_by_name() {
    let app = TestApp::seed_with(trusting(false)).await;
    let answer = json!({ "data": { "country": { "name": "United States" } } });
    let hash = format!("sha256:{}", sha256(NAME));
    for id in ["name", &hash] {
        assert_eq!(
            post(&app, json!({ "documentId": id })).await,
            (200, answer.clone())
        );
        let by_address = get(&app, &[("documentId", id)], &[]).await;
        assert_eq!(read(by_address).await, (200, answer.clone()), "{id}");
    }
    // Other documents still run.
    assert_eq!(
        post(&app, json!({ "query": "{ __typename }" })).await.0,
        200
    );
}

#[tokio::test]
async fn a_server_may_run_trusted_documents_alone() {
    let app = TestApp::seed_with(trusting(true)).await;
    let refused = error(post(&app, json!({ "query": "{ __typename }" })).await);
    assert_eq!(
        (refused.0, refused.2.as_str()),
        (403, "DOCUMENT_NOT_TRUSTED")
    );
    // Nor does it learn new ones.
    let sent = json!({ "query": "{ __typename }", "extensions": named(&sha256("{ __typename }")) });
    assert_eq!(error(post(&app, sent).await).0, 403);
    assert_eq!(post(&app, json!({ "documentId": "name" })).await.0, 200);
    assert_eq!(post(&app, json!({ "query": NAME })).await.0, 200);
    assert_eq!(
        post(&app, json!({ "extensions": named(&sha256(NAME)) }))
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn a_server_may_keep_no_documents_of_clients() {
    let app = TestApp::seed_with(Options {
        documents: DocumentOptions {
            automatic: 0,
            ..DocumentOptions::default()
        },
        ..Options::default()
    })
    .await;
    let sent = json!({ "query": NAME, "extensions": named(&sha256(NAME)) });
    assert_eq!(post(&app, sent).await.0, 200);
    let asked = post(&app, json!({ "extensions": named(&sha256(NAME)) })).await;
    assert_eq!(
        error(asked),
        (
            400,
            "PersistedQueryNotSupported".into(),
            "PERSISTED_QUERY_NOT_SUPPORTED".into()
        )
    );
}

#[tokio::test]
async fn an_operation_tells_what_it_costs() {
    let app = TestApp::seed().await;
    let query = "{ countries(first: 10) { nodes { name } } }";
    let (_, answer) = post(
        &app,
        json!({ "query": query, "extensions": { "cost": true } }),
    )
    .await;
    let cost = &answer["extensions"]["cost"];
    assert_eq!(cost["mostValues"], 500_000);
    assert_eq!(cost["mostVisited"], 20_000_000);
    let values = cost["values"].as_u64().unwrap();
    assert!((10..100).contains(&values), "{cost}");
    assert!(cost["visited"].as_u64().unwrap() > 0, "{cost}");
    // Ten times the page, ten times the price.
    let larger = query.replace("10", "100");
    let (_, answer) = post(
        &app,
        json!({ "query": larger, "extensions": { "cost": true } }),
    )
    .await;
    assert!(answer["extensions"]["cost"]["values"].as_u64().unwrap() > values * 8);
    let asked = post(&app, json!({ "query": query, "extensions": { "cost": 1 } })).await;
    assert_eq!(
        error(asked).1,
        "extensions.cost is 1: expected true or false"
    );
}

#[tokio::test]
async fn a_batch_is_answered_in_its_order() {
    let app = TestApp::seed_with(http(Http {
        batch: 3,
        ..Http::default()
    }))
    .await;
    let batch = json!([
        { "query": NAME },
        { "query": "{ nobody }" },
        { "query": "query($id: ID!) { node(id: $id) { id } }", "variables": { "id": "country:pa" } },
    ]);
    let (status, answers) = post(&app, batch).await;
    assert_eq!(status, 200);
    assert_eq!(answers[0]["data"]["country"]["name"], "United States");
    assert_eq!(
        answers[1]["errors"][0]["extensions"]["code"],
        "GRAPHQL_VALIDATION_FAILED"
    );
    assert_eq!(answers[2]["data"]["node"]["id"], "country:pa");
    assert_eq!(answers.as_array().unwrap().len(), 3);
    let four = json!([{ "query": NAME }, { "query": NAME }, { "query": NAME }, { "query": NAME }]);
    let (status, message, _) = error(post(&app, four).await);
    assert_eq!(
        (status, message.as_str()),
        (
            400,
            "the batch has 4 requests: at most 3 are answered together"
        )
    );
}

#[tokio::test]
async fn a_copy_is_good_until_the_record_changes() {
    let app = TestApp::builder().citations().start().await;
    let tag = |response: &Response| header(response, ETAG).to_owned();
    let first = get(&app, &[("query", NAME)], &[]).await;
    let kept = tag(&first);
    assert!(kept.starts_with("W/\""), "{kept}");
    assert_eq!(header(&first, CACHE_CONTROL), "no-cache");
    let again = get(&app, &[("query", NAME)], &[(IF_NONE_MATCH, &kept)]).await;
    assert_eq!(again.status(), 304);
    assert_eq!(tag(&again), kept);
    assert_eq!(again.text().await.unwrap(), "");
    // Other questions, variables and formats have other tags.
    let query = "query($id: ID! = \"country:us\") { node(id: $id) { id } }";
    let mut tags = vec![kept.clone()];
    for (parameters, accept) in [
        (vec![("query", query)], "application/json"),
        (
            vec![("query", query), ("variables", "{\"id\":\"country:pa\"}")],
            "application/json",
        ),
        (vec![("query", NAME)], GRAPHQL_RESPONSE),
    ] {
        let response = get(&app, &parameters, &[(ACCEPT, accept)]).await;
        assert_eq!(response.status(), 200);
        tags.push(tag(&response));
    }
    let number = tags.len();
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), number);
    // What fails has none.
    let wrong = get(&app, &[("query", "{ nobody }")], &[]).await;
    assert_eq!((wrong.status().as_u16(), tag(&wrong).as_str()), (200, ""));
    // The record changes.
    let cited = app
        .client
        .post(app.url("/cite"))
        .json(&json!({ "query": NAME }))
        .send()
        .await;
    assert_eq!(cited.unwrap().status(), 201);
    let changed = get(&app, &[("query", NAME)], &[(IF_NONE_MATCH, &kept)]).await;
    assert_eq!(changed.status(), 200);
    assert_ne!(tag(&changed), kept);
}

#[tokio::test]
async fn caches_may_show_an_answer_for_a_time() {
    let app = TestApp::seed_with(http(Http {
        max_age: Duration::from_secs(60),
        ..Http::default()
    }))
    .await;
    let good = get(&app, &[("query", NAME)], &[]).await;
    assert_eq!(header(&good, CACHE_CONTROL), "public, max-age=60");
    let wrong = get(&app, &[("query", "{ nobody }")], &[]).await;
    assert_eq!(header(&wrong, CACHE_CONTROL), "no-cache");
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_read_that() {
    let app = TestApp::seed().await;
    let large = "{ __schema { types { name description fields { name description } } } }";
    let plain = get(&app, &[("query", large)], &[]).await;
    assert_eq!(header(&plain, CONTENT_ENCODING), "");
    let length = plain.bytes().await.unwrap().len();
    for encoding in ["gzip", "br", "zstd"] {
        let packed = get(&app, &[("query", large)], &[(ACCEPT_ENCODING, encoding)]).await;
        assert_eq!(header(&packed, CONTENT_ENCODING), encoding);
        let vary: Vec<_> = packed.headers().get_all(VARY).iter().collect();
        assert!(
            vary.iter()
                .any(|value| value.as_bytes().eq_ignore_ascii_case(b"accept-encoding")),
            "{vary:?}"
        );
        assert!(
            packed.bytes().await.unwrap().len() * 4 < length,
            "{encoding}"
        );
    }
    // Not worth it.
    let small = get(&app, &[("query", NAME)], &[(ACCEPT_ENCODING, "gzip")]).await;
    assert_eq!(header(&small, CONTENT_ENCODING), "");
}

#[tokio::test]
async fn pages_of_other_sites_read_what_they_may() {
    const ALLOWED: &str = "access-control-allow-origin";
    let ask = async |app: &TestApp, origin: &str| {
        let preflight = app
            .client
            .request(Method::OPTIONS, app.url("/graphql"))
            .header(ORIGIN, origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", CONTENT_TYPE.as_str())
            .send()
            .await
            .unwrap();
        let answer = get(app, &[("query", NAME)], &[(ORIGIN, origin)]).await;
        [header(&preflight, ALLOWED), header(&answer, ALLOWED)].map(str::to_owned)
    };
    let own = TestApp::seed().await;
    assert_eq!(ask(&own, "https://example.org").await, ["", ""]);
    let named = TestApp::seed_with(http(Http {
        origins: Origins::Named(vec![HeaderValue::from_static("https://example.org")]),
        ..Http::default()
    }))
    .await;
    let theirs = "https://example.org";
    assert_eq!(ask(&named, theirs).await, [theirs, theirs]);
    assert_eq!(ask(&named, "https://other.example").await, ["", ""]);
    // What a table says in its headers is for them as well.
    let table = get(
        &named,
        &[("query", "{ countries { totalCount nodes { name } } }")],
        &[(ORIGIN, theirs), (ACCEPT, "text/csv")],
    )
    .await;
    let exposed = header(&table, "access-control-expose-headers").to_owned();
    for name in table.headers().keys() {
        let name = name.as_str();
        assert!(
            !name.starts_with("onrecord-") || exposed.contains(name),
            "{name}: {exposed}"
        );
    }
    assert!(!header(&table, "onrecord-total-count").is_empty());
    let any = TestApp::seed_with(http(Http {
        origins: Origins::Any,
        ..Http::default()
    }))
    .await;
    assert_eq!(ask(&any, theirs).await, ["*", "*"]);
}

#[tokio::test]
async fn pages_of_other_sites_cannot_send_what_they_like() {
    let app = TestApp::seed().await;
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ] {
        let sent = app
            .client
            .post(app.url("/graphql"))
            .header(CONTENT_TYPE, content_type)
            .body(json!({ "query": NAME }).to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(sent.status(), 415, "{content_type}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_of_a_folder_is_what_a_server_trusts() {
    let folder = tempfile::tempdir().unwrap();
    let examples = package_path("schema/examples");
    let manifest = printed(program(folder.path()).arg("manifest").arg(&examples));
    let documents: Value = serde_json::from_str(&manifest).unwrap();
    let documents = documents.as_object().unwrap();
    let files = std::fs::read_dir(&examples).unwrap();
    let operations = files.filter(|file| {
        let path = file.as_ref().unwrap().path();
        path.extension()
            .is_some_and(|extension| extension == "graphql")
    });
    assert_eq!(documents.len(), operations.count());

    let apollo: Vec<Value> = documents
        .iter()
        .map(|(id, body)| json!({ "id": id, "name": "x", "type": "query", "body": body }))
        .collect();
    let apollo =
        json!({ "format": "apollo-persisted-query-manifest", "version": 1, "operations": apollo });
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (id, _) = documents.iter().next().unwrap();
    for from in [
        examples.display().to_string(),
        write("plain.json", &manifest),
        write("apollo.json", &apollo.to_string()),
    ] {
        let arguments = ["--documents-trusted", &from, "--documents-only-trusted"];
        let server = Program::serve(folder.path(), &arguments, &[]);
        let url = format!("http://{}/graphql?documentId={id}", server.address);
        let answer: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        assert!(answer["data"].is_object(), "{from}: {answer}");
        let url = format!("http://{}/graphql?query=%7B__typename%7D", server.address);
        assert_eq!(reqwest::get(url).await.unwrap().status(), 403, "{from}");
    }
}

#[test]
fn a_document_that_cannot_be_trusted_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("wrong.json");
    std::fs::write(&wrong, r#"{"a":"{ nobody }","b":"{","c":"{ __typename }"}"#).unwrap();
    let said = refused(
        program(folder.path())
            .arg("serve")
            .arg("--documents-trusted")
            .arg(&wrong),
    );
    for expected in [
        "wrong.json, a: 1:3: Cannot query field \"nobody\"",
        "wrong.json, b: 1:",
    ] {
        assert!(said.contains(expected), "{said}");
    }
    assert!(!said.contains("json, c"), "{said}");
    let said = refused(program(folder.path()).args(["serve", "--documents-only-trusted"]));
    assert!(
        said.contains("name them with --documents-trusted"),
        "{said}"
    );
}
