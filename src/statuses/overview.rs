//! What holds of a unit on a day, and what a reform left open.

use super::memory::Statuses;
use super::model::{
    PredecessorStatus, UnitStatus, UnitStatusKind, UnitStatusOfKind, UnitStatusOverview, UnitStatusRow,
};
use super::rules;
use crate::db::Snapshot;
use crate::error::Error;
use crate::units::{Part, Territory};
use crate::values::{LocalDate, UnitId, Vocabulary};

/// The answer for a status, among all statuses of its unit.
pub fn describe(row: &UnitStatusRow, all: &[UnitStatusRow], territory: &Territory) -> Result<UnitStatus, Error> {
    let held = territory.get(row.unit_id).ok_or_else(|| Error::internal("a status of a unit that is not there"))?;
    let unit = territory.reference(row.unit_id, row.valid_from);
    Ok(UnitStatus {
        id: row.id,
        version: row.version,
        unit: unit.ok_or_else(|| Error::internal("a status of a unit that is not there"))?,
        kind: row.kind,
        value_code: row.value_code.clone(),
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        lapsed_date: rules::lapsed_date(row, held),
        act_number: row.act_number.clone(),
        ending_act_number: row.ending_act_number.clone(),
        state: row.state,
        conflicts: rules::conflicts(row, all, held),
        note: row.note.clone(),
        confidence: row.confidence,
        external_id: row.external_id.clone(),
        allowed_transitions: rules::transitions(row.state),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// One row for each kind.
/// Errors: `NotFound` where there is no such unit.
pub fn of_unit(memory: &Snapshot, unit: UnitId, asked: LocalDate) -> Result<UnitStatusOverview, Error> {
    let territory = memory.part::<Territory>();
    let held = territory.get(unit).ok_or(Error::NotFound)?;
    let day = held.nearest_day(asked);
    let reader = Reader { territory, statuses: memory.part::<Statuses>() };
    let items = UnitStatusKind::WORDS.iter().map(|(kind, _)| reader.of_kind(unit, *kind, day));
    Ok(UnitStatusOverview {
        unit: territory.reference(unit, day).ok_or(Error::NotFound)?,
        as_of: day,
        items: items.collect::<Result<_, _>>()?,
    })
}

struct Reader<'a> {
    territory: &'a Territory,
    statuses: &'a Statuses,
}

impl<'a> Reader<'a> {
    fn describe(&self, row: &UnitStatusRow) -> Result<UnitStatus, Error> {
        describe(row, self.statuses.of(row.unit_id), self.territory)
    }

    /// What holds of a kind, with the unit above from which it comes.
    fn held(&self, unit: UnitId, kind: UnitStatusKind, day: LocalDate) -> Option<(&'a UnitStatusRow, Option<UnitId>)> {
        match kind {
            UnitStatusKind::SocioEconomicRegion => self.statuses.region(self.territory, unit, day),
            _ => self.statuses.held(self.territory, unit, kind, day).map(|row| (row, None)),
        }
    }

    fn of_kind(&self, unit: UnitId, kind: UnitStatusKind, day: LocalDate) -> Result<UnitStatusOfKind, Error> {
        let held = self.held(unit, kind, day);
        // One unit may have gone in by several edges; it is one predecessor, whole only if each edge says so.
        let mut before: Vec<(UnitId, LocalDate, bool)> = Vec::new();
        for (from, dated) in self.territory.origins(unit, day) {
            let whole = dated.edge.part == Part::Whole;
            match before.iter_mut().find(|(known, _, _)| *known == from) {
                Some((_, _, known)) => *known &= whole,
                None => before.push((from, dated.effective_date.previous(), whole)),
            }
        }
        let rows: Vec<Option<&UnitStatusRow>> =
            before.iter().map(|(from, last, _)| self.held(*from, kind, *last).map(|(row, _)| row)).collect();
        let gap = held.is_none() && rows.iter().any(Option::is_some);
        let proposed = match kind {
            UnitStatusKind::NtmLevel if gap => {
                let values =
                    rows.iter().zip(&before).map(|(row, (_, _, whole))| (row.map(|row| &row.value_code), *whole));
                rules::proposal(&values.collect::<Vec<_>>())
            }
            _ => None,
        };
        let mut predecessors = Vec::with_capacity(before.len());
        for ((from, last, _), row) in before.iter().zip(rows) {
            let Some(unit) = self.territory.reference(*from, *last) else { continue };
            predecessors.push(PredecessorStatus { unit, status: row.map(|row| self.describe(row)).transpose()? });
        }
        let (proposal, proposed_value_code) = proposed.unzip();
        Ok(UnitStatusOfKind {
            kind,
            status: held.map(|(row, _)| self.describe(row)).transpose()?,
            gap,
            predecessors,
            proposal,
            proposed_value_code,
            inherited_from: held.and_then(|(_, from)| from).and_then(|above| self.territory.reference(above, day)),
        })
    }
}
