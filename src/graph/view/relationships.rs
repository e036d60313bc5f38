//! Relationships in a view: rows, winners, labels.

use crate::graph::adjacency::{Ordered, SealedRow};
use crate::graph::backwards::Backwards;
use crate::graph::claims::Stating;
use crate::graph::records::{About, ClaimIndex, EntityIndex, NONE, RelationshipIndex};
use crate::graph::term::Term;
use crate::graph::view::View;
use crate::graph::{Graph, Hop, order};
use crate::model::naming;
use crate::model::ontology::{Direction, PropertyIndex, RelationshipField, RelationshipTypeIndex};
use crate::model::value::Value;

/// The relationships of a row, in order.
#[derive(Debug, Clone)]
pub enum Row<'a> {
    /// As they were sealed.
    Sealed(Ordered<'a>),
    /// Put together for this view.
    Made(std::vec::IntoIter<Hop>),
}

impl Iterator for Row<'_> {
    type Item = Hop;

    #[inline]
    fn next(&mut self) -> Option<Hop> {
        match self {
            Self::Sealed(hops) => hops.next(),
            Self::Made(hops) => hops.next(),
        }
    }
}

impl View {
    /// The id of a relationship, made of the key of the claim which stated it first, as far as the audience may know.
    #[must_use]
    pub fn relationship_id(&self, relationship: RelationshipIndex) -> String {
        let first = self.graph.first_claim(relationship, self.audience());
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
    ///
    /// In the default view they are read as they are asked for: the first page of a hub costs a page.
    #[must_use]
    pub fn row(
        &self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    ) -> Row<'_> {
        match self.sealed_row(entity, relationship, direction) {
            Some(sealed) => Row::Sealed(sealed.ordered()),
            None => Row::Made(self.made_row(entity, relationship, direction).into_iter()),
        }
    }

