//! Aggregates: counts, sums and groups of all that a list holds.

use crate::api::aggregates::{Asked, GroupBy, Summands};
use crate::api::bind::Bound;
use crate::api::error::{Code, RequestError};
use crate::api::execute::entry::Entry;
use crate::api::execute::{Executor, Written, below, steps};
use crate::api::meaning::{
    AggregateField, BucketField, GroupKeyField, GroupingField, Meaning, SummaryField,
};
use crate::api::plan::{Field, Selection, Step};
use crate::graph::aggregate::{
    self, Bucket, Grouping, KeyValue, MOST_GROUPS, Summary, Thing, TooMuch,
};
use crate::graph::filter::StatedAs;
use crate::graph::page::Item;
use crate::graph::records::{EntityIndex, RelationshipIndex};
use crate::graph::view::View;
use crate::model::naming::screaming_snake;
use crate::model::ontology::RelationshipTypeIndex;
use crate::model::value::Value;

impl Thing for Entry<'_> {
    fn entity(self) -> EntityIndex {
        Item::entity(self)
    }

    fn relationship(self) -> Option<RelationshipIndex> {
        match self {
            Self::Hop(hop) => Some(hop.relationship),
            _ => None,
        }
    }
}

/// All that a list holds.
#[derive(Clone, Copy)]
pub(super) struct Whole<'w, 'm> {
    /// Its items, if more is asked for than their number.
    pub(super) items: &'w [Entry<'m>],
    pub(super) count: usize,
    /// The type of its edges.
    pub(super) relationship: Option<RelationshipTypeIndex>,
}

/// Whether an aggregate asks for more than the number of things.
pub(super) fn needs_items(steps: &[Step]) -> bool {
    steps
        .iter()
        .filter_map(Step::field)
        .any(|field| field.meaning != Meaning::Aggregate(AggregateField::Count))
}

impl<'a> Executor<'a> {
    /// What a list comes to.
    pub(super) fn aggregate(
        &mut self,
        view: &View,
        whole: Whole<'_, '_>,
        steps: &'a [Step],
    ) -> Written {
        self.object(steps, |this, field| {
            match (field.meaning, this.bound(field)) {
                (Meaning::Aggregate(AggregateField::Count), _) => this.count(whole.count),
                (_, Some(Bound::Aggregate(asked))) => this.asked(view, whole, asked, field),
                _ => this.null(),
            }
        })
    }

    fn asked(
        &mut self,
        view: &View,
        whole: Whole<'_, '_>,
        asked: &'a Asked,
        field: &'a Field,
    ) -> Written {
        match asked {
            Asked::Distinct(key) => {
                let count = match key {
                    Some(key) => {
                        aggregate::different_values(view, whole.items, key, &mut self.budget)
                    }
                    None => aggregate::different(whole.items, &mut self.budget),
                };
                let count = count.map_err(|over| self.over_budget(field, over))?;
                self.count(count)
            }
            Asked::Summary(summands) => {
                let summaries =
                    aggregate::summaries(view, whole.items, &summands.of, &mut self.budget)
                        .map_err(|over| self.over_budget(field, over))?;
                self.summaries(&summaries, summands, steps(field))
            }
            Asked::GroupBy(by) => self.grouping(view, whole, by, field),
        }
    }

    fn grouping(
        &mut self,
        view: &View,
        whole: Whole<'_, '_>,
        by: &'a GroupBy,
        field: &'a Field,
    ) -> Written {
        let keys = by
            .keys_of(view.ontology(), whole.relationship)
            .map_err(|message| self.refuse(field, RequestError::input(message)))?;
        let wanted = aggregate::GroupBy {
            keys: &keys,
            of: &by.summands.of,
            first: by.first,
            order: by.order,
        };
        let grouping = aggregate::group(view, whole.items, &wanted, &mut self.budget);
        let Grouping {
            groups,
            total,
            overlapping,
        } = grouping.map_err(|error| match error {
            TooMuch::Work(over) => self.over_budget(field, over),
            TooMuch::Groups => {
                let message = format!(
                    "groupBy: there are more than {MOST_GROUPS} groups: narrow the list, or group by less"
                );
                self.refuse(field, RequestError::new(Code::BudgetExceeded, message))
            }
        })?;
        self.object(steps(field), |this, field| match field.meaning {
            Meaning::Grouping(GroupingField::Groups) => this.list(&groups, |this, bucket| {
                this.bucket(view, bucket, by, super::steps(field))
            }),
            Meaning::Grouping(GroupingField::TotalGroups) => this.count(total),
            Meaning::Grouping(GroupingField::DistinctTotal) => this.count(whole.items.len()),
            Meaning::Grouping(GroupingField::Overlapping) => this.boolean(overlapping),
            _ => this.null(),
        })
    }

