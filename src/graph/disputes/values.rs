//! Values of one property against each other.

use crate::graph::claims::Stating;
use crate::graph::disputes::quantity::compare as compare_quantities;
use crate::graph::disputes::verdict::{Judgement, Verdict};
use crate::graph::folding::fold;
use crate::model::date::{Edtf, Precision};
use crate::model::value::{BoundWidths, Value};

/// The most letters of a text that a reason quotes.
const MOST_LETTERS: usize = 80;

/// How values are compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules<'a> {
    /// How wide `ABOUT` and `ALMOST` are.
    pub(super) widths: &'a BoundWidths,
    /// Whether it is a name: what has one name may have another too.
    pub(super) names: bool,
}

impl Rules<'_> {
    /// How what two claims state of one property stands to each other.
    pub(super) fn statings(&self, one: Stating<'_>, other: Stating<'_>) -> Judgement {
        match (one, other) {
            (Stating::Value(one), Stating::Value(other)) => self.values(one, other),
            (Stating::None, Stating::None) => {
                Judgement::new(Verdict::Agrees, "Both say that there is none.")
            }
            (Stating::Unknown, Stating::Unknown) => {
                Judgement::new(Verdict::Agrees, "Both say that it is not known.")
            }
            (Stating::None, Stating::Value(value)) | (Stating::Value(value), Stating::None) => {
                let why = format!("One says {}, the other that there is none.", quoted(value));
                Judgement::new(Verdict::Contradicts, why)
            }
            _ => Judgement::new(Verdict::Adds, "One says what the other calls not known."),
        }
    }

    /// How two values stand to each other.
    pub(super) fn values(&self, one: &Value, other: &Value) -> Judgement {
        match (one, other) {
            (Value::Quantity(one), Value::Quantity(other)) => {
                compare_quantities(one, other, self.widths)
            }
            (Value::Date(one), Value::Date(other)) => dates(one, other),
            _ if one == other => {
                Judgement::new(Verdict::Agrees, format!("Both say {}.", quoted(one)))
            }
            (Value::Text(_) | Value::LocalizedText(_), _) => self.texts(one, other),
            _ => {
                let why = format!("{} and {} cannot both hold.", quoted(one), quoted(other));
                Judgement::new(Verdict::Contradicts, why)
            }
        }
    }

    fn texts(&self, one: &Value, other: &Value) -> Judgement {
        let words = |value: &Value| -> Vec<String> {
            let label = value.label();
            let folded = fold(&label);
            let words = folded.split(|letter: char| !letter.is_alphanumeric());
            words
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let (first, second) = (words(one), words(other));
        let (one, other) = (quoted(one), quoted(other));
        let within = |few: &[String], many: &[String]| few.iter().all(|word| many.contains(word));
        if first == second {
            let why = format!("{one} and {other} are the same but for case, accents and signs.");
            return Judgement::new(Verdict::Agrees, why);
        }
        if self.names && (within(&first, &second) || within(&second, &first)) {
            let why = format!("Of {one} and {other} one is the fuller name.");
            return Judgement::new(Verdict::Agrees, why);
        }
        if self.names {
            let why = format!("{one} and {other} are two names of one thing.");
            return Judgement::new(Verdict::Adds, why);
        }
        let why = format!("{one} and {other} cannot both hold.");
        Judgement::new(Verdict::Contradicts, why)
    }
}

/// How two dates stand to each other. A date that is less precise agrees with one within it; a time from one day
/// to another has to have the same ends.
fn dates(one: &Edtf, other: &Edtf) -> Judgement {
    let (first, second) = (one.label(), other.label());
    if one == other {
        return Judgement::new(Verdict::Agrees, format!("Both say {first}."));
    }
    if !one.overlaps(other) {
        let why = format!("{first} and {second} have no day in common.");
        return Judgement::new(Verdict::Contradicts, why);
    }
    let days = |date: &Edtf| (date.earliest(), date.latest());
    if days(one) == days(other) {
        let why = format!("{first} and {second} are the same days.");
        return Judgement::new(Verdict::Agrees, why);
    }
    let imprecise = |date: &Edtf| date.precision() != Precision::Interval;
    if (imprecise(one) && contains(one, other)) || (imprecise(other) && contains(other, one)) {
        let why = format!("Of {first} and {second} one is more precise.");
        return Judgement::new(Verdict::Agrees, why);
    }
    let why = format!("{first} and {second} overlap, but do not begin and end on the same days.");
    Judgement::new(Verdict::DiffersInBound, why)
}

