//! Reports of how far a task is.

use super::actions::visible;
use super::model::{NewProgressReport, ProgressReport, TaskRecord, TaskStatus};
use super::{rules, steps};
use crate::access::Caller;
use crate::codes::Code;
use crate::db::{Conn, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::units::Territory;
use crate::values::{TaskId, TaskProgressReportId};

/// The task of which the caller may report how far it is.
pub fn require(conn: &mut Conn, caller: &Caller, id: TaskId) -> Result<TaskRecord, Error> {
    let record = visible(conn, caller.readable(), id)?;
    let territory = caller.memory.part::<Territory>();
    let kept = caller.scope.covers(territory, record.row.unit_id, record.row.unit_date);
    if kept { Ok(record) } else { Err(Error::Denied(Code::Forbidden)) }
}

/// Report how far a task is. The first report begins it; what it says of the share stands in the task.
/// Errors: `TRANSITION_NOT_ALLOWED` once the task is done or cancelled.
pub fn report(tx: &mut Tx<'_>, caller: &Caller, id: TaskId, new: &NewProgressReport) -> Result<ProgressReport, Error> {
    let before = require(tx.conn, caller, id)?;
    if !rules::is_open(before.row.status) {
        return Err(Error::Conflict(Code::TransitionNotAllowed));
    }
    let (today, begun) = (tx.now.local_date(), before.row.assigned_date);
    let day = new.report_date.unwrap_or(today);
    let mut faults = Faults::default();
    if today < day {
        faults.push(Fault::pointer("/report_date", Code::DateInFuture));
    } else if day < begun {
        faults.push(Flaw::new(Code::DateOrder).with("min", begun).at(Place::pointer("/report_date")));
    }
    if new.quantity.is_some() && before.row.quantity.is_none() {
        faults.push(Fault::pointer("/quantity", Code::UnknownMember));
    }
    faults.finish()?;
    let percent = new.progress_percent.and_then(|percent| i32::try_from(percent.0).ok());
    let report = ProgressReport {
        id: TaskProgressReportId::new(),
        version: 1,
        unit_id: before.row.unit_id,
        unit_date: before.row.unit_date,
        task_id: id,
        report_date: day,
        content: new.content.clone(),
        progress_percent: percent,
        quantity: new.quantity,
        client_id: tx.actor.client_id,
        person_id: tx.actor.acting_person_id,
        external_id: new.external_id.clone(),
        created_at: tx.now,
    };
    tx.create(&report)?;
    let mut after = before.clone();
    after.row.progress_percent = percent.or(before.row.progress_percent);
    after.row.updated_at = tx.now;
    let begin = rules::steps(before.row.status).find(|step| step.to == TaskStatus::InProgress);
    match begin {
        Some(step) => steps::go(tx, &before, after, step, None, None).map(|_| ())?,
        None => tx.update("reported", &before, &mut after)?,
    }
    Ok(report)
}
