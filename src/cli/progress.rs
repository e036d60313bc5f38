//! How far loading is, told once it takes longer than a moment: a bar on a terminal, elsewhere a line now and then.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What takes no longer than this is not worth a word.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often a line is written where there is no terminal.
const EVERY: Duration = Duration::from_secs(3);

/// How far loading is.
pub(super) struct Progress {
    started: Instant,
    expected: AtomicU64,
    done: AtomicU64,
    shown: Shown,
}

enum Shown {
    /// Nothing is told.
    Nothing,
    /// A bar, drawn when patience is over.
    Bar(ProgressBar),
    /// Lines, the next of which is due then.
    Lines(Mutex<Instant>),
}

impl Progress {
    /// Tells nothing.
    pub(super) fn silent() -> Self {
        Self::new(Shown::Nothing)
    }

    /// Tells on standard error.
    pub(super) fn shown() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self::new(Shown::Lines(Mutex::new(Instant::now() + PATIENCE)));
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        // A style that is written out here; were it wrong, the bar would have its own.
        if let Ok(style) =
            ProgressStyle::with_template("{msg} {bar:40} {bytes} of {total_bytes}, {eta} left")
        {
            bar.set_style(style);
        }
        bar.set_message("Loading");
        Self::new(Shown::Bar(bar))
    }

    fn new(shown: Shown) -> Self {
        Self {
            started: Instant::now(),
            expected: AtomicU64::new(0),
            done: AtomicU64::new(0),
            shown,
        }
    }

    /// So many bytes are to be read.
    pub(super) fn expect(&self, bytes: u64) {
        self.expected.store(bytes, Ordering::Relaxed);
        if let Shown::Bar(bar) = &self.shown {
            bar.set_length(bytes);
        }
    }

    /// So many more bytes were read.
    pub(super) fn read(&self, bytes: u64) {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        match &self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => {
                if bar.is_hidden() && self.started.elapsed() >= PATIENCE {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                }
                bar.set_position(done);
            }
            Shown::Lines(due) => {
                let mut due = due.lock().unwrap_or_else(PoisonError::into_inner);
                if Instant::now() >= *due {
                    *due = Instant::now() + EVERY;
                    told(&read_so_far(done, self.expected.load(Ordering::Relaxed)));
                }
            }
        }
    }

    /// All was read; what remains is to fold the indexes.
    pub(super) fn folds(&self) {
        if self.started.elapsed() < PATIENCE {
            return;
        }
        match &self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => {
                if let Ok(style) = ProgressStyle::with_template("{msg} {spinner}") {
                    bar.set_style(style);
                }
                bar.set_message("Folding the indexes");
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(Duration::from_millis(100));
            }
            Shown::Lines(_) => told("folding the indexes"),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}

fn read_so_far(done: u64, expected: u64) -> String {
    format!(
        "loading: {} of {} read",
        HumanBytes(done),
        HumanBytes(expected)
    )
}

/// A line on standard error; one that cannot be written is no loss.
fn told(line: &str) {
    let _told = writeln!(std::io::stderr(), "onrecord: {line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_for_people() {
        assert_eq!(
            read_so_far(3 * 1024 * 1024, 400 * 1024 * 1024),
            "loading: 3.00 MiB of 400.00 MiB read"
        );
    }
}
