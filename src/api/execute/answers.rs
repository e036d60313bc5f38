//! Answers about matches and about the graph itself.

use crate::api::disclosure;
use crate::api::error::{Code, RequestError};
use crate::api::execute::entry::Entry;
use crate::api::execute::walks::by_type;
use crate::api::execute::{Executor, Written, steps};
use crate::api::meaning::{EdgeField, GraphField, MatchField, Meaning, TypeCountField};
use crate::api::plan::{Field, Step};
use crate::graph::names::{Explanation, Why};
use crate::graph::page::Item;
use crate::graph::records::EntityIndex;
use crate::graph::search::Hit;
use crate::graph::view::View;
use crate::model::naming::screaming_snake;
use crate::model::ontology::TypeIndex;

impl<'a> Executor<'a> {
    pub(super) fn matched(
        &mut self,
        view: &View,
        hit: Hit<'_>,
        meaning: EdgeField,
        field: &'a Field,
    ) -> Written {
        if meaning == EdgeField::Score {
            let score = f64::from(hit.matched.score);
            return self.number(Some((score * 10_000.0).round() / 10_000.0));
        }
        let Some(shown) = view.explain(hit) else {
            return self.null();
        };
        let Explanation {
            text,
            why,
            highlight,
        } = &shown.explanation;
        if meaning == EdgeField::Highlight {
            return self.text(&highlighted(text, highlight));
        }
        self.object(steps(field), |this, field| match field.meaning {
            Meaning::Match(MatchField::Field) => {
                let entity = EntityIndex::from_number(hit.matched.entity);
                let declared = view.ontology().entity_type(view.type_of(entity));
                this.text(match shown.property {
                    Some(property) => &declared.properties[property.place()].name,
                    None => "quote",
                })
            }
            Meaning::Match(MatchField::Value) => this.text(text),
            Meaning::Match(MatchField::Why) if shown.misspelled => this.text("MISSPELLED"),
            Meaning::Match(MatchField::Why) => this.text(match why {
                Why::Exact => "EXACT",
                Why::WordOrder => "WORD_ORDER",
                Why::Accent => "ACCENT",
                Why::Transliterated => "TRANSLITERATED",
                Why::Prefix => "PREFIX",
                Why::Initials => "INITIALS",
                Why::Typo(_) => "TYPO",
                Why::Partial => "PARTIAL",
                Why::SeveralTexts => "SEVERAL_TEXTS",
            }),
            Meaning::Match(MatchField::Claim) => this.claim(view, shown.claim, steps(field)),
            _ => this.null(),
        })
    }

    /// How many of a list's entities are of each type, the most first.
    pub(super) fn facets(
        &mut self,
        view: &View,
        items: &[Entry<'_>],
        steps: &'a [Step],
    ) -> Written {
        let entities: Vec<EntityIndex> = items.iter().map(|entry| entry.entity()).collect();
        self.list(by_type(view, &entities), |this, (index, count)| {
            this.type_count(view, index, || count, steps)
        })
    }

    /// How many entities there are of a type.
    pub(super) fn type_count(
        &mut self,
        view: &View,
        index: TypeIndex,
        count: impl Fn() -> usize,
        steps: &'a [Step],
    ) -> Written {
        let name = &view.ontology().entity_type(index).name;
        self.object(steps, |this, field| match field.meaning {
            Meaning::TypeCount(TypeCountField::Type) => this.text(&screaming_snake(name)),
            Meaning::TypeCount(TypeCountField::Name) => this.text(name),
            Meaning::TypeCount(TypeCountField::Count) => this.count(count()),
            _ => this.null(),
        })
    }

    pub(super) fn graph(&mut self, view: &View, steps: &'a [Step]) -> Written {
        let counts = view.counts();
        self.object(steps, |this, field| match field.meaning {
            Meaning::Graph(GraphField::Version) => this.text(&view.known().to_string()),
            Meaning::Graph(GraphField::RecordedAt) => {
                let moment = view
                    .graph()
                    .transaction(view.known())
                    .map(|transaction| transaction.recorded_at.to_string());
                this.optional_text(moment.as_deref())
            }
            Meaning::Graph(GraphField::Entities) => this.count(counts.entities),
            Meaning::Graph(GraphField::Relationships) => this.count(counts.relationships),
            Meaning::Graph(GraphField::Claims) => this.count(counts.claims),
            Meaning::Graph(GraphField::Evidence) => this.count(counts.evidence),
            Meaning::Graph(GraphField::Ontology) => {
                let surroundings = this.surroundings;
                match &surroundings.ontology {
                    Some(ontology) => this.text(ontology),
                    None => Err(disclosure::disabled("ontology")),
                }
            }
            Meaning::Graph(GraphField::Persistent) => {
                this.boolean(this.surroundings.store.is_persistent())
            }
            Meaning::Graph(GraphField::Head) => {
                match this.surroundings.store.hash_at(view.known()) {
                    Ok(hash) => this.optional_text(hash.as_deref()),
                    Err(error) => {
                        tracing::error!(%error, "the log cannot be read");
                        Err(RequestError::new(Code::Internal, "internal error"))
                    }
                }
            }
            Meaning::Graph(GraphField::Types) => {
                let types = (0..).map(TypeIndex).zip(&view.ontology().types);
                this.list(types, |this, (index, _)| {
                    let count = || {
                        let known = view.count_of(index);
                        known.unwrap_or_else(|| view.entities_of(index).count())
                    };
                    this.type_count(view, index, count, super::steps(field))
                })
            }
            _ => this.null(),
        })
    }
}

/// Of a longer text a part is shown, with so much before what was found first.
const LONGEST: usize = 240;
const BEFORE: usize = 80;

/// The text with ** around what was found; a long one is cut around it.
fn highlighted(text: &str, ranges: &[(usize, usize)]) -> String {
    let (mut from, mut to) = (0, text.len());
    if text.len() > LONGEST {
        let first = ranges.first().map_or(0, |(start, _)| *start);
        from = text.floor_char_boundary(first.saturating_sub(BEFORE));
        // Not within a word.
        if from > 0
            && let Some(gap) = text.get(from..first).and_then(|before| before.find(' '))
        {
            from += gap + 1;
        }
        to = text.floor_char_boundary((from + LONGEST).min(text.len()));
        if to < text.len()
            && let Some(gap) = text.get(from..to).and_then(|shown| shown.rfind(' '))
        {
            to = (from + gap).max(ranges.first().map_or(0, |(_, end)| *end));
        }
    }
    let mut marked = String::with_capacity(to - from + 4 * ranges.len());
    if from > 0 {
        marked.push('…');
    }
    let mut at = from;
    for (start, end) in ranges
        .iter()
        .filter(|(start, end)| *start >= from && *end <= to)
    {
        if let (Some(before), Some(found)) = (text.get(at..*start), text.get(*start..*end)) {
            marked.push_str(before);
            marked.push_str("**");
            marked.push_str(found);
            marked.push_str("**");
            at = *end;
        }
    }
    marked.push_str(text.get(at..to).unwrap_or_default());
    if to < text.len() {
        marked.push('…');
    }
    marked
}
