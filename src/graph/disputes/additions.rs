//! What one source says and the others are silent on.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::disputes::claims::Slots;
use crate::graph::disputes::values::Rules;
use crate::graph::disputes::{Comparer, Comparison, Judgement, Verdict};
use crate::graph::records::{About, ClaimIndex, EntityIndex};
use crate::graph::walk::{Budget, OverBudget};
use crate::model::ontology::Direction;

impl Comparer<'_> {
    /// What one source says and no other does, of an entity of which others had spoken before.
    pub(super) fn additions(
        &mut self,
        entity: EntityIndex,
        claims: &[ClaimIndex],
        slots: &Slots,
        found: &mut Vec<Comparison>,
        budget: &mut Budget,
    ) -> Result<(), OverBudget> {
        let Some(first) = claims.first() else {
            return Ok(());
        };
        let groups = self.groups(claims);
        // Which of the groups support a claim, by their place.
        let support = |claims: &[ClaimIndex]| -> BTreeSet<usize> {
            let sources = self.view.supporting_sources(claims.iter().copied());
            let place =
                |source: &EntityIndex| groups.iter().position(|group| group.contains(source));
            sources.iter().filter_map(place).collect()
        };
        let base = support(&[*first]);
        if groups.len() < 2 || base.is_empty() {
            return Ok(());
        }
        let is_rival: BTreeSet<ClaimIndex> = found
            .iter()
            .filter(|comparison| !comparison.judgement.verdict.is_corroboration())
            .flat_map(|comparison| &comparison.sides)
            .flat_map(|side| side.claims.iter().copied())
            .collect();
        for claim in claims {
            budget.spend(1)?;
            if self.is_deprecated(*claim) || is_rival.contains(claim) {
                continue;
            }
            let own = support(&[*claim]);
            if own.is_empty() || !own.is_disjoint(&base) {
                continue;
            }
            let (field, rivals) = self.beside(entity, *claim, slots);
            if !support(&rivals).is_subset(&own) {
                continue;
            }
            let why = format!(
                "No other source on record states {field}: {}.",
                self.words(*claim)
            );
            found.push(Comparison {
                judgement: Judgement::new(Verdict::Adds, why),
                about: vec![entity],
                property: field,
                sides: self.sides(&[&[*claim]]),
            });
        }
        Ok(())
    }

    /// The claims that say something of the same matter as a claim: where one value is shown, all on it.
    fn beside(
        &self,
        entity: EntityIndex,
        claim: ClaimIndex,
        slots: &Slots,
    ) -> (String, Vec<ClaimIndex>) {
        let (view, graph) = (self.view, self.view.graph());
        let all = |claims: Option<&Vec<ClaimIndex>>| claims.cloned().unwrap_or_default();
        match graph.about(claim).1 {
            About::Property(property) => {
                let entity_type = view.ontology().entity_type(view.type_of(entity));
                let declared = &entity_type.properties[property.place()];
                let mut rivals = all(slots.properties.get(&property));
                if declared.list {
                    let rules = Rules {
                        widths: &view.ontology().bounds,
                        names: false,
                    };
                    rivals.retain(|rival| {
                        let judged = rules.statings(graph.stating(claim), graph.stating(*rival));
                        judged.verdict == Verdict::Agrees
                    });
                }
                (declared.name.clone(), rivals)
            }
            About::Relationship(relationship) => {
                let (index, _, _) = view.relationship(relationship);
                let field = self.field(entity, index, Direction::Out);
                let ties = slots.relationships.get(&index);
                let many = view.fields(entity).iter().all(|field| {
                    field.many || field.relationship != index || field.direction != Direction::Out
                });
                let rivals = if many {
                    all(ties.and_then(|ties| ties.get(&relationship)))
                } else {
                    ties.into_iter()
                        .flat_map(BTreeMap::values)
                        .flatten()
                        .copied()
                        .collect()
                };
                (field, rivals)
            }
        }
    }
}
