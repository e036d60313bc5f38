//! The older protocol `graphql-ws` (of subscriptions-transport-ws), for clients that know no other.
//!
//! Nobody develops it any more, so async-graphql-axum's transport speaks it. What that lacks stands around it: the number of
//! operations is bounded, a client has to begin in time and to stay there, and it is told when the server stops.

use std::net::IpAddr;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_graphql::{Data, Executor, Request, Response, ServerError};
use async_graphql_axum::{GraphQLProtocol, GraphQLWebSocket};
use axum::extract::ws::{Message, WebSocket};
use futures_util::sink::{self, SinkExt};
use futures_util::stream::{BoxStream, SplitSink, SplitStream, StreamExt, once, unfold};
use tokio::sync::{Mutex, Semaphore};
use tokio::time::{Instant, Interval, interval, timeout};

use crate::api::Allow;

use super::super::access::Identity;
use super::super::endpoint::Endpoint;
use super::super::refusal::Refusal;
use super::super::request::Asked;
use super::super::streams::operation::{Operation, Told};
use super::super::streams::{Stopping, Streams};
use super::protocol::Close;
use super::{Opened, identify};

/// The name of the protocol.
pub(super) const NAME: &str = "graphql-ws";

/// What is written to, by the transport and by the keep-alive.
type Out = Arc<Mutex<SplitSink<WebSocket, Message>>>;

/// Serves a connection until one of both sides ends it.
pub(super) async fn serve(opened: Opened, protocol: GraphQLProtocol) {
    let Opened {
        socket,
        endpoint,
        client,
        said,
        stopping,
        slot: _slot,
    } = opened;
    let identity = Arc::new(OnceLock::new());
    let options = endpoint.streams().clone();
    let (asked, found) = (endpoint.clone(), Arc::clone(&identity));
    let begin = async move |payload: serde_json::Value| {
        let payload = object(payload);
        let identified = identify(&asked, &payload, said).await;
        let identified =
            identified.map_err(|refusal| async_graphql::Error::new(refusal.to_string()))?;
        let _first = found.set(identified);
        Ok(Data::default())
    };
    let runs = Runs {
        endpoint,
        client,
        identity,
        stopping: stopping.clone(),
        running: Arc::new(Semaphore::new(options.operations)),
    };
    let (out, stream) = socket.split();
    let out = Arc::new(Mutex::new(out));
    let close = Arc::new(OnceLock::new());
    let patience = options.patience();
    let said = sink::unfold(Arc::clone(&out), move |out: Out, message| async move {
        say(&out, patience, message).await.map(|()| out)
    });
    let heard = Heard {
        stream,
        out: Arc::clone(&out),
        stopping,
        last: Instant::now(),
        begun: false,
        beat: interval(options.beat()),
        close: Arc::clone(&close),
        options,
    };
    let heard = unfold(heard, async |mut heard| {
        let message = heard.next().await?;
        Some((Ok::<_, axum::Error>(message), heard))
    });
    GraphQLWebSocket::new_with_pair(pin!(said), pin!(heard), runs, protocol)
        .on_connection_init(begin)
        .serve()
        .await;
    if let Some(close) = close.get().cloned() {
        let _gone = say(&out, patience, close.frame()).await;
    }
}

/// Sends; a client that does not take it for long is given up.
async fn say(out: &Out, patience: Duration, message: Message) -> Result<(), ()> {
    let mut out = out.lock().await;
    match timeout(patience, out.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(()),
    }
}

/// What is heard, for as long as the connection is to live.
struct Heard {
    stream: SplitStream<WebSocket>,
    out: Out,
    stopping: Stopping,
    last: Instant,
    begun: bool,
    beat: Interval,
    options: Streams,
    /// Why it ends, if that is our doing.
    close: Arc<OnceLock<Close>>,
}

impl Heard {
    async fn next(&mut self) -> Option<Message> {
        loop {
            let rest = self
                .options
                .init_timeout
                .saturating_sub(self.last.elapsed());
            tokio::select! {
                message = self.stream.next() => {
                    let message = message?.ok()?;
                    self.last = Instant::now();
                    self.begun |= matches!(message, Message::Text(_));
                    return Some(message);
                }
                () = tokio::time::sleep(rest), if !self.begun => {
                    return self.end(Close::NO_INIT);
                }
                () = self.stopping.wait() => {
                    return self.end(Close::STOPPING);
                }
                _ = self.beat.tick() => {
                    if self.last.elapsed() > self.options.patience() {
                        return None;
                    }
                    let ping = Message::Ping(Default::default());
                    say(&self.out, self.options.patience(), ping).await.ok()?;
                }
            }
        }
    }

    fn end(&self, close: Close) -> Option<Message> {
        let _first = self.close.set(close);
        None
    }
}

/// Runs the operations of one connection.
#[derive(Clone)]
struct Runs {
    endpoint: Endpoint,
    client: Option<IpAddr>,
    /// Who it is, after the first message.
    identity: Arc<OnceLock<Identity>>,
    stopping: Stopping,
    running: Arc<Semaphore>,
}

impl Executor for Runs {
    async fn execute(&self, request: Request) -> Response {
        let only = self.execute_stream(request, None).next().await;
        only.unwrap_or_else(|| failed(&Refusal::Stopping))
    }

    fn execute_stream(
        &self,
        request: Request,
        _session: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        let Ok(runs) = Arc::clone(&self.running).try_acquire_owned() else {
            let limit = self.endpoint.streams().operations;
            let refusal = Refusal::TooManyOperations { limit };
            return once(async move { failed(&refusal) }).boxed();
        };
        let admitted = self.endpoint.admit_one_of(self.client);
        let resolved = admitted.and_then(|()| {
            let identity = self.identity.get().cloned().ok_or(Refusal::NoToken)?;
            let resolved = self.endpoint.resolve(ours(request), &identity)?;
            Ok((resolved, identity))
        });
        let (request, identity) = match resolved {
            Ok((resolved, identity)) => (resolved.request, identity),
            Err(refusal) => return once(async move { failed(&refusal) }).boxed(),
        };
        let operation = Operation::new(
            self.endpoint.clone(),
            request,
            identity,
            Allow::Everything,
            self.stopping.clone(),
        );
        unfold((operation, runs), async |(mut operation, runs)| {
            loop {
                let due = operation.next().await?;
                match operation.answer(due).await {
                    Some(Told::Answer(body) | Told::Refused(body)) => {
                        return Some((theirs(&body), (operation, runs)));
                    }
                    Some(Told::Complete) => return None,
                    None => {}
                }
            }
        })
        .boxed()
    }
}

/// A request as ours says it.
fn ours(request: Request) -> Asked {
    Asked {
        // The protocol has no other way to say that it is missing.
        query: Some(request.query).filter(|query| !query.is_empty()),
        document_id: None,
        operation_name: request.operation_name,
        variables: object(serde_json::to_value(&request.variables).unwrap_or_default()),
        extensions: object(serde_json::to_value(&request.extensions).unwrap_or_default()),
    }
}

/// The fields of an object; of anything else there are none.
fn object(value: serde_json::Value) -> serde_json::Map<String, serde_json::Value> {
    match value {
        serde_json::Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    }
}

/// An answer as the transport takes it.
fn theirs(body: &[u8]) -> Response {
    serde_json::from_slice(body).unwrap_or_else(|error| {
        failed(&Refusal::internal(
            &error,
            "an answer could not be sent over a WebSocket",
        ))
    })
}

fn failed(refusal: &Refusal) -> Response {
    Response::from_errors(vec![ServerError::new(refusal.to_string(), None)])
}
