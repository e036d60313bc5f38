//! Folding what came since into the compressed indexes.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash};
use std::mem;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::graph::Graph;
use crate::graph::adjacency::{Link, TypedRows};
use crate::graph::neighbors::Neighbors;
use crate::graph::order;
use crate::graph::packed::PackedType;
use crate::graph::prefixes::Prefixes;
use crate::graph::recent::{Recent, RequestKey, UniqueKey};
use crate::graph::records::{
    ClaimExtras, ClaimIndex, EntityIndex, NONE, RelationshipIndex, Version,
};
use crate::graph::searched::Searched;
use crate::graph::texts::TextIndex;
use crate::graph::view::View;
use crate::model::id::{ClaimId, EntityId};
use crate::model::ontology::{
    Direction, Ontology, PropertyIndex, RelationshipTypeIndex, TypeIndex,
};

/// The indexes over everything up to a version.
#[derive(Debug, Default)]
pub(crate) struct Sealed {
    pub(crate) ids: HashMap<EntityId, EntityIndex>,
    /// Other ids of entities, each with the version that recorded it.
    pub(crate) alternates: HashMap<EntityId, (EntityIndex, Version)>,
    pub(crate) claim_ids: HashMap<ClaimId, ClaimIndex>,
    /// The transactions that are known again by a key.
    pub(crate) requests: HashMap<RequestKey, Version>,
    pub(crate) by_type: Vec<Vec<EntityIndex>>,
    pub(crate) extras: FxHashMap<ClaimIndex, ClaimExtras>,
    pub(crate) unique: HashMap<UniqueKey, EntityIndex>,
    /// The claims that cite a source.
    pub(crate) cited: FxHashMap<EntityIndex, Vec<ClaimIndex>>,
    /// The claims that an annotation speaks of.
    pub(crate) annotated: FxHashMap<EntityIndex, Vec<ClaimIndex>>,
    /// What the default view shows, by relationship type.
    pub(crate) rows: Vec<TypedRows>,
    /// What it does not show: relationships whose claims are all retracted, deprecated or not accepted.
    pub(crate) history: Vec<TypedRows>,
    /// What the default view shows, by entity, and what it does not show.
    pub(crate) neighbors: [Neighbors; 2],
    /// What the default view shows of entities, by type.
    pub(crate) packed: Vec<PackedType>,
    /// What the winning values sort by, by type and property.
    pub(crate) prefixes: Vec<Vec<Prefixes>>,
    pub(crate) searched: Searched,
    /// Who may have a text.
    pub(crate) texts: TextIndex,
    /// How many relationships the rows were made from.
    pub(crate) relationships: u32,
    /// The rows whose declared order depends on a property.
    pub(crate) ordered_by:
        HashMap<(TypeIndex, PropertyIndex), HashSet<(RelationshipTypeIndex, Direction)>>,
}

impl Sealed {
    /// The indexes of an empty graph.
    pub(crate) fn empty(ontology: &Ontology) -> Self {
        Self {
            by_type: vec![Vec::new(); ontology.types.len()],
            rows: ontology
                .relationships
                .iter()
                .map(|_| TypedRows::default())
                .collect(),
            history: ontology
                .relationships
                .iter()
                .map(|_| TypedRows::default())
                .collect(),
            packed: ontology
                .types
                .iter()
                .map(|entity| PackedType::empty(entity.properties.len()))
                .collect(),
            prefixes: ontology
                .types
                .iter()
                .map(|entity| vec![Prefixes::default(); entity.properties.len()])
                .collect(),
            ordered_by: dependents(ontology),
            ..Self::default()
        }
    }
}

/// Which rows have to be ordered anew when a property changes.
fn dependents(
    ontology: &Ontology,
) -> HashMap<(TypeIndex, PropertyIndex), HashSet<(RelationshipTypeIndex, Direction)>> {
    let mut dependents: HashMap<_, HashSet<_>> = HashMap::new();
    for (index, relationship) in (0..)
        .map(RelationshipTypeIndex)
        .zip(&ontology.relationships)
    {
        for direction in [Direction::Out, Direction::In] {
            for term in relationship
                .order(direction)
                .iter()
                .filter(|term| !term.on_edge)
            {
                for far in ontology.members(relationship.far(direction)) {
                    let entity_type = ontology.entity_type(far);
                    let label = (term.property == "name").then_some(entity_type.label);
                    let named = entity_type
                        .property(&term.property)
                        .map(|(property, _)| property);
                    for property in label.into_iter().chain(named) {
                        dependents
                            .entry((far, property))
                            .or_default()
                            .insert((index, direction));
                    }
                }
            }
        }
    }
    dependents
}

impl Graph {
    /// Folds everything into the compressed indexes. Versions that readers hold stay as they are.
    ///
    /// Costs a pass over the whole graph; [`Graph::unsealed`] says when it is worth it.
    pub fn seal(&mut self) {
        let empty = Arc::new(Recent::new(&self.ontology));
        let recent = Arc::unwrap_or_clone(mem::replace(&mut self.recent, empty));
        let mut folded = folded(&self.sealed, recent, &self.ontology);
        folded.relationships = self.relationships.next();
        self.sealed = Arc::new(folded);
        // The records read ranks from the extras, the orders read the records: each step stands on the one before.
        let types = (0..).map(TypeIndex).zip(&self.sealed.by_type);
        let packed: Vec<PackedType> = types
            .clone()
            .map(|(entity_type, entities)| self.packed_type(entity_type, entities))
            .collect();
        let prefixes = types
            .zip(&packed)
            .map(|((index, entities), packed)| self.prefixes_of(index, entities, packed))
            .collect();
        self.put_sealed(|sealed| {
            sealed.packed = packed;
            sealed.prefixes = prefixes;
        });
        for entity in self.entities() {
            self.entities.get_mut(entity.0).changed = false;
        }
        let (rows, history) = self.sealed_rows();
        let neighbors = self.neighbors();
        self.put_sealed(|sealed| {
            sealed.rows = rows;
            sealed.history = history;
            sealed.neighbors = neighbors;
        });
        // Texts are ordered by how much their entities are related.
        let searched = self.searched(self.claims());
        let texts = self.text_index();
        self.put_sealed(|sealed| {
            sealed.searched = searched;
            sealed.texts = texts;
        });
    }

