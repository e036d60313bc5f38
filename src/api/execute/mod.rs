//! The executor: a plan over a view, written as JSON bytes.
//!
//! It is synchronous and has no opinions: each step of a plan says what to read, the view answers, and the bytes are
//! appended. Work on relationships is counted against a budget.

mod aggregate;
mod announcement;
mod answers;
mod claims;
mod connection;
mod disputes;
mod edge;
mod entity;
mod entry;
mod explain;
mod forward;
mod history;
mod introspection;
mod pattern;
mod payload;
mod place;
mod root;
mod timeline;
mod trace;
mod values;
mod walks;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::Value;

pub(crate) use announcement::Announcement;
pub(crate) use introspection::Told;
pub(crate) use payload::Recorded;

use crate::api::bind::Bound;
use crate::api::error::{Code, RequestError};
use crate::api::execute::explain::Explanation;
use crate::api::json;
use crate::api::plan::{Action, Field, Plan, Selection, Step};
use crate::api::response::Response;
use crate::api::traced::Steps;
use crate::api::unsent::{Share, Unsent};
use crate::graph::records::EntityIndex;
use crate::graph::view::View;
use crate::graph::walk::{Budget, OverBudget};
use crate::store::Store;

/// Facts about the server that the graph does not know itself.
#[derive(Debug)]
pub(crate) struct Surroundings {
    /// The ontology as SDL, unless it is not to be told.
    pub(crate) ontology: Option<String>,
    /// The schema with its keys, if it is a subgraph.
    pub(crate) subgraph: Option<String>,
    /// Where the record is kept.
    pub(crate) store: Store,
    /// The largest answer, in bytes.
    pub(crate) most_bytes: usize,
    /// The memory of all answers.
    pub(crate) unsent: Unsent,
    /// The schema that clients see.
    pub(crate) told: Told,
}

/// Why an operation is executed.
#[derive(Debug)]
pub(crate) enum Cause {
    /// A query asks.
    Asked,
    /// A subscription is told of something.
    Announced(Announcement),
    /// A mutation has recorded this, field by field.
    Recorded(Vec<Recorded>),
}

/// One execution.
pub(crate) struct Executor<'a> {
    plan: &'a Plan,
    bound: &'a [Arc<Bound>],
    /// The arguments of what is asked of the schema itself, by slot.
    introspected: &'a [Value],
    surroundings: &'a Surroundings,
    budget: Budget,
    /// Kept if it is asked for.
    explanation: Option<Explanation>,
    /// What a subscription is told of.
    announcement: Option<Announcement>,
    /// What a mutation has recorded, in the order of its fields.
    recorded: std::vec::IntoIter<Recorded>,
    /// Who is told of the fields at the root, if anybody.
    told: Option<&'a mut Steps>,
    out: Vec<u8>,
    /// What the answer takes of the memory of all.
    share: Share,
}

type Written = Result<(), RequestError>;

impl<'a> Executor<'a> {
    pub(crate) fn new(
        plan: &'a Plan,
        bound: &'a [Arc<Bound>],
        introspected: &'a [Value],
        surroundings: &'a Surroundings,
        budget: Budget,
    ) -> Self {
        Self {
            plan,
            bound,
            introspected,
            surroundings,
            budget,
            explanation: None,
            announcement: None,
            recorded: Vec::new().into_iter(),
            told: None,
            // What is a little larger than the last answer still fits.
            share: surroundings.unsent.share(),
            out: Vec::with_capacity(plan.size.load(Ordering::Relaxed) * 9 / 8 + 64),
        }
    }

    /// The same, telling in the response's extensions how lists were read, if that is asked.
    pub(crate) fn explaining(self, asked: bool) -> Self {
        Self {
            explanation: asked.then(Explanation::default),
            ..self
        }
    }

    /// The same, for what has come about.
    pub(crate) fn because(mut self, cause: Cause) -> Self {
        match cause {
            Cause::Asked => {}
            Cause::Announced(announcement) => self.announcement = Some(announcement),
            Cause::Recorded(recorded) => self.recorded = recorded.into_iter(),
        }
        self
    }

