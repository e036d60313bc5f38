//! What an operation asks of the schema itself: `__schema` and `__type`, compiled.
//!
//! The schema is large and its own types lead in circles, so that this obeys the same rules as all else: fields are
//! merged once, what it comes to is priced before it runs, and it is written as bytes within the operation's budget
//! (`execute/introspection`). apollo-compiler can answer it too, but makes a tree of it that is twenty times as large as its
//! JSON, and cannot be stopped.

/// What is asked of the schema under one response key.
#[derive(Debug)]
pub(crate) enum Asked {
    /// `__schema`.
    Schema(Selection),
    /// `__type`, by the slot of its name.
    Type(usize, Selection),
}

/// What to write of one thing of the schema: fields of its own type, in order.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// The name of its type.
    pub(crate) of: Box<str>,
    pub(crate) steps: Vec<Step>,
}

/// One field of it.
#[derive(Debug)]
pub(crate) struct Step {
    /// The response key as JSON with its colon, and what stands before it: a brace or a comma.
    pub(crate) key: Box<[u8]>,
    pub(crate) field: Field,
    /// What to write of what the field leads to.
    pub(crate) selection: Selection,
    /// The slot of `includeDeprecated`, where it is given.
    pub(crate) deprecated: Option<usize>,
}

macro_rules! fields {
    ($($variant:ident = $name:literal,)+) => {
        /// The fields that the schema's own types have.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Field {
            $(#[doc = concat!("`", $name, "`.")] $variant,)+
        }

        impl Field {
            pub(crate) fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

fields! {
    Typename = "__typename",
    Args = "args",
    DefaultValue = "defaultValue",
    DeprecationReason = "deprecationReason",
    Description = "description",
    Directives = "directives",
    EnumValues = "enumValues",
    Fields = "fields",
    InputFields = "inputFields",
    Interfaces = "interfaces",
    IsDeprecated = "isDeprecated",
    IsOneOf = "isOneOf",
    IsRepeatable = "isRepeatable",
    Kind = "kind",
    Locations = "locations",
    MutationType = "mutationType",
    Name = "name",
    OfType = "ofType",
    PossibleTypes = "possibleTypes",
    QueryType = "queryType",
    SpecifiedByUrl = "specifiedByURL",
    SubscriptionType = "subscriptionType",
    Type = "type",
    Types = "types",
}

impl Asked {
    /// How many values its answer has, as a rule of thumb.
    pub(crate) fn price(&self, types: u64) -> u64 {
        let (Self::Schema(selection) | Self::Type(_, selection)) = self;
        selection.price(types).saturating_add(1)
    }
}

impl Selection {
    fn price(&self, types: u64) -> u64 {
        self.steps.iter().fold(0, |sum: u64, step| {
            // Only the types are many; of the rest a schema has about as many as this.
            let times = match step.field {
                Field::Types => types,
                Field::Fields | Field::InputFields => 12,
                Field::PossibleTypes => 10,
                Field::EnumValues | Field::Directives => 8,
                Field::Args => 4,
                Field::Interfaces => 3,
                _ => 1,
            };
            let inner = step.selection.price(types);
            sum.saturating_add(inner.saturating_mul(times).saturating_add(1))
        })
    }
}
