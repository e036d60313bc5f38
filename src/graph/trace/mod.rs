//! Who committed to what: a commitment with all that belongs to it, found by what types and fields are for.

mod gaps;
mod ledger;

pub use gaps::{Gap, GapKind};
pub use ledger::{Cell, Column};

use indexmap::IndexMap;

use crate::graph::acting::Link;
use crate::graph::records::{ClaimIndex, EntityIndex};
use crate::graph::view::{Clocks, Stating, View};
use crate::graph::walk::{Budget, OverBudget};
use crate::model::claim::Stance;
use crate::model::date::Edtf;
use crate::model::ontology::{Ontology, Role, TypeIndex, TypeRef};
use crate::model::value::Value;
use crate::model::words::words;

words! {
    /// What something has to do with a commitment.
    Part {
        /// It is the commitment itself.
        Subject = "SUBJECT",
        /// It made the commitment.
        Maker = "MAKER",
        /// The commitment was made on its behalf.
        Represented = "REPRESENTED",
        /// The commitment was made to it.
        Counterparty = "COUNTERPARTY",
        /// It is to benefit.
        Beneficiary = "BENEFICIARY",
        /// It signed what contains the commitment.
        Signatory = "SIGNATORY",
        /// It contains the commitment.
        Instrument = "INSTRUMENT",
        /// The commitment, or what contains it, was made at it.
        Occasion = "OCCASION",
    }
}

/// A commitment, and what the subject of the trace has to do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced {
    /// The commitment.
    pub commitment: EntityIndex,
    /// What the subject has to do with it.
    pub parts: Vec<Part>,
}

/// What leads from a commitment to those who have a part in it.
const ENDS: [(Role, Part); 5] = [
    (Role::COMMITTER, Part::Maker),
    (Role::COUNTERPARTY, Part::Counterparty),
    (Role::BENEFICIARY, Part::Beneficiary),
    (Role::INSTRUMENT, Part::Instrument),
    (Role::OCCASION, Part::Occasion),
];

impl Ontology {
    /// The type of commitments, if there is one: the first that plays the role.
    #[must_use]
    pub fn commitment_type(&self) -> Option<TypeIndex> {
        self.types_playing(Role::COMMITMENT).next()
    }

    /// Whether entities of a type can have a part in a commitment.
    #[must_use]
    pub fn takes_part(&self, entity_type: TypeIndex) -> bool {
        let Some(commitment) = self.commitment_type() else {
            return false;
        };
        let leads_to = |from: TypeIndex, role: Role| {
            self.entity_type(from)
                .relationships_playing(role)
                .any(|field| self.admits(field.target, entity_type))
        };
        entity_type == commitment
            || ENDS.iter().any(|(role, _)| leads_to(commitment, *role))
            || self
                .members_playing(commitment, Role::INSTRUMENT)
                .into_iter()
                .any(|instrument| leads_to(instrument, Role::SIGNATORY))
    }

    /// The types to which the fields of a role lead.
    fn members_playing(&self, from: TypeIndex, role: Role) -> Vec<TypeIndex> {
        let targets = self.entity_type(from).relationships_playing(role);
        targets
            .map(|field| field.target)
            .collect::<Vec<TypeRef>>()
            .into_iter()
            .flat_map(|target| self.members(target))
            .collect()
    }
}

impl View {
    /// The commitments in which an entity has a part, in the order in which they are found.
    ///
    /// # Errors
    /// When what has to be looked at passes the budget.
    pub fn traced(
        &self,
        subject: EntityIndex,
        budget: &mut Budget,
    ) -> Result<Vec<Traced>, OverBudget> {
        let mut found: IndexMap<EntityIndex, Vec<Part>> = IndexMap::new();
        let mut add = |commitment: EntityIndex, part: Part| {
            let parts = found.entry(commitment).or_default();
            if !parts.contains(&part) {
                parts.push(part);
            }
        };
        let Some(commitment) = self.ontology().commitment_type() else {
            return Ok(Vec::new());
        };
        if self.type_of(subject) == commitment {
            add(subject, Part::Subject);
        }
        for (role, part) in ENDS {
            for made in self.far_back(commitment, role, subject, budget)? {
                add(made, part);
            }
        }
        let declared = self.ontology().entity_type(commitment);
        for field in declared.relationships_playing(Role::COMMITTER) {
            let date = |made: EntityIndex| self.made_on(made);
            let direction = field.direction.reversed();
            let made = self.represented(subject, field.relationship, direction, date, budget)?;
            for hop in made {
                add(hop.entity, Part::Represented);
            }
        }
        // What contains commitments was signed by it, or made at it.
        let instruments = self
            .ontology()
            .members_playing(commitment, Role::INSTRUMENT);
        for (role, part) in [
            (Role::SIGNATORY, Part::Signatory),
            (Role::OCCASION, Part::Occasion),
        ] {
            for instrument in &instruments {
                for containing in self.far_back(*instrument, role, subject, budget)? {
                    for made in self.far_back(commitment, Role::INSTRUMENT, containing, budget)? {
                        add(made, part);
                    }
                }
            }
        }
        let traced = found
            .into_iter()
            .map(|(commitment, parts)| Traced { commitment, parts });
        Ok(traced.collect())
    }

