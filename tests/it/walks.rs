//! Ways that keep to more than being short; what can be reached; what is shared; what a limit cuts.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use serde_json::{Value, json};

use crate::ask::{ask, each, refuse};
use crate::support::TestApp;

const LETTER: &str = "agreement:us-panama-letter-2022";

/// The ids of what paths lead over, one text a path.
async fn ways(arguments: &str) -> Vec<String> {
    let query = format!("{{ paths({arguments}) {{ steps {{ from {{ id }} to {{ id }} }} }} }}");
    let answer = ask(&query).await;
    let way = |path: &Value| {
        let steps = path["steps"].as_array().cloned().unwrap_or_default();
        let first = steps.first().map(|step| step["from"]["id"].clone());
        let ids = first
            .into_iter()
            .chain(steps.iter().map(|step| step["to"]["id"].clone()));
        let ids: Vec<String> = ids
            .map(|id| id.as_str().unwrap_or_default().to_owned())
            .collect();
        ids.join(" ")
    };
    answer["paths"]
        .as_array()
        .into_iter()
        .flatten()
        .map(way)
        .collect()
}

#[tokio::test]
async fn all_shortest_paths_are_as_long_as_one_and_come_in_its_order() {
    let ends = r#"from: "official:erika-mouynes", to: "official:kamala-harris""#;
    let one = ways(ends).await;
    let all = ways(&format!("{ends}, allShortest: true")).await;
    assert!(all.len() > 1);
    assert_eq!(all[0], one[0]);
    let hops = |way: &String| way.split(' ').count();
    assert!(all.iter().all(|way| hops(way) == hops(&one[0])));
    // Asked for more, the next are longer: these were all.
    let more = ways(&format!("{ends}, first: {}", all.len() + 1)).await;
    assert_eq!(more[..all.len()], all);
    assert!(hops(&more[all.len()]) > hops(&one[0]));
    assert_eq!(
        ways(&format!("{ends}, allShortest: true, first: 1")).await,
        one
    );
}

#[tokio::test]
async fn relationships_are_followed_one_way_where_that_is_asked() {
    // Who signed is said by the agreement, which also says who its parties are.
    let to = r#"from: "agreement:us-panama-letter-2022", to: "official:juan-pino", maxLength: 1"#;
    let back = r#"from: "official:juan-pino", to: "agreement:us-panama-letter-2022", maxLength: 1"#;
    for (arguments, found) in [(to, ["OUT", "BOTH"]), (back, ["IN", "BOTH"])] {
        for direction in ["OUT", "IN", "BOTH"] {
            let found = usize::from(found.contains(&direction));
            let ways = ways(&format!("{arguments}, direction: {direction}")).await;
            assert_eq!(ways.len(), found, "{arguments}, {direction}");
        }
    }
}

#[tokio::test]
async fn paths_go_through_certain_types_alone() {
    let ends = r#"from: "official:juan-pino", to: "official:stewart-tuttle", maxLength: 4"#;
    let through = ways(&format!("{ends}, types: [AGREEMENT], first: 9")).await;
    assert_eq!(
        through,
        [format!(
            "official:juan-pino {LETTER} official:stewart-tuttle"
        )]
    );
    let none = ways(&format!("{ends}, types: [STATISTIC], first: 9")).await;
    assert_eq!(none, Vec::<String>::new());
}

