//! Arguments as the graph understands them.
//!
//! Types were checked by the gate; here dates, cursors, pages and bounds are. Each argument is read once a
//! request, or once a plan where no variable is in it.

mod bound;
pub(crate) mod federation;
pub(crate) mod ids;
pub(crate) mod pattern;
mod values;
pub(crate) mod walks;

use std::time::Duration;

use serde_json::Value;

pub(crate) use bound::{
    Between, Bound, Changes, Clock, Compared, Forward, Listing, Moment, Searching, Ticks, Timeline,
    TraceOf,
};
pub(crate) use values::Values;
use values::{clock, forward, leaves, moment, text, version};

use crate::api::bind::federation::representations;
use crate::api::bind::ids::{Viewed, chosen, optional_ids, some_ids};
use crate::api::cursor;
use crate::api::definition::{Definitions, base};
use crate::api::error::RequestError;
use crate::api::filters::FilterReader;
use crate::api::meaning::{
    ClaimField, EntityField, FactField, Meaning, PatternField, RootField, SubscriptionField,
    TraceField,
};
use crate::api::plan::Arguments;
use crate::api::shape::InputShape;
use crate::graph::acting::Scope;
use crate::graph::filter::Wanted;
use crate::graph::names::Quotes;
use crate::graph::search::Search;
use crate::graph::term::{By, Term};
use crate::graph::trace::Part;
use crate::model::naming;
use crate::model::ontology::{Ontology, RelationshipTypeIndex, Role, TypeIndex, ValueType};

/// The page that is shown when nothing is said.
pub(crate) const DEFAULT_PAGE: usize = 25;
/// The largest page.
pub(crate) const LARGEST_PAGE: usize = 1000;

/// How many values a filter or an order may hold.
const MOST_CONDITIONS: usize = 1000;

/// Reads arguments.
pub(crate) struct Binder<'a> {
    pub(crate) definitions: &'a Definitions,
    pub(crate) ontology: &'a Ontology,
    pub(crate) variables: &'a dyn Fn(&str) -> Option<Value>,
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
            Meaning::Mutation(_) => {
                let input = values.get("input").cloned();
                Ok(Bound::Input(input.unwrap_or_default()))
            }
            Meaning::Root(RootField::Node | RootField::One(_) | RootField::Claim) => {
                Viewed::of(values, "id").map(Bound::Id)
            }
            Meaning::Root(RootField::Nodes) => Viewed::all(values, "ids").map(Bound::Ids),
            Meaning::Root(RootField::Representations) => {
                let given = values.get("representations");
                representations(self.ontology, given).map(Bound::Representations)
            }
            Meaning::Root(RootField::Search) => self.search(arguments, values),
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
            Meaning::Root(RootField::Many(_) | RootField::Proposals)
            | Meaning::Entity(
                EntityField::Connection(_)
                | EntityField::Claims
                | EntityField::Cited
                | EntityField::Sources,
            ) => self
                .listing(arguments, values)
                .map(|listing| Bound::List(Box::new(listing))),
            Meaning::Subscription(SubscriptionField::Changes) => Ok(Bound::Changes(Changes {
                since: version("since", values.get("since"))?,
                about: optional_ids(values, "about")?,
                types: self.chosen_types(values, "types")?,
            })),
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

    /// The type of an argument, without its brackets and marks.
    fn input(&self, arguments: &Arguments, name: &str) -> Option<&str> {
        let definition = self.definitions.field(&arguments.owner, &arguments.field)?;
        let mut declared = definition.arguments.iter();
        let argument = declared.find(|argument| argument.name == name)?;
        Some(base(&argument.ty))
    }

    fn reader(&self) -> FilterReader<'_> {
        FilterReader {
            definitions: self.definitions,
            ontology: self.ontology,
        }
    }

    /// The filters of a list.
    fn wanted(&self, arguments: &Arguments, values: &Values) -> Result<Wanted, String> {
        let reader = self.reader();
        for name in ["where", "edge", "orderBy"] {
            let conditions = values.get(name).map_or(0, leaves);
            if conditions > MOST_CONDITIONS {
                return Err(format!(
                    "{name} has {conditions} values: at most {MOST_CONDITIONS} are allowed"
                ));
            }
        }
        let link = match (self.input(arguments, "edge"), values.get("edge")) {
            (Some(input), Some(value)) => Some(reader.link(input, value, "edge")?),
            _ => None,
        };
        match (self.input(arguments, "where"), values.get("where")) {
            (Some(input), Some(value)) => match self.definitions.input(input) {
                Some(InputShape::ClaimWhere) => {
                    Ok(Wanted::of_claims(Some(reader.claims(value, "where")?)))
                }
                _ => Ok(Wanted::new(
                    Some(reader.entities(input, value, "where")?),
                    link,
                )),
            },
            _ => Ok(Wanted::new(None, link)),
        }
    }

    fn listing(&self, arguments: &Arguments, values: &Values) -> Result<Listing, String> {
        let wanted = self.wanted(arguments, values)?;
        let reader = self.reader();
        let follow = match arguments.meaning {
            Meaning::Entity(EntityField::Connection(follow)) => Some(follow),
            _ => None,
        };
        let (order, declared) = match (self.input(arguments, "orderBy"), values.get("orderBy")) {
            (Some(input), Some(value)) => (
                reader.order(input, value, follow.map(|follow| follow.relationship))?,
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

    fn search(&self, arguments: &Arguments, values: &Values) -> Result<Bound, String> {
        let words = values.text("text").unwrap_or_default();
        let mark = cursor::mark(&[
            "search",
            &words,
            &text(values.get("types")),
            &text(values.get("where")),
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
            wanted: self.wanted(arguments, values)?,
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
