//! Annotations: editors' notes on entities and claims.

use crate::ingest::problem::quoted;
use crate::model::change::Change;
use crate::model::claim::{Assertion, Claim, Rank, Review, ValidTime};
use crate::model::id::EntityId;

use super::evidence::Above;
use super::log::Map;
use super::reader::{ANNOTATION, Reader};
use super::yaml::Node;

impl<'r> Reader<'r> {
    /// Puts the annotations on record.
    pub(super) fn put_annotations(&mut self, items: &[&'r Node]) -> Vec<(EntityId, Map<'r>)> {
        let mut all: Vec<(EntityId, Map<'r>)> = Vec::new();
        for item in items {
            let Some(map) = self.log.map(item, "an annotation") else {
                continue;
            };
            let Some(node) = map.get("id") else {
                self.log.problem(
                    item.at,
                    "the annotation lacks \"id\", expected a name such as f19-attendance",
                );
                continue;
            };
            let Some(text) = self.log.text(node, "a name such as f19-attendance") else {
                continue;
            };
            let Some(id) = self.slug(node.at, text, ANNOTATION) else {
                continue;
            };
            if self.known.has_entity(&id) {
                self.log.problem(
                    node.at,
                    format!("there is an annotation {} already", quoted(text)),
                );
                continue;
            }
            self.put(item.at, &id);
            all.push((id, map));
        }
        all
    }

    /// What an annotation says, and of what.
    pub(super) fn annotation(&mut self, id: &EntityId, map: &Map<'r>) {
        for (key, expected) in [
            ("kind", "what kind of note it is"),
            ("text", "the note"),
            ("about", "ids of entities and claims"),
        ] {
            if map.get(key).is_none() {
                self.log.problem(
                    map.at,
                    format!("the annotation lacks {key:?}, expected {expected}"),
                );
            }
        }
        let terms = self.terms(map).over(&self.defaults.clone());
        let list = map
            .get("evidence")
            .map(|node| self.terms_list(node))
            .unwrap_or_default();
        let above = Above {
            terms,
            list,
            own: None,
            annotation: true,
        };
        self.fields(id, map, &above, &["id", "about"]);
        let Some(about) = map.get("about") else {
            return;
        };
        let items = about.items();
        if items.is_empty() {
            self.log.problem(
                about.at,
                format!(
                    "found {}, expected ids of entities and claims",
                    about.describe()
                ),
            );
        }
        for item in items {
            let Some(text) = self.log.text(item, "the id of an entity or claim") else {
                continue;
            };
            if text.starts_with("claim:") {
                if let Some(claim) = self.claim_id(item) {
                    self.push(
                        item.at,
                        Change::AnnotateClaim {
                            annotation: id.clone(),
                            claim,
                        },
                    );
                }
            } else if let Some((object, _)) = self.entity(item) {
                let relationship = self.ontology.type_of_prefix(ANNOTATION).and_then(|index| {
                    let field = self.ontology.entity_type(index).relationship("about")?;
                    Some(
                        self.ontology
                            .relationship_type(field.relationship)
                            .name
                            .clone(),
                    )
                });
                let Some(relationship) = relationship else {
                    continue;
                };
                let evidence = self.evidence(item.at, None, &above);
                let claim = Claim {
                    id: None,
                    subject: id.clone(),
                    statement: Assertion::Relationship {
                        relationship,
                        object,
                        properties: Vec::new(),
                    },
                    valid: ValidTime::default(),
                    rank: Rank::Normal,
                    rank_reason: None,
                    review: Review::Accepted,
                    evidence,
                };
                self.push(
                    item.at,
                    Change::AddClaim {
                        claim: Box::new(claim),
                    },
                );
            }
        }
    }
}
