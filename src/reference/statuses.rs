//! The statuses that the reference knows with their act: the region of two provinces. Which commune bears which class
//! or was recognised by which decision is in no source that could be read to its end, so none of it stands here.

use super::{actor, read};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::statuses::{self, NewUnitStatus, Statuses, UnitStatusKind};
use crate::units::Territory;
use crate::values::{Confidence, LocalDate, Note, StatusValue, Title, UnitCode};
use serde::Deserialize;

const STATUSES: &str = include_str!("data/unit-statuses.csv");

#[derive(Deserialize)]
struct Row {
    unit_code: UnitCode,
    unit_name: Title,
    kind: UnitStatusKind,
    value_code: StatusValue,
    valid_from: LocalDate,
    act_number: Title,
    confidence: Confidence,
    note: Note,
}

/// Record what is not there yet. A unit that has a status of the kind keeps it, and a database with other units under
/// these codes is left alone.
pub async fn load(db: &Db) -> Result<(), Error> {
    let rows: Vec<Row> = read(STATUSES)?;
    db.write(actor("import-reference"), move |tx| rows.iter().try_for_each(|row| record(tx, row))).await
}

fn record(tx: &mut Tx<'_>, row: &Row) -> Result<(), Error> {
    let memory = tx.memory.clone();
    let holders = memory.part::<Territory>().holders(&row.unit_code);
    let unit = holders.iter().find(|(_, entry)| entry.holds_on(row.valid_from) && entry.name == row.unit_name);
    let Some((unit, _)) = unit else { return Ok(()) };
    if memory.part::<Statuses>().of(*unit).iter().any(|known| known.kind == row.kind) {
        return Ok(());
    }
    let new = NewUnitStatus {
        unit_id: Some(*unit),
        unit_code: None,
        kind: row.kind,
        value_code: row.value_code.clone(),
        valid_from: row.valid_from,
        valid_to: None,
        act_number: row.act_number.clone(),
        note: Some(row.note.clone()),
        confidence: Some(row.confidence),
        external_id: None,
    };
    statuses::record(tx, None, &new).map(|_| ())
}
