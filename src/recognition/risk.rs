//! Recognised units that may lose their recognition.

use super::conditions::required_level;
use super::model::{Risk, UnitAtRisk};
use super::rules;
use crate::assessments::{Summaries, Summary};
use crate::criteria::CriteriaSets;
use crate::db::Snapshot;
use crate::error::Error;
use crate::evaluation::{self, RiskClause, Verdict};
use crate::statuses::{Statuses, UnitStatusKind, UnitStatusRow, holds_on};
use crate::units::Territory;
use crate::values::{CriterionCode, LocalDate, Scalar, Title, Vocabulary};

/// A recognition in force, with the clause under which the newest result falls.
pub struct AtRisk<'a> {
    pub status: &'a UnitStatusRow,
    summary: &'a Summary,
    clause: &'static RiskClause,
    verdicts: Vec<Verdict>,
}

/// Of the recognitions in force on a day those at risk, in the order of their first days.
pub fn at_risk<'a>(memory: &'a Snapshot, day: LocalDate) -> impl Iterator<Item = AtRisk<'a>> {
    let territory = memory.part::<Territory>();
    let in_force = move |status: &&UnitStatusRow| {
        status.kind == UnitStatusKind::NtmLevel
            && territory.get(status.unit_id).is_some_and(|held| holds_on(status, held, day))
    };
    memory.part::<Statuses>().ordered().filter(in_force).filter_map(move |status| judge(memory, status, day))
}

fn judge<'a>(memory: &'a Snapshot, status: &'a UnitStatusRow, day: LocalDate) -> Option<AtRisk<'a>> {
    let summary = counted(memory, status, day)?;
    let set = memory.part::<CriteriaSets>().by_id(summary.criteria_set_id)?;
    let is_key = |at: usize| set.criteria.get(at).is_some_and(|criterion| set.key_criteria.contains(&criterion.code));
    let count = set.criteria.len();
    let verdicts = rules::known_verdicts(count, summary.met_bits, summary.undecided_bits, summary.max, is_key);
    let clause = evaluation::at_risk(&verdicts, is_key)?;
    Some(AtRisk { status, summary, clause, verdicts })
}

/// The one result that counts for a recognition: under a set that leads to its level and of the territory it is for, the
/// newest period, in it the highest stage, in that the most specific set.
fn counted<'a>(memory: &'a Snapshot, status: &UnitStatusRow, day: LocalDate) -> Option<&'a Summary> {
    let (territory, sets) = (memory.part::<Territory>(), memory.part::<CriteriaSets>());
    let here = territory.get(status.unit_id)?.territory_on(day)?;
    let depth = |summary: &Summary| {
        let set = sets.by_id(summary.criteria_set_id)?;
        let level = rules::level_after(required_level(sets, set.row.id).map(|required| required.as_str()));
        (level.code() == status.value_code.as_str()).then_some(set.depth)
    };
    let results = memory.part::<Summaries>().of(status.unit_id).iter();
    results
        .filter(|summary| summary.counts() && summary.facts_of() <= day && here.holds(summary.unit_date))
        .filter_map(|summary| Some((summary, depth(summary)?)))
        .max_by_key(|(summary, depth)| {
            (summary.period_end, summary.facts_of(), summary.stage, *depth, summary.assessment_id)
        })
        .map(|(summary, _)| summary)
}

impl AtRisk<'_> {
    pub fn describe(&self, memory: &Snapshot, day: LocalDate) -> Result<UnitAtRisk, Error> {
        let (status, summary) = (self.status, self.summary);
        let set = memory.part::<CriteriaSets>().by_id(summary.criteria_set_id);
        let set = set.ok_or_else(|| Error::internal("an assessment without its set"))?;
        let bit = |at: usize| (summary.met_bits | summary.undecided_bits) & (1 << at) != 0;
        let failing = set.criteria.iter().enumerate().filter(|(at, _)| !bit(*at)).map(|(_, criterion)| &criterion.code);
        let keys: Vec<CriterionCode> = failing.filter(|code| set.key_criteria.contains(code)).cloned().collect();
        let unit = memory.part::<Territory>().reference(status.unit_id, day);
        Ok(UnitAtRisk {
            unit: unit.ok_or_else(|| Error::internal("a status of a unit that is not there"))?,
            unit_status_id: status.id,
            level: status.value_code.clone(),
            valid_from: status.valid_from,
            act_number: status.act_number.clone(),
            risk: Risk {
                clause: self.clause.clause.into(),
                act_number: Title::parse(self.clause.act_number)
                    .map_err(|_| Error::internal("an act without number"))?,
                not_met_count: self.verdicts.iter().filter(|verdict| **verdict == Verdict::NotMet).count() as i64,
                criteria_count: self.verdicts.len() as i64,
                key_criteria_not_met: keys,
                assessment_id: summary.assessment_id,
                criteria_set_code: set.row.code.clone(),
                period: summary.period,
                stage: summary.stage,
                facts_date: summary.facts_of(),
            },
        })
    }
}
