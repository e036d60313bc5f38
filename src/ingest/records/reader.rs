//! Reads one record file; its sections stand in the modules beside this one.

use std::collections::HashMap;
use std::sync::Arc;

use crate::ingest::problem::{Problem, quoted, suggestion};
use crate::model::change::Change;
use crate::model::id::{ClaimId, EntityId};
use crate::model::ontology::{Ontology, TypeIndex};

use super::evidence::{NamedQuote, Terms};
use super::log::{Log, MOST_SUGGESTIONS, Map};
use super::yaml::{At, Content, Node};
use super::{Known, Position};

/// The prefix of the built-in type of sources.
pub(super) const SOURCE: &str = "source";
/// The prefix of the built-in type of annotations.
pub(super) const ANNOTATION: &str = "annotation";
/// The key of an entity's other ids.
pub(super) const ALTERNATE: &str = "alternateIds";
/// The kind of sources whose rows are statements of their own.
const DATASET: &str = "DATASET";

const SECTIONS: [&str; 9] = [
    "story",
    "source",
    "sources",
    "quotes",
    "entities",
    "annotations",
    "evidence",
    "ranks",
    "retractions",
];

/// What becomes of a claim that ends before it begins.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reversed {
    /// It is refused, and told with this hint.
    Refused(&'static str),
    /// It is kept; whoever asks for that notes it.
    Kept,
}

/// A record file while it is read.
pub(super) struct Reader<'r> {
    pub(super) ontology: &'r Ontology,
    pub(super) known: &'r mut Known,
    pub(super) log: Log,
    /// The named quotes; `None` is one that is wrong in itself.
    pub(super) quotes: HashMap<&'r str, Option<NamedQuote>>,
    /// What holds for the whole file: its default source.
    pub(super) defaults: Terms,
    /// What becomes of a claim that ends before it begins.
    pub(super) reversed: Reversed,
    changes: Vec<Change>,
    places: Vec<Position>,
}

