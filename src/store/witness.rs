//! How far a log was acknowledged, in a small file beside it.
//!
//! It is written after each sync and is not synced itself: after a loss of power it may be behind the log, which does no harm. It is
//! never ahead, so that a log which ends before it has lost what was acknowledged.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::store::log::Head;

/// The file.
const FILE: &str = "acknowledged";

/// The file, opened when it is first written.
#[derive(Debug)]
pub(crate) struct Witness {
    path: Option<PathBuf>,
    file: OnceLock<Option<File>>,
}

impl Witness {
    /// That of a folder.
    pub(crate) fn beside(folder: &Path) -> Self {
        Self {
            path: Some(folder.join(FILE)),
            file: OnceLock::new(),
        }
    }

    /// None: a backup has nothing beside it.
    pub(crate) fn none() -> Self {
        Self {
            path: None,
            file: OnceLock::new(),
        }
    }

    /// Writes down how far the log is. Where that fails, the file stays behind, which does no harm.
    pub(crate) fn acknowledge(&self, head: &Head) {
        let file = self.file.get_or_init(|| {
            let path = self.path.as_ref()?;
            let mut options = File::options();
            options.create(true).truncate(false).write(true);
            options.open(path).ok()
        });
        if let Some(file) = file {
            let _behind = file.write_all_at(line(head).as_bytes(), 0);
        }
    }

    /// How far the log was acknowledged; `None` where there is no such file, and what is wrong with one that cannot be read.
    pub(crate) fn read(&self) -> Option<Result<Head, String>> {
        let path = self.path.as_ref()?;
        let text = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
            read => read,
        };
        let told = |what: String| format!("{}: {what}", path.display());
        Some(match text {
            Err(error) => Err(told(error.to_string())),
            Ok(text) => head(&text)
                .ok_or_else(|| told("it does not tell how far the log was acknowledged".into())),
        })
    }
}

/// Of one length whatever it says, so that it is written in place.
fn line(head: &Head) -> String {
    let told = format!("{:010} {}", head.version, head.hash);
    let check = blake3::hash(told.as_bytes()).to_hex();
    format!("{told} {}\n", &check[..16])
}

fn head(text: &str) -> Option<Head> {
    let mut words = text.split_whitespace();
    let head = Head {
        version: words.next()?.parse().ok()?,
        hash: words.next()?.to_owned(),
    };
    (text == line(&head)).then_some(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_was_acknowledged_last() {
        let folder = tempfile::tempdir().expect("a folder");
        let witness = Witness::beside(folder.path());
        assert_eq!(witness.read(), None);
        for version in [9, 10, 4_000_000_000] {
            let head = Head {
                version,
                ..Head::beginning()
            };
            witness.acknowledge(&head);
            assert_eq!(witness.read(), Some(Ok(head)));
        }
        let path = folder.path().join(FILE);
        let text = std::fs::read(&path).expect("the file");
        for place in 0..text.len() {
            let mut other = text.clone();
            other[place] ^= 1;
            std::fs::write(&path, &other).expect("writes");
            assert!(matches!(witness.read(), Some(Err(_))), "byte {place}");
            std::fs::write(&path, &text[..place]).expect("writes");
            assert!(matches!(witness.read(), Some(Err(_))), "cut at {place}");
        }
    }
}
