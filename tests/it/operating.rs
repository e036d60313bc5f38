//! What an operator sees and decides: request ids, the log, metrics, what clients may learn, production.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::collections::BTreeSet;

use onrecord::server::Options;
use reqwest::Response;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use serde_json::{Value, json};

use crate::program::{Program, printed, program, refused};
use crate::support::{TestApp, package_path};

async fn get(app: &TestApp, path: &str) -> Response {
    app.client.get(app.url(path)).send().await.unwrap()
}

/// The value of a line of `/metrics`.
fn metric(metrics: &str, name: &str) -> Option<f64> {
    let mut lines = metrics.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    Some(value.parse().unwrap())
}

fn id(response: &Response) -> String {
    response.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn every_answer_has_a_request_id() {
    let app = TestApp::seed().await;
    let mut ids = BTreeSet::new();
    let paths = [
        "/graphql?query={__typename}",
        "/graphql",
        "/graphql?query={nothing}",
        "/healthz",
        "/readyz",
        "/metrics",
        "/schema.graphql",
        "/",
        "/nowhere",
        "/cite/none",
    ];
    for path in paths {
        assert!(ids.insert(id(&get(&app, path).await)), "{path}");
    }
    assert!(ids.iter().all(|id| id.len() == 16), "{ids:?}");
    let deleted = app.client.delete(app.url("/healthz")).send().await.unwrap();
    assert_eq!((deleted.status().as_u16(), id(&deleted).len()), (405, 16));
    let asked = app.client.get(app.url("/healthz"));
    let sent = asked.header("x-request-id", "mine-1").send().await.unwrap();
    assert_eq!(id(&sent), "mine-1");
}

#[tokio::test]
async fn the_metrics_count_what_happened() {
    let app = TestApp::builder().start().await;
    let ask = async |query: &str, operation: Option<&str>| -> Value {
        let body = json!({ "query": query, "operationName": operation });
        let sent = app.client.post(app.url("/graphql")).json(&body);
        sent.send().await.unwrap().json().await.unwrap()
    };
    let metrics = async || {
        let response = get(&app, "/metrics").await;
        let kind = response.headers()[CONTENT_TYPE].to_str().unwrap();
        assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
        response.text().await.unwrap()
    };
    let twice = "query One { graph { version } } query Two { graph { claims } }";
    for operation in ["One", "One", "Two"] {
        assert!(ask(twice, Some(operation)).await["data"].is_object());
    }
    ask("{ graph { version } }", None).await;
    ask("{ nothing }", None).await;
    ask(
        "query Dear { sources(first: 1000) { nodes { claims(first: 1000) { nodes { id } } } } }",
        None,
    )
    .await;
    let text = metrics().await;
    assert!(text.ends_with("# EOF\n"), "{text}");
    let expected = [
        (
            "onrecord_operations_total{operation=\"One\",outcome=\"answered\"}",
            2.0,
        ),
        (
            "onrecord_operations_total{operation=\"Two\",outcome=\"answered\"}",
            1.0,
        ),
        (
            "onrecord_operations_total{operation=\"Dear\",outcome=\"failed\"}",
            1.0,
        ),
        (
            "onrecord_operations_total{operation=\"(unnamed)\",outcome=\"answered\"}",
            1.0,
        ),
        (
            "onrecord_operations_total{operation=\"(other)\",outcome=\"failed\"}",
            1.0,
        ),
        (
            "onrecord_operation_duration_seconds_count{operation=\"One\"}",
            2.0,
        ),
        (
            "onrecord_operation_duration_seconds_bucket{le=\"+Inf\",operation=\"One\"}",
            2.0,
        ),
        ("onrecord_errors_total{code=\"LIMIT_EXCEEDED\"}", 1.0),
        (
            "onrecord_errors_total{code=\"GRAPHQL_VALIDATION_FAILED\"}",
            1.0,
        ),
        ("onrecord_errors_total{code=\"BUDGET_EXCEEDED\"}", 0.0),
        ("onrecord_documents_total{cache=\"hit\"}", 2.0),
        ("onrecord_documents_total{cache=\"miss\"}", 4.0),
        ("onrecord_http_responses_total{status=\"200\"}", 6.0),
    ];
    for (name, value) in expected {
        assert_eq!(metric(&text, name), Some(value), "{name} in\n{text}");
    }
    let graph = ask(
        "{ graph { version entities relationships claims evidence } }",
        None,
    )
    .await;
    let graph = &graph["data"]["graph"];
    let number = |field: &Value| field.as_f64().or_else(|| field.as_str()?.parse().ok());
    for (name, field) in [
        ("onrecord_log_position", "version"),
        ("onrecord_entities", "entities"),
        ("onrecord_relationships", "relationships"),
        ("onrecord_claims", "claims"),
        ("onrecord_evidence", "evidence"),
    ] {
        let value = metric(&text, name);
        assert!(
            value > Some(0.0) && value == number(&graph[field]),
            "{name}"
        );
    }
    assert!(
        metric(&text, "onrecord_http_connections") >= Some(1.0),
        "{text}"
    );
    let accepted = metric(&text, "onrecord_http_connections_accepted_total");
    assert!(accepted >= Some(1.0), "{text}");
}

#[tokio::test]
async fn the_metrics_can_be_kept_to_those_who_have_the_token() {
    let ask = async |options: Options, header: Option<&str>| {
        let app = TestApp::seed_with(options).await;
        let mut asked = app.client.get(app.url("/metrics"));
        if let Some(header) = header {
            asked = asked.header(AUTHORIZATION, header);
        }
        asked.send().await.unwrap()
    };
    let mut with_token = Options::default();
    with_token.metrics.token = Some("s3cret".into());
    for (header, status) in [
        (Some("Bearer s3cret"), 200),
        (Some("Bearer s3cre"), 401),
        (Some("s3cret"), 401),
        (None, 401),
    ] {
        let response = ask(with_token.clone(), header).await;
        assert_eq!(response.status().as_u16(), status, "{header:?}");
        if status == 401 {
            assert_eq!(response.headers()[WWW_AUTHENTICATE], "Bearer");
            let body = response.text().await.unwrap();
            assert!(!body.contains("s3cret"), "{body}");
        }
    }
    let mut closed = Options::default();
    closed.metrics.open = false;
    assert_eq!(ask(closed, None).await.status().as_u16(), 403);
    let mut off = Options::default();
    off.metrics.enabled = false;
    assert_eq!(ask(off, None).await.status().as_u16(), 404);
}

#[tokio::test]
async fn the_schema_can_be_kept_from_clients() {
    let app = TestApp::builder()
        .disclosure(|disclosure| disclosure.introspection = false)
        .start()
        .await;
    let queries = [
        (
            "{ __schema { types { name } } }",
            json!([{ "line": 1, "column": 3 }]),
        ),
        (
            "{ graph { version }\n  ...F } fragment F on Query { __type(name: \"Query\") { name } }",
            json!([{ "line": 2, "column": 32 }]),
        ),
        (
            "{ at { __schema { types { name } } } }",
            json!([{ "line": 1, "column": 8 }]),
        ),
        (
            "{ __schema @skip(if: true) { types { name } } }",
            json!([{ "line": 1, "column": 3 }]),
        ),
    ];
    for (query, locations) in queries {
        let answer = app.query(query, json!({})).await;
        assert!(answer.get("data").is_none(), "{answer}");
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "INTROSPECTION_DISABLED");
        assert_eq!(error["locations"], locations, "{query}");
    }
    let ontology = app.query("{ graph { ontology } }", json!({})).await;
    assert!(ontology["data"].is_null(), "{ontology}");
    assert_eq!(
        ontology["errors"][0]["extensions"]["code"],
        "INTROSPECTION_DISABLED"
    );
    let schema = get(&app, "/schema.graphql").await;
    assert_eq!(schema.status().as_u16(), 403);
    // What is no introspection goes on: clients ask for it with every object.
    let plain = app
        .query("{ __typename graph { __typename version } }", json!({}))
        .await;
    assert_eq!(plain["data"]["graph"]["__typename"], "Graph");
}

