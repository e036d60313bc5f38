//! Committing. Writers queue up; one of them leads and commits for all that wait: each transaction is checked and applied in
//! order to one new version, then all are appended with one sync, and only then readers see them and writers are told.
//! So that a sync, which takes most of the time, is shared by as many as came while the last one went on.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::graph::view::View;
use crate::graph::{Graph, Version};
use crate::model::change::{Change, Transaction};
use crate::model::date::Timestamp;
use crate::store::{CommitError, Inner, Store, append};

/// How many transactions are committed at once, at the most: those behind them wait no longer than that takes.
const MOST: usize = 1024;

/// Why what was to be written was not.
#[derive(Debug, thiserror::Error)]
pub enum WriteError<E> {
    /// It could not be prepared.
    #[error(transparent)]
    Prepare(E),
    /// It could not be committed.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// What was committed.
#[derive(Debug, Clone)]
pub struct Committed {
    /// The version that holds it.
    pub version: Version,
    /// A view that contains it, and may contain what was committed with it.
    pub view: View,
}

/// The record that a transaction is going to be committed on top of.
#[derive(Debug)]
pub struct Pending<'p> {
    graph: &'p Graph,
}

impl Pending<'_> {
    /// What is on record, with all that is committed before. Some of it may be seen by nobody yet.
    #[must_use]
    pub fn graph(&self) -> &Graph {
        self.graph
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> Version {
        self.graph.version()
    }

    /// When what is recorded now is recorded.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.graph.moment(Timestamp::now())
    }
}

/// What one writer wants.
trait Job: Send {
    /// Makes the transaction; `None` where there is none to commit.
    fn prepare(&mut self, pending: &Pending<'_>) -> Option<Transaction>;
    /// Tells the writer why there was none to commit.
    fn refuse(&mut self);
    /// Tells the writer what came of the transaction.
    fn settle(&mut self, outcome: Result<Committed, CommitError>);
}

struct Order<F, E> {
    prepare: Option<F>,
    /// Why there is no transaction. It may follow from what is not kept yet, and is not told before.
    refusal: Option<E>,
    slot: Arc<Slot<E>>,
}

/// Where an outcome waits for its writer.
type Slot<E> = Mutex<Option<Result<Committed, WriteError<E>>>>;

impl<F, E> Order<F, E> {
    fn put(&self, outcome: Result<Committed, WriteError<E>>) {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        slot.get_or_insert(outcome);
    }
}

impl<F, E> Job for Order<F, E>
where
    F: FnOnce(&Pending<'_>) -> Result<Transaction, E> + Send,
    E: Send,
{
    fn prepare(&mut self, pending: &Pending<'_>) -> Option<Transaction> {
        match self.prepare.take()?(pending) {
            Ok(transaction) => Some(transaction),
            Err(error) => {
                self.refusal = Some(error);
                None
            }
        }
    }

    fn refuse(&mut self) {
        if let Some(error) = self.refusal.take() {
            self.put(Err(WriteError::Prepare(error)));
        }
    }

    fn settle(&mut self, outcome: Result<Committed, CommitError>) {
        self.put(outcome.map_err(WriteError::Commit));
    }
}

impl<F, E> Drop for Order<F, E> {
    /// One that was never settled fell to a writer that panicked.
    fn drop(&mut self) {
        self.put(Err(CommitError::Stopped(PANICKED.into()).into()));
    }
}

/// Why nothing is committed after a panic: what it left is not known.
const PANICKED: &str = "a writer failed in the middle of its work";

/// Where writers queue up. The locks are the standard library's, held for a moment, never across an await or a sync.
#[derive(Default)]
pub(super) struct Writers {
    queue: Mutex<Queue>,
    turn: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Box<dyn Job>>,
    /// Whether somebody commits just now.
    is_led: bool,
    /// Why nothing is committed any more.
    stopped: Option<Arc<str>>,
}

impl Writers {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why nothing is committed any more, if that is so.
    pub(super) fn stopped(&self) -> Option<Arc<str>> {
        self.queue().stopped.clone()
    }

    /// From now on nothing is committed. The first reason stays.
    pub(super) fn stop(&self, reason: &str) -> Arc<str> {
        Arc::clone(self.queue().stopped.get_or_insert_with(|| reason.into()))
    }

    /// Waits until nobody commits, and lets nobody commit until the turn ends.
    pub(super) fn turn(&self) -> Turn<'_> {
        let mut queue = self.queue();
        while queue.is_led {
            queue = self.wait(queue);
        }
        queue.is_led = true;
        Turn { writers: self }
    }

    fn wait<'q>(&self, queue: MutexGuard<'q, Queue>) -> MutexGuard<'q, Queue> {
        self.turn
            .wait(queue)
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to commit, of which there is one.
pub(super) struct Turn<'w> {
    writers: &'w Writers,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.writers.stop(PANICKED);
        }
        self.writers.queue().is_led = false;
        self.writers.turn.notify_all();
    }
}

