//! The changes of the record as they are told to one subscriber: transaction by transaction, in order, each once.
//!
//! Nothing is kept for a subscriber but the last version that it was told of. What came since is read from the graph when
//! there is room for the next answer, so that a slow one is caught up at its own pace.

use tokio::sync::watch;

use crate::api::bind::Changes;
use crate::api::error::{Code, RequestError};
use crate::api::limits::Limits;
use crate::graph::history::{Entry, Interest};
use crate::graph::records::Version;
use crate::graph::view::View;
use crate::store::Store;

/// How many claims are looked at before others have their turn.
const SLICE: u64 = 50_000;

/// Whom to tell of what, and how far that has come.
pub(super) struct Following {
    wanted: Changes,
    /// The last version that was told of, or passed over.
    told: Version,
    versions: watch::Receiver<Version>,
}

/// What is told next.
pub(super) struct Next {
    /// What the record was then.
    pub(super) view: View,
    /// What changed, or why that cannot be told.
    pub(super) changed: Result<Entry, RequestError>,
}

impl Following {
    /// Begins where the subscriber left off, or now.
    ///
    /// # Errors
    /// When there is no such version yet, or no such entity.
    pub(super) fn new(
        store: &Store,
        view: &View,
        wanted: Changes,
        last_event: Option<Version>,
    ) -> Result<Self, RequestError> {
        let versions = store.versions();
        let told = last_event.or(wanted.since).unwrap_or(view.known());
        if told > view.known() {
            let message = format!(
                "changes: since is version {told}: expected one from 0 to {}",
                view.known()
            );
            return Err(RequestError::input(message));
        }
        let mut about = wanted.about.iter().flatten();
        if let Some(id) = about.find(|id| view.entity(id).is_none()) {
            let message = format!(
                "changes: about: {id:?} is not on record: expected the id of an entity, as search finds it"
            );
            return Err(RequestError::input(message));
        }
        Ok(Self {
            wanted,
            told,
            versions,
        })
    }

    /// Waits until there is a version that was not told of; `None` when none will come.
    pub(super) async fn wait(&mut self) -> Option<()> {
        let told = self.told;
        let newer = self.versions.wait_for(|version| *version > told).await;
        newer.ok().map(|_| ())
    }

    /// The next transaction that changed what is wanted; `None` where none has so far, or where it takes another turn to
    /// find it.
    pub(super) fn find(&mut self, now: &View, limits: &Limits) -> Option<Next> {
        let about = self.wanted.about.as_ref();
        let about = about.map(|ids| ids.iter().filter_map(|id| now.entity(id)).collect());
        let interest = Interest::new(about, self.wanted.types.clone());
        let mut looked = 0;
        while self.told < now.known() && looked < SLICE {
            let mut budget = limits.budget();
            let version = self.told + 1;
            let view = match version == now.known() {
                true => now.clone(),
                false => now.as_of(version),
            };
            let found = view.changed_by(version, &interest, &mut budget);
            self.told = version;
            looked += budget.visited() + 1;
            let changed = match found {
                Ok(None) => continue,
                Ok(Some(entry)) => Ok(entry),
                Err(over) => {
                    let message = format!("{over}: ask changesBetween for a page of it");
                    Err(RequestError::new(Code::BudgetExceeded, message))
                }
            };
            return Some(Next { view, changed });
        }
        None
    }

    /// The last version that was told of.
    pub(super) fn told(&self) -> Version {
        self.told
    }
}
