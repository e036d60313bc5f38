//! What the record does not say of a commitment.

use std::collections::HashSet;

use crate::graph::acting::Link;
use crate::graph::filter::{StatedAs, stated_as};
use crate::graph::records::EntityIndex;
use crate::graph::view::View;
use crate::graph::walk::{Budget, OverBudget};
use crate::model::ontology::{Direction, Role};
use crate::model::value::Value;
use crate::model::words::words;

/// The type of editors' notes, and the relationship by which they speak of entities; every ontology has them.
const ANNOTATION: &str = "Annotation";
const ANNOTATES: &str = "ANNOTATES";
/// The kind of note that tells of a gap.
const GAP: &str = "GAP";

words! {
    /// What the record does not say.
    GapKind {
        /// Who made it.
        Maker = "MAKER",
        /// In what capacity somebody who made it acted.
        Capacity = "CAPACITY",
        /// To whom it was made.
        Counterparty = "COUNTERPARTY",
        /// Who is to benefit.
        Beneficiary = "BENEFICIARY",
        /// How much it promises.
        Amount = "AMOUNT",
        /// When it was announced.
        Announced = "ANNOUNCED",
        /// When it is due.
        Due = "DUE",
        /// Whether it was kept.
        Status = "STATUS",
        /// At which meeting or event it was made.
        Occasion = "OCCASION",
        /// Whether somebody who made it was there.
        Attendance = "ATTENDANCE",
        /// Under which agreement it was made.
        Instrument = "INSTRUMENT",
        /// Who signed the agreement.
        Signatory = "SIGNATORY",
        /// What an editor's note says.
        Annotation = "ANNOTATION",
    }
}

/// Something that the record does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What it is about.
    pub kind: GapKind,
    /// Of what it is not said.
    pub about: EntityIndex,
    /// It in words.
    pub text: String,
    /// The editor's note that says so.
    pub annotation: Option<EntityIndex>,
}

/// Properties of a commitment that may be wanting.
const PROPERTIES: [(Role, GapKind, &str); 4] = [
    (Role::AMOUNT, GapKind::Amount, "How much it promises"),
    (Role::ANNOUNCED, GapKind::Announced, "When it was announced"),
    (Role::DUE, GapKind::Due, "When it is due"),
    (Role::STATUS, GapKind::Status, "Whether it was kept"),
];

/// Relationships of a commitment that may be wanting.
const RELATIONSHIPS: [(Role, GapKind, &str); 5] = [
    (Role::COMMITTER, GapKind::Maker, "Who made it"),
    (
        Role::COUNTERPARTY,
        GapKind::Counterparty,
        "To whom it was made",
    ),
    (Role::BENEFICIARY, GapKind::Beneficiary, "Who is to benefit"),
    (
        Role::OCCASION,
        GapKind::Occasion,
        "At which meeting or event it was made",
    ),
    (
        Role::INSTRUMENT,
        GapKind::Instrument,
        "Under which agreement it was made",
    ),
];

impl View {
    /// What the record does not say of a commitment, then the notes of editors that tell of a gap.
    ///
    /// # Errors
    /// When what has to be looked at passes the budget.
    pub fn gaps(
        &self,
        commitment: EntityIndex,
        budget: &mut Budget,
    ) -> Result<Vec<Gap>, OverBudget> {
        let mut gaps = Vec::new();
        for (role, kind, what) in RELATIONSHIPS {
            let declared = self.ontology().entity_type(self.type_of(commitment));
            if declared.relationships_playing(role).next().is_some()
                && self.links(commitment, role, None).is_empty()
            {
                gaps.push(Gap::new(kind, commitment, format!("{what} is not stated.")));
            }
        }
        for (role, kind, what) in PROPERTIES {
            gaps.extend(self.unstated(commitment, role, kind, what));
        }
        let makers = self.links(commitment, Role::COMMITTER, None);
        let occasion = self.links(commitment, Role::OCCASION, None);
        let instrument = self.links(commitment, Role::INSTRUMENT, None);
        budget.spend((makers.len() + occasion.len() + instrument.len()) as u64)?;
        gaps.extend(self.capacities_wanting(commitment, &makers));
        for link in &occasion {
            gaps.extend(self.absences(link.hop.entity, &makers, budget)?);
        }
        for link in &instrument {
            gaps.extend(self.unsigned(link.hop.entity));
        }
        let around = occasion.iter().chain(&instrument);
        let around = around.map(|link| link.hop.entity);
        gaps.extend(self.noted_gaps([commitment].into_iter().chain(around), budget)?);
        Ok(gaps)
    }

    fn unstated(
        &self,
        commitment: EntityIndex,
        role: Role,
        kind: GapKind,
        what: &str,
    ) -> Option<Gap> {
        let declared = self.ontology().entity_type(self.type_of(commitment));
        let (property, _) = declared.property_playing(role)?;
        let text = match stated_as(self, commitment, property) {
            StatedAs::NotStated => format!("{what} is not stated."),
            StatedAs::Unknown => format!("{what} is not known, says a source."),
            // That there is none is said.
            StatedAs::Value | StatedAs::None => return None,
        };
        Some(Gap::new(kind, commitment, text))
    }

