//! Connections: pages of entities, relationships, claims and matches.

use std::cmp::Ordering;

use crate::api::bind::{Bound, Listing};
use crate::api::cursor::Cursor;
use crate::api::error::RequestError;
use crate::api::execute::aggregate::{Whole, needs_items};
use crate::api::execute::{Executor, Written, below, steps};
use crate::api::filters::Declared;
use crate::api::meaning::{
    ConnectionField, EdgeField, EntityField, Follow, Meaning, PageInfoField,
};
use crate::api::plan::{self, Action, Field, Step};
use crate::graph::acting::Link;
use crate::graph::filter::Wanted;
use crate::graph::order::{SortKey, compare_keys};
use crate::graph::page::{Item, Mark, Page, Selection, Stretch, page};
use crate::graph::records::{ClaimIndex, EntityIndex, RelationshipIndex};
use crate::graph::search::Hit;
use crate::graph::start::{self, Start};
use crate::graph::term::{Term, keys};
use crate::graph::trace::Traced;
use crate::graph::view::View;
use crate::graph::walk::{Budget, OverBudget, Reach};
use crate::graph::{Edge, Hop};
use crate::model::ontology::TypeIndex;

/// One item of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) enum Entry<'m> {
    Entity(EntityIndex),
    /// Of the ledger.
    Row(EntityIndex),
    Hop(Hop),
    Claim(ClaimIndex),
    Match(Hit<'m>, EntityIndex),
    Reached(&'m Reach<Edge>, usize),
    Traced(&'m Traced),
    Link(Hop, &'m Link),
}

impl Item for Entry<'_> {
    fn entity(self) -> EntityIndex {
        match self {
            Self::Entity(entity) | Self::Row(entity) | Self::Match(_, entity) => entity,
            Self::Hop(hop) | Self::Link(hop, _) => hop.entity,
            Self::Traced(traced) => traced.commitment,
            Self::Reached(found, place) => EntityIndex::from_number(found.nodes()[place].node),
            // Claims are listed as they come: nothing filters or orders them by an entity.
            Self::Claim(claim) => EntityIndex::from_number(claim.number()),
        }
    }

    fn number(self) -> u32 {
        match self {
            Self::Entity(entity) | Self::Row(entity) | Self::Match(_, entity) => entity.number(),
            Self::Traced(traced) => traced.commitment.number(),
            Self::Hop(hop) | Self::Link(hop, _) => hop.relationship.number(),
            Self::Reached(..) => self.entity().number(),
            Self::Claim(claim) => claim.number(),
        }
    }

    fn relationship(self) -> Option<RelationshipIndex> {
        match self {
            Self::Hop(hop) => Some(hop.relationship),
            _ => None,
        }
    }

    fn fits(self, wanted: &Wanted, view: &View, budget: &mut Budget) -> Result<bool, OverBudget> {
        match self {
            Self::Hop(hop) => hop.fits(wanted, view, budget),
            Self::Claim(claim) => wanted.fits_claim(view, claim, budget),
            _ => self.entity().fits(wanted, view, budget),
        }
    }

    fn keys(self, view: &View, order: &[Term]) -> Vec<SortKey> {
        match self {
            Self::Hop(hop) | Self::Link(hop, _) => hop.keys(view, order),
            // They come by how near they are.
            Self::Reached(found, place) => vec![SortKey::Number(found.nodes()[place].depth.into())],
            _ => keys(view, order, self.placed()),
        }
    }

    fn stands(self, view: &View, mark: &Mark) -> Option<Ordering> {
        match self {
            Self::Hop(hop) | Self::Link(hop, _) => hop.stands(view, mark),
            Self::Entity(_) | Self::Row(_) | Self::Traced(_) | Self::Claim(_) => {
                Some(self.number().cmp(&mark.number))
            }
            Self::Reached(..) => {
                let order = compare_keys([false].into_iter(), &self.keys(view, &[]), &mark.keys);
                Some(order.then(self.number().cmp(&mark.number)))
            }
            // Matches come by their score, which belongs to one search.
            Self::Match(..) => None,
        }
    }
}

impl Entry<'_> {
    /// The id by which a cursor finds it again.
    fn id(self, view: &View) -> String {
        match self {
            Self::Entity(_)
            | Self::Row(_)
            | Self::Traced(_)
            | Self::Match(..)
            | Self::Reached(..) => view.id(self.entity()).to_string(),
            Self::Hop(hop) | Self::Link(hop, _) => view.relationship_id(hop.relationship),
            Self::Claim(claim) => view.graph().claim_id(claim).to_string(),
        }
    }
}

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
    for step in steps {
        if let Action::Field(field) = &step.action
            && let Meaning::Entity(EntityField::ToOne(follow)) = field.meaning
        {
            view.read_ahead(entities().filter_map(|entity| {
                Some(
                    view.to_one(entity, follow.relationship, follow.direction)?
                        .entity,
                )
            }));
        }
    }
}

