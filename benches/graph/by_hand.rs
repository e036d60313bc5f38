//! The same data as somebody would hold it who writes loops over petgraph by hand: compressed rows for each
//! relationship type and direction, numbers for nodes, and nothing else: no claims, no views, no order.

use std::collections::HashMap;

use onrecord::model::change::{Change, Transaction};
use onrecord::model::claim::{Assertion, Stated};
use onrecord::model::ontology::Direction;
use onrecord::model::value::Value;
use petgraph::Directed;
use petgraph::csr::Csr;

/// Rows whose edges carry the numbers of their relationships.
type Rows = Csr<(), u32, Directed, u32>;

/// Something for each relationship type and direction.
type Typed<T> = HashMap<(String, Direction), T>;

/// From which node to which, and by which relationship.
type Edge = (u32, u32, u32);

/// The data by hand. Nodes are numbered in the order of recording, as the graph numbers entities.
pub(crate) struct ByHand {
    numbers: HashMap<String, u32>,
    typed: Typed<Rows>,
    /// All edges, both ways.
    pub(crate) all: Rows,
    /// The place of each node among all, by name.
    pub(crate) by_name: Vec<u32>,
    /// The status of each node that has one.
    pub(crate) statuses: Vec<Option<String>>,
    /// The year of each node that has a date.
    pub(crate) years: Vec<Option<i16>>,
}

impl ByHand {
    /// Takes the relationships and names out of transactions.
    pub(crate) fn of(transactions: &[Transaction]) -> Self {
        let mut numbers = HashMap::new();
        let mut names = Vec::new();
        let mut statuses = Vec::new();
        let mut years = Vec::new();
        let mut edges: Typed<Vec<Edge>> = HashMap::new();
        let mut all = Vec::new();
        let mut relationships = HashMap::new();
        for change in transactions.iter().flat_map(|one| &one.changes) {
            match change {
                Change::PutEntity { id } => {
                    numbers.insert(id.to_string(), count(names.len()));
                    names.push(String::new());
                    statuses.push(None);
                    years.push(None);
                }
                Change::AddClaim { claim } => {
                    let subject = numbers[claim.subject.as_str()];
                    match &claim.statement {
                        Assertion::Property { property, stated } => {
                            let node = subject as usize;
                            match (property.as_str(), stated) {
                                ("name" | "text" | "title", Stated::Value(Value::Text(text))) => {
                                    names[node] = text.to_lowercase()
                                }
                                ("status", Stated::Value(Value::Enum(word))) => {
                                    statuses[node] = Some(word.clone());
                                }
                                (_, Stated::Value(Value::Date(date))) => years[node] = date.year(),
                                _ => {}
                            }
                        }
                        Assertion::Relationship {
                            relationship,
                            object,
                            ..
                        } => {
                            let object = numbers[object.as_str()];
                            // Those who say the same of the same ends share one.
                            let next = count(relationships.len());
                            let key = (relationship.as_str(), subject, object);
                            let relationship_number = *relationships.entry(key).or_insert(next);
                            for (direction, from, to) in [
                                (Direction::Out, subject, object),
                                (Direction::In, object, subject),
                            ] {
                                let key = (relationship.clone(), direction);
                                edges
                                    .entry(key)
                                    .or_default()
                                    .push((from, to, relationship_number));
                                all.push((from, to, relationship_number));
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        let mut order: Vec<u32> = (0..count(names.len())).collect();
        order.sort_by(|one, other| names[*one as usize].cmp(&names[*other as usize]));
        let mut by_name = vec![0; names.len()];
        for (place, node) in (0..).zip(order) {
            by_name[node as usize] = place;
        }
        Self {
            typed: edges
                .into_iter()
                .map(|(key, edges)| (key, rows(edges, names.len())))
                .collect(),
            all: rows(all, names.len()),
            numbers,
            by_name,
            statuses,
            years,
        }
    }

    /// The number of a node.
    pub(crate) fn number(&self, id: &str) -> u32 {
        self.numbers[id]
    }

    /// The rows of a relationship type.
    pub(crate) fn rows(&self, relationship: &str, direction: Direction) -> &Rows {
        &self.typed[&(relationship.to_owned(), direction)]
    }
}

fn rows(mut edges: Vec<Edge>, nodes: usize) -> Rows {
    edges.sort_unstable();
    edges.dedup_by_key(|(from, to, _)| (*from, *to));
    let mut rows = Rows::from_sorted_edges(&edges).expect("sorted edges, each once");
    while rows.node_count() < nodes {
        rows.add_node(());
    }
    rows
}

fn count(number: usize) -> u32 {
    u32::try_from(number).expect("fewer nodes than that")
}

/// A search for the shortest path from both ends, with memory that is kept.
pub(crate) struct Bidirectional {
    /// The distance from each end plus one, and the question that set it.
    seen: [Vec<(u32, u32)>; 2],
    question: u32,
}

impl Bidirectional {
    pub(crate) fn new(data: &ByHand) -> Self {
        let nodes = data.all.node_count();
        Self {
            seen: [vec![(0, 0); nodes], vec![(0, 0); nodes]],
            question: 0,
        }
    }

    /// The length of the shortest path, if it is at most `longest`.
    pub(crate) fn length(&mut self, rows: &Rows, ends: (u32, u32), longest: u32) -> Option<u32> {
        if ends.0 == ends.1 {
            return Some(0);
        }
        self.question += 1;
        let question = self.question;
        self.seen[0][ends.0 as usize] = (question, 0);
        self.seen[1][ends.1 as usize] = (question, 0);
        let mut levels = [vec![ends.0], vec![ends.1]];
        let mut depths = [0, 0];
        while depths[0] + depths[1] < longest {
            let side = usize::from(levels[0].len() > levels[1].len());
            depths[side] += 1;
            let mut next = Vec::new();
            let mut met = false;
            for node in &levels[side] {
                for to in rows.neighbors_slice(*node) {
                    let seen = &mut self.seen[side][*to as usize];
                    if seen.0 != question {
                        *seen = (question, depths[side]);
                        next.push(*to);
                        met |= self.seen[1 - side][*to as usize].0 == question;
                    }
                }
            }
            if met {
                return Some(depths[0] + depths[1]);
            }
            if next.is_empty() {
                return None;
            }
            levels[side] = next;
        }
        None
    }
}
