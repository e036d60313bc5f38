//! Walks: paths, what can be reached, what lies around, what is shared.

use crate::api::bind::walks::{Along, Common, Neighborhood, Paths, Reach, Walk};
use crate::api::error::RequestError;
use crate::api::execute::aggregate::Whole;
use crate::api::execute::connection::{Shown, counts};
use crate::api::execute::entry::Entry;
use crate::api::execute::{Executor, Written, below, steps};
use crate::api::meaning::{
    CommonField, EdgeField, Meaning, PathField, PathStepField, SubgraphField,
};
use crate::api::plan::{Field, Step};
use crate::graph::Edge;
use crate::graph::network::{Allowed, PathQuery, Subgraph, around, common, paths, reach};
use crate::graph::page::{Selection, Stretch, page};
use crate::graph::records::EntityIndex;
use crate::graph::view::View;
use crate::graph::walk::{self, Path, Reached, Shared};
use crate::model::ontology::TypeIndex;

impl Along {
    fn allowed(&self) -> Allowed<'_> {
        Allowed {
            follow: self.follow,
            relationships: self.relationships.as_deref(),
            types: self.types.as_deref(),
            ..Allowed::default()
        }
    }
}

impl<'a> Executor<'a> {
    pub(super) fn walk(&mut self, view: &View, wanted: &'a Walk, field: &'a Field) -> Written {
        match wanted {
            Walk::Paths(wanted) => self.paths(view, wanted, field),
            Walk::Reach(wanted) => self.reach(view, wanted, field),
            Walk::Neighborhood(wanted) => self.neighborhood(view, wanted, field),
            Walk::Common(wanted) => self.common(view, wanted, field),
            Walk::Pattern(wanted) => self.pattern(view, wanted, field),
        }
    }

    /// The entity that an argument names.
    pub(super) fn named(
        &self,
        view: &View,
        id: &str,
        argument: &str,
        field: &Field,
    ) -> Result<EntityIndex, RequestError> {
        // An id that this view gave carries it.
        let suffix = format!("@{}", view.clocks());
        let plain = id.strip_suffix(&suffix).unwrap_or(id);
        view.entity(plain).ok_or_else(|| {
            let message = if plain.contains('@') {
                format!("{argument}: {id:?} carries a view that this field is not seen in: expected a plain id, as entityId gives it")
            } else {
                format!("{argument}: {id:?} is not on record: expected the id of an entity, as search finds it")
            };
            self.refuse(field, RequestError::input(message))
        })
    }

    pub(super) fn all_named(
        &self,
        view: &View,
        ids: &[String],
        argument: &str,
        field: &Field,
    ) -> Result<Vec<EntityIndex>, RequestError> {
        ids.iter()
            .map(|id| self.named(view, id, argument, field))
            .collect()
    }

    fn paths(&mut self, view: &View, wanted: &'a Paths, field: &'a Field) -> Written {
        let ends = (
            self.named(view, &wanted.from, "from", field)?,
            self.named(view, &wanted.to, "to", field)?,
        );
        let avoided = self.all_named(view, &wanted.avoid, "avoid", field)?;
        let query = PathQuery {
            ends,
            count: wanted.first,
            max_length: wanted.max_length,
            allowed: Allowed {
                avoided_types: &wanted.avoid_types,
                avoided: &avoided,
                between: wanted.between.as_ref(),
                ..wanted.along.allowed()
            },
            weight: wanted.weight,
            best_only: wanted.all_shortest,
            chronological: wanted.chronological,
            hops: wanted.hops.as_deref(),
        };
        let found =
            paths(view, &query, &mut self.budget).map_err(|over| self.over_budget(field, over))?;
        self.list(&found, |this, path| this.path(view, path, steps(field)))
    }

    fn path(&mut self, view: &View, path: &Path<Edge>, steps: &'a [Step]) -> Written {
        self.object(steps, |this, field| match field.meaning {
            Meaning::Path(PathField::Length) => this.count(path.length()),
            Meaning::Path(PathField::Steps) => this
                .list(path.nodes().zip(&path.steps), |this, (from, step)| {
                    this.path_step(view, from, step, super::steps(field))
                }),
            _ => this.null(),
        })
    }

    fn path_step(
        &mut self,
        view: &View,
        from: u32,
        step: &walk::Step<Edge>,
        steps: &'a [Step],
    ) -> Written {
        let relationship = step.edge.relationship;
        self.object(steps, |this, field| match field.meaning {
            Meaning::PathStep(PathStepField::From) => {
                this.entity(view, EntityIndex::from_number(from), below(field))
            }
            Meaning::PathStep(PathStepField::To) => {
                this.entity(view, EntityIndex::from_number(step.to), below(field))
            }
            Meaning::PathStep(PathStepField::Relationship) => {
                this.relationship(view, relationship, below(field))
            }
            Meaning::PathStep(PathStepField::Forward) => this.boolean(step.forward),
            Meaning::PathStep(PathStepField::Label) => {
                this.text(&view.step_label(relationship, step.forward))
            }
            _ => this.null(),
        })
    }

