//! Connections: how a list is read, and its page.

use crate::api::bind::{Bound, Listing};
use crate::api::cursor::Cursor;
use crate::api::error::RequestError;
use crate::api::execute::aggregate::{Whole, needs_items};
use crate::api::execute::entry::Entry;
use crate::api::execute::{Executor, Written, below, steps};
use crate::api::filters::Declared;
use crate::api::meaning::{ConnectionField, EntityField, Follow, Meaning};
use crate::api::plan::{self, Field, Step};
use crate::graph::filter::Wanted;
use crate::graph::page::{Item, Page, Selection, Stretch, page};
use crate::graph::records::EntityIndex;
use crate::graph::start::{self, Start};
use crate::graph::term::Term;
use crate::graph::view::View;
use crate::model::ontology::TypeIndex;

/// Reads the entities of a page, and those that fields of theirs lead to, before they are written.
fn read_ahead(view: &View, items: &[Entry<'_>], selection: Option<&plan::Selection>) {
    let entities = || {
        let shown = |item: &&Entry<'_>| {
            !matches!(
                item,
                Entry::Claim(_) | Entry::Row(_) | Entry::Traced(_) | Entry::Link(..)
            )
        };
        items.iter().filter(shown).map(|item| item.entity())
    };
    view.read_ahead(entities());
    let Some(first) = entities().next() else {
        return;
    };
    // The items of a list are mostly of one type.
    let place = view.type_of(first).place();
    let steps = selection.map_or(&[][..], |selection| selection.of(place));
    for field in steps.iter().filter_map(Step::field) {
        if let Meaning::Entity(EntityField::ToOne(follow)) = field.meaning {
            view.read_ahead(entities().filter_map(|entity| {
                let hop = view.to_one(entity, follow.relationship, follow.direction)?;
                Some(hop.entity)
            }));
        }
    }
}

/// What is asked of a connection.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    /// Some of its items.
    page: bool,
    /// How many items there are.
    total: bool,
    /// All items, to count and group them.
    items: bool,
}

impl Parts {
    fn of(steps: &[Step]) -> Self {
        let mut parts = Self::default();
        for field in steps.iter().filter_map(Step::field) {
            match field.meaning {
                Meaning::Connection(ConnectionField::TotalCount) => parts.total = true,
                Meaning::Connection(ConnectionField::Aggregate) => {
                    parts.total = true;
                    parts.items |= needs_items(super::steps(field));
                }
                _ => parts.page = true,
            }
        }
        parts
    }
}

/// Whether the number of all items is asked of a connection.
pub(super) fn counts(field: &Field) -> bool {
    Parts::of(steps(field)).total
}

/// What is to be shown of a list, and whether all that fits is to be counted.
fn selection<'s>(listing: &'s Listing, stretch: &'s Stretch, count: bool) -> Selection<'s> {
    Selection {
        wanted: &listing.wanted,
        order: &listing.order,
        sorted: false,
        stretch,
        count,
    }
}

/// A page about to be written.
pub(super) struct Shown<'m, 'p> {
    pub(super) page: Page<Entry<'m>>,
    pub(super) order: &'p [Term],
    pub(super) mark: u64,
    /// The entity whose list it is; none at the root.
    pub(super) of: Option<EntityIndex>,
    /// All that the list holds.
    pub(super) whole: Whole<'p, 'm>,
}

/// How a list is read.
struct Read<'p> {
    start: Start,
    listing: &'p Listing,
    /// Whether the items come in the order that is asked.
    sorted: bool,
    stretch: &'p Stretch,
    /// The entity whose list it is; none at the root.
    of: Option<EntityIndex>,
}

