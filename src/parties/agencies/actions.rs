//! Record agencies, change and delete them.

use super::model::{AgencyPatch, AgencyRow, NewAgency};
use super::queries;
use crate::access::{Caller, Scope};
use crate::codes::Code;
use crate::db::{Conn, Tx};
use crate::error::{Error, Fault, Faults};
use crate::http::IfMatch;
use crate::parties::seat::{Seat, check_days, seat_of};
use crate::units::UnitChoice;
use crate::values::{AgencyId, Patch, search};

/// Record an agency. Without a caller it is the command line that does.
/// Errors: every fault of the body; `DUPLICATE` where the unit has one of that name, or another has the identifier.
pub fn create(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewAgency) -> Result<AgencyRow, Error> {
    let mut faults = Faults::default();
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let seat = seat_of(tx, caller, &choice, new.valid_from, &mut faults)?;
    check_days(new.valid_from, new.valid_to, &mut faults);
    faults.finish()?;
    let Some(seat) = seat else { return Err(Error::internal("a fault was not noted")) };
    let row = AgencyRow {
        id: AgencyId::new(),
        version: 1,
        unit_id: seat.unit,
        unit_date: seat.day,
        kind: new.kind,
        name: new.name.clone(),
        search_name: search::fold(new.name.as_str()),
        identifier_scheme: new.identifier.as_ref().map(|identifier| identifier.scheme),
        identifier_value: new.identifier.as_ref().map(|identifier| identifier.value.clone()),
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    if tx.create(&row)? {
        return Ok(row);
    }
    let known = queries::same(tx.conn, &row)?;
    Err(Error::Duplicate(known.unwrap_or(row.id).0))
}

/// An agency that the scope covers.
pub fn visible(conn: &mut Conn, scope: &Scope, id: AgencyId) -> Result<AgencyRow, Error> {
    queries::find(conn, scope, id)?.ok_or(Error::NotFound)
}

/// An agency that a body names at `pointer`; noted where the caller reads none.
pub fn require(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    id: Option<AgencyId>,
    pointer: &str,
    faults: &mut Faults,
) -> Result<Option<AgencyRow>, Error> {
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

/// An agency that the caller may change.
fn kept(tx: &mut Tx<'_>, caller: &Caller, id: AgencyId, version: &IfMatch) -> Result<AgencyRow, Error> {
    let row = visible(tx.conn, caller.readable(), id)?;
    Seat { unit: row.unit_id, day: row.unit_date }.require(tx, caller)?;
    version.require(row.version)?;
    Ok(row)
}

pub fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: AgencyId,
    version: &IfMatch,
    patch: Result<&AgencyPatch, Error>,
) -> Result<AgencyRow, Error> {
    let before = kept(tx, caller, id, version)?;
    let patch = patch?;
    let mut after = AgencyRow { updated_at: tx.now, ..before.clone() };
    if let Some(kind) = patch.kind.0 {
        after.kind = kind;
    }
    if let Some(name) = &patch.name.0 {
        after.name = name.clone();
        after.search_name = search::fold(name.as_str());
    }
    if let Patch::Set(identifier) = &patch.identifier {
        after.identifier_scheme = identifier.as_ref().map(|identifier| identifier.scheme);
        after.identifier_value = identifier.as_ref().map(|identifier| identifier.value.clone());
    }
    patch.valid_from.apply(&mut after.valid_from);
    patch.valid_to.apply(&mut after.valid_to);
    let mut faults = Faults::default();
    check_days(after.valid_from, after.valid_to, &mut faults);
    faults.finish()?;
    if let Some(other) = queries::same(tx.conn, &after)? {
        return Err(Error::Duplicate(other.0));
    }
    tx.update("changed", &before, &mut after)?;
    Ok(after)
}

/// Delete an agency that never held a mandate.
/// Errors: `IN_USE`.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller, id: AgencyId, version: &IfMatch) -> Result<(), Error> {
    let row = kept(tx, caller, id, version)?;
    if queries::is_used(tx.conn, id)? {
        return Err(Error::Conflict(Code::InUse));
    }
    tx.delete(&row)
}
