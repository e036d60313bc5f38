//! Views: the graph as it was true on a date, as it was known at a moment, as somebody may see it.
//!
//! Every read goes through a view. It is a version of the graph and a lens; narrowing one
//! copies nothing. What is on record now, for anybody, is the default view: it is answered from what
//! was worked out when the graph was sealed.

use std::fmt;

use crate::graph::claims::Lens;
pub use crate::graph::claims::{Audience, Stating};
use crate::graph::records::{
    ClaimIndex, EntityIndex, EvidenceRecord, NONE, RelationshipIndex, Version,
};
use crate::graph::{Graph, Hop};
use crate::model::claim::{Evidence, Rank, Until};
use crate::model::date::{Edtf, Timestamp};
use crate::model::id::EntityId;
use crate::model::ontology::{
    Direction, Ontology, PropertyIndex, RelationshipField, RelationshipTypeIndex, TypeIndex,
    ValueType,
};
use crate::model::value::Value;

/// What a view asks for; `None` is now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clocks {
    /// What was true then.
    pub date: Option<Edtf>,
    /// What was on record then.
    pub known_at: Option<Timestamp>,
    /// What sources published by then state.
    pub published_by: Option<Edtf>,
}

impl Clocks {
    /// Whether this is what is on record now.
    #[must_use]
    pub fn is_now(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Clocks {
    /// The suffix that ids carry in this view: `date=2022-04-20;knownAt=2026-11-02T09:00:00Z`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            self.date.as_ref().map(|date| format!("date={date}")),
            self.known_at
                .as_ref()
                .map(|moment| format!("knownAt={moment}")),
            self.published_by
                .as_ref()
                .map(|date| format!("publishedBy={date}")),
        ];
        formatter.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(";"))
    }
}

impl std::str::FromStr for Clocks {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut clocks = Self::default();
        for part in text.split(';') {
            match part.split_once('=') {
                Some(("date", date)) => {
                    clocks.date = Some(date.parse().map_err(|error| format!("{error}"))?)
                }
                Some(("knownAt", moment)) => {
                    clocks.known_at = Some(moment.parse().map_err(|error| format!("{error}"))?)
                }
                Some(("publishedBy", date)) => {
                    clocks.published_by = Some(date.parse().map_err(|error| format!("{error}"))?)
                }
                _ => {
                    return Err(format!(
                        "{part:?} is no part of a view: expected date=, knownAt= or publishedBy="
                    ));
                }
            }
        }
        Ok(clocks)
    }
}

/// Evidence as a reader sees it.
#[derive(Debug, Clone, Copy)]
pub struct EvidenceView<'a> {
    /// What states the claim.
    pub evidence: &'a Evidence,
    /// The source.
    pub source: EntityIndex,
    /// To whom the source attributes it.
    pub attributed_to: Option<EntityIndex>,
}

/// A version of the graph, seen through the two clocks by an audience.
#[derive(Debug, Clone)]
pub struct View {
    graph: Graph,
    lens: Lens,
    clocks: Clocks,
    /// Whether the lens is the default one, so that what was sealed answers.
    default: bool,
}

impl View {
    /// What is on record now, for anybody.
    #[must_use]
    pub fn now(graph: Graph) -> Self {
        Self {
            lens: graph.lens(),
            clocks: Clocks::default(),
            default: true,
            graph,
        }
    }

    /// The same graph by other clocks.
    #[must_use]
    pub fn at(&self, clocks: Clocks) -> Self {
        let mut view = Self::now(self.graph.clone());
        view.lens.audience = self.lens.audience;
        if let Some(moment) = clocks.known_at {
            view.lens.known = self.graph.version_at(moment);
        }
        let day = |date: &Edtf| {
            (
                date.earliest().unwrap_or(i32::MIN),
                date.latest().unwrap_or(i32::MAX),
            )
        };
        view.lens.date = clocks.date.as_ref().map(day);
        view.lens.published = clocks.published_by.as_ref().map(|date| day(date).1);
        view.clocks = clocks;
        view.default = view.lens == self.graph.lens();
        view
    }

