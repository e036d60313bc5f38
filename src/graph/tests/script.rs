//! Random transactions that fit the ontology.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;

use super::model::{Fact, Model};
use super::world::{
    add, claim_id, date, evidence, hour, link, ontology, put, text, transaction, value,
};
use crate::graph::Graph;
use crate::model::change::{Change, Transaction};
use crate::model::claim::{
    Assertion, Claim, Evidence, Rank, Review, Stance, Stated, Until, ValidTime,
};
use crate::model::date::Edtf;
use crate::model::id::EntityId;
use crate::model::ontology::ValueType;
use crate::model::value::{Bound, Quantity, Value};

const DATES: [&str; 8] = [
    "2019",
    "2020-03",
    "2020-03-15",
    "2021~",
    "../2020-06",
    "2020/..",
    "2022",
    "2020-01/2021-06",
];
const NAMES: [&str; 4] = ["Ada", "ada", "Bo", "Cy"];
const WORDS: [&str; 3] = ["FIRST", "SECOND", "LAST"];
const RELATIONSHIPS: [&str; 3] = ["MADE_BY", "KNOWS", "ABOUT"];

/// What all claims have beside what they state.
#[derive(Debug, Clone)]
struct Shape {
    valid: (Option<usize>, Option<usize>, Option<usize>),
    rank: Rank,
    reason: bool,
    review: Review,
    evidence: Vec<(Index, bool)>,
    keyed: bool,
}

/// A change whose names are still to be chosen among those that are on record.
#[derive(Debug, Clone)]
enum Step {
    Put(usize),
    Property {
        subject: Index,
        property: Index,
        word: usize,
        stated: u8,
        shape: Shape,
    },
    Link {
        kind: usize,
        ends: (Index, Index),
        own: (Option<usize>, Option<i32>, Option<Index>),
        shape: Shape,
    },
    Evidence {
        claim: Index,
        source: Index,
        disputes: bool,
    },
    Rank {
        claim: Index,
        rank: Rank,
    },
    Retract(Index),
    Annotate {
        claim: Index,
        note: Index,
    },
    Review {
        claim: Index,
        accepts: bool,
        reason: bool,
    },
    Release(Index),
}

/// One transaction to be: its steps, the hours since the one before, whether to seal after it.
#[derive(Debug, Clone)]
pub(super) struct Round {
    steps: Vec<Step>,
    hours: i64,
    embargo: bool,
    pub(super) seal: bool,
}

fn rank() -> impl Strategy<Value = Rank> {
    prop_oneof![1 => Just(Rank::Deprecated), 5 => Just(Rank::Normal), 2 => Just(Rank::Preferred)]
}

fn shape() -> impl Strategy<Value = Shape> {
    let day = || option::weighted(0.4, 0..DATES.len());
    let review = prop_oneof![8 => Just(Review::Accepted), 3 => Just(Review::Proposed), 1 => Just(Review::Rejected)];
    let shown = vec((any::<Index>(), prop::bool::weighted(0.2)), 1..3);
    (
        (day(), day(), option::weighted(0.2, 0..DATES.len())),
        rank(),
        prop::bool::weighted(0.2),
        review,
        shown,
        any::<bool>(),
    )
        .prop_map(|(valid, rank, reason, review, evidence, keyed)| Shape {
            valid,
            rank,
            reason,
            review,
            evidence,
            keyed,
        })
}

fn step() -> impl Strategy<Value = Step> {
    let index = any::<Index>;
    prop_oneof![
        1 => (0..4_usize).prop_map(Step::Put),
        6 => (index(), index(), 0..8_usize, 0..10_u8, shape())
            .prop_map(|(subject, property, word, stated, shape)| Step::Property { subject, property, word, stated, shape }),
        8 => (0..3_usize, (index(), index()), (option::of(0..3_usize), option::of(0..3), option::of(index())), shape())
            .prop_map(|(kind, ends, own, shape)| Step::Link { kind, ends, own, shape }),
        2 => (index(), index(), any::<bool>()).prop_map(|(claim, source, disputes)| Step::Evidence { claim, source, disputes }),
        3 => (index(), rank()).prop_map(|(claim, rank)| Step::Rank { claim, rank }),
        2 => index().prop_map(Step::Retract),
        1 => (index(), index()).prop_map(|(claim, note)| Step::Annotate { claim, note }),
        4 => (index(), prop::bool::weighted(0.7), any::<bool>())
            .prop_map(|(claim, accepts, reason)| Step::Review { claim, accepts, reason }),
        2 => index().prop_map(Step::Release),
    ]
}

