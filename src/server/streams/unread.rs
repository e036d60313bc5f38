//! What waits for the client of one connection, in bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Counts the bytes that wait. Cheap to clone.
#[derive(Debug, Clone)]
pub(in crate::server) struct Unread {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    most: usize,
    waiting: AtomicUsize,
    sent: Notify,
}

/// Bytes that wait until this is dropped.
#[derive(Debug)]
pub(in crate::server) struct Waiting {
    shared: Arc<Shared>,
    bytes: usize,
}

impl Unread {
    pub(in crate::server) fn new(most: usize) -> Self {
        Self {
            shared: Arc::new(Shared {
                most: most.max(1),
                waiting: AtomicUsize::new(0),
                sent: Notify::new(),
            }),
        }
    }

    /// Returns when less waits than may: only then another answer is begun.
    pub(in crate::server) async fn room(&self) {
        loop {
            let sent = self.shared.sent.notified();
            if self.shared.waiting.load(Ordering::Acquire) < self.shared.most {
                return;
            }
            sent.await;
        }
    }

    /// So many more wait.
    pub(in crate::server) fn wait(&self, bytes: usize) -> Waiting {
        self.shared.waiting.fetch_add(bytes, Ordering::AcqRel);
        Waiting {
            shared: Arc::clone(&self.shared),
            bytes,
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.shared.waiting.fetch_sub(self.bytes, Ordering::AcqRel);
        self.shared.sent.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use futures_util::FutureExt;

    #[test]
    fn there_is_room_again_when_enough_was_sent() {
        let unread = Unread::new(10);
        let first = unread.wait(9);
        assert!(unread.room().now_or_never().is_some());
        let second = unread.wait(30);
        let third = unread.wait(1);
        let mut room = Box::pin(unread.room());
        assert!(room.as_mut().now_or_never().is_none());
        drop((first, third));
        assert!(room.as_mut().now_or_never().is_none());
        drop(second);
        assert!(room.now_or_never().is_some());
    }
}
