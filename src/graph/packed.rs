//! What the default view shows of each entity, packed as one record.
//!
//! A query mostly asks for what is on record now. So the winner of each property is worked out
//! once, when the graph is sealed, and what is a scalar in the API lies ready as JSON: writing
//! it is a copy. All of one entity lies side by side, since the fields of an entity are asked
//! for together and memory is fetched in lines: an entity costs a fetch or two, not one a field.

use crate::graph::Graph;
use crate::graph::claims::Stating;
use crate::graph::json;
use crate::graph::records::{About, ClaimIndex, EntityIndex, NONE};
use crate::model::claim::Rank;
use crate::model::ontology::{PropertyIndex, TypeIndex, ValueType};
use crate::model::value::Value;

/// Records begin at multiples of this, so that their places fit 32 bits up to 16 GiB.
const ALIGNMENT: usize = 4;
/// The size of one entry of a record's header.
const ENTRY: usize = 2;

/// The records of one entity type, by the entity's place in the type.
///
/// A record is a header of 16-bit numbers, which say where each part ends, and the parts: the
/// id, then the value of each property; as JSON, empty where there is none that is a scalar.
#[derive(Debug, Clone, Default)]
pub(crate) struct PackedType {
    properties: usize,
    /// The winning claims, all of one entity side by side.
    winners: Vec<u32>,
    /// By property, if it is one of dates: the month in which each entity's date begins; empty otherwise.
    months: Vec<Vec<Month>>,
    /// Where each record begins, in units of [`ALIGNMENT`].
    starts: Vec<u32>,
    bytes: Vec<u8>,
}

/// A year, and a month of it counted from 1; month 0 is not known.
type Month = (i16, u8);

/// What stands for no date, or none whose year is known.
const NO_MONTH: Month = (i16::MIN, 0);

/// One entity's record.
#[derive(Debug, Clone, Copy)]
pub struct PackedRecord<'a> {
    header: &'a [u8],
    parts: &'a [u8],
}

impl<'a> PackedRecord<'a> {
    /// The id as JSON.
    #[inline]
    #[must_use]
    pub fn id(self) -> &'a [u8] {
        self.part(0)
    }

    /// The winning value of a property as JSON; empty if there is none, or none that is a scalar.
    #[inline]
    #[must_use]
    pub fn json(self, property: PropertyIndex) -> &'a [u8] {
        self.part(property.place() + 1)
    }

    #[inline]
    fn part(self, place: usize) -> &'a [u8] {
        let end = |place: usize| match self.header.get(place * ENTRY..(place + 1) * ENTRY) {
            Some(entry) => usize::from(u16::from_le_bytes([entry[0], entry[1]])),
            None => 0,
        };
        let start = place.checked_sub(1).map_or(0, end);
        self.parts.get(start..end(place)).unwrap_or(&[])
    }
}

impl PackedType {
    /// The records of a type without entities.
    pub(crate) fn empty(properties: usize) -> Self {
        Self {
            properties,
            months: vec![Vec::new(); properties],
            ..Self::default()
        }
    }

    /// The claim that wins a property.
    #[inline]
    pub(crate) fn winner(&self, local: u32, property: PropertyIndex) -> Option<ClaimIndex> {
        let place = local as usize * self.properties + property.place();
        let claim = *self.winners.get(place)?;
        (claim != NONE).then_some(ClaimIndex(claim))
    }

    /// The year in which a date begins, where it is known, and the month.
    #[inline]
    pub(crate) fn begins(&self, local: u32, property: PropertyIndex) -> Option<Month> {
        let month = *self.months.get(property.place())?.get(local as usize)?;
        (month != NO_MONTH).then_some(month)
    }

    /// The record of an entity; `None` if it came later.
    #[inline]
    pub(crate) fn record(&self, local: u32) -> Option<PackedRecord<'_>> {
        let start = *self.starts.get(local as usize)? as usize * ALIGNMENT;
        let header = (self.properties + 1) * ENTRY;
        let (header, parts) = self.bytes.get(start..)?.split_at_checked(header)?;
        Some(PackedRecord { header, parts })
    }

    fn push(&mut self, id: &str, winners: &[Winner], write: impl Fn(ClaimIndex, &mut Vec<u8>)) {
        let claims = winners.iter().map(|winner| winner.claim);
        self.winners
            .extend(claims.map(|claim| claim.map_or(NONE, |claim| claim.0)));
        let start = self.bytes.len().next_multiple_of(ALIGNMENT);
        // Past 16 GiB records would lie out of reach: what they hold is then read from the claims.
        let Ok(place) = u32::try_from(start / ALIGNMENT) else {
            return;
        };
        self.starts.push(place);
        let parts = start + (winners.len() + 1) * ENTRY;
        self.bytes.resize(parts, 0);
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(id.as_bytes());
        self.bytes.push(b'"');
        self.end_part(start, parts, 0);
        for (place, winner) in winners.iter().enumerate() {
            let before = self.bytes.len();
            if let Some(claim) = winner.shown {
                write(claim, &mut self.bytes);
            }
            if self.bytes.len() - parts > usize::from(u16::MAX) {
                // So long a value is read from its claim instead.
                self.bytes.truncate(before);
            }
            self.end_part(start, parts, place + 1);
        }
    }

    fn end_part(&mut self, start: usize, parts: usize, place: usize) {
        let end = u16::try_from(self.bytes.len() - parts).unwrap_or(u16::MAX);
        let at = start + place * ENTRY;
        self.bytes[at..at + ENTRY].copy_from_slice(&end.to_le_bytes());
    }
}

