//! The conditions of recognition of a dossier, as a step finds them.

use super::model::{ConditionReason, DossierRow, RecognitionCondition};
use super::rules;
use crate::assessments::{SignedResult, Status, Verdict};
use crate::criteria::{CriteriaSets, HeldSet};
use crate::db::Snapshot;
use crate::error::Error;
use crate::programmes::ledger::BudgetLines;
use crate::programmes::works::Works;
use crate::programmes::works_of;
use crate::statuses::{Statuses, UnitStatusKind};
use crate::units::Territory;
use crate::values::{CriteriaSetId, CriterionCode, LocalDate, Names, Scalar, StatusValue, Title};

/// All criteria, each condition of the set, and the level that the set presupposes.
///
/// Source: QĐ 18/2022/QĐ-TTg: every criterion met, satisfaction of residents, no construction debt. The conditions of a
/// set with their thresholds are its own data.
pub fn judge(
    memory: &Snapshot,
    dossier: &DossierRow,
    result: Option<&SignedResult>,
    day: LocalDate,
) -> Result<Vec<RecognitionCondition>, Error> {
    let sets = memory.part::<CriteriaSets>();
    // A province's set that stands on the one of the dossier may have conditions of its own.
    let set_id = result.map_or(dossier.criteria_set_id, |result| result.criteria_set_id);
    let set = sets.by_id(set_id).ok_or_else(|| Error::internal("a dossier without its set"))?;
    let open = match result {
        None => Some(ConditionReason::AssessmentMissing),
        Some(result) if result.status != Status::Submitted => Some(ConditionReason::AssessmentReopened),
        Some(_) => None,
    };
    let mut conditions = vec![criteria(set, result.filter(|_| open.is_none()), open)?];
    for item in &set.conditions {
        let signed = result.filter(|_| open.is_none()).into_iter().flat_map(|result| &result.conditions);
        let signed = signed.into_iter().find(|signed| signed.code == item.row.code);
        let (verdict, reason) = match signed {
            Some(signed) => (signed.verdict, signed.reason.map(ConditionReason::from)),
            None => (Verdict::NotAssessed, open.or(Some(ConditionReason::ValueMissing))),
        };
        let (code, name) = (item.row.code.clone(), item.names());
        conditions.push(RecognitionCondition { code, name, verdict, reason, open_criteria: Vec::new() });
    }
    if let Some(debt) = debt(memory, dossier, day)? {
        conditions.push(debt);
    }
    if let Some(required) = required_level(sets, dossier.criteria_set_id) {
        let held = held_level(memory, dossier, day);
        let (verdict, reason) = rules::level_held(required.as_str(), held.map(StatusValue::as_str));
        conditions.push(own(
            "LEVEL",
            &format!("Đã được công nhận {required}"),
            &format!("Recognised as {required}"),
            (verdict, reason),
        )?);
    }
    Ok(conditions)
}

fn criteria(
    set: &HeldSet,
    result: Option<&SignedResult>,
    open: Option<ConditionReason>,
) -> Result<RecognitionCondition, Error> {
    let (verdict, reason, at) = match result {
        Some(result) => rules::all_criteria(&result.verdicts, result.range),
        None => (Verdict::NotAssessed, open, Vec::new()),
    };
    let codes = at.into_iter().filter_map(|at| set.criteria.get(at)).map(|criterion| criterion.code.clone());
    let condition = own("CRITERIA", "Đạt tất cả các tiêu chí", "All criteria are met", (verdict, reason))?;
    Ok(RecognitionCondition { open_criteria: codes.collect(), ..condition })
}

/// A condition that every set has.
fn own(
    code: &str,
    vi: &str,
    en: &str,
    (verdict, reason): (Verdict, Option<ConditionReason>),
) -> Result<RecognitionCondition, Error> {
    let broken = |_| Error::internal(format!("{code} is no condition"));
    let name = Names { vi: Title::parse(vi).map_err(broken)?, en: Title::parse(en).map_err(broken)? };
    let code = CriterionCode::parse(code).map_err(broken)?;
    Ok(RecognitionCondition { code, name, verdict, reason, open_criteria: Vec::new() })
}

/// What is owed for the works of the unit, as far as their accepted volumes were reported; `None` where no work is known.
///
/// Source: QĐ 18/2022/QĐ-TTg: no outstanding construction debt.
fn debt(memory: &Snapshot, dossier: &DossierRow, day: LocalDate) -> Result<Option<RecognitionCondition>, Error> {
    let territory = memory.part::<Territory>();
    let day = territory.get(dossier.unit_id).map_or(day, |held| held.nearest_day(day));
    let works = works_of(territory, memory.part::<Works>(), None, dossier.unit_id, day);
    if works.is_empty() {
        return Ok(None);
    }
    let judged = rules::no_debt(works.iter().map(|work| {
        let disbursed = memory.part::<BudgetLines>().of_work(work.id).disbursed;
        work.accepted_vnd.map(|accepted| accepted - disbursed)
    }));
    let (vi, en) = ("Không nợ đọng theo sổ công trình", "No debt for works on record");
    own("WORKS", vi, en, judged).map(Some)
}

/// The level that a set presupposes, itself or by the sets it stands on.
pub fn required_level(sets: &CriteriaSets, set: CriteriaSetId) -> Option<&StatusValue> {
    let line = std::iter::successors(sets.by_id(set), |set| sets.by_id(set.row.base_set_id?));
    line.filter_map(|set| set.row.required_level.as_ref()).next()
}

/// The level that the unit of a dossier holds on a day; of a unit that has ended on its last.
fn held_level<'a>(memory: &'a Snapshot, dossier: &DossierRow, day: LocalDate) -> Option<&'a StatusValue> {
    let territory = memory.part::<Territory>();
    let day = territory.get(dossier.unit_id)?.nearest_day(day);
    let statuses = memory.part::<Statuses>();
    statuses.held(territory, dossier.unit_id, UnitStatusKind::NtmLevel, day).map(|row| &row.value_code)
}
