//! `trace`: who committed to what, in what capacity, and what is not said.

use serde_json::{Value, json};

use crate::ask::{ask, data, each, refuse};
use crate::support::{TestApp, package_path};

/// A record made for this: people who act for a country, for another, and for themselves.
pub(crate) async fn promises(query: &str) -> Value {
    let app = TestApp::builder()
        .seed(Some(package_path("tests/fixtures/promises")))
        .start()
        .await;
    data(app.query(query, json!({})).await, query)
}

/// The texts of gaps of some kinds, each once.
fn gaps(entries: &Value, kinds: &[&str]) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in entries.as_array().into_iter().flatten() {
        for gap in entry["gaps"].as_array().into_iter().flatten() {
            let text = gap["text"].as_str().unwrap_or_default().to_owned();
            if kinds.contains(&gap["kind"].as_str().unwrap_or_default()) && !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    texts
}

/// The letter: three commitments of both countries on the article's word, signatures on another
/// source's alone, and what the article leaves open.
#[tokio::test]
async fn the_letter_between_two_countries() {
    let answer = ask(r#"{
        trace(id: "agreement:us-panama-letter-2022") {
            commitments {
                totalCount
                nodes {
                    commitment { id }
                    parts
                    makers { node { id } evidence { source { id } } }
                    instrument { node { id } evidence { source { id } } }
                    occasion { node { id } }
                    signatories {
                        node { id }
                        onBehalfOf { id }
                        capacity { node { id } attested { edtf } capacity { node { id } } }
                        evidence { source { id } }
                    }
                    instrumentHistory { status date { edtf } assessors { id } }
                    gaps { kind text about { id } annotation { id } }
                }
            }
        }
    }"#)
    .await;
    let commitments = &answer["trace"]["commitments"];
    assert_eq!(commitments["totalCount"], 3);
    let entries = &commitments["nodes"];
    let ids: Vec<_> = entries
        .as_array()
        .into_iter()
        .flatten()
        .map(|entry| entry["commitment"]["id"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(
        ids,
        [
            "commitment:improve-management-of-irregular-migration",
            "commitment:expand-stabilization-efforts",
            "commitment:protect-migrants"
        ]
    );
    let article = json!([{ "source": { "id": "source:voz-de-la-diaspora" } }]);
    let outside =
        json!([{ "source": { "id": "source:agenparl-us-panama-migration-cooperation" } }]);
    for entry in entries.as_array().into_iter().flatten() {
        assert_eq!(entry["parts"], json!(["INSTRUMENT"]));
        let makers = ["country:pa", "country:us"]
            .map(|id| json!({ "node": { "id": id }, "evidence": article }));
        assert_eq!(entry["makers"], json!(makers));
        assert_eq!(entry["instrument"]["evidence"], article);
        assert_eq!(entry["occasion"], Value::Null);
        assert_eq!(
            entry["signatories"],
            json!([
                {
                    "node": { "id": "official:juan-pino" },
                    "onBehalfOf": { "id": "country:pa" },
                    "capacity": [
                        {
                            "node": { "id": "office:pa-minister-of-security" },
                            "attested": { "edtf": "2022-04-19" },
                            "capacity": [{ "node": { "id": "country:pa" } }],
                        },
                        { "node": { "id": "country:pa" }, "attested": null, "capacity": [] },
                    ],
                    "evidence": outside,
                },
                {
                    "node": { "id": "official:stewart-tuttle" },
                    "onBehalfOf": { "id": "country:us" },
                    "capacity": [{
                        "node": { "id": "office:us-charge-d-affaires-panama" },
                        "attested": { "edtf": "2022-04-19" },
                        "capacity": [{ "node": { "id": "organization:us-embassy-panama" } }],
                    }],
                    "evidence": outside,
                },
            ])
        );
        assert_eq!(
            entry["instrumentHistory"],
            json!([
                {
                    "status": "ANNOUNCED",
                    "date": null,
                    "assessors": [{ "id": "organization:voz-de-la-diaspora" }, { "id": "organization:us-embassy-panama" }],
                },
                {
                    "status": "SIGNED",
                    "date": { "edtf": "2022-04-19" },
                    "assessors": [{ "id": "organization:agenparl-eu" }],
                },
            ])
        );
        let kinds = each(&entry["gaps"], "kind");
        for kind in [
            "COUNTERPARTY",
            "OCCASION",
            "AMOUNT",
            "ANNOUNCED",
            "DUE",
            "STATUS",
        ] {
            assert!(kinds.contains(&kind), "{kind} of {entry}");
        }
        // Another source says who signed.
        assert!(!kinds.contains(&"SIGNATORY"), "{entry}");
        let notes: Vec<_> = entry["gaps"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|gap| gap["annotation"]["id"].as_str())
            .collect();
        assert_eq!(
            notes,
            ["annotation:f33-no-terms", "annotation:f30-not-signed"]
        );
    }
    // Two of the three say who is to benefit.
    assert_eq!(
        entries
            .as_array()
            .into_iter()
            .flatten()
            .filter(|entry| each(&entry["gaps"], "kind").contains(&"BENEFICIARY"))
            .count(),
        1
    );
}

/// Before the outside sources were on record nobody had signed.
#[tokio::test]
async fn a_trace_as_it_was_known_then() {
    let answer = ask(r#"{
        at(knownAt: "2026-11-03T00:00:00Z") {
            trace(id: "agreement:us-panama-letter-2022") {
                commitments {
                    nodes {
                        commitment { id }
                        date { edtf }
                        signatories { node { id } }
                        instrumentHistory { status }
                        gaps { kind text }
                    }
                }
            }
        }
    }"#)
    .await;
    let entries = &answer["at"]["trace"]["commitments"]["nodes"];
    assert_eq!(
        entries[0]["commitment"]["id"],
        "commitment:improve-management-of-irregular-migration@knownAt=2026-11-03T00:00:00Z"
    );
    assert_eq!(entries[0]["date"], Value::Null);
    assert_eq!(entries[0]["signatories"], json!([]));
    assert_eq!(
        entries[0]["instrumentHistory"],
        json!([{ "status": "ANNOUNCED" }])
    );
    assert_eq!(
        gaps(entries, &["SIGNATORY"]),
        [
            "Who signed letter of understanding for migration management and protection of migrants is not stated."
        ]
    );
}

#[tokio::test]
async fn a_meeting_leads_to_what_was_agreed_at_it() {
    let answer = ask(r#"{
        trace(id: "meeting:panama-2022") {
            commitments { nodes { commitment { id } parts gaps { kind text } } }
        }
    }"#)
    .await;
    let entries = &answer["trace"]["commitments"]["nodes"];
    assert_eq!(entries.as_array().map(Vec::len), Some(3));
    assert_eq!(entries[0]["parts"], json!(["OCCASION"]));
    assert_eq!(
        gaps(entries, &["ATTENDANCE", "SIGNATORY"]),
        [
            "Whether the authorities took part in Ministerial Conference on Migration and Protection is not stated.",
            "Who signed framework led by the foreign ministers is not stated.",
        ]
    );
}

/// What somebody committed to counts for those in whose office they did it, at that date.
#[tokio::test]
async fn capacities_are_those_of_the_date() {
    let answer = promises(
        r#"{
            country: trace(id: "country:aa") {
                commitments { nodes { commitment { id } parts } }
            }
            other: trace(id: "country:bb") {
                commitments { nodes { commitment { id } parts } }
            }
            official: trace(id: "official:ada") {
                commitments {
                    nodes {
                        commitment { id }
                        makers {
                            onBehalfOf { id }
                            capacity {
                                node { id }
                                since { edtf }
                                until { edtf }
                                capacity { node { id } capacity { node { id } } }
                            }
                        }
                        gaps { kind text }
                    }
                }
            }
        }"#,
    )
    .await;
    let parts = |trace: &Value| {
        let entries = trace["commitments"]["nodes"].as_array().cloned();
        entries
            .unwrap_or_default()
            .iter()
            .map(|entry| {
                format!("{} {}", entry["commitment"]["id"], entry["parts"]).replace('"', "")
            })
            .collect::<Vec<_>>()
    };
    // What Ada did on behalf of another, and after she left the office, is not among them.
    assert_eq!(
        parts(&answer["country"]),
        [
            "commitment:by-both [MAKER,REPRESENTED]",
            "commitment:by-the-country [MAKER]",
            "commitment:by-the-minister [REPRESENTED]",
            "commitment:by-the-ministry [REPRESENTED]",
        ]
    );
    assert_eq!(
        parts(&answer["other"]),
        [
            "commitment:for-the-other [REPRESENTED]",
            "commitment:by-the-country [COUNTERPARTY]",
        ]
    );
    let entries = &answer["official"]["commitments"]["nodes"];
    let minister = json!([{
        "node": { "id": "office:minister" },
        "since": { "edtf": "2010" },
        "until": { "edtf": "2014" },
        "capacity": [{ "node": { "id": "organization:ministry" }, "capacity": [{ "node": { "id": "country:aa" } }] }],
    }]);
    assert_eq!(
        entries[0]["makers"],
        json!([{ "onBehalfOf": null, "capacity": [] }]),
        "after the office"
    );
    assert_eq!(
        gaps(entries, &["CAPACITY"]),
        ["In what capacity Ada made it is not stated."]
    );
    assert_eq!(entries[1]["makers"][0]["onBehalfOf"]["id"], "country:bb");
    assert_eq!(entries[1]["makers"][0]["capacity"], minister);
    assert_eq!(entries[2]["makers"][0]["capacity"], minister);
}

#[tokio::test]
async fn a_status_has_a_history_with_those_who_say_so() {
    let history = "statusHistory { status date { edtf } assessors { id } }";
    let query = format!(
        r#"{{
            trace(id: "commitment:by-the-country") {{ commitments {{ nodes {{ parts {history} }} }} }}
            at(date: "2014") {{
                trace(id: "commitment:by-the-country") {{ commitments {{ nodes {{ {history} }} }} }}
            }}
        }}"#
    );
    let answer = promises(&query).await;
    let first = json!({ "status": "IN_PROGRESS", "date": { "edtf": "2013" }, "assessors": [{ "id": "official:cleo" }] });
    let second = json!({ "status": "FULFILLED", "date": { "edtf": "2015-06" }, "assessors": [{ "id": "source:report" }] });
    let entry = &answer["trace"]["commitments"]["nodes"][0];
    assert_eq!(entry["parts"], json!(["SUBJECT"]));
    assert_eq!(entry["statusHistory"], json!([first, second]));
    let then = &answer["at"]["trace"]["commitments"]["nodes"][0]["statusHistory"];
    assert_eq!(then.as_array().map(Vec::len), Some(1), "{then}");
    assert_eq!(then[0]["status"], "IN_PROGRESS");
}

