//! Cursors: the place of an item in an order, marked with the list that it belongs to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::graph::order::SortKey;

/// A cursor, read.
#[derive(Debug, Clone)]
pub(crate) struct Cursor {
    pub(crate) keys: Vec<SortKey>,
    /// The view in which it was given.
    pub(crate) view: String,
    /// The id of the entity whose list it is; empty at the root.
    pub(crate) of: String,
    /// The id of the item, which settles ties.
    pub(crate) id: String,
}

/// The mark of a list: what makes its order.
pub(crate) fn mark(parts: &[&str]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let digest = hasher.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest.as_bytes()[..8]);
    u64::from_le_bytes(first)
}

impl Cursor {
    /// Writes a cursor.
    pub(crate) fn write(mark: u64, view: &str, of: &str, keys: &[SortKey], id: &str) -> String {
        let keys: Vec<Value> = keys
            .iter()
            .map(|key| match key {
                SortKey::Whole(number) => json!(number),
                // Always with a point, by which it is told from a whole one.
                SortKey::Number(number) => json!(number),
                SortKey::Text(_, raw) => json!(raw),
                SortKey::Days(earliest, latest) => json!([earliest, latest]),
                SortKey::Missing => Value::Null,
            })
            .collect();
        URL_SAFE_NO_PAD.encode(json!([format!("{mark:016x}"), view, of, id, keys]).to_string())
    }

    /// Reads the cursor of a list.
    ///
    /// # Errors
    /// When it is none, or another list's.
    pub(crate) fn read(text: &str, mark: u64, argument: &str) -> Result<Self, String> {
        let unreadable = || {
            format!(
                "{argument} is no cursor: expected one that this list gave as cursor, startCursor or endCursor"
            )
        };
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| unreadable())?;
        let value: Value = serde_json::from_slice(&bytes).map_err(|_| unreadable())?;
        let (Some(found), Some(view), Some(of), Some(id), Some(keys)) = (
            value[0].as_str(),
            value[1].as_str(),
            value[2].as_str(),
            value[3].as_str(),
            value[4].as_array(),
        ) else {
            return Err(unreadable());
        };
        if found != format!("{mark:016x}") {
            return Err(format!(
                "{argument} is the cursor of another list, or of this one with another where or orderBy: expected one that this list gave"
            ));
        }
        let key = |value: &Value| match value {
            Value::Number(number) => match number.as_i64() {
                Some(whole) => Some(SortKey::Whole(whole)),
                None => number.as_f64().map(SortKey::Number),
            },
            Value::String(text) => Some(SortKey::text(text)),
            Value::Array(days) => {
                let day = |place: usize| i32::try_from(days.get(place)?.as_i64()?).ok();
                Some(SortKey::Days(day(0)?, day(1)?))
            }
            Value::Null => Some(SortKey::Missing),
            _ => None,
        };
        let keys = keys
            .iter()
            .map(key)
            .collect::<Option<_>>()
            .ok_or_else(unreadable)?;
        Ok(Self {
            keys,
            view: view.to_owned(),
            of: of.to_owned(),
            id: id.to_owned(),
        })
    }
}
