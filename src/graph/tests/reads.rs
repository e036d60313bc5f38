//! Every read of a view against the same question asked of the model.

use proptest::prelude::*;

use super::cases;
use super::model::{Fact, Look, Model, Tie};
use super::script::{Round, Twins, rounds, some_date};
use super::world::{SOURCE, WORK, hour};
use crate::graph::filter::stated_as;
use crate::graph::history::{ChangeKind, ClaimChange, Interest};
use crate::graph::view::{Audience, Certainty, Clocks, View};
use crate::graph::walk::Budget;
use crate::graph::{About, ClaimIndex, EntityIndex, Graph, RelationshipIndex};
use crate::model::claim::{Assertion, Review, Stated};
use crate::model::id::EntityId;
use crate::model::ontology::{Direction, PropertyIndex, RelationshipTypeIndex, TypeIndex};

const DIRECTIONS: [Direction; 2] = [Direction::Out, Direction::In];

fn ids(view: &View, claims: &[ClaimIndex]) -> Vec<String> {
    claims
        .iter()
        .map(|claim| view.graph().claim_id(*claim).to_string())
        .collect()
}

/// All that a view says, line by line. It asks in any case what `seal` works out, and what it does not.
fn answers(view: &View) -> Vec<String> {
    let (graph, ontology) = (view.graph(), view.ontology());
    let mut lines = vec![format!("known {}", view.known())];
    lines.push(format!("{:?}", view.counts()));
    let told = (0..=graph.version()).filter(|version| {
        let found = view.transaction(*version);
        assert_eq!(found.is_some(), (1..=view.known()).contains(version));
        found.is_some_and(|found| found.author.is_some() && found.reason.is_some())
    });
    lines.push(format!("told {:?}", told.collect::<Vec<_>>()));
    lines.push(format!(
        "proposals {:?}",
        ids(view, &view.proposals().collect::<Vec<_>>())
    ));
    for (number, _) in (0..).map(TypeIndex).zip(&ontology.types) {
        let listed: Vec<_> = view.entities_of(number).collect();
        assert!(
            view.count_of(number)
                .is_none_or(|count| count == listed.len())
        );
        let has = |entity: &EntityIndex| view.type_of(*entity) == number && view.has(*entity);
        assert_eq!(listed, graph.entities().filter(has).collect::<Vec<_>>());
    }
    for hidden in graph.entities().filter(|entity| !view.has(*entity)) {
        assert_eq!(view.entity(view.id(hidden).as_str()), None);
    }
    for entity in graph.entities().filter(|entity| view.has(*entity)) {
        let id = view.id(entity);
        assert_eq!(view.entity(id.as_str()), Some(entity));
        let entity_type = ontology.entity_type(view.type_of(entity));
        lines.push(format!("{id} is called {:?}", view.label(entity)));
        lines.push(format!("{id} claims {:?}", ids(view, &view.claims(entity))));
        lines.push(format!("{id} cited {:?}", ids(view, &view.cited(entity))));
        for (property, declared) in (0..).map(PropertyIndex).zip(&entity_type.properties) {
            let what = format!("{id} {}", declared.name);
            let winner = view.winner(entity, property);
            lines.push(format!(
                "{what}: {:?}",
                winner.map(|claim| graph.claim_id(claim).to_string())
            ));
            lines.push(format!("{what} is {:?}", view.value(entity, property)));
            lines.push(format!(
                "{what} stated {:?}",
                stated_as(view, entity, property)
            ));
            lines.push(format!(
                "{what} standing {:?}",
                ids(view, &view.standing(entity, property))
            ));
            lines.push(format!(
                "{what} all {:?}",
                ids(view, &view.all_claims(entity, property))
            ));
            lines.push(format!(
                "{what} disputed {}",
                view.disputed(entity, property)
            ));
            let packed = view.packed(entity).map(|record| record.json(property));
            if let Some(packed) = packed.filter(|packed| !packed.is_empty()) {
                let mut json = Vec::new();
                let value = view.value(entity, property).expect("a packed value");
                crate::graph::json::scalar(value, &mut json);
                assert_eq!(
                    String::from_utf8_lossy(packed),
                    String::from_utf8_lossy(&json)
                );
            }
        }
        for (number, relationship) in (0..)
            .map(RelationshipTypeIndex)
            .zip(&ontology.relationships)
        {
            for direction in DIRECTIONS {
                let row: Vec<_> = view.row(entity, number, direction).collect();
                let named = |found: RelationshipIndex| view.relationship_id(found);
                let what = format!("{id} {} {direction:?}", relationship.name);
                let ends: Vec<_> = row
                    .iter()
                    .map(|hop| format!("{} {}", named(hop.relationship), view.id(hop.entity)))
                    .collect();
                lines.push(format!("{what} {ends:?}"));
                assert_eq!(view.degree(entity, number, direction), row.len(), "{what}");
                let one = view.to_one(entity, number, direction);
                let rivals = view.rivals(entity, number, direction);
                assert_eq!(one, rivals.first().copied(), "{what}");
                let rivals: Vec<_> = rivals.iter().map(|hop| named(hop.relationship)).collect();
                lines.push(format!("{what} best first {rivals:?}"));
                for hop in row.iter().filter(|_| direction == Direction::Out) {
                    lines.push(edge(view, hop.relationship));
                }
            }
        }
    }
    for claim in graph.claims() {
        let id = graph.claim_id(claim);
        assert_eq!(graph.claim(id.as_str()), Some(claim));
        if view.sees(claim) {
            let evidence: Vec<_> = view
                .evidence(claim)
                .map(|shown| format!("{} {}", shown.evidence.source, shown.evidence.stance.name()))
                .collect();
            let notes: Vec<_> = view
                .annotations_of(claim)
                .map(|note| view.id(note).to_string())
                .collect();
            lines.push(format!(
                "{id} {:?} {} {evidence:?} {notes:?} {:?}",
                view.rank(claim),
                view.review(claim).name(),
                view.certainty(claim)
                    .map(|found| found == Certainty::Certain)
            ));
        }
    }
    lines.extend(changes(view));
    lines
}

