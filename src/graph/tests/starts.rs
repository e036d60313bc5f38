//! Lists that are read from the most selective end of their filter, against reading them from their beginning.

use proptest::collection::vec;
use proptest::prelude::*;

use super::cases;
use super::script::{Twins, rounds, some_date};
use super::world::{PERSON, WORK, hour};
use crate::graph::filter::{
    Choice, Compare, Filter, Ids, LinkFilter, LinkPart, Places, Quantifier, Test, TextTest, Wanted,
};
use crate::graph::page::{Item, Mark, Page, Selection, Stretch, page};
use crate::graph::start::{Way, entities, row};
use crate::graph::term::{By, Term};
use crate::graph::view::{Audience, Clocks, View};
use crate::graph::walk::Budget;
use crate::graph::{EntityIndex, Hop};
use crate::model::ontology::{Direction, PropertyIndex, RelationshipTypeIndex};

const IDS: [&str; 7] = [
    "person:a",
    "person:b",
    "person:c",
    "work:a",
    "work:b",
    "source:a",
    "person:nobody",
];
const NAMES: [&str; 5] = ["ADA", "bo", "Cy", "person:b", "work:n2-0"];

fn equal(names: Vec<usize>, negated: bool) -> TextTest {
    let one_of = names.into_iter().map(|name| NAMES[name].to_owned());
    let choice = Choice {
        one_of: one_of.collect(),
        negated,
    };
    TextTest::equals(choice, false)
}

fn places(person: u16, work: Option<u16>) -> Places {
    let person = [(PERSON, PropertyIndex(person))];
    let work = work.map(|work| (WORK, PropertyIndex(work)));
    person.into_iter().chain(work).collect()
}

fn filter() -> impl Strategy<Value = Filter> {
    let rare = || prop::bool::weighted(0.15);
    let names = || vec(0..NAMES.len(), 0..3);
    let leaf = prop_oneof![
        (vec(0..IDS.len(), 0..4), rare()).prop_map(|(ids, negated)| Filter::Id {
            one_of: Ids::Named(ids.into_iter().map(|id| IDS[id].to_owned()).collect()),
            negated,
        }),
        (names(), rare()).prop_map(|(names, negated)| Filter::Name {
            labels: places(0, Some(1)),
            tests: vec![equal(names, negated)],
        }),
        // A code is unique; what a work made says is no text; a state has a default.
        (0..3_u8, names(), rare(), any::<bool>()).prop_map(|(which, names, negated, any)| {
            let places = match which {
                0 => places(2, None),
                1 => places(0, Some(1)),
                _ => places(3, None),
            };
            let tests = vec![Test::Text(equal(names, negated))];
            Filter::Property { places, any, tests }
        }),
        (names(), any::<bool>()).prop_map(|(names, some)| Filter::List {
            places: places(1, None),
            quantifier: if some {
                Quantifier::Some
            } else {
                Quantifier::None
            },
            tests: vec![Test::Text(equal(names, false))],
        }),
        (0..3_u16, any::<bool>(), 0..3_i64).prop_map(|(relationship, out, than)| Filter::Count {
            relationship: RelationshipTypeIndex(relationship),
            direction: direction(out),
            tests: vec![Compare::Greater {
                than,
                or_equal: false
            }],
        }),
    ];
    leaf.prop_recursive(3, 12, 3, move |inner| {
        let link = (inner.clone(), 0..4_u8).prop_map(|(node, which)| {
            let node = LinkFilter::Node(Box::new(node));
            let share = LinkFilter::Part {
                part: LinkPart::Property(PropertyIndex(1)),
                any: false,
                tests: vec![Test::Whole(Compare::Less { than: 2, or_equal: false })],
            };
            match which {
                0 => LinkFilter::All(vec![share, node]),
                1 => LinkFilter::Any(vec![node, share]),
                2 => LinkFilter::Any(vec![node.clone(), LinkFilter::All(vec![node, share])]),
                _ => node,
            }
        });
        prop_oneof![
            2 => vec(inner.clone(), 0..3).prop_map(Filter::All),
            2 => vec(inner.clone(), 0..3).prop_map(Filter::Any),
            1 => inner.clone().prop_map(|filter| Filter::Not(Box::new(filter))),
            6 => (0..3_u16, any::<bool>(), 0..5_u8, link).prop_map(|(relationship, out, how, each)| {
                let (relationship, direction) = (RelationshipTypeIndex(relationship), direction(out));
                let each = Box::new(each);
                let quantifier = match how {
                    0 | 1 => Quantifier::Some,
                    2 => Quantifier::Single,
                    3 => Quantifier::None,
                    _ => return Filter::ToOne { relationship, direction, each },
                };
                Filter::Relationships { relationship, direction, quantifier, each }
            }),
        ]
    })
}

fn direction(out: bool) -> Direction {
    if out { Direction::Out } else { Direction::In }
}

