//! Connections whose items are worked out as they are read.

use crate::api::bind::Forward;
use crate::api::cursor::Cursor;
use crate::api::error::RequestError;
use crate::api::execute::{Executor, Written, steps};
use crate::api::meaning::{ConnectionField, EdgeField, Meaning};
use crate::api::plan::{Field, Step};
use crate::graph::view::View;

/// A stretch of such a list.
pub(super) struct Stretch<'p, T> {
    pub(super) items: &'p [T],
    pub(super) has_next: bool,
    pub(super) has_previous: bool,
    pub(super) total: Option<usize>,
    /// Marks the list's cursors.
    pub(super) mark: u64,
    /// What the list is of; empty at the root.
    pub(super) of: &'p str,
}

impl<'p, T> Stretch<'p, T> {
    /// The page of a whole list that begins at a place.
    pub(super) fn cut(all: &'p [T], from: usize, page: &Forward, of: &'p str) -> Self {
        let from = from.min(all.len());
        let to = all.len().min(from.saturating_add(page.first));
        Self {
            items: &all[from..to],
            has_next: to < all.len(),
            has_previous: from > 0,
            total: Some(all.len()),
            mark: page.mark,
            of,
        }
    }
}

impl<'a> Executor<'a> {
    /// The place after which a list goes on, as `read` understands the id in its cursor.
    pub(super) fn after<K>(
        &self,
        view: &View,
        page: &Forward,
        of: &str,
        field: &Field,
        read: impl FnOnce(&str) -> Option<K>,
    ) -> Result<Option<K>, RequestError> {
        page.after
            .as_ref()
            .map(|cursor| self.placed(view, of, (cursor, "after"), field, read))
            .transpose()
    }

    /// Writes such a connection: `id` says where an item stands, `node` writes it.
    pub(super) fn forward<T>(
        &mut self,
        view: &View,
        shown: &Stretch<'_, T>,
        id: &dyn Fn(&T) -> String,
        node: &mut dyn FnMut(&mut Self, &T, &'a Field) -> Written,
        fields: &'a [Step],
    ) -> Written {
        let clocks = view.clocks().to_string();
        let cursor = |item: &T| Cursor::write(shown.mark, &clocks, shown.of, &[], &id(item));
        self.object(fields, |this, field| match field.meaning {
            Meaning::Connection(ConnectionField::Edges) => this.list(shown.items, |this, item| {
                this.object(steps(field), |this, field| match field.meaning {
                    Meaning::Edge(EdgeField::Cursor) => this.text(&cursor(item)),
                    Meaning::Edge(EdgeField::Node) => node(this, item, field),
                    _ => this.null(),
                })
            }),
            Meaning::Connection(ConnectionField::Nodes) => {
                this.list(shown.items, |this, item| node(this, item, field))
            }
            Meaning::Connection(ConnectionField::TotalCount) => {
                this.count(shown.total.unwrap_or(shown.items.len()))
            }
            Meaning::Connection(ConnectionField::PageInfo) => {
                let ends = (shown.has_previous, shown.has_next);
                this.page_info(shown.items, ends, &cursor, steps(field))
            }
            _ => this.null(),
        })
    }
}
