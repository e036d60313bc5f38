//! What is subscribed to: the changes of the record.

use crate::api::definition::{Argument, Definitions, FieldDefinition, SUBSCRIPTION};
use crate::api::meaning::{Meaning, SubscriptionField};

pub(super) fn define(definitions: &mut Definitions) {
    let arguments = vec![
        Argument::new(
            "since",
            "BigInt",
            "After this version: all that came since are told first. If not given, those that come from now on.",
        ),
        Argument::new(
            "about",
            "[ID!]",
            "Only claims on these or that lead to them.",
        ),
        Argument::new(
            "types",
            "[EntityType!]",
            "Only claims on entities of these types or that lead to them.",
        ),
    ];
    let changes = FieldDefinition::new(
        "changes",
        "HistoryEntry!",
        Meaning::Subscription(SubscriptionField::Changes),
        "What each transaction changes, in their order, each once and seen as of its version. What changes nothing that is asked for is passed over: numbers may be missing. A client that comes back asks `since` the last version that it saw.",
    );
    definitions.object(
        SUBSCRIPTION,
        "What tells of itself, again and again.",
        vec![changes.with(arguments)],
    );
}
