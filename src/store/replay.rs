//! A log becomes a graph.

use std::sync::mpsc;

use crate::model::change::Transaction;
use crate::store::log::{Damage, Entry, Head, Log, LogError};

/// How many entries are read at once.
const PAGE: usize = 512;

/// A page of entries, read, found whole, and decoded.
struct Page {
    transactions: Vec<Transaction>,
    head: Head,
    bytes: u64,
    /// Why there are no more.
    end: Option<LogError>,
}

/// Reads the entries after a head, each of which has to follow the one before, and gives them page by page to `take`; stops
/// at the first that is damaged. A thread reads and decodes ahead of `take`.
///
/// # Errors
/// When the log cannot be read at all, or `take` fails.
pub(super) fn replay<E: From<LogError>>(
    log: &dyn Log,
    after: &Head,
    mut take: impl FnMut(Vec<Transaction>, u64) -> Result<(), E>,
) -> Result<(Head, Option<Damage>), E> {
    let mut last = after.clone();
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel(2);
        scope.spawn(move || {
            let mut head = after.clone();
            loop {
                let page = read(log, &head);
                head = page.head.clone();
                let is_last = page.end.is_some() || page.transactions.is_empty();
                // Nobody waits for it once the work has failed.
                if sender.send(page).is_err() || is_last {
                    break;
                }
            }
        });
        for page in receiver {
            take(page.transactions, page.bytes)?;
            last = page.head;
            match page.end {
                None => {}
                Some(LogError::Damaged(damage)) => return Ok((last, Some(damage))),
                Some(error) => return Err(error.into()),
            }
        }
        Ok((last, None))
    })
}

fn read(log: &dyn Log, after: &Head) -> Page {
    let mut page = Page {
        transactions: Vec::new(),
        head: after.clone(),
        bytes: 0,
        end: None,
    };
    let decoded = log.read(after.version + 1, PAGE).and_then(|entries| {
        for entry in entries {
            page.transactions.push(entry.transaction_after(&page.head)?);
            page.bytes += entry.body.len() as u64;
            page.head = Entry::head(&entry);
        }
        Ok(())
    });
    page.end = decoded.err();
    page
}
