//! Reads beside writes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use onrecord::api::{Allow, Engine, Options, Request};
use onrecord::store::Store;

use crate::{MEASURED, ONTOLOGY, beginning, claim, folder, open, transaction};

/// How many transactions a second are written beside the reads.
const WRITTEN: u32 = 500;

/// The time that all but one in a hundred reads take: at rest, and while transactions are written.
pub(crate) fn beside_writes() {
    let folder = folder();
    let store = open(&folder);
    store.commit(&beginning()).expect("commits");
    let many = (0..100_u64).map(|place| {
        transaction(
            (0..1000)
                .map(|change| claim(place * 1000 + change))
                .collect(),
        )
    });
    store.commit_all(many).expect("commits");
    let engine = Engine::new(store.clone(), ONTOLOGY, Options::default()).expect("an engine");
    let rest = read(&engine);
    let is_over = AtomicBool::new(false);
    let (busy, written) = thread::scope(|scope| {
        let writer = scope.spawn(|| write(&store, &is_over));
        let busy = read(&engine);
        is_over.store(true, Ordering::Relaxed);
        (busy, writer.join().expect("the writer"))
    });
    let ratio = busy.as_secs_f64() / rest.as_secs_f64();
    println!(
        "| p99 of a read at rest, and at {written:.0} transactions a second | {rest:.0?}, {busy:.0?}: {ratio:.2} times |"
    );
}

/// Reads for a while.
fn read(engine: &Engine) -> Duration {
    let mut took = Vec::new();
    let started = Instant::now();
    let mut round = 0;
    while started.elapsed() < MEASURED {
        round += 1;
        let topic = round % 64;
        let request = Request {
            query: format!(
                "query T{topic} {{ topic(id: \"topic:t{topic}\") {{ id name aliases {{ text }} claims(first: 5) {{ nodes {{ id }} }} }} }}"
            ),
            ..Request::default()
        };
        let asked = Instant::now();
        let answer = engine.execute(&request, Allow::Everything);
        took.push(asked.elapsed());
        assert!(answer.body.starts_with(b"{\"data\""), "{:?}", answer.body);
        // Readers come now and then, as those of a server do.
        thread::sleep(Duration::from_micros(200));
    }
    took.sort_unstable();
    took[took.len() * 99 / 100]
}

/// Writes at an even pace, and gives how many transactions a second that came to.
fn write(store: &Store, is_over: &AtomicBool) -> f64 {
    let started = Instant::now();
    let mut count = 0;
    while !is_over.load(Ordering::Relaxed) {
        let written = transaction(vec![claim(1_000_000 + u64::from(count))]);
        store.commit(&written).expect("commits");
        count += 1;
        let due = Duration::from_secs(1) / WRITTEN * count;
        thread::sleep(due.saturating_sub(started.elapsed()));
    }
    f64::from(count) / started.elapsed().as_secs_f64()
}
