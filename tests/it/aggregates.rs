//! Aggregates over HTTP: counts, sums and groups of the seed, and what is refused.

use onrecord::api::{Allow, Engine, Options, Request};
use onrecord::cli::{LoadOptions, open};
use serde_json::{Value, json};

use crate::ask::{ask, ask_with, data, each, refuse, refuse_with};
use crate::support::{TestApp, package_path};

const OF_THE_US: &str = r#"where: { madeBy: { some: { node: { id: { eq: "country:us" } } } } }"#;

#[tokio::test]
async fn a_joint_commitment_is_in_the_group_of_each_maker() {
    let answer = ask(&format!(
        "{{ commitments({OF_THE_US}, first: 1) {{ totalCount nodes {{ id }} aggregate {{
            count countDistinct makers: countDistinct(of: MADE_BY)
            groupBy(by: [MADE_BY]) {{ totalGroups distinctTotal overlapping
                groups {{ count node {{ id name }} keys {{ key value stated node {{ name }} }} }} }} }} }} }}"
    ))
    .await;
    let group = |id: &str, name: &str| {
        json!({ "count": 3, "node": { "id": id, "name": name },
            "keys": [{ "key": "MADE_BY", "value": id, "stated": "VALUE", "node": { "name": name } }] })
    };
    let commitments = &answer["commitments"];
    assert_eq!(commitments["totalCount"], 3);
    assert_eq!(commitments["nodes"].as_array().unwrap().len(), 1);
    assert_eq!(
        commitments["aggregate"],
        json!({ "count": 3, "countDistinct": 3, "makers": 2,
            "groupBy": { "totalGroups": 2, "distinctTotal": 3, "overlapping": true,
                "groups": [group("country:pa", "Panama"), group("country:us", "United States")] } })
    );
}

/// Figures in different units are never added.
#[tokio::test]
async fn figures_are_summed_by_unit() {
    let answer = ask(r#"{ all: statistics { aggregate { summary(of: [VALUE]) { unit } groupBy(by: [MEASURE], of: [VALUE], first: 1000) {
        groups { summary { unit } } } } } }"#)
    .await;
    let all = &answer["all"]["aggregate"];
    let mut units = each(&all["summary"], "unit");
    assert_eq!(units[0], "migrants");
    units.sort_unstable();
    units.dedup();
    assert_eq!(units.len(), all["summary"].as_array().unwrap().len());
    // What measures count has one unit each.
    for group in all["groupBy"]["groups"].as_array().unwrap() {
        assert!(group["summary"].as_array().unwrap().len() < 2, "{group}");
    }
}

/// What several sources say of the same migrants is not the sum of it.
#[tokio::test]
async fn figures_of_the_same_are_not_added() {
    let answer = ask(r#"{ statistics(where: { place: { id: { eq: "place:darien" } } period: { eq: "2021" } measure: { id: { eq: "measure:migrants-crossing" } } }) {
        totalCount aggregate { summary(of: [VALUE, PERIOD]) {
            of count unit currency overlapping min max sum avg low high earliest { edtf } latest { label } } } } }"#)
    .await;
    let number = json!({ "of": "VALUE", "count": 2, "unit": "migrants", "currency": null, "overlapping": true,
        "min": 133_726, "max": 134_000, "sum": null, "avg": 133_863,
        "low": null, "high": null, "earliest": null, "latest": null });
    let dates = json!({ "of": "PERIOD", "count": 3, "unit": null, "currency": null, "overlapping": false,
        "min": null, "max": null, "sum": null, "avg": null, "low": null, "high": null,
        "earliest": { "edtf": "2021" }, "latest": { "label": "2021" } });
    assert_eq!(answer["statistics"]["totalCount"], 3);
    assert_eq!(
        answer["statistics"]["aggregate"]["summary"],
        json!([number, dates])
    );
}

/// Figures of several years, of which one source counts a year and a half of it, and parts of them.
const FIGURES: &str = r#"
sources:
  one: { kind: DATASET, language: en }
