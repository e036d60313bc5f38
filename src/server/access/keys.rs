//! The keys that an issuer publishes: fetched when they are needed, kept for a while, and fetched again when a token names one
//! that is not known.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::http::Uri;
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey};
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_rustls::rustls::crypto::ring;

use super::super::refusal::Refusal;

/// How long keys are used without looking whether they still stand: an issuer withdraws a key by leaving it out.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// How long they are used while the issuer does not answer.
const USABLE: Duration = Duration::from_secs(24 * 60 * 60);
/// The least time between two fetches, whatever tokens name: nobody makes this server ask all the time.
const PAUSE: Duration = Duration::from_secs(30);
/// How long an issuer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest answer that is read.
const LARGEST: usize = 1 << 20;
/// Keys beyond these are not looked at.
const MOST: usize = 100;

/// Where keys are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeySource {
    /// In a file.
    File(PathBuf),
    /// At an address.
    Address(Uri),
    /// At the address that the issuer's own description names.
    Issuer {
        /// Who it says it is.
        name: String,
        /// Where the description is.
        description: Uri,
        /// Whether the keys may come without TLS.
        may_be_plain: bool,
    },
}

/// A key that tokens may be signed with.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// What tokens call it.
    pub(super) id: Option<String>,
    /// By which algorithms alone.
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) key: DecodingKey,
}

/// The keys of an issuer.
#[derive(Debug)]
pub(super) struct Keys {
    place: KeySource,
    pause: Duration,
    client: Client<HttpsConnector<HttpConnector>, Empty<&'static [u8]>>,
    known: RwLock<Option<Known>>,
    /// When was the last try, by the one who fetches.
    tried: Mutex<Option<Instant>>,
}

#[derive(Debug, Clone)]
struct Known {
    keys: Arc<[Key]>,
    since: Instant,
}

impl Known {
    /// Whether it tells of a key without a look at the issuer.
    fn suffices(&self, wanted: Option<&str>) -> bool {
        self.has(wanted) && self.since.elapsed() < FRESH
    }

    /// Whether it tells of a key at all, if need be.
    fn has(&self, wanted: Option<&str>) -> bool {
        let is_known = wanted.is_none_or(|id| self.keys.iter().any(|key| key.is_called(id)));
        is_known && self.since.elapsed() < USABLE
    }
}

impl Key {
    /// Whether a token means it by this.
    pub(super) fn is_called(&self, id: &str) -> bool {
        self.id.as_deref().is_none_or(|own| own == id)
    }

    /// The key as an issuer writes it; `None` for one that signs no tokens, or in a way that is not known here.
    fn read(jwk: &Jwk) -> Option<Self> {
        let signs = matches!(
            jwk.common.public_key_use,
            None | Some(PublicKeyUse::Signature)
        );
        let may_verify = |deeds: &Vec<KeyOperations>| deeds.contains(&KeyOperations::Verify);
        if !signs || !jwk.common.key_operations.as_ref().is_none_or(may_verify) {
            return None;
        }
        let mut algorithms = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => AlgorithmFamily::Rsa.algorithms().to_vec(),
            AlgorithmParameters::EllipticCurve(found) => match found.curve {
                EllipticCurve::P256 => vec![Algorithm::ES256],
                EllipticCurve::P384 => vec![Algorithm::ES384],
                _ => return None,
            },
            AlgorithmParameters::OctetKeyPair(found) => match found.curve {
                EllipticCurve::Ed25519 => vec![Algorithm::EdDSA],
                _ => return None,
            },
            // A secret that is published is none.
            _ => return None,
        };
        if let Some(only) = &jwk.common.key_algorithm {
            let only = only.to_string();
            algorithms.retain(|algorithm| format!("{algorithm:?}") == only);
        }
        if algorithms.is_empty() {
            return None;
        }
        Some(Self {
            id: jwk.common.key_id.clone(),
            algorithms,
            key: DecodingKey::from_jwk(jwk).ok()?,
        })
    }
}

