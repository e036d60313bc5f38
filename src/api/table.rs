//! Answers as tables: the one list that an operation asks for, a row each item.
//!
//! The answer is the one that JSON would be; here its fields become columns. A column is named by its keys with
//! dots between them, without `nodes`, `edges` and `node`. Several values in one cell stand with `; ` between
//! them. Each piece of evidence has columns of its own at the end, numbered as footnotes are.

mod columns;
mod shape;

use serde_json::Value;

use crate::api::error::{Code, RequestError};
use crate::api::plan::Plan;

pub(crate) use shape::Shape;

/// What stands between several values in one cell.
const SEPARATOR: &str = "; ";

/// The most cells that a table may have.
const MOST_CELLS: usize = 5_000_000;

/// An answer as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What the list is called in the operation.
    pub name: String,
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
    /// How many items there are in all, if that was asked.
    pub total: Option<u64>,
    /// Whether more follow, if that was asked.
    pub has_next: Option<bool>,
    /// The cursor of the last row, if that was asked.
    pub end_cursor: Option<String>,
    /// The hash of the answer's citation, if that was asked.
    pub citation: Option<String>,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A text, which may begin with anything.
    Text(String),
    /// A number, or yes or no.
    Plain(String),
    /// Nothing.
    Empty,
}

/// The table that a plan's answer makes.
///
/// # Errors
/// When the answer holds more or less than one list, or is too large for a table.
pub(crate) fn shape(plan: &Plan) -> Result<Shape, RequestError> {
    Shape::of(plan).map_err(|message| RequestError::new(Code::BadUserInput, message))
}

impl Shape {
    /// The table of an answer's data.
    ///
    /// # Errors
    /// When it has more cells than a table may have.
    pub(crate) fn table(&self, data: &Value) -> Result<Table, RequestError> {
        let list = self
            .path
            .iter()
            .try_fold(data, |value, key| value.get(key))
            .unwrap_or(&Value::Null);
        let rows = list.get(&self.rows).and_then(Value::as_array);
        let rows: &[Value] = rows.map_or(&[], Vec::as_slice);
        let notes = self.columns.footnotes(rows);
        let header = self.columns.names(&notes);
        let cells = header.len().saturating_mul(rows.len());
        if cells > MOST_CELLS {
            let message = format!(
                "the table has {cells} cells, at most {MOST_CELLS} are written: ask for fewer rows, or for less evidence with `first`"
            );
            return Err(RequestError::new(Code::BudgetExceeded, message));
        }
        let under = |(first, second): &(String, String)| list.get(first)?.get(second);
        Ok(Table {
            citation: None,
            name: self.name.clone(),
            rows: rows
                .iter()
                .map(|row| self.columns.cells(row, &notes))
                .collect(),
            header,
            total: self.total.as_ref().and_then(|key| list.get(key)?.as_u64()),
            has_next: self
                .has_next
                .as_ref()
                .and_then(under)
                .and_then(Value::as_bool),
            end_cursor: self
                .end_cursor
                .as_ref()
                .and_then(under)
                .and_then(|cursor| Some(cursor.as_str()?.to_owned())),
        })
    }
}
