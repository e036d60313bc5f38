//! Subscriptions: operations that are executed once for each event, each time on what is on record then.

use std::sync::Arc;

use apollo_compiler::Name;
use apollo_compiler::executable::Operation;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::following::Following;
use super::preparing::Ready;
use super::refused::Refused;
use super::running::Course;
use super::{Allow, Answer, Engine, Outcome, Request, Shared};
use crate::api::bind::{Bound, Ticks};
use crate::api::citation;
use crate::api::error::{Code, RequestError};
use crate::api::execute::{Announcement, Cause};
use crate::api::prepared::Prepared;
use crate::graph::records::Version;
use crate::graph::view::{Audience, View};
use crate::store::Store;

/// What comes of an operation over a transport that carries any number of answers.
#[derive(Debug)]
pub enum Streamed {
    /// This answer and no other: that of a query or a mutation, or a refusal.
    Once(Answer),
    /// One answer an event.
    Subscribed(Subscription),
}

/// A subscription. It holds no version of the graph between its answers.
///
/// Waiting and answering are two steps, since waiting costs nothing, and answering takes a processor: [`Subscription::next`]
/// waits for an event, [`Subscription::answer`] executes the operation for it.
pub struct Subscription {
    shared: Arc<Shared>,
    name: Option<Name>,
    audience: Audience,
    ready: Ready,
    source: Source,
}

/// What a subscription waited for.
#[derive(Debug)]
pub struct Announced(Occasion);

/// An answer of a subscription.
#[derive(Debug)]
pub struct Answered {
    /// The answer.
    pub answer: Answer,
    /// The version that it tells of, after which a client may take the subscription up again.
    pub version: Option<Version>,
}

/// Why there may be something to tell.
#[derive(Debug)]
enum Occasion {
    /// A tick of the clock, and which.
    Tick(usize),
    /// The record has grown.
    Growth,
}

/// Where events come from.
enum Source {
    Changes(Following),
    Clock {
        ticks: Ticks,
        told: usize,
        /// Runs from when it is first waited for.
        interval: Option<Interval>,
    },
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Subscription")
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Answers a query or a mutation, or subscribes. Synchronous, as [`Engine::execute`] is.
    #[must_use]
    pub fn stream(&self, request: &Request, allow: Allow) -> Streamed {
        let shared = &self.shared;
        let mut course = shared.begin("subscription");
        let streamed = shared.begun(request, &mut course).and_then(|prepared| {
            let operation = shared.chosen(request, allow, &prepared, &mut course)?;
            if !operation.is_subscription() {
                course.kind = "query";
                let run = shared.run_chosen(request, &prepared, operation, |_| Ok(()), &mut course);
                return run.map(|run| Streamed::Once(run.answer()));
            }
            self.subscribe(request, &prepared, operation, &mut course)
                .map(Streamed::Subscribed)
        });
        match streamed {
            // Its answers are counted one by one.
            Ok(Streamed::Subscribed(subscription)) => Streamed::Subscribed(subscription),
            Ok(answered) => {
                shared.end(&course, None);
                answered
            }
            Err(refused) => {
                shared.end(&course, Some(refused.code()));
                Streamed::Once(shared.discreet(refused, request).answer())
            }
        }
    }

    fn subscribe(
        &self,
        request: &Request,
        prepared: &Prepared,
        operation: &Operation,
        course: &mut Course,
    ) -> Result<Subscription, Refused> {
        if citation::wanted(&request.extensions)?.is_some() {
            let message = "extensions.cite is for one answer: a subscription has many";
            return Err(RequestError::input(message).into());
        }
        let ready = self
            .shared
            .ready(request, prepared, operation, &mut course.steps)?;
        let source = Source::of(&ready, &self.shared.store, request)?;
        Ok(Subscription {
            shared: Arc::clone(&self.shared),
            name: operation.name.clone(),
            audience: request.audience(),
            ready,
            source,
        })
    }
}