    /// Runs the plan and gives the response.
    ///
    /// # Errors
    /// What broke it off; nothing of the answer is kept then.
    pub(crate) fn run(
        mut self,
        view: &View,
        steps: &'a mut Steps,
    ) -> Result<Response, RequestError> {
        self.told = steps.begin().map(|_| steps);
        Response::start(&mut self.out);
        let plan = self.plan;
        self.root(view, plan.root.steps())?;
        // With its end, which is still to come.
        plan.size.store(self.out.len() + 1, Ordering::Relaxed);
        let mut response = Response::new(self.out, self.share, self.budget.visited());
        if let Some(explanation) = &self.explanation {
            response.tell(
                "explain",
                explanation.told(&plan.arguments, view.ontology()),
            );
        }
        Ok(response)
    }

    /// Writes an object: its braces, the keys, and for each field what `each` writes.
    fn object(
        &mut self,
        steps: &'a [Step],
        mut each: impl FnMut(&mut Self, &'a Field) -> Written,
    ) -> Written {
        if steps.is_empty() {
            self.out.push(b'{');
        }
        for step in steps {
            self.out.extend_from_slice(&step.key);
            match &step.action {
                Action::Constant(bytes) => self.out.extend_from_slice(bytes),
                Action::Introspection(slot) => self.introspected(*slot)?,
                Action::Field(field) => each(self, field)?,
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    /// Writes a list.
    fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Self, T) -> Written,
    ) -> Written {
        self.out.push(b'[');
        for (place, item) in items.into_iter().enumerate() {
            if place > 0 {
                self.out.push(b',');
            }
            self.item()?;
            each(self, item)?;
        }
        self.out.push(b']');
        Ok(())
    }

    /// Counts one item of a list, and what has been written so far.
    fn item(&mut self) -> Written {
        let most = self.surroundings.most_bytes;
        if self.out.len() > most {
            let message = format!("the answer is larger than {most} bytes: ask for less");
            return Err(RequestError::new(Code::BudgetExceeded, message));
        }
        self.share.grow(self.out.len()).map_err(|full| {
            let message = format!(
                "the answers that are being made and sent take {} bytes, the most that this server holds: try again, or ask for less",
                full.most
            );
            RequestError::new(Code::BudgetExceeded, message)
        })?;
        self.budget.spend(1).map_err(|over| {
            RequestError::new(Code::BudgetExceeded, format!("{over}: ask for less"))
        })
    }

    fn null(&mut self) -> Written {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn text(&mut self, text: &str) -> Written {
        json::text(text, &mut self.out);
        Ok(())
    }

    fn optional_text(&mut self, text: Option<&str>) -> Written {
        json::optional(text, &mut self.out);
        Ok(())
    }

    fn boolean(&mut self, value: bool) -> Written {
        json::boolean(value, &mut self.out);
        Ok(())
    }

    fn count(&mut self, count: usize) -> Written {
        self.out.extend_from_slice(count.to_string().as_bytes());
        Ok(())
    }

    /// An id, with the view that it is seen in.
    fn id(&mut self, view: &View, id: &str) -> Written {
        if view.clocks().is_now() {
            return self.plain_id(id);
        }
        self.text(&format!("{id}@{}", view.clocks()))
    }

    /// An id as it is: of letters that need no escaping.
    fn plain_id(&mut self, id: &str) -> Written {
        self.out.push(b'"');
        self.out.extend_from_slice(id.as_bytes());
        self.out.push(b'"');
        Ok(())
    }

    /// An entity of whatever type.
    fn entity_or_null(
        &mut self,
        view: &View,
        entity: Option<EntityIndex>,
        selection: Option<&'a Selection>,
    ) -> Written {
        match entity.filter(|entity| view.has(*entity)) {
            Some(entity) => self.entity(view, entity, selection),
            None => self.null(),
        }
    }

    fn bound(&self, field: &Field) -> Option<&'a Bound> {
        self.bound.get(field.arguments?).map(|bound| &**bound)
    }

    /// The error of a field's arguments, with its path.
    fn refuse(&self, field: &Field, error: RequestError) -> RequestError {
        match field
            .arguments
            .and_then(|slot| self.plan.arguments.get(slot))
        {
            Some(arguments) => error.at_path(&arguments.path),
            None => error,
        }
    }

    fn over_budget(&self, field: &Field, over: OverBudget) -> RequestError {
        self.refuse(
            field,
            RequestError::new(
                Code::BudgetExceeded,
                format!("{over}: ask for less, or narrow it by an id"),
            ),
        )
    }
}

/// The selection of a field that leads to an object, which validation has made sure of.
fn below(field: &Field) -> Option<&Selection> {
    field.selection.as_deref()
}

/// The steps of a field that leads to objects of one type.
fn steps(field: &Field) -> &[Step] {
    field.selection.as_deref().map_or(&[], Selection::steps)
}