/// Some transactions.
pub(super) fn rounds() -> impl Strategy<Value = Vec<Round>> {
    let embargo = prop::bool::weighted(0.2);
    let round = (vec(step(), 0..10), 0..3_i64, embargo, any::<bool>()).prop_map(
        |(steps, hours, embargo, seal)| Round {
            steps,
            hours,
            embargo,
            seal,
        },
    );
    vec(round, 1..7)
}

/// A graph and its model, which are given the same.
pub(super) struct Twins {
    pub(super) graph: Graph,
    pub(super) model: Model,
    pub(super) hours: i64,
    entities: Vec<EntityId>,
}

impl Twins {
    /// A few entities of each type.
    pub(super) fn new() -> Self {
        let ontology = ontology();
        let mut twins = Self {
            graph: Graph::new(ontology.clone()),
            model: Model::new(ontology),
            hours: 0,
            entities: Vec::new(),
        };
        let ids = [
            "person:a",
            "person:b",
            "person:c",
            "work:a",
            "work:b",
            "source:a",
            "source:b",
            "annotation:a",
        ];
        let mut changes: Vec<Change> = ids.into_iter().map(put).collect();
        changes.push(add(value(
            "source:a",
            "published",
            Value::Date(date("2020-03")),
        )));
        changes.push(add(text("person:a", "name", "Ada")));
        twins.commit(&transaction(0, changes));
        twins
    }

    /// Applies what `check` lets pass.
    pub(super) fn commit(&mut self, transaction: &Transaction) {
        self.graph.check(transaction).expect("fits");
        self.graph.apply(transaction);
        self.model.apply(transaction);
        let put = transaction
            .changes
            .iter()
            .filter_map(|change| match change {
                Change::PutEntity { id } => Some(id.clone()),
                _ => None,
            });
        self.entities.extend(put);
    }

    /// Makes a round's transaction and applies it without the changes that `check` refuses.
    pub(super) fn play(&mut self, round: &Round) -> Transaction {
        self.hours += round.hours;
        let mut keys = Vec::new();
        let changes = round
            .steps
            .iter()
            .filter_map(|step| self.change(step, &mut keys))
            .collect();
        let mut transaction = transaction(self.hours, changes);
        transaction.visible_from = round.embargo.then(|| hour(self.hours + 1));
        while let Err(errors) = self.graph.check(&transaction) {
            assert!(
                errors
                    .iter()
                    .all(|error| error.place < transaction.changes.len()),
                "{errors:?}"
            );
            let mut place = 0;
            transaction.changes.retain(|_| {
                place += 1;
                errors.iter().all(|error| error.place + 1 != place)
            });
        }
        self.commit(&transaction);
        if round.seal {
            self.graph.seal();
        }
        assert_eq!(
            self.graph
                .transaction(self.graph.version())
                .map(|last| last.recorded_at),
            Some(hour(self.hours))
        );
        transaction
    }

    /// The entities with one of these prefixes.
    fn of(&self, prefixes: &[&str], index: Index) -> EntityId {
        let fitting: Vec<_> = self
            .entities
            .iter()
            .filter(|id| prefixes.contains(&id.prefix()))
            .collect();
        (*index.get(&fitting)).clone()
    }

    /// A claim that is on record or in this transaction with a key.
    fn claim(&self, keys: &[String], index: Index) -> Option<crate::model::id::ClaimId> {
        let known: Vec<&String> = self
            .model
            .facts
            .iter()
            .map(|fact| &fact.id)
            .chain(keys)
            .collect();
        (!known.is_empty()).then(|| claim_id(known[index.index(known.len())]))
    }

