//! Which sources count once, against a naive model of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::cases;
use super::world::{add, link, put, transaction};
use crate::graph::Graph;
use crate::graph::view::View;
use crate::model::ontology::{
    EntityType, Ontology, Property, PropertyIndex, RelationshipType, Temporal, TypeIndex, TypeRef,
    ValueType,
};
use crate::model::value::BoundWidths;

const SOURCES: [&str; 6] = [
    "source:a", "source:b", "source:c", "source:d", "source:e", "source:f",
];

/// Sources, of which some are made from others.
fn view(derived: &[(usize, usize)]) -> View {
    let source = EntityType {
        name: "Source".into(),
        description: String::new(),
        prefix: "source".into(),
        label: PropertyIndex(0),
        interfaces: Vec::new(),
        properties: vec![Property {
            name: "title".into(),
            description: String::new(),
            value_type: ValueType::String,
            list: false,
            search: None,
            unique: false,
            temporal: Temporal::Lasting,
            default: None,
            identity: false,
            plays: Vec::new(),
        }],
        relationships: Vec::new(),
        temporal: Temporal::Lasting,
        plays: Vec::new(),
    };
    let derived_from = RelationshipType {
        name: "DERIVED_FROM".into(),
        description: String::new(),
        source: TypeRef::Type(TypeIndex(0)),
        target: TypeRef::Type(TypeIndex(0)),
        properties_name: None,
        properties: Vec::new(),
        temporal: Temporal::Lasting,
        exclusive: None,
        order_out: Vec::new(),
        order_in: Vec::new(),
    };
    let mut graph = Graph::new(Arc::new(Ontology::new(
        vec![source],
        Vec::new(),
        Vec::new(),
        Vec::new(),
        vec![derived_from],
        BoundWidths::default(),
    )));
    let mut changes: Vec<_> = SOURCES.iter().map(|id| put(id)).collect();
    changes.extend(derived.iter().map(|(from, to)| {
        add(link(
            SOURCES[*from % SOURCES.len()],
            "DERIVED_FROM",
            SOURCES[*to % SOURCES.len()],
            &[],
        ))
    }));
    graph.apply(&transaction(0, changes));
    View::now(graph)
}

/// The groups by name, each in order.
fn groups(derived: &[(usize, usize)], cited: &[usize]) -> BTreeSet<BTreeSet<usize>> {
    let view = view(derived);
    let entity = |place: &usize| view.entity(SOURCES[*place]).expect("a source");
    let found = view.independent_sources(cited.iter().map(entity));
    let place = |id: &str| SOURCES.iter().position(|known| *known == id);
    let named = found.iter().map(|group| {
        group
            .iter()
            .filter_map(|source| place(view.id(*source).as_str()))
            .collect()
    });
    named.collect()
}

#[test]
fn copies_of_one_document_count_once() {
    // b and c are made from a, which nobody cites; d stands alone.
    let derived = [(1, 0), (2, 0)];
    let expected = BTreeSet::from([BTreeSet::from([1, 2]), BTreeSet::from([3])]);
    assert_eq!(groups(&derived, &[1, 2, 3, 1]), expected);
    assert_eq!(groups(&[], &[]), BTreeSet::new());
}

#[test]
fn a_document_made_from_two_joins_them() {
    let together = BTreeSet::from([BTreeSet::from([0, 1, 2])]);
    assert_eq!(groups(&[(2, 0), (2, 1)], &[0, 1, 2]), together);
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn groups_are_those_of_a_naive_search(
        derived in proptest::collection::vec((0..SOURCES.len(), 0..SOURCES.len()), 0..8),
        cited in proptest::collection::vec(0..SOURCES.len(), 0..8),
    ) {
        // What each goes back to, itself included.
        let mut origins: Vec<BTreeSet<usize>> =
            (0..SOURCES.len()).map(|place| BTreeSet::from([place])).collect();
        for _ in 0..SOURCES.len() {
            for (from, to) in &derived {
                let further = origins[*to].clone();
                origins[*from].extend(further);
            }
        }
        // Groups that share an origin are joined until none do.
        let mut expected: Vec<(BTreeSet<usize>, BTreeSet<usize>)> = cited
            .iter()
            .map(|place| (BTreeSet::from([*place]), origins[*place].clone()))
            .collect();
        let shared = |all: &[(BTreeSet<usize>, BTreeSet<usize>)]| {
            (0..all.len())
                .flat_map(|one| (one + 1..all.len()).map(move |other| (one, other)))
                .find(|(one, other)| !all[*one].1.is_disjoint(&all[*other].1))
        };
        while let Some((one, other)) = shared(&expected) {
            let (group, back) = expected.remove(other);
            expected[one].0.extend(group);
            expected[one].1.extend(back);
        }
        let expected: BTreeSet<_> = expected.into_iter().map(|(group, _)| group).collect();
        prop_assert_eq!(groups(&derived, &cited), expected);
    }
}
