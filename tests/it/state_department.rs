//! What the tables of the US Department of State are known to say, asked through GraphQL.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use onrecord::cli::{LoadOptions, open};
use onrecord::ingest::records::Folder;
use onrecord::model::change::Change;
use serde_json::{Value, json};

use crate::support::{TestApp, package_path};

const SECRETARY: &str = "office:us-secretary-of-state";

/// The rows of a table, each with its columns by name.
fn rows(table: &str) -> Vec<HashMap<String, String>> {
    let path = package_path("seed/state-department").join(table);
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// The whole seed.
async fn whole() -> TestApp {
    TestApp::builder()
        .seed(Some(package_path("seed")))
        .start()
        .await
}

/// The answer's data; there must be no errors.
async fn data(app: &TestApp, query: &str, variables: Value) -> Value {
    let answer = app.query(query, variables).await;
    assert_eq!(answer.get("errors"), None, "{query}");
    answer["data"].clone()
}

fn texts<'v>(list: &'v Value, pointer: &str) -> Vec<&'v str> {
    let list = list.as_array().unwrap();
    list.iter()
        .map(|item| item.pointer(pointer).and_then(Value::as_str).unwrap_or(""))
        .collect()
}

/// How many tenures all offices have.
async fn tenures(app: &TestApp) -> u64 {
    let query = "query ($after: String) { offices(first: 500, after: $after) {
        pageInfo { hasNextPage endCursor } nodes { holders { totalCount } } } }";
    let (mut sum, mut after) = (0, Value::Null);
    loop {
        let page = data(app, query, json!({ "after": after })).await;
        for office in page["offices"]["nodes"].as_array().unwrap() {
            sum += office["holders"]["totalCount"].as_u64().unwrap();
        }
        if page["offices"]["pageInfo"]["hasNextPage"] == false {
            return sum;
        }
        after = page["offices"]["pageInfo"]["endCursor"].clone();
    }
}

#[tokio::test]
async fn secretaries_of_state() {
    let app = whole().await;
    for (date, name) in [
        ("1962-10-22", "David Dean Rusk"),
        ("2003-03-20", "Colin Luther Powell"),
        ("2022-04-20", "Antony Blinken"),
    ] {
        let query = "query ($date: EDTF!, $id: ID!) {
            at(date: $date) { office(id: $id) { holders { nodes { name } } } } }";
        let found = data(&app, query, json!({ "date": date, "id": SECRETARY })).await;
        let holders = &found["at"]["office"]["holders"]["nodes"];
        assert_eq!(texts(holders, "/name"), [name], "on {date}");
    }

    let query = "query ($id: ID!) { office(id: $id) { holders(first: 1000) { totalCount
        edges { since { earliest } until { latest } node { id } } } } }";
    let found = data(&app, query, json!({ "id": SECRETARY })).await;
    assert_eq!(found["office"]["holders"]["totalCount"], 73);
    let edges = &found["office"]["holders"]["edges"];
    let terms = texts(edges, "/since/earliest").into_iter();
    let mut terms: Vec<(&str, &str, &str)> = terms
        .zip(texts(edges, "/until/latest"))
        .zip(texts(edges, "/node/id"))
        .map(|((since, until), id)| (since, if until.is_empty() { "9999" } else { until }, id))
        .collect();
    terms.sort_unstable();
    assert!(
        terms
            .iter()
            .all(|(since, until, _)| !since.is_empty() && since <= until)
    );
    for pair in terms.windows(2) {
        assert!(pair[0].1 <= pair[1].0, "{pair:?} overlap");
    }

    // Every trip that the table calls a Secretary's lies in a term of its traveller.
    let mut trips: HashMap<String, (String, String)> = HashMap::new();
    let travellers: HashSet<&str> = terms.iter().map(|(_, _, id)| *id).collect();
    for id in travellers {
        let query = "query ($id: ID!) { official(id: $id) { trips(first: 1000) {
            edges { node { __typename id date { earliest latest } } } } } }";
        let found = data(&app, query, json!({ "id": id })).await;
        let edges = found["official"]["trips"]["edges"].as_array().unwrap();
        for node in edges.iter().map(|edge| &edge["node"]) {
            let first = node["date"]["earliest"].as_str().unwrap();
            let last = node["date"]["latest"].as_str().unwrap();
            let lies = terms
                .iter()
                .any(|(since, until, holder)| *holder == id && *since <= first && last <= *until);
            if lies {
                let trip = node["id"].as_str().unwrap().to_owned();
                trips.insert(trip, (first.to_owned(), last.to_owned()));
            }
        }
    }
    let mut secretaries = 0;
    for row in rows("travels.csv")
        .iter()
        .filter(|row| row["role"] == "secretary")
    {
        secretaries += 1;
        let dates = (row["start_date"].clone(), row["end_date"].clone());
        assert_eq!(
            trips.get(&format!("trip:{}", row["id"])),
            Some(&dates),
            "{row:?}"
        );
    }
    assert_eq!(secretaries, 3439);
}

