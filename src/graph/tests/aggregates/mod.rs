//! Counts, sums and groups against working each of them out by hand, thing by thing.

mod hand;

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use self::hand::{Hand, Item};
use super::cases;
use super::reads::{Asked, asked, view_of};
use super::script::{Round, Twins, rounds};
use super::world::{
    ABOUT, KNOWS, MADE_BY, PERSON, SOURCE, WORK, add, date, link, ontology, put, text, transaction,
    value,
};
use crate::graph::aggregate::{
    Bucket, DatePart, GroupBy, GroupOrder, Grouping, Key, KeyValue, MOST_GROUPS, Summand, Summary,
    Thing, TooMuch, different, different_values, group, summaries,
};
use crate::graph::filter::{Places, StatedAs};
use crate::graph::view::{Audience, View};
use crate::graph::walk::Budget;
use crate::graph::{EntityIndex, Graph, Hop};
use crate::model::id::EntityId;
use crate::model::ontology::{
    Direction, EnumIndex, PropertyIndex, RelationshipTypeIndex, TypeIndex, ValueType,
};
use crate::model::value::Value;

const ANNOTATION: TypeIndex = TypeIndex(3);
const TYPES: [TypeIndex; 4] = [PERSON, WORK, SOURCE, ANNOTATION];
const RELATIONSHIPS: [(RelationshipTypeIndex, &str); 3] =
    [(MADE_BY, "MADE_BY"), (KNOWS, "KNOWS"), (ABOUT, "ABOUT")];
const PARTS: [Option<DatePart>; 3] = [None, Some(DatePart::Year), Some(DatePart::Month)];

/// A key as these tests choose it.
#[derive(Debug, Clone, Copy)]
enum Choice {
    Type,
    /// By the names of persons' and works' properties.
    Property(&'static str, &'static str),
    List,
    Relationship(usize, bool, bool),
    Edge(usize),
    EdgeDate(bool),
}

const PROPERTIES: [(&str, &str); 4] = [
    ("name", "name"),
    ("state", ""),
    ("born", "made"),
    ("", "amount"),
];
const EDGE: [(&str, ValueType); 3] = [
    ("role", ValueType::Enum(EnumIndex(0))),
    ("share", ValueType::Int),
    ("through", ValueType::String),
];

fn choice() -> impl Strategy<Value = (Choice, Option<DatePart>)> {
    let which = prop_oneof![
        1 => Just(Choice::Type),
        4 => (0..PROPERTIES.len()).prop_map(|at| Choice::Property(PROPERTIES[at].0, PROPERTIES[at].1)),
        1 => Just(Choice::List),
        3 => (0..3_usize, any::<bool>(), any::<bool>()).prop_map(|(at, out, many)| Choice::Relationship(at, out, many)),
        2 => (0..3_usize).prop_map(Choice::Edge),
        1 => any::<bool>().prop_map(Choice::EdgeDate),
    ];
    (which, (0..3_usize).prop_map(|part| PARTS[part]))
}

fn places(person: &str, work: &str) -> Places {
    let ontology = ontology();
    [(PERSON, person), (WORK, work)]
        .into_iter()
        .filter_map(|(index, name)| Some((index, ontology.entity_type(index).property(name)?.0)))
        .collect()
}

fn key((choice, part): (Choice, Option<DatePart>)) -> Key {
    match choice {
        Choice::Type => Key::Type,
        Choice::Property(person, work) => Key::Property {
            places: places(person, work),
            value_type: if person == "state" {
                ValueType::Enum(EnumIndex(0))
            } else {
                ValueType::String
            },
            list: false,
            part: None,
        },
        Choice::List => Key::Property {
            places: places("aliases", ""),
            value_type: ValueType::String,
            list: true,
            part: None,
        },
        Choice::Relationship(at, out, many) => Key::Relationship {
            relationship: RELATIONSHIPS[at].0,
            direction: way(out),
            many,
        },
        Choice::Edge(at) => Key::Edge {
            property: PropertyIndex(u16::try_from(at).expect("few")),
            value_type: EDGE[at].1,
            part: None,
        },
        Choice::EdgeDate(since) => Key::EdgeDate { since, part: None },
    }
    .by_part(part)
}

fn way(out: bool) -> Direction {
    if out { Direction::Out } else { Direction::In }
}

