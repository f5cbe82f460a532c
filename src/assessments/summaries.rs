//! What reports need of every assessment, in memory: criteria met and undecided as bits, and the range.

use super::model::{Stage, Status, Verdict};
use super::queries;
use crate::db::{Change, Conn, Part, Pieces};
use crate::error::Error;
use crate::values::{AssessmentId, CriteriaSetId, LocalDate, Period, Title, UnitId};
use std::sync::Arc;

/// One assessment, as a leaf of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub assessment_id: AssessmentId,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub criteria_set_id: CriteriaSetId,
    pub period: Period,
    pub period_end: LocalDate,
    pub stage: Stage,
    pub status: Status,
    pub cut_off_date: Option<LocalDate>,
    pub source: Option<Arc<(Title, Option<LocalDate>)>>,
    pub met_bits: u64,
    pub undecided_bits: u64,
    pub min: i32,
    pub max: i32,
    /// A verdict rests on a threshold that is not verified.
    pub provisional: bool,
}

impl Summary {
    /// Does it count as a result? Targets do not, nor what is not submitted.
    pub fn counts(&self) -> bool {
        self.status == Status::Submitted && self.stage != Stage::Target
    }

    /// What became of the criterion at a place of its set. A total that leaves no choice decides what nobody decided:
    /// 19 of 19 is each of them.
    pub fn verdict(&self, at: usize) -> Verdict {
        let (met, undecided) = (self.met_bits.count_ones(), self.undecided_bits.count_ones());
        let count = |total: i32| u32::try_from(total).unwrap_or(0);
        if self.met_bits >> at & 1 == 1 {
            Verdict::Met
        } else if self.undecided_bits >> at & 1 == 0 || count(self.max) == met {
            Verdict::NotMet
        } else if count(self.min) == met + undecided {
            Verdict::Met
        } else {
            Verdict::NotAssessed
        }
    }

    /// The day its facts are of.
    pub fn facts_of(&self) -> LocalDate {
        self.cut_off_date.unwrap_or(self.period_end)
    }
}

/// All summaries, by unit.
#[derive(Clone)]
pub struct Summaries {
    by_unit: Pieces<UnitId, Vec<Summary>>,
    unit_of: Pieces<AssessmentId, UnitId>,
}

impl Part for Summaries {
    const COLLECTIONS: &'static [&'static str] = &["assessments"];
    const DECIDES: bool = false;

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        let mut summaries = Summaries { by_unit: Pieces::new(), unit_of: Pieces::new() };
        for summary in queries::summaries(conn, None)? {
            summaries.put(summary);
        }
        Ok(summaries)
    }

    fn apply(&self, conn: &mut Conn, changes: &[Change]) -> Result<Self, Error> {
        let mut ids: Vec<AssessmentId> = changes.iter().map(|change| AssessmentId(change.record_id.0)).collect();
        ids.sort();
        ids.dedup();
        let mut next = self.clone();
        for id in &ids {
            next.remove(*id);
        }
        for part in ids.chunks(500) {
            for summary in queries::summaries(conn, Some(part))? {
                next.put(summary);
            }
        }
        Ok(next)
    }
}

impl Summaries {
    /// All assessments of a unit, whatever their period, stage and state.
    pub fn of(&self, unit: UnitId) -> &[Summary] {
        self.by_unit.get(&unit).map_or(&[], Vec::as_slice)
    }

    fn put(&mut self, summary: Summary) {
        self.unit_of.change(&summary.assessment_id).insert(summary.assessment_id, summary.unit_id);
        self.by_unit.change(&summary.unit_id).entry(summary.unit_id).or_default().push(summary);
    }

    fn remove(&mut self, id: AssessmentId) {
        if let Some(unit) = self.unit_of.change(&id).remove(&id)
            && let Some(held) = self.by_unit.change(&unit).get_mut(&unit)
        {
            held.retain(|summary| summary.assessment_id != id);
        }
    }
}
