//! Record people, change and erase their data, and note who read them.

use super::model::{
    NewPerson, NewPersonTransition, NewPosition, PersonPatch, PersonRow, PersonState, Position, ReadingRow,
};
use super::queries;
use super::routes::PersonQuery;
use crate::access::{Caller, Scope};
use crate::codes::Code;
use crate::db::{Conn, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::parties::agencies;
use crate::parties::seat::{Seat, seat_of};
use crate::units::UnitChoice;
use crate::values::storage::Json;
use crate::values::{PersonId, PersonReadingId, UnitId};

/// Most positions of a person.
const MOST_POSITIONS: usize = 20;

/// Record a person. Without a caller it is the command line that does.
pub fn create(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewPerson) -> Result<PersonRow, Error> {
    let mut faults = Faults::default();
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let seat = seat_of(tx, caller, &choice, None, &mut faults)?;
    let positions = positions_of(tx, caller, new.positions.as_deref().unwrap_or_default(), &mut faults)?;
    faults.finish()?;
    let Some(seat) = seat else { return Err(Error::internal("a fault was not noted")) };
    let row = PersonRow {
        id: PersonId::new(),
        version: 1,
        unit_id: seat.unit,
        unit_date: seat.day,
        full_name: Some(new.full_name.clone()),
        positions,
        phone: new.phone.clone(),
        email: new.email.clone(),
        state: PersonState::Active,
        erasure_reason: None,
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    tx.create(&row)?;
    Ok(row)
}

fn positions_of(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    positions: &[NewPosition],
    faults: &mut Faults,
) -> Result<Json, Error> {
    if positions.len() > MOST_POSITIONS {
        faults.push(Flaw::new(Code::TooManyItems).with("max", MOST_POSITIONS).at(Place::pointer("/positions")));
    }
    let mut stored = Vec::new();
    for (at, position) in positions.iter().take(MOST_POSITIONS).enumerate() {
        agencies::require(tx, caller, position.agency_id, &format!("/positions/{at}/agency_id"), faults)?;
        if position.valid_from.zip(position.valid_to).is_some_and(|(from, to)| to <= from) {
            faults.push(Fault::pointer(&format!("/positions/{at}/valid_to"), Code::DateOrder));
        }
        stored.push(Position {
            title: position.title.clone(),
            agency_id: position.agency_id,
            valid_from: position.valid_from,
            valid_to: position.valid_to,
        });
    }
    serde_json::to_value(stored).map(Json).map_err(Error::internal)
}

/// A person that a body names at `pointer`; noted where the caller may not know of it, or it is erased. Nothing of the
/// person is told.
pub fn require(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    id: Option<PersonId>,
    pointer: &str,
    faults: &mut Faults,
) -> Result<(), Error> {
    let Some(id) = id else { return Ok(()) };
    let found = match caller {
        Some(caller) => queries::find(tx.conn, caller.readable(), id)?,
        None => queries::any(tx.conn, id)?,
    };
    match found {
        None => faults.push(Fault::pointer(pointer, Code::UnknownReference)),
        Some(row) if row.state == PersonState::Erased => faults.push(Fault::pointer(pointer, Code::PersonErased)),
        Some(_) => {}
    }
    Ok(())
}

/// A person that the scope covers, for whoever may know that it is there; what is read is noted by `read_one`.
pub fn visible(conn: &mut Conn, scope: &Scope, id: PersonId) -> Result<PersonRow, Error> {
    queries::find(conn, scope, id)?.ok_or(Error::NotFound)
}

/// Read one person, and note that it was read.
pub fn read_one(tx: &mut Tx<'_>, scope: &Scope, id: PersonId) -> Result<PersonRow, Error> {
    let row = visible(tx.conn, scope, id)?;
    note_readings(tx, std::slice::from_ref(&row))?;
    Ok(row)
}

/// Read a page of people, and note that each was read.
pub fn read_page(
    tx: &mut Tx<'_>,
    caller: &Caller,
    query: &PersonQuery,
    unit: Option<UnitId>,
    after: Option<PersonId>,
) -> Result<(Vec<PersonRow>, Option<i64>), Error> {
    let (rows, total) = queries::list(tx.conn, &caller.scope, caller.client_id, query, unit, after)?;
    // The row that only tells whether another page follows is not shown.
    let shown = rows.len().min(query.limit.0);
    note_readings(tx, &rows[..shown])?;
    Ok((rows, total))
}

/// Note that somebody has read these. What is erased has nothing left to read.
fn note_readings(tx: &mut Tx<'_>, rows: &[PersonRow]) -> Result<(), Error> {
    let readings: Vec<ReadingRow> = rows
        .iter()
        .filter(|row| row.state == PersonState::Active)
        .map(|row| ReadingRow {
            id: PersonReadingId::new(),
            person_id: row.id,
            client_id: tx.actor.client_id,
            acting_person_id: tx.actor.acting_person_id,
            request_id: tx.actor.request_id.clone(),
            read_at: tx.now,
        })
        .collect();
    if !readings.is_empty() {
        queries::note_readings(tx.conn, &readings)?;
    }
    Ok(())
}

/// A person whose record the caller keeps.
fn kept(tx: &mut Tx<'_>, caller: &Caller, id: PersonId, version: &IfMatch) -> Result<PersonRow, Error> {
    let row = visible(tx.conn, caller.readable(), id)?;
    Seat { unit: row.unit_id, day: row.unit_date }.require(tx, caller)?;
    version.require(row.version)?;
    Ok(row)
}

/// Change a person. The answer shows all of it, so that it counts as a reading.
/// Errors: `PERSON_ERASED`.
pub fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: PersonId,
    version: &IfMatch,
    patch: Result<&PersonPatch, Error>,
) -> Result<PersonRow, Error> {
    let before = kept(tx, caller, id, version)?;
    let patch = patch?;
    if before.state == PersonState::Erased {
        return Err(Error::Conflict(Code::PersonErased));
    }
    let mut after = PersonRow { updated_at: tx.now, ..before.clone() };
    if let Some(name) = &patch.full_name.0 {
        after.full_name = Some(name.clone());
    }
    patch.phone.clone().apply(&mut after.phone);
    patch.email.clone().apply(&mut after.email);
    if let Some(positions) = &patch.positions.0 {
        let mut faults = Faults::default();
        after.positions = positions_of(tx, Some(caller), positions, &mut faults)?;
        faults.finish()?;
    }
    tx.update("changed", &before, &mut after)?;
    note_readings(tx, std::slice::from_ref(&after))?;
    Ok(after)
}

/// Erase the personal data of a person.
pub fn transition(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: PersonId,
    version: &IfMatch,
    step: Result<&NewPersonTransition, Error>,
) -> Result<PersonRow, Error> {
    let before = kept(tx, caller, id, version)?;
    let step = step?;
    if before.state == PersonState::Erased || step.to != PersonState::Erased {
        return Err(Error::Conflict(Code::TransitionNotAllowed));
    }
    let mut after = PersonRow {
        full_name: None,
        positions: Json(serde_json::json!([])),
        phone: None,
        email: None,
        state: PersonState::Erased,
        erasure_reason: Some(step.reason.clone()),
        updated_at: tx.now,
        ..before.clone()
    };
    tx.update("erased", &before, &mut after)?;
    Ok(after)
}