#[tokio::test]
async fn tenures_with_some_of_their_dates() {
    let app = whole().await;
    let query = r#"query ($date: EDTF!) { at(date: $date) { official(id: "official:spiers-ronald-ian") {
        offices(where: { title: { startsWith: "Assistant Secretary for Politico" } }) {
            edges { since { edtf } until { edtf } evidence { flags } } } } } }"#;
    for (date, held) in [("1960", false), ("1970-01-01", true), ("1980", false)] {
        let found = data(&app, query, json!({ "date": date })).await;
        let edges = &found["at"]["official"]["offices"]["edges"];
        let expected = json!([{ "since": { "edtf": "1969-09-18/1973-08-02" },
            "until": { "edtf": "1973-08-02" }, "evidence": [{ "flags": ["INFERRED"] }] }]);
        assert_eq!(*edges, if held { expected } else { json!([]) }, "in {date}");
    }
}

#[test]
fn a_check_tells_what_is_odd_and_every_claim_names_its_row() {
    let options = LoadOptions {
        ontology: Some(package_path("schema/ontology.graphql")),
        seed: Some(package_path("seed")),
        ..LoadOptions::default()
    };
    let loaded = open(&options).unwrap();
    let told: Vec<String> = loaded
        .remarks
        .iter()
        .map(|remark| format!("{}: {}", remark.line, remark.message))
        .collect();
    assert_eq!(
        told,
        [
            "1029: until lies before since, kept as stated: claim:occupancies-secr-1866-hunt",
            "573: row \"4066\" is left out: the record of the Panama meeting has this trip, claim by claim",
        ]
    );

    // Every claim of a table names its row, by the line at which it stands.
    let mut claims = 0;
    let ontology = Arc::clone(loaded.store.view().graph().ontology());
    let files = Folder::open(&ontology, &package_path("seed"), &|_| {}).unwrap();
    for record in files
        .map(Result::unwrap)
        .filter(|record| record.file.ends_with(".mapping.yaml"))
    {
        for (change, place) in record.transaction.changes.iter().zip(&record.places) {
            let Change::AddClaim { claim } = change else {
                continue;
            };
            if ["source", "annotation"].contains(&claim.subject.prefix()) {
                continue;
            }
            claims += 1;
            let row = format!(", line {}", place.line);
            let note = claim.evidence[0].note.as_deref().unwrap_or_default();
            assert!(
                note.trim_end_matches(')').ends_with(&row),
                "{claim:?} at {row}"
            );
        }
    }
    assert!(claims > 60_000, "{claims}");
}

