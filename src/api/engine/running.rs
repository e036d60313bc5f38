//! Running an operation, and counting it.

use std::sync::Arc;
use std::time::SystemTime;

use apollo_compiler::Name;
use apollo_compiler::executable::Operation;
use serde_json::{Value, json};

use super::preparing::Ready;
use super::refused::{Refused, many_answers};
use super::{Allow, Answer, Outcome, Request, Shared};
use crate::api::bind::Bound;
use crate::api::error::{Code, RequestError};
use crate::api::execute::{Cause, Executor};
use crate::api::plan::Plan;
use crate::api::prepared::Prepared;
use crate::api::response::Response;
use crate::api::table::{Shape, Table};
use crate::api::traced::{Steps, Traced};
use crate::api::{citation, gate};
use crate::graph::view::View;
use crate::model::citation::Citation;

/// An operation on its way: what is told of it when it has ended.
pub(super) struct Course {
    /// What it is: a query, or an answer of a subscription.
    pub(super) kind: &'static str,
    /// Which operation it is, with or without a name; `None` until that is known.
    pub(super) operation: Option<Option<Name>>,
    pub(super) steps: Steps,
}

/// What came of a request that was executed.
pub(super) struct Run<T> {
    /// What was seen in its plan.
    pub(super) seen: T,
    pub(super) response: Response,
    /// Its citation, where that was asked for.
    pub(super) citation: Option<Citation>,
}

impl<T> Run<T> {
    pub(super) fn answer(self) -> Answer {
        let mut response = self.response;
        if let Some(citation) = &self.citation {
            response.tell("citation", citation::shown(citation));
        }
        Answer {
            body: response.finish(),
            outcome: Outcome::Executed,
        }
    }
}

impl Run<Shape> {
    pub(super) fn table(self) -> Result<Table, Refused> {
        let data: Value = serde_json::from_slice(self.response.data()).map_err(|error| {
            let message = format!("the answer cannot be read: {error}");
            Refused::Execution(RequestError::new(Code::Internal, message))
        })?;
        let mut table = self.seen.table(&data).map_err(Refused::Execution)?;
        table.citation = self.citation.map(|citation| citation.hash());
        Ok(table)
    }
}

impl Shared {
    /// An operation that begins now.
    pub(super) fn begin(&self, kind: &'static str) -> Course {
        Course {
            kind,
            operation: None,
            steps: Steps::new(self.options.observer.is_some()),
        }
    }

    /// Counts an operation that has ended, and tells of it who wants to know.
    pub(super) fn end(&self, course: &Course, error: Option<Code>) {
        let took = course.steps.started.elapsed();
        let operation = course.operation.as_ref();
        let name = operation.and_then(Option::as_deref);
        match (operation, error) {
            (None, Some(error)) => self.statistics.refused(took, error),
            _ => self.statistics.ran(name, took, error),
        }
        if let Some(observer) = &self.options.observer {
            let now = SystemTime::now();
            observer.tell(&Traced {
                kind: course.kind,
                operation: name,
                started: now.checked_sub(took).unwrap_or(now),
                took,
                steps: course.steps.ended(),
                error: error.map(Code::name),
            });
        }
    }

    /// The answer, after `look` has looked at its plan and let it pass. It is counted.
    pub(super) fn run<T>(
        &self,
        request: &Request,
        allow: Allow,
        look: impl FnOnce(&Plan) -> Result<T, RequestError>,
    ) -> Result<Run<T>, Refused> {
        let mut course = self.begin("query");
        let run = self.begun(request, &mut course).and_then(|prepared| {
            let operation = self.chosen(request, allow, &prepared, &mut course)?;
            self.run_chosen(request, &prepared, operation, look, &mut course)
        });
        self.end(&course, run.as_ref().err().map(Refused::code));
        run.map_err(|refused| self.discreet(refused, request))
    }

    /// The document of an operation on its way.
    pub(super) fn begun(
        &self,
        request: &Request,
        course: &mut Course,
    ) -> Result<Arc<Prepared>, Refused> {
        let prepared = || self.prepared(&request.query);
        course.steps.step("document", prepared)
    }

    /// Which of its operations is meant, if the transport may run it.
    pub(super) fn chosen<'p>(
        &self,
        request: &Request,
        allow: Allow,
        prepared: &'p Prepared,
        course: &mut Course,
    ) -> Result<&'p Operation, Refused> {
        let operation = gate::choose(&prepared.document, request.operation_name.as_deref())?;
        course.operation = Some(operation.name.clone());
        if operation.is_mutation() && allow == Allow::ReadingOnly {
            let message = "a mutation may not run over this method: expected POST";
            return Err(Refused::Transport(RequestError::new(
                Code::MethodNotAllowed,
                message,
            )));
        }
        Ok(operation)
    }

    /// Runs the operation of a document, which has one answer.
    pub(super) fn run_chosen<T>(
        &self,
        request: &Request,
        prepared: &Prepared,
        operation: &Operation,
        look: impl FnOnce(&Plan) -> Result<T, RequestError>,
        course: &mut Course,
    ) -> Result<Run<T>, Refused> {
        if operation.is_mutation() {
            return self.run_mutation(request, prepared, operation, look, course);
        }
        if operation.is_subscription() {
            return Err(many_answers().into());
        }
        let steps = &mut course.steps;
        let ready = self.ready(request, prepared, operation, steps)?;
        let (view, cited) = self.view(request)?;
        let seen = look(&ready.plan)?;
        let response = self.answer(&ready, &view, Cause::Asked, steps)?;
        let citation = cited.map(|cited| citation::of(request, cited, response.data()));
        Ok(Run {
            seen,
            response,
            citation,
        })
    }

    /// The same refusal, without names of the schema that the client did not send where it is to learn none.
    pub(super) fn discreet(&self, mut refused: Refused, request: &Request) -> Refused {
        if let Some(secret) = &self.secret {
            secret.withhold(request, refused.errors());
        }
        refused
    }

    /// Executes what is ready.
    pub(super) fn answer(
        &self,
        ready: &Ready,
        view: &View,
        cause: Cause,
        steps: &mut Steps,
    ) -> Result<Response, Refused> {
        let since = steps.begin();
        let limits = &self.options.limits;
        let resolve = |bound: &Arc<Bound>| Arc::clone(bound).resolved(view.graph());
        let bound: Vec<_> = ready.bound.iter().map(resolve).collect();
        let surroundings = &self.surroundings;
        let response = Executor::new(
            &ready.plan,
            &bound,
            &ready.introspected,
            surroundings,
            limits.budget(),
        )
        .explaining(ready.explaining)
        .because(cause)
        .run(view, steps);
        steps.end(since, || "execute".to_owned());
        let mut response = response.map_err(Refused::Execution)?;
        if ready.telling_cost {
            let cost = json!({
                "values": ready.price,
                "mostValues": limits.cost,
                "visited": response.visited(),
                "mostVisited": limits.visited,
            });
            response.tell("cost", cost);
        }
        if !ready.misspelled.is_empty() {
            response.tell("ignored", json!(ready.misspelled));
        }
        Ok(response)
    }
}
