//! Which media types a client sends and accepts.
//!
//! Parsing is `mediatype`'s: it knows quoted parameters, commas inside quotes, and that names are
//! case-insensitive. Choosing is ours: the crate that offers it (`headers-accept` 0.3) does not
//! match `application/json; charset=utf-8;q=0.9` with `application/json`, yet that is how the
//! GraphQL-over-HTTP specification tells clients to ask, and one unreadable range makes it drop
//! the whole header.

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use mediatype::{MediaType, MediaTypeList, ReadParams, names};

use super::refusal::{Refusal, clip};

/// The parameter by which Apollo's clients name their protocol for subscriptions.
const SUBSCRIPTION_SPEC: mediatype::Name<'static> =
    mediatype::Name::new_unchecked("subscriptionSpec");

/// What an answer can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// `application/graphql-response+json`: the status code speaks about the GraphQL request.
    GraphqlResponse,
    /// `application/json`: 200 for every well-formed request, as older clients expect.
    Json,
    /// `text/csv`: one list as a table.
    Csv,
    /// `text/event-stream`: answers as they come.
    EventStream,
    /// `multipart/mixed; subscriptionSpec=1.0`: the same for Apollo's clients.
    Multipart,
    /// `text/html`: a person with a browser.
    Html,
}

impl Format {
    /// The `Content-Type` of an answer in this format.
    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::EventStream => "text/event-stream; charset=utf-8",
            Self::Multipart => "multipart/mixed; boundary=graphql; subscriptionSpec=1.0",
            Self::Html => "text/html; charset=utf-8",
        })
    }

    /// Whether an answer is as a parameter of a range wants it.
    fn promises(self, name: &str, value: &str) -> bool {
        // We write UTF-8 and nothing else.
        (name.eq_ignore_ascii_case("charset") && is_utf8(value))
            || self == Self::Multipart
                && ((SUBSCRIPTION_SPEC == name && value == "1.0")
                    || (name.eq_ignore_ascii_case("boundary") && value == "graphql"))
    }

    /// What errors are written as for a client that wants this: JSON, whatever it is.
    pub(super) fn of_errors(self) -> Self {
        match self {
            Self::Json => Self::Json,
            _ => Self::GraphqlResponse,
        }
    }

    fn media_type(self) -> MediaType<'static> {
        match self {
            Self::GraphqlResponse => MediaType::from_parts(
                names::APPLICATION,
                mediatype::Name::new_unchecked("graphql-response"),
                Some(names::JSON),
                &[],
            ),
            Self::Json => MediaType::new(names::APPLICATION, names::JSON),
            Self::Csv => MediaType::new(names::TEXT, names::CSV),
            Self::EventStream => MediaType::new(names::TEXT, names::EVENT_STREAM),
            Self::Multipart => MediaType::new(names::MULTIPART, names::MIXED),
            Self::Html => MediaType::new(names::TEXT, names::HTML),
        }
    }
}

/// The format a client likes best among those `offered`, or `None` if it takes none of them.
///
/// A client that names no preference gets the first one offered. Of ranges that cover a format the
/// most specific one counts (RFC 9110, section 12.5.1). Equal weights go to the format that was
/// named more specifically, then to the one named first.
pub(super) fn negotiate(headers: &HeaderMap, offered: &[Format]) -> Option<Format> {
    let mut values = headers.get_all(ACCEPT).iter().peekable();
    if values.peek().is_none() {
        return offered.first().copied();
    }
    let ranges: Vec<Range<'_>> = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(MediaTypeList::new)
        .filter_map(|range| Range::read(range.ok()?))
        .collect();

    let mut best: Option<(Choice, Format)> = None;
    for &format in offered {
        let covering = ranges
            .iter()
            .enumerate()
            .filter_map(|(position, range)| Some((range.covers(format)?, position, range.weight)))
            .max_by_key(|&(specificity, position, _)| (specificity, std::cmp::Reverse(position)));
        let Some((specificity, position, weight @ 1..)) = covering else {
            continue;
        };
        let choice = (weight, specificity, std::cmp::Reverse(position));
        // Strictly better: among equals the one offered first stays.
        if best.as_ref().is_none_or(|(held, _)| choice > *held) {
            best = Some((choice, format));
        }
    }
    best.map(|(_, format)| format)
}

/// Weight, specificity of the range, and its place in the header (earlier is better).
type Choice = (u16, u8, std::cmp::Reverse<usize>);