    fn change(&self, step: &Step, keys: &mut Vec<String>) -> Option<Change> {
        Some(match step {
            Step::Put(kind) => {
                let prefix = ["person", "work", "source", "annotation"][*kind];
                put(&format!(
                    "{prefix}:n{}-{}",
                    self.graph.version(),
                    keys.len()
                ))
            }
            Step::Property {
                subject,
                property,
                word,
                stated,
                shape,
            } => {
                let subject = index_of(&self.entities, *subject).clone();
                let declared = property.get(&self.model.entity_type(&subject).properties);
                let mut claim = value(
                    subject.as_str(),
                    &declared.name,
                    some_value(declared.value_type, *word),
                );
                if let (0..=1, Assertion::Property { stated: shown, .. }) =
                    (stated, &mut claim.statement)
                {
                    *shown = if *stated == 0 {
                        Stated::None
                    } else {
                        Stated::Unknown
                    };
                }
                add(self.shaped(claim, shape, keys))
            }
            Step::Link {
                kind,
                ends,
                own: (role, share, through),
                shape,
            } => {
                let all = ["person", "work", "source", "annotation"];
                let (near, far) = [
                    (&all[1..2], &all[..1]),
                    (&all[..2], &all[..2]),
                    (&all[..], &all[..]),
                ][*kind];
                let mut own = Vec::new();
                if *kind == 0 {
                    own.extend(share.map(|share| ("share", Value::Int(share))));
                    own.extend(role.map(|role| ("role", Value::Enum(WORDS[role].into()))));
                    own.extend(
                        through.map(|party| ("through", Value::Entity(self.of(&all[..2], party)))),
                    );
                }
                let (from, to) = (self.of(near, ends.0), self.of(far, ends.1));
                let claim = link(from.as_str(), RELATIONSHIPS[*kind], to.as_str(), &own);
                add(self.shaped(claim, shape, keys))
            }
            Step::Evidence {
                claim,
                source,
                disputes,
            } => Change::AddEvidence {
                claim: self.claim(keys, *claim)?,
                evidence: Box::new(self.shown((*source, *disputes))),
            },
            Step::Rank { claim, rank } => {
                let reason = format!("because {}", self.graph.version());
                Change::SetRank {
                    claim: self.claim(keys, *claim)?,
                    rank: *rank,
                    reason,
                }
            }
            Step::Retract(claim) => Change::Retract {
                claim: self.claim(keys, *claim)?,
                reason: "wrong".into(),
            },
            Step::Review {
                claim,
                accepts,
                reason,
            } => {
                // Most claims are accepted as they come.
                let is_open = |fact: &&Fact| fact.claim.review != Review::Accepted;
                let open: Vec<_> = self.model.facts.iter().filter(is_open).collect();
                let id = &open.get(claim.index(open.len().max(1)))?.id;
                Change::Review {
                    claim: claim_id(id),
                    review: if *accepts {
                        Review::Accepted
                    } else {
                        Review::Rejected
                    },
                    reason: reason.then(|| "looked at".into()),
                }
            }
            Step::Release(version) => {
                let pending = self.graph.due(hour(i64::from(u16::MAX)));
                let place = version.index(pending.len().max(1));
                Change::Release {
                    version: *pending.get(place)?,
                }
            }
            Step::Annotate { claim, note } => Change::AnnotateClaim {
                annotation: self.of(&["annotation"], *note),
                claim: self.claim(keys, *claim)?,
            },
        })
    }

    fn shown(&self, (source, disputes): (Index, bool)) -> Evidence {
        let stance = if disputes {
            Stance::Disputes
        } else {
            Stance::Supports
        };
        Evidence {
            stance,
            ..evidence(self.of(&["source"], source).as_str())
        }
    }

    fn shaped(&self, claim: Claim, shape: &Shape, keys: &mut Vec<String>) -> Claim {
        let key = shape
            .keyed
            .then(|| format!("claim:k{}-{}", self.graph.version(), keys.len()));
        keys.extend(key.clone());
        let day = |place: Option<usize>| place.map(|place| date(DATES[place]));
        let (since, until, attested) = shape.valid;
        Claim {
            id: key.map(|key| claim_id(&key)),
            valid: ValidTime {
                since: day(since),
                // One of the dates stands for what still holds.
                until: day(until).map(|end| {
                    if until == Some(0) {
                        Until::StillHolds
                    } else {
                        Until::Date(end)
                    }
                }),
                attested: day(attested),
            },
            rank: shape.rank,
            rank_reason: shape.reason.then(|| "known".into()),
            review: shape.review,
            evidence: shape
                .evidence
                .iter()
                .map(|shown| self.shown(*shown))
                .collect(),
            ..claim
        }
    }
}

fn index_of(entities: &[EntityId], index: Index) -> &EntityId {
    index.get(entities)
}

fn some_value(value_type: ValueType, word: usize) -> Value {
    let number = i32::try_from(word).expect("a small number");
    match value_type {
        ValueType::Enum(_) => Value::Enum(WORDS[word % WORDS.len()].into()),
        ValueType::Date => Value::Date(some_date(word)),
        ValueType::BigInt => Value::BigInt(i64::from(number) << 40),
        ValueType::Quantity => Value::Quantity(Quantity {
            value: f64::from(number) / 2.0,
            bound: [Bound::About, Bound::Exact, Bound::MoreThan][word % 3],
            low: None,
            high: None,
            unit: word.is_multiple_of(2).then(|| "km".into()),
            currency: (word % 2 == 1).then(|| "USD".into()),
        }),
        _ => Value::Text(NAMES[word % NAMES.len()].into()),
    }
}

/// One of the dates that these tests use.
pub(super) fn some_date(place: usize) -> Edtf {
    date(DATES[place % DATES.len()])
}