impl<'a> Executor<'a> {
    /// The connection of a list that is read from its beginning.
    pub(super) fn connection<'m>(
        &mut self,
        view: &View,
        of: Option<EntityIndex>,
        items: impl ExactSizeIterator<Item = Entry<'m>>,
        field: &'a Field,
    ) -> Written {
        let Some(Bound::List(listing)) = self.bound(field) else {
            return self.null();
        };
        let stretch = self.stretch(view, of, listing, field)?;
        let read = Read {
            start: Start::list(items.len()),
            listing,
            sorted: false,
            stretch: &stretch,
            of,
        };
        self.list_connection(view, &read, items, None::<fn() -> usize>, field)
    }

    /// The connection of all entities of a type.
    pub(super) fn entities_connection(
        &mut self,
        view: &View,
        entity_type: TypeIndex,
        entry: fn(EntityIndex) -> Entry<'static>,
        field: &'a Field,
    ) -> Written {
        let Some(Bound::List(listing)) = self.bound(field) else {
            return self.null();
        };
        let stretch = self.stretch(view, None, listing, field)?;
        let page = selection(listing, &stretch, counts(field)).first_page();
        let (start, found) =
            start::entities(view, entity_type, &listing.wanted, page, &mut self.budget)
                .map_err(|over| self.over_budget(field, over))?;
        let read = Read {
            start,
            listing,
            sorted: false,
            stretch: &stretch,
            of: None,
        };
        let length = view.count_of(entity_type).map(|count| move || count);
        match found {
            Some(found) => {
                let items = found.into_iter().map(entry);
                self.list_connection(view, &read, items, length, field)
            }
            None => {
                let items = view.entities_of(entity_type).map(entry);
                self.list_connection(view, &read, items, length, field)
            }
        }
    }

    /// The connection of a row.
    pub(super) fn row_connection(
        &mut self,
        view: &View,
        entity: EntityIndex,
        follow: Follow,
        field: &'a Field,
    ) -> Written {
        let Some(Bound::List(listing)) = self.bound(field) else {
            return self.null();
        };
        let of = Some(entity);
        let stretch = self.stretch(view, of, listing, field)?;
        let mut selection = selection(listing, &stretch, counts(field));
        selection.sorted = listing.declared.is_some();
        let page = selection.first_page();
        let row = (entity, follow.relationship, follow.direction);
        let (start, found) = start::row(view, row, &listing.wanted, page, &mut self.budget)
            .map_err(|over| self.over_budget(field, over))?;
        let read = |sorted| Read {
            start,
            listing,
            sorted,
            stretch: &stretch,
            of,
        };
        let length = Some(|| view.degree(entity, follow.relationship, follow.direction));
        match (found, &listing.order[..], listing.declared) {
            (Some(found), _, declared) => {
                let items = found.into_iter().map(Entry::Hop);
                let read = read(declared == Some(Declared::Along));
                self.list_connection(view, &read, items, length, field)
            }
            (None, [term], Some(Declared::Against)) => {
                let items = view.row_backwards(row.0, row.1, row.2, term);
                self.list_connection(view, &read(true), items.map(Entry::Hop), length, field)
            }
            (None, _, declared) => {
                let items = view.row(row.0, row.1, row.2).map(Entry::Hop);
                let read = read(declared == Some(Declared::Along));
                self.list_connection(view, &read, items, length, field)
            }
        }
    }

    /// The connection of a list; `length` is the number of its items where that is known without reading it.
    fn list_connection<'m>(
        &mut self,
        view: &View,
        read: &Read<'_>,
        items: impl Iterator<Item = Entry<'m>>,
        length: Option<impl FnOnce() -> usize>,
        field: &'a Field,
    ) -> Written {
        let Read {
            start,
            listing,
            sorted,
            stretch,
            of,
        } = *read;
        let parts = Parts::of(steps(field));
        let mut selection = selection(listing, stretch, false);
        selection.sorted = sorted;
        // All items are counted by their number, as long as nothing filters them.
        let length = length.filter(|_| listing.wanted.is_everything() && !parts.items);
        let everything = Wanted::default();
        let mut all = Vec::new();
        let mut page = if parts.items {
            let looked;
            (all, looked) = self.fitting(view, items, &listing.wanted, field)?;
            // What fits is known: the page is cut out of it.
            selection.wanted = &everything;
            let shown = if parts.page { all.as_slice() } else { &[] };
            let page = page(view, shown.iter().copied(), &selection, &mut self.budget);
            page.map(|page| Page {
                total: Some(all.len()),
                looked,
                kept: all.len(),
                ..page
            })
        } else {
            selection.count = parts.total && length.is_none();
            page(view, items, &selection, &mut self.budget)
        }
        .map_err(|over| self.over_budget(field, over))?;
        if parts.total
            && let Some(length) = length
        {
            page.total = Some(length());
        }
        if let (Some(explanation), Some(slot)) = (&mut self.explanation, field.arguments) {
            explanation.add(slot, start, page.looked, page.kept);
        }
        let whole = Whole {
            items: &all,
            count: page.total.unwrap_or_default(),
            relationship: match field.meaning {
                Meaning::Entity(EntityField::Connection(follow)) => Some(follow.relationship),
                _ => None,
            },
        };
        let shown = Shown {
            page,
            order: &listing.order,
            mark: listing.mark,
            of,
            whole,
        };
        self.shown(view, &shown, steps(field))
    }

    /// All items that fit, and how many were looked at.
    fn fitting<'m>(
        &mut self,
        view: &View,
        items: impl Iterator<Item = Entry<'m>>,
        wanted: &Wanted,
        field: &Field,
    ) -> Result<(Vec<Entry<'m>>, usize), RequestError> {
        let (mut fitting, mut looked) = (Vec::new(), 0);
        for item in items {
            looked += 1;
            let spent = self.budget.spend(1);
            let fits = spent.and_then(|()| item.fits(wanted, view, &mut self.budget));
            if fits.map_err(|over| self.over_budget(field, over))? {
                fitting.push(item);
            }
        }
        Ok((fitting, looked))
    }

    fn stretch(
        &self,
        view: &View,
        of: Option<EntityIndex>,
        listing: &Listing,
        field: &Field,
    ) -> Result<Stretch, RequestError> {
        let place = |cursor: &Option<Cursor>, name| {
            cursor
                .as_ref()
                .map(|cursor| self.place(view, of, cursor, name, field))
                .transpose()
        };
        Ok(Stretch {
            after: place(&listing.after, "after")?,
            before: place(&listing.before, "before")?,
            limit: listing.limit,
            from_end: listing.from_end,
        })
    }

    pub(super) fn shown(
        &mut self,
        view: &View,
        shown: &Shown<'_, '_>,
        steps: &'a [Step],
    ) -> Written {
        let items = &shown.page.items;
        self.object(steps, |this, field| match field.meaning {
            Meaning::Connection(ConnectionField::Edges) => this.list(items, |this, entry| {
                this.edge(view, *entry, &[], Some(shown), super::steps(field))
            }),
            Meaning::Connection(ConnectionField::Nodes) => {
                read_ahead(view, items, below(field));
                this.list(items, |this, entry| this.node(view, *entry, field))
            }
            Meaning::Connection(ConnectionField::TotalCount) => {
                this.count(shown.page.total.unwrap_or(items.len()))
            }
            Meaning::Connection(ConnectionField::Facets) => {
                this.facets(view, shown.whole.items, super::steps(field))
            }
            Meaning::Connection(ConnectionField::Aggregate) => {
                this.aggregate(view, shown.whole, super::steps(field))
            }
            Meaning::Connection(ConnectionField::PageInfo) => {
                let ends = (shown.page.has_previous, shown.page.has_next);
                let cursor = |entry: &Entry<'_>| shown.cursor(view, *entry);
                this.page_info(items, ends, &cursor, super::steps(field))
            }
            _ => this.null(),
        })
    }

    pub(super) fn node(&mut self, view: &View, entry: Entry<'_>, field: &'a Field) -> Written {
        match entry {
            Entry::Entity(_) | Entry::Match(..) | Entry::Reached(..) => {
                self.entity(view, entry.entity(), below(field))
            }
            Entry::Hop(hop) | Entry::Link(hop, _) => self.entity(view, hop.entity, below(field)),
            Entry::Row(entity) => self.ledger_row(view, entity, steps(field)),
            Entry::Traced(traced) => self.traced(view, traced, steps(field)),
            Entry::Claim(claim) => self.claim(view, claim, steps(field)),
        }
    }
}
