//! The kinds of values that settings have, read from words or from TOML and written as TOML.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;

/// A value as it was given.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// Words, from a flag or the environment, which know no types.
    Text(String),
    /// TOML's true or false.
    Boolean(bool),
    /// A whole number of TOML.
    Integer(i64),
    /// A number of TOML that is not whole.
    Float(f64),
    /// Text in TOML.
    String(String),
    /// A list of TOML.
    List(Vec<Given>),
    /// Anything else in TOML, by its name.
    Other(&'static str),
}

impl Given {
    /// The text, wherever it is from.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::String(text) => Some(text),
            _ => None,
        }
    }
}

impl fmt::Display for Given {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(formatter, "`{text}`"),
            Self::Boolean(value) => write!(formatter, "{value}"),
            Self::Integer(value) => write!(formatter, "{value}"),
            Self::Float(value) => write!(formatter, "{value}"),
            Self::String(text) => write!(formatter, "{text:?}"),
            Self::List(_) => formatter.write_str("a list"),
            Self::Other(kind) => formatter.write_str(kind),
        }
    }
}

/// A kind of value that a setting can have.
pub trait Value: Sized {
    /// What is expected, as it stands in an error.
    const EXPECTED: &'static str;
    /// Whether a flag without a value means something.
    const IS_SWITCH: bool = false;

    /// The value, if what was given is one.
    fn read(given: &Given) -> Option<Self>;

    /// The value as TOML; `None` where there is none, or where it is not to be shown.
    fn write(&self) -> Option<String>;
}

impl Value for bool {
    const EXPECTED: &'static str = "true or false";
    const IS_SWITCH: bool = true;

    fn read(given: &Given) -> Option<Self> {
        match given {
            Given::Boolean(value) => Some(*value),
            Given::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn write(&self) -> Option<String> {
        Some(self.to_string())
    }
}

macro_rules! whole_numbers {
    ($($kind:ty: $expected:literal;)+) => {$(
        impl Value for $kind {
            const EXPECTED: &'static str = $expected;

            fn read(given: &Given) -> Option<Self> {
                match given {
                    Given::Integer(value) => Self::try_from(u64::try_from(*value).ok()?).ok(),
                    Given::Text(text) => text.parse().ok(),
                    _ => None,
                }
            }

            fn write(&self) -> Option<String> {
                // TOML's integers end at 2^63 - 1.
                u64::try_from(*self).ok().map(|value| value.min(i64::MAX as u64).to_string())
            }
        }
    )+};
}

whole_numbers! {
    u32: "a whole number up to 4294967295";
    u64: "a whole number";
    usize: "a whole number";
}

impl Value for f64 {
    const EXPECTED: &'static str = "a number";

    fn read(given: &Given) -> Option<Self> {
        let value = match given {
            Given::Float(value) => *value,
            Given::Integer(value) => *value as f64,
            Given::Text(text) => text.parse().ok()?,
            _ => return None,
        };
        value.is_finite().then_some(value)
    }

    fn write(&self) -> Option<String> {
        Some(format!("{self:?}"))
    }
}

impl Value for String {
    const EXPECTED: &'static str = "text";

    fn read(given: &Given) -> Option<Self> {
        given.text().map(str::to_owned)
    }

    fn write(&self) -> Option<String> {
        Some(quoted(self))
    }
}

impl Value for PathBuf {
    const EXPECTED: &'static str = "the path of a file or folder";

    fn read(given: &Given) -> Option<Self> {
        given.text().filter(|text| !text.is_empty()).map(Self::from)
    }

    fn write(&self) -> Option<String> {
        Some(quoted(&self.to_string_lossy()))
    }
}

impl Value for SocketAddr {
    const EXPECTED: &'static str = "an address with a port, such as 127.0.0.1:8000";

    fn read(given: &Given) -> Option<Self> {
        given.text()?.parse().ok()
    }

    fn write(&self) -> Option<String> {
        Some(quoted(&self.to_string()))
    }
}

impl Value for Duration {
    const EXPECTED: &'static str = "a time with its unit, such as \"30s\", \"250ms\" or \"5m\"";

    fn read(given: &Given) -> Option<Self> {
        let time: SignedDuration = given.text()?.trim().parse().ok()?;
        Self::try_from(time).ok()
    }

    fn write(&self) -> Option<String> {
        let time = SignedDuration::try_from(*self).unwrap_or(SignedDuration::MAX);
        Some(quoted(&format!("{time:#}")))
    }
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub usize);

/// The units of a [`Size`], the largest first.
const UNITS: [(&str, usize); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];

impl Value for Size {
    const EXPECTED: &'static str = "a number of bytes, or text such as \"64 KiB\" or \"1 MiB\"";

    fn read(given: &Given) -> Option<Self> {
        let text = match given {
            Given::Integer(bytes) => return usize::try_from(*bytes).ok().map(Self),
            _ => given.text()?.trim(),
        };
        let unit = UNITS.iter().find_map(|(unit, bytes)| {
            let number = text.strip_suffix(unit)?;
            Some((number.trim_end(), *bytes))
        });
        let (number, bytes) = unit.unwrap_or((text, 1));
        number.parse::<usize>().ok()?.checked_mul(bytes).map(Self)
    }

    fn write(&self) -> Option<String> {
        let whole = |(_, bytes): &&(&str, usize)| self.0 > 0 && self.0.is_multiple_of(*bytes);
        Some(match UNITS.iter().find(whole) {
            Some((unit, bytes)) => quoted(&format!("{} {unit}", self.0 / bytes)),
            None => self.0.to_string(),
        })
    }
}

/// Text that is not to be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text, for those who have to compare it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

impl Value for Secret {
    const EXPECTED: &'static str = "text that is not empty";

    fn read(given: &Given) -> Option<Self> {
        given
            .text()
            .filter(|text| !text.trim().is_empty())
            .map(Self::from)
    }

    fn write(&self) -> Option<String> {
        None
    }
}

impl<T: Value> Value for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    const IS_SWITCH: bool = T::IS_SWITCH;

    fn read(given: &Given) -> Option<Self> {
        T::read(given).map(Some)
    }

    fn write(&self) -> Option<String> {
        self.as_ref().and_then(T::write)
    }
}

/// Lists are of text. A flag or a variable separates with commas.
impl Value for Vec<String> {
    const EXPECTED: &'static str = "a list of texts; in a flag or a variable with commas between";