/// A source that says that there is none leaves no gap; who came on a journey, or for whom somebody
/// came, was there.
#[tokio::test]
async fn only_what_is_not_said_is_a_gap() {
    let answer = promises(
        r#"{
            trace(id: "meeting:summit") {
                commitments { nodes { commitment { id } gaps { kind text } } }
            }
        }"#,
    )
    .await;
    let entries = &answer["trace"]["commitments"]["nodes"];
    assert_eq!(entries.as_array().map(Vec::len), Some(4));
    assert_eq!(gaps(entries, &["ATTENDANCE"]), [""; 0]);
    let due: Vec<_> = entries
        .as_array()
        .into_iter()
        .flatten()
        .filter(|entry| each(&entry["gaps"], "kind").contains(&"DUE"))
        .map(|entry| entry["commitment"]["id"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(
        due,
        ["commitment:by-the-minister", "commitment:by-the-ministry"]
    );
}

#[tokio::test]
async fn parts_and_pages_narrow_a_trace() {
    let answer = promises(
        r#"{
            represented: trace(id: "country:aa", parts: [REPRESENTED]) {
                commitments(first: 2) { totalCount nodes { commitment { id } } pageInfo { hasNextPage endCursor } }
            }
            signatory: trace(id: "official:cleo", parts: [SIGNATORY, MAKER]) {
                commitments { nodes { commitment { id } } }
            }
            none: trace(id: "country:aa", parts: [SIGNATORY]) { commitments { totalCount } }
        }"#,
    )
    .await;
    let page = &answer["represented"]["commitments"];
    assert_eq!(page["totalCount"], 3);
    assert_eq!(page["nodes"][0]["commitment"]["id"], "commitment:by-both");
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    assert_eq!(
        answer["signatory"]["commitments"]["nodes"],
        json!([{ "commitment": { "id": "commitment:by-the-ministry" } }])
    );
    assert_eq!(answer["none"]["commitments"]["totalCount"], 0);
    let cursor = page["pageInfo"]["endCursor"].as_str().unwrap_or_default();
    let next = promises(&format!(
        r#"{{ trace(id: "country:aa", parts: [REPRESENTED]) {{
            commitments(first: 2, after: "{cursor}") {{ nodes {{ commitment {{ id }} }} }}
        }} }}"#
    ))
    .await;
    assert_eq!(
        next["trace"]["commitments"]["nodes"],
        json!([{ "commitment": { "id": "commitment:by-the-ministry" } }])
    );
}

