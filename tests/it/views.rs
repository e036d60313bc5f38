//! The two clocks: what was true on a date, what was on record at a moment, and who had published.

use serde_json::json;

use crate::ask::{ask, ask_with, refuse};

/// The article alone was on record on the 5th of November; a week later so were the other sources.
#[tokio::test]
async fn the_letter_was_announced_and_later_signed() {
    let answer = ask(r#"
        {
            then: at(knownAt: "2026-11-05T00:00:00Z") { agreement(id: "agreement:us-panama-letter-2022") { ...Letter } }
            now: agreement(id: "agreement:us-panama-letter-2022") { ...Letter }
        }
        fragment Letter on Agreement {
            id entityId status signed { edtf } signatories { totalCount }
            facts { status { disputed claim { id } } }
        }
    "#)
    .await;
    assert_eq!(
        answer,
        json!({
            "then": { "agreement": {
                "id": "agreement:us-panama-letter-2022@knownAt=2026-11-05T00:00:00Z",
                "entityId": "agreement:us-panama-letter-2022",
                "status": "ANNOUNCED", "signed": null, "signatories": { "totalCount": 0 },
                "facts": { "status": { "disputed": false, "claim": { "id": "claim:f30@knownAt=2026-11-05T00:00:00Z" } } },
            } },
            "now": {
                "id": "agreement:us-panama-letter-2022",
                "entityId": "agreement:us-panama-letter-2022",
                "status": "SIGNED", "signed": { "edtf": "2022-04-19" }, "signatories": { "totalCount": 2 },
                "facts": { "status": { "disputed": true, "claim": { "id": "claim:f30-signed" } } },
            },
        })
    );
}

/// The moment of recording belongs to what was on record then; the microsecond before does not.
#[tokio::test]
async fn a_transaction_is_known_from_its_own_moment_on() {
    let versions = ask(r#"{
        never: at(knownAt: "2026-11-02T08:59:59Z") { graph { version } officials { totalCount } }
        first: at(knownAt: "2026-11-02T09:00:00Z") { graph { version recordedAt } officials { totalCount } }
        still: at(knownAt: "2026-11-09T08:59:59.999999Z") { graph { version } officials { totalCount } }
        second: at(knownAt: "2026-11-09T09:00:00Z") { graph { version recordedAt } officials { totalCount } }
        now: officials { totalCount }
    }"#)
    .await;
    assert_eq!(
        versions,
        json!({
            "never": { "graph": { "version": "0" }, "officials": { "totalCount": 0 } },
            "first": { "graph": { "version": "1", "recordedAt": "2026-11-02T09:00:00Z" }, "officials": { "totalCount": 5 } },
            "still": { "graph": { "version": "1" }, "officials": { "totalCount": 5 } },
            "second": { "graph": { "version": "2", "recordedAt": "2026-11-09T09:00:00Z" }, "officials": { "totalCount": 8 } },
            "now": { "totalCount": 8 },
        })
    );
}

#[tokio::test]
async fn an_id_with_a_view_shows_that_view_wherever_it_is_asked() {
    let id = "agreement:us-panama-letter-2022@knownAt=2026-11-05T00:00:00Z";
    let answer = ask_with(
        "query ($id: ID!) {
            node(id: $id) { __typename id ... on Agreement { entityId status } }
            nodes(ids: [$id, \"country:us\"]) { id }
            agreement(id: $id) { status }
            official(id: $id) { id }
        }",
        json!({ "id": id }),
    )
    .await;
    assert_eq!(
        answer,
        json!({
            "node": { "__typename": "Agreement", "id": id, "entityId": "agreement:us-panama-letter-2022", "status": "ANNOUNCED" },
            "nodes": [{ "id": id }, { "id": "country:us" }],
            "agreement": { "status": "ANNOUNCED" },
            // An agreement is no official.
            "official": null,
        })
    );
}

/// A view by a clock shows what the default view shows where nothing was recorded since; its ids are still its own.
#[tokio::test]
async fn ids_carry_the_view_even_where_it_shows_the_same() {
    let answer = ask(r#"{
        at(knownAt: "2030-01-01T00:00:00Z") {
            country(id: "country:us") { id entityId name }
            countries(first: 1) { nodes { id } }
        }
    }"#)
    .await;
    assert_eq!(
        answer["at"],
        json!({
            "country": {
                "id": "country:us@knownAt=2030-01-01T00:00:00Z",
                "entityId": "country:us",
                "name": "United States",
            },
            "countries": { "nodes": [{ "id": "country:us@knownAt=2030-01-01T00:00:00Z" }] },
        })
    );
}

/// What stands below an entity of a view is seen in it too.
#[tokio::test]
async fn a_view_is_inherited() {
    let answer = ask(r#"{
        at(knownAt: "2026-11-05T00:00:00Z", date: "2022-04-20") {
            commitment(id: "commitment:protect-migrants") {
                agreement { id status parties { nodes { id } } }
                evidence { source { id url } }
            }
        }
        commitment(id: "commitment:protect-migrants") {
            at(knownAt: "2026-11-05T00:00:00Z") { id agreement { status } }
        }
    }"#)
    .await;
    let view = |id: &str| format!("{id}@date=2022-04-20;knownAt=2026-11-05T00:00:00Z");
    let source = json!({ "source": { "id": view("source:voz-de-la-diaspora"), "url": null } });
    assert_eq!(
        answer,
        json!({
            "at": { "commitment": {
                "agreement": {
                    "id": view("agreement:us-panama-letter-2022"),
                    "status": "ANNOUNCED",
                    "parties": { "nodes": [{ "id": view("country:pa") }, { "id": view("country:us") }] },
                },
                "evidence": [source, source],
            } },
            "commitment": { "at": {
                "id": "commitment:protect-migrants@knownAt=2026-11-05T00:00:00Z",
                "agreement": { "status": "ANNOUNCED" },
            } },
        })
    );
}

#[tokio::test]
async fn null_resets_one_clock_and_leaves_the_other() {
    let answer = ask(r#"{
        at(knownAt: "2026-11-05T00:00:00Z", date: "2022-04-20") {
            country(id: "country:us") {
                id
                same: at { id }
                undated: at(date: null) { id }
                now: at(knownAt: null) { id }
                plain: at(date: null, knownAt: null) { id }
                later: at(date: "2023", knownAt: "2026-11-10T00:00:00Z") { id }
            }
            at(knownAt: null) { agreement(id: "agreement:us-panama-letter-2022") { status } }
        }
    }"#)
    .await;
    assert_eq!(
        answer["at"],
        json!({
            "country": {
                "id": "country:us@date=2022-04-20;knownAt=2026-11-05T00:00:00Z",
                "same": { "id": "country:us@date=2022-04-20;knownAt=2026-11-05T00:00:00Z" },
                "undated": { "id": "country:us@knownAt=2026-11-05T00:00:00Z" },
                "now": { "id": "country:us@date=2022-04-20" },
                "plain": { "id": "country:us" },
                "later": { "id": "country:us@date=2023;knownAt=2026-11-10T00:00:00Z" },
            },
            // The inner `at` keeps the date.
            "at": { "agreement": { "status": "SIGNED" } },
        })
    );
}

/// Offices are states: who held which is shown on the dates that a source attests.
#[tokio::test]
async fn a_date_filters_tenures() {
    let offices = async |date: &str| {
        let answer = ask_with(
            "query ($date: EDTF) {
                at(date: $date) {
                    officials(where: { country: { id: { eq: \"country:pa\" } } }, orderBy: [{ name: ASC }]) {
                        nodes { name offices { nodes { title } } }
                    }
                }
            }",
            json!({ "date": date }),
        )
        .await;
        answer["at"]["officials"]["nodes"].clone()
    };
    let mouynes = json!({ "name": "Erika Mouynes", "offices": { "nodes": [{ "title": "Foreign Minister of Panama" }] } });
    assert_eq!(
        offices("2022-04-19").await,
        json!([mouynes, { "name": "Juan Pino", "offices": { "nodes": [{ "title": "Minister of Security" }] } }])
    );
    assert_eq!(
        offices("2022-04-20").await,
        json!([mouynes, { "name": "Juan Pino", "offices": { "nodes": [] } }])
    );
    assert_eq!(
        offices("2020").await,
        json!([
            { "name": "Erika Mouynes", "offices": { "nodes": [] } },
            { "name": "Juan Pino", "offices": { "nodes": [] } },
        ])
    );
}

/// Events are no states: a date does not hide what was said, signed or counted.
#[tokio::test]
async fn a_date_does_not_filter_events() {
    let answer = ask(r#"{
        at(date: "2020") {
            commitments { totalCount }
            agreement(id: "agreement:us-panama-letter-2022") { signed { edtf } signatories { totalCount } }
        }
    }"#)
    .await;
    assert_eq!(
        answer["at"],
        json!({
            "commitments": { "totalCount": 7 },
            "agreement": { "signed": { "edtf": "2022-04-19" }, "signatories": { "totalCount": 2 } },
        })
    );
}

/// Only the article and the page of the 21st of April bear a date: what other sources say is not
/// known to have been published by then.
#[tokio::test]
async fn published_by_leaves_out_sources_without_a_date() {
    let answer = ask(r#"{
        before: at(publishedBy: "2022-03") { ...Seen }
        april: at(publishedBy: "2022-04") { ...Seen }
        all: at(publishedBy: null) { ...Seen }
    }
    fragment Seen on Query {
        agreement(id: "agreement:us-panama-letter-2022") { status signatories { totalCount } }
        statistic(id: "statistic:delegations-at-meeting-dhs") { value { label } }
    }"#)
    .await;
    assert_eq!(
        answer,
        json!({
            "before": { "agreement": null, "statistic": null },
            "april": {
                "agreement": { "status": "ANNOUNCED", "signatories": { "totalCount": 0 } },
                "statistic": { "value": { "label": "31 delegations" } },
            },
            "all": {
                "agreement": { "status": "SIGNED", "signatories": { "totalCount": 2 } },
                "statistic": { "value": { "label": "31 delegations" } },
            },
        })
    );
}

#[tokio::test]
async fn what_is_not_yet_on_record_is_null_or_left_out() {
    let answer = ask(r#"{
        at(knownAt: "2026-11-05T00:00:00Z") {
            official(id: "official:juan-pino") { id }
            node(id: "trip:4066") { id }
            nodes(ids: ["country:us", "official:juan-pino", "no:such"]) { id }
            claim(id: "claim:f30-signed") { id }
            trips { totalCount }
            search(text: "Pino") { totalCount }
            officials(orderBy: [{ name: ASC }]) { nodes { name } }
        }
        official(id: "official:juan-pino") { at(knownAt: "2026-11-05T00:00:00Z") { id } }
    }"#)
    .await;
    assert_eq!(
        answer,
        json!({
            "at": {
                "official": null,
                "node": null,
                "nodes": [{ "id": "country:us@knownAt=2026-11-05T00:00:00Z" }, null, null],
                "claim": null,
                "trips": { "totalCount": 0 },
                "search": { "totalCount": 0 },
                "officials": { "nodes": [
                    { "name": "Alejandro Mayorkas" }, { "name": "Antony Blinken" }, { "name": "Erika Mouynes" },
                    { "name": "Joe Biden" }, { "name": "Kamala Harris" },
                ] },
            },
            "official": { "at": null },
        })
    );
}

#[tokio::test]
async fn a_clock_that_cannot_be_read_is_refused() {
    let message = refuse(r#"{ at(date: "20 April 2022") { __typename } }"#).await;
    assert!(
        message.starts_with("at: date:") && message.contains("20 April 2022"),
        "{message}"
    );
    let message = refuse(r#"{ at(knownAt: "yesterday") { __typename } }"#).await;
    assert!(
        message.starts_with("at: knownAt:") && message.contains("yesterday"),
        "{message}"
    );
}

/// CERTAIN shows what surely held: Pino's office is attested on the very day, that of Mouynes about that month.
#[tokio::test]
async fn certainty_tells_what_may_have_held_from_what_surely_did() {
    let answer = ask(
        r#"{
        possible: at(date: "2022-04-19") { ...Offices }
        certain: at(date: "2022-04-19", certainty: CERTAIN) { ...Offices }
        now: official(id: "official:juan-pino") { offices { edges { certainty claim { certainty } } } }
    }
    fragment Offices on Query {
        officials(where: { country: { id: { eq: "country:pa" } } }, orderBy: [{ name: ASC }]) { totalCount }
        pino: official(id: "official:juan-pino") { name ...Held }
        mouynes: official(id: "official:erika-mouynes") { name ...Held }
        agreement(id: "agreement:us-panama-letter-2022") { status signatories { edges { certainty } } }
    }
    fragment Held on Official { offices { edges { certainty node { title } claim { certainty } } } }"#,
    )
    .await;
    let held = |title: &str, certainty: &str| json!({ "edges": [{ "certainty": certainty, "node": { "title": title }, "claim": { "certainty": certainty } }] });
    // A date says nothing of what happened, such as signing.
    let signed = json!({ "edges": [{ "certainty": null }, { "certainty": null }] });
    let pino = json!({ "name": "Juan Pino", "offices": held("Minister of Security", "CERTAIN") });
    assert_eq!(
        answer,
        json!({
            "possible": {
                "officials": { "totalCount": 2 },
                "pino": pino,
                "mouynes": { "name": "Erika Mouynes", "offices": held("Foreign Minister of Panama", "POSSIBLE") },
                "agreement": { "status": "SIGNED", "signatories": signed },
            },
            "certain": {
                // Which country they serve bears no date, so it is not certain.
                "officials": { "totalCount": 0 },
                "pino": pino,
                "mouynes": { "name": "Erika Mouynes", "offices": { "edges": [] } },
                // It was signed that day.
                "agreement": { "status": "SIGNED", "signatories": signed },
            },
            "now": { "offices": { "edges": [{ "certainty": null, "claim": { "certainty": null } }] } },
        })
    );
}

/// Signed on the 19th, it may have been another thing a year later; the announcement bears no date.
#[tokio::test]
async fn what_nothing_dates_is_not_certain() {
    let answer = ask(r#"{
        agreement(id: "agreement:us-panama-letter-2022") {
            possible: at(date: "2023-04-19") { status }
            certain: at(date: "2023-04-19", certainty: CERTAIN) { status name kind signed { edtf } }
            before: at(date: "2022-04-18") { status }
        }
    }"#)
    .await;
    assert_eq!(
        answer["agreement"],
        json!({
            "possible": { "status": "SIGNED" },
            // A property that nothing dates, such as the name, stays.
            "certain": {
                "status": null,
                "name": "letter of understanding for migration management and protection of migrants",
                "kind": "LETTER_OF_UNDERSTANDING",
                "signed": { "edtf": "2022-04-19" },
            },
            "before": { "status": "ANNOUNCED" },
        })
    );
}

/// It is a part of the view: inherited, reset by null, carried by ids.
#[tokio::test]
async fn certainty_belongs_to_the_view() {
    let id = "official:juan-pino@date=2022-04-19;certainty=CERTAIN";
    let answer = ask_with(
        r#"query ($id: ID!) {
        at(date: "2022-04-19", certainty: CERTAIN) {
            official(id: "official:juan-pino") {
                id
                same: at { id }
                later: at(date: "2022-04-20") { id offices { totalCount } }
                possible: at(certainty: POSSIBLE) { id }
                reset: at(certainty: null) { id }
                undated: at(date: null) { id }
            }
        }
        node(id: $id) { id ... on Official { offices { totalCount } } }
    }"#,
        json!({ "id": id }),
    )
    .await;
    let plain = "official:juan-pino@date=2022-04-19";
    assert_eq!(
        answer,
        json!({
            "at": { "official": {
                "id": id,
                "same": { "id": id },
                "later": { "id": "official:juan-pino@date=2022-04-20;certainty=CERTAIN", "offices": { "totalCount": 0 } },
                "possible": { "id": plain },
                "reset": { "id": plain },
                "undated": { "id": "official:juan-pino" },
            } },
            "node": { "id": id, "offices": { "totalCount": 1 } },
        })
    );
}
