//! What is told of the schema is what apollo-compiler tells of the same SDL, to the byte; but within the operation's budget.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use apollo_compiler::collections::HashMap;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::JsonMap;
use apollo_compiler::schema::Implementers;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Schema, introspection};
use onrecord::api::{Allow, Engine, Outcome, Request};
use onrecord::cli::{LoadOptions, load};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::package_path;

struct Compared {
    engine: Engine,
    schema: Valid<Schema>,
    implementers: HashMap<Name, Implementers>,
}

fn options() -> LoadOptions {
    LoadOptions {
        ontology: Some(package_path("schema/ontology.graphql")),
        ..LoadOptions::default()
    }
}

fn engine(options: &LoadOptions) -> Engine {
    load(options).expect("an ontology that loads").0
}

impl Compared {
    /// As a subgraph, since that has unions and directives with arguments of their own; and with a subscription.
    fn get() -> &'static Self {
        static COMPARED: OnceLock<Compared> = OnceLock::new();
        COMPARED.get_or_init(|| {
            let mut options = options();
            options.engine.federation = true;
            options.engine.clock = true;
            let engine = engine(&options);
            let schema = Schema::parse_and_validate(engine.sdl(), "api.graphql").unwrap();
            Self {
                implementers: schema.implementers_map(),
                schema,
                engine,
            }
        })
    }

    /// What apollo-compiler answers.
    fn expected(&self, query: &str, variables: &Map<String, Value>) -> String {
        let document =
            ExecutableDocument::parse_and_validate(&self.schema, query, "query.graphql").unwrap();
        let operation = document.operations.get(None).unwrap();
        let given: JsonMap = serde_json::from_value(variables.clone().into()).unwrap();
        let variables = coerce_variable_values(&self.schema, operation, &given).unwrap();
        let (schema, implementers) = (&self.schema, &self.implementers);
        let response =
            introspection::partial_execute(schema, implementers, &document, operation, &variables)
                .unwrap();
        assert!(response.errors.is_empty(), "{query}: {:?}", response.errors);
        serde_json::to_string(&json!({ "data": response.data })).unwrap()
    }

    fn agrees(&self, query: &str, variables: &Value) {
        let variables = variables.as_object().unwrap();
        let request = Request {
            query: query.to_owned(),
            variables: variables.clone(),
            ..Request::default()
        };
        let answer = self.engine.execute(&request, Allow::Everything);
        let found = String::from_utf8(answer.body.to_vec()).unwrap();
        let expected = self.expected(query, variables);
        if found != expected {
            let differ = found
                .bytes()
                .zip(expected.bytes())
                .position(|(a, b)| a != b);
            let at = differ.unwrap_or(0).saturating_sub(100);
            let piece = |text: &str| text.chars().skip(at).take(200).collect::<String>();
            panic!(
                "{query}\nfound …{}\nexpected …{}",
                piece(&found),
                piece(&expected)
            );
        }
    }
}

/// What graphql-js asks with all its options, and with it GraphiQL and code generators.
const WHOLE: &str = "query IntrospectionQuery {
  __schema {
    description
    queryType { name kind } mutationType { name kind } subscriptionType { name kind }
    types { ...FullType }
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } }
  }
}
fragment FullType on __Type {
  kind name description specifiedByURL isOneOf
  fields(includeDeprecated: true) {
    name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason
  }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }
}";

#[test]
fn clients_learn_the_whole_schema() {
    let compared = Compared::get();
    compared.agrees(WHOLE, &json!({}));
    compared.agrees(
        "query($with: Boolean! = true, $name: String!, $more: Boolean!) {
           one: __type(name: $name) { name fields(includeDeprecated: $with) { name } }
           __type(name: \"nothing\") { name }
           __typename
           __schema { types { name @skip(if: $more) kind @include(if: $more) } }
           __schema { types { __typename ofType { name } } directives { __typename name } }
         }",
        &json!({ "name": "Query", "more": true }),
    );
}

/// The fields of a type of the schema's own: those that lead to nothing, and those that lead to others.
fn fields(
    of: &str,
) -> (
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
) {
    match of {
        "__Schema" => (
            &["description"],
            &[
                ("types", "__Type"),
                ("queryType", "__Type"),
                ("mutationType", "__Type"),
                ("subscriptionType", "__Type"),
                ("directives", "__Directive"),
            ],
        ),
        "__Type" => (
            &["kind", "name", "description", "specifiedByURL", "isOneOf"],
            &[
                ("fields", "__Field"),
                ("interfaces", "__Type"),
                ("possibleTypes", "__Type"),
                ("enumValues", "__EnumValue"),
                ("inputFields", "__InputValue"),
                ("ofType", "__Type"),
            ],
        ),
        "__Field" => (
            &["name", "description", "isDeprecated", "deprecationReason"],
            &[("args", "__InputValue"), ("type", "__Type")],
        ),
        "__InputValue" => (
            &[
                "name",
                "description",
                "defaultValue",
                "isDeprecated",
                "deprecationReason",
            ],
            &[("type", "__Type")],
        ),
        "__EnumValue" => (
            &["name", "description", "isDeprecated", "deprecationReason"],
            &[],
        ),
        _ => (
            &[
                "name",
                "description",
                "locations",
                "isRepeatable",
                "isDeprecated",
            ],
            &[("args", "__InputValue")],
        ),
    }
}

