//! Who acts for whom: officials for the offices they hold, offices and bodies for what they belong to.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::graph::claims::Stating;
use crate::graph::filter::Wanted;
use crate::graph::order::sort_row;
use crate::graph::page::Item as _;
use crate::graph::records::{ClaimIndex, EntityIndex, RelationshipIndex};
use crate::graph::view::{Clocks, View};
use crate::graph::walk::{Budget, OverBudget};
use crate::graph::{About, Graph, Hop};
use crate::model::date::Edtf;
use crate::model::ontology::{
    Direction, Ontology, RelationshipField, RelationshipType, RelationshipTypeIndex, Role,
    TypeIndex,
};
use crate::model::value::Value;
use crate::model::words::words;

words! {
    /// Whose deeds are shown among an entity's own.
    Scope {
        /// What it did itself.
        Direct = "DIRECT",
        /// What others did on its behalf: those who say so, and who acted for it then and say nothing else.
        Represented = "REPRESENTED",
        /// Both, each once.
        All = "ALL",
    }
}

/// So many steps lead from an official to what it acts for: by an office and a ministry to a country, and one more.
const FARTHEST: usize = 4;

/// The relationships that were made on behalf of an entity. Worked out when first asked, once a version.
#[derive(Debug, Clone, Default)]
pub(crate) struct OnBehalf(OnceLock<HashMap<EntityIndex, Vec<RelationshipIndex>>>);

/// A relationship that leads on from somebody, as it held at the time in question.
#[derive(Debug, Clone)]
pub struct Link {
    /// The relationship and its far end.
    pub hop: Hop,
    /// The claims that state it, best first.
    pub claims: Vec<ClaimIndex>,
    /// The time in question, as far as it is known.
    pub date: Option<Edtf>,
}

impl Ontology {
    /// Whether a field shows from the other end what fields of a role show.
    #[must_use]
    pub fn reverses(&self, field: &RelationshipField, role: Role) -> bool {
        self.types.iter().any(|entity_type| {
            entity_type.relationships_playing(role).any(|shown| {
                shown.relationship == field.relationship
                    && shown.direction == field.direction.reversed()
            })
        })
    }
}

impl View {
    /// The relationships of an entity by its fields of a role, each with the claims that state it.
    #[must_use]
    pub fn links(&self, entity: EntityIndex, role: Role, date: Option<&Edtf>) -> Vec<Link> {
        let fields = self
            .fields(entity)
            .iter()
            .filter(|field| field.plays.contains(&role));
        let mut links = Vec::new();
        for field in fields {
            let hops: Vec<Hop> = if field.many {
                self.row(entity, field.relationship, field.direction)
                    .collect()
            } else {
                self.to_one(entity, field.relationship, field.direction)
                    .into_iter()
                    .collect()
            };
            links.extend(hops.into_iter().map(|hop| Link {
                hop,
                claims: self.standing_relationship(hop.relationship),
                date: date.cloned(),
            }));
        }
        links
    }

    /// In what capacity an entity acted at a date: the offices that it held, and what it served or
    /// belonged to. Where no date is known, what this view shows.
    #[must_use]
    pub fn capacity(&self, entity: EntityIndex, date: Option<&Edtf>) -> Vec<Link> {
        let mut links = self.offices(entity, date);
        links.extend(self.then(date).links(entity, Role::REPRESENTS, date));
        links
    }

    /// The offices that an entity held at a date, as [`View::capacity`] has them.
    #[must_use]
    pub fn offices(&self, entity: EntityIndex, date: Option<&Edtf>) -> Vec<Link> {
        self.then(date).links(entity, Role::TENURE, date)
    }

    /// This view as of a date, where one is known.
    fn then(&self, date: Option<&Edtf>) -> Self {
        let clocks = self.clocks();
        self.at(Clocks {
            date: date.or(clocks.date.as_ref()).cloned(),
            ..clocks.clone()
        })
    }

