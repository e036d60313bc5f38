//! Compiling what is asked of the schema itself.

use apollo_compiler::Node;
use apollo_compiler::executable::{self, SelectionSet};

use super::{Collected, Compiler, given};
use crate::api::error::{Code, RequestError};
use crate::api::introspection::{Asked, Field, Selection, Step};

impl<'a> Compiler<'a> {
    /// The fields `__schema` or `__type` under one response key; the slot of what is asked.
    pub(super) fn introspection(
        &mut self,
        fields: &[&'a Node<executable::Field>],
    ) -> Result<usize, RequestError> {
        let selection = self.below_schema(fields)?;
        let asked = match fields.first().filter(|field| field.name == "__type") {
            None => Asked::Schema(selection),
            Some(field) => {
                let name = self.schema_argument(field, "name");
                Asked::Type(name.ok_or_else(|| unknown("__type", "name"))?, selection)
            }
        };
        self.introspections.push(asked);
        Ok(self.introspections.len() - 1)
    }

    /// What fields under one response key select.
    fn below_schema(
        &mut self,
        fields: &[&'a Node<executable::Field>],
    ) -> Result<Selection, RequestError> {
        let sets = fields
            .iter()
            .filter_map(|field| field.selection_set.as_ref());
        let sets: Vec<&'a SelectionSet> = sets.collect();
        let Some(first) = sets.first() else {
            return Ok(Selection::default());
        };
        let type_name = first.ty.as_str();
        let mut collected = Collected::new();
        for set in &sets {
            self.collect(type_name, set, &mut collected);
        }
        let mut steps = Vec::with_capacity(collected.len());
        for (response_key, fields) in collected {
            let Some(first) = fields.first() else {
                continue;
            };
            steps.push(Step {
                key: super::key(steps.is_empty(), response_key),
                field: Field::named(&first.name).ok_or_else(|| unknown(type_name, &first.name))?,
                deprecated: self.schema_argument(first, "includeDeprecated"),
                selection: self.below_schema(&fields)?,
            });
        }
        Ok(Selection {
            of: type_name.into(),
            steps,
        })
    }

    /// The slot of an argument, if it is given.
    fn schema_argument(&mut self, field: &executable::Field, name: &str) -> Option<usize> {
        let value = field.specified_argument_by_name(name)?;
        self.introspected.push((name.to_owned(), given(value)));
        Some(self.introspected.len() - 1)
    }
}

/// The error of what validation does not let pass.
fn unknown(type_name: &str, name: &str) -> RequestError {
    RequestError::new(Code::Internal, format!("{type_name} has no {name}"))
}
