//! Tokens of an OpenID Connect issuer: JSON Web Tokens, signed with keys that it publishes.

use std::path::PathBuf;

use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Validation, decode, decode_header};
use serde_json::{Map, Value};

use crate::model::access::Role;
use crate::model::date::Timestamp;

use super::super::refusal::Refusal;
use super::keys::{KeySource, Keys, address_of};
use super::{Access, signatures};

/// How far clocks may be apart, in seconds.
const LEEWAY: u64 = 30;
/// Where an issuer describes itself (OpenID Connect Discovery 1.0, 4).
const DESCRIPTION: &str = "/.well-known/openid-configuration";
/// The claim that names who somebody is, where the configured one is not there.
const SUBJECT: &str = "sub";
/// The longest name that changes are attributed to.
const LONGEST_NAME: usize = 200;

/// An issuer whose tokens are taken.
#[derive(Debug)]
pub(super) struct Issuer {
    keys: Keys,
    validation: Validation,
    name_claim: String,
    role_claim: String,
    /// What each value of that claim stands for.
    roles: Vec<(String, Role)>,
}

/// What a token has proved.
#[derive(Debug)]
pub(super) struct Proven {
    pub(super) name: String,
    /// The highest role that it names.
    pub(super) role: Option<Role>,
    /// How long it is good; `None` where that is longer than the calendar goes.
    pub(super) until: Option<Timestamp>,
}

impl Issuer {
    /// The issuer of the settings, if there is one.
    ///
    /// # Errors
    /// When the settings do not belong together, or its keys cannot be had from where they are said to be.
    pub(super) fn new(access: &Access, production: bool) -> Result<Option<Self>, String> {
        let (issuer, audience) = match (&access.issuer, &access.audience) {
            (Some(issuer), Some(audience)) => (issuer, audience),
            (None, None) if access.jwks.is_none() => return Ok(None),
            (None, _) => {
                return Err(
                    "access.audience or access.jwks is set and access.issuer is not: expected it, too"
                        .into(),
                );
            }
            (Some(_), None) => {
                return Err(
                    "access.issuer is set and access.audience is not: expected it, since a token for somebody else is not for this server"
                        .into(),
                );
            }
        };
        let place = match &access.jwks {
            None => {
                let description = format!("{}{DESCRIPTION}", issuer.trim_end_matches('/'));
                KeySource::Issuer {
                    name: issuer.clone(),
                    description: address_of(&description, !production)
                        .map_err(|error| format!("access.issuer {error}"))?,
                    may_be_plain: !production,
                }
            }
            Some(jwks) if jwks.contains("://") => KeySource::Address(
                address_of(jwks, !production).map_err(|error| format!("access.jwks {error}"))?,
            ),
            Some(jwks) => KeySource::File(PathBuf::from(jwks)),
        };
        let keys = Keys::new(place).map_err(|error| format!("access.jwks: {error}"))?;
        signatures::install();
        let mut validation = Validation {
            leeway: LEEWAY,
            validate_nbf: true,
            ..Validation::default()
        };
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        Ok(Some(Self {
            keys,
            validation,
            name_claim: access.name_claim.clone(),
            role_claim: access.role_claim.clone(),
            roles: roles(&access.roles)?,
        }))
    }

    /// What a token proves.
    ///
    /// # Errors
    /// When it is not good, or cannot be checked now.
    pub(super) async fn verify(&self, token: &str) -> Result<Proven, Refusal> {
        // `none` is no algorithm, so that a token with it cannot even be read.
        let header = decode_header(token).map_err(|_| {
            Refusal::token("the token is no JSON Web Token with an algorithm that is known here")
        })?;
        if header.crit.is_some() {
            return Err(Refusal::token(
                "the token has `crit`, and nothing is known here that it may ask for",
            ));
        }
        let id = header.kid.as_deref();
        let keys = self.keys.get(id).await?;
        // The key says by which algorithms it is used, whatever the token says.
        let fitting = keys.iter().filter(|key| {
            id.is_none_or(|id| key.is_called(id)) && key.algorithms.contains(&header.alg)
        });
        let mut refusal =
            Refusal::token("the token is signed with a key that its issuer does not publish");
        for key in fitting {
            let mut validation = self.validation.clone();
            validation.algorithms.clone_from(&key.algorithms);
            match decode::<Map<String, Value>>(token, &key.key, &validation) {
                Ok(decoded) => return self.proven(&decoded.claims),
                Err(error) => {
                    let is_other = matches!(error.kind(), ErrorKind::InvalidSignature);
                    refusal = Refusal::token(reason(&error));
                    if !is_other {
                        break;
                    }
                }
            }
        }
        Err(refusal)
    }

