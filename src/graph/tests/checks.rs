//! What `check` refuses, and that refusing changes nothing.

use proptest::prelude::*;

use super::cases;
use super::script::{Round, Twins, rounds};
use super::world::{
    add, claim_id, evidence, id, keyed, link, ontology, put, retract, text, transaction, value,
};
use crate::graph::view::View;
use crate::graph::{CheckError, Graph};
use crate::model::change::Change;
use crate::model::claim::{Assertion, Claim, Evidence, Rank, Stance};
use crate::model::value::{Bound, Quantity, Value};

/// A graph with some entities, and with the claims `claim:name` and `claim:tie`.
fn graph() -> Graph {
    let mut graph = Graph::new(ontology());
    let ids = ["person:a", "person:b", "work:a", "source:a", "annotation:a"];
    let mut changes: Vec<Change> = ids.into_iter().map(put).collect();
    changes.push(add(keyed("claim:name", text("person:a", "code", "x"))));
    changes.push(add(keyed(
        "claim:tie",
        link("work:a", "MADE_BY", "person:a", &[]),
    )));
    apply(&mut graph, changes);
    graph
}

fn apply(graph: &mut Graph, changes: Vec<Change>) {
    let transaction = transaction(5, changes);
    graph.check(&transaction).expect("fits");
    graph.apply(&transaction);
}

fn told(graph: &Graph, changes: Vec<Change>) -> Vec<(usize, String)> {
    let errors = graph
        .check(&transaction(5, changes))
        .err()
        .unwrap_or_default();
    errors
        .into_iter()
        .map(|CheckError { place, reason }| (place, reason))
        .collect()
}

fn quantity(value: f64, low: Option<f64>) -> Value {
    Value::Quantity(Quantity {
        value,
        bound: Bound::Exact,
        low,
        high: None,
        unit: None,
        currency: None,
    })
}

fn evidence_for(claim: &str, source: &str) -> Change {
    Change::AddEvidence {
        claim: claim_id(claim),
        evidence: Box::new(evidence(source)),
    }
}

