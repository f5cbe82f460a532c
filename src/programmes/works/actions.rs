//! Record works, change them, take their steps, and report how far they are.

use super::model::{
    NewWork, NewWorkProgress, NewWorkTransition, ProgressRow, WorkPatch, WorkRecord, WorkRow, WorkState,
};
use super::queries;
use crate::access::{Caller, Scope};
use crate::acts;
use crate::codes::Code;
use crate::db::{Conn, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::parties::agencies;
use crate::parties::seat::{Seat, seat_of};
use crate::programmes::Programmes;
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::{AgencyId, ComponentCode, Decimal, ListCode, LocalDate, Patch, UnitCode, UnitId, WorkId, search};

/// Reports of a work at the most.
const MOST_REPORTS: usize = 1000;

/// Record a work.
/// Errors: every fault of the body; `OUT_OF_SCOPE`.
pub fn create(tx: &mut Tx<'_>, caller: &Caller, new: &NewWork) -> Result<WorkRecord, Error> {
    let mut faults = Faults::default();
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let seat = seat_of(tx, Some(caller), &choice, None, &mut faults)?;
    check_component(tx, &new.programme_code, new.component_code.as_ref(), &mut faults);
    let owner_unit_id = owner_unit(tx, new.owner_unit_code.as_ref(), &mut faults)?;
    check_owner(tx, caller, owner_unit_id, new.owner_agency_id, &mut faults)?;
    if let Some(act) = new.owner_act_id {
        acts::require(tx, Some(caller), act, "/owner_act_id", &mut faults)?;
    }
    check_plan(new.planned_start_date, new.planned_end_date, &mut faults);
    faults.finish()?;
    let Some(seat) = seat else { return Err(Error::internal("a fault was not noted")) };
    let row = WorkRow {
        id: WorkId::new(),
        version: 1,
        unit_id: seat.unit,
        unit_date: seat.day,
        name: new.name.clone(),
        search_text: search::fold(new.name.as_str()),
        programme_code: new.programme_code.clone(),
        component_code: new.component_code.clone(),
        owner_unit_id,
        owner_agency_id: new.owner_agency_id,
        owner_act_id: new.owner_act_id,
        total_investment_vnd: new.total_investment_vnd.map(|total| total.0),
        state: WorkState::Planned,
        planned_start_date: new.planned_start_date,
        planned_end_date: new.planned_end_date,
        started_date: None,
        completed_date: None,
        note: new.note.clone(),
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    let record = WorkRecord { row, progress: Vec::new() };
    tx.create(&record)?;
    Ok(record)
}

fn check_component(tx: &Tx<'_>, programme: &ListCode, component: Option<&ComponentCode>, faults: &mut Faults) {
    let programmes = tx.memory.part::<Programmes>();
    if programmes.by_code(programme).is_none_or(|held| !held.is_open()) {
        faults.push(Fault::pointer("/programme_code", Code::UnknownCode));
    }
    match component.map(|code| programmes.of_component(code)) {
        Some(None) => faults.push(Fault::pointer("/component_code", Code::UnknownCode)),
        Some(Some((held, _))) if held.row.code != *programme => {
            faults.push(Fault::pointer("/component_code", Code::ComponentOfOtherProgramme));
        }
        _ => {}
    }
}

/// Units that own works are public: any may be named.
fn owner_unit(tx: &Tx<'_>, code: Option<&UnitCode>, faults: &mut Faults) -> Result<Option<UnitId>, Error> {
    let choice = UnitChoice { code: code.cloned(), ..UnitChoice::default() };
    let naming = Naming::Last(tx.now.local_date());
    tx.memory.part::<Territory>().choose_in_body(&choice, naming, |_| Place::pointer("/owner_unit_code"), faults)
}

fn check_owner(
    tx: &mut Tx<'_>,
    caller: &Caller,
    unit: Option<UnitId>,
    agency: Option<AgencyId>,
    faults: &mut Faults,
) -> Result<(), Error> {
    if unit.is_some() && agency.is_some() {
        let flaw = Flaw::new(Code::ExactlyOneRequired).with("allowed", "owner_unit_code, owner_agency_id");
        faults.push(flaw.at(Place::pointer("/owner_unit_code")));
    }
    agencies::require(tx, Some(caller), agency, "/owner_agency_id", faults)?;
    Ok(())
}

fn check_plan(start: Option<LocalDate>, end: Option<LocalDate>, faults: &mut Faults) {
    if start.zip(end).is_some_and(|(start, end)| end < start) {
        faults.push(Fault::pointer("/planned_end_date", Code::DateOrder));
    }
}

/// A work that the scope covers.
pub fn visible(conn: &mut Conn, scope: &Scope, id: WorkId) -> Result<WorkRecord, Error> {
    let row = queries::find(conn, scope, id)?.ok_or(Error::NotFound)?;
    queries::records(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// A work that a body names at `pointer`; noted where the caller reads none.
pub fn require(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    id: WorkId,
    pointer: &str,
    faults: &mut Faults,
) -> Result<Option<WorkRow>, Error> {
    let Some(caller) = caller else { return Err(Error::internal("the command line knows no works")) };
    let found = queries::find(tx.conn, caller.readable(), id)?;
    if found.is_none() {
        faults.push(Fault::pointer(pointer, Code::UnknownReference));
    }
    Ok(found)
}

/// A work that the caller may change.
fn kept(tx: &mut Tx<'_>, caller: &Caller, id: WorkId) -> Result<WorkRecord, Error> {
    let record = visible(tx.conn, caller.readable(), id)?;
    let territory = tx.memory.part::<Territory>();
    // Its unit may be gone since; whoever took it over keeps it.
    match caller.scope.covers_lately(territory, record.row.unit_id, tx.now.local_date()) {
        true => Ok(record),
        false => Seat { unit: record.row.unit_id, day: record.row.unit_date }.require(tx, caller).map(|()| record),
    }
}

pub fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: WorkId,
    version: &IfMatch,
    patch: Result<&WorkPatch, Error>,
) -> Result<WorkRecord, Error> {
    let before = kept(tx, caller, id)?;
    version.require(before.row.version)?;
    let patch = patch?.clone();
    let mut faults = Faults::default();
    let mut after = before.clone();
    let row = &mut after.row;
    row.updated_at = tx.now;
    if let Some(name) = patch.name.0 {
        row.search_text = search::fold(name.as_str());
        row.name = name;
    }
    patch.component_code.apply(&mut row.component_code);
    check_component(tx, &row.programme_code, row.component_code.as_ref(), &mut faults);
    if let Patch::Set(code) = &patch.owner_unit_code {
        row.owner_unit_id = owner_unit(tx, code.as_ref(), &mut faults)?;
        if code.is_some() {
            row.owner_agency_id = None;
        }
    }
    if let Patch::Set(agency) = patch.owner_agency_id {
        row.owner_agency_id = agency;
        // One that was named beside it is a fault.
        if agency.is_some() && patch.owner_unit_code == Patch::Keep {
            row.owner_unit_id = None;
        }
        check_owner(tx, caller, row.owner_unit_id.filter(|_| agency.is_some()), agency, &mut faults)?;
    }
    if let Patch::Set(Some(act)) = patch.owner_act_id {
        acts::require(tx, Some(caller), act, "/owner_act_id", &mut faults)?;
    }
    patch.owner_act_id.apply(&mut row.owner_act_id);
    if let Patch::Set(total) = patch.total_investment_vnd {
        row.total_investment_vnd = total.map(|total| total.0);
    }
    patch.planned_start_date.apply(&mut row.planned_start_date);
    patch.planned_end_date.apply(&mut row.planned_end_date);
    patch.note.apply(&mut row.note);
    check_plan(row.planned_start_date, row.planned_end_date, &mut faults);
    faults.finish()?;
    tx.update("changed", &before, &mut after)?;
    Ok(after)
}

/// Take a step.
/// Errors: `TRANSITION_NOT_ALLOWED`.
pub fn step(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: WorkId,
    version: &IfMatch,
    step: Result<&NewWorkTransition, Error>,
) -> Result<WorkRecord, Error> {
    let before = kept(tx, caller, id)?;
    version.require(before.row.version)?;
    let (step, today) = (step?, tx.now.local_date());
    if !before.row.state.next().contains(&step.to) {
        return Err(Error::Conflict(Code::TransitionNotAllowed));
    }
    let day = step.date.unwrap_or(today);
    if today < day {
        return Err(Error::invalid(Fault::pointer("/date", Code::DateInFuture)));
    }
    let mut after = before.clone();
    let row = &mut after.row;
    row.updated_at = tx.now;
    row.state = step.to;
    match step.to {
        WorkState::UnderConstruction => {
            row.started_date = row.started_date.or(Some(day));
            row.completed_date = None;
        }
        WorkState::Completed if row.started_date.is_some_and(|started| day < started) => {
            return Err(Error::invalid(Fault::pointer("/date", Code::DateOrder)));
        }
        WorkState::Completed => row.completed_date = Some(day),
        _ => {}
    }
    tx.update("moved", &before, &mut after)?;
    Ok(after)
}

/// Report how far a work is.
/// Errors: every fault of the body.
pub fn report(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: WorkId,
    new: Result<&NewWorkProgress, Error>,
) -> Result<WorkRecord, Error> {
    let before = kept(tx, caller, id)?;
    let new = new?;
    let mut faults = Faults::default();
    if new.physical_percent < Decimal::ZERO || Decimal::HUNDRED < new.physical_percent {
        let flaw = Flaw::new(Code::ValueOutOfRange).with("min", 0).with("max", 100);
        faults.push(flaw.at(Place::pointer("/physical_percent")));
    }
    if tx.now.local_date() < new.reported_date {
        faults.push(Fault::pointer("/reported_date", Code::DateInFuture));
    }
    faults.check_length(before.progress.len() + 1, MOST_REPORTS, "/reported_date");
    faults.finish()?;
    let mut after = before.clone();
    after.row.updated_at = tx.now;
    after.progress.push(ProgressRow {
        work_id: id,
        number: before.progress.len() as i32 + 1,
        reported_date: new.reported_date,
        physical_percent: new.physical_percent,
        accepted_vnd: new.accepted_vnd.map(|accepted| accepted.0),
        note: new.note.clone(),
        client_id: tx.actor.client_id,
        person_id: tx.actor.acting_person_id,
        reported_at: tx.now,
    });
    tx.update("reported", &before, &mut after)?;
    Ok(after)
}

/// Delete a work that was recorded by mistake.
/// Errors: `IN_USE` where there is money for it, or an obstacle in its way.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller, id: WorkId, version: &IfMatch) -> Result<(), Error> {
    let record = kept(tx, caller, id)?;
    version.require(record.row.version)?;
    if queries::is_used(tx.conn, id)? {
        return Err(Error::Conflict(Code::InUse));
    }
    tx.delete(&record)
}
