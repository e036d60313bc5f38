//! Groups of everything that there is.

use std::collections::HashMap;
use std::hash::Hash;

use onrecord::graph::aggregate::{DatePart, GroupBy, GroupOrder, Key, group};
use onrecord::graph::filter::Places;
use onrecord::graph::view::View;
use onrecord::graph::walk::Budget;
use onrecord::model::ontology::{Direction, TypeIndex, ValueType};

use crate::table::Table;
use crate::world::{World, relationship};

/// The largest groups of all entities by a property, by the year of a date, and by what a relationship leads to.
/// By hand the values lie in an array by node, and are counted in a map; what relationships lead to, in an array.
pub(crate) fn groups(world: &World, table: &mut Table) {
    let view = &world.view;
    let things: Vec<_> = view.graph().entities().collect();
    let property = |names: &[&str], value_type, part| Key::Property {
        places: places(view, names),
        value_type,
        list: false,
        part,
    };
    let status = property(&["status"], ValueType::String, None);
    let year = property(
        &["date", "signed", "announced"],
        ValueType::Date,
        Some(DatePart::Year),
    );
    let maker = Key::Relationship {
        relationship: relationship(view, "MADE_BY"),
        direction: Direction::Out,
        many: true,
    };
    let ours = |keys: &[Key]| {
        let by = GroupBy {
            keys,
            of: &[],
            first: 10,
            order: GroupOrder {
                by_key: false,
                descending: true,
            },
        };
        let found = group(view, &things, &by, &mut Budget::new(u64::MAX));
        let found = found.expect("a budget without an end");
        let shown = found.groups.iter().map(|group| group.count);
        answer(found.total, shown)
    };
    let by_hand = &world.by_hand;
    let name = |by: &str| format!("groups of {} by {by}", things.len());
    table.compare(
        &name("status"),
        1,
        || ours(std::slice::from_ref(&status)),
        || largest(by_hand.statuses.iter()),
    );
    table.compare(
        &name("year"),
        1,
        || ours(std::slice::from_ref(&year)),
        || largest(by_hand.years.iter()),
    );
    let both = [status.clone(), year.clone()];
    table.compare(
        &name("status and year"),
        1,
        || ours(&both),
        || largest(by_hand.statuses.iter().zip(&by_hand.years)),
    );
    let rows = by_hand.rows("MADE_BY", Direction::Out);
    table.compare(
        &name("maker"),
        1,
        || ours(std::slice::from_ref(&maker)),
        || {
            let mut counts = vec![0; by_hand.years.len()];
            let mut none = 0;
            for node in (0..).take(counts.len()) {
                let row = rows.neighbors_slice(node);
                none += usize::from(row.is_empty());
                for to in row {
                    counts[*to as usize] += 1;
                }
            }
            counts.push(none);
            counts.retain(|count| *count > 0);
            ten_largest(counts)
        },
    );
}

/// Where the types have one of these properties.
fn places(view: &View, names: &[&str]) -> Places {
    let ontology = view.ontology();
    let types = (0..).map(TypeIndex).zip(&ontology.types);
    let places = types.filter_map(|(index, entity_type)| {
        let mut found = names.iter().filter_map(|name| entity_type.property(name));
        Some((index, found.next()?.0))
    });
    places.collect()
}

fn largest<T: Eq + Hash>(values: impl Iterator<Item = T>) -> u64 {
    let mut counts: HashMap<T, usize> = HashMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    ten_largest(counts.into_values().collect())
}

fn ten_largest(mut counts: Vec<usize>) -> u64 {
    counts.sort_unstable_by(|one, other| other.cmp(one));
    answer(counts.len(), counts.iter().copied().take(10))
}

/// Both sides must find the same groups.
fn answer(total: usize, shown: impl Iterator<Item = usize>) -> u64 {
    let counts = shown.map(|count| count as u64);
    counts.fold(total as u64, |sum, count| {
        sum.wrapping_mul(31).wrapping_add(count)
    })
}
