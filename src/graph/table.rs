//! A growing table whose clones share what they have in common.
//!
//! Rows lie in chunks behind `Arc`: cloning copies one pointer a chunk, and a row that changes
//! copies its own chunk only, when a reader still holds it. So a version of the graph can be
//! pinned without a lock and without a copy, and places in a table never move.

use std::sync::Arc;

const CHUNK_BITS: u32 = 11;
const CHUNK: usize = 1 << CHUNK_BITS;

/// A table of rows by number.
#[derive(Debug)]
pub(crate) struct Table<T> {
    chunks: Vec<Arc<Vec<T>>>,
    len: usize,
}

impl<T> Clone for Table<T> {
    fn clone(&self) -> Self {
        Self {
            chunks: self.chunks.clone(),
            len: self.len,
        }
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            len: 0,
        }
    }
}

impl<T: Clone> Table<T> {
    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The number that the next row gets.
    pub(crate) fn next(&self) -> u32 {
        // `check` refuses transactions that would pass this.
        u32::try_from(self.len).unwrap_or(u32::MAX)
    }

    /// Adds a row and gives its number.
    pub(crate) fn push(&mut self, row: T) -> u32 {
        let number = self.next();
        if self.len.is_multiple_of(CHUNK) {
            self.chunks
                .push(Arc::new(Vec::with_capacity(if self.len == 0 {
                    16
                } else {
                    CHUNK
                })));
        }
        if let Some(last) = self.chunks.last_mut() {
            Arc::make_mut(last).push(row);
        }
        self.len += 1;
        number
    }

    /// A row. The number must have come from this table, or from a clone it descends from.
    #[inline]
    pub(crate) fn get(&self, number: u32) -> &T {
        &self.chunks[(number >> CHUNK_BITS) as usize][number as usize & (CHUNK - 1)]
    }

    /// The rows in their order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }

    /// How many rows fit, where those that do come before those that do not.
    pub(crate) fn count_while(&self, fits: impl Fn(&T) -> bool) -> usize {
        let chunk = self
            .chunks
            .partition_point(|chunk| chunk.last().is_some_and(&fits));
        let within = |rows: &Arc<Vec<T>>| chunk * CHUNK + rows.partition_point(&fits);
        self.chunks.get(chunk).map_or(self.len, within)
    }

    /// A row that is about to change.
    pub(crate) fn get_mut(&mut self, number: u32) -> &mut T {
        let chunk = Arc::make_mut(&mut self.chunks[(number >> CHUNK_BITS) as usize]);
        &mut chunk[number as usize & (CHUNK - 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_does_not_see_later_rows_nor_changes() {
        let mut table = Table::default();
        for number in 0..5000_u32 {
            assert_eq!(table.push(number), number);
        }
        let pinned = table.clone();
        *table.get_mut(4999) = 7;
        table.push(1);
        assert_eq!((pinned.len(), *pinned.get(4999)), (5000, 4999));
        assert_eq!(
            (table.len(), *table.get(4999), *table.get(5000)),
            (5001, 7, 1)
        );
        assert_eq!((*table.get(7), *pinned.get(2048)), (7, 2048));
        for bound in [0, 1, 2047, 2048, 2049, 4999, 5000] {
            assert_eq!(pinned.count_while(|row| *row < bound), bound as usize);
        }
        assert_eq!(Table::<u32>::default().count_while(|_| true), 0);
    }
}
