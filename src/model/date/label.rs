//! Dates in English, for people.

use super::calendar::{Grain, Partial, Qualifier};
use super::{End, Shape};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const SEASONS: [&str; 4] = ["spring", "summer", "autumn", "winter"];
const QUARTERS: [&str; 4] = ["first", "second", "third", "fourth"];

pub(super) fn label(shape: Shape) -> String {
    match shape {
        Shape::Single(partial) => qualified(partial),
        Shape::Interval(start, end) => match (start, end) {
            (End::Date(start), End::Date(end)) => between(start, end),
            (End::Date(start), End::Open) => format!("since {}", qualified(start)),
            (End::Date(start), End::Unknown) => format!("from {}, end unknown", qualified(start)),
            (End::Open, End::Date(end)) => format!("until {}", qualified(end)),
            (End::Unknown, End::Date(end)) => format!("until {}, start unknown", qualified(end)),
            (End::Unknown, End::Open) => "since an unknown date".to_owned(),
            (End::Open, End::Unknown) => "until an unknown date".to_owned(),
            (End::Open, End::Open) => "at all times".to_owned(),
            (End::Unknown, End::Unknown) => "unknown".to_owned(),
        },
    }
}

/// Leaves out of the start what the end says again: "19–20 April 2022".
fn between(start: Partial, end: Partial) -> String {
    if start.year == end.year && start.grain == end.grain && start.qualifier == end.qualifier {
        return qualified(end);
    }
    let plain = Qualifier::default();
    if start.year == end.year && start.qualifier == plain && end.qualifier == plain {
        match (start.grain, end.grain) {
            (Grain::Day(month, from), Grain::Day(same, _)) if month == same => {
                return format!("{from}–{}", date(end));
            }
            (Grain::Day(month, from), Grain::Day(..)) => {
                return format!("{from} {} to {}", month_name(month), date(end));
            }
            (Grain::Month(month), Grain::Month(_)) => {
                return format!("{} to {}", month_name(month), date(end));
            }
            _ => {}
        }
    }
    format!("{} to {}", qualified(start), qualified(end))
}

fn qualified(partial: Partial) -> String {
    let date = date(partial);
    match (partial.qualifier.uncertain, partial.qualifier.approximate) {
        (false, false) => date,
        (false, true) => format!("about {date}"),
        (true, false) => format!("possibly {date}"),
        (true, true) => format!("possibly about {date}"),
    }
}

fn date(partial: Partial) -> String {
    let year = year_name(partial.year);
    match partial.grain {
        Grain::Century => match partial.year {
            0 => "the first 99 years AD".to_owned(),
            year if year < 0 => format!("{} to {}", year_name(year - 99), year_name(year)),
            year => format!("{} to {}", year_name(year), year_name(year + 99)),
        },
        Grain::Decade if partial.year < 1000 => {
            let more = if partial.year < 0 { -9 } else { 9 };
            let other = partial.year + more;
            let (from, to) = (partial.year.min(other), partial.year.max(other));
            format!("{} to {}", year_name(from), year_name(to))
        }
        Grain::Decade => format!("{year}s"),
        Grain::Year => year,
        Grain::UnknownMonth => format!("{year}, month unknown"),
        Grain::UnknownMonthAndDay => format!("{year}, month and day unknown"),
        Grain::Season(season) => format!("{} {year}", name(&SEASONS, season)),
        Grain::Quarter(quarter) => format!("{} quarter of {year}", name(&QUARTERS, quarter)),
        Grain::Month(month) => format!("{} {year}", month_name(month)),
        Grain::UnknownDay(month) => format!("{} {year}, day unknown", month_name(month)),
        Grain::Day(month, day) => format!("{day} {} {year}", month_name(month)),
    }
}

/// Years before 1 as historians count them (year 0 is 1 BC), early ones with their era.
fn year_name(year: i16) -> String {
    match year {
        ..=0 => format!("{} BC", 1 - i32::from(year)),
        1..=999 => format!("AD {year}"),
        _ => year.to_string(),
    }
}

fn month_name(month: u8) -> &'static str {
    name(&MONTHS, month.saturating_sub(1))
}

fn name(names: &[&'static str], index: u8) -> &'static str {
    names.get(usize::from(index)).copied().unwrap_or_default()
}