    fn read(given: &Given) -> Option<Self> {
        match given {
            Given::Text(text) => {
                let parts = text.split(',').map(str::trim);
                Some(
                    parts
                        .filter(|part| !part.is_empty())
                        .map(str::to_owned)
                        .collect(),
                )
            }
            Given::List(items) => items.iter().map(String::read).collect(),
            _ => None,
        }
    }

    fn write(&self) -> Option<String> {
        let items: Vec<String> = self.iter().map(|item| quoted(item)).collect();
        Some(format!("[{}]", items.join(", ")))
    }
}

/// Gives an enum of plain words as the kind of a setting's value.
macro_rules! words {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident expects $expected:literal {
            $($(#[doc = $doc:literal])+ $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl $crate::settings::Value for $name {
            const EXPECTED: &'static str = $expected;

            fn read(given: &$crate::settings::Given) -> Option<Self> {
                match given.text()? {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }

            fn write(&self) -> Option<String> {
                Some(match self {
                    $(Self::$variant => concat!('"', $word, '"'),)+
                }.to_owned())
            }
        }
    };
}

pub(crate) use words;

/// A text as a string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            letter if letter.is_control() => {
                quoted.push_str(&format!("\\u{:04X}", u32::from(letter)));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written<T: Value>(text: &str) -> Option<String> {
        T::read(&Given::Text(text.into())).and_then(|value| value.write())
    }

    #[test]
    fn words_are_read_and_written_as_toml() {
        let expected = [
            (written::<bool>("true"), "true"),
            (written::<usize>("12"), "12"),
            (
                written::<u64>("18446744073709551615"),
                "9223372036854775807",
            ),
            (written::<f64>("2"), "2.0"),
            (written::<Duration>("90s"), "\"1m 30s\""),
            (written::<Duration>("1m 30s"), "\"1m 30s\""),
            (written::<Duration>("250ms"), "\"250ms\""),
            (written::<Size>("1MiB"), "\"1 MiB\""),
            (written::<Size>("1048576"), "\"1 MiB\""),
            (written::<Size>("1000"), "1000"),
            (written::<Size>("0"), "0"),
            (written::<SocketAddr>("[::1]:80"), "\"[::1]:80\""),
            (written::<Vec<String>>("a, b,"), "[\"a\", \"b\"]"),
            (written::<String>("a\u{1}\n\\"), "\"a\\u0001\\n\\\\\""),
        ];
        for (found, expected) in expected {
            assert_eq!(found.as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(written::<bool>("yes"), None);
        assert_eq!(written::<usize>("-1"), None);
        assert_eq!(written::<Duration>("30"), None);
        assert_eq!(written::<Duration>("-30s"), None);
        assert_eq!(written::<Size>("1 MB"), None);
        assert_eq!(written::<Size>("99999999999 GiB"), None);
        assert_eq!(written::<f64>("NaN"), None);
        assert_eq!(written::<SocketAddr>("localhost:80"), None);
        // TOML has types, and they are kept.
        assert_eq!(usize::read(&Given::String("5".into())), None);
        assert_eq!(usize::read(&Given::Integer(-5)), None);
        assert_eq!(u32::read(&Given::Integer(1 << 40)), None);
        assert_eq!(bool::read(&Given::String("true".into())), None);
        assert_eq!(String::read(&Given::Integer(5)), None);
        assert_eq!(
            <Vec<String>>::read(&Given::List(vec![Given::Integer(5)])),
            None
        );
    }

    #[test]
    fn a_secret_is_not_shown() {
        let secret = Secret::from("abc");
        assert_eq!(secret.write(), None);
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(Secret::read(&Given::Text(" ".into())), None);
    }
}
