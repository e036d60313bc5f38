//! Names as people write them: how many of them are found, and how near the top.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "the table is for people; a helper of a test fails the test by panicking"
)]

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::ask::data;
use crate::support::{TestApp, package_path};

/// Of a search the first so many are looked at.
const LOOKED_AT: usize = 5;

/// How the variants of a kind were found.
#[derive(Debug, Default, Clone, Copy)]
struct Found {
    variants: usize,
    first: usize,
    among_first: usize,
    /// The sum of 1 divided by the place of the first that is meant.
    reciprocal: f64,
    /// The sum of the shares of what is shown that is meant.
    precision: f64,
}

impl Found {
    fn add(&mut self, shown: &[&str], meant: &[&str]) {
        let place = shown.iter().position(|id| meant.contains(id));
        let right = shown.iter().filter(|id| meant.contains(id)).count();
        self.variants += 1;
        self.first += usize::from(place == Some(0));
        self.among_first += usize::from(place.is_some());
        self.reciprocal += place.map_or(0.0, |place| 1.0 / (place + 1) as f64);
        self.precision += right as f64 / shown.len().max(1) as f64;
    }

    fn and(self, other: Self) -> Self {
        Self {
            variants: self.variants + other.variants,
            first: self.first + other.first,
            among_first: self.among_first + other.among_first,
            reciprocal: self.reciprocal + other.reciprocal,
            precision: self.precision + other.precision,
        }
    }

    fn recall(&self) -> f64 {
        self.among_first as f64 / self.variants as f64
    }

    fn print(&self, kind: &str) {
        let each = |sum: f64| sum / self.variants as f64;
        println!(
            "{kind:<10} {:>4} {:>9.3} {:>9.3} {:>15.3} {:>9.3}",
            self.variants,
            each(self.first as f64),
            self.recall(),
            each(self.reciprocal),
            each(self.precision),
        );
    }
}

/// The ids of the first that a search finds.
async fn shown(app: &TestApp, text: &str) -> Vec<String> {
    let query = "query ($text: String!, $first: Int!) { search(text: $text, first: $first) { nodes { id } } }";
    let answer = app.query(query, json!({ "text": text, "first": LOOKED_AT }));
    let nodes = data(answer.await, query)["search"]["nodes"].take();
    let id = |node: &Value| node["id"].as_str().map(str::to_owned);
    let nodes = nodes.as_array().unwrap();
    nodes.iter().filter_map(id).collect()
}

/// Run it with `--no-capture` for the table.
#[tokio::test]
async fn names_are_found_in_the_ways_in_which_people_write_them() {
    let app = TestApp::builder()
        .seed(Some(package_path("seed")))
        .start()
        .await;
    let table = std::fs::read_to_string(package_path("tests/fixtures/search-variants.tsv"))
        .expect("the table of variants");
    let mut kinds: BTreeMap<&str, Found> = BTreeMap::new();
    let mut unrelated = Vec::new();
    let mut absent = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let [kind, variant, meant] = line
            .split('\t')
            .collect::<Vec<_>>()
            .try_into()
            .expect("three columns");
        let shown = shown(&app, variant).await;
        let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
        if kind == "absent" {
            absent += 1;
            unrelated.extend((!shown.is_empty()).then_some((variant, shown.join(" "))));
            continue;
        }
        let meant: Vec<&str> = meant.split(' ').collect();
        if !shown.iter().any(|id| meant.contains(id)) {
            println!("{kind}: {variant} finds {shown:?}, not {meant:?}");
        }
        kinds.entry(kind).or_default().add(&shown, &meant);
    }

    println!(
        "{:<10} {:>4} {:>9} {:>9} {:>15} {:>9}",
        "kind", "", "recall@1", "recall@5", "reciprocal rank", "precision"
    );
    for (kind, found) in &kinds {
        found.print(kind);
    }
    let all = kinds.values().copied().fold(Found::default(), Found::and);
    all.print("all");
    println!("of {absent} names that nobody bears, these find something: {unrelated:?}");

    assert!(all.variants >= 200, "{} variants", all.variants);
    assert!(all.recall() >= 0.95, "recall at 5 is {}", all.recall());
    for (kind, found) in &kinds {
        assert!(
            found.recall() >= 0.8,
            "recall of {kind} is {}",
            found.recall()
        );
    }
    assert!(unrelated.len() * 5 <= absent, "{unrelated:?}");
}
