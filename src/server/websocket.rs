//! GraphQL over WebSocket, on the same address: a client that holds a connection sends its operations over it.
//!
//! The transport is async-graphql-axum's, which speaks `graphql-transport-ws` and its predecessor; what it
//! runs are the same engine, limits and turns as over HTTP.

use async_graphql::http::ALL_WEBSOCKET_PROTOCOLS;
use async_graphql::{Executor, Response as Reply, ServerError};
use async_graphql_axum::{GraphQLProtocol, GraphQLWebSocket};
use axum::extract::{FromRequestParts, Request, WebSocketUpgrade};
use axum::http::header::UPGRADE;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{BoxStream, StreamExt, once};

use crate::api;
use crate::api::Allow;

use super::graphql::Endpoint;

/// Whether a request asks for a WebSocket.
pub(super) fn is_wanted(method: &Method, headers: &HeaderMap) -> bool {
    let upgrade = headers.get(UPGRADE).and_then(|value| value.to_str().ok());
    *method == Method::GET
        && upgrade.is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket"))
}

/// Turns the connection into a WebSocket. Without a sub-protocol that we speak it is refused.
pub(super) async fn upgrade(endpoint: &Endpoint, http: Request) -> Response {
    let (mut parts, _) = http.into_parts();
    let protocol = match GraphQLProtocol::from_request_parts(&mut parts, &()).await {
        Ok(protocol) => protocol,
        Err(status) => return status.into_response(),
    };
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => upgrade,
        Err(refused) => return refused.into_response(),
    };
    let endpoint = endpoint.clone();
    let options = endpoint.options();
    let silence = options.streams.silence;
    upgrade
        .max_message_size(options.http.body_limit.0)
        .protocols(ALL_WEBSOCKET_PROTOCOLS)
        .on_upgrade(move |socket| {
            GraphQLWebSocket::new(socket, endpoint, protocol)
                .keepalive_timeout(silence)
                .serve()
        })
}

impl Executor for Endpoint {
    async fn execute(&self, request: async_graphql::Request) -> Reply {
        let variables = match serde_json::to_value(&request.variables) {
            Ok(serde_json::Value::Object(variables)) => variables,
            _ => serde_json::Map::new(),
        };
        let request = api::Request {
            query: request.query,
            operation_name: request.operation_name,
            variables,
            extensions: serde_json::to_value(&request.extensions)
                .ok()
                .and_then(|extensions| extensions.as_object().cloned())
                .unwrap_or_default(),
        };
        match self.run(&request, Allow::Everything).await {
            Ok(answer) => serde_json::from_slice(&answer.body).unwrap_or_else(|error| {
                tracing::error!(%error, "an answer could not be sent over a WebSocket");
                failed("internal error")
            }),
            Err(refusal) => failed(&refusal.to_string()),
        }
    }

    /// A query over a WebSocket is a stream of one answer.
    fn execute_stream(
        &self,
        request: async_graphql::Request,
        _session: Option<std::sync::Arc<async_graphql::Data>>,
    ) -> BoxStream<'static, Reply> {
        let endpoint = self.clone();
        once(async move { endpoint.execute(request).await }).boxed()
    }
}

fn failed(message: &str) -> Reply {
    Reply::from_errors(vec![ServerError::new(message, None)])
}
