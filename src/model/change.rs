//! Changes: the only vocabulary in which the graph's state moves.

use serde::{Deserialize, Serialize};

use crate::model::citation::Citation;
use crate::model::claim::{Claim, Evidence, Rank};
use crate::model::date::Timestamp;
use crate::model::id::{ClaimId, EntityId};

/// One change of the record. Nothing is overwritten: a correction is a new claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Change {
    /// An entity enters the record. Its type follows from the prefix of its id.
    PutEntity {
        /// The new entity.
        id: EntityId,
    },
    /// An entity has one more id, such as the one by which an imported table knows it. Whoever asks for it
    /// gets the entity.
    AlternateId {
        /// The entity.
        entity: EntityId,
        /// Its other id, of the same type.
        id: EntityId,
    },
    /// A claim is recorded.
    AddClaim {
        /// The claim.
        claim: Box<Claim>,
    },
    /// One more source states, or disputes, a claim.
    AddEvidence {
        /// The claim.
        claim: ClaimId,
        /// What states it.
        evidence: Box<Evidence>,
    },
    /// A claim's rank changes.
    SetRank {
        /// The claim.
        claim: ClaimId,
        /// Its rank from now on.
        rank: Rank,
        /// Why.
        reason: String,
    },
    /// A claim is withdrawn: views from now on do not show it, earlier ones still do.
    Retract {
        /// The claim.
        claim: ClaimId,
        /// Why.
        reason: String,
    },
    /// An annotation speaks of a claim (annotations of entities are relationships).
    AnnotateClaim {
        /// The annotation.
        annotation: EntityId,
        /// The claim.
        claim: ClaimId,
    },
    /// An operation and its answer are kept, so that they can be cited. It says nothing of the record.
    Cite {
        /// What was asked, and of which version.
        citation: Box<Citation>,
    },
}

/// An ordered set of changes, applied whole or not at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    /// When the record learned it; never before the transaction that precedes it.
    pub recorded_at: Timestamp,
    /// Who recorded it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// By what its author knows it again, should it be sent twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency: Option<Idempotency>,
    /// What changes, in order.
    pub changes: Vec<Change>,
}

/// By what a transaction is known again when it is sent twice: a client that got no answer cannot know whether it was
/// recorded, and sends it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Idempotency {
    /// The author's own key for it.
    pub key: String,
    /// The hash of what was sent: blake3, in hexadecimal.
    pub input: String,
}
