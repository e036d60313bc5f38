//! Tables with made-up columns, good and bad.

use std::fs;

use tempfile::TempDir;

use crate::ingest::ontology;
use crate::ingest::problem::Problems;
use crate::ingest::records::Recorded;
use crate::ingest::records::tests::read_folder;
use crate::model::change::Change;
use crate::model::claim::{Assertion, Stated, Until};
use crate::model::ontology::Ontology;
use crate::model::value::Value;

const ONTOLOGY: &str = r#"
type Person @entity(prefix: "person") {
  name: String
  born: EDTF
  posts: [Post!]! @relationship(type: "HOLDS", direction: OUT, properties: "Tenure")
}
type Post @entity(prefix: "post") {
  name: String
  holders: [Person!]! @relationship(type: "HOLDS", direction: IN, properties: "Tenure")
}
type Tenure @relationshipProperties { row: String @identity }
"#;

const MAPPING: &str = r#"
table: people.csv
source: list
sources:
  list: { title: A list, kind: DATASET }
row: "{id}"
quote: "{remark}"
misfits: annotate
words:
  posts: { boss: head }
skip:
  r9: it is not about a person
columns:
  person: { text: "{name|slug}", distinct: "{name}" }
entities:
  person:{person}:
    name: { once: true, value: "{name}" }
    born: "{born}"
    posts:
      - { to: "post:{post|posts}", since: "{since}", until: "{until}", row: "{id}", asStated: "{post}" }
  post:{post|posts}:
    once: true
    name: "{post}"
"#;

const TABLE: &str = "id,name,born,post,since,until,remark
r1,Ann Lee,1950,boss,1980-02,1985,\"First, and alone\"
r2,Ann-Lee,,boss,1986,,
r3,Ann Lee,,boss,1990,1989,
r9,A dog,,boss,,,
";

fn ontology() -> Ontology {
    ontology::read(ONTOLOGY, "test").expect("the ontology is right")
}

fn read(mapping: &str, table: &str) -> Result<Vec<Recorded>, Problems> {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("writes");
    write("people.mapping.yaml", mapping);
    write("people.csv", table);
    write(
        "manifest.yaml",
        "transactions: [{ file: people.mapping.yaml, recordedAt: 2026-11-02T09:00:00Z, author: a, reason: b }]",
    );
    read_folder(&ontology(), folder.path())
}

/// The problems, without the folder.
fn told(mapping: &str, table: &str) -> Vec<String> {
    let problems = read(mapping, table).expect_err("is wrong");
    problems
        .iter()
        .map(|problem| {
            let file = problem.file.rsplit('/').next().unwrap_or_default();
            format!("{file}:{}: {}", problem.line, problem.message)
        })
        .collect()
}

#[test]
fn rows_become_claims() {
    let recorded = read(MAPPING, TABLE).expect("is right").remove(0);
    let puts: Vec<&str> = recorded
        .transaction
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::PutEntity { id } => Some(id.as_str()),
            _ => None,
        })
        .collect();
    // Two texts with one slug are two people; what stands there already is not put again.
    assert_eq!(
        puts,
        [
            "source:list",
            "person:ann-lee",
            "post:head",
            "person:ann-lee-2",
            "annotation:people-r3"
        ]
    );
    let claims: Vec<String> = recorded
        .transaction
        .changes
        .iter()
        .zip(&recorded.places)
        .filter_map(|(change, place)| match change {
            Change::AddClaim { claim } if claim.subject.prefix() == "person" => {
                Some((claim, place.line))
            }
            _ => None,
        })
        .map(|(claim, line)| {
            let what = match &claim.statement {
                Assertion::Property { property, .. } => property.clone(),
                Assertion::Relationship { object, .. } => object.to_string(),
            };
            let until = match &claim.valid.until {
                Some(Until::Date(date)) => date.to_string(),
                _ => "".into(),
            };
            let since = claim
                .valid
                .since
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            let evidence = &claim.evidence[0];
            let quote = evidence
                .quote
                .as_ref()
                .map_or("", |quote| quote.exact.as_str());
            let note = evidence.note.as_deref().unwrap_or_default();
            format!(
                "{line} {} {what} {since}-{until} {note:?} {quote:?}",
                claim.subject
            )
        })
        .collect();
    assert_eq!(
        claims,
        [
            r#"2 person:ann-lee name - "people.csv, row r1, line 2" "First, and alone""#,
            r#"2 person:ann-lee born - "people.csv, row r1, line 2" "First, and alone""#,
            r#"2 person:ann-lee post:head 1980-02-1985 "people.csv, row r1, line 2" "First, and alone""#,
            r#"3 person:ann-lee-2 name - "people.csv, row r2, line 3" """#,
            r#"3 person:ann-lee-2 post:head 1986- "people.csv, row r2, line 3" """#,
            r#"4 person:ann-lee post:head 1990-1989 "people.csv, row r3, line 4" """#,
        ]
    );
    let remarks: Vec<(usize, &str)> = recorded
        .remarks
        .iter()
        .map(|remark| (remark.line, remark.message.as_str()))
        .collect();
    assert_eq!(
        remarks,
        [
            (
                4,
                "until lies before since, kept as stated: claim:people-r3"
            ),
            (5, "row \"r9\" is left out: it is not about a person"),
        ]
    );
}

