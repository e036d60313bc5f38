//! What a request may cost, counted before any work is done.

use std::collections::HashMap;

use apollo_compiler::ast::{Definition, Document, Selection};

use crate::api::error::{Code, RequestError};

/// The limits of a request.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Tokens of a document.
    pub tokens: usize,
    /// Nested selections, with those of the fragments.
    pub depth: usize,
    /// Aliases in a document.
    pub aliases: usize,
    /// Directives in a document.
    pub directives: usize,
    /// Fields at the root of an answer.
    pub root_fields: usize,
    /// Fields of an operation once its fragments are written out.
    pub fields: u64,
    /// Values an answer may hold, lists counted with their page sizes.
    pub cost: u64,
    /// Values of the answers to `__schema` and `__type`; asking for everything once is about a million.
    pub introspection: u64,
    /// Relationships and entities that an execution may look at.
    pub visited: u64,
    /// Milliseconds that an execution may take.
    pub time_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tokens: 10_000,
            depth: 40,
            aliases: 100,
            directives: 100,
            root_fields: 50,
            fields: 10_000,
            cost: 500_000,
            introspection: 3_000_000,
            visited: 20_000_000,
            time_ms: 10_000,
        }
    }
}

/// What a selection set amounts to when its fragments are written out.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    fields: u64,
    depth: usize,
}

/// Counts a document that was parsed but not yet validated. Each fragment is counted once,
/// however often it is spread, so that this is linear where writing them out is exponential.
///
/// # Errors
/// One for the first limit that it passes.
pub(crate) fn check(document: &Document, limits: &Limits) -> Result<(), RequestError> {
    let mut count = Count {
        fragments: HashMap::new(),
        sizes: HashMap::new(),
        aliases: 0,
        directives: 0,
    };
    for definition in &document.definitions {
        if let Definition::FragmentDefinition(fragment) = definition {
            count
                .fragments
                .insert(fragment.name.as_str(), &fragment.selection_set);
        }
    }
    for definition in &document.definitions {
        let selections = match definition {
            Definition::OperationDefinition(operation) => {
                count.directives += operation.directives.len();
                &operation.selection_set
            }
            Definition::FragmentDefinition(fragment) => &fragment.selection_set,
            _ => continue,
        };
        count.words(selections);
    }
    over("aliases", count.aliases as u64, limits.aliases as u64)?;
    over(
        "directives",
        count.directives as u64,
        limits.directives as u64,
    )?;
    for definition in &document.definitions {
        if let Definition::OperationDefinition(operation) = definition {
            let size = count.size(&operation.selection_set);
            over(
                "levels of selections",
                size.depth as u64,
                limits.depth as u64,
            )?;
            over("fields, fragments written out", size.fields, limits.fields)?;
        }
    }
    Ok(())
}

/// The error of a limit that was passed.
pub(crate) fn over(what: &str, found: u64, limit: u64) -> Result<(), RequestError> {
    if found <= limit {
        return Ok(());
    }
    Err(RequestError::new(
        Code::LimitExceeded,
        format!("the operation has {found} {what}: at most {limit} are allowed"),
    ))
}

struct Count<'a> {
    fragments: HashMap<&'a str, &'a Vec<Selection>>,
    /// Sizes of fragments; one that is being counted stands at zero, so that cycles, which validation will refuse, end.
    sizes: HashMap<&'a str, Size>,
    aliases: usize,
    directives: usize,
}

impl<'a> Count<'a> {
    fn words(&mut self, selections: &[Selection]) {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    self.aliases += usize::from(field.alias.is_some());
                    self.directives += field.directives.len();
                    self.words(field.selection_set.as_deref().unwrap_or_default());
                }
                Selection::FragmentSpread(spread) => self.directives += spread.directives.len(),
                Selection::InlineFragment(inline) => {
                    self.directives += inline.directives.len();
                    self.words(&inline.selection_set);
                }
            }
        }
    }

    fn size(&mut self, selections: &'a [Selection]) -> Size {
        let mut total = Size::default();
        for selection in selections {
            let size = match selection {
                Selection::Field(field) => {
                    let inner = self.size(field.selection_set.as_deref().unwrap_or_default());
                    Size {
                        fields: inner.fields.saturating_add(1),
                        depth: inner.depth + 1,
                    }
                }
                Selection::InlineFragment(inline) => self.size(&inline.selection_set),
                Selection::FragmentSpread(spread) => self.fragment(spread.fragment_name.as_str()),
            };
            total.fields = total.fields.saturating_add(size.fields);
            total.depth = total.depth.max(size.depth);
        }
        total
    }

    fn fragment(&mut self, name: &str) -> Size {
        if let Some(size) = self.sizes.get(name) {
            return *size;
        }
        let Some((name, selections)) = self
            .fragments
            .get_key_value(name)
            .map(|(name, selections)| (*name, *selections))
        else {
            return Size::default();
        };
        self.sizes.insert(name, Size::default());
        let size = self.size(selections);
        self.sizes.insert(name, size);
        size
    }
}
