//! `explain: true` in the request's extensions: where each list is read from, and what it costs.

#![expect(
    clippy::expect_used,
    reason = "a helper of a test fails the test by panicking"
)]

use serde_json::{Value, json};

use crate::support::TestApp;

async fn explained(query: &str, extensions: Value) -> Value {
    let app = TestApp::seed().await;
    let asked = json!({ "query": query, "extensions": extensions });
    let answer = app.client.post(app.url("/graphql")).json(&asked).send();
    answer.await.expect("an answer").json().await.expect("JSON")
}

#[tokio::test]
async fn a_list_is_read_from_the_most_selective_end_of_its_filter() {
    for (list, filter, start, relationship, looked) in [
        // The question that the whole is made for: from the country, not through all commitments.
        (
            "commitments",
            r#"madeBy: { some: { node: { id: { eq: "country:us" } } } }"#,
            "RELATIONSHIP",
            Some("MADE_BY"),
            3,
        ),
        (
            "officials",
            r#"id: { eq: "official:joe-biden" }"#,
            "IDS",
            None,
            1,
        ),
        (
            "officials",
            r#"id: { in: ["official:joe-biden", "official:nobody"] }"#,
            "IDS",
            None,
            1,
        ),
        ("officials", r#"name: { eq: "joe BIDEN" }"#, "TEXT", None, 1),
        (
            "officials",
            r#"aliases: { includes: "antony blink" }"#,
            "TEXT",
            None,
            1,
        ),
        ("countries", r#"isoAlpha3: { eq: "ven" }"#, "TEXT", None, 1),
        (
            "commitments",
            r#"agreement: { name: { eq: "nobody knows it" } }"#,
            "RELATIONSHIP",
            Some("CONTAINED_IN"),
            0,
        ),
        (
            "officials",
            r#"OR: [{ name: { eq: "joe biden" } }, { id: { eq: "official:juan-pino" } }]"#,
            "SEVERAL",
            None,
            2,
        ),
        // Nothing leads there but the list itself.
        ("officials", r#"name: { ne: "joe biden" }"#, "LIST", None, 8),
        (
            "officials",
            r#"name: { contains: "joe biden" }"#,
            "LIST",
            None,
            8,
        ),
        (
            "officials",
            r#"OR: [{ name: { eq: "joe biden" } }, { country: {} }]"#,
            "LIST",
            None,
            8,
        ),
    ] {
        let query = format!("{{ {list}(where: {{ {filter} }}) {{ totalCount nodes {{ id }} }} }}");
        let answer = explained(&query, json!({ "explain": true })).await;
        let told = &answer["extensions"]["explain"];
        let [list_told] = &told.as_array().expect("a list")[..] else {
            panic!("{query}: {answer}");
        };
        assert_eq!(
            (
                &list_told["path"],
                &list_told["start"],
                &list_told["looked"],
                &list_told["times"]
            ),
            (&json!([list]), &json!(start), &json!(looked), &json!(1)),
            "{query}: {told}"
        );
        assert_eq!(
            list_told["relationshipType"],
            json!(relationship),
            "{query}"
        );
        assert_eq!(
            list_told["kept"], answer["data"][list]["totalCount"],
            "{query}"
        );
        assert!(
            list_told["estimated"].as_u64() <= list_told["listed"].as_u64(),
            "{told}"
        );
    }
}

#[tokio::test]
async fn each_list_is_explained_once_with_all_its_readings() {
    let query = "{ agreements { nodes { parties { nodes { id } } } } }";
    let answer = explained(query, json!({ "explain": true })).await;
    assert_eq!(
        answer["extensions"]["explain"],
        json!([
            { "path": ["agreements"], "start": "LIST", "relationshipType": null, "times": 1, "listed": 2, "estimated": 2, "looked": 2, "kept": 2 },
            { "path": ["agreements", "nodes", "parties"], "start": "LIST", "relationshipType": null, "times": 2, "listed": 3, "estimated": 3, "looked": 3, "kept": 3 },
        ])
    );
    for silent in [
        json!({}),
        json!({ "explain": false }),
        json!({ "explain": null }),
    ] {
        let answer = explained(query, silent).await;
        assert!(answer.get("extensions").is_none(), "{answer}");
    }
    let refused = explained(query, json!({ "explain": "yes" })).await;
    assert_eq!(
        refused["errors"][0]["message"],
        r#"extensions.explain is "yes": expected true or false"#
    );
    assert!(refused.get("data").is_none(), "{refused}");
}
