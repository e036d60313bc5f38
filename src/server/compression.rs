//! Which answers are compressed, and how.

use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, HeaderValue};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

/// Compresses what is worth it: no small answers, no pictures, no streams, whose events must not wait.
pub(super) fn layer() -> CompressionLayer<impl Predicate> {
    let worth_it = SizeAbove::new(1024)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::SSE)
        .and(NotForContentType::const_new("multipart/mixed"));
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(worth_it)
}

/// Leaves zstd to clients that take nothing else: some say that they take it and cannot read it, such as the fetch of
/// code generators under Node 20.
pub(super) fn prefer_the_common<B>(mut request: Request<B>) -> Request<B> {
    let accepted = request.headers().get(ACCEPT_ENCODING);
    if let Some(others) = accepted.and_then(|value| without_zstd(value.to_str().ok()?)) {
        request.headers_mut().insert(ACCEPT_ENCODING, others);
    }
    request
}

/// What is accepted but zstd, if that leaves one of the common ways.
fn without_zstd(accepted: &str) -> Option<HeaderValue> {
    let name = |coding: &str| {
        coding
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    };
    let is_refused = |coding: &str| {
        let weight = coding.split(';').nth(1).unwrap_or_default();
        let weight = weight.trim().trim_start_matches("q=");
        weight.parse::<f32>() == Ok(0.0)
    };
    let codings = accepted.split(',').map(str::trim);
    let others: Vec<&str> = codings.filter(|coding| name(coding) != "zstd").collect();
    let is_common =
        |coding: &&str| matches!(name(coding).as_str(), "gzip" | "br") && !is_refused(coding);
    if !others.iter().any(is_common) || others.len() == accepted.split(',').count() {
        return None;
    }
    HeaderValue::from_str(&others.join(", ")).ok()
}

#[cfg(test)]
mod tests {
    use super::without_zstd;

    #[test]
    fn zstd_is_for_those_who_take_nothing_else() {
        let left =
            |accepted: &str| without_zstd(accepted).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(
            left("gzip, deflate, br, zstd").as_deref(),
            Some("gzip, deflate, br")
        );
        assert_eq!(left("ZSTD;q=1, gzip;q=0.5").as_deref(), Some("gzip;q=0.5"));
        for as_it_is in [
            "zstd",
            "zstd, gzip;q=0",
            "identity, zstd",
            "gzip, br",
            "*",
            "",
        ] {
            assert_eq!(left(as_it_is), None, "{as_it_is}");
        }
    }
}
