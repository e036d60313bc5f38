//! Reading EDTF. Every error says where, what was found and what was expected.

use super::calendar::{Grain, Partial, Qualifier};
use super::{End, Shape};

/// Why a text is not a date in EDTF.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("date {text:?}: found {found} at character {position}, expected {expected}")]
pub struct EdtfError {
    text: String,
    position: usize,
    found: String,
    expected: String,
}

impl EdtfError {
    /// The character, counted from 1, where the text stops being a date.
    pub fn position(&self) -> usize {
        self.position
    }

    /// What would have been right there.
    pub fn expected(&self) -> &str {
        &self.expected
    }
}

/// How much of a text an error repeats.
const SHOWN_CHARACTERS: usize = 40;

const EXPECTED_DATE: &str =
    "a date such as 2022-04-19, 2022-04~, 2022, 202X or an interval such as 2009/2021~";
const EXPECTED_MONTH: &str =
    "a month 01 to 12, a season 21 to 24, a quarter 33 to 36, or XX where it is not known";

pub(super) fn parse(text: &str) -> Result<Shape, EdtfError> {
    let mut reader = Reader { text, at: 0 };
    match reader.peek() {
        None => return Err(reader.error(EXPECTED_DATE)),
        Some('.' | '/') => {}
        Some(_) => {
            let partial = reader.partial()?;
            match reader.peek() {
                None => return Ok(Shape::Single(partial)),
                Some('/') => return reader.rest_of_interval(End::Date(partial)),
                Some(_) => return Err(reader.error_after(partial)),
            }
        }
    }
    let start = if reader.take("..") {
        End::Open
    } else {
        End::Unknown
    };
    reader.rest_of_interval(start)
}

struct Reader<'a> {
    text: &'a str,
    /// A byte offset, always between two characters.
    at: usize,
}

