//! `trace`: commitments with all that belongs to them.

use crate::api::bind::TraceOf;
use crate::api::error::RequestError;
use crate::api::execute::entry::Entry;
use crate::api::execute::{Executor, Written, below, steps};
use crate::api::meaning::{GapField, LedgerField, Meaning, StatusField, TraceField, TracedField};
use crate::api::plan::{Field, Step};
use crate::graph::acting::Link;
use crate::graph::records::{ClaimIndex, EntityIndex};
use crate::graph::trace::{Cell, Gap, Traced};
use crate::graph::view::View;
use crate::model::ontology::Role;

impl<'a> Executor<'a> {
    pub(super) fn trace(&mut self, view: &View, wanted: &'a TraceOf, field: &'a Field) -> Written {
        let then = wanted.id.view(view);
        let subject = self.named(&then, &wanted.id.plain, "id", field)?;
        let entity_type = then.type_of(subject);
        if !then.ontology().takes_part(entity_type) {
            let message = format!(
                "trace: {} is of the type {}, which has no part in commitments: expected a commitment, or who or what can have a part in one",
                then.id(subject),
                then.ontology().entity_type(entity_type).name
            );
            return Err(self.refuse(field, RequestError::input(message)));
        }
        let mut traced = then
            .traced(subject, &mut self.budget)
            .map_err(|over| self.over_budget(field, over))?;
        if let Some(parts) = &wanted.parts {
            traced.retain(|found| found.parts.iter().any(|part| parts.contains(part)));
        }
        self.object(steps(field), |this, field| match field.meaning {
            Meaning::Trace(TraceField::Subject) => this.entity(&then, subject, below(field)),
            Meaning::Trace(TraceField::Commitments) => {
                let entries = traced.iter().map(Entry::Traced);
                this.connection(&then, Some(subject), entries, field)
            }
            _ => this.null(),
        })
    }

    /// A commitment with all that belongs to it.
    pub(super) fn traced(&mut self, view: &View, traced: &Traced, steps: &'a [Step]) -> Written {
        let commitment = traced.commitment;
        let date = view.made_on(commitment);
        let links = |role| view.links(commitment, role, date.as_ref());
        let instrument = || links(Role::INSTRUMENT).into_iter().next();
        self.object(steps, |this, field| {
            let Meaning::Traced(meaning) = field.meaning else {
                return this.null();
            };
            match meaning {
                TracedField::Itself => this.entity(view, commitment, below(field)),
                TracedField::Parts => this.list(&traced.parts, |this, part| this.text(part.name())),
                TracedField::Date => this.optional_date(date.as_ref(), below(field)),
                TracedField::All(role) => this.links(view, &links(role), field),
                TracedField::One(role) => match links(role).first() {
                    Some(link) => this.link(view, link, field),
                    None => this.null(),
                },
                TracedField::Signatories => {
                    let signatories = instrument().map(|link| view.signatories(link.hop.entity));
                    this.links(view, &signatories.unwrap_or_default(), field)
                }
                TracedField::History => this.statuses(view, Some(commitment), field),
                TracedField::InstrumentHistory => {
                    this.statuses(view, instrument().map(|link| link.hop.entity), field)
                }
                TracedField::Gaps => {
                    let gaps = view.gaps(commitment, &mut this.budget);
                    let gaps = gaps.map_err(|over| this.over_budget(field, over))?;
                    this.gaps(view, &gaps, field)
                }
            }
        })
    }

    fn links(&mut self, view: &View, links: &[Link], field: &'a Field) -> Written {
        self.list(links, |this, link| this.link(view, link, field))
    }

    fn link(&mut self, view: &View, link: &Link, field: &'a Field) -> Written {
        self.edge(view, Entry::Link(link.hop, link), &[], None, steps(field))
    }

    /// In what capacity the end of a link acted at its time.
    pub(super) fn capacity(&mut self, view: &View, link: &Link, field: &'a Field) -> Written {
        let held = view.capacity(link.hop.entity, link.date.as_ref());
        self.links(view, &held, field)
    }

    fn statuses(&mut self, view: &View, entity: Option<EntityIndex>, field: &'a Field) -> Written {
        let claims = entity.map(|entity| view.status_history(entity));
        self.list(claims.unwrap_or_default(), |this, claim| {
            this.status(view, claim, steps(field))
        })
    }

    fn status(&mut self, view: &View, claim: ClaimIndex, steps: &'a [Step]) -> Written {
        self.object(steps, |this, field| match field.meaning {
            Meaning::Status(StatusField::Status) => {
                this.optional_text(view.worded(claim).as_deref())
            }
            Meaning::Status(StatusField::Date) => match view.since(claim) {
                Some(date) => this.optional_date(Some(date), below(field)),
                None => this.attested(view, Some(claim), field),
            },
            Meaning::Status(StatusField::Assessors) => this
                .list(view.assessors(claim), |this, assessor| {
                    this.entity(view, assessor, below(field))
                }),
            Meaning::Status(StatusField::Claim) => this.claim(view, claim, super::steps(field)),
            _ => this.null(),
        })
    }

    /// A row of the ledger.
    pub(super) fn ledger_row(
        &mut self,
        view: &View,
        commitment: EntityIndex,
        steps: &'a [Step],
    ) -> Written {
        self.object(steps, |this, field| match field.meaning {
            Meaning::Ledger(LedgerField::Id) => this.id(view, view.id(commitment).as_str()),
            Meaning::Ledger(LedgerField::Itself) => this.entity(view, commitment, below(field)),
            Meaning::Ledger(LedgerField::Cell(column)) => {
                let cell = view.cell(commitment, column, &mut this.budget);
                match cell.map_err(|over| this.over_budget(field, over))? {
                    Cell::Text(text) => this.text(&text),
                    Cell::Number(number) => this.number(number),
                    Cell::Count(count) => this.count(count),
                }
            }
            _ => this.null(),
        })
    }

    fn gaps(&mut self, view: &View, gaps: &[Gap], field: &'a Field) -> Written {
        self.list(gaps, |this, gap| {
            this.object(steps(field), |this, field| match field.meaning {
                Meaning::Gap(GapField::Kind) => this.text(gap.kind.name()),
                Meaning::Gap(GapField::Text) => this.text(&gap.text),
                Meaning::Gap(GapField::About) => this.entity(view, gap.about, below(field)),
                Meaning::Gap(GapField::Annotation) => {
                    this.entity_or_null(view, gap.annotation, below(field))
                }
                _ => this.null(),
            })
        })
    }
}