    /// The same view for another audience.
    #[must_use]
    pub fn seen_by(&self, audience: Audience) -> Self {
        let mut view = self.clone();
        view.lens.audience = audience;
        view.default = view.lens == self.graph.lens();
        view
    }

    /// The clocks of this view.
    #[must_use]
    pub fn clocks(&self) -> &Clocks {
        &self.clocks
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

    /// The entity of an id, if it was on record.
    #[must_use]
    pub fn entity(&self, id: &str) -> Option<EntityIndex> {
        self.graph.entity(id).filter(|entity| self.has(*entity))
    }

    /// Whether an entity was on record.
    #[must_use]
    pub fn has(&self, entity: EntityIndex) -> bool {
        self.graph.entities.get(entity.0).recorded <= self.lens.known
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
            return self.graph.sealed.columns[record.entity_type.place()][property.place()]
                .claim(record.local);
        }
        self.graph.winner(entity, property, &self.lens)
    }

    /// The winning value as JSON, where it lies ready.
    #[must_use]
    pub fn packed(&self, entity: EntityIndex, property: PropertyIndex) -> &[u8] {
        let record = self.graph.entities.get(entity.0);
        if self.default && !record.changed {
            return self.graph.sealed.columns[record.entity_type.place()][property.place()]
                .json(record.local);
        }
        &[]
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

    /// The claims that a property's values come from, best first. What is deprecated is not among them.
    #[must_use]
    pub fn standing(&self, entity: EntityIndex, property: PropertyIndex) -> Vec<ClaimIndex> {
        let about = crate::graph::About::Property(property);
        let claims = self
            .graph
            .property_chain(entity)
            .filter(|claim| self.graph.claims.get(claim.0).about == about);
        self.ranked(claims)
    }

    /// The claims that state a relationship, best first.
    #[must_use]
    pub fn standing_relationship(&self, relationship: RelationshipIndex) -> Vec<ClaimIndex> {
        self.ranked(self.graph.relationship_chain(relationship))
    }

    fn ranked(&self, claims: impl Iterator<Item = ClaimIndex>) -> Vec<ClaimIndex> {
        let mut standing: Vec<_> = claims
            .filter(|claim| self.graph.sees(*claim, &self.lens))
            .map(|claim| (self.graph.precedence(claim, self.lens.known), claim))
            .filter(|((rank, _, _), _)| *rank != Rank::Deprecated)
            .collect();
        // By rank first; among equals lists keep the order in which they were recorded.
        standing.sort_by_key(|((rank, _, place), _)| (std::cmp::Reverse(*rank), *place));
        standing.into_iter().map(|(_, claim)| claim).collect()
    }

    /// All claims whose subject is the entity, of any rank, in the order of recording.
    #[must_use]
    pub fn claims(&self, entity: EntityIndex) -> Vec<ClaimIndex> {
        let mut claims: Vec<_> = self.graph.property_chain(entity).collect();
        for field in &self
            .ontology()
            .entity_type(self.type_of(entity))
            .relationships
        {
            if field.direction == Direction::Out {
                for relationship in
                    self.graph
                        .all_relationships(entity, field.relationship, Direction::Out)
                {
                    claims.extend(self.graph.relationship_chain(relationship));
                }
            }
        }
        claims.retain(|claim| self.graph.sees(*claim, &self.lens));
        claims.sort_unstable();
        claims.dedup();
        claims
    }

    /// The claims that cite a source, of any rank, in the order of recording.
    #[must_use]
    pub fn cited(&self, source: EntityIndex) -> Vec<ClaimIndex> {
        let sealed = self.graph.sealed.cited.get(&source).into_iter().flatten();
        let recent = self.graph.recent.cited.get(&source).into_iter().flatten();
        let mut claims: Vec<_> = sealed.chain(recent).copied().collect();
        // A later piece of evidence may be one that this view does not know yet.
        claims.retain(|claim| {
            self.sees(*claim) && self.evidence(*claim).any(|shown| shown.source == source)
        });
        claims.sort_unstable();
        claims.dedup();
        claims
    }

    /// The id of a relationship: that of the claim which stated it first.
    #[must_use]
    pub fn relationship_id(&self, relationship: RelationshipIndex) -> String {
        let first = ClaimIndex(self.graph.relationships.get(relationship.0).first_claim);
        format!(
            "relationship:{}",
            self.graph
                .claim_id(first)
                .as_str()
                .trim_start_matches("claim:")
        )
    }

    /// The relationship of an id that [`View::relationship_id`] gave.
    #[must_use]
    pub fn relationship_of_id(&self, id: &str) -> Option<RelationshipIndex> {
        let claim = self
            .graph
            .claim(&format!("claim:{}", id.strip_prefix("relationship:")?))?;
        match self.graph.about(claim).1 {
            crate::graph::About::Relationship(relationship) => Some(relationship),
            crate::graph::About::Property(_) => None,
        }
    }

    /// Whether a claim is seen in this view.
    #[must_use]
    pub fn sees(&self, claim: ClaimIndex) -> bool {
        self.graph.sees(claim, &self.lens)
    }

    /// A claim's rank in this view, and why it has it.
    #[must_use]
    pub fn rank(&self, claim: ClaimIndex) -> (Rank, Option<&str>) {
        self.graph.rank(claim, self.lens.known)
    }

    /// The evidence of a claim.
    pub fn evidence(&self, claim: ClaimIndex) -> impl Iterator<Item = EvidenceView<'_>> {
        self.graph
            .evidence_of(claim, self.lens.known)
            .map(|record: &EvidenceRecord| EvidenceView {
                evidence: &record.evidence,
                source: record.source,
                attributed_to: record.attributed_to,
            })
    }

