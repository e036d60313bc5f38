//! A WebSocket that speaks `graphql-transport-ws`.

use std::collections::HashMap;
use std::net::IpAddr;
use std::pin::pin;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use crate::api::Allow;

use super::super::access::Identity;
use super::super::endpoint::Endpoint;
use super::super::refusal::Refusal;
use super::super::request::Asked;
use super::super::streams::Stopping;
use super::super::streams::operation::{Operation, Told, refused};
use super::super::streams::slots::Slot;
use super::super::streams::unread::{Unread, Waiting};
use super::protocol::{Close, Deed, Key, Protocol};
use super::{Opened, identify};

/// How many operations make an answer at the same time, of which each may be large.
const ANSWERS_AT_ONCE: usize = 4;

/// How long the client has to answer that the connection is closed.
const FAREWELL: Duration = Duration::from_secs(2);

/// What an operation tells, if it does not break off without a word.
struct Telling {
    key: Key,
    told: Option<Told>,
    /// Held until it is sent.
    _waiting: Waiting,
}

/// One connection.
pub(super) struct Connection {
    socket: WebSocket,
    endpoint: Endpoint,
    client: Option<IpAddr>,
    /// Who opened it; who it is after the first message.
    said: Option<Identity>,
    stopping: Stopping,
    protocol: Protocol,
    tasks: JoinSet<()>,
    /// Ends the task of an operation, by the operation's number.
    ends: HashMap<u64, AbortHandle>,
    /// What the operations tell: an operation makes its next answer when there is room for it.
    told: mpsc::Receiver<Telling>,
    tell: mpsc::Sender<Telling>,
    /// What they have told and the client has not read.
    unread: Unread,
    last_heard: Instant,
    _slot: Slot,
}

impl Telling {
    fn of(key: &Key, told: Option<Told>, unread: &Unread) -> Self {
        let bytes = match &told {
            Some(Told::Answer(body) | Told::Refused(body)) => body.len(),
            Some(Told::Complete) | None => 0,
        };
        Self {
            key: key.clone(),
            told,
            _waiting: unread.wait(bytes),
        }
    }
}

/// Why a conversation ends.
enum End {
    /// We say why.
    Close(Close),
    /// The client went away.
    Gone,
}

type Went = Result<(), End>;

impl Connection {
    pub(super) fn new(opened: Opened) -> Self {
        let Opened {
            socket,
            endpoint,
            client,
            said,
            stopping,
            slot,
        } = opened;
        let (tell, told) = mpsc::channel(ANSWERS_AT_ONCE);
        let unread = Unread::new(endpoint.streams().unread.0);
        let protocol = Protocol::new(endpoint.streams().operations);
        Self {
            socket,
            endpoint,
            client,
            said,
            stopping,
            protocol,
            tasks: JoinSet::new(),
            ends: HashMap::new(),
            told,
            tell,
            unread,
            last_heard: Instant::now(),
            _slot: slot,
        }
    }

    /// Serves the connection until one of both sides ends it. With it end its operations.
    pub(super) async fn serve(mut self) {
        if let Err(End::Close(close)) = self.converse().await {
            self.tasks.abort_all();
            say_goodbye(&mut self.socket, close).await;
        }
    }

    async fn converse(&mut self) -> Went {
        let options = self.endpoint.streams().clone();
        let mut waited = pin!(sleep(options.init_timeout));
        let mut beat = interval(options.beat());
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut stopping = self.stopping.clone();
        let mut stops = false;
        loop {
            // What runs when the server is told to stop is finished; subscriptions break off by themselves.
            if stops && self.protocol.is_idle() {
                return Err(End::Close(Close::STOPPING));
            }
            tokio::select! {
                heard = self.socket.recv() => match heard {
                    Some(Ok(message)) => self.heard(message).await?,
                    Some(Err(error)) => {
                        tracing::debug!(%error, "a WebSocket cannot be read");
                        return Err(End::Close(Close::UNREADABLE));
                    }
                    None => return Err(End::Gone),
                },
                Some(telling) = self.told.recv() => {
                    self.tell(&telling.key, telling.told.as_ref()).await?;
                }
                Some(_ended) = self.tasks.join_next() => {}
                () = &mut waited, if !self.protocol.is_acknowledged() => {
                    return Err(End::Close(Close::NO_INIT));
                }
                () = stopping.wait(), if !stops => stops = true,
                _ = beat.tick() => self.beat().await?,
            }
        }
    }

