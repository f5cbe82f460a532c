//! Raise obstacles, change and delete them.

use super::model::{
    NewObstacle, ObstacleLineRow, ObstaclePatch, ObstacleRecord, ObstacleRow, ObstacleStatus, ObstacleTaskRow,
    ObstacleWorkRow,
};
use super::{queries, rules};
use crate::access::{Caller, Scope};
use crate::calendar::{WorkingCalendar, term};
use crate::code_lists::CodeLists;
use crate::codes::Code;
use crate::committee::{meetings, tasks};
use crate::criteria;
use crate::db::{Conn, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::observations;
use crate::parties::seat::{Seat, seat_of};
use crate::parties::{agencies, people};
use crate::programmes::{ledger, works};
use crate::units::{Level, Territory, UnitChoice};
use crate::values::{BudgetLineId, ObstacleId, Patch, TaskId, UnitId, WorkId, search};

/// Most tasks, works or lines that an obstacle names.
const MOST_LINKS: usize = 50;

/// The members of bodies that say by when an answer is due.
pub const ANSWER_DUE: (&str, &str) = ("answer_due_date", "answer_due_in_working_days");

/// Raise an obstacle. Without a caller it is the command line that does.
/// Errors: every fault of the body; `OUT_OF_SCOPE`.
pub fn create(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewObstacle) -> Result<ObstacleRecord, Error> {
    let mut faults = Faults::default();
    let today = tx.now.local_date();
    let raised = new.raised_date.unwrap_or(today);
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let seat = seat_of(tx, caller, &choice, Some(raised), &mut faults)?;
    if today < raised {
        faults.push(Fault::pointer("/raised_date", Code::DateInFuture));
    }
    let memory = tx.memory.clone();
    let (calendar, days) = (memory.part::<WorkingCalendar>(), new.answer_due_in_working_days);
    let due = calendar.due(new.answer_due_date, days, raised, ANSWER_DUE, &mut faults);
    if due.is_some_and(|due| due < raised) {
        faults.push(Flaw::new(Code::DateOrder).with("min", raised).at(Place::pointer("/answer_due_date")));
    }
    check_raiser(tx, caller, new, &mut faults)?;
    if new.topic_code.as_ref().is_some_and(|topic| !tx.memory.part::<CodeLists>().has("review-topics", topic.as_str()))
    {
        faults.push(Fault::pointer("/topic_code", Code::UnknownCode));
    }
    let criteria_set_id =
        criteria::named_criterion(&tx.memory, new.criteria_set_code.as_ref(), new.criterion_code.as_ref(), &mut faults);
    if let (Some(level), Some(seat)) = (new.level, seat) {
        check_level(level_of(tx, seat), level, &mut faults);
    }
    let id = ObstacleId::new();
    let tasks = tasks_of(tx, caller, id, new.task_ids.as_deref().unwrap_or_default(), &mut faults)?;
    let works = works_of(tx, caller, id, new.work_ids.as_deref().unwrap_or_default(), &mut faults)?;
    let lines = new.budget_line_ids.as_deref().unwrap_or_default();
    let budget_lines = lines_of(tx, caller, id, lines, &mut faults)?;
    faults.finish()?;
    let Some(seat) = seat else { return Err(Error::internal("a fault was not noted")) };
    let row = ObstacleRow {
        id,
        version: 1,
        unit_id: seat.unit,
        unit_date: seat.day,
        kind: new.kind,
        title: new.title.clone(),
        search_text: String::new(),
        description: new.description.clone(),
        proposal: new.proposal.clone(),
        raised_date: raised,
        raised_by_person_id: new.raised_by_person_id,
        raised_by_agency_id: new.raised_by_agency_id,
        meeting_id: new.meeting_id,
        topic_code: new.topic_code.clone(),
        criteria_set_id,
        criterion_code: new.criterion_code.clone(),
        observation_id: new.observation_id,
        level: new.level,
        answer_due_date: due,
        status: ObstacleStatus::Open,
        agency_id: None,
        party_unit_id: None,
        party_committee_id: None,
        answer: None,
        answered_date: None,
        reopened_count: 0,
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
        answer_term_from: days.map(|_| raised),
        answer_in_working_days: term::stored(days),
    };
    let (steps, escalations) = (Vec::new(), Vec::new());
    let record = ObstacleRecord { row: searchable(row), steps, escalations, tasks, works, budget_lines };
    tx.create(&record)?;
    Ok(record)
}

fn searchable(mut row: ObstacleRow) -> ObstacleRow {
    let description = row.description.as_ref().map(|text| text.as_str()).unwrap_or_default();
    row.search_text = search::fold(&format!("{} {description}", row.title));
    row
}

/// Level of the unit in which an obstacle stands.
pub fn level_of(tx: &Tx<'_>, seat: Seat) -> Level {
    tx.memory.part::<Territory>().get(seat.unit).map_or(Level::Village, |held| held.unit.level)
}

/// The level able to solve it is that of the unit, or above it.
fn check_level(of_unit: Level, level: Level, faults: &mut Faults) {
    if of_unit < level {
        faults.push(Flaw::new(Code::EscalationNotUpward).with("max", of_unit).at(Place::pointer("/level")));
    }
}

/// Who raised it, where, and on which figure: each is there for the caller.
fn check_raiser(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewObstacle, faults: &mut Faults) -> Result<(), Error> {
    if new.raised_by_person_id.is_some() && new.raised_by_agency_id.is_some() {
        let flaw = Flaw::new(Code::ExactlyOneRequired).with("allowed", "raised_by_person_id, raised_by_agency_id");
        faults.push(flaw.at(Place::pointer("/raised_by_person_id")));
    }
    people::require(tx, caller, new.raised_by_person_id, "/raised_by_person_id", faults)?;
    agencies::require(tx, caller, new.raised_by_agency_id, "/raised_by_agency_id", faults)?;
    meetings::require(tx, caller, new.meeting_id, "/meeting_id", faults)?;
    match (new.observation_id, caller) {
        (Some(id), Some(caller)) => observations::require(tx, caller, id, "/observation_id", faults),
        _ => Ok(()),
    }
}

/// What a list of a body names, each once and in its place; `require` notes what is not there for the caller.
fn linked<Id: Copy + PartialEq, Row>(
    ids: &[Id],
    member: &str,
    faults: &mut Faults,
    row: impl Fn(Id, i32) -> Row,
    mut require: impl FnMut(Id, &str, &mut Faults) -> Result<(), Error>,
) -> Result<Vec<Row>, Error> {
    faults.check_length(ids.len(), MOST_LINKS, &format!("/{member}"));
    let mut rows = Vec::new();
    for (at, id) in ids.iter().take(MOST_LINKS).enumerate() {
        let pointer = format!("/{member}/{at}");
        if ids[..at].contains(id) {
            faults.push(Fault::pointer(&pointer, Code::DuplicateItem));
            continue;
        }
        require(*id, &pointer, faults)?;
        rows.push(row(*id, at as i32));
    }
    Ok(rows)
}

fn tasks_of(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    obstacle_id: ObstacleId,
    ids: &[TaskId],
    faults: &mut Faults,
) -> Result<Vec<ObstacleTaskRow>, Error> {
    let row = |task_id, position| ObstacleTaskRow { obstacle_id, task_id, position };
    linked(ids, "task_ids", faults, row, |id, pointer, faults| {
        tasks::require(tx, caller, id, pointer, faults).map(|_| ())
    })
}

fn works_of(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    obstacle_id: ObstacleId,
    ids: &[WorkId],
    faults: &mut Faults,
) -> Result<Vec<ObstacleWorkRow>, Error> {
    let row = |work_id, position| ObstacleWorkRow { obstacle_id, work_id, position };
    linked(ids, "work_ids", faults, row, |id, pointer, faults| {
        works::require(tx, caller, id, pointer, faults).map(|_| ())
    })
}

fn lines_of(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    obstacle_id: ObstacleId,
    ids: &[BudgetLineId],
    faults: &mut Faults,
) -> Result<Vec<ObstacleLineRow>, Error> {
    let row = |line_id, position| ObstacleLineRow { obstacle_id, line_id, position };
    linked(ids, "budget_line_ids", faults, row, |id, pointer, faults| {
        ledger::require_line(tx, caller, id, pointer, faults)
    })
}

/// An obstacle that the scope covers.
pub fn visible(conn: &mut Conn, scope: &Scope, id: ObstacleId) -> Result<ObstacleRecord, Error> {
    let row = queries::find(conn, scope, id)?.ok_or(Error::NotFound)?;
    queries::records(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Where an obstacle stands.
pub fn seat(record: &ObstacleRecord) -> Seat {
    Seat { unit: record.row.unit_id, day: record.row.unit_date }
}

/// The unit of the level that is to solve it: the one above the unit in which it stands; that itself where the level is
/// not known.
pub fn solver(tx: &Tx<'_>, record: &ObstacleRecord) -> UnitId {
    let territory = tx.memory.part::<Territory>();
    let at = seat(record);
    let of_level = |unit: &UnitId| territory.get(*unit).map(|held| held.unit.level) == record.row.level;
    territory.ancestors(at.unit, at.day).find(of_level).unwrap_or(at.unit)
}

/// Change an obstacle while nobody has answered; absent members stay.
/// Errors: `TRANSITION_NOT_ALLOWED` once it was answered; `READ_ONLY` for the words of one that was escalated.
pub fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: ObstacleId,
    version: &IfMatch,
    patch: Result<&ObstaclePatch, Error>,
) -> Result<ObstacleRecord, Error> {
    let before = visible(tx.conn, caller.readable(), id)?;
    seat(&before).require(tx, caller)?;
    version.require(before.row.version)?;
    let patch = patch?.clone();
    if !rules::is_waiting(before.row.status) {
        return Err(Error::Conflict(Code::TransitionNotAllowed));
    }
    let mut after = before.clone();
    let mut faults = Faults::default();
    after.row.updated_at = tx.now;
    if let Some(title) = patch.title.0 {
        after.row.title = title;
    }
    patch.description.apply(&mut after.row.description);
    patch.proposal.apply(&mut after.row.proposal);
    if patch.answer_due_date != Patch::Keep {
        (after.row.answer_term_from, after.row.answer_in_working_days) = (None, None);
    }
    patch.answer_due_date.apply(&mut after.row.answer_due_date);
    if !before.escalations.is_empty() {
        for (pointer, differs) in [
            ("/title", before.row.title != after.row.title),
            ("/description", before.row.description != after.row.description),
            ("/proposal", before.row.proposal != after.row.proposal),
        ] {
            if differs {
                faults.push(Fault::pointer(pointer, Code::ReadOnly));
            }
        }
    }
    let raised = before.row.raised_date;
    if after.row.answer_due_date.is_some_and(|due| due < raised) {
        faults.push(Flaw::new(Code::DateOrder).with("min", raised).at(Place::pointer("/answer_due_date")));
    }
    if let Some(ids) = &patch.task_ids.0 {
        after.tasks = tasks_of(tx, Some(caller), id, ids, &mut faults)?;
    }
    if let Some(ids) = &patch.work_ids.0 {
        after.works = works_of(tx, Some(caller), id, ids, &mut faults)?;
    }
    if let Some(ids) = &patch.budget_line_ids.0 {
        after.budget_lines = lines_of(tx, Some(caller), id, ids, &mut faults)?;
    }
    faults.finish()?;
    after.row = searchable(after.row);
    tx.update("changed", &before, &mut after)?;
    Ok(after)
}

/// Delete an obstacle that was raised by mistake, before anything came of it.
/// Errors: `IN_USE`.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller, id: ObstacleId, version: &IfMatch) -> Result<(), Error> {
    let record = visible(tx.conn, caller.readable(), id)?;
    seat(&record).require(tx, caller)?;
    version.require(record.row.version)?;
    if !record.steps.is_empty() || !record.escalations.is_empty() {
        return Err(Error::Conflict(Code::InUse));
    }
    tx.delete(&record)
}
