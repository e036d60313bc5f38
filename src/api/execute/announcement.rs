//! What a subscription is told of.

use std::sync::Arc;

use crate::api::execute::{Executor, Written, steps};
use crate::api::meaning::{Meaning, TickField};
use crate::api::plan::Field;
use crate::graph::history::Entry;
use crate::graph::view::View;

/// Something that a subscription is answered for, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Announcement {
    /// A tick of the clock, and which.
    Tick(usize),
    /// What a transaction changed.
    Changes(Arc<Entry>),
}

impl<'a> Executor<'a> {
    /// The root field of a subscription.
    pub(super) fn announced(&mut self, view: &View, field: &'a Field) -> Written {
        match self.announcement.clone() {
            Some(Announcement::Tick(number)) => {
                self.object(steps(field), |this, field| match field.meaning {
                    Meaning::Tick(TickField::Number) => this.count(number),
                    Meaning::Tick(TickField::Query) => this.root(view, steps(field)),
                    _ => this.null(),
                })
            }
            Some(Announcement::Changes(entry)) => self.entry(view, &entry, steps(field)),
            None => self.null(),
        }
    }
}
