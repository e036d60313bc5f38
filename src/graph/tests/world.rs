//! A small ontology that has one of everything, and words to write changes in.

use std::sync::Arc;

use crate::model::change::{Change, Transaction};
use crate::model::claim::{
    Assertion, Claim, Evidence, Modality, Rank, Review, Stance, Stated, Until, ValidTime,
};
use crate::model::date::{Edtf, Timestamp};
use crate::model::id::{ClaimId, EntityId};
use crate::model::ontology::{
    Direction, EntityType, EnumIndex, EnumType, InterfaceIndex, InterfaceType, Ontology, OrderTerm,
    Property, PropertyIndex, RelationshipField, RelationshipType, RelationshipTypeIndex, Temporal,
    TypeIndex, TypeRef, ValueType,
};
use crate::model::value::{BoundWidths, Value};

pub(super) const PERSON: TypeIndex = TypeIndex(0);
pub(super) const WORK: TypeIndex = TypeIndex(1);
pub(super) const SOURCE: TypeIndex = TypeIndex(2);
const PARTY: TypeRef = TypeRef::Interface(InterfaceIndex(0));

/// From a work to persons; told apart by `role`; ordered by its own properties.
pub(super) const MADE_BY: RelationshipTypeIndex = RelationshipTypeIndex(0);
/// Between any persons and works, themselves included; a date does not filter it; in no declared order.
pub(super) const KNOWS: RelationshipTypeIndex = RelationshipTypeIndex(1);
/// Between any two entities; ordered by when it holds.
pub(super) const ABOUT: RelationshipTypeIndex = RelationshipTypeIndex(2);

fn property(name: &str, value_type: ValueType) -> Property {
    Property {
        name: name.into(),
        description: String::new(),
        value_type,
        list: false,
        search: None,
        unique: false,
        temporal: Temporal::Lasting,
        default: None,
        identity: false,
        plays: Vec::new(),
    }
}

fn term(text: &str) -> OrderTerm {
    let (path, descending) = match text.strip_suffix(" DESC") {
        Some(path) => (path, true),
        None => (text, false),
    };
    OrderTerm {
        on_edge: path.starts_with("edge."),
        property: path.trim_start_matches("edge.").into(),
        descending,
    }
}

fn relationship(
    name: &str,
    ends: (TypeRef, TypeRef),
    temporal: Temporal,
    order_out: &[&str],
    order_in: &[&str],
) -> RelationshipType {
    RelationshipType {
        name: name.into(),
        description: String::new(),
        source: ends.0,
        target: ends.1,
        properties_name: None,
        properties: Vec::new(),
        temporal,
        exclusive: None,
        order_out: order_out.iter().map(|text| term(text)).collect(),
        order_in: order_in.iter().map(|text| term(text)).collect(),
    }
}

/// The ontology of these tests.
pub(super) fn ontology() -> Arc<Ontology> {
    let words = ValueType::Enum(EnumIndex(0));
    let name = || Property {
        search: Some(10),
        ..property("name", ValueType::String)
    };
    let made_by = RelationshipType {
        properties: vec![
            Property {
                identity: true,
                ..property("role", words)
            },
            property("share", ValueType::Int),
            property("through", ValueType::Entity(PARTY)),
        ],
        ..relationship(
            "MADE_BY",
            (TypeRef::Type(WORK), TypeRef::Type(PERSON)),
            Temporal::Lasting,
            &["edge.share DESC", "name"],
            &["made DESC", "edge.role"],
        )
    };
    let knows = relationship(
        "KNOWS",
        (PARTY, PARTY),
        Temporal::Momentary,
        &[],
        &["code", "id"],
    );
    let about = relationship(
        "ABOUT",
        (TypeRef::Entity, TypeRef::Entity),
        Temporal::Lasting,
        &["edge.since", "id DESC"],
        &["edge.until DESC"],
    );
    let relationships = vec![made_by, knows, about];
    let person = vec![
        name(),
        Property {
            list: true,
            search: Some(3),
            ..property("aliases", ValueType::String)
        },
        Property {
            unique: true,
            ..property("code", ValueType::String)
        },
        Property {
            default: Some(Value::Enum("LAST".into())),
            ..property("state", words)
        },
        Property {
            temporal: Temporal::Momentary,
            ..property("born", ValueType::Date)
        },
    ];
    let work = vec![
        property("made", ValueType::Date),
        name(),
        property("count", ValueType::BigInt),
        property("amount", ValueType::Quantity),
    ];
    let types = [
        ("Person", "person", 0, person, true),
        ("Work", "work", 1, work, true),
        (
            "Source",
            "source",
            0,
            vec![name(), property("published", ValueType::Date)],
            false,
        ),
        ("Annotation", "annotation", 0, vec![name()], false),
    ];
    let types = (0..).map(TypeIndex).zip(types).map(
        |(index, (type_name, prefix, label, properties, party))| {
            let admits = |end: TypeRef| match end {
                TypeRef::Type(only) => only == index,
                TypeRef::Interface(_) => party,
                TypeRef::Entity => true,
            };
            let mut fields = Vec::new();
            for (number, relationship) in (0..).map(RelationshipTypeIndex).zip(&relationships) {
                for (direction, near, far) in [
                    (Direction::Out, relationship.source, relationship.target),
                    (Direction::In, relationship.target, relationship.source),
                ] {
                    if admits(near) {
                        fields.push(RelationshipField {
                            name: format!("{}{direction:?}", relationship.name),
                            description: String::new(),
                            relationship: number,
                            direction,
                            many: true,
                            target: far,
                            owner: near,
                            plays: Vec::new(),
                        });
                    }
                }
            }
            EntityType {
                name: type_name.into(),
                description: String::new(),
                prefix: prefix.into(),
                label: PropertyIndex(label),
                interfaces: if party {
                    vec![InterfaceIndex(0)]
                } else {
                    Vec::new()
                },
                properties,
                relationships: fields,
                // What is said of a source is said of something that happened.
                temporal: if index == SOURCE {
                    Temporal::Momentary
                } else {
                    Temporal::Lasting
                },
                plays: Vec::new(),
            }
        },
    );
    let party = InterfaceType {
        name: "Party".into(),
        description: String::new(),
        properties: Vec::new(),
        relationships: Vec::new(),
        members: vec![PERSON, WORK],
    };
    let words = EnumType {
        name: "Word".into(),
        description: String::new(),
        values: ["FIRST", "SECOND", "LAST"]
            .map(|word| (word.into(), String::new()))
            .into(),
    };
    let widths = BoundWidths::default();
    Arc::new(Ontology::new(
        types.collect(),
        vec![party],
        Vec::new(),
        vec![words],
        relationships,
        widths,
    ))
}

