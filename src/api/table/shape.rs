//! Which list of an operation is the table, and what its items hold.

use std::collections::HashMap;
use std::rc::Rc;

use crate::api::cost::is_connection;
use crate::api::meaning::{
    ClaimField, ConnectionField, EdgeField, EntityField, EvidenceField, Meaning, PageInfoField,
    RelationshipField,
};
use crate::api::plan::{Action, Plan, Selection, Step};
use crate::api::table::columns::Columns;

/// A field of an answer, whatever the type of the object.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) key: String,
    /// `None` for the type's name and for introspection.
    pub(super) meaning: Option<Meaning>,
    /// The fields of what it leads to; none for a value.
    pub(super) fields: Rc<Vec<Node>>,
}

impl Node {
    /// Whether it only leads to what is shown: its key says nothing.
    pub(super) fn is_a_step(&self) -> bool {
        matches!(
            self.meaning,
            Some(
                Meaning::Connection(ConnectionField::Edges | ConnectionField::Nodes)
                    | Meaning::Edge(EdgeField::Node)
            )
        )
    }

    pub(super) fn is_evidence(&self) -> bool {
        matches!(
            self.meaning,
            Some(
                Meaning::Entity(EntityField::Evidence)
                    | Meaning::Edge(EdgeField::Evidence)
                    | Meaning::Claim(ClaimField::Evidence)
                    | Meaning::Relationship(RelationshipField::Evidence)
            )
        )
    }

    pub(super) fn is_source(&self) -> bool {
        self.meaning == Some(Meaning::Evidence(EvidenceField::Source))
    }

    pub(super) fn is_id(&self) -> bool {
        matches!(
            self.meaning,
            Some(Meaning::Entity(EntityField::Id | EntityField::EntityId))
        )
    }

    pub(super) fn is_name(&self) -> bool {
        matches!(self.meaning, Some(Meaning::Entity(EntityField::Name(_))))
    }

    fn connection_field(&self) -> Option<ConnectionField> {
        match self.meaning? {
            Meaning::Connection(field) => Some(field),
            _ => None,
        }
    }
}

/// How an answer becomes a table.
#[derive(Debug)]
pub(crate) struct Shape {
    /// What the list is called.
    pub(super) name: String,
    /// The keys that lead to the list.
    pub(super) path: Vec<String>,
    /// The key of its items.
    pub(super) rows: String,
    /// The key of `totalCount`; those of two fields of `pageInfo`.
    pub(super) total: Option<String>,
    pub(super) has_next: Option<(String, String)>,
    pub(super) end_cursor: Option<(String, String)>,
    pub(super) columns: Columns,
}

impl Shape {
    /// Finds the one list of a plan.
    ///
    /// # Errors
    /// What was found instead.
    pub(super) fn of(plan: &Plan) -> Result<Self, String> {
        let mut reader = Reader::default();
        let mut fields = reader.fields(&plan.root);
        let mut path = Vec::new();
        loop {
            let [field] = fields.as_slice() else {
                let keys: Vec<_> = fields.iter().map(|field| field.key.as_str()).collect();
                return Err(format!(
                    "a table is made of one list, found {} fields beside each other: {}",
                    keys.len(),
                    keys.join(", ")
                ));
            };
            path.push(field.key.clone());
            if field.meaning.is_some_and(is_connection) {
                return Self::listed(field, path);
            }
            if field.fields.is_empty() || field.meaning.is_some_and(is_many) {
                return Err(format!(
                    "a table has a row for each item of one list in pages, such as commitments {{ nodes {{ … }} }}: {} is no such list",
                    path.join(".")
                ));
            }
            fields = Rc::clone(&field.fields);
        }
    }

    fn listed(list: &Node, path: Vec<String>) -> Result<Self, String> {
        let mut shape = Self {
            name: list.key.clone(),
            path,
            rows: String::new(),
            total: None,
            has_next: None,
            end_cursor: None,
            columns: Columns::default(),
        };
        for field in list.fields.iter() {
            let key = field.key.clone();
            match field.connection_field() {
                Some(ConnectionField::Edges | ConnectionField::Nodes) if shape.rows.is_empty() => {
                    shape.columns = Columns::of(field);
                    shape.rows = key;
                }
                Some(ConnectionField::TotalCount) => shape.total = Some(key),
                Some(ConnectionField::PageInfo) => {
                    for part in field.fields.iter() {
                        let under = || Some((field.key.clone(), part.key.clone()));
                        match part.meaning {
                            Some(Meaning::PageInfo(PageInfoField::HasNextPage)) => {
                                shape.has_next = under();
                            }
                            Some(Meaning::PageInfo(PageInfoField::EndCursor)) => {
                                shape.end_cursor = under();
                            }
                            _ => {}
                        }
                    }
                }
                _ => {
                    return Err(format!(
                        "a table holds the items of {}, once: {key} has no place in it",
                        shape.name
                    ));
                }
            }
        }
        if shape.rows.is_empty() {
            return Err(format!(
                "{} asks for no items: expected nodes or edges",
                shape.name
            ));
        }
        Ok(shape)
    }
}

/// Whether a field answers a plain list of objects, of which each could hold a list of its own.
fn is_many(meaning: Meaning) -> bool {
    use crate::api::meaning::RootField;
    matches!(meaning, Meaning::Root(RootField::Nodes | RootField::Paths))
}

/// Reads selections; those that several types share are read once.
#[derive(Default)]
struct Reader {
    known: HashMap<*const Selection, Rc<Vec<Node>>>,
}

impl Reader {
    fn fields(&mut self, selection: &Selection) -> Rc<Vec<Node>> {
        let key = std::ptr::from_ref(selection);
        if let Some(known) = self.known.get(&key) {
            return Rc::clone(known);
        }
        let mut fields = Vec::new();
        match selection {
            Selection::Object(steps) => {
                for step in steps {
                    let node = self.node(step);
                    add(&mut fields, node);
                }
            }
            Selection::Entities(types) | Selection::Relationships(types) => {
                for one in types {
                    for node in self.fields(one).iter() {
                        add(&mut fields, node.clone());
                    }
                }
            }
        }
        let fields = Rc::new(fields);
        self.known.insert(key, Rc::clone(&fields));
        fields
    }

    fn node(&mut self, step: &Step) -> Node {
        let (meaning, fields) = match &step.action {
            Action::Constant(_) | Action::Introspection(_) => (None, Rc::default()),
            Action::Field(field) => {
                let selection = field.selection.as_deref();
                let fields = selection.map_or_else(Rc::default, |below| self.fields(below));
                (Some(field.meaning), fields)
            }
        };
        Node {
            key: step.name(),
            meaning,
            fields,
        }
    }
}

/// Adds a field; one that another type has under the same key, too, is one with it.
fn add(fields: &mut Vec<Node>, node: Node) {
    match fields.iter_mut().find(|known| known.key == node.key) {
        Some(known) if !Rc::ptr_eq(&known.fields, &node.fields) => {
            let mut joined = known.fields.to_vec();
            for field in node.fields.iter() {
                add(&mut joined, field.clone());
            }
            known.fields = Rc::new(joined);
        }
        Some(_) => {}
        None => fields.push(node),
    }
}
