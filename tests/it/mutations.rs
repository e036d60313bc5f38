//! Mutations: what is recorded, what is refused and where, and what those see who ask for it.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use onrecord::api::{Allow, Engine, Outcome, Request, Streamed};
use onrecord::cli::{LoadOptions, open};
use onrecord::model::access::{Caller, Role};
use serde_json::{Map, Value, json};

use crate::ask::{data, each};
use crate::support::package_path;

/// The seed's one story, to be written to.
fn record() -> Engine {
    let loaded = open(&LoadOptions {
        seed: Some(package_path("seed/panama-2022")),
        ..LoadOptions::default()
    });
    loaded.unwrap().engine().unwrap()
}

fn send(engine: &Engine, role: Role, query: &str, variables: Value) -> Value {
    let Value::Object(variables) = variables else {
        panic!("variables are an object");
    };
    let request = Request {
        query: query.into(),
        variables,
        caller: Caller::operator(role),
        ..Request::default()
    };
    let answer = engine.execute(&request, Allow::Everything);
    serde_json::from_slice(&answer.body).unwrap()
}

/// What an editor is answered who records changes.
fn changes(engine: &Engine, input: Value) -> Value {
    let query = "mutation ($input: RecordChangesInput!) { recordChanges(input: $input) {
        version dryRun repeated transaction { version author reason }
        changes { kind reason rank claim { id property review } }
        entities { id name } disputes { verdict property }
    } }";
    send(engine, Role::Editor, query, json!({ "input": input }))
}

/// The same, of what is recorded.
fn recorded(engine: &Engine, input: Value) -> Value {
    data(changes(engine, input), "recordChanges")["recordChanges"].take()
}

fn ask(engine: &Engine, query: &str) -> Value {
    data(send(engine, Role::Reader, query, json!({})), query)
}

/// The messages of an answer's errors, each with the place that it names.
fn refusals(answer: &Value) -> Vec<(String, Value)> {
    assert_eq!(answer["data"], Value::Null, "{answer}");
    let errors = answer["errors"].as_array().unwrap();
    let told = errors.iter().map(|error| {
        let message = error["message"].as_str().unwrap().to_owned();
        (message, error["extensions"]["inputPath"].clone())
    });
    told.collect()
}

fn quote(exact: &str) -> Value {
    json!([{ "source": "source:voz-de-la-diaspora", "quote": exact }])
}

/// An official with a birthday, as one source has it.
fn somebody(id: &str, born: &str) -> Value {
    json!({ "put": {
        "entity": { "official": { "id": id, "name": "Ada Example", "born": born,
            "aliases": [{ "text": "Ada Ejemplo", "language": "es" }] } },
        "evidence": quote("Ada Example was born"),
    } })
}

