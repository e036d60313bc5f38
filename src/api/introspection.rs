//! What an introspection costs: the schema is large, and its own types lead in circles.

use std::collections::HashMap;

use apollo_compiler::executable::{Field, Selection, SelectionSet};
use apollo_compiler::{ExecutableDocument, Node};

/// The price of a document's introspections, in values of their answers.
pub(crate) fn price(
    document: &ExecutableDocument,
    introspections: &[Vec<Node<Field>>],
    types: u64,
) -> u64 {
    let mut pricing = Pricing {
        document,
        types,
        fragments: HashMap::new(),
    };
    let fields = introspections.iter().flatten();
    fields.fold(0, |sum: u64, field| {
        sum.saturating_add(pricing.field(field))
    })
}

struct Pricing<'a> {
    document: &'a ExecutableDocument,
    types: u64,
    /// A fragment may be spread often; it is priced once.
    fragments: HashMap<&'a str, u64>,
}

impl<'a> Pricing<'a> {
    fn field(&mut self, field: &'a Field) -> u64 {
        let inner = field.selection_set.as_ref().map_or(0, |set| self.set(set));
        // How many there are of each, as a rule of thumb; only the types are many.
        let times = match field.name.as_str() {
            "types" => self.types,
            "fields" | "inputFields" => 12,
            "possibleTypes" => 10,
            "enumValues" | "directives" => 8,
            "args" => 4,
            "interfaces" => 3,
            _ => 1,
        };
        inner.saturating_mul(times).saturating_add(1)
    }

    fn set(&mut self, set: &'a SelectionSet) -> u64 {
        set.selections.iter().fold(0, |sum: u64, selection| {
            sum.saturating_add(match selection {
                Selection::Field(field) => self.field(field),
                Selection::InlineFragment(inline) => self.set(&inline.selection_set),
                Selection::FragmentSpread(spread) => self.fragment(spread.fragment_name.as_str()),
            })
        })
    }

    fn fragment(&mut self, name: &'a str) -> u64 {
        if let Some(price) = self.fragments.get(name) {
            return *price;
        }
        // Validation has seen to it that fragments do not spread themselves.
        let fragment = self.document.fragments.get(name);
        let price = fragment.map_or(0, |fragment| self.set(&fragment.selection_set));
        self.fragments.insert(name, price);
        price
    }
}
