//! What a list cannot be asked is refused with one error: where it stands, what was found, what was expected.

use serde_json::{Value, json};

use crate::support::TestApp;

/// The message and the place of the one error with which a query is refused. A place is the path of the field in the
/// answer, or where the document is not valid its line and column.
async fn refused(app: &TestApp, query: &str, variables: Value) -> (String, Value) {
    let answer = app.query(query, variables).await;
    assert!(answer.get("data").is_none(), "{query}\n{answer}");
    let errors = answer["errors"].as_array().map_or(&[][..], Vec::as_slice);
    let [error] = errors else {
        panic!("one error: {query}\n{answer}");
    };
    let place = match error.get("path") {
        Some(path) => path.clone(),
        None => error["locations"][0].clone(),
    };
    let message = error["message"].as_str().unwrap_or_default();
    (message.to_owned(), place)
}

#[tokio::test]
async fn what_a_list_cannot_be_asked_is_refused_in_one_sentence() {
    let app = TestApp::seed().await;
    let countries = app.query(
        "{ countries(first: 1) { pageInfo { endCursor } } }",
        json!({}),
    );
    let cursor = countries.await["data"]["countries"]["pageInfo"]["endCursor"].clone();
    let of_another = format!("{{ a: officials(after: {cursor}) {{ totalCount }} }}");
    let of_another_order =
        format!("{{ countries(after: {cursor}, orderBy: [{{ name: ASC }}]) {{ totalCount }} }}");
    let within = |arguments: &str| {
        format!(
            r#"{{ a: meeting(id: "meeting:panama-2022") {{ b: participants({arguments}) {{ totalCount }} }} }}"#
        )
    };
    let line = |column: u32| json!({ "line": 1, "column": column });
    for (query, message, place) in [
        // Dates.
        (
            r#"{ c: commitments(where: { due: { before: "2022-13" } }) { totalCount } }"#.to_owned(),
            "commitments: where.due.before: date \"2022-13\": found 13 at character 6, expected a month 01 to 12",
            json!(["c"]),
        ),
        (
            r#"{ at(date: "soon") { graph { version } } }"#.to_owned(),
            "at: date: date \"soon\": found 's' at character 1, expected a date such as 2022-04-19",
            json!(["at"]),
        ),
        (
            r#"{ commitments(where: { madeBy: { some: { evidence: { source: { published: { in: ["2022", "?"] } } } } } }) { totalCount } }"#.to_owned(),
            "commitments: where.madeBy.some.evidence.source.published.in: date \"?\": found",
            json!(["commitments"]),
        ),
        // Ids with what is no view.
        (
            r#"{ countries(where: { OR: [{ id: { in: ["country:us", "country:pa@soon"] } }] }) { totalCount } }"#.to_owned(),
            "countries: where.OR.id.in is \"country:pa@soon\", and what follows the @ is no view: \"soon\" is no part of a view: expected",
            json!(["countries"]),
        ),
        // Pages.
        (within("first: -1"), "participants: first is -1: expected a number from 0 to 1000", json!(["a", "b"])),
        (within("last: 1001"), "participants: last is 1001: expected a number from 0 to 1000", json!(["a", "b"])),
        (within("first: 1, last: 1"), "participants: first and last are both given: expected one of them", json!(["a", "b"])),
        (within(r#"after: "x""#), "participants: after is no cursor: expected one that this list gave", json!(["a", "b"])),
        (of_another, "officials: after is the cursor of another list, or of this one with another where or orderBy: expected one that this list gave", json!(["a"])),
        (of_another_order, "countries: after is the cursor of another list, or of this one with another", json!(["countries"])),
        // Bounds and patterns.
        (
            within("where: { commitments: { count: { gt: 5, lt: 3 } } }"),
            "participants: where.commitments.count: gt: 5 and lt: 3 leave nothing between them: expected bounds that something can fit",
            json!(["a", "b"]),
        ),
        (
            r#"{ officials(where: { OR: [{ name: { matches: "[" } }] }) { totalCount } }"#.to_owned(),
            "officials: where.OR.name.matches: \"[\" is no regular expression: unclosed character class; expected one such as",
            json!(["officials"]),
        ),
        // Words that nothing is called: what is close to them, or what there is.
        (
            "{ agreements(where: { status: { eq: SIGND } }) { totalCount } }".to_owned(),
            "Value \"SIGND\" does not exist in \"AgreementStatus\" enum. Did you mean SIGNED?",
            line(37),
        ),
        (
            r#"{ agreements(where: { status: { in: ["SIGNED"] } }) { totalCount } }"#.to_owned(),
            "AgreementStatus cannot represent value: \"SIGNED\". Did you mean SIGNED?",
            line(38),
        ),
        (
            "{ agreements(orderBy: [{ name: UP }]) { totalCount } }".to_owned(),
            "Value \"UP\" does not exist in \"OrderDirection\" enum. Expected one of ASC, DESC.",
            line(32),
        ),
        (
            "{ agreements(where: { statu: { eq: SIGNED } }) { totalCount } }".to_owned(),
            "Field \"statu\" is not defined by type \"AgreementWhere\". Did you mean \"status\"?",
            line(30),
        ),
        (
            "{ agreements(orderBy: [{ name: ASC, id: DESC }]) { totalCount } }".to_owned(),
            "OneOf Input Object \"AgreementOrder\" must specify exactly one key. Found name and id.",
            line(24),
        ),
        (
            "{ agreements(orderBy: [{ name: ASC }, {}]) { totalCount } }".to_owned(),
            "OneOf Input Object \"AgreementOrder\" must specify exactly one key. Found none.",
            line(39),
        ),
        (
            "{ agreements(were: { id: {} }) { totalCount } }".to_owned(),
            "Unknown argument \"were\" on field \"Query.agreements\". Did you mean \"where\"?",
            line(14),
        ),
        (
            "{ agreements { totalCont } }".to_owned(),
            "Cannot query field \"totalCont\" on type \"AgreementConnection\". Did you mean \"totalCount\"",
            line(16),
        ),
    ] {
        let (found, at) = refused(&app, &query, json!({})).await;
        assert!(found.starts_with(message), "{query}: {found}");
        assert_eq!(at, place, "{query}");
    }
}

/// What comes in variables is refused alike.
#[tokio::test]
async fn variables_are_refused_like_what_is_written() {
    let app = TestApp::seed().await;
    let query = "query Q($where: AgreementWhere, $first: Int) { a: agreements(where: $where, first: $first) { totalCount } }";
    for (variables, message) in [
        (
            json!({ "first": -1 }),
            "agreements: first is -1: expected a number from 0 to 1000",
        ),
        (
            json!({ "where": { "announced": { "after": "then" } } }),
            "agreements: where.announced.after: date \"then\": found 't'",
        ),
        (
            json!({ "where": { "announced": { "after": "2022", "before": "2020" } } }),
            "agreements: where.announced: after: \"2022\" and before: \"2020\" leave nothing between them",
        ),
        (
            json!({ "where": { "parties": { "count": { "gt": 3, "lte": 3 } } } }),
            "agreements: where.parties.count: gt: 3 and lte: 3",
        ),
    ] {
        let (found, place) = refused(&app, query, variables).await;
        assert!(found.starts_with(message), "{found}");
        assert_eq!(place, json!(["a"]));
    }
    let (found, _) = refused(
        &app,
        query,
        json!({ "where": { "status": { "eq": "SIGND" } } }),
    )
    .await;
    assert!(
        found.contains("SIGND") && found.contains("AgreementStatus"),
        "{found}"
    );
    let query = "query Q($order: [AgreementOrder!]) { agreements(orderBy: $order) { totalCount } }";
    let order =
        json!({ "order": [{ "name": "ASC" }, { "id": "ASC", "country": {}, "name": "ASC" }] });
    let answer = app.query(query, order).await;
    assert_eq!(
        answer["errors"][0]["message"],
        "$order.1: AgreementOrder takes exactly one key, found id and country and name"
    );
}

/// A list that chooses has to choose something; what is left out chooses all.
#[tokio::test]
async fn an_empty_list_that_chooses_is_refused() {
    let app = TestApp::seed().await;
    let id = "the id of an entity";
    for (field, below, list) in [
        ("neighborhood(ids: [])", "{ omitted }", "ids"),
        ("timeline(ids: [])", "{ totalCount }", "ids"),
        ("disputes(about: [])", "{ totalCount }", "about"),
        ("corroborations(about: [])", "{ totalCount }", "about"),
        (
            "changesBetween(from: { version: 0 }, about: [])",
            "{ totalCount }",
            "about",
        ),
        ("reach(from: [])", "{ totalCount }", "from"),
        ("common(ids: [])", "{ node { id } }", "ids"),
        (
            "pattern(nodes: [{ name: \"a\", ids: [] }])",
            "{ totalCount }",
            "nodes.0.ids",
        ),
    ] {
        let name = field.split('(').next().unwrap_or_default();
        let (message, place) = refused(&app, &format!("{{ a: {field} {below} }}"), json!({})).await;
        assert_eq!(message, format!("{name}: {list} is empty: expected {id}"));
        assert_eq!(place, json!(["a"]), "{field}");
    }
    let mouynes = "\"official:erika-mouynes\"";
    for (field, below, list) in [
        (
            "search(text: \"Blinken\", types: [])".to_owned(),
            "{ totalCount }",
            "types",
        ),
        (
            "trace(id: \"country:us\", parts: [])".to_owned(),
            "{ subject { id } }",
            "parts",
        ),
        (
            format!("neighborhood(ids: {mouynes}, types: [])"),
            "{ omitted }",
            "types",
        ),
        (
            format!("neighborhood(ids: {mouynes}, relationshipTypes: [])"),
            "{ omitted }",
            "relationshipTypes",
        ),
        (
            format!("paths(from: {mouynes}, to: {mouynes}, types: [])"),
            "{ length }",
            "types",
        ),
        (
            format!("paths(from: {mouynes}, to: {mouynes}, hops: [{{ types: [] }}])"),
            "{ length }",
            "hops.0.types",
        ),
        (
            format!("reach(from: {mouynes}, find: [])"),
            "{ totalCount }",
            "find",
        ),
        (
            "pattern(nodes: [{ name: \"a\", types: [] }])".to_owned(),
            "{ totalCount }",
            "nodes.0.types",
        ),
    ] {
        let name = field.split('(').next().unwrap_or_default();
        let (message, place) = refused(&app, &format!("{{ a: {field} {below} }}"), json!({})).await;
        let last = list.rsplit('.').next().unwrap_or_default();
        assert_eq!(
            message,
            format!("{name}: {list} is empty: expected one at least, or no {last} for all")
        );
        assert_eq!(place, json!(["a"]), "{field}");
    }
    let query = "{ a: statistics { b: aggregate { c: summary(of: []) { sum } } } }";
    let (message, place) = refused(&app, query, json!({})).await;
    assert_eq!(
        message,
        "summary: of is empty: expected a number, an amount or a date to sum up"
    );
    assert_eq!(place, json!(["a", "b", "c"]));
    // What keeps out, or is asked for one by one, may be nothing.
    let query = format!(
        "{{ nodes(ids: []) {{ id }} paths(from: {mouynes}, to: {mouynes}, avoid: [], avoidTypes: []) {{ length }} }}"
    );
    let answer = app.query(&query, json!({})).await;
    assert_eq!(
        answer,
        json!({ "data": { "nodes": [], "paths": [{ "length": 0 }] } })
    );
}

/// Who asks for a thing by its id gets null where there is none; where an answer starts from it, it has to be there.
#[tokio::test]
async fn an_unknown_id_is_null_where_it_is_looked_up_and_refused_where_an_answer_starts() {
    let app = TestApp::seed().await;
    let looked_up = r#"{
        node(id: "official:no-such") { id }
        nodes(ids: ["country:us", "official:no-such"]) { id }
        official(id: "official:no-such") { id }
        ofAnotherType: official(id: "country:us") { id }
        inAView: official(id: "official:no-such@date=2022") { id }
        claim(id: "claim:no-such") { id }
    }"#;
    let answer = app.query(looked_up, json!({})).await;
    let nothing = Value::Null;
    assert_eq!(
        answer["data"],
        json!({
            "node": nothing, "nodes": [{ "id": "country:us" }, nothing], "official": nothing,
            "ofAnotherType": nothing, "inAView": nothing, "claim": nothing,
        })
    );
    let message = async |field: &str| {
        let answer = app.query(&format!("{{ a: {field} }}"), json!({})).await;
        assert_eq!(answer["data"], Value::Null, "{field}");
        let error = &answer["errors"][0];
        assert_eq!(error["path"], json!(["a"]), "{field}");
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{field}");
        error["message"].as_str().unwrap_or_default().to_owned()
    };
    for (field, argument) in [
        (r#"trace(id: "official:no-such") { subject { id } }"#, "id"),
        (
            r#"neighborhood(ids: ["official:no-such"]) { omitted }"#,
            "ids",
        ),
        (
            r#"timeline(ids: ["official:no-such"]) { totalCount }"#,
            "ids",
        ),
        (
            r#"disputes(about: ["official:no-such"]) { totalCount }"#,
            "about",
        ),
        (
            r#"changesBetween(from: { version: 0 }, about: ["official:no-such"]) { totalCount }"#,
            "about",
        ),
        (
            r#"reach(from: ["official:no-such"]) { totalCount }"#,
            "from",
        ),
        (
            r#"paths(from: "official:no-such", to: "country:us") { length }"#,
            "from",
        ),
        (
            r#"common(ids: ["country:us", "official:no-such"]) { node { id } }"#,
            "ids",
        ),
    ] {
        assert_eq!(
            message(field).await,
            format!(
                "{argument}: \"official:no-such\" is not on record: expected the id of an entity, as search finds it"
            )
        );
    }
    assert_eq!(
        message(r#"timeline(ids: ["country:us@date=2022"]) { totalCount }"#).await,
        "ids: \"country:us@date=2022\" carries a view that this field is not seen in: expected a plain id, as entityId gives it"
    );
}

/// What follows the @ of an id is a view, or the id is refused.
#[tokio::test]
async fn an_id_with_what_is_no_view_is_refused() {
    let app = TestApp::seed().await;
    for (suffix, reason) in [
        (
            "knownAt=garbage",
            "time \"garbage\" is not a moment, expected RFC 3339 such as 2026-11-02T09:00:00Z",
        ),
        (
            "nonsense",
            "\"nonsense\" is no part of a view: expected date=, certainty=, knownAt= or publishedBy=",
        ),
        (
            "certainty=CERTAIN",
            "it has a certainty and no date: expected date= beside it",
        ),
    ] {
        let id = format!("country:us@{suffix}");
        for (field, argument) in [
            ("node(id: $id)", "id"),
            ("country(id: $id)", "id"),
            ("nodes(ids: [$id])", "ids"),
            ("trace(id: $id)", "id"),
        ] {
            let below = if field.starts_with("trace") {
                "{ subject { id } }"
            } else {
                "{ id }"
            };
            let query = format!("query ($id: ID!) {{ a: {field} {below} }}");
            let (message, place) = refused(&app, &query, json!({ "id": id })).await;
            let name = field.split('(').next().unwrap_or_default();
            assert_eq!(
                message,
                format!(
                    "{name}: {argument} is {id:?}, and what follows the @ is no view: {reason}"
                )
            );
            assert_eq!(place, json!(["a"]));
        }
    }
}

/// What is sure is sure of a date, be it given here or around.
#[tokio::test]
async fn certainty_needs_a_date() {
    let app = TestApp::seed().await;
    let sure = "at(certainty: CERTAIN) { graph { version } }";
    for query in [
        format!("{{ {sure} }}"),
        "{ country(id: \"country:us\") { at(certainty: CERTAIN) { id } } }".to_owned(),
        "{ at(date: \"2022\") { at(date: null, certainty: CERTAIN) { graph { version } } } }"
            .to_owned(),
    ] {
        let answer = app.query(&query, json!({})).await;
        assert_eq!(answer["data"], Value::Null, "{query}");
        let error = &answer["errors"][0];
        assert_eq!(
            error["message"],
            "at: certainty is CERTAIN, and there is no date: expected one, here or in an at around it, since what is sure is sure of a date"
        );
        assert!(error["path"].is_array(), "{query}");
    }
    for query in [
        format!("{{ at(date: \"2022\") {{ {sure} }} }}"),
        "{ at(certainty: POSSIBLE) { graph { version } } }".to_owned(),
        "{ at(certainty: null) { graph { version } } }".to_owned(),
    ] {
        let answer = app.query(&query, json!({})).await;
        assert!(answer.get("errors").is_none(), "{query}: {answer}");
    }
}

/// Every moment that RFC 3339 can write is one.
#[tokio::test]
async fn every_moment_is_taken() {
    let app = TestApp::seed().await;
    let query = "query ($then: DateTime) { at(knownAt: $then) { graph { version } } }";
    for (moment, version) in [
        ("9999-12-31T23:59:59Z", "2"),
        ("9999-12-31t23:59:59.999999999z", "2"),
        ("2026-11-09t10:00:00+01:00", "2"),
        ("2026-11-09T09:59:59.9999999999+01:00", "1"),
        ("0000-01-01T00:00:00Z", "0"),
    ] {
        let answer = app.query(query, json!({ "then": moment })).await;
        assert_eq!(
            answer["data"]["at"]["graph"]["version"], version,
            "{moment}: {answer}"
        );
    }
    let (message, place) = refused(&app, query, json!({ "then": "9999-12-31" })).await;
    assert_eq!(
        message,
        "at: knownAt: time \"9999-12-31\" is not a moment, expected RFC 3339 such as 2026-11-02T09:00:00Z"
    );
    assert_eq!(place, json!(["at"]));
}
