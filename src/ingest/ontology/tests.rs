use super::{BUILT_IN, read};
use crate::model::ontology::{Direction, Ontology, OrderTerm, Role, Temporal, TypeRef, ValueType};
use crate::model::value::{BoundWidths, Value};

const GOOD: &str = r#"extend schema @bounds(about: 0.2, almost: 0.05)
"Who acts."
interface Party {
  "Its name."
  name: String @search(weight: 10)
  pledges: [Pledge!]! @relationship(type: "MADE_BY", direction: IN, orderBy: ["made DESC", "edge.role"])
}
"A state."
type Country implements Party @entity(prefix: "country") {
  name: String
  code: String @unique
  pledges: [Pledge!]!
  "Its neighbours."
  borders: [Country!]! @relationship(type: "BORDERS", direction: OUT) @temporal(kind: STATE)
  borderedBy: [Country!]! @relationship(type: "BORDERS", direction: IN)
}
type Person implements Party @entity(prefix: "person", label: "name") @temporal(kind: EVENT) {
  "The usual name."
  name: String @search
  aliases: [LocalizedText!]! @search(weight: 3)
  pledges: [Pledge!]! @plays(role: EVENT)
}
type Pledge @entity(prefix: "pledge", label: "text") @plays(role: COMMITMENT) {
  text: String
  made: EDTF @plays(role: ANNOUNCED)
  status: Status @default(value: "OPEN")
  madeBy: [Party!]! @relationship(type: "MADE_BY", direction: OUT, properties: "Making") @exclusive(per: ["role"], where: [{property: "role", eq: "HEAD"}]) @temporal(kind: EVENT) @plays(role: COMMITTER)
}
type Making @relationshipProperties {
  role: Part @identity
  onBehalfOf: Party
}
enum Status { OPEN CLOSED }
enum Part { HEAD MEMBER }
extend interface Entity {
  pictures: [Source!]! @relationship(type: "SHOWS", direction: IN)
}
extend type Source {
  shows: [Entity!]! @relationship(type: "SHOWS", direction: OUT)
}
"#;

fn good() -> Ontology {
    read(GOOD, "a").unwrap_or_else(|problems| panic!("{problems}"))
}

/// What is told of the good ontology after a replacement.
fn told(from: &str, to: &str) -> String {
    assert_eq!(GOOD.matches(from).count(), 1, "{from}");
    let problems = read(&GOOD.replace(from, to), "a").err();
    problems.map_or_else(String::new, |problems| problems.to_string())
}

#[test]
fn the_prelude_stands_alone() {
    let ontology = read("extend schema @bounds(about: 0.1, almost: 0.02)", "a")
        .unwrap_or_else(|problems| panic!("{problems}"));
    let names: Vec<&str> = ontology
        .types
        .iter()
        .map(|entity| entity.name.as_str())
        .collect();
    assert_eq!(names, ["Source", "Annotation"]);
    assert_eq!(ontology.bounds, BoundWidths::default());
    for role in Role::NAMES {
        assert!(BUILT_IN.contains(&format!("\n  {role}\n")), "{role}");
    }
    for entity in &ontology.types {
        let properties = entity
            .properties
            .iter()
            .map(|property| &property.description);
        let relationships = entity.relationships.iter().map(|field| &field.description);
        assert!(
            properties
                .chain(relationships)
                .all(|description| !description.is_empty()),
            "{}",
            entity.name
        );
    }
}

#[test]
fn types_come_in_the_order_of_the_file() {
    let ontology = good();
    let names: Vec<&str> = ontology
        .types
        .iter()
        .map(|entity| entity.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["Country", "Person", "Pledge", "Source", "Annotation"]
    );
    let names: Vec<&str> = ontology.enums.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Status",
            "Part",
            "SourceKind",
            "Retrieval",
            "AnnotationKind"
        ]
    );
    let mut names: Vec<&str> = ontology
        .relationships
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["ANNOTATES", "BORDERS", "DERIVED_FROM", "MADE_BY", "SHOWS"]
    );
    assert_eq!(
        ontology.bounds,
        BoundWidths {
            about: 0.2,
            almost: 0.05
        }
    );
    let party = &ontology.interfaces[0];
    assert_eq!(
        (party.name.as_str(), party.description.as_str()),
        ("Party", "Who acts.")
    );
    assert_eq!(
        party
            .members
            .iter()
            .map(|index| index.0)
            .collect::<Vec<_>>(),
        [0, 1]
    );
}

