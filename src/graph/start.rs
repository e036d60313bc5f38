//! Where to start reading a list: from its own beginning, or from the most selective end of its filter.
//!
//! An end gives all entities that can fit, and maybe more; each is looked at all the same, and in the order of the list, so that
//! the answer does not depend on where the reading starts.

use crate::graph::filter::{Filter, Ids, LinkFilter, Places, Quantifier, Test, TextTest, Wanted};
use crate::graph::order::sort_row;
use crate::graph::records::{EntityIndex, NONE, RelationshipIndex};
use crate::graph::texts::is_indexed;
use crate::graph::view::View;
use crate::graph::walk::{Budget, OverBudget};
use crate::graph::{Graph, Hop};
use crate::model::ontology::{Direction, RelationshipTypeIndex, TypeIndex};

/// The most entities from whose rows a reading starts.
const MOST_FROM: usize = 10_000;
/// Rows as short as this are read as they are.
const SHORT: usize = 16;

/// From which end a list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Its own beginning.
    List,
    /// Entities that the filter names by their ids.
    Ids,
    /// A name, or another text that entities are found by.
    Text,
    /// The rows of entities that a condition on relationships names.
    Relationship(RelationshipTypeIndex),
    /// The ends of several conditions of which one must hold.
    Several,
}

/// Where a reading starts, and what it is expected to cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// From which end.
    pub end: End,
    /// How many items the list has, before any filter.
    pub listed: usize,
    /// How many are expected to be looked at.
    pub estimated: usize,
}

impl Start {
    /// From the beginning of a list of that length.
    #[must_use]
    pub fn list(listed: usize) -> Self {
        Self {
            end: End::List,
            listed,
            estimated: listed,
        }
    }

    /// From the other end, by a way.
    fn by(self, way: &Way) -> Self {
        Self {
            end: way.end,
            estimated: way.estimate,
            ..self
        }
    }
}

/// One way to the entities that can fit a filter.
pub(super) struct Way {
    end: End,
    estimate: usize,
    source: Source,
}

enum Source {
    Known(Vec<EntityIndex>),
    Rows {
        from: Vec<EntityIndex>,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    },
    Each(Vec<Way>),
}

impl Way {
    fn known(end: End, entities: Vec<EntityIndex>) -> Self {
        Self {
            end,
            estimate: entities.len(),
            source: Source::Known(entities),
        }
    }

    /// The best way to all that can fit a filter, if it has one.
    pub(super) fn to(
        filter: &Filter,
        view: &View,
        budget: &mut Budget,
    ) -> Result<Option<Self>, OverBudget> {
        match filter {
            Filter::All(filters) => {
                let ways = filters.iter().map(|filter| Self::to(filter, view, budget));
                Self::best(ways)
            }
            Filter::Any(filters) => {
                let ways = filters.iter().map(|filter| Self::to(filter, view, budget));
                Self::each(ways)
            }
            Filter::Id {
                one_of: Ids::Found(found),
                negated: false,
            } => {
                let entities = found.iter().map(|(entity, _)| *entity).collect();
                Ok(Some(Self::known(End::Ids, entities)))
            }
            Filter::Name { labels, tests } => Ok(Self::by_text(view, labels, tests.iter())),
            Filter::Property { places, tests, .. }
            | Filter::List {
                places,
                tests,
                quantifier: Quantifier::Some,
            } => {
                let texts = tests.iter().filter_map(|test| match test {
                    Test::Text(test) => Some(test),
                    _ => None,
                });
                Ok(Self::by_text(view, places, texts))
            }
            Filter::Relationships {
                relationship,
                direction,
                quantifier: Quantifier::Some | Quantifier::Single,
                each,
            }
            | Filter::ToOne {
                relationship,
                direction,
                each,
            } => {
                let far = Self::to_far_end(each, view, budget)?;
                let Some(far) = far.filter(|far| far.estimate <= MOST_FROM) else {
                    return Ok(None);
                };
                let from = far.entities(view, budget)?;
                let direction = direction.reversed();
                let width =
                    |entity: &EntityIndex| view.graph().width(*entity, *relationship, direction);
                Ok(Some(Self {
                    end: End::Relationship(*relationship),
                    estimate: from.iter().map(width).sum(),
                    source: Source::Rows {
                        from,
                        relationship: *relationship,
                        direction,
                    },
                }))
            }
            _ => Ok(None),
        }
    }

