//! Feeds as data: what a news reader shows, without the way in which it is written.

use serde_json::Value;

use crate::graph::history::{ClaimChange, Entry};
use crate::graph::records::{About, ClaimIndex, Version};
use crate::graph::view::{EvidenceView, Stating, View};
use crate::model::date::Timestamp;
use crate::model::naming;
use crate::model::ontology::Direction;

/// What a feed is of.
#[derive(Debug, Clone)]
pub enum FeedOf {
    /// What changes of an entity.
    Entity {
        /// Its id.
        id: String,
    },
    /// What changes of all that a search finds.
    Search {
        /// The words.
        text: String,
        /// Only of these types.
        types: Option<Vec<String>>,
        /// Only those that fit, as `where` of the search has it.
        filter: Value,
    },
    /// What changes of the commitments in the ledger.
    Ledger {
        /// Only those that fit, as `where` of the ledger has it.
        filter: Value,
    },
}

impl FeedOf {
    /// What it is called where it is not called after an entity.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Entity { id } => id.clone(),
            Self::Search { text, .. } => format!("“{text}”"),
            Self::Ledger { .. } => "Who committed to what".to_owned(),
        }
    }
}

/// Which part of a feed to show.
#[derive(Debug, Clone, Copy)]
pub struct FeedPage {
    /// So many transactions.
    pub first: usize,
    /// Those before this version.
    pub before: Option<Version>,
}

/// A page of a feed.
#[derive(Debug, Clone)]
pub struct Feed {
    /// What it is called.
    pub title: String,
    /// The hash of the record's beginning: it tells records apart.
    pub record: String,
    /// When anything of it changed last; when the record began, where nothing did. `None` of an empty record.
    pub updated: Option<Timestamp>,
    /// The transactions, the newest first.
    pub stories: Vec<Story>,
    /// Whether there are older ones.
    pub has_next: bool,
}

/// What a transaction changed.
#[derive(Debug, Clone)]
pub struct Story {
    /// Its number.
    pub version: Version,
    /// The hash that vouches for the record up to it.
    pub hash: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Who recorded it.
    pub author: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The entities that it changed: their ids and names.
    pub entities: Vec<(String, String)>,
    /// What it changed.
    pub changes: Vec<FeedChange>,
    /// How many more changes there are.
    pub more: usize,
}

/// One change in words.
#[derive(Debug, Clone)]
pub struct FeedChange {
    /// What happened: `gained`.
    pub kind: String,
    /// To what: whose property or relationship.
    pub subject: String,
    /// What the claim states.
    pub value: String,
    /// What was shown there before, if that was something else.
    pub before: Option<String>,
    /// What is shown there since, if that is something else.
    pub after: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The passages that it rests on.
    pub passages: Vec<Passage>,
}

/// A passage of a source.
#[derive(Debug, Clone)]
pub struct Passage {
    /// The words, where they are quoted.
    pub quote: Option<String>,
    /// What the source is called.
    pub source: String,
    /// Where it is found.
    pub url: Option<String>,
}

/// How many changes of a transaction are told one by one, and how many passages of a change.
const MOST_CHANGES: usize = 50;
const MOST_PASSAGES: usize = 3;

impl Story {
    /// The story of a transaction, as the view of its version sees it.
    pub(crate) fn of(view: &View, entry: &Entry, hash: String) -> Option<Self> {
        let transaction = view.transaction(entry.version)?;
        let entities = view.affected(entry).into_iter();
        let entities = entities.map(|entity| (view.id(entity).to_string(), view.label(entity)));
        let changes = entry.changes.iter().take(MOST_CHANGES);
        Some(Self {
            version: entry.version,
            hash,
            recorded_at: transaction.recorded_at,
            author: transaction.author.map(str::to_owned),
            reason: transaction.reason.map(str::to_owned),
            entities: entities.take(MOST_CHANGES).collect(),
            changes: changes.map(|change| FeedChange::of(view, change)).collect(),
            more: entry.changes.len().saturating_sub(MOST_CHANGES),
        })
    }
}

impl FeedChange {
    fn of(view: &View, change: &ClaimChange) -> Self {
        let claim = change.claim;
        let value = value(view, claim);
        let shown = |version: Version| {
            let shown = view.in_place_of(claim, version)?;
            Some(self::value(view, shown))
        };
        let (before, after) = (
            shown(change.version.saturating_sub(1)),
            shown(change.version),
        );
        let kind = naming::spaced(change.kind.name());
        let kind = match view.given_rank(change) {
            Some((rank, _)) => format!("{kind} {}", naming::spaced(rank.name())),
            None => kind,
        };
        let evidence: Vec<_> = match view.given_evidence(change) {
            Some(added) => vec![added],
            None => view.evidence(claim).take(MOST_PASSAGES).collect(),
        };
        Self {
            kind,
            subject: subject(view, claim),
            before: before.filter(|before| *before != value),
            after: after.filter(|after| *after != value),
            value,
            reason: view.given_reason(change).map(str::to_owned),
            passages: evidence
                .iter()
                .map(|shown| Passage::of(view, shown))
                .collect(),
        }
    }
}

impl Passage {
    fn of(view: &View, shown: &EvidenceView<'_>) -> Self {
        let quote = shown.evidence.quote.as_ref();
        let declared = view.ontology().entity_type(view.type_of(shown.source));
        let url = declared.property("url");
        let url = url.and_then(|(property, _)| view.value(shown.source, property));
        Self {
            quote: quote.map(|quote| quote.exact.clone()),
            source: view.label(shown.source),
            url: url.map(|url| url.label()),
        }
    }
}

/// What a claim states, in words.
fn value(view: &View, claim: ClaimIndex) -> String {
    let graph = view.graph();
    match (graph.stating(claim), graph.about(claim).1) {
        (Stating::Value(value), _) => value.label(),
        (_, About::Relationship(relationship)) => view.label(view.relationship(relationship).2),
        (Stating::None, _) => "none".to_owned(),
        (Stating::Unknown | Stating::Edge(_), _) => "not known".to_owned(),
    }
}

/// Whose property or relationship a claim is on, in words.
fn subject(view: &View, claim: ClaimIndex) -> String {
    let (subject, about) = view.graph().about(claim);
    let field = match about {
        About::Property(property) => {
            let declared = view.ontology().entity_type(view.type_of(subject));
            declared.properties[property.place()].name.as_str()
        }
        About::Relationship(relationship) => {
            let (index, from, _) = view.relationship(relationship);
            view.field_name(from, index, Direction::Out)
        }
    };
    format!("{} – {}", view.label(subject), naming::spaced(field))
}
