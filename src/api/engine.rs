//! The engine: a store behind a schema.
//!
//! | file | holds |
//! | --- | --- |
//! | `request` | what goes in and comes out |
//! | `preparing` | all that comes before an execution |
//! | `running` | an execution, and what is counted of it |
//! | `introspecting` | what is asked of the schema itself |
//! | `subscribing` | operations with many answers |
//! | `following` | how far a subscriber to the record's changes has come |
//! | `citing` | answers that are cited |
//! | `feeding` | what feeds tell |
//! | `refused` | why a request is not answered |

mod citing;
mod feeding;
mod following;
mod introspecting;
mod mutating;
mod preparing;
mod refused;
mod request;
mod running;
mod subscribing;

use std::sync::Arc;

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;

pub use citing::Stored;
pub use request::{Allow, Answer, EngineError, Options, Outcome, Request};
pub use subscribing::{Announced, Answered, Streamed, Subscription};

use crate::api::definition::Definitions;
use crate::api::disclosure::Secret;
use crate::api::error::RequestError;
use crate::api::execute::{Surroundings, Told};
use crate::api::prepared::Cache;
use crate::api::statistics::Statistics;
use crate::api::table::{self, Table};
use crate::api::unsent::Unsent;
use crate::api::{gate, schema};
use crate::graph::{Counts, Version};
use crate::model::access::Caller;
use crate::model::date::Timestamp;
use crate::model::ontology::Ontology;
use crate::store::Store;

use refused::Refused;
use running::Run;

