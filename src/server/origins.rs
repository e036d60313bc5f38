//! Which other sites' pages may read answers in a browser (CORS), and open WebSockets.

use std::time::Duration;

use axum::http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, HOST, HeaderName, HeaderValue, LOCATION, ORIGIN,
    RETRY_AFTER,
};
use axum::http::{HeaderMap, Method};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::settings::{Given, Value};

/// Origins, as browsers name the sites whose pages send requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origins {
    /// Those named, such as `https://example.org`; without any, pages of this server alone.
    Named(Vec<HeaderValue>),
    /// All.
    Any,
}

impl Default for Origins {
    fn default() -> Self {
        Self::Named(Vec::new())
    }
}

impl Origins {
    /// What browsers are told. Without it they let pages of other sites read nothing.
    pub(super) fn layer(&self) -> Option<CorsLayer> {
        let allowed = match self {
            Self::Named(origins) if origins.is_empty() => return None,
            Self::Named(origins) => AllowOrigin::list(origins.iter().cloned()),
            Self::Any => AllowOrigin::any(),
        };
        let headers = [
            ACCEPT,
            AUTHORIZATION,
            CONTENT_TYPE,
            HeaderName::from_static("apollographql-client-name"),
            HeaderName::from_static("apollographql-client-version"),
            HeaderName::from_static("onrecord-cite"),
            HeaderName::from_static("traceparent"),
            HeaderName::from_static("tracestate"),
            HeaderName::from_static("x-request-id"),
        ];
        let exposed = [
            ETAG,
            LOCATION,
            RETRY_AFTER,
            HeaderName::from_static("onrecord-citation"),
            HeaderName::from_static("onrecord-end-cursor"),
            HeaderName::from_static("onrecord-has-next-page"),
            HeaderName::from_static("onrecord-total-count"),
            HeaderName::from_static("x-request-id"),
        ];
        Some(
            CorsLayer::new()
                .allow_origin(allowed)
                .allow_methods([Method::GET, Method::HEAD, Method::POST])
                .allow_headers(headers)
                .expose_headers(exposed)
                .max_age(Duration::from_secs(7200)),
        )
    }
}

impl Origins {
    /// Whether a page may open a WebSocket, which browsers let any page do: what they hold back of other answers they
    /// do not hold back here. A client that is no browser names no origin.
    pub(super) fn admits(&self, headers: &HeaderMap) -> bool {
        let (Self::Named(named), Some(origin)) = (self, headers.get(ORIGIN)) else {
            return true;
        };
        let page = origin
            .to_str()
            .ok()
            .and_then(|origin| origin.split_once("://"));
        let here = headers.get(HOST).and_then(|host| host.to_str().ok());
        let is_ours = matches!((page, here), (Some((_, page)), Some(here)) if page.eq_ignore_ascii_case(here));
        is_ours || named.contains(origin)
    }
}

impl Value for Origins {
    const EXPECTED: &'static str = "a list of origins such as https://example.org, or *";

    fn read(given: &Given) -> Option<Self> {
        let names = <Vec<String>>::read(given)?;
        if names.iter().any(|name| name == "*") {
            return (names.len() == 1).then_some(Self::Any);
        }
        let origin = |name: &String| {
            // A browser sends the scheme, the host and the port, and nothing after them.
            let host = name.split_once("://")?.1;
            let is_origin = !host.is_empty() && !host.contains(['/', '?', '#', '*', ' ']);
            HeaderValue::from_str(name).ok().filter(|_| is_origin)
        };
        names
            .iter()
            .map(origin)
            .collect::<Option<_>>()
            .map(Self::Named)
    }

    fn write(&self) -> Option<String> {
        let names = match self {
            Self::Any => vec!["*".to_owned()],
            Self::Named(origins) => {
                let text = |origin: &HeaderValue| origin.to_str().map(str::to_owned);
                origins
                    .iter()
                    .filter_map(|origin| text(origin).ok())
                    .collect()
            }
        };
        names.write()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_browsers_send_them() {
        let read =
            |text: &str| Origins::read(&Given::Text(text.into())).and_then(|found| found.write());
        for (text, written) in [
            (
                "https://a.example, http://localhost:3000",
                r#"["https://a.example", "http://localhost:3000"]"#,
            ),
            ("*", r#"["*"]"#),
            ("", "[]"),
        ] {
            assert_eq!(read(text).as_deref(), Some(written), "{text}");
        }
        for wrong in [
            "a.example",
            "https://a.example/",
            "https://*.example",
            "*, https://a.example",
            "https://",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
