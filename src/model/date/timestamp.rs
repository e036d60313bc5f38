//! Moments, written as RFC 3339 in UTC.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};

use super::calendar::number_of;
use super::parse::shortened;

/// A moment between the years 0000 and 9999, such as `2026-11-02T09:00:00Z`.
///
/// It reads any offset from UTC and prints UTC, without a fraction where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Timestamp(jiff::Timestamp);

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

/// 0000-01-01T00:00:00Z, in seconds since 1970.
const FIRST_SECOND: i64 = -62_167_219_200;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Timestamp = Timestamp(jiff::Timestamp::UNIX_EPOCH);

    /// The moment that the system's clock shows.
    pub fn now() -> Self {
        Self::checked(jiff::Timestamp::now()).unwrap_or(Self::EPOCH)
    }

    /// The moment so many microseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// When it lies outside the years 0000 to 9999.
    pub fn from_microseconds(microseconds: i64) -> Result<Self, TimestampError> {
        let range = || TimestampError::Range {
            found: format!("{microseconds} µs"),
        };
        let moment = jiff::Timestamp::from_microsecond(microseconds).map_err(|_| range())?;
        Timestamp::checked(moment).ok_or_else(range)
    }

    /// Whole microseconds since 1970-01-01T00:00:00Z; what is finer is cut off.
    pub fn microseconds(self) -> i64 {
        self.0.as_microsecond()
    }

    /// The day in UTC, counted from 1970-01-01.
    pub fn day(self) -> i32 {
        number_of(jiff::tz::Offset::UTC.to_datetime(self.0).date())
    }

    /// The same moment for jiff.
    pub fn jiff(self) -> jiff::Timestamp {
        self.0
    }

    fn checked(moment: jiff::Timestamp) -> Option<Self> {
        (moment.as_second() >= FIRST_SECOND).then_some(Timestamp(moment))
    }
}

impl TryFrom<jiff::Timestamp> for Timestamp {
    type Error = TimestampError;

    fn try_from(moment: jiff::Timestamp) -> Result<Self, TimestampError> {
        Timestamp::checked(moment).ok_or_else(|| TimestampError::Range {
            found: moment.to_string(),
        })
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let wrong = || TimestampError::Text {
            found: shortened(text),
        };
        // jiff reads more than RFC 3339 (spaces, lower case, no seconds, zone names); other
        // readers of our data do not.
        if !is_rfc3339(text.as_bytes()) {
            return Err(wrong());
        }
        let moment: jiff::Timestamp = text.parse().map_err(|_| wrong())?;
        Timestamp::checked(moment).ok_or_else(|| TimestampError::Range {
            found: shortened(text),
        })
    }
}

/// Whether the text has the form `2026-11-02T09:00:00.123Z` or `…+01:00`; the values are jiff's
/// to check.
fn is_rfc3339(text: &[u8]) -> bool {
    let Some((date_time, rest)) = text.split_at_checked(19) else {
        return false;
    };
    let rest = match rest {
        [b'.', fraction @ ..] => {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            fraction.get(digits..).unwrap_or_default()
        }
        _ => rest,
    };
    let zone_fits = rest == b"Z".as_slice() || fits(rest, b"+00:00") || fits(rest, b"-00:00");
    zone_fits && fits(date_time, b"0000-00-00T00:00:00")
}

/// Whether the text has digits where the pattern has `0`, and else is the same.
fn fits(text: &[u8], pattern: &[u8]) -> bool {
    text.len() == pattern.len()
        && text
            .iter()
            .zip(pattern)
            .all(|(&byte, &wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                _ => byte == wanted,
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
        self.0.fmt(f)
    }
}