#[test]
fn fields_inherit_from_their_interface() {
    let ontology = good();
    let (_, name) = ontology.types[0].property("name").unwrap();
    assert_eq!(
        (name.search, name.description.as_str()),
        (Some(10), "Its name.")
    );
    let (_, name) = ontology.types[1].property("name").unwrap();
    assert_eq!(
        (name.search, name.description.as_str()),
        (Some(1), "The usual name.")
    );
    let pledges = ontology.types[1].relationship("pledges").unwrap();
    assert_eq!(pledges.direction, Direction::In);
    assert_eq!(ontology.name(pledges.owner), "Party");
    assert_eq!(
        pledges
            .plays
            .iter()
            .map(|role| role.name())
            .collect::<Vec<_>>(),
        ["EVENT"]
    );
    assert_eq!(ontology.types[0].relationship("pledges").unwrap().plays, []);
    let borders = ontology.types[0].relationship("borders").unwrap();
    assert_eq!(ontology.name(borders.owner), "Country");
}

#[test]
fn relationships_join_both_ends() {
    let ontology = good();
    let made_by = ontology.relationship_type(ontology.relationship_named("MADE_BY").unwrap());
    assert_eq!(
        (ontology.name(made_by.source), ontology.name(made_by.target)),
        ("Pledge", "Party")
    );
    assert_eq!(made_by.temporal, Temporal::Momentary);
    assert_eq!(made_by.properties_name.as_deref(), Some("Making"));
    let properties: Vec<_> = made_by
        .properties
        .iter()
        .map(|it| (it.name.as_str(), it.identity, it.value_type))
        .collect();
    assert_eq!(properties[0].0, "role");
    assert!(properties[0].1 && !properties[1].1);
    assert!(matches!(
        properties[1].2,
        ValueType::Entity(TypeRef::Interface(_))
    ));
    assert_eq!(made_by.order_out, []);
    let term = |on_edge, property: &str, descending| OrderTerm {
        on_edge,
        property: property.into(),
        descending,
    };
    assert_eq!(
        made_by.order_in,
        [term(false, "made", true), term(true, "role", false)]
    );
    let exclusive = made_by.exclusive.as_ref().unwrap();
    assert_eq!(
        (exclusive.per.as_slice(), exclusive.condition.as_slice()),
        (
            ["role".to_owned()].as_slice(),
            [("role".to_owned(), "HEAD".to_owned())].as_slice()
        )
    );
    let borders = ontology.relationship_type(ontology.relationship_named("BORDERS").unwrap());
    assert_eq!(borders.description, "Its neighbours.");
}

#[test]
fn every_type_has_the_universal_relationships() {
    let ontology = good();
    for entity in &ontology.types {
        for name in ["annotations", "pictures"] {
            let field = entity.relationship(name).unwrap();
            assert_eq!(field.owner, TypeRef::Entity);
        }
    }
    assert_eq!(ontology.entity_relationships.len(), 2);
    assert_eq!(
        ontology.types[2].property("status").unwrap().1.default,
        Some(Value::Enum("OPEN".into()))
    );
}