#[test]
fn lines_are_counted_whatever_ends_them() {
    let recorded = read(MAPPING, &TABLE.replace('\n', "\r\n"))
        .expect("is right")
        .remove(0);
    assert_eq!(recorded.remarks.last().map(|remark| remark.line), Some(5));
}

#[test]
fn all_that_does_not_fit_is_told() {
    let table = "id,name,born,post,since,until,remark
r1,Ann,May,boss,,,
r2,Bea,1950,boss
r3,Cid,1950,bos,,,
r4,Dee,1950,boss,1990,1980,
r9,A dog,,,,,
";
    assert_eq!(
        told(
            &MAPPING.replace("misfits: annotate", "misfits: refuse"),
            table
        ),
        [
            "people.csv:2: column \"born\": date \"May\": found 'M' at character 1, expected a date such as 2022-04-19, 2022-04~, 2022, 202X or an interval such as 2009/2021~",
            "people.csv:3: the row has 4 fields, expected 7 as in the first line",
            "people.csv:4: column \"post\": \"bos\" is not among the words \"posts\"; did you mean \"boss\"?",
            "people.csv:5: column \"until\": until 1980 lies before since 1990, expected it not to; with \"misfits: annotate\" it is kept as stated, with a note",
        ]
    );
}

/// A mapping of one entity, with further lines for it.
fn posts(entity: &str) -> String {
    format!(
        "table: people.csv\nsource: list\nsources:\n  list: {{ title: A list, kind: DATASET }}\nrow: \"{{id}}\"\nentities:\n  post:{{id}}:\n{entity}"
    )
}

#[test]
fn no_row_vanishes() {
    let mapping = posts(
        "    name: \"{name}\"\n  person:{who|slug}:\n    name: { once: true, value: \"{who}\" }\n",
    );
    let table = "id,name,who\n1,Head,Ann\n,Lost,Ann\n1,Other,Ann\n3,,\n4,,Ann\n1,Third,\n";
    assert_eq!(
        told(&mapping, table),
        [
            "people.csv:3: the row has no \"post:{id}\", since nothing stands in \"id\"; expected an id, or \"when\" on the entity where it may be absent",
            "people.csv:4: row \"1\" stands twice, first in line 2, expected each row to have a name of its own",
            "people.csv:5: the row has no \"person:{who|slug}\", since nothing stands in \"who\"; expected an id, or \"when\" on the entity where it may be absent",
            "people.csv:7: row \"1\" stands twice, first in line 2, expected each row to have a name of its own",
        ]
    );
}

#[test]
fn a_row_says_something_unless_the_mapping_excuses_it() {
    let table = "id,name\n1,Head\n2,\n3,\n";
    let nothing = "the row says nothing, since the columns that its claims need are empty; expected a claim, or \"skip\" or \"when\" to leave it out";
    assert_eq!(
        told(&posts("    name: \"{name}\"\n"), table),
        [2, 3].map(|row| format!("people.csv:{}: {nothing}", row + 1))
    );

    // What an earlier row said need not be said again.
    let twice = posts("    name: { once: true, value: \"{name}\" }\n")
        .replace("post:{id}", "post:{name|slug}");
    read(&twice, "id,name\n1,Head\n2,Head\n").expect("is right");

    // Rows that the mapping is not for are counted.
    let recorded = read(
        &posts("    when: { name: \"*\" }\n    name: \"{name}\"\n"),
        table,
    )
    .expect("is right")
    .remove(0);
    let remarks: Vec<(usize, &str)> = recorded
        .remarks
        .iter()
        .map(|remark| (remark.line, remark.message.as_str()))
        .collect();
    assert_eq!(
        remarks,
        [(
            3,
            "2 rows are left out, this the first: no entity of the mapping is for it by its \"when\""
        )]
    );
}

