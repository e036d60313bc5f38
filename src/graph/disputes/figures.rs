//! Figures as they are compared.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::graph::claims::Stating;
use crate::graph::disputes::Comparer;
use crate::graph::observations::{Scope, Shape, Subject};
use crate::graph::records::{ClaimIndex, EntityIndex};
use crate::graph::walk::{Budget, OverBudget};
use crate::model::value::{Bound, Quantity, Value};

/// One figure with all that it is compared by.
#[derive(Debug)]
pub(super) struct Observation {
    pub(super) claim: ClaimIndex,
    pub(super) quantity: Quantity,
    pub(super) deprecated: bool,
    pub(super) measures: BTreeSet<EntityIndex>,
    pub(super) about: BTreeSet<EntityIndex>,
    pub(super) scope: Scope,
    pub(super) sources: Vec<EntityIndex>,
}

impl Comparer<'_> {
    pub(super) fn shape(&self, entity: EntityIndex) -> Option<&Shape> {
        self.shapes.of(self.view.type_of(entity))
    }

    /// Whether entities of this one's type are compared as observations.
    pub(super) fn is_observation(&self, entity: EntityIndex) -> bool {
        self.shape(entity).is_some()
    }

    /// An observation as it is compared; `None` if it is none, or states no number.
    pub(super) fn observation(
        &mut self,
        entity: EntityIndex,
        budget: &mut Budget,
    ) -> Result<Option<Rc<Observation>>, OverBudget> {
        if let Some(known) = self.observations.get(&entity) {
            return Ok(known.clone());
        }
        budget.spend(1)?;
        let read = self.read(entity).map(Rc::new);
        self.observations.insert(entity, read.clone());
        Ok(read)
    }

    fn read(&self, entity: EntityIndex) -> Option<Observation> {
        let view = self.view;
        let shape = self.shape(entity)?;
        // Where every claim on the value is deprecated, the first of them is shown as such.
        let claim = view.all_claims(entity, shape.value).into_iter().next();
        let winner = view.winner(entity, shape.value).or(claim);
        let claim = winner?;
        let quantity = number(view.graph().stating(claim))?;
        let Subject {
            measures,
            about,
            scope,
        } = shape.subject(view, entity);
        Some(Observation {
            claim,
            quantity,
            deprecated: self.is_deprecated(claim),
            measures,
            about,
            scope,
            sources: view.supporting_sources([claim]),
        })
    }
}

/// The number that a claim states.
fn number(stating: Stating<'_>) -> Option<Quantity> {
    let value = match stating {
        Stating::Value(Value::Quantity(quantity)) => return Some(quantity.clone()),
        Stating::Value(Value::Int(number)) => f64::from(*number),
        Stating::Value(Value::Float(number)) => *number,
        #[expect(
            clippy::cast_precision_loss,
            reason = "figures past 2^53 are compared as doubles"
        )]
        Stating::Value(Value::BigInt(number)) => *number as f64,
        _ => return None,
    };
    Some(Quantity {
        value,
        bound: Bound::Exact,
        low: None,
        high: None,
        unit: None,
        currency: None,
    })
}
