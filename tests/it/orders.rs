//! `orderBy` by edges, by what is one step away and by counts, against what the record files say.

use serde_json::json;

use crate::ask::{ask, data, each, refuse, slugs};
use crate::support::TestApp;

#[tokio::test]
async fn lists_are_ordered_by_counts_and_by_what_is_one_step_away() {
    // Three are made by two parties, what was recorded first comes first among equals.
    let counted = slugs(
        "commitments",
        "orderBy: [{ count: { madeBy: DESC } }, { id: ASC }]",
    )
    .await;
    assert_eq!(
        counted[..3],
        [
            "expand-stabilization-efforts",
            "improve-management-of-irregular-migration",
            "protect-migrants"
        ]
    );
    let backwards = slugs(
        "commitments",
        "orderBy: [{ count: { madeBy: ASC } }, { id: DESC }]",
    )
    .await;
    assert_eq!(backwards, counted.into_iter().rev().collect::<Vec<_>>());
    // By the country's name; who has none comes last.
    let answer = ask("{ officials(orderBy: [{ country: { name: DESC } }, { name: ASC }]) { nodes { name country { name } } } }").await;
    let nodes = answer["officials"]["nodes"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let countries: Vec<_> = nodes
        .iter()
        .map(|node| node["country"]["name"].as_str())
        .collect();
    let mut sorted = countries.clone();
    sorted.sort_by(|one, other| match (one, other) {
        (Some(one), Some(other)) => other.cmp(one),
        (one, other) => other.is_some().cmp(&one.is_some()),
    });
    assert_eq!(countries, sorted);
    assert!(countries.contains(&Some("United States")) && countries.contains(&Some("Panama")));
}

#[tokio::test]
async fn rows_are_ordered_by_the_relationships_they_are_made_of() {
    let answer = ask(
        r#"{
        meeting(id: "meeting:panama-2022") {
            roles: participants(orderBy: [{ edge: { role: DESC } }, { name: ASC }]) { edges { role node { id } } }
        }
        agreement(id: "agreement:us-panama-letter-2022") {
            signatories(orderBy: [{ edge: { capacity: DESC } }]) { edges { capacity } }
        }
    }"#,
    )
    .await;
    let roles = &answer["meeting"]["roles"]["edges"];
    let ids: Vec<_> = roles
        .as_array()
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .map(|edge| (edge["role"].as_str(), edge["node"]["id"].as_str()))
        .collect();
    assert_eq!(
        ids,
        [
            (Some("PARTICIPANT"), Some("group:participating-delegations")),
            (Some("PARTICIPANT"), Some("group:us-delegation")),
            (
                Some("HEAD_OF_DELEGATION"),
                Some("official:alejandro-mayorkas")
            ),
            (Some("HEAD_OF_DELEGATION"), Some("official:antony-blinken")),
        ]
    );
    let capacities = each(&answer["agreement"]["signatories"]["edges"], "capacity");
    let mut sorted = capacities.clone();
    sorted.sort_by_key(|capacity| std::cmp::Reverse(capacity.to_lowercase()));
    assert_eq!((capacities.len(), &capacities), (2, &sorted));
}

/// The order that a row is declared in, and the same turned round, are read off; their cursors are like any others.
#[tokio::test]
async fn a_declared_order_is_read_both_ways_page_by_page() {
    let app = TestApp::seed().await;
    let whole = "{ country(id: \"country:us\") { along: commitments(orderBy: [{ announced: DESC }]) { nodes { id announced { edtf } } } against: commitments(orderBy: [{ announced: ASC }]) { nodes { id announced { edtf } } } plain: commitments { nodes { id announced { edtf } } } } }";
    let answer = data(app.query(whole, json!({})).await, whole);
    assert_eq!(answer["country"]["along"], answer["country"]["plain"]);
    for (list, order) in [("along", "DESC"), ("against", "ASC")] {
        let mut pages = Vec::new();
        let mut cursor = json!(null);
        loop {
            let query = format!(
                "query Q($after: String) {{ country(id: \"country:us\") {{ commitments(orderBy: [{{ announced: {order} }}], first: 2, after: $after) {{ nodes {{ id announced {{ edtf }} }} pageInfo {{ hasNextPage endCursor }} }} }} }}"
            );
            let page = data(app.query(&query, json!({ "after": cursor })).await, &query);
            let page = &page["country"]["commitments"];
            pages.extend(page["nodes"].as_array().cloned().unwrap_or_default());
            cursor = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] != true {
                break;
            }
        }
        assert_eq!(json!(pages), answer["country"][list]["nodes"], "{list}");
    }
}

#[tokio::test]
async fn orders_that_make_no_sense_are_refused() {
    for (query, message) in [
        (
            "{ commitments(orderBy: [{ edge: { since: ASC } }]) { totalCount } }",
            "commitments: orderBy.edge: this list is not one of relationships",
        ),
        (
            r#"{ country(id: "country:us") { commitments(orderBy: [{ edge: { role: ASC } }]) { totalCount } } }"#,
            "commitments: orderBy.edge.role: MADE_BY has no role: expected onBehalfOf, since, until",
        ),
        (
            "{ commitments(orderBy: [{ count: { offices: ASC } }]) { totalCount } }",
            "commitments: orderBy.count.offices: Commitment has no offices: expected madeBy, madeTo",
        ),
    ] {
        let found = refuse(query).await;
        assert!(found.starts_with(message), "{query}: {found}");
    }
}

/// What has no name comes last in the declared order of a row, and by its id in a reader's order by the name.
#[tokio::test]
async fn an_order_by_the_name_is_the_same_in_a_row_that_declares_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let written = std::fs::write(folder.path().join(name), text);
        written.expect("a file");
    };
    write(
        "ontology.graphql",
        r#"
"A town."
type Town @entity(prefix: "town") {
  "Its name."
  name: String
  "Its partners."
  partners: [Town!]! @relationship(type: "PARTNER", direction: OUT, orderBy: ["name"])
  "Who has it as a partner."
  partnerOf: [Town!]! @relationship(type: "PARTNER", direction: IN)
}
"#,
    );
    write(
        "manifest.yaml",
        "transactions:\n  - { file: towns.yaml, recordedAt: 2026-11-02T09:00:00Z, author: a test, reason: Towns }\n",
    );
    write(
        "towns.yaml",
        "story: Towns
source: map
sources:
  map: { title: A map, kind: DATASET }
entities:
  town:hub: { name: Hub, partners: [town:z, town:nameless, town:a] }
  town:z: { name: Aue }
  town:nameless: {}
  town:a: { name: Zell }
",
    );
    let app = TestApp::builder()
        .ontology(folder.path().join("ontology.graphql"))
        .seed(Some(folder.path().to_owned()))
        .start()
        .await;
    for (arguments, expected) in [
        ("first: 5", ["Aue", "Zell", "town:nameless"]),
        ("orderBy: [{ name: ASC }]", ["Aue", "town:nameless", "Zell"]),
        (
            "orderBy: [{ name: DESC }]",
            ["Zell", "town:nameless", "Aue"],
        ),
    ] {
        let query = format!(
            "{{ town(id: \"town:hub\") {{ partners({arguments}) {{ nodes {{ name }} }} }} }}"
        );
        let answer = data(app.query(&query, json!({})).await, &query);
        let names = each(&answer["town"]["partners"]["nodes"], "name");
        assert_eq!(names, expected, "{arguments}");
    }
}
