//! Claims: an entity's fields, each with one claim or a list of them.

use crate::ingest::problem::{quoted, suggestion};
use crate::model::change::Change;
use crate::model::claim::{Assertion, Claim, Rank, Review, Stated, Until, ValidTime};
use crate::model::date::Edtf;
use crate::model::id::{ClaimId, EntityId};
use crate::model::ontology::{Direction, Property, RelationshipField, ValueType};

use super::evidence::{self, Above};
use super::log::Map;
use super::reader::{ALTERNATE, Reader, Reversed, SOURCE};
use super::values::QUANTITY;
use super::yaml::{At, Content, Node};

/// Keys of an entity that are no fields: what they say holds for all its claims.
const DEFAULTS: [&str; 9] = [
    "quote",
    "source",
    "attributedTo",
    "attributedAs",
    "modality",
    "stance",
    "flags",
    "note",
    "evidence",
];

/// Keys of a claim beside those of evidence and of its value.
const KEYS: [&str; 8] = [
    "evidence", "since", "until", "attested", "rank", "reason", "key", "review",
];

impl<'r> Reader<'r> {
    /// A source's own properties; it states them itself.
    pub(super) fn source_claims(&mut self, id: &EntityId, node: &'r Node) {
        let Some(map) = self.log.map(node, &format!("{:?}", id.slug())) else {
            return;
        };
        let mut file = self.defaults.clone();
        file.source = Some(id.clone());
        let terms = self.terms(&map).over(&file);
        self.claims_under(id, &map, terms, &[]);
    }

    /// The claims under an entity's id.
    pub(super) fn entity_claims(&mut self, id: &EntityId, node: &'r Node) {
        let Some(map) = self.log.map(node, &format!("{:?}", id.as_str())) else {
            return;
        };
        let terms = self.terms(&map).over(&self.defaults.clone());
        self.claims_under(id, &map, terms, &[]);
    }

    fn claims_under(
        &mut self,
        id: &EntityId,
        map: &Map<'r>,
        terms: evidence::Terms,
        skip: &[&str],
    ) {
        let list = map
            .get("evidence")
            .map(|node| self.terms_list(node))
            .unwrap_or_default();
        let own = (id.prefix() == SOURCE).then(|| id.clone());
        self.fields(
            id,
            map,
            &Above {
                terms,
                list,
                own,
                annotation: false,
            },
            skip,
        );
    }

    /// The fields among a map's keys.
    pub(super) fn fields(&mut self, id: &EntityId, map: &Map<'r>, above: &Above, skip: &[&str]) {
        let Some(index) = self.ontology.type_of_prefix(id.prefix()) else {
            return;
        };
        let entity = self.ontology.entity_type(index);
        for (key, node) in &map.entries {
            let name = key.text.as_str();
            if DEFAULTS.contains(&name) || name == ALTERNATE || skip.contains(&name) {
                continue;
            }
            let items = node.items();
            if items.is_empty() {
                self.log.problem(
                    node.at,
                    format!(
                        "{}: found {}, expected a value",
                        quoted(name),
                        node.describe()
                    ),
                );
            }
            if let Some((_, property)) = entity.property(name) {
                for item in items {
                    self.property_claim(id, property, item, above);
                }
            } else if let Some(field) = entity.relationship(name) {
                for item in items {
                    self.relationship_claim(id, field, item, above);
                }
            } else {
                let properties = entity
                    .properties
                    .iter()
                    .map(|property| property.name.as_str());
                let relationships = entity.relationships.iter().map(|field| field.name.as_str());
                let hint = suggestion(name, properties.chain(relationships).chain(DEFAULTS));
                let message = format!(
                    "{} has no property or relationship {}{hint}",
                    entity.name,
                    quoted(name)
                );
                self.log.problem(key.at, message);
            }
        }
    }

    fn property_claim(
        &mut self,
        id: &EntityId,
        property: &Property,
        item: &'r Node,
        above: &Above,
    ) {
        let map = match &item.content {
            Content::Map(_) => self.log.map(item, "a claim"),
            _ => None,
        };
        let stated = match &map {
            None => self.value(item, property.value_type).map(Stated::Value),
            Some(map) => {
                let more: &[&str] = match property.value_type {
                    ValueType::LocalizedText => &["language"],
                    ValueType::Quantity => &QUANTITY,
                    _ => &[],
                };
                let keys = [&["value", "state"], more, &KEYS, &evidence::KEYS].concat();
                self.log
                    .only(map, &keys, &format!("a claim on {:?}", property.name));
                self.stated(map, property)
            }
        };
        let statement = stated.map(|stated| Assertion::Property {
            property: property.name.clone(),
            stated,
        });
        self.claim(item.at, id, statement, map.as_ref(), above);
    }

