//! Evidence: what a claim says of it, what its entity says, what the file says.

use crate::ingest::problem::{one_of, quoted, suggestion};
use crate::model::claim::{Evidence, Flag, Modality, Quote, Stance};
use crate::model::id::EntityId;

use super::log::Map;
use super::reader::Reader;
use super::yaml::{At, Content, Node};

/// The keys that describe one piece of evidence.
pub(super) const KEYS: [&str; 9] = [
    "quote",
    "source",
    "asStated",
    "attributedTo",
    "attributedAs",
    "modality",
    "stance",
    "flags",
    "note",
];

/// A passage, and the source in which it stands, where that is said with it.
#[derive(Debug, Clone)]
pub(super) struct NamedQuote {
    quote: Quote,
    source: Option<EntityId>,
}

/// What one level of a file says of evidence: the file, an entity, a claim, an item of its list.
#[derive(Debug, Clone, Default)]
pub(super) struct Terms {
    pub(super) source: Option<EntityId>,
    quote: Option<NamedQuote>,
    as_stated: Option<String>,
    attributed_to: Option<EntityId>,
    attributed_as: Option<String>,
    modality: Option<Modality>,
    stance: Option<Stance>,
    flags: Option<Vec<Flag>>,
    note: Option<String>,
    /// A source or quote is named that is not there: told once, where it is named.
    wrong_source: bool,
    wrong_quote: bool,
}

impl Terms {
    /// The source that these terms name.
    fn named_source(&self) -> Option<&EntityId> {
        let of_quote = self.quote.as_ref().and_then(|quote| quote.source.as_ref());
        of_quote.or(self.source.as_ref())
    }

    /// These terms, and those of the level above where these are silent. The quote of one
    /// source is never taken for another's.
    pub(super) fn over(self, above: &Self) -> Self {
        let same_source = self.source.is_none() || self.source.as_ref() == above.named_source();
        Self {
            wrong_source: self.wrong_source
                || (self.named_source().is_none() && above.wrong_source),
            wrong_quote: self.wrong_quote || (self.quote.is_none() && above.wrong_quote),
            quote: self
                .quote
                .or_else(|| above.quote.clone().filter(|_| same_source)),
            source: self.source.or_else(|| above.source.clone()),
            as_stated: self.as_stated.or_else(|| above.as_stated.clone()),
            attributed_to: self.attributed_to.or_else(|| above.attributed_to.clone()),
            attributed_as: self.attributed_as.or_else(|| above.attributed_as.clone()),
            modality: self.modality.or(above.modality),
            stance: self.stance.or(above.stance),
            flags: self.flags.or_else(|| above.flags.clone()),
            note: self.note.or_else(|| above.note.clone()),
        }
    }
}

/// What stands above a claim.
pub(super) struct Above {
    /// What the entity says of all its claims, over what the file says.
    pub(super) terms: Terms,
    /// The entity's own list of evidence, for claims that say nothing.
    pub(super) list: Vec<Terms>,
    /// The source whose own properties these are: it states them without a quote.
    pub(super) own: Option<EntityId>,
    /// Whether these are an editor's notes, which need no evidence.
    pub(super) annotation: bool,
}

impl<'r> Reader<'r> {
    /// The file's named quotes.
    pub(super) fn named_quotes(&mut self, section: Option<&Map<'r>>) {
        for (key, node) in section
            .map(|map| map.entries.as_slice())
            .unwrap_or_default()
        {
            let quote = match &node.content {
                Content::Text(_) => self.exact(node).map(|quote| NamedQuote {
                    quote,
                    source: None,
                }),
                _ => self.quote_map(node),
            };
            self.quotes.insert(&key.text, quote);
        }
    }

    /// What the file says of all its claims: their source.
    pub(super) fn file_source(&mut self, node: &Node) -> Terms {
        let source = self.source(node);
        Terms {
            wrong_source: source.is_none(),
            source,
            ..Terms::default()
        }
    }

    fn exact(&mut self, node: &Node) -> Option<Quote> {
        let text = self.log.text(node, "a quote")?;
        Some(Quote {
            exact: text.into(),
            prefix: None,
            suffix: None,
        })
    }

    fn quote_map(&mut self, node: &Node) -> Option<NamedQuote> {
        let map = self.log.map(node, "a quote")?;
        self.log
            .only(&map, &["exact", "prefix", "suffix", "source"], "a quote");
        let mut part = |key: &str| {
            map.get(key)
                .and_then(|node| self.log.text(node, "a passage"))
                .map(str::to_owned)
        };
        let (exact, prefix, suffix) = (part("exact"), part("prefix"), part("suffix"));
        if map.get("exact").is_none() {
            self.log.problem(
                node.at,
                "the quote lacks \"exact\", expected the words of the source",
            );
        }
        let source = map.get("source").and_then(|node| self.source(node));
        Some(NamedQuote {
            quote: Quote {
                exact: exact?,
                prefix,
                suffix,
            },
            source,
        })
    }

    /// A quote: the name of one, its words, or a map.
    fn quote(&mut self, node: &Node) -> Option<NamedQuote> {
        let Content::Text(text) = &node.content else {
            return self.quote_map(node);
        };
        if let Some(named) = self.quotes.get(text.as_str()) {
            return named.clone();
        }
        if is_name(text) {
            let mut names: Vec<&str> = self.quotes.keys().copied().collect();
            names.sort_unstable();
            let hint = suggestion(text, names);
            let message = format!(
                "unknown quote {}, expected a name under \"quotes\" or the words themselves{hint}",
                quoted(text)
            );
            self.log.problem(node.at, message);
            return None;
        }
        self.exact(node).map(|quote| NamedQuote {
            quote,
            source: None,
        })
    }

