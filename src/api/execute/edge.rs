//! Edges: what belongs to an item of a connection, beside its node.

use crate::api::execute::connection::Shown;
use crate::api::execute::entry::Entry;
use crate::api::execute::{Executor, Written, below};
use crate::api::meaning::{EdgeField, Meaning};
use crate::api::plan::Step;
use crate::graph::Hop;
use crate::graph::view::View;

impl<'a> Executor<'a> {
    /// An edge: what belongs to the relationship, and the node at its end.
    pub(super) fn edge(
        &mut self,
        view: &View,
        entry: Entry<'_>,
        others: &[Hop],
        shown: Option<&Shown<'_, '_>>,
        steps: &'a [Step],
    ) -> Written {
        let relationship = match entry {
            Entry::Hop(hop) | Entry::Link(hop, _) => Some(hop.relationship),
            _ => None,
        };
        // A link is shown as of its own time.
        let claims = match entry {
            Entry::Link(_, link) => Some(&link.claims),
            _ => None,
        };
        let winner = match claims {
            Some(claims) => claims.first().copied(),
            None => relationship.and_then(|relationship| view.relationship_winner(relationship)),
        };
        self.object(steps, |this, field| {
            let Meaning::Edge(meaning) = field.meaning else {
                return this.null();
            };
            match (meaning, relationship) {
                (EdgeField::Node, _) => this.node(view, entry, field),
                (EdgeField::Cursor, _) => match shown {
                    Some(shown) => this.text(&shown.cursor(view, entry)),
                    None => this.null(),
                },
                (EdgeField::Property { property, .. }, Some(relationship)) => {
                    this.value(view, view.edge_value(relationship, property), below(field))
                }
                (EdgeField::Since, _) => this.since(view, winner, field),
                (EdgeField::Until, _) => this.until(view, winner, field),
                (EdgeField::Ongoing, _) => this.ongoing(view, winner),
                (EdgeField::Attested, _) => this.attested(view, winner, field),
                (EdgeField::Certainty, _) => this.certainty(view, winner),
                (EdgeField::Evidence, Some(relationship)) => match claims {
                    Some(claims) => this.evidence_of(view, claims.iter().copied(), field),
                    None => {
                        this.evidence_of(view, super::entity::claims_of(view, relationship), field)
                    }
                },
                (EdgeField::OnBehalfOf, _) => {
                    let behalf = winner.and_then(|claim| view.on_behalf_of(claim));
                    this.entity_or_null(view, behalf, below(field))
                }
                (EdgeField::Capacity, _) => match entry {
                    Entry::Link(_, link) => this.capacity(view, link, field),
                    _ => this.null(),
                },
                (EdgeField::Rank, _) => {
                    this.optional_text(winner.map(|claim| view.rank(claim).0.name()))
                }
                (EdgeField::Claim, _) => this.claim_or_null(view, winner, field),
                (EdgeField::Alternatives, _) => this.list(others, |this, other| {
                    this.edge(view, Entry::Hop(*other), &[], None, super::steps(field))
                }),
                (EdgeField::Relationship, Some(relationship)) => {
                    this.relationship(view, relationship, below(field))
                }
                (EdgeField::Score | EdgeField::MatchedOn | EdgeField::Highlight, _) => {
                    match entry {
                        Entry::Match(hit, _) => this.matched(view, hit, meaning, field),
                        _ => this.null(),
                    }
                }
                (EdgeField::Depth | EdgeField::Witness, _) => match entry {
                    Entry::Reached(found, place) => {
                        this.reached(view, found, place, meaning, field)
                    }
                    _ => this.null(),
                },
                _ => this.null(),
            }
        })
    }
}