#[test]
fn a_new_entity_is_recorded_with_its_evidence() {
    let engine = record();
    let before = ask(&engine, "{ graph { version } officials { totalCount } }");
    let found = recorded(
        &engine,
        json!({ "reason": "a test", "changes": [
            somebody("official:ada-example", "1962-04~"),
            { "put": {
                "entity": { "commitment": {
                    "id": "commitment:a-test", "text": "To test.", "status": "IN_PROGRESS",
                    "madeBy": [{ "node": "official:ada-example", "onBehalfOf": "country:pa" }],
                    "madeTo": ["country:us"],
                    "amount": { "value": 5.5, "bound": "ABOUT", "unit": "tests" },
                } },
                "evidence": [{ "source": "source:voz-de-la-diaspora", "quote": "we shall test",
                    "asStated": "some tests", "attributedTo": "official:ada-example",
                    "modality": "REPORTED", "flags": ["INFERRED"], "note": "made up" }],
                "since": "2022-04", "ongoing": true,
            } },
        ] }),
    );
    let version: u32 = before["graph"]["version"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let version = (version + 1).to_string();
    assert_eq!(found["version"], version);
    assert_eq!(
        found["transaction"],
        json!({ "version": version, "author": "operator", "reason": "a test" })
    );
    assert_eq!(
        (&found["dryRun"], &found["repeated"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(found["changes"].as_array().unwrap().len(), 8);
    assert_eq!(
        each(&found["entities"], "id"),
        ["official:ada-example", "commitment:a-test"]
    );
    let seen = ask(
        &engine,
        r#"{ officials { totalCount }
          official(id: "official:ada-example") { name born { edtf } aliases { text language }
            facts { born { claim { recordedBy recordedBecause evidence { quote source { id } } } } } }
          commitment(id: "commitment:a-test") { status amount { label }
            madeBy { edges { since { edtf } ongoing onBehalfOf { id } node { id } evidence { quote asStated attributedTo { id } modality flags note } } }
            madeTo { nodes { id } } } }"#,
    );
    let before = before["officials"]["totalCount"].as_u64().unwrap();
    assert_eq!(seen["officials"]["totalCount"], before + 1);
    assert_eq!(
        seen["official"],
        json!({ "name": "Ada Example", "born": { "edtf": "1962-04~" },
            "aliases": [{ "text": "Ada Ejemplo", "language": "es" }],
            "facts": { "born": { "claim": { "recordedBy": "operator", "recordedBecause": "a test",
                "evidence": [{ "quote": "Ada Example was born", "source": { "id": "source:voz-de-la-diaspora" } }] } } } })
    );
    assert_eq!(
        seen["commitment"],
        json!({ "status": "IN_PROGRESS", "amount": { "label": "about 5.5 tests" },
            "madeBy": { "edges": [{ "since": { "edtf": "2022-04" }, "ongoing": true,
                "onBehalfOf": { "id": "country:pa" }, "node": { "id": "official:ada-example" },
                "evidence": [{ "quote": "we shall test", "asStated": "some tests",
                    "attributedTo": { "id": "official:ada-example" }, "modality": "REPORTED",
                    "flags": ["INFERRED"], "note": "made up" }] }] },
            "madeTo": { "nodes": [{ "id": "country:us" }] } })
    );
}

/// All or nothing, and every mistake with its place; nothing of the transaction is there afterwards.
#[test]
fn every_mistake_is_told_at_its_place() {
    let engine = record();
    let answer = changes(
        &engine,
        json!({ "reason": "a test", "changes": [
            somebody("official:ada-example", "1962"),
            somebody("oficial:ada", "1962-13"),
            { "put": { "entity": { "official": { "id": "country:us" } } } },
            { "put": { "entity": { "country": { "id": "country:us", "name": "US" } } } },
            { "put": {
                "entity": { "commitment": { "id": "commitment:x", "madeTo": ["topic:x"] } },
                "evidence": quote("x"), "rank": "PREFERRED", "unknown": ["stauts"],
            } },
            { "retract": { "claim": "claim:f16@date=2022", "reason": " " } },
        ] }),
    );
    let told = refusals(&answer);
    let at = |place: &[Value]| Value::Array([&[json!("input"), json!("changes")], place].concat());
    let entity = |place: usize, kind: &str, rest: &[Value]| {
        let start = [json!(place), json!("put"), json!("entity"), json!(kind)];
        at(&[&start, rest].concat())
    };
    let expected = [
        (
            "whose prefix is no type's",
            entity(1, "official", &[json!("id")]),
        ),
        ("1962-13", entity(1, "official", &[json!("born")])),
        (
            "begins with official:",
            entity(2, "official", &[json!("id")]),
        ),
        ("claims without evidence", at(&[json!(3), json!("put")])),
        (
            "without a reason, expected rankReason",
            at(&[json!(4), json!("put")]),
        ),
        (
            "of the type Topic, expected Party",
            entity(4, "commitment", &[json!("madeTo"), json!(0)]),
        ),
        (
            "did you mean \"status\"?",
            at(&[json!(4), json!("put"), json!("unknown"), json!(0)]),
        ),
        (
            "expected the plain one, \"claim:f16\"",
            at(&[json!(5), json!("retract"), json!("claim")]),
        ),
        (
            "found an empty text",
            at(&[json!(5), json!("retract"), json!("reason")]),
        ),
    ];
    for (message, place) in &expected {
        let is_there = told
            .iter()
            .any(|(found, at)| found.contains(message) && at == place);
        assert!(is_there, "{message} {place}\n{told:#?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for error in answer["errors"].as_array().unwrap() {
        assert_eq!(error["path"], json!(["recordChanges"]));
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT");
    }

    // What only the record can tell.
    let answer = changes(
        &engine,
        json!({ "reason": "a test", "changes": [
            somebody("official:ada-example", "1962"),
            { "retract": { "claim": "claim:nothing", "reason": "gone" } },
            { "put": { "entity": { "country": { "id": "country:ada", "isoAlpha2": "ZZ" } }, "evidence": quote("x") } },
            { "put": { "entity": { "country": { "id": "country:bea", "isoAlpha2": "ZZ" } }, "evidence": quote("x") } },
            { "put": { "entity": { "country": { "id": "country:us", "kind": "STATE" } },
                "evidence": [{ "source": "source:nothing", "quote": "x" }] } },
        ] }),
    );
    let told = refusals(&answer);
    assert_eq!(
        told,
        [
            ("input.changes[1].retract: claim:nothing is not on record".to_owned(), at(&[json!(1), json!("retract")])),
            (
                "input.changes[3].put.entity.country.isoAlpha2: isoAlpha2 \"ZZ\" is taken by country:ada, and no two may share it".to_owned(),
                entity(3, "country", &[json!("isoAlpha2")])
            ),
            (
                "input.changes[4].put.entity.country.kind: the evidence's source source:nothing is not on record".to_owned(),
                entity(4, "country", &[json!("kind")])
            ),
        ]
    );
    let none = ask(
        &engine,
        r#"{ official(id: "official:ada-example") { id } }"#,
    );
    assert_eq!(none, json!({ "official": null }));
}

#[test]
fn a_dry_run_shows_what_would_come_of_it_and_records_nothing() {
    let engine = record();
    let rival = |dry_run: bool| {
        json!({ "reason": "a rival", "dryRun": dry_run, "changes": [
            { "put": { "entity": { "official": { "id": "official:antony-blinken", "born": "1950-01-01" } },
                "evidence": quote("born in 1950") } },
            { "put": { "entity": { "official": { "id": "official:antony-blinken", "born": "1949-01-01" } },
                "evidence": quote("born in 1949") } },
        ] })
    };
    let before = ask(&engine, "{ graph { version } }");
    let dry = recorded(&engine, rival(true));
    assert_eq!(dry["dryRun"], true);
    assert_eq!(each(&dry["changes"], "kind"), ["GAINED", "GAINED"]);
    assert_eq!(each(&dry["entities"], "id"), ["official:antony-blinken"]);
    assert!(
        each(&dry["disputes"], "property").contains(&"born"),
        "{dry}"
    );
    assert_eq!(ask(&engine, "{ graph { version } }"), before);
    let mut wet = recorded(&engine, rival(false));
    wet["dryRun"] = json!(true);
    assert_eq!(wet, dry);
    // They are no news a second time.
    let more = json!({ "reason": "a note", "changes": [
        { "put": { "entity": { "official": { "id": "official:antony-blinken", "name": "Tony Blinken" } },
            "evidence": quote("Tony Blinken") } },
    ] });
    let more = recorded(&engine, more);
    assert!(
        !each(&more["disputes"], "property").contains(&"born"),
        "{more}"
    );
}

#[test]
fn a_repetition_is_answered_with_the_first_result() {
    let engine = record();
    let input = |born: &str| json!({ "reason": "a test", "idempotencyKey": "one", "changes": [somebody("official:ada-example", born)] });
    let first = recorded(&engine, input("1962"));
    let mut again = recorded(&engine, input("1962"));
    assert_eq!(again["repeated"], true);
    again["repeated"] = json!(false);
    assert_eq!(again, first);
    let other = changes(&engine, input("1963"));
    assert_eq!(other["errors"][0]["extensions"]["code"], "CONFLICT");
    assert_eq!(
        other["errors"][0]["extensions"]["version"],
        first["version"]
    );
    let born = "{ official(id: \"official:ada-example\") { born { edtf } } graph { version } }";
    let seen = ask(&engine, born);
    assert_eq!(seen["official"]["born"]["edtf"], "1962");
    assert_eq!(seen["graph"]["version"], first["version"]);
}

#[test]
fn changes_for_a_version_that_has_passed_are_a_conflict() {
    let engine = record();
    let version = ask(&engine, "{ graph { version } }")["graph"]["version"].clone();
    let input = |id: &str| json!({ "reason": format!("for {id}"), "expectVersion": version, "changes": [somebody(id, "1962")] });
    let first = recorded(&engine, input("official:ada-example"));
    let conflict = changes(&engine, input("official:bea-example"));
    let extensions = &conflict["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "CONFLICT");
    assert_eq!(extensions["version"], first["version"]);
    assert_eq!(
        each(&extensions["changedSince"], "reason"),
        ["for official:ada-example"]
    );
    let none = ask(
        &engine,
        r#"{ official(id: "official:bea-example") { id } }"#,
    );
    assert_eq!(none, json!({ "official": null }));
}

#[test]
fn claims_are_corrected_and_nothing_is_lost() {
    let engine = record();
    let first = recorded(
        &engine,
        json!({ "reason": "a test", "changes": [somebody("official:ada-example", "1962")] }),
    );
    let claims = first["changes"].as_array().unwrap();
    let born = claims
        .iter()
        .find(|change| change["claim"]["property"] == "born");
    let born = &born.unwrap()["claim"]["id"];
    let second = recorded(
        &engine,
        json!({ "reason": "a correction", "changes": [
            { "addEvidence": { "claim": born, "evidence": [
                { "source": "source:voz-de-la-diaspora", "quote": "not in 1962", "stance": "DISPUTES" }] } },
            { "setRank": { "claim": born, "rank": "DEPRECATED", "reason": "a slip of the pen" } },
            { "put": { "entity": { "official": { "id": "official:ada-example", "born": "1961" } },
                "evidence": quote("born in 1961"), "rank": "PREFERRED", "rankReason": "the register" } },
        ] }),
    );
    let kinds = each(&second["changes"], "kind");
    for kind in ["GAINED", "RANKED", "EVIDENCE_ADDED"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    let born = r#"{ official(id: "official:ada-example") { born { edtf } facts { born { alternatives { id } } } history { totalCount } } }"#;
    assert_eq!(ask(&engine, born)["official"]["born"]["edtf"], "1961");
    let mut winner = second["changes"].as_array().unwrap().iter();
    let winner = winner.find(|change| change["kind"] == "GAINED").unwrap();
    let third = recorded(
        &engine,
        json!({ "reason": "again", "changes": [
            { "retract": { "claim": winner["claim"]["id"], "reason": "the register was of another person" } }] }),
    );
    assert_eq!(third["changes"][0]["kind"], "RETRACTED");
    assert_eq!(
        third["changes"][0]["reason"],
        "the register was of another person"
    );
    let seen = ask(&engine, born);
    assert_eq!(seen["official"]["born"], Value::Null);
    assert_eq!(seen["official"]["history"]["totalCount"], 3);
}

#[test]
fn a_fact_needs_no_more_than_a_form_asks_for() {
    let engine = record();
    let fact = |input: Value| {
        let query = "mutation ($input: RecordFactInput!) { recordFact(input: $input) {
            version entities { id } changes { claim { property relationship { type } evidence { quote asStated source { id title url } } } } } }";
        send(&engine, Role::Editor, query, json!({ "input": input }))
    };
    let url = "https://www.example.org/news/2022/04/A-Story.html?page=2";
    let answer = fact(json!({
        "subject": "official:antony-blinken", "property": "born", "value": "1962-04-16",
        "url": url, "title": "A story", "quote": "born on 16 April 1962", "asStated": "16 April 1962",
    }));
    let first = data(answer, "recordFact")["recordFact"].take();
    let source = "source:example-org-news-2022-04-a-story-html-page-2";
    assert_eq!(
        each(&first["entities"], "id"),
        ["official:antony-blinken", source]
    );
    let mut born = first["changes"].as_array().unwrap().iter();
    let born = born
        .find(|change| change["claim"]["property"] == "born")
        .unwrap();
    assert_eq!(
        born["claim"]["evidence"],
        json!([{ "quote": "born on 16 April 1962", "asStated": "16 April 1962",
            "source": { "id": source, "title": "A story", "url": url } }])
    );
    let commitment = "commitment:address-migratory-flows";
    // The same document again, and a relationship seen from its far end.
    let answer = fact(json!({
        "subject": "country:us", "property": "commitments", "value": commitment,
        "url": url, "quote": "the United States undertook", "reason": "who made it",
    }));
    let second = data(answer, "recordFact")["recordFact"].take();
    assert_eq!(second["changes"].as_array().unwrap().len(), 1, "{second}");
    let claim = &second["changes"][0]["claim"];
    assert_eq!(claim["relationship"]["type"], "MADE_BY");
    assert_eq!(claim["evidence"][0]["source"]["id"], source);
    assert_eq!(each(&second["entities"], "id"), [commitment]);
    let wrong = fact(json!({
        "subject": "official:antony-blinken", "property": "bron", "value": "1962",
        "url": "ftp://x", "quote": "q",
    }));
    let told = refusals(&wrong);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].0.starts_with("input.url: found \"ftp://x\""),
        "{told:?}"
    );
    assert!(told[1].0.ends_with("did you mean \"born\"?"), "{told:?}");
}

#[test]
fn contributors_propose_and_nothing_else() {
    let engine = record();
    let query =
        "mutation ($input: RecordChangesInput!) { recordChanges(input: $input) { version } }";
    let propose = |changes: Value| {
        let input = json!({ "reason": "a proposal", "changes": changes });
        send(&engine, Role::Contributor, query, json!({ "input": input }))
    };
    let answer = propose(json!([
        { "put": { "entity": { "official": { "id": "official:antony-blinken", "aliases": [{ "text": "Zenobius" }] } },
            "evidence": quote("Zenobius") } },
    ]));
    assert!(answer.get("errors").is_none(), "{answer}");
    let found = r#"{ search(text: "Zenobius") { totalCount } }"#;
    assert_eq!(ask(&engine, found)["search"]["totalCount"], 0);
    let editor = data(send(&engine, Role::Editor, found, json!({})), found);
    assert_eq!(editor["search"]["totalCount"], 1);
    let refused = propose(json!([{ "retract": { "claim": "claim:f1", "reason": "no" } }]));
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(
        refused["errors"][0]["extensions"]["inputPath"],
        json!(["input", "changes", 0, "retract"])
    );
}

#[test]
fn readers_record_nothing() {
    let engine = record();
    let query =
        "mutation ($input: RecordChangesInput!) { recordChanges(input: $input) { version } }";
    let input = json!({ "input": { "reason": "a test", "changes": [somebody("official:ada-example", "1962")] } });
    let known = send(&engine, Role::Reader, query, input.clone());
    assert_eq!(known["errors"][0]["extensions"]["code"], "FORBIDDEN");
    let Value::Object(variables) = input else {
        panic!("an object");
    };
    let request = Request {
        query: query.into(),
        variables,
        ..Request::default()
    };
    let answer = engine.execute(&request, Allow::Everything);
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(answer.get("data"), None);
}

/// What the README shows can be sent as it is printed.
#[test]
fn the_example_of_the_readme_runs() {
    let engine = record();
    let readme = std::fs::read_to_string(package_path("README.md")).unwrap();
    let blocks = readme.split("```graphql\n").skip(1);
    let mut blocks = blocks.map(|block| block.split("```").next().unwrap());
    let example = blocks.find(|block| block.starts_with("mutation")).unwrap();
    let answer = data(send(&engine, Role::Editor, example, json!({})), example);
    let recorded = &answer["recordChanges"];
    assert_eq!(recorded["changes"].as_array().unwrap().len(), 6);
    assert_eq!(recorded["disputes"], json!([]));
    assert_eq!(
        recorded["query"]["commitment"],
        json!({
            "text": "To publish monthly figures of arrivals.",
            "madeBy": { "nodes": [{ "name": "Erika Mouynes" }] },
        })
    );
}

/// What contributors propose waits for an editor, who decides on several at once; an embargo is lifted by the record's clock.
#[test]
fn proposals_wait_for_an_editor() {
    let engine = record();
    let alias = |text: &str| {
        json!({ "put": { "entity": { "official": { "id": "official:antony-blinken", "aliases": [{ "text": text }] } },
            "evidence": quote(text) } })
    };
    let query = "mutation ($input: RecordChangesInput!) { recordChanges(input: $input) { changes { claim { id review } } } }";
    let changes = [alias("Zenobius"), alias("Zephyrus"), alias("Zoilus")];
    let input = json!({ "reason": "seen in print", "changes": changes });
    let proposed = send(&engine, Role::Contributor, query, json!({ "input": input }));
    let proposed = data(proposed, query)["recordChanges"]["changes"].take();
    let ids: Vec<_> = proposed
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            assert_eq!(change["claim"]["review"], "PROPOSED");
            change["claim"]["id"].clone()
        })
        .collect();
    let queue = "{ proposals { totalCount nodes { id recordedBy recordedBecause } } }";
    let waiting = data(send(&engine, Role::Editor, queue, json!({})), queue)["proposals"].take();
    assert_eq!(waiting["totalCount"], 3);
    assert_eq!(
        waiting["nodes"][0],
        json!({ "id": ids[0], "recordedBy": "operator", "recordedBecause": "seen in print" })
    );

    let decided = recorded(
        &engine,
        json!({ "reason": "checked", "changes": [
            { "review": { "claims": [ids[0], ids[1]], "review": "ACCEPTED" } },
            { "review": { "claims": [ids[2]], "review": "REJECTED", "reason": "another person" } },
        ] }),
    );
    assert_eq!(
        each(&decided["entities"], "id"),
        ["official:antony-blinken"]
    );
    let waiting = data(send(&engine, Role::Editor, queue, json!({})), queue);
    assert_eq!(waiting["proposals"]["totalCount"], 0);
    let found = ask(
        &engine,
        r#"{ a: search(text: "Zenobius") { totalCount } b: search(text: "Zoilus") { totalCount } }"#,
    );
    assert_eq!(
        found,
        json!({ "a": { "totalCount": 1 }, "b": { "totalCount": 0 } })
    );
    let again = changes_refused(
        &engine,
        json!([{ "review": { "claims": [ids[0], "claim:none"], "review": "REJECTED" } }]),
    );
    assert_eq!(again.len(), 2, "{again:?}");
    assert!(
        again[0]
            .0
            .contains("is accepted already: expected it to be retracted"),
        "{again:?}"
    );
    assert_eq!(
        again[0].1,
        json!(["input", "changes", 0, "review", "claims", 0])
    );

    let embargoed = |moment: &str| json!({ "reason": "for Monday", "visibleFrom": moment, "changes": [alias("Zosimus")] });
    recorded(&engine, embargoed("2999-01-01T00:00:00Z"));
    let query = r#"{ search(text: "Zosimus") { totalCount } }"#;
    assert_eq!(ask(&engine, query)["search"]["totalCount"], 0);
    let contributor = data(send(&engine, Role::Contributor, query, json!({})), query);
    assert_eq!(contributor["search"]["totalCount"], 0);
    let editor = data(send(&engine, Role::Editor, query, json!({})), query);
    assert_eq!(editor["search"]["totalCount"], 1);
    let past = refusals(&self::changes(&engine, embargoed("2001-01-01T00:00:00Z")));
    assert_eq!(past[0].1, json!(["input", "visibleFrom"]));
    let query =
        "mutation ($input: RecordChangesInput!) { recordChanges(input: $input) { version } }";
    let theirs = send(
        &engine,
        Role::Contributor,
        query,
        json!({ "input": embargoed("2999-01-01T00:00:00Z") }),
    );
    assert_eq!(theirs["errors"][0]["extensions"]["code"], "FORBIDDEN");
}