    /// What a map says of evidence.
    pub(super) fn terms(&mut self, map: &Map<'_>) -> Terms {
        let mut terms = Terms {
            source: map.get("source").and_then(|node| self.source(node)),
            quote: map.get("quote").and_then(|node| self.quote(node)),
            attributed_to: map
                .get("attributedTo")
                .and_then(|node| self.entity(node))
                .map(|(id, _)| id),
            ..Terms::default()
        };
        let mut text = |key: &str| {
            map.get(key)
                .and_then(|node| self.log.text(node, "a text"))
                .map(str::to_owned)
        };
        terms.as_stated = text("asStated");
        terms.attributed_as = text("attributedAs");
        terms.note = text("note");
        terms.modality = map
            .get("modality")
            .and_then(|node| self.word(node, Modality::ALL, Modality::name));
        terms.stance = map
            .get("stance")
            .and_then(|node| self.word(node, Stance::ALL, Stance::name));
        terms.flags = map.get("flags").map(|node| {
            let items = node.items();
            items
                .into_iter()
                .filter_map(|item| self.word(item, Flag::ALL, Flag::name))
                .collect()
        });
        terms.wrong_source = map.get("source").is_some() && terms.source.is_none();
        terms.wrong_quote = map.get("quote").is_some() && terms.quote.is_none();
        if let (
            Some(source),
            Some(NamedQuote {
                source: Some(of_quote),
                ..
            }),
        ) = (&terms.source, &terms.quote)
            && source != of_quote
        {
            let message = format!(
                "the quote stands in {of_quote}, expected \"source\" to be the same, found {source}"
            );
            self.log
                .problem(map.get("source").map_or(map.at, |node| node.at), message);
        }
        terms
    }

    /// One of some words.
    pub(super) fn word<T: Copy>(
        &mut self,
        node: &Node,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let names: Vec<&str> = all.iter().map(|word| name(*word)).collect();
        let expected = one_of(names.iter().copied());
        let text = self.log.text(node, &expected)?;
        let found = all.iter().copied().find(|word| name(*word) == text);
        if found.is_none() {
            let hint = suggestion(text, names);
            self.log.problem(
                node.at,
                format!("found {}, expected {expected}{hint}", quoted(text)),
            );
        }
        found
    }

    /// The items of a list of evidence.
    pub(super) fn terms_list(&mut self, node: &Node) -> Vec<Terms> {
        let mut all = Vec::new();
        for item in node.items() {
            let Some(map) = self.log.map(item, "evidence") else {
                continue;
            };
            self.log.only(&map, &KEYS, "evidence");
            all.push(self.terms(&map));
        }
        if all.is_empty() {
            self.log.problem(
                node.at,
                format!("found {}, expected a list of evidence", node.describe()),
            );
        }
        all
    }

    /// The evidence of a claim that stands at a place; `map` is what it says itself.
    pub(super) fn evidence(
        &mut self,
        at: At,
        map: Option<&Map<'_>>,
        above: &Above,
    ) -> Vec<Evidence> {
        let own = map.map(|map| self.terms(map));
        let list = map
            .and_then(|map| map.get("evidence"))
            .map(|node| self.terms_list(node));
        let silent = map.is_none_or(|map| KEYS.iter().all(|key| map.get(key).is_none()));
        let terms = own.unwrap_or_default().over(&above.terms);
        let all: Vec<Terms> = match list {
            Some(list) => list.into_iter().map(|item| item.over(&terms)).collect(),
            None if silent && !above.list.is_empty() => above
                .list
                .iter()
                .map(|item| item.clone().over(&above.terms))
                .collect(),
            None => vec![terms],
        };
        all.into_iter()
            .filter_map(|terms| self.one(at, terms, above))
            .collect()
    }

    /// Makes evidence of the terms of all levels.
    pub(super) fn one(&mut self, at: At, terms: Terms, above: &Above) -> Option<Evidence> {
        if above.annotation && terms.quote.is_none() {
            return None;
        }
        let Some(source) = terms.named_source().cloned() else {
            if !terms.wrong_source {
                self.log.problem(
                    at,
                    "no source, expected \"source\" here, at the entity, or at the top of the file",
                );
            }
            return None;
        };
        let flags = terms.flags.unwrap_or_default();
        let inferred = flags.contains(&Flag::Inferred);
        if inferred && terms.note.is_none() {
            self.log.problem(
                at,
                "flag INFERRED without a note, expected \"note\" to say how it was inferred",
            );
        } else if terms.quote.is_none()
            && !terms.wrong_quote
            && !inferred
            && !self.known.has_dataset(&source)
            && above.own.as_ref() != Some(&source)
        {
            let message = format!(
                "no quote of {source}, expected \"quote\", or the flag INFERRED with a note"
            );
            self.log.problem(at, message);
        }
        Some(Evidence {
            source,
            quote: terms.quote.map(|named| named.quote),
            as_stated: terms.as_stated,
            attributed_to: terms.attributed_to,
            attributed_as: terms.attributed_as,
            modality: terms.modality.unwrap_or(Modality::Firsthand),
            stance: terms.stance.unwrap_or(Stance::Supports),
            flags,
            note: terms.note,
        })
    }
}

/// Whether a text looks like the name of a quote, such as `F05`: one word with a digit in it
/// that begins with a letter.
fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && text.chars().any(|letter| letter.is_ascii_digit())
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
}