#[test]
fn each_mistake_is_told_at_its_place() {
    let cases = [
        (
            "enum Part {",
            "enum Part { } {",
            "a:34:13: syntax error: expected Enum Value Definition",
        ),
        (
            "code: String",
            "code: Strin",
            "a:11:9: unknown type \"Strin\"; did you mean \"String\"?",
        ),
        (
            "code: String",
            "code: Role",
            "a:11:9: field \"code\" of \"Country\" has the type \"Role\", which is for directives only",
        ),
        (
            "code: String",
            "code: Making",
            "a:11:9: field \"code\" of \"Country\" has the type \"Making\", expected a scalar, an enum or an entity type",
        ),
        (
            "code: String",
            "code: Pledge",
            "a:11:3: field \"code\" of \"Country\" leads to \"Pledge\", expected @relationship(type: …, direction: …) on it",
        ),
        (
            "code: String @unique",
            "code: String! @unique",
            "a:11:9: field \"code\" of \"Country\" has the type String!, expected String, since a view may leave it out",
        ),
        (
            "code: String @unique",
            "code: [String] @unique",
            "a:11:10: field \"code\" of \"Country\" has the type [String], expected String for one value or [String!]! for many",
        ),
        (
            "code: String @unique",
            "code: [[String!]!]!",
            "a:11:11: field \"code\" of \"Country\" has the type [[String!]!]!, expected String for one value or [String!]! for many",
        ),
        (
            "code: String @unique",
            "code: EDTF @unique",
            "a:11:14: @unique on field \"code\" of \"Country\", expected it on a String, Int, BigInt or URL",
        ),
        (
            "code: String @unique",
            "code: EDTF @search",
            "a:11:14: @search on field \"code\" of \"Country\", expected it on a String or LocalizedText",
        ),
        (
            "code: String @unique",
            "code: String @search(weight: 0)",
            "a:11:32: @search on field \"code\" of \"Country\": found weight 0, expected 1 to 100",
        ),
        (
            "code: String @unique",
            "code: String @search(weight: \"1\")",
            "a:11:32: argument \"weight\" of @search: found \"1\", expected a whole number",
        ),
        (
            "code: String @unique",
            "code: String @identity",
            "a:11:16: @identity has no place on field \"code\" of \"Country\", a property, expected @search, @unique, @temporal, @plays or @default",
        ),
        (
            "code: String @unique",
            "code: String @uniqe",
            "a:11:16: unknown directive @uniqe; did you mean \"unique\"?",
        ),
        (
            "code: String @unique",
            "code: String @search(wieght: 2)",
            "a:11:24: @search has no argument \"wieght\"; did you mean \"weight\"?",
        ),
        (
            "code: String @unique",
            "code: String @search @search",
            "a:11:24: @search stands here twice",
        ),
        (
            "code: String @unique",
            "code: String @plays(role: EVNT)",
            "a:11:29: argument \"role\" of @plays: found EVNT, expected a value of Role; did you mean \"EVENT\"?",
        ),
        (
            "code: String @unique",
            "code: String @plays",
            "a:11:16: @plays lacks the argument \"role\", expected a value of Role",
        ),
        (
            "code: String @unique",
            "code: String @entity(prefix: \"x\")",
            "a:11:16: @entity stands on a field, expected on a type",
        ),
        (
            "code: String @unique",
            "code(a: Int): String",
            "a:11:3: field \"code\" of \"Country\" has arguments, expected none",
        ),
        (
            "code: String @unique",
            "Code: String",
            "a:11:3: field \"Code\" of \"Country\": expected a name of letters and digits that begins with a lower-case letter",
        ),
        (
            "code: String @unique",
            "claims: String",
            "a:11:3: field \"claims\" of \"Country\" is a reserved name, expected another one",
        ),
        (
            "code: String @unique",
            "__code: String",
            "a:11:3: field \"__code\" of \"Country\": expected a name of letters and digits that begins with a lower-case letter",
        ),
        (
            "code: String @unique",
            "code: String code: String",
            "a:11:16: field \"code\" of \"Country\" is declared twice, first at 11:3",
        ),
        (
            "code: String @unique",
            "madeEdge: String made: Pledge @relationship(type: \"MADE_BY\", direction: IN)",
            "a:11:3: field \"madeEdge\" of \"Country\" meets the field that is generated beside \"made\", expected another name\n\
                 a:11:20: \"Country\" has two inward fields of relationship \"MADE_BY\", \"pledges\" and \"made\", expected one",
        ),
        (
            "code: String @unique",
            "pictures: String",
            "a:11:3: every entity has a field \"pictures\" already, expected another name",
        ),
        (
            "status: Status @default(value: \"OPEN\")",
            "status: Status @default(value: \"OPNE\")",
            "a:26:34: @default on field \"status\" of \"Pledge\": found \"OPNE\", expected OPEN or CLOSED; did you mean \"OPEN\"?",
        ),
        (
            "status: Status @default(value: \"OPEN\")",
            "status: Int @default(value: \"x\")",
            "a:26:31: @default on field \"status\" of \"Pledge\": found \"x\", expected a whole number between -2147483648 and 2147483647",
        ),
        (
            "status: Status @default(value: \"OPEN\")",
            "status: Status @default(value: OPEN)",
            "a:26:34: argument \"value\" of @default: found OPEN, expected a text",
        ),
        (
            "status: Status @default(value: \"OPEN\")",
            "status: [Status!]! @default(value: \"OPEN\")",
            "a:26:22: @default on field \"status\" of \"Pledge\", expected it on a property with one value",
        ),
        (
            "prefix: \"country\"",
            "prefix: \"Country\"",
            "a:9:47: prefix \"Country\": expected at most 40 lower-case letters, digits and single hyphens",
        ),
        (
            "prefix: \"country\"",
            "prefix: \"pledge\"",
            "a:9:47: prefix \"pledge\" is that of \"Pledge\", expected another one",
        ),
        (
            "prefix: \"country\"",
            "prefix: \"claim\"",
            "a:9:47: prefix \"claim\" is that of claims, expected another one",
        ),
        (
            "prefix: \"country\"",
            "prefix: \"source\"",
            "a:9:47: prefix \"source\" is that of \"Source\", expected another one",
        ),
        (
            "type Country implements Party @entity(prefix: \"country\")",
            "type Country implements Party",
            "a:9:6: type \"Country\" has neither of @entity and @relationshipProperties, expected one: @entity(prefix: …) for entities, @relationshipProperties for the properties of relationships",
        ),
        (
            "type Country implements Party @entity(prefix: \"country\")",
            "type Country implements Party @entity(prefix: \"country\", label: \"cod\")",
            "a:9:65: type \"Country\" has no property \"cod\" to be its label, expected \"name: String\", or @entity(label: …) to name another; did you mean \"code\"?",
        ),
        (
            "label: \"text\"",
            "label: \"made\"",
            "a:23:46: label \"made\" of \"Pledge\" is not one text, expected a String, LocalizedText or Quantity",
        ),
        (
            "label: \"text\"",
            "label: \"name\"",
            "a:23:46: type \"Pledge\" has no property \"name\" to be its label, expected \"name: String\", or @entity(label: …) to name another",
        ),
        (
            "implements Party @entity(prefix: \"country\")",
            "implements Prty @entity(prefix: \"country\")",
            "a:9:25: unknown interface \"Prty\"; did you mean \"Party\"?",
        ),
        (
            "implements Party @entity(prefix: \"country\")",
            "implements Party & Entity @entity(prefix: \"country\")",
            "a:9:33: every entity type implements \"Entity\" already, expected it to be left away",
        ),
        (
            "  name: String\n  code",
            "  code",
            "a:9:6: type \"Country\" lacks the field \"name\" of \"Party\", expected name: String\n\
                 a:9:31: type \"Country\" has no property \"name\" to be its label, expected \"name: String\", or @entity(label: …) to name another",
        ),
        (
            "  name: String\n  code",
            "  name: LocalizedText\n  code",
            "a:10:9: field \"name\" of \"Country\" has the type LocalizedText, expected String as in \"Party\"\n\
                 a:10:9: field \"name\" of \"Country\" is the name that people see, expected String",
        ),
        (
            "code: String @unique\n  pledges: [Pledge!]!",
            "pledges: [Pledge!]! @temporal(kind: STATE)",
            "a:11:23: @temporal on field \"pledges\" of \"Country\" differs from the interface's, expected it to be left away",
        ),
        (
            "enum Status { OPEN CLOSED }",
            "enum Status",
            "a:26:34: @default on field \"status\" of \"Pledge\": found \"OPEN\", expected a value of Status\n\
                 a:33:6: enum \"Status\" has no values, expected at least one",
        ),
        (
            "enum Status { OPEN CLOSED }",
            "enum Status { OPEN OPEN }",
            "a:33:20: value \"OPEN\" of \"Status\" is declared twice",
        ),
        (
            "enum Status { OPEN CLOSED }",
            "enum Status { OPEN } enum Status { CLOSED }",
            "a:33:27: \"Status\" is declared twice, first at 33:6",
        ),
        (
            "enum Status { OPEN CLOSED }",
            "enum Status { OPEN } enum Source { A }",
            "a:33:27: \"Source\" is built in, expected another name",
        ),
        (
            "enum Status { OPEN CLOSED }",
            "enum Status { OPEN } enum Role { A }",
            "a:33:27: \"Role\" is built in, expected another name",
        ),
        (
            "enum Status { OPEN CLOSED }",
            "enum Status { OPEN } enum Rank { A }",
            "a:33:27: \"Rank\" is a type of the API itself, expected another name",
        ),
        (
            "enum Status { OPEN CLOSED }",
            "enum Status { OPEN } enum PledgeOrder { A }",
            "a:33:27: \"PledgeOrder\" ends in \"Order\", as generated types do, expected another name",
        ),
        (
            "enum Status { OPEN CLOSED }",
            "enum Status { OPEN } enum lower { A }",
            "a:33:27: \"lower\": expected a name of letters and digits that begins with a capital",
        ),
        (
            "enum Status { OPEN CLOSED }",
            "enum Status { OPEN } scalar Money union U = Country input I { a: Int }",
            "a:33:29: scalar \"Money\": scalars are built in, expected one of them, or an enum\n\
                 a:33:35: an ontology holds no unions, expected an interface\n\
                 a:33:53: input types are generated, expected a type, an interface or an enum",
        ),
        (
            "enum Status { OPEN CLOSED }",
            "enum Status { OPEN } directive @x on OBJECT { a } schema { query: Pledge }",
            "a:33:22: directives are built in, expected a type, an interface or an enum\n\
                 a:33:45: an ontology holds no operations, expected a type, an interface or an enum\n\
                 a:33:51: the API's root types are generated, expected at most \"extend schema @bounds(…)\"",
        ),
        (
            "enum Status { OPEN CLOSED }",
            "enum Status { OPEN } type Countries @entity(prefix: \"countries\") { name: String }",
            "a:33:27: \"Countries\" gives the root field \"countries\" for one, as \"Country\" does, expected another name",
        ),
        (
            "enum Status { OPEN CLOSED }",
            "enum Status { OPEN } type Search @entity(prefix: \"search\") { name: String }",
            "a:33:27: \"Search\" gives the root field \"search\" for one, which the API has already, expected another name",
        ),
        (
            "enum Status { OPEN CLOSED }",
            "enum Status { OPEN } interface Empty { name: String }",
            "a:33:32: interface \"Empty\" has no types, expected one with \"implements Empty\"",
        ),
        (
            "enum Status { OPEN CLOSED }",
            "enum Status { OPEN } extend type Pledg { a: Int } extend enum Party { A } extend enum Role { A }",
            "a:33:34: unknown type \"Pledg\"; did you mean \"Pledge\"?\n\
                 a:33:63: \"Party\" is no enum, expected \"extend interface Party\"\n\
                 a:33:87: \"Role\" is built in and cannot be extended",
        ),
        (
            "extend interface Entity {",
            "extend interface Entity { size: Int",
            "a:35:27: field \"size\" of \"Entity\" is a property, expected a relationship",
        ),
        (
            "about: 0.2, ",
            "about: 2, ",
            "a:1:30: @bounds: found about 2, expected a number between 0 and 1",
        ),
        (
            "about: 0.2, ",
            "",
            "a:1:15: @bounds lacks the argument \"about\", expected a number",
        ),
        (
            "borderedBy: [Country!]! @relationship(type: \"BORDERS\", direction: IN)",
            "",
            "a:14:3: relationship \"BORDERS\" lacks its other end, expected a field of type [Country!]! with @relationship(type: \"BORDERS\", direction: IN) on \"Country\"",
        ),
        (
            "borderedBy: [Country!]! @relationship(type: \"BORDERS\", direction: IN)",
            "borderedBy: [Pledge!]! @relationship(type: \"BORDERS\", direction: IN)",
            "a:14:3: \"Country\" has the outward field \"borders\" of relationship \"BORDERS\", whose inward fields lead to \"Pledge\", expected them to lead to \"Country\" too\n\
                 a:15:3: relationship \"BORDERS\" leads here to \"Pledge\", but \"Pledge\" has no outward field of it",
        ),
        (
            "borderedBy: [Country!]! @relationship(type: \"BORDERS\", direction: IN)",
            "borderedBy: [Country!]! @relationship(type: \"BORDERS\", direction: IN) near: [Country!]! @relationship(type: \"BORDERS\", direction: IN)",
            "a:15:73: \"Country\" has two inward fields of relationship \"BORDERS\", \"borderedBy\" and \"near\", expected one",
        ),
        (
            "borderedBy: [Country!]! @relationship(type: \"BORDERS\", direction: IN)",
            "borderedBy: [String!]! @relationship(type: \"BORDERS\", direction: IN)",
            "a:15:16: field \"borderedBy\" of \"Country\" has @relationship, expected an entity type or interface",
        ),
        (
            "borderedBy: [Country!]! @relationship(type: \"BORDERS\", direction: IN)",
            "borderedBy: Country! @relationship(type: \"borders\", direction: IN)",
            "a:14:3: relationship \"BORDERS\" lacks its other end, expected a field of type [Country!]! with @relationship(type: \"BORDERS\", direction: IN) on \"Country\"\n\
                 a:15:15: field \"borderedBy\" of \"Country\" has the type Country!, expected Country for one or [Country!]! for many, since a view may leave it out\n\
                 a:15:44: field \"borderedBy\" of \"Country\": found \"borders\", expected the name of a relationship such as \"MADE_BY\"",
        ),
        (
            "borderedBy: [Country!]! @relationship(type: \"BORDERS\", direction: IN)",
            "borderedBy: [Country!]! @relationship(type: \"BORDERS\", direction: BACK)",
            "a:15:69: argument \"direction\" of @relationship: found BACK, expected OUT or IN",
        ),
        (
            "borderedBy: [Country!]! @relationship(type: \"BORDERS\", direction: IN)",
            "borderedBy: [Country!]! @relationship(type: \"BORDERS\", direction: IN, properties: \"Makin\")",
            "a:15:85: unknown properties \"Makin\", expected a type with @relationshipProperties; did you mean \"Making\"?",
        ),
        (
            "borderedBy: [Country!]! @relationship(type: \"BORDERS\", direction: IN)",
            "borderedBy: [Country!]! @relationship(type: \"BORDERS\", direction: IN, properties: \"Making\")",
            "a:14:3: relationship \"BORDERS\" has its properties at the inward end only, expected properties: \"Making\" here",
        ),
        (
            "borderedBy: [Country!]! @relationship(type: \"BORDERS\", direction: IN)",
            "borderedBy: [Country!]! @relationship(type: \"BORDERS\", direction: IN) @temporal(kind: EVENT)",
            "a:15:3: relationship \"BORDERS\" has two different @temporal, expected the same",
        ),
        (
            "borderedBy: [Country!]! @relationship(type: \"BORDERS\", direction: IN)",
            "borderedBy: [Country!]! @relationship(type: \"BORDERS\", direction: IN) @exclusive(per: [\"role\"])",
            "a:15:73: @exclusive stands on an inward field, expected on the outward one",
        ),
        (
            "[\"made DESC\", \"edge.role\"]",
            "[\"mde DESC\", \"edge.rol\", \"made DOWN\", \"edge.onBehalfOf\", \"edge.since\", \"id\"]",
            "a:6:79: cannot order by \"mde\": \"Pledge\" has no such property; did you mean \"made\"?\n\
                 a:6:91: cannot order by \"edge.rol\": the relationship has no such property; did you mean \"role\"?\n\
                 a:6:103: found \"made DOWN\", expected a property, maybe followed by ASC or DESC\n\
                 a:6:116: cannot order by \"edge.onBehalfOf\", expected a property with one value that is no entity",
        ),
        (
            "per: [\"role\"]",
            "per: [\"rle\"]",
            "a:27:107: @exclusive: relationship \"MADE_BY\" has no property \"rle\"; did you mean \"role\"?",
        ),
        (
            "eq: \"HEAD\"",
            "eq: \"HEAAD\"",
            "a:27:147: @exclusive: property \"role\": found \"HEAAD\", expected HEAD or MEMBER; did you mean \"HEAD\"?",
        ),
        (
            "eq: \"HEAD\"",
            "equal: \"HEAD\"",
            "a:27:124: argument \"where\" of @exclusive lacks \"eq\", expected a text\n\
                 a:27:143: argument \"where\" of @exclusive has no field \"equal\"",
        ),
        (
            "madeBy: [Party!]!",
            "madeBy: [Country!]!",
            "a:6:3: \"Person\" has the inward field \"pledges\" of relationship \"MADE_BY\", whose outward fields lead to \"Country\", expected them to lead to \"Person\" too",
        ),
        (
            "role: Part @identity",
            "role: [Part!]! @search",
            "a:6:92: cannot order by \"edge.role\", expected a property with one value that is no entity\n\
                 a:30:10: field \"role\" of \"Making\": a property of a relationship has one value, expected Part\n\
                 a:30:18: @search has no place on field \"role\" of \"Making\", a relationship's property, expected @identity, @plays or @default",
        ),
        (
            "role: Part @identity",
            "source: Part",
            "a:6:92: cannot order by \"edge.role\": the relationship has no such property\n\
                 a:27:107: @exclusive: relationship \"MADE_BY\" has no property \"role\"\n\
                 a:27:135: @exclusive: relationship \"MADE_BY\" has no property \"role\"\n\
                 a:30:3: field \"source\" of \"Making\" is a reserved name, expected another one",
        ),
        (
            "type Making @relationshipProperties",
            "type Making @relationshipProperties @temporal(kind: EVENT)",
            "a:29:37: @temporal has no place on \"Making\", which holds properties",
        ),
        (
            "type Making @relationshipProperties",
            "type Making implements Party @relationshipProperties",
            "a:29:24: \"Making\" implements \"Party\", expected only entity types to",
        ),
    ];
    for (from, to, expected) in cases {
        assert_eq!(told(from, to), expected, "{from} becomes {to}");
    }
}