entities:
  measure:arrivals: { name: Arrivals }
  measure:departures: { name: Departures }
  place:here: { name: Here }
  place:there: { name: There }
  group:children: { name: Children }
  group:women: { name: Women }
  statistic:a20: { value: { value: 100, bound: ALMOST, unit: people }, period: "2020", measure: measure:arrivals, place: place:here }
  statistic:a21: { value: { value: 200, unit: people }, period: "2021", measure: measure:arrivals, place: place:here }
  statistic:a21-spring: { value: { value: 50, unit: people }, period: 2021-04/2021-05, measure: measure:arrivals, place: place:here }
  statistic:a21-there: { value: { value: 5, unit: people }, period: "2021", measure: measure:arrivals, place: place:there }
  statistic:a21-dollars: { value: { value: 7, currency: USD }, period: "2021", measure: measure:arrivals, place: place:here }
  statistic:d21: { value: { value: 20, unit: people }, period: "2021", measure: measure:departures, place: place:here }
  statistic:c21: { value: { value: 30, unit: people }, period: "2021", measure: measure:arrivals, place: place:here, about: [group:children], partOf: statistic:a21 }
  statistic:c21-girls: { value: { value: 10, unit: people }, period: "2021", measure: measure:departures, place: place:here, about: [group:children], partOf: statistic:c21 }
  statistic:c21-too: { value: { value: 31, unit: people }, period: 2021-12, measure: measure:arrivals, place: place:here, about: [group:children] }
  statistic:w21: { value: { value: 35, unit: people }, period: "2021", measure: measure:arrivals, place: place:here, about: [group:women] }
  statistic:undated: { value: { value: 3, unit: people }, measure: measure:arrivals, place: place:here }
  statistic:stock20: { value: { value: 40, unit: people }, asOf: 2020-12-31, measure: measure:departures, place: place:there }
  statistic:stock21: { value: { value: 60, unit: people }, asOf: 2021-12-31, measure: measure:departures, place: place:there }
  statistic:bare: { value: { value: 1, unit: people } }
  statistic:bare-too: { value: { value: 1, unit: people } }
"#;

/// They are added unless they share measure, place, group and a day, or are parts of each other.
#[tokio::test]
async fn only_what_counts_apart_is_added() {
    let app = crate::walks::app_of(FIGURES).await;
    let sum = async |names: &[&str]| {
        let ids: Vec<_> = names
            .iter()
            .map(|name| format!("statistic:{name}"))
            .collect();
        let query = "query ($ids: [ID!]) { statistics(where: { id: { in: $ids } }) { aggregate {
            summary(of: [VALUE]) { overlapping sum low high avg } groupBy(by: [PERIOD], dates: YEAR, of: [VALUE]) { groups { summary { overlapping } } } } } }";
        let mut answer = app.query(query, json!({ "ids": ids })).await;
        answer["data"]["statistics"]["aggregate"].take()
    };
    for (names, total) in [
        (&["a20", "a21"][..], 300),
        (&["a21", "a21-there", "d21"], 225),
        (&["a20", "c21", "w21"], 165),
        (&["a20", "c21-girls"], 110),
        (&["stock20", "stock21"], 100),
        // Nobody knows what these count.
        (&["bare", "bare-too"], 2),
    ] {
        let found = sum(names).await;
        let summary = &found["summary"][0];
        assert_eq!(summary["overlapping"], false, "{names:?}: {found}");
        assert_eq!(summary["sum"], total, "{names:?}: {found}");
    }
    // Almost 100 is 98 at the least.
    let bounded = &sum(&["a20", "a21"]).await["summary"][0];
    assert_eq!(
        (&bounded["low"], &bounded["high"]),
        (&json!(298), &json!(300))
    );
    for names in [
        // A part of the year.
        &["a21", "a21-spring"][..],
        &["a20", "d21", "a21-spring", "a21"],
        // Children, twice; arrivals of all, and of women.
        &["c21", "w21", "c21-too"],
        &["w21", "a21-spring", "a20"],
        // It may be of any time.
        &["undated", "a20"],
        // A part, and a part of a part.
        &["a21", "c21"],
        &["a21", "c21-girls"],
    ] {
        let found = sum(names).await;
        let summary = &found["summary"][0];
        assert_eq!(summary["overlapping"], true, "{names:?}: {found}");
        for field in ["sum", "low", "high"] {
            assert_eq!(summary[field], Value::Null, "{names:?}: {found}");
        }
        assert!(summary["avg"].is_number());
    }
    // Each unit, and each group, is looked at by itself.
    let found = sum(&["a21", "a21-dollars"]).await;
    assert_eq!(found["summary"][0]["overlapping"], false, "{found}");
    assert_eq!(found["summary"][1]["overlapping"], false, "{found}");
    let found = sum(&["a21", "undated"]).await;
    assert_eq!(found["summary"][0]["overlapping"], true, "{found}");
    for group in found["groupBy"]["groups"].as_array().unwrap() {
        assert_eq!(group["summary"][0]["overlapping"], false, "{found}");
    }
}