    fn bucket(
        &mut self,
        view: &View,
        bucket: &Bucket,
        by: &'a GroupBy,
        steps: &'a [Step],
    ) -> Written {
        let node = bucket.keys.iter().find_map(entity);
        self.object(steps, |this, field| match field.meaning {
            Meaning::Bucket(BucketField::Keys) => this
                .list(by.names.iter().zip(&bucket.keys), |this, (name, key)| {
                    this.group_key(view, name, key, super::steps(field))
                }),
            Meaning::Bucket(BucketField::Node) => this.key_node(view, node, below(field)),
            Meaning::Bucket(BucketField::Count) => this.count(bucket.count),
            Meaning::Bucket(BucketField::Summary) => {
                this.summaries(&bucket.summaries, &by.summands, super::steps(field))
            }
            _ => this.null(),
        })
    }

    fn key_node(
        &mut self,
        view: &View,
        node: Option<EntityIndex>,
        selection: Option<&'a Selection>,
    ) -> Written {
        match node {
            Some(node) => self.entity(view, node, selection),
            None => self.null(),
        }
    }

    fn group_key(&mut self, view: &View, name: &str, key: &KeyValue, steps: &'a [Step]) -> Written {
        self.object(steps, |this, field| match field.meaning {
            Meaning::GroupKey(GroupKeyField::Key) => this.text(name),
            Meaning::GroupKey(GroupKeyField::Value) => this.key_value(view, key),
            Meaning::GroupKey(GroupKeyField::Node) => {
                this.key_node(view, entity(key), below(field))
            }
            Meaning::GroupKey(GroupKeyField::Stated) => this.text(match key.stated() {
                StatedAs::Value => "VALUE",
                StatedAs::None => "NONE",
                StatedAs::Unknown => "UNKNOWN",
                StatedAs::NotStated => "NOT_STATED",
            }),
            _ => this.null(),
        })
    }

    fn key_value(&mut self, view: &View, key: &KeyValue) -> Written {
        match key {
            KeyValue::Entity(entity) => self.id(view, view.id(*entity).as_str()),
            KeyValue::Type(index) => {
                self.text(&screaming_snake(&view.ontology().entity_type(*index).name))
            }
            KeyValue::Value(Value::Date(date)) => self.text(date.as_str()),
            KeyValue::Value(value) => self.text(&value.label()),
            KeyValue::Year(year) => self.text(&written_year(*year)),
            KeyValue::Month(year, month) => {
                self.text(&format!("{}-{month:02}", written_year(*year)))
            }
            KeyValue::Absent(_) => self.null(),
        }
    }

    fn summaries(
        &mut self,
        summaries: &[Summary],
        summands: &'a Summands,
        steps: &'a [Step],
    ) -> Written {
        self.list(summaries, |this, summary| {
            this.object(steps, |this, field| {
                let Meaning::Summary(meaning) = field.meaning else {
                    return this.null();
                };
                let numbers = summary.numbers.as_ref();
                // What counts the same is not counted twice.
                let added = numbers.filter(|_| !summary.overlapping);
                match meaning {
                    SummaryField::Of => {
                        this.optional_text(summands.names.get(summary.of).map(String::as_str))
                    }
                    SummaryField::Count => this.count(summary.count),
                    SummaryField::Unit => this.optional_text(summary.unit.as_deref()),
                    SummaryField::Currency => this.optional_text(summary.currency.as_deref()),
                    SummaryField::Overlapping => this.boolean(summary.overlapping),
                    SummaryField::Min => this.number(numbers.map(|numbers| numbers.min)),
                    SummaryField::Max => this.number(numbers.map(|numbers| numbers.max)),
                    SummaryField::Sum => this.number(added.map(|numbers| numbers.sum)),
                    SummaryField::Average => {
                        this.number(numbers.map(|numbers| numbers.average(summary.count)))
                    }
                    SummaryField::Low => this.number(added.and_then(|numbers| numbers.low)),
                    SummaryField::High => this.number(added.and_then(|numbers| numbers.high)),
                    SummaryField::Earliest => {
                        let date = summary.dates.as_ref().map(|(earliest, _)| earliest);
                        this.optional_date(date, below(field))
                    }
                    SummaryField::Latest => {
                        let date = summary.dates.as_ref().map(|(_, latest)| latest);
                        this.optional_date(date, below(field))
                    }
                }
            })
        })
    }
}

fn entity(key: &KeyValue) -> Option<EntityIndex> {
    match key {
        KeyValue::Entity(entity) => Some(*entity),
        _ => None,
    }
}

/// A year as EDTF writes it.
fn written_year(year: i16) -> String {
    let sign = if year < 0 { "-" } else { "" };
    format!("{sign}{:04}", year.unsigned_abs())
}
