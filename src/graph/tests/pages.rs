//! Pages against sorting and slicing a list in full.

use std::cmp::Ordering;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::cases;
use super::world::{
    ABOUT, KNOWS, MADE_BY, PERSON, add, date, keyed, link, ontology, put, retract, since, text,
    transaction, until, value,
};
use crate::graph::filter::{DateTest, Filter, Ids, Places, Test, TextTest, Wanted, days};
use crate::graph::page::{Item, Mark, Page, Selection, Stretch, page};
use crate::graph::term::{By, Term};
use crate::graph::view::View;
use crate::graph::walk::Budget;
use crate::graph::{EntityIndex, Graph, Hop};
use crate::model::ontology::{Direction, PropertyIndex, RelationshipTypeIndex, ValueType};
use crate::model::value::Value;

const CODE: PropertyIndex = PropertyIndex(2);
const BORN: PropertyIndex = PropertyIndex(4);
const YEARS: [&str; 4] = ["2019", "2020", "2021-05", "../2020"];

/// One person, what is stated of it, and how the hub is tied to it.
#[derive(Debug, Clone)]
struct Guest {
    name: Option<u8>,
    born: Option<usize>,
    share: Option<i32>,
    when: (Option<usize>, Option<usize>),
    /// Whether the ties are retracted in the end.
    leaves: bool,
    /// Whether it is tied twice, in two roles.
    again: bool,
}

fn guest() -> impl Strategy<Value = Guest> {
    let year = || option::of(0..YEARS.len());
    (
        option::of(0..4_u8),
        year(),
        option::of(0..3),
        (year(), year()),
        prop::bool::weighted(0.3),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(name, born, share, when, leaves, again)| Guest {
            name,
            born,
            share,
            when,
            leaves,
            again,
        })
}

/// What is asked of a list.
#[derive(Debug, Clone)]
struct Asked {
    after: Option<prop::sample::Index>,
    before: Option<prop::sample::Index>,
    limit: usize,
    from_end: bool,
    count: bool,
    filter: Option<u8>,
    order: Vec<(u8, bool)>,
}

fn asked() -> impl Strategy<Value = Asked> {
    let index = || option::of(any::<prop::sample::Index>());
    (
        index(),
        index(),
        0..6_usize,
        any::<bool>(),
        any::<bool>(),
        option::of(0..4_u8),
        vec((0..4_u8, any::<bool>()), 0..3),
    )
        .prop_map(
            |(after, before, limit, from_end, count, filter, order)| Asked {
                after,
                before,
                limit,
                from_end,
                count,
                filter,
                order,
            },
        )
}

/// The hub's view while all are there, and after some have left.
fn views(guests: &[Guest], seal: (bool, bool)) -> (View, View) {
    let mut changes = vec![put("source:a"), put("work:hub")];
    let mut leaving = Vec::new();
    for (number, guest) in guests.iter().enumerate() {
        let id = format!("person:p{number}");
        changes.push(put(&id));
        let names = ["Ada", "ada", "Ádá", "Bo"];
        changes.extend(
            guest
                .name
                .map(|name| add(text(&id, "name", names[usize::from(name)]))),
        );
        changes.extend(
            guest
                .born
                .map(|year| add(value(&id, "born", Value::Date(date(YEARS[year]))))),
        );
        if number % 3 == 0 {
            changes.push(add(text(
                &id,
                "code",
                &format!("c{}", guests.len() - number),
            )));
        }
        let share = guest.share.map(|share| ("share", Value::Int(share)));
        let mut about = link("work:hub", "ABOUT", &id, &[]);
        if let Some(start) = guest.when.0 {
            about = since(YEARS[start], about);
        }
        if let Some(end) = guest.when.1 {
            about = until(YEARS[end], about);
        }
        let mut ties = vec![about, link(&id, "KNOWS", "work:hub", &[])];
        ties.push(link("work:hub", "MADE_BY", &id, share.as_slice()));
        if guest.again {
            let role = ("role", Value::Enum("LAST".into()));
            ties.push(link("work:hub", "MADE_BY", &id, &[role]));
        }
        for (place, tie) in ties.into_iter().enumerate() {
            let key = format!("claim:k{number}-{place}");
            leaving.extend(guest.leaves.then(|| retract(&key)));
            changes.push(add(keyed(&key, tie)));
        }
    }
    let mut graph = Graph::new(ontology());
    let mut views = [(changes, seal.0), (leaving, seal.1)]
        .map(|(changes, seal)| {
            let transaction = transaction(0, changes);
            graph.check(&transaction).expect("fits");
            graph.apply(&transaction);
            if seal {
                graph.seal();
            }
            View::now(graph.clone())
        })
        .into_iter();
    (views.next().expect("two"), views.next().expect("two"))
}

