//! The root of a query.

use crate::api::bind::ids::Viewed;
use crate::api::bind::{Bound, Searching};
use crate::api::execute::aggregate::Whole;
use crate::api::execute::connection::Shown;
use crate::api::execute::entry::Entry;
use crate::api::execute::{Executor, Written, below, steps};
use crate::api::meaning::{ConnectionField, Meaning, RootField};
use crate::api::plan::{Action, Field, Plan, Step};
use crate::graph::filter::Wanted;
use crate::graph::page::{Selection, Stretch, page};
use crate::graph::records::EntityIndex;
use crate::graph::search::Hit;
use crate::graph::view::View;
use crate::model::ontology::TypeIndex;

/// How many matches a search looks at, of which it shows a page.
const MOST_MATCHES: usize = 1000;

impl<'a> Executor<'a> {
    pub(super) fn root(&mut self, view: &View, steps: &'a [Step]) -> Written {
        self.object(steps, |this, field| match field.meaning {
            Meaning::Root(meaning) => {
                let since = this.told.as_ref().and_then(|steps| steps.begin());
                let written = this.root_field(view, meaning, field);
                let plan = this.plan;
                if let Some(steps) = &mut this.told {
                    steps.end(since, || name(plan, meaning, field));
                }
                written
            }
            Meaning::Subscription(_) => this.announced(view, field),
            Meaning::Mutation(_) => this.payload(field),
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
            (RootField::Representations, Some(Bound::Representations(given))) => self
                .list(given, |this, one| {
                    this.node_of_id(view, &one.id, Some(one.entity_type), field)
                }),
            (RootField::Service, _) => self.object(steps(field), |this, field| {
                let surroundings = this.surroundings;
                match (field.meaning, &surroundings.subgraph) {
                    (Meaning::SubgraphSchema, Some(sdl)) => this.text(sdl),
                    _ => this.null(),
                }
            }),
            (RootField::Many(entity_type), _) => {
                self.entities_connection(view, entity_type, Entry::Entity, field)
            }
            (RootField::Ledger(entity_type), _) => {
                self.entities_connection(view, entity_type, Entry::Row, field)
            }
            (RootField::Search, Some(Bound::Search(searching))) => {
                self.search(view, searching, field)
            }
            (_, Some(Bound::Walk(wanted))) => self.walk(view, wanted, field),
            (RootField::Trace, Some(Bound::Trace(wanted))) => self.trace(view, wanted, field),
            (RootField::Claim, Some(Bound::Id(id))) => {
                let then = id.view(view);
                let claim = then
                    .graph()
                    .claim(&id.plain)
                    .filter(|claim| then.sees(*claim));
                self.claim_or_null(&then, claim, field)
            }
            (RootField::At, Some(Bound::At(clock))) => {
                let then = self.turned(view, clock, field)?;
                self.root(&then, steps(field))
            }
            (RootField::ChangesBetween, Some(Bound::Between(between))) => {
                self.changes_between(view, between, field)
            }
            (RootField::Timeline, Some(Bound::Timeline(wanted))) => {
                self.timeline(view, wanted, field)
            }
            (RootField::Proposals, _) => {
                let proposals: Vec<_> = view.proposals().map(Entry::Claim).collect();
                self.connection(view, None, proposals.into_iter(), field)
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
        id: &Viewed,
        entity_type: Option<TypeIndex>,
        field: &'a Field,
    ) -> Written {
        let then = id.view(view);
        let is_wanted =
            |entity: &EntityIndex| entity_type.is_none_or(|wanted| then.type_of(*entity) == wanted);
        let entity = then.entity(&id.plain).filter(is_wanted);
        self.entity_or_null(&then, entity, below(field))
    }

    fn search(&mut self, view: &View, searching: &'a Searching, field: &'a Field) -> Written {
        let asks = |meaning: ConnectionField| {
            let wanted = Meaning::Connection(meaning);
            steps(field)
                .iter()
                .any(|step| matches!(&step.action, Action::Field(below) if below.meaning == wanted))
        };
        // A page is found without what follows it.
        let count = asks(ConnectionField::TotalCount) || asks(ConnectionField::Facets);
        let narrowed = !searching.wanted.is_everything();
        let limit = if count || narrowed || searching.after.is_some() {
            MOST_MATCHES
        } else {
            searching.first + 1
        };
        let found = view
            .search(&searching.search, limit, &mut self.budget)
            .map_err(|over| self.over_budget(field, over))?;
        let mut entries: Vec<Entry<'_>> = Vec::with_capacity(found.matches.len());
        for matched in &found.matches {
            let entity = EntityIndex::from_number(matched.entity);
            let fits = searching
                .wanted
                .fits_entity(view, entity, &mut self.budget)
                .map_err(|over| self.over_budget(field, over))?;
            if fits {
                let hit = Hit {
                    found: &found,
                    matched,
                };
                entries.push(Entry::Match(hit, entity));
            }
        }
        let after = searching
            .after
            .as_ref()
            .map(|cursor| self.place(view, None, cursor, "after", field))
            .transpose()?;
        let stretch = Stretch {
            after,
            before: None,
            limit: searching.first,
            from_end: false,
        };
        let selection = Selection {
            wanted: &Wanted::default(),
            order: &[],
            sorted: true,
            stretch: &stretch,
            count,
        };
        let page = page(view, entries.iter().copied(), &selection, &mut self.budget)
            .map_err(|over| self.over_budget(field, over))?;
        self.shown(
            view,
            &Shown {
                page,
                order: &[],
                mark: searching.mark,
                of: None,
                whole: Whole {
                    items: &entries,
                    count: entries.len(),
                    relationship: None,
                },
            },
            steps(field),
        )
    }
}

/// The name of a field at the root, for those who watch.
fn name(plan: &Plan, meaning: RootField, field: &Field) -> String {
    let arguments = field.arguments.and_then(|slot| plan.arguments.get(slot));
    arguments.map_or_else(
        || format!("{meaning:?}").to_lowercase(),
        |arguments| arguments.field.clone(),
    )
}
