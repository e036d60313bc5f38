//! Bits that flip and ends that are cut off: damage is found and named, and what stands before it is there to be read.

use std::fs;
use std::path::Path;

use onrecord::store::{Access, Head, Store};

use super::{THINGS, open, open_with, put, transaction};

const TRANSACTIONS: usize = 60;

/// A record, as its files are while it is written: the newest lies in the write-ahead log.
fn written(into: &Path, is_closed: bool) -> (Store, Vec<Head>) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let mut heads = vec![store.head()];
    for number in 0..TRANSACTIONS {
        store.commit(&transaction(put(number))).expect("commits");
        heads.push(store.head());
    }
    if is_closed {
        drop(store);
    }
    copy(folder.path(), into);
    (open(&reopened(into)), heads)
}

/// A copy that may be opened to write.
fn reopened(of: &Path) -> std::path::PathBuf {
    let again = of.join("again");
    copy(of, &again);
    again
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for file in fs::read_dir(from).expect("a folder") {
        let file = file.expect("a file");
        let name = file.file_name();
        // What SQLite makes anew is not worth a look.
        if file.path().is_file() && !name.to_string_lossy().ends_with("-shm") {
            fs::copy(file.path(), to.join(name)).expect("copies");
        }
    }
}

/// What came of damage.
#[derive(Debug, Default)]
struct Outcomes {
    refused: usize,
    partial: usize,
    harmless: usize,
}

impl Outcomes {
    /// Opens a damaged record, and looks whether it says so.
    fn look(&mut self, folder: &Path, heads: &[Head], what: &str) {
        for access in [Access::Read, Access::Write] {
            let opened = match open_with(folder, THINGS, access) {
                Ok(opened) => opened,
                Err(error) => {
                    let told = error.to_string();
                    assert!(told.contains("log"), "{what}: {told}");
                    self.refused += 1;
                    continue;
                }
            };
            let store = opened.store;
            let head = store.head();
            let version = head.version as usize;
            assert_eq!(
                head, heads[version],
                "{what}: what is there is what was written"
            );
            let view = store.view();
            for number in 0..TRANSACTIONS {
                let thing = view.entity(&format!("thing:{number}"));
                assert_eq!(thing.is_some(), number < version, "{what}: thing {number}");
            }
            match opened.damage {
                None => {
                    assert_eq!(version, TRANSACTIONS, "{what}: the end was lost in silence");
                    self.harmless += 1;
                }
                Some(damage) => {
                    let told = damage.to_string();
                    assert!(told.starts_with("the log is damaged at "), "{what}: {told}");
                    self.partial += 1;
                    let refused = store.commit(&transaction(put(TRANSACTIONS)));
                    let refused = refused.expect_err("nothing is written after damage");
                    assert!(
                        refused.to_string().contains("takes no changes"),
                        "{refused}"
                    );
                }
            }
        }
    }
}

/// Damages each file at many places, one at a time.
fn hold(is_closed: bool, wal: bool) -> Outcomes {
    let whole = tempfile::tempdir().expect("a folder");
    let (again, heads) = written(whole.path(), is_closed);
    assert_eq!(again.head().version as usize, TRANSACTIONS);
    drop(again);
    fs::remove_dir_all(whole.path().join("again")).expect("removes");
    let mut outcomes = Outcomes::default();
    let mut random = 42_u64;
    let names = ["log.sqlite", "log.sqlite-wal", "acknowledged"];
    for name in names {
        let Ok(bytes) = fs::read(whole.path().join(name)) else {
            assert!(name == "log.sqlite-wal" && !wal, "{name} is not there");
            continue;
        };
        for round in 0..40 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let place = usize::try_from(random >> 33).expect("a place") % bytes.len().max(1);
            let folder = tempfile::tempdir().expect("a folder");
            copy(whole.path(), folder.path());
            let mut other = bytes.clone();
            let what = if round % 3 == 0 {
                other.truncate(place);
                format!("{name} cut at {place} of {}", bytes.len())
            } else {
                other[place] ^= 1 << (random % 8);
                format!("{name}, bit {} of byte {place}", random % 8)
            };
            fs::write(folder.path().join(name), other).expect("writes");
            outcomes.look(folder.path(), &heads, &what);
        }
    }
    outcomes
}

#[test]
fn damage_of_a_record_that_was_closed_is_found() {
    let outcomes = hold(true, false);
    assert!(
        outcomes.partial > 10 && outcomes.refused > 0,
        "{outcomes:?}"
    );
}

#[test]
fn damage_of_a_record_that_was_being_written_is_found() {
    let outcomes = hold(false, true);
    assert!(outcomes.partial > 10, "{outcomes:?}");
}
