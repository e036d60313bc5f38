//! Feeds: Atom as RFC 4287 has it, with what changed, by whom, and the sources.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use reqwest::header::{
    CONTENT_TYPE, ETAG, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LINK,
};
use reqwest::{Response, StatusCode};
use roxmltree::{Document, Node};
use serde_json::{Value, json};

use crate::live::{claim, commit, one_more, put, text};
use crate::support::TestApp;

const ATOM: &str = "http://www.w3.org/2005/Atom";

async fn get(app: &TestApp, path: &str) -> Response {
    app.client.get(app.url(path)).send().await.unwrap()
}

/// A feed that is right as far as the specification says it.
async fn feed(app: &TestApp, path: &str) -> String {
    let response = get(app, path).await;
    let status = response.status();
    let kind = response.headers()[CONTENT_TYPE]
        .to_str()
        .unwrap()
        .to_owned();
    let written = response.text().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{path}: {written}");
    assert_eq!(kind, "application/atom+xml; charset=utf-8");
    valid(&written, &app.url(path));
    written
}

fn children<'a>(node: Node<'a, 'a>, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children()
        .filter(move |child| child.has_tag_name((ATOM, name)))
}

fn only<'a>(node: Node<'a, 'a>, name: &'a str) -> &'a str {
    let mut found = children(node, name);
    let text = found
        .next()
        .unwrap_or_else(|| panic!("there is no {name}"))
        .text();
    assert!(found.next().is_none(), "there are two {name}");
    text.unwrap_or_default()
}

fn link<'a>(node: Node<'a, 'a>, relation: &'a str) -> Option<&'a str> {
    let mut links = children(node, "link").filter(|link| link.attribute("rel") == Some(relation));
    let href = links.next()?.attribute("href");
    assert!(links.next().is_none(), "there are two links {relation}");
    href
}

fn entries<'a>(document: &'a Document<'a>) -> Vec<Node<'a, 'a>> {
    children(document.root_element(), "entry").collect()
}

/// What RFC 4287 asks of every feed, and the validator of the W3C besides.
fn valid(written: &str, address: &str) {
    let document = Document::parse(written).unwrap();
    let root = document.root_element();
    assert!(root.has_tag_name((ATOM, "feed")), "{written}");
    let is_moment = |text: &str| text.parse::<onrecord::model::date::Timestamp>().is_ok();
    let is_id = |id: &str| {
        id.starts_with("urn:onrecord:") && id.bytes().all(|byte| byte.is_ascii_graphic())
    };
    assert!(is_id(only(root, "id")), "{}", only(root, "id"));
    assert!(!only(root, "title").is_empty());
    assert!(is_moment(only(root, "updated")));
    let author = children(root, "author").next().unwrap();
    assert_eq!(only(author, "name"), "onrecord");
    let own = link(root, "self").unwrap();
    // Written otherwise, the address is the same.
    let same = |href: &str| href.parse::<reqwest::Url>().unwrap();
    assert_eq!(
        same(own).query_pairs().collect::<Vec<_>>(),
        same(address).query_pairs().collect::<Vec<_>>()
    );
    assert_eq!(same(own).path(), same(address).path());
    let mut ids = vec![only(root, "id")];
    let mut last = None;
    for entry in children(root, "entry") {
        ids.push(only(entry, "id"));
        assert!(is_id(only(entry, "id")));
        assert!(!only(entry, "title").is_empty());
        let updated = only(entry, "updated");
        assert!(is_moment(updated) && is_moment(only(entry, "published")));
        let moment: onrecord::model::date::Timestamp = updated.parse().unwrap();
        assert!(
            last.is_none_or(|last| moment <= last),
            "the newest come first"
        );
        last = Some(moment);
        assert!(!only(children(entry, "author").next().unwrap(), "name").is_empty());
        let content = children(entry, "content").next().unwrap();
        assert_eq!(content.attribute("type"), Some("html"));
        assert!(link(entry, "alternate").unwrap().starts_with("http"));
    }
    let newest = entries(&document)
        .first()
        .map(|entry| only(*entry, "updated"));
    assert!(newest.is_none_or(|newest| newest == only(root, "updated")));
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "ids are unique");
    let known = [
        "id",
        "title",
        "subtitle",
        "updated",
        "author",
        "generator",
        "link",
        "entry",
    ];
    let others = root
        .children()
        .filter(Node::is_element)
        .filter(|child| !known.contains(&child.tag_name().name()));
    assert_eq!(others.count(), 0);
}

fn titles(written: &str) -> Vec<String> {
    let document = Document::parse(written).unwrap();
    entries(&document)
        .into_iter()
        .map(|entry| only(entry, "title").to_owned())
        .collect()
}

