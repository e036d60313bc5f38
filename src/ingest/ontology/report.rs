//! Parses SDL and gathers what is wrong with it.

use std::cell::RefCell;
use std::sync::Arc;

use apollo_compiler::ast::Document;
use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::parser::{Parser, SourceMap, SourceSpan};

use crate::ingest::problem::{Problem, Problems};

use super::MOST_TOKENS;

/// The problems so far, and the texts that their places refer to.
pub(super) struct Report {
    sources: RefCell<SourceMap>,
    problems: RefCell<Vec<Problem>>,
}

/// The first character of something in the SDL.
pub(super) type At = Option<SourceSpan>;

impl Report {
    pub(super) fn new() -> Self {
        Self {
            sources: RefCell::default(),
            problems: RefCell::default(),
        }
    }

    /// Parses a text, or reports all its mistakes of syntax.
    pub(super) fn parse(&self, text: &str, file: &str) -> Option<Document> {
        let mut parser = Parser::new().token_limit(MOST_TOKENS).recursion_limit(64);
        let (document, errors) = match parser.parse_ast(text, file) {
            Ok(document) => (document, None),
            Err(broken) => (broken.partial, Some(broken.errors)),
        };
        let sources = Arc::clone(&document.sources);
        Arc::make_mut(&mut *self.sources.borrow_mut())
            .extend(sources.iter().map(|(id, source)| (*id, Arc::clone(source))));
        let Some(errors) = errors else {
            return Some(document);
        };
        for error in errors.iter() {
            let at = error.error.location();
            let message = error.error.to_string().trim_end_matches('.').to_owned();
            match self.place(at) {
                Some(_) => self.problem(at, message),
                // The end of the text, or past it.
                None => {
                    let (line, column) = end_of(text);
                    self.problems.borrow_mut().push(Problem {
                        file: file.into(),
                        line,
                        column,
                        message,
                    });
                }
            }
        }
        None
    }

    /// Reports a problem.
    pub(super) fn problem(&self, at: At, message: impl Into<String>) {
        let (file, line, column) = self.place(at).unwrap_or_default();
        self.problems.borrow_mut().push(Problem {
            file,
            line,
            column,
            message: message.into(),
        });
    }

    /// `line:column` of something, for the middle of a message.
    pub(super) fn line_column(&self, at: At) -> String {
        self.place(at)
            .map_or_else(String::new, |(_, line, column)| format!("{line}:{column}"))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    pub(super) fn into_problems(self) -> Problems {
        Problems::new(self.problems.into_inner())
    }

    fn place(&self, at: At) -> Option<(String, usize, usize)> {
        let at = at?;
        let sources = self.sources.borrow();
        let file = sources
            .get(&at.file_id())?
            .path()
            .to_string_lossy()
            .into_owned();
        let place = at.line_column(&sources)?;
        Some((file, place.line, place.column))
    }
}

/// Line and column just past the last character.
fn end_of(text: &str) -> (usize, usize) {
    let line = text.matches('\n').count() + 1;
    let last = text.rsplit('\n').next().unwrap_or_default();
    (line, last.chars().count() + 1)
}