/// The claim that wins a property.
#[derive(Debug, Clone, Copy, Default)]
struct Winner {
    claim: Option<ClaimIndex>,
    precedence: Option<(Rank, i32, u32)>,
    /// The same, where its value is shown: of a list the best claim is kept, and no value, since a
    /// list has more than that one.
    shown: Option<ClaimIndex>,
}

impl Graph {
    /// The records of the entities of a type.
    pub(crate) fn packed_type(
        &self,
        entity_type: TypeIndex,
        entities: &[EntityIndex],
    ) -> PackedType {
        let lens = self.lens();
        let properties = &self.ontology.entity_type(entity_type).properties;
        let mut packed = PackedType::empty(properties.len());
        packed.starts.reserve_exact(entities.len());
        packed
            .winners
            .reserve_exact(entities.len() * properties.len());
        let mut winners = vec![Winner::default(); properties.len()];
        for entity in entities {
            winners.fill(Winner::default());
            for claim in self.property_chain(*entity) {
                let (_, About::Property(property)) = self.about(claim) else {
                    continue;
                };
                if !self.sees(claim, &lens) {
                    continue;
                }
                let precedence = self.precedence(claim, &lens);
                let winner = &mut winners[property.place()];
                if precedence.0 != Rank::Deprecated && Some(precedence) > winner.precedence {
                    *winner = Winner {
                        claim: Some(claim),
                        precedence: Some(precedence),
                        shown: Some(claim).filter(|_| !properties[property.place()].list),
                    };
                }
            }
            packed.push(self.id(*entity).as_str(), &winners, |claim, out| {
                if let Stating::Value(value) = self.stating(claim) {
                    json::scalar(value, out);
                }
            });
            for ((months, winner), property) in
                packed.months.iter_mut().zip(&winners).zip(properties)
            {
                if property.value_type == ValueType::Date && !property.list {
                    months.push(self.month_of(winner.shown));
                }
            }
        }
        packed.bytes.shrink_to_fit();
        packed
    }
}

impl Graph {
    /// The month in which the date that a claim states begins.
    fn month_of(&self, claim: Option<ClaimIndex>) -> Month {
        let begins = match claim.map(|claim| self.stating(claim)) {
            Some(Stating::Value(Value::Date(date))) => {
                let year = || date.year().map(|year| (year, 0));
                date.month().or_else(year)
            }
            _ => None,
        };
        begins.unwrap_or(NO_MONTH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_gives_each_part_and_what_is_too_long_is_left_to_its_claim() {
        let mut packed = PackedType::empty(3);
        let winner = |claim: u32| Winner {
            claim: Some(ClaimIndex(claim)),
            shown: Some(ClaimIndex(claim)),
            precedence: None,
        };
        let write = |claim: ClaimIndex, out: &mut Vec<u8>| {
            out.extend(std::iter::repeat_n(b'x', claim.0 as usize));
        };
        packed.push("a:b", &[winner(2), Winner::default(), winner(1)], write);
        packed.push("a:c", &[winner(3), winner(70_000), winner(4)], write);
        let parts = |local: u32| {
            let record = packed.record(local).unwrap();
            let text = |part: &[u8]| String::from_utf8(part.to_vec()).unwrap();
            [
                text(record.id()),
                text(record.json(PropertyIndex(0))),
                text(record.json(PropertyIndex(1))),
                text(record.json(PropertyIndex(2))),
            ]
        };
        assert_eq!(parts(0), ["\"a:b\"", "xx", "", "x"]);
        assert_eq!(parts(1), ["\"a:c\"", "xxx", "", "xxxx"]);
        assert!(packed.record(2).is_none());
        let winner = |local, property| packed.winner(local, PropertyIndex(property));
        assert_eq!(winner(1, 1), Some(ClaimIndex(70_000)));
        assert_eq!((winner(0, 1), winner(2, 0)), (None, None));
    }
}
