//! The mapping: what the columns of a table mean.

use std::collections::HashMap;
use std::path::{Component, Path};

use crate::ingest::problem::quoted;

use super::super::log::{Log, Map};
use super::super::yaml::{self, At, Content, Node};
use super::pattern::{BY, EACH, ONCE, Pattern, Scope, WHEN, yes};
use super::template::{Columns, Template, Values, Words};

/// Keys of a mapping.
const KEYS: [&str; 10] = [
    "table", "source", "sources", "words", "columns", "row", "skip", "misfits", "quote", "entities",
];

/// The columns that every table has beside its own: the line of the row, and a part of a column.
const LINE: &str = "line";
const ITEM: &str = "item";

/// A column that the mapping makes out of others: the first case that fits a row.
#[derive(Debug)]
pub(super) struct Derived {
    pub(super) cases: Vec<Case>,
}

/// What a column is under some conditions.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) when: Vec<(usize, Vec<String>)>,
    pub(super) text: Template,
    /// What has to be the same for two equal texts to stay equal.
    pub(super) distinct: Option<Template>,
}

/// An entity that a row speaks of.
#[derive(Debug)]
pub(super) struct EntityPattern {
    pub(super) at: At,
    pub(super) id: Template,
    pub(super) when: Vec<(usize, Vec<String>)>,
    pub(super) each: Option<(usize, String)>,
    /// Whether only the row that brings the entity says something of it.
    pub(super) once: bool,
    pub(super) claims: Vec<(At, String, Pattern)>,
}

/// What the columns of a table mean.
#[derive(Debug, Default)]
pub(super) struct Mapping {
    pub(super) words: Vec<Words>,
    /// What the columns are called: the table's own, the line and the part, then the derived ones.
    pub(super) names: Vec<String>,
    pub(super) derived: Vec<Derived>,
    /// The column for one of several parts of another.
    pub(super) item: usize,
    /// What names a row, where something does.
    pub(super) row: Option<Template>,
    /// The rows that are left out, and why.
    pub(super) skip: HashMap<String, (At, String)>,
    /// Whether what contradicts itself is kept as stated, with a note.
    pub(super) annotate: bool,
    pub(super) source: Option<Node>,
    pub(super) quote: Option<(At, Template)>,
    pub(super) entities: Vec<EntityPattern>,
}

impl Mapping {
    /// Why a row does not name an entity: columns of its id are empty.
    pub(super) fn lacking(&self, id: &Template, row: &Values) -> String {
        let mut names: Vec<String> = Vec::new();
        for column in id.columns().filter(|column| row.get(*column).is_empty()) {
            if let Some(name) = self.names.get(column) {
                names.push(quoted(name));
            }
        }
        format!(
            "the row has no {}, since nothing stands in {}; expected an id, or \"when\" on the entity where it may be absent",
            quoted(id.text()),
            names.join(", ")
        )
    }
}

/// The table's file, as the mapping names it.
pub(super) fn table(log: &mut Log, root: &Node) -> Option<(At, String)> {
    let map = log.map(root, "the mapping")?;
    log.only(&map, &KEYS, "the mapping");
    let Some(node) = map.get("table") else {
        log.problem(
            root.at,
            "the mapping lacks \"table\", expected the name of a CSV file",
        );
        return None;
    };
    let name = log.text(node, "the name of a CSV file")?;
    below(log, node.at, name).then(|| (node.at, name.to_owned()))
}

/// Whether a name stays below its folder.
fn below(log: &mut Log, at: At, name: &str) -> bool {
    let fine = Path::new(name)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !fine {
        let message = format!(
            "found {}, expected a path below the mapping's folder",
            quoted(name)
        );
        log.problem(at, message);
    }
    fine
}

/// Reads what a mapping says of a table with these columns. `file` gives the text of a file beside it.
pub(super) fn read(
    log: &mut Log,
    root: &Node,
    header: &csv::StringRecord,
    mut file: impl FnMut(&str) -> Result<String, String>,
) -> Option<Mapping> {
    let map = log.map(root, "the mapping")?;
    let mut mapping = Mapping {
        names: header.iter().map(str::to_owned).collect(),
        ..Mapping::default()
    };
    if let Some(section) = map.get("words").and_then(|node| log.map(node, "\"words\"")) {
        for (key, node) in &section.entries {
            if let Some(entries) = words(log, node, &mut file) {
                let name = key.text.clone();
                mapping.words.push(Words { name, entries });
            }
        }
    }
    let mut columns = Columns::new();
    for name in header {
        let place = columns.len();
        if columns.insert(name.to_owned(), place).is_some() {
            let message = format!(
                "the table has two columns {}, expected each name once",
                quoted(name)
            );
            log.problem(map.at, message);
            return None;
        }
    }
    mapping.item = header.len() + 1;
    for (name, place) in [(LINE, header.len()), (ITEM, mapping.item)] {
        // A column of the table with that name comes first.
        columns.entry(name.to_owned()).or_insert(place);
        mapping.names.push(name.to_owned());
    }
    derived(log, &map, &mut mapping, &mut columns);
    let words = std::mem::take(&mut mapping.words);
    let scope = Scope {
        columns: &columns,
        words: &words,
    };
    rest(log, &map, &mut mapping, &scope);
    mapping.words = words;
    Some(mapping)
}