    fn reach(&mut self, view: &View, wanted: &'a Reach, field: &'a Field) -> Written {
        let starts = self.all_named(view, &wanted.from, "from", field)?;
        let listing = &wanted.listing;
        let lists = |reached: &Reached<Edge>| {
            let of_type = view.type_of(EntityIndex::from_number(reached.node));
            reached.depth as usize >= wanted.depths.0
                && wanted
                    .find
                    .as_ref()
                    .is_none_or(|find| find.contains(&of_type))
        };
        // Nearer ones fill the page; the rest is looked for only if it is counted, or may be shown.
        let is_first_page =
            !counts(field) && listing.after.is_none() && listing.wanted.is_everything();
        let enough = |found: &[Reached<Edge>]| {
            is_first_page && found.iter().filter(|reached| lists(reached)).count() > listing.limit
        };
        let allowed = wanted.along.allowed();
        let found = reach(
            view,
            &starts,
            wanted.depths.1,
            &allowed,
            enough,
            &mut self.budget,
        )
        .map_err(|over| self.over_budget(field, over))?;
        let all = (0..).zip(found.nodes());
        let entries = all
            .filter(|(_, reached)| lists(reached))
            .map(|(place, _)| Entry::Reached(&found, place));
        let after = listing
            .after
            .as_ref()
            .map(|cursor| self.place(view, None, cursor, "after", field))
            .transpose()?;
        let selection = Selection {
            wanted: &listing.wanted,
            order: &[],
            stretch: &Stretch {
                after,
                before: None,
                limit: listing.limit,
                from_end: false,
            },
            sorted: true,
            count: !is_first_page,
        };
        let page = page(view, entries, &selection, &mut self.budget)
            .map_err(|over| self.over_budget(field, over))?;
        let shown = Shown {
            page,
            order: &[],
            mark: listing.mark,
            of: None,
            whole: Whole {
                items: &[],
                count: 0,
                relationship: None,
            },
        };
        self.shown(view, &shown, steps(field))
    }

    pub(super) fn reached(
        &mut self,
        view: &View,
        found: &walk::Reach<Edge>,
        place: usize,
        meaning: EdgeField,
        field: &'a Field,
    ) -> Written {
        match (meaning, found.nodes().get(place)) {
            (EdgeField::Depth, Some(reached)) => self.count(reached.depth as usize),
            (EdgeField::Witness, Some(_)) => self.path(view, &found.way(place), steps(field)),
            _ => self.null(),
        }
    }

    fn common(&mut self, view: &View, wanted: &'a Common, field: &'a Field) -> Written {
        let entities = self.all_named(view, &wanted.ids, "ids", field)?;
        let mut distinct = entities.clone();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.len() < entities.len() {
            let message = "ids: an entity is named twice: expected different ones";
            return Err(self.refuse(field, RequestError::input(message)));
        }
        let found = common(view, &entities, &wanted.along.allowed(), &mut self.budget)
            .map_err(|over| self.over_budget(field, over))?;
        let shown = found.iter().take(wanted.first);
        self.list(shown, |this, shared| {
            this.shared(view, shared, steps(field))
        })
    }

    fn shared(&mut self, view: &View, shared: &Shared<Edge>, steps: &'a [Step]) -> Written {
        self.object(steps, |this, field| match field.meaning {
            Meaning::Common(CommonField::Node) => {
                this.entity(view, EntityIndex::from_number(shared.node), below(field))
            }
            Meaning::Common(CommonField::Steps) => this
                .list(&shared.steps, |this, (from, step)| {
                    this.path_step(view, *from, step, super::steps(field))
                }),
            _ => this.null(),
        })
    }

    fn neighborhood(&mut self, view: &View, wanted: &'a Neighborhood, field: &'a Field) -> Written {
        let starts = self.all_named(view, &wanted.ids, "ids", field)?;
        let found = around(
            view,
            &starts,
            wanted.depth,
            wanted.limit,
            &wanted.along.allowed(),
            &mut self.budget,
        )
        .map_err(|over| self.over_budget(field, over))?;
        self.subgraph(view, &found, steps(field))
    }

    fn subgraph(&mut self, view: &View, found: &Subgraph, steps: &'a [Step]) -> Written {
        self.object(steps, |this, field| match field.meaning {
            Meaning::Subgraph(SubgraphField::Nodes) => this
                .list(&found.entities, |this, entity| {
                    this.entity(view, *entity, below(field))
                }),
            Meaning::Subgraph(SubgraphField::Relationships) => this
                .list(&found.relationships, |this, relationship| {
                    this.relationship(view, *relationship, below(field))
                }),
            Meaning::Subgraph(SubgraphField::Omitted) => this.count(found.omitted.len()),
            Meaning::Subgraph(SubgraphField::Cut) => this
                .list(by_type(view, &found.omitted), |this, (index, count)| {
                    this.type_count(view, index, || count, super::steps(field))
                }),
            _ => this.null(),
        })
    }
}

/// How many entities there are of each type, the most first.
pub(super) fn by_type(view: &View, entities: &[EntityIndex]) -> Vec<(TypeIndex, usize)> {
    let mut counts: Vec<(TypeIndex, usize)> = (0..)
        .map(TypeIndex)
        .zip(&view.ontology().types)
        .map(|(index, _)| (index, 0))
        .collect();
    for entity in entities {
        counts[view.type_of(*entity).place()].1 += 1;
    }
    counts.retain(|(_, count)| *count > 0);
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}
