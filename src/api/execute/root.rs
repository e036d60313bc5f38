//! The root of a query.

use crate::api::bind::{Bound, Neighborhood, Paths, Search};
use crate::api::error::{Code, RequestError};
use crate::api::execute::aggregate::Whole;
use crate::api::execute::connection::{Entry, Shown};
use crate::api::execute::entity::turned;
use crate::api::execute::{Executor, Written, below, steps};
use crate::api::meaning::{Meaning, RootField};
use crate::api::plan::{Field, Step};
use crate::graph::filter::Wanted;
use crate::graph::network::{Allowed, around, paths};
use crate::graph::page::{Selection, Stretch, page};
use crate::graph::records::EntityIndex;
use crate::graph::view::{Clocks, View};
use crate::model::ontology::TypeIndex;

/// How many matches a search looks at, of which it shows a page.
const MOST_MATCHES: usize = 1000;

impl<'a> Executor<'a> {
    pub(super) fn root(&mut self, view: &View, steps: &'a [Step]) -> Written {
        self.object(steps, |this, field| match field.meaning {
            Meaning::Root(meaning) => this.root_field(view, meaning, field),
            _ => this.null(),
        })
    }

    fn root_field(&mut self, view: &View, meaning: RootField, field: &'a Field) -> Written {
        match (meaning, self.bound(field)) {
            (RootField::Node, Some(Bound::Id(id))) => self.node_of_id(view, id, None, field),
            (RootField::One(entity_type), Some(Bound::Id(id))) => {
                self.node_of_id(view, id, Some(entity_type), field)
            }
            (RootField::Nodes, Some(Bound::Ids(ids))) => {
                self.list(ids, |this, id| this.node_of_id(view, id, None, field))
            }
            (RootField::Many(entity_type), _) => {
                self.entities_connection(view, entity_type, Entry::Entity, field)
            }
            (RootField::Ledger(entity_type), _) => {
                self.entities_connection(view, entity_type, Entry::Row, field)
            }
            (RootField::Search, Some(Bound::Search(search))) => self.search(view, search, field),
            (RootField::Paths, Some(Bound::Paths(wanted))) => self.paths(view, wanted, field),
            (RootField::Neighborhood, Some(Bound::Neighborhood(wanted))) => {
                self.neighborhood(view, wanted, field)
            }
            (RootField::Trace, Some(Bound::Trace(wanted))) => self.trace(view, wanted, field),
            (RootField::Claim, Some(Bound::Id(id))) => {
                let Some((plain, then)) = viewed(view, id) else {
                    return self.null();
                };
                let claim = then.graph().claim(plain).filter(|claim| then.sees(*claim));
                self.claim_or_null(&then, claim, field)
            }
            (RootField::At, Some(Bound::At(clock))) => {
                let then = view.at(turned(view.clocks(), clock));
                self.root(&then, steps(field))
            }
            (RootField::Disputes, _) => self.comparisons(view, None, false, field),
            (RootField::Corroborations, _) => self.comparisons(view, None, true, field),
            (RootField::Graph, _) => self.graph(view, steps(field)),
            _ => self.null(),
        }
    }

    /// An entity by its id; one that carries a view is shown in it.
    fn node_of_id(
        &mut self,
        view: &View,
        id: &str,
        entity_type: Option<TypeIndex>,
        field: &'a Field,
    ) -> Written {
        let Some((plain, then)) = viewed(view, id) else {
            return self.null();
        };
        let is_wanted =
            |entity: &EntityIndex| entity_type.is_none_or(|wanted| then.type_of(*entity) == wanted);
        let entity = then.entity(plain).filter(is_wanted);
        self.entity_or_null(&then, entity, below(field))
    }

    fn search(&mut self, view: &View, search: &'a Search, field: &'a Field) -> Written {
        let matches = view.search(
            &search.text,
            search.types.as_deref(),
            search.fuzzy,
            MOST_MATCHES,
        );
        let entries = matches
            .iter()
            .map(|matched| Entry::Match(matched, EntityIndex::from_number(matched.entity)));
        let after = search
            .after
            .as_ref()
            .map(|cursor| self.place(view, None, cursor, "after", field))
            .transpose()?;
        let stretch = Stretch {
            after,
            before: None,
            limit: search.first,
            from_end: false,
        };
        let selection = Selection {
            wanted: &Wanted::default(),
            order: &[],
            sorted: true,
            stretch: &stretch,
            count: true,
        };
        let page = page(view, entries, &selection, &mut self.budget)
            .map_err(|over| self.over_budget(field, over))?;
        self.shown(
            view,
            &Shown {
                page,
                order: &[],
                mark: search.mark,
                of: None,
                whole: Whole {
                    items: &[],
                    count: 0,
                    relationship: None,
                },
            },
            steps(field),
        )
    }

    /// The entity that an argument names.
    fn named(
        &self,
        view: &View,
        id: &str,
        argument: &str,
        field: &Field,
    ) -> Result<EntityIndex, RequestError> {
        // An id that this view gave carries it.
        let suffix = format!("@{}", view.clocks());
        view.entity(id.strip_suffix(&suffix).unwrap_or(id)).ok_or_else(|| {
            let message = format!("{argument}: {id:?} is not on record: expected the id of an entity, as search finds it");
            self.refuse(field, RequestError::new(Code::BadUserInput, message))
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
        let allowed = Allowed {
            relationships: wanted.relationships.as_deref(),
            avoided_types: &wanted.avoid_types,
            avoided: &avoided,
            ..Allowed::default()
        };
        let found = paths(
            view,
            ends,
            wanted.first,
            wanted.max_length,
            &allowed,
            &mut self.budget,
        )
        .map_err(|over| self.over_budget(field, over))?;
        self.list(&found, |this, path| this.path(view, path, steps(field)))
    }

    fn neighborhood(&mut self, view: &View, wanted: &'a Neighborhood, field: &'a Field) -> Written {
        let starts = self.all_named(view, &wanted.ids, "ids", field)?;
        let allowed = Allowed {
            relationships: wanted.relationships.as_deref(),
            types: wanted.types.as_deref(),
            ..Allowed::default()
        };
        let found = around(
            view,
            &starts,
            wanted.depth,
            wanted.limit,
            &allowed,
            &mut self.budget,
        )
        .map_err(|over| self.over_budget(field, over))?;
        self.subgraph(view, &found, steps(field))
    }
}

/// An id without its view, and the view that it is to be seen in; `None` if no such id was ever given out.
pub(super) fn viewed<'i>(view: &View, id: &'i str) -> Option<(&'i str, View)> {
    match id.split_once('@') {
        Some((plain, suffix)) => Some((plain, view.at(suffix.parse::<Clocks>().ok()?))),
        None => Some((id, view.clone())),
    }
}
