//! The engine: a store behind a schema.

mod citing;
mod introspecting;
mod request;
mod subscribing;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime};

use apollo_compiler::executable::Operation;
use apollo_compiler::response::{JsonMap, JsonValue};
use apollo_compiler::schema::Implementers;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Schema};
use serde_json::{Value, json};

pub use citing::Stored;
pub use request::{Allow, Answer, EngineError, Options, Outcome, Request};
pub use subscribing::{Announced, Streamed, Subscription};

use crate::api::bind::{Binder, Bound};
use crate::api::compile::Compiler;
use crate::api::definition::Definitions;
use crate::api::disclosure::withhold;
use crate::api::error::{Code, RequestError, body};
use crate::api::execute::{Announcement, Executor, Surroundings};
use crate::api::limits::over;
use crate::api::plan::Plan;
use crate::api::prepared::{Cache, Prepared};
use crate::api::response::Response;
use crate::api::statistics::Statistics;
use crate::api::table::{self, Shape, Table};
use crate::api::traced::{Steps, Traced};
use crate::api::{citation, cost, gate, schema};
use crate::graph::view::View;
use crate::graph::walk::Budget;
use crate::graph::{Counts, Version};
use crate::model::access::Caller;
use crate::model::citation::Citation;
use crate::model::ontology::Ontology;
use crate::store::Store;

/// GraphQL over a store. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    ontology: Arc<Ontology>,
    definitions: Definitions,
    sdl: String,
    schema: Valid<Schema>,
    implementers: apollo_compiler::collections::HashMap<Name, Implementers>,
    surroundings: Surroundings,
    options: Options,
    cache: Cache,
    /// One at a time: what apollo-compiler answers is a tree, many times larger than its JSON.
    introspecting: Mutex<()>,
    statistics: Statistics,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Engine")
            .field("options", &self.shared.options)
            .finish_non_exhaustive()
    }
}

/// What came of a request, inside.
enum Refused {
    Request(Vec<RequestError>),
    Transport(RequestError),
    Execution(RequestError),
    Changed(RequestError),
}

/// An operation with its arguments, priced and let pass.
struct Ready {
    plan: Arc<Plan>,
    bound: Vec<Arc<Bound>>,
    /// The answers to `__schema` and `__type`, by slot, as JSON.
    introspected: Vec<Vec<u8>>,
    price: u64,
    explaining: bool,
    telling_cost: bool,
}

/// What came of a request that was executed.
struct Run<T> {
    /// What was seen in its plan.
    seen: T,
    response: Response,
    /// Its citation, where that was asked for.
    citation: Option<Citation>,
}

impl From<RequestError> for Refused {
    fn from(error: RequestError) -> Self {
        Self::Request(vec![error])
    }
}

impl Refused {
    /// The code of the first error.
    fn code(&self) -> Code {
        match self {
            Self::Request(errors) => errors
                .first()
                .map_or(Code::ValidationFailed, |error| error.code),
            Self::Transport(error) | Self::Execution(error) | Self::Changed(error) => error.code,
        }
    }

    fn errors(&mut self) -> &mut [RequestError] {
        match self {
            Self::Request(errors) => errors,
            Self::Transport(error) | Self::Execution(error) | Self::Changed(error) => {
                std::slice::from_mut(error)
            }
        }
    }

    fn answer(self) -> Answer {
        let (body, outcome) = match self {
            Self::Request(errors) => (body(&errors, false), Outcome::RequestError),
            Self::Transport(error) => (body(&[error], false), Outcome::MethodNotAllowed),
            Self::Execution(error) => (body(&[error], true), Outcome::Failed),
            Self::Changed(error) => (body(&[error], false), Outcome::Changed),
        };
        Answer {
            body: body.into(),
            outcome,
        }
    }
}

