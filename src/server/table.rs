//! Tables as CSV, the way that spreadsheets read them.

use std::borrow::Cow;

use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use crate::api::{Cell, Table};

use super::media::Format;

/// How many items the list has in all, where the operation asks for `totalCount`.
const TOTAL: HeaderName = HeaderName::from_static("onrecord-total-count");
/// Whether more follow, and after which cursor, where the operation asks for them in `pageInfo`.
const HAS_NEXT: HeaderName = HeaderName::from_static("onrecord-has-next-page");
const END_CURSOR: HeaderName = HeaderName::from_static("onrecord-end-cursor");

/// The hash of the answer's citation, where that is asked for.
const CITATION: HeaderName = HeaderName::from_static("onrecord-citation");

/// A table as CSV: lines end as RFC 4180 says, the first one has the names.
///
/// # Errors
/// When it cannot be written, which does not happen in memory.
pub(crate) fn csv(table: &Table) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(&table.header)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(|cell| written(cell).into_owned()))?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

/// A text that a spreadsheet would take for a formula begins with an apostrophe, which it shows as none.
fn written(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Empty => Cow::Borrowed(""),
        Cell::Plain(text) => Cow::Borrowed(text),
        Cell::Text(text)
            if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number(text) =>
        {
            Cow::Owned(format!("'{text}"))
        }
        Cell::Text(text) => Cow::Borrowed(text),
    }
}

/// Whether a text is nothing but a number: large ones are written as texts.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A table as the body of an answer.
pub(super) fn response(table: &Table) -> Result<Response, csv::Error> {
    let mut response = csv(table)?.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, Format::Csv.content_type());
    // The name is a key of the operation: letters, digits and underscores.
    let disposition = format!("attachment; filename=\"{}.csv\"", table.name);
    put(headers, CONTENT_DISPOSITION, &disposition);
    if let Some(total) = table.total {
        put(headers, TOTAL, &total.to_string());
    }
    if let Some(has_next) = table.has_next {
        put(headers, HAS_NEXT, &has_next.to_string());
    }
    if let Some(hash) = &table.citation {
        put(headers, CITATION, hash);
    }
    if let Some(cursor) = &table.end_cursor {
        put(headers, END_CURSOR, cursor);
    }
    Ok(response)
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(cell: Cell) -> String {
        let table = Table {
            name: "list".into(),
            header: vec!["a".into(), "b".into()],
            rows: vec![vec![cell, Cell::Plain("-1".into())]],
            total: None,
            has_next: None,
            end_cursor: None,
            citation: None,
        };
        String::from_utf8(csv(&table).unwrap()).unwrap()
    }

    #[test]
    fn texts_are_never_formulas() {
        let text = |text: &str| one(Cell::Text(text.into()));
        for start in ["=", "+", "-", "@", "\t"] {
            let formula = format!("{start}cmd|' /C calc'!A0");
            assert_eq!(text(&formula), format!("a,b\r\n'{formula},-1\r\n"));
        }
        assert_eq!(text("\r=1"), "a,b\r\n\"'\r=1\",-1\r\n");
        // A large number is written as a text, and is no formula.
        assert_eq!(
            text("-9223372036854775808"),
            "a,b\r\n-9223372036854775808,-1\r\n"
        );
        assert_eq!(text("-"), "a,b\r\n'-,-1\r\n");
        assert_eq!(text("a=b"), "a,b\r\na=b,-1\r\n");
    }

    #[test]
    fn commas_quotes_and_lines_are_quoted() {
        let text = |text: &str| one(Cell::Text(text.into()));
        assert_eq!(
            text("Darién, \"the gap\"\nis wide"),
            "a,b\r\n\"Darién, \"\"the gap\"\"\nis wide\",-1\r\n"
        );
        assert_eq!(one(Cell::Empty), "a,b\r\n,-1\r\n");
    }
}
