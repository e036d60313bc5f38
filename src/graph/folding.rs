//! Texts without case, accents and scripts, for comparing.

use std::borrow::Cow;

/// The text in lower-case ASCII letters as far as that goes: `Darién` gives `darien`.
#[must_use]
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() {
        return Cow::Owned(any_ascii::any_ascii(text).to_ascii_lowercase());
    }
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    Cow::Borrowed(text)
}

/// A letter of a pattern as it is in a folded text: what a letter turns into is never taken for a sign of the pattern.
pub(crate) fn fold_pattern(pattern: &str) -> String {
    let mut folded = String::with_capacity(pattern.len());
    for letter in pattern.chars() {
        if letter.is_ascii() {
            folded.push(letter);
        } else {
            folded.push_str(&regex::escape(any_ascii::any_ascii_char(letter)));
        }
    }
    folded
}
