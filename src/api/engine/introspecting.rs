//! What an operation asks of the schema itself.

use std::sync::PoisonError;

use apollo_compiler::Node;
use apollo_compiler::ast::DirectiveList;
use apollo_compiler::executable::{self, Operation, SelectionSet};
use apollo_compiler::introspection;
use apollo_compiler::request::RequestError as IntrospectionError;
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;

use super::Shared;
use super::refused::Refused;
use crate::api::error::{Code, RequestError};
use crate::api::introspection::price;
use crate::api::limits::over;
use crate::api::plan::Plan;
use crate::api::prepared::Prepared;

impl Shared {
    /// The answers to `__schema` and `__type`, by slot, as JSON.
    pub(super) fn introspect(
        &self,
        plan: &Plan,
        prepared: &Prepared,
        operation: &Operation,
        variables: &Valid<JsonMap>,
    ) -> Result<Vec<Vec<u8>>, Refused> {
        if plan.introspections.is_empty() {
            return Ok(Vec::new());
        }
        let refuse = |error: &IntrospectionError| {
            RequestError::new(
                Code::ValidationFailed,
                error.to_graphql_error(&prepared.document.sources).message,
            )
        };
        over(
            "values in the answer of its introspection",
            price(
                &prepared.document,
                &plan.introspections,
                self.schema.types.len() as u64,
            ),
            self.options.limits.introspection,
        )?;
        introspection::check_max_depth(&prepared.document, operation)
            .map_err(|error| refuse(&error))?;
        // Each is asked as an operation of its own: `at` has them below the root, too.
        let answer = |fields: &Vec<Node<executable::Field>>| {
            let fields = fields.iter().cloned();
            let asked = Operation {
                description: None,
                operation_type: operation.operation_type,
                name: None,
                variables: Vec::new(),
                directives: DirectiveList::default(),
                selection_set: SelectionSet {
                    ty: operation.object_type().clone(),
                    selections: fields.map(executable::Selection::Field).collect(),
                },
            };
            let response = introspection::partial_execute(
                &self.schema,
                &self.implementers,
                &prepared.document,
                &asked,
                variables,
            )
            .map_err(|error| refuse(&error))?;
            let value = response.data.and_then(|data| data.into_iter().next());
            // Keys are names, so that writing it cannot fail.
            let written = value.map(|(_, value)| serde_json::to_vec(&value));
            Ok(written
                .and_then(Result::ok)
                .unwrap_or_else(|| b"null".to_vec()))
        };
        // A panic elsewhere leaves nothing behind: the lock holds no value.
        let _alone = self
            .introspecting
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        plan.introspections.iter().map(answer).collect()
    }
}