/// One entry of an `Accept` header.
struct Range<'a> {
    kind: MediaType<'a>,
    /// The `q` parameter in thousandths; 0 refuses.
    weight: u16,
}

impl<'a> Range<'a> {
    /// Reads one entry; one with an impossible weight is passed over like any unreadable one.
    fn read(kind: MediaType<'a>) -> Option<Self> {
        let weight = match kind.get_param(names::Q) {
            Some(q) => {
                let q: f32 = q.unquoted_str().parse().ok()?;
                // Also false for NaN.
                if !(0.0..=1.0).contains(&q) {
                    return None;
                }
                (q * 1000.0).round() as u16
            }
            None => 1000,
        };
        Some(Self { kind, weight })
    }

    /// How specifically this range names the format, or `None` if it does not cover it.
    fn covers(&self, format: Format) -> Option<u8> {
        let offered = format.media_type();
        let specificity = if self.kind.ty == names::_STAR && self.kind.subty == names::_STAR {
            0
        } else if self.kind.ty != offered.ty {
            return None;
        } else if self.kind.subty == names::_STAR && self.kind.suffix.is_none() {
            1
        } else if self.kind.subty == offered.subty && self.kind.suffix == offered.suffix {
            2
        } else {
            return None;
        };
        let mut specificity = specificity;
        // What follows the weight does not belong to the range.
        for (name, value) in self.kind.params().take_while(|(name, _)| *name != names::Q) {
            if !format.promises(name.as_str(), &value.unquoted_str()) {
                return None;
            }
            specificity += 1;
        }
        // Parts are of many kinds, and ours are for those who name it.
        let is_named =
            format != Format::Multipart || self.kind.get_param(SUBSCRIPTION_SPEC).is_some();
        is_named.then_some(specificity)
    }
}

/// Refuses a body that is not declared as JSON in UTF-8.
///
/// This is also the guard against forged requests from other web sites: a browser sends
/// `application/json` to a foreign site only after asking it first, and we never say yes. Hence
/// no side door for `text/plain`, forms or a missing content type.
pub(super) fn require_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let Some(value) = values.next() else {
        return Err(Refusal::NoContentType);
    };
    let text = String::from_utf8_lossy(value.as_bytes());
    let refuse = || Refusal::ContentType { found: clip(&text) };
    if values.next().is_some() {
        return Err(Refusal::ContentTypes);
    }
    let kind = MediaType::parse(&text).map_err(|_| refuse())?;
    if kind.essence() != Format::Json.media_type() {
        return Err(refuse());
    }
    if let Some(charset) = kind.get_param(names::CHARSET)
        && !is_utf8(&charset.unquoted_str())
    {
        return Err(Refusal::Charset {
            found: clip(&charset.unquoted_str()),
        });
    }
    match headers.get(CONTENT_ENCODING) {
        Some(coding) if !coding.as_bytes().eq_ignore_ascii_case(b"identity") => {
            Err(Refusal::ContentEncoding {
                found: clip(&String::from_utf8_lossy(coding.as_bytes())),
            })
        }
        _ => Ok(()),
    }
}

