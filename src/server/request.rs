//! A body or a query string becomes a GraphQL request, or one clear error.

use std::fmt;

use axum::extract::Query;
use axum::http::Uri;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// The members of a request, in this order everywhere below. Other names are reserved for later
/// versions of the specification and are ignored.
const NAMES: [&str; 5] = [
    "query",
    "operationName",
    "variables",
    "extensions",
    "documentId",
];

/// The member of `extensions` by which Apollo's clients name a document.
pub(super) const PERSISTED_QUERY: &str = "persistedQuery";

/// How many values the JSON of a body may hold: in memory each takes seventy times as much as it may take in the body.
const MOST_VALUES: usize = 100_000;

/// What a request says, before its document is looked up where it is named only.
#[derive(Debug)]
pub(super) struct Asked {
    /// The document.
    pub(super) query: Option<String>,
    /// What a document that the server knows is named by.
    pub(super) document_id: Option<String>,
    pub(super) operation_name: Option<String>,
    pub(super) variables: Map<String, Value>,
    pub(super) extensions: Map<String, Value>,
}

impl Asked {
    /// Whether it has a document or names one.
    pub(super) fn has_document(&self) -> bool {
        let named = self.document_id.is_some() || self.extensions.contains_key(PERSISTED_QUERY);
        self.query.is_some() || named
    }
}

/// What a body holds.
#[derive(Debug)]
pub(super) enum Posted {
    One(Asked),
    /// An array of requests, to be answered by an array.
    Batch(Vec<Asked>),
}

/// Reads the JSON body of a POST, which may be an array of so many requests.
pub(super) fn from_body(body: &[u8], batch: usize) -> Result<Posted, Refusal> {
    // Each takes a byte at least.
    if body.len() > MOST_VALUES && values(body) > MOST_VALUES {
        return Err(Refusal::TooManyValues { limit: MOST_VALUES });
    }
    // The first character tells an object from everything else.
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err(Refusal::BodyEmpty),
        Some(b'{') => {}
        Some(b'[') if batch > 0 => return Ok(Posted::Batch(many(body, batch)?)),
        Some(first) => {
            serde_json::from_slice::<IgnoredAny>(body).map_err(|error| syntax(&error))?;
            return Err(match first {
                b'[' => Refusal::Batch,
                b'"' => Refusal::NotAnObject { found: "a string" },
                b't' | b'f' => Refusal::NotAnObject { found: "a boolean" },
                b'n' => Refusal::NotAnObject { found: "null" },
                _ => Refusal::NotAnObject { found: "a number" },
            });
        }
    }
    let members = serde_json::from_slice(body).map_err(|error| syntax(&error))?;
    asked(members).map(Posted::One)
}

/// Deeper than this nothing is read anyway.
const DEEPEST: usize = 128;

/// How many values JSON holds, or a few more, as far as it is read.
fn values(json: &[u8]) -> usize {
    let (mut found, mut depth, mut in_text, mut escaped) = (1, 0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b',' if !in_text => found += 1,
            b'[' | b'{' if !in_text => {
                found += 1;
                depth += 1;
            }
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            break;
        }
    }
    found
}

/// The requests of a batch, which is read no further than it may be long.
fn many(body: &[u8], most: usize) -> Result<Vec<Asked>, Refusal> {
    let Several(members) = serde_json::from_slice(body).map_err(|error| syntax(&error))?;
    match members.len() {
        0 => Err(Refusal::BatchEmpty),
        found if found > most => Err(Refusal::BatchTooLong { found, most }),
        _ => members.into_iter().map(asked).collect(),
    }
}

fn asked(members: Members) -> Result<Asked, Refusal> {
    let Members { values, repeated } = members;
    if let Some(name) = repeated {
        return Err(Refusal::Repeated { name });
    }
    let [query, operation_name, variables, extensions, document_id] = values;
    Ok(Asked {
        query: text(NAMES[0], query)?,
        operation_name: text(NAMES[1], operation_name)?,
        variables: object(NAMES[2], variables)?,
        extensions: object(NAMES[3], extensions)?,
        document_id: text(NAMES[4], document_id)?,
    })
}

/// Reads the query string of a GET.
pub(super) fn from_query_string(uri: &Uri) -> Result<Asked, Refusal> {
    let mut values: [Option<String>; NAMES.len()] = Default::default();
    for (name, value) in pairs(uri)? {
        let Some(place) = NAMES.iter().position(|known| *known == name) else {
            continue;
        };
        if values[place].replace(value).is_some() {
            return Err(Refusal::Repeated { name: NAMES[place] });
        }
    }
    let [query, operation_name, variables, extensions, document_id] = values;
    Ok(Asked {
        query,
        document_id,
        // In an address the empty string stands for no name.
        operation_name: operation_name.filter(|name| !name.is_empty()),
        variables: object(NAMES[2], json(NAMES[2], variables)?)?,
        extensions: object(NAMES[3], json(NAMES[3], extensions)?)?,
    })
}

