//! Record committees, change and delete them.

use super::model::{CommitteeKind, CommitteePatch, CommitteeRow, NewCommittee};
use super::queries;
use crate::access::{Caller, Scope};
use crate::codes::Code;
use crate::db::{Conn, Tx};
use crate::error::{Error, Fault, Faults};
use crate::http::IfMatch;
use crate::parties::seat::{Seat, check_days, seat_of};
use crate::units::UnitChoice;
use crate::values::{CommitteeId, search};

/// Record a committee. Without a caller it is the command line that does.
/// Errors: every fault of the body; `DUPLICATE` where the unit has one of that name.
pub fn create(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewCommittee) -> Result<CommitteeRow, Error> {
    let mut faults = Faults::default();
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let seat = seat_of(tx, caller, &choice, new.valid_from, &mut faults)?;
    check_days(new.valid_from, new.valid_to, &mut faults);
    let parent = require(tx, caller, new.parent_id, "/parent_id", &mut faults)?;
    match (new.kind, &parent) {
        (CommitteeKind::WorkingGroup, None) if new.parent_id.is_none() => {
            faults.push(Fault::pointer("/parent_id", Code::Required));
        }
        (CommitteeKind::Committee, Some(_)) => faults.push(Fault::pointer("/parent_id", Code::ParentNotAllowed)),
        // A group that serves a group would serve nobody who decides.
        (CommitteeKind::WorkingGroup, Some(parent)) if parent.kind == CommitteeKind::WorkingGroup => {
            faults.push(Fault::pointer("/parent_id", Code::ParentNotAllowed));
        }
        _ => {}
    }
    faults.finish()?;
    let Some(seat) = seat else { return Err(Error::internal("a fault was not noted")) };
    let row = CommitteeRow {
        id: CommitteeId::new(),
        version: 1,
        unit_id: seat.unit,
        unit_date: seat.day,
        kind: new.kind,
        parent_id: new.parent_id,
        name: new.name.clone(),
        act_number: new.act_number.clone(),
        search_name: search::fold(new.name.as_str()),
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    if tx.create(&row)? {
        return Ok(row);
    }
    let known = queries::same(tx.conn, row.id, row.unit_id, &row.name)?;
    Err(Error::Duplicate(known.unwrap_or(row.id).0))
}

/// A committee that the scope covers.
pub fn visible(conn: &mut Conn, scope: &Scope, id: CommitteeId) -> Result<CommitteeRow, Error> {
    queries::find(conn, scope, id)?.ok_or(Error::NotFound)
}

/// The committee that a record names, whoever asks.
pub fn held(conn: &mut Conn, id: CommitteeId) -> Result<CommitteeRow, Error> {
    queries::any(conn, id)?.ok_or_else(|| Error::internal("a record of a committee that is not there"))
}

/// A committee that a body names at `pointer`; noted where the caller reads none.
pub fn require(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    id: Option<CommitteeId>,
    pointer: &str,
    faults: &mut Faults,
) -> Result<Option<CommitteeRow>, Error> {
    let Some(id) = id else { return Ok(None) };
    let found = match caller {
        Some(caller) => queries::find(tx.conn, caller.readable(), id)?,
        None => queries::any(tx.conn, id)?,
    };
    if found.is_none() {
        faults.push(Fault::pointer(pointer, Code::UnknownReference));
    }
    Ok(found)
}

/// A committee that the caller may change.
fn kept(tx: &mut Tx<'_>, caller: &Caller, id: CommitteeId, version: &IfMatch) -> Result<CommitteeRow, Error> {
    let row = visible(tx.conn, caller.readable(), id)?;
    Seat { unit: row.unit_id, day: row.unit_date }.require(tx, caller)?;
    version.require(row.version)?;
    Ok(row)
}

pub fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: CommitteeId,
    version: &IfMatch,
    patch: Result<&CommitteePatch, Error>,
) -> Result<CommitteeRow, Error> {
    let before = kept(tx, caller, id, version)?;
    let patch = patch?;
    let mut after = CommitteeRow { updated_at: tx.now, ..before.clone() };
    if let Some(name) = &patch.name.0 {
        after.name = name.clone();
        after.search_name = search::fold(name.as_str());
    }
    patch.act_number.clone().apply(&mut after.act_number);
    patch.valid_from.apply(&mut after.valid_from);
    patch.valid_to.apply(&mut after.valid_to);
    let mut faults = Faults::default();
    check_days(after.valid_from, after.valid_to, &mut faults);
    faults.finish()?;
    if let Some(other) = queries::same(tx.conn, id, after.unit_id, &after.name)? {
        return Err(Error::Duplicate(other.0));
    }
    tx.update("changed", &before, &mut after)?;
    Ok(after)
}

/// Delete a committee in which no mandate was ever held.
/// Errors: `IN_USE`.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller, id: CommitteeId, version: &IfMatch) -> Result<(), Error> {
    let row = kept(tx, caller, id, version)?;
    if queries::is_used(tx.conn, id)? {
        return Err(Error::Conflict(Code::InUse));
    }
    tx.delete(&row)
}
