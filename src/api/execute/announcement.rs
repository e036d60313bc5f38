//! What a subscription is told of.

use crate::api::execute::{Executor, Written, steps};
use crate::api::meaning::{Meaning, TickField};
use crate::api::plan::Field;
use crate::graph::view::View;

/// Something that a subscription is answered for, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Announcement {
    /// A tick of the clock, and which.
    Tick(usize),
}

impl<'a> Executor<'a> {
    /// The root field of a subscription.
    pub(super) fn announced(&mut self, view: &View, field: &'a Field) -> Written {
        match self.announcement {
            Some(Announcement::Tick(number)) => {
                self.object(steps(field), |this, field| match field.meaning {
                    Meaning::Tick(TickField::Number) => this.count(number),
                    Meaning::Tick(TickField::Query) => this.root(view, steps(field)),
                    _ => this.null(),
                })
            }
            None => self.null(),
        }
    }
}