/// All that happened to claims, sorted: between the beginning and what is known, and entity by entity.
fn changes(view: &View) -> Vec<String> {
    let graph = view.graph();
    let mut budget = Budget::new(u64::MAX);
    let line = |change: &ClaimChange| {
        let is_review = matches!(change.kind, ChangeKind::Accepted | ChangeKind::Rejected);
        let evidence = view.given_evidence(change);
        let evidence = evidence.map(|shown| shown.evidence.source.to_string());
        let rank = view
            .given_rank(change)
            .map(|(rank, _)| rank.name().to_owned());
        format!(
            "{} {} {} {:?}",
            change.version,
            change.kind.name(),
            graph.claim_id(change.claim),
            evidence.or(rank).or(view
                .given_reason(change)
                .filter(|_| is_review)
                .map(Into::into))
        )
    };
    let all = view.changes_between((0, view.known()), None, &mut budget);
    let mut lines: Vec<_> = all.expect("in budget").iter().map(line).collect();
    lines.sort();
    let mut by_entity = Vec::new();
    for entity in graph.entities() {
        let history = view.history(entity, None, &mut budget).expect("in budget");
        assert!(history.is_sorted_by_key(|entry| entry.version));
        by_entity.extend(history.iter().flat_map(|entry| &entry.changes).map(line));
    }
    by_entity.sort();
    assert_eq!(by_entity, lines);
    // Two stretches of time make the whole.
    let middle = view.known() / 2;
    let mut parts = Vec::new();
    for part in [(0, middle), (middle, view.known())] {
        let part = view.changes_between(part, None, &mut budget);
        parts.extend(part.expect("in budget").iter().map(line));
    }
    parts.sort();
    assert_eq!(parts, lines);
    // So do all transactions, one by one.
    let everything = told(view, &Interest::default());
    let mut each: Vec<_> = everything.iter().map(line).collect();
    each.sort();
    assert_eq!(each, lines);
    narrowed(view, &everything);
    lines
}

/// What the transactions changed that is of interest, asked one by one.
fn told(view: &View, interest: &Interest) -> Vec<ClaimChange> {
    let mut budget = Budget::new(u64::MAX);
    let mut told = Vec::new();
    for version in 0..=view.graph().version() + 1 {
        let entry = view.changed_by(version, interest, &mut budget);
        let Some(entry) = entry.expect("in budget") else {
            continue;
        };
        assert_eq!(entry.version, version);
        assert!(entry.changes.iter().all(|change| change.version == version));
        assert!(entry.entities.iter().all(|entity| view.has(*entity)));
        told.extend(entry.changes);
    }
    told
}

