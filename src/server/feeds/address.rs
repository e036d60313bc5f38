//! What an address asks for, and the addresses in a feed.

use std::fmt::Write as _;

use axum::extract::Query;
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use serde_json::Value;

use crate::api::{FeedOf, FeedPage};
use crate::graph::Version;

use super::super::Options;
use super::super::refusal::{Refusal, clip};

/// How many transactions a page has, unless it is said; and at most.
const DEFAULT_PAGE: usize = 20;
const LARGEST_PAGE: usize = 100;

/// A feed and a page of it.
pub(super) struct Address {
    pub(super) of: FeedOf,
    pub(super) page: FeedPage,
    /// The path as it was asked for.
    path: String,
    /// What was asked for besides, without the place of the page.
    parameters: Vec<(String, String)>,
}

impl Address {
    /// Reads an address below `/feeds/`.
    pub(super) fn read(path: &str, http: &Parts) -> Result<Self, Refusal> {
        let missing = || Refusal::NoFeed { found: clip(path) };
        let name = path.strip_suffix(".atom").ok_or_else(missing)?;
        let Query(pairs): Query<Vec<(String, String)>> =
            Query::try_from_uri(&http.uri).map_err(|_| Refusal::QueryString)?;
        let mut given = Given(pairs.clone());
        let page = FeedPage {
            first: given.number("first")?.unwrap_or(DEFAULT_PAGE),
            before: given.number::<Version>("before")?,
        };
        if !(1..=LARGEST_PAGE).contains(&page.first) {
            return Err(Refusal::FeedParameter {
                name: "first",
                found: page.first.to_string(),
                expected: "a number from 1 to 100",
            });
        }
        let of = match name.split_once('/') {
            Some(("entity", id)) if !id.is_empty() => FeedOf::Entity { id: id.to_owned() },
            None if name == "search" => FeedOf::Search {
                text: given.take("text").ok_or(Refusal::FeedParameter {
                    name: "text",
                    found: "missing".to_owned(),
                    expected: "the words to search for",
                })?,
                types: given.take("types").map(|types| {
                    let types = types.split(',').map(|word| word.trim().to_owned());
                    types.collect()
                }),
                filter: given.filter()?,
            },
            None if name == "ledger" => FeedOf::Ledger {
                filter: given.filter()?,
            },
            _ => return Err(missing()),
        };
        if let Some((name, _)) = given.0.first() {
            return Err(Refusal::UnknownFeedParameter { found: clip(name) });
        }
        let parameters = pairs.into_iter().filter(|(name, _)| name != "before");
        Ok(Self {
            of,
            page,
            path: http.uri.path().to_owned(),
            parameters: parameters.collect(),
        })
    }

    /// Names the feed, and nothing of the page, of whoever asks or of where the server is.
    pub(super) fn name(&self) -> String {
        let digest = |parts: &[&str]| {
            let mut hasher = blake3::Hasher::new();
            for part in parts {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part.as_bytes());
            }
            hasher.finalize().to_hex()[..16].to_owned()
        };
        match &self.of {
            FeedOf::Entity { id } => format!("entity:{id}"),
            FeedOf::Search {
                text,
                types,
                filter,
            } => {
                let types = types.as_ref().map(|types| types.join(","));
                let types = types.unwrap_or_default();
                format!("search:{}", digest(&[text, &types, &filter.to_string()]))
            }
            FeedOf::Ledger {
                filter: Value::Null,
            } => "ledger".to_owned(),
            FeedOf::Ledger { filter } => format!("ledger:{}", digest(&[&filter.to_string()])),
        }
    }

    /// The address of a page of it.
    pub(super) fn href(&self, base: &str, before: Option<Version>) -> String {
        let mut href = format!("{base}{}", self.path);
        let before = before.map(|version| ("before".to_owned(), version.to_string()));
        let parameters = self.parameters.iter().cloned().chain(before);
        for (place, (name, value)) in parameters.enumerate() {
            href.push(if place == 0 { '?' } else { '&' });
            href.push_str(&encoded(&name));
            href.push('=');
            href.push_str(&encoded(&value));
        }
        href
    }

    /// The address of what a transaction changed, as JSON.
    pub(super) fn changes(&self, base: &str, version: Version) -> String {
        let about = match &self.of {
            FeedOf::Entity { id } => format!(", about: {}", Value::from([id.as_str()].as_slice())),
            FeedOf::Search { .. } | FeedOf::Ledger { .. } => String::new(),
        };
        let query = format!(
            "{{ changesBetween(from: {{ version: \"{}\" }}, to: {{ version: \"{version}\" }}{about}) {{ nodes {{ kind reason claim {{ claimId value subject {{ id name }} }} }} }} }}",
            version.saturating_sub(1)
        );
        format!("{base}/graphql?query={}", encoded(&query))
    }
}

/// The parameters that were not read yet.
struct Given(Vec<(String, String)>);

impl Given {
    fn take(&mut self, name: &str) -> Option<String> {
        let place = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(place).1)
    }

    fn number<T: std::str::FromStr>(&mut self, name: &'static str) -> Result<Option<T>, Refusal> {
        let Some(text) = self.take(name) else {
            return Ok(None);
        };
        text.parse().map(Some).map_err(|_| Refusal::FeedParameter {
            name,
            found: clip(&text),
            expected: "a whole number",
        })
    }

    /// A filter in JSON, as `where` takes it in a variable.
    fn filter(&mut self) -> Result<Value, Refusal> {
        let Some(text) = self.take("where") else {
            return Ok(Value::Null);
        };
        serde_json::from_str(&text).map_err(|_| Refusal::FeedParameter {
            name: "where",
            found: clip(&text),
            expected: "a filter in JSON",
        })
    }
}

/// A text as it may stand in the query of an address.
pub(super) fn encoded(text: &str) -> String {
    let mut to = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            to.push(char::from(byte));
        } else {
            let _written = write!(to, "%{byte:02X}");
        }
    }
    to
}

/// How the client calls this server: a feed says where it is found.
pub(super) fn base(http: &Parts, options: &Options) -> String {
    let host = http.headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = http.uri.authority().cloned();
    let authority = authority.or_else(|| host?.parse::<Authority>().ok());
    let forwarded = http.headers.get("x-forwarded-proto");
    let is_secure = options.tls.cert.is_some() || forwarded.is_some_and(|scheme| scheme == "https");
    let scheme = if is_secure { "https" } else { "http" };
    match authority {
        Some(authority) => format!("{scheme}://{authority}"),
        None => format!("{scheme}://{}", options.http.listen),
    }
}