#[test]
fn each_change_that_does_not_fit_is_refused_with_what_was_found() {
    let graph = graph();
    let enumeration = |word: &str| Value::Enum(word.into());
    let entity = |party: &str| Value::Entity(id(party));
    let through = |party: &str| {
        add(link(
            "work:a",
            "MADE_BY",
            "person:a",
            &[("through", entity(party))],
        ))
    };
    let unsupported = |stance: Option<Stance>| {
        let evidence = stance.map(|stance| Evidence {
            stance,
            ..evidence("source:a")
        });
        add(Claim {
            evidence: evidence.into_iter().collect(),
            ..text("person:a", "name", "Ada")
        })
    };
    let attributed = Evidence {
        attributed_to: Some(id("person:z")),
        ..evidence("source:a")
    };
    let twice = [
        ("role", enumeration("FIRST")),
        ("role", enumeration("LAST")),
    ];
    let wrong = [
        (put("person:a"), "person:a is on record already"),
        (
            put("planet:a"),
            "planet:a has the prefix \"planet\", which is no type's",
        ),
        (
            add(text("person:z", "name", "Ada")),
            "person:z is not on record",
        ),
        (
            add(text("planet:a", "name", "Ada")),
            "planet:a is not on record",
        ),
        (
            add(text("person:a", "nam", "Ada")),
            "Person has no property \"nam\"",
        ),
        (
            add(text("person:a", "made", "2020")),
            "Person has no property \"made\"",
        ),
        (
            add(value("person:a", "name", Value::Int(1))),
            "\"1\" is no value for name",
        ),
        (
            add(text("person:a", "state", "FIRST")),
            "\"FIRST\" is no value for state",
        ),
        (
            add(value("person:a", "state", enumeration("FOURTH"))),
            "\"FOURTH\" is no value for state",
        ),
        (
            add(text("person:a", "born", "2020")),
            "\"2020\" is no value for born",
        ),
        (
            add(value("work:a", "amount", quantity(f64::NAN, None))),
            "\"NaN\" is no value for amount",
        ),
        (
            add(value(
                "work:a",
                "amount",
                quantity(1.0, Some(f64::INFINITY)),
            )),
            "\"1\" is no value for amount",
        ),
        (
            add(link("work:a", "MADEBY", "person:a", &[])),
            "there is no relationship type \"MADEBY\"",
        ),
        (
            add(link("person:a", "MADE_BY", "person:a", &[])),
            "MADE_BY cannot begin at Person: expected Work",
        ),
        (
            add(link("work:a", "MADE_BY", "work:a", &[])),
            "MADE_BY cannot end at Work: expected Person",
        ),
        (
            add(link("person:a", "KNOWS", "source:a", &[])),
            "KNOWS cannot end at Source: expected Party",
        ),
        (
            add(link("work:a", "MADE_BY", "person:z", &[])),
            "person:z is not on record",
        ),
        (
            add(link(
                "work:a",
                "MADE_BY",
                "person:a",
                &[("rle", Value::Int(1))],
            )),
            "MADE_BY has no property \"rle\"",
        ),
        (
            add(link(
                "work:a",
                "MADE_BY",
                "person:a",
                &[("share", enumeration("FIRST"))],
            )),
            "\"FIRST\" is no value for share",
        ),
        (
            add(link("work:a", "MADE_BY", "person:a", &twice)),
            "MADE_BY is given role twice",
        ),
        (through("person:z"), "through: person:z is not on record"),
        (through("source:a"), "through expects Party, found source:a"),
        (
            unsupported(None),
            "the claim on person:a names no source that supports it",
        ),
        (
            unsupported(Some(Stance::Disputes)),
            "the claim on person:a names no source that supports it",
        ),
        (
            add(Claim {
                evidence: vec![evidence("source:z")],
                ..text("person:a", "name", "Ada")
            }),
            "the evidence's source source:z is not on record",
        ),
        (
            add(Claim {
                evidence: vec![evidence("person:a")],
                ..text("person:a", "name", "Ada")
            }),
            "the evidence's source person:a is no source",
        ),
        (
            add(Claim {
                evidence: vec![attributed],
                ..text("person:a", "name", "Ada")
            }),
            "attributedTo: person:z is not on record",
        ),
        (
            add(keyed("claim:name", text("person:b", "name", "Bo"))),
            "claim:name is on record already",
        ),
        (
            add(keyed("claim:1-7", text("person:b", "name", "Bo"))),
            "claim:1-7 looks like a generated id: a key needs a letter",
        ),
        (
            add(text("person:b", "code", "x")),
            "code \"x\" is taken by person:a, and no two may share it",
        ),
        (
            evidence_for("claim:none", "source:a"),
            "claim:none is not on record",
        ),
        (
            evidence_for("claim:1-1", "source:a"),
            "claim:1-1 is not on record",
        ),
        (
            evidence_for("claim:name", "source:z"),
            "the evidence's source source:z is not on record",
        ),
        (
            evidence_for("claim:name", "work:a"),
            "the evidence's source work:a is no source",
        ),
        (retract("claim:none"), "claim:none is not on record"),
        (
            Change::Retract {
                claim: claim_id("claim:name"),
                reason: " ".into(),
            },
            "claim:name needs a reason",
        ),
        (
            Change::SetRank {
                claim: claim_id("claim:none"),
                rank: Rank::Normal,
                reason: "so".into(),
            },
            "claim:none is not on record",
        ),
        (
            Change::SetRank {
                claim: claim_id("claim:name"),
                rank: Rank::Normal,
                reason: String::new(),
            },
            "claim:name needs a reason",
        ),
        (
            Change::AnnotateClaim {
                annotation: id("annotation:z"),
                claim: claim_id("claim:name"),
            },
            "annotation:z is not on record",
        ),
        (
            Change::AnnotateClaim {
                annotation: id("person:a"),
                claim: claim_id("claim:name"),
            },
            "person:a is no annotation",
        ),
        (
            Change::AnnotateClaim {
                annotation: id("annotation:a"),
                claim: claim_id("claim:none"),
            },
            "claim:none is not on record",
        ),
    ];
    for (change, reason) in wrong.clone() {
        assert_eq!(told(&graph, vec![change]), [(0, reason.to_owned())]);
    }
    // All of them at once, each in its place, with changes that fit between them.
    let (changes, reasons): (Vec<Change>, Vec<&str>) = wrong.into_iter().unzip();
    let fitting = |place: usize| put(&format!("person:n{place}"));
    let mixed = changes
        .into_iter()
        .enumerate()
        .flat_map(|(place, change)| [fitting(place), change])
        .collect();
    let wanted: Vec<_> = reasons
        .into_iter()
        .enumerate()
        .map(|(place, reason)| (2 * place + 1, reason.to_owned()))
        .collect();
    assert_eq!(told(&graph, mixed), wanted);
}