/// Those that are about some entities, or concern some types, are those of all.
fn narrowed(view: &View, everything: &[ClaimChange]) {
    let graph = view.graph();
    let about: Vec<_> = graph
        .entities()
        .filter(|entity| entity.number() % 3 == 0)
        .collect();
    let types = vec![WORK, SOURCE];
    for (wants_about, wants_types) in [(true, false), (false, true), (true, true)] {
        let interest = Interest::new(
            wants_about.then(|| about.clone()),
            wants_types.then(|| types.clone()),
        );
        let fits = |change: &&ClaimChange| {
            let (subject, stated) = graph.about(change.claim);
            let other = match stated {
                About::Relationship(relationship) => view.relationship(relationship).2,
                About::Property(_) => subject,
            };
            let ends = [subject, other];
            (!wants_about || ends.iter().any(|end| about.contains(end)))
                && (!wants_types || ends.iter().any(|end| types.contains(&view.type_of(*end))))
        };
        let expected: Vec<_> = everything.iter().filter(fits).copied().collect();
        assert_eq!(told(view, &interest), expected);
    }
}

fn edge(view: &View, relationship: RelationshipIndex) -> String {
    let id = view.relationship_id(relationship);
    assert_eq!(view.relationship_of_id(&id), Some(relationship));
    let (number, from, to) = view.relationship(relationship);
    let declared = view.ontology().relationship_type(number);
    let winner = view
        .relationship_winner(relationship)
        .map(|claim| view.graph().claim_id(claim).to_string());
    let values: Vec<_> = (0..)
        .map(PropertyIndex)
        .zip(&declared.properties)
        .map(|(place, _)| view.edge_value(relationship, place))
        .collect();
    let standing = ids(view, &view.standing_relationship(relationship));
    format!(
        "{id} {} {} {winner:?} {values:?} {standing:?}",
        view.id(from),
        view.id(to)
    )
}

fn fact_ids(facts: &[&Fact]) -> Vec<String> {
    facts.iter().map(|fact| fact.id.clone()).collect()
}

