//! The executor: the shapes of the bench over HTTP, without HTTP.

use onrecord::api::{Allow, Engine, Options, Outcome, Request};
use serde_json::Value;

use crate::shapes::{SHAPES, variables};
use crate::table::Table;
use crate::world::{ONTOLOGY, World};

/// How many sets of variables a shape is asked with.
const VARIANTS: u64 = 64;

/// Each shape, from the request to the answer's bytes; nothing stands beside it.
pub(crate) fn shapes(world: &World, table: &mut Table) {
    let options = Options::default();
    let engine = Engine::new(world.store.clone(), ONTOLOGY, options).expect("an engine");
    for (name, query) in SHAPES {
        let requests: Vec<Request> = (0..VARIANTS)
            .map(|round| {
                let Value::Object(variables) = variables(name, round, world.sizes) else {
                    unreachable!("variables are an object");
                };
                Request {
                    query: query.into(),
                    variables,
                    ..Request::default()
                }
            })
            .collect();
        let mut turn = 0;
        table.alone(&format!("executor: {name}"), || {
            let answer = engine.execute(&requests[turn % requests.len()], Allow::Everything);
            turn += 1;
            assert_eq!(answer.outcome, Outcome::Executed, "{name}");
            answer.body.len() as u64
        });
    }
}
