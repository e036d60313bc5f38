//! One fact as a form has it.

use serde_json::Value;

use super::claims::stated;
use super::draft::{Document, Draft, Step, plain_evidence};
use super::reader::Reader;
use crate::ingest::problem::suggestion;
use crate::model::change::Change;
use crate::model::claim::{Assertion, Claim, Rank, Review, Stated};
use crate::model::id::EntityId;
use crate::model::ontology::{Direction, EntityType};

/// How long the readable part of the id of a document may be, which is made of its address.
const LONGEST_SLUG: usize = 80;

impl Reader<'_> {
    /// The input of `recordFact`.
    pub(super) fn fact(&mut self, input: &Value) -> Option<Draft> {
        let fields = self.fields(input)?;
        let mut terms = self.terms(fields);
        terms.reason = self
            .text(fields, "reason")
            .unwrap_or_else(|| "A fact is recorded".to_owned());
        let url = self.text(fields, "url").unwrap_or_default();
        let document = Document {
            id: id_of(&url)?,
            title: self.text(fields, "title"),
            url,
        };
        self.key(fields, "url", |this, _| {
            this.written(&document.url, crate::model::ontology::ValueType::Url)
        });
        let mut evidence = plain_evidence(document.id.clone(), self.text(fields, "quote"));
        evidence.as_stated = self.text(fields, "asStated");
        let valid = self.valid_time(fields);
        let subject = self.key(fields, "subject", Self::entity).flatten();
        let place = self.place();
        let ontology = self.ontology;
        let found = subject.and_then(|(subject, index)| {
            let entity_type = ontology.entity_type(index);
            self.said(fields, &subject, entity_type)
        });
        let (subject, statement) = found?;
        let claim = Claim {
            id: None,
            subject,
            statement,
            valid,
            rank: Rank::Normal,
            rank_reason: None,
            review: Review::Accepted,
            evidence: vec![evidence],
        };
        let change = Change::AddClaim {
            claim: Box::new(claim),
        };
        Some(Draft {
            terms,
            steps: vec![
                (place.clone(), Step::Document(document)),
                (place, Step::Change(change)),
            ],
        })
    }

    /// What is said, and of whom: of the far end, where a relationship begins there.
    fn said(
        &mut self,
        fields: &serde_json::Map<String, Value>,
        subject: &EntityId,
        entity_type: &EntityType,
    ) -> Option<(EntityId, Assertion)> {
        let name = self.text(fields, "property")?;
        if let Some((_, property)) = entity_type.property(&name) {
            let value = self
                .key(fields, "value", |this, value| {
                    this.value(value, property.value_type)
                })
                .flatten()?;
            return Some((subject.clone(), stated(property, Stated::Value(value))));
        }
        let Some(field) = entity_type.relationship(&name) else {
            let names = entity_type
                .properties
                .iter()
                .map(|found| &*found.name)
                .chain(entity_type.relationships.iter().map(|found| &*found.name));
            let hint = suggestion(&name, names);
            self.key(fields, "property", |this, _| {
                this.problem(format!(
                    "{} has no property or relationship {name:?}{hint}",
                    entity_type.name
                ));
            });
            return None;
        };
        let statement = self
            .key(fields, "value", |this, value| {
                this.relationship(field, value)
            })
            .flatten()?;
        Some(match (field.direction, statement) {
            (
                Direction::In,
                Assertion::Relationship {
                    relationship,
                    object,
                    properties,
                },
            ) => (
                object,
                Assertion::Relationship {
                    relationship,
                    object: subject.clone(),
                    properties,
                },
            ),
            (_, statement) => (subject.clone(), statement),
        })
    }
}

/// An id for the document at an address: its words, as far as they go.
fn id_of(url: &str) -> Option<EntityId> {
    let address = url.split_once("://").map_or(url, |(_, rest)| rest);
    let address = address.strip_prefix("www.").unwrap_or(address);
    let mut slug = String::new();
    for letter in address.chars() {
        if slug.len() >= LONGEST_SLUG {
            break;
        }
        match letter {
            'a'..='z' | '0'..='9' => slug.push(letter),
            'A'..='Z' => slug.push(letter.to_ascii_lowercase()),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    let slug = slug.trim_end_matches('-');
    let slug = if slug.is_empty() { "document" } else { slug };
    format!("source:{slug}").parse().ok()
}
