//! Dates as records state them: imprecise, open, approximate, or a moment.
//!
//! [`Edtf`] holds a date in the Extended Date/Time Format (ISO 8601-2, levels 0 and 1, and the
//! quarters of level 2): `2022-04-19`, `2022-04~`, `202X`, `2022-21`, `2009/2021~`,
//! `2022-01-01/..`. [`Timestamp`] holds a moment, written as RFC 3339.
//!
//! Days are counted from 1970-01-01, which is day 0, as `i32`; so comparing two dates never
//! needs a calendar.

mod calendar;
mod label;
mod parse;
mod timestamp;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};

pub use calendar::day_to_iso;
pub use parse::EdtfError;
pub use timestamp::{Timestamp, TimestampError};

use calendar::{Grain, Partial};

/// An imprecise date or an interval of such dates, in EDTF.
///
/// A value is always valid, its text is the only spelling of it, and it is cheap to clone.
///
/// Dates are ordered by [`earliest`](Edtf::earliest), then [`latest`](Edtf::latest), then text.
/// A missing start sorts before every day and a missing end after every day.
///
/// ```
/// # use onrecord::model::date::Edtf;
/// let tenure: Edtf = "2009/2021~".parse()?;
/// assert_eq!(tenure.label(), "2009 to about 2021");
/// # Ok::<(), onrecord::model::date::EdtfError>(())
/// ```
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Edtf {
    text: Box<str>,
    shape: Shape,
    earliest: Option<i32>,
    latest: Option<i32>,
}

/// What is on each side: one date, or an interval.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Single(Partial),
    Interval(End, End),
}

/// One end of an interval.
#[derive(Debug, Clone, Copy)]
enum End {
    Date(Partial),
    /// `..`: there is no such end.
    Open,
    /// Nothing written: there is an end, but it is not known.
    Unknown,
}

/// What is known of one end of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bound {
    /// A date, however imprecise.
    Date,
    /// No end: `..`, so what is dated still holds (or has always held).
    Open,
    /// There is an end, but no one says when.
    Unknown,
}

/// How much of a date is known. What is written as unspecified (`2022-XX`) counts as not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// One day.
    Day,
    /// One month.
    Month,
    /// A quarter of a year.
    Quarter,
    /// A season of a year.
    Season,
    /// One year.
    Year,
    /// Ten years: `202X`.
    Decade,
    /// A hundred years: `20XX`.
    Century,
    /// Two ends, each with a precision of its own.
    Interval,
}

impl Precision {
    /// Every precision, the finest first.
    pub const ALL: [Precision; 8] = [
        Precision::Day,
        Precision::Month,
        Precision::Quarter,
        Precision::Season,
        Precision::Year,
        Precision::Decade,
        Precision::Century,
        Precision::Interval,
    ];

    /// The name in the API: `DAY`, `MONTH`, ...
    pub fn as_str(self) -> &'static str {
        match self {
            Precision::Day => "DAY",
            Precision::Month => "MONTH",
            Precision::Quarter => "QUARTER",
            Precision::Season => "SEASON",
            Precision::Year => "YEAR",
            Precision::Decade => "DECADE",
            Precision::Century => "CENTURY",
            Precision::Interval => "INTERVAL",
        }
    }
}

impl Edtf {
    /// The date of one day, counted from 1970-01-01. Days outside the years -9999 to 9999 become
    /// the nearest day inside.
    pub fn from_day(day: i32) -> Self {
        let date = calendar::date_of(day);
        let day = calendar::number_of(date);
        let (month, monthday) = (date.month().unsigned_abs(), date.day().unsigned_abs());
        let partial = Partial::plain(date.year(), Grain::Day(month, monthday));
        Edtf {
            text: day_to_iso(day).into(),
            shape: Shape::Single(partial),
            earliest: Some(day),
            latest: Some(day),
        }
    }

    /// The interval from the start of `since` to the end of `until`; an end that is not given is
    /// unknown, and `../..` gives an open one. `None` when neither end is given.
    ///
    /// # Errors
    /// When `until` lies before `since`.
    pub fn span(since: Option<&Edtf>, until: Option<&Edtf>) -> Result<Option<Self>, EdtfError> {
        if since.is_none() && until.is_none() {
            return Ok(None);
        }
        let start = since.map_or("", |edtf| edtf.sides().0);
        let end = until.map_or("", |edtf| edtf.sides().1);
        if start.is_empty() && end.is_empty() {
            return Ok(None);
        }
        format!("{start}/{end}").parse().map(Some)
    }

    /// The canonical text, which is also what was parsed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first day it can be, or `None` when the start is open or unknown.
    ///
    /// `~` and `?` do not widen the bounds: nobody said by how much, and a made-up margin would
    /// read like a fact. Ask [`is_approximate`](Edtf::is_approximate) and
    /// [`is_uncertain`](Edtf::is_uncertain) beside it.
    pub fn earliest(&self) -> Option<i32> {
        self.earliest
    }

    /// The last day it can be, or `None` when the end is open or unknown. See
    /// [`earliest`](Edtf::earliest) on approximate dates.
    pub fn latest(&self) -> Option<i32> {
        self.latest
    }

    /// What is known of the start.
    pub fn start_kind(&self) -> Bound {
        match self.shape {
            Shape::Single(_) => Bound::Date,
            Shape::Interval(start, _) => start.kind(),
        }
    }

