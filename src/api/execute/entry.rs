//! The items of connections: entities, relationships, claims, matches and what else is listed.

use std::cmp::Ordering;

use crate::graph::acting::Link;
use crate::graph::filter::Wanted;
use crate::graph::order::{SortKey, compare_keys};
use crate::graph::page::{Item, Mark};
use crate::graph::records::{ClaimIndex, EntityIndex, RelationshipIndex};
use crate::graph::search::Hit;
use crate::graph::term::{Term, keys};
use crate::graph::trace::Traced;
use crate::graph::view::View;
use crate::graph::walk::{Budget, OverBudget, Reach};
use crate::graph::{Edge, Hop};

/// One item of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) enum Entry<'m> {
    Entity(EntityIndex),
    /// Of the ledger.
    Row(EntityIndex),
    Hop(Hop),
    Claim(ClaimIndex),
    Match(Hit<'m>, EntityIndex),
    Reached(&'m Reach<Edge>, usize),
    Traced(&'m Traced),
    Link(Hop, &'m Link),
}

impl Item for Entry<'_> {
    fn entity(self) -> EntityIndex {
        match self {
            Self::Entity(entity) | Self::Row(entity) | Self::Match(_, entity) => entity,
            Self::Hop(hop) | Self::Link(hop, _) => hop.entity,
            Self::Traced(traced) => traced.commitment,
            Self::Reached(found, place) => EntityIndex::from_number(found.nodes()[place].node),
            // Claims are listed as they come: nothing filters or orders them by an entity.
            Self::Claim(claim) => EntityIndex::from_number(claim.number()),
        }
    }

    fn number(self) -> u32 {
        match self {
            Self::Hop(hop) | Self::Link(hop, _) => hop.relationship.number(),
            Self::Claim(claim) => claim.number(),
            Self::Entity(_)
            | Self::Row(_)
            | Self::Traced(_)
            | Self::Match(..)
            | Self::Reached(..) => self.entity().number(),
        }
    }

    fn relationship(self) -> Option<RelationshipIndex> {
        match self {
            Self::Hop(hop) => Some(hop.relationship),
            _ => None,
        }
    }

    fn fits(self, wanted: &Wanted, view: &View, budget: &mut Budget) -> Result<bool, OverBudget> {
        match self {
            Self::Hop(hop) => hop.fits(wanted, view, budget),
            Self::Claim(claim) => wanted.fits_claim(view, claim, budget),
            _ => self.entity().fits(wanted, view, budget),
        }
    }

    fn keys(self, view: &View, order: &[Term]) -> Vec<SortKey> {
        match self {
            Self::Hop(hop) | Self::Link(hop, _) => hop.keys(view, order),
            // They come by how near they are.
            Self::Reached(found, place) => vec![SortKey::Number(found.nodes()[place].depth.into())],
            _ => keys(view, order, self.placed()),
        }
    }

    fn stands(self, view: &View, mark: &Mark) -> Option<Ordering> {
        match self {
            Self::Hop(hop) | Self::Link(hop, _) => hop.stands(view, mark),
            Self::Entity(_) | Self::Row(_) | Self::Traced(_) | Self::Claim(_) => {
                Some(self.number().cmp(&mark.number))
            }
            Self::Reached(..) => {
                let order = compare_keys([false].into_iter(), &self.keys(view, &[]), &mark.keys);
                Some(order.then(self.number().cmp(&mark.number)))
            }
            // Matches come by their score, which belongs to one search.
            Self::Match(..) => None,
        }
    }
}

impl Entry<'_> {
    /// The id by which a cursor finds it again.
    pub(super) fn id(self, view: &View) -> String {
        match self {
            Self::Entity(_)
            | Self::Row(_)
            | Self::Traced(_)
            | Self::Match(..)
            | Self::Reached(..) => view.id(self.entity()).to_string(),
            Self::Hop(hop) | Self::Link(hop, _) => view.relationship_id(hop.relationship),
            Self::Claim(claim) => view.graph().claim_id(claim).to_string(),
        }
    }
}
