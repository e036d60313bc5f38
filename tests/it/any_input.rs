//! No input makes the program panic or grow without bound, and what is wrong with it has a place. Inputs are real ones with
//! pieces cut, doubled, moved and put in, and bytes. `PROPTEST_CASES` asks for more of them.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use onrecord::api::{Allow, Outcome, Request};
use onrecord::export::dump::dump;
use onrecord::ingest::dump::Dump;
use onrecord::ingest::ontology;
use onrecord::ingest::problem::Problems;
use onrecord::ingest::records::Folder;
use onrecord::model::date::Edtf;
use onrecord::model::ontology::Ontology;
use onrecord::store::Store;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

use crate::support::{package_path, seed_engine};

/// The longest answer to what was made up here: none asks for much.
const LONGEST_ANSWER: usize = 4 << 20;
/// How much longer than its input all that is said of the input may be.
const SAID_AT_MOST: usize = 400;

/// A file's mistakes, one of each.
fn said_well(problems: &Problems, folder: &Path, length: usize) {
    let mut said = 0;
    for problem in problems.iter() {
        assert!(problem.line > 0 && problem.column > 0, "{problem}");
        assert!(Path::new(&problem.file).starts_with(folder), "{problem}");
        assert!(!problem.message.is_empty(), "{problem}");
        said += problem.message.len();
    }
    assert!(said > 0, "a refusal says why");
    assert!(
        said <= SAID_AT_MOST * (length + 100),
        "{said} bytes are said of {length}"
    );
}

/// One change of a text: at a place, so many bytes are left out, and something is put in.
#[derive(Debug, Clone)]
enum Piece {
    Text(&'static str),
    Bytes(Vec<u8>),
    /// A piece of the text itself.
    Again(Index, usize),
    Often(&'static str, usize),
}

const TOKENS: [&str; 48] = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ":",
    ",",
    "\"",
    "\"\"\"",
    "'",
    "$",
    "@",
    "...",
    "!",
    "&",
    "*",
    "|",
    "#",
    "-",
    "- ",
    "\n",
    "\n  ",
    "\t",
    "\r",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "\u{1f600}",
    "\\u{110000}",
    "\\ud800",
    "null",
    "true",
    "~",
    "<<: *a",
    "&a ",
    "!!binary ",
    "---\n",
    "-1",
    "1e999",
    "99999999999999999999",
    "0.1",
    "2022-13-45",
    "country:us",
    "x:y@z",
    "id",
    "where",
    "fragment F on Query { ...F }",
];

fn piece() -> impl Strategy<Value = Piece> {
    prop_oneof![
        6 => select(&TOKENS[..]).prop_map(Piece::Text),
        2 => proptest::collection::vec(any::<u8>(), 0..12).prop_map(Piece::Bytes),
        4 => (any::<Index>(), 0..200usize).prop_map(|(from, length)| Piece::Again(from, length)),
        1 => (select(&TOKENS[..]), 0..3000usize).prop_map(|(token, times)| Piece::Often(token, times)),
    ]
}

type Change = (Index, usize, Piece);

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let length = prop_oneof![6 => 0..3usize, 3 => 0..40usize, 1 => 0..2000usize];
    proptest::collection::vec((any::<Index>(), length, piece()), 1..6)
}

fn changed(text: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut text = text.to_vec();
    for (at, cut, piece) in changes {
        let at = at.index(text.len() + 1);
        let end = (at + cut).min(text.len());
        let put = match piece {
            Piece::Text(put) => put.as_bytes().to_vec(),
            Piece::Bytes(put) => put.clone(),
            Piece::Again(from, length) => {
                let from = from.index(text.len() + 1);
                text[from..(from + length).min(text.len())].to_vec()
            }
            Piece::Often(put, times) => put.repeat(*times).into_bytes(),
        };
        text.splice(at..end, put);
    }
    text
}

fn words(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// The examples, as they are written.
fn examples() -> &'static [String] {
    static EXAMPLES: OnceLock<Vec<String>> = OnceLock::new();
    EXAMPLES.get_or_init(|| {
        let mut paths: Vec<_> = fs::read_dir(package_path("schema/examples"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "graphql"))
            .collect();
        paths.sort();
        paths
            .iter()
            .map(|path| fs::read_to_string(path).unwrap())
            .collect()
    })
}

