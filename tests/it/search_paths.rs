//! Finding things by words, and finding how things are connected.

use serde_json::{Value, json};

use crate::ask::{ask, ask_with, each, refuse};
use crate::support::TestApp;

/// What a search finds: type, name, and why.
async fn search(text: &str, more: &str) -> Vec<(String, String, String)> {
    let query = format!(
        "query ($text: String!) {{ search(text: $text{more}) {{ edges {{ node {{ __typename name }} matchedOn {{ why }} }} }} }}"
    );
    let answer = ask_with(&query, json!({ "text": text })).await;
    let edges = answer["search"]["edges"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    edges
        .iter()
        .map(|edge| {
            (
                text(&edge["node"]["__typename"]),
                text(&edge["node"]["name"]),
                text(&edge["matchedOn"]["why"]),
            )
        })
        .collect()
}

fn hit(entity_type: &str, name: &str, why: &str) -> (String, String, String) {
    (entity_type.into(), name.into(), why.into())
}

#[tokio::test]
async fn a_misspelling_on_record_is_found_as_such() {
    let answer = ask(r#"{
        search(text: "Blink", first: 1) {
            edges {
                highlight
                matchedOn { field value why claim { id evidence { flags } } }
                node { id name }
            }
        }
    }"#)
    .await;
    assert_eq!(
        answer["search"]["edges"],
        json!([{
            "highlight": "Antony **Blink**",
            "matchedOn": {
                "field": "aliases", "value": "Antony Blink", "why": "MISSPELLED",
                "claim": { "id": "claim:f05-alias", "evidence": [{ "flags": ["MISSPELLED"] }] },
            },
            "node": { "id": "official:antony-blinken", "name": "Antony Blinken" },
        }])
    );
}

#[tokio::test]
async fn accents_typing_errors_and_scripts_are_looked_through() {
    assert_eq!(
        search("Darien", "").await,
        [hit("Place", "Darién", "ACCENT")]
    );
    assert_eq!(
        search("Mayorcas", "").await,
        [hit("Official", "Alejandro Mayorkas", "TYPO")]
    );
    assert_eq!(search("Mayorcas", ", fuzzy: false").await, []);
    let transliterated = search("Мэйоркас", "").await;
    assert_eq!(transliterated.len(), 1);
    assert_eq!(transliterated[0].1, "Alejandro Mayorkas");
    assert_eq!(transliterated[0].2, "TRANSLITERATED");
    assert_eq!(
        search("Мэйоркас", ", transliterate: false, quotes: false").await,
        []
    );
    assert_eq!(
        search("Mouynes Erika", ", types: [OFFICIAL]").await,
        [hit("Official", "Erika Mouynes", "WORD_ORDER")]
    );
    for nothing in ["", " ", "?!", "xyzzy"] {
        assert_eq!(search(nothing, "").await, [], "{nothing:?}");
    }
}

#[tokio::test]
async fn a_search_can_be_limited_to_types() {
    assert_eq!(
        search("panama", ", types: [COUNTRY]").await,
        [hit("Country", "Panama", "EXACT")]
    );
    let places = search("panama", ", types: [COUNTRY, PLACE]").await;
    assert_eq!(
        places,
        [
            hit("Country", "Panama", "EXACT"),
            hit("Place", "Panama City", "EXACT")
        ]
    );
    assert_eq!(
        search("panama", ", types: [TOPIC], quotes: false").await,
        []
    );
    // Null is no limit, as if nothing was said.
    assert_eq!(
        search("panama", ", types: null").await,
        search("panama", "").await
    );
}

/// A quote answers with the entity that its claim is about.
#[tokio::test]
async fn quotes_are_searched_where_nothing_else_is_found() {
    let query = |text: &str, more: &str| {
        let text = text.replace('"', "\\\"");
        format!(
            "{{ search(text: \"{text}\"{more}) {{ totalCount facets {{ type count }} edges {{ highlight matchedOn {{ field value why claim {{ evidence {{ quote }} }} }} node {{ __typename id }} }} }} }}"
        )
    };
    let phrase = "\"minister of security juan pino joined\"";
    let found = ask(&query(phrase, "")).await;
    let edges = found["search"]["edges"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    assert!(!edges.is_empty(), "{found}");
    for edge in &edges {
        let matched = &edge["matchedOn"];
        assert_eq!(matched["field"], "quote");
        let quotes = each(&matched["claim"]["evidence"], "quote");
        assert!(quotes.contains(&matched["value"].as_str().unwrap_or_default()));
        let highlight = edge["highlight"].as_str().unwrap_or_default();
        assert!(
            highlight.contains("**Minister** **of** **Security**"),
            "{highlight}"
        );
    }
    let facets = found["search"]["facets"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let counted: u64 = facets
        .iter()
        .filter_map(|facet| facet["count"].as_u64())
        .sum();
    assert_eq!(found["search"]["totalCount"], counted);
    let none = ask(&query(phrase, ", quotes: false")).await;
    assert_eq!(none["search"]["totalCount"], 0);
    let reordered = ask(&query("\"of minister security\"", "")).await;
    assert_eq!(reordered["search"]["totalCount"], 0);
    // Names come first where quotes are asked for beside them.
    let both = ask(&query("Darien", ", quotes: true")).await;
    assert_eq!(both["search"]["edges"][0]["node"]["id"], "place:darien");
    assert!(
        both["search"]["edges"]
            .as_array()
            .is_some_and(|edges| edges.len() > 1)
    );
}

/// A page asks for what it shows; the pages together are the whole.
#[tokio::test]
async fn pages_of_a_search_follow_each_other() {
    let whole = ask(r#"{ search(text: "panama", first: 1000) { totalCount nodes { id } } }"#).await;
    let all = each(&whole["search"]["nodes"], "id");
    assert_eq!(whole["search"]["totalCount"], all.len());
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = ask_with(
            r#"query ($after: String) { search(text: "panama", first: 3, after: $after) {
                nodes { id } pageInfo { hasNextPage endCursor } } }"#,
            json!({ "after": after }),
        )
        .await;
        let page = &page["search"];
        seen.extend(each(&page["nodes"], "id").into_iter().map(str::to_owned));
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(seen, all);
}

#[tokio::test]
async fn the_best_match_comes_first() {
    let answer = ask(r#"{ search(text: "panama") { totalCount edges { score } } }"#).await;
    let scores: Vec<f64> = answer["search"]["edges"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|edge| edge["score"].as_f64())
        .collect();
    assert!(scores.len() > 3);
    assert!(scores.is_sorted_by(|one, other| one >= other), "{scores:?}");
    assert!(
        scores.iter().all(|score| *score > 0.0 && *score <= 1.0),
        "{scores:?}"
    );
}

/// The minister who signed for Panama and the vice president of the other side: over the letter.
#[tokio::test]
async fn a_path_has_typed_steps_with_their_evidence() {
    let answer = ask(r#"{
        paths(from: "official:juan-pino", to: "country:us") {
            length
            steps {
                label forward
                from { id } to { id }
                relationship {
                    __typename id type from { id } to { id }
                    evidence { quote source { id } }
                    ... on SignedByRelationship { capacity onBehalfOf { id } date { edtf } }
                }
            }
        }
    }"#)
    .await;
    assert_eq!(
        answer["paths"],
        json!([{
            "length": 2,
            "steps": [
                {
                    "label": "Juan Pino – agreements signed – letter of understanding for migration management and protection of migrants",
                    "forward": false,
                    "from": { "id": "official:juan-pino" },
                    "to": { "id": "agreement:us-panama-letter-2022" },
                    "relationship": {
                        "__typename": "SignedByRelationship",
                        "id": "relationship:f30-pino",
                        "type": "SIGNED_BY",
                        "from": { "id": "agreement:us-panama-letter-2022" },
                        "to": { "id": "official:juan-pino" },
                        "evidence": [{
                            "quote": "Panama’s Minister of Security Juan Pino joined Embassy Panama City’s Chargé d’Affaires Stewart Tuttle in signing the Arrangement in Panama City on April 19.",
                            "source": { "id": "source:agenparl-us-panama-migration-cooperation" },
                        }],
                        "capacity": "Panama’s Minister of Security",
                        "onBehalfOf": { "id": "country:pa" },
                        "date": { "edtf": "2022-04-19" },
                    },
                },
                {
                    "label": "letter of understanding for migration management and protection of migrants – parties – United States",
                    "forward": true,
                    "from": { "id": "agreement:us-panama-letter-2022" },
                    "to": { "id": "country:us" },
                    "relationship": {
                        "__typename": "HasPartyRelationship",
                        "id": "relationship:f30-party-us",
                        "type": "HAS_PARTY",
                        "from": { "id": "agreement:us-panama-letter-2022" },
                        "to": { "id": "country:us" },
                        "evidence": [{
                            "quote": "Panama and the United States announced a letter of understanding for migration management and protection of migrants",
                            "source": { "id": "source:voz-de-la-diaspora" },
                        }],
                    },
                },
            ],
        }])
    );
}

/// The entities that the paths lead through, ends and all.
async fn ways(arguments: &str) -> Vec<String> {
    let query =
        format!("{{ paths({arguments}) {{ length steps {{ from {{ id }} to {{ id }} }} }} }}");
    let answer = ask(&query).await;
    let paths = answer["paths"].as_array().cloned().unwrap_or_default();
    let way = |path: &Value| {
        let steps = path["steps"].as_array().cloned().unwrap_or_default();
        assert_eq!(path["length"], steps.len());
        let id = |step: &Value, end: &str| step[end]["id"].as_str().unwrap_or_default().to_owned();
        // Each step begins where the one before it ended.
        assert!(
            steps
                .windows(2)
                .all(|pair| id(&pair[0], "to") == id(&pair[1], "from"))
        );
        let mut ids = vec![id(&steps[0], "from")];
        ids.extend(steps.iter().map(|step| id(step, "to")));
        ids.join(" ")
    };
    paths.iter().map(way).collect()
}

#[tokio::test]
async fn paths_avoid_what_they_are_told_to() {
    let ends = r#"from: "official:juan-pino", to: "country:us""#;
    assert_eq!(
        ways(ends).await,
        ["official:juan-pino agreement:us-panama-letter-2022 country:us"]
    );
    for (more, avoided) in [
        (
            r#", avoid: ["agreement:us-panama-letter-2022"]"#,
            "agreement:us-panama-letter-2022",
        ),
        (", avoidTypes: [AGREEMENT]", "agreement:"),
        // The ends may be of a type that is avoided.
        (", avoidTypes: [AGREEMENT, OFFICIAL]", "agreement:"),
    ] {
        let found = ways(&format!("{ends}{more}")).await;
        assert_eq!(found.len(), 1, "{more}");
        assert!(!found[0].contains(avoided), "{more}: {found:?}");
    }
    let only = ways(&format!(
        "{ends}, relationshipTypes: [SIGNED_BY, MADE_BY, CONTAINED_IN]"
    ))
    .await;
    assert_eq!(only.len(), 1);
    let ids: Vec<&str> = only[0].split(' ').collect();
    assert_eq!(
        ids[..2],
        ["official:juan-pino", "agreement:us-panama-letter-2022"]
    );
    assert!(
        ids[2].starts_with("commitment:") && ids[3] == "country:us",
        "{only:?}"
    );
}

#[tokio::test]
async fn several_paths_come_shortest_first_and_differ() {
    let found = ways(r#"from: "official:juan-pino", to: "official:kamala-harris", first: 5"#).await;
    assert_eq!(found.len(), 5);
    let lengths: Vec<usize> = found.iter().map(|way| way.split(' ').count()).collect();
    assert!(lengths.is_sorted(), "{lengths:?}");
    for (place, way) in found.iter().enumerate() {
        assert!(!found[..place].contains(way), "{way} twice");
        let ids: Vec<&str> = way.split(' ').collect();
        assert!(
            (1..ids.len()).all(|at| !ids[..at].contains(&ids[at])),
            "{way} goes in a circle"
        );
    }
}

#[tokio::test]
async fn no_path_is_an_empty_list() {
    for arguments in [
        r#"from: "official:juan-pino", to: "country:us", maxLength: 1"#,
        r#"from: "official:juan-pino", to: "country:us", relationshipTypes: [BORDERS]"#,
    ] {
        assert_eq!(ways(arguments).await, Vec::<String>::new(), "{arguments}");
    }
    // Who signed was not on record then.
    let then = ask(r#"{ at(knownAt: "2026-11-05T00:00:00Z") { paths(from: "official:kamala-harris", to: "country:co", maxLength: 1) { length } } }"#).await;
    assert_eq!(then["at"]["paths"], json!([]));
}

#[tokio::test]
async fn an_unknown_end_is_one_error_with_its_path() {
    let app = TestApp::seed().await;
    for (query, path, id) in [
        (
            r#"{ it: paths(from: "official:nobody", to: "country:us") { length } }"#,
            json!(["it"]),
            "from: \"official:nobody\"",
        ),
        (
            r#"{ paths(from: "country:us", to: "nowhere") { length } }"#,
            json!(["paths"]),
            "to: \"nowhere\"",
        ),
        (
            r#"{ paths(from: "country:us", to: "country:pa", avoid: ["x:y"]) { length } }"#,
            json!(["paths"]),
            "avoid: \"x:y\"",
        ),
        (
            r#"{ neighborhood(ids: ["country:us", "x:y"]) { omitted } }"#,
            json!(["neighborhood"]),
            "ids: \"x:y\"",
        ),
        (
            r#"{ at(knownAt: "2026-11-05T00:00:00Z") { paths(from: "official:juan-pino", to: "country:us") { length } } }"#,
            json!(["at", "paths"]),
            "from: \"official:juan-pino\"",
        ),
    ] {
        let answer = app.query(query, json!({})).await;
        assert_eq!(answer["data"], Value::Null, "{answer}");
        assert_eq!(
            answer["errors"].as_array().map(Vec::len),
            Some(1),
            "{answer}"
        );
        assert_eq!(answer["errors"][0]["path"], path);
        let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(
            message.starts_with(id) && message.contains("is not on record"),
            "{message}"
        );
    }
    for (arguments, expected) in [
        ("maxLength: 13", "maxLength is 13"),
        ("first: 0", "first is 0"),
        ("first: 51", "first is 51"),
    ] {
        let message = refuse(&format!(
            r#"{{ paths(from: "country:us", to: "country:pa", {arguments}) {{ length }} }}"#
        ))
        .await;
        assert!(message.contains(expected), "{message}");
    }
}

#[tokio::test]
async fn a_neighborhood_has_all_relationships_between_its_entities() {
    let answer = ask(r#"{
        neighborhood(ids: ["agreement:us-panama-letter-2022"], types: [OFFICIAL, COUNTRY, AGREEMENT]) {
            nodes { __typename id }
            relationships { type from { id } to { id } }
            omitted
        }
    }"#)
    .await;
    let found = &answer["neighborhood"];
    let mut nodes = each(&found["nodes"], "id");
    assert_eq!(
        nodes.remove(0),
        "agreement:us-panama-letter-2022",
        "where it begins comes first"
    );
    nodes.sort_unstable();
    assert_eq!(
        nodes,
        [
            "country:pa",
            "country:us",
            "official:juan-pino",
            "official:stewart-tuttle"
        ]
    );
    assert_eq!(found["omitted"], 0);
    let mut links: Vec<String> = found["relationships"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|link| {
            format!(
                "{} {} {}",
                link["from"]["id"], link["type"], link["to"]["id"]
            )
            .replace('"', "")
        })
        .collect();
    links.sort_unstable();
    let letter = "agreement:us-panama-letter-2022";
    assert_eq!(
        links,
        [
            format!("{letter} HAS_PARTY country:pa"),
            format!("{letter} HAS_PARTY country:us"),
            format!("{letter} SIGNED_BY official:juan-pino"),
            format!("{letter} SIGNED_BY official:stewart-tuttle"),
            // Not from where it began: between two that it found.
            "official:juan-pino SERVES country:pa".into(),
        ]
    );
}

#[tokio::test]
async fn a_neighborhood_says_how_many_it_left_out() {
    let around = async |arguments: &str| {
        let query = format!(
            "{{ neighborhood(ids: [\"agreement:us-panama-letter-2022\"], {arguments}) {{ nodes {{ id }} omitted }} }}"
        );
        let answer = ask(&query).await;
        let found = &answer["neighborhood"];
        (
            each(&found["nodes"], "id").len(),
            found["omitted"].as_u64().unwrap_or_default(),
        )
    };
    let (all, omitted) = around("depth: 1").await;
    assert_eq!(omitted, 0);
    assert_eq!(around("depth: 1, limit: 3").await, (3, all as u64 - 3));
    assert_eq!(around("depth: 1, limit: 1").await, (1, all as u64 - 1));
    assert_eq!(around("depth: 0").await, (1, 0));
    assert!(around("depth: 2").await.0 > all);
    let (some, _) = around("depth: 1, relationshipTypes: [SIGNED_BY]").await;
    assert_eq!(some, 3);
    for (arguments, expected) in [
        ("limit: 0", "limit is 0"),
        ("limit: 1501", "limit is 1501"),
        ("depth: 7", "depth is 7"),
        ("depth: -1", "depth is -1"),
    ] {
        let message = refuse(&format!(
            "{{ neighborhood(ids: [\"country:us\"], {arguments}) {{ omitted }} }}"
        ))
        .await;
        assert!(message.contains(expected), "{message}");
    }
}
