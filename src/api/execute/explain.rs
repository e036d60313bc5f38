//! How lists were read, for those who ask.

use serde_json::{Value, json};

use crate::api::plan::Arguments;
use crate::graph::start::{End, Start};
use crate::model::ontology::Ontology;

/// What is counted of the readings of lists, by the field that asked for them and the end they started from.
#[derive(Debug, Default)]
pub(super) struct Explanation {
    lists: Vec<Reading>,
}

#[derive(Debug)]
struct Reading {
    slot: usize,
    end: End,
    times: usize,
    listed: usize,
    estimated: usize,
    looked: usize,
    kept: usize,
}

impl Explanation {
    /// Counts one reading of a list.
    pub(super) fn add(&mut self, slot: usize, start: Start, looked: usize, kept: usize) {
        let place = self
            .lists
            .iter()
            .position(|reading| reading.slot == slot && reading.end == start.end);
        let place = place.unwrap_or_else(|| {
            self.lists.push(Reading {
                slot,
                end: start.end,
                times: 0,
                listed: 0,
                estimated: 0,
                looked: 0,
                kept: 0,
            });
            self.lists.len() - 1
        });
        let reading = &mut self.lists[place];
        reading.times += 1;
        reading.listed += start.listed;
        reading.estimated += start.estimated;
        reading.looked += looked;
        reading.kept += kept;
    }

    /// What is told of them, in the order in which they were first read.
    pub(super) fn told(&self, arguments: &[Arguments], ontology: &Ontology) -> Value {
        let reading = |reading: &Reading| {
            let (start, through) = match reading.end {
                End::List => ("LIST", None),
                End::Ids => ("IDS", None),
                End::Text => ("TEXT", None),
                End::Relationship(index) => (
                    "RELATIONSHIP",
                    Some(ontology.relationship_type(index).name.as_str()),
                ),
                End::Several => ("SEVERAL", None),
            };
            let path = arguments.get(reading.slot).map(|arguments| &arguments.path);
            json!({
                "path": path,
                "start": start,
                "relationshipType": through,
                "times": reading.times,
                "listed": reading.listed,
                "estimated": reading.estimated,
                "looked": reading.looked,
                "kept": reading.kept,
            })
        };
        self.lists.iter().map(reading).collect()
    }
}
