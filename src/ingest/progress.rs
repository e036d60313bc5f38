//! How much of what is read was read.

use std::io::{self, Read};

/// Is told of bytes as they are read.
pub type OnRead<'p> = &'p (dyn Fn(u64) + Sync);

/// A reader that tells what passes.
pub(super) struct Counted<'p, R> {
    inner: R,
    read: OnRead<'p>,
}

impl<'p, R> Counted<'p, R> {
    pub(super) fn new(inner: R, read: OnRead<'p>) -> Self {
        Self { inner, read }
    }
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        (self.read)(count as u64);
        Ok(count)
    }
}