    /// On whose behalf the relationship was made that a claim states, where it says so.
    #[must_use]
    pub fn on_behalf_of(&self, claim: ClaimIndex) -> Option<EntityIndex> {
        let About::Relationship(relationship) = self.graph().about(claim).1 else {
            return None;
        };
        let (index, _, _) = self.relationship(relationship);
        let declared = self.ontology().relationship_type(index);
        let (property, _) = declared.property_playing(Role::ON_BEHALF_OF)?;
        let Stating::Edge(properties) = self.graph().stating(claim) else {
            return None;
        };
        match properties.iter().find(|(index, _)| *index == property)? {
            (_, Value::Entity(id)) => self.entity(id.as_str()),
            _ => None,
        }
    }

    /// What others did on behalf of an entity, where that is a row of the entity's own: the
    /// relationships that say so, and those of whoever acted for it then and says nothing else.
    ///
    /// `date` tells when what stands at the far end of a relationship was done.
    ///
    /// # Errors
    /// When what has to be looked at passes the budget.
    pub fn represented(
        &self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
        date: impl Fn(EntityIndex) -> Option<Edtf>,
        budget: &mut Budget,
    ) -> Result<Vec<Hop>, OverBudget> {
        let mut found = Vec::new();
        let near = |found: RelationshipIndex| self.graph().far_end(found, direction.reversed());
        for made in self.graph().made_on_behalf(entity) {
            budget.spend(1)?;
            let winner = self.relationship_winner(*made);
            let is_shown = self.relationship(*made).0 == relationship
                && near(*made) != entity
                && winner.and_then(|claim| self.on_behalf_of(claim)) == Some(entity);
            if is_shown {
                found.push(Hop {
                    relationship: *made,
                    entity: self.graph().far_end(*made, direction),
                    direction,
                });
            }
        }
        for actor in self.actors(entity, budget)? {
            for hop in self.hops(actor, relationship, direction) {
                budget.spend(1)?;
                let claim = self.relationship_winner(hop.relationship);
                // Who says for whom acts for nobody else.
                if claim.is_some_and(|claim| self.on_behalf_of(claim).is_none())
                    && self.acted_for(actor, entity, date(hop.entity).as_ref(), budget)?
                {
                    found.push(hop);
                }
            }
        }
        Ok(found)
    }

    /// What an entity did, and what others did on its behalf, as far as it is wanted, in the declared
    /// order of its row. What others did stands there once, however many did it together.
    ///
    /// # Errors
    /// When what has to be looked at passes the budget.
    pub fn row_in_scope(
        &self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
        (scope, wanted): (Scope, &Wanted),
        budget: &mut Budget,
    ) -> Result<Vec<Hop>, OverBudget> {
        let mut row = Vec::new();
        let mut seen = HashSet::new();
        if scope != Scope::Represented {
            for hop in self.row(entity, relationship, direction) {
                if hop.fits(wanted, self, budget)? {
                    seen.insert(hop.entity);
                    row.push(hop.relationship);
                }
            }
        }
        if scope != Scope::Direct {
            let date = |done: EntityIndex| self.made_on(done);
            for hop in self.represented(entity, relationship, direction, date, budget)? {
                // Filtered first: of several who did it, another may be the one that is wanted.
                if !seen.contains(&hop.entity) && hop.fits(wanted, self, budget)? {
                    seen.insert(hop.entity);
                    row.push(hop.relationship);
                }
            }
        }
        sort_row(self, &mut row, relationship, direction);
        let hop = |found| Hop {
            relationship: found,
            entity: self.graph().far_end(found, direction),
            direction,
        };
        Ok(row.into_iter().map(hop).collect())
    }

