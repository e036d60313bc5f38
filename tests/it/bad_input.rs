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
}