pub(super) fn id(text: &str) -> EntityId {
    text.parse().expect(text)
}

pub(super) fn claim_id(text: &str) -> ClaimId {
    text.parse().expect(text)
}

pub(super) fn date(text: &str) -> Edtf {
    text.parse().expect(text)
}

/// The moment so many hours after a fixed one.
pub(super) fn hour(hours: i64) -> Timestamp {
    Timestamp::from_microseconds(1_600_000_000_000_000 + hours * 3_600_000_000).expect("in range")
}

pub(super) fn transaction(hours: i64, changes: Vec<Change>) -> Transaction {
    Transaction {
        recorded_at: hour(hours),
        author: "a test".into(),
        reason: "to see".into(),
        idempotency: None,
        visible_from: None,
        changes,
    }
}

pub(super) fn put(entity: &str) -> Change {
    Change::PutEntity { id: id(entity) }
}

pub(super) fn evidence(source: &str) -> Evidence {
    Evidence {
        source: id(source),
        quote: None,
        as_stated: None,
        attributed_to: None,
        attributed_as: None,
        modality: Modality::Firsthand,
        stance: Stance::Supports,
        flags: Vec::new(),
        note: None,
    }
}

fn claim(subject: &str, statement: Assertion) -> Claim {
    Claim {
        id: None,
        subject: id(subject),
        statement,
        valid: ValidTime::default(),
        rank: Rank::Normal,
        rank_reason: None,
        review: Review::Accepted,
        evidence: vec![evidence("source:a")],
    }
}

/// The claim that a property has a value, from `source:a`.
pub(super) fn value(subject: &str, property: &str, value: Value) -> Claim {
    let property = property.into();
    claim(
        subject,
        Assertion::Property {
            property,
            stated: Stated::Value(value),
        },
    )
}

pub(super) fn text(subject: &str, property: &str, words: &str) -> Claim {
    value(subject, property, Value::Text(words.into()))
}

/// The claim of a relationship, from `source:a`.
pub(super) fn link(
    from: &str,
    relationship: &str,
    to: &str,
    properties: &[(&str, Value)],
) -> Claim {
    let properties = properties
        .iter()
        .map(|(name, value)| ((*name).into(), value.clone()))
        .collect();
    let relationship = relationship.into();
    claim(
        from,
        Assertion::Relationship {
            relationship,
            object: id(to),
            properties,
        },
    )
}

pub(super) fn keyed(key: &str, claim: Claim) -> Claim {
    Claim {
        id: Some(claim_id(key)),
        ..claim
    }
}

pub(super) fn since(start: &str, claim: Claim) -> Claim {
    let valid = ValidTime {
        since: Some(date(start)),
        ..ValidTime::default()
    };
    Claim { valid, ..claim }
}

pub(super) fn until(end: &str, claim: Claim) -> Claim {
    let valid = ValidTime {
        until: Some(Until::Date(date(end))),
        ..claim.valid
    };
    Claim { valid, ..claim }
}

pub(super) fn add(claim: Claim) -> Change {
    Change::AddClaim {
        claim: Box::new(claim),
    }
}

pub(super) fn retract(claim: &str) -> Change {
    Change::Retract {
        claim: claim_id(claim),
        reason: "wrong".into(),
    }
}
