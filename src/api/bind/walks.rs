//! The arguments of walks: paths, what can be reached, what lies around, what is shared.

use serde_json::Value;

use super::ids::{ids, some_ids};
use super::{Binder, Bound, LARGEST_PAGE, Listing, Values};
use crate::api::cursor;
use crate::api::filters::word;
use crate::api::plan::Arguments;
use crate::graph::Graph;
use crate::graph::network::{HopShape, Weight};
use crate::graph::walk::Follow;
use crate::model::date::Edtf;
use crate::model::ontology::{RelationshipTypeIndex, TypeIndex};

/// The most hops that a path may have.
const LONGEST: usize = 12;
/// The most paths that are given at once.
const MOST_PATHS: usize = 50;

/// A walk, and what is wanted of it.
#[derive(Debug)]
pub(crate) enum Walk {
    Paths(Paths),
    Reach(Box<Reach>),
    Neighborhood(Neighborhood),
    Common(Common),
    Pattern(Box<super::pattern::Wanted>),
}

/// Along what a walk may go. Where nothing is said, along everything.
#[derive(Debug, Clone, Default)]
pub(crate) struct Along {
    pub(crate) relationships: Option<Vec<RelationshipTypeIndex>>,
    pub(crate) follow: Follow,
    pub(crate) types: Option<Vec<TypeIndex>>,
}

#[derive(Debug)]
pub(crate) struct Paths {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) along: Along,
    pub(crate) avoid: Vec<String>,
    pub(crate) avoid_types: Vec<TypeIndex>,
    pub(crate) between: Option<Edtf>,
    pub(crate) weight: Weight,
    pub(crate) all_shortest: bool,
    pub(crate) chronological: bool,
    pub(crate) hops: Option<Vec<HopShape>>,
    pub(crate) max_length: usize,
    pub(crate) first: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Reach {
    pub(crate) from: Vec<String>,
    pub(crate) along: Along,
    /// Of which types what is listed has to be.
    pub(crate) find: Option<Vec<TypeIndex>>,
    pub(crate) depths: (usize, usize),
    pub(crate) listing: Listing,
}

#[derive(Debug)]
pub(crate) struct Neighborhood {
    pub(crate) ids: Vec<String>,
    pub(crate) depth: usize,
    pub(crate) along: Along,
    pub(crate) limit: usize,
}

#[derive(Debug)]
pub(crate) struct Common {
    pub(crate) ids: Vec<String>,
    pub(crate) along: Along,
    pub(crate) first: usize,
}

impl Walk {
    /// How many objects its answer may hold.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Paths(paths) => {
                let longest = paths.hops.as_ref().map_or(paths.max_length, Vec::len);
                paths.first.saturating_mul(longest)
            }
            Self::Reach(reach) => reach.listing.limit.saturating_mul(reach.depths.1.max(1)),
            Self::Neighborhood(around) => around.limit,
            Self::Common(common) => common.first.saturating_mul(common.ids.len()),
            Self::Pattern(wanted) => {
                let parts = wanted.nodes.len() + wanted.ties.len();
                wanted.first.saturating_mul(parts)
            }
        }
    }

    /// The same with the ids of its filter looked up.
    pub(super) fn resolved(&self, graph: &Graph) -> Option<Self> {
        match self {
            Self::Reach(reach) => {
                let wanted = reach.listing.wanted.resolved(graph)?;
                let mut reach = reach.clone();
                reach.listing.wanted = wanted;
                Some(Self::Reach(reach))
            }
            _ => None,
        }
    }
}

