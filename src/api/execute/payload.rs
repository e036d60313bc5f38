//! What came of a mutation.

use std::collections::BTreeSet;

use crate::api::execute::{Executor, Written, below, steps};
use crate::api::meaning::{Meaning, PayloadField};
use crate::api::plan::Field;
use crate::graph::disputes::{Wanted, list};
use crate::graph::history::{Entry, Interest};
use crate::graph::records::{EntityIndex, Version};
use crate::graph::view::View;
use crate::graph::walk::Budget;

/// How many new disputes are told, at the most.
const MOST_DISPUTES: usize = 100;

/// A transaction that was recorded, or would be.
#[derive(Debug)]
pub(crate) struct Recorded {
    /// The record with it, as whoever asked for it may see it.
    pub(crate) view: View,
    /// Its number.
    pub(crate) version: Version,
    /// Whether it was not recorded.
    pub(crate) dry_run: bool,
    /// Whether it had been recorded before.
    pub(crate) repeated: bool,
}

impl<'a> Executor<'a> {
    /// The payload of the next mutation of the operation.
    pub(super) fn payload(&mut self, field: &'a Field) -> Written {
        let Some(recorded) = self.recorded.next() else {
            return self.null();
        };
        let Recorded { view, version, .. } = &recorded;
        let entry = view
            .changed_by(*version, &Interest::default(), &mut self.budget)
            .map_err(|over| self.over_budget(field, over))?;
        let entry = entry.unwrap_or_else(|| Entry::empty(*version));
        self.object(steps(field), |this, field| match field.meaning {
            Meaning::Payload(PayloadField::Version) => this.text(&version.to_string()),
            Meaning::Payload(PayloadField::DryRun) => this.boolean(recorded.dry_run),
            Meaning::Payload(PayloadField::Repeated) => this.boolean(recorded.repeated),
            Meaning::Payload(PayloadField::Transaction) => {
                this.transaction(view, *version, steps(field))
            }
            Meaning::Payload(PayloadField::Changes) => this.list(&entry.changes, |this, change| {
                this.change(view, change, steps(field))
            }),
            Meaning::Payload(PayloadField::Entities) => this
                .list(subjects(view, &entry), |this, entity| {
                    this.entity_or_null(view, Some(entity), below(field))
                }),
            Meaning::Payload(PayloadField::Disputes) => {
                this.new_disputes(view, &subjects(view, &entry), *version, field)
            }
            Meaning::Payload(PayloadField::Query) => this.root(view, steps(field)),
            _ => this.null(),
        })
    }

    /// The disputes about some entities that were not there before a version.
    fn new_disputes(
        &mut self,
        view: &View,
        about: &BTreeSet<EntityIndex>,
        version: Version,
        field: &'a Field,
    ) -> Written {
        let wanted = Wanted {
            corroborations: false,
            about: Some(about.iter().copied().collect()),
            claim: None,
        };
        let all =
            |view: &View, budget: &mut Budget| list(view, &wanted, None, usize::MAX, false, budget);
        let before = view.as_of(version.saturating_sub(1));
        let before =
            all(&before, &mut self.budget).map_err(|over| self.over_budget(field, over))?;
        let now = all(view, &mut self.budget).map_err(|over| self.over_budget(field, over))?;
        let known: BTreeSet<_> = before.items.iter().map(|listed| &listed.key).collect();
        let new = now
            .items
            .iter()
            .filter(|listed| !known.contains(&listed.key));
        self.list(new.take(MOST_DISPUTES), |this, listed| {
            this.comparison(view, &listed.comparison, steps(field))
        })
    }
}

/// What a transaction is about: the entities that it claims something of, or changed otherwise.
fn subjects(view: &View, entry: &Entry) -> BTreeSet<EntityIndex> {
    let of_claims = entry
        .changes
        .iter()
        .map(|change| view.graph().about(change.claim).0);
    of_claims.chain(entry.entities.iter().copied()).collect()
}
