//! Record activities, hold, cancel, change and delete them.

use super::model::{
    Activity, ActivityFileRow, ActivityKind, ActivityParty, ActivityPartyRow, ActivityPatch, ActivityRecord,
    ActivityRow, ActivityStatus, ActivityUnitRow, NewActivity, NewActivityParty, NewActivityTransition,
    RecommendationRow,
};
use super::{queries, rules};
use crate::access::{Caller, Scope};
use crate::codes::Code;
use crate::committee::tasks::{self, TaskKind};
use crate::db::{Conn, Snapshot, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::files;
use crate::http::IfMatch;
use crate::parties::seat::{Seat, seat_of};
use crate::parties::{agencies, committees, people};
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::{ActivityId, FileId, LocalDate, Patch, TaskId, UnitCode, search};

/// Most entries of each list of an activity.
const MOST_UNITS: usize = 200;
const MOST_PARTIES: usize = 200;
const MOST_RECOMMENDATIONS: usize = 50;
const MOST_FILES: usize = 50;

/// Record an activity.
/// Errors: every fault of the body; `OUT_OF_SCOPE`.
pub fn create(tx: &mut Tx<'_>, caller: &Caller, new: &NewActivity) -> Result<ActivityRecord, Error> {
    let mut faults = Faults::default();
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let day = new.held_date.or(new.planned_date);
    let seat = seat_of(tx, Some(caller), &choice, day, &mut faults)?;
    if day.is_none() {
        let flaw = Flaw::new(Code::Required).with("allowed", "planned_date, held_date");
        faults.push(flaw.at(Place::pointer("/held_date")));
    }
    check_held(new.held_date, tx.now.local_date(), &mut faults);
    check_committee(tx, caller, new, seat, &mut faults)?;
    check_kind(new, &mut faults);
    if let Some(task) = new.task_id {
        tasks::require(tx, Some(caller), task, "/task_id", &mut faults)?;
    }
    let id = ActivityId::new();
    let units = match seat {
        Some(seat) => units_of(tx, id, seat, new.target_unit_codes.as_deref().unwrap_or_default(), &mut faults)?,
        None => Vec::new(),
    };
    let parties = parties_of(tx, caller, id, new.parties.as_deref().unwrap_or_default(), &[], &mut faults)?;
    let recommended = new.recommendation_task_ids.as_deref().unwrap_or_default();
    let recommendations = recommendations_of(tx, caller, id, recommended, &mut faults)?;
    let files = files_of(tx, caller, id, new.file_ids.as_deref().unwrap_or_default(), &mut faults)?;
    faults.finish()?;
    let Some(seat) = seat else { return Err(Error::internal("a fault was not noted")) };
    let row = ActivityRow {
        id,
        version: 1,
        unit_id: seat.unit,
        unit_date: seat.day,
        committee_id: new.committee_id,
        kind: new.kind,
        status: if new.held_date.is_some() { ActivityStatus::Held } else { ActivityStatus::Planned },
        title: new.title.clone(),
        search_text: search::fold(new.title.as_str()),
        planned_date: new.planned_date,
        held_date: new.held_date,
        task_id: new.task_id,
        findings: new.findings.clone(),
        audience: new.audience.clone(),
        language: new.language.clone(),
        reach_count: new.reach_count.map(|count| count.0),
        cost_vnd: new.cost_vnd.map(|cost| cost.0),
        cancellation_reason: None,
        note: new.note.clone(),
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    let record = ActivityRecord { row, units, parties, recommendations, files };
    tx.create(&record)?;
    Ok(record)
}

fn check_held(held: Option<LocalDate>, today: LocalDate, faults: &mut Faults) {
    if held.is_some_and(|held| today < held) {
        faults.push(Fault::pointer("/held_date", Code::DateInFuture));
    }
}

/// A committee acts for its own unit.
fn check_committee(
    tx: &mut Tx<'_>,
    caller: &Caller,
    new: &NewActivity,
    seat: Option<Seat>,
    faults: &mut Faults,
) -> Result<(), Error> {
    let committee = committees::require(tx, Some(caller), new.committee_id, "/committee_id", faults)?;
    if let (Some(committee), Some(seat)) = (committee, seat)
        && committee.unit_id != seat.unit
    {
        faults.push(Fault::pointer("/committee_id", Code::UnitOutsideCommittee));
    }
    Ok(())
}

/// Only a communication has an audience, a language and a reach.
fn check_kind(new: &NewActivity, faults: &mut Faults) {
    for (pointer, given) in [
        ("/audience", new.audience.is_some()),
        ("/language", new.language.is_some()),
        ("/reach_count", new.reach_count.is_some()),
    ] {
        if given && new.kind != ActivityKind::Communication {
            faults.push(Fault::pointer(pointer, Code::UnknownMember));
        }
    }
}

/// The units that it is about: the own one, or such below it.
fn units_of(
    tx: &Tx<'_>,
    activity: ActivityId,
    seat: Seat,
    codes: &[UnitCode],
    faults: &mut Faults,
) -> Result<Vec<ActivityUnitRow>, Error> {
    faults.check_length(codes.len(), MOST_UNITS, "/target_unit_codes");
    let territory = tx.memory.part::<Territory>();
    let mut rows: Vec<ActivityUnitRow> = Vec::new();
    for (at, code) in codes.iter().take(MOST_UNITS).enumerate() {
        let pointer = format!("/target_unit_codes/{at}");
        let choice = UnitChoice { code: Some(code.clone()), ..UnitChoice::default() };
        let unit = territory.choose_in_body(&choice, Naming::Last(seat.day), |_| Place::pointer(&pointer), faults)?;
        let Some(unit) = unit else { continue };
        let day = territory.get(unit).map_or(seat.day, |held| held.nearest_day(seat.day));
        if rows.iter().any(|row| row.target_unit_id == unit) {
            faults.push(Fault::pointer(&pointer, Code::DuplicateItem));
        } else if !territory.is_within(unit, seat.unit, day) {
            faults.push(Fault::pointer(&pointer, Code::UnitOutsideCommittee));
        } else {
            rows.push(ActivityUnitRow { activity_id: activity, target_unit_id: unit, position: at as i32 });
        }
    }
    Ok(rows)
}

/// Who took part. Who was known to have is not asked for again: a person may have been erased since.
fn parties_of(
    tx: &mut Tx<'_>,
    caller: &Caller,
    activity: ActivityId,
    parties: &[NewActivityParty],
    known: &[ActivityPartyRow],
    faults: &mut Faults,
) -> Result<Vec<ActivityPartyRow>, Error> {
    faults.check_length(parties.len(), MOST_PARTIES, "/parties");
    let mut rows: Vec<ActivityPartyRow> = Vec::new();
    for (at, party) in parties.iter().take(MOST_PARTIES).enumerate() {
        let who = (party.person_id, party.agency_id);
        let pointer = |name: &str| format!("/parties/{at}/{name}");
        if who.0.is_some() == who.1.is_some() {
            let flaw = Flaw::new(Code::ExactlyOneRequired).with("allowed", "person_id, agency_id");
            faults.push(flaw.at(Place::Pointer(pointer("person_id"))));
            continue;
        }
        let same = |row: &ActivityPartyRow| (row.person_id, row.agency_id) == who;
        if rows.iter().any(same) {
            let name = if who.0.is_some() { "person_id" } else { "agency_id" };
            faults.push(Fault::pointer(&pointer(name), Code::DuplicateItem));
        } else if !known.iter().any(same) {
            people::require(tx, Some(caller), who.0, &pointer("person_id"), faults)?;
            agencies::require(tx, Some(caller), who.1, &pointer("agency_id"), faults)?;
        }
        rows.push(ActivityPartyRow { activity_id: activity, position: at as i32, person_id: who.0, agency_id: who.1 });
    }
    Ok(rows)
}

/// Tasks that it recommends: recommendations, and no other work.
fn recommendations_of(
    tx: &mut Tx<'_>,
    caller: &Caller,
    activity: ActivityId,
    ids: &[TaskId],
    faults: &mut Faults,
) -> Result<Vec<RecommendationRow>, Error> {
    faults.check_length(ids.len(), MOST_RECOMMENDATIONS, "/recommendation_task_ids");
    let mut rows: Vec<RecommendationRow> = Vec::new();
    for (at, id) in ids.iter().take(MOST_RECOMMENDATIONS).enumerate() {
        let pointer = format!("/recommendation_task_ids/{at}");
        if rows.iter().any(|row| row.task_id == *id) {
            faults.push(Fault::pointer(&pointer, Code::DuplicateItem));
            continue;
        }
        let task = tasks::require(tx, Some(caller), *id, &pointer, faults)?;
        if task.is_some_and(|task| task.kind != TaskKind::Recommendation) {
            faults.push(Fault::pointer(&pointer, Code::UnknownReference));
        }
        rows.push(RecommendationRow { activity_id: activity, task_id: *id, position: at as i32 });
    }
    Ok(rows)
}

fn files_of(
    tx: &mut Tx<'_>,
    caller: &Caller,
    activity: ActivityId,
    ids: &[FileId],
    faults: &mut Faults,
) -> Result<Vec<ActivityFileRow>, Error> {
    let part = |file_id, position| ActivityFileRow { activity_id: activity, file_id, position };
    files::named(tx, Some(caller), ids, MOST_FILES, part, faults)
}

/// An activity that the scope covers.
pub fn visible(conn: &mut Conn, scope: &Scope, id: ActivityId) -> Result<ActivityRecord, Error> {
    let row = queries::find(conn, scope, id)?.ok_or(Error::NotFound)?;
    queries::records(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// An activity that the caller may change.
fn kept(tx: &mut Tx<'_>, caller: &Caller, id: ActivityId, version: &IfMatch) -> Result<ActivityRecord, Error> {
    let record = visible(tx.conn, caller.readable(), id)?;
    Seat { unit: record.row.unit_id, day: record.row.unit_date }.require(tx, caller)?;
    version.require(record.row.version)?;
    Ok(record)
}

/// Change an activity; absent members stay.
pub fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: ActivityId,
    version: &IfMatch,
    patch: Result<&ActivityPatch, Error>,
) -> Result<ActivityRecord, Error> {
    let before = kept(tx, caller, id, version)?;
    let patch = patch?.clone();
    let mut after = before.clone();
    let mut faults = Faults::default();
    let row = &mut after.row;
    row.updated_at = tx.now;
    if let Some(title) = patch.title.0 {
        row.search_text = search::fold(title.as_str());
        row.title = title;
    }
    patch.planned_date.apply(&mut row.planned_date);
    patch.findings.apply(&mut row.findings);
    patch.note.apply(&mut row.note);
    if let Patch::Set(count) = patch.reach_count {
        if count.is_some() && row.kind != ActivityKind::Communication {
            faults.push(Fault::pointer("/reach_count", Code::UnknownMember));
        }
        row.reach_count = count.map(|count| count.0);
    }
    if let Patch::Set(cost) = patch.cost_vnd {
        row.cost_vnd = cost.map(|cost| cost.0);
    }
    if row.planned_date.is_none() && row.held_date.is_none() {
        faults.push(Fault::pointer("/planned_date", Code::Required));
    }
    if let Some(codes) = &patch.target_unit_codes.0 {
        let seat = Seat { unit: before.row.unit_id, day: before.row.unit_date };
        after.units = units_of(tx, id, seat, codes, &mut faults)?;
    }
    if let Some(parties) = &patch.parties.0 {
        after.parties = parties_of(tx, caller, id, parties, &before.parties, &mut faults)?;
    }
    if let Some(ids) = &patch.recommendation_task_ids.0 {
        after.recommendations = recommendations_of(tx, caller, id, ids, &mut faults)?;
    }
    if let Some(ids) = &patch.file_ids.0 {
        after.files = files_of(tx, caller, id, ids, &mut faults)?;
    }
    faults.finish()?;
    tx.update("changed", &before, &mut after)?;
    Ok(after)
}

/// Hold an activity, or cancel it.
/// Errors: `TRANSITION_NOT_ALLOWED`.
pub fn transition(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: ActivityId,
    version: &IfMatch,
    step: Result<&NewActivityTransition, Error>,
) -> Result<ActivityRecord, Error> {
    let before = kept(tx, caller, id, version)?;
    let step = step?;
    if !rules::transitions(before.row.status).contains(&step.to) {
        return Err(Error::Conflict(Code::TransitionNotAllowed));
    }
    let (today, mut faults) = (tx.now.local_date(), Faults::default());
    let held = step.to == ActivityStatus::Held;
    match (held, &step.reason, step.held_date) {
        (true, Some(_), _) => faults.push(Fault::pointer("/reason", Code::UnknownMember)),
        (false, None, _) => faults.push(Fault::pointer("/reason", Code::ReasonRequired)),
        _ => {}
    }
    if !held && step.held_date.is_some() {
        faults.push(Fault::pointer("/held_date", Code::UnknownMember));
    }
    check_held(step.held_date.filter(|_| held), today, &mut faults);
    faults.finish()?;
    let mut after = before.clone();
    after.row.status = step.to;
    after.row.held_date = held.then(|| step.held_date.unwrap_or(today));
    after.row.cancellation_reason = step.reason.clone();
    after.row.updated_at = tx.now;
    tx.update(if held { "held" } else { "cancelled" }, &before, &mut after)?;
    Ok(after)
}

/// Delete an activity that was recorded by mistake.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller, id: ActivityId, version: &IfMatch) -> Result<(), Error> {
    let record = kept(tx, caller, id, version)?;
    tx.delete(&record)
}

/// An activity as it is shown.
pub fn describe(record: ActivityRecord, memory: &Snapshot) -> Result<Activity, Error> {
    let territory = memory.part::<Territory>();
    let row = record.row;
    let target = |part: &ActivityUnitRow| {
        let day = territory.get(part.target_unit_id)?.nearest_day(row.unit_date);
        territory.reference(part.target_unit_id, day)
    };
    let target_units: Option<Vec<_>> = record.units.iter().map(target).collect();
    let party = |part: ActivityPartyRow| ActivityParty { person_id: part.person_id, agency_id: part.agency_id };
    Ok(Activity {
        id: row.id,
        version: row.version,
        unit: Seat { unit: row.unit_id, day: row.unit_date }.reference(territory)?,
        committee_id: row.committee_id,
        kind: row.kind,
        status: row.status,
        title: row.title,
        planned_date: row.planned_date,
        held_date: row.held_date,
        target_units: target_units.ok_or_else(|| Error::internal("an activity in a unit that is not there"))?,
        parties: record.parties.into_iter().map(party).collect(),
        task_id: row.task_id,
        findings: row.findings,
        recommendation_task_ids: record.recommendations.into_iter().map(|part| part.task_id).collect(),
        audience: row.audience,
        language: row.language,
        reach_count: row.reach_count,
        cost_vnd: row.cost_vnd,
        file_ids: record.files.into_iter().map(|file| file.file_id).collect(),
        cancellation_reason: row.cancellation_reason,
        note: row.note,
        external_id: row.external_id,
        allowed_transitions: rules::transitions(row.status).to_vec(),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
