//! Record a reform, and annul one.

use super::impact::{self, Impact};
use super::model::{NewSuccession, NewSuccessionTransition, SuccessionRecord, SuccessionRow, SuccessionStatus};
use super::plan::{self, Plan};
use super::queries;
use crate::access::Caller;
use crate::code_lists::CodeLists;
use crate::codes::Code;
use crate::db::Tx;
use crate::error::{Error, Fault, Faults};
use crate::http::IfMatch;
use crate::units::{Territory, UnitRecord, rebuild_ancestry};
use crate::values::{Confidence, UnitId, UnitSuccessionId};
use std::collections::BTreeSet;

/// Record a reform: timelines close and open, edges are stored, all in one transaction. Without a caller it is the
/// command line that does.
/// Errors: every edge that leaves territory over, uses it twice or skips a day, by name; `OUT_OF_SCOPE`.
pub fn record(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    new: &NewSuccession,
) -> Result<(SuccessionRecord, Impact), Error> {
    let memory = tx.memory.clone();
    let territory = memory.part::<Territory>();
    check_kinds(memory.part::<CodeLists>(), new)?;
    let id = UnitSuccessionId::new();
    let plan = plan::plan(territory, new, id, tx.now)?;
    if let Some(caller) = caller {
        require_scope(territory, caller, &plan, new)?;
    }
    let impact = impact::of(&plan, new.effective_date.previous(), &memory);
    let record = SuccessionRecord {
        row: SuccessionRow {
            id,
            version: 1,
            act_number: new.act_number.clone(),
            act_title: new.act_title.clone(),
            effective_date: new.effective_date,
            status: SuccessionStatus::InForce,
            annulling_act_number: None,
            annulment_reason: None,
            note: new.note.clone(),
            confidence: new.confidence.unwrap_or(Confidence::Verified),
            external_id: new.external_id.clone(),
            created_at: tx.now,
        },
        edges: plan.edges,
    };
    tx.create(&record)?;
    for unit in &plan.created {
        tx.create(unit)?;
    }
    for (before, after) in plan.changed {
        tx.update("reformed", &before, &mut after.clone())?;
    }
    rebuild_ancestry(tx.conn)?;
    Ok((record, impact))
}

fn check_kinds(lists: &CodeLists, new: &NewSuccession) -> Result<(), Error> {
    let mut faults = Faults::default();
    for (at, unit) in new.units.iter().flatten().enumerate() {
        if !lists.has("unit-kinds", unit.kind_code.as_str()) {
            faults.push(Fault::pointer(&format!("/units/{at}/kind_code"), Code::UnknownCode));
        }
    }
    faults.finish()
}

/// A reform is recorded by whoever keeps the reference data of all units above those it touches: a commune's keeper
/// does not dissolve the commune.
fn require_scope(territory: &Territory, caller: &Caller, plan: &Plan, new: &NewSuccession) -> Result<(), Error> {
    let (day, before) = (new.effective_date, new.effective_date.previous());
    for (at, edge) in plan.edges.iter().enumerate() {
        let above_before = edge.from_unit_id.map(|unit| territory.on(unit, before).and_then(|entry| entry.parent_id));
        let touched = edge.to_unit_id.and_then(|unit| {
            let records = plan.created.iter().chain(plan.changed.iter().map(|(_, after)| after));
            records.filter(|record| record.unit.id == unit).find_map(|record| record.timeline.last())
        });
        let above_after = touched.map(|entry| entry.parent_id);
        for (above, on) in [(above_before, before), (above_after, day)] {
            // Where nothing stands above, only the unit itself can be asked for: the nation.
            let Some(above) = above else { continue };
            let covered = above.or(territory.root()).is_some_and(|above| {
                let known = territory.on(above, on).is_some() || territory.on(above, before).is_some();
                let on = if territory.on(above, on).is_some() { on } else { before };
                // A parent that the reform itself begins is covered with the units it begins from.
                !known || caller.scope.covers(territory, above, on)
            });
            if !covered {
                return Err(Error::OutOfScope(Fault::pointer(&format!("/edges/{at}"), Code::OutOfScope)));
            }
        }
    }
    Ok(())
}

/// Annul a reform by a later act: units and timelines are again as if it had not been. What was recorded stays in the
/// journal.
/// Errors: `IN_USE` where something rests on the units that it made or changed since.
pub fn annul(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: UnitSuccessionId,
    version: &IfMatch,
    step: Result<&NewSuccessionTransition, Error>,
) -> Result<SuccessionRecord, Error> {
    let before = queries::find(tx.conn, id)?.ok_or(Error::NotFound)?;
    let memory = tx.memory.clone();
    let territory = memory.part::<Territory>();
    let touched: BTreeSet<UnitId> =
        before.edges.iter().flat_map(|edge| [edge.from_unit_id, edge.to_unit_id]).flatten().collect();
    let day = before.row.effective_date.previous();
    let covered = |unit: &UnitId| match territory.on(*unit, day) {
        Some(entry) => {
            entry.parent_id.or(territory.root()).is_some_and(|above| caller.scope.covers(territory, above, day))
        }
        None => true,
    };
    if !touched.iter().all(covered) {
        return Err(Error::Denied(Code::Forbidden));
    }
    version.require(before.row.version)?;
    let step = step?;
    if step.to != SuccessionStatus::Annulled || before.row.status != SuccessionStatus::InForce {
        return Err(Error::Conflict(Code::TransitionNotAllowed));
    }
    let mut removed: Vec<UnitRecord> = Vec::new();
    let mut restored: Vec<(UnitRecord, UnitRecord)> = Vec::new();
    for unit in &touched {
        let Some(held) = territory.get(*unit) else { continue };
        let now = UnitRecord { unit: held.unit.clone(), timeline: held.timeline.clone() };
        let mut then = now.clone();
        // What came later rests on this reform: it has to be annulled first.
        let later = |entry: &crate::units::TimelineEntry| {
            entry.valid_from > before.row.effective_date
                || (entry.valid_from == before.row.effective_date && entry.succession_id != Some(id))
                || entry.valid_to.is_some_and(|end| end > before.row.effective_date)
        };
        if then.timeline.iter().any(later) {
            return Err(Error::Conflict(Code::InUse));
        }
        then.timeline.retain(|entry| entry.succession_id != Some(id));
        match then.timeline.last_mut() {
            Some(last) => {
                last.valid_to = None;
                restored.push((now, then));
            }
            None => removed.push(now),
        }
    }
    let mut after = before.clone();
    after.row.status = SuccessionStatus::Annulled;
    after.row.annulling_act_number = Some(step.act_number.clone());
    after.row.annulment_reason = Some(step.reason.clone());
    tx.update("annulled", &before, &mut after)?;
    for (now, mut then) in restored {
        tx.update("restored", &now, &mut then)?;
    }
    crate::units::clear_ancestry(tx.conn)?;
    // What stands below goes before what it stands under.
    removed.sort_by_key(|record| std::cmp::Reverse(record.unit.level));
    for record in &removed {
        tx.delete(record).map_err(in_use)?;
    }
    rebuild_ancestry(tx.conn)?;
    Ok(after)
}

/// A unit that something refers to cannot be taken away.
fn in_use(error: Error) -> Error {
    use diesel::result::{DatabaseErrorKind, Error as Diesel};
    match &error {
        Error::Internal(source) => match source.downcast_ref::<Diesel>() {
            Some(Diesel::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) => Error::Conflict(Code::InUse),
            _ => error,
        },
        _ => error,
    }
}
