//! Partial dates and the days they cover.

use jiff::civil::{self, Date};

use super::Precision;

const EPOCH: Date = civil::date(1970, 1, 1);

/// A date as far as it is given. The parser lets only existing dates through.
#[derive(Debug, Clone, Copy)]
pub(super) struct Partial {
    /// The year; of a decade or century the one written with zeros, so 2020 for `202X`.
    pub(super) year: i16,
    pub(super) grain: Grain,
    pub(super) qualifier: Qualifier,
}

/// How far a date is given. Months and days count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grain {
    Century,
    Decade,
    Year,
    /// `2022-XX`
    UnknownMonth,
    /// `2022-XX-XX`
    UnknownMonthAndDay,
    /// 0 is spring, 3 is winter.
    Season(u8),
    /// 0 is January to March.
    Quarter(u8),
    Month(u8),
    /// `2022-04-XX`
    UnknownDay(u8),
    Day(u8, u8),
}

/// What `~`, `?` and `%` (both) say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Qualifier {
    pub(super) approximate: bool,
    pub(super) uncertain: bool,
}

impl Grain {
    pub(super) fn precision(self) -> Precision {
        match self {
            Grain::Century => Precision::Century,
            Grain::Decade => Precision::Decade,
            Grain::Year | Grain::UnknownMonth | Grain::UnknownMonthAndDay => Precision::Year,
            Grain::Season(_) => Precision::Season,
            Grain::Quarter(_) => Precision::Quarter,
            Grain::Month(_) | Grain::UnknownDay(_) => Precision::Month,
            Grain::Day(..) => Precision::Day,
        }
    }
}

impl Partial {
    pub(super) fn plain(year: i16, grain: Grain) -> Self {
        Partial {
            year,
            grain,
            qualifier: Qualifier::default(),
        }
    }

    /// The first and the last day it can be, or `None` when there is no such date.
    ///
    /// Seasons are those of the northern hemisphere by whole months; winter runs from December
    /// into February of the next year, and ends with the year 9999 where the calendar ends.
    pub(super) fn bounds(self) -> Option<(i32, i32)> {
        let year = self.year;
        match self.grain {
            Grain::Century => years(year, 99),
            Grain::Decade => years(year, 9),
            Grain::Year | Grain::UnknownMonth | Grain::UnknownMonthAndDay => {
                Some((first_of(year, 1)?, last_of(year, 12)?))
            }
            Grain::Season(season) => {
                let month = 3 + 3 * season;
                let last = match month {
                    12 => last_of(year + 1, 2).or_else(|| last_of(year, 12)),
                    _ => last_of(year, month + 2),
                };
                Some((first_of(year, month)?, last?))
            }
            Grain::Quarter(quarter) => {
                let month = 1 + 3 * quarter;
                Some((first_of(year, month)?, last_of(year, month + 2)?))
            }
            Grain::Month(month) | Grain::UnknownDay(month) => {
                Some((first_of(year, month)?, last_of(year, month)?))
            }
            Grain::Day(month, day) => {
                let date = Date::new(year, month.cast_signed(), day.cast_signed()).ok()?;
                let number = number_of(date);
                Some((number, number))
            }
        }
    }
}

/// The days of `more` years beside `year`, away from zero: `-02XX` is -299 to -200.
fn years(year: i16, more: i16) -> Option<(i32, i32)> {
    let (from, to) = if year < 0 {
        (year - more, year)
    } else {
        (year, year + more)
    };
    Some((first_of(from, 1)?, last_of(to, 12)?))
}

fn first_of(year: i16, month: u8) -> Option<i32> {
    Date::new(year, month.cast_signed(), 1).ok().map(number_of)
}

fn last_of(year: i16, month: u8) -> Option<i32> {
    let first = Date::new(year, month.cast_signed(), 1).ok()?;
    Some(number_of(first.last_of_month()))
}

/// Days since 1970-01-01.
pub(super) fn number_of(date: Date) -> i32 {
    let days = date.duration_since(EPOCH).as_hours() / 24;
    // The calendar of jiff ends with the year 9999: about 3.6 million days.
    i32::try_from(days).unwrap_or(i32::MAX)
}

/// The date of a day number; the nearest one where the calendar ends.
pub(super) fn date_of(day: i32) -> Date {
    EPOCH.saturating_add(jiff::SignedDuration::from_hours(i64::from(day) * 24))
}

/// A day number as ISO 8601 text: 19101 is `2022-04-19`. Days outside the years -9999 to 9999
/// become the nearest day inside.
pub fn day_to_iso(day: i32) -> String {
    let date = date_of(day);
    let sign = if date.year() < 0 { "-" } else { "" };
    format!(
        "{sign}{:04}-{:02}-{:02}",
        date.year().unsigned_abs(),
        date.month(),
        date.day()
    )
}
