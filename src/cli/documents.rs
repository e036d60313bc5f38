//! Trusted documents: a manifest, or a folder of them, read for the server or written for it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::api::Engine;
use crate::cli::{Inputs, LoadOptions, Outcomes, load, print};
use crate::server::{Trusted, sha256};

/// Prints a manifest of trusted documents: each by its SHA-256.
#[derive(Debug, Args)]
pub(crate) struct ManifestArguments {
    #[command(flatten)]
    inputs: Inputs,
    /// A folder with `.graphql` files, or a manifest
    #[arg(value_name = "FOLDER")]
    from: PathBuf,
}

pub(crate) fn run(arguments: &ManifestArguments) -> Outcomes {
    let options = LoadOptions {
        seed: None,
        ..arguments.inputs.options()?
    };
    let (engine, _) = load(&options).map_err(|error| error.to_string())?;
    let mut found: Vec<_> = trusted(&arguments.from, &engine)?.into_iter().collect();
    found.sort();
    let manifest: Map<String, Value> = found
        .into_iter()
        .map(|(name, document)| (name, document.as_ref().into()))
        .collect();
    print(format!("{:#}\n", Value::Object(manifest)).as_bytes())
}

/// The documents of a manifest, or of the `.graphql` files of a folder, by name. All of them must be valid.
///
/// # Errors
/// When it cannot be read; every document that is not valid, with where it stands.
pub(crate) fn trusted(from: &Path, engine: &Engine) -> Result<Trusted, String> {
    let named = if from.is_dir() {
        folder(from)?
    } else {
        manifest(from)?
    };
    let wrong: Vec<String> = named
        .iter()
        .flat_map(|(_, place, document)| {
            let errors = engine.check(document).err().unwrap_or_default();
            errors
                .into_iter()
                .map(move |error| format!("{place}: {error}"))
        })
        .collect();
    if !wrong.is_empty() {
        return Err(wrong.join("\n"));
    }
    Ok(named
        .into_iter()
        .map(|(name, _, document)| (name, Arc::from(document)))
        .collect())
}

/// A document: its name, where it was found, its text.
type Named = (String, String, String);

fn folder(from: &Path) -> Result<Vec<Named>, String> {
    let unreadable = |error: std::io::Error| format!("cannot read {}: {error}", from.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(from).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path
            .extension()
            .is_none_or(|extension| extension != "graphql")
        {
            continue;
        }
        let text = super::read(&path)?;
        found.push((sha256(&text), path.display().to_string(), text));
    }
    if found.is_empty() {
        return Err(format!(
            "{} holds no documents: expected files whose names end in .graphql",
            from.display()
        ));
    }
    Ok(found)
}

/// The manifests of the field: names and documents in one object, or Apollo's list of operations.
#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    Apollo { operations: Vec<Operation> },
    Plain(Map<String, Value>),
}

#[derive(Deserialize)]
struct Operation {
    id: String,
    body: String,
}

fn manifest(from: &Path) -> Result<Vec<Named>, String> {
    let place = from.display();
    let text = super::read(from)?;
    let value: Value = serde_json::from_str(&text).map_err(|error| format!("{place}: {error}"))?;
    let found = serde_json::from_value(value).map_err(|_| {
        format!("{place}: expected a JSON object of documents by name, or Apollo's manifest with `operations`, each with `id` and `body`")
    })?;
    let documents: Vec<(String, String)> = match found {
        Manifest::Apollo { operations } => operations
            .into_iter()
            .map(|operation| (operation.id, operation.body))
            .collect(),
        Manifest::Plain(documents) => documents
            .into_iter()
            .map(|(name, document)| match document {
                Value::String(text) => Ok((name, text)),
                other => Err(format!(
                    "{place}: {name} is {other}: expected a document as text"
                )),
            })
            .collect::<Result<_, _>>()?,
    };
    Ok(documents
        .into_iter()
        .map(|(name, document)| {
            let plain = name.strip_prefix("sha256:").unwrap_or(&name).to_owned();
            (plain, format!("{place}, {name}"), document)
        })
        .collect())
}
