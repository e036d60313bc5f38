//! Roles: what built-in answers know types and fields by, whatever their names.

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident = $name:literal,)+) => {
        /// What a type or field is for, so that built-in answers know which to read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Role { $($(#[$doc])* $role,)+ }

        impl Role {
            /// The role of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$role),)+ _ => None }
            }

            /// The names of all roles.
            pub const NAMES: &'static [&'static str] = &[$($name,)+];
        }
    };
}

roles! {
    /// A commitment.
    Commitment = "COMMITMENT",
    /// Who made it.
    Committer = "COMMITTER",
    /// To whom it was made.
    Counterparty = "COUNTERPARTY",
    /// Who is to benefit.
    Beneficiary = "BENEFICIARY",
    /// The agreement it belongs to.
    Instrument = "INSTRUMENT",
    /// Where it was made.
    Occasion = "OCCASION",
    /// The sum it promises.
    Amount = "AMOUNT",
    /// When it was announced.
    Announced = "ANNOUNCED",
    /// When it is due.
    Due = "DUE",
    /// What became of it.
    Status = "STATUS",
    /// One source's observation of a figure.
    Observation = "OBSERVATION",
    /// What it measures.
    Measure = "MEASURE",
    /// The figure.
    Value = "VALUE",
    /// The time it covers.
    Period = "PERIOD",
    /// The place it covers.
    Place = "PLACE",
    /// Who published it.
    Publisher = "PUBLISHER",
    /// Something said.
    Statement = "STATEMENT",
    /// Who said it.
    Speaker = "SPEAKER",
    /// To whom.
    Addressee = "ADDRESSEE",
    /// Something that happened.
    Event = "EVENT",
    /// When it happened.
    EventDate = "EVENT_DATE",
    /// Who took part.
    Participant = "PARTICIPANT",
    /// Who was the host.
    Host = "HOST",
    /// What came of it.
    Outcome = "OUTCOME",
    /// Holding an office.
    Tenure = "TENURE",
    /// The office held.
    Office = "OFFICE",
    /// An agreement.
    Agreement = "AGREEMENT",
    /// A party to it.
    Party = "PARTY",
    /// Who signed it.
    Signatory = "SIGNATORY",
    /// When it was signed.
    Signed = "SIGNED",
}