/// Asks the seed, and looks whether the answer is one.
fn ask(query: String, variables: Map<String, Value>) -> Value {
    let shown = query.clone();
    let answer = seed_engine().execute(
        &Request {
            query,
            variables,
            ..Request::default()
        },
        Allow::Everything,
    );
    assert!(answer.body.len() <= LONGEST_ANSWER, "{shown}");
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    let errors = body["errors"].as_array().map_or(&[][..], Vec::as_slice);
    assert_eq!(
        errors.is_empty(),
        body.get("data").is_some_and(|data| !data.is_null()),
        "{shown}\n{body}"
    );
    assert!(errors.len() <= 20);
    for error in errors {
        let code = error["extensions"]["code"].as_str().unwrap_or_default();
        assert!(
            !code.is_empty() && code != "INTERNAL_SERVER_ERROR",
            "{shown}\n{error}"
        );
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{error}"
        );
        if code == "GRAPHQL_VALIDATION_FAILED" || code == "GRAPHQL_PARSE_FAILED" {
            let has_place = error.get("locations").is_some() || error.get("path").is_some();
            assert!(has_place, "{shown}\n{error}");
        }
    }
    if answer.outcome == Outcome::RequestError {
        assert!(body.get("data").is_none(), "{shown}\n{body}");
    }
    body
}

/// Values for a variable, of any kind.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        "\\PC{0,12}".prop_map(Value::from),
        select(vec![
            "country:us",
            "meeting:panama-2022",
            "2022-04-19",
            "2022-04-~19/..",
            "country:us@2022",
            "ASC",
            "panama",
            "["
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let name = select(vec![
            "id", "eq", "in", "some", "node", "AND", "OR", "NOT", "name", "count", "gt", "matches",
            "x", "",
        ]);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((name, inner), 0..4).prop_map(|fields| {
                Value::Object(
                    fields
                        .into_iter()
                        .map(|(name, value)| (name.to_owned(), value))
                        .collect(),
                )
            }),
        ]
    })
}

/// A document that takes each of the values as a variable of a type of its own.
const VARIED: &str = "query($a: CommitmentWhere, $b: [CommitmentOrderBy!], $c: Int, $d: String, $e: ID = \"country:us\", $f: [ID!]! = []) {
  commitments(where: $a, orderBy: $b, first: $c, after: $d) { nodes { id } }
  country(id: $e) { name } nodes(ids: $f) { id } at(date: $d) { graph { version } } search(text: $d, first: $c) { edges { cursor } }
}";

/// The ontology, and record files with all that they need: name, text.
fn default_ontology() -> &'static Ontology {
    static ONTOLOGY: OnceLock<Ontology> = OnceLock::new();
    ONTOLOGY.get_or_init(|| {
        let text = fs::read_to_string(package_path("schema/ontology.graphql")).unwrap();
        ontology::read(&text, "ontology.graphql").unwrap()
    })
}

fn seed_file(name: &str) -> Vec<u8> {
    fs::read(package_path("seed").join(name)).unwrap()
}

/// Reads a folder and commits what it holds to a record of its own.
fn load_folder(files: &[(&str, Vec<u8>)]) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let length = files.iter().map(|(_, text)| text.len()).sum();
    let ontology = default_ontology();
    let store = Store::in_memory(Arc::new(ontology.clone()));
    let ignored = |_| ();
    let opened = match Folder::open(ontology, folder.path(), &ignored) {
        Ok(opened) => opened,
        Err(problems) => return said_well(&problems, folder.path(), length),
    };
    for recorded in opened {
        match recorded {
            Ok(recorded) => drop(store.commit(&recorded.transaction)),
            Err(problems) => return said_well(&problems, folder.path(), length),
        }
    }
}

const MANIFEST: &str = "transactions:
  - file: FILE
    recordedAt: 2026-11-02T09:00:00Z
    author: a test
    reason: A reason
";

/// A table of the seed, short enough to be read often.
fn short_table(name: &str) -> Vec<u8> {
    let all = words(&seed_file(name));
    let lines: Vec<_> = all.lines().take(8).collect();
    lines.join("\n").into_bytes()
}

/// The seed's one story as a dump: its first lines, for the rest is of their kinds.
fn dumped() -> &'static [u8] {
    static DUMP: OnceLock<Vec<u8>> = OnceLock::new();
    DUMP.get_or_init(|| {
        let ontology = default_ontology();
        let store = Store::in_memory(Arc::new(ontology.clone()));
        for recorded in Folder::open(ontology, &package_path("seed/panama-2022"), &|_| ()).unwrap()
        {
            store.commit(&recorded.unwrap().transaction).unwrap();
        }
        let mut lines = Vec::new();
        dump(&store, &mut lines).unwrap();
        let length = lines.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let end = length.map(|(at, _)| at + 1).nth(60).unwrap();
        lines.truncate(end);
        lines
    })
}

