//! Paths that keep to a course: rules that change from hop to hop, days that must not run backwards,
//! prices.
//!
//! Which nodes can stand at each place of a path of a given length is worked out first, from both
//! ends, each with how late one may leave it and how cheaply one comes from it to the end. Then paths are laid
//! through what is left, so that hardly any attempt leads nowhere.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::ops::RangeInclusive;
use std::rc::Rc;

use super::layer::{Label, Layer};
use super::places::{Places, choices};
use super::{Budget, Follow, OverBudget, Path, Step, Walkable};

/// What keeping the beginning of a path costs, in edges visited.
const KEEPING: u64 = 32;

/// What paths have to keep to. Hops are counted from 0.
pub struct Course<'a, E> {
    /// How many hops a path may have.
    pub lengths: RangeInclusive<u32>,
    /// Which way edges are walked at a hop.
    pub follow: &'a dyn Fn(u32) -> Follow,
    /// Whether a hop may use a step.
    pub allows: &'a dyn Fn(u32, &Step<E>) -> bool,
    /// The first and the last day on which an edge can be used. Days must be found, one for each
    /// hop, of which none is before the one it follows.
    pub days: Option<&'a dyn Fn(E) -> (i32, i32)>,
    /// What an edge costs; the cheapest paths come first. Without, the shortest do.
    pub price: Option<&'a dyn Fn(E) -> u64>,
}

impl<E: Copy> Course<'_, E> {
    pub(super) fn days(&self, edge: E) -> (i32, i32) {
        self.days.map_or((i32::MIN, i32::MAX), |days| days(edge))
    }

    pub(super) fn price(&self, edge: E) -> u64 {
        self.price.map_or(1, |price| price(edge))
    }

    /// What is known of a node from which a step leads to one of which `rest` is known.
    pub(super) fn before(&self, edge: E, rest: Label) -> Option<Label> {
        let (first, last) = self.days(edge);
        let latest = last.min(rest.latest);
        (first <= latest).then(|| Label {
            latest,
            price: rest.price.saturating_add(self.price(edge)),
        })
    }
}

/// Paths that visit no node twice, the first `count` of them: by price or length, then length,
/// then by their steps. Of those that visit the same nodes the first alone is given.
///
/// # Errors
/// When the budget is over.
pub fn paths_on_course<G: Walkable>(
    graph: &G,
    (from, to): (u32, u32),
    count: usize,
    course: &Course<'_, G::Edge>,
    budget: &mut Budget,
) -> Result<Vec<Path<G::Edge>>, OverBudget> {
    if from == to {
        let stays = count > 0 && course.lengths.contains(&0);
        let path = Path {
            from,
            steps: Vec::new(),
        };
        return Ok(stays.then_some(path).into_iter().collect());
    }
    let mut places = Places::new(graph, (from, to), course, budget);
    let mut laying = Laying {
        count,
        found: Vec::new(),
        seen: HashSet::new(),
        courses: Vec::new(),
        open: BinaryHeap::new(),
    };
    for length in course.lengths.clone().filter(|length| *length > 0) {
        let Some(layers) = places.of(length)? else {
            break;
        };
        laying.begin(from, layers);
        // Without prices a longer path never comes before a shorter one.
        if course.price.is_none() {
            laying.lay(&mut places)?;
        }
        if laying.found.len() >= count {
            break;
        }
    }
    laying.lay(&mut places)?;
    let found = laying.found.into_iter();
    Ok(found.map(|steps| Path { from, steps }).collect())
}

/// The beginning of a path. The one that is less is laid further first: what it costs at least, how
/// long it will be, its steps. A beginning comes before all that it can become, so that paths
/// are found in this order, too.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Beginning<E> {
    price: u64,
    length: usize,
    steps: Vec<Step<E>>,
    /// What its steps cost.
    paid: u64,
    /// The first day on which one can be at its last node.
    day: i32,
}

/// The work of laying paths through the nodes that can stand at their places.
struct Laying<E> {
    count: usize,
    found: Vec<Vec<Step<E>>>,
    /// The nodes of the paths that were found.
    seen: HashSet<Vec<u32>>,
    /// By length, what can stand where.
    courses: Vec<(usize, Vec<Rc<Layer>>)>,
    open: BinaryHeap<Reverse<Beginning<E>>>,
}

impl<E: Copy + Ord> Laying<E> {
    /// Begins with the paths of a length, given what can stand at their places.
    fn begin(&mut self, from: u32, layers: Vec<Rc<Layer>>) {
        let length = layers.len() - 1;
        if let Some(label) = layers.first().and_then(|layer| layer.get(from)) {
            self.open.push(Reverse(Beginning {
                price: label.price,
                length,
                steps: Vec::new(),
                paid: 0,
                day: i32::MIN,
            }));
        }
        self.courses.push((length, layers));
    }

    /// Lays what was begun, until there are enough paths.
    fn lay<G: Walkable<Edge = E>>(
        &mut self,
        places: &mut Places<'_, '_, G>,
    ) -> Result<(), OverBudget> {
        let (from, course) = (places.ends.0, places.course);
        while self.found.len() < self.count {
            let Some(Reverse(begun)) = self.open.pop() else {
                break;
            };
            let visited = || std::iter::once(from).chain(begun.steps.iter().map(|step| step.to));
            if begun.steps.len() == begun.length {
                if self.seen.insert(visited().collect()) {
                    self.found.push(begun.steps);
                }
                continue;
            }
            let hop = begun.steps.len();
            let layers = self
                .courses
                .iter()
                .find(|(length, _)| *length == begun.length);
            let Some(next) = layers.and_then(|(_, layers)| layers.get(hop + 1)) else {
                continue;
            };
            let node = begun.steps.last().map_or(from, |step| step.to);
            let place = u32::try_from(hop).unwrap_or(u32::MAX);
            for step in choices(places.graph, node, course, place, next) {
                places.budget.spend(1)?;
                let Some(rest) = next.get(step.to) else {
                    continue;
                };
                let (first, last) = course.days(step.edge);
                let day = first.max(begun.day);
                if day > last
                    || day > rest.latest
                    || !(course.allows)(place, &step)
                    || visited().any(|node| node == step.to)
                {
                    continue;
                }
                let paid = begun.paid.saturating_add(course.price(step.edge));
                // What is kept takes memory: it counts for more than what is looked at.
                places.budget.spend(KEEPING)?;
                self.open.push(Reverse(Beginning {
                    price: paid.saturating_add(rest.price),
                    length: begun.length,
                    steps: [begun.steps.as_slice(), &[step]].concat(),
                    paid,
                    day,
                }));
            }
        }
        Ok(())
    }
}
