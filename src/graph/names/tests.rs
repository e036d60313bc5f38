use proptest::prelude::*;

use super::*;
use crate::graph::walk::Budget;

const EVERYTHING: SearchOptions<'static> = SearchOptions {
    fuzzy: true,
    transliterate: true,
    quotes: Quotes::Else,
    limit: 10,
    accept: &|_| true,
};

/// A match with its explanation.
struct Matched {
    entity: u32,
    field: u16,
    value: u32,
    score: f32,
    why: Why,
    highlight: Vec<(usize, usize)>,
}

fn search_all(names: &[&NameIndex], query: &str, options: SearchOptions<'_>) -> Vec<Matched> {
    let texts = Texts {
        names: names.to_vec(),
        quotes: Vec::new(),
    };
    let found = search(&texts, query, &options, &mut Budget::new(10_000_000)).unwrap();
    let explained = found.matches.iter().map(|matched| {
        let explanation = found.explain(matched).unwrap();
        Matched {
            entity: matched.entity,
            field: matched.field,
            value: matched.value,
            score: matched.score,
            why: explanation.why,
            highlight: explanation.highlight,
        }
    });
    explained.collect()
}

impl NameIndex {
    fn search(&self, query: &str, options: SearchOptions<'_>) -> Vec<Matched> {
        search_all(&[self], query, options)
    }
}

/// One name an entity, numbered in order.
fn index(names: &[&str]) -> NameIndex {
    let mut builder = NameIndexBuilder::new();
    for (entity, name) in (0..).zip(names) {
        builder.add(entity, 0, entity, 1.0, name);
    }
    builder.build()
}

/// The names found, each with why.
fn found<'a>(names: &[&'a str], query: &str) -> Vec<(&'a str, Why)> {
    index(names)
        .search(query, EVERYTHING)
        .into_iter()
        .map(|found| (names[found.entity as usize], found.why))
        .collect()
}

/// The first match's highlighted parts.
fn highlighted<'a>(name: &'a str, query: &str) -> Vec<&'a str> {
    let found = index(&[name]).search(query, EVERYTHING);
    let ranges = &found.first().expect("a match").highlight;
    ranges.iter().map(|&(from, to)| &name[from..to]).collect()
}

#[test]
fn finds_words_prefixes_accents_alphabets_typos_and_other_orders() {
    let cases = [
        ("Antony Blinken", "Antony Blinken", Why::Exact),
        ("antony blinken", "Antony Blinken", Why::Exact),
        ("Blink", "Antony Blinken", Why::Prefix),
        ("Blink", "Antony Blink", Why::Exact),
        ("Darien", "Darién", Why::Accent),
        ("Darién", "Darien Gap", Why::Accent),
        ("Darie\u{301}n", "Darién", Why::Accent),
        ("Mayorcas", "Alejandro Mayorkas", Why::Typo(1)),
        ("Мэйоркас", "Mayorkas", Why::Transliterated),
        ("Зеленский", "Zelenskii", Why::Transliterated),
        ("Путин", "Putin", Why::Transliterated),
        ("Putin", "Путин", Why::Transliterated),
        ("Zhongguo", "中国", Why::Transliterated),
        ("中国", "中国", Why::Exact),
        ("Mouynes Erika", "Erika Mouynes", Why::WordOrder),
        ("J Biden", "Joe Biden", Why::Prefix),
        ("US", "U.S. Department of State", Why::Accent),
        ("Panama", "Panama's canal", Why::Exact),
        ("Panama's canal", "Panama Canal", Why::Exact),
        ("O'Brien", "Robert O’Brien", Why::Exact),
        ("York New", "New York New Jersey", Why::Exact),
        ("AMLO", "Andrés Manuel López Obrador", Why::Initials),
        (
            "AMLO",
            "President Andrés Manuel López Obrador",
            Why::Initials,
        ),
        ("GHWB", "George H.W. Bush", Why::Initials),
        ("MBS", "Crown Prince Mohammed bin Salman", Why::Initials),
        ("JF Dulles", "John Foster Dulles", Why::Prefix),
        ("Deng Xiao Ping", "Deng Xiaoping", Why::Exact),
        ("Bdien", "Joe Biden", Why::Typo(1)),
        ("J.R. Biden", "Joseph Robinette Biden", Why::Prefix),
        ("John Fitzgerald Kennedy", "John F. Kennedy", Why::Initials),
        ("习近平", "Xi Jinping", Why::Transliterated),
        ("محمود عباس", "Mahmoud Abbas", Why::Transliterated),
        ("\"Panama Canal\"", "The Panama Canal", Why::Exact),
        ("New York New York", "New York", Why::Exact),
    ];
    for (query, name, why) in cases {
        assert_eq!(found(&[name], query), [(name, why)], "{query}");
    }
}

