//! How much work one question may cost.

use std::time::Instant;

/// How many edges are visited between two looks at the clock.
const CLOCK_EVERY: u64 = 1024;

/// A bound on edges visited, and on time. One budget may serve several walks.
#[derive(Debug, Clone)]
pub struct Budget {
    limit: u64,
    visited: u64,
    deadline: Option<Instant>,
    next_clock: u64,
}

/// A walk that was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped after visiting {visited} edges: {}", self.reason())]
pub struct OverBudget {
    /// The edges visited, the last one included.
    pub visited: u64,
    /// How many were allowed.
    pub limit: u64,
}

impl OverBudget {
    fn reason(&self) -> String {
        if self.visited > self.limit {
            format!("at most {} are allowed", self.limit)
        } else {
            "the time allowed is over".to_owned()
        }
    }
}

impl Budget {
    /// A budget of so many edges.
    pub fn new(limit: u64) -> Self {
        Budget {
            limit,
            visited: 0,
            deadline: None,
            next_clock: 0,
        }
    }

    /// The same budget, over at `deadline` at the latest.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Counts `edges` more as visited.
    ///
    /// # Errors
    /// When that is more than allowed, or time is over; the clock is looked at on the first
    /// call and then every thousand edges or so.
    pub fn spend(&mut self, edges: u64) -> Result<(), OverBudget> {
        self.visited = self.visited.saturating_add(edges);
        if self.visited > self.limit || (self.visited >= self.next_clock && self.is_late()) {
            return Err(OverBudget {
                visited: self.visited,
                limit: self.limit,
            });
        }
        Ok(())
    }

    /// The edges visited so far.
    pub fn visited(&self) -> u64 {
        self.visited
    }

    fn is_late(&mut self) -> bool {
        let Some(deadline) = self.deadline else {
            self.next_clock = u64::MAX;
            return false;
        };
        let late = Instant::now() >= deadline;
        if !late {
            self.next_clock = self.visited.saturating_add(CLOCK_EVERY);
        }
        late
    }
}
