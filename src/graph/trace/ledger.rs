//! The ledger: one row a commitment, in plain cells, as for a spreadsheet.

use crate::graph::acting::Link;
use crate::graph::filter::{StatedAs, stated_as};
use crate::graph::records::EntityIndex;
use crate::graph::view::View;
use crate::graph::walk::{Budget, OverBudget};
use crate::model::claim::Rank;
use crate::model::ontology::{EntityType, Role};
use crate::model::value::Value;
use crate::model::words::words;

/// What stands in a cell of which nothing is stated.
const NOT_STATED: &str = "NOT_STATED";
/// What stands between several in one cell.
const SEPARATOR: &str = "; ";

words! {
    /// A column of the ledger.
    Column {
        /// What was undertaken.
        What = "what",
        /// Who made it.
        Makers = "makers",
        /// The ids of those who made it.
        MakerIds = "makerIds",
        /// Which offices they held then; empty where none of them can hold one.
        Offices = "offices",
        /// On whose behalf they made it.
        OnBehalfOf = "onBehalfOf",
        /// To whom it was made.
        Counterparties = "counterparties",
        /// The ids of those to whom it was made.
        CounterpartyIds = "counterpartyIds",
        /// Who is to benefit.
        Beneficiaries = "beneficiaries",
        /// The ids of those who are to benefit.
        BeneficiaryIds = "beneficiaryIds",
        /// At which meeting or event it was made.
        Occasion = "occasion",
        /// The id of the meeting or event.
        OccasionId = "occasionId",
        /// Under which agreement it was made.
        Instrument = "instrument",
        /// The id of the agreement.
        InstrumentId = "instrumentId",
        /// When it was announced, as EDTF.
        Announced = "announced",
        /// When it is due, as EDTF.
        Due = "due",
        /// How much it promises, in words.
        Amount = "amount",
        /// The same as a number.
        AmountValue = "amountValue",
        /// The currency or unit of the amount.
        AmountUnit = "amountUnit",
        /// Whether it was kept.
        Status = "status",
        /// How many sources support what is said of it.
        Sources = "sources",
        /// How many of them are independent: copies of one document count once.
        IndependentSources = "independentSources",
    }
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A text, a date or several of them; of which nothing is stated, it says so.
    Text(String),
    /// A number, where there is one.
    Number(Option<f64>),
    /// How many.
    Count(usize),
}

impl Column {
    /// What the column reads: a property or a relationship of that role; `None` for what every commitment has.
    fn role(self) -> Option<Role> {
        match self {
            Self::What | Self::Sources | Self::IndependentSources => None,
            Self::Makers | Self::MakerIds | Self::Offices | Self::OnBehalfOf => {
                Some(Role::COMMITTER)
            }
            Self::Counterparties | Self::CounterpartyIds => Some(Role::COUNTERPARTY),
            Self::Beneficiaries | Self::BeneficiaryIds => Some(Role::BENEFICIARY),
            Self::Occasion | Self::OccasionId => Some(Role::OCCASION),
            Self::Instrument | Self::InstrumentId => Some(Role::INSTRUMENT),
            Self::Announced => Some(Role::ANNOUNCED),
            Self::Due => Some(Role::DUE),
            Self::Amount | Self::AmountValue | Self::AmountUnit => Some(Role::AMOUNT),
            Self::Status => Some(Role::STATUS),
        }
    }

    /// Whether commitments of a type have anything for the column.
    #[must_use]
    pub fn applies(self, commitment: &EntityType) -> bool {
        self.role().is_none_or(|role| {
            commitment.property_playing(role).is_some()
                || commitment.relationships_playing(role).next().is_some()
        })
    }
}

