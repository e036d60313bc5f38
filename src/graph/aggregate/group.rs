//! Groups of things that share their keys.

use std::cmp::Ordering;

use crate::graph::aggregate::code::Coder;
use crate::graph::aggregate::numbers::ByNumber;
use crate::graph::aggregate::summary::Tally;
use crate::graph::aggregate::{Key, KeyValue, Summand, Summary, Thing};
use crate::graph::order::SortKey;
use crate::graph::view::View;
use crate::graph::walk::{Budget, OverBudget};

/// How many groups a grouping may have.
pub const MOST_GROUPS: usize = 100_000;

/// How to group.
#[derive(Debug, Clone, Copy)]
pub struct GroupBy<'a> {
    /// What the things of a group share.
    pub keys: &'a [Key],
    /// What to sum up in each group.
    pub of: &'a [Summand],
    /// How many groups to show.
    pub first: usize,
    /// Which of them come first.
    pub order: GroupOrder,
}

/// In which order groups are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupOrder {
    /// By their keys, or by how many things they hold.
    pub by_key: bool,
    /// Whether the greatest comes first. What is not stated always comes last.
    pub descending: bool,
}

/// Things in groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    /// The groups that are shown.
    pub groups: Vec<Bucket>,
    /// How many groups there are in all.
    pub total: usize,
    /// Whether one thing falls in several groups.
    pub overlapping: bool,
}

/// The things that share their keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    /// What they share.
    pub keys: Vec<KeyValue>,
    /// How many they are.
    pub count: usize,
    /// What their properties come to.
    pub summaries: Vec<Summary>,
}

/// Why a grouping was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooMuch {
    /// There is too much to look at.
    Work(OverBudget),
    /// There are more groups than [`MOST_GROUPS`].
    Groups,
}

impl From<OverBudget> for TooMuch {
    fn from(over: OverBudget) -> Self {
        Self::Work(over)
    }
}

/// Groups things. One that has several values of a key falls in several groups, one that has none
/// in a group of its own kind.
///
/// # Errors
/// When what has to be looked at passes the budget, or there are too many groups.
pub fn group<T: Thing>(
    view: &View,
    things: &[T],
    by: &GroupBy<'_>,
    budget: &mut Budget,
) -> Result<Grouping, TooMuch> {
    let mut table = Table::new(view, by.keys);
    let mut tally = Tally::new(view, by.of);
    let mut overlapping = false;
    for thing in things {
        table.place(*thing, budget)?;
        overlapping |= table.found.len() > 1;
        if !by.of.is_empty() {
            tally.read(thing.entity());
            for group in &table.found {
                tally.add(*group);
            }
        }
    }
    let shown = table.shown(view, by, budget)?;
    let mut summaries = tally.into_summaries(&shown, budget)?.into_iter();
    let groups = shown.iter().map(|group| Bucket {
        keys: table.keys(*group),
        count: table.counts[*group as usize],
        summaries: summaries.next().unwrap_or_default(),
    });
    Ok(Grouping {
        groups: groups.collect(),
        total: table.counts.len(),
        overlapping,
    })
}

/// The groups found so far, by number. With several keys, the groups by the first ones are split by the next one: a
/// group is a group of the level before and a value of its own level's key.
struct Table<'a> {
    levels: Vec<Level<'a>>,
    counts: Vec<usize>,
    /// The groups of the thing that was placed last.
    found: Vec<u32>,
    codes: Vec<u32>,
    split: Vec<u32>,
}

struct Level<'a> {
    coder: Coder<'a>,
    /// The groups by the group before and the value. The first level's groups are its values.
    numbers: ByNumber<u32>,
    /// The group before and the value of each group.
    parts: Vec<(u32, u32)>,
}

impl<'a> Table<'a> {
    fn new(view: &'a View, keys: &'a [Key]) -> Self {
        let level = |key| Level {
            coder: Coder::new(view, key),
            numbers: ByNumber::default(),
            parts: Vec::new(),
        };
        Self {
            levels: keys.iter().map(level).collect(),
            counts: Vec::new(),
            found: Vec::new(),
            codes: Vec::new(),
            split: Vec::new(),
        }
    }