fn name_key(view: &View, entity: EntityIndex) -> (String, String) {
    let label = view.label(entity);
    (label.replace(['Á', 'á'], "a").to_lowercase(), label)
}

/// How two entities stand in an order, worked out from their values.
fn naive_order(
    view: &View,
    order: &[(u8, bool)],
    one: EntityIndex,
    other: EntityIndex,
) -> Ordering {
    let stated_first =
        |one: Option<Ordering>, missing: (bool, bool), descending: bool| match (one, missing) {
            (_, (true, true)) | (None, _) => Ordering::Equal,
            (_, (true, false)) => Ordering::Greater,
            (_, (false, true)) => Ordering::Less,
            (Some(order), _) if descending => order.reverse(),
            (Some(order), _) => order,
        };
    let value = |entity: EntityIndex, property| view.value(entity, property).cloned();
    order
        .iter()
        .fold(Ordering::Equal, |so_far, (by, descending)| {
            let (order, missing) = match by {
                0 => (view.id(one).cmp(view.id(other)), (false, false)),
                1 => (
                    name_key(view, one).cmp(&name_key(view, other)),
                    (false, false),
                ),
                2 => {
                    let codes =
                        [one, other].map(|entity| value(entity, CODE).map(|code| code.label()));
                    (
                        codes[0].cmp(&codes[1]),
                        (codes[0].is_none(), codes[1].is_none()),
                    )
                }
                _ => {
                    let days = [one, other].map(|entity| match value(entity, BORN) {
                        Some(Value::Date(date)) => {
                            Some((date.earliest().unwrap_or(i32::MIN), date.latest()))
                        }
                        _ => None,
                    });
                    (
                        days[0].cmp(&days[1]),
                        (days[0].is_none(), days[1].is_none()),
                    )
                }
            };
            so_far.then(stated_first(Some(order), missing, *descending))
        })
}

fn terms(order: &[(u8, bool)]) -> Vec<Term> {
    let term = |(by, descending): &(u8, bool)| {
        let by = match by {
            0 => By::Id,
            1 => By::Name([(PERSON, PropertyIndex(0))].into_iter().collect()),
            2 => By::Property {
                places: [(PERSON, CODE)].into_iter().collect(),
                value_type: ValueType::String,
            },
            _ => By::Property {
                places: [(PERSON, BORN)].into_iter().collect(),
                value_type: ValueType::Date,
            },
        };
        Term {
            by,
            descending: *descending,
        }
    };
    order.iter().map(term).collect()
}

fn filter(which: u8) -> Filter {
    let starts = |text: &str| Filter::Name {
        labels: Places::default(),
        tests: vec![TextTest::starts_with(text.into(), false)],
    };
    match which {
        0 => starts("a"),
        1 => Filter::Not(Box::new(starts("a"))),
        2 => Filter::Property {
            places: [(PERSON, BORN)].into_iter().collect(),
            any: false,
            tests: vec![Test::Date(DateTest::Overlaps(days(&date("2019/2020"))))],
        },
        _ => Filter::Id {
            one_of: Ids::Named(vec!["person:p1".into(), "person:p2".into()]),
            negated: true,
        },
    }
}

