//! From a validated operation to a plan.
//!
//! Fields are collected and merged as the specification says, once for each object type that
//! can occur. What several types select alike is compiled once and shared, so that the plan stays as
//! small as the document.

mod introspection;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use apollo_compiler::ast::{DirectiveList, Value as AstValue};
use apollo_compiler::executable::{self, Operation, SelectionSet};
use apollo_compiler::{ExecutableDocument, Node};
use indexmap::IndexMap;
use serde_json::Value;

use crate::api::access::Restricted;
use crate::api::bind::Binder;
use crate::api::definition::{Definitions, FieldDefinition, Kind, base};
use crate::api::error::{Code, RequestError};
use crate::api::introspection::Asked;
use crate::api::plan::{Action, Arguments, Field, Given, Plan, Selection, Step};
use crate::api::schema::relationship_name;
use crate::model::access::Role;
use crate::model::ontology::Ontology;

/// What a plan is compiled from.
pub(crate) struct Compiler<'a> {
    pub(crate) definitions: &'a Definitions,
    pub(crate) ontology: &'a Ontology,
    pub(crate) document: &'a ExecutableDocument,
    /// The variables that `@skip` and `@include` read: a plan is made for their values.
    pub(crate) conditions: &'a HashMap<String, bool>,
    shared: HashMap<(String, Vec<*const SelectionSet>), Arc<Selection>>,
    arguments: Vec<Arguments>,
    restricted: Vec<Restricted>,
    introspections: Vec<Asked>,
    /// The arguments of what is asked of the schema, by slot.
    introspected: Vec<(String, Given)>,
}

type Collected<'d> = IndexMap<&'d str, Vec<&'d Node<executable::Field>>>;

impl<'a> Compiler<'a> {
    pub(crate) fn new(
        definitions: &'a Definitions,
        ontology: &'a Ontology,
        document: &'a ExecutableDocument,
        conditions: &'a HashMap<String, bool>,
    ) -> Self {
        Self {
            definitions,
            ontology,
            document,
            conditions,
            shared: HashMap::new(),
            arguments: Vec::new(),
            restricted: Vec::new(),
            introspections: Vec::new(),
            introspected: Vec::new(),
        }
    }

    /// Compiles an operation.
    ///
    /// # Errors
    /// When arguments that are written out cannot be right: a bad date, a page that is too large.
    pub(crate) fn compile(mut self, operation: &'a Operation) -> Result<Plan, RequestError> {
        let root = self.selection(
            operation.object_type().as_str(),
            &[&operation.selection_set],
            &mut Vec::new(),
        )?;
        Ok(Plan {
            root,
            arguments: self.arguments,
            restricted: self.restricted,
            introspections: self.introspections,
            introspected: self.introspected,
            size: AtomicUsize::new(0),
        })
    }

