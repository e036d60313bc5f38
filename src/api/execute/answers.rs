//! Answers about matches and about the graph itself.

use crate::api::execute::{Executor, Written, steps};
use crate::api::meaning::{EdgeField, GraphField, MatchField, Meaning, TypeCountField};
use crate::api::plan::{Field, Step};
use crate::graph::names::{NameMatch, Why};
use crate::graph::records::{ClaimIndex, EntityIndex};
use crate::graph::view::{Stating, View};
use crate::model::naming::screaming_snake;
use crate::model::ontology::{PropertyIndex, TypeIndex};

impl<'a> Executor<'a> {
    pub(super) fn matched(
        &mut self,
        view: &View,
        matched: &NameMatch,
        meaning: EdgeField,
        field: &'a Field,
    ) -> Written {
        let claim = ClaimIndex::from_number(matched.value);
        let text = match view.graph().stating(claim) {
            Stating::Value(value) => value.label(),
            _ => String::new(),
        };
        match meaning {
            EdgeField::Score => self.number(Some(
                (f64::from(matched.score) * 10_000.0).round() / 10_000.0,
            )),
            EdgeField::Highlight => self.text(&highlighted(&text, &matched.highlight)),
            _ => self.object(steps(field), |this, field| match field.meaning {
                Meaning::Match(MatchField::Field) => {
                    let declared = view
                        .ontology()
                        .entity_type(view.type_of(EntityIndex::from_number(matched.entity)));
                    this.text(&declared.properties[PropertyIndex(matched.field).place()].name)
                }
                Meaning::Match(MatchField::Value) => this.text(&text),
                Meaning::Match(MatchField::Why) => this.text(match matched.why {
                    Why::Exact => "EXACT",
                    Why::WordOrder => "WORD_ORDER",
                    Why::Accent => "ACCENT",
                    Why::Transliterated => "TRANSLITERATED",
                    Why::Prefix => "PREFIX",
                    Why::Typo(_) => "TYPO",
                    Why::Partial => "PARTIAL",
                }),
                Meaning::Match(MatchField::Claim) => this.claim(view, claim, steps(field)),
                _ => this.null(),
            }),
        }
    }

    pub(super) fn graph(&mut self, view: &View, steps: &'a [Step]) -> Written {
        let counts = view.graph().counts_at(view.known());
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
                this.text(&surroundings.ontology)
            }
            Meaning::Graph(GraphField::Persistent) => this.boolean(this.surroundings.persistent),
            Meaning::Graph(GraphField::Types) => {
                let types = (0..).map(TypeIndex).zip(&view.ontology().types);
                this.list(types, |this, (index, _)| {
                    let count = || view.entities_of(index).count();
                    this.type_count(view, index, count, super::steps(field))
                })
            }
            _ => this.null(),
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
}

/// The text with ** around what was found.
fn highlighted(text: &str, ranges: &[(usize, usize)]) -> String {
    let mut marked = String::with_capacity(text.len() + 4 * ranges.len());
    let mut at = 0;
    for (start, end) in ranges {
        if let (Some(before), Some(found)) = (text.get(at..*start), text.get(*start..*end)) {
            marked.push_str(before);
            marked.push_str("**");
            marked.push_str(found);
            marked.push_str("**");
            at = *end;
        }
    }
    marked.push_str(text.get(at..).unwrap_or_default());
    marked
}
