//! What a walk may use, in the ontology's words.

use crate::graph::neighbors::Edge;
use crate::graph::network::Dates;
use crate::graph::records::EntityIndex;
use crate::graph::view::View;
use crate::graph::walk::{Follow, Rules};
use crate::model::date::Edtf;
use crate::model::ontology::{RelationshipTypeIndex, TypeIndex};

/// What a walk may use.
#[derive(Debug, Default, Clone, Copy)]
pub struct Allowed<'a> {
    /// Which way relationships are followed.
    pub follow: Follow,
    /// Only along these types of relationships; `None` is along all.
    pub relationships: Option<&'a [RelationshipTypeIndex]>,
    /// Only through entities of these types; `None` is through all.
    pub types: Option<&'a [TypeIndex]>,
    /// Not through entities of these types.
    pub avoided_types: &'a [TypeIndex],
    /// Not through these entities.
    pub avoided: &'a [EntityIndex],
    /// Only along relationships that may have held, or happened, then.
    pub between: Option<&'a Edtf>,
}

/// The same, made ready for a view.
pub(super) struct Tests<'a> {
    view: &'a View,
    allowed: &'a Allowed<'a>,
    /// By type, whether it may be used.
    relationships: Option<Vec<bool>>,
    types: Option<Vec<bool>>,
    between: Option<(Dates, (i32, i32))>,
}

impl<'a> Tests<'a> {
    pub(super) fn new(view: &'a View, allowed: &'a Allowed<'a>) -> Self {
        let ontology = view.ontology();
        let relationships = allowed.relationships.map(|wanted| {
            let mut marks = vec![false; ontology.relationships.len()];
            for index in wanted {
                marks[index.place()] = true;
            }
            marks
        });
        let any_type = allowed.types.is_none() && allowed.avoided_types.is_empty();
        let types = (!any_type).then(|| {
            let mut marks = vec![allowed.types.is_none(); ontology.types.len()];
            for index in allowed.types.into_iter().flatten() {
                marks[index.place()] = true;
            }
            for index in allowed.avoided_types {
                marks[index.place()] = false;
            }
            marks
        });
        let between = allowed.between.map(|date| {
            let from = date.earliest().unwrap_or(i32::MIN);
            let to = date.latest().unwrap_or(i32::MAX);
            (Dates::new(ontology), (from, to))
        });
        Tests {
            view,
            allowed,
            relationships,
            types,
            between,
        }
    }

    /// Whether every entity may be passed.
    pub(super) fn any_node(&self) -> bool {
        self.types.is_none() && self.allowed.avoided.is_empty()
    }

    /// Whether every relationship may be used.
    pub(super) fn any_edge(&self) -> bool {
        self.relationships.is_none() && self.between.is_none()
    }

    pub(super) fn node(&self, node: u32) -> bool {
        let entity = EntityIndex(node);
        let of_type = |marks: &Vec<bool>| marks[self.view.type_of(entity).place()];
        self.types.as_ref().is_none_or(of_type) && !self.allowed.avoided.contains(&entity)
    }

    pub(super) fn edge(&self, edge: Edge) -> bool {
        let of_type = |marks: &Vec<bool>| marks[edge.relationship_type.place()];
        self.relationships.as_ref().is_none_or(of_type)
            && self.between.as_ref().is_none_or(|(dates, (from, to))| {
                let (first, last) = dates.of(self.view, edge);
                first <= *to && last >= *from
            })
    }
}

/// The rules of a walk; where nothing is asked for, nothing is tested.
pub(super) fn rules<'r>(
    tests: &Tests<'_>,
    max_length: usize,
    node: &'r dyn Fn(u32) -> bool,
    edge: &'r dyn Fn(Edge) -> bool,
) -> Rules<'r, Edge> {
    Rules {
        follow: tests.allowed.follow,
        max_length: u32::try_from(max_length).unwrap_or(u32::MAX),
        node: (!tests.any_node()).then_some(node),
        edge: (!tests.any_edge()).then_some(edge),
    }
}