/// The letter was signed on 19 April 2022; that Juan Pino serves Panama has no date.
#[tokio::test]
async fn a_relationship_is_dated_by_itself_or_by_what_it_touches() {
    let ends = r#"from: "official:juan-pino", to: "country:us", maxLength: 3"#;
    let then = ways(&format!(r#"{ends}, between: "2022-04-19""#)).await;
    assert_eq!(then, [format!("official:juan-pino {LETTER} country:us")]);
    for other in ["2019", "2022-04-18", "2023/.."] {
        let then = ways(&format!(r#"{ends}, first: 20, between: "{other}""#)).await;
        assert!(
            then.iter().all(|way| !way.contains(LETTER)),
            "{other}: {then:?}"
        );
    }
}

/// A server with a made-up record: what it says of sources and of entities.
pub(crate) async fn app_of(record: &str) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    let manifest = "transactions:\n  - file: made-up.yaml\n    recordedAt: 2026-01-01T00:00:00Z\n    author: test\n    reason: Made up\n";
    std::fs::write(folder.path().join("manifest.yaml"), manifest).unwrap();
    let record = format!("story: Made up\nsource: one\n{record}");
    std::fs::write(folder.path().join("made-up.yaml"), record).unwrap();
    let seed = Some(folder.path().to_owned());
    TestApp::builder().seed(seed).start().await
}

/// Two meetings one after the other, and one without a date: who was at which.
const MEETINGS: &str = r#"
sources:
  one: { kind: DATASET, language: en }
entities:
  official:ann: { name: Ann }
  official:bob: { name: Bob }
  official:cid: { name: Cid }
  official:dee: { name: Dee }
  meeting:first: { name: First, date: 2020-05, participants: [official:ann, official:bob] }
  meeting:second: { name: Second, date: 2021, participants: [official:bob, official:cid] }
  meeting:whenever: { name: Whenever, participants: [official:cid, official:dee] }
"#;

#[tokio::test]
async fn paths_in_order_of_time_never_go_back() {
    let app = app_of(MEETINGS).await;
    let count = async |from: &str, to: &str, more: &str| {
        let query = format!(
            r#"{{ paths(from: "official:{from}", to: "official:{to}", first: 9, {more}) {{ length }} }}"#
        );
        let answer = app.query(&query, json!({})).await;
        answer["data"]["paths"]
            .as_array()
            .map(Vec::len)
            .unwrap_or_else(|| panic!("{answer}"))
    };
    assert_eq!(count("ann", "cid", "").await, 1);
    assert_eq!(count("cid", "ann", "").await, 1);
    assert_eq!(count("ann", "cid", "chronological: true").await, 1);
    assert_eq!(count("cid", "ann", "chronological: true").await, 0);
    // What nothing dates may have been before or after.
    assert_eq!(count("ann", "dee", "chronological: true").await, 1);
    assert_eq!(count("dee", "bob", "chronological: true").await, 1);
    assert_eq!(count("dee", "ann", "chronological: true").await, 0);
}

#[tokio::test]
async fn hops_say_what_each_has_to_be() {
    let hops = r#"hops: [
        { relationshipTypes: [SIGNED_BY], direction: IN }
        { relationshipTypes: [CONTAINED_IN], types: [COMMITMENT] }
        { relationshipTypes: [MADE_BY], direction: OUT }
    ]"#;
    let ends = r#"from: "official:juan-pino", to: "country:us", first: 50"#;
    let found = ways(&format!("{ends}, {hops}")).await;
    assert!(!found.is_empty());
    for way in &found {
        let ids: Vec<&str> = way.split(' ').collect();
        assert_eq!(ids.len(), 4, "{way}");
        assert_eq!(ids[1], LETTER);
        assert!(ids[2].starts_with("commitment:"), "{way}");
    }
    // The letter is no commitment.
    let none = ways(&format!("{ends}, hops: [{{ types: [COMMITMENT] }}, {{}}]")).await;
    assert!(none.iter().all(|way| !way.contains(LETTER)));
    // However long paths may be, they have as many hops as are described.
    assert_eq!(ways(&format!("{ends}, maxLength: 1, {hops}")).await, found);
}

/// Two hops that three sources support each are better than one that rests on one source alone;
/// but a copy of a source is no other source.
#[tokio::test]
async fn the_best_sourced_way_may_be_longer() {
    let record = |copies: &str| {
        let by_all = "evidence: [{ source: one }, { source: two }, { source: three }]";
        format!(
            r#"
sources:
  one: {{ kind: DATASET, language: en }}
  two: {{ kind: DATASET, language: en{copies} }}
  three: {{ kind: DATASET, language: en{copies} }}
entities:
  country:xx: {{ name: Ixland }}
  official:ann: {{ name: Ann, country: country:xx }}
  meeting:one:
    name: One
    participants:
      - {{ to: official:ann, {by_all} }}
      - {{ to: country:xx, {by_all} }}
"#
        )
    };
    for (copies, length) in [("", 2), (", derivedFrom: [source:one]", 1)] {
        let app = app_of(&record(copies)).await;
        let query = r#"{
            short: paths(from: "official:ann", to: "country:xx") { length }
            paths(from: "official:ann", to: "country:xx", weight: BEST_SOURCED) { length }
        }"#;
        let answer = app.query(query, json!({})).await;
        assert_eq!(answer["data"]["short"][0]["length"], 1, "{answer}");
        assert_eq!(answer["data"]["paths"][0]["length"], length, "{answer}");
    }
}

#[tokio::test]
async fn what_is_reached_comes_once_and_nearest_first_with_a_way_there() {
    let answer = ask(r#"{
        reach(from: ["official:juan-pino"], find: [COUNTRY, OFFICIAL], maxDepth: 2) {
            totalCount
            edges { depth node { id } witness { length steps { from { id } to { id } } } }
        }
    }"#)
    .await;
    let edges = answer["reach"]["edges"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    assert_eq!(answer["reach"]["totalCount"], edges.len());
    let found: Vec<(u64, &str)> = edges
        .iter()
        .map(|edge| {
            let depth = edge["depth"].as_u64().unwrap_or_default();
            let steps = edge["witness"]["steps"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            assert_eq!(edge["witness"]["length"], depth);
            assert_eq!(steps[0]["from"]["id"], "official:juan-pino");
            assert_eq!(steps[steps.len() - 1]["to"], edge["node"]);
            (depth, edge["node"]["id"].as_str().unwrap_or_default())
        })
        .collect();
    assert!(found.is_sorted_by_key(|(depth, _)| *depth), "{found:?}");
    assert!(found.contains(&(1, "country:pa")) && found.contains(&(2, "country:us")));
    assert!(found.contains(&(2, "official:stewart-tuttle")));
    let mut ids: Vec<&str> = found.iter().map(|(_, id)| *id).collect();
    assert!(
        !ids.contains(&"official:juan-pino"),
        "where it starts is no hop away"
    );
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), found.len());
}

#[tokio::test]
async fn pages_of_what_is_reached_are_the_whole() {
    let arguments = r#"from: ["country:pa"], maxDepth: 2"#;
    let all = ask(&format!(
        "{{ reach({arguments}, first: 1000) {{ nodes {{ id }} }} }}"
    ))
    .await;
    let all: Vec<String> = each(&all["reach"]["nodes"], "id")
        .into_iter()
        .map(str::to_owned)
        .collect();
    assert!(all.len() > 30);
    let (mut pages, mut after) = (Vec::new(), String::new());
    loop {
        let query = format!(
            "{{ reach({arguments}, first: 7{after}) {{ nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let page = ask(&query).await;
        pages.extend(
            each(&page["reach"]["nodes"], "id")
                .into_iter()
                .map(str::to_owned),
        );
        if page["reach"]["pageInfo"]["hasNextPage"] != true {
            break;
        }
        after = format!(", after: {}", page["reach"]["pageInfo"]["endCursor"]);
    }
    assert_eq!(pages, all);
    let message = refuse(&format!(
        "{{ reach(from: [\"country:us\"]{after}) {{ nodes {{ id }} }} }}"
    ))
    .await;
    assert!(message.contains("cursor of another list"), "{message}");
}

#[tokio::test]
async fn what_is_reached_can_be_narrowed() {
    let ids = async |arguments: &str| {
        let query = format!("{{ reach({arguments}) {{ nodes {{ id }} }} }}");
        let answer = ask(&query).await;
        let mut ids: Vec<String> = each(&answer["reach"]["nodes"], "id")
            .into_iter()
            .map(str::to_owned)
            .collect();
        ids.sort_unstable();
        ids
    };
    let pino = r#"from: ["official:juan-pino"]"#;
    assert_eq!(
        ids(&format!("{pino}, maxDepth: 1")).await,
        [LETTER, "country:pa", "office:pa-minister-of-security"]
    );
    assert_eq!(
        ids(&format!("{pino}, minDepth: 0, maxDepth: 0")).await,
        ["official:juan-pino"]
    );
    assert_eq!(
        ids(&format!("{pino}, maxDepth: 1, direction: OUT")).await,
        ["country:pa", "office:pa-minister-of-security"]
    );
    let fits = r#"where: { name: { contains: "tuttle" } }"#;
    assert_eq!(
        ids(&format!("{pino}, maxDepth: 3, {fits}")).await,
        ["official:stewart-tuttle"]
    );
    // Over the agreement alone, nobody else's country is near.
    assert_eq!(
        ids(&format!(
            "{pino}, types: [AGREEMENT], find: [OFFICIAL], maxDepth: 3"
        ))
        .await,
        ["official:stewart-tuttle"]
    );
    assert_eq!(
        ids(&format!("{pino}, relationshipTypes: [BORDERS]")).await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn what_several_share_says_how_each_is_related_to_it() {
    let answer = ask(r#"{
        common(ids: ["official:juan-pino", "official:stewart-tuttle"]) {
            node { id }
            steps { from { id } to { id } forward relationship { type } }
        }
    }"#)
    .await;
    let step = |official: &str| {
        json!({
            "from": { "id": official },
            "to": { "id": LETTER },
            "forward": false,
            "relationship": { "type": "SIGNED_BY" },
        })
    };
    assert_eq!(
        answer["common"],
        json!([{
            "node": { "id": LETTER },
            "steps": [step("official:juan-pino"), step("official:stewart-tuttle")],
        }])
    );
    let none = ask(r#"{ common(ids: ["official:juan-pino", "official:stewart-tuttle"], direction: OUT) { node { id } } }"#).await;
    assert_eq!(none["common"], json!([]));
}

#[tokio::test]
async fn a_cut_neighborhood_says_what_it_cut_by_type() {
    let around = async |limit: usize| {
        let query = format!(
            r#"{{ neighborhood(ids: ["country:pa"], limit: {limit}) {{ nodes {{ __typename id }} omitted cut {{ type count }} }} }}"#
        );
        ask(&query).await["neighborhood"].take()
    };
    let all = around(1500).await;
    assert_eq!((&all["omitted"], &all["cut"]), (&json!(0), &json!([])));
    let total = all["nodes"].as_array().map(Vec::len).unwrap_or_default();
    let cut = around(6).await;
    assert_eq!(each(&cut["nodes"], "id").len(), 6);
    assert_eq!(cut["omitted"], total - 6);
    let counts: Vec<u64> = cut["cut"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|entry| entry["count"].as_u64())
        .collect();
    assert_eq!(counts.iter().sum::<u64>(), total as u64 - 6);
    assert!(counts.is_sorted_by(|one, other| one >= other), "{counts:?}");
}

#[tokio::test]
async fn walks_that_make_no_sense_are_one_error_that_says_why() {
    for (query, expected) in [
        (
            r#"reach(from: ["country:us"], minDepth: 4, maxDepth: 2) { totalCount }"#,
            "minDepth is 4 and maxDepth 2",
        ),
        (
            r#"reach(from: [], maxDepth: 2) { totalCount }"#,
            "from is empty",
        ),
        (
            r#"reach(from: ["country:us"], first: -1) { totalCount }"#,
            "first is -1: expected a number from 0",
        ),
        (
            r#"reach(from: ["country:us"], maxDepth: 13) { totalCount }"#,
            "maxDepth is 13",
        ),
        (
            r#"common(ids: ["country:us"]) { node { id } }"#,
            "expected two or more",
        ),
        (
            r#"paths(from: "country:us", to: "country:pa", hops: []) { length }"#,
            "hops has 0 hops",
        ),
        (
            r#"paths(from: "country:us", to: "country:pa", between: "soon") { length }"#,
            "between: date \"soon\"",
        ),
        (
            r#"paths(from: "country:us", to: "country:pa", first: -3) { length }"#,
            "first is -3",
        ),
    ] {
        let message = refuse(&format!("{{ {query} }}")).await;
        assert!(message.contains(expected), "{query}: {message}");
    }
    let app = TestApp::seed().await;
    for (query, expected) in [
        (
            r#"reach(from: ["country:us", "x:y"]) { totalCount }"#,
            "from: \"x:y\" is not on record",
        ),
        (
            r#"common(ids: ["country:us", "x:y"]) { node { id } }"#,
            "ids: \"x:y\" is not on record",
        ),
        (
            r#"common(ids: ["country:us", "country:us"]) { node { id } }"#,
            "named twice",
        ),
    ] {
        let answer = app.query(&format!("{{ it: {query} }}"), json!({})).await;
        let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(message.contains(expected), "{query}: {answer}");
        assert_eq!(answer["errors"][0]["path"], json!(["it"]));
    }
}