/// The tables' example in README, copied as it is printed into a folder of its own.
#[test]
fn the_example_of_a_table_works_as_printed() {
    let readme = std::fs::read_to_string(package_path("README.md")).unwrap();
    let section = readme.split("### Tables").nth(1).unwrap();
    let mut blocks = section.split("```").skip(1).step_by(2);
    let folder = tempfile::tempdir().unwrap();
    for name in ["trips.csv", "manifest.yaml", "trips.mapping.yaml"] {
        let (_, text) = blocks.next().unwrap().split_once('\n').unwrap();
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let loaded = open(&LoadOptions {
        seed: Some(folder.path().to_owned()),
        ..LoadOptions::default()
    })
    .unwrap();
    let remarks: Vec<&str> = loaded
        .remarks
        .iter()
        .map(|remark| remark.message.as_str())
        .collect();
    assert_eq!(
        remarks,
        ["row \"17\" is left out: it is the same trip as 16"]
    );
    let view = loaded.store.view();
    let entities = view.graph().counts().entities;
    // The list, a person, two countries and two trips.
    assert_eq!(entities, 6);
}

#[tokio::test]
async fn trips_and_errors_of_the_source() {
    let app = whole().await;
    // The trip that leads from the tables to the article's meeting.
    let query = r#"{ trip(id: "trip:4066") { date { edtf } remark traveller { id name } country { id }
        place { name } attended { nodes { id } } claims { totalCount }
        evidence { quote source { id } } } }"#;
    let found = data(&app, query, json!({})).await;
    let trip = &found["trip"];
    let remark = "Co-hosted a Ministerial Conference on Migration and Protection with the Government of Panama and met with President Laurentino Cortizo Cohen and Foreign Minister Erika Mouynes.";
    assert_eq!(trip["remark"], remark);
    assert_eq!(trip["date"]["edtf"], "2022-04-19/2022-04-20");
    assert_eq!(trip["traveller"]["id"], "official:antony-blinken");
    assert_eq!(trip["country"]["id"], "country:pa");
    assert_eq!(trip["place"]["name"], "Panama City");
    assert_eq!(
        texts(&trip["attended"]["nodes"], "/id"),
        ["meeting:panama-2022"]
    );
    assert_eq!(
        trip["evidence"][0]["source"]["id"],
        "source:state-department-travels"
    );

    // Trips that stand twice are candidates; two that only look so are not.
    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Trip {
        remark annotations { nodes { kind about { nodes { id } } } } } } }";
    let ids = ["3992", "4019", "3993", "4020", "2121", "2123"].map(|id| format!("trip:{id}"));
    let found = data(&app, query, json!({ "ids": ids })).await;
    for (place, pair) in [(0, [0, 1]), (1, [0, 1]), (2, [2, 3]), (3, [2, 3])] {
        let notes = &found["nodes"][place]["annotations"]["nodes"];
        assert_eq!(texts(notes, "/kind"), ["AMBIGUITY"]);
        let about = texts(&notes[0]["about"]["nodes"], "/id");
        assert_eq!(about, pair.map(|trip: usize| ids[trip].as_str()));
    }
    for place in [4, 5] {
        assert_eq!(found["nodes"][place]["annotations"]["nodes"], json!([]));
    }
    assert_ne!(found["nodes"][4]["remark"], found["nodes"][5]["remark"]);

    // A tenure that ends before it begins is kept as stated.
    let query = r#"{ claim(id: "claim:occupancies-secr-1866-hunt") {
          since { edtf } until { edtf } annotations { kind text } evidence { note } } }"#;
    let found = data(&app, query, json!({})).await;
    let claim = &found["claim"];
    assert_eq!(claim["since"]["edtf"], "1886-07-27");
    assert_eq!(claim["until"]["edtf"], "1886-07-22");
    assert_eq!(texts(&claim["annotations"], "/kind"), ["ERRATUM"]);
    assert_eq!(
        claim["evidence"][0]["note"],
        "occupancies.csv, row secr-1866-hunt, line 1029"
    );
}