/// The number of the item that an id of a cursor names.
fn number_of(view: &View, id: &str) -> Option<u32> {
    if id.starts_with("relationship:") {
        return view
            .relationship_of_id(id)
            .map(|relationship| relationship.number());
    }
    if id.starts_with("claim:") {
        return view.graph().claim(id).map(|claim| claim.number());
    }
    view.graph().entity(id).map(EntityIndex::number)
}

/// The id of the entity whose list it is; empty at the root.
fn owner(view: &View, of: Option<EntityIndex>) -> &str {
    of.map_or("", |entity| view.id(entity).as_str())
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
        let page = self.selection(listing, &stretch, field).first_page();
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
        let length = view.knows_all().then_some(|| start.listed);
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
        let mut selection = self.selection(listing, &stretch, field);
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

    /// What is to be shown of a list.
    fn selection<'s>(
        &self,
        listing: &'s Listing,
        stretch: &'s Stretch,
        field: &Field,
    ) -> Selection<'s> {
        Selection {
            wanted: &listing.wanted,
            order: &listing.order,
            sorted: false,
            stretch,
            count: counts(field),
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
        let mut selection = self.selection(listing, stretch, field);
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
            selection.count = false;
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

    /// The place that a cursor names in this view.
    pub(super) fn place(
        &self,
        view: &View,
        of: Option<EntityIndex>,
        cursor: &Cursor,
        name: &str,
        field: &Field,
    ) -> Result<Mark, RequestError> {
        let refuse = |message: String| self.refuse(field, RequestError::input(message));
        if cursor.view != view.clocks().to_string() {
            return Err(refuse(format!(
                "{name} is the cursor of another view: expected one that this list gave in this view"
            )));
        }
        if cursor.of != owner(view, of) {
            return Err(refuse(format!(
                "{name} is the cursor of another list, that of {}: expected one that this list gave",
                cursor.of
            )));
        }
        match number_of(view, &cursor.id) {
            Some(number) => Ok(Mark {
                keys: cursor.keys.clone(),
                number,
            }),
            None => Err(refuse(format!(
                "{name} names {:?}, which is not on record",
                cursor.id
            ))),
        }
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
                this.object(super::steps(field), |this, field| match field.meaning {
                    Meaning::PageInfo(PageInfoField::HasNextPage) => {
                        this.boolean(shown.page.has_next)
                    }
                    Meaning::PageInfo(PageInfoField::HasPreviousPage) => {
                        this.boolean(shown.page.has_previous)
                    }
                    Meaning::PageInfo(PageInfoField::StartCursor) => {
                        this.cursor_or_null(view, items.first(), shown)
                    }
                    Meaning::PageInfo(PageInfoField::EndCursor) => {
                        this.cursor_or_null(view, items.last(), shown)
                    }
                    _ => this.null(),
                })
            }
            _ => this.null(),
        })
    }

    fn node(&mut self, view: &View, entry: Entry<'_>, field: &'a Field) -> Written {
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

    fn cursor_or_null(
        &mut self,
        view: &View,
        entry: Option<&Entry<'_>>,
        shown: &Shown<'_, '_>,
    ) -> Written {
        match entry {
            Some(entry) => self.cursor(view, *entry, shown),
            None => self.null(),
        }
    }

    fn cursor(&mut self, view: &View, entry: Entry<'_>, shown: &Shown<'_, '_>) -> Written {
        let keys = entry.keys(view, shown.order);
        self.text(&Cursor::write(
            shown.mark,
            &view.clocks().to_string(),
            owner(view, shown.of),
            &keys,
            &entry.id(view),
        ))
    }

    /// An edge: what belongs to the relationship, and the node at its end.
    pub(super) fn edge(
        &mut self,
        view: &View,
        entry: Entry<'_>,
        others: &[Hop],
        shown: Option<&Shown<'_, '_>>,
        steps: &'a [Step],
    ) -> Written {
        let relationship = match entry {
            Entry::Hop(hop) | Entry::Link(hop, _) => Some(hop.relationship),
            _ => None,
        };
        // A link is shown as of its own time.
        let claims = match entry {
            Entry::Link(_, link) => Some(&link.claims),
            _ => None,
        };
        let winner = match claims {
            Some(claims) => claims.first().copied(),
            None => relationship.and_then(|relationship| view.relationship_winner(relationship)),
        };
        self.object(steps, |this, field| {
            let Meaning::Edge(meaning) = field.meaning else {
                return this.null();
            };
            match (meaning, relationship) {
                (EdgeField::Node, _) => this.node(view, entry, field),
                (EdgeField::Cursor, _) => match shown {
                    Some(shown) => this.cursor(view, entry, shown),
                    None => this.null(),
                },
                (EdgeField::Property { property, .. }, Some(relationship)) => {
                    this.value(view, view.edge_value(relationship, property), below(field))
                }
                (EdgeField::Since, _) => this.since(view, winner, field),
                (EdgeField::Until, _) => this.until(view, winner, field),
                (EdgeField::Ongoing, _) => this.ongoing(view, winner),
                (EdgeField::Attested, _) => this.attested(view, winner, field),
                (EdgeField::Certainty, _) => this.certainty(view, winner),
                (EdgeField::Evidence, Some(relationship)) => match claims {
                    Some(claims) => this.evidence_of(view, claims.iter().copied(), field),
                    None => {
                        this.evidence_of(view, super::entity::claims_of(view, relationship), field)
                    }
                },
                (EdgeField::OnBehalfOf, _) => {
                    let behalf = winner.and_then(|claim| view.on_behalf_of(claim));
                    this.entity_or_null(view, behalf, below(field))
                }
                (EdgeField::Capacity, _) => match entry {
                    Entry::Link(_, link) => this.capacity(view, link, field),
                    _ => this.null(),
                },
                (EdgeField::Rank, _) => {
                    this.optional_text(winner.map(|claim| view.rank(claim).0.name()))
                }
                (EdgeField::Claim, _) => this.claim_or_null(view, winner, field),
                (EdgeField::Alternatives, _) => this.list(others, |this, other| {
                    this.edge(view, Entry::Hop(*other), &[], None, super::steps(field))
                }),
                (EdgeField::Relationship, Some(relationship)) => {
                    this.relationship(view, relationship, below(field))
                }
                (EdgeField::Score | EdgeField::MatchedOn | EdgeField::Highlight, _) => {
                    match entry {
                        Entry::Match(hit, _) => this.matched(view, hit, meaning, field),
                        _ => this.null(),
                    }
                }
                (EdgeField::Depth | EdgeField::Witness, _) => match entry {
                    Entry::Reached(found, place) => {
                        this.reached(view, found, place, meaning, field)
                    }
                    _ => this.null(),
                },
                _ => this.null(),
            }
        })
    }
}
