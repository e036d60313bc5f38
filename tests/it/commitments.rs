//! Who committed to what: the questions that the seed must answer.

use serde_json::{Value, json};

use crate::ask::ask;
use crate::support::TestApp;

/// What the United States committed to, word for word: three joint commitments with Panama, each
/// with its quotes and its source, not assessed by anybody, under the letter.
#[tokio::test]
async fn the_headline_query_finds_the_three_joint_commitments() {
    let app = TestApp::seed().await;
    let query = include_str!("../fixtures/queries/headline.graphql");
    let expected: Value = serde_json::from_str(include_str!("../fixtures/queries/headline.json"))
        .expect("a fixture in JSON");
    assert_eq!(app.query(query, json!({})).await, expected);
}

#[tokio::test]
async fn who_led_the_delegation_stands_as_two_claims() {
    let answer = ask(r#"{
        meeting(id: "meeting:panama-2022") {
            participants(edge: { role: { eq: HEAD_OF_DELEGATION } }) {
                edges {
                    node { name }
                    role
                    onBehalfOf { name }
                    rank
                    claim { id }
                    evidence { stance modality asStated source { kind } }
                }
            }
        }
    }"#)
    .await;
    assert_eq!(
        answer["meeting"]["participants"]["edges"],
        json!([
            {
                "node": { "name": "Alejandro Mayorkas" },
                "role": "HEAD_OF_DELEGATION",
                "onBehalfOf": { "name": "United States" },
                "rank": "NORMAL",
                "claim": { "id": "claim:f16" },
                "evidence": [
                    { "stance": "SUPPORTS", "modality": "FIRSTHAND", "asStated": "led the US delegation", "source": { "kind": "PRESS" } },
                    { "stance": "DISPUTES", "modality": "PLANNED", "asStated": null, "source": { "kind": "PRESS" } },
                ],
            },
            {
                "node": { "name": "Antony Blinken" },
                "role": "HEAD_OF_DELEGATION",
                "onBehalfOf": { "name": "United States" },
                "rank": "NORMAL",
                "claim": { "id": "claim:f16-blinken" },
                "evidence": [
                    { "stance": "SUPPORTS", "modality": "PLANNED", "asStated": "will lead a U.S. delegation", "source": { "kind": "OFFICIAL" } },
                ],
            },
        ])
    );
}

/// Three sources count those who crossed in 2021. The one that editors do not believe shows no
/// value; its claim stands with its rank and the reason.
#[tokio::test]
async fn the_figures_of_darien_in_2021() {
    let answer = ask(r#"{
        statistics(
            where: {
                place: { id: { eq: "place:darien" } }
                measure: { id: { eq: "measure:migrants-crossing" } }
                period: { eq: "2021" }
            }
            orderBy: [{ value: DESC }]
        ) {
            nodes {
                id
                value { value bound low high label }
                facts { value { asStated stated } }
            }
        }
        hobby: claim(id: "claim:f40-hobby") { value rank rankReason evidence { quote flags } }
    }"#)
    .await;
    assert_eq!(
        answer,
        json!({
            "statistics": { "nodes": [
                {
                    "id": "statistic:darien-2021",
                    "value": { "value": 134_000, "bound": "ALMOST", "low": 131_320, "high": 134_000, "label": "almost 134,000 migrants" },
                    "facts": { "value": { "asStated": "almost 134 thousand", "stated": "VALUE" } },
                },
                {
                    "id": "statistic:darien-2021-la-prensa-latina",
                    "value": { "value": 133_726, "bound": "EXACT", "low": 133_726, "high": 133_726, "label": "133,726 migrants" },
                    "facts": { "value": { "asStated": "the previous record of 133,726", "stated": "VALUE" } },
                },
                {
                    "id": "statistic:darien-2021-a-traves-del-darien",
                    "value": null,
                    "facts": { "value": { "asStated": null, "stated": "NOT_STATED" } },
                },
            ] },
            "hobby": {
                "value": "91,000 migrants",
                "rank": "DEPRECATED",
                "rankReason": "A hobby site, alone against \"almost 134 thousand\" and 133,726.",
                "evidence": [{ "quote": "91.000 en 2021", "flags": ["WEAK_SOURCE"] }],
            },
        })
    );
}

/// The sum that the private sector gathered: one winner, and what others say beside it.
#[tokio::test]
async fn the_amount_of_the_call_to_action_keeps_every_source() {
    let answer = ask(r#"{
        commitment(id: "commitment:call-to-action-investments") {
            amount { label }
            facts {
                amount { disputed alternatives { value } claim { id } }
                stage { value disputed }
            }
        }
    }"#)
    .await;
    let amount = &answer["commitment"]["facts"]["amount"];
    assert_eq!(amount["disputed"], true);
    let mut values: Vec<_> = amount["alternatives"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|claim| claim["value"].as_str())
        .chain(answer["commitment"]["amount"]["label"].as_str())
        .collect();
    values.sort_unstable();
    assert_eq!(
        values,
        [
            "1,200,000,000 USD",
            "750,000,000 USD",
            "about 1,200,000,000 USD",
            "more than 1,200,000,000 USD"
        ]
    );
    assert_eq!(answer["commitment"]["facts"]["stage"]["disputed"], true);
}