#[tokio::test]
async fn suggestions_can_be_off() {
    let mistakes = [
        "{ grahp { version } }",
        "{ sources(frist: 3) { totalCount } }",
        "{ sources(where: { nmae: { eq: \"x\" } }) { totalCount } }",
        "{ sources(where: { kind: { eq: OFFICAL } }) { totalCount } }",
        "query Q($kind: SourceKind) { sources(where: { kind: { eq: $kind } }) { totalCount } }",
    ];
    let app = TestApp::seed().await;
    let quiet = TestApp::builder()
        .disclosure(|disclosure| disclosure.suggestions = false)
        .start()
        .await;
    let told = |answer: &Value| {
        let text = answer["errors"].to_string().to_lowercase();
        text.contains("did you mean") || text.contains("expected one of")
    };
    for query in mistakes {
        let variables = json!({ "kind": "OFFICAL" });
        let open = app.query(query, variables.clone()).await;
        let silent = quiet.query(query, variables).await;
        assert!(silent["errors"].is_array(), "{silent}");
        assert!(!told(&silent), "{silent}");
        if !query.starts_with("query") {
            assert!(told(&open), "{open}");
        }
    }
}

#[tokio::test]
async fn without_pages_there_is_only_the_api() {
    let mut options = Options::default();
    options.pages.enabled = false;
    let app = TestApp::seed_with(options).await;
    for path in ["/", "/graphiql/", "/graphiql"] {
        assert_eq!(get(&app, path).await.status().as_u16(), 404, "{path}");
    }
    let opened = app.client.get(app.url("/graphql"));
    let opened = opened.header("accept", "text/html").send().await.unwrap();
    assert_eq!(opened.status().as_u16(), 406);
}