#[test]
fn a_transaction_is_checked_against_itself_too() {
    let graph = graph();
    let code = |subject: &str, key: &str| add(keyed(key, text(subject, "code", "y")));
    let taken = "code \"y\" is taken by person:a, and no two may share it";
    let cases = [
        (
            vec![put("person:n"), put("person:n")],
            vec![(1, "person:n is on record already")],
        ),
        (
            vec![add(text("person:n", "name", "Ada")), put("person:n")],
            vec![(0, "person:n is not on record")],
        ),
        (
            vec![put("person:n"), add(text("person:n", "name", "Ada"))],
            vec![],
        ),
        (
            vec![code("person:a", "claim:k"), code("person:b", "claim:l")],
            vec![(1, taken)],
        ),
        (
            vec![code("person:a", "claim:k"), code("person:a", "claim:l")],
            vec![],
        ),
        (
            vec![code("person:a", "claim:k"), code("person:a", "claim:k")],
            vec![(1, "claim:k is on record already")],
        ),
        (
            vec![retract("claim:k"), code("person:a", "claim:k")],
            vec![(0, "claim:k is not on record")],
        ),
        (
            vec![
                code("person:a", "claim:k"),
                retract("claim:k"),
                retract("claim:k"),
            ],
            vec![(2, "claim:k is retracted already")],
        ),
        (
            vec![retract("claim:name"), retract("claim:name")],
            vec![(1, "claim:name is retracted already")],
        ),
    ];
    for (changes, wanted) in cases {
        let wanted: Vec<_> = wanted
            .into_iter()
            .map(|(place, reason)| (place, reason.to_owned()))
            .collect();
        assert_eq!(told(&graph, changes), wanted);
    }
}

#[test]
fn a_value_that_no_two_may_share_is_free_once_its_claim_is_retracted() {
    for sealed in [false, true] {
        let mut graph = graph();
        if sealed {
            graph.seal();
        }
        let code = |subject: &str| add(text(subject, "code", "x"));
        assert_eq!(
            told(&graph, vec![retract("claim:name"), code("person:b")]),
            []
        );
        assert_eq!(
            told(&graph, vec![code("person:b"), retract("claim:name")]).len(),
            1
        );
        // Stated twice, it is free when both claims are gone.
        apply(
            &mut graph,
            vec![add(keyed("claim:again", text("person:a", "code", "x")))],
        );
        apply(&mut graph, vec![retract("claim:name")]);
        assert_eq!(told(&graph, vec![code("person:b")]).len(), 1);
        apply(&mut graph, vec![retract("claim:again"), code("person:b")]);
        assert_eq!(
            told(&graph, vec![code("person:a")])[0].1,
            "code \"x\" is taken by person:b, and no two may share it"
        );
    }
}

#[test]
fn an_annotation_needs_no_source_and_time_goes_forward() {
    let mut graph = graph();
    let note = Claim {
        evidence: Vec::new(),
        ..text("annotation:a", "name", "a gap")
    };
    apply(&mut graph, vec![add(note)]);
    let before = transaction(4, vec![put("planet:a")]);
    let errors: Vec<String> = graph
        .check(&before)
        .expect_err("too early")
        .iter()
        .map(ToString::to_string)
        .collect();
    let clock = "change 0: recorded at 2020-09-13T16:26:40Z, before the transaction that precedes it (2020-09-13T17:26:40Z): the record's clock only goes forward";
    assert_eq!(
        errors,
        [
            clock,
            "change 0: planet:a has the prefix \"planet\", which is no type's"
        ]
    );
}

#[test]
fn a_claim_is_retracted_once_and_keeps_its_reason() {
    let mut graph = graph();
    apply(&mut graph, vec![retract("claim:tie")]);
    assert_eq!(
        told(&graph, vec![retract("claim:tie")]),
        [(0, "claim:tie is retracted already".to_owned())]
    );
    let claim = graph.claim("claim:tie").expect("known");
    let view = View::now(graph.clone());
    assert_eq!(
        (graph.recorded(claim), view.retraction(claim)),
        (1, Some((2, Some("wrong"))))
    );
    assert!(matches!(
        &graph.about(claim).1,
        crate::graph::About::Relationship(_)
    ));
    let view = View::now(graph);
    assert!(!view.sees(claim));
}

