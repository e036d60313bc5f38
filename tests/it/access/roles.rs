//! Every field at the root against every role: a new field needs a row here.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::collections::BTreeMap;

use apollo_compiler::Schema;
use apollo_compiler::ast::OperationType;
use apollo_compiler::schema::ExtendedType;
use onrecord::model::access::Role;

use super::asking::{Transport, ask};
use super::issuer::Issuer;
use crate::support::TestApp;

/// The fields at the root that are not made of a type of entities: the least that somebody must be who uses it, and arguments
/// with which it can be asked.
const ROWS: &[(&str, Role, &str)] = &[
    ("Query.node", Role::Reader, r#"(id: "country:pa")"#),
    ("Query.nodes", Role::Reader, r#"(ids: ["country:pa"])"#),
    ("Query.search", Role::Reader, r#"(text: "Panama")"#),
    (
        "Query.paths",
        Role::Reader,
        r#"(from: "country:pa", to: "country:us")"#,
    ),
    ("Query.reach", Role::Reader, r#"(from: ["country:pa"])"#),
    (
        "Query.neighborhood",
        Role::Reader,
        r#"(ids: ["country:pa"])"#,
    ),
    (
        "Query.common",
        Role::Reader,
        r#"(ids: ["country:pa", "country:us"])"#,
    ),
    (
        "Query.pattern",
        Role::Reader,
        r#"(nodes: [{ name: "a", types: [COUNTRY] }])"#,
    ),
    (
        "Query.changesBetween",
        Role::Reader,
        r#"(from: { time: "2022-01-01T00:00:00Z" })"#,
    ),
    ("Query.timeline", Role::Reader, r#"(ids: ["country:pa"])"#),
    ("Query.disputes", Role::Reader, ""),
    ("Query.proposals", Role::Contributor, ""),
    ("Query.corroborations", Role::Reader, ""),
    ("Query.trace", Role::Reader, r#"(id: "country:pa")"#),
    ("Query.ledger", Role::Reader, ""),
    ("Query.claim", Role::Reader, r#"(id: "claim:f16")"#),
    ("Query.at", Role::Reader, r#"(date: "2022")"#),
    ("Query.graph", Role::Reader, ""),
    (
        "Mutation.recordChanges",
        Role::Contributor,
        r#"(input: { reason: "a test", dryRun: true, changes: [] })"#,
    ),
    (
        "Mutation.recordFact",
        Role::Contributor,
        r#"(input: { subject: "country:pa", property: "name", value: "Panama", url: "https://a.example", quote: "Panama", dryRun: true })"#,
    ),
    ("Subscription.changes", Role::Reader, "(since: 0)"),
    (
        "Subscription.clock",
        Role::Reader,
        "(everyMilliseconds: 1, count: 1)",
    ),
    (
        "Subscription.editorsClock",
        Role::Editor,
        "(everyMilliseconds: 1, count: 1)",
    ),
];

/// A field at the root.
struct Field {
    coordinate: String,
    role: Role,
    /// An operation with it, and nothing else.
    operation: String,
    kind: OperationType,
    description: String,
}

fn fields(sdl: &str) -> Vec<Field> {
    let schema = Schema::parse_and_validate(sdl, "api.graphql").unwrap();
    let mut rows: BTreeMap<&str, (Role, &str)> = ROWS
        .iter()
        .map(|(coordinate, role, arguments)| (*coordinate, (*role, *arguments)))
        .collect();
    let mut fields = Vec::new();
    let mut bare = Vec::new();
    for (kind, root) in schema.schema_definition.iter_root_operations() {
        for (name, field) in &schema.get_object(root).unwrap().fields {
            let coordinate = format!("{root}.{name}");
            let ty = schema.types.get(field.ty.inner_named_type()).unwrap();
            let row = rows.remove(coordinate.as_str());
            let Some((role, arguments)) = row.or_else(|| of_a_type(field, ty)) else {
                bare.push(coordinate);
                continue;
            };
            let selection = match ty {
                ExtendedType::Scalar(_) | ExtendedType::Enum(_) => "",
                _ => " { __typename }",
            };
            fields.push(Field {
                role,
                operation: format!("{} {{ {name}{arguments}{selection} }}", kind.name()),
                kind,
                description: field.description.as_deref().unwrap_or_default().to_owned(),
                coordinate,
            });
        }
    }
    assert!(
        bare.is_empty(),
        "add a row to ROWS in tests/it/access/roles.rs, with the role that is needed, for {}",
        bare.join(", ")
    );
    let gone: Vec<_> = rows.keys().collect();
    assert!(gone.is_empty(), "there is no field {gone:?}");
    fields
}

/// Each type of entities has a field for one and a field for many.
fn of_a_type(
    field: &apollo_compiler::schema::FieldDefinition,
    ty: &ExtendedType,
) -> Option<(Role, &'static str)> {
    let arguments: Vec<_> = field
        .arguments
        .iter()
        .map(|found| found.name.as_str())
        .collect();
    let is_entity = match ty {
        ExtendedType::Object(object) => object.implements_interfaces.contains("Entity"),
        _ => false,
    };
    match arguments[..] {
        ["id"] if is_entity => Some((Role::Reader, r#"(id: "country:pa")"#)),
        ["where", "orderBy", "first", "after", "last", "before"]
            if ty.name().ends_with("Connection") =>
        {
            Some((Role::Reader, ""))
        }
        _ => None,
    }
}

#[tokio::test]
async fn every_field_at_the_root_is_for_those_whom_it_is_for() {
    let issuer = Issuer::start().await;
    let app = TestApp::builder()
        .clock()
        .options(issuer.options())
        .start()
        .await;
    let sdl = app.client.get(app.url("/schema.graphql")).send().await;
    let fields = fields(&sdl.unwrap().text().await.unwrap());
    assert!(fields.len() > 40, "{} fields", fields.len());
    let mut callers = vec![(None, None)];
    for role in Role::ALL {
        callers.push((Some(*role), Some(issuer.token("ada", role.word()))));
    }
    for field in &fields {
        let Field {
            coordinate,
            operation,
            ..
        } = field;
        let says = field.description.contains("Needs the role ");
        assert_eq!(says, field.role > Role::Reader, "{coordinate}");
        let needs = format!("Needs the role {}.", field.role.name());
        assert!(!says || field.description.contains(&needs), "{coordinate}");
        // What is for all is asked once each way; what is not, in every way there is.
        let transports: &[Transport] = match (field.role, field.kind) {
            (Role::Reader, OperationType::Query) => &[Transport::Post],
            // Streams carry none.
            (_, OperationType::Mutation) => &[Transport::Post, Transport::Get],
            (_, OperationType::Subscription) => &[
                Transport::Events,
                Transport::Socket,
                Transport::SocketByHeader,
            ],
            (_, OperationType::Query) => &Transport::ALL,
        };
        for transport in transports {
            for (role, token) in &callers {
                let went = ask(&app, *transport, token.as_deref(), operation).await;
                let code = went.code();
                let told = format!("{coordinate} by {role:?} over {transport:?}: {went:?}");
                // Whoever is nobody is a reader.
                let may = role.unwrap_or(Role::Reader) >= field.role;
                match (may, role) {
                    (true, _) => {
                        let refused = [
                            "UNAUTHENTICATED",
                            "FORBIDDEN",
                            "GRAPHQL_VALIDATION_FAILED",
                            "GRAPHQL_PARSE_FAILED",
                        ];
                        let is_refused =
                            code.as_deref().is_some_and(|code| refused.contains(&code));
                        assert!(!is_refused, "{told}");
                    }
                    // By GET nobody changes anything.
                    (false, _) if code.as_deref() == Some("METHOD_NOT_ALLOWED") => {
                        assert!(operation.starts_with("mutation"), "{told}");
                        assert_eq!(*transport, Transport::Get, "{told}");
                    }
                    (false, None) => assert_eq!(code.as_deref(), Some("UNAUTHENTICATED"), "{told}"),
                    (false, Some(_)) => assert_eq!(code.as_deref(), Some("FORBIDDEN"), "{told}"),
                }
            }
        }
    }
}
