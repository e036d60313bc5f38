//! Asking the seed over HTTP in one call: for data, or for a refusal.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use serde_json::{Value, json};

use crate::support::TestApp;

/// What the seed answers to a query that has no errors: its `data`.
pub(crate) async fn ask(query: &str) -> Value {
    ask_with(query, json!({})).await
}

/// As [`ask`], with variables.
pub(crate) async fn ask_with(query: &str, variables: Value) -> Value {
    let app = TestApp::seed().await;
    data(app.query(query, variables).await, query)
}

/// The `data` of an answer without errors.
pub(crate) fn data(mut answer: Value, query: &str) -> Value {
    assert!(answer.get("errors").is_none(), "{query}\n{answer}");
    answer["data"].take()
}

/// The message of the one request error with which the seed refuses a query: there is no `data`.
pub(crate) async fn refuse(query: &str) -> String {
    refuse_with(query, json!({})).await
}

/// As [`refuse`], with variables.
pub(crate) async fn refuse_with(query: &str, variables: Value) -> String {
    let app = TestApp::seed().await;
    let answer = app.query(query, variables).await;
    assert!(answer.get("data").is_none(), "{query}\n{answer}");
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{query}\n{answer}");
    errors[0]["message"].as_str().unwrap().to_owned()
}

/// The strings that stand under a key of each item of a list, in its order.
pub(crate) fn each<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|item| item[key].as_str().unwrap())
        .collect()
}

/// The slugs that a list shows.
pub(crate) async fn slugs(list: &str, arguments: &str) -> Vec<String> {
    let query = format!("{{ {list}({arguments}) {{ nodes {{ id }} }} }}");
    let answer = ask(&query).await;
    let ids = each(&answer[list]["nodes"], "id");
    ids.into_iter()
        .map(|id| id.split_once(':').unwrap().1.to_owned())
        .collect()
}
