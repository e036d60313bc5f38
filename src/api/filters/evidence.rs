//! Filters on claims and on what they rest on.

use serde_json::Value;

use crate::api::filters::operators::{choice, given, items, stated_choices, texts, wholes, word};
use crate::api::filters::{FilterReader, place};
use crate::graph::filter::{ClaimFilter, EvidenceFilter, Properties};
use crate::model::claim::{Flag, Modality, Rank, Stance};
use crate::model::ontology::{PropertyIndex, TypeIndex, ValueType};

/// A choice among the words of an enum of the API.
macro_rules! chosen {
    ($value:expr, $words:ident, $filter:path) => {
        given($value).filter_map(|(operator, value)| {
            choice(operator, value, |value| $words::from_name(&word(value))).map($filter)
        })
    };
}

impl FilterReader<'_> {
    /// A filter on evidence.
    pub(super) fn evidence(&self, value: &Value, at: &str) -> Result<EvidenceFilter, String> {
        let mut all = Vec::new();
        for (name, value) in given(value) {
            let at = place(at, name);
            let each = |value: &Value| {
                items(value)
                    .iter()
                    .map(|value| self.evidence(value, &at))
                    .collect::<Result<Vec<_>, _>>()
            };
            match name {
                "AND" => all.push(EvidenceFilter::All(each(value)?)),
                "OR" => all.push(EvidenceFilter::Any(each(value)?)),
                "NOT" => all.push(EvidenceFilter::Not(Box::new(self.evidence(value, &at)?))),
                "source" => {
                    let source = self.entities("SourceWhere", value, &at)?;
                    all.push(EvidenceFilter::Source(Box::new(source)));
                }
                "attributedTo" => {
                    let entity = self.entities("EntityWhere", value, &at)?;
                    all.push(EvidenceFilter::AttributedTo(Box::new(entity)));
                }
                "flag" => all.extend(chosen!(value, Flag, EvidenceFilter::Flag)),
                "modality" => all.extend(chosen!(value, Modality, EvidenceFilter::Modality)),
                "stance" => all.extend(chosen!(value, Stance, EvidenceFilter::Stance)),
                "quote" => all.push(EvidenceFilter::Quote(texts(value, &at)?)),
                _ => all.push(EvidenceFilter::AsStated(texts(value, &at)?)),
            }
        }
        Ok(EvidenceFilter::All(all))
    }

    /// A filter on claims.
    ///
    /// # Errors
    /// What was found and what was expected, with its place in the argument.
    pub(crate) fn claims(&self, value: &Value, at: &str) -> Result<ClaimFilter, String> {
        let mut all = Vec::new();
        for (name, value) in given(value) {
            let at = place(at, name);
            let each = |value: &Value| {
                items(value)
                    .iter()
                    .map(|value| self.claims(value, &at))
                    .collect::<Result<Vec<_>, _>>()
            };
            match name {
                "AND" => all.push(ClaimFilter::All(each(value)?)),
                "OR" => all.push(ClaimFilter::Any(each(value)?)),
                "NOT" => all.push(ClaimFilter::Not(Box::new(self.claims(value, &at)?))),
                "rank" => all.extend(chosen!(value, Rank, ClaimFilter::Rank)),
                "stated" => all.extend(stated_choices(value).map(ClaimFilter::Stated)),
                "property" => {
                    let properties = self.properties(value, &at)?;
                    all.extend(properties.map(ClaimFilter::Property));
                }
                "relationshipType" => {
                    all.extend(given(value).filter_map(|(operator, value)| {
                        choice(operator, value, |value| {
                            self.ontology.relationship_named(&word(value))
                        })
                        .map(ClaimFilter::Relationship)
                    }));
                }
                "recordedAt" => {
                    let tests = wholes(ValueType::DateTime, value, &at)?;
                    all.push(ClaimFilter::Recorded(tests));
                }
                _ => all.push(ClaimFilter::Evidence(self.evidence(value, &at)?)),
            }
        }
        Ok(ClaimFilter::All(all))
    }

    /// The properties whose names fit, of whatever type; `None` where nothing is asked of the name.
    fn properties(&self, value: &Value, at: &str) -> Result<Option<Properties>, String> {
        let tests = texts(value, at)?;
        if tests.is_empty() {
            return Ok(None);
        }
        let types = (0..).map(TypeIndex).zip(&self.ontology.types);
        let properties: Properties = types
            .flat_map(|(index, entity)| {
                let properties = (0..).map(PropertyIndex).zip(&entity.properties);
                properties.map(move |(place, property)| (index, place, &property.name))
            })
            .filter(|(_, _, name)| tests.iter().all(|test| test.fits(name)))
            .map(|(index, place, _)| (index, place))
            .collect();
        if properties.is_empty() {
            return Err(format!(
                "{at}: no property is named so: expected the name of one, such as \"name\""
            ));
        }
        Ok(Some(properties))
    }
}
