//! The clocks of a view: what was true then, what was known then.

use std::fmt;

use crate::model::date::{Edtf, Timestamp};
use crate::model::words::words;

words! {
    /// How sure it is that something held on a date.
    Certainty {
        /// It may have held.
        Possible = "POSSIBLE",
        /// It surely held.
        Certain = "CERTAIN",
    }
}

#[expect(
    clippy::derivable_impls,
    reason = "what declares the words derives no default"
)]
impl Default for Certainty {
    fn default() -> Self {
        Self::Possible
    }
}

/// What a view asks for; `None` is now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clocks {
    /// What was true then.
    pub date: Option<Edtf>,
    /// Whether what may have been true then is shown, or only what surely was.
    pub certainty: Certainty,
    /// What was on record then.
    pub known_at: Option<Timestamp>,
    /// What sources published by then state.
    pub published_by: Option<Edtf>,
}

impl Clocks {
    /// Whether this is what is on record now.
    #[must_use]
    pub fn is_now(&self) -> bool {
        // Without a date there is nothing to be sure of.
        self.date.is_none() && self.known_at.is_none() && self.published_by.is_none()
    }
}

impl fmt::Display for Clocks {
    /// The suffix that ids carry in this view: `date=2022-04-20;certainty=CERTAIN`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            self.date.as_ref().map(|date| format!("date={date}")),
            (self.date.is_some() && self.certainty != Certainty::default())
                .then(|| format!("certainty={}", self.certainty.name())),
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
                Some(("certainty", word)) => {
                    clocks.certainty = Certainty::from_name(word)
                        .ok_or_else(|| format!("{word:?} is no certainty: expected CERTAIN"))?;
                }
                Some(("knownAt", moment)) => {
                    clocks.known_at = Some(moment.parse().map_err(|error| format!("{error}"))?)
                }
                Some(("publishedBy", date)) => {
                    clocks.published_by = Some(date.parse().map_err(|error| format!("{error}"))?)
                }
                _ => {
                    return Err(format!(
                        "{part:?} is no part of a view: expected date=, certainty=, knownAt= or publishedBy="
                    ));
                }
            }
        }
        if clocks.date.is_none() && clocks.certainty != Certainty::default() {
            return Err("it has a certainty and no date: expected date= beside it".to_owned());
        }
        Ok(clocks)
    }
}
