//! Extend due dates, and take extensions back.

use super::model::{ExtensionRow, NewReportingExtension, ReportingExtension};
use super::queries;
use crate::access::{Caller, Scope};
use crate::codes::Code;
use crate::committee::duties::ReportingDuties;
use crate::committee::submissions::owed;
use crate::db::{Conn, Snapshot, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::parties::seat::Seat;
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::ReportingExtensionId;

/// Extend a due date.
/// Errors: every fault of the body; `OUT_OF_SCOPE` for whoever does not keep the unit that receives the report;
/// `DUPLICATE`.
pub fn create(tx: &mut Tx<'_>, caller: &Caller, new: &NewReportingExtension) -> Result<ExtensionRow, Error> {
    let mut faults = Faults::default();
    let memory = tx.memory.clone();
    let (territory, today) = (memory.part::<Territory>(), tx.now.local_date());
    let found = owed(&memory, &new.duty_code, new.period, &mut faults);
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let unit = territory.in_body(&choice, Naming::Last(today), &mut faults)?;
    let seat = unit.map(|unit| {
        let day = found.map_or(today, |(_, due)| due.day());
        let day = territory.get(unit).map_or(day, |held| held.nearest_day(day.min(today)));
        Seat { unit, day }
    });
    if let Some(seat) = seat {
        // Nobody extends a term of his own: whoever receives the report does.
        let receiver = found.and_then(|(duty, _)| duty.receiver(territory, seat.unit, seat.day)).unwrap_or(seat.unit);
        if !caller.scope.covers(territory, receiver, seat.day) {
            return Err(Error::OutOfScope(Fault::pointer(choice.pointer(), Code::OutOfScope)));
        }
    }
    let due_date = found.and_then(|(_, due)| due.date);
    match due_date {
        Some(due) if new.new_due_date <= due => {
            faults.push(Flaw::new(Code::DateOrder).with("min", due).at(Place::pointer("/new_due_date")));
        }
        None if found.is_some() => faults.push(Fault::pointer("/new_due_date", Code::NoDueDate)),
        _ => {}
    }
    faults.finish()?;
    let (Some((duty, _)), Some(seat), Some(due_date)) = (found, seat, due_date) else {
        return Err(Error::internal("a fault was not noted"));
    };
    let row = ExtensionRow {
        id: ReportingExtensionId::new(),
        version: 1,
        unit_id: seat.unit,
        unit_date: seat.day,
        duty_id: duty.id,
        period: new.period,
        due_date,
        new_due_date: new.new_due_date,
        reason: new.reason.clone(),
        act_number: new.act_number.clone(),
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    if tx.create(&row)? {
        return Ok(row);
    }
    let known = queries::same(tx.conn, duty.id, new.period, seat.unit, new.new_due_date)?;
    Err(Error::Duplicate(known.unwrap_or(row.id).0))
}

/// An extension that the scope covers.
pub fn visible(conn: &mut Conn, scope: &Scope, id: ReportingExtensionId) -> Result<ExtensionRow, Error> {
    queries::find(conn, scope, id)?.ok_or(Error::NotFound)
}

/// Take an extension back that was recorded by mistake.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller, id: ReportingExtensionId, version: &IfMatch) -> Result<(), Error> {
    let row = visible(tx.conn, caller.readable(), id)?;
    let memory = tx.memory.clone();
    let territory = memory.part::<Territory>();
    let duty = memory.part::<ReportingDuties>().by_id(row.duty_id);
    let receiver = duty.and_then(|duty| duty.receiver(territory, row.unit_id, row.unit_date));
    if !receiver.is_some_and(|receiver| caller.scope.covers(territory, receiver, row.unit_date)) {
        return Err(Error::Denied(Code::Forbidden));
    }
    version.require(row.version)?;
    tx.delete(&row)
}

pub fn describe(row: ExtensionRow, memory: &Snapshot) -> Result<ReportingExtension, Error> {
    let duty = memory.part::<ReportingDuties>().by_id(row.duty_id);
    Ok(ReportingExtension {
        id: row.id,
        version: row.version,
        unit: Seat { unit: row.unit_id, day: row.unit_date }.reference(memory.part::<Territory>())?,
        duty_code: duty.ok_or_else(|| Error::internal("an extension without its duty"))?.code.clone(),
        period: row.period,
        due_date: row.due_date,
        new_due_date: row.new_due_date,
        reason: row.reason,
        act_number: row.act_number,
        external_id: row.external_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
