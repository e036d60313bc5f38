//! A transaction that is yet to be laid onto a graph.

use serde_json::Value;

use super::reader::{InputPath, Problem, Reader};
use crate::graph::view::Stating;
use crate::graph::{Graph, Version};
use crate::model::change::{Change, Transaction};
use crate::model::claim::{
    Assertion, Claim, Evidence, Modality, Quote, Rank, Review, Stance, Stated, ValidTime,
};
use crate::model::date::Timestamp;
use crate::model::id::EntityId;
use crate::model::ontology::Ontology;
use crate::model::value::Value as ClaimValue;

/// What is said of a transaction beside its changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Terms {
    /// Why.
    pub(crate) reason: String,
    /// Whether an editor is to decide on what is new.
    pub(crate) propose: bool,
    /// The version that it was made for.
    pub(crate) expect_version: Option<Version>,
    /// Under which a repetition is known.
    pub(crate) idempotency_key: Option<String>,
    /// Whether only to show what would come of it.
    pub(crate) dry_run: bool,
    /// Until when only editors see it.
    pub(crate) visible_from: Option<Timestamp>,
}

/// A step of a draft.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// An entity is put on record, unless it is there.
    Entity(EntityId),
    /// A change as it stands.
    Change(Change),
    /// A document is put on record as a source, unless one with its address is there.
    Document(Document),
}

/// A document that is known by its address.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// The id that it gets, if it has none yet.
    pub(super) id: EntityId,
    pub(super) url: String,
    pub(super) title: Option<String>,
}

/// A transaction as somebody wants it, with the place that each change came from.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) terms: Terms,
    pub(super) steps: Vec<(InputPath, Step)>,
}

impl Draft {
    /// Reads the input of `recordChanges`.
    ///
    /// # Errors
    /// All mistakes, each with its place.
    pub(crate) fn changes(ontology: &Ontology, input: &Value) -> Result<Self, Vec<Problem>> {
        Self::read(ontology, |reader| reader.transaction(input))
    }

    /// Reads the input of `recordFact`.
    ///
    /// # Errors
    /// All mistakes, each with its place.
    pub(crate) fn fact(ontology: &Ontology, input: &Value) -> Result<Self, Vec<Problem>> {
        Self::read(ontology, |reader| reader.fact(input))
    }

    fn read(
        ontology: &Ontology,
        read: impl FnOnce(&mut Reader<'_>) -> Option<Self>,
    ) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::new(ontology);
        let draft = read(&mut reader);
        let problems = reader.into_problems();
        match draft {
            Some(draft) if problems.is_empty() => Ok(draft),
            _ => Err(problems),
        }
    }

    /// How many changes it makes at the most.
    pub(crate) fn len(&self) -> usize {
        self.steps.len()
    }

    /// Where it asks for more than a proposal: an embargo, or the first change that is no claim.
    pub(crate) fn beyond_proposing(&self) -> Option<InputPath> {
        if self.terms.visible_from.is_some() {
            return Some(InputPath::argument("visibleFrom"));
        }
        let more = |(_, step): &&(InputPath, Step)| matches!(step, Step::Change(change) if !matches!(change, Change::AddClaim { .. }));
        self.steps.iter().find(more).map(|(place, _)| place.clone())
    }

    /// The transaction that it is on a graph, and the place that each of its changes came from.
    pub(crate) fn onto(
        &self,
        graph: &Graph,
        author: &str,
        recorded_at: Timestamp,
    ) -> (Transaction, Vec<InputPath>) {
        let mut laying = Laying {
            graph,
            review: match self.terms.propose {
                true => Review::Proposed,
                false => Review::Accepted,
            },
            put: Vec::new(),
            renamed: Vec::new(),
            changes: Vec::new(),
            places: Vec::new(),
        };
        for (place, step) in &self.steps {
            laying.step(place, step);
        }
        let transaction = Transaction {
            recorded_at,
            author: author.to_owned(),
            reason: self.terms.reason.clone(),
            idempotency: None,
            visible_from: self.terms.visible_from,
            changes: laying.changes,
        };
        (transaction, laying.places)
    }
}

