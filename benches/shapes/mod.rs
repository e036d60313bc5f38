//! The six shapes of queries that are measured, over HTTP and without it.

use serde_json::{Value, json};

use crate::generator::Sizes;

/// The shapes, each by its name with the operation.
pub(crate) const SHAPES: [(&str, &str); 6] = [
    ("lookup", "query($n: ID!) { official(id: $n) { id name } }"),
    (
        "one hop",
        "query($c: ID!) { country(id: $c) { commitments(first: 20) { nodes { id text status \
         agreement { id name } occasion { id name } } } } }",
    ),
    (
        "three hops",
        "query($c: ID!) { country(id: $c) { name meetings(first: 20) { nodes { id name \
         participants(first: 10) { nodes { id name meetings(first: 5) { nodes { id name } } } } } } } }",
    ),
    (
        "sorted page",
        "query($c: ID!) { country(id: $c) { events(orderBy: [{ date: ASC }], first: 50) { totalCount \
         nodes { id name date { edtf } } } } }",
    ),
    (
        "shortest path",
        "query($n: ID!, $m: ID!) { paths(from: $n, to: $m, maxLength: 6) { length steps { to { id name } } } }",
    ),
    (
        "search",
        "query($t: String!) { search(text: $t, first: 10) { nodes { id name } } }",
    ),
];

/// A shape's variables, which differ from round to round.
pub(crate) fn variables(shape: &str, round: u64, sizes: Sizes) -> Value {
    let spread = |bound: u64, step: u64| (round * step) % bound;
    match shape {
        "lookup" => json!({ "n": format!("official:{}", spread(sizes.officials, 7919)) }),
        "shortest path" => json!({
            "n": format!("official:{}", spread(sizes.officials, 7919)),
            "m": format!("official:{}", spread(sizes.officials, 104_729)),
        }),
        "search" => {
            let words = [
                "Ana Petrov",
                "Novak",
                "Meeting on matter 1234",
                "Fofana Lena",
                "Okafor 77",
            ];
            json!({ "t": words[spread(5, 1) as usize] })
        }
        _ => json!({ "c": format!("country:{}", spread(sizes.countries, 13)) }),
    }
}
