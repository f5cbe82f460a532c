//! Take a file of money in: each row is recorded as the body that it says, all or none.

use super::columns::{Column, of_member};
use super::model::{BudgetImport, BudgetImportEntry, BudgetImportStats, BudgetImportSum};
use super::rows::{self, Asked, Read, Said};
use crate::access::Caller;
use crate::codes::Code;
use crate::db::Tx;
use crate::error::{Error, Fault, Faults, Place};
use crate::exchange::unit_names::UnitNames;
use crate::exchange::workbook::Grid;
use crate::http::{BatchItem, Checked, meaning_of};
use crate::programmes::ledger::{self, EntryKind, NewBudgetEntry};
use crate::units::{Naming, Territory, UnitChoice, UnitRef};
use crate::values::{UnitCode, Vocabulary};
use std::collections::HashMap;

/// Entries that are told.
const MOST_ENTRIES: usize = 1000;

/// Take a file in.
/// Errors: `OUT_OF_SCOPE` where the caller writes to nothing below the unit; `IMPORT_REJECTED` with every cell at fault.
pub fn import(
    tx: &mut Tx<'_>,
    caller: &Caller,
    unit: &UnitCode,
    asked: &Asked,
    grid: &Grid,
) -> Result<BudgetImport, Error> {
    let memory = tx.memory.clone();
    let territory = memory.part::<Territory>();
    let today = tx.now.local_date();
    let choice = UnitChoice { code: Some(unit.clone()), ..UnitChoice::default() };
    let top = territory.choose_one(&choice, Naming::Last(today), Place::parameter)?;
    let day = territory.get(top).map_or(today, |held| held.nearest_day(today));
    let below =
        territory.subtree(top, day).into_iter().filter(|(unit, _)| caller.scope.covers(territory, unit.id, day));
    let units: Vec<UnitRef> = below.filter_map(|(unit, _)| territory.reference(unit.id, day)).collect();
    if units.is_empty() {
        return Err(Error::OutOfScope(Fault::parameter("unit_code", Code::OutOfScope)));
    }
    let names = UnitNames::new(territory, &units, day);
    let read = rows::read(grid, asked, &names)?;
    let items: Vec<BatchItem<NewBudgetEntry>> = (0..).zip(&read.said).map(|(at, said)| item(at, said)).collect();
    let stored = ledger::record_all(tx, caller, &items).map_err(|error| match error {
        Error::Invalid(faults) => {
            let faults = faults.into_iter().map(|fault| placed(&read, fault)).collect();
            Error::Request(Code::ImportRejected, faults)
        }
        other => other,
    })?;
    let new = read.said.iter().zip(&stored).filter(|(_, row)| row.created_at == tx.now);
    let (mut sums, mut entries, mut created): (HashMap<EntryKind, (i64, i64)>, Vec<BudgetImportEntry>, i64) =
        Default::default();
    for (said, row) in new {
        created += 1;
        let sum = sums.entry(row.kind).or_default();
        *sum = (sum.0 + 1, sum.1.saturating_add(row.amount_vnd));
        if let (true, Some(external_id)) = (entries.len() < MOST_ENTRIES, row.external_id.clone()) {
            entries.push(BudgetImportEntry {
                row: said.row,
                id: row.id,
                external_id,
                kind: row.kind,
                amount_vnd: row.amount_vnd,
            });
        }
    }
    let told = EntryKind::WORDS.iter().filter_map(|(kind, _)| Some((*kind, sums.remove(kind)?)));
    let count = i64::try_from(stored.len()).unwrap_or(i64::MAX);
    Ok(BudgetImport {
        stats: BudgetImportStats { rows: read.rows, totals: read.totals, created, unchanged: count - created },
        sums: told.map(|(kind, (count, amount_vnd))| BudgetImportSum { kind, count, amount_vnd }).collect(),
        entries_truncated: i64::try_from(entries.len()).unwrap_or(i64::MAX) < created,
        entries,
    })
}

/// A row as an item of a batch: the same content means the same, whichever way it came.
fn item(at: usize, said: &Said) -> BatchItem<NewBudgetEntry> {
    let read: Result<NewBudgetEntry, Faults> = deserr::deserialize(said.body.clone());
    let under = |fault: Fault| match fault.place {
        Place::Pointer(pointer) => fault.flaw.at(Place::Pointer(format!("/items/{at}{pointer}"))),
        _ => fault,
    };
    let value = read.map_err(|faults| faults.0.into_iter().map(under).collect());
    BatchItem { value: Checked::new(value), meaning: meaning_of(&said.body) }
}

/// A fault of a body, in the cell from which it comes.
fn placed(read: &Read, fault: Fault) -> Fault {
    let Place::Pointer(pointer) = &fault.place else { return fault };
    let mut steps = pointer.trim_start_matches('/').split('/').skip(1);
    let said = steps.next().and_then(|at| at.parse::<usize>().ok()).and_then(|at| read.said.get(at));
    let Some(said) = said else { return fault };
    let column = match steps.next().and_then(of_member) {
        Some(Column::Amount) => Some(said.amount),
        other => other,
    };
    Fault { place: read.places.of(said.row, column, None), flaw: fault.flaw }
}
