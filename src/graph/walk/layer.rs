//! The nodes that can stand at one place of a path.

/// What is known of a node at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label {
    /// The last day on which one can be there and still come to the end.
    pub(super) latest: i32,
    /// What the way to the end costs, at least.
    pub(super) price: u64,
}

impl Label {
    /// At the end itself.
    pub(super) const END: Self = Label {
        latest: i32::MAX,
        price: 0,
    };
}

/// Some nodes, each with its label.
#[derive(Debug, Default)]
pub(super) struct Layer {
    /// By node, one more than its place among the nodes; 0 for all others.
    numbers: Vec<u32>,
    nodes: Vec<u32>,
    labels: Vec<Label>,
}

impl Layer {
    pub(super) fn new(node_bound: usize) -> Self {
        Layer {
            numbers: vec![0; node_bound],
            ..Layer::default()
        }
    }

    pub(super) fn of(node: u32) -> Self {
        let mut layer = Layer::new(node as usize + 1);
        layer.add(node, Label::END);
        layer
    }

    /// Adds a node, or betters what is known of it.
    pub(super) fn add(&mut self, node: u32, label: Label) {
        let Some(number) = self.numbers.get_mut(node as usize) else {
            return;
        };
        if let Some(known) = self.labels.get_mut((*number as usize).wrapping_sub(1)) {
            known.latest = known.latest.max(label.latest);
            known.price = known.price.min(label.price);
            return;
        }
        self.nodes.push(node);
        self.labels.push(label);
        *number = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
    }

    #[inline]
    pub(super) fn get(&self, node: u32) -> Option<Label> {
        let number = *self.numbers.get(node as usize)?;
        self.labels.get((number as usize).wrapping_sub(1)).copied()
    }

    pub(super) fn nodes(&self) -> &[u32] {
        &self.nodes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}
