//! `where` and `orderBy`: every operator, against answers worked out by hand from the record files.

use serde_json::json;

use crate::ask::{ask, data, each, refuse, slugs};
use crate::support::{TestApp, package_path};

#[tokio::test]
async fn orders_go_both_ways_and_end_with_what_is_not_stated() {
    // Two agree on 20: the id settles it. Two have no value.
    let unstated = [
        "venezuelans-among-crossings-2022",
        "darien-2021-a-traves-del-darien",
    ];
    let small = [
        "countries-at-meeting-malaysianow",
        "countries-at-meeting-muslimnetwork",
        "countries-at-meeting-voz-de-la-diaspora",
        "delegations-at-meeting-dhs",
        "haitians-among-migrants-darien",
        "deaths-darien-2021",
        "transit-through-panama",
    ];
    let ascending = slugs("statistics", "orderBy: [{ value: ASC }, { id: ASC }]").await;
    assert_eq!(ascending[..7], small);
    assert_eq!(ascending[14], "venezuelans-registered-in-colombia");
    let mut last = ascending[15..].to_vec();
    last.sort_unstable_by(|one, other| other.cmp(one));
    assert_eq!(last, unstated);

    let descending = slugs("statistics", "orderBy: [{ value: DESC }, { id: DESC }]").await;
    let backwards: Vec<_> = ascending[..15].iter().rev().cloned().collect();
    assert_eq!(descending[..15], backwards);
    assert_eq!(descending[15..], unstated);

    // By period, then by value: those of 2021 stand together.
    let periods = slugs(
        "statistics",
        "orderBy: [{ period: ASC }, { value: DESC }, { id: ASC }], first: 6",
    )
    .await;
    assert_eq!(
        periods,
        [
            "darien-since-2009",
            "venezuelans-in-colombia-2021-unhcr",
            "darien-2021",
            "darien-2021-la-prensa-latina",
            "deaths-darien-2021",
            "darien-2021-a-traves-del-darien",
        ]
    );
    // An enum orders as it is declared: direct, paraphrase, author's voice.
    let modes = slugs(
        "statements",
        "orderBy: [{ mode: DESC }, { id: ASC }], first: 4",
    )
    .await;
    assert_eq!(
        modes[..3],
        [
            "growing-migratory-flow",
            "migrants-exposed-to-dangers",
            "situation-worsened"
        ]
    );
}

