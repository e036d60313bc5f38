//! Operators on values, relationships and evidence, against what the record files say.

use serde_json::{Value, json};

use crate::ask::{ask, data, each, refuse, slugs};
use crate::support::TestApp;

#[tokio::test]
async fn each_operator_finds_what_the_record_files_say() {
    for (list, filter, expected) in [
        // Texts: regular expressions, and case and accents where they count.
        (
            "officials",
            r#"name: { matches: "^j.*(BIDEN|pino)$" }"#,
            vec!["joe-biden", "juan-pino"],
        ),
        (
            "places",
            r#"name: { matches: "^DARI[éx]n\\b" }"#,
            vec!["darien"],
        ),
        (
            "places",
            r#"name: { matches: "^darién", exact: true }"#,
            vec![],
        ),
        (
            "places",
            r#"name: { matches: "^Dari.n$", exact: true }"#,
            vec!["darien"],
        ),
        ("places", r#"name: { eq: "darien", exact: true }"#, vec![]),
        (
            "places",
            r#"name: { contains: "Darién", exact: true }"#,
            vec!["darien"],
        ),
        // A sign that a folded letter turns into is a sign of the text, not of the pattern.
        ("places", r#"name: { matches: "darie¿n" }"#, vec![]),
        // Whether something is stated.
        (
            "statistics",
            "value: { exists: false }",
            vec![
                "venezuelans-among-crossings-2022",
                "darien-2021-a-traves-del-darien",
            ],
        ),
        ("countries", "isoAlpha3: { exists: true }", vec!["co", "ve"]),
        (
            "officials",
            "aliases: { exists: true }",
            vec!["antony-blinken", "alejandro-mayorkas"],
        ),
        (
            "countries",
            "aliases: { exists: false }",
            vec!["pa", "co", "ve"],
        ),
        ("agreements", "name: { exists: false }", vec![]),
        // Lists.
        (
            "officials",
            r#"aliases: { includes: "antony BLINK" }"#,
            vec!["antony-blinken"],
        ),
        (
            "officials",
            r#"aliases: { includesAny: ["antony blink", "alejandro n. mayorkas"] }"#,
            vec!["antony-blinken", "alejandro-mayorkas"],
        ),
        (
            "officials",
            r#"aliases: { includesAll: ["antony blink", "antony john blinken"] }"#,
            vec!["antony-blinken"],
        ),
        (
            "officials",
            r#"aliases: { includesAll: ["antony blink", "alejandro n. mayorkas"] }"#,
            vec![],
        ),
        // Numbers and dates.
        (
            "statistics",
            "value: { in: [51, 31] }",
            vec!["delegations-at-meeting-dhs", "deaths-darien-2021"],
        ),
        (
            "statistics",
            "value: { ne: 51, lt: 60 }",
            vec![
                "haitians-among-migrants-darien",
                "countries-at-meeting-voz-de-la-diaspora",
                "countries-at-meeting-malaysianow",
                "countries-at-meeting-muslimnetwork",
                "delegations-at-meeting-dhs",
            ],
        ),
        (
            "statistics",
            r#"period: { in: ["2022", "2009/2021"] }"#,
            vec!["darien-since-2009"],
        ),
        (
            "statistics",
            r#"period: { ne: "2021", before: "2022" }"#,
            vec!["darien-since-2009"],
        ),
        // What a claim says that does not win.
        ("agreements", "status: { eq: ANNOUNCED }", vec![]),
        (
            "agreements",
            "status: { eq: ANNOUNCED, match: ANY }",
            vec!["us-panama-letter-2022"],
        ),
        (
            "agreements",
            "status: { eq: SIGNED, match: WINNER }",
            vec!["us-panama-letter-2022"],
        ),
        // What is deprecated does not stand.
        ("statistics", "value: { eq: 91000, match: ANY }", vec![]),
        // How many there are.
        (
            "commitments",
            "madeBy: { count: { gte: 2 } }",
            vec![
                "improve-management-of-irregular-migration",
                "expand-stabilization-efforts",
                "protect-migrants",
            ],
        ),
        (
            "agreements",
            "parties: { count: { eq: 1 } }",
            vec!["framework-foreign-ministers-2022"],
        ),
        // What relationships rest on.
        (
            "officials",
            "meetings: { some: { edge: { role: { eq: HEAD_OF_DELEGATION } }, evidence: { modality: { eq: FIRSTHAND } } } }",
            vec!["alejandro-mayorkas"],
        ),
        (
            "officials",
            "meetings: { some: { evidence: { stance: { eq: DISPUTES } } } }",
            vec!["alejandro-mayorkas"],
        ),
        (
            "officials",
            r#"meetings: { some: { evidence: { source: { kind: { eq: OFFICIAL } }, quote: { contains: "WILL LEAD" }, flag: { eq: INFERRED } } } }"#,
            vec!["antony-blinken"],
        ),
        // One piece of evidence has to fit all of it.
        (
            "officials",
            "meetings: { some: { evidence: { stance: { eq: SUPPORTS }, modality: { eq: PLANNED } } } }",
            vec!["antony-blinken"],
        ),
        (
            "officials",
            "meetings: { some: { edge: { OR: [{ role: { eq: CHAIR } }, { evidence: { NOT: { modality: { eq: FIRSTHAND } } } }] } } }",
            vec!["antony-blinken", "alejandro-mayorkas"],
        ),
    ] {
        let mut found = slugs(list, &format!("where: {{ {filter} }}")).await;
        let mut expected = expected;
        found.sort();
        expected.sort_unstable();
        assert_eq!(found, expected, "{list} where {filter}");
    }
}

/// Of a field that shows one, the relationship behind it is filtered, too.
#[tokio::test]
async fn a_field_that_shows_one_is_filtered_by_its_relationship() {
    let all = slugs("commitments", "where: { occasion: {} }").await;
    let by_evidence =
        |evidence: &str| format!("where: {{ occasionEdge: {{ evidence: {{ {evidence} }} }} }}");
    let press = slugs(
        "commitments",
        &by_evidence("source: { kind: { eq: PRESS } }"),
    )
    .await;
    let others = slugs(
        "commitments",
        &by_evidence("NOT: { source: { kind: { eq: PRESS } } }"),
    )
    .await;
    assert!(!press.is_empty() && press.len() + others.len() >= all.len());
    assert!(press.iter().chain(&others).all(|found| all.contains(found)));
    let node = slugs(
        "commitments",
        r#"where: { occasionEdge: { node: { id: { eq: "meeting:panama-2022" } } } }"#,
    )
    .await;
    let direct = slugs(
        "commitments",
        r#"where: { occasion: { id: { eq: "meeting:panama-2022" } } }"#,
    )
    .await;
    assert_eq!(node, direct);
}

#[tokio::test]
async fn claims_are_filtered_by_rank_evidence_time_and_what_they_state() {
    let answer = ask(r#"{
        meeting(id: "meeting:panama-2022") {
            all: claims { totalCount }
            planned: claims(where: { relationshipType: { eq: HAS_PARTICIPANT }, evidence: { modality: { eq: PLANNED } } }) { totalCount nodes { id } }
            dates: claims(where: { property: { eq: "date" } }, first: 1) { nodes { property value } }
            ties: claims(where: { relationshipType: { in: [HAS_PARTICIPANT, HOSTED_BY] } }) { totalCount }
            properties: claims(where: { property: { contains: "" } }) { totalCount }
            neither: claims(where: { NOT: { OR: [{ property: { contains: "" } }, { relationshipType: { in: [HAS_PARTICIPANT, HOSTED_BY] } }] } }) { nodes { relationship { type } } }
            before: claims(where: { recordedAt: { lt: "2000-01-01T00:00:00Z" } }) { totalCount }
            since: claims(where: { recordedAt: { gte: "2000-01-01T00:00:00Z" } }) { totalCount }
        }
        statistic(id: "statistic:darien-2021-a-traves-del-darien") {
            deprecated: claims(where: { rank: { eq: DEPRECATED } }) { nodes { id rank } }
            weak: claims(where: { rank: { ne: DEPRECATED }, evidence: { flag: { eq: WEAK_SOURCE } }, property: { eq: "period" } }) { nodes { id } }
        }
        source(id: "source:a-traves-del-darien") {
            claims(where: { rank: { eq: DEPRECATED } }) { totalCount }
        }
    }"#)
    .await;
    assert_eq!(
        answer["meeting"]["planned"],
        json!({ "totalCount": 2, "nodes": [{ "id": "claim:f16" }, { "id": "claim:f16-blinken" }] })
    );
    assert_eq!(
        answer["meeting"]["dates"],
        json!({ "nodes": [{ "property": "date", "value": "19–20 April 2022" }] })
    );
    let total = |name: &str| answer["meeting"][name]["totalCount"].as_u64().unwrap_or(0);
    let rest = answer["meeting"]["neither"]["nodes"]
        .as_array()
        .map_or(0, Vec::len) as u64;
    assert!(total("ties") > 0 && total("properties") > 0 && rest > 0);
    assert_eq!(total("ties") + total("properties") + rest, total("all"));
    assert_eq!((total("before"), total("since")), (0, total("all")));
    assert_eq!(
        answer["statistic"],
        json!({
            "deprecated": { "nodes": [{ "id": "claim:f40-hobby", "rank": "DEPRECATED" }] },
            "weak": { "nodes": [{ "id": "claim:f40-hobby-period" }] },
        })
    );
    assert_eq!(answer["source"]["claims"]["totalCount"], 1);
}

#[tokio::test]
async fn operators_that_make_no_sense_are_refused() {
    for (query, message) in [
        (
            "{ statistics(where: { value: { gt: 5, lt: 3 } }) { totalCount } }",
            "statistics: where.value: gt: 5 and lt: 3 leave nothing between them: expected bounds that something can fit",
        ),
        (
            "{ statistics(where: { value: { gte: 5, lt: 5 } }) { totalCount } }",
            "statistics: where.value: gte: 5 and lt: 5 leave nothing",
        ),
        (
            r#"{ statistics(where: { period: { after: "2021", before: "2020" } }) { totalCount } }"#,
            r#"statistics: where.period: after: "2021" and before: "2020" leave nothing"#,
        ),
        (
            r#"{ statistics(where: { period: { during: "2022", before: "2022-01-01" } }) { totalCount } }"#,
            r#"statistics: where.period: during: "2022" and before: "2022-01-01" leave nothing"#,
        ),
        (
            "{ commitments(where: { madeBy: { count: { gt: 2, lt: 3 } } }) { totalCount } }",
            "commitments: where.madeBy.count: gt: 2 and lt: 3 leave nothing",
        ),
        (
            r#"{ officials(where: { name: { matches: "(a" } }) { totalCount } }"#,
            r#"officials: where.name.matches: "(a" is no regular expression: unclosed group"#,
        ),
        (
            r#"{ officials(where: { name: { matches: "\\w{1000}{1000}" } }) { totalCount } }"#,
            r#"officials: where.name.matches: "\\w{1000}{1000}" stands for too much"#,
        ),
        (
            r#"{ countries(where: { aliases: { some: { exists: true } } }) { totalCount } }"#,
            "countries: where.aliases.some.exists asks what is on record of a property",
        ),
        (
            r#"{ meeting(id: "meeting:panama-2022") { claims(where: { property: { eq: "dat" } }) { totalCount } } }"#,
            "claims: where.property: no property is named so",
        ),
    ] {
        let found = refuse(query).await;
        assert!(found.starts_with(message), "{query}: {found}");
    }
    // A bound that something can fit is none of them.
    assert!(
        !slugs(
            "statistics",
            r#"where: { period: { after: "2020", before: "2022" } }"#
        )
        .await
        .is_empty()
    );
}

/// An entity is found by a passage that its claims rest on: it is among those that its `evidence` lists, in every view.
#[tokio::test]
async fn an_entity_is_filtered_by_its_evidence() {
    type Passage<'p> = &'p dyn Fn(&Value) -> bool;
    let app = TestApp::seed().await;
    let kind = |passage: &Value, kind: &str| passage["source"]["kind"] == kind;
    let cases: [(&str, Passage<'_>); 4] = [
        ("source: { kind: { eq: PRESS } }", &|passage| {
            kind(passage, "PRESS")
        }),
        (
            "source: { kind: { eq: OFFICIAL } }, modality: { eq: FIRSTHAND }",
            &|passage| kind(passage, "OFFICIAL") && passage["modality"] == "FIRSTHAND",
        ),
        ("NOT: { source: { kind: { eq: PRESS } } }", &|passage| {
            !kind(passage, "PRESS")
        }),
        ("quote: { contains: \"MIGRA\" }", &|passage| {
            passage["quote"]
                .as_str()
                .is_some_and(|quote| quote.to_lowercase().contains("migra"))
        }),
    ];
    let at = ["", "at(knownAt: \"2026-11-05T00:00:00Z\")"];
    for (condition, fits) in cases {
        let mut found = 0;
        for (list, view) in [
            "commitments",
            "officials",
            "agreements",
            "statements",
            "organizations",
        ]
        .iter()
        .flat_map(|list| at.map(|view| (*list, view)))
        {
            let all = format!(
                "all: {list}(first: 50) {{ pageInfo {{ hasNextPage }} nodes {{ id evidence(first: 500) {{ quote modality source {{ kind }} }} }} }}"
            );
            let fitting = format!(
                "fitting: {list}(first: 50, where: {{ evidence: {{ {condition} }} }}) {{ nodes {{ id }} }}"
            );
            let query = if view.is_empty() {
                format!("{{ {all} {fitting} }}")
            } else {
                format!("{{ {view} {{ {all} {fitting} }} }}")
            };
            let answer = data(app.query(&query, json!({})).await, &query);
            let answer = if view.is_empty() {
                &answer
            } else {
                &answer["at"]
            };
            assert_eq!(answer["all"]["pageInfo"]["hasNextPage"], false);
            let all = answer["all"]["nodes"].as_array().unwrap();
            let expected: Vec<_> = all
                .iter()
                .filter(|node| node["evidence"].as_array().unwrap().iter().any(fits))
                .map(|node| node["id"].as_str().unwrap())
                .collect();
            assert_eq!(each(&answer["fitting"]["nodes"], "id"), expected, "{query}");
            found += usize::from(!expected.is_empty() && expected.len() < all.len());
        }
        assert!(found > 0, "{condition} tells nothing apart");
    }
}
