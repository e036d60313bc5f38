//! The configuration, as an operator meets it: one file, the environment, flags.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Program, printed, program, refused};
use crate::support::package_path;

/// A folder with a file `onrecord.toml`.
fn folder(file: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("onrecord.toml"), file).unwrap();
    folder
}

fn config(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let variables = variables.iter().copied();
    printed(
        program(folder)
            .arg("config")
            .args(arguments)
            .envs(variables),
    )
}

/// The line that sets a value, and the one above it, which tells where it is from.
fn value_and_origin<'p>(printed: &'p str, name: &str) -> (&'p str, &'p str) {
    let lines: Vec<&str> = printed.lines().collect();
    let prefix = format!("{name} = ");
    let place = lines.iter().position(|line| line.starts_with(&prefix));
    let place = place.unwrap_or_else(|| panic!("{name} is missing in:\n{printed}"));
    let origin = lines[place - 1].trim_start_matches("# ");
    let origin = origin.split(" (--").next().unwrap();
    (&lines[place][prefix.len()..], origin)
}

#[test]
fn flags_go_before_the_environment_that_before_the_file_that_before_the_default() {
    let folder = folder(
        "[limits]\ndepth = 5\naliases = 6\ntokens = 7\n\n[server]\nbody-limit = \"2 MiB\"\n",
    );
    let flags = ["--limits-tokens", "70", "--listen=127.0.0.1:9"];
    let variables = [
        ("ONRECORD_LIMITS_ALIASES", "60"),
        ("ONRECORD_LIMITS_TOKENS", "61"),
        ("ONRECORD_LIMITS_TIME", ""),
    ];
    let printed = config(folder.path(), &flags, &variables);
    let expected = [
        ("depth", "5", "from onrecord.toml:2"),
        ("aliases", "60", "from ONRECORD_LIMITS_ALIASES"),
        ("tokens", "70", "from --limits-tokens"),
        ("listen", "\"127.0.0.1:9\"", "from --listen"),
        ("body-limit", "\"2 MiB\"", "from onrecord.toml:7"),
        ("directives", "100", "default"),
        // An empty variable is none.
        ("time", "\"10s\"", "default"),
    ];
    for (name, value, origin) in expected {
        assert_eq!(value_and_origin(&printed, name), (value, origin), "{name}");
    }
}