#[test]
fn names_of_other_scripts_are_found_unless_that_is_switched_off() {
    let written = SearchOptions {
        transliterate: false,
        ..EVERYTHING
    };
    for (query, name) in [
        ("Си Цзиньпин", "President Xi Jinping"),
        ("Гавана", "Havana"),
        ("Αντώνης Μπλίνκεν", "Antony Blinken"),
        ("박근혜", "President Park Geun-hye"),
        ("バラク・オバマ", "Barack Obama"),
        (
            "ヘンリー・キッシンジャー",
            "Henry A. (Heinz Alfred) Kissinger",
        ),
        ("גולדה מאיר", "Prime Minister Golda Meir"),
        ("הנרי קיסינג'ר", "Henry Kissinger"),
        ("رفيق الحريري", "Rafiq Hariri"),
    ] {
        assert_eq!(
            found(&[name], query),
            [(name, Why::Transliterated)],
            "{query}"
        );
        let names = index(&[name]);
        assert_eq!(names.search(query, written).len(), 0, "{query}");
    }
    // Nobody of that name is there.
    let names = [
        "Nicole R. Nason",
        "Anson Burlingame",
        "Benson K. Whitney",
        "Wen Jiabao",
    ];
    assert_eq!(found(&names, "文在寅"), []);
}

#[test]
fn the_prominent_come_first_among_equals() {
    let mut builder = NameIndexBuilder::new();
    for (entity, name) in (0..).zip(["John F. Keane", "John F. Kirby", "John F. Kelly"]) {
        builder.add(entity, 0, entity, 1.0, name);
    }
    let names = builder.build_by(|entity| u8::from(entity == 2));
    let order = |limit| -> Vec<u32> {
        let found = names.search(
            "JFK",
            SearchOptions {
                limit,
                ..EVERYTHING
            },
        );
        found.iter().map(|found| found.entity).collect()
    };
    assert_eq!(order(10), [2, 0, 1]);
    assert_eq!(order(2), [2, 0]);
}

#[test]
fn unlike_names_are_not_found() {
    let cases = [
        ("Blinker", "Blip"),
        ("Ant Blinken", "Antony Blinken"),
        ("cat", "car"),
        ("Antony Smith", "Antony Blinken"),
        ("Gabriela Mistral", "Edward M. Gabriel"),
        ("Marie Curie", "Margaret Clark"),
        ("...", "Antony Blinken"),
        ("\"Canal Panama\"", "Panama Canal"),
        ("\"Pana\"", "Panama"),
        ("\"Panama\" Cana", "Canal"),
        ("", "Antony Blinken"),
        ("Blinken", ""),
    ];
    for (query, name) in cases {
        assert_eq!(found(&[name], query), [], "{query}");
    }
}

#[test]
fn typos_only_when_asked_for_and_nothing_fits_better() {
    let names = ["Alejandro Mayorkas", "Mayorca Island"];
    assert_eq!(found(&names, "Mayorkas"), [(names[0], Why::Exact)]);
    let strict = SearchOptions {
        fuzzy: false,
        ..EVERYTHING
    };
    assert!(index(&names).search("Mayorcas", strict).is_empty());
    // Both words exist, but not together; an error in one of them joins them.
    let names = ["Antony Blinken", "Anthony Smith"];
    assert_eq!(found(&names, "Anthony Blinken"), [(names[0], Why::Typo(1))]);
}

