//! Every kind of change against every role: a new kind needs a row here.

use std::collections::BTreeMap;

use apollo_compiler::Schema;
use onrecord::model::access::Role;
use serde_json::{Value, json};

use super::issuer::Issuer;
use crate::support::TestApp;

/// The fields of `ChangeInput`: the least that somebody must be who asks for it, and an example that would be recorded.
fn rows(annotation: &str, proposal: &str) -> BTreeMap<&'static str, (Role, Value)> {
    let evidence = json!([{ "source": "source:voz-de-la-diaspora", "quote": "words" }]);
    let put = json!({
        "entity": { "country": { "id": "country:pa", "aliases": [{ "text": "the Isthmus" }] } },
        "evidence": evidence,
    });
    let claim = "claim:f16";
    BTreeMap::from([
        ("put", (Role::Contributor, put)),
        (
            "addEvidence",
            (
                Role::Editor,
                json!({ "claim": claim, "evidence": evidence }),
            ),
        ),
        (
            "setRank",
            (
                Role::Editor,
                json!({ "claim": claim, "rank": "PREFERRED", "reason": "a test" }),
            ),
        ),
        (
            "retract",
            (Role::Editor, json!({ "claim": claim, "reason": "a test" })),
        ),
        (
            "review",
            (
                Role::Editor,
                json!({ "claims": [proposal], "review": "ACCEPTED" }),
            ),
        ),
        (
            "addAlternateId",
            (
                Role::Editor,
                json!({ "entity": "country:pa", "id": "country:panama" }),
            ),
        ),
        (
            "annotate",
            (
                Role::Editor,
                json!({ "claim": claim, "annotation": annotation }),
            ),
        ),
    ])
}

