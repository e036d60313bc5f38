//! Plans: compiled operations.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use serde_json::Value;

use crate::api::access::Restricted;
use crate::api::bind::Bound;
use crate::api::introspection::Asked;
use crate::api::meaning::Meaning;

/// A compiled operation: what to write, in order.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) root: Arc<Selection>,
    /// The arguments of its fields, by slot.
    pub(crate) arguments: Vec<Arguments>,
    /// The fields that not everybody may use.
    pub(crate) restricted: Vec<Restricted>,
    /// What is asked of the schema itself, by slot.
    pub(crate) introspections: Vec<Asked>,
    /// The arguments of that, by slot: their names and values.
    pub(crate) introspected: Vec<(String, Given)>,
    /// How large its last answer was: the next one will be about as large.
    pub(crate) size: AtomicUsize,
}

/// What to write of an object: by its type, where that is not known beforehand.
#[derive(Debug)]
pub(crate) enum Selection {
    /// Of one type.
    Object(Vec<Step>),
    /// Of an entity, by the place of its type.
    Entities(Vec<Arc<Selection>>),
    /// Of a relationship, by the place of its type.
    Relationships(Vec<Arc<Selection>>),
}

/// One field of an answer.
#[derive(Debug)]
pub(crate) struct Step {
    /// The response key as JSON with its colon, and what stands before it: a brace or a comma.
    pub(crate) key: Box<[u8]>,
    pub(crate) action: Action,
}

impl Step {
    /// The response key.
    pub(crate) fn name(&self) -> String {
        let key = self.key.get(1..).unwrap_or_default();
        let key = key.strip_suffix(b":").unwrap_or(key);
        serde_json::from_slice(key).unwrap_or_default()
    }
}

/// How to write it.
#[derive(Debug)]
pub(crate) enum Action {
    /// Always the same: `__typename`.
    Constant(Box<[u8]>),
    /// What is asked of the schema itself, by its slot.
    Introspection(usize),
    /// What the graph says.
    Field(Field),
}

/// A field to be read from the graph.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) meaning: Meaning,
    /// What to write of the object that it leads to.
    pub(crate) selection: Option<Arc<Selection>>,
    /// The slot of its arguments.
    pub(crate) arguments: Option<usize>,
}

/// The arguments of one field.
#[derive(Debug)]
pub(crate) struct Arguments {
    /// The field's type and name, by which they are read.
    pub(crate) owner: String,
    pub(crate) field: String,
    pub(crate) meaning: Meaning,
    /// Its place in the answer, by response keys.
    pub(crate) path: Vec<String>,
    /// The values as written, variables left open.
    pub(crate) values: Vec<(String, Given)>,
    /// What they come to, if no variable is among them.
    pub(crate) constant: Option<Arc<Bound>>,
}

/// An argument's value as written.
#[derive(Debug, Clone)]
pub(crate) enum Given {
    Constant(Value),
    Variable(String),
    List(Vec<Given>),
    Object(Vec<(String, Given)>),
}

impl Given {
    /// Whether it holds a variable.
    pub(crate) fn is_open(&self) -> bool {
        match self {
            Self::Constant(_) => false,
            Self::Variable(_) => true,
            Self::List(items) => items.iter().any(Self::is_open),
            Self::Object(fields) => fields.iter().any(|(_, value)| value.is_open()),
        }
    }

    /// The value with the variables put in; `None` for a variable that was not given.
    pub(crate) fn value(&self, variables: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
        match self {
            Self::Constant(value) => Some(value.clone()),
            Self::Variable(name) => variables(name),
            // In a list an absent variable is null, in an object it is absent.
            Self::List(items) => Some(
                items
                    .iter()
                    .map(|item| item.value(variables).unwrap_or(Value::Null))
                    .collect(),
            ),
            Self::Object(fields) => Some(Value::Object(
                fields
                    .iter()
                    .filter_map(|(name, value)| Some((name.clone(), value.value(variables)?)))
                    .collect(),
            )),
        }
    }
}

impl Step {
    /// The field that it reads, unless it is always the same.
    pub(crate) fn field(&self) -> Option<&Field> {
        match &self.action {
            Action::Field(field) => Some(field),
            Action::Constant(_) | Action::Introspection(_) => None,
        }
    }
}

impl Selection {
    /// The steps for an object of the only possible type.
    pub(crate) fn steps(&self) -> &[Step] {
        match self {
            Self::Object(steps) => steps,
            Self::Entities(_) | Self::Relationships(_) => &[],
        }
    }

    /// The selection for a type by its place, where there are several.
    pub(crate) fn of(&self, place: usize) -> &[Step] {
        match self {
            Self::Object(steps) => steps,
            Self::Entities(types) | Self::Relationships(types) => types[place].steps(),
        }
    }
}