#[test]
fn better_matches_come_first() {
    let names = [
        "Minutes of the meeting in Panama of the Foreign Minister with all ambassadors",
        "Panama Canal Authority",
        "Panamá",
        "PANAMA",
        "Panamanian Red Cross",
        "Panama",
    ];
    let order: Vec<&str> = found(&names, "Panama").iter().map(|f| f.0).collect();
    assert_eq!(
        order,
        [names[5], names[3], names[2], names[1], names[4], names[0]]
    );
    // The rare word decides.
    let names = [
        "Ministry of Health",
        "Ministry of Labour",
        "Health and Labour Office",
    ];
    assert_eq!(found(&names, "Ministry of Labour")[0].0, names[1]);
}

#[test]
fn weight_decides_between_equal_texts_but_not_against_a_whole_one() {
    let mut builder = NameIndexBuilder::new();
    builder.add(1, 0, 0, 0.5, "Cooperation with Panama");
    builder.add(2, 0, 0, 2.0, "Cooperation with Panama");
    builder.add(3, 0, 0, 0.1, "Panama");
    builder.add(4, 0, 0, 0.0, "Panama");
    builder.add(5, 0, 0, f32::NAN, "Panama");
    builder.add(6, 0, 0, f32::INFINITY, "Panama Canal");
    let found = builder.build().search("Panama", EVERYTHING);
    let order: Vec<u32> = found.iter().map(|found| found.entity).collect();
    assert_eq!(order, [3, 6, 2, 1]);
    assert!(found[0].score > 0.5 && found[1].score < 0.5);
}

#[test]
fn an_entity_is_found_once_by_its_best_text() {
    let mut builder = NameIndexBuilder::new();
    builder.add(7, 1, 10, 1.0, "Secretary Blinken of State");
    builder.add(7, 2, 20, 1.0, "Antony Blinken");
    builder.add(3, 2, 30, 1.0, "Antony Blinken");
    let found = builder.build().search("antony blinken", EVERYTHING);
    let found: Vec<_> = found.iter().map(|f| (f.entity, f.field, f.value)).collect();
    assert_eq!(found, [(3, 2, 30), (7, 2, 20)]);
}

#[test]
fn what_is_not_accepted_is_not_found() {
    let names = index(&["Panama", "Panama", "Panama"]);
    let options = SearchOptions {
        accept: &|text| text.entity == 1 && text.value == 1,
        ..EVERYTHING
    };
    assert_eq!(names.search("Panama", options).len(), 1);
    assert_eq!(
        names
            .search(
                "Panama",
                SearchOptions {
                    limit: 2,
                    ..EVERYTHING
                }
            )
            .len(),
        2
    );
    assert!(
        names
            .search(
                "Panama",
                SearchOptions {
                    limit: 0,
                    ..EVERYTHING
                }
            )
            .is_empty()
    );
}

#[test]
fn a_long_query_may_miss_words() {
    let text = "The United States will help Panama to deport migrants from the Darién";
    assert_eq!(
        found(&[text], "States help deport people"),
        [(text, Why::Partial)]
    );
    assert_eq!(found(&[text], "States help people there"), []);
    assert_eq!(found(&[text], text), [(text, Why::Exact)]);
    assert_eq!(
        found(&[text], "help deport migrants Darien"),
        [(text, Why::Accent)]
    );
}

#[test]
fn highlights_are_ranges_of_the_text_as_added() {
    assert_eq!(highlighted("Canal de Panamá", "panama"), ["Panamá"]);
    assert_eq!(highlighted("Antony Blinken", "blink"), ["Blink"]);
    assert_eq!(highlighted("Íñigo Müller", "mull"), ["Müll"]);
    assert_eq!(
        highlighted("Erika Mouynes", "mouynes erika"),
        ["Erika", "Mouynes"]
    );
    assert_eq!(highlighted("the U.S. side", "US"), ["U.S"]);
}

