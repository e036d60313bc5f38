//! The protocol `graphql-transport-ws`, as its specification says, without a socket: what is heard becomes what is to be
//! done, what is told becomes messages.

use std::borrow::Cow;
use std::collections::HashMap;

use axum::extract::ws::{CloseFrame, Message as Frame};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::super::refusal::{Refusal, clip};
use super::super::request::{self, Asked, Posted};
use super::super::streams::operation::{Told, refused};

/// The name of the protocol.
pub(super) const NAME: &str = "graphql-transport-ws";

/// The state of one connection.
#[derive(Debug)]
pub(super) struct Protocol {
    /// Whether the first message has come.
    begun: bool,
    acknowledged: bool,
    /// The operations that run, by the id that the client gave them.
    running: HashMap<String, u64>,
    /// How many there were. Each has a number of its own, since a client may use an id again.
    started: u64,
    /// How many may run at once.
    most: usize,
}

/// An operation that runs, or ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    id: String,
    pub(super) number: u64,
}

/// What is to be done about what was heard.
#[derive(Debug)]
pub(super) enum Deed {
    Nothing,
    Say(String),
    /// Find out who says this with the first message, and then [`Protocol::acknowledge`].
    Identify(Map<String, Value>),
    Start {
        key: Key,
        asked: Box<Asked>,
    },
    Stop {
        number: u64,
    },
    Close(Close),
}

/// Why a connection is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Close {
    pub(super) code: u16,
    pub(super) reason: Cow<'static, str>,
}

impl Close {
    pub(super) const NO_INIT: Self = Self::because(4408, "Connection initialisation timeout");
    pub(super) const STOPPING: Self = Self::because(1001, "The server stops");
    pub(super) const TOO_LARGE: Self = Self::because(1009, "The message is too large");
    pub(super) const UNREADABLE: Self =
        Self::because(1002, "The message is malformed, or far too large");
    pub(super) const SUBPROTOCOL: Self = Self::because(4406, "Subprotocol not acceptable");
    pub(super) const NOT_TEXT: Self = Self::because(4400, "The message is binary: expected text");
    const TWICE: Self = Self::because(4429, "Too many initialisation requests");
    const UNAUTHORIZED: Self = Self::because(4401, "Unauthorized");

    const fn because(code: u16, reason: &'static str) -> Self {
        Self {
            code,
            reason: Cow::Borrowed(reason),
        }
    }

    /// The message that closes.
    pub(super) fn frame(self) -> Frame {
        Frame::Close(Some(CloseFrame {
            code: self.code,
            reason: self.reason.as_ref().into(),
        }))
    }

    /// For whom the connection is not, and why.
    pub(super) fn forbidden(refusal: &Refusal) -> Self {
        Self {
            code: 4403,
            reason: shortened(refusal.to_string()).into(),
        }
    }

    fn invalid(reason: String) -> Self {
        Self {
            code: 4400,
            reason: shortened(reason).into(),
        }
    }
}

/// As much of a text as a close frame holds.
fn shortened(mut text: String) -> String {
    const MOST_BYTES: usize = 123;
    if text.len() > MOST_BYTES {
        let mut end = MOST_BYTES - '…'.len_utf8();
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}

/// A message as it is written. What is in a payload depends on its type.
#[derive(Deserialize)]
struct Message<'m> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'m, str>,
    id: Option<String>,
    #[serde(borrow)]
    payload: Option<&'m RawValue>,
}

impl Message<'_> {
    /// Refuses a payload that is there and is no object.
    fn payload_is_an_object(&self) -> Result<(), Close> {
        match self.payload.map(RawValue::get) {
            Some(payload) if !payload.starts_with('{') => Err(Close::invalid(format!(
                "the payload of {} is {}: expected an object",
                self.kind,
                clip(payload)
            ))),
            _ => Ok(()),
        }
    }

    /// The payload as an object; an empty one where there is none.
    fn object(&self) -> Result<Map<String, Value>, Close> {
        let payload = self.payload.map_or("{}", RawValue::get);
        serde_json::from_str(payload).map_err(|error| {
            Close::invalid(format!(
                "the payload of {} cannot be read: {error}",
                self.kind
            ))
        })
    }

    fn id(&self) -> Result<&str, Close> {
        match self.id.as_deref() {
            Some(id) if !id.is_empty() => Ok(id),
            _ => Err(Close::invalid(format!(
                "a message of type {} has no id: expected a string",
                self.kind
            ))),
        }
    }
}

impl Protocol {
    pub(super) fn new(most: usize) -> Self {
        Self {
            begun: false,
            acknowledged: false,
            running: HashMap::new(),
            started: 0,
            most,
        }
    }

