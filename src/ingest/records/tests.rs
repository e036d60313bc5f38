use std::path::Path;

use super::{Folder, Known, ManifestEntry, Recorded, read_record};
use crate::ingest::ontology;
use crate::ingest::problem::Problems;
use crate::ingest::sources::{QuoteCheck, QuoteReport};
use crate::model::change::Change;
use crate::model::claim::{Assertion, Claim, Flag, Modality, Rank, Review, Stance, Stated, Until};
use crate::model::date::Timestamp;
use crate::model::ontology::Ontology;
use crate::model::value::{Bound, LocalizedText, Quantity, Value};

const ONTOLOGY: &str = r#"
type Country @entity(prefix: "country") {
  name: String
  aliases: [LocalizedText!]!
  people: Quantity
  founded: EDTF
  area: Int
  site: URL
  kind: Kind
  free: Boolean
  chiefs: [Person!]! @relationship(type: "LEADS", direction: IN, properties: "Leading")
}
type Person @entity(prefix: "person") {
  name: String
  leads: [Country!]! @relationship(type: "LEADS", direction: OUT, properties: "Leading")
}
type Leading @relationshipProperties {
  rank1: Kind
  with: Person
  share: Quantity
}
enum Kind { STATE REGION }
"#;

const GOOD: &str = r#"story: A story
source: times
sources:
  times:
    title: { value: The Times, quote: The Times }
    kind: PRESS
  rows: { kind: DATASET }
quotes:
  Q1: one
  Q2: { exact: two, prefix: before, suffix: after, source: rows }
entities:
  country:us:
    quote: Q1
    note: a note
    name: United States
    aliases:
      - US
      - { value: Estados Unidos, language: es, key: es, flags: [MISSPELLED] }
    people: { value: 330e6, bound: ABOUT, low: 1, high: 4e8, unit: persons, asStated: about, stance: DISPUTES }
    founded: 1776
    area: { state: UNKNOWN, attributedTo: person:joe, attributedAs: he, modality: REPORTED }
    site: https://us.gov
    kind: { value: STATE, source: rows }
    free: { value: true, evidence: [{ quote: Q2 }, { quote: here, note: other }] }
    chiefs:
      - { to: person:joe, rank1: REGION, with: person:ann, since: 2021, until: .., key: joe, rank: PREFERRED, reason: because }
  person:joe:
    name: { value: Joe, quote: { exact: Joe, suffix: B }, review: PROPOSED }
    leads: { to: country:us, attested: 2022, flags: INFERRED, note: how, share: { value: 1, bound: ALMOST } }
  person:ann: {}
annotations:
  - { id: gap, kind: GAP, text: Why?, about: [country:us, claim:joe] }
evidence:
  - { claim: claim:joe, quote: again }
ranks:
  - { claim: claim:es, rank: DEPRECATED, reason: wrong }
retractions:
  - { claim: claim:es, reason: gone }
"#;

fn ontology() -> Ontology {
    ontology::read(ONTOLOGY, "o").unwrap_or_else(|problems| panic!("{problems}"))
}

fn entry() -> ManifestEntry {
    let (file, author, reason) = ("good.yaml".into(), "me".into(), "so".into());
    ManifestEntry {
        file,
        recorded_at: Timestamp::EPOCH,
        author,
        reason,
    }
}

fn read(text: &str) -> Result<Recorded, Problems> {
    read_record(&ontology(), text, "a", &entry(), &mut Known::default())
}

fn good() -> Recorded {
    read(GOOD).unwrap_or_else(|problems| panic!("{problems}"))
}

/// What is told of the good file after a replacement.
fn told(from: &str, to: &str) -> String {
    assert_eq!(GOOD.matches(from).count(), 1, "{from}");
    let problems = read(&GOOD.replace(from, to)).err();
    problems.map_or_else(String::new, |problems| problems.to_string())
}

fn claims(recorded: &Recorded) -> Vec<&Claim> {
    let changes = recorded.transaction.changes.iter();
    changes
        .filter_map(|change| {
            if let Change::AddClaim { claim } = change {
                Some(&**claim)
            } else {
                None
            }
        })
        .collect()
}

/// The claim on a property of a subject; the nth of them.
fn on<'r>(
    recorded: &'r Recorded,
    subject: &str,
    property: &str,
    nth: usize,
) -> (&'r Stated, &'r Claim) {
    let matching = claims(recorded)
        .into_iter()
        .filter_map(|claim| match &claim.statement {
            Assertion::Property {
                property: name,
                stated,
            } if name == property && claim.subject.as_str() == subject => Some((stated, claim)),
            _ => None,
        });
    matching.into_iter().nth(nth).unwrap()
}