    /// The entities of a type whose fields of a role lead to an entity.
    fn far_back(
        &self,
        from: TypeIndex,
        role: Role,
        to: EntityIndex,
        budget: &mut Budget,
    ) -> Result<Vec<EntityIndex>, OverBudget> {
        let entity_type = self.type_of(to);
        let mut found = Vec::new();
        let ontology = self.ontology();
        for field in ontology.entity_type(from).relationships_playing(role) {
            if !ontology.admits(field.target, entity_type) {
                continue;
            }
            for hop in self.hops(to, field.relationship, field.direction.reversed()) {
                budget.spend(1)?;
                // A field that shows one shows the winner.
                let is_shown = self.type_of(hop.entity) == from
                    && (field.many
                        || self
                            .to_one(hop.entity, field.relationship, field.direction)
                            .is_some_and(|shown| shown.entity == to));
                if is_shown {
                    found.push(hop.entity);
                }
            }
        }
        Ok(found)
    }

    /// The date that a property of a role gives.
    fn dated(&self, entity: EntityIndex, role: Role) -> Option<Edtf> {
        let declared = self.ontology().entity_type(self.type_of(entity));
        match self.value(entity, declared.property_playing(role)?.0)? {
            Value::Date(date) => Some(date.clone()),
            _ => None,
        }
    }

    /// When a commitment was made, as far as the record says: when it was announced, else when what
    /// contains it was signed or announced, else when that took place at which it was made.
    #[must_use]
    pub fn made_on(&self, commitment: EntityIndex) -> Option<Edtf> {
        let of = |role: Role, dates: &[Role]| {
            let link = self.links(commitment, role, None).into_iter().next()?;
            let dated = |date: &Role| self.dated(link.hop.entity, *date);
            dates.iter().find_map(dated)
        };
        self.dated(commitment, Role::ANNOUNCED)
            .or_else(|| of(Role::INSTRUMENT, &[Role::SIGNED, Role::ANNOUNCED]))
            .or_else(|| of(Role::OCCASION, &[Role::EVENT_DATE]))
    }

    /// Those who signed something, each with the date of the signature where it is known.
    #[must_use]
    pub fn signatories(&self, instrument: EntityIndex) -> Vec<Link> {
        let signed = self.dated(instrument, Role::SIGNED);
        let mut links = self.links(instrument, Role::SIGNATORY, signed.as_ref());
        for link in &mut links {
            let (index, _, _) = self.relationship(link.hop.relationship);
            let declared = self.ontology().relationship_type(index);
            let own = declared.property_playing(Role::SIGNED).map(|found| found.0);
            let own = own.and_then(|property| self.edge_value(link.hop.relationship, property));
            if let Some(Value::Date(date)) = own {
                link.date = Some(date.clone());
            }
        }
        links
    }

    /// The claims on the status of an entity in the order of time: what came later, or is known later, comes last.
    ///
    /// In a view of a date those are left out that begin after it; what had ceased by then stays.
    #[must_use]
    pub fn status_history(&self, entity: EntityIndex) -> Vec<ClaimIndex> {
        let declared = self.ontology().entity_type(self.type_of(entity));
        let Some((property, _)) = declared.property_playing(Role::STATUS) else {
            return Vec::new();
        };
        let clocks = self.clocks();
        let ever = self.at(Clocks {
            date: None,
            ..clocks.clone()
        });
        let last = clocks.date.as_ref().and_then(Edtf::latest);
        let mut claims = ever.all_claims(entity, property);
        claims.retain(|claim| match (self.start_of(*claim), last) {
            (Some(start), Some(last)) => start <= last,
            _ => true,
        });
        claims.sort_by_key(|claim| (self.start_of(*claim), *claim));
        claims
    }

    /// The first day on which a claim may have held, or is known to have held.
    fn start_of(&self, claim: ClaimIndex) -> Option<i32> {
        let valid = self.graph().valid_time(claim)?;
        valid.since.as_ref().or(valid.attested.as_ref())?.earliest()
    }

    /// Who says what a claim says: to whom its sources attribute it, else who published them, else they themselves.
    #[must_use]
    pub fn assessors(&self, claim: ClaimIndex) -> Vec<EntityIndex> {
        let mut assessors = Vec::new();
        let supporting = self
            .evidence(claim)
            .filter(|shown| shown.evidence.stance == Stance::Supports);
        for shown in supporting {
            let publisher = || {
                let links = self.links(shown.source, Role::PUBLISHER, None);
                links.first().map(|link| link.hop.entity)
            };
            let assessor = shown.attributed_to.or_else(publisher);
            let assessor = assessor.unwrap_or(shown.source);
            if !assessors.contains(&assessor) {
                assessors.push(assessor);
            }
        }
        assessors
    }

    /// A property's claim in words; `None` for what a source says is not known, or that there is none.
    #[must_use]
    pub fn worded(&self, claim: ClaimIndex) -> Option<String> {
        match self.graph().stating(claim) {
            Stating::Value(value) => Some(value.label()),
            _ => None,
        }
    }
}
