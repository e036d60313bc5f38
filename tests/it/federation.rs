//! The schema as a subgraph of a federation.

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn a_router_finds_the_keys_and_the_entities() {
    let app = TestApp::builder().federation().start().await;
    let answer = app.query("{ _service { sdl } }", json!({})).await;
    let sdl = answer["data"]["_service"]["sdl"]
        .as_str()
        .unwrap_or_default();
    assert!(
        sdl.starts_with("extend schema\n  @link(url: \"https://specs.apollo.dev/federation/v2.3\"")
    );
    assert!(
        sdl.contains("\ntype Official implements Node & Entity & Party @key(fields: \"id\") {\n")
    );
    // A router adds these by itself.
    assert!(!sdl.contains("_entities") && !sdl.contains("_Any"), "{sdl}");

    let query = "query($of: [_Any!]!) { _entities(representations: $of) { __typename ... on Party { name } ... on Source { title } } }";
    let of = json!([
        { "__typename": "Country", "id": "country:pa" },
        { "__typename": "Country", "id": "country:none" },
        { "__typename": "Official", "id": "country:pa" },
        { "__typename": "Official", "id": "official:antony-blinken", "other": [1] },
    ]);
    let answer = app.query(query, json!({ "of": of })).await;
    assert_eq!(
        answer,
        json!({ "data": { "_entities": [
            { "__typename": "Country", "name": "Panama" },
            null,
            null,
            { "__typename": "Official", "name": "Antony Blinken" },
        ] } })
    );
}

#[tokio::test]
async fn a_representation_that_cannot_be_read_is_named() {
    let app = TestApp::builder().federation().start().await;
    let query = "query($of: [_Any!]!) { _entities(representations: $of) { __typename } }";
    for (wrong, expected) in [
        (
            json!({ "id": "country:pa" }),
            "_entities: representations[1] has no __typename: expected the name of an entity type",
        ),
        (
            json!({ "__typename": "Country" }),
            "_entities: representations[1] has no id: expected the id of an entity",
        ),
        (
            json!({ "__typename": "Party", "id": "x" }),
            "_entities: representations[1].__typename is \"Party\": expected the name of an entity type",
        ),
        (
            json!({ "__typename": "Country", "id": 7 }),
            "_entities: representations[1].id is 7: expected the id of an entity",
        ),
    ] {
        let good = json!({ "__typename": "Country", "id": "country:pa" });
        let answer = app.query(query, json!({ "of": [good, wrong] })).await;
        let error = &answer["errors"][0];
        assert_eq!(error["message"], expected);
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn only_a_subgraph_has_what_routers_ask_for() {
    let app = TestApp::seed().await;
    let answer = app.query("{ _service { sdl } }", json!({})).await;
    assert_eq!(
        answer["errors"][0]["extensions"]["code"],
        "GRAPHQL_VALIDATION_FAILED"
    );
}
