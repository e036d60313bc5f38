//! The first items of an order, found in one pass without sorting the rest.

use std::cell::OnceCell;
use std::cmp::Ordering;

use crate::graph::order::{SortKey, compare_keys};
use crate::graph::page::{Item, Mark, Page, Stretch};
use crate::graph::prefix::Prefix;
use crate::graph::term::{Term, keys};
use crate::graph::view::View;

/// An item with what it sorts by: a number first, its keys where numbers tie.
struct Candidate<T> {
    item: T,
    prefix: Prefix,
    keys: OnceCell<Vec<SortKey>>,
}

/// How items stand to each other in an order.
struct Comparison<'a> {
    view: &'a View,
    order: &'a [Term],
    /// Whether equal prefixes may end the comparison.
    by_number: bool,
}

impl Comparison<'_> {
    fn candidate<T: Item>(&self, item: T) -> Candidate<T> {
        let first = self.order.first();
        Candidate {
            item,
            prefix: first.map_or(Prefix::MISSING, |term| {
                term.prefix(self.view, item.placed())
            }),
            keys: OnceCell::new(),
        }
    }

    fn keys<'c, T: Item>(&self, candidate: &'c Candidate<T>) -> &'c [SortKey] {
        candidate
            .keys
            .get_or_init(|| keys(self.view, self.order, candidate.item.placed()))
    }

    fn compare_keys(&self, one: &[SortKey], other: &[SortKey]) -> Ordering {
        compare_keys(self.order.iter().map(|term| term.descending), one, other)
    }

    /// Equal ones stand in the order of recording.
    fn compare<T: Item>(&self, one: &Candidate<T>, other: &Candidate<T>) -> Ordering {
        one.prefix
            .cmp(&other.prefix)
            .then_with(|| {
                if self.by_number && one.prefix.is_whole() {
                    Ordering::Equal
                } else {
                    self.compare_keys(self.keys(one), self.keys(other))
                }
            })
            .then_with(|| one.item.number().cmp(&other.item.number()))
    }

    fn stands<T: Item>(&self, one: &Candidate<T>, (prefix, mark): &(Prefix, &Mark)) -> Ordering {
        one.prefix
            .cmp(prefix)
            .then_with(|| self.compare_keys(self.keys(one), &mark.keys))
            .then_with(|| one.item.number().cmp(&mark.number))
    }
}

/// The items nearest to one end: no more are kept than may be shown.
struct Nearest<'a, T> {
    comparison: &'a Comparison<'a>,
    limit: usize,
    from_end: bool,
    kept: Vec<Candidate<T>>,
    /// Whether the last of `kept` is further away than what no longer counts.
    full: bool,
}

impl<T: Item> Nearest<'_, T> {
    fn compare(&self, one: &Candidate<T>, other: &Candidate<T>) -> Ordering {
        let order = self.comparison.compare(one, other);
        if self.from_end {
            order.reverse()
        } else {
            order
        }
    }

    fn add(&mut self, candidate: Candidate<T>) {
        if self.limit == 0 {
            return;
        }
        if self.full
            && let Some(worst) = self.kept.get(self.limit - 1)
            && self.compare(&candidate, worst).is_ge()
        {
            return;
        }
        self.kept.push(candidate);
        if self.kept.len() >= self.limit.saturating_mul(2).saturating_add(32) {
            self.cut();
        }
    }

    /// Forgets what is too far away. What is kept last is the furthest.
    fn cut(&mut self) {
        if self.kept.len() > self.limit {
            let mut kept = std::mem::take(&mut self.kept);
            kept.select_nth_unstable_by(self.limit - 1, |one, other| self.compare(one, other));
            kept.truncate(self.limit);
            self.kept = kept;
            self.full = true;
        }
    }

    /// What is shown, in the order of the list.
    fn shown(mut self) -> Vec<T> {
        self.cut();
        let mut kept = std::mem::take(&mut self.kept);
        kept.sort_unstable_by(|one, other| self.comparison.compare(one, other));
        kept.into_iter().map(|candidate| candidate.item).collect()
    }
}

/// The page of the items of a list in an order; they may come in any. `next` gives the next one that fits.
///
/// # Errors
/// When `next` gives one.
pub(crate) fn page<T: Item, E>(
    view: &View,
    order: &[Term],
    stretch: &Stretch,
    mut next: impl FnMut() -> Result<Option<T>, E>,
) -> Result<Page<T>, E> {
    let comparison = Comparison {
        view,
        order,
        by_number: matches!(order, [term] if term.is_number()),
    };
    let mark = |mark: &'_ Option<Mark>| -> Option<Prefix> {
        let key = mark.as_ref()?.keys.first();
        let prefix = key.map_or(Prefix::MISSING, Prefix::of_key);
        Some(order.first().map_or(prefix, |term| term.turned(prefix)))
    };
    let after = mark(&stretch.after).zip(stretch.after.as_ref());
    let before = mark(&stretch.before).zip(stretch.before.as_ref());
    let mut nearest = Nearest {
        comparison: &comparison,
        limit: stretch.limit,
        from_end: stretch.from_end,
        kept: Vec::new(),
        full: false,
    };
    // How many fit, how many of them stand before the stretch, how many in it.
    let (mut total, mut below, mut inside) = (0, 0, 0);
    while let Some(item) = next()? {
        total += 1;
        let candidate = comparison.candidate(item);
        if after
            .as_ref()
            .is_some_and(|mark| comparison.stands(&candidate, mark).is_le())
        {
            below += 1;
        } else if before
            .as_ref()
            .is_none_or(|mark| comparison.stands(&candidate, mark).is_lt())
        {
            inside += 1;
            nearest.add(candidate);
        }
    }
    let items = nearest.shown();
    let (from, to) = if stretch.from_end {
        (below + inside - items.len(), below + inside)
    } else {
        (below, below + items.len())
    };
    Ok(Page {
        has_next: to < total,
        has_previous: from > 0,
        total: Some(total),
        looked: 0,
        kept: 0,
        items,
    })
}
