//! What the record learned and when, and dated facts in the order of time.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use serde_json::{Value, json};

use crate::ask::{ask, data, each, refuse, refuse_with};
use crate::support::{TestApp, package_path};

/// Two transactions: counts and a minister, and what was put right a month later.
async fn corrected() -> TestApp {
    let folder = package_path("tests/fixtures/disputes");
    TestApp::builder().seed(Some(folder)).start().await
}

/// A change in a line: what happened to which claim.
fn line(change: &Value) -> String {
    let words = [&change["kind"], &change["claim"]["claimId"]];
    words.map(|word| word.as_str().unwrap()).join(" ")
}

fn lines(changes: &Value) -> Vec<String> {
    changes.as_array().unwrap().iter().map(line).collect()
}

#[tokio::test]
async fn an_entity_has_the_transactions_that_touched_it() {
    let app = corrected().await;
    let query = r#"{ agreement(id: "agreement:treaty") { history {
        totalCount
        nodes {
            transaction { version recordedAt author reason }
            changes { kind reason rank evidence { note } claim { claimId value } transaction { version } }
        }
    } } }"#;
    let answer = data(app.query(query, json!({})).await, query);
    let change = |kind: &str, claim: &str, value: &str, reason: Value, version: &str| {
        json!({
            "kind": kind, "reason": reason, "rank": null, "evidence": null,
            "claim": { "claimId": claim, "value": value }, "transaction": { "version": version },
        })
    };
    let history = &answer["agreement"]["history"];
    assert_eq!(history["totalCount"], 2);
    assert_eq!(
        history["nodes"][0]["transaction"],
        json!({
            "version": "1", "recordedAt": "2026-01-01T00:00:00Z", "author": "a test",
            "reason": "Counts that agree, differ and contradict each other",
        })
    );
    let first = history["nodes"][0]["changes"].as_array().unwrap();
    assert_eq!(
        first[1..],
        [
            change("GAINED", "claim:announced", "ANNOUNCED", Value::Null, "1"),
            change("GAINED", "claim:signed", "SIGNED", Value::Null, "1"),
        ]
    );
    let reason = json!("The story was about another treaty.");
    assert_eq!(
        history["nodes"][1]["changes"],
        json!([change(
            "RETRACTED",
            "claim:announced",
            "ANNOUNCED",
            reason,
            "2"
        )])
    );
    assert_eq!(
        history["nodes"][1]["transaction"]["author"],
        "a second test"
    );
}

#[tokio::test]
async fn ranks_and_evidence_are_changes_with_what_they_brought() {
    let app = corrected().await;
    let query = r#"{
        statistic(id: "statistic:copyist") { history(first: 1, after: null) { nodes { changes { kind } } pageInfo { endCursor hasNextPage } } }
        ranked: statistic(id: "statistic:copyist") { history { nodes { changes { kind rank reason claim { claimId } } } } }
        official(id: "official:ana-prado") { history { nodes { changes { kind evidence { note stance source { id } } claim { claimId } } } } }
    }"#;
    let answer = data(app.query(query, json!({})).await, query);
    let last = |history: &Value| history["history"]["nodes"][1]["changes"].clone();
    assert_eq!(
        last(&answer["ranked"]),
        json!([{
            "kind": "RANKED", "rank": "DEPRECATED", "reason": "A slip in copying.",
            "claim": { "claimId": "claim:copyist" },
        }])
    );
    let changes = last(&answer["official"]);
    let added: Vec<_> = changes
        .as_array()
        .unwrap()
        .iter()
        .filter(|change| change["kind"] == "EVIDENCE_ADDED")
        .collect();
    assert_eq!(
        json!(added),
        json!([
            { "kind": "EVIDENCE_ADDED", "claim": { "claimId": "claim:born" },
              "evidence": { "note": null, "stance": "SUPPORTS", "source": { "id": "source:copyist" } } },
            { "kind": "EVIDENCE_ADDED", "claim": { "claimId": "claim:country" },
              "evidence": { "note": null, "stance": "SUPPORTS", "source": { "id": "source:heraldo" } } },
            { "kind": "EVIDENCE_ADDED", "claim": { "claimId": "claim:tenure" },
              "evidence": { "note": "It is said that she never took office.", "stance": "DISPUTES", "source": { "id": "source:wire" } } },
        ])
    );
    // The pages of a history follow one another.
    let page = &answer["statistic"]["history"];
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let query = r#"query ($after: String) { statistic(id: "statistic:copyist") { history(after: $after) {
        nodes { changes { kind } } pageInfo { hasNextPage hasPreviousPage }
    } } }"#;
    let after = json!({ "after": page["pageInfo"]["endCursor"] });
    let answer = data(app.query(query, after).await, query);
    assert_eq!(
        answer["statistic"]["history"],
        json!({
            "nodes": [{ "changes": [{ "kind": "RANKED" }] }],
            "pageInfo": { "hasNextPage": false, "hasPreviousPage": true },
        })
    );
}