/// What a view of the model's record has to say.
fn expected(model: &Model, look: &Look) -> Vec<String> {
    let ties = model.ties();
    let mut lines = vec![format!("known {}", look.known)];
    lines.push(format!("{:?}", model.counts(look)));
    lines.push(format!(
        "told {:?}",
        model.told(look).iter().collect::<Vec<_>>()
    ));
    let proposed = model
        .facts
        .iter()
        .filter(|fact| model.sees(fact, look) && model.review(fact, look) == Review::Proposed);
    lines.push(format!(
        "proposals {:?}",
        fact_ids(&proposed.collect::<Vec<_>>())
    ));
    let known = model.entities.iter();
    for (_, id) in known.filter(|(recorded, id)| model.has(*recorded, id, look)) {
        lines.push(format!("{id} is called {:?}", model.label(id, look)));
        let seen = |fact: &&Fact| model.sees(fact, look);
        let own: Vec<_> = model
            .facts
            .iter()
            .filter(|fact| fact.claim.subject == *id)
            .filter(seen)
            .collect();
        lines.push(format!("{id} claims {:?}", fact_ids(&own)));
        let cites = |fact: &&Fact| {
            model
                .shown(fact, look)
                .iter()
                .any(|shown| shown.source == *id)
        };
        let cited: Vec<_> = model.facts.iter().filter(seen).filter(cites).collect();
        lines.push(format!("{id} cited {:?}", fact_ids(&cited)));
        for declared in &model.entity_type(id).properties {
            let name = &declared.name;
            let what = format!("{id} {name}");
            let claims = model.on_property(id, name);
            let winner = model.winner(id, name, look);
            lines.push(format!("{what}: {:?}", winner.map(|fact| fact.id.clone())));
            lines.push(format!("{what} is {:?}", model.value(id, name, look)));
            lines.push(format!("{what} stated {}", stated(winner)));
            let standing = model.standing(&claims, look);
            lines.push(format!("{what} standing {:?}", fact_ids(&standing)));
            let lower = claims.iter().copied().filter(|fact| {
                model.sees(fact, look) && !standing.iter().any(|found| found.id == fact.id)
            });
            let upper = if declared.list {
                standing.clone()
            } else {
                model.best_first(&claims, look)
            };
            let all: Vec<_> = upper.into_iter().chain(lower).collect();
            lines.push(format!("{what} all {:?}", fact_ids(&all)));
            lines.push(format!(
                "{what} disputed {}",
                model.disputed(id, name, look)
            ));
        }
        for relationship in &model.ontology.relationships {
            for direction in DIRECTIONS {
                let row = model.row(&ties, id, &relationship.name, direction, look);
                let what = format!("{id} {} {direction:?}", relationship.name);
                let far = |tie: &Tie<'_>| {
                    if direction == Direction::Out {
                        tie.to.to_string()
                    } else {
                        tie.from.to_string()
                    }
                };
                let ends: Vec<_> = row
                    .iter()
                    .map(|tie| format!("{} {}", tie_id(model, tie, look), far(tie)))
                    .collect();
                lines.push(format!("{what} {ends:?}"));
                let winners: Vec<_> = row
                    .iter()
                    .filter_map(|tie| model.best(&tie.facts, look))
                    .collect();
                let tie_of = |fact: &Fact| {
                    let has = |tie: &&Tie<'_>| tie.facts.iter().any(|found| found.id == fact.id);
                    row.iter()
                        .find(has)
                        .map(|tie| tie_id(model, tie, look))
                        .expect("its relationship")
                };
                let best_first = model.best_first(&winners, look);
                let rivals: Vec<_> = best_first.into_iter().map(tie_of).collect();
                lines.push(format!("{what} best first {rivals:?}"));
                for tie in row.iter().filter(|_| direction == Direction::Out) {
                    let values: Vec<_> = relationship
                        .properties
                        .iter()
                        .map(|own| model.edge_value(tie, &own.name, look))
                        .collect();
                    let winner = model.best(&tie.facts, look).map(|fact| fact.id.clone());
                    let standing = fact_ids(&model.best_first(&tie.facts, look));
                    lines.push(format!(
                        "{} {} {} {winner:?} {values:?} {standing:?}",
                        tie_id(model, tie, look),
                        tie.from,
                        tie.to
                    ));
                }
            }
        }
    }
    for fact in model.facts.iter().filter(|fact| model.sees(fact, look)) {
        let evidence: Vec<_> = model
            .shown(fact, look)
            .iter()
            .map(|shown| format!("{} {}", shown.source, shown.stance.name()))
            .collect();
        lines.push(format!(
            "{} {:?} {} {evidence:?} {:?} {:?}",
            fact.id,
            model.rank(fact, look),
            model.review(fact, look).name(),
            model.notes(fact, look),
            model.surely_held(fact, look)
        ));
    }
    lines.extend(model.changes(look));
    lines
}

fn tie_id(model: &Model, tie: &Tie<'_>, look: &Look) -> String {
    let first = tie.facts.iter();
    let first = first.min_by_key(|fact| model.since(fact, look.audience));
    let first = first.expect("a claim");
    first.id.replacen("claim:", "relationship:", 1)
}

pub(super) fn stated(winner: Option<&Fact>) -> &'static str {
    match winner.map(|fact| &fact.claim.statement) {
        None => "NotStated",
        Some(Assertion::Property {
            stated: Stated::None,
            ..
        }) => "None",
        Some(Assertion::Property {
            stated: Stated::Unknown,
            ..
        }) => "Unknown",
        Some(_) => "Value",
    }
}

/// Compares line by line, so that a difference is short.
fn same(found: &[String], wanted: &[String], what: &str) {
    for (found, wanted) in found.iter().zip(wanted) {
        assert_eq!(found, wanted, "{what}: found (left), wanted (right)");
    }
    let shorter = found.len().min(wanted.len());
    assert_eq!(found[shorter..], wanted[shorter..], "{what}");
}

/// A view, and through what it looks. Transactions may share a moment: the last of them counts.
pub(super) fn view_of(
    graph: &Graph,
    known: Option<u32>,
    dates: (Option<usize>, Option<usize>),
    certain: bool,
    audience: Audience,
) -> (View, Look) {
    let at = |version: u32| {
        graph
            .transaction(version)
            .map_or_else(|| hour(-1), |found| found.recorded_at)
    };
    let known_at = known.map(at);
    let clocks = Clocks {
        date: dates.0.map(some_date),
        certainty: if certain && dates.0.is_some() {
            Certainty::Certain
        } else {
            Certainty::Possible
        },
        known_at,
        published_by: dates.1.map(some_date),
    };
    let known = match known_at {
        None => graph.version(),
        Some(moment) => (1..=graph.version())
            .filter(|version| at(*version) <= moment)
            .max()
            .unwrap_or(0),
    };
    let look = Look {
        known,
        date: clocks.date.clone(),
        certain: certain && clocks.date.is_some(),
        published: clocks.published_by.clone(),
        audience,
    };
    assert_eq!(
        clocks.to_string().parse(),
        if clocks.is_now() {
            Err(
                "\"\" is no part of a view: expected date=, certainty=, knownAt= or publishedBy="
                    .into(),
            )
        } else {
            Ok(clocks.clone())
        }
    );
    (View::now(graph.clone()).seen_by(audience).at(clocks), look)
}