#[test]
fn what_is_printed_can_be_read_again() {
    let empty = tempfile::tempdir().unwrap();
    let flags = [
        "--seed=a \"b\" \\c",
        "--limits-depth=7",
        "--allow-citations",
        "--limits-time=1500ms",
    ];
    let first = config(empty.path(), &flags, &[]);
    let again = folder(&first);
    let second = config(again.path(), &[], &[]);
    let values = |printed: &str| -> Vec<String> {
        let lines = printed.lines().filter(|line| !line.starts_with('#'));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(values(&first), values(&second));
    assert!(second.contains("seed = \"a \\\"b\\\" \\\\c\""), "{second}");
    assert!(second.contains("allow-citations = true"), "{second}");
    assert!(second.contains("time = \"1s 500ms\""), "{second}");
}

#[test]
fn another_file_can_be_named() {
    let folder = folder("[limits]\ndepth = 5\n");
    fs::write(folder.path().join("other.toml"), "[limits]\ndepth = 8\n").unwrap();
    let flags = ["--config", "other.toml"];
    let variables = [("ONRECORD_CONFIG", "other.toml")];
    for printed in [
        config(folder.path(), &flags, &[]),
        config(folder.path(), &[], &variables),
    ] {
        let expected = ("8", "from other.toml:2");
        assert_eq!(value_and_origin(&printed, "depth"), expected);
    }
    let missing = refused(program(folder.path()).args(["config", "--config", "none.toml"]));
    assert!(missing.contains("cannot read none.toml"), "{missing}");
}

#[test]
fn all_mistakes_are_told_at_once_each_with_its_place() {
    let folder = folder(
        "depth = 3\n\n[limits]\ndetph = 3\n  tokens = \"many\"\nlisten = 'x'\ntime = 10\n\n[sever]\nx = 1\n\n[server]\nrequest-timeout = -1\nallow-citations = \"true\"\n",
    );
    let variables = [
        ("ONRECORD_LIMITS_DEPHT", "3"),
        ("ONRECORD_LIMITS_COST", "much"),
        // A service's address, as an orchestrator tells it.
        ("ONRECORD_PORT_8000_TCP_ADDR", "10.0.0.1"),
        ("ONRECORD_TEST_DATA", "what else there may be"),
    ];
    let said = refused(
        program(folder.path())
            .args([
                "config",
                "--server-concurrency",
                "-3",
                "--limits-errors=all",
                "--limits-depth=0",
            ])
            .envs(variables),
    );
    let expected = [
        "onrecord.toml:1:1: `depth` stands in no section: expected it below one; `depth` is in [limits]",
        "onrecord.toml:4:1: there is no setting `detph` in [limits]; did you mean \"depth\"?",
        "onrecord.toml:5:12: `tokens` is \"many\": expected a whole number",
        "onrecord.toml:6:1: there is no setting `listen` in [limits]; it is in [server]",
        "onrecord.toml:7:8: `time` is 10: expected a time with its unit",
        "onrecord.toml:9:2: there is no section [sever]: expected one of record, server, ",
        "onrecord.toml:13:19: `request-timeout` is -1: expected a time with its unit",
        "onrecord.toml:14:19: `allow-citations` is \"true\": expected true or false",
        "there is no variable ONRECORD_LIMITS_DEPHT; did you mean \"ONRECORD_LIMITS_DEPTH\"?",
        "ONRECORD_LIMITS_COST is `much`: expected a whole number",
        "--server-concurrency is `-3`: expected a whole number",
        "--limits-errors is `all`: expected a whole number",
        "--limits-depth is `0`: expected a whole number, 1 at least",
    ];
    for line in expected {
        assert!(said.contains(line), "{line}\nis missing in\n{said}");
    }
    let lines = said.lines().count();
    assert_eq!(lines, expected.len() + 1, "{said}");
    assert!(
        said.starts_with("onrecord: 13 mistakes were found"),
        "{said}"
    );
}

#[test]
fn a_file_that_is_no_toml_is_refused_with_the_place() {
    let folder = folder("[limits]\ndepth = = 3\n");
    let said = refused(program(folder.path()).arg("config"));
    assert!(said.starts_with("onrecord: onrecord.toml:2:9: "), "{said}");
}

#[tokio::test]
async fn the_server_keeps_to_it() {
    let folder = folder("[limits]\ndepth = 2\n\n[server]\nbody-limit = \"1 KiB\"\n");
    let server = Program::serve(folder.path(), &["--limits-aliases", "0"], &[]);
    let ask = async |query: &str| -> Value {
        let url = format!("http://{}/graphql", server.address);
        let body = json!({ "query": query });
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let sent = client.post(url).json(&body).send().await.unwrap();
        sent.json().await.unwrap()
    };
    let fine = ask("{ graph { version } }").await;
    assert!(fine["data"]["graph"]["version"].is_string(), "{fine}");
    for (query, words) in [
        ("{ sources { nodes { id } } }", "at most 2 are allowed"),
        ("{ a: graph { version } }", "at most 0 are allowed"),
        (&" ".repeat(1024), "larger than 1024 bytes"),
    ] {
        let answer = ask(query).await;
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(words), "{answer}");
    }
    server.stop();
}

#[test]
fn commands_without_a_server_keep_to_it_too() {
    let folder = folder("[limits]\ndepth = 2\n");
    fs::write(
        folder.path().join("deep.graphql"),
        "{ sources { nodes { id } } }",
    )
    .unwrap();
    let output = program(folder.path())
        .args(["query", "deep.graphql", "--seed"])
        .arg(package_path("seed/panama-2022"))
        .output()
        .unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "LIMIT_EXCEEDED");
}
