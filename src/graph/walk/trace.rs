//! Which paths have the length that a search has found, the smaller ones first.
//!
//! Nodes are tried in order, so the first path to come through is the smallest, and what comes
//! after it need not be looked at. What both sides know says of most nodes at once how far
//! they are from the end.

use super::shortest::{Search, Steps};
use super::side::{LOOKING, Side};
use super::{OverBudget, Parallel, Step, Walkable};

/// The steps that are still to be tried from a node, the smallest first.
type Choices<'a, E> = Box<dyn Iterator<Item = Step<E>> + 'a>;

/// A node on the way, and what can be tried from it.
struct Stand<'a, E> {
    node: u32,
    choices: Choices<'a, E>,
    /// The node that was tried last.
    tried: Option<u32>,
    /// Whether a path was found through here.
    leads_on: bool,
}

impl<'a, G: Walkable> Search<'a, '_, G> {
    /// The paths of `length` steps, the first `count` of them; no path is shorter.
    pub(super) fn trace(
        &mut self,
        length: u32,
        count: usize,
        ahead: &Side,
        behind: &Side,
    ) -> Result<Vec<Steps<G>>, OverBudget> {
        // Nodes that turned out to lead nowhere.
        self.space.marked.clear(self.graph.node_bound());
        let mut found = Vec::new();
        let mut steps: Steps<G> = Vec::new();
        let mut places = vec![self.place(self.ends.0, length, behind)];
        while let Some(place) = places.last_mut() {
            if found.len() >= count {
                break;
            }
            let Some(step) = place.choices.next() else {
                let leads_on = place.leads_on;
                if !leads_on {
                    self.space.marked.insert(place.node, 0);
                }
                places.pop();
                steps.pop();
                if let Some(before) = places.last_mut() {
                    before.leads_on |= leads_on;
                }
                continue;
            };
            self.budget.spend(1)?;
            let is_repeat = self.parallel == Parallel::Once && place.tried == Some(step.to);
            let node = place.node;
            if is_repeat || !self.passes(step.to) || !self.allows(node, &step) {
                continue;
            }
            place.tried = Some(step.to);
            let depth = u32::try_from(places.len()).unwrap_or(u32::MAX);
            let rest = length - depth;
            if !self.may_lead(step.to, depth, rest, (ahead, behind))? {
                continue;
            }
            steps.push(step);
            if rest > 0 {
                places.push(self.place(step.to, rest, behind));
                continue;
            }
            found.push(steps.clone());
            steps.pop();
            if let Some(place) = places.last_mut() {
                place.leads_on = true;
            }
        }
        Ok(found)
    }

    /// What can be tried from a node that is `rest` steps from the end.
    fn place(&self, node: u32, rest: u32, behind: &Side) -> Stand<'a, G::Edge> {
        let (graph, follow) = (self.graph, self.rules.follow);
        let known = behind.levels.get(rest as usize - 1);
        let choices: Choices<'a, G::Edge> = match known {
            Some(level) if level.len().saturating_mul(LOOKING) < graph.degree(node) => {
                let mut level = level.clone();
                level.sort_unstable();
                let between = move |to| graph.between(node, to, follow);
                Box::new(level.into_iter().flat_map(between))
            }
            _ => Box::new(graph.steps(node, follow)),
        };
        Stand {
            node,
            choices,
            tried: None,
            leads_on: false,
        }
    }

    /// Whether a node, `depth` steps from the start, may be `rest` steps from the end. If so, that
    /// is certain unless only walking it can tell.
    fn may_lead(
        &mut self,
        node: u32,
        depth: u32,
        rest: u32,
        (ahead, behind): (&Side, &Side),
    ) -> Result<bool, OverBudget> {
        if let Some(distance) = self.space.behind.get(node) {
            return Ok(distance == rest);
        }
        if rest <= behind.distance() || self.space.marked.has(node) {
            return Ok(false);
        }
        let fits = match self.space.ahead.get(node) {
            Some(distance) => distance == depth,
            None => depth > ahead.distance(),
        };
        if !fits || rest > behind.distance() + 1 {
            return Ok(fits);
        }
        // Only what was not walked from behind can lead here.
        let lookups = behind.unwalked.len().saturating_mul(LOOKING);
        if lookups > 0 && lookups >= self.graph.degree(node) {
            return Ok(true);
        }
        for &(_, end) in &behind.unwalked {
            if self.leads(node, end)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
