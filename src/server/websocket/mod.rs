//! GraphQL over WebSocket, on the same address: a client that holds a connection sends its operations over it, several at
//! once, and each may have any number of answers.
//!
//! | file | holds |
//! | --- | --- |
//! | `protocol` | `graphql-transport-ws` without a socket |
//! | `socket` | a socket that speaks it |
//! | `predecessor` | the older `graphql-ws`, for clients that know no other |

mod predecessor;
mod protocol;
mod socket;

use std::net::IpAddr;

use async_graphql_axum::GraphQLProtocol;
use axum::extract::ws::WebSocket;
use axum::extract::{FromRequestParts, Request, WebSocketUpgrade};
use axum::http::header::{HeaderValue, ORIGIN, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use serde_json::{Map, Value};

use super::access::{Identity, bearer};
use super::endpoint::Endpoint;
use super::observe::Bearer;
use super::refusal::{Refusal, clip};
use super::streams::slots::Slot;
use super::streams::{Connection, Stopping};

use protocol::Close;

/// How much is read and written at once. What is larger goes through in several steps; a connection that has nothing to say
/// holds both.
const BUFFER: usize = 8 * 1024;

/// Whether a request asks for a WebSocket.
pub(super) fn is_wanted(method: &Method, headers: &HeaderMap) -> bool {
    let upgrade = headers.get(UPGRADE).and_then(|value| value.to_str().ok());
    *method == Method::GET
        && upgrade.is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket"))
}

/// Turns the connection into a WebSocket. One without a sub-protocol that we speak is closed with 4406.
pub(super) async fn upgrade(endpoint: &Endpoint, http: Request) -> Result<Response, Refusal> {
    let (mut parts, _) = http.into_parts();
    let Connection { address, stopping } = Connection::of(&parts.extensions);
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &())
        .await
        .map_err(|refused| Refusal::Upgrade {
            problem: refused.body_text(),
        })?;
    // Messages up to twice the limit are read to be refused with the reason; of larger ones no more is read.
    let most = endpoint.options().http.body_limit.0.saturating_mul(2);
    let upgrade = upgrade.max_message_size(most).max_frame_size(most);
    let upgrade = upgrade.read_buffer_size(BUFFER).write_buffer_size(BUFFER);
    if !endpoint.options().http.origins.admits(&parts.headers) {
        let found = parts.headers.get(ORIGIN).map(HeaderValue::as_bytes);
        return Err(Refusal::Origin {
            found: clip(&String::from_utf8_lossy(found.unwrap_or_default())),
        });
    }
    // Each operation counts as a request does.
    let client = endpoint.client(&parts.extensions, &parts.headers);
    // Who does not say it in a header says it with the first message.
    let said = Identity::of(&parts.extensions).ok();
    let slot = endpoint.slots().take(address)?;
    let endpoint = endpoint.clone();
    let bearer = Bearer::current();
    if offers(&parts.headers, protocol::NAME) {
        return Ok(upgrade
            .protocols([protocol::NAME])
            .on_upgrade(move |socket| {
                let opened = Opened {
                    socket,
                    endpoint,
                    client,
                    said,
                    stopping,
                    slot,
                };
                bearer.bear(socket::Connection::new(opened).serve())
            }));
    }
    // What is left that the extractor knows is the predecessor.
    if let Ok(older) = GraphQLProtocol::from_request_parts(&mut parts, &()).await {
        return Ok(upgrade
            .protocols([predecessor::NAME])
            .on_upgrade(move |socket| {
                let opened = Opened {
                    socket,
                    endpoint,
                    client,
                    said,
                    stopping,
                    slot,
                };
                bearer.bear(predecessor::serve(opened, older))
            }));
    }
    Ok(upgrade.on_upgrade(async move |mut socket| {
        socket::say_goodbye(&mut socket, Close::SUBPROTOCOL).await;
        drop(slot);
    }))
}

/// A WebSocket that stands, and what is known of its client.
struct Opened {
    socket: WebSocket,
    endpoint: Endpoint,
    client: Option<IpAddr>,
    /// Who opened it, if a header said so.
    said: Option<Identity>,
    stopping: Stopping,
    slot: Slot,
}

/// Who somebody is who says this with the first message.
///
/// # Errors
/// When the token is nobody's, or there is none and all have to send one.
async fn identify(
    endpoint: &Endpoint,
    payload: &Map<String, Value>,
    said: Option<Identity>,
) -> Result<Identity, Refusal> {
    let callers = endpoint.callers();
    match (bearer::of_payload(payload)?, said) {
        (Some(token), _) => callers.bearer(token).await,
        (None, Some(said)) => Ok(said),
        (None, None) => callers.nobody(),
    }
}

/// Whether a client offers a sub-protocol.
fn offers(headers: &HeaderMap, protocol: &str) -> bool {
    headers
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|offered| offered.trim() == protocol)
}
