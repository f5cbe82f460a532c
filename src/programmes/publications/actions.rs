//! Record publications, and take out what was recorded by mistake.

use super::model::{BudgetPublication, NewBudgetPublication, PublicationRow, PublishedLine};
use super::{queries, rules};
use crate::access::{Caller, Scope};
use crate::code_lists::CodeLists;
use crate::codes::Code;
use crate::db::{Conn, Snapshot, Tx};
use crate::error::{Error, Fault, Faults, Place};
use crate::http::IfMatch;
use crate::parties::seat::{Seat, seat_of};
use crate::programmes::Programmes;
use crate::units::{Territory, UnitChoice};
use crate::values::BudgetPublicationId;
use crate::values::storage::Json;

/// Lines of a publication at the most.
const MOST_LINES: usize = 500;

/// Record a publication as it was printed.
/// Errors: every fault of the body; `OUT_OF_SCOPE`.
pub fn create(tx: &mut Tx<'_>, caller: &Caller, new: &NewBudgetPublication) -> Result<PublicationRow, Error> {
    let mut faults = Faults::default();
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let seat = seat_of(tx, Some(caller), &choice, new.as_of_date, &mut faults)?;
    let today = tx.now.local_date();
    for (pointer, day) in [("/published_date", new.published_date), ("/as_of_date", new.as_of_date)] {
        if day.is_some_and(|day| today < day) {
            faults.push(Fault::pointer(pointer, Code::DateInFuture));
        }
    }
    faults.check_length(new.lines.len(), MOST_LINES, "/lines");
    if new.lines.is_empty() {
        faults.push(Fault::pointer("/lines", Code::Required));
    }
    let memory = tx.memory.clone();
    for (at, line) in new.lines.iter().take(MOST_LINES).enumerate() {
        check_line(&memory, line, new, &format!("/lines/{at}"), &mut faults);
    }
    faults.finish()?;
    let Some(seat) = seat else { return Err(Error::internal("a fault was not noted")) };
    let row = PublicationRow {
        id: BudgetPublicationId::new(),
        version: 1,
        unit_id: seat.unit,
        unit_date: seat.day,
        title: new.title.clone(),
        source_label: new.source_label.clone(),
        published_date: new.published_date,
        as_of_date: new.as_of_date,
        plan_year: new.plan_year.and_then(|year| i32::try_from(year.0).ok()),
        amount_unit: new.amount_unit,
        rows: serde_json::to_value(&new.lines).map(Json).map_err(Error::internal)?,
        note: new.note.clone(),
        external_id: new.external_id.clone(),
        created_at: tx.now,
    };
    tx.create(&row)?;
    Ok(row)
}

fn check_line(memory: &Snapshot, line: &PublishedLine, new: &NewBudgetPublication, at: &str, faults: &mut Faults) {
    let lists = memory.part::<CodeLists>();
    let programme =
        line.programme_code.as_ref().is_some_and(|code| memory.part::<Programmes>().by_code(code).is_none());
    let list = |list: &str, code: &Option<crate::values::ListCode>| {
        code.as_ref().is_some_and(|code| !lists.has(list, code.as_str()))
    };
    for (name, unknown) in [
        ("programme_code", programme),
        ("funding_source_code", list("funding-sources", &line.funding_source_code)),
        ("nature_code", list("capital-natures", &line.nature_code)),
    ] {
        if unknown {
            faults.push(Fault::pointer(&format!("{at}/{name}"), Code::UnknownCode));
        }
    }
    for (name, printed) in [("assigned", &line.assigned), ("disbursed", &line.disbursed)] {
        if let Some(Err(flaw)) = printed.as_ref().map(|printed| printed.vnd(new.amount_unit)) {
            faults.push(flaw.at(Place::Pointer(format!("{at}/{name}"))));
        }
    }
    if line.assigned.is_none() && line.disbursed.is_none() {
        faults.push(Fault::pointer(&format!("{at}/assigned"), Code::Required));
    }
}

/// A publication that the scope covers.
pub fn visible(conn: &mut Conn, scope: &Scope, id: BudgetPublicationId) -> Result<PublicationRow, Error> {
    queries::find(conn, scope, id)?.ok_or(Error::NotFound)
}

/// Delete a publication that was recorded by mistake.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller, id: BudgetPublicationId, version: &IfMatch) -> Result<(), Error> {
    let row = visible(tx.conn, caller.readable(), id)?;
    Seat { unit: row.unit_id, day: row.unit_date }.require(tx, caller)?;
    version.require(row.version)?;
    tx.delete(&row)
}

pub fn describe(row: PublicationRow, memory: &Snapshot) -> Result<BudgetPublication, Error> {
    let unit = Seat { unit: row.unit_id, day: row.unit_date }.reference(memory.part::<Territory>())?;
    let lines: Vec<PublishedLine> = serde_json::from_value(row.rows.0).map_err(Error::internal)?;
    let lines = rules::figures(&lines, row.amount_unit);
    Ok(BudgetPublication {
        id: row.id,
        version: row.version,
        unit,
        title: row.title,
        source_label: row.source_label,
        published_date: row.published_date,
        as_of_date: row.as_of_date,
        plan_year: row.plan_year,
        amount_unit: row.amount_unit,
        lines: lines.map_err(|flaw| Error::internal(flaw.code.name()))?,
        note: row.note,
        external_id: row.external_id,
        created_at: row.created_at,
    })
}