pub(super) type Asked = (Option<u32>, Option<usize>, Option<usize>, bool, Audience);

pub(super) fn audience() -> impl Strategy<Value = Audience> {
    prop_oneof![
        Just(Audience::Public),
        Just(Audience::Contributor),
        Just(Audience::Editor)
    ]
}

pub(super) fn asked() -> impl Strategy<Value = Asked> {
    let day = || proptest::option::of(0..8_usize);
    (
        proptest::option::of(0..8_u32),
        day(),
        day(),
        any::<bool>(),
        audience(),
    )
}

fn compare(rounds: &[Round], asked: &[Asked]) {
    let mut twins = Twins::new();
    let mut pinned: Vec<(View, Vec<String>)> = Vec::new();
    for round in rounds {
        twins.play(round);
        let (graph, model) = (&twins.graph, &twins.model);
        let now = View::now(graph.clone());
        let found = answers(&now);
        same(&found, &expected(model, &model.now()), "now");
        pinned.push((now, found));
        for (known, date, published, certain, audience) in asked {
            let known = known.map(|known| known % (graph.version() + 1));
            let (view, look) = view_of(graph, known, (*date, *published), *certain, *audience);
            let found = answers(&view);
            same(&found, &expected(model, &look), &format!("{look:?}"));
            pinned.push((view, found));
        }
    }
    // A view is a version: nothing that came later has changed what it says.
    for (view, found) in &pinned {
        same(&answers(view), found, "pinned");
    }
    agree(&twins);
    let graph = &twins.graph;
    let counts = graph.counts();
    assert_eq!(counts.entities, twins.model.entities.len());
    assert_eq!(counts.claims, twins.model.facts.len());
    assert_eq!(counts.relationships, twins.model.ties().len());
    let editor = Look {
        audience: Audience::Editor,
        ..twins.model.now()
    };
    let evidence = |fact: &Fact| twins.model.evidence(fact, &editor).len();
    assert_eq!(
        counts.evidence,
        twins.model.facts.iter().map(evidence).sum::<usize>()
    );
}

/// The graph and its model say the same of every version.
pub(super) fn agree(twins: &Twins) {
    let graph = &twins.graph;
    let now = View::now(graph.clone());
    same(
        &answers(&now),
        &expected(&twins.model, &twins.model.now()),
        "now",
    );
    for known in 0..=graph.version() {
        for audience in [Audience::Public, Audience::Contributor, Audience::Editor] {
            let (view, look) = view_of(graph, Some(known), (None, None), false, audience);
            same(
                &answers(&view),
                &expected(&twins.model, &look),
                &format!("{look:?}"),
            );
        }
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn views_answer_as_the_record_reads(rounds in rounds(), asked in proptest::collection::vec(asked(), 3)) {
        compare(&rounds, &asked);
    }
}

#[test]
fn an_id_is_found_only_where_it_was_on_record() {
    let twins = Twins::new();
    let before = View::now(twins.graph.clone()).at(Clocks {
        known_at: Some(hour(-1)),
        ..Clocks::default()
    });
    assert_eq!(before.entity("person:a"), None);
    assert_eq!(before.entities_of(super::world::PERSON).count(), 0);
    let now = View::now(twins.graph);
    let id: EntityId = "person:a".parse().expect("an id");
    assert_eq!(now.entity("person:a").map(|found| now.id(found)), Some(&id));
    assert_eq!(now.graph().count_of(super::world::PERSON), 3);
    for unknown in [
        "claim:1-0",
        "claim:1-3",
        "claim:0-1",
        "claim:2-1",
        "claim:01-1",
        "claim:4294967295-1",
        "claim:1-4294967295",
        "claim:1",
        "1-1",
    ] {
        assert_eq!(now.graph().claim(unknown), None, "{unknown}");
    }
}