/// Makes up an operation out of bytes that say what to choose.
struct MadeUp<'b> {
    choices: std::slice::Iter<'b, u8>,
    fragments: Vec<String>,
    aliases: usize,
}

impl MadeUp<'_> {
    fn choose(&mut self, of: usize) -> usize {
        usize::from(self.choices.next().copied().unwrap_or(0)) % of
    }

    fn condition(&mut self) -> &'static str {
        let all = [
            "",
            "",
            "",
            "",
            " @skip(if: $no)",
            " @include(if: $no)",
            " @include(if: true)",
        ];
        all[self.choose(all.len())]
    }

    /// A selection set; `lists` is how many more of the lists that lead in circles it may hold.
    fn set(&mut self, of: &str, lists: usize, depth: usize) -> String {
        let (plain, others) = fields(of);
        let mut written = String::from("{ __typename");
        for _ in 0..=self.choose(4) {
            let mut part = match self.choose(5) {
                0 | 1 => plain[self.choose(plain.len())].to_owned(),
                2 | 3 if depth > 0 && !others.is_empty() => {
                    let (field, leads_to) = others[self.choose(others.len())];
                    let circles = ["fields", "interfaces", "possibleTypes", "inputFields"];
                    let left = lists.checked_sub(usize::from(circles.contains(&field)));
                    let Some(left) = left else { continue };
                    // Fields under one key must have the same arguments.
                    self.aliases += 1;
                    let deprecated =
                        ["fields", "enumValues", "inputFields", "args"].contains(&field);
                    let argument = match self.choose(4) {
                        0 if deprecated => "(includeDeprecated: true)",
                        1 if deprecated => "(includeDeprecated: $yes)",
                        _ => "",
                    };
                    let number = self.aliases;
                    let condition = self.condition();
                    let inner = self.set(leads_to, left, depth - 1);
                    format!("f{number}: {field}{argument}{condition} {inner}")
                }
                4 if depth > 0 => {
                    let inner = self.set(of, lists, depth - 1);
                    let condition = self.condition();
                    if self.choose(2) == 0 {
                        format!("... on {of}{condition} {inner}")
                    } else {
                        let name = format!("F{}", self.fragments.len());
                        self.fragments
                            .push(format!("fragment {name} on {of} {inner}"));
                        format!("...{name}{condition}")
                    }
                }
                _ => plain[0].to_owned(),
            };
            part.insert(0, ' ');
            written.push_str(&part);
        }
        written + " }"
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 2, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_of_the_schema(
        choices in prop::collection::vec(any::<u8>(), 0..120),
        (yes, no) in any::<(bool, bool)>(),
    ) {
        let mut made = MadeUp { choices: choices.iter(), fragments: Vec::new(), aliases: 0 };
        let names = ["Query", "Official", "Node", "_Entity", "OfficialWhere", "CommitmentStatus", "DateTime", "Int", "none"];
        let name = names[made.choose(names.len())];
        let one = made.set("__Type", 2, 4);
        // `types` is the longest of all lists: below it no other is long.
        let all = made.set("__Schema", 1, 2);
        let fragments = made.fragments.join(" ");
        let query = format!(
            "query($yes: Boolean! = true, $no: Boolean!) {{
               __type(name: {name:?}) {one} __schema {all}
               kept: __typename @skip(if: $no) more: __typename @include(if: $yes)
             }} {fragments}"
        );
        Compared::get().agrees(&query, &json!({ "yes": yes, "no": no }));
    }
}

/// It once took ten seconds, whatever an operation was allowed.
#[test]
fn it_ends_when_its_time_is_over() {
    let mut options = options();
    options.engine.limits.time = Duration::from_millis(5);
    options.engine.limits.introspection = u64::MAX;
    let engine = engine(&options);
    let many: Vec<_> = (0..40)
        .map(|number| format!("a{number}: __schema {{ ...All }}"))
        .collect();
    let all = &WHOLE[WHOLE.find("types {").unwrap()..WHOLE.find("directives {").unwrap()];
    let fragments = &WHOLE[WHOLE.find("fragment FullType").unwrap()..];
    let query = format!(
        "{{ {} }} fragment All on __Schema {{ {all} }} {fragments}",
        many.join(" ")
    );
    let request = Request {
        query,
        ..Request::default()
    };
    let started = Instant::now();
    let answer = engine.execute(&request, Allow::Everything);
    let took = started.elapsed();
    let told: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(
        told["errors"][0]["extensions"]["code"], "BUDGET_EXCEEDED",
        "{told}"
    );
    assert_eq!(answer.outcome, Outcome::Failed);
    // Compiling forty times as much as anybody asks for is in it, without optimization.
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[test]
fn null_is_no_answer_to_whether_what_is_deprecated_is_wanted() {
    let request = Request {
        query: "query($with: Boolean = true) { __type(name: \"Query\") { fields(includeDeprecated: $with) { name } } }".to_owned(),
        variables: json!({ "with": null }).as_object().unwrap().clone(),
        ..Request::default()
    };
    let answer = Compared::get().engine.execute(&request, Allow::Everything);
    let told: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(
        told["errors"][0]["message"],
        "includeDeprecated is null: expected true or false"
    );
    assert_eq!(told["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
}
