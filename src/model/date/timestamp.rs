//! Moments, written as RFC 3339 in UTC.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use jiff::civil::{self, DateTime};
use jiff::tz::Offset;
use serde::{Deserialize, Serialize, Serializer};

use super::calendar::number_of;
use super::parse::shortened;

/// A moment between the years 0000 and 9999, such as `2026-11-02T09:00:00Z`.
///
/// It reads any offset from UTC and prints UTC, without a fraction where there is none. What is finer than a nanosecond
/// is cut off.
// Of jiff's types only the civil one reaches to the end of the year 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Timestamp(DateTime);

/// Why a text or number is not a moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimestampError {
    /// The text is not RFC 3339, or names a moment that does not exist.
    #[error("time {found:?} is not a moment, expected RFC 3339 such as 2026-11-02T09:00:00Z")]
    Text {
        /// The start of the text.
        found: String,
    },
    /// The moment lies outside the years 0000 to 9999.
    #[error("time {found:?} is out of range, expected a moment in the years 0000 to 9999")]
    Range {
        /// The moment as it was given.
        found: String,
    },
}

/// How many bytes `2026-11-02T09:00:00` has.
const DATE_TIME: usize = 19;
/// How many digits of a second are kept.
const FINEST: usize = 9;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Timestamp = Timestamp(civil::date(1970, 1, 1).at(0, 0, 0, 0));

    /// The moment that the system's clock shows.
    pub fn now() -> Self {
        Self::checked(Offset::UTC.to_datetime(jiff::Timestamp::now())).unwrap_or(Self::EPOCH)
    }

    /// The moment so many microseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// When it lies outside the years 0000 to 9999.
    pub fn from_microseconds(microseconds: i64) -> Result<Self, TimestampError> {
        let since = SignedDuration::from_micros(microseconds);
        let moment = Self::EPOCH.0.checked_add(since).ok();
        moment
            .and_then(Self::checked)
            .ok_or_else(|| TimestampError::Range {
                found: format!("{microseconds} µs"),
            })
    }

    /// Whole microseconds since 1970-01-01T00:00:00Z; what is finer is cut off.
    pub fn microseconds(self) -> i64 {
        let since = self.0.duration_since(Self::EPOCH.0);
        // Ten thousand years have 3.2e17 of them.
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
    }

    /// The day in UTC, counted from 1970-01-01.
    pub fn day(self) -> i32 {
        number_of(self.0.date())
    }

    fn checked(moment: DateTime) -> Option<Self> {
        (moment.year() >= 0).then_some(Timestamp(moment))
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let wrong = || TimestampError::Text {
            found: shortened(text),
        };
        let (civil, east_of_utc) = parts(text).ok_or_else(wrong)?;
        let moment: DateTime = civil.parse().map_err(|_| wrong())?;
        let moment = moment.checked_sub(east_of_utc).ok();
        moment
            .and_then(Self::checked)
            .ok_or_else(|| TimestampError::Range {
                found: shortened(text),
            })
    }
}

/// The date and time of a text such as `2026-11-02T09:00:00.123+01:00`, and how far its zone is east of UTC; `None` where
/// it has another form. Whether there is such a date and time is jiff's to check, which reads more forms than
/// RFC 3339 (spaces, no seconds, names of zones): other readers of our data do not.
fn parts(text: &str) -> Option<(&str, SignedDuration)> {
    let bytes = text.as_bytes();
    let (date_time, rest) = bytes.split_at_checked(DATE_TIME)?;
    if !fits(date_time, b"0000-00-00T00:00:00") {
        return None;
    }
    let (digits, zone) = match rest {
        [b'.', rest @ ..] => {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            (
                Some(digits).filter(|digits| *digits > 0)?,
                rest.get(digits..)?,
            )
        }
        _ => (0, rest),
    };
    let civil = match digits {
        0 => DATE_TIME,
        digits => DATE_TIME + 1 + digits.min(FINEST),
    };
    Some((text.get(..civil)?, offset(zone)?))
}

/// How far a zone, such as `Z` or `+01:00`, is east of UTC.
fn offset(zone: &[u8]) -> Option<SignedDuration> {
    if fits(zone, b"Z") {
        return Some(SignedDuration::ZERO);
    }
    if !fits(zone, b"+00:00") && !fits(zone, b"-00:00") {
        return None;
    }
    let number = |place: usize| {
        let digit = |place: usize| zone.get(place).map(|byte| i64::from(byte - b'0'));
        Some(10 * digit(place)? + digit(place + 1)?)
    };
    let (hours, minutes) = (number(1)?, number(4)?);
    let east = SignedDuration::from_mins(hours * 60 + minutes);
    let exists = hours < 24 && minutes < 60;
    exists.then_some(if zone.first() == Some(&b'-') {
        -east
    } else {
        east
    })
}

/// Whether the text has digits where the pattern has `0`, and else is the same; capital letters may be small.
fn fits(text: &[u8], pattern: &[u8]) -> bool {
    text.len() == pattern.len()
        && text
            .iter()
            .zip(pattern)
            .all(|(&byte, &wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                _ => byte.eq_ignore_ascii_case(&wanted),
            })
}

impl TryFrom<String> for Timestamp {
    type Error = TimestampError;

    fn try_from(text: String) -> Result<Self, TimestampError> {
        text.parse()
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", self.0)
    }
}
