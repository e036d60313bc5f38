//! Errors of a source that are kept as stated, with a note.

use crate::model::change::Change;
use crate::model::claim::Until;
use crate::model::date::Edtf;
use crate::model::id::ClaimId;

use super::super::super::yaml::{At, Content, Key, Node};
use super::super::template::slug;
use super::Rows;

impl Rows<'_> {
    /// Notes by the claims of a row that end before they begin.
    pub(super) fn annotate(&mut self, from: usize, name: Option<&str>, at: At) {
        let mut notes = Vec::new();
        for change in &mut self.changes[from..] {
            let Change::AddClaim { claim } = change else {
                continue;
            };
            let (Some(since), Some(Until::Date(until))) = (&claim.valid.since, &claim.valid.until)
            else {
                continue;
            };
            if Edtf::span(Some(since), Some(until)).is_ok() {
                continue;
            }
            let stem = slug(self.table.trim_end_matches(".csv"));
            let row = name.map_or_else(|| at.line.to_string(), slug);
            let note = match notes.len() {
                0 => format!("{stem}-{row}"),
                more => format!("{stem}-{row}-{}", more + 1),
            };
            let id = match &claim.id {
                Some(id) => id.clone(),
                None => {
                    let Ok(id) = ClaimId::from_key(&note) else {
                        continue;
                    };
                    self.known.add_claim(id.clone());
                    claim.id.insert(id).clone()
                }
            };
            let text = format!(
                "{}: the end, {until}, lies before the start, {since}. An error of the source; both are kept as stated.",
                match name {
                    Some(name) => format!("{}, row {name}, line {}", self.table, at.line),
                    None => format!("{}, line {}", self.table, at.line),
                }
            );
            notes.push((note, id, claim.subject.clone(), text));
        }
        for (note, claim, subject, text) in notes {
            self.remarks.push(self.at(
                at,
                format!("until lies before since, kept as stated: {claim}"),
            ));
            let node = |text: &str| Node {
                at,
                content: Content::Text(text.to_owned()),
            };
            let about = vec![node(subject.as_str()), node(claim.as_str())];
            let entries = [
                ("id", node(&note)),
                ("kind", node("ERRATUM")),
                ("text", node(&text)),
                (
                    "about",
                    Node {
                        at,
                        content: Content::List(about),
                    },
                ),
            ];
            let entries = entries.map(|(key, value)| {
                (
                    Key {
                        at,
                        text: key.to_owned(),
                    },
                    value,
                )
            });
            let annotation = Node {
                at,
                content: Content::Map(entries.into()),
            };
            self.record("annotations", Content::List(vec![annotation]), at);
        }
    }
}