    /// Finds the groups of a thing, and counts it in each.
    fn place<T: Thing>(&mut self, thing: T, budget: &mut Budget) -> Result<(), TooMuch> {
        self.found.clear();
        for (depth, level) in self.levels.iter_mut().enumerate() {
            if depth == 0 {
                level.coder.codes(thing, &mut self.found, budget)?;
                continue;
            }
            level.coder.codes(thing, &mut self.codes, budget)?;
            self.split.clear();
            for before in &self.found {
                budget.spend(self.codes.len() as u64)?;
                for code in &self.codes {
                    self.split.push(level.part(*before, *code)?);
                }
            }
            std::mem::swap(&mut self.found, &mut self.split);
        }
        for group in &self.found {
            let place = *group as usize;
            if place >= self.counts.len() {
                if place >= MOST_GROUPS {
                    return Err(TooMuch::Groups);
                }
                self.counts.resize(place + 1, 0);
            }
            self.counts[place] += 1;
        }
        Ok(())
    }

    /// The value of each key of a group, by number.
    fn codes_of(&self, group: u32) -> Vec<u32> {
        let mut group = group;
        let mut codes = Vec::with_capacity(self.levels.len());
        for level in self.levels.iter().skip(1).rev() {
            let (before, code) = level.parts[group as usize];
            codes.push(code);
            group = before;
        }
        codes.push(group);
        codes.reverse();
        codes
    }

    fn keys(&self, group: u32) -> Vec<KeyValue> {
        self.codes_of(group)
            .iter()
            .zip(&self.levels)
            .map(|(code, level)| level.coder.values()[*code as usize].clone())
            .collect()
    }

    /// The groups to show, in order.
    fn shown(
        &self,
        view: &View,
        by: &GroupBy<'_>,
        budget: &mut Budget,
    ) -> Result<Vec<u32>, OverBudget> {
        let GroupOrder { by_key, descending } = by.order;
        if by.first == 0 {
            return Ok(Vec::new());
        }
        let count = |group: u32| self.counts[group as usize];
        let by_count = |one: u32, other: u32| {
            let order = count(one).cmp(&count(other));
            if descending { order.reverse() } else { order }
        };
        let mut groups: Vec<u32> = (0..).take(self.counts.len()).collect();
        budget.spend(groups.len() as u64)?;
        if !by_key && by.first < groups.len() {
            // Only those that can be shown need their keys: the ones as good as the last that is shown.
            let (_, last, _) =
                groups.select_nth_unstable_by(by.first - 1, |one, other| by_count(*one, *other));
            let last = *last;
            groups.retain(|group| by_count(*group, last).is_le());
        }
        let mut known: Vec<Vec<Option<SortKey>>> = self
            .levels
            .iter()
            .map(|level| vec![None; level.coder.values().len()])
            .collect();
        let mut sorted = Vec::with_capacity(groups.len());
        for group in groups {
            budget.spend(1)?;
            let codes = self.codes_of(group);
            for ((code, level), known) in codes.iter().zip(&self.levels).zip(&mut known) {
                let place = *code as usize;
                known[place].get_or_insert_with(|| {
                    let value = &level.coder.values()[place];
                    level.coder.key().sort_key(view, value)
                });
            }
            sorted.push((codes, group));
        }
        let keys = |codes: &[u32]| -> Vec<&SortKey> {
            codes
                .iter()
                .zip(&known)
                .filter_map(|(code, known)| known[*code as usize].as_ref())
                .collect()
        };
        let by_keys = |one: &[u32], other: &[u32], descending: bool| {
            keys(one)
                .into_iter()
                .zip(keys(other))
                .map(|(one, other)| one.compare(other, descending))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        };
        // The order in which things are met is not the same in every view: keys that sort alike are told apart.
        let told_apart = |one: &[u32], other: &[u32]| {
            let levels = one.iter().zip(other).zip(&self.levels);
            levels
                .filter(|((one, other), _)| one != other)
                .map(|((one, other), level)| {
                    let value = |code: u32| &level.coder.values()[code as usize];
                    value(*one).told_apart(value(*other))
                })
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        };
        sorted.sort_by(|(one, group), (other, place)| {
            let order = if by_key {
                by_keys(one, other, descending)
            } else {
                by_count(*group, *place).then_with(|| by_keys(one, other, false))
            };
            order
                .then_with(|| told_apart(one, other))
                .then(group.cmp(place))
        });
        sorted.truncate(by.first);
        Ok(sorted.into_iter().map(|(_, group)| group).collect())
    }
}

impl Level<'_> {
    #[inline]
    fn part(&mut self, before: u32, code: u32) -> Result<u32, TooMuch> {
        let parts = &mut self.parts;
        let group = *self
            .numbers
            .entry(u64::from(before) << 32 | u64::from(code))
            .or_insert_with(|| {
                parts.push((before, code));
                // Refused below long before this could overflow.
                u32::try_from(parts.len() - 1).unwrap_or(u32::MAX)
            });
        if group as usize >= MOST_GROUPS {
            return Err(TooMuch::Groups);
        }
        Ok(group)
    }
}