/// Of one property, and as far as a view knows.
#[tokio::test]
async fn a_property_has_a_history_of_its_own() {
    let answer = ask(r#"{
        agreement(id: "agreement:us-panama-letter-2022") {
            facts { status { history { nodes { transaction { version } changes { kind claim { claimId value } } } } } }
            at(knownAt: "2026-11-05T00:00:00Z") {
                facts { status { history { totalCount nodes { changes { claim { id } } } } } }
            }
        }
    }"#)
    .await;
    let gained = |claim: &str, value: &str| json!([{ "kind": "GAINED", "claim": { "claimId": claim, "value": value } }]);
    assert_eq!(
        answer["agreement"],
        json!({
            "facts": { "status": { "history": { "nodes": [
                { "transaction": { "version": "1" }, "changes": gained("claim:f30", "ANNOUNCED") },
                { "transaction": { "version": "2" }, "changes": gained("claim:f30-signed", "SIGNED") },
            ] } } },
            "at": { "facts": { "status": { "history": {
                "totalCount": 1,
                "nodes": [{ "changes": [{ "claim": { "id": "claim:f30@knownAt=2026-11-05T00:00:00Z" } }] }],
            } } } },
        })
    );
}

#[tokio::test]
async fn what_the_record_learned_between_two_moments() {
    let app = corrected().await;
    let query = r#"query ($from: Moment!, $to: Moment, $about: [ID!]) {
        changesBetween(from: $from, to: $to, about: $about, first: 100) {
            totalCount nodes { kind claim { claimId } transaction { version } }
        }
    }"#;
    let between = async |variables: Value| {
        let answer = data(app.query(query, variables).await, query);
        answer["changesBetween"].clone()
    };
    let learned = [
        "EVIDENCE_ADDED claim:born",
        "EVIDENCE_ADDED claim:country",
        "EVIDENCE_ADDED claim:tenure",
        "GAINED claim:born-wire",
        "GAINED claim:country-wire",
        "GAINED claim:died-copy",
        "GAINED claim:name-wire",
        "GAINED claim:tenure-wire",
        "RANKED claim:copyist",
        "RETRACTED claim:announced",
    ];
    let all = between(json!({ "from": { "version": "1" } })).await;
    let mut found = lines(&all["nodes"]);
    found.sort();
    assert_eq!(found, learned);
    assert_eq!(all["totalCount"], learned.len());
    // By time it is the same, and what was recorded at the very moment belongs to what was before.
    let by_time = json!({ "from": { "time": "2026-01-01T00:00:00Z" }, "to": { "time": "2026-02-01T00:00:00Z" } });
    assert_eq!(between(by_time).await, all);
    let none = json!({ "from": { "version": "2" } });
    assert_eq!(between(none).await["totalCount"], 0);
    let first = between(json!({ "from": { "version": "0" }, "to": { "version": "1" } })).await;
    let first = lines(&first["nodes"]);
    assert!(
        first.iter().all(|line| line.starts_with("GAINED ")),
        "{first:?}"
    );
    assert!(first.contains(&"GAINED claim:announced".to_owned()));
    // About an entity: the claims on it, and those that lead to it.
    let about = |id: &str| json!({ "from": { "version": "1" }, "about": [id] });
    let treaty = between(about("agreement:treaty")).await;
    assert_eq!(lines(&treaty["nodes"]), ["RETRACTED claim:announced"]);
    let country = between(about("country:mar")).await;
    assert_eq!(lines(&country["nodes"]), ["GAINED claim:country-wire"]);
}

#[tokio::test]
async fn changes_come_page_after_page() {
    let app = corrected().await;
    let query = r#"query ($after: String, $first: Int) {
        changesBetween(from: { version: "0" }, first: $first, after: $after) {
            nodes { kind claim { claimId } transaction { version } } pageInfo { hasNextPage endCursor }
        }
    }"#;
    let whole = data(app.query(query, json!({ "first": 1000 })).await, query);
    let whole = whole["changesBetween"]["nodes"].as_array().unwrap().clone();
    let versions: Vec<_> = whole
        .iter()
        .map(|change| change["transaction"]["version"].as_str().unwrap())
        .collect();
    assert!(versions.is_sorted(), "{versions:?}");
    let (mut pieces, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = data(
            app.query(query, json!({ "first": 7, "after": after }))
                .await,
            query,
        );
        let page = &page["changesBetween"];
        pieces.extend(page["nodes"].as_array().unwrap().clone());
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(pieces, whole);
}

