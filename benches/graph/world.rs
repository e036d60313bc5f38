//! The graph that is measured, and the same data by hand.

use std::sync::Arc;
use std::time::Instant;

use onrecord::graph::view::View;
use onrecord::graph::{EntityIndex, Graph};
use onrecord::ingest::ontology;
use onrecord::model::ontology::RelationshipTypeIndex;
use onrecord::store::Store;

use crate::by_hand::ByHand;
use crate::generator::{self, Sizes};

/// The default ontology.
pub(crate) const ONTOLOGY: &str = include_str!("../../schema/ontology.graphql");

/// What the measurements look at.
pub(crate) struct World {
    pub(crate) sizes: Sizes,
    pub(crate) store: Store,
    /// What is on record now.
    pub(crate) view: View,
    pub(crate) by_hand: ByHand,
}

impl World {
    /// Generates the data, and tells how long the graph takes to be made of it.
    pub(crate) fn make(sizes: Sizes) -> Self {
        let transactions = generator::transactions(sizes);
        let by_hand = ByHand::of(&transactions);
        let ontology =
            Arc::new(ontology::read(ONTOLOGY, "ontology.graphql").expect("the ontology"));
        let store = Store::in_memory(ontology);
        let started = Instant::now();
        store
            .commit_all(&transactions)
            .expect("transactions that fit");
        let counts = store.view().graph().counts();
        println!(
            "{} entities, {} relationships, {} claims, committed and sealed in {:.1} s\n",
            counts.entities,
            counts.relationships,
            counts.claims,
            started.elapsed().as_secs_f64()
        );
        let view = store.view();
        Self {
            sizes,
            store,
            view,
            by_hand,
        }
    }

    /// A version of the graph that may be written to.
    pub(crate) fn graph(&self) -> Graph {
        self.view.graph().clone()
    }
}

/// The entity of an id that is there.
pub(crate) fn entity(view: &View, id: &str) -> EntityIndex {
    view.entity(id).expect("an entity")
}

/// The relationship type of a name that is there.
pub(crate) fn relationship(view: &View, name: &str) -> RelationshipTypeIndex {
    let found = view.ontology().relationship_named(name);
    found.expect("a relationship type")
}