/// Each operator on the seed, against what its files say.
#[tokio::test]
async fn filters_find_what_the_record_files_say() {
    let (all_2021, crossings) = (
        vec![
            "darien-2021",
            "deaths-darien-2021",
            "darien-2021-la-prensa-latina",
            "darien-2021-a-traves-del-darien",
            "venezuelans-in-colombia-2021-unhcr",
        ],
        vec!["darien-since-2009", "darien-2021", "panama-crossings-2022"],
    );
    let joint = vec![
        "improve-management-of-irregular-migration",
        "expand-stabilization-efforts",
        "protect-migrants",
    ];
    let framework = vec![
        "standardize-continental-policies",
        "cooperate-on-migratory-flows",
        "address-migratory-flows",
    ];
    let since = |first: &str| {
        [
            vec![first.to_owned()],
            all_2021.iter().map(ToString::to_string).collect(),
        ]
        .concat()
    };
    for (list, filter, expected) in [
        // Ids and texts, whatever the case and the accents.
        ("countries", r#"id: { eq: "country:us" }"#, vec!["us"]),
        (
            "countries",
            r#"id: { ne: "country:us" }"#,
            vec!["pa", "co", "ve"],
        ),
        (
            "countries",
            r#"id: { in: ["country:co", "country:us"] }"#,
            vec!["us", "co"],
        ),
        ("countries", r#"id: { in: [] }"#, vec![]),
        ("countries", r#"name: { eq: "PANAMÁ" }"#, vec!["pa"]),
        (
            "countries",
            r#"name: { ne: "panama" }"#,
            vec!["us", "co", "ve"],
        ),
        (
            "countries",
            r#"name: { in: ["panama", "colombia"] }"#,
            vec!["pa", "co"],
        ),
        ("countries", r#"name: { contains: "ITED ST" }"#, vec!["us"]),
        ("countries", r#"name: { startsWith: "pan" }"#, vec!["pa"]),
        ("countries", r#"name: { endsWith: "BIA" }"#, vec!["co"]),
        (
            "countries",
            r#"name: { startsWith: "c", endsWith: "a" }"#,
            vec!["co"],
        ),
        ("places", r#"name: { contains: "darien" }"#, vec!["darien"]),
        (
            "sources",
            r#"url: { contains: "state.gov" }"#,
            vec!["state-gov-briefing-on-panama-travel"],
        ),
        // What is not stated fits neither an operator nor its opposite.
        ("countries", r#"isoAlpha3: { eq: "VEN" }"#, vec!["ve"]),
        ("countries", r#"isoAlpha3: { ne: "VEN" }"#, vec!["co"]),
        (
            "countries",
            r#"NOT: { isoAlpha3: { eq: "VEN" } }"#,
            vec!["us", "pa", "co"],
        ),
        (
            "countries",
            r#"isoAlpha3: { stated: { eq: NOT_STATED } }"#,
            vec!["us", "pa"],
        ),
        (
            "countries",
            r#"isoAlpha3: { stated: { ne: NOT_STATED } }"#,
            vec!["co", "ve"],
        ),
        (
            "countries",
            r#"isoAlpha3: { stated: { in: [VALUE, NONE] }, startsWith: "c" }"#,
            vec!["co"],
        ),
        // Lists.
        (
            "countries",
            r#"aliases: { some: { eq: "us" } }"#,
            vec!["us"],
        ),
        (
            "countries",
            r#"aliases: { none: { eq: "us" } }"#,
            vec!["pa", "co", "ve"],
        ),
        ("countries", r#"aliases: { isEmpty: false }"#, vec!["us"]),
        (
            "countries",
            r#"aliases: { isEmpty: true }"#,
            vec!["pa", "co", "ve"],
        ),
        // Enums.
        (
            "agreements",
            "status: { eq: SIGNED }",
            vec!["us-panama-letter-2022"],
        ),
        (
            "agreements",
            "status: { ne: SIGNED }",
            vec!["framework-foreign-ministers-2022"],
        ),
        (
            "statements",
            "mode: { in: [AUTHOR_VOICE] }",
            vec![
                "growing-migratory-flow",
                "situation-worsened",
                "migrants-exposed-to-dangers",
            ],
        ),
        // Quantities.
        (
            "statistics",
            "value: { eq: 51 }",
            vec!["deaths-darien-2021"],
        ),
        (
            "statistics",
            "value: { lt: 31 }",
            vec![
                "countries-at-meeting-voz-de-la-diaspora",
                "countries-at-meeting-malaysianow",
                "countries-at-meeting-muslimnetwork",
            ],
        ),
        (
            "statistics",
            "value: { gt: 20, lte: 31 }",
            vec!["delegations-at-meeting-dhs"],
        ),
        (
            "statistics",
            "value: { gt: 600000 }",
            vec![
                "venezuelans-registered-in-colombia",
                "venezuelans-in-colombia-2021-unhcr",
            ],
        ),
        (
            "statistics",
            "value: { gte: 1900000 }",
            vec!["venezuelans-registered-in-colombia"],
        ),
        (
            "statistics",
            "value: { bound: { eq: ALMOST } }",
            vec!["darien-2021"],
        ),
        (
            "statistics",
            "value: { bound: { in: [ALMOST, ABOUT] } }",
            crossings,
        ),
        (
            "statistics",
            r#"value: { bound: { ne: EXACT }, unit: { eq: "PERSONS" } }"#,
            vec![
                "venezuelans-registered-in-colombia",
                "venezuelans-granted-status-in-colombia",
            ],
        ),
        (
            "statistics",
            r#"value: { unit: { endsWith: "cent" } }"#,
            vec!["haitians-among-migrants-darien"],
        ),
        (
            "commitments",
            r#"amount: { currency: { eq: "usd" } }"#,
            vec!["call-to-action-investments"],
        ),
        // Dates, however imprecise.
        ("statistics", r#"period: { eq: "2021" }"#, all_2021.clone()),
        (
            "statistics",
            r#"period: { before: "2022" }, value: { gt: 200000 }"#,
            vec!["darien-since-2009", "venezuelans-in-colombia-2021-unhcr"],
        ),
        ("statistics", r#"period: { before: "2021" }"#, vec![]),
        (
            "statistics",
            r#"period: { after: "2021" }"#,
            vec![
                "panama-crossings-2022",
                "darien-early-2022-la-prensa-latina",
            ],
        ),
        (
            "statistics",
            r#"period: { during: "2022" }"#,
            vec![
                "panama-crossings-2022",
                "darien-early-2022-la-prensa-latina",
            ],
        ),
        (
            "statistics",
            r#"period: { overlaps: "2021-12-31" }"#,
            since("darien-since-2009")
                .iter()
                .map(String::as_str)
                .collect(),
        ),
        // So many relationships.
        (
            "commitments",
            r#"madeBy: { some: { node: { id: { eq: "country:us" } } } }"#,
            joint.clone(),
        ),
        (
            "commitments",
            r#"madeBy: { single: { node: { id: { eq: "country:us" } } } }"#,
            joint.clone(),
        ),
        (
            "commitments",
            r#"madeBy: { all: { node: { id: { eq: "country:us" } } } }"#,
            vec![],
        ),
        (
            "commitments",
            r#"madeBy: { all: { node: { id: { in: ["country:us", "country:pa"] } } } }"#,
            joint.clone(),
        ),
        (
            "commitments",
            r#"madeBy: { none: { node: { name: { contains: "a" } } } }"#,
            vec![],
        ),
        (
            "commitments",
            "beneficiaries: { some: {} }",
            vec!["expand-stabilization-efforts", "protect-migrants"],
        ),
        (
            "commitments",
            "beneficiaries: { single: {} }",
            vec!["protect-migrants"],
        ),
        (
            "commitments",
            "beneficiaries: { none: {} }, amount: { gt: 0 }",
            vec!["call-to-action-investments"],
        ),
        // The one that is shown.
        (
            "commitments",
            "agreement: { kind: { eq: FRAMEWORK } }",
            framework.clone(),
        ),
        (
            "commitments",
            r#"agreement: { occasion: { name: { contains: "ministerial" } } }"#,
            framework.clone(),
        ),
        (
            "commitments",
            "NOT: { agreement: {} }",
            vec!["call-to-action-investments"],
        ),
        (
            "trips",
            r#"traveller: { country: { name: { eq: "united states" } } }"#,
            vec!["4066"],
        ),
        // What belongs to the relationship.
        (
            "officials",
            "meetings: { some: { edge: { role: { eq: HEAD_OF_DELEGATION } } } }",
            vec!["antony-blinken", "alejandro-mayorkas"],
        ),
        (
            "groups",
            r#"meetings: { some: { edge: { onBehalfOf: { id: { eq: "country:us" } } } } }"#,
            vec!["us-delegation"],
        ),
        (
            "groups",
            "meetings: { some: { edge: { role: { ne: CHAIR } } } }",
            vec!["us-delegation", "participating-delegations"],
        ),
        (
            "officials",
            r#"agreementsSigned: { some: { edge: { capacity: { contains: "MINISTER" }, date: { during: "2022-04" } } } }"#,
            vec!["juan-pino"],
        ),
        (
            "officials",
            r#"agreementsSigned: { some: { edge: { onBehalfOf: { id: { eq: "country:us" } } }, node: { status: { eq: SIGNED } } } }"#,
            vec!["stewart-tuttle"],
        ),
        (
            "officials",
            "offices: { some: { edge: { acting: { stated: { eq: VALUE } } } } }",
            vec![],
        ),
        // Together.
        (
            "officials",
            r#"OR: [{ name: { startsWith: "joe" } }, { name: { startsWith: "juan" } }]"#,
            vec!["joe-biden", "juan-pino"],
        ),
        (
            "officials",
            r#"AND: [{ name: { startsWith: "j" } }, { NOT: { name: { contains: "pino" } } }]"#,
            vec!["joe-biden"],
        ),
        (
            "officials",
            r#"name: { startsWith: "j" }, OR: [{ country: { id: { eq: "country:pa" } } }]"#,
            vec!["juan-pino"],
        ),
        ("officials", "OR: []", vec![]),
        (
            "agreements",
            "AND: []",
            vec!["framework-foreign-ministers-2022", "us-panama-letter-2022"],
        ),
        (
            "agreements",
            "status: null, AND: null",
            vec!["framework-foreign-ministers-2022", "us-panama-letter-2022"],
        ),
    ] {
        assert_eq!(
            slugs(list, &format!("where: {{ {filter} }}")).await,
            expected,
            "{list} where {filter}"
        );
    }
}

/// Connections of an entity are filtered as those of the root are.
#[tokio::test]
async fn a_relationship_is_filtered_by_what_stands_at_its_end() {
    let answer = ask(r#"{
        official(id: "official:antony-blinken") {
            statements(where: { mode: { eq: DIRECT } }) { totalCount nodes { id } }
        }
        meeting(id: "meeting:panama-2022") {
            participants(where: { id: { ne: "group:us-delegation" } }, orderBy: [{ name: DESC }]) { totalCount nodes { id } }
        }
    }"#)
    .await;
    assert_eq!(
        answer,
        json!({
            "official": { "statements": { "totalCount": 2, "nodes": [
                { "id": "statement:blinken-root-causes" }, { "id": "statement:blinken-root-causes-muslimnetwork" },
            ] } },
            "meeting": { "participants": { "totalCount": 3, "nodes": [
                { "id": "group:participating-delegations" }, { "id": "official:antony-blinken" }, { "id": "official:alejandro-mayorkas" },
            ] } },
        })
    );
}

/// `where` is about what stands at the end, `edge` about the relationship that leads there.
#[tokio::test]
async fn a_relationship_is_filtered_by_its_own_properties() {
    let answer = ask(
        r#"{
        meeting(id: "meeting:panama-2022") {
            heads: participants(edge: { role: { eq: HEAD_OF_DELEGATION } }) { totalCount nodes { id } }
            us: participants(edge: { onBehalfOf: { id: { eq: "country:us" } }, role: { ne: HEAD_OF_DELEGATION } }) { nodes { id } }
            both: participants(edge: { role: { eq: HEAD_OF_DELEGATION } }, where: { name: { contains: "mayorkas" } }) { totalCount }
            unsaid: participants(edge: { role: { stated: { eq: NOT_STATED } } }) { totalCount }
        }
        agreement(id: "agreement:us-panama-letter-2022") {
            signatories(edge: { date: { during: "2022-04" }, capacity: { contains: "chargé" } }) { nodes { id } }
        }
    }"#,
    )
    .await;
    assert_eq!(
        answer,
        json!({
            "meeting": {
                "heads": { "totalCount": 2, "nodes": [
                    { "id": "official:alejandro-mayorkas" }, { "id": "official:antony-blinken" },
                ] },
                "us": { "nodes": [{ "id": "group:us-delegation" }] },
                "both": { "totalCount": 1 },
                "unsaid": { "totalCount": 0 },
            },
            "agreement": {
                "signatories": { "nodes": [{ "id": "official:stewart-tuttle" }] },
            },
        })
    );
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_says_where() {
    let message = refuse(
        r#"{ statistics(where: { OR: [{ period: { before: "last year" } }] }) { totalCount } }"#,
    )
    .await;
    assert!(
        message.starts_with("statistics: where.OR.period.before: "),
        "{message}"
    );
    assert!(message.contains("last year"), "{message}");
}

/// What is asked of the dates of a relationship, of a bound and of a unit counts, and what is not asked does not.
#[tokio::test]
async fn conditions_on_parts_are_heard() {
    for (list, filter, expected) in [
        // Of a tenure only a date is known on which it was attested: neither start nor end.
        (
            "officials",
            "offices: { some: { edge: { since: { stated: { eq: NOT_STATED } } } } }",
            8,
        ),
        (
            "officials",
            "offices: { some: { edge: { since: { stated: { eq: VALUE } } } } }",
            0,
        ),
        (
            "officials",
            "offices: { some: { edge: { until: { stated: { ne: NOT_STATED } } } } }",
            0,
        ),
        // Where nothing is asked of the unit or the bound, nothing is asked of the amount.
        ("commitments", "amount: { unit: {} }", 7),
        ("commitments", "amount: { bound: {} }", 7),
        ("commitments", "amount: { currency: { exact: true } }", 7),
        // Both operators on the bound count.
        (
            "statistics",
            "value: { bound: { in: [ALMOST, ABOUT], ne: ALMOST } }",
            2,
        ),
    ] {
        let query = format!("{{ {list}(where: {{ {filter} }}) {{ totalCount }} }}");
        assert_eq!(ask(&query).await[list]["totalCount"], expected, "{query}");
    }
}

/// Numbers, moments, yes and no: properties that the default ontology does not have.
#[tokio::test]
async fn filters_and_orders_of_numbers_and_moments() {
    let folder = package_path("tests/fixtures/numbers");
    let app = TestApp::builder()
        .ontology(folder.join("ontology.graphql"))
        .seed(Some(folder))
        .start()
        .await;
    let found = async |arguments: &str| {
        let query = format!("{{ rivers({arguments}) {{ nodes {{ name }} }} }}");
        let answer = data(app.query(&query, json!({})).await, &query);
        each(&answer["rivers"]["nodes"], "name").join(" ")
    };
    for (filter, expected) in [
        ("bridges: { eq: 12 }", "Elbe"),
        ("bridges: { ne: 12 }", "Oder Rhine"),
        ("bridges: { in: [12, 7] }", "Elbe Oder"),
        ("bridges: { lt: 12 }", "Oder"),
        ("bridges: { gte: 12 }", "Elbe Rhine"),
        ("length: { gt: 1094.25 }", "Rhine"),
        ("length: { lte: 1094.25 }", "Elbe Oder"),
        ("length: { eq: 1094.25 }", "Elbe"),
        ("drops: { gt: \"9007199254740991\" }", "Rhine"),
        (
            "drops: { in: [\"5\", \"9223372036854775807\"] }",
            "Elbe Rhine",
        ),
        // One less is another number, though not to a double.
        ("drops: { eq: \"9223372036854775806\" }", ""),
        ("drops: { lt: \"9223372036854775807\" }", "Elbe"),
        ("measuredAt: { lt: \"2020-01-01T00:00:00Z\" }", "Elbe"),
        // The same moment in another zone.
        ("measuredAt: { eq: \"2020-06-01T14:00:00+02:00\" }", "Oder"),
        // Whole numbers are compared as such, not as doubles.
        ("drops: { eq: \"9223372036854775806\" }", ""),
        ("drops: { gt: \"9223372036854775806\" }", "Rhine"),
        ("measuredAt: { ne: \"2020-06-01T12:00:00Z\" }", "Elbe Rhine"),
        ("navigable: { ne: true }", "Oder"),
        ("navigable: { exists: true }", "Elbe Oder Rhine"),
        ("navigable: { eq: true }", "Elbe Rhine"),
        ("navigable: { eq: false }", "Oder"),
        ("navigable: { stated: { eq: NOT_STATED } }", "Styx"),
        ("bridges: { stated: { eq: NONE } }", "Styx"),
        ("length: { stated: { eq: UNKNOWN } }", "Styx"),
        (
            "length: { stated: { in: [UNKNOWN, NOT_STATED, NONE] } }",
            "Styx",
        ),
    ] {
        assert_eq!(
            found(&format!("where: {{ {filter} }}")).await,
            expected,
            "{filter}"
        );
    }
    for (order, expected) in [
        ("{ bridges: ASC }", "Oder Elbe Rhine Styx"),
        ("{ bridges: DESC }", "Rhine Elbe Oder Styx"),
        ("{ length: DESC }", "Rhine Elbe Oder Styx"),
        ("{ drops: DESC }, { name: DESC }", "Rhine Elbe Styx Oder"),
        ("{ measuredAt: DESC }", "Rhine Oder Elbe Styx"),
        ("{ navigable: ASC }, { name: DESC }", "Oder Rhine Elbe Styx"),
    ] {
        assert_eq!(
            found(&format!("orderBy: [{order}]")).await,
            expected,
            "{order}"
        );
    }
}
