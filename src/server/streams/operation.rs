//! One operation: what it waits for, and what it answers.
//!
//! Waiting and answering are two steps, so that an answer is made only when there is room for it: a client that does not
//! read has no answers heaped up for it.

use bytes::Bytes;

use crate::api::{self, Allow, Announced, Outcome, Streamed, Subscription};
use crate::graph::Version;

use super::super::access::Identity;
use super::super::endpoint::Endpoint;
use super::super::refusal::Refusal;
use super::Stopping;

/// An operation that is being answered.
pub(in crate::server) struct Operation {
    endpoint: Endpoint,
    identity: Identity,
    stopping: Stopping,
    state: State,
    /// The version of which its last answer tells.
    version: Option<Version>,
}

enum State {
    New {
        request: Box<api::Request>,
        allow: Allow,
    },
    Subscribed {
        subscription: Box<Subscription>,
        /// Its events have a name of their own, for they take another time than its start.
        name: String,
    },
    Answered,
    Over,
}

/// What is to be done next.
pub(in crate::server) enum Due {
    Start,
    Announced(Announced),
    Completion,
}

/// What there is to tell the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) enum Told {
    /// An answer: a GraphQL response.
    Answer(Bytes),
    /// The operation is refused, or cannot go on: a GraphQL response with `errors` alone. Nothing follows.
    Refused(Bytes),
    /// All has been told.
    Complete,
}

impl Operation {
    pub(in crate::server) fn new(
        endpoint: Endpoint,
        request: api::Request,
        identity: Identity,
        allow: Allow,
        stopping: Stopping,
    ) -> Self {
        Self {
            endpoint,
            identity,
            stopping,
            state: State::New {
                request: Box::new(request),
                allow,
            },
            version: None,
        }
    }

    /// The version of which the last answer tells, if it tells of one.
    pub(in crate::server) fn version(&self) -> Option<Version> {
        self.version
    }

    /// Waits until there is something to do. `None` when nothing follows: all was told, or the server stops before that.
    ///
    /// Waiting may be broken off and taken up again.
    pub(in crate::server) async fn next(&mut self) -> Option<Due> {
        match &mut self.state {
            State::New { .. } => Some(Due::Start),
            State::Subscribed { subscription, .. } => tokio::select! {
                announced = subscription.next() => {
                    Some(announced.map_or(Due::Completion, Due::Announced))
                }
                () = self.stopping.wait() => None,
            },
            State::Answered => Some(Due::Completion),
            State::Over => None,
        }
    }

    /// Does it. `None` when there is nothing to tell yet, since a subscription waits for an event.
    pub(in crate::server) async fn answer(&mut self, due: Due) -> Option<Told> {
        let state = std::mem::replace(&mut self.state, State::Over);
        // A token may have been revoked, or have expired, since the operation began.
        if let Err(refusal) = self.endpoint.callers().check(&self.identity) {
            return Some(refused(&refusal));
        }
        match (due, state) {
            (Due::Start, State::New { request, allow }) => self.start(&request, allow).await,
            (
                Due::Announced(announced),
                State::Subscribed {
                    mut subscription,
                    name,
                },
            ) => {
                let job = || subscription.answer(&announced);
                match self.endpoint.turn(&name, job).await {
                    Ok(event) => {
                        self.state = State::Subscribed { subscription, name };
                        let event = event?;
                        self.version = event.version;
                        Some(Told::Answer(event.answer.body))
                    }
                    Err(refusal) => Some(refused(&refusal)),
                }
            }
            _ => Some(Told::Complete),
        }
    }

    async fn start(&mut self, request: &api::Request, allow: Allow) -> Option<Told> {
        let endpoint = self.endpoint.clone();
        let job = || endpoint.engine().stream(request, allow);
        match endpoint.turn(&request.query, job).await {
            Ok(Streamed::Once(answer)) if answer.outcome == Outcome::Executed => {
                self.state = State::Answered;
                Some(Told::Answer(answer.body))
            }
            Ok(Streamed::Once(answer)) => Some(Told::Refused(answer.body)),
            Ok(Streamed::Subscribed(subscription)) => {
                self.state = State::Subscribed {
                    subscription: Box::new(subscription),
                    name: format!("each event of {}", request.query),
                };
                None
            }
            Err(refusal) => Some(refused(&refusal)),
        }
    }
}

/// A refusal as a GraphQL response.
pub(in crate::server) fn refused(refusal: &Refusal) -> Told {
    Told::Refused(refusal.body().into())
}
