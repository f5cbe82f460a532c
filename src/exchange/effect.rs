//! What comes of an import: for each unit its cells, verdicts and criteria met; for all of them the bands.

use super::import::verdict_of;
use super::model::{BandChange, CellChange, ImportStats, ImportStatus, SheetImport, UnitImport};
use super::round::Round;
use crate::assessments::{AssessmentRecord, CriteriaMet};
use crate::error::Error;
use crate::units::Territory;
use crate::values::{BandCode, UnitId};

/// Units that are told one by one.
const MOST_UNITS: usize = 1000;

pub struct Effect<'a> {
    round: &'a Round<'a>,
    stats: ImportStats,
    worse: bool,
    units: Vec<UnitImport>,
    truncated: bool,
    bands: Vec<BandChange>,
}

impl<'a> Effect<'a> {
    pub fn new(round: &'a Round<'a>, rows: i64) -> Effect<'a> {
        let band =
            |band: &crate::criteria::Band| BandChange { code: band.code.clone(), before_count: 0, after_count: 0 };
        Effect {
            round,
            stats: ImportStats { rows, ..ImportStats::default() },
            worse: false,
            units: Vec::new(),
            truncated: false,
            bands: round.set.bands.iter().map(band).collect(),
        }
    }

    /// A unit before and, where something was written, after.
    pub fn add(
        &mut self,
        unit: UnitId,
        before: Option<AssessmentRecord>,
        after: Option<AssessmentRecord>,
        mut cells: Vec<CellChange>,
    ) {
        match (&before, &after) {
            (_, None) => self.stats.unchanged += 1,
            (None, Some(_)) => self.stats.created += 1,
            (Some(_), Some(_)) => self.stats.updated += 1,
        }
        let (met_before, band_before) = self.standing(before.as_ref());
        let (met_after, band_after) = self.standing(after.as_ref().or(before.as_ref()));
        for (code, is_after) in [(&band_before, false), (&band_after, true)] {
            let Some(code) = code else { continue };
            if let Some(band) = self.bands.iter_mut().find(|band| band.code == *code) {
                *(if is_after { &mut band.after_count } else { &mut band.before_count }) += 1;
            }
        }
        let Some(after) = after else { return };
        self.worse |= match (met_before, met_after) {
            (_, None) => true,
            (Some(before), Some(after)) => after.min < before.min,
            (None, Some(_)) => false,
        };
        if self.units.len() >= MOST_UNITS {
            self.truncated = true;
            return;
        }
        for cell in &mut cells {
            cell.verdict_to = verdict_of(&after, &cell.item_code);
        }
        let reference = self.round.memory.part::<Territory>().reference(unit, self.round.day);
        self.units.extend(reference.map(|unit| UnitImport {
            unit,
            criteria_met_before: met_before,
            criteria_met_after: met_after,
            band_before,
            band_after,
            cells,
        }));
    }

    fn standing(&self, record: Option<&AssessmentRecord>) -> (Option<CriteriaMet>, Option<BandCode>) {
        let tally = record.and_then(|record| record.tally().ok());
        let set = self.round.set;
        let band = tally.and_then(|tally| set.band_of(tally.min, tally.max)).map(|at| set.bands[at].code.clone());
        (tally.map(|tally| CriteriaMet { min: tally.min, max: tally.max }), band)
    }

    pub fn finish(self) -> Result<SheetImport, Error> {
        Ok(SheetImport {
            status: if self.worse { ImportStatus::Warning } else { ImportStatus::Ok },
            stats: self.stats,
            units: self.units,
            units_truncated: self.truncated,
            bands: self.bands,
        })
    }
}
