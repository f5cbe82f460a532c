//! The steps of an obstacle, and its escalations.

use super::actions::{ANSWER_DUE, level_of, seat, solver, visible};
use super::model::{
    EscalationRow, NewObstacleEscalation, NewObstacleTransition, NewSolver, ObstacleRecord, ObstacleRow,
    ObstacleStatus, ObstacleStepRow,
};
use super::rules::{self, Side, Step};
use crate::access::{Caller, ObstacleAnswer, ObstacleWrite};
use crate::calendar::{WorkingCalendar, WorkingDays, term};
use crate::codes::Code;
use crate::db::Tx;
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::parties::seat::Seat;
use crate::parties::{agencies, committees};
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::{AgencyId, CommitteeId, LocalDate, ObstacleId, UnitId};

/// Take a step.
/// Errors: `FORBIDDEN` for whoever is not on its side; `TRANSITION_NOT_ALLOWED`.
pub fn take(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: ObstacleId,
    version: &IfMatch,
    transition: Result<&NewObstacleTransition, Error>,
) -> Result<ObstacleRecord, Error> {
    let wanted = transition.as_ref().ok().map(|transition| transition.to);
    let before = visible(tx.conn, caller.readable(), id)?;
    let step = rules::steps(before.row.status).find(|step| Some(step.to) == wanted);
    require_side(tx, caller, &before, step)?;
    version.require(before.row.version)?;
    let transition = transition?;
    let Some(step) = step else { return Err(Error::Conflict(Code::TransitionNotAllowed)) };
    let mut faults = Faults::default();
    check_members(step, transition, &mut faults);
    let mut after = before.clone();
    let row = &mut after.row;
    match step.to {
        ObstacleStatus::Assigned => {
            let found = match &transition.assignee {
                Some(named) => Some(assignee(tx, caller, &before, named, &mut faults)?),
                None => None,
            };
            (row.agency_id, row.party_unit_id, row.party_committee_id) = found.unwrap_or_default();
            let given = (transition.answer_due_date, transition.answer_due_in_working_days);
            if given != (None, None) {
                start_clock(tx, row, given, &mut faults);
            }
        }
        ObstacleStatus::Answered => {
            row.answer = transition.answer.clone();
            row.answered_date = Some(tx.now.local_date());
        }
        ObstacleStatus::Open => {
            reopen(row);
            row.reopened_count += 1;
        }
        ObstacleStatus::Closed => {}
    }
    faults.finish()?;
    row.status = step.to;
    row.updated_at = tx.now;
    after.steps.push(ObstacleStepRow {
        obstacle_id: id,
        number: numbered(before.steps.len()),
        status: step.to,
        client_id: tx.actor.client_id,
        person_id: tx.actor.acting_person_id,
        taken_at: tx.now,
        answer: transition.answer.clone(),
        reason: transition.reason.clone(),
    });
    tx.update(step.verb, &before, &mut after)?;
    Ok(after)
}

fn numbered(known: usize) -> i32 {
    i32::try_from(known).unwrap_or(i32::MAX).saturating_add(1)
}

/// It waits for an answer again, from nobody in particular; the old answer stands in its step.
fn reopen(row: &mut ObstacleRow) {
    (row.agency_id, row.party_unit_id, row.party_committee_id) = (None, None, None);
    (row.answer, row.answered_date) = (None, None);
    (row.answer_due_date, row.answer_term_from, row.answer_in_working_days) = (None, None, None);
}

/// An answer is due on a day, or so many working days after today.
fn start_clock(
    tx: &Tx<'_>,
    row: &mut ObstacleRow,
    (day, in_working_days): (Option<LocalDate>, Option<WorkingDays>),
    faults: &mut Faults,
) {
    let today = tx.now.local_date();
    let due = tx.memory.part::<WorkingCalendar>().due(day, in_working_days, today, ANSWER_DUE, faults);
    if due.is_some_and(|due| due < today) {
        faults.push(Flaw::new(Code::DateOrder).with("min", today).at(Place::pointer("/answer_due_date")));
    }
    row.answer_due_date = due;
    row.answer_term_from = in_working_days.map(|_| today);
    row.answer_in_working_days = term::stored(in_working_days);
}

/// A step is taken on its side; one that there is not, by whoever is on either.
fn require_side(tx: &Tx<'_>, caller: &Caller, record: &ObstacleRecord, step: Option<&Step>) -> Result<(), Error> {
    let at = seat(record);
    let raiser = caller.holds::<ObstacleWrite>(tx.now.local_date(), at.unit, at.day);
    let judge = caller.holds::<ObstacleAnswer>(tx.now.local_date(), solver(tx, record), at.day);
    let allowed = match step.map(|step| step.by) {
        Some(Side::Raiser) => raiser,
        Some(Side::Solver) => judge,
        None => raiser || judge,
    };
    if allowed { Ok(()) } else { Err(Error::Denied(Code::Forbidden)) }
}

