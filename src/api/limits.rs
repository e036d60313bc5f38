//! What a request may cost, counted before any work is done.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use apollo_compiler::ast::{Definition, Document, Selection};

use crate::api::error::{Code, RequestError};
use crate::graph::walk::Budget;
use crate::settings::{Size, settings};

settings! {
    /// What a request may cost; what costs more is refused before it runs, or stopped.
    section "limits";
    pub struct Limits {
        /// Tokens of a document
        pub tokens: usize = 10_000, at least 1;
        /// Nested selections of a document, with those of its fragments
        pub depth: usize = 40, at least 1;
        /// Aliases in a document
        pub aliases: usize = 100;
        /// Directives in a document
        pub directives: usize = 100;
        /// Fields at the root of an answer
        pub root_fields: usize = 50, at least 1;
        /// Fields of an operation once its fragments are written out
        pub fields: u64 = 10_000, at least 1;
        /// Values that an answer may hold, lists counted with their page sizes
        pub cost: u64 = 500_000, at least 1;
        /// Values of the answers to `__schema` and `__type`; asking for everything once is about a million
        pub introspection: u64 = 3_000_000;
        /// Relationships and entities that an operation may look at
        pub visited: u64 = 20_000_000, at least 1;
        /// Changes that one mutation may record
        pub changes: usize = 10_000;
        /// How long an operation may run
        pub time: Duration = Duration::from_secs(10), at least Duration::from_millis(1);
        /// Errors that one answer lists
        pub errors: usize = 20, at least 1;
        /// Bytes of an answer
        pub answer: Size = Size(32 << 20), at least Size(1 << 10);
        /// Bytes of all answers that are being made or are not sent yet, without the first mebibyte of each
        pub answers: Size = Size(256 << 20);
        /// Names of operations that the metrics tell apart; clients choose them
        pub operation_names: usize = 100;
        /// Documents that are kept ready, with their plans, for the next request
        pub documents: usize = 1000;
        /// Text of the documents that are kept ready; ready, they take a hundred times as much memory
        pub documents_text: Size = Size(256 << 10);
    }
}

impl Limits {
    /// What an operation that begins now may look at, and for how long.
    pub(crate) fn budget(&self) -> Budget {
        Budget::new(self.visited).with_deadline(Instant::now() + self.time)
    }
}

/// What a selection set amounts to when its fragments are written out.
#[derive(Debug, Clone, Copy, Default)]
struct Extent {
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
    sizes: HashMap<&'a str, Extent>,
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

    fn size(&mut self, selections: &'a [Selection]) -> Extent {
        let mut total = Extent::default();
        for selection in selections {
            let size = match selection {
                Selection::Field(field) => {
                    let inner = self.size(field.selection_set.as_deref().unwrap_or_default());
                    Extent {
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

    fn fragment(&mut self, name: &str) -> Extent {
        if let Some(size) = self.sizes.get(name) {
            return *size;
        }
        let Some((name, selections)) = self
            .fragments
            .get_key_value(name)
            .map(|(name, selections)| (*name, *selections))
        else {
            return Extent::default();
        };
        self.sizes.insert(name, Extent::default());
        let size = self.size(selections);
        self.sizes.insert(name, size);
        size
    }
}
