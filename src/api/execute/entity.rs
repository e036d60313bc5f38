//! Entities and relationships.

use std::collections::HashSet;

use crate::api::bind::{Bound, Clock, Listing};
use crate::api::error::RequestError;
use crate::api::execute::entry::Entry;
use crate::api::execute::{Executor, Written, below, steps};
use crate::api::meaning::{EntityField, Follow, Meaning, RelationshipField};
use crate::api::plan::{Field, Selection};
use crate::graph::PackedRecord;
use crate::graph::acting::Scope;
use crate::graph::records::{ClaimIndex, EntityIndex, RelationshipIndex};
use crate::graph::view::{Certainty, Clocks, Stating, View};

/// What a field answers, where it lies ready. A view by clocks shows the same as the default one where nothing
/// was recorded since, but its ids carry the clocks.
#[inline]
fn ready(packed: PackedRecord<'_>, meaning: EntityField, is_now: bool) -> Option<&[u8]> {
    match meaning {
        EntityField::Id if !is_now => None,
        EntityField::Id | EntityField::EntityId => Some(packed.id()),
        // What is no text in the label's type is none as the name either.
        EntityField::Name(label) => {
            Some(packed.json(label)).filter(|json| json.first() == Some(&b'"'))
        }
        EntityField::Property {
            property,
            list: false,
            ..
        } => Some(packed.json(property)).filter(|json| !json.is_empty()),
        _ => None,
    }
}

impl<'a> Executor<'a> {
    /// The view after `at` has turned its clocks.
    pub(super) fn turned(
        &self,
        view: &View,
        clock: &Clock,
        field: &Field,
    ) -> Result<View, RequestError> {
        let clocks = view.clocks();
        let turned = Clocks {
            date: clock.date.clone().unwrap_or_else(|| clocks.date.clone()),
            certainty: match clock.certainty {
                Some(certainty) => certainty.unwrap_or_default(),
                None => clocks.certainty,
            },
            known_at: clock.known_at.unwrap_or(clocks.known_at),
            published_by: clock
                .published_by
                .clone()
                .unwrap_or_else(|| clocks.published_by.clone()),
        };
        if turned.date.is_none() && clock.certainty == Some(Some(Certainty::Certain)) {
            let message = "at: certainty is CERTAIN, and there is no date: expected one, here or in an at around it, since what is sure is sure of a date";
            return Err(self.refuse(field, RequestError::input(message)));
        }
        Ok(view.at(turned))
    }

    pub(super) fn entity(
        &mut self,
        view: &View,
        entity: EntityIndex,
        selection: Option<&'a Selection>,
    ) -> Written {
        let place = view.type_of(entity).place();
        let steps = selection.map_or(&[][..], |selection| selection.of(place));
        let packed = view.packed(entity);
        let is_now = view.clocks().is_now();
        let ready = |meaning| packed.and_then(|packed| ready(packed, meaning, is_now));
        self.object(steps, |this, field| match field.meaning {
            Meaning::Entity(meaning) => match ready(meaning) {
                Some(json) => {
                    this.out.extend_from_slice(json);
                    Ok(())
                }
                None => this.entity_field(view, entity, meaning, field),
            },
            _ => this.null(),
        })
    }

