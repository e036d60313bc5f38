//! The memory that answers take, from when they are written until they are sent: all together no more than is allowed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;

/// What each answer may take without being counted: whatever others do, there is room for it.
const FREE: usize = 1 << 20;

/// How much all answers take. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Unsent {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    most: usize,
    taken: AtomicUsize,
}

/// What one answer takes. It is given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    shared: Arc<Shared>,
    bytes: usize,
}

/// There is no room for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full {
    /// How much all answers may take.
    pub(crate) most: usize,
}

impl Unsent {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            shared: Arc::new(Shared {
                most,
                taken: AtomicUsize::new(0),
            }),
        }
    }

    /// The share of an answer that is still empty.
    pub(crate) fn share(&self) -> Share {
        Share {
            shared: Arc::clone(&self.shared),
            bytes: 0,
        }
    }
}

impl Share {
    /// Takes as much as an answer of this size needs.
    ///
    /// # Errors
    /// When there is no room for it; then it takes what it took before.
    pub(crate) fn grow(&mut self, size: usize) -> Result<(), Full> {
        let Some(more) = size.saturating_sub(FREE).checked_sub(self.bytes) else {
            return Ok(());
        };
        if more == 0 {
            return Ok(());
        }
        let Shared { most, taken } = &*self.shared;
        let before = taken.fetch_add(more, Ordering::Relaxed);
        if before.saturating_add(more) > *most {
            taken.fetch_sub(more, Ordering::Relaxed);
            return Err(Full { most: *most });
        }
        self.bytes += more;
        Ok(())
    }

    /// An answer that holds its share for as long as anybody holds it.
    pub(crate) fn hold(self, answer: Vec<u8>) -> Bytes {
        if self.bytes == 0 {
            return answer.into();
        }
        Bytes::from_owner(Answer {
            bytes: answer,
            _share: self,
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.shared.taken.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// An answer with its share.
struct Answer {
    bytes: Vec<u8>,
    _share: Share,
}

impl AsRef<[u8]> for Answer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_answers_share_the_room_and_small_ones_need_none() {
        let unsent = Unsent::new(10);
        let taken = || unsent.shared.taken.load(Ordering::Relaxed);
        let (mut large, mut other, mut small) = (unsent.share(), unsent.share(), unsent.share());
        large.grow(FREE + 7).unwrap();
        large.grow(FREE + 3).unwrap();
        assert_eq!(other.grow(FREE + 4), Err(Full { most: 10 }));
        other.grow(FREE + 3).unwrap();
        small.grow(FREE).unwrap();
        assert_eq!(taken(), 10);
        drop(other);
        let answer = large.hold(vec![1, 2, 3]);
        let copy = answer.clone();
        drop(answer);
        assert_eq!((taken(), &copy[..]), (7, &[1, 2, 3][..]));
        drop((copy, small.hold(Vec::new())));
        assert_eq!(taken(), 0);
    }
}
