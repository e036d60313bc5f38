//! The schema that is generated from the ontology, and the ontologies from which none can be.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::process::{Command, Output};

use apollo_compiler::Schema;
use apollo_compiler::schema::ExtendedType;

use crate::support::{TestApp, package_path};

/// What the program prints for these arguments, in the package's folder.
fn onrecord(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_onrecord");
    Command::new(program)
        .args(arguments)
        .current_dir(package_path("."))
        .output()
        .unwrap()
}

fn printed() -> String {
    let output = onrecord(&["schema"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_schema_on_file_is_the_one_that_is_generated() {
    let on_file = std::fs::read_to_string(package_path("schema/api.graphql")).unwrap();
    let printed = printed();
    let line = on_file
        .lines()
        .zip(printed.lines())
        .position(|(one, other)| one != other);
    assert!(
        on_file == printed,
        "schema/api.graphql is stale, first in line {}: renew it with `cargo run -- schema > schema/api.graphql`",
        line.unwrap_or_default() + 1
    );
}

#[tokio::test]
async fn the_server_gives_out_the_same_schema() {
    let app = TestApp::seed().await;
    let response = app
        .client
        .get(app.url("/schema.graphql"))
        .send()
        .await
        .unwrap();
    assert!(response.text().await.unwrap() == printed());
}

#[test]
fn the_schema_stays_small_enough_to_be_read_by_tools() {
    let size = printed().len();
    assert!(size < 400_000, "the printed schema has {size} bytes");
}

#[test]
fn everything_in_the_schema_is_described() {
    let text = printed();
    let schema = Schema::parse_and_validate(&text, "api.graphql").unwrap();
    let mut bare: Vec<String> = Vec::new();
    let mut check = |name: String, described: bool| {
        if !described {
            bare.push(name);
        }
    };
    let is_text = |description: Option<&str>| description.is_some_and(|text| text.trim().len() > 3);
    let mut seen = 0;
    for (name, found) in schema
        .types
        .iter()
        .filter(|(_, found)| !found.is_built_in())
    {
        seen += 1;
        check(
            name.to_string(),
            is_text(found.description().map(|text| &**text)),
        );
        let fields = match found {
            ExtendedType::Object(object) => &object.fields,
            ExtendedType::Interface(interface) => &interface.fields,
            ExtendedType::InputObject(input) => {
                for (field, declared) in &input.fields {
                    check(
                        format!("{name}.{field}"),
                        is_text(declared.description.as_deref()),
                    );
                }
                continue;
            }
            ExtendedType::Enum(declared) => {
                for (value, definition) in &declared.values {
                    check(
                        format!("{name}.{value}"),
                        is_text(definition.description.as_deref()),
                    );
                }
                continue;
            }
            ExtendedType::Scalar(_) | ExtendedType::Union(_) => continue,
        };
        for (field, declared) in fields {
            check(
                format!("{name}.{field}"),
                is_text(declared.description.as_deref()),
            );
            for argument in &declared.arguments {
                check(
                    format!("{name}.{field}({})", argument.name),
                    is_text(argument.description.as_deref()),
                );
            }
        }
    }
    assert!(seen > 400, "{seen} types");
    assert_eq!(bare, Vec::<String>::new(), "without a description");
    // Answers come whole: a client that asked to defer a part would wait for it forever.
    assert!(!text.contains("@defer") && !schema.directive_definitions.contains_key("defer"));
}

/// All the mistakes of an ontology at once, each with its place, and nothing is started.
#[test]
fn the_mistakes_of_an_ontology_stop_the_start() {
    let file = "tests/fixtures/ontologies/three-mistakes.graphql";
    for arguments in [
        &["check", "--ontology", file][..],
        &["schema", "--ontology", file],
        &["serve", "--ontology", file, "--listen", "127.0.0.1:0"],
    ] {
        let output = onrecord(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        let errors = String::from_utf8(output.stderr).unwrap();
        let placed: Vec<&str> = errors
            .lines()
            .filter(|line| line.starts_with(file))
            .collect();
        assert_eq!(placed.len(), 3, "{arguments:?}\n{errors}");
        for (line, place) in placed.iter().zip([":4:", ":5:", ":8:"]) {
            let rest = line.strip_prefix(file).unwrap();
            assert!(rest.starts_with(place), "{line}: expected {place}");
            let column = rest[place.len()..].split(':').next().unwrap();
            assert!(column.parse::<usize>().is_ok(), "{line}");
        }
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let output = onrecord(&["check", "--ontology", "no/such/ontology.graphql"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("no/such/ontology.graphql"), "{errors}");
}