impl Reader<'_> {
    /// Reads from the `/` on.
    fn rest_of_interval(&mut self, start: End) -> Result<Shape, EdtfError> {
        if !self.take("/") {
            return Err(self.error("/ and the end of the interval, as in ../2022"));
        }
        let end_at = self.at;
        let end = if self.take("..") {
            End::Open
        } else if self.peek().is_none() {
            End::Unknown
        } else {
            End::Date(self.partial()?)
        };
        if self.peek().is_some() {
            return Err(match end {
                End::Date(partial) => self.error_after(partial),
                End::Open | End::Unknown => self.error("the end of the text after .."),
            });
        }
        if let (End::Unknown, End::Unknown) = (start, end) {
            return Err(self.error("a date on at least one side of /"));
        }
        if let (Some((first, _)), Some((_, last))) = (start.bounds(), end.bounds())
            && last < first
        {
            let start = self.text.split('/').next().unwrap_or_default();
            let expected = format!("an end that is not before the start {start}");
            self.at = end_at;
            return Err(self.error_found(self.rest_shown(), &expected));
        }
        Ok(Shape::Interval(start, end))
    }

    fn partial(&mut self) -> Result<Partial, EdtfError> {
        let start = self.at;
        let mut partial = self.year()?;
        if self.peek() == Some('-') {
            if partial.grain != Grain::Year {
                return Err(self.error("no month after a year with unspecified digits"));
            }
            self.at += 1;
            partial.grain = self.month()?;
        }
        if self.peek() == Some('-') {
            let at = self.at;
            self.at += 1;
            partial.grain = self.day(partial, at)?;
        }
        if partial.bounds().is_none() {
            // The parts are checked above, so this says the calendar ends here.
            self.at = start;
            return Err(self.error("a date in the years -9999 to 9999"));
        }
        let (approximate, uncertain) = match self.peek() {
            Some('~') => (true, false),
            Some('?') => (false, true),
            Some('%') => (true, true),
            _ => return Ok(partial),
        };
        self.at += 1;
        partial.qualifier = Qualifier {
            approximate,
            uncertain,
        };
        Ok(partial)
    }

    fn year(&mut self) -> Result<Partial, EdtfError> {
        let start = self.at;
        let negative = self.take("-");
        let mut year: i16 = 0;
        let mut unspecified = 0;
        for place in 0..4 {
            match self.peek() {
                Some(digit @ '0'..='9') if unspecified == 0 => {
                    year = year * 10 + digit_value(digit);
                }
                Some('X') if place >= 2 => {
                    year *= 10;
                    unspecified += 1;
                }
                Some('Y') if place == 0 => {
                    return Err(self.error("a year of four digits; longer years are not supported"));
                }
                _ if place == 0 => return Err(self.error(EXPECTED_DATE)),
                _ if unspecified > 0 => {
                    return Err(self.error("X: after an unspecified digit, the rest of the year"));
                }
                _ if place >= 2 => {
                    return Err(self.error("a digit, or X for an unspecified one; a year has four"));
                }
                _ => return Err(self.error("a digit; a year has four")),
            }
            self.at += 1;
        }
        if negative && year == 0 {
            self.at = start;
            return Err(self.error("a year; the year before 0001 is 0000, not -0000"));
        }
        let grain = match unspecified {
            0 => Grain::Year,
            1 => Grain::Decade,
            _ => Grain::Century,
        };
        Ok(Partial::plain(if negative { -year } else { year }, grain))
    }

    fn month(&mut self) -> Result<Grain, EdtfError> {
        let start = self.at;
        let month = self.two_digits(EXPECTED_MONTH)?;
        Ok(match month {
            None => Grain::UnknownMonth,
            Some(month @ 1..=12) => Grain::Month(month),
            Some(season @ 21..=24) => Grain::Season(season - 21),
            Some(quarter @ 33..=36) => Grain::Quarter(quarter - 33),
            Some(other) => {
                self.at = start;
                return Err(self.error_found(format!("{other:02}"), EXPECTED_MONTH));
            }
        })
    }

    fn day(&mut self, so_far: Partial, hyphen: usize) -> Result<Grain, EdtfError> {
        let start = self.at;
        match so_far.grain {
            Grain::Month(month) => {
                let expected = "a day of two digits, or XX where it is not known";
                let Some(day) = self.two_digits(expected)? else {
                    return Ok(Grain::UnknownDay(month));
                };
                let grain = Grain::Day(month, day);
                if Partial::plain(so_far.year, grain).bounds().is_none() {
                    let length = Partial::plain(so_far.year, Grain::Month(month))
                        .bounds()
                        .map_or(31, |(first, last)| last - first + 1);
                    self.at = start;
                    let expected = format!("a day of that month, 01 to {length}, or XX");
                    return Err(self.error_found(format!("{day:02}"), &expected));
                }
                Ok(grain)
            }
            Grain::UnknownMonth => {
                let expected = "XX: in a month that is not known, the day is not known";
                if self.take("XX") {
                    Ok(Grain::UnknownMonthAndDay)
                } else {
                    Err(self.error(expected))
                }
            }
            _ => {
                self.at = hyphen;
                Err(self.error("no day after a season or quarter"))
            }
        }
    }

    /// Two digits, or `None` for `XX`.
    fn two_digits(&mut self, expected: &str) -> Result<Option<u8>, EdtfError> {
        if self.take("XX") {
            return Ok(None);
        }
        let mut value = 0;
        for _ in 0..2 {
            let Some(digit @ '0'..='9') = self.peek() else {
                return Err(self.error(expected));
            };
            value = value * 10 + digit_value(digit);
            self.at += 1;
        }
        Ok(u8::try_from(value).ok())
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self
            .text
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(token));
        if found {
            self.at += token.len();
        }
        found
    }

    /// Something follows a complete date.
    fn error_after(&self, partial: Partial) -> EdtfError {
        let qualified = partial.qualifier != Qualifier::default();
        match self.peek() {
            Some('T') => self.error("the end of the text: an imprecise date has no time of day"),
            Some('~' | '?' | '%') if qualified => {
                self.error("one qualifier; % stands for both ~ and ?")
            }
            Some('.') => self.error("/ between the two ends of an interval, as in 2022/.."),
            _ if qualified => self.error("the end of the text, or / and the end of an interval"),
            _ => self.error(match partial.grain {
                Grain::Year => "-, ~, ?, %, / or the end of the text after the year",
                Grain::Month(_) | Grain::UnknownMonth => {
                    "-, ~, ?, %, / or the end of the text after the month"
                }
                _ => "~, ?, %, / or the end of the text",
            }),
        }
    }

    fn error(&self, expected: &str) -> EdtfError {
        let found = self
            .peek()
            .map_or_else(|| "the end".to_owned(), |found| format!("{found:?}"));
        self.error_found(found, expected)
    }

    fn error_found(&self, found: String, expected: &str) -> EdtfError {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        EdtfError {
            text: shortened(self.text),
            position: before.chars().count() + 1,
            found,
            expected: expected.to_owned(),
        }
    }

    fn rest_shown(&self) -> String {
        shortened(self.text.get(self.at..).unwrap_or_default())
    }
}

/// The start of a text, so that an error is never as long as its input.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

fn digit_value(digit: char) -> i16 {
    digit
        .to_digit(10)
        .and_then(|value| i16::try_from(value).ok())
        .unwrap_or(0)
}
