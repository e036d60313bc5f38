//! A graph to measure on: 100,000 entities and a million relationships, the same every time.
//!
//! Degrees follow a power law, as those of real graphs do: a few countries and officials are hubs.

use onrecord::model::change::{Change, Transaction};
use onrecord::model::claim::{
    Assertion, Claim, Evidence, Modality, Rank, Review, Stance, Stated, ValidTime,
};
use onrecord::model::value::Value;

/// How many entities of a kind there are, in a graph of `scale` times a thousand entities.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) officials: u64,
    pub(crate) countries: u64,
    pub(crate) meetings: u64,
    pub(crate) agreements: u64,
    pub(crate) commitments: u64,
}

impl Sizes {
    /// The sizes that the environment asks for: `THOUSANDS` of entities, 100 if it is silent.
    pub(crate) fn asked() -> Self {
        let asked = std::env::var("THOUSANDS");
        Self::of(asked.ok().and_then(|text| text.parse().ok()).unwrap_or(100))
    }

    /// The sizes of a graph with `thousands` of entities; 100 gives a million relationships.
    pub(crate) fn of(thousands: u64) -> Self {
        Self {
            officials: 300 * thousands,
            countries: 200,
            meetings: 300 * thousands,
            agreements: 98 * thousands,
            commitments: 300 * thousands,
        }
    }
}

/// The `splitmix64` generator: small, good enough, the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, each as likely.
    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// A number below `bound`, small ones much more likely.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a draw needs no more precision than a double has"
    )]
    fn skewed(&mut self, bound: u64) -> u64 {
        let unit = self.below(1 << 40) as f64 / (1_u64 << 40) as f64;
        ((unit.powi(3) * bound as f64) as u64).min(bound - 1)
    }
}

const FIRST: [&str; 16] = [
    "Ana", "Bela", "Chidi", "Dara", "Emeka", "Farah", "Goran", "Hana", "Ivo", "Jun", "Kofi",
    "Lena", "Mira", "Nadia", "Oto", "Pia",
];
const LAST: [&str; 16] = [
    "Adeyemi", "Brandt", "Castillo", "Dimitrov", "Eriksen", "Fofanah", "Gupta", "Horvat", "Ito",
    "Jensen", "Kowalski", "Lopez", "Mwangi", "Novak", "Okafor", "Petrov",
];

/// Collects changes into transactions.
pub(crate) struct Writer {
    random: Random,
    changes: Vec<Change>,
    done: Vec<Transaction>,
}

/// The transactions that make the graph, of some ten thousand changes each.
pub(crate) fn transactions(sizes: Sizes) -> Vec<Transaction> {
    let mut writer = Writer::new();
    writer.put("source:generator");
    writer.state("source:generator", "title", Value::Text("Generated".into()));
    writer.entities(sizes);
    writer.relationships(sizes);
    writer.finish()
}

impl Writer {
    /// A writer that has written nothing.
    pub(crate) fn new() -> Self {
        Self {
            random: Random(42),
            changes: Vec::new(),
            done: Vec::new(),
        }
    }

    fn entities(&mut self, sizes: Sizes) {
        for number in 0..sizes.countries {
            self.named("country", number, "name", format!("Country {number}"));
        }
        for number in 0..sizes.officials {
            let first = FIRST[self.random.below(16) as usize];
            let last = LAST[self.random.below(16) as usize];
            self.named(
                "official",
                number,
                "name",
                format!("{first} {last} {number}"),
            );
        }
        for number in 0..sizes.meetings {
            let id = self.named(
                "meeting",
                number,
                "name",
                format!("Meeting on matter {number}"),
            );
            let date = self.date();
            self.state(&id, "date", date);
        }
        for number in 0..sizes.agreements {
            let id = self.named("agreement", number, "name", format!("Agreement {number}"));
            self.state(&id, "status", Value::Enum("SIGNED".into()));
            let date = self.date();
            self.state(&id, "signed", date);
        }
        for number in 0..sizes.commitments {
            let text = format!("Undertake \"measure {number}\" within the year");
            let id = self.named("commitment", number, "text", text);
            let date = self.date();
            self.state(&id, "announced", date);
            self.state(&id, "status", Value::Enum("IN_PROGRESS".into()));
        }
    }

