//! Pages: a stretch of an ordered, filtered list between two cursors.
//!
//! A cursor is the place in the order, not a position: the sort keys of an item and its id. It stays
//! good while the graph changes.

use std::cmp::Ordering;

use crate::graph::Hop;
use crate::graph::filter::Wanted;
use crate::graph::order::{SortKey, compare_keys, row_keys};
use crate::graph::records::{EntityIndex, RelationshipIndex};
use crate::graph::select;
use crate::graph::term::{Term, keys};
use crate::graph::view::View;
use crate::graph::walk::{Budget, OverBudget};
use crate::model::ontology::{Direction, OrderTerm};

/// Something that lists are made of.
pub trait Item: Copy {
    /// The entity that filters and orders look at.
    fn entity(self) -> EntityIndex;
    /// Its number in the order of recording, which settles ties.
    fn number(self) -> u32;
    /// Whether it is wanted.
    ///
    /// # Errors
    /// When the relationships to look at pass the budget.
    fn fits(self, wanted: &Wanted, view: &View, budget: &mut Budget) -> Result<bool, OverBudget> {
        wanted.fits_entity(view, self.entity(), budget)
    }

    /// The relationship by which it stands in the list, if it is one of relationships.
    fn relationship(self) -> Option<RelationshipIndex> {
        None
    }

    /// What is sorted of it.
    fn placed(self) -> (EntityIndex, Option<RelationshipIndex>) {
        (self.entity(), self.relationship())
    }

    /// The keys of its place in an order; where that is empty, in the order in which such items come.
    fn keys(self, view: &View, order: &[Term]) -> Vec<SortKey> {
        keys(view, order, self.placed())
    }

    /// How it stands to a place in the order in which such items come; `None` where only the list knows.
    fn stands(self, _view: &View, mark: &Mark) -> Option<Ordering> {
        Some(self.number().cmp(&mark.number))
    }
}

impl Item for EntityIndex {
    fn entity(self) -> EntityIndex {
        self
    }

    fn number(self) -> u32 {
        self.0
    }
}

impl Item for Hop {
    fn entity(self) -> EntityIndex {
        self.entity
    }

    fn number(self) -> u32 {
        self.relationship.0
    }

    fn relationship(self) -> Option<RelationshipIndex> {
        Some(self.relationship)
    }

    fn fits(self, wanted: &Wanted, view: &View, budget: &mut Budget) -> Result<bool, OverBudget> {
        wanted.fits_hop(view, self, budget)
    }

    fn keys(self, view: &View, order: &[Term]) -> Vec<SortKey> {
        if !order.is_empty() {
            return keys(view, order, self.placed());
        }
        let (terms, direction) = declared_order(view, self);
        row_keys(view, terms, self.relationship, direction)
    }

    fn stands(self, view: &View, mark: &Mark) -> Option<Ordering> {
        let (terms, direction) = declared_order(view, self);
        if mark.keys.len() != terms.len() {
            return None;
        }
        let own = row_keys(view, terms, self.relationship, direction);
        let order = compare_keys(terms.iter().map(|term| term.descending), &own, &mark.keys);
        Some(order.then(self.number().cmp(&mark.number)))
    }
}

/// The declared order of the row that a relationship is met in.
fn declared_order(view: &View, hop: Hop) -> (&[OrderTerm], Direction) {
    let (relationship, _, _) = view.relationship(hop.relationship);
    let direction = hop.direction;
    let declared = view.ontology().relationship_type(relationship);
    (declared.order(direction), direction)
}

/// A place in an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// The sort keys, one for each term.
    pub keys: Vec<SortKey>,
    /// The number that settles ties.
    pub number: u32,
}

/// Which stretch to show.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// After this place.
    pub after: Option<Mark>,
    /// Before this place.
    pub before: Option<Mark>,
    /// At most so many.
    pub limit: usize,
    /// Whether they are counted from the end.
    pub from_end: bool,
}

/// What to show of a list.
#[derive(Debug, Clone)]
pub struct Selection<'a> {
    /// Which items.
    pub wanted: &'a Wanted,
    /// In which order; empty is the order in which they come.
    pub order: &'a [Term],
    /// Whether they come in that order already.
    pub sorted: bool,
    /// Which stretch of them.
    pub stretch: &'a Stretch,
    /// Whether the number of all that fit is wanted.
    pub count: bool,
}

