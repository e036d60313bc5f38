//! A row read against its declared order, without sorting it.

use crate::graph::Hop;
use crate::graph::order::SortKey;
use crate::graph::term::Term;
use crate::graph::view::View;

/// A row whose order is one term, in the order of the same term turned round: what is not stated stays last, and what
/// ties stays in the order of recording.
pub(crate) struct Backwards<'a, F> {
    view: &'a View,
    /// The term that is asked for.
    term: &'a Term,
    /// The relationship at a place of the declared order.
    at: F,
    /// Those of one run of ties, the next one last.
    run: Vec<Hop>,
    /// What is still to be read from the end: all before this place.
    left: usize,
    /// The places of those of which nothing is stated.
    missing: std::ops::Range<usize>,
}

impl<'a, F: Fn(usize) -> Hop> Backwards<'a, F> {
    pub(crate) fn new(view: &'a View, term: &'a Term, length: usize, at: F) -> Self {
        let is_stated = |place: usize| {
            let hop = at(place);
            term.key(view, (hop.entity, Some(hop.relationship))) != SortKey::Missing
        };
        let (mut from, mut to) = (0, length);
        while from < to {
            let middle = from + (to - from) / 2;
            if is_stated(middle) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        Self {
            view,
            term,
            at,
            run: Vec::new(),
            left: from,
            missing: from..length,
        }
    }

    fn tie(&self, one: Hop, other: Hop) -> bool {
        let placed = |hop: Hop| (hop.entity, Some(hop.relationship));
        let (one, other) = (placed(one), placed(other));
        let prefix = self.term.prefix(self.view, one);
        if prefix != self.term.prefix(self.view, other) {
            return false;
        }
        (self.term.is_number() && prefix.is_whole())
            || self.term.key(self.view, one) == self.term.key(self.view, other)
    }
}

impl<F: Fn(usize) -> Hop> Iterator for Backwards<'_, F> {
    type Item = Hop;

    fn next(&mut self) -> Option<Hop> {
        if let Some(hop) = self.run.pop() {
            return Some(hop);
        }
        let Some(last) = self.left.checked_sub(1) else {
            return self.missing.next().map(&self.at);
        };
        self.left = last;
        self.run.push((self.at)(last));
        while let Some(before) = self.left.checked_sub(1) {
            let hop = (self.at)(before);
            if !self.tie(hop, self.run[0]) {
                break;
            }
            self.run.push(hop);
            self.left = before;
        }
        self.run.pop()
    }
}
