//! Lines as they were on a day: what their entries came to that count and were booked up to then.

use crate::db::Conn;
use crate::error::Error;
use crate::programmes::ledger::rules::{Side, Sums};
use crate::programmes::ledger::{EntryKind, HeldLine, sums_until};
use crate::values::{BudgetLineId, LocalDate, UnitId};
use std::collections::HashMap;

/// Sums of lines, where they are not those of now.
pub type CutLines = HashMap<BudgetLineId, Sums>;

/// Sum the entries of these units up to the two days.
pub fn read(
    conn: &mut Conn,
    units: &[UnitId],
    value_date: LocalDate,
    booking_date: LocalDate,
) -> Result<CutLines, Error> {
    let read = sums_until(conn, units, value_date, booking_date)?;
    let mut cut = CutLines::new();
    let received = read.received.into_iter().map(|(line, sum)| (line, EntryKind::Distribute, Side::Receiving, sum));
    let own = read.own.into_iter().map(|(line, kind, sum)| (line, kind, Side::Own, sum));
    for (line, kind, side, sum) in own.chain(received) {
        let sums = cut.entry(line).or_default();
        // A part of what was exact as a whole.
        *sums =
            sums.after(kind, side, sum).ok_or_else(|| Error::internal("a cut of a line is beyond every measure"))?;
    }
    Ok(cut)
}

/// The sums of a line as of the cut; those of now without one.
pub fn sums(line: &HeldLine, cut: Option<&CutLines>) -> Sums {
    match cut {
        None => line.sums,
        Some(cut) => cut.get(&line.id).copied().unwrap_or_default(),
    }
}
