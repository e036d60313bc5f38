//! What fields mean: the vocabulary between the schema, the compiler and the executor.

use crate::graph::trace::Column;
use crate::model::ontology::{
    Direction, EnumIndex, PropertyIndex, RelationshipTypeIndex, Role, TypeIndex, TypeRef, ValueType,
};

/// What a field answers, given the object it is asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Of an interface: each object type has its own.
    Abstract,
    Root(RootField),
    Mutation(MutationField),
    Payload(PayloadField),
    Subscription(SubscriptionField),
    Tick(TickField),
    Entity(EntityField),
    Fact(FactField),
    Facts {
        property: PropertyIndex,
        list: bool,
    },
    Connection(ConnectionField),
    Edge(EdgeField),
    PageInfo(PageInfoField),
    Claim(ClaimField),
    Evidence(EvidenceField),
    Relationship(RelationshipField),
    Date(DateField),
    Quantity(QuantityField),
    LocalizedText(LocalizedTextField),
    Match(MatchField),
    Path(PathField),
    PathStep(PathStepField),
    Common(CommonField),
    Pattern(PatternField),
    Binding(BindingField),
    Subgraph(SubgraphField),
    Trace(TraceField),
    Traced(TracedField),
    Status(StatusField),
    Gap(GapField),
    Ledger(LedgerField),
    Graph(GraphField),
    /// The schema with its keys, as routers read it.
    SubgraphSchema,
    TypeCount(TypeCountField),
    Dispute(DisputeField),
    DisputeSide(DisputeSideField),
    Aggregate(AggregateField),
    Grouping(GroupingField),
    Bucket(BucketField),
    GroupKey(GroupKeyField),
    Summary(SummaryField),
    History(HistoryField),
    Change(ChangeField),
    Transaction(TransactionField),
    Timeline(TimelineField),
}