#[tokio::test]
async fn every_kind_of_change_is_for_those_whom_it_is_for() {
    let issuer = Issuer::start().await;
    let app = TestApp::builder().options(issuer.options()).start().await;
    let annotation = app
        .query("{ annotations(first: 1) { nodes { id } } }", json!({}))
        .await;
    let annotation = &annotation["data"]["annotations"]["nodes"][0]["id"];
    let proposed = "mutation { recordChanges(input: { reason: \"a test\", changes: [{ put: {
        entity: { country: { id: \"country:pa\", aliases: [{ text: \"The Isthmus\" }] } }
        evidence: [{ source: \"source:voz-de-la-diaspora\", quote: \"words\" }] } }] }) { changes { claim { id review } } } }";
    let proposed = app
        .client
        .post(app.url("/graphql"))
        .bearer_auth(issuer.token("bea", Role::Contributor.word()))
        .json(&json!({ "query": proposed }));
    let proposed: Value = proposed.send().await.unwrap().json().await.unwrap();
    let proposal = &proposed["data"]["recordChanges"]["changes"][0]["claim"];
    assert_eq!(proposal["review"], "PROPOSED", "{proposed}");
    let rows = rows(
        annotation.as_str().unwrap(),
        proposal["id"].as_str().unwrap(),
    );

    let sdl = app.client.get(app.url("/schema.graphql")).send().await;
    let sdl = sdl.unwrap().text().await.unwrap();
    let schema = Schema::parse_and_validate(sdl, "api.graphql").unwrap();
    let kinds: Vec<_> = schema
        .get_input_object("ChangeInput")
        .unwrap()
        .fields
        .keys()
        .collect();
    for kind in &kinds {
        assert!(
            rows.contains_key(kind.as_str()),
            "add a row to tests/it/access/changes.rs, with the role that is needed, for {kind}"
        );
    }
    assert_eq!(kinds.len(), rows.len());

    let query =
        "mutation ($input: RecordChangesInput!) { recordChanges(input: $input) { version } }";
    let ask = async |role: Option<Role>, input: &Value| {
        let body = json!({ "query": query, "variables": { "input": input } });
        let mut request = app.client.post(app.url("/graphql")).json(&body);
        if let Some(role) = role {
            request = request.bearer_auth(issuer.token("ada", role.word()));
        }
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        let code = answer["errors"][0]["extensions"]["code"]
            .as_str()
            .map(str::to_owned);
        (code, answer)
    };
    let everybody = [None]
        .into_iter()
        .chain(Role::ALL.iter().copied().map(Some));
    let everybody: Vec<_> = everybody.collect();
    for (kind, (needed, change)) in &rows {
        for propose in [false, true] {
            let input = json!({
                "reason": "a test", "dryRun": true, "propose": propose, "changes": [{ *kind: change }],
            });
            for role in &everybody {
                let (code, answer) = ask(*role, &input).await;
                let expected = match role {
                    None => Some("UNAUTHENTICATED"),
                    Some(role) if role < needed => Some("FORBIDDEN"),
                    Some(_) => None,
                };
                assert_eq!(code.as_deref(), expected, "{kind} by {role:?}: {answer}");
            }
        }
    }
    // One that is not for them is enough, wherever it stands; and an embargo is for editors.
    let (_, put) = &rows["put"];
    let (_, retract) = &rows["retract"];
    let mixed = json!({ "reason": "a test", "dryRun": true, "changes": [{ "put": put }, { "retract": retract }] });
    let (code, answer) = ask(Some(Role::Contributor), &mixed).await;
    assert_eq!(code.as_deref(), Some("FORBIDDEN"), "{answer}");
    let path = &answer["errors"][0]["extensions"]["inputPath"];
    assert_eq!(path, &json!(["input", "changes", 1, "retract"]));
    let fact = json!({
        "subject": "country:pa", "property": "aliases", "value": "the Isthmus",
        "url": "https://voz.example/a", "title": "A page", "quote": "the Isthmus", "dryRun": true,
    });
    let query = "mutation ($input: RecordFactInput!) { recordFact(input: $input) { version } }";
    for role in everybody {
        let body = json!({ "query": query, "variables": { "input": fact } });
        let mut request = app.client.post(app.url("/graphql")).json(&body);
        if let Some(role) = role {
            request = request.bearer_auth(issuer.token("ada", role.word()));
        }
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        let expected = match role {
            None => json!("UNAUTHENTICATED"),
            Some(Role::Reader) => json!("FORBIDDEN"),
            Some(_) => Value::Null,
        };
        assert_eq!(
            answer["errors"][0]["extensions"]["code"], expected,
            "{role:?}: {answer}"
        );
    }
}

/// What is recorded bears the name of who recorded it, as the token proves it.
#[tokio::test]
async fn every_change_is_attributed() {
    let issuer = Issuer::start().await;
    let app = TestApp::builder().options(issuer.options()).start().await;
    let (_, put) = &rows("annotation:x", "claim:x")["put"];
    let query = "mutation ($input: RecordChangesInput!) { recordChanges(input: $input) { transaction { author } } }";
    for (name, role) in [("ada", "contributor"), ("grace", "editor")] {
        let mut put = put.clone();
        put["entity"]["country"]["aliases"][0]["text"] = json!(format!("the land of {name}"));
        let input = json!({ "reason": "a test", "changes": [{ "put": put }] });
        let body = json!({ "query": query, "variables": { "input": input } });
        let request = app.client.post(app.url("/graphql")).json(&body);
        let request = request.bearer_auth(issuer.token(name, role));
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        let author = &answer["data"]["recordChanges"]["transaction"]["author"];
        assert_eq!(author, name, "{answer}");
    }
    let recorded = r#"{ country(id: "country:pa") { claims(first: 100) { nodes { value recordedBy review } } } }"#;
    let answer = app.query(recorded, json!({})).await;
    let nodes = answer["data"]["country"]["claims"]["nodes"]
        .as_array()
        .unwrap();
    let by = |name: &str| {
        nodes
            .iter()
            .filter(|claim| claim["recordedBy"] == name)
            .count()
    };
    assert_eq!(
        (by("ada"), by("grace")),
        (0, 1),
        "a proposal waits: {answer}"
    );
}