impl Selection<'_> {
    /// Whether the items come in the order that is asked.
    fn sorted(&self) -> bool {
        self.sorted || self.order.is_empty()
    }

    /// Whether the reading stops where the page ends.
    #[must_use]
    pub fn stops_early(&self) -> bool {
        let Stretch {
            before, from_end, ..
        } = self.stretch;
        self.sorted() && !self.count && !from_end && before.is_none()
    }

    /// How many items are wanted, if a reading from the beginning stops there.
    #[must_use]
    pub fn first_page(&self) -> Option<usize> {
        (self.stops_early() && self.stretch.after.is_none()).then_some(self.stretch.limit)
    }
}

/// A stretch of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// What it shows.
    pub items: Vec<T>,
    /// Whether more follow.
    pub has_next: bool,
    /// Whether more come before.
    pub has_previous: bool,
    /// How many there are in all, if that was asked.
    pub total: Option<usize>,
    /// How many items were looked at.
    pub looked: usize,
    /// How many of them fitted.
    pub kept: usize,
}

/// The page of a list whose items come in their default order.
///
/// # Errors
/// When what has to be looked at passes the budget.
pub fn page<T: Item>(
    view: &View,
    items: impl Iterator<Item = T>,
    selection: &Selection<'_>,
    budget: &mut Budget,
) -> Result<Page<T>, OverBudget> {
    let Selection {
        wanted,
        order,
        stretch,
        ..
    } = selection;
    let (mut looked, mut kept) = (0, 0);
    let mut fits = |item: T| -> Result<bool, OverBudget> {
        budget.spend(1)?;
        let fits = item.fits(wanted, view, budget)?;
        if fits && !selection.sorted() {
            let placed = item.placed();
            budget.spend(order.iter().map(|term| term.cost(view, placed)).sum())?;
        }
        looked += 1;
        kept += usize::from(fits);
        Ok(fits)
    };
    let page = if selection.sorted() {
        natural(view, items, selection, &mut fits)?
    } else {
        let mut items = items;
        select::page(view, order, stretch, || {
            for item in items.by_ref() {
                if fits(item)? {
                    return Ok(Some(item));
                }
            }
            Ok(None)
        })?
    };
    Ok(Page {
        looked,
        kept,
        ..page
    })
}

/// A page in the order in which the items come. The places are found by number.
fn natural<T: Item>(
    view: &View,
    items: impl Iterator<Item = T>,
    selection: &Selection<'_>,
    mut fits: impl FnMut(T) -> Result<bool, OverBudget>,
) -> Result<Page<T>, OverBudget> {
    let Selection { order, stretch, .. } = selection;
    let early = selection.stops_early();
    let (mut all, mut from, mut to) = (Vec::new(), None, None);
    let mut skipped = 0;
    let stays = |place: &Option<Mark>, item: T| {
        place.as_ref().is_some_and(|place| {
            place.number == item.number() && place.keys == item.keys(view, order)
        })
    };
    let waiting = stretch.after.is_some() && early;
    for item in items {
        if stays(&stretch.before, item) {
            to = Some(all.len());
        }
        // The item of a cursor marks its place even if it no longer fits, but not if it has moved.
        let marks = stays(&stretch.after, item);
        if fits(item)? {
            all.push(item);
        }
        if marks {
            from = Some(all.len());
            if waiting {
                skipped = all.len();
            }
        }
        if early
            && all.len() > skipped.saturating_add(stretch.limit)
            && (!waiting || from.is_some())
        {
            break;
        }
    }
    // An item that has left the list stands where it would stand now. Where only the list could
    // tell, its cursor leads to the end, not to the beginning.
    let place = |mark: &Mark| {
        let stands = |item: &T| {
            if order.is_empty() {
                return item.stands(view, mark);
            }
            let descending = order.iter().map(|term| term.descending);
            let found = compare_keys(descending, &item.keys(view, order), &mark.keys);
            Some(found.then(item.number().cmp(&mark.number)))
        };
        all.partition_point(|item| stands(item).is_none_or(Ordering::is_lt))
    };
    let from = from.or(stretch.after.as_ref().map(place)).unwrap_or(0);
    let to = to.or(stretch.before.as_ref().map(place));
    let to = to.unwrap_or(all.len());
    let page = cut(&all, from, to, stretch);
    // What was not read to its end was not counted.
    let total = page.total.filter(|_| !early);
    Ok(Page { total, ..page })
}

fn cut<T: Copy>(all: &[T], from: usize, to: usize, stretch: &Stretch) -> Page<T> {
    let to = to.max(from);
    let (from, to) = if stretch.from_end {
        (from.max(to.saturating_sub(stretch.limit)), to)
    } else {
        (from, to.min(from.saturating_add(stretch.limit)))
    };
    Page {
        items: all[from..to].to_vec(),
        has_next: to < all.len(),
        has_previous: from > 0,
        total: Some(all.len()),
        looked: 0,
        kept: 0,
    }
}
