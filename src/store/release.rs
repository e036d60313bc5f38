//! Lifting embargoes when they are due.

use crate::graph::Version;
use crate::model::change::{Change, Transaction};
use crate::model::date::Timestamp;
use crate::store::{CommitError, Store, WriteError};

/// Who lifts an embargo that is due.
const AUTHOR: &str = "onrecord";

/// Why nothing is lifted: somebody else was faster.
struct NothingDue;

impl Store {
    /// Lifts the embargoes that are due by a moment, all in one transaction; the version that did, if there were any.
    ///
    /// Views know no clock but the log: what is under embargo becomes public by this, and not by time alone.
    ///
    /// # Errors
    /// When the log fails.
    pub fn release_due(&self, now: Timestamp) -> Result<Option<Version>, CommitError> {
        // Mostly nothing is, and then no writer has to wait.
        if self.view().graph().due(now).is_empty() {
            return Ok(None);
        }
        let written = self.commit_with(move |pending| {
            let graph = pending.graph();
            let due = graph.due(now);
            if due.is_empty() {
                return Err(NothingDue);
            }
            let release = |version: &Version| Change::Release { version: *version };
            Ok(Transaction {
                recorded_at: graph.moment(now),
                author: AUTHOR.to_owned(),
                reason: "The embargo is over.".to_owned(),
                idempotency: None,
                visible_from: None,
                changes: due.iter().map(release).collect(),
            })
        });
        match written {
            Ok(committed) => Ok(Some(committed.version)),
            Err(WriteError::Prepare(NothingDue)) => Ok(None),
            Err(WriteError::Commit(error)) => Err(error),
        }
    }
}