/// A draft while it is laid onto a graph.
struct Laying<'a> {
    graph: &'a Graph,
    review: Review,
    /// The entities that it puts.
    put: Vec<EntityId>,
    /// Documents that turned out to be on record, or whose id was taken: the id in the draft, and the one to use.
    renamed: Vec<(EntityId, EntityId)>,
    changes: Vec<Change>,
    places: Vec<InputPath>,
}

impl Laying<'_> {
    fn step(&mut self, place: &InputPath, step: &Step) {
        match step {
            Step::Entity(id) => self.entity(place, id),
            Step::Document(document) => self.document(place, document),
            Step::Change(change) => {
                let mut change = change.clone();
                if let Change::AddClaim { claim } = &mut change {
                    claim.review = self.review;
                    for evidence in &mut claim.evidence {
                        self.rename(&mut evidence.source);
                    }
                }
                self.add(place, change);
            }
        }
    }

    fn add(&mut self, place: &InputPath, change: Change) {
        self.changes.push(change);
        self.places.push(place.clone());
    }

    fn entity(&mut self, place: &InputPath, id: &EntityId) {
        if self.graph.entity(id.as_str()).is_none() && !self.put.contains(id) {
            self.put.push(id.clone());
            self.add(place, Change::PutEntity { id: id.clone() });
        }
    }

    fn rename(&self, id: &mut EntityId) {
        if let Some((_, now)) = self.renamed.iter().find(|(before, _)| before == id) {
            id.clone_from(now);
        }
    }

    /// The source of a document's address; where there is none, it is put, with what is known of it on its own word.
    fn document(&mut self, place: &InputPath, document: &Document) {
        if let Some(known) = self.source_at(&document.url) {
            self.renamed.push((document.id.clone(), known));
            return;
        }
        let id = self.free_id(&document.id);
        if id != document.id {
            self.renamed.push((document.id.clone(), id.clone()));
        }
        self.entity(place, &id);
        let said = [
            ("url", Some(ClaimValue::Url(document.url.clone()))),
            ("title", document.title.clone().map(ClaimValue::Text)),
        ];
        for (property, value) in said {
            let Some(value) = value else { continue };
            let claim = Claim {
                id: None,
                subject: id.clone(),
                statement: Assertion::Property {
                    property: property.to_owned(),
                    stated: Stated::Value(value),
                },
                valid: ValidTime::default(),
                rank: Rank::Normal,
                rank_reason: None,
                review: self.review,
                evidence: vec![plain_evidence(id.clone(), None)],
            };
            self.add(
                place,
                Change::AddClaim {
                    claim: Box::new(claim),
                },
            );
        }
    }

    /// The source that has an address.
    fn source_at(&self, url: &str) -> Option<EntityId> {
        let graph = self.graph;
        let source = graph.ontology().type_named("Source")?;
        let has_it = |entity| {
            graph.type_of(entity) == source
                && graph
                    .property_chain(entity)
                    .any(|claim| matches!(graph.stating(claim), Stating::Value(ClaimValue::Url(found)) if found == url))
        };
        let found = graph
            .with_text(url)
            .into_iter()
            .find(|entity| has_it(*entity))?;
        Some(graph.id(found).clone())
    }

    /// The id, with a number at its end if it is taken.
    fn free_id(&self, id: &EntityId) -> EntityId {
        let is_free =
            |id: &EntityId| self.graph.entity(id.as_str()).is_none() && !self.put.contains(id);
        let numbered = (2..1000).filter_map(|number| format!("{id}-{number}").parse().ok());
        std::iter::once(id.clone())
            .chain(numbered)
            .find(is_free)
            .unwrap_or_else(|| id.clone())
    }
}

/// What a source itself states.
pub(super) fn plain_evidence(source: EntityId, quote: Option<String>) -> Evidence {
    Evidence {
        source,
        quote: quote.map(|exact| Quote {
            exact,
            prefix: None,
            suffix: None,
        }),
        as_stated: None,
        attributed_to: None,
        attributed_as: None,
        modality: Modality::Firsthand,
        stance: Stance::Supports,
        flags: Vec::new(),
        note: None,
    }
}
