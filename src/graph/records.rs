//! The rows of the graph's tables: what is kept of an entity, a claim, a relationship.

use std::sync::Arc;

use crate::graph::touched::Touched;
use crate::model::claim::{Evidence, Rank, Review, Until, ValidTime};
use crate::model::date::{Edtf, Timestamp};
use crate::model::id::{ClaimId, EntityId};
use crate::model::ontology::{PropertyIndex, RelationshipTypeIndex, TypeIndex};
use crate::model::value::Value;

/// No row: the end of a chain.
pub(crate) const NONE: u32 = u32::MAX;

/// The number of a transaction, counted from 1; also the graph's version after it.
pub type Version = u32;

/// An entity's number. It never changes, and it never leaves the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityIndex(pub(crate) u32);

/// A claim's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimIndex(pub(crate) u32);

/// A relationship's number: claims that say the same of the same ends share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationshipIndex(pub(crate) u32);

macro_rules! numbered {
    ($($name:ident)+) => { $(
        impl $name {
            /// The number, for modules that keep numbers.
            #[must_use]
            pub fn number(self) -> u32 {
                self.0
            }

            /// The row of a number that the graph gave.
            pub(crate) fn from_number(number: u32) -> Self {
                Self(number)
            }
        }
    )+ };
}

numbered! { EntityIndex ClaimIndex }

impl RelationshipIndex {
    /// The number, for modules that keep numbers.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }
}

/// What is kept of an entity.
#[derive(Debug, Clone)]
pub(crate) struct EntityRecord {
    pub(crate) id: EntityId,
    pub(crate) entity_type: TypeIndex,
    /// Its place among the entities of its type.
    pub(crate) local: u32,
    pub(crate) recorded: Version,
    /// Since which version contributors see it; [`NONE`] while only editors do.
    pub(crate) open_since: Version,
    /// Since which version the public sees it; [`NONE`] if it does not yet.
    pub(crate) public_since: Version,
    /// The chain of its property claims, in the order of recording.
    pub(crate) first_claim: u32,
    pub(crate) last_claim: u32,
    /// Whether claims came or changed since its record was packed.
    pub(crate) changed: bool,
}

/// What a claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A property of its subject.
    Property(PropertyIndex),
    /// A relationship that begins at its subject.
    Relationship(RelationshipIndex),
}

/// What a claim states, as a place in the table of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatedRow {
    Value(u32),
    None,
    Unknown,
    /// The properties of a relationship, a place in their own table.
    EdgeProperties(u32),
}

/// What is kept of a claim.
#[derive(Debug, Clone)]
pub(crate) struct ClaimRecord {
    pub(crate) subject: EntityIndex,
    pub(crate) about: About,
    pub(crate) stated: StatedRow,
    /// A place in the table of valid times; [`NONE`] if none is stated.
    pub(crate) valid: u32,
    pub(crate) recorded: Version,
    /// Since which version the public sees it, as long as it is not retracted: that which recorded it, or that which
    /// accepted it or lifted its embargo; [`NONE`] if it does not yet.
    pub(crate) public_since: Version,
    /// The version that retracted it; [`NONE`] if it stands.
    pub(crate) retracted: Version,
    /// The chain of its evidence, in the order of recording.
    pub(crate) evidence: u32,
    /// The end of that chain.
    pub(crate) last_evidence: u32,
    /// The next claim of the same entity's properties, or of the same relationship.
    pub(crate) next: u32,
    /// The rank that it was recorded with.
    pub(crate) rank: Rank,
    /// How far it was reviewed when it was recorded.
    pub(crate) review: Review,
}

/// One link in a claim's chain of evidence.
#[derive(Debug, Clone)]
pub(crate) struct EvidenceLink {
    /// A place in the table of evidence, where equal evidence is kept once.
    pub(crate) evidence: u32,
    pub(crate) recorded: Version,
    pub(crate) next: u32,
}

/// What is kept of a relationship.
#[derive(Debug, Clone)]
pub(crate) struct RelationshipRecord {
    pub(crate) relationship_type: RelationshipTypeIndex,
    pub(crate) from: EntityIndex,
    pub(crate) to: EntityIndex,
    /// The chain of its claims, in the order of recording.
    pub(crate) first_claim: u32,
    pub(crate) last_claim: u32,
    /// The claim that the default view shows; [`NONE`] if it shows none.
    pub(crate) winner: u32,
    /// The next relationship with equal type and ends.
    pub(crate) next_parallel: u32,
}

/// A valid time with its bounds as day numbers.
#[derive(Debug, Clone)]
pub(crate) struct ValidRecord {
    pub(crate) time: ValidTime,
    /// The first day on which it may have held.
    pub(crate) from: i32,
    /// The last day on which it may have held.
    pub(crate) to: i32,
    /// The last day on which it can have begun, if that is sure.
    pub(crate) begun_by: i32,
    /// The first day on which it can have ended, if that is sure.
    pub(crate) ended_after: i32,
    /// The key by which the latest start wins.
    pub(crate) start: i32,
}

