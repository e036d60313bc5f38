//! Tokens of an issuer: which are taken, and which only look like it.

use std::time::Duration;

use onrecord::server::Anonymous;
use reqwest::header::WWW_AUTHENTICATE;
use ring::hmac;
use serde_json::{Value, json};

use super::asking::{Transport, Went, ask, socket};
use super::issuer::{AUDIENCE, Issuer, Keys, now, text, unsigned};
use crate::support::TestApp;
use crate::websocket::{next, say, subscribe};

const ANYTHING: &str = "{ graph { version } }";
/// One that only editors may subscribe to.
const EDITORS: &str = "subscription { editorsClock(everyMilliseconds: 1, count: 1) { number } }";

#[tokio::test]
async fn a_good_token_is_taken_over_every_transport_and_brings_its_role() {
    let issuer = Issuer::start().await;
    let mut options = issuer.options();
    options.access.anonymous = Anonymous::Nothing;
    let app = TestApp::builder().clock().options(options).start().await;
    for (algorithm, kid) in [
        ("RS256", Some("rsa")),
        ("PS256", Some("rsa")),
        ("ES256", Some("curve")),
        ("EdDSA", Some("edwards")),
        // Whoever does not say which key it is has it looked for.
        ("ES256", None),
    ] {
        let header = match kid {
            Some(kid) => json!({ "alg": algorithm, "kid": kid }),
            None => json!({ "alg": algorithm }),
        };
        let token = |role: &str| issuer.keys.sign(&header, &issuer.claims("ada", role));
        for transport in Transport::ALL {
            let went = ask(&app, transport, Some(&token("reader")), ANYTHING).await;
            assert!(
                went.data()["graph"].is_object(),
                "{algorithm} {transport:?}"
            );
        }
        let went = ask(&app, Transport::Socket, Some(&token("reader")), EDITORS).await;
        assert_eq!(went.code().as_deref(), Some("FORBIDDEN"), "{went:?}");
        let Went::Answered(_, answer) = &went else {
            panic!("{went:?}")
        };
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert_eq!(
            message,
            "`editorsClock` needs the role editor: `ada` has the role reader"
        );
        for role in ["editor", "admin"] {
            let went = ask(&app, Transport::Events, Some(&token(role)), EDITORS).await;
            assert_eq!(went.data()["editorsClock"]["number"], 1, "{role}");
        }
    }
    // Whoever has no role here may do what anybody may, which is nothing.
    let nobody = issuer.token("ada", "of-another-server");
    let went = ask(&app, Transport::Post, Some(&nobody), ANYTHING).await;
    assert_eq!(went.code().as_deref(), Some("FORBIDDEN"), "{went:?}");
}

