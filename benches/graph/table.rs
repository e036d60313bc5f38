//! The table of measurements: each taken of ours and of a loop by hand in turn, so that noise hits both.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// How long one side of a measurement runs in a round at least.
const ROUND: Duration = Duration::from_millis(20);

/// How many rounds there are; the best of them counts, since noise only ever adds.
const ROUNDS: usize = 15;

/// One of `per` things that took a time together, in the unit that suits it.
#[expect(
    clippy::cast_precision_loss,
    reason = "three digits are shown of what a double holds"
)]
fn text(time: Duration, per: u64) -> String {
    let seconds = time.as_secs_f64() / per as f64;
    let (number, unit) = match seconds {
        ..1e-6 => (seconds * 1e9, "ns"),
        1e-6..1e-3 => (seconds * 1e6, "µs"),
        _ => (seconds * 1e3, "ms"),
    };
    format!("{number:.*} {unit}", if number < 10.0 { 2 } else { 0 })
}

/// The table, printed line by line.
pub(crate) struct Table {
    wanted: Vec<String>,
}

impl Table {
    /// Prints the head. The program's arguments choose the measurements.
    pub(crate) fn begin() -> Self {
        println!("| measurement | ours | by hand | ratio |");
        println!("| --- | --- | --- | --- |");
        let arguments = std::env::args().skip(1);
        Self {
            wanted: arguments.filter(|word| !word.starts_with('-')).collect(),
        }
    }

    /// Whether a measurement was asked for: what prepares it may be left out otherwise.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|word| name.contains(word.as_str()))
    }

    /// Measures ours beside a loop by hand. Each returns what it found, such as a sum, and must find the same;
    /// `per` is the number of things among which the time is divided.
    pub(crate) fn compare(
        &self,
        name: &str,
        per: u64,
        mut ours: impl FnMut() -> u64,
        mut by_hand: impl FnMut() -> u64,
    ) {
        if !self.wants(name) {
            return;
        }
        assert_eq!(ours(), by_hand(), "{name}: both find the same");
        let (mut best, mut best_by_hand) = (Duration::MAX, Duration::MAX);
        for _ in 0..ROUNDS {
            best = best.min(round(&mut ours));
            best_by_hand = best_by_hand.min(round(&mut by_hand));
        }
        Self::line(name, per, best, best_by_hand);
    }

    /// As [`Table::compare`] for several questions of unlike cost: the median of each side's best times is told.
    pub(crate) fn compare_median<Q>(
        &self,
        name: &str,
        questions: &[Q],
        mut ours: impl FnMut(&Q) -> u64,
        mut by_hand: impl FnMut(&Q) -> u64,
    ) {
        if !self.wants(name) {
            return;
        }
        let mut best = vec![(Duration::MAX, Duration::MAX); questions.len()];
        for turn in 0..5 {
            for (question, best) in questions.iter().zip(&mut best) {
                let started = Instant::now();
                let found = black_box(ours(question));
                best.0 = best.0.min(started.elapsed());
                let started = Instant::now();
                let expected = black_box(by_hand(question));
                best.1 = best.1.min(started.elapsed());
                assert!(turn > 0 || found == expected, "{name}: both find the same");
            }
        }
        let median = |mut times: Vec<Duration>| {
            times.sort_unstable();
            times[times.len() / 2]
        };
        Self::line(
            name,
            1,
            median(best.iter().map(|(ours, _)| *ours).collect()),
            median(best.iter().map(|(_, by_hand)| *by_hand).collect()),
        );
    }

    /// Measures what has no loop by hand beside it.
    pub(crate) fn alone(&self, name: &str, mut ours: impl FnMut() -> u64) {
        if !self.wants(name) {
            return;
        }
        let best = (0..ROUNDS).map(|_| round(&mut ours)).min();
        println!("| {name} | {} | | |", text(best.unwrap_or_default(), 1));
    }

    fn line(name: &str, per: u64, ours: Duration, by_hand: Duration) {
        println!(
            "| {name} | {} | {} | {:.2} |",
            text(ours, per),
            text(by_hand, per),
            ours.as_secs_f64() / by_hand.as_secs_f64()
        );
    }
}

/// The time of one call, over as many as fill a round.
fn round(call: &mut impl FnMut() -> u64) -> Duration {
    let (started, mut calls) = (Instant::now(), 0);
    loop {
        black_box(call());
        calls += 1;
        let elapsed = started.elapsed();
        if elapsed >= ROUND {
            return elapsed / calls;
        }
    }
}
