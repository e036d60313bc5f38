//! What arguments become.

use std::sync::Arc;
use std::time::Duration;

use crate::api::aggregates::Asked;
use crate::api::bind::federation::Representation;
use crate::api::bind::ids::Viewed;
use crate::api::bind::walks::Walk;
use crate::api::cursor;
use crate::api::filters::Declared;
use crate::graph::Graph;
use crate::graph::acting::Scope;
use crate::graph::filter::Wanted;
use crate::graph::records::Version;
use crate::graph::search::Search;
use crate::graph::term::Term;
use crate::graph::trace::Part;
use crate::graph::view::Certainty;
use crate::model::date::{Edtf, Timestamp};
use crate::model::ontology::TypeIndex;

/// Arguments, read.
#[derive(Debug)]
pub(crate) enum Bound {
    Name(String),
    Id(Viewed),
    Ids(Vec<Viewed>),
    Representations(Vec<Representation>),
    List(Box<Listing>),
    First(usize),
    Search(Searching),
    Compared(Compared),
    Walk(Box<Walk>),
    Forward(Forward),
    Between(Between),
    Timeline(Timeline),
    Trace(TraceOf),
    At(Clock),
    Aggregate(Asked),
    Changes(Changes),
    Ticks(Ticks),
    /// The input of a mutation, to be read when it is recorded.
    Input(serde_json::Value),
}

impl Bound {
    pub(super) fn walk(walk: Walk) -> Self {
        Self::Walk(Box::new(walk))
    }

    /// The same with the ids of its filters looked up in a graph, once for all rows.
    pub(crate) fn resolved(self: Arc<Self>, graph: &Graph) -> Arc<Self> {
        match &*self {
            Self::List(listing) => match listing.wanted.resolved(graph) {
                Some(wanted) => Arc::new(Self::List(Box::new(Listing {
                    wanted,
                    ..Listing::clone(listing)
                }))),
                None => self,
            },
            Self::Search(searching) => match searching.wanted.resolved(graph) {
                Some(wanted) => Arc::new(Self::Search(Searching {
                    wanted,
                    ..Searching::clone(searching)
                })),
                None => self,
            },
            Self::Walk(walk) => match walk.resolved(graph) {
                Some(walk) => Arc::new(Self::walk(walk)),
                None => self,
            },
            _ => self,
        }
    }
}

/// Which part to show of a list that is worked out as it is read, from its start on.
#[derive(Debug)]
pub(crate) struct Forward {
    pub(crate) first: usize,
    pub(crate) after: Option<cursor::Cursor>,
    /// Marks the cursors of this very list.
    pub(crate) mark: u64,
}

/// A moment of the record.
#[derive(Debug)]
pub(crate) enum Moment {
    Time(Timestamp),
    Version(Version),
}

/// Which changes of the record to show.
#[derive(Debug)]
pub(crate) struct Between {
    pub(crate) from: Moment,
    pub(crate) to: Option<Moment>,
    pub(crate) about: Option<Vec<String>>,
    pub(crate) page: Forward,
}

/// Which changes to tell of as they come, and after which version.
#[derive(Debug, Clone)]
pub(crate) struct Changes {
    pub(crate) since: Option<Version>,
    pub(crate) about: Option<Vec<String>>,
    pub(crate) types: Option<Vec<TypeIndex>>,
}

/// Whose dated facts to show.
#[derive(Debug)]
pub(crate) struct Timeline {
    pub(crate) ids: Vec<String>,
    pub(crate) between: Option<Edtf>,
    pub(crate) page: Forward,
}

/// Which disputes or corroborations to show.
#[derive(Debug)]
pub(crate) struct Compared {
    pub(crate) about: Option<Vec<String>>,
    pub(crate) page: Forward,
}

/// Which part of a connection to show, in which order.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    pub(crate) wanted: Wanted,
    pub(crate) order: Vec<Term>,
    /// How that order stands to the declared one of a row.
    pub(crate) declared: Option<Declared>,
    /// Whether what others did on somebody's behalf stands there too.
    pub(crate) scope: Scope,
    pub(crate) after: Option<cursor::Cursor>,
    pub(crate) before: Option<cursor::Cursor>,
    pub(crate) limit: usize,
    pub(crate) from_end: bool,
    /// Marks the cursors of this very list: its filter and its order.
    pub(crate) mark: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Searching {
    pub(crate) search: Search,
    pub(crate) wanted: Wanted,
    pub(crate) first: usize,
    pub(crate) after: Option<cursor::Cursor>,
    pub(crate) mark: u64,
}

/// What to trace.
#[derive(Debug)]
pub(crate) struct TraceOf {
    pub(crate) id: Viewed,
    pub(crate) parts: Option<Vec<Part>>,
}

/// How often a clock ticks, and how many times; without end if that is not said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ticks {
    pub(crate) every: Duration,
    pub(crate) count: Option<usize>,
}

/// How `at` turns the clocks: not at all, back to now, or to a moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clock {
    pub(crate) date: Option<Option<Edtf>>,
    pub(crate) certainty: Option<Option<Certainty>>,
    pub(crate) known_at: Option<Option<Timestamp>>,
    pub(crate) published_by: Option<Option<Edtf>>,
}