#[test]
fn changes_come_in_order() {
    let recorded = good();
    let words: Vec<String> = recorded
        .transaction
        .changes
        .iter()
        .zip(&recorded.places)
        .map(|(change, place)| {
            let what = match change {
                Change::PutEntity { id } => format!("put {id}"),
                Change::AddClaim { claim } => match &claim.statement {
                    Assertion::Property { property, .. } => format!("{} {property}", claim.subject),
                    Assertion::Relationship {
                        relationship,
                        object,
                        ..
                    } => {
                        format!("{} {relationship} {object}", claim.subject)
                    }
                },
                Change::AddEvidence { claim, .. } => format!("evidence {claim}"),
                Change::SetRank { claim, rank, .. } => format!("rank {claim} {}", rank.name()),
                Change::Retract { claim, .. } => format!("retract {claim}"),
                Change::AnnotateClaim { annotation, claim } => format!("{annotation} on {claim}"),
                Change::Cite { citation } => format!("cite {}", citation.hash()),
                Change::AlternateId { entity, id } => format!("{id} is {entity}"),
                Change::Review { claim, review, .. } => format!("{claim} {}", review.name()),
                Change::Release { version } => format!("release {version}"),
            };
            format!("{}:{} {what}", place.line, place.column)
        })
        .collect();
    let expected = [
        "4:3 put source:times",
        "7:3 put source:rows",
        "12:3 put country:us",
        "27:3 put person:joe",
        "30:3 put person:ann",
        "32:5 put annotation:gap",
        "5:12 source:times title",
        "6:11 source:times kind",
        "7:17 source:rows kind",
        "15:11 country:us name",
        "17:9 country:us aliases",
        "18:9 country:us aliases",
        "19:13 country:us people",
        "20:14 country:us founded",
        "21:11 country:us area",
        "22:11 country:us site",
        "23:11 country:us kind",
        "24:11 country:us free",
        "26:9 person:joe LEADS country:us",
        "28:11 person:joe name",
        "29:12 person:joe LEADS country:us",
        "32:22 annotation:gap kind",
        "32:33 annotation:gap text",
        "32:47 annotation:gap ANNOTATES country:us",
        "32:59 annotation:gap on claim:joe",
        "34:5 evidence claim:joe",
        "36:5 rank claim:es DEPRECATED",
        "38:5 retract claim:es",
    ];
    assert_eq!(words, expected);
    let digest = |text: &str, reason: &str| {
        let entry = ManifestEntry {
            reason: reason.into(),
            ..entry()
        };
        let known = &mut Known::default();
        read_record(&ontology(), text, "a", &entry, known).map(|read| read.digest)
    };
    let reason = &entry().reason;
    assert_eq!(digest(GOOD, reason).as_ref(), Ok(&recorded.digest));
    let commented = format!("{GOOD}# a remark\n");
    assert_ne!(digest(&commented, reason).as_ref(), Ok(&recorded.digest));
    assert_ne!(digest(GOOD, "another").as_ref(), Ok(&recorded.digest));
}

#[test]
fn values_have_the_types_of_the_ontology() {
    let recorded = good();
    let value = |property: &str, nth| match on(&recorded, "country:us", property, nth).0 {
        Stated::Value(value) => value.clone(),
        other => panic!("{other:?}"),
    };
    let text = |text: &str, language: Option<&str>| {
        Value::LocalizedText(LocalizedText {
            text: text.into(),
            language: language.map(Into::into),
        })
    };
    assert_eq!(value("aliases", 0), text("US", None));
    assert_eq!(value("aliases", 1), text("Estados Unidos", Some("es")));
    assert_eq!(value("founded", 0), Value::Date("1776".parse().unwrap()));
    assert_eq!(value("site", 0), Value::Url("https://us.gov".into()));
    assert_eq!(value("kind", 0), Value::Enum("STATE".into()));
    assert_eq!(value("free", 0), Value::Boolean(true));
    let people = Quantity {
        value: 330e6,
        bound: Bound::About,
        low: Some(1.0),
        high: Some(4e8),
        unit: Some("persons".into()),
        currency: None,
    };
    assert_eq!(value("people", 0), Value::Quantity(people));
    assert_eq!(*on(&recorded, "country:us", "area", 0).0, Stated::Unknown);
}

