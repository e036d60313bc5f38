//! A connection whose client has to take what is written to it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

pin_project! {
    /// A stream whose writes fail when nothing of them is taken for so long. A client that does not read would otherwise hold
    /// its answer in memory for as long as it likes.
    pub(super) struct Patient<S> {
        #[pin]
        stream: S,
        patience: Duration,
        // Runs while a write waits.
        #[pin]
        running: Option<Sleep>,
    }
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, patience: Duration) -> Self {
        Self {
            stream,
            patience,
            running: None,
        }
    }
}

impl<S: AsyncWrite> Patient<S> {
    /// Writes, and waits no longer than allowed.
    fn within<T>(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let mut this = self.project();
        let written = write(this.stream, context);
        if written.is_ready() {
            this.running.set(None);
            return written;
        }
        if this.running.is_none() {
            this.running.set(Some(sleep(*this.patience)));
        }
        if let Some(running) = this.running.as_mut().as_pin_mut() {
            ready!(running.poll(context));
            let message = "the client takes nothing of what is sent to it";
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, message)));
        }
        Poll::Pending
    }
}

impl<S: AsyncRead> AsyncRead for Patient<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.project().stream.poll_read(context, into)
    }
}

impl<S: AsyncWrite> AsyncWrite for Patient<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.within(context, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.within(context, |stream, context| {
            stream.poll_write_vectored(context, parts)
        })
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.within(context, |stream, context| stream.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.within(context, |stream, context| stream.poll_shutdown(context))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::pin::pin;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_given_up_and_a_slow_one_is_not() {
        let unit = Duration::from_millis(50);
        let (ours, mut theirs) = duplex(4);
        let mut patient = pin!(Patient::new(ours, 4 * unit));
        let slow = tokio::spawn(async move {
            let mut byte = [0];
            for _ in 0..8 {
                sleep(unit).await;
                theirs.read_exact(&mut byte).await.unwrap();
            }
            theirs
        });
        patient.write_all(b"0123456789").await.unwrap();
        let theirs = slow.await.unwrap();

        // Nothing is to be written for long: that is no fault of the client's.
        sleep(5 * unit).await;
        let refused = patient.write_all(b"01234567").await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::TimedOut);
        drop(theirs);
    }
}
