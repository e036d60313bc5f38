//! Orders of every kind, against sorting by their keys; and pages of a graph that changes between them.

use proptest::collection::vec;
use proptest::prelude::*;

use super::cases;
use super::script::{Round, Twins, rounds, some_date};
use super::world::{
    ABOUT, KNOWS, MADE_BY, PERSON, WORK, add, keyed, link, ontology, put, retract, text,
    transaction,
};
use crate::graph::filter::{LinkPart, Places, Wanted};
use crate::graph::order::compare_keys;
use crate::graph::page::{Item, Mark, Page, Selection, Stretch, page};
use crate::graph::term::{By, Term};
use crate::graph::view::{Clocks, View};
use crate::graph::walk::Budget;
use crate::graph::{EntityIndex, Graph, Hop};
use crate::model::change::Change;
use crate::model::ontology::{
    Direction, EnumIndex, PropertyIndex, RelationshipTypeIndex, ValueType,
};

fn places(person: Option<u16>, work: Option<u16>) -> Places {
    let person = person.map(|person| (PERSON, PropertyIndex(person)));
    let work = work.map(|work| (WORK, PropertyIndex(work)));
    person.into_iter().chain(work).collect()
}

fn by() -> impl Strategy<Value = By> {
    let property = |person, work, value_type| By::Property {
        places: places(person, work),
        value_type,
    };
    let leaf = (0..11_u8).prop_map(move |which| match which {
        0 => By::Id,
        1 => By::Name(places(Some(0), Some(1))),
        2 => property(Some(2), None, ValueType::String),
        3 => property(Some(3), None, ValueType::Enum(EnumIndex(0))),
        4 => property(Some(4), Some(0), ValueType::Date),
        5 => property(None, Some(2), ValueType::BigInt),
        6 => property(None, Some(3), ValueType::Quantity),
        7 => By::Edge {
            part: LinkPart::Property(PropertyIndex(1)),
            value_type: ValueType::Int,
        },
        8 => By::Edge {
            part: LinkPart::Since,
            value_type: ValueType::Date,
        },
        9 => By::Edge {
            part: LinkPart::Until,
            value_type: ValueType::Date,
        },
        _ => By::Count {
            relationship: KNOWS,
            direction: Direction::In,
        },
    });
    let related =
        (leaf.clone(), 0..3_u16, any::<bool>()).prop_map(|(by, relationship, out)| By::Related {
            relationship: RelationshipTypeIndex(relationship),
            direction: if out { Direction::Out } else { Direction::In },
            by: Box::new(by),
        });
    prop_oneof![3 => leaf, 1 => related]
}

fn order(most: usize) -> impl Strategy<Value = Vec<Term>> {
    let term = (by(), any::<bool>()).prop_map(|(by, descending)| Term { by, descending });
    vec(term, 0..most)
}

fn sorted<T: Item>(view: &View, items: &[T], order: &[Term]) -> Vec<T> {
    let mut items = items.to_vec();
    items.sort_by(|one, other| {
        let descending = order.iter().map(|term| term.descending);
        let keys = (one.keys(view, order), other.keys(view, order));
        compare_keys(descending, &keys.0, &keys.1).then(one.number().cmp(&other.number()))
    });
    items
}

/// Which page.
#[derive(Debug, Clone)]
struct Asked {
    limit: usize,
    from_end: bool,
    ends: (Option<prop::sample::Index>, Option<prop::sample::Index>),
}

fn asked() -> impl Strategy<Value = Asked> {
    let place = || prop::option::of(any::<prop::sample::Index>());
    (0..5_usize, any::<bool>(), (place(), place())).prop_map(|(limit, from_end, ends)| Asked {
        limit,
        from_end,
        ends,
    })
}