    fn relationship_claim(
        &mut self,
        id: &EntityId,
        field: &RelationshipField,
        item: &'r Node,
        above: &Above,
    ) {
        let relationship = self.ontology.relationship_type(field.relationship);
        let map = match &item.content {
            Content::Map(_) => self.log.map(item, "a claim"),
            _ => None,
        };
        let mut properties = Vec::new();
        let other = match &map {
            None => self.entity_of(item, field.target),
            Some(map) => {
                let own: Vec<&str> = relationship
                    .properties
                    .iter()
                    .map(|property| property.name.as_str())
                    .collect();
                let keys = [&["to"], own.as_slice(), &KEYS, &evidence::KEYS].concat();
                self.log
                    .only(map, &keys, &format!("a claim on {:?}", field.name));
                for property in &relationship.properties {
                    let Some(node) = map.get(&property.name) else {
                        continue;
                    };
                    if let Some(value) = self.value(node, property.value_type) {
                        properties.push((property.name.clone(), value));
                    }
                }
                if map.get("to").is_none() {
                    let message = format!(
                        "the claim on {:?} lacks \"to\", expected the id of an entity",
                        field.name
                    );
                    self.log.problem(map.at, message);
                }
                map.get("to")
                    .and_then(|node| self.entity_of(node, field.target))
            }
        };
        // A relationship seen from its far end begins there.
        let ends = other.map(|other| match field.direction {
            Direction::Out => (id.clone(), other),
            Direction::In => (other, id.clone()),
        });
        let (subject, object) = match ends {
            Some((subject, object)) => (subject, Some(object)),
            None => (id.clone(), None),
        };
        let statement = object.map(|object| Assertion::Relationship {
            relationship: relationship.name.clone(),
            object,
            properties,
        });
        self.claim(item.at, &subject, statement, map.as_ref(), above);
    }

    /// Everything that claims have in common. Where the statement is wrong, the rest is still
    /// checked.
    fn claim(
        &mut self,
        at: At,
        subject: &EntityId,
        statement: Option<Assertion>,
        map: Option<&Map<'_>>,
        above: &Above,
    ) {
        let evidence = self.evidence(at, map, above);
        let (mut valid, mut rank, mut rank_reason, mut review, mut id) = (
            ValidTime::default(),
            Rank::Normal,
            None,
            Review::Accepted,
            None,
        );
        if let Some(map) = map {
            valid = self.valid_time(map);
            id = map.get("key").and_then(|node| self.key(node));
            review = map
                .get("review")
                .and_then(|node| self.word(node, Review::ALL, Review::name))
                .unwrap_or(review);
            rank = map
                .get("rank")
                .and_then(|node| self.word(node, Rank::ALL, Rank::name))
                .unwrap_or(rank);
            rank_reason = map
                .get("reason")
                .and_then(|node| self.log.text(node, "a reason"))
                .map(str::to_owned);
            if rank != Rank::Normal && map.get("reason").is_none() {
                let message = format!("rank {} without a reason, expected \"reason\"", rank.name());
                self.log
                    .problem(map.get("rank").map_or(at, |node| node.at), message);
            }
        }
        let Some(statement) = statement else { return };
        let subject = subject.clone();
        let claim = Claim {
            id,
            subject,
            statement,
            valid,
            rank,
            rank_reason,
            review,
            evidence,
        };
        self.push(
            at,
            Change::AddClaim {
                claim: Box::new(claim),
            },
        );
    }

    fn key(&mut self, node: &Node) -> Option<ClaimId> {
        let expected = "a key of lower-case letters, digits and single hyphens, such as f16";
        let found = |text: &str| format!("found {}, expected {expected}", quoted(text));
        let id = self.log.parsed(node, expected, |text| {
            ClaimId::from_key(text).map_err(|_| found(text))
        })?;
        if !self.known.add_claim(id.clone()) {
            self.log.problem(
                node.at,
                format!("the key of {id} is taken, expected one that no claim has"),
            );
        }
        Some(id)
    }

    fn valid_time(&mut self, map: &Map<'_>) -> ValidTime {
        let expected = "a date such as 2022-04~";
        let mut date = |key: &str| -> Option<Edtf> {
            let node = map.get(key)?;
            self.log.parsed(node, expected, |text| {
                text.parse::<Edtf>().map_err(|error| error.to_string())
            })
        };
        let (since, attested) = (date("since"), date("attested"));
        let until = map.get("until").and_then(|node| {
            let until =
                |text: &str| Until::try_from(text.to_owned()).map_err(|error| error.to_string());
            self.log.parsed(
                node,
                "a date such as 2022-04~, or .. where it still holds",
                until,
            )
        });
        if let (Some(since), Some(Until::Date(end))) = (&since, &until)
            && let Reversed::Refused(hint) = self.reversed
            && Edtf::span(Some(since), Some(end)).is_err()
        {
            let at = map.get("until").map_or(map.at, |node| node.at);
            self.log.problem(
                at,
                format!("until {end} lies before since {since}, expected it not to{hint}"),
            );
        }
        ValidTime {
            since,
            until,
            attested,
        }
    }
}
