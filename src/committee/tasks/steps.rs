//! The steps of a task, and its extensions.

use super::actions::{giver, visible};
use super::model::{ExtensionRow, NewTaskExtension, NewTaskTransition, StepRow, TaskFileRow, TaskRecord, TaskStatus};
use super::rules::{self, Side, Step};
use crate::access::{Caller, TaskConfirm, TaskWrite};
use crate::codes::Code;
use crate::db::Tx;
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::files;
use crate::http::IfMatch;
use crate::parties::committees;
use crate::parties::seat::Seat;
use crate::values::{LocalDate, Note, TaskId};

/// Most files of a task.
const MOST_FILES: usize = 50;

/// Take a step.
/// Errors: `FORBIDDEN` for whoever is not on its side; `TRANSITION_NOT_ALLOWED`; `CONFIRMER_REPORTED`.
pub fn take(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: TaskId,
    version: &IfMatch,
    transition: Result<&NewTaskTransition, Error>,
) -> Result<TaskRecord, Error> {
    let wanted = transition.as_ref().ok().map(|transition| transition.to);
    let before = visible(tx.conn, caller.readable(), id)?;
    let step = rules::steps(before.row.status).find(|step| Some(step.to) == wanted);
    require_side(tx, caller, &before, step)?;
    version.require(before.row.version)?;
    let transition = transition?;
    let Some(step) = step else { return Err(Error::Conflict(Code::TransitionNotAllowed)) };
    if step.four_eyes && is_reporter(tx, &before) {
        return Err(Error::Denied(Code::ConfirmerReported));
    }
    let mut after = before.clone();
    let mut faults = Faults::default();
    check_members(step, transition, &mut faults);
    if step.to == TaskStatus::Done {
        let (today, begun) = (tx.now.local_date(), before.row.assigned_date);
        let done = transition.done_date.unwrap_or(today);
        if today < done {
            faults.push(Fault::pointer("/done_date", Code::DateInFuture));
        } else if done < begun {
            faults.push(Flaw::new(Code::DateOrder).with("min", begun).at(Place::pointer("/done_date")));
        }
        after.row.done_date = Some(done);
        add_files(tx, caller, &mut after, transition, &mut faults)?;
    } else if step.to == TaskStatus::InProgress {
        after.row.done_date = None;
    }
    faults.finish()?;
    go(tx, &before, after, step, transition.result.clone(), transition.reason.clone())
}

/// Write a step with the record that comes of it.
pub(super) fn go(
    tx: &mut Tx<'_>,
    before: &TaskRecord,
    mut after: TaskRecord,
    step: &Step,
    result: Option<Note>,
    reason: Option<Note>,
) -> Result<TaskRecord, Error> {
    after.row.status = step.to;
    after.row.updated_at = tx.now;
    after.steps.push(StepRow {
        task_id: before.row.id,
        number: numbered(before.steps.len()),
        status: step.to,
        client_id: tx.actor.client_id,
        person_id: tx.actor.acting_person_id,
        taken_at: tx.now,
        done_date: after.row.done_date.filter(|_| step.to == TaskStatus::Done),
        result,
        reason,
    });
    tx.update(step.verb, before, &mut after)?;
    Ok(after)
}

fn numbered(known: usize) -> i32 {
    i32::try_from(known).unwrap_or(i32::MAX).saturating_add(1)
}

/// Cancel a task that is still open, because what asked for it has ended.
pub fn cancel(tx: &mut Tx<'_>, before: &TaskRecord, reason: &Note) -> Result<(), Error> {
    let Some(step) = rules::steps(before.row.status).find(|step| step.to == TaskStatus::Cancelled) else {
        return Ok(());
    };
    go(tx, before, before.clone(), step, None, Some(reason.clone())).map(|_| ())
}

/// An open task falls due on another day, because the calendar has changed; one that was extended stays as it was
/// extended.
pub fn reschedule(tx: &mut Tx<'_>, before: &TaskRecord, due: LocalDate) -> Result<(), Error> {
    if !rules::is_open(before.row.status) || !before.extensions.is_empty() || before.row.due_date == Some(due) {
        return Ok(());
    }
    let mut after = before.clone();
    after.row.due_date = Some(due);
    after.row.sort_date = due;
    after.row.updated_at = tx.now;
    tx.update("rescheduled", before, &mut after).map(|_| ())
}

