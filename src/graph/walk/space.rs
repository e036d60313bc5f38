//! Memory that walks use again and again.

/// Working memory for walks, about 32 bytes a node. Keep one per thread: clearing it costs
/// nothing, allocating it for a large graph does.
#[derive(Debug, Default)]
pub struct Space {
    /// Distances from the start; for neighbourhoods, where what comes next lies.
    pub(super) ahead: Levels,
    /// Distances from the end.
    pub(super) behind: Levels,
    /// Nodes that lead nowhere; for neighbourhoods, nodes kept or left out.
    pub(super) marked: Levels,
    /// Nodes that must not be visited again.
    pub(super) barred: Levels,
}

impl Space {
    /// Empty memory; it grows with the graphs that are walked.
    pub fn new() -> Self {
        Space::default()
    }
}

/// A number for some nodes. A cell counts only if its stamp is that of the current round, so all
/// are forgotten at once by starting a new round.
#[derive(Debug)]
pub(super) struct Levels {
    round: u32,
    cells: Vec<(u32, u32)>,
    /// Whether no node has a number.
    is_empty: bool,
}

impl Default for Levels {
    fn default() -> Self {
        Levels {
            round: 1,
            cells: Vec::new(),
            is_empty: true,
        }
    }
}

impl Levels {
    pub(super) fn clear(&mut self, node_bound: usize) {
        self.is_empty = true;
        if let Some(round) = self.round.checked_add(1) {
            self.round = round;
        } else {
            self.cells.fill((0, 0));
            self.round = 1;
        }
        if self.cells.len() < node_bound {
            self.cells.resize(node_bound, (0, 0));
        }
    }

    pub(super) fn get(&self, node: u32) -> Option<u32> {
        match self.cells.get(node as usize) {
            Some(&(round, level)) if round == self.round => Some(level),
            _ => None,
        }
    }

    pub(super) fn has(&self, node: u32) -> bool {
        !self.is_empty && self.get(node).is_some()
    }

    /// Sets the level of a node that has none; whether it had none.
    pub(super) fn insert(&mut self, node: u32, level: u32) -> bool {
        self.is_empty = false;
        let place = node as usize;
        if place >= self.cells.len() {
            self.cells.resize(place + 1, (0, 0));
        }
        match self.cells.get_mut(place) {
            Some(cell) if cell.0 != self.round => {
                *cell = (self.round, level);
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_round_forgets_everything_even_when_rounds_run_out() {
        let mut levels = Levels::default();
        assert!(!levels.has(0));
        assert!(levels.insert(1, 5));
        levels.clear(2);
        assert!(!levels.has(1));
        assert!(levels.insert(1, 7) && !levels.insert(1, 8));
        assert_eq!(
            (levels.get(1), levels.get(0), levels.get(9)),
            (Some(7), None, None)
        );
        levels.round = 1;
        assert!(levels.insert(0, 1));
        levels.round = u32::MAX;
        levels.clear(2);
        assert!(!levels.has(0) && !levels.has(1));
        assert!(levels.insert(9, 3) && levels.has(9));
    }
}
