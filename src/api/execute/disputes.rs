//! Disputes and corroborations.

use crate::api::bind::Bound;
use crate::api::execute::connection::counts;
use crate::api::execute::forward::Stretch;
use crate::api::execute::{Executor, Written, below, steps};
use crate::api::meaning::{DisputeField, DisputeSideField, Meaning};
use crate::api::plan::{Field, Step};
use crate::graph::disputes::{Comparison, Key, Listed, Side, Verdict, Wanted, list};
use crate::graph::records::{ClaimIndex, EntityIndex};
use crate::graph::view::View;

impl<'a> Executor<'a> {
    /// The comparisons about some entities, or all.
    pub(super) fn comparisons(
        &mut self,
        view: &View,
        of: Option<EntityIndex>,
        corroborations: bool,
        field: &'a Field,
    ) -> Written {
        let Some(Bound::Compared(compared)) = self.bound(field) else {
            return self.null();
        };
        let about = match (of, &compared.about) {
            (Some(entity), _) => Some(vec![entity]),
            (None, Some(ids)) => Some(self.all_named(view, ids, "about", field)?),
            (None, None) => None,
        };
        let wanted = Wanted {
            corroborations,
            about,
            claim: None,
        };
        let owner = of.map_or("", |entity| view.id(entity).as_str());
        self.compared(view, &wanted, owner, field)
    }

    /// The comparisons with a claim on a side.
    pub(super) fn comparisons_of_claim(
        &mut self,
        view: &View,
        claim: ClaimIndex,
        corroborations: bool,
        field: &'a Field,
    ) -> Written {
        let wanted = Wanted {
            corroborations,
            about: None,
            claim: Some(claim),
        };
        let owner = view.graph().claim_id(claim);
        self.compared(view, &wanted, owner.as_str(), field)
    }

    fn compared(&mut self, view: &View, wanted: &Wanted, of: &str, field: &'a Field) -> Written {
        let Some(Bound::Compared(compared)) = self.bound(field) else {
            return self.null();
        };
        let page = &compared.page;
        let after = self.after(view, page, of, field, |id| key(view, id))?;
        let counts = counts(field);
        let found = list(
            view,
            wanted,
            after.as_ref(),
            page.first,
            counts,
            &mut self.budget,
        )
        .map_err(|over| self.over_budget(field, over))?;
        let shown = Stretch {
            items: &found.items,
            has_next: found.has_next,
            has_previous: found.has_previous,
            total: found.total,
            mark: page.mark,
            of,
        };
        self.forward(
            view,
            &shown,
            &|listed: &Listed| word(view, &listed.key),
            &mut |this, listed, field| this.comparison(view, &listed.comparison, steps(field)),
            steps(field),
        )
    }

    pub(super) fn comparison(
        &mut self,
        view: &View,
        found: &Comparison,
        fields: &'a [Step],
    ) -> Written {
        self.object(fields, |this, field| match field.meaning {
            Meaning::Dispute(DisputeField::Verdict) => this.text(found.judgement.verdict.name()),
            Meaning::Dispute(DisputeField::Why) => this.text(&found.judgement.why),
            Meaning::Dispute(DisputeField::About) => this.list(&found.about, |this, entity| {
                this.entity(view, *entity, below(field))
            }),
            Meaning::Dispute(DisputeField::Property) => this.text(&found.property),
            Meaning::Dispute(DisputeField::Sides) => this.list(&found.sides, |this, side| {
                this.comparison_side(view, side, steps(field))
            }),
            _ => this.null(),
        })
    }

    fn comparison_side(&mut self, view: &View, side: &Side, fields: &'a [Step]) -> Written {
        let best = side.claims.first().copied();
        self.object(fields, |this, field| match field.meaning {
            Meaning::DisputeSide(DisputeSideField::Value) => match best {
                Some(claim) => this.claim_value(view, claim),
                None => this.null(),
            },
            Meaning::DisputeSide(DisputeSideField::Rank) => {
                this.optional_text(best.map(|claim| view.rank(claim).0.name()))
            }
            Meaning::DisputeSide(DisputeSideField::Stance) => this.text(side.stance.name()),
            Meaning::DisputeSide(DisputeSideField::Claims) => this
                .list(&side.claims, |this, claim| {
                    this.claim(view, *claim, steps(field))
                }),
            Meaning::DisputeSide(DisputeSideField::Evidence) => {
                this.chosen_evidence(view, side.claims.iter().copied(), field, |shown| {
                    shown.evidence.stance == side.stance && side.sources.contains(&shown.source)
                })
            }
            Meaning::DisputeSide(DisputeSideField::IndependentSources) => {
                this.count(side.independent)
            }
            _ => this.null(),
        })
    }
}

/// The place of a comparison as a cursor holds it.
fn word(view: &View, key: &Key) -> String {
    let claims = key
        .claims
        .iter()
        .map(|claim| view.graph().claim_id(*claim).to_string());
    let claims: Vec<_> = claims.collect();
    let under = view.id(key.under);
    format!("{under} {} {}", claims.join("~"), key.verdict.name())
}

/// The place that a cursor holds.
fn key(view: &View, word: &str) -> Option<Key> {
    let mut parts = word.split(' ');
    let (under, claims, verdict) = (parts.next()?, parts.next()?, parts.next()?);
    let claims: Option<Vec<_>> = claims.split('~').map(|id| view.graph().claim(id)).collect();
    Some(Key {
        under: view.graph().entity(under)?,
        claims: claims?,
        verdict: Verdict::from_name(verdict)?,
    })
}
