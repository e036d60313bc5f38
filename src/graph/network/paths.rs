//! Ways from one entity to another.

use crate::graph::neighbors::Edge;
use crate::graph::network::allowed::{Tests, rules};
use crate::graph::network::{Allowed, Dates, SPACE};
use crate::graph::records::EntityIndex;
use crate::graph::view::View;
use crate::graph::walk::{
    Budget, Course, Follow, OverBudget, Parallel, Path, Step, all_shortest_paths, paths_on_course,
    shortest_paths,
};
use crate::model::ontology::{RelationshipTypeIndex, TypeIndex};

/// Which paths are better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Weight {
    /// Those of fewer hops.
    #[default]
    FewestHops,
    /// Those whose relationships more independent sources support: each hop costs one over their number,
    /// and one that none supports costs two.
    BestSourced,
}

/// What one hop of a path has to be.
#[derive(Debug, Clone)]
pub struct HopShape {
    /// Along one of these types of relationships; `None` is along any.
    pub relationships: Option<Vec<RelationshipTypeIndex>>,
    /// Which way; `None` is as the whole path.
    pub follow: Option<Follow>,
    /// To an entity of one of these types; `None` is to any.
    pub types: Option<Vec<TypeIndex>>,
}

/// Which paths are wanted.
#[derive(Debug, Clone, Copy)]
pub struct PathQuery<'a> {
    /// Where they begin and end.
    pub ends: (EntityIndex, EntityIndex),
    /// How many of them.
    pub count: usize,
    /// How many hops they may have.
    pub max_length: usize,
    /// What they may use.
    pub allowed: Allowed<'a>,
    /// Which of them come first.
    pub weight: Weight,
    /// Only those as good as the best.
    pub best_only: bool,
    /// Whether each hop must not be before the one that it follows, as far as is known.
    pub chronological: bool,
    /// Hop by hop, what they have to be; then all have as many hops.
    pub hops: Option<&'a [HopShape]>,
}

impl PathQuery<'_> {
    /// The shortest path, of at most six hops, over whatever there is.
    #[must_use]
    pub fn shortest(from: EntityIndex, to: EntityIndex) -> Self {
        PathQuery {
            ends: (from, to),
            count: 1,
            max_length: 6,
            allowed: Allowed::default(),
            weight: Weight::FewestHops,
            best_only: false,
            chronological: false,
            hops: None,
        }
    }
}

/// What a hop costs that one source supports: a number that is divided evenly by all up to sixteen.
const ONE_SOURCE: u64 = 720_720;

/// The best ways from one entity to another.
///
/// # Errors
/// When the walk passes the budget.
pub fn paths(
    view: &View,
    query: &PathQuery<'_>,
    budget: &mut Budget,
) -> Result<Vec<Path<Edge>>, OverBudget> {
    let tests = Tests::new(view, &query.allowed);
    if query.chronological || query.hops.is_some() || query.weight == Weight::BestSourced {
        return on_course(view, query, &tests, budget);
    }
    let node = |node| tests.node(node);
    let edge = |edge| tests.edge(edge);
    let rules = rules(&tests, query.max_length, &node, &edge);
    let (from, to) = query.ends;
    let search = if query.best_only {
        all_shortest_paths
    } else {
        shortest_paths
    };
    SPACE.with_borrow_mut(|space| {
        let ends = (from.0, to.0);
        search(
            view,
            ends,
            query.count,
            Parallel::Once,
            &rules,
            space,
            budget,
        )
    })
}

fn on_course(
    view: &View,
    query: &PathQuery<'_>,
    tests: &Tests<'_>,
    budget: &mut Budget,
) -> Result<Vec<Path<Edge>>, OverBudget> {
    let (from, to) = query.ends;
    let shape = |hop: u32| query.hops.and_then(|hops| hops.get(hop as usize));
    let follow = |hop| {
        let own = shape(hop).and_then(|shape| shape.follow);
        own.unwrap_or(query.allowed.follow)
    };
    let allows = |hop, step: &Step<Edge>| {
        let fits = |shape: &HopShape| {
            let along = shape.relationships.as_ref();
            let types = shape.types.as_ref();
            along.is_none_or(|along| along.contains(&step.edge.relationship_type))
                && types.is_none_or(|types| types.contains(&view.type_of(EntityIndex(step.to))))
        };
        (step.to == to.0 || tests.any_node() || tests.node(step.to))
            && shape(hop).is_none_or(fits)
            && (tests.any_edge() || tests.edge(step.edge))
    };
    let dates = Dates::new(view.ontology());
    let days = |edge| dates.of(view, edge);
    let price = |edge| price(view, edge);
    let longest = query.hops.map_or(query.max_length, <[_]>::len);
    let longest = u32::try_from(longest).unwrap_or(u32::MAX);
    let course = Course {
        lengths: if query.hops.is_some() { longest } else { 0 }..=longest,
        follow: &follow,
        allows: &allows,
        days: query.chronological.then_some(&days),
        price: (query.weight == Weight::BestSourced).then_some(&price),
    };
    let mut found = paths_on_course(view, (from.0, to.0), query.count, &course, budget)?;
    if query.best_only {
        let cost = |path: &Path<Edge>| match query.weight {
            Weight::FewestHops => path.length() as u64,
            Weight::BestSourced => path.steps.iter().map(|step| price(step.edge)).sum(),
        };
        let best = found.first().map(cost);
        found.retain(|path| Some(cost(path)) == best);
    }
    Ok(found)
}

fn price(view: &View, edge: Edge) -> u64 {
    let claims = view.standing_relationship(edge.relationship);
    let sources = view.supporting_sources(claims);
    let independent = match sources.len() {
        0 | 1 => sources.len(),
        _ => view.independent_sources(sources).len(),
    };
    match independent as u64 {
        0 => 2 * ONE_SOURCE,
        independent => ONE_SOURCE / independent,
    }
}
