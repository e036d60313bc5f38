//! Connections: Relay's paging in both directions, cursors and counts.

#![expect(
    clippy::expect_used,
    reason = "a helper of a test fails the test by panicking"
)]

use serde_json::{Value, json};

use crate::ask::{ask, data, each, refuse};
use crate::support::TestApp;

/// A connection called `it`, wherever it stands in a query; `PAGE` stands for its page, and
/// `SHOWN` for what is asked of it.
struct Walked<'a> {
    app: &'a TestApp,
    query: &'a str,
}

/// A page of ids with their cursors, and what `pageInfo` says.
#[derive(Debug)]
struct Shown {
    items: Vec<(String, String)>,
    has_next: bool,
    has_previous: bool,
}

impl Walked<'_> {
    async fn page(&self, arguments: &str) -> Shown {
        let shown = "{ totalCount edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }";
        let query = self
            .query
            .replace("PAGE", arguments)
            .replace("SHOWN", shown);
        let answer = data(self.app.query(&query, json!({})).await, &query);
        let connection = found(&answer).unwrap_or_else(|| panic!("{query} has no `it`"));
        let edges = connection["edges"].as_array().expect("edges");
        let text = |value: &Value| value.as_str().expect("a string").to_owned();
        let items: Vec<_> = edges
            .iter()
            .map(|edge| (text(&edge["node"]["id"]), text(&edge["cursor"])))
            .collect();
        let info = &connection["pageInfo"];
        // The edges, the nodes and the cursors of the page tell the same.
        let nodes = each(&connection["nodes"], "id");
        assert!(items.iter().map(|(id, _)| id.as_str()).eq(nodes), "{query}");
        assert_eq!(
            info["startCursor"].as_str(),
            items.first().map(|(_, cursor)| cursor.as_str()),
            "{query}"
        );
        assert_eq!(
            info["endCursor"].as_str(),
            items.last().map(|(_, cursor)| cursor.as_str()),
            "{query}"
        );
        Shown {
            items,
            has_next: info["hasNextPage"] == true,
            has_previous: info["hasPreviousPage"] == true,
        }
    }

    /// Pages of every size, forward and (where there is a `last`) back, make up the whole list.
    async fn check(&self, both_ways: bool) {
        let all = self.page("first: 1000").await;
        assert!(!all.has_next && !all.has_previous);
        let (all, count) = (all.items.clone(), all.items.len());
        assert!(count > 2, "{} is too short to be walked", self.query);
        for size in [1, 2, 3, count - 1, count] {
            let (mut walked, mut page) = (Vec::new(), self.page(&format!("first: {size}")).await);
            loop {
                let place = walked.len();
                assert_eq!(
                    page.has_previous,
                    place > 0,
                    "{size} after {place}: {page:?}"
                );
                walked.extend(page.items);
                assert_eq!(page.has_next, walked.len() < count, "{size} after {place}");
                let Some((_, last)) = walked.last().filter(|_| page.has_next) else {
                    break;
                };
                page = self.page(&format!("first: {size}, after: {last:?}")).await;
            }
            assert_eq!(walked, all, "{} by {size}", self.query);
        }
        // After the last one nothing follows.
        let end = self
            .page(&format!("first: 2, after: {:?}", all[count - 1].1))
            .await;
        assert!(
            end.items.is_empty() && !end.has_next && end.has_previous,
            "{end:?}"
        );
        assert!(self.page("first: 0").await.has_next);
        if both_ways {
            self.check_backwards(&all).await;
        }
    }

    async fn check_backwards(&self, all: &[(String, String)]) {
        let count = all.len();
        for size in [1, 2, 3, count] {
            let (mut walked, mut page) = (Vec::new(), self.page(&format!("last: {size}")).await);
            loop {
                let place = walked.len();
                assert_eq!(page.has_next, place > 0, "{size} before {place}");
                page.items.append(&mut walked);
                walked = page.items;
                assert_eq!(
                    page.has_previous,
                    walked.len() < count,
                    "{size} before {place}"
                );
                let Some((_, first)) = walked.first().filter(|_| page.has_previous) else {
                    break;
                };
                page = self.page(&format!("last: {size}, before: {first:?}")).await;
            }
            assert_eq!(walked, all, "{} back by {size}", self.query);
        }
        // Between two cursors, from either end of the stretch.
        let (after, before) = (&all[0].1, &all[count - 1].1);
        let between = &all[1..count - 1];
        for (arguments, expected) in [
            (format!("after: {after:?}, before: {before:?}"), between),
            (
                format!("first: 1, after: {after:?}, before: {before:?}"),
                &between[..1],
            ),
            (
                format!("last: 1, after: {after:?}, before: {before:?}"),
                &between[between.len() - 1..],
            ),
            (format!("last: 2, before: {after:?}"), &[][..]),
        ] {
            assert_eq!(
                self.page(&arguments).await.items,
                expected,
                "{} with {arguments}",
                self.query
            );
        }
    }
}