#[test]
fn production_has_defaults_of_its_own_and_what_is_said_goes_before_them() {
    let folder = tempfile::tempdir().unwrap();
    let config = |arguments: &[&str]| printed(program(folder.path()).arg("config").args(arguments));
    let section = |printed: &str, name: &str| -> String {
        let start = printed.find(&format!("\n[{name}]\n")).unwrap();
        let rest = &printed[start + 1..];
        rest[..rest.find("\n\n# ").map_or(rest.len(), |_| {
            rest[1..].find("\n[").map_or(rest.len(), |end| end + 1)
        })]
            .to_owned()
    };
    let pages = section(&config(&["--production"]), "pages");
    assert!(
        pages.contains(
            "# from --production (--pages-enabled, ONRECORD_PAGES_ENABLED)\nenabled = false"
        ),
        "{pages}"
    );
    let metrics = section(&config(&["--production"]), "metrics");
    assert!(metrics.contains("open = false"), "{metrics}");
    let pages = section(&config(&["--production", "--pages-enabled"]), "pages");
    assert!(
        pages.contains(
            "# from --pages-enabled (--pages-enabled, ONRECORD_PAGES_ENABLED)\nenabled = true"
        ),
        "{pages}"
    );
    let plain = section(&config(&[]), "pages");
    assert!(
        plain.contains("# default (--pages-enabled, ONRECORD_PAGES_ENABLED)\nenabled = true"),
        "{plain}"
    );
    // A secret is told to nobody.
    let metrics = config(&["--metrics-token", "s3cret"]);
    assert!(
        metrics.contains("# token is set, and not shown"),
        "{metrics}"
    );
    assert!(!metrics.contains("s3cret"), "{metrics}");
}

