//! Small patterns: entities, relationships between them, comparisons.

use serde_json::{Value, json};

use crate::ask::{ask, refuse};
use crate::support::TestApp;
use crate::walks::app_of;

/// Two officials attend a meeting in 2020. Their countries sign an agreement with the host: one's after the
/// meeting, the other's before.
const RECORD: &str = r#"
sources:
  one: { kind: DATASET, language: en }
entities:
  country:host: { name: Hostland }
  country:aa: { name: Aland }
  country:bb: { name: Bland }
  official:ann: { name: Ann, country: country:aa }
  official:bob: { name: Bob, country: country:bb }
  meeting:one: { name: One, date: 2020-05, hosts: [country:host], participants: [official:ann, official:bob] }
  agreement:later: { name: Later, signed: 2021, parties: [country:host, country:aa] }
  agreement:earlier: { name: Earlier, signed: 2019, parties: [country:host, country:bb] }
"#;

const LATER_SIGNED: &str = r#"
    pattern(
        nodes: [
            { name: "official", types: [OFFICIAL] }
            { name: "meeting", types: [MEETING] }
            { name: "host", types: [COUNTRY] }
            { name: "own", types: [COUNTRY] }
            { name: "agreement", types: [AGREEMENT] }
        ]
        relationships: [
            { from: "meeting", to: "official", relationshipTypes: [HAS_PARTICIPANT] }
            { from: "meeting", to: "host", relationshipTypes: [HOSTED_BY] }
            { from: "official", to: "own", relationshipTypes: [SERVES] }
            { from: "agreement", to: "host", relationshipTypes: [HAS_PARTY] }
            { from: "own", to: "agreement", relationshipTypes: [HAS_PARTY], direction: IN, name: "party" }
        ]
        where: [{
            left: { of: "meeting", property: "date" }
            operator: BEFORE
            right: { of: "agreement", property: "signed" }
        }]
    )
"#;

#[tokio::test]
async fn who_attended_a_meeting_of_a_country_that_later_signed_with_their_own() {
    let app = app_of(RECORD).await;
    let query = format!(
        r#"{{ {LATER_SIGNED} {{
            totalCount
            matches {{
                official: node(name: "official") {{ __typename name ... on Official {{ country {{ name }} }} }}
                bindings {{ name node {{ id }} relationship {{ type from {{ id }} }} }}
                evidence {{ source {{ id }} }}
            }}
        }} }}"#
    );
    let answer = app.query(&query, json!({})).await;
    let found = &answer["data"]["pattern"];
    assert_eq!(found["totalCount"], 1, "{answer}");
    let first = &found["matches"][0];
    assert_eq!(
        first["official"],
        json!({ "__typename": "Official", "name": "Ann", "country": { "name": "Aland" } })
    );
    let bindings = first["bindings"].as_array().cloned().unwrap_or_default();
    let node =
        |name: &str, id: &str| json!({ "name": name, "node": { "id": id }, "relationship": null });
    assert_eq!(bindings[0], node("official", "official:ann"));
    assert_eq!(bindings[4], node("agreement", "agreement:later"));
    // Of the relationships one has a name.
    assert_eq!(
        bindings[5],
        json!({ "name": "party", "node": null, "relationship": { "type": "HAS_PARTY", "from": { "id": "agreement:later" } } })
    );
    assert_eq!(bindings.len(), 6);
    assert_eq!(first["evidence"][0]["source"]["id"], "source:one");
    // The other way round it is the other one.
    let before = query.replace("BEFORE", "AFTER");
    let answer = app.query(&before, json!({})).await;
    assert_eq!(
        answer["data"]["pattern"]["matches"][0]["official"]["name"], "Bob",
        "{answer}"
    );
}

