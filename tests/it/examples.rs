//! The operations of `schema/examples`: each runs without errors and answers what its fixture says.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{TestApp, package_path};

/// Set it to write the fixtures anew.
const RENEW: &str = "ONRECORD_UPDATE_FIXTURES";

/// The files of a folder that end so, without the ending, in order.
fn names(folder: &Path, ending: &str) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(ending).map(str::to_owned))
        .collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn every_example_answers_what_its_fixture_says() {
    let app = TestApp::seed().await;
    let renew = std::env::var_os(RENEW).is_some();
    let (operations, fixtures) = (
        package_path("schema/examples"),
        package_path("tests/fixtures/examples"),
    );
    let examples = names(&operations, ".graphql");
    assert!(!examples.is_empty());
    let mut different = Vec::new();
    for name in &examples {
        let query = std::fs::read_to_string(operations.join(format!("{name}.graphql"))).unwrap();
        let answer = app.query(&query, json!({})).await;
        assert!(answer.get("errors").is_none(), "{name}: {answer}");
        let fixture = fixtures.join(format!("{name}.json"));
        if renew {
            std::fs::write(&fixture, format!("{answer:#}\n")).unwrap();
            continue;
        }
        let expected: Value = std::fs::read_to_string(&fixture)
            .map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
        // As text, so that the order of the fields counts.
        let (expected, found) = (expected.to_string(), answer.to_string());
        if expected != found {
            different.push(name);
        }
    }
    assert!(
        different.is_empty(),
        "{different:?} answer something else than their fixtures: look at what changed with {RENEW}=1 and git diff"
    );
    // A fixture whose example is gone proves nothing.
    assert_eq!(names(&fixtures, ".json"), examples);
}

/// Each begins with its question, which `GraphiQL` shows and the docs quote.
#[test]
fn every_example_begins_with_its_question() {
    let operations = package_path("schema/examples");
    for name in names(&operations, ".graphql") {
        let text = std::fs::read_to_string(operations.join(format!("{name}.graphql"))).unwrap();
        let first = text.lines().next().unwrap_or_default();
        assert!(
            first.starts_with("# "),
            "{name} begins with {first:?}: expected `# ` and a question"
        );
    }
}

/// The list that groups them for GraphiQL, the start page and whoever reads the folder.
#[test]
fn every_example_is_listed_once_with_its_question() {
    let operations = package_path("schema/examples");
    let list = std::fs::read_to_string(operations.join("README.md")).unwrap();
    let mut listed: Vec<&str> = list.lines().filter(|line| line.starts_with("- ")).collect();
    listed.sort_by_key(|line| line.rsplit_once("](").map(|(_, file)| file));
    let expected: Vec<String> = names(&operations, ".graphql")
        .into_iter()
        .map(|name| {
            let file = format!("{name}.graphql");
            let text = std::fs::read_to_string(operations.join(&file)).unwrap();
            let question = text.lines().next().unwrap_or_default();
            format!("- [{}]({file})", question.trim_start_matches("# "))
        })
        .collect();
    assert_eq!(listed, expected);
}