#[test]
fn a_table_in_another_encoding_is_told() {
    let folder = TempDir::new().expect("a folder");
    let write =
        |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).expect("writes");
    write(
        "people.mapping.yaml",
        posts("    name: \"{name}\"\n").as_bytes(),
    );
    write("people.csv", b"id,name\n1,Jos\xe9\n");
    write(
        "manifest.yaml",
        b"transactions: [{ file: people.mapping.yaml, recordedAt: 2026-11-02T09:00:00Z, author: a, reason: b }]",
    );
    let problems = read_folder(&ontology(), folder.path()).expect_err("is wrong");
    let told: Vec<(usize, &str)> = problems
        .iter()
        .map(|problem| (problem.line, problem.message.as_str()))
        .collect();
    assert_eq!(
        told,
        [(
            2,
            "field 2 is not in UTF-8 from its byte 4 on, expected the table to be"
        )]
    );
}

#[test]
fn a_time_with_one_end_is_not_a_day() {
    let mapping = posts("    name: \"{id}\"\n").replace("post:{id}", "person:{id}")
        + "    born: \"{from..to}\"\n";
    let table = "id,from,to\na,2001-01-01,2001-01-02\nb,,2001-01-02\nc,2001-01-01,\nd,,\n";
    let recorded = read(&mapping, table).expect("is right").remove(0);
    let born: Vec<String> = recorded
        .transaction
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::AddClaim { claim } => match &claim.statement {
                Assertion::Property {
                    property,
                    stated: Stated::Value(Value::Date(born)),
                } if property == "born" => Some(format!("{} {born}", claim.subject)),
                _ => None,
            },
            _ => None,
        })
        .collect();
    assert_eq!(
        born,
        [
            "person:a 2001-01-01/2001-01-02",
            "person:b /2001-01-02",
            "person:c 2001-01-01/"
        ]
    );
}

#[test]
fn no_more_is_told_than_anybody_reads() {
    let rows: String = (1..=2000)
        .map(|row| format!("r{row},Ann,May,boss,,,\n"))
        .collect();
    let header = TABLE.lines().next().unwrap_or_default();
    let found = told(
        &MAPPING.replace("skip:\n  r9: it is not about a person\n", ""),
        &format!("{header}\n{rows}"),
    );
    assert_eq!(found.len(), 1001);
    assert_eq!(
        found[1000],
        "people.csv:1002: there are more problems than are shown"
    );
}

#[test]
fn mistakes_of_the_mapping_are_told_once() {
    let wrong = MAPPING
        .replace("born: \"{born}\"", "birth: \"{born}\"")
        .replace("  r9: it", "  r8: it");
    let found = told(&wrong, TABLE);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(
        found[0],
        "people.mapping.yaml:12: \"skip\" names \"r8\", which no row is called"
    );
    assert!(
        found[1].starts_with(
            "people.mapping.yaml:18: Person has no property or relationship \"birth\""
        )
    );

    let wrong = MAPPING
        .replace("{name|slug}", "{nam|slug}")
        .replace("table:", "tabel:");
    assert_eq!(told(&wrong, TABLE).len(), 2);
    let wrong = MAPPING
        .replace("{name|slug}", "{nam|slug}")
        .replace("misfits: annotate", "misfits: keep");
    assert_eq!(
        told(&wrong, TABLE).first().map(String::as_str),
        Some("people.mapping.yaml:8: found \"keep\", expected refuse or annotate")
    );
    assert_eq!(
        told(MAPPING, &TABLE.replace(',', ";")),
        ["people.csv:1: the columns are separated by ';', expected commas"]
    );
    assert!(told(MAPPING, "id,id\n")[0].contains("two columns \"id\""));
    assert!(
        told(&MAPPING.replace("people.csv", "nobody.csv"), TABLE)[0].contains("cannot be read")
    );
    assert!(
        told(&MAPPING.replace("people.csv", "../x.csv"), TABLE)[0]
            .contains("below the mapping's folder")
    );
}