/// A page is a slice of the sorted list.
fn compare<T: Item + PartialEq + std::fmt::Debug>(
    view: &View,
    items: &[T],
    order: &[Term],
    asked: &Asked,
) {
    if order.is_empty() {
        return;
    }
    let all = sorted(view, items, order);
    let place = |index: Option<prop::sample::Index>| {
        let index = index.filter(|_| !all.is_empty());
        index.map(|index| index.index(all.len()))
    };
    let (after, before) = (place(asked.ends.0), place(asked.ends.1));
    let mark = |place: Option<usize>| {
        place.map(|place| Mark {
            keys: all[place].keys(view, order),
            number: all[place].number(),
        })
    };
    let stretch = Stretch {
        after: mark(after),
        before: mark(before),
        limit: asked.limit,
        from_end: asked.from_end,
    };
    let from = after.map_or(0, |after| after + 1);
    let to = before.unwrap_or(all.len()).max(from);
    let (from, to) = if asked.from_end {
        (from.max(to.saturating_sub(asked.limit)), to)
    } else {
        (from, to.min(from + asked.limit))
    };
    for already in [false, true] {
        let selection = Selection {
            wanted: &Wanted::default(),
            order,
            sorted: already,
            stretch: &stretch,
            count: true,
        };
        let given = if already { &all } else { items };
        let mut budget = Budget::new(1_000_000);
        let found = page(view, given.iter().copied(), &selection, &mut budget).expect("in budget");
        assert_eq!(found.items, all[from..to], "{order:?} {asked:?}");
        assert_eq!(
            (found.has_previous, found.has_next, found.total),
            (from > 0, to < all.len(), Some(all.len())),
            "{order:?} {asked:?}"
        );
    }
}

/// One of the lists that are read.
#[derive(Debug, Clone, Copy)]
enum List {
    People,
    Row(RelationshipTypeIndex, Direction),
}

/// What it holds, as something that can be compared.
fn hops(view: &View, owner: EntityIndex, row: (RelationshipTypeIndex, Direction)) -> Vec<Hop> {
    view.row(owner, row.0, row.1).collect()
}

/// Reads a list page by page while rounds are played in between. What was there all the time and stayed in its place
/// is shown once.
fn read_on<T: Item + Eq + std::hash::Hash + std::fmt::Debug>(
    mut twins: Twins,
    rounds: &[Round],
    order: &[Term],
    limit: usize,
    from_end: bool,
    list: impl Fn(&View) -> Vec<T>,
) {
    let mut rounds = rounds.iter();
    let mut mark = None;
    let mut shown: Vec<T> = Vec::new();
    let mut stayed: Option<Vec<(T, String)>> = None;
    loop {
        let view = View::now(twins.graph.clone());
        let items = list(&view);
        let placed = |item: &T| format!("{:?}", item.keys(&view, order));
        let here = items.iter().map(|item| (*item, placed(item)));
        stayed = Some(match stayed {
            None => here.collect(),
            Some(before) => {
                let here: Vec<_> = here.collect();
                before
                    .into_iter()
                    .filter(|found| here.contains(found))
                    .collect()
            }
        });
        let (after, before) = if from_end { (None, mark) } else { (mark, None) };
        let stretch = Stretch {
            after,
            before,
            limit,
            from_end,
        };
        let selection = Selection {
            wanted: &Wanted::default(),
            order,
            sorted: false,
            stretch: &stretch,
            count: false,
        };
        let mut budget = Budget::new(1_000_000);
        let found = page(&view, items.into_iter(), &selection, &mut budget).expect("in budget");
        let Page {
            items,
            has_next,
            has_previous,
            ..
        } = found;
        let last = if from_end {
            items.first()
        } else {
            items.last()
        };
        mark = last.map(|item| Mark {
            keys: item.keys(&view, order),
            number: item.number(),
        });
        shown.extend(items);
        if !(if from_end { has_previous } else { has_next }) {
            break;
        }
        assert!(mark.is_some(), "a page that promises more shows something");
        if let Some(round) = rounds.next() {
            twins.play(round);
        }
    }
    for (item, _) in stayed.into_iter().flatten() {
        let times = shown.iter().filter(|found| **found == item).count();
        assert_eq!(times, 1, "{item:?} of {shown:?} in {order:?}");
    }
}

