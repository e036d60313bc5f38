//! Arguments as the graph understands them.
//!
//! Types were checked by the gate; here dates, cursors, pages and bounds are. Each argument is read once a
//! request, or once a plan where no variable is in it.

pub(crate) mod federation;
pub(crate) mod ids;
pub(crate) mod pattern;
pub(crate) mod walks;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::api::aggregates::Asked;
use crate::api::bind::federation::{Representation, representations};
use crate::api::bind::ids::{Viewed, chosen, optional_ids, some_ids};
use crate::api::bind::walks::Walk;
use crate::api::cursor;
use crate::api::definition::{Definitions, base};
use crate::api::error::RequestError;
use crate::api::filters::{Declared, FilterReader, word};
use crate::api::meaning::{
    ClaimField, EntityField, FactField, Meaning, PatternField, RootField, SubscriptionField,
    TraceField,
};
use crate::api::plan::Arguments;
use crate::api::shape::InputShape;
use crate::graph::Graph;
use crate::graph::acting::Scope;
use crate::graph::filter::Wanted;
use crate::graph::names::Quotes;
use crate::graph::records::Version;
use crate::graph::search::Search;
use crate::graph::term::{By, Term};
use crate::graph::trace::Part;
use crate::graph::view::Certainty;
use crate::model::date::{Edtf, Timestamp};
use crate::model::naming;
use crate::model::ontology::{Ontology, RelationshipTypeIndex, Role, TypeIndex, ValueType};

/// The page that is shown when nothing is said.
pub(crate) const DEFAULT_PAGE: usize = 25;
/// The largest page.
pub(crate) const LARGEST_PAGE: usize = 1000;

/// How many values a filter or an order may hold.
const MOST_CONDITIONS: usize = 1000;

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
    Ticks(Ticks),
}

impl Bound {
    fn walk(walk: Walk) -> Self {
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

#[derive(Debug)]
pub(crate) struct Searching {
    pub(crate) search: Search,
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

/// Reads arguments.
pub(crate) struct Binder<'a> {
    pub(crate) definitions: &'a Definitions,
    pub(crate) ontology: &'a Ontology,
    pub(crate) variables: &'a dyn Fn(&str) -> Option<Value>,
}

/// The values of one field's arguments.
pub(crate) struct Values(Map<String, Value>);

impl Values {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(word)
    }

    /// A list; a single value stands for a list of one.
    pub(crate) fn texts(&self, name: &str) -> Option<Vec<String>> {
        self.get(name).map(|value| match value {
            Value::Array(items) => items.iter().map(word).collect(),
            single => vec![word(single)],
        })
    }

    /// A whole number within bounds.
    pub(crate) fn number(
        &self,
        name: &str,
        least: usize,
        most: usize,
    ) -> Result<Option<usize>, String> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let found = value
            .as_i64()
            .and_then(|number| usize::try_from(number).ok());
        match found {
            Some(number) if (least..=most).contains(&number) => Ok(Some(number)),
            _ => Err(format!(
                "{name} is {value}: expected a number from {least} to {most}"
            )),
        }
    }
}