/// A relationship as seen from an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Follow {
    pub(crate) relationship: RelationshipTypeIndex,
    pub(crate) direction: Direction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RootField {
    Node,
    Nodes,
    One(TypeIndex),
    Many(TypeIndex),
    Search,
    Paths,
    Reach,
    Neighborhood,
    Pattern,
    Disputes,
    Corroborations,
    Proposals,
    Common,
    ChangesBetween,
    Timeline,
    Trace,
    Ledger(TypeIndex),
    Claim,
    At,
    Graph,
    /// Of a subgraph: entities that a router names.
    Representations,
    /// Of a subgraph: what it is.
    Service,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MutationField {
    Changes,
    Fact,
}

/// Of what came of a mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PayloadField {
    Version,
    DryRun,
    Repeated,
    Transaction,
    Changes,
    Entities,
    Disputes,
    Query,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SubscriptionField {
    Changes,
    Clock,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TickField {
    Number,
    Query,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntityField {
    Id,
    EntityId,
    /// The label: this property, or the id.
    Name(PropertyIndex),
    Property {
        property: PropertyIndex,
        value_type: ValueType,
        list: bool,
    },
    Connection(Follow),
    ToOne(Follow),
    ToOneEdge(Follow),
    Facts,
    Claims,
    /// Of a source: the claims that cite it.
    Cited,
    Evidence,
    Sources,
    /// Of an annotation: the claims that it speaks of.
    AboutClaims,
    History,
    Disputes,
    Corroborations,
    At,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FactField {
    Value(ValueType),
    AsStated,
    Stated,
    Disputed,
    Claim,
    Alternatives,
    History,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConnectionField {
    Edges,
    Nodes,
    PageInfo,
    TotalCount,
    Facets,
    Aggregate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EdgeField {
    Cursor,
    Node,
    Property {
        property: PropertyIndex,
        value_type: ValueType,
    },
    Since,
    Until,
    Ongoing,
    Attested,
    Certainty,
    Evidence,
    Rank,
    Claim,
    Alternatives,
    Relationship,
    OnBehalfOf,
    Capacity,
    Score,
    MatchedOn,
    Highlight,
    Depth,
    Witness,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageInfoField {
    HasNextPage,
    HasPreviousPage,
    StartCursor,
    EndCursor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClaimField {
    Id,
    ClaimId,
    Subject,
    Property,
    Relationship,
    Stated,
    Value,
    Since,
    Until,
    Ongoing,
    Attested,
    Certainty,
    Rank,
    RankReason,
    Review,
    RecordedAt,
    RecordedBy,
    RecordedBecause,
    Version,
    RetractedAt,
    RetractionReason,
    Evidence,
    Annotations,
    Disputes,
    Corroborations,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EvidenceField {
    Source,
    Quote,
    Prefix,
    Suffix,
    AsStated,
    AttributedTo,
    AttributedAs,
    Modality,
    Stance,
    Flags,
    Note,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RelationshipField {
    Id,
    Type,
    From,
    To,
    Since,
    Until,
    Ongoing,
    Attested,
    Evidence,
    Claims,
    Property {
        property: PropertyIndex,
        value_type: ValueType,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateField {
    Edtf,
    Earliest,
    Latest,
    Precision,
    Approximate,
    Uncertain,
    Label,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QuantityField {
    Value,
    Bound,
    Low,
    High,
    Unit,
    Currency,
    Label,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LocalizedTextField {
    Text,
    Language,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MatchField {
    Field,
    Value,
    Why,
    Claim,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathField {
    Length,
    Steps,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathStepField {
    From,
    Relationship,
    To,
    Forward,
    Label,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CommonField {
    Node,
    Steps,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PatternField {
    TotalCount,
    Matches,
    Bindings,
    Node,
    Evidence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BindingField {
    Name,
    Node,
    Relationship,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SubgraphField {
    Nodes,
    Relationships,
    Omitted,
    Cut,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TraceField {
    Subject,
    Commitments,
}

/// Of a commitment in a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TracedField {
    Itself,
    Parts,
    Date,
    /// Where the fields of a role lead: all, or the one that is shown.
    All(Role),
    One(Role),
    Signatories,
    History,
    InstrumentHistory,
    Gaps,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatusField {
    Status,
    Date,
    Assessors,
    Claim,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GapField {
    Kind,
    Text,
    About,
    Annotation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LedgerField {
    Id,
    Itself,
    Cell(Column),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GraphField {
    Version,
    Head,
    RecordedAt,
    Entities,
    Relationships,
    Claims,
    Evidence,
    Types,
    Ontology,
    Persistent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypeCountField {
    Type,
    Name,
    Count,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DisputeField {
    Verdict,
    Why,
    About,
    Property,
    Sides,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DisputeSideField {
    Value,
    Rank,
    Stance,
    Claims,
    Evidence,
    IndependentSources,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AggregateField {
    Count,
    CountDistinct,
    Summary,
    GroupBy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupingField {
    Groups,
    TotalGroups,
    DistinctTotal,
    Overlapping,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BucketField {
    Keys,
    Node,
    Count,
    Summary,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupKeyField {
    Key,
    Value,
    Node,
    Stated,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SummaryField {
    Of,
    Count,
    Unit,
    Currency,
    Overlapping,
    Min,
    Max,
    Sum,
    Average,
    Low,
    High,
    Earliest,
    Latest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HistoryField {
    Transaction,
    Changes,
    Entities,
    Sources,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeField {
    Kind,
    Claim,
    Transaction,
    Before,
    After,
    Rank,
    PreviousRank,
    Reason,
    Evidence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransactionField {
    Version,
    RecordedAt,
    Author,
    Reason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimelineField {
    Date,
    Label,
    About,
    Property,
    Node,
    Claim,
    DatedBy,
    Evidence,
}

/// The name in the API of a type of values, as an output.
pub(crate) fn output_name<'a>(
    value_type: ValueType,
    enum_name: impl Fn(EnumIndex) -> &'a str,
    entity_name: impl Fn(TypeRef) -> &'a str,
) -> &'a str {
    match value_type {
        ValueType::String => "String",
        ValueType::Int => "Int",
        ValueType::BigInt => "BigInt",
        ValueType::Float => "Float",
        ValueType::Boolean => "Boolean",
        ValueType::Date => "ImpreciseDate",
        ValueType::DateTime => "DateTime",
        ValueType::Url => "URL",
        ValueType::LocalizedText => "LocalizedText",
        ValueType::Quantity => "Quantity",
        ValueType::Enum(index) => enum_name(index),
        ValueType::Entity(reference) => entity_name(reference),
    }
}