    /// The same against the declared order, which is that of one term: `term` is that term turned round.
    pub fn row_backwards<'a>(
        &'a self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
        term: &'a Term,
    ) -> impl Iterator<Item = Hop> + 'a {
        let sealed = self.sealed_row(entity, relationship, direction);
        let made = match sealed {
            Some(_) => Vec::new(),
            None => self.made_row(entity, relationship, direction),
        };
        let length = sealed.map_or(made.len(), SealedRow::len);
        Backwards::new(self, term, length, move |place| match sealed {
            Some(sealed) => sealed.at(place),
            None => made[place],
        })
    }

    /// The sealed row, where that is all there is to say.
    fn sealed_row(
        &self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    ) -> Option<SealedRow<'_>> {
        let record = self.graph.entities.get(entity.0);
        let rows = &self.graph.sealed.rows[relationship.place()];
        let recent = &self.graph.recent;
        let is_touched = recent.changes > 0
            && (recent.unordered.contains(&(relationship, direction))
                || recent.rows.contains_key(&(relationship, direction, entity)));
        if !self.default || is_touched {
            return None;
        }
        rows.unchained_row(record.entity_type, record.local, direction)
    }

    fn made_row(
        &self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    ) -> Vec<Hop> {
        let shown = self.shown(entity, relationship, direction);
        let mut shown: Vec<RelationshipIndex> = shown.map(|hop| hop.relationship).collect();
        order::sort_row(self, &mut shown, relationship, direction);
        let hop = |found| Hop {
            relationship: found,
            entity: self.graph.far_end(found, direction),
            direction,
        };
        shown.into_iter().map(hop).collect()
    }

    /// The relationships of [`View::row`] in any order, one by one: for whoever needs no order.
    pub fn hops(
        &self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    ) -> impl Iterator<Item = Hop> + '_ {
        let sealed = self.sealed_row(entity, relationship, direction);
        let shown = sealed
            .is_none()
            .then(|| self.shown(entity, relationship, direction));
        let sealed = sealed.map(SealedRow::ordered);
        sealed
            .into_iter()
            .flatten()
            .chain(shown.into_iter().flatten())
    }

    /// Shows the relationships of [`View::hops`] to a visitor, which may break it off: where many rows are read
    /// and most of them are short, that costs less than an iterator for each.
    ///
    /// # Errors
    /// That with which the visitor breaks it off.
    #[inline]
    pub fn each_hop<E>(
        &self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
        mut visit: impl FnMut(Hop) -> Result<(), E>,
    ) -> Result<(), E> {
        match self.sealed_row(entity, relationship, direction) {
            Some(sealed) => sealed.cells().try_for_each(visit),
            None => self
                .shown(entity, relationship, direction)
                .try_for_each(&mut visit),
        }
    }

    /// What this view shows of a row, found without what was sealed for the default view.
    fn shown(
        &self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    ) -> impl Iterator<Item = Hop> + '_ {
        self.graph
            .all_relationships(entity, relationship, direction)
            .filter(|found| self.relationship_winner(*found).is_some())
            .map(move |found| Hop {
                relationship: found,
                entity: self.graph.far_end(found, direction),
                direction,
            })
    }

    /// The relationships of a row that lead to one entity: found without reading the row, in no order.
    pub fn between(
        &self,
        entity: EntityIndex,
        other: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    ) -> impl Iterator<Item = Hop> + '_ {
        let (from, to) = match direction {
            Direction::Out => (entity, other),
            Direction::In => (other, entity),
        };
        let recent = self
            .graph
            .recent
            .pairs
            .get(&(relationship, from, to))
            .copied();
        let sealed = self.graph.sealed_pair(relationship, from, to);
        sealed
            .chain(self.graph.parallel(recent))
            .filter(|found| self.relationship_winner(*found).is_some())
            .map(move |found| Hop {
                relationship: found,
                entity: other,
                direction,
            })
    }

    /// How many relationships a row has, without making it where that is not needed.
    #[must_use]
    pub fn degree(
        &self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    ) -> usize {
        match self.sealed_row(entity, relationship, direction) {
            Some(sealed) => sealed.len(),
            None => self.shown(entity, relationship, direction).count(),
        }
    }

    /// How many relationships are looked at to tell how many a row has.
    pub(crate) fn cost_of_degree(
        &self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    ) -> u64 {
        match self.sealed_row(entity, relationship, direction) {
            Some(_) => 1,
            None => self.graph.width(entity, relationship, direction) as u64,
        }
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
        let mut hops = self.hops(entity, relationship, direction);
        let first = hops.next()?;
        // Mostly there is one, and nothing to weigh it against.
        let Some(second) = hops.next() else {
            return Some(first);
        };
        [first, second].into_iter().chain(hops).max_by_key(|hop| {
            let winner = self.relationship_winner(hop.relationship);
            winner.map(|claim| self.graph.precedence(claim, &self.lens))
        })
    }

    /// All relationships of a field that shows one, best first: the first is the one that it shows.
    #[must_use]
    pub fn rivals(
        &self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    ) -> Vec<Hop> {
        let hops = self.hops(entity, relationship, direction);
        let mut rivals: Vec<_> = hops
            .filter_map(|hop| Some((hop, self.relationship_winner(hop.relationship)?)))
            .collect();
        self.sort_best_first(&mut rivals, |(_, winner)| winner);
        rivals.into_iter().map(|(hop, _)| hop).collect()
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
        format!(
            "{} – {} – {}",
            self.label(start),
            naming::spaced(self.field_name(start, index, direction)),
            self.label(end)
        )
    }

    /// The name of the field by which an entity has its relationships of a type; that of the type, where no field has them.
    #[must_use]
    pub fn field_name(
        &self,
        entity: EntityIndex,
        index: RelationshipTypeIndex,
        direction: Direction,
    ) -> &str {
        let mut fields = self.fields(entity).iter();
        let field =
            fields.find(|field| field.relationship == index && field.direction == direction);
        field.map_or(
            self.ontology().relationship_type(index).name.as_str(),
            |field| field.name.as_str(),
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
    /// The relationships of an entity, whoever may see them, in no order.
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