#[tokio::test]
async fn an_entity_has_a_feed_of_what_changes_of_it() {
    let (app, store) = TestApp::writable().await;
    let id = "official:ana-prado";
    commit(
        &store,
        "A newcomer",
        &[put(id), claim("name-1", id, text("name", "Anna Prado"))],
    );
    one_more(&store, 1);
    commit(
        &store,
        "One n",
        &[claim(
            "name-2",
            id,
            text("name", "Ana <b>Prado</b> & \u{1} ]]> Co"),
        )],
    );
    let written = feed(&app, &format!("/feeds/entity/{id}.atom")).await;
    assert_eq!(titles(&written), ["One n", "A newcomer"]);
    let document = Document::parse(&written).unwrap();
    let root = document.root_element();
    // What XML cannot hold is left out.
    assert_eq!(
        only(root, "title"),
        "Ana <b>Prado</b> &  ]]> Co – on record"
    );
    let newest = entries(&document)[0];
    assert_eq!(
        only(children(newest, "author").next().unwrap(), "name"),
        "a test"
    );
    // The words of the record are words in the HTML, and no marks.
    let content = only(newest, "content");
    assert!(
        content.starts_with("<ul><li><p><b>gained</b> Ana &lt;b&gt;Prado&lt;/b&gt; &amp;  ]]&gt; Co – name: Ana &lt;b&gt;Prado&lt;/b&gt;"),
        "{content}"
    );
    assert!(
        content.contains("; before <del>Anna Prado</del></p>"),
        "{content}"
    );
    assert!(
        content.contains(
            ">Blinken promotes support for communities receiving migrants and refugees</a></p>"
        ),
        "{content}"
    );
    let category = children(newest, "category").next().unwrap();
    assert_eq!(category.attribute("term"), Some(id));
    // What is linked tells the same as JSON.
    let alternate = link(newest, "alternate").unwrap();
    let answer: Value = app
        .client
        .get(alternate)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        answer["data"]["changesBetween"]["nodes"][0]["claim"]["claimId"],
        "claim:name-2"
    );

    // Ids stay when more is recorded, wherever the record is installed.
    let before: Vec<String> = entries(&document)
        .iter()
        .map(|entry| only(*entry, "id").to_owned())
        .collect();
    commit(
        &store,
        "Born",
        &[claim(
            "born",
            id,
            json!({ "property": { "property": "born", "stated": { "value": { "date": "1970" } } } }),
        )],
    );
    let written = feed(&app, &format!("/feeds/entity/{id}.atom")).await;
    let document = Document::parse(&written).unwrap();
    let after: Vec<_> = entries(&document)
        .iter()
        .map(|entry| only(*entry, "id").to_owned())
        .collect();
    assert_eq!(after[1..], before);
    let other = TestApp::seed().await;
    let path = "/feeds/entity/official:antony-blinken.atom?before=3";
    let here = feed(&app, path)
        .await
        .replace(&app.address.to_string(), "HERE");
    let there = feed(&other, path)
        .await
        .replace(&other.address.to_string(), "HERE");
    assert_eq!(titles(&here).len(), 2);
    assert_eq!(here, there);
}

#[tokio::test]
async fn quotes_and_addresses_of_sources_stand_in_a_feed() {
    let app = TestApp::seed().await;
    let written = feed(&app, "/feeds/entity/meeting:panama-2022.atom").await;
    let document = Document::parse(&written).unwrap();
    let newest = entries(&document)[0];
    let related: Vec<_> = children(newest, "link")
        .filter(|link| link.attribute("rel") == Some("related"))
        .collect();
    assert!(
        related.iter().any(|link| link
            .attribute("href")
            .unwrap()
            .starts_with("https://www.state.gov/")),
        "{written}"
    );
    let content = only(newest, "content");
    assert!(
        content.contains("<blockquote>") && content.contains("<a href=\"https://"),
        "{content}"
    );
}

#[tokio::test]
async fn a_search_and_the_ledger_have_feeds() {
    let (app, store) = TestApp::writable().await;
    let (found, commitment) = ("official:ana-prado", "commitment:of-ana");
    commit(
        &store,
        "Found",
        &[
            put(found),
            claim("name", found, text("name", "Xochitl Prado")),
        ],
    );
    one_more(&store, 1);
    commit(
        &store,
        "Committed",
        &[
            put(commitment),
            claim("text", commitment, text("text", "To build a bridge")),
        ],
    );
    assert_eq!(
        titles(&feed(&app, "/feeds/search.atom?text=Xochitl").await),
        ["Found"]
    );
    assert_eq!(
        titles(
            &feed(
                &app,
                "/feeds/search.atom?text=Xochitl&types=ORGANIZATION,COUNTRY"
            )
            .await
        ),
        [""; 0]
    );
    let filtered = r#"/feeds/search.atom?text=Xochitl&where={"id":{"eq":"official:ana-prado"}}"#;
    assert_eq!(titles(&feed(&app, filtered).await), ["Found"]);
    let ledger = titles(&feed(&app, "/feeds/ledger.atom").await);
    assert_eq!(ledger[0], "Committed");
    assert!(
        ledger.len() > 1 && !ledger.contains(&"Found".to_owned()),
        "{ledger:?}"
    );
    let filtered =
        r#"/feeds/ledger.atom?where={"madeBy":{"some":{"node":{"id":{"eq":"country:us"}}}}}"#;
    let filtered = titles(&feed(&app, filtered).await);
    assert!(
        !filtered.is_empty() && !filtered.contains(&"Committed".to_owned()),
        "{filtered:?}"
    );
    // The start page says where it is.
    let start = get(&app, "/").await;
    assert_eq!(
        start.headers()[LINK],
        "<feeds/ledger.atom>; rel=\"alternate\"; type=\"application/atom+xml\""
    );
}