/// A step is taken on its side; one that there is not, by whoever is on either.
fn require_side(tx: &mut Tx<'_>, caller: &Caller, record: &TaskRecord, step: Option<&Step>) -> Result<(), Error> {
    let own = Seat { unit: record.row.unit_id, day: record.row.unit_date };
    let committee = committees::held(tx.conn, record.row.committee_id)?;
    let (today, giver) = (tx.now.local_date(), giver(&committee));
    let doer = caller.holds::<TaskWrite>(today, own.unit, own.day);
    let judge = caller.holds::<TaskConfirm>(today, giver.unit, giver.day);
    let allowed = match step.map(|step| step.by) {
        Some(Side::Doer) => doer,
        Some(Side::Giver) => judge,
        None => doer || judge,
    };
    if allowed { Ok(()) } else { Err(Error::Denied(Code::Forbidden)) }
}

fn is_reporter(tx: &Tx<'_>, record: &TaskRecord) -> bool {
    let reported = record.steps.iter().rev().find(|step| step.status == TaskStatus::Done);
    reported.is_some_and(|reported| tx.actor.is(reported.client_id, reported.person_id))
}

fn check_members(step: &Step, transition: &NewTaskTransition, faults: &mut Faults) {
    let done = step.to == TaskStatus::Done;
    for (pointer, given, taken) in [
        ("/done_date", transition.done_date.is_some(), done),
        ("/result", transition.result.is_some(), done),
        ("/file_ids", transition.file_ids.is_some(), done),
        ("/reason", transition.reason.is_some(), step.needs_reason),
    ] {
        if given && !taken {
            faults.push(Fault::pointer(pointer, Code::UnknownMember));
        }
    }
    if step.needs_reason && transition.reason.is_none() {
        faults.push(Fault::pointer("/reason", Code::ReasonRequired));
    }
}

/// Files that show what was done join those that the task has.
fn add_files(
    tx: &mut Tx<'_>,
    caller: &Caller,
    record: &mut TaskRecord,
    transition: &NewTaskTransition,
    faults: &mut Faults,
) -> Result<(), Error> {
    let new = transition.file_ids.as_deref().unwrap_or_default();
    if record.files.len() + new.len() > MOST_FILES {
        faults.push(Flaw::new(Code::TooManyItems).with("max", MOST_FILES).at(Place::pointer("/file_ids")));
        return Ok(());
    }
    for (at, id) in new.iter().enumerate() {
        let pointer = format!("/file_ids/{at}");
        if record.files.iter().any(|file| file.file_id == *id) {
            faults.push(Fault::pointer(&pointer, Code::DuplicateItem));
            continue;
        }
        files::require(tx, Some(caller), *id, &pointer, faults)?;
        let position = i32::try_from(record.files.len()).unwrap_or(i32::MAX);
        record.files.push(TaskFileRow { task_id: record.row.id, file_id: *id, position });
    }
    Ok(())
}

/// Extend the due date: the old one stays, and being on time is told against both.
/// Errors: `TRANSITION_NOT_ALLOWED` once the task is done; `NO_DUE_DATE`; `DATE_ORDER`.
pub fn extend(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: TaskId,
    version: &IfMatch,
    extension: Result<&NewTaskExtension, Error>,
) -> Result<TaskRecord, Error> {
    let before = visible(tx.conn, caller.readable(), id)?;
    let committee = committees::held(tx.conn, before.row.committee_id)?;
    giver(&committee).require(tx, caller)?;
    version.require(before.row.version)?;
    let extension = extension?;
    if !rules::is_open(before.row.status) {
        return Err(Error::Conflict(Code::TransitionNotAllowed));
    }
    let Some(due) = before.row.due_date else {
        return Err(Error::invalid(Fault::pointer("/new_due_date", Code::NoDueDate)));
    };
    if extension.new_due_date <= due {
        return Err(Error::invalid(Flaw::new(Code::DateOrder).with("min", due).at(Place::pointer("/new_due_date"))));
    }
    let mut after = before.clone();
    after.row.due_date = Some(extension.new_due_date);
    after.row.sort_date = extension.new_due_date;
    after.row.updated_at = tx.now;
    after.extensions.push(ExtensionRow {
        task_id: id,
        number: numbered(before.extensions.len()),
        old_due_date: due,
        new_due_date: extension.new_due_date,
        reason: extension.reason.clone(),
        act_number: extension.act_number.clone(),
        client_id: tx.actor.client_id,
        person_id: tx.actor.acting_person_id,
        extended_at: tx.now,
    });
    tx.update("extended", &before, &mut after)?;
    Ok(after)
}
