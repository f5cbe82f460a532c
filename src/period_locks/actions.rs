//! Close periods and reopen them.

use super::held::PeriodLocks;
use super::model::{LockRow, LockStatus, NewPeriodLock, NewPeriodLockTransition};
use crate::access::{Caller, Scope};
use crate::codes::Code;
use crate::criteria::{CriteriaSets, SetStatus};
use crate::db::{Snapshot, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::PeriodLockId;

/// Close a period for a unit and everything below it.
pub fn lock(tx: &mut Tx<'_>, caller: &Caller, new: &NewPeriodLock) -> Result<LockRow, Error> {
    let today = tx.now.local_date();
    let memory = tx.memory.clone();
    let territory = memory.part::<Territory>();
    let mut faults = Faults::default();
    let unit_date = new.period.last_day().min(today);
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let at_unit = choice.pointer();
    let unit = territory.in_body(&choice, Naming::On(unit_date), &mut faults)?;
    if let Some(unit) = unit {
        if territory.on(unit, unit_date).is_none() {
            faults.push(Fault::pointer(at_unit, Code::UnitNotInPeriod));
        } else if !caller.scope.covers(territory, unit, unit_date) {
            return Err(Error::OutOfScope(Fault::pointer(at_unit, Code::OutOfScope)));
        }
    }
    let sets = memory.part::<CriteriaSets>();
    let set = sets.by_code(&new.criteria_set_code).filter(|set| set.row.status != SetStatus::Draft);
    match set {
        None => faults.push(Fault::pointer("/criteria_set_code", Code::CriteriaSetNotFound)),
        Some(set) if !set.admits_period(new.period) => {
            let flaw = Flaw::new(Code::PeriodOutsideSet).with("from", set.row.valid_from).with("to", set.row.valid_to);
            faults.push(flaw.at(Place::pointer("/period")));
        }
        Some(_) => {}
    }
    if today < new.period.first_day() {
        faults.push(Fault::pointer("/period", Code::DateInFuture));
    }
    faults.finish()?;
    let (Some(unit), Some(set)) = (unit, set) else { return Err(Error::internal("a fault was not noted")) };
    let row = LockRow {
        id: PeriodLockId::new(),
        version: 1,
        unit_id: unit,
        unit_date,
        criteria_set_id: set.row.id,
        period: new.period,
        status: LockStatus::Locked,
        act_number: new.act_number.clone(),
        reason: new.reason.clone(),
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    if tx.create(&row)? {
        return Ok(row);
    }
    let same = |known: &&LockRow| {
        (known.unit_id, known.criteria_set_id, known.period) == (row.unit_id, row.criteria_set_id, row.period)
    };
    let known = memory.part::<PeriodLocks>().rows.iter().find(same);
    Err(Error::Duplicate(known.map_or(row.id, |known| known.id).0))
}

/// A lock that concerns the caller: one over its own units, or over a unit above them.
pub fn visible(memory: &Snapshot, scope: &Scope, id: PeriodLockId) -> Result<LockRow, Error> {
    let found = memory.part::<PeriodLocks>().rows.iter().find(|lock| lock.id == id);
    found.filter(|lock| concerns(memory, scope, lock)).cloned().ok_or(Error::NotFound)
}

pub fn concerns(memory: &Snapshot, scope: &Scope, lock: &LockRow) -> bool {
    let territory = memory.part::<Territory>();
    scope.covers(territory, lock.unit_id, lock.unit_date)
        || scope.reaches_below(territory, lock.unit_id, lock.unit_date)
}

/// Reopen a period or close it again, with a reason.
pub fn take_step(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: PeriodLockId,
    version: &IfMatch,
    step: Result<&NewPeriodLockTransition, Error>,
) -> Result<LockRow, Error> {
    let memory = tx.memory.clone();
    let before = visible(&memory, caller.readable(), id)?;
    if !caller.scope.covers(memory.part::<Territory>(), before.unit_id, before.unit_date) {
        return Err(Error::Denied(Code::Forbidden));
    }
    version.require(before.version)?;
    let step = step?;
    if step.to == before.status {
        return Err(Error::Conflict(Code::TransitionNotAllowed));
    }
    let mut after = LockRow {
        status: step.to,
        act_number: step.act_number.clone(),
        reason: Some(step.reason.clone()),
        updated_at: tx.now,
        ..before.clone()
    };
    tx.update(if step.to == LockStatus::Locked { "locked" } else { "reopened" }, &before, &mut after)?;
    Ok(after)
}
