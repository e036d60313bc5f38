use super::*;

use proptest::prelude::*;

const INIT: &str = r#"{"type":"connection_init"}"#;

fn acknowledged() -> Protocol {
    let mut protocol = Protocol::new(2);
    assert!(identify(protocol.hear(INIT)).is_empty());
    assert_eq!(protocol.acknowledge(), r#"{"type":"connection_ack"}"#);
    protocol
}

fn identify(deed: Deed) -> Map<String, Value> {
    match deed {
        Deed::Identify(payload) => payload,
        other => panic!("{other:?}"),
    }
}

fn say(deed: Deed) -> Value {
    match deed {
        Deed::Say(text) => serde_json::from_str(&text).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn close(deed: Deed) -> (u16, String) {
    match deed {
        Deed::Close(close) => (close.code, close.reason.into_owned()),
        other => panic!("{other:?}"),
    }
}

fn subscribe(id: &str) -> String {
    json!({ "type": "subscribe", "id": id, "payload": { "query": "{ a }" } }).to_string()
}

fn start(protocol: &mut Protocol, id: &str) -> Key {
    match protocol.hear(&subscribe(id)) {
        Deed::Start { key, asked } => {
            assert_eq!(asked.query.as_deref(), Some("{ a }"));
            key
        }
        other => panic!("{other:?}"),
    }
}

fn message(text: Option<String>) -> Value {
    serde_json::from_str(&text.unwrap()).unwrap()
}

#[test]
fn a_connection_is_initialised_once_and_before_all_else() {
    let mut protocol = Protocol::new(2);
    assert!(!protocol.is_acknowledged());
    assert_eq!(
        close(protocol.hear(&subscribe("1"))),
        (4401, "Unauthorized".into())
    );
    assert!(protocol.is_idle());
    let mut protocol = acknowledged();
    assert!(protocol.is_acknowledged());
    let twice = (4429, "Too many initialisation requests".to_owned());
    assert_eq!(close(protocol.hear(INIT)), twice);
}

#[test]
fn pings_are_answered_at_any_time_and_pongs_are_not() {
    let mut protocol = Protocol::new(2);
    let ping = r#"{"type":"ping","payload":{"a":[1]}}"#;
    assert_eq!(say(protocol.hear(ping)), json!({ "type": "pong" }));
    let pong = r#"{"type":"pong"}"#;
    assert!(matches!(protocol.hear(pong), Deed::Nothing));
    let mut protocol = acknowledged();
    assert_eq!(say(protocol.hear(ping)), json!({ "type": "pong" }));
}

#[test]
fn what_the_protocol_does_not_know_closes_with_4400() {
    for text in [
        "",
        "nonsense",
        "[]",
        "null",
        "7",
        "{}",
        r#"{"type":7}"#,
        r#"{"type":"foo"}"#,
        r#"{"type":"next","id":"1","payload":{}}"#,
        r#"{"type":"connection_ack"}"#,
        r#"{"type":"start","id":"1","payload":{"query":"{ a }"}}"#,
        r#"{"type":"ping","payload":7}"#,
        r#"{"type":"pong","payload":"x"}"#,
        r#"{"type":"connection_init","payload":[]}"#,
        r#"{"type":"complete"}"#,
        r#"{"type":"complete","id":7}"#,
        r#"{"type":"subscribe","payload":{"query":"{ a }"}}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{ a }"}}"#,
        r#"{"type":"subscribe","id":1,"payload":{"query":"{ a }"}}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"subscribe","id":"1","payload":"{ a }"}"#,
        r#"{"type":"subscribe","id":"1","payload":{}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":7}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }","operationName":7}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":[]}}"#,
        r#"{"type":"ping"} x"#,
        &format!(r#"{{"type":"{}"}}"#, "é".repeat(200)),
        &"[".repeat(100_000),
    ] {
        let (code, reason) = close(acknowledged().hear(text));
        assert_eq!(code, 4400, "{text}");
        assert!((1..=123).contains(&reason.len()), "{text}: {reason}");
    }
}

#[test]
fn a_payload_that_is_null_is_none() {
    let mut protocol = Protocol::new(2);
    let init = r#"{"type":"connection_init","payload":null}"#;
    assert!(identify(protocol.hear(init)).is_empty());
}

#[test]
fn nothing_runs_for_a_client_that_was_not_let_in() {
    let mut protocol = Protocol::new(2);
    let init = r#"{"type":"connection_init","payload":{"authorization":"Bearer x"}}"#;
    assert_eq!(identify(protocol.hear(init))["authorization"], "Bearer x");
    assert!(!protocol.is_acknowledged());
    assert_eq!(close(protocol.hear(&subscribe("1"))).0, 4401);
    assert_eq!(close(protocol.hear(INIT)).0, 4429);
    let refused = Close::forbidden(&Refusal::token("it was revoked"));
    assert_eq!(refused.code, 4403);
    assert!(refused.reason.contains("it was revoked"));
}

#[test]
fn an_operation_is_answered_and_completed_under_its_id() {
    let mut protocol = acknowledged();
    let key = start(&mut protocol, "a \"b\"");
    let answer = Told::Answer(r#"{"data":{"a":1}}"#.into());
    assert_eq!(
        message(protocol.tell(&key, &answer)),
        json!({ "id": "a \"b\"", "type": "next", "payload": { "data": { "a": 1 } } })
    );
    assert!(!protocol.is_idle());
    assert_eq!(
        message(protocol.tell(&key, &Told::Complete)),
        json!({ "id": "a \"b\"", "type": "complete" })
    );
    assert!(protocol.is_idle());
    assert_eq!(protocol.tell(&key, &answer), None);
    // The client was faster or slower; either way it is done.
    let late = json!({ "type": "complete", "id": "a \"b\"" }).to_string();
    assert!(matches!(protocol.hear(&late), Deed::Nothing));
    start(&mut protocol, "a \"b\"");
}

#[test]
fn a_refused_operation_has_an_error_and_no_completion() {
    let mut protocol = acknowledged();
    let key = start(&mut protocol, "1");
    let told = Told::Refused(r#"{"errors":[{"message":"no"}]}"#.into());
    assert_eq!(
        message(protocol.tell(&key, &told)),
        json!({ "id": "1", "type": "error", "payload": [{ "message": "no" }] })
    );
    assert_eq!(protocol.tell(&key, &Told::Complete), None);
    assert!(protocol.is_idle());
}

#[test]
fn an_id_that_is_in_use_closes_with_4409() {
    let mut protocol = acknowledged();
    start(&mut protocol, "1");
    let (code, reason) = close(protocol.hear(&subscribe("1")));
    assert_eq!((code, &*reason), (4409, "Subscriber for 1 already exists"));
}

#[test]
fn what_the_client_completed_is_told_no_more_even_if_its_id_is_used_again() {
    let mut protocol = acknowledged();
    let first = start(&mut protocol, "1");
    let stopped = protocol.hear(r#"{"type":"complete","id":"1"}"#);
    assert!(matches!(stopped, Deed::Stop { number } if number == first.number));
    let answer = Told::Answer(r#"{"data":null}"#.into());
    assert_eq!(protocol.tell(&first, &answer), None);
    let second = start(&mut protocol, "1");
    assert_eq!(protocol.tell(&first, &Told::Complete), None);
    protocol.forget(&first);
    assert!(protocol.tell(&second, &answer).is_some());
    protocol.forget(&second);
    assert!(protocol.is_idle());
}

#[test]
fn more_operations_than_may_run_are_refused_one_by_one() {
    let mut protocol = acknowledged();
    let first = start(&mut protocol, "1");
    start(&mut protocol, "2");
    let refused = say(protocol.hear(&subscribe("3")));
    assert_eq!(refused["type"], "error");
    assert_eq!(refused["id"], "3");
    let code = &refused["payload"][0]["extensions"]["code"];
    assert_eq!(code, "LIMIT_EXCEEDED");
    protocol.tell(&first, &Told::Complete).unwrap();
    start(&mut protocol, "3");
}

/// What happens on a connection, in any order.
#[derive(Debug, Clone)]
enum Happening {
    Init,
    Subscribe(u8),
    Completed(u8),
    Ping,
    /// Of the operation that was started so many before the last one.
    Told(usize, Told),
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let told = prop_oneof![
        Just(Told::Answer(r#"{"data":{}}"#.into())),
        Just(Told::Refused(r#"{"errors":[]}"#.into())),
        Just(Told::Complete),
    ];
    let happening = prop_oneof![
        1 => Just(Happening::Init),
        6 => (0..4_u8).prop_map(Happening::Subscribe),
        3 => (0..4_u8).prop_map(Happening::Completed),
        1 => Just(Happening::Ping),
        8 => (0..4_usize, told).prop_map(|(back, told)| Happening::Told(back, told)),
    ];
    proptest::collection::vec(happening, 0..60)
}

proptest! {
    /// Against a model that knows which operations run and nothing else.
    #[test]
    fn only_what_runs_is_told_of(happenings in happenings()) {
        let mut protocol = acknowledged();
        let mut started: Vec<Key> = Vec::new();
        let mut running: Vec<Key> = Vec::new();
        for happening in happenings {
            match happening {
                Happening::Init => {
                    prop_assert_eq!(close(protocol.hear(INIT)).0, 4429);
                }
                Happening::Ping => {
                    say(protocol.hear(r#"{"type":"ping"}"#));
                }
                Happening::Subscribe(id) => {
                    let id = id.to_string();
                    match protocol.hear(&subscribe(&id)) {
                        Deed::Start { key, .. } => {
                            prop_assert!(running.len() < 2);
                            prop_assert!(running.iter().all(|other| other.id != id));
                            prop_assert!(started.iter().all(|other| other.number != key.number));
                            started.push(key.clone());
                            running.push(key);
                        }
                        Deed::Close(close) => {
                            prop_assert_eq!(close.code, 4409);
                            prop_assert!(running.iter().any(|other| other.id == id));
                        }
                        Deed::Say(_) => prop_assert_eq!(running.len(), 2),
                        other => prop_assert!(false, "{other:?}"),
                    }
                }
                Happening::Completed(id) => {
                    let id = id.to_string();
                    let text = json!({ "type": "complete", "id": id }).to_string();
                    let place = running.iter().position(|key| key.id == id);
                    match (protocol.hear(&text), place) {
                        (Deed::Stop { number }, Some(place)) => {
                            prop_assert_eq!(running.remove(place).number, number);
                        }
                        (Deed::Nothing, None) => {}
                        other => prop_assert!(false, "{other:?}"),
                    }
                }
                Happening::Told(back, told) => {
                    let Some(key) = started.iter().rev().nth(back) else { continue };
                    let place = running.iter().position(|other| other == key);
                    let message = protocol.tell(key, &told);
                    prop_assert_eq!(message.is_some(), place.is_some());
                    if let Some(place) = place && !matches!(told, Told::Answer(_)) {
                        running.remove(place);
                    }
                }
            }
            prop_assert_eq!(protocol.is_idle(), running.is_empty());
        }
    }

    /// Whatever comes, it is answered or closes with a reason that fits into a frame.
    #[test]
    fn any_text_is_heard(text in r#"\PC{0,40}|\{"type":"[a-z_]{0,12}"(,"id":("\PC{0,200}"|null|7))?(,"payload":\PC{0,20})?\}"#) {
        let mut protocol = acknowledged();
        if let Deed::Close(close) = protocol.hear(&text) {
            prop_assert!((1..=123).contains(&close.reason.len()));
        }
    }
}
