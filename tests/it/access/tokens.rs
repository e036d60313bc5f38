//! API tokens: made and revoked by command, while the server runs.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use onrecord::model::access::Role;
use onrecord::model::date::Timestamp;
use onrecord::server::{Anonymous, Options};
use onrecord::store::Tokens;

use super::asking::{Transport, Went, ask, socket};
use crate::program::{Program, printed, program, refused};
use crate::support::TestApp;
use crate::websocket::{closed, next, say, subscribe};

const ANYTHING: &str = "{ graph { version } }";
const ENDLESS: &str = "subscription { editorsClock(everyMilliseconds: 50) { number } }";

fn options(folder: &Path) -> Options {
    let mut options = Options::default();
    options.access.anonymous = Anonymous::Nothing;
    options.tokens = Some(Arc::new(Tokens::open(folder).unwrap()));
    options.streams.keep_alive = Duration::from_millis(200);
    options
}

#[tokio::test]
async fn a_token_is_good_until_it_is_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let app = TestApp::builder()
        .clock()
        .options(options(folder.path()))
        .start()
        .await;
    // Another process makes them, while this one serves.
    let tokens = Tokens::open(folder.path()).unwrap();
    let (made, token) = tokens.create("ada", Role::Editor, None).unwrap();
    for transport in Transport::ALL {
        let went = ask(&app, transport, Some(&token), ANYTHING).await;
        assert!(went.data()["graph"].is_object(), "{transport:?}");
    }
    let mut running = socket(&app, false, Some(&token)).await.unwrap();
    say(&mut running, subscribe("1", ENDLESS)).await;
    next(&mut running).await;
    let mut idle = socket(&app, true, Some(&token)).await.unwrap();
    let events = app
        .client
        .post(app.url("/graphql"))
        .header("accept", "text/event-stream")
        .bearer_auth(&token)
        .json(&serde_json::json!({ "query": ENDLESS }))
        .send()
        .await
        .unwrap();

    tokens.revoke(&made.id).unwrap();
    for transport in Transport::ALL {
        let went = ask(&app, transport, Some(&token), ANYTHING).await;
        let expected = if transport == Transport::Socket {
            4403
        } else {
            401
        };
        assert_eq!(went, Went::Refused(expected), "{transport:?}");
    }
    // What runs with it ends, and says why.
    let last = loop {
        let told = next(&mut running).await;
        if told["type"] != "next" {
            break told;
        }
    };
    assert_eq!(last["type"], "error", "{last}");
    assert_eq!(last["payload"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(
        closed(&mut idle).await,
        4403,
        "without being asked anything"
    );
    let events = tokio::time::timeout(Duration::from_secs(5), events.text());
    let events = events.await.unwrap().unwrap();
    assert!(events.contains("UNAUTHENTICATED"), "{events}");
    assert!(
        events.trim_end().ends_with("event: complete\ndata:") || events.contains("event: complete"),
        "{events}"
    );
    // A new one of the same name is another one.
    let (_, again) = tokens.create("ada", Role::Reader, None).unwrap();
    let went = ask(&app, Transport::Post, Some(&again), ANYTHING).await;
    assert!(went.data()["graph"].is_object());
    let went = ask(&app, Transport::Post, Some(&token), ANYTHING).await;
    assert_eq!(went, Went::Refused(401));
}

#[tokio::test]
async fn a_token_that_has_expired_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let app = TestApp::seed_with(options(folder.path())).await;
    let tokens = Tokens::open(folder.path()).unwrap();
    let past = Timestamp::from_microseconds(1).unwrap();
    let (_, token) = tokens.create("ada", Role::Admin, Some(past)).unwrap();
    let request = app.client.get(app.url("/graphql?query={graph{version}}"));
    let response = request.bearer_auth(&token).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 401);
    assert!(response.text().await.unwrap().contains("expired"));
}

#[tokio::test]
async fn an_operator_makes_and_revokes_tokens_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let token = |arguments: &[&str]| {
        let mut command = program(folder.path());
        command
            .args(["token"])
            .args(arguments)
            .args(["--data", "record"]);
        command
    };
    let flags = ["--data", "record", "--access-anonymous", "none"];
    let server = Program::serve(folder.path(), &flags, &[]);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!(
        "http://{}/graphql?query={{graph{{version}}}}",
        server.address
    );
    let status = async |secret: &str| {
        let sent = client.get(&url).bearer_auth(secret).send().await.unwrap();
        sent.status().as_u16()
    };
    assert_eq!(printed(&mut token(&["list"])), "There are no tokens.\n");
    let create = [
        "create",
        "--name",
        "Ada's laptop",
        "--role",
        "editor",
        "--expires",
        "90 days",
    ];
    let secret = printed(&mut token(&create));
    let secret = secret.trim_end();
    assert_eq!(secret.lines().count(), 1, "so that a script can take it");
    assert_eq!(status(secret).await, 200);
    let listed = printed(&mut token(&["list"]));
    assert!(
        listed.contains("Ada's laptop") && listed.contains("editor"),
        "{listed}"
    );
    let (_, hidden) = secret.rsplit_once('_').unwrap();
    assert!(!listed.contains(hidden), "{listed}");
    assert!(refused(&mut token(&create)).contains("already"));
    printed(&mut token(&["revoke", "Ada's laptop"]));
    assert_eq!(status(secret).await, 401);
    let said = server.stop();
    assert!(!said.contains(hidden), "{said}");

    for (arguments, words) in [
        (&["revoke", "ada"][..], "no token with the name or id"),
        (
            &["create", "--name", "", "--role", "editor"],
            "cannot be called",
        ),
        (
            &["create", "--name", "ada", "--role", "boss"],
            "expected one of reader",
        ),
        (
            &[
                "create",
                "--name",
                "ada",
                "--role",
                "admin",
                "--expires",
                "yesterday",
            ],
            "expected a time",
        ),
        (
            &[
                "create",
                "--name",
                "ada",
                "--role",
                "admin",
                "--expires",
                "2001",
            ],
            "is past",
        ),
    ] {
        let said = refused(&mut token(arguments));
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    let mut nowhere = program(folder.path());
    assert!(refused(nowhere.args(["token", "list"])).contains("--data"));
}
