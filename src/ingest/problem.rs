//! What is wrong with an input, and where.

use std::fmt;

/// One mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Problem {
    /// The file, as it was named to the reader.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted in characters from 1.
    pub column: usize,
    /// What was found, what was expected, and what may have been meant.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            column,
            message,
        } = self;
        write!(formatter, "{file}:{line}:{column}: {message}")
    }
}

/// All mistakes of an input, one a line: `file:line:column: message`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// The problems by file, line and column, each once.
    #[must_use]
    pub fn new(mut problems: Vec<Problem>) -> Self {
        problems.sort();
        problems.dedup();
        Self(problems)
    }

    /// One problem alone.
    #[must_use]
    pub fn one(
        file: impl Into<String>,
        line: usize,
        column: usize,
        message: impl Into<String>,
    ) -> Self {
        Self(vec![Problem {
            file: file.into(),
            line,
            column,
            message: message.into(),
        }])
    }

    /// Passes the value on where there is no problem.
    ///
    /// # Errors
    /// When there is one.
    pub fn unless_any<T>(value: T, problems: Vec<Problem>) -> Result<T, Self> {
        if problems.is_empty() {
            Ok(value)
        } else {
            Err(Self::new(problems))
        }
    }

    /// The problems by file, line and column.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// The problems by file, line and column, to keep.
    #[must_use]
    pub fn into_vec(self) -> Vec<Problem> {
        self.0
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.0.iter().enumerate() {
            if place > 0 {
                formatter.write_str("\n")?;
            }
            problem.fmt(formatter)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// Names longer than this are shown shortened and get no suggestion.
const SHOWN: usize = 80;

/// The text in quotation marks, shortened where it is long.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}", format!("{}…", &text[..end])),
        None => format!("{text:?}"),
    }
}

/// `; did you mean "x"?` where a candidate is close to the name, else nothing.
pub(crate) fn suggestion<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    if name.len() > SHOWN {
        return String::new();
    }
    let near = (name.chars().count() / 3).max(1);
    let lower = name.to_lowercase();
    let best = candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= near && *candidate != name)
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|&(distance, _)| distance <= near)
        .min_by_key(|&(distance, _)| distance);
    best.map(|(_, candidate)| format!("; did you mean {candidate:?}?"))
        .unwrap_or_default()
}

/// The words as a list: `a, b or c`.
pub(super) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => (*only).into(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_sorted_and_told_once() {
        let problem = |line, message: &str| Problem {
            file: "a".into(),
            line,
            column: 2,
            message: message.into(),
        };
        let problems = Problems::new(vec![problem(10, "x"), problem(9, "y"), problem(10, "x")]);
        assert_eq!(problems.to_string(), "a:9:2: y\na:10:2: x");
    }

    #[test]
    fn suggestions_are_close() {
        assert_eq!(
            suggestion("nmae", ["text", "name"]),
            "; did you mean \"name\"?"
        );
        assert_eq!(
            suggestion("string", ["String"]),
            "; did you mean \"String\"?"
        );
        assert_eq!(suggestion("colour", ["text", "name"]), "");
        assert_eq!(suggestion("ab", ["xy"]), "");
    }
}
