//! Changes of the record.

use crate::api::bind::{Between, Bound, Moment};
use crate::api::error::RequestError;
use crate::api::execute::forward::Stretch;
use crate::api::execute::{Executor, Written, below, steps};
use crate::api::meaning::{ChangeField, HistoryField, Meaning, TransactionField};
use crate::api::plan::{Field, Step};
use crate::graph::history::{ChangeKind, ClaimChange, Entry};
use crate::graph::records::{EntityIndex, Version};
use crate::graph::view::View;
use crate::model::claim::Rank;
use crate::model::ontology::PropertyIndex;

impl<'a> Executor<'a> {
    /// The history of an entity, or of one of its properties.
    pub(super) fn history(
        &mut self,
        view: &View,
        entity: EntityIndex,
        property: Option<PropertyIndex>,
        field: &'a Field,
    ) -> Written {
        let Some(Bound::Forward(page)) = self.bound(field) else {
            return self.null();
        };
        let name = property.map(|property| {
            let declared = view.ontology().entity_type(view.type_of(entity));
            declared.properties[property.place()].name.as_str()
        });
        let of = format!("{} {}", view.id(entity), name.unwrap_or_default());
        let after = self.after(view, page, &of, field, |id| id.parse::<Version>().ok())?;
        let entries = view
            .history(entity, property, &mut self.budget)
            .map_err(|over| self.over_budget(field, over))?;
        let from = after.map_or(0, |after| {
            entries.partition_point(|entry| entry.version <= after)
        });
        let shown = Stretch::cut(&entries, from, page, &of);
        self.forward(
            view,
            &shown,
            &|entry: &Entry| entry.version.to_string(),
            &mut |this, entry, field| this.entry(view, entry, steps(field)),
            steps(field),
        )
    }

    /// What the record gained, corrected and withdrew between two moments.
    pub(super) fn changes_between(
        &mut self,
        view: &View,
        between: &'a Between,
        field: &'a Field,
    ) -> Written {
        let from = self.version(view, &between.from, "from", field)?;
        let to = match &between.to {
            Some(to) => self.version(view, to, "to", field)?,
            None => view.known(),
        };
        if from > to {
            let message = format!(
                "changesBetween: from is version {from}, to is version {to}: expected from before to"
            );
            return Err(self.refuse(field, RequestError::input(message)));
        }
        let about = match &between.about {
            Some(ids) => Some(self.all_named(view, ids, "about", field)?),
            None => None,
        };
        let page = &between.page;
        let after = self.after(view, page, "", field, |id| change(view, id))?;
        let changes = view
            .changes_between((from, to), about.as_deref(), &mut self.budget)
            .map_err(|over| self.over_budget(field, over))?;
        let from = after.map_or(0, |after| changes.partition_point(|found| *found <= after));
        let shown = Stretch::cut(&changes, from, page, "");
        self.forward(
            view,
            &shown,
            &|change: &ClaimChange| word(view, change),
            &mut |this, change, field| this.change(view, change, steps(field)),
            steps(field),
        )
    }

    /// The version of a moment, as far as this view knows.
    fn version(
        &self,
        view: &View,
        moment: &Moment,
        name: &str,
        field: &Field,
    ) -> Result<Version, RequestError> {
        match moment {
            Moment::Time(time) => Ok(view.graph().version_at(*time).min(view.known())),
            Moment::Version(version) if *version <= view.known() => Ok(*version),
            Moment::Version(version) => {
                let message = format!(
                    "changesBetween: {name} is version {version}: expected one from 0 to {}",
                    view.known()
                );
                Err(self.refuse(field, RequestError::input(message)))
            }
        }
    }

    /// What one transaction changed.
    pub(super) fn entry(&mut self, view: &View, entry: &Entry, fields: &'a [Step]) -> Written {
        self.object(fields, |this, field| match field.meaning {
            Meaning::History(HistoryField::Transaction) => {
                this.transaction(view, entry.version, steps(field))
            }
            Meaning::History(HistoryField::Changes) => this.list(&entry.changes, |this, change| {
                this.change(view, change, steps(field))
            }),
            Meaning::History(HistoryField::Entities) => this
                .list(view.affected(entry), |this, entity| {
                    this.entity(view, entity, below(field))
                }),
            Meaning::History(HistoryField::Sources) => this
                .list(view.brought_by(entry), |this, source| {
                    this.entity(view, source, below(field))
                }),
            _ => this.null(),
        })
    }

    pub(super) fn change(
        &mut self,
        view: &View,
        change: &ClaimChange,
        fields: &'a [Step],
    ) -> Written {
        let rank = view.given_rank(change);
        self.object(fields, |this, field| match field.meaning {
            Meaning::Change(ChangeField::Kind) => this.text(change.kind.name()),
            Meaning::Change(ChangeField::Claim) => this.claim(view, change.claim, steps(field)),
            Meaning::Change(ChangeField::Transaction) => {
                this.transaction(view, change.version, steps(field))
            }
            Meaning::Change(ChangeField::Before) => {
                let before = view.in_place_of(change.claim, change.version.saturating_sub(1));
                this.claim_or_null(view, before, field)
            }
            Meaning::Change(ChangeField::After) => {
                let after = view.in_place_of(change.claim, change.version);
                this.claim_or_null(view, after, field)
            }
            Meaning::Change(ChangeField::PreviousRank) => {
                this.optional_text(view.rank_before(change).map(Rank::name))
            }
            Meaning::Change(ChangeField::Rank) => {
                this.optional_text(rank.map(|(rank, _)| rank.name()))
            }
            Meaning::Change(ChangeField::Reason) => this.optional_text(view.given_reason(change)),
            Meaning::Change(ChangeField::Evidence) => match view.given_evidence(change) {
                Some(shown) => this.evidence(view, shown, steps(field)),
                None => this.null(),
            },
            _ => this.null(),
        })
    }

    pub(super) fn transaction(
        &mut self,
        view: &View,
        version: Version,
        fields: &'a [Step],
    ) -> Written {
        let found = view.transaction(version);
        self.object(fields, |this, field| match (field.meaning, found) {
            (Meaning::Transaction(TransactionField::Version), _) => this.text(&version.to_string()),
            (Meaning::Transaction(TransactionField::RecordedAt), Some(found)) => {
                this.text(&found.recorded_at.to_string())
            }
            (Meaning::Transaction(TransactionField::Author), Some(found)) => {
                this.text(found.author.unwrap_or_default())
            }
            (Meaning::Transaction(TransactionField::Reason), Some(found)) => {
                this.text(found.reason.unwrap_or_default())
            }
            _ => this.null(),
        })
    }
}

/// The place of a change as a cursor holds it.
fn word(view: &View, change: &ClaimChange) -> String {
    let claim = view.graph().claim_id(change.claim);
    format!(
        "{} {claim} {} {}",
        change.version,
        change.kind.name(),
        change.place
    )
}

/// The place that a cursor holds.
fn change(view: &View, word: &str) -> Option<ClaimChange> {
    let mut parts = word.split(' ');
    Some(ClaimChange {
        version: parts.next()?.parse().ok()?,
        claim: view.graph().claim(parts.next()?)?,
        kind: ChangeKind::from_name(parts.next()?)?,
        place: parts.next()?.parse().ok()?,
    })
}
