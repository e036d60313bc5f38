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

use async_graphql_axum::GraphQLProtocol;
use axum::extract::{FromRequestParts, Request, WebSocketUpgrade};
use axum::http::header::{HeaderValue, ORIGIN, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use axum::http::{HeaderMap, Method};
use axum::response::Response;

use super::endpoint::Endpoint;
use super::observe::Bearer;
use super::refusal::{Refusal, clip};
use super::streams::Connection;

use protocol::Close;

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
    if !endpoint.options().http.origins.admits(&parts.headers) {
        let found = parts.headers.get(ORIGIN).map(HeaderValue::as_bytes);
        return Err(Refusal::Origin {
            found: clip(&String::from_utf8_lossy(found.unwrap_or_default())),
        });
    }
    // Each operation counts as a request does.
    let client = endpoint.client(&parts.extensions, &parts.headers);
    let slot = endpoint.slots().take(address)?;
    let endpoint = endpoint.clone();
    let bearer = Bearer::current();
    if offers(&parts.headers, protocol::NAME) {
        return Ok(upgrade
            .protocols([protocol::NAME])
            .on_upgrade(move |socket| {
                bearer
                    .bear(socket::Connection::new(socket, endpoint, client, stopping, slot).serve())
            }));
    }
    // What is left that the extractor knows is the predecessor.
    if let Ok(older) = GraphQLProtocol::from_request_parts(&mut parts, &()).await {
        return Ok(upgrade
            .protocols([predecessor::NAME])
            .on_upgrade(move |socket| {
                bearer.bear(predecessor::serve(
                    socket, endpoint, client, older, stopping, slot,
                ))
            }));
    }
    Ok(upgrade.on_upgrade(async move |mut socket| {
        socket::say_goodbye(&mut socket, Close::SUBPROTOCOL).await;
        drop(slot);
    }))
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