    async fn heard(&mut self, message: Message) -> Went {
        self.last_heard = Instant::now();
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return Err(End::Close(Close::NOT_TEXT)),
            // Both are answered below us; after a close nothing more is read.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return Ok(()),
        };
        if text.len() > self.endpoint.options().http.body_limit.0 {
            return Err(End::Close(Close::TOO_LARGE));
        }
        match self.protocol.hear(&text) {
            Deed::Nothing => Ok(()),
            Deed::Say(text) => self.say(text).await,
            Deed::Identify(payload) => {
                let identity = identify(&self.endpoint, &payload, self.said.take()).await;
                self.said =
                    Some(identity.map_err(|refusal| End::Close(Close::forbidden(&refusal)))?);
                let acknowledged = self.protocol.acknowledge();
                self.say(acknowledged).await
            }
            Deed::Start { key, asked } => {
                let identity = self.identity()?;
                if let Err(refusal) = self.endpoint.admit_one_of(self.client) {
                    return self.tell(&key, Some(&refused(&refusal))).await;
                }
                self.start(key, *asked, identity);
                Ok(())
            }
            Deed::Stop { number } => {
                self.end(number);
                Ok(())
            }
            Deed::Close(close) => Err(End::Close(close)),
        }
    }

    /// Who is at the other end, as long as their token is good.
    fn identity(&self) -> Result<Identity, End> {
        let said = self.said.clone().ok_or(Refusal::NoToken);
        let identity = said.and_then(|identity| {
            self.endpoint.callers().check(&identity)?;
            Ok(identity)
        });
        identity.map_err(|refusal| End::Close(Close::forbidden(&refusal)))
    }

    /// Runs an operation in a task of its own, so that a long one holds up neither the others nor the protocol.
    fn start(&mut self, key: Key, asked: Asked, identity: Identity) {
        let (endpoint, stopping) = (self.endpoint.clone(), self.stopping.clone());
        let (tell, number) = (self.tell.clone(), key.number);
        let unread = self.unread.clone();
        let task = self.tasks.spawn(async move {
            let request = match endpoint.resolve(asked, &identity) {
                Ok(resolved) => resolved.request,
                Err(refusal) => {
                    let telling = Telling::of(&key, Some(refused(&refusal)), &unread);
                    let _gone = tell.send(telling).await;
                    return;
                }
            };
            let mut operation =
                Operation::new(endpoint, request, identity, Allow::Everything, stopping);
            while let Some(due) = operation.next().await {
                unread.room().await;
                let Ok(room) = tell.reserve().await else {
                    return;
                };
                if let Some(told) = operation.answer(due).await {
                    let is_last = !matches!(told, Told::Answer(_));
                    room.send(Telling::of(&key, Some(told), &unread));
                    if is_last {
                        return;
                    }
                }
            }
            let _gone = tell.send(Telling::of(&key, None, &unread)).await;
        });
        self.ends.insert(number, task);
    }

    fn end(&mut self, number: u64) {
        if let Some(task) = self.ends.remove(&number) {
            task.abort();
        }
    }

    async fn tell(&mut self, key: &Key, told: Option<&Told>) -> Went {
        if !matches!(told, Some(Told::Answer(_))) {
            self.ends.remove(&key.number);
        }
        let Some(told) = told else {
            self.protocol.forget(key);
            return Ok(());
        };
        match self.protocol.tell(key, told) {
            Some(text) => self.say(text).await,
            None => Ok(()),
        }
    }

    /// Keeps the connection alive, and gives up a client that is not there any more.
    async fn beat(&mut self) -> Went {
        if self.last_heard.elapsed() > self.endpoint.streams().patience() {
            return Err(End::Gone);
        }
        if self.protocol.is_acknowledged() {
            self.identity()?;
        }
        self.send(Message::Ping(Default::default())).await
    }

    async fn say(&mut self, text: String) -> Went {
        self.send(Message::Text(text.into())).await
    }

    /// Sends; a client that does not take it for long is given up.
    async fn send(&mut self, message: Message) -> Went {
        let patience = self.endpoint.streams().patience();
        match timeout(patience, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }
}

/// Closes, and reads on until the client has heard it: else it might see a broken connection and no reason.
pub(super) async fn say_goodbye(socket: &mut WebSocket, close: Close) {
    let farewell = async {
        if socket.send(close.frame()).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    let _late = timeout(FAREWELL, farewell).await;
}
