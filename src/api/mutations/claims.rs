//! Claims as an input has them: what is put of an entity, and what states it.

use serde_json::{Map, Value};

use super::draft::{Step, plain_evidence};
use super::reader::{InputPath, Reader};
use crate::api::schema::mutations::outward;
use crate::ingest::problem::suggestion;
use crate::model::change::Change;
use crate::model::claim::{
    Assertion, Claim, Evidence, Flag, Modality, Quote, Rank, Review, Stance, Stated, Until,
    ValidTime,
};
use crate::model::date::Edtf;
use crate::model::id::EntityId;
use crate::model::naming::singular_field;
use crate::model::ontology::{EntityType, Property, RelationshipField, TypeIndex};

/// What all claims of one put have in common.
struct Common {
    subject: EntityId,
    evidence: Vec<Evidence>,
    valid: ValidTime,
    rank: Rank,
    rank_reason: Option<String>,
}

impl Common {
    fn claim(&self, statement: Assertion) -> Step {
        Step::Change(Change::AddClaim {
            claim: Box::new(Claim {
                id: None,
                subject: self.subject.clone(),
                statement,
                valid: self.valid.clone(),
                rank: self.rank,
                rank_reason: self.rank_reason.clone(),
                review: Review::Accepted,
                evidence: self.evidence.clone(),
            }),
        })
    }
}

impl<'a> Reader<'a> {
    /// What is put of one entity.
    pub(super) fn put(&mut self, fields: &Map<String, Value>) -> Vec<(InputPath, Step)> {
        let found = self.key(fields, "entity", |this, value| {
            let of_type = this.fields(value)?;
            let (name, _) = of_type.iter().find(|(_, value)| !value.is_null())?;
            let types = (0..).map(TypeIndex).zip(&this.ontology.types);
            let (index, entity_type) = types
                .into_iter()
                .find(|(_, found)| singular_field(&found.name) == *name)?;
            this.key(of_type, name, |this, value| {
                this.put_of(index, entity_type, value, fields)
            })
        });
        found.flatten().flatten().unwrap_or_default()
    }

    fn put_of(
        &mut self,
        index: TypeIndex,
        entity_type: &'a EntityType,
        value: &Value,
        terms: &Map<String, Value>,
    ) -> Option<Vec<(InputPath, Step)>> {
        let given = self.fields(value)?;
        let place = self.place();
        let subject = self
            .key(given, "id", |this, value| {
                let (id, found) = this.entity(value)?;
                if found != index {
                    this.problem(format!(
                        "found {id}, expected an id that begins with {}:",
                        entity_type.prefix
                    ));
                    return None;
                }
                Some(id)
            })
            .flatten();
        // A place holder lets the rest be read, and told, all the same.
        let is_known = subject.is_some();
        let subject = subject.or_else(|| format!("{}:x", entity_type.prefix).parse().ok())?;
        let common = self.in_terms(|this| this.common(subject.clone(), entity_type, terms));
        let mut steps = vec![(place, Step::Entity(subject))];
        for property in &entity_type.properties {
            let claims = self.list(given, &property.name, |this, value| {
                let value = this.value(value, property.value_type)?;
                let statement = stated(property, Stated::Value(value));
                Some((this.place(), common.claim(statement)))
            });
            steps.extend(claims);
        }
        for field in outward(entity_type) {
            let claims = self.list(given, &field.name, |this, value| {
                let statement = this.relationship(field, value)?;
                Some((this.place(), common.claim(statement)))
            });
            steps.extend(claims);
        }
        self.in_terms(|this| {
            for (key, says) in [("none", Stated::None), ("unknown", Stated::Unknown)] {
                let claims = this.list(terms, key, |this, value| {
                    let property = this.property(entity_type, value)?;
                    let statement = stated(property, says.clone());
                    Some((this.place(), common.claim(statement)))
                });
                steps.extend(claims);
            }
        });
        let claims_something = steps.len() > 1;
        if claims_something && common.evidence.is_empty() {
            self.in_terms(|this| {
                this.problem("found claims without evidence, expected a source that states them");
            });
        }
        is_known.then_some(steps)
    }

