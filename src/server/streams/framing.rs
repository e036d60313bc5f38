//! How answers are written into an HTTP body that goes on.

use bytes::Bytes;

use crate::graph::Version;

use super::super::media::Format;
use super::super::refusal::Refusal;
use super::operation::{Told, refused};

/// A way to write them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Framing {
    /// Server-sent events, as graphql-sse's "distinct connections mode" has them.
    Events,
    /// Parts of a multipart body, as Apollo's protocol for subscriptions has them. async-graphql has a writer for it that
    /// names the next boundary only before the next part, so that clients who read up to a boundary see each answer
    /// one too late; and it leaves out the `payload` around an answer.
    Parts,
}

impl Framing {
    /// The framing of a format, if that is one of answers that go on.
    pub(in crate::server) fn of(format: Format) -> Option<Self> {
        match format {
            Format::EventStream => Some(Self::Events),
            Format::Multipart => Some(Self::Parts),
            Format::GraphqlResponse | Format::Json | Format::Csv | Format::Html => None,
        }
    }

    /// The format that it writes.
    pub(super) fn format(self) -> Format {
        match self {
            Self::Events => Format::EventStream,
            Self::Parts => Format::Multipart,
        }
    }

    /// What comes first, so that a client sees at once that it was heard.
    pub(super) fn beginning(self) -> Bytes {
        Bytes::from_static(match self {
            Self::Events => b":\n\n",
            Self::Parts => b"\r\n--graphql",
        })
    }

    /// What is sent when there is nothing to tell.
    pub(super) fn heartbeat(self) -> Bytes {
        match self {
            Self::Events => Bytes::from_static(b":\n\n"),
            Self::Parts => part(&[b"{}"]),
        }
    }

    /// What is told. Our JSON has no line breaks, which would have to be written differently here.
    ///
    /// Events carry the version that they tell of: a browser that lost the connection asks to go on after that.
    pub(super) fn told(self, told: &Told, version: Option<Version>) -> Bytes {
        match (self, told) {
            (Self::Events, Told::Answer(body)) => match version {
                Some(version) => [format!("id: {version}\n").as_bytes(), &event(body, b"")]
                    .concat()
                    .into(),
                None => event(body, b""),
            },
            // Not another status: the browsers' own client shows no body then.
            (Self::Events, Told::Refused(body)) => event(body, COMPLETE),
            (Self::Events, Told::Complete) => Bytes::from_static(COMPLETE),
            (Self::Parts, Told::Answer(body) | Told::Refused(body)) => {
                part(&[b"{\"payload\":", body, b"}"])
            }
            (Self::Parts, Told::Complete) => Bytes::new(),
        }
    }

    /// What comes last where the server stops before all was told. It is not completion: a client comes back when
    /// there is a server again. Events end, which a client takes for a lost connection; parts have a way to say it.
    pub(super) fn broken_off(self) -> Bytes {
        match self {
            Self::Events => Bytes::new(),
            Self::Parts => {
                let Told::Refused(errors) = refused(&Refusal::Stopping) else {
                    return self.end();
                };
                let errors = errors.strip_prefix(b"{").unwrap_or_default();
                [&part(&[b"{\"payload\":null,", errors]), &*self.end()]
                    .concat()
                    .into()
            }
        }
    }

    /// What comes last.
    pub(super) fn end(self) -> Bytes {
        Bytes::from_static(match self {
            Self::Events => b"",
            Self::Parts => b"--\r\n",
        })
    }
}

/// With data, although empty: the browsers' own client passes over events that have none.
const COMPLETE: &[u8] = b"event: complete\ndata: \n\n";

fn event(body: &[u8], after: &[u8]) -> Bytes {
    [b"event: next\ndata: ", body, b"\n\n", after]
        .concat()
        .into()
}

fn part(content: &[&[u8]]) -> Bytes {
    let content = content.concat();
    [
        b"\r\nContent-Type: application/json\r\n\r\n",
        content.as_slice(),
        b"\r\n--graphql",
    ]
    .concat()
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(framing: Framing, told: &[Told]) -> String {
        let mut bytes = framing.beginning().to_vec();
        bytes.extend_from_slice(&framing.heartbeat());
        for told in told {
            bytes.extend_from_slice(&framing.told(told, None));
        }
        bytes.extend_from_slice(&framing.end());
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn events_are_named_and_end_with_an_empty_line() {
        let told = [Told::Answer("{\"data\":1}".into()), Told::Complete];
        assert_eq!(
            written(Framing::Events, &told),
            ":\n\n:\n\nevent: next\ndata: {\"data\":1}\n\nevent: complete\ndata: \n\n"
        );
        let changed = Framing::Events.told(&told[0], Some(7));
        assert_eq!(
            changed,
            "id: 7\nevent: next\ndata: {\"data\":1}\n\n".as_bytes()
        );
        let told = [Told::Refused("{\"errors\":[]}".into())];
        assert_eq!(
            written(Framing::Events, &told),
            ":\n\n:\n\nevent: next\ndata: {\"errors\":[]}\n\nevent: complete\ndata: \n\n"
        );
    }

    #[test]
    fn every_part_is_followed_by_its_boundary_at_once() {
        let told = [Told::Answer("{\"data\":1}".into()), Told::Complete];
        let header = "Content-Type: application/json";
        assert_eq!(
            written(Framing::Parts, &told),
            format!(
                "\r\n--graphql\r\n{header}\r\n\r\n{{}}\r\n--graphql\r\n{header}\r\n\r\n\
                 {{\"payload\":{{\"data\":1}}}}\r\n--graphql--\r\n"
            )
        );
    }
}