#[tokio::test]
async fn the_log_can_be_json_with_a_line_for_each_request() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--log-format", "json", "--log-requests"];
    let server = Program::serve(folder.path(), &flags, &[]);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!(
        "http://{}/graphql?query={{__typename}}&secret=1",
        server.address
    );
    let asked = client.get(url).header("x-request-id", "from-the-proxy");
    assert_eq!(asked.send().await.unwrap().status().as_u16(), 200);
    let said = server.stop();
    let lines: Vec<Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let line = lines
        .iter()
        .find(|line| line["message"] == "request")
        .unwrap_or_else(|| panic!("no line for the request: {said}"));
    assert_eq!(line["request.id"], "from-the-proxy");
    assert_eq!(line["http.method"], "GET");
    assert_eq!(line["url.path"], "/graphql");
    assert_eq!(line["http.status"], 200);
    assert!(line["duration_us"].is_u64(), "{line}");
    assert!(!said.contains("secret"), "{said}");
}

#[tokio::test]
async fn the_log_for_people_bears_the_request_too() {
    let folder = tempfile::tempdir().unwrap();
    let server = Program::serve(folder.path(), &["--log-requests"], &[]);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{}/healthz", server.address);
    let answer = client.get(url).send().await.unwrap();
    let id = id(&answer);
    let said = server.stop();
    let line = said.lines().find(|line| line.contains("/healthz"));
    let line = line.unwrap_or_else(|| panic!("{said}"));
    assert!(line.ends_with(&format!(" request.id={id}")), "{line}");
}

#[test]
fn the_program_writes_its_manual_and_completions() {
    let folder = tempfile::tempdir().unwrap();
    let page = printed(program(folder.path()).arg("man"));
    assert!(page.contains(".TH onrecord 1"), "{page}");
    let page = printed(program(folder.path()).args(["man", "serve"]));
    for flag in ["limits\\-depth", "tls\\-cert", "log\\-format"] {
        assert!(page.contains(flag), "{flag} in {page}");
    }
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = printed(program(folder.path()).args(["completions", shell]));
        assert!(script.contains("limits-depth"), "{shell}");
    }
    let said = refused(program(folder.path()).args(["man", "sever"]));
    assert!(
        said.contains("there is no command sever: expected one of serve, "),
        "{said}"
    );
}

/// What is packaged must fit the program: its paths exist, its settings are known.
#[test]
fn the_packages_fit_the_program() {
    let read = |path: &str| std::fs::read_to_string(package_path(path)).unwrap();
    let image = read("packaging/Dockerfile");
    let mut copied = 0;
    for line in image.lines() {
        let Some(words) = line
            .strip_prefix("COPY ")
            .filter(|rest| !rest.starts_with("--"))
        else {
            continue;
        };
        let words: Vec<&str> = words.split_whitespace().collect();
        for path in &words[..words.len() - 1] {
            assert!(package_path(path).exists(), "{path}");
            copied += 1;
        }
    }
    assert!(copied > 8, "{copied}");
    let mut variables = image.lines().filter_map(|line| line.strip_prefix("ENV "));
    let variables = variables
        .next_back()
        .unwrap()
        .split(' ')
        .map(|pair| pair.split_once('=').unwrap());
    let folder = tempfile::tempdir().unwrap();
    let config = printed(program(folder.path()).arg("config").envs(variables.clone()));
    for (name, _) in variables {
        assert!(config.contains(&format!("# from {name} (")), "{name}");
    }
    let unit = read("packaging/onrecord.service");
    let command = unit
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart=/usr/bin/onrecord serve "));
    let flags: Vec<&str> = command.unwrap().split(' ').collect();
    let file = folder.path().join("onrecord.toml");
    std::fs::write(&file, "").unwrap();
    let flags: Vec<&str> = flags
        .into_iter()
        .map(|flag| {
            if flag == "/etc/onrecord/onrecord.toml" {
                file.to_str().unwrap()
            } else {
                flag
            }
        })
        .collect();
    let config = printed(program(folder.path()).arg("config").args(flags));
    assert!(config.contains("production = true"), "{config}");
}
