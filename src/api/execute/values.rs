//! Dates, quantities, texts and other values.

use crate::api::execute::{Executor, Written};
use crate::api::json;
use crate::api::meaning::{DateField, LocalizedTextField, Meaning, QuantityField};
use crate::api::plan::{Field, Selection};
use crate::graph::records::ClaimIndex;
use crate::graph::view::{Certainty, View};
use crate::model::claim::Until;
use crate::model::date::{Edtf, day_to_iso};
use crate::model::value::{LocalizedText, Quantity, Value};

impl<'a> Executor<'a> {
    /// A value, or null.
    pub(super) fn value(
        &mut self,
        view: &View,
        value: Option<&Value>,
        selection: Option<&'a Selection>,
    ) -> Written {
        match value {
            None => self.null(),
            Some(Value::Date(date)) => self.date(date, selection),
            Some(Value::Quantity(quantity)) => self.quantity(view, quantity, selection),
            Some(Value::LocalizedText(text)) => self.localized_text(text, selection),
            Some(Value::Entity(id)) => {
                self.entity_or_null(view, view.entity(id.as_str()), selection)
            }
            Some(scalar) => {
                json::scalar(scalar, &mut self.out);
                Ok(())
            }
        }
    }

    pub(super) fn date(&mut self, date: &Edtf, selection: Option<&'a Selection>) -> Written {
        let day = |day: Option<i32>| day.map(day_to_iso);
        self.object(
            selection.map_or(&[], Selection::steps),
            |this, field| match field.meaning {
                Meaning::Date(DateField::Edtf) => this.text(date.as_str()),
                Meaning::Date(DateField::Earliest) => {
                    this.optional_text(day(date.earliest()).as_deref())
                }
                Meaning::Date(DateField::Latest) => {
                    this.optional_text(day(date.latest()).as_deref())
                }
                Meaning::Date(DateField::Precision) => this.text(date.precision().as_str()),
                Meaning::Date(DateField::Approximate) => this.boolean(date.is_approximate()),
                Meaning::Date(DateField::Uncertain) => this.boolean(date.is_uncertain()),
                Meaning::Date(DateField::Label) => this.text(&date.label()),
                _ => this.null(),
            },
        )
    }

    pub(super) fn optional_date(
        &mut self,
        date: Option<&Edtf>,
        selection: Option<&'a Selection>,
    ) -> Written {
        match date {
            Some(date) => self.date(date, selection),
            None => self.null(),
        }
    }

    /// When a claim began to hold, ceased to hold, or is known to have held.
    pub(super) fn since(
        &mut self,
        view: &View,
        claim: Option<ClaimIndex>,
        field: &'a Field,
    ) -> Written {
        self.optional_date(
            claim.and_then(|claim| view.since(claim)),
            field.selection.as_deref(),
        )
    }

    pub(super) fn until(
        &mut self,
        view: &View,
        claim: Option<ClaimIndex>,
        field: &'a Field,
    ) -> Written {
        match claim.and_then(|claim| view.until(claim)) {
            Some(Until::Date(date)) => self.date(date, field.selection.as_deref()),
            Some(Until::StillHolds) | None => self.null(),
        }
    }

    /// Whether a source says that it still holds.
    pub(super) fn ongoing(&mut self, view: &View, claim: Option<ClaimIndex>) -> Written {
        self.boolean(claim.and_then(|claim| view.until(claim)) == Some(&Until::StillHolds))
    }

    pub(super) fn attested(
        &mut self,
        view: &View,
        claim: Option<ClaimIndex>,
        field: &'a Field,
    ) -> Written {
        let attested = claim.and_then(|claim| view.graph().valid_time(claim)?.attested.as_ref());
        self.optional_date(attested, field.selection.as_deref())
    }

    /// How sure it is that a claim held on the view's date.
    pub(super) fn certainty(&mut self, view: &View, claim: Option<ClaimIndex>) -> Written {
        let certainty = claim.and_then(|claim| view.certainty(claim));
        self.optional_text(certainty.map(Certainty::name))
    }

    fn quantity(
        &mut self,
        view: &View,
        quantity: &Quantity,
        selection: Option<&'a Selection>,
    ) -> Written {
        let (low, high) = quantity.interval(&view.ontology().bounds);
        self.object(
            selection.map_or(&[], Selection::steps),
            |this, field| match field.meaning {
                Meaning::Quantity(QuantityField::Value) => this.number(Some(quantity.value)),
                Meaning::Quantity(QuantityField::Bound) => this.text(quantity.bound.name()),
                Meaning::Quantity(QuantityField::Low) => this.number(low),
                Meaning::Quantity(QuantityField::High) => this.number(high),
                Meaning::Quantity(QuantityField::Unit) => {
                    this.optional_text(quantity.unit.as_deref())
                }
                Meaning::Quantity(QuantityField::Currency) => {
                    this.optional_text(quantity.currency.as_deref())
                }
                Meaning::Quantity(QuantityField::Label) => this.text(&quantity.label()),
                _ => this.null(),
            },
        )
    }

    pub(super) fn number(&mut self, number: Option<f64>) -> Written {
        match number {
            Some(number) => {
                json::number(number, &mut self.out);
                Ok(())
            }
            None => self.null(),
        }
    }

    fn localized_text(
        &mut self,
        text: &LocalizedText,
        selection: Option<&'a Selection>,
    ) -> Written {
        self.object(
            selection.map_or(&[], Selection::steps),
            |this, field| match field.meaning {
                Meaning::LocalizedText(LocalizedTextField::Text) => this.text(&text.text),
                Meaning::LocalizedText(LocalizedTextField::Language) => {
                    this.optional_text(text.language.as_deref())
                }
                _ => this.null(),
            },
        )
    }
}