#[test]
fn broken_syntax_is_told_whole() {
    let problems = read("type A @entity(prefix: \"a\" {\n  name: \n}\ntype {", "a").unwrap_err();
    let expected = "a:1:28: syntax error: expected R_PAREN, got {\n\
                    a:3:1: syntax error: expected a Type\n\
                    a:4:6: syntax error: expected a name\n\
                    a:4:7: syntax error: expected Field Definition\n\
                    a:4:7: syntax error: expected R_CURLY, got EOF";
    assert_eq!(problems.to_string(), expected);
    let problems = read(&"type A { a: Int } ".repeat(30_000), "a").unwrap_err();
    assert_eq!(
        problems.to_string(),
        "a:1:166156: token limit reached, aborting lexing"
    );
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        drop(read(&text, "a"));
    }

    #[test]
    fn no_words_make_the_reader_panic(
        words in proptest::collection::vec(proptest::sample::select(GOOD.split_inclusive([' ', '\n', '(', ':', '@', '!', '[', '"']).collect::<Vec<_>>()), 0..80)
    ) {
        drop(read(&words.concat(), "a"));
    }

    #[test]
    fn no_cut_makes_the_reader_panic(start in 0..GOOD.len(), length in 0..200usize) {
        let text: String = GOOD.char_indices().filter(|(at, _)| *at < start || *at >= start + length).map(|(_, letter)| letter).collect();
        drop(read(&text, "a"));
    }
}