impl View {
    /// One cell of a commitment's row.
    ///
    /// # Errors
    /// When what has to be looked at passes the budget.
    pub fn cell(
        &self,
        commitment: EntityIndex,
        column: Column,
        budget: &mut Budget,
    ) -> Result<Cell, OverBudget> {
        // The relationships of a cell are few; where they are not, the next cell is not read.
        let mut ends = |role| {
            let links = self.links(commitment, role, None);
            budget.spend(links.len() as u64).map(|()| links)
        };
        let mut texts = |role, text: &dyn Fn(EntityIndex) -> String| {
            let links = ends(role)?;
            Ok(joined(
                links.iter().map(|link| text(link.hop.entity)).collect(),
            ))
        };
        let name = |entity| self.label(entity);
        let id = |entity| self.id(entity).to_string();
        Ok(match column {
            Column::What => Cell::Text(self.label(commitment)),
            Column::Makers => texts(Role::COMMITTER, &name)?,
            Column::MakerIds => texts(Role::COMMITTER, &id)?,
            Column::Offices => {
                let makers = ends(Role::COMMITTER)?;
                self.offices_then(commitment, &makers)
            }
            Column::OnBehalfOf => {
                let mut behalf = Vec::new();
                for link in ends(Role::COMMITTER)? {
                    let of = link.claims.first().map(|claim| self.on_behalf_of(*claim));
                    behalf.extend(of.flatten().map(|of| self.label(of)));
                }
                behalf.dedup();
                joined(behalf)
            }
            Column::Counterparties => texts(Role::COUNTERPARTY, &name)?,
            Column::CounterpartyIds => texts(Role::COUNTERPARTY, &id)?,
            Column::Beneficiaries => texts(Role::BENEFICIARY, &name)?,
            Column::BeneficiaryIds => texts(Role::BENEFICIARY, &id)?,
            Column::Occasion => texts(Role::OCCASION, &name)?,
            Column::OccasionId => texts(Role::OCCASION, &id)?,
            Column::Instrument => texts(Role::INSTRUMENT, &name)?,
            Column::InstrumentId => texts(Role::INSTRUMENT, &id)?,
            Column::Announced => self.stated_cell(commitment, Role::ANNOUNCED),
            Column::Due => self.stated_cell(commitment, Role::DUE),
            Column::Amount => self.stated_cell(commitment, Role::AMOUNT),
            Column::Status => self.stated_cell(commitment, Role::STATUS),
            Column::AmountValue => match self.playing(commitment, Role::AMOUNT) {
                Some(Value::Quantity(quantity)) => Cell::Number(Some(quantity.value)),
                Some(Value::Float(number)) => Cell::Number(Some(*number)),
                Some(Value::Int(number)) => Cell::Number(Some(f64::from(*number))),
                _ => Cell::Number(None),
            },
            Column::AmountUnit => match self.playing(commitment, Role::AMOUNT) {
                Some(Value::Quantity(quantity)) => {
                    let unit = quantity.currency.iter().chain(&quantity.unit);
                    joined(unit.cloned().collect())
                }
                _ => joined(Vec::new()),
            },
            Column::Sources => Cell::Count(self.sources_behind(commitment, budget)?.len()),
            Column::IndependentSources => {
                let sources = self.sources_behind(commitment, budget)?;
                Cell::Count(self.independent_sources(sources).len())
            }
        })
    }

    /// The sources that support the claims of an entity which stand.
    fn sources_behind(
        &self,
        entity: EntityIndex,
        budget: &mut Budget,
    ) -> Result<Vec<EntityIndex>, OverBudget> {
        let claims = self.claims(entity);
        budget.spend(claims.len() as u64)?;
        let standing = claims
            .into_iter()
            .filter(|claim| self.rank(*claim).0 != Rank::Deprecated);
        Ok(self.supporting_sources(standing))
    }

    /// The value of the property of a role; what the ontology takes it for where nothing is stated.
    fn playing(&self, entity: EntityIndex, role: Role) -> Option<&Value> {
        let declared = self.ontology().entity_type(self.type_of(entity));
        self.value(entity, declared.property_playing(role)?.0)
    }

    fn stated_cell(&self, entity: EntityIndex, role: Role) -> Cell {
        let declared = self.ontology().entity_type(self.type_of(entity));
        let Some((property, _)) = declared.property_playing(role) else {
            return joined(Vec::new());
        };
        Cell::Text(match self.value(entity, property) {
            Some(Value::Date(date)) => date.as_str().to_owned(),
            Some(value) => value.label(),
            None => match stated_as(self, entity, property) {
                StatedAs::None => "NONE",
                StatedAs::Unknown => "UNKNOWN",
                StatedAs::Value | StatedAs::NotStated => NOT_STATED,
            }
            .to_owned(),
        })
    }

    /// The offices that those who made a commitment held then, each with what it belongs to.
    fn offices_then(&self, commitment: EntityIndex, makers: &[Link]) -> Cell {
        let can_hold = |link: &&Link| {
            let declared = self.ontology().entity_type(self.type_of(link.hop.entity));
            declared
                .relationships_playing(Role::TENURE)
                .next()
                .is_some()
        };
        let date = self.made_on(commitment);
        let mut offices = Vec::new();
        let holders: Vec<_> = makers.iter().filter(can_hold).collect();
        for maker in &holders {
            for held in self.offices(maker.hop.entity, date.as_ref()) {
                let office = held.hop.entity;
                let belongs = self.capacity(office, date.as_ref());
                let belongs: Vec<_> = belongs
                    .iter()
                    .map(|link| self.label(link.hop.entity))
                    .collect();
                let title = self.label(office);
                offices.push(match belongs.is_empty() {
                    true => title,
                    false => format!("{title} ({})", belongs.join(", ")),
                });
            }
        }
        if holders.is_empty() && !makers.is_empty() {
            return Cell::Text(String::new());
        }
        joined(offices)
    }
}

/// Several in one cell; none of them is not stated.
fn joined(texts: Vec<String>) -> Cell {
    Cell::Text(if texts.is_empty() {
        NOT_STATED.to_owned()
    } else {
        texts.join(SEPARATOR)
    })
}
