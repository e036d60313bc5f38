//! A start: the log is read again.

use std::time::Instant;

use onrecord::store::Loading;

use crate::{beginning, claim, folder, open, transaction};

/// So many transactions of one change are read again; `TRANSACTIONS` says how many.
pub(crate) fn replayed() {
    let asked = std::env::var("TRANSACTIONS").ok();
    let count: u64 = asked
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let folder = folder();
    let store = open(&folder);
    store
        .load(|loading: &mut Loading<'_>| {
            loading.commit(&beginning(), None)?;
            for number in 1..count {
                loading.commit(&transaction(vec![claim(number)]), None)?;
                if loading.unkept() > 16 << 20 {
                    loading.keep()?;
                }
            }
            Ok::<_, onrecord::store::CommitError>(())
        })
        .expect("loads");
    let head = store.head();
    drop(store);
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        let started = Instant::now();
        let store = open(&folder);
        best = best.min(started.elapsed().as_secs_f64());
        assert_eq!(store.head(), head);
    }
    println!("| a start with {count} transactions, s | {best:.1} |");
}