    /// The relationships of an entity, of one type in one direction, in the declared order.
    #[must_use]
    pub fn row(
        &self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    ) -> Vec<Hop> {
        let record = self.graph.entities.get(entity.0);
        let rows = &self.graph.sealed.rows[relationship.place()];
        let sealed = rows.row(record.entity_type, record.local, direction);
        let recent = &self.graph.recent;
        let key = (relationship, direction, entity);
        let untouched = !recent.unordered.contains(&(relationship, direction))
            && !recent.rows.contains_key(&key);
        if self.default && untouched && !rows.parallel {
            return sealed.ordered().collect();
        }
        let all: Vec<RelationshipIndex> = self
            .graph
            .all_relationships(entity, relationship, direction)
            .collect();
        let mut shown: Vec<RelationshipIndex> = all
            .into_iter()
            .filter(|found| self.relationship_winner(*found).is_some())
            .collect();
        crate::graph::order::sort_row(self, &mut shown, relationship, direction);
        shown
            .into_iter()
            .map(|found| Hop {
                relationship: found,
                entity: self.graph.far_end(found, direction),
            })
            .collect()
    }

    /// How many relationships a row has, without making it where that is not needed.
    #[must_use]
    pub fn degree(
        &self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    ) -> usize {
        let rows = &self.graph.sealed.rows[relationship.place()];
        let recent = &self.graph.recent;
        if self.default && !rows.parallel && recent.changes == 0 {
            let record = self.graph.entities.get(entity.0);
            return rows.row(record.entity_type, record.local, direction).len();
        }
        self.row(entity, relationship, direction).len()
    }

    /// The claim that wins a relationship.
    #[must_use]
    pub fn relationship_winner(&self, relationship: RelationshipIndex) -> Option<ClaimIndex> {
        if self.default {
            let winner = self.graph.relationships.get(relationship.0).winner;
            return (winner != NONE).then_some(ClaimIndex(winner));
        }
        self.graph.relationship_winner(relationship, &self.lens)
    }

    /// The winner among the relationships of a field that shows one.
    #[must_use]
    pub fn to_one(
        &self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    ) -> Option<Hop> {
        let row = self.row(entity, relationship, direction);
        if row.len() < 2 {
            return row.first().copied();
        }
        row.into_iter().max_by_key(|hop| {
            let winner = self.relationship_winner(hop.relationship);
            winner.map(|claim| self.graph.precedence(claim, self.lens.known))
        })
    }