#[tokio::test]
async fn every_row_is_on_record() {
    let app = whole().await;
    let counts = data(
        &app,
        "{ trips { totalCount } visits { totalCount } }",
        json!({}),
    )
    .await;
    assert_eq!(counts["trips"]["totalCount"], rows("travels.csv").len());
    assert_eq!(counts["visits"]["totalCount"], rows("visits.csv").len());

    // One tenure of the article is one of the table's.
    let panama = TestApp::seed().await;
    let appointments = rows("occupancies.csv").len() as u64;
    assert_eq!(
        tenures(&app).await,
        appointments + tenures(&panama).await - 1
    );

    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Official { born { edtf } died { edtf } } } }";
    let people = rows("people.csv");
    let mut ids = HashSet::new();
    for some in people.chunks(500) {
        let wanted: Vec<String> = some
            .iter()
            .map(|row| format!("official:{}", row["id"]))
            .collect();
        let found = data(&app, query, json!({ "ids": wanted })).await;
        for (row, node) in some.iter().zip(found["nodes"].as_array().unwrap()) {
            ids.insert(node["id"].as_str().unwrap().to_owned());
            for (column, field) in [("birth", "/born/edtf"), ("death", "/died/edtf")] {
                let date = node.pointer(field).and_then(Value::as_str).unwrap_or("");
                assert_eq!(date, row[column], "{row:?}");
            }
        }
    }
    assert_eq!(ids.len(), people.len());

    // Visitors are free text: one official for each text and country, and nobody is merged.
    let visits = rows("visits.csv");
    let visitors: HashSet<(&str, &str)> = visits
        .iter()
        .map(|row| (row["visitor"].as_str(), row["country_id"].as_str()))
        .collect();
    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Visit {
        traveller { id name facts { name { claim { evidence { flags } } } } } } } }";
    let mut found = HashSet::new();
    for some in visits.chunks(500) {
        let wanted: Vec<String> = some
            .iter()
            .map(|row| format!("visit:{}", row["id"]))
            .collect();
        let answer = data(&app, query, json!({ "ids": wanted })).await;
        for (row, node) in some.iter().zip(answer["nodes"].as_array().unwrap()) {
            let traveller = &node["traveller"];
            assert_eq!(traveller["name"], row["visitor"]);
            assert_eq!(
                traveller.pointer("/facts/name/claim/evidence/0/flags"),
                Some(&json!(["UNRESOLVED"]))
            );
            found.insert(traveller["id"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(found.len(), visitors.len());
}

#[tokio::test]
async fn one_entity_by_two_ids() {
    let app = whole().await;
    let query = r#"{ node(id: "official:blinken-antony-j") { id } official(id: "official:biden-joseph-r") { id }
        before: at(knownAt: "2026-11-16T09:00:30Z") { node(id: "official:blinken-antony-j") { id } }
        us: country(id: "country:us") { name isoAlpha2 isoAlpha3 isoNumeric aliases { text language } }
        ussr: country(id: "country:soviet-union") { name kind } }"#;
    let found = data(&app, query, json!({})).await;
    assert_eq!(found["node"]["id"], "official:antony-blinken");
    assert_eq!(found["official"]["id"], "official:joe-biden");
    assert_eq!(found["before"]["node"], Value::Null);
    assert_eq!(found["us"]["name"], "United States");
    assert_eq!(found["us"]["isoNumeric"], "840");
    let spanish = json!({ "text": "Estados Unidos", "language": "es" });
    assert!(
        found["us"]["aliases"]
            .as_array()
            .unwrap()
            .contains(&spanish)
    );
    assert_eq!(
        found["ussr"],
        json!({ "name": "Soviet Union", "kind": "FORMER_STATE" })
    );
    // A filter names it by either id, as soon as that is known.
    let query = r#"fragment F on Query {
            eq: officials(where: { id: { eq: "official:blinken-antony-j" } }) { nodes { entityId } }
            both: officials(where: { id: { in: ["official:blinken-antony-j", "official:antony-blinken"] } }) { totalCount }
            trips(where: { traveller: { id: { eq: "official:blinken-antony-j" } } }) { totalCount }
        }
        { ...F before: at(knownAt: "2026-11-16T09:00:30Z") { ...F } own: trips(where: { traveller: { id: { eq: "official:antony-blinken" } } }) { totalCount } }"#;
    let found = data(&app, query, json!({})).await;
    assert_eq!(
        found["eq"],
        json!({ "nodes": [{ "entityId": "official:antony-blinken" }] })
    );
    assert_eq!(found["both"]["totalCount"], 1);
    assert_eq!(found["trips"], found["own"]);
    assert_eq!(found["before"]["eq"], json!({ "nodes": [] }));
    assert_eq!(found["before"]["both"]["totalCount"], 1);
    assert_eq!(found["before"]["trips"]["totalCount"], 0);
}

/// The journeys of each year, counted by the server and in the table.
#[tokio::test]
async fn trips_of_secretaries_by_year() {
    let app = whole().await;
    let query = "query ($office: ID!) {
        trips(where: { traveller: { offices: { some: { node: { id: { eq: $office } } } } } }, first: 0) {
            aggregate { count summary(of: [DATE]) { count earliest { edtf } }
                groupBy(by: [DATE], dates: YEAR, orderBy: { key: ASC }, first: 1000) {
                    totalGroups distinctTotal overlapping groups { count keys { value } } }
                byMonth: groupBy(by: [DATE, COUNTRY], dates: MONTH, first: 1) { groups { count keys { value } node { name } } } } } }";
    let found = data(&app, query, json!({ "office": SECRETARY })).await;
    let aggregate = &found["trips"]["aggregate"];
    let mut years: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows("travels.csv") {
        if row["role"] == "secretary" {
            *years.entry(row["start_date"][..4].to_owned()).or_default() += 1;
        }
    }
    let grouping = &aggregate["groupBy"];
    let groups: BTreeMap<String, u64> = grouping["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| {
            let year = group["keys"][0]["value"].as_str().unwrap().to_owned();
            (year, group["count"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(groups, years);
    assert_eq!(grouping["totalGroups"], years.len());
    assert_eq!(grouping["distinctTotal"], 3439);
    assert_eq!(grouping["overlapping"], false);
    assert_eq!(
        aggregate["summary"],
        json!([{ "count": 3439, "earliest": { "edtf": "1866-01-09/1866-01-12" } }])
    );
    let most = &aggregate["byMonth"]["groups"][0];
    assert!(most["node"]["name"].is_string(), "{most}");
}