fn contains(whole: &Edtf, part: &Edtf) -> bool {
    let starts = match (whole.earliest(), part.earliest()) {
        (None, _) => true,
        (Some(whole), Some(part)) => whole <= part,
        (Some(_), None) => false,
    };
    let ends = match (whole.latest(), part.latest()) {
        (None, _) => true,
        (Some(whole), Some(part)) => whole >= part,
        (Some(_), None) => false,
    };
    starts && ends
}

/// A value for a sentence: texts in quotation marks, cut where they are long.
pub(super) fn quoted(value: &Value) -> String {
    let label = value.label();
    if !matches!(
        value,
        Value::Text(_) | Value::LocalizedText(_) | Value::Url(_)
    ) {
        return label;
    }
    match label.char_indices().nth(MOST_LETTERS) {
        Some((end, _)) => format!("\"{}…\"", &label[..end]),
        None => format!("\"{label}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(names: bool, one: &Value, other: &Value) -> Verdict {
        let rules = Rules {
            widths: &BoundWidths::default(),
            names,
        };
        let found = rules.values(one, other).verdict;
        assert_eq!(rules.values(other, one).verdict, found, "{one:?} {other:?}");
        found
    }

    #[test]
    fn texts_and_names() {
        let text = |text: &str| Value::Text(text.into());
        assert_eq!(
            verdict(false, &text("Darién"), &text("DARIEN")),
            Verdict::Agrees
        );
        assert_eq!(
            verdict(false, &text("yes"), &text("no")),
            Verdict::Contradicts
        );
        let full = text("Antony John Blinken");
        assert_eq!(
            verdict(true, &text("Antony Blinken"), &full),
            Verdict::Agrees
        );
        assert_eq!(
            verdict(false, &text("Antony Blinken"), &full),
            Verdict::Contradicts
        );
        assert_eq!(verdict(true, &text("the letter"), &full), Verdict::Adds);
    }

    #[test]
    fn dates_and_times() {
        let date = |text: &str| Value::Date(text.parse().expect(text));
        let cases = [
            ("2021", "2021", Verdict::Agrees),
            ("2021", "2021-05-27", Verdict::Agrees),
            ("2021", "2022-05-27", Verdict::Contradicts),
            ("2021-05~", "2021-05", Verdict::Agrees),
            ("2021", "2009/2021", Verdict::DiffersInBound),
            ("2022-01/2022-04", "2022-01-01/2022-04-30", Verdict::Agrees),
            (
                "2022-01/2022-04",
                "2022-02/2022-04",
                Verdict::DiffersInBound,
            ),
            ("../2020", "2021/..", Verdict::Contradicts),
        ];
        for (one, other, expected) in cases {
            assert_eq!(
                verdict(false, &date(one), &date(other)),
                expected,
                "{one} {other}"
            );
        }
    }

    #[test]
    fn what_is_none_or_not_known() {
        let rules = Rules {
            widths: &BoundWidths::default(),
            names: false,
        };
        let five = Value::Int(5);
        let verdict = |one, other| rules.statings(one, other).verdict;
        assert_eq!(
            verdict(Stating::None, Stating::Value(&five)),
            Verdict::Contradicts
        );
        assert_eq!(
            verdict(Stating::Unknown, Stating::Value(&five)),
            Verdict::Adds
        );
        assert_eq!(verdict(Stating::None, Stating::None), Verdict::Agrees);
        assert_eq!(verdict(Stating::Unknown, Stating::Unknown), Verdict::Agrees);
    }
}