    /// Those who act, or at any time acted, for an entity.
    fn actors(
        &self,
        entity: EntityIndex,
        budget: &mut Budget,
    ) -> Result<Vec<EntityIndex>, OverBudget> {
        // When they did is asked later, for the date of the deed and not for that of this view.
        let ever = self.at(Clocks {
            date: None,
            ..self.clocks().clone()
        });
        let mut seen = HashSet::from([entity]);
        let (mut actors, mut reached) = (Vec::new(), vec![entity]);
        let mut ways: HashMap<TypeIndex, Vec<(RelationshipTypeIndex, Direction)>> = HashMap::new();
        for _ in 0..FARTHEST {
            let mut next = Vec::new();
            for at in reached {
                let entity_type = self.type_of(at);
                let ways = ways
                    .entry(entity_type)
                    .or_insert_with(|| self.ways_back(entity_type));
                for (relationship, direction) in ways.iter().copied() {
                    for hop in ever.hops(at, relationship, direction) {
                        budget.spend(1)?;
                        if seen.insert(hop.entity) {
                            next.push(hop.entity);
                        }
                    }
                }
            }
            actors.extend(&next);
            reached = next;
        }
        Ok(actors)
    }

    /// The rows of a type's entities in which those stand who act for them: the other ends of tenures and of representing.
    fn ways_back(&self, entity_type: TypeIndex) -> Vec<(RelationshipTypeIndex, Direction)> {
        let ontology = self.ontology();
        let fields = ontology.types.iter().flat_map(|declared| {
            let represents = declared.relationships_playing(Role::REPRESENTS);
            represents.chain(declared.relationships_playing(Role::TENURE))
        });
        let mut ways: Vec<_> = fields
            .filter(|field| ontology.admits(field.target, entity_type))
            .map(|field| (field.relationship, field.direction.reversed()))
            .collect();
        ways.sort_unstable();
        ways.dedup();
        ways
    }

    /// Whether somebody acted for an entity at a date.
    fn acted_for(
        &self,
        actor: EntityIndex,
        entity: EntityIndex,
        date: Option<&Edtf>,
        budget: &mut Budget,
    ) -> Result<bool, OverBudget> {
        let mut seen = HashSet::from([actor]);
        let mut reached = vec![actor];
        for _ in 0..FARTHEST {
            let mut next = Vec::new();
            for at in reached {
                for link in self.capacity(at, date) {
                    budget.spend(1)?;
                    if link.hop.entity == entity {
                        return Ok(true);
                    }
                    if seen.insert(link.hop.entity) {
                        next.push(link.hop.entity);
                    }
                }
            }
            reached = next;
        }
        Ok(false)
    }
}

impl Graph {
    /// The relationships of which any claim says that they were made on behalf of an entity.
    fn made_on_behalf(&self, entity: EntityIndex) -> &[RelationshipIndex] {
        let by_entity = self.on_behalf.0.get_or_init(|| self.all_on_behalf());
        by_entity.get(&entity).map_or(&[], Vec::as_slice)
    }

    fn all_on_behalf(&self) -> HashMap<EntityIndex, Vec<RelationshipIndex>> {
        let property =
            |declared: &RelationshipType| Some(declared.property_playing(Role::ON_BEHALF_OF)?.0);
        let properties: Vec<_> = self.ontology.relationships.iter().map(property).collect();
        let mut found: HashMap<EntityIndex, Vec<RelationshipIndex>> = HashMap::new();
        for number in 0..self.relationships.next() {
            let relationship = RelationshipIndex(number);
            let record = self.relationships.get(number);
            let Some(property) = properties[record.relationship_type.place()] else {
                continue;
            };
            for claim in self.relationship_chain(relationship) {
                let Stating::Edge(values) = self.stating(claim) else {
                    continue;
                };
                let Some((_, Value::Entity(id))) =
                    values.iter().find(|(index, _)| *index == property)
                else {
                    continue;
                };
                let made = self
                    .entity(id.as_str())
                    .map(|of| found.entry(of).or_default());
                if let Some(made) = made.filter(|made| made.last() != Some(&relationship)) {
                    made.push(relationship);
                }
            }
        }
        found
    }
}