fn summands() -> Vec<Summand> {
    [("born", "made"), ("", "count"), ("", "amount")]
        .map(|(person, work)| Summand {
            places: places(person, work),
        })
        .into()
}

fn summary_lines(summaries: &[Summary]) -> BTreeSet<String> {
    let line = |found: &Summary| match (&found.dates, &found.numbers) {
        (Some((first, last)), None) => format!(
            "{} {} {:?} {:?}",
            found.of,
            found.count,
            (first.earliest(), first.latest()),
            (last.earliest(), last.latest())
        ),
        (None, Some(numbers)) => format!(
            "{} {} {:?} {:?} {:.3} {:.3} {:.3} {:.3} {:.3}",
            found.of,
            found.count,
            found.unit,
            found.currency,
            numbers.min,
            numbers.max,
            numbers.sum,
            numbers.low.unwrap_or(f64::NEG_INFINITY),
            numbers.high.unwrap_or(f64::INFINITY)
        ),
        _ => panic!("{found:?}"),
    };
    summaries.iter().map(line).collect()
}

fn key_text(view: &View, value: &KeyValue) -> String {
    match value {
        KeyValue::Entity(entity) => format!("entity {}", view.id(*entity)),
        KeyValue::Type(index) => format!("type {}", view.ontology().entity_type(*index).name),
        KeyValue::Value(Value::Date(date)) => format!("value {date}"),
        KeyValue::Value(value) => format!("value {}", value.label()),
        KeyValue::Year(year) => format!("part {year}"),
        KeyValue::Month(year, month) => format!("part {year}-{month:02}"),
        KeyValue::Absent(stated) => format!("absent {stated:?}"),
    }
}

fn keys_text(view: &View, bucket: &Bucket) -> Vec<String> {
    bucket.keys.iter().map(|key| key_text(view, key)).collect()
}

/// What comes earlier in an order of keys has the smaller rank; what is absent has none.
fn rank(view: &View, value: &KeyValue) -> Option<(i32, i32, String, String)> {
    let text = |text: String| (0, 0, text.to_lowercase(), text);
    let number = |number: i32| (number, 0, String::new(), String::new());
    match value {
        KeyValue::Entity(entity) => Some(text(view.label(*entity))),
        KeyValue::Type(index) => Some(number(i32::from(index.0))),
        KeyValue::Year(year) => Some(number(i32::from(*year))),
        KeyValue::Month(year, month) => Some(number(i32::from(*year) * 100 + i32::from(*month))),
        KeyValue::Value(Value::Enum(word)) => {
            let place = ["FIRST", "SECOND", "LAST"]
                .iter()
                .position(|known| known == word);
            Some(number(
                i32::try_from(place.expect("a word")).expect("small"),
            ))
        }
        KeyValue::Value(Value::Int(share)) => Some(number(*share)),
        KeyValue::Value(Value::Date(date)) => Some((
            date.earliest().unwrap_or(i32::MIN),
            date.latest().unwrap_or(i32::MAX),
            String::new(),
            String::new(),
        )),
        #[expect(clippy::cast_possible_truncation, reason = "halves of small numbers")]
        KeyValue::Value(Value::Quantity(found)) => Some(number((found.value * 2.0) as i32)),
        KeyValue::Value(value) => Some(text(value.label())),
        KeyValue::Absent(_) => None,
    }
}

/// Whether one group may stand before another.
fn in_order(view: &View, order: GroupOrder, one: &Bucket, other: &Bucket) -> bool {
    let by_keys = |descending: bool| {
        for (one, other) in one.keys.iter().zip(&other.keys) {
            match (rank(view, one), rank(view, other)) {
                (Some(one), Some(other)) if one == other => {}
                (Some(one), Some(other)) => return (one < other) != descending,
                (Some(_), None) => return true,
                (None, Some(_)) => return false,
                (None, None) => {}
            }
        }
        true
    };
    if order.by_key {
        return by_keys(order.descending);
    }
    match one.count.cmp(&other.count) {
        std::cmp::Ordering::Equal => by_keys(false),
        counts => counts.is_gt() == order.descending,
    }
}

fn plenty() -> Budget {
    Budget::new(u64::MAX)
}

/// One question: the keys, how many groups, in which order.
type Question = (Vec<(Choice, Option<DatePart>)>, usize, (bool, bool));