#[test]
fn evidence_comes_from_claim_entity_and_file() {
    let recorded = good();
    let one =
        |subject: &str, property: &str| on(&recorded, subject, property, 0).1.evidence.clone();
    let exact = |evidence: &crate::model::claim::Evidence| {
        evidence.quote.as_ref().map(|quote| quote.exact.clone())
    };

    let name = &one("country:us", "name")[0];
    assert_eq!(
        (
            name.source.as_str(),
            exact(name).as_deref(),
            name.note.as_deref()
        ),
        ("source:times", Some("one"), Some("a note"))
    );
    assert_eq!(
        (name.modality, name.stance),
        (Modality::Firsthand, Stance::Supports)
    );

    // The quote of one source is not taken for another's.
    let kind = &one("country:us", "kind")[0];
    assert_eq!((kind.source.as_str(), exact(kind)), ("source:rows", None));

    let free = one("country:us", "free");
    assert_eq!(
        (
            free[0].source.as_str(),
            exact(&free[0]).as_deref(),
            free[0].note.as_deref()
        ),
        ("source:rows", Some("two"), Some("a note"))
    );
    assert_eq!(
        free[0]
            .quote
            .as_ref()
            .and_then(|quote| quote.prefix.as_deref()),
        Some("before")
    );
    assert_eq!(
        (
            free[1].source.as_str(),
            exact(&free[1]).as_deref(),
            free[1].note.as_deref()
        ),
        ("source:times", Some("here"), Some("other"))
    );

    let area = &one("country:us", "area")[0];
    assert_eq!(
        area.attributed_to
            .as_ref()
            .map(crate::model::id::EntityId::as_str),
        Some("person:joe")
    );
    assert_eq!(
        (area.attributed_as.as_deref(), area.modality),
        (Some("he"), Modality::Reported)
    );
    let people = &one("country:us", "people")[0];
    assert_eq!(
        (people.as_stated.as_deref(), people.stance),
        (Some("about"), Stance::Disputes)
    );
    assert_eq!(
        on(&recorded, "country:us", "aliases", 1).1.evidence[0].flags,
        [Flag::Misspelled]
    );

    // A source states its own properties.
    let rows = &one("source:rows", "kind")[0];
    assert_eq!((rows.source.as_str(), exact(rows)), ("source:rows", None));
    assert!(one("annotation:gap", "text").is_empty());
}

#[test]
fn relationships_begin_at_their_subject() {
    let recorded = good();
    let all = claims(&recorded);
    let leads: Vec<&&Claim> = all.iter().filter(|claim| matches!(&claim.statement, Assertion::Relationship { relationship, .. } if relationship == "LEADS")).collect();
    for claim in &leads {
        assert_eq!(claim.subject.as_str(), "person:joe");
    }
    let Assertion::Relationship {
        object, properties, ..
    } = &leads[0].statement
    else {
        panic!()
    };
    assert_eq!(object.as_str(), "country:us");
    let with = Value::Entity("person:ann".parse().unwrap());
    assert_eq!(
        properties.as_slice(),
        [
            ("rank1".to_owned(), Value::Enum("REGION".into())),
            ("with".to_owned(), with)
        ]
    );
    assert_eq!(leads[0].id.as_ref().unwrap().as_str(), "claim:joe");
    assert_eq!(
        (leads[0].rank, leads[0].rank_reason.as_deref()),
        (Rank::Preferred, Some("because"))
    );
    assert_eq!(leads[0].valid.until, Some(Until::StillHolds));
    assert_eq!(leads[0].valid.since.as_ref().unwrap().as_str(), "2021");
    assert_eq!(leads[1].valid.attested.as_ref().unwrap().as_str(), "2022");
    assert_eq!(
        on(&recorded, "person:joe", "name", 0).1.review,
        Review::Proposed
    );
}

