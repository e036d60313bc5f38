//! Views: the graph as it was true on a date, as it was known at a moment, as somebody may see it.
//!
//! Every read goes through a view. It is a version of the graph and a lens; narrowing one
//! copies nothing. What is on record now, for anybody, is the default view: it is answered from what
//! was worked out when the graph was sealed.

mod claims;
mod clocks;
mod relationships;

pub use claims::EvidenceView;
pub use clocks::{Certainty, Clocks};

use std::borrow::Cow;
use std::sync::Arc;

use crate::graph::claims::Lens;
pub use crate::graph::claims::{Audience, Stating};
use crate::graph::prefix::Prefix;
use crate::graph::records::{ClaimIndex, EntityIndex, Version};
use crate::graph::{Graph, PackedRecord};
use crate::model::date::{Edtf, Timestamp};
use crate::model::id::EntityId;
use crate::model::ontology::{Ontology, PropertyIndex, TypeIndex};
use crate::model::value::Value;

/// A version of the graph, seen through the two clocks by an audience.
#[derive(Debug, Clone)]
pub struct View {
    graph: Arc<Graph>,
    lens: Lens,
    clocks: Clocks,
    /// Whether the lens is the default one, so that what was sealed answers.
    default: bool,
    /// The version that it is held to, whatever comes later.
    pinned: Option<Version>,
}

/// A transaction as a reader sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionView<'a> {
    /// When the record learned it.
    pub recorded_at: Timestamp,
    /// Who recorded it, for those who may know.
    pub author: Option<&'a str>,
    /// Why, for those who may know.
    pub reason: Option<&'a str>,
}

impl View {
    /// What is on record now, for anybody.
    #[must_use]
    pub fn now(graph: impl Into<Arc<Graph>>) -> Self {
        let graph = graph.into();
        Self {
            lens: graph.lens(),
            clocks: Clocks::default(),
            default: true,
            pinned: None,
            graph,
        }
    }

    /// The same graph by other clocks.
    #[must_use]
    pub fn at(&self, clocks: Clocks) -> Self {
        let mut view = Self::now(Arc::clone(&self.graph));
        view.lens.audience = self.lens.audience;
        view.pinned = self.pinned;
        if let Some(moment) = clocks.known_at {
            view.lens.known = self.graph.version_at(moment);
        }
        if let Some(version) = self.pinned {
            view.lens.known = view.lens.known.min(version);
        }
        let day = |date: &Edtf| {
            (
                date.earliest().unwrap_or(i32::MIN),
                date.latest().unwrap_or(i32::MAX),
            )
        };
        view.lens.date = clocks.date.as_ref().map(day);
        view.lens.certain = clocks.date.is_some() && clocks.certainty == Certainty::Certain;
        view.lens.published = clocks.published_by.as_ref().map(|date| day(date).1);
        view.clocks = clocks;
        view.default = view.is_everything();
        view
    }

    /// The same view as of a version, no matter what came or will come after it.
    ///
    /// It is answered from the claims even where what was sealed would do, so that it reads the same
    /// in the same way when the record has grown.
    #[must_use]
    pub fn as_of(&self, version: Version) -> Self {
        let mut view = self.clone();
        view.lens.known = view.lens.known.min(version);
        view.pinned = Some(version);
        view.default = false;
        view
    }

    /// The same view without a date.
    pub(crate) fn undated(&self) -> Self {
        let mut view = self.clone();
        view.lens.date = None;
        view.lens.certain = false;
        view.default = view.is_everything();
        view
    }

    /// Whether what was sealed has the answers.
    fn is_everything(&self) -> bool {
        self.pinned.is_none() && self.lens == self.graph.lens()
    }

    /// The same view for another audience.
    #[must_use]
    pub fn seen_by(&self, audience: Audience) -> Self {
        let mut view = self.clone();
        view.lens.audience = audience;
        view.default = view.is_everything();
        view
    }

    /// The clocks of this view.
    #[must_use]
    pub fn clocks(&self) -> &Clocks {
        &self.clocks
    }

    /// Whether this is what is on record now, for anybody: what was sealed answers then.
    pub(crate) fn is_default(&self) -> bool {
        self.default
    }

    /// Who is asking.
    #[must_use]
    pub fn audience(&self) -> Audience {
        self.lens.audience
    }

    /// The graph below.
    #[must_use]
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The ontology.
    #[must_use]
    pub fn ontology(&self) -> &Ontology {
        &self.graph.ontology
    }

    /// The last version that this view knows.
    #[must_use]
    pub fn known(&self) -> Version {
        self.lens.known
    }

    /// The entity of an id, if it was on record, and known by that id.
    #[must_use]
    pub fn entity(&self, id: &str) -> Option<EntityIndex> {
        if let Some((entity, since)) = self.graph.alternate(id) {
            let is_known = self.graph.in_effect(since, &self.lens);
            return (is_known && self.has(entity)).then_some(entity);
        }
        self.graph.entity(id).filter(|entity| self.has(*entity))
    }

    /// Whether an entity was on record, for the audience; by the date of publication, whether any claim on it was
    /// published by then.
    #[must_use]
    pub fn has(&self, entity: EntityIndex) -> bool {
        let record = self.graph.entities.get(entity.0);
        self.graph.entity_since(record, self.lens.audience) <= self.lens.known
            && (self.lens.published.is_none() || self.claims_on(entity).next().is_some())
    }

