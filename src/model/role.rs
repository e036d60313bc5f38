//! Roles: what built-in answers know types and fields by, whatever an ontology calls them.

/// What a type or field is for, so that built-in answers know which to read; given with `@plays`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Role(&'static str);

/// Declares each role as a constant of its own name.
macro_rules! roles {
    ($($(#[$doc:meta])+ $name:ident,)+) => {
        impl Role {
            $($(#[$doc])+ pub const $name: Self = Self(stringify!($name));)+

            /// The names of all roles.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name),)+];
        }
    };
}

roles! {
    /// Something promised.
    COMMITMENT,
    /// Who promised it.
    COMMITTER,
    /// To whom.
    COUNTERPARTY,
    /// For whom.
    BENEFICIARY,
    /// Under what, such as an agreement.
    INSTRUMENT,
    /// At which meeting or event.
    OCCASION,
    /// How much.
    AMOUNT,
    /// When it was made public.
    ANNOUNCED,
    /// By when.
    DUE,
    /// With what outcome.
    STATUS,
    /// A figure.
    OBSERVATION,
    /// What it is a figure of.
    MEASURE,
    /// How much it is.
    VALUE,
    /// Which time it covers.
    PERIOD,
    /// On which day it stood so.
    AS_OF,
    /// Whom or what it is about.
    ABOUT,
    /// What it includes or leaves out.
    SCOPE,
    /// The figure of which it is a part.
    WHOLE,
    /// Where.
    PLACE,
    /// Who published it.
    PUBLISHER,
    /// Something said.
    STATEMENT,
    /// Who said it.
    SPEAKER,
    /// To whom.
    ADDRESSEE,
    /// Something that happened.
    EVENT,
    /// When.
    EVENT_DATE,
    /// Who took part.
    PARTICIPANT,
    /// At whose invitation.
    HOST,
    /// With what result.
    OUTCOME,
    /// At what else those who took part were present, such as a meeting on a trip.
    ATTENDED,
    /// Holding an office.
    TENURE,
    /// The office held.
    OFFICE,
    /// For which country or organization somebody, an office or a body acts.
    REPRESENTS,
    /// On whose behalf somebody did it: a property of a relationship.
    ON_BEHALF_OF,
    /// Something agreed.
    AGREEMENT,
    /// Between whom.
    PARTY,
    /// Who signed it.
    SIGNATORY,
    /// When it was signed.
    SIGNED,
}

impl Role {
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
