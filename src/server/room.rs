//! Room for what comes in, in bytes: those who find none wait.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What is counted at once.
const UNIT: usize = 1024;

/// Room for so many bytes. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Room {
    units: Arc<Semaphore>,
    all: usize,
}

/// What somebody holds of it. It is free again when this is dropped.
#[derive(Debug, Default)]
pub(super) struct Held(Option<OwnedSemaphorePermit>);

impl Room {
    pub(super) fn new(bytes: usize) -> Self {
        // As many as one can hold.
        let all = bytes.div_ceil(UNIT).clamp(1, u32::MAX as usize);
        let all = all.min(Semaphore::MAX_PERMITS);
        Self {
            units: Arc::new(Semaphore::new(all)),
            all,
        }
    }

    /// Waits until there is room for so many bytes, or for all that there is if they are more, and holds it beside what is
    /// held already.
    pub(super) async fn hold(&self, held: &mut Held, bytes: usize) {
        let has = held.0.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = bytes.div_ceil(UNIT).min(self.all).saturating_sub(has);
        let Ok(missing) = u32::try_from(missing) else {
            return;
        };
        if missing == 0 {
            return;
        }
        // The semaphore is never closed.
        let Ok(more) = Arc::clone(&self.units).acquire_many_owned(missing).await else {
            return;
        };
        match &mut held.0 {
            Some(held) => held.merge(more),
            none => *none = Some(more),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use futures_util::FutureExt;

    #[tokio::test]
    async fn who_finds_no_room_waits_for_it() {
        let room = Room::new(10 * UNIT);
        let (mut one, mut other) = (Held::default(), Held::default());
        room.hold(&mut one, 6 * UNIT).await;
        room.hold(&mut one, 6 * UNIT).await;
        room.hold(&mut other, 3 * UNIT + 1).await;
        assert!(room.hold(&mut other, 5 * UNIT).now_or_never().is_none());
        drop(one);
        assert!(room.hold(&mut other, 5 * UNIT).now_or_never().is_some());
        // More than there is at all takes all of it, and does not wait for ever.
        assert!(room.hold(&mut other, usize::MAX).now_or_never().is_some());
        assert_eq!(room.units.available_permits(), 0);
        drop(other);
        assert_eq!(room.units.available_permits(), 10);
    }
}