impl Binder<'_> {
    /// Reads the arguments of a field.
    ///
    /// # Errors
    /// One sentence with the field's path: what was found and what was expected.
    pub(crate) fn bind(&self, arguments: &Arguments) -> Result<Bound, RequestError> {
        let values = arguments
            .values
            .iter()
            .filter_map(|(name, given)| Some((name.clone(), given.value(self.variables)?)));
        let values = Values(values.collect());
        // A variable with a default may be null all the same, which is found out only now.
        let definition = self.definitions.field(&arguments.owner, &arguments.field);
        let mut required = definition
            .into_iter()
            .flat_map(|field| &field.arguments)
            .filter(|argument| argument.ty.ends_with('!'));
        let is_null = |name: &str| values.0.get(name).is_some_and(Value::is_null);
        if let Some(argument) = required.find(|argument| is_null(&argument.name)) {
            let message = format!(
                "{}: {} is null: expected a value of {}",
                arguments.field, argument.name, argument.ty
            );
            return Err(RequestError::input(message).at_path(&arguments.path));
        }
        self.read(arguments, &values).map_err(|message| {
            RequestError::input(format!("{}: {message}", arguments.field)).at_path(&arguments.path)
        })
    }

    fn read(&self, arguments: &Arguments, values: &Values) -> Result<Bound, String> {
        match arguments.meaning {
            Meaning::Root(RootField::Node | RootField::One(_) | RootField::Claim) => {
                Viewed::of(values, "id").map(Bound::Id)
            }
            Meaning::Root(RootField::Nodes) => Viewed::all(values, "ids").map(Bound::Ids),
            Meaning::Root(RootField::Representations) => {
                let given = values.get("representations");
                representations(self.ontology, given).map(Bound::Representations)
            }
            Meaning::Root(RootField::Search) => self.search(values),
            Meaning::Root(RootField::Paths) => self.paths(values),
            Meaning::Root(RootField::Reach) => self.reach(arguments, values),
            Meaning::Root(RootField::Common) => self.common(values),
            Meaning::Root(RootField::Pattern) => self.pattern(values),
            Meaning::Pattern(PatternField::Node) => {
                Ok(Bound::Name(values.text("name").unwrap_or_default()))
            }
            Meaning::Root(RootField::Neighborhood) => self.neighborhood(values),
            Meaning::Entity(EntityField::History) | Meaning::Fact(FactField::History) => {
                Ok(Bound::Forward(forward(arguments, values, &[])?))
            }
            Meaning::Root(RootField::ChangesBetween) => Ok(Bound::Between(Between {
                from: moment(values, "from")?.ok_or("from is missing: expected a moment")?,
                to: moment(values, "to")?,
                about: optional_ids(values, "about")?,
                page: forward(arguments, values, &["from", "to", "about"])?,
            })),
            Meaning::Root(RootField::Timeline) => Ok(Bound::Timeline(Timeline {
                ids: some_ids(values, "ids")?,
                between: values
                    .text("between")
                    .map(|text| text.parse().map_err(|error| format!("between: {error}")))
                    .transpose()?,
                page: forward(arguments, values, &["ids", "between"])?,
            })),
            Meaning::Root(RootField::Disputes | RootField::Corroborations)
            | Meaning::Entity(EntityField::Disputes | EntityField::Corroborations)
            | Meaning::Claim(ClaimField::Disputes | ClaimField::Corroborations) => {
                Ok(Bound::Compared(Compared {
                    about: optional_ids(values, "about")?,
                    page: forward(arguments, values, &["about"])?,
                }))
            }
            Meaning::Root(RootField::Trace) => Ok(Bound::Trace(TraceOf {
                id: Viewed::of(values, "id")?,
                parts: chosen(values, "parts")?.map(|names| {
                    let parts = names.iter().filter_map(|name| Part::from_name(name));
                    parts.collect()
                }),
            })),
            Meaning::Root(RootField::At) | Meaning::Entity(EntityField::At) => {
                clock(values).map(Bound::At)
            }
            Meaning::Trace(TraceField::Commitments) | Meaning::Root(RootField::Ledger(_)) => {
                let mut listing = self.listing(arguments, values)?;
                if listing.order.is_empty() {
                    listing.order = self.latest_first();
                }
                Ok(Bound::List(Box::new(listing)))
            }
            Meaning::Root(RootField::Many(_))
            | Meaning::Entity(
                EntityField::Connection(_)
                | EntityField::Claims
                | EntityField::Cited
                | EntityField::Sources,
            ) => self
                .listing(arguments, values)
                .map(|listing| Bound::List(Box::new(listing))),
            Meaning::Subscription(SubscriptionField::Clock) => Ok(Bound::Ticks(Ticks {
                every: values
                    .number("everyMilliseconds", 1, 60_000)?
                    .map(|milliseconds| Duration::from_millis(milliseconds as u64))
                    .ok_or("everyMilliseconds is missing: expected a number")?,
                count: values.number("count", 0, usize::MAX)?,
            })),
            Meaning::Aggregate(field) => self
                .aggregate(field, arguments, values)
                .map(Bound::Aggregate),
            _ => Ok(Bound::First(
                values
                    .number("first", 0, LARGEST_PAGE)?
                    .unwrap_or(DEFAULT_PAGE),
            )),
        }
    }

    fn listing(&self, arguments: &Arguments, values: &Values) -> Result<Listing, String> {
        let definition = self.definitions.field(&arguments.owner, &arguments.field);
        let input = |name: &str| {
            let argument = definition?
                .arguments
                .iter()
                .find(|argument| argument.name == name)?;
            Some(base(&argument.ty).to_owned())
        };
        let reader = FilterReader {
            definitions: self.definitions,
            ontology: self.ontology,
        };
        for name in ["where", "edge", "orderBy"] {
            let conditions = values.get(name).map_or(0, leaves);
            if conditions > MOST_CONDITIONS {
                return Err(format!(
                    "{name} has {conditions} values: at most {MOST_CONDITIONS} are allowed"
                ));
            }
        }
        let link = match (input("edge"), values.get("edge")) {
            (Some(input), Some(value)) => Some(reader.link(&input, value, "edge")?),
            _ => None,
        };
        let wanted = match (input("where"), values.get("where")) {
            (Some(input), Some(value)) => match self.definitions.input(&input) {
                Some(InputShape::ClaimWhere) => {
                    Wanted::of_claims(Some(reader.claims(value, "where")?))
                }
                _ => Wanted::new(Some(reader.entities(&input, value, "where")?), link),
            },
            _ => Wanted::new(None, link),
        };
        let follow = match arguments.meaning {
            Meaning::Entity(EntityField::Connection(follow)) => Some(follow),
            _ => None,
        };
        let (order, declared) = match (input("orderBy"), values.get("orderBy")) {
            (Some(input), Some(value)) => (
                reader.order(&input, value, follow.map(|follow| follow.relationship))?,
                follow.and_then(|follow| reader.declared(value, follow)),
            ),
            _ => (Vec::new(), None),
        };
        let scope = values.text("scope");
        let scope = scope.and_then(|name| Scope::from_name(&name));
        let scope = scope.unwrap_or(Scope::Direct);
        // The cursor says whose list it is, so that it is good wherever the same list is reached, be it
        // through an interface.
        let mark = cursor::mark(&[
            &arguments.field,
            &text(values.get("where")),
            &text(values.get("edge")),
            &text(values.get("orderBy")),
            scope.name(),
        ]);
        let first = values.number("first", 0, LARGEST_PAGE)?;
        let last = values.number("last", 0, LARGEST_PAGE)?;
        if first.is_some() && last.is_some() {
            return Err("first and last are both given: expected one of them".into());
        }
        let read = |name| {
            values
                .text(name)
                .map(|text| cursor::Cursor::read(&text, mark, name))
                .transpose()
        };
        Ok(Listing {
            wanted,
            order,
            declared,
            scope,
            after: read("after")?,
            before: read("before")?,
            limit: first.or(last).unwrap_or(DEFAULT_PAGE),
            from_end: last.is_some(),
            mark,
        })
    }

    /// The order of commitments where none is asked for: those that were announced last come first.
    fn latest_first(&self) -> Vec<Term> {
        let places = self.ontology.types_playing(Role::COMMITMENT);
        let places = places.filter_map(|index| {
            let declared = self.ontology.entity_type(index);
            Some((index, declared.property_playing(Role::ANNOUNCED)?.0))
        });
        vec![Term {
            by: By::Property {
                places: places.collect(),
                value_type: ValueType::Date,
            },
            descending: true,
        }]
    }

    fn search(&self, values: &Values) -> Result<Bound, String> {
        let words = values.text("text").unwrap_or_default();
        let mark = cursor::mark(&[
            "search",
            &words,
            &text(values.get("types")),
            &text(values.get("fuzzy")),
            &text(values.get("transliterate")),
            &text(values.get("quotes")),
        ]);
        let switch = |name: &str| values.get(name).and_then(Value::as_bool);
        let after = values
            .text("after")
            .map(|cursor| cursor::Cursor::read(&cursor, mark, "after"))
            .transpose()?;
        Ok(Bound::Search(Searching {
            search: Search {
                text: words,
                types: self.chosen_types(values, "types")?,
                fuzzy: switch("fuzzy").unwrap_or(true),
                transliterate: switch("transliterate").unwrap_or(true),
                quotes: match switch("quotes") {
                    None => Quotes::Else,
                    Some(true) => Quotes::Always,
                    Some(false) => Quotes::Never,
                },
            },
            first: values
                .number("first", 0, LARGEST_PAGE)?
                .unwrap_or(DEFAULT_PAGE),
            after,
            mark,
        }))
    }

    fn types(&self, names: &[String]) -> Vec<TypeIndex> {
        let types = (0..).map(TypeIndex).zip(&self.ontology.types);
        types
            .filter(|(_, entity)| names.contains(&naming::screaming_snake(&entity.name)))
            .map(|(index, _)| index)
            .collect()
    }

    fn chosen_types(&self, values: &Values, name: &str) -> Result<Option<Vec<TypeIndex>>, String> {
        Ok(chosen(values, name)?.map(|names| self.types(&names)))
    }

    fn relationships(&self, values: &Values) -> Result<Option<Vec<RelationshipTypeIndex>>, String> {
        let names = chosen(values, "relationshipTypes")?;
        Ok(names.map(|names| {
            let known = names.iter();
            known
                .filter_map(|name| self.ontology.relationship_named(name))
                .collect()
        }))
    }
}