impl Binder<'_> {
    pub(super) fn paths(&self, values: &Values) -> Result<Bound, String> {
        let flag = |name| values.get(name).and_then(Value::as_bool).unwrap_or(false);
        let all_shortest = flag("allShortest");
        let usual = if all_shortest { MOST_PATHS } else { 1 };
        let between = values.text("between").map(|text| {
            text.parse::<Edtf>()
                .map_err(|error| format!("between: {error}"))
        });
        Ok(Bound::walk(Walk::Paths(Paths {
            from: values.text("from").unwrap_or_default(),
            to: values.text("to").unwrap_or_default(),
            along: self.along(values)?,
            avoid: ids(values, "avoid")?,
            avoid_types: self.types(&values.texts("avoidTypes").unwrap_or_default()),
            between: between.transpose()?,
            weight: match values.text("weight").as_deref() {
                Some("BEST_SOURCED") => Weight::BestSourced,
                _ => Weight::FewestHops,
            },
            all_shortest,
            chronological: flag("chronological"),
            hops: self.hops(values)?,
            max_length: values.number("maxLength", 0, LONGEST)?.unwrap_or(6),
            first: values.number("first", 1, MOST_PATHS)?.unwrap_or(usual),
        })))
    }

    fn hops(&self, values: &Values) -> Result<Option<Vec<HopShape>>, String> {
        let Some(given) = values.get("hops") else {
            return Ok(None);
        };
        let given = match given {
            Value::Array(hops) => hops.as_slice(),
            single => std::slice::from_ref(single),
        };
        if given.is_empty() || given.len() > LONGEST {
            return Err(format!(
                "hops has {} hops: expected from 1 to {LONGEST}",
                given.len()
            ));
        }
        let hop = |(place, value): (usize, &Value)| {
            let values = Values(value.as_object().cloned().unwrap_or_default());
            let along = self.along(&values);
            let along = along.map_err(|error| format!("hops.{place}.{error}"))?;
            Ok(HopShape {
                relationships: along.relationships,
                follow: values.get("direction").map(|_| along.follow),
                types: along.types,
            })
        };
        let hops: Result<_, String> = given.iter().enumerate().map(hop).collect();
        hops.map(Some)
    }

    pub(super) fn reach(&self, arguments: &Arguments, values: &Values) -> Result<Bound, String> {
        let least = values.number("minDepth", 0, LONGEST)?.unwrap_or(1);
        let most = values.number("maxDepth", 0, LONGEST)?.unwrap_or(3);
        if least > most {
            return Err(format!(
                "minDepth is {least} and maxDepth {most}: expected minDepth to be no more than maxDepth"
            ));
        }
        // Its cursors belong to it alone, whatever else it was asked.
        let mut all = values.0.clone();
        let after = all.remove("after");
        let first = all.remove("first");
        let mark = cursor::mark(&["reach", &Value::Object(all.clone()).to_string()]);
        all.extend(first.map(|first| ("first".to_owned(), first)));
        let after = after.filter(|after| !after.is_null());
        let after = after.map(|after| cursor::Cursor::read(&word(&after), mark, "after"));
        Ok(Bound::walk(Walk::Reach(Box::new(Reach {
            from: some_ids(values, "from")?,
            along: self.along(values)?,
            find: self.chosen_types(values, "find")?,
            depths: (least, most),
            listing: Listing {
                after: after.transpose()?,
                mark,
                ..self.listing(arguments, &Values(all))?
            },
        }))))
    }

    pub(super) fn neighborhood(&self, values: &Values) -> Result<Bound, String> {
        Ok(Bound::walk(Walk::Neighborhood(Neighborhood {
            ids: some_ids(values, "ids")?,
            depth: values.number("depth", 0, 6)?.unwrap_or(1),
            along: self.along(values)?,
            limit: values.number("limit", 1, 1500)?.unwrap_or(200),
        })))
    }

    pub(super) fn common(&self, values: &Values) -> Result<Bound, String> {
        let ids = some_ids(values, "ids")?;
        if ids.len() < 2 {
            return Err("ids has 1 id: expected two or more, to see what they share".into());
        }
        Ok(Bound::walk(Walk::Common(Common {
            ids,
            along: self.along(values)?,
            first: values
                .number("first", 0, LARGEST_PAGE)?
                .unwrap_or(super::DEFAULT_PAGE),
        })))
    }

    pub(super) fn along(&self, values: &Values) -> Result<Along, String> {
        let follow = match values.text("direction").as_deref() {
            Some("OUT") => Follow::Forward,
            Some("IN") => Follow::Backward,
            _ => Follow::Both,
        };
        Ok(Along {
            relationships: self.relationships(values)?,
            follow,
            types: self.chosen_types(values, "types")?,
        })
    }
}
