//! Maps by numbers of our own: no reader chooses them, so that hashing them may be cheap.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Spreads numbers over a map.
pub(super) type Scatter = BuildHasherDefault<NumberHasher>;

/// A map by numbers.
pub(super) type ByNumber<V> = HashMap<u64, V, Scatter>;

/// Multiplies, and folds the upper half into the lower.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        // The golden ratio as a fraction of 2^64: its multiples lie far apart.
        let product = u128::from(self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let [low, high] = [product, product >> 64].map(|half| half & u128::from(u64::MAX));
        self.0 = u64::try_from(low ^ high).unwrap_or(0);
    }
}