impl<'r> Reader<'r> {
    pub(super) fn new(ontology: &'r Ontology, file: &str, known: &'r mut Known) -> Self {
        Self {
            ontology,
            known,
            log: Log::new(file),
            quotes: HashMap::new(),
            defaults: Terms::default(),
            reversed: Reversed::Refused(""),
            changes: Vec::new(),
            places: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> (Vec<Change>, Vec<Position>, Vec<Problem>) {
        (self.changes, self.places, self.log.problems)
    }

    pub(super) fn push(&mut self, at: At, change: Change) {
        self.changes.push(change);
        self.places.push(Position {
            file: Arc::clone(&self.log.file),
            line: at.line,
            column: at.column,
        });
    }

    /// The whole file.
    pub(super) fn file(&mut self, root: &'r Node) {
        let Some(map) = self.log.map(root, "the file") else {
            return;
        };
        self.log.only(&map, &SECTIONS, "the file");
        if let Some(story) = map.get("story") {
            self.log.text(story, "a title");
        }
        let mut section = |name: &str| {
            map.get(name)
                .and_then(|node| self.log.map(node, &format!("{name:?}")))
        };
        let (sources, entities, quotes) =
            (section("sources"), section("entities"), section("quotes"));
        let annotations = map
            .get("annotations")
            .map(|node| node.items())
            .unwrap_or_default();

        let sources = self.put_sources(sources.as_ref());
        let entities = self.put_entities(entities.as_ref());
        let annotations = self.put_annotations(&annotations);
        if let Some(source) = map.get("source") {
            self.defaults = self.file_source(source);
        }
        self.named_quotes(quotes.as_ref());
        for (id, node) in &sources {
            self.source_claims(id, node);
        }
        for (id, node) in &entities {
            self.entity_claims(id, node);
        }
        for (id, entry) in &annotations {
            self.annotation(id, entry);
        }
        self.more_evidence(map.get("evidence"));
        self.ranks(map.get("ranks"));
        self.retractions(map.get("retractions"));
    }

    /// Puts an entity on record, unless it is there.
    pub(super) fn put(&mut self, at: At, id: &EntityId) {
        if self.known.add_entity(id.clone()) {
            self.push(at, Change::PutEntity { id: id.clone() });
        }
    }

    fn put_sources(&mut self, section: Option<&Map<'r>>) -> Vec<(EntityId, &'r Node)> {
        let mut all = Vec::new();
        for (key, node) in section
            .map(|map| map.entries.as_slice())
            .unwrap_or_default()
        {
            let Some(id) = self.slug(key.at, &key.text, SOURCE) else {
                self.keys_of(node);
                continue;
            };
            if is_dataset(node) {
                self.known.add_dataset(id.clone());
            }
            self.put(key.at, &id);
            all.push((id, *node));
        }
        all
    }

    fn put_entities(&mut self, section: Option<&Map<'r>>) -> Vec<(EntityId, &'r Node)> {
        let mut all = Vec::new();
        for (key, node) in section
            .map(|map| map.entries.as_slice())
            .unwrap_or_default()
        {
            let Some((id, _)) = self.id(key.at, &key.text) else {
                self.keys_of(node);
                continue;
            };
            if id.prefix() == SOURCE && is_dataset(node) {
                self.known.add_dataset(id.clone());
            }
            self.put(key.at, &id);
            self.put_alternates(&id, node);
            all.push((id, *node));
        }
        all
    }

    /// Puts the other ids of an entity on record, unless they are there.
    fn put_alternates(&mut self, entity: &EntityId, node: &'r Node) {
        let Content::Map(entries) = &node.content else {
            return;
        };
        let found = entries.iter().find(|(key, _)| key.text == ALTERNATE);
        for item in found.map(|(_, node)| node.items()).unwrap_or_default() {
            let Some(text) = self.log.text(item, "another id of the entity") else {
                continue;
            };
            let Some((id, _)) = self.id(item.at, text) else {
                continue;
            };
            if id.prefix() != entity.prefix() {
                let message = format!(
                    "found {}, expected an id that begins with {}:",
                    quoted(text),
                    entity.prefix()
                );
                self.log.problem(item.at, message);
            } else if self.known.add_entity(id.clone()) {
                let entity = entity.clone();
                self.push(item.at, Change::AlternateId { entity, id });
            } else {
                let message = format!(
                    "{} is on record already, expected an id that no entity has",
                    quoted(text)
                );
                self.log.problem(item.at, message);
            }
        }
    }

    /// Makes the claims of an entity known that is wrong itself, so that only that is told.
    fn keys_of(&mut self, node: &Node) {
        for (key, value) in node.maps().into_iter().flatten() {
            if let Content::Text(text) = &value.content
                && key.text == "key"
                && let Ok(id) = ClaimId::from_key(text)
            {
                self.known.add_claim(id);
            }
        }
    }

    /// An id from its slug alone, or with the prefix before it.
    pub(super) fn slug(&mut self, at: At, text: &str, prefix: &str) -> Option<EntityId> {
        let slug = text
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_prefix(':'))
            .unwrap_or(text);
        let parsed: Option<EntityId> = format!("{prefix}:{slug}").parse().ok();
        if parsed.is_none() {
            let message = format!(
                "found {}, expected lower-case letters, digits and single hyphens, such as times-2022",
                quoted(text)
            );
            self.log.problem(at, message);
        }
        parsed
    }

    /// An id whose prefix is that of a type.
    fn id(&mut self, at: At, text: &str) -> Option<(EntityId, TypeIndex)> {
        let id: EntityId = match text.parse() {
            Ok(id) => id,
            Err(error) => {
                self.log.problem(at, error.to_string());
                return None;
            }
        };
        if let Some(index) = self.ontology.type_of_prefix(id.prefix()) {
            return Some((id, index));
        }
        let prefixes = self
            .ontology
            .types
            .iter()
            .map(|entity| entity.prefix.as_str());
        let hint = suggestion(id.prefix(), prefixes);
        self.log.problem(
            at,
            format!(
                "no type has the prefix {:?} of {}{hint}",
                id.prefix(),
                quoted(text)
            ),
        );
        None
    }

    /// An entity that is on record by then.
    pub(super) fn entity(&mut self, node: &Node) -> Option<(EntityId, TypeIndex)> {
        let text = self.log.text(node, "the id of an entity")?;
        let (id, index) = self.id(node.at, text)?;
        if self.known.has_entity(&id) {
            return Some((id, index));
        }
        let hint = self.nearest(
            text,
            self.known.entities_of(id.prefix()).map(EntityId::as_str),
        );
        self.log.problem(
            node.at,
            format!(
                "unknown entity {}, expected one of this file or of one before it{hint}",
                quoted(text)
            ),
        );
        None
    }

    /// A source that is on record by then.
    pub(super) fn source(&mut self, node: &Node) -> Option<EntityId> {
        let text = self.log.text(node, "the name of a source")?;
        let id = self.slug(node.at, text, SOURCE)?;
        if self.known.has_entity(&id) {
            return Some(id);
        }
        let known = self.known.entities_of(SOURCE).map(|id| {
            if text.contains(':') {
                id.as_str()
            } else {
                id.slug()
            }
        });
        let hint = self.nearest(text, known);
        self.log.problem(
            node.at,
            format!(
                "unknown source {}, expected one of this file or of one before it{hint}",
                quoted(text)
            ),
        );
        None
    }

    /// A claim that is on record by then.
    pub(super) fn claim_id(&mut self, node: &Node) -> Option<ClaimId> {
        let text = self.log.text(node, "the id of a claim")?;
        match text.parse::<ClaimId>() {
            Ok(id) if self.known.has_claim(&id) => Some(id),
            Ok(_) => {
                let hint = self.nearest(text, self.known.claims());
                let message = format!(
                    "unknown claim {}, expected the key of one of this file or of one before it{hint}",
                    quoted(text)
                );
                self.log.problem(node.at, message);
                None
            }
            Err(error) => {
                self.log.problem(node.at, error.to_string());
                None
            }
        }
    }

    /// A suggestion that does not hang on the order of the candidates.
    fn nearest<'a>(&self, text: &str, candidates: impl Iterator<Item = &'a str>) -> String {
        if self.log.problems.len() > MOST_SUGGESTIONS {
            return String::new();
        }
        let mut candidates: Vec<&str> = candidates.collect();
        candidates.sort_unstable();
        suggestion(text, candidates)
    }
}

/// Whether a source's entry says that it is a dataset.
fn is_dataset(entry: &Node) -> bool {
    let get = |node: &'_ Node, key: &str| match &node.content {
        Content::Map(entries) => entries
            .iter()
            .find(|(name, _)| name.text == key)
            .map(|(_, node)| node.clone()),
        _ => None,
    };
    let kind = get(entry, "kind").map(|kind| get(&kind, "value").unwrap_or(kind));
    matches!(kind.map(|kind| kind.content), Some(Content::Text(text)) if text == DATASET)
}