impl Subscription {
    /// Waits for the next event; `None` when no more will come. Waiting may be broken off and taken up again.
    pub async fn next(&mut self) -> Option<Announced> {
        self.source.next().await.map(Announced)
    }

    /// Executes the operation for an event; `None` where it turns out that there is nothing to tell. Synchronous, as
    /// [`Engine::execute`] is.
    #[must_use]
    pub fn answer(&mut self, announced: &Announced) -> Option<Answered> {
        let shared = &self.shared;
        let now = shared.store.view().seen_by(self.audience);
        match (&announced.0, &mut self.source) {
            (Occasion::Growth, Source::Changes(following)) => {
                let next = following.find(&now, &shared.options.limits)?;
                let version = following.told();
                let changed = next
                    .changed
                    .map(|entry| Announcement::Changes(entry.into()));
                Some(Answered {
                    answer: self.executed(&next.view, changed, Some(version)),
                    version: Some(version),
                })
            }
            (Occasion::Tick(number), _) => Some(Answered {
                answer: self.executed(&now, Ok(Announcement::Tick(*number)), None),
                version: None,
            }),
            (Occasion::Growth, Source::Clock { .. }) => None,
        }
    }

    /// The answer for what is announced, or why there is none of that version.
    fn executed(
        &self,
        view: &View,
        announcement: Result<Announcement, RequestError>,
        version: Option<Version>,
    ) -> Answer {
        let shared = &self.shared;
        let mut course = shared.begin("subscription");
        course.operation = Some(self.name.clone());
        let steps = &mut course.steps;
        let answered = match announcement {
            Ok(announcement) => {
                shared.answer(&self.ready, view, Cause::Announced(announcement), steps)
            }
            Err(error) => {
                let arguments = self.ready.plan.arguments.first();
                let path = arguments.map_or(&[][..], |arguments| &arguments.path);
                Err(Refused::Execution(error.at_path(path)))
            }
        };
        shared.end(&course, answered.as_ref().err().map(Refused::code));
        match answered {
            Ok(response) => Answer {
                body: response.finish(),
                outcome: Outcome::Executed,
            },
            Err(mut refused) => {
                for error in refused.errors() {
                    if let Some(version) = version {
                        error.message = format!("version {version}: {}", error.message);
                    }
                }
                refused.answer()
            }
        }
    }
}

impl Source {
    /// What the root field asks to be told of.
    fn of(ready: &Ready, store: &Store, request: &Request) -> Result<Self, RequestError> {
        let root = ready.plan.root.steps();
        let mut arguments = root.iter().filter_map(|step| step.field()?.arguments);
        match arguments.next().and_then(|slot| ready.bound.get(slot)) {
            Some(bound) => match **bound {
                Bound::Changes(ref wanted) => {
                    let now = store.view().seen_by(request.audience());
                    let wanted = wanted.clone();
                    Following::new(store, &now, wanted, request.last_event).map(Self::Changes)
                }
                Bound::Ticks(ticks) => Ok(Self::Clock {
                    ticks,
                    told: 0,
                    interval: None,
                }),
                _ => Err(nothing()),
            },
            // @skip or @include left nothing of it.
            None => Err(nothing()),
        }
    }

    async fn next(&mut self) -> Option<Occasion> {
        match self {
            Self::Changes(following) => following.wait().await.map(|()| Occasion::Growth),
            Self::Clock {
                ticks,
                told,
                interval: running,
            } => {
                if ticks.count.is_some_and(|count| *told >= count) {
                    return None;
                }
                let running = running.get_or_insert_with(|| {
                    let mut running = interval(ticks.every);
                    // To a client that is slow, no more ticks come than it takes.
                    running.set_missed_tick_behavior(MissedTickBehavior::Delay);
                    running
                });
                running.tick().await;
                *told += 1;
                Some(Occasion::Tick(*told))
            }
        }
    }
}

fn nothing() -> RequestError {
    let message = "the subscription selects nothing to be told of: expected one field at its root";
    RequestError::new(Code::OperationResolution, message)
}