#[derive(Debug, Clone)]
struct Asked {
    order: bool,
    limit: usize,
    from_end: bool,
    count: bool,
    after: Option<prop::sample::Index>,
}

fn asked() -> impl Strategy<Value = Asked> {
    let after = prop::option::of(any::<prop::sample::Index>());
    (
        any::<bool>(),
        0..4_usize,
        any::<bool>(),
        any::<bool>(),
        after,
    )
        .prop_map(|(order, limit, from_end, count, after)| Asked {
            order,
            limit,
            from_end,
            count,
            after,
        })
}

/// The same page out of all items, and out of those that were found.
fn compare<T: Item + PartialEq + std::fmt::Debug>(
    view: &View,
    all: Vec<T>,
    found: Option<Vec<T>>,
    wanted: &Wanted,
    asked: &Asked,
) {
    let order = if asked.order {
        vec![Term {
            by: By::Name(places(0, Some(1))),
            descending: true,
        }]
    } else {
        Vec::new()
    };
    let after = asked.after.filter(|_| !all.is_empty()).map(|after| {
        let item = all[after.index(all.len())];
        Mark {
            keys: item.keys(view, &order),
            number: item.number(),
        }
    });
    let stretch = Stretch {
        after,
        before: None,
        limit: asked.limit,
        from_end: asked.from_end,
    };
    let selection = Selection {
        wanted,
        order: &order,
        sorted: false,
        stretch: &stretch,
        count: asked.count,
    };
    let pages = [Some(all), found].map(|items| {
        let read = |items: Vec<T>| {
            let mut budget = Budget::new(1_000_000);
            let page =
                page(view, items.into_iter(), &selection, &mut budget).expect("within budget");
            let Page {
                items,
                has_next,
                has_previous,
                total,
                ..
            } = page;
            (items, has_next, has_previous, total.filter(|_| asked.count))
        };
        items.map(read)
    });
    if let [Some(scanned), Some(planned)] = pages {
        assert_eq!(scanned, planned, "{wanted:?} {asked:?}");
    }
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn where_a_reading_starts_changes_no_answer(
        rounds in rounds(),
        filters in vec(filter(), 6),
        asked in vec(asked(), 3),
        then in (0..7_i64, 0..8_usize),
    ) {
        let mut twins = Twins::new();
        for round in &rounds {
            twins.play(round);
        }
        let now = View::now(twins.graph.clone());
        let views = [
            now.clone(),
            now.seen_by(Audience::Editor),
            now.at(Clocks { known_at: Some(hour(then.0)), ..Clocks::default() }),
            now.at(Clocks { date: Some(some_date(then.1)), ..Clocks::default() }),
            now.at(Clocks { published_by: Some(some_date(then.1)), ..Clocks::default() }),
        ];
        let mut budget = Budget::new(10_000_000);
        for filter in &filters {
            let named = Wanted::new(Some(filter.clone()), None);
            let wanted = named.resolved(now.graph()).unwrap_or(named.clone());
            let resolved = wanted.entity().expect("given");
            for view in &views {
                for entity_type in [PERSON, WORK] {
                    let all: Vec<EntityIndex> = view.entities_of(entity_type).collect();
                    let way = Way::to(resolved, view, &mut budget).expect("within budget");
                    let found = way.map(|way| way.of_type(view, entity_type, &mut budget).expect("within budget"));
                    let (_, chosen) = entities(view, entity_type, &wanted, Some(2), &mut budget).expect("within budget");
                    for asked in &asked {
                        compare(view, all.clone(), found.clone(), &wanted, asked);
                        compare(view, all.clone(), chosen.clone(), &wanted, asked);
                        // Looking ids up beforehand changes nothing.
                        let kept: Vec<_> = all.iter().map(|item| item.fits(&named, view, &mut budget)).collect();
                        let resolved: Vec<_> = all.iter().map(|item| item.fits(&wanted, view, &mut budget)).collect();
                        assert_eq!(kept, resolved, "{named:?}");
                    }
                }
                for entity in twins.graph.entities().filter(|entity| view.has(*entity)) {
                    for (relationship, direction) in [(0, Direction::Out), (1, Direction::In), (2, Direction::Out)] {
                        let at = (entity, RelationshipTypeIndex(relationship), direction);
                        let all: Vec<Hop> = view.row(at.0, at.1, at.2).collect();
                        let way = Way::to(resolved, view, &mut budget).expect("within budget");
                        let found = way.map(|way| way.in_row(view, at, &mut budget).expect("within budget"));
                        let (_, chosen) = row(view, at, &wanted, None, &mut budget).expect("within budget");
                        compare(view, all.clone(), found, &wanted, &asked[0]);
                        compare(view, all, chosen, &wanted, &asked[0]);
                    }
                }
            }
        }
    }
}
