//! Where a page begins and ends: cursors that are read and written.

use crate::api::cursor::Cursor;
use crate::api::error::RequestError;
use crate::api::execute::connection::Shown;
use crate::api::execute::entry::Entry;
use crate::api::execute::{Executor, Written};
use crate::api::meaning::{Meaning, PageInfoField};
use crate::api::plan::{Field, Step};
use crate::graph::page::{Item, Mark};
use crate::graph::records::EntityIndex;
use crate::graph::view::View;

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

impl Shown<'_, '_> {
    /// The cursor of an item.
    pub(super) fn cursor(&self, view: &View, entry: Entry<'_>) -> String {
        let keys = entry.keys(view, self.order);
        Cursor::write(
            self.mark,
            &view.clocks().to_string(),
            owner(view, self.of),
            &keys,
            &entry.id(view),
        )
    }
}

impl<'a> Executor<'a> {
    /// The place that a cursor names in this view.
    pub(super) fn place(
        &self,
        view: &View,
        of: Option<EntityIndex>,
        cursor: &Cursor,
        name: &str,
        field: &Field,
    ) -> Result<Mark, RequestError> {
        let number = |id: &str| number_of(view, id);
        Ok(Mark {
            keys: cursor.keys.clone(),
            number: self.placed(view, owner(view, of), (cursor, name), field, number)?,
        })
    }

    /// The place that a cursor, given as an argument, has in the list of `of`, as `read` understands its id.
    pub(super) fn placed<K>(
        &self,
        view: &View,
        of: &str,
        (cursor, name): (&Cursor, &str),
        field: &Field,
        read: impl FnOnce(&str) -> Option<K>,
    ) -> Result<K, RequestError> {
        let refuse = |message: String| self.refuse(field, RequestError::input(message));
        if cursor.view != view.clocks().to_string() {
            return Err(refuse(format!(
                "{name} is the cursor of another view: expected one that this list gave in this view"
            )));
        }
        if cursor.of != of {
            return Err(refuse(format!(
                "{name} is the cursor of another list, that of {}: expected one that this list gave",
                cursor.of
            )));
        }
        read(&cursor.id).ok_or_else(|| {
            refuse(format!(
                "{name} names {:?}, which is not on record",
                cursor.id
            ))
        })
    }

    /// Where a page stands: whether it has something before it and after it, and the cursors of its ends.
    pub(super) fn page_info<T>(
        &mut self,
        items: &[T],
        (has_previous, has_next): (bool, bool),
        cursor: &dyn Fn(&T) -> String,
        steps: &'a [Step],
    ) -> Written {
        self.object(steps, |this, field| match field.meaning {
            Meaning::PageInfo(PageInfoField::HasNextPage) => this.boolean(has_next),
            Meaning::PageInfo(PageInfoField::HasPreviousPage) => this.boolean(has_previous),
            Meaning::PageInfo(PageInfoField::StartCursor) => {
                this.optional_text(items.first().map(cursor).as_deref())
            }
            Meaning::PageInfo(PageInfoField::EndCursor) => {
                this.optional_text(items.last().map(cursor).as_deref())
            }
            _ => this.null(),
        })
    }
}