    /// The best way to the far ends of relationships that can fit.
    fn to_far_end(
        link: &LinkFilter,
        view: &View,
        budget: &mut Budget,
    ) -> Result<Option<Self>, OverBudget> {
        match link {
            LinkFilter::Node(filter) => Self::to(filter, view, budget),
            LinkFilter::All(links) => {
                let ways = links
                    .iter()
                    .map(|link| Self::to_far_end(link, view, budget));
                Self::best(ways)
            }
            LinkFilter::Any(links) => {
                let ways = links
                    .iter()
                    .map(|link| Self::to_far_end(link, view, budget));
                Self::each(ways)
            }
            _ => Ok(None),
        }
    }

    /// Of several conditions that must all hold, the most selective one.
    fn best(
        ways: impl Iterator<Item = Result<Option<Self>, OverBudget>>,
    ) -> Result<Option<Self>, OverBudget> {
        let mut best: Option<Self> = None;
        for way in ways {
            if let Some(way) = way?
                && best
                    .as_ref()
                    .is_none_or(|best| way.estimate < best.estimate)
            {
                best = Some(way);
            }
        }
        Ok(best)
    }

    /// Of several conditions of which one must hold, all of them.
    fn each(
        ways: impl Iterator<Item = Result<Option<Self>, OverBudget>>,
    ) -> Result<Option<Self>, OverBudget> {
        let mut each = Vec::new();
        for way in ways {
            match way? {
                Some(way) => each.push(way),
                None => return Ok(None),
            }
        }
        Ok(Some(Self {
            end: End::Several,
            estimate: each.iter().map(|way| way.estimate).sum(),
            source: Source::Each(each),
        }))
    }

    /// Those that have one of the texts that a test wants, where each type's property is looked up so.
    fn by_text<'t>(
        view: &View,
        places: &Places,
        mut tests: impl Iterator<Item = &'t TextTest>,
    ) -> Option<Self> {
        let texts = tests.find_map(TextTest::one_of)?;
        let are_indexed = places
            .iter()
            .all(|(index, property)| is_indexed(view.ontology(), index, property));
        let found = texts.iter().flat_map(|text| view.with_text(text));
        are_indexed.then(|| Self::known(End::Text, found.collect()))
    }

    /// The entities, each once, in the order of recording.
    fn entities(self, view: &View, budget: &mut Budget) -> Result<Vec<EntityIndex>, OverBudget> {
        let mut entities = Vec::with_capacity(self.estimate.min(MOST_FROM));
        self.collect(view, &mut entities, budget)?;
        entities.sort_unstable();
        entities.dedup();
        Ok(entities)
    }

    fn collect(
        self,
        view: &View,
        entities: &mut Vec<EntityIndex>,
        budget: &mut Budget,
    ) -> Result<(), OverBudget> {
        match self.source {
            Source::Known(known) => entities.extend(known),
            Source::Rows {
                from,
                relationship,
                direction,
            } => {
                for entity in from {
                    for hop in view.hops(entity, relationship, direction) {
                        budget.spend(1)?;
                        entities.push(hop.entity);
                    }
                }
            }
            Source::Each(ways) => {
                for way in ways {
                    way.collect(view, entities, budget)?;
                }
            }
        }
        Ok(())
    }

    /// Those of a type, in the order of recording.
    pub(super) fn of_type(
        self,
        view: &View,
        entity_type: TypeIndex,
        budget: &mut Budget,
    ) -> Result<Vec<EntityIndex>, OverBudget> {
        let mut found = self.entities(view, budget)?;
        found.retain(|entity| view.type_of(*entity) == entity_type && view.has(*entity));
        Ok(found)
    }

    /// The relationships of a row that lead to them, in the declared order.
    pub(super) fn in_row(
        self,
        view: &View,
        (entity, relationship, direction): (EntityIndex, RelationshipTypeIndex, Direction),
        budget: &mut Budget,
    ) -> Result<Vec<Hop>, OverBudget> {
        let mut found: Vec<RelationshipIndex> = Vec::new();
        for other in self.entities(view, budget)? {
            budget.spend(1)?;
            let between = view.between(entity, other, relationship, direction);
            found.extend(between.map(|hop| hop.relationship));
        }
        sort_row(view, &mut found, relationship, direction);
        let hop = |relationship| Hop {
            relationship,
            entity: view.graph().far_end(relationship, direction),
            direction,
        };
        Ok(found.into_iter().map(hop).collect())
    }

    /// Whether it is better than reading the list. Who stops at a page may find it at the beginning of the list,
    /// where much fits.
    fn pays(&self, listed: usize, page: Option<usize>) -> bool {
        let read = match page {
            Some(page) => {
                let read = (page as u64 + 1).saturating_mul(listed as u64);
                read / (self.estimate as u64).max(1)
            }
            None => listed as u64,
        };
        (self.estimate as u64) < read.min(listed as u64)
    }
}

