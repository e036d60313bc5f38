//! Reading Rust, just well enough to tell code, strings, comments and tests from each other.

#[derive(Debug, PartialEq)]
pub(super) enum Kind {
    /// An identifier, a keyword or a number.
    Word(String),
    /// A line of a string's content.
    Text(String),
    Sign(char),
}

#[derive(Debug)]
pub(super) struct Token {
    pub(super) line: usize,
    /// Whether it belongs to an item with `#[cfg(test)]`.
    pub(super) is_test: bool,
    pub(super) kind: Kind,
}

pub(super) fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The tokens of a Rust file; comments are left out.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let mut push = |line, kind| {
            let is_test = false;
            tokens.push(Token {
                line,
                is_test,
                kind,
            });
        };
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            comment_length(rest)
        } else if let Some((open, hashes)) = string_start(rest) {
            let end = match hashes {
                None => plain_string_end(&rest[open..]),
                Some(hashes) => rest[open..].find(&format!("\"{}", "#".repeat(hashes))),
            };
            let end = open + end.unwrap_or(rest.len() - open);
            let content = &rest[open..end];
            let content = match hashes {
                None => without_escapes(content),
                Some(_) => content.to_owned(),
            };
            for (number, text) in content.split('\n').enumerate() {
                push(line + number, Kind::Text(text.to_owned()));
            }
            (end + 1 + hashes.unwrap_or(0)).min(rest.len())
        } else if c == '\'' {
            // A character, or else a lifetime, whose name is read as a word.
            let mut next = rest[1..].chars();
            match (next.next(), next.next()) {
                (Some('\\'), _) => 3 + rest[3..].find('\'').map_or(0, |end| end + 1),
                (Some(one), Some('\'')) => 2 + one.len_utf8(),
                _ => 1,
            }
        } else if is_word(c) {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            push(line, Kind::Word(rest[..end].to_owned()));
            end
        } else {
            if !c.is_whitespace() {
                push(line, Kind::Sign(c));
            }
            c.len_utf8()
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    mark_tests(&mut tokens);
    tokens
}

/// The lines of a file that is not Rust; a line beginning with `#` is a comment.
pub(super) fn plain_text(source: &str) -> Vec<Token> {
    let lines = source.lines().enumerate();
    let lines = lines.filter(|(_, text)| !text.trim_start().starts_with('#'));
    lines
        .map(|(index, text)| Token {
            line: index + 1,
            is_test: false,
            kind: Kind::Text(text.to_owned()),
        })
        .collect()
}

fn comment_length(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        let opens = rest[at..].starts_with("/*");
        if opens || rest[at..].starts_with("*/") {
            depth = if opens { depth + 1 } else { depth - 1 };
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// If a string begins here: where its content begins and, for a raw one, its number of `#`.
fn string_start(rest: &str) -> Option<(usize, Option<usize>)> {
    let prefixes = ["", "b", "c", "r", "br", "cr"];
    prefixes.iter().find_map(|prefix| {
        let after = rest.strip_prefix(prefix)?;
        let hashes = after.len() - after.trim_start_matches('#').len();
        let is_raw = prefix.ends_with('r');
        (after[hashes..].starts_with('"') && (is_raw || hashes == 0))
            .then(|| (prefix.len() + hashes + 1, is_raw.then_some(hashes)))
    })
}

fn plain_string_end(content: &str) -> Option<usize> {
    let mut is_escaped = false;
    content.char_indices().find_map(|(at, c)| {
        let ends = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        ends.then_some(at)
    })
}

/// The content with a blank for each escape, so that `\nName` holds the word `Name`.
fn without_escapes(content: &str) -> String {
    let mut text = String::new();
    let mut chars = content.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.next() == Some('\n') => text.push('\n'),
            '\\' => text.push(' '),
            c => text.push(c),
        }
    }
    text
}

const CFG_TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];

/// Marks what belongs to an item with `#[cfg(test)]`.
fn mark_tests(tokens: &mut [Token]) {
    let mut at = 0;
    while at < tokens.len() {
        let is_start = CFG_TEST.iter().enumerate().all(|(offset, wanted)| {
            tokens
                .get(at + offset)
                .is_some_and(|token| match &token.kind {
                    Kind::Word(word) => word == wanted,
                    Kind::Sign(sign) => wanted.starts_with(*sign),
                    Kind::Text(_) => false,
                })
        });
        if !is_start {
            at += 1;
            continue;
        }
        // To the `;` or the closing brace of the item. What lies within brackets is deeper.
        let mut depth = 0;
        for token in &mut tokens[at..] {
            token.is_test = true;
            at += 1;
            match token.kind {
                Kind::Sign('(' | '[' | '{') => depth += 1,
                Kind::Sign(')' | ']') => depth -= 1,
                Kind::Sign('}') => {
                    depth -= 1;
                    if depth <= 0 {
                        break;
                    }
                }
                Kind::Sign(';') if depth == 0 => break,
                _ => {}
            }
        }
    }
}