#[tokio::test]
async fn dated_facts_come_in_the_order_of_time() {
    let answer = ask(r#"{
        timeline(ids: ["agreement:us-panama-letter-2022", "meeting:panama-2022", "official:juan-pino"]) {
            totalCount
            nodes { date { edtf } label property about { id } node { id } claim { claimId } datedBy { claimId } evidence { quote } }
        }
    }"#)
    .await;
    let nodes = answer["timeline"]["nodes"].as_array().unwrap();
    let starts: Vec<_> = nodes
        .iter()
        .map(|fact| fact["date"]["edtf"].as_str().unwrap())
        .collect();
    assert!(
        starts
            .iter()
            .all(|date| *date == "2022-04-19" || *date == "2022-04-19/2022-04-20"),
        "{starts:?}"
    );
    let found: Vec<_> = nodes
        .iter()
        .map(|fact| fact["label"].as_str().unwrap())
        .collect();
    let letter = "letter of understanding for migration management and protection of migrants";
    assert_eq!(
        found,
        [
            format!("{letter} – signed"),
            format!("{letter} – signatories – Juan Pino"),
            format!("{letter} – signatories – Stewart Tuttle"),
            format!("Juan Pino – agreements signed – {letter}"),
            "Juan Pino – offices – Minister of Security".into(),
            "Ministerial Conference on Migration and Protection – trips – Co-hosted a Ministerial Conference on Migration and Protection with the Government of Panama and met with President Laurentino Cortizo Cohen and Foreign Minister Erika Mouynes.".into(),
            "Ministerial Conference on Migration and Protection – date".into(),
        ]
    );
    let trip = nodes
        .iter()
        .find(|fact| fact["property"] == "trips")
        .unwrap();
    // The trip attended the meeting; when, says the trip.
    assert_eq!(trip["claim"]["claimId"], "claim:f19-attended");
    assert_eq!(trip["datedBy"]["claimId"], "claim:trip-4066-date");
    assert_eq!(trip["node"]["id"], "trip:4066");
    assert_eq!(trip["about"]["id"], "meeting:panama-2022");
}

/// A time narrows it; what only touches it stays.
#[tokio::test]
async fn a_timeline_can_be_narrowed_and_paged() {
    let answer = ask(r#"{
        before: timeline(ids: ["commitment:call-to-action-investments", "statement:harris-call-to-action"], between: "2021") {
            nodes { date { edtf } property }
        }
        none: timeline(ids: ["statement:harris-call-to-action"], between: "2022/..") { totalCount }
        first: timeline(ids: ["official:antony-blinken"], first: 2) { totalCount nodes { label } pageInfo { endCursor hasNextPage } }
        all: timeline(ids: ["official:antony-blinken"], first: 100) { nodes { label } }
    }"#)
    .await;
    assert_eq!(answer["none"]["totalCount"], 0);
    // The commitment bears no date of its own; it answers a call that does.
    assert_eq!(
        each(&answer["before"]["nodes"], "property"),
        ["inResponseTo", "date"]
    );
    let all = each(&answer["all"]["nodes"], "label");
    assert_eq!(answer["first"]["totalCount"], all.len());
    assert_eq!(each(&answer["first"]["nodes"], "label"), all[..2]);
    let app = TestApp::seed().await;
    let query = r#"query ($after: String) {
        timeline(ids: ["official:antony-blinken"], first: 100, after: $after) { nodes { label } pageInfo { hasPreviousPage } }
    }"#;
    let after = json!({ "after": answer["first"]["pageInfo"]["endCursor"] });
    let rest = data(app.query(query, after).await, query);
    assert_eq!(each(&rest["timeline"]["nodes"], "label"), all[2..]);
    assert_eq!(rest["timeline"]["pageInfo"]["hasPreviousPage"], true);
}

#[tokio::test]
async fn moments_that_cannot_be_are_refused() {
    let app = TestApp::seed().await;
    let message = async |arguments: &str| {
        let query = format!("{{ changesBetween({arguments}) {{ totalCount }} }}");
        let answer = app.query(&query, json!({})).await;
        answer["errors"][0]["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        message(r#"from: { version: "2" }, to: { version: "1" }"#).await,
        "changesBetween: from is version 2, to is version 1: expected from before to"
    );
    assert_eq!(
        message(r#"from: { version: "99" }"#).await,
        "changesBetween: from is version 99: expected one from 0 to 2"
    );
    let message = refuse(r#"{ changesBetween(from: { version: "-1" }) { totalCount } }"#).await;
    assert!(message.contains("version is \"-1\""), "{message}");
    let message = refuse(r#"{ changesBetween(from: { time: "May" }) { totalCount } }"#).await;
    assert!(
        message.starts_with("changesBetween: from: time:"),
        "{message}"
    );
    let message =
        refuse(r#"{ timeline(ids: ["country:us"], between: "May") { totalCount } }"#).await;
    assert!(message.starts_with("timeline: between:"), "{message}");
    let query =
        "query ($after: String) { timeline(ids: [\"country:us\"], after: $after) { totalCount } }";
    let message = refuse_with(query, json!({ "after": "x" })).await;
    assert!(message.contains("after is no cursor"), "{message}");
}