/// The mistakes that the record finds in changes.
fn changes_refused(engine: &Engine, list: Value) -> Vec<(String, Value)> {
    refusals(&changes(
        engine,
        json!({ "reason": "a test", "changes": list }),
    ))
}

/// What only promises to read changes nothing, even if the document is known already; a stream that may write does.
#[test]
fn a_transport_that_only_reads_records_nothing() {
    let engine = record();
    let version =
        |engine: &Engine| ask(engine, "{ graph { version } }")["graph"]["version"].clone();
    let query =
        "mutation ($input: RecordChangesInput!) { recordChanges(input: $input) { version } }";
    let input = |id: &str| json!({ "reason": "a test", "changes": [somebody(id, "1962")] });
    let request = |id: &str| Request {
        query: query.into(),
        variables: Map::from_iter([("input".to_owned(), input(id))]),
        caller: Caller::operator(Role::Editor),
        ..Request::default()
    };
    let posted = engine.execute(&request("official:ada-example"), Allow::Everything);
    assert_eq!(posted.outcome, Outcome::Executed);
    let before = version(&engine);
    let wanted = request("official:bea-example");
    assert_eq!(
        engine.execute(&wanted, Allow::ReadingOnly).outcome,
        Outcome::MethodNotAllowed
    );
    assert!(engine.cite(&wanted).is_err());
    let streamed = |allow: Allow| match engine.stream(&wanted, allow) {
        Streamed::Once(answer) => answer.outcome,
        Streamed::Subscribed(_) => panic!("a mutation has one answer"),
    };
    assert_eq!(streamed(Allow::ReadingOnly), Outcome::MethodNotAllowed);
    assert_eq!(version(&engine), before);
    assert_eq!(streamed(Allow::Everything), Outcome::Executed);
    assert_ne!(version(&engine), before);
}

/// A conflict tells contributors that the record has moved on, and nothing of what is under embargo.
#[test]
fn a_conflict_tells_nothing_of_an_embargo() {
    let engine = record();
    let version = ask(&engine, "{ graph { version } }")["graph"]["version"].clone();
    let secret = json!({ "reason": "the scoop", "visibleFrom": "2999-01-01T00:00:00Z",
        "changes": [somebody("official:ada-example", "1962")] });
    recorded(&engine, secret);
    let query =
        "mutation ($input: RecordChangesInput!) { recordChanges(input: $input) { version } }";
    let input = json!({ "reason": "a test", "expectVersion": version,
        "changes": [somebody("official:bea-example", "1962")] });
    let told = |role| send(&engine, role, query, json!({ "input": input }));
    let contributor = told(Role::Contributor);
    assert_eq!(contributor["errors"][0]["extensions"]["code"], "CONFLICT");
    assert!(!contributor.to_string().contains("scoop"), "{contributor}");
    assert!(told(Role::Editor).to_string().contains("the scoop"));
}
