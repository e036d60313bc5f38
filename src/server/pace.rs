//! Runs operations so that a long one does not hold up other requests, and a short one is not
//! slowed down by the care.
//!
//! Operations are synchronous. Run in place, a long one stops its worker thread and every
//! connection that waits for that worker. `block_in_place` hands the worker's duties to another
//! thread first, but waking that thread costs more than a lookup: a request whose answer was
//! ready took 16 to 24 µs of CPU in place, 50 to 66 µs this way (two cores, 1 and 16
//! connections). `spawn_blocking` costs more still: its result has to travel back.
//!
//! So what was short the last time runs in place, anything else is handed off. The same document
//! can be short with some variables and long with others: the first such run holds its worker
//! until the engine's own budget ends it, the next one is handed off again.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::block_in_place;

/// What a worker may be held for: long beside the cost of handing off, short beside a round trip.
const SHORT: Duration = Duration::from_millis(1);

/// How many documents are remembered. More than this many push each other out, which costs each
/// of them a hand-off.
const SLOTS: usize = 4096;

/// Remembers which documents were short when they last ran.
pub(super) struct Pace {
    /// Keys of short documents, each at its place; 0 is an empty place.
    short: Box<[AtomicU64]>,
    /// Seeded at random, so that nobody can choose documents that push each other out.
    hasher: RandomState,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self {
            short: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
            hasher: RandomState::new(),
        }
    }

    /// Runs `job`, which executes this document.
    pub(super) fn run<T>(&self, document: &str, job: impl FnOnce() -> T) -> T {
        let key = self.hasher.hash_one(document).max(1);
        let place = &self.short[key as usize % SLOTS];
        // Nothing else is read by these loads and stores, so their order does not matter.
        let known_short = place.load(Ordering::Relaxed) == key;

        let started = Instant::now();
        // A runtime with one thread has no other to hand its duties to.
        let single = Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread;
        let result = if known_short || single {
            job()
        } else {
            block_in_place(job)
        };

        let short = started.elapsed() < SHORT;
        if short != known_short {
            place.store(if short { key } else { 0 }, Ordering::Relaxed);
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::sync::Arc;
    use std::thread::sleep;

    #[tokio::test]
    async fn a_runtime_with_one_thread_will_do() {
        assert_eq!(Pace::new().run("{ a }", || 7), 7);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_long_operation_does_not_hold_up_the_others() {
        let pace = Arc::new(Pace::new());
        let held = pace.clone();
        let long =
            tokio::spawn(async move { held.run("{ long }", || sleep(Duration::from_secs(2))) });
        tokio::time::sleep(Duration::from_millis(50)).await;
        let started = Instant::now();
        tokio::spawn(async move { pace.run("{ short }", || ()) })
            .await
            .unwrap();
        assert!(
            started.elapsed() < Duration::from_secs(1),
            "{:?}",
            started.elapsed()
        );
        long.await.unwrap();
    }

    #[tokio::test]
    async fn what_turns_out_long_is_no_longer_taken_for_short() {
        let pace = Pace::new();
        let remembered = |pace: &Pace| {
            pace.short
                .iter()
                .filter(|key| key.load(Ordering::Relaxed) != 0)
                .count()
        };
        pace.run("{ long }", || sleep(SHORT * 2));
        assert_eq!(remembered(&pace), 0);
        // More than once: a busy machine may make a short one look long.
        for _ in 0..100 {
            pace.run("{ a }", || ());
        }
        assert_eq!(remembered(&pace), 1);
        pace.run("{ a }", || sleep(SHORT * 2));
        assert_eq!(remembered(&pace), 0);
    }
}
