//! Texts without case, accents and scripts, for comparing.

/// The text in lower-case ASCII letters as far as that goes: `Darién` gives `darien`.
#[must_use]
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    any_ascii::any_ascii(text).to_ascii_lowercase()
}