#[tokio::test]
async fn what_is_not_stated_has_a_group_of_its_own() {
    let answer = ask(r#"{ commitments { aggregate {
        due: groupBy(by: [DUE], dates: YEAR) { totalGroups groups { count node { id } keys { value stated } } }
        status: groupBy(by: [STATUS]) { groups { count keys { value stated } } }
        amounts: countDistinct(of: AMOUNT) dues: countDistinct(of: DUE)
        summary(of: [DUE]) { count } } } }"#)
    .await;
    assert_eq!(
        answer["commitments"]["aggregate"],
        json!({
            "due": { "totalGroups": 1, "groups": [
                { "count": 7, "node": null, "keys": [{ "value": null, "stated": "NOT_STATED" }] }] },
            // What the ontology says where no claim does is a value, as in the field itself.
            "status": { "groups": [{ "count": 7, "keys": [{ "value": "NOT_ASSESSED", "stated": "VALUE" }] }] },
            "amounts": 1, "dues": 0, "summary": [],
        })
    );
}

/// Over a relationship field, the properties of the edges are keys as well, and `edge` narrows.
#[tokio::test]
async fn edges_are_grouped_by_their_own_properties() {
    let answer = ask(r#"{ meeting(id: "meeting:panama-2022") {
        all: participants { totalCount aggregate { count groupBy(by: [ENTITY_TYPE], edge: [ROLE, ON_BEHALF_OF]) {
            totalGroups distinctTotal overlapping groups { count node { id } keys { key value stated } } } } }
        heads: participants(edge: { role: { eq: HEAD_OF_DELEGATION } }) { aggregate { count
            groupBy(edge: [SINCE], dates: MONTH) { groups { count keys { key value stated } } } } } } }"#)
    .await;
    let key = |key: &str, value: Value| {
        let stated = if value.is_null() {
            "NOT_STATED"
        } else {
            "VALUE"
        };
        json!({ "key": key, "value": value, "stated": stated })
    };
    let all = &answer["meeting"]["all"];
    assert_eq!(
        (&all["totalCount"], &all["aggregate"]["count"]),
        (&json!(4), &json!(4))
    );
    assert_eq!(
        all["aggregate"]["groupBy"],
        json!({ "totalGroups": 3, "distinctTotal": 4, "overlapping": false, "groups": [
            { "count": 2, "node": { "id": "country:us" }, "keys": [key("ENTITY_TYPE", json!("OFFICIAL")),
                key("ROLE", json!("HEAD_OF_DELEGATION")), key("ON_BEHALF_OF", json!("country:us"))] },
            { "count": 1, "node": { "id": "country:us" }, "keys": [key("ENTITY_TYPE", json!("GROUP")),
                key("ROLE", json!("PARTICIPANT")), key("ON_BEHALF_OF", json!("country:us"))] },
            { "count": 1, "node": null, "keys": [key("ENTITY_TYPE", json!("GROUP")),
                key("ROLE", json!("PARTICIPANT")), key("ON_BEHALF_OF", Value::Null)] },
        ] })
    );
    assert_eq!(
        answer["meeting"]["heads"]["aggregate"],
        json!({ "count": 2, "groupBy": { "groups": [{ "count": 2, "keys": [key("SINCE", Value::Null)] }] } })
    );
}

