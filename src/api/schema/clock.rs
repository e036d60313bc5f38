//! A clock to subscribe to. It tells nothing of the record: it is for tests of the ways in which a stream of answers
//! comes to a client, and part of no schema unless it is asked for.

use crate::api::definition::{Argument, Definitions, FieldDefinition, SUBSCRIPTION};
use crate::api::meaning::{Meaning, SubscriptionField, TickField};
use crate::model::access::Role;

/// Adds the clock to the API.
pub(crate) fn define(definitions: &mut Definitions) {
    let arguments = || {
        vec![
            Argument::new(
                "everyMilliseconds",
                "Int!",
                "The time between two ticks, from 1 to 60,000 milliseconds.",
            ),
            Argument::new("count", "Int", "How many ticks; without end if not given."),
        ]
    };
    let clock = FieldDefinition::new(
        "clock",
        "Tick!",
        Meaning::Subscription(SubscriptionField::Clock),
        "Ticks, the first at once.",
    );
    let of_editors = FieldDefinition::new(
        "editorsClock",
        "Tick!",
        Meaning::Subscription(SubscriptionField::Clock),
        "The same for some alone.",
    )
    .needing(Role::Editor);
    definitions.extend(
        SUBSCRIPTION,
        [clock.with(arguments()), of_editors.with(arguments())],
    );
    definitions.object(
        "Tick",
        "A tick of the clock.",
        vec![
            FieldDefinition::new(
                "number",
                "Int!",
                Meaning::Tick(TickField::Number),
                "Which tick it is, counted from 1.",
            ),
            FieldDefinition::new(
                "query",
                "Query!",
                Meaning::Tick(TickField::Query),
                "The record as it is at this tick.",
            ),
        ],
    );
}
