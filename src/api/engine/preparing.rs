//! All that comes before an execution: the document, its plan, its arguments, its price.

use std::collections::HashMap;
use std::sync::Arc;

use apollo_compiler::executable::Operation;
use apollo_compiler::response::{JsonMap, JsonValue};
use serde_json::Value;

use super::introspecting::introspected;
use super::refused::Refused;
use super::{Request, Shared};
use crate::api::bind::{Binder, Bound};
use crate::api::compile::Compiler;
use crate::api::error::RequestError;
use crate::api::limits::over;
use crate::api::plan::{Arguments, Plan};
use crate::api::prepared::Prepared;
use crate::api::traced::Steps;
use crate::api::{access, cost, gate};
use crate::ingest::problem::suggestion;

/// An operation with its arguments, priced and let pass.
pub(super) struct Ready {
    pub(super) plan: Arc<Plan>,
    pub(super) bound: Vec<Arc<Bound>>,
    /// The arguments of what is asked of the schema itself, by slot.
    pub(super) introspected: Vec<Value>,
    pub(super) price: u64,
    pub(super) explaining: bool,
    pub(super) telling_cost: bool,
    /// What it asks for by a name that means nothing, though one that does is close.
    pub(super) misspelled: Vec<String>,
}

impl Shared {
    /// All that comes before an execution.
    pub(super) fn ready(
        &self,
        request: &Request,
        prepared: &Prepared,
        operation: &Operation,
        steps: &mut Steps,
    ) -> Result<Ready, Refused> {
        let given = &request.variables;
        let variables = steps.step("variables", || {
            gate::variables(self.schema(), &prepared.document, operation, given)
        })?;
        let plan = steps.step("plan", || {
            self.plan(prepared, request, operation, &variables)
        })?;
        access::check(&plan.restricted, &request.caller).map_err(Refused::Request)?;
        let bound = steps.step("arguments", || self.bind(&plan, &variables))?;
        let price = cost::price(&plan, &bound);
        over(
            "values in its largest answer",
            price,
            self.options.limits.cost,
        )?;
        let introspected = introspected(&plan, &variables)?;
        Ok(Ready {
            plan,
            bound,
            introspected,
            price,
            explaining: is_asked(request, "explain")?,
            telling_cost: is_asked(request, "cost")?,
            misspelled: misspelled(request),
        })
    }

    /// The document: as it is known already, or let through the gate.
    pub(super) fn prepared(&self, text: &str) -> Result<Arc<Prepared>, Refused> {
        let known = self.cache.get(text);
        self.statistics.document(known.is_some());
        if let Some(prepared) = known {
            return Ok(prepared);
        }
        let limits = &self.options.limits;
        let document = gate::admit(self.schema(), text, limits, &self.options.disclosure).map_err(
            |mut errors| {
                errors.truncate(limits.errors.max(1));
                Refused::Request(errors)
            },
        )?;
        let prepared = Arc::new(Prepared::new(document));
        self.cache.keep(text, &prepared);
        Ok(prepared)
    }

    /// The plan of an operation: as it was made already, or compiled.
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
        self.limit_introspection(&plan, prepared, operation)?;
        prepared.keep(key, &plan);
        Ok(plan)
    }

    /// The arguments as the graph understands them.
    fn bind(&self, plan: &Plan, variables: &JsonMap) -> Result<Vec<Arc<Bound>>, Refused> {
        let value = |name: &str| variables.get(name).map(gate::plain);
        let binder = Binder {
            definitions: &self.definitions,
            ontology: &self.ontology,
            variables: &value,
        };
        let bind = |arguments: &Arguments| match &arguments.constant {
            Some(bound) => Ok(Arc::clone(bound)),
            None => binder.bind(arguments).map(Arc::new),
        };
        Ok(plan.arguments.iter().map(bind).collect::<Result<_, _>>()?)
    }
}

/// The names under which a request's extensions are understood.
const EXTENSIONS: [&str; 4] = ["cite", "cost", "explain", "persistedQuery"];

/// Names among a request's extensions that mean nothing, though one that does is close. They are no error: clients may put
/// there what they like.
fn misspelled(request: &Request) -> Vec<String> {
    let names = request.extensions.keys();
    let unknown = names.filter(|name| !EXTENSIONS.contains(&name.as_str()));
    let near = unknown.filter_map(|name| {
        let near = suggestion(name, EXTENSIONS);
        (!near.is_empty()).then(|| format!("extensions.{name} means nothing here{near}"))
    });
    near.take(EXTENSIONS.len()).collect()
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