fn compare<T: Thing>(
    view: &View,
    things: &[T],
    hand: &Hand<'_>,
    items: &[Item<'_>],
    question: &Question,
) {
    assert_eq!(things.len(), items.len());
    let (choices, first, (by_key, descending)) = question;
    let keys: Vec<Key> = choices.iter().map(|choice| key(*choice)).collect();
    let mut wanted: BTreeMap<Vec<String>, Vec<Item<'_>>> = BTreeMap::new();
    let mut overlapping = false;
    for item in items {
        let mut paths = vec![Vec::new()];
        for choice in choices {
            let values = hand.values(*item, *choice);
            let longer = |path: &Vec<String>| {
                let path = path.clone();
                let each = values.iter().cloned();
                each.map(move |value| [path.clone(), vec![value]].concat())
                    .collect::<Vec<_>>()
            };
            paths = paths.iter().flat_map(longer).collect();
        }
        overlapping |= paths.len() > 1;
        for path in paths {
            wanted.entry(path).or_default().push(*item);
        }
    }
    let of = summands();
    let order = GroupOrder {
        by_key: *by_key,
        descending: *descending,
    };
    let by = GroupBy {
        keys: &keys,
        of: &of,
        first: 10_000,
        order,
    };
    let grouping = group(view, things, &by, &mut plenty()).expect("within the budget");
    let found: BTreeMap<_, _> = grouping
        .groups
        .iter()
        .map(|bucket| {
            (
                keys_text(view, bucket),
                (bucket.count, summary_lines(&bucket.summaries)),
            )
        })
        .collect();
    let expected: BTreeMap<_, _> = wanted
        .iter()
        .map(|(path, items)| (path.clone(), (items.len(), hand.sums(items))))
        .collect();
    assert_eq!(found, expected, "{choices:?}");
    assert_eq!(
        (grouping.total, grouping.overlapping),
        (expected.len(), overlapping)
    );
    assert_eq!(grouping.groups.len(), expected.len());
    for pair in grouping.groups.windows(2) {
        assert!(
            in_order(view, order, &pair[0], &pair[1]),
            "{order:?} {pair:?}"
        );
    }
    let few = group(
        view,
        things,
        &GroupBy {
            first: *first,
            ..by
        },
        &mut plenty(),
    );
    let shown = grouping.groups.len().min(*first);
    assert_eq!(
        few,
        Ok(Grouping {
            groups: grouping.groups[..shown].to_vec(),
            ..grouping.clone()
        })
    );
    let nodes: BTreeSet<_> = items.iter().map(|(id, _)| *id).collect();
    assert_eq!(different(things, &mut plenty()), Ok(nodes.len()));
    assert_eq!(
        summary_lines(&summaries(view, things, &of, &mut plenty()).expect("within the budget")),
        hand.sums(items)
    );
    for (choice, key) in choices.iter().zip(&keys) {
        let values: BTreeSet<_> = items
            .iter()
            .flat_map(|item| hand.values(*item, *choice))
            .collect();
        let stated = values
            .iter()
            .filter(|value| !value.starts_with("absent"))
            .count();
        assert_eq!(
            different_values(view, things, key, &mut plenty()),
            Ok(stated),
            "{choice:?}"
        );
    }
}

fn all(rounds: &[Round], asked: &[Asked], questions: &[Question]) {
    let mut twins = Twins::new();
    for round in rounds {
        twins.play(round);
    }
    let (graph, model) = (&twins.graph, &twins.model);
    let now = (None, None, None, false, Audience::Public);
    for (known, date, published, certain, audience) in asked.iter().chain([&now]) {
        let known = known.map(|known| known % (graph.version() + 1));
        let (view, look) = view_of(graph, known, (*date, *published), *certain, *audience);
        let ties = model.ties();
        let hand = Hand {
            model,
            look: &look,
            ties: &ties,
        };
        let entities: Vec<EntityIndex> = TYPES
            .iter()
            .flat_map(|index| view.entities_of(*index))
            .collect();
        let ids: Vec<EntityId> = entities
            .iter()
            .map(|entity| view.id(*entity).clone())
            .collect();
        let items: Vec<Item<'_>> = ids.iter().map(|id| (id, None)).collect();
        for question in questions {
            compare(&view, &entities, &hand, &items, question);
        }
        for (at, out) in [(0, true), (0, false), (1, true), (2, false)] {
            let rows = entities.iter();
            let hops: Vec<Hop> = rows
                .flat_map(|entity| view.row(*entity, RELATIONSHIPS[at].0, way(out)))
                .collect();
            let far: Vec<_> = ids.iter().flat_map(|id| hand.far(id, at, out)).collect();
            let items: Vec<Item<'_>> = far.iter().map(|(id, tie)| (id, Some(tie))).collect();
            for question in questions {
                // The properties of one type's edges are no others'.
                if at == 0
                    || !question
                        .0
                        .iter()
                        .any(|(choice, _)| matches!(choice, Choice::Edge(_)))
                {
                    compare(&view, &hops, &hand, &items, question);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn groups_are_those_that_counting_by_hand_finds(
        rounds in rounds(),
        asked in vec(asked(), 2),
        questions in vec((vec(choice(), 1..4), 0..6_usize, (any::<bool>(), any::<bool>())), 3),
    ) {
        all(&rounds, &asked, &questions);
    }
}

/// A graph of so many works, each made by the first few of ten persons.
fn works(count: usize, makers: usize) -> View {
    let mut changes = vec![put("source:a")];
    changes.extend((0..10).map(|number| put(&format!("person:p{number}"))));
    for number in 0..count {
        let id = format!("work:w{number}");
        changes.push(put(&id));
        changes.push(add(text(&id, "name", &format!("name {number}"))));
        changes.push(add(value(&id, "made", Value::Date(date("2020-03")))));
        for maker in 0..makers {
            changes.push(add(link(&id, "MADE_BY", &format!("person:p{maker}"), &[])));
        }
    }
    let mut graph = Graph::new(ontology());
    graph.apply(&transaction(0, changes));
    View::now(graph)
}

fn makers() -> Key {
    Key::Relationship {
        relationship: MADE_BY,
        direction: Direction::Out,
        many: true,
    }
}

const LARGEST: GroupOrder = GroupOrder {
    by_key: false,
    descending: true,
};

#[test]
fn work_without_end_is_given_up() {
    let view = works(3, 10);
    let things: Vec<_> = view.entities_of(WORK).collect();
    let keys = vec![makers(); 4];
    let by = GroupBy {
        keys: &keys,
        of: &[],
        first: 1,
        order: LARGEST,
    };
    // Three works, each by ten makers four times over: 30,000 counts in 10,000 groups.
    let grouping = group(&view, &things, &by, &mut plenty()).expect("within the budget");
    assert_eq!((grouping.total, grouping.overlapping), (10_000, true));
    assert_eq!(grouping.groups[0].count, 3);
    let over = group(&view, &things, &by, &mut Budget::new(5_000));
    assert!(
        matches!(over, Err(TooMuch::Work(over)) if over.limit == 5_000),
        "{over:?}"
    );
    let keys = vec![makers(); 5];
    let by = GroupBy { keys: &keys, ..by };
    let exact = group(&view, &things[..1], &by, &mut plenty()).map(|grouping| grouping.total);
    assert_eq!(exact, Ok(MOST_GROUPS));
    let keys = vec![makers(); 6];
    let by = GroupBy { keys: &keys, ..by };
    assert_eq!(
        group(&view, &things, &by, &mut plenty()),
        Err(TooMuch::Groups)
    );
}

#[test]
fn nothing_to_group_gives_no_groups() {
    let view = works(0, 0);
    let by = GroupBy {
        keys: &[makers()],
        of: &summands(),
        first: 25,
        order: LARGEST,
    };
    let grouping = group::<EntityIndex>(&view, &[], &by, &mut plenty());
    assert_eq!(
        grouping,
        Ok(Grouping {
            groups: Vec::new(),
            total: 0,
            overlapping: false
        })
    );
    assert_eq!(
        summaries::<EntityIndex>(&view, &[], &summands(), &mut plenty()),
        Ok(Vec::new())
    );
    let things: Vec<_> = works(2, 0).entities_of(WORK).collect();
    let view = works(2, 0);
    let grouping = group(&view, &things, &by, &mut plenty()).expect("within the budget");
    assert_eq!(
        grouping.groups[0].keys,
        [KeyValue::Absent(StatedAs::NotStated)]
    );
    assert_eq!(grouping.groups[0].count, 2);
}
