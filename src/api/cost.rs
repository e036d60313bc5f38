//! The price of an operation: how many values its answer may hold, lists counted with their page
//! sizes. It is worked out before any work is done.

use std::collections::HashMap;
use std::sync::Arc;

use crate::api::bind::Bound;
use crate::api::meaning::{
    BucketField, ClaimField, ConnectionField, DisputeField, DisputeSideField, EdgeField,
    EntityField, FactField, HistoryField, Meaning, PayloadField, RelationshipField, RootField,
    StatusField, TraceField, TracedField,
};
use crate::api::plan::{Action, Field, Plan, Selection, Step};

/// What a list without a page of its own is taken to hold.
const PLAIN_LIST: u64 = 10;
/// What a list is taken to hold that mostly has one or two items: who made something, as what.
const SHORT_LIST: u64 = 3;

/// What the sides of a dispute, and the claims of a side, are taken to be.
const SIDES: u64 = 3;

/// The price of a plan with its arguments.
pub(crate) fn price(plan: &Plan, bound: &[Arc<Bound>]) -> u64 {
    Pricing {
        bound,
        known: HashMap::new(),
    }
    .steps(plan.root.steps())
}

struct Pricing<'a> {
    bound: &'a [Arc<Bound>],
    /// Selections are shared between types and places; each is priced once.
    known: HashMap<*const Selection, u64>,
}

impl Pricing<'_> {
    fn selection(&mut self, selection: &Arc<Selection>) -> u64 {
        let key = Arc::as_ptr(selection);
        if let Some(price) = self.known.get(&key) {
            return *price;
        }
        let price = match &**selection {
            Selection::Object(steps) => self.steps(steps),
            // The dearest type counts.
            Selection::Entities(types) | Selection::Relationships(types) => types
                .iter()
                .map(|selection| self.selection(selection))
                .max()
                .unwrap_or(0),
        };
        self.known.insert(key, price);
        price
    }

    fn steps(&mut self, steps: &[Step]) -> u64 {
        steps.iter().fold(0, |sum: u64, step| {
            sum.saturating_add(match &step.action {
                Action::Field(field) => self.field(field),
                Action::Constant(_) | Action::Introspection(_) => 1,
            })
        })
    }

    fn field(&mut self, field: &Field) -> u64 {
        let inner = field.selection.as_ref().map_or(0, |selection| {
            match field
                .arguments
                .and_then(|slot| self.bound.get(slot))
                .cloned()
            {
                Some(bound) if is_connection(field.meaning) => {
                    self.connection(selection, page_size(&bound))
                }
                Some(bound) => self.selection(selection).saturating_mul(page_size(&bound)),
                None => self
                    .selection(selection)
                    .saturating_mul(plain_size(field.meaning)),
            }
        });
        inner.saturating_add(1)
    }

    /// A connection costs its page for `edges` and `nodes`, and once for the rest.
    fn connection(&mut self, selection: &Selection, size: u64) -> u64 {
        selection.steps().iter().fold(0, |sum: u64, step| {
            let Action::Field(field) = &step.action else {
                return sum.saturating_add(1);
            };
            let times = match field.meaning {
                Meaning::Connection(ConnectionField::Edges | ConnectionField::Nodes) => size,
                _ => 1,
            };
            let inner = field
                .selection
                .as_ref()
                .map_or(1, |selection| self.selection(selection));
            sum.saturating_add(inner.saturating_add(1).saturating_mul(times))
        })
    }
}

/// Whether a field answers a list in pages.
pub(crate) fn is_connection(meaning: Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Root(
            RootField::Many(_)
                | RootField::Search
                | RootField::Ledger(_)
                | RootField::Reach
                | RootField::Disputes
                | RootField::Proposals
                | RootField::Corroborations
                | RootField::ChangesBetween
                | RootField::Timeline
        ) | Meaning::Trace(TraceField::Commitments)
            | Meaning::Fact(FactField::History)
            | Meaning::Claim(ClaimField::Disputes | ClaimField::Corroborations)
            | Meaning::Entity(
                EntityField::Connection(_)
                    | EntityField::Claims
                    | EntityField::Cited
                    | EntityField::Sources
                    | EntityField::History
                    | EntityField::Disputes
                    | EntityField::Corroborations
            )
    )
}

fn page_size(bound: &Bound) -> u64 {
    let size = match bound {
        Bound::List(listing) => listing.limit,
        Bound::First(first) => *first,
        Bound::Search(search) => search.first,
        Bound::Ids(ids) => ids.len(),
        Bound::Representations(given) => given.len(),
        Bound::Compared(compared) => compared.page.first,
        Bound::Aggregate(asked) => asked.size(),
        Bound::Walk(walk) => walk.size(),
        Bound::Forward(page) => page.first,
        Bound::Between(between) => between.page.first,
        Bound::Timeline(timeline) => timeline.page.first,
        Bound::Name(_)
        | Bound::Id(_)
        | Bound::Trace(_)
        | Bound::At(_)
        | Bound::Changes(_)
        | Bound::Ticks(_)
        | Bound::Input(_) => 1,
    };
    size as u64
}

fn plain_size(meaning: Meaning) -> u64 {
    match meaning {
        Meaning::Facts { list: true, .. }
        | Meaning::Bucket(BucketField::Keys | BucketField::Summary)
        | Meaning::Entity(EntityField::Property { list: true, .. })
        | Meaning::Entity(EntityField::AboutClaims)
        | Meaning::Fact(FactField::Alternatives)
        | Meaning::History(
            HistoryField::Changes | HistoryField::Entities | HistoryField::Sources,
        )
        | Meaning::Payload(
            PayloadField::Changes | PayloadField::Entities | PayloadField::Disputes,
        )
        | Meaning::Edge(EdgeField::Alternatives)
        | Meaning::Claim(ClaimField::Annotations)
        | Meaning::Traced(TracedField::Gaps)
        | Meaning::Relationship(RelationshipField::Claims) => PLAIN_LIST,
        Meaning::Dispute(DisputeField::Sides) | Meaning::DisputeSide(DisputeSideField::Claims) => {
            SIDES
        }
        Meaning::Traced(
            TracedField::All(_)
            | TracedField::Signatories
            | TracedField::History
            | TracedField::InstrumentHistory,
        )
        | Meaning::Edge(EdgeField::Capacity)
        | Meaning::Status(StatusField::Assessors) => SHORT_LIST,
        // The steps of a path and the nodes of a subgraph were counted by the field that found them.
        _ => 1,
    }
}
