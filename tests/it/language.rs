//! GraphQL to the letter: what the specification says of fragments, variables, directives,
//! introspection, errors, and what the server adds: its limits.

use serde_json::{Value, json};

use crate::ask::{ask, ask_with, refuse, refuse_with};
use crate::support::TestApp;

/// What an interface, a type and nested fragments select alike is answered once, by its own type.
#[tokio::test]
async fn fragments_apply_by_type() {
    let answer = ask(r#"
        {
            nodes(ids: ["country:us", "official:antony-blinken", "place:darien", "source:voz-de-la-diaspora"]) {
                __typename
                ...Anything
                ... on Country { isoAlpha3 }
                ... on Location { statistics { totalCount } }
                ... { id }
            }
        }
        fragment Anything on Entity { name ...Somebody }
        fragment Somebody on Party { meetings { totalCount } ... on Official { country { ...Named } } }
        fragment Named on Node { id }
    "#)
    .await;
    assert_eq!(
        answer["nodes"],
        json!([
            {
                "__typename": "Country", "name": "United States", "meetings": { "totalCount": 0 }, "isoAlpha3": null,
                "statistics": { "totalCount": 0 }, "id": "country:us",
            },
            {
                "__typename": "Official", "name": "Antony Blinken", "meetings": { "totalCount": 1 },
                "country": { "id": "country:us" }, "id": "official:antony-blinken",
            },
            { "__typename": "Place", "name": "Darién", "statistics": { "totalCount": 7 }, "id": "place:darien" },
            {
                "__typename": "Source",
                "name": "Blinken promotes support for communities receiving migrants and refugees",
                "id": "source:voz-de-la-diaspora",
            },
        ])
    );
}

/// Fields under one key are merged, and stand where the first of them stands.
#[tokio::test]
async fn fields_are_merged_and_keep_their_order() {
    let answer = ask(r#"
        {
            z: country(id: "country:pa") { name }
            a: country(id: "country:us") { id }
            ...Rest
            z: country(id: "country:pa") { id name }
        }
        fragment Rest on Query {
            __typename
            a: country(id: "country:us") { ... on Party { agreements { nodes { status } } } name }
            z: country(id: "country:pa") { agreements { nodes { id } totalCount } agreements { nodes { status } } }
        }
    "#)
    .await;
    let letter = r#"{"id":"agreement:us-panama-letter-2022","status":"SIGNED"}"#;
    assert_eq!(
        answer.to_string(),
        format!(
            r#"{{"z":{{"name":"Panama","agreements":{{"nodes":[{letter}],"totalCount":1}},"id":"country:pa"}},"a":{{"id":"country:us","agreements":{{"nodes":[{{"status":"SIGNED"}}]}},"name":"United States"}},"__typename":"Query"}}"#
        )
    );
}

#[tokio::test]
async fn typename_stands_anywhere() {
    let answer = ask(r#"{
        __typename
        what: __typename
        at { __typename }
        countries(first: 1) {
            __typename
            pageInfo { __typename }
            edges { __typename node { __typename commitments(first: 1) { __typename edges { __typename onBehalfOf { __typename } } } } }
        }
        statistic(id: "statistic:darien-2021") {
            value { __typename }
            facts { __typename value { __typename claim { __typename evidence { __typename } } } }
        }
        paths(from: "country:us", to: "country:pa") { __typename steps { __typename relationship { __typename } } }
        graph { __typename types { __typename } }
    }"#)
    .await;
    assert_eq!(answer["__typename"], "Query");
    assert_eq!(answer["what"], "Query");
    assert_eq!(answer["at"], json!({ "__typename": "Query" }));
    assert_eq!(
        answer["countries"],
        json!({
            "__typename": "CountryConnection",
            "pageInfo": { "__typename": "PageInfo" },
            "edges": [{ "__typename": "CountryEdge", "node": { "__typename": "Country", "commitments": {
                "__typename": "PartyCommitmentsConnection",
                "edges": [{ "__typename": "PartyCommitmentsEdge", "onBehalfOf": null }],
            } } }],
        })
    );
    assert_eq!(
        answer["statistic"],
        json!({
            "value": { "__typename": "Quantity" },
            "facts": { "__typename": "StatisticFacts", "value": { "__typename": "QuantityFact", "claim": {
                "__typename": "Claim", "evidence": [{ "__typename": "Evidence" }],
            } } },
        })
    );
    assert_eq!(answer["paths"][0]["__typename"], "Path");
    assert_eq!(answer["paths"][0]["steps"][0]["__typename"], "PathStep");
    assert_eq!(answer["graph"]["types"][0]["__typename"], "TypeCount");
}

#[tokio::test]
async fn skip_and_include_read_variables() {
    let query = "query ($yes: Boolean!, $no: Boolean = false) {
        a: country(id: \"country:us\") @include(if: $yes) { id name @skip(if: $yes) }
        b: country(id: \"country:us\") @include(if: $no) { id }
        ...Rest @skip(if: $no)
        ... @include(if: $yes) @skip(if: $yes) { d: __typename }
    }
    fragment Rest on Query { c: __typename @include(if: $yes) }";
    let id = json!({ "id": "country:us" });
    assert_eq!(
        ask_with(query, json!({ "yes": true })).await,
        json!({ "a": id, "c": "Query" })
    );
    assert_eq!(
        ask_with(query, json!({ "yes": false, "no": true })).await,
        json!({ "b": id })
    );
    assert_eq!(ask_with(query, json!({ "yes": false })).await, json!({}));
}

/// A variable that was not given takes its default, or leaves its argument out; null is a value.
#[tokio::test]
async fn variables_have_defaults_and_may_be_absent_or_null() {
    let query = "query ($first: Int = 2, $status: AgreementStatus, $where: AgreementWhere, $ids: [ID!]! = [\"country:us\"]) {
        countries(first: $first) { nodes { id } }
        agreements(where: { status: { eq: $status }, NOT: $where }) { totalCount }
        nodes(ids: $ids) { id }
    }";
    let found = async |variables: Value| {
        let answer = ask_with(query, variables).await;
        let count = |list: &Value| list.as_array().map(Vec::len);
        (
            count(&answer["countries"]["nodes"]),
            answer["agreements"]["totalCount"].clone(),
            count(&answer["nodes"]),
        )
    };
    assert_eq!(found(json!({})).await, (Some(2), json!(2), Some(1)));
    // Null is no page: all that fit one are shown.
    assert_eq!(
        found(json!({ "first": null })).await,
        (Some(4), json!(2), Some(1))
    );
    assert_eq!(
        found(json!({ "status": null })).await,
        (Some(2), json!(2), Some(1))
    );
    assert_eq!(
        found(json!({ "status": "SIGNED" })).await,
        (Some(2), json!(1), Some(1))
    );
    assert_eq!(
        found(json!({ "where": { "signatories": { "none": {} } }, "ids": [] })).await,
        (Some(2), json!(1), Some(0))
    );
    // A variable that no operation declares is none of its business.
    assert_eq!(
        found(json!({ "other": 1 })).await,
        (Some(2), json!(2), Some(1))
    );
}

/// Where a list is expected, one value stands for a list of one; in variables too.
#[tokio::test]
async fn one_value_stands_for_a_list_of_one() {
    let answer = ask_with(
        "query ($ids: [ID!]!, $order: [CountryOrder!]) {
            nodes(ids: $ids) { id }
            one: nodes(ids: \"country:pa\") { id }
            countries(orderBy: $order, where: { AND: { id: { in: \"country:pa\" } }, OR: [{ name: { eq: \"Panama\" } }] }) { nodes { id } }
        }",
        json!({ "ids": "country:us", "order": { "name": "DESC" } }),
    )
    .await;
    assert_eq!(
        answer,
        json!({
            "nodes": [{ "id": "country:us" }],
            "one": [{ "id": "country:pa" }],
            "countries": { "nodes": [{ "id": "country:pa" }] },
        })
    );
}

#[tokio::test]
async fn introspection_mixes_with_data_and_keeps_the_order() {
    let answer = ask(r#"
        {
            zulu: __type(name: "OrderDirection") { kind ...Values }
            graph { persistent }
            alpha: __schema { queryType { name } mutationType { name } }
            at { inner: __type(name: "NoSuchType") { name } __typename s: __schema { queryType { name } } }
            ...More
        }
        fragment Values on __Type { enumValues { name } __typename }
        fragment More on Query { zulu: __type(name: "OrderDirection") { name } country(id: "country:us") { name } }
    "#)
    .await;
    assert_eq!(
        answer.to_string(),
        concat!(
            r#"{"zulu":{"kind":"ENUM","enumValues":[{"name":"ASC"},{"name":"DESC"}],"__typename":"__Type","name":"OrderDirection"},"#,
            r#""graph":{"persistent":false},"#,
            r#""alpha":{"queryType":{"name":"Query"},"mutationType":{"name":"Mutation"}},"#,
            r#""at":{"inner":null,"__typename":"Query","s":{"queryType":{"name":"Query"}}},"#,
            r#""country":{"name":"United States"}}"#
        )
    );
}

#[tokio::test]
async fn the_operation_is_chosen_by_its_name() {
    let app = TestApp::seed().await;
    let document = "query A { a: __typename } query B { b: __typename }";
    let send = async |query: &str, name: Value| -> Value {
        let body = json!({ "query": query, "operationName": name });
        let request = app.client.post(app.url("/graphql")).json(&body);
        let response = request.send().await.expect("an answer");
        response.json().await.expect("an answer in JSON")
    };
    assert_eq!(
        send(document, json!("A")).await,
        json!({ "data": { "a": "Query" } })
    );
    assert_eq!(
        send(document, json!("B")).await,
        json!({ "data": { "b": "Query" } })
    );
    assert_eq!(
        send("query A { __typename }", json!(null)).await["data"]["__typename"],
        "Query"
    );
    for (query, name, expected) in [
        (document, json!(null), "operationName must be one of A, B"),
        (
            document,
            json!("C"),
            "no operation named \"C\": the document has A, B",
        ),
        ("{ __typename }", json!("A"), "no operation named \"A\""),
        ("fragment F on Query { __typename }", json!(null), ""),
    ] {
        let answer = send(query, name).await;
        assert!(answer.get("data").is_none(), "{answer}");
        let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(message.contains(expected), "{query}: {message}");
    }
}

/// Nothing of a document that is not valid is run: there is no `data`.
#[tokio::test]
async fn what_is_not_valid_is_refused() {
    for (query, expected) in [
        (
            "{ comitments { totalCount } }",
            r#"Cannot query field "comitments" on type "Query". Did you mean "commitments""#,
        ),
        (
            "{ commitments { totalCount(x: 1) } }",
            r#"Unknown argument "x" on field "CommitmentConnection.totalCount"."#,
        ),
        ("{ node { id } }", r#""id" of type "ID!" is required"#),
        ("{ agreements }", "must have a selection of subfields"),
        ("{ graph { version { x } } }", "must not have a selection"),
        (
            r#"{ agreements(where: { status: { eq: "SIGNED" } }) { totalCount } }"#,
            r#""SIGNED""#,
        ),
        (
            "{ agreements(where: { status: { eq: SIGNEDD } }) { totalCount } }",
            "SIGNEDD",
        ),
        (
            "{ agreements(where: { statuss: {} }) { totalCount } }",
            "statuss",
        ),
        (
            r#"{ agreements(where: { id: { eq: "a", eq: "b" } }) { totalCount } }"#,
            r#"only one input field named "eq""#,
        ),
        (
            "{ agreements(orderBy: [{ id: ASC, name: ASC }]) { totalCount } }",
            "exactly one key",
        ),
        (
            "{ agreements(orderBy: [{}]) { totalCount } }",
            "exactly one key",
        ),
        (
            "{ agreements(first: 99999999999) { totalCount } }",
            "99999999999",
        ),
        ("query ($x: Int) { __typename }", r#""$x" is never used"#),
        ("{ node(id: $x) { id } }", r#""$x" is not defined"#),
        (
            "query ($x: String!) { node(id: $x) { id } }",
            r#""String!""#,
        ),
        ("query ($x: ID) { node(id: $x) { id } }", r#""ID!""#),
        ("{ ...F } fragment F on Query { ...F }", "itself"),
        ("{ ...F }", r#""F""#),
        (
            "{ __typename } fragment F on Query { __typename }",
            r#""F" is never used"#,
        ),
        (
            "{ node(id: \"a\") { ... on PageInfo { hasNextPage } } }",
            "PageInfo",
        ),
        ("{ graph { a: entities a: claims } }", "conflict"),
        ("{ __typename @skip }", "if"),
        (
            "query A { __typename } query A { __typename }",
            r#"one operation named "A""#,
        ),
    ] {
        let message = refuse(query).await;
        assert!(message.contains(expected), "{query}\n{message}");
    }
}

/// The specification of September 2026 allows it: an object of which nothing is asked is there or
/// is null.
#[tokio::test]
async fn a_selection_may_be_empty() {
    let answer =
        ask(r#"{ graph {} here: country(id: "country:us") {} country(id: "country:xx") {} }"#)
            .await;
    assert_eq!(answer, json!({ "graph": {}, "here": {}, "country": null }));
    assert_eq!(ask("{}").await, json!({}));
    let message = refuse("{ graph { version {} } }").await;
    assert!(message.contains("must not have a selection"), "{message}");
}

#[tokio::test]
async fn an_error_says_where() {
    let app = TestApp::seed().await;
    assert_eq!(
        app.query("{\n  graph {\n    versoin\n  }\n}", json!({}))
            .await,
        json!({ "errors": [{
            "message": r#"Cannot query field "versoin" on type "Graph". Did you mean "version"?"#,
            "locations": [{ "line": 3, "column": 5 }],
            "extensions": { "code": "GRAPHQL_VALIDATION_FAILED" },
        }] })
    );
    // All the errors of a document at once.
    let answer = app.query("{ one two graph { three } }", json!({})).await;
    assert_eq!(
        answer["errors"].as_array().map(Vec::len),
        Some(3),
        "{answer}"
    );
    let answer = app.query("{ graph {", json!({})).await;
    assert_eq!(
        answer["errors"][0]["extensions"]["code"],
        "GRAPHQL_PARSE_FAILED"
    );
}

#[tokio::test]
async fn variables_that_do_not_fit_are_refused() {
    let query = "query ($id: ID!, $first: Int, $status: AgreementStatus, $where: AgreementWhere, $order: [AgreementOrder!]) {
        node(id: $id) { id }
        agreements(first: $first, where: { status: { eq: $status }, NOT: $where }, orderBy: $order) { totalCount }
    }";
    for (variables, expected) in [
        (json!({}), "id"),
        (json!({ "id": null }), "id"),
        (json!({ "id": true }), "ID"),
        (json!({ "id": "a", "first": "1" }), "Int"),
        (json!({ "id": "a", "first": 1.5 }), "Int"),
        (json!({ "id": "a", "first": 3_000_000_000_u32 }), "Int"),
        (json!({ "id": "a", "status": "NOPE" }), "NOPE"),
        (json!({ "id": "a", "status": 1 }), "AgreementStatus"),
        (json!({ "id": "a", "where": { "nope": 1 } }), "nope"),
        (
            json!({ "id": "a", "where": { "id": { "in": [null] } } }),
            "null",
        ),
        (json!({ "id": "a", "where": [] }), "AgreementWhere"),
        (
            json!({ "id": "a", "order": [{ "id": "ASC", "name": "ASC" }] }),
            "exactly one key",
        ),
        (json!({ "id": "a", "order": [{ "id": null }] }), "null"),
    ] {
        let message = refuse_with(query, variables.clone()).await;
        assert!(message.contains(expected), "{variables}\n{message}");
    }
    assert!(ask_with(query, json!({ "id": 7 })).await["node"].is_null());
}

/// A default lets a variable that may be null into a place that may not; null itself is found out
/// when the operation runs.
#[tokio::test]
async fn null_for_what_cannot_be_null_is_an_error() {
    let app = TestApp::seed().await;
    for query in [
        "query ($x: Boolean = true) { __typename @skip(if: $x) }",
        "query ($x: ID = \"country:us\") { node(id: $x) { id } }",
    ] {
        assert!(app.query(query, json!({})).await.get("errors").is_none());
        let answer = app.query(query, json!({ "x": null })).await;
        let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(message.contains("is null: expected"), "{query}\n{answer}");
        assert!(answer["data"].is_null(), "{answer}");
    }
}

#[tokio::test]
async fn each_kind_of_operation_has_its_own_fields() {
    for (query, expected) in [
        ("mutation { graph { version } }", "\"Mutation\""),
        ("subscription { graph { version } }", "\"Subscription\""),
        ("{ recordChanges { version } }", "\"Query\""),
        // Over a transport for one answer.
        (
            "subscription { changes { transaction { version } } }",
            "a subscription has many answers",
        ),
    ] {
        let message = refuse(query).await;
        assert!(message.contains(expected), "{query}: {message}");
    }
    assert_eq!(
        ask("mutation { __typename }").await["__typename"],
        "Mutation"
    );
}

/// The code of a refusal.
async fn code(query: &str) -> String {
    let app = TestApp::seed().await;
    let answer = app.query(query, json!({})).await;
    assert!(answer.get("data").is_none(), "{query:.200}\n{answer}");
    answer["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn limits_refuse_before_any_work_is_done() {
    let times = |count: usize, part: &dyn Fn(usize) -> String| {
        (0..count).map(part).collect::<Vec<_>>().join(" ")
    };
    let nested = |levels: usize| {
        let steps = (levels - 4) / 2;
        let (open, close) = (
            "about { nodes { ... on Statement { ".repeat(steps),
            "} } }".repeat(steps),
        );
        format!(
            r#"{{ statement(id: "statement:x") {{ {open} about {{ nodes {{ id }} }} {close} }} }}"#
        )
    };
    let aliases = |count| {
        format!(
            "{{ graph {{ {} }} }}",
            times(count, &|place| format!("a{place}: version"))
        )
    };
    let roots = |count| {
        format!(
            "{{ {} }}",
            times(count, &|place| format!("a{place}: __typename"))
        )
    };
    let directives = |count| {
        format!(
            "{{ __typename {} }}",
            times(count, &|_| "... @include(if: true) { __typename }".into())
        )
    };

    // At the limit each is answered, with the page sizes of nested lists kept small.
    assert!(ask(&aliases(100)).await["graph"]["a99"].is_string());
    assert!(ask(&roots(50)).await["a49"].is_string());
    assert_eq!(code(&aliases(101)).await, "LIMIT_EXCEEDED");
    assert_eq!(code(&roots(51)).await, "LIMIT_EXCEEDED");
    assert_eq!(code(&directives(101)).await, "LIMIT_EXCEEDED");
    assert_eq!(code(&nested(60)).await, "LIMIT_EXCEEDED");
    // So deep that a parser which followed it would run out of stack.
    assert_eq!(code(&"{a".repeat(3_000)).await, "GRAPHQL_PARSE_FAILED");
    assert_eq!(code(&"{a".repeat(20_000)).await, "LIMIT_EXCEEDED");
    let brackets = async |count| code(&format!("{{ a(b: {}", "[".repeat(count))).await;
    assert_eq!(brackets(9_000).await, "GRAPHQL_PARSE_FAILED");
    assert_eq!(brackets(100_000).await, "LIMIT_EXCEEDED");
    // Lists of lists of lists: few fields, and millions of values.
    let wide = "{ countries(first: 1000) { nodes { commitments(first: 1000) { nodes { madeBy(first: 1000) { nodes { id } } } } } } }";
    assert_eq!(code(wide).await, "LIMIT_EXCEEDED");
    let ids = times(1001, &|place| format!("\"a:{place}\""));
    assert_eq!(
        code(&format!("{{ nodes(ids: [{ids}]) {{ id }} }}")).await,
        "BAD_USER_INPUT"
    );
}

/// Each fragment spreads the next one twice: written out, a billion fields in 1.2 kilobytes.
#[tokio::test]
async fn a_bomb_of_fragments_is_refused() {
    let bomb = |levels: usize, leaf: &str| {
        let fragments: String = (0..levels)
            .map(|level| format!("fragment F{level} on Query{{...F{0} ...F{0}}}", level + 1))
            .collect();
        format!("{{...F0}}{fragments}fragment F{levels} on Query{{{leaf}}}")
    };
    let query = bomb(30, "graph{version}");
    assert!(query.len() < 1300, "{}", query.len());
    assert_eq!(code(&query).await, "LIMIT_EXCEEDED");
    // A small one is only a long way of writing one field.
    assert_eq!(
        ask(&bomb(8, "__typename")).await,
        json!({ "__typename": "Query" })
    );
}

#[tokio::test]
async fn an_extension_that_is_misspelled_is_told_of_and_others_are_the_clients_own() {
    let app = TestApp::seed().await;
    let ask = async |extensions: Value| -> Value {
        let body = json!({ "query": "{ __typename }", "extensions": extensions });
        let request = app.client.post(app.url("/graphql")).json(&body);
        let response = request.send().await.expect("an answer");
        response.json().await.expect("an answer in JSON")
    };
    let told = ask(json!({ "explian": true, "tracing": {}, "cost": false })).await;
    assert_eq!(
        told,
        json!({
            "data": { "__typename": "Query" },
            "extensions": { "ignored": ["extensions.explian means nothing here; did you mean \"explain\"?"] }
        })
    );
    let told = ask(json!({ "tracing": true, "clientLibrary": { "name": "x" } })).await;
    assert_eq!(told, json!({ "data": { "__typename": "Query" } }));
}
