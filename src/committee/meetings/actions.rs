//! Record meetings, change and delete them.

use super::model::{
    AttendanceRow, MeetingActRow, MeetingFileRow, MeetingPatch, MeetingRecord, MeetingRow, NewAttendance, NewMeeting,
    NewMeetingFile,
};
use super::queries;
use crate::access::{Caller, Scope};
use crate::codes::Code;
use crate::db::{Conn, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::parties::committees;
use crate::parties::seat::Seat;
use crate::parties::{agencies, people};
use crate::units::Territory;
use crate::values::storage::Json;
use crate::values::{ActId, MeetingId, Note};
use crate::{acts, files};
use std::collections::HashSet;

/// Most entries of each list of a meeting.
const MOST_AGENDA: usize = 100;
const MOST_ATTENDANCES: usize = 500;
const MOST_FILES: usize = 50;
const MOST_ACTS: usize = 50;

/// Record a meeting. Without a caller it is the command line that does.
/// Errors: every fault of the body; `OUT_OF_SCOPE` where the caller does not keep the committee; `DUPLICATE` where the
/// committee meets on that day already.
pub fn create(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewMeeting) -> Result<MeetingRecord, Error> {
    let mut faults = Faults::default();
    let committee = committees::require(tx, caller, Some(new.committee_id), "/committee_id", &mut faults)?;
    let territory = tx.memory.part::<Territory>();
    let seat = committee.as_ref().map(|committee| {
        let held = territory.get(committee.unit_id);
        let day = held.map_or(committee.unit_date, |held| held.nearest_day(new.held_date));
        Seat { unit: committee.unit_id, day }
    });
    if let (Some(seat), Some(caller)) = (seat, caller) {
        let outside = |_| Error::OutOfScope(Fault::pointer("/committee_id", Code::OutOfScope));
        seat.require(tx, caller).map_err(outside)?;
    }
    let id = MeetingId::new();
    let agenda = agenda_of(new.agenda.as_deref().unwrap_or_default(), &mut faults)?;
    let attendances = attendances_of(tx, caller, id, new.attendances.as_deref().unwrap_or_default(), &[], &mut faults)?;
    let files = files_of(tx, caller, id, new.files.as_deref().unwrap_or_default(), &mut faults)?;
    let acts = acts_of(tx, caller, id, new.act_ids.as_deref().unwrap_or_default(), &mut faults)?;
    faults.finish()?;
    let Some(seat) = seat else { return Err(Error::internal("a fault was not noted")) };
    let row = MeetingRow {
        id,
        version: 1,
        unit_id: seat.unit,
        unit_date: seat.day,
        committee_id: new.committee_id,
        held_date: new.held_date,
        place: new.place.clone(),
        reviews_period: new.reviews_period,
        plans_period: new.plans_period,
        agenda,
        note: new.note.clone(),
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    require_alone(tx, &row)?;
    let record = MeetingRecord { row, attendances, files, acts };
    tx.create(&record)?;
    Ok(record)
}

/// A committee meets once on a day.
fn require_alone(tx: &mut Tx<'_>, row: &MeetingRow) -> Result<(), Error> {
    match queries::same(tx.conn, row)? {
        Some(other) => Err(Error::Duplicate(other.0)),
        None => Ok(()),
    }
}

fn agenda_of(agenda: &[Note], faults: &mut Faults) -> Result<Json, Error> {
    faults.check_length(agenda.len(), MOST_AGENDA, "/agenda");
    serde_json::to_value(agenda).map(Json).map_err(Error::internal)
}

/// Who took part. Who was known to have is not asked for again: a person may have been erased since.
fn attendances_of(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    meeting: MeetingId,
    attendances: &[NewAttendance],
    known: &[AttendanceRow],
    faults: &mut Faults,
) -> Result<Vec<AttendanceRow>, Error> {
    faults.check_length(attendances.len(), MOST_ATTENDANCES, "/attendances");
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for (at, attendance) in attendances.iter().take(MOST_ATTENDANCES).enumerate() {
        let pointer = |name: &str| format!("/attendances/{at}/{name}");
        let who = (attendance.person_id, attendance.agency_id);
        if who.0.is_some() == who.1.is_some() {
            let flaw = Flaw::new(Code::ExactlyOneRequired).with("allowed", "person_id, agency_id");
            faults.push(flaw.at(Place::Pointer(pointer("person_id"))));
            continue;
        }
        let name = if who.0.is_some() { "person_id" } else { "agency_id" };
        if !seen.insert(who) {
            faults.push(Fault::pointer(&pointer(name), Code::DuplicateItem));
        } else if !known.iter().any(|known| (known.person_id, known.agency_id) == who) {
            people::require(tx, caller, who.0, &pointer(name), faults)?;
            agencies::require(tx, caller, who.1, &pointer(name), faults)?;
        }
        rows.push(AttendanceRow {
            meeting_id: meeting,
            position: at as i32,
            person_id: who.0,
            agency_id: who.1,
            presence: attendance.presence,
        });
    }
    Ok(rows)
}

fn files_of(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    meeting: MeetingId,
    new: &[NewMeetingFile],
    faults: &mut Faults,
) -> Result<Vec<MeetingFileRow>, Error> {
    faults.check_length(new.len(), MOST_FILES, "/files");
    let mut rows: Vec<MeetingFileRow> = Vec::new();
    for (at, file) in new.iter().take(MOST_FILES).enumerate() {
        let pointer = format!("/files/{at}/file_id");
        if rows.iter().any(|row| row.file_id == file.file_id) {
            faults.push(Fault::pointer(&pointer, Code::DuplicateItem));
            continue;
        }
        files::require(tx, caller, file.file_id, &pointer, faults)?;
        rows.push(MeetingFileRow { meeting_id: meeting, file_id: file.file_id, position: at as i32, kind: file.kind });
    }
    Ok(rows)
}

fn acts_of(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    meeting: MeetingId,
    ids: &[ActId],
    faults: &mut Faults,
) -> Result<Vec<MeetingActRow>, Error> {
    faults.check_length(ids.len(), MOST_ACTS, "/act_ids");
    let mut rows: Vec<MeetingActRow> = Vec::new();
    for (at, id) in ids.iter().take(MOST_ACTS).enumerate() {
        let pointer = format!("/act_ids/{at}");
        if rows.iter().any(|row| row.act_id == *id) {
            faults.push(Fault::pointer(&pointer, Code::DuplicateItem));
            continue;
        }
        acts::require(tx, caller, *id, &pointer, faults)?;
        rows.push(MeetingActRow { meeting_id: meeting, act_id: *id, position: at as i32 });
    }
    Ok(rows)
}

/// A meeting that the scope covers.
pub fn visible(conn: &mut Conn, scope: &Scope, id: MeetingId) -> Result<MeetingRecord, Error> {
    let row = queries::find(conn, scope, id)?.ok_or(Error::NotFound)?;
    queries::records(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// A meeting that a body names at `pointer`; noted where the caller reads none.
pub fn require(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    id: Option<MeetingId>,
    pointer: &str,
    faults: &mut Faults,
) -> Result<(), Error> {
    let Some(id) = id else { return Ok(()) };
    let found = match caller {
        Some(caller) => queries::find(tx.conn, caller.readable(), id)?,
        None => queries::any(tx.conn, id)?,
    };
    if found.is_none() {
        faults.push(Fault::pointer(pointer, Code::UnknownReference));
    }
    Ok(())
}

/// A meeting that the caller may change.
fn kept(tx: &mut Tx<'_>, caller: &Caller, id: MeetingId, version: &IfMatch) -> Result<MeetingRecord, Error> {
    let record = visible(tx.conn, caller.readable(), id)?;
    Seat { unit: record.row.unit_id, day: record.row.unit_date }.require(tx, caller)?;
    version.require(record.row.version)?;
    Ok(record)
}

/// Change a meeting; absent members stay.
pub fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: MeetingId,
    version: &IfMatch,
    patch: Result<&MeetingPatch, Error>,
) -> Result<MeetingRecord, Error> {
    let before = kept(tx, caller, id, version)?;
    let patch = patch?.clone();
    let mut after = before.clone();
    let mut faults = Faults::default();
    after.row.updated_at = tx.now;
    if let Some(day) = patch.held_date.0 {
        after.row.held_date = day;
        let held = tx.memory.part::<Territory>().get(after.row.unit_id);
        after.row.unit_date = held.map_or(after.row.unit_date, |held| held.nearest_day(day));
    }
    patch.place.apply(&mut after.row.place);
    patch.reviews_period.apply(&mut after.row.reviews_period);
    patch.plans_period.apply(&mut after.row.plans_period);
    patch.note.apply(&mut after.row.note);
    if let Some(agenda) = &patch.agenda.0 {
        after.row.agenda = agenda_of(agenda, &mut faults)?;
    }
    if let Some(attendances) = &patch.attendances.0 {
        after.attendances = attendances_of(tx, Some(caller), id, attendances, &before.attendances, &mut faults)?;
    }
    if let Some(files) = &patch.files.0 {
        after.files = files_of(tx, Some(caller), id, files, &mut faults)?;
    }
    if let Some(acts) = &patch.act_ids.0 {
        after.acts = acts_of(tx, Some(caller), id, acts, &mut faults)?;
    }
    faults.finish()?;
    require_alone(tx, &after.row)?;
    tx.update("changed", &before, &mut after)?;
    Ok(after)
}

/// Delete a meeting that was recorded by mistake, or was not held.
/// Errors: `IN_USE` where an obstacle was noted at it.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller, id: MeetingId, version: &IfMatch) -> Result<(), Error> {
    let record = kept(tx, caller, id, version)?;
    if queries::is_used(tx.conn, id)? {
        return Err(Error::Conflict(Code::InUse));
    }
    tx.delete(&record)
}