#[test]
fn each_mistake_is_told_at_its_place() {
    let cases = [
        (
            "story: A story",
            "stroy: A story",
            "a:1:1: unknown key \"stroy\" in the file, expected story, source, sources, quotes, entities, annotations, evidence, ranks or retractions; did you mean \"story\"?",
        ),
        (
            "story: A story",
            "story: [A]",
            "a:1:8: found a list, expected a title",
        ),
        (
            "    founded: 1776",
            "    alternateIds: [country:u-s, country:us, person:us, US]\n    founded: 1776",
            "a:20:33: \"country:us\" is on record already, expected an id that no entity has\n\
                 a:20:45: found \"person:us\", expected an id that begins with country:\n\
                 a:20:56: \"US\" is not an id: expected a type's prefix, a colon and a slug of lower-case letters, digits and single hyphens, such as official:antony-blinken",
        ),
        (
            "source: times",
            "source: tims",
            "a:2:9: unknown source \"tims\", expected one of this file or of one before it; did you mean \"times\"?",
        ),
        (
            "source: times",
            "source: The Times",
            "a:2:9: found \"The Times\", expected lower-case letters, digits and single hyphens, such as times-2022",
        ),
        (
            "source: times",
            "",
            "a:15:11: no source, expected \"source\" here, at the entity, or at the top of the file\n\
                 a:17:9: no source, expected \"source\" here, at the entity, or at the top of the file\n\
                 a:18:9: no source, expected \"source\" here, at the entity, or at the top of the file\n\
                 a:19:13: no source, expected \"source\" here, at the entity, or at the top of the file\n\
                 a:20:14: no source, expected \"source\" here, at the entity, or at the top of the file\n\
                 a:21:11: no source, expected \"source\" here, at the entity, or at the top of the file\n\
                 a:22:11: no source, expected \"source\" here, at the entity, or at the top of the file\n\
                 a:24:11: no source, expected \"source\" here, at the entity, or at the top of the file\n\
                 a:26:9: no source, expected \"source\" here, at the entity, or at the top of the file\n\
                 a:28:11: no source, expected \"source\" here, at the entity, or at the top of the file\n\
                 a:29:12: no source, expected \"source\" here, at the entity, or at the top of the file\n\
                 a:34:5: no source, expected \"source\" here, at the entity, or at the top of the file",
        ),
        (
            "evidence: [{ quote: Q2 }, { quote: here, note: other }]",
            "evidence: [{ quote: Q2 }, x]",
            "a:24:52: evidence: found \"x\", expected a map",
        ),
        (
            "retractions:",
            "merges:",
            "a:37:1: unknown key \"merges\" in the file, expected story, source, sources, quotes, entities, annotations, evidence, ranks or retractions",
        ),
        (
            "  rows: { kind: DATASET }",
            "  Rows: { kind: DATASET }",
            "a:7:3: found \"Rows\", expected lower-case letters, digits and single hyphens, such as times-2022\n\
                 a:10:60: unknown source \"rows\", expected one of this file or of one before it\n\
                 a:23:35: unknown source \"rows\", expected one of this file or of one before it",
        ),
        (
            "  rows: { kind: DATASET }",
            "  rows: { kind: DATASETS }",
            "a:7:17: found \"DATASETS\", expected OFFICIAL, WIRE, PRESS, DATASET, BLOG or EDITORIAL; did you mean \"DATASET\"?\n\
                 a:23:11: no quote of source:rows, expected \"quote\", or the flag INFERRED with a note",
        ),
        (
            "  rows: { kind: DATASET }",
            "  rows: { kind: PRESS }",
            "a:23:11: no quote of source:rows, expected \"quote\", or the flag INFERRED with a note",
        ),
        (
            "  rows: { kind: DATASET }",
            "  rows: x",
            "a:7:9: \"rows\": found \"x\", expected a map\n\
                 a:23:11: no quote of source:rows, expected \"quote\", or the flag INFERRED with a note",
        ),
        (
            "  rows: { kind: DATASET }",
            "  rows: {}\n  rows: {}",
            "a:8:3: key \"rows\" stands twice, first at 7:3\n\
                 a:24:11: no quote of source:rows, expected \"quote\", or the flag INFERRED with a note",
        ),
        (
            "Q1: one",
            "Q1: [one]",
            "a:9:7: a quote: found a list, expected a map",
        ),
        ("Q1: one", "Q1: ''", "a:9:7: found \"\", expected a quote"),
        (
            "Q1: one",
            "Q3: one",
            "a:13:12: unknown quote \"Q1\", expected a name under \"quotes\" or the words themselves; did you mean \"Q2\"?",
        ),
        (
            "exact: two",
            "exakt: two",
            "a:10:7: the quote lacks \"exact\", expected the words of the source\n\
                 a:10:9: unknown key \"exakt\" in a quote, expected exact, prefix, suffix or source; did you mean \"exact\"?",
        ),
        (
            "source: rows }\nentities",
            "source: row }\nentities",
            "a:10:60: unknown source \"row\", expected one of this file or of one before it; did you mean \"rows\"?",
        ),
        (
            "  country:us:",
            "  country:US:",
            "a:12:3: \"country:US\" is not an id: expected a type's prefix, a colon and a slug of lower-case letters, digits and single hyphens, such as official:antony-blinken\n\
                 a:29:18: unknown entity \"country:us\", expected one of this file or of one before it\n\
                 a:32:47: unknown entity \"country:us\", expected one of this file or of one before it",
        ),
        (
            "  country:us:",
            "  contry:us:",
            "a:12:3: no type has the prefix \"contry\" of \"contry:us\"; did you mean \"country\"?\n\
                 a:29:18: unknown entity \"country:us\", expected one of this file or of one before it\n\
                 a:32:47: unknown entity \"country:us\", expected one of this file or of one before it",
        ),
        (
            "  country:us:",
            "  us:",
            "a:12:3: \"us\" is not an id: expected a type's prefix, a colon and a slug of lower-case letters, digits and single hyphens, such as official:antony-blinken\n\
                 a:29:18: unknown entity \"country:us\", expected one of this file or of one before it\n\
                 a:32:47: unknown entity \"country:us\", expected one of this file or of one before it",
        ),
        (
            "name: United States",
            "nmae: United States",
            "a:15:5: Country has no property or relationship \"nmae\"; did you mean \"name\"?",
        ),
        (
            "name: United States",
            "name: ''",
            "a:15:11: found \"\", expected a text",
        ),
        (
            "name: United States",
            "name:",
            "a:15:9: \"name\": found nothing, expected a value",
        ),
        (
            "name: United States",
            "name: [a, [b]]",
            "a:15:15: found a list, expected a text",
        ),
        (
            "name: United States",
            "name: { vale: x }",
            "a:15:11: the claim on \"name\" lacks \"value\", expected a text\n\
                 a:15:13: unknown key \"vale\" in a claim on \"name\", expected value, state, evidence, since, until, attested, rank, reason, key, review, quote, source, asStated, attributedTo, attributedAs, modality, stance, flags or note; did you mean \"value\"?",
        ),
        (
            "name: United States",
            "name: { value: x, state: NONE }",
            "a:15:30: \"state\" beside \"value\", expected one of them",
        ),
        (
            "name: United States",
            "name: { state: NOE }",
            "a:15:20: found \"NOE\", expected NONE or UNKNOWN; did you mean \"NONE\"?",
        ),
        (
            "name: United States",
            "name: { to: person:joe }",
            "a:15:11: the claim on \"name\" lacks \"value\", expected a text\n\
                 a:15:13: unknown key \"to\" in a claim on \"name\", expected value, state, evidence, since, until, attested, rank, reason, key, review, quote, source, asStated, attributedTo, attributedAs, modality, stance, flags or note",
        ),
        (
            "name: United States",
            "name: { value: { value: x } }",
            "a:15:20: found a map, expected a text",
        ),
        (
            "language: es",
            "language: Spanish language",
            "a:18:44: found \"Spanish language\", expected the tag of a language, such as es or zh-Hant",
        ),
        (
            "330e6",
            "many",
            "a:19:22: found \"many\", expected a number",
        ),
        (
            "bound: ABOUT",
            "bound: ABUT",
            "a:19:36: found \"ABUT\", expected EXACT, ABOUT, ALMOST, MORE_THAN, LESS_THAN or VAGUE; did you mean \"ABOUT\"?",
        ),
        (
            "low: 1",
            "low: 5e8",
            "a:19:13: low 500000000 is above high 400000000, expected it not to be",
        ),
        (
            "low: 1",
            "low: x",
            "a:19:48: found \"x\", expected a number",
        ),
        (
            "founded: 1776",
            "founded: July 1776",
            "a:20:14: date \"July 1776\": found 'J' at character 1, expected a date such as 2022-04-19, 2022-04~, 2022, 202X or an interval such as 2009/2021~",
        ),
        (
            "founded: 1776",
            "founded: 1776-13",
            "a:20:14: date \"1776-13\": found 13 at character 6, expected a month 01 to 12, a season 21 to 24, a quarter 33 to 36, or XX where it is not known",
        ),
        (
            "site: https://us.gov",
            "site: us.gov",
            "a:22:11: found \"us.gov\", expected a web address that begins with https:// or http://",
        ),
        (
            "area: { state: UNKNOWN",
            "area: { value: 1.5",
            "a:21:20: found \"1.5\", expected a whole number between -2147483648 and 2147483647",
        ),
        (
            "kind: { value: STATE",
            "kind: { value: STAT",
            "a:23:20: found \"STAT\", expected STATE or REGION; did you mean \"STATE\"?",
        ),
        (
            "kind: { value: STATE, source: rows }",
            "kind: { value: STATE, source: times, quote: Q2 }",
            "a:23:35: the quote stands in source:rows, expected \"source\" to be the same, found source:times",
        ),
        (
            "value: true",
            "value: maybe",
            "a:24:20: found \"maybe\", expected true or false",
        ),
        (
            "evidence: [{ quote: Q2 }, { quote: here, note: other }]",
            "evidence: []",
            "a:24:36: found an empty list, expected a list of evidence",
        ),
        (
            "evidence: [{ quote: Q2 }, { quote: here, note: other }]",
            "evidence: [{ quot: Q2 }]",
            "a:24:39: unknown key \"quot\" in evidence, expected quote, source, asStated, attributedTo, attributedAs, modality, stance, flags or note; did you mean \"quote\"?",
        ),
        (
            "quote: here",
            "quote: Q5",
            "a:24:61: unknown quote \"Q5\", expected a name under \"quotes\" or the words themselves; did you mean \"Q1\"?",
        ),
        (
            "to: person:joe, rank1",
            "to: person:jo, rank1",
            "a:26:15: unknown entity \"person:jo\", expected one of this file or of one before it; did you mean \"person:joe\"?",
        ),
        (
            "to: person:joe, rank1",
            "to: country:us, rank1",
            "a:26:15: found country:us, which is of the type Country, expected Person",
        ),
        (
            "to: person:joe, rank1",
            "value: person:joe, rank1",
            "a:26:9: the claim on \"chiefs\" lacks \"to\", expected the id of an entity\n\
                 a:26:11: unknown key \"value\" in a claim on \"chiefs\", expected to, rank1, with, share, evidence, since, until, attested, rank, reason, key, review, quote, source, asStated, attributedTo, attributedAs, modality, stance, flags or note",
        ),
        (
            "with: person:ann",
            "wth: person:ann",
            "a:26:42: unknown key \"wth\" in a claim on \"chiefs\", expected to, rank1, with, share, evidence, since, until, attested, rank, reason, key, review, quote, source, asStated, attributedTo, attributedAs, modality, stance, flags or note; did you mean \"with\"?",
        ),
        (
            "with: person:ann",
            "with: country:us",
            "a:26:48: found country:us, which is of the type Country, expected Person",
        ),
        (
            "since: 2021",
            "since: soon",
            "a:26:67: date \"soon\": found 's' at character 1, expected a date such as 2022-04-19, 2022-04~, 2022, 202X or an interval such as 2009/2021~",
        ),
        (
            "until: ..",
            "until: 2020",
            "a:26:80: until 2020 lies before since 2021, expected it not to",
        ),
        (
            "until: ..",
            "until: now",
            "a:26:80: date \"now\": found 'n' at character 1, expected a date such as 2022-04-19, 2022-04~, 2022, 202X or an interval such as 2009/2021~",
        ),
        (
            "key: joe",
            "key: es",
            "a:26:89: the key of claim:es is taken, expected one that no claim has\n\
                 a:32:59: unknown claim \"claim:joe\", expected the key of one of this file or of one before it; did you mean \"claim:es\"?\n\
                 a:34:14: unknown claim \"claim:joe\", expected the key of one of this file or of one before it; did you mean \"claim:es\"?",
        ),
        (
            "key: joe",
            "key: Joe",
            "a:26:89: found \"Joe\", expected a key of lower-case letters, digits and single hyphens, such as f16\n\
                 a:32:59: unknown claim \"claim:joe\", expected the key of one of this file or of one before it; did you mean \"claim:es\"?\n\
                 a:34:14: unknown claim \"claim:joe\", expected the key of one of this file or of one before it; did you mean \"claim:es\"?",
        ),
        (
            ", reason: because",
            "",
            "a:26:100: rank PREFERRED without a reason, expected \"reason\"",
        ),
        (
            "rank: PREFERRED",
            "rank: BEST",
            "a:26:100: found \"BEST\", expected DEPRECATED, NORMAL or PREFERRED",
        ),
        (
            "review: PROPOSED",
            "review: OPEN",
            "a:28:67: found \"OPEN\", expected ACCEPTED, PROPOSED or REJECTED",
        ),
        (
            "note: how, ",
            "",
            "a:29:12: flag INFERRED without a note, expected \"note\" to say how it was inferred",
        ),
        (
            "flags: [MISSPELLED]",
            "flags: [MISPELLED, VAGUE]",
            "a:18:65: found \"MISPELLED\", expected MISSPELLED, INFERRED, AMBIGUOUS, MISTRANSLATED, GARBLED, ELIDED, BACK_TRANSLATED, RELATIVE_DATE, UNNAMED, VAGUE, UNRESOLVED, ESTIMATED or WEAK_SOURCE; did you mean \"MISSPELLED\"?",
        ),
        (
            "modality: REPORTED",
            "modality: HEARD",
            "a:21:83: found \"HEARD\", expected FIRSTHAND, REPORTED or PLANNED",
        ),
        (
            "attributedTo: person:joe",
            "attributedTo: joe",
            "a:21:43: \"joe\" is not an id: expected a type's prefix, a colon and a slug of lower-case letters, digits and single hyphens, such as official:antony-blinken",
        ),
        (
            "    name: { value: Joe, quote: { exact: Joe, suffix: B }, review: PROPOSED }",
            "    name: Joe",
            "a:28:11: no quote of source:times, expected \"quote\", or the flag INFERRED with a note",
        ),
        (
            "  person:ann: {}",
            "  person:ann:\n    leads: country:us",
            "a:31:12: no quote of source:times, expected \"quote\", or the flag INFERRED with a note",
        ),
        (
            "id: gap, ",
            "",
            "a:32:5: the annotation lacks \"id\", expected a name such as f19-attendance",
        ),
        (
            "id: gap, ",
            "id: gap, who: me, ",
            "a:32:16: Annotation has no property or relationship \"who\"",
        ),
        (
            "kind: GAP, ",
            "",
            "a:32:5: the annotation lacks \"kind\", expected what kind of note it is",
        ),
        (
            "kind: GAP",
            "kind: GAPS",
            "a:32:22: found \"GAPS\", expected GAP, ERRATUM or AMBIGUITY; did you mean \"GAP\"?",
        ),
        (
            "about: [country:us, claim:joe]",
            "about: [country:uk, claim:jo, x]",
            "a:32:47: unknown entity \"country:uk\", expected one of this file or of one before it; did you mean \"country:us\"?\n\
                 a:32:59: unknown claim \"claim:jo\", expected the key of one of this file or of one before it; did you mean \"claim:joe\"?\n\
                 a:32:69: \"x\" is not an id: expected a type's prefix, a colon and a slug of lower-case letters, digits and single hyphens, such as official:antony-blinken",
        ),
        (
            "claim: claim:joe, quote: again",
            "claim: claim:joe",
            "a:34:5: no quote of source:times, expected \"quote\", or the flag INFERRED with a note",
        ),
        (
            "claim: claim:joe, quote: again",
            "quote: again",
            "a:34:5: further evidence lacks \"claim\"",
        ),
        (
            "rank: DEPRECATED, reason: wrong",
            "rank: DEPRECATED",
            "a:36:5: a rank lacks \"reason\"",
        ),
        (
            "claim: claim:es, reason: gone",
            "claim: claim:se, why: gone",
            "a:38:5: a retraction lacks \"reason\"\n\
                 a:38:14: unknown claim \"claim:se\", expected the key of one of this file or of one before it; did you mean \"claim:es\"?\n\
                 a:38:24: unknown key \"why\" in a retraction, expected claim or reason",
        ),
    ];
    for (from, to, expected) in cases {
        assert_eq!(told(from, to), expected, "{from} becomes {to}");
    }
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// All files of a folder, or all mistakes of all.
pub(super) fn read_folder(ontology: &Ontology, folder: &Path) -> Result<Vec<Recorded>, Problems> {
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    for recorded in Folder::open(ontology, folder, &|_| {})? {
        match recorded {
            Ok(recorded) => all.push(recorded),
            Err(wrong) => problems.extend(wrong.into_vec()),
        }
    }
    Problems::unless_any(all, problems)
}

fn read_files(files: &[(&str, &str)]) -> Result<Vec<Recorded>, String> {
    let folder = folder(files);
    let prefix = format!("{}/", folder.path().display());
    read_folder(&ontology(), folder.path())
        .map_err(|problems| problems.to_string().replace(&prefix, ""))
}

const MANIFEST: &str = "transactions:
  - { file: a.yaml, recordedAt: 2026-11-02T09:00:00Z, author: me, reason: first }
  - { file: b.yaml, recordedAt: 2026-11-02T10:00:00+01:00, author: me, reason: second }
";
const SECOND: &str = "source: times
entities:
  country:us: { name: { value: USA, quote: USA, key: usa } }
ranks: [{ claim: claim:es, rank: NORMAL, reason: right after all }]
";

#[test]
fn a_folder_is_read_in_order() {
    let all = read_files(&[
        ("manifest.yaml", MANIFEST),
        ("a.yaml", GOOD),
        ("b.yaml", SECOND),
    ])
    .unwrap();
    let files: Vec<&str> = all.iter().map(|recorded| recorded.file.as_str()).collect();
    assert_eq!(files, ["a.yaml", "b.yaml"]);
    assert_eq!(
        all[0].transaction.recorded_at,
        all[1].transaction.recorded_at
    );
    assert_eq!(
        (
            all[1].transaction.author.as_str(),
            all[1].transaction.reason.as_str()
        ),
        ("me", "second")
    );
    // The country is on record already.
    assert!(matches!(
        all[1].transaction.changes.as_slice(),
        [Change::AddClaim { .. }, Change::SetRank { .. }]
    ));
    let problem = all[1].problem(0, "no");
    assert!(problem.file.ends_with("/b.yaml"), "{problem}");
    assert_eq!((problem.line, problem.column), (3, 23));
}

#[test]
fn all_mistakes_of_all_files_are_told_at_once() {
    let wrong = GOOD
        .replace("kind: GAP", "kind: GAPS")
        .replace("key: es", "key: ES")
        .replace("1776", "1776-99");
    let told = read_files(&[
        ("manifest.yaml", MANIFEST),
        ("a.yaml", &wrong),
        ("b.yaml", SECOND),
    ])
    .unwrap_err();
    let expected = "a.yaml:18:53: found \"ES\", expected a key of lower-case letters, digits and single hyphens, such as f16\n\
                 a.yaml:20:14: date \"1776-99\": found 99 at character 6, expected a month 01 to 12, a season 21 to 24, a quarter 33 to 36, or XX where it is not known\n\
                 a.yaml:32:22: found \"GAPS\", expected GAP, ERRATUM or AMBIGUITY; did you mean \"GAP\"?\n\
                 a.yaml:36:14: unknown claim \"claim:es\", expected the key of one of this file or of one before it\n\
                 a.yaml:38:14: unknown claim \"claim:es\", expected the key of one of this file or of one before it\n\
                 b.yaml:4:18: unknown claim \"claim:es\", expected the key of one of this file or of one before it; did you mean \"claim:usa\"?";
    assert_eq!(told, expected);
}

#[test]
fn mistakes_of_the_manifest_are_told() {
    for (manifest, expected) in [
        (
            "",
            "manifest.yaml:1:1: the manifest lacks \"transactions\", expected a list of record files",
        ),
        (
            "transactions: x",
            "manifest.yaml:1:15: found \"x\", expected a list of record files",
        ),
        (
            "transaction: []",
            "manifest.yaml:1:1: the manifest lacks \"transactions\", expected a list of record files\n\
                 manifest.yaml:1:1: unknown key \"transaction\" in the manifest, expected transactions; did you mean \"transactions\"?",
        ),
        (
            "transactions:\n  - { file: a.yaml, author: me, reasons: x }",
            "manifest.yaml:2:5: the transaction lacks \"reason\", expected why it was recorded\n\
                 manifest.yaml:2:5: the transaction lacks \"recordedAt\", expected a moment such as 2026-11-02T09:00:00Z\n\
                 manifest.yaml:2:13: file \"a.yaml\": cannot be read: No such file or directory (os error 2)\n\
                 manifest.yaml:2:33: unknown key \"reasons\" in a transaction, expected file, recordedAt, author or reason; did you mean \"reason\"?",
        ),
        (
            "transactions:\n  - { file: ../a.yaml, recordedAt: 2026, author: me, reason: x }",
            "manifest.yaml:2:13: found \"../a.yaml\", expected a path below the manifest's folder\n\
                 manifest.yaml:2:36: time \"2026\" is not a moment, expected RFC 3339 such as 2026-11-02T09:00:00Z",
        ),
        (
            "transactions:\n  - { file: /a.yaml, recordedAt: 2026-11-02T09:00:00Z, author: '', reason: x }",
            "manifest.yaml:2:13: found \"/a.yaml\", expected a path below the manifest's folder\n\
                 manifest.yaml:2:64: found \"\", expected who recorded it",
        ),
        (
            "transactions:\n  - { file: z.yaml, recordedAt: 2026-11-02T09:00:00Z, author: me, reason: x }\n  - { file: z.yaml, recordedAt: 2026-11-01T09:00:00Z, author: me, reason: x }",
            "manifest.yaml:2:13: file \"z.yaml\": cannot be read: No such file or directory (os error 2)\n\
                 manifest.yaml:3:13: file \"z.yaml\" stands in the manifest twice\n\
                 manifest.yaml:3:33: found 2026-11-01T09:00:00Z, expected no moment before 2026-11-02T09:00:00Z, that of the file before",
        ),
    ] {
        assert_eq!(
            read_files(&[("manifest.yaml", manifest)]).unwrap_err(),
            expected,
            "{manifest}"
        );
    }
    let told = read_files(&[]).unwrap_err();
    assert!(
        told.starts_with("manifest.yaml:1:1: cannot be read: "),
        "{told}"
    );
}

fn check_quotes(recorded: &[Recorded], folder: &Path) -> Result<QuoteReport, Problems> {
    let mut check = QuoteCheck::new(folder);
    for record in recorded {
        check.add(&record.transaction, &|change, message| {
            record.problem(change, message)
        });
    }
    check.finish()
}

#[test]
fn quotes_must_stand_in_their_source() {
    let recorded = [good()];
    let times = "The Times, one \n  Joe B, again and here";
    let report = check_quotes(&recorded, folder(&[("times.txt", times)]).path()).unwrap();
    let count = |map: &std::collections::BTreeMap<crate::model::id::EntityId, usize>, id: &str| {
        map.get(id).copied()
    };
    assert_eq!(count(&report.found, "source:times"), Some(12));
    assert_eq!(count(&report.without_text, "source:rows"), Some(1));

    let folder = folder(&[
        ("times.txt", "The Times one Joe C again and agony here"),
        ("rows.txt", "two, before two later"),
    ]);
    let recorded = [read(&GOOD.replace("quote: again", "quote: again and again")).unwrap()];
    let told = check_quotes(&recorded, folder.path()).unwrap_err();
    let expected = "a:24:11: the text of source:rows has \"two\", but not between \"before\" and \"after\"\n\
                 a:28:11: the text of source:times has \"Joe\", but not between \"\" and \"B\"\n\
                 a:34:5: the text of source:times does not have \"again and again\": it agrees up to \"again and ag\"";
    assert_eq!(told.to_string(), expected);
    assert_eq!(
        check_quotes(&recorded, Path::new("/nowhere"))
            .unwrap()
            .found
            .len(),
        0
    );
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        drop(read(&text));
    }

    #[test]
    fn no_words_make_the_reader_panic(
        words in proptest::collection::vec(proptest::sample::select(GOOD.split_inclusive([' ', '\n', ':', ',', '{', '[']).collect::<Vec<_>>()), 0..80)
    ) {
        drop(read(&words.concat()));
    }

    #[test]
    fn no_cut_makes_the_reader_panic(start in 0..GOOD.len(), length in 0..200usize) {
        let text: String = GOOD.char_indices().filter(|(at, _)| *at < start || *at >= start + length).map(|(_, letter)| letter).collect();
        drop(read(&text));
    }
}
