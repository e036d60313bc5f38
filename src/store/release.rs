//! Lifting embargoes when they are due.

use crate::graph::Version;
use crate::model::change::{Change, Transaction};
use crate::model::date::Timestamp;
use crate::store::{CommitError, Store};

/// Who lifts an embargo that is due.
const AUTHOR: &str = "onrecord";

impl Store {
    /// Lifts the embargoes that are due by a moment, all in one transaction; the version that did, if there were any.
    ///
    /// Views know no clock but the log: what is under embargo becomes public by this, and not by time alone.
    ///
    /// # Errors
    /// When the log fails.
    pub fn release_due(&self, now: Timestamp) -> Result<Option<Version>, CommitError> {
        loop {
            let view = self.view();
            let graph = view.graph();
            let due = graph.due(now);
            if due.is_empty() {
                return Ok(None);
            }
            let last = graph.transaction(graph.version());
            let release = |version: &Version| Change::Release { version: *version };
            let transaction = Transaction {
                recorded_at: last.map_or(now, |last| last.recorded_at.max(now)),
                author: AUTHOR.to_owned(),
                reason: "The embargo is over.".to_owned(),
                idempotency: None,
                visible_from: None,
                changes: due.iter().map(release).collect(),
            };
            match self.commit(&transaction) {
                Ok(version) => return Ok(Some(version)),
                // Somebody else committed in between: what is due is looked up again.
                Err(CommitError::Refused(_)) if self.view().known() > view.known() => {}
                Err(error) => return Err(error),
            }
        }
    }
}
