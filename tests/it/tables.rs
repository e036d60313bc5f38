//! Lists as CSV, for a spreadsheet.

#![expect(
    clippy::expect_used,
    reason = "a helper of a test fails the test by panicking"
)]

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE};
use serde_json::{Value, json};

use crate::support::TestApp;

/// What came back: its status, its headers and its text.
struct Reply {
    status: StatusCode,
    headers: reqwest::header::HeaderMap,
    text: String,
}

impl Reply {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The rows, the header among them.
    fn rows(&self) -> Vec<Vec<String>> {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(self.text.as_bytes())
            .records()
            .map(|row| row.expect("a row").iter().map(str::to_owned).collect())
            .collect()
    }

    /// The message of the one error, which is JSON.
    fn message(&self) -> String {
        assert!(
            self.header("content-type").contains("json"),
            "{}",
            self.text
        );
        let answer: Value = serde_json::from_str(&self.text).expect("JSON");
        answer["errors"][0]["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

async fn ask_csv(query: &str) -> Reply {
    let app = TestApp::seed().await;
    let reply = app
        .client
        .post(app.url("/graphql"))
        .header(ACCEPT, "text/csv")
        .json(&json!({ "query": query }))
        .send()
        .await
        .expect("an answer");
    Reply {
        status: reply.status(),
        headers: reply.headers().clone(),
        text: reply.text().await.expect("a text"),
    }
}

#[tokio::test]
async fn a_list_becomes_a_table() {
    let reply = ask_csv(
        r#"{
            commitments(where: { madeBy: { some: { node: { id: { eq: "country:us" } } } } }, first: 2) {
                nodes {
                    id
                    status
                    name
                    announced { label }
                    madeBy { edges { node { id name } onBehalfOf { name } } }
                    deal: agreement { name }
                    evidence { quote source { title url publisher { name } } flags }
                }
            }
        }"#,
    )
    .await;
    assert_eq!(
        reply.header(CONTENT_TYPE.as_str()),
        "text/csv; charset=utf-8; header=present"
    );
    assert_eq!(
        reply.header(CONTENT_DISPOSITION.as_str()),
        "attachment; filename=\"commitments.csv\""
    );
    assert!(reply.text.ends_with("\r\n"), "{}", reply.text);
    let rows = reply.rows();
    assert_eq!(rows.len(), 3);
    let header: Vec<&str> = rows[0].iter().map(String::as_str).collect();
    // The name stands beside the id; evidence comes last, a group of columns for each piece.
    assert_eq!(
        header[..12],
        [
            "id",
            "name",
            "status",
            "announced.label",
            "madeBy.id",
            "madeBy.name",
            "madeBy.onBehalfOf.name",
            "deal.name",
            "evidence_1_quote",
            "evidence_1_source",
            "evidence_1_url",
            "evidence_1_publisher_name",
        ]
    );
    assert_eq!(header[12], "evidence_1_flags");
    assert_eq!(header[13], "evidence_2_quote");
    assert_eq!(
        rows[1][..9],
        [
            "commitment:improve-management-of-irregular-migration",
            "Improve the management of irregular migration",
            "NOT_ASSESSED",
            "",
            "country:pa; country:us",
            "Panama; United States",
            "",
            "letter of understanding for migration management and protection of migrants",
            "joint commitments with a view to improving the management of irregular migration",
        ]
    );
    assert_eq!(
        rows[1][9],
        "Blinken promotes support for communities receiving migrants and refugees"
    );
    assert_eq!(rows[1][11], "Voz de la Diaspora");
    // A row with less evidence than another has empty cells.
    assert!(rows.iter().all(|row| row.len() == header.len()));
}

/// Edges, several types of nodes, names that would meet, and what a page says of itself.
#[tokio::test]
async fn edges_and_their_nodes_share_a_row() {
    let reply = ask_csv(
        r#"{
            at(date: "2022-04-20") {
                meeting(id: "meeting:panama-2022") {
                    people: participants(first: 2) {
                        totalCount
                        pageInfo { hasNextPage endCursor }
                        edges {
                            id: cursor
                            role
                            node { name id ... on Official { country { isoAlpha2 name } } ... on Group { kind } }
                            evidence(first: 1) { stance source { title name } }
                        }
                    }
                }
            }
        }"#,
    )
    .await;
    let rows = reply.rows();
    assert_eq!(
        rows[0],
        [
            "id",
            "role",
            "name",
            "node.id",
            "country.isoAlpha2",
            "country.name",
            "kind",
            "evidence_1_stance",
            "evidence_1_source_title",
            "evidence_1_source_name",
        ]
    );
    assert_eq!(rows.len(), 3);
    assert_eq!(
        rows[1][1..4],
        [
            "HEAD_OF_DELEGATION",
            "Alejandro Mayorkas",
            "official:alejandro-mayorkas@date=2022-04-20"
        ]
    );
    assert_eq!(rows[1][5..7], ["United States", ""]);
    assert_eq!(reply.header("onrecord-total-count"), "4");
    assert_eq!(reply.header("onrecord-has-next-page"), "true");
    assert_eq!(reply.header("onrecord-end-cursor"), rows[2][0]);
    assert_eq!(
        reply.header(CONTENT_DISPOSITION.as_str()),
        "attachment; filename=\"people.csv\""
    );
}

/// A table without rows has its columns all the same.
#[tokio::test]
async fn an_empty_list_is_a_header() {
    let reply = ask_csv(
        r#"{ ledger(where: { due: { after: "2100" } }) { nodes { id makers amountValue } } }"#,
    )
    .await;
    assert_eq!(reply.text, "id,makers,amountValue\r\n");
    let ledger = ask_csv("{ ledger { nodes { id amountValue sources } } }").await;
    let rows = ledger.rows();
    assert_eq!(rows.len(), 8);
    assert!(rows.iter().any(|row| row[1] == "1200000000"), "{rows:?}");
}

#[tokio::test]
async fn a_get_downloads_a_table() {
    let app = TestApp::seed().await;
    let reply = app
        .client
        .get(app.url("/graphql?query=%7Bcountries(first:1)%7Bnodes%7Bid%20name%7D%7D%7D"))
        .header(ACCEPT, "text/csv, */*;q=0.1")
        .send()
        .await
        .expect("an answer");
    assert_eq!(reply.status(), StatusCode::OK);
    assert_eq!(
        reply
            .headers()
            .get("cache-control")
            .and_then(|value| value.to_str().ok()),
        Some("no-cache")
    );
    assert!(
        reply
            .text()
            .await
            .expect("a text")
            .starts_with("id,name\r\n")
    );
}

#[tokio::test]
async fn what_is_no_single_list_is_refused_in_json() {
    for (query, message) in [
        (
            "{ countries { nodes { id } } officials { nodes { id } } }",
            "a table is made of one list, found 2 fields beside each other: countries, officials",
        ),
        (
            r#"{ country(id: "country:us") { name commitments { nodes { id } } } }"#,
            "a table is made of one list, found 2 fields beside each other: name, commitments",
        ),
        (
            r#"{ country(id: "country:us") { name } }"#,
            "a table has a row for each item of one list in pages, such as commitments { nodes { … } }: country.name is no such list",
        ),
        (
            r#"{ nodes(ids: ["country:us"]) { ... on Country { commitments { nodes { id } } } } }"#,
            "a table has a row for each item of one list in pages, such as commitments { nodes { … } }: nodes is no such list",
        ),
        (
            "{ countries { nodes { id } edges { node { id } } } }",
            "a table holds the items of countries, once: edges has no place in it",
        ),
        (
            "{ countries { totalCount } }",
            "countries asks for no items: expected nodes or edges",
        ),
    ] {
        let reply = ask_csv(query).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(reply.message(), message, "{query}");
    }
}

#[tokio::test]
async fn errors_of_the_operation_stay_json() {
    let unknown = ask_csv("{ countries { nodes { capital } } }").await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    assert!(unknown.message().contains("capital"), "{}", unknown.text);
    // It is found out only while the operation runs.
    let cursor = "{ countries(first: 1) { edges { cursor } } }";
    let other = ask_csv(cursor).await.rows()[1][0].clone();
    let foreign = ask_csv(&format!(
        r#"{{ at(date: "2020") {{ countries(first: 1, after: "{other}") {{ edges {{ cursor }} }} }} }}"#
    ))
    .await;
    assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        foreign.message().contains("another view"),
        "{}",
        foreign.text
    );
}
