//! Draw up reports, change and delete them.

use super::model::{
    NewReportSubmission, ReportSubmission, ReportSubmissionPatch, ReportSubmissionStep, SubmissionFileRow,
    SubmissionRecord, SubmissionRow, SubmissionStatus, SubmissionStepRow,
};
use super::{queries, rules};
use crate::access::{Caller, Scope};
use crate::calendar::WorkingCalendar;
use crate::codes::Code;
use crate::committee::duties::{Due, DutyRow, ReportingDuties};
use crate::committee::tasks::{against, days_after};
use crate::db::{Conn, Snapshot, Tx};
use crate::error::{Error, Fault, Faults};
use crate::files;
use crate::http::IfMatch;
use crate::parties::seat::{Seat, seat_of};
use crate::units::{Territory, UnitChoice};
use crate::values::{FileId, ListCode, LocalDate, Period, ReportSubmissionId};

/// Most files of a report.
const MOST_FILES: usize = 50;

/// What a body asks for: the duty, and what is owed for the period; what is wrong is noted.
pub fn owed<'a>(
    memory: &'a Snapshot,
    duty_code: &ListCode,
    period: Period,
    faults: &mut Faults,
) -> Option<(&'a DutyRow, Due)> {
    let Some(duty) = memory.part::<ReportingDuties>().by_code(duty_code) else {
        faults.push(Fault::pointer("/duty_code", Code::UnknownCode));
        return None;
    };
    let due = duty.owed(period, memory.part::<WorkingCalendar>());
    if due.is_none() {
        faults.push(Fault::pointer("/period", Code::ReportNotOwed));
    }
    due.map(|due| (duty, due))
}