    /// What this view looks through.
    pub(crate) fn lens(&self) -> &Lens {
        &self.lens
    }

    /// A transaction that this view knows. Who did it and why is told to those who may see anything that it did.
    #[must_use]
    pub fn transaction(&self, version: Version) -> Option<TransactionView<'_>> {
        let known = version <= self.lens.known;
        let found = self.graph.transaction(version).filter(|_| known)?;
        let is_told = self.graph.in_effect(version, &self.lens)
            && (self.lens.audience != Audience::Public || found.shown_since <= self.lens.known);
        Some(TransactionView {
            recorded_at: found.recorded_at,
            author: is_told.then_some(found.author.as_str()),
            reason: is_told.then_some(found.reason.as_str()),
        })
    }

    /// The id of an entity, as it is outside of views.
    #[must_use]
    pub fn id(&self, entity: EntityIndex) -> &EntityId {
        self.graph.id(entity)
    }

    /// The type of an entity.
    #[must_use]
    pub fn type_of(&self, entity: EntityIndex) -> TypeIndex {
        self.graph.type_of(entity)
    }

    /// The entities of a type, in the order of recording.
    pub fn entities_of(&self, entity_type: TypeIndex) -> impl Iterator<Item = EntityIndex> + '_ {
        self.graph
            .entities_of(entity_type)
            .filter(|entity| self.has(*entity))
    }

    /// The claim that wins a property.
    #[must_use]
    pub fn winner(&self, entity: EntityIndex, property: PropertyIndex) -> Option<ClaimIndex> {
        let record = self.graph.entities.get(entity.0);
        if self.default && !record.changed {
            return self.graph.sealed.packed[record.entity_type.place()]
                .winner(record.local, property);
        }
        self.graph.winner(entity, property, &self.lens)
    }

    /// The id and the winning values as JSON, where they lie ready.
    #[inline]
    #[must_use]
    pub fn packed(&self, entity: EntityIndex) -> Option<PackedRecord<'_>> {
        let record = self.graph.entities.get(entity.0);
        if !self.default || record.changed {
            return None;
        }
        self.graph.sealed.packed[record.entity_type.place()].record(record.local)
    }

    /// Reads what [`View::packed`] gives of several entities, so that it is at hand when they are
    /// written one after the other: here the processor can wait for all of their memory at once.
    pub fn read_ahead(&self, entities: impl Iterator<Item = EntityIndex>) {
        let first = |entity| self.packed(entity)?.id().first().copied();
        let read = entities.fold(0, |read, entity| read ^ first(entity).unwrap_or(0));
        std::hint::black_box(read);
    }

    /// What the winning value sorts by, as far as a number can say, where that lies ready.
    #[inline]
    pub(crate) fn packed_prefix(
        &self,
        entity: EntityIndex,
        property: PropertyIndex,
    ) -> Option<Prefix> {
        let record = self.graph.entities.get(entity.0);
        (self.default && !record.changed).then(|| {
            self.graph.sealed.prefixes[record.entity_type.place()][property.place()]
                .of(record.local)
        })
    }

    /// The year in which the winning date begins, and the month from 1, or 0 where that is not known; where it lies ready.
    #[inline]
    #[must_use]
    pub fn begins(&self, entity: EntityIndex, property: PropertyIndex) -> Option<(i16, u8)> {
        let record = self.graph.entities.get(entity.0);
        if !self.default || record.changed {
            return None;
        }
        self.graph.sealed.packed[record.entity_type.place()].begins(record.local, property)
    }

    /// The winning value; the ontology's default where no claim says anything.
    #[must_use]
    pub fn value(&self, entity: EntityIndex, property: PropertyIndex) -> Option<&Value> {
        match self.winner(entity, property) {
            Some(claim) => match self.graph.stating(claim) {
                Stating::Value(value) => Some(value),
                _ => None,
            },
            None => {
                let declared = self.ontology().entity_type(self.type_of(entity));
                declared.properties[property.place()].default.as_ref()
            }
        }
    }

    /// The name of an entity: the value of its label, or its id; borrowed where it lies there as a text.
    #[must_use]
    pub fn name(&self, entity: EntityIndex) -> Cow<'_, str> {
        let label = self.ontology().entity_type(self.type_of(entity)).label;
        self.value(entity, label)
            .map_or_else(|| Cow::Borrowed(self.id(entity).as_str()), Value::words)
    }

    /// The name of an entity, for keeping.
    #[must_use]
    pub fn label(&self, entity: EntityIndex) -> String {
        self.name(entity).into_owned()
    }
}

impl Graph {
    /// The version that was current at a moment: all that was recorded until then.
    #[must_use]
    pub fn version_at(&self, moment: Timestamp) -> Version {
        // Transactions are ordered by time, so that the known ones are a prefix.
        let (mut known, mut above) = (0, self.version());
        while known < above {
            let middle = known + (above - known) / 2;
            if self.transactions.get(middle).recorded_at <= moment {
                known = middle + 1;
            } else {
                above = middle;
            }
        }
        known
    }
}