    fn proven(&self, claims: &Map<String, Value>) -> Result<Proven, Refusal> {
        let named = |claim: &str| found(claims, claim).and_then(Value::as_str);
        let name = named(&self.name_claim).or_else(|| named(SUBJECT));
        let is_name = |name: &&str| {
            !name.trim().is_empty()
                && name.chars().count() <= LONGEST_NAME
                && !name.chars().any(char::is_control)
        };
        let name = name.filter(is_name).ok_or_else(|| {
            Refusal::token("the token does not say whose it is in a name of one line")
        })?;
        let until = claims
            .get("exp")
            .and_then(Value::as_f64)
            .unwrap_or_default();
        let microseconds = ((until + LEEWAY as f64) * 1e6) as i64;
        Ok(Proven {
            name: name.trim().to_owned(),
            role: self.role(claims),
            until: Timestamp::from_microseconds(microseconds).ok(),
        })
    }

    /// The highest role that the claims name.
    fn role(&self, claims: &Map<String, Value>) -> Option<Role> {
        let values: Vec<&str> = match found(claims, &self.role_claim)? {
            Value::String(text) => text.split_whitespace().collect(),
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
            _ => return None,
        };
        let named = self
            .roles
            .iter()
            .filter(|(value, _)| values.contains(&value.as_str()));
        named.map(|(_, role)| *role).max()
    }
}

/// A claim by its name, or by a path of names with dots between.
fn found<'c>(claims: &'c Map<String, Value>, path: &str) -> Option<&'c Value> {
    // Names of claims may be addresses, with dots of their own.
    claims.get(path).or_else(|| {
        let (first, rest) = path.split_once('.')?;
        found(claims.get(first)?.as_object()?, rest)
    })
}

/// What values stand for: what is said, or the words of the roles themselves.
fn roles(said: &[String]) -> Result<Vec<(String, Role)>, String> {
    if said.is_empty() {
        let own = Role::ALL.iter().map(|role| (role.word().to_owned(), *role));
        return Ok(own.collect());
    }
    let pairs = said.iter().map(|pair| {
        let (value, word) = pair.rsplit_once('=')?;
        Some((value.trim().to_owned(), Role::from_word(word.trim())?))
    });
    let pairs: Option<Vec<_>> = pairs.collect();
    pairs.ok_or_else(|| {
        format!(
            "access.roles is {said:?}: expected pairs such as desk-editors=editor, with one of reader, contributor, editor and admin"
        )
    })
}

