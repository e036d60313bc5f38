//! Search looks through the view, and at what has just been recorded.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use onrecord::api::{Allow, Engine, Request};
use onrecord::cli::{LoadOptions, open};
use onrecord::model::access::{Caller, Role};
use onrecord::model::change::{Change, Transaction};
use serde_json::{Value, json};

use crate::ask::{ask, data, each};
use crate::support::{TestApp, package_path};

/// A correction, recorded after the seed.
const RECORDED: &str = "2026-11-20T09:00:00Z";

/// What an engine answers.
fn answer(engine: &Engine, query: &str) -> Value {
    seen_by(engine, query, Caller::anonymous())
}

/// What it answers somebody.
fn seen_by(engine: &Engine, query: &str, caller: Caller) -> Value {
    let request = Request {
        query: query.into(),
        caller,
        ..Request::default()
    };
    let answer = engine.execute(&request, Allow::ReadingOnly);
    data(serde_json::from_slice(&answer.body).unwrap(), query)
}

fn change(change: Value) -> Change {
    serde_json::from_value(change).unwrap()
}

/// Another name of the minister, with the words of a source.
fn alias(id: &str, text: &str, review: &str) -> Change {
    change(json!({ "addClaim": { "claim": {
        "id": id,
        "subject": "official:erika-mouynes",
        "statement": { "property": {
            "property": "aliases",
            "stated": { "value": { "localizedText": { "text": text } } },
        } },
        "valid": {},
        "rank": "NORMAL",
        "review": review,
        "evidence": [{
            "source": "source:voz-de-la-diaspora",
            "quote": { "exact": format!("{text}, whom quokkas like") },
            "modality": "FIRSTHAND",
            "stance": "SUPPORTS",
        }],
    } } }))
}

/// What was recorded a moment ago is found at once, in the views that show it and in no other.
#[test]
fn what_was_just_recorded_is_found_where_it_is_shown() {
    let loaded = open(&LoadOptions {
        ontology: None,
        seed: Some(package_path("seed/panama-2022")),
        ..LoadOptions::default()
    })
    .unwrap();
    let engine = loaded.engine().unwrap();
    let found = r#"{
        name: search(text: "Xiomara") { ...Found }
        script: search(text: "Ксиомара") { ...Found }
        quote: search(text: "quokkas") { ...Found }
        proposed: search(text: "Zenobia") { ...Found }
        before: at(knownAt: "2026-11-19T00:00:00Z") {
            name: search(text: "Xiomara") { ...Found } quote: search(text: "quokkas") { ...Found }
        }
    }
    fragment Found on SearchConnection { totalCount edges { node { id } matchedOn { field why } } }"#;
    let nothing = json!({ "totalCount": 0, "edges": [] });
    let before = answer(&engine, found);
    for name in ["name", "script", "quote", "proposed"] {
        assert_eq!(before[name], nothing, "{name}");
    }

    let commit = |changes: Vec<Change>| {
        let transaction = Transaction {
            recorded_at: RECORDED.parse().unwrap(),
            author: "an editor".into(),
            reason: "another name".into(),
            idempotency: None,
            visible_from: None,
            changes,
        };
        loaded.store.commit(&transaction).unwrap();
    };
    commit(vec![
        alias("claim:xiomara", "Erika Xiomara", "ACCEPTED"),
        alias("claim:zenobia", "Erika Zenobia", "PROPOSED"),
    ]);
    let then = answer(&engine, found);
    let once = |field: &str, why: &str, id: &str| {
        json!({ "totalCount": 1, "edges": [
            { "node": { "id": id }, "matchedOn": { "field": field, "why": why } },
        ] })
    };
    let id = "official:erika-mouynes";
    assert_eq!(then["name"], once("aliases", "EXACT", id));
    assert_eq!(then["script"], once("aliases", "TRANSLITERATED", id));
    assert_eq!(then["quote"], once("quote", "EXACT", id));
    assert_eq!(then["proposed"], nothing);
    assert_eq!(then["before"], json!({ "name": nothing, "quote": nothing }));
    assert_eq!(
        seen_by(&engine, found, Caller::operator(Role::Editor))["proposed"],
        once("aliases", "EXACT", id)
    );

    commit(vec![change(json!({ "retract": {
        "claim": "claim:xiomara", "reason": "a mistake of ours",
    } }))]);
    assert_eq!(answer(&engine, found)["name"], nothing);
    let seen = answer(
        &engine,
        r#"{ at(knownAt: "2026-11-19T00:00:00Z") { search(text: "Mouynes Erika") { nodes { id entityId } } } }"#,
    );
    let suffixed = format!("{id}@knownAt=2026-11-19T00:00:00Z");
    let nodes = &seen["at"]["search"]["nodes"];
    assert_eq!(nodes[0], json!({ "id": suffixed, "entityId": id }));
}