fn is_utf8(charset: &str) -> bool {
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;
    use Format::{Csv, EventStream, GraphqlResponse, Html, Json, Multipart};

    fn chosen(accept: &str, offered: &[Format]) -> Option<Format> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_str(accept).unwrap());
        negotiate(&headers, offered)
    }

    #[test]
    fn the_most_specific_range_decides_and_weights_order_the_rest() {
        let cases = [
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            ("application/json", Some(Json)),
            ("APPLICATION/JSON", Some(Json)),
            ("application/graphql-response+json", Some(GraphqlResponse)),
            // The header that the specification recommends, and its older form.
            (
                "application/graphql-response+json, application/json;q=0.9",
                Some(GraphqlResponse),
            ),
            (
                "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8",
                Some(GraphqlResponse),
            ),
            (
                "application/json; charset=\"UTF-8\";q=0.9, */*;q=0.1",
                Some(Json),
            ),
            (
                "application/json;q=0.5, application/graphql-response+json;q=0.9",
                Some(GraphqlResponse),
            ),
            (
                "application/graphql-response+json;q=0.5, application/json;q=0.9",
                Some(Json),
            ),
            // Equal weights: named beats covered by a wildcard, then the order of the header.
            (
                "*/*, application/graphql-response+json",
                Some(GraphqlResponse),
            ),
            (
                "application/json, application/graphql-response+json",
                Some(Json),
            ),
            (
                "application/graphql-response+json, application/json",
                Some(GraphqlResponse),
            ),
            // A weight of 0 refuses, also against a wildcard.
            ("application/json;q=0, */*", Some(GraphqlResponse)),
            ("application/json;q=0", None),
            ("*/*;q=0", None),
            ("application/json;q=0.0004", None),
            // Nothing of ours.
            ("text/html", None),
            ("application/xml, text/*", None),
            ("application/json; charset=utf-16", None),
            ("application/json; profile=x", None),
            ("application/*+json", None),
            // Unreadable entries are passed over.
            ("application/json;q=NaN", None),
            ("application/json;q=2", None),
            (",, /, application/, application/json", Some(Json)),
            ("text/plain; a=\"x, application/json\"", None),
            ("", None),
        ];
        for (accept, expected) in cases {
            assert_eq!(
                chosen(accept, &[Json, GraphqlResponse]),
                expected,
                "Accept: {accept}"
            );
        }
    }

    #[test]
    fn a_browser_prefers_a_page() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert_eq!(chosen(browser, &[Json, Html]), Some(Html));
        assert_eq!(chosen("*/*", &[Json, Html]), Some(Json));
        assert_eq!(
            chosen("application/json, text/html;q=0.5", &[Json, Html]),
            Some(Json)
        );
    }

    #[test]
    fn answers_that_go_on_are_for_those_who_ask_for_them() {
        let cases = [
            ("text/event-stream", Some(EventStream)),
            (
                "text/event-stream; charset=utf-8, */*;q=0.1",
                Some(EventStream),
            ),
            // urql, for subscriptions and for all else.
            ("text/event-stream, multipart/mixed", Some(EventStream)),
            (
                "application/graphql-response+json, application/graphql+json, application/json, \
                 text/event-stream, multipart/mixed",
                Some(GraphqlResponse),
            ),
            // Apollo Client, and as its protocol writes it.
            (
                "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,\
                 application/graphql-response+json,application/json;q=0.9",
                Some(Multipart),
            ),
            (
                "multipart/mixed; boundary=\"graphql\"; subscriptionSpec=\"1.0\", application/json",
                Some(Multipart),
            ),
            ("multipart/mixed;subscriptionSpec=1.0", Some(Multipart)),
            ("multipart/mixed;subscriptionSpec=2.0", None),
            ("multipart/mixed;boundary=other;subscriptionSpec=1.0", None),
            (
                "multipart/mixed;deferSpec=20220824,application/json",
                Some(Json),
            ),
            ("multipart/mixed", None),
            ("multipart/*", None),
            ("text/*", Some(Csv)),
            ("*/*", Some(Json)),
        ];
        for (accept, expected) in cases {
            assert_eq!(
                chosen(
                    accept,
                    &[Json, GraphqlResponse, Csv, EventStream, Multipart]
                ),
                expected,
                "Accept: {accept}"
            );
        }
    }

    #[test]
    fn several_accept_headers_are_one_list() {
        let mut headers = HeaderMap::new();
        headers.append(ACCEPT, HeaderValue::from_static("text/html"));
        headers.append(
            ACCEPT,
            HeaderValue::from_static("application/graphql-response+json"),
        );
        assert_eq!(
            negotiate(&headers, &[Json, GraphqlResponse]),
            Some(GraphqlResponse)
        );
    }

    #[test]
    fn no_accept_header_takes_what_is_offered_first() {
        assert_eq!(
            negotiate(&HeaderMap::new(), &[Json, GraphqlResponse]),
            Some(Json)
        );
    }

    #[test]
    fn only_json_in_utf8_is_read() {
        let judged = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_str(value).unwrap());
            require_json(&headers).map_err(|refusal| refusal.status().as_u16())
        };
        for good in [
            "application/json",
            "Application/JSON; Charset=UTF-8",
            "application/json;charset=\"utf-8\"",
            "application/json; odata=verbose",
        ] {
            assert_eq!(judged(good), Ok(()), "{good}");
        }
        for bad in [
            "text/plain",
            "text/plain; application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/graphql",
            "application/graphql-response+json",
            "application/json; charset=utf-16",
            "application/json, text/plain",
            "application/jsonx",
            "json",
            "",
        ] {
            assert_eq!(judged(bad), Err(415), "{bad}");
        }
        assert!(matches!(
            require_json(&HeaderMap::new()),
            Err(Refusal::NoContentType)
        ));
    }
}