/// Whether an address asks for anything, or is only being opened.
pub(super) fn has_query(uri: &Uri) -> bool {
    let asks = |name: &str| [NAMES[0], NAMES[3], NAMES[4]].contains(&name);
    pairs(uri).map_or(true, |pairs| pairs.iter().any(|(name, _)| asks(name)))
}

fn pairs(uri: &Uri) -> Result<Vec<(String, String)>, Refusal> {
    let Query(pairs) = Query::try_from_uri(uri).map_err(|_| Refusal::QueryString)?;
    Ok(pairs)
}

/// What a JSON object says about each of [`NAMES`].
struct Members {
    values: [Option<Value>; NAMES.len()],
    /// A member that is there twice: a proxy in front of us and we could read two different ones.
    repeated: Option<&'static str>,
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(ReadMembers)
    }
}

/// The requests of a batch.
#[derive(Deserialize)]
struct Several(Vec<Members>);

struct ReadMembers;

impl<'de> Visitor<'de> for ReadMembers {
    type Value = Members;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Members {
            values: Default::default(),
            repeated: None,
        };
        while let Some(name) = map.next_key::<String>()? {
            let Some(place) = NAMES.iter().position(|known| *known == name) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if members.values[place].replace(map.next_value()?).is_some() {
                members.repeated.get_or_insert(NAMES[place]);
            }
        }
        Ok(members)
    }
}

/// A member that holds text; `null` is the same as leaving it out.
fn text(name: &'static str, value: Option<Value>) -> Result<Option<String>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(Refusal::Member {
            name,
            found: kind(&other),
            expected: "a string",
        }),
    }
}

/// A member that holds an object; `null` is the same as leaving it out.
fn object(name: &'static str, value: Option<Value>) -> Result<Map<String, Value>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(map)) => Ok(map),
        Some(other) => Err(Refusal::Member {
            name,
            found: kind(&other),
            expected: "an object",
        }),
    }
}

