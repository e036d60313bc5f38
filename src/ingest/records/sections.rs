//! What a file says of claims that stand already.

use crate::model::change::Change;
use crate::model::claim::Rank;

use super::evidence::{self, Above};
use super::log::Map;
use super::reader::Reader;
use super::yaml::Node;

impl<'r> Reader<'r> {
    /// The items of a section, each a map with these keys, all of them required.
    fn items(
        &mut self,
        section: Option<&'r Node>,
        required: &[&str],
        keys: &[&str],
        what: &str,
    ) -> Vec<Map<'r>> {
        let Some(section) = section else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for item in section.items() {
            let Some(map) = self.log.map(item, what) else {
                continue;
            };
            self.log.only(&map, keys, what);
            for key in required.iter().filter(|key| map.get(key).is_none()) {
                self.log.problem(item.at, format!("{what} lacks {key:?}"));
            }
            all.push(map);
        }
        all
    }

    fn reason(&mut self, map: &Map<'_>) -> Option<String> {
        map.get("reason")
            .and_then(|node| self.log.text(node, "a reason"))
            .map(str::to_owned)
    }

    /// `evidence`: one more source for a claim.
    pub(super) fn more_evidence(&mut self, section: Option<&'r Node>) {
        let keys = [&["claim"], evidence::KEYS.as_slice()].concat();
        for map in self.items(section, &["claim"], &keys, "further evidence") {
            let claim = map.get("claim").and_then(|node| self.claim_id(node));
            let terms = self.terms(&map).over(&self.defaults.clone());
            let above = Above {
                terms: self.defaults.clone(),
                list: Vec::new(),
                own: None,
                annotation: false,
            };
            let evidence = self.one(map.at, terms, &above);
            if let (Some(claim), Some(evidence)) = (claim, evidence) {
                self.push(
                    map.at,
                    Change::AddEvidence {
                        claim,
                        evidence: Box::new(evidence),
                    },
                );
            }
        }
    }

    /// `ranks`: which of several claims is shown first.
    pub(super) fn ranks(&mut self, section: Option<&'r Node>) {
        let keys = ["claim", "rank", "reason"];
        for map in self.items(section, &keys, &keys, "a rank") {
            let claim = map.get("claim").and_then(|node| self.claim_id(node));
            let rank = map
                .get("rank")
                .and_then(|node| self.word(node, Rank::ALL, Rank::name));
            let reason = self.reason(&map);
            if let (Some(claim), Some(rank), Some(reason)) = (claim, rank, reason) {
                self.push(
                    map.at,
                    Change::SetRank {
                        claim,
                        rank,
                        reason,
                    },
                );
            }
        }
    }

    /// `retractions`: claims that are withdrawn.
    pub(super) fn retractions(&mut self, section: Option<&'r Node>) {
        let keys = ["claim", "reason"];
        for map in self.items(section, &keys, &keys, "a retraction") {
            let claim = map.get("claim").and_then(|node| self.claim_id(node));
            let reason = self.reason(&map);
            if let (Some(claim), Some(reason)) = (claim, reason) {
                self.push(map.at, Change::Retract { claim, reason });
            }
        }
    }
}