fn fits(view: &View, which: Option<u8>, entity: EntityIndex) -> bool {
    match which {
        None => true,
        Some(0) => name_key(view, entity).0.starts_with('a'),
        Some(1) => !name_key(view, entity).0.starts_with('a'),
        Some(2) => {
            matches!(view.value(entity, BORN), Some(Value::Date(born)) if born.overlaps(&date("2019/2020")))
        }
        Some(_) => !["person:p1", "person:p2"].contains(&view.id(entity).as_str()),
    }
}

/// Asks for one page of a list that had all of `then` and has `now`.
fn compare<T: Item + PartialEq + std::fmt::Debug>(
    views: &(View, View),
    then: Vec<T>,
    now: &[T],
    asked: &Asked,
) {
    let (order, mut all) = (terms(&asked.order), then);
    all.sort_by(|one, other| {
        let found = naive_order(&views.1, &asked.order, one.entity(), other.entity());
        let number = || {
            if asked.order.is_empty() {
                Ordering::Equal
            } else {
                one.number().cmp(&other.number())
            }
        };
        found.then_with(number)
    });
    let chosen = |index: &Option<prop::sample::Index>| {
        index
            .filter(|_| !all.is_empty())
            .map(|index| index.index(all.len()))
    };
    let mark = |place: Option<usize>| {
        place.map(|place| Mark {
            keys: all[place].keys(&views.0, &order),
            number: all[place].number(),
        })
    };
    let (after, before) = (chosen(&asked.after), chosen(&asked.before));
    let stretch = Stretch {
        after: mark(after),
        before: mark(before),
        limit: asked.limit,
        from_end: asked.from_end,
    };
    let mut wanted = Wanted::new(asked.filter.map(filter), None);
    if asked.count {
        wanted = wanted.resolved(views.1.graph()).unwrap_or(wanted);
    }
    let selection = Selection {
        wanted: &wanted,
        order: &order,
        sorted: false,
        stretch: &stretch,
        count: asked.count,
    };
    let found = page(
        &views.1,
        now.iter().copied(),
        &selection,
        &mut Budget::new(1_000_000),
    )
    .expect("within budget");

    let shown: Vec<(usize, T)> = all
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, item)| now.contains(item) && fits(&views.1, asked.filter, item.entity()))
        .collect();
    let between = |place: usize| {
        after.is_none_or(|after| place > after) && before.is_none_or(|before| place < before)
    };
    let inside: Vec<(usize, T)> = shown
        .iter()
        .copied()
        .filter(|(place, _)| between(*place))
        .collect();
    let kept = match asked.limit.min(inside.len()) {
        limit if asked.from_end => &inside[inside.len() - limit..],
        limit => &inside[..limit],
    };
    let wanted: Vec<T> = kept.iter().map(|(_, item)| *item).collect();
    assert_eq!(found.items, wanted, "{asked:?}");
    // A list that is not read to its end is not counted.
    let total = (asked.count || found.total.is_some()).then_some(shown.len());
    assert_eq!(found.total, total, "{asked:?}");
    if let (Some(first), Some(last)) = (kept.first(), kept.last()) {
        assert_eq!(
            found.has_previous,
            shown.iter().any(|(place, _)| *place < first.0),
            "{asked:?}"
        );
        assert_eq!(
            found.has_next,
            shown.iter().any(|(place, _)| *place > last.0),
            "{asked:?}"
        );
    }
    if asked.limit == 0 && asked.after.is_none() && asked.before.is_none() {
        let more = if asked.from_end {
            found.has_previous
        } else {
            found.has_next
        };
        assert_eq!(more, !shown.is_empty(), "{asked:?}");
    }
    if asked.limit > 0 {
        walk(
            &views.1,
            now,
            &selection,
            shown.iter().map(|(_, item)| *item).collect(),
        );
    }
}

