//! Claims: the atoms of the record, each with the evidence that states it.

use serde::{Deserialize, Serialize};

use crate::model::date::Edtf;
use crate::model::id::{ClaimId, EntityId};
use crate::model::value::Value;
use crate::model::words::words;

words! {
    /// Which of several claims is shown first (the ranks of Wikidata).
    Rank {
        /// Known to be wrong or superseded; kept with the reason.
        Deprecated = "DEPRECATED",
        /// As it came.
        Normal = "NORMAL",
        /// The best that is known.
        Preferred = "PREFERRED",
    }
}

words! {
    /// How far an editor has looked at a claim.
    Review {
        /// On the record.
        Accepted = "ACCEPTED",
        /// Waiting for an editor; only editors see it.
        Proposed = "PROPOSED",
        /// Refused by an editor; only editors see it.
        Rejected = "REJECTED",
    }
}

words! {
    /// How the source knows.
    Modality {
        /// The source saw or did it itself, or states it outright.
        Firsthand = "FIRSTHAND",
        /// The source reports what another one said.
        Reported = "REPORTED",
        /// The source announces what is to come.
        Planned = "PLANNED",
    }
}

words! {
    /// Whether the evidence speaks for the claim or against it.
    Stance {
        /// For it.
        Supports = "SUPPORTS",
        /// Against it.
        Disputes = "DISPUTES",
    }
}

words! {
    /// What a reader must know about a piece of evidence.
    Flag {
        /// A name is misspelled in the source.
        Misspelled = "MISSPELLED",
        /// The source does not say it outright: it was inferred, the note says how.
        Inferred = "INFERRED",
        /// The source can be read in more than one way.
        Ambiguous = "AMBIGUOUS",
        /// The source is a translation, and the word is translated wrongly.
        Mistranslated = "MISTRANSLATED",
        /// The wording is broken, the meaning was restored.
        Garbled = "GARBLED",
        /// Words are left out of a quotation.
        Elided = "ELIDED",
        /// A quotation was translated and translated back.
        BackTranslated = "BACK_TRANSLATED",
        /// The source gives a date relative to another one: "last year".
        RelativeDate = "RELATIVE_DATE",
        /// The source does not name whom it speaks of.
        Unnamed = "UNNAMED",
        /// The source gives no more than an impression.
        Vague = "VAGUE",
        /// It is not settled whom or what the source means.
        Unresolved = "UNRESOLVED",
        /// The source calls the figure an estimate.
        Estimated = "ESTIMATED",
        /// The source is weak: a hobby site, an aggregator.
        WeakSource = "WEAK_SOURCE",
    }
}

/// A passage of a source, by its words and the words around it (W3C `TextQuoteSelector`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quote {
    /// The words themselves.
    pub exact: String,
    /// The words just before them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// The words just after them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
}

/// What states a claim: a source, and how it states it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Evidence {
    /// The source.
    pub source: EntityId,
    /// The passage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// The source's own wording of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_stated: Option<String>,
    /// The entity to whom the source attributes the statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributed_to: Option<EntityId>,
    /// To whom the source attributes it, in the source's words: "official figures".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributed_as: Option<String>,
    /// How the source knows.
    pub modality: Modality,
    /// For or against.
    pub stance: Stance,
    /// What a reader must know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// An editor's word on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// When a claim was true.
///
/// A start or end that is not stated is `None`; an open end (`..`) says that the claim still
/// held when it was stated; `attested` is a date on which it is known to have held, with neither
/// start nor end.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidTime {
    /// When it began to hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Edtf>,
    /// When it ceased to hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Until>,
    /// A date on which it held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attested: Option<Edtf>,
}

/// The end of a valid time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Until {
    /// `..`: it still holds.
    StillHolds,
    /// It ceased then.
    Date(Edtf),
}

impl TryFrom<String> for Until {
    type Error = crate::model::date::EdtfError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            ".." => Ok(Self::StillHolds),
            date => date.parse().map(Self::Date),
        }
    }
}

impl From<Until> for String {
    fn from(until: Until) -> Self {
        match until {
            Until::StillHolds => "..".into(),
            Until::Date(date) => date.to_string(),
        }
    }
}

/// What a claim says of its subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Assertion {
    /// A property has a value, has none, or has one that is not known.
    Property {
        /// The property's name.
        property: String,
        /// What is stated of it.
        stated: Stated,
    },
    /// A relationship leads to another entity.
    Relationship {
        /// The relationship type's name: `MADE_BY`.
        relationship: String,
        /// The entity at its far end.
        object: EntityId,
        /// The relationship's own properties, by name.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        properties: Vec<(String, Value)>,
    },
}

/// What a source says of a property.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Stated {
    /// It has this value.
    Value(Value),
    /// The source says that there is none.
    None,
    /// The source says that it is not known.
    Unknown,
}

/// One recorded fact, as a change brings it in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Claim {
    /// Its id, where the record gives one; else it is made of the transaction and the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ClaimId>,
    /// The entity it is about.
    pub subject: EntityId,
    /// What it says.
    pub statement: Assertion,
    /// When it was true.
    #[serde(default)]
    pub valid: ValidTime,
    /// Its rank among the claims on the same matter.
    pub rank: Rank,
    /// Why it has that rank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank_reason: Option<String>,
    /// How far an editor has looked at it.
    pub review: Review,
    /// What states it.
    pub evidence: Vec<Evidence>,
}
