//! Documents that passed the gate, and the plans made of them, kept for the next request.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use apollo_compiler::executable::Operation;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name};
use lru::LruCache;

use crate::api::compile::condition_variables;
use crate::api::plan::Plan;

/// A document is kept if it has less than this part of the text for which there is room.
const LARGEST_PART: usize = 8;
/// How many plans of one document are kept: one for each operation, and for each combination of what
/// its `@skip` and `@include` come to.
const MOST_PLANS: usize = 64;

/// Which plan of a document: the operation, and the conditions that hold.
pub(crate) type PlanKey = (Option<String>, Vec<(String, bool)>);

/// A document that passed the gate.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) document: Valid<ExecutableDocument>,
    /// The variables that `@skip` and `@include` read, by operation.
    conditions: HashMap<Option<Name>, Vec<String>>,
    plans: Mutex<HashMap<PlanKey, Arc<Plan>>>,
}

impl Prepared {
    pub(crate) fn new(document: Valid<ExecutableDocument>) -> Self {
        let conditions = document.operations.iter().map(|operation| {
            let names = condition_variables(&document, operation);
            (operation.name.clone(), names)
        });
        Self {
            conditions: conditions.collect(),
            document,
            plans: Mutex::default(),
        }
    }

    /// The variables that `@skip` and `@include` read in an operation of the document.
    pub(crate) fn conditions(&self, operation: &Operation) -> &[String] {
        self.conditions
            .get(&operation.name)
            .map_or(&[], Vec::as_slice)
    }

    /// A plan that was made already.
    pub(crate) fn plan(&self, key: &PlanKey) -> Option<Arc<Plan>> {
        // A panic elsewhere leaves the map whole: entries are put in complete.
        self.plans
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(key)
            .cloned()
    }

    pub(crate) fn keep(&self, key: PlanKey, plan: &Arc<Plan>) {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if plans.len() < MOST_PLANS {
            plans.insert(key, Arc::clone(plan));
        }
    }
}

/// The documents that were used last.
#[derive(Debug)]
pub(crate) struct Cache {
    known: Mutex<Known>,
    most_text: usize,
}

#[derive(Debug)]
struct Known {
    documents: LruCache<String, Arc<Prepared>>,
    /// Bytes of their texts.
    text: usize,
}

impl Cache {
    /// Keeps `most` documents, and at least one, as long as they have no more than `most_text` bytes.
    pub(crate) fn new(most: usize, most_text: usize) -> Self {
        let most = NonZeroUsize::new(most).unwrap_or(NonZeroUsize::MIN);
        Self {
            known: Mutex::new(Known {
                documents: LruCache::new(most),
                text: 0,
            }),
            most_text,
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // A panic elsewhere leaves it whole: nothing that can panic runs while it is held.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, text: &str) -> Option<Arc<Prepared>> {
        self.known().documents.get(text).cloned()
    }

    /// Keeps a document in the place of those that were not used for longest. One that would take a large part of all the
    /// room is not kept: a client that sends many of them would push out all others.
    pub(crate) fn keep(&self, text: &str, prepared: &Arc<Prepared>) {
        if text.len() > self.most_text / LARGEST_PART {
            return;
        }
        let mut left = Vec::new();
        let mut known = self.known();
        known.text += text.len();
        // What leaves: the same text, which came in twice at once, or the oldest where there are too many.
        if let Some((text, prepared)) = known.documents.push(text.to_owned(), Arc::clone(prepared))
        {
            known.text -= text.len();
            left.push(prepared);
        }
        while known.text > self.most_text {
            let Some((text, prepared)) = known.documents.pop_lru() else {
                break;
            };
            known.text -= text.len();
            left.push(prepared);
        }
        // Freed without the lock, for a document is large.
        drop(known);
        drop(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use apollo_compiler::Schema;

    /// How many of these documents, sent one after the other, are known in the end.
    fn kept(most: usize, most_text: usize, lengths: &[usize]) -> usize {
        let schema = Schema::parse_and_validate("type Query { a: Int }", "schema").unwrap();
        let cache = Cache::new(most, most_text);
        let texts: Vec<_> = lengths
            .iter()
            .enumerate()
            .map(|(number, length)| format!("{:<length$}", format!("{{ a{number}: a }}")))
            .collect();
        for text in &texts {
            let document =
                ExecutableDocument::parse_and_validate(&schema, text, "document").unwrap();
            let prepared = Arc::new(Prepared::new(document));
            cache.keep(text, &prepared);
            cache.keep(text, &prepared);
        }
        texts
            .iter()
            .filter(|text| cache.get(text).is_some())
            .count()
    }

    #[test]
    fn no_more_documents_are_kept_than_allowed_in_number_and_in_text() {
        assert_eq!(kept(3, 10_000, &[20; 10]), 3);
        assert_eq!(kept(100, 1000, &[20; 10]), 10);
        assert_eq!(kept(100, 1000, &[50; 100]), 20);
        assert_eq!(kept(100, 1000, &[20, 500, 20]), 2);
        assert_eq!(kept(100, 0, &[20]), 0);
    }
}
