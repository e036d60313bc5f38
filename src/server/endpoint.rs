//! What answers operations, however they come in: the engine, and who may use how much of it.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::header::HeaderValue;
use axum::http::{Extensions, HeaderMap};
use axum::response::Response;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::api;
use crate::api::{Allow, Answer, Engine, Outcome};

use super::access::{Callers, Identity};
use super::answered::no_table;
use super::documents::{Documents, Resolved};
use super::media::Format;
use super::observe::guarded;
use super::pace::Pace;
use super::rate::Rates;
use super::refusal::Refusal;
use super::request::Asked;
use super::room::Room;
use super::streams::framing::Framing;
use super::streams::operation::Operation;
use super::streams::slots::Slots;
use super::streams::{Connection, Streams, response};
use super::{Options, etag, table};

/// What the address needs to answer. Cheap to clone.
#[derive(Clone)]
pub(super) struct Endpoint {
    shared: Arc<Shared>,
}

struct Shared {
    engine: Engine,
    turns: Semaphore,
    pace: Pace,
    rates: Option<Rates>,
    options: Options,
    slots: Slots,
    /// For the bodies of requests.
    room: Room,
    documents: Documents,
    callers: Callers,
    /// Of the schema and the program, which both shape an answer.
    program: blake3::Hash,
}

impl Endpoint {
    pub(super) fn new(engine: Engine, callers: Callers, options: &Options) -> Self {
        let mut program = blake3::Hasher::new();
        program.update(env!("CARGO_PKG_VERSION").as_bytes());
        program.update(engine.sdl().as_bytes());
        let turns = options.http.concurrency.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            shared: Arc::new(Shared {
                engine,
                turns: Semaphore::new(turns),
                pace: Pace::new(),
                slots: Slots::new(&options.streams),
                room: Room::new(options.http.bodies.0),
                rates: Rates::new(&options.rate),
                options: options.clone(),
                documents: Documents::new(&options.documents, options.trusted.clone()),
                callers,
                program: program.finalize(),
            }),
        }
    }

    /// What answers.
    pub(super) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    /// Lets a request in, unless its client has sent too many.
    pub(super) fn admit(
        &self,
        extensions: &Extensions,
        headers: &HeaderMap,
    ) -> Result<(), Refusal> {
        match &self.shared.rates {
            Some(rates) => rates.admit(extensions, headers),
            None => Ok(()),
        }
    }

    /// Who is to be asked for by [`Endpoint::admit_one_of`], for all that comes over one connection.
    pub(super) fn client(&self, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
        self.shared.rates.as_ref()?.client(extensions, headers)
    }

    /// Lets one more operation of a client in, unless it has sent too many.
    pub(super) fn admit_one_of(&self, client: Option<IpAddr>) -> Result<(), Refusal> {
        match (&self.shared.rates, client) {
            (Some(rates), Some(client)) => rates.admit_one_of(client),
            _ => Ok(()),
        }
    }

    /// How the server is set up.
    pub(super) fn options(&self) -> &Options {
        &self.shared.options
    }

    /// The limits of connections that stay.
    pub(super) fn streams(&self) -> &Streams {
        &self.shared.options.streams
    }

    /// For the bodies of requests.
    pub(super) fn room(&self) -> &Room {
        &self.shared.room
    }

    /// How many of them there may be.
    pub(super) fn slots(&self) -> &Slots {
        &self.shared.slots
    }

    /// The request that a client means, with its document and who sends it.
    pub(super) fn resolve(&self, asked: Asked, identity: &Identity) -> Result<Resolved, Refusal> {
        self.shared.documents.resolve(asked, &identity.caller)
    }

    /// Who tells whose a token is.
    pub(super) fn callers(&self) -> &Callers {
        &self.shared.callers
    }

    /// Runs one operation when its turn has come.
    pub(super) async fn run(
        &self,
        request: &api::Request,
        allow: Allow,
    ) -> Result<Answer, Refusal> {
        self.turn(&request.query, || {
            self.shared.engine.execute(request, allow)
        })
        .await
    }

    /// Answers a request, and keeps its document where the client wants to name it from now on.
    pub(super) async fn answer(&self, resolved: Resolved, allow: Allow) -> Result<Answer, Refusal> {
        let Resolved { request, keep_as } = resolved;
        let answer = self.run(&request, allow).await?;
        if let Some(hash) = keep_as
            && answer.outcome == Outcome::Executed
        {
            self.shared.documents.keep(hash, &request.query);
        }
        Ok(answer)
    }

    /// The tag of a request's answer, which is the same as long as nothing changes in the record. `None` while that
    /// cannot be told.
    pub(super) fn tag(&self, request: &api::Request, format: Format) -> Option<HeaderValue> {
        let (version, head) = self.shared.engine.head();
        let mut digest = blake3::Hasher::new();
        digest.update(self.shared.program.as_bytes());
        let mut part = |text: &str| {
            digest.update(&(text.len() as u64).to_le_bytes());
            digest.update(text.as_bytes());
        };
        part(&head);
        part(&request.query);
        part(request.operation_name.as_deref().unwrap_or_default());
        for values in [&request.variables, &request.extensions] {
            part(&serde_json::to_string(values).ok()?);
        }
        // What an answer tells depends on who asks: a copy of somebody else's is never good.
        let caller = &request.caller;
        part(&caller.name);
        digest.update(&[format as u8, caller.role as u8, u8::from(caller.is_known)]);
        // Weak, since it may be sent compressed in several ways.
        let label = format!("{version}-");
        Some(etag::tag(true, &label, &digest.finalize()))
    }

    /// Runs one operation when its turn has come, and writes the one list that it asks for as a table.
    pub(super) async fn tabled(
        &self,
        request: &api::Request,
        allow: Allow,
    ) -> Result<Response, Refusal> {
        let job = || match self.shared.engine.table(request, allow) {
            Ok(table) => table::response(&table),
            Err(answer) => Ok(no_table(answer)),
        };
        let tabled = self.turn(&request.query, job).await?;
        tabled.map_err(|error| Refusal::internal(&error, "a table could not be written"))
    }

    /// Runs one operation whose answers go on.
    pub(super) fn streamed(
        &self,
        request: api::Request,
        identity: Identity,
        allow: Allow,
        framing: Framing,
        connection: Connection,
    ) -> Result<Response, Refusal> {
        let slot = self.shared.slots.take(connection.address)?;
        let operation = Operation::new(self.clone(), request, identity, allow, connection.stopping);
        let keep_alive = self.streams().beat();
        Ok(response::response(operation, framing, keep_alive, slot))
    }

    /// Does a job for an operation when its turn has come.
    pub(super) async fn turn<T>(
        &self,
        document: &str,
        job: impl FnOnce() -> T,
    ) -> Result<T, Refusal> {
        let Shared {
            turns,
            pace,
            options,
            ..
        } = &*self.shared;
        let limit = options.http.request_timeout;
        // Mostly it is free, and then no clock has to be set.
        let turn = match turns.try_acquire() {
            Ok(turn) => Ok(Ok(turn)),
            Err(_) => timeout(limit, turns.acquire()).await,
        };
        // The semaphore is never closed, so the only failure is that it took too long.
        let Ok(Ok(_turn)) = turn else {
            return Err(Refusal::Busy { limit });
        };
        pace.run(document, || guarded(job))
    }
}
