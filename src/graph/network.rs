//! A view as a network that can be walked, whatever the types.

use std::cell::RefCell;

use crate::graph::neighbors::Edge;
use crate::graph::records::{EntityIndex, RelationshipIndex};
use crate::graph::view::View;
use crate::graph::walk::{
    Budget, Follow, OverBudget, Parallel, Path, Rules, Space, Step, Walkable, links_among,
    neighborhood, shortest_paths,
};
use crate::model::ontology::{RelationshipTypeIndex, TypeIndex};

thread_local! {
    /// Working memory, kept by each thread: making it for a large graph costs more than a short walk.
    static SPACE: RefCell<Space> = RefCell::new(Space::new());
}

impl Walkable for View {
    type Edge = Edge;

    fn node_bound(&self) -> usize {
        self.graph().counts().entities
    }

    fn steps(&self, node: u32, follow: Follow) -> impl Iterator<Item = Step<Edge>> + '_ {
        self.next_to(EntityIndex(node), follow)
    }

    fn degree(&self, node: u32) -> usize {
        self.graph().related(EntityIndex(node))
    }

    fn between(&self, from: u32, to: u32, follow: Follow) -> impl Iterator<Item = Step<Edge>> + '_ {
        self.leading_to(EntityIndex(from), EntityIndex(to), follow)
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
    fn edge(&self, edge: Edge) -> bool {
        self.relationships
            .is_none_or(|allowed| allowed.contains(&edge.relationship_type))
    }

    /// The rules of a walk; where nothing is asked for, nothing is tested.
    fn rules<'r>(
        &self,
        max_length: usize,
        node: &'r dyn Fn(u32) -> bool,
        edge: &'r dyn Fn(Edge) -> bool,
    ) -> Rules<'r, Edge> {
        let any_node =
            self.types.is_none() && self.avoided_types.is_empty() && self.avoided.is_empty();
        Rules {
            follow: Follow::Both,
            max_length: u32::try_from(max_length).unwrap_or(u32::MAX),
            node: (!any_node).then_some(node),
            edge: self.relationships.map(|_| edge),
        }
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
) -> Result<Vec<Path<Edge>>, OverBudget> {
    let node = |node| allowed.node(view, node);
    let edge = |edge| allowed.edge(edge);
    let rules = allowed.rules(max_length, &node, &edge);
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
    let node = |node| allowed.node(view, node);
    let edge = |edge| allowed.edge(edge);
    let rules = allowed.rules(depth, &node, &edge);
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
        relationships: links
            .into_iter()
            .map(|link| link.edge.relationship)
            .collect(),
        omitted: found.left_out,
    })
}
