//! The clocks of a view: what was true then, what was known then.

use std::fmt;

use crate::model::date::{Edtf, Timestamp};

/// What a view asks for; `None` is now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clocks {
    /// What was true then.
    pub date: Option<Edtf>,
    /// What was on record then.
    pub known_at: Option<Timestamp>,
    /// What sources published by then state.
    pub published_by: Option<Edtf>,
}

impl Clocks {
    /// Whether this is what is on record now.
    #[must_use]
    pub fn is_now(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Clocks {
    /// The suffix that ids carry in this view: `date=2022-04-20;knownAt=2026-11-02T09:00:00Z`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            self.date.as_ref().map(|date| format!("date={date}")),
            self.known_at
                .as_ref()
                .map(|moment| format!("knownAt={moment}")),
            self.published_by
                .as_ref()
                .map(|date| format!("publishedBy={date}")),
        ];
        formatter.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(";"))
    }
}

impl std::str::FromStr for Clocks {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut clocks = Self::default();
        for part in text.split(';') {
            match part.split_once('=') {
                Some(("date", date)) => {
                    clocks.date = Some(date.parse().map_err(|error| format!("{error}"))?)
                }
                Some(("knownAt", moment)) => {
                    clocks.known_at = Some(moment.parse().map_err(|error| format!("{error}"))?)
                }
                Some(("publishedBy", date)) => {
                    clocks.published_by = Some(date.parse().map_err(|error| format!("{error}"))?)
                }
                _ => {
                    return Err(format!(
                        "{part:?} is no part of a view: expected date=, knownAt= or publishedBy="
                    ));
                }
            }
        }
        Ok(clocks)
    }
}