#[test]
fn hostile_queries_are_bounded() {
    let names = index(&["Panama", "Canal"]);
    for query in [
        "a".repeat(1 << 20),
        "a ".repeat(1 << 19),
        "é".repeat(1 << 19),
        "panama ".repeat(1 << 17),
        "\u{301}".repeat(1 << 19),
        "!".repeat(1 << 20),
        "\0\u{feff}\u{202e}".to_owned(),
    ] {
        assert!(names.search(&query, EVERYTHING).len() <= 1);
    }
    assert!(NameIndex::default().search("Panama", EVERYTHING).is_empty());
}

/// A name of one to four short words over few letters, so that names resemble each other.
fn name() -> impl Strategy<Value = String> {
    prop::collection::vec("[A-Ca-cáßщ中]{1,7}", 1..=4).prop_map(|words| words.join(" "))
}

proptest! {
    /// A threshold passes nothing over: the best ten are the first ten of all, each looked for alone.
    #[test]
    fn the_best_are_the_best_of_all(
        names in prop::collection::vec(name(), 1..40),
        query in prop::collection::vec("[a-c]{1,4}", 1..=4),
    ) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let query = query.join(" ");
        let options = SearchOptions { fuzzy: false, limit: 5, ..EVERYTHING };
        let all = SearchOptions { limit: 1000, ..options };
        let of = |found: Vec<Matched>| -> Vec<(u32, f32)> {
            found.iter().map(|matched| (matched.entity, matched.score)).collect()
        };
        let few = of(index(&names).search(&query, options));
        let mut first = of(index(&names).search(&query, all));
        first.truncate(5);
        prop_assert_eq!(few, first);
    }

    /// Several indexes answer as one.
    #[test]
    fn texts_in_two_indexes_are_found_as_in_one(
        names in prop::collection::vec(name(), 2..30),
        at: prop::sample::Index,
        query in name(),
    ) {
        let mut parts = [NameIndexBuilder::new(), NameIndexBuilder::new()];
        let at = at.index(names.len());
        let mut whole = NameIndexBuilder::new();
        for (entity, name) in (0..).zip(&names) {
            whole.add(entity, 0, entity, 1.0, name);
            parts[usize::from(entity as usize >= at)].add(entity, 0, entity, 1.0, name);
        }
        let parts = parts.map(NameIndexBuilder::build);
        let of = |found: Vec<Matched>| -> Vec<(u32, f32, Why)> {
            found.iter().map(|matched| (matched.entity, matched.score, matched.why)).collect()
        };
        let one = of(whole.build().search(&query, EVERYTHING));
        let two = of(search_all(&[&parts[0], &parts[1]], &query, EVERYTHING));
        prop_assert_eq!(one, two);
    }

    #[test]
    fn a_whole_name_ranks_first_among_distinct_names(
        names in prop::collection::btree_set(name(), 1..60),
        pick: prop::sample::Index,
    ) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let picked = pick.index(names.len());
        let found = index(&names).search(names[picked], EVERYTHING);
        prop_assert_eq!(found[0].entity as usize, picked);
        prop_assert_eq!(found[0].why, Why::Exact);
    }

    #[test]
    fn nothing_panics_and_highlights_can_be_cut(
        names in prop::collection::vec(".{0,40}", 0..20),
        query in ".{0,40}",
    ) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let index = index(&names);
        for query in names.iter().copied().chain([query.as_str()]) {
            let found = index.search(query, EVERYTHING);
            prop_assert!(found.is_sorted_by(|a, b| (b.score, a.entity) <= (a.score, b.entity)));
            for found in found {
                prop_assert!((0.0..=1.0).contains(&found.score));
                let name = names[found.entity as usize];
                for (from, to) in found.highlight {
                    prop_assert!(name.get(from..to).is_some_and(|part| !part.is_empty()));
                }
            }
        }
    }

    #[test]
    fn one_error_in_a_long_word_is_found(word in "[a-f]{5,12}", at: prop::sample::Index) {
        let mut typed = word.clone().into_bytes();
        typed[at.index(word.len())] = b'z';
        let typed = String::from_utf8(typed).unwrap();
        prop_assert_eq!(found(&[word.as_str()], &typed), [(word.as_str(), Why::Typo(1))]);
    }
}
