//! What an operation asks of the schema itself: what it may, and its arguments.

use apollo_compiler::executable::Operation;
use apollo_compiler::introspection::check_max_depth;
use apollo_compiler::response::JsonMap;
use serde_json::Value;

use super::Shared;
use super::refused::Refused;
use crate::api::error::{Code, RequestError};
use crate::api::gate;
use crate::api::limits::over;
use crate::api::plan::Plan;
use crate::api::prepared::Prepared;

impl Shared {
    /// Refuses what asks too much of the schema.
    pub(super) fn limit_introspection(
        &self,
        plan: &Plan,
        prepared: &Prepared,
        operation: &Operation,
    ) -> Result<(), Refused> {
        if plan.introspections.is_empty() {
            return Ok(());
        }
        let types = self.schema().types.len() as u64;
        let prices = plan.introspections.iter().map(|asked| asked.price(types));
        over(
            "values in the answer of its introspection",
            prices.fold(0, u64::saturating_add),
            self.options.limits.introspection,
        )?;
        check_max_depth(&prepared.document, operation).map_err(|error| {
            let told = error.to_graphql_error(&prepared.document.sources);
            Refused::from(RequestError::new(Code::ValidationFailed, told.message))
        })
    }
}

/// The arguments of what is asked of the schema, by slot.
pub(super) fn introspected(plan: &Plan, variables: &JsonMap) -> Result<Vec<Value>, RequestError> {
    let value = |name: &str| variables.get(name).map(gate::plain);
    let introspected = plan.introspected.iter().map(|(name, given)| {
        // A variable that is left open gives way to the default.
        match given.value(&value) {
            // One with a default of its own may be null all the same, which is found out only now.
            Some(Value::Null) => {
                let message = format!("{name} is null: expected true or false");
                Err(RequestError::input(message))
            }
            found => Ok(found.unwrap_or_default()),
        }
    });
    introspected.collect()
}