/// A table of words, in the mapping or in a file of its own.
fn words(
    log: &mut Log,
    node: &Node,
    file: &mut impl FnMut(&str) -> Result<String, String>,
) -> Option<HashMap<String, String>> {
    let outside;
    let node = match &node.content {
        Content::Text(name) => {
            if !below(log, node.at, name) {
                return None;
            }
            let read = file(name).map_err(|message| format!("file {name:?}: {message}"));
            let parsed = read
                .and_then(|text| yaml::parse(&text, name).map_err(|problems| problems.to_string()));
            match parsed {
                Ok(root) => {
                    outside = root;
                    &outside
                }
                Err(message) => {
                    log.problem(node.at, message);
                    return None;
                }
            }
        }
        _ => node,
    };
    let map = log.map(node, "a table of words")?;
    let mut entries = HashMap::with_capacity(map.entries.len());
    for (key, value) in &map.entries {
        match &value.content {
            Content::Text(text) => {
                entries.insert(key.text.clone(), text.clone());
            }
            _ => log.problem(
                value.at,
                format!(
                    "{}: found {}, expected a text",
                    quoted(&key.text),
                    value.describe()
                ),
            ),
        }
    }
    Some(entries)
}

/// The columns that are made out of others; each may use those before it.
fn derived(log: &mut Log, map: &Map<'_>, mapping: &mut Mapping, columns: &mut Columns) {
    let section = map
        .get("columns")
        .and_then(|node| log.map(node, "\"columns\""));
    for (key, node) in section.map(|section| section.entries).unwrap_or_default() {
        if columns.contains_key(&key.text) {
            let message = format!("there is a column {} already", quoted(&key.text));
            log.problem(key.at, message);
            continue;
        }
        let scope = Scope {
            columns,
            words: &mapping.words,
        };
        let items = node.items();
        let cases = items.into_iter().filter_map(|item| case(log, &scope, item));
        let cases = cases.collect();
        columns.insert(key.text.clone(), mapping.names.len());
        mapping.names.push(key.text.clone());
        mapping.derived.push(Derived { cases });
    }
}

fn case(log: &mut Log, scope: &Scope<'_>, node: &Node) -> Option<Case> {
    let expected = "a text with columns, such as {id}";
    if let Content::Text(text) = &node.content {
        let text = scope.template(log, node.at, text)?;
        let (when, distinct) = (Vec::new(), None);
        return Some(Case {
            when,
            text,
            distinct,
        });
    }
    let map = log.map(node, "a column")?;
    log.only(&map, &[WHEN, "text", "distinct"], "a column");
    let when = map.get(WHEN).map(|node| scope.conditions(log, node));
    let mut template = |name: &str| {
        let node = map.get(name)?;
        let text = log.text(node, expected)?;
        scope.template(log, node.at, text)
    };
    let (text, distinct) = (template("text"), template("distinct"));
    if map.get("text").is_none() {
        log.problem(
            node.at,
            format!("the column lacks \"text\", expected {expected}"),
        );
    }
    let when = when.unwrap_or_default();
    Some(Case {
        when,
        text: text?,
        distinct,
    })
}

fn rest(log: &mut Log, map: &Map<'_>, mapping: &mut Mapping, scope: &Scope<'_>) {
    let mut template = |key: &str| {
        let node = map.get(key)?;
        let text = log.text(node, "a text with columns, such as {id}")?;
        let template = scope.template(log, node.at, text)?;
        Some((node.at, template))
    };
    mapping.row = template("row").map(|(_, row)| row);
    mapping.quote = template("quote");
    mapping.source = map.get("source").cloned();
    if let Some(node) = map.get("misfits") {
        let expected = "refuse or annotate";
        mapping.annotate = match log.text(node, expected) {
            Some("annotate") => true,
            Some("refuse") | None => false,
            Some(other) => {
                log.problem(
                    node.at,
                    format!("found {}, expected {expected}", quoted(other)),
                );
                false
            }
        };
    }
    if let Some(section) = map.get("skip").and_then(|node| log.map(node, "\"skip\"")) {
        for (key, node) in section.entries {
            if let Some(reason) = log.text(node, "why the row is left out") {
                mapping
                    .skip
                    .insert(key.text.clone(), (key.at, reason.to_owned()));
            }
        }
        if mapping.row.is_none() {
            log.problem(
                section.at,
                "\"skip\" without \"row\", expected \"row\" to say what names a row",
            );
        }
    }
    let entities = map
        .get("entities")
        .and_then(|node| log.map(node, "\"entities\""));
    for (key, node) in entities.map(|section| section.entries).unwrap_or_default() {
        let id = scope.template(log, key.at, &key.text);
        if let (Some(id), Some(entity)) = (id, log.map(node, "an entity")) {
            let pattern = entity_pattern(log, scope, key.at, id, &entity);
            mapping.entities.push(pattern);
        }
    }
    if mapping.entities.is_empty() && log.problems.is_empty() {
        log.problem(
            map.at,
            "the mapping lacks \"entities\", expected what the rows say",
        );
    }
}

fn entity_pattern(
    log: &mut Log,
    scope: &Scope<'_>,
    at: At,
    id: Template,
    map: &Map<'_>,
) -> EntityPattern {
    let when = map.get(WHEN).map(|node| scope.conditions(log, node));
    let column = map.get(EACH).and_then(|node| scope.column(log, node));
    let by = map
        .get(BY)
        .and_then(|node| log.text(node, "what stands between the parts"));
    let once = map.get(ONCE).and_then(|node| yes(log, node));
    let own = [WHEN, EACH, BY, ONCE];
    let mut claims = Vec::new();
    for (key, node) in map
        .entries
        .iter()
        .filter(|(key, _)| !own.contains(&key.text.as_str()))
    {
        if let Some(pattern) = scope.pattern(log, node) {
            claims.push((key.at, key.text.clone(), pattern));
        }
    }
    EntityPattern {
        at,
        id,
        when: when.unwrap_or_default(),
        each: column.map(|column| (column, by.unwrap_or(", ").to_owned())),
        once: once.unwrap_or_default(),
        claims,
    }
}
