//! Roles: what built-in answers know types and fields by, whatever an ontology calls them.

/// What a type or field is for, so that built-in answers know which to read; given with `@plays`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Role(&'static str);

impl Role {
    /// The names of all roles.
    pub const NAMES: &'static [&'static str] = &[
        // Something promised: by whom, to whom, for whom, under what, where, how much, when, with what outcome.
        "COMMITMENT",
        "COMMITTER",
        "COUNTERPARTY",
        "BENEFICIARY",
        "INSTRUMENT",
        "OCCASION",
        "AMOUNT",
        "ANNOUNCED",
        "DUE",
        "STATUS",
        // A figure: of what, how much, for which time and place, by whom.
        "OBSERVATION",
        "MEASURE",
        "VALUE",
        "PERIOD",
        "PLACE",
        "PUBLISHER",
        // Something said: by whom, to whom.
        "STATEMENT",
        "SPEAKER",
        "ADDRESSEE",
        // Something that happened: when, with whom, at whose invitation, with what result.
        "EVENT",
        "EVENT_DATE",
        "PARTICIPANT",
        "HOST",
        "OUTCOME",
        // Holding an office.
        "TENURE",
        "OFFICE",
        // Something agreed: between whom, signed by whom and when.
        "AGREEMENT",
        "PARTY",
        "SIGNATORY",
        "SIGNED",
    ];

    /// The role of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|known| **known == name)
            .map(|known| Self(known))
    }

    /// Its name in the ontology.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0
    }
}
