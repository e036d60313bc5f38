//! What was sealed, and then changed: cases that random changes meet too seldom.

use super::reads::agree;
use super::script::Twins;
use super::world::{
    add, claim_id, date, evidence, keyed, link, put, retract, since, text, transaction, value,
};
use crate::model::change::Change;
use crate::model::claim::{Claim, Rank, Review};
use crate::model::value::Value;

/// The changes one after the other, all of it asked after each: left as it came, sealed once after so
/// many of them, sealed after each.
fn hold(changes: &[Vec<Change>]) {
    for sealed in 0..=changes.len() + 1 {
        let mut twins = Twins::new();
        for (place, changes) in (1..).zip(changes) {
            twins.commit(&transaction(place, changes.clone()));
            if place == i64::try_from(sealed).expect("few")
                || sealed > usize::try_from(place).expect("few")
            {
                twins.graph.seal();
            }
            agree(&twins);
        }
    }
}

fn made(key: &str, person: &str, properties: &[(&str, Value)]) -> Change {
    add(keyed(key, link("work:a", "MADE_BY", person, properties)))
}

fn role(word: &str) -> (&'static str, Value) {
    ("role", Value::Enum(word.into()))
}

fn rank(claim: &str, rank: Rank) -> Change {
    Change::SetRank {
        claim: claim_id(claim),
        rank,
        reason: "so".into(),
    }
}

#[test]
fn rows_are_ordered_anew_when_what_orders_them_changes() {
    let name = |person: &str, words: &str| add(text(person, "name", words));
    let made_in = |work: &str, year: &str| add(value(work, "made", Value::Date(date(year))));
    let share = |share| ("share", Value::Int(share));
    let works = |key: &str, work: &str| add(keyed(key, link(work, "MADE_BY", "person:c", &[])));
    hold(&[
        vec![
            made("claim:a", "person:a", &[]),
            made("claim:b", "person:b", &[]),
            made("claim:c", "person:c", &[]),
            works("claim:d", "work:b"),
        ],
        // By name, where shares are equal.
        vec![name("person:b", "Aaron")],
        vec![name("person:a", "Zoe"), name("person:c", "Bo")],
        // By share, which is the relationship's own.
        vec![made("claim:a2", "person:a", &[share(7)])],
        vec![rank("claim:a2", Rank::Deprecated)],
        // By when they were made, from the other end.
        vec![made_in("work:a", "2020"), made_in("work:b", "2021")],
        vec![since(
            "2022",
            value("work:a", "made", Value::Date(date("2022"))),
        )]
        .into_iter()
        .map(add)
        .collect(),
    ]);
}

#[test]
fn rows_without_properties_of_their_own_follow_the_far_end_too() {
    let knows = |from: &str, to: &str| add(link(from, "KNOWS", to, &[]));
    let about = |key: &str, start: &str, to: &str| {
        add(keyed(key, since(start, link("person:a", "ABOUT", to, &[]))))
    };
    let code = |person: &str, key: &str, code: &str| add(keyed(key, text(person, "code", code)));
    hold(&[
        vec![
            knows("person:a", "person:c"),
            knows("person:b", "person:c"),
            knows("person:c", "person:c"),
        ],
        vec![
            code("person:b", "claim:x", "a"),
            code("person:a", "claim:y", "b"),
        ],
        vec![retract("claim:x"), code("person:a", "claim:z", "a")],
        vec![
            about("claim:s", "2020", "work:a"),
            about("claim:t", "2021", "work:b"),
        ],
        vec![about("claim:u", "2022", "work:a")],
        vec![retract("claim:u"), retract("claim:s")],
    ]);
}

#[test]
fn parallel_relationships_come_and_go() {
    hold(&[
        vec![
            made("claim:a", "person:a", &[role("FIRST")]),
            made("claim:b", "person:a", &[role("LAST")]),
            made("claim:c", "person:a", &[]),
        ],
        // The middle one, the first, all of them leave what the default view shows, and come back.
        vec![retract("claim:b")],
        vec![rank("claim:a", Rank::Deprecated)],
        vec![retract("claim:c"), rank("claim:a", Rank::Normal)],
        vec![
            made("claim:d", "person:a", &[role("LAST")]),
            made("claim:e", "person:a", &[]),
        ],
        vec![
            rank("claim:a", Rank::Deprecated),
            retract("claim:d"),
            retract("claim:e"),
        ],
        vec![made("claim:f", "person:a", &[role("LAST")])],
    ]);
}

#[test]
fn winners_change_with_ranks_retractions_and_reviews() {
    let name = |key: &str, words: &str| keyed(key, text("person:b", "name", words));
    let proposed = Claim {
        review: Review::Proposed,
        rank: Rank::Preferred,
        ..name("claim:p", "Proposed")
    };
    let noted = Claim {
        rank: Rank::Deprecated,
        rank_reason: Some("a slip".into()),
        ..name("claim:n", "Noted")
    };
    let tie = |key: &str| made(key, "person:b", &[]);
    let stated = |claim: &str| Change::AddEvidence {
        claim: claim_id(claim),
        evidence: Box::new(evidence("source:b")),
    };
    hold(&[
        vec![
            add(name("claim:a", "One")),
            add(since("2020", name("claim:b", "Two"))),
            tie("claim:s"),
            tie("claim:t"),
        ],
        vec![
            add(proposed),
            add(noted),
            stated("claim:a"),
            stated("claim:s"),
        ],
        vec![
            rank("claim:a", Rank::Preferred),
            rank("claim:s", Rank::Preferred),
        ],
        vec![
            rank("claim:a", Rank::Deprecated),
            rank("claim:n", Rank::Normal),
            rank("claim:s", Rank::Deprecated),
        ],
        vec![retract("claim:b"), retract("claim:t"), stated("claim:t")],
        vec![
            put("person:late"),
            retract("claim:n"),
            retract("claim:a"),
            rank("claim:s", Rank::Normal),
        ],
    ]);
}