#[test]
fn an_entity_is_one_by_whichever_id_it_is_named() {
    let alternate = |entity: &str, other: &str| Change::AlternateId {
        entity: id(entity),
        id: id(other),
    };
    let code = |subject: &str| add(text(subject, "code", "x"));
    for sealed in [false, true] {
        let mut graph = graph();
        let also = vec![alternate("person:a", "person:alias"), code("person:alias")];
        assert_eq!(told(&graph, also.clone()), []);
        let taken = "code \"x\" is taken by person:a, and no two may share it".to_owned();
        let stranger = vec![alternate("person:b", "person:alias"), code("person:alias")];
        assert_eq!(told(&graph, stranger), [(1, taken)]);
        apply(&mut graph, also);
        if sealed {
            graph.seal();
        }
        assert_eq!(
            told(&graph, vec![code("person:alias"), code("person:a")]),
            []
        );
        let again = "person:alias is on record already".to_owned();
        assert_eq!(told(&graph, vec![put("person:alias")]), [(0, again)]);
        // Claims that name it by either id state one relationship.
        let through = |key: &str, party: &str, maker: &str| {
            let role = ("through", Value::Entity(id(party)));
            add(keyed(key, link("work:a", "MADE_BY", maker, &[role])))
        };
        let before = graph.counts().relationships;
        apply(
            &mut graph,
            vec![through("claim:one", "person:alias", "person:b")],
        );
        apply(
            &mut graph,
            vec![through("claim:two", "person:b", "person:alias")],
        );
        apply(
            &mut graph,
            vec![through("claim:three", "person:b", "person:a")],
        );
        assert_eq!(graph.counts().relationships, before + 1);
        let view = View::now(graph);
        let person = view.entity("person:a").expect("known");
        assert_eq!(view.entity("person:alias"), Some(person));
        assert_eq!(view.id(person).as_str(), "person:a");
        let first = view.graph().claim("claim:one").expect("known");
        let crate::graph::view::Stating::Edge(stated) = view.graph().stating(first) else {
            panic!("a relationship");
        };
        assert_eq!(stated[0].1, Value::Entity(id("person:a")));
        let early = crate::graph::view::Clocks {
            published_by: Some(super::world::date("1900")),
            ..Default::default()
        };
        assert_eq!(view.at(early).entity("person:alias"), None);
    }
}

/// Makes a transaction worse: names that are not known, changes twice over, in another order.
fn spoiled(mut changes: Vec<Change>, how: u8) -> Vec<Change> {
    match how % 4 {
        0 => changes.reverse(),
        1 => changes.extend(changes.clone()),
        2 => {
            for change in &mut changes {
                if let Change::AddClaim { claim } = change {
                    claim.subject = id("person:a");
                }
            }
        }
        _ => {
            for change in &mut changes {
                if let Change::AddClaim { claim } = change
                    && let Assertion::Relationship { object, .. } = &mut claim.statement
                {
                    *object = claim.subject.clone();
                }
            }
        }
    }
    changes
}

fn check_and_apply(rounds: &[Round], how: &[u8]) {
    let mut twins = Twins::new();
    for (round, how) in rounds.iter().zip(how.iter().cycle()) {
        let played = twins.play(round);
        let spoiled = transaction(twins.hours, spoiled(played.changes, *how));
        let before = format!("{:?}", twins.graph.counts());
        if let Err(errors) = twins.graph.check(&spoiled) {
            assert!(!errors.is_empty());
            assert!(errors.is_sorted_by_key(|error| error.place));
            assert_eq!(format!("{:?}", twins.graph.counts()), before);
        } else {
            // What passed the check is applied whole: nothing of it is left out.
            let added = |wanted: fn(&Change) -> bool| {
                spoiled
                    .changes
                    .iter()
                    .filter(|change| wanted(change))
                    .count()
            };
            let (old, new) = (twins.graph.counts(), {
                twins.commit(&spoiled);
                twins.graph.counts()
            });
            assert_eq!(
                new.entities - old.entities,
                added(|change| matches!(change, Change::PutEntity { .. }))
            );
            assert_eq!(
                new.claims - old.claims,
                added(|change| matches!(change, Change::AddClaim { .. }))
            );
        }
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn what_passes_the_check_is_applied_whole(rounds in rounds(), how in proptest::collection::vec(any::<u8>(), 1..6)) {
        check_and_apply(&rounds, &how);
    }
}