    fn selection(
        &mut self,
        type_name: &str,
        sets: &[&'a SelectionSet],
        path: &mut Vec<String>,
    ) -> Result<Arc<Selection>, RequestError> {
        let key = (
            type_name.to_owned(),
            sets.iter()
                .map(|set| std::ptr::from_ref(*set))
                .collect::<Vec<_>>(),
        );
        if let Some(shared) = self.shared.get(&key) {
            return Ok(Arc::clone(shared));
        }
        let definitions = self.definitions;
        let selection = match definitions
            .types
            .get(type_name)
            .map(|definition| &definition.kind)
        {
            Some(Kind::Interface { .. }) if type_name == "Relationship" => {
                let names = self
                    .ontology
                    .relationships
                    .iter()
                    .map(|found| relationship_name(&found.name));
                Selection::Relationships(
                    names
                        .map(|name| self.selection(&name, sets, path))
                        .collect::<Result<_, _>>()?,
                )
            }
            Some(Kind::Interface { .. } | Kind::Union { .. }) => {
                let types = &self.ontology.types;
                let each = types.iter().map(|entity| {
                    // What cannot occur needs no plan.
                    let possible = definitions.satisfies(&entity.name, type_name);
                    if possible {
                        self.selection(&entity.name, sets, path)
                    } else {
                        Ok(Arc::new(Selection::Object(Vec::new())))
                    }
                });
                Selection::Entities(each.collect::<Result<_, _>>()?)
            }
            _ => Selection::Object(self.steps(type_name, sets, path)?),
        };
        let selection = Arc::new(selection);
        self.shared.insert(key, Arc::clone(&selection));
        Ok(selection)
    }

    fn steps(
        &mut self,
        type_name: &str,
        sets: &[&'a SelectionSet],
        path: &mut Vec<String>,
    ) -> Result<Vec<Step>, RequestError> {
        let mut collected = Collected::new();
        for set in sets {
            self.collect(type_name, set, &mut collected);
        }
        let mut steps = Vec::with_capacity(collected.len());
        for (response_key, fields) in collected {
            path.push(response_key.to_owned());
            let action = self.action(type_name, &fields, path)?;
            path.pop();
            steps.push(Step {
                key: key(steps.is_empty(), response_key),
                action,
            });
        }
        Ok(steps)
    }

    /// `CollectFields` of the specification, for one object type.
    fn collect(&self, type_name: &str, set: &'a SelectionSet, collected: &mut Collected<'a>) {
        for selection in &set.selections {
            match selection {
                executable::Selection::Field(field) if self.included(&field.directives) => {
                    let key = field.alias.as_ref().unwrap_or(&field.name);
                    collected.entry(key.as_str()).or_default().push(field);
                }
                executable::Selection::InlineFragment(inline)
                    if self.included(&inline.directives) =>
                {
                    let applies = inline
                        .type_condition
                        .as_ref()
                        .is_none_or(|condition| self.definitions.satisfies(type_name, condition));
                    if applies {
                        self.collect(type_name, &inline.selection_set, collected);
                    }
                }
                executable::Selection::FragmentSpread(spread)
                    if self.included(&spread.directives) =>
                {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name)
                        && self
                            .definitions
                            .satisfies(type_name, fragment.type_condition())
                    {
                        self.collect(type_name, &fragment.selection_set, collected);
                    }
                }
                _ => {}
            }
        }
    }

    fn included(&self, directives: &DirectiveList) -> bool {
        let condition = |name: &str| {
            let directive = directives.get(name)?;
            let value = directive.specified_argument_by_name("if")?;
            match &**value {
                AstValue::Boolean(yes) => Some(*yes),
                AstValue::Variable(variable) => self.conditions.get(variable.as_str()).copied(),
                _ => None,
            }
        };
        !condition("skip").unwrap_or(false) && condition("include").unwrap_or(true)
    }

    fn action(
        &mut self,
        type_name: &str,
        fields: &[&'a Node<executable::Field>],
        path: &mut Vec<String>,
    ) -> Result<Action, RequestError> {
        let field = fields[0];
        match field.name.as_str() {
            "__typename" => {
                let mut name = Vec::new();
                crate::api::json::text(type_name, &mut name);
                return Ok(Action::Constant(name.into()));
            }
            "__schema" | "__type" => {
                return self.introspection(fields).map(Action::Introspection);
            }
            _ => {}
        }
        let Some(definition) = self.definitions.field(type_name, &field.name) else {
            // Validation has seen to it that the field exists.
            return Err(RequestError::new(
                Code::Internal,
                format!("{type_name} has no field {}", field.name),
            ));
        };
        if definition.role > Role::Reader {
            self.restricted.push(Restricted {
                role: definition.role,
                field: field.name.to_string(),
                path: path.clone(),
            });
        }
        let sets: Vec<_> = fields
            .iter()
            .filter_map(|field| field.selection_set.as_ref())
            .collect();
        let selection = match sets.is_empty() {
            true => None,
            false => Some(self.selection(base(&definition.ty), &sets, path)?),
        };
        let arguments = match definition.arguments.is_empty() {
            true => None,
            false => Some(self.slot(type_name, definition, field, path)?),
        };
        Ok(Action::Field(Field {
            meaning: definition.meaning,
            selection,
            arguments,
        }))
    }

    fn slot(
        &mut self,
        type_name: &str,
        definition: &FieldDefinition,
        field: &executable::Field,
        path: &[String],
    ) -> Result<usize, RequestError> {
        let values: Vec<_> = field
            .arguments
            .iter()
            .map(|argument| (argument.name.to_string(), given(&argument.value)))
            .collect();
        let mut arguments = Arguments {
            owner: type_name.to_owned(),
            field: definition.name.clone(),
            meaning: definition.meaning,
            path: path.to_vec(),
            values,
            constant: None,
        };
        if !arguments.values.iter().any(|(_, value)| value.is_open()) {
            let binder = Binder {
                definitions: self.definitions,
                ontology: self.ontology,
                variables: &|_| None,
            };
            arguments.constant = Some(Arc::new(binder.bind(&arguments)?));
        }
        self.arguments.push(arguments);
        Ok(self.arguments.len() - 1)
    }
}

/// A response key as it stands in an answer, after a brace or a comma.
fn key(is_first: bool, response_key: &str) -> Box<[u8]> {
    let mut key = vec![if is_first { b'{' } else { b',' }];
    crate::api::json::text(response_key, &mut key);
    key.push(b':');
    key.into()
}

/// The variables that `@skip` and `@include` read anywhere in a document.
pub(crate) fn condition_variables(
    document: &ExecutableDocument,
    operation: &Operation,
) -> Vec<String> {
    fn scan(set: &SelectionSet, found: &mut Vec<String>) {
        for selection in &set.selections {
            let (directives, inner) = match selection {
                executable::Selection::Field(field) => {
                    (&field.directives, field.selection_set.as_ref())
                }
                executable::Selection::InlineFragment(inline) => {
                    (&inline.directives, Some(&inline.selection_set))
                }
                executable::Selection::FragmentSpread(spread) => (&spread.directives, None),
            };
            for name in ["skip", "include"] {
                let value = directives
                    .get(name)
                    .and_then(|directive| directive.specified_argument_by_name("if"));
                if let Some(AstValue::Variable(variable)) = value.map(|value| &**value) {
                    found.push(variable.to_string());
                }
            }
            if let Some(inner) = inner {
                scan(inner, found);
            }
        }
    }
    let mut found = Vec::new();
    scan(&operation.selection_set, &mut found);
    for fragment in document.fragments.values() {
        scan(&fragment.selection_set, &mut found);
    }
    found.sort();
    found.dedup();
    found
}

fn given(value: &AstValue) -> Given {
    match value {
        AstValue::Null => Given::Constant(Value::Null),
        AstValue::Enum(name) => Given::Constant(Value::String(name.to_string())),
        AstValue::Variable(name) => Given::Variable(name.to_string()),
        AstValue::String(text) => Given::Constant(Value::String(text.clone())),
        AstValue::Float(number) => {
            Given::Constant(number.try_to_f64().map_or(Value::Null, Value::from))
        }
        AstValue::Int(number) => Given::Constant(number.as_str().parse::<i64>().map_or_else(
            |_| {
                number
                    .try_to_f64()
                    .map_or_else(|_| Value::String(number.as_str().into()), Value::from)
            },
            Value::from,
        )),
        AstValue::Boolean(yes) => Given::Constant(Value::Bool(*yes)),
        AstValue::List(items) => Given::List(items.iter().map(|item| given(item)).collect()),
        AstValue::Object(fields) => Given::Object(
            fields
                .iter()
                .map(|(name, value)| (name.to_string(), given(value)))
                .collect(),
        ),
    }
}
