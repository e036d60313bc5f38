//! A view as a network that can be walked, whatever the types.

use std::cell::RefCell;

use crate::graph::records::{EntityIndex, RelationshipIndex};
use crate::graph::view::View;
use crate::graph::walk::{
    Budget, Follow, OverBudget, Parallel, Path, Rules, Space, Step, Walkable, links_among,
    neighborhood, shortest_paths,
};
use crate::model::ontology::{Direction, RelationshipTypeIndex, TypeIndex};

thread_local! {
    /// Working memory, kept by each thread: making it for a large graph costs more than a short walk.
    static SPACE: RefCell<Space> = RefCell::new(Space::new());
}

impl Walkable for View {
    type Edge = RelationshipIndex;

    fn node_bound(&self) -> usize {
        self.graph().counts().entities
    }

    fn steps(
        &self,
        node: u32,
        follow: Follow,
        mut each: impl FnMut(Step<RelationshipIndex>) -> Result<(), OverBudget>,
    ) -> Result<(), OverBudget> {
        let entity = EntityIndex(node);
        for field in self.fields(entity) {
            let forward = field.direction == Direction::Out;
            if follow == Follow::Both || (follow == Follow::Forward) == forward {
                for hop in self.hops(entity, field.relationship, field.direction) {
                    each(Step {
                        to: hop.entity.0,
                        edge: hop.relationship,
                        forward,
                    })?;
                }
            }
        }
        Ok(())
    }
}

/// What a walk may use.
#[derive(Debug, Default)]
pub struct Allowed<'a> {
    /// Only along these types of relationships; `None` is along all.
    pub relationships: Option<&'a [RelationshipTypeIndex]>,
    /// Only through entities of these types; `None` is through all.
    pub types: Option<&'a [TypeIndex]>,
    /// Not through entities of these types.
    pub avoided_types: &'a [TypeIndex],
    /// Not through these entities.
    pub avoided: &'a [EntityIndex],
}

impl Allowed<'_> {
    fn edge(&self, view: &View, relationship: RelationshipIndex) -> bool {
        self.relationships
            .is_none_or(|allowed| allowed.contains(&view.relationship(relationship).0))
    }

    fn node(&self, view: &View, node: u32) -> bool {
        let entity = EntityIndex(node);
        let entity_type = view.type_of(entity);
        self.types
            .is_none_or(|allowed| allowed.contains(&entity_type))
            && !self.avoided_types.contains(&entity_type)
            && !self.avoided.contains(&entity)
    }
}

/// The shortest ways from one entity to another, at most `count` of them.
///
/// # Errors
/// When the walk passes the budget.
pub fn paths(
    view: &View,
    ends: (EntityIndex, EntityIndex),
    count: usize,
    max_length: usize,
    allowed: &Allowed<'_>,
    budget: &mut Budget,
) -> Result<Vec<Path<RelationshipIndex>>, OverBudget> {
    let rules = Rules {
        follow: Follow::Both,
        max_length: u32::try_from(max_length).unwrap_or(u32::MAX),
        node: &|node| allowed.node(view, node),
        edge: &|edge| allowed.edge(view, edge),
    };
    SPACE.with_borrow_mut(|space| {
        shortest_paths(
            view,
            (ends.0.0, ends.1.0),
            count,
            Parallel::Once,
            &rules,
            space,
            budget,
        )
    })
}

/// Entities, and the relationships between them.
#[derive(Debug, Default)]
pub struct Subgraph {
    /// The entities, those nearest first.
    pub entities: Vec<EntityIndex>,
    /// The relationships between any two of them.
    pub relationships: Vec<RelationshipIndex>,
    /// How many in reach were left out for the limit.
    pub omitted: usize,
}

/// What lies around some entities.
///
/// # Errors
/// When the walk passes the budget.
pub fn around(
    view: &View,
    starts: &[EntityIndex],
    depth: usize,
    limit: usize,
    allowed: &Allowed<'_>,
    budget: &mut Budget,
) -> Result<Subgraph, OverBudget> {
    let rules = Rules {
        follow: Follow::Both,
        max_length: u32::try_from(depth).unwrap_or(u32::MAX),
        node: &|node| allowed.node(view, node),
        edge: &|edge| allowed.edge(view, edge),
    };
    let starts: Vec<u32> = starts.iter().map(|entity| entity.0).collect();
    let (found, links) = SPACE.with_borrow_mut(|space| {
        let found = neighborhood(view, &starts, limit, &rules, space, budget)?;
        let nodes: Vec<u32> = found.nodes.iter().map(|neighbor| neighbor.node).collect();
        let links = links_among(view, &nodes, &rules, space, budget)?;
        Ok((found, links))
    })?;
    Ok(Subgraph {
        entities: found
            .nodes
            .iter()
            .map(|neighbor| EntityIndex(neighbor.node))
            .collect(),
        relationships: links.into_iter().map(|link| link.edge).collect(),
        omitted: found.left_out,
    })
}