/// Draw up a report.
/// Errors: every fault of the body; `OUT_OF_SCOPE`; `DUPLICATE` where the unit has one for the period.
pub fn create(tx: &mut Tx<'_>, caller: &Caller, new: &NewReportSubmission) -> Result<SubmissionRecord, Error> {
    let mut faults = Faults::default();
    let memory = tx.memory.clone();
    let found = owed(&memory, &new.duty_code, new.period, &mut faults);
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let seat = seat_of(tx, Some(caller), &choice, found.map(|(_, due)| due.day()), &mut faults)?;
    if let (Some((duty, due)), Some(seat)) = (found, seat)
        && !duty.binds(memory.part::<Territory>(), seat.unit, due.day())
    {
        faults.push(Fault::pointer(choice.pointer(), Code::ReportNotOwed));
    }
    check_cut_off(new.cut_off_date, tx.now.local_date(), &mut faults);
    let id = ReportSubmissionId::new();
    let files = files_of(tx, caller, id, new.file_ids.as_deref().unwrap_or_default(), &mut faults)?;
    faults.finish()?;
    let (Some((duty, _)), Some(seat)) = (found, seat) else {
        return Err(Error::internal("a fault was not noted"));
    };
    let row = SubmissionRow {
        id,
        version: 1,
        unit_id: seat.unit,
        unit_date: seat.day,
        duty_id: duty.id,
        period: new.period,
        status: SubmissionStatus::Draft,
        cut_off_date: new.cut_off_date,
        note: new.note.clone(),
        author_client_id: tx.actor.client_id,
        author_person_id: tx.actor.acting_person_id,
        first_submitted_date: None,
        returned_count: 0,
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    let record = SubmissionRecord { row, steps: Vec::new(), files };
    if tx.create(&record)? {
        return Ok(record);
    }
    let known = queries::of_unit(tx.conn, duty.id, new.period, seat.unit)?;
    Err(Error::Duplicate(known.unwrap_or(id).0))
}

/// Figures of tomorrow are none.
fn check_cut_off(day: Option<LocalDate>, today: LocalDate, faults: &mut Faults) {
    if day.is_some_and(|day| today < day) {
        faults.push(Fault::pointer("/cut_off_date", Code::DateInFuture));
    }
}

fn files_of(
    tx: &mut Tx<'_>,
    caller: &Caller,
    submission: ReportSubmissionId,
    ids: &[FileId],
    faults: &mut Faults,
) -> Result<Vec<SubmissionFileRow>, Error> {
    let part = |file_id, position| SubmissionFileRow { submission_id: submission, file_id, position };
    files::named(tx, Some(caller), ids, MOST_FILES, part, faults)
}

/// A report that the scope covers.
pub fn visible(conn: &mut Conn, scope: &Scope, id: ReportSubmissionId) -> Result<SubmissionRecord, Error> {
    let row = queries::find(conn, scope, id)?.ok_or(Error::NotFound)?;
    queries::records(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Where a report belongs.
pub fn seat(record: &SubmissionRecord) -> Seat {
    Seat { unit: record.row.unit_id, day: record.row.unit_date }
}

/// Change a report while it is a draft or was sent back; absent members stay.
/// Errors: `TRANSITION_NOT_ALLOWED` while it is sent or accepted.
pub fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: ReportSubmissionId,
    version: &IfMatch,
    patch: Result<&ReportSubmissionPatch, Error>,
) -> Result<SubmissionRecord, Error> {
    let before = visible(tx.conn, caller.readable(), id)?;
    seat(&before).require(tx, caller)?;
    version.require(before.row.version)?;
    let patch = patch?.clone();
    if !rules::is_open(before.row.status) {
        return Err(Error::Conflict(Code::TransitionNotAllowed));
    }
    let mut after = before.clone();
    let mut faults = Faults::default();
    patch.cut_off_date.apply(&mut after.row.cut_off_date);
    patch.note.apply(&mut after.row.note);
    check_cut_off(after.row.cut_off_date, tx.now.local_date(), &mut faults);
    if let Some(ids) = &patch.file_ids.0 {
        after.files = files_of(tx, caller, id, ids, &mut faults)?;
    }
    faults.finish()?;
    after.row.updated_at = tx.now;
    (after.row.author_client_id, after.row.author_person_id) = (tx.actor.client_id, tx.actor.acting_person_id);
    tx.update("changed", &before, &mut after)?;
    Ok(after)
}

/// Delete a draft that was never sent.
/// Errors: `IN_USE`.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller, id: ReportSubmissionId, version: &IfMatch) -> Result<(), Error> {
    let record = visible(tx.conn, caller.readable(), id)?;
    seat(&record).require(tx, caller)?;
    version.require(record.row.version)?;
    if !record.steps.is_empty() {
        return Err(Error::Conflict(Code::InUse));
    }
    tx.delete(&record)
}

/// A report as it stands today.
pub fn describe(record: SubmissionRecord, memory: &Snapshot, today: LocalDate) -> Result<ReportSubmission, Error> {
    let territory = memory.part::<Territory>();
    let unit = seat(&record).reference(territory)?;
    let row = record.row;
    let duty = memory.part::<ReportingDuties>().by_id(row.duty_id);
    let duty = duty.ok_or_else(|| Error::internal("a report without its duty"))?;
    // Days off that were recorded since move a term in working days; a duty that was ended since leaves none.
    let due = duty.owed(row.period, memory.part::<WorkingCalendar>());
    let date = due.and_then(|due| due.date);
    let receiver = duty.receiver(territory, row.unit_id, row.unit_date);
    let step = |row: SubmissionStepRow| ReportSubmissionStep {
        number: row.number,
        status: row.status,
        client_id: row.client_id,
        person_id: row.person_id,
        taken_at: row.taken_at,
        reason: row.reason,
    };
    Ok(ReportSubmission {
        id: row.id,
        version: row.version,
        unit,
        duty_code: duty.code.clone(),
        period: row.period,
        due_date: date,
        due_date_provisional: due.is_some_and(|due| due.provisional),
        receiver: receiver.and_then(|receiver| territory.reference(receiver, row.unit_date)),
        status: row.status,
        cut_off_date: row.cut_off_date,
        note: row.note,
        first_submitted_date: row.first_submitted_date,
        timeliness: against(date, row.first_submitted_date, today),
        days_late: days_after(date, row.first_submitted_date, today),
        returned_count: row.returned_count,
        file_ids: record.files.into_iter().map(|file| file.file_id).collect(),
        steps: record.steps.into_iter().map(step).collect(),
        external_id: row.external_id,
        allowed_transitions: rules::steps(row.status).map(|step| step.to).collect(),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