/// Groups are ordered by count or key, both ways, and `first` cuts what is shown, not what is counted.
#[tokio::test]
async fn groups_come_in_order() {
    let query = "query ($order: BucketOrder, $first: Int) { sources { totalCount aggregate {
        groupBy(by: [KIND], orderBy: $order, first: $first) { totalGroups distinctTotal groups { count keys { value } } } } } }";
    let groups = async |variables: Value| {
        let answer = ask_with(query, variables).await;
        let grouping = answer["sources"]["aggregate"]["groupBy"].clone();
        assert_eq!(grouping["distinctTotal"], answer["sources"]["totalCount"]);
        let groups = grouping["groups"].as_array().unwrap().iter();
        let groups: Vec<(u64, String)> = groups
            .map(|group| {
                let kind = group["keys"][0]["value"].as_str().unwrap_or("-").to_owned();
                (group["count"].as_u64().unwrap(), kind)
            })
            .collect();
        assert!(groups.len() as u64 <= grouping["totalGroups"].as_u64().unwrap());
        groups
    };
    let largest = groups(json!({})).await;
    assert!(largest.len() > 3, "{largest:?}");
    assert!(
        largest.is_sorted_by(|one, other| one.0 >= other.0),
        "{largest:?}"
    );
    let smallest = groups(json!({ "order": { "count": "ASC" } })).await;
    assert!(
        smallest.is_sorted_by(|one, other| one.0 <= other.0),
        "{smallest:?}"
    );
    // Enums sort as the ontology lists their values.
    let kinds = ["OFFICIAL", "WIRE", "PRESS", "DATASET", "BLOG", "EDITORIAL"];
    let place = |kind: &str| kinds.iter().position(|known| *known == kind).unwrap();
    let by_key = groups(json!({ "order": { "key": "ASC" } })).await;
    assert!(
        by_key.is_sorted_by_key(|(_, kind)| place(kind)),
        "{by_key:?}"
    );
    let mut backwards = groups(json!({ "order": { "key": "DESC" } })).await;
    backwards.reverse();
    assert_eq!(backwards, by_key);
    assert_eq!(groups(json!({ "first": 2 })).await, largest[..2]);
    assert_eq!(groups(json!({ "first": 0 })).await, []);
}

/// A view holds for aggregates as for everything else, and for the ids that they give.
#[tokio::test]
async fn a_view_holds_for_groups() {
    let query = r#"query ($then: DateTime) { at(knownAt: $then) { agreements(where: { id: { eq: "agreement:letter-of-understanding-2022" } }) {
        nodes { id status } aggregate { groupBy(by: [STATUS, PARTIES]) { groups { count keys { value } node { id } } } } } } }"#;
    let app = TestApp::seed().await;
    let now = data(app.query(query, json!({})).await, query);
    let versions = data(
        app.query("{ graph { recordedAt } }", json!({})).await,
        query,
    );
    let then = &versions["graph"]["recordedAt"];
    let then = data(app.query(query, json!({ "then": then })).await, query);
    for answer in [now, then] {
        let list = &answer["at"]["agreements"];
        for group in list["aggregate"]["groupBy"]["groups"].as_array().unwrap() {
            assert_eq!(group["keys"][0]["value"], list["nodes"][0]["status"]);
            assert_eq!(group["keys"][1]["value"], group["node"]["id"]);
        }
    }
    let before = json!({ "then": "2020-01-01T00:00:00Z" });
    let before = data(app.query(query, before).await, query);
    let list = &before["at"]["agreements"];
    assert_eq!(list["aggregate"]["groupBy"]["groups"], json!([]));
}