/// The item that a cursor names moves to the end of the list. What stood between is not passed over.
#[test]
fn a_cursor_marks_a_place_not_an_item_that_moves() {
    let mut graph = Graph::new(ontology());
    let mut commit = |changes: Vec<Change>| {
        let transaction = transaction(0, changes);
        graph.check(&transaction).expect("fits");
        graph.apply(&transaction);
        View::now(graph.clone())
    };
    let mut changes = vec![put("source:a"), put("work:hub")];
    for number in 0..6 {
        let id = format!("person:p{number}");
        let code = keyed(
            &format!("claim:c{number}"),
            text(&id, "code", &format!("c{number}")),
        );
        changes.extend([
            put(&id),
            add(code),
            add(link(&id, "KNOWS", "work:hub", &[])),
        ]);
    }
    let before = commit(changes);
    let after = commit(vec![
        retract("claim:c1"),
        add(text("person:p1", "code", "c9")),
    ]);
    let read = |view: &View, mark: Option<Mark>, from_end: bool| {
        let hub = view.entity("work:hub").expect("known");
        let (after, before) = if from_end { (None, mark) } else { (mark, None) };
        let stretch = Stretch {
            after,
            before,
            limit: 2,
            from_end,
        };
        let selection = Selection {
            wanted: &Wanted::default(),
            order: &[],
            sorted: false,
            stretch: &stretch,
            count: false,
        };
        let items = hops(view, hub, (KNOWS, Direction::In)).into_iter();
        page(view, items, &selection, &mut Budget::new(1000))
            .expect("in budget")
            .items
    };
    let ids = |view: &View, items: &[Hop]| -> Vec<String> {
        items
            .iter()
            .map(|hop| view.id(hop.entity).slug().to_owned())
            .collect()
    };
    let first = read(&before, None, false);
    assert_eq!(ids(&before, &first), ["p0", "p1"]);
    let mark = || {
        Some(Mark {
            keys: first[1].keys(&before, &[]),
            number: first[1].number(),
        })
    };
    assert_eq!(ids(&after, &read(&after, mark(), false)), ["p2", "p3"]);
    assert_eq!(ids(&after, &read(&after, mark(), true)), ["p0"]);
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn every_order_is_that_of_its_keys(
        rounds in rounds(),
        orders in vec(order(3), 4),
        asked in vec(asked(), 3),
        date in 0..8_usize,
    ) {
        let mut twins = Twins::new();
        for round in &rounds {
            twins.play(round);
        }
        let now = View::now(twins.graph.clone());
        let then = now.at(Clocks { date: Some(some_date(date)), ..Clocks::default() });
        for view in [&now, &then] {
            let people: Vec<EntityIndex> = view.entities_of(PERSON).chain(view.entities_of(WORK)).collect();
            for (order, asked) in orders.iter().flat_map(|order| asked.iter().map(move |asked| (order, asked))) {
                compare(view, &people, order, asked);
                for owner in twins.graph.entities() {
                    for row in [(MADE_BY, Direction::Out), (KNOWS, Direction::In), (ABOUT, Direction::In)] {
                        compare(view, &hops(view, owner, row), order, asked);
                    }
                }
            }
            // A row of one term is read against its order.
            let term = Term {
                by: By::Edge { part: LinkPart::Until, value_type: ValueType::Date },
                descending: false,
            };
            for owner in twins.graph.entities() {
                let row = hops(view, owner, (ABOUT, Direction::In));
                let backwards: Vec<Hop> = view.row_backwards(owner, ABOUT, Direction::In, &term).collect();
                prop_assert_eq!(backwards, sorted(view, &row, std::slice::from_ref(&term)));
            }
        }
    }

    #[test]
    fn what_stays_in_its_place_is_shown_once_while_the_graph_changes(
        before in rounds(),
        between in rounds(),
        order in order(3),
        which in 0..4_u8,
        limit in 1..3_usize,
        from_end: bool,
    ) {
        let mut twins = Twins::new();
        for round in &before {
            twins.play(round);
        }
        let list = match which {
            0 => List::People,
            1 => List::Row(KNOWS, Direction::In),
            2 => List::Row(ABOUT, Direction::Out),
            _ => List::Row(MADE_BY, Direction::Out),
        };
        match list {
            List::People => read_on(twins, &between, &order, limit, from_end, |view| {
                view.entities_of(PERSON).collect()
            }),
            List::Row(relationship, direction) => {
                let owner = twins.graph.entity("work:a").expect("known");
                read_on(twins, &between, &order, limit, from_end, |view| {
                    hops(view, owner, (relationship, direction))
                });
            }
        }
    }
}