#[tokio::test]
async fn pages_of_a_feed_follow_one_another() {
    let (app, store) = TestApp::writable().await;
    for number in 0..7 {
        one_more(&store, number);
    }
    let whole = feed(&app, "/feeds/entity/official:antony-blinken.atom?first=100").await;
    let (mut next, mut seen) = (
        Some("/feeds/entity/official:antony-blinken.atom?first=3".to_owned()),
        Vec::new(),
    );
    while let Some(path) = next {
        let written = feed(&app, &path).await;
        seen.extend(titles(&written));
        let document = Document::parse(&written).unwrap();
        let root = document.root_element();
        assert!(link(root, "first").unwrap().ends_with(".atom?first=3"));
        next = link(root, "next").map(|href| {
            href.split_once(&app.address.to_string())
                .unwrap()
                .1
                .to_owned()
        });
    }
    assert_eq!((seen.len(), &seen), (9, &titles(&whole)));
}

async fn conditional(
    app: &TestApp,
    name: reqwest::header::HeaderName,
    value: &HeaderMap,
    of: &reqwest::header::HeaderName,
) -> StatusCode {
    let request = app
        .client
        .get(app.url("/feeds/ledger.atom"))
        .header(name, &value[of]);
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn a_reader_that_has_it_already_is_told_so() {
    let (app, store) = TestApp::writable().await;
    let headers = get(&app, "/feeds/ledger.atom").await.headers().clone();
    assert_eq!(headers[LAST_MODIFIED], "Mon, 09 Nov 2026 09:00:00 GMT");
    // What concerns no commitment changes nothing.
    one_more(&store, 1);
    assert_eq!(
        conditional(&app, IF_NONE_MATCH, &headers, &ETAG).await,
        StatusCode::NOT_MODIFIED
    );
    assert_eq!(
        conditional(&app, IF_MODIFIED_SINCE, &headers, &LAST_MODIFIED).await,
        StatusCode::NOT_MODIFIED
    );
    let commitment = "commitment:new";
    commit(
        &store,
        "Committed",
        &[
            put(commitment),
            claim("text", commitment, text("text", "To build")),
        ],
    );
    assert_eq!(
        conditional(&app, IF_NONE_MATCH, &headers, &ETAG).await,
        StatusCode::OK
    );
    assert_eq!(
        conditional(&app, IF_MODIFIED_SINCE, &headers, &LAST_MODIFIED).await,
        StatusCode::OK
    );
}

#[tokio::test]
async fn what_is_not_public_is_in_no_feed() {
    let (app, store) = TestApp::writable().await;
    let mut proposed = claim("proposed", "official:antony-blinken", text("name", "Tony"));
    proposed["addClaim"]["claim"]["review"] = json!("PROPOSED");
    commit(&store, "A secret", &[proposed]);
    for path in [
        "/feeds/entity/official:antony-blinken.atom",
        "/feeds/search.atom?text=blinken",
        "/feeds/search.atom?text=Tony",
    ] {
        let written = feed(&app, path).await;
        assert!(
            !written.contains("A secret") && !written.contains("Tony – "),
            "{path}: {written}"
        );
        assert!(!titles(&written).contains(&"A secret".to_owned()));
    }
}

#[tokio::test]
async fn what_is_no_feed_is_refused_by_one_sentence() {
    let app = TestApp::seed().await;
    for (path, status, expected) in [
        (
            "entity/official:nobody.atom",
            404,
            "there is no feed entity/official:nobody.atom: expected",
        ),
        (
            "entity/official:antony-blinken",
            404,
            "there is no feed entity/official:antony-blinken: expected",
        ),
        (
            "everything.atom",
            404,
            "there is no feed everything.atom: expected",
        ),
        (
            "search.atom",
            400,
            "the parameter `text` is missing: expected the words to search for",
        ),
        (
            "ledger.atom?first=0",
            400,
            "the parameter `first` is 0: expected a number from 1 to 100",
        ),
        (
            "ledger.atom?before=x",
            400,
            "the parameter `before` is x: expected a whole number",
        ),
        (
            "ledger.atom?where={",
            400,
            "the parameter `where` is {: expected a filter in JSON",
        ),
        (
            "ledger.atom?page=2",
            400,
            "a feed has no parameter `page`: expected",
        ),
        (
            "ledger.atom?where={\"madeBye\":{}}",
            400,
            "key madeBye not in type",
        ),
        ("search.atom?text=a&types=PERSON", 400, ""),
    ] {
        let response = get(&app, &format!("/feeds/{path}")).await;
        assert_eq!(response.status(), status, "{path}");
        let answer: Value = response.json().await.unwrap();
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(expected), "{path}: {message}");
    }
}