    /// A relationship's own property.
    #[must_use]
    pub fn edge_value(
        &self,
        relationship: RelationshipIndex,
        property: PropertyIndex,
    ) -> Option<&Value> {
        let claim = self.relationship_winner(relationship)?;
        match self.graph.stating(claim) {
            Stating::Edge(properties) => properties
                .iter()
                .find(|(index, _)| *index == property)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The type and ends of a relationship.
    #[must_use]
    pub fn relationship(
        &self,
        relationship: RelationshipIndex,
    ) -> (RelationshipTypeIndex, EntityIndex, EntityIndex) {
        let record = self.graph.relationships.get(relationship.0);
        (record.relationship_type, record.from, record.to)
    }

    /// When a claim began to hold, as far as it says.
    #[must_use]
    pub fn since(&self, claim: ClaimIndex) -> Option<&Edtf> {
        self.graph.valid_time(claim)?.since.as_ref()
    }

    /// When a claim ceased to hold, as far as it says.
    #[must_use]
    pub fn until(&self, claim: ClaimIndex) -> Option<&Until> {
        self.graph.valid_time(claim)?.until.as_ref()
    }

    /// The label of an entity: its name, or its id.
    #[must_use]
    pub fn label(&self, entity: EntityIndex) -> String {
        let label = self.ontology().entity_type(self.type_of(entity)).label;
        self.value(entity, label)
            .map_or_else(|| self.id(entity).to_string(), Value::label)
    }

    /// Whether claims on a property contradict each other.
    #[must_use]
    pub fn disputed(&self, entity: EntityIndex, property: PropertyIndex) -> bool {
        let claims = self.standing(entity, property);
        let stated = |claim: &ClaimIndex| self.graph.stating(*claim);
        claims
            .windows(2)
            .any(|pair| stated(&pair[0]) != stated(&pair[1]))
            || claims.iter().any(|claim| {
                self.evidence(*claim)
                    .any(|shown| shown.evidence.stance == crate::model::claim::Stance::Disputes)
            })
    }

    /// A step along a relationship in words, in the direction of travel: its two ends, and between them the field that leads from one to the other.
    #[must_use]
    pub fn step_label(&self, relationship: RelationshipIndex, forward: bool) -> String {
        let (index, from, to) = self.relationship(relationship);
        let (start, end, direction) = if forward {
            (from, to, Direction::Out)
        } else {
            (to, from, Direction::In)
        };
        let fields = self.fields(start).iter();
        let field = fields
            .into_iter()
            .find(|field| field.relationship == index && field.direction == direction);
        let name = field.map_or(
            self.ontology().relationship_type(index).name.as_str(),
            |field| field.name.as_str(),
        );
        format!(
            "{} – {} – {}",
            self.label(start),
            crate::model::naming::spaced(name),
            self.label(end)
        )
    }

    /// The relationship fields of an entity's type.
    #[must_use]
    pub fn fields(&self, entity: EntityIndex) -> &[RelationshipField] {
        &self
            .ontology()
            .entity_type(self.type_of(entity))
            .relationships
    }

    /// The type of a property's values.
    #[must_use]
    pub fn value_type(&self, entity: EntityIndex, property: PropertyIndex) -> ValueType {
        self.ontology().entity_type(self.type_of(entity)).properties[property.place()].value_type
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

    /// The relationships of an entity, whoever may see them, in the order of recording.
    pub(crate) fn all_relationships(
        &self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    ) -> impl Iterator<Item = RelationshipIndex> + '_ {
        let record = self.entities.get(entity.0);
        let rows = [
            &self.sealed.rows[relationship.place()],
            &self.sealed.history[relationship.place()],
        ];
        let recent = self.recent.rows.get(&(relationship, direction, entity));
        rows.into_iter()
            .flat_map(move |rows| {
                let row = rows.row(record.entity_type, record.local, direction);
                row.ordered()
                    .flat_map(|hop| self.parallel(Some(hop.relationship)))
            })
            .chain(recent.into_iter().flatten().copied())
    }

    /// The end of a relationship that a direction leads to.
    pub(crate) fn far_end(
        &self,
        relationship: RelationshipIndex,
        direction: Direction,
    ) -> EntityIndex {
        let record = self.relationships.get(relationship.0);
        match direction {
            Direction::Out => record.to,
            Direction::In => record.from,
        }
    }
}