/// GraphQL over a store. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    ontology: Arc<Ontology>,
    definitions: Definitions,
    sdl: String,
    surroundings: Surroundings,
    options: Options,
    cache: Cache,
    statistics: Statistics,
    /// The names that clients are to learn of no error; `None` where they may.
    secret: Option<Secret>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Engine")
            .field("options", &self.shared.options)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Generates the schema from the store's ontology. `ontology_text` is its SDL, for those who ask.
    ///
    /// # Errors
    /// When the schema that follows from the ontology is not valid.
    pub fn new(store: Store, ontology_text: &str, options: Options) -> Result<Self, EngineError> {
        let ontology = Arc::clone(store.view().graph().ontology());
        let printed = |is_subgraph: bool| {
            let mut definitions = schema::generate(&ontology);
            if options.clock {
                schema::clock::define(&mut definitions);
            }
            if is_subgraph {
                schema::federation::define(&ontology, &mut definitions);
            }
            let sdl = schema::build(&definitions)?.sdl_with_options(
                async_graphql::SDLExportOptions::new()
                    .include_specified_by()
                    .prefer_single_line_descriptions(),
            );
            Ok::<_, EngineError>((definitions, sdl))
        };
        let (definitions, sdl) = printed(options.federation)?;
        let subgraph = if options.federation {
            // A router adds by itself what it asks for.
            let (_, plain) = printed(false)?;
            Some(schema::federation::with_keys(&plain, &ontology))
        } else {
            None
        };
        let schema = Schema::parse_and_validate(&sdl, "api.graphql")
            .map_err(|refused| EngineError::Invalid(refused.errors.to_string()))?;
        let secret = options.disclosure.secret(&schema);
        let surroundings = Surroundings {
            ontology: options
                .disclosure
                .introspection
                .then(|| ontology_text.to_owned()),
            subgraph,
            store: store.clone(),
            most_bytes: options.limits.answer.0,
            unsent: Unsent::new(options.limits.answers.0),
            told: Told::new(schema),
        };
        let shared = Shared {
            secret,
            store,
            ontology,
            definitions,
            sdl,
            surroundings,
            cache: Cache::new(options.limits.documents, options.limits.documents_text.0),
            statistics: Statistics::new(options.limits.operation_names),
            options,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// The schema that clients see, as SDL.
    #[must_use]
    pub fn sdl(&self) -> &str {
        &self.shared.sdl
    }

    /// Whether clients may see the schema.
    #[must_use]
    pub fn tells_schema(&self) -> bool {
        self.shared.options.disclosure.introspection
    }

    /// What has been counted of the operations so far.
    #[must_use]
    pub fn statistics(&self) -> &Statistics {
        &self.shared.statistics
    }

    /// The version of the record, and how much the public sees of it.
    #[must_use]
    pub fn size(&self) -> (Version, Counts) {
        let view = self.shared.store.view();
        (view.known(), view.counts())
    }

    /// Lifts the embargoes that are due by now. `false` where the log did not take that.
    pub fn lift_embargoes(&self) -> bool {
        let lifted = self.shared.store.release_due(Timestamp::now());
        if let Err(error) = &lifted {
            tracing::error!(%error, "an embargo that is over could not be lifted");
        }
        lifted.is_ok()
    }

    /// Why the record takes no changes, where it does not. It is read all the same.
    #[must_use]
    pub fn stopped(&self) -> Option<Arc<str>> {
        self.shared.store.stopped()
    }

    /// The version of the record, and the hash that vouches for all up to it.
    #[must_use]
    pub fn head(&self) -> (Version, String) {
        let head = self.shared.store.head();
        (head.version, head.hash)
    }

    /// Checks a document without running it.
    ///
    /// # Errors
    /// A sentence for each thing that is wrong with it, with its line and column where there is one.
    pub fn check(&self, document: &str) -> Result<(), Vec<String>> {
        let Options {
            limits, disclosure, ..
        } = &self.shared.options;
        let admitted = gate::admit(self.shared.schema(), document, limits, disclosure);
        let told = |error: RequestError| match error.location {
            Some((line, column)) => format!("{line}:{column}: {error}"),
            None => error.to_string(),
        };
        admitted
            .map(drop)
            .map_err(|errors| errors.into_iter().map(told).collect())
    }

    /// Answers a request. Synchronous: it takes a processor for as long as it runs, within its budget.
    #[must_use]
    pub fn execute(&self, request: &Request, allow: Allow) -> Answer {
        match self.shared.run(request, allow, |_| Ok(())) {
            Ok(run) => run.answer(),
            Err(refused) => refused.answer(),
        }
    }

    /// Answers a request for one list as a table.
    ///
    /// # Errors
    /// The answer, which holds errors: those of [`Engine::execute`], and that the operation asks for no one list.
    pub fn table(&self, request: &Request, allow: Allow) -> Result<Table, Answer> {
        let run = self.shared.run(request, allow, table::shape);
        run.and_then(Run::table).map_err(Refused::answer)
    }

    /// Whether anybody may have citations kept.
    #[must_use]
    pub fn keeps_citations(&self) -> bool {
        self.shared.options.citations
    }

    /// Runs a request and keeps its citation in the record, unless it is there already.
    ///
    /// # Errors
    /// The answer, which holds errors: those of [`Engine::execute`], or why it cannot be kept.
    pub fn cite(&self, request: &Request) -> Result<Stored, Answer> {
        self.shared.cite(request).map_err(Refused::answer)
    }

    /// The answer that a citation is of, byte for byte; `None` if no such citation is on record, or it is of what
    /// this caller may not see.
    #[must_use]
    pub fn cited(&self, hash: &str, caller: &Caller) -> Option<Answer> {
        let run = self.shared.cited(hash, caller, |_| Ok(()))?;
        Some(match run {
            Ok(run) => run.answer(),
            Err(refused) => refused.answer(),
        })
    }

    /// The same as a table.
    #[must_use]
    pub fn cited_table(&self, hash: &str, caller: &Caller) -> Option<Result<Table, Answer>> {
        let run = self.shared.cited(hash, caller, table::shape)?;
        Some(run.and_then(Run::table).map_err(Refused::answer))
    }
}

impl Shared {
    /// The schema that clients see.
    fn schema(&self) -> &Valid<Schema> {
        &self.surroundings.told.schema
    }
}
