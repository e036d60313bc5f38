//! Who is related to whom: one pair of compressed rows for each relationship type.
//!
//! A hop must cost what it yields, so every relationship type has its own rows in either
//! direction ([`petgraph::csr::Csr`]). `Csr` keeps a word for each node and refuses parallel edges. So its
//! nodes are numbered within the relationship type, over those entities alone that take part in it, and a
//! cell holds the first of the relationships with equal ends, from which the others chain.

use petgraph::Directed;
use petgraph::csr::Csr;

use crate::graph::records::{EntityIndex, NONE, RelationshipIndex};
use crate::model::ontology::{Direction, TypeIndex};

/// One relationship in a row, in compressed form.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    /// The first relationship between the two ends.
    relationship: u32,
    /// The entity at the far end.
    entity: u32,
    /// The order permutation: which cell of the row is the n-th in the declared order, where n is this cell's place.
    nth: u32,
}

/// A relationship as the rows are built from it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) relationship: RelationshipIndex,
    pub(crate) from: EntityIndex,
    pub(crate) to: EntityIndex,
}

/// One relationship of a row: what it is and where it leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hop {
    /// The relationship.
    pub relationship: RelationshipIndex,
    /// The entity at the far end.
    pub entity: EntityIndex,
    /// The direction in which it is followed: a relationship that leads to its own beginning does not tell.
    pub direction: Direction,
}

/// The sealed rows of one relationship type.
#[derive(Debug, Default)]
pub(crate) struct TypedRows {
    /// Node number by entity type and place among that type's entities.
    nodes: Vec<Vec<u32>>,
    outward: Csr<(), Cell, Directed, u32>,
    inward: Csr<(), Cell, Directed, u32>,
    /// By node: whether its rows have chains, several relationships with equal ends.
    chained: Vec<bool>,
}

/// A row of one relationship type, in the declared order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SealedRow<'a> {
    direction: Direction,
    cells: &'a [Cell],
}

impl<'a> SealedRow<'a> {
    /// The number of different neighbours.
    pub(crate) fn len(self) -> usize {
        self.cells.len()
    }

    /// The first relationship of the cell at a place of the declared order.
    pub(crate) fn at(self, place: usize) -> Hop {
        let cell = self.cells[self.cells[place].nth as usize];
        Hop {
            relationship: RelationshipIndex(cell.relationship),
            entity: EntityIndex(cell.entity),
            direction: self.direction,
        }
    }

    /// The first relationship of each cell, in no order.
    #[inline]
    pub(crate) fn cells(self) -> impl Iterator<Item = Hop> + 'a {
        self.cells.iter().map(move |cell| Hop {
            relationship: RelationshipIndex(cell.relationship),
            entity: EntityIndex(cell.entity),
            direction: self.direction,
        })
    }

    /// The first relationship of each cell, in the declared order.
    pub(crate) fn ordered(self) -> Ordered<'a> {
        Ordered {
            direction: self.direction,
            cells: self.cells,
            next: 0,
        }
    }
}

/// The relationships of a sealed row, one after the other.
#[derive(Debug, Clone)]
pub struct Ordered<'a> {
    direction: Direction,
    cells: &'a [Cell],
    next: usize,
}

impl Iterator for Ordered<'_> {
    type Item = Hop;

    #[inline]
    fn next(&mut self) -> Option<Hop> {
        let cell = self.cells[self.cells.get(self.next)?.nth as usize];
        self.next += 1;
        Some(Hop {
            relationship: RelationshipIndex(cell.relationship),
            entity: EntityIndex(cell.entity),
            direction: self.direction,
        })
    }
}

impl TypedRows {
    /// Builds the rows. `place` gives an entity's type and its place in it; `places_out` and `places_in` give each
    /// link's place in the declared order of the rows.
    /// Relationships with equal ends are reported to `chain` as (earlier, later).
    pub(crate) fn build(
        links: &[Link],
        type_count: usize,
        place: impl Fn(EntityIndex) -> (TypeIndex, u32),
        places_out: &[u32],
        places_in: &[u32],
        mut chain: impl FnMut(RelationshipIndex, RelationshipIndex),
    ) -> Self {
        let mut rows = Self {
            nodes: vec![Vec::new(); type_count],
            ..Self::default()
        };
        let mut node_count = 0;
        let mut ends = Vec::with_capacity(links.len());
        for (number, link) in (0..).zip(links) {
            let mut node = |entity| {
                let (entity_type, local) = place(entity);
                let numbers = &mut rows.nodes[entity_type.place()];
                let local = local as usize;
                if numbers.len() <= local {
                    numbers.resize(local + 1, NONE);
                }
                if numbers[local] == NONE {
                    numbers[local] = node_count;
                    node_count += 1;
                }
                numbers[local]
            };
            ends.push((node(link.from), node(link.to), number));
        }
        rows.chained = vec![false; node_count as usize];
        // Links come in the order of recording.
        ends.sort_unstable();
        let mut first: Option<((u32, u32), RelationshipIndex)> = None;
        ends.retain(|(from, to, number)| {
            let link = &links[*number as usize];
            let before = first.replace(((*from, *to), link.relationship));
            match before {
                Some((pair, last)) if pair == (*from, *to) => {
                    for node in [*from, *to] {
                        rows.chained[node as usize] = true;
                    }
                    chain(last, link.relationship);
                    false
                }
                _ => true,
            }
        });
        rows.outward = csr(&ends, links, places_out, Direction::Out);
        for (from, to, _) in &mut ends {
            std::mem::swap(from, to);
        }
        ends.sort_unstable();
        rows.inward = csr(&ends, links, places_in, Direction::In);
        rows
    }