/// What stands under the key `it`, at any depth.
fn found(answer: &Value) -> Option<&Value> {
    let fields = answer.as_object()?;
    fields.get("it").or_else(|| fields.values().find_map(found))
}

#[tokio::test]
async fn every_kind_of_connection_is_walked_both_ways() {
    let app = TestApp::seed().await;
    for query in [
        "{ it: officials(PAGE) SHOWN }",
        "{ it: statistics(orderBy: [{ value: DESC }], PAGE) SHOWN }",
        "{ it: statistics(orderBy: [{ period: ASC }, { value: DESC }], PAGE) SHOWN }",
        "{ it: statements(where: { mode: { eq: PARAPHRASE } }, PAGE) SHOWN }",
        "{ it: statements(where: { speaker: { name: { contains: \"blinken\" } } }, orderBy: [{ text: ASC }], PAGE) SHOWN }",
        "{ it: sources(orderBy: [{ published: DESC }], PAGE) SHOWN }",
        "{ place(id: \"place:darien\") { it: statistics(PAGE) SHOWN } }",
        "{ official(id: \"official:antony-blinken\") { it: statements(orderBy: [{ mode: DESC }], PAGE) SHOWN } }",
        "{ country(id: \"country:us\") { it: offices(where: { title: { contains: \"e\" } }, PAGE) SHOWN } }",
        "{ meeting(id: \"meeting:panama-2022\") { it: participants(PAGE) SHOWN } }",
        "{ meeting(id: \"meeting:panama-2022\") { it: claims(PAGE) SHOWN } }",
        "{ meeting(id: \"meeting:panama-2022\") { it: participants(edge: { onBehalfOf: { id: { eq: \"country:us\" } } }, PAGE) SHOWN } }",
        "{ source(id: \"source:agenparl-us-panama-migration-cooperation\") { it: claims(PAGE) SHOWN } }",
        "{ meeting(id: \"meeting:panama-2022\") { it: sources(PAGE) SHOWN } }",
        "{ at(knownAt: \"2026-11-05T00:00:00Z\", date: \"2022-04-20\") { it: officials(orderBy: [{ name: DESC }], PAGE) SHOWN } }",
    ] {
        Walked { app: &app, query }.check(true).await;
    }
    // A search is read forward.
    Walked {
        app: &app,
        query: "{ it: search(text: \"panama\", PAGE) SHOWN }",
    }
    .check(false)
    .await;
}

#[tokio::test]
async fn a_page_is_25_long_unless_it_is_said() {
    let answer = ask("{ annotations { totalCount nodes { id } pageInfo { hasNextPage } } }").await;
    let annotations = &answer["annotations"];
    assert_eq!(annotations["totalCount"], 28);
    assert_eq!(each(&annotations["nodes"], "id").len(), 25);
    assert_eq!(annotations["pageInfo"]["hasNextPage"], true);
}

#[tokio::test]
async fn pages_that_make_no_sense_are_refused() {
    for (arguments, expected) in [
        ("first: -1", "first is -1: expected a number from 0 to 1000"),
        ("last: -1", "last is -1: expected a number from 0 to 1000"),
        (
            "first: 1001",
            "first is 1001: expected a number from 0 to 1000",
        ),
        (
            "last: 1001",
            "last is 1001: expected a number from 0 to 1000",
        ),
        ("first: 1, last: 1", "first and last are both given"),
        ("after: \"nonsense\"", "after is no cursor"),
        ("before: \"\"", "before is no cursor"),
        ("after: \"W10\"", "after is no cursor"),
    ] {
        let message = refuse(&format!("{{ officials({arguments}) {{ totalCount }} }}")).await;
        assert_eq!(message.find("officials: "), Some(0), "{message}");
        assert!(message.contains(expected), "{arguments}: {message}");
    }
    assert_eq!(
        ask("{ officials(first: 1000) { totalCount } }").await["officials"]["totalCount"],
        8
    );
}

