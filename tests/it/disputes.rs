//! Disputes and corroborations: what is compared, with which verdict, and who counts as one source.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::ask::{ask, data, each, refuse, refuse_with};
use crate::support::{TestApp, package_path};

/// One source's word on one fact of the article, as an editor judged it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    fact: String,
    source: String,
    why: String,
    verdicts: Vec<Judged>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Judged {
    claim: String,
    verdict: String,
    with: Option<String>,
}

/// What stands on the other side of a comparison, seen from a claim: other claims, or the claim itself where its
/// evidence is compared; nothing where it adds something.
fn others(comparison: &Value, claim: &str) -> Vec<Option<String>> {
    let sides: Vec<Vec<&str>> = comparison["sides"]
        .as_array()
        .unwrap()
        .iter()
        .map(|side| each(&side["claims"], "claimId"))
        .collect();
    if sides.len() == 1 {
        return vec![None];
    }
    let other = sides.iter().find(|side| !side.contains(&claim));
    let found = match other {
        Some(side) => side[0],
        None => {
            let mut rest = sides.iter().flatten();
            rest.find(|found| **found != claim).unwrap_or(&claim)
        }
    };
    vec![Some(found.trim_start_matches("claim:").to_owned())]
}

/// The verdicts that an editor gave are those that the program works out; it never sees the editor's.
#[tokio::test]
async fn the_editors_verdicts_are_those_that_are_worked_out() {
    let text = fs::read_to_string(package_path("seed/panama-2022/verdicts.yaml")).unwrap();
    let entries: Vec<Entry> = serde_saphyr::from_str(&text).unwrap();
    assert_eq!(entries.len(), 18);
    assert!(entries.iter().all(|entry| !entry.why.is_empty()));
    let app = TestApp::seed().await;

    let mut expected: BTreeMap<&str, BTreeSet<(String, Option<String>)>> = BTreeMap::new();
    for judged in entries.iter().flat_map(|entry| &entry.verdicts) {
        let of_claim = expected.entry(&judged.claim).or_default();
        if judged.verdict != "NOT_COMPARABLE" {
            of_claim.insert((judged.verdict.clone(), judged.with.clone()));
        }
    }
    assert!(expected.len() > 30);
    for (key, expected) in &expected {
        let claim = format!("claim:{key}");
        let query = "query ($id: ID!) { claim(id: $id) {
            disputes(first: 100) { ...Compared } corroborations(first: 100) { ...Compared }
        } }
        fragment Compared on DisputeConnection { nodes { verdict sides { claims { claimId } } } }";
        let answer = data(app.query(query, json!({ "id": claim })).await, query);
        let both = ["disputes", "corroborations"];
        let found: BTreeSet<_> = both
            .iter()
            .flat_map(|field| answer["claim"][field]["nodes"].as_array().unwrap())
            .flat_map(|found| {
                let verdict = found["verdict"].as_str().unwrap();
                let others = others(found, &claim).into_iter();
                others.map(move |other| (verdict.to_owned(), other))
            })
            .collect();
        assert_eq!(found, *expected, "{claim}");
    }
    // Each source has its say in one of the comparisons that the table gives it.
    for entry in &entries {
        let query = "query ($id: [ID!]!) {
            disputes(about: $id, first: 100) { ...Compared } corroborations(about: $id, first: 100) { ...Compared }
        }
        fragment Compared on DisputeConnection { nodes { sides { claims { claimId } } } }";
        let source = format!("source:{}", entry.source);
        let answer = data(app.query(query, json!({ "id": [source] })).await, query);
        let compared: BTreeSet<String> = ["disputes", "corroborations"]
            .iter()
            .flat_map(|field| answer[field]["nodes"].as_array().unwrap())
            .flat_map(|found| found["sides"].as_array().unwrap())
            .flat_map(|side| each(&side["claims"], "claimId"))
            .map(|id| id.trim_start_matches("claim:").to_owned())
            .collect();
        for judged in &entry.verdicts {
            let is_compared = judged.verdict != "NOT_COMPARABLE";
            let found = compared.contains(&judged.claim);
            assert_eq!(
                found, is_compared,
                "{} {} {}",
                entry.fact, source, judged.claim
            );
        }
    }
}