    /// Those among the makers who could hold an office, and held none then that is on record.
    fn capacities_wanting(&self, commitment: EntityIndex, makers: &[Link]) -> Vec<Gap> {
        let date = self.made_on(commitment);
        let holds = |link: &&Link| {
            let declared = self.ontology().entity_type(self.type_of(link.hop.entity));
            declared
                .relationships_playing(Role::TENURE)
                .next()
                .is_some()
        };
        let wanting = makers
            .iter()
            .filter(holds)
            .filter(|link| self.capacity(link.hop.entity, date.as_ref()).is_empty());
        wanting
            .map(|link| {
                let name = self.label(link.hop.entity);
                let text = format!("In what capacity {name} made it is not stated.");
                Gap::new(GapKind::Capacity, link.hop.entity, text)
            })
            .collect()
    }

    /// Those among the makers of whom nothing says that they were at an occasion.
    fn absences(
        &self,
        occasion: EntityIndex,
        makers: &[Link],
        budget: &mut Budget,
    ) -> Result<Vec<Gap>, OverBudget> {
        let declared = self.ontology().entity_type(self.type_of(occasion));
        if declared
            .relationships_playing(Role::PARTICIPANT)
            .next()
            .is_none()
        {
            return Ok(Vec::new());
        }
        let present = self.present(occasion, budget)?;
        let absent = makers
            .iter()
            .filter(|link| !present.contains(&link.hop.entity));
        let gaps = absent.map(|link| {
            let (name, place) = (self.label(link.hop.entity), self.label(occasion));
            let text = format!("Whether {name} took part in {place} is not stated.");
            Gap::new(GapKind::Attendance, link.hop.entity, text)
        });
        Ok(gaps.collect())
    }

    /// Who took part in an occasion, for whom they did, who hosted it, and who attended it on a journey.
    fn present(
        &self,
        occasion: EntityIndex,
        budget: &mut Budget,
    ) -> Result<HashSet<EntityIndex>, OverBudget> {
        let mut present = HashSet::new();
        for role in [Role::PARTICIPANT, Role::HOST] {
            for link in self.links(occasion, role, None) {
                budget.spend(1)?;
                present.insert(link.hop.entity);
                let behalf = link.claims.first().map(|claim| self.on_behalf_of(*claim));
                present.extend(behalf.flatten());
            }
        }
        let entity_type = self.type_of(occasion);
        let ontology = self.ontology();
        for declared in &ontology.types {
            for field in declared.relationships_playing(Role::ATTENDED) {
                if !ontology.admits(field.target, entity_type) {
                    continue;
                }
                for hop in self.hops(occasion, field.relationship, field.direction.reversed()) {
                    budget.spend(1)?;
                    let travellers = self.links(hop.entity, Role::PARTICIPANT, None);
                    present.extend(travellers.iter().map(|link| link.hop.entity));
                }
            }
        }
        Ok(present)
    }

    fn unsigned(&self, instrument: EntityIndex) -> Option<Gap> {
        let declared = self.ontology().entity_type(self.type_of(instrument));
        declared.relationships_playing(Role::SIGNATORY).next()?;
        if !self.links(instrument, Role::SIGNATORY, None).is_empty() {
            return None;
        }
        let text = format!("Who signed {} is not stated.", self.label(instrument));
        Some(Gap::new(GapKind::Signatory, instrument, text))
    }

    /// The notes that tell of a gap, on these entities or on what is claimed of them, each once.
    fn noted_gaps(
        &self,
        entities: impl Iterator<Item = EntityIndex>,
        budget: &mut Budget,
    ) -> Result<Vec<Gap>, OverBudget> {
        let mut gaps: Vec<Gap> = Vec::new();
        for about in entities {
            for annotation in self.notes_on(about, budget)? {
                let is_new = gaps.iter().all(|gap| gap.annotation != Some(annotation));
                if is_new && self.tells_of_a_gap(annotation) {
                    gaps.push(Gap {
                        annotation: Some(annotation),
                        ..Gap::new(GapKind::Annotation, about, self.label(annotation))
                    });
                }
            }
        }
        Ok(gaps)
    }

    fn notes_on(
        &self,
        entity: EntityIndex,
        budget: &mut Budget,
    ) -> Result<Vec<EntityIndex>, OverBudget> {
        let relationship = self.ontology().relationship_named(ANNOTATES);
        let mut notes: Vec<_> = relationship
            .into_iter()
            .flat_map(|index| self.hops(entity, index, Direction::In))
            .map(|hop| hop.entity)
            .collect();
        budget.spend(notes.len() as u64)?;
        for claim in self.claims(entity) {
            budget.spend(1)?;
            notes.extend(self.annotations_of(claim));
        }
        Ok(notes)
    }

    fn tells_of_a_gap(&self, annotation: EntityIndex) -> bool {
        let declared = self.ontology().entity_type(self.type_of(annotation));
        declared.name == ANNOTATION
            && declared.property("kind").is_some_and(|(kind, _)| {
                matches!(self.value(annotation, kind), Some(Value::Enum(word)) if word == GAP)
            })
    }
}

impl Gap {
    fn new(kind: GapKind, about: EntityIndex, text: String) -> Self {
        Self {
            kind,
            about,
            text,
            annotation: None,
        }
    }
}