#[tokio::test]
async fn keys_that_cannot_be_are_refused() {
    let group = |arguments: &str| {
        format!("{{ commitments {{ aggregate {{ groupBy({arguments}) {{ totalGroups }} }} }} }}")
    };
    for (query, expected) in [
        (
            group("by: [MADE_BY, STATUS, MADE_BY]"),
            "groupBy: by has MADE_BY twice: expected each key once",
        ),
        (
            group("first: 3"),
            "groupBy: by and edge have 0 keys: expected from 1 to 5",
        ),
        (
            group("by: []"),
            "groupBy: by and edge have 0 keys: expected from 1 to 5",
        ),
        (
            group("by: [TEXT, STATUS, STAGE, DUE, ANNOUNCED], edge: [ROLE]"),
            "groupBy: by and edge have 6 keys: expected from 1 to 5",
        ),
        (
            group("by: [STATUS], first: -1"),
            "groupBy: first is -1: expected a number from 0 to 1000",
        ),
        (
            group("by: [STATUS], first: 1001"),
            "groupBy: first is 1001: expected a number from 0 to 1000",
        ),
        (
            group("by: [STATUS], of: [TEXT]"),
            "groupBy: of has TEXT, which is no number, amount or date: expected one of AMOUNT, ANNOUNCED, DUE",
        ),
        (
            "{ topics { aggregate { summary(of: [NAME]) { sum } } } }".into(),
            "summary: of has NAME, which is no number, amount or date: expected none here, since there is none",
        ),
    ] {
        assert_eq!(refuse(&query).await, expected, "{query}");
    }
    let message = refuse(&group("by: [MADEBY]")).await;
    assert!(message.contains("MADEBY"), "{message}");
    let query = "query ($by: [CommitmentKey!]) { commitments { aggregate { groupBy(by: $by) { totalGroups } } } }";
    let message = refuse_with(query, json!({ "by": ["MADE_BY", "MADE_BY"] })).await;
    assert_eq!(
        message,
        "groupBy: by has MADE_BY twice: expected each key once"
    );
    let message = refuse_with(query, json!({ "by": ["SHARE"] })).await;
    assert!(message.contains("SHARE"), "{message}");
}

/// Which properties an edge has, its list alone knows.
#[tokio::test]
async fn edges_without_the_key_are_told_what_they_have() {
    for (query, path, expected) in [
        (
            "{ list: commitments { aggregate { g: groupBy(edge: [ROLE]) { totalGroups } } } }",
            json!(["list", "aggregate", "g"]),
            "groupBy: edge has ROLE, but the edges of this list have no properties: expected keys in by alone",
        ),
        (
            r#"{ meeting(id: "meeting:panama-2022") { participants { aggregate { groupBy(edge: [CAPACITY]) { totalGroups } } } } }"#,
            json!(["meeting", "participants", "aggregate", "groupBy"]),
            "groupBy: edge has CAPACITY, which HAS_PARTICIPANT has not: expected one of ROLE, ON_BEHALF_OF, SINCE, UNTIL",
        ),
    ] {
        let app = TestApp::seed().await;
        let answer = app.query(query, json!({})).await;
        assert_eq!(answer["errors"][0]["message"], expected);
        assert_eq!(answer["errors"][0]["path"], path);
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    }
}

/// Scanning is counted, and an aggregate that was not asked costs nothing.
#[test]
fn an_aggregate_spends_from_the_budget() {
    let load = LoadOptions {
        ontology: Some(package_path("schema/ontology.graphql")),
        seed: Some(package_path("seed/panama-2022")),
        ..LoadOptions::default()
    };
    let mut options = Options::default();
    options.limits.visited = 40;
    let engine = Engine::new(open(&load).unwrap().store, "", options).unwrap();
    let ask = |query: &str| -> Value {
        let request = Request {
            query: query.into(),
            ..Request::default()
        };
        serde_json::from_slice(&engine.execute(&request, Allow::Everything).body).unwrap()
    };
    let asked = |aggregate: &str| {
        format!(
            "{{ sources(first: 1) {{ nodes {{ id }} {aggregate} }} statistics(first: 1) {{ nodes {{ id }} {aggregate} }} }}"
        )
    };
    let cheap = ask(&asked(""));
    assert_eq!(cheap.get("errors"), None, "{cheap}");
    let counted = ask(&asked("aggregate { count }"));
    assert_eq!(counted.get("errors"), None, "{counted}");
    let dear = ask(&asked("aggregate { countDistinct }"));
    let error = &dear["errors"][0];
    assert_eq!(error["extensions"]["code"], "BUDGET_EXCEEDED", "{dear}");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("at most 40 are allowed"), "{message}");
}