/// Why a token is not good.
fn reason(error: &Error) -> String {
    match error.kind() {
        ErrorKind::InvalidSignature => "the token's signature is none of its issuer's".to_owned(),
        ErrorKind::ExpiredSignature => "the token has expired".to_owned(),
        ErrorKind::ImmatureSignature => "the token is not good yet".to_owned(),
        ErrorKind::InvalidIssuer => "the token is of another issuer".to_owned(),
        ErrorKind::InvalidAudience => "the token is for another audience".to_owned(),
        ErrorKind::MissingRequiredClaim(claim) => {
            format!("the token has no claim `{claim}` that can be read")
        }
        _ => "the token cannot be read".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use serde_json::json;

    fn claims(claims: Value) -> Map<String, Value> {
        match claims {
            Value::Object(claims) => claims,
            _ => panic!("an object"),
        }
    }

    #[test]
    fn a_role_is_found_where_issuers_put_it() {
        let issuer = |claim: &str, said: &[&str]| {
            let said: Vec<String> = said.iter().map(|pair| (*pair).to_owned()).collect();
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("keys");
            let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
            std::fs::write(&path, json!({ "keys": [key] }).to_string()).unwrap();
            let access = Access {
                issuer: Some("https://id.example.org".to_owned()),
                audience: Some("onrecord".to_owned()),
                jwks: Some(path.display().to_string()),
                role_claim: claim.to_owned(),
                roles: said,
                ..Access::default()
            };
            Issuer::new(&access, true).unwrap().unwrap()
        };
        let role = |issuer: &Issuer, found: Value| issuer.role(&claims(found));
        let plain = issuer("roles", &[]);
        assert_eq!(role(&plain, json!({})), None);
        assert_eq!(
            role(&plain, json!({ "roles": "editor" })),
            Some(Role::Editor)
        );
        let several = json!({ "roles": ["x", "reader", "contributor", 7] });
        assert_eq!(role(&plain, several), Some(Role::Contributor));
        assert_eq!(role(&plain, json!({ "roles": { "admin": true } })), None);
        let keycloak = issuer("realm_access.roles", &["desk=editor", "it=admin"]);
        let found = json!({ "realm_access": { "roles": ["admin", "desk"] } });
        assert_eq!(role(&keycloak, found), Some(Role::Editor));
        let auth0 = issuer("https://example.org/roles", &["a=b=admin"]);
        let found = json!({ "https://example.org/roles": "a=b" });
        assert_eq!(role(&auth0, found), Some(Role::Admin));

        let name = |found: Value| plain.proven(&claims(found)).map(|proven| proven.name).ok();
        let exp = 4e9;
        assert_eq!(
            name(json!({ "sub": "1", "preferred_username": " ada ", "exp": exp })).as_deref(),
            Some("ada")
        );
        assert_eq!(
            name(json!({ "sub": "1", "exp": exp })).as_deref(),
            Some("1")
        );
        for nobody in [
            json!({}),
            json!({ "sub": "" }),
            json!({ "sub": "a\nb" }),
            json!({ "sub": 7 }),
        ] {
            assert_eq!(name(nobody), None);
        }
    }

    #[test]
    fn settings_that_do_not_belong_together_are_refused() {
        let new = |issuer: Option<&str>,
                   audience: Option<&str>,
                   jwks: Option<&str>,
                   roles: &[&str],
                   production| {
            let access = Access {
                issuer: issuer.map(str::to_owned),
                audience: audience.map(str::to_owned),
                jwks: jwks.map(str::to_owned),
                roles: roles.iter().map(|pair| (*pair).to_owned()).collect(),
                ..Access::default()
            };
            Issuer::new(&access, production).map(|issuer| issuer.is_some())
        };
        let secure = Some("https://id.example.org/realms/desk/");
        let plain = Some("http://keycloak:8080/realms/desk");
        assert_eq!(new(None, None, None, &[], true), Ok(false));
        assert_eq!(new(secure, Some("a"), None, &[], true), Ok(true));
        assert_eq!(new(plain, Some("a"), None, &[], false), Ok(true));
        for (wrong, words) in [
            (
                new(secure, None, None, &[], false),
                "access.audience is not",
            ),
            (
                new(None, Some("a"), None, &[], false),
                "access.issuer is not",
            ),
            (
                new(None, None, Some("keys"), &[], false),
                "access.issuer is not",
            ),
            (new(plain, Some("a"), None, &[], true), "is not https"),
            (
                new(secure, Some("a"), Some("http://a/keys"), &[], true),
                "is not https",
            ),
            (
                new(secure, Some("a"), Some("no/such/file"), &[], true),
                "cannot read",
            ),
            (
                new(Some("desk"), Some("a"), None, &[], true),
                "is no address",
            ),
            (
                new(secure, Some("a"), None, &["desk"], true),
                "expected pairs",
            ),
            (
                new(secure, Some("a"), None, &["desk=boss"], true),
                "expected pairs",
            ),
        ] {
            let told = wrong.unwrap_err();
            assert!(told.contains(words), "{told}");
        }
    }
}
