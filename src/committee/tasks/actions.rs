//! Record tasks, change and delete them.

use super::model::{NewTask, TaskKind, TaskPatch, TaskRecord, TaskRow, TaskStatus, TaskTermRow};
use super::{queries, rules};
use crate::access::{Caller, Scope};
use crate::acts;
use crate::calendar::{WorkingCalendar, term};
use crate::codes::Code;
use crate::committee::party::{self, Seated};
use crate::criteria;
use crate::db::{Conn, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::parties::committees::{self, CommitteeRow};
use crate::parties::seat::Seat;
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::{LocalDate, Note, Patch, TaskId, UnitId, search};

/// Record a task. Without a caller it is the command line that does.
/// Errors: every fault of the body; `OUT_OF_SCOPE` where the caller keeps neither the committee nor, for a commitment,
/// the unit of whoever takes it.
pub fn create(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewTask) -> Result<TaskRecord, Error> {
    let mut faults = Faults::default();
    let today = tx.now.local_date();
    let day = new.assigned_date.unwrap_or(today);
    let served = match new.serves_task_id {
        Some(id) => require(tx, caller, id, "/serves_task_id", &mut faults)?,
        None => None,
    };
    let committee = committee_of(tx, caller, new, served.as_ref(), &mut faults)?;
    let assignee = match &committee {
        Some(committee) => party::require(tx, caller, &new.assignee, committee, day, "/assignee", &mut faults)?,
        None => None,
    };
    if let (Some(committee), Some(assignee), Some(caller)) = (&committee, assignee, caller) {
        let own = new.kind == TaskKind::Commitment && assignee.seat.require(tx, caller).is_ok();
        if !own && giver(committee).require(tx, caller).is_err() {
            return Err(Error::OutOfScope(Fault::pointer("/committee_id", Code::OutOfScope)));
        }
    }
    if today < day {
        faults.push(Fault::pointer("/assigned_date", Code::DateInFuture));
    }
    let members = ("due_date", "due_in_working_days");
    let calendar = tx.memory.clone();
    let calendar = calendar.part::<WorkingCalendar>();
    let due = calendar.due(new.due_date, new.due_in_working_days, day, members, &mut faults);
    check_act(tx, caller, new, (day, due), &mut faults)?;
    check_quantity(new.quantity.is_some(), new.quantity_unit.is_some(), &mut faults);
    let target_unit_id = target_of(tx, new, committee.as_ref(), day, &mut faults)?;
    let (set, criterion) = (new.criteria_set_code.as_ref(), new.criterion_code.as_ref());
    let criteria_set_id = criteria::named_criterion(&tx.memory, set, criterion, &mut faults);
    faults.finish()?;
    let (Some(committee), Some(assignee)) = (committee, assignee) else {
        return Err(Error::internal("a fault was not noted"));
    };
    let mut record = TaskRecord {
        row: TaskRow {
            serves_task_id: new.serves_task_id,
            act_id: new.act_id,
            item_code: new.item_code.clone(),
            target_unit_id,
            criteria_set_id,
            criterion_code: new.criterion_code.clone(),
            quantity: new.quantity,
            quantity_unit: new.quantity_unit.clone(),
            value_vnd: new.value_vnd.map(|value| value.0),
            note: new.note.clone(),
            external_id: new.external_id.clone(),
            ..row_of(tx, &committee, new.kind, assignee, &new.content, (day, due))
        },
        steps: Vec::new(),
        extensions: Vec::new(),
        files: Vec::new(),
        terms: Vec::new(),
    };
    let term = |in_working_days| TaskTermRow { task_id: record.row.id, in_working_days };
    record.terms = term::stored(new.due_in_working_days).map(term).into_iter().collect();
    tx.create(&record)?;
    Ok(record)
}

/// A task of which no more is said than who has it, what it is and by when.
fn row_of(
    tx: &Tx<'_>,
    committee: &CommitteeRow,
    kind: TaskKind,
    assignee: Seated,
    content: &Note,
    (assigned_date, due_date): (LocalDate, Option<LocalDate>),
) -> TaskRow {
    TaskRow {
        id: TaskId::new(),
        version: 1,
        unit_id: assignee.seat.unit,
        unit_date: assignee.seat.day,
        committee_id: committee.id,
        kind,
        directive_id: None,
        act_id: None,
        item_code: None,
        serves_task_id: None,
        content: content.clone(),
        search_text: search::fold(content.as_str()),
        person_id: assignee.who.person_id,
        agency_id: assignee.who.agency_id,
        party_unit_id: assignee.who.unit_id,
        party_committee_id: assignee.who.committee_id,
        target_unit_id: None,
        criteria_set_id: None,
        criterion_code: None,
        quantity: None,
        quantity_unit: None,
        value_vnd: None,
        assigned_date,
        due_date,
        sort_date: due_date.unwrap_or(LocalDate::LAST),
        status: TaskStatus::Open,
        done_date: None,
        progress_percent: None,
        note: None,
        external_id: None,
        created_at: tx.now,
        updated_at: tx.now,
    }
}

/// A task that a directive gives: its words, its act, its day.
pub fn record_of(
    tx: &Tx<'_>,
    committee: &CommitteeRow,
    kind: TaskKind,
    assignee: Seated,
    content: &Note,
    days: (LocalDate, Option<LocalDate>),
) -> TaskRecord {
    let row = row_of(tx, committee, kind, assignee, content, days);
    TaskRecord { row, steps: Vec::new(), extensions: Vec::new(), files: Vec::new(), terms: Vec::new() }
}

/// The side of a task that judges it: whoever keeps the unit of the committee.
pub fn giver(committee: &CommitteeRow) -> Seat {
    Seat { unit: committee.unit_id, day: committee.unit_date }
}

/// A task that a body names at `pointer`; noted where the caller reads none.
pub fn require(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    id: TaskId,
    pointer: &str,
    faults: &mut Faults,
) -> Result<Option<TaskRow>, Error> {
    let found = match caller {
        Some(caller) => queries::find(tx.conn, caller.readable(), id)?,
        None => queries::any(tx.conn, id)?,
    };
    if found.is_none() {
        faults.push(Fault::pointer(pointer, Code::UnknownReference));
    }
    Ok(found)
}

/// The committee that follows the task: named, or that of the task served. From below its unit a caller sees the task
/// and not the committee.
fn committee_of(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    new: &NewTask,
    served: Option<&TaskRow>,
    faults: &mut Faults,
) -> Result<Option<CommitteeRow>, Error> {
    match (new.committee_id, served) {
        (None, None) if new.serves_task_id.is_some() => Ok(None),
        (None, None) => {
            faults.push(Fault::pointer("/committee_id", Code::Required));
            Ok(None)
        }
        (named, Some(served)) => {
            if named.is_some_and(|named| named != served.committee_id) {
                faults.push(Fault::pointer("/committee_id", Code::UnknownReference));
            }
            committees::held(tx.conn, served.committee_id).map(Some)
        }
        (named, None) => committees::require(tx, caller, named, "/committee_id", faults),
    }
}

/// The act and its item are there, and the task is not due before either it or the act began.
fn check_act(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    new: &NewTask,
    (assigned, due): (LocalDate, Option<LocalDate>),
    faults: &mut Faults,
) -> Result<(), Error> {
    let mut issued = None;
    match (new.act_id, &new.item_code) {
        (None, Some(_)) => faults.push(Fault::pointer("/act_id", Code::Required)),
        (None, None) => {}
        (Some(act), code) => {
            let found = acts::require(tx, caller, act, "/act_id", faults)?;
            if let (Some(found), Some(code)) = (&found, code)
                && !acts::items_of(tx.conn, &[found.id])?.iter().any(|item| item.code == *code)
            {
                faults.push(Fault::pointer("/item_code", Code::UnknownReference));
            }
            issued = found.and_then(|act| act.issued_date);
        }
    }
    due_before_act(due, issued, assigned, faults);
    Ok(())
}

/// Nothing is due before the act that asks for it was issued, nor before it was given.
pub fn due_before_act(due: Option<LocalDate>, issued: Option<LocalDate>, assigned: LocalDate, faults: &mut Faults) {
    let begun = issued.map_or(assigned, |issued| issued.max(assigned));
    if due.is_some_and(|due| due < begun) {
        faults.push(Flaw::new(Code::DueBeforeAct).with("min", begun).at(Place::pointer("/due_date")));
    }
}

fn check_quantity(quantity: bool, unit: bool, faults: &mut Faults) {
    match (quantity, unit) {
        (true, false) => faults.push(Fault::pointer("/quantity_unit", Code::Required)),
        (false, true) => faults.push(Fault::pointer("/quantity", Code::Required)),
        _ => {}
    }
}

/// The unit that the task is for: one of the committee's territory.
fn target_of(
    tx: &Tx<'_>,
    new: &NewTask,
    committee: Option<&CommitteeRow>,
    day: LocalDate,
    faults: &mut Faults,
) -> Result<Option<UnitId>, Error> {
    let choice = UnitChoice { id: new.target_unit_id, code: new.target_unit_code.clone(), name: None };
    let territory = tx.memory.part::<Territory>();
    let place = |name: &str| Place::Pointer(format!("/target_{name}"));
    let unit = territory.choose_in_body(&choice, Naming::Last(day), place, faults)?;
    let (Some(unit), Some(committee)) = (unit, committee) else { return Ok(unit) };
    let nearest = territory.get(unit).map_or(day, |held| held.nearest_day(day));
    if !territory.is_within(unit, committee.unit_id, nearest) {
        let pointer = if choice.id.is_some() { "/target_unit_id" } else { "/target_unit_code" };
        faults.push(Fault::pointer(pointer, Code::UnitOutsideCommittee));
    }
    Ok(Some(unit))
}

/// A task that the scope covers.
pub fn visible(conn: &mut Conn, scope: &Scope, id: TaskId) -> Result<TaskRecord, Error> {
    let row = queries::find(conn, scope, id)?.ok_or(Error::NotFound)?;
    queries::records(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// A task that the caller may change: of its own unit a commitment, of its committee any.
fn kept(tx: &mut Tx<'_>, caller: &Caller, id: TaskId, version: &IfMatch) -> Result<TaskRecord, Error> {
    let record = visible(tx.conn, caller.readable(), id)?;
    let committee = committees::held(tx.conn, record.row.committee_id)?;
    let own = Seat { unit: record.row.unit_id, day: record.row.unit_date };
    let is_own = record.row.kind == TaskKind::Commitment && own.require(tx, caller).is_ok();
    if !is_own {
        giver(&committee).require(tx, caller)?;
    }
    version.require(record.row.version)?;
    Ok(record)
}

/// Change a task while it is open; absent members stay.
/// Errors: `TRANSITION_NOT_ALLOWED` once it is done or cancelled.
pub fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: TaskId,
    version: &IfMatch,
    patch: Result<&TaskPatch, Error>,
) -> Result<TaskRecord, Error> {
    let before = kept(tx, caller, id, version)?;
    let patch = patch?.clone();
    if !rules::is_open(before.row.status) {
        return Err(Error::Conflict(Code::TransitionNotAllowed));
    }
    let mut after = before.clone();
    let mut faults = Faults::default();
    let row = &mut after.row;
    row.updated_at = tx.now;
    if let Some(content) = patch.content.0 {
        if row.directive_id.is_some() && content != row.content {
            faults.push(Fault::pointer("/content", Code::ReadOnly));
        }
        row.search_text = search::fold(content.as_str());
        row.content = content;
    }
    patch.quantity.apply(&mut row.quantity);
    patch.quantity_unit.apply(&mut row.quantity_unit);
    if let Patch::Set(value) = patch.value_vnd {
        row.value_vnd = value.map(|value| value.0);
    }
    patch.note.apply(&mut row.note);
    check_quantity(row.quantity.is_some(), row.quantity_unit.is_some(), &mut faults);
    faults.finish()?;
    tx.update("changed", &before, &mut after)?;
    Ok(after)
}

/// Delete a task that was recorded by mistake, before anything came of it.
/// Errors: `IN_USE` for one of a directive, one that was begun, and one that another serves.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller, id: TaskId, version: &IfMatch) -> Result<(), Error> {
    let record = kept(tx, caller, id, version)?;
    let begun = !record.steps.is_empty() || !record.extensions.is_empty();
    if record.row.directive_id.is_some() || begun || queries::is_used(tx.conn, id)? {
        return Err(Error::Conflict(Code::InUse));
    }
    tx.delete(&record)
}