/// The stretch of a list; what else is said of it makes it another list.
fn forward(arguments: &Arguments, values: &Values, said: &[&str]) -> Result<Forward, String> {
    let said: Vec<String> = said.iter().map(|name| text(values.get(name))).collect();
    let mut parts = vec![arguments.field.as_str()];
    parts.extend(said.iter().map(String::as_str));
    let mark = cursor::mark(&parts);
    let after = values.text("after");
    Ok(Forward {
        first: values
            .number("first", 0, LARGEST_PAGE)?
            .unwrap_or(DEFAULT_PAGE),
        after: after
            .map(|text| cursor::Cursor::read(&text, mark, "after"))
            .transpose()?,
        mark,
    })
}

/// A moment by its time or its version; the schema has made sure that it is one of them.
fn moment(values: &Values, name: &str) -> Result<Option<Moment>, String> {
    let Some(given) = values.get(name) else {
        return Ok(None);
    };
    if let Some(time) = given.get("time").filter(|time| !time.is_null()) {
        let time = word(time).parse();
        return time
            .map(|time| Some(Moment::Time(time)))
            .map_err(|error| format!("{name}: time: {error}"));
    }
    let version = given.get("version").map(word).unwrap_or_default();
    match version.parse() {
        Ok(version) => Ok(Some(Moment::Version(version))),
        Err(_) => Err(format!(
            "{name}: version is {version:?}: expected a whole number, as graph {{ version }} gives it"
        )),
    }
}

/// How many values an argument holds, those within lists and objects counted.
fn leaves(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(leaves).sum(),
        Value::Object(fields) => fields.values().map(leaves).sum(),
        _ => 1,
    }
}

fn text(value: Option<&Value>) -> String {
    value.map(Value::to_string).unwrap_or_default()
}

fn clock(values: &Values) -> Result<Clock, String> {
    fn read<T: std::str::FromStr<Err: std::fmt::Display>>(
        values: &Values,
        name: &str,
    ) -> Result<Option<Option<T>>, String> {
        match values.0.get(name) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(value) => {
                let text = word(value);
                text.parse()
                    .map(|parsed| Some(Some(parsed)))
                    .map_err(|error| format!("{name}: {error}"))
            }
        }
    }
    let certainty = values.0.get("certainty");
    Ok(Clock {
        date: read(values, "date")?,
        certainty: certainty.map(|value| Certainty::from_name(&word(value))),
        known_at: read(values, "knownAt")?,
        published_by: read(values, "publishedBy")?,
    })
}