#[tokio::test]
async fn a_token_that_only_looks_like_the_issuers_is_refused_over_every_transport() {
    let issuer = Issuer::start().await;
    let app = TestApp::builder()
        .clock()
        .options(issuer.options())
        .start()
        .await;
    let claims = issuer.claims("mallory", "admin");
    let with = |name: &str, value: Value| {
        let mut changed = claims.clone();
        changed[name] = value;
        changed
    };
    let without = |name: &str| {
        let mut changed = claims.clone();
        changed.as_object_mut().unwrap().remove(name);
        changed
    };
    let curve = json!({ "alg": "ES256", "kid": "curve" });
    let sign = |claims: &Value| issuer.keys.sign(&curve, claims);
    let good = sign(&claims);
    let went = ask(&app, Transport::Post, Some(&good), ANYTHING).await;
    assert!(
        went.data()["graph"].is_object(),
        "the one that all differ from"
    );

    let other = Keys::new();
    let (modulus, exponent) = issuer.keys.rsa_components();
    let mut der = modulus.clone();
    der.extend(&exponent);
    let hmac = |key: &[u8], kid: &str| {
        let message = unsigned(&json!({ "alg": "HS256", "kid": kid }), &claims);
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let signature = hmac::sign(&key, message.as_bytes());
        format!("{message}.{}", text(signature.as_ref()))
    };
    let none = |algorithm: &str| unsigned(&json!({ "alg": algorithm, "kid": "curve" }), &claims);
    let jwk = json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" });
    let parts: Vec<&str> = good.split('.').collect();
    let forged = text(with("sub", json!("root")).to_string().as_bytes());
    let wrong = [
        ("expired", sign(&with("exp", json!(now() - 60)))),
        ("not good yet", sign(&with("nbf", json!(now() + 60)))),
        ("no `exp`", sign(&without("exp"))),
        ("`exp` is text", sign(&with("exp", json!("9999999999")))),
        ("wrong audience", sign(&with("aud", json!("another")))),
        (
            "wrong audiences",
            sign(&with("aud", json!(["another", "third"]))),
        ),
        ("no audience", sign(&without("aud"))),
        (
            "wrong issuer",
            sign(&with("iss", json!("https://other.example"))),
        ),
        (
            "issuer with a slash",
            sign(&with("iss", json!(format!("{}/", issuer.name)))),
        ),
        ("no issuer", sign(&without("iss"))),
        ("nobody's", {
            let mut claims = without("sub");
            claims.as_object_mut().unwrap().remove("preferred_username");
            sign(&claims)
        }),
        ("alg none", format!("{}.", none("none"))),
        ("alg None", format!("{}.", none("None"))),
        ("alg none, signed", format!("{}.{}", none("none"), parts[2])),
        ("no signature", format!("{}.", none("ES256"))),
        ("HS256 with the modulus", hmac(&modulus, "rsa")),
        ("HS256 with the public key", hmac(&der, "rsa")),
        (
            "HS256 with the published secret",
            hmac(b"a secret that is published", "secret"),
        ),
        ("signed by another", other.sign(&curve, &claims)),
        (
            "unknown key",
            issuer
                .keys
                .sign(&json!({ "alg": "ES256", "kid": "new" }), &claims),
        ),
        (
            "another key's algorithm",
            issuer
                .keys
                .sign(&json!({ "alg": "ES256", "kid": "rsa" }), &claims),
        ),
        (
            "an algorithm that the key has not",
            issuer
                .keys
                .sign(&json!({ "alg": "RS256", "kid": "edwards" }), &claims),
        ),
        (
            "its own key in its head",
            other.sign(&json!({ "alg": "ES256", "jwk": jwk }), &claims),
        ),
        (
            "its own keys elsewhere",
            other.sign(
                &json!({ "alg": "ES256", "jku": "http://127.0.0.1:1/keys" }),
                &claims,
            ),
        ),
        (
            "critical",
            issuer.keys.sign(
                &json!({ "alg": "ES256", "kid": "curve", "crit": ["b64"], "b64": false }),
                &claims,
            ),
        ),
        ("changed", format!("{}.{forged}.{}", parts[0], parts[2])),
        ("cut off", good[..good.len() - 4].to_owned()),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("four parts", format!("{good}.{}", parts[2])),
        ("no JSON", format!("AA.AA.{}", parts[2])),
        ("nothing", "..".to_owned()),
    ];
    for (name, token) in &wrong {
        for transport in Transport::ALL {
            let went = ask(&app, transport, Some(token), ANYTHING).await;
            let expected = if transport == Transport::Socket {
                4403
            } else {
                401
            };
            assert_eq!(went, Went::Refused(expected), "{name} over {transport:?}");
        }
        let url = app.url("/graphql?query={graph{version}}");
        let response = app.client.get(url).bearer_auth(token).send().await.unwrap();
        let challenge = &response.headers()[WWW_AUTHENTICATE];
        assert_eq!(challenge, "Bearer error=\"invalid_token\"", "{name}");
        let body = response.text().await.unwrap();
        for secret in ["mallory", parts[1], parts[2]] {
            assert!(!body.contains(secret), "{name}: {body}");
        }
    }
    let plain = sign(&with("aud", json!(AUDIENCE)));
    let went = ask(&app, Transport::Get, Some(&plain), ANYTHING).await;
    assert!(went.data()["graph"].is_object(), "one audience, as text");
}

/// Who is let in once is not let in for ever.
#[tokio::test]
async fn a_token_that_expires_ends_what_runs() {
    let issuer = Issuer::start().await;
    let app = TestApp::builder()
        .clock()
        .options(issuer.options())
        .start()
        .await;
    // Clocks may be half a minute apart, so that this one is good for two seconds.
    let mut claims = issuer.claims("ada", "editor");
    claims["exp"] = json!(now() - 28);
    let token = issuer.keys.sign(&json!({ "alg": "ES256" }), &claims);
    let mut open = socket(&app, false, Some(&token)).await.unwrap();
    let query = "subscription { editorsClock(everyMilliseconds: 100) { number } }";
    say(&mut open, subscribe("1", query)).await;
    let first = next(&mut open).await;
    assert_eq!(first["payload"]["data"]["editorsClock"]["number"], 1);
    let last = loop {
        let told = next(&mut open).await;
        if told["type"] != "next" {
            break told;
        }
    };
    assert_eq!(last["type"], "error", "{last}");
    let error = &last["payload"][0];
    assert_eq!(error["extensions"]["code"], "UNAUTHENTICATED");
    assert!(error["message"].to_string().contains("expired"), "{error}");
    // Nothing new begins.
    say(&mut open, subscribe("2", ANYTHING)).await;
    assert_eq!(crate::websocket::closed(&mut open).await, 4403);
}

/// An issuer that is not there is the server's trouble, and not the client's.
#[tokio::test]
async fn without_keys_nobody_can_tell() {
    let issuer = Issuer::start().await;
    let mut options = issuer.options();
    options.access.jwks = Some("http://127.0.0.1:1/keys".to_owned());
    let app = TestApp::seed_with(options).await;
    let asked = std::time::Instant::now();
    for _ in 0..3 {
        let url = app.url("/graphql?query={graph{version}}");
        let token = issuer.token("ada", "reader");
        let response = app.client.get(url).bearer_auth(token).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 503);
        assert!(response.headers().contains_key("retry-after"));
    }
    assert!(asked.elapsed() < Duration::from_secs(5), "it is asked once");
    let went = ask(&app, Transport::Post, None, ANYTHING).await;
    assert!(went.data()["graph"].is_object(), "others are answered");
}