    fn entity_field(
        &mut self,
        view: &View,
        entity: EntityIndex,
        meaning: EntityField,
        field: &'a Field,
    ) -> Written {
        match meaning {
            EntityField::Id => self.id(view, view.id(entity).as_str()),
            EntityField::EntityId => self.plain_id(view.id(entity).as_str()),
            EntityField::Name(_) => self.text(&view.label(entity)),
            EntityField::Property {
                property,
                list: false,
                ..
            } => self.value(view, view.value(entity, property), below(field)),
            EntityField::Property {
                property,
                list: true,
                ..
            } => {
                let claims = view.standing(entity, property);
                let values =
                    claims
                        .into_iter()
                        .filter_map(|claim| match view.graph().stating(claim) {
                            Stating::Value(value) => Some(value),
                            _ => None,
                        });
                self.list(values, |this, value| {
                    this.value(view, Some(value), below(field))
                })
            }
            EntityField::Connection(follow) => match self.bound(field) {
                Some(Bound::List(listing)) if listing.scope != Scope::Direct => {
                    self.scoped(view, entity, follow, listing, field)
                }
                _ => self.row_connection(view, entity, follow, field),
            },
            EntityField::ToOne(follow) => {
                let hop = view.to_one(entity, follow.relationship, follow.direction);
                self.entity_or_null(view, hop.map(|hop| hop.entity), below(field))
            }
            EntityField::ToOneEdge(follow) => self.single_edge(view, entity, follow, field),
            EntityField::AboutClaims => {
                let claims = view.annotated_claims(entity);
                self.list(claims, |this, claim| {
                    this.claim(view, claim, super::steps(field))
                })
            }
            EntityField::Facts => self.facts(view, entity, steps(field)),
            EntityField::Claims => self.connection(
                view,
                Some(entity),
                view.claims(entity).into_iter().map(Entry::Claim),
                field,
            ),
            EntityField::Cited => self.connection(
                view,
                Some(entity),
                view.cited(entity).into_iter().map(Entry::Claim),
                field,
            ),
            EntityField::Evidence => self.evidence_of(view, view.claims(entity).into_iter(), field),
            EntityField::Sources => {
                let mut seen = HashSet::new();
                let claims = view.claims(entity);
                let sources = claims
                    .iter()
                    .flat_map(|claim| view.evidence(*claim))
                    .map(|shown| shown.source);
                let sources: Vec<_> = sources
                    .filter(|source| seen.insert(*source))
                    .map(Entry::Entity)
                    .collect();
                self.connection(view, Some(entity), sources.into_iter(), field)
            }
            EntityField::History => self.history(view, entity, None, field),
            EntityField::Disputes => self.comparisons(view, Some(entity), false, field),
            EntityField::Corroborations => self.comparisons(view, Some(entity), true, field),
            EntityField::At => {
                let Some(Bound::At(clock)) = self.bound(field) else {
                    return self.null();
                };
                let then = self.turned(view, clock, field)?;
                self.entity_or_null(&then, Some(entity), below(field))
            }
        }
    }

    /// A row with what others did on behalf of the entity.
    fn scoped(
        &mut self,
        view: &View,
        entity: EntityIndex,
        follow: Follow,
        listing: &Listing,
        field: &'a Field,
    ) -> Written {
        let Follow {
            relationship,
            direction,
        } = follow;
        let row = view
            .row_in_scope(
                entity,
                relationship,
                direction,
                (listing.scope, &listing.wanted),
                &mut self.budget,
            )
            .map_err(|over| self.over_budget(field, over))?;
        self.connection(view, Some(entity), row.into_iter().map(Entry::Hop), field)
    }

    fn single_edge(
        &mut self,
        view: &View,
        entity: EntityIndex,
        follow: Follow,
        field: &'a Field,
    ) -> Written {
        let rivals = view.rivals(entity, follow.relationship, follow.direction);
        match rivals.split_first() {
            Some((hop, others)) => self.edge(view, Entry::Hop(*hop), others, None, steps(field)),
            None => self.null(),
        }
    }

    /// A relationship, with both ends.
    pub(super) fn relationship(
        &mut self,
        view: &View,
        relationship: RelationshipIndex,
        selection: Option<&'a Selection>,
    ) -> Written {
        let (index, from, to) = view.relationship(relationship);
        let winner = view.relationship_winner(relationship);
        let steps = selection.map_or(&[][..], |selection| selection.of(index.place()));
        self.object(steps, |this, field| match field.meaning {
            Meaning::Relationship(RelationshipField::Id) => {
                this.id(view, view.relationship_id(relationship).as_str())
            }
            Meaning::Relationship(RelationshipField::Type) => {
                this.text(&view.ontology().relationship_type(index).name)
            }
            Meaning::Relationship(RelationshipField::From) => this.entity(view, from, below(field)),
            Meaning::Relationship(RelationshipField::To) => this.entity(view, to, below(field)),
            Meaning::Relationship(RelationshipField::Since) => this.since(view, winner, field),
            Meaning::Relationship(RelationshipField::Until) => this.until(view, winner, field),
            Meaning::Relationship(RelationshipField::Ongoing) => this.ongoing(view, winner),
            Meaning::Relationship(RelationshipField::Attested) => {
                this.attested(view, winner, field)
            }
            Meaning::Relationship(RelationshipField::Evidence) => {
                this.evidence_of(view, claims_of(view, relationship), field)
            }
            Meaning::Relationship(RelationshipField::Claims) => this
                .list(claims_of(view, relationship), |this, claim| {
                    this.claim(view, claim, super::steps(field))
                }),
            Meaning::Relationship(RelationshipField::Property { property, .. }) => {
                this.value(view, view.edge_value(relationship, property), below(field))
            }
            _ => this.null(),
        })
    }
}

/// The claims that state a relationship, best first.
pub(super) fn claims_of(
    view: &View,
    relationship: RelationshipIndex,
) -> std::vec::IntoIter<ClaimIndex> {
    view.standing_relationship(relationship).into_iter()
}
