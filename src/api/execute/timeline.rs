//! Dated facts in the order of time.

use crate::api::bind::Timeline;
use crate::api::execute::forward::Stretch;
use crate::api::execute::{Executor, Written, below, steps};
use crate::api::meaning::{Meaning, TimelineField};
use crate::api::plan::{Field, Step};
use crate::graph::order::SortKey;
use crate::graph::timeline::{DatedFact, Position};
use crate::graph::view::View;

impl<'a> Executor<'a> {
    pub(super) fn timeline(
        &mut self,
        view: &View,
        wanted: &'a Timeline,
        field: &'a Field,
    ) -> Written {
        let entities = self.all_named(view, &wanted.ids, "ids", field)?;
        let page = &wanted.page;
        let after = self.after(view, page, "", field, |id| place(view, id))?;
        let facts = view
            .timeline(&entities, wanted.between.as_ref(), &mut self.budget)
            .map_err(|over| self.over_budget(field, over))?;
        let from = after.map_or(0, |after| {
            facts.partition_point(|fact| fact.place().compare(&after).is_le())
        });
        let shown = Stretch::cut(&facts, from, page, "");
        self.forward(
            view,
            &shown,
            &|fact: &DatedFact| word(view, &fact.place()),
            &mut |this, fact, field| this.dated_fact(view, fact, steps(field)),
            steps(field),
        )
    }

    fn dated_fact(&mut self, view: &View, fact: &DatedFact, fields: &'a [Step]) -> Written {
        self.object(fields, |this, field| {
            let Meaning::Timeline(meaning) = field.meaning else {
                return this.null();
            };
            match meaning {
                TimelineField::Date => this.date(&fact.date, below(field)),
                TimelineField::Label => this.text(&fact.label),
                TimelineField::About => this.entity(view, fact.about, below(field)),
                TimelineField::Property => this.text(&fact.field),
                TimelineField::Node => this.entity_or_null(view, fact.far, below(field)),
                TimelineField::Claim => this.claim(view, fact.claim, steps(field)),
                TimelineField::DatedBy => this.claim(view, fact.dated_by, steps(field)),
                TimelineField::Evidence => {
                    this.evidence_of(view, [fact.claim, fact.dated_by].into_iter(), field)
                }
            }
        })
    }
}

/// The place of a fact as a cursor holds it.
fn word(view: &View, place: &Position) -> String {
    let (first, last) = match place.days {
        SortKey::Days(first, last) => (first, last),
        _ => (i32::MIN, i32::MAX),
    };
    let claim = |claim| view.graph().claim_id(claim);
    format!(
        "{first} {last} {} {} {} {}",
        view.id(place.about),
        claim(place.claims.0),
        claim(place.claims.1),
        place.field
    )
}

/// The place that a cursor holds.
fn place(view: &View, word: &str) -> Option<Position> {
    let mut parts = word.split(' ');
    let days = SortKey::Days(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let about = view.graph().entity(parts.next()?)?;
    let claims = (
        view.graph().claim(parts.next()?)?,
        view.graph().claim(parts.next()?)?,
    );
    let field = parts.next()?.to_owned();
    Some(Position {
        days,
        about,
        claims,
        field,
    })
}
