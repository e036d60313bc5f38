//! Mutations: what each field asks for is recorded, one field after the other, and then the answer is written.

use std::sync::{Arc, OnceLock};

use apollo_compiler::executable::Operation;
use serde_json::{Value, json};

use super::refused::Refused;
use super::running::{Course, Run};
use super::{Request, Shared};
use crate::api::bind::Bound;
use crate::api::citation;
use crate::api::error::{Code, RequestError};
use crate::api::execute::{Cause, Recorded};
use crate::api::limits::over;
use crate::api::meaning::{Meaning, MutationField};
use crate::api::mutations::{Draft, InputPath, Problem};
use crate::api::plan::Plan;
use crate::api::prepared::Prepared;
use crate::graph::view::{Audience, View};
use crate::graph::{CheckError, Graph, Version};
use crate::model::access::Role;
use crate::model::change::{Idempotency, Transaction};
use crate::model::date::Timestamp;
use crate::store::{CommitError, Pending, WriteError};

/// How many transactions a conflict lists, at the most.
const MOST_IN_CONFLICT: u32 = 20;

/// Why a transaction is not made, although its input is right.
enum Hindrance {
    /// The record has moved on.
    Conflict(RequestError),
    /// It was made before, under the same key.
    Known(Version),
}

impl Shared {
    /// Records what a mutation asks for, and answers from a view that contains it.
    pub(super) fn run_mutation<T>(
        &self,
        request: &Request,
        prepared: &Prepared,
        operation: &Operation,
        look: impl FnOnce(&Plan) -> Result<T, RequestError>,
        course: &mut Course,
    ) -> Result<Run<T>, Refused> {
        if citation::wanted(&request.extensions)?.is_some() {
            let message =
                "extensions.cite is for a query: a mutation gives another answer each time";
            return Err(RequestError::input(message).into());
        }
        course.kind = "mutation";
        let steps = &mut course.steps;
        let ready = self.ready(request, prepared, operation, steps)?;
        let seen = look(&ready.plan)?;
        let mut recorded = Vec::new();
        for field in ready
            .plan
            .root
            .steps()
            .iter()
            .filter_map(|step| step.field())
        {
            let Meaning::Mutation(mutation) = field.meaning else {
                continue;
            };
            let slot = field.arguments;
            let (Some(arguments), Some(Bound::Input(input))) = (
                slot.and_then(|slot| ready.plan.arguments.get(slot)),
                slot.and_then(|slot| ready.bound.get(slot))
                    .map(|bound| &**bound),
            ) else {
                continue;
            };
            let done = steps.step("record", || self.record(mutation, input, request));
            let at = |error: RequestError| error.at_path(&arguments.path);
            recorded.push(
                done.map_err(|errors| Refused::Rejected(errors.into_iter().map(at).collect()))?,
            );
        }
        let last = recorded.last().map(|last| last.view.clone());
        let view = last.unwrap_or_else(|| self.store.view().seen_by(request.audience()));
        let versions: Vec<_> = recorded
            .iter()
            .filter(|done| !done.dry_run)
            .map(|done| done.version.to_string())
            .collect();
        let answered = self.answer(&ready, &view, Cause::Recorded(recorded), steps);
        let response = answered.map_err(|refused| refused.after_recording(&versions))?;
        Ok(Run {
            seen,
            response,
            citation: None,
        })
    }