/// A name that was learned later is not found before; what holds at all times is.
#[tokio::test]
async fn a_view_of_the_past_finds_what_was_on_record() {
    let answer = ask(r#"{
        now: search(text: "Pino", types: [OFFICIAL]) { ...Found }
        at(knownAt: "2026-11-05T00:00:00Z") {
            official: search(text: "Pino", types: [OFFICIAL]) { ...Found }
            typing: search(text: "Mayorcas") { ...Found }
            script: search(text: "Мэйоркас") { ...Found }
        }
    }
    fragment Found on SearchConnection { nodes { entityId } }"#)
    .await;
    let found = |at: &Value| each(&at["nodes"], "entityId").join(" ");
    assert_eq!(found(&answer["now"]), "official:juan-pino");
    assert_eq!(found(&answer["at"]["official"]), "");
    for text in ["typing", "script"] {
        assert_eq!(
            found(&answer["at"][text]),
            "official:alejandro-mayorkas",
            "{text}"
        );
    }
}

/// No text has all the words, the texts of one entity have: it is found, but as less than any text that has them.
#[tokio::test]
async fn the_words_may_stand_in_several_texts_of_one_entity() {
    let answer = ask(r#"{
        several: search(text: "Voz Diaspora Panama") { edges { score node { id } matchedOn { why value } highlight } }
        one: search(text: "Voz Diaspora") { edges { score node { id } matchedOn { why } } }
    }"#)
    .await;
    let several = answer["several"]["edges"].as_array().unwrap();
    assert_eq!(several.len(), 1, "{several:?}");
    assert_eq!(several[0]["node"]["id"], "source:voz-de-la-diaspora");
    assert_eq!(several[0]["matchedOn"]["why"], "SEVERAL_TEXTS");
    // It is shown by the text with the most words.
    let highlight = several[0]["highlight"].as_str().unwrap();
    assert!(
        highlight.contains("**Voz** de la **Diaspora**"),
        "{highlight}"
    );
    let score = |edge: &Value| edge["score"].as_f64().unwrap();
    let one = answer["one"]["edges"].as_array().unwrap();
    let in_several = |edge: &Value| edge["matchedOn"]["why"] == "SEVERAL_TEXTS";
    assert!(!one.is_empty() && !one.iter().any(in_several));
    assert!(one.iter().all(|edge| score(edge) > score(&several[0])));
}

/// What is found is narrowed like any list: the page, its count and the facets.
#[tokio::test]
async fn a_search_is_narrowed_by_what_is_found() {
    let query = |narrowing: &str| {
        format!(
            "{{ search(text: \"Panama\"{narrowing}, first: 100) {{ totalCount facets {{ type count }} nodes {{ id name }} pageInfo {{ hasNextPage }} }} }}"
        )
    };
    let all = ask(&query("")).await["search"].clone();
    let narrowed = ", where: { name: { contains: \"letter\" } }";
    let some = ask(&query(narrowed)).await["search"].clone();
    let ids = |found: &Value, fits: &dyn Fn(&str) -> bool| -> Vec<String> {
        let nodes = found["nodes"].as_array().unwrap().iter();
        nodes
            .filter(|node| fits(&node["name"].as_str().unwrap().to_lowercase()))
            .map(|node| node["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let expected = ids(&all, &|name| name.contains("letter"));
    assert!(!expected.is_empty() && expected.len() < ids(&all, &|_| true).len());
    assert_eq!(ids(&some, &|_| true), expected);
    assert_eq!(some["totalCount"], expected.len());
    let facets = some["facets"].as_array().unwrap().iter();
    let counted: u64 = facets.map(|facet| facet["count"].as_u64().unwrap()).sum();
    assert_eq!(counted, expected.len() as u64);

    // A cursor is one of its own list.
    let cursor = ask(&query(narrowed).replace("nodes { id name }", "edges { cursor }")).await;
    let cursor = cursor["search"]["edges"][0]["cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let other = format!("{{ search(text: \"Panama\", after: \"{cursor}\") {{ totalCount }} }}");
    let app = TestApp::seed().await;
    let refused = app.query(&other, json!({})).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
}
