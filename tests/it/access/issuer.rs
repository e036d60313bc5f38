//! An issuer of tokens for tests: what it publishes, what it signs, and what somebody signs who would like to be it.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use onrecord::server::Options;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The private key of the tests: nothing else is signed with it.
const RSA: &str = include_str!("../../fixtures/access/rsa-key-of-tests.txt");
/// What this server is called there.
pub(super) const AUDIENCE: &str = "onrecord-of-tests";

/// The keys of an issuer, or of somebody else.
pub(super) struct Keys {
    rsa: RsaKeyPair,
    curve: EcdsaKeyPair,
    edwards: Ed25519KeyPair,
}

impl Keys {
    pub(super) fn new() -> Self {
        let random = SystemRandom::new();
        let curve = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
        let curve = curve.unwrap();
        let rsa = STANDARD.decode(RSA.replace('\n', "")).unwrap();
        let edwards = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        Self {
            rsa: RsaKeyPair::from_der(&rsa).unwrap(),
            curve: EcdsaKeyPair::from_pkcs8(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                curve.as_ref(),
                &random,
            )
            .unwrap(),
            edwards: Ed25519KeyPair::from_pkcs8(edwards.as_ref()).unwrap(),
        }
    }

    /// The modulus and the exponent of the RSA key.
    pub(super) fn rsa_components(&self) -> (Vec<u8>, Vec<u8>) {
        let components = PublicKeyComponents::<Vec<u8>>::from(self.rsa.public());
        (components.n, components.e)
    }

    /// The public keys, by the name of what they sign.
    fn published(&self) -> Vec<Value> {
        let (n, e) = self.rsa_components();
        let point = self.curve.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        vec![
            json!({ "kty": "RSA", "kid": "rsa", "use": "sig", "n": text(&n), "e": text(&e) }),
            json!({ "kty": "EC", "crv": "P-256", "kid": "curve", "x": text(x), "y": text(y) }),
            json!({
                "kty": "OKP", "crv": "Ed25519", "kid": "edwards", "alg": "EdDSA",
                "x": text(self.edwards.public_key().as_ref()),
            }),
            json!({ "kty": "oct", "kid": "secret", "k": text(b"a secret that is published") }),
        ]
    }

    fn signature(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        let rsa = |padding| {
            let mut signature = vec![0; self.rsa.public().modulus_len()];
            let signed = self.rsa.sign(padding, &random, message, &mut signature);
            signed.unwrap();
            signature
        };
        match algorithm {
            "RS256" => rsa(&RSA_PKCS1_SHA256),
            "PS256" => rsa(&RSA_PSS_SHA256),
            "ES256" => self.curve.sign(&random, message).unwrap().as_ref().to_vec(),
            "EdDSA" => self.edwards.sign(message).as_ref().to_vec(),
            other => panic!("{other}"),
        }
    }

    /// A token, signed as its header says.
    pub(super) fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let algorithm = header["alg"].as_str().unwrap();
        let signature = self.signature(algorithm, message.as_bytes());
        format!("{message}.{}", text(&signature))
    }
}

/// The header and the claims of a token.
pub(super) fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| text(value.to_string().as_bytes());
    format!("{}.{}", part(header), part(claims))
}

/// Bytes as they stand in tokens and keys.
pub(super) fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs()
}

/// An issuer that answers.
pub(super) struct Issuer {
    pub(super) keys: Keys,
    pub(super) name: String,
}

impl Issuer {
    pub(super) async fn start() -> Self {
        let keys = Keys::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let name = format!("http://{}", listener.local_addr().unwrap());
        let description = json!({ "issuer": name, "jwks_uri": format!("{name}/keys") });
        let published = json!({ "keys": keys.published() });
        let routes = Router::new()
            .route(
                "/.well-known/openid-configuration",
                get(async move || description.to_string()),
            )
            .route("/keys", get(async move || published.to_string()));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { keys, name }
    }

    /// A server that takes its tokens.
    pub(super) fn options(&self) -> Options {
        let mut options = Options::default();
        options.access.issuer = Some(self.name.clone());
        options.access.audience = Some(AUDIENCE.to_owned());
        options
    }

    /// What a good token claims.
    pub(super) fn claims(&self, name: &str, role: &str) -> Value {
        json!({
            "iss": self.name, "aud": ["another", AUDIENCE], "sub": "0123", "preferred_username": name,
            "roles": ["of-something-else", role], "iat": now(), "nbf": now(), "exp": now() + 300,
        })
    }

    /// A good token.
    pub(super) fn token(&self, name: &str, role: &str) -> String {
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": "curve" });
        self.keys.sign(&header, &self.claims(name, role))
    }
}