    /// A property of a type, by its name.
    fn property<'t>(&mut self, entity_type: &'t EntityType, value: &Value) -> Option<&'t Property> {
        let name = value.as_str().unwrap_or_default();
        let found = entity_type.property(name).map(|(_, property)| property);
        if found.is_none() {
            let names = entity_type.properties.iter().map(|found| &*found.name);
            let hint = suggestion(name, names);
            self.problem(format!(
                "{} has no property {name:?}{hint}",
                entity_type.name
            ));
        }
        found
    }

    /// The relationship that a value of a field states.
    pub(super) fn relationship(
        &mut self,
        field: &RelationshipField,
        value: &Value,
    ) -> Option<Assertion> {
        let relationship = self.ontology.relationship_type(field.relationship);
        let mut properties = Vec::new();
        let object = match value {
            Value::Object(fields) => {
                for property in &relationship.properties {
                    let value = self.key(fields, &property.name, |this, value| {
                        this.value(value, property.value_type)
                    });
                    if let Some(value) = value.flatten() {
                        properties.push((property.name.clone(), value));
                    }
                }
                self.key(fields, "node", |this, value| {
                    this.entity_of(value, field.target)
                })
                .flatten()?
            }
            id => self.entity_of(id, field.target)?,
        };
        Some(Assertion::Relationship {
            relationship: relationship.name.clone(),
            object,
            properties,
        })
    }

    fn common(
        &mut self,
        subject: EntityId,
        entity_type: &EntityType,
        fields: &Map<String, Value>,
    ) -> Common {
        let mut evidence = self.list(fields, "evidence", Self::evidence);
        // A document speaks for itself, unless somebody else speaks for it.
        if evidence.is_empty() && !fields.contains_key("evidence") && entity_type.name == "Source" {
            evidence.push(plain_evidence(subject.clone(), None));
        }
        let rank = fields.get("rank").and_then(Value::as_str);
        let rank = rank.and_then(Rank::from_name).unwrap_or(Rank::Normal);
        let rank_reason = self.text(fields, "rankReason");
        if rank != Rank::Normal && rank_reason.is_none() {
            self.problem(format!(
                "rank {} without a reason, expected rankReason",
                rank.name()
            ));
        }
        Common {
            subject,
            evidence,
            valid: self.valid_time(fields),
            rank,
            rank_reason,
        }
    }

    /// When claims held.
    pub(super) fn valid_time(&mut self, fields: &Map<String, Value>) -> ValidTime {
        let since = self.date(fields, "since");
        let until = self.date(fields, "until");
        let attested = self.date(fields, "attested");
        let ongoing = self.switch(fields, "ongoing");
        if ongoing && until.is_some() {
            self.problem("ongoing beside until, expected one of them");
        }
        if let (Some(since), Some(until)) = (&since, &until)
            && Edtf::span(Some(since), Some(until)).is_err()
        {
            self.problem(format!(
                "until {until} lies before since {since}, expected it not to"
            ));
        }
        ValidTime {
            since,
            until: match ongoing {
                true => Some(Until::StillHolds),
                false => until.map(Until::Date),
            },
            attested,
        }
    }

    /// One piece of evidence.
    pub(super) fn evidence(&mut self, value: &Value) -> Option<Evidence> {
        let fields = self.fields(value)?;
        let source = self.entity_under(fields, "source");
        let quote = self.text(fields, "quote");
        let (prefix, suffix) = (self.text(fields, "prefix"), self.text(fields, "suffix"));
        if quote.is_none() && (prefix.is_some() || suffix.is_some()) {
            self.problem("prefix or suffix without a quote, expected the words between them");
        }
        let word = |key: &str| fields.get(key).and_then(Value::as_str);
        Some(Evidence {
            quote: quote.map(|exact| Quote {
                exact,
                prefix,
                suffix,
            }),
            as_stated: self.text(fields, "asStated"),
            attributed_to: self.entity_under(fields, "attributedTo"),
            attributed_as: self.text(fields, "attributedAs"),
            modality: word("modality")
                .and_then(Modality::from_name)
                .unwrap_or(Modality::Firsthand),
            stance: word("stance")
                .and_then(Stance::from_name)
                .unwrap_or(Stance::Supports),
            flags: self.list(fields, "flags", |_, flag| Flag::from_name(flag.as_str()?)),
            note: self.text(fields, "note"),
            source: source?,
        })
    }
}

/// What is stated of a property.
pub(super) fn stated(property: &Property, stated: Stated) -> Assertion {
    Assertion::Property {
        property: property.name.clone(),
        stated,
    }
}