/// Page by page, in either direction, all is shown once.
fn walk<T: Item + PartialEq + std::fmt::Debug>(
    view: &View,
    now: &[T],
    selection: &Selection<'_>,
    all: Vec<T>,
) {
    for from_end in [false, true] {
        let (mut seen, mut mark) = (Vec::new(), None);
        loop {
            let (after, before) = if from_end { (None, mark) } else { (mark, None) };
            let stretch = Stretch {
                after,
                before,
                limit: selection.stretch.limit,
                from_end,
            };
            let selection = Selection {
                stretch: &stretch,
                ..selection.clone()
            };
            let Page {
                items,
                has_next,
                has_previous,
                ..
            } = page(
                view,
                now.iter().copied(),
                &selection,
                &mut Budget::new(1_000_000),
            )
            .expect("within budget");
            let last = if from_end {
                items.first()
            } else {
                items.last()
            };
            mark = last.map(|item| Mark {
                keys: item.keys(view, selection.order),
                number: item.number(),
            });
            let more = if from_end { has_previous } else { has_next };
            assert!(items.len() <= selection.stretch.limit && (!more || !items.is_empty()));
            seen = if from_end {
                [items, seen].concat()
            } else {
                [seen, items].concat()
            };
            if !more {
                break;
            }
        }
        assert_eq!(seen, all);
    }
}

fn row(view: &View, relationship: RelationshipTypeIndex, direction: Direction) -> Vec<Hop> {
    let hub = view.entity("work:hub").expect("known");
    let row: Vec<Hop> = view.row(hub, relationship, direction).collect();
    let mut loose: Vec<Hop> = view.hops(hub, relationship, direction).collect();
    let mut sorted = row.clone();
    loose.sort_by_key(|hop| hop.relationship);
    sorted.sort_by_key(|hop| hop.relationship);
    assert_eq!(loose, sorted);
    row
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_page_is_a_slice_of_the_sorted_list(guests in vec(guest(), 0..9), seal: (bool, bool), asked in vec(asked(), 8)) {
        let views = views(&guests, seal);
        for asked in &asked {
            let people: Vec<EntityIndex> = views.1.entities_of(PERSON).collect();
            compare(&views, people.clone(), &people, asked);
            for (relationship, direction) in [(MADE_BY, Direction::Out), (ABOUT, Direction::Out), (KNOWS, Direction::In)] {
                let (then, now) = (row(&views.0, relationship, direction), row(&views.1, relationship, direction));
                compare(&views, then, &now, asked);
            }
        }
    }
}

#[test]
fn a_list_is_read_no_further_than_the_page_needs() {
    let guests = vec![
        Guest {
            name: None,
            born: None,
            share: None,
            when: (None, None),
            leaves: false,
            again: false
        };
        50
    ];
    let (_, view) = views(&guests, (true, true));
    let people = || view.entities_of(PERSON);
    let stretch = |after: Option<u32>| Stretch {
        after: after.map(|number| Mark {
            keys: Vec::new(),
            number,
        }),
        before: None,
        limit: 5,
        from_end: false,
    };
    let spent = |stretch: &Stretch, count: bool| {
        let mut budget = Budget::new(1_000);
        let selection = Selection {
            wanted: &Wanted::default(),
            order: &[],
            sorted: false,
            stretch,
            count,
        };
        let found = page(&view, people(), &selection, &mut budget).expect("within budget");
        assert_eq!(
            (found.items.len(), found.has_next, found.total),
            (5, true, count.then_some(50))
        );
        budget.visited()
    };
    let tenth = people().nth(9).map(EntityIndex::number);
    assert_eq!(
        (spent(&stretch(None), false), spent(&stretch(tenth), false)),
        (6, 16)
    );
    assert_eq!(spent(&stretch(tenth), true), 50);
    let selection = Selection {
        wanted: &Wanted::default(),
        order: &[],
        sorted: false,
        stretch: &stretch(None),
        count: true,
    };
    assert!(page(&view, people(), &selection, &mut Budget::new(49)).is_err());
    let endless = Stretch {
        limit: usize::MAX,
        ..stretch(tenth)
    };
    let selection = Selection {
        wanted: &Wanted::default(),
        order: &[],
        sorted: false,
        stretch: &endless,
        count: false,
    };
    let rest = page(&view, people(), &selection, &mut Budget::new(1_000)).expect("within budget");
    assert_eq!(
        (rest.items.len(), rest.has_next, rest.has_previous),
        (40, false, true)
    );
}