#[tokio::test]
async fn who_led_the_delegation_is_a_dispute_with_both_accounts() {
    let answer = ask(r#"{
        meeting(id: "meeting:panama-2022") { disputes { totalCount nodes {
            verdict property why about { id }
            sides { value stance rank independentSources claims { id } evidence { modality source { id } } }
        } } }
    }"#)
    .await;
    let disputes = &answer["meeting"]["disputes"];
    let led = disputes["nodes"].as_array().unwrap().iter();
    let led: Vec<_> = led
        .filter(|found| found["property"] == "participants")
        .collect();
    let side = |value: &str, stance: &str, claim: &str, modality: &str, source: &str| {
        json!({
            "value": value, "stance": stance, "rank": "NORMAL", "independentSources": 1,
            "claims": [{ "id": claim }], "evidence": [{ "modality": modality, "source": { "id": source } }],
        })
    };
    let mayorkas = side(
        "Alejandro Mayorkas",
        "SUPPORTS",
        "claim:f16",
        "FIRSTHAND",
        "source:voz-de-la-diaspora",
    );
    assert_eq!(
        json!(led),
        json!([
            {
                "verdict": "CONTRADICTS", "property": "participants", "about": [{ "id": "meeting:panama-2022" }],
                "why": "Evidence of source:frontier-post-blinken-visit speaks against participants: Alejandro Mayorkas.",
                "sides": [mayorkas, side("Alejandro Mayorkas", "DISPUTES", "claim:f16", "PLANNED", "source:frontier-post-blinken-visit")],
            },
            {
                "verdict": "CONTRADICTS", "property": "participants", "about": [{ "id": "meeting:panama-2022" }],
                "why": "Alejandro Mayorkas (FIRSTHAND) and Antony Blinken (PLANNED) cannot both be HEAD_OF_DELEGATION of United States.",
                "sides": [mayorkas, side("Antony Blinken", "SUPPORTS", "claim:f16-blinken", "PLANNED", "source:state-gov-briefing-on-panama-travel")],
            },
        ])
    );
    // The counts of those who took part are figures about the meeting.
    assert_eq!(disputes["totalCount"], 2 + 6);
}

/// The bounds are intervals, and their widths stand in the reason.
#[tokio::test]
async fn figures_are_compared_as_intervals() {
    let answer = ask(r#"{
        corroborations(about: ["statistic:darien-2021"]) { nodes { verdict why sides { value rank } } }
        disputes(about: ["statistic:darien-2021"]) { nodes { verdict why sides { value rank } } }
    }"#)
    .await;
    let almost = json!({ "value": "almost 134,000 migrants", "rank": "NORMAL" });
    assert_eq!(
        answer,
        json!({
            "corroborations": { "nodes": [{
                "verdict": "AGREES",
                "why": "Almost 134,000 migrants (131,320 to 134,000; ALMOST is up to 2% below) and 133,726 migrants can be the same number.",
                "sides": [almost, { "value": "133,726 migrants", "rank": "NORMAL" }],
            }] },
            // The site that editors do not believe keeps its side, with its rank.
            "disputes": { "nodes": [{
                "verdict": "CONTRADICTS",
                "why": "Almost 134,000 migrants (131,320 to 134,000; ALMOST is up to 2% below) and 91,000 migrants cannot be the same number.",
                "sides": [almost, { "value": "91,000 migrants", "rank": "DEPRECATED" }],
            }] },
        })
    );
}

/// 134 000 in 265 000 and 600 000 in 1.9 million hold: no part of the seed is larger than its whole.
#[tokio::test]
async fn parts_of_the_seed_fit_in_their_whole() {
    let answer = ask("{ disputes(first: 1000) { nodes { property } } }").await;
    let properties = each(&answer["disputes"]["nodes"], "property");
    assert!(!properties.contains(&"partOf"), "{properties:?}");
}

/// Page after page, each comparison comes once, in one order.
#[tokio::test]
async fn pages_follow_one_another() {
    let app = TestApp::seed().await;
    let all = ask("{ disputes(first: 1000) { totalCount nodes { why } pageInfo { hasNextPage hasPreviousPage } } }").await;
    let all = &all["disputes"];
    let whole = each(&all["nodes"], "why");
    assert_eq!(all["totalCount"], whole.len());
    assert_eq!(
        all["pageInfo"],
        json!({ "hasNextPage": false, "hasPreviousPage": false })
    );
    let query = "query ($after: String) { disputes(first: 3, after: $after) {
        edges { cursor node { why } } totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
    } }";
    let (mut pieces, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = data(app.query(query, json!({ "after": after })).await, query);
        let page = &page["disputes"];
        assert_eq!(page["totalCount"], whole.len());
        assert_eq!(page["pageInfo"]["hasPreviousPage"], !pieces.is_empty());
        for edge in page["edges"].as_array().unwrap() {
            pieces.push(edge["node"]["why"].as_str().unwrap().to_owned());
        }
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(pieces, whole);
}

/// Before the other sources were on record there was nothing to compare.
#[tokio::test]
async fn comparisons_are_those_of_the_view() {
    let answer = ask(r#"{
        at(knownAt: "2026-11-05T00:00:00Z") { disputes { totalCount } corroborations { totalCount } }
        april: at(publishedBy: "2022-04") { disputes(first: 100) { nodes { verdict sides { claims { id } } } } }
    }"#)
    .await;
    let none = json!({ "totalCount": 0 });
    assert_eq!(
        answer["at"],
        json!({ "disputes": none, "corroborations": none })
    );
    // Of the other sources only one is known to have been published by then; it counted delegations. What
    // speaks against the article's claims had not appeared.
    let suffix = "@publishedBy=2022-04";
    assert_eq!(
        answer["april"]["disputes"]["nodes"],
        json!([{ "verdict": "DIFFERENT_MEASURE", "sides": [
            { "claims": [{ "id": format!("claim:f18{suffix}") }] },
            { "claims": [{ "id": format!("claim:f18-dhs{suffix}") }] },
        ] }])
    );
}

