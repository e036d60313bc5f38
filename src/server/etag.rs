//! Tags of answers, with which clients and caches ask whether their copy is still good.

use axum::http::HeaderMap;
use axum::http::header::{HeaderValue, IF_NONE_MATCH};

/// A tag that names what some bytes stand for.
pub(super) fn tag(weak: bool, label: &str, digest: &blake3::Hash) -> HeaderValue {
    let (weak, digest) = (if weak { "W/" } else { "" }, digest.to_hex());
    let text = format!("{weak}\"{label}{}\"", &digest[..32]);
    // Hexadecimal digits between quotes are a valid header value; were they not, a tag that matches
    // nothing only costs the client a second download.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Whether `If-None-Match` names this tag; the comparison is the weak one, as HTTP asks.
pub(super) fn has_copy(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    fn opaque(tag: &[u8]) -> &[u8] {
        tag.strip_prefix(b"W/").unwrap_or(tag)
    }
    let wanted = opaque(tag.as_bytes());
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || opaque(tag.as_bytes()) == wanted)
}