#[tokio::test]
async fn what_has_no_part_in_commitments_cannot_be_traced() {
    let app = TestApp::seed().await;
    let answer = app
        .query(
            r#"{ trace(id: "topic:migration") { subject { id } } }"#,
            json!({}),
        )
        .await;
    assert_eq!(
        answer["errors"][0]["message"],
        "trace: topic:migration is of the type Topic, which has no part in commitments: expected a commitment, or who or what can have a part in one"
    );
    assert_eq!(answer["errors"][0]["path"], json!(["trace"]));
    let message =
        refuse(r#"{ trace(id: "country:us", parts: [SIGNER]) { subject { id } } }"#).await;
    assert!(message.contains("SIGNER"), "{message}");
}

#[tokio::test]
async fn an_ontology_without_commitments_has_no_trace() {
    let folder = package_path("tests/fixtures/numbers");
    let app = TestApp::builder()
        .ontology(folder.join("ontology.graphql"))
        .seed(Some(folder))
        .start()
        .await;
    let answer = app
        .query("{ __schema { queryType { fields { name } } } }", json!({}))
        .await;
    let fields = answer["data"]["__schema"]["queryType"]["fields"].clone();
    let names = each(&fields, "name");
    assert!(
        names.contains(&"paths") && !names.contains(&"trace"),
        "{names:?}"
    );
}

/// The flat table says of each cell what is not stated, counts copies once, and narrows as the list does.
#[tokio::test]
async fn the_ledger_has_a_row_for_each_commitment() {
    let answer = promises(
        r#"{
            ledger {
                totalCount
                nodes {
                    id what makers makerIds offices onBehalfOf counterparties counterpartyIds beneficiaries
                    occasion occasionId instrument instrumentId announced due amount amountValue amountUnit status
                    sources independentSources
                    commitment { id }
                }
            }
            late: ledger(where: { announced: { after: "2012-12" } }, orderBy: [{ text: DESC }], first: 1) {
                totalCount
                nodes { id }
                edges { cursor }
            }
        }"#,
    )
    .await;
    let ledger = &answer["ledger"];
    assert_eq!(ledger["totalCount"], 6);
    // The latest first; what has no date last.
    assert_eq!(
        each(&ledger["nodes"], "id"),
        [
            "commitment:after-the-office",
            "commitment:by-both",
            "commitment:for-the-other",
            "commitment:by-the-country",
            "commitment:by-the-minister",
            "commitment:by-the-ministry",
        ]
    );
    assert_eq!(
        ledger["nodes"][1],
        json!({
            "id": "commitment:by-both",
            "what": "Aland and Ben dig a well",
            "makers": "Aland; Ben",
            "makerIds": "country:aa; official:ben",
            "offices": "NOT_STATED",
            "onBehalfOf": "Aland",
            "counterparties": "NOT_STATED",
            "counterpartyIds": "NOT_STATED",
            "beneficiaries": "NOT_STATED",
            "occasion": "Summit",
            "occasionId": "meeting:summit",
            "instrument": "NOT_STATED",
            "instrumentId": "NOT_STATED",
            "announced": "2013",
            "due": "NONE",
            "amount": "NOT_STATED",
            "amountValue": null,
            "amountUnit": "NOT_STATED",
            "status": "NOT_ASSESSED",
            "sources": 3,
            "independentSources": 2,
            "commitment": { "id": "commitment:by-both" },
        })
    );
    let country = &ledger["nodes"][3];
    assert_eq!(country["offices"], "", "a country holds no office");
    assert_eq!(country["amount"], "1,000,000 USD");
    assert_eq!(country["amountValue"], 1_000_000);
    assert_eq!(country["amountUnit"], "USD");
    assert_eq!(country["status"], "FULFILLED");
    assert_eq!(
        ledger["nodes"][4]["offices"],
        "Minister of Roads (Ministry of Roads)"
    );
    let late = &answer["late"];
    assert_eq!(late["totalCount"], 2);
    assert_eq!(late["nodes"], json!([{ "id": "commitment:by-both" }]));
    let cursor = late["edges"][0]["cursor"].as_str().unwrap_or_default();
    let next = promises(&format!(
        r#"{{ ledger(where: {{ announced: {{ after: "2012-12" }} }}, orderBy: [{{ text: DESC }}], after: "{cursor}") {{ nodes {{ id }} }} }}"#
    ))
    .await;
    assert_eq!(
        next["ledger"]["nodes"],
        json!([{ "id": "commitment:after-the-office" }])
    );
}