    fn record(
        &self,
        mutation: MutationField,
        input: &Value,
        request: &Request,
    ) -> Result<Recorded, Vec<RequestError>> {
        let draft = self.draft(mutation, input, request)?;
        let author = request.caller.name.to_string();
        let idempotency = draft.terms.idempotency_key.clone().map(|key| Idempotency {
            key,
            input: blake3::hash(input.to_string().as_bytes())
                .to_hex()
                .to_string(),
        });
        let audience = request.audience();
        let seen = |view: View, version, dry_run, repeated| Recorded {
            view: view.seen_by(audience),
            version,
            dry_run,
            repeated,
        };
        if draft.terms.dry_run {
            let before = self.store.view();
            let graph = before.graph();
            let now = graph.moment(Timestamp::now());
            let made = make(&draft, (graph, audience), &author, idempotency, now);
            let (transaction, places) = match made {
                Ok(made) => made,
                Err(Hindrance::Known(version)) => return Ok(seen(before, version, true, true)),
                Err(Hindrance::Conflict(error)) => return Err(vec![error]),
            };
            graph
                .check(&transaction)
                .map_err(|errors| refused(&errors, &places))?;
            let mut after = graph.clone();
            after.apply(&transaction);
            let version = after.version();
            return Ok(seen(View::now(after), version, true, false));
        }
        let places = Arc::new(OnceLock::new());
        let placed = Arc::clone(&places);
        let written = self.store.commit_with(move |pending: &Pending<'_>| {
            let (transaction, from) = make(
                &draft,
                (pending.graph(), audience),
                &author,
                idempotency,
                pending.now(),
            )?;
            placed.get_or_init(|| from);
            Ok(transaction)
        });
        match written {
            Ok(committed) => Ok(seen(committed.view, committed.version, false, false)),
            Err(WriteError::Prepare(Hindrance::Known(version))) => {
                Ok(seen(self.store.view(), version, false, true))
            }
            Err(WriteError::Prepare(Hindrance::Conflict(error))) => Err(vec![error]),
            Err(WriteError::Commit(CommitError::Refused(errors))) => {
                let places = places.get().map_or(&[][..], Vec::as_slice);
                Err(refused(&errors, places))
            }
            Err(WriteError::Commit(CommitError::Stopped(reason))) => {
                tracing::error!(%reason, "a change could not be recorded");
                let message = "the record takes no changes at the moment: its log cannot be written, as the server's log says";
                Err(vec![RequestError::new(Code::Unavailable, message)])
            }
            Err(WriteError::Commit(
                error @ (CommitError::Log(_) | CommitError::Altered { .. }),
            )) => {
                tracing::error!(%error, "a change could not be recorded");
                Err(vec![RequestError::new(Code::Internal, "internal error")])
            }
        }
    }

    /// Reads the input, as far as this caller may ask for what it says.
    fn draft(
        &self,
        mutation: MutationField,
        input: &Value,
        request: &Request,
    ) -> Result<Draft, Vec<RequestError>> {
        let read = match mutation {
            MutationField::Changes => Draft::changes(&self.ontology, input),
            MutationField::Fact => Draft::fact(&self.ontology, input),
        };
        let mut draft = read.map_err(|problems| {
            let most = self.options.limits.errors.max(1);
            problems.iter().take(most).map(wrong).collect::<Vec<_>>()
        })?;
        over(
            "changes",
            draft.len() as u64,
            self.options.limits.changes as u64,
        )
        .map_err(|error| vec![error])?;
        if !request.caller.may(Role::Editor) {
            if let Some(place) = draft.beyond_proposing() {
                let message = format!(
                    "{place} needs the role editor: `{}` has the role contributor, who may propose claims and nothing else",
                    request.caller.name
                );
                let error = RequestError::new(Code::Forbidden, message);
                return Err(vec![error.with("inputPath", place.to_json())]);
            }
            draft.terms.propose = true;
        }
        Ok(draft)
    }
}

/// The transaction that a draft is on a graph, for somebody of this audience.
fn make(
    draft: &Draft,
    (graph, audience): (&Graph, Audience),
    author: &str,
    idempotency: Option<Idempotency>,
    now: Timestamp,
) -> Result<(Transaction, Vec<InputPath>), Hindrance> {
    if let Some(idempotency) = &idempotency
        && let Some((version, input)) = graph.recorded_under(author, &idempotency.key)
    {
        if *input == *idempotency.input {
            return Err(Hindrance::Known(version));
        }
        let message = format!(
            "input.idempotencyKey {:?} was used for another input, recorded as version {version}: expected a new key",
            idempotency.key
        );
        let error = RequestError::new(Code::Conflict, message);
        return Err(Hindrance::Conflict(
            error.with("version", json!(version.to_string())),
        ));
    }
    let found = graph.version();
    if let Some(expected) = draft
        .terms
        .expect_version
        .filter(|expected| *expected != found)
    {
        let view = View::now(graph.clone()).seen_by(audience);
        return Err(Hindrance::Conflict(conflict(&view, expected)));
    }
    let (mut transaction, places) = draft.onto(graph, author, now);
    transaction.idempotency = idempotency;
    Ok((transaction, places))
}

/// The record is at another version than the changes were made for: what happened since, as far as whoever asks may know.
fn conflict(view: &View, expected: Version) -> RequestError {
    let found = view.known();
    let message = if expected > found {
        format!("input.expectVersion is {expected}: the record is at version {found}")
    } else {
        format!(
            "input.expectVersion is {expected}: the record is at version {found} by now; look at what changed since, and send again"
        )
    };
    let since = expected.saturating_add(1)..=found;
    let listed = since.rev().take(MOST_IN_CONFLICT as usize);
    let changed: Vec<_> = listed
        .filter_map(|version| {
            let transaction = view.transaction(version)?;
            Some(json!({
                "version": version.to_string(),
                "recordedAt": transaction.recorded_at.to_string(),
                "author": transaction.author,
                "reason": transaction.reason,
            }))
        })
        .collect();
    RequestError::new(Code::Conflict, message)
        .with("version", json!(found.to_string()))
        .with("changedSince", Value::Array(changed))
}

/// What the record found wrong, each at the place of the input that asked for it.
fn refused(errors: &[CheckError], places: &[InputPath]) -> Vec<RequestError> {
    let told = errors.iter().map(|error| match places.get(error.place) {
        Some(place) => wrong(&Problem {
            place: place.clone(),
            message: error.reason.clone(),
        }),
        None => RequestError::input(error.reason.clone()),
    });
    told.collect()
}

/// A mistake in the input.
fn wrong(problem: &Problem) -> RequestError {
    let message = format!("{}: {}", problem.place, problem.message);
    RequestError::input(message).with("inputPath", problem.place.to_json())
}
