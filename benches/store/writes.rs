//! Writes that are acknowledged.

use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use crate::{MEASURED, beginning, claim, folder, open, rate, transaction};

/// How many writers wait for an acknowledgement at any time.
const WRITERS: u64 = 64;

/// Transactions of one change a second, beside what the disk can sync.
pub(crate) fn single() {
    let synced = syncs();
    println!("| syncs of 1 KB that the disk does a second | {synced:.0} |");
    for writers in [1, WRITERS] {
        let folder = folder();
        let store = open(&folder);
        store.commit(&beginning()).expect("commits");
        let next = AtomicU64::new(0);
        let started = Instant::now();
        thread::scope(|scope| {
            for _ in 0..writers {
                scope.spawn(|| {
                    while started.elapsed() < MEASURED {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let written = transaction(vec![claim(number)]);
                        store.commit(&written).expect("commits");
                    }
                });
            }
        });
        let rate = rate(u64::from(store.head().version), started.elapsed());
        println!(
            "| acknowledged transactions of one change a second, {writers} writers | {rate:.0}, {:.1} a sync of the disk |",
            rate / synced
        );
    }
}

/// Changes a second, a thousand a transaction.
pub(crate) fn bulk() {
    let folder = folder();
    let store = open(&folder);
    store.commit(&beginning()).expect("commits");
    let transactions: Vec<_> = (0..200_u64)
        .map(|place| {
            transaction(
                (0..1000)
                    .map(|change| claim(place * 1000 + change))
                    .collect(),
            )
        })
        .collect();
    let started = Instant::now();
    for written in &transactions {
        store.commit(written).expect("commits");
    }
    let rate = rate(200_000, started.elapsed());
    println!("| acknowledged changes a second, 1,000 a transaction, one writer | {rate:.0} |");
}

/// How often a second a kilobyte at the end of a file is synced: the best of several rounds.
fn syncs() -> f64 {
    let folder = folder();
    let mut best: f64 = 0.0;
    for round in 0..4 {
        let file = File::create(folder.path().join(round.to_string()));
        let mut file = file.expect("a file");
        let started = Instant::now();
        let mut count = 0;
        while started.elapsed() < MEASURED / 4 {
            file.write_all(&[7; 1024]).expect("writes");
            file.sync_data().expect("syncs");
            count += 1;
        }
        best = best.max(rate(count, started.elapsed()));
    }
    best
}