/// The rows are grouped as the list of commitments is.
#[tokio::test]
async fn the_ledger_is_grouped_as_its_commitments_are() {
    let groups = "aggregate { count groupBy(by: [STATUS]) { groups { keys { value } count } } }";
    let answer = promises(&format!(
        "{{ ledger {{ {groups} }} commitments {{ {groups} }} }}"
    ))
    .await;
    assert_eq!(answer["ledger"]["aggregate"]["count"], 6);
    assert_eq!(answer["ledger"], answer["commitments"]);
}

/// In a view of the past the ledger says what stood then.
#[tokio::test]
async fn the_ledger_follows_its_view() {
    let answer = promises(
        r#"{
            at(date: "2014") {
                ledger(where: { id: { eq: "commitment:by-the-country" } }) { nodes { id status } }
            }
        }"#,
    )
    .await;
    assert_eq!(
        answer["at"]["ledger"]["nodes"],
        json!([{ "id": "commitment:by-the-country@date=2014", "status": "IN_PROGRESS" }])
    );
}

/// What others did on behalf of a country, by who says so and by who acted for it then, beside what it did itself.
#[tokio::test]
async fn commitments_of_a_country_with_those_made_on_its_behalf() {
    let list = "totalCount edges { node { id } relationship { to { id } } }";
    let query = format!(
        r#"{{
            country(id: "country:aa") {{
                plain: commitments {{ {list} }}
                direct: commitments(scope: DIRECT) {{ {list} }}
                represented: commitments(scope: REPRESENTED) {{ {list} }}
                all: commitments(scope: ALL) {{ {list} }}
                some: commitments(scope: ALL, where: {{ text: {{ contains: "min" }} }}, orderBy: [{{ text: DESC }}]) {{ {list} }}
                edges: commitments(scope: ALL, edge: {{ onBehalfOf: {{ id: {{ eq: "country:aa" }} }} }}) {{ {list} }}
                first: commitments(scope: ALL, first: 2) {{ totalCount pageInfo {{ hasNextPage endCursor }} }}
                last: commitments(scope: ALL, last: 1) {{ nodes {{ id }} }}
            }}
            other: country(id: "country:bb") {{
                commitments(scope: ALL) {{ {list} }}
            }}
            ministry: organization(id: "organization:ministry") {{
                commitments(scope: REPRESENTED) {{ {list} }}
            }}
            party: node(id: "country:aa") {{ ... on Party {{ commitments(scope: ALL) {{ totalCount }} }} }}
        }}"#
    );
    let answer = promises(&query).await;
    let row = |list: &Value| {
        let edges = list["edges"].as_array().cloned().unwrap_or_default();
        assert_eq!(list["totalCount"], edges.len());
        edges
            .iter()
            .map(|edge| {
                format!(
                    "{} by {}",
                    edge["node"]["id"], edge["relationship"]["to"]["id"]
                )
                .replace('"', "")
            })
            .collect::<Vec<_>>()
    };
    let country = &answer["country"];
    let direct = [
        "commitment:by-both by country:aa",
        "commitment:by-the-country by country:aa",
    ];
    assert_eq!(row(&country["plain"]), direct);
    assert_eq!(row(&country["direct"]), direct);
    let represented = [
        "commitment:by-both by official:ben",
        "commitment:by-the-minister by official:ada",
        "commitment:by-the-ministry by organization:ministry",
    ];
    assert_eq!(row(&country["represented"]), represented);
    // What the country made together with somebody who acted for it counts once.
    let all = [direct[0], direct[1], represented[1], represented[2]];
    assert_eq!(row(&country["all"]), all);
    assert_eq!(row(&country["some"]), [represented[2], represented[1]]);
    assert_eq!(row(&country["edges"]), [represented[0]]);
    assert_eq!(country["first"]["totalCount"], 4);
    assert_eq!(country["first"]["pageInfo"]["hasNextPage"], true);
    assert_eq!(
        country["last"]["nodes"],
        json!([{ "id": "commitment:by-the-ministry" }])
    );
    assert_eq!(
        row(&answer["other"]["commitments"]),
        ["commitment:for-the-other by official:ada"]
    );
    assert_eq!(
        row(&answer["ministry"]["commitments"]),
        ["commitment:by-the-minister by official:ada"]
    );
    assert_eq!(answer["party"]["commitments"]["totalCount"], 4);

    // A cursor belongs to the scope that gave it.
    let cursor = country["first"]["pageInfo"]["endCursor"]
        .as_str()
        .unwrap_or_default();
    let after = |scope: &str| {
        format!(
            r#"{{ country(id: "country:aa") {{ commitments(scope: {scope}, after: "{cursor}") {{ {list} }} }} }}"#
        )
    };
    let next = promises(&after("ALL")).await;
    let edges = &next["country"]["commitments"]["edges"];
    assert_eq!(edges.as_array().map(Vec::len), Some(2));
    assert_eq!(edges[0]["node"]["id"], "commitment:by-the-minister");
    let app = TestApp::builder()
        .seed(Some(package_path("tests/fixtures/promises")))
        .start()
        .await;
    let refused = app.query(&after("DIRECT"), json!({})).await;
    assert!(
        refused["errors"][0]["message"]
            .as_str()
            .is_some_and(|text| text.contains("cursor")),
        "{refused}"
    );
}

/// A view of a date shows who acted then; one of the past what was known.
#[tokio::test]
async fn a_scope_is_seen_through_its_view() {
    let answer = promises(
        r#"{
            at(date: "2019") { country(id: "country:aa") { commitments(scope: REPRESENTED) { nodes { entityId } } } }
            before: at(knownAt: "2020-01-01T00:00:00Z") { country(id: "country:aa") { id } }
        }"#,
    )
    .await;
    // Whether Ada was minister is a question of the day on which she committed, whatever the date of the view.
    assert_eq!(
        each(&answer["at"]["country"]["commitments"]["nodes"], "entityId"),
        [
            "commitment:by-both",
            "commitment:by-the-minister",
            "commitment:by-the-ministry"
        ]
    );
    assert_eq!(answer["before"]["country"], Value::Null);
}