impl Keys {
    /// The keys of a place; nothing is fetched yet.
    ///
    /// # Errors
    /// When a file cannot be read, or no authority is known that vouches for an address.
    pub(super) fn new(place: KeySource) -> Result<Self, String> {
        Self::with_pause(place, PAUSE)
    }

    fn with_pause(place: KeySource, pause: Duration) -> Result<Self, String> {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(ring::default_provider())
            .map_err(|error| {
                format!("the authorities that vouch for addresses cannot be read: {error}")
            })?;
        let connector = connector.https_or_http().enable_http1().build();
        let known = match &place {
            // A file that is not there is a mistake of the configuration, and told at the start.
            KeySource::File(path) => {
                let text = std::fs::read(path)
                    .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
                let keys = read(&text).map_err(|error| format!("{}: {error}", path.display()))?;
                Some(Known {
                    keys,
                    since: Instant::now(),
                })
            }
            _ => None,
        };
        Ok(Self {
            place,
            pause,
            client: Client::builder(TokioExecutor::new()).build(connector),
            known: RwLock::new(known),
            tried: Mutex::new(None),
        })
    }

    fn known(&self) -> Option<Known> {
        // A panic elsewhere leaves it whole: it is put in complete.
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    /// The keys, with the wanted one among them if there is one.
    ///
    /// # Errors
    /// When they cannot be had.
    pub(super) async fn get(&self, wanted: Option<&str>) -> Result<Arc<[Key]>, Refusal> {
        let kept = |known: &Known| known.suffices(wanted).then(|| Arc::clone(&known.keys));
        if let Some(keys) = self.known().as_ref().and_then(kept) {
            return Ok(keys);
        }
        // One fetches; the others wait for what that finds, unless they can do with what is known for now.
        let mut tried = match (self.tried.try_lock(), self.known()) {
            (Ok(tried), _) => tried,
            (Err(_), Some(known)) if known.has(wanted) => return Ok(known.keys),
            (Err(_), _) => self.tried.lock().await,
        };
        let known = self.known();
        if let Some(keys) = known.as_ref().and_then(kept) {
            return Ok(keys);
        }
        if tried.is_none_or(|last| last.elapsed() >= self.pause) {
            let fetched = self.fetch().await;
            *tried = Some(Instant::now());
            match fetched {
                Ok(keys) => {
                    *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(Known {
                        keys: Arc::clone(&keys),
                        since: Instant::now(),
                    });
                    return Ok(keys);
                }
                Err(error) => tracing::warn!(error, "the issuer's keys could not be fetched"),
            }
        }
        match known.filter(|known| known.since.elapsed() < USABLE) {
            Some(known) => Ok(known.keys),
            None => Err(Refusal::NoKeys),
        }
    }

    async fn fetch(&self) -> Result<Arc<[Key]>, String> {
        match &self.place {
            KeySource::File(path) => {
                let text = std::fs::read(path)
                    .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
                read(&text)
            }
            KeySource::Address(address) => read(&self.download(address).await?),
            KeySource::Issuer {
                name,
                description,
                may_be_plain,
            } => {
                let text = self.download(description).await?;
                let found: Value = serde_json::from_slice(&text)
                    .map_err(|error| format!("{description} is no JSON: {error}"))?;
                if found["issuer"].as_str() != Some(name) {
                    return Err(format!(
                        "{description} describes the issuer {}: expected {name:?}",
                        found["issuer"]
                    ));
                }
                let address = found["jwks_uri"].as_str().unwrap_or_default();
                let address = address_of(address, *may_be_plain)
                    .map_err(|error| format!("{description} has a jwks_uri that {error}"))?;
                read(&self.download(&address).await?)
            }
        }
    }

    /// What is at an address. No redirection is followed: nothing but what was configured is asked.
    async fn download(&self, address: &Uri) -> Result<Vec<u8>, String> {
        let at = |problem: &dyn std::fmt::Display| format!("{address}: {problem}");
        let download = async {
            let response = self.client.get(address.clone()).await;
            let response = response.map_err(|error| match std::error::Error::source(&error) {
                Some(reason) => at(&format!("{error}: {reason}")),
                None => at(&error),
            })?;
            if !response.status().is_success() {
                return Err(at(&format!(
                    "it answers {}: expected 200",
                    response.status()
                )));
            }
            let body = Limited::new(response.into_body(), LARGEST).collect().await;
            body.map(|body| body.to_bytes().to_vec())
                .map_err(|error| at(&error))
        };
        timeout(PATIENCE, download)
            .await
            .unwrap_or_else(|_| Err(at(&format!("no answer within {} s", PATIENCE.as_secs()))))
    }
}

/// The keys of a JSON Web Key Set that sign tokens. One that cannot be read is passed over: issuers publish new kinds.
fn read(text: &[u8]) -> Result<Arc<[Key]>, String> {
    let found: Value = serde_json::from_slice(text)
        .map_err(|error| format!("expected a JSON Web Key Set, found no JSON: {error}"))?;
    let Some(keys) = found["keys"].as_array() else {
        return Err("expected a JSON Web Key Set, found no `keys`".to_owned());
    };
    let jwks = keys.iter().take(MOST).cloned();
    let jwks = jwks.filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
    let keys: Arc<[Key]> = jwks.filter_map(|jwk| Key::read(&jwk)).collect();
    if keys.is_empty() {
        return Err("no key in the set signs tokens: expected RSA, P-256, P-384 or Ed25519".into());
    }
    Ok(keys)
}

/// An address as it is written; what it is instead.
pub(super) fn address_of(text: &str, may_be_plain: bool) -> Result<Uri, String> {
    let address: Uri = text
        .parse()
        .map_err(|_| format!("is no address: {text:?}"))?;
    match address.scheme_str() {
        Some("https") if address.host().is_some() => Ok(address),
        Some("http") if address.host().is_some() && may_be_plain => Ok(address),
        Some("http") => Err(format!("is not https: {text:?}")),
        _ => Err(format!("is no address: {text:?}, expected https://…")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::routing::get;
    use serde_json::json;
    use tokio::net::TcpListener;

    fn ed25519(id: &str) -> Value {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"; // RFC 8037, A.1
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": id, "x": x })
    }

    #[test]
    fn keys_that_sign_tokens_are_read_and_others_are_passed_over() {
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let rsa = |more: Value| {
            let mut key = json!({ "kty": "RSA", "kid": "r", "n": n, "e": "AQAB" });
            for (name, value) in more.as_object().unwrap() {
                key[name] = value.clone();
            }
            key
        };
        let algorithms = |key: Value| {
            let set = json!({ "keys": [key, ed25519("last")] }).to_string();
            let keys = read(set.as_bytes()).unwrap();
            let first = keys.first().unwrap();
            (keys.len() == 2).then(|| first.algorithms.clone())
        };
        assert_eq!(algorithms(rsa(json!({}))).unwrap().len(), 6);
        let only = algorithms(rsa(json!({ "alg": "RS256", "use": "sig" })));
        assert_eq!(only, Some(vec![Algorithm::RS256]));
        for passed_over in [
            rsa(json!({ "use": "enc" })),
            rsa(json!({ "alg": "RSA-OAEP" })),
            rsa(json!({ "alg": "HS256" })),
            rsa(json!({ "key_ops": ["encrypt"] })),
            json!({ "kty": "oct", "k": "c2VjcmV0" }),
            json!({ "kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA" }),
            json!({ "kty": "new", "a": 1 }),
            json!(7),
        ] {
            assert_eq!(algorithms(passed_over.clone()), None, "{passed_over}");
        }
        for wrong in ["", "[]", "{}", r#"{"keys":[]}"#, r#"{"keys":{}}"#] {
            assert!(read(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn keys_come_over_tls_where_they_have_to() {
        assert!(address_of("https://id.example.org/keys", false).is_ok());
        assert!(address_of("http://keycloak:8080/keys", true).is_ok());
        for wrong in [
            "",
            "/keys",
            "ftp://a/b",
            "http://a.example",
            "a.example/keys",
        ] {
            assert!(address_of(wrong, false).is_err(), "{wrong}");
        }
    }

    /// An issuer that counts how often it is asked, and publishes a key of that number.
    async fn issuer() -> (String, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        let keys = get(async move || {
            let number = counter.fetch_add(1, Ordering::SeqCst) + 1;
            match number {
                3 => Err(axum::http::StatusCode::BAD_GATEWAY),
                _ => Ok(json!({ "keys": [ed25519(&number.to_string())] }).to_string()),
            }
        });
        let elsewhere = get(async || axum::response::Redirect::temporary("/keys"));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let name = address.clone();
        let described = move |issuer: String, uri: &'static str| {
            let text = json!({ "issuer": issuer, "jwks_uri": format!("{name}{uri}") });
            get(async move || text.to_string())
        };
        let routes = Router::new()
            .route("/keys", keys)
            .route("/elsewhere", elsewhere)
            .route("/right", described(address.clone(), "/keys"))
            .route("/wrong", described("https://other.example".into(), "/keys"));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (address, asked)
    }

    #[tokio::test]
    async fn keys_are_fetched_when_one_is_not_known_and_not_more_often_than_it_is_right() {
        let (address, asked) = issuer().await;
        let place = KeySource::Address(format!("{address}/keys").parse().unwrap());
        let pause = Duration::from_millis(300);
        let keys = Keys::with_pause(place, pause).unwrap();
        let get = async |id: &str| {
            let found = keys.get(Some(id)).await.unwrap();
            found.iter().any(|key| key.is_called(id))
        };
        let asks = || asked.load(Ordering::SeqCst);
        assert_eq!(asks(), 0, "nothing is fetched before it is needed");
        assert!(get("1").await && get("1").await);
        assert_eq!(asks(), 1);
        for _ in 0..20 {
            assert!(!get("2").await, "not again at once");
        }
        assert_eq!(asks(), 1);
        tokio::time::sleep(pause).await;
        let many = std::array::from_fn::<_, 10, _>(|_| get("2"));
        for found in futures_util::future::join_all(many).await {
            assert!(found);
        }
        assert_eq!(asks(), 2, "one fetches for all");
        // The issuer fails, and what is known still stands.
        tokio::time::sleep(pause).await;
        assert!(!get("4").await);
        assert_eq!(asks(), 3);
        assert!(get("2").await);
        tokio::time::sleep(pause).await;
        assert!(
            get("4").await && !get("2").await,
            "a key that is left out is withdrawn"
        );
    }

    #[tokio::test]
    async fn an_issuer_describes_itself_and_nobody_else() {
        let (address, _) = issuer().await;
        let keys = |description: &str| {
            let place = KeySource::Issuer {
                name: address.clone(),
                description: format!("{address}{description}").parse().unwrap(),
                may_be_plain: true,
            };
            Keys::new(place).unwrap()
        };
        assert_eq!(keys("/right").get(None).await.unwrap().len(), 1);
        let refused = keys("/wrong").fetch().await.unwrap_err();
        assert!(refused.contains("describes the issuer"), "{refused}");
        for nothing in ["/none", "/elsewhere"] {
            let refused = keys(nothing).get(None).await.unwrap_err();
            assert!(matches!(refused, Refusal::NoKeys), "{nothing}");
        }
        let refused = keys("/elsewhere").fetch().await.unwrap_err();
        assert!(refused.contains("it answers 307"), "{refused}");
    }

    #[test]
    fn a_file_is_read_at_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        assert!(Keys::new(KeySource::File(path.clone())).is_err());
        std::fs::write(&path, "{}").unwrap();
        assert!(Keys::new(KeySource::File(path.clone())).is_err());
        std::fs::write(&path, json!({ "keys": [ed25519("1")] }).to_string()).unwrap();
        assert!(Keys::new(KeySource::File(path)).is_ok());
    }
}
