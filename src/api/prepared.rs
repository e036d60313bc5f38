//! Documents that passed the gate, and the plans made of them, kept for the next request.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use apollo_compiler::executable::Operation;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name};
use lru::LruCache;

use crate::api::compile::condition_variables;
use crate::api::plan::Plan;

/// Longer documents are not kept: a client that sends many of them would push out all others.
const LONGEST_KEPT: usize = 64 * 1024;
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
    documents: Mutex<LruCache<String, Arc<Prepared>>>,
}

impl Cache {
    /// Keeps `most` documents, and at least one.
    pub(crate) fn new(most: usize) -> Self {
        let most = NonZeroUsize::new(most).unwrap_or(NonZeroUsize::MIN);
        Self {
            documents: Mutex::new(LruCache::new(most)),
        }
    }

    pub(crate) fn get(&self, text: &str) -> Option<Arc<Prepared>> {
        self.documents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(text)
            .cloned()
    }

    pub(crate) fn keep(&self, text: &str, prepared: &Arc<Prepared>) {
        if text.len() <= LONGEST_KEPT {
            self.documents
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .put(text.to_owned(), Arc::clone(prepared));
        }
    }
}
