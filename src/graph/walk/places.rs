//! Which nodes can stand at each place of a path of a given length, worked out from both ends.

use std::rc::Rc;

use super::course::Course;
use super::layer::{Label, Layer};
use super::side::LOOKING;
use super::{Budget, OverBudget, Step, Walkable};

/// What was worked out so far.
pub(super) struct Places<'a, 'b, G: Walkable> {
    pub(super) graph: &'a G,
    pub(super) ends: (u32, u32),
    pub(super) course: &'a Course<'a, G::Edge>,
    pub(super) budget: &'b mut Budget,
    /// What can be reached from the start, by the number of hops.
    ahead: Vec<Rc<Layer>>,
    /// From where the end can be reached, by the number of hops.
    behind: Vec<Rc<Layer>>,
}

impl<'a, 'b, G: Walkable> Places<'a, 'b, G> {
    pub(super) fn new(
        graph: &'a G,
        ends: (u32, u32),
        course: &'a Course<'a, G::Edge>,
        budget: &'b mut Budget,
    ) -> Self {
        Places {
            graph,
            ends,
            course,
            budget,
            ahead: vec![Rc::new(Layer::of(ends.0))],
            behind: vec![Rc::new(Layer::of(ends.1))],
        }
    }

    /// The nodes that can stand at each place of a path of `length` hops, one at least; `None` if no
    /// path has that many or more.
    pub(super) fn of(&mut self, length: u32) -> Result<Option<Vec<Rc<Layer>>>, OverBudget> {
        // One hop is left to lead from one side to the other.
        while self.ahead.len() + self.behind.len() <= length as usize {
            if self.weight(&self.ahead) <= self.weight(&self.behind) {
                let next = self.further_ahead()?;
                self.ahead.push(Rc::new(next));
            } else {
                let next = self.further_behind(length)?;
                self.behind.push(Rc::new(next));
            }
        }
        if [&self.ahead, &self.behind]
            .into_iter()
            .any(|side| side.last().is_none_or(|layer| layer.is_empty()))
        {
            return Ok(None);
        }
        let mut places: Vec<Rc<Layer>> = self.behind.clone();
        let hops = (0..length).take(self.ahead.len());
        for (hop, layer) in hops
            .zip(self.ahead.clone())
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
        {
            let next = Rc::clone(&places[places.len() - 1]);
            places.push(Rc::new(self.leading_on(hop, &layer, &next)?));
        }
        places.reverse();
        Ok(Some(places))
    }

    /// What walking the rows of the last layer costs.
    fn weight(&self, side: &[Rc<Layer>]) -> usize {
        let nodes = side.last().map_or(&[][..], |layer| layer.nodes());
        nodes.iter().map(|node| self.graph.degree(*node)).sum()
    }

    /// A layer without nodes.
    fn layer(&self) -> Layer {
        Layer::new(self.graph.node_bound())
    }

    fn is_end(&self, node: u32) -> bool {
        node == self.ends.0 || node == self.ends.1
    }

    /// What one hop more leads to. The ends stand nowhere between.
    fn further_ahead(&mut self) -> Result<Layer, OverBudget> {
        let mut next = self.layer();
        let hop = u32::try_from(self.ahead.len() - 1).unwrap_or(u32::MAX);
        let Some(last) = self.ahead.last().cloned() else {
            return Ok(next);
        };
        for &node in last.nodes() {
            for step in self.graph.steps(node, (self.course.follow)(hop)) {
                self.budget.spend(1)?;
                if !self.is_end(step.to) && (self.course.allows)(hop, &step) {
                    next.add(step.to, Label::END);
                }
            }
        }
        Ok(next)
    }

    /// From where one hop more leads to the end, on a path of `length` hops.
    fn further_behind(&mut self, length: u32) -> Result<Layer, OverBudget> {
        let mut next = self.layer();
        let behind = u32::try_from(self.behind.len()).unwrap_or(u32::MAX);
        let hop = length.saturating_sub(behind);
        let Some(last) = self.behind.last().cloned() else {
            return Ok(next);
        };
        let follow = (self.course.follow)(hop).reversed();
        for &node in last.nodes() {
            let Some(rest) = last.get(node) else {
                continue;
            };
            for step in self.graph.steps(node, follow) {
                self.budget.spend(1)?;
                let start = step.to;
                if self.is_end(start) || !(self.course.allows)(hop, &step.back(node)) {
                    continue;
                }
                if let Some(label) = self.course.before(step.edge, rest) {
                    next.add(start, label);
                }
            }
        }
        Ok(next)
    }

    /// The nodes of a layer from which a hop leads on to the next one.
    fn leading_on(&mut self, hop: u32, layer: &Layer, next: &Layer) -> Result<Layer, OverBudget> {
        let mut kept = self.layer();
        for &node in layer.nodes() {
            for step in choices(self.graph, node, self.course, hop, next) {
                self.budget.spend(1)?;
                if let Some(rest) = next.get(step.to)
                    && (self.course.allows)(hop, &step)
                    && let Some(label) = self.course.before(step.edge, rest)
                {
                    kept.add(node, label);
                }
            }
        }
        Ok(kept)
    }
}

/// The steps of a hop from a node that may lead to a layer, the smallest first. A hub that few
/// nodes can follow is not walked: they are looked up.
pub(super) fn choices<'a, G: Walkable>(
    graph: &'a G,
    node: u32,
    course: &Course<'_, G::Edge>,
    hop: u32,
    next: &Layer,
) -> Box<dyn Iterator<Item = Step<G::Edge>> + 'a> {
    let follow = (course.follow)(hop);
    if next.nodes().len().saturating_mul(LOOKING) >= graph.degree(node) {
        return Box::new(graph.steps(node, follow));
    }
    let mut nodes = next.nodes().to_vec();
    nodes.sort_unstable();
    let between = move |to| graph.between(node, to, follow);
    Box::new(nodes.into_iter().flat_map(between))
}