    /// The row of an entity; empty if it takes no part in the relationship type.
    #[inline]
    pub(crate) fn row(
        &self,
        entity_type: TypeIndex,
        local: u32,
        direction: Direction,
    ) -> SealedRow<'_> {
        match self.node(entity_type, local) {
            Some(node) => self.row_of(node, direction),
            None => SealedRow {
                cells: &[],
                direction,
            },
        }
    }

    /// The same, as far as it is all there is to say: `None` where cells chain to further
    /// relationships with the same neighbours.
    #[inline]
    pub(crate) fn unchained_row(
        &self,
        entity_type: TypeIndex,
        local: u32,
        direction: Direction,
    ) -> Option<SealedRow<'_>> {
        match self.node(entity_type, local) {
            Some(node) if self.chained[node as usize] => None,
            Some(node) => Some(self.row_of(node, direction)),
            None => Some(SealedRow {
                cells: &[],
                direction,
            }),
        }
    }

    fn row_of(&self, node: u32, direction: Direction) -> SealedRow<'_> {
        let rows = match direction {
            Direction::Out => &self.outward,
            Direction::In => &self.inward,
        };
        SealedRow {
            direction,
            cells: rows.edges_slice(node),
        }
    }

    /// The node that stands for an entity. `Csr` panics on a row past its last node, so what is
    /// not one of its nodes has none here.
    fn node(&self, entity_type: TypeIndex, local: u32) -> Option<u32> {
        let node = *self.nodes.get(entity_type.place())?.get(local as usize)?;
        ((node as usize) < self.outward.node_count().min(self.inward.node_count())).then_some(node)
    }

    /// The first relationship from one entity to another, each given by type and place.
    pub(crate) fn pair(
        &self,
        from: (TypeIndex, u32),
        to: (TypeIndex, u32),
    ) -> Option<RelationshipIndex> {
        let (from, to) = (self.node(from.0, from.1)?, self.node(to.0, to.1)?);
        let column = self.outward.neighbors_slice(from).binary_search(&to).ok()?;
        Some(RelationshipIndex(
            self.outward.edges_slice(from)[column].relationship,
        ))
    }
}

/// The rows out of edges (row, column, number of the link) that are sorted, with the order permutation filled in.
fn csr(
    edges: &[(u32, u32, u32)],
    links: &[Link],
    places: &[u32],
    direction: Direction,
) -> Csr<(), Cell, Directed, u32> {
    let cell = |(row, column, number): &(u32, u32, u32)| {
        let link = &links[*number as usize];
        let far = match direction {
            Direction::Out => link.to,
            Direction::In => link.from,
        };
        let cell = Cell {
            relationship: link.relationship.0,
            entity: far.0,
            nth: 0,
        };
        (*row, *column, cell)
    };
    let mut list: Vec<(u32, u32, Cell)> = edges.iter().map(cell).collect();
    let mut start = 0;
    let mut order: Vec<u32> = Vec::new();
    for row in list.chunk_by_mut(|left, right| left.0 == right.0) {
        let numbers = &edges[start..start + row.len()];
        start += row.len();
        order.clear();
        order.extend((0..).take(row.len()));
        order.sort_unstable_by_key(|cell| places[numbers[*cell as usize].2 as usize]);
        for (cell, nth) in row.iter_mut().zip(&order) {
            cell.2.nth = *nth;
        }
    }
    let rows: Csr<_, _, _, _> = Csr::from_sorted_edges(&list)
        .unwrap_or_else(|_| unreachable!("the edges are sorted and no pair occurs twice"));
    // What grew edge by edge has up to twice the room it needs; a clone has no more than that.
    rows.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(relationship: u32, from: u32, to: u32) -> Link {
        Link {
            relationship: RelationshipIndex(relationship),
            from: EntityIndex(from),
            to: EntityIndex(to),
        }
    }

    #[test]
    fn rows_hold_each_neighbour_once_in_declared_order_and_chain_the_rest() {
        let links = [
            link(0, 9, 1),
            link(1, 9, 2),
            link(2, 9, 1),
            link(3, 1, 9),
            link(4, 9, 3),
            link(5, 9, 1),
        ];
        let mut chains = Vec::new();
        let rows = TypedRows::build(
            &links,
            1,
            |entity| (TypeIndex(0), entity.0),
            &[5, 4, 3, 2, 1, 0],
            &[0, 1, 2, 3, 4, 5],
            |earlier, later| chains.push((earlier.0, later.0)),
        );
        let row = |entity, direction| -> Vec<(u32, u32)> {
            let row = rows.row(TypeIndex(0), entity, direction);
            row.ordered()
                .map(|hop| (hop.relationship.0, hop.entity.0))
                .collect()
        };
        assert_eq!(row(9, Direction::Out), [(4, 3), (1, 2), (0, 1)]);
        assert_eq!(row(1, Direction::In), [(0, 9)]);
        assert_eq!(row(1, Direction::Out), [(3, 9)]);
        assert_eq!(chains, [(0, 2), (2, 5)]);
        let pair = |from, to| {
            rows.pair((TypeIndex(0), from), (TypeIndex(0), to))
                .map(|found| found.0)
        };
        assert_eq!(
            (pair(9, 1), pair(9, 2), pair(1, 9), pair(2, 9), pair(7, 9)),
            (Some(0), Some(1), Some(3), None, None)
        );
        for stranger in [0, 8, 10, 1_000_000] {
            assert_eq!(row(stranger, Direction::Out), []);
        }
    }
}