    /// What is known of the end.
    pub fn end_kind(&self) -> Bound {
        match self.shape {
            Shape::Single(_) => Bound::Date,
            Shape::Interval(_, end) => end.kind(),
        }
    }

    /// How much of the date is known.
    pub fn precision(&self) -> Precision {
        match self.shape {
            Shape::Single(partial) => partial.grain.precision(),
            Shape::Interval(..) => Precision::Interval,
        }
    }

    /// Whether the date, or an end of it, is marked `~` or `%`: about then.
    pub fn is_approximate(&self) -> bool {
        self.partials().any(|partial| partial.qualifier.approximate)
    }

    /// Whether the date, or an end of it, is marked `?` or `%`: the source is not sure.
    pub fn is_uncertain(&self) -> bool {
        self.partials().any(|partial| partial.qualifier.uncertain)
    }

    /// The date for people, in English: "about April 2022", "since 1 January 2022".
    pub fn label(&self) -> String {
        label::label(self.shape)
    }

    /// The year in which it begins, where that is known.
    pub fn year(&self) -> Option<i16> {
        let start = self.start()?;
        let known = !matches!(start.grain, Grain::Century | Grain::Decade);
        known.then_some(start.year)
    }

    /// The month in which it begins, with its year, where that is known. Months count from 1.
    pub fn month(&self) -> Option<(i16, u8)> {
        let start = self.start()?;
        match start.grain {
            Grain::Month(month) | Grain::UnknownDay(month) | Grain::Day(month, _) => {
                Some((start.year, month))
            }
            _ => None,
        }
    }

    /// Whether the two can share a day. An open or unknown end reaches as far as is needed.
    pub fn overlaps(&self, other: &Edtf) -> bool {
        reaches(self.earliest, other.latest) && reaches(other.earliest, self.latest)
    }

    /// Whether the day can be part of it. An open or unknown end reaches as far as is needed.
    pub fn contains(&self, day: i32) -> bool {
        reaches(self.earliest, Some(day)) && reaches(Some(day), self.latest)
    }

    /// Whether a source states it without "about" and without doubt.
    pub fn is_firm(&self) -> bool {
        !self.is_approximate() && !self.is_uncertain()
    }

    /// The last day on which it can begin, and the first on which it can end, where that is known.
    pub fn inside(&self) -> (Option<i32>, Option<i32>) {
        let (start, end) = match self.shape {
            Shape::Single(partial) => (partial.bounds(), partial.bounds()),
            Shape::Interval(start, end) => (start.bounds(), end.bounds()),
        };
        (start.map(|(_, last)| last), end.map(|(first, _)| first))
    }

    /// The texts of start and end; of a single date both are that date.
    fn sides(&self) -> (&str, &str) {
        self.text
            .split_once('/')
            .unwrap_or((&self.text, &self.text))
    }

    fn start(&self) -> Option<Partial> {
        match self.shape {
            Shape::Single(partial) | Shape::Interval(End::Date(partial), _) => Some(partial),
            Shape::Interval(End::Open | End::Unknown, _) => None,
        }
    }

    fn partials(&self) -> impl Iterator<Item = Partial> {
        let (start, end) = match self.shape {
            Shape::Single(partial) => (End::Date(partial), End::Unknown),
            Shape::Interval(start, end) => (start, end),
        };
        [start, end].into_iter().filter_map(|end| match end {
            End::Date(partial) => Some(partial),
            End::Open | End::Unknown => None,
        })
    }

    /// What the order compares before the text: a missing start is before, a missing end after
    /// every day.
    fn order_key(&self) -> (i64, i64) {
        (
            self.earliest.map_or(i64::MIN, i64::from),
            self.latest.map_or(i64::MAX, i64::from),
        )
    }
}

fn reaches(start: Option<i32>, end: Option<i32>) -> bool {
    match (start, end) {
        (Some(start), Some(end)) => start <= end,
        _ => true,
    }
}

impl End {
    fn kind(self) -> Bound {
        match self {
            End::Date(_) => Bound::Date,
            End::Open => Bound::Open,
            End::Unknown => Bound::Unknown,
        }
    }

    fn bounds(self) -> Option<(i32, i32)> {
        match self {
            End::Date(partial) => partial.bounds(),
            End::Open | End::Unknown => None,
        }
    }
}

impl FromStr for Edtf {
    type Err = EdtfError;

    fn from_str(text: &str) -> Result<Self, EdtfError> {
        let shape = parse::parse(text)?;
        let (start, end) = match shape {
            Shape::Single(partial) => (partial.bounds(), partial.bounds()),
            Shape::Interval(start, end) => (start.bounds(), end.bounds()),
        };
        Ok(Edtf {
            text: text.into(),
            shape,
            earliest: start.map(|(first, _)| first),
            latest: end.map(|(_, last)| last),
        })
    }
}

impl TryFrom<String> for Edtf {
    type Error = EdtfError;

    fn try_from(text: String) -> Result<Self, EdtfError> {
        text.parse()
    }
}

impl Serialize for Edtf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl fmt::Display for Edtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Edtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Edtf({})", self.text)
    }
}

impl PartialEq for Edtf {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Edtf {}

impl Hash for Edtf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Ord for Edtf {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order_key()
            .cmp(&other.order_key())
            .then_with(|| self.text.cmp(&other.text))
    }
}

impl PartialOrd for Edtf {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests;