impl Engine {
    /// Generates the schema from the store's ontology. `ontology_text` is its SDL, for those who ask.
    ///
    /// # Errors
    /// When the schema that follows from the ontology is not valid.
    pub fn new(store: Store, ontology_text: &str, options: Options) -> Result<Self, EngineError> {
        let ontology = Arc::clone(store.view().graph().ontology());
        let printed = |is_subgraph: bool| {
            let mut definitions = schema::generate(&ontology);
            if options.clock {
                schema::clock::define(&mut definitions);
            }
            if is_subgraph {
                schema::federation::define(&ontology, &mut definitions);
            }
            let sdl = schema::build(&definitions)?.sdl_with_options(
                async_graphql::SDLExportOptions::new()
                    .include_specified_by()
                    .prefer_single_line_descriptions(),
            );
            Ok::<_, EngineError>((definitions, sdl))
        };
        let (definitions, sdl) = printed(options.federation)?;
        let subgraph = if options.federation {
            // A router adds by itself what it asks for.
            let (_, plain) = printed(false)?;
            Some(schema::federation::with_keys(&plain, &ontology))
        } else {
            None
        };
        let schema = Schema::parse_and_validate(&sdl, "api.graphql")
            .map_err(|refused| EngineError::Invalid(refused.errors.to_string()))?;
        let implementers = schema.implementers_map();
        let surroundings = Surroundings {
            ontology: options
                .disclosure
                .introspection
                .then(|| ontology_text.to_owned()),
            subgraph,
            persistent: store.is_persistent(),
            most_bytes: options.limits.answer.0,
        };
        let shared = Shared {
            store,
            ontology,
            definitions,
            sdl,
            schema,
            implementers,
            surroundings,
            cache: Cache::new(options.limits.documents, options.limits.documents_text.0),
            introspecting: Mutex::default(),
            statistics: Statistics::new(options.limits.operation_names),
            options,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// The schema that clients see, as SDL.
    #[must_use]
    pub fn sdl(&self) -> &str {
        &self.shared.sdl
    }

    /// Whether clients may see the schema.
    #[must_use]
    pub fn tells_schema(&self) -> bool {
        self.shared.options.disclosure.introspection
    }

    /// What has been counted of the operations so far.
    #[must_use]
    pub fn statistics(&self) -> &Statistics {
        &self.shared.statistics
    }

    /// The version of the record, and how much is in it.
    #[must_use]
    pub fn size(&self) -> (Version, Counts) {
        let view = self.shared.store.view();
        (view.known(), view.graph().counts())
    }

    /// Whether requests can be answered.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.shared.store.is_open()
    }

    /// The version of the record, and the hash that vouches for all up to it. `None` when the log cannot be read.
    #[must_use]
    pub fn head(&self) -> Option<(Version, String)> {
        let version = self.shared.store.view().known();
        let (_, head) = self.shared.store.as_of(Some(version)).ok()??;
        Some((version, head))
    }

    /// Checks a document without running it.
    ///
    /// # Errors
    /// A sentence for each thing that is wrong with it, with its line and column where there is one.
    pub fn check(&self, document: &str) -> Result<(), Vec<String>> {
        let Options {
            limits, disclosure, ..
        } = &self.shared.options;
        let admitted = gate::admit(&self.shared.schema, document, limits, disclosure);
        let told = |error: RequestError| match error.location {
            Some((line, column)) => format!("{line}:{column}: {error}"),
            None => error.to_string(),
        };
        admitted
            .map(drop)
            .map_err(|errors| errors.into_iter().map(told).collect())
    }

    /// Answers a request. Synchronous: it takes a processor for as long as it runs, within its budget.
    #[must_use]
    pub fn execute(&self, request: &Request, allow: Allow) -> Answer {
        match self.shared.run(request, allow, |_| Ok(())) {
            Ok(run) => run.answer(),
            Err(refused) => refused.answer(),
        }
    }

    /// Answers a request for one list as a table.
    ///
    /// # Errors
    /// The answer, which holds errors: those of [`Engine::execute`], and that the operation asks for no one list.
    pub fn table(&self, request: &Request, allow: Allow) -> Result<Table, Answer> {
        let run = self.shared.run(request, allow, table::shape);
        run.and_then(Run::table).map_err(Refused::answer)
    }

    /// Whether anybody may have citations kept.
    #[must_use]
    pub fn keeps_citations(&self) -> bool {
        self.shared.options.citations
    }

    /// Runs a request and keeps its citation in the record, unless it is there already.
    ///
    /// # Errors
    /// The answer, which holds errors: those of [`Engine::execute`], or why it cannot be kept.
    pub fn cite(&self, request: &Request) -> Result<Stored, Answer> {
        self.shared.cite(request).map_err(Refused::answer)
    }

    /// The answer that a citation is of, byte for byte; `None` if no such citation is on record, or it is of what
    /// this caller may not see.
    #[must_use]
    pub fn cited(&self, hash: &str, caller: &Caller) -> Option<Answer> {
        let run = self.shared.cited(hash, caller, |_| Ok(()))?;
        Some(match run {
            Ok(run) => run.answer(),
            Err(refused) => refused.answer(),
        })
    }

    /// The same as a table.
    #[must_use]
    pub fn cited_table(&self, hash: &str, caller: &Caller) -> Option<Result<Table, Answer>> {
        let run = self.shared.cited(hash, caller, table::shape)?;
        Some(run.and_then(Run::table).map_err(Refused::answer))
    }
}

impl<T> Run<T> {
    fn answer(self) -> Answer {
        let mut response = self.response;
        if let Some(citation) = &self.citation {
            response.tell("citation", citation::shown(citation));
        }
        Answer {
            body: response.finish().into(),
            outcome: Outcome::Executed,
        }
    }
}

impl Run<Shape> {
    fn table(self) -> Result<Table, Refused> {
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
    /// The answer, after `look` has looked at its plan and let it pass. It is counted.
    fn run<T>(
        &self,
        request: &Request,
        allow: Allow,
        look: impl FnOnce(&Plan) -> Result<T, RequestError>,
    ) -> Result<Run<T>, Refused> {
        let mut steps = self.steps();
        let mut operation = None;
        let run = self.run_uncounted(request, allow, look, &mut operation, &mut steps);
        let name = operation.as_ref().map(Option::as_deref);
        let error = run.as_ref().err().map(Refused::code);
        self.ended("query", name, &steps, error);
        run.map_err(|refused| self.discreet(refused, request))
    }

    /// The same refusal, without names of the schema that the client did not send where it is to learn none.
    fn discreet(&self, mut refused: Refused, request: &Request) -> Refused {
        let disclosure = &self.options.disclosure;
        if !disclosure.introspection && !disclosure.suggestions {
            withhold(&self.schema, request, refused.errors());
        }
        refused
    }

    /// The steps of an operation that begins now.
    fn steps(&self) -> Steps {
        Steps::new(self.options.observer.is_some())
    }

    /// Counts an operation that has ended, and tells of it who wants to know. What operation it was, with or without a name,
    /// is `None` where it did not come so far.
    fn ended(
        &self,
        kind: &'static str,
        operation: Option<Option<&str>>,
        steps: &Steps,
        error: Option<Code>,
    ) {
        let took = steps.started.elapsed();
        let name = operation.flatten();
        match (operation, error) {
            (None, Some(error)) => self.statistics.refused(took, error),
            _ => self.statistics.ran(name, took, error),
        }
        if let Some(observer) = &self.options.observer {
            let now = SystemTime::now();
            observer.tell(&Traced {
                kind,
                operation: name,
                started: now.checked_sub(took).unwrap_or(now),
                took,
                steps: steps.ended(),
                error: error.map(Code::name),
            });
        }
    }

    /// The same; what operation it is, with or without a name, is told as soon as it is known.
    fn run_uncounted<T>(
        &self,
        request: &Request,
        allow: Allow,
        look: impl FnOnce(&Plan) -> Result<T, RequestError>,
        found: &mut Option<Option<Name>>,
        steps: &mut Steps,
    ) -> Result<Run<T>, Refused> {
        let prepared = steps.step("document", || self.prepared(&request.query, allow))?;
        let operation = gate::choose(&prepared.document, request.operation_name.as_deref())?;
        *found = Some(operation.name.clone());
        if !operation.is_query() {
            return Err(wrong_kind(operation).into());
        }
        let ready = self.ready(request, &prepared, operation, steps)?;
        let (view, cited) = self.view(request)?;
        let seen = look(&ready.plan)?;
        let response = self.answer(&ready, &view, None, steps)?;
        let citation = cited.map(|cited| citation::of(request, cited, response.data()));
        Ok(Run {
            seen,
            response,
            citation,
        })
    }

    /// All that comes before an execution.
    fn ready(
        &self,
        request: &Request,
        prepared: &Prepared,
        operation: &Operation,
        steps: &mut Steps,
    ) -> Result<Ready, Refused> {
        let given = &request.variables;
        let variables = steps.step("variables", || {
            gate::variables(&self.schema, &prepared.document, operation, given)
        })?;
        let plan = steps.step("plan", || {
            self.plan(prepared, request, operation, &variables)
        })?;
        let bound = steps.step("arguments", || self.bind(&plan, &variables))?;
        let price = cost::price(&plan, &bound);
        over(
            "values in its largest answer",
            price,
            self.options.limits.cost,
        )?;
        let introspected = self.introspect(&plan, prepared, operation, &variables)?;
        Ok(Ready {
            plan,
            bound,
            introspected,
            price,
            explaining: is_asked(request, "explain")?,
            telling_cost: is_asked(request, "cost")?,
        })
    }

    /// Executes what is ready; of a subscription for one event.
    fn answer(
        &self,
        ready: &Ready,
        view: &View,
        announcement: Option<Announcement>,
        steps: &mut Steps,
    ) -> Result<Response, Refused> {
        let since = steps.begin();
        let limits = &self.options.limits;
        let budget = Budget::new(limits.visited).with_deadline(Instant::now() + limits.time);
        let resolve = |bound: &Arc<Bound>| Arc::clone(bound).resolved(view.graph());
        let bound: Vec<_> = ready.bound.iter().map(resolve).collect();
        let surroundings = &self.surroundings;
        let response = Executor::new(
            &ready.plan,
            &bound,
            &ready.introspected,
            surroundings,
            budget,
        )
        .explaining(ready.explaining)
        .telling(announcement)
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
        Ok(response)
    }

    fn prepared(&self, text: &str, allow: Allow) -> Result<Arc<Prepared>, Refused> {
        let known = self.cache.get(text);
        self.statistics.document(known.is_some());
        if let Some(prepared) = known {
            return Ok(prepared);
        }
        if allow == Allow::ReadingOnly && gate::may_change(text, &self.options.limits) {
            let message = "a mutation may not run over this method: expected POST";
            return Err(Refused::Transport(RequestError::new(
                Code::MethodNotAllowed,
                message,
            )));
        }
        let limits = &self.options.limits;
        let document = gate::admit(&self.schema, text, limits, &self.options.disclosure).map_err(
            |mut errors| {
                errors.truncate(limits.errors.max(1));
                Refused::Request(errors)
            },
        )?;
        let prepared = Arc::new(Prepared::new(document));
        self.cache.keep(text, &prepared);
        Ok(prepared)
    }

    fn plan(
        &self,
        prepared: &Prepared,
        request: &Request,
        operation: &Operation,
        variables: &JsonMap,
    ) -> Result<Arc<Plan>, Refused> {
        let names = prepared.conditions(operation);
        // A variable with a default may be null all the same, which is found out only now.
        let is_null = |name: &&String| variables.get(name.as_str()).is_some_and(JsonValue::is_null);
        if let Some(name) = names.iter().find(is_null) {
            let message = format!(
                "${name} is null: expected true or false, since @skip or @include reads it"
            );
            return Err(Refused::Execution(RequestError::input(message)));
        }
        let conditions: HashMap<String, bool> = names
            .iter()
            .filter_map(|name| Some((name.clone(), variables.get(name.as_str())?.as_bool()?)))
            .collect();
        let mut holding: Vec<(String, bool)> = conditions
            .iter()
            .map(|(name, holds)| (name.clone(), *holds))
            .collect();
        holding.sort();
        let key = (request.operation_name.clone(), holding);
        if let Some(plan) = prepared.plan(&key) {
            return Ok(plan);
        }
        let compiler = Compiler::new(
            &self.definitions,
            &self.ontology,
            &prepared.document,
            &conditions,
        );
        let plan = Arc::new(compiler.compile(operation)?);
        // Merged, as they stand in the answer: a fragment hides none, and spreading it twice adds none.
        let root_fields = plan.root.steps().len();
        over(
            "root fields",
            root_fields as u64,
            self.options.limits.root_fields as u64,
        )?;
        prepared.keep(key, &plan);
        Ok(plan)
    }

    fn bind(&self, plan: &Plan, variables: &JsonMap) -> Result<Vec<Arc<Bound>>, Refused> {
        let value = |name: &str| variables.get(name).map(gate::plain);
        let binder = Binder {
            definitions: &self.definitions,
            ontology: &self.ontology,
            variables: &value,
        };
        let bind = |arguments: &crate::api::plan::Arguments| match &arguments.constant {
            Some(bound) => Ok(Arc::clone(bound)),
            None => binder.bind(arguments).map(Arc::new),
        };
        Ok(plan.arguments.iter().map(bind).collect::<Result<_, _>>()?)
    }
}

/// The refusal of an operation that has not one answer.
fn wrong_kind(operation: &Operation) -> RequestError {
    let message = if operation.is_subscription() {
        "a subscription has many answers and this transport gives one: expected a query; \
         subscribe over a WebSocket, or by HTTP with `Accept: text/event-stream`"
    } else {
        "this server runs queries and subscriptions: expected no mutation"
    };
    RequestError::new(Code::OperationResolution, message)
}

/// Whether a request asks for something beside the data.
fn is_asked(request: &Request, name: &str) -> Result<bool, RequestError> {
    match request.extensions.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(asked)) => Ok(*asked),
        Some(found) => Err(RequestError::input(format!(
            "extensions.{name} is {found}: expected true or false"
        ))),
    }
}