#[tokio::test]
async fn nodes_are_told_by_ids_and_by_what_they_have_to_fit() {
    let count = async |node: &str| {
        let query = format!(
            r#"{{ pattern(
                nodes: [{{ name: "a", {node} }}, {{ name: "letter", ids: ["agreement:us-panama-letter-2022"] }}]
                relationships: [{{ from: "letter", to: "a", direction: BOTH }}]
            ) {{ totalCount }} }}"#
        );
        ask(&query).await["pattern"]["totalCount"].as_u64()
    };
    assert_eq!(count("types: [OFFICIAL]").await, Some(2));
    assert_eq!(
        count(r#"ids: ["official:juan-pino", "official:kamala-harris"]"#).await,
        Some(1)
    );
    assert_eq!(
        count(r#"where: { official: { name: { contains: "tuttle" } } }"#).await,
        Some(1)
    );
    // Each type has its own filter, and one of them must fit.
    let either = r#"where: { official: { name: { contains: "tuttle" } }, country: {} }"#;
    assert_eq!(count(either).await, Some(3));
    assert_eq!(count(&format!("types: [COUNTRY], {either}")).await, Some(2));
}

#[tokio::test]
async fn patterns_that_make_no_sense_are_one_error_that_says_why() {
    let one = r#"nodes: [{ name: "a", types: [OFFICIAL] }, { name: "b", types: [MEETING] }]"#;
    let three = r#"nodes: [{ name: "a" }, { name: "b" }, { name: "c" }]"#;
    let condition = |left: &str, operator: &str, right: &str| {
        format!(
            "{one}, where: [{{ left: {{ {left} }}, operator: {operator}, right: {{ {right} }} }}]"
        )
    };
    for (arguments, expected) in [
        ("nodes: []".to_owned(), "nodes is empty"),
        (
            r#"nodes: [{ name: "a" }, { name: "a" }]"#.to_owned(),
            r#"nodes.1.name is "a" again"#,
        ),
        (
            r#"nodes: [{ name: "a", ids: [] }]"#.to_owned(),
            "nodes.0.ids is empty",
        ),
        (
            r#"nodes: [{ name: "a", where: {} }]"#.to_owned(),
            "nodes.0.where is empty",
        ),
        (
            r#"nodes: [{ name: "a", types: [COUNTRY], where: { official: {} } }]"#.to_owned(),
            "nodes.0 can be of no type",
        ),
        (
            format!(r#"{one}, relationships: [{{ from: "a", to: "c" }}]"#),
            r#"relationships.0.to is "c": expected the name of one of the nodes, a, b"#,
        ),
        (format!("{one}, first: -1"), "first is -1"),
        (
            condition(
                r#"of: "x", property: "id""#,
                "EQ",
                r#"of: "b", property: "id""#,
            ),
            r#"where.0.left.of is "x": expected a name in the pattern, a, b"#,
        ),
        (
            condition(
                r#"of: "a", property: "nothing""#,
                "EQ",
                r#"of: "b", property: "id""#,
            ),
            r#"where.0.left.property is "nothing""#,
        ),
        (
            condition(
                r#"of: "a", property: "name""#,
                "EQ",
                r#"of: "b", property: "date""#,
            ),
            "left is a text and right a date: expected two of a kind",
        ),
        (
            condition(
                r#"of: "a", property: "name""#,
                "BEFORE",
                r#"of: "b", property: "name""#,
            ),
            "BEFORE compares dates, found a text",
        ),
        (
            condition(
                r#"of: "a", property: "date""#,
                "LT",
                r#"of: "b", property: "date""#,
            ),
            "LT compares numbers and texts, found a date",
        ),
        (
            one.to_owned(),
            r#"nothing connects "a" and "b": expected a relationship or a comparison between them"#,
        ),
        (
            format!(r#"{three}, relationships: [{{ from: "a", to: "c" }}]"#),
            r#"nothing connects "a" and "b""#,
        ),
    ] {
        let message = refuse(&format!("{{ pattern({arguments}) {{ totalCount }} }}")).await;
        assert!(message.contains(expected), "{arguments}: {message}");
    }
    let app = TestApp::seed().await;
    for (query, path, expected) in [
        (
            r#"{ it: pattern(nodes: [{ name: "a", ids: ["x:y"] }]) { totalCount } }"#,
            json!(["it"]),
            r#"nodes.0.ids: "x:y" is not on record"#,
        ),
        (
            r#"{ pattern(nodes: [{ name: "a", types: [COUNTRY] }]) { matches { it: node(name: "b") { id } } } }"#,
            json!(["pattern", "matches", "it"]),
            r#"name is "b": expected the name of one of the nodes, a"#,
        ),
    ] {
        let answer = app.query(query, json!({})).await;
        let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(message.contains(expected), "{query}: {answer}");
        assert_eq!(
            (&answer["errors"][0]["path"], &answer["data"]),
            (&path, &Value::Null)
        );
    }
}

/// A pair that fits both ways round is two matches, and one where ids are compared.
#[tokio::test]
async fn a_pair_that_fits_both_ways_is_found_twice() {
    let app = app_of(RECORD).await;
    let count = async |condition: &str| {
        let query = format!(
            r#"{{ pattern(
                nodes: [{{ name: "a", types: [OFFICIAL] }}, {{ name: "b", types: [OFFICIAL] }}, {{ name: "meeting", types: [MEETING] }}]
                relationships: [{{ from: "meeting", to: "a", relationshipTypes: [HAS_PARTICIPANT] }}, {{ from: "meeting", to: "b", relationshipTypes: [HAS_PARTICIPANT] }}]
                {condition}
            ) {{ totalCount matches {{ a: node(name: "a") {{ name }} bindings {{ name }} }} }} }}"#
        );
        let mut answer = app.query(&query, json!({})).await;
        answer["data"]["pattern"].take()
    };
    assert_eq!(count("").await["totalCount"], 2);
    let ids = r#"where: [{ left: { of: "a", property: "id" }, operator: LT, right: { of: "b", property: "id" } }]"#;
    assert_eq!(
        count(ids).await,
        json!({ "totalCount": 1, "matches": [{
            "a": { "name": "Ann" },
            "bindings": [{ "name": "a" }, { "name": "b" }, { "name": "meeting" }],
        }] })
    );
    // A comparison connects as a relationship does.
    let query = r#"{ pattern(
        nodes: [{ name: "meeting", types: [MEETING] }, { name: "agreement", types: [AGREEMENT] }]
        where: [{ left: { of: "meeting", property: "date" }, operator: BEFORE, right: { of: "agreement", property: "signed" } }]
    ) { totalCount } }"#;
    let answer = app.query(query, json!({})).await;
    assert_eq!(answer["data"]["pattern"]["totalCount"], 1, "{answer}");
}
