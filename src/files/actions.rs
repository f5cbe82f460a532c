//! Keep files, and let go those that prove nothing.

use super::model::{FileFormat, FileRow, NewFile};
use super::{queries, rules};
use crate::access::{Caller, Scope};
use crate::codes::Code;
use crate::db::{Conn, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::{IfMatch, hex};
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::{ContentHash, FileId, ObservationId, Scalar};

/// Keep a file.
/// Errors: every fault of its name, unit and content; `DUPLICATE` where the unit has the same bytes under the same name.
pub fn keep(tx: &mut Tx<'_>, caller: &Caller, new: &NewFile) -> Result<FileRow, Error> {
    let today = tx.now.local_date();
    let memory = tx.memory.clone();
    let territory = memory.part::<Territory>();
    let mut faults = Faults::default();
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    // A unit that has ended still takes what proves its past.
    let unit = territory.choose(&choice, Naming::Last(today), Place::parameter)?;
    let unit_date = unit.and_then(|unit| territory.get(unit)).map_or(today, |held| held.nearest_day(today));
    match unit {
        None => faults.push(Fault::parameter("unit_code", Code::ExactlyOneRequired)),
        Some(unit) if !caller.scope.covers(territory, unit, unit_date) => {
            return Err(Error::OutOfScope(Fault::parameter("unit_code", Code::OutOfScope)));
        }
        Some(_) => {}
    }
    let format = FileFormat::of(new.media);
    if let Err(code) = rules::check_name(new.name.as_str(), format) {
        faults.push(Flaw::new(code).at(Place::parameter("name")));
    }
    faults.finish()?;
    rules::check_bytes(&new.bytes, format)?;
    let Some(unit) = unit else { return Err(Error::internal("a fault was not noted")) };
    let hash = ContentHash::parse(&hex(&new.content.form)).map_err(|_| Error::internal("a hash that is none"))?;
    queries::keep_content(tx.conn, &hash, &new.bytes)?;
    let row = FileRow {
        id: FileId::new(),
        version: 1,
        unit_id: unit,
        unit_date,
        content_hash: hash,
        byte_count: new.bytes.len() as i64,
        name: new.name.clone(),
        format,
        author_client_id: tx.actor.client_id,
        author_person_id: tx.actor.acting_person_id,
        external_id: new.external_id.clone(),
        created_at: tx.now,
    };
    if tx.create(&row)? {
        return Ok(row);
    }
    let known = queries::same(tx.conn, unit, &row.content_hash, &row.name)?;
    Err(Error::Duplicate(known.map_or(row.id, |known| known.id).0))
}

/// A file that the caller may read.
pub fn visible(conn: &mut Conn, scope: &Scope, id: FileId) -> Result<FileRow, Error> {
    queries::find(conn, scope, id)?.ok_or(Error::NotFound)
}

/// A file that a body names at `pointer`; noted where the caller reads none. The command line reads all.
pub fn require(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    id: FileId,
    pointer: &str,
    faults: &mut Faults,
) -> Result<(), Error> {
    let Some(caller) = caller else { return Ok(()) };
    if queries::find(tx.conn, caller.readable(), id)?.is_none() {
        faults.push(Fault::pointer(pointer, Code::UnknownReference));
    }
    Ok(())
}

/// Files that a body names at `/file_ids`, each once, as the parts of a record that they become.
pub fn named<Row>(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    ids: &[FileId],
    most: usize,
    part: impl Fn(FileId, i32) -> Row,
    faults: &mut Faults,
) -> Result<Vec<Row>, Error> {
    faults.check_length(ids.len(), most, "/file_ids");
    let mut rows = Vec::new();
    for (at, id) in ids.iter().take(most).enumerate() {
        let pointer = format!("/file_ids/{at}");
        if ids[..at].contains(id) {
            faults.push(Fault::pointer(&pointer, Code::DuplicateItem));
            continue;
        }
        require(tx, caller, *id, &pointer, faults)?;
        rows.push(part(*id, at as i32));
    }
    Ok(rows)
}

/// Let a file go. What proves a figure or belongs to an act stays: history is not rewritten.
/// Errors: `IN_USE`.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller, id: FileId, version: &IfMatch) -> Result<(), Error> {
    let row = visible(tx.conn, caller.readable(), id)?;
    if !caller.scope.covers(tx.memory.part::<Territory>(), row.unit_id, row.unit_date) {
        return Err(Error::Denied(Code::Forbidden));
    }
    version.require(row.version)?;
    if queries::is_used(tx.conn, id)? {
        return Err(Error::Conflict(Code::InUse));
    }
    tx.delete(&row)?;
    Ok(queries::forget_content(tx.conn, &row.content_hash)?)
}

/// Note which files prove a figure.
pub fn cited(conn: &mut Conn, observation: ObservationId, files: &[FileId]) -> Result<(), Error> {
    if files.is_empty() {
        return Ok(());
    }
    let mut files = files.to_vec();
    files.sort();
    files.dedup();
    Ok(queries::cite(conn, observation, &files)?)
}
