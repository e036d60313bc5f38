//! Conditions on texts.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};

use crate::graph::filter::Choice;
use crate::graph::folding::{fold, fold_pattern};

/// The longest regular expression, in bytes.
const LONGEST_PATTERN: usize = 500;
/// The most memory that a compiled one may take, in bytes: what repeats too much is refused.
const LARGEST_PATTERN: usize = 1 << 18;

/// A condition on a text; unless it is exact, case, accents and scripts do not count.
#[derive(Debug, Clone)]
pub struct TextTest {
    how: TextMatch,
    exact: bool,
}

#[derive(Debug, Clone)]
enum TextMatch {
    Equals(Choice<String>),
    Contains(String),
    StartsWith(String),
    EndsWith(String),
    /// Searched in time linear to the text.
    Matches(Regex),
}

impl TextTest {
    /// The text is one of these, or none of them.
    #[must_use]
    pub fn equals(choice: Choice<String>, exact: bool) -> Self {
        let Choice { one_of, negated } = choice;
        let one_of = one_of.into_iter().map(|text| needle(text, exact)).collect();
        Self {
            how: TextMatch::Equals(Choice { one_of, negated }),
            exact,
        }
    }

    /// The text has this in it.
    #[must_use]
    pub fn contains(part: String, exact: bool) -> Self {
        Self {
            how: TextMatch::Contains(needle(part, exact)),
            exact,
        }
    }

    /// The text begins with this.
    #[must_use]
    pub fn starts_with(part: String, exact: bool) -> Self {
        Self {
            how: TextMatch::StartsWith(needle(part, exact)),
            exact,
        }
    }

    /// The text ends with this.
    #[must_use]
    pub fn ends_with(part: String, exact: bool) -> Self {
        Self {
            how: TextMatch::EndsWith(needle(part, exact)),
            exact,
        }
    }

    /// A regular expression is found in the text.
    ///
    /// # Errors
    /// When it is none, or too large: one sentence.
    pub fn matches(pattern: &str, exact: bool) -> Result<Self, String> {
        if pattern.len() > LONGEST_PATTERN {
            return Err(format!(
                "the pattern has {} bytes: at most {LONGEST_PATTERN} are allowed",
                pattern.len()
            ));
        }
        let wanted = if exact {
            Cow::Borrowed(pattern)
        } else {
            Cow::Owned(fold_pattern(pattern))
        };
        let compiled = RegexBuilder::new(&wanted)
            .case_insensitive(!exact)
            .size_limit(LARGEST_PATTERN)
            .dfa_size_limit(LARGEST_PATTERN)
            .build();
        match compiled {
            Ok(regex) => Ok(Self {
                how: TextMatch::Matches(regex),
                exact,
            }),
            Err(regex::Error::CompiledTooBig(_)) => Err(format!(
                "{pattern:?} stands for too much: expected fewer or shorter repetitions"
            )),
            Err(error) => {
                // The last line of its report says what is wrong.
                let report = error.to_string();
                let reason = report.lines().next_back().unwrap_or_default();
                let reason = reason.trim_start_matches("error: ");
                Err(format!(
                    "{pattern:?} is no regular expression: {reason}; expected one such as \"^Trea?ty .* of [0-9]{{4}}\""
                ))
            }
        }
    }

    /// What it has to be one of, folded, where it has to be one of some.
    #[must_use]
    pub fn one_of(&self) -> Option<Vec<String>> {
        match &self.how {
            TextMatch::Equals(Choice {
                one_of,
                negated: false,
            }) => Some(one_of.iter().map(|text| fold(text).into_owned()).collect()),
            _ => None,
        }
    }

    /// Whether a text fits.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        let text = if self.exact {
            Cow::Borrowed(text)
        } else {
            fold(text)
        };
        match &self.how {
            TextMatch::Equals(choice) => choice.fits(&*text),
            TextMatch::Contains(part) => text.contains(part.as_str()),
            TextMatch::StartsWith(part) => text.starts_with(part.as_str()),
            TextMatch::EndsWith(part) => text.ends_with(part.as_str()),
            TextMatch::Matches(regex) => regex.is_match(&text),
        }
    }
}

fn needle(text: String, exact: bool) -> String {
    if exact {
        text
    } else {
        fold(&text).into_owned()
    }
}