    /// Completes what is being sealed, which nobody else can hold yet.
    fn put_sealed(&mut self, put: impl FnOnce(&mut Sealed)) {
        if let Some(sealed) = Arc::get_mut(&mut self.sealed) {
            put(sealed);
        }
    }

    fn sealed_rows(&mut self) -> (Vec<TypedRows>, Vec<TypedRows>) {
        let count = self.ontology.relationships.len();
        let mut shown: Vec<Vec<Link>> = vec![Vec::new(); count];
        let mut hidden: Vec<Vec<Link>> = vec![Vec::new(); count];
        for number in 0..self.relationships.next() {
            let record = self.relationships.get_mut(number);
            record.next_parallel = NONE;
            let link = Link {
                relationship: RelationshipIndex(number),
                from: record.from,
                to: record.to,
            };
            let links = if record.winner == NONE {
                &mut hidden
            } else {
                &mut shown
            };
            links[record.relationship_type.place()].push(link);
        }
        let mut build = |links: Vec<Vec<Link>>, ordered: bool| -> Vec<TypedRows> {
            links
                .iter()
                .enumerate()
                .map(|(place, links)| self.typed_rows(place, links, ordered))
                .collect()
        };
        (build(shown, true), build(hidden, false))
    }

    fn neighbors(&self) -> [Neighbors; 2] {
        [true, false].map(|shown| {
            Neighbors::build(self.entities.len(), || {
                (0..self.relationships.next())
                    .map(|number| (RelationshipIndex(number), self.relationships.get(number)))
                    .filter(move |(_, record)| (record.winner != NONE) == shown)
            })
        })
    }

    fn typed_rows(&mut self, place: usize, links: &[Link], ordered: bool) -> TypedRows {
        let view = View::now(self.clone());
        let declared = &self.ontology.relationships[place];
        let places = |direction: Direction| -> Vec<u32> {
            // In no order they lie as they were recorded.
            let terms: &[_] = if ordered {
                declared.order(direction)
            } else {
                &[]
            };
            order::places(&view, terms, links, direction)
        };
        let mut chains = Vec::new();
        let rows = TypedRows::build(
            links,
            self.ontology.types.len(),
            |entity| {
                let record = view.graph().entities.get(entity.0);
                (record.entity_type, record.local)
            },
            &places(Direction::Out),
            &places(Direction::In),
            |earlier, later| chains.push((earlier, later)),
        );
        for (earlier, later) in chains {
            self.relationships.get_mut(earlier.0).next_parallel = later.0;
        }
        rows
    }

    /// The sealed relationships of a type with these two ends.
    pub(crate) fn sealed_pair(
        &self,
        index: RelationshipTypeIndex,
        from: EntityIndex,
        to: EntityIndex,
    ) -> impl Iterator<Item = RelationshipIndex> + '_ {
        let place = |entity: EntityIndex| {
            let record = self.entities.get(entity.0);
            (record.entity_type, record.local)
        };
        let (from, to) = (place(from), place(to));
        [&self.sealed.rows, &self.sealed.history]
            .into_iter()
            .flat_map(move |rows| self.parallel(rows[index.place()].pair(from, to)))
    }

    /// A relationship and those that chain from it.
    pub(crate) fn parallel(
        &self,
        first: Option<RelationshipIndex>,
    ) -> impl Iterator<Item = RelationshipIndex> + '_ {
        std::iter::successors(first, |relationship| {
            let next = self.relationships.get(relationship.0).next_parallel;
            (next != NONE).then_some(RelationshipIndex(next))
        })
    }
}

/// What was sealed with what came since, as far as it is not made anew. What came since is let go.
fn folded(old: &Sealed, recent: Recent, ontology: &Ontology) -> Sealed {
    let by_type = old.by_type.iter().zip(recent.by_type);
    Sealed {
        ids: merged(&old.ids, recent.ids),
        alternates: merged(&old.alternates, recent.alternates),
        claim_ids: merged(&old.claim_ids, recent.claim_ids),
        requests: merged(&old.requests, recent.requests),
        extras: merged(&old.extras, recent.extras),
        unique: merged(&old.unique, recent.unique),
        cited: extended(&old.cited, recent.cited),
        annotated: extended(&old.annotated, recent.annotated),
        by_type: by_type
            .map(|(old, new)| [old.as_slice(), &new].concat())
            .collect(),
        ..Sealed::empty(ontology)
    }
}

fn merged<K: Clone + Eq + Hash, V: Clone, S: BuildHasher + Clone>(
    old: &HashMap<K, V, S>,
    new: HashMap<K, V, S>,
) -> HashMap<K, V, S> {
    if old.is_empty() {
        return new;
    }
    let mut all = old.clone();
    all.extend(new);
    all
}

/// The lists of both, one after the other.
fn extended<K: Clone + Eq + Hash, V: Clone, S: BuildHasher + Clone>(
    old: &HashMap<K, Vec<V>, S>,
    new: HashMap<K, Vec<V>, S>,
) -> HashMap<K, Vec<V>, S> {
    if old.is_empty() {
        return new;
    }
    let mut all = old.clone();
    for (key, list) in new {
        all.entry(key).or_default().extend(list);
    }
    all
}