/// The entities of a type that can fit, where a way to them is better than reading all: in the order of the list.
/// `page` is how many are wanted, if the reading stops there.
///
/// # Errors
/// When finding them passes the budget.
pub fn entities(
    view: &View,
    entity_type: TypeIndex,
    wanted: &Wanted,
    page: Option<usize>,
    budget: &mut Budget,
) -> Result<(Start, Option<Vec<EntityIndex>>), OverBudget> {
    let listed = view.listed(entity_type);
    let start = Start::list(listed);
    let Some(filter) = wanted.entity() else {
        return Ok((start, None));
    };
    match Way::to(filter, view, budget)?.filter(|way| way.pays(listed, page)) {
        Some(way) => Ok((
            start.by(&way),
            Some(way.of_type(view, entity_type, budget)?),
        )),
        None => Ok((start, None)),
    }
}

/// The relationships of a row that can fit, where a way to them is better than reading all: in the declared order.
///
/// # Errors
/// When finding them passes the budget.
pub fn row(
    view: &View,
    row: (EntityIndex, RelationshipTypeIndex, Direction),
    wanted: &Wanted,
    page: Option<usize>,
    budget: &mut Budget,
) -> Result<(Start, Option<Vec<Hop>>), OverBudget> {
    let listed = view.graph().width(row.0, row.1, row.2);
    let start = Start::list(listed);
    let Some(filter) = wanted.entity().filter(|_| listed > SHORT) else {
        return Ok((start, None));
    };
    match Way::to(filter, view, budget)?.filter(|way| way.pays(listed, page)) {
        Some(way) => Ok((start.by(&way), Some(way.in_row(view, row, budget)?))),
        None => Ok((start, None)),
    }
}

impl Graph {
    /// About how many relationships a row has, whoever may see them: found without reading it.
    pub(crate) fn width(
        &self,
        entity: EntityIndex,
        relationship: RelationshipTypeIndex,
        direction: Direction,
    ) -> usize {
        let record = self.entities.get(entity.0);
        let rows = &self.sealed.rows[relationship.place()];
        let sealed = rows.row(record.entity_type, record.local, direction).len();
        let recent = self.recent.rows.get(&(relationship, direction, entity));
        let recent = recent.into_iter().flatten();
        // What nobody sees yet is not counted, where there may be such a thing.
        let is_shown = |found: &&RelationshipIndex| {
            !self.hides_claims() || self.relationships.get(found.0).winner != NONE
        };
        sealed + recent.filter(is_shown).count()
    }
}