    /// Whether the client has said that it is there.
    pub(super) fn is_acknowledged(&self) -> bool {
        self.acknowledged
    }

    /// The message by which a client that may come in is told so.
    pub(super) fn acknowledge(&mut self) -> String {
        self.acknowledged = true;
        json!({ "type": "connection_ack" }).to_string()
    }

    /// Whether no operation runs.
    pub(super) fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    /// What is to be done about a message.
    pub(super) fn hear(&mut self, text: &str) -> Deed {
        self.heard(text).unwrap_or_else(Deed::Close)
    }

    fn heard(&mut self, text: &str) -> Result<Deed, Close> {
        let message: Message<'_> = serde_json::from_str(text)
            .map_err(|error| Close::invalid(format!("the message cannot be read: {error}")))?;
        match &*message.kind {
            "connection_init" => {
                message.payload_is_an_object()?;
                if std::mem::replace(&mut self.begun, true) {
                    return Err(Close::TWICE);
                }
                message.object().map(Deed::Identify)
            }
            "ping" => {
                message.payload_is_an_object()?;
                Ok(Deed::Say(json!({ "type": "pong" }).to_string()))
            }
            "pong" => {
                message.payload_is_an_object()?;
                Ok(Deed::Nothing)
            }
            "subscribe" => self.subscribe(&message),
            "complete" => Ok(match self.running.remove(message.id()?) {
                Some(number) => Deed::Stop { number },
                // It was completed from here a moment ago.
                None => Deed::Nothing,
            }),
            other => Err(Close::invalid(format!(
                "unknown message type {:?}",
                clip(other)
            ))),
        }
    }

    fn subscribe(&mut self, message: &Message<'_>) -> Result<Deed, Close> {
        let id = message.id()?;
        if !self.acknowledged {
            return Err(Close::UNAUTHORIZED);
        }
        let payload = message.payload.map_or("null", RawValue::get);
        let asked = asked(payload.as_bytes())
            .map_err(|refusal| Close::invalid(format!("the payload of subscribe: {refusal}")))?;
        if self.running.contains_key(id) {
            return Err(Close {
                code: 4409,
                reason: shortened(format!("Subscriber for {id} already exists")).into(),
            });
        }
        if self.running.len() >= self.most {
            let refusal = Refusal::TooManyOperations { limit: self.most };
            return Ok(Deed::Say(said(id, &refused(&refusal))));
        }
        self.started += 1;
        self.running.insert(id.to_owned(), self.started);
        Ok(Deed::Start {
            key: Key {
                id: id.to_owned(),
                number: self.started,
            },
            asked: Box::new(asked),
        })
    }

    /// The message that tells the client of an operation; none if it no longer listens.
    pub(super) fn tell(&mut self, key: &Key, told: &Told) -> Option<String> {
        if self.running.get(&key.id) != Some(&key.number) {
            return None;
        }
        if !matches!(told, Told::Answer(_)) {
            self.running.remove(&key.id);
        }
        Some(said(&key.id, told))
    }

    /// An operation broke off without a word, since the server stops.
    pub(super) fn forget(&mut self, key: &Key) {
        if self.running.get(&key.id) == Some(&key.number) {
            self.running.remove(&key.id);
        }
    }
}

/// What a payload asks for.
fn asked(payload: &[u8]) -> Result<Asked, Refusal> {
    match request::from_body(payload, 0)? {
        Posted::One(asked) if asked.has_document() => Ok(asked),
        Posted::One(_) => Err(Refusal::NoQuery),
        Posted::Batch(_) => Err(Refusal::Batch),
    }
}

/// What is told, as a message.
fn said(id: &str, told: &Told) -> String {
    let id = Value::from(id);
    match told {
        Told::Answer(body) => {
            let body = String::from_utf8_lossy(body);
            format!("{{\"id\":{id},\"type\":\"next\",\"payload\":{body}}}")
        }
        Told::Refused(body) => {
            let errors = errors(body);
            format!("{{\"id\":{id},\"type\":\"error\",\"payload\":{errors}}}")
        }
        Told::Complete => json!({ "id": id, "type": "complete" }).to_string(),
    }
}

/// The errors of a GraphQL response that has nothing else.
fn errors(body: &[u8]) -> Cow<'_, str> {
    #[derive(Deserialize)]
    struct Response<'b> {
        #[serde(borrow)]
        errors: &'b RawValue,
    }
    match serde_json::from_slice::<Response<'_>>(body) {
        Ok(response) => Cow::Borrowed(response.errors.get()),
        Err(error) => Cow::Owned(json!([{ "message": error.to_string() }]).to_string()),
    }
}

#[cfg(test)]
mod tests;
