//! What a feed tells: the transactions that changed an entity, what a search finds, or the ledger's commitments, the newest
//! first.

use serde_json::{Map, Value, json};

use super::refused::Refused;
use super::running::Run;
use super::{Allow, Engine, Request, Shared};
use crate::api::error::{Code, RequestError};
use crate::api::feed::{Feed, FeedOf, FeedPage, Story};
use crate::graph::history::Interest;
use crate::graph::records::{EntityIndex, Version};
use crate::graph::view::View;
use crate::model::access::Caller;
use crate::store::LogError;

/// How many commitments a feed looks at, at most so many pages of the largest size.
const MOST_PAGES: usize = 20;

impl Engine {
    /// A page of a feed; `None` where there is nothing on record that it could be of.
    ///
    /// # Errors
    /// When its filter is wrong, or it costs too much: those of [`Engine::execute`].
    pub fn feed(
        &self,
        of: &FeedOf,
        page: &FeedPage,
        caller: &Caller,
    ) -> Result<Option<Feed>, super::Answer> {
        let asking = Request {
            caller: caller.clone(),
            ..Request::default()
        };
        let shared = &self.shared;
        let mut course = shared.begin("feed");
        course.operation = Some(None);
        let feed = shared.feed(of, page, &asking);
        shared.end(&course, feed.as_ref().err().map(Refused::code));
        feed.map_err(|refused| shared.discreet(refused, &asking).answer())
    }
}

impl Shared {
    fn feed(
        &self,
        of: &FeedOf,
        page: &FeedPage,
        asking: &Request,
    ) -> Result<Option<Feed>, Refused> {
        let view = self.store.view().seen_by(asking.audience());
        let Some((title, entities)) = self.subject(of, &view, asking)? else {
            return Ok(None);
        };
        let mut budget = self.options.limits.budget();
        let over = |over| {
            let message = format!("{over}: narrow the feed");
            Refused::Execution(RequestError::new(Code::BudgetExceeded, message))
        };
        let changes = view
            .changes_between((0, view.known()), Some(&entities), &mut budget)
            .map_err(over)?;
        let mut versions: Vec<Version> = changes.iter().map(|change| change.version).collect();
        versions.dedup();
        versions.retain(|version| page.before.is_none_or(|before| *version < before));
        let interest = Interest::new(Some(entities), None);
        let mut feed = Feed {
            title,
            record: self.hash(1)?,
            updated: view.graph().transaction(1).map(|first| first.recorded_at),
            stories: Vec::new(),
            has_next: versions.len() > page.first,
        };
        for version in versions.into_iter().rev().take(page.first) {
            let then = view.as_of(version);
            let entry = then
                .changed_by(version, &interest, &mut budget)
                .map_err(over)?;
            let Some(entry) = entry else { continue };
            feed.stories
                .extend(Story::of(&then, &entry, self.hash(version)?));
        }
        if let Some(newest) = feed.stories.first() {
            feed.updated = Some(newest.recorded_at);
        }
        Ok(Some(feed))
    }

    /// What a feed is called, and which entities it is about.
    fn subject(
        &self,
        of: &FeedOf,
        view: &View,
        asking: &Request,
    ) -> Result<Option<(String, Vec<EntityIndex>)>, Refused> {
        let ids = match of {
            FeedOf::Entity { id } => {
                let entity = view.entity(id);
                return Ok(entity.map(|entity| (view.label(entity), vec![entity])));
            }
            FeedOf::Search {
                text,
                types,
                filter,
            } => {
                let query = "query ($text: String!, $types: [EntityType!], $where: EntityWhere) { \
                             list: search(text: $text, types: $types, where: $where, first: 1000) { nodes { id } } }";
                let variables = json!({ "text": text, "types": types, "where": filter });
                self.ids(query, variables, asking)?.0
            }
            FeedOf::Ledger { filter } => {
                let Some(commitment) = self.ontology.commitment_type() else {
                    return Ok(None);
                };
                let name = &self.ontology.entity_type(commitment).name;
                let query = format!(
                    "query ($where: {name}Where, $after: String) {{ \
                     list: ledger(where: $where, first: 1000, after: $after) {{ nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"
                );
                let (mut ids, mut after) = (Vec::new(), Value::Null);
                for page in 0.. {
                    if page == MOST_PAGES {
                        let message = format!(
                            "the filter fits more than {} commitments: narrow the feed",
                            ids.len()
                        );
                        return Err(RequestError::new(Code::LimitExceeded, message).into());
                    }
                    let variables = json!({ "where": filter, "after": after });
                    let (found, next) = self.ids(&query, variables, asking)?;
                    ids.extend(found);
                    match next {
                        Some(cursor) => after = cursor,
                        None => break,
                    }
                }
                ids
            }
        };
        let entities = ids.iter().filter_map(|id| view.entity(id)).collect();
        Ok(Some((of.title(), entities)))
    }

    /// The ids of a list, and the cursor after which it goes on.
    fn ids(
        &self,
        query: &str,
        variables: Value,
        asking: &Request,
    ) -> Result<(Vec<String>, Option<Value>), Refused> {
        let variables = match variables {
            Value::Object(given) => given
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .collect(),
            _ => Map::new(),
        };
        let request = Request {
            query: query.to_owned(),
            variables,
            ..asking.clone()
        };
        let Run { response, .. } = self.run(&request, Allow::ReadingOnly, |_| Ok(()))?;
        let data: Value = serde_json::from_slice(response.data()).map_err(|error| {
            let message = format!("the answer cannot be read: {error}");
            Refused::Execution(RequestError::new(Code::Internal, message))
        })?;
        let list = &data["list"];
        let nodes = list["nodes"].as_array().into_iter().flatten();
        let ids = nodes.filter_map(|node| node["id"].as_str().map(str::to_owned));
        let page = &list["pageInfo"];
        let next = (page["hasNextPage"] == true).then(|| page["endCursor"].clone());
        Ok((ids.collect(), next))
    }

    /// The hash that vouches for the record up to a version; of nothing, where there is no such version.
    fn hash(&self, version: Version) -> Result<String, Refused> {
        let found = self.store.as_of(Some(version)).map_err(|error: LogError| {
            tracing::error!(%error, "the log cannot be read");
            Refused::Execution(RequestError::new(Code::Internal, "internal error"))
        })?;
        Ok(found.map(|(_, hash)| hash).unwrap_or_default())
    }
}
