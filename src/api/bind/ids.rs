//! Ids as they are asked for, and lists that choose.

use super::{LARGEST_PAGE, Values};
use crate::api::limits::over;
use crate::graph::view::{Clocks, View};

/// An id as it is asked for: the plain one, and the view that it carries.
#[derive(Debug)]
pub(crate) struct Viewed {
    pub(crate) plain: String,
    clocks: Option<Clocks>,
}

impl Viewed {
    /// Reads the argument that holds an id.
    pub(super) fn of(values: &Values, name: &str) -> Result<Self, String> {
        Self::read(&values.text(name).unwrap_or_default(), name)
    }

    /// Reads the argument that holds ids.
    pub(super) fn all(values: &Values, name: &str) -> Result<Vec<Self>, String> {
        let ids = ids(values, name)?;
        ids.iter().map(|id| Self::read(id, name)).collect()
    }

    /// Reads an id that stands in an argument, or at a place within one.
    pub(crate) fn read(id: &str, name: &str) -> Result<Self, String> {
        let Some((plain, suffix)) = id.split_once('@') else {
            return Ok(Self {
                plain: id.to_owned(),
                clocks: None,
            });
        };
        let clocks = suffix.parse().map_err(|error| {
            format!("{name} is {id:?}, and what follows the @ is no view: {error}")
        })?;
        Ok(Self {
            plain: plain.to_owned(),
            clocks: Some(clocks),
        })
    }

    /// The view to see it in: its own, else the one in which it is asked for.
    pub(crate) fn view(&self, asked_in: &View) -> View {
        match &self.clocks {
            Some(clocks) => asked_in.at(clocks.clone()),
            None => asked_in.clone(),
        }
    }
}

/// A list of ids; a single one stands for a list of one.
pub(super) fn ids(values: &Values, name: &str) -> Result<Vec<String>, String> {
    let ids = values.texts(name).unwrap_or_default();
    over("ids", ids.len() as u64, LARGEST_PAGE as u64).map_err(|_| {
        format!(
            "{name} has {} ids: at most {LARGEST_PAGE} are allowed",
            ids.len()
        )
    })?;
    Ok(ids)
}

/// Ids of which there must be one at least.
pub(super) fn some_ids(values: &Values, name: &str) -> Result<Vec<String>, String> {
    let ids = ids(values, name)?;
    if ids.is_empty() {
        return Err(format!("{name} is empty: expected the id of an entity"));
    }
    Ok(ids)
}

/// Ids that need not be given; an empty list of them chooses nothing.
pub(super) fn optional_ids(values: &Values, name: &str) -> Result<Option<Vec<String>>, String> {
    values.get(name).map(|_| some_ids(values, name)).transpose()
}

/// The names that a list chooses, which need not be given; an empty list chooses nothing.
pub(super) fn chosen(values: &Values, name: &str) -> Result<Option<Vec<String>>, String> {
    match values.texts(name) {
        Some(names) if names.is_empty() => Err(format!(
            "{name} is empty: expected one at least, or no {name} for all"
        )),
        names => Ok(names),
    }
}
