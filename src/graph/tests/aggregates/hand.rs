//! Keys and sums of things of the model, worked out one by one.

use std::collections::{BTreeMap, BTreeSet};

use super::{Choice, EDGE, RELATIONSHIPS, way};
use crate::graph::aggregate::DatePart;
use crate::graph::tests::model::{Look, Model, Tie};
use crate::graph::tests::reads::stated;
use crate::model::claim::{Assertion, Stated, Until};
use crate::model::date::Edtf;
use crate::model::id::EntityId;
use crate::model::value::{Bound, Value};

/// A thing of the model: an entity, and the relationship by which it stands in the list.
pub(super) type Item<'a> = (&'a EntityId, Option<&'a Tie<'a>>);

/// The model through a look.
pub(super) struct Hand<'a> {
    pub(super) model: &'a Model,
    pub(super) look: &'a Look,
    pub(super) ties: &'a [Tie<'a>],
}

impl Hand<'_> {
    fn has(&self, id: &EntityId) -> bool {
        let mut known = self.model.entities.iter();
        known.any(|(recorded, found)| found == id && self.model.has(*recorded, id, self.look))
    }

    pub(super) fn far(&self, id: &EntityId, at: usize, out: bool) -> Vec<(EntityId, Tie<'_>)> {
        let row = self
            .model
            .row(self.ties, id, RELATIONSHIPS[at].1, way(out), self.look);
        row.into_iter()
            .map(|tie| (if out { tie.to } else { tie.from }.clone(), tie))
            .collect()
    }

    /// The values of a key, in words.
    pub(super) fn values(
        &self,
        (id, tie): Item<'_>,
        (choice, part): (Choice, Option<DatePart>),
    ) -> Vec<String> {
        let (model, look) = (self.model, self.look);
        let own = |name: &str, other: &str| match id.prefix() {
            "person" => name.to_owned(),
            "work" => other.to_owned(),
            _ => String::new(),
        };
        let mut values = match choice {
            Choice::Type => vec![format!("type {}", model.entity_type(id).name)],
            Choice::Property(person, work) => {
                let name = own(person, work);
                if name.is_empty() {
                    return vec!["absent NotStated".into()];
                }
                vec![match model.value(id, &name, look) {
                    Some(value) => self.written(&value, part),
                    None => format!("absent {}", stated(model.winner(id, &name, look))),
                }]
            }
            Choice::List => {
                let claims = match id.prefix() {
                    "person" => model.standing(&model.on_property(id, "aliases"), look),
                    _ => Vec::new(),
                };
                let statements = claims.iter().map(|fact| &fact.claim.statement);
                let (mut values, mut instead) = (Vec::new(), "NotStated");
                for statement in statements {
                    match statement {
                        Assertion::Property {
                            stated: Stated::Value(value),
                            ..
                        } => {
                            values.push(self.written(value, None));
                        }
                        Assertion::Property {
                            stated: Stated::None,
                            ..
                        } if instead == "NotStated" => instead = "None",
                        Assertion::Property {
                            stated: Stated::Unknown,
                            ..
                        } if instead == "NotStated" => instead = "Unknown",
                        _ => {}
                    }
                }
                if values.is_empty() {
                    values.push(format!("absent {instead}"));
                }
                values
            }
            Choice::Relationship(at, out, true) => {
                let far = self.far(id, at, out);
                far.iter().map(|(id, _)| format!("entity {id}")).collect()
            }
            Choice::Relationship(at, out, false) => {
                let far = self.far(id, at, out);
                let winners: Vec<_> = far
                    .iter()
                    .filter_map(|(_, tie)| model.best(&tie.facts, look))
                    .collect();
                let best = model.best(&winners, look);
                far.iter()
                    .filter(|(_, tie)| {
                        let mut facts = tie.facts.iter();
                        facts.any(|fact| best.is_some_and(|best| best.id == fact.id))
                    })
                    .filter(|(id, _)| self.has(id))
                    .map(|(id, _)| format!("entity {id}"))
                    .collect()
            }
            Choice::Edge(at) => {
                let value = tie.and_then(|tie| model.edge_value(tie, EDGE[at].0, look));
                value
                    .iter()
                    .map(|value| self.written(value, part))
                    .collect()
            }
            Choice::EdgeDate(since) => {
                let winner = tie.and_then(|tie| model.best(&tie.facts, look));
                let valid = winner
                    .map(|fact| fact.claim.valid.clone())
                    .unwrap_or_default();
                let date = match (since, valid.since, valid.until) {
                    (true, since, _) => since,
                    (false, _, Some(Until::Date(date))) => Some(date),
                    (false, _, Some(Until::StillHolds)) => return vec!["absent None".into()],
                    (false, _, None) => None,
                };
                let date = date.map(|date| self.written(&Value::Date(date), part));
                date.into_iter().collect()
            }
        };
        if values.is_empty() {
            values.push("absent NotStated".into());
        }
        values.sort_unstable();
        values.dedup();
        values
    }

    fn written(&self, value: &Value, part: Option<DatePart>) -> String {
        match (value, part) {
            (Value::Date(date), Some(part)) => {
                let start = date.as_str().split('/').next().unwrap_or_default();
                let mut words = start.trim_end_matches('~').split('-');
                let (year, month) = (words.next().unwrap_or_default(), words.next());
                match (part, year, month) {
                    (_, ".." | "", _) | (DatePart::Month, _, None) => "absent Value".into(),
                    (DatePart::Year, year, _) => format!("part {year}"),
                    (DatePart::Month, year, Some(month)) => format!("part {year}-{month}"),
                }
            }
            (Value::Date(date), None) => format!("value {date}"),
            (Value::Entity(id), _) if self.has(id) => format!("entity {id}"),
            (Value::Entity(_), _) => "absent NotStated".into(),
            (value, _) => format!("value {}", value.label()),
        }
    }

    /// What the dates, counts and amounts of some items come to.
    pub(super) fn sums(&self, items: &[Item<'_>]) -> BTreeSet<String> {
        let mut lines = BTreeSet::new();
        let values = |names: (&str, &str)| -> Vec<Value> {
            let value = |(id, _): &Item<'_>| {
                let name = match id.prefix() {
                    "person" => names.0,
                    "work" => names.1,
                    _ => "",
                };
                let known = self.model.entity_type(id).property(name).is_some();
                known
                    .then(|| self.model.value(id, name, self.look))
                    .flatten()
            };
            items.iter().filter_map(value).collect()
        };
        let dates = values(("born", "made"));
        let dates: Vec<_> = dates
            .iter()
            .filter_map(|value| match value {
                Value::Date(date) => Some(date),
                _ => None,
            })
            .collect();
        let start = |date: &&&Edtf| {
            (
                date.earliest().unwrap_or(i32::MIN),
                date.latest().unwrap_or(i32::MAX),
            )
        };
        let end = |date: &&&Edtf| {
            (
                date.latest().unwrap_or(i32::MAX),
                date.earliest().unwrap_or(i32::MIN),
            )
        };
        if let (Some(first), Some(last)) =
            (dates.iter().min_by_key(start), dates.iter().max_by_key(end))
        {
            lines.insert(format!(
                "0 {} {:?} {:?}",
                dates.len(),
                (first.earliest(), first.latest()),
                (last.earliest(), last.latest())
            ));
        }
        let mut numbers: BTreeMap<(usize, String), Vec<[f64; 3]>> = BTreeMap::new();
        for value in values(("", "count")) {
            if let Value::BigInt(number) = value {
                let number =
                    f64::from(i32::try_from(number >> 40).expect("small")) * 2_f64.powi(40);
                numbers
                    .entry((1, "None None".into()))
                    .or_default()
                    .push([number; 3]);
            }
        }
        for value in values(("", "amount")) {
            if let Value::Quantity(found) = value {
                let (low, high) = match found.bound {
                    Bound::About => (found.value * 0.9, found.value * 1.1),
                    Bound::MoreThan => (found.value, f64::INFINITY),
                    _ => (found.value, found.value),
                };
                let unit = format!("{:?} {:?}", found.unit, found.currency);
                numbers
                    .entry((2, unit))
                    .or_default()
                    .push([found.value, low, high]);
            }
        }
        for ((of, unit), found) in numbers {
            let sum = |place: usize| found.iter().map(|numbers| numbers[place]).sum::<f64>();
            let each = || found.iter().map(|numbers| numbers[0]);
            lines.insert(format!(
                "{of} {} {unit} {:.3} {:.3} {:.3} {:.3} {:.3}",
                found.len(),
                each().fold(f64::INFINITY, f64::min),
                each().fold(f64::NEG_INFINITY, f64::max),
                sum(0),
                sum(1),
                sum(2)
            ));
        }
        lines
    }
}
