//! Relationships in a view: rows, winners, labels.

use crate::graph::claims::Stating;
use crate::graph::records::{About, ClaimIndex, EntityIndex, NONE, RelationshipIndex};
use crate::graph::view::View;
use crate::graph::{Graph, Hop, order};
use crate::model::naming;
use crate::model::ontology::{Direction, PropertyIndex, RelationshipField, RelationshipTypeIndex};
use crate::model::value::Value;

impl View {
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
            About::Relationship(relationship) => Some(relationship),
            About::Property(_) => None,
        }
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
        order::sort_row(self, &mut shown, relationship, direction);
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
            naming::spaced(name),
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
}

impl Graph {
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