    fn relationships(&mut self, sizes: Sizes) {
        for number in 0..sizes.officials {
            let country = self.country(sizes);
            self.relate(&id("official", number), "SERVES", &country);
        }
        for number in 0..sizes.meetings {
            let meeting = id("meeting", number);
            for _ in 0..self.random.below(22) + 11 {
                let official = id("official", self.random.skewed(sizes.officials));
                self.relate(&meeting, "HAS_PARTICIPANT", &official);
            }
            for name in ["HELD_IN", "HOSTED_BY", "HAS_PARTICIPANT", "HAS_PARTICIPANT"] {
                let country = self.country(sizes);
                self.relate(&meeting, name, &country);
            }
        }
        for number in 0..sizes.agreements {
            for _ in 0..5 {
                let country = self.country(sizes);
                self.relate(&id("agreement", number), "HAS_PARTY", &country);
            }
        }
        for number in 0..sizes.commitments {
            let commitment = id("commitment", number);
            for name in ["MADE_BY", "MADE_BY", "MADE_TO", "BENEFITS"] {
                let country = self.country(sizes);
                self.relate(&commitment, name, &country);
            }
            let agreement = id("agreement", self.random.skewed(sizes.agreements));
            self.relate(&commitment, "CONTAINED_IN", &agreement);
            let meeting = id("meeting", self.random.skewed(sizes.meetings));
            self.relate(&commitment, "MADE_AT", &meeting);
        }
    }

    /// The id of a country, one of few much more likely.
    fn country(&mut self, sizes: Sizes) -> String {
        id("country", self.random.skewed(sizes.countries))
    }

    fn date(&mut self) -> Value {
        let text = format!(
            "{}-{:02}-{:02}",
            1950 + self.random.below(75),
            1 + self.random.below(12),
            1 + self.random.below(28)
        );
        Value::Date(text.parse().expect("a date"))
    }

    fn named(&mut self, prefix: &str, number: u64, property: &str, name: String) -> String {
        let id = id(prefix, number);
        self.put(&id);
        self.state(&id, property, Value::Text(name));
        id
    }

    /// A new entity.
    pub(crate) fn put(&mut self, id: &str) {
        self.push(Change::PutEntity {
            id: id.parse().expect("an id"),
        });
    }

    fn state(&mut self, subject: &str, property: &str, value: Value) {
        let assertion = Assertion::Property {
            property: property.into(),
            stated: Stated::Value(value),
        };
        self.claim(subject, assertion);
    }

    /// A relationship between two entities.
    pub(crate) fn relate(&mut self, from: &str, relationship: &str, to: &str) {
        let assertion = Assertion::Relationship {
            relationship: relationship.to_owned(),
            object: to.parse().expect("an id"),
            properties: Vec::new(),
        };
        self.claim(from, assertion);
    }

    fn claim(&mut self, subject: &str, statement: Assertion) {
        let evidence = Evidence {
            source: "source:generator".parse().expect("an id"),
            quote: None,
            as_stated: None,
            attributed_to: None,
            attributed_as: None,
            modality: Modality::Firsthand,
            stance: Stance::Supports,
            flags: Vec::new(),
            note: None,
        };
        let claim = Claim {
            id: None,
            subject: subject.parse().expect("an id"),
            statement,
            valid: ValidTime::default(),
            rank: Rank::Normal,
            rank_reason: None,
            review: Review::Accepted,
            evidence: vec![evidence],
        };
        self.push(Change::AddClaim {
            claim: Box::new(claim),
        });
    }

    fn push(&mut self, change: Change) {
        self.changes.push(change);
        if self.changes.len() >= 10_000 {
            self.close();
        }
    }

    fn close(&mut self) {
        let changes = std::mem::take(&mut self.changes);
        self.done.push(transaction(changes));
    }

    /// All that was written, as the transactions that it came to.
    pub(crate) fn finish(mut self) -> Vec<Transaction> {
        self.close();
        self.done
    }
}

fn id(prefix: &str, number: u64) -> String {
    format!("{prefix}:{number}")
}

fn transaction(changes: Vec<Change>) -> Transaction {
    Transaction {
        recorded_at: "2026-01-01T00:00:00Z".parse().expect("a moment"),
        author: "generator".into(),
        reason: "a graph to measure on".into(),
        idempotency: None,
        visible_from: None,
        changes,
    }
}
