//! Who may name whom in `src`: the order of the layers, the crates that a layer keeps away from,
//! and that no type of the default ontology has a place in the program.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::support::package_path;

mod tokens;

use self::tokens::{Kind, Token, is_word, plain_text, tokens};

/// A layer names itself, those to its left, and `error`.
const LAYERS: [&str; 9] = [
    "settings", "model", "graph", "store", "ingest", "export", "api", "server", "cli",
];

/// Neighbours of which neither names the other.
const STRANGERS: [(&str, &str); 2] = [("ingest", "export"), ("export", "ingest")];

/// Crates that a layer does not name outside its tests. Of `tokio`, `store` may name `sync`.
const FOREIGN: [(&str, &[&str]); 5] = [
    ("settings", PURE),
    ("model", PURE),
    ("graph", PURE),
    ("store", &["tokio"]),
    ("api", &["axum", "async_graphql_axum"]),
];
const PURE: &[&str] = &[
    "apollo_compiler",
    "async_graphql",
    "async_graphql_axum",
    "axum",
    "rusqlite",
    "tokio",
];

#[test]
fn a_layer_names_only_those_to_its_left() {
    let mut problems = Vec::new();
    for (path, source) in files_below("src") {
        if path.ends_with(".rs") {
            problems.extend(layer_problems(&path, &tokens(&source)));
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn the_program_knows_no_type_of_the_default_ontology() {
    let types = entity_types(&fs::read_to_string(package_path("schema/ontology.graphql")).unwrap());
    assert!(types.contains("Commitment"), "found only {types:?}");

    let mut sources = BTreeMap::new();
    let mut tests = Vec::new();
    for (path, source) in files_below("src") {
        let tokens = if path.ends_with(".rs") {
            tokens(&source)
        } else {
            plain_text(&source)
        };
        tests.extend(test_files(&path, &tokens));
        sources.insert(path, tokens);
    }

    let mut problems = Vec::new();
    for (path, tokens) in &sources {
        if !tests.iter().any(|test| is_below(path, test)) {
            problems.extend(name_problems(path, tokens, &types));
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn each_rule_finds_what_it_forbids() {
    let wrong = [
        ("src/model/a.rs", "use crate::graph::View;"),
        ("src/graph/a.rs", "fn f() -> crate::api::Plan {}"),
        ("src/export/a.rs", "use crate::ingest::Problem;"),
        ("src/ingest/a.rs", "pub use crate::export::Row;"),
        (
            "src/server/a.rs",
            "#[cfg(test)] mod t { use crate::cli::X; }",
        ),
        ("src/cli/a.rs", "use crate::{api, graph};"),
        ("src/error.rs", "use crate::graph::View;"),
        ("src/graph/a.rs", "use crate::Engine;"),
        ("src/graph/a.rs", "use super::super::api::Plan;"),
        ("src/graph/mod.rs", "use super::api::Plan;"),
        ("src/other/a.rs", "struct A;"),
        ("src/model/a.rs", "use tokio::sync::watch;"),
        ("src/graph/a/b.rs", "fn f(e: async_graphql::Error) {}"),
        ("src/store/a.rs", "use tokio::time::sleep;"),
        ("src/store/a.rs", "use tokio::{sync, time};"),
        ("src/api/a.rs", "use axum::Router;"),
    ];
    for (path, source) in wrong {
        let problems = layer_problems(path, &tokens(source));
        assert_eq!(problems.len(), 1, "{path}: {source}\n{problems:?}");
    }
    let right = [
        (
            "src/model/a.rs",
            "use crate::error::Error; // not crate::api",
        ),
        ("src/cli/a.rs", "use crate::server::{Options, serve};"),
        ("src/cli/a/b.rs", "use super::super::open;"),
        (
            "src/api/a.rs",
            "use crate::export::Row; pub(crate) fn f() {}",
        ),
        ("src/store/a.rs", "use tokio::sync::watch;"),
        (
            "src/store/a.rs",
            "#[cfg(test)] mod t { #[tokio::test] fn f() {} }",
        ),
        ("src/lib.rs", "pub use crate::api::Engine;"),
    ];
    for (path, source) in right {
        let problems = layer_problems(path, &tokens(source));
        assert!(problems.is_empty(), "{path}: {source}\n{problems:?}");
    }

    let types = entity_types(
        "\"\"\"\ntype A @entity\n\"\"\"\ntype Country implements\n  Party @entity(x: 1) {\n}\n\
         type Edge @relationshipProperties {\n}\n# type B @entity\n",
    );
    assert_eq!(types, BTreeSet::from(["Country".to_owned()]));
    let named = [
        ("enum E { Country }", 1),
        ("f(\"a\\\"b\\nCountry\");", 1),
        ("f(r#\"a \"Country\" b\"#, 'x', '\\'', \"Country's\");", 2),
        ("fn f<'a>(x: &'a Country) {}", 1),
        (
            "// Country\n/// Country\n/* a /* b */ Country */ struct Countrys;",
            0,
        ),
        ("#[cfg(test)]\nmod t { f(\"Country\") }\nstruct Country;", 1),
        ("#[cfg(test)]\n#[expect(x)]\nuse a::Country;", 0),
    ];
    for (source, number) in named {
        let problems = name_problems("src/a.rs", &tokens(source), &types);
        assert_eq!(problems.len(), number, "{source}\n{problems:?}");
    }
}

// The rules.

fn layer_problems(path: &str, tokens: &[Token]) -> Vec<String> {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    let layer = inside.split('/').next().unwrap_or(inside);
    let layer = layer.strip_suffix(".rs").unwrap_or(layer);
    let is_layer = LAYERS.contains(&layer);
    if !is_layer && !["error", "lib", "main"].contains(&layer) {
        return vec![format!(
            "{path}:1: `{layer}` is none of the layers {LAYERS:?}"
        )];
    }
    let foreign = FOREIGN.iter().find(|(name, _)| *name == layer);
    let foreign = foreign.map_or(&[][..], |(_, crates)| crates);
    let depth = inside
        .split('/')
        .filter(|part| !["mod.rs", "lib.rs", "main.rs"].contains(part))
        .count();

    let mut problems = Vec::new();
    let mut supers = 0;
    for (index, token) in tokens.iter().enumerate() {
        let Kind::Word(word) = &token.kind else {
            continue;
        };
        let after = token_after_path_sign(&tokens[index + 1..]);
        let mut report = |what: String| problems.push(format!("{path}:{}: {what}", token.line));
        match (word.as_str(), after) {
            ("crate", Some(Kind::Sign('{'))) => {
                report("`crate::{` hides who is named: one `use` for each module".to_owned());
            }
            ("crate", Some(Kind::Word(named))) if !may_name(layer, named) => {
                report(format!("`{layer}` may not name `crate::{named}`"));
            }
            _ => {}
        }
        supers = match (word.as_str(), after) {
            ("super", Some(_)) => supers + 1,
            _ => 0,
        };
        if is_layer && supers == depth && !token.is_test {
            report("`super` leaves the layer: begin with `crate`".to_owned());
        }
        if foreign.contains(&word.as_str()) && !token.is_test {
            let is_sync = matches!(after, Some(Kind::Word(part)) if part == "sync");
            if !(layer == "store" && is_sync) {
                report(format!("`{layer}` may not name `{word}` in this way"));
            }
        }
    }
    problems
}

/// Whether a file of `layer` may say `crate::named`.
fn may_name(layer: &str, named: &str) -> bool {
    let place = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    match (layer, place(layer), place(named)) {
        ("error", _, _) => named == "model",
        (_, None, _) => true, // lib.rs and main.rs stand above all layers
        (_, Some(_), None) => named == "error",
        (_, Some(own), Some(other)) => other <= own && !STRANGERS.contains(&(layer, named)),
    }
}

/// What follows `::`, if that is what `tokens` begin with.
fn token_after_path_sign(tokens: &[Token]) -> Option<&Kind> {
    match tokens {
        [first, second, third, ..]
            if first.kind == Kind::Sign(':') && second.kind == Kind::Sign(':') =>
        {
            Some(&third.kind)
        }
        _ => None,
    }
}

fn name_problems(path: &str, tokens: &[Token], types: &BTreeSet<String>) -> Vec<String> {
    let mut problems = Vec::new();
    for token in tokens.iter().filter(|token| !token.is_test) {
        let names: Vec<&str> = match &token.kind {
            Kind::Word(word) => vec![word],
            Kind::Text(text) => text.split(|c: char| !is_word(c)).collect(),
            Kind::Sign(_) => continue,
        };
        for name in names.into_iter().filter(|name| types.contains(*name)) {
            problems.push(format!(
                "{path}:{}: `{name}` is a type of the default ontology, which is data",
                token.line
            ));
        }
    }
    problems
}

/// The names of the types that SDL declares with `@entity`.
fn entity_types(sdl: &str) -> BTreeSet<String> {
    let mut types = BTreeSet::new();
    let mut is_description = false;
    // The lines of a type from its name to its brace.
    let mut head = String::new();
    for line in sdl.lines() {
        let is_code = !is_description;
        is_description ^= line.matches("\"\"\"").count() % 2 == 1;
        if !is_code || (head.is_empty() && !line.starts_with("type ")) {
            continue;
        }
        head.push_str(line);
        head.push(' ');
        if line.contains('{') {
            let words: Vec<&str> = head.split(|c: char| c != '@' && !is_word(c)).collect();
            if words.contains(&"@entity") {
                types.insert(words[1].to_owned());
            }
            head.clear();
        }
    }
    types
}

/// The files of the modules that `path` declares for its tests alone, and their folders.
fn test_files(path: &str, tokens: &[Token]) -> Vec<String> {
    let folder = ["/mod.rs", "/lib.rs", "/main.rs", ".rs"]
        .iter()
        .find_map(|ending| path.strip_suffix(ending))
        .unwrap_or(path);
    let mut files = Vec::new();
    for window in tokens.windows(3).filter(|window| window[0].is_test) {
        if let [Kind::Word(word), Kind::Word(name), Kind::Sign(';')] =
            [&window[0].kind, &window[1].kind, &window[2].kind]
            && word == "mod"
        {
            files.extend([format!("{folder}/{name}.rs"), format!("{folder}/{name}")]);
        }
    }
    files
}

/// Whether `path` is `place` or lies in it.
fn is_below(path: &str, place: &str) -> bool {
    path.strip_prefix(place)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// All files below a folder of the package, each with its path from there and its text.
fn files_below(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(package_path(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(entry.path()) {
                // What is not text, such as a picture, names nothing.
                files.push((path, text));
            }
        }
    }
    files.sort();
    assert!(files.len() > 10, "src has only {} files", files.len());
    files
}
