//! What can be configured, said once: a section of settings is a struct whose fields have their words and defaults.
//!
//! A layer declares its own section with `settings!`. The command line, the environment, `onrecord.toml` and what
//! `onrecord config` prints all follow from the declaration, so that a new setting is one field:
//!
//! ```text
//! settings! {
//!     /// What a request may cost.
//!     section "limits";
//!     pub struct Limits {
//!         /// Tokens of a document
//!         pub tokens: usize = 10_000;
//!     }
//! }
//! ```
//!
//! is `tokens` in `[limits]` of the file, `--limits-tokens` and `ONRECORD_LIMITS_TOKENS`. With `#[flag("tokens")]` between
//! the words and the field it would be `--tokens` and `ONRECORD_TOKENS`. `= 10_000, in production 5_000;` gives another
//! default under `--production`; `, at least 1` refuses what is less.

mod value;

pub(crate) use value::words;
pub use value::{Given, Secret, Size, Value};

/// One setting, without its value.
#[derive(Debug)]
pub struct Key {
    /// The field.
    pub(crate) field: &'static str,
    /// Its flag, where that is not made of the section and the field.
    pub(crate) own_flag: Option<&'static str>,
    /// What it is for: one sentence or more.
    pub(crate) about: &'static str,
    /// What values it takes.
    pub(crate) expected: &'static str,
    /// Whether the flag alone, without a value, switches it on.
    pub(crate) is_switch: bool,
}

impl Key {
    /// Its name in a section of the file, such as `body-limit`.
    pub(crate) fn name(&self) -> String {
        self.field.replace('_', "-")
    }

    /// Its flag without the dashes before it.
    pub(crate) fn flag(&self, section: &str) -> String {
        self.own_flag
            .map_or_else(|| format!("{section}-{}", self.name()), str::to_owned)
    }

    /// Its variable in the environment.
    pub(crate) fn variable(&self, section: &str) -> String {
        let flag = self.flag(section);
        format!("ONRECORD_{}", flag.replace('-', "_").to_uppercase())
    }
}

/// A section of settings: what `settings!` makes of a struct.
pub trait Section: std::fmt::Debug {
    /// Its name in the file.
    fn name(&self) -> &'static str;
    /// What its settings are about.
    fn about(&self) -> &'static str;
    /// Its settings.
    fn keys(&self) -> &'static [Key];
    /// The value of a setting as TOML; `None` where it is not set, or not to be shown.
    fn write(&self, key: usize) -> Option<String>;
    /// Sets a setting, unless the value does not fit; then nothing is changed.
    fn read(&mut self, key: usize, given: &Given) -> Result<(), Unfit>;
    /// The least value of a setting, where not all do that its kind lets be.
    fn least(&self, key: usize) -> Option<String>;
    /// Takes the defaults of production; tells which settings that changed.
    fn harden(&mut self) -> Vec<usize>;
}

/// The value does not fit the setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfit;

/// Declares a section of settings.
macro_rules! settings {
    (
        $(#[doc = $about:literal])+
        section $section:literal;
        $vis:vis struct $name:ident {
            $(
                $(#[doc = $doc:literal])+
                $(#[flag($flag:literal)])?
                pub $field:ident: $kind:ty = $default:expr
                    $(, in production $hardened:expr)? $(, at least $least:expr)?;
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq)]
        $vis struct $name {
            $($(#[doc = $doc])+ pub $field: $kind,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        impl $crate::settings::Section for $name {
            fn name(&self) -> &'static str {
                $section
            }

            fn about(&self) -> &'static str {
                concat!($($about),+).trim_ascii()
            }

            fn keys(&self) -> &'static [$crate::settings::Key] {
                const KEYS: &[$crate::settings::Key] = &[$($crate::settings::Key {
                    field: stringify!($field),
                    own_flag: settings!(@first $(Some($flag),)? None),
                    about: concat!($($doc),+).trim_ascii(),
                    expected: <$kind as $crate::settings::Value>::EXPECTED,
                    is_switch: <$kind as $crate::settings::Value>::IS_SWITCH,
                }),+];
                KEYS
            }

            fn write(&self, key: usize) -> Option<String> {
                match self.keys().get(key)?.field {
                    $(stringify!($field) => $crate::settings::Value::write(&self.$field),)+
                    _ => None,
                }
            }

            fn read(
                &mut self,
                key: usize,
                given: &$crate::settings::Given,
            ) -> Result<(), $crate::settings::Unfit> {
                use $crate::settings::{Unfit, Value};
                match self.keys().get(key).ok_or(Unfit)?.field {
                    $(stringify!($field) => {
                        let value = <$kind>::read(given).ok_or(Unfit)?;
                        $(if value < $least {
                            return Err(Unfit);
                        })?
                        self.$field = value;
                    })+
                    _ => return Err(Unfit),
                }
                Ok(())
            }

            fn least(&self, key: usize) -> Option<String> {
                match self.keys().get(key)?.field {
                    $($(stringify!($field) => {
                        let least: $kind = $least;
                        $crate::settings::Value::write(&least)
                    })?)+
                    _ => None,
                }
            }

            fn harden(&mut self) -> Vec<usize> {
                let changed: &[&str] = &[$($({
                    self.$field = $hardened;
                    stringify!($field)
                },)?)+];
                let places = self.keys().iter().enumerate();
                places.filter(|(_, key)| changed.contains(&key.field)).map(|(place, _)| place).collect()
            }
        }
    };
    (@first $first:expr $(, $rest:expr)*) => { $first };
}

pub(crate) use settings;

#[cfg(test)]
mod tests {
    use super::*;

    settings! {
        /// For tests,
        /// in two lines.
        section "made-up";
        struct MadeUp {
            /// How many
            /// there are
            pub how_many: usize = 3, in production 4, at least 2;
            /// Where
            #[flag("where")]
            pub place: Option<String> = None;
        }
    }

    #[test]
    fn a_section_knows_its_words_and_values() {
        let mut section = MadeUp::default();
        assert_eq!(section.about(), "For tests, in two lines.");
        let [many, place] = section.keys() else {
            panic!("two keys")
        };
        assert_eq!(many.about, "How many there are");
        assert_eq!(many.name(), "how-many");
        assert_eq!(many.flag("made-up"), "made-up-how-many");
        assert_eq!(many.variable("made-up"), "ONRECORD_MADE_UP_HOW_MANY");
        assert_eq!(place.flag("made-up"), "where");
        assert_eq!(place.variable("made-up"), "ONRECORD_WHERE");

        assert_eq!(section.write(0).as_deref(), Some("3"));
        assert_eq!(section.write(1), None);
        assert_eq!(section.read(0, &Given::Text("x".into())), Err(Unfit));
        section.read(0, &Given::Text("7".into())).unwrap();
        section.read(1, &Given::String("a \"b\"".into())).unwrap();
        assert_eq!(section.how_many, 7);
        assert_eq!(section.write(1).as_deref(), Some(r#""a \"b\"""#));
        assert_eq!(section.harden(), [0]);
        assert_eq!(section.how_many, 4);
        assert_eq!(section.read(2, &Given::Text("7".into())), Err(Unfit));
        assert_eq!(section.read(0, &Given::Text("1".into())), Err(Unfit));
        assert_eq!(section.least(0).as_deref(), Some("2"));
        assert_eq!(section.least(1), None);
    }
}