impl Store {
    /// Commits a transaction, whole or not at all, and gives the version that holds it.
    ///
    /// # Errors
    /// When it does not fit, with every reason; when the log fails.
    pub fn commit(&self, transaction: &Transaction) -> Result<Version, CommitError> {
        let transaction = transaction.clone();
        let written = self.commit_with(move |_| Ok::<_, Infallible>(transaction));
        sure(written).map(|committed| committed.version)
    }

    /// Commits the transaction that is made of the record as it is when its turn comes: whatever was committed before is in
    /// there, and nothing is committed in between.
    ///
    /// # Errors
    /// When it cannot be made; otherwise as of [`Store::commit`].
    pub fn commit_with<E: Send + 'static>(
        &self,
        prepare: impl FnOnce(&Pending<'_>) -> Result<Transaction, E> + Send + 'static,
    ) -> Result<Committed, WriteError<E>> {
        let slot = Arc::new(Slot::default());
        let job = Box::new(Order {
            prepare: Some(prepare),
            refusal: None,
            slot: Arc::clone(&slot),
        });
        let taken = || slot.lock().unwrap_or_else(PoisonError::into_inner).take();
        let writers = &self.inner.writers;
        let mut queue = writers.queue();
        queue.jobs.push_back(job);
        loop {
            if let Some(outcome) = taken() {
                return outcome;
            }
            if queue.is_led {
                queue = writers.wait(queue);
                continue;
            }
            queue.is_led = true;
            let turn = Turn { writers };
            let most = queue.jobs.len().min(MOST);
            let jobs = queue.jobs.drain(..most).collect();
            drop(queue);
            self.inner.lead(jobs);
            drop(turn);
            self.fold_if_due();
            queue = writers.queue();
        }
    }

    /// Commits changes that come now.
    ///
    /// # Errors
    /// As of [`Store::commit`].
    pub fn record(
        &self,
        author: &str,
        reason: &str,
        changes: Vec<Change>,
    ) -> Result<Version, CommitError> {
        let (author, reason) = (author.to_owned(), reason.to_owned());
        let written = self.commit_with(move |pending| {
            Ok::<_, Infallible>(Transaction {
                recorded_at: pending.now(),
                author,
                reason,
                idempotency: None,
                visible_from: None,
                changes,
            })
        });
        sure(written).map(|committed| committed.version)
    }
}

/// The outcome of what could not fail to be prepared.
fn sure(written: Result<Committed, WriteError<Infallible>>) -> Result<Committed, CommitError> {
    written.map_err(|error| match error {
        WriteError::Commit(error) => error,
    })
}

impl Inner {
    /// Commits for all of these writers.
    fn lead(&self, mut jobs: Vec<Box<dyn Job>>) {
        if let Some(reason) = self.writers.stopped() {
            for job in &mut jobs {
                job.settle(Err(CommitError::Stopped(Arc::clone(&reason))));
            }
            return;
        }
        let before = self.state.load_full();
        let mut graph = Graph::clone(&before.graph);
        let mut head = before.head.clone();
        drop(before);
        let mut entries = Vec::new();
        let mut outcomes = Vec::new();
        for job in &mut jobs {
            let transaction = job.prepare(&Pending { graph: &graph });
            outcomes.push(transaction.map(|transaction| {
                let entry = append(&mut graph, &mut head, &transaction, None)?;
                let version = entry.version;
                entries.push(entry);
                Ok(version)
            }));
        }
        // Nobody is told before all is kept: what is refused may be so because of what is committed with it.
        let view = if entries.is_empty() {
            View::now(graph)
        } else {
            if let Err(error) = self.log.append(entries, &[]) {
                // What is on disk is not known then.
                let reason = self.writers.stop(&error.to_string());
                for job in &mut jobs {
                    job.settle(Err(CommitError::Stopped(Arc::clone(&reason))));
                }
                return;
            }
            self.publish(graph, head)
        };
        for (job, outcome) in jobs.iter_mut().zip(outcomes) {
            match outcome {
                None => job.refuse(),
                Some(outcome) => job.settle(outcome.map(|version| Committed {
                    version,
                    view: view.clone(),
                })),
            }
        }
    }
}
