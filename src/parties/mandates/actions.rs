//! Give mandates, end and annul them.

use super::model::{MandateKind, MandateRow, MandateState, NewMandate, NewMandateTransition};
use super::{queries, rules};
use crate::access::{Caller, Scope};
use crate::codes::Code;
use crate::criteria::CriteriaSets;
use crate::db::{Conn, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::parties::committees::{self, CommitteeRow};
use crate::parties::seat::{Seat, check_days};
use crate::parties::{agencies, people};
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::{CriteriaSetId, MandateId, UnitId};

/// Give a mandate. Without a caller it is the command line that does.
/// Errors: every fault of the body; `OUT_OF_SCOPE` where the caller does not keep the committee.
pub fn create(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewMandate) -> Result<MandateRow, Error> {
    let mut faults = Faults::default();
    let committee = committees::require(tx, caller, Some(new.committee_id), "/committee_id", &mut faults)?;
    if let (Some(committee), Some(caller)) = (&committee, caller) {
        let seat = Seat { unit: committee.unit_id, day: committee.unit_date };
        let outside = |_| Error::OutOfScope(Fault::pointer("/committee_id", Code::OutOfScope));
        seat.require(tx, caller).map_err(outside)?;
    }
    if new.person_id.is_some() == new.agency_id.is_some() {
        let flaw = Flaw::new(Code::ExactlyOneRequired).with("allowed", "person_id, agency_id");
        faults.push(flaw.at(Place::pointer("/person_id")));
    }
    people::require(tx, caller, new.person_id, "/person_id", &mut faults)?;
    agencies::require(tx, caller, new.agency_id, "/agency_id", &mut faults)?;
    check_days(new.valid_from, new.valid_to, &mut faults);
    check_members(new, &mut faults);
    let charge_unit = charge_unit_of(tx, new, committee.as_ref(), &mut faults)?;
    let criteria_set = criteria_set_of(tx, new, &mut faults);
    faults.finish()?;
    let Some(committee) = committee else { return Err(Error::internal("a fault was not noted")) };
    let row = MandateRow {
        id: MandateId::new(),
        version: 1,
        unit_id: committee.unit_id,
        unit_date: committee.unit_date,
        committee_id: committee.id,
        kind: new.kind,
        person_id: new.person_id,
        agency_id: new.agency_id,
        role: new.role,
        charge_unit_id: charge_unit,
        criteria_set_id: criteria_set,
        criterion_code: new.criterion_code.clone(),
        act_number: new.act_number.clone(),
        ending_act_number: None,
        state: if new.valid_to.is_some() { MandateState::Ended } else { MandateState::InForce },
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        note: new.note.clone(),
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    check_beside_others(tx, &row)?;
    tx.create(&row)?;
    Ok(row)
}

/// Members that do not go with the kind, or are missing for it.
fn check_members(new: &NewMandate, faults: &mut Faults) {
    let given = [
        ("/role", new.role.is_some(), MandateKind::Membership),
        ("/charge_unit_id", new.charge_unit_id.is_some(), MandateKind::Charge),
        ("/charge_unit_code", new.charge_unit_code.is_some(), MandateKind::Charge),
        ("/criteria_set_code", new.criteria_set_code.is_some(), MandateKind::Charge),
        ("/criterion_code", new.criterion_code.is_some(), MandateKind::Charge),
    ];
    for (pointer, is_given, kind) in given {
        if is_given && kind != new.kind {
            faults.push(Fault::pointer(pointer, Code::UnknownMember));
        }
    }
    if new.kind == MandateKind::Charge {
        let of_unit = new.charge_unit_id.is_some() || new.charge_unit_code.is_some();
        if !of_unit && new.criterion_code.is_none() {
            let flaw = Flaw::new(Code::Required).with("allowed", "charge_unit_id, charge_unit_code, criterion_code");
            faults.push(flaw.at(Place::pointer("/charge_unit_code")));
        }
        match (&new.criteria_set_code, &new.criterion_code) {
            (Some(_), None) => faults.push(Fault::pointer("/criterion_code", Code::Required)),
            (None, Some(_)) => faults.push(Fault::pointer("/criteria_set_code", Code::Required)),
            _ => {}
        }
    }
}

/// The unit of a charge: one below the committee's, or that itself, on the first day of the mandate.
fn charge_unit_of(
    tx: &Tx<'_>,
    new: &NewMandate,
    committee: Option<&CommitteeRow>,
    faults: &mut Faults,
) -> Result<Option<UnitId>, Error> {
    let choice = UnitChoice { id: new.charge_unit_id, code: new.charge_unit_code.clone(), name: None };
    if new.kind != MandateKind::Charge || (choice.id.is_none() && choice.code.is_none()) {
        return Ok(None);
    }
    let territory = tx.memory.part::<Territory>();
    let day = new.valid_from.unwrap_or(tx.now.local_date());
    let place = |name: &str| Place::Pointer(format!("/charge_{name}"));
    let unit = territory.choose_in_body(&choice, Naming::Last(day), place, faults)?;
    let (Some(unit), Some(committee)) = (unit, committee) else { return Ok(unit) };
    let nearest = territory.get(unit).map_or(day, |held| held.nearest_day(day));
    if !territory.is_within(unit, committee.unit_id, nearest) {
        let pointer = if choice.id.is_some() { "/charge_unit_id" } else { "/charge_unit_code" };
        faults.push(Fault::pointer(pointer, Code::UnitOutsideCommittee));
    }
    Ok(Some(unit))
}

fn criteria_set_of(tx: &Tx<'_>, new: &NewMandate, faults: &mut Faults) -> Option<CriteriaSetId> {
    let code = new.criteria_set_code.as_ref().filter(|_| new.kind == MandateKind::Charge)?;
    let set = tx.memory.part::<CriteriaSets>().by_code(code);
    if set.is_none() {
        faults.push(Fault::pointer("/criteria_set_code", Code::CriteriaSetNotFound));
    }
    let set = set?;
    if new.criterion_code.as_ref().is_some_and(|criterion| set.position(criterion).is_none()) {
        faults.push(Fault::pointer("/criterion_code", Code::CriterionNotInSet));
    }
    Some(set.row.id)
}

/// A holder has a mandate once, and is in charge of nothing without belonging to the committee.
fn check_beside_others(tx: &mut Tx<'_>, row: &MandateRow) -> Result<(), Error> {
    let known = queries::of_committee(tx.conn, row.committee_id)?;
    let mut faults = Faults::default();
    if let Some(other) = known.iter().find(|known| rules::repeats(row, known)) {
        faults.push(Flaw::new(Code::MandateOverlaps).with("id", other.id).at(Place::pointer("/valid_from")));
    }
    if row.kind == MandateKind::Charge && !rules::belongs(row, &known) {
        let pointer = if row.person_id.is_some() { "/person_id" } else { "/agency_id" };
        faults.push(Fault::pointer(pointer, Code::NotAMember));
    }
    faults.finish()
}

/// A mandate that the scope covers.
pub fn visible(conn: &mut Conn, scope: &Scope, id: MandateId) -> Result<MandateRow, Error> {
    queries::find(conn, scope, id)?.ok_or(Error::NotFound)
}

/// A mandate that the caller may change.
fn kept(tx: &mut Tx<'_>, caller: &Caller, id: MandateId, version: &IfMatch) -> Result<MandateRow, Error> {
    let row = visible(tx.conn, caller.readable(), id)?;
    Seat { unit: row.unit_id, day: row.unit_date }.require(tx, caller)?;
    version.require(row.version)?;
    Ok(row)
}

/// End a mandate on a day, or annul it.
/// Errors: `TRANSITION_NOT_ALLOWED`; `DATE_ORDER` where it would not end before it does anyway.
pub fn transition(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: MandateId,
    version: &IfMatch,
    step: Result<&NewMandateTransition, Error>,
) -> Result<MandateRow, Error> {
    let before = kept(tx, caller, id, version)?;
    let step = step?;
    if !rules::transitions(before.state).contains(&step.to) {
        return Err(Error::Conflict(Code::TransitionNotAllowed));
    }
    let mut faults = Faults::default();
    match (step.to, step.valid_to) {
        (MandateState::Annulled, Some(_)) => faults.push(Fault::pointer("/valid_to", Code::UnknownMember)),
        (MandateState::Ended, None) => faults.push(Fault::pointer("/valid_to", Code::Required)),
        (MandateState::Ended, Some(end)) => {
            let too_early = before.valid_from.is_some_and(|from| end <= from);
            if too_early || before.valid_to.is_some_and(|known| known < end) {
                faults.push(Fault::pointer("/valid_to", Code::DateOrder));
            }
        }
        _ => {}
    }
    if step.to == MandateState::Annulled && step.reason.is_none() {
        faults.push(Fault::pointer("/reason", Code::ReasonRequired));
    }
    faults.finish()?;
    let mut after = MandateRow {
        state: step.to,
        valid_to: step.valid_to.or(before.valid_to),
        ending_act_number: step.act_number.clone(),
        note: step.reason.clone().or(before.note.clone()),
        updated_at: tx.now,
        ..before.clone()
    };
    let verb = if step.to == MandateState::Annulled { "annulled" } else { "ended" };
    tx.update(verb, &before, &mut after)?;
    Ok(after)
}