#[test]
fn what_is_changed_here_is_right_as_it_is() {
    for example in examples() {
        assert!(ask(example.clone(), Map::new()).get("errors").is_none());
    }
    assert!(
        ask(
            VARIED.to_owned(),
            json!({"d": "2022"}).as_object().unwrap().clone()
        )["errors"]
            .is_array()
    );
    assert!(dumped().len() > 1000);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_is_answered_or_refused_with_a_place(example in any::<Index>(), changes in changes()) {
        ask(words(&changed(example.get(examples()).as_bytes(), &changes)), Map::new());
    }

    #[test]
    fn a_document_of_bytes_is_refused_with_a_place(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let body = ask(words(&bytes), Map::new());
        prop_assert!(body["errors"].is_array());
    }

    #[test]
    fn variables_of_any_kind_are_taken_or_refused(values in proptest::collection::vec(json_value(), 6), names in proptest::collection::vec(any::<bool>(), 6)) {
        let given = "abcdef".chars().zip(values).zip(names).filter(|(_, given)| *given);
        ask(VARIED.to_owned(), given.map(|((name, value), _)| (name.to_string(), value)).collect());
    }

    #[test]
    fn a_cursor_is_one_that_was_given_or_refused(changes in changes(), back in any::<bool>()) {
        let list = |arguments: &str| format!("{{ countries({arguments}) {{ edges {{ cursor }} }} }}");
        let page = ask(list("first: 2"), Map::new());
        let cursor = page["data"]["countries"]["edges"][1]["cursor"].as_str().unwrap().to_owned();
        let cursor = json!(words(&changed(cursor.as_bytes(), &changes)));
        let given = if back { "last: 2, before: $c" } else { "first: 2, after: $c" };
        let query = format!("query($c: String) {}", list(given));
        ask(query, Map::from_iter([("c".to_owned(), cursor)]));
    }

    #[test]
    fn a_date_is_read_or_refused_at_a_place(date in select(vec!["2022-04-19", "2022-04-19T10:00:00Z", "2022~/2023?", "../1999-12", "19XX", "-0044-03-15", "2022-21", "[2022,2023..]", "{1960,1961-12}", "Y-17E7", "?2004-06-~11", "156u-12-25"]), changes in changes()) {
        let text = words(&changed(date.as_bytes(), &changes));
        match text.parse::<Edtf>() {
            Ok(date) => {
                prop_assert_eq!(&date.as_str().parse::<Edtf>().unwrap(), &date);
                prop_assert!(!date.label().is_empty());
                prop_assert!(date.earliest().zip(date.latest()).is_none_or(|(first, last)| first <= last));
            }
            Err(error) => {
                prop_assert!(error.position() <= text.chars().count() + 1, "{}", error);
                prop_assert!(error.to_string().len() < 2 * text.len() + 200, "{}", error);
            }
        }
    }

    #[test]
    fn a_record_file_is_taken_or_refused_with_places(changes in changes(), of_manifest in 0..8usize) {
        let manifest = MANIFEST.replace("FILE", "a.yaml").into_bytes();
        let file = seed_file("panama-2022/article.yaml");
        load_folder(&match of_manifest {
            0 => [("manifest.yaml", changed(&manifest, &changes)), ("a.yaml", file)],
            _ => [("manifest.yaml", manifest), ("a.yaml", changed(&file, &changes))],
        });
    }

    #[test]
    fn a_table_and_its_mapping_are_taken_or_refused_with_places(changes in changes(), name in select(vec!["countries/countries", "state-department/people", "state-department/travels"]), of_mapping in any::<bool>()) {
        let (stem, manifest) = (name.rsplit('/').next().unwrap(), MANIFEST.replace("FILE", &format!("{}.mapping.yaml", name.rsplit('/').next().unwrap())));
        let mut mapping = seed_file(&format!("{name}.mapping.yaml"));
        let mut table = short_table(&format!("{name}.csv"));
        let one = if of_mapping { &mut mapping } else { &mut table };
        *one = changed(one, &changes);
        load_folder(&[("manifest.yaml", manifest.into_bytes()), (&format!("{stem}.mapping.yaml"), mapping), (&format!("{stem}.csv"), table)]);
    }

    #[test]
    fn a_dump_is_taken_or_refused_with_places(changes in changes()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ndjson");
        let text = changed(dumped(), &changes);
        fs::write(&path, &text).unwrap();
        let store = Store::in_memory(Arc::new(default_ontology().clone()));
        match Dump::open(&path, &|_| ()) {
            Ok(transactions) => for dumped in transactions {
                match dumped {
                    Ok(dumped) => drop(store.commit(&dumped.transaction)),
                    Err(problems) => said_well(&problems, folder.path(), text.len()),
                }
            },
            Err(problems) => said_well(&problems, folder.path(), text.len()),
        }
    }
}
