//! Changes: the only vocabulary in which the graph's state moves.
//!
//! Two things keep what a transaction brings from the public for a while. A claim may come as a proposal: it is public
//! once it is accepted. And a whole transaction may be under embargo ([`Transaction::visible_from`]): nothing that it
//! does shows to the public before another transaction lifts the embargo ([`Change::Release`]). Until then only those see it who
//! may: contributors see proposals, editors see both. Each change says what that means for it.

use serde::{Deserialize, Serialize};

use crate::model::citation::Citation;
use crate::model::claim::{Claim, Evidence, Rank, Review};
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
    ///
    /// The public sees it at once, unless its transaction is under embargo, or proposes it: that is so where the transaction's claims
    /// on the entity, or all of its claims, are not accepted. Such an entity is public as soon as a public claim names it: as its subject or
    /// object, in a value, or in evidence.
    PutEntity {
        /// The new entity.
        id: EntityId,
    },
    /// An entity has one more id, such as the one by which an imported table knows it. Whoever asks for it
    /// gets the entity; under embargo, whoever may see that.
    AlternateId {
        /// The entity.
        entity: EntityId,
        /// Its other id, of the same type.
        id: EntityId,
    },
    /// A claim is recorded. It is public once it is accepted and its embargo, if it has one, is lifted.
    AddClaim {
        /// The claim.
        claim: Box<Claim>,
    },
    /// One more source states, or disputes, a claim. The public sees it with the claim, and no sooner than its own embargo is
    /// lifted. It is not reviewed: who may only propose states the claim anew.
    AddEvidence {
        /// The claim.
        claim: ClaimId,
        /// What states it.
        evidence: Box<Evidence>,
    },
    /// A claim's rank changes; for the public, once its embargo is lifted. Of several ranks the one that was recorded last counts.
    SetRank {
        /// The claim.
        claim: ClaimId,
        /// Its rank from now on.
        rank: Rank,
        /// Why.
        reason: String,
    },
    /// A claim is withdrawn: views from now on do not show it, earlier ones still do. Under embargo the public still sees the claim
    /// until that is lifted.
    Retract {
        /// The claim.
        claim: ClaimId,
        /// Why.
        reason: String,
    },
    /// An editor accepts or rejects a claim that was proposed, or accepts one after all that was rejected. An accepted claim
    /// is retracted, not rejected. Under embargo it is accepted for the public once that is lifted.
    Review {
        /// The claim.
        claim: ClaimId,
        /// `ACCEPTED` or `REJECTED`.
        review: Review,
        /// Why, where somebody says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The embargo of an earlier transaction is lifted: what it did is public from now on, not from then on. This cannot
    /// itself be under embargo.
    Release {
        /// The number of that transaction.
        version: u32,
    },
    /// An annotation speaks of a claim (annotations of entities are relationships). The public sees so where it sees both,
    /// and no sooner than the embargo is lifted.
    AnnotateClaim {
        /// The annotation.
        annotation: EntityId,
        /// The claim.
        claim: ClaimId,
    },
    /// An operation and its answer are kept, so that they can be cited. It says nothing of the record, and cannot be under
    /// embargo.
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
    /// Until when the public is not to see what it does: an embargo. It holds until a transaction lifts it
    /// ([`Change::Release`]), which the store writes when it is due; a moment that is not after `recorded_at` makes no embargo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_from: Option<Timestamp>,
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

impl Transaction {
    /// Whether the public is to see what it does later than it is recorded.
    #[must_use]
    pub fn is_embargoed(&self) -> bool {
        self.visible_from
            .is_some_and(|moment| moment > self.recorded_at)
    }
}