/// A parameter of an address that is written as JSON.
fn json(name: &'static str, value: Option<String>) -> Result<Option<Value>, Refusal> {
    let Some(value) = value else {
        return Ok(None);
    };
    serde_json::from_str(&value).map_err(|error| Refusal::ParameterSyntax {
        name,
        line: error.line(),
        column: error.column(),
        problem: problem(&error),
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn syntax(error: &serde_json::Error) -> Refusal {
    Refusal::Syntax {
        line: error.line(),
        column: error.column(),
        problem: problem(error),
    }
}

/// What is wrong, without the position that serde_json appends: ours stands in front.
fn problem(error: &serde_json::Error) -> String {
    let mut text = error.to_string();
    if let Some(end) = text.rfind(" at line ") {
        text.truncate(end);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(body: &[u8]) -> Asked {
        match from_body(body, 0).unwrap() {
            Posted::One(asked) => asked,
            Posted::Batch(_) => panic!("a batch"),
        }
    }

    fn message(body: &[u8]) -> String {
        match from_body(body, 0) {
            Ok(_) => "accepted".to_owned(),
            Err(refusal) => refusal.to_string(),
        }
    }

    #[test]
    fn every_member_arrives() {
        let request = one(
            br#" {"query":"query A { a }","operationName":"A","variables":{"z":1,"a":[null]},
                 "extensions":{"x":true},"id":"ignored","query ":7} "#,
        );
        assert_eq!(request.query.as_deref(), Some("query A { a }"));
        assert_eq!(request.operation_name.as_deref(), Some("A"));
        assert_eq!(
            serde_json::to_string(&request.variables).unwrap(),
            r#"{"z":1,"a":[null]}"#
        );
        assert_eq!(request.extensions["x"], true);
    }

    #[test]
    fn null_is_the_same_as_nothing() {
        let request =
            one(br#"{"query":"{a}","operationName":null,"variables":null,"extensions":null}"#);
        assert_eq!(request.operation_name, None);
        assert!(request.variables.is_empty() && request.extensions.is_empty());
    }

    #[test]
    fn each_mistake_has_a_sentence_of_its_own() {
        let object = "expected a JSON object with a `query`";
        for (body, expected) in [
            ("", format!("the request body is empty: {object}")),
            (" \r\n", format!("the request body is empty: {object}")),
            ("null", format!("the request body is null: {object}")),
            ("\"{a}\"", format!("the request body is a string: {object}")),
            ("-1", format!("the request body is a number: {object}")),
            ("true", format!("the request body is a boolean: {object}")),
            (
                r#"{"query":{"a":1}}"#,
                "`query` is an object: expected a string".to_owned(),
            ),
            (
                r#"{"query":"{a}","operationName":["A"]}"#,
                "`operationName` is an array: expected a string".to_owned(),
            ),
            (
                r#"{"query":"{a}","variables":"{}"}"#,
                "`variables` is a string: expected an object".to_owned(),
            ),
            (
                r#"{"query":"{a}","extensions":false}"#,
                "`extensions` is a boolean: expected an object".to_owned(),
            ),
            (
                r#"{"query":"{a}","query":"{b}"}"#,
                "`query` is given more than once: expected it once".to_owned(),
            ),
            (
                "{\"query\":\n \"{a}\",}",
                "the request body is not valid JSON at line 2, column 8: trailing comma".to_owned(),
            ),
            (
                "{\"query\":\"{a}\"} x",
                "the request body is not valid JSON at line 1, column 17: trailing characters"
                    .to_owned(),
            ),
            (
                "nonsense",
                "the request body is not valid JSON at line 1, column 2: expected ident".to_owned(),
            ),
        ] {
            assert_eq!(message(body.as_bytes()), expected, "{body}");
        }
        assert!(message(br#"[{"query":"{a}"}]"#).contains("takes no batches"));
        assert!(message(b"{\"query\":\"\xff\"}").contains("not valid JSON at line 1, column"));
    }

    #[test]
    fn a_batch_is_as_long_as_it_may_be() {
        let batch = |body: &str| match from_body(body.as_bytes(), 2) {
            Ok(Posted::Batch(asked)) => asked.len().to_string(),
            Ok(Posted::One(_)) => "one".into(),
            Err(refusal) => refusal.to_string(),
        };
        assert_eq!(batch(r#"{"query":"{a}"}"#), "one");
        assert_eq!(batch(r#"[{"query":"{a}"},{"query":"{b}"}]"#), "2");
        assert_eq!(
            batch(r#"[{"query":"{a}"},{"query":"{b}"},{}]"#),
            "the batch has 3 requests: at most 2 are answered together"
        );
        assert_eq!(batch("[]"), "the batch is empty: expected requests");
        assert!(batch("[1]").contains("not valid JSON"));
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_overflow() {
        for open in ["[", "{\"a\":"] {
            let deep = open.repeat(200_000);
            assert!(
                message(deep.as_bytes()).contains("not valid JSON"),
                "{open}"
            );
            let inside = format!("{{\"query\":\"{{a}}\",\"variables\":{deep}");
            assert!(
                message(inside.as_bytes()).contains("recursion limit"),
                "{open}"
            );
        }
    }

    #[test]
    fn an_address_carries_the_same_members() {
        let uri = "/graphql?query=query+A%28%24n%3AInt%29%7Ba%7D&operationName=A\
                   &variables=%7B%22n%22%3A1%7D&extensions=null&other=1";
        let request = from_query_string(&uri.parse().unwrap()).unwrap();
        assert_eq!(request.query.as_deref(), Some("query A($n:Int){a}"));
        assert_eq!(request.operation_name.as_deref(), Some("A"));
        assert_eq!(request.variables["n"], 1);
        assert!(request.extensions.is_empty());
    }

    #[test]
    fn mistakes_in_an_address_are_named() {
        for (query_string, expected) in [
            (
                "query={a}&query={b}",
                "`query` is given more than once: expected it once",
            ),
            (
                "query={a}&variables=[1]",
                "`variables` is an array: expected an object",
            ),
            (
                "query={a}&variables={",
                "the parameter `variables` is not valid JSON at line 1, column 1: \
                 EOF while parsing an object",
            ),
            (
                "query={a}&extensions=",
                "the parameter `extensions` is not valid JSON at line 1, column 0: \
                 EOF while parsing a value",
            ),
        ] {
            let uri = format!(
                "/graphql?{}",
                query_string.replace('{', "%7B").replace('}', "%7D")
            );
            let refusal = from_query_string(&uri.parse().unwrap())
                .map(|_| "accepted")
                .unwrap_err();
            assert_eq!(refusal.to_string(), expected, "{query_string}");
        }
        let uri = "/graphql?query=%7Ba%7D&operationName=".parse().unwrap();
        assert_eq!(from_query_string(&uri).unwrap().operation_name, None);
    }

    #[test]
    fn json_of_too_many_values_is_not_read() {
        let body = |items: usize, item: &str| {
            let list = vec![item; items].join(",");
            format!("{{\"query\":\"{{ a }}\",\"variables\":{{\"a\":[{list}]}}}}")
        };
        let told = message(body(MOST_VALUES, "1").as_bytes());
        assert_eq!(
            told,
            "the request body holds more than 100000 values, the most that this server reads"
        );
        assert_eq!(message(body(MOST_VALUES - 10, "1").as_bytes()), "accepted");
        // Commas in texts are no values.
        let text = format!("\"{}\\\"{}\"", ",".repeat(MOST_VALUES), "[".repeat(9));
        assert_eq!(message(body(1, &text).as_bytes()), "accepted");
    }
}