async fn counts() -> TestApp {
    let folder = package_path("tests/fixtures/disputes");
    TestApp::builder().seed(Some(folder)).start().await
}

/// A translation and what was copied from it agree with nobody: they are one source with their original.
#[tokio::test]
async fn sources_derived_from_each_other_count_as_one() {
    let app = counts().await;
    let query = "{
        corroborations { nodes { verdict property sides { claims { id } independentSources } } }
        official(id: \"official:ana-prado\") { disputes { nodes { property sides { independentSources evidence { source { id } } } } } }
    }";
    let answer = data(app.query(query, json!({})).await, query);
    let side = |claim: &str| json!({ "claims": [{ "id": claim }], "independentSources": 1 });
    let agree = |property: &str, one: &str, other: &str| json!({ "verdict": "AGREES", "property": property, "sides": [side(one), side(other)] });
    assert_eq!(
        answer["corroborations"]["nodes"],
        json!([
            agree("value", "claim:herald", "claim:wire"),
            agree("value", "claim:heraldo", "claim:wire"),
            agree("name", "claim:name", "claim:name-wire"),
            agree("offices", "claim:tenure", "claim:tenure-wire"),
        ])
    );
    let born = &answer["official"]["disputes"]["nodes"][0];
    assert_eq!(
        *born,
        json!({ "property": "born", "sides": [
            { "independentSources": 1, "evidence": [{ "source": { "id": "source:herald" } }, { "source": { "id": "source:copyist" } }] },
            { "independentSources": 1, "evidence": [{ "source": { "id": "source:wire" } }] },
        ] })
    );
}

#[tokio::test]
async fn each_kind_of_dispute_is_found() {
    let app = counts().await;
    let query = "{ disputes { nodes { verdict property about { id } why } } }";
    let answer = data(app.query(query, json!({})).await, query);
    let found = answer["disputes"]["nodes"].as_array().unwrap().iter();
    let found: Vec<_> = found
        .map(|found| {
            let about = each(&found["about"], "id").join(" ");
            format!(
                "{} {} {about}",
                found["verdict"].as_str().unwrap(),
                found["property"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "CONTRADICTS value statistic:herald statistic:copyist",
            // A part that is larger than its whole; a share in percent is no part that could be.
            "CONTRADICTS partOf statistic:herald statistic:ford",
            "CONTRADICTS value statistic:heraldo statistic:copyist",
            "DIFFERS_IN_SCOPE value statistic:wire statistic:ford",
            "CONTRADICTS born official:ana-prado",
            // A field that leads to one, with two ends.
            "CONTRADICTS country official:ana-prado",
            "CONTRADICTS offices official:ana-prado",
        ]
    );
    assert_eq!(
        answer["disputes"]["nodes"][1]["why"],
        "More than 140 people is stated as a part of 100 people, and is larger."
    );
    // What follows in time is no dispute: announced, then signed; and both were known in January.
    let query = "{ agreement(id: \"agreement:treaty\") { at(knownAt: \"2026-01-15T00:00:00Z\") { disputes { totalCount } } } }";
    let answer = data(app.query(query, json!({})).await, query);
    assert_eq!(answer["agreement"]["at"]["disputes"]["totalCount"], 0);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let app = TestApp::seed().await;
    let query = r#"{ disputes(about: ["country:nowhere"]) { totalCount } }"#;
    let answer = app.query(query, json!({})).await;
    assert_eq!(answer["errors"][0]["path"], json!(["disputes"]));
    assert_eq!(
        answer["errors"][0]["message"],
        "about: \"country:nowhere\" is not on record: expected the id of an entity, as search finds it"
    );
    let message = refuse("{ disputes(first: -1) { totalCount } }").await;
    assert_eq!(
        message,
        "disputes: first is -1: expected a number from 0 to 1000"
    );
    let answer = ask("{ disputes(first: 1) { pageInfo { endCursor } } }").await;
    let cursor = &answer["disputes"]["pageInfo"]["endCursor"];
    let query = "query ($after: String) { corroborations(after: $after) { totalCount } }";
    let message = refuse_with(query, json!({ "after": cursor })).await;
    assert!(message.contains("the cursor of another list"), "{message}");
    let query = "query ($after: String) { at(knownAt: \"2026-11-10T00:00:00Z\") { disputes(after: $after) { totalCount } } }";
    let answer = app.query(query, json!({ "after": cursor })).await;
    let message = answer["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("the cursor of another view"), "{message}");
}