impl ValidRecord {
    /// Works out the bounds.
    ///
    /// What is not stated does not bound: a claim without a start may always have held. But a
    /// claim that is only attested on a date is shown on that date alone, since nothing on
    /// record says that it held on another.
    pub(crate) fn new(time: ValidTime) -> Self {
        let earliest = |date: &Option<Edtf>| date.as_ref().and_then(Edtf::earliest);
        let attested_only = time.since.is_none() && time.until.is_none();
        let (from, to) = if attested_only {
            (
                earliest(&time.attested),
                time.attested.as_ref().and_then(Edtf::latest),
            )
        } else {
            let to = match &time.until {
                Some(Until::Date(date)) => date.latest(),
                Some(Until::StillHolds) | None => None,
            };
            (earliest(&time.since), to)
        };
        // What is about, or in doubt, makes nothing sure. It began no later than it held or ended, and ended no
        // sooner than it held or began.
        let firm = |date: &Option<Edtf>| date.clone().filter(Edtf::is_firm);
        let (since, attested) = (firm(&time.since), firm(&time.attested));
        let until = match &time.until {
            Some(Until::Date(date)) => firm(&Some(date.clone())),
            Some(Until::StillHolds) | None => None,
        };
        let inside = attested.as_ref().map(Edtf::inside);
        let ends = || [&since, &until].into_iter().flatten();
        let begun_by = ends()
            .filter_map(Edtf::latest)
            .chain(inside.and_then(|(begun, _)| begun))
            .min();
        let ended_after = ends()
            .filter_map(Edtf::earliest)
            .chain(inside.and_then(|(_, ended)| ended))
            .max();
        // Of dates that contradict each other nothing is sure.
        let starts = since.as_ref().and_then(Edtf::earliest);
        let stops = until.as_ref().and_then(Edtf::latest);
        let fits = |early: Option<i32>, late: Option<i32>| !matches!((early, late), (Some(early), Some(late)) if early > late);
        let is_sound = fits(starts, begun_by) && fits(ended_after, stops);
        // A date on which it is only known to have held is not when it began.
        let start = earliest(&time.since);
        Self {
            begun_by: begun_by.filter(|_| is_sound).unwrap_or(i32::MAX),
            ended_after: ended_after.unwrap_or(i32::MIN),
            from: from.unwrap_or(i32::MIN),
            to: to.unwrap_or(i32::MAX),
            start: start.unwrap_or(i32::MIN),
            time,
        }
    }
}

/// What is kept of a transaction.
#[derive(Debug, Clone)]
pub struct TransactionRecord {
    /// When the record learned it.
    pub recorded_at: Timestamp,
    /// Who recorded it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// The hash of what its author sent, where that is known again by a key.
    pub(crate) input: Option<Box<str>>,
    /// The number of its first claim.
    pub(crate) first_claim: u32,
    /// What it touched beside what it added.
    pub(crate) touched: Option<Arc<Touched>>,
    /// Since which version others than editors may see what it did: its own, or that which lifted its embargo; [`NONE`] while
    /// that holds.
    pub(crate) effective: Version,
    /// Since which version the public sees anything that it did, and so may read who did it and why.
    pub(crate) shown_since: Version,
}

/// A rank that a claim got, from a version on.
#[derive(Debug, Clone)]
pub(crate) struct RankChange {
    pub(crate) version: Version,
    pub(crate) rank: Rank,
    pub(crate) reason: Option<String>,
}

/// How far a claim was reviewed, from a version on.
#[derive(Debug, Clone)]
pub(crate) struct ReviewChange {
    pub(crate) version: Version,
    pub(crate) review: Review,
    pub(crate) reason: Option<String>,
}

/// What few claims have, beside the table of claims.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClaimExtras {
    /// The id that the record gave.
    pub(crate) id: Option<ClaimId>,
    /// The ranks it had, in the order of time.
    pub(crate) ranks: Vec<RankChange>,
    /// How it was reviewed since it came, in the order of time.
    pub(crate) reviews: Vec<ReviewChange>,
    /// Why it was retracted.
    pub(crate) retraction: Option<String>,
    /// The annotations that speak of it, and since which version.
    pub(crate) annotations: Vec<(EntityIndex, Version)>,
}

/// The values of a relationship's own properties.
pub(crate) type EdgeProperties = Box<[(PropertyIndex, Value)]>;

/// Evidence as kept, with the source's number beside it.
#[derive(Debug, Clone)]
pub(crate) struct EvidenceRecord {
    pub(crate) evidence: Evidence,
    pub(crate) source: EntityIndex,
    pub(crate) attributed_to: Option<EntityIndex>,
}
