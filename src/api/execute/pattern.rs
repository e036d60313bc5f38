//! Where a pattern is found.

use crate::api::bind::Bound;
use crate::api::bind::pattern::Wanted;
use crate::api::error::RequestError;
use crate::api::execute::{Executor, Written, below, steps};
use crate::api::meaning::{BindingField, Meaning, PatternField};
use crate::api::plan::{Field, Step};
use crate::graph::network::{Match, Pattern, PatternNode, matches};
use crate::graph::view::View;

impl<'a> Executor<'a> {
    pub(super) fn pattern(&mut self, view: &View, wanted: &'a Wanted, field: &'a Field) -> Written {
        let mut nodes = Vec::new();
        for (place, (node, ids)) in wanted.pattern.nodes.iter().zip(&wanted.ids).enumerate() {
            let argument = format!("nodes.{place}.ids");
            let one_of = ids
                .as_ref()
                .map(|ids| self.all_named(view, ids, &argument, field))
                .transpose()?;
            nodes.push(PatternNode {
                one_of,
                ..node.clone()
            });
        }
        let pattern = Pattern {
            nodes,
            ..wanted.pattern.clone()
        };
        let found = matches(view, &pattern, wanted.first, &mut self.budget)
            .map_err(|over| self.over_budget(field, over))?;
        self.object(steps(field), |this, field| match field.meaning {
            Meaning::Pattern(PatternField::TotalCount) => this.count(found.total),
            Meaning::Pattern(PatternField::Matches) => this.list(&found.first, |this, found| {
                this.pattern_match(view, wanted, found, steps(field))
            }),
            _ => this.null(),
        })
    }

    fn pattern_match(
        &mut self,
        view: &View,
        wanted: &'a Wanted,
        found: &Match,
        steps: &'a [Step],
    ) -> Written {
        self.object(steps, |this, field| match field.meaning {
            Meaning::Pattern(PatternField::Bindings) => {
                this.bindings(view, wanted, found, super::steps(field))
            }
            Meaning::Pattern(PatternField::Node) => {
                let name = match this.bound(field) {
                    Some(Bound::Name(name)) => name.as_str(),
                    _ => "",
                };
                let mut named = wanted.nodes.iter().zip(&found.entities);
                match named.find(|(node, _)| *node == name) {
                    Some((_, entity)) => this.entity(view, *entity, below(field)),
                    None => {
                        let message = format!(
                            "node: name is {name:?}: expected the name of one of the nodes, {}",
                            wanted.nodes.join(", ")
                        );
                        Err(this.refuse(field, RequestError::input(message)))
                    }
                }
            }
            Meaning::Pattern(PatternField::Evidence) => {
                let relationships = found.relationships.iter();
                let claims = relationships
                    .flat_map(|relationship| super::entity::claims_of(view, *relationship));
                this.evidence_of(view, claims, field)
            }
            _ => this.null(),
        })
    }

    fn bindings(
        &mut self,
        view: &View,
        wanted: &'a Wanted,
        found: &Match,
        steps: &'a [Step],
    ) -> Written {
        let nodes = wanted.nodes.iter().zip(&found.entities);
        let nodes = nodes.map(|(name, entity)| (name, Some(*entity), None));
        let ties = wanted.ties.iter().zip(&found.relationships);
        let ties = ties.filter_map(|(name, relationship)| {
            // What has no name was not asked for by itself.
            Some((name.as_ref()?, None, Some(*relationship)))
        });
        self.list(nodes.chain(ties), |this, (name, entity, relationship)| {
            this.object(steps, |this, field| match (field.meaning, relationship) {
                (Meaning::Binding(BindingField::Name), _) => this.text(name),
                (Meaning::Binding(BindingField::Node), _) => {
                    this.entity_or_null(view, entity, below(field))
                }
                (Meaning::Binding(BindingField::Relationship), Some(relationship)) => {
                    this.relationship(view, relationship, below(field))
                }
                _ => this.null(),
            })
        })
    }
}