#[tokio::test]
async fn a_cursor_belongs_to_one_list_one_order_one_filter_and_one_view() {
    let app = TestApp::seed().await;
    let answer = ask("{ officials(first: 3) { pageInfo { endCursor } } }").await;
    let cursor = answer["officials"]["pageInfo"]["endCursor"].to_string();
    let same = format!("{{ officials(first: 1, after: {cursor}) {{ nodes {{ id }} }} }}");
    assert!(app.query(&same, json!({})).await.get("errors").is_none());
    for other in [
        format!("{{ countries(after: {cursor}) {{ totalCount }} }}"),
        format!("{{ officials(after: {cursor}, orderBy: [{{ name: ASC }}]) {{ totalCount }} }}"),
        format!(
            "{{ officials(after: {cursor}, where: {{ name: {{ contains: \"a\" }} }}) {{ totalCount }} }}"
        ),
        format!(
            "{{ country(id: \"country:us\") {{ officials(before: {cursor}) {{ totalCount }} }} }}"
        ),
        format!("{{ search(text: \"a\", after: {cursor}) {{ totalCount }} }}"),
        format!(
            "{{ at(knownAt: \"2026-11-05T00:00:00Z\") {{ officials(after: {cursor}) {{ totalCount }} }} }}"
        ),
    ] {
        let answer = app.query(&other, json!({})).await;
        let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(
            message.contains("is the cursor of another"),
            "{other}\n{answer}"
        );
        assert!(answer["data"].is_null(), "{answer}");
    }
}

#[tokio::test]
async fn total_count_counts_what_fits_whatever_the_page() {
    let answer = ask(r#"{
        all: statistics(first: 0) { totalCount }
        page: statistics(first: 2) { totalCount nodes { id } }
        some: statistics(first: 1, where: { period: { eq: "2021" } }) { totalCount }
        none: statistics(where: { period: { eq: "1900" } }) { totalCount nodes { id } }
        darien: place(id: "place:darien") { all: statistics(first: 1) { totalCount } some: statistics(where: { value: { gt: 100000 } }) { totalCount } }
    }"#)
    .await;
    assert_eq!(answer["all"]["totalCount"], 17);
    assert_eq!(answer["page"]["totalCount"], 17);
    assert_eq!(answer["some"]["totalCount"], 5);
    assert_eq!(answer["none"], json!({ "totalCount": 0, "nodes": [] }));
    assert_eq!(
        answer["darien"],
        json!({ "all": { "totalCount": 7 }, "some": { "totalCount": 3 } })
    );
}

/// The list of one country's offices is another list than that of another country's.
#[tokio::test]
async fn a_cursor_belongs_to_the_list_of_one_entity() {
    let first = r#"{ country(id: "country:us") { offices(first: 1) { pageInfo { endCursor } } } }"#;
    let answer = ask(first).await;
    let cursor = answer["country"]["offices"]["pageInfo"]["endCursor"].to_string();
    let app = TestApp::seed().await;
    for (id, refused) in [("country:us", false), ("country:pa", true)] {
        for argument in ["after", "before"] {
            let query = format!(
                "{{ country(id: {id:?}) {{ offices({argument}: {cursor}) {{ nodes {{ id }} }} }} }}"
            );
            let answer = app.query(&query, json!({})).await;
            let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
            assert_eq!(
                message.contains("is the cursor of another list, that of country:us"),
                refused,
                "{query}\n{answer}"
            );
        }
    }
}

/// A list is the same list, whether it is reached through an object's type or through an interface.
#[tokio::test]
async fn a_cursor_is_good_wherever_its_list_is_reached() {
    let through = |on: &str, arguments: &str| {
        format!(
            "{{ node(id: \"meeting:panama-2022\") {{ ... on {on} {{ sources({arguments}) {{ edges {{ cursor }} }} }} }} }}"
        )
    };
    let answer = ask(&through("Meeting", "first: 2")).await;
    let cursors = each(&answer["node"]["sources"]["edges"], "cursor");
    for on in ["Meeting", "Occasion", "Topical", "Entity"] {
        let answer = ask(&through(on, &format!("first: 1, after: {:?}", cursors[0]))).await;
        let next = each(&answer["node"]["sources"]["edges"], "cursor");
        assert_eq!(next, cursors[1..], "through {on}");
    }
}