fn check_members(step: &Step, transition: &NewObstacleTransition, faults: &mut Faults) {
    let (assigns, answers) = (step.to == ObstacleStatus::Assigned, step.to == ObstacleStatus::Answered);
    for (pointer, given, needed, taken) in [
        ("/assignee", transition.assignee.is_some(), assigns, assigns),
        ("/answer_due_date", transition.answer_due_date.is_some(), false, assigns),
        ("/answer_due_in_working_days", transition.answer_due_in_working_days.is_some(), false, assigns),
        ("/answer", transition.answer.is_some(), answers, answers),
        ("/reason", transition.reason.is_some(), step.needs_reason, step.needs_reason),
    ] {
        if needed && !given {
            let code = if pointer == "/reason" { Code::ReasonRequired } else { Code::Required };
            faults.push(Fault::pointer(pointer, code));
        } else if given && !taken {
            faults.push(Fault::pointer(pointer, Code::UnknownMember));
        }
    }
}

type Solver = (Option<AgencyId>, Option<UnitId>, Option<CommitteeId>);

/// Who is to answer: an agency, a committee or the authorities of a unit that is the obstacle's own or stands above it.
fn assignee(
    tx: &mut Tx<'_>,
    caller: &Caller,
    record: &ObstacleRecord,
    named: &NewSolver,
    faults: &mut Faults,
) -> Result<Solver, Error> {
    let given = [named.agency_id.is_some(), named.unit_code.is_some(), named.committee_id.is_some()];
    if given.iter().filter(|given| **given).count() != 1 {
        let flaw = Flaw::new(Code::ExactlyOneRequired).with("allowed", "agency_id, unit_code, committee_id");
        faults.push(flaw.at(Place::pointer("/assignee")));
        return Ok(Solver::default());
    }
    let memory = tx.memory.clone();
    let territory = memory.part::<Territory>();
    let agency = agencies::require(tx, Some(caller), named.agency_id, "/assignee/agency_id", faults)?;
    let committee = committees::require(tx, Some(caller), named.committee_id, "/assignee/committee_id", faults)?;
    let choice = UnitChoice { code: named.unit_code.clone(), ..UnitChoice::default() };
    let today = tx.now.local_date();
    let unit =
        territory.choose_in_body(&choice, Naming::Last(today), |_| Place::pointer("/assignee/unit_code"), faults)?;
    let of_unit = agency.as_ref().map(|agency| ("/assignee/agency_id", agency.unit_id));
    let of_unit = of_unit.or(committee.as_ref().map(|committee| ("/assignee/committee_id", committee.unit_id)));
    let of_unit = of_unit.or(unit.map(|unit| ("/assignee/unit_code", unit)));
    if let Some((pointer, unit)) = of_unit {
        let at: Seat = seat(record);
        // Also by the tree of today: an obstacle may outlive the district to which it was raised.
        let last = territory.get(at.unit).map_or(today, |held| held.nearest_day(today));
        if ![at.day, last].iter().any(|day| territory.is_within(at.unit, unit, *day)) {
            faults.push(Fault::pointer(pointer, Code::SolverNotAbove));
        }
    }
    Ok((agency.map(|agency| agency.id), unit, committee.map(|committee| committee.id)))
}

/// Escalate to a higher level: the words stay, who was to answer no longer is, and a new clock starts.
/// Errors: `NOT_AN_OBSTACLE` for a shortcoming; `TRANSITION_NOT_ALLOWED` once it is closed; `ESCALATION_NOT_UPWARD`.
pub fn escalate(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: ObstacleId,
    version: &IfMatch,
    escalation: Result<&NewObstacleEscalation, Error>,
) -> Result<ObstacleRecord, Error> {
    let before = visible(tx.conn, caller.readable(), id)?;
    seat(&before).require(tx, caller)?;
    version.require(before.row.version)?;
    let escalation = escalation?;
    if !rules::may_escalate(before.row.kind, before.row.status) {
        let closed = before.row.status == ObstacleStatus::Closed;
        return Err(Error::Conflict(if closed { Code::TransitionNotAllowed } else { Code::NotAnObstacle }));
    }
    let of_unit = level_of(tx, seat(&before));
    let mut faults = Faults::default();
    if !rules::is_upward(of_unit, before.row.level, escalation.to_level) {
        let from = before.row.level.unwrap_or(of_unit);
        faults.push(Flaw::new(Code::EscalationNotUpward).with("max", from).at(Place::pointer("/to_level")));
    }
    let mut after = before.clone();
    reopen(&mut after.row);
    let given = (escalation.answer_due_date, escalation.answer_due_in_working_days);
    start_clock(tx, &mut after.row, given, &mut faults);
    faults.finish()?;
    after.row.level = Some(escalation.to_level);
    after.row.status = ObstacleStatus::Open;
    after.row.updated_at = tx.now;
    after.escalations.push(EscalationRow {
        obstacle_id: id,
        number: numbered(before.escalations.len()),
        from_level: before.row.level,
        to_level: escalation.to_level,
        reason: escalation.reason.clone(),
        old_answer_due_date: before.row.answer_due_date,
        answer_due_date: after.row.answer_due_date,
        client_id: tx.actor.client_id,
        person_id: tx.actor.acting_person_id,
        escalated_at: tx.now,
    });
    tx.update("escalated", &before, &mut after)?;
    Ok(after)
}
